"""Work spread over processes comes back in order; no process outlives its work or its parent."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool

import psutil
import pytest

from ictindex.basics.workers import spread
from tests.conftest import gone


def square(number):
    return number * number


def pid_after(seconds):
    time.sleep(seconds)
    return os.getpid()


def end(_):
    os._exit(3)


def test_results_come_in_the_order_of_the_items():
    with spread(square, range(7), 2, 2) as results:
        assert list(results) == [0, 1, 4, 9, 16, 25, 36]


def test_a_process_that_breaks_down_is_an_error():
    with pytest.raises(BrokenProcessPool), spread(end, [1], 1) as results:
        list(results)


def test_work_that_is_broken_off_is_ended_and_not_waited_for():
    with pytest.raises(KeyboardInterrupt), spread(pid_after, [0, 60, 60, 60], 1) as results:
        worker = psutil.Process(next(results))
        raise KeyboardInterrupt
    assert gone([worker], 60)


WORKING = """
from ictindex.basics.workers import spread
import signal, time
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what it runs behind ignore Ctrl-C
    with spread(time.sleep, [0, 600], 2) as results:
        next(results)
        print("working", flush=True)
        next(results)
"""


@pytest.fixture
def working(tmp_path):
    """A process whose workers are at work: the process, and they."""
    (tmp_path / "working.py").write_text(WORKING)
    process = subprocess.Popen(
        [sys.executable, tmp_path / "working.py"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout.readline() == "working\n"
    workers = psutil.Process(process.pid).children(recursive=True)
    yield process, workers
    for each in [process, *(worker for worker in workers if worker.is_running())]:
        each.kill()
    process.communicate()


def test_workers_of_a_killed_parent_are_gone_soon(working):
    process, workers = working
    process.kill()
    assert len(workers) >= 2
    assert gone(workers, 60)


def test_ctrl_c_in_a_terminal_is_answered_by_the_parent_alone(working):
    process, workers = working
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert gone(workers, 60)
    assert err.count("Traceback") == 1  # this small parent's own
    assert "KeyboardInterrupt" in err


STARTING = """
import os, signal, time
from ictindex.basics.workers import spread
if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)
    with spread(time.sleep, [0, 0], 2) as results:
        os.killpg(0, signal.SIGINT)
        print(list(results))
"""


def test_processes_that_are_only_starting_do_not_hear_ctrl_c_either(tmp_path):
    (tmp_path / "starting.py").write_text(STARTING)
    command = [sys.executable, tmp_path / "starting.py"]
    ended = subprocess.run(command, capture_output=True, text=True, start_new_session=True)
    assert (ended.stdout, ended.stderr) == ("[None, None]\n", "")
