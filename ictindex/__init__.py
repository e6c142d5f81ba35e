"""ictindex: score, rank and publish how well state bodies use IT, reproducibly.

A notebook needs ``evaluate`` and the pages: ``tables``, ``audit`` and ``charts``.
Charts, and with them matplotlib, are imported when first used.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_LAZY = {
    "evaluate": "ictindex.evaluation",
    "evaluate_edition": "ictindex.evaluation",
    "read_methodology": "ictindex.methodology_file",
    "read_inputs": "ictindex.inputs",
}
__all__ = ["audit", "charts", "evaluate", "evaluate_edition", "read_inputs", "read_methodology", "tables"]


def __getattr__(name: str) -> Any:
    if name in ("audit", "charts", "tables"):
        return importlib.import_module(f"ictindex.{name}")
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
