"""One command at a time works on an edition; who comes second waits, hears for whom, and is then refused."""

import json
import os
import platform
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ictindex.annex.edition_lock import SharedHold, hold, hold_edition
from ictindex.basics.findings import Refused

MINI, OTHER = "mini-2020", "egdi-2018"

HOLDING = """
import sys, time
from pathlib import Path
from ictindex.annex import hold
from ictindex.basics import Project
with hold(Project(Path(sys.argv[1])), "mini-2020"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(mini):
    """Another process that holds the edition until it is killed."""
    command = [sys.executable, "-c", HOLDING, str(mini.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def refused_at_once(project, name):
    with pytest.raises(Refused) as refused, hold(project, name, patience=0):
        pass
    (finding,) = refused.value.findings
    return finding


def test_who_is_refused_learns_the_process_the_host_and_since_when(mini, holder, capfd):
    began = time.monotonic()
    with pytest.raises(Refused) as refused, hold(mini, MINI, patience=0.6):
        pass
    assert 0.5 < time.monotonic() - began < 5
    (finding,) = refused.value.findings
    assert (finding.code, finding.file) == ("edition-held", "outputs/.locks/mini-2020.lock")
    said = {key: finding.facts[key] for key in ("name", "pid", "host")}
    assert said == {"name": MINI, "pid": str(holder.pid), "host": platform.node()}
    assert finding.facts["start"][:2] == "20" and finding.facts["command"].startswith("-c ")
    assert f"waiting for another command on mini-2020: process {holder.pid} on " in capfd.readouterr().err


def test_the_lock_of_a_killed_holder_is_free_at_once(mini, holder):
    refused_at_once(mini, MINI)
    holder.kill()
    holder.wait()
    with hold(mini, MINI, patience=0):
        pass


def test_a_waiting_command_goes_on_when_the_holder_ends(mini, holder):
    threading.Timer(0.5, holder.kill).start()
    with hold(mini, MINI, patience=20):
        assert holder.wait(5) == -9


def test_two_threads_of_one_process_take_turns(mini):
    with ThreadPoolExecutor(1) as other, hold(mini, MINI):
        finding = other.submit(refused_at_once, mini, MINI).result()
    assert finding.facts["pid"] == str(os.getpid())
    with ThreadPoolExecutor(1) as other:
        assert other.submit(lambda: hold(mini, MINI, patience=0).__enter__()).result() is None


def test_a_thread_that_holds_an_edition_may_hold_it_again_and_keeps_it_until_the_first_hold_ends(mini):
    with ThreadPoolExecutor(1) as other, hold(mini, MINI):
        with hold(mini, MINI, patience=0):
            pass
        assert other.submit(refused_at_once, mini, MINI).result().facts["pid"] == str(os.getpid())


def test_two_editions_are_held_side_by_side(mini):
    def both():
        with hold(mini, OTHER, patience=0):
            return "held"

    with ThreadPoolExecutor(1) as other, hold(mini, MINI):
        assert other.submit(both).result() == "held"


def test_inputs_that_two_editions_share_are_held_with_either(mini_with):
    project = mini_with(parameters=lambda text: text.replace("inputs: mini-2020", "inputs: shared"))
    with ThreadPoolExecutor(1) as other, hold_edition(MINI, project):
        assert other.submit(refused_at_once, project, "shared").result().code == "edition-held"
        assert other.submit(refused_at_once, project, MINI).result().code == "edition-held"


def test_how_long_a_command_waits_is_said_by_the_environment(mini, holder, monkeypatch):
    monkeypatch.setenv("ICTINDEX_PATIENCE", "0.4")
    began = time.monotonic()
    with pytest.raises(Refused), hold(mini, MINI):
        pass
    assert time.monotonic() - began < 5


def test_a_holder_that_left_no_word_is_refused_for_all_the_same(mini, holder):
    (mini.root / "outputs/.locks/mini-2020.holder.json").write_text("[")
    assert refused_at_once(mini, MINI).facts["pid"] == "?"


def test_nothing_but_an_empty_lock_stays(mini):
    with hold(mini, MINI):
        said = json.loads((mini.root / "outputs/.locks/mini-2020.holder.json").read_text())
        assert said["pid"] == str(os.getpid())
    locks = mini.root / "outputs/.locks"
    assert {path.name: path.read_bytes() for path in locks.iterdir()} == {"mini-2020.lock": b""}


def test_a_lock_that_cannot_be_made_is_a_finding(mini):
    (mini.root / "outputs").write_text("")
    assert refused_at_once(mini, MINI).code == "unwritable"


def test_a_name_that_leaves_the_folder_of_locks_is_refused(mini):
    assert refused_at_once(mini, "../x").code == "not-a-name"


PARAMETERS = {"edition": MINI, "inputs": MINI}


def test_threads_of_one_run_hold_an_edition_together_and_others_wait_for_the_last(mini):
    together, inside = SharedHold(mini, patience=5), threading.Barrier(3)

    def one():
        with together(PARAMETERS):
            inside.wait(10)  # both are in, and the third looks on
            inside.wait(10)

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(one) for _ in range(2)]
        inside.wait(10)
        assert refused_at_once(mini, MINI).code == "edition-held"
        inside.wait(10)
        assert [run.result() for run in runs] == [None, None]
    with hold(mini, MINI, patience=0):
        pass


def test_what_a_dead_command_left_is_cleared_once_and_not_under_the_second_of_two_threads(mini):
    dead, ours = mini.building / f"{MINI}.dead", mini.building / f"{MINI}.ours"
    dead.mkdir(parents=True)
    together = SharedHold(mini)
    with together(PARAMETERS):
        assert not dead.exists()
        ours.mkdir()
        with ThreadPoolExecutor(1) as pool, together(PARAMETERS):
            pool.submit(lambda: together(PARAMETERS).__enter__()).result()
        assert ours.exists()
