"""A short campaign: a few tamperings, kills, foreign files and races of each kind, always the same ones."""

import shutil
import signal
from random import Random

import pytest

from benchmarks.hostile.cases import Cases
from benchmarks.hostile.files import KINDS, Files
from benchmarks.hostile.flips import FREE, Flips
from benchmarks.hostile.kills import Kills
from benchmarks.hostile.pairs import Pairs
from benchmarks.hostile.stage import Stage, opened
from benchmarks.hostile.state import faults
from benchmarks.hostile.tally import Fault, Outcome, Tally

EDITION = "mini-2020"
FEW = 15  # foreign files: three of each kind, and of forms six


@pytest.fixture(scope="module")
def stage(built_once, tmp_path_factory):
    """mini-2020 built, and its year at the opening, with four forms, which one process reads."""
    folder = tmp_path_factory.mktemp("stage")
    for name in ("parameters", "inputs", "notebooks"):
        shutil.copytree(built_once.root / name, folder / "built" / name)
    shutil.copytree(built_once.output(EDITION), folder / "built" / "outputs" / EDITION)
    made = opened(Stage(folder, EDITION), 0)
    for form in sorted(made.inbox.rglob("*.xlsx"))[4:]:
        form.unlink()
    return made


@pytest.mark.parametrize(
    "way", ["byte", "source digit", "added", "linked", "forged", "other code", "touched"]
)
def test_verify_finds_what_was_tampered_with_and_nothing_else(way, stage, tmp_path):
    outcome = Flips(stage, tmp_path).tampered(0, way, EDITION, Random(way))
    assert outcome.faults == ()
    assert outcome.detected == (way not in FREE)


def test_foreign_files_are_read_or_refused_and_raise_nothing(stage, tmp_path):
    files = Files(stage, tmp_path)
    assert [outcome for seed in range(FEW) if (outcome := files.attempt(seed)).faults] == []
    assert {KINDS[seed % len(KINDS)] for seed in range(FEW)} == {".xlsx", ".csv", ".yaml", ".ipynb"}


def test_a_new_year_that_is_killed_is_there_whole_or_not_at_all(stage, tmp_path):
    assert Kills(stage, tmp_path).halfway("new-year", signal.SIGKILL).faults == ()


def test_figures_that_are_made_anew_are_there_whole_or_not_at_all_where_that_is_told_to_end(stage, tmp_path):
    assert Kills(stage, tmp_path).halfway("sample", signal.SIGTERM).faults == ()


def test_two_collections_at_once_lose_nothing(stage, tmp_path):
    """The first is held where it copies the inputs, the second where it has tidied up."""
    assert Pairs(stage, tmp_path).held("collect few twice", 8, 6).faults == ()


def test_a_fault_that_was_found_once_does_not_come_back(stage, tmp_path):
    """The others have tests of their own, beside what they befell."""
    assert Cases(stage, tmp_path).named("long integer in an annex").faults == ()


# --- the instrument sees what it is there for -------------------------------------------------------------


def test_a_forgery_that_verify_does_not_see_is_counted(stage, tmp_path, monkeypatch):
    monkeypatch.setattr("ictindex.annex.verification.verify", lambda folder, project: [])
    outcome = Flips(stage, tmp_path).tampered(3, "byte", EDITION, Random(3))
    assert [fault.kind for fault in outcome.faults] == ["undetected"]
    tally = Tally("flips", 2, [outcome, Outcome(4, "byte", detected=True)])
    assert (tally.counts()["tried"], tally.counts()["detected"], tally.counts()["undetected"]) == (2, 1, 1)
    assert any("--only flips --seed 3 --count 1" in line for line in tally.lines())


def test_a_reader_that_raises_is_counted(stage, tmp_path, monkeypatch):
    def breaks(project, editions):
        raise KeyError("planted")

    monkeypatch.setattr("ictindex.run.check_all.lint", breaks)
    assert [fault.kind for fault in Files(stage, tmp_path).read(0, ".csv").faults] == ["crashed"]


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        ({"a": "1", "b": "1"}, []),
        ({"a": "2", "b": "2"}, []),
        ({"a": "2", "b": "1"}, ["half"]),
        ({"a": "1"}, ["lost"]),
        ({}, ["lost"]),
        ({"a": "2", "b": "2", "c": "1"}, ["half"]),
    ],
)
def test_a_mixed_state_is_half_and_a_missing_file_is_lost(now, kinds):
    before, after = {"inputs/x": {"a": "1", "b": "1"}}, {"inputs/x": {"a": "2", "b": "2"}}
    assert [fault.kind for fault in faults({"inputs/x": now}, [before, after], before)] == kinds


def test_what_was_said_to_be_done_and_is_not_there_is_lost():
    before, after = {"inputs/x": {"a": "1"}}, {"inputs/x": {"a": "2"}}
    said = "inputs/x: as before, although a command said that it was done"
    assert list(faults(before, [after], before)) == [Fault("lost", said)]
