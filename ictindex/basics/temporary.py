"""Folders for temporary files gone in the end, and cleared by the next command where we are killed."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

_OURS = "ictindex-"  # how our folders for temporary files begin
_GONE = ".gone"  # how the name ends of one that is being removed
_LOCK = "owner.lock"  # in each of them, held as long as its owner lives
_NEWBORN = 3600.0  # seconds for which a folder without a lock may be one that is being made


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for temporary files, gone in the end; where we are killed, ``sweep_temporary`` clears it."""
    own = Path(tempfile.mkdtemp(prefix=_OURS))  # short: a socket's path has some 100 characters at most
    try:
        with FileLock(own / _LOCK, thread_local=False):
            yield own
    finally:
        _remove(own)


@contextlib.contextmanager
def temporary_files_aside() -> Iterator[None]:
    """Within, what a library writes in the system's temporary folder lies in such a folder of ours.

    For a process with one thread: the place is the whole process's.
    """
    with temporary_folder() as own, _in(own):
        yield


@contextlib.contextmanager
def _in(folder: Path) -> Iterator[None]:
    """Within, the whole process makes its temporary files in a folder."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


@functools.cache
def keep_sockets_aside() -> None:
    """Have multiprocessing keep its sockets in such a folder as long as this process lives."""
    from multiprocessing.util import Finalize, get_temp_dir

    sweep_temporary()
    kept = contextlib.ExitStack()
    own = kept.enter_context(temporary_folder())
    Finalize(None, kept.close, exitpriority=-200)  # after its own of -100, which wants its folder there
    with _in(own):
        get_temp_dir()  # which it remembers


def sweep_temporary() -> None:
    """Remove the folders of owners that are dead, as their locks tell: a number may be anybody's."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_OURS}*"):
        with contextlib.suppress(OSError):
            _sweep(folder)


def _remove(folder: Path) -> None:
    """Remove a folder under a name that says so: where we are killed at it, its lock may be gone first."""
    with contextlib.suppress(OSError):
        folder = folder.rename(folder.with_name(folder.name + _GONE))
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    lock, about = folder / _LOCK, folder.lstat()
    if folder.is_symlink() or not folder.is_dir() or about.st_uid != getattr(os, "getuid", lambda: 0)():
        return
    if folder.name.endswith(_GONE):
        shutil.rmtree(folder, ignore_errors=True)
        return
    if not lock.exists() and time.time() - about.st_mtime < _NEWBORN:
        return
    with contextlib.suppress(Timeout):
        with FileLock(lock, timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)  # Windows keeps what is open
