"""ictindex: score, rank and publish how well state bodies use IT, reproducibly.

The words of a page: ``open_edition``, then steps from frame to frame, and ``table`` and ``figure``, which
publish. Each word is imported when it is first used. The docstring of one that gives a frame names its
columns: ``<group>`` stands for any code or number, ``[…]`` holds columns that not every edition has.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_WORDS = {
    "page.opening": ("open_edition", "open_what_if"),
    "scoring.evaluation": ("evaluate", "evaluate_edition"),
    "methodology.reading": ("read_methodology",),
    "facts.inputs": ("read_inputs",),
    "page.publishing": ("figure", "table"),
    "page.explained": ("explain",),
    "page.frames": ("add_up", "given_marks", "points", "rank"),
    "page.results": ("changes", "counts", "exceptions", "statistics"),
    "page.reform": ("across_reform",),
    "page.standing": ("positions", "profiles", "zeros"),
    "page.trust": (
        "criteria",
        "inputs",
        "legal_sources",
        "parameters",
        "provenance",
        "published",
        "rules",
        "self_checks",
    ),
    "page.before_points": ("appraisal", "calendar", "marks", "nothing_of_nothing", "references"),
    "page.year_steps": ("erratum", "evidence", "received", "remarks", "steps"),
    "page.claims": ("confirmation", "gap", "ledger", "objected"),
    "page.review_tables": ("mark_noise", "mark_states", "reviewer_agreement", "reviewers", "spot_check"),
    "page.service_tables": ("services", "service_statistics", "services_not_recognised"),
    "page.robust_tables": ("mark_uncertainty", "not_separated", "rank_intervals", "tipping_points"),
    "page.robust_frames": ("acceptability", "conclusion", "weight_steps", "weights_tornado"),
    "page.comparison_tables": ("other_ways",),
    "page.aimed_tables": ("influence_ranks", "influence_weights"),
    "annex.places": ("places",),
    "page.influence_tables": ("criterion_influence", "design_sensitivity", "influence", "left_out"),
    "page.movers_vi": ("changes_conclusion", "what_if_conclusion"),
    "page.multiverse_tables": (
        "multiverse",
        "multiverse_choices",
        "multiverse_combinations",
        "multiverse_conclusion",
        "multiverse_effects",
    ),
    "page.widgets": ("Board",),
    "page.what_if_tables": ("agreement", "moved", "question", "supposed"),
}
_ROOM = {word: room for room, words in _WORDS.items() for word in words}
__all__ = sorted([*_ROOM, "charts"])


def __getattr__(name: str) -> Any:
    if name == "charts":
        return importlib.import_module("ictindex.page.charts")
    if name in _ROOM:
        return getattr(importlib.import_module(f"ictindex.{_ROOM[name]}"), name)
    from ictindex.basics import nearest

    near = None if name.startswith("_") else nearest(name, __all__)
    meant = f"; did you mean {near!r}?" if near else ""
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{meant}")
