"""The steps of a page as frames: answers, then points, then what they add up to, then ranks and levels.

Each step takes the frame of the step before, so that whoever changes a figure in between sees what follows.
Exact values are Fractions and whole numbers; ``share`` and ``place`` are the floats to plot.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from ictindex.facts import Entity, Given, Value
from ictindex.methodology import Answer, Level, Methodology, Node
from ictindex.page.anchors import anchor_vi
from ictindex.page.described import described
from ictindex.page.levels_vi import lacking_vi, tie_breaks_vi, tie_vi
from ictindex.page.words import STATE_VI, UNRANKED_VI, unranked_vi
from ictindex.page.worked import figure_vi, marks_vi, number_vi, rounding_vi, worked
from ictindex.scoring import Evaluation, Lack, Outcome, broken, combined, lacking, measured, ranks

if TYPE_CHECKING:
    from pandas import DataFrame  # half a second, which a command that shows no frame does not take

TOTAL = ""  # the category of a row that is the total


def answers(e: Evaluation) -> DataFrame:
    """What every unit declared and what stands, one answer a row, in the order of units and questions.

    Columns: group, group_name, unit, unit_name, answer, answer_name, declared, verified (exact values, True,
    False or text; None where there is none), state, state_name, why, who, at, source.
    """
    rows = []
    for entity in e.inputs.entities:
        for key, asked in e.methodology.answers.items():
            given = e.inputs.given(entity, key)
            if given.row is None and given.state == "missing":
                continue  # nobody was asked, or nothing was sent: see points
            state = "scored" if given.state == "given" else given.state
            rows.append(
                (
                    *(*_whose(e, entity), key, asked.label_vi, given.claimed, figure_of(asked, given)),
                    *(given.state, STATE_VI.get(state, state), given.why, given.who),
                    *(given.at and given.at.date(), given.source),
                )
            )
    labels = {
        **_UNIT,
        "answer": "Mã số liệu",
        "answer_name": "Số liệu",
        "declared": "Tự khai",
        "verified": "Được lấy",
        "state": "Mã trạng thái",
        "state_name": "Trạng thái",
        "why": "Lý do thay đổi",
        "who": "Người thẩm định",
        "at": "Ngày",
        "source": "Từ tệp, trang, ô",
    }
    return described(rows, labels, "Số liệu của từng đơn vị", only_in_file=("unit", "answer", "state"))


def given_marks(e: Evaluation) -> DataFrame:
    """Every mark that was given, one a row.

    Columns: unit, unit_name, answer, answer_name (what was marked), reviewer, role ('reviewer' or
    'adjudicator'), round (1, or 2 of a re-inspection), mark, available (the top of the scale; both
    Fractions), why, recording (of the inspection, where one is named).
    """
    names = {entity.code: entity.label_vi for entity in e.inputs.entities}
    asked = e.methodology.answers
    rows = [
        (
            *(unit, names[unit], answer, asked[answer].label_vi, mark.reviewer, mark.role),
            *(mark.round, mark.mark, asked[answer].max, mark.why, mark.recording),
        )
        for (unit, answer), several in sorted(e.inputs.marks.items())
        for mark in several
    ]
    labels = {"unit": "Mã đơn vị", "unit_name": "Tên đơn vị", "answer": "Mã mục chấm"}
    labels |= {"answer_name": "Mục chấm", "reviewer": "Người chấm", "role": "Vai trò"}
    labels |= {"round": "Lần chấm", "mark": "Điểm chấm"}
    labels |= {"available": "Thang điểm", "why": "Lý do", "recording": "Ảnh chụp, bản ghi hình"}
    note = "" if rows else "Chưa có điểm chấm nào."
    return described(rows, labels, "Từng điểm chấm", note, only_in_file=("unit", "answer"))


_NO_PREVIOUS_VI = "không có kỳ trước (tham số previous để trống): bỏ các ô so với kỳ trước"


def points(e: Evaluation) -> DataFrame:
    """What every unit earned at every lowest criterion, and by which sum: one row a unit and criterion.

    Columns: group, group_name, unit, unit_name, category, category_name, criterion, criterion_name, number,
    figures (as they stand), rule (with the figures filled in; empty where nothing was scored), points and
    available (Fraction; None where the criterion does not count), share (float 0 … 1), state, state_name,
    clause, evidence.
    """
    if e is None:
        raise ValueError(_NO_PREVIOUS_VI)
    tops = e.methodology.categories
    columns = [_Leaf(e, top, leaf) for top in tops for leaf in top.walk() if not leaf.children]
    rows = []
    for i, entity in enumerate(e.scores.entities):
        whose = _whose(e, entity)
        rows += [(*whose, *column.cells(i, entity)) for column in columns]
    labels = {
        **_UNIT,
        **_CATEGORY,
        "criterion": "Mã tiêu chí",
        "criterion_name": "Tiêu chí",
        "number": "TT",
        "figures": "Số liệu",
        "rule": "Phép tính",
        **_EARNED,
        "clause": "Căn cứ",
        "evidence": "Tài liệu kiểm chứng",
    }
    hidden = ("unit", "category", "criterion", "share", "state")
    return described(rows, labels, "Điểm từng tiêu chí", only_in_file=hidden)


def add_up(points: DataFrame, e: Evaluation) -> DataFrame:
    """Points of criteria added up along the tree: one row a unit and category, and one for its total.

    ``points``: the frame of that name, or one with other points in it; a row without points (None, NaN) does
    not count, and what does not count leaves the maximum too. ValueError names rows that are missing.
    Columns: group, group_name, unit, unit_name, category ('' for the total), category_name, number, points,
    available (Fraction), share (float), value (Fraction that is compared), printed (Decimal, rounded once),
    place (float 0 … 1, for bars), rank (in the group; None where there is none), state, state_name.
    """
    told = (points[name] for name in ("unit", "criterion", "points", "available", "state"))
    outcomes = {(unit, criterion): _outcome(*row) for unit, criterion, *row in zip(*told, strict=True)}
    leaves = {leaf.id for leaf in e.methodology.leaves}
    wanted = {(entity.code, leaf) for entity in e.inputs.entities for leaf in leaves}
    if lacking := sorted(wanted - outcomes.keys()):
        raise ValueError(f"{len(lacking)} rows of points are missing, the first of them {lacking[:3]}")
    at: dict[str, dict[str, Outcome]] = {}
    for node in reversed(e.methodology.nodes):  # children before parents
        at[node.id] = {
            entity.code: outcomes[entity.code, node.id]
            if node.id in leaves
            else combined(
                node,
                entity.group,
                [at[child.id][entity.code] for child in node.children],
                entity.code in e.scores.uncovered.get(node.id, ()),
            )
            for entity in e.inputs.entities
        }
    rows = [row for node in (*e.methodology.categories, e.methodology.root) for row in _stands(e, node, at)]
    order = {entity.code: n for n, entity in enumerate(e.inputs.entities)}
    rows.sort(key=lambda row: order[row[2]])  # stable: a unit's categories stay in their order
    labels = {**_UNIT, **_CATEGORY, "number": "TT", **_EARNED, **_STANDS}
    labels = {key: labels[key] for key in _ADDED}
    hidden = ("unit", "category", "share", "value", "place", "state")
    return described(rows, labels, "Điểm từng hạng mục", only_in_file=hidden)


def rank(categories: DataFrame, e: Evaluation) -> DataFrame:
    """Totals ranked inside each group, with levels: one row a unit, by rank, then by code.

    ``categories``: what ``add_up`` gives. Columns: group, group_name, unit, unit_name, rank, printed,
    level_name (None where the decision has no levels), [level_why (what is lacking for the level above, only
    where the total alone decides no level)], [tie_break (which category told units of one value apart, only
    where the methodology says how)], points, available, value, place, state,
    <category>_value (Decimal, as printed) and <category>_rank.
    """
    total = categories[categories["category"] == TOTAL]
    inside = {(row.unit, row.category): row for row in categories.itertuples()}
    reached, ties = _levels(e, total, inside), _ties(e, total, inside)
    conditions = bool(e.methodology.source.levels) and not e.methodology.plain_levels
    rows = []
    for row in total.itertuples():
        own = [inside[row.unit, node.id] for node in e.methodology.categories]
        stands = reached.get(row.unit)
        rows.append(
            (
                *(row.group, row.group_name, row.unit, row.unit_name, _none(row.rank), row.printed),
                stands and stands.level and stands.level.label_vi,
                *([stands.why_vi(e.methodology) if stands else ""] if conditions else []),
                *([ties.get(row.unit, "")] if e.methodology.tie_breaks else []),
                *(row.points, row.available, row.value, row.place, row.state),
                *(cell for each in own for cell in (each.printed, each.rank)),
            )
        )
    groups = list(e.methodology.groups)
    rows.sort(key=lambda row: (groups.index(row[0]), row[4] is None, row[4] or 0, row[2]))
    labels = {**_UNIT, "rank": "Hạng", "printed": e.methodology.root.label_vi, "level_name": "Mức"}
    labels |= {"level_why": "Chưa đạt mức trên vì"} if conditions else {}
    labels |= {"tie_break": "Phân định khi bằng nhau"} if e.methodology.tie_breaks else {}
    labels |= {"points": "Điểm", "available": "Điểm tối đa", "value": _STANDS["value"]}
    labels |= {"place": _STANDS["place"], "state": "Mã trạng thái"}
    tops = e.methodology.categories
    for node in tops:
        labels |= {f"{node.id}_value": "Giá trị", f"{node.id}_rank": "Hạng"}
    levels = () if e.methodology.source.levels else ("level_name",)
    note = tie_breaks_vi(e.methodology)
    note += (
        "Trong cùng một hạng các đơn vị xếp theo mã, không hàm ý hơn kém. Dấu – : không xếp hạng."
        " Giá trị chính xác, chưa làm tròn, ở tệp số liệu kèm theo."
    )
    apart = unranked_vi((row[3], row[11]) for row in rows if row[4] is None)
    note += f" {apart[0].upper()}{apart[1:]}." if apart else ""
    return described(
        rows,
        labels,
        "Bảng xếp hạng",
        note,
        only_in_file=("unit", "points", "available", "value", "place", "state", *levels),
        bold=[n for n, row in enumerate(rows) if row[2] in e.highlighted],
        heads={f"{node.id}_{each}": node.label_vi for node in tops for each in ("value", "rank")},
    )


# --- columns ----------------------------------------------------------------------------------------------

_UNIT = {"group": "Mã nhóm", "group_name": "Nhóm", "unit": "Mã đơn vị", "unit_name": "Tên đơn vị"}
_CATEGORY = {"category": "Mã hạng mục", "category_name": "Hạng mục"}
_EARNED = {
    "points": "Điểm",
    "available": "Điểm tối đa",
    "share": "Tỷ lệ",
    "state": "Mã trạng thái",
    "state_name": "Trạng thái",
}
_STANDS = {
    "value": "Giá trị chính xác",
    "printed": "Giá trị",
    "place": "So với cao nhất có thể",
    "rank": "Hạng",
}
_ADDED = (
    *(*_UNIT, *_CATEGORY, "number", "points", "available", "share"),
    *("value", "printed", "place", "rank", "state", "state_name"),
)


# --- rows -------------------------------------------------------------------------------------------------


def _whose(e: Evaluation, entity: Entity) -> tuple[str, str, str, str]:
    return entity.group, e.methodology.groups[entity.group].label_vi, entity.code, entity.label_vi


def figure_of(asked: Answer, given: Given) -> Value:
    """What stands, in the units of the question: a settled mark is held as a share of its scale."""
    return given.value * asked.max if asked.kind == "mark" and given.value is not None else given.value


class _Leaf:
    """The cells of one criterion in ``points``: what equal figures come to is said once."""

    def __init__(self, e: Evaluation, top: Node, leaf: Node):
        self.e, self.leaf, self.reads = e, leaf, leaf.criterion.rule.reads
        self.outcomes = e.scores.outcomes[leaf.id]
        self.names = (top.id, top.label_vi, leaf.id, leaf.label_vi, leaf.number)
        self.clause = anchor_vi(leaf.criterion.citation)
        self.known: dict[tuple, tuple] = {}

    def cells(self, i: int, entity: Entity) -> tuple[Any, ...]:
        e, outcome = self.e, self.outcomes[i]
        given = {answer: e.inputs.given(entity, answer) for answer in self.reads}
        alike = (entity.group, id(outcome), *(each.value for each in given.values()))  # kept by the scores
        if entity.code in e.scores.unranked or (self.leaf.id, entity.code) in e.scores.means:
            alike += (entity.code,)  # its sum is its own
        if e.inputs.marks:
            alike += tuple(e.inputs.marks.get((entity.code, answer), ()) for answer in given)
        if alike not in self.known:
            self.known[alike] = (
                *(*self.names, _figures(e, entity, given), sum_vi(e, self.leaf, entity, given, outcome)),
                *(outcome.points, outcome.available, _float(outcome.share)),
                *(outcome.state, STATE_VI[outcome.state], self.clause),
            )
        return *self.known[alike], _evidence(e, entity, given)


def _figures(e: Evaluation, entity: Entity, given: Mapping[str, Given]) -> str:
    """The figures that a criterion reads, as they stand; of a marked one, every mark as it was given."""
    shown = (
        marks_vi(e.inputs.marks.get((entity.code, answer), ()))
        or figure_vi(figure_of(e.methodology.answers[answer], one), e.methodology.answers[answer])
        for answer, one in given.items()
    )
    return "; ".join(shown) if any(one.value is not None for one in given.values()) else ""


def sum_vi(e: Evaluation, leaf: Node, entity: Entity, given: Mapping[str, Given], outcome: Outcome) -> str:
    """The rule of a criterion with a unit's figures filled in; '' where nothing was scored."""
    if outcome.state != "scored":
        return ""
    most, factor = leaf.maxima[entity.group], leaf.factor(entity.group)
    if shares := e.scores.means.get((leaf.id, entity.code)):
        years = " + ".join(map(number_vi, shares))
        return f"({years}) : {len(shares)} × {number_vi(most)}"
    reference = e.scores.references.get((leaf.id, entity.group))
    largest = reference and reference.against
    if leaf.criterion.rule.of_largest and entity.code in e.scores.unranked:  # it sets no mark for others
        largest = max(filter(None, (largest, measured(leaf.criterion.rule.of_largest, given))), default=None)
    rule, nothing = leaf.criterion.rule, e.nothing_of_nothing
    sum_of_it = worked(rule, given, e.methodology.answers, most / factor, largest, nothing)
    sum_of_it = sum_of_it if factor == 1 else f"({sum_of_it}) × {number_vi(factor)}"
    return f"{'trừ: ' if leaf.deducts else ''}{sum_of_it}{rounding_vi(leaf, outcome)}"


def _evidence(e: Evaluation, entity: Entity, given: Iterable[str]) -> str:
    register = e.inputs.evidence or {}
    if not register:
        return ""
    shown = (one for answer in given for one in register.get((entity.code, answer), ()))
    return "; ".join(dict.fromkeys(one.file or one.reference for one in shown))


def _stands(e: Evaluation, node: Node, at: Mapping[str, Mapping[str, Outcome]]) -> Iterator[tuple[Any, ...]]:
    """Every unit's row at one node, ranked inside its group."""
    root = node is e.methodology.root
    names = (TOTAL, node.label_vi, "") if root else (node.id, node.label_vi, node.number)
    for group in e.methodology.groups:
        inside = [entity for entity in e.inputs.entities if entity.group == group]
        outcomes = [at[node.id][entity.code] for entity in inside]
        values = [
            None if entity.code in e.scores.unranked else e.compared(outcome)
            for entity, outcome in zip(inside, outcomes, strict=True)
        ]
        printed = [e.rounded(value) for value in values]
        rounded = e.rules["rank_on"].value == "rounded"
        compared = printed if rounded else values
        if root and e.methodology.tie_breaks:
            compared = broken(compared, [*_tie_values(e, inside, at, rounded)]).keys
        places = ranks(compared, e.rules["ties"].value)
        most = Fraction(1) if e.rules["compare_on"].value == "share" else node.maxima[group]
        for entity, outcome, value, shown, place in zip(
            inside, outcomes, values, printed, places, strict=True
        ):
            yield (
                *(*_whose(e, entity), *names, outcome.points, outcome.available, _float(outcome.share)),
                *(value, shown, _float(value and most and value / most), place),
                *_state(e, entity, outcome),
            )


def _tie_values(
    e: Evaluation, inside: Sequence[Entity], at: Mapping[str, Mapping[str, Outcome]], rounded: bool
) -> Iterator[list[Any]]:
    """What tells units of one total apart, step by step."""
    for node in e.methodology.tie_breaks:
        values = [e.compared(at[node.id][entity.code]) for entity in inside]
        yield [e.rounded(value) for value in values] if rounded else values


def _state(e: Evaluation, entity: Entity, outcome: Outcome) -> tuple[str, str]:
    """The state of a sum: why its unit is not ranked, else its own."""
    if apart := e.scores.unranked.get(entity.code):
        return apart, UNRANKED_VI[apart]
    return outcome.state, STATE_VI[outcome.state]


def _levels(e: Evaluation, total: DataFrame, inside: Mapping[tuple[str, str], Any]) -> dict[str, Reached]:
    """Unit -> its level and what it lacks to the one above; of who has a total, where there are levels."""
    found: dict[str, Reached] = {}
    if e.methodology.source.levels is None:
        return found
    placed: dict[str, list[int]] = {}
    for row in total.itertuples():
        placed.setdefault(row.group, []).extend([] if _none(row.rank) is None else [row.rank])
    placed = {group: sorted(places) for group, places in placed.items()}
    for row in total.itertuples():
        if _none(row.value) is None:
            continue
        parts = {}
        for node in e.methodology.root.regular:
            own = inside[row.unit, node.id]
            points, available = _none(own.points), _none(own.available)
            parts[node.id] = None if available is None else Fraction(points) / Fraction(available)
        places = placed[row.group]
        ahead = None if _none(row.rank) is None else Fraction(bisect_left(places, row.rank), len(places))
        reached = [*lacking(e, _none(row.value), _none(row.printed), parts, ahead)]
        found[row.unit] = Reached.of(reached)
    return found


class Reached(NamedTuple):
    """The level that a unit has, the level above it, and what is lacking for that."""

    level: Level | None
    above: Level | None
    lacks: Sequence[Lack]

    @classmethod
    def of(cls, reached: Sequence[tuple[Level, Sequence[Lack]]]) -> Reached:
        """Of every level, the highest first, with what is lacking for it."""
        own = next((i for i, (_, lacks) in enumerate(reached) if not lacks), len(reached))
        above = reached[own - 1] if own else (None, ())
        return cls(reached[own][0] if own < len(reached) else None, *above)

    def why_vi(self, methodology: Methodology) -> str:
        """Why the level is not the one above."""
        return lacking_vi(self.above, self.lacks, methodology) if self.above else ""


def _ties(e: Evaluation, total: DataFrame, inside: Mapping[tuple[str, str], Any]) -> dict[str, str]:
    """Unit that has the total of others -> which category told them apart."""
    told: dict[str, str] = {}
    on = "printed" if e.rules["rank_on"].value == "rounded" else "value"
    breaks = e.methodology.tie_breaks
    for _, group in total.groupby("group", sort=False) if breaks else ():
        values = [_none(value) for value in group[on]]
        steps = [[_none(getattr(inside[u, node.id], on)) for u in group["unit"]] for node in breaks]
        for unit, value, decided in zip(group["unit"], values, broken(values, steps).decided, strict=True):
            if decided is not None:
                others = values.count(value) - 1
                told[unit] = tie_vi(others, [breaks[step] for step in decided])
    return told


def _outcome(points: Any, available: Any, state: str) -> Outcome:
    """A row of points as the engine adds it up; what has no points is missing, if nothing else is said."""
    points, available = _exact(points), _exact(available)
    if points is not None and available is not None:
        return Outcome(points, available, state)
    counted = state == "scored" or state.startswith("zero_")
    return Outcome(None, None, "missing" if counted else state)


def _exact(cell: Any) -> Fraction | None:
    """A number exactly, a float as the decimals that it prints."""
    if type(cell) is Fraction:  # as most are: to ask pandas takes longer
        return cell
    cell = _none(cell)
    return None if cell is None else Fraction(repr(float(cell)) if isinstance(cell, float) else cell)


def _none(cell: Any) -> Any:
    """None where pandas made a NaN or NA of it, as it does in columns of its own kinds."""
    import pandas as pd

    return None if cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell)) else cell


def _float(value: Fraction | Decimal | None) -> float | None:
    return None if value is None else float(value)


def same(frame: DataFrame, other: DataFrame, on: Sequence[str], columns: Sequence[str]) -> DataFrame:
    """Where two ways to the same numbers disagree; ValueError naming the first rows, else ``frame`` itself.

    ``on``: the columns that name a row; ``columns``: those compared, exactly.
    """
    both = frame[[*on, *columns]].merge(
        other[[*on, *columns]], on=list(on), how="outer", suffixes=("", "_other")
    )
    differ = [
        row
        for row in both.to_dict("records")
        if any(_none(row[c]) != _none(row[f"{c}_other"]) for c in columns)
    ]
    if differ or len(frame) != len(other):
        of = f"of {len(frame)} and {len(other)}"
        raise ValueError(f"{len(differ)} rows differ, {of}, the first of them {differ[:3]}")
    return frame
