"""What a killed command left is gone with the next one; what is anybody's stays."""

import os
import subprocess
import sys

import pytest

from ictindex.annex.edition_lock import hold
from ictindex.basics.leftovers import announce_new_year, forget_new_year
from ictindex.run.scaffold import new_year

MINI = "mini-2020"


def test_half_copies_of_this_edition_go_and_those_of_others_stay(mini):
    inputs = mini.root / "inputs"
    for folder in (inputs / f".{MINI}.1.staged", mini.building / f"{MINI}.1", mini.building / f"{MINI}.w.1"):
        folder.mkdir(parents=True)
    for other in (inputs / ".mini-2021.1.staged", mini.building / "mini-2020x.1"):
        other.mkdir()
    part = mini.exchange(MINI) / "findings" / ".a.xlsx.7.part"
    part.parent.mkdir(parents=True)
    part.write_text("half")
    (part.parent / "a.xlsx").write_text("whole")
    with hold(mini, MINI):
        pass
    assert sorted(os.listdir(inputs)) == [".mini-2021.1.staged", MINI]
    assert os.listdir(mini.building) == ["mini-2020x.1"]
    assert os.listdir(part.parent) == ["a.xlsx"]


def test_inputs_and_annexes_that_a_kill_caught_between_two_names_come_back(mini):
    inputs, what_if = mini.inputs(MINI), mini.output(MINI) / "what_if" / "w"
    what_if.mkdir(parents=True)
    for folder in (inputs, what_if):
        folder.rename(folder.with_name(f".{folder.name}.old"))
    with hold(mini, MINI):
        pass
    assert (inputs / "answers.csv").is_file() and what_if.is_dir()


def test_files_that_somebody_put_in_the_place_of_half_a_new_year_stay(mini):
    inputs = mini.inputs("mini-2021")
    answers, entities, notebook = inputs / "answers.csv", inputs / "entities.csv", mini.notebook("mini-2021")
    made = {answers: "made", entities: "made", notebook: "made"}
    inputs.mkdir()
    answers.write_text("mine")
    entities.write_text("made")
    announce_new_year(mini, "mini-2021", made)
    forget_new_year(mini, "mini-2021")
    assert {path.name: path.read_text() for path in inputs.iterdir()} == {"answers.csv": "mine"}
    assert os.listdir(mini.building) == []


KILLED = """
import os, sys
from pathlib import Path
from ictindex.run import scaffold
from ictindex.basics.project import Project
steps = iter(range(1, 99))
def counted(real):
    def step(*arguments):
        if next(steps) == int(sys.argv[2]):
            os.kill(os.getpid(), 9)
        return real(*arguments)
    return step
for name in ("rename", "replace", "mkdir", "unlink"):
    setattr(os, name, counted(getattr(os, name)))
scaffold.new_year("mini", 2021, Project(Path(sys.argv[1])))
"""
FILES = ["answers.csv", "contacts.csv", "entities.csv", "sources.yaml"]
PLACES = ["parameters/mini-2021.yaml", "inputs/mini-2021", "notebooks/mini-2021.ipynb"]


@pytest.mark.parametrize("moment", [6, 7, *range(17, 26)])
def test_a_new_year_killed_at_any_step_is_not_there_or_whole_and_can_be_made_again(mini, moment):
    known = mini.editions()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(mini.root), str(moment)], capture_output=True)
    there = [(mini.root / place).exists() for place in PLACES]
    if not there[0]:
        assert killed.returncode == -9
        assert mini.editions() == known  # which is what lint and run --all go through
        new_year("mini", 2021, mini)
    assert [(mini.root / place).exists() for place in PLACES] == [True, True, True]
    assert sorted(os.listdir(mini.inputs("mini-2021"))) == FILES
    with hold(mini, "mini-2021"):
        pass
    assert list(mini.root.rglob(".*mini-2021*")) == [] == list(mini.building.iterdir())
