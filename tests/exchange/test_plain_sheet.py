"""A sheet that writes its commonest cells itself writes the bytes that XlsxWriter would."""

import io
from datetime import datetime

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from ictindex.exchange.plain_sheet import PlainSheet


class Slow(PlainSheet):
    _write_cell = Worksheet._write_cell


def book(kind, fill):
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as made:
        made.set_properties({"created": datetime(1980, 1, 1)})
        page = made.add_worksheet("Trang", kind)
        fill(page, made.add_format({"bold": True, "border": 1}), made.add_format({"num_format": "0.00"}))
    return raw.getvalue()


@pytest.mark.parametrize("value", ["", "x & <y>", 0, 7, 0.1, "#N/A", True, False])
def test_the_bytes_are_those_of_the_library(value):
    def fill(page, bold, number):
        for look in (None, bold, number):
            row = 0 if look is None else 1 + (look is bold)
            page.write_string(row, 0, "a & b <c>", look)
            page.write_blank(row, 1, None, look)
            page.write_number(row, 2, 1.5, look)
            page.write_formula(row, 3, '=IF(A1<>"&",1,0)', look, value)
            page.write_boolean(row, 4, True, look)
            page.write_datetime(row, 701, datetime(2020, 1, 2), look)

    assert book(PlainSheet, fill) == book(Slow, fill)
