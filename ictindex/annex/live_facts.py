"""The sheets of annex.xlsx that hold facts: answers, marks, zeros, documents; and where each of them stands.

Units stand in the same order on every sheet, each group in one block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from ictindex.annex import formulas
from ictindex.facts import NO_REPORT, Entity, zeros
from ictindex.methodology import Node
from ictindex.page import STATE_VI, Edition
from ictindex.scoring import claims, falls_on

RESULT, ANSWERS, MARKS, ZEROS, DOCUMENTS, LACKING, MEASURED, POINTS, AVAILABLE, COVERED = (
    *("Kết quả", "Số liệu", "Điểm chấm", "Điểm 0", "Tài liệu", "Thiếu tài liệu", "Giá trị đem so"),
    *("Điểm", "Điểm tối đa", "Phần đã có số liệu"),
)
_ABOUT = {
    RESULT: "Kết quả tính bằng công thức: tổng, thứ hạng, hạng mục",
    ANSWERS: "Số liệu đã thẩm định; sửa một ô thì điểm và thứ hạng tính lại theo",
    MARKS: "Điểm chấm của từng người, và điểm chung theo tỷ lệ của thang",
    ZEROS: "Lý do bị 0 điểm hoặc không xếp hạng; xóa hay ghi một lý do thì điểm tính lại theo",
    DOCUMENTS: "Số tài liệu kiểm chứng của từng tiêu chí",
    LACKING: "1: có khai để lấy điểm mà không có tài liệu kiểm chứng",
    MEASURED: "Giá trị đem so với giá trị lớn nhất của nhóm",
    POINTS: "Điểm từng tiêu chí, tính từ số liệu",
    AVAILABLE: "Điểm tối đa được tính của từng tiêu chí",
    COVERED: "1: tiêu chí có đủ số liệu; 0: thiếu; trống: không hỏi",
}


class Formula(NamedTuple):
    """A formula without '=', and what the package has for its cell."""

    text: str
    value: Any


class Heading(NamedTuple):
    key: str  # for machines; hidden
    label: str
    form: str = ""  # how its numbers are shown


@dataclass
class Sheet:
    """A sheet to be written: headings, rows above the units (maxima, weights), then a row for each unit.

    The first columns of every row say whose it is: code (hidden), group, name.
    """

    name: str
    headings: list[Heading]
    above: list[list[Any]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    choices: dict[int, list[str]] = field(default_factory=dict)  # column -> what its cells may say

    @property
    def about(self) -> str:
        return _ABOUT[self.name]


LEAD = 3  # columns: code, group, name
FIRST = 4  # the row below title, state, keys and headings
WHOSE = [Heading("unit", "Mã"), Heading("group_name", "Nhóm"), Heading("unit_name", "Đơn vị")]


@cache
def column_name(index: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return xl_col_to_name(index)


@dataclass
class Facts:
    """One year's facts as sheets; every address follows from where units, answers and criteria stand."""

    e: Edition

    # --- where things stand ---------------------------------------------------------------------------------

    @cached_property
    def units(self) -> list[Entity]:
        return [u for group in self.m.groups for u in self.e.inputs.entities if u.group == group]

    @property
    def m(self):
        return self.e.methodology

    @cached_property
    def asked(self) -> list[str]:
        """The answers that some criterion reads, in the order of the methodology."""
        read = {answer for leaf in self.m.leaves for answer in leaf.reads}
        return [answer for answer in self.m.answers if answer in read]

    @cached_property
    def _asked_at(self) -> dict[str, int]:
        return {name: column for column, name in enumerate(self.asked, start=LEAD)}

    @cached_property
    def leaf_at(self) -> dict[str, int]:
        """Leaf -> its column, on every sheet that has one for each."""
        return {leaf.id: column for column, leaf in enumerate(self.m.leaves, start=LEAD)}

    @cached_property
    def groups(self) -> list[str]:
        return [group for group in self.m.groups if any(u.group == group for u in self.units)]

    @property
    def inner(self) -> list[Node]:
        """The nodes that add up others: the total, the categories, then the rest as the decision reads."""
        nodes = [node for node in self.m.nodes if node.children]
        return sorted(nodes, key=lambda node: (node.depth > 1, node.depth == 1))

    @cached_property
    def block(self) -> dict[str, tuple[int, int]]:
        """Group -> the places of its first and last unit."""
        places = {group: [i for i, u in enumerate(self.units) if u.group == group] for group in self.groups}
        return {group: (inside[0], inside[-1]) for group, inside in places.items()}

    def at(self, sheet: str, column: int, unit: int, above: int = 0) -> str:
        return f"'{sheet}'!{column_name(column)}{FIRST + above + unit + 1}"

    def everybody(self, sheet: str, column: int, group: str, above: int = 0) -> str:
        """The cells of everybody in a group."""
        first, last = (FIRST + above + i + 1 for i in self.block[group])
        return f"'{sheet}'!${column_name(column)}${first}:${column_name(column)}${last}"

    def lead(self, u: Entity) -> list[Any]:
        return [u.code, self.m.groups[u.group].label_vi, u.label_vi]

    def answer(self, unit: int) -> Callable[[str], str]:
        return lambda name: self.at(ANSWERS, self._asked_at[name], unit)

    def sheet(
        self,
        name: str,
        headings: Iterable[Heading],
        cells: Callable[[Entity, int], Iterable[Any]],
        above: Sequence[list[Any]] = (),
    ) -> Sheet:
        """A sheet of which each unit has one row."""
        rows = [[*self.lead(u), *cells(u, unit)] for unit, u in enumerate(self.units)]
        return Sheet(name, [*WHOSE, *headings], [*above], rows)

    def of_leaves(
        self, name: str, cell: Callable[[Node, Entity, int], Any], form: str = "", above: Sequence[list] = ()
    ) -> Sheet:
        """One with a column for each criterion."""
        headings = [Heading(leaf.id, f"{leaf.number}. {leaf.label_vi}", form) for leaf in self.m.leaves]
        return self.sheet(name, headings, lambda u, i: [cell(leaf, u, i) for leaf in self.m.leaves], above)

    # --- facts ----------------------------------------------------------------------------------------------

    def answers(self) -> Sheet:
        headings = []
        for name in self.asked:
            spec = self.m.answers[name]
            unit = f" ({spec.unit_vi})" if spec.unit_vi else ""
            headings.append(Heading(name, spec.label_vi + unit, "share" if spec.kind == "mark" else ""))
        sheet = self.sheet(ANSWERS, headings, lambda u, _: [self._answer(u, name) for name in self.asked])
        for i, name in enumerate(self.asked, start=LEAD):
            spec = self.m.answers[name]
            if spec.kind == "yes_no":
                sheet.choices[i] = [formulas.YES, formulas.NO]
            elif spec.kind == "choice":
                sheet.choices[i] = [*formulas.choices(spec).values()]
        return sheet

    def _answer(self, u: Entity, name: str) -> Any:
        """What a cell of the answers holds: a value, or in words why there is none."""
        given, spec = self.e.inputs.given(u, name), self.m.answers[name]
        if given.state == "withheld":
            return formulas.WITHHELD
        if given.state == "not_applicable":
            return formulas.NOT_APPLICABLE
        if given.value is None:
            told = {"given": formulas.UNTOLD, "missing": None}
            return told.get(given.state, STATE_VI.get(given.state))
        row = self._mark_rows.get((u.code, name))
        if row is not None and given == self.e.inputs.stated.get((u.code, name)):  # not corrected since
            return Formula(f"'{MARKS}'!{column_name(self._marks_wide)}{FIRST + row + 1}", given.value)
        if spec.kind == "yes_no":
            return formulas.YES if given.value else formulas.NO
        return formulas.choices(spec)[given.value] if spec.kind == "choice" else given.value

    @cached_property
    def _marked(self) -> list[tuple[int, str]]:
        """(unit, question) that reviewers marked, of those that a criterion reads."""
        keys = self.e.inputs.marks
        return [(i, name) for i, u in enumerate(self.units) for name in self.asked if (u.code, name) in keys]

    @cached_property
    def _mark_rows(self) -> dict[tuple[str, str], int]:
        return {(self.units[i].code, name): row for row, (i, name) in enumerate(self._marked)}

    @cached_property
    def _kinds_of_marks(self) -> dict[tuple[str, int], int]:
        """(Role, round) -> the most marks of it that one question of one unit has; a third one's always."""
        several = [self.e.inputs.marks[self.units[i].code, name] for i, name in self._marked]
        most = {
            kind: max(sum((mark.role, mark.round) == kind for mark in marks) for marks in several)
            for kind in (("reviewer", 1), ("reviewer", 2), ("adjudicator", 1))
        }
        return {kind: max(many, 1) for kind, many in most.items() if many or kind != ("reviewer", 2)}

    @property
    def _marks_wide(self) -> int:
        """The column of the settled mark."""
        return LEAD + 1 + sum(self._kinds_of_marks.values())

    def marks(self) -> Sheet | None:
        """Every mark, without the names of those who gave them; what they come to is the answer."""
        if not self._marked:
            return None
        words = {
            ("reviewer", 1): "Người chấm {}",
            ("reviewer", 2): "Người chấm {}, chấm lại",
            ("adjudicator", 1): "Thẩm định lại",
        }
        marks = [
            Heading(f"{kind[0]}_{kind[1]}_{n}", words[kind].format(n))
            for kind, count in self._kinds_of_marks.items()
            for n in range(1, count + 1)
        ]
        settled = Heading("settled", "Điểm chung (phần của thang)", "share")
        sheet = Sheet(MARKS, [*WHOSE, Heading("answer", "Nội dung chấm"), *marks, settled])
        for row, (i, name) in enumerate(self._marked):
            u, spec = self.units[i], self.m.answers[name]
            cells, column, at = [], LEAD + 1, FIRST + row + 1
            ranges = dict.fromkeys(words, "")
            for kind, count in self._kinds_of_marks.items():
                given = self.e.inputs.marks[u.code, name]
                own = [mark.mark for mark in given if (mark.role, mark.round) == kind]
                cells += [*own, *[None] * (count - len(own))]
                ranges[kind] = f"{column_name(column)}{at}:{column_name(column + count - 1)}{at}"
                column += count
            text = formulas.settled(*ranges.values(), self.m.combine, spec.max)
            value = self.e.inputs.stated[u.code, name].value
            sheet.rows.append([*self.lead(u), spec.label_vi, *cells, Formula(text, value)])
        return sheet

    # --- zeros, and who is not ranked -----------------------------------------------------------------------

    @cached_property
    def _happened(self) -> dict[str, dict[str, set[str]]]:
        """What the events say: unit -> criterion, or '' for the whole report -> reasons for zero."""
        inputs = self.e.inputs
        return zeros(self.m, inputs.events, self.e.parameters["year"], inputs.first_reports)

    @cached_property
    def faults(self) -> list[dict[str, str]]:
        """Per unit: '' (the whole unit, or report) or a node's id -> the reason for zero found there."""
        events = self._happened
        reach = falls_on(self.e.rules)
        made = []
        for u in self.units:
            found = [
                (reason, criterion)
                for criterion, reasons in events.get(u.code, {}).items()
                if not criterion or self.m.by_id[criterion].applies_to(u)
                for reason in sorted(reasons)
            ]
            for leaf in self.m.leaves:
                if leaf.applies_to(u):
                    given = [self.e.inputs.given(u, answer) for answer in leaf.reads]
                    found += [(g.state[5:], leaf.id) for g in given if g.state.startswith("zero_")]
            own: dict[str, str] = {}
            for reason, criterion in found:
                own.setdefault(criterion, STATE_VI[f"zero_{reason}"])
                if reach.get(reason) == "unit":
                    own.setdefault("", STATE_VI[f"zero_{reason}"])
            made.append(own)
        return made

    @property
    def _least(self) -> int:
        """The percent of what is asked below which a unit is not ranked; 0 where none is declared."""
        rule = self.e.rules.get("minimum_answered")
        return rule.value if rule else 0

    @cached_property
    def _with_zeros(self) -> bool:
        unranked = any(node.coverage.below == "not_ranked" for node in self.m.covered)
        silent = NO_REPORT in self.e.scores.unranked.values()
        return bool(self.m.source.zero_rules or self._least or unranked or silent or any(self.faults))

    @cached_property
    def _zero_at(self) -> dict[str, int]:
        """'' (the whole report) or a node -> the column of the zeros found there."""
        found_at = ("", *(node.id for node in self.m.nodes[1:]))
        return {key: column for column, key in enumerate(found_at, start=LEAD + 1)}

    def zeros(self) -> Sheet | None:
        if not self._with_zeros:
            return None
        whole = [Heading("not_ranked", "Không xếp hạng"), Heading("", "Toàn bộ báo cáo")]
        nodes = [Heading(node.id, f"{node.number}. {node.label_vi}") for node in self.m.nodes[1:]]
        return self.sheet(
            ZEROS,
            [*whole, *nodes],
            lambda u, i: [self._not_ranked(u, i), *map(self.faults[i].get, self._zero_at)],
        )

    def _not_ranked(self, u: Entity, unit: int) -> Any:
        stated = {"cancelled": "Kết quả bị hủy", NO_REPORT: "Không có báo cáo"}
        if said := stated.get(self.e.scores.unranked.get(u.code)):
            return said
        few = self._few(u, unit)
        short = [self.short(node, u, unit) for node in self.m.covered if node.coverage.below == "not_ranked"]
        if not (few or any(short)):
            return None
        value = "Trả lời chưa đủ" if u.code in self.e.scores.unranked else ""
        return Formula(f'IF({any_of([few, *short])},"Trả lời chưa đủ","")', value)

    def _few(self, u: Entity, unit: int) -> str:
        """Whether a unit answered less than is asked of it as a whole; '' where nothing is."""
        if not self._least:
            return ""
        asked = dict.fromkeys(
            answer
            for leaf in self.m.leaves
            if leaf.applies_to(u) and not leaf.beyond
            for answer in self.m.asked_at(leaf)
        )
        runs = [*self.runs(ANSWERS, [self._asked_at[name] for name in asked], unit)]
        if not runs:
            return ""
        missing = "+".join(f"COUNTBLANK({run})" for run in runs)
        closed = "+".join(
            f"COUNTIF({run},{formulas.text(word)})"
            for run in runs
            for word in (formulas.NOT_APPLICABLE, formulas.WITHHELD)
        )
        counted = f"({len(asked)}-({closed}))"
        return f"100*({counted}-({missing}))<{self._least}*{counted}"

    # --- what is answered -----------------------------------------------------------------------------------

    @cached_property
    def _looked_at(self) -> dict[str, int]:
        """Leaf below a node that asks for a minimum -> its column of what is answered."""
        below = {
            leaf for node in self.m.covered for group in self.groups for leaf in node.leaf_weights(group)
        }
        return {
            leaf: column for column, leaf in enumerate((x for x in self.leaf_at if x in below), start=LEAD)
        }

    def covered(self) -> Sheet | None:
        """Of each criterion that counts for a minimum, whether it is answered."""
        if not self._looked_at:
            return None
        leaves = [leaf for leaf in self.m.leaves if leaf.id in self._looked_at]
        headings = [Heading(leaf.id, f"{leaf.number}. {leaf.label_vi}") for leaf in leaves]
        return self.sheet(COVERED, headings, lambda u, i: [self._answered(leaf, u, i) for leaf in leaves])

    def _answered(self, leaf: Node, u: Entity, unit: int) -> Formula | None:
        asked = self.m.asked_at(leaf)
        if not asked or not leaf.applies_to(u):
            return None
        gap = _gap(self.e.inputs.given(u, answer) for answer in asked)
        text = formulas.outside(map(self.answer(unit), asked), "0", '""', "1")
        return Formula(text, {"missing": 0, "closed": ""}.get(gap, 1))

    def short(self, node: Node, u: Entity, unit: int) -> str:
        """Whether too little is answered below a node; '' where nothing is asked there."""
        weights = node.leaf_weights(u.group) if node.maxima[u.group] is not None else {}
        cells = [
            (self.at(COVERED, self._looked_at[leaf], unit), part if node.coverage.of == "weight" else 1)
            for leaf, part in weights.items()
        ]
        return formulas.short(cells, node.coverage.least) if cells else ""

    def apart(self, unit: int) -> str:
        return f'{self.at(ZEROS, LEAD, unit)}<>""' if self._with_zeros else ""

    def _zero(self, node_id: str, unit: int) -> str:
        return f'{self.at(ZEROS, self._zero_at[node_id], unit)}<>""'

    def zeroed(self, leaf: Node, unit: int) -> str:
        """Whether a zero is found at this very criterion."""
        said = [self._zero(leaf.id, unit)] if self._with_zeros else []
        if self._proven:
            said.append(f"{self.at(LACKING, self.leaf_at[leaf.id], unit)}=1")
        return any_of(said)

    def reached(self, leaf: Node, unit: int) -> str:
        """Whether a zero found elsewhere reaches it: at what it stands under, or over the whole unit."""
        parts = leaf.id.split(".")
        above = [".".join(parts[:depth]) for depth in range(1, len(parts))]
        said = [self._zero(each, unit) for each in ("", *above)] if self._with_zeros else []
        if self._proven and falls_on(self.e.rules)["no_evidence"] == "unit":
            said.append(f"{self.at(LACKING, LEAD + len(self.leaf_at), unit)}>0")
        return any_of(said)

    # --- evidence -------------------------------------------------------------------------------------------

    @cached_property
    def _proven(self) -> bool:
        """Whether documents are asked for, and a register of them is kept."""
        return self.e.inputs.evidence is not None and "no_evidence" in falls_on(self.e.rules)

    def documents(self) -> Sheet | None:
        if not self._proven:
            return None
        return self.of_leaves(DOCUMENTS, lambda leaf, u, _: self._documents(leaf, u) or None)

    def _documents(self, leaf: Node, u: Entity) -> int:
        evidence = self.e.inputs.evidence or {}
        return sum(len(evidence.get((u.code, answer), ())) for answer in self.m.asked_at(leaf))

    def lacking(self) -> Sheet | None:
        if not self._proven:
            return None
        sheet = self.of_leaves(LACKING, self._lacks)
        sheet.headings.append(Heading("any", "Số tiêu chí"))
        for at, row in enumerate(sheet.rows, start=FIRST + 1):
            inside = f"{column_name(LEAD)}{at}:{column_name(len(row) - 1)}{at}"
            row.append(Formula(f"SUM({inside})", sum(cell.value for cell in row[LEAD:] if cell)))
        return sheet

    def _lacks(self, leaf: Node, u: Entity, unit: int) -> Formula | None:
        """1 where points are claimed and nothing is shown for them."""
        if leaf.taken_off or not self.m.asked_at(leaf) or not leaf.applies_to(u):
            return None
        at, rule = self.answer(unit), leaf.criterion.rule
        document = self.at(DOCUMENTS, self.leaf_at[leaf.id], unit)
        claimed = f"IF(AND({document}=0,{formulas.claims(rule, at, self.m.answers)}),1,0)"
        text = formulas.outside(
            map(at, rule.reads), "0" if leaf.missing == "error" else claimed, "0", claimed
        )
        given = {answer: self.e.inputs.given(u, answer) for answer in rule.reads}
        state = _gap(given.values())
        silent = state == "closed" or (state == "missing" and leaf.missing == "error")
        lacks = not silent and not self._documents(leaf, u) and claims(rule, given)
        return Formula(text, int(lacks))

    def runs(self, sheet: str, columns: Sequence[int], unit: int, above: int = 0) -> Iterator[str]:
        at = FIRST + above + unit + 1
        for first, last in neighbours(columns):
            end = f":{column_name(last)}{at}" if last > first else ""
            yield f"'{sheet}'!{column_name(first)}{at}{end}"


def any_of(conditions: Iterable[str]) -> str:
    """Whether any holds; '' where none can."""
    said = [condition for condition in conditions if condition]
    return f"OR({','.join(said)})" if len(said) > 1 else "".join(said)


def _gap(given: Iterable[Any]) -> str:
    """The first reason why answers have no value: 'missing', 'closed', or '' where all have one."""
    for each in given:
        if each.state == "missing":
            return "missing"
        if each.state in ("not_applicable", "withheld"):
            return "closed"
    return ""


def neighbours(columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring columns as (first, last)."""
    columns = sorted(set(columns))
    if not columns:
        return
    starts = [columns[0], *(b for a, b in pairwise(columns) if b != a + 1)]
    ends = [*(a for a, b in pairwise(columns) if b != a + 1), columns[-1]]
    yield from zip(starts, ends, strict=True)
