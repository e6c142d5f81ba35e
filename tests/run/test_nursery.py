"""Kernels are as if each had been started alone, and end with the run that asked for them."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ictindex.run.processes import Kernel, Nursery

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kernels are forked where there is a fork")
MINI = "mini-2020"


@pytest.fixture(autouse=True)
def own_tmp(tmp_path, monkeypatch):
    """A folder for temporary files of this test's own: a killed run leaves some."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))


ADOPTING = """
import ctypes, subprocess, sys, time
import psutil
assert ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0  # orphans come to us, as in a user's session
run = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
def kernels():
    for child in psutil.Process(run.pid).children(recursive=True):
        try:
            if any("nursery" in word for word in child.cmdline()):
                yield child
        except psutil.Error:
            pass
while not (found := list(kernels())):
    assert run.poll() is None, run.returncode
    time.sleep(0.002)
run.kill()
run.wait()
print(len(psutil.wait_procs(found, timeout=15)[1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no other system lets a process adopt orphans")
def test_a_kernel_whose_run_is_killed_before_it_is_set_up_ends_wherever_orphans_go(mini):
    command = [sys.executable, "-c", ADOPTING, Path(sys.executable).parent / "ictindex", "run", MINI]
    ended = subprocess.run(command, cwd=mini.root, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("0\n", "")


@pytest.fixture(scope="module")
def nursery():
    """A nursery of these tests' own; one that has ended begins anew."""
    own = Nursery()
    yield own
    own.end()


def holds(condition, seconds=60):
    """Whether something comes to hold in time."""
    end = time.monotonic() + seconds
    while not (held := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return held


def told_by(kernel, name):
    """What a program that runs as a kernel wrote into a file."""

    def whole():
        return name.exists() and name.read_text("utf-8").endswith("\n")

    assert holds(lambda: whole() or kernel.poll() is not None) and whole(), "it ended and wrote nothing"
    return name.read_text("utf-8")


def ended(kernel):
    return holds(lambda: kernel.poll() is not None)


STARTUP = """
import os, random, sys
import numpy, pandas
where = os.environ.get("ONLY"), os.environ.get("HOME"), os.getcwd()
shown = [*where, pandas.get_option("display.max_columns")]
with open(os.environ["TOLD"], "w") as told:
    print(shown, file=told)
with open(os.environ["TOLD"] + ".drawn", "w") as told:
    print(random.random(), numpy.random.random(), file=told)
"""


def ask(nursery, tmp_path, name):
    """A kernel whose start-up file writes what it sees; and that file."""
    startup = tmp_path / name / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text(STARTUP, "utf-8")
    said = tmp_path / f"{name}.txt"
    env = {"ONLY": name, "TOLD": str(said), "IPYTHONDIR": str(tmp_path / name), "PATH": os.environ["PATH"]}
    words = ["ipykernel_launcher", "-f", str(tmp_path / f"{name}.json")]
    return nursery.kernel(words, env, str(tmp_path)), said


def test_a_kernel_has_its_own_environment_folder_and_chance_and_shows_frames_as_one_started_alone(
    nursery, tmp_path
):
    drawn = []
    for name in ("first", "second"):
        kernel, said = ask(nursery, tmp_path, name)
        drawn.append(told_by(kernel, said.with_name(f"{said.name}.drawn")).split())
        assert said.read_text("utf-8") == f"{[name, None, str(tmp_path), 20]}\n"
        kernel.kill()
    assert not set(drawn[0]) & set(drawn[1])


def test_a_kernel_has_ended_though_nobody_lays_it_to_rest():
    """Its nursery may be dead, and whoever adopts orphans need not care."""
    if (child := os.fork()) == 0:
        os._exit(0)
    assert ended(Kernel(child))
    os.waitpid(child, 0)


def test_where_a_kernel_cannot_even_begin_it_is_a_kernel_that_has_ended(nursery, tmp_path):
    assert ended(nursery.kernel(["ipykernel_launcher"], {}, str(tmp_path / "nowhere")))


def test_a_kernel_that_has_ended_is_known_to_have_and_one_is_made_anew_after_the_nursery_has_died(
    nursery, tmp_path
):
    first, said = ask(nursery, tmp_path, "first")
    told_by(first, said)
    assert first.poll() is None
    first.terminate()
    assert ended(first)
    nursery._process.kill()
    nursery._process.wait()
    second, said = ask(nursery, tmp_path, "second")
    told_by(second, said)
    nursery.end()
    assert ended(second), "it outlives its nursery"
