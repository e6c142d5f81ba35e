"""What a unit lacks to the next rank and level and where that is cheapest, told in Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ictindex.page.cells import entity_cells, entity_columns, stamp
from ictindex.page.levels_vi import NO_LEVELS_VI
from ictindex.page.phrases_vi import criteria_vi, group_vi, measure_vi, number_vi, standing_vi
from ictindex.page.shown import Cell, Column, Table, Text
from ictindex.page.words import STATE_VI, value_of_answer_vi
from ictindex.robustness import Answer, Goal, Lacking, Way
from ictindex.scoring import Evaluation

_READ_VI = (
    "Rẻ nhất ở: tiêu chí cần thêm ít điểm nhất nếu riêng nó đổi; còn được thêm: đến điểm tối đa của tiêu chí"
    " ấy. Phải hơn: vừa bằng số còn thiếu thì chưa đủ. "
)
_WAYS = 5  # ways that a text tells; the table has all
_ALONE_VI = (
    "Mọi thứ khác giữ nguyên: các đơn vị khác, các tiêu chí khác, và giá trị lớn nhất của nhóm"
    " nơi quy tắc so với nó. Mỗi cách đã được chấm lại trên số chính xác và làm tròn như khi xếp hạng."
)


def closing_text(e: Evaluation, asked: Sequence[Lacking]) -> Text:
    """Per unit: what is missing to its goals, and the cheapest ways to each."""
    lines = [_ALONE_VI]
    for each in asked:
        group = group_vi(e, each.standing.entity.group)
        lines.append(f"{group}: {standing_vi(e, each.standing)}.")
        for goal in (each.closing.to_rank, each.closing.to_level):
            lines += _goal_vi(e, goal) if goal else []
        if not each.closing.to_rank:
            lines.append("  Không có hạng nào cao hơn.")
        if e.methodology.source.levels and not e.methodology.plain_levels:
            lines.append(f"  {NO_LEVELS_VI}")
        elif not each.closing.to_level and e.methodology.source.levels:
            lines.append("  Không có mức nào cao hơn.")
    return Text("closing", tuple(lines))


def _goal_vi(e: Evaluation, goal: Goal) -> Iterator[str]:
    to = f"mức “{goal.level.label_vi}”" if goal.level else f"hạng {goal.rank}"
    missing = f"{number_vi(goal.missing)}{measure_vi(e)}"
    beyond = "hơn " if goal.beyond else ""
    board = (
        f" (trên bảng công bố: {number_vi(goal.shown)}{measure_vi(e)})" if goal.shown != goal.missing else ""
    )
    yield f"  Đến {to}: còn thiếu {beyond}{missing}{board}."
    enough = [way for way in goal.ways if way.enough]
    if not enough:
        yield "    Không một tiêu chí nào, riêng nó, là đủ."
    for way in enough[:_WAYS]:
        yield f"    {_way_vi(e, goal, way)}"
    if len(enough) > _WAYS:
        yield f"    … và {len(enough) - _WAYS} tiêu chí khác, đắt hơn."


def _way_vi(e: Evaluation, goal: Goal, way: Way) -> str:
    beyond = "hơn " if goal.beyond else ""
    more = f"thêm {beyond}{number_vi(way.points)} điểm (còn được thêm {number_vi(way.left)})"
    return f"{criteria_vi(e)[way.criterion]}: {more}{_how_vi(e, way)}."


def _how_vi(e: Evaluation, way: Way) -> str:
    if way.state != "scored":
        return f"; đang {STATE_VI[way.state]}, phải gỡ lý do này trước"
    return f"; {answer_vi(e, way.answer)}" if way.answer else ""


def answer_vi(e: Evaluation, answer: Answer) -> str:
    """The answer as it stands and as it would have to be."""
    spec = e.methodology.answers[answer.name]

    def shown(value) -> str:
        return value_of_answer_vi(spec, value) if isinstance(value, bool | str) else number_vi(value)

    others = [criteria_vi(e)[each] for each in answer.also_read_by]
    also = f" (số liệu này còn tính vào {', '.join(others)}; chưa kể phần đó)" if others else ""
    return f"“{spec.label_vi}” từ {shown(answer.now)} thành {shown(answer.needed)}{also}"


def closing_table(e: Evaluation, asked: Sequence[Lacking]) -> Table:
    """Per unit and goal: what is missing, and on which criterion it is cheapest."""
    columns = (
        *entity_columns(e),
        Column("rank", "Hạng", "integer"),
        Column("goal", "Mã đích", in_file_only=True),
        Column("goal_vi", "Đích"),
        Column("missing", "Còn thiếu", "exact"),
        Column("beyond", "Phải hơn"),
        Column("shown", "Trên bảng công bố", "exact"),
        Column("criterion", "Mã tiêu chí", in_file_only=True),
        Column("criterion_vi", "Rẻ nhất ở"),
        Column("points", "Điểm cần thêm", "exact"),
        Column("left", "Còn được thêm", "exact"),
        Column("how_vi", "Bằng cách"),
    )
    rows = tuple(row for each in asked for row in _rows(e, each))
    title, note = "Còn thiếu gì đến hạng và mức kế trên", _READ_VI + _ALONE_VI
    return Table("closing", title, columns, rows, note, stamp=stamp(e))


def _rows(e: Evaluation, asked: Lacking) -> Iterator[tuple[Cell, ...]]:
    for goal in (asked.closing.to_rank, asked.closing.to_level):
        if goal is None:
            continue
        code, to = (goal.level.key, goal.level.label_vi) if goal.level else ("rank", f"hạng {goal.rank}")
        way = next((way for way in goal.ways if way.enough), None)
        cheapest: tuple[Cell, ...] = (None, "không riêng tiêu chí nào đủ", None, None, "")
        if way:
            name = criteria_vi(e)[way.criterion]
            cheapest = (way.criterion, name, way.points, way.left, _how_vi(e, way).removeprefix("; "))
        yield (
            *entity_cells(e, asked.standing.entity),
            asked.standing.rank,
            code,
            to,
            goal.missing,
            "có" if goal.beyond else "",
            goal.shown,
            *cheapest,
        )
