"""What a what-if changes and what comes of it, as a text and frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, round_exact
from ictindex.facts import Given
from ictindex.methodology import Answer, Node
from ictindex.page.cells import entity_cells, entity_columns, group_cells, group_columns
from ictindex.page.described import framed
from ictindex.page.methodology_diff import Difference, differences
from ictindex.page.robust_cells import rounded
from ictindex.page.shown import Cell, Column, Text
from ictindex.page.slider import MEASURE_VI, meant_vi
from ictindex.page.words import EVENT_VI, ORIGIN_VI, RULE_VI, STATE_VI, value_of_answer_vi, value_vi
from ictindex.scoring import Evaluation
from ictindex.what_if import Agreement, Move, as_points, carriers, categories, compared, moves

if TYPE_CHECKING:
    from pandas import DataFrame


def question(e: Evaluation) -> Text:
    """The question, and what the answer does not cover."""
    kinds = [kind for kind in _BESIDES_VI if getattr(e.what_if.source, kind)]
    facts = "" if any(kind in _OF_FACTS for kind in kinds) else ", cùng đơn vị, cùng số liệu"
    lines = (
        f"Câu hỏi: {e.what_if.source.question_vi}",
        f"Phương án gốc: kết quả năm {e.parameters['year']} theo phương pháp đang dùng{facts}.",
        *_weights_vi(e),
        *(f"Không bao gồm: {line}" for line in e.what_if.source.not_covered_vi),
        *(f"Không bao gồm: {_BESIDES_VI[kind]}" for kind in kinds),
    )
    return Text("question", lines)


_BESIDES_VI = {  # what each kind of supposition leaves out, whatever its author says
    "aggregate": "Ngưỡng của các mức không được chỉnh theo cách tổng hợp mới.",
    "answers": "Lý do 0 điểm của tiêu chí, nếu có, vẫn giữ; các đơn vị khác không đổi số liệu.",
    "without_events": "Những việc khác mà sự kiện ấy kéo theo vẫn giữ như đã xảy ra.",
    "groups": "Số liệu đã thu thập theo phiếu của nhóm cũ; giá trị lớn nhất của nhóm được tính lại.",
    "among": "Thứ hạng và giá trị lớn nhất của nhóm chỉ tính trong các đơn vị được nêu.",
    "years": "Quy tắc và cách thu thập có thể khác nhau giữa các năm; mỗi năm chấm theo quy tắc của năm ấy.",
}
_OF_FACTS = ("answers", "without_events", "groups", "among", "years")


def _weights_vi(e: Evaluation) -> Iterator[str]:
    """What the categories weigh, in the words of the sliders: a sentence for all groups of which it holds."""
    said: dict[str, list[str]] = {}
    for group, points in e.what_if.weights.items():
        some = categories(e.baseline.methodology, group)
        measure = MEASURE_VI[as_points(e.baseline.methodology, group)]
        told = meant_vi(some, [points[category.id] for category in some], measure)
        said.setdefault(told, []).append(e.methodology.groups[group].label_vi)
    for told, groups in said.items():
        whose = f" ({'; '.join(groups)})" if len(e.methodology.groups) > 1 else ""
        yield f"Trọng số{whose}: {told}"


def supposed(e: Evaluation) -> DataFrame:
    """Criterion, as it is, as supposed, with the clause that says so today.

    Columns: place (id of a node, or a rule's name), what (in Vietnamese), aspect, baseline, what_if (before
    and after, as printed; – where there is none), clause (of what is in force; '' of what is added). Only
    what differs. For an edition opened by ``open_what_if``.
    """
    columns = (
        Column("place", "Mã", in_file_only=True),
        Column("what", "Tiêu chí, quy tắc"),
        Column("aspect", "Nội dung"),
        Column("baseline", "Gốc"),
        Column("what_if", "Giả định"),
        Column("clause", "Căn cứ của gốc"),
    )
    note = (
        "Mỗi dòng là một điều khác với gốc. Ngoài những dòng này, phương án giữ nguyên phương pháp, quy tắc,"
        " đơn vị và số liệu của gốc."
    )
    if e.what_if.weights:
        note += " Điểm tối đa của các tiêu chí bên trong mỗi hạng mục đổi theo cùng tỷ lệ với hạng mục."
    rows = (*of_method(e), *_fact_rows(e))
    return framed("Phương án thay đổi những gì", columns, rows, note if rows else _NOTHING_VI)


_NOTHING_VI = (
    "Ngoài các lựa chọn nêu ở trang này, phương án giữ nguyên phương pháp, quy tắc, đơn vị và số liệu."
)


_MOST_VI = "điểm tối đa"


def of_method(e: Evaluation) -> Iterator[tuple[Cell, ...]]:
    """What of the method differs from the baseline: place, what, aspect, before, after, clause."""
    clauses = {d.place: d.clause for d in differences(e.methodology, e.baseline.methodology)}
    found = differences(e.baseline.methodology, e.methodology)
    follow = {node.id for node in e.methodology.nodes if node.scale}  # in the proportion of their category
    for (place, _, before, after), alike in groupby(found, key=_place_and_values):
        d, *others = alike
        if not place and d.aspect_vi == "căn cứ":
            continue  # that the what-if is no text of the law stands above the table
        if "." in place and place in follow and d.kind == "changed" and d.aspect_vi.startswith(_MOST_VI):
            continue
        what = d.what_vi[0].upper() + d.what_vi[1:]
        aspect = _MOST_VI if len(others) + 1 == len(e.methodology.groups) > 1 else d.aspect_vi or "–"
        aspect += "".join(
            f"; {o.aspect_vi.removeprefix(f'{_MOST_VI}, ')}" for o in others if aspect != _MOST_VI
        )
        if d.kind != "changed":
            before, after = ("có", "bỏ") if d.kind == "removed" else ("không có", "thêm")
        clause = clauses.get(place, "") if d.kind != "added" else ""
        yield place, what, aspect, before or "–", after or "–", clause
    for name in e.what_if.source.rules:
        was, now = e.baseline.rules[name].value, e.rules[name].value
        if was != now:  # else a choice, of which the what-if that declares it has this rule already
            yield name, RULE_VI[name], "giá trị", value_vi(name, was), value_vi(name, now), ORIGIN_VI["open"]


def _place_and_values(d: Difference) -> tuple[str, str, str, str]:
    """What the rows of one change have in common where it is the same for several groups."""
    aspect = _MOST_VI if d.aspect_vi.startswith(f"{_MOST_VI}, ") else f"{d.kind} {d.aspect_vi}"
    return d.place, aspect, d.before, d.after


def _fact_rows(e: Evaluation) -> Iterator[tuple[Cell, ...]]:
    """What is supposed of the facts: answers, events, groups, units left out, and years."""
    names = e.baseline.inputs.names
    for (unit, answer), given in e.inputs.supposed.items():
        spec, was = e.methodology.answers[answer], e.baseline.inputs.answers.get((unit, answer))
        before, after = (_answer_vi(spec, each) for each in (was, given))
        yield f"{unit}.{answer}", names[unit], spec.label_vi, before, after, ""
    kept = set(map(id, e.inputs.events))
    for event in e.baseline.inputs.events:
        if id(event) not in kept:
            what = f"{EVENT_VI[event.event]}, {event.at:%d/%m/%Y}"
            yield event.criterion or event.answer, names[event.entity], what, "có", "không có", ""
    groups, now = e.methodology.groups, e.inputs.by_code
    for entity in e.baseline.inputs.entities:
        if entity.code in now and now[entity.code].group != entity.group:
            labels = (groups[each.group].label_vi for each in (entity, now[entity.code]))
            yield entity.code, entity.label_vi, "nhóm so sánh", *labels, ""
    if len(now) < len(names):
        counts = (format_vi(len(each)) for each in (names, now))
        yield "", "Đơn vị được xếp hạng", "số đơn vị", *counts, ""
    years = e.what_if.source.years
    if years:
        mean = f"trung bình {', '.join((*years, e.edition))}"
        yield "", "Giá trị từng tiêu chí", "năm", e.edition, mean, ""


def _answer_vi(spec: Answer, given: Given | None) -> str:
    if given is None or given.value is None:
        return STATE_VI[given.state] if given else "không có số liệu"
    value = given.value * spec.max if spec.kind == "mark" else given.value
    return value_of_answer_vi(spec, value)


def agreement(e: Evaluation) -> DataFrame:
    """For each group how many move, and how far the two rankings agree.

    Columns: group, group_name, units (ranked in both), up, down, same, levels_changed (numbers of units),
    kendall (τ_b), spearman (ρ; both Decimal, −1 … 1, None of too few or all equal), mean_shift (Decimal,
    places; None without a unit). For an edition opened by ``open_what_if``.
    """
    columns = (*group_columns(e), *AGREEMENT_COLUMNS)
    found = {group: compared(some) for group, some in moves(e).items()}
    rows = tuple((*group_cells(e, group), *agreement_cells(each)) for group, each in found.items())
    notes = []
    if not any(each.up or each.down for each in found.values()):
        notes.append("Phương án này không đổi thứ hạng của đơn vị nào.")
    if e.methodology.source.levels and not any(each.levels for each in found.values()):
        notes.append("Phương án này không đổi mức của đơn vị nào.")
    notes.append(
        "Kendall và Spearman: 1 là hai bảng xếp hạng như nhau, 0 là không liên quan, −1 là ngược nhau."
    )
    title = "Hai bảng xếp hạng giống nhau đến đâu"
    return framed(title, columns, rows, " ".join(notes))


AGREEMENT_COLUMNS = (
    Column("units", "Đơn vị có hạng ở cả hai", "integer"),
    Column("up", "Lên hạng", "integer"),
    Column("down", "Xuống hạng", "integer"),
    Column("same", "Giữ hạng", "integer"),
    Column("levels_changed", "Đổi mức", "integer"),
    Column("kendall", "Kendall τ_b", "number"),
    Column("spearman", "Spearman ρ", "number"),
    Column("mean_shift", "Số bậc đổi trung bình", "number"),
)


def agreement_cells(a: Agreement) -> tuple[Cell, ...]:
    """The cells for those columns."""
    measures = (rounded(a.kendall, 4), rounded(a.spearman, 4), rounded(a.mean_shift))
    return (a.units, a.up, a.down, a.units - a.up - a.down, a.levels, *measures)


def moved(e: Evaluation) -> DataFrame:
    """Rank, level and value before and after, and which criterion carries the difference.

    Columns: group, group_name, unit, unit_name, baseline_rank, rank, rise (places; above 0 is up),
    [baseline_level, level (only where one of the two has levels)], baseline_value, value (Decimal, as
    printed), change (Decimal, one place more), gain_name, loss_name (the criterion that carries most of
    either, with how much), change_exact (Fraction), change_<category> (Fraction: its part; together they are
    change_exact). None where there is none to compare. For an edition opened by ``open_what_if``.
    """
    levels = e.methodology.source.levels or e.baseline.methodology.source.levels
    nodes = {node.id: node for each in (e.baseline, e) for node in each.methodology.nodes}
    categories = [node for node in nodes.values() if node.depth == 1]
    columns = (
        *entity_columns(e),
        Column("baseline_rank", "Hạng gốc"),
        Column("rank", "Hạng giả định"),
        Column("rise", "Tăng hạng"),
        *([Column("baseline_level", "Mức gốc"), Column("level", "Mức giả định")] if levels else []),
        Column("baseline_value", "Giá trị gốc"),
        Column("value", "Giá trị giả định"),
        Column("change", "Chênh lệch"),
        Column("gain_name", "Tăng nhiều nhất ở"),
        Column("loss_name", "Giảm nhiều nhất ở"),
        Column("change_exact", "Chênh lệch chính xác", in_file_only=True),
        *(Column(f"change_{c.id}", f"Phần của {c.label_vi}", in_file_only=True) for c in categories),
    )
    rows = tuple(
        (*entity_cells(e, move.after.entity), *_move_cells(e, move, bool(levels), nodes, categories))
        for some in moves(e).values()
        for move in some
    )
    note = (
        "Tăng hạng dương là lên hạng. Đơn vị không có chênh lệch vẫn đổi hạng khi đơn vị khác vượt qua hoặc"
        " tụt lại. Chênh lệch chính xác và phần của từng hạng mục trong đó ở tệp số liệu kèm theo."
    )
    return framed("Trước và sau, vì sao", columns, rows, note)


def _move_cells(
    e: Evaluation, move: Move, levels: bool, nodes: Mapping[str, Node], categories: list[Node]
) -> Iterator[Cell]:
    yield from (move.before.rank, move.after.rank, move.rise)
    if levels:
        yield from (level and level.label_vi for level in (move.level_before, move.level))
    yield from (move.before.printed, move.after.printed)
    yield None if move.change is None else _rounded(e, move.change)
    for leaf in carriers(move.leaves):
        yield (
            f"{nodes[leaf].number} {nodes[leaf].label_vi}: {_signed(e, move.leaves[leaf])}" if leaf else None
        )
    yield move.change
    yield from (move.parts.get(category.id) for category in categories)


def _rounded(e: Evaluation, value: Fraction) -> Decimal:
    """A difference, with one digit more than values are published with."""
    return round_exact(value, e.decimals + 1)


def _signed(e: Evaluation, value: Fraction) -> str:
    return f"{'+' if value > 0 else '−'}{format_vi(_rounded(e, abs(value)))}"
