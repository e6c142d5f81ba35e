"""Sliders for the weights of the categories: what moving them does, exactly, here and in the annex's script.

Everything is whole numbers over whole numbers, so that Python and the browser agree to the last digit. What
stands below a category keeps its inner weights; ``templates/slider_exact.js`` is this module again.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from math import lcm
from operator import mul
from pathlib import Path
from typing import Any, NamedTuple

from ictindex.basics import format_vi, round_exact
from ictindex.facts import Entity
from ictindex.methodology import Node
from ictindex.page.levels_vi import NO_LEVELS_VI
from ictindex.scoring import Evaluation, Outcome, ranks
from ictindex.what_if import Category, as_file, as_points, categories, kept, shortest

MOST_BYTES = 4_000_000  # of a page's data: a page that is sent by mail
MOST_DRAWN = 250  # rows; of more units only these are drawn:
FIRST, LAST = 50, 25
_TEMPLATES = Path(__file__).parent / "templates"


class Unit(NamedTuple):
    """What a unit earned of each category, and what of it was available, in parts of ``whole``."""

    code: str
    label_vi: str
    whole: int
    earned: tuple[int, ...]
    available: tuple[int, ...]


class Place(NamedTuple):
    """Where a unit stands; all None where nothing that weighs applies to it."""

    value: Fraction | None
    printed: Decimal | None
    rank: int | None
    level: str | None


@dataclass(frozen=True)
class Sliders:
    """One group: a slider for each category, and the ranked units that they move.

    ``divided``: whether what is available divides (compared on shares, or a mean of what applies); else
    points are added. ``scale``: the value of one who has everything, whatever the sliders add up to.
    ``as_points``: whether the sliders are points of the methodology; else only their proportions count.
    ``levels``: (label, where it begins), the highest first.
    """

    label_vi: str
    categories: tuple[Category, ...]
    units: tuple[Unit, ...]
    divided: bool
    scale: Fraction
    as_points: bool
    decimals: int
    rounding: str
    ties: str
    rank_on: str
    levels: tuple[tuple[str, Fraction], ...] = ()
    levels_on: str = "exact"
    highlighted: frozenset[str] = frozenset()
    edition: str = ""
    group: str | None = None  # its key, where the methodology has several

    @property
    def base(self) -> tuple[int, ...]:
        return tuple(category.points for category in self.categories)

    @cached_property
    def official(self) -> tuple[Place, ...]:
        """The places in force."""
        return self.places(self.base)

    def places(self, points: Sequence[int]) -> tuple[Place, ...]:
        """A Place for each unit, in the order of ``units``, with these whole points ≥ 0 of the categories."""
        total = sum(points)
        values = [
            self._value(unit, points, total, all_of_it)
            for unit, all_of_it in zip(self.units, self._complete, strict=True)
        ]
        printed = [None if v is None else round_exact(v, self.decimals, self.rounding) for v in values]
        compared = printed if self.rank_on == "rounded" else values
        levels = map(self._level, values if self.levels_on == "exact" else printed)
        return tuple(map(Place, values, printed, ranks(compared, self.ties), levels))

    @cached_property
    def _complete(self) -> list[bool]:
        """Whether all of every category is available to a unit: then nothing need be added up for it."""
        return [not _available(unit) for unit in self.units]

    def _value(self, unit: Unit, points: Sequence[int], total: int, complete: bool) -> Fraction | None:
        whole = unit.whole * total
        there = whole if complete else sum(map(mul, points, unit.available))
        if not there:
            return None
        earned, of_scale = sum(map(mul, points, unit.earned)), self.scale
        below = there if self.divided else whole
        return Fraction(earned * of_scale.numerator, below * of_scale.denominator)

    def _level(self, value: Fraction | Decimal | None) -> str | None:
        if value is None or not self.levels:
            return None
        above, below = value.as_integer_ratio()  # compared as whole numbers, for every unit at every move
        return next(
            (label for label, low in self.levels if above * low.denominator >= low.numerator * below), None
        )

    def moved(self, wishes: Mapping[int, int], last: int | None, keep: bool) -> tuple[int, ...]:
        """The points of all categories when some are wished for, by their place; ``last`` was moved last.

        Where the total is kept, the last has what is wished, and those never moved share what the others
        leave, as they did; where there is nothing to share, the others wished for give way, or take it, in
        proportion.
        """
        points = list(self.base)
        if keep and last is not None:
            return kept(points, wishes, last)
        for k, wish in wishes.items():
            points[k] = wish
        return tuple(points)

    def drawn(self, places: Sequence[Place]) -> list[int]:
        """Which units a page shows, by their place in the order of rank, then code."""
        order = self._in_order(places)
        if len(order) <= MOST_DRAWN:
            return order
        edge = len(order) - LAST
        return [
            i for at, i in enumerate(order)
            if at < FIRST or at >= edge or self.units[i].code in self.highlighted
        ]  # fmt: skip

    @cached_property
    def _by_code(self) -> list[int]:
        return sorted(range(len(self.units)), key=lambda i: self.units[i].code)

    def _in_order(self, places: Sequence[Place]) -> list[int]:
        last = len(places) + 1  # those without a rank
        return sorted(self._by_code, key=[place.rank or last for place in places].__getitem__)

    def told(self, places: Sequence[Place]) -> str:
        """Who moves, in a few sentences; ``places`` are those under the points in question."""
        n, was = len(places), [place.rank for place in self.official]
        steps = [0 if p.rank is None or r is None else r - p.rank for p, r in zip(places, was, strict=True)]
        changed = sum(p.rank != r for p, r in zip(places, was, strict=True))
        first = self._in_order(places)[0]
        together = sum(place.rank == places[first].rank for place in places)
        said = [f"{format_vi(changed)} trong {format_vi(n)} đơn vị đổi hạng."]
        if places[first].rank is not None:
            more = f" và {format_vi(together - 1)} đơn vị khác" if together > 1 else ""
            said.append(f"Đứng đầu: {self.units[first].label_vi}{more}.")
        for word, most in (("Lên", max(steps, default=0)), ("Xuống", min(steps, default=0))):
            if most:
                i = steps.index(most)
                said.append(f"{word} nhiều nhất: {self.units[i].label_vi} ({was[i]} → {places[i].rank}).")
        if self.levels:
            levels = sum(p.level != o.level for p, o in zip(places, self.official, strict=True))
            said.append(f"{format_vi(levels)} đơn vị đổi mức.")
        return " ".join(said)

    def meant(self, points: Sequence[int]) -> str:
        """What these points say, in a sentence."""
        return meant_vi(self.categories, points, self.measure)

    @property
    def measure(self) -> str:
        """What the sliders count in: points of the methodology, or parts of which only proportions count."""
        return MEASURE_VI[self.as_points]

    def as_file(self, name: str, points: Sequence[int], moved: Sequence[int]) -> str:
        """The what-if file that says the same; ``moved``: the categories that were moved by hand."""
        few = self.stated(points, moved)
        some = [(c, point) for c, point in zip(self.categories, points, strict=True) if c.id in few]
        rest = ", các hạng mục khác theo tỷ lệ" if len(few) < len(points) else ""
        whose = f" ({self.label_vi})" if self.group else ""
        question = (
            f"Nếu {_changes_vi(*zip(*some, strict=True), self.measure)}{rest}{whose} thì ai lên, ai xuống?"
        )
        return as_file(name, self.edition, question, few, self.group)

    def stated(self, points: Sequence[int], moved: Sequence[int]) -> dict[str, int]:
        """Category -> points, of as few as say it all."""
        few = shortest(self.base, points, moved)
        return {self.categories[k].id: each for k, each in few.items()}

    def data(self) -> dict[str, Any]:
        """What the script reads: whole numbers as text, which no browser rounds."""
        return {
            "edition": self.edition,
            "group": self.group,
            "label": self.label_vi,
            "categories": [[c.id, c.label_vi] for c in self.categories],
            "measure": self.measure,
            "base": list(self.base),
            "divided": self.divided,
            "scale": _over(self.scale),
            "decimals": self.decimals,
            "rounding": self.rounding,
            "ties": self.ties,
            "rank_on": self.rank_on,
            "levels_on": self.levels_on,
            "levels": [[label, _over(low)] for label, low in self.levels],
            "drawn": [FIRST, LAST] if len(self.units) > MOST_DRAWN else None,
            "highlighted": sorted(self.highlighted),
            "units": [
                [u.code, u.label_vi, " ".join(map(str, (u.whole, *u.earned))), _available(u)]
                for u in self.units
            ],
        }


MEASURE_VI = {True: "điểm", False: "phần"}


def meant_vi(categories: Sequence[Category], points: Sequence[int], measure: str) -> str:
    """What points of categories say beside those in force: the one meaning that slider and file have."""
    total, whole = sum(points), sum(category.points for category in categories)
    if all(point == category.points for category, point in zip(categories, points, strict=True)):
        return "Mọi hạng mục như phương án gốc."
    kept = f"tổng vẫn là {format_vi(whole)} {measure}"
    if total != whole:
        kept = f"tổng {format_vi(total)} {measure} được quy về {format_vi(whole)}, nên chỉ tỷ lệ là đáng kể"
    changes = _changes_vi(categories, points, measure)
    return f"{changes[0].upper()}{changes[1:]}; {kept}. Bên trong mỗi hạng mục mọi tỷ lệ giữ nguyên."


def _changes_vi(categories: Sequence[Category], points: Sequence[int], measure: str) -> str:
    return "; ".join(
        f"{category.label_vi} từ {format_vi(category.points)} thành {format_vi(point)} {measure}"
        for category, point in zip(categories, points, strict=True)
        if point != category.points
    )


def _over(number: Fraction) -> str:
    return f"{number.numerator} {number.denominator}"


def _available(unit: Unit) -> str:
    """Empty where all of every category is available, as it mostly is."""
    return "" if set(unit.available) == {unit.whole} else " ".join(map(str, unit.available))


# --- from an evaluation -------------------------------------------------------------------------------------


def sliders(e: Evaluation, group: str) -> Sliders:
    """The sliders of a group's categories and its ranked units, with the rules in force."""
    root, levels = e.methodology.root, e.methodology.plain_levels
    nodes = [node for node in root.children if node.maxima[group] is not None]
    rules = {name: e.rules[name].value for name in ("rounding", "ties", "rank_on")}
    share = e.rules["compare_on"].value == "share"
    named = set(e.highlighted)
    units = [
        _unit(s.entity, [_parts(e, node, e.inputs.places[s.entity.code], group) for node in nodes])
        for s in e.standings[group]
        if s.rank is not None
    ]
    return Sliders(
        label_vi=e.methodology.groups[group].label_vi,
        edition=e.edition,
        group=group if len(e.methodology.groups) > 1 else None,
        categories=categories(e.methodology, group),
        units=tuple(units),
        divided=share or root.aggregate != "sum",
        scale=Fraction(1) if share else Fraction(root.maxima[group] or 0),
        as_points=as_points(e.methodology, group),
        decimals=e.decimals,
        levels=tuple((level.label_vi, Fraction(level.low)) for level in levels),
        levels_on="exact" if not levels or e.levels_exact else "printed",
        highlighted=frozenset(named & {unit.code for unit in units}),
        **rules,
    )


def _parts(e: Evaluation, node: Node, row: int, group: str) -> tuple[Fraction, Fraction]:
    """What a unit earned of a category, and what of it was available, as shares of its maximum."""
    outcome: Outcome = e.scores.outcomes[node.id][row]
    if not outcome.available:
        return Fraction(0), Fraction(0)
    if e.methodology.root.aggregate != "sum":  # a child of a mean counts whole by its share, or not at all
        return outcome.share, Fraction(1)
    most = node.maxima[group]
    return outcome.points / most, outcome.available / most


def _unit(entity: Entity, parts: Sequence[tuple[Fraction, Fraction]]) -> Unit:
    whole = lcm(*(share.denominator for pair in parts for share in pair))
    earned, available = ([int(share * whole) for share in shares] for shares in zip(*parts, strict=True))
    return Unit(entity.code, entity.label_vi, whole, tuple(earned), tuple(available))


# --- in a page ----------------------------------------------------------------------------------------------


class Section(NamedTuple):
    """What the annex's template shows: groups with sliders, what is left out and why, data and script."""

    groups: tuple[Sliders, ...]
    left_out: tuple[str, ...]
    data: str
    script: str

    @property
    def script_source(self) -> str:
        """The one script that the page may run, as its policy names it."""
        return f"'sha256-{b64encode(sha256(self.script.encode()).digest()).decode()}'"


def section(e: Evaluation) -> Section | None:
    """The sliders of every group; None where nothing moves in proportion, or it is a what-if's page."""
    if e.what_if or not e.methodology.weighable:
        return None
    groups, data, left_out, size = [], [], [], 0
    if e.methodology.source.levels and not e.methodology.plain_levels:
        left_out.append(NO_LEVELS_VI)
    for group in e.methodology.groups:
        each = sliders(e, group)
        if len(each.categories) < 2 or not each.units or not any(each.base):
            continue
        text = embedded(each.data())
        if size + len(text.encode()) > MOST_BYTES:
            left_out.append(
                f"{each.label_vi}: {format_vi(len(each.units))} đơn vị, số liệu quá lớn để kèm vào trang này;"
                " dùng notebooks/what_if.ipynb."
            )
            continue
        size += len(text.encode())
        groups.append(each)
        data.append(text)
    if not (groups or left_out):
        return None
    return Section(tuple(groups), tuple(left_out), f"[{','.join(data)}]", script())


def embedded(data: Any) -> str:
    """JSON that stays data inside a script element, whatever names it holds: no '<' is left in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def script() -> str:
    """The annex's only script: the arithmetic, then what joins it to the page."""
    names = ("slider_exact.js", "slider_page.js")
    texts = [exact_script(), *((_TEMPLATES / name).read_text("utf-8") for name in names)]
    return '"use strict";\n' + "\n".join(texts)


def exact_script() -> str:
    """The arithmetic of fractions alone, for any page that computes: rounded, formatted, exactText."""
    return (_TEMPLATES / "exact.js").read_text("utf-8")
