"""What goes back is ready to send: file, sheet, cell, what, how; nothing in it is a formula."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from ictindex.basics.findings import found
from ictindex.exchange.batch import Verdict
from ictindex.exchange.collected import Collected, Odd
from ictindex.exchange.forms import read_context
from ictindex.exchange.ledger import Ledger
from ictindex.exchange.reports import by_sender, sender_workbook, summary, units, write_reports
from ictindex.exchange.returned import Returned
from ictindex.procedure.plausibility import Remark

MISSING = found("answer-not-given", "a.xlsx", None, "Phiếu khảo sát!F14", answer="staff", label="=Cán bộ")
CLEAN = []


def verdict(sender="A", state="refused", findings=(MISSING,), kind="survey", file="a.xlsx", sending=1):
    returned = Returned(file, file * 9, kind, "mini-2020", sender, "v", sending)
    return Verdict(returned, date(2020, 12, 1), state, "", False, tuple(findings))


@pytest.fixture
def collected(mini):
    def of(*verdicts, **more):
        return Collected(read_context("mini-2020", mini), more.pop("ledger", Ledger()), verdicts, **more)

    return of


def cells(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_a_unit_reads_where_and_how_to_mend(collected):
    sheets = cells(sender_workbook(collected(verdict()), [verdict()], []))
    assert ["a.xlsx", "Phiếu khảo sát", "F14", "“=Cán bộ” (staff) chưa có trả lời.",
            "Điền trả lời, hoặc chọn lý do không trả lời."] in sheets["Phải sửa"]  # fmt: skip
    cover = [row[0] for row in sheets["Giới thiệu"]]
    assert "Kính gửi: Bộ Một" in cover
    assert any("tăng “Lần gửi thứ”" in (line or "") for line in cover)


def test_no_name_of_a_file_becomes_a_formula(collected):
    wicked = verdict(
        file="=HYPERLINK(1).xlsx", findings=[found("sending-twice", "=1+1.xlsx", number=1, other="@x")]
    )
    sheets = cells(sender_workbook(collected(wicked), [wicked], []))
    texts = [cell for rows in sheets.values() for row in rows for cell in row if isinstance(cell, str)]
    assert "'=1+1.xlsx" in texts and not any(text.startswith(("=", "@")) for text in texts)


def test_the_same_findings_are_the_same_bytes(collected):
    assert sender_workbook(collected(), [verdict()], []) == sender_workbook(collected(), [verdict()], [])


def test_a_unit_that_became_clean_loses_its_old_findings(collected, mini):
    folder = mini.root / "outputs" / "exchange" / "mini-2020"
    written = [path.relative_to(folder).as_posix() for path in write_reports(collected(verdict()), mini)]
    assert written == ["findings/A.xlsx", "summary.xlsx", "summary.csv"]
    write_reports(collected(verdict(state="used", findings=CLEAN)), mini)
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [
        "summary.csv",
        "summary.xlsx",
    ]


def test_a_remark_goes_back_apart_from_what_must_be_mended(collected, mini):
    remark = found("remark-as-last-year", "a.xlsx")
    with_odd = collected(
        verdict(state="used", findings=CLEAN), odd=(Odd(Remark("A", "as_last_year"), remark),)
    )
    path = write_reports(with_odd, mini)[0]
    assert set(cells(path.read_bytes())) == {"Giới thiệu", "Cần xem lại"}


def test_whom_nobody_knows_gets_no_file_and_no_name_leaves_the_folder():
    unknown = verdict("Z", findings=[found("sender-unknown", "z", value="Z", known="", known_vi="")])
    wicked = verdict("../../x", kind="marking", findings=CLEAN)
    reviewer = verdict("A", kind="marking", findings=CLEAN)
    assert list(by_sender([unknown, wicked, verdict(), reviewer])) == ["A", "marking_A"]


def test_only_the_evaluator_is_told_that_nobody_knows_the_day(collected, mini):
    lost = verdict(findings=[found("arrival-unknown", "a.xlsx")])
    assert [path.name for path in write_reports(collected(lost), mini)] == ["summary.xlsx", "summary.csv"]
    assert len(summary(collected(lost))[2].rows) == 1


def received(sender, at, state, sending="1", why=""):
    return {"sender": sender, "form": "survey", "sending": sending, "file": "f", "sha256": sender + sending,
            "at": at, "state": state, "why": why}  # fmt: skip


def event(entity, kind, at, until=""):
    return {"entity": entity, "event": kind, "at": at, "until": until}


def test_the_summary_says_who_reported_who_is_late_and_who_did_not(egdi):
    context = read_context("qd375-2020", egdi)  # reports are due on 30/11/2020
    one, two, three, four, five = (entity.code for entity in context.entities[:5])
    ledger = Ledger(
        events=[event(one, "reported", "2020-11-30"), event(two, "reported", "2020-12-01"),
                event(three, "reported", "2020-12-01"),
                event(three, "extension", "2020-11-20", "2020-12-05")],
        received={r["sha256"]: r for r in (
            received(one, "2020-11-30", "used"), received(two, "2020-11-29", "superseded"),
            received(two, "2020-12-01", "used", "2"), received(three, "2020-12-01", "used"),
            received(four, "2020-11-01", "used"), received(four, "2020-12-02", "refused", "2"))},
    )  # fmt: skip
    ledger.events.append(event(four, "reported", "2020-11-01"))
    table = units(Collected(context, ledger, (verdict(four, sending=2),)))
    rows = {row[0]: row for row in table.rows}
    assert [rows[unit][5] for unit in (one, two, three, four, five)] == [
        "Đúng hạn", "Chậm; bản đầu đến trong hạn", "Đúng hạn", "Đúng hạn", "Chưa gửi"
    ]  # fmt: skip
    assert rows[four][2:] == ("01/11/2020", "01/11/2020", "30/11/2020", "Đúng hạn",
                              "Trả lại để sửa; đang dùng lần gửi 1", 2, 1, 0, 1, 0, 0)  # fmt: skip
    assert rows[three][4] == "05/12/2020"
    assert rows[five][6:8] == ("Chưa gửi", None)


def test_the_summary_lists_files_findings_orphans_and_thresholds(collected):
    tables = {
        table.name: table for table in summary(collected(verdict(), orphans=("lạc.pdf",), todo=(MISSING,)))
    }
    assert list(tables) == ["units", "files", "wrong", "odd", "todo", "orphans", "thresholds"]
    assert tables["files"].rows == (
        ("a.xlsx", "Phiếu khảo sát", "A", "Bộ Một", 1, "01/12/2020", "Trả lại để sửa",
         "“=Cán bộ” (staff) chưa có trả lời"),
    )  # fmt: skip
    assert tables["orphans"].rows == (("lạc.pdf",),)
    assert [len(table.rows) for table in tables.values()] == [5, 1, 1, 0, 1, 1, 5]


def test_a_file_that_cannot_be_read_goes_back_to_whom_it_is_credited():
    torn = found("form-corrupt", "x.xlsx")

    def unread(*credit):
        returned = Returned("x.xlsx", "0" * 64, findings=[torn], credit=credit)
        return Verdict(returned, date(2020, 12, 1), "unreadable", findings=(torn,))

    sent_back = by_sender([unread("survey", "BO-A"), unread("marking", "kt1"), unread("", "")])
    assert list(sent_back) == ["BO-A", "marking_kt1"]
    assert [finding.code for finding in sent_back["BO-A"][0].findings] == ["form-corrupt"]


def test_the_letter_of_a_file_that_cannot_be_read_says_when_it_came(collected):
    returned = Returned("phieu.pdf", "0" * 64, findings=[MISSING], credit=("survey", "A"))
    lost = Verdict(returned, date(2020, 12, 1), "unreadable", findings=(MISSING,))
    cover = [row[0] for row in cells(sender_workbook(collected(lost), [lost], []))["Giới thiệu"]]
    assert "Kính gửi: Bộ Một" in cover
    assert "Tệp “phieu.pdf”, nhận ngày 01/12/2020: Không đọc được." in cover


def unread(day):
    returned = Returned("phieu.pdf", "0" * 64, findings=[MISSING], credit=("survey", "A"))
    return Verdict(returned, day, "unreadable", findings=(MISSING,))


@pytest.mark.parametrize("state", ["used", "accepted", "refused"])
def test_what_a_later_form_answers_is_asked_of_nobody_again(collected, mini, state):
    """The unit would mend what it has mended, or send again what it has sent."""
    later = received("A", "2020-12-03", state, "2", "answer-not-given" if state == "refused" else "")
    told = collected(verdict(), unread(date(2020, 12, 2)), ledger=Ledger(received={"later": later}))
    assert told.findings == ()
    assert [path.name for path in write_reports(told, mini)] == ["summary.xlsx", "summary.csv"]
    tables = {table.name: table for table in summary(told)}
    assert tables["wrong"].rows == ()
    assert [row[-2:] for row in tables["files"].rows] == [
        ("Trả lại để sửa", "Đã có bản gửi sau"), ("Không đọc được", "Đã có bản gửi sau")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        received("A", "2020-12-03", "refused", "1", "answer-not-given"),
        received("A", "2020-12-03", "refused", "2", "sending-twice"),
        received("A", "2020-12-03", "unreadable", "2", "form-corrupt"),
        received("A", "2020-12-03", "superseded", "2", "Cùng nội dung với tệp a.xlsx"),
        received("B", "2020-12-03", "used", "2"),
        received("A", "2020-12-03", "used", "2") | {"form": "slip"},
    ],
)
def test_what_no_form_in_force_answers_is_still_to_be_mended(collected, row):
    assert len(collected(verdict(), ledger=Ledger(received={"other": row})).findings) == 1


def test_a_file_that_cannot_be_read_and_comes_last_is_still_told(collected):
    used = received("A", "2020-12-03", "used")
    told = collected(unread(date(2020, 12, 4)), ledger=Ledger(received={"used": used}))
    assert len(told.findings) == 1


def test_a_letter_says_of_every_file_what_became_of_it(collected):
    copy = replace(
        verdict(file="b.xlsx", state="superseded", findings=CLEAN), why="Cùng nội dung với tệp a.xlsx"
    )
    newest = verdict(file="c.xlsx", sending=2)
    row = received("A", "2020-12-03", "refused", "2", "answer-not-given")
    told = collected(verdict(), copy, newest, ledger=Ledger(received={"c": row}))
    cover = [line[0] for line in cells(sender_workbook(told, [*told.verdicts], []))["Giới thiệu"]]
    assert [line for line in cover if line and line.startswith("Phiếu khảo sát")] == [
        "Phiếu khảo sát “a.xlsx”, lần gửi 1: Đã có bản gửi sau.",
        "Phiếu khảo sát “b.xlsx”, lần gửi 1: Cùng nội dung với tệp a.xlsx.",
        "Phiếu khảo sát “c.xlsx”, lần gửi 2: Trả lại để sửa.",
    ]


def test_one_document_that_did_not_come_is_one_line_of_all_its_cells(collected):
    lost = [
        found("evidence-not-sent", "a.xlsx", None, f"Phiếu khảo sát!G{row}", name="q.pdf")
        for row in (6, 7, 8, 15)
    ]
    told = collected(verdict(findings=lost))
    tables = {table.name: table for table in summary(told)}
    assert [row[:5] for row in tables["wrong"].rows] == [
        ("A", "Bộ Một", "a.xlsx", "Phiếu khảo sát", "G6:G8, G15")
    ]
    wrong = tables["units"].rows[0]
    assert (wrong[8], wrong[11]) == (1, 1)  # faults, documents that are missing
