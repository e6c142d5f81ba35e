"""annex.docx: the same parts as the PDF in real styles and tables, the same bytes, well formed for Word."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pytest
from docx import Document

from ictindex.annex.annex_docx import docx
from ictindex.annex.volume import Grid, Paragraph, Picture, Row, Run, Title, Volume
from ictindex.page.shown import Heading

HEAD = (
    (Heading("Tên đơn vị", "text", 1, 2), Heading("Hạ tầng", "text", 2)),
    (Heading("Giá trị", "exact"), Heading("Hạng", "integer", turned=True)),
)
ROWS = (
    Row(("Bộ",), group=True, bold=(True,)),
    Row(("Bộ Y tế", "0,9", "1"), bold=(True, False, True)),
    Row(("Bộ Nội vụ", "–", "–")),
)
GRID = Grid(
    "bang-a",
    "Bảng 1. Xếp hạng",
    HEAD,
    (300.0, 100.0, 67.7),
    (False, True, True),
    ROWS,
    "Ghi chú.",
    10.5,
    False,
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="20pt"><text y="15">Chữ</text></svg>'
VOLUME = Volume(
    title="Mức độ ứng dụng năm 2017",
    lines=("Được sửa đổi bởi văn bản khác",),
    attached="(Kèm theo Quyết định số 1/QĐ-ABC)",
    edition="mini-2020",
    state="SỐ LIỆU MINH HỌA",
    why="Số liệu đặt ra để thử.",
    broken=("một khẳng định",),
    headline=("Bộ Y tế đứng đầu.",),
    parts=(
        Title(1, "I. KẾT QUẢ"),
        GRID,
        Paragraph((Run("Điều "), Run("đậm", bold=True), Run(" và "), Run("nghiêng", italic=True))),
        Paragraph((Run("một"),), "bullet", "–"),
        Picture("hinh-a", "Hình 1. Biểu đồ", "Một chữ.", SVG),
        Title(2, "1. Nhỏ hơn"),
    ),
)


@pytest.fixture(scope="module")
def made():
    return docx(VOLUME)


@pytest.fixture(scope="module")
def document(made):
    return Document(io.BytesIO(made))


def test_the_same_volume_gives_the_same_bytes_without_a_time(made, document):
    assert docx(VOLUME) == made
    assert {part.date_time[:3] for part in zipfile.ZipFile(io.BytesIO(made)).infolist()} == {(1980, 1, 1)}
    assert document.core_properties.created.year == document.core_properties.modified.year == 1980
    assert document.core_properties.author == ""


def test_the_sheet_is_that_of_the_decree(document):
    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [20, 20, 30, 15]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml and "PAGE" not in section.first_page_header._element.xml
    assert section.footer.paragraphs[0].text == section.first_page_footer.paragraphs[0].text == VOLUME.state


def test_everything_is_in_a_style_of_one_kind_of_letters(document):
    told = [(p.style.name, p.text) for p in document.paragraphs if p.text]
    assert told[:4] == [
        ("Title", "Phụ lục"),
        ("Title", "MỨC ĐỘ ỨNG DỤNG NĂM 2017"),
        ("Normal", "Được sửa đổi bởi văn bản khác"),
        ("Subtitle", "(Kèm theo Quyết định số 1/QĐ-ABC)"),
    ]
    assert ("Normal", "SỐ LIỆU MINH HỌA. Số liệu đặt ra để thử.") in told
    assert ("Heading 1", "I. KẾT QUẢ") in told and ("Heading 2", "1. Nhỏ hơn") in told
    assert ("Caption", "Bảng 1. Xếp hạng") in told and ("Caption", "Hình 1. Biểu đồ") in told
    assert {document.styles[name].font.name for name, _ in told} == {"Times New Roman"}


def test_runs_keep_their_look(document):
    (runs,) = (p.runs for p in document.paragraphs if p.text == "Điều đậm và nghiêng")
    assert [(run.text, bool(run.bold), bool(run.italic)) for run in runs] == [
        *(("Điều ", False, False), ("đậm", True, False), (" và ", False, False), ("nghiêng", False, True)),
    ]


def test_a_table_is_one_with_its_heads_merged_and_repeated_and_no_row_cut(document):
    table = document.tables[0]
    xml = [row._tr.xml for row in table.rows]
    assert [row.cells[0].text for row in table.rows] == [
        "Tên đơn vị",
        "Tên đơn vị",
        "Bộ",
        "Bộ Y tế",
        "Bộ Nội vụ",
    ]
    assert [cell.text for cell in table.rows[0].cells] == ["Tên đơn vị", "Hạ tầng", "Hạ tầng"]
    assert [cell.text for cell in table.rows[1].cells] == ["Tên đơn vị", "Giá trị", "Hạng"]
    assert [cell.text for cell in table.rows[3].cells] == ["Bộ Y tế", "0,9", "1"]
    assert ["w:tblHeader" in each for each in xml] == [True, True, False, False, False]
    assert all("w:cantSplit" in each for each in xml)
    assert "btLr" in xml[1] and "w:keepNext" in xml[2]


def test_parts_of_properties_stand_in_the_order_that_word_insists_on(made):
    orders = {
        "tcPr": ("tcW", "gridSpan", "vMerge", "textDirection", "vAlign"),
        "pPr": ("pStyle", "keepNext", "jc"),
        "tblPr": ("tblStyle", "tblW", "jc", "tblLayout", "tblCellMar", "tblLook"),
    }
    table = Document(io.BytesIO(made)).tables[0]._tbl
    for name, order in orders.items():
        for element in table.iter(f"{{{table.nsmap['w']}}}{name}"):
            tags = [child.tag.partition("}")[2] for child in element]
            assert tags == [tag for tag in order if tag in tags], name


def test_a_table_that_lies_across_has_a_section_of_its_own():
    made = Document(
        io.BytesIO(docx(replace(VOLUME, parts=(replace(GRID, across=True), Title(1, "II. SAU")))))
    )
    wide = [section.page_width > section.page_height for section in made.sections]
    assert wide == [False, True, False]


def test_a_picture_tells_those_who_cannot_see_it(document):
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == "Một chữ."


def test_who_signs_stands_at_the_end_and_never_alone_on_a_page(document):
    assert document.paragraphs[-1].paragraph_format.keep_with_next
    cells = document.tables[-1].rows[0].cells
    assert [cell.paragraphs[0].text for cell in cells] == ["NGƯỜI LẬP", "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ"]


def test_only_the_cells_that_are_to_be_seen_are_bold(document):
    (cells,) = [row.cells for row in document.tables[0].rows if row.cells[0].text == "Bộ Y tế"]
    assert [bool(cell.paragraphs[0].runs[0].bold) for cell in cells] == [True, False, True]


def test_libreoffice_opens_it(made, tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not here")
    (tmp_path / "annex.docx").write_bytes(made)
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "txt:Text", "annex.docx"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180)
    if not (tmp_path / "annex.txt").exists() and "could not be loaded" in ended.stderr:
        pytest.skip("LibreOffice is here without Writer")
    assert "Bộ Y tế" in (tmp_path / "annex.txt").read_text("utf-8-sig")


def test_a_volume_that_nobody_signs_has_no_place_for_it():
    tables = Document(io.BytesIO(docx(replace(VOLUME, signed=())))).tables
    assert len(tables) == 1 and "NGƯỜI LẬP" not in tables[0].rows[0].cells[0].text
