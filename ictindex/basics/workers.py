"""Processes that share a pile of work: deaf to Ctrl-C, ended when it is broken off, dead when we are."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import resource_tracker
from typing import Any

_STOPS = {signal.SIGINT, signal.SIGTERM}
_LAUNCHING = threading.Lock()  # so that each pool knows which processes are its own


@contextlib.contextmanager
def spread(
    function: Callable, items: Iterable[Any], number: int, together: int = 1
) -> Iterator[Iterator[Any]]:
    """The results of a function over items, in their order, from ``number`` processes.

    Each is handed ``together`` items at a time. Where the work is broken off, by an error or Ctrl-C, what has
    begun is ended, and what has not begun never begins. BrokenProcessPool where a process breaks down.
    """
    spawned = multiprocessing.get_context("spawn")  # a fork copies the threads of a kernel or a progress bar
    pool = ProcessPoolExecutor(number, spawned, initializer=begin_as_worker)
    with _LAUNCHING, deaf():
        before = set(multiprocessing.active_children())
        results = pool.map(function, items, chunksize=together)
        ours = set(multiprocessing.active_children()) - before
    try:
        yield results
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in ours:
            process.kill()
        raise
    pool.shutdown()


@contextlib.contextmanager
def deaf() -> Iterator[None]:
    """Signals wait; processes launched meanwhile begin deaf, so that none interrupts their imports.

    They hear again with ``begin_as_worker``.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # which makes signals heard when it begins
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_as_worker() -> None:
    """In each process: Ctrl-C, which a terminal sends to all, is for the parent alone, and we end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    """Wait on a pipe whose other end only the parent holds; it closes however the parent ends."""
    multiprocessing.parent_process().join()
    os._exit(1)
