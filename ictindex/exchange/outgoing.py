"""What goes out: every form of a kind, and the record that the confirmation slips were sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from ictindex.annex import hold_edition
from ictindex.basics import Project, Refused, digests, found, refuse_if
from ictindex.exchange.batch import sending_of
from ictindex.exchange.collection import write_inputs
from ictindex.exchange.decisions import decision_sheet
from ictindex.exchange.forms import Context, Item, appraisal, marking, read_context, survey
from ictindex.exchange.layout import Form
from ictindex.exchange.ledger import read_ledger
from ictindex.exchange.service_sheets import inspection
from ictindex.facts import ENTITIES, EVENTS, RECEIVED, named_units, own_marks, read_inputs
from ictindex.procedure import APART, review_states, to_check
from ictindex.scoring import Evaluation, evaluate_edition, read_parameters, seed_to_fill

_APART_VI, _DRAWN_VI = "Hai điểm quá khác nhau", "Rút mẫu kiểm tra xác suất"

_OF_WHAT_WAITS = ("decisions", "inspection", "adjudication")


def every_form(
    context: Context, project: Project, kind: str, units: Sequence[str], reviewers: Sequence[str]
) -> list[Form]:
    """The forms of a kind: a survey for each unit (or those named), else one for each reviewer.

    Who has sent one before gets a form with the next number on it: the same number twice is refused.
    Refused where a word is no unit, or where nothing is asked that this kind of form could ask.
    """
    chosen = named_units(units, context.entities, f"{context.edition}, {ENTITIES}") or list(context.entities)
    if kind == "survey":
        return _numbered((survey(context, entity) for entity in chosen), context, project)
    made = _of_reviewers(context, project, kind, reviewers, [unit.code for unit in chosen])
    asks = [line.asks or line.offered for form in made[:1] for sheet in form.sheets for line in sheet.lines]
    if made and not any(asks) and not any(sheet.rows for sheet in made[0].sheets):
        at = (context.edition, None, "--kind")
        waits = found("form-nothing-waits", *at, kind=kind)
        raise Refused([waits if kind in _OF_WHAT_WAITS else found("form-asks-nothing", *at, kind=kind)])
    return _numbered(made, context, project)


def _numbered(forms: Iterable[Form], context: Context, project: Project) -> list[Form]:
    """The forms, with the number of the next sending where received.csv has one of the same sender."""
    inputs = project.inputs(read_parameters(context.edition, project)["inputs"])
    last: dict[tuple[str, str], int] = {}
    if (inputs / RECEIVED).is_file():
        for row in read_ledger(inputs, project.shown(inputs), context.methodology).received.values():
            key = row["form"], row["sender"]
            last[key] = max(last.get(key, 0), sending_of(row))
    numbers = ((form, last.get((form.kind, form.sender), 0) + 1) for form in forms)
    return [
        replace(form, filled={**form.filled, "sending": str(number)}) if number > 1 else form
        for form, number in numbers
    ]


def _of_reviewers(
    context: Context, project: Project, kind: str, reviewers: Sequence[str], units: Sequence[str]
) -> list[Form]:
    if kind == "marking":
        return [marking(context, reviewer) for reviewer in reviewers]
    if kind == "appraisal":  # claims that nobody has awarded yet: there is nothing to evaluate
        name = read_parameters(context.edition, project)["inputs"]
        inputs = read_inputs(name, context.methodology, project)
        return [appraisal(context, reviewer, inputs) for reviewer in reviewers]
    e = evaluate_edition(context.edition, project)
    if kind == "decisions":
        return [decision_sheet(context, reviewer, e) for reviewer in reviewers]
    if kind == "inspection":
        shown = project.shown(project.parameters(context.edition))
        refuse_if(seed_to_fill(e.parameters, e.methodology, shown))  # nothing is drawn before it is told
        return [inspection(context, reviewer, e, units) for reviewer in reviewers]
    items = list(_items(e))
    return [marking(context, reviewer, items) for reviewer in reviewers]


def _items(e: Evaluation) -> Iterator[Item]:
    """What the adjudicator marks: the others' marks without their names, and why it was chosen."""
    states = review_states(e)
    for key in to_check(e):
        own = tuple(sorted(mark.mark for mark in own_marks(e.inputs.marks[key])))
        yield Item(*key, _APART_VI if states[key] in APART else _DRAWN_VI, own)


def record_slips(e: Evaluation, day: date) -> Path:
    """Append to events.csv that every unit's slip was sent on a day; what stands there stays as it is."""
    context, inputs = read_context(e.edition, e.project), e.project.inputs(e.parameters["inputs"])
    with hold_edition(e.edition, e.project):
        ledger = read_ledger(inputs, e.project.shown(inputs), e.methodology)
        sent = {event.entity for event in e.inputs.events if event.event == "slip" and event.at.date() == day}
        ledger.events += [
            {"entity": entity.code, "event": "slip", "at": f"{day:%Y-%m-%d}"}
            for entity in e.inputs.entities
            if entity.code not in sent
        ]
        ledger.changed.add(EVENTS)
        write_inputs(inputs, ledger, digests(inputs), context, e.project)
    return inputs / EVENTS
