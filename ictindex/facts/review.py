"""Reviewers' marks become one: the mean of the independent ones, or the adjudicator's instead."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from fractions import Fraction
from statistics import mean, median
from typing import NamedTuple

from ictindex.basics import Checked, exact_text, parse_number
from ictindex.facts.moments import moment_of
from ictindex.methodology import Methodology

MARKS = "marks.csv"
MARK_COLUMNS = (("entity", "answer", "reviewer", "role", "mark", "why"), ("round", "recording", "at"))
ROLES = ("reviewer", "adjudicator")
ROUNDS = {"": 1, "1": 1, "2": 2}  # the second is the same reviewers' re-inspection
COMBINE: dict[str, Callable[[list[Fraction]], Fraction]] = {  # 2342, V.5.4 a: the mean
    "mean": mean,
    "median": median,
    "lowest": min,
    "highest": max,
}


class Mark(NamedTuple):
    """One reviewer's mark of one entity at one question.

    ``round`` 2: of the re-inspection that a too different mark asks for; ``recording``: the screenshot or the
    recording of the inspection, by its file or address (2342, V.5.4); ``at``: the day, where it is told.
    """

    reviewer: str
    role: str
    mark: Fraction
    why: str
    row: int
    round: int = 1
    recording: str = ""
    at: datetime | None = None


class Settled(NamedTuple):
    """What the marks come to, and why.

    ``state``: 'waiting' for further reviewers: fewer have marked than the methodology asks for;
    'too_different': to be inspected again; 'adjudicated': the third one's mark decides; 'rechecked': not too
    different after the second round; 'agreed'.
    """

    value: Fraction
    state: str
    spread: Fraction  # between the reviewers, as a share of the scale


def read_marks(
    table: Checked, entities: Collection[str] | None, methodology: Methodology, decimal: str
) -> dict[tuple[str, str], tuple[Mark, ...]]:
    """(entity, answer) -> its marks; what is wrong goes to the table's findings."""
    asked = {key: spec for key, spec in methodology.answers.items() if spec.kind == "mark"}
    known = {"entity": entities, "answer": asked, "role": ROLES}
    marks: dict[tuple[str, str], list[Mark]] = {}
    for number, cells in table.until_enough():
        if not cells["mark"] and cells["role"] == "reviewer":
            continue  # a line of a sheet that nobody has marked
        before = len(table.findings)
        for column, words in known.items():
            table.unknown(column, cells[column], number, words)
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
        which = ROUNDS.get(cells.get("round", ""))
        if which is None or (which == 2 and cells["role"] == "adjudicator"):
            table.wrong("round-unknown", number, "round", value=cells["round"])
        at = moment_of(table, number, cells, must=False)
        given = marks.setdefault((cells["entity"], cells["answer"]), [])
        same = (mark.row for mark in given if (mark.reviewer, mark.round) == (cells["reviewer"], which))
        if first := next(same, None):
            table.wrong("mark-twice", number, "reviewer", reviewer=cells["reviewer"], first=first)
        if len(table.findings) == before:
            of_inspection = (cells["why"], number, which, cells.get("recording", ""), at)
            given.append(Mark(cells["reviewer"], cells["role"], value, *of_inspection))
    for given in marks.values():
        _by_others(table, given)
    return {key: tuple(sorted(given)) for key, given in marks.items() if given}


def _by_others(table: Checked, given: Collection[Mark]) -> None:
    """2342, V.5.4 a: what is too different the same two inspect again, and no other."""
    first = {mark.reviewer for mark in given if mark.role == "reviewer" and mark.round == 1}
    for mark in given:
        if mark.round == 2 and mark.reviewer not in first:
            table.wrong("second-round-by-another", mark.row, "reviewer", reviewer=mark.reviewer)


def own_marks(marks: Collection[Mark]) -> list[Mark]:
    """The reviewers' marks that stand: of the second round once all of them have marked again."""
    first, again = ([m for m in marks if m.role == "reviewer" and m.round == which] for which in (1, 2))
    return again if again and len(again) == len(first) else first


def settle(
    marks: Collection[Mark], scale: Fraction, too_different: int, combine: str = "mean", reviewers: int = 1
) -> Settled:
    """One mark of several: the adjudicator's, else what the methodology makes of the reviewers' own.

    ``too_different``: percent of the scale from which two must be inspected again; ``combine``: a key of
    COMBINE; ``reviewers``: how many must have marked.
    """
    standing = own_marks(marks)
    own = [mark.mark for mark in standing]
    spread = (max(own) - min(own)) / scale if own else Fraction(0)
    final = [mark.mark for mark in marks if mark.role == "adjudicator"]
    if final:
        return Settled(mean(final), "adjudicated", spread)
    if len(own) < reviewers:
        state = "waiting"
    elif len(own) > 1 and spread * 100 >= too_different:
        state = "too_different"
    else:
        state = "rechecked" if standing[0].round == 2 else "agreed"
    return Settled(COMBINE[combine](own), state, spread)
