"""The commands of the year, each as an evaluator types it, on a copy of one edition."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from ictindex.annex.edition_lock import hold
from ictindex.cli import main as cli

EDITION = "qd375-2020"


@pytest.fixture
def run(egdi, capsys, monkeypatch):
    """Run a command in a copy of the project: exit code, stdout, stderr."""
    monkeypatch.chdir(egdi.root)

    def command(*words):
        try:
            cli.main([*map(str, words)])
            code = 0
        except SystemExit as left:
            code = left.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return command


def test_forms_are_one_workbook_for_each_unit(run, egdi):
    code, out, _ = run("forms", EDITION, "--contact", "Trung tâm Thông tin")
    paths = out.splitlines()
    assert code == 0 and len(paths) == 22
    assert all((egdi.root / path).read_bytes().startswith(b"PK") for path in paths)
    assert all(path.startswith(f"outputs/exchange/{EDITION}/forms/{EDITION}_survey_") for path in paths)


def test_a_form_for_one_unit_goes_where_it_is_told(run, egdi, tmp_path):
    units = [line.split(",")[0] for line in (egdi.inputs(EDITION) / "entities.csv").read_text().splitlines()]
    code, _, _ = run("forms", EDITION, "--unit", units[1], "--to", tmp_path / "here")
    names = sorted(path.name for path in (tmp_path / "here").iterdir())
    assert code == 0 and names == [f"{EDITION}_survey_{units[1]}.{end}" for end in ("html", "xlsx")]


@pytest.mark.parametrize(
    "words, code, said",
    [
        (["forms", EDITION, "--unit", "vu-to-chuc"], 1, "unit-ambiguous"),
        (["forms", EDITION, "--kind", "marking", "--reviewer", "kt1"], 1, "form-asks-nothing"),
        (["forms", EDITION, "--kind", "marking"], 2, "--reviewer names who marks"),
        (["forms", EDITION, "--reviewer", "kt1"], 2, "--reviewer names who marks"),
        (["forms", "qd375-2019"], 2, "edition-unknown"),
        (["collect", EDITION, "nowhere"], 2, "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said(words, code, said, run):
    done = run(*words)
    assert done[0] == code and said in done[2]


def test_what_the_seed_draws_is_the_same_for_everybody(run):
    code, out, _ = run("draw", "qd2342-2017", "--json")
    drawn = json.loads(out)
    assert code == 0 and drawn["seed"].startswith("2018-01-02 ")
    sampled = [item for item in drawn["marks"] if item["state"].startswith(("spot", "agreed"))]
    assert len(sampled) == 59
    assert run("draw", "qd2342-2017", "--json")[1] == out
    assert {len(set(item)) for item in drawn["services"]} == {3}


def test_slips_are_recorded_once_when_they_are_sent(run, egdi):
    events = egdi.inputs(EDITION) / "events.csv"
    before = events.read_text("utf-8")
    assert run("slips", EDITION)[0] == 0 and events.read_text("utf-8") == before
    code, out, err = run("slips", EDITION, "--sent", "20/01/2021", "--reply-by", "2021-01-31")
    assert code == 0 and len(out.splitlines()) == 22 and "events.csv" in err
    after = events.read_text("utf-8")
    assert len(re.findall(",slip,2021-01-20", after)) == 22
    assert run("slips", EDITION, "--sent", "2021-01-20")[0] == 0
    assert events.read_text("utf-8") == after, "the same slips are not recorded twice"


def test_an_empty_folder_is_collected_without_a_word_and_changes_nothing(run, egdi, tmp_path):
    before = {path.name: path.read_bytes() for path in egdi.inputs(EDITION).iterdir()}
    _, _, err = run("collect", EDITION, tmp_path)
    assert "no form" in err
    assert {path.name: path.read_bytes() for path in egdi.inputs(EDITION).iterdir()} == before


def test_a_clean_form_is_collected_as_it_was_sent_and_a_file_that_is_none_is_reported(run, egdi, tmp_path):
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "thu.xlsx").write_text("không phải bảng tính")
    code, out, _ = run("collect", EDITION, tmp_path / "back", "--received", "2020-11-20", "--json")
    found = json.loads(out)
    assert code == 1 and found["states"] == {"unreadable": 1}
    assert [each["file"] for each in found["findings"]] == ["thu.xlsx"]


def test_letters_are_written_with_their_list_and_say_what_lacks(run, egdi):
    view = run("views", EDITION, "--unit", "Vụ Pháp chế")
    assert view[0] == 0 and view[1].endswith("_view_vu-phap-che.html\n")
    words = ("letters", EDITION, "--kind", "result", "--unit", "Vụ Pháp chế", "--on", "01/03/2021")
    code, out, err = run("--lang", "vi", *words)
    kinds = [path.rpartition(".")[2] for path in out.splitlines()]
    assert (code, kinds) == (0, ["docx", "html", "xlsx", "csv"])
    assert "1 thư" in err and "tệp gửi kèm" not in err and "forms_sent" not in err
    assert "1 đơn vị chưa có địa chỉ ở contacts.csv: Vụ Pháp chế\n" in err


def test_who_has_sent_the_forms_is_told_how_the_step_is_recorded(run):
    _, _, err = run("--lang", "vi", "letters", EDITION, "--kind", "survey", "--sent", "20/10/2020")
    command = f"ictindex record {EDITION} forms_sent --on 20/10/2020 --who “…”"
    assert f"gửi đủ các đơn vị thì ghi lại: {command}\n" in err
    assert "22 đơn vị chưa có địa chỉ ở contacts.csv: " in err and err.count("; …") == 1


@pytest.mark.parametrize("words", [(), ("--kind", "survey", "--template")])
def test_letters_want_a_kind_or_a_copy_of_the_wording(words, run):
    code, _, err = run("letters", EDITION, *words)
    assert code == 2 and "name the letters by --kind" in err


def test_the_wording_is_copied_to_be_changed(run, egdi):
    code, out, _ = run("letters", EDITION, "--template")
    assert (code, out) == (0, f"inputs/{EDITION}/letters.yaml\n")
    assert "lời văn" in (egdi.root / out.strip()).read_text("utf-8")


@pytest.mark.parametrize(
    "words",
    [
        "draw mini-2020",
        "forms mini-2020",
        "letters mini-2020 --kind survey",
        "new-year mini 2021",
        "record mini-2020 report --on 2021-03-01 --who leaders",
        "rehearse mini-2020",
        "run mini-2020",
        "sample mini-2020",
        "slips mini-2020 --sent 2021-02-02",
        "views mini-2020",
    ],
)
def test_while_another_works_on_the_edition_each_command_is_refused_and_changes_nothing(
    words, mini, ictindex, contents_of, monkeypatch
):
    """And collect: see tests/exchange/test_collection.py."""
    monkeypatch.setenv("ICTINDEX_PATIENCE", "0.05")
    before = contents_of(mini.root / "inputs"), contents_of(mini.root / "parameters")
    with hold(mini, "mini-2020", "mini-2021"), ThreadPoolExecutor(1) as other:
        ended = other.submit(ictindex, *words.split(), project=mini).result()
    assert (ended.code, ended.out) == (1, "")
    assert f"process {os.getpid()} on " in ended.err and "[edition-held]" in ended.err
    assert (contents_of(mini.root / "inputs"), contents_of(mini.root / "parameters")) == before
    assert not mini.exchange("mini-2020").exists()
