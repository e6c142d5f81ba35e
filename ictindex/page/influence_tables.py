"""What weights and rules really do, as tables: influence, discriminating power, leave-one-out, the design."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from ictindex.basics import format_vi
from ictindex.page.cells import coded, group_cells, group_columns
from ictindex.page.described import framed
from ictindex.page.robust_cells import (
    decimal,
    interval,
    measured,
    not_compared,
    not_tried,
    rounded,
    studies_of,
    why_none,
)
from ictindex.page.shown import Cell, Column
from ictindex.page.words import joined
from ictindex.scoring import Evaluation

if TYPE_CHECKING:
    from pandas import DataFrame

    from ictindex.robustness import Influence, Measure, Study

_ROW = (Column("number", "TT"), Column("criterion", "Mã", in_file_only=True), Column("name", "Nội dung"))
_SAID = (
    Column("nominal", "Trọng số trên giấy (%)"),
    Column("variance_share", "Phần phương sai (%)"),
    Column("variance_low", "Phần phương sai: từ", in_file_only=True),
    Column("variance_high", "Phần phương sai: đến", in_file_only=True),
    Column("r_squared", "R²"),
    Column("r_squared_low", "R²: từ", in_file_only=True),
    Column("r_squared_high", "R²: đến", in_file_only=True),
    Column("ratio", "Tỷ số tương quan"),
)
_WHY = Column("why", "Vì sao không nêu")
_READ_VI = (
    "Phần phương sai: trọng số × hiệp phương sai với tổng, chia cho phương sai của tổng; cộng lại bằng 100 %,"
    " có thể âm; đó là trọng số thực có, so được với trọng số trên giấy. R²: bình phương hệ số tương quan"
    " với tổng. Tỷ số tương quan: hồi quy địa phương, thấy cả quan hệ cong (Paruolo, Saisana, Saltelli 2013)."
    " Dưới 20 đơn vị thì không nêu con số nào; tệp CSV có khoảng 95 % (bootstrap) thay cho nó."
)


# --- influence --------------------------------------------------------------------------------------------


def influence(e: Evaluation) -> DataFrame:
    """Per category: its weight on paper, and what it does to the total.

    Columns: group, group_name, number, criterion (the category's id), name, nominal (weight on paper) and
    variance_share (both percent), variance_low, variance_high, r_squared, r_squared_low, r_squared_high,
    ratio (0 … 1), shapley (percent), alpha, why (why something is None; else ''). All Decimal; under 20 units
    only the bounds are given, and otherwise they are None. Sources are in the note; no decision asks for it.
    No row for a group not tried.
    """
    columns = (
        *group_columns(e),
        *_ROW,
        *_SAID,
        Column("shapley", "Phần Shapley của R² (%)"),
        Column("alpha", "Alpha Cronbach"),
        _WHY,
    )
    rows = tuple(row for study in _tried(e) for row in _category_rows(e, study))
    note = (
        f"{_READ_VI} Phần Shapley: phần R² của mỗi hạng mục, trung bình trên mọi thứ tự đưa vào. Alpha"
        " Cronbach: các tiêu chí của hạng mục có cùng đo một điều không; trên 0,7 thường coi là có."
    )
    note = joined(note if rows else "", not_tried(e))
    return framed("Trọng số thực có của các hạng mục", columns, rows, note)


def _category_rows(e: Evaluation, study: Study) -> Iterator[tuple[Cell, ...]]:
    told = zip(e.methodology.categories, study.categories, study.shapley, study.alphas, strict=True)
    for node, one, shapley, alpha in told:
        why = why_none(**_named(one), shapley=shapley, alpha=alpha)
        own = (*_influence_cells(one), measured(shapley, 1, 100), measured(alpha), why)
        yield (*group_cells(e, study.group), node.number, node.id, node.label_vi, *own)


def criterion_influence(e: Evaluation) -> DataFrame:
    """Per criterion: its weight on paper, what it does, and how far it tells units apart.

    Columns: group, group_name, number, criterion, name, nominal, variance_share, variance_low, variance_high,
    r_squared, r_squared_low, r_squared_high, ratio (as in ``influence``), at_zero and at_full (percent of the
    units that it applies to), sd, gini (of the share reached, 0 … 1), why (why something is None; else '').
    All Decimal; the four that tell units apart are None in a group too large for it. A criterion that applies
    to nobody in a group has no row.
    """
    columns = (
        *group_columns(e),
        *_ROW,
        *_SAID,
        Column("at_zero", "Ở mức 0 (%)"),
        Column("at_full", "Ở mức tối đa (%)"),
        Column("sd", "Độ lệch chuẩn"),
        Column("gini", "Gini"),
        _WHY,
    )
    rows = tuple(row for study in _tried(e) for row in _criterion_rows(e, study))
    note = (
        "Ở mức 0, ở mức tối đa: phần đơn vị áp dụng; tiêu chí mà hầu như ai cũng đạt tối đa thì có trọng số"
        " trên giấy nhưng không phân biệt được ai. Độ lệch chuẩn và Gini: của tỷ lệ đạt được. Các cột khác"
        " như bảng theo hạng mục."
    )
    note = joined(note if rows else "", not_tried(e), not_compared(e))
    title = "Trọng số thực có và khả năng phân biệt của các tiêu chí"
    return framed(title, columns, rows, note)


def _criterion_rows(e: Evaluation, study: Study) -> Iterator[tuple[Cell, ...]]:
    powers = study.power or (None,) * len(study.criteria)
    for node, one, power in zip(e.methodology.leaves, study.criteria, powers, strict=True):
        if power is not None and not power.units:
            continue  # applies to nobody in this group
        apart: tuple[Cell, ...] = (None,) * 4
        if power is not None:
            parts = (power.at_zero, power.at_full)
            apart = (
                *(decimal(100 * each, 1) for each in parts),
                decimal(power.sd, 3),
                decimal(power.gini, 3),
            )
        own = (*_influence_cells(one), *apart, why_none(**_named(one)))
        yield (*group_cells(e, study.group), node.number, node.id, node.label_vi, *own)


def _influence_cells(one: Influence) -> tuple[Cell, ...]:
    share, squared = one.variance_share, one.r_squared
    return (
        decimal(100 * one.nominal, 1),
        *(measured(share, 1, 100), *interval(share, 1, 100)),
        *(measured(squared), *interval(squared)),
        measured(one.ratio),
    )


def _named(one: Influence) -> dict[str, Measure]:
    return {"share": one.variance_share, "squared": one.r_squared, "ratio": one.ratio}


def _tried(e: Evaluation) -> list[Study]:
    return [study for study in studies_of(e) if not study.why_not]


# --- leaving out ------------------------------------------------------------------------------------------


def left_out(e: Evaluation) -> DataFrame:
    """Per category and criterion the ranking without it, the most moving first.

    Columns: group, group_name, number, criterion (a category's or criterion's id), name, shift (Decimal, mean
    places that units move; None where nothing is left to rank on), mover, mover_name (who moves most; ''
    where nobody does), moved (its places; above 0 is up, 0 where nobody moves; None where shift is), why (who
    has nothing left). Siblings share the weight in proportion; categories are in bold; a criterion that moves
    nobody has no row.
    """
    columns = (
        *group_columns(e),
        *_ROW,
        Column("shift", "Dịch chuyển trung bình (bậc)"),
        *coded("mover", "Mã đơn vị", "Đơn vị đổi hạng nhiều nhất"),
        Column("moved", "Số bậc"),
        Column("why", "Ghi chú"),
    )
    rows = [row for study in studies_of(e) for row in _left_out_rows(e, study)]
    categories, at = {node.id for node in e.methodology.categories}, columns.index(_ROW[1])
    bold = [i for i, row in enumerate(rows) if row[at] in categories]
    note = (
        "Bỏ hẳn một hạng mục (in đậm) hoặc một tiêu chí, các nội dung cùng cấp chia nhau trọng số của nó theo"
        " tỷ lệ. Số bậc: dương là lên hạng, âm là xuống. Không liệt kê tiêu chí không đổi hạng của ai."
    )
    note = joined(note if rows else "", not_tried(e), not_compared(e))
    title = "Nếu bỏ từng hạng mục, từng tiêu chí"
    return framed(title, columns, rows, note, bold=bold)


_REASON_VI = {"nothing_left": "không còn gì để chấm", "": ""}


def _left_out_rows(e: Evaluation, study: Study) -> list[tuple[Cell, ...]]:
    found = []
    for change in study.left_out.values():
        node = e.methodology.by_id[change.id]
        if change.shift == 0 and node.depth > 1:
            continue
        there = study.n - len(change.lost)
        shift = None if change.shift is None else Fraction(round(change.shift * there), there)
        mover = "" if change.mover is None else study.problem.units[change.mover]
        lost = f"{format_vi(len(change.lost))} đơn vị không còn gì để chấm" if change.lost else ""
        row = (
            *(node.number, node.id, node.label_vi),
            rounded(shift),
            *(mover, e.inputs.names.get(mover, ""), change.moved),
            lost or _REASON_VI[change.reason],
        )
        found.append((-(shift or 0), (*group_cells(e, study.group), *row)))
    return [row for _, row in sorted(found, key=lambda each: each[0])]


# --- the design -------------------------------------------------------------------------------------------

_FACTOR_VI = {
    "weights": "Trọng số",
    "aggregation": "Cách gộp",
    "policy": "Khi có nội dung không áp dụng",
    "zero_rule": "Điểm 0 tính cho",
    "reviewer_rule": "Từ điểm của những người chấm",
    "left_out": "Bỏ một hạng mục",
}
_LEVEL_VI = {
    "arithmetic": "cộng",
    "geometric": "trung bình nhân",
    "harmonic": "trung bình điều hòa",
    "copeland": "so từng cặp (Copeland)",
    "share": "chia cho điểm tối đa được tính",
    "points": "không quy đổi",
    "criterion": "tiêu chí",
    "unit": "cả đơn vị",
}


def design_sensitivity(e: Evaluation) -> DataFrame:
    """Per choice of the design, Sobol' indices of the mean shift in rank.

    Columns: group, group_name, factor ('weights', 'aggregation', 'policy', 'zero_rule', 'reviewer_rule',
    'left_out'), factor_name, levels (those tried, in words), first, first_low, first_high, total, total_low,
    total_high (Decimal: S and S_T with their 95 % bounds; None where no choice moves anybody), idle (says so
    where a factor moves nobody; else ''). Design and sources (Saltelli, Jansen) are in the note; no decision
    asks for it. No row for a group not tried or too large.
    """
    columns = (
        *group_columns(e),
        *coded("factor", "Mã", "Lựa chọn"),
        Column("levels", "Các mức được thử"),
        Column("first", "S"),
        Column("first_low", "S: từ"),
        Column("first_high", "S: đến"),
        Column("total", "S_T"),
        Column("total_low", "S_T: từ"),
        Column("total_high", "S_T: đến"),
        Column("idle", "Nhận xét"),
    )
    tried = [study for study in studies_of(e) if study.sensitivity]
    rows = tuple(row for study in tried for row in _design_rows(e, study))
    note = joined(_design_note(e, tried) if tried else "", not_tried(e), not_compared(e))
    title = "Lựa chọn nào của phương pháp ảnh hưởng thứ hạng nhất"
    return framed(title, columns, rows, note)


def _design_rows(e: Evaluation, study: Study) -> Iterator[tuple[Cell, ...]]:
    _, told = study.sensitivity
    for k, factor in enumerate(told.factors):
        cells: tuple[Cell, ...] = (None,) * 6
        if not told.constant:
            ends = told.first[k], *told.first_interval[k], told.total[k], *told.total_interval[k]
            cells = tuple(decimal(float(end)) for end in ends)
        idle = "không đổi thứ hạng nào" if told.idle[k] else ""
        levels = _levels_vi(e, study, factor)
        yield (*group_cells(e, study.group), factor, _FACTOR_VI[factor], levels, *cells, idle)


def _levels_vi(e: Evaluation, study: Study, factor: str) -> str:
    model, _ = study.sensitivity
    if factor == "weights":
        return f"{format_vi(len(model.levels[factor]))} bộ trong ±{study.settings.spread} %"
    if factor == "left_out":
        return f"không bỏ, hoặc bỏ một trong {len(model.levels[factor]) - 1} hạng mục"
    if factor == "zero_rule":
        return "; ".join(["như hiện nay", *(_LEVEL_VI[each] for each in study.alternatives.zero_levels)])
    if factor == "reviewer_rule":
        return "trung bình; điểm thấp hơn; điểm cao hơn"
    return "; ".join(_LEVEL_VI[level] for level in model.levels[factor])


def _design_note(e: Evaluation, tried: list[Study]) -> str:
    """How it was computed, and why other means than sums are in or out."""
    names = e.methodology.groups
    rows = " và ".join(dict.fromkeys(format_vi(s.sensitivity[1].rows) for s in tried))
    out = [
        f"{names[s.group].label_vi} ({format_vi(s.zeros)} trong {format_vi(s.n)} đơn vị)"
        for s in tried
        if "geometric" not in s.choices.aggregations
    ]
    means = (
        f" Không thử trung bình nhân và điều hòa với {', '.join(out)} có tiêu chí bằng 0: các đơn vị ấy sẽ"
        " cùng bằng 0 và đồng hạng cuối."
        if out
        else ""
    )
    votes = [names[s.group].label_vi for s in tried if "copeland" not in s.choices.aggregations]
    duels = (
        f" Không so từng cặp (Copeland) với {', '.join(votes)}: quá nhiều đơn vị hoặc quá ít tiêu chí."
        if votes
        else ""
    )
    same = [names[s.group].label_vi for s in tried if s.sensitivity[1].constant]
    constant = f" Ở {', '.join(same)} không lựa chọn nào đổi thứ hạng." if same else ""
    both = sum(s.sensitivity[0].clashes for s in tried)
    clash = (
        f" {format_vi(both)} ô điểm chịu cả hai quy tắc (điểm 0, người chấm); quy tắc sau quyết định."
        if both
        else ""
    )
    mean = "; ".join(f"{names[s.group].label_vi} {format_vi(decimal(s.sensitivity[1].mean))}" for s in tried)
    return (
        "S: phần phương sai của dịch chuyển hạng trung bình do riêng lựa chọn này; S_T: kể cả phần cùng với"
        " các lựa chọn khác. Từ, đến: khoảng 95 % (bootstrap); S nhỏ hơn 0 là do sai số. Chỉ số Sobol’"
        f" (Saltelli 2010, Jansen 1999), điểm Sobol’ xáo trộn, {rows} hàng mỗi lựa chọn, cùng hạt giống; mọi"
        f" mức của một lựa chọn như nhau. Dịch chuyển trung bình so với hạng chính thức (bậc): {mean}."
        f"{means}{duels}{constant}{clash}"
    )
