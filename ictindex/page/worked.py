"""A rule with its figures filled in, as an officer would write the sum by hand: (412 : 480) × 20."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from ictindex.basics import exact_text, format_vi
from ictindex.facts import Given, Mark
from ictindex.methodology import Answer, Case, Ratio, Rule, Step
from ictindex.scoring import measured, of_nothing, points

Answers = Mapping[str, Given]
Asked = Mapping[str, Answer]


def worked(
    rule: Rule,
    given: Answers,
    asked: Asked,
    most: Fraction,
    largest: Fraction | None = None,
    nothing: str = "zero",
) -> str:
    """The sum that makes the points of one scored criterion; its value is what ``rules.earned`` gives.

    ``largest``: the group's largest value, for a rule ``of_largest``. ``nothing``: what 0 of 0 counts.
    """
    if nothing != "zero" and of_nothing(rule, given):
        return _with_nothing(rule, given, asked, most, nothing)
    return _WORKED[rule.kind](rule, given, asked, most, largest)


def _with_nothing(rule: Rule, given: Answers, asked: Asked, most: Fraction, nothing: str) -> str:
    """A rule that measures 0 of 0, itself or in one of its cases, where that is not simply 0."""
    if rule.ratio:
        return f"0 : 0, tính đủ: {number_vi(most)}" if nothing == "full" else "0 : 0, không tính"
    cases = [f"[{worked(c.rule, given, asked, c.max_points, None, nothing)}]" for c in rule.cases]
    return " + ".join(cases) if rule.sum_of else f"cao nhất trong {'; '.join(cases)}"


def figure_vi(value: Fraction | bool | str | None, asked: Answer) -> str:
    """A figure as it stands in a sum: a number, yes or no, the words of a choice."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, str):
        return (asked.choices or {}).get(value, value)
    return number_vi(value)


def marks_vi(several: Iterable[Mark]) -> str:
    """The marks of one item in the order of the file, the adjudicator's named as such: 9; 2; thẩm định 4."""
    return "; ".join(
        f"{'thẩm định ' if mark.role == 'adjudicator' else ''}{number_vi(mark.mark)}" for mark in several
    )


def number_vi(value: Fraction) -> str:
    """A number whole or as a finite decimal of six places at most; else as a fraction: 206 : 24."""
    text = exact_text(value)
    if "/" not in text and len(text.partition(".")[2]) <= 6:
        return format_vi(value)
    return f"({format_vi(Fraction(value.numerator))} : {format_vi(Fraction(value.denominator))})"


def _ratio(ratio: Ratio, given: Answers) -> str:
    of = Fraction(given[ratio.of].value)
    return number_vi(of) if ratio.per is None else _over(number_vi(of), Fraction(given[ratio.per].value))


def _over(of: str, per: Fraction) -> str:
    """One figure over another; over nothing a rule counts 0, which no division gives."""
    return f"({of} : {number_vi(per)})" if per else f"({of} : 0, tính là 0)"


def _as_given(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Fraction | None) -> str:
    return figure_vi(given[rule.own_reads[0]].value, asked[rule.own_reads[0]])


def _mark(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Fraction | None) -> str:
    """A settled mark is a share of its scale; here it reads as it was given."""
    scale = asked[rule.mark].max
    return f"({number_vi(given[rule.mark].value * scale)} : {number_vi(scale)}) × {number_vi(most)}"


def _share(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Fraction | None) -> str:
    return f"{_ratio(rule.share, given)} × {number_vi(most)}"


def _of_largest(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Fraction | None) -> str:
    return f"{_over(_ratio(rule.of_largest, given), largest or Fraction(0))} × {number_vi(most)}"


def _bands(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Fraction | None) -> str:
    value = measured(rule.bands, given, most)
    step = next(s for s in rule.bands.steps if s.low <= value and (s.high is None or value < s.high))
    measure = _ratio(rule.bands, given)
    if step.points is None:
        return f"{measure} : {number_vi(step.full)} × {number_vi(most)}"
    return f"{measure} {_within(step)}: {number_vi(step.points)}"


def _within(step: Step) -> str:
    low = f"từ {number_vi(step.low)}"
    return f"{low} trở lên" if step.high is None else f"{low} đến dưới {number_vi(step.high)}"


def _yes_no(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Fraction | None) -> str:
    said = figure_vi(given[rule.yes_no].value, asked[rule.yes_no])
    return f"{said}: {number_vi(most if given[rule.yes_no].value else Fraction(0))}"


def _choice(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Fraction | None) -> str:
    chosen = given[rule.choice.of].value
    return f"{figure_vi(chosen, asked[rule.choice.of])}: {number_vi(rule.choice.points[chosen])}"


def _count(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Fraction | None) -> str:
    pieces = Fraction(given[rule.count.of].value)
    earned = f"{number_vi(pieces)} × {number_vi(rule.count.each)}"
    over = pieces * rule.count.each > rule.count.most
    return f"{earned}, nhiều nhất {number_vi(rule.count.most)}" if over else earned


def _case(case: Case, given: Answers, asked: Asked) -> str:
    return worked(case.rule, given, asked, case.max_points)


def _sum_of(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Fraction | None) -> str:
    return " + ".join(f"[{_case(case, given, asked)}]" for case in rule.sum_of)


def _best_of(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Fraction | None) -> str:
    """All cases with their points, since the best is one of them."""
    earned = (points(case.rule, given, case.max_points) for case in rule.best_of)
    cases = (
        f"[{_case(case, given, asked)}] = {number_vi(each)}"
        for case, each in zip(rule.best_of, earned, strict=True)
    )
    return f"cao nhất trong {'; '.join(cases)}"


_WORKED: dict[str, Callable[[Rule, Answers, Asked, Fraction, Fraction | None], str]] = {
    "value": _as_given,
    "share": _share,
    "of_largest": _of_largest,
    "bands": _bands,
    "yes_no": _yes_no,
    "choice": _choice,
    "count": _count,
    "sum_of": _sum_of,
    "best_of": _best_of,
    "mark": _mark,
    "awarded": _as_given,
}
