"""A methodology as formulas of a spreadsheet: the second engine, which shares no line with ``scoring``.

Every function gives the text of a formula, without '='; cells are named by their addresses. Only functions
that Excel and LibreOffice both have are used. Figures are binary there: what is held against a bound is
rounded to twelve decimals before, so that 2.1/3 is 0.7; ranks look at values that were rounded once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from ictindex.basics import exact_text
from ictindex.methodology import LINEAR, Answer, Goalposts, InGroup, Level, Node, Ratio, Rule, Terms

YES, NO = "Có", "Không"
NOT_APPLICABLE, WITHHELD, UNTOLD = "Không áp dụng", "Bí mật nhà nước", "Đã khai, không công bố"
UNKNOWN = "Chưa có số liệu"
MISSING = {"zero": "0", "leave_out": '""', "error": f'"{UNKNOWN}"'}  # what a criterion without figures has
FINE = 12  # decimals that a binary figure of ordinary size holds for sure
_LONGEST_TEXT = 250  # that a formula may hold

At = Callable[[str], str]  # answer -> the address of its cell


def number(value: Fraction | int) -> str:
    """A number as a formula writes it."""
    text = exact_text(Fraction(value))
    return f"({text})" if "/" in text else text


def text(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def choices(answer: Answer) -> dict[str, str]:
    """Choice -> how its cell says it: by its label, by its key where labels are long or alike."""
    labels = answer.choices or {}
    plain = len(set(labels.values())) == len(labels) and all(len(v) <= _LONGEST_TEXT for v in labels.values())
    return {key: label if plain else key for key, label in labels.items()}


# --- one criterion ----------------------------------------------------------------------------------------


def earned(
    rule: Rule,
    at: At,
    most: str,
    answers: Mapping[str, Answer],
    largest: tuple[str, str] = ("", ""),
    nothing: str = "zero",
) -> str:
    """Points of a leaf whose answers all have a value; #N/A where they are out of range.

    ``most``: the cell of its maximum, or a number; ``largest``: for of_largest and in_group, the cells of
    what is measured: its own, then everybody's; ``nothing``: what nothing of nothing counts, a rule in force.
    """
    if rule.ratio and nothing != "zero":
        of_nothing = most if nothing == "full" else "0"
        return f"IF({_nothing(rule, at)},{of_nothing},{earned(rule, at, most, answers, largest)})"
    if rule.kind in ("value", "awarded"):
        own = at(getattr(rule, rule.kind))
        if answers[rule.own_reads[0]].kind == "yes_no":  # yes is one point
            own = f"IF({own}={text(YES)},1,0)"
        return f"IF(OR({own}<0,{own}>{most}),NA(),{own})"
    if rule.kind == "mark":
        return f"{at(rule.mark)}*{most}"
    if rule.kind == "share":
        of, per = term(rule.share.of, at), term(rule.share.per, at)
        return f"IF(OR({_no_ratio(of, per)},{of}>{per}),NA(),{_ratio(of, per)}*{most})"
    if rule.kind == "goalposts":
        return _goalposts(rule.goalposts, at, most)
    if rule.kind == "in_group":
        return _in_group(rule.in_group, *largest, most)
    if rule.kind == "of_largest":
        own, everybody = largest
        return f"IF(MAX({own},{everybody})=0,0,{own}/MAX({own},{everybody})*{most})"
    if rule.kind == "bands":
        return _bands(rule, at, most)
    if rule.kind == "yes_no":
        return f"IF({at(rule.yes_no)}={text(YES)},{most},0)"
    if rule.kind == "choice":
        said = choices(answers[rule.choice.of])
        cases = [
            (f"{at(rule.choice.of)}={text(said[k])}", number(points))
            for k, points in rule.choice.points.items()
        ]
        return _first_of(cases, "NA()")
    if rule.kind == "count":
        return f"MIN({number(rule.count.each)}*{at(rule.count.of)},{number(rule.count.most)})"
    parts = [earned(case.rule, at, number(case.max_points), answers, nothing=nothing) for case in rule.cases]
    return _of_cases(rule, parts)


def scored(
    rule: Rule,
    at: At,
    most: str,
    answers: Mapping[str, Answer],
    largest: tuple[str, str] = ("", ""),
    nothing: str = "zero",
    factor: Fraction = Fraction(1),
    finish: Callable[[str], str] = str,
) -> str:
    """As ``earned``, in words where nothing of nothing is not known, and empty where it does not apply.

    ``factor``: what a point of the rule counts; ``finish``: see ``finished``.
    """
    most = most if factor == 1 else f"({most}/{number(factor)})"
    said = earned(rule, at, most, answers, largest, nothing)
    said = finish(said if factor == 1 else f"{number(factor)}*({said})")
    if nothing == "error" and ratios(rule):
        return f"IF({any_nothing(rule, at)},{text(UNKNOWN)},{said})"
    if nothing == "does_not_apply" and ratios(rule):
        return f'IF({available(rule, at, most)}=0,"",{said})'
    return said


def available(rule: Rule, at: At, most: str) -> str:
    """The most that could be earned where nothing of nothing does not apply: its parts leave the maximum."""
    if rule.ratio:
        return f"IF({_nothing(rule, at)},0,{most})"
    if not ratios(rule):
        return most
    return _of_cases(rule, [available(case.rule, at, number(case.max_points)) for case in rule.cases])


def ratios(rule: Rule) -> list[Rule]:
    """The rule, or its cases, that measure one answer over another."""
    return [each for each in rule.walk() if each.ratio]


def any_nothing(rule: Rule, at: At) -> str:
    """Whether it, or a case of it, measures nothing of nothing."""
    return f"OR({','.join(_nothing(each, at) for each in ratios(rule))})"


def _nothing(rule: Rule, at: At) -> str:
    return f"AND({','.join(f'{term(part, at)}=0' for part in (rule.ratio.of, rule.ratio.per))})"


def _of_cases(rule: Rule, parts: Sequence[str]) -> str:
    return "+".join(parts) if rule.kind == "sum_of" else f"MAX({','.join(parts)})"


def measured(ratio: Ratio, at: At) -> str:
    """What a rule holds against its group, on its scale: an answer, or one over another."""
    value = _measured(ratio, at)
    value = on_scale(ratio.scale, value) if isinstance(ratio, InGroup) else value
    if ratio.by == "leader" if isinstance(ratio, InGroup) else ratio.per is None:
        return f"IF({value}<0,NA(),{value})"
    return value


def term(part: str | Fraction | Terms, at: At) -> str:
    """An answer, a constant, or answers added up and taken off."""
    if isinstance(part, Fraction):
        return number(part)
    if isinstance(part, str):
        return at(part)
    return f"({'+'.join(map(at, part.plus))}{''.join(f'-{at(each)}' for each in part.minus)})"


def on_scale(scale: str | None, value: str) -> str:
    """Of what has no logarithm, and no root, an error, as it is out of range."""
    return {None: value, "logarithm": f"LN({value})", "root": f"SQRT({value})"}[scale]


def _measured(ratio: Ratio, at: At) -> str:
    """The value of a ratio; below 0 only where answers were taken off."""
    of = term(ratio.of, at)
    if ratio.per is None:
        return of
    per = term(ratio.per, at)
    if isinstance(ratio.of, Terms):
        return f"IF(OR({per}<0,AND({per}=0,{of}<>0)),NA(),{_ratio(of, per)})"
    return f"IF({_no_ratio(of, per)},NA(),{_ratio(of, per)})"


def _goalposts(stated: Goalposts, at: At, most: str) -> str:
    low, high = (number(each) for each in sorted((stated.worst, stated.best)))
    value = _measured(stated, at)
    if stated.outside == "clip":
        value = f"MIN(MAX({value},{low}),{high})"
    own, worst, best = (
        on_scale(stated.scale, each) for each in (value, number(stated.worst), number(stated.best))
    )
    share = f"ROUND(({own}-{worst})/({best}-{worst}),{FINE})"
    return f"{share}*{most}" if stated.outside == "clip" else _inside(share, most)


def _inside(share: str, most: str) -> str:
    return f"IF(OR({share}<0,{share}>1),NA(),{share}*{most})"


def _in_group(stated: InGroup, own: str, everybody: str, most: str) -> str:
    """Where a value stands among everybody's that sets a mark; alone it has all of it, or the centre."""
    largest = stated.best == "largest"
    if stated.by == "min_max":
        above = f"({own}-MIN({everybody}))" if largest else f"(MAX({everybody})-{own})"
        share = f"IF(MAX({everybody})=MIN({everybody}),1,{above}/(MAX({everybody})-MIN({everybody})))"
    elif stated.by == "leader":
        part, whole = (own, f"MAX({everybody})") if largest else (f"MIN({everybody})", own)
        share = f"IF(COUNT({everybody})=0,1,IF({whole}=0,IF({part}=0,1,0),{part}/{whole}))"
    elif stated.by == "percentile_rank":
        alike = f"COUNTIF({everybody},{own})"
        behind = f'COUNTIF({everybody},"{"<" if largest else ">"}"&{own})'
        others = f"(COUNT({everybody})-MIN({alike},1))"
        share = f"IF({others}=0,1,({behind}+MAX({alike}-1,0)/2)/{others})"
    else:
        apart = f"({own}-AVERAGE({everybody}))/STDEVP({everybody})"
        apart = f"IF(COUNT({everybody})=0,0,IF(MAX({everybody})=MIN({everybody}),0,{apart}))"
        share = f"{number(stated.centre)}{'+' if largest else '-'}{number(stated.each)}*{apart}"
    if stated.by != "z_score" or stated.outside == "clip":
        return f"MIN(MAX({share},0),1)*{most}"
    return _inside(f"ROUND({share},{FINE})", most)


def _ratio(of: str, per: str) -> str:
    """One over another; nothing of nothing is 0."""
    return f"IF({of}=0,0,{of}/{per})"


def _no_ratio(of: str, per: str) -> str:
    return f"OR({of}<0,{per}<0,AND({per}=0,{of}>0))"


def _bands(rule: Rule, at: At, most: str) -> str:
    """By the half-open step that a value lies in."""
    of, per = term(rule.bands.of, at), "" if rule.bands.per is None else term(rule.bands.per, at)
    value = f"ROUND({_ratio(of, per) if per else of},{FINE})"
    steps = rule.bands.steps
    cases = [(f"{value}<{number(steps[0].low)}", "NA()")]
    for step in steps:
        inside = number(step.points) if step.points is not None else f"{value}*{most}/{number(step.full)}"
        cases.append((f"{value}<{number(step.high)}" if step.high is not None else "TRUE", inside))
    found = _first_of(cases, "NA()")
    return f"IF({_no_ratio(of, per)},NA(),{found})" if per else found


def _first_of(cases: Sequence[tuple[str, str]], otherwise: str) -> str:
    """The first whose condition holds."""
    for condition, then in reversed(cases):
        otherwise = f"IF({condition},{then},{otherwise})"
    return otherwise


def claims(rule: Rule, at: At, answers: Mapping[str, Answer]) -> str:
    """Whether the answers claim any points: what evidence is then asked for."""
    if rule.cases:
        return f"OR({','.join(claims(case.rule, at, answers) for case in rule.cases)})"
    own = at(rule.own_reads[0])
    if rule.kind == "choice":
        said = choices(answers[rule.choice.of])
        paid = [f"{own}={text(said[key])}" for key, points in rule.choice.points.items() if points]
        return f"OR({','.join(paid)})" if paid else "FALSE"
    return f"{own}={text(YES)}" if answers[rule.own_reads[0]].kind == "yes_no" else f"N({own})<>0"


def outside(cells: Iterable[str], missing: str, outside: str, otherwise: str, zero: str = "") -> str:
    """``missing`` or ``outside`` by the first cell that holds no value, else ``otherwise``.

    ``zero``: how a cell begins that says why its figure counts nothing, where that is as if it were missing.
    """
    for cell in reversed([*cells]):
        closed = f"OR({cell}={text(NOT_APPLICABLE)},{cell}={text(WITHHELD)})"
        empty = f'OR({cell}="",LEFT({cell},{len(zero)})={text(zero)})' if zero else f'{cell}=""'
        otherwise = f"IF({empty},{missing},IF({closed},{outside},{otherwise}))"
    return otherwise


# --- adding up --------------------------------------------------------------------------------------------


def any_unknown(cells: Sequence[str]) -> str:
    """Whether a figure is missing that nobody may do without."""
    return "+".join(f"COUNTIF({cell},{text(UNKNOWN)})" for cell in cells) + ">0"


def short(cells: Iterable[tuple[str, Fraction | int]], least: Fraction) -> str:
    """Whether less than ``least`` percent is answered: cells of 1, 0 or nothing, and what each weighs."""
    cells = [*cells]
    answered = "+".join(f"{number(weight)}*N({cell})" for cell, weight in cells)
    asked = "+".join(f"{number(weight)}*ISNUMBER({cell})" for cell, weight in cells)
    return f"ROUND(100*({answered})-{number(least)}*({asked}),9)<0"


def averaged(most: str, counted: Iterable[tuple[str, str, Fraction]]) -> str:
    """A maximum times the weighted mean of the shares of what counts: cells of points, of maxima, weights."""
    shares, weights = [], []
    for points, of, weight in counted:
        shares.append(f"IF(ISNUMBER({points}),{number(weight)}*{points}/{of},0)")
        weights.append(f"IF(ISNUMBER({points}),{number(weight)},0)")
    return f"{most}*({'+'.join(shares)})/({'+'.join(weights)})"


def mean_of(node: Node, most: str, counted: Sequence[tuple[str, str, Fraction]]) -> str:
    """A maximum times the mean of the shares of what counts, of the kind that a node states."""
    kind, stated = node.aggregate, node.criterion
    if kind in LINEAR:
        return averaged(most, counted)
    shares = [f"{points}/{of}" for points, of, _ in counted]
    if kind in ("minimum", "median"):
        absent, function = ("2", "MIN") if kind == "minimum" else ('""', "MEDIAN")
        values = [
            f"IF(ISNUMBER({points}),{share},{absent})"
            for (points, *_), share in zip(counted, shares, strict=True)
        ]
        listed = ",".join(values)
        if kind == "median":  # as an array, in which text does not count
            listed = f"CHOOSE({{{','.join(str(i + 1) for i in range(len(values)))}}},{listed})"
            return f"{most}*SUMPRODUCT({function}({listed}))"
        return f"{most}*{function}({listed})"
    if stated.zeros:
        shares = [f"MAX({share},{number(stated.zeros)})" for share in shares]
    power = Fraction(-1) if kind == "harmonic" else stated.power
    each = "LN({0})" if kind == "geometric" else f"({{0}})^{number(power)}"
    parts = [
        f"IF(ISNUMBER({points}),{number(weight)}*{each.format(share)},0)"
        for (points, _, weight), share in zip(counted, shares, strict=True)
    ]
    weights = [f"IF(ISNUMBER({points}),{number(weight)},0)" for points, _, weight in counted]
    inside = f"(({'+'.join(parts)})/({'+'.join(weights)}))"
    mean = f"EXP({inside})" if kind == "geometric" else f"{inside}^{number(1 / power)}"
    if stated.zeros != 0:
        return f"{most}*{mean}"
    zero = "+".join(f"COUNTIF({points},0)" for points, *_ in counted)
    return f"IF({zero}>0,0,{most}*{mean})"


# --- rounding, ranks, levels ------------------------------------------------------------------------------


def rounded(value: str, decimals: int, rounding: str, most: Fraction) -> str:
    """A value, which holds no binary noise, as it is printed: ties as the methodology says."""
    if rounding == "half_up":
        return f"ROUND({value},{decimals})"
    scaled = f"ROUND(({value})*{10**decimals},{max(fine(most) - decimals, 1)})"
    if rounding == "down":
        return f"ROUND(TRUNC({scaled})/{10**decimals},{decimals})"
    even = f"IF(ABS({scaled}-INT({scaled})-0.5)<0.0000001,2*ROUND({scaled}/2,0),ROUND({scaled},0))"
    return f"ROUND({even}/{10**decimals},{decimals})"


def finished(node: Node, most: Fraction) -> Callable[[str], str]:
    """What a node makes of its points: rounded where that is said, below 0 where they are taken off."""

    def finish(points: str) -> str:
        if how := node.rounded:
            points = rounded(f"ROUND({points},{fine(most)})", how.digits, how.how, most)
        return f"-({points})" if node.deducts else points

    return finish


def bounded(points: str, bonuses: str, deductions: str, ceiling: str, floor: str) -> str:
    """Points with bonuses, up to the ceiling, then without deductions, down to the floor; '' is none."""
    if bonuses:
        points = f"{points}+{bonuses}"
        points = f"MIN({points},{ceiling})" if ceiling else points
    return f"MAX({points}+{deductions},MIN({points},{floor}))" if deductions else points


def fine(most: Fraction) -> int:
    """The decimals to which a binary figure up to ``most`` is sure."""
    return max(FINE - len(str(int(most))) + 1, 6)


def rank(value: str, everybody: str, ties: str) -> str:
    """The place of a value among those of its group, from the highest; what is no number has none."""
    if ties == "min":
        place = f"RANK({value},{everybody},0)"
    elif ties == "max":
        place = f"SUMPRODUCT(ISNUMBER({everybody})*({everybody}>={value}))"
    else:  # each different value once
        once = f"COUNTIF({everybody},{everybody})+NOT(ISNUMBER({everybody}))"
        place = f"1+ROUND(SUMPRODUCT(ISNUMBER({everybody})*({everybody}>{value})/({once})),0)"
    return f'IF(ISNUMBER({value}),{place},"")'


def broken(value: str, everybody: str, ties: str, steps: Sequence[tuple[str, str]]) -> str:
    """As ``rank``, equal values told apart by steps: of each the own cell, and everybody's."""
    alike, ahead = f"({everybody}={value})", []
    for own, column in steps:
        ahead.append(f"SUMPRODUCT({alike}*ISNUMBER({column})*({column}>{own}))")
        alike += f"*({column}={own})"
    if ties == "max":  # all that are ahead, and all that are still alike
        place = f"RANK({value},{everybody},0)-1+{'+'.join(ahead)}+SUMPRODUCT({alike}*1)"
    elif ties == "min":
        place = f"RANK({value},{everybody},0)+{'+'.join(ahead)}"
    else:  # each different key once
        before = f"({everybody}>{value})"
        equal = f"({everybody}={value})"
        keys = [f"{everybody},{everybody}"]
        for own, column in steps:
            before += f"+{equal}*({column}>{own})"
            equal += f"*({column}={own})"
            keys.append(f"{column},{column}")
        once = f"(COUNTIFS({','.join(keys)})+NOT(ISNUMBER({everybody})))"
        place = f"1+ROUND(SUMPRODUCT(ISNUMBER({everybody})*({before})/{once}),0)"
    return f'IF(ISNUMBER({value}),{place},"")'


def tie(value: str, everybody: str, before: Sequence[tuple[str, str]], own: str, column: str) -> str:
    """What a step looks at: a category's value, or 0 where one of those still alike has none there.

    ``before``: the steps before; ``own``, ``column``: the cells of the category, the unit's and everybody's.
    """
    alike = f"({everybody}={value})" + "".join(f"*({each}={one})" for one, each in before)
    lacking = f"SUMPRODUCT({alike}*NOT(ISNUMBER({column})))>0"
    return f'IF(ISNUMBER({value}),IF({lacking},0,{own}),"")'


def level(
    value: str,
    levels: Sequence[Level],
    parts: Mapping[str, tuple[str, str]] | None = None,
    place: tuple[str, str] = ("", ""),
) -> str:
    """The first level of which all holds.

    ``parts``: category -> the cells of its points and of what was available; ``place``: the cells of the own
    rank and of everybody's.
    """
    cases = []
    for each in levels:
        asks = [f"{value}>={number(each.low)}"] if each.low is not None else []
        if each.top is not None:
            rank, ranks = place
            asks.append(f'100*COUNTIF({ranks},"<"&{rank})<{number(each.top)}*COUNT({ranks})')
        for category, percent in each.percents(parts or {}).items():
            points, available = (parts or {})[category]
            share = f"ROUND(100*{points}/{available},{FINE - 2})"
            asks.append(f"IF(ISNUMBER({points}),{share}>={number(percent)},TRUE)")
        cases.append((asks[0] if len(asks) == 1 else f"AND({','.join(asks)})", text(each.label_vi)))
    return f'IF(ISNUMBER({value}),{_first_of(cases, text(""))},"")'


# --- marks ------------------------------------------------------------------------------------------------

_COMBINE = {"mean": "AVERAGE", "median": "MEDIAN", "lowest": "MIN", "highest": "MAX"}


def settled(first: str, again: str, adjudicators: str, combine: str, scale: Fraction) -> str:
    """One mark of several, as a share of its scale: the adjudicator's, else the reviewers' together.

    Theirs are those of the second round once all of them have marked again.
    """
    together = _COMBINE[combine]
    own = f"{together}({first})/{number(scale)}"
    if again:
        all_again = f"AND(COUNT({again})>0,COUNT({again})=COUNT({first}))"
        own = f"IF({all_again},{together}({again})/{number(scale)},{own})"
    own = f'IF(COUNT({first})=0,"",{own})'
    return f"IF(COUNT({adjudicators})>0,AVERAGE({adjudicators})/{number(scale)},{own})"
