"""The ledger of events replayed on what was declared: corrections, and what became of each objection.

An event is a fact with a time. Sorted by it they are applied one after the other, so that the order of rows
never matters; two that contradict each other at one moment are refused when they are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ictindex.facts.answers import MISSING, Given, Key
from ictindex.facts.events import OUTCOMES, Event
from ictindex.facts.stated import Stated
from ictindex.methodology import Methodology


class Objection(NamedTuple):
    """What a unit does not agree with (an answer, or a criterion), and what was decided of it."""

    entity: str
    criterion: str
    answer: str
    requested: str
    why: str
    at: datetime
    outcome: str  # upheld, rejected or open
    decision: Event | None


def corrected(answers: Mapping[Key, Given], events: Sequence[Event]) -> Stated:
    """The answers as they stand after the corrections among ``events``; what was declared is kept.

    An objection that is upheld with a value corrects as well.

    What is a state secret stays one: no correction tells it.
    """
    standing: dict[Key, Given] = {}
    for event in events:
        key = (event.entity, event.answer)
        given = standing.get(key) or answers.get(key, MISSING)
        if event.event in _CORRECTS and event.value is not None and not given.secret:
            by = {"why": event.why, "who": event.who, "at": event.at, "established": True}
            standing[key] = given._replace(
                value=event.value, text=event.text, state="given", declared=given.claimed, **by
            )
    return (answers if isinstance(answers, Stated) else Stated(answers)) | standing


_CORRECTS = ("correction", "upheld")  # which may say the value that is accepted


def objections(events: Sequence[Event]) -> list[Objection]:
    """Every objection with the first decision after it on the same answer, or on the same criterion."""
    decisions = [event for event in events if event.event in OUTCOMES]
    told = []
    for event in events:
        if event.event == "objection":
            later = (each for each in decisions if each.at >= event.at and each.subject == event.subject)
            decision = next(later, None)
            outcome = OUTCOMES[decision.event] if decision else "open"
            told.append(Objection(*event.subject, event.text, event.why, event.at, outcome, decision))
    return told


Came = tuple[str, str, datetime]  # of which unit, for which answer or criterion, and when


def upheld_in_words(
    events: Sequence[Event], methodology: Methodology, came: Iterable[Came]
) -> Iterator[tuple[Event, Objection]]:
    """The objections that are upheld without a value although nothing came for them: they change nothing.

    What may come for an objection to a criterion or a document: a document, a mark of the second round or of
    the adjudicator, a test of a service, an appraised figure, a correction, a zero taken back; of what is at
    or below the criterion, and not before the day of the objection.
    """
    came = [*came, *((e.entity, e.answer or e.criterion, e.at) for e in events if e.event in _MOVES)]
    for one in objections(events):
        if one.decision and one.decision.event == "upheld" and not one.decision.text:
            about = subjects_of(one.criterion, one.answer, methodology)
            if not anything_came(came, one.entity, about, one.at):
                yield one.decision, one


def came_for_answers(
    known: Mapping[str, Any], stated: Stated, methodology: Methodology
) -> Iterator[tuple[str, str, datetime]]:
    """What came for a unit's answers, of what says its day."""
    for (entity, answer), documents in (known["evidence"] or {}).items():
        yield from ((entity, answer, one.at) for one in documents if one.at)
    for (entity, answer), marks in known["marks"].items():
        again = (mark for mark in marks if mark.role == "adjudicator" or mark.round == 2)
        yield from ((entity, answer, mark.at) for mark in again if mark.at)
    appraised = stated.where(lambda given: given.at and given.declared is not None)
    yield from ((*key, given.at) for key, given in appraised)
    of = methodology.source.online_services
    for (entity, _), tests in known["service_tests"].items():
        yield from ((entity, of.counted_as, test.at) for test in tests if of)


_MOVES = ("correction", "restored")


def subjects_of(criterion: str, answer: str, methodology: Methodology) -> set[str]:
    """What may come for an objection: its answer; its criterion, all above and below, and what these read."""
    about = {answer}
    for node in methodology.nodes if criterion else ():
        if node.within(criterion):
            about |= {node.id, *node.reads}
        elif f"{criterion}.".startswith(f"{node.id}."):
            about.add(node.id)
    return about


def anything_came(came: Iterable[Came], unit: str, about: Collection[str], since: datetime) -> bool:
    """Whether anything came for a unit's objection, on its day or after."""
    return any(whose == unit and what in about and at.date() >= since.date() for whose, what, at in came)


def confirmation_begins(events: Sequence[Event]) -> datetime | None:
    """When the first confirmation slip was sent; None before that."""
    return min((event.at for event in events if event.event == "slip"), default=None)
