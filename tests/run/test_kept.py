"""What was concluded is said again only where nothing is another, and never what is damaged."""

import json
import os
import subprocess
import sys

import pytest

from ictindex.basics import Project
from ictindex.run import runs
from ictindex.run.kept import KnownAnnexes, kept
from ictindex.run.plans import plan
from ictindex.run.standing import standing

EDITION = "mini-2020"
MODULE = sys.modules["ictindex.run.kept"]  # the room hands on its word under the same name


@pytest.fixture
def concluded(mini):
    """How often it was concluded, and what is said now."""
    times = []

    def say():
        return kept(EDITION, mini, lambda: times.append(1) or {"found": standing(EDITION, mini).as_dict()})

    say.times = times
    return say


def test_it_is_concluded_once_and_said_again_the_same(concluded):
    assert concluded() == concluded() and len(concluded.times) == 1


CHANGES = {
    "an answer": lambda p: touch(p.inputs(EDITION) / "answers.csv"),
    "only the ends of its lines": lambda p: windows(p.inputs(EDITION) / "answers.csv"),
    "a table more": lambda p: (p.inputs(EDITION) / "events.csv").write_text("entity\n", "utf-8"),
    "a table less": lambda p: (p.inputs(EDITION) / "sources.yaml").unlink(),
    "the methodology": lambda p: touch(p.methodology("mini")),
    "the parameters": lambda p: touch(p.parameters(EDITION)),
    "the page": lambda p: touch(p.notebook(EDITION)),
    "another year": lambda p: p.inputs("mini-2019").mkdir(),
}


def touch(path):
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")


def windows(path):
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_it_was_drawn_from_is_another_makes_it_concluded_anew(mini, concluded, what):
    concluded()
    CHANGES[what](mini)
    assert concluded() == {"found": standing(EDITION, mini).as_dict()} and len(concluded.times) == 2


def test_a_change_that_leaves_time_and_size_alone_is_seen(mini, concluded):
    concluded()
    path = mini.inputs(EDITION) / "answers.csv"
    was, text = path.stat(), path.read_bytes()
    path.write_bytes(text.replace(b"90", b"91", 1))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert path.stat().st_size == was.st_size and text != path.read_bytes()
    concluded()
    assert len(concluded.times) == 2


@pytest.mark.parametrize("at", [0, 8, 9, 50, -1])
def test_a_change_in_any_piece_of_a_large_file_is_seen(mini, concluded, monkeypatch, at):
    monkeypatch.setattr(MODULE, "_PIECE", 9)
    concluded(), concluded()
    assert len(concluded.times) == 1
    path = mini.inputs(EDITION) / "notes.txt"
    path.write_bytes(b"x" * 90)
    concluded()
    whole = bytearray(b"x" * 90)
    whole[at] ^= 1
    path.write_bytes(whole)
    concluded(), concluded()
    assert len(concluded.times) == 3


@pytest.mark.parametrize("what", ["code_digest", "libraries"])
def test_other_code_concludes_anew(concluded, monkeypatch, what):
    concluded()
    monkeypatch.setattr(MODULE, what, lambda: "another")
    concluded()
    assert len(concluded.times) == 2


@pytest.mark.parametrize("spoilt", ["", "{", "[]", "digit", "forged"])
def test_a_damaged_record_is_as_none(mini, concluded, spoilt):
    said, file = concluded(), mini.concluded(EDITION, "status")
    text = file.read_text("utf-8")
    forged = json.dumps({**json.loads(text), "said": {"found": {}}})
    file.write_text({"digit": text.replace("0", "1", 1), "forged": forged}.get(spoilt, spoilt), "utf-8")
    assert concluded() == said and len(concluded.times) == 2
    assert file.read_text("utf-8") == text


def test_what_changes_while_it_is_concluded_is_kept_by_nobody(mini):
    def conclude():
        touch(mini.inputs(EDITION) / "answers.csv")
        return {"said": 1}

    assert kept(EDITION, mini, conclude) == {"said": 1} and not mini.concluded(EDITION, "status").exists()


def test_where_nothing_can_be_kept_it_is_said_all_the_same(mini, concluded):
    (mini.root / "outputs").mkdir(exist_ok=True)
    (mini.root / "outputs" / ".concluded").write_text("a file", "utf-8")
    assert concluded() == concluded() and len(concluded.times) == 2


OPENED = """
import json, sys
seen = set()
sys.addaudithook(lambda event, given: event == "open" and seen.add(str(given[0])))
from ictindex.basics import Project
from ictindex.run import standing
project = Project.around()
seen.clear()
standing(sys.argv[1], project)
print(json.dumps(sorted(seen)))
"""


@pytest.mark.parametrize("edition", ["egdi-2018", "qd2342-2017", "qd375-2020"])
def test_every_file_of_the_project_that_is_read_is_among_those_it_is_drawn_from(edition, monkeypatch):
    project = Project.around()
    ran = subprocess.run([sys.executable, "-c", OPENED, edition], capture_output=True, text=True, check=True)
    places = (str(project.root / "inputs"), str(project.root / "parameters"), str(project.root / "notebooks"))
    read = {path for path in json.loads(ran.stdout) if path.startswith(places)}
    held, digests = set(), MODULE._digests
    monkeypatch.setattr(MODULE, "_digests", lambda files: held.update(files) or digests(files))
    MODULE._drawn_from(project, sorted(MODULE._folders(edition, project, set())))
    assert len(read) > 4 and read <= held


def known(project, texts=(), files=()):
    return KnownAnnexes([EDITION], project, dict(texts), files)


@pytest.fixture
def run_once(built):
    """The project after a run that built, or found out, that the annex is what it would build."""
    before = known(built)
    before.keep(runs.run(plan([EDITION], built, {}), built, 1, lambda *_: None, 120, force=False))
    return built


def test_an_annex_that_a_run_found_unchanged_is_known_until_something_is_another(run_once):
    (result,) = known(run_once).results.values()
    (slowly,) = runs.run(plan([EDITION], run_once, {}), run_once, 1, lambda *_: None, 60, force=False)
    assert (result.status, result.root, result.folder) == ("unchanged", slowly.root, slowly.folder)
    assert not known(run_once, {"decimals": "2"}).results
    further = run_once.root / "more.yaml"
    further.write_text("decimals: 2\n", "utf-8")
    assert (
        not known(run_once, files=[further]).results and not KnownAnnexes(["../x"], run_once, {}, []).results
    )


AMISS = {
    "a source": lambda p: touch(p.inputs(EDITION) / "answers.csv"),
    "the lock": lambda p: (p.root / "requirements.txt").write_text("numpy\n", "utf-8"),
    "a published file": lambda p: touch(p.output(EDITION) / "annex.ipynb"),
    "a file that is gone": lambda p: (p.output(EDITION) / "annex.pdf").unlink(),
    "the manifest": lambda p: touch(p.output(EDITION) / "manifest.json"),
    "the record of the run": lambda p: touch(p.output(EDITION) / "run.json"),
    "what a failed run left": lambda p: (p.failed / EDITION).mkdir(parents=True),
    "what a dead run left": lambda p: (p.building / f"{EDITION}.1").mkdir(parents=True),
}


@pytest.mark.parametrize("what", AMISS)
def test_an_annex_that_may_be_another_is_not_known(run_once, what):
    assert known(run_once).results
    AMISS[what](run_once)
    assert not known(run_once).results


def test_what_changed_during_a_run_is_not_known(built):
    before = known(built)
    results = runs.run(plan([EDITION], built, {}), built, 1, lambda *_: None, 120, force=False)
    touch(built.inputs(EDITION) / "answers.csv")
    before.keep(results)
    assert not known(built).results


def test_an_unchanged_run_imports_nothing_costly(run_once):
    told = "import sys; from ictindex.cli.main import main; sys.argv[1:] = ['run', sys.argv[1]]\\n"
    told = told.replace("\\n", "\n") + "try: main()\nexcept SystemExit: print(*sys.modules)"
    command = [sys.executable, "-c", told, EDITION]
    ran = subprocess.run(command, cwd=run_once.root, capture_output=True, text=True, check=True)
    assert "unchanged" in ran.stderr and not {"pydantic", "yaml", "numpy", "papermill"} & set(
        ran.stdout.split()
    )
