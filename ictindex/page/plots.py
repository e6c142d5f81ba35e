"""What stands on an axis: a curve over ranked rows, strips of dots with quartiles, words that point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple

from ictindex.page.drawing import (
    BAR,
    FAINT,
    INK,
    QUIET,
    RULE,
    STRONG,
    WIDTH,
    Canvas,
    Point,
    fitted,
    text_width,
)

CURVE, UNDER = "#2f6ea5", "#dbe7f2"
SIZE = 6.7  # of words on axes and callouts
LANE = 9.2  # from one line of callouts to the next
GAP = 22.0  # between panels side by side
DOT = 4.4
HEAD, FOOT = 14.0, 4.0  # of a strip: its name, and the space below
TALL = 46.0  # of a strip, at most


class Tick(NamedTuple):
    """A place on an axis and what is printed there."""

    at: float
    printed: str


class Callout(NamedTuple):
    """Words that point at a place on the axis."""

    at: float
    words: str
    marked: bool


class Strip(NamedTuple):
    """One line of a distribution: a dot for each place, or bins with counts where dots are too many."""

    label: str
    bold: bool
    dots: Sequence[float]
    bins: Sequence[tuple[float, float, int]]  # from, to, count
    quartiles: Sequence[float]  # none where there is no value
    printed: str
    callouts: Sequence[Callout]


class Strips(NamedTuple):
    """A group's strips."""

    title: str
    strips: Sequence[Strip]


class _Placed(NamedTuple):
    """A callout with its line, counted upwards, its left edge, and the x that it points at."""

    lane: int
    left: float
    x: float
    callout: Callout


def _placed(callouts: Sequence[tuple[float, Callout]], right: float) -> list[_Placed]:
    """Callouts from right to left, each on the lowest line where no words overlap."""
    edges: list[float] = []
    placed = []
    for x, callout in sorted(callouts, key=lambda pair: (-pair[0], pair[1].words)):
        width = text_width(callout.words, SIZE, callout.marked)
        left = min(x - 2, right - width)
        lane = next((i for i, edge in enumerate(edges) if left + width + 6 <= edge), len(edges))
        edges[lane : lane + 1] = [left]
        placed.append(_Placed(lane, left, x, callout))
    return placed


def _lanes(placed: Sequence[_Placed]) -> float:
    """The height that callouts take."""
    return (1 + max((p.lane for p in placed), default=-1)) * LANE


def _point(canvas: Canvas, placed: Sequence[_Placed], base: float, points: Sequence[Point]) -> None:
    """Callouts above ``base``: lines first, so that words stand on white and stay legible."""
    pairs = list(zip(placed, points, strict=True))
    canvas.lines((((p.x, base - p.lane * LANE), point) for p, point in pairs), QUIET, 0.4)
    for p in placed:
        y, words, marked = base - p.lane * LANE, p.callout.words, p.callout.marked
        canvas.boxes([(p.left - 1, y - SIZE, text_width(words, SIZE, marked) + 2, SIZE + 2)], "#ffffff")
        canvas.text(p.left, y, words, SIZE, STRONG if marked else INK, bold=marked)
    canvas.diamonds((point for p, point in pairs if p.callout.marked), STRONG, 4)


def curve(
    canvas: Canvas, rows: Sequence, ticks: Sequence[Tick], places: Sequence[int], frame: Sequence[float]
) -> None:
    """The lengths of rows, in their order, as a curve through some places; marked rows are pointed at."""
    left, top, right, bottom = frame
    last, low, high = len(rows) - 1, ticks[0].at, ticks[-1].at

    def across(i: int) -> float:
        return left + i / last * (right - left)

    def height(length: float) -> float:
        return bottom - (length - low) / (high - low) * (bottom - top)

    marked = [(across(i), row) for i, row in enumerate(rows) if row.marked]
    callouts = [(x, Callout(row.length, f"{row.name}: {row.printed}", True)) for x, row in marked]
    placed = _placed(callouts, right)
    top, bottom = top + _lanes(placed), bottom - 12
    canvas.lines((((left, height(tick.at)), (right, height(tick.at))) for tick in ticks), RULE)
    for tick in ticks:
        canvas.text(left - 3, height(tick.at) + 2.4, tick.printed, SIZE, QUIET, "right")
    points = [(across(i), height(rows[i].length)) for i in places]
    canvas.shape([(left, height(0)), *points, (right, height(0))], UNDER)
    canvas.lines([points], CURVE, 1.4)
    for i, anchor in ((0, "left"), (last // 2, "center"), (last, "right")):
        canvas.text(across(i), bottom + 9, rows[i].lead, SIZE, QUIET, anchor)
    _point(canvas, placed, top - 4, [(p.x, height(p.callout.at)) for p in placed])


def strips(canvas: Canvas, panels: Sequence[Strips], ticks: Sequence[Tick], page: float) -> None:
    """Panels of strips over one axis, up to three side by side; the strips share what the page leaves."""
    rows = ceil(len(panels) / 3)
    beside = ceil(len(panels) / rows)
    width = (WIDTH - (beside - 1) * GAP) / beside
    for first in range(0, len(panels), beside):
        room = (page - canvas.y) / (rows - first // beside)
        _beside(canvas, panels[first : first + beside], ticks, width, room)


def _beside(
    canvas: Canvas, panels: Sequence[Strips], ticks: Sequence[Tick], width: float, room: float
) -> None:
    """Panels side by side, their strips level."""
    low, high = ticks[0].at, ticks[-1].at
    lefts = [i * (width + GAP) for i in range(len(panels))]
    axes = [
        lambda at, left=left: left + 4 + (at - low) / (high - low) * (width - 8) for left in lefts
    ]  # from a place to its x
    placed = [
        [_placed([(across(c.at), c) for c in strip.callouts], left + width) for strip in panel.strips]
        for panel, left, across in zip(panels, lefts, axes, strict=True)
    ]
    heads = [HEAD + max(map(_lanes, level)) + 6 for level in zip(*placed, strict=True)]  # above each strip
    tall = max(12.0, min(TALL, (room - 40 - sum(heads)) / len(heads) - FOOT))
    top = canvas.y + 22
    bottom = top + sum(heads) + len(heads) * (tall + FOOT)
    for panel, left, across, callouts in zip(panels, lefts, axes, placed, strict=True):
        lines, size = fitted(panel.title, width, 9, 18, True)
        for i, line in enumerate(lines):
            canvas.text(left, top - 13 + i * size, line, size, bold=True)
        canvas.lines((((across(tick.at), top), (across(tick.at), bottom)) for tick in ticks), RULE)
        for tick in ticks:
            canvas.text(across(tick.at), bottom + 8, tick.printed, SIZE, QUIET, "center")
        y = top
        for strip, some, head in zip(panel.strips, callouts, heads, strict=True):
            _heading(canvas, strip, left, y, width)
            y += head
            if strip.quartiles:
                _strip(canvas, strip, some, across, y, tall)
            y += tall + FOOT
    canvas.y = bottom + 16


def _heading(canvas: Canvas, strip: Strip, left: float, y: float, width: float) -> None:
    """A strip's name, and its median in print, on white."""
    canvas.boxes([(left, y, width, HEAD - 3)], "#ffffff")
    printed = text_width(strip.printed, SIZE)
    lines, size = fitted(strip.label, width - printed - 10, 7.8, HEAD - 1, strip.bold)
    for i, line in enumerate(lines):
        canvas.text(left, y + 9 - (len(lines) - 1 - i) * size, line, size, bold=strip.bold)
    canvas.text(left + width, y + 9, strip.printed, SIZE, QUIET, "right")


def _strip(
    canvas: Canvas,
    strip: Strip,
    placed: Sequence[_Placed],
    across: Callable[[float], float],
    top: float,
    tall: float,
) -> None:
    middle = top + tall / 2
    lower, median, upper = map(across, strip.quartiles)
    canvas.boxes([(lower, top, upper - lower, tall)], FAINT, RULE)
    most = max((count for *_, count in strip.bins), default=1)
    canvas.boxes(
        (
            (across(low), middle - count / most * tall / 2, across(high) - across(low), count / most * tall)
            for low, high, count in strip.bins
        ),
        BAR,
    )
    canvas.dots(_stacked([across(at) for at in strip.dots], middle, tall), CURVE, DOT)
    canvas.lines([((median, top - 1.5), (median, top + tall + 1.5))], INK, 1.3)
    _point(canvas, placed, top - 3.5, [(p.x, middle) for p in placed])


def _stacked(xs: Sequence[float], middle: float, tall: float) -> list[Point]:
    """Dots that would cover each other one above the other, in turn below and above the middle."""
    slots = [int(x // DOT) for x in xs]
    most = max(Counter(slots).values(), default=1)
    step = min(DOT, (tall - DOT) / max(1, most - 1))
    seen: Counter[int] = Counter()
    points = []
    for x, slot in zip(xs, slots, strict=True):
        seen[slot] += 1
        points.append((x, middle + seen[slot] // 2 * step * (1 if seen[slot] % 2 else -1)))
    return points
