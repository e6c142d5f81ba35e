"""Reviewers' marks become one: the mean of the independent ones, or the adjudicator's instead."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction
from statistics import mean, median
from typing import NamedTuple

from ictindex.basics import Checked, exact_text, parse_number, speller
from ictindex.methodology import Methodology

MARKS = "marks.csv"
MARK_COLUMNS = (("entity", "answer", "reviewer", "role", "mark", "why"), ())
ROLES = ("reviewer", "adjudicator")
COMBINE: dict[str, Callable[[list[Fraction]], Fraction]] = {  # 2342, V.5.4 a: the mean
    "mean": mean,
    "median": median,
    "lowest": min,
    "highest": max,
}


class Mark(NamedTuple):
    """One reviewer's mark of one entity at one question."""

    reviewer: str
    role: str
    mark: Fraction
    why: str
    row: int


class Settled(NamedTuple):
    """What the marks come to: 'adjudicated', 'agreed' or 'too_different' (to be inspected again)."""

    value: Fraction
    state: str
    spread: Fraction  # between the reviewers, as a share of the scale


def read_marks(
    table: Checked, entities: Collection[str] | None, methodology: Methodology, decimal: str
) -> dict[tuple[str, str], tuple[Mark, ...]]:
    """(entity, answer) -> its marks; what is wrong goes to the table's findings."""
    asked = {key: spec for key, spec in methodology.answers.items() if spec.kind == "mark"}
    known = {"entity": entities, "answer": asked, "role": ROLES}
    spelled = {column: speller(words or ()) for column, words in known.items()}
    marks: dict[tuple[str, str], list[Mark]] = {}
    for number, cells in table.until_enough():
        before = len(table.findings)
        for column, words in known.items():
            table.unknown(column, cells[column], number, words, spelled[column])
        if not cells["reviewer"]:
            table.wrong("cell-empty", number, "reviewer")
        if cells["role"] == "adjudicator" and not cells["why"]:
            table.wrong("adjudication-without-why", number, "why")
        value = parse_number(cells["mark"], decimal)
        if value is None:
            table.wrong("not-a-number", number, "mark", value=cells["mark"], mark=decimal)
        elif cells["answer"] in asked and not 0 <= value <= asked[cells["answer"]].max:
            limit = exact_text(asked[cells["answer"]].max)
            table.wrong("mark-out-of-scale", number, "mark", value=cells["mark"], limit=limit)
        given = marks.setdefault((cells["entity"], cells["answer"]), [])
        first = next((mark.row for mark in given if mark.reviewer == cells["reviewer"]), None)
        if first:
            table.wrong("mark-twice", number, "reviewer", reviewer=cells["reviewer"], first=first)
        if len(table.findings) == before:
            given.append(Mark(cells["reviewer"], cells["role"], value, cells["why"], number))
    return {key: tuple(sorted(given)) for key, given in marks.items() if given}


def settle(marks: Collection[Mark], scale: Fraction, too_different: int, combine: str = "mean") -> Settled:
    """One mark of several: the adjudicator's, else what the methodology makes of the reviewers' own.

    ``too_different``: percent of the scale from which two must be inspected again; ``combine``: a key of
    COMBINE.
    """
    own = [mark.mark for mark in marks if mark.role == "reviewer"]
    spread = (max(own) - min(own)) / scale if own else Fraction(0)
    final = [mark.mark for mark in marks if mark.role == "adjudicator"]
    if final:
        return Settled(mean(final), "adjudicated", spread)
    state = "too_different" if len(own) > 1 and spread * 100 >= too_different else "agreed"
    return Settled(COMBINE[combine](own), state, spread)
