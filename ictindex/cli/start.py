"""The entry point: ready for a signal before anything that takes time is imported."""

from __future__ import annotations

import os
import signal
from types import FrameType


def main() -> None:
    """The command line; a signal during the imports, or after all is done, ends it at once with 130."""
    _end_at_once()
    # NumPy asks Linux for pages of 2 MB, of which arrays written in part take all: half as much memory again.
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    from ictindex.cli.main import main as command

    try:
        command()
    finally:
        _end_at_once()


def _end_at_once() -> None:
    """From now on a signal ends the process on the spot: while nothing has begun, or when all is done."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(130)  # basics.INTERRUPTED, but that is an import
