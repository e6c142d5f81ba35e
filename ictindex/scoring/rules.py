"""Rule kinds: what one leaf earns from its answers, as an exact number of points."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ictindex.basics import exact_text, logarithm, power
from ictindex.facts import Given
from ictindex.methodology import Bands, Goalposts, InGroup, Node, Ratio, Rule, Terms

Answers = Mapping[str, Given]


@dataclass(frozen=True)
class Spread:
    """The values of a group that a rule in_group measures against, sorted, on its scale."""

    values: tuple[Fraction, ...] = ()

    def among(self, value: Fraction) -> Spread:
        """These; where nobody sets a mark, a value stands among itself."""
        return self if self.values else Spread((value,))

    def ends(self, best: str) -> tuple[Fraction, Fraction]:
        """The worst value and the best; ``best``: 'largest' or 'smallest'."""
        low, high = self.values[0], self.values[-1]
        return (low, high) if best == "largest" else (high, low)

    @cached_property
    def mean(self) -> Fraction:
        return sum(self.values, Fraction(0)) / len(self.values)

    @cached_property
    def deviation(self) -> Fraction:
        """The standard deviation of the group as a whole (÷ n), to DIGITS digits."""
        mean = self.mean
        variance = sum(((value - mean) ** 2 for value in self.values), Fraction(0)) / len(self.values)
        return power(variance, Fraction(1, 2)) if variance else variance


Against = Fraction | Spread  # what a group gives a rule: its largest value, or all of them


class OutOfRange(ValueError):
    """Points below zero, above the maximum, or none at all (5/0): something is wrong, never clipped."""

    def __init__(self, given: Given, points: str, most: Fraction):
        super().__init__(given, points, most)
        self.given, self.points, self.most = given, points, most


def earned(
    rule: Rule, answers: Answers, most: Fraction, largest: Against | None = None, nothing: str = "zero"
) -> tuple[Fraction, Fraction]:
    """Points of one leaf for one entity, and the most that it could have earned; 0 where nothing applies.

    ``nothing``: what nothing of nothing counts, of NOTHING; by 'does_not_apply' a part leaves the maximum.
    """
    if nothing == "zero" or not of_nothing(rule, answers):
        return points(rule, answers, most, largest), most
    if rule.ratio:
        return (most, most) if nothing == "full" else (Fraction(0), Fraction(0))
    cases = [earned(case.rule, answers, case.max_points, None, nothing) for case in rule.cases]
    combine = sum if rule.sum_of else max
    return combine(got for got, _ in cases), combine(of for _, of in cases)


def of_nothing(rule: Rule, answers: Answers) -> bool:
    """Whether a rule, or a case of it, measures 0 of 0."""
    return any(
        each.ratio and amount(each.ratio.of, answers) == amount(each.ratio.per, answers) == 0
        for each in rule.walk()
    )


def amount(part: str | Fraction | Terms, answers: Answers) -> Fraction:
    """An answer, a constant, or answers added up and taken off."""
    if isinstance(part, Fraction):
        return part
    if isinstance(part, str):
        return Fraction(answers[part].value)
    return sum((amount(each, answers) for each in part.plus), Fraction(0)) - sum(
        (amount(each, answers) for each in part.minus), Fraction(0)
    )


def points(rule: Rule, answers: Answers, most: Fraction, largest: Against | None = None) -> Fraction:
    """Points of one leaf for one entity, where nothing of nothing is 0.

    ``answers`` holds what ``rule.reads`` names, each with a value; ``largest`` is the group's largest value,
    for a rule ``of_largest``, or all of them, for ``in_group``. Raises OutOfRange when the result lies
    outside 0 … ``most``.
    """
    earned = _by_kind(rule, answers, most, largest)
    if not 0 <= earned <= most:
        raise OutOfRange(answers[rule.reads[0]], exact_text(earned), most)
    return earned


def leaf_earned(
    leaf: Node, group: str, answers: Answers, largest: Against | None = None, nothing: str = "zero"
) -> tuple[Fraction, Fraction]:
    """As ``earned``, of a leaf for a unit of this group; each point counts what ``leaf.factor`` says."""
    factor = leaf.factor(group)
    got, most = earned(leaf.criterion.rule, answers, leaf.maxima[group] / factor, largest, nothing)
    return factor * got, factor * most


def measured(ratio: Ratio, answers: Answers, most: Fraction = Fraction(0)) -> Fraction:
    """The value that a rule measures: an answer, or one over another; nothing of nothing is 0.

    Below 0 is only what answers were taken off from.
    """
    of = amount(ratio.of, answers)
    if ratio.per is None:
        return of
    per = amount(ratio.per, answers)
    if of == per == 0:
        return Fraction(0)
    if per <= 0 or (of < 0 and not isinstance(ratio.of, Terms)):
        raise OutOfRange(answers[ratio.reads[0]], f"{exact_text(of)}/{exact_text(per)}", most)
    return of / per


def on_scale(stated: Goalposts | InGroup, value: Fraction, answers: Answers) -> Fraction:
    """A value, its logarithm or its root; OutOfRange where it has none."""
    if stated.scale is None:
        return value
    if value < 0 or (value == 0 and stated.scale == "logarithm"):
        raise OutOfRange(answers[stated.reads[0]], f"{stated.scale} {exact_text(value)}", Fraction(0))
    if stated.scale == "logarithm":
        return logarithm(value)
    return power(value, Fraction(1, 2)) if value else value


def compared(stated: Ratio, answers: Answers, most: Fraction = Fraction(0)) -> Fraction:
    """What a rule holds against its group: the value measured, on its scale; of what is below 0 no part."""
    value = measured(stated, answers, most)
    value = on_scale(stated, value, answers) if isinstance(stated, InGroup) else value
    if value < 0 and (not isinstance(stated, InGroup) or stated.by == "leader"):
        raise OutOfRange(answers[stated.reads[0]], exact_text(value), most)
    return value


def claims(rule: Rule, answers: Answers) -> bool:
    """Whether the answers claim any points: a yes, a number above nothing, a choice that earns something."""
    if rule.cases:
        return any(claims(case.rule, answers) for case in rule.cases)
    counted = rule.own_reads[0]  # of a ratio, what it is held against claims nothing
    value = answers[counted].value
    return bool(rule.choice.points.get(value) if rule.choice else value)


def _by_kind(rule: Rule, answers: Answers, most: Fraction, largest: Against | None) -> Fraction:
    """The points of a rule, wherever they lie; what each kind means is said in ``rule_kinds``."""
    stated = getattr(rule, rule.kind)
    match rule.kind:
        case "value" | "awarded":
            return Fraction(answers[stated].value)
        case "mark":  # a settled one is a share of its scale
            return answers[stated].value * most
        case "share":
            return measured(stated, answers, most) * most
        case "of_largest":
            value = compared(stated, answers, most)
            return value / largest * most if largest else Fraction(0)
        case "goalposts":
            return _between(stated, answers, most) * most
        case "in_group":
            return _in_group(stated, compared(stated, answers, most), largest or Spread()) * most
        case "bands":
            return _of_step(stated, answers, most)
        case "yes_no":
            return most if answers[stated].value else Fraction(0)
        case "choice":
            return stated.points[answers[stated.of].value]
        case "count":
            return min(stated.each * answers[stated.of].value, stated.most)
        case "sum_of":
            return sum((points(case.rule, answers, case.max_points) for case in stated), Fraction(0))
        case "best_of":
            return max(points(case.rule, answers, case.max_points) for case in stated)


def _between(stated: Goalposts, answers: Answers, most: Fraction) -> Fraction:
    """The part of the way from the worst goalpost to the best."""
    value = measured(stated, answers, most)
    if stated.outside == "clip":
        low, high = sorted((stated.worst, stated.best))
        value = min(max(value, low), high)
    own, worst, best = (on_scale(stated, each, answers) for each in (value, stated.worst, stated.best))
    return (own - worst) / (best - worst)


def _of_step(stated: Bands, answers: Answers, most: Fraction) -> Fraction:
    """By its half-open step: low <= value < high."""
    value = measured(stated, answers, most)
    for step in stated.steps:
        if step.low <= value and (step.high is None or value < step.high):
            return step.points if step.points is not None else value * most / step.full
    raise OutOfRange(answers[stated.reads[0]], exact_text(value), most)


def _in_group(stated: InGroup, value: Fraction, spread: Spread) -> Fraction:
    share = share_in_group(stated, value, spread)
    if stated.by != "z_score" or stated.outside == "clip":  # one that sets no mark may lie outside the others
        share = min(max(share, Fraction(0)), Fraction(1))
    return share


def share_in_group(stated: InGroup, value: Fraction, spread: Spread) -> Fraction:
    """The part of the maximum that a value has among those of its group."""
    group = spread.among(value)
    low, high = group.ends(stated.best)
    if stated.by == "min_max":
        return (value - low) / (high - low) if high != low else Fraction(1)
    if stated.by == "leader":
        above, below = (value, high) if stated.best == "largest" else (high, value)
        return above / below if below else Fraction(above == below)
    if stated.by == "percentile_rank":
        behind, alike, others = ahead_of(stated, value, spread)
        return (behind + Fraction(alike, 2)) / others if others else Fraction(1)
    apart = (value - group.mean) / group.deviation if group.deviation else Fraction(0)
    return stated.centre + stated.each * (apart if stated.best == "largest" else -apart)


def ahead_of(stated: InGroup, value: Fraction, spread: Spread) -> tuple[int, int, int]:
    """How many others a value is ahead of, how many are alike, and how many others there are."""
    lower, not_above = bisect_left(spread.values, value), bisect_right(spread.values, value)
    alike = not_above - lower
    behind = lower if stated.best == "largest" else len(spread.values) - not_above
    itself = min(alike, 1)
    return behind, alike - itself, len(spread.values) - itself
