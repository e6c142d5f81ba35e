"""Sliders in JupyterLab: move the weight of a category, see ranks, levels and rank intervals change at once.

The arithmetic is that of the annex (``slider``); rank intervals need draws, which a page cannot make.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from html import escape
from typing import Any

import numpy as np

from ictindex.basics import Project, Refused, format_vi, report
from ictindex.page.shown import HYPOTHETICAL, Column, Table
from ictindex.page.slider import Sliders, sliders
from ictindex.page.state import state_of
from ictindex.robustness import Design, Problem, problem, stability
from ictindex.scoring import Evaluation, evaluate_edition
from ictindex.what_if import save, suggested_name

DESIGN = Design("noise", draws=1000)  # each weight ± 25 %: enough for an interval, fast enough for a slider
_COLUMNS = (
    Column("label_vi", "Tên đơn vị"),
    Column("rank_base", "Hạng gốc", "integer"),
    Column("rank", "Hạng giả định", "integer"),
    Column("low", "Hạng 5 %", "integer"),
    Column("high", "Hạng 95 %", "integer"),
    Column("value_base", "Giá trị gốc", "number"),
    Column("value", "Giá trị giả định", "number"),
)
_LEVELS = (Column("level_base", "Mức gốc"), Column("level", "Mức giả định"))
_NOTE = (
    "Hạng 5 % – 95 %: khi mỗi trọng số của phương án giả định, cả bên trong hạng mục, dao động ± 25 %;"
    f" {format_vi(DESIGN.draws)} lần rút, hạt giống {DESIGN.seed}."
)
_WIDE = {"description_width": "26em"}


class Board:
    """The widgets of one edition and what they show; ``edition`` may be chosen anew in ``choice``.

    Intervals are those of DESIGN around the weights as moved, in 5–95 % of the draws.
    """

    def __init__(self, edition: str, project: Project | None = None):
        import ipywidgets as w

        self.project = project or Project.around()
        self.keep = w.Checkbox(value=True, indent=False)
        self.reset = w.Button(description="Về phương án gốc")
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

    @cached_property
    def choice(self) -> Any:
        """Where the edition and the group are chosen."""
        import ipywidgets as w

        return w.HBox([self.edition, self.group])

    @cached_property
    def view(self) -> Any:
        """The sliders, who moves, and the table of before and after."""
        import ipywidgets as w

        said = w.HTML(f"<p><strong>{HYPOTHETICAL}</strong></p>")
        saving = w.HBox([self.name, self.save])
        return w.VBox(
            [said, self.controls, w.HBox([self.keep, self.reset]), saving, self.saved, self.told, self.table]
        )

    @property
    def points(self) -> tuple[int, ...]:
        """The points of the categories as they stand."""
        return self.sliders.moved(self.wishes, self.last, self.keep.value)

    def move(self, category: str, points: int) -> None:
        """Move a slider as a hand would."""
        self.hands[[each.id for each in self.sliders.categories].index(category)].value = points

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
        kind = "giả định" if points != self.sliders.base else "gốc"
        said = f"Phương án {kind}. {self.sliders.told(self.sliders.places(points))}"
        self.told.value = f"<p>{escape(said)}</p><p>{escape(self.sliders.meant(points))}</p>"
        same = points == self.sliders.base
        self.save.disabled, self.saved.value = same, ""
        self.name.value = "" if same else suggested_name(self.sliders.stated(points, list(self.wishes)))
        self.table.value = self.shown().html()

    def _show_only(self, *lines: str) -> None:
        self.hands = self.controls.children = []
        self.told.value, self.table.value = "".join(f"<p>{escape(line)}</p>" for line in lines), ""

    def shown(self) -> Table:
        """Ranks, values and levels before and after, and the ranks likely around the points as moved."""
        board, places = self.sliders, self.sliders.places(self.points)
        likely = intervals(self.problem, board, self.points)
        rows, drawn = [], board.drawn(places)
        for i in drawn:
            unit, was, now = board.units[i], board.official[i], places[i]
            between = likely[unit.code] if now.rank else (None, None)
            levels = (was.level, now.level) if board.levels else ()
            rows.append((unit.label_vi, was.rank, now.rank, *between, was.printed, now.printed, *levels))
        part = f" Hiện {format_vi(len(drawn))} trong {format_vi(len(places))} đơn vị."
        return Table(
            "what_if",
            f"{board.label_vi}: thứ hạng gốc và giả định",
            _COLUMNS + (_LEVELS if board.levels else ()),
            tuple(rows),
            _NOTE + (part if len(drawn) < len(places) else ""),
            frozenset(n for n, i in enumerate(drawn) if board.units[i].code in board.highlighted),
            stamp=" – ".join((HYPOTHETICAL, state_of(self.evaluation).label)),
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
