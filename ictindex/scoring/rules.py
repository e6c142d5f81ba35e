"""Rule kinds: what one leaf earns from its answers, as an exact number of points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from ictindex.basics import exact_text
from ictindex.facts import Given
from ictindex.methodology import Case, Node, Ratio, Rule

Answers = Mapping[str, Given]


class OutOfRange(ValueError):
    """Points below zero, above the maximum, or none at all (5/0): something is wrong, never clipped."""

    def __init__(self, given: Given, points: str, most: Fraction):
        super().__init__(given, points, most)
        self.given, self.points, self.most = given, points, most


def earned(
    rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None = None, nothing: str = "zero"
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
        each.ratio and all(answers[name].value == 0 for name in each.ratio.reads) for each in rule.walk()
    )


def points(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None = None) -> Fraction:
    """Points of one leaf for one entity, where nothing of nothing is 0.

    ``answers`` holds what ``rule.reads`` names, each with a value; ``largest`` is the group's largest value,
    for a rule ``of_largest``. Raises OutOfRange when the result lies outside 0 … ``most``.
    """
    earned = _KINDS[rule.kind](rule, answers, most, largest)
    if not 0 <= earned <= most:
        raise OutOfRange(answers[rule.reads[0]], exact_text(earned), most)
    return earned


def leaf_earned(
    leaf: Node, group: str, answers: Answers, largest: Fraction | None = None, nothing: str = "zero"
) -> tuple[Fraction, Fraction]:
    """As ``earned``, of a leaf for a unit of this group; each point counts what ``leaf.factor`` says."""
    factor = leaf.factor(group)
    got, most = earned(leaf.criterion.rule, answers, leaf.maxima[group] / factor, largest, nothing)
    return factor * got, factor * most


def measured(ratio: Ratio, answers: Answers, most: Fraction = Fraction(0)) -> Fraction:
    """The value that a rule measures: an answer, or one over another; nothing of nothing is 0."""
    of = answers[ratio.of]
    if ratio.per is None:
        return Fraction(of.value)
    per = answers[ratio.per]
    if of.value == per.value == 0:
        return Fraction(0)
    if of.value < 0 or per.value <= 0:
        raise OutOfRange(of, f"{exact_text(of.value)}/{exact_text(per.value)}", most)
    return Fraction(of.value) / Fraction(per.value)


def claims(rule: Rule, answers: Answers) -> bool:
    """Whether the answers claim any points: a yes, a number above nothing, a choice that earns something."""
    if rule.cases:
        return any(claims(case.rule, answers) for case in rule.cases)
    value = answers[
        rule.own_reads[0]
    ].value  # of a ratio, what is counted; what it is held against claims nothing
    return bool(rule.choice.points.get(value) if rule.choice else value)


def _answer(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None) -> Fraction:
    return Fraction(answers[getattr(rule, rule.kind)].value)


def _mark(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None) -> Fraction:
    return answers[rule.mark].value * most  # a settled mark is a share of its scale


def _share(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None) -> Fraction:
    return measured(rule.share, answers, most) * most


def _of_largest(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None) -> Fraction:
    value = measured(rule.of_largest, answers, most)
    if value < 0:
        raise OutOfRange(answers[rule.of_largest.of], exact_text(value), most)
    return value / largest * most if largest else Fraction(0)


def _bands(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None) -> Fraction:
    """By its half-open step: low <= value < high."""
    value = measured(rule.bands, answers, most)
    for step in rule.bands.steps:
        if step.low <= value and (step.high is None or value < step.high):
            return step.points if step.points is not None else value * most / step.full
    raise OutOfRange(answers[rule.bands.of], exact_text(value), most)


def _yes_no(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None) -> Fraction:
    return most if answers[rule.yes_no].value else Fraction(0)


def _choice(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None) -> Fraction:
    return rule.choice.points[answers[rule.choice.of].value]


def _count(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None) -> Fraction:
    return min(rule.count.each * answers[rule.count.of].value, rule.count.most)


def _case(case: Case, answers: Answers) -> Fraction:
    return points(case.rule, answers, case.max_points)


def _sum_of(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None) -> Fraction:
    return sum((_case(case, answers) for case in rule.sum_of), Fraction(0))


def _best_of(rule: Rule, answers: Answers, most: Fraction, largest: Fraction | None) -> Fraction:
    return max(_case(case, answers) for case in rule.best_of)


_KINDS: dict[str, Callable[[Rule, Answers, Fraction, Fraction | None], Fraction]] = {
    "value": _answer,
    "share": _share,
    "of_largest": _of_largest,
    "bands": _bands,
    "yes_no": _yes_no,
    "choice": _choice,
    "count": _count,
    "sum_of": _sum_of,
    "best_of": _best_of,
    "mark": _mark,
    "awarded": _answer,
}
