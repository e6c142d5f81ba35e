"""What a unit can reach when the weights move, told in Vietnamese: the first place, and its ranks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ictindex.basics import format_vi
from ictindex.page.cells import entity_cells, entity_columns, stamp
from ictindex.page.phrases_vi import (
    BEFORE_ROUNDING_VI,
    LEVEL_VI,
    criteria_vi,
    group_vi,
    moved_vi,
    not_linear_vi,
    number_vi,
    percent_vi,
    points_vi,
    set_vi,
    standing_vi,
    unit_vi,
    weights_vi,
)
from ictindex.page.shown import Cell, Column, Table, Text
from ictindex.robustness import Extreme, Nearest, Ranged, Reach, weights_within
from ictindex.scoring import Evaluation

_FEW = 5  # units of which each is told in a sentence
_MIX_SHOWN = 8  # units of a mix that a sentence names


# --- the first place ----------------------------------------------------------------------------------------


def first_text(e: Evaluation, r: Reach) -> Text:
    """Whether the unit can be first, under which weights, or the mix of others that always beats it."""
    group = group_vi(e, r.standing.entity.group)
    lines = [f"{group}: {standing_vi(e, r.standing)}. {BEFORE_ROUNDING_VI}"]
    if r.first.status == "not linear":
        return Text("first", (*lines, not_linear_vi(r.weighing.level)))
    lines.append(_first_vi(e, r))
    if r.first.status == "never":
        lines.append(_certificate_vi(e, r))
    if r.nearest.weights is not None:
        lines.append(_nearest_vi(e, r, r.nearest, "Bộ trọng số gần hiện nay nhất để đứng đầu"))
    elif r.nearest.status == "undecided":
        lines.append("Bộ trọng số gần nhất: chưa kết luận.")
    if r.anywhere is not None:
        lines.append(_anywhere_vi(e, r, r.anywhere))
    return Text("first", tuple(lines))


def _first_vi(e: Evaluation, r: Reach) -> str:
    unit, within = unit_vi(r.standing), set_vi(e, r.percent, r.order)
    if r.first.status == "first":
        most = "nhiều nhất là hơn" if r.first.bound is not None else "chẳng hạn hơn"
        lead = f"; {most} {points_vi(r.first.margin)}" if r.first.margin is not None else ""
        return f"Có thể: {within}, {unit} có bộ trọng số để một mình đứng đầu{lead} (tính theo tỷ lệ điểm)."
    if r.first.status == "tied first":
        never = "không bộ nào hơn (đã chứng minh)" if r.first.bound == 0 else "chưa thấy bộ nào hơn"
        return f"Có thể đồng hạng nhất: {within}, {unit} có thể bằng đơn vị đứng đầu, {never}."
    if r.first.status == "never":
        return f"Không thể: {within}, không bộ trọng số nào đưa {unit} lên đứng đầu."
    return f"Chưa kết luận: {within}, chưa chứng minh được {unit} có hay không thể đứng đầu."


def _certificate_vi(e: Evaluation, r: Reach) -> str:
    names = e.inputs.names
    if r.first.bound is None:  # not the same applies to all units
        parts = f" (chia tập trọng số thành {r.first.parts} phần)" if r.first.parts > 1 else ""
        whose = "ở mỗi phần luôn có một đơn vị, hoặc một đơn vị ghép từ các đơn vị khác, đứng trên"
        if r.first.mix:
            whose = f"{', '.join(f'{names[other]} ({other})' for other in r.first.mix)} luôn đứng trên"
        return f"Chứng minh trên số chính xác{parts}: {whose} {r.standing.entity.label_vi}."
    proven = f"{points_vi(-r.first.bound)} (tính theo tỷ lệ điểm, trên số chính xác)"
    if len(r.first.mix) == 1:
        (other,) = r.first.mix
        return f"Chứng minh: {names[other]} ({other}) luôn hơn {r.standing.entity.label_vi} ít nhất {proven}."
    parts = sorted(r.first.mix.items(), key=lambda part: (-part[1], part[0]))
    told = " + ".join(f"{percent_vi(part)} {names[code]} ({code})" for code, part in parts[:_MIX_SHOWN])
    more = f" + {len(parts) - _MIX_SHOWN} đơn vị khác" if len(parts) > _MIX_SHOWN else ""
    return (
        f"Chứng minh: đơn vị ghép {told}{more} luôn hơn {r.standing.entity.label_vi} ít nhất {proven},"
        " nên luôn có ít nhất một trong các đơn vị này đứng trên."
    )


def _nearest_vi(e: Evaluation, r: Reach, nearest: Nearest, title: str) -> str:
    if not nearest.distance:
        return f"{title}: chính là trọng số hiện nay (giá trị chính xác đã đứng đầu)."
    told = f"{weights_vi(e, r.weighing, nearest.weights)}. {moved_vi(nearest.distance, nearest.bound)}"
    return f"{title}: {told}; chấm lại cả nhóm thì {r.standing.entity.label_vi} hạng {nearest.rank}."


def _anywhere_vi(e: Evaluation, r: Reach, anywhere: Nearest) -> str:
    if anywhere.weights is not None:
        return _nearest_vi(e, r, anywhere, "Nếu trọng số được đổi tùy ý, bộ gần hiện nay nhất để đứng đầu")
    if anywhere.status == "never":
        return "Kể cả khi trọng số được đổi tùy ý cũng không thể đứng đầu."
    return "Nếu trọng số được đổi tùy ý: chưa kết luận."


def first_table(e: Evaluation, r: Reach) -> Table:
    """Per criterion: its weight today, those in question, and those that put the unit first (percent)."""
    w, nodes = r.weighing, e.methodology.by_id
    within = weights_within(w, r.percent, r.order)
    found = r.nearest.weights or (r.anywhere and r.anywhere.weights)
    columns = (
        Column("criterion", "Mã", in_file_only=True),
        Column("label_vi", LEVEL_VI[w.level].capitalize()),
        Column("weight", "Hiện nay (%)", "exact"),
        Column("low", "Thấp nhất (%)", "exact"),
        Column("high", "Cao nhất (%)", "exact"),
        *((Column("nearest", "Gần nhất để đứng đầu (%)", "exact"),) if found else ()),
        *((Column("best", "Có lợi nhất (%)", "exact"),) if r.first.weights else ()),
    )
    found_too = [weights for weights in (found, r.first.weights) if weights is not None]
    rows = tuple(
        (
            criterion,
            criteria_vi(e).get(criterion, nodes[criterion].label_vi),
            *(weights[k] * 100 for weights in (w.base, within.low, within.high, *found_too)),
        )
        for k, criterion in enumerate(w.criteria)
    )
    kept = ", giữ thứ tự đã nêu" if r.order else ""
    note = f"Thấp nhất, cao nhất: trong khoảng ấy mỗi trọng số được đổi{kept}, tổng luôn là 100 %."
    if r.first.weights:
        note += (
            " Có lợi nhất: bộ trọng số mà đơn vị hơn đơn vị tốt nhất còn lại nhiều nhất, hoặc kém ít nhất."
        )
    return Table("first", f"Trọng số để {unit_vi(r.standing)} đứng đầu", columns, rows, note, stamp=stamp(e))


# --- ranks --------------------------------------------------------------------------------------------------


def ranks_table(e: Evaluation, asked: Sequence[Ranged], seconds: float) -> Table:
    """Per unit: its rank, the best and the worst within reach, and beyond which none is possible."""
    columns = (
        *entity_columns(e),
        Column("rank", "Hạng", "integer"),
        Column("status", "Trạng thái", in_file_only=True),
        Column("best", "Cao nhất", "integer"),
        Column("best_bound", "Không thể hơn", "integer"),
        Column("worst", "Thấp nhất", "integer"),
        Column("worst_bound", "Không thể kém", "integer"),
        Column("settled_vi", "Kết luận"),
    )
    rows = tuple(_ranks_row(e, each) for each in asked)
    within = set_vi(e, asked[0].percent, asked[0].order) if asked else ""
    note = (
        f"Hạng {within}; so sánh trước khi làm tròn. “Cao nhất” và “Thấp nhất” đã thấy ở một bộ trọng số và"
        " chấm lại cả nhóm trên số chính xác; hai cột “Không thể” là cận của chương trình giải (HiGHS, số"
        f" thực dấu phẩy động), mỗi bài toán tối đa {number_vi(Fraction(str(seconds)))} giây;"
        " hết giờ thì cận để rộng."
    )
    return Table("ranks", "Hạng có thể đạt khi trọng số đổi", columns, rows, note, stamp=stamp(e))


def _ranks_row(e: Evaluation, asked: Ranged) -> tuple[Cell, ...]:
    s, ranks = asked.standing, asked.ranks
    begin = (*entity_cells(e, s.entity), s.rank, ranks.status)
    if ranks.status != "reached":
        settled = _STATUS_VI[ranks.status].format(level=LEVEL_VI[asked.weighing.level])
        return (*begin, None, None, None, None, settled)
    best, worst = ranks.best, ranks.worst
    return (*begin, best.rank, best.bound, worst.rank, worst.bound, _settled_vi(best, worst))


_STATUS_VI = {
    "not linear": "chưa kết luận: {level} không áp dụng khác nhau, không tuyến tính",
    "undecided": "chưa kết luận",
}


def _settled_vi(best: Extreme, worst: Extreme) -> str:
    if best.settled and worst.settled:
        return "rõ cả hai đầu"
    open_ends = [(each, end) for each, end in ((best, "cao nhất"), (worst, "thấp nhất")) if not each.settled]
    return "; ".join(
        f"hạng {end} nằm trong {min(each.rank, each.bound)}–{max(each.rank, each.bound)}"
        + (f" (chỉ đồng hạng mới tới {each.bound})" if each.clear == each.rank else "")
        for each, end in open_ends
    )


def _ranks_vi(e: Evaluation, asked: Ranged) -> str:
    """What ranks one unit can have, in a sentence."""
    begin = f"{group_vi(e, asked.standing.entity.group)}: {standing_vi(e, asked.standing)}."
    if asked.ranks.status == "not linear":
        return f"{begin} {not_linear_vi(asked.weighing.level)}"
    if asked.ranks.status != "reached":
        return f"{begin} Chưa kết luận {set_vi(e, asked.percent, asked.order)}."
    best, worst = asked.ranks.best, asked.ranks.worst
    within = set_vi(e, asked.percent, asked.order)
    within = f"{within[0].upper()}{within[1:]}, trên giá trị chưa làm tròn,"
    if best.settled and worst.settled:
        if best.rank == worst.rank:
            return f"{begin} {within} luôn hạng {best.rank}."
        return f"{begin} {within} từ hạng {best.rank} đến hạng {worst.rank}; không thể cao hơn hay thấp hơn."
    seen = f"đã thấy từ hạng {best.rank} đến hạng {worst.rank}"
    return f"{begin} {within} {seen}; chưa rõ hết: {_settled_vi(best, worst)}."


def ranks_text(e: Evaluation, asked: Sequence[Ranged]) -> Text:
    """How many have one rank only, and how many are not settled."""
    reached = [each.ranks for each in asked if each.ranks.status == "reached"]
    fixed = sum(r.best.bound == r.worst.bound for r in reached)
    unsettled = sum(not (r.best.settled and r.worst.settled) for r in reached)
    if not asked:
        return Text("ranks", ("Không có đơn vị nào được xếp hạng.",))
    if len(asked) <= _FEW:
        return Text("ranks", tuple(_ranks_vi(e, each) for each in asked))
    within = set_vi(e, asked[0].percent, asked[0].order)
    lines = [
        f"{format_vi(len(asked))} đơn vị: {format_vi(fixed)} chỉ có một hạng {within};"
        f" {format_vi(unsettled)} còn khoảng chưa chứng minh;"
        f" {format_vi(len(asked) - len(reached))} chưa kết luận."
    ]
    unlike = {each.standing.entity.group for each in asked if each.ranks.status == "not linear"}
    if unlike:
        level = next(each.weighing.level for each in asked)
        names = ", ".join(group_vi(e, group) for group in e.methodology.groups if group in unlike)
        lines.append(f"{names}: {not_linear_vi(level)}")
    return Text("ranks", tuple(lines))
