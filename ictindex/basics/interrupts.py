"""Ctrl-C and a polite kill mean the same everywhere: the command ends with 130, and says no more."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

INTERRUPTED = 130  # the exit code
_STOPS = (signal.SIGINT, signal.SIGTERM)
_AGAIN = 0.01  # seconds after which a signal that could not be answered when it came is looked at again


@contextlib.contextmanager
def as_interrupt() -> Iterator[None]:
    """Within, either signal raises KeyboardInterrupt in the main thread: what is half done is taken back.

    During an import it waits for the end of it: a module that is half imported hides the interrupt, or
    answers it with an error of its own. Where it came to an object's ``__del__``, out of which Python lets no
    error, it is raised once more. In another thread than the main one nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting = threading.Event()

    def put_off(number: int) -> None:
        waiting.set()
        later = threading.Timer(_AGAIN, _send, (number,))
        later.daemon = True
        later.start()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if _importing(frame):
            put_off(number)
            return
        waiting.clear()
        raise KeyboardInterrupt

    def unraisable(lost: sys.UnraisableHookArgs) -> None:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            put_off(signal.SIGINT)
        else:
            told(lost)

    told, sys.unraisablehook = sys.unraisablehook, unraisable
    before = {number: signal.signal(number, interrupt) for number in _STOPS}
    try:
        yield
    finally:
        sys.unraisablehook = told
        for number, handler in before.items():
            signal.signal(number, handler)
        if waiting.is_set():  # all was done before it was looked at again
            raise KeyboardInterrupt


def _send(number: int) -> None:
    """To the main thread itself, which may wait for something just now and must wake up."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, number)
    else:
        signal.raise_signal(number)


def _importing(frame: FrameType | None) -> bool:
    """Whether a frame runs, somewhere below, on behalf of an import."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
