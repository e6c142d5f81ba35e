"""How far two reviewers' marks lie apart, as a chart of Bland and Altman."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, sqrt
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ictindex.basics import format_vi, round_exact
from ictindex.page.charts import sheet
from ictindex.page.charts.words import signed, wrapped
from ictindex.procedure import Pair, pairs

SHOWN = 6  # pairs: three rows of two
TALL, STEP = 150.0, 20  # of a panel; percent from one line of the grid to the next

_TITLE_VI = "Chênh lệch giữa hai người chấm"
_NONE_VI = "Không có hai người nào cùng chấm đủ số mục để so sánh."
_READ_VI = (
    "Mỗi chấm: một mục do cả hai người chấm, chấm to là nhiều mục trùng chỗ. Trục ngang: trung bình của hai"
    " điểm; trục đứng: điểm người thứ nhất trừ điểm người thứ hai; đều là phần trăm thang điểm. Vạch đậm:"
    " chênh lệch trung bình; dải xám: trung bình ± 1,96 độ lệch chuẩn."
)


class _Pair(NamedTuple):
    """Two reviewers: mean and difference of each item that both marked, in percent of its scale."""

    names: str
    items: list[tuple[float, float]]
    low: float
    middle: float
    high: float


@sheet.styled
def bland_altman(marks: pd.DataFrame) -> Figure:
    """Per pair of reviewers the difference of two marks over their mean, with the limits of agreement.

    ``marks``: a row for each mark: unit, answer (what was marked), reviewer, role (others than "reviewer" are
    no second opinion, and left out), round (only the first is independent), mark, available (the scale's
    most). Drawn are the pairs with the most items, as many as a page holds (Bland & Altman, Lancet 1986).
    """
    known = _pairs(marks)
    if not known:
        return sheet.in_words(_TITLE_VI, _NONE_VI)
    drawn = known[:SHOWN]
    each = "; ".join(
        f"{p.names}, {format_vi(len(p.items))} mục: trung bình {_signed(p.middle)} %,"
        f" từ {_signed(p.low)} đến {_signed(p.high)} %"
        for p in drawn
    )
    left = len(known) - len(drawn)
    more = f" {format_vi(left)} cặp khác có ít mục hơn nên không vẽ." if left else ""
    return sheet.told(_draw(drawn), _TITLE_VI, f"Biểu đồ Bland–Altman. {each}.{more}")


def _pairs(marks: pd.DataFrame) -> list[_Pair]:
    """Every two reviewers with enough items in common; those with the most items first."""
    given: dict[tuple[str, str], dict[str, Fraction]] = {}
    for r in marks.itertuples():
        if r.role == "reviewer" and r.round == 1:
            given.setdefault((r.unit, r.answer), {})[r.reviewer] = Fraction(r.mark) / Fraction(r.available)
    known = [pair for pair in pairs(given) if pair.mean is not None]
    return [
        _Pair(f"{p.first} – {p.second}", _items(given, p), *_percent(p.low, p.mean, p.high)) for p in known
    ]


def _items(given: Mapping[tuple[str, str], Mapping[str, Fraction]], pair: Pair) -> list[tuple[float, float]]:
    both = [
        (by[pair.first], by[pair.second]) for by in given.values() if {pair.first, pair.second} <= by.keys()
    ]
    return [_percent((a + b) / 2, a - b) for a, b in both]


def _percent(*shares: Fraction | float) -> tuple[float, ...]:
    return tuple(100 * float(share) for share in shares)


def _signed(percent: float) -> str:
    return signed(round_exact(Fraction(str(round(percent, 9))), 1))


# --- drawing ----------------------------------------------------------------------------------------------


def _draw(drawn: Sequence[_Pair]) -> Figure:
    """Panels, up to two side by side, over one vertical axis that holds every dot and limit."""
    beside = min(2, len(drawn))
    rows, notes = ceil(len(drawn) / beside), sheet.note_lines(_READ_VI)
    far = max(max(abs(p.low), abs(p.high), *(abs(apart) for _, apart in p.items)) for p in drawn)
    most = max(ceil(far / STEP), 1) * STEP
    figure = sheet.empty(rows * (TALL + 40) + sheet.NOTE * len(notes) + 4)
    wide = (sheet.WIDTH - 4) / beside
    for i, pair in enumerate(drawn):
        across, down = i % beside * wide, i // beside * (TALL + 40)
        axes = sheet.place(figure, across + 30, down + 20, wide - 66, TALL)
        axes.set_title(wrapped(f"{pair.names}: {format_vi(len(pair.items))} mục", wide - 20, 9, True, 1)[0])
        _panel(axes, pair, most)
    sheet.note(figure, notes)
    return figure


def _panel(axes: Axes, pair: _Pair, most: int) -> None:
    axes.set(xlim=(-1, 101), ylim=(-most, most))
    axes.set_xticks(range(0, 101, 20), [format_vi(at) for at in range(0, 101, 20)])
    axes.set_yticks(range(-most, most + 1, STEP), [signed(at) for at in range(-most, most + 1, STEP)])
    axes.tick_params(axis="y", labelsize=sheet.SMALL, labelcolor=sheet.QUIET)
    axes.grid(axis="y")
    axes.axhspan(pair.low, pair.high, color=sheet.FAINT, lw=0)
    axes.axhline(0, color=sheet.QUIET, lw=0.8)
    same = Counter(pair.items)
    places = sorted(same, key=lambda place: (-same[place], place))  # the large ones below
    sizes = [min(2.6 * sqrt(same[place]), 9.0) ** 2 for place in places]
    axes.scatter([x for x, _ in places], [y for _, y in places], s=sizes, color=sheet.DEEP, lw=0, zorder=3)
    axes.axhline(pair.middle, color=sheet.STRONG, lw=1.3, zorder=4)
    apart = most * 2 * (sheet.SMALL + 1) / TALL  # what two lines of words need
    places = (max(pair.high, pair.middle + apart), pair.middle, min(pair.low, pair.middle - apart))
    for percent, at in zip((pair.high, pair.middle, pair.low), places, strict=True):
        style = {"color": sheet.STRONG, "weight": "bold"} if percent == pair.middle else {"color": sheet.INK}
        axes.annotate(
            _signed(percent), (1, at), (4, 0), ("axes fraction", "data"), "offset points",
            va="center", size=sheet.SMALL, **style,
        )  # fmt: skip
