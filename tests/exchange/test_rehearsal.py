"""A rehearsal leaves the same bytes whatever was there, keeps what was exchanged, harms nothing real."""

import shutil
from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.exchange.letter_text import KINDS
from ictindex.exchange.rehearsal import rehearse

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


def test_one_that_ends_early_leaves_everything_as_it_was(tmp_path):
    project = copied(tmp_path)
    before = inputs(project)

    def interrupt(done, of):
        assert inputs(project) == before
        if done == 3:
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
