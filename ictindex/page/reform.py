"""Two years across a reform: each unit's categories on the terms of the later methodology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, round_exact
from ictindex.facts import ENTITIES, named_units
from ictindex.methodology import Crosswalk, crosswalk_between
from ictindex.page.cells import coded, entity_cells, entity_columns, stamp
from ictindex.page.described import framed
from ictindex.page.shown import Cell, Column, Table, Text
from ictindex.scoring import Compared, Evaluation, across

if TYPE_CHECKING:
    from pandas import DataFrame

_TITLE_VI = "So với kỳ trước theo phương pháp kỳ này"
_BECAUSE_VI = {
    "": "",
    "new": "không so được: kỳ trước chưa có đơn vị này",
    "parted": "không so được: đơn vị được hợp nhất hoặc chia tách",
    "criterion": "không so được: kỳ trước không có tiêu chí này",
    "not_applicable": "không áp dụng đối với đơn vị ở kỳ này",
    "no_points": "không so được: một trong hai kỳ không có điểm",
}


def across_reform(e: Evaluation, every: bool = False) -> DataFrame:
    """Each unit's total and categories of this year and the previous one, on the terms of this year's rules.

    Columns: group, group_name, unit, unit_name, criterion (total's or category's id), criterion_name, was
    (what it was in the previous methodology), before, now, change (Decimal: points as this year counts them,
    of what both years have; None where nothing can be compared), available (the most points of that),
    compared, counted (lowest criteria: in both years, and that count this year), note (what cannot be
    compared, and why). ``every``: each criterion, not the categories alone. What was what is said by the
    crosswalk of the two methodologies in ``parameters/crosswalks/``; last year's share of a criterion is of
    its maximum now. Without ``previous`` in the parameters: no row.
    """
    if e.previous is None:
        note = "Không có ấn bản kỳ trước trong lần chạy này, nên không so sánh."
        return framed(_TITLE_VI, _columns(e), (), note)
    rows = tuple(_rows(across(e.previous, e, e.crosswalk), e.crosswalk, e, every))
    return framed(_TITLE_VI, _columns(e), rows, _note_vi(e.previous, e.crosswalk))


def reform_answer(before: Evaluation, after: Evaluation, units: Iterable[str] = ()) -> tuple[Text, Table]:
    """The same of any two editions: what was compared in words, and the table.

    ``units``: only these, by whatever they are called, and each criterion. Refused where one is not known.
    """
    file = f"{after.inputs.answers_file.rpartition('/')[0]}/{ENTITIES}"
    codes = {unit.code for unit in named_units(units, after.inputs.entities, file)}
    crosswalk = crosswalk_between(before.methodology, after.methodology, after.project)
    told = [one for one in across(before, after, crosswalk) if not codes or one.entity.code in codes]
    rows, columns = tuple(_rows(told, crosswalk, after, bool(codes))), tuple(_columns(after))
    table = Table("across_reform", _TITLE_VI, columns, rows, stamp=stamp(after) or stamp(before))
    return Text("across_reform", (_note_vi(before, crosswalk),)), table


def _columns(e: Evaluation) -> list[Column]:
    return [
        *entity_columns(e),
        *coded("criterion", "Mã tiêu chí", "Hạng mục"),
        Column("was", "Kỳ trước là"),
        Column("before", "Điểm kỳ trước", "number"),
        Column("now", "Điểm kỳ này", "number"),
        Column("change", "Chênh lệch", "number"),
        Column("available", "Trên", "number"),
        Column("compared", "Số tiêu chí so được", "integer", in_file_only=True),
        Column("counted", "Số tiêu chí được tính", "integer", in_file_only=True),
        Column("note", "Phần so được"),
    ]


def _rows(
    told: Sequence[Compared], crosswalk: Crosswalk, e: Evaluation, every: bool
) -> Iterator[tuple[Cell, ...]]:
    order = list(e.methodology.groups)
    for one in sorted(told, key=lambda one: order.index(one.entity.group)):  # stable: units stay together
        if (one.node.depth > 1 and not every) or one.node.maxima[one.entity.group] is None:
            continue
        both = [_points(e, one.before.points), _points(e, one.now.points)]
        yield (
            *entity_cells(e, one.entity),
            one.node.id,
            f"{one.node.number} {one.node.label_vi}".strip(),
            "" if one.node.depth == 0 else was_vi(one.node.id, crosswalk),
            *both,
            None if None in both else both[1] - both[0],
            _points(e, one.before.available),
            one.compared,
            one.counted,
            _part_vi(one),
        )


def _points(e: Evaluation, value: Fraction | None) -> Decimal | None:
    """Points with two decimals at least: those of a category are smaller than those of a total."""
    return None if value is None else round_exact(value, max(2, e.decimals), e.rules["rounding"].value)


def _part_vi(one: Compared) -> str:
    if one.because:
        return _BECAUSE_VI[one.because]
    if one.compared == one.counted:
        return "toàn bộ"
    return f"{format_vi(one.compared)} trong {format_vi(one.counted)} tiêu chí"


def was_vi(node_id: str, crosswalk: Crosswalk) -> str:
    """What a criterion was in the old methodology, in words."""
    kind, parts = crosswalk.kind(node_id), crosswalk.parts[node_id]
    below = any(crosswalk.parts[each.id] for each in crosswalk.after.by_id[node_id].walk())
    if kind in ("kept", "new"):
        return "như nay" if kind == "kept" else "từ các tiêu chí bên dưới" if below else "chưa có"
    said = "; ".join(
        ("" if part == 1 else f"{format_vi(part)} của ") + f"{node.number} “{node.label_vi}”"
        for old, part in parts.items()
        for node in [crosswalk.before.by_id[old]]
    )
    return f"gộp từ {said}" if kind == "merged" else said


def _note_vi(before: Evaluation, crosswalk: Crosswalk) -> str:
    year = before.parameters["year"]
    said = [f"Kỳ trước: năm {year}. Tỷ lệ điểm của kỳ trước được nhân với điểm tối đa của kỳ này,"]
    said += ["rồi cộng theo phương pháp kỳ này, chỉ trên những tiêu chí mà cả hai kỳ đều có điểm."]
    if crosswalk.citation:
        kind = "Bảng đối chiếu minh họa" if crosswalk.illustrative else "Bảng đối chiếu"
        said.append(f"{kind}: {crosswalk.citation}.")
    elif amending := [a for a in crosswalk.after.amendments if a.amends == crosswalk.before.name]:
        said.append(
            f"Phương pháp kỳ này là của kỳ trước, sửa đổi theo {amending[0].citation}: so những tiêu chí còn"
            " giữ mã; chưa có bảng đối chiếu nên tiêu chí đổi mã hay chuyển chỗ được coi là mới."
        )
    elif crosswalk.before.source.criteria != crosswalk.after.source.criteria:
        said.append(
            "Chưa có bảng đối chiếu hai phương pháp: chỉ so những tiêu chí cùng mã, chưa ai xác nhận."
        )
    if crosswalk.gone:
        gone = "; ".join(f"{node.number} “{node.label_vi}”" for node in crosswalk.gone)
        said.append(f"Không còn trong kỳ này: {gone}.")
    return " ".join([*said, *([crosswalk.note_vi] if crosswalk.note_vi else [])])
