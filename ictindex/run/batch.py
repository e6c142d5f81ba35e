"""Many editions as a batch: each in a process of its own, here or on a dask cluster, with the same bytes."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from ictindex.basics import Project, begin_as_worker, deaf, found
from ictindex.run.plans import Plan
from ictindex.run.results import Result
from ictindex.run.runs import Progress, run

PROCESSES = "processes"  # of this machine; else the address of a cluster's scheduler
_TOPIC = "ictindex"  # under which workers of a cluster tell how far they are
_ATTEMPTS = 2  # a worker that dies has its editions done again, once
_ONE = (
    threading.Lock()
)  # a run sets its process' environment: a worker with several threads does one at a time


class Task(NamedTuple):
    """Plans that write under one lock, so that one process does them, and how they are to be run."""

    plans: tuple[Plan, ...]
    project: Project
    timeout: int
    force: bool

    def run(self, progress: Progress) -> list[Result]:
        with _ONE:
            return run(self.plans, self.project, 1, progress, self.timeout, self.force)

    def lost(self) -> list[Result]:
        """What is told of editions whose worker died each time."""
        return [
            Result(plan.name, "refused", 0.0, shown, findings=[found("worker-lost", shown, times=_ATTEMPTS)])
            for plan in self.plans
            for shown in [self.project.shown(self.project.output(plan.edition, plan.what_if))]
        ]


def run_batch(
    plans: Sequence[Plan],
    project: Project,
    jobs: int,
    progress: Progress,
    timeout: int,
    force: bool = True,
    executor: str = PROCESSES,
) -> list[Result]:
    """As ``runs.run``, each edition in a process of its own; the results in the order of the plans.

    ``executor``: PROCESSES for ``jobs`` of this machine, or the address of a dask scheduler (tcp://…) whose
    workers have this package and the project's folder at the same place. An edition whose worker dies is done
    again once (on a cluster as often as its scheduler allows), then told; no other edition is disturbed.
    """
    by_lock: dict[str, list[Plan]] = {}
    for plan in plans:
        by_lock.setdefault(str(plan.parameters.get("inputs") or plan.edition), []).append(plan)
    tasks = [Task(tuple(several), project, timeout, force) for several in by_lock.values()]
    work = _here(tasks, jobs, progress) if executor == PROCESSES else _there(tasks, executor, progress)
    done = {result.edition: result for result in work}
    return [done[plan.name] for plan in plans]


# --- processes of this machine ----------------------------------------------------------------------------


def _here(tasks: Sequence[Task], jobs: int, progress: Progress) -> Iterator[Result]:
    waiting = deque((task, 1) for task in tasks)
    at_work: dict[Connection, tuple[Any, Task, int]] = {}
    try:
        while waiting or at_work:
            while waiting and len(at_work) < jobs:
                task, attempt = waiting.popleft()
                process, pipe = _begun(task)
                at_work[pipe] = process, task, attempt
            for pipe in wait([*at_work], timeout=0.2):  # a signal is handled between two waits
                process, task, attempt = at_work[pipe]
                try:
                    said = pipe.recv()
                except (EOFError, OSError):  # it died
                    said = task.lost() if attempt == _ATTEMPTS else None
                    if said is None:
                        waiting.append((task, attempt + 1))
                        for plan in task.plans:
                            progress(plan.name, "again", 0, 0)
                if isinstance(said, tuple):
                    progress(*said)
                    continue
                del at_work[pipe]
                process.join()
                yield from said or ()
    finally:
        for process, _, _ in at_work.values():
            process.kill()  # its kernel ends with it
            process.join()


def _begun(task: Task) -> tuple[Any, Connection]:
    """A process that works on a task, and the pipe through which it tells how far it is, and what came."""
    spawned = multiprocessing.get_context("spawn")
    ours, its = spawned.Pipe(duplex=False)
    process = spawned.Process(target=_work, args=(task, its))
    with deaf():
        process.start()
    its.close()  # so that the pipe ends when the process does
    return process, ours


def _work(task: Task, pipe: Connection) -> None:
    begin_as_worker()
    pipe.send(task.run(lambda *step: pipe.send(step)))


# --- workers of a cluster ---------------------------------------------------------------------------------


def _there(tasks: Sequence[Task], address: str, progress: Progress) -> Iterator[Result]:
    from distributed import Client, as_completed

    with Client(address) as client:
        client.subscribe_topic(_TOPIC, lambda event: progress(*event[1]))
        futures = {client.submit(_on_a_worker, task, pure=False): task for task in tasks}
        try:
            for future in as_completed(futures):
                yield from futures[future].lost() if _killed(future) else future.result()
        finally:
            with contextlib.suppress(Exception):  # whatever is wrong with the cluster is told already
                client.cancel([*futures])


def _killed(future: Any) -> bool:
    from distributed import KilledWorker

    return isinstance(future.exception(), KilledWorker)


def _on_a_worker(task: Task) -> list[Result]:
    from distributed import get_worker

    worker = get_worker()
    return task.run(lambda *step: worker.log_event(_TOPIC, step))
