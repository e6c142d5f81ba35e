"""What goes back: the findings of each sender as a workbook, and a summary for the evaluator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from ictindex.annex import book_of
from ictindex.basics import Finding, Project, found, gathered, is_name, stopped, write_whole
from ictindex.exchange.batch import ACCEPTED, REFUSED, SUPERSEDED, UNREADABLE, USED, Verdict, sending_of
from ictindex.exchange.collected import Collected, Odd
from ictindex.exchange.forms import Context, reply_vi
from ictindex.exchange.layout import KIND_VI, SURVEY
from ictindex.exchange.ledger import Cells, Ledger, by
from ictindex.facts import EVENTS, RECEIVED_STATES, last_moment, moment
from ictindex.page import Column, Table
from ictindex.procedure import thresholds_vi

_STATE_VI = dict(
    zip(
        RECEIVED_STATES,
        ("Đã nhập", "Chấp nhận dù còn lỗi", "Có bản khác thay", "Trả lại để sửa", "Không đọc được"),
        strict=True,
    )
)
_ANSWERED_VI = "Đã có bản gửi sau"
_FOR_THE_EVALUATOR = ("arrival-unknown",)  # which no sender can mend
_WHERE = (Column("file", "Tệp"), Column("sheet", "Trang tính"), Column("cell", "Ô"))
_WHAT = (Column("what", "Nội dung cần sửa"), Column("how", "Cách sửa"))
_ODD = (Column("what", "Nội dung cần xem lại"), Column("how", "Đề nghị"))


def write_reports(collected: Collected, project: Project) -> list[Path]:
    """Write findings/<sender>.xlsx for each sender with findings or remarks, and the summary.

    A sender who has none any more loses the old file. Returns the files that are there now.
    """
    folder = project.exchange(collected.edition)
    written = []
    for name, verdicts in by_sender(collected.verdicts).items():
        path = folder / "findings" / f"{name}.xlsx"
        odd = _odd_of(collected, verdicts)
        if any(_told(collected, verdict) for verdict in verdicts) or odd:
            write_whole(path, sender_workbook(collected, verdicts, odd))
            written.append(path)
        else:
            path.unlink(missing_ok=True)
    tables = summary(collected)
    write_whole(
        folder / "summary.xlsx", _book(collected, tables, "Tổng hợp tiếp nhận phiếu", _counts(collected))
    )
    write_whole(folder / "summary.csv", tables[0].csv())
    return [*written, folder / "summary.xlsx", folder / "summary.csv"]


def by_sender(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    """The verdicts by the name of the file that goes back; who cannot name a file gets none.

    A survey's file is named by the unit, any other's by the kind of form as well: a clean slip must not take
    away what is still wrong with the survey, and a reviewer may be called as a unit is.
    """
    senders: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        form, sender = verdict.addressed
        lost = sender == verdict.returned.sender and any(
            finding.code in ("sender-unknown", "form-unsent") for finding in verdict.findings
        )
        if form in KIND_VI and not lost and is_name(sender.lower()):
            prefix = "" if form == SURVEY else f"{form}_"
            senders.setdefault(f"{prefix}{sender}", []).append(verdict)
    return dict(sorted(senders.items()))


def _told(collected: Collected, verdict: Verdict) -> list[Finding]:
    """What the sender of a form is told: nothing of one that a later one answered."""
    if verdict.returned.sha256 in collected.answered:
        return []
    return [finding for finding in verdict.findings if finding.code not in _FOR_THE_EVALUATOR]


def _odd_of(collected: Collected, verdicts: list[Verdict]) -> list[Odd]:
    units = {v.returned.sender for v in verdicts if v.returned.form == SURVEY}
    return [odd for odd in collected.odd if odd.remark.entity in units]


def sender_workbook(collected: Collected, verdicts: list[Verdict], odd: list[Odd]) -> bytes:
    """What one sender must mend and may look at again: file, sheet, cell, what, how."""
    wrong = [_line(finding) for verdict in verdicts for finding in gathered(_told(collected, verdict))]
    context = collected.context
    sender = verdicts[0].addressed[1]
    names = {entity.code: entity.label_vi for entity in collected.context.entities}
    head = [f"Kính gửi: {names.get(sender, sender)}"]
    for verdict in verdicts:
        returned, state = verdict.returned, _STATE_VI[verdict.state]
        if verdict.state == SUPERSEDED:
            state = verdict.why
        elif returned.sha256 in collected.answered:
            state = _ANSWERED_VI
        if returned.form in KIND_VI:
            state = f"{KIND_VI[returned.form]} “{returned.file}”, lần gửi {returned.sending}: {state}."
        else:
            came = f", nhận ngày {verdict.at:%d/%m/%Y}" if verdict.at else ""
            state = f"Tệp “{returned.file}”{came}: {state}."
        reason = f" Lý do: {verdict.why}" if verdict.state == ACCEPTED else ""
        head.append(state + reason)
    waiting = {verdict.state for verdict in verdicts if _told(collected, verdict)}
    if REFUSED in waiting:
        head.append(
            "Đề nghị sửa các ô nêu ở trang “Phải sửa” ngay trên phiếu đã gửi, "
            "tăng “Lần gửi thứ” thêm 1 rồi gửi lại."
        )
    if UNREADABLE in waiting:
        head.append("Ngày nhận đã được ghi. Đề nghị gửi phiếu đã điền, dạng .xlsx, không đặt mật khẩu.")
    if odd:
        head.append(
            "Trang “Cần xem lại” nêu các số liệu khác thường; nếu đúng thì không phải sửa, "
            "đề nghị ghi lý do ở cột Ghi chú."
        )
    head += [f"{label}: {text}" for label, text in reply_vi(context.reply_by, context.contact)]
    tables = [
        Table("wrong", "Phải sửa", (*_WHERE, *_WHAT), tuple(wrong)),
        Table("odd", "Cần xem lại", (*_WHERE, *_ODD), tuple(_line(each.finding) for each in odd)),
    ]
    return _book(collected, [table for table in tables if table.rows], "Kết quả kiểm tra phiếu", head)


def _line(finding: Finding) -> tuple[str, str, str, str, str]:
    sheet, _, cell = finding.column.rpartition("!")
    if finding.row and not sheet:
        sheet, cell = "", f"{finding.column}{finding.row}"
    return (finding.file, sheet, cell, _sentence(finding.message("vi")), _sentence(finding.remedy("vi")))


def _sentence(text: str) -> str:
    return stopped(text[:1].upper() + text[1:])


def _book(collected: Collected, tables: list[Table], title: str, head: list[str]) -> bytes:
    context = collected.context
    about = [title, context.methodology.source.label_vi, f"Kỳ đánh giá: {collected.edition}", *head]
    return book_of(tables, title, collected.edition, context.stamp, about, small=True)


def _counts(collected: Collected) -> list[str]:
    counts = [f"{_STATE_VI[state]}: {collected.states[state]}" for state in RECEIVED_STATES]
    return [
        f"Số phiếu đã đọc: {len(collected.verdicts)}. {'; '.join(counts)}.",
        f"Lỗi phải sửa: {len(collected.findings)}. Số liệu cần xem lại: {len(collected.odd)}. "
        f"Tệp không phiếu nào nhắc đến: {len(collected.orphans)}. Việc còn lại: {len(collected.todo)}.",
    ]


def summary(collected: Collected) -> list[Table]:
    """The evaluator's tables; the first has a row for every unit."""
    names = {entity.code: entity.label_vi for entity in collected.context.entities}

    def whose(code: str) -> tuple[str, str]:
        return code, names.get(code, "")

    files = tuple(
        (
            v.returned.file,
            KIND_VI.get(v.returned.form, "Không rõ"),
            *whose(v.addressed[1]),
            v.returned.sending,
            f"{v.at:%d/%m/%Y}" if v.at else "",
            _STATE_VI[v.state],
            _why(collected, v),
        )
        for v in sorted(collected.verdicts, key=lambda v: v.returned.file)
    )
    sender = (Column("sender", "Mã người gửi"), Column("sender_vi", "Đơn vị"))
    columns = (
        Column("file", "Tệp"),
        Column("form", "Loại phiếu"),
        *sender,
        Column("sending", "Lần gửi", "integer"),
        Column("at", "Ngày nhận"),
        Column("state", "Kết quả"),
        Column("why", "Lý do"),
    )
    wrong = (
        (*whose(v.addressed[1]), *_line(finding))
        for v in collected.verdicts
        if v.returned.sha256 not in collected.answered
        for finding in gathered(v.findings)
    )
    odd = (
        (*whose(each.remark.entity), *_line(each.finding), names.get(each.remark.other, each.remark.other))
        for each in collected.odd
    )
    other = Column("other", "Trùng với")
    rules = (Column("check", "Phép đối chiếu"), Column("threshold", "Ngưỡng nhắc"))
    return [
        units(collected),
        Table("files", "Phiếu đã nhận", columns, files),
        Table("wrong", "Lỗi phải sửa", (*sender, *_WHERE, *_WHAT), tuple(wrong)),
        Table("odd", "Số liệu cần xem lại", (*sender, *_WHERE, *_ODD, other), tuple(odd)),
        Table("todo", "Việc còn lại", (*_WHERE, Column("what", "Nội dung"), Column("how", "Cách làm")),
              tuple(_line(finding) for finding in collected.todo)),
        Table("orphans", "Tệp không được nhắc đến", (Column("file", "Tệp"),),
              tuple((name,) for name in collected.orphans)),
        Table("thresholds", "Ngưỡng kiểm tra", rules, tuple(thresholds_vi()),
              "Ngưỡng do phần mềm đặt để nhắc xem lại, không phải quy định của quyết định."),
    ]  # fmt: skip


def _why(collected: Collected, verdict: Verdict) -> str:
    """Why a form stands as it does, in words: of what is wrong, one sentence of each kind."""
    if verdict.state not in (REFUSED, UNREADABLE):
        return verdict.why
    if verdict.returned.sha256 in collected.answered:
        return _ANSWERED_VI
    kinds = {finding.code: finding for finding in reversed(verdict.findings)}
    return "; ".join(finding.message("vi") for finding in kinds.values())


def units(collected: Collected) -> Table:
    """Who has reported and when, who is late, who has not reported; what is wrong and what is missing."""
    columns = (
        Column("entity", "Mã đơn vị"),
        Column("entity_vi", "Đơn vị"),
        Column("received", "Nhận phiếu đầu tiên"),
        Column("reported", "Ngày báo cáo được tính"),
        Column("due", "Hạn gửi"),
        Column("in_time", "Đúng hạn"),
        Column("state", "Kết quả"),
        Column("sending", "Lần gửi", "integer"),
        Column("findings", "Số lỗi", "integer"),
        Column("remarks", "Số cần xem lại", "integer"),
        Column("missing", "Số liệu còn thiếu", "integer"),
        Column("evidence", "Tài liệu còn thiếu", "integer"),
        Column("superseded", "Bản đã thay", "integer"),
    )
    day = collected.context.methodology.report_deadline
    usual = last_moment(day, collected.context.year) if day else None
    surveys = by((row for row in collected.ledger.received.values() if row["form"] == SURVEY), "sender")
    events = by(collected.ledger.events, "entity")
    wrong: dict[str, list[Finding]] = {}
    for verdict in collected.verdicts:
        if verdict.returned.form == SURVEY and verdict.returned.sha256 not in collected.answered:
            wrong.setdefault(verdict.returned.sender, []).extend(verdict.findings)
    remarked = [each.remark.entity for each in collected.odd]
    rows = []
    for entity in collected.context.entities:
        sent, happened = surveys.get(entity.code, []), events.get(entity.code, [])
        first = _first(row["at"] for row in sent)
        reported = _first(row["at"] for row in happened if row["event"] == "reported")
        due = _due(usual, happened)
        said = wrong.get(entity.code, [])
        state, sending = _stands(sent, reported)
        rows.append(
            (
                entity.code,
                entity.label_vi,
                day_vi(first or reported),
                day_vi(reported),
                day_vi(due),
                _in_time(reported, first, due, any(row["state"] != UNREADABLE for row in sent)),
                state,
                sending,
                len(gathered(said)),
                remarked.count(entity.code),
                sum(finding.code == "answer-not-given" for finding in said),
                len({finding.facts["name"] for finding in said if finding.code == "evidence-not-sent"}),
                sum(row["state"] == "superseded" for row in sent),
            )
        )
    return Table("units", "Tình hình gửi phiếu", columns, tuple(rows), stamp=collected.context.stamp)


def late_though_sent(context: Context, ledger: Ledger, rule: str) -> Iterator[Finding]:
    """Units of which a file came in time and the report, as the rule ``arrival`` counts it, did not."""
    late = context.methodology.source.zero_rules.get("late")
    if late is None:
        return
    rule = rule or (str(late.arrival.value) if late.arrival else "first_clean")
    usual = last_moment(context.methodology.report_deadline, context.year)
    for entity in context.entities:
        files = [r for r in ledger.received.values() if (r["sender"], r["form"]) == (entity.code, SURVEY)]
        events = [row for row in ledger.events if row["entity"] == entity.code]
        first = _first(row["at"] for row in files)
        counts = [row["at"] for row in events if row["event"] == "reported"]
        if rule != "first_clean":
            counts += [row["at"] for row in files if rule == "first_arrival" or row["state"] != UNREADABLE]
        reported, due = _first(counts), _due(usual, events)
        if first and first <= due and (reported is None or reported > due):
            state = next(_STATE_VI[row["state"]] for row in files if _first([row["at"]]) == first)
            facts = {"first": day_vi(first), "state": state, "reported": day_vi(reported) or "—"}
            yield found("late-though-sent", EVENTS, value=entity.code, rule=rule, due=day_vi(due), **facts)


def _due(usual: datetime | None, happened: Iterable[Cells]) -> datetime | None:
    """The last moment for a unit; an extension never shortens it."""
    until = (moment(row["until"], end=True) for row in happened if row["event"] == "extension")
    return max([usual, *filter(None, until)]) if usual else None


def _first(days: Iterable[str]) -> datetime | None:
    return min(filter(None, (moment(day, end=False) for day in days)), default=None)


def day_vi(at: date | None) -> str:
    return f"{at:%d/%m/%Y}" if at else ""


def _in_time(reported: datetime | None, first: datetime | None, due: datetime | None, read: bool) -> str:
    """A clean form that came late after a faulty one in time is for the evaluator to decide."""
    if reported is None and first is None:
        return "Chưa gửi"
    if due is None:
        return "Không có hạn"
    if reported is None:
        what = "còn lỗi" if read else "không đọc được"
        return f"Đến trong hạn, {what}" if first <= due else f"Chậm, {what}"
    if reported <= due:
        return "Đúng hạn"
    return "Chậm; bản đầu đến trong hạn" if first and first <= due else "Chậm"


def _stands(sent: list[Cells], reported: datetime | None) -> tuple[str, int | None]:
    """The state of a unit's newest survey, and its number."""
    if not sent:
        return ("Đã ghi nhận, không có phiếu" if reported else "Chưa gửi"), None
    in_force_first = sorted(sent, key=lambda row: (-sending_of(row), row["state"] not in (USED, ACCEPTED)))
    newest = in_force_first[0]
    in_force = next((row for row in in_force_first if row["state"] in (USED, ACCEPTED)), None)
    state = _STATE_VI[newest["state"]]
    if in_force is not None and in_force is not newest:
        state += f"; đang dùng lần gửi {sending_of(in_force)}"
    return state, sending_of(newest)
