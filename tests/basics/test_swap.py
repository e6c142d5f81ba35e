"""A folder is exchanged for another so that whoever looks, and whenever it is killed, finds a whole one."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ictindex.basics import swap

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there may be no exchange in one step")


def folder(path: Path, text: str) -> Path:
    """A folder of two files that both say the same."""
    path.mkdir(parents=True)
    for name in ("one.txt", "two.txt"):
        (path / name).write_text(text)
    return path


def replace(new: Path, official: Path) -> None:
    """Exchange, when the new folder is as it is just now."""
    swap.replace_folder(new, official, swap.digests(new), "official")


def says(path: Path) -> list[str]:
    return [file.read_text() for file in sorted(path.iterdir())]


@pytest.fixture(params=["in one step", "in two renames"])
def way(request, monkeypatch):
    """Both ways of exchanging."""
    if request.param == "in two renames":
        monkeypatch.setattr(swap, "_exchange", lambda one, other: False)


def test_the_first_folder_takes_the_name(tmp_path, way):
    replace(folder(tmp_path / "aside" / "new", "new"), tmp_path / "outputs" / "official")
    assert says(tmp_path / "outputs" / "official") == ["new", "new"]


def test_a_further_folder_takes_the_name_and_the_one_before_is_gone(tmp_path, way):
    official = folder(tmp_path / "official", "old")
    replace(folder(tmp_path / "new", "new"), official)
    assert says(official) == ["new", "new"]
    assert sorted(os.listdir(tmp_path)) == ["official"]


def test_a_new_folder_that_is_not_there_is_an_error_that_names_it(tmp_path, way):
    with pytest.raises(FileNotFoundError) as error:
        replace(tmp_path / "new", tmp_path / "official")
    assert error.value.filename == str(tmp_path / "new")


def test_what_was_in_the_old_folder_and_is_not_in_the_new_one_is_gone(tmp_path, way):
    official = folder(tmp_path / "official", "old")
    (official / "three.txt").write_text("old")
    replace(folder(tmp_path / "new", "new"), official)
    assert sorted(os.listdir(official)) == ["one.txt", "two.txt"]


@linux
def test_on_linux_two_names_are_exchanged_in_one_step(tmp_path):
    one, other = folder(tmp_path / "one", "1"), folder(tmp_path / "other", "2")
    assert swap._exchange(one, other) is True
    assert (says(one), says(other)) == (["2", "2"], ["1", "1"])


@linux
def test_a_reader_never_misses_the_folder_in_200_exchanges(tmp_path):
    official = folder(tmp_path / "official", "0")
    missed, looks, done = [], [], threading.Event()

    def look():
        while not done.is_set():
            looks.append(1)
            try:
                if sorted(os.listdir(official)) != ["one.txt", "two.txt"]:
                    missed.append(os.listdir(official))
            except FileNotFoundError as error:
                missed.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    real = swap.shutil.rmtree
    aside = []
    swap.shutil.rmtree = lambda path, **_: aside.append(
        os.rename(path, f"{path}.gone")
    )  # what a reader holds open
    try:
        for i in range(1, 201):
            replace(folder(tmp_path / f"new{i}", str(i)), official)
    finally:
        swap.shutil.rmtree = real
        done.set()
        reader.join()
    assert missed == []
    assert says(official) == ["200", "200"]
    assert len(looks) > 200


def test_where_a_folder_cannot_be_removed_the_new_one_stands_all_the_same(tmp_path, way, monkeypatch):
    def refuse(path, ignore_errors=False, **_):
        if not ignore_errors:
            raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(swap.shutil, "rmtree", refuse)
    official = folder(tmp_path / "official", "old")
    replace(folder(tmp_path / "new", "new"), official)
    assert says(official) == ["new", "new"]


KILLED = """
import os, sys
from pathlib import Path
from ictindex.basics import swap
swap._exchange = lambda one, other: False
renames = iter(range(1, 9))
real = os.rename
def rename(one, other):
    real(one, other)
    if next(renames) == int(sys.argv[1]):
        os.kill(os.getpid(), 9)
os.rename = rename
new = Path("new")
swap.replace_folder(new, Path("official"), swap.digests(new), "x")
"""


@pytest.mark.parametrize("after, left", [(1, ["old", "old"]), (2, ["new", "new"])])
def test_a_kill_between_the_two_renames_is_mended(tmp_path, after, left):
    official = folder(tmp_path / "official", "old")
    folder(tmp_path / "new", "new")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(after)], cwd=tmp_path)
    assert killed.returncode == -9
    assert official.exists() == (after == 2)
    swap.recover(official)
    assert says(official) == left
    assert [name for name in os.listdir(tmp_path) if name.startswith(".")] == []


def test_where_nothing_was_killed_there_is_nothing_to_mend(tmp_path):
    swap.recover(tmp_path / "official")
    assert os.listdir(tmp_path) == []
    official = folder(tmp_path / "official", "old")
    swap.recover(official)
    assert says(official) == ["old", "old"]


# --- what must not be exchanged -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda new: (new / "two.txt").unlink(),
        lambda new: (new / "two.txt").write_text("changed"),
        lambda new: (new / "three.txt").write_text("added"),
    ],
    ids=["lost", "changed", "added"],
)
def test_a_folder_that_is_not_what_was_built_replaces_nothing(tmp_path, way, refused, spoil):
    official, new = folder(tmp_path / "official", "old"), folder(tmp_path / "new", "new")
    complete = swap.digests(new)
    spoil(new)
    (finding,) = refused(swap.replace_folder, new, official, complete, "outputs/x")
    assert finding.code == "staging-incomplete" and finding.file.startswith("outputs/x/t")
    assert says(official) == ["old", "old"]


def test_where_the_new_folder_vanishes_between_the_renames_the_old_one_comes_back(tmp_path, monkeypatch):
    official, new = folder(tmp_path / "official", "old"), folder(tmp_path / "new", "new")
    complete, real = swap.digests(new), os.rename

    def rename(one, other):
        real(one, other)
        if str(other).endswith(".old"):
            shutil.rmtree(new)

    monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    monkeypatch.setattr(swap.os, "rename", rename)
    with pytest.raises(FileNotFoundError):
        swap.replace_folder(new, official, complete, "x")
    assert says(official) == ["old", "old"]


def test_a_staging_folder_that_vanished_is_not_made_anew(tmp_path):
    official = folder(tmp_path / "official", "old")

    def vanish():
        (staged,) = tmp_path.glob(".official.*.staged")
        shutil.rmtree(staged)

    with pytest.raises(FileNotFoundError):
        swap.rewrite_folder(official, {"one.txt": "new"}, "x", still=vanish)
    assert says(official) == ["old", "old"] and os.listdir(tmp_path) == ["official"]


def test_some_files_are_rewritten_others_go_and_the_rest_stays_in_one_step(tmp_path):
    official = folder(tmp_path / "official", "old")
    (official / "below").mkdir()
    (official / "below" / "kept.txt").write_text("kept")
    swap.rewrite_folder(official, {"one.txt": "new", "three.txt": "new"}, "x", gone=["two.txt"])
    assert {path: (official / path).read_text() for path in swap.digests(official)} == {
        "one.txt": "new",
        "three.txt": "new",
        "below/kept.txt": "kept",
    }
    assert os.listdir(tmp_path) == ["official"]
