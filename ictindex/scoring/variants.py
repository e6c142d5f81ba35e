"""A variant: an edition run with other parameters than its own file gives, and what it is set beside."""

from __future__ import annotations

from typing import Any

from ictindex.basics import Refused
from ictindex.scoring.evaluation import Evaluation, evaluate_edition

# What a run may be told without being another run: it says whom to show and to which decision it belongs. The
# previous edition is of consequence where rules read last year's answers.
OF_NO_CONSEQUENCE = ("highlight", "attached_to", "previous")


def other_parameters(e: Evaluation) -> dict[str, Any]:
    """The parameters that make a run another than the edition's file asks for."""
    free = [name for name in OF_NO_CONSEQUENCE if name != "previous" or not e.methodology.last_year]
    return {name: value for name, value in e.changed.items() if name not in (*free, "what_if")}


def set_beside(e: Evaluation) -> Evaluation | None:
    """What a page that is not the edition's own is compared with: a what-if's baseline, a variant's edition.

    None of the edition itself, and of a variant whose edition cannot be evaluated as its file stands.
    """
    if e.what_if:
        return e.baseline
    if other_parameters(e) and "edition" not in e.kept:
        try:
            e.kept["edition"] = evaluate_edition(e.edition, e.project)
        except Refused:
            e.kept["edition"] = None
    return e.kept.get("edition")
