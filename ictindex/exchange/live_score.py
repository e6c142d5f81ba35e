"""The self-score of a survey as formulas of its workbook: the annex's own, fed by the cells filled in.

What nobody has filled in yet counts as the methodology says of missing figures; where nothing may be missing,
the criterion waits. Criteria that a unit cannot know (marks, comparisons) are left out, and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ictindex.annex import formulas
from ictindex.exchange.cells import cell_name
from ictindex.exchange.entry_checks import Lists, listed_at
from ictindex.exchange.layout import SCORE_SHEET, SERVICES_SHEET, Form, SelfScore, Sheet
from ictindex.methodology import Answer, Node
from ictindex.page import neutral

FIGURES = 7  # the column, hidden, of the figures as they are taken
_POINTS, _AVAILABLE = 4, 5  # columns from 1, as cell_name counts
_LOOK_AGAIN = "Xem lại số liệu"


class Row(NamedTuple):
    """A criterion's row: its formulas, and what a program shows that does not compute."""

    at: int
    node: Node
    points: str
    available: str
    value: float | str
    why: str


def live_score(form: Form, first: int) -> LiveScore:
    """The LiveScore of a form: one for all units that are asked the same."""
    made = form.score.made
    if "live" not in made:
        made["live"] = LiveScore(form, first)
    return made["live"]


@dataclass
class LiveScore:
    """Where everything stands; ``first``: the row, from 0, below the headings of every sheet."""

    form: Form
    first: int

    @property
    def _score(self) -> SelfScore:
        return self.form.score

    @cached_property
    def _lines(self) -> dict[str, tuple[Sheet, int, Answer]]:
        """Answer -> its sheet, row and question."""
        return {
            line.cells["code"]: (sheet, row, line.asks)
            for sheet in self.form.sheets
            for row, line in enumerate(sheet.lines, start=self.first)
            if line.asks
        }

    @cached_property
    def _at(self) -> dict[str, int]:
        return {node.id: row for row, node in enumerate(self._score.nodes, start=self.first)}

    @cached_property
    def _why(self) -> dict[str, str]:
        """Leaf -> why a unit cannot know what it earns."""
        leaves = (node for node in self._score.nodes if not node.children)
        return {leaf.id: self._score.unknown_vi(leaf) for leaf in leaves}

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        return {node.id: node for node in self._score.nodes}

    @cached_property
    def _figure_at(self) -> dict[str, str]:
        """Answer -> the cell of its figure as it is taken."""
        return {code: f"$H${row + 1}" for row, code in enumerate(self._lines, start=self.first)}

    def beside(self, node_id: str) -> tuple[str, float | str]:
        """What stands beside a line of a criterion: a formula, or why there is none."""
        node = self._nodes.get(node_id)
        if node is None:  # asked for a statistic alone: 2342, V.5.3 a (*)
            return "", ""
        if why := self._why.get(node_id):
            return why, ""
        return f"='{SCORE_SHEET}'!{cell_name(self._at[node_id] + 1, _POINTS)}", self._values[node_id]

    @cached_property
    def rows(self) -> list[Row]:
        return [self._row(node) for node in self._score.nodes]

    def _row(self, node: Node) -> Row:
        why = self._why.get(node.id, "")
        points, available = self._inner(node) if node.children else self._leaf(node, why)
        return Row(self._at[node.id], node, f"={points}", f"={available}", self._values[node.id], why)

    @cached_property
    def _values(self) -> dict[str, float | str]:
        return {node.id: self._value(node) for node in self._score.nodes}

    def _value(self, node: Node) -> float | str:
        """The points of a form in which nothing is filled in."""
        known = [leaf for leaf in node.walk() if self._why.get(leaf.id) == ""]
        if any(leaf.missing == "zero" for leaf in known):
            return 0
        wait = not node.children and known and node.missing == "error"
        return formulas.UNKNOWN if wait else ""

    def _leaf(self, leaf: Node, why: str) -> tuple[str, str]:
        row, rule, nothing = self._at[leaf.id] + 1, leaf.criterion.rule, self._score.nothing
        if why:
            return '""', '""'
        at, most = self._figure_at.__getitem__, f"$C${row}"
        answers = self._score.methodology.answers
        finish = formulas.finished(leaf, leaf.maxima[self._score.group])
        text = formulas.scored(rule, at, most, answers, nothing=nothing, finish=finish)
        text = formulas.outside(map(at, rule.reads), formulas.MISSING[leaf.missing], '""', text)
        shrinks = nothing == "does_not_apply" and rule.cases and formulas.ratios(rule)
        counted = formulas.available(rule, at, most) if shrinks else most
        counted = formulas.outside(map(at, rule.reads), most, '""', counted)
        own = cell_name(row, _POINTS)
        return f'IFERROR({text},"{_LOOK_AGAIN}")', f'IF(ISNUMBER({own}),{counted},"")'

    def _inner(self, node: Node) -> tuple[str, str]:
        below = [child for child in node.regular if child.id in self._at]
        points, available = (self._cells(below, column) for column in (_POINTS, _AVAILABLE))
        own, most = cell_name(self._at[node.id] + 1, _POINTS), f"$C${self._at[node.id] + 1}"
        if node.aggregate == "sum":
            added, counted = f"SUM({','.join(points)})", f"SUM({','.join(available)})"
        else:
            weights = [node.weigh(child, self._score.group) for child in below]
            added = formulas.mean_of(node, most, [*zip(points, available, weights, strict=True)])
            counted = most
        sums = (
            ",".join(self._cells((c for c in node.children if c.counts_as == kind), _POINTS))
            for kind in ("bonus", "deduction")
        )
        stated = node.criterion
        ends = ("" if end is None else formulas.number(end) for end in (stated.ceiling, stated.floor))
        added = formulas.bounded(added, *(f"SUM({each})" if each else "" for each in sums), *ends)
        added = formulas.finished(node, node.maxima[self._score.group])(added)
        if node.coverage and node.coverage.below == "not_scored":
            added = f'IF({self._short(node)},"",{added})'
        return f'IF(COUNT({",".join(points)})=0,"",{added})', f'IF(ISNUMBER({own}),{counted},"")'

    def _short(self, node: Node) -> str:
        """Whether too little is filled in below a node for it to be scored."""
        cells, asked_at = [], self._score.methodology.asked_at
        for leaf, part in node.leaf_weights(self._score.group).items():
            asked = asked_at(self._nodes[leaf]) if leaf in self._nodes else []
            if asked and all(answer in self._figure_at for answer in asked):
                text = formulas.outside(map(self._figure_at.__getitem__, asked), "0", '""', "1")
                cells.append((text, part if node.coverage.of == "weight" else 1))
        return formulas.short(cells, node.coverage.least) if cells else "FALSE"

    def _cells(self, nodes: Iterable[Node], column: int) -> list[str]:
        """The cells of the nodes that are asked here."""
        return [cell_name(self._at[node.id] + 1, column) for node in nodes if node.id in self._at]

    # --- the figures ----------------------------------------------------------------------------------------

    def figures(self, lists: Lists) -> Iterator[tuple[int, str]]:
        """Each answer's row on the sheet of the score, and the formula that takes its figure.

        ``lists``: those of the workbook, on which its choices stand.
        """
        for row, code in enumerate(self._lines, start=self.first):
            sheet, at, asks = self._lines[code]
            own, state = (self._cell(sheet, key, at) for key in ("answer", "state"))
            taken = own
            if asks.kind == "choice":
                taken = self._choice(own, asks, lists)
            elif asks.kind not in ("yes_no", "text"):
                taken = f"IF(ISNUMBER({own}),{own},NA())"
            yield row, f'=IF({state}<>"",{state},IF({own}="",{self._left_open(code)},{taken}))'

    def _cell(self, sheet: Sheet, key: str, row: int) -> str:
        column = next(i for i, each in enumerate(sheet.fields, start=1) if each.key == key)
        return f"'{sheet.name}'!${cell_name(row + 1, column)}"

    def _choice(self, own: str, asks: Answer, lists: Lists) -> str:
        """A choice as the formulas of rules say it, where its label on the form reads otherwise."""
        shown, said = tuple(map(neutral, (asks.choices or {}).values())), [*formulas.choices(asks).values()]
        if [*shown] == said:
            return own
        return f"CHOOSE(MATCH({own},{listed_at(shown, lists)},0),{','.join(map(formulas.text, said))})"

    def _left_open(self, code: str) -> str:
        """What a figure is that was left open: where a list of services is counted into it, the list's."""
        of = self._score.methodology.source.online_services
        sheet = next((each for each in self.form.sheets if each.name == SERVICES_SHEET), None)
        if not of or code != of.counted_as or sheet is None:
            return '""'

        def column(field: str) -> str:
            i = next(i for i, each in enumerate(sheet.fields, start=1) if each.key == field)
            first, last = (cell_name(row, i) for row in (self.first + 1, self.first + sheet.rows))
            return f"'{sheet.name}'!${first}:${last}"

        service, procedure = column("service"), column("procedure")
        once = f'SUMPRODUCT(({procedure}<>"")/COUNTIF({procedure},{procedure}&""))'
        alone = f'SUMPRODUCT(({service}<>"")*({procedure}=""))'
        return f'IF(COUNTA({service})=0,"",ROUND({once},0)+{alone})'
