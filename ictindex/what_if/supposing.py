"""The facts of a what-if: answers, events, groups and years that are supposed to be otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ictindex.basics import Finding, Refused, YamlPath, speller
from ictindex.facts import MISSING, Entity, Given, Inputs, Key, named_units, read_value
from ictindex.methodology import Methodology
from ictindex.scoring import Evaluation, Outcome, Scores, added_up, evaluate_edition, rounded_at
from ictindex.what_if.reading import Stated

_OF_EVENTS = ("unit", "event", "criterion", "answer", "day")  # by which an event may be told
_WHY_VI = "Giả định"


def supposed_inputs(stated: Stated, baseline: Evaluation, m: Methodology, findings: list[Finding]) -> Inputs:
    """The baseline's inputs with what the file supposes of them; what is wrong goes to ``findings``."""
    source, inputs = stated.source, baseline.inputs
    if not (source.answers or source.without_events or source.groups or source.among):
        return inputs
    name = _Names(stated, inputs.entities, findings)
    answers = dict(_answers(stated, inputs, m, name, findings))
    kept = inputs.events
    for i, like in enumerate(source.without_events):
        kept = _without(kept, like, ("without_events", i), stated, name, findings)
    entities = inputs.entities
    spelled = speller(m.groups)
    for word, group in source.groups.items():
        unit = name(word, ("groups", word))
        if group not in m.groups:
            findings.append(
                stated.document.found("group-unknown", ("groups", word), group=group, **spelled(group))
            )
        elif unit and unit.group == group:
            findings.append(stated.document.found("what-if-without-effect", ("groups", word), value=group))
        elif unit:
            entities = tuple(replace(e, group=group) if e.code == unit.code else e for e in entities)
    if source.among:
        among = [name(word, ("among",)) for word in source.among]
        codes = {unit.code for unit in among if unit}
        entities = tuple(e for e in entities if e.code in codes)
    marks = {key: several for key, several in inputs.marks.items() if key not in answers}
    return replace(inputs, supposed=answers, marks=marks, events=kept, entities=entities)


class _Names:
    """Units by what the file calls them; one that is none, or several, is a finding at its line."""

    def __init__(self, stated: Stated, entities: tuple[Entity, ...], findings: list[Finding]):
        self.stated, self.entities, self.findings = stated, entities, findings

    def __call__(self, word: str, where: YamlPath) -> Entity | None:
        document = self.stated.document
        try:
            return named_units([word], self.entities, document.file)[0]
        except Refused as refused:
            column = ".".join(map(str, where))
            self.findings += (replace(f, row=document.line(where), column=column) for f in refused.findings)
            return None


def _answers(
    stated: Stated, inputs: Inputs, m: Methodology, name: _Names, findings: list[Finding]
) -> Iterator[tuple[Key, Given]]:
    spelled = speller(m.answers)
    for word, given in stated.source.answers.items():
        unit = name(word, ("answers", word))
        for answer, value in given.items():
            where = ("answers", word, answer)

            def wrong(code: str, where: YamlPath = where, **facts: Any) -> None:
                findings.append(stated.document.found(code, where, **facts))

            if answer not in m.answers:
                wrong("answer-unknown", value=answer, **spelled(answer))
                continue
            spec, text = m.answers[answer], _written(value)
            read, problem = read_value(text, "", spec, ".")
            if problem or not text:
                code, facts = problem or ("cell-empty", {})
                wrong(code, **facts)
                continue
            was = inputs.answers.get((unit.code, answer), MISSING) if unit else MISSING
            now = read / spec.max if spec.kind == "mark" else read
            if was.secret:
                wrong("what-if-withheld", entity=unit.code, answer=answer)
            elif was.state == "given" and was.value == now:
                wrong("what-if-without-effect", value=text)
            elif unit:
                yield (unit.code, answer), Given(now, "given", text, was.row, was.claimed, _WHY_VI)


def _written(value: Any) -> str:
    """A value of the file as a cell of answers.csv would have it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _without(
    events: tuple, like: Mapping[str, Any], where: YamlPath, stated: Stated, name: _Names, findings: list
) -> tuple:
    """The events but those that are so; a description of none is a finding."""
    spelled = speller(_OF_EVENTS)
    tests: list[Callable[[Any], bool]] = []
    for key, value in like.items():
        if key not in _OF_EVENTS:
            findings.append(stated.document.found("key-unknown", (*where, key), key=key, **spelled(key)))
            return events
        if key == "unit":
            unit = name(str(value), (*where, key))
            tests.append(lambda event, unit=unit: unit is not None and event.entity == unit.code)
        elif key == "day":
            tests.append(lambda event, day=str(value): f"{event.at:%Y-%m-%d}" == day)
        else:
            tests.append(lambda event, key=key, value=value: getattr(event, key) == value)
    left = tuple(event for event in events if not all(test(event) for test in tests))
    if len(left) == len(events) or not tests:
        told = ", ".join(f"{key}: {value}" for key, value in like.items())
        findings.append(stated.document.found("what-if-no-such-event", where, value=told))
    return left


# --- the mean of several years ------------------------------------------------------------------------------


def years_of(
    stated: Stated, baseline: Evaluation, m: Methodology, findings: list[Finding]
) -> list[Evaluation]:
    """The further editions whose mean is asked for; each must have all the criteria."""
    editions, wanted = baseline.project.editions(), {leaf.id for leaf in m.leaves}
    spelled, found = speller(editions), []
    for edition in stated.source.years:
        if edition not in editions or edition == baseline.edition:
            facts = {"edition": edition, **spelled(edition)}
            findings.append(stated.document.found("edition-unknown", ("years",), **facts))
            continue
        e = evaluate_edition(edition, baseline.project)
        if lacking := sorted(wanted - {leaf.id for leaf in e.methodology.leaves}):
            facts = {"edition": edition, "criteria": ", ".join(lacking)}
            findings.append(stated.document.found("what-if-other-criteria", ("years",), **facts))
        found.append(e)
    return found


def averaged(scores: Scores, m: Methodology, years: list[Evaluation]) -> Scores:
    """Every criterion as the mean of its shares in the years where it counted, with this one; added up."""
    leaves: dict[str, tuple[Outcome, ...]] = {}
    means: dict[Key, tuple[Fraction, ...]] = {}
    for leaf in m.leaves:
        own = []
        for entity, outcome in zip(scores.entities, scores.outcomes[leaf.id], strict=True):
            others = (
                e.scores.outcomes[leaf.id][e.inputs.places[entity.code]]
                for e in years
                if entity.code in e.inputs.places
            )
            shares = tuple(each.share for each in (*others, outcome) if each.counts)
            most = leaf.maxima[entity.group]
            if shares and most is not None and outcome.state != "not_applicable":
                means[leaf.id, entity.code] = shares
                points = rounded_at(leaf, most * sum(shares) / len(shares))
                outcome = Outcome(points, most, "scored")
            own.append(outcome)
        leaves[leaf.id] = tuple(own)
    return replace(scores, outcomes=added_up(m, scores.entities, leaves, scores.uncovered), means=means)
