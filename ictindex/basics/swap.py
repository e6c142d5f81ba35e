"""Two folders change places in one step, so that a reader, or a kill, always finds a whole one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h on macOS


def replace_folder(new: Path, official: Path) -> None:
    """Put the folder ``new`` under the name ``official``; what was there is removed afterwards.

    Both must be on one file system. Where the system can exchange two names in one step, there is no moment
    without a whole ``official``; elsewhere ``recover`` mends the one between the two renames.
    """
    official.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.rename(new, official)
        return
    except OSError:  # it is not empty: there is one already
        if not official.exists():
            raise
    if _exchange(new, official):
        shutil.rmtree(new, ignore_errors=True)
        return
    old = _old(official)
    os.rename(official, old)
    os.rename(new, official)
    shutil.rmtree(old, ignore_errors=True)


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
