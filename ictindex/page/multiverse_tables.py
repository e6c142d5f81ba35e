"""Every combination of a what-if's choices: the ranks that units have in them, and what moves them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, round_exact
from ictindex.page.cells import coded, entity_cells, entity_columns, group_cells, group_columns
from ictindex.page.described import framed
from ictindex.page.robust_cells import rounded
from ictindex.page.shown import Cell, Column, Text
from ictindex.page.what_if_tables import of_method
from ictindex.page.words import widest_vi
from ictindex.scoring import Evaluation
from ictindex.what_if import multiverse as computed
from ictindex.what_if import under_choices

if TYPE_CHECKING:
    from pandas import DataFrame

    from ictindex.what_if import Multiverse, Ranked

_FIRST = 3  # units that a sentence names as first


def multiverse_conclusion(e: Evaluation) -> Text:
    """What all combinations come to: a sentence or two for each group, then which choice moves most."""
    told = computed(e)
    lines = [f"{e.methodology.groups[g].label_vi}: {_said(one)}" for g, one in told.groups.items()]
    most = told.moves_most()
    if most is None:
        lines.append("Không lựa chọn nào làm đổi thứ hạng.")
    else:
        choice, shift = told.choices[most].label_vi, format_vi(round_exact(told.shift(most), 2))
        lines.append(f"Lựa chọn làm đổi hạng nhiều nhất: {choice} (trung bình {shift} bậc mỗi đơn vị).")
    n, choices = format_vi(len(told.combinations)), format_vi(len(told.choices))
    lines.append(f"Đã tính đủ {n} tổ hợp của {choices} lựa chọn, mỗi tổ hợp chấm lại chính xác từ số liệu.")
    return Text("multiverse_conclusion", tuple(lines), "conclusion")


def _said(one: Ranked) -> str:
    n, spans = len(one.combinations), [one.span(i) for i in range(len(one.standings))]
    sure = sum(s.best == s.worst and s.ranked == n for s in spans)
    line = (
        f"{format_vi(sure)} trong {format_vi(len(spans))} đơn vị giữ đúng một hạng ở cả {format_vi(n)} tổ hợp"
    )
    held = [(s.entity.label_vi, span.best, span.worst) for s, span in zip(one.standings, spans, strict=True)]
    line = "; ".join(filter(None, (line, widest_vi(held))))
    firsts = sorted((i for i, s in enumerate(spans) if s.first), key=lambda i: (-spans[i].first, i))
    told = [
        f"{one.standings[i].entity.label_vi} ở {format_vi(spans[i].first)} tổ hợp" for i in firsts[:_FIRST]
    ]
    more = len(firsts) - len(told)
    rest = f" và {format_vi(more)} đơn vị khác" if more else ""
    return f"{line}. Đứng đầu: {', '.join(told)}{rest}."


def multiverse(e: Evaluation) -> DataFrame:
    """Per unit the ranks that it has over every combination of the choices that the what-if declares.

    Columns: group, group_name, unit, unit_name, rank (with nothing chosen; None where it has none), best,
    low, median, high, worst (the first, those at a quarter, a half and three quarters of the combinations,
    the last; real ranks),
    first (in how many it is first), same (in how many it keeps the rank), ranked (in how many it has a rank),
    [level_<i> (in how many it has the i-th level; only where the methodology has levels)]. All whole numbers,
    exact: each combination is scored anew. For a what-if with ``multiverse``, opened by ``open_what_if``;
    Refused, naming it, where a combination cannot be scored. No decision asks for it (Steegen et al. 2016).
    """
    told = computed(e)
    levels = e.methodology.source.levels.list if e.methodology.source.levels else ()
    columns = (
        *entity_columns(e),
        Column("rank", "Thứ hạng"),
        Column("best", "Cao nhất"),
        Column("low", "25 %"),
        Column("median", "Trung vị"),
        Column("high", "75 %"),
        Column("worst", "Thấp nhất"),
        Column("first", "Số lần đứng đầu"),
        Column("same", "Số lần giữ hạng"),
        Column("ranked", "Số lần có hạng"),
        *(Column(f"level_{i}", level.label_vi) for i, level in enumerate(levels, start=1)),
    )
    rows = []
    for one in told.groups.values():
        for i, s in enumerate(one.standings):
            *places, in_levels = one.span(i)
            counted = (*in_levels, *(0 for _ in levels[len(in_levels) :]))
            rows.append((*entity_cells(e, s.entity), s.rank, *places, *counted[: len(levels)]))
    note = (
        f"Trên {format_vi(len(told.combinations))} tổ hợp. Thứ hạng: khi không chọn khác gì. 25 %, trung vị,"
        " 75 %: hạng ở một phần tư, một nửa, ba phần tư số tổ hợp. Các cột số lần đếm số tổ hợp. Các tổ hợp"
        " không có xác suất: khoảng hạng cho biết kết quả phụ thuộc vào lựa chọn đến đâu, không phải khả năng"
        " xảy ra."
    )
    return framed("Thứ hạng qua mọi tổ hợp của các lựa chọn", columns, rows, note)


def multiverse_choices(e: Evaluation) -> DataFrame:
    """What the choices are: for each other way what of the method it sets, and the clause of today.

    Columns: choice, way (their names), place (id of a node, or a rule's name), what, aspect, baseline,
    what_if (before and after, as printed), clause. For a what-if with ``multiverse``.
    """
    columns = (
        Column("choice", "Lựa chọn"),
        Column("way", "Cách khác"),
        Column("place", "Mã", in_file_only=True),
        Column("what", "Tiêu chí, quy tắc"),
        Column("aspect", "Nội dung"),
        Column("baseline", "Khi không chọn khác"),
        Column("what_if", "Khi chọn"),
        Column("clause", "Căn cứ hiện hành"),
    )
    told, rows = computed(e), []
    for i, choice in enumerate(told.choices):
        for j, other in enumerate(choice.others, start=1):
            alone = under_choices(e, tuple(j if k == i else 0 for k in range(len(told.choices))))
            changed = of_method(replace(alone, baseline=e))
            rows += [(choice.label_vi, other.label_vi, *row) for row in changed]
    note = (
        "Mỗi lựa chọn lấy một cách: cách hiện hành, hoặc một trong các cách khác. Mọi tổ hợp của các cách đều"
        " được tính."
    )
    return framed("Các lựa chọn và những gì mỗi cách thay đổi", columns, rows, note)


def multiverse_effects(e: Evaluation) -> DataFrame:
    """How far each other way at a choice moves units, alone and over every combination of the others.

    Columns: group, group_name, choice, way (their names), alone (Decimal, mean places that units move when
    nothing else is chosen), moved (units that move then), shift (Decimal, mean places over every combination
    of the other choices), most (the most places that a unit moves in one), mover, mover_name (the first of
    those; '' where nobody moves). Ordered by shift in each group. For a what-if with ``multiverse``.
    """
    told = computed(e)
    columns = (
        *group_columns(e),
        Column("choice", "Lựa chọn"),
        Column("way", "Cách khác"),
        Column("alone", "Một mình: số bậc đổi trung bình"),
        Column("moved", "Một mình: đơn vị đổi hạng"),
        Column("shift", "Qua mọi tổ hợp: số bậc đổi trung bình"),
        Column("most", "Đổi nhiều nhất (bậc)"),
        *coded("mover", "Mã đơn vị", "Đơn vị đổi nhiều nhất"),
    )
    rows = [
        (*group_cells(e, group), *row) for group, one in told.groups.items() for row in _effects(told, one)
    ]
    note = (
        "So từng cách khác với cách hiện hành của cùng lựa chọn: một mình là khi không chọn khác gì thêm; qua"
        " mọi tổ hợp là trung bình trên mọi cách của các lựa chọn còn lại. Xếp theo số bậc đổi qua mọi tổ"
        " hợp."
    )
    return framed("Lựa chọn nào làm đổi hạng nhiều nhất", columns, rows, note)


def _effects(told: Multiverse, one: Ranked) -> Iterator[tuple[Cell, ...]]:
    for each in sorted(one.effects, key=lambda each: -(each.shift or 0)):
        choice, mover = told.choices[each.choice], one.standings[each.mover].entity
        yield (
            *(choice.label_vi, choice.others[each.way - 1].label_vi),
            *(rounded(each.alone), each.moved, rounded(each.shift), each.most),
            *((mover.code, mover.label_vi) if each.most else ("", "")),
        )


def multiverse_combinations(e: Evaluation) -> DataFrame:
    """Each combination: which way is taken at each choice, and what it makes of the ranking.

    Columns: group, group_name, combination (counted from 1: nothing chosen), choice_<i> (the way taken at the
    i-th choice), shift (Decimal, mean places that units move against combination 1), moved (units that do),
    first_name (who is first), kendall (Decimal, τ_b with combination 1; None of too few or all equal),
    rank_<unit> (each unit's rank, in the file alone; None where it has none, or is of another group). For a
    what-if with ``multiverse``.
    """
    from ictindex.robustness import kendall

    told = computed(e)
    units = [s.entity for one in told.groups.values() for s in one.standings]
    columns = (
        *group_columns(e),
        Column("combination", "Tổ hợp"),
        *(Column(f"choice_{i}", choice.label_vi) for i, choice in enumerate(told.choices, start=1)),
        Column("shift", "Số bậc đổi trung bình"),
        Column("moved", "Đơn vị đổi hạng"),
        Column("first_name", "Đứng đầu"),
        Column("kendall", "Kendall τ_b"),
        *(Column(f"rank_{u.code}", f"Hạng của {u.label_vi}", in_file_only=True) for u in units),
    )
    rows: list[tuple[Cell, ...]] = []
    for group, one in told.groups.items():
        mine = {s.entity.code: i for i, s in enumerate(one.standings)}
        for n, (ways, ranks) in enumerate(zip(one.combinations, one.ranks.tolist(), strict=True)):
            both = [(a, b) for a, b in zip(one.ranks[0].tolist(), ranks, strict=True) if a and b]
            tau = kendall(*zip(*both, strict=True)) if len(both) > 1 else None
            first = [s.entity.label_vi for s, rank in zip(one.standings, ranks, strict=True) if rank == 1]
            taken = (
                choice.others[way - 1].label_vi if way else choice.in_force_vi
                for choice, way in zip(told.choices, ways, strict=True)
            )
            rows.append(
                (
                    *group_cells(e, group),
                    *(n + 1, *taken, rounded(one.shift(n)), sum(a != b for a, b in both), "; ".join(first)),
                    rounded(tau, 4),
                    *(ranks[mine[u.code]] or None if u.code in mine else None for u in units),
                )
            )
    note = "Tổ hợp 1 không chọn khác gì. Kendall τ_b: so với tổ hợp 1. Hạng của từng đơn vị ở tệp số liệu."
    return framed("Từng tổ hợp", columns, rows, note)
