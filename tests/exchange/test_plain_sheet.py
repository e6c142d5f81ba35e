"""A workbook that writes its commonest cells itself writes the bytes that XlsxWriter would."""

import io
from datetime import datetime

import pytest
from xlsxwriter import Workbook

from ictindex.exchange.plain_sheet import PlainBook, Rows


def bytes_of(kind, fill):
    raw = io.BytesIO()
    options = {"in_memory": True, "default_format_properties": {"font_name": "Times New Roman"}}
    with kind(raw, options) as made:
        made.set_properties({"created": datetime(1980, 1, 1)})
        for name in ("Trang", "Trang nữa"):
            fill(
                made.add_worksheet(name),
                made.add_format({"bold": True, "border": 1, "font_color": "#9B1C1C"}),
            )
        fill(made.add_worksheet(), made.add_format({"num_format": "0.00"}))
        made.add_worksheet("trống")
    return raw.getvalue()


@pytest.mark.parametrize("value", ["", "x & <y>", 0, 7, 0.1, "#N/A", True, False])
def test_the_bytes_are_those_of_the_library(value):
    def fill(page, look):
        page.set_column(2, 3, 20, look)
        page.set_row(40, 30)
        for row, format_ in ((20, look), (0, None), (1, look)):
            page.write_string(row, 0, "a & b <c>\n _x0041_ \x01 cuối ", format_)
            page.write_string(row, 5, "<r>thô</r>", format_)
            page.write_blank(row, 1, None, format_)
            page.write_number(row, 2, 1.5, format_)
            page.write_formula(row, 3, '=IF(A1<>"&",1,0)', format_, value)
            page.write_boolean(row, 4, True, format_)
            page.write_datetime(row, 701, datetime(2020, 1, 2), format_)
        page.data_validation(3, 1, 9, 1, {"validate": "list", "source": "=$A$1:$A$2"})

    assert bytes_of(PlainBook, fill) == bytes_of(Workbook, fill)


def test_a_sheet_with_comments_is_left_to_the_library():
    def fill(page, look):
        page.write_string(3, 3, "ô", look)
        page.write_comment(17, 1, "ghi chú", {"author": "x"})

    assert bytes_of(PlainBook, fill) == bytes_of(Workbook, fill)


def test_a_sheet_drawn_again_has_the_bytes_that_it_would_have_if_written():
    """Though the other book numbers its styles and its texts otherwise, and one text is another."""
    rows = Rows()

    def book(name, before, again):
        raw = io.BytesIO()
        with PlainBook(raw, {"in_memory": True}) as made:
            made.set_properties({"created": datetime(1980, 1, 1)})
            plain, bold = made.add_format({"border": 1}), made.add_format({"bold": True})
            first = made.add_worksheet()
            for row, text in enumerate(before):
                first.write_string(row, 0, text, bold)
            page = made.add_worksheet("Điểm")
            if again:
                page.redraw(rows, [plain, bold], {"A2": name})
                return raw, made
            page.write_string(0, 0, "100 % <điểm>", plain)
            page.write_string(1, 0, name, bold)
            page.write_formula(2, 1, '=IF(A1<>"%d",1,0)', bold, "")
            page.write_formula(2, 3, "=A1", None, "")
            page.write_number(3, 0, 1.5, plain)
            page.write_blank(4, 0, None, plain)
            page.set_row(1, 40)
            page.remember(rows, [plain, bold])
        return raw, made

    book("Sở Y tế", [], again=False)
    for before in ([], ["chữ khác", "100 % <điểm>"]):
        drawn, _ = book("Sở Nội vụ", before, again=True)
        kept, rows = rows, Rows()
        written, _ = book("Sở Nội vụ", before, again=False)
        rows = kept
        assert drawn.getvalue() == written.getvalue()
