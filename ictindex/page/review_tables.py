"""The review as tables: the state of every mark, what the spot check proves, and how reviewers agree."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import ceil, floor
from shlex import quote
from typing import TYPE_CHECKING

from ictindex.basics import format_vi
from ictindex.facts import (
    digest,
    in_strata,
    least_wrong,
    lower_bound,
    most_wrong,
    own_marks,
    settle,
    smallest_sample,
    upper_bound,
)
from ictindex.page.cells import coded, group_cells, group_columns
from ictindex.page.described import framed
from ictindex.page.robust_cells import rounded
from ictindex.page.shown import Cell, Column
from ictindex.procedure import (
    FEWEST,
    OPEN,
    Checks,
    Item,
    Ratings,
    biases,
    noise,
    pairs,
    ratings,
    review_checks,
    scales,
    teams,
)
from ictindex.scoring import Evaluation

if TYPE_CHECKING:
    from pandas import DataFrame

STATE_VI = {
    "waiting": "Chờ người chấm thứ hai",
    "too_different": "Quá khác nhau, chờ kiểm tra lại",
    "spot_open": "Được chọn kiểm tra xác suất, chờ kiểm tra",
    "spot_replaced": "Kiểm tra xác suất: thay bằng điểm thẩm định",
    "spot_confirmed": "Kiểm tra xác suất: giữ nguyên",
    "adjudicated": "Quá khác nhau, lấy điểm của người thẩm định",
    "rechecked": "Quá khác nhau, đã kiểm tra lại lần hai, lấy điểm lần hai",
    "agreed": "Theo những người chấm, không thuộc mẫu kiểm tra",
}
WHY_VI = {"": "", "too_few": f"Dưới {FEWEST} mục cùng chấm", "no_variance": "Mọi điểm chấm như nhau"}
_NO_REVIEW_VI = "Phương pháp này không có người chấm độc lập."
_NO_MARKS_VI = "Chưa có điểm chấm nào."
_OF_SCALE_VI = "Mọi chênh lệch tính bằng phần trăm thang điểm."


# --- states and spot check --------------------------------------------------------------------------------


def mark_states(e: Evaluation) -> DataFrame:
    """How many marked items of each group are in which state.

    Columns: group, group_name, state ('waiting', 'too_different', 'spot_open', 'spot_replaced',
    'spot_confirmed', 'adjudicated', 'rechecked', 'agreed'), state_name, items (how many, 0 included). States
    as of 2342, V.5.4 a (see ``procedure.checks``); what still waits is in bold. No row without marks.
    """
    columns = (
        *group_columns(e),
        *coded("state", "Mã trạng thái", "Trạng thái"),
        Column("items", "Số mục chấm"),
    )
    title = "Trạng thái của các mục chấm"
    if not e.inputs.marks:
        return framed(title, columns, (), _without(e))
    found = review_checks(e)
    counts = Counter((e.inputs.by_code[entity].group, state) for (entity, _), state in found.states.items())
    rows = [
        (*group_cells(e, group), state, words, counts[group, state])
        for group in e.methodology.groups
        for state, words in STATE_VI.items()
    ]
    waiting = sum(state in OPEN for state in found.states.values())
    note = f"{format_vi(len(found.states))} mục chấm, {format_vi(waiting)} mục còn chờ kết luận (in đậm)."
    at = len(columns) - 3
    bold = frozenset(i for i, row in enumerate(rows) if row[at] in OPEN and row[-1])
    return framed(title, columns, tuple(rows), note, bold=bold)


def spot_check(e: Evaluation) -> DataFrame:
    """The items in the order in which the seed draws them, the sample first; its errors and their bound.

    The page shows the sample and the CSV file every item that could be drawn, so that anyone can draw again.

    Columns: place (in drawn order), sha256 (of 'seed|unit|answer': what is sorted by), unit, answer, group,
    group_name, unit_name, answer_name, value (Fraction, points of the scale: what the reviewers' marks come
    to), adjudicated (Fraction; None without), state, state_name (as in ``mark_states``), why (the
    adjudicator's). Rule: 2342, V.5.4 a; its size is the parameter spot_check. No row without marks.
    """
    columns = (
        Column("place", "Thứ tự"),
        Column("sha256", "Mã băm SHA-256"),
        Column("unit", "Mã đơn vị", in_file_only=True),
        Column("answer", "Mã mục chấm", in_file_only=True),
        *group_columns(e),
        Column("unit_name", "Tên đơn vị"),
        Column("answer_name", "Mục chấm"),
        Column("value", "Trung bình cộng"),
        Column("adjudicated", "Người thẩm định"),
        *coded("state", "Mã trạng thái", "Trạng thái"),
        Column("why", "Lý do của người thẩm định"),
    )
    title = "Kiểm tra xác suất điểm chấm"
    if not e.inputs.marks:
        return framed(title, columns, (), _without(e))
    found = review_checks(e)
    rows = tuple(
        (
            place,
            digest(e.seed, *key),
            *key,
            *group_cells(e, e.inputs.by_code[key[0]].group),
            e.inputs.names[key[0]],
            e.methodology.answers[key[1]].label_vi,
            *_values(e, key),
            found.states[key],
            STATE_VI[found.states[key]],
            "; ".join(mark.why for mark in e.inputs.marks[key] if mark.role == "adjudicator"),
        )
        for place, key in enumerate(dict.fromkeys([*found.sample, *found.population]), start=1)
    )
    note = f"{_proven(found)} {_redrawn(e, found)}"
    bold = frozenset(i for i, key in enumerate(found.sample) if found.states[key] == "spot_open")
    return framed(title, columns, rows, note, bold=bold, shown=len(found.sample))


def _values(e: Evaluation, key: Item) -> tuple[Cell, Cell]:
    """What the reviewers' marks come to, and what the adjudicator puts in its place."""
    combine = e.methodology.combine
    several, scale = e.inputs.marks[key], e.methodology.answers[key[1]].max
    own = own_marks(several)
    final = settle(several, scale, 100, combine)
    return settle(own, scale, 100, combine).value, final.value if final.state == "adjudicated" else None


def _proven(found: Checks) -> str:
    """The error rate in the sample and, with 95 %, the most of all items; said only of what was checked."""
    among, size, checked, wrong = len(found.population), len(found.sample), len(found.checked), found.wrong
    drawn = f"Mẫu gồm {format_vi(size)} trong {format_vi(among)} mục chấm không quá khác nhau."
    if not size or not checked:
        clean = smallest_sample(Fraction(1, 20), among)
        return (
            f"{drawn} Chưa kiểm tra mục nào nên chưa nói được gì về tỷ lệ sai; kiểm tra"
            f" {format_vi(clean)} mục mà không thấy sai mới cho thấy, với độ tin cậy 95 %, không quá 5 % sai."
        )
    open_still = size - checked
    partly = (
        f" Còn {format_vi(open_still)} mục trong mẫu chưa kiểm tra (in đậm) nên các tỷ lệ sau là tạm tính."
        if open_still
        else ""
    )
    said = (
        f"{drawn}{partly} Đã kiểm tra {format_vi(checked)} mục, {format_vi(wrong)} mục phải thay điểm:"
        f" tỷ lệ sai {format_vi(Fraction(100 * wrong, checked), 1)} %."
    )
    if len(strata := _strata(found)) > 1:
        least, most = in_strata(strata.values())
        return (
            f"{said} Với độ tin cậy 95 % cho cả {format_vi(len(strata))} phần cùng lúc, ít nhất"
            f" {format_vi(least)} và nhiều nhất {format_vi(most)} trong {format_vi(among)} mục sai"
            f" ({_down(Fraction(least, among))} % đến {_up(Fraction(most, among))} %)."
        )
    least, most = least_wrong(wrong, checked, among), most_wrong(wrong, checked, among)
    return (
        f"{said} Với độ tin cậy 95 %, nhiều nhất"
        f" {format_vi(most)} trong {format_vi(among)} mục ({_up(Fraction(most, among))} %) sai;"
        f" nếu coi số mục là vô hạn (Clopper–Pearson) thì nhiều nhất {_up(upper_bound(wrong, checked))} %."
        f" Cũng với độ tin cậy 95 %, ít nhất {format_vi(least)} mục ({_down(Fraction(least, among))} %) sai;"
        f" nếu coi số mục là vô hạn thì ít nhất {_down(lower_bound(wrong, checked))} %."
    )


def _strata(found: Checks) -> dict[str, tuple[int, int, int]]:
    """Stratum -> how many were found wrong, were checked, and are in it; in the order of their names."""
    every, checked = Counter(found.stratum.values()), Counter(found.stratum[key] for key in found.checked)
    wrong = Counter(found.stratum[key] for key in found.sample if found.states[key] == "spot_replaced")
    return {name: (wrong[name], checked[name], every[name]) for name in sorted(every)}


def _redrawn(e: Evaluation, found: Checks) -> str:
    """How anyone draws the sample again, from the CSV file and with sha256sum alone."""
    sizes = Counter(found.stratum[key] for key in found.sample)
    size = format_vi(len(found.sample))
    digests = (
        f"while read -r m; do printf '%s|%s' {quote(str(e.seed))} \"$m\""
        """ | sha256sum | tr -d '\\n'; echo "$m"; done | sort | head -n"""
    )
    said = (
        f"Hạt giống: {e.seed}. Rút lại mẫu: lấy SHA-256 của “hạt giống|mã đơn vị|mã mục chấm”, sắp tăng dần,"
    )
    if len(set(found.stratum.values())) < 2:
        draw = f"tail -n +2 spot_check.csv | cut -d, -f3,4 | tr , '|' | {digests} {len(found.sample)}"
        return f"{said} lấy {size} mục đầu; tệp CSV có đủ mọi mục: {draw}"
    by_group = e.rules["strata"].value == "by_group"
    column, names = (5, e.methodology.groups) if by_group else (4, e.methodology.answers)
    each = "; ".join(f"{names[part].label_vi}: {format_vi(sizes[part])}" for part in names if sizes[part])
    parts = " ".join(quote(f"{part} {sizes[part]}") for part in names if sizes[part])
    draw = (
        f"printf '%s\\n' {parts} | while read -r part n; do tail -n +2 spot_check.csv"
        f""" | awk -F, -v part="$part" '${column}==part {{print $3"|"$4}}' | {digests} "$n"; done"""
    )
    return f"{said} lấy các mục đầu của từng phần, cả thảy {size} mục ({each}); tệp CSV có đủ mọi mục: {draw}"


def _down(share: Fraction) -> str:
    """A share in percent with one place, rounded down: see _up."""
    return format_vi(Fraction(floor(share * 1000), 10), 1)


def _up(share: Fraction) -> str:
    """A share in percent with one place, rounded up: a bound never promises more than was shown."""
    return format_vi(Fraction(ceil(share * 1000), 10), 1)


# --- reviewers --------------------------------------------------------------------------------------------


def reviewers(e: Evaluation) -> DataFrame:
    """How much each reviewer marked, and how much higher or lower than the others.

    Columns: reviewer, marked (items), items (those that another marked too), bias (Decimal, percent of the
    scale; above 0 is higher than the others' mean), why (why bias is None: too few items; else ''). No row
    without marks. A statistic, of no decision.
    """
    columns = (
        Column("reviewer", "Người chấm"),
        Column("marked", "Số mục đã chấm"),
        Column("items", "Số mục có người khác cùng chấm"),
        Column("bias", "Chấm cao (+) hoặc thấp (−) hơn người khác (%)"),
        Column("why", "Vì sao không tính"),
    )
    rows = tuple(
        (one.reviewer, one.marked, one.items, _percent(one.mean), WHY_VI[one.why])
        for one in biases(_ratings(e))
    )
    note = (
        f"{_OF_SCALE_VI} Mỗi điểm chấm được so với trung bình của những người khác ở cùng mục."
        " Gần 0: không thiên lệch. Lệch vài phần trăm trở lên: nên thống nhất lại cách chấm."
        if rows
        else _without(e)
    )
    return framed("Người chấm", columns, rows, note)


def reviewer_agreement(e: Evaluation) -> DataFrame:
    """How far every two reviewers, and every larger team, agree over the items that all of them marked.

    Columns: reviewers (names), items (that all of them marked), difference (mean, first less second), low and
    high (its 95 % limits; all three Decimal, percent of the scale), kappa (quadratic weights), icc_single,
    icc_average (Decimal, two places), why (why something is None; else ''). Of more than two, difference,
    low, high and kappa are None. The sources (Bland & Altman, Cohen, Shrout & Fleiss) are in the note; no
    decision asks for them. No row without marks.
    """
    columns = (
        Column("reviewers", "Những người chấm"),
        Column("items", "Số mục cùng chấm"),
        Column("difference", "Chênh lệch trung bình (%)"),
        Column("low", "95 %: từ"),
        Column("high", "95 %: đến"),
        Column("kappa", "Kappa có trọng số"),
        Column("icc_single", "ICC một người"),
        Column("icc_average", "ICC trung bình cộng"),
        Column("why", "Vì sao không tính"),
    )
    given = _ratings(e)
    of_two = {(pair.first, pair.second): pair for pair in pairs(given)}
    rows = []
    for team in teams(given):
        pair = of_two.get(team.reviewers)
        limits = (pair.mean, pair.low, pair.high) if pair else (None,) * 3
        kappa = pair.kappa if pair else None
        rows.append(
            (
                ", ".join(team.reviewers),
                team.items,
                *map(_percent, limits),
                *map(rounded, (kappa, team.single, team.average)),
                WHY_VI[(pair.why if pair else "") or team.why],
            )
        )
    note = (
        "Chênh lệch: điểm của người thứ nhất trừ điểm của người thứ hai, phần trăm thang điểm; khoảng 95 %:"
        " trung bình ± 1,96 độ lệch chuẩn (Bland và Altman 1986). Kappa trọng số bình phương (Cohen 1968):"
        " 1 là trùng nhau, 0 là như ngẫu nhiên; thường đọc: đến 0,4 thấp, đến 0,6 vừa, đến 0,8 khá, trên 0,8"
        " cao (Landis và Koch 1977). ICC(2,1) và ICC(2,k) (Shrout và Fleiss 1979): điểm của một người, và"
        " trung bình cộng của cả nhóm, đáng tin đến đâu; thường đọc: dưới 0,5 kém, đến 0,75 vừa, đến 0,9 tốt,"
        " trên 0,9 rất tốt (Koo và Li 2016). Các mốc này là quy ước thống kê, không phải của quyết định."
        if rows
        else _without(e)
    )
    return framed("Mức thống nhất giữa những người chấm", columns, tuple(rows), note)


def mark_noise(e: Evaluation) -> DataFrame:
    """Per question, how far marks of the same item scatter.

    Columns: answer, answer_name, items (that several marked), sd (Decimal, percent of the scale: the pooled
    standard deviation, √(ΣD²/2N) of two), why (why sd is None: too few items; else ''). No row without marks.
    """
    columns = (
        *coded("answer", "Mã mục chấm", "Mục chấm"),
        Column("items", "Số mục có nhiều người chấm"),
        Column("sd", "Độ lệch chuẩn (%)"),
        Column("why", "Vì sao không tính"),
    )
    order = list(e.methodology.answers)
    rows = tuple(
        (one.answer, e.methodology.answers[one.answer].label_vi, one.items, _percent(one.sd), WHY_VI[one.why])
        for one in sorted(noise(_ratings(e)), key=lambda one: order.index(one.answer))
    )
    note = (
        f"{_OF_SCALE_VI} Độ lệch chuẩn gộp của các điểm chấm cùng một đơn vị, cùng một mục: √(ΣD²/2N)"
        " khi có hai người chấm. Mục nào lớn thì hướng dẫn chấm của mục đó cần rõ hơn."
        if rows
        else _without(e)
    )
    return framed("Độ phân tán của điểm chấm theo mục", columns, rows, note)


def _ratings(e: Evaluation) -> Ratings:
    return ratings(e.inputs.marks, scales(e))


def _percent(share: Fraction | float | None) -> Cell:
    return None if share is None else rounded(Fraction(share) * 100, 1)


def _without(e: Evaluation) -> str:
    return _NO_MARKS_VI if e.methodology.source.review else _NO_REVIEW_VI
