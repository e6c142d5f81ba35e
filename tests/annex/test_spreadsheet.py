"""The annex as a workbook: the same numbers, safe to open, the same bytes wherever it is made."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from ictindex.annex import files as publish
from ictindex.annex import spreadsheet as workbooks
from ictindex.basics.project import Project
from ictindex.page.cells import stamp
from ictindex.page.shown import STAMP, Column, Table, Text
from ictindex.page.views import TABLES, every_table
from ictindex.scoring.evaluation import Evaluation, evaluate_edition

ROOT = Path(__file__).parents[2]
EDITION = "egdi-2018"
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("x")'


@pytest.fixture(scope="module")
def e() -> Evaluation:
    return evaluate_edition(EDITION, Project(ROOT))


@pytest.fixture(scope="module")
def hostile_project(tmp_path_factory) -> Project:
    """EGDI with made-up inputs: Denmark's name is a script, Australia's a formula."""
    root = tmp_path_factory.mktemp("hostile")
    for folder in ("parameters", "inputs", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder)
    entities = root / "inputs" / EDITION / "entities.csv"
    rows = list(csv.reader(io.StringIO(entities.read_text("utf-8"))))
    names = {"DNK": SCRIPT, "AUS": FORMULA}
    with entities.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([row[0], names.get(row[0], row[1]), *row[2:]] for row in rows)
    sources = root / "inputs" / EDITION / "sources.yaml"
    told = re.sub("(?m)^status: published", "status: illustrative", sources.read_text("utf-8"))
    sources.write_text(told, "utf-8")
    return Project(root)


@pytest.fixture(scope="module")
def hostile(hostile_project) -> Evaluation:
    return evaluate_edition(EDITION, hostile_project)


SHEETS = [
    "Tóm tắt",
    "Bảng xếp hạng",
    "Khoảng cách đến hạng trên",
    "Tóm tắt từng đơn vị",
    "Số đơn vị và trạng thái điểm",
    "Điểm 0 và không tính điểm",
    "Điểm từng tiêu chí",
    "Phân bố theo hạng mục",
    "Thay đổi so với kỳ trước",
    "Tiêu chí và cách tính",
    "Quy tắc xếp hạng",
    "Lịch đánh giá",
    "Số liệu đầu vào",
    "Các bước đã thực hiện",
    "Tiếp nhận báo cáo",
    "Giá trị lớn nhất làm mốc",
    "Trạng thái của các mục chấm",
    "Kiểm tra xác suất điểm chấm",
    "Điểm chấm độc lập",
    "Người chấm",
    "Thống nhất giữa người chấm",
    "Độ phân tán của điểm chấm",
    "Dịch vụ công được công nhận",
    "Dịch vụ công chưa công nhận",
    "Tài liệu kiểm chứng còn thiếu",
    "Số liệu nên xem lại",
    "Tự đánh giá và thẩm định",
    "Tự đánh giá và kết quả",
    "Ý kiến của đơn vị",
    "Trước và sau xác nhận",
    "Sổ sự kiện",
    "Khoảng thứ hạng",
    "Chưa phân biệt được",
    "Khoảng hạng do người chấm",
    "Trọng số thực, hạng mục",
    "Trọng số thực, tiêu chí",
    "Nếu bỏ hạng mục, tiêu chí",
    "Lựa chọn của phương pháp",
    "Điều gì làm đổi thứ tự",
    "Đối chiếu số đã công bố",
    "Tự kiểm tra",
    "Tham số của lần chạy",
    "Nguồn gốc của trang này",
]


@pytest.fixture(scope="module")
def workbook(e) -> bytes:
    return workbooks.workbook(e, every_table(e))


@pytest.fixture(scope="module")
def hostile_workbook(hostile) -> bytes:
    return workbooks.workbook(hostile, every_table(hostile))


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


def test_the_workbook_has_a_summary_and_a_sheet_for_each_table(workbook):
    assert CalamineWorkbook.from_filelike(io.BytesIO(workbook)).sheet_names == SHEETS
    assert len(SHEETS) == 1 + len(TABLES)
    rows = sheet(workbook, "Tóm tắt")
    told = {row[0]: row[1:] for row in rows if row[3]}
    assert told["Bảng xếp hạng"] == ["Bảng xếp hạng", 193, "results/ranking.csv"]
    assert list(told)[1:] == SHEETS[1:]
    assert any("Đan Mạch đứng đầu" in str(row[0]) for row in rows)


def test_numbers_are_numbers_and_exact_values_are_text(workbook):
    rows = sheet(workbook, "Bảng xếp hạng")
    assert rows[0][0] == "Bảng xếp hạng"
    assert rows[2][:6] == ["row", "entity", "label_vi", "rank", "value", "value_exact"]
    assert rows[3][:6] == ["TT", "Mã", "Tên đơn vị", "Thứ hạng", "EGDI", "Giá trị chính xác"]
    data = [row for row in rows[4:] if isinstance(row[0], float | int)]
    assert len(data) == 193
    assert data[0][:8] == [1, "DNK", "Đan Mạch", 1, 0.915, "0.915", 1.0, 1]
    assert data[1][:6] == [2, "AUS", "Australia", 2, 0.9053, "13579/15000"]
    assert all(isinstance(row[i], float | int) for row in data for i in (0, 3, 4, 6, 7))
    assert all(isinstance(row[5], str) for row in data)
    assert 'formatCode="#,##0.0000"' in parts(workbook)["xl/styles.xml"]


def test_the_workbook_says_what_the_csv_files_say(workbook, e):
    files = publish.result_files(every_table(e), stamp(e))
    for name, build in zip(SHEETS[1:], TABLES, strict=True):
        keys, *lines = csv.reader(io.StringIO(files[f"results/{build(e).name}.csv"]))
        rows = sheet(workbook, name)
        assert rows[2][: len(keys)] == keys
        for line, row in zip(lines, rows[4:], strict=False):
            same = [
                Fraction(text) == Fraction(str(cell)) if isinstance(cell, float | int) else text == cell
                for text, cell in zip(line, row, strict=True)
            ]
            assert all(same), (name, line, row)


def test_a_formula_as_a_name_stays_text(hostile_workbook):
    rows = sheet(hostile_workbook, "Bảng xếp hạng")
    assert [row[2] for row in rows if row[1] == "AUS"] == ["'" + FORMULA]
    assert not any("<f>" in part for part in sheet_parts(hostile_workbook))
    assert not any("External" in part for part in parts(hostile_workbook).values())


def test_a_formula_in_the_head_stays_text(e, monkeypatch):
    monkeypatch.setattr(workbooks, "heading", lambda e: Text("heading", ("{=1+1}", "=2+2")))
    data = workbooks.workbook(e, every_table(e))
    assert [row[0] for row in sheet(data, "Tóm tắt")[:2]] == ["{=1+1}", "'=2+2"]
    assert "<f>" not in sheet_parts(data)[0]


def test_what_a_cell_cannot_hold_is_kept_as_text_or_cut_never_lost(e):
    columns = (
        Column("a", "Dài"),
        Column("b", "Số", "integer"),
        Column("c", "Tỷ lệ", "number"),
        Column("d", "=1+1"),
    )
    row = ("x" * 40_000, 12345678901234567, Fraction(1, 3), None)
    rows = sheet(workbooks.workbook(e, [Table("t", "Bảng thử", columns, (row,))]), "Bảng thử")
    assert rows[3][3] == "'=1+1"
    assert rows[4] == ["x" * 32_767, "12345678901234567", "1/3", ""]


def test_rows_beyond_what_a_sheet_holds_are_named(e, monkeypatch):
    table = Table("t", "Bảng thử", (Column("a", "A", "integer"),), ((1,), (2,), (3,)))
    monkeypatch.setattr(workbooks, "_MOST_ROWS", 2)
    cells = [row[0] for row in sheet(workbooks.workbook(e, [table]), "Bảng thử")]
    assert cells[4:6] == [1, 2] and 3 not in cells
    assert "Hiện 2 dòng đầu; đủ ở results/t.csv." in cells


def test_any_title_makes_a_sheet_name(e):
    titles = ("Bảng: [một]/hai*?\\", "Tên " * 20, "Tên " * 20, "TÓM TẮT", "'Nháy'")
    tables = [Table(f"t{i}", title, (Column("a", "A"),), ()) for i, title in enumerate(titles)]
    names = CalamineWorkbook.from_filelike(io.BytesIO(workbooks.workbook(e, tables))).sheet_names
    assert len({name.casefold() for name in names}) == 6
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_the_workbook_is_marked_on_every_sheet_where_figures_are_made_up(hostile_workbook, workbook):
    for name, part in zip(SHEETS, sheet_parts(hostile_workbook), strict=True):
        assert any(row[0] == STAMP for row in sheet(hostile_workbook, name)[:5]), name
        assert re.search(f"<oddHeader>[^<]*{STAMP}</oddHeader>", part), name
    assert not any(STAMP in part for part in parts(workbook).values())


def test_the_sheets_are_ready_to_print_and_to_filter(workbook):
    printed = parts(workbook)
    for part in sheet_parts(workbook):
        assert 'paperSize="9"' in part and 'orientation="landscape"' in part and 'fitToHeight="0"' in part
        assert "<oddFooter>" in part
    assert printed["xl/workbook.xml"].count("_xlnm.Print_Titles") == len(SHEETS) - 1
    ranking = printed["xl/worksheets/sheet2.xml"]
    assert '<pane ySplit="4" topLeftCell="A5"' in ranking
    assert '<autoFilter ref="A4:L197"/>' in ranking


def test_nothing_in_the_workbook_depends_on_time_machine_or_zlib(workbook):
    with zipfile.ZipFile(io.BytesIO(workbook)) as file:
        inside = file.infolist()
    assert [i.filename for i in inside][:2] == ["[Content_Types].xml", "_rels/.rels"]
    assert [i.filename for i in inside][2:] == sorted(i.filename for i in inside[2:])
    assert {i.compress_type for i in inside} == {zipfile.ZIP_STORED}
    assert {(i.date_time, i.create_system, i.external_attr) for i in inside} == {
        ((1980, 1, 1, 0, 0, 0), 3, 0o600 << 16)
    }


def test_another_process_with_another_hash_seed_makes_the_same_bytes(workbook):
    code = (
        "import hashlib; from pathlib import Path; from ictindex.evaluation import evaluate_edition;"
        "from ictindex.project import Project; from ictindex.views import every_table;"
        "from ictindex.workbook import workbook;"
        f"e = evaluate_edition({EDITION!r}, Project(Path({str(ROOT)!r})));"
        "print(hashlib.sha256(workbook(e, every_table(e))).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Asia/Ho_Chi_Minh", "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == hashlib.sha256(workbook).hexdigest()
