"""Many files read at once, in processes of their own, so that a file that breaks one breaks no other."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Generator
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from ictindex.basics import found, spread
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
    returned: list[Returned] = []
    with contextlib.closing(_results(one, paths, jobs)) as results:
        for result in results:
            returned.append(result)
            progress(len(returned), len(names))
    return returned


def _read_one(read: Read, context: tuple, file: tuple) -> Returned:
    return read(*file, *context)


def _results(one: Callable, paths: list[tuple], jobs: int) -> Generator[Returned, None, None]:
    """The results in order; after a process broke down, each of the others in a process of its own."""
    if jobs <= 1 or len(paths) <= FEW:
        yield from map(one, paths)
        return
    done = 0
    try:
        with spread(one, paths, jobs, _TOGETHER) as results:
            for result in results:
                yield result
                done += 1
    except BrokenProcessPool:
        for file in paths[done:]:
            yield _alone(one, file)


def _alone(one: Callable, file: tuple) -> Returned:
    try:
        with spread(one, [file], 1) as results:
            return next(results)
    except BrokenProcessPool:
        path, shown = file
        digest = Folder(path.parent, {shown: path}).digest(shown)
        return Returned(shown, digest, path.stat().st_size, findings=[found("reading-broke", shown)])
