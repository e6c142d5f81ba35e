"""What was sent in: the files that came back, and the evidence that stands behind each answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ictindex.basics import Checked, Columns, sha256
from ictindex.facts.events import Event, first_times
from ictindex.facts.moments import moment_of
from ictindex.methodology import Methodology

RECEIVED, EVIDENCE = "received.csv", "evidence.csv"
RECEIVED_COLUMNS: Columns = (
    ("sender", "form", "file", "sha256", "at", "state", "why"),
    ("sending", "content"),
)
EVIDENCE_COLUMNS: Columns = (("entity", "answer", "file", "sha256", "reference"), ("at", "note"))
RECEIVED_STATES = ("used", "accepted", "superseded", "refused", "unreadable")
REPORT = "survey"  # the form that is a unit's report
NAMED_BY = 12  # hex digits of a received file's digest, by which the source of a figure names it

_DIGEST = re.compile("[0-9a-f]{64}")


class Received(NamedTuple):
    """One file that came back: 'used', 'accepted' with faults, 'superseded' by a later one, or 'refused'.

    Or 'unreadable': a locked or broken file, one of another kind, whose sender only its name or folder tells.
    """

    sender: str
    form: str
    file: str
    sha256: str
    at: datetime
    state: str
    why: str
    row: int


def told_source(source: str, forms: Mapping[str, str]) -> list[str]:
    """Where a figure was written: the received file by its name, then the sheet and the cell as far as known.

    ``source`` as answers.csv has it, ``<digest>!<sheet>!<cell>``; ``forms``: as ``Inputs.forms``.
    """
    file, *inside = source.split("!")
    return [forms.get(file, file), *inside] if source else []


class Evidence(NamedTuple):
    """A document that a unit sent for an answer (with its digest), or one that it only refers to."""

    file: str
    sha256: str
    reference: str
    at: datetime | None
    row: int


def read_received(table: Checked) -> list[Received]:
    """The files that came back, sorted by sender and time; what is wrong goes to the table's findings."""
    received: list[Received] = []
    for number, cells in table.until_enough():
        before = len(table.findings)
        at = moment_of(table, number, cells)
        if not _DIGEST.fullmatch(cells["sha256"]):
            table.wrong("not-a-digest", number, "sha256", value=cells["sha256"])
        table.unknown("state", cells["state"], number, RECEIVED_STATES)
        if cells["state"] == "accepted" and not cells["why"]:
            table.wrong("cell-empty", number, "why")
        if len(table.findings) == before:
            what = (cells["sender"], cells["form"], cells["file"], cells["sha256"])
            received.append(Received(*what, at, cells["state"], cells["why"], number))
    return sorted(received, key=lambda one: (one.sender, one.at, one.sha256, one.file))


def first_reports(events: Sequence[Event], received: Iterable[Received], arrival: str) -> dict[str, datetime]:
    """Entity -> when its report came: the first that is clean, is a form at all, or is any file.

    ``arrival``: 'first_clean', 'first_readable' or 'first_arrival'. What events.csv records counts always.
    """
    first = first_times(events, "reported")
    for one in received:
        counts = arrival == "first_arrival" or one.state != "unreadable"
        if one.form == REPORT and counts and arrival != "first_clean":
            first[one.sender] = min(one.at, first.get(one.sender, one.at))
    return first


def register_digest(register: Mapping[Any, Sequence[Evidence]]) -> str:
    """SHA-256 of which file stands for what, with its digest: another register has another one."""
    lines = sorted(
        f"{entity}|{answer}|{one.file}|{one.sha256}"
        for (entity, answer), several in register.items()
        for one in several
        if one.file
    )
    return sha256("\n".join(lines).encode())


def read_evidence(
    table: Checked, entities: Collection[str] | None, methodology: Methodology
) -> dict[tuple[str, str], tuple[Evidence, ...]]:
    """(entity, answer) -> the evidence given for it, in an order that rows do not decide."""
    given: dict[tuple[str, str], list[Evidence]] = {}
    for number, cells in table.until_enough():
        before = len(table.findings)
        table.unknown("entity", cells["entity"], number, entities)
        table.unknown("answer", cells["answer"], number, methodology.answers)
        at = moment_of(table, number, cells, must=False)
        if cells["file"] and not _DIGEST.fullmatch(cells["sha256"]):
            table.wrong("not-a-digest", number, "sha256", value=cells["sha256"])
        if not cells["file"] and not cells["reference"]:
            table.wrong("evidence-of-nothing", number, "file")
        if len(table.findings) == before:
            one = Evidence(cells["file"], cells["sha256"], cells["reference"], at, number)
            given.setdefault((cells["entity"], cells["answer"]), []).append(one)
    return {key: tuple(sorted(several, key=lambda one: one[:3])) for key, several in given.items()}
