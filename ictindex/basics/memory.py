"""Memory that nobody needs any more, given back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import gc


def give_back() -> None:
    """Give back what is free: Python waits to free what refers to itself, and the C library keeps the rest.

    For use after something large; where the C library is not GNU's, it does what it likes.
    """
    gc.collect()
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another library, or no such way to it
        ctypes.CDLL(None).malloc_trim(0)
