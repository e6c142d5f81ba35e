"""How far two reviewers' marks lie apart, as a chart of Bland and Altman."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil

from ictindex.basics import format_vi, round_exact
from ictindex.page.captions import signed
from ictindex.page.cells import stamp
from ictindex.page.chart_parts import figure, in_words
from ictindex.page.drawing import FAINT, INK, QUIET, RULE, STRONG, WIDTH, Canvas, fitted
from ictindex.page.plots import CURVE, GAP, SIZE
from ictindex.page.shown import Column, Figure
from ictindex.procedure import Item, Pair, Ratings, pairs, ratings
from ictindex.scoring import Evaluation

SHOWN = 6  # pairs: two rows of three
TALL = 150.0  # of a panel

_STEP = Fraction(1, 5)  # of the scale, from one line of the grid to the next
_LABELS = 30.0  # room for the words of the vertical axis, and of the lines
_READ_VI = (
    "Mỗi chấm: một mục do cả hai người chấm, chấm to là nhiều mục trùng chỗ. Trục ngang: trung bình của hai"
    " điểm; trục đứng: điểm người thứ nhất trừ điểm người thứ hai; đều là phần trăm thang điểm."
)
_LINES_VI = "Vạch đậm: chênh lệch trung bình; dải xám: trung bình ± 1,96 độ lệch chuẩn."


def bland_altman(e: Evaluation) -> Figure:
    """Per pair of reviewers the difference of two marks over their mean, with the limits of agreement.

    Bland & Altman, Lancet 1986; the pairs with the most items, as many as a page holds.
    """
    title = "Chênh lệch giữa hai người chấm"
    scales = {key: spec.max for key, spec in e.methodology.answers.items() if spec.kind == "mark"}
    given = ratings(e.inputs.marks, scales)
    known = [pair for pair in pairs(given) if pair.mean is not None]
    columns = (
        Column("reviewers", "Hai người chấm"),
        Column("what", "Là gì"),
        Column("entity", "Mã"),
        Column("answer", "Mã mục chấm"),
        Column("mean", "Trung bình (%)", "number"),
        Column("difference", "Chênh lệch (%)", "number"),
    )
    drawn, canvas = known[:SHOWN], Canvas(stamp(e))
    alt = _alt(drawn, len(known))
    if not drawn:
        return in_words(e, "bland_altman", title, columns, alt, (_NONE_VI,))
    _panels(canvas, [(pair, _points(given, pair)) for pair in drawn])
    for line in (_READ_VI, _LINES_VI):
        canvas.text(0, canvas.y + 4, line, 6.5, QUIET)
        canvas.y += 9
    rows = [row for pair in drawn for row in _rows(given, pair)]
    return figure(e, "bland_altman", title, alt, canvas, columns, rows)


_NONE_VI = "Chưa có hai người nào cùng chấm đủ số mục để so sánh."


def _points(given: Ratings, pair: Pair) -> dict[Item, tuple[Fraction, Fraction]]:
    """Item -> mean and difference of the two marks."""
    both = {
        key: (by[pair.first], by[pair.second])
        for key, by in given.items()
        if pair.first in by and pair.second in by
    }
    return {key: ((a + b) / 2, a - b) for key, (a, b) in both.items()}


def _rows(given: Ratings, pair: Pair) -> list[tuple]:
    names = _names(pair)
    lines = (("chênh lệch trung bình", pair.mean), ("giới hạn dưới", pair.low), ("giới hạn trên", pair.high))
    return [
        *((names, what, "", "", None, _percent(at)) for what, at in lines),
        *(
            (names, "mục chấm", *key, _percent(mean), _percent(apart))
            for key, (mean, apart) in _points(given, pair).items()
        ),
    ]


def _names(pair: Pair) -> str:
    return f"{pair.first} – {pair.second}"


def _percent(share: Fraction | float) -> Decimal:
    return round_exact(Fraction(share) * 100, 2)


def _signed(share: Fraction | float) -> str:
    return signed(round_exact(Fraction(share) * 100, 1))


def _alt(drawn: Sequence[Pair], known: int) -> str:
    """What the chart shows, for those who cannot see it."""
    if not drawn:
        return _NONE_VI
    each = "; ".join(
        f"{_names(pair)}, {format_vi(pair.items)} mục: trung bình {_signed(pair.mean)} %,"
        f" từ {_signed(pair.low)} đến {_signed(pair.high)} %"
        for pair in drawn
    )
    left = known - len(drawn)
    more = f" {format_vi(left)} cặp khác có ít mục hơn nên không vẽ." if left else ""
    return f"Biểu đồ Bland–Altman. {each}.{more}"


# --- drawing ----------------------------------------------------------------------------------------------


def _panels(canvas: Canvas, panels: Sequence[tuple[Pair, dict[Item, tuple[Fraction, Fraction]]]]) -> None:
    """Panels side by side, up to three, over one vertical axis that holds every dot and limit."""
    beside = min(3, len(panels))
    width = (WIDTH - (beside - 1) * GAP) / beside
    far = max(
        max(abs(pair.low), abs(pair.high), *(abs(float(apart)) for _, apart in points.values()))
        for pair, points in panels
    )
    most = ceil(Fraction(far) / _STEP) * _STEP or _STEP
    for first in range(0, len(panels), beside):
        top = canvas.y + 16
        for i, (pair, points) in enumerate(panels[first : first + beside]):
            _panel(canvas, pair, points, most, i * (width + GAP), top, width)
        canvas.y = top + TALL + 24


def _panel(
    canvas: Canvas,
    pair: Pair,
    points: dict[Item, tuple[Fraction, Fraction]],
    most: Fraction,
    left: float,
    top: float,
    width: float,
) -> None:
    start, end = left + _LABELS, left + width - _LABELS

    def across(mean: float) -> float:
        return start + mean * (end - start)

    def height(apart: float) -> float:
        return top + (1 - apart / float(most)) / 2 * TALL

    lines, size = fitted(f"{_names(pair)}: {format_vi(pair.items)} mục", width, 9, 18, True)
    for i, line in enumerate(lines):
        canvas.text(left, top - 8 - (len(lines) - 1 - i) * size, line, size, bold=True)
    canvas.boxes([(start, height(pair.high), end - start, height(pair.low) - height(pair.high))], FAINT)
    steps = int(most / _STEP)
    grid = [_STEP * i for i in range(-steps, steps + 1)]
    canvas.lines((((start, height(float(at))), (end, height(float(at)))) for at in grid if at), RULE)
    canvas.lines([((start, height(0)), (end, height(0)))], QUIET, 0.8)
    for at in grid:
        canvas.text(start - 4, height(float(at)) + 2.4, _whole(at), SIZE, QUIET, "right")
    for i in range(6):
        canvas.text(across(i / 5), top + TALL + 10, format_vi(i * 20), SIZE, QUIET, "center")
    same = Counter((float(mean), float(apart)) for mean, apart in points.values())
    for count in sorted(set(same.values()), reverse=True):  # the large ones below
        alike = [(across(x), height(y)) for (x, y), n in same.items() if n == count]
        canvas.dots(alike, CURVE, _diameter(count))
    canvas.lines([((start, height(float(pair.mean))), (end, height(float(pair.mean))))], STRONG, 1.3)
    _label(canvas, pair, end + 7, [height(at) for at in (pair.high, float(pair.mean), pair.low)])


def _label(canvas: Canvas, pair: Pair, x: float, ys: Sequence[float]) -> None:
    """The limits and the mean beside their lines, pushed apart where they would cover each other."""
    high, middle, low = ys
    places = (min(high, middle - SIZE - 1), middle, max(low, middle + SIZE + 1))
    for share, y in zip((pair.high, pair.mean, pair.low), places, strict=True):
        bold = share is pair.mean
        canvas.text(x, y + 2.4, _signed(share), SIZE, STRONG if bold else INK, bold=bold)


def _whole(at: Fraction) -> str:
    return signed(int(at * 100))


def _diameter(count: int) -> float:
    """Area in proportion to how many items share a place, up to a size that hides no neighbour."""
    return min(2.4 * count**0.5, 9.0)
