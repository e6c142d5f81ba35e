"""The annex as a workbook: the same numbers, safe to open, the same bytes wherever it is made."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from ictindex.annex import spreadsheet as workbooks
from ictindex.page.opening import Edition, opened
from ictindex.page.publishing import Item
from ictindex.page.shown import STAMP, Column, Table
from ictindex.scoring.evaluation import evaluate_edition

ROOT = Path(__file__).parents[2]
EDITION = "mini-2020"
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("x")'
LIVE = ["Kết quả", "Số liệu", "Điểm 0", "Điểm"]
SHEETS = [
    "Tóm tắt",
    *LIVE,
    "1. Bảng xếp hạng",
    "2. Điểm từng tiêu chí",
    "3. Điểm từng hạng mục",
    "4. Bảng của tôi",
    "5. shown",
    "6. Tiêu chí và cách tính",
    "7. Nguồn gốc của trang này",
]
NAMES = ["ranking", "points", "categories", "own", "shown", "criteria", "provenance"]


@pytest.fixture(scope="module")
def e(free_once) -> Edition:
    return opened(evaluate_edition(EDITION, free_once))


@pytest.fixture(scope="module")
def workbook(free_once) -> bytes:
    return (free_once.output(EDITION) / "annex.xlsx").read_bytes()


def items(tables: Iterable[Table]) -> list[Item]:
    return [Item(table, 1, number, False) for number, table in enumerate(tables, start=1)]


def only(rows: tuple, *columns: Column) -> list[Item]:
    return items([Table("t", "Bảng thử", columns, rows)])


def sheet(data: bytes, name: str) -> list[list[Any]]:
    """A sheet from its cell A1 on, as a spreadsheet program reads it."""
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(data))
        .get_sheet_by_name(name)
        .to_python(skip_empty_area=False)
    )


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def sheet_parts(data: bytes) -> list[str]:
    found = parts(data)
    return [found[f"xl/worksheets/sheet{i}.xml"] for i in range(1, len(SHEETS) + 1)]


def test_the_workbook_has_a_summary_and_a_sheet_for_each_table_under_its_number(workbook):
    assert CalamineWorkbook.from_filelike(io.BytesIO(workbook)).sheet_names == SHEETS
    rows = sheet(workbook, "Tóm tắt")
    told = {row[0]: row[1:] for row in rows if row[3]}
    assert told["1. Bảng xếp hạng"] == ["Bảng 1. Bảng xếp hạng", 5, "results/ranking.csv"]
    assert told["4. Bảng của tôi"] == ["Bảng 4. Bảng của tôi", 5, "results/own.csv"]
    assert list(told)[1:] == SHEETS[1 + len(LIVE) :]
    assert [row[0] for row in rows if row[0] in LIVE] == LIVE


def test_the_summary_says_what_the_page_says_first(workbook):
    said = [row[0] for row in sheet(workbook, "Tóm tắt")]
    assert said[:3] == [
        "Phương pháp nhỏ để thử",
        "Năm đánh giá 2020",
        "(Chưa kèm theo quyết định công bố nào)",
    ]
    (state,) = [line for line in said if line.startswith(STAMP)]
    assert "Số liệu đầu vào là đặt ra để minh họa" in state
    assert any("Bộ Một đứng đầu" in line for line in said)


def test_no_sheet_is_empty(workbook):
    for name in SHEETS[1:]:
        assert len(sheet(workbook, name)) > 4, name


def test_numbers_are_numbers_that_can_be_added_up(workbook):
    rows = sheet(workbook, "1. Bảng xếp hạng")
    assert "Bảng 1. Bảng xếp hạng" in rows[0]
    assert rows[2] == [
        *("group", "group_name", "unit", "unit_name", "rank", "printed", "level_name"),
        *("points", "available", "value", "place", "state"),
        *("inside_value", "inside_rank", "services_value", "services_rank"),
    ]
    assert rows[3][3:10] == [
        *("Tên đơn vị", "Hạng", "Tổng điểm", "Mức"),
        *("Điểm", "Điểm tối đa", "Giá trị chính xác"),
    ]
    assert rows[4][2:11] == ["A", "Bộ Một", 1, 0.64, "", 64, 100, 0.64, 0.64]
    assert rows[6][2:11] == ["B", "Bộ Hai", 3, 0.083, "", 5, 60, *[pytest.approx(1 / 12)] * 2]
    assert 'formatCode="#,##0.000"' in parts(workbook)["xl/styles.xml"]


def test_the_workbook_says_what_the_csv_files_say(workbook, free_once):
    for sheet_name, name in zip(SHEETS[1 + len(LIVE) :], NAMES, strict=True):
        text = (free_once.output(EDITION) / "results" / f"{name}.csv").read_text("utf-8")
        keys, *lines = [row[:-1] for row in csv.reader(io.StringIO(text))]
        rows = sheet(workbook, sheet_name)
        assert rows[2][: len(keys)] == keys
        for line, row in zip(lines, rows[4 : 4 + len(lines)], strict=True):
            same = [
                abs(Fraction(text) - Fraction(cell)) < 1e-15
                if isinstance(cell, float | int)
                else text == cell
                for text, cell in zip(line, row, strict=False)
            ]
            assert len(same) == len(keys) and all(same), (name, line, row)


def test_a_formula_as_a_name_stays_text(e):
    data = workbooks.workbook(e, only(((FORMULA, SCRIPT),), Column("a", FORMULA), Column("b", "B")))
    rows = sheet(data, "1. Bảng thử")
    assert (rows[3][0], rows[4]) == ("'" + FORMULA, ["'" + FORMULA, SCRIPT])
    assert FORMULA[1:] not in "".join(re.findall("<f>.*?</f>", "".join(parts(data).values())))
    assert not any("External" in part for part in parts(data).values())


def test_a_formula_in_the_head_stays_text(e):
    hostile = opened(e)
    head = {**e.payload(), "heading": ["{=1+1}", "=2+2"]}
    hostile.payload = lambda: head
    data = workbooks.workbook(hostile, [])
    assert [row[0] for row in sheet(data, "Tóm tắt")[:2]] == ["{=1+1}", "'=2+2"]
    assert "<f>" not in parts(data)["xl/worksheets/sheet1.xml"]


def test_a_check_that_fails_is_on_the_first_sheet(e):
    broken = opened(e)
    head = {**e.payload(), "broken": ["Điểm cộng đúng."]}
    broken.payload = lambda: head
    assert "SAI: Điểm cộng đúng." in [row[0] for row in sheet(workbooks.workbook(broken, []), "Tóm tắt")]


def test_what_a_cell_cannot_hold_is_kept_as_text_or_cut_never_lost(e):
    columns = (
        Column("a", "Dài"),
        Column("b", "Số", "integer"),
        Column("c", "Tỷ lệ", "number"),
        Column("d", "=1+1"),
        Column("e", "Điều khiển"),
    )
    row = ("x" * 40_000, 12345678901234567, Fraction(1, 3), None, "a\x0bb")
    rows = sheet(workbooks.workbook(e, only((row,), *columns)), "1. Bảng thử")
    assert rows[3][3] == "'=1+1"
    assert rows[4][:4] == ["x" * 32_767, "12345678901234567", pytest.approx(1 / 3), ""]


def test_rows_beyond_what_a_sheet_holds_are_named(e, monkeypatch):
    monkeypatch.setattr(workbooks, "_MOST_ROWS", 2)
    data = workbooks.workbook(e, only(((1,), (2,), (3,)), Column("a", "A", "integer")))
    cells = [row[0] for row in sheet(data, "1. Bảng thử")]
    assert cells[4:6] == [1, 2] and 3 not in cells
    assert "Hiện 2 dòng đầu; đủ ở results/t.csv." in cells


def test_a_workbook_beyond_its_cells_says_on_its_first_sheet_what_it_leaves_out_and_where_that_is(
    e, monkeypatch
):
    monkeypatch.setattr(workbooks, "_MOST_CELLS", 20)
    columns = (Column("a", "A", "integer"), Column("b", "B", "integer"))
    large, small = (tuple((n, n) for n in range(many)) for many in (50, 3))
    tables = [Table("large", "Lớn", columns, large), Table("small", "Nhỏ", columns, small)]
    data = workbooks.workbook(e, items(tables))
    names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert names == ["Tóm tắt", "1. Lớn", "2. Nhỏ"]  # and none that computes
    told = [str(row[0]) for row in sheet(data, "Tóm tắt")]
    assert "Trang “1. Lớn” chỉ có 7 dòng đầu trong 50 dòng; đủ ở results/large.csv." in told
    assert any(line.startswith("Không có các trang tự tính") for line in told)
    assert not any("Nhỏ" in line and "chỉ có" in line for line in told)
    assert [row[0] for row in sheet(data, "2. Nhỏ")[4:7]] == [0, 1, 2]
    assert [row[0] for row in sheet(data, "1. Lớn")[4:]][:7] == [*range(7)]


def test_any_title_makes_a_sheet_name(e):
    titles = ("Bảng: [một]/hai*?\\", "Tên " * 20, "Tên " * 20, "TÓM TẮT", "'Nháy'", "", "Hai\ndòng", "x" * 50)
    tables = [Table(f"t{i}", title, (Column("a", "A"),), (("1",),)) for i, title in enumerate(titles)]
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbooks.workbook(e, items(tables))))
    assert len({name.casefold() for name in book.sheet_names}) == 1 + len(LIVE) + len(titles)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in book.sheet_names)


def test_a_book_without_numbers_names_its_sheets_apart():
    tables = [Table(f"t{i}", "Tên " * 20, (Column("a", "A"),), (("1",),)) for i in range(3)]
    data = workbooks.book_of(tables, "Sách", "chân", "", ["Đầu", "=1+1"])
    names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert names[0] == "Giới thiệu" and len(set(names)) == 4
    assert [row[0] for row in sheet(data, "Giới thiệu")][:2] == ["Đầu", "'=1+1"]


def test_the_state_is_on_every_sheet_and_on_every_printed_page_of_it(workbook):
    for name, part in zip(SHEETS, sheet_parts(workbook), strict=True):
        assert any(str(cell).startswith(STAMP) for row in sheet(workbook, name)[:6] for cell in row), name
        assert re.search(f"<oddHeader>[^<]*{STAMP}</oddHeader>", part), name


def test_the_sheets_are_ready_to_print_and_to_filter(workbook, e):
    printed = parts(workbook)
    for part in sheet_parts(workbook):
        assert 'paperSize="9"' in part and 'orientation="landscape"' in part and 'fitToHeight="0"' in part
        assert "<oddFooter>" in part
    assert printed["xl/workbook.xml"].count("_xlnm.Print_Titles") == len(SHEETS) - 1
    assert '<pane xSplit="3" ySplit="6" topLeftCell="D7"' in printed["xl/worksheets/sheet2.xml"]
    assert '<pane ySplit="4" topLeftCell="A5"' in printed["xl/worksheets/sheet6.xml"]
    long = parts(workbooks.workbook(e, only(tuple((n,) for n in range(30)), Column("a", "A", "integer"))))
    assert '<autoFilter ref="A4:A34"/>' in long["xl/worksheets/sheet6.xml"]


def test_the_keys_of_machines_are_hidden(workbook):
    for part in sheet_parts(workbook)[1:]:
        assert re.search('<row r="3"[^>]* hidden="1"', part)
    codes = re.findall(r'<col min="(\d+)" max="(\d+)"[^>]* hidden="1"', sheet_parts(workbook)[5])
    rows = sheet(workbook, "1. Bảng xếp hạng")
    assert {rows[2][i] for low, high in codes for i in range(int(low) - 1, int(high))} >= {"group", "unit"}


def test_a_table_without_rows_has_no_sheet(e):
    data = workbooks.workbook(e, only((), Column("a", "A")))
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == ["Tóm tắt", *LIVE]


def test_what_does_not_compute_shows_the_packages_figures(workbook):
    rows = sheet(workbook, "Kết quả")
    keys, first = rows[2], next(row for row in rows if row[0] == "A")
    shown = [first[keys.index(f"total.{what}")] for what in ("rank", "printed", "points", "available")]
    assert shown == [1, 0.64, 64, 100]


def test_a_workbook_is_the_same_however_zlib_packed_it_and_no_other(workbook):
    def packed(level, comment=b""):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
            for part in old.infolist():
                own = zipfile.ZipInfo(part.filename, part.date_time)
                own.create_system, own.external_attr = part.create_system, part.external_attr
                new.writestr(own, old.read(part), zipfile.ZIP_DEFLATED, level)
            new.comment = comment
        return out.getvalue()

    other = packed(1)
    assert other != workbook and workbooks.same_workbook(other, workbook)
    assert workbooks.same_workbook(workbook, workbook)
    for wrong in (
        packed(1, b"x"),
        other + b"x",
        b"x" + other,
        other[:-1],
        b"",
        other.replace(b"xl/", b"xx/"),
    ):
        assert not workbooks.same_workbook(wrong, workbook)


def test_nothing_in_the_workbook_depends_on_time_or_machine(workbook):
    with zipfile.ZipFile(io.BytesIO(workbook)) as file:
        inside = file.infolist()
    assert [i.filename for i in inside][:2] == ["[Content_Types].xml", "_rels/.rels"]
    assert [i.filename for i in inside][2:] == sorted(i.filename for i in inside[2:])
    assert {i.compress_type for i in inside} == {zipfile.ZIP_DEFLATED}
    assert {(i.date_time, i.create_system, i.external_attr) for i in inside} == {
        ((1980, 1, 1, 0, 0, 0), 3, 0o600 << 16)
    }


AGAIN = """
import hashlib, sys
from pathlib import Path
from ictindex.annex.spreadsheet import workbook
from ictindex.basics.project import Project
from ictindex.page.notebook import read_notebook
from ictindex.page.opening import opened
from ictindex.page.publishing import published
from ictindex.scoring.evaluation import evaluate_edition
project = Project(Path(sys.argv[1]))
notebook = read_notebook(project.output("mini-2020") / "annex.ipynb", "")
made = workbook(opened(evaluate_edition("mini-2020", project)), list(published(notebook)))
print(hashlib.sha256(made).hexdigest())
"""


def test_another_process_with_another_hash_seed_makes_the_same_bytes(workbook, free_once):
    env = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Asia/Ho_Chi_Minh", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", AGAIN, str(free_once.root)]
    told = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == hashlib.sha256(workbook).hexdigest()
