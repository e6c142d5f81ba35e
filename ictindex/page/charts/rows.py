"""Rows of units, one a line, in as few columns side by side as a page has room for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ictindex.page.charts import sheet
from ictindex.page.charts.words import LINES, spaces, widest, without_start, wrapped
from ictindex.page.letter_widths import text_width

LISTED = 200  # rows that a page has room for; a group of more shows its ends, or bands
END = 18  # how many rows at each end then

SIZE = 7.8  # of the words of a row
PITCH, LINE = 10.3, 8.6  # from row to row, and from line to line of a name
LOOSE, DENSE = 1.2, 0.9  # times the pitch: where there is room, and where a page ends
COMFORT = 420.0  # a sheet no higher than this needs no further columns
GAP = 10.0  # between columns
HEADS = 11.0  # over a column: what its axis is
AFTER = 9.0  # below a panel
NARROW = 42.0  # room for names, at least


class Row(NamedTuple):
    """What stands left and right of a row's field, and what its chart draws in it."""

    lead: str
    name: str
    tail: str
    marked: bool
    field: Any = None


class Panel(NamedTuple):
    """A group's rows; ``above`` is room under the title for axes of their own."""

    title: str
    rows: Sequence[Row]
    above: float = 0.0


class Column(NamedTuple):
    """Axes for a run of a panel's rows: their names in lines, their middles ``ys`` in points from the top."""

    axes: Axes
    panel: int
    rows: Sequence[Row]
    names: Sequence[Sequence[str]]
    ys: Sequence[float]
    pitch: float


class Laid(NamedTuple):
    """A figure with its columns, and per panel the axes above them."""

    figure: Figure
    columns: list[Column]
    above: dict[int, Axes]


class _Fit(NamedTuple):
    """A panel in columns: where they start, names in lines, room for names, its height without a title."""

    starts: list[int]
    names: list[list[str]]
    room: float
    height: float

    @property
    def count(self) -> int:
        return len(self.starts) - 1


class _Sides(NamedTuple):
    """Room left and right of the fields."""

    lead: float
    name: float
    tail: float


def listed(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows that are shown: all, or the ends and those that are marked."""
    if len(rows) <= LISTED:
        return rows
    ends = {*range(END), *range(len(rows) - END, len(rows))}
    marked = [i for i, row in enumerate(rows) if row.marked]
    return [rows[i] for i in sorted({*ends, *marked[: 2 * END]})]


def lay_out(
    panels: Sequence[Panel], head: str, body: float, read: str = "", heads: float = HEADS, top: float = 0.0
) -> Laid:
    """A figure with the words of all rows, and axes for what stands in their fields.

    ``head``: over the leads. ``body``: the least width of a field. ``read``: the note at the foot.
    ``heads``: room over each column. ``top``: room over all, for a key.
    """
    panels = [_without_start(panel) for panel in panels]
    titles = [wrapped(panel.title, sheet.WIDTH - 48, 10, bold=True) for panel in panels]
    rows = [row for panel in panels for row in panel.rows]
    lead = max((text_width(row.lead, SIZE, row.marked) for row in rows), default=0.0) + 5
    tail = max((text_width(row.tail, SIZE, row.marked) + 6 for row in rows if row.tail), default=0.0)
    notes = sheet.note_lines(read)
    fixed = (
        top
        + sheet.NOTE * len(notes)
        + 6
        + sum(
            sheet.TITLE * len(lines) + 3 + heads + panel.above + AFTER
            for lines, panel in zip(titles, panels, strict=True)
        )
    )
    fits = _fits(panels, lead + tail + body, fixed)
    high = sum(fit.height for fit in fits) or 1.0
    pitch = min(max(1.0, (COMFORT - fixed) / high), LOOSE, max(DENSE, (sheet.PAGE - fixed) / high))
    figure = sheet.empty(fixed + sum(fit.height * pitch for fit in fits))
    columns: list[Column] = []
    above: dict[int, Axes] = {}
    y = top + 2
    for i, (panel, fit, lines) in enumerate(zip(panels, fits, titles, strict=True)):
        y += sheet.TITLE * len(lines) + 3
        if panel.above:
            above[i] = sheet.place(figure, 46, y, sheet.WIDTH - 52, panel.above - 16)
            y += panel.above
        y += heads
        names = max((f.room for f in fits if f.count == fit.count), default=0.0)
        sides = _Sides(lead, names, tail)
        for column in _columns(figure, i, panel, fit, y, sides, pitch):
            _words(column, sides, head)
            columns.append(column)
        sheet.entitle(above[i] if i in above else next(c.axes for c in columns if c.panel == i), lines)
        y += fit.height * pitch + AFTER
    sheet.note(figure, notes)
    return Laid(figure, columns, above)


def _without_start(panel: Panel) -> Panel:
    names, title = without_start([row.name for row in panel.rows], panel.title)
    rows = [row._replace(name=name) for row, name in zip(panel.rows, names, strict=True)]
    return panel._replace(title=title, rows=rows)


def _fits(panels: Sequence[Panel], beside: float, fixed: float) -> list[_Fit]:
    """Every panel in as few columns as the sheet allows; names break into lines only where a page ends."""
    fits = [_fit(panel, 1, beside) for panel in panels]

    def total() -> float:
        return fixed + sum(fit.height for fit in fits)

    for limit, most, breaking in ((COMFORT, 2, False), (sheet.PAGE, 3, True)):
        while total() > limit:
            better = [
                (fits[i].height - fit.height, -i, fit)
                for i, panel in enumerate(panels)
                if (fit := _fit(panel, fits[i].count + 1, beside)).room >= min(NARROW, fits[i].room)
                and (breaking or fit.names == fits[i].names)
                and fit.count <= most
                and fit.height < fits[i].height
            ]
            if not better:
                break
            _, i, fit = max(better)
            fits[-i] = fit
    return fits


def _fit(panel: Panel, count: int, beside: float) -> _Fit:
    wide = (sheet.WIDTH - 4 - (count - 1) * GAP) / count
    room = max(wide - beside - 6, 1.0)
    names = [wrapped(row.name, max(room, NARROW), SIZE, row.marked, LINES) for row in panel.rows]
    own = max(
        (widest(some, SIZE, row.marked) for some, row in zip(names, panel.rows, strict=True)), default=0.0
    )
    starts = _split([_high(lines) for lines in names], count)
    tall = max(sum(map(_high, names[first:end])) for first, end in pairwise(starts))
    return _Fit(starts, names, min(room, own), tall)


def _high(lines: Sequence[str]) -> float:
    return PITCH + LINE * (len(lines) - 1)


def _split(heights: Sequence[float], count: int) -> list[int]:
    """Where columns begin that are about equally high, and where the last one ends."""
    down = list(accumulate(heights, initial=0.0))
    inner = (bisect_left(down, down[-1] * k / count - 0.01) for k in range(1, count))
    return [0, *inner, len(heights)]


def _columns(
    figure: Figure, index: int, panel: Panel, fit: _Fit, y: float, sides: _Sides, pitch: float
) -> Iterator[Column]:
    """Axes side by side, each as high as its own rows."""
    wide = (sheet.WIDTH - 4 - (fit.count - 1) * GAP) / fit.count
    for at, (first, end) in enumerate(pairwise(fit.starts)):
        heights = [_high(lines) * pitch for lines in fit.names[first:end]]
        down = list(accumulate(heights, initial=0.0))
        left, body = 2 + at * (wide + GAP), sides.lead + sides.name + 6
        axes = sheet.place(figure, left + body, y, wide - body - sides.tail, down[-1] or PITCH)
        axes.set_ylim(down[-1] or PITCH, 0)
        axes.set_yticks([])
        middles = [top + height / 2 for top, height in zip(down, heights, strict=False)]
        yield Column(axes, index, panel.rows[first:end], fit.names[first:end], middles, PITCH * pitch)


def _words(column: Column, sides: _Sides, head: str) -> None:
    """Lead and name at the left, the tail at the right, and a tint behind what is highlighted.

    As two texts a row, and not as ticks: those of two hundred rows would take Matplotlib half a second.
    """
    axes = column.axes
    wide, across = axes.get_position().width * sheet.WIDTH, axes.get_yaxis_transform()
    start, end = -(sides.lead + sides.name + 6) / wide, 1 + sides.tail / wide
    for lines, row, y in zip(column.names, column.rows, column.ys, strict=True):
        style = {"size": SIZE, "va": "center_baseline", "transform": across}
        if row.marked:
            style |= {"color": sheet.STRONG, "weight": "bold"}
            half = _high(lines) / PITCH * column.pitch / 2
            axes.axhspan(y - half, y + half, start, end, color=sheet.TINT, lw=0, clip_on=False)
        axes.text(start, y, _led(row, lines, sides.lead), linespacing=1.05, **style)
        if row.tail:
            axes.text(end, y, row.tail, ha="right", **style)
    if column.rows and head:
        axes.text(start, -3, head, size=sheet.SMALL, color=sheet.QUIET, va="bottom", transform=across)


def _led(row: Row, lines: Sequence[str], room: float) -> str:
    """The lead, flush right, and the name, all of its lines flush left."""
    before = spaces(room - 5 - text_width(row.lead, SIZE, row.marked), SIZE, row.marked)
    hung = spaces(room, SIZE, row.marked)
    first = f"{before}{row.lead}{spaces(5, SIZE, row.marked)}{lines[0]}"
    return "\n".join([first, *(hung + line for line in lines[1:])])
