"""Many files read at once, in processes of their own, so that a file that breaks its reader breaks no other.

Whatever reading one file comes to (an error, too much time or memory, a process that dies) is a finding of
that file. The limits are a net below those of package, spreadsheet and reading, which refuse sooner.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from ictindex.basics import Finding, begin_as_worker, deaf, found, keep_sockets_aside
from ictindex.exchange.documents import Folder
from ictindex.exchange.returned import Returned

MAX_SECONDS = 20  # of the processor that one file may take: four times what the largest readable one does
MAX_WAIT = 600  # seconds by the clock: a disk that does not answer, a machine that has no time
MAX_MEGABYTES = 400  # that reading may take beyond what its process has at the start, where POSIX counts it

_TOGETHER = 4  # files that one process reads sooner than a second begins
_LONGEST_FOLDER = 50  # characters of the temporary one: a socket in it has a name of 50 more, 103 at most

Read = Callable[..., Returned]  # path, shown, methodology, entities
Progress = Callable[[int, int], None]  # how many are read, of how many


def read_all(
    folder: Folder, names: list[str], read: Read, context: tuple, progress: Progress, jobs: int | None = None
) -> list[Returned]:
    """Every named file of a folder as ``read(path, shown, *context)`` has it, in the order of the names.

    ``jobs``: processes; ``read`` and ``context`` must be such as they can be given. 0 reads here, without the
    net under it but for errors.
    """
    returned: dict[str, Returned] = {}

    def note(name: str, came: Returned | Finding) -> None:
        returned[name] = came if isinstance(came, Returned) else Returned(name, "", findings=[came])
        progress(len(returned), len(names))

    if jobs == 0:
        for name in names:
            note(name, _read_one(read, context, folder.files[name], name))
    else:
        jobs = min(jobs or os.cpu_count() or 1, -(-len(names) // _TOGETHER))
        _in_processes(folder, names, [_Worker(read, context) for _ in range(jobs)], note)
    return [returned[name] for name in names]


def _in_processes(folder: Folder, names: list[str], workers: list[_Worker], note: Callable) -> None:
    waiting, reading = list(reversed(names)), 0
    try:
        while waiting or reading:
            for worker in workers:
                if waiting and not worker.name:
                    worker.begin(waiting.pop(), folder)
                    reading += 1
            for worker in _ready(workers):
                reading -= 1
                note(worker.name, worker.result())
    finally:
        for worker in workers:
            worker.stop()


def _ready(workers: list[_Worker]) -> list[_Worker]:
    """The workers that have done, or died, or taken too long; waits until there is one."""
    busy = {worker.pipe: worker for worker in workers if worker.name}
    left = min(worker.until for worker in busy.values()) - time.monotonic()
    done = [busy[pipe] for pipe in wait(busy, max(0, left))]
    return done or [worker for worker in busy.values() if worker.is_overdue()]


@dataclass
class _Worker:
    """A process that reads one file after the other; ``name``: the one it reads, '' while it waits."""

    read: Read
    context: tuple
    process: Any = None
    pipe: Connection | None = None
    name: str = ""
    until: float = 0.0  # by the clock, when to look after it
    wait_until: float = 0.0
    spent: float = 0.0  # seconds of the processor before it began with the file

    def begin(self, name: str, folder: Folder) -> None:
        """Have a file read; its result is ready before ``until``, or never."""
        if self.process is None:
            processes = _processes()
            self.pipe, theirs = processes.Pipe()
            process = processes.Process(target=_serve, args=(theirs,), daemon=True)
            with deaf():
                process.start()
                self.process = process  # which is there to be stopped
            theirs.close()
            self.pipe.send((self.read, self.context))
        self.name, self.spent = name, self._processor()
        with contextlib.suppress(OSError):  # it died: the result says so
            self.pipe.send((folder.files[name], name))
        self.until = time.monotonic() + MAX_SECONDS
        self.wait_until = time.monotonic() + MAX_WAIT

    def is_overdue(self) -> bool:
        """Whether it took all the time that a file may have; else it is looked after again a little later."""
        now = time.monotonic()
        if now < self.until:
            return False
        left = self.spent + MAX_SECONDS - self._processor()
        self.until = now + max(left, 0.1)
        return left <= 0 or now >= self.wait_until

    def _processor(self) -> float:
        """Seconds of the processor that the process took so far; none where it is gone."""
        import psutil

        with contextlib.suppress(psutil.Error):
            times = psutil.Process(self.process.pid).cpu_times()
            return times.user + times.system
        return 0.0

    def result(self) -> Returned | Finding:
        """What the file came to; a process that died, or has not done in time, is stopped and made anew."""
        name, self.name = self.name, ""
        try:
            if self.pipe.poll():
                return self.pipe.recv()
            seconds = MAX_SECONDS if time.monotonic() < self.wait_until else MAX_WAIT
            finding = found("reading-limit", name, limit=f"{seconds} s")
        except (EOFError, OSError):
            finding = found("reading-broke", name)
        self.stop()
        return finding

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.pipe.close()
        self.process = None


def _processes() -> Any:
    """Processes that begin clean: a plain fork copies the threads of a kernel or of a progress bar."""
    near = len(tempfile.gettempdir()) <= _LONGEST_FOLDER
    if "forkserver" not in get_all_start_methods() or not near:
        return get_context("spawn")
    keep_sockets_aside()
    context = get_context("forkserver")
    context.set_forkserver_preload(["ictindex.exchange.reading"])  # so that the second process begins at once
    return context


# --- in the process ---------------------------------------------------------------------------------------


def _serve(pipe: Connection) -> None:
    """Read what is asked until nobody asks any more: the other end is closed, or its process is gone."""
    begin_as_worker()
    with contextlib.suppress(EOFError, OSError):
        read, context = pipe.recv()
        one = partial(_read_one, read, context)
        _limit_memory()
        while True:
            pipe.send(one(*pipe.recv()))


def _read_one(read: Read, context: tuple, path: Any, shown: str) -> Returned | Finding:
    try:
        return read(path, shown, *context)
    except MemoryError:
        return found("reading-limit", shown, limit=f"{MAX_MEGABYTES} MB")
    except Exception:  # whatever it is, it is this file's alone
        return found("reading-broke", shown)


def _limit_memory() -> None:
    """Have the system refuse what goes beyond MAX_MEGABYTES, where it does such a thing."""
    try:
        import resource

        import psutil

        most = psutil.Process().memory_info().vms + MAX_MEGABYTES * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, OSError, ValueError):
        return  # Windows has none, macOS heeds none: time is limited there too
