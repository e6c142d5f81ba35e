"""Whenever it is told to stop, from its first import on, the command ends with 130 and no traceback."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "ictindex"

AT_AN_IMPORT = """
import signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == wanted:
            signal.raise_signal(int(number))
wanted, number = sys.argv[1:3]
del sys.argv[1:3]
sys.meta_path.insert(0, Finder())
from ictindex.cli.start import main
main()
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "imported", ["click", "ictindex.cli.main", "ictindex.run.check_all", "yaml", "pydantic"]
)
def test_a_signal_during_an_import_ends_the_command_with_130(mini, imported, sent):
    command = [sys.executable, "-c", AT_AN_IMPORT, imported, str(int(sent)), "lint"]
    ended = subprocess.run(command, cwd=mini.root, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(("stated", "then"), [(None, "0"), ("1", "1")])
def test_arrays_take_pages_of_their_own_size_unless_somebody_says_otherwise(stated, then):
    code = "import os, sys\nfrom ictindex.cli.start import main\ntry:\n    main()\nexcept SystemExit:\n"
    code += "    print(os.environ['NUMPY_MADVISE_HUGEPAGE'], file=sys.stderr)"
    environment = {name: value for name, value in os.environ.items() if name != "NUMPY_MADVISE_HUGEPAGE"}
    environment |= {} if stated is None else {"NUMPY_MADVISE_HUGEPAGE": stated}
    command = [sys.executable, "-c", code, "--help"]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert ended.stderr.strip() == then


def catches_signals(process):
    """Whether our first line was reached; a Python of its own accord does not catch SIGTERM."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():  # not Linux: it will be, by then
        time.sleep(2)
        return True
    caught = int(status.read_text().partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def test_a_signal_at_any_moment_ends_with_130_or_comes_too_late(mini):
    moments = random.Random(1)
    for sent in [signal.SIGINT, signal.SIGTERM] * 4:
        command = [COMMAND, "draw", "mini-2020"]
        process = subprocess.Popen(
            command, cwd=mini.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        while process.poll() is None and not catches_signals(process):
            time.sleep(0.001)
        time.sleep(moments.random())
        process.send_signal(sent)
        _, err = process.communicate(timeout=60)
        assert process.returncode in (130, 0, -sent), err  # the last: Python itself is going
        assert "Traceback" not in err, err


def test_nothing_else_of_the_package_is_imported_before_signals_are_caught():
    code = "import sys, ictindex.cli.start; print(*(name for name in sys.modules if 'ictindex' in name))"
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert imported.stdout.split() == ["ictindex", "ictindex.cli", "ictindex.cli.start"]


def test_a_command_that_is_not_disturbed_ends_as_it_always_did(mini):
    ended = subprocess.run([COMMAND, "draw", "nothing"], cwd=mini.root, capture_output=True, text=True)
    assert ended.returncode == 2 and "parameters/nothing.yaml: there is no edition “nothing”" in ended.stderr
