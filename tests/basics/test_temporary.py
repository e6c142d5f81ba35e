"""What a command keeps for itself is gone when it ends, or swept by the next where it was killed."""

import os
import subprocess
import sys
import tempfile
from multiprocessing import get_all_start_methods
from pathlib import Path

import pytest

from ictindex.basics.temporary import sweep_temporary

WITH_A_SOCKET = """
import multiprocessing, os
from ictindex.basics import keep_sockets_aside
if __name__ == "__main__":
    keep_sockets_aside()
    started = multiprocessing.get_context("forkserver").Process(target=print)
    started.start(); started.join()
    END
"""


@pytest.mark.skipif("forkserver" not in get_all_start_methods(), reason="no sockets of this kind here")
@pytest.mark.parametrize(("end", "left"), [("os.kill(os.getpid(), 9)", 1), ("pass", 0)])
def test_the_sockets_of_a_command_are_gone_in_the_end_and_those_of_a_killed_one_swept(monkeypatch, end, left):
    with tempfile.TemporaryDirectory(dir="/tmp") as short:  # the name of a socket must be
        script = Path(short) / "ended.py"
        script.write_text(WITH_A_SOCKET.replace("END", end))
        own = Path(short) / "t"
        own.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(own))
        monkeypatch.setenv("TMPDIR", str(own))
        ended = subprocess.run([sys.executable, script], capture_output=True)
        assert (ended.returncode, ended.stderr) == (-9 * left, b"")
        assert len(os.listdir(own)) == left
        sweep_temporary()
        assert os.listdir(own) == []
