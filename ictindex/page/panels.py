"""Panels of a chart, one a group: rows in columns, each with a bar or with fields of a heat map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import NamedTuple

from ictindex.page import plots
from ictindex.page.drawing import (
    BAR,
    FAINT,
    INK,
    QUIET,
    STRONG,
    WIDTH,
    Box,
    Canvas,
    fitted,
    text_width,
    wrapped,
)
from ictindex.page.plots import Tick

LISTED = 200  # rows that a page has room for; a group of more shows its ends and a curve, or bands
END = 18  # how many rows at each end then
SAMPLES = 200  # how many places of the curve

PAGE = 500.0  # A4 landscape within margins of 15 mm
GAP = 13.0  # between columns
TITLE = 26.0  # a panel's title and one line of heads
NAMES = 0.44  # of a column's width, at most, for names

SHADES = (  # from 0 to 1 in tenths; each darker than the one before, in grey print too
    *("#edf3f9", "#d9e6f2", "#c2d7ea", "#a6c5df", "#86b0d3"),
    *("#649ac5", "#4481b3", "#2b689c", "#184f80", "#0b3660"),
)
ABSENT = {"not_applicable": "–", "missing": "?", "withheld": "M"}
ABSENT_VI = {"–": "không áp dụng", "?": "không có số liệu", "M": "không công bố (mật)"}
SCALE_VI = "Phần đạt được so với điểm tối đa:"
MARKED_VI = "Khung và chữ đậm: đơn vị được làm nổi."


class Bar(NamedTuple):
    """A row with a bar; ``length`` is -1 … 1."""

    lead: str
    name: str
    marked: bool
    length: float
    printed: str


class Field(NamedTuple):
    """A field of a heat map: one of SHADES and the value; or None and the sign that says why."""

    shade: int | None
    printed: str


class Fields(NamedTuple):
    """A row with fields."""

    lead: str
    name: str
    marked: bool
    fields: tuple[Field, ...]


class Panel(NamedTuple):
    """A group's rows, the head over their leads, and for bars the axis."""

    title: str
    head: str
    rows: Sequence[Bar] | Sequence[Fields]
    ticks: tuple[Tick, ...] = ()


class Density(NamedTuple):
    """How many columns, how far from row to row, and the size of the words."""

    columns: int
    pitch: float
    size: float


DENSITIES = (Density(1, 16.0, 9.0), Density(2, 13.0, 8.2), Density(3, 11.4, 7.4), Density(4, 9.2, 6.6))
ENDS = Density(3, 12.4, 7.4)  # the first rows, the curve and the last rows side by side


def listed(count: int) -> tuple[list[int], list[int]]:
    """Which of so many rows a panel shows as rows, and which make its curve."""
    if count <= LISTED:
        return list(range(count)), []
    ends = [*range(END), *range(count - END, count)]
    return ends, sorted({i * (count - 1) // (SAMPLES - 1) for i in range(SAMPLES)})


class Columns:
    """Where rows stand: in as few columns as a page has room for, alike in all panels.

    ``printed``: what stands at the right edge of rows.
    """

    def __init__(self, panels: Sequence[Panel], printed: Iterable[str] = ()):
        self.count, self.pitch, self.size = _density([len(panel.rows) for panel in panels])
        self.width = (WIDTH - (self.count - 1) * GAP) / self.count
        rows = [panel.rows[i] for panel in panels for i in listed(len(panel.rows))[0]]
        leads = [*(row.lead for row in rows), *(panel.head for panel in panels)]
        self.lead = max(text_width(lead, self.size, bold=True) for lead in leads) + 6
        names = (text_width(row.name, self.size, row.marked) for row in rows)
        self.names = min(max(names, default=0), NAMES * self.width)
        self.body = self.lead + self.names + 4  # where bar or fields begin, from the column's left edge
        self.tail = max((text_width(words, self.size, bold=True) for words in printed), default=0)

    def left(self, column: int) -> float:
        return column * (self.width + GAP)

    def height(self, rows: Sequence) -> float:
        return ceil(len(rows) / self.count) * self.pitch

    def place(self, rows: Sequence) -> Iterator[tuple[float, Sequence]]:
        """Each column's left edge and its rows, filled from the top."""
        tall = ceil(len(rows) / self.count) or 1
        for column, first in enumerate(range(0, len(rows), tall)):
            yield self.left(column), rows[first : first + tall]

    def words(self, canvas: Canvas, x: float, y: float, head: str, rows: Sequence) -> None:
        """The head, and each row's lead and name."""
        canvas.text(x + self.lead - 6, y - 3, head, self.size * 0.82, QUIET, "right")
        for i, row in enumerate(rows):
            color, middle = STRONG if row.marked else INK, y + (i + 0.5) * self.pitch
            base = middle + 0.36 * self.size
            canvas.text(x + self.lead - 6, base, row.lead, self.size, color, "right", row.marked)
            lines, size = fitted(row.name, self.names + 0.5, self.size, self.pitch, row.marked)
            for j, line in enumerate(lines):
                base = middle + 0.36 * size + (j - (len(lines) - 1) / 2) * size
                canvas.text(x + self.lead, base, line, size, color, bold=row.marked)

    def frames(self, canvas: Canvas, x: float, y: float, rows: Sequence) -> None:
        """A frame round each marked row."""
        marked = (i for i, row in enumerate(rows) if row.marked)
        boxes = ((x - 3, y + i * self.pitch, self.width + 6, self.pitch) for i in marked)
        canvas.boxes(boxes, None, STRONG)


def _density(counts: Sequence[int]) -> Density:
    if max(counts) > LISTED:
        return ENDS
    for density in DENSITIES:
        if sum(TITLE + ceil(n / density.columns) * density.pitch for n in counts) <= PAGE:
            return density
    return DENSITIES[-1]


def _title(canvas: Canvas, title: str) -> None:
    canvas.text(0, canvas.y + 9, title, 9, bold=True)
    canvas.y += TITLE - 4


def _note(canvas: Canvas, panels: Sequence[Panel], note: str) -> None:
    marked = any(row.marked for panel in panels for row in panel.rows)
    if words := " ".join(filter(None, (note, MARKED_VI if marked else ""))):
        canvas.text(0, canvas.y + 7, words, 6.5, QUIET)
        canvas.y += 10


# --- bars -------------------------------------------------------------------------------------------------


def bars(canvas: Canvas, panels: Sequence[Panel], note: str = "") -> None:
    """Panels of rows with bars, from zero, all to one scale."""
    shown = [panel.rows[i] for panel in panels for i in listed(len(panel.rows))[0]]
    columns = Columns(panels, (row.printed for row in shown))
    for panel in panels:
        _title(canvas, panel.title)
        if len(panel.rows) > LISTED:
            _ends_and_curve(canvas, columns, panel)
            continue
        for x, rows in columns.place(panel.rows):
            _bars(canvas, columns, panel, x, rows)
        canvas.y += columns.height(panel.rows) + 6
    _note(canvas, panels, note)


def _ends_and_curve(canvas: Canvas, columns: Columns, panel: Panel) -> None:
    """The first and the last rows of a long panel; between them all of it as a curve."""
    _bars(canvas, columns, panel, columns.left(0), panel.rows[:END])
    _bars(canvas, columns, panel, columns.left(2), panel.rows[-END:])
    bottom = canvas.y + END * columns.pitch
    frame = (columns.left(1) + 30, canvas.y, columns.left(2) - GAP, bottom)
    plots.curve(canvas, panel.rows, panel.ticks, listed(len(panel.rows))[1], frame)
    canvas.y = bottom + 8


def _bars(canvas: Canvas, columns: Columns, panel: Panel, x: float, rows: Sequence[Bar]) -> None:
    y, pitch, size = canvas.y, columns.pitch, columns.size
    edge = x + columns.width
    left, right = x + columns.body, edge - columns.tail - 4
    low, high = panel.ticks[0], panel.ticks[-1]
    scale = (right - left) / (high.at - low.at)
    zero, thick = left - low.at * scale, 0.6 * pitch
    if text_width(low.printed + high.printed, size) < right - left:
        canvas.text(left, y - 3, low.printed, size * 0.82, QUIET)
        canvas.text(right, y - 3, high.printed, size * 0.82, QUIET, "right")
    tops = [y + (i + 0.2) * pitch for i in range(len(rows))]
    canvas.boxes(((left, top, right - left, thick) for top in tops), FAINT)
    drawn = [
        (zero + min(0, row.length) * scale, top, abs(row.length) * scale, thick)
        for row, top in zip(rows, tops, strict=True)
    ]
    for marked, color in ((False, BAR), (True, STRONG)):
        pairs = zip(rows, drawn, strict=True)
        canvas.boxes((box for row, box in pairs if row.marked is marked), color)
    canvas.lines([((zero, y), (zero, y + len(rows) * pitch))], QUIET)
    columns.words(canvas, x, y, panel.head, rows)
    for i, row in enumerate(rows):
        base, color = y + (i + 0.5) * pitch + 0.36 * size, STRONG if row.marked else INK
        canvas.text(edge, base, row.printed, size, color, "right", row.marked)
    columns.frames(canvas, x, y, rows)


# --- heat maps --------------------------------------------------------------------------------------------


def heat(
    canvas: Canvas, panels: Sequence[Panel], labels: Sequence[tuple[str, str]], scale: str = SCALE_VI
) -> None:
    """Panels of rows with fields; over the fields their labels, where there is room, else numbers with a key.

    ``labels``: number and words for each column of fields. ``scale``: what the shades stand for.
    """
    columns = Columns(panels)
    width = (columns.width - columns.body) / len(labels)
    heads = [wrapped(words, width - 4, columns.size * 0.82) for _, words in labels]
    if any(len(h) > 3 or text_width(max(h, key=len), columns.size * 0.82) > width - 2 for h in heads):
        heads = [[number] for number, _ in labels]
        _key(canvas, labels)
    fields = [field for panel in panels for row in panel.rows for field in row.fields]
    _legend(canvas, scale, [sign for sign in ABSENT_VI if any(f == Field(None, sign) for f in fields)])
    for panel in panels:
        _title(canvas, panel.title)
        canvas.y += (max(map(len, heads)) - 1) * columns.size * 0.9
        for x, rows in columns.place(panel.rows):
            _heads(canvas, x + columns.body, width, columns.size * 0.82, heads)
            columns.words(canvas, x, canvas.y, panel.head, rows)
            _fields(canvas, x + columns.body, width, columns, rows)
            columns.frames(canvas, x, canvas.y, rows)
        canvas.y += columns.height(panel.rows) + 6
    _note(canvas, panels, "")


def _heads(canvas: Canvas, left: float, width: float, size: float, heads: Sequence[Sequence[str]]) -> None:
    for j, lines in enumerate(heads):
        for i, line in enumerate(reversed(lines)):
            base = canvas.y - 3 - i * size * 1.1
            canvas.text(left + (j + 0.5) * width, base, line, size, QUIET, "center")


def _fields(canvas: Canvas, left: float, width: float, columns: Columns, rows: Sequence[Fields]) -> None:
    pitch, size = columns.pitch, min(columns.size * 0.85, 7.0)
    placed = [
        (field, (left + j * width + 0.4, canvas.y + i * pitch + 0.4, width - 0.8, pitch - 0.8))
        for i, row in enumerate(rows)
        for j, field in enumerate(row.fields)
    ]
    for shade, color in enumerate(SHADES):
        canvas.boxes((box for field, box in placed if field.shade == shade), color)
    _hatch(canvas, [box for field, box in placed if field.shade is None])
    room = text_width("0,00", size) + 2 <= width
    for field, (x, y, wide, high) in placed:
        absent = field.shade is None
        if room or absent:
            color = "#ffffff" if not absent and field.shade > 5 else INK
            base = y + high / 2 + 0.36 * size
            canvas.text(x + wide / 2, base, field.printed, size, color, "center", absent)


def _hatch(canvas: Canvas, boxes: Sequence[Box]) -> None:
    """Fields without a value: hatched, so that no shade can be taken for them."""
    canvas.lines(
        (
            ((x + max(0, slant - h), y + min(h, slant)), (x + min(w, slant), y + max(0, slant - w)))
            for x, y, w, h in boxes
            for slant in range(3, ceil(w + h), 3)
        ),
        "#b0b0b0",
        0.35,
    )
    canvas.boxes(boxes, None, "#9a9a9a")


def _key(canvas: Canvas, labels: Sequence[tuple[str, str]]) -> None:
    x = 0.0
    for number, words in labels:
        indent = text_width(number, 7, bold=True) + 4
        width = indent + text_width(words, 7) + 16
        if x and x + width > WIDTH:
            x, canvas.y = 0.0, canvas.y + 10
        canvas.text(x, canvas.y + 8, number, 7, bold=True)
        canvas.text(x + indent, canvas.y + 8, words, 7)
        x += width
    canvas.y += 13


def _legend(canvas: Canvas, scale: str, signs: Sequence[str]) -> None:
    """The shades with the shares they stand for, and the signs for what has no share."""
    y, size, step = canvas.y, 7, 22.0
    left = text_width(scale, size) + 6
    canvas.text(0, y + 8, scale, size)
    for shade, color in enumerate(SHADES):
        canvas.boxes([(left + shade * step, y + 1, step - 0.8, 9)], color)
    for i, printed in enumerate(("0", "0,2", "0,4", "0,6", "0,8", "1")):
        canvas.text(left + 2 * i * step, y + 17, printed, 6, QUIET, "center")
    x = left + len(SHADES) * step + 24
    for sign in signs:
        _hatch(canvas, [(x, y + 1, 14, 9)])
        canvas.text(x + 7, y + 8.2, sign, size, INK, "center", bold=True)
        canvas.text(x + 18, y + 8, ABSENT_VI[sign], size)
        x += 18 + text_width(ABSENT_VI[sign], size) + 14
    canvas.y += 24
