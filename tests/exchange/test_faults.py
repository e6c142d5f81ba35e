"""Every habit is read right, every fault is found at its own unit with its own code, and nowhere else."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from ictindex.basics.project import Project
from ictindex.exchange import replies
from ictindex.exchange.collection import collect
from ictindex.exchange.faults import FAULTS, HABITS
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import read_context, survey
from ictindex.exchange.rehearsed import Rehearsed
from ictindex.exchange.replies import Sending

ROOT = Path(__file__).parents[2]
EDITION, DAY = "qd2342-2017", date(2017, 12, 20)  # the one that asks for every kind of answer
MOST_UNITS = max(len(FAULTS) + 3, len(HABITS) + 1)


def of_no_habit(patch):
    patch.setattr(replies, "HABIT", 0)


@pytest.fixture(scope="module")
def stage(tmp_path_factory, only_units):
    """Begins a year of no more units than there are faults and habits to be tried."""
    units = [unit.code for unit in read_context(EDITION, Project(ROOT)).entities][:MOST_UNITS]

    def begun(name):
        project = Project(tmp_path_factory.mktemp(name))
        for folder in ("parameters", "inputs"):
            shutil.copytree(ROOT / folder, project.root / folder)
        only_units(project, EDITION, units)
        return Rehearsed(EDITION, project, project.root / "exchange", seed=1)

    return begun


def filled(year, codes, faults=(), habits=()):
    """The surveys of some units in a folder, each with one fault or habit; what came of collecting it."""
    inbox = year.folder / "surveys" / f"{DAY}"
    for i, code in enumerate(codes):
        unit = year.made.units[code]
        sending = Sending(code, DAY, fault=faults[i] if i < len(faults) else "")
        filling = replies.fill_in(year.made, unit, write(survey(year.context, unit.entity)), sending)
        if i < len(habits):
            HABITS[habits[i]](filling)
        (inbox / code).mkdir(parents=True)
        (inbox / code / filling.name).write_bytes(filling.sent or filling.paper.bytes())
        for name, data in filling.evidence.items():
            (inbox / code / name).write_bytes(data)
    return collect(year.edition, year.folder / "surveys", year.project, jobs=1)


@pytest.fixture(scope="module")
def faulty(stage):
    """One unit for each fault, and three without any."""
    with pytest.MonkeyPatch.context() as patch:
        of_no_habit(patch)
        year = stage("faulty")
        codes = list(year.made.units)[: len(FAULTS) + 3]
        return codes, filled(year, codes, list(FAULTS)), year


def test_every_fault_is_found_at_its_own_unit_with_its_own_code(faulty):
    codes, collected, _ = faulty
    found = {verdict.returned.file.split("/")[1]: verdict for verdict in collected.verdicts}
    told = {code: {finding.code for finding in found[code].findings} for code in codes}
    expected = {code: {fault.code} for code, fault in zip(codes, FAULTS.values(), strict=False)}
    assert told == expected | {code: set() for code in codes[len(FAULTS) :]}
    assert [len(found[code].findings) for code in codes[: len(FAULTS)]] == [1] * len(FAULTS)


def test_only_forms_without_a_fault_enter(faulty):
    codes, collected, _ = faulty
    assert {key[0] for key in collected.ledger.answers} == set(codes[len(FAULTS) :])


@pytest.fixture(scope="module")
def habitual(stage):
    """One unit for each habit, and one without any."""
    with pytest.MonkeyPatch.context() as patch:
        of_no_habit(patch)
        year = stage("habitual")
        codes = list(year.made.units)[: len(HABITS) + 1]
        return codes, filled(year, codes, habits=list(HABITS)), year


def test_no_habit_is_held_against_anybody(habitual):
    codes, collected, _ = habitual
    assert [(v.returned.file, f.code) for v in collected.verdicts for f in v.findings] == []
    assert {v.returned.sender for v in collected.verdicts if v.state == "used"} == set(codes)


def test_a_round_trip_loses_nothing_of_what_was_filled_in(habitual):
    codes, collected, year = habitual
    for code in codes:
        unit = year.made.units[code]
        came = {key[1]: row for key, row in collected.ledger.answers.items() if key[0] == code}
        assert came.keys() == unit.asks.keys()
        assert {answer: row["value"] for answer, row in came.items() if row["value"]} == unit.values
        assert {answer: row["state"] for answer, row in came.items() if row["state"]} == unit.states


def test_evidence_is_found_beside_the_form_however_its_name_is_written(habitual):
    codes, collected, _ = habitual
    named = dict.fromkeys(("decomposed", "renamed", "row_put_in"))
    for habit in named:
        unit = codes[list(HABITS).index(habit)]
        held = [row for row in collected.ledger.evidence if row["entity"] == unit]
        assert held and all(row["sha256"] or row["reference"] for row in held)
    assert [name.rpartition("/")[2] for name in collected.orphans] == ["Ảnh chụp màn hình.pdf"]
