"""An .xls file is read to its formulas and formats; locked, broken and other files are told apart."""

from pathlib import Path

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange import old_excel
from ictindex.exchange.cells import Cell, Merged
from ictindex.exchange.old_excel import OLE
from ictindex.exchange.spreadsheet import read_workbook

FORMS = Path(__file__).parents[1] / "data" / "forms"
CELLS = (FORMS / "cells.xls").read_bytes()


def codes(data):
    with pytest.raises(Refused) as refused:
        read_workbook(data, "f.xls")
    return [finding.code for finding in refused.value.findings]


def test_every_kind_of_cell_is_read_with_what_its_format_and_formula_make_of_it():
    first, hidden = read_workbook(CELLS, "f.xls").sheets
    assert (first.name, hidden.cells[1, 1].text) == ("Trang một", "ẩn")
    assert first.merged == [Merged("A4:C5", 4, 1, 5, 3)]
    told = {cell.at: cell for cell in first.cells.values()}
    assert told["A1"] == Cell("A1", "text", "Chữ Việt ế ộ")
    assert told["B1"] == Cell("B1", "number", "1234.5")
    assert told["C1"] == Cell("C1", "number", "0.45", percent=True)
    assert told["D1"] == Cell("D1", "date", "2017-12-05")
    assert told["A2"].formula and told["B2"].formula and told["D2"].formula and not told["D3"].formula
    assert told["A3"] == Cell("A3", "number", "12.4", hides=True)
    assert told["B3"] == Cell("B3", "text", "1.234")
    assert [told[at].text for at in ("A6", "A7", "A9", "A10")] == ["dòng\nhai", "a đậm c", "x", " hai  cách "]
    assert (told["C3"].text, told["D3"].text, told["F31"].text) == ("0.3", "100", "7")


@pytest.mark.parametrize("name", ["clean.xls", "clean.ods"])
def test_a_clean_form_is_the_same_in_every_kind_of_file(name):
    """Which cells hold a formula, a figure, a text: as in the .xlsx."""
    there, here = (read_workbook((FORMS / each).read_bytes(), each) for each in ("clean.xlsx", name))
    assert [grid.name for grid in here.sheets] == [grid.name for grid in there.sheets]

    def said(grid):
        return {
            at: (cell.kind, cell.text.rstrip("0").rstrip("."), cell.formula)
            for at, cell in grid.cells.items()
        }

    assert [said(grid) for grid in here.sheets] == [said(grid) for grid in there.sheets]


def test_what_is_locked_broken_or_no_workbook_is_told():
    assert codes(OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le")) == ["form-encrypted"]
    assert codes(OLE + bytes(504) + "Workbook".encode("utf-16-le")) == ["form-corrupt"]
    assert codes(CELLS[:3000]) == ["form-corrupt"]
    other = CELLS.replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))
    assert codes(other) == ["form-not-xlsx"]


def test_a_sheet_as_wide_as_it_is_long_is_beyond_the_limit(monkeypatch):
    monkeypatch.setattr(old_excel, "_LARGEST", 31 * 6 - 1)
    assert codes(CELLS) == ["form-cells"]
    monkeypatch.setattr(old_excel, "_LARGEST", 31 * 6)
    assert read_workbook(CELLS, "f.xls")
