"""Where units stand in the total and in each category, with quartiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ictindex.basics import format_vi, ordered, quartiles
from ictindex.page.charts import sheet
from ictindex.page.charts.captions import as_printed, extremes
from ictindex.page.charts.frames import Rows, by, chosen, groups_of, ranked_in, ranked_title
from ictindex.page.charts.rows import LISTED
from ictindex.page.charts.words import counted, widest, without_start, wrapped
from ictindex.page.words import joined

BINS = 100  # of the axis, where dots are too many
BESIDE = 3  # groups side by side
NAMED = 3  # highlighted units with their names in a strip
LANE, NAME = 8.5, 15.0  # from line to line of words; for the name of a category
TALL, DOT = 34.0, 3.4  # of a strip at most; of a dot

_TITLE_VI = "Phân bố theo hạng mục"
_AXIS_VI = (
    "Trục ngang: giá trị so với điểm tối đa. Khung: từ tứ phân vị dưới"
    " đến tứ phân vị trên; vạch đậm: trung vị."
)
_DOTS_VI = "Mỗi chấm: một đơn vị."
_BINS_VI = "Bề dày: số đơn vị trong từng phần trăm của trục."
_DIAMOND_VI = "Hình thoi: đơn vị được làm nổi."


class _Words(NamedTuple):
    """Words over a strip: at which place of the axis, on which line counted upwards, flush to which side."""

    text: str
    at: float
    lane: int
    side: str
    marked: bool


class _Strip(NamedTuple):
    """A line of a distribution: units by value, their places on the axis and the quartiles of these.

    With the printed median, and short names.
    """

    rows: Rows
    places: list[float]
    quartiles: list[float]
    median: str
    called: dict[str, str]


@sheet.styled
def distribution(categories: pd.DataFrame, highlight: str | Iterable[str] = ()) -> Figure:
    """Where units stand in the total and in each category, with quartiles; groups side by side.

    ``categories``: a row for each unit and category, the total having the category "": group, group_name,
    unit, unit_name, category, category_name, value, printed, place (0…1), rank. ``highlight``: codes.
    A dot is a unit; in a group too long for dots, how many units each hundredth of the axis holds.
    """
    if categories.empty:
        return sheet.in_words(_TITLE_VI, "Không có đơn vị nào để vẽ.")
    names = dict(zip(categories["category"], categories["category_name"], strict=True))
    groups, titles = [], []
    for group in groups_of(categories):
        rows = by("category", group.rows)
        total = rows.get("", [])
        title = ranked_title(group.name, len(ranked_in(total)), len(total))
        short, title = without_start([r.unit_name for r in total], title)
        called = dict(zip((r.unit for r in total), short, strict=True))
        titles.append(title)
        groups.append([_strip(rows.get(key, []), called) for key in names])
    figure = _draw(titles, list(names.values()), groups, chosen(highlight))
    total = categories[categories["category"] == ""]
    total = total.sort_values(
        "rank", key=lambda ranks: [len(total) if r is None else r for r in ranks], kind="stable"
    )
    return sheet.told(
        figure, _TITLE_VI, f"Biểu đồ điểm của tổng và {len(names) - 1} hạng mục. {extremes(total)}"
    )


def _strip(rows: Rows, called: dict[str, str]) -> _Strip:
    ranked = sorted(ranked_in(rows), key=lambda r: (float(r.value), r.unit))
    if not ranked:
        return _Strip([], [], [], "", called)
    places = [float(r.place) for r in ranked]
    ends = quartiles([Fraction(str(place)) for place in sorted(places)])
    median = as_printed(quartiles(ordered(Fraction(r.value) for r in ranked))[1], ranked)
    return _Strip(ranked, places, [*map(float, ends)], median, called)


# --- drawing ----------------------------------------------------------------------------------------------


def _draw(
    titles: Sequence[str], names: Sequence[str], groups: Sequence[Sequence[_Strip]], marked: frozenset[str]
) -> Figure:
    """A block of strips for every three groups; in a block the groups stand side by side, strips level."""
    low, high = _span([place for strips in groups for strip in strips for place in strip.places])
    beside = min(BESIDE, len(groups))
    wide = (sheet.WIDTH - 4 - (beside - 1) * 14) / beside
    blocks = [range(first, min(first + beside, len(groups))) for first in range(0, len(groups), beside)]
    words = {
        (g, s): _over(strip, wide, (low, high), marked)
        for g, strips in enumerate(groups)
        for s, strip in enumerate(strips)
    }
    lanes = [
        [
            max((w.lane + 1 + w.text.count("\n") for g in block for w in words[g, s]), default=0)
            for s in range(len(names))
        ]
        for block in blocks
    ]
    heads = [[wrapped(titles[g], wide, 8.5, True, 3) for g in block] for block in blocks]
    notes = sheet.note_lines(_read(groups, any(w.marked for some in words.values() for w in some)))
    fixed = sheet.NOTE * len(notes) + 8 + sum(sheet.TITLE * max(map(len, some)) + 22 for some in heads)
    fixed += sum(NAME + LANE * lane + 6 for some in lanes for lane in some)
    tall = max(14.0, min(TALL, (sheet.PAGE - fixed) / (len(names) * len(blocks))))
    figure = sheet.empty(fixed + tall * len(names) * len(blocks))
    y = 2.0
    for block, over, lanes_of in zip(blocks, heads, lanes, strict=True):
        for i, lines in enumerate(over):
            middle = 2 + i * (wide + 14) + wide / 2
            style = {"size": 8.5, "weight": "bold", "ha": "center", "va": "top"}
            sheet.write(figure, middle, y, "\n".join(lines), **style)
        y += sheet.TITLE * max(map(len, over)) + 3
        for s, name in enumerate(names):
            y += NAME
            above = LANE * lanes_of[s]
            for i, g in enumerate(block):
                axes = sheet.place(figure, 2 + i * (wide + 14), y, wide, tall + above)
                axes.set(xlim=(low, high), ylim=(0, tall + above))
                _ticks(axes, tall, s == len(names) - 1)
                _paint(axes, groups[g][s], words[g, s], marked, tall)
                if not i:
                    sheet.entitle(axes, wrapped(name, sheet.WIDTH - 30, 8, not s, 1))
                    axes.title.set(size=9, weight="normal" if s else "bold")
            y += tall + above + 6
        y += 14
    sheet.note(figure, notes)
    return figure


def _span(places: Sequence[float]) -> tuple[float, float]:
    """Whole tenths round all places, with a little air."""
    low, high = floor(min(places, default=0) * 10 + 1e-9) / 10, ceil(max(places, default=1) * 10 - 1e-9) / 10
    return low - 0.02, max(high, low + 0.1) + 0.02


def _ticks(axes: Axes, tall: float, written: bool) -> None:
    """Lines at every tenth or fifth of the axis, as high as the strip; written under the last strip."""
    low, high = axes.get_xlim()
    step = 2 if high - low > 0.5 else 1
    ticks = [tenth for tenth in range(ceil(low * 10), floor(high * 10) + 1) if tenth % step == 0]
    axes.set_xticks(
        [tenth / 10 for tenth in ticks],
        [format_vi(Fraction(tenth, 10)) if written else "" for tenth in ticks],
    )
    axes.vlines([tenth / 10 for tenth in ticks], 0, tall, color=sheet.RULE, lw=0.5, zorder=0.5)
    axes.set_yticks([])
    axes.spines.left.set_visible(False)


def _over(strip: _Strip, wide: float, span: tuple[float, float], marked: frozenset[str]) -> list[_Words]:
    """The last and the first unit, the median, and the highlighted, on as few lines as there can be."""
    rows = strip.rows
    if not rows:
        return [_Words("không có giá trị nào", 0, 0, "left", False)]

    def across(place: float) -> float:
        return (place - span[0]) / (span[1] - span[0]) * wide

    said = [(_end(strip, rows[0]), 0.0, "left", False)]
    if rows[0].printed != rows[-1].printed:
        said.append((_end(strip, rows[-1]), wide, "right", False))
    said.append((f"trung vị {strip.median}", across(strip.quartiles[1]), "center", False))
    for row in [r for r in reversed(rows) if r.unit in marked][:NAMED]:
        text = f"{strip.called[row.unit]} {format_vi(row.printed)} (hạng {format_vi(int(row.rank))})"
        said.append((text, across(float(row.place)), "center", True))
    lanes: list[list[tuple[float, float]]] = []
    return [_set(lanes, wide, *words) for words in said]


def _set(
    lanes: list[list[tuple[float, float]]], wide: float, text: str, x: float, side: str, bold: bool
) -> _Words:
    """Words on the lowest lines that are free where they stand; ``lanes``: what is taken on each line."""
    lines = wrapped(text, wide - 4, sheet.SMALL, bold, 2)
    own = min(widest(lines, sheet.SMALL, bold) + 4, wide)
    left = min(max({"left": x, "right": x - own, "center": x - own / 2}[side], 0), wide - own)
    taken = [any(start < left + own and left < end for start, end in lane) for lane in lanes]
    lowest = 1 + max((i for i, full in enumerate(taken) if full), default=-1)
    for lane in range(lowest, lowest + len(lines)):
        lanes.extend([] for _ in range(lane + 1 - len(lanes)))
        lanes[lane].append((left, left + own))
    at = {"left": left, "right": left + own, "center": left + own / 2}[side]
    return _Words("\n".join(lines), at / wide, lowest, side, bold)


def _end(strip: _Strip, end: Any) -> str:
    """The unit at an end, and how many others have its value."""
    alike = sum(r.printed == end.printed for r in strip.rows) - 1
    others = f" và {counted(alike)} khác" if alike else ""
    return f"{strip.called[end.unit]}{others} {format_vi(end.printed)}"


def _paint(axes: Axes, strip: _Strip, words: Sequence[_Words], marked: frozenset[str], tall: float) -> None:
    """Quartiles as a box, the units as dots or their density, and the words over it."""
    for word in words:
        style = (
            {"color": sheet.STRONG, "weight": "bold"}
            if word.marked
            else {"color": sheet.INK if strip.rows else sheet.QUIET}
        )
        y = tall + 1.5 + word.lane * LANE
        across = axes.get_yaxis_transform()
        text = axes.text(word.at, y, word.text, size=sheet.SMALL, ha=word.side, transform=across, **style)
        text.set(va="bottom", linespacing=1.1, multialignment=word.side)
    if not strip.rows:
        return
    lower, middle, upper = strip.quartiles
    look = {"facecolor": sheet.FAINT, "edgecolor": sheet.RULE, "lw": 0.6, "zorder": 1}
    axes.add_patch(Rectangle((lower, 0.5), upper - lower, tall - 1, **look))
    if len(strip.rows) > LISTED:
        _density(axes, strip.places, tall)
    else:
        wide = axes.get_position().width * sheet.WIDTH
        low, high = axes.get_xlim()
        slots = [int((place - low) / (high - low) * wide / DOT) for place in strip.places]
        axes.plot(strip.places, _stacked(slots, tall), "o", color=sheet.DEEP, ms=DOT, mew=0, zorder=3)
    axes.plot([middle, middle], [0, tall], color=sheet.INK, lw=1.4, zorder=4)
    special = [float(r.place) for r in strip.rows if r.unit in marked]
    axes.plot(special, [tall / 2] * len(special), "D", color=sheet.STRONG, ms=6, mec="w", mew=0.7, zorder=5)


def _density(axes: Axes, places: Sequence[float], tall: float) -> None:
    bins = Counter(min(int(place * BINS + 1e-9), BINS - 1) for place in places)
    most = max(bins.values())
    heights = [count / most * (tall - 4) for count in bins.values()]
    middles, bottoms = [(at + 0.5) / BINS for at in bins], [(tall - high) / 2 for high in heights]
    axes.bar(middles, heights, 1 / BINS, bottoms, color=sheet.BAR, zorder=2)


def _stacked(slots: Sequence[int], tall: float) -> list[float]:
    """Dots that would cover each other one above the other, in turn below and above the middle."""
    most = max(Counter(slots).values())
    step = min(DOT, (tall - DOT) / max(1, most - 1))
    seen: Counter[int] = Counter()
    heights = []
    for slot in slots:
        seen[slot] += 1
        heights.append(tall / 2 + seen[slot] // 2 * step * (1 if seen[slot] % 2 else -1))
    return heights


def _read(groups: Sequence[Sequence[_Strip]], diamonds: bool) -> str:
    counts = [len(strip.rows) for strips in groups for strip in strips if strip.rows]
    dots, bins = any(count <= LISTED for count in counts), any(count > LISTED for count in counts)
    return joined(
        _AXIS_VI, _DOTS_VI if dots else "", _BINS_VI if bins else "", _DIAMOND_VI if diamonds else ""
    )
