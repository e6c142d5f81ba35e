"""One command at a time works on an edition: who comes second waits a little, then is told for whom."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock, Timeout

from ictindex.basics import Project, Refused, found, tidy
from ictindex.scoring import read_parameters

PATIENCE = 10.0  # seconds that a command waits for another; the environment may say otherwise
_PATIENCE = "ICTINDEX_PATIENCE"
_UNTOLD = 0.3  # seconds of waiting that nobody needs to hear of
_UNKNOWN = {"pid": "?", "host": "?", "start": "?", "command": "?"}


@contextlib.contextmanager
def hold(project: Project, *names: str, patience: float | None = None) -> Iterator[None]:
    """Hold the locks of editions and inputs by name, for this thread; within it, they may be held again.

    ``patience``: seconds to wait for whoever holds one. Refused then, naming the holder's process, host and
    start. The system gives a lock free when its holder dies, wherever that ran; whoever takes it first clears
    what a dead one left.
    """
    end = time.monotonic() + _patience(patience)
    with contextlib.ExitStack() as held:
        for name in sorted({*names}):  # in one order, so that no two wait for each other
            held.enter_context(_held(_lock(project, name, is_singleton=True), project, name, end))
        yield


def hold_edition(edition: str, project: Project, *more: str) -> contextlib.AbstractContextManager[None]:
    """Hold an edition and its inputs, whatever they are called, and ``more`` inputs."""
    return hold(project, edition, *more, *_inputs(read_parameters(edition, project), edition))


class SharedHold:
    """Locks that the threads of one run hold together: taken by the first, given back by the last."""

    def __init__(self, project: Project, patience: float | None = None):
        self._project, self._patience = project, patience
        self._locks: dict[str, BaseFileLock] = {}
        self._taking = threading.Lock()  # who comes second begins when the first has tidied

    @contextlib.contextmanager
    def __call__(self, parameters: dict[str, Any]) -> Iterator[None]:
        """Hold the edition and the inputs of a run's parameters; Refused as by ``hold``."""
        end = time.monotonic() + _patience(self._patience)
        with contextlib.ExitStack() as held:
            edition = parameters["edition"]
            for name in sorted({edition, *_inputs(parameters, edition)}):
                with self._taking:
                    lock = self._locks.setdefault(name, _lock(self._project, name, thread_local=False))
                    held.enter_context(_held(lock, self._project, name, end))
            yield


def _inputs(parameters: dict[str, Any], edition: str) -> Iterator[str]:
    yield str(parameters.get("inputs") or edition)


def _patience(given: float | None) -> float:
    if given is not None:
        return given
    try:
        return float(os.environ.get(_PATIENCE, PATIENCE))
    except ValueError:
        return PATIENCE


def _lock(project: Project, name: str, **options: bool) -> BaseFileLock:
    """The lock of a name; a disk that knows no locks is an error: files that stand for them outlive us."""
    return FileLock(project.lock(name), fallback_to_soft=False, **options)


@contextlib.contextmanager
def _held(lock: BaseFileLock, project: Project, name: str, end: float) -> Iterator[None]:
    shown = project.shown(project.lock(name))
    try:
        _take(lock, project, name, end)
    except OSError as error:  # Timeout, which is one, is told as a refusal below
        raise Refused([found("unwritable", shown, problem=error.strerror or str(error))]) from None
    first = lock.lock_counter == 1
    try:
        if first:
            with contextlib.suppress(OSError):  # a full disk: then it is not said who holds it
                _holder(project, name).write_text(json.dumps(_me()), "utf-8")
            tidy(project, name)
        yield
    finally:
        if lock.lock_counter == 1:
            _holder(project, name).unlink(missing_ok=True)
        lock.release()


def _take(lock: BaseFileLock, project: Project, name: str, end: float) -> None:
    """Acquire a lock by a moment; Refused, naming the holder, when it is still held then."""
    begun = time.monotonic()
    with contextlib.suppress(Timeout):
        lock.acquire(timeout=max(0.0, min(_UNTOLD, end - begun)))
        return
    if begun < end:
        print(_waiting(name, _who(project, name)), file=sys.stderr, flush=True)
    try:
        lock.acquire(timeout=max(0.0, end - time.monotonic()))
    except Timeout:
        shown, seconds = project.shown(project.lock(name)), f"{time.monotonic() - begun:.0f}"
        raise Refused(
            [found("edition-held", shown, name=name, seconds=seconds, **_who(project, name))]
        ) from None


def _waiting(name: str, who: dict[str, str]) -> str:
    holder = "process {pid} on {host}, since {start} ({command})".format(**who)
    return f"ictindex: waiting for another command on {name}: {holder}"


def _holder(project: Project, name: str) -> Path:
    """Beside the lock: what is locked cannot be read by others on Windows."""
    return project.lock(name).with_suffix(".holder.json")


def _me() -> dict[str, str]:
    command = " ".join([Path(sys.argv[0] or "python").name, *sys.argv[1:]])
    start = datetime.now().astimezone().isoformat(timespec="seconds")
    return {"pid": str(os.getpid()), "host": platform.node(), "start": start, "command": command[:200]}


def _who(project: Project, name: str) -> dict[str, str]:
    """Who holds a lock, as they wrote it; '?' where they have not yet, or no more."""
    try:
        said = json.loads(_holder(project, name).read_bytes())
        return {key: str(said.get(key, "?")) for key in _UNKNOWN}
    except (OSError, ValueError, AttributeError):
        return _UNKNOWN
