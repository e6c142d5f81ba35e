"""How firmly ranks stand, as charts: rank intervals, a map of how far ranks move, a tornado of weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from ictindex.basics import format_vi, round_exact
from ictindex.page import panels
from ictindex.page.cells import stamp
from ictindex.page.chart_parts import (
    ENTITY,
    GROUP,
    NAME,
    RANK,
    Rows,
    figure,
    in_words,
    marked,
    ranked_in,
    title_of,
    who,
)
from ictindex.page.drawing import BAR, FAINT, INK, QUIET, RULE, STRONG, WIDTH, Canvas, fitted, text_width
from ictindex.page.plots import CURVE
from ictindex.page.robust_cells import joined, not_compared, not_tried, percent, studies_of
from ictindex.page.shown import Column, Figure
from ictindex.robustness import Study
from ictindex.scoring import Evaluation, Standing

_READ_VI = (
    "Vạch dọc: hạng chính thức; bên trái là lên hạng, bên phải là xuống, cùng thước cho cả nhóm. Dải đậm:"
    " 90 % số lần rút; vạch mảnh: tốt nhất, kém nhất gặp; chấm: trung vị. Số ở mép: hạng từ 5 % đến 95 %."
)
_MOVED_VI = "Phần số lần rút:"
_LISTED, _BANDS = 100, 20  # units of a map that shows each; bands of a longer group
# Places up (+) or down (−) from the rank in force: from, to, words; None is endless.
_SHIFTS = (
    *((10, None, "lên từ 10 bậc"), (5, 9, "lên 5–9"), (2, 4, "lên 2–4"), (1, 1, "lên 1"), (0, 0, "giữ hạng")),
    *((-1, -1, "xuống 1"), (-4, -2, "xuống 2–4"), (-9, -5, "xuống 5–9"), (None, -10, "xuống từ 10 bậc")),
)
_KEPT = 4  # which of them is the rank in force


class _Interval(NamedTuple):
    """A unit's row: its ranks in force, at 5, 50 and 95 percent, best and worst. Named as panels want it."""

    lead: str
    name: str
    marked: bool
    printed: str
    rank: int
    low: int
    median: int
    high: int
    best: int
    worst: int


def _untried(e: Evaluation, study: Study) -> str:
    """The title of a group of which there is nothing to draw."""
    return f"{title_of(e, study.group)}; không thử"


# --- rank intervals ---------------------------------------------------------------------------------------


def rank_intervals(e: Evaluation) -> Figure:
    """Per unit the ranks that drawn weights give it; the ends of a group too long for a page."""
    title = "Khoảng thứ hạng khi trọng số xê dịch"
    columns = (
        *(GROUP, ENTITY, NAME, RANK),
        *(Column("low", "5 %", "integer"), Column("median", "Trung vị", "integer")),
        *(Column("high", "95 %", "integer"), Column("best", "Tốt nhất", "integer")),
        Column("worst", "Kém nhất", "integer"),
    )
    tried = [study for study in studies_of(e) if study.stability]
    if not tried:
        return in_words(e, "rank_intervals", title, columns, not_tried(e))
    canvas, drawn, rows, told = Canvas(stamp(e)), [], [], []
    for study in studies_of(e):
        if not study.stability:
            drawn.append((_untried(e, study), [], 1))
            continue
        label, stand = e.methodology.groups[study.group].label_vi, ranked_in(e, study.group)
        every = list(_intervals(e, study, stand))
        ends = set(panels.listed(len(every))[0])
        shown = {i for i, row in enumerate(every) if i in ends or row.marked}
        left_out = ", vẽ các đơn vị đầu, cuối và được làm nổi" if len(shown) < len(every) else ""
        some = [every[i] for i in sorted(shown)]
        farthest = max(max(row.rank - row.best, row.worst - row.rank) for row in every)
        drawn.append((title_of(e, study.group) + left_out, some, farthest or 1))
        rows += [(label, *who(stand[i]), *every[i][4:]) for i in sorted(shown)]
        told.append(_told_widest(label, every))
    _draw_intervals(canvas, drawn)
    alt = joined(f"Biểu đồ khoảng thứ hạng của từng đơn vị. {'; '.join(told)}.", not_tried(e))
    return figure(e, "rank_intervals", title, alt, canvas, columns, rows)


def _intervals(e: Evaluation, study: Study, stand: Sequence[Standing]) -> Iterator[_Interval]:
    result = study.stability
    ends, met, median = result.interval(), result.met, result.median
    for i, s in enumerate(stand):
        low, high = map(int, ends[i])
        printed = f"{format_vi(low)}–{format_vi(high)}"
        where = (s.rank, low, int(median[i]), high, *map(int, met[i]))
        yield _Interval(format_vi(s.rank), s.entity.label_vi, marked(e, s), printed, *where)


def _told_widest(label: str, every: Sequence[_Interval]) -> str:
    sure = sum(row.low == row.high for row in every)
    widest = max(every, key=lambda row: row.high - row.low)
    return (
        f"{label}: {format_vi(sure)} trong {format_vi(len(every))} đơn vị có khoảng chỉ một hạng; rộng nhất"
        f" {widest.name}, từ {format_vi(widest.low)} đến {format_vi(widest.high)}"
    )


def _draw_intervals(canvas: Canvas, drawn: Sequence[tuple[str, list[_Interval], int]]) -> None:
    columns = panels.Columns(
        [panels.Panel(title, "Hạng", rows) for title, rows, _ in drawn],
        (row.printed for _, rows, _ in drawn for row in rows),
    )
    for title, rows, farthest in drawn:
        canvas.text(0, canvas.y + 9, title, 9, bold=True)
        canvas.y += panels.TITLE - 4
        for x, some in columns.place(rows):
            _interval_rows(canvas, columns, x, some, farthest)
        canvas.y += columns.height(rows) + 6
    canvas.text(0, canvas.y + 7, _READ_VI, 6.5, QUIET)
    canvas.y += 10


def _interval_rows(
    canvas: Canvas, columns: panels.Columns, x: float, rows: Sequence[_Interval], farthest: int
) -> None:
    """The rows of a column; ``farthest``: how many places from the middle the edges are."""
    left, right = x + columns.body + 2, x + columns.width - columns.tail - 6
    top, pitch, small = canvas.y, columns.pitch, columns.size * 0.82
    middle, place = (left + right) / 2, (right - left) / 2 / farthest
    words = f"+{format_vi(farthest)}", f"−{format_vi(farthest)}"
    if text_width("".join(words), small) < right - left:
        canvas.text(left, top - 3, words[0], small, QUIET)
        canvas.text(right, top - 3, words[1], small, QUIET, "right")
    thick = 0.5 * pitch
    pairs = [(r, top + (i + 0.5) * pitch) for i, r in enumerate(rows)]

    def across(r: _Interval, rank: int) -> float:
        return middle + (rank - r.rank) * place

    canvas.boxes(((left, y - thick / 2, right - left, thick) for _, y in pairs), FAINT)
    canvas.lines([((middle, top), (middle, top + len(rows) * pitch))], STRONG, 0.6)
    canvas.lines((((across(r, r.best), y), (across(r, r.worst), y)) for r, y in pairs), QUIET, 0.7)
    canvas.boxes(
        ((across(r, r.low) - 0.8, y - thick / 2, (r.high - r.low) * place + 1.6, thick) for r, y in pairs),
        BAR,
    )
    canvas.dots(((across(r, r.median), y) for r, y in pairs), INK, min(3.2, 0.34 * pitch))
    columns.words(canvas, x, top, "Hạng", rows)
    for r, y in pairs:
        color = STRONG if r.marked else INK
        edge, base = x + columns.width, y + 0.36 * columns.size
        canvas.text(edge, base, r.printed, columns.size, color, "right", r.marked)
    columns.frames(canvas, x, top, rows)


# --- how far ranks move -----------------------------------------------------------------------------------


class _Moves(NamedTuple):
    """A row of the map: a unit, or a band of the ranking, and its shares of the draws, one a field."""

    code: str
    name: str
    rank: str
    marked: bool
    shares: tuple[Fraction, ...]


def acceptability(e: Evaluation) -> Figure:
    """In which share of the draws each unit keeps its rank, or moves by how many places, as a heat map."""
    title = "Xác suất giữ hạng, lên hạng, xuống hạng"
    rank = Column("rank", "Thứ hạng")
    columns = (GROUP, ENTITY, NAME, rank, Column("moved", "Đổi hạng"), Column("share", "Phần (%)", "number"))
    tried = [study for study in studies_of(e) if study.stability]
    if not tried:
        return in_words(e, "acceptability", title, columns, not_tried(e))
    drawn: list[panels.Panel] = []
    rows: Rows = []
    told = []
    for study in studies_of(e):
        if not study.stability:
            drawn.append(panels.Panel(_untried(e, study), "Hạng", []))
            continue
        label, stand = e.methodology.groups[study.group].label_vi, ranked_in(e, study.group)
        every = list(_moves(e, study, stand))
        kept = sum(row.shares[_KEPT] >= Fraction(95, 100) for row in every)
        told.append(f"{label}: {format_vi(kept)} trong {format_vi(len(every))} giữ hạng từ 95 % trở lên")
        shown = every if len(every) <= _LISTED else list(_banded(every, stand))
        fields = [panels.Fields(m.rank, m.name, m.marked, tuple(map(_field, m.shares))) for m in shown]
        drawn.append(panels.Panel(title_of(e, study.group), "Hạng", fields))
        rows += [
            (label, m.code, m.name, m.rank, words, percent(share.numerator, share.denominator))
            for m in shown
            for share, (*_, words) in zip(m.shares, _SHIFTS, strict=True)
        ]
    canvas = Canvas(stamp(e))
    panels.heat(canvas, drawn, [(str(i), words) for i, (*_, words) in enumerate(_SHIFTS, 1)], _MOVED_VI)
    alt = joined(f"Bản đồ nhiệt về đổi hạng khi trọng số xê dịch. {'; '.join(told)}.", not_tried(e))
    return figure(e, "acceptability", title, alt, canvas, columns, rows)


def _moves(e: Evaluation, study: Study, stand: Sequence[Standing]) -> Iterator[_Moves]:
    draws = study.draws
    for i, s in enumerate(stand):
        held, times = study.stability.held.of(i)
        up = s.rank - held
        inside = (
            (up >= (-study.n if low is None else low)) & (up <= (study.n if high is None else high))
            for low, high, _ in _SHIFTS
        )
        shares = tuple(Fraction(int(times[each].sum()), draws) for each in inside)
        yield _Moves(s.entity.code, s.entity.label_vi, format_vi(s.rank), marked(e, s), shares)


def _banded(every: Sequence[_Moves], stand: Sequence[Standing]) -> Iterator[_Moves]:
    """The means of equal runs of the ranking, then the highlighted units."""
    tall = ceil(len(every) / _BANDS)
    for start in range(0, len(every), tall):
        band = every[start : start + tall]
        means = tuple(
            sum(column, Fraction(0)) / len(band) for column in zip(*(m.shares for m in band), strict=True)
        )
        ends = stand[start].rank, stand[start + len(band) - 1].rank
        span = "–".join(map(format_vi, ends))
        yield _Moves("", f"Trung bình của {format_vi(len(band))} đơn vị", span, False, means)
    yield from (m for m in every if m.marked)


def _field(share: Fraction) -> panels.Field:
    shade = min(share.numerator * 10 // share.denominator, 9)
    return panels.Field(shade, format_vi(share, 2) if share else "")


# --- tornado ----------------------------------------------------------------------------------------------

_LINE, _NAMES = 13.0, 0.34


def weights_tornado(e: Evaluation) -> Figure:
    """Per category how many places units move on average if its weight alone is lower, or higher."""
    title = "Đổi riêng trọng số của một hạng mục"
    columns = (
        *(GROUP, Column("criterion", "Mã hạng mục"), Column("label_vi", "Hạng mục")),
        Column("change", "Trọng số (%)", "integer"),
        Column("shift", "Dịch chuyển trung bình (bậc)", "number"),
        Column("most", "Nhiều nhất (bậc)", "integer"),
    )
    tried = [study for study in studies_of(e) if study.tornado]
    if not tried:
        words = not_tried(e) or not_compared(e) or "Chỉ có một hạng mục có trọng số nên không có gì để đổi."
        return in_words(e, "weights_tornado", title, columns, words)
    canvas = Canvas(stamp(e))
    names = {node.id: f"{node.number} {node.label_vi}" for node in e.methodology.categories}
    spread = tried[0].settings.spread
    rows: Rows = []
    told = []
    widest = max(max(m.down[0], m.up[0]) for study in tried for m in study.tornado)
    for study in studies_of(e):
        label = e.methodology.groups[study.group].label_vi
        if not study.tornado:
            canvas.text(0, canvas.y + 9, _untried(e, study), 9, bold=True)
            canvas.y += 16
            continue
        _draw_tornado(canvas, title_of(e, study.group), study, names, widest or Fraction(1))
        first = study.tornado[0]
        most = format_vi(max(first.down[0], first.up[0]), 2)
        told.append(f"{label}: nhiều nhất {names[first.category]}, {most} bậc")
        for moved in study.tornado:
            for sign, (shift, far) in ((-1, moved.down), (1, moved.up)):
                cells = (moved.category, names[moved.category], sign * spread, round_exact(shift, 2), far)
                rows.append((label, *cells))
    read = (
        f"Bên trái: giảm {spread} % trọng số của hạng mục; bên phải: tăng {spread} %; các hạng mục khác giữ"
        " tỷ lệ với nhau. Độ dài: số bậc đổi hạng, trung bình của nhóm; trong ngoặc: nhiều nhất."
    )
    canvas.text(0, canvas.y + 7, read, 6.5, QUIET)
    canvas.y += 10
    alt = joined(f"Biểu đồ thanh hai phía. {read} {'; '.join(told)}.", not_tried(e), not_compared(e))
    return figure(e, "weights_tornado", title, alt, canvas, columns, rows)


def _draw_tornado(canvas: Canvas, title: str, study: Study, names: dict[str, str], widest: Fraction) -> None:
    canvas.text(0, canvas.y + 9, title, 9, bold=True)
    canvas.y += 16
    left, words = _NAMES * WIDTH, text_width("00,00 (00)", 8) + 6
    middle, reach = (left + WIDTH) / 2, (WIDTH - left) / 2 - words
    for i, moved in enumerate(study.tornado):
        y = canvas.y + i * _LINE
        lines, size = fitted(names[moved.category], left - 8, 8.2, _LINE)
        for j, line in enumerate(lines):
            canvas.text(0, y + _LINE / 2 + 0.36 * size + (j - (len(lines) - 1) / 2) * size, line, size)
        for sign, (shift, far), color in ((-1, moved.down, BAR), (1, moved.up, CURVE)):
            length = float(shift / widest) * reach
            canvas.boxes([(middle - (length if sign < 0 else 0), y + 2, length, _LINE - 4)], color)
            said = f"{format_vi(shift, 2)} ({format_vi(far)})"
            anchor = "right" if sign < 0 else "left"
            canvas.text(middle + sign * (length + 4), y + _LINE / 2 + 2.9, said, 8, INK, anchor)
    bottom = canvas.y + len(study.tornado) * _LINE
    canvas.lines([((middle, canvas.y), (middle, bottom))], RULE, 0.8)
    canvas.y = bottom + 8
