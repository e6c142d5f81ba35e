"""Cells come out of any .xlsx as they are meant: values, formulas with what they gave, days, percentages."""

import io
import time
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ictindex.basics.findings import Refused
from ictindex.exchange import cells as cells_of_any
from ictindex.exchange.spreadsheet import Cell, Merged, Workbook, read_workbook

CLEAN = (Path(__file__).parents[1] / "data" / "forms" / "clean.xlsx").read_bytes()
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def book(rows, name="Trang", strings="", styles="", about="", after=""):
    """The smallest .xlsx: one sheet of the given XML rows."""
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{LINK}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SPACE}" xmlns:r="{LINK}">{about}<sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="a" Type="{LINK}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="b" Type="{LINK}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        f'<Relationship Id="c" Type="{LINK}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData>'
        f"{after}</worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{SPACE}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{SPACE}">{styles}</styleSheet>',
    }
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return raw.getvalue()


def changed(data, changes):
    """The same package with the text of some parts changed."""
    raw = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, changes.get(part, str)(old.read(part).decode()))
    return raw.getvalue()


def cells(data):
    return {cell.at: cell for cell in read_workbook(data, "f.xlsx").sheets[0].cells.values()}


def codes(data):
    with pytest.raises(Refused) as refused:
        read_workbook(data, "f.xlsx")
    return [finding.code for finding in refused.value.findings]


@pytest.mark.parametrize("target", ["worksheets/sheet1.xml", "/xl/worksheets/Sheet1.xml"])
def test_a_part_that_is_named_as_many_sheets_is_read_once(target):
    one = f'<Relationship Id="a" Type="{LINK}/worksheet" Target="worksheets/sheet1.xml"/>'
    data = changed(
        book('<row r="1"><c r="A1"><v>7</v></c></row>'),
        {
            "xl/workbook.xml": lambda text: text.replace(
                "</sheets>", '<sheet name="Hai" sheetId="2" r:id="z"/>' * 500 + "</sheets>"
            ),
            "xl/_rels/workbook.xml.rels": lambda text: text.replace(one, f"{one}{one}").replace(
                one, f'<Relationship Id="z" Type="{LINK}/worksheet" Target="{target}"/>', 1
            ),
        },
    )
    (sheet,) = read_workbook(data, "f.xlsx").sheets
    assert [cell.at for cell in sheet.cells.values()] == ["A1"]


# --- as programs write them -------------------------------------------------------------------------------


def test_what_xlsxwriter_writes_is_read_as_it_was_meant():
    raw = io.BytesIO()
    out = xlsxwriter.Workbook(raw, {"in_memory": True})
    sheet = out.add_worksheet("Số liệu")
    sheet.write("A1", "Có")
    sheet.write("B2", 1234.5)
    sheet.write("C3", 0.45, out.add_format({"num_format": "0.0%"}))
    sheet.write_datetime("D4", datetime(2017, 12, 5), out.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_formula("E5", "=1/0", None, "#DIV/0!")
    sheet.write_formula("F6", '=HYPERLINK("http://x")', None, "bấm")
    sheet.write_boolean("G7", True)
    sheet.write_blank("H8", None, out.add_format({"bold": True}))
    sheet.merge_range("A10:C12", "gộp")
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.write("XFD1048576", "xa")
    out.add_worksheet("Ẩn").very_hidden()
    out.close()
    read = read_workbook(raw.getvalue(), "f.xlsx")
    assert [grid.name for grid in read.sheets] == ["Số liệu", "Ẩn"]
    assert read.sheets[0].merged == [Merged("A10:C12", 10, 1, 12, 3)]
    assert list(read.sheets[0].cells.values()) == [
        Cell("A1", "text", "Có"),
        Cell("B2", "number", "1234.5"),
        Cell("C3", "number", "0.45", percent=True),
        Cell("D4", "date", "2017-12-05"),
        Cell("E5", "error", "#DIV/0!", formula=True),
        Cell("F6", "text", "bấm", formula=True),
        Cell("G7", "logical", "TRUE"),
        Cell("A10", "text", "gộp"),
        Cell("XFD1048576", "text", "xa"),
    ]


def test_a_file_saved_by_libreoffice_reads_as_openpyxl_reads_it():
    expected = openpyxl.load_workbook(io.BytesIO(CLEAN))
    read = read_workbook(CLEAN, "f.xlsx")
    assert [grid.name for grid in read.sheets] == expected.sheetnames
    for grid, sheet in zip(read.sheets, expected, strict=True):
        for row in sheet.iter_rows():
            for cell in row:
                here = grid.cells.get((cell.row, cell.column))
                value = cell.value
                if isinstance(value, datetime):
                    value = value.date().isoformat()
                if isinstance(value, (int, float)):
                    assert (here.at, float(here.text)) == (cell.coordinate, value)
                else:
                    assert (here.text if here else None) == value


def test_openpyxl_reads_with_defusedxml_where_it_is_used():
    """The tests and the makers of forms use openpyxl; strangers' files are read by expat without entities."""
    from openpyxl import DEFUSEDXML

    assert DEFUSEDXML is True


# --- as the standard allows them --------------------------------------------------------------------------


def test_a_formula_without_a_saved_value_is_still_a_formula():
    assert cells(book('<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f/><v>2</v></c></row>')) == {
        "A1": Cell("A1", "text", "", formula=True),
        "B1": Cell("B1", "number", "2", formula=True),
    }


def test_rows_and_cells_without_a_reference_stand_after_the_one_before():
    rows = '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="C5"><v>3</v></c><c><v>4</v></c></row>'
    assert [*cells(book(rows))] == ["A1", "B1", "C5", "D5"]


def test_texts_are_whole_in_runs_inline_and_with_escapes_and_without_pronunciation():
    strings = (
        "<si><r><t>Bộ </t></r><r><rPr><b/></rPr><t>Y tế</t></r><rPh><t>no</t></rPh></si>"
        "<si><t>a_x000A_b_x0007_</t></si>"
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="inlineStr"><is><t>trong</t></is></c><c r="D1" t="str"><v> x </v></c></row>'
    )
    assert {at: cell.text for at, cell in cells(book(rows, strings=strings)).items()} == {
        "A1": "Bộ Y tế",
        "B1": "a\nb\ufffd",
        "C1": "trong",
        "D1": " x ",
    }


def test_prefixed_elements_as_other_programs_write_them_are_read():
    data = book('<row r="1"><c r="A1"><v>7</v></c></row>')
    raw = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(raw, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name.endswith("sheet1.xml"):
                for element in ("worksheet", "sheetData", "row", "c", "v"):
                    for end in (" ", ">"):
                        text = text.replace(f"<{element}{end}", f"<x:{element}{end}")
                    text = text.replace(f"</{element}>", f"</x:{element}>")
                text = text.replace("xmlns=", "xmlns:x=")
            new.writestr(name, text)
    assert cells(raw.getvalue()) == {"A1": Cell("A1", "number", "7")}


DAY_STYLE = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'


@pytest.mark.parametrize(
    ("serial", "about", "text"),
    [
        ("43074", "", "2017-12-05"),
        ("43074.75", "", "2017-12-05"),
        ("41612", '<workbookPr date1904="1"/>', "2017-12-05"),
        ("1", "", "1900-01-01"),
        ("59", "", "1900-02-28"),
        ("60", "", "60"),  # 29/02/1900, which never was
        ("61", "", "1900-03-01"),
        ("0.5", "", "0.5"),
        ("1e300", "", "1e300"),
        ("-1", "", "-1"),
    ],
)
def test_a_day_is_read_in_the_files_own_reckoning(serial, about, text):
    rows = f'<row r="1"><c r="A1" s="1"><v>{serial}</v></c></row>'
    assert cells(book(rows, styles=DAY_STYLE, about=about)) == {"A1": Cell("A1", "date", text)}


def test_the_names_of_sheets_are_only_text():
    for name, read in [
        ("../../x", "../../x"),
        ("=1+1&#10;&lt;script&gt;", "=1+1 <script>"),
        ("x" * 99, "x" * 31),
    ]:
        assert read_workbook(book("", name=name), "f.xlsx").sheets[0].name == read


# --- too much, or wrong -----------------------------------------------------------------------------------


def empty_rows(count):
    row = '<row r="{}" s="1" customFormat="1"><c r="A{}" s="1"/></row>'
    return book("".join(row.format(i, i) for i in range(1, count + 1)))


def test_a_million_empty_formatted_rows_are_a_finding_soon():
    data = empty_rows(600_000)
    begun = time.process_time()
    with pytest.raises(Refused) as refused:
        read_workbook(data, "f.xlsx")
    assert time.process_time() - begun < 10
    (finding,) = refused.value.findings
    assert (finding.code, finding.facts) == ("form-cells", {"sheet": "Trang", "limit": "400,000"})
    assert "xóa các dòng trống" in finding.sentence("vi")


def test_empty_formatted_rows_take_no_memory():
    data = empty_rows(30_000)
    tracemalloc.start()
    assert cells(data) == {}
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>abc</v></c></row>',
        '<row r="1"><c r="A1"><v>nan</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="../x"><v>1</v></c></row>',
        '<row r="0"/>',
        f'<row r="{"9" * 5000}"/>',
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        "<row>",
        '<row r="1"><t>lạc</t><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><v>2</v></row>',
    ],
)
def test_what_no_program_writes_is_damage(rows):
    assert codes(book(rows)) == ["form-corrupt"]


# --- at random --------------------------------------------------------------------------------------------

SMALL = book(
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>43074</v></c>'
    '<c r="C1"><f>1</f><v>1</v></c></row>',
    strings="<si><t>Mã</t></si>",
    styles=DAY_STYLE,
    after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
)


def holds(data):
    """A workbook or Refused; nothing else ever leaves."""
    try:
        assert isinstance(read_workbook(data, "f.xlsx"), Workbook)
    except Refused as refused:
        assert len(refused.findings) == 1 and refused.findings[0].sentence("vi")


@settings(max_examples=150, deadline=1000, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_bytes_of_a_file_may_be_changed(changes):
    data = bytearray(SMALL)
    for at, byte in changes:
        data[at] = byte
    holds(bytes(data))


with zipfile.ZipFile(io.BytesIO(SMALL)) as _archive:
    PARTS = {name: _archive.read(name) for name in _archive.namelist()}
SCRAPS = [
    b"", b"<", b">", b'"', b"-1", b"999999999999", b"1e400", b"<!--", b"<![CDATA[", b"&#0;", b"\xff", b"&x;",
    b"<row>", b"</c>", b't="s"', b't="d"', b"<v>1</v>", b'r="ZZZ9"', b"<f/>", b"_xD800_", b"/../..",
]  # fmt: skip


@settings(max_examples=250, deadline=1000, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(PARTS)), st.data())
def test_any_part_may_be_mutilated(name, data):
    text = PARTS[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 20)))
        text = text[:start] + data.draw(st.sampled_from(SCRAPS) | st.binary(max_size=4)) + text[end:]
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for part, content in PARTS.items():
            archive.writestr(part, text if part == name else content)
    holds(raw.getvalue())


@settings(max_examples=100, deadline=1000)
@given(st.binary(max_size=400))
def test_any_bytes_after_the_signature_of_a_zip_are_no_accident(noise):
    holds(b"PK\3\4" + noise)


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)))
def test_every_day_reads_back(day):
    serial = (day - date(1899, 12, 30)).days
    rows = f'<row r="1"><c r="A1" s="1"><v>{serial}</v></c></row>'
    assert cells(book(rows, styles=DAY_STYLE))["A1"].text == day.isoformat()


def test_a_text_that_many_cells_refer_to_counts_in_each(monkeypatch):
    monkeypatch.setattr(cells_of_any, "MAX_LETTERS", 100)
    rows = "<row>" + '<c t="s"><v>0</v></c>' * 10 + "</row>"
    assert len(cells(book(rows, strings=f"<si><t>{'x' * 10}</t></si>"))) == 10
    assert codes(book(rows, strings=f"<si><t>{'x' * 11}</t></si>")) == ["form-limit"]


def test_a_number_whose_format_leaves_out_thousands_is_read_whole_and_known_for_it():
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="#,##0,"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
    )
    rows = '<row r="1"><c r="A1" s="1"><v>1234567</v></c><c r="B1"><v>1234567</v></c></row>'
    assert cells(book(rows, styles=styles)) == {
        "A1": Cell("A1", "number", "1234567", hides=True),
        "B1": Cell("B1", "number", "1234567"),
    }
