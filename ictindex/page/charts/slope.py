"""Two rankings side by side, a line for each unit: what a what-if does to the order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ictindex.basics import format_vi
from ictindex.page.charts import sheet
from ictindex.page.charts.frames import chosen, groups_of, ranked_in
from ictindex.page.charts.rows import PITCH
from ictindex.page.charts.words import counted, known, signed, spaces, without_start, wrapped
from ictindex.page.letter_widths import text_width
from ictindex.page.words import joined

LINES = 56  # of all groups, that a page has room for; beyond, those that move most are drawn
FEW = 12  # lines of a group that are always drawn
NAMES = 196.0  # room for names at either side

_TITLE_VI = "Thứ hạng gốc và thứ hạng giả định"
_KEY_VI = "Nét nâu: xuống hạng; nét xanh: lên hạng; nét xám: giữ hạng."
_MARKED_VI = "Chữ đậm: đơn vị được làm nổi."


class _Move(NamedTuple):
    """A unit with its ranks before and after."""

    unit: str
    name: str
    before: int
    after: int
    marked: bool

    @property
    def rise(self) -> int:
        return self.before - self.after


@sheet.styled
def what_if_slope(before: pd.DataFrame, after: pd.DataFrame, highlight: str | Iterable[str] = ()) -> Figure:
    """Each unit's rank before, at the left, and after, at the right; of many units those that move most.

    ``before``, ``after``: group, group_name, unit, unit_name, rank; drawn are units with a rank in the same
    group of both. ``highlight``: codes of units, always drawn.
    """
    marked, groups = chosen(highlight), []
    old = {(r.group, r.unit): int(r.rank) for r in before.itertuples() if known(r.rank)}
    for group in groups_of(after) if not after.empty else ():
        both = [r for r in ranked_in(group.rows) if (r.group, r.unit) in old]
        moves = [
            _Move(r.unit, r.unit_name, old[r.group, r.unit], int(r.rank), r.unit in marked) for r in both
        ]
        groups.append((group.name, sorted(moves, key=lambda m: (m.after, m.unit))))
    if not any(moves for _, moves in groups):
        return sheet.in_words(_TITLE_VI, "Không có đơn vị nào có thứ hạng ở cả hai bảng.")
    figure = _draw([(name, moves, _drawn(moves, _quota(groups, moves))) for name, moves in groups])
    lines = "; ".join(f"{name}: {_told(moves)}" for name, moves in groups)
    return sheet.told(figure, _TITLE_VI, f"Biểu đồ dốc: hạng gốc bên trái, hạng giả định bên phải. {lines}.")


def _quota(groups: Sequence[tuple[str, list[_Move]]], moves: list[_Move]) -> int:
    """How many lines a group may have: all if there are few, else its part of what is left of the page."""
    large = [len(some) for _, some in groups if len(some) > FEW]
    left = LINES - sum(len(some) for _, some in groups if len(some) <= FEW)
    return (
        len(moves) if len(moves) <= FEW or sum(large) <= left else max(FEW, left * len(moves) // sum(large))
    )


def _drawn(moves: list[_Move], quota: int) -> list[_Move]:
    """The highlighted and those that move most, in the order of the what-if."""
    most = sorted(moves, key=lambda m: (not m.marked, -abs(m.rise), m.after))[:quota]
    return [move for move in moves if move in most]


def _told(moves: list[_Move]) -> str:
    """How many rose and fell, and who most."""
    up, down = sum(m.rise > 0 for m in moves), sum(m.rise < 0 for m in moves)
    if not (up or down):
        return f"{counted(len(moves))}, không đơn vị nào đổi hạng"
    ends = [max(moves, key=lambda m: m.rise), min(moves, key=lambda m: m.rise)]
    most = ", ".join(f"{m.name} {signed(m.rise)}" for m in ends if m.rise)
    return f"{counted(up)} lên hạng, {format_vi(down)} xuống hạng; nhiều nhất {most}"


# --- drawing ----------------------------------------------------------------------------------------------


def _draw(groups: Sequence[tuple[str, list[_Move], list[_Move]]]) -> Figure:
    titles = [wrapped(_title(*group), sheet.WIDTH - 48, 10, bold=True) for group in groups]
    marked = any(m.marked for *_, drawn in groups for m in drawn)
    notes = sheet.note_lines(joined(_KEY_VI, _MARKED_VI if marked else ""))
    heights = [max(len(drawn), 1) * PITCH for *_, drawn in groups]
    figure = sheet.empty(
        sum(heights) + sum(sheet.TITLE * len(lines) + 26 for lines in titles) + sheet.NOTE * len(notes) + 4
    )
    y = 2.0
    for lines, height, (_, _, drawn) in zip(titles, heights, groups, strict=True):
        y += sheet.TITLE * len(lines) + 15
        axes = sheet.place(figure, NAMES, y, sheet.WIDTH - 2 * NAMES, height)
        _lines(axes, drawn)
        sheet.entitle(axes, lines)
        y += height + 11
    sheet.note(figure, notes)
    return figure


def _title(name: str, moves: list[_Move], drawn: list[_Move]) -> str:
    part = f", vẽ {counted(len(drawn))} đổi nhiều nhất" if len(drawn) < len(moves) else ""
    return without_start(
        [m.name for m in drawn], f"{name}: {counted(len(moves))} có hạng ở cả hai bảng{part}"
    )[1]


def _lines(axes: Axes, drawn: list[_Move]) -> None:
    """Lines from the order before to the order after; names and ranks at both ends."""
    left = {m.unit: i for i, m in enumerate(sorted(drawn, key=lambda m: (m.before, m.unit)))}
    names, _ = without_start([m.name for m in drawn], "")
    axes.set(xlim=(0, 1), ylim=(max(len(drawn), 1) - 0.5, -0.5))
    axes.set_xticks((0, 1), ("Gốc", "Giả định") if drawn else ("", ""))
    axes.xaxis.tick_top()
    axes.set_yticks([])
    axes.spines.left.set_visible(False)
    for right, (m, name) in enumerate(zip(drawn, names, strict=True)):
        color, width = (
            (sheet.RULE, 0.8) if not m.rise else (sheet.DEEP, 1.4) if m.rise > 0 else (sheet.STRONG, 1.1)
        )
        axes.plot((0.03, 0.97), (left[m.unit], right), color=color, lw=width, label=m.unit)
        moved = f" ({signed(m.rise)})" if m.rise else ""
        for x, y, rank, side in ((0, left[m.unit], m.before, "right"), (1, right, m.after, "left")):
            _end(axes, (x, y), format_vi(rank), name, moved if x else "", side, m.marked)


def _end(
    axes: Axes, at: tuple[float, float], rank: str, name: str, moved: str, side: str, bold: bool
) -> None:
    """A rank beside the end of a line, and beyond it the name and how far it moved."""
    gap = spaces(22 - text_width(rank, sheet.SMALL, bold), sheet.SMALL, bold)
    room = NAMES - 28 - text_width(moved, sheet.SMALL, bold)
    said = wrapped(name, room, sheet.SMALL, bold, 1)[0] + moved
    words = f"{rank}{gap}{said}" if side == "left" else f"{said}{gap}{rank}"
    style = {"size": sheet.SMALL, "color": sheet.INK, "weight": "bold" if bold else "normal"}
    axes.text(*at, words, ha=side, va="center_baseline", **style)
