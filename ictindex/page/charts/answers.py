"""The answer to a question about a ranking as one picture: a line from where to where for each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ictindex.basics import format_vi
from ictindex.page.charts import sheet
from ictindex.page.charts.steps import weight_steps as drawn_steps
from ictindex.page.charts.words import wrapped
from ictindex.page.robust_frames import weight_steps
from ictindex.page.shown import Table
from ictindex.scoring import Evaluation

_MOST, _PITCH, _NAMES, _ENDS = 40, 14.0, 190.0, 80.0


class _Drawn(NamedTuple):
    """Which columns of a table are names, beginning ('' where it is 0) and end, and how a row reads."""

    names: tuple[str, ...]
    begin: str
    end: str
    axis: str
    reads: str
    between: str = " → "


_DRAWN = {
    "tipping": _Drawn(
        ("label_vi",),
        "weight",
        "tipping_weight",
        "Trọng số, %",
        "vòng rỗng: hiện nay; chấm đặc: ngưỡng đảo thứ hạng",
    ),
    "first": _Drawn(
        ("label_vi",),
        "weight",
        "nearest",
        "Trọng số, %",
        "vòng rỗng: hiện nay; chấm đặc: bộ gần nhất để đứng đầu",
    ),
    "ranks": _Drawn(
        ("unit_name",), "best", "worst", "Hạng", "vòng rỗng: cao nhất có thể đạt; chấm đặc: thấp nhất", "–"
    ),
    "closing": _Drawn(
        ("unit_name", "goal_vi"),
        "",
        "points",
        "Điểm cần thêm",
        "ở tiêu chí rẻ nhất, để đến đích ghi cạnh tên",
    ),
    "changes": _Drawn(("label_vi",), "rank_before", "rank_after", "Hạng", "vòng rỗng: trước; chấm đặc: sau"),
}


@sheet.styled
def answer(table: Table) -> Figure:
    """What ``tip``, ``first``, ``ranks``, ``closing`` or ``diff`` found, of at most 40 rows of its table."""
    drawn = _DRAWN[table.name]
    rows = list(_rows(table, drawn))
    if not rows:
        return sheet.in_words(table.title_vi, "Không có gì để vẽ: xem câu trả lời bằng lời.")
    shown = rows[:_MOST]
    headed = _headed(shown)
    more = f" Vẽ {len(shown)} dòng đầu trong {format_vi(len(rows))} dòng." if len(rows) > _MOST else ""
    lines = sheet.note_lines(f"{drawn.axis}: {drawn.reads}.{more}")
    high = _PITCH * len(headed)
    figure = sheet.empty(34 + high + sheet.NOTE * len(lines) + 8)
    axes = sheet.place(figure, _NAMES, 28, sheet.WIDTH - _NAMES - _ENDS, high)
    _draw(axes, drawn, headed)
    for y, line in enumerate(headed):
        down = 28 + _PITCH * (y + 0.5)
        if isinstance(line, str):
            sheet.write(figure, 2, down, line, va="center", weight="bold")
            continue
        name = wrapped(line.name, _NAMES - 8, sheet.SMALL, most=1)[0]
        sheet.write(figure, 2, down, name, va="center")
        words = _ends(line, drawn)
        sheet.write(figure, sheet.WIDTH - 2, down, words, color=sheet.QUIET, va="center", ha="right")
    title = f"{table.title_vi}{f' ({table.stamp})' if table.stamp else ''}"
    sheet.write(figure, 2, 9, wrapped(title, sheet.WIDTH - 4, 9, most=1)[0], size=9, va="center")
    sheet.note(figure, lines)
    told = f"{drawn.axis}: {drawn.reads}; dòng đầu {shown[0].name}, {_ends(shown[0], drawn)}."
    return sheet.told(figure, title, told)


class _Row(NamedTuple):
    group: str
    name: str
    begin: Any
    end: Any


def _rows(table: Table, drawn: _Drawn) -> Iterator[_Row]:
    """Those that have both ends."""
    group = next((column.key for column in table.columns if column.kind == "group"), "")
    for cells in table.rows:
        row = dict(zip(table.keys, cells, strict=True))
        begin, end = row[drawn.begin] if drawn.begin else 0, row.get(drawn.end)
        if begin is not None and end is not None:
            yield _Row(
                str(row.get(group, "")), " → ".join(str(row[each]) for each in drawn.names), begin, end
            )


def _headed(rows: Sequence[_Row]) -> list[_Row | str]:
    """With the name of each group above its rows, where there are several."""
    groups = [(group, list(each)) for group, each in groupby(rows, lambda row: row.group)]
    several = len(groups) > 1
    return [line for group, each in groups for line in ([group] if several else []) + each]


def _draw(axes: Axes, drawn: _Drawn, headed: Sequence[_Row | str]) -> None:
    ys, rows = zip(*((y, line) for y, line in enumerate(headed) if isinstance(line, _Row)), strict=True)
    ends = [float(row.begin) for row in rows], [float(row.end) for row in rows]
    low, most = min(map(min, ends)), max(map(max, ends))
    pad = (most - low) * 0.05 or 1
    axes.set_xlim(low - pad, most + pad)
    axes.set_ylim(len(headed) - 0.5, -0.5)
    axes.set_yticks([])
    sheet.tick_ends(axes, {low: _figure(low), most: _figure(most)} if most > low else {low: _figure(low)})
    axes.hlines(ys, low - pad, most + pad, color=sheet.FAINT, lw=5, zorder=1)
    ups = [b < a if drawn.axis == "Hạng" else b > a for a, b in zip(*ends, strict=True)]
    axes.hlines(ys, *ends, color=[sheet.DEEP if up else sheet.STRONG for up in ups], lw=1.6, zorder=2)
    axes.plot(ends[0], ys, "o", color=sheet.BAR, mfc="white", ms=4, zorder=3)
    axes.plot(ends[1], ys, "o", color=sheet.INK, ms=4, zorder=4)


def _ends(row: _Row, drawn: _Drawn) -> str:
    begin = f"{_figure(row.begin)}{drawn.between}" if drawn.begin else ""
    return begin + _figure(row.end)


def picture(table: Table) -> str:
    """The picture of an answer as SVG."""
    return sheet.svg(answer(table))


def steps_picture(e: Evaluation, unit: str) -> str:
    """The rank of one unit at every weight of each category, as SVG."""
    return sheet.svg(drawn_steps(weight_steps(e, unit), [unit]))


def _figure(value: float | Fraction) -> str:
    exact = Fraction(value).limit_denominator(10**6)
    return format_vi(exact, 0 if exact.denominator == 1 else 2)
