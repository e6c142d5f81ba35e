"""Work spread over whatever has ``submit``, its results taken in order."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any


@contextlib.contextmanager
def pool(workers: int | None) -> Iterator[ThreadPoolExecutor | None]:
    """``workers`` threads of our own, as many as cores when None; None when one is enough.

    Threads are enough: numpy lets go of the interpreter's lock. Left by an error or Ctrl-C, what has not
    begun never begins.
    """
    workers = workers or os.cpu_count() or 1
    if workers == 1:
        yield None
        return
    executor = ThreadPoolExecutor(workers, thread_name_prefix="draws")
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def in_order(executor: Any, function: Callable, items: Iterable) -> Iterator:
    """The result of each item, in the order of the items; to be closed where it may not be read to its end.

    ``executor``: None (here and now), a concurrent.futures pool, a dask.distributed.Client, or anything that
    has ``submit``. What still waits is cancelled when an error or Ctrl-C ends the work.
    """
    if executor is None:
        yield from map(function, items)
        return
    waiting = [executor.submit(function, item) for item in items]
    waiting.reverse()
    try:
        while waiting:
            yield waiting.pop().result()
    finally:
        for future in waiting:
            future.cancel()
