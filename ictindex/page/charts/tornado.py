"""What a lower or a higher weight of one category does to the ranking, as a tornado."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ictindex.basics import format_vi
from ictindex.page.charts import sheet
from ictindex.page.charts.frames import Rows, groups_of
from ictindex.page.charts.words import wrapped

LINE, NAMES = 13.0, 170.0  # from bar to bar; room for names

_TORNADO_VI = "Đổi riêng trọng số của một hạng mục"


@sheet.styled
def weights_tornado(weights: pd.DataFrame) -> Figure:
    """Per category how many places units move on average if its weight alone is lower, or higher.

    ``weights``: two rows for each category, the widest first inside a group: group, group_name, category,
    category_name, number, change (of the weight, in percent: below 0 or above), shift (places moved, on
    average), most (places that any unit moves).
    """
    if weights.empty:
        return sheet.in_words(_TORNADO_VI, "Không có trọng số nào để đổi.")
    by = format_vi(max(int(change) for change in weights["change"]))
    read = (
        f"Bên trái: giảm {by} % trọng số của hạng mục; bên phải: tăng {by} %; các hạng mục khác giữ tỷ lệ với"
        " nhau. Độ dài: số bậc đổi hạng, trung bình của nhóm; trong ngoặc: nhiều nhất."
    )
    groups, most = list(groups_of(weights)), float(max(weights["shift"])) or 1.0
    notes = sheet.note_lines(read)
    names = [
        [wrapped(f"{r.number} {r.category_name}", NAMES, 8.5) for r in group.rows if r.change < 0]
        for group in groups
    ]
    heights = [sum(LINE + 9 * (len(lines) - 1) for lines in some) for some in names]
    figure = sheet.empty(sum(heights) + (sheet.TITLE + 13) * len(groups) + sheet.NOTE * len(notes) + 6)
    y = 2.0
    for group, some, height in zip(groups, names, heights, strict=True):
        y += sheet.TITLE + 4
        axes = sheet.place(figure, NAMES + 8, y, sheet.WIDTH - NAMES - 12, height)
        _tornado(axes, group.rows, some, most)
        sheet.entitle(axes, [group.name])
        y += height + 9
    sheet.note(figure, notes)
    first = [max(group.rows, key=lambda r: r.shift) for group in groups]
    lines = (
        f"{g.name}: nhiều nhất {r.number} {r.category_name}, {format_vi(r.shift, 2)} bậc"
        for g, r in zip(groups, first, strict=True)
    )
    return sheet.told(figure, _TORNADO_VI, f"Biểu đồ thanh hai phía. {read} {'; '.join(lines)}.")


def _tornado(axes: Axes, rows: Rows, names: Sequence[Sequence[str]], most: float) -> None:
    keys = list(dict.fromkeys(r.category for r in rows))
    down, ys = 0.0, []
    for lines in names:
        high = LINE + 9 * (len(lines) - 1)
        ys.append(down + high / 2)
        down += high
    room = most * 62 / ((sheet.WIDTH - NAMES - 12) / 2 - 62)  # for the words at the ends of the longest bars
    axes.set(xlim=(-most - room, most + room), ylim=(down, 0))
    axes.set_yticks(ys, ["\n".join(lines) for lines in names])
    for label in axes.get_yticklabels():
        label.set_ha("left")
    axes.tick_params(axis="y", pad=NAMES + 6)
    axes.set_xticks([])
    axes.spines.left.set_visible(False)
    for side, color in ((-1, sheet.BAR), (1, sheet.DEEP)):
        some = {r.category: r for r in rows if (r.change > 0) == (side > 0)}
        here = [some[key] for key in keys]
        axes.barh(ys, [side * float(r.shift) for r in here], LINE - 4, color=color)
        for y, r in zip(ys, here, strict=True):  # bar_label would write a zero on the left at the right
            words = f"{format_vi(r.shift, 2)} ({format_vi(int(r.most))})"
            style = {"ha": "right" if side < 0 else "left", "va": "center"}
            at, apart = (side * float(r.shift), y), (side * 3, 0)
            axes.annotate(words, at, apart, textcoords="offset points", **style)
    axes.axvline(0, color=sheet.RULE, lw=0.8)
