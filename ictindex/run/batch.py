"""Many editions as a batch: in several processes, here or on a dask cluster, with the same bytes."""

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
    """As ``runs.run``, in processes that do edition after edition; the results in the order of the plans.

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
    idle: list[_Worker] = []
    at_work: dict[Connection, tuple[_Worker, Task, int]] = {}
    try:
        while waiting or at_work:
            while waiting and len(at_work) < jobs:
                task, attempt = waiting.popleft()
                worker = idle.pop() if idle else _begun()
                at_work[worker.pipe] = worker, task, attempt
                with contextlib.suppress(OSError):  # it died, which is told when it is listened to
                    worker.pipe.send(task)
            for pipe in wait([*at_work], timeout=0.2):  # a signal is handled between two waits
                worker, task, attempt = at_work[pipe]
                try:
                    said = pipe.recv()
                except (EOFError, OSError):  # it died
                    worker.process.join()
                    said = task.lost() if attempt == _ATTEMPTS else None
                    if said is None:
                        waiting.append((task, attempt + 1))
                        for plan in task.plans:
                            progress(plan.name, "again", 0, 0)
                else:
                    if isinstance(said, tuple):
                        progress(*said)
                        continue
                    idle.append(worker)
                del at_work[pipe]
                yield from said or ()
    finally:
        for worker in (*idle, *(worker for worker, _, _ in at_work.values())):
            worker.process.kill()  # its kernel ends with it
            worker.process.join()


class _Worker(NamedTuple):
    """A process that works on one task after the other, and the pipe through which it tells how far it is."""

    process: Any
    pipe: Connection


def _begun() -> _Worker:
    spawned = multiprocessing.get_context("spawn")
    ours, its = spawned.Pipe()
    process = spawned.Process(target=_work, args=(its,))
    with deaf():
        process.start()
    its.close()  # so that the pipe ends when the process does
    return _Worker(process, ours)


def _work(pipe: Connection) -> None:
    begin_as_worker()
    with contextlib.suppress(EOFError, OSError):  # nobody is there any more
        while True:
            pipe.send(pipe.recv().run(lambda *step: pipe.send(step)))


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
