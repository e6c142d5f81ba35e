"""The sheets of annex.xlsx that compute: from answers through points, categories and total to rank and level.

Every formula is written from methodology and facts. The figure beside it that a program shows which does not
compute is the package's own; a test has LibreOffice compute them all and holds one against the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from ictindex.annex import formulas
from ictindex.annex.live_facts import (
    AVAILABLE,
    FIRST,
    LEAD,
    MEASURED,
    POINTS,
    RESULT,
    Facts,
    Formula,
    Heading,
    Sheet,
    column_name,
    neighbours,
)
from ictindex.facts import Entity
from ictindex.methodology import Node
from ictindex.page import Edition
from ictindex.scoring import compared, of_nothing, tie_keys

ZERO_VI = "0 điểm"  # how the words begin that say why a figure counts nothing
_MOST_FORMULA = 8192  # characters that Excel takes


def live_sheets(e: Edition) -> list[Sheet]:
    """The sheets that compute, the result first; only those that hold something.

    None where a what-if takes the mean of several years, for no figures of one year come to that; nor where a
    formula would be longer than Excel takes.
    """
    if e.scores.means:
        return []
    facts = Facts(e)
    live = _Computed(facts, e)
    made = [live.result(), facts.answers(), facts.marks(), facts.zeros(), facts.documents(), facts.lacking()]
    made.append(facts.covered())
    sheets = [sheet for sheet in (*made, live.measured(), live.points(), live.available()) if sheet]
    cells = (cell for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, Formula))
    return [] if any(len(cell.text) >= _MOST_FORMULA for cell in cells) else sheets


@dataclass
class _Computed:
    """What formulas make of the facts."""

    facts: Facts
    e: Edition

    # --- points ---------------------------------------------------------------------------------------------

    @cached_property
    def _compared(self) -> list[Node]:
        return [leaf for leaf in self.facts.m.leaves if leaf.criterion.rule.against_group]

    def measured(self) -> Sheet | None:
        """Two columns for each criterion: the value measured, and the same where it may set the mark."""
        if not self._compared:
            return None
        headings = [
            Heading(f"{leaf.id}{key}", f"{leaf.number}. {leaf.label_vi}{words}", "value")
            for leaf in self._compared
            for key, words in (("", ""), (".mark", ": được lấy làm mốc"))
        ]
        return self.facts.sheet(
            MEASURED,
            headings,
            lambda u, i: [cell for k in range(len(self._compared)) for cell in self._measured(k, u, i)],
        )

    def _measured(self, k: int, u: Entity, unit: int) -> tuple[Formula | None, Formula | None]:
        leaf = self._compared[k]
        if not leaf.applies_to(u):
            return None, None
        rule, at = leaf.criterion.rule, self.facts.answer(unit)
        given = {answer: self.e.inputs.given(u, answer) for answer in rule.reads}
        text, scored = formulas.measured(rule.against_group, at), self._outcome(leaf, u).state == "scored"
        if rule.ratio and self.e.nothing_of_nothing != "zero":
            # measured against no one, and no one against it
            text = f'IF({formulas.any_nothing(rule, at)},"",{text})'
            scored = scored and not of_nothing(rule, given)
        text = self._by_state(leaf, unit, '""', '""', text)
        value = compared(rule.against_group, given) if scored else ""
        own, apart = self.facts.at(MEASURED, LEAD + 2 * k, unit), self.facts.apart(unit)
        mark = f'IF({apart},"",{own})' if apart else own
        ranked = value if u.code not in self.e.scores.unranked else ""
        return Formula(text, value), Formula(mark, ranked)

    def points(self) -> Sheet:
        return self.facts.of_leaves(POINTS, self._points, "points", self._scale(self.facts.m.leaves))

    def _scale(self, nodes: Iterable[Node | None]) -> list[list[Any]]:
        """The maxima of each group, where a column has them."""
        nodes = [*nodes]
        return [
            ["", self.facts.m.groups[g].label_vi, "Điểm tối đa", *(node and node.maxima[g] for node in nodes)]
            for g in self.facts.groups
        ]

    @property
    def _above(self) -> int:
        return len(self.facts.groups)

    def _most(self, sheet: str, column: int, group: str) -> str:
        return f"'{sheet}'!{column_name(column)}${FIRST + self.facts.groups.index(group) + 1}"

    def _points(self, leaf: Node, u: Entity, unit: int) -> Formula | None:
        if not leaf.applies_to(u):
            return None
        rule, at, column = leaf.criterion.rule, self.facts.answer(unit), self.facts.leaf_at[leaf.id]
        largest = ("", "")
        if rule.against_group:
            own = LEAD + 2 * self._compared.index(leaf)
            largest = self.facts.at(MEASURED, own, unit), self.facts.everybody(MEASURED, own + 1, u.group)
        most, nothing = self._most(POINTS, column, u.group), self.e.nothing_of_nothing
        factor = leaf.factor(u.group)
        finish = formulas.finished(leaf, leaf.maxima[u.group])
        text = formulas.scored(rule, at, most, self.facts.m.answers, largest, nothing, factor, finish)
        text = self._by_state(leaf, unit, "0", formulas.MISSING[leaf.missing], text)
        return Formula(text, self._value(self._outcome(leaf, u), "points"))

    def _by_state(self, leaf: Node, unit: int, zero: str, missing: str, scored: str) -> str:
        """A leaf's formula by why it is scored, zero, or does not count; no zero lifts a deduction."""
        reads = map(self.facts.answer(unit), leaf.reads)
        if leaf.taken_off:
            return formulas.outside(reads, missing, '""', scored, ZERO_VI)
        if reached := self.facts.reached(leaf, unit):
            missing, scored = f"IF({reached},{zero},{missing})", f"IF({reached},{zero},{scored})"
        text = formulas.outside(reads, missing, '""', scored)
        zeroed = self.facts.zeroed(leaf, unit)
        return f"IF({zeroed},{zero},{text})" if zeroed else text

    @cached_property
    def _shrinks(self) -> bool:
        """Whether a part of a criterion may not apply, so that its maximum depends on the figures."""
        leaves = (leaf.criterion.rule for leaf in self.facts.m.leaves)
        return self.e.nothing_of_nothing == "does_not_apply" and any(
            rule.cases and formulas.ratios(rule) for rule in leaves
        )

    def available(self) -> Sheet | None:
        if not self._shrinks:
            return None
        return self.facts.of_leaves(AVAILABLE, self._most_of, "points", self._scale(self.facts.m.leaves))

    def _most_of(self, leaf: Node, u: Entity, unit: int) -> Formula | None:
        if not leaf.applies_to(u):
            return None
        most, rule = self._most(AVAILABLE, self.facts.leaf_at[leaf.id], u.group), leaf.criterion.rule
        factor = formulas.number(leaf.factor(u.group))
        scored = most
        if rule.cases and formulas.ratios(rule):
            scored = f"{factor}*({formulas.available(rule, self.facts.answer(unit), f'{most}/{factor}')})"
        own = self.facts.at(POINTS, self.facts.leaf_at[leaf.id], unit, self._above)
        missing = most if leaf.missing == "zero" else '""'
        text = f"IF(ISNUMBER({own}),{self._by_state(leaf, unit, most, missing, scored)},{own})"
        return Formula(text, self._value(self._outcome(leaf, u), "available"))

    def _outcome(self, node: Node, u: Entity):
        return self.e.scores.outcomes[node.id][self.e.inputs.places[u.code]]

    def _value(self, outcome: Any, part: str) -> Any:
        """What the package has of a node, in the words of a cell."""
        value = getattr(outcome, part)
        return value if value is not None else formulas.UNKNOWN if outcome.state == "unknown" else ""

    # --- adding up ------------------------------------------------------------------------------------------

    @cached_property
    def _results(self) -> list[tuple[str, Node]]:
        """The columns of the result: what, of which node."""
        root, columns = self.facts.m.root, [("rank", self.facts.m.root)]
        columns += [("level", root)] if self.facts.m.source.levels else []
        columns += [("printed", root), ("value", root), ("points", root), ("available", root)]
        columns += [(f"tie_{i}", root) for i, _ in enumerate(self.facts.m.tie_breaks)]
        for node in self.facts.m.categories:
            columns += [(what, node) for what in ("rank", "printed", "value", "points", "available")]
        return columns + [(w, n) for n in self.facts.inner if n.depth > 1 for w in ("points", "available")]

    @cached_property
    def _result_places(self) -> dict[tuple[str, str], int]:
        return {(what, node.id): i for i, (what, node) in enumerate(self._results, start=LEAD)}

    def _result_at(self, what: str, node: Node) -> int:
        return self._result_places[what, node.id]

    def result(self) -> Sheet:
        words = {
            **{"rank": "thứ hạng", "level": "mức", "printed": "giá trị công bố", "value": "giá trị"},
            **{"points": "điểm", "available": "điểm tối đa được tính"},
        }
        for i, node in enumerate(self.facts.m.tie_breaks):
            words[f"tie_{i}"] = f"khi bằng nhau thì xét {_title(node)}"
        forms = {"printed": "printed", "value": "value", "points": "points", "available": "points"}
        headings = [
            Heading(f"{node.id}.{what}", f"{_title(node)}: {words[what]}", forms.get(what, ""))
            for what, node in self._results
        ]
        scale = self._scale(node if what == "points" else None for what, node in self._results)
        return self.facts.sheet(
            RESULT, headings, lambda u, i: [self._cell(*each, u, i) for each in self._results], scale
        )

    def _here(self, what: str, node: Node, unit: int) -> str:
        return self.facts.at(RESULT, self._result_at(what, node), unit, self._above)

    def _cell(self, what: str, node: Node, u: Entity, unit: int) -> Formula | None:
        if what in ("points", "available"):
            return self._added(what, node, u, unit)
        standing = self.e.at(node)[u.code]
        apart, rules = self.facts.apart(unit), self.e.rules
        most = max(m for m in node.maxima.values() if m is not None)
        share = rules["compare_on"].value == "share"
        most = Fraction(1) if share else most
        if what == "value":
            points, available = (self._here(part, node, unit) for part in ("points", "available"))
            own = f"{points}/{available}" if share else points
            text = f'IF(ISNUMBER({points}),ROUND({own},{formulas.fine(most)}),"")'
            text = f'IF({apart},"",{text})' if apart else text
            return Formula(text, "" if standing.value is None else standing.value)
        if what == "printed":
            own = self._here("value", node, unit)
            text = formulas.rounded(own, self.e.decimals, rules["rounding"].value, most)
            value = "" if standing.printed is None else standing.printed
            return Formula(f'IF(ISNUMBER({own}),{text},"")', value)
        if what == "level":
            own = self._here("value" if self.e.levels_exact else "printed", node, unit)
            level = self.e.level(standing)
            text = formulas.level(
                own,
                self.facts.m.source.levels.list,
                {
                    n.id: (self._here("points", n, unit), self._here("available", n, unit))
                    for n in self.facts.m.root.regular
                },
                self._own_and_all("rank", node, u, unit),
            )
            return Formula(text, level.label_vi if level else "")
        on = "printed" if rules["rank_on"].value == "rounded" else "value"
        own, everybody = self._own_and_all(on, node, u, unit)
        breaks = self.facts.m.tie_breaks if node is self.facts.m.root else ()
        steps = [self._own_and_all(f"tie_{i}", node, u, unit) for i, _ in enumerate(breaks)]
        if what.startswith("tie_"):
            i = int(what.removeprefix("tie_"))
            at = self._own_and_all(on, breaks[i], u, unit)
            key = tie_keys(self.e).get(u.code)
            return Formula(formulas.tie(own, everybody, steps[:i], *at), "" if key is None else key[i + 1])
        text = formulas.rank(own, everybody, rules["ties"].value)
        if breaks:
            text = formulas.broken(own, everybody, rules["ties"].value, steps)
        return Formula(text, "" if standing.rank is None else standing.rank)

    def _own_and_all(self, what: str, node: Node, u: Entity, unit: int) -> tuple[str, str]:
        """The cells of a column: the unit's own, and everybody's of its group."""
        everybody = self.facts.everybody(RESULT, self._result_at(what, node), u.group, self._above)
        return self._here(what, node, unit), everybody

    def _added(self, what: str, node: Node, u: Entity, unit: int) -> Formula | None:
        """Points, or the available maximum, of a node from those below it that count."""
        if node.maxima[u.group] is None or (not node.children and not node.applies_to(u)):
            return None
        value = self._value(self._outcome(node, u), what)
        if not node.children:
            column = self.facts.leaf_at[node.id]
            own = self.facts.at(POINTS, column, unit, self._above)
            if self._shrinks and what == "available":
                return Formula(self.facts.at(AVAILABLE, column, unit, self._above), value)
            counted = own if what == "points" else self._most(POINTS, column, u.group)
            return Formula(f"IF(ISNUMBER({own}),{counted},{own})", value)
        points = [*self._below(node.regular, unit)]
        unknown = self._unknown(node, [*self._below(node.children, unit)])
        if node.aggregate == "sum":
            below = points if what == "points" else [*self._available(node, u, unit)]
            added = f"SUM({','.join(below)})" if what == "points" else "+".join(below)
        elif what == "available":
            added = self._most(RESULT, self._result_at("points", node), u.group)
        else:
            added = self._averaged(node, u, unit)
        if what == "points":
            added = formulas.finished(node, node.maxima[u.group])(self._bounded(added, node, u, unit))
        if node.coverage and node.coverage.below == "not_scored":
            short = self.facts.short(node, u, unit)
            added = f'IF({short},"",{added})' if short else added
        text = f'IF(COUNT({",".join(points)})=0,"",{added})'
        return Formula(f"IF({unknown},{formulas.text(formulas.UNKNOWN)},{text})" if unknown else text, value)

    def _unknown(self, node: Node, points: Sequence[str]) -> str:
        """Whether something below is not known, where that can be."""
        error = self.e.nothing_of_nothing == "error"
        can_be = any(
            leaf.missing == "error" or (error and formulas.ratios(leaf.criterion.rule))
            for leaf in node.walk()
            if not leaf.children
        )
        return formulas.any_unknown(points) if can_be else ""

    def _bounded(self, points: str, node: Node, u: Entity, unit: int) -> str:
        """Points with what is added and taken off beyond them."""
        sums = []
        for kind in ("bonus", "deduction"):
            below = [*self._below([child for child in node.children if child.counts_as == kind], unit)]
            sums.append(f"SUM({','.join(below)})" if below else "")
        stated, factor = node.criterion, node.factor(u.group)
        ends = (
            "" if end is None else formulas.number(factor * end) for end in (stated.ceiling, stated.floor)
        )
        return formulas.bounded(points, *sums, *ends)

    def _places(self, nodes: Iterable[Node]) -> Iterator[tuple[str, int, str, int]]:
        """Of each node: sheet and column of its points, sheet and column of its available maximum."""
        for child in nodes:
            if child.children:
                points, available = (self._result_at(what, child) for what in ("points", "available"))
                yield RESULT, points, RESULT, available
            else:
                column = self.facts.leaf_at[child.id]
                yield POINTS, column, AVAILABLE if self._shrinks else "", column

    def _below(self, nodes: Iterable[Node], unit: int) -> Iterator[str]:
        """The cells of the points of nodes, neighbours as one range."""
        places = [*self._places(nodes)]
        for sheet in (POINTS, RESULT):
            columns = [column for own, column, *_ in places if own == sheet]
            yield from self.facts.runs(sheet, columns, unit, self._above)

    def _available(self, node: Node, u: Entity, unit: int) -> Iterator[str]:
        """What was available at each child that counts."""
        places = [*self._places(node.regular)]
        at, most = FIRST + self._above + unit + 1, FIRST + self.facts.groups.index(u.group) + 1
        for first, last in neighbours([column for _, column, own, _ in places if not own]):
            cells, maxima = (
                f"'{POINTS}'!{column_name(first)}{row}:{column_name(last)}{row}" for row in (at, f"${most}")
            )
            yield f"SUMPRODUCT(ISNUMBER({cells})*{maxima})"
        for sheet in (AVAILABLE, RESULT):
            if columns := [available for *_, own, available in places if own == sheet]:
                yield f"SUM({','.join(self.facts.runs(sheet, columns, unit, self._above))})"

    def _averaged(self, node: Node, u: Entity, unit: int) -> str:
        """The node's maximum times the mean of the shares of what counts."""
        counted = []
        for (sheet, column, own, available), child in zip(
            self._places(node.regular), node.regular, strict=True
        ):
            if child.maxima[u.group] is None:
                continue
            points = self.facts.at(sheet, column, unit, self._above)
            most = (
                self.facts.at(own, available, unit, self._above)
                if own
                else self._most(sheet, column, u.group)
            )
            counted.append((points, most, node.weigh(child, u.group)))
        return formulas.mean_of(node, self._most(RESULT, self._result_at("points", node), u.group), counted)


def _title(node: Node) -> str:
    return f"{node.number}. {node.label_vi}" if node.number else node.label_vi
