"""Many editions as a batch: the same bytes from any process, and none is lost with its process."""

import multiprocessing
import os
import signal

import pytest

from ictindex.run import batch
from ictindex.run.batch import run_batch
from ictindex.run.plans import chosen, plan
from ictindex.run.runs import run
from tests.conftest import ROOT, Project

TIMEOUT = 120
MADE: dict[str, str] = {}


@pytest.fixture
def two(mini, add_cell, go_on):
    """mini-2020, whose page waits until it may go on, and the same figures as mini-2021."""
    copied = ("parameters/{}.yaml", "notebooks/{}.ipynb", "inputs/{}/entities.csv", "inputs/{}/answers.csv")
    for name in (*copied, "inputs/{}/sources.yaml"):
        text = (mini.root / name.format("mini-2020")).read_text("utf-8")
        (mini.root / name.format("mini-2021")).parent.mkdir(exist_ok=True)
        (mini.root / name.format("mini-2021")).write_text(text.replace("2020", "2021"), "utf-8")
    waits = f"import pathlib, time\nwhile not pathlib.Path({str(go_on)!r}).exists():\n    time.sleep(0.05)"
    add_cell(mini, "mini-2020", waits)
    return mini


@pytest.fixture
def go_on(tmp_path_factory):
    """A file at the same place for all tests: while it lacks, no process is too fast to be killed."""
    path = tmp_path_factory.getbasetemp() / "go on"
    path.unlink(missing_ok=True)
    return path


@pytest.fixture
def wanted(two, go_on):
    """What one process makes of the two; made once, for the pages of all tests are the same."""
    if not MADE:
        go_on.touch()
        one_process = run(plan(["mini-2020", "mini-2021"], two, {}), two, 1, lambda *step: None, TIMEOUT)
        MADE.update(roots(one_process))
        go_on.unlink()
    return MADE


def roots(results):
    assert [result.status for result in results] == ["built"] * len(results), results
    return {result.edition: result.root for result in results}


def kill_workers(others):
    """Kill the processes of a batch, not those that other tests of this process have begun."""
    for process in {*multiprocessing.active_children()} - others:
        process.kill()


def test_an_edition_whose_process_is_killed_half_way_is_done_again_with_the_bytes_of_one_process(
    two, go_on, wanted, monkeypatch
):
    plans, begin, begun = plan(["mini-2020", "mini-2021"], two, {}), batch._begun, []
    monkeypatch.setattr(batch, "_begun", lambda: begun.append(begin()) or begun[-1])
    steps, others = [], {*multiprocessing.active_children()}

    def kill_once(*step):
        steps.append(step[:2])
        if step[:2] == ("mini-2020", "notebook") and not go_on.exists():
            kill_workers(others)
            go_on.touch()

    assert roots(run_batch(plans, two, 1, kill_once, TIMEOUT)) == wanted
    assert ("mini-2020", "again") in steps and ("mini-2021", "again") not in steps
    assert len(begun) == 2, "who does the other edition then does the first again"


def test_an_edition_whose_process_dies_each_time_is_told_and_its_annex_stays(two):
    others = {*multiprocessing.active_children()}

    def kill(*step):
        kill_workers(others)

    output = two.output("mini-2020")
    output.mkdir(parents=True)
    (output / "kept.txt").write_text("as it was", "utf-8")
    (result,) = run_batch(plan(["mini-2020"], two, {}), two, 1, kill, TIMEOUT)
    assert (result.status, [finding.code for finding in result.findings]) == ("refused", ["worker-lost"])
    assert [path.name for path in output.iterdir()] == ["kept.txt"]


def test_two_workers_of_a_cluster_one_of_them_killed_give_the_bytes_of_one_process(two, go_on, wanted):
    distributed = pytest.importorskip("distributed")
    plans, killed = plan(["mini-2020", "mini-2021"], two, {}), []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:

        def kill_once(edition, step, *more):
            if step == "notebook" and not killed:
                killed.append(cluster.workers[0].pid)
                os.kill(killed[0], signal.SIGKILL)
                go_on.touch()

        built = run_batch(plans, two, 2, kill_once, TIMEOUT, executor=cluster.scheduler_address)
    assert killed and roots(built) == wanted


def test_a_batch_is_chosen_by_year_and_methodology():
    project = Project(ROOT)
    assert chosen(project, years=[2018]) == ["egdi-2018", "qd2392-2018"]
    assert chosen(project, methodologies=["egdi"]) == ["egdi-2014", "egdi-2016", "egdi-2018"]
    assert chosen(project, [2018, 2016], ["egdi"]) == ["egdi-2016", "egdi-2018"]
    assert chosen(project) == project.editions()


def test_an_edition_that_cannot_be_read_is_chosen_too_so_that_it_is_told(mini):
    mini.parameters("mini-2020").write_text("year: [", "utf-8")
    assert chosen(mini, years=[1999]) == ["mini-2020"]
