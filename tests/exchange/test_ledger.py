"""Tables are written as they were read: facts kept, events only added, sources stated without claims."""

from dataclasses import replace

import pytest

from ictindex.basics.findings import Refused
from ictindex.basics.strict_yaml import parse
from ictindex.exchange.ledger import numeric_texts, read_ledger, sources_text, texts
from ictindex.facts.inputs import Sources
from ictindex.methodology.reading import read_methodology

FOLDER = "inputs/mini-2020"


@pytest.fixture
def methodology(mini):
    return read_methodology("mini", mini)


def test_a_table_that_is_not_there_is_empty_and_nothing_changed_writes_nothing(mini, methodology):
    folder = mini.inputs("mini-2020")
    ledger = read_ledger(folder, FOLDER, methodology)
    assert (len(ledger.answers), ledger.events, ledger.received) == (18, [], {})
    assert texts(ledger, folder, "ABCDE", methodology) == {}


def test_answers_are_written_in_the_order_of_units_and_questions_with_what_others_added(mini, methodology):
    folder = mini.inputs("mini-2020")
    (folder / "answers.csv").write_text(
        "entity;answer;value;seen\nB;staff;3;x\nA;staff;1\u00a0000,5;\n", "utf-8"
    )
    (folder / "sources.yaml").write_text("status: illustrative\ndecimal: ','\nfiles: {}\n", "utf-8")
    ledger = read_ledger(folder, FOLDER, methodology)
    assert ledger.mark == ","
    ledger.changed.add("answers.csv")
    assert texts(ledger, folder, "AB", methodology)["answers.csv"] == (
        "entity,answer,value,verified,why,who,at,paper,state,note,source,seen\n"
        'A,staff,"1\u00a0000,5",,,,,,,,,\n'
        "B,staff,3,,,,,,,,,x\n"
    )
    assert numeric_texts(ledger, methodology)["A", "staff"] == "1\u00a0000.5"


def test_events_are_only_added(mini, methodology):
    folder = mini.inputs("mini-2020")
    old = 'entity,criterion,event,at,until,why\nB,,reported,2020-11-01,,"a\nb"\n'
    (folder / "events.csv").write_text(old, "utf-8")
    ledger = read_ledger(folder, FOLDER, methodology)
    ledger.events.append({"entity": "A", "event": "reported", "at": "2020-12-01", "source": ""})
    ledger.changed.add("events.csv")
    assert texts(ledger, folder, "AB", methodology)["events.csv"] == old + "A,,reported,2020-12-01,,\n"
    ledger.events[-1]["source"] = "f!B"
    assert texts(ledger, folder, "AB", methodology)["events.csv"] == (
        "entity,criterion,event,at,until,why,answer,value,who,paper,source\n"
        'B,,reported,2020-11-01,,"a\nb",,,,,\nA,,reported,2020-12-01,,,,,,,f!B\n'
    )


def test_a_table_that_cannot_be_read_refuses_all(mini, methodology):
    folder = mini.inputs("mini-2020")
    (folder / "received.csv").write_text("sender,form\nA,survey\n", "utf-8")
    (folder / "events.csv").write_text("entity,criterion,event,at,until,why\n", "utf-8")  # merely empty
    with pytest.raises(Refused) as refused:
        read_ledger(folder, FOLDER, methodology)
    assert {finding.file for finding in refused.value.findings} == {"inputs/mini-2020/received.csv"}


def test_an_answer_that_stands_twice_is_refused_and_not_lost(mini, methodology):
    folder = mini.inputs("mini-2020")
    (folder / "answers.csv").write_text("entity,answer,value\nA,staff,1\nA,staff,2\n", "utf-8")
    with pytest.raises(Refused, match="answer-twice"):
        read_ledger(folder, FOLDER, methodology)


def test_a_new_table_is_stated_and_the_users_text_is_kept(mini):
    path = mini.inputs("mini-2020") / "sources.yaml"
    old = path.read_text("utf-8")
    text, todo = sources_text(path, "s", ["received.csv", "answers.csv"], ".")
    assert text.startswith(old) and todo == []
    sources = Sources.model_validate(parse(text, "s").data)
    assert list(sources.files) == ["entities.csv", "answers.csv", "received.csv"]
    path.write_text(text, "utf-8")
    assert sources_text(path, "s", ["received.csv"], ".") == (text, [])


def test_entries_go_to_the_block_wherever_it_stands(mini):
    path = mini.inputs("mini-2020") / "sources.yaml"
    path.write_text(
        "files:\n    entities.csv:\n        label_vi: Đơn vị\n        origin: Thử\n\nstatus: published\n",
        "utf-8",
    )
    text, _ = sources_text(path, "s", ["events.csv"], ".")
    assert list(parse(text, "s").data["files"]) == ["entities.csv", "events.csv"]
    assert text.endswith("\n\nstatus: published\n")


def test_what_cannot_be_added_without_changing_the_users_text_is_left_to_him(mini):
    path = mini.inputs("mini-2020") / "sources.yaml"
    path.write_text("files: {a.csv: {label_vi: A, origin: B}}\n", "utf-8")
    text, todo = sources_text(path, "s", ["events.csv"], ".")
    assert text == path.read_text("utf-8")
    assert [finding.code for finding in todo] == ["sources-status-open", "sources-by-hand"]


def test_whether_figures_are_real_is_never_claimed(mini):
    path = mini.inputs("mini-2020") / "sources.yaml"
    path.unlink()
    text, todo = sources_text(path, "s", ["answers.csv", "entities.csv"], ".")
    data = parse(text, "s").data
    assert ("status" in data, data["decimal"], list(data["files"])) == (
        False,
        ".",
        ["answers.csv", "entities.csv"],
    )
    assert [finding.code for finding in todo] == ["sources-status-open"]


def test_a_ledger_knows_its_tables_by_name(mini, methodology):
    ledger = read_ledger(mini.inputs("mini-2020"), FOLDER, methodology)
    assert replace(ledger, received={"d": {"sha256": "d"}}).rows("received.csv") == [{"sha256": "d"}]


def test_a_text_that_looks_like_a_number_is_no_mixed_mark(mini_with):
    """A version, "1.5", to be chosen beside figures with decimal commas."""
    asked, chosen = '{"1.5": Bản mới, "1.4": Bản cũ}', '{"1.5": 50, "1.4": 0}'
    project = mini_with(
        methodology=lambda text: text.replace(
            "kind: number, min: 0, max: 50", f"kind: choice, choices: {asked}"
        ).replace("{value: services}", f"{{choice: {{of: services, points: {chosen}}}}}"),
        answers='entity,answer,value\nA,services,1.5\nA,portal,"2,5"\n',
        sources="status: illustrative\nfiles: {}\n",
    )
    methodology = read_methodology("mini", project)
    ledger = read_ledger(project.inputs("mini-2020"), FOLDER, methodology)
    assert ledger.mark == ","
    assert numeric_texts(ledger, methodology)["A", "portal"] == "2.5"
