"""Charts with a bar for each unit: the ranking, ranks gained and lost, what appraisal took away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ictindex.basics import format_vi
from ictindex.page.charts import sheet
from ictindex.page.charts.captions import extremes
from ictindex.page.charts.frames import Rows, chosen, groups_of, rank_vi, ranked_in, ranked_title
from ictindex.page.charts.rows import END, LISTED, Column, Panel, Row, lay_out, listed
from ictindex.page.charts.words import counted, known, signed
from ictindex.page.words import joined

CURVE = 120.0  # room for the curve of a long group, over its rows
FIELD = 34.0  # of a bar, at least

_RANKING_VI = "Xếp hạng"
_CHANGE_VI = "Thay đổi thứ hạng so với kỳ trước"
_GAP_VI = "Tự đánh giá và kết quả thẩm định"
_CHANGE_READ_VI = "Bên trái: số bậc tăng (+) hoặc giảm (−); bên phải: hạng kỳ trước → hạng kỳ này."
_GAP_READ_VI = (
    "Bên trái: chênh lệch; bên phải: mức tự khai → kết quả sau thẩm định. Đơn vị có kết quả bằng mức tự khai"
    " không vẽ."
)
_BROKEN_VI = "Thanh có đầu » hoặc « dài hơn khung: đọc theo số."


class _Scale(NamedTuple):
    """From where to where an axis goes, and what is written at which places."""

    low: float
    high: float
    ticks: dict[float, str]


@sheet.styled
def ranking(ranking: pd.DataFrame, highlight: str | Iterable[str] = ()) -> Figure:
    """Every ranked unit's value as a bar, in rank order; of a long group its ends, and a curve of all.

    ``ranking``: a row for each unit, in rank order inside its group: group, group_name, unit, unit_name,
    printed (as published), place (0…1, the value over the largest possible), rank (None without one).
    ``highlight``: codes of units.
    """
    marked, drawn = chosen(highlight), []
    for group in groups_of(ranking):
        ranked = ranked_in(group.rows)
        bars = [
            Row(rank_vi(r), r.unit_name, format_vi(r.printed), r.unit in marked, float(r.place))
            for r in ranked
        ]
        drawn.append((ranked_title(group.name, len(ranked), len(group.rows)), bars))
    if not any(bars for _, bars in drawn):
        return sheet.in_words(_RANKING_VI, "Không có đơn vị nào được xếp hạng.")
    scales = [_Scale(0, 1, _most(group.rows)) for group in groups_of(ranking)]
    figure = _draw(drawn, "Hạng", scales)
    return sheet.told(figure, _RANKING_VI, f"Biểu đồ thanh theo thứ hạng. {extremes(ranking)}")


def _most(rows: Rows) -> dict[float, str]:
    """The ends of a group's axis: nothing, and the largest value possible, which any place tells."""
    most = next((float(r.value) / float(r.place) for r in rows if known(r.rank) and r.place), None)
    return {0: "0", 1: format_vi(Decimal(f"{most:.6g}"))} if most else {0: "0"}


@sheet.styled
def change(changes: pd.DataFrame, highlight: str | Iterable[str] = ()) -> Figure:
    """Ranks gained and lost since the edition before, from the largest gain to the largest loss.

    ``changes``: group, group_name, unit, unit_name, rank, rank_change (None for a unit that is not compared).
    ``highlight``: codes of units.
    """
    if changes.empty:
        return sheet.in_words(_CHANGE_VI, "Không có ấn bản kỳ trước để so sánh.")
    marked = chosen(highlight)
    drawn, moves = [], []
    for group in groups_of(changes):
        pairs = [(int(r.rank_change), int(r.rank), r) for r in ranked_in(group.rows) if known(r.rank_change)]
        pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2].unit))
        bars = [_change_bar(rise, rank, r, r.unit in marked) for rise, rank, r in pairs]
        drawn.append((f"{group.name}: {counted(len(bars))} có thứ hạng ở cả hai kỳ", bars))
        moves.append((group.name, [(r.unit_name, rise) for rise, _, r in pairs]))
    if not any(bars for _, bars in drawn):
        return sheet.in_words(_CHANGE_VI, "Không có đơn vị nào có thứ hạng ở cả hai kỳ.")
    figure = _draw(drawn, "±", [_both_ways(drawn)] * len(drawn), _CHANGE_READ_VI)
    alone = sum(map(known, changes["rank"])) - sum(len(some) for _, some in moves)
    return sheet.told(
        figure,
        _CHANGE_VI,
        f"Biểu đồ thanh: thay đổi thứ hạng so với kỳ trước. {_movements(moves, alone)}",
    )


def _change_bar(rise: int, rank: int, r: Any, marked: bool) -> Row:
    words = f"{format_vi(rank + rise)} → {format_vi(rank)}"
    return Row(signed(rise), r.unit_name, words, marked, float(rise))


def _movements(moves: Sequence[tuple[str, list[tuple[str, int]]]], alone: int) -> str:
    """How many rose and fell, who most, and how many have a rank in this edition only."""
    rises = [rise for _, some in moves for _, rise in some]
    up, down = sum(rise > 0 for rise in rises), sum(rise < 0 for rise in rises)
    most = []
    for label, some in moves:
        ends = [("tăng", *s) for s in some[:1] if s[1] > 0] + [("giảm", *s) for s in some[-1:] if s[1] < 0]
        words = (f"{what} nhiều nhất {name} ({signed(rise)})" for what, name, rise in ends)
        most += [f"{label}: {', '.join(words)}."] if ends else []
    return joined(
        f"{counted(up)} lên hạng, {format_vi(down)} xuống hạng,"
        f" {format_vi(len(rises) - up - down)} giữ nguyên; {format_vi(alone)} chỉ có hạng kỳ này.",
        *most,
    )


@sheet.styled
def gap(gap: pd.DataFrame, highlight: str | Iterable[str] = ()) -> Figure:
    """How far each unit's result lies from its own claim, from the largest loss to the largest gain.

    ``gap``: a row for each unit: group, group_name, unit, unit_name, declared (what its own figures come to)
    and value (what stands after appraisal), both as printed; None where there is none. ``highlight``: codes.
    Units whose result equals their claim are counted, not drawn; one difference far larger than the others
    leaves the frame, so that the others can be seen.
    """
    marked, drawn, lines = chosen(highlight), [], []
    for group in groups_of(gap):
        both = [r for r in group.rows if known(r.declared) and known(r.value)]
        apart = sorted(
            (r for r in both if r.value != r.declared), key=lambda r: (r.value - r.declared, r.unit)
        )
        bars = [_gap_bar(r, r.unit in marked) for r in apart]
        apart_vi = f"{format_vi(len(bars))} trong {counted(len(both))} khác mức tự khai"
        drawn.append((f"{group.name}: {apart_vi}", bars))
        less = sum(bar.field < 0 for bar in bars)
        most = f", nhiều nhất {bars[0].name} {bars[0].lead}" if less else ""
        lines.append(f"{group.name}: {counted(less)} thấp hơn mức tự khai{most}")
    if not lines:
        return sheet.in_words(_GAP_VI, "Không có đơn vị nào có mức tự khai.")
    if not any(bars for _, bars in drawn):
        return sheet.in_words(_GAP_VI, "Không có chênh lệch: kết quả của mọi đơn vị bằng mức tự khai.")
    scale = _both_ways(drawn)
    broken = any(not scale.low <= bar.field <= scale.high for _, bars in drawn for bar in bars)
    figure = _draw(drawn, "±", [scale] * len(drawn), joined(_GAP_READ_VI, _BROKEN_VI if broken else ""))
    return sheet.told(
        figure, _GAP_VI, f"Biểu đồ thanh: chênh lệch giữa tự đánh giá và thẩm định. {'; '.join(lines)}."
    )


def _gap_bar(r: Any, marked: bool) -> Row:
    difference = r.value - r.declared
    words = f"{format_vi(r.declared)} → {format_vi(r.value)}"
    return Row(signed(difference), r.unit_name, words, marked, float(difference))


# --- drawing: a row's field is the length of its bar, in the axis' own measure ----------------------------


def _both_ways(drawn: Sequence[tuple[str, list[Row]]]) -> _Scale:
    """As far to the one side as to the other; what is far beyond the most of them does not stretch it.

    Where there are bars to one side only, so is the axis.
    """
    lengths = [bar.field for _, bars in drawn for bar in bars]
    sizes = sorted(abs(length) for length in lengths if length)
    usual = [size for size in sizes if size <= 4 * sizes[(len(sizes) - 1) * 3 // 4]]
    most = usual[-1] if usual else 1.0
    low, high = (-most if min(lengths) < 0 else 0.0), (most if max(lengths) > 0 or not sizes else 0.0)
    words = format_vi(Decimal(f"{most:.6g}"))
    ticks = {-most: f"−{words}", 0.0: "0", most: f"+{words}"}
    return _Scale(low, high, {at: said for at, said in ticks.items() if low <= at <= high})


def _draw(
    drawn: Sequence[tuple[str, list[Row]]], head: str, scales: Sequence[_Scale], read: str = ""
) -> Figure:
    """Panels of bars, each to its scale; over a long panel a curve through all of its lengths."""
    panels = []
    for title, bars in drawn:
        cut = (
            f"; vẽ {END} đầu, {END} cuối và đơn vị được làm nổi, đường cong là tất cả"
            if len(bars) > LISTED
            else ""
        )
        panels.append(Panel(title + cut, listed(bars), CURVE if cut else 0.0))
    laid = lay_out(panels, head, FIELD, read)
    for column in laid.columns:
        _bars(column, scales[column.panel])
    for panel, axes in laid.above.items():
        _curve(axes, drawn[panel][1], scales[panel])
    return laid.figure


def _bars(column: Column, scale: _Scale) -> None:
    """Bars from zero on a pale ground; one that leaves the frame has a sign at its end."""
    axes, bars, thick = column.axes, column.rows, 0.58 * column.pitch
    if not bars:
        axes.set_axis_off()
        return
    axes.set_xlim(scale.low, scale.high)
    sheet.tick_ends(axes, scale.ticks)
    axes.hlines(column.ys, scale.low, scale.high, color=sheet.FAINT, lw=thick, zorder=1)
    inside = [min(max(bar.field, scale.low), scale.high) for bar in bars]
    colors = [sheet.STRONG if bar.marked else sheet.BAR for bar in bars]
    axes.hlines(column.ys, 0, inside, colors=colors, lw=thick, zorder=2)
    axes.axvline(0, color=sheet.QUIET, lw=0.6)
    axes.spines.left.set_visible(False)
    for y, bar, at in zip(column.ys, bars, inside, strict=True):
        if at != bar.field:
            axes.text(
                at, y, "«" if at < 0 else "»", ha="left" if at < 0 else "right", va="center", weight="bold"
            )


def _curve(axes: Axes, bars: Sequence[Row], scale: _Scale) -> None:
    """The lengths of all bars in their order; diamonds for the highlighted."""
    lengths = [bar.field for bar in bars]
    places = sorted({i * (len(bars) - 1) // (LISTED - 1) for i in range(LISTED)})
    axes.fill_between(places, [lengths[i] for i in places], color=sheet.FAINT)
    axes.plot(places, [lengths[i] for i in places], color=sheet.DEEP)
    special = [i for i, bar in enumerate(bars) if bar.marked]
    axes.plot(special, [lengths[i] for i in special], "D", color=sheet.STRONG, ms=5, zorder=3)
    axes.set(xlim=(0, len(bars) - 1), ylim=(scale.low, scale.high))
    axes.set_yticks(list(scale.ticks), list(scale.ticks.values()))
    ends = (0, (len(bars) - 1) // 2, len(bars) - 1)
    axes.set_xticks(ends, [bars[i].lead for i in ends])
    axes.get_xticklabels()[-1].set_ha("right")
    axes.grid(axis="y", color=sheet.RULE)
