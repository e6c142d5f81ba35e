"""How ranks step when one category's weight alone moves, as small multiples of exact step lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, log
from typing import NamedTuple

from ictindex.basics import format_vi
from ictindex.page.cells import stamp
from ictindex.page.chart_parts import ENTITY, GROUP, NAME, RANK, figure, in_words, marked, ranked_in, title_of
from ictindex.page.drawing import FAINT, INK, QUIET, RULE, STRONG, WIDTH, Canvas, Point, fitted, text_width
from ictindex.page.panels import PAGE
from ictindex.page.robust_cells import decimal, joined, studies_of
from ictindex.page.shown import Column, Figure
from ictindex.robustness import LOST, MOST, Study, Sweep, sweeps
from ictindex.scoring import Evaluation, Standing

FIRST, MARKED = 6, 6  # units of a group that are drawn: the first, and of the highlighted at most
ROWS = 30  # of the data, for each category of a group: the steps nearest to the weight in force
MOST_POINTS = 2_000  # in all: of more, a percent is fine enough
_LOG = 20  # places: farther down, the first ones need more room than the last
_COLORS = ("#0b3660", "#3d85c0", "#5a5a5a", "#9a6b00", "#2f7d4f", "#7a4fa0")

_BESIDE, _GAP = 4, 14.0  # panels side by side at most
_HEAD, _FOOT, _TITLE = 12.0, 12.0, 16.0  # above and below a panel's field; a group's title
_SIZE, _LANE, _NAMES = 6.2, 6.9, 0.42  # of names: letters, from line to line, part of a panel's width
_LOW, _TALL = 46.0, 180.0  # of a panel's field

_TITLE_VI = "Hạng đổi từng bước theo trọng số của một hạng mục"
_READ_VI = (
    "Trục ngang: trọng số của riêng hạng mục, từ 0 đến gấp đôi; các hạng mục khác giữ tỷ lệ, tổng không đổi."
    " Trục dọc: thứ hạng{scale}. Vạch đứng: trọng số hiện hành."
)
_WHY_VI = {
    "too few": "chưa đến 2 đơn vị được xếp hạng",
    "too many": f"hơn {MOST} đơn vị nên không tính",
    "one category": "chỉ có một hạng mục có trọng số nên không có gì để đổi",
    "alike": "mọi đơn vị đồng hạng với mọi trọng số nên không có bước nào",
}


class _Group(NamedTuple):
    """What is drawn of a group: its sweeps, the units shown (indices), and in what weights are counted."""

    study: Study
    stand: Sequence[Standing]
    unit: str
    sweeps: tuple[Sweep, ...]
    shown: tuple[int, ...]
    left_out: int  # highlighted units that there is no room for
    why_not: str

    @property
    def worst(self) -> int:
        """The lowest rank that a line comes to."""
        return max(int(s.ranks[list(self.shown)].max()) for s in self.sweeps)


def weight_steps(e: Evaluation) -> Figure:
    """Ranks of the first and the highlighted units at every whole point of each category's weight."""
    columns = (
        *(GROUP, Column("criterion", "Mã hạng mục"), Column("category", "Hạng mục")),
        *(Column("present", "Trọng số hiện hành", "number"), Column("points", "Trọng số", "number")),
        *(Column("unit", "Tính bằng"), ENTITY, NAME),
        *(Column("before", "Hạng ngay trước", "integer"), RANK),
    )
    groups = [_group(e, study) for study in studies_of(e)]
    names = {node.id: f"{node.number} {node.label_vi}" for node in e.methodology.categories}
    canvas = Canvas(stamp(e))
    why = [_untold(e, g) for g in groups if g.why_not]
    if len(why) == len(groups):
        alone = f"Không vẽ bước đổi hạng. {' '.join(why)}"
        return in_words(e, "weight_steps", _TITLE_VI, columns, alone, why)
    _draw(e, canvas, groups, names)
    drawn = [g for g in groups if not g.why_not]
    rows = [row for g in drawn for row in _rows(e, g, names)]
    cut = any(len(s.turns(g.shown)) > ROWS for g in drawn for s in g.sweeps)
    alt = joined(
        "Biểu đồ bậc thang.",
        _read(drawn),
        *(_told(e, g) for g in drawn),
        *why,
        f"Bảng số liệu chỉ giữ {format_vi(ROWS)} bước gần nhất của mỗi hạng mục." if cut else "",
    )
    return figure(e, "weight_steps", _TITLE_VI, alt, canvas, columns, rows)


# --- what is drawn ----------------------------------------------------------------------------------------


def _group(e: Evaluation, study: Study) -> _Group:
    stand = ranked_in(e, study.group)
    total, unit = _counted(e, study.group)
    if study.n < 2 or study.too_many:
        return _Group(study, stand, unit, (), (), 0, "too many" if study.too_many else "too few")
    made = sweeps(study.problem, total)
    special = [i for i, s in enumerate(stand) if marked(e, s) and i >= FIRST]
    shown = (*range(min(FIRST, len(stand))), *special[:MARKED])
    alike = all((s.ranks == s.ranks[0]).all() for s in made)
    why_not = "one category" if not made else "alike" if alike else ""
    return _Group(study, stand, unit, made, shown, len(special[MARKED:]), why_not)


def _counted(e: Evaluation, group: str) -> tuple[int, str]:
    """In how many parts weights are counted, and what a part is: a point where all are whole, else 1 %."""
    root = e.methodology.root
    points = [child.maxima[group] or 0 for child in root.children]
    if root.aggregate == "sum" and all(p == int(p) for p in points) and sum(points) <= MOST_POINTS:
        return int(sum(points)), "điểm"
    return 100, "%"


def _untold(e: Evaluation, g: _Group) -> str:
    return f"{e.methodology.groups[g.study.group].label_vi}: {_WHY_VI[g.why_not]}."


# --- words and data ---------------------------------------------------------------------------------------


def _read(drawn: Sequence[_Group]) -> str:
    return _READ_VI.format(scale=", thước lôgarit" if any(g.worst > _LOG for g in drawn) else "")


def _told(e: Evaluation, g: _Group) -> str:
    """How many units step near the weights in force, and each category's nearest step."""
    spread = g.study.settings.spread
    moved = sum(
        any((s.ranks[i, s.within(spread)] != s.ranks[i, s.present]).any() for s in g.sweeps) for i in g.shown
    )
    numbers = {node.id: node.number for node in e.methodology.categories}
    nearest = "; ".join(_nearest(g, s, numbers[s.category]) for s in g.sweeps)
    return (
        f"{e.methodology.groups[g.study.group].label_vi}: {format_vi(moved)} trong {format_vi(len(g.shown))}"
        f" đơn vị được vẽ đổi hạng khi một trọng số đổi trong ±{spread} %; bước gần nhất: {nearest}."
    )


def _nearest(g: _Group, s: Sweep, number: str) -> str:
    turns = s.turns(g.shown)
    if not turns:
        return f"mục {number} không có"
    return f"mục {number} từ {_weight(s.weight)} đến {_weight(turns[0].at)} {g.unit}"


def _weight(weight: float) -> str:
    return format_vi(int(weight)) if weight == int(weight) else format_vi(decimal(weight))


def _rows(e: Evaluation, g: _Group, names: dict[str, str]) -> Iterator[tuple]:
    """Only where a rank changes, the nearest first; what is kept of them is enough to read off the others."""
    label = e.methodology.groups[g.study.group].label_vi
    for s in g.sweeps:
        for turn in s.turns(g.shown)[:ROWS]:
            entity = g.stand[turn.unit].entity
            weights = decimal(s.weight), decimal(turn.at)
            ranks = (None if rank == LOST else rank for rank in (turn.before, turn.after))
            yield (
                label,
                s.category,
                names[s.category],
                *weights,
                g.unit,
                entity.code,
                entity.label_vi,
                *ranks,
            )


# --- drawing ----------------------------------------------------------------------------------------------


def _draw(e: Evaluation, canvas: Canvas, groups: Sequence[_Group], names: dict[str, str]) -> None:
    lines = sum(ceil(len(g.sweeps) / _beside(g)) for g in groups if not g.why_not)
    room = PAGE - canvas.y - _TITLE * len(groups) - 10
    for g in groups:
        title = title_of(e, g.study.group)
        if g.why_not:
            canvas.text(0, canvas.y + 9, f"{title}; {_WHY_VI[g.why_not]}", 9, bold=True)
            canvas.y += _TITLE
            continue
        canvas.text(0, canvas.y + 9, title + _who_is_shown(g), 9, bold=True)
        canvas.y += _TITLE
        tall = min(_TALL, max(_LOW, len(g.shown) * _LANE, room / lines - _HEAD - _FOOT))
        beside = _beside(g)
        width = (WIDTH - (beside - 1) * _GAP) / beside
        for i, s in enumerate(g.sweeps):
            if i and not i % beside:
                canvas.y += _HEAD + tall + _FOOT
            _panel(e, canvas, g, s, names[s.category], (i % beside * (width + _GAP), width, tall))
        canvas.y += _HEAD + tall + _FOOT
    canvas.text(0, canvas.y + 7, _read([g for g in groups if not g.why_not]), _SIZE, QUIET)
    canvas.y += 10


def _who_is_shown(g: _Group) -> str:
    if len(g.shown) == len(g.stand):
        return ""
    special = len(g.shown) - FIRST
    others = f" và {format_vi(special)} đơn vị được làm nổi" if special > 0 else ""
    out = f" (còn {format_vi(g.left_out)} đơn vị được làm nổi không vẽ)" if g.left_out else ""
    return f", vẽ {format_vi(FIRST)} đơn vị đầu{others}{out}"


def _beside(g: _Group) -> int:
    """How many panels stand side by side, so that lines of panels are as full as can be."""
    return ceil(len(g.sweeps) / ceil(len(g.sweeps) / _BESIDE))


def _panel(
    e: Evaluation, canvas: Canvas, g: _Group, s: Sweep, name: str, place: tuple[float, float, float]
) -> None:
    x, width, tall = place
    left, right = x + 12, x + width * (1 - _NAMES)
    top = canvas.y + _HEAD
    end, worst = s.points[-1], g.worst

    def across(point: float) -> float:
        return left + point / end * (right - left)

    def down(rank: int) -> float:
        part = log(rank) / log(worst) if worst > _LOG else (rank - 1) / max(1, worst - 1)
        return top + 3 + part * (tall - 6)

    lines, size = fitted(name, width - 4, 7, _HEAD - 3)
    for j, line in enumerate(lines):
        canvas.text(x, top - 4 - (len(lines) - 1 - j) * size, line, size)
    canvas.boxes([(left, top, right - left, tall)], FAINT)
    for rank in _ticks(worst, tall):
        canvas.lines([((left, down(rank)), (right, down(rank)))], "#ffffff")
        canvas.text(left - 2, down(rank) + 2.2, format_vi(rank), _SIZE, QUIET, "right")
    now = across(s.weight)
    canvas.lines([((now, top), (now, top + tall))], INK, 0.8)
    said = f"{_weight(s.weight)} {g.unit}"
    canvas.text(now, top + tall + 7.5, said, _SIZE, INK, "center")
    half = text_width(said, _SIZE) / 2 + 3
    if now - half > left + 4:
        canvas.text(left, top + tall + 7.5, "0", _SIZE, QUIET)
    last = _weight(float(end))
    if now + half < right - text_width(last, _SIZE):
        canvas.text(right, top + tall + 7.5, last, _SIZE, QUIET, "right")
    ends = []
    for j, i in reversed(list(enumerate(g.shown))):  # the first unit's line on top
        special = marked(e, g.stand[i])
        color = STRONG if special else _COLORS[j % len(_COLORS)]
        canvas.lines(
            ([(across(p), down(rank)) for p, rank in line] for line in _stairs(s, i)),
            color,
            1.6 if special else 1,
        )
        if s.ranks[i, -1] != LOST:
            ends.append((down(int(s.ranks[i, -1])), i, color, special))
    _name_ends(canvas, g, sorted(ends, key=lambda each: each[:2]), (right, x + width, top, tall))


def _ticks(worst: int, tall: float) -> list[int]:
    """Ranks that are written at the axis."""
    if worst > _LOG:
        return [r for r in (1, 2, 5, 10, 20, 50, 100, 200) if r <= worst]
    step = max(1, ceil(worst * 8 / tall))
    return list(range(1, worst + 1, step))


def _stairs(s: Sweep, unit: int) -> Iterator[list[Point]]:
    """Lines of (weight, rank): a rank holds half-way to the next weight tried; a gap where there is none."""
    row, points = s.ranks[unit], s.points
    edges = [points[0], *((points[1:] + points[:-1]) / 2), points[-1]]
    cuts = [0, *s.changes(unit) + 1, len(row)]
    line: list[Point] = []
    for start, after in pairwise(cuts):
        if row[start] == LOST:
            if line:
                yield line
            line = []
        else:
            line += [(edges[start], int(row[start])), (edges[after], int(row[start]))]
    if line:
        yield line


def _name_ends(
    canvas: Canvas,
    g: _Group,
    ends: Sequence[tuple[float, int, str, bool]],
    frame: tuple[float, float, float, float],
) -> None:
    """Names at the right, each as near to the end of its line as the others let it."""
    right, edge, top, tall = frame
    labels = [g.stand[i].entity.label_vi for _, i, *_ in ends]
    bold = any(special for *_, special in ends)
    names = _cut(labels, edge - right - 8, bold)
    levels: list[float] = []
    for i, (y, *_) in enumerate(ends):
        below = top + tall + 2 - (len(ends) - 1 - i) * _LANE  # room for those that follow
        levels.append(max(min(y, below), levels[-1] + _LANE if levels else top + 2))
    for name, level, (y, _, color, special) in zip(names, levels, ends, strict=True):
        canvas.lines([((right + 1, y), (right + 6, level))], RULE, 0.5)
        canvas.text(right + 8, level + 2.2, name, _SIZE, color, bold=special)


def _cut(names: Sequence[str], room: float, bold: bool = False) -> list[str]:
    """Names on one line each; long ones lose their end, or first words where only the ends differ."""

    def fits(words: str) -> bool:
        return text_width(words, _SIZE, bold) <= room

    def without_end(name: str) -> str:
        kept = name
        while kept and not fits(f"{kept}…"):
            kept = kept[:-1].rstrip()
        return f"{kept}…"

    def without_start(name: str) -> str:
        kept = name
        while kept and not fits(f"…{kept}"):
            kept = kept.partition(" ")[2] or kept[1:]
        return f"…{kept}"

    short = [name if fits(name) else without_end(name) for name in names]
    return [
        without_start(name) if short.count(cut) > 1 and not fits(name) else cut
        for name, cut in zip(names, short, strict=True)
    ]
