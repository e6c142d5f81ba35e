"""The steps of a page as frames: answers, then points, then what they add up to, then ranks and levels.

Each step takes the frame of the step before, so that whoever changes a figure in between sees what follows.
Exact values are Fractions and whole numbers; ``share`` and ``place`` are the floats to plot. In frames of
50,000 rows and more columns of text are pandas' categories, each text kept once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ictindex.facts import Given, told_source
from ictindex.methodology import Answer, Node
from ictindex.page.cells import UNIT_VI, entity_cells
from ictindex.page.criterion_rows import Leaf, evidence, figure_of, in_floats
from ictindex.page.described import Repeated, described, side_by_side
from ictindex.page.levels_vi import lacking_vi, tie_breaks_vi, tie_vi
from ictindex.page.words import STATE_VI, UNRANKED_VI, unranked_vi
from ictindex.page.worked import figure_vi
from ictindex.scoring import Evaluation, Outcome, Standing, added_up, reached, tie_of

if TYPE_CHECKING:
    from numpy import ndarray
    from pandas import DataFrame, Series  # half a second, which a command that shows no frame does not take

TOTAL = ""  # the category of a row that is the total

_STATE = {"state": "Mã trạng thái", "state_name": "Trạng thái"}
ANSWERS_VI = {
    **UNIT_VI,
    "answer": "Mã số liệu",
    "answer_name": "Số liệu",
    "declared": "Tự khai (giá trị)",
    "verified": "Được lấy (giá trị)",
    "declared_text": "Tự khai",
    "verified_text": "Được lấy",
    **_STATE,
    "why": "Lý do thay đổi",
    "who": "Người thẩm định",
    "at": "Ngày",
    "source": "Từ ô, trang, tệp",
}


def answers(e: Evaluation) -> DataFrame:
    """What every unit declared and what stands, one answer a row, in the order of units and questions.

    Columns: group, group_name, unit, unit_name, answer, answer_name, declared, verified (exact values, True,
    False or the key of a choice; None where there is none), declared_text, verified_text (the same in words),
    state, state_name, why, who, at, source (cell, sheet, file).
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
    hidden = ("unit", "answer", "declared", "verified", "state")
    return described(rows, ANSWERS_VI, "Số liệu của từng đơn vị", only_in_file=hidden)


def _answered(key: str, asked: Answer, given: Given, forms: Mapping[str, str]) -> tuple[Any, ...]:
    """What a row of ``answers`` says of an answer, whosever it is."""
    state = "scored" if given.state == "given" else given.state
    declared = None if asked.kind == "mark" else given.claimed  # a mark is the reviewers'
    verified = figure_of(asked, given)
    return (
        *(key, asked.label_vi, declared, verified),
        *(figure_vi(declared, asked), figure_vi(verified, asked), given.state),
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
        **UNIT_VI,
        **_CATEGORY,
        "criterion": "Mã tiêu chí",
        "criterion_name": "Tiêu chí",
        "number": "TT",
        "figures": "Số liệu",
        "rule": "Phép tính",
        **_EARNED,
        **_STATE,
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

    told = _told(points, "criterion", e.methodology.leaves, e, e.inputs.names)
    counted = _with(e, added_up(e.methodology, e.inputs.entities, told, e.scores.uncovered))
    tops = (*e.methodology.categories, e.methodology.root)
    names = [(node.id, node.label_vi, node.number) for node in e.methodology.categories]
    names.append((TOTAL, e.methodology.root.label_vi, ""))
    units = zip(*(counted.at(node).values() for node in tops), strict=True)
    cells = [_stands(e, node, s) for unit in units for node, s in zip(tops, unit, strict=True)]
    which = np.arange(len(cells))
    rows = [_whose_rows(e, len(tops)), Repeated(names, which % len(tops)), Repeated(cells, which)]
    labels = {**UNIT_VI, **_CATEGORY, "number": "TT", **_EARNED}
    labels |= {"value": _VALUE_VI, "printed": "Giá trị", "place": _PLACE_VI, "rank": "Hạng", **_STATE}
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
    tops, units = e.methodology.categories, {*categories["unit"]}
    counted = _with(e, _told(categories, "category", (*tops, e.methodology.root), e, units))
    conditions = bool(e.methodology.source.levels) and not e.methodology.plain_levels
    rows = []
    for s in (s for standings in counted.standings.values() for s in standings if s.entity.code in units):
        points, available, _, value, printed, place, rank, state, _ = _stands(e, e.methodology.root, s)
        level, own = counted.level(s), [counted.at(node)[s.entity.code] for node in tops]
        rows.append(
            (
                *(*entity_cells(e, s.entity), rank, printed, level and level.label_vi),
                *([_why_not_above(counted, s)] if conditions else []),
                *([_tie(counted, s)] if e.methodology.tie_breaks else []),
                *(points, available, value, place, state),
                *(cell for each in own for cell in (each.printed, each.rank)),
            )
        )
    labels = {**UNIT_VI, "rank": "Hạng", "printed": e.methodology.root.label_vi, "level_name": "Mức"}
    labels |= {"level_why": "Chưa đạt mức trên vì"} if conditions else {}
    labels |= {"tie_break": "Phân định khi bằng nhau"} if e.methodology.tie_breaks else {}
    labels |= {"points": _EARNED["points"], "available": _EARNED["available"]}
    labels |= {"value": _VALUE_VI, "place": _PLACE_VI, "state": _STATE["state"]}
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

_CATEGORY = {"category": "Mã hạng mục", "category_name": "Hạng mục"}
_EARNED = {"points": "Điểm", "available": "Điểm tối đa", "share": "Tỷ lệ"}
_VALUE_VI, _PLACE_VI = "Giá trị chính xác", "So với cao nhất có thể"


# --- rows -------------------------------------------------------------------------------------------------


def _whose_rows(e: Evaluation, each: int) -> Repeated:
    """Whose so many rows are, unit by unit."""
    import numpy as np

    units = e.inputs.entities
    return Repeated([entity_cells(e, entity) for entity in units], np.repeat(np.arange(len(units)), each))


def _told(
    frame: DataFrame, column: str, nodes: Sequence[Node], e: Evaluation, units: Collection[str]
) -> dict[str, tuple[Outcome, ...]]:
    """What a frame says of the units at these nodes, in whatever order; what equals the engine's is its own.

    ValueError where a row of one of ``units`` is missing; of others the engine's own stands.
    """
    import numpy as np

    codes = [entity.code for entity in e.inputs.entities]
    names = [TOTAL if node is e.methodology.root else node.id for node in nodes]
    unit, name = _places(frame["unit"], codes), _places(frame[column], names)
    rows = np.full((len(names), len(codes)), -1)
    ours = np.flatnonzero((unit >= 0) & (name >= 0))
    rows[name[ours], unit[ours]] = ours
    missing = sorted((codes[i], names[j]) for j, i in np.argwhere(rows < 0) if codes[i] in units)
    if missing:
        raise ValueError(f"{len(missing)} rows of points are missing, the first of them {missing[:3]}")
    cells = [np.asarray(frame[key], object) for key in ("points", "available", "state")]
    apart = e.scores.unranked  # units whose sums a frame has in the state that says why
    outcomes: dict[str, tuple[Outcome, ...]] = {}
    for node, at in zip(nodes, rows, strict=True):
        said = (column[at].tolist() for column in cells)
        outcomes[node.id] = tuple(
            own if row < 0 else _outcome(own, points, available, own.state if code in apart else state)
            for code, own, points, available, state, row in zip(
                codes, e.scores.outcomes[node.id], *said, at.tolist(), strict=True
            )
        )
    return outcomes


def _with(e: Evaluation, outcomes: dict[str, tuple[Outcome, ...]]) -> Evaluation:
    """What would stand with these outcomes; the evaluation itself where they are its own."""
    if all(e.scores.outcomes[node] == column for node, column in outcomes.items()):
        return e
    return replace(e, scores=replace(e.scores, outcomes=outcomes))


def _places(column: Series, known: Sequence[str]) -> ndarray:
    """Where each cell stands among what is known; -1 of what is not."""
    import numpy as np
    import pandas as pd

    codes, cells = pd.factorize(column)
    return np.append(pd.Index(known, dtype=object).get_indexer(cells), -1)[codes]


def _stands(e: Evaluation, node: Node, s: Standing) -> tuple[Any, ...]:
    """What a unit has at one node, ranked inside its group."""
    outcome = s.outcome
    most = Fraction(1) if e.rules["compare_on"].value == "share" else node.maxima[s.entity.group]
    apart = e.scores.unranked.get(s.entity.code)  # why a unit is not ranked stands for the state of its sums
    return (
        *(outcome.points, outcome.available, in_floats(outcome.share)),
        *(s.value, s.printed, in_floats(s.value and most and s.value / most), s.rank),
        *((apart, UNRANKED_VI[apart]) if apart else (outcome.state, STATE_VI[outcome.state])),
    )


def _why_not_above(e: Evaluation, s: Standing) -> str:
    """What a unit lacks for the level above its own; '' where there is none."""
    said = ""
    for level, lacks in reached(e, s):
        if not lacks:
            break
        said = lacking_vi(level, lacks, e.methodology)
    return said


def _tie(e: Evaluation, s: Standing) -> str:
    """Which categories told a unit apart from others that have its total."""
    tie = tie_of(e, s)
    return tie_vi(len(tie.others), tie.decided) if tie else ""


def _outcome(own: Outcome, points: Any, available: Any, state: str) -> Outcome:
    """What a row says, as the engine adds it up; what has no points is missing, if nothing else is said."""
    if points is own.points and available is own.available and state == own.state:
        return own
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
