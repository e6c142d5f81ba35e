"""The weights that would give categories a stated real influence, and what ranks would do, as frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isnan
from typing import TYPE_CHECKING

from ictindex.basics import format_vi, round_exact
from ictindex.page.cells import entity_cells, entity_columns, group_cells, group_columns
from ictindex.page.described import framed
from ictindex.page.robust_cells import decimal
from ictindex.page.shown import Cell, Column
from ictindex.page.words import joined
from ictindex.scoring import Evaluation

if TYPE_CHECKING:
    from pandas import DataFrame

    from ictindex.what_if import Reweighed

_MEASURE_VI = {
    "variance_share": (
        "Ảnh hưởng thực: phần phương sai của tổng do hạng mục, tức trọng số × hiệp phương sai với tổng, chia"
        " cho phương sai của tổng"
    ),
    "correlation": (
        "Ảnh hưởng thực: bình phương hệ số tương quan của hạng mục với tổng, chia cho tổng các bình phương ấy"
    ),
}


def influence_weights(
    e: Evaluation,
    stated: Mapping[str, float | Fraction] | None = None,
    *,
    measure: str = "variance_share",
    group: str | None = None,
    least: int = 20,
) -> DataFrame:
    """The weights that would give each category a stated real influence; its weight on paper, if none is.

    ``stated``: category -> percent; what is not stated shares what is left as its weights do. ``measure``:
    'variance_share' (sums to 100, may be negative in force) or 'correlation' (squared, over their sum).
    ``group``: that alone; else all. A group of fewer than ``least`` units is left out, for chance would say
    what weights are.

    Columns: group, group_name, number, criterion (the category's id), name, nominal (weight on paper), now
    (its influence; None where all values are equal), stated (all Decimal, percent), weight (Decimal,
    percent), points (whole, of the total as the methodology has it, or at least 1,000), then (Decimal,
    percent: the influence with those points; all three None where no weights were found), why ('' or why
    there are none). Solved by Newton steps and least squares in floats to a millionth; the points and their
    influence are computed anew. ValueError for other categories or measures and for numbers that do not add
    up to 100; Refused where the total is not linear. No decision asks for it.
    Paruolo, Saisana & Saltelli 2013; Maillard, Roncalli & Teiletche 2010.
    """
    columns = (
        *group_columns(e),
        Column("number", "TT"),
        Column("criterion", "Mã", in_file_only=True),
        Column("name", "Hạng mục"),
        Column("nominal", "Trọng số hiện hành (%)"),
        Column("now", "Ảnh hưởng thực (%)"),
        Column("stated", "Ảnh hưởng mong muốn (%)"),
        Column("weight", "Trọng số cần có (%)"),
        Column("points", "Quy ra điểm"),
        Column("then", "Ảnh hưởng khi đó (%)"),
        Column("why", "Vì sao không có"),
    )
    found, few = _found(e, stated, measure, group, least)
    rows = [row for key, one in found.items() for row in _rows(e, key, one)]
    title = "Trọng số để hạng mục có ảnh hưởng như mong muốn"
    return framed(title, columns, rows, _note(e, found, few, measure, least))


def influence_ranks(
    e: Evaluation,
    stated: Mapping[str, float | Fraction] | None = None,
    *,
    measure: str = "variance_share",
    group: str | None = None,
    least: int = 20,
) -> DataFrame:
    """What ranks would do with the points of ``influence_weights``; arguments and errors as there.

    Columns: group, group_name, unit, unit_name, rank, then (the rank with those points), rise (places; above
    0 is up), value, value_then (Decimal, as printed). Each unit is scored anew, exactly. No row for a group
    for which no weights were found.
    """
    columns = (
        *entity_columns(e),
        Column("rank", "Thứ hạng"),
        Column("then", "Hạng khi đó"),
        Column("rise", "Tăng hạng"),
        Column("value", "Giá trị"),
        Column("value_then", "Giá trị khi đó"),
    )
    found, few = _found(e, stated, measure, group, least)
    rows = [
        (*entity_cells(e, s.entity), s.rank, now.rank, _rise(s.rank, now.rank), s.printed, now.printed)
        for key, one in found.items()
        if one.e
        for s in e.standings[key]
        for now in [one.e.at(one.e.methodology.root)[s.entity.code]]
    ]
    note = "Tăng hạng dương là lên hạng. Mỗi đơn vị được chấm lại chính xác với số điểm nguyên đã tìm được."
    note = note if rows else _note(e, found, few, measure, least)
    return framed("Thứ hạng với trọng số tìm được", columns, rows, note)


def _found(
    e: Evaluation, stated: Mapping[str, float | Fraction] | None, measure: str, group: str | None, least: int
) -> tuple[dict[str, Reweighed], list[str]]:
    """What was found for each group, and the names of those with too few units; computed once."""
    from ictindex.what_if import reweighed

    groups = e.methodology.groups
    if group is not None and group not in groups:
        raise ValueError(f"{group!r}: the groups are {', '.join(groups)}")
    asked = [group] if group is not None else list(groups)
    exact = {key: Fraction(str(percent)) for key, percent in (stated or {}).items()}
    large = [key for key in asked if sum(s.rank is not None for s in e.standings[key]) >= max(3, least)]
    kept = e.kept.setdefault(f"reweighed by {measure} to {sorted(exact.items())}", {})
    for key in large:
        if key not in kept:
            kept[key] = reweighed(e, key, exact, measure)
    return {key: kept[key] for key in large}, [groups[key].label_vi for key in asked if key not in large]


def _rows(e: Evaluation, group: str, one: Reweighed) -> Iterator[tuple[Cell, ...]]:
    a = one.aimed
    for k, category in enumerate(one.categories):
        node = e.methodology.by_id[category.id]
        given: tuple[Cell, ...] = (None, None, None)
        if one.points:
            given = (decimal(100 * a.weights[k]), one.points[k], decimal(100 * one.then[k], 1))
        why = "mọi đơn vị như nhau" if k in a.blocked else "chưa tìm thấy" if a.status == "not found" else ""
        told = (
            None if isnan(each[k]) else decimal(100 * each[k], 1) for each in (a.nominal, a.now, a.stated)
        )
        yield (*group_cells(e, group), node.number, node.id, node.label_vi, *told, *given, why)


def _note(e: Evaluation, found: dict[str, Reweighed], few: list[str], measure: str, least: int) -> str:
    return joined(
        *(f"{e.methodology.groups[group].label_vi}: {_said(e, group, one)}" for group, one in found.items()),
        f"{_MEASURE_VI[measure]}." if found else "",
        f"Không tính cho {', '.join(few)}: chưa đến {format_vi(least)} đơn vị, kết quả do ngẫu nhiên."
        if few
        else "",
        "Trọng số này phụ thuộc vào số liệu của năm, không phải đề nghị của văn bản nào." if found else "",
    )


def _said(e: Evaluation, group: str, one: Reweighed) -> str:
    a = one.aimed
    if a.status == "never":
        names = ", ".join(one.categories[k].label_vi for k in a.blocked)
        return f"không có bộ trọng số nào như vậy, vì ở {names} mọi đơn vị như nhau."
    if one.e is None:
        said = "chưa tìm thấy bộ trọng số nào như vậy, nhưng không chứng minh là không có"
        if not a.then:
            return f"{said}."
        gap = max(abs(x - y) for x, y in zip(a.then, a.stated, strict=True))
        return f"{said}; gần nhất còn lệch {format_vi(decimal(100 * gap, 1))} điểm phần trăm."
    off = max(abs(x - y) for x, y in zip(one.then, a.stated, strict=True))
    at = one.e.at(one.e.methodology.root)
    rises = [_rise(s.rank, at[s.entity.code].rank) for s in e.standings[group] if s.rank is not None]
    moved = [abs(rise) for rise in rises if rise]
    mean = format_vi(round_exact(Fraction(sum(moved), len(rises)), 2))
    only = ", là bộ duy nhất" if a.unique else ""
    return (
        f"tìm được bộ trọng số{only}; quy ra điểm nguyên thì ảnh hưởng lệch nhiều nhất"
        f" {format_vi(decimal(100 * off, 2))} điểm phần trăm. Khi đó {format_vi(len(moved))} trong"
        f" {format_vi(len(rises))} đơn vị đổi hạng, trung bình {mean} bậc."
    )


def _rise(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else before - after
