"""A rule with its figures filled in, as an officer would write the sum by hand: (412 : 480) × 20."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from ictindex.basics import exact_text, format_vi, round_exact
from ictindex.facts import Given, Mark
from ictindex.methodology import Answer, Case, InGroup, Node, Ratio, Rule, Step, Terms
from ictindex.scoring import (
    Against,
    Outcome,
    Spread,
    ahead_of,
    amount,
    compared,
    measured,
    of_nothing,
    points,
    share_in_group,
)

Answers = Mapping[str, Given]
Asked = Mapping[str, Answer]


def worked(
    rule: Rule,
    given: Answers,
    asked: Asked,
    most: Fraction,
    largest: Against | None = None,
    nothing: str = "zero",
) -> str:
    """The sum that makes the points of one scored criterion; its value is what ``rules.earned`` gives.

    ``largest``: the group's largest value, for a rule ``of_largest``; all of them for ``in_group``.
    ``nothing``: what 0 of 0 counts.
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


def _signed(value: Fraction) -> str:
    """A number inside a sum: below 0 with its sign in brackets."""
    return number_vi(value) if value >= 0 else f"(−{number_vi(-value)})"


def _ratio(ratio: Ratio, given: Answers) -> str:
    of = _term(ratio.of, given)
    return of if ratio.per is None else _over(of, amount(ratio.per, given))


def _term(part: str | Terms, given: Answers) -> str:
    """An answer, or answers added up and taken off: (412 + 30 − 2)."""
    if isinstance(part, str):
        return number_vi(Fraction(given[part].value))
    first, *rest = (number_vi(amount(each, given)) for each in part.plus)
    less = [number_vi(amount(each, given)) for each in part.minus]
    return f"({first}{''.join(f' + {each}' for each in rest)}{''.join(f' − {each}' for each in less)})"


def _over(of: str, per: Fraction) -> str:
    """One figure over another; over nothing a rule counts 0, which no division gives."""
    return f"({of} : {number_vi(per)})" if per else f"({of} : 0, tính là 0)"


def _as_given(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    return figure_vi(given[rule.own_reads[0]].value, asked[rule.own_reads[0]])


def _mark(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    """A settled mark is a share of its scale; here it reads as it was given."""
    scale = asked[rule.mark].max
    return f"({number_vi(given[rule.mark].value * scale)} : {number_vi(scale)}) × {number_vi(most)}"


def _share(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    return f"{_ratio(rule.share, given)} × {number_vi(most)}"


def _of_largest(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    return f"{_over(_ratio(rule.of_largest, given), largest or Fraction(0))} × {number_vi(most)}"


_SCALE_VI = {None: "{}", "logarithm": "ln {}", "root": "√{}"}


def _goalposts(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    """From the worst to the best goalpost; what lies beyond one counts as at it."""
    stated, value = rule.goalposts, measured(rule.goalposts, given, most)
    low, high = sorted((stated.worst, stated.best))
    own = _ratio(stated, given)
    if not low <= value <= high:
        own = f"{own}, tính là {_signed(low if value < low else high)}"
        own = f"[{own}]"
    scale = _SCALE_VI[stated.scale].format
    worst, best = scale(_signed(stated.worst)), scale(_signed(stated.best))
    return f"({scale(own)} − {worst}) : ({best} − {worst}) × {number_vi(most)}"


def _in_group(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    """By where the value stands among those of its group that set a mark, and where that is cut."""
    stated, spread = rule.in_group, largest if isinstance(largest, Spread) else Spread()
    own, value = _SCALE_VI[stated.scale].format(_ratio(stated, given)), compared(stated, given)
    made, share = _stands(stated, own, value, spread, most), share_in_group(stated, value, spread)
    cut = f", nhiều nhất {number_vi(most)}" if share > 1 else ", ít nhất 0" if share < 0 else ""
    return made + cut


def _stands(stated: InGroup, own: str, value: Fraction, spread: Spread, most: Fraction) -> str:
    group, of_it = spread.among(value), number_vi(most)
    low, high = group.ends(stated.best)
    if stated.by == "percentile_rank":
        behind, alike, others = ahead_of(stated, value, spread)
        if not others:
            return f"không có đơn vị nào khác: {of_it}"
        half = f" + {alike} : 2" if alike else ""
        return f"hơn {behind}{half} trong {others} đơn vị khác: ({behind}{half}) : {others} × {of_it}"
    if stated.by == "z_score":
        if not group.deviation:
            return f"mọi đơn vị bằng nhau: {number_vi(stated.centre)} × {of_it}"
        mean, deviation = near_vi(group.mean), near_vi(group.deviation)
        apart = f"({own} − {mean})" if stated.best == "largest" else f"({mean} − {own})"
        return f"({number_vi(stated.centre)} + {number_vi(stated.each)} × {apart} : {deviation}) × {of_it}"
    if stated.by == "leader":
        if value == high == 0:
            return f"0, bằng giá trị tốt nhất: {of_it}"
        part = (own, near_vi(high)) if stated.best == "largest" else (near_vi(high), own)
        return f"{part[0]} : {part[1]} × {of_it}"
    if low == high:
        return f"mọi đơn vị bằng nhau: {of_it}"
    return f"({own} − {near_vi(low)}) : ({near_vi(high)} − {near_vi(low)}) × {of_it}"


def rounding_vi(node: Node, outcome: Outcome) -> str:
    """What stands behind the sum of a node that is rounded; '' where it is exact."""
    if not node.rounded or not outcome.counts:
        return ""
    return f" → làm tròn {node.rounded.digits} chữ số: {number_vi(outcome.points)}"


def near_vi(value: Fraction) -> str:
    """As ``number_vi``; what has more than six places is rounded, and says so."""
    rounded = round_exact(value, 6)
    return number_vi(value) if Fraction(rounded) == value else f"≈{format_vi(rounded)}"


def _bands(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    value = measured(rule.bands, given, most)
    step = next(s for s in rule.bands.steps if s.low <= value and (s.high is None or value < s.high))
    measure = _ratio(rule.bands, given)
    if step.points is None:
        return f"{measure} : {number_vi(step.full)} × {number_vi(most)}"
    return f"{measure} {_within(step)}: {number_vi(step.points)}"


def _within(step: Step) -> str:
    low = f"từ {number_vi(step.low)}"
    return f"{low} trở lên" if step.high is None else f"{low} đến dưới {number_vi(step.high)}"


def _yes_no(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    said = figure_vi(given[rule.yes_no].value, asked[rule.yes_no])
    return f"{said}: {number_vi(most if given[rule.yes_no].value else Fraction(0))}"


def _choice(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    chosen = given[rule.choice.of].value
    return f"{figure_vi(chosen, asked[rule.choice.of])}: {number_vi(rule.choice.points[chosen])}"


def _count(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    pieces = Fraction(given[rule.count.of].value)
    earned = f"{number_vi(pieces)} × {number_vi(rule.count.each)}"
    over = pieces * rule.count.each > rule.count.most
    return f"{earned}, nhiều nhất {number_vi(rule.count.most)}" if over else earned


def _case(case: Case, given: Answers, asked: Asked) -> str:
    return worked(case.rule, given, asked, case.max_points)


def _sum_of(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    return " + ".join(f"[{_case(case, given, asked)}]" for case in rule.sum_of)


def _best_of(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    """All cases with their points, since the best is one of them."""
    earned = (points(case.rule, given, case.max_points) for case in rule.best_of)
    cases = (
        f"[{_case(case, given, asked)}] = {number_vi(each)}"
        for case, each in zip(rule.best_of, earned, strict=True)
    )
    return f"cao nhất trong {'; '.join(cases)}"


_WORKED: dict[str, Callable[[Rule, Answers, Asked, Fraction, Against | None], str]] = {
    "value": _as_given,
    "share": _share,
    "of_largest": _of_largest,
    "goalposts": _goalposts,
    "in_group": _in_group,
    "bands": _bands,
    "yes_no": _yes_no,
    "choice": _choice,
    "count": _count,
    "sum_of": _sum_of,
    "best_of": _best_of,
    "mark": _mark,
    "awarded": _as_given,
}
