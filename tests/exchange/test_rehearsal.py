"""A rehearsal is a whole year; it leaves the same bytes, keeps what was exchanged, harms nothing real."""

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.exchange.letter_text import KINDS
from ictindex.exchange.rehearsal import rehearse
from ictindex.facts.replay import objections
from ictindex.scoring.evaluation import evaluate_edition

ROOT = Path(__file__).parents[2]
EDITION = "qd375-2020"  # the smallest of those whose stored inputs are a rehearsal's


def copied(root):
    for name in ("parameters", "inputs"):
        shutil.copytree(ROOT / name, root / name)
    return Project(root)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A project with a rehearsal in it, its steps, and how far it said it was."""
    project, seen = copied(tmp_path_factory.mktemp("played")), []
    return project, rehearse(EDITION, project, progress=lambda done, of: seen.append((done, of))), seen


def inputs(project):
    return {path.name: path.read_bytes() for path in sorted(project.inputs(EDITION).iterdir())}


def test_a_fresh_rehearsal_leaves_the_bytes_that_are_stored(played):
    assert inputs(played[0]) == inputs(Project(ROOT))


def test_it_says_how_far_it_is(played):
    _, steps, seen = played
    assert seen == [(done, len(steps)) for done in range(1, len(steps) + 1)]
    assert all(step.label_vi and step.counts for step in steps)
    assert len({step.step for step in steps}) == len(steps)


def test_all_that_was_exchanged_is_kept(played):
    folder = played[0].exchange(EDITION) / "rehearsal"
    assert len(list((folder / "forms").glob("*_survey_*.xlsx"))) == 22
    assert len(list((folder / "slips").glob("*.xlsx"))) == 22
    rounds = sorted(path.name for path in (folder / "findings").iterdir())
    assert rounds == [
        "1-surveys",
        "2-surveys",
        "3-review",
        "4-review",
        "5-answered",
        "6-answered",
        "7-decisions",
        "8-decisions",
    ]
    assert len(list((folder / "findings" / "1-surveys").iterdir())) >= 8
    written = [path.parent.name for path in (folder / "letters").glob("*/*.docx")]
    letters = {kind: written.count(kind) for kind in KINDS}
    assert letters == {
        **{"survey": 22, "returned": 10, "reminder": 13, "slip": 22, "slip-reminder": 1, "result": 22},
        "cancelled": 0,
    }
    sent = (folder / "letters" / "sent.csv").read_text("utf-8").splitlines()
    assert len(sent) == 1 + sum(letters.values()) and (folder / "letters" / "contacts.csv").exists()
    assert len(list((folder / "views").glob("*.html"))) == 22
    days = {path.name for path in (folder / "surveys").iterdir()}
    assert min(days) >= "2020-11-10" and max(days) <= "2020-12-25"


def test_one_that_ends_early_leaves_everything_as_it_was(tmp_path, only_units):
    project = copied(tmp_path)
    units = [entity.code for entity in evaluate_edition(EDITION, project).inputs.entities]
    only_units(project, EDITION, units[:6])
    before = inputs(project)

    def interrupt(done, of):
        assert inputs(project) == before
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rehearse(EDITION, project, progress=interrupt)
    assert inputs(project) == before
    hidden = [path.name for path in project.root.rglob(".*") if path.name != ".locks"]
    assert (hidden, project.exchange(EDITION).exists()) == ([], False)


def test_real_figures_and_foreign_folders_are_left_alone(tmp_path):
    project, mine = copied(tmp_path), tmp_path / "letters"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    before = inputs(project)
    with pytest.raises(Refused) as refused:
        rehearse(EDITION, project, mine)
    assert [finding.code for finding in refused.value.findings] == ["exists"]
    assert inputs(project) == before and (mine / "letter.txt").exists()
    sources = project.inputs(EDITION) / "sources.yaml"
    sources.write_text(sources.read_text("utf-8").replace("illustrative", "published"), "utf-8")
    before = inputs(project)
    with pytest.raises(Refused) as refused:
        rehearse(EDITION, project)
    assert [finding.code for finding in refused.value.findings] == ["figures-not-made-up"]
    assert inputs(project) == before


# --- the evaluator's whole year: forms out, in, mended, appraised, confirmed, run ---------------------------


@pytest.fixture
def year(played):
    """The project of the rehearsal, and the counts of its steps by name."""
    project, steps, _ = played
    return project, {step.step: step.counts for step in steps}


def rows(project, name):
    with (project.inputs(EDITION) / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_inputs_of_the_year_are_read_without_findings_and_rank_every_unit(year):
    e = evaluate_edition(EDITION, year[0])
    assert e.inputs.sources.status == "illustrative"
    assert all("ictindex rehearse" in file.origin for file in e.inputs.sources.files.values())
    assert {*e.inputs.sources.files} == {
        *("entities.csv", "answers.csv", "monitored.csv", "evidence.csv", "received.csv", "events.csv")
    }
    assert year[1]["result"]["ranked"] == len(e.inputs.entities) == 22


def test_every_step_has_handled_something(year):
    counts = year[1]
    assert counts["forms"] == {"forms": 22, "letters": 22}
    first, second = counts["first_collection"], counts["second_collection"]
    assert first["refused"] > 5 and first["used"] > 5 and first["superseded"] and first["findings"]
    assert second["used"] > first["used"] and second["accepted"] == 2 and second["without_report"] == 1
    assert counts["review"]["sent_back"] == 1 and counts["review"]["changed"] > 0
    assert counts["slips"] == {"slips": 22, "letters": 22}
    assert counts["answers"]["confirmed"] > counts["answers"]["objections"] > 0
    assert {"correction", "rejection", "upheld", "restored", "open"} <= counts["decisions"].keys()


def test_nothing_of_a_unit_with_open_errors_is_in_the_answers_unless_it_was_accepted(year):
    received = [row for row in rows(year[0], "received.csv") if row["form"] == "survey"]
    taken = {row["sender"] for row in received if row["state"] in ("used", "accepted")}
    answers = rows(year[0], "answers.csv")
    assert {row["entity"] for row in answers} == taken
    sent_back = {row["sender"] for row in received if row["state"] == "refused"} - taken
    assert sent_back, "one unit never mends its form"
    accepted = [row for row in received if row["state"] == "accepted"]
    assert all("minh họa" in row["why"] for row in accepted)
    digests = {row["sha256"][:12] for row in received if row["state"] in ("used", "accepted")}
    assert {row["source"].partition("!")[0] for row in answers} == digests


def test_units_are_late_after_the_deadline_unless_they_were_given_longer(year):
    e = evaluate_edition(EDITION, year[0])
    until = {event.entity: event.until for event in e.inputs.events if event.event == "extension"}
    first = {}  # 375: what counts is when something was sent
    for one in e.inputs.received:
        if one.form == "survey":
            first[one.sender] = min(first.get(one.sender, one.at), one.at)
    after = {unit for unit, at in first.items() if f"{at:%Y-%m-%d}" > "2020-11-30"}
    late = {unit for unit in after if unit not in until or first[unit] > until[unit]}
    assert late and after - late
    total = e.at(e.methodology.root)
    assert {unit for unit, one in total.items() if one.outcome.points == 0} >= late


def test_each_objection_has_the_decision_that_followed_it_and_one_is_open(year):
    e = evaluate_edition(EDITION, year[0])
    outcomes = Counter(one.outcome for one in objections(e.inputs.events))
    assert outcomes["open"] == 1 and outcomes["upheld"] > 0 and outcomes["rejected"] > 0
    decided = [one.decision for one in objections(e.inputs.events) if one.decision]
    assert all(decision.who and decision.why for decision in decided)
    assert e.before_confirmation is not None
    before, after = e.before_confirmation.at(e.methodology.root), e.at(e.methodology.root)
    assert any(before[unit].value != after[unit].value for unit in after)
