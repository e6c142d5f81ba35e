"""What a killed command left is gone with the next one; what is anybody's stays."""

import os
import subprocess
import sys

import pytest

from ictindex.annex.edition_lock import hold
from ictindex.basics.leftovers import announce_new_year, forget_new_year
from ictindex.run.scaffold import new_year
from tests.conftest import make_mini

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
def counted(real):
    def step(*arguments):
        if next(steps) == moment:
            os.kill(os.getpid(), 9)
        return real(*arguments)
    return step
for project in Path(sys.argv[1]).iterdir():
    if (child := os.fork()) == 0:
        steps, moment = iter(range(1, 99)), int(project.name)
        for name in ("rename", "replace", "mkdir", "unlink"):
            setattr(os, name, counted(getattr(os, name)))
        try:
            scaffold.new_year("mini", 2021, Project(project))
        finally:
            os._exit(0)
    print(project.name, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
FILES = ["answers.csv", "contacts.csv", "entities.csv", "sources.yaml"]
PLACES = ["parameters/mini-2021.yaml", "inputs/mini-2021", "notebooks/mini-2021.ipynb"]
MOMENTS = [6, 7, *range(17, 26)]


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """Step -> a project whose new year was killed at it, in a process of its own, and how that ended."""
    root = tmp_path_factory.mktemp("killed")
    projects = {moment: make_mini(root / str(moment)) for moment in MOMENTS}
    done = subprocess.run([sys.executable, "-c", KILLED, str(root)], capture_output=True, text=True)
    ended = dict(map(str.split, done.stdout.splitlines()))
    return {moment: (project, int(ended[str(moment)])) for moment, project in projects.items()}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_new_year_killed_at_any_step_is_not_there_or_whole_and_can_be_made_again(killed, moment):
    project, code = killed[moment]
    there = [(project.root / place).exists() for place in PLACES]
    assert code == -9
    if not there[0]:
        assert project.editions() == [MINI]  # which is what lint and run --all go through
        new_year("mini", 2021, project)
    assert [(project.root / place).exists() for place in PLACES] == [True, True, True]
    assert sorted(os.listdir(project.inputs("mini-2021"))) == FILES
    with hold(project, "mini-2021"):
        pass
    assert list(project.root.rglob(".*mini-2021*")) == [] == list(project.building.iterdir())
