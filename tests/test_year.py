"""The evaluator's whole year for one small edition: forms out, in, mended, appraised, confirmed, run."""

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from ictindex.basics.project import Project
from ictindex.exchange.rehearsal import rehearse
from ictindex.facts.replay import objections
from ictindex.scoring.evaluation import evaluate_edition

ROOT = Path(__file__).parent.parent
EDITION = "qd375-2020"  # the smallest


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """A rehearsal in a copy of the project: the project, and the steps by name."""
    root = tmp_path_factory.mktemp("year")
    for name in ("parameters", "inputs"):
        shutil.copytree(ROOT / name, root / name)
    project = Project(root)
    return project, {step.step: step.counts for step in rehearse(EDITION, project)}


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
