"""The steps of a page as frames: answers, then points, then what they add up to, then ranks and levels.

Each step takes the frame of the step before, so that whoever changes a figure in between sees what follows.
Exact values are Fractions and whole numbers; ``share`` and ``place`` are the floats to plot. In frames of
50,000 rows and more columns of text are pandas' categories, each text kept once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from ictindex.facts import Entity, Given, told_source
from ictindex.methodology import Answer, Level, Methodology, Node
from ictindex.page.criterion_rows import Leaf, evidence, figure_of, in_floats
from ictindex.page.described import Repeated, described, side_by_side
from ictindex.page.levels_vi import lacking_vi, tie_breaks_vi, tie_vi
from ictindex.page.words import STATE_VI, UNRANKED_VI, unranked_vi
from ictindex.scoring import Evaluation, Lack, Outcome, added_up, broken, lacking, ranks

if TYPE_CHECKING:
    from numpy import ndarray
    from pandas import DataFrame, Series  # half a second, which a command that shows no frame does not take

TOTAL = ""  # the category of a row that is the total


def answers(e: Evaluation) -> DataFrame:
    """What every unit declared and what stands, one answer a row, in the order of units and questions.

    Columns: group, group_name, unit, unit_name, answer, answer_name, declared, verified (exact values, True,
    False or text; None where there is none), state, state_name, why, who, at, source (cell, sheet, file).
    """
    import numpy as np

    asked, codes = e.methodology.answers, [entity.code for entity in e.inputs.entities]
    told = [(key, e.inputs.alike((key,), whole=True)) for key in asked]
    which = side_by_side([(alike.which, len(alike.given)) for _, alike in told])
    kinds = [(key, given[key]) for key, alike in told for given in alike.given]
    stated = np.array([given.state != "missing" for _, given in kinds], bool)[which]
    there = stated | (np.array([e.inputs.answers.rows(key, codes) for key in asked]).T > 0)
    cells = [_answered(key, asked[key], given, e.inputs.forms) for key, given in kinds]
    whose = _whose_rows(e, len(asked))  # else nobody was asked, or nothing was sent: see points
    rows = [whose._replace(which=whose.which[there.ravel()]), Repeated(cells, which[there])]
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
        "source": "Từ ô, trang, tệp",
    }
    return described(rows, labels, "Số liệu của từng đơn vị", only_in_file=("unit", "answer", "state"))


def _answered(key: str, asked: Answer, given: Given, forms: Mapping[str, str]) -> tuple[Any, ...]:
    """What a row of ``answers`` says of an answer, whosever it is."""
    state = "scored" if given.state == "given" else given.state
    declared = None if asked.kind == "mark" else given.claimed  # a mark is the reviewers'
    return (
        *(key, asked.label_vi, declared, figure_of(asked, given), given.state),
        *(STATE_VI.get(state, state), given.why, given.who, given.at and given.at.date()),
        ", ".join(reversed(told_source(given.source, forms))),  # the file last: pandas cuts long texts off
    )


def given_marks(e: Evaluation) -> DataFrame:
    """Every mark that was given, one a row.

    Columns: unit, unit_name, answer, answer_name (what was marked), reviewer, role ('reviewer' or
    'adjudicator'), round (1, or 2 of a re-inspection), mark, available (the top of the scale; both
    Fractions), why, recording (of the inspection, where one is named).
    """
    names, asked = e.inputs.names, e.methodology.answers
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
    columns = [Leaf(e, top, leaf) for top in tops for leaf in top.leaves]
    which = side_by_side([(column.which, len(column.kinds)) for column in columns])
    cells = [cells for column in columns for cells in column.kinds]
    rows = [_whose_rows(e, len(columns)), Repeated(cells, which.ravel()), evidence(e, columns)]
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
    import numpy as np

    added = added_up(e.methodology, e.inputs.entities, _by_leaf(points, e), e.scores.uncovered)
    outcomes = {node: _as_known(column, e.scores.outcomes[node]) for node, column in added.items()}
    tops = (*e.methodology.categories, e.methodology.root)
    names = [(node.id, node.label_vi, node.number) for node in e.methodology.categories]
    names.append((TOTAL, e.methodology.root.label_vi, ""))
    units = zip(*(_stands(e, node, outcomes) for node in tops), strict=True)
    cells = [stands for unit in units for stands in unit]
    which = np.arange(len(cells))
    rows = [_whose_rows(e, len(tops)), Repeated(names, which % len(tops)), Repeated(cells, which)]
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


def _whose_rows(e: Evaluation, each: int) -> Repeated:
    """Whose so many rows are, unit by unit."""
    import numpy as np

    units = e.inputs.entities
    return Repeated([_whose(e, entity) for entity in units], np.repeat(np.arange(len(units)), each))


def _by_leaf(points: DataFrame, e: Evaluation) -> dict[str, tuple[Outcome, ...]]:
    """What the units have at the lowest criteria, in whatever order; ValueError where a row is missing."""
    import numpy as np

    codes = [entity.code for entity in e.inputs.entities]
    leaves = [leaf.id for leaf in e.methodology.leaves]
    unit, leaf = _places(points["unit"], codes), _places(points["criterion"], leaves)
    rows = np.full((len(leaves), len(codes)), -1)
    ours = np.flatnonzero((unit >= 0) & (leaf >= 0))
    rows[leaf[ours], unit[ours]] = ours
    if lacking := sorted((codes[i], leaves[j]) for j, i in np.argwhere(rows < 0)):
        raise ValueError(f"{len(lacking)} rows of points are missing, the first of them {lacking[:3]}")
    columns = [np.asarray(points[name], object) for name in ("points", "available", "state")]
    outcomes: dict[str, tuple[Outcome, ...]] = {}
    for j, name in enumerate(leaves):
        said = [column[rows[j]].tolist() for column in columns]
        known: dict[tuple, Outcome] = {}  # by the very objects, which ``points`` has once
        column = []
        for row in zip(*said, strict=True):
            alike = id(row[0]), id(row[1]), row[2]
            if alike not in known:
                known[alike] = _outcome(*row)
            column.append(known[alike])
        outcomes[name] = tuple(column)
    return outcomes


def _as_known(column: Sequence[Outcome], known: Sequence[Outcome]) -> list[Outcome]:
    """Outcomes as the very objects that the scores have, where they are equal."""
    return [own if own == outcome else outcome for outcome, own in zip(column, known, strict=True)]


def _value(e: Evaluation, entity: Entity, outcome: Outcome) -> Fraction | None:
    return None if entity.code in e.scores.unranked else e.compared(outcome)


def _places(column: Series, known: Sequence[str]) -> ndarray:
    """Where each cell stands among what is known; -1 of what is not."""
    import numpy as np
    import pandas as pd

    codes, cells = pd.factorize(column)
    return np.append(pd.Index(known, dtype=object).get_indexer(cells), -1)[codes]


def _stands(e: Evaluation, node: Node, outcomes: Mapping[str, Sequence[Outcome]]) -> list[tuple[Any, ...]]:
    """What every unit has at one node, ranked inside its group."""
    rounded, root = e.rules["rank_on"].value == "rounded", node is e.methodology.root
    stands: list[tuple[Any, ...]] = [()] * len(e.inputs.entities)
    at = e.at(node)
    for group in e.methodology.groups:
        inside = [i for i, entity in enumerate(e.inputs.entities) if entity.group == group]
        known = [at[e.inputs.entities[i].code] for i in inside]
        own = [s.outcome is outcomes[node.id][i] for i, s in zip(inside, known, strict=True)]
        values = [
            s.value if same else _value(e, s.entity, outcomes[node.id][i])
            for i, s, same in zip(inside, known, own, strict=True)
        ]
        printed = [
            s.printed if same else e.rounded(value) for s, value, same in zip(known, values, own, strict=True)
        ]
        compared = printed if rounded else values
        if root and (breaks := e.methodology.tie_breaks):
            steps = [[e.compared(outcomes[each.id][i]) for i in inside] for each in breaks]
            steps = [[*map(e.rounded, step)] for step in steps] if rounded else steps
            compared = broken(compared, steps).keys
        places = ranks(compared, e.rules["ties"].value)
        most = Fraction(1) if e.rules["compare_on"].value == "share" else node.maxima[group]
        for i, value, shown, place in zip(inside, values, printed, places, strict=True):
            outcome = outcomes[node.id][i]
            stands[i] = (
                *(outcome.points, outcome.available, in_floats(outcome.share)),
                *(value, shown, in_floats(value and most and value / most), place),
                *_state(e, e.inputs.entities[i], outcome),
            )
    return stands


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
