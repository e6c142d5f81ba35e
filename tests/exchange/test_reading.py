"""A form is found again by what stands in its cells; everything that is wrong with it is said at once."""

import io
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ictindex.exchange.layout import COVER, FIELDS
from ictindex.exchange.reading import MAX_FINDINGS, read_return
from ictindex.exchange.returned import Returned
from ictindex.methodology.decision import Answer

FORMS = Path(__file__).parents[1] / "data" / "forms"
ASKED = {
    "staff": Answer(label_vi="Tổng số cán bộ", kind="count", unit_vi="người", min=1),
    "computers": Answer(label_vi="Số máy tính", kind="count", unit_vi="máy"),
    "trained": Answer(label_vi="Tỷ lệ được đào tạo", kind="number", unit_vi="%", min=0, max=100),
    "spending": Answer(label_vi="Kinh phí", kind="number", unit_vi="triệu đồng", min=0),
    "plan": Answer(
        label_vi="Kế hoạch", kind="choice", choices={"early": "Ban hành đúng hạn", "late": "Chậm"}
    ),
    "officer": Answer(label_vi="Có cán bộ chuyên trách", kind="yes_no"),
    "remark": Answer(label_vi="Sáng kiến", kind="text"),
    "mark": Answer(label_vi="Điểm giao diện", kind="mark", max=10),
}
METHODOLOGY = SimpleNamespace(
    answers=ASKED,
    nodes=[SimpleNamespace(id=code) for code in ("total", "portal.a", "staff")],
    source=SimpleNamespace(online_services=None),
)
UNITS = {"bo-a": "Bộ A", "bo-b": "Bộ B"}
CLEAN = {
    "staff": "1234", "computers": "1200", "trained": "45.5", "spending": "1234.5", "plan": "early",
    "officer": "có", "remark": "Số hóa hồ sơ, 100% văn bản",
}  # fmt: skip
IDENTITY = {"form": "survey", "edition": "thu-2017", "sender": "bo-a", "version": "0123456789ab"}
HEADS = ("question", "answer", "state", "evidence", "note", "code")


def read(path, **more):
    return read_return(path, path.name, METHODOLOGY, UNITS, **more)


def workbook(sheets):
    """An .xlsx of sheets, each a list of rows; a text that begins with '=' is a formula that gave 7."""
    raw = io.BytesIO()
    out = xlsxwriter.Workbook(raw, {"in_memory": True, "strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = out.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(r, c, value, None, 7)
                elif value is not None:
                    sheet.write(r, c, value)
    out.close()
    return raw.getvalue()


def cover(**changes):
    said = {**IDENTITY, **changes}
    return [[COVER[key], value] for key, value in said.items() if value is not None]


def lines(*rows, heads=HEADS):
    return [["Phiếu thử"], [FIELDS[key].label_vi for key in heads], *map(list, rows)]


def returned(tmp_path, *rows, heads=HEADS, about=None, sheets=None, edition=""):
    """A form with the lines given, read back; by default question, answer, state, evidence, note, code."""
    book = {"Bìa": cover(**(about or {})), "Phiếu": lines(*rows, heads=heads), **(sheets or {})}
    (tmp_path / "f.xlsx").write_bytes(workbook(book))
    return read(tmp_path / "f.xlsx", edition=edition)


def line(code, answer=None, state=None, evidence=None, note=None):
    return ["…", answer, state, evidence, note, code]


def said(form):
    return [(finding.code, finding.column, finding.facts) for finding in form.findings]


def answers(form):
    return {each.code: each.entries["answer"].text for each in form.lines}


# --- as LibreOffice saves them ----------------------------------------------------------------------------


def test_a_clean_form_saved_by_libreoffice_loses_nothing():
    form = read(FORMS / "clean.xlsx")
    assert form.findings == []
    assert answers(form) == CLEAN
    assert (form.form, form.edition, form.sender) == ("survey", "thu-2017", "bo-a")
    assert len(form.version) == 12
    assert (form.sending, form.sent_on, form.signed_by) == (2, date(2017, 12, 5), "Nguyễn Văn Đức")
    assert len(form.sha256) == 64
    assert form.lines[0].entries["answer"].cell == "Phiếu khảo sát!E6"


def test_sheets_columns_and_rows_may_be_anywhere():
    """Renamed, hidden, sorted, more of them, headings in NFD: it is the same form."""
    moved, clean = read(FORMS / "moved.xlsx"), read(FORMS / "clean.xlsx")
    assert moved.findings == []
    assert answers(moved) == CLEAN
    assert [each.code for each in moved.lines] == [*CLEAN][::-1]
    assert (moved.sender, moved.version, moved.sent_on) == (clean.sender, clean.version, clean.sent_on)
    assert moved.lines[-1].entries["answer"].cell == "Bảng nhập!G15"


def test_every_fault_of_a_form_is_said_at_once_with_its_cell():
    form = read(FORMS / "faults.xlsx")
    assert [(code, at) for code, at, _ in said(form)] == [
        ("form-not-a-day", "Bìa!B8"),
        ("form-formula", "Phiếu khảo sát!E9"),
        ("not-yes-no", "Phiếu khảo sát!E11"),
        ("form-line-without-code", "Phiếu khảo sát!E12"),
        ("form-old-letters", "Phiếu khảo sát!E13"),
        ("form-merged", "Phiếu khảo sát!H10:H11"),
    ]
    assert answers(form) == CLEAN | {"officer": "", "remark": "TrÝ §øc"}
    assert (
        form.findings[1]
        .sentence("vi")
        .endswith(
            "ô này chứa công thức; khi lưu tệp, công thức cho “1.234,5”. → ghi chính con số"
            " (hoặc sao chép ô rồi “dán giá trị”). [form-formula]"
        )
    )


# --- the cover --------------------------------------------------------------------------------------------


def test_a_cover_without_its_codes_names_them_and_the_lines_are_read_all_the_same(tmp_path):
    form = returned(tmp_path, line("staff", 5), about={"version": None, "sender": ""})
    facts = {"labels": "Mã đơn vị (người chấm); Mã phiên bản phiếu"}
    assert said(form) == [("form-cover-incomplete", "Bìa", facts)]
    assert answers(form) == {"staff": "5"}


def test_without_any_cover_the_lines_are_read_all_the_same(tmp_path):
    (tmp_path / "f.xlsx").write_bytes(workbook({"Phiếu": lines(line("staff", 5))}))
    form = read(tmp_path / "f.xlsx")
    assert [finding.code for finding in form.findings] == ["form-cover-incomplete"]
    assert (form.form, form.sender, answers(form)) == ("", "", {"staff": "5"})


def test_the_cover_is_found_beside_other_columns_and_by_its_labels_alone(tmp_path):
    labels = [["", "", f" {label.upper()} :", None, value] for label, value in cover()]
    (tmp_path / "f.xlsx").write_bytes(workbook({"Phiếu": lines(line("staff", 5)), "Trang 9": labels}))
    form = read(tmp_path / "f.xlsx")
    assert (form.findings, form.form, form.sender, form.version) == ([], "survey", "bo-a", "0123456789ab")
    again = [*cover(), [COVER["sender"], "bo-b"]]
    (tmp_path / "f.xlsx").write_bytes(workbook({"Phiếu": lines(line("staff", 5)), "Bìa": again}))
    assert read(tmp_path / "f.xlsx").sender == "bo-a"


def test_the_form_and_the_sender_are_known_whatever_their_capitals_and_others_are_left_to_the_collector(
    tmp_path,
):
    form = returned(tmp_path, line("staff", 5), about={"form": "Phiếu khảo sát", "sender": " BO-A"})
    assert (form.form, form.sender, form.findings) == ("survey", "bo-a", [])
    assert returned(tmp_path, line("staff", 5), about={"sender": "bo-z"}).sender == "bo-z"


@pytest.mark.parametrize(
    ("about", "finding"),
    [
        ({"sending": "hai"}, ("not-a-number", "Bìa!B5", {"value": "hai", "mark": ","})),
        ({"sending": 0}, ("below-minimum", "Bìa!B5", {"value": "0", "limit": "1"})),
        ({"sent_on": "hôm qua"}, ("form-not-a-day", "Bìa!B5", {"value": "hôm qua"})),
        (
            {"opinion": "đồng ý"},
            ("form-not-offered", "Bìa!B5", {"value": "đồng ý", "known": "Thống nhất; Đề nghị điều chỉnh"}),
        ),
        ({"signed_by": "TrÝ §øc"}, ("form-old-letters", "Bìa!B5", {"value": "TrÝ §øc"})),
    ],
)
def test_what_is_filled_in_on_the_cover_is_checked(tmp_path, about, finding):
    assert said(returned(tmp_path, line("staff", 5), about=about)) == [finding]


def test_an_opinion_is_its_key(tmp_path):
    assert returned(tmp_path, line("staff", 5), about={"opinion": "thống NHẤT"}).opinion == "agreed"


def test_a_second_cover_of_another_unit_is_seen(tmp_path):
    form = returned(tmp_path, line("staff", 5), sheets={"Bìa 2": cover(sender="bo-b")})
    assert said(form) == [("form-two-covers", "Bìa 2!B3", {"value": "bo-b", "first": "Bìa"})]
    assert returned(tmp_path, line("staff", 5), sheets={"Bìa 2": cover()}).findings == []


def test_last_years_form_has_no_lines_and_no_findings_of_its_lines(tmp_path):
    form = returned(tmp_path, line("faxes", "x"), edition="thu-2018")
    assert (form.edition, form.lines, form.findings) == ("thu-2017", (), [])


# --- the headings -----------------------------------------------------------------------------------------


def test_a_file_without_questions_is_said_to_be_none(tmp_path):
    (tmp_path / "f.xlsx").write_bytes(workbook({"Sheet1": [["Báo cáo", 1]]}))
    assert [finding.code for finding in read(tmp_path / "f.xlsx").findings] == ["form-without-questions"]
    form = returned(tmp_path, heads=("question", "unit"))
    assert [finding.code for finding in form.findings] == ["form-without-questions"]


def test_a_column_that_is_gone_is_named(tmp_path):
    form = returned(tmp_path, ["…", "x", "staff"], heads=("question", "note", "code"))
    assert said(form) == [("form-heading-missing", "Phiếu", {"labels": "Trả lời", "row": 2})]
    form = returned(tmp_path, ["…", "x", "5"], heads=("question", "note", "answer"))
    assert ("form-heading-missing", "Phiếu", {"labels": "Mã", "row": 2}) in said(form)


def test_a_heading_that_stands_twice_is_said_and_the_first_is_read(tmp_path):
    heads = ("answer", "answer", "code")
    form = returned(tmp_path, [5, 6, "staff"], heads=heads)
    assert said(form) == [("form-heading-twice", "Phiếu!B2", {"label": "Trả lời", "first": "A2"})]
    assert answers(form) == {"staff": "5"}


# --- the lines --------------------------------------------------------------------------------------------


def test_an_unknown_code_has_its_nearest(tmp_path):
    form = returned(tmp_path, line("staf", 5), line("STAFF ", 6))
    (finding,) = form.findings
    assert (finding.code, finding.column, finding.facts["known_vi"]) == (
        "form-code-unknown",
        "Phiếu!F3",
        "có phải “staff”?",
    )
    assert answers(form) == {"staff": "6"}


def test_a_line_that_stands_twice_must_say_the_same(tmp_path):
    assert returned(tmp_path, line("staff", 5), line("staff", "5 người")).findings == []
    form = returned(tmp_path, line("staff", 5), line("staff", 6))
    assert said(form) == [("form-line-twice", "Phiếu!F4", {"code": "staff", "first": "Phiếu!F3"})]
    assert answers(form) == {"staff": "5"}
    copy = {"Phiếu (2)": lines(line("staff", 7))}
    form = returned(tmp_path, line("staff", 5), sheets=copy)
    assert said(form) == [("form-line-twice", "Phiếu (2)!F3", {"code": "staff", "first": "Phiếu!F3"})]


def test_an_answer_and_a_reason_for_none_contradict_each_other(tmp_path):
    form = returned(tmp_path, line("staff", 5, "Không áp dụng"), line("computers", None, "Bí mật nhà nước"))
    facts = {"value": "5", "state": "Không áp dụng"}
    assert said(form) == [("form-answer-and-state", "Phiếu!B3", facts)]
    assert form.lines[1].entries["state"].text == "withheld"


def test_a_figure_in_the_notes_or_in_a_column_of_the_units_own_is_pointed_out(tmp_path):
    form = returned(
        tmp_path, line("staff", note="12 người"), [*line("officer"), "có"], line("plan", note="sắp")
    )
    assert said(form) == [
        ("form-elsewhere", "Phiếu!B3", {"cell": "E3", "value": "12 người"}),
        ("form-elsewhere", "Phiếu!B4", {"cell": "G4", "value": "có"}),
    ]
    assert returned(tmp_path, line("staff", 5, note=12), line("remark", note="12")).findings == []


def test_a_figure_on_a_line_of_the_units_own_is_not_lost_without_a_word(tmp_path):
    form = returned(tmp_path, line("staff", 5), ["Trong đó: nữ", 3], ["Hạ tầng"])
    assert said(form) == [("form-line-without-code", "Phiếu!B4", {"value": "3", "label": "Mã"})]


def test_a_formula_is_reported_and_what_it_gave_is_kept(tmp_path):
    form = returned(tmp_path, line("staff", "=3+4"), line("computers", 3, note='=HYPERLINK("x")'))
    assert said(form) == [
        ("form-formula", "Phiếu!B3", {"value": "7"}),
        ("form-formula", "Phiếu!E4", {"value": "7"}),
    ]
    assert answers(form) == {"staff": "7", "computers": "3"}


def test_the_other_figures_of_the_form_prove_the_decimal_mark(tmp_path):
    assert answers(returned(tmp_path, line("spending", "1.234"), line("staff", "1.234"))) == {
        "spending": "1234",
        "staff": "1234",
    }
    form = returned(tmp_path, line("spending", "1.234"), line("staff", "12"))
    facts = {"value": "1.234", "less": "1,234", "more": "1.234"}
    assert said(form) == [("form-two-numbers", "Phiếu!B3", facts)]


def test_empty_entries_have_their_cells(tmp_path):
    (only,) = returned(tmp_path, line("staff")).lines
    assert {key: tuple(entry) for key, entry in only.entries.items()} == {
        "answer": ("", "Phiếu!B3"),
        "state": ("", "Phiếu!C3"),
        "evidence": ("", "Phiếu!D3"),
        "note": ("", "Phiếu!E3"),
    }


def test_a_marking_sheet_says_which_unit_a_line_is_about(tmp_path):
    heads, about = ("entity", "code", "mark", "why"), {"form": "marking", "sender": "KT1"}
    rows = [["bo-a", "mark", "7,5", "tốt"], ["BO-B", "mark", 11], ["bo-c", "mark", 1], [None, "mark", 2]]
    form = returned(tmp_path, *rows, heads=heads, about=about)
    assert [(each.entity, each.entries["mark"].text) for each in form.lines] == [
        ("bo-a", "7.5"),
        ("bo-b", ""),
    ]
    assert [(code, at) for code, at, _ in said(form)] == [
        ("above-maximum", "Phiếu!C4"),
        ("form-entity-unknown", "Phiếu!A5"),
        ("form-line-without-code", "Phiếu!C6"),
    ]


def test_a_slip_may_ask_for_points_of_a_criterion_and_may_ask_for_nothing(tmp_path):
    points = {"Điểm": lines(["portal.a", "Sai"], ["TC:total", None], heads=("code", "grounds"))}
    heads, about = ("code", "requested", "grounds"), {"form": "slip"}
    form = returned(tmp_path, ["staff", "6", "Nhầm"], heads=heads, about=about, sheets=points)
    assert form.findings == []
    assert [(each.code, each.entries["grounds"].text) for each in form.lines] == [
        ("staff", "Nhầm"),
        ("tc:portal.a", "Sai"),
        ("tc:total", ""),
    ]


@pytest.mark.parametrize("written", ["staff", "tc:staff"])  # as slips were sent before, and as they are now
def test_a_criterion_that_is_called_as_an_answer_is_another_line(tmp_path, written):
    points = {"Điểm": lines([written, "Sai"], heads=("code", "grounds"))}
    heads, about = ("code", "declared", "requested", "grounds"), {"form": "slip"}
    form = returned(tmp_path, ["staff", "5", "6", "Nhầm"], heads=heads, about=about, sheets=points)
    assert form.findings == []
    assert [(each.code, each.entries["grounds"].text) for each in form.lines] == [
        ("staff", "Nhầm"),
        ("tc:staff", "Sai"),
    ]


def test_a_thousand_wrong_lines_do_not_fill_the_report(tmp_path):
    form = returned(tmp_path, *(line(f"no-{i}", 1) for i in range(700)))
    assert len(form.findings) == MAX_FINDINGS + 1 and form.findings[-1].code == "too-many"


def test_texts_of_a_stranger_stay_text(tmp_path):
    form = returned(tmp_path, line("remark", "<script>alert(1)</script> {0} {value}"), line("{x}", 1))
    assert answers(form)["remark"] == "<script>alert(1)</script> {0} {value}"
    assert "“{x}”" in form.findings[0].sentence("vi")


# --- whatever comes ---------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_returned_with_what_is_wrong(tmp_path):
    (tmp_path / "folder.xlsx").mkdir()
    for name, code in [
        ("folder.xlsx", "not-a-file"),
        ("none.xlsx", "no-file"),
    ]:
        form = read(tmp_path / name)
        assert (form.form, form.sha256) == ("", "")
        assert [finding.code for finding in form.findings] == [code]
    for name in ("clean.xls", "clean.ods"):  # which are read as any other
        form = read(FORMS / name)
        assert list(form.findings) == []
        assert len(form.sha256) == 64


def holds(path, data):
    path.write_bytes(data)
    begun = time.process_time()
    form = read(path)
    assert time.process_time() - begun < 2
    assert isinstance(form, Returned)
    assert all(finding.sentence("vi") and finding.sentence("en") for finding in form.findings)


CELLS = st.sampled_from(
    [*ASKED, *UNITS, *(FIELDS[key].label_vi for key in ("code", "entity", "answer", "state", "mark", "note")),
     *COVER.values(), "survey", "slip", "1.234", "x", "=1", 5, 0.5, None, True]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, max_size=6), max_size=8), st.lists(st.lists(CELLS, max_size=6), max_size=8))
def test_labels_headings_and_codes_in_any_disorder_are_no_accident(tmp_path, first, second):
    holds(tmp_path / "f.xlsx", workbook({"Một": first, "Hai": second}))


def test_a_figure_of_which_the_cell_shows_only_the_thousands_is_read_and_remarked(tmp_path):
    raw = io.BytesIO()
    out = xlsxwriter.Workbook(raw, {"in_memory": True})
    for name, rows in {"Bìa": cover(), "Phiếu": lines(line("staff"), line("computers", 7))}.items():
        sheet = out.add_worksheet(name)
        for r, row in enumerate(rows):
            sheet.write_row(r, 0, [value if value is not None else "" for value in row])
    sheet.write_number(2, 1, 1_234_567, out.add_format({"num_format": "#,##0,"}))
    out.close()
    (tmp_path / "f.xlsx").write_bytes(raw.getvalue())
    form = read(tmp_path / "f.xlsx")
    assert form.findings == [] and answers(form)["staff"] == "1234567"
    assert [(f.code, f.column, f.facts) for f in form.remarks] == [
        ("digits-hidden", "Phiếu!B3", {"value": "1.234.567"})
    ]


def test_a_form_that_is_wrong_in_every_line_holds_no_more_findings_than_are_told(tmp_path):
    form = returned(tmp_path, *(line(f"none-{i}", 1) for i in range(3_000)))
    assert len(form.findings) == MAX_FINDINGS + 1 and form.findings[-1].code == "too-many"
