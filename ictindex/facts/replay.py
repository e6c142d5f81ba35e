"""The ledger of events replayed on what was declared: corrections, and what became of each objection.

An event is a fact with a time. Sorted by it they are applied one after the other, so that the order of rows
never matters; two that contradict each other at one moment are refused when they are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ictindex.facts.answers import MISSING, Given, Key
from ictindex.facts.events import OUTCOMES, Event


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


def corrected(answers: Mapping[Key, Given], events: Sequence[Event]) -> dict[Key, Given]:
    """The answers as they stand after the corrections among ``events``; what was declared is kept.

    An objection that is upheld with a value corrects as well.

    What is a state secret stays one: no correction tells it.
    """
    standing = dict(answers)
    for event in events:
        key = (event.entity, event.answer)
        given = standing.get(key, MISSING)
        if event.event in _CORRECTS and event.value is not None and not given.secret:
            by = {"why": event.why, "who": event.who, "at": event.at}
            standing[key] = given._replace(
                value=event.value, text=event.text, state="given", declared=given.claimed, **by
            )
    return standing


_CORRECTS = ("correction", "upheld")  # which may say the value that is accepted


def objections(events: Sequence[Event]) -> list[Objection]:
    """Every objection with the first decision after it on the same answer, or on the same criterion."""
    decisions = [event for event in events if event.event in OUTCOMES]
    return [
        Objection(
            event.entity,
            event.criterion,
            event.answer,
            event.text,
            event.why,
            event.at,
            OUTCOMES[decision.event] if decision else "open",
            decision,
        )
        for event in events
        if event.event == "objection"
        for decision in [next((each for each in decisions if _answers(each, event)), None)]
    ]


def _answers(decision: Event, objection: Event) -> bool:
    """Whether a decision is about what an objection is about, and not before it."""
    return decision.at >= objection.at and decision.subject == objection.subject


def confirmation_begins(events: Sequence[Event]) -> datetime | None:
    """When the first confirmation slip was sent; None before that."""
    return min((event.at for event in events if event.event == "slip"), default=None)
