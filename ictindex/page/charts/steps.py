"""How ranks step when one category's weight alone moves, as small multiples of exact step lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ictindex.basics import format_vi, round_exact
from ictindex.page.charts import sheet
from ictindex.page.charts.frames import Group, Rows, by, chosen, groups_of
from ictindex.page.charts.words import counted, known, without_start, wrapped
from ictindex.page.words import joined

PANELS = 6  # in all; of more categories those whose steps are nearest
LETTERS = "abcdefghijkl"  # of units, beside their lines
LOG = 20  # places: farther down, the first ones need more room than the last
KEY = 118.0  # room for the names of units
HEAD, FOOT, TALL, LOW = 22.0, 20.0, 165.0, 92.0  # over and below a panel's field; how high it may be

_STEPS_VI = "Hạng đổi từng bước theo trọng số của một hạng mục"
_READ_VI = (
    "Trục ngang: trọng số của riêng hạng mục, từ 0 đến gấp đôi; các hạng mục khác giữ tỷ lệ, tổng không đổi."
    " Trục dọc: thứ hạng{scale}. Vạch đứng: trọng số hiện hành. Chữ cái: đơn vị ở bên phải."
)


class _Sweep(NamedTuple):
    """One category: its units' runs of equal rank, and how far from the weight in force the next step is."""

    name: str
    measure: str
    present: float
    runs: dict[str, Rows]
    nearest: float


class _Steps(NamedTuple):
    """A group: the units drawn, with name and rank in force; the categories drawn, and how many there are."""

    name: str
    units: list[tuple[str, str, int]]
    sweeps: list[_Sweep]
    categories: int

    @property
    def worst(self) -> int:
        """The lowest rank that a line comes to."""
        return max(
            int(r.rank) for s in self.sweeps for runs in s.runs.values() for r in runs if known(r.rank)
        )


@sheet.styled
def weight_steps(steps: pd.DataFrame, highlight: str | Iterable[str] = ()) -> Figure:
    """Ranks of some units at every weight of one category; the categories whose steps are nearest.

    Of one unit alone every category with a step is drawn.

    ``steps``: a row for each run of weights with which a unit keeps its rank: group, group_name, category,
    category_name, number, measure (of weights: "điểm" or "%"), present (the weight in force), unit,
    unit_name, standing (its rank in force), low, high (from which weight to which), rank (or None).
    ``highlight``: codes of units. Twelve units are drawn in a group at most, in the frame's order.
    """
    if steps.empty:
        return sheet.in_words(_STEPS_VI, "Không có trọng số nào để đổi.")
    raw = list(groups_of(steps))
    alone = steps["unit"].nunique() == 1
    quota = steps["category"].nunique() if alone else max(2, PANELS // len(raw) // 2 * 2)
    groups = [_group(group, quota) for group in raw]
    still = [g.name for g in groups if not g.sweeps]
    moving = [g for g in groups if g.sweeps]
    silent = f"{', '.join(still)}: mọi đơn vị giữ hạng với mọi trọng số." if still else ""
    if not moving:
        return sheet.in_words(_STEPS_VI, f"Không có bước đổi hạng nào. {silent}")
    read = joined(
        _READ_VI.format(scale=", thước lôgarit" if any(g.worst > LOG for g in moving) else ""), silent
    )
    figure = _draw(moving, chosen(highlight), sheet.note_lines(read))
    return sheet.told(figure, _STEPS_VI, joined("Biểu đồ bậc thang.", read, *map(_told, moving)))


def _group(group: Group, quota: int) -> _Steps:
    units = list(dict.fromkeys((r.unit, r.unit_name, int(r.standing)) for r in group.rows))[: len(LETTERS)]
    codes = {code for code, *_ in units}
    by_category = by("category", [r for r in group.rows if r.unit in codes])
    sweeps = [_sweep(rows) for rows in by_category.values()]
    nearest = sorted((s.nearest, i) for i, s in enumerate(sweeps) if s.nearest < float("inf"))[:quota]
    names, title = without_start([name for _, name, _ in units], group.name)
    units = [(code, name, rank) for (code, _, rank), name in zip(units, names, strict=True)]
    return _Steps(title, units, [sweeps[i] for i in sorted(i for _, i in nearest)], len(sweeps))


def _sweep(rows: Rows) -> _Sweep:
    first, runs = rows[0], by("unit", rows)
    present = float(first.present)
    turns = [abs(float(r.low) - present) for some in runs.values() for r in some[1:]]
    nearest = min(turns, default=float("inf")) / present if present else float("inf")
    return _Sweep(f"{first.number} {first.category_name}", first.measure, present, runs, nearest)


def _told(g: _Steps) -> str:
    each = "; ".join(f"{s.name} sau khi đổi {_weight(s.nearest * s.present)} {s.measure}" for s in g.sweeps)
    left = g.categories - len(g.sweeps)
    more = f"; {format_vi(left)} hạng mục khác có bước xa hơn hoặc không có nên không vẽ" if left else ""
    return f"{g.name}, {counted(len(g.units))}: bước đổi hạng gần nhất ở {each}{more}."


def _weight(weight: float) -> str:
    return format_vi(
        round_exact(Fraction(str(round(weight, 6))), 0 if abs(weight - round(weight)) < 1e-6 else 2)
    )


def _draw(groups: Sequence[_Steps], marked: frozenset[str], notes: Sequence[str]) -> Figure:
    """For each group its panels in lines of two, and beside them its units with their letters."""
    titles = [wrapped(_title(g), sheet.WIDTH - 30, 9, True) for g in groups]
    lines = sum(ceil(len(g.sweeps) / 2) for g in groups)
    fixed = (
        sum(sheet.TITLE * len(title) + 6 for title in titles)
        + (HEAD + FOOT) * lines
        + sheet.NOTE * len(notes)
        + 6
    )
    keys = [
        [
            wrapped(f"{LETTERS[i]}  {name}", KEY, sheet.SMALL, code in marked)
            for i, (code, name, _) in enumerate(g.units)
        ]
        for g in groups
    ]
    need = [
        (9.5 * sum(map(len, key)) - FOOT) / ceil(len(g.sweeps) / 2) - HEAD
        for g, key in zip(groups, keys, strict=True)
    ]
    tall = min(TALL, max(LOW, (sheet.PAGE - fixed) / lines / 1.15, *need)) if lines > 1 else TALL
    figure = sheet.empty(fixed + tall * lines)
    y, wide = 2.0, (sheet.WIDTH - KEY - 12) / 2
    for g, title, key in zip(groups, titles, keys, strict=True):
        y += sheet.TITLE * len(title) + 4
        _key(figure, g, key, marked, y + HEAD)
        for i, sweep in enumerate(g.sweeps):
            left, top = i % 2 * wide + 18, y + i // 2 * (HEAD + tall + FOOT) + HEAD
            axes = sheet.place(figure, left, top, wide - 36, tall)
            _panel(axes, g, sweep, marked, tall)
            if not i:
                style = {"size": 10, "weight": "bold", "ha": "center", "va": "bottom"}
                sheet.write(figure, sheet.WIDTH / 2, y - 2, "\n".join(title), **style)
        y += (HEAD + tall + FOOT) * ceil(len(g.sweeps) / 2) + 2
    sheet.note(figure, notes)
    return figure


def _title(g: _Steps) -> str:
    part = (
        f", {format_vi(len(g.sweeps))} trong {format_vi(g.categories)} hạng mục"
        if len(g.sweeps) < g.categories
        else ""
    )
    return f"{g.name}: {counted(len(g.units))}{part}"


def _key(figure: Figure, g: _Steps, key: Sequence[Sequence[str]], marked: frozenset[str], y: float) -> None:
    for i, (lines, (code, *_)) in enumerate(zip(key, g.units, strict=True)):
        style = _style(i, code in marked)
        weight = "bold" if code in marked else "normal"
        words = {"color": style["color"], "weight": weight, "va": "top"}
        sheet.write(figure, sheet.WIDTH - KEY - 2, y, "\n".join(lines), **words)
        y += 9.5 * len(lines)


def _style(i: int, marked: bool) -> dict:
    colors = ("#0b3660", "#3d85c0", "#5a5a5a", "#9a6b00", "#2f7d4f", "#7a4fa0")
    if marked:
        return {"color": sheet.STRONG, "lw": 1.8}
    return {"color": colors[i % len(colors)], "lw": 1.2, "ls": "-" if i < len(colors) else "--"}


def _panel(axes: Axes, g: _Steps, sweep: _Sweep, marked: frozenset[str], tall: float) -> None:
    end = max(float(r.high) for runs in sweep.runs.values() for r in runs)
    wide = axes.get_position().width * sheet.WIDTH
    axes.set_title(
        "\n".join(wrapped(sweep.name, wide + 30, sheet.SMALL + 0.5, most=2)),
        size=sheet.SMALL + 0.5,
        weight="normal",
        pad=3,
    )
    axes.set_facecolor(sheet.FAINT)
    axes.set_xlim(0, end)
    _rank_axis(axes, g.worst, tall)
    axes.axvline(sweep.present, color=sheet.INK, lw=0.8)
    axes.set_xticks((0, sweep.present, end), ("0", f"{_weight(sweep.present)} {sweep.measure}", _weight(end)))
    ends = []
    for i, (code, *_) in reversed(list(enumerate(g.units))):  # the first unit's line on top
        runs = sweep.runs.get(code, [])
        xs = [float(x) for r in runs for x in (r.low, r.high)]
        ys = [float(r.rank) if known(r.rank) else float("nan") for r in runs for _ in (0, 1)]
        style = _style(i, code in marked)
        axes.plot(xs, ys, label=code, **style)
        if ys and ys[-1] == ys[-1]:
            ends.append((ys[-1], i, style["color"], code in marked))
    _letters(axes, sorted(ends), tall)


def _rank_axis(axes: Axes, worst: int, tall: float) -> None:
    if worst > LOG:
        axes.set_yscale("log")
        axes.set_ylim(worst * 1.08, 0.93)
        ranks = [r for r in (1, 2, 5, 10, 20, 50, 100, 200, 500) if r <= worst]
    else:
        axes.set_ylim(worst + 0.5, 0.5)
        ranks = list(range(1, worst + 1, max(1, ceil(worst * 9 / tall))))
    axes.set_yticks(ranks, [format_vi(r) for r in ranks], color=sheet.QUIET, size=sheet.SMALL)
    axes.minorticks_off()
    axes.grid(axis="y", color="w")


def _letters(axes: Axes, ends: Sequence[tuple], tall: float) -> None:
    """Letters at the right, each as near to the end of its line as the others let it."""
    to_points = axes.transData
    low, high = axes.transAxes.transform((0, 0))[1], axes.transAxes.transform((0, 1))[1]
    at = [(high - to_points.transform((1, rank))[1]) / (high - low) * tall for rank, *_ in ends]
    level = float("-inf")
    for j, (y, (_, i, color, bold)) in enumerate(zip(at, ends, strict=True)):
        level = max(min(y, tall - (len(ends) - 1 - j) * 7.5), level + 7.5)
        axes.annotate(
            LETTERS[i], (1, 1 - level / tall), (3, 0), "axes fraction", "offset points",
            va="center_baseline", size=sheet.SMALL + 0.5, color=color, weight="bold" if bold else "normal",
        )  # fmt: skip
