"""What a result can be built in spite of: remarks, each at the row that it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from ictindex.basics import Finding, found
from ictindex.facts import EVENTS, MARKS, SERVICES, TESTS, renamed, revoked_at
from ictindex.methodology import OPEN_RULES
from ictindex.procedure.checking import review_states
from ictindex.procedure.looks import drawn_untested
from ictindex.scoring import Evaluation, score_by


def noticed(e: Evaluation) -> Iterator[Finding]:
    """Marks that wait, events on what does not apply, services revoked, choices that decide nothing here."""
    yield from _waiting(e)
    yield from _beside(e)
    yield from _services(e)
    yield from _without_effect(e)


def _file(e: Evaluation, name: str) -> str:
    return e.project.shown(e.project.inputs(e.parameters["inputs"]) / name)


def _waiting(e: Evaluation) -> Iterator[Finding]:
    for (entity, answer), state in review_states(e).items():
        if state == "waiting":
            given = e.inputs.marks[entity, answer]
            facts = {"marks": len(given), "reviewers": e.methodology.reviewers}
            where = (_file(e, MARKS), given[0].row, "reviewer")
            yield found("mark-awaits-second", *where, entity=entity, answer=answer, **facts)


def _beside(e: Evaluation) -> Iterator[Finding]:
    """Events at a criterion, or on an answer, that the unit is not assessed by: they reach nothing."""
    m = e.methodology
    for event in e.inputs.events:
        column, subject = ("criterion", event.criterion) if event.criterion else ("answer", event.answer)
        reached = [m.by_id[subject]] if event.criterion else [n for n in m.leaves if subject in n.reads]
        if subject and not any(node.applies_to(e.inputs.by_code[event.entity]) for node in reached):
            facts = {"entity": event.entity, "subject": subject, "event": event.event}
            yield found("event-beside", _file(e, EVENTS), event.row, column, **facts)


def _services(e: Evaluation) -> Iterator[Finding]:
    """2342, V.5.4 b: whom to tell that its result is cancelled; names that the database has otherwise."""
    for (entity, service), tests in e.inputs.service_tests.items():
        if failed := revoked_at(tests):
            facts = {"entity": entity, "service": service}
            yield found("service-revoked", _file(e, TESTS), failed.row, "service", **facts)
    yield from _drawn_untested(e)
    for service, name in renamed(e.inputs.services, e.inputs.procedures or {}):
        facts = {"entity": service.entity, "label": service.label_vi, "name": name}
        yield found("procedure-named-otherwise", _file(e, SERVICES), service.row, "label_vi", **facts)


def _drawn_untested(e: Evaluation) -> Iterator[Finding]:
    """2342, V.5.4 b, 3.ii: those that the seed draws stand for their group, not whichever were tested."""
    untested: dict[str, list[str]] = {}
    for entity, service in drawn_untested(e) if e.inputs.service_tests and e.parameters.get("seed") else ():
        untested.setdefault(entity, []).append(service)
    for entity, services in untested.items():
        row = e.inputs.services[entity, services[0]].row
        facts = {"entity": entity, "services": ", ".join(services), "edition": e.edition}
        yield found("drawn-untested", _file(e, SERVICES), row, "service", **facts)


def _without_effect(e: Evaluation) -> Iterator[Finding]:
    """What a zero falls on, where every choice gives the same points: none was found, or it covers all."""
    file = e.project.shown(e.project.parameters(e.edition))
    for name, rule in e.rules.items():
        if name.startswith("zero_") and rule.origin != "fixed":
            others = (value for value in OPEN_RULES[name] if value != rule.value)
            if all(_same(e, name, value) for value in others):
                yield found("rule-without-effect", file, None, name, name=name, value=rule.value)


def _same(e: Evaluation, name: str, value: str | int) -> bool:
    """Whether a rule gives every unit the points that it has, whatever reason is printed."""
    rules = e.rules | {name: e.rules[name]._replace(value=value)}
    other = score_by(rules, e.methodology, e.inputs, e.parameters["year"])
    points = [[outcome[:2] for outcome in each] for each in e.scores.outcomes.values()]
    return points == [[outcome[:2] for outcome in each] for each in other.outcomes.values()]
