"""What a call in this process costs: seconds of processor, and megabytes above what was there before."""

from __future__ import annotations

import contextlib
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS, MEGABYTES = 5.0, 300.0  # promised for any one foreign file
_GIVE_UP = 60  # seconds by the clock, after which a call is cut off
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Cost:
    """What a call gave and took; ``error``: the exception that it ended with, None where it ended well."""

    result: Any
    error: BaseException | None
    seconds: float
    megabytes: float


class _TooLong(BaseException):
    """Cut off; no handler of the product takes it for an error of its own."""


def measured(call: Callable[[], Any]) -> Cost:
    """Make a call and measure it."""
    floor, begun = _peak(reset=True), time.process_time()
    result, error = None, None

    def cut_off(*_: object) -> None:
        raise _TooLong(f"cut off after {_GIVE_UP} s")

    before = signal.signal(signal.SIGALRM, cut_off)
    signal.setitimer(signal.ITIMER_REAL, _GIVE_UP)
    try:
        result = call()
    except (Exception, _TooLong) as raised:
        error = raised
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return Cost(result, error, time.process_time() - begun, max(0.0, _peak() - floor))


def _peak(reset: bool = False) -> float:
    """The most memory that this process had at once, in MB; on Linux since the last reset."""
    with contextlib.suppress(OSError):
        if reset:
            _RESET.write_text("5")
        lines = _STATUS.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
