"""What the charts share: their columns, whose row it is, and a figure with the data behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from ictindex.basics import format_vi, round_exact
from ictindex.methodology import Node
from ictindex.page import panels
from ictindex.page.cells import stamp
from ictindex.page.drawing import QUIET, Canvas
from ictindex.page.shown import Cell, Column, Figure, Table
from ictindex.scoring import Evaluation, Standing, highlighted

Rows = list[tuple[Cell, ...]]

GROUP, ENTITY = Column("group", "Nhóm"), Column("entity", "Mã")
NAME, CRITERION = Column("label_vi", "Tên đơn vị"), Column("criterion", "Hạng mục")
RANK, DRAWN = Column("rank", "Thứ hạng", "integer"), Column("drawn", "Cách vẽ")


def figure(
    e: Evaluation, name: str, title: str, alt: str, canvas: Canvas, columns: Sequence[Column], rows: Rows
) -> Figure:
    table = f"Số liệu của biểu đồ: {title}"
    return Figure(
        name,
        title,
        alt,
        canvas.svg(alt),
        Table(f"{name}_chart", table, tuple(columns), tuple(rows), "", stamp(e)),
    )


def in_words(
    e: Evaluation, name: str, title: str, columns: Sequence[Column], alt: str, lines: Sequence[str] = ()
) -> Figure:
    """A figure of which there is nothing to draw, and which says so: by ``lines``, else by ``alt`` itself."""
    canvas = Canvas(stamp(e))
    for line in lines or (alt,):
        canvas.text(0, canvas.y + 10, line, 9, QUIET)
        canvas.y += 14
    return figure(e, name, title, alt, canvas, columns, [])


def groups_of(e: Evaluation) -> list[tuple[str, str]]:
    return [(key, group.label_vi) for key, group in e.methodology.groups.items()]


def title_of(e: Evaluation, group: str) -> str:
    ranked, everyone = len(ranked_in(e, group)), len(e.standings[group])
    without = f", {format_vi(everyone - ranked)} không xếp hạng" if everyone > ranked else ""
    return f"{e.methodology.groups[group].label_vi}: {format_vi(ranked)} đơn vị được xếp hạng{without}"


def ranked_in(e: Evaluation, group: str) -> list[Standing]:
    return [s for s in e.standings[group] if s.rank is not None]


def ranked_at(e: Evaluation, node: Node, group: str) -> list[Standing]:
    """Those of a group that have a value at a node, by rank there, then by code."""
    stand = [s for s in e.at(node).values() if s.entity.group == group and s.rank is not None]
    return sorted(stand, key=lambda s: (s.rank, s.entity.code))


def most_of(e: Evaluation, node: Node, group: str) -> Fraction:
    """What values are measured by: the most points, or 1 where shares are compared."""
    return Fraction(1) if e.rules["compare_on"].value == "share" else node.maxima[group] or Fraction(1)


def who(s: Standing) -> tuple[str, str]:
    return s.entity.code, s.entity.label_vi


def marked(e: Evaluation, s: Standing) -> bool:
    return s.entity.code in highlighted(e.parameters)


def four_places(number: Fraction) -> Decimal:
    return round_exact(number, 4)


def drawn_rows(rows: Sequence) -> Iterator[tuple]:
    """The rows that a panel of bars draws, and how."""
    bars, curve = panels.listed(len(rows))
    yield from ((rows[i], "thanh") for i in bars)
    yield from ((rows[i], "đường") for i in curve)
