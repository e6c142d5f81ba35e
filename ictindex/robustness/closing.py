"""What a unit lacks to the next rank and the next level, and on which criterion it would be cheapest.

Everything else stays as it is: the other units, the other criteria, and the largest value of the group that a
rule of_largest measures against. Each way is scored again, rounded as the ranking rounds, before it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import NamedTuple

from ictindex.methodology import Level, Node, Ratio, Rule, Terms
from ictindex.robustness.exact_problem import NONE, ONE, ExactProblem, exact_problem
from ictindex.scoring import Evaluation, OutOfRange, Standing, amount, leaf_earned, measured, ranks

Enough = Callable[[Fraction], bool]  # whether so many points of the leaf reach the goal


class Answer(NamedTuple):
    """One answer as it stands and as it would have to be; for a count the nearest whole number.

    ``also_read_by``: other criteria that read the same answer; that they would move too is left out.
    """

    name: str
    now: Fraction | bool | str
    needed: Fraction | bool | str
    also_read_by: tuple[str, ...]


class Way(NamedTuple):
    """To the goal on one criterion alone.

    ``points`` and ``share`` (of the criterion's maximum) to gain; ``left``: what there is left to gain, in
    points. ``enough``: whether that reaches the goal. ``state``: of the criterion, where a zero has a reason
    that no better answer lifts. ``answer``: None where the rule has no single answer of the unit's own to
    change, where none is enough, or where the criterion is not scored.
    """

    criterion: str
    state: str
    points: Fraction
    share: Fraction
    left: Fraction
    enough: bool
    answer: Answer | None


class Goal(NamedTuple):
    """The next rank or the next level, and the ways to it, cheapest in points first.

    ``missing``: the least increase of the exact value that is enough after rounding; ``beyond``: it takes
    more than that, however little. ``shown``: the increase in the value compared, as Evaluation.gap tells it.
    ``rank``: the rank that the unit then has, all others unchanged.
    """

    rank: int | None
    level: Level | None
    shown: Fraction
    missing: Fraction
    beyond: bool
    ways: tuple[Way, ...]


class Closing(NamedTuple):
    """A unit's goals; None where there is no rank, or no level, above its own."""

    entity: str
    to_rank: Goal | None
    to_level: Goal | None


def closing(e: Evaluation, group: str, units: Collection[str] | None = None) -> tuple[Closing, ...]:
    """Per ranked unit of a group (of these alone), by rank: what it lacks, and where that is cheapest."""
    exact = exact_problem(e, group)
    return tuple(
        _closing(e, exact, standing)
        for standing in e.standings[group]
        if standing.rank is not None and (units is None or standing.entity.code in units)
    )


def _closing(e: Evaluation, exact: ExactProblem, standing: Standing) -> Closing:
    gap, own = e.gap(standing), exact.compared(standing.value)
    to_rank = to_level = None
    if gap.to_rank is not None:
        rival = own + gap.to_rank
        above = (
            _rank_with(e, standing, rival) >= standing.rank
        )  # where ties take the lower place, level is not enough
        to_rank = _goal(_Unit(e, exact, standing, rival, above), None)
    if gap.to_level is not None and e.methodology.plain_levels:
        looking = replace(exact, decimals=None if e.levels_exact else e.decimals)
        to_level = _goal(_Unit(e, looking, standing, gap.next_level.low, False), gap.next_level)
    return Closing(standing.entity.code, to_rank, to_level)


def _rank_with(e: Evaluation, standing: Standing, value: Fraction) -> int:
    """The unit's rank if this were its value compared."""
    rank_on = e.rules["rank_on"].value
    others = [
        s.compared(rank_on)
        for s in e.standings[standing.entity.group]
        if s is not standing and s.rank is not None
    ]
    return ranks([value, *others], e.rules["ties"].value)[0]


@dataclass(frozen=True)
class _Unit:
    """A unit and the value compared that it wants to reach, or to pass (``above``)."""

    e: Evaluation
    exact: ExactProblem
    standing: Standing
    target: Fraction
    above: bool

    @property
    def group(self) -> str:
        return self.standing.entity.group

    @cached_property
    def shares(self) -> dict[str, Fraction]:
        return dict(self.exact.shares[self.exact.units.index(self.standing.entity.code)])

    def value_with(self, leaf: str, share: Fraction) -> Fraction:
        return self.exact.value(self.shares | {leaf: share})

    def reached(self, value: Fraction) -> bool:
        compared = self.exact.compared(value)
        return compared > self.target if self.above else compared >= self.target

    def threshold(self) -> tuple[Fraction, bool]:
        """The least exact value that reaches the target after rounding; and whether it takes more."""
        if self.exact.decimals is None:
            return self.target, self.above
        step = Fraction(1, 10**self.exact.decimals)
        printed = self.target + step if self.above else self.target
        from_here = printed if self.exact.rounding == "down" else printed - step / 2
        return from_here, not self.reached(from_here)


def _goal(unit: _Unit, level: Level | None) -> Goal:
    e, standing = unit.e, unit.standing
    threshold, beyond = unit.threshold()
    missing = threshold - standing.value
    printed = unit.exact.compared(threshold + (Fraction(1, 10**9) if beyond else 0))
    ways = [way for leaf in e.methodology.leaves if (way := _way(unit, leaf, missing, beyond))]
    return Goal(
        rank=None if level else _rank_with(e, standing, printed),
        level=level,
        shown=printed - unit.exact.compared(standing.value),
        missing=missing,
        beyond=beyond,
        ways=tuple(sorted(ways, key=lambda way: (not way.enough, way.points, way.criterion))),
    )


def _way(unit: _Unit, leaf: Node, missing: Fraction, beyond: bool) -> Way | None:
    """None where the criterion does not apply to the unit, or moves nothing."""
    own = unit.shares.get(leaf.id)
    if own is None:
        return None
    whole = unit.value_with(leaf.id, ONE) - unit.value_with(leaf.id, NONE)  # a value is linear in one share
    if not whole:
        return None
    share, most = missing / whole, leaf.maxima[unit.group]
    at_all = own + share < 1 if beyond else own + share <= 1
    enough = at_all and unit.reached(unit.value_with(leaf.id, ONE if beyond else own + share))
    state = unit.e.scores.outcomes[leaf.id][unit.e.inputs.places[unit.standing.entity.code]].state
    answer = (
        _answer(unit, leaf, (own + share) * most) if enough and state == "scored" and not beyond else None
    )
    return Way(leaf.id, state, share * most, share, (1 - own) * most, enough, answer)


# --- in the answer itself -----------------------------------------------------------------------------------


def _answer(unit: _Unit, leaf: Node, wanted: Fraction) -> Answer | None:
    """The answer that has to change; every candidate is scored, and the nearest that is enough is told."""
    rule, entity, e = leaf.criterion.rule, unit.standing.entity, unit.e
    answers = {name: e.inputs.given(entity, name) for name in rule.reads}
    most = leaf.maxima[entity.group]
    reference = e.scores.references.get((leaf.id, entity.group))
    largest = reference and reference.value
    name = rule.own_reads[0] if rule.own_reads else None
    if name is None or rule.kind in ("mark", "awarded", "in_group"):  # several cases, or not the unit's alone
        return None
    if name in e.methodology.last_year:
        return None  # what was stays
    stated = getattr(rule, rule.kind)
    if isinstance(stated, Ratio) and isinstance(stated.of, Terms):
        return None  # more than one answer would do
    now, spec = answers[name].value, e.methodology.answers[name]

    def earned(value) -> Fraction | None:
        """What the leaf earns with this answer; None for one that cannot be."""
        changed = answers | {name: answers[name]._replace(value=value)}
        outside = not isinstance(value, bool | str) and (
            (spec.min is not None and value < spec.min) or (spec.max is not None and value > spec.max)
        )
        try:
            if outside or (largest is not None and measured(rule.of_largest, changed) > largest):
                return None
            return leaf_earned(leaf, entity.group, changed, largest)[0]
        except OutOfRange:
            return None

    def enough(value) -> bool:
        got = earned(value)
        return got is not None and unit.reached(unit.value_with(leaf.id, got / most))

    if rule.kind in ("yes_no", "choice"):
        others = [True] if rule.kind == "yes_no" else sorted(rule.choice.points, key=lambda c: (earned(c), c))
        needed = next((value for value in others if value != now and enough(value)), None)
    else:
        per = _per(rule, answers)
        factor = leaf.factor(entity.group)
        tried = _candidates(rule, now, per, wanted / factor, most / factor, largest)
        if spec.kind == "count":
            tried = (whole for value, up in tried for whole in _whole(value, up, now, enough))
        else:
            tried = (value for value, up in tried if up)  # below a bound there is no nearest fraction
        needed = min((v for v in tried if v != now and enough(v)), key=lambda v: abs(v - now), default=None)
    if needed is None:
        return None
    others = (n.id for n in e.methodology.leaves if n is not leaf and name in n.reads)
    return Answer(name, now, needed, tuple(others))


def _per(rule: Rule, answers: dict) -> Fraction:
    """What the answer is divided by."""
    stated = getattr(rule, rule.kind)
    per = stated.per if isinstance(stated, Ratio) else None
    return ONE if per is None else amount(per, answers)


def _candidates(
    rule: Rule, now: Fraction, per: Fraction, wanted: Fraction, most: Fraction, largest: Fraction | None
) -> Iterator[tuple[Fraction, bool]]:
    """Where the rule first earns so many points: a value, and whether it is reached upwards from below it.

    Downwards, the value is a bound that the answer must stay below.
    """
    if rule.kind == "value":
        yield wanted, True
    elif rule.kind == "share":
        yield wanted / most * per, True
    elif rule.kind == "of_largest" and largest:
        yield wanted / most * largest * per, True
    elif rule.kind == "goalposts" and rule.goalposts.scale is None:
        worst, best = rule.goalposts.worst, rule.goalposts.best
        if worst < best:
            yield (worst + wanted / most * (best - worst)) * per, True
    elif rule.kind == "count" and rule.count.each > 0:
        yield wanted / rule.count.each, True
    elif rule.kind == "bands":
        for step in rule.bands.steps:
            low = step.low if step.points is not None else max(step.low, wanted * step.full / most)
            if step.high is not None and low >= step.high:
                continue
            if now < low * per:
                yield low * per, True
            elif step.high is not None and step.high * per <= now:
                yield step.high * per, False


def _whole(value: Fraction, up: bool, now: Fraction, enough: Enough) -> Iterator[Fraction]:
    """The whole number nearest to the answer on this side, if it is enough and one step nearer is not."""
    needed = Fraction(ceil(value)) if up else Fraction(ceil(value) - 1)
    nearer = needed - 1 if up else needed + 1
    if enough(needed) and (nearer == floor(now) or not enough(nearer)):
        yield needed
