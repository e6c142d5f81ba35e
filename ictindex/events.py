"""What happened to a unit's report: arrived, extended, found wrong; and which zeros follow from it.

Events are facts with a time; replayed in any order of rows they give the same zeros.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

from ictindex.csv_file import Checked
from ictindex.findings import speller
from ictindex.methodology import ZERO_REASONS, Deadline, Methodology

EVENTS = "events.csv"
COLUMNS = (("entity", "criterion", "event", "at", "until", "why"), ())
KINDS = ("reported", "extension", *(reason for reason in ZERO_REASONS if reason != "late"))

_HERE = timezone(timedelta(hours=7))  # Vietnam keeps no summer time
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})([ T].*)?")
_DAY_ENDS = time(23, 59, 59, 999999)


class Event(NamedTuple):
    """One line of events.csv. ``criterion`` '' means the report as a whole; ``until`` is for extensions."""

    at: datetime
    entity: str
    criterion: str
    event: str
    until: datetime | None
    why: str
    row: int


def read_events(table: Checked, entities: Collection[str] | None, methodology: Methodology) -> list[Event]:
    """The events of a file in the order of their time; what is wrong goes to the table's findings."""
    criteria = dict.fromkeys(["", *(node.id for node in methodology.nodes[1:])])
    without_effect = set(ZERO_REASONS) - methodology.source.zero_rules.keys()
    kinds = [kind for kind in KINDS if kind not in without_effect]
    known = {"entity": entities, "criterion": criteria, "event": kinds}
    spelled = {column: speller(words or ()) for column, words in known.items()}
    events: list[Event] = []
    for number, cells in table.until_enough():
        before = len(table.findings)
        for column, words in known.items():
            if cells[column] or column != "criterion":
                table.unknown(column, cells[column], number, words, spelled[column])
        if cells["criterion"] and cells["event"] in ("reported", "extension"):
            table.wrong("event-of-whole-report", number, "criterion", event=cells["event"])
        at, until = moment(cells["at"], end=False), moment(cells["until"], end=True)
        if at is None:
            table.wrong("not-a-time", number, "at", value=cells["at"])
        if until is None and (cells["event"] == "extension" or cells["until"]):
            table.wrong("not-a-time", number, "until", value=cells["until"])
        if len(table.findings) == before:
            what = (cells["entity"], cells["criterion"], cells["event"])
            events.append(Event(at, *what, until, cells["why"], number))
    return sorted(events, key=lambda event: event[:4])


def moment(text: str, end: bool) -> datetime | None:
    """A day or a time, in Vietnamese time unless it says otherwise; a day is its first or its last moment."""
    if day := _DAY.fullmatch(text):
        text = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}{day[4] or ''}"
    try:
        whole_day = datetime.combine(date.fromisoformat(text), _DAY_ENDS if end else time(), _HERE)
    except ValueError:
        pass
    else:
        return whole_day
    try:
        stated = datetime.fromisoformat(text)
    except ValueError:
        return None
    return stated if stated.tzinfo else stated.replace(tzinfo=_HERE)


def last_moment(deadline: Deadline, year: int) -> datetime:
    """The last moment at which something is in time."""
    day = deadline.on(year) - timedelta(days=deadline.before)
    return datetime.combine(day, _DAY_ENDS, _HERE)


def zeros(methodology: Methodology, events: Sequence[Event], year: int) -> dict[str, dict[str, str]]:
    """Entity -> criterion ('' for the whole report) -> reason for zero, as the events have it."""
    made: dict[str, dict[str, str]] = {}
    for event in events:
        if event.event in methodology.source.zero_rules:
            made.setdefault(event.entity, {}).setdefault(event.criterion, event.event)
    for entity in late(methodology, events, year):
        made.setdefault(entity, {})[""] = "late"
    return made


def late(methodology: Methodology, events: Sequence[Event], year: int) -> list[str]:
    """The entities whose report came too late, where the methodology has a zero for that."""
    rule = methodology.source.zero_rules.get("late")
    if rule is None:
        return []
    return arrivals(events, last_moment(methodology.source.calendar[rule.deadline], year)).late


class Arrivals(NamedTuple):
    """Who reported, which of them after their deadline, and who was given longer; codes, sorted."""

    reported: list[str]
    late: list[str]
    extended: list[str]


def arrivals(events: Sequence[Event], usual: datetime) -> Arrivals:
    """The first report of each entity held against the usual deadline; an extension never shortens it."""
    first: dict[str, datetime] = {}
    until: dict[str, datetime] = {}
    for event in events:
        if event.event == "reported":
            first[event.entity] = min(event.at, first.get(event.entity, event.at))
        elif event.event == "extension":
            until[event.entity] = max(event.until, until.get(event.entity, event.until))
    late = [entity for entity, at in first.items() if at > max(usual, until.get(entity, usual))]
    return Arrivals(sorted(first), sorted(late), sorted(until))
