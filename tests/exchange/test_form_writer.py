"""A form as a workbook: only what is asked can be filled in, and nothing in it is executed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.exchange import layout
from ictindex.exchange.form_writer import write
from ictindex.exchange.layout import Form, Line, Sheet
from ictindex.methodology.decision import Answer

COUNT = Answer(label_vi="Số máy", kind="count", unit_vi="máy")
CHOICE = Answer(label_vi="Sao lưu", kind="choice", choices={"far": "Định kỳ, ở nơi khác", "none": "Không có"})
AWARD = Answer(label_vi="Điểm mạng", kind="award", max=Fraction(15, 2))
YES_NO = Answer(label_vi="Có quy chế", kind="yes_no")
FREE = Answer(label_vi="Tên phần mềm", kind="text")
FIELDS = layout.columns("question last answer state evidence note code")
NAME = "Phiếu khảo sát"
PLACES = {"pcs": COUNT, "backup": CHOICE, "network": AWARD, "rules": YES_NO, "software": FREE}


def form(**changes) -> Form:
    lines = [Line({"question": "Hạ tầng"})]
    lines += [
        Line({"question": a.label_vi, "code": code, "last": Fraction(1, 3)}, a) for code, a in PLACES.items()
    ]
    usual = Form(
        "survey",
        "mini-2020",
        "so-a",
        "Sở A",
        "Phiếu khảo sát năm 2020",
        (Sheet(NAME, FIELDS, tuple(lines)),),
        (("Hạn gửi phiếu", "trước ngày 01/01/2021"),),
        ("Chỉ điền ô vàng.",),
    )
    return replace(usual, **changes)


def opened(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def cells(sheet) -> dict[str, object]:
    return {
        cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
    }


def parts(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return "\n".join(packed.read(name).decode() for name in packed.namelist())


def check_of(sheet, cell):
    return next(v for v in sheet.data_validations.dataValidation if cell in v.sqref)


def test_the_same_form_is_the_same_bytes():
    assert write(form()) == write(form())
    assert "1980-01-01T00:00:00Z</dcterms:created>" in parts(write(form()))  # and no time of writing


def test_every_sheet_is_protected_and_only_what_is_asked_is_open():
    book = opened(write(form(stamp="SỐ LIỆU MINH HỌA")))
    assert all(sheet.protection.sheet for sheet in book)
    sheet = book[NAME]
    first = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "Trả lời")
    opens = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    columns, rows = (
        "CDEF",
        range(first.row + 2, first.row + 7),
    )  # the heading under the column heads stays shut
    assert opens == {f"{column}{row}" for column in columns for row in rows}


def test_the_cover_says_which_form_it_is_and_leaves_room_for_the_sender():
    cover = opened(write(form()))["Bìa"]
    told = {row[0].value: row[1] for row in cover.iter_rows(max_col=2)}
    codes = {"form": "survey", "edition": "mini-2020", "sender": "so-a", "version": form().version}
    assert {key: told[layout.COVER[key]].value for key in codes} == codes
    assert told["Lần gửi thứ"].value == 1
    assert all(
        not told[layout.COVER[key]].protection.locked for key in ("sending", "sent_on", "signed_by", "reach")
    )
    assert "Ý kiến của đơn vị" not in told  # which is asked on a slip
    assert "Ý kiến của đơn vị" in {
        row[0].value for row in opened(write(form(kind="slip")))["Bìa"].iter_rows()
    }


def test_a_cell_takes_what_its_answer_can_be():
    book = opened(write(form()))
    sheet, lists = book[NAME], book["Danh mục"]
    row = {cell.value: cell.row for cell in sheet["G"]}
    count = check_of(sheet, f"C{row['pcs']}")
    assert (count.type, count.operator, count.formula1) == ("whole", "greaterThanOrEqual", "0")
    award = check_of(sheet, f"C{row['network']}")
    assert (award.type, award.formula1, award.formula2) == ("decimal", "0", "7.5")
    assert check_of(sheet, f"C{row['software']}").type == "textLength"
    assert sheet[f"C{row['software']}"].number_format == "@"  # '1-2' is no date there, '=1' no formula
    assert "số nguyên" in count.error.casefold() and count.errorTitle and count.prompt

    def listed(cell):
        check = check_of(sheet, cell)
        assert check.type == "list"
        return [c[0].value for c in lists[check.formula1.removeprefix("'Danh mục'!").replace("$", "")]]

    assert listed(f"C{row['backup']}") == ["Định kỳ, ở nơi khác", "Không có"]  # a comma inside
    assert listed(f"C{row['rules']}") == ["Có", "Không"]
    assert listed(f"D{row['pcs']}") == ["Không áp dụng", "Bí mật nhà nước"]
    assert lists.sheet_state == "veryHidden"


def test_a_list_longer_than_a_validation_holds_is_whole():
    many = Answer(label_vi="x", kind="choice", choices={f"k{i}": f"Lựa chọn thứ {i}" for i in range(60)})
    sheet = Sheet(NAME, FIELDS, (Line({"code": "a"}, many),))
    lists = opened(write(form(sheets=(sheet,))))["Danh mục"]
    assert [row[0] for row in lists.iter_rows(min_col=1, max_col=1, values_only=True)][:60] == [
        f"Lựa chọn thứ {i}" for i in range(60)
    ]


def test_answers_are_filled_in_as_a_unit_would():
    typed = {
        ("pcs", "answer"): Fraction(1234),
        ("network", "answer"): Fraction(13, 2),
        ("rules", "answer"): True,
        ("backup", "answer"): "far",
        ("software", "answer"): "=1+1",
        ("software", "note"): "1.234,5",
        ("pcs", "state"): "withheld",
    }
    sheet = opened(write(form(), {(NAME, "", *place): value for place, value in typed.items()}))[NAME]
    row = {cell.value: cell.row for cell in sheet["G"]}
    column = {"answer": "C", "state": "D", "note": "F"}
    found = {(code, key): sheet[f"{column[key]}{row[code]}"] for code, key in typed}
    assert {place: cell.value for place, cell in found.items()} == {
        ("pcs", "answer"): 1234,
        ("network", "answer"): 6.5,
        ("rules", "answer"): "Có",
        ("backup", "answer"): "Định kỳ, ở nơi khác",
        ("software", "answer"): "=1+1",
        ("software", "note"): "1.234,5",
        ("pcs", "state"): "Bí mật nhà nước",
    }
    assert not re.search(r"<f[ >]", parts(write(form(), {(NAME, "", "software", "answer"): "=1+1"})))


def test_what_the_form_does_not_ask_cannot_be_filled_in():
    with pytest.raises(KeyError, match="nothing"):
        write(form(), {(NAME, "", "nothing", "answer"): "x"})


def test_what_is_only_shown_is_text_in_vietnamese_figures():
    sheet = opened(write(form()))[NAME]
    assert "0,3333" in cells(sheet).values()
    line = Line({"question": "q", "code": "c", "last": Fraction(24690, 20)}, COUNT)
    assert "1.234,5" in cells(opened(write(form(sheets=(Sheet(NAME, FIELDS, (line,)),))))[NAME]).values()


HOSTILE = (
    '=HYPERLINK("http://x","y")',
    "<script>alert(1)</script>",
    "@SUM(A1)",
    "http://x.vn",
    "&P&[File]",
    "+1",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_is_a_formula_a_script_or_a_link_is_only_text(name):
    line = Line({"question": name, "code": "c", "entity": "e"}, replace_label(name))
    data = write(
        form(sender_vi=name, sheets=(Sheet(NAME, FIELDS, (line,)),), about=((name, name),), steps=(name,))
    )
    shown = f"'{name}" if name[0] in "=+-@" else name
    assert list(cells(opened(data)[NAME]).values()).count(shown) == 2
    assert not re.search(r"<f[ >]|<hyperlink|<script", parts(data))


def replace_label(name: str) -> Answer:
    return Answer(label_vi=name, kind="choice", choices={"a": name})


@settings(max_examples=40)
@given(
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=300,
    )
)
def test_any_name_is_read_again_as_it_was(name):
    data = write(form(sender_vi=name, title_vi=name))
    shown = f"'{name}" if name[0] in "=+-@" else name
    assert shown in cells(opened(data)["Bìa"]).values()


def test_wide_sheets_are_a4_across_one_page_wide_with_heads_repeated():
    sheet = opened(write(form()))[NAME]
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4" and sheet.freeze_panes == "B5"
    assert sheet.oddFooter.left.text == "Sở A" and "&P/&N" in sheet.oddFooter.right.text


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")
def test_libreoffice_keeps_entries_checks_and_protection(tmp_path):
    (tmp_path / "in").mkdir()
    file = tmp_path / "in" / "form.xlsx"
    file.write_bytes(write(form(), {(NAME, "", "pcs", "answer"): 12, (NAME, "", "backup", "answer"): "far"}))
    own = f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}"
    saved = ["soffice", own, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path, file]
    subprocess.run(saved, check=True, capture_output=True, timeout=120)
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    sheet = book[NAME]
    assert all(book[name].protection.sheet for name in ("Bìa", NAME))
    row = {cell.value: cell.row for cell in sheet["G"]}
    assert sheet[f"C{row['pcs']}"].value == 12 and not sheet[f"C{row['pcs']}"].protection.locked
    assert (
        sheet[f"C{row['backup']}"].value == "Định kỳ, ở nơi khác"
        and sheet[f"A{row['pcs']}"].protection.locked
    )
    assert check_of(sheet, f"C{row['pcs']}").type == "whole"
    assert check_of(sheet, f"C{row['backup']}").type == "list"


@pytest.mark.parametrize(("kind", "signs"), [("survey", "đóng dấu"), ("marking", "Người chấm"),
                                             ("decisions", "Chủ tịch hội đồng")])  # fmt: skip
def test_every_form_has_a_place_to_sign_and_stamp(kind, signs):
    cover = " ".join(map(str, cells(opened(write(form(kind=kind)))["Bìa"]).values()))
    assert signs in cover


@given(st.lists(st.integers(1, 12), min_size=1, max_size=25))
@settings(max_examples=30)
def test_no_page_ends_with_the_heading_of_a_group(groups):
    """However many questions each group has, and however long their texts are."""
    lines = []
    for number, several in enumerate(groups):
        lines.append(Line({"question": f"Nhóm {number}"}))
        lines += [Line({"question": "Câu hỏi dài " * (i + several), "code": f"c{number}-{i}"}, COUNT)
                  for i in range(several)]  # fmt: skip
    sheet = Sheet(NAME, FIELDS, tuple(lines))
    page = opened(write(form(sheets=(sheet,))))[NAME]
    last = {each.id for each in page.row_breaks.brk}  # a break stands behind a row
    headings = {row for row, line in enumerate(lines, start=5) if "code" not in line.cells}
    assert not last & headings
    assert page.page_setup.fitToHeight == 0 and page.sheet_properties.pageSetUpPr.fitToPage
    if len(lines) > 60:
        assert last
