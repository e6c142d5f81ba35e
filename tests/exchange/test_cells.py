"""Cells have names, texts hold no control characters, and no file holds more than the limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.findings import Refused
from ictindex.exchange import cells
from ictindex.exchange.cells import Counter, cell_name, plain
from ictindex.exchange.spreadsheet import _place


@given(st.integers(1, cells.LAST_ROW), st.integers(1, cells.LAST_COLUMN))
def test_the_name_of_a_cell_leads_back_to_it(row, column):
    assert _place(cell_name(row, column)) == (row, column)


def test_texts_are_plain():
    assert plain("a_x0041_\x01") == "aA\ufffd"
    with pytest.raises(ValueError, match="so much"):
        plain("x" * 32_768)


def test_cells_and_letters_are_counted_and_the_sheet_is_named(monkeypatch):
    monkeypatch.setattr(cells, "MAX_CELLS", 2)
    monkeypatch.setattr(cells, "MAX_LETTERS", 3)
    count = Counter("f.xlsx")
    count.sheet = "Trang"
    count()
    count()
    count.text("abc")
    with pytest.raises(Refused, match="Trang"):
        count()
    with pytest.raises(Refused, match="form-limit"):
        count.text("d")
