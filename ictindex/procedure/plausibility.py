"""Figures held against last year, against monitoring, against other units and against the rules.

Pure functions over figures: nothing here decides; what is odd is said to the unit and to the evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import comb
from typing import NamedTuple

from ictindex.basics import exact_text, format_vi
from ictindex.facts import MISSING, Entity, Given, Value, read_value
from ictindex.methodology import Answer, Methodology, Rule
from ictindex.scoring import OutOfRange, points

# No decision states these: they are the workbook's own, and are printed wherever they are used.
JUMP = 3  # times last year's figure, or a third of it
SMALL = 10  # two figures below this never jump: from 1 to 4 is no surprise
ALIKE = 5  # so many figures, not all zero, before two columns that agree are called copied
MONITORED_APART = Fraction(1, 10)  # of the monitored figure
LARGE = 100  # from here on each last digit of a count is as likely as any other
BY_CHANCE = Fraction(1, 1000)  # less likely than this, figures that end in 0 or 5 were not counted

NUMERIC = ("number", "count", "award")

Key = tuple[str, str]  # entity, answer
Figures = Mapping[Key, Fraction]


class Remark(NamedTuple):
    """Something odd that may yet be right.

    ``kind``: 'jump', 'as_last_year', 'as_other_unit', 'monitored' or 'round'. ``answer`` is '' where it is
    about all figures of a unit; ``value`` and ``against`` are the two figures, of 'round' how many end in 0
    or 5, and of how many; ``other`` the unit whose figures agree.
    """

    entity: str
    kind: str
    answer: str = ""
    value: Fraction | None = None
    against: Fraction | None = None
    other: str = ""


class Misfit(NamedTuple):
    """Answers that a rule cannot use, with the criterion and the points that would come of them."""

    criterion: str
    answers: tuple[str, ...]
    points: str


def value_of(text: str, spec: Answer) -> Value:
    """An answer's text, as answers.csv writes it with a decimal point, as a value; None where it is none."""
    value, problem = read_value(text, "", spec, ".")
    return None if problem else value


def asked(methodology: Methodology, entity: Entity) -> dict[str, Answer]:
    """The answers that the criteria of a unit read, those of reviewers apart, in the order of the file."""
    read = {answer for node in methodology.leaves_of(entity) for answer in node.reads}
    return {key: spec for key, spec in methodology.answers.items() if key in read and spec.of_unit}


def misfits(methodology: Methodology, entity: Entity, values: Mapping[str, Value]) -> list[Misfit]:
    """The answers of one unit that a rule cannot use: a share above one, 5 of 0, points above the most."""
    given = {key: MISSING._replace(value=value, state="given") for key, value in values.items()}
    found: dict[tuple[str, ...], Misfit] = {}
    for node in methodology.leaves_of(entity):
        for rule, most in _simple(node.criterion.rule, node.maxima[entity.group]):
            if all(values.get(answer) is not None for answer in rule.reads):
                for earned in _outside(rule, given, most):
                    found.setdefault(rule.reads, Misfit(node.label_vi, rule.reads, earned))
    return list(found.values())


def _simple(rule: Rule, most: Fraction) -> Iterator[tuple[Rule, Fraction]]:
    """The rules without cases, each with its own most points: they name the very answers at fault."""
    if not rule.cases:
        yield rule, most
    for case in rule.cases:
        yield from _simple(case.rule, case.max_points)


def _outside(rule: Rule, given: Mapping[str, Given], most: Fraction) -> Iterator[str]:
    try:
        points(rule, given, most)
    except OutOfRange as outside:
        yield outside.points


def remarks(
    methodology: Methodology,
    answers: Figures,
    previous: Figures | None = None,
    monitored: Figures | None = None,
) -> list[Remark]:
    """What is odd in the declared figures, sorted by unit.

    ``previous``: last year's figures; ``monitored``: what the evaluating office's own monitoring shows.
    Answers that are no numbers in the methodology are not looked at.
    """
    numeric = {key for key, spec in methodology.answers.items() if spec.kind in NUMERIC}
    here = {key: value for key, value in answers.items() if key[1] in numeric}
    return sorted(
        [
            *_pairs(here, previous or {}, "jump", jumped),
            *_pairs(here, monitored or {}, "monitored", apart),
            *_as_last_year(here, previous or {}),
            *_as_other_unit(here),
            *_round(here),
        ],
        key=lambda remark: (remark.entity, remark.kind, remark.answer, remark.other),
    )


def jumped(now: Fraction, before: Fraction) -> bool:
    """Whether a figure is more than JUMP times last year's, or less than that part; small ones never."""
    low, high = sorted((abs(now), abs(before)))
    return high >= SMALL and (high > JUMP * low or now * before < 0)


def apart(declared: Fraction, monitored: Fraction) -> bool:
    """Whether a declared figure differs from the monitored one by more than MONITORED_APART of it."""
    return abs(declared - monitored) > MONITORED_APART * abs(monitored)


def _pairs(
    here: Figures, there: Figures, kind: str, odd: Callable[[Fraction, Fraction], bool]
) -> Iterator[Remark]:
    for key in here.keys() & there.keys():
        if odd(here[key], there[key]):
            yield Remark(key[0], kind, key[1], here[key], there[key])


def _columns(figures: Figures) -> dict[str, dict[str, Fraction]]:
    """Each unit's figures, where they are enough to tell a copy from chance."""
    columns: dict[str, dict[str, Fraction]] = {}
    for (entity, answer), value in figures.items():
        columns.setdefault(entity, {})[answer] = value
    return {
        entity: column for entity, column in columns.items() if len(column) >= ALIKE and any(column.values())
    }


def _as_last_year(here: Figures, previous: Figures) -> Iterator[Remark]:
    """Units whose every figure that both years ask is last year's: last year's form, sent again."""
    for entity, column in _columns(here).items():
        both = {answer: value for answer, value in column.items() if (entity, answer) in previous}
        enough = len(both) >= ALIKE and any(both.values())
        if enough and all(previous[entity, answer] == value for answer, value in both.items()):
            yield Remark(entity, "as_last_year")


def _as_other_unit(here: Figures) -> Iterator[Remark]:
    """Units whose every figure is another unit's; each is told of the first other one by code."""
    alike: dict[frozenset, list[str]] = {}
    for entity, column in sorted(_columns(here).items()):
        alike.setdefault(frozenset(column.items()), []).append(entity)
    for units in alike.values():
        for unit in units if len(units) > 1 else ():
            yield Remark(unit, "as_other_unit", other=next(other for other in units if other != unit))


def _round(here: Figures) -> Iterator[Remark]:
    """Units more of whose large whole figures end in 0 or 5 than a count of things would have by chance."""
    ends: dict[str, list[bool]] = {}
    for (entity, _), value in here.items():
        if value.denominator == 1 and abs(value) >= LARGE:
            ends.setdefault(entity, []).append(value % 5 == 0)
    for entity, fives in ends.items():
        if by_chance(sum(fives), len(fives)) < BY_CHANCE:
            yield Remark(entity, "round", "", Fraction(sum(fives)), Fraction(len(fives)))


def by_chance(fives: int, of: int) -> Fraction:
    """How likely so many or more of the last digits are 0 or 5 where each digit is as likely: exact."""
    return Fraction(sum(comb(of, k) * 4 ** (of - k) for k in range(fives, of + 1)), 5**of)


def figures(methodology: Methodology, texts: Mapping[Key, str]) -> dict[Key, Fraction]:
    """The numbers among answers written with a decimal point."""
    specs = methodology.answers
    return {
        key: value
        for key, text in texts.items()
        if key[1] in specs and specs[key[1]].kind in NUMERIC
        for value in (value_of(text, specs[key[1]]),)
        if isinstance(value, Fraction)
    }


def thresholds_vi() -> list[tuple[str, str]]:
    """Every threshold with what it is held against, in Vietnamese, to be printed beside the remarks."""
    return [
        ("Tăng hoặc giảm so với kỳ trước", f"trên {JUMP} lần; bỏ qua khi cả hai số đều dưới {SMALL}"),
        ("Trùng toàn bộ số liệu kỳ trước", f"từ {ALIKE} số liệu trở lên, không phải toàn số 0"),
        ("Trùng toàn bộ số liệu của đơn vị khác", f"từ {ALIKE} số liệu trở lên, không phải toàn số 0"),
        (
            "Số liệu tròn",
            f"số nguyên từ {LARGE} trở lên; xác suất ngẫu nhiên dưới {format_vi(BY_CHANCE * 100)} %",
        ),
        ("Lệch so với số liệu giám sát", f"trên {exact_text(MONITORED_APART * 100)} % số liệu giám sát"),
    ]
