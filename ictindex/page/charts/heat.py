"""Heat maps: each unit's share of every category, and how far its rank moves when weights are drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import ceil
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ictindex.basics import format_vi, ordered, quartiles, round_exact
from ictindex.page.charts import sheet
from ictindex.page.charts.frames import Rows, by, chosen, groups_of, rank_vi, ranked_in, ranked_title
from ictindex.page.charts.rows import HEADS, LISTED, Column, Panel, Row, lay_out
from ictindex.page.charts.words import counted, filled, known
from ictindex.page.letter_widths import text_width

SHADES = (  # from 0 to 1 in tenths; each darker than the one before, in grey print too
    *("#edf3f9", "#d9e6f2", "#c2d7ea", "#a6c5df", "#86b0d3"),
    *("#649ac5", "#4481b3", "#2b689c", "#184f80", "#0b3660"),
)
LIGHT = 6  # from this shade on, words are white
BANDS = 20  # of the ranking, where a group has too many units to show each
EACH = 100  # units of a map of moves that shows each
# Places up (+) or down (−) from the rank in force: from, to, and what stands over the column.
SHIFTS = (
    *((10, None, "▲\n≥10"), (5, 9, "▲\n5–9"), (2, 4, "▲\n2–4"), (1, 1, "▲\n1"), (0, 0, "=")),
    *((-1, -1, "▼\n1"), (-4, -2, "▼\n2–4"), (-9, -5, "▼\n5–9"), (None, -10, "▼\n≥10")),
)
SAME = len(SHIFTS) // 2

_ABSENT = {"not_applicable": "–", "missing": "?", "withheld": "M"}
_ABSENT_VI = {"–": "không áp dụng", "?": "không có số liệu", "M": "không công bố (mật)"}
_PROFILE_VI = "Chỉ số theo hạng mục"
_SCALE_VI = "Phần đạt được so với điểm tối đa:"
_MOVES_VI = "Xác suất giữ hạng, lên hạng, xuống hạng"
_DRAWS_VI = "Phần trăm số lần rút:"
_MOVES_READ_VI = "▲ lên hạng, = giữ hạng, ▼ xuống hạng; dưới dấu: bao nhiêu bậc."
_KEY = 21.0  # room for the shades and what they stand for
_KEY_LINE = 9.5


class _Field(NamedTuple):
    """A field: its share, None without one, and what is printed in it."""

    share: Fraction | None
    printed: str


# --- shares of categories ---------------------------------------------------------------------------------


@sheet.styled
def profile(categories: pd.DataFrame, highlight: str | Iterable[str] = ()) -> Figure:
    """Every unit's share of each category as a heat map; bands of the ranking where a group is too long.

    ``categories``: a row for each unit and category, the total having the category "": group, group_name,
    unit, unit_name, category, category_name, number, points, available, share (None without one),
    rank, state.
    ``highlight``: codes of units.
    """
    below = categories[categories["category"] != ""]
    if below.empty:
        return sheet.in_words(_PROFILE_VI, "Không có hạng mục nào để vẽ.")
    labels = below[["category", "number", "category_name"]].drop_duplicates("category")
    names = {r.category: (str(r.number), r.category_name) for r in labels.itertuples()}
    drawn, lines = [], []
    for group in groups_of(categories):
        rows = by("category", group.rows)
        shares = [{r.unit: _field(r) for r in rows.get(key, [])} for key in names]
        units = sorted(rows.get("", []), key=lambda r: int(r.rank) if known(r.rank) else len(group.rows))
        title = ranked_title(group.name, len(ranked_in(units)), len(units))
        drawn.append((title, list(_profiles(units, shares, chosen(highlight)))))
        lines += _strengths(group.name, shares, [name for _, name in names.values()])
    figure = _draw(drawn, [*names.values()], _SCALE_VI, 19.0, 1)
    empty = sum(not known(share) for share in below["share"])
    hatched = f" {format_vi(empty)} ô không có giá trị, vẽ gạch chéo, không phải 0." if empty else ""
    told_vi = f"Bản đồ nhiệt: chỉ số ở {len(names)} hạng mục. {'; '.join(lines)}.{hatched}"
    return sheet.told(figure, _PROFILE_VI, told_vi)


def _profiles(units: Rows, shares: Sequence[Mapping[str, _Field]], marked: frozenset[str]) -> Iterator[Row]:
    """Units in rank order, then those without a rank; or bands, and the highlighted units."""
    if len(units) > LISTED:
        for band in _bands(ranked_in(units)):
            columns = [[column[r.unit] for r in band] for column in shares]
            yield _band_row(band, "Trung vị", [_middle(column) for column in columns])
        units = [r for r in units if r.unit in marked]
    for r in units:
        fields = [column[r.unit] for column in shares]
        yield Row(rank_vi(r), r.unit_name, "", r.unit in marked, fields)


def _field(row: Any) -> _Field:
    """A unit's share of a category, exactly: the float beside it may lie on the other side of a half."""
    if not known(row.share):
        return _Field(None, _ABSENT.get(row.state, "?"))
    share = Fraction(row.points) / Fraction(row.available) if row.available else Fraction(0)
    return _Field(share, format_vi(share, 2))


def _middle(fields: Sequence[_Field]) -> _Field:
    """The median of the shares there are; without any, the sign that most have."""
    middle = _median(fields)
    if middle is not None:
        return _Field(middle, format_vi(middle, 2))
    return Counter(fields).most_common(1)[0][0]


def _median(fields: Iterable[_Field]) -> Fraction | None:
    there = ordered(field.share for field in fields if field.share is not None)
    return quartiles(there)[1] if there else None


def _strengths(group: str, shares: Sequence[Mapping[str, _Field]], names: Sequence[str]) -> list[str]:
    """The categories with the highest and the lowest median share."""
    middles = zip((_median(column.values()) for column in shares), names, strict=True)
    medians = [(middle, name) for middle, name in middles if middle is not None]
    if not medians:
        return []
    (high, best), (low, worst) = max(medians), min(medians)
    return [
        f"{group}: trung vị cao nhất ở {best} ({format_vi(high, 2)}),"
        f" thấp nhất ở {worst} ({format_vi(low, 2)})"
    ]


def _bands(ranked: Rows) -> Iterator[Rows]:
    tall = ceil(len(ranked) / BANDS) or 1
    yield from (ranked[i : i + tall] for i in range(0, len(ranked), tall))


def _band_row(band: Rows, what: str, fields: list[_Field]) -> Row:
    ranks = f"{rank_vi(band[0])}–{rank_vi(band[-1])}"
    return Row(ranks, f"{what} của {counted(len(band))}", "", False, fields)


# --- how far ranks move -----------------------------------------------------------------------------------


@sheet.styled
def acceptability(held: pd.DataFrame, highlight: str | Iterable[str] = ()) -> Figure:
    """In which percentage of the draws each unit keeps its rank, or moves by how many places, as a heat map.

    ``held``: a row for each unit and rank that it held in a draw, in rank order: group, group_name, unit,
    unit_name, rank (in force), held (a rank), share (0…1 of the draws). ``highlight``: codes of units.
    """
    if held.empty:
        return sheet.in_words(_MOVES_VI, "Không có lần rút trọng số nào để vẽ.")
    marked, drawn, lines = chosen(highlight), [], []
    groups = [
        (group.name, [(rows[0], _moved(rows)) for rows in by("unit", group.rows).values()])
        for group in groups_of(held)
    ]
    shown = _met(moves for _, every in groups for _, moves in every)
    for name, every in groups:
        kept = sum(moves[SAME] >= 0.95 for _, moves in every)
        lines.append(f"{name}: {format_vi(kept)} trong {format_vi(len(every))} giữ hạng từ 95 % trở lên")
        title = ranked_title(name, len(every), len(every))
        drawn.append((title, list(_movers([(r, moves[shown]) for r, moves in every], marked))))
    heads = [("", words) for *_, words in SHIFTS[shown]]
    figure = _draw(drawn, heads, _DRAWS_VI, 16.5, 100, _MOVES_READ_VI)
    return sheet.told(
        figure, _MOVES_VI, f"Bản đồ nhiệt về đổi hạng khi trọng số xê dịch. {'; '.join(lines)}."
    )


def _met(moves: Iterable[Sequence[Fraction]]) -> slice:
    """SHIFTS from the farthest up to the farthest down that any unit comes to."""
    met = {i for each in moves for i, share in enumerate(each) if share}
    return slice(min({SAME, *met}), max({SAME, *met}) + 1)


def _moved(rows: Rows) -> list[Fraction]:
    """The share of the draws in which a unit moves so far, for each of SHIFTS."""
    moves = [Fraction(0)] * len(SHIFTS)
    for r in rows:
        moves[_shift(r.rank - r.held)] += Fraction(r.share)
    return moves


@cache
def _shift(rise: int) -> int:
    """Which of SHIFTS so many places are."""
    return next(
        i
        for i, (low, high, _) in enumerate(SHIFTS)
        if (low is None or rise >= low) and (high is None or rise <= high)
    )


def _movers(every: Sequence[tuple], marked: frozenset[str]) -> Iterator[Row]:
    """Each unit; or the means of bands of the ranking, then the highlighted units."""
    if len(every) > EACH:
        for band in _bands(every):
            columns = zip(*(moves for _, moves in band), strict=True)
            means = [_percent(sum(column) / len(band)) for column in columns]
            yield _band_row([r for r, _ in band], "Trung bình", means)
        every = [(r, moves) for r, moves in every if r.unit in marked]
    for r, moves in every:
        yield Row(rank_vi(r), r.unit_name, "", r.unit in marked, list(map(_percent, moves)))


def _percent(share: Fraction) -> _Field:
    """In whole percent, so that digits have room; what is less than half of one is not nothing."""
    whole = round_exact(100 * share, 0)
    return _Field(share, "" if not share else "<1" if not whole else format_vi(whole))


# --- drawing ----------------------------------------------------------------------------------------------


def _draw(
    drawn: Sequence[tuple[str, list[Row]]],
    labels: Sequence[tuple[str, str]],
    scale: str,
    least: float,
    most: int,
    read: str = "",
) -> Figure:
    """Panels of rows with fields; over them their labels where these have room, else numbers with a key.

    ``labels``: number and words of each column. ``scale``, ``most``: what the shades stand for,
    and where they end. ``least``: the width of a field, at least.
    """
    key = _key_lines(labels) if labels[0][0] else []
    heads = [number or words for number, words in labels]
    lines = max(head.count("\n") + 1 for head in heads)
    top = _KEY + _KEY_LINE * len(key) + (6 if key else 0)
    panels = [Panel(title, rows) for title, rows in drawn]
    laid = lay_out(panels, "Hạng", least * len(labels), read, lines * HEADS, top)
    signs = {field.printed for _, rows in drawn for row in rows for field in row.field if field.share is None}
    _legend(laid.figure, scale, most, key, [sign for sign in _ABSENT_VI if sign in signs], top)
    for column in laid.columns:
        _fields(column, heads)
    return laid.figure


def _fields(column: Column, heads: Sequence[str]) -> None:
    """A column's fields: shades, hatched where there is no share, and the numbers on them."""
    axes, many, rows = column.axes, len(heads), [row.field for row in column.rows]
    axes.set_xlim(0, many)
    axes.spines.left.set_visible(False)
    if not rows:
        axes.set_axis_off()
        return
    axes.set_xticks([j + 0.5 for j in range(many)], heads)
    axes.xaxis.tick_top()
    edges = _edges(column)
    shades = [[float("nan") if f.share is None else min(int(f.share * 10), 9) for f in row] for row in rows]
    look = {"cmap": _colors(), "vmin": -0.5, "vmax": 9.5, "edgecolors": "w", "lw": 0.8, "clip_on": False}
    axes.pcolormesh(range(many + 1), edges, shades, **look)
    for i, row in enumerate(rows):
        for j, (field, shade) in enumerate(zip(row, shades[i], strict=True)):
            if field.share is None:
                _hatch(axes, j, edges[i], 1, edges[i + 1] - edges[i])
            if field.printed:
                light = field.share is not None and shade >= LIGHT
                color, weight = "w" if light else sheet.INK, "bold" if field.share is None else "normal"
                axes.text(
                    j + 0.5, column.ys[i], field.printed, size=sheet.SMALL, color=color, weight=weight,
                    ha="center", va="center_baseline",
                )  # fmt: skip


def _edges(column: Column) -> list[float]:
    edges = [0.0]
    for y in column.ys:
        edges.append(2 * y - edges[-1])
    return edges


def _colors() -> ListedColormap:
    return ListedColormap(SHADES, "shares").with_extremes(bad="white")


def _hatch(axes: Axes, x: float, y: float, width: float, height: float) -> None:
    """A field without a value, so that no shade can be taken for it."""
    axes.add_patch(
        Rectangle((x, y), width, height, facecolor="w", edgecolor="#9a9a9a", hatch="/////", lw=0.5)
    )


def _key_lines(labels: Sequence[tuple[str, str]]) -> list[str]:
    """Numbers and what they stand for, as many on a line as there is room for."""
    lines: list[str] = []
    for number, words in labels:
        said = f"{number}\u2002{words}"  # spaces of a fixed width, which an SVG does not draw together
        if lines and text_width(f"{lines[-1]}\u2003\u2003{said}", sheet.SMALL) <= sheet.WIDTH - 16:
            lines[-1] += f"\u2003\u2003{said}"
        else:
            lines += filled(said, sheet.WIDTH - 16, sheet.SMALL)
    return lines


def _legend(
    figure: Figure, scale: str, most: int, key: Sequence[str], signs: Sequence[str], top: float
) -> None:
    """The key of the columns, the shades with the shares they stand for, and the signs for what has none."""
    if key:
        sheet.write(figure, 2, 3, "\n".join(key), va="top", linespacing=1.15)
    y, left, step = top - _KEY + 3, text_width(scale, sheet.SMALL) + 8, 16.0
    axes = sheet.place(figure, left, y, step * len(SHADES), 8)
    axes.pcolormesh(range(len(SHADES) + 1), (0, 1), [range(len(SHADES))], cmap=_colors(), vmin=-0.5, vmax=9.5)
    axes.set_yticks([])
    axes.spines.left.set_visible(False)
    ticks = range(0, len(SHADES) + 1, 2)
    axes.set_xticks(
        ticks,
        [format_vi(round_exact(Fraction(most * at, 10), 1 if most == 1 and at % 10 else 0)) for at in ticks],
    )
    sheet.write(figure, 2, y + 7, scale)
    x = left + step * len(SHADES) + 16
    for sign in signs:
        words = _ABSENT_VI[sign]
        box = sheet.place(figure, x, y, 12, 8)
        box.set_axis_off()
        _hatch(box, 0, 0, 1, 1)
        box.text(0.5, 0.5, sign, size=sheet.SMALL, weight="bold", ha="center", va="center_baseline")
        sheet.write(figure, x + 15, y + 7, words)
        x += 15 + text_width(words, sheet.SMALL) + 10
