"""Where each unit stands: what it lacks to the next rank and level, and its profile."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, ordered, quartiles, round_exact
from ictindex.facts import Entity
from ictindex.methodology import Node
from ictindex.page.cells import coded, entity_cells, entity_columns, group_cells, group_columns
from ictindex.page.described import framed
from ictindex.page.levels_vi import tie_breaks_vi
from ictindex.page.shown import Cell, Column
from ictindex.page.words import STATE_VI
from ictindex.scoring import UNCOVERED, Evaluation, Outcome, Standing

if TYPE_CHECKING:
    from pandas import DataFrame

_NOBODY = "Không có đơn vị nào được xếp hạng nên không có khoảng cách nào để nêu."


def positions(e: Evaluation) -> DataFrame:
    """What each ranked unit lacks to the next rank and level, and where most of its points are still open.

    Columns: group, group_name, unit, unit_name, rank, value (Decimal, as printed), to_rank (Fraction, in the
    measure that ranks look at; None for the first), next_rank, [level, to_level (Fraction), next_level (None
    at the top; only where the decision has levels)], category, category_name, category_percent (Decimal, one
    place: that category's part of all that is open). The last three are None where nothing is open; no row
    where nobody is ranked.
    """
    columns = (
        *entity_columns(e),
        Column("rank", "Thứ hạng"),
        Column("value", e.methodology.root.label_vi),
        *_gap_columns(e),
        *coded("category", "Mã hạng mục", "Hạng mục còn nhiều điểm nhất"),
        Column("category_percent", "Phần của hạng mục đó trong số điểm còn thiếu (%)"),
    )
    rows = tuple(
        (*entity_cells(e, s.entity), s.rank, s.printed, *_gap_cells(e, s), *_most_open(e, s.entity))
        for standings in e.standings.values()
        for s in standings
        if s.rank is not None
    )
    note = (
        "Cần thêm: mức tăng nhỏ nhất của giá trị dùng để xếp hạng, khi các đơn vị khác giữ nguyên."
        " Dấu – : đã ở hạng hoặc mức cao nhất."
    )
    if e.methodology.source.levels and not e.methodology.plain_levels:
        note += " Lên mức còn cần các điều kiện khác: xem bảng xếp hạng."
    if e.methodology.tie_breaks:
        note += f" {tie_breaks_vi(e.methodology)}Thêm 0: đã bằng giá trị với đơn vị ở hạng trên."
    title = "Khoảng cách đến hạng, mức trên" if e.methodology.source.levels else "Khoảng cách đến hạng trên"
    return framed(title, columns, rows, note if rows else _NOBODY)


def profiles(e: Evaluation) -> DataFrame:
    """Each unit in one row: its total beside its group's, what is zero and why, what does not apply.

    Columns: group, group_name, unit, unit_name, rank, value, median and best (of its group; all three
    Decimal, as printed), zeroed (criteria at 0 points and why), not_applicable, left_out (missing or
    withheld, with why), to_rank, next_rank, [level, to_level, next_level] (the last as in ``positions``). A
    category stands for its criteria where all are in one state; '' where there is none; rank and value are
    None for who is not ranked.
    """
    columns = (
        *entity_columns(e),
        Column("rank", "Thứ hạng"),
        Column("value", e.methodology.root.label_vi),
        Column("median", "Trung vị của nhóm"),
        Column("best", "Cao nhất của nhóm"),
        Column("zeroed", "Bị 0 điểm và lý do"),
        Column("not_applicable", "Không áp dụng"),
        Column("left_out", "Không tính vì thiếu hoặc không công bố"),
        *_gap_columns(e),
    )
    rows: list[tuple[Cell, ...]] = []
    for standings in e.standings.values():
        values = ordered(s.value for s in standings if s.value is not None)
        middle, best = (e.rounded(quartiles(values)[1]), e.rounded(values[-1])) if values else (None,) * 2
        for s in standings:
            special = _special(e, e.methodology.root, e.inputs.places[s.entity.code])
            zeros = [(node, state) for node, state in special if state.startswith("zero_")]
            outside = [(node, state) for node, state in special if state == "not_applicable"]
            left_out = [pair for pair in special if pair not in zeros and pair not in outside]
            stands = (s.rank, s.printed, middle, best)
            nothing = (_listed(zeros), "; ".join(_named(node) for node, _ in outside), _listed(left_out))
            rows.append((*entity_cells(e, s.entity), *stands, *nothing, *_gap_cells(e, s)))
    note = (
        "Một hạng mục được nêu tên thay cho các tiêu chí của nó khi tất cả đều ở cùng một trạng thái."
        if rows
        else "Không có đơn vị nào."
    )
    return framed("Tóm tắt từng đơn vị", columns, tuple(rows), note)


def zeros(e: Evaluation) -> DataFrame:
    """What is not plainly scored, with its reason: once for all units of a group that have it in common.

    Columns: group, group_name, units (their names), unit_count, criteria (with their numbers; a category
    stands for its criteria where all are in one state), state (machine word), reason (the state in
    Vietnamese). Zeros first. Each case by itself is in ``exceptions``. No row, and a note that says so, where
    everything is plainly scored.
    """
    columns = (
        *group_columns(e),
        Column("units", "Đơn vị"),
        Column("unit_count", "Số đơn vị", in_file_only=True),
        Column("criteria", "Nội dung"),
        Column("state", "Mã trạng thái", in_file_only=True),
        Column("reason", "Lý do"),
    )
    rows = []
    for group, standings in e.standings.items():
        having: dict[tuple[str, str], list[str]] = {}
        for s in standings:
            special = _special(e, e.methodology.root, e.inputs.places[s.entity.code])
            for state in dict.fromkeys(state for _, state in special):
                told = "; ".join(_named(node) for node, own in special if own == state)
                having.setdefault((state, told), []).append(s.entity.label_vi)
        cases = sorted(having.items(), key=lambda case: list(STATE_VI).index(case[0][0]))
        for (state, told), units in cases:
            every = len(units) == len(standings) > 1
            names = f"Tất cả {format_vi(len(units))} đơn vị của nhóm" if every else "; ".join(units)
            rows.append((*group_cells(e, group), names, len(units), told, state, STATE_VI[state]))
    note = "" if rows else "Không có: mọi tiêu chí của mọi đơn vị đều được tính điểm bình thường."
    return framed("Điểm 0 và lý do, nội dung không áp dụng hoặc không tính", columns, rows, note)


def _gap_columns(e: Evaluation) -> list[Column]:
    to_rank = [Column("to_rank", "Cần thêm để lên hạng"), Column("next_rank", "Hạng trên")]
    to_level = [Column("to_level", "Cần thêm để lên mức"), Column("next_level", "Mức trên")]
    return to_rank if e.methodology.source.levels is None else [*to_rank, Column("level", "Mức"), *to_level]


def _gap_cells(e: Evaluation, s: Standing) -> list[Cell]:
    gap, level = e.gap(s), e.level(s)
    if e.methodology.source.levels is None:
        return [gap.to_rank, gap.next_rank]
    above = gap.next_level and gap.next_level.label_vi
    return [gap.to_rank, gap.next_rank, level and level.label_vi, gap.to_level, above]


def _most_open(e: Evaluation, entity: Entity) -> tuple[Cell, Cell, Cell]:
    """The category with the largest part of what an entity can still gain; the first of equals."""
    i = e.inputs.places[entity.code]
    outcomes = [(node, e.scores.outcomes[node.id][i]) for node in e.methodology.root.regular]
    left = [(_open(e, node, outcome, entity.group), node) for node, outcome in outcomes if outcome.counts]
    total = sum((points for points, _ in left), Fraction(0))
    if not total:
        return None, None, None
    most, node = max(left, key=lambda pair: pair[0])
    return node.id, node.label_vi, round_exact(most / total * 100, 1)


def _open(e: Evaluation, node: Node, outcome: Outcome, group: str) -> Fraction:
    """What a category leaves open, in the measure that the total adds up."""
    root = e.methodology.root
    if root.aggregate == "sum":
        return outcome.available - outcome.points
    return (1 - outcome.share) * root.weigh(node, group)


def _special(e: Evaluation, node: Node, i: int) -> list[tuple[Node, str]]:
    """The highest nodes that are wholly in one state other than 'scored', with that state."""
    if not node.children:
        state = e.scores.outcomes[node.id][i].state
        return [] if state == "scored" else [(node, state)]
    if e.scores.outcomes[node.id][i].state == UNCOVERED:
        return [(node, UNCOVERED)]
    below = [_special(e, child, i) for child in node.children]
    pairs = [pair for found in below for pair in found]
    whole = [top.id for top, _ in pairs] == [child.id for child in node.children]
    return [(node, pairs[0][1])] if whole and len({state for _, state in pairs}) == 1 else pairs


def _listed(pairs: Iterable[tuple[Node, str]]) -> str:
    return "; ".join(f"{_named(node)} ({STATE_VI[state]})" for node, state in pairs)


def _named(node: Node) -> str:
    return f"{node.number} {node.label_vi}" if node.number else "Tất cả các tiêu chí"
