"""An .ods file is the cells that LibreOffice shows, exact and within the limits of any spreadsheet."""

import io
import zipfile
from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange.cells import Cell, Merged
from ictindex.exchange.spreadsheet import read_workbook

FORMS = Path(__file__).parents[1] / "data" / "forms"
KIND = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = "office table text calcext"


def ods(rows, manifest="", **parts):
    """The smallest .ods: one table of the given rows."""
    spaces = " ".join(f'xmlns:{name}="urn:{name}"' for name in NAMES.split())
    table = f'<table:table table:name="T">{rows}</table:table>'
    content = f"<office:document-content {spaces}>{table}</office:document-content>"
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("mimetype", KIND)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return raw.getvalue()


def cells(data):
    return {cell.at: cell for cell in read_workbook(data, "f.ods").sheets[0].cells.values()}


def codes(data):
    with pytest.raises(Refused) as refused:
        read_workbook(data, "f.ods")
    return [finding.code for finding in refused.value.findings]


def row(*inside, times=1):
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(inside)}</table:table-row>'


def number(value, kind="float", shown=None, more=""):
    shown = value if shown is None else shown
    has = f'office:value-type="{kind}" office:value="{value}" calcext:value-type="string" {more}'
    return f"<table:table-cell {has}><text:p>{shown}</text:p></table:table-cell>"


def test_every_kind_of_cell_that_libreoffice_saves_is_read():
    book = read_workbook((FORMS / "cells.ods").read_bytes(), "f.ods")
    first, hidden = book.sheets
    assert (first.name, hidden.cells[1, 1].text) == ("Trang một", "ẩn")
    assert first.merged == [Merged("A4:C5", 4, 1, 5, 3)]
    told = {cell.at: cell for cell in first.cells.values()}
    assert told["A1"] == Cell("A1", "text", "Chữ Việt ế ộ")
    assert told["C1"] == Cell("C1", "number", "0.45", percent=True)
    assert told["D1"] == Cell("D1", "date", "2017-12-05")
    assert told["A2"] == Cell("A2", "number", "3", formula=True)
    assert told["D2"] == Cell("D2", "text", "#DIV/0!", formula=True)
    assert told["A3"] == Cell("A3", "number", "12.4", hides=True)
    assert told["B3"] == Cell("B3", "text", "1.234")
    assert [told[at].text for at in ("A6", "A7", "A9", "A10")] == ["dòng\nhai", "a đậm c", "x", " hai  cách "]
    assert (told["A8"].text, told["D8"].text, told["F31"].text) == ("12345678901234", "-5", "7")


def test_figures_are_as_written_and_a_run_of_cells_is_each_of_them():
    run = number("7", more='table:number-columns-repeated="3"')
    told = cells(ods(row(number("0.1"), run) + row(times=5) + row(number("12.50", shown="12,5"), times=2)))
    assert {at: cell.text for at, cell in told.items()} == {
        "A1": "0.1", "B1": "7", "C1": "7", "D1": "7", "A7": "12.50", "A8": "12.50",
    }  # fmt: skip
    assert not any(cell.hides for cell in told.values())
    assert cells(ods(row(number("1234.5", shown="1.235"))))["A1"].hides


def test_empty_rows_and_columns_to_the_end_of_the_sheet_cost_nothing():
    wide = '<table:table-cell table:number-columns-repeated="16384"/>'
    assert cells(ods(row(wide, times=1048576))) == {}


def test_many_equal_cells_are_as_many_as_they_are():
    run = number("7", more='table:number-columns-repeated="1000"')
    assert codes(ods(row(run, times=1000))) == ["form-cells"]
    assert codes(ods(row(number("7", more='table:number-columns-repeated="16385"')))) == ["form-corrupt"]
    assert codes(ods(row(number("bảy")))) == ["form-corrupt"]


def test_a_locked_file_and_macros_are_refused():
    assert codes(ods("", manifest="<encryption-data/>")) == ["form-encrypted"]
    assert codes(ods("", Basic__Standard__Module1="x")) == ["form-macros"]
