"""Two runs compared, and every change split over four switches: data, marks, adjudication and rules.

A mixed run takes each switch from one of the two. Units, their answers, events, evidence, services and the
year assessed are *data*; *marks* are the reviewers', *adjudication* the adjudicators'; *rules* are the
methodology and what it leaves open. Answers are matched by code: one that a single side asks goes with the
rules, for their change is what made it count. A unit of one side alone brings all its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from ictindex.basics import Finding, Refused, exact_text, found, refuse_if
from ictindex.facts import MISSING, Entity, Given, Inputs, Key, Mark, settle
from ictindex.robustness.attribution import Attribution, shapley
from ictindex.scoring import Evaluation, Standing, counted_inputs, score_by

SWITCHES = ("data", "marks", "adjudication", "rules")
_ROLES = {"marks": "reviewer", "adjudication": "adjudicator"}

Sides = Mapping[str, Evaluation]  # switch -> the run that it is taken from
Progress = Callable[[int, int], None]


class Shift(NamedTuple):
    """One unit in both runs; None where it is not there, or has no value. Values: see ``Changes.measure``."""

    code: str
    before: Standing | None
    after: Standing | None
    value_before: Fraction | None
    value_after: Fraction | None

    @property
    def value(self) -> Fraction | None:
        gone = self.value_before is None or self.value_after is None
        return None if gone else self.value_after - self.value_before

    @property
    def rank(self) -> int | None:
        """How many places it fell (rose, where negative); None where it has none, or another group."""
        ranks = [s.rank if s else None for s in (self.before, self.after)]
        return None if None in ranks or self.regrouped else ranks[1] - ranks[0]

    @property
    def regrouped(self) -> bool:
        both = self.before is not None and self.after is not None
        return both and self.before.entity.group != self.after.entity.group


class Changes(NamedTuple):
    """Who moved, by group and rank after; ``measure``: 'share' where both compare shares, else 'points'."""

    measure: str
    changes: tuple[Shift, ...]


class Split(NamedTuple):
    """The changes of value and of rank, split exactly; ``runs``: how many different mixes were evaluated."""

    values: Attribution
    ranks: Attribution
    runs: int


def changes(before: Evaluation, after: Evaluation) -> Changes:
    """The two runs side by side; Refused where they have no unit in common."""
    old, new = (e.at(e.methodology.root) for e in (before, after))
    if not old.keys() & new.keys():
        refuse_if([found("no-unit-in-common", after.edition, before=before.edition, after=after.edition)])
    measure = _measure(before, after)
    order = [s.entity.code for e in (after, before) for group in e.standings.values() for s in group]
    both = {code: (old.get(code), new.get(code)) for code in order}
    return Changes(
        measure, tuple(Shift(code, *pair, *(_value(s, measure) for s in pair)) for code, pair in both.items())
    )


def _measure(before: Evaluation, after: Evaluation) -> str:
    same = {e.rules["compare_on"].value for e in (before, after)}
    return "share" if same == {"share"} else "points"


def _value(standing: Standing | None, measure: str) -> Fraction | None:
    if standing is None or standing.rank is None:
        return None
    return standing.outcome.share if measure == "share" else standing.outcome.points


# --- the split ----------------------------------------------------------------------------------------------


def attribute(before: Evaluation, after: Evaluation, progress: Progress = lambda done, of: None) -> Split:
    """Split every change over SWITCHES; Refused with everything that makes a mix impossible.

    The mixes at both ends are evaluated too, and must come out as the two runs did.
    """
    measure = changes(before, after).measure
    moves = [switch for switch in SWITCHES if _part(before, switch) != _part(after, switch)]
    runs: dict[frozenset[str], dict[str, Standing]] = {}
    findings: list[Finding] = []

    def run(thrown: frozenset[str]) -> dict[str, Standing]:
        """The standings of a mix; a switch that is the same on both sides makes no other."""
        kept = thrown & {*moves}
        if kept not in runs:
            progress(len(runs), 2 ** len(moves))
            runs[kept] = {}
            try:
                mixed = mix(before, after, kept)
                runs[kept] = mixed.at(mixed.methodology.root)
            except Refused as refused:
                findings.extend(each for each in refused.findings if each not in findings)
        return runs[kept]

    values = shapley(SWITCHES, lambda thrown: {c: _value(s, measure) for c, s in run(thrown).items()})
    refuse_if(findings)
    for e, thrown in ((before, frozenset()), (after, frozenset(SWITCHES))):
        if _told(run(thrown)) != _told(e.at(e.methodology.root)):
            refuse_if([found("mix-unproven", e.edition, edition=e.edition)])
    ranks = shapley(SWITCHES, lambda thrown: {c: s.rank for c, s in run(thrown).items()})
    return Split(values, ranks, len(runs))


def _told(standings: Mapping[str, Standing]) -> dict[str, tuple]:
    return {code: (s.outcome, s.value, s.rank) for code, s in standings.items()}


def _part(e: Evaluation, switch: str) -> tuple:
    """All that a switch takes from a run."""
    i = e.inputs
    if switch == "rules":
        return e.methodology.source, e.methodology.root, {name: rule.value for name, rule in e.rules.items()}
    if switch in _ROLES:
        return (_marks(e, _ROLES[switch]),)
    own = {key: given for key, given in i.stated.items() if key not in i.marks}
    return (
        e.parameters["year"],
        i.entities,
        own,
        i.supposed,
        i.events,
        i.evidence,
        i.services,
        i.service_tests,
    )


def _marks(e: Evaluation, role: str) -> dict[Key, list[tuple[str, int, Fraction]]]:
    """The marks of a role, as shares of the scale on which they were given."""
    return {
        key: [
            (m.reviewer, m.round, m.mark / e.methodology.answers[key[1]].max) for m in marks if m.role == role
        ]
        for key, marks in e.inputs.marks.items()
    }


# --- a mix --------------------------------------------------------------------------------------------------


def mix(before: Evaluation, after: Evaluation, thrown: frozenset[str]) -> Evaluation:
    """The run with the ``thrown`` switches of ``after`` and the others of ``before``, scored anew."""
    sides = {switch: after if switch in thrown else before for switch in SWITCHES}
    data, rules = sides["data"], sides["rules"]
    refuse_if(_impossible(sides))
    inputs = counted_inputs(_mixed_inputs(sides), rules.methodology, rules.rules, rules.seed)
    year = data.parameters["year"]
    return replace(
        rules,
        parameters={**rules.parameters, "year": year},
        inputs=inputs,
        scores=score_by(rules.rules, rules.methodology, inputs, year),
    )


def _mixed_inputs(sides: Sides) -> Inputs:
    data, rules = sides["data"], sides["rules"]
    stated: dict[Key, Given] = {}
    marks: dict[Key, tuple[Mark, ...]] = {}
    evidence = None if data.inputs.evidence is None else {**data.inputs.evidence}
    for code, spec in rules.methodology.answers.items():
        for entity in data.inputs.entities:
            key = (entity.code, code)
            if spec.kind == "mark":
                if given := _mixed_marks(sides, key, spec.max):
                    marks[key] = given
                    share = settle(given, spec.max, 100, rules.methodology.combine).value / spec.max
                    texts = "; ".join(exact_text(mark.mark) for mark in given)
                    stated[key] = Given(share, "given", texts, given[0].row)
            elif code in data.methodology.answers:
                stated[key] = data.inputs.stated.get(key, MISSING)
            else:
                stated[key] = rules.inputs.answers.get(key, MISSING)
                if evidence is not None:  # a run that kept no register asked for no evidence
                    register = rules.inputs.evidence
                    if register is None or key in register:
                        evidence[key] = (register or {}).get(key, ())
    return replace(data.inputs, stated=stated, marks=marks, evidence=evidence)


def _mixed_marks(sides: Sides, key: Key, scale: Fraction) -> tuple[Mark, ...]:
    """Reviewers' marks of one side and adjudicators' of the other, on the scale of the rules."""
    given = []
    for switch, role in _ROLES.items():
        side = next(each for each in (sides[switch], sides["data"], sides["rules"]) if _asks(each, key))
        own = side.methodology.answers[key[1]].max
        given += [
            mark._replace(mark=mark.mark / own * scale)
            for mark in side.inputs.marks.get(key, ())
            if mark.role == role
        ]
    return tuple(sorted(given))


def _asks(e: Evaluation, key: Key) -> bool:
    """Whether a run has the unit, and asks it this."""
    return key[1] in e.methodology.answers and key[0] in _units(e)


def _units(e: Evaluation) -> dict[str, Standing]:
    return e.at(e.methodology.root)


# --- what makes a mix impossible ----------------------------------------------------------------------------


def _impossible(sides: Sides) -> Iterator[Finding]:
    """Why the rules of one run cannot score the figures of the other."""
    data, rules = sides["data"], sides["rules"]
    if data is rules:
        return
    names = {"data": data.edition, "rules": rules.edition}
    file = data.inputs.answers_file
    asked = data.methodology.answers
    for entity in data.inputs.entities:
        yield from _unplaced(entity, rules, file, names)
    for code, spec in rules.methodology.answers.items():
        if code in asked and asked[code].kind != spec.kind:
            kinds = {"kind": asked[code].kind, "other": spec.kind}
            yield found("mix-kind", file, None, "answer", answer=code, **kinds, **names)
            continue
        for entity in data.inputs.entities:
            facts = {"entity": entity.code, "answer": code, **names}
            if code not in asked:
                if entity.code not in _units(rules):
                    yield found("mix-unit", file, None, "answer", **facts)
            elif spec.kind != "mark" and not _fits(given := data.inputs.given(entity, code), spec):
                yield found("mix-value", file, given.row, "value", value=given.text, **facts)


def _unplaced(entity: Entity, rules: Evaluation, file: str, names: dict[str, str]) -> Iterator[Finding]:
    """A unit whose group or attribute the rules do not know."""
    if entity.group not in rules.methodology.groups:
        yield found("mix-group", file, None, "group", entity=entity.code, group=entity.group, **names)
    for key, attribute in rules.methodology.source.attributes.items():
        if entity.attributes.get(key) not in attribute.values:
            yield found("mix-attribute", file, None, key, entity=entity.code, attribute=key, **names)


def _fits(given: Given, spec) -> bool:
    """Whether a value is one that the question allows."""
    value = given.value
    if value is None or isinstance(value, bool) or spec.kind == "text":
        return True
    if spec.kind == "choice":
        return value in spec.choices
    return (spec.min is None or value >= spec.min) and (spec.max is None or value <= spec.max)
