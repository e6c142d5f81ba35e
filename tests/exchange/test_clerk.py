"""What a clerk types is in the file, and the same cells make the same bytes at any time."""

import time
import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from ictindex.exchange.clerk import Paper, typed
from ictindex.exchange.form_writer import write
from ictindex.exchange.layout import Form, Line, Sheet, columns
from ictindex.methodology.decision import Answer

STAFF = Answer(label_vi="Cán bộ", kind="count")
SHEET = "Phiếu khảo sát"
LINES = (Line({"number": "1", "code": "staff"}, STAFF), Line({"number": "2", "code": "portal"}, STAFF))
FORM = Form(
    "survey", "mini-2020", "a", "A", "T", (Sheet(SHEET, columns("number answer state note code"), LINES),)
)


@pytest.fixture(scope="module")
def form():
    return write(FORM)


def test_what_is_typed_stands_in_the_cell_of_its_code_and_column(form):
    paper = Paper(form)
    paper.put(SHEET, "portal", "answer", "12", STAFF)
    paper.put(SHEET, "staff", "state", "withheld")
    paper.sign(sending=2, signed_by="Chị Hai")
    book = load_workbook(BytesIO(paper.bytes()))
    assert [row[1].value for row in book[SHEET].iter_rows(min_row=5)] == [None, 12]
    assert [row[2].value for row in book[SHEET].iter_rows(min_row=5)] == ["Bí mật nhà nước", None]
    cover = {row[0].value: row[1].value for row in book["Bìa"].iter_rows()}
    assert (cover["Lần gửi thứ"], cover["Người lập phiếu"]) == (2, "Chị Hai")


def test_a_line_is_found_again_after_a_row_was_put_in(form):
    paper = Paper(form)
    paper.book[SHEET].insert_rows(5)
    paper.put(SHEET, "staff", "answer", "7", STAFF)
    assert load_workbook(BytesIO(paper.bytes()))[SHEET]["B6"].value == 7


def test_the_same_cells_make_the_same_bytes_a_second_later(form):
    first = Paper(form).bytes()
    time.sleep(1.1)  # the file says in seconds when it was saved
    assert Paper(form).bytes() == first
    parts = zipfile.ZipFile(BytesIO(first)).infolist()
    assert {part.date_time for part in parts} == {(1980, 1, 1, 0, 0, 0)}
    assert {part.compress_type for part in parts} == {zipfile.ZIP_STORED}


def test_validations_and_protection_survive(form):
    sheet = load_workbook(BytesIO(Paper(form).bytes()))[SHEET]
    assert sheet.protection.sheet and sheet.data_validations.dataValidation


@pytest.mark.parametrize(
    ("text", "asks", "cell"),
    [
        ("12", STAFF, 12),
        ("12.5", Answer(label_vi="x", kind="number"), 12.5),
        ("có", Answer(label_vi="x", kind="yes_no"), "Có"),
        ("a", Answer(label_vi="x", kind="choice", choices={"a": "Loại A"}), "Loại A"),
        ("chữ", Answer(label_vi="x", kind="text"), "chữ"),
        ("", STAFF, None),
    ],
)
def test_a_value_is_typed_as_people_type_it(text, asks, cell):
    assert typed(text, asks) == cell
