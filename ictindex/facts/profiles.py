"""What of a year's tables a profile leaves out: who marked, tested and decided, and what they noted.

Read, a cut table gives the same points: names become numbers in the order of the names, so that two marks
of one person stay of one person, and a word stands where one must be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from ictindex.facts.answers import ANSWERS
from ictindex.facts.events import EVENTS
from ictindex.facts.evidence import EVIDENCE, RECEIVED
from ictindex.facts.milestones import PROCEDURE
from ictindex.facts.review import MARKS
from ictindex.facts.services import TESTS

Profile = Literal["public", "agency"]  # besides the internal one, which leaves out state secrets only
UNTOLD_VI = "(không nêu)"
_PEOPLE = {MARKS: "reviewer", TESTS: "inspector", RECEIVED: "sender"}  # who must be told apart
_NAMES = {ANSWERS: ("who",), EVENTS: ("who",), PROCEDURE: ("who",)}
_NOTES = {
    ANSWERS: ("why", "note"),
    EVENTS: ("why",),
    EVIDENCE: ("note",),
    MARKS: ("why", "recording"),
    RECEIVED: ("why",),
    TESTS: ("why", "recording"),
}

Rows = Iterable[Mapping[str, str]]


def people(tables: Mapping[str, Rows], units: Iterable[str]) -> dict[str, str]:
    """Everyone who marked, tested or sent a form without being a unit, by a number: name -> *Người 01*."""
    units = {*units}
    names = {row.get(_PEOPLE[file], "") for file, rows in tables.items() if file in _PEOPLE for row in rows}
    ordered = sorted(names - units - {""})
    wide = max(2, len(str(len(ordered))))
    return {name: f"Người {n:0{wide}}" for n, name in enumerate(ordered, start=1)}


def without(
    file: str, rows: Rows, left_out: Iterable[str], numbers: Mapping[str, str]
) -> list[dict[str, str]]:
    """The rows of one table without what is left out: ``reviewers`` (names), ``notes`` (what they wrote).

    ``numbers``: what ``people`` gives.
    """
    left_out, kept = {*left_out}, []
    for row in rows:
        told: dict[str, str] = {}
        if "reviewers" in left_out:
            person = _PEOPLE.get(file)
            if person and row.get(person) in numbers:
                told[person] = numbers[row[person]]
                if file == RECEIVED:  # a reviewer's file bears the reviewer's name
                    told["file"] = UNTOLD_VI
            told |= {column: UNTOLD_VI for column in _NAMES.get(file, ()) if row.get(column)}
        if "notes" in left_out:
            told |= {column: UNTOLD_VI for column in _NOTES.get(file, ()) if row.get(column)}
        kept.append({**row, **told})
    return kept
