"""Sliders in JupyterLab: move the weight of a category, see ranks, levels and rank intervals change at once.

The arithmetic is that of the annex (``slider``); rank intervals need draws, which a page cannot make. A
setting can be taken back, kept beside another, and saved as a what-if; a unit can be asked about by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from heapq import nsmallest
from html import escape
from typing import Any

import numpy as np

from ictindex.basics import Project, Refused, format_vi, report
from ictindex.page.closing_vi import closing_text
from ictindex.page.phrases_vi import arrow
from ictindex.page.reach_vi import first_text
from ictindex.page.shown import HYPOTHETICAL, Column, Table, Text
from ictindex.page.slider import Place, Sliders, sliders
from ictindex.page.state import state_of
from ictindex.robustness import Design, Problem, first_place, lacking, problem, stability
from ictindex.scoring import Evaluation, evaluate_edition
from ictindex.what_if import save, suggested_name

DESIGN = Design("noise", draws=1000)  # each weight ± 25 %: enough for an interval, fast enough for a slider
MOST_AT_ONCE = 100  # units up to which intervals are drawn at every move; of more, when they are asked for
_MOVERS = 15  # bars of the chart
_LIKELY = (Column("low", "Hạng 5 %", "integer"), Column("high", "Hạng 95 %", "integer"))
_READ_VI = "↑ là lên hạng, ↓ là xuống hạng, = là giữ hạng so với phương án {beside}."
_NOTE = (
    " Hạng 5 % – 95 %: khi mỗi trọng số của phương án giả định, cả bên trong hạng mục, dao động ± 25 %;"
    f" {format_vi(DESIGN.draws)} lần rút, hạt giống {DESIGN.seed}."
)
_NO_NAME_VI = "Gõ tên một đơn vị rồi hỏi lại."
_WIDE = {"description_width": "26em"}


class Board:
    """The widgets of one edition and what they show; ``edition`` may be chosen anew in ``choice``.

    Intervals are those of DESIGN around the weights as moved, in 5–95 % of the draws.
    """

    def __init__(self, edition: str, project: Project | None = None):
        import ipywidgets as w

        self.project = project or Project.of_page()
        self.keep = w.Checkbox(value=True, indent=False)
        self.reset = w.Button(description="Về phương án gốc")
        self.undo = w.Button(description="Hoàn tác")
        self.hold = w.ToggleButton(description="So với phương án này", layout=w.Layout(width="max-content"))
        self.likely = w.ToggleButton(description="Khoảng hạng")
        self.chart = w.HTML()
        self.unit = w.Text(description="Đơn vị", placeholder="tên, có hoặc không dấu, hay mã", style=_WIDE)
        self.first = w.Button(description="Đứng đầu được không?", layout=w.Layout(width="auto"))
        self.lacks = w.Button(description="Còn thiếu gì?", layout=w.Layout(width="auto"))
        self.answer = w.HTML()
        self.name = w.Text(description="Tên phương án", style=_WIDE, layout=w.Layout(width="44em"))
        self.save = w.Button(description="Lưu phương án")
        self.saved = w.HTML()
        self.told, self.table = w.HTML(), w.HTML()
        self.controls = w.VBox()
        self.edition = w.Dropdown(options=self.project.editions(), value=edition, description="Ấn bản")
        self.group = w.Dropdown(description="Nhóm")
        self.setting = False
        self._open()
        self.edition.observe(lambda change: self._choose(), "value")
        self.group.observe(lambda change: self.setting or self._lay_out(), "value")
        self.keep.observe(lambda change: self._draw(), "value")
        self.reset.on_click(lambda button: self._lay_out())
        self.save.on_click(lambda button: self._save())
        self.undo.on_click(lambda button: self._undo())
        self.hold.observe(lambda change: self._hold(change.new), "value")
        self.likely.observe(lambda change: self.setting or self._draw(), "value")
        self.first.on_click(lambda button: self._ask(lambda e, unit: first_text(e, first_place(e, unit))))
        self.lacks.on_click(lambda button: self._ask(lambda e, unit: closing_text(e, lacking(e, [unit]))))

    @cached_property
    def choice(self) -> Any:
        """Where the edition and the group are chosen."""
        import ipywidgets as w

        return w.HBox([self.edition, self.group])

    @property
    def stamp(self) -> str:
        """What moved weights give is nobody's result, and so never official."""
        state = state_of(self.evaluation)
        return HYPOTHETICAL if state.official else f"{HYPOTHETICAL} – {state.label}"

    @cached_property
    def view(self) -> Any:
        """The sliders, who moves, and the table of before and after."""
        import ipywidgets as w

        said = w.HTML(f"<p><strong>{HYPOTHETICAL}</strong></p>")
        saving = w.HBox([self.name, self.save])
        steps = w.HBox([self.keep, self.undo, self.reset, self.hold, self.likely])
        return w.VBox([said, self.controls, steps, self.told, self.chart, self.table, saving, self.saved])

    @cached_property
    def questions(self) -> Any:
        """A unit by its name: could it be first, and what does it lack to the next rank and level?"""
        import ipywidgets as w

        return w.VBox([w.HBox([self.unit, self.first, self.lacks]), self.answer])

    @property
    def points(self) -> tuple[int, ...]:
        """The points of the categories as they stand."""
        return self.sliders.moved(self.wishes, self.last, self.keep.value)

    def move(self, category: str, points: int) -> None:
        """Move a slider as a hand would."""
        self.hands[[each.id for each in self.sliders.categories].index(category)].value = points

    def _undo(self) -> None:
        """As it was before the last move."""
        if self.past:
            self.wishes, self.last = self.past.pop()
            self._draw()

    def _hold(self, held: bool) -> None:
        """Compare with what stands now; or again with the official setting."""
        self._compare(self.points if held else self.sliders.base)
        if not self.setting:
            self._draw()

    def _compare(self, points: tuple[int, ...]) -> None:
        """From now on with these points."""
        self.beside, self.places_beside = points, self.sliders.places(points)

    def _ask(self, question: Callable[[Evaluation, str], Text]) -> None:
        """The answer to a question about the unit; one that is no unit, or several, says so."""
        try:
            named = self.unit.value.strip()
            said = question(self.evaluation, named).lines if named else [_NO_NAME_VI]
        except Refused as refused:
            said = list(report(refused.findings, "vi"))
        self.answer.value = "".join(f"<p>{escape(line)}</p>" for line in said)

    def _save(self) -> None:
        """What stands here as parameters/what_if/<name>.yaml; what is refused says why."""
        try:
            text = self.sliders.as_file(self.name.value, self.points, list(self.wishes))
            path = self.project.shown(save(self.name.value, text, self.project))
            said = [f"Đã lưu {path}. Chạy: ictindex what-if {self.name.value}"]
        except Refused as refused:
            said = list(report(refused.findings, "vi"))
        self.saved.value = "".join(f"<p>{escape(line)}</p>" for line in said)

    def _choose(self) -> None:
        """Another edition; one that is refused says why, where its result would be."""
        try:
            self._open()
        except Refused as refused:
            self._show_only(*report(refused.findings, "vi"))

    def _open(self) -> None:
        """The edition's groups, and the sliders of the first of them."""
        self.evaluation: Evaluation = evaluate_edition(self.edition.value, self.project)
        options = [
            (named.label_vi, group)
            for group, named in self.evaluation.methodology.groups.items()
            if any(s.rank is not None for s in self.evaluation.standings[group])
        ]
        with self._setting():
            self.group.options = options
            self.group.value = options[0][1] if options else None
        self._lay_out()

    def _lay_out(self) -> None:
        """Another group, or this one from its beginning: a slider for each category, none of them moved."""
        import ipywidgets as w

        if self.group.value is None:
            return self._show_only("Không có đơn vị nào được xếp hạng.")
        self.sliders: Sliders = sliders(self.evaluation, self.group.value)
        self.problem: Problem = problem(self.evaluation, self.group.value)
        self.wishes: dict[int, int] = {}
        self.last: int | None = None
        self.past: list[tuple[dict[int, int], int | None]] = []
        self._compare(self.sliders.base)
        with self._setting():
            self.hold.value, self.likely.value = False, len(self.sliders.units) <= MOST_AT_ONCE
        total = sum(self.sliders.base)
        self.hands = [
            w.IntSlider(
                each.points, 0, total, 1, description=each.label_vi, style=_WIDE, continuous_update=False,
                layout=w.Layout(width="100%", max_width="60em"),
            )
            for each in self.sliders.categories
        ]  # fmt: skip
        for k, hand in enumerate(self.hands):
            hand.observe(lambda change, k=k: self._take(k, change.new), "value")
        self.controls.children = self.hands
        self.keep.description = f"Giữ tổng {format_vi(total)}"
        self._draw()

    def _take(self, k: int, points: int) -> None:
        if not self.setting:
            self.past.append((dict(self.wishes), self.last))
            self.wishes[k], self.last = points, k
            self._draw()

    @contextmanager
    def _setting(self) -> Iterator[None]:
        """While what stands in a widget is set here, and nobody's wish."""
        self.setting = True
        try:
            yield
        finally:
            self.setting = False

    def _draw(self) -> None:
        """Sliders, words and table for the points as they stand."""
        if not self.hands:
            return
        points = self.points
        with self._setting():
            for hand, each in zip(self.hands, points, strict=True):
                hand.value = each
        kind, places = "giả định" if points != self.sliders.base else "gốc", self.sliders.places(points)
        said = f"Phương án {kind}. {self.sliders.told(places)}"
        self.undo.disabled = not self.past
        self.told.value = f"<p>{escape(said)}</p><p>{escape(self.sliders.meant(points))}</p>"
        same = points == self.sliders.base
        self.save.disabled, self.saved.value = same, ""
        self.name.value = "" if same else suggested_name(self.sliders.stated(points, list(self.wishes)))
        self.table.value = self.shown(places).html()
        self.chart.value = movers(self.sliders, self.places_beside, places)

    def _show_only(self, *lines: str) -> None:
        self.hands = self.controls.children = []
        self.chart.value = ""
        self.told.value, self.table.value = "".join(f"<p>{escape(line)}</p>" for line in lines), ""

    def shown(self, places: Sequence[Place] | None = None) -> Table:
        """Ranks, values and levels beside those of the other setting, and the ranks likely around these."""
        board, beside, places = self.sliders, self.places_beside, places or self.sliders.places(self.points)
        likely = intervals(self.problem, board, self.points) if self.likely.value else {}
        rows, drawn = [], board.drawn(places)
        for i in drawn:
            unit, was, now = board.units[i], beside[i], places[i]
            between = (
                (likely[unit.code] if now.rank and likely else (None, None)) if self.likely.value else ()
            )
            levels = (was.level, now.level) if board.levels else ()
            moved = arrow(was.rank, now.rank)
            rows.append(
                (unit.label_vi, was.rank, now.rank, moved, *between, was.printed, now.printed, *levels)
            )
        part = f" Hiện {format_vi(len(drawn))} trong {format_vi(len(places))} đơn vị."
        other = "gốc" if self.beside == board.base else "đã nhớ"
        columns = (
            Column("label_vi", "Tên đơn vị"),
            Column("rank_base", f"Hạng {other}", "integer"),
            Column("rank", "Hạng giả định", "integer"),
            Column("moved", "Đổi"),
            *(_LIKELY if self.likely.value else ()),
            Column("value_base", f"Giá trị {other}", "number"),
            Column("value", "Giá trị giả định", "number"),
            *(
                (Column("level_base", f"Mức {other}"), Column("level", "Mức giả định"))
                if board.levels
                else ()
            ),
        )
        note = _READ_VI.format(beside=other) + (_NOTE if self.likely.value else "")
        return Table(
            "what_if",
            f"{board.label_vi}: thứ hạng {other} và giả định",
            columns,
            tuple(rows),
            note + (part if len(drawn) < len(places) else ""),
            frozenset(n for n, i in enumerate(drawn) if board.units[i].code in board.highlighted),
            stamp=self.stamp,
        )


def movers(board: Sliders, was: Sequence[Place], now: Sequence[Place]) -> str:
    """Who moves most, as bars: up to the right, down to the left; SVG text, for Matplotlib takes too long."""
    steps = [(a.rank - b.rank, i) for i, (a, b) in enumerate(zip(was, now, strict=True)) if a.rank and b.rank]
    most = nsmallest(_MOVERS, (each for each in steps if each[0]), key=lambda each: (-abs(each[0]), each[1]))
    if not most:
        return ""
    far, lines = max(abs(step) for step, _ in most), []
    for y, (step, i) in enumerate(most):
        wide = 150 * abs(step) / far
        left, color = (480 - wide, "#8f3a00") if step < 0 else (480, "#2f6ea5")
        name, moved = escape(board.units[i].label_vi), escape(arrow(was[i].rank, now[i].rank))
        lines.append(
            f'<text x="300" y="{18 * y + 13}" text-anchor="end">{name}</text>'
            f'<rect x="{left:.1f}" y="{18 * y + 3}" width="{wide:.1f}" height="12" fill="{color}"/>'
            f'<text x="640" y="{18 * y + 13}">{moved}</text>'
        )
    said = escape(f"Đổi hạng nhiều nhất: {board.units[most[0][1]].label_vi}")
    return (
        f'<svg role="img" aria-label="{said}" width="700" height="{18 * len(most)}" font-size="12"'
        f' font-family="sans-serif">{"".join(lines)}</svg>'
    )


def intervals(
    base: Problem, board: Sliders, points: tuple[int, ...], design: Design = DESIGN
) -> dict[str, tuple[int, int]]:
    """Unit -> its ranks in 5 % and 95 % of the draws around these points; nothing where nothing weighs."""
    given = dict(zip((each.id for each in board.categories), points, strict=True))
    weights = np.array([given.get(child.id, 0) for child in base.tree.children], float)
    if not weights.any():
        return {}
    tree = base.tree._replace(weights=tuple(weights / weights.sum()))
    ranks = stability(replace(base, tree=tree), design, full=False).interval()
    return {unit: (int(low), int(high)) for unit, (low, high) in zip(base.units, ranks, strict=True)}
