"""A rule with its figures filled in, as an officer would write the sum by hand: (412 : 480) × 20."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from ictindex.basics import exact_text, format_vi, round_exact
from ictindex.facts import Given, Mark
from ictindex.methodology import Answer, Bands, Goalposts, InGroup, Node, Ratio, Rule, Step, Terms
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
    return _by_kind(rule, given, asked, most, largest)


def _with_nothing(rule: Rule, given: Answers, asked: Asked, most: Fraction, nothing: str) -> str:
    """A rule that measures 0 of 0, itself or in one of its cases, where that is not simply 0."""
    if rule.ratio:
        return f"0 : 0, tính đủ: {number_vi(most)}" if nothing == "full" else "0 : 0, không tính"
    cases = [f"[{worked(c.rule, given, asked, c.max_points, None, nothing)}]" for c in rule.cases]
    return " + ".join(cases) if rule.sum_of else f"cao nhất trong {'; '.join(cases)}"


def _by_kind(rule: Rule, given: Answers, asked: Asked, most: Fraction, largest: Against | None) -> str:
    """The sum of a rule; what each kind means is said in ``rule_kinds``."""
    stated, of_it = getattr(rule, rule.kind), number_vi(most)
    match rule.kind:
        case "value" | "awarded":
            return figure_vi(given[stated].value, asked[stated])
        case "mark":  # a settled one is a share of its scale; here it reads as it was given
            scale = asked[stated].max
            return f"({number_vi(given[stated].value * scale)} : {number_vi(scale)}) × {of_it}"
        case "share":
            return f"{_ratio(stated, given)} × {of_it}"
        case "of_largest":
            return f"{_over(_ratio(stated, given), largest or Fraction(0))} × {of_it}"
        case "goalposts":
            return f"{_between(stated, given, most)} × {of_it}"
        case "in_group":
            return _in_group(stated, given, most, largest if isinstance(largest, Spread) else Spread())
        case "bands":
            return _of_step(stated, given, most)
        case "yes_no":
            said = figure_vi(given[stated].value, asked[stated])
            return f"{said}: {number_vi(most if given[stated].value else Fraction(0))}"
        case "choice":
            chosen = given[stated.of].value
            return f"{figure_vi(chosen, asked[stated.of])}: {number_vi(stated.points[chosen])}"
        case "count":
            pieces = Fraction(given[stated.of].value)
            earned = f"{number_vi(pieces)} × {number_vi(stated.each)}"
            over = pieces * stated.each > stated.most
            return f"{earned}, nhiều nhất {number_vi(stated.most)}" if over else earned
        case "sum_of":
            return " + ".join(f"[{worked(case.rule, given, asked, case.max_points)}]" for case in stated)
        case "best_of":  # all cases with their points, since the best is one of them
            cases = (
                f"[{worked(case.rule, given, asked, case.max_points)}]"
                f" = {number_vi(points(case.rule, given, case.max_points))}"
                for case in stated
            )
            return f"cao nhất trong {'; '.join(cases)}"


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


_SCALE_VI = {None: "{}", "logarithm": "ln {}", "root": "√{}"}


def _between(stated: Goalposts, given: Answers, most: Fraction) -> str:
    """From the worst to the best goalpost; what lies beyond one counts as at it."""
    value, own = measured(stated, given, most), _ratio(stated, given)
    low, high = sorted((stated.worst, stated.best))
    if not low <= value <= high:
        own = f"[{own}, tính là {_signed(low if value < low else high)}]"
    scale = _SCALE_VI[stated.scale].format
    worst, best = scale(_signed(stated.worst)), scale(_signed(stated.best))
    return f"({scale(own)} − {worst}) : ({best} − {worst})"


def _in_group(stated: InGroup, given: Answers, most: Fraction, spread: Spread) -> str:
    """By where the value stands among those of its group that set a mark, and where that is cut."""
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


def near_vi(value: Fraction, places: int = 6) -> str:
    """As ``number_vi``; what has more places than that is rounded, and says so."""
    rounded = round_exact(value, places)
    return number_vi(value) if Fraction(rounded) == value else f"≈{format_vi(rounded)}"


def _of_step(stated: Bands, given: Answers, most: Fraction) -> str:
    value, measure = measured(stated, given, most), _ratio(stated, given)
    step = next(s for s in stated.steps if s.low <= value and (s.high is None or value < s.high))
    if step.points is None:
        return f"{measure} : {number_vi(step.full)} × {number_vi(most)}"
    return f"{measure} {_within(step)}: {number_vi(step.points)}"


def _within(step: Step) -> str:
    low = f"từ {number_vi(step.low)}"
    return f"{low} trở lên" if step.high is None else f"{low} đến dưới {number_vi(step.high)}"
