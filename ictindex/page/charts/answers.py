"""The answer to a question about a ranking as one picture: a line from where to where for each row."""

from __future__ import annotations

from fractions import Fraction

from matplotlib.figure import Figure

from ictindex.basics import format_vi
from ictindex.page.charts import sheet
from ictindex.page.charts.steps import weight_steps as drawn_steps
from ictindex.page.charts.words import wrapped
from ictindex.page.robust_frames import weight_steps
from ictindex.page.shown import Table
from ictindex.scoring import Evaluation

_MOST, _PITCH, _NAMES, _ENDS = 40, 14.0, 190.0, 80.0
_DRAWN = {  # table -> the columns of name, beginning and end, what is drawn, and how it reads
    "tipping": ("label_vi", "weight", "tipping_weight", "Trọng số, %", "từ hiện nay đến ngưỡng đảo thứ hạng"),
    "first": ("label_vi", "weight", "nearest", "Trọng số, %", "từ hiện nay đến bộ gần nhất để đứng đầu"),
    "ranks": ("unit_name", "best", "worst", "Hạng", "từ hạng cao nhất đến hạng thấp nhất có thể đạt"),
    "closing": ("unit_name", "", "points", "Điểm cần thêm", "điểm cần thêm ở tiêu chí rẻ nhất"),
    "changes": ("label_vi", "rank_before", "rank_after", "Hạng", "từ hạng trước đến hạng sau"),
}


@sheet.styled
def answer(table: Table) -> Figure:
    """What ``tip``, ``first``, ``ranks``, ``closing`` or ``diff`` found, of at most 40 rows of its table."""
    name, begin, end, axis, reads = _DRAWN[table.name]
    at = {key: i for i, key in enumerate(table.keys)}
    rows = [
        (str(row[at[name]]), row[at[begin]] if begin else 0, row[at[end]])
        for row in table.rows
        if end in at and row[at[end]] is not None and (not begin or row[at[begin]] is not None)
    ]
    if not rows:
        return sheet.in_words(table.title_vi, "Không có gì để vẽ: xem câu trả lời bằng lời.")
    shown = rows[:_MOST]
    more = f" Vẽ {len(shown)} dòng đầu trong {format_vi(len(rows))} dòng." if len(rows) > _MOST else ""
    lines = sheet.note_lines(f"{axis}: {reads}. Vòng rỗng: bắt đầu; chấm đặc: kết thúc.{more}")
    high = _PITCH * len(shown)
    figure = sheet.empty(34 + high + sheet.NOTE * len(lines) + 8)
    axes = sheet.place(figure, _NAMES, 28, sheet.WIDTH - _NAMES - _ENDS, high)
    ends = [[float(row[k]) for row in shown] for k in (1, 2)]
    low, most = min(map(min, ends)), max(map(max, ends))
    pad = (most - low) * 0.05 or 1
    axes.set_xlim(low - pad, most + pad)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_yticks([])
    sheet.tick_ends(axes, {low: _figure(low), most: _figure(most)} if most > low else {low: _figure(low)})
    ys = range(len(shown))
    axes.hlines(ys, low - pad, most + pad, color=sheet.FAINT, lw=5, zorder=1)
    ups = [b < a if axis == "Hạng" else b > a for a, b in zip(*ends, strict=True)]
    axes.hlines(ys, *ends, color=[sheet.DEEP if up else sheet.STRONG for up in ups], lw=1.6, zorder=2)
    axes.plot(ends[0], ys, "o", color=sheet.BAR, mfc="white", ms=4, zorder=3)
    axes.plot(ends[1], ys, "o", color=sheet.INK, ms=4, zorder=4)
    for y, (label, start, stop) in enumerate(shown):
        down, name = 28 + _PITCH * (y + 0.5), wrapped(label, _NAMES - 8, sheet.SMALL, most=1)[0]
        sheet.write(figure, 2, down, name, va="center")
        words = f"{_figure(start)} → {_figure(stop)}" if begin else _figure(stop)
        sheet.write(figure, sheet.WIDTH - 2, down, words, color=sheet.QUIET, va="center", ha="right")
    title = f"{table.title_vi}{f' ({table.stamp})' if table.stamp else ''}"
    sheet.write(figure, 2, 9, wrapped(title, sheet.WIDTH - 4, 9, most=1)[0], size=9, va="center")
    sheet.note(figure, lines)
    first = shown[0]
    ends = f"{_figure(first[1])} → {_figure(first[2])}"
    return sheet.told(figure, title, f"{axis}: {reads}; dòng đầu {first[0]}, {ends}.")


def picture(table: Table) -> str:
    """The picture of an answer as SVG."""
    return sheet.svg(answer(table))


def steps_picture(e: Evaluation, unit: str) -> str:
    """The rank of one unit at every weight of each category, as SVG."""
    return sheet.svg(drawn_steps(weight_steps(e, unit), [unit]))


def _figure(value: float | Fraction) -> str:
    exact = Fraction(value).limit_denominator(10**6)
    return format_vi(exact, 0 if exact.denominator == 1 else 2)
