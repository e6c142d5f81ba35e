"""The ranks that drawn weights, or other choices, give each unit, as intervals round the rank in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from ictindex.basics import format_vi
from ictindex.page.charts import sheet
from ictindex.page.charts.frames import Group, chosen, groups_of, rank_vi, ranked_title
from ictindex.page.charts.rows import LISTED, Column, Panel, Row, lay_out, listed
from ictindex.page.words import widest_vi

FIELD = 34.0  # of an interval, at least

_TITLE_VI = "Khoảng thứ hạng khi trọng số xê dịch"
_READ_VI = (
    "Vạch dọc: hạng chính thức; bên trái là lên hạng, bên phải là xuống, cùng thước cho cả nhóm. Dải đậm:"
    " 90 % số lần rút; vạch mảnh: tốt nhất, kém nhất gặp; chấm: trung vị. Số ở mép: hạng từ 5 % đến 95 %."
)


_CHOICES_VI = "Khoảng thứ hạng qua mọi tổ hợp của các lựa chọn"
_READ_CHOICES_VI = (
    "Vạch dọc: hạng khi không chọn khác gì; bên trái là lên hạng, bên phải là xuống, cùng thước cho cả nhóm."
    " Dải đậm: nửa số tổ hợp ở giữa; vạch mảnh: hạng cao nhất, thấp nhất; chấm: trung vị. Số ở mép: hai đầu"
    " của dải đậm."
)


@sheet.styled
def multiverse(spans: pd.DataFrame, highlight: str | Iterable[str] = ()) -> Figure:
    """Per unit the ranks that it has over every combination of choices; the ends of a group too long.

    ``spans``: the frame ``ict.multiverse`` gives: group, group_name, unit, unit_name, rank, low, median, high
    (at a quarter, a half and three quarters of the combinations), best, worst. A unit without a rank is not
    drawn. ``highlight``: codes of units.
    """
    spans = spans[spans["rank"].notna()] if len(spans) else spans
    if spans.empty:
        return sheet.in_words(_CHOICES_VI, "Không có tổ hợp nào để vẽ.")
    return _drawn(spans, highlight, _CHOICES_VI, _READ_CHOICES_VI)


@sheet.styled
def rank_intervals(intervals: pd.DataFrame, highlight: str | Iterable[str] = ()) -> Figure:
    """Per unit the ranks that drawn weights give it; the ends of a group too long for a page.

    ``intervals``: a row for each unit, in rank order inside its group: group, group_name, unit, unit_name,
    rank (in force), low, median, high (at 5, 50 and 95 percent of the draws), best, worst (met in any draw).
    ``highlight``: codes of units.
    """
    if intervals.empty:
        return sheet.in_words(_TITLE_VI, "Không có lần rút trọng số nào để vẽ.")
    return _drawn(intervals, highlight, _TITLE_VI, _READ_VI)


def _drawn(intervals: pd.DataFrame, highlight: str | Iterable[str], title_vi: str, read_vi: str) -> Figure:
    marked, panels, far, lines = chosen(highlight), [], [], []
    for group in groups_of(intervals):
        cut = "; vẽ các đơn vị đầu, cuối và được làm nổi" if len(group.rows) > LISTED else ""
        title = ranked_title(group.name, len(group.rows), len(group.rows)) + cut
        panels.append(Panel(title, listed([_row(r, r.unit in marked) for r in group.rows])))
        far.append(max([1, *(max(r.rank - r.best, r.worst - r.rank) for r in group.rows)]))
        lines.append(_widest(group))
    laid = lay_out(panels, "Hạng", FIELD, read_vi)
    for column in laid.columns:
        _intervals(column, far[column.panel])
    return sheet.told(laid.figure, title_vi, f"Biểu đồ khoảng thứ hạng của từng đơn vị. {'; '.join(lines)}.")


def _row(r: Any, marked: bool) -> Row:
    return Row(rank_vi(r), r.unit_name, f"{format_vi(int(r.low))}–{format_vi(int(r.high))}", marked, r)


def _widest(group: Group) -> str:
    sure = sum(r.low == r.high for r in group.rows)
    held = [(r.unit_name, int(r.low), int(r.high)) for r in group.rows]
    firm = f"{format_vi(sure)} trong {format_vi(len(held))} đơn vị có khoảng chỉ một hạng"
    return f"{group.name}: {'; '.join(filter(None, (firm, widest_vi(held))))}"


def _intervals(column: Column, far: int) -> None:
    """Intervals of rank less rank in force; ``far``: how many places from the middle the edges are."""
    axes, thick = column.axes, 0.5 * column.pitch
    axes.set_xlim(-far - 0.5, far + 0.5)
    sheet.tick_ends(axes, {-far: f"+{format_vi(far)}", far: f"−{format_vi(far)}"})
    axes.spines.left.set_visible(False)

    def places(name: str) -> Sequence[int]:
        return [int(getattr(row.field, name)) - int(row.field.rank) for row in column.rows]

    ys = column.ys
    axes.hlines(ys, -far - 0.5, far + 0.5, color=sheet.FAINT, lw=thick, zorder=1)
    axes.axvline(0, color=sheet.STRONG, lw=0.6, zorder=1.5)
    axes.hlines(ys, places("best"), places("worst"), color=sheet.QUIET, lw=0.8, zorder=2)
    point = (2 * far + 1) / (axes.get_position().width * sheet.WIDTH)
    half = min(0.4, point)  # one rank is to be seen too
    ends = [x - half for x in places("low")], [x + half for x in places("high")]
    axes.hlines(ys, *ends, color=sheet.BAR, lw=thick, zorder=3)
    axes.plot(places("median"), ys, "o", color=sheet.INK, ms=min(3.4, 0.34 * column.pitch), mew=0, zorder=4)
