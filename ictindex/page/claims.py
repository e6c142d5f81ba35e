"""Claims, objections and decisions as tables: what units say, what stands, and every event behind it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from ictindex.basics import format_vi
from ictindex.facts import Objection, confirmation_begins, first_times, objections, restored_by
from ictindex.methodology import Node
from ictindex.page.cells import coded, entity_cells, entity_columns
from ictindex.page.described import framed
from ictindex.page.shown import Cell, Column
from ictindex.page.words import EVENT_VI, OUTCOME_VI, STATE_VI
from ictindex.scoring import Evaluation, Standing

if TYPE_CHECKING:
    from pandas import DataFrame

SHOWN = 100  # lines on the page; the file has them all


def day_vi(moment: datetime | None) -> str | None:
    return moment and f"{moment:%d/%m/%Y}"


def gap(e: Evaluation) -> DataFrame:
    """What each unit's own figures would come to beside what stands, and where most of the difference is.

    Columns: group, group_name, unit, unit_name, declared (the value of its own figures and marks, unchecked,
    with no zero but for a late report), value, difference (value less declared; all three Decimal, as
    printed), criterion, criterion_name, reason (of the criterion that lost most points; '' where none lost
    any). Only units whose printed values differ; reviewers' marks are the same in both.
    """
    columns = (
        *entity_columns(e),
        Column("declared", "Theo tự khai, tự chấm"),
        Column("value", "Sau thẩm định"),
        Column("difference", "Chênh lệch"),
        *coded("criterion", "Mã tiêu chí", "Tiêu chí giảm nhiều nhất"),
        Column("reason", "Vì sao"),
    )
    declared = e.as_declared.at(e.methodology.root)
    rows = []
    for standings in e.standings.values():
        for s in standings:
            claim = declared[s.entity.code]
            lost = _most_lost(e, e.inputs.places[s.entity.code])
            criterion = (lost[0].id, lost[0].label_vi, lost[1]) if lost else ("", "", "")
            if s.printed is not None and claim.printed is not None and s.printed != claim.printed:
                values = (claim.printed, s.printed, s.printed - claim.printed)
                rows.append((*entity_cells(e, s.entity), *values, *criterion))
    less, more = (sum(row[-4] * sign > 0 for row in rows) for sign in (-1, 1))
    note = (
        f"{format_vi(less)} đơn vị thấp hơn mức tự khai, {format_vi(more)} đơn vị cao hơn. Mức tự khai tính"
        " theo số liệu và điểm tự chấm của đơn vị, chưa qua kiểm tra; điểm do người kiểm tra chấm giữ nguyên."
        " Bảng chỉ liệt kê những đơn vị có chênh lệch."
    )
    return framed("Tự đánh giá so với kết quả thẩm định", columns, tuple(rows), note)


def _most_lost(e: Evaluation, i: int) -> tuple[Node, str] | None:
    """The lowest criterion at which the i-th entity lost most points between claim and result, and why."""
    losses = []
    for node in e.methodology.leaves:
        claim, stands = e.as_declared.scores.outcomes[node.id][i], e.scores.outcomes[node.id][i]
        if claim.counts and stands.counts and stands.points < claim.points:
            why = "Số liệu thẩm định thấp hơn" if stands.state == "scored" else STATE_VI[stands.state]
            losses.append((claim.points - stands.points, node, why))
    return max(losses, key=lambda loss: (loss[0], loss[1].id))[1:] if losses else None


def objected(e: Evaluation) -> DataFrame:
    """Every objection of a unit, and what was decided of it.

    Columns: group, group_name, unit, unit_name, subject (an answer or a criterion), subject_name, at
    (dd/mm/yyyy), requested (as it is asked to be; '' of a criterion), why, outcome ('upheld', 'rejected',
    'open'), outcome_name, decided (dd/mm/yyyy; None while open), who, grounds ('' while open). From
    events.csv; what is open is in bold. No row without an objection.
    """
    columns = (
        *entity_columns(e),
        *coded("subject", "Mã", "Nội dung"),
        Column("at", "Ngày"),
        Column("requested", "Đề nghị sửa thành"),
        Column("why", "Lý do của đơn vị"),
        *coded("outcome", "Mã kết quả", "Kết quả"),
        Column("decided", "Ngày quyết định"),
        Column("who", "Người quyết định"),
        Column("grounds", "Lý do"),
    )
    all_of_them = objections(e.inputs.events)
    rows = tuple((*entity_cells(e, e.inputs.by_code[o.entity]), *_objection_cells(e, o)) for o in all_of_them)
    counted, sent = Counter(o.outcome for o in all_of_them), first_times(e.inputs.events, "slip")
    agreed = format_vi(len(first_times(e.inputs.events, "confirmed")))
    note = (
        f"Đã gửi phiếu xác nhận cho {format_vi(len(sent))} đơn vị, {agreed} đơn vị thống nhất."
        f" {format_vi(len(rows))} đề nghị: {format_vi(counted['upheld'])} được chấp nhận,"
        f" {format_vi(counted['rejected'])} không được chấp nhận,"
        f" {format_vi(counted['open'])} chưa giải quyết."
        if sent
        else "Chưa gửi phiếu xác nhận số liệu."
    )
    waiting = frozenset(i for i, o in enumerate(all_of_them) if o.outcome == "open")
    return framed("Ý kiến của đơn vị về số liệu", columns, rows, note, bold=waiting, shown=SHOWN)


def _objection_cells(e: Evaluation, o: Objection) -> tuple[Cell, ...]:
    if o.answer:
        subject, label = o.answer, e.methodology.answers[o.answer].label_vi
    else:
        subject = o.criterion
        label = e.methodology.by_id[subject].label_vi
    decision = o.decision
    ends = (day_vi(decision.at), decision.who, decision.why) if decision else (None, "", "")
    return (subject, label, day_vi(o.at), o.requested, o.why, o.outcome, OUTCOME_VI[o.outcome], *ends)


def confirmation(e: Evaluation) -> DataFrame:
    """Value and rank as the confirmation slips showed them, and after what came of them.

    Columns: group, group_name, unit, unit_name, value_before, value, change (Decimal, as printed),
    rank_before, rank, rise (places; above 0 is up). None where a unit is not ranked then or now. Before is
    what stood when the first slip was sent (events.csv); only units that change in exact value or rank. No
    row while no slip is sent.
    """
    columns = (
        *entity_columns(e),
        Column("value_before", "Trước xác nhận"),
        Column("value", "Sau xác nhận"),
        Column("change", "Thay đổi"),
        Column("rank_before", "Hạng trước"),
        Column("rank", "Hạng sau"),
        Column("rise", "Tăng hạng"),
    )
    title, before = "Trước và sau khi đơn vị xác nhận", e.before_confirmation
    if before is None:
        note = "Chưa gửi phiếu xác nhận số liệu, nên chưa có gì để so sánh."
        return framed(title, columns, (), note)
    earlier = before.at(before.methodology.root)
    pairs = [(earlier[s.entity.code], s) for standings in e.standings.values() for s in standings]
    rows = tuple(
        _moved(e, then, now) for then, now in pairs if (then.value, then.rank) != (now.value, now.rank)
    )
    in_value = sum(then.value != now.value for then, now in pairs)
    in_rank = sum(then.rank != now.rank for then, now in pairs)
    note = (
        f"Phiếu gửi từ ngày {day_vi(confirmation_begins(e.inputs.events))}."
        f" {format_vi(in_value)} đơn vị thay đổi giá trị, {format_vi(in_rank)} đơn vị thay đổi thứ hạng,"
        " kể cả vì đơn vị khác thay đổi; bảng chỉ liệt kê những đơn vị ấy."
    )
    return framed(title, columns, rows, note)


def _moved(e: Evaluation, then: Standing, now: Standing) -> tuple[Cell, ...]:
    change = now.printed - then.printed if then.printed is not None and now.printed is not None else None
    rise = then.rank - now.rank if then.rank and now.rank else None
    return (*entity_cells(e, now.entity), then.printed, now.printed, change, then.rank, now.rank, rise)


def ledger(e: Evaluation) -> DataFrame:
    """Every event, in the order of time: what the score replays.

    Columns: at (dd/mm/yyyy hh:mm), unit, unit_name, event (events.csv's word), event_name, subject (id of an
    answer or criterion; '' of the whole report), value (as asked or corrected to be;
    of a restoration the zeros that it takes back), until (dd/mm/yyyy, of
    an extension; else None), who, why, paper (in which it was decided). No row without events.csv.
    """
    columns = (
        Column("at", "Thời điểm"),
        *entity_columns(e)[-2:],
        *coded("event", "Mã sự kiện", "Sự kiện"),
        Column("subject", "Tiêu chí, số liệu"),
        Column("value", "Giá trị"),
        Column("until", "Đến ngày"),
        Column("who", "Người quyết định"),
        Column("why", "Lý do"),
        Column("paper", "Văn bản"),
    )
    taken_back = {
        event: "; ".join(f"{EVENT_VI[zero.event]} ({day_vi(zero.at)})" for zero in zeros)
        for event, zeros in restored_by(e.inputs.events).items()
    }
    rows = tuple(
        (
            f"{event.at:%d/%m/%Y %H:%M}",
            event.entity,
            e.inputs.names[event.entity],
            event.event,
            EVENT_VI[event.event],
            event.answer or event.criterion,
            taken_back.get(event) or event.text,
            day_vi(event.until),
            event.who,
            event.why,
            event.paper,
        )
        for event in e.inputs.events
    )
    counted = Counter(event.event for event in e.inputs.events)
    kinds = "; ".join(
        f"{label}: {format_vi(counted[kind])}" for kind, label in EVENT_VI.items() if counted[kind]
    )
    note = (
        f"Sổ chỉ ghi thêm, không sửa; thứ tự các dòng không ảnh hưởng kết quả. {kinds}."
        if rows
        else ("Chưa ghi sự kiện nào.")
    )
    return framed("Sổ sự kiện", columns, rows, note, shown=SHOWN)
