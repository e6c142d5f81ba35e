"""The result as texts and tables: each a plain function of one Evaluation, which computes no result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, ordered
from ictindex.facts import Entity, came_from
from ictindex.methodology import Node
from ictindex.page.cells import coded, entity_cells, entity_columns, group_cells, group_columns
from ictindex.page.described import framed
from ictindex.page.shown import Column, Text
from ictindex.page.words import STATE_VI, some_vi, unranked_vi
from ictindex.page.worked import figure_vi
from ictindex.procedure import decision_vi
from ictindex.scoring import UNCOVERED, Evaluation, Standing, checks, tied

if TYPE_CHECKING:
    from pandas import DataFrame


def heading(e: Evaluation) -> Text:
    """What the annex is and which decision it belongs to."""
    attached = decision_vi(e)
    to = f"(Kèm theo {attached})" if attached else "(Chưa kèm theo quyết định công bố nào)"
    if e.what_if:
        to = "(Phương án giả định, không phải kết quả, không kèm theo quyết định nào)"
    amended = [
        f"Được sửa đổi, bổ sung bởi {amendment.citation.title}"
        for amendment in (e.baseline or e).methodology.amendments
    ]
    lines = (e.methodology.source.label_vi, *amended, f"Năm đánh giá {e.parameters['year']}", to)
    return Text("heading", lines, "heading")


def headline(e: Evaluation) -> Text:
    """The result in two sentences for each group."""
    lines = []
    for group, standings in e.standings.items():
        ranked = [s for s in standings if s.rank is not None]
        apart = unranked_vi(
            (s.entity.label_vi, e.scores.unranked.get(s.entity.code, s.outcome.state))
            for s in standings
            if s.rank is None
        )
        said = [*(_places(e, standings) if ranked else ()), _ties(ranked), apart]
        more = "; ".join(filter(None, said))
        second = f" {more[0].upper()}{more[1:]}." if more else ""
        lines.append(f"{e.methodology.groups[group].label_vi}: {_leaders(e, ranked)}{second}")
    return Text("headline", tuple(lines), "headline")


def _leaders(e: Evaluation, ranked: list[Standing]) -> str:
    if not ranked:
        return "chưa có đơn vị nào được xếp hạng."
    best = f"{e.methodology.root.label_vi} {format_vi(ranked[0].printed)}"
    if len(ranked) == 1:
        return f"{ranked[0].entity.label_vi} là đơn vị duy nhất được xếp hạng, {best}."
    first = [s.entity.label_vi for s in ranked if s.rank == ranked[0].rank]
    together = "cùng " if len(first) > 1 else ""
    return (
        f"{some_vi(first, 3)} {together}đứng đầu trong {format_vi(len(ranked))} đơn vị được xếp hạng, {best};"
        f" thấp nhất là {format_vi(ranked[-1].printed)}."
    )


def _places(e: Evaluation, standings: Sequence[Standing]) -> list[str]:
    """Where the highlighted entities stand."""
    special = [s for s in standings if s.entity.code in e.highlighted]
    return [
        f"{s.entity.label_vi} "
        + (f"hạng {s.rank} với {format_vi(s.printed)}" if s.rank else "không được xếp hạng")
        for s in special
    ]


def _ties(ranked: list[Standing]) -> str:
    shared = sorted(tied([s.rank for s in ranked]))
    if len(ranked) < 2:
        return ""
    if not shared:
        return "không có đơn vị nào cùng hạng"
    if len(shared) == 1:
        return f"hạng {shared[0]} có nhiều đơn vị bằng nhau"
    if len(shared) > 6:
        return f"{format_vi(len(shared))} thứ hạng có nhiều đơn vị bằng nhau"
    return f"các hạng {', '.join(map(str, shared[:-1]))} và {shared[-1]} có nhiều đơn vị bằng nhau"


def counts(e: Evaluation) -> DataFrame:
    """How many entities there are and are ranked, and how many outcomes of each state, for each group.

    Columns: what ('entities', 'ranked', or a state's word), name (the same in Vietnamese), count_<group>
    (whole number, one column a group). From the third row on, pairs of a unit and a lowest criterion are
    counted, by the state that the rules in force give them (see ``rules``); a state that nothing is in has 0.
    """
    groups = e.methodology.groups
    columns = (
        Column("what", "Mã", in_file_only=True),
        Column("name", "Số lượng"),
        *(Column(f"count_{key}", group.label_vi) for key, group in groups.items()),
    )
    tallies = [checks.states(e, group) for group in groups]
    ranked = [sum(s.rank is not None for s in e.standings[group]) for group in groups]
    rows = (
        ("entities", "Đơn vị", *(len(e.standings[group]) for group in groups)),
        ("ranked", "Đơn vị được xếp hạng", *ranked),
        *(
            (state, label, *(tally[state] for tally in tallies))
            for state, label in STATE_VI.items()
            if state != UNCOVERED  # which only a node above the lowest can be
        ),
    )
    note = "Từ dòng thứ ba trở đi, đếm theo từng cặp đơn vị – tiêu chí thấp nhất."
    return framed("Số đơn vị và trạng thái điểm", columns, rows, note)


def exceptions(e: Evaluation) -> DataFrame:
    """Every lowest criterion of every entity that is not plainly scored, with its reason.

    Columns: group, group_name, unit, unit_name, criterion, criterion_name, state (machine word: zero_late,
    missing, not_applicable, withheld …), reason (the state in Vietnamese), given (the figures as declared, –
    where one is missing; '' where all are, or one is withheld). The clause of a criterion
    stands in ``criteria``. No row, and a note that says so, where everything is plainly scored.
    """
    columns = (
        *entity_columns(e),
        *coded("criterion", "Mã tiêu chí", "Tên tiêu chí"),
        Column("state", "Mã trạng thái", in_file_only=True),
        Column("reason", "Lý do"),
        Column("given", "Số liệu đã khai"),
    )
    rows = []
    for node in e.methodology.leaves:
        for entity, outcome in zip(e.scores.entities, e.scores.outcomes[node.id], strict=True):
            if outcome.state != "scored":
                why = "; ".join([STATE_VI[outcome.state], *_of_last_year(e, entity, node)])
                of = (node.id, node.label_vi, outcome.state)
                rows.append((*entity_cells(e, entity), *of, why, _given(e, entity, node)))
    title = "Điểm 0 có lý do, không áp dụng, thiếu và không công bố"
    note = "" if rows else "Không có: mọi tiêu chí của mọi đơn vị đều được tính điểm bình thường."
    groups = list(e.methodology.groups)
    rows.sort(key=lambda row: (groups.index(row[0]), *row[2:5]))
    return framed(title, columns, rows, note)


def _of_last_year(e: Evaluation, entity: Entity, node: Node) -> Iterator[str]:
    """Why there is nothing of last year, where a leaf reads it; the first reason is enough."""
    read = (e.inputs.given(entity, answer) for answer in node.reads if answer in e.methodology.last_year)
    yield from [given.why for given in read if given.state == "missing" and given.why][:1]


def _given(e: Evaluation, entity: Entity, node: Node) -> str:
    """The figures that a leaf is scored from, as declared; – where one is missing.

    Nothing where one of them is withheld: the others, and how many there are, say something of it.
    """
    asked = {answer: e.methodology.answers[answer] for answer in node.reads}
    given = {answer: e.inputs.given(entity, answer) for answer in asked if asked[answer].kind != "mark"}
    if any(one.secret for one in given.values()) or all(one.claimed is None for one in given.values()):
        return ""
    return "; ".join(figure_vi(one.claimed, asked[answer]) for answer, one in given.items())


def statistics(e: Evaluation) -> DataFrame:
    """Least, middle and most of the total and each category, per group.

    Columns: group, group_name, criterion (the total's or category's id), name, counted (units that have a
    value), lowest, lower_quartile, median, upper_quartile, highest, mean (Decimal, exact values rounded once,
    as published; None where nobody has one). Quartiles lie between neighbours in proportion;
    no decision asks for them.
    """
    columns = (
        *group_columns(e),
        Column("criterion", "Mã tiêu chí", in_file_only=True),
        Column("name", "Hạng mục"),
        Column("counted", "Số đơn vị"),
        Column("lowest", "Thấp nhất"),
        Column("lower_quartile", "Tứ phân vị dưới"),
        Column("median", "Trung vị"),
        Column("upper_quartile", "Tứ phân vị trên"),
        Column("highest", "Cao nhất"),
        Column("mean", "Trung bình"),
    )
    rows = []
    for group in e.methodology.groups:
        for node in (e.methodology.root, *e.methodology.categories):
            values = ordered(
                s.value for s in e.at(node).values() if s.entity.group == group and s.value is not None
            )
            summary = map(e.rounded, checks.five_numbers(values) if values else [None] * 6)
            rows.append((*group_cells(e, group), node.id, node.label_vi, len(values), *summary))
    note = "Tứ phân vị nội suy tuyến tính giữa hai giá trị liền kề."
    return framed("Phân bố theo hạng mục", columns, tuple(rows), note)


def changes(e: Evaluation) -> DataFrame:
    """Rank and value beside those of the previous edition.

    Columns: group, group_name, unit, unit_name, rank, previous_rank, rank_change (places; above 0 is up),
    value, previous_value, value_change (Decimal, as printed), previous_name (of those that a unit was renamed
    from, or that merged into it, the one whose place it keeps first; '' where the name is the same). Units
    are matched by code, then by ``predecessor`` and ``successor`` of entities.csv. None where a unit has none
    in one of the two, and for rank_change also where it was in another group. Without ``previous`` in the
    parameters: no row.
    """
    columns = (
        *entity_columns(e),
        Column("rank", "Thứ hạng"),
        Column("previous_rank", "Thứ hạng kỳ trước"),
        Column("rank_change", "Tăng hạng"),
        Column("value", "Giá trị"),
        Column("previous_value", "Giá trị kỳ trước"),
        Column("value_change", "Chênh lệch"),
        Column("previous_name", "Tên kỳ trước"),
    )
    if e.previous is None:
        note = "Không có ấn bản kỳ trước trong lần chạy này, nên không so sánh."
        return framed("Thay đổi so với kỳ trước", columns, (), note)
    before, earlier = e.previous.at(e.previous.methodology.root), e.previous.inputs.entities
    was, rows = came_from(e.inputs.entities, earlier), []
    for group, standings in e.standings.items():
        for s in standings:
            several = was[s.entity.code]
            old = before[several[0].code] if several else None
            both = old is not None and old.rank is not None and s.rank is not None
            both = both and old.entity.group == group  # ranks of different groups say nothing
            ranks = (s.rank, old and old.rank, old.rank - s.rank if both else None)
            values = (s.printed, old and old.printed, s.printed - old.printed if both else None)
            names = "; ".join(one.label_vi for one in several if one.label_vi != s.entity.label_vi)
            rows.append((*entity_cells(e, s.entity), *ranks, *values, names))
    note = (
        f"Kỳ trước: năm {e.previous.parameters['year']}. Tăng hạng dương là lên hạng."
        " Dấu – : không có ở một trong hai kỳ."
    )
    return framed("Thay đổi so với kỳ trước", columns, tuple(rows), note)
