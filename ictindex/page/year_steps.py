"""The year's steps as tables: each with its counts, what came in, and what wants a second look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ictindex.basics import format_vi
from ictindex.facts import Key, arrivals, extended_until, found_true, last_moment, of_today
from ictindex.page.cells import coded, entity_cells, entity_columns
from ictindex.page.claims import SHOWN, day_vi
from ictindex.page.described import framed
from ictindex.page.shown import Column
from ictindex.page.words import (
    EVENT_VI,
    FIRST_FILE_VI,
    FORM_VI,
    RECEIVED_VI,
    REMARK_VI,
    STATE_VI,
    some_vi,
    term_vi,
)
from ictindex.procedure import as_approved, first_approval, plausibility
from ictindex.procedure import steps as procedure_steps
from ictindex.scoring import Evaluation, without_evidence

if TYPE_CHECKING:
    from pandas import DataFrame


def steps(e: Evaluation) -> DataFrame:
    """The steps of the procedure in their order: done or open, what is open, who must do it, by when.

    Columns: step (its key), name, done (how many; None where nothing is counted), open (how many; 0 where it
    is done), what (what is open, in words), units (codes, ';' between them), units_name (the first of them by
    name), who, due (dd/mm/yyyy or a span), at (dd/mm/yyyy: the day on which it was done), remark, clause,
    command (what does it, for the command line). Which steps there are: the methodology's ``procedure`` and
    what happened; see ``procedure.steps``.
    """
    columns = (
        Column("step", "Mã", in_file_only=True),
        Column("name", "Bước"),
        Column("done", "Đã làm"),
        Column("open", "Còn lại"),
        Column("what", "Còn việc gì"),
        *coded("units", "Mã đơn vị", "Đơn vị"),
        Column("who", "Ai làm"),
        Column("due", "Thời hạn"),
        Column("at", "Ngày làm"),
        Column("remark", "Ghi chú"),
        Column("clause", "Căn cứ"),
        Column("command", "Lệnh", in_file_only=True),
    )
    names = e.inputs.names
    found = procedure_steps(e)
    rows = tuple(
        (
            step.key,
            step.label.vi,
            step.done,
            step.open,
            "; ".join(todo.said() for todo in step.todo),
            ";".join(step.units),
            some_vi([names[code] for code in step.units if code in names]),
            step.by.vi,
            term_vi(*step.due) if step.due else "",
            f"{step.at:%d/%m/%Y}" if step.at else "",
            "; ".join(remark.said() for remark in step.remarks),
            step.clause,
            step.command,
        )
        for step in found
    )
    waiting = sum(bool(step.todo) and step.binding for step in found)
    note = (
        f"Còn {format_vi(waiting)} bước chưa xong cho đến bước phê duyệt; đến lúc đó trang này là dự thảo."
        if waiting
        else "Mọi bước cho đến bước phê duyệt đã xong."
    )
    bold = frozenset(i for i, step in enumerate(found) if step.todo and step.binding)
    about = {"bold": bold, "annex": ("name", "done", "open", "what", "who", "due")}
    return framed("Các bước của quy trình", columns, rows, f"{note} Việc còn lại in đậm.", **about)


def remarks(e: Evaluation) -> DataFrame:
    """Figures that may be right but want a second look, and what each was held against.

    Columns: group, group_name, unit, unit_name, kind ('jump', 'as_last_year', 'as_other_unit', 'monitored',
    'round'), kind_name, answer ('' where it is about all figures of a unit), answer_name, value (Fraction, as
    claimed; of 'round' how many figures), against (Fraction: last year's, or as monitored; of 'round' of how
    many), other (the unit whose figures agree, else ''). value and against are None where all figures are
    copied ones. Thresholds are the workbook's own (``procedure.plausibility``), of no
    decision; nothing here moves a point.
    """
    columns = (
        *entity_columns(e),
        *coded("kind", "Mã", "Vì sao nên xem lại"),
        *coded("answer", "Mã số liệu", "Số liệu"),
        Column("value", "Khai"),
        Column("against", "Đối chiếu với"),
        Column("other", "Đơn vị trùng"),
    )
    entities = e.inputs.by_code
    claimed = _claims(e)
    before, true = _claims_before(e), found_true(e.inputs.events)
    told = plausibility.remarks(e.methodology, claimed, before, e.inputs.monitored)
    still = [one for one in told if (one.entity, one.answer, one.value) not in true]
    rows = tuple(
        (
            *entity_cells(e, entities[one.entity]),
            one.kind,
            REMARK_VI[one.kind],
            one.answer,
            e.methodology.answers[one.answer].label_vi if one.answer else "Mọi số liệu bằng số",
            one.value,
            one.against,
            entities[one.other].label_vi if one.other else "",
        )
        for one in still
    )
    limits = "; ".join(f"{label}: {limit}" for label, limit in plausibility.thresholds_vi())
    note = (
        f"{format_vi(len(rows))} điều nên xem lại; không điều nào tự làm đổi điểm. Ngưỡng do trang này đặt,"
        f" không phải của quyết định: {limits}."
    )
    if true:
        note += f" {format_vi(len(true))} số liệu đã được xem lại và kết luận là đúng thực tế: sổ sự kiện."
    return framed("Số liệu nên xem lại", columns, rows, note, shown=SHOWN)


def _claims_before(e: Evaluation) -> dict[Key, Fraction]:
    """What the units claimed the year before, by their codes of today; of a merger nothing."""
    if e.previous is None:
        return {}
    return of_today(_claims(e.previous), e.inputs.entities, e.previous.inputs.entities)


def _claims(e: Evaluation) -> dict[Key, Fraction]:
    """What units claim, where it is a number; marks and last year's answers are nobody's claim."""
    return {
        key: given.claimed
        for key, given in e.inputs.stated.items()
        if isinstance(given.claimed, Fraction) and e.methodology.answers[key[1]].of_unit
    }


def received(e: Evaluation) -> DataFrame:
    """Each unit's report: when it came, by when it had to, and what became of the files that it sent.

    Columns: group, group_name, unit, unit_name, first (dd/mm/yyyy: when the first file came), first_name
    (what it was), reported (the day that counts by the rule ``arrival``), until (the extension),
    state_name (in time, late or not reported), used, accepted (with faults), superseded, refused and
    unreadable (numbers of files), why. From events.csv and received.csv; late is after the methodology's day
    for reports (see ``calendar``). No row where neither records a report.
    """
    columns = (
        *entity_columns(e),
        Column("first", "Nhận tệp đầu tiên"),
        Column("first_name", "Tệp đầu tiên là"),
        Column("reported", "Ngày báo cáo được tính"),
        Column("until", "Được gia hạn đến"),
        Column("state_name", "Tình trạng"),
        *(Column(state, label) for state, label in RECEIVED_VI.items()),
        Column("why", "Ghi chú"),
    )
    title, files = "Tiếp nhận báo cáo", e.inputs.received
    first, extended = e.inputs.first_reports, extended_until(e.inputs.events)
    if not files and not first:
        note = "Số liệu của lần chạy này không ghi đơn vị nào gửi báo cáo ngày nào, bằng tệp nào."
        return framed(title, columns, (), note)
    late: Sequence[str] = ()  # whether or not the methodology makes a zero of it
    if day := e.methodology.report_deadline:
        late = arrivals(first, e.inputs.events, last_moment(day, e.parameters["year"])).late
    rows = []
    for entity in e.inputs.entities:
        own = [file for file in files if file.sender == entity.code]
        report = next((file for file in own if file.form == "survey"), None)
        counted = Counter(file.state for file in own)
        state = "Chậm" if entity.code in late else "Đúng hạn"
        if entity.code not in first:
            state = "Đã gửi tệp, chưa có phiếu dùng được" if report else "Chưa báo cáo"
        rows.append(
            (
                *entity_cells(e, entity),
                day_vi(report.at if report else None),
                FIRST_FILE_VI[report.state] if report else "",
                day_vi(first.get(entity.code)),
                day_vi(extended.get(entity.code)),
                state,
                *(counted[state] for state in RECEIVED_VI),
                "; ".join(file.why for file in own if file.why),
            )
        )
    kinds = Counter(file.form for file in files)
    sent = ", ".join(f"{format_vi(kinds[form])} {label}" for form, label in FORM_VI.items() if kinds[form])
    note = (
        f"{format_vi(len(first))} trong {format_vi(len(rows))} đơn vị đã báo cáo,"
        f" {format_vi(len(late))} đơn vị chậm sau khi tính gia hạn."
        f" Đã đọc {format_vi(len(files))} tệp{': ' if sent else ''}{sent}."
    )
    return framed(title, columns, tuple(rows), note)


def evidence(e: Evaluation) -> DataFrame:
    """The criteria that claim points with nothing to show for them.

    Columns: group, group_name, unit, unit_name, criterion, criterion_name, state_name (what follows of it).
    Registered documents are those of evidence.csv. Where the methodology has the rule *no_evidence* and a
    register is kept, such a criterion has 0 points; where none is kept the rule cannot act, and the step is
    open. No row where nothing lacks, or where neither a rule asks for evidence nor a register is kept.
    """
    columns = (
        *entity_columns(e),
        *coded("criterion", "Mã tiêu chí", "Tên tiêu chí"),
        Column("state_name", "Hệ quả"),
    )
    title, register = "Tài liệu kiểm chứng còn thiếu", e.inputs.evidence
    rule = "no_evidence" in e.methodology.source.zero_rules
    if register is None and not rule:
        note = "Phương pháp và số liệu của lần chạy này không có sổ đăng ký tài liệu kiểm chứng."
        return framed(title, columns, (), note)
    rows, lacking = [], without_evidence(e.methodology, e.inputs)
    for code, node in lacking if rule else ():
        state = e.scores.outcomes[node][e.inputs.places[code]].state
        if register is None or state == "zero_no_evidence":  # else it has no points for another reason
            follows = STATE_VI[state] if register is not None else "Chưa áp dụng: chưa có sổ đăng ký tài liệu"
            label = e.methodology.by_id[node].label_vi
            rows.append((*entity_cells(e, e.inputs.by_code[code]), node, label, follows))
    items = [one for several in (register or {}).values() for one in several]
    with_file = sum(bool(one.file) for one in items)
    kept = (
        f"Sổ đăng ký có {format_vi(len(items))} tài liệu cho {format_vi(len(register))} số liệu:"
        f" {format_vi(with_file)} tệp có mã băm, {format_vi(len(items) - with_file)} chỉ dẫn chiếu số, ngày"
        " văn bản hoặc đường dẫn."
        if register is not None
        else "Chưa có sổ đăng ký tài liệu kiểm chứng (evidence.csv), nên chưa áp dụng được quy tắc 0 điểm vì"
        " không có tài liệu."
    )
    without = (
        f"{format_vi(len(rows))} tiêu chí không có tài liệu nào."
        if rule
        else f"{format_vi(len(lacking))} tiêu chí có điểm mà không có tài liệu; phương pháp không nêu hệ quả."
    )
    return framed(title, columns, tuple(rows), f"{kept} {without}", shown=SHOWN)


def erratum(e: Evaluation) -> DataFrame:
    """What of the result first approved has moved since, why, and by which paper.

    Columns: group, group_name, unit, unit_name, value_before, value_after (Decimal, as printed; None where
    there is no result), rank_before, rank_after, why, paper (of the unit's own events after the approval;
    empty where others moved it). No row before an approval, or where nothing moved.
    """
    columns = (
        *entity_columns(e),
        Column("value_before", "Giá trị đã phê duyệt"),
        Column("value_after", "Giá trị nay"),
        Column("rank_before", "Hạng đã phê duyệt"),
        Column("rank_after", "Hạng nay"),
        Column("why", "Lý do"),
        Column("paper", "Văn bản"),
    )
    title, approved = "Đính chính", first_approval(e)
    if approved is None:
        return framed(title, columns, (), "Kết quả chưa được phê duyệt nên chưa có gì để đính chính.")
    before = as_approved(e, approved)
    if before is None:
        return framed(title, columns, (), "Không có gì thay đổi sau khi kết quả được phê duyệt.")
    then, now = (each.at(each.methodology.root) for each in (before, e))
    known = set(before.inputs.events)
    later = [event for event in e.inputs.events if event not in known]
    rows = []
    for code, s in now.items():
        was = then[code]
        if (was.value, was.rank) == (s.value, s.rank):
            continue
        own = [event for event in later if event.entity == code]
        why = "; ".join(dict.fromkeys(f"{EVENT_VI[event.event]}: {event.why}" for event in own if event.why))
        papers = "; ".join(dict.fromkeys(event.paper for event in own if event.paper))
        cells = (was.printed, s.printed, was.rank, s.rank)
        rows.append((*entity_cells(e, s.entity), *cells, why or "Do đơn vị khác thay đổi", papers))
    note = (
        f"So với kết quả kèm theo Quyết định số {approved.number} ngày {day_vi(approved.at)}:"
        f" {format_vi(len(rows))} đơn vị đổi giá trị hoặc hạng."
    )
    return framed(title, columns, tuple(rows), note)
