"""What turns two units, told in Vietnamese so that it can be quoted: sentences, and a table of weights."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from ictindex.basics import format_vi
from ictindex.page.cells import stamp
from ictindex.page.phrases_vi import (
    BEFORE_ROUNDING_VI,
    LEVEL_VI,
    apart_vi,
    criteria_vi,
    group_vi,
    measure_vi,
    moved_vi,
    percent_vi,
    points_vi,
    standing_vi,
    unit_vi,
    weights_vi,
)
from ictindex.page.shown import Column, Table, Text
from ictindex.robustness import Check, Move, Pair, WeightChange, Weights
from ictindex.scoring import Evaluation

_TIPPING_VI = {
    "turns": "có ngưỡng đảo thứ hạng",
    "never": "riêng {level} này không đảo được",
    "dominates": "không trọng số nào đảo được",
    "not linear": "không có công thức; đã thử từng điểm nguyên",
    "not ahead": "hai đơn vị đang bằng nhau",
    "unverified": "kiểm tra lại không khớp, không nêu kết quả",
}
_NO_CHANGE_VI = {
    "not linear": "chưa tìm được, cũng chưa chứng minh được là không có",
    "no whole points": "không có, vì điểm tối đa không phải đều là số nguyên",
    "unverified": "kiểm tra lại không khớp, không nêu kết quả",
}


def pair_text(e: Evaluation, p: Pair) -> Text:
    """Who is ahead, whether that can turn, and the least changes that turn it, each with its check."""
    gap, measure = p.ahead.value - p.behind.value, measure_vi(e)
    one, other, apart = apart_vi(p.ahead.value, p.behind.value, gap)
    lines = [
        f"{group_vi(e, p.ahead.entity.group)}: {standing_vi(e, p.ahead)}; {standing_vi(e, p.behind)}.",
        f"{BEFORE_ROUNDING_VI} {p.ahead.entity.label_vi}: {one}; {p.behind.entity.label_vi}: {other};"
        f" cách nhau {apart}{measure}.",
        _relation_vi(p),
    ]
    if p.relation in ("open", "never behind"):
        lines += [_l1_vi(e, p), _points_vi(e, p), _l2_vi(e, p)]
    return Text("pair", tuple(lines))


def _relation_vi(p: Pair) -> str:
    ahead, behind, level = unit_vi(p.ahead), unit_vi(p.behind), LEVEL_VI[p.weighing.level]
    if p.relation == "not ahead":
        return (
            f"Hai đơn vị đang bằng nhau: {ahead} không đứng trên {behind} nên không có thứ hạng nào để đảo."
        )
    if p.relation == "dominates":
        return (
            f"Thứ hạng không bao giờ đảo: {ahead} trên {behind} với mọi bộ trọng số của các {level}"
            " (đã chứng minh trên số chính xác)."
        )
    if p.relation == "never behind":
        return (
            f"Không bao giờ vượt: {behind} có thể bằng nhưng không thể trên {ahead},"
            f" với mọi bộ trọng số của các {level} (đã chứng minh trên số chính xác)."
        )
    linear = p.weighing.linear_pair(p.ahead.entity.code, p.behind.entity.code)
    if (
        linear
        or p.l1.weights is not None
        or any(t.status == "turns" or t.points is not None for t in p.tippings)
    ):
        return f"Có thể đảo thứ hạng: thứ tự của hai đơn vị phụ thuộc trọng số của các {level}."
    return (  # where other criteria apply to each, 'open' only means that 'never' is not proven
        f"Chưa kết luận: riêng trọng số của một {level} không đảo được thứ hạng; chưa chứng minh"
        " được là nhiều trọng số cùng đổi cũng không đảo được."
    )


def _l1_vi(e: Evaluation, p: Pair) -> str:
    change, title = p.l1, "Ít trọng số chuyển nhất"
    if change.weights is None:
        return f"{title}: {_NO_CHANGE_VI[change.status]}."
    if change.bound is not None:
        told = f"{weights_vi(e, p.weighing, change.weights)}. {moved_vi(change.distance, change.bound)}"
        return f"{title}: {told}; khi ấy {_then(p, change.check)}. {_check_vi(e, p, change)}"
    moved = ", ".join(f"{points_vi(m.amount)} trọng số {_from_to(e, m)}" for m in change.moves)
    return f"{title}: chuyển {moved} thì {_then(p, change.check)}. {_check_vi(e, p, change)}"


def _points_vi(e: Evaluation, p: Pair) -> str:
    """The sentence that an auditor quotes: so many of a thousand points, from where to where, and then?"""
    change, total = p.points, p.weighing.problem.points
    if change.weights is None:
        return f"Phương án điểm nguyên: {_NO_CHANGE_VI[change.status]}."
    moved = ", ".join(
        f"{format_vi(m.amount)}{f' trong {format_vi(total)} điểm' if not i else ' điểm'} {_from_to(e, m)}"
        for i, m in enumerate(change.moves)
    )
    if change.bound is None:
        least = f"Ít hơn một điểm thì chưa: {_values_vi(e, p, change.check.before)}"
    elif change.bound == change.distance:
        least = "Không thể ít điểm hơn (theo chương trình giải)"
    else:
        least = f"Không thể ít hơn {format_vi(change.bound)} điểm (theo chương trình giải)"
    return f"Chuyển {moved} thì {_then(p, change.check)}. {_check_vi(e, p, change)} {least}."


def _l2_vi(e: Evaluation, p: Pair) -> str:
    change, title = p.l2, "Gần nhất theo tổng bình phương"
    if change.weights is None:
        return f"{title}: {_NO_CHANGE_VI[change.status]}."
    told = weights_vi(e, p.weighing, change.weights)
    least = "" if change.bound is None else f" {_squares_vi(change)}"
    return f"{title}: {told} thì {_then(p, change.check)}. {_check_vi(e, p, change)}{least}"


def _squares_vi(change: WeightChange) -> str:
    """How near the least squares could still be, as part of a distance, which is the root of its square."""
    part = Fraction(isqrt(int(10**8 * change.bound / change.distance)), 10**4)
    nearer = "" if part == 1 else f" {percent_vi(part)} khoảng cách ấy"
    return f"Không bộ nào gần hơn{nearer} (đã chứng minh trên số chính xác)."


def _from_to(e: Evaluation, move: Move) -> str:
    names = criteria_vi(e)
    return f"từ {names[move.source]} sang {names[move.target]}"


def _then(p: Pair, check: Check) -> str:
    one, other = check.values
    return "hai đơn vị bằng nhau" if one == other else f"{unit_vi(p.behind)} vượt {unit_vi(p.ahead)}"


def _check_vi(e: Evaluation, p: Pair, change: WeightChange) -> str:
    only = ", có thể bằng nhưng không vượt" if change.status == "level" else ""
    return f"Kiểm tra lại trên số chính xác: {_values_vi(e, p, change.check.values)}{only}."


def _values_vi(e: Evaluation, p: Pair, values: tuple[Fraction, Fraction]) -> str:
    one, other = apart_vi(*values)
    return f"{p.ahead.entity.label_vi} {one}, {p.behind.entity.label_vi} {other}{measure_vi(e)}"


# --- the table ----------------------------------------------------------------------------------------------

_WHOLE = (
    Column("max_points", "Điểm tối đa", "integer"),
    Column("tipping_points", "Ngưỡng đảo (tổng giữ nguyên)", "integer"),
    Column("tipping_alone", "Ngưỡng đảo (tổng đổi theo)", "integer"),
)
_RAY_VI = (
    "Ngưỡng đảo: trọng số mà từ đó hai đơn vị hoán đổi vị trí khi riêng trọng số này đổi, các trọng số khác"
    " giữ tỷ lệ."
    " Bộ gần nhất: mọi trọng số cùng đổi, tổng bình phương các thay đổi nhỏ nhất."
)
_WHOLE_VI = (
    " Hai cột sau cùng cũng vậy, bằng điểm tối đa nguyên gần nhất: tổng giữ nguyên thì các điểm tối đa khác"
    " đổi theo tỷ lệ; tổng đổi theo thì các điểm tối đa khác giữ nguyên."
)


def tipping_table(e: Evaluation, p: Pair) -> Table:
    """Per criterion: its weight and points today, where they turn the pair, and the nearest weights."""
    w, nodes = p.weighing, e.methodology.by_id
    columns = (
        Column("criterion", "Mã", in_file_only=True),
        Column("number", "Số"),
        Column("label_vi", LEVEL_VI[w.level].capitalize()),
        Column("status", "Trạng thái", in_file_only=True),
        Column("status_vi", "Kết luận"),
        Column("weight", "Trọng số (%)", "exact"),
        Column("tipping_weight", "Ngưỡng đảo (%)", "exact"),
        Column("nearest_weight", "Bộ gần nhất (%)", "exact"),
        *(_WHOLE if w.maxima else ()),
    )
    nearest: Weights | tuple[None, ...] = p.l2.weights or (None,) * len(w.criteria)
    rows = tuple(
        (
            tipping.criterion,
            nodes[tipping.criterion].number,
            nodes[tipping.criterion].label_vi,
            tipping.status,
            _TIPPING_VI[tipping.status].format(level=LEVEL_VI[w.level]),
            w.base[k] * 100,
            None if tipping.weight is None else tipping.weight * 100,
            None if nearest[k] is None else nearest[k] * 100,
            *((w.maxima[k], tipping.points, tipping.alone) if w.maxima else ()),
        )
        for k, tipping in enumerate(p.tippings)
    )
    note = _RAY_VI + (_WHOLE_VI if w.maxima else "")
    title = f"Trọng số nào đảo thứ hạng của {p.ahead.entity.label_vi} và {p.behind.entity.label_vi}"
    return Table("tipping", title, columns, rows, note, stamp=stamp(e))
