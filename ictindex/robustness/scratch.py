"""Arrays that are kept and used again: what comes and goes gives its pages back to the system each time.

That costs as much as the ranking itself.
"""

from __future__ import annotations

import math
import threading

import numpy as np


class Scratch:
    """Arrays by their use; what was in one is lost when it is asked for again."""

    _own = threading.local()

    def __init__(self):
        self._kept: dict[str, np.ndarray] = {}

    @classmethod
    def of_thread(cls) -> Scratch:
        """This thread's own."""
        cls._own.scratch = getattr(cls._own, "scratch", None) or cls()
        return cls._own.scratch

    def array(self, use: str, dtype: type, shape: tuple[int, ...]) -> np.ndarray:
        """An array for a use, no larger than needed so far."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if use not in self._kept or self._kept[use].nbytes < size:
            self._kept[use] = np.empty(-(-size // 8))
        return self._kept[use].view(np.uint8)[:size].view(dtype).reshape(shape)
