"""Two folders change places in one step, so that a reader, or a kill, always finds a whole one."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

from ictindex.basics.files import file_sha256, sha256, write_whole
from ictindex.basics.findings import Refused, found

STAGED = ".staged"  # how a folder ends that is being filled beside an official one

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h on macOS


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of a folder and of those below, by its path from there."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in files}


@contextlib.contextmanager
def aside(official: Path) -> Iterator[Path]:
    """A new folder beside an official one, to be filled and to take its place; gone in the end."""
    official.parent.mkdir(parents=True, exist_ok=True)
    staged = official.with_name(f".{official.name}.{uuid4().hex[:12]}{STAGED}")
    staged.mkdir()
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def rewrite_folder(
    official: Path,
    files: Mapping[str, str],
    shown: str,
    gone: Iterable[str] = (),
    still: Callable[[], None] = lambda: None,
) -> None:
    """Write files into a folder and take others ``gone`` out of it, all in one step; the rest of it stays.

    ``still``: raises where the step must not be taken after all, asked at the last moment.
    """
    before = digests(official) if official.exists() else {}
    new = {name: text.encode() for name, text in files.items()}
    kept = {name: digest for name, digest in before.items() if name not in {*gone}}
    with aside(official) as staged:
        if before:
            shutil.copytree(official, staged, symlinks=True, dirs_exist_ok=True)
        for name in before.keys() - kept.keys():
            (staged / name).unlink()
        for name, data in new.items():
            write_whole(staged / name, data, inside=staged)
        still()
        replace_folder(staged, official, kept | {name: sha256(data) for name, data in new.items()}, shown)


def replace_folder(new: Path, official: Path, complete: Mapping[str, str], shown: str) -> None:
    """Put the folder ``new`` under the name ``official``; what was there is removed afterwards.

    ``complete``: the files that ``new`` must hold, with their SHA-256; Refused, with everything as it was,
    where it holds others. Both must be on one file system. Where the system can exchange two names in one
    step, there is no moment without a whole ``official``; elsewhere ``recover`` mends the one between the two
    renames.
    """
    official.parent.mkdir(parents=True, exist_ok=True)
    _refuse_incomplete(new, complete, shown)
    try:
        os.rename(new, official)
        return
    except OSError:  # it is not empty: there is one already
        if not official.exists() or not new.exists():
            raise
    if _exchange(new, official):
        shutil.rmtree(new, ignore_errors=True)
        return
    old = _old(official)
    os.rename(official, old)
    try:
        os.rename(new, official)
    except BaseException:
        if not official.exists():
            os.rename(old, official)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _refuse_incomplete(new: Path, complete: Mapping[str, str], shown: str) -> None:
    if not new.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(new))
    there = digests(new)
    wrong = sorted(name for name in {*there, *complete} if there.get(name) != complete.get(name))
    if wrong:
        raise Refused([found("staging-incomplete", f"{shown}/{wrong[0]}", count=len(wrong))])


def recover(official: Path) -> None:
    """Bring back a folder that a kill caught between the two renames; tidy one that it caught after them."""
    old = _old(official)
    if not old.exists():
        return
    if official.exists():
        shutil.rmtree(old)
    else:
        os.rename(old, official)


def _old(official: Path) -> Path:
    return official.with_name(f".{official.name}.old")


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one system call; False where there is none."""
    names = os.fsencode(one), os.fsencode(other)
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            return library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0
        if sys.platform == "darwin":
            return library.renamex_np(*names, _RENAME_SWAP) == 0
    return False
