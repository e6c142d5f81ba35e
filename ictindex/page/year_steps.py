"""The year's steps as tables: each with its counts, what came in, and what wants a second look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from ictindex.basics import format_vi
from ictindex.facts import Entity, Key, arrivals, extended_until, first_times, last_moment, objections
from ictindex.methodology import Node
from ictindex.page.cells import entity_cells, entity_columns
from ictindex.page.claims import SHOWN, day_vi
from ictindex.page.described import framed
from ictindex.page.shown import Cell, Column
from ictindex.page.words import FIRST_FILE_VI, FORM_VI, RECEIVED_VI, REMARK_VI, STATE_VI
from ictindex.procedure import OPEN, plausibility, review_states
from ictindex.scoring import Evaluation

if TYPE_CHECKING:
    from pandas import DataFrame

_NO_EVIDENCE = "zero_no_evidence"


def steps(e: Evaluation) -> DataFrame:
    """The year's steps in their order: how much each of them handled, and what is still open.

    Columns: step (its key), name, done (how many), open (how many are not concluded; None where a step has
    nothing to wait for), note. Steps of which the methodology or the facts have nothing (evidence, marks,
    services, slips, objections) have no row.
    """
    columns = (
        Column("step", "Mã", in_file_only=True),
        Column("name", "Bước"),
        Column("done", "Đã làm", "integer"),
        Column("open", "Còn lại", "integer"),
        Column("note", "Ghi chú"),
    )
    note = "Còn lại là những gì chưa kết luận khi chạy trang này; dấu – : bước này không có gì phải chờ."
    return framed("Các bước đã thực hiện", columns, tuple(_steps(e)), note)


def open_steps(e: Evaluation) -> list[tuple[str, int]]:
    """What of the procedure is not concluded: each step with how much of it is open."""
    return [(label, waiting) for _, label, _, waiting, _ in _steps(e) if waiting]


def _steps(e: Evaluation) -> Iterator[tuple[Cell, ...]]:
    i, first = e.inputs, e.inputs.first_reports
    files, answers = Counter(file.state for file in i.received), e.inputs.answers.values()
    asked = bool(first) or e.methodology.report_deadline is not None  # else no day asks anybody to report
    silent = len(i.entities) - len(first) if asked else None
    yield "reported", "Đơn vị gửi báo cáo", len(first), silent, _late_vi(e)
    told = (
        f"{format_vi(files['superseded'])} bị bản sau thay, {format_vi(files['refused'])} không dùng được,"
        f" {format_vi(files['unreadable'])} không đọc được"
    )
    used = files["used"] + files["accepted"]
    yield "received", "Tệp được nhận vào số liệu", used, None, told if i.received else ""
    given = [one for one in answers if one.state == "given"]
    missing = f"{format_vi(sum(one.state == 'missing' for one in answers))} số liệu bỏ trống"
    yield "answers", "Số liệu đơn vị khai", len(given), None, missing
    changed = sum(one.claimed is not None and one.value != one.claimed for one in given)
    yield "verified", "Số liệu thay đổi sau thẩm định, đối chiếu", changed, None, ""
    if i.evidence is not None:
        documents = sum(map(len, i.evidence.values()))
        needed = "no_evidence" in e.methodology.source.zero_rules
        told = "Còn lại: tiêu chí không có tài liệu nào" if needed else ""
        lacking = len(_without_evidence(e)) if needed else None
        yield "evidence", "Tài liệu kiểm chứng", documents, lacking, told
    if e.methodology.source.review:
        states = Counter(review_states(e).values())
        waiting = sum(states[state] for state in OPEN)
        replaced = states["adjudicated"] + states["spot_replaced"]
        told = f"{format_vi(replaced)} mục lấy điểm của người thẩm định"
        yield "marks", "Mục đã chấm độc lập", sum(states.values()), waiting, told
    if e.methodology.source.online_services:
        found = Counter(one.state for several in e.recognised.values() for one in several)
        told = f"{format_vi(found['refused'])} không được công nhận"
        yield (
            "services",
            "Thủ tục có dịch vụ công trực tuyến được công nhận",
            found["recognised"],
            found["open"],
            told,
        )
    slips = first_times(i.events, "slip")
    answered = first_times(i.events, "confirmed") | first_times(i.events, "objection")
    if slips:
        yield (
            "slips",
            "Phiếu xác nhận đã gửi",
            len(slips),
            len(slips.keys() - answered.keys()),
            "Còn lại: chưa trả lời",
        )
        outcomes = Counter(one.outcome for one in objections(i.events))
        told = f"{format_vi(outcomes['upheld'])} chấp nhận, {format_vi(outcomes['rejected'])} không chấp nhận"
        settled = outcomes["upheld"] + outcomes["rejected"]
        yield "objections", "Đề nghị điều chỉnh đã giải quyết", settled, outcomes["open"], told
    zeros = Counter(o.state for node in e.methodology.leaves for o in e.scores.outcomes[node.id])
    told = "; ".join(
        f"{STATE_VI[s]}: {format_vi(n)}" for s, n in sorted(zeros.items()) if s.startswith("zero_")
    )
    yield (
        "zeros",
        "Tiêu chí bị 0 điểm vì lý do",
        sum(n for s, n in zeros.items() if s.startswith("zero_")),
        None,
        told,
    )


def _late_vi(e: Evaluation) -> str:
    late, extended = len(_late(e)), len(extended_until(e.inputs.events))
    return (
        f"{format_vi(late)} chậm, {format_vi(extended)} được gia hạn"
        if e.inputs.first_reports
        else "Không ghi ngày"
    )


def remarks(e: Evaluation) -> DataFrame:
    """Figures that may be right but want a second look, and what each was held against.

    Columns: group, group_name, unit, unit_name, kind ('jump', 'as_last_year', 'as_other_unit', 'monitored'),
    kind_name, answer ('' where it is about all figures of a unit), answer_name, value (Fraction, as claimed),
    against (Fraction: last year's, or as monitored), other (the unit whose figures agree, else ''). value and
    against are None where answer is ''. Thresholds are the workbook's own (``procedure.plausibility``), of no
    decision; nothing here moves a point.
    """
    columns = (
        *entity_columns(e),
        Column("kind", "Mã", in_file_only=True),
        Column("kind_name", "Vì sao nên xem lại"),
        Column("answer", "Mã số liệu", in_file_only=True),
        Column("answer_name", "Số liệu"),
        Column("value", "Khai", "number"),
        Column("against", "Đối chiếu với", "number"),
        Column("other", "Đơn vị trùng"),
    )
    entities = {entity.code: entity for entity in e.inputs.entities}
    claimed = _claims(e)
    before = _claims(e.previous) if e.previous else {}
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
        for one in plausibility.remarks(e.methodology, claimed, before, e.inputs.monitored)
    )
    limits = "; ".join(f"{label}: {limit}" for label, limit in plausibility.thresholds_vi())
    note = (
        f"{format_vi(len(rows))} điều nên xem lại; không điều nào tự làm đổi điểm. Ngưỡng do trang này đặt,"
        f" không phải của quyết định: {limits}."
    )
    return framed("Số liệu nên xem lại", columns, rows, note, shown=SHOWN)


def _claims(e: Evaluation) -> dict[Key, Fraction]:
    """What units claim, where it is a number; marks are nobody's claim."""
    return {
        key: given.claimed
        for key, given in e.inputs.stated.items()
        if isinstance(given.claimed, Fraction) and e.methodology.answers[key[1]].kind != "mark"
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
        *(Column(state, label, "integer") for state, label in RECEIVED_VI.items()),
        Column("why", "Ghi chú"),
    )
    title, files = "Tiếp nhận báo cáo", e.inputs.received
    first, extended = e.inputs.first_reports, extended_until(e.inputs.events)
    if not files and not first:
        note = "Số liệu của lần chạy này không ghi đơn vị nào gửi báo cáo ngày nào, bằng tệp nào."
        return framed(title, columns, (), note)
    late = set(_late(e))
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


def _late(e: Evaluation) -> list[str]:
    """Who came late, whether or not the methodology makes a zero of it."""
    day = e.methodology.report_deadline
    if day is None:
        return []
    return arrivals(e.inputs.first_reports, e.inputs.events, last_moment(day, e.parameters["year"])).late


def evidence(e: Evaluation) -> DataFrame:
    """The criteria that claim points with nothing to show for them.

    Columns: group, group_name, unit, unit_name, criterion, criterion_name, state_name (what follows of it).
    Only what the methodology's rule *no_evidence* makes 0 points of; registered documents are those of
    evidence.csv. No row where nothing lacks, or where there is no register (the note says which).
    """
    columns = (
        *entity_columns(e),
        Column("criterion", "Mã tiêu chí", in_file_only=True),
        Column("criterion_name", "Tên tiêu chí"),
        Column("state_name", "Hệ quả"),
    )
    title, register = "Tài liệu kiểm chứng còn thiếu", e.inputs.evidence
    if register is None:
        note = "Phương pháp hoặc số liệu của lần chạy này không có sổ đăng ký tài liệu kiểm chứng."
        return framed(title, columns, (), note)
    rows = tuple(
        (*entity_cells(e, entity), node.id, node.label_vi, STATE_VI[_NO_EVIDENCE])
        for entity, node in _without_evidence(e)
    )
    items = [one for several in register.values() for one in several]
    with_file = sum(bool(one.file) for one in items)
    note = (
        f"Sổ đăng ký có {format_vi(len(items))} tài liệu cho {format_vi(len(register))} số liệu:"
        f" {format_vi(with_file)} tệp có mã băm, {format_vi(len(items) - with_file)} chỉ dẫn chiếu số, ngày"
        f" văn bản hoặc đường dẫn. {format_vi(len(rows))} tiêu chí không có tài liệu nào."
    )
    return framed(title, columns, rows, note, shown=SHOWN)


def _without_evidence(e: Evaluation) -> list[tuple[Entity, Node]]:
    """Each unit and criterion of which points are claimed with nothing to show."""
    return [
        (entity, node)
        for i, entity in enumerate(e.inputs.entities)
        for node in e.methodology.leaves
        if e.scores.outcomes[node.id][i].state == _NO_EVIDENCE
    ]
