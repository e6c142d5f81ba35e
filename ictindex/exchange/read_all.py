"""Many files read at once, in processes of their own, so that a file that breaks one breaks no other."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context

from ictindex.basics import found
from ictindex.exchange.documents import Folder
from ictindex.exchange.returned import Returned

FEW = 16  # files that are read sooner here than processes begin
_TOGETHER = 4  # files handed to a process at a time

Read = Callable[..., Returned]  # path, shown, methodology, entities
Progress = Callable[[int, int], None]  # how many are read, of how many


def read_all(
    folder: Folder, names: list[str], read: Read, context: tuple, progress: Progress, jobs: int | None = None
) -> list[Returned]:
    """Every named file of a folder as ``read(path, shown, *context)`` has it, in the order of the names.

    ``jobs`` processes; 1 reads here. ``read`` and ``context`` must be such as other processes can be given.
    """
    jobs = min(jobs or os.cpu_count() or 1, -(-len(names) // _TOGETHER))
    paths = [(folder.files[name], name) for name in names]
    one = partial(_read_one, read, context)
    results = map(one, paths) if jobs <= 1 or len(names) <= FEW else _in_processes(one, paths, jobs)
    returned = []
    for result in results:
        returned.append(result)
        progress(len(returned), len(names))
    return returned


def _read_one(read: Read, context: tuple, file: tuple) -> Returned:
    return read(*file, *context)


def _in_processes(one: Callable, paths: list[tuple], jobs: int) -> Iterator[Returned]:
    """The results in order; after a process broke down, each of the others in a process of its own."""
    done = 0
    pool = _pool(jobs)
    try:
        for result in pool.map(one, paths, chunksize=_TOGETHER):
            yield result
            done += 1
    except BrokenProcessPool:
        for file in paths[done:]:
            yield _alone(one, file)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _alone(one: Callable, file: tuple) -> Returned:
    with _pool(1) as pool:
        try:
            return pool.submit(one, file).result()
        except BrokenProcessPool:
            path, shown = file
            digest = Folder(path.parent, {shown: path}).digest(shown)
            return Returned(shown, digest, path.stat().st_size, findings=[found("reading-broke", shown)])


def _pool(jobs: int) -> ProcessPoolExecutor:
    spawned = get_context("spawn")  # a fork copies the threads of a kernel or of a progress bar
    return ProcessPoolExecutor(jobs, spawned, initializer=_leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
