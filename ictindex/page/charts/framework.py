"""The framework of a methodology: its tree of criteria, each with the most points that it can bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from ictindex.basics import format_vi
from ictindex.page.charts import sheet
from ictindex.page.charts.words import known, wrapped

PITCH, LINE, INDENT = 12.0, 9.0, 11.0  # from row to row, line to line, level to level
TREE, NUMBER = 250.0, 34.0  # room for the tree, and for a column of maxima
_FRAMEWORK_VI = "Khung tiêu chí và điểm tối đa"


@sheet.styled
def framework(criteria: pd.DataFrame) -> Figure:
    """The tree of criteria with a bar for each one's maximum; below a page's height the finest are left out.

    ``criteria``: one row a node, parents first: criterion (its path, parts joined by points), number, name,
    and max_points or a max_points_<group> for each group (None where it does not apply).
    """
    columns = [column for column in criteria if str(column).startswith("max_points")]
    if criteria.empty or not columns:
        return sheet.in_words(_FRAMEWORK_VI, "Không có tiêu chí nào để vẽ.")
    total, *below = criteria.itertuples(index=False)
    nodes = [(0, total), *((1 + row.criterion.count("."), row) for row in below)]
    deepest = max(depth for depth, _ in nodes)
    while deepest > 1 and PITCH * sum(depth <= deepest for depth, _ in nodes) > sheet.PAGE - 60:
        deepest -= 1
    shown = [(depth, row) for depth, row in nodes if depth <= deepest]
    several = len(columns) > 1
    labels = criteria.attrs.get("labels", {})
    heads = [str(labels.get(column, column)) if several else "" for column in columns]
    read = "Thanh: điểm tối đa" + (", của nhóm có nhiều nhất. Dấu – : không áp dụng." if several else ".")
    if len(shown) < len(nodes):
        read += f" Không vẽ {format_vi(len(nodes) - len(shown))} tiêu chí chi tiết hơn."
    legend = [f"{chr(ord('A') + i)}: {head}" for i, head in enumerate(heads)] if several else []
    notes = sheet.note_lines(" ".join([read, *([f"Cột {'; '.join(legend)}."] if legend else [])]))
    return sheet.told(_drawn(shown, columns, several, notes), _FRAMEWORK_VI, _said(shown, columns))


def _drawn(
    shown: Sequence[tuple[int, Any]], columns: Sequence[str], several: bool, notes: Sequence[str]
) -> Figure:
    names = [
        wrapped(
            f"{row.number or ''} {row.name}".strip(), TREE - INDENT * depth - 4, sheet.SMALL + 0.4, depth < 2
        )
        for depth, row in shown
    ]
    heights = [PITCH + LINE * (len(lines) - 1) for lines in names]
    top = 14.0 if several else 2.0
    figure = sheet.empty(top + sum(heights) + sheet.NOTE * len(notes) + 8)
    wide = sheet.WIDTH - 4
    axes = sheet.place(figure, 2, top, wide, sum(heights))
    axes.set(xlim=(0, wide), ylim=(sum(heights), 0))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines.left.set_visible(False)
    bars = TREE + NUMBER * len(columns) + 6
    most = max(_most(row, columns) for _, row in shown)
    parents: dict[int, float] = {}  # depth -> where the last node of it stands
    for i, column_at in enumerate(TREE + NUMBER * (n + 1) for n in range(len(columns)) if several):
        axes.text(
            column_at, -3, chr(ord("A") + i), size=sheet.SMALL, color=sheet.QUIET, ha="right", va="bottom"
        )
    down = 0.0
    for (depth, row), lines, high in zip(shown, names, heights, strict=True):
        y = down + high / 2
        left = INDENT * depth
        if depth:
            stem = left - INDENT + 3
            axes.plot([stem, stem, left - 1], [parents[depth - 1] + 5, y, y], color=sheet.RULE, lw=0.6)
        parents[depth] = y
        style = {"size": sheet.SMALL + 0.4, "va": "center", "weight": "bold" if depth < 2 else "normal"}
        axes.text(left, y, "\n".join(lines), color=sheet.INK, linespacing=1.05, **style)
        for n, column in enumerate(columns):
            value = getattr(row, column)
            words = format_vi(value) if known(value) else "–"
            axes.text(TREE + NUMBER * (n + 1), y, words, color=sheet.INK, ha="right", **style)
        length = float(_most(row, columns)) / float(most) * (wide - bars) if most else 0.0
        axes.barh(y, length, PITCH - 5, left=bars, color=sheet.DEEP if depth < 2 else sheet.BAR)
        down += high
    sheet.note(figure, notes)
    return figure


def _most(row: Any, columns: Sequence[str]) -> Any:
    return max((getattr(row, column) for column in columns if known(getattr(row, column))), default=0)


def _said(shown: Sequence[tuple[int, Any]], columns: Sequence[str]) -> str:
    tops = [row for depth, row in shown if depth == 1]
    parts = "; ".join(f"{row.name} {format_vi(_most(row, columns))}" for row in tops)
    total = format_vi(_most(shown[0][1], columns))
    return f"Cây tiêu chí. {shown[0][1].name}, tối đa {total}, gồm {format_vi(len(tops))} hạng mục: {parts}."
