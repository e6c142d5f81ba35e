"""The chart of the year's steps: what units claim beside what stands after appraisal."""

from __future__ import annotations

from decimal import Decimal

from ictindex.basics import format_vi
from ictindex.page import panels, plots
from ictindex.page.captions import signed
from ictindex.page.cells import stamp
from ictindex.page.chart_parts import (
    DRAWN,
    ENTITY,
    GROUP,
    NAME,
    drawn_rows,
    figure,
    groups_of,
    in_words,
    marked,
    who,
)
from ictindex.page.drawing import Canvas
from ictindex.page.shown import Column, Figure
from ictindex.scoring import Evaluation, Standing

_READ_VI = "Bên trái: chênh lệch; bên phải: mức tự khai → kết quả sau thẩm định."
_TITLE_VI = "Tự đánh giá và kết quả thẩm định"

Pair = tuple[Standing, Standing, Decimal]  # as claimed, as it stands, and the difference


def gap(e: Evaluation) -> Figure:
    """How far each unit's result lies from its own claim, from the largest loss to the largest gain."""
    canvas, drawn, rows = Canvas(stamp(e)), [], []
    pairs = {group: _pairs(e, group) for group, _ in groups_of(e)}
    widest = max((abs(difference) for some in pairs.values() for *_, difference in some), default=0)
    columns = (
        *(GROUP, ENTITY, NAME),
        Column("declared", "Theo tự khai", "number"),
        Column("value", "Sau thẩm định", "number"),
        Column("difference", "Chênh lệch", "number"),
        DRAWN,
    )
    if not widest:
        return in_words(e, "gap", _TITLE_VI, columns, "Kết quả của mọi đơn vị bằng mức tự khai.")
    ticks = tuple(plots.Tick(i, signed(i * widest)) for i in (-1, 0, 1))
    for group, label in groups_of(e):
        bars = [_bar(e, pair, widest) for pair in pairs[group]]
        drawn.append(panels.Panel(f"{label}: {format_vi(len(bars))} đơn vị", "±", bars, ticks))
        rows += [
            (label, *who(now), claim.printed, now.printed, difference, how)
            for (claim, now, difference), how in drawn_rows(pairs[group])
        ]
    panels.bars(canvas, drawn, _READ_VI)
    return figure(e, "gap", _TITLE_VI, _told(e, pairs), canvas, columns, rows)


def _pairs(e: Evaluation, group: str) -> list[Pair]:
    declared = e.as_declared.at(e.methodology.root)
    pairs = [(declared[s.entity.code], s) for s in e.standings[group]]
    both = [
        (a, b, b.printed - a.printed) for a, b in pairs if a.printed is not None and b.printed is not None
    ]
    return sorted(both, key=lambda pair: (pair[2], pair[1].entity.code))


def _bar(e: Evaluation, pair: Pair, widest: Decimal) -> panels.Bar:
    claim, now, difference = pair
    words = f"{format_vi(claim.printed)} → {format_vi(now.printed)}"
    name = now.entity.label_vi
    return panels.Bar(signed(difference), name, marked(e, now), float(difference / widest), words)


def _told(e: Evaluation, pairs: dict[str, list[Pair]]) -> str:
    """What the chart shows, in a sentence for each group."""
    lines = []
    for group, label in groups_of(e):
        less = [pair for pair in pairs[group] if pair[2] < 0]
        most = f", nhiều nhất {less[0][1].entity.label_vi} {signed(less[0][2])}" if less else ""
        lines.append(f"{label}: {format_vi(len(less))} đơn vị thấp hơn mức tự khai{most}")
    return f"Biểu đồ thanh: chênh lệch giữa tự đánh giá và thẩm định. {'; '.join(lines)}."
