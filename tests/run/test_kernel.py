"""A kernel ends with the run that started it, from its first moment on, whoever adopts orphans."""

import subprocess
import sys
from pathlib import Path

import pytest

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
run = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def kernels():
    for child in psutil.Process(run.pid).children(recursive=True):
        try:
            if any("kernel" in word for word in child.cmdline()):
                yield child
        except psutil.Error:
            pass
while not (found := list(kernels())):
    assert run.poll() is None
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
