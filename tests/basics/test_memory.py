"""Memory that nobody needs any more is given back to the system."""

from __future__ import annotations

import ctypes
import gc
import weakref

import pytest

from ictindex.basics import give_back


class Knot:
    """Something that refers to itself."""

    def __init__(self):
        self.own = self


@pytest.mark.parametrize("library", [None, object()])
def test_what_refers_to_itself_is_freed_at_once_whatever_the_c_library_can_do(monkeypatch, library):
    if library:
        monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    gc.disable()
    try:
        knot = weakref.ref(Knot())
        assert knot() is not None
        give_back()
        assert knot() is None
    finally:
        gc.enable()
