"""Kernels inherit what they need and no more; what dead runs left is swept, what the living hold stays."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ictindex.annex.edition_lock import hold
from ictindex.basics.temporary import temporary_folder
from ictindex.run.processes import kernel_environment, sweep

MINI, EGDI = "mini-2020", "egdi-2018"


@pytest.fixture(autouse=True)
def own_tmp(tmp_path, monkeypatch):
    """A folder for temporary files of this test's own."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_a_run_leaves_the_environment_as_it_was(mini):
    before = dict(os.environ)
    with kernel_environment(mini):
        inside = Path(os.environ["JUPYTER_RUNTIME_DIR"])
        assert inside.is_dir() and os.environ["ICTINDEX_PROJECT"] == str(mini.root)
    assert dict(os.environ) == before
    assert not inside.parent.exists()


_ARRAYS = """
import resource, numpy as np
def held(): return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 2**20
np.ones(2**21)  # 16 MB, after which as much would be kept
before, kept = held(), []
arrays = [(np.ones(2**21), kept.append(bytes(100_000)))[0] for _ in range(10)]
most = held() - before
del arrays
print(most > 150, held() - before < 20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_kernel_gives_back_arrays_that_nobody_needs(mini):
    with kernel_environment(mini):
        said = subprocess.run([sys.executable, "-c", _ARRAYS], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]


def test_what_somebody_else_is_building_just_now_is_not_swept(mini):
    theirs, dead = mini.building / f"{EGDI}.1", mini.building / f"{MINI}.1"
    with ThreadPoolExecutor(1) as other, hold(mini, EGDI):
        for folder in (theirs, dead):
            folder.mkdir(parents=True)
        other.submit(sweep, mini).result()
        assert os.listdir(mini.building) == [theirs.name]
    sweep(mini)
    assert os.listdir(mini.building) == []


KILLED = """
import os, shutil
from ictindex.basics import temporary_folder
def kill(*_, **__):
    os.kill(os.getpid(), 9)
with temporary_folder() as folder:
    MOMENT
"""


@pytest.mark.parametrize("moment", ["kill()", "shutil.rmtree = kill; (folder / 'owner.lock').unlink()"])
def test_the_temporary_folder_of_a_killed_run_is_swept_and_one_in_use_is_not(mini, own_tmp, moment):
    killed = subprocess.run([sys.executable, "-c", KILLED.replace("MOMENT", moment)])
    assert killed.returncode == -9 and len(os.listdir(own_tmp)) == 1
    with temporary_folder() as living:
        sweep(mini)
        assert os.listdir(own_tmp) == [living.name]
    assert os.listdir(own_tmp) == []


def test_a_folder_that_is_only_being_made_is_left_alone_and_an_old_one_without_a_lock_is_not(mini, own_tmp):
    for name in ("ictindex-new", "ictindex-old", "somebodys"):
        (own_tmp / name).mkdir()
    os.utime(own_tmp / "ictindex-old", (0, 0))
    (own_tmp / "ictindex-link").symlink_to(own_tmp / "somebodys")
    sweep(mini)
    assert sorted(os.listdir(own_tmp)) == ["ictindex-link", "ictindex-new", "somebodys"]
