"""What happened to a unit's report, from its arrival to the last correction; and which zeros follow from it.

Events are facts with a time, and are only ever added; in any order of rows they give the same result.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ictindex.basics import Checked
from ictindex.facts.answers import read_value
from ictindex.facts.moments import DAY_ENDS, HERE, moment, moment_of
from ictindex.methodology import ZERO_REASONS, Deadline, Methodology

EVENTS = "events.csv"
EVENT_COLUMNS = (
    ("entity", "criterion", "event", "at", "until", "why"),
    ("answer", "value", "who", "paper", "source"),
)
NO_REPORT = "no_report"  # a council concludes that a unit gave none: it has no result
OF_WHOLE_REPORT = ("reported", "extension", NO_REPORT, "slip", "confirmed")
FOUND_TRUE = "found_true"  # a council looked again at a figure that was odd, and it is true
OF_FIGURES = ("correction", FOUND_TRUE)  # of an answer, with the figure
OF_ANSWERS = ("objection", "upheld", "rejection", *OF_FIGURES)  # or of a criterion, but for those
_ZEROS = tuple(reason for reason in ZERO_REASONS if reason != "late")  # which follows from the times
KINDS = (
    *OF_WHOLE_REPORT,
    *OF_ANSWERS,
    "restored",  # takes back the zeros found at the same criterion before
    *_ZEROS,
)
# What an office decides about a unit is told to it: who decided, why, by which paper (number, day).
DECIDED = ("extension", NO_REPORT, "upheld", "rejection", "correction", FOUND_TRUE, "restored", *_ZEROS)
_SAYS = {"objection": ("why",)} | dict.fromkeys(DECIDED, ("who", "why", "paper"))
OUTCOMES = {"correction": "upheld", "restored": "upheld", "upheld": "upheld", "rejection": "rejected"}


class Event(NamedTuple):
    """One line of events.csv. ``criterion`` '' means the report as a whole; ``until`` is for extensions.

    ``answer``: what an objection or a decision is about; ``text`` and ``value``: what it is asked, or
    decided, to be. ``paper``: the document that a decision stands in, its number and day.
    """

    at: datetime
    entity: str
    criterion: str
    event: str
    until: datetime | None
    why: str
    row: int
    answer: str = ""
    text: str = ""
    who: str = ""
    value: Any = None
    paper: str = ""

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it is about: an entity, and a criterion or an answer of it."""
        return self.entity, self.criterion, self.answer

    @property
    def order(self) -> tuple:
        """By time; at one moment what is decided comes last, and what takes a zero back after it."""
        decides = len(OUTCOMES) if self.event == "restored" else self.event in OUTCOMES
        return (self.at, decides, *self.subject, self.event, self.text)


def read_events(
    table: Checked,
    entities: Collection[str] | None,
    methodology: Methodology,
    mark: str,
    derived: Collection[Event] | None = (),
) -> list[Event]:
    """The events of a file in the order of their time; what is wrong goes to the table's findings.

    ``mark``: the decimal mark of figures; ``derived``: the zeros that follow from other tables and may be
    restored like those here, None where these cannot be read.
    """
    criteria = dict.fromkeys(["", *(node.id for node in methodology.nodes[1:])])
    asked = {"": None, **{key: spec for key, spec in methodology.answers.items() if spec.kind != "mark"}}
    known = {"entity": entities, "criterion": criteria, "event": KINDS, "answer": asked}
    events: list[Event] = []
    corrections: dict[tuple, int] = {}
    unpapered: list[int] = []  # rows of a file that has no column for the paper
    for number, cells in table.until_enough():
        before = len(table.findings)
        without_paper = "paper" not in cells
        cells = {"answer": "", "value": "", "who": "", "paper": "", **cells}
        for column, words in known.items():
            if cells[column] or column not in ("criterion", "answer"):
                table.unknown(column, cells[column], number, words)
        if cells["event"] in _ZEROS and cells["event"] not in methodology.source.zero_rules:
            rules = ", ".join(methodology.source.zero_rules) or "—"
            table.wrong("event-without-rule", number, "event", event=cells["event"], known=rules)
        _bad_subject(table, number, cells)
        _unsigned(table, number, cells, unpapered if without_paper else None)
        at, until = moment_of(table, number, cells), moment(cells["until"], end=True)
        if until is None and (cells["event"] == "extension" or cells["until"]):
            table.wrong("not-a-time", number, "until", value=cells["until"])
        value, spec = None, asked.get(cells["answer"])
        if spec and cells["value"] and cells["event"] != "objection":  # which may ask for anything
            value, problem = read_value(cells["value"], "", spec, mark)
            if problem:
                table.wrong(problem[0], number, "value", **problem[1])
        if len(table.findings) == before:
            subject = (cells["entity"], cells["answer"], at)
            if (
                cells["event"] == "correction"
                and (first := corrections.setdefault(subject, number)) != number
            ):
                table.wrong("correction-twice", number, "at", first=first)
            what = (cells["entity"], cells["criterion"], cells["event"])
            about = (cells["answer"], cells["value"], cells["who"], value, cells["paper"])
            events.append(Event(at, *what, until, cells["why"], number, *about))
    if unpapered:
        table.wrong("events-without-paper", unpapered[0], "paper", rows=len(unpapered))
    events.sort(key=lambda event: event.order)
    if len(events) == table.count:  # else what they restore or decide may stand in a row that is wrong
        if derived is not None:
            _restores_nothing(table, sorted([*events, *derived], key=lambda event: event.order))
        _decides_nothing(table, events)
    return events


def _bad_subject(table: Checked, number: int, cells: dict[str, str]) -> None:
    """What an event must be about."""
    event = cells["event"]
    if cells["criterion"] and event in OF_WHOLE_REPORT:
        table.wrong("event-of-whole-report", number, "criterion", event=event)
    if cells["answer"] and event in KINDS and event not in OF_ANSWERS:
        table.wrong("event-of-no-answer", number, "answer", event=event)
    if event in OF_ANSWERS and bool(cells["answer"]) == bool(cells["criterion"]):
        table.wrong("event-of-one-thing", number, "answer", event=event)
    if event in OF_FIGURES:
        for column in ("answer", "value"):
            if not cells[column]:
                table.wrong("cell-empty", number, column)
    elif event == "upheld" and cells["value"] and not cells["answer"]:
        table.wrong("value-of-no-answer", number, "value", value=cells["value"])


def _unsigned(table: Checked, number: int, cells: dict[str, str], unpapered: list[int] | None) -> None:
    """Who decided, why and by which paper; an old file without that column is told so once."""
    for column in _SAYS.get(cells["event"], ()):
        if not cells[column] and column == "paper" and unpapered is not None:
            unpapered.append(number)
        elif not cells[column]:
            table.wrong("event-unsigned", number, column, event=cells["event"], what=column)


def _restores_nothing(table: Checked, events: Sequence[Event]) -> None:
    taken_back = restored_by(events)
    for event in events:
        if event.event == "restored" and not taken_back[event]:
            subject = event.criterion or "—"
            table.wrong("restored-nothing", event.row, "event", entity=event.entity, criterion=subject)


def _decides_nothing(table: Checked, events: Sequence[Event]) -> None:
    """One decision an objection; what upholds or rejects follows an objection to the same thing."""
    raised: dict[tuple, Event] = {}
    decided: dict[tuple, Event] = {}
    for event in events:
        if event.event == "objection":
            raised[event.subject] = event
            decided.pop(event.subject, None)
        elif event.event in OUTCOMES:
            objection = raised.get(event.subject)
            first = decided.setdefault(event.subject, event) if objection else event
            only_decides = event.event in ("upheld", "rejection")
            if only_decides and objection is None:
                table.wrong("decision-of-nothing", event.row, "event", event=event.event)
            elif first is not event and (only_decides or OUTCOMES[first.event] != OUTCOMES[event.event]):
                facts = {"event": event.event, "first": first.row, "then": first.event}
                table.wrong("decided-already", event.row, "event", **facts)
            elif event.event == "upheld" and event.answer and objection.text and not event.text:
                table.wrong("upheld-without-value", event.row, "value", value=objection.text)


def found_true(events: Sequence[Event]) -> set[tuple[str, str, Any]]:
    """(Entity, answer, figure) that somebody has looked at again and found true; another figure is not."""
    return {(event.entity, event.answer, event.value) for event in events if event.event == FOUND_TRUE}


def restored_by(events: Sequence[Event]) -> dict[Event, tuple[Event, ...]]:
    """Each 'restored', in the order of time, with the zeros that it takes back: those found before it."""
    standing: dict[tuple[str, str], list[Event]] = {}
    taken_back: dict[Event, tuple[Event, ...]] = {}
    for event in events:
        where = (event.entity, event.criterion)
        if event.event in _ZEROS:
            standing.setdefault(where, []).append(event)
        elif event.event == "restored":
            taken_back[event] = tuple(standing.pop(where, ()))
    return taken_back


def last_moment(deadline: Deadline, year: int) -> datetime:
    """The last moment at which something is in time."""
    return datetime.combine(deadline.last(year), DAY_ENDS, HERE)


def zeros(
    methodology: Methodology, events: Sequence[Event], year: int, first: Mapping[str, datetime]
) -> dict[str, dict[str, set[str]]]:
    """Entity -> criterion ('' for the whole report) -> every reason for zero there, as the events have it.

    ``first``: when the report of each entity came.
    """
    made: dict[str, dict[str, set[str]]] = {}
    for event in events:
        if event.event in methodology.source.zero_rules:
            made.setdefault(event.entity, {}).setdefault(event.criterion, set()).add(event.event)
        elif event.event == "restored":
            made.get(event.entity, {}).pop(event.criterion, None)
    for entity in late(methodology, events, year, first):
        made.setdefault(entity, {}).setdefault("", set()).add("late")
    return made


def late(
    methodology: Methodology, events: Sequence[Event], year: int, first: Mapping[str, datetime]
) -> list[str]:
    """The entities whose report came too late, where the methodology has a zero for that."""
    rule = methodology.source.zero_rules.get("late")
    if rule is None:
        return []
    return arrivals(first, events, last_moment(methodology.source.calendar[rule.deadline], year)).late


class Arrivals(NamedTuple):
    """Who reported, which of them after their deadline, and who was given longer; codes, sorted."""

    reported: list[str]
    late: list[str]
    extended: list[str]


def arrivals(first: Mapping[str, datetime], events: Sequence[Event], usual: datetime) -> Arrivals:
    """The first report of each entity held against the usual deadline; an extension never shortens it."""
    until = extended_until(events)
    late = [entity for entity, at in first.items() if at > max(usual, until.get(entity, usual))]
    return Arrivals(sorted(first), sorted(late), sorted(until))


def first_times(events: Sequence[Event], kind: str) -> dict[str, datetime]:
    """Entity -> the time of its first event of a kind."""
    times: dict[str, datetime] = {}
    for event in events:
        if event.event == kind:
            times[event.entity] = min(event.at, times.get(event.entity, event.at))
    return times


def never_reported(events: Sequence[Event]) -> set[str]:
    """The entities of which a council concluded that they gave no report."""
    return {event.entity for event in events if event.event == NO_REPORT}


def extended_until(events: Sequence[Event]) -> dict[str, datetime]:
    """Entity -> the end of its longest extension."""
    until: dict[str, datetime] = {}
    for event in events:
        if event.event == "extension":
            until[event.entity] = max(event.until, until.get(event.entity, event.until))
    return until
