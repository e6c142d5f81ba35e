"""Makes the forms of this folder anew: python tests/data/forms/make.py; needs LibreOffice (soffice).

What is in them is made up. LibreOffice saves them, as a unit would; then they stay as they are.
"""

from __future__ import annotations

import subprocess
import tempfile
import unicodedata
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from openpyxl import load_workbook

from ictindex.exchange import layout
from ictindex.exchange.form_writer import write
from ictindex.exchange.layout import Form, Line, Sheet
from ictindex.methodology.decision import Answer

HERE = Path(__file__).parent
NAME = "Phiếu khảo sát"
ASKED = {
    "staff": Answer(label_vi="Tổng số cán bộ", kind="count", unit_vi="người", min=1),
    "computers": Answer(label_vi="Số máy tính", kind="count", unit_vi="máy"),
    "trained": Answer(label_vi="Tỷ lệ được đào tạo", kind="number", unit_vi="%", min=0, max=100),
    "spending": Answer(label_vi="Kinh phí", kind="number", unit_vi="triệu đồng", min=0),
    "plan": Answer(
        label_vi="Kế hoạch", kind="choice", choices={"early": "Ban hành đúng hạn", "late": "Ban hành chậm"}
    ),
    "officer": Answer(label_vi="Có cán bộ chuyên trách", kind="yes_no"),
    "remark": Answer(label_vi="Sáng kiến", kind="text"),
}
FILLED = {
    "staff": 1234, "computers": 1200, "trained": Fraction("45.5"), "spending": Fraction("1234.5"),
    "plan": "early", "officer": True, "remark": "Số hóa hồ sơ, 100% văn bản",
}  # fmt: skip
FIELDS = layout.columns("number question unit last answer state evidence note code")


def form(**filled: str) -> Form:
    lines = [Line({"number": "1", "question": "Hạ tầng"})]
    for number, (code, answer) in enumerate(ASKED.items(), start=1):
        cells = {
            "number": str(number),
            "question": answer.label_vi,
            "unit": answer.unit_vi or "",
            "code": code,
        }
        lines.append(Line(cells, answer))
    sheet = Sheet(NAME, FIELDS, tuple(lines))
    filled = {"sending": "2", "sent_on": "2017-12-05", "signed_by": "Nguyễn Văn Đức", **filled}
    about = (("Đánh giá", "Phiếu thử"),)
    return Form(layout.SURVEY, "thu-2017", "bo-a", "Bộ A", "Phiếu thử", (sheet,), about, filled=filled)


def clean() -> bytes:
    return write(form(), {(NAME, "", code, "answer"): value for code, value in FILLED.items()})


def moved(book) -> None:
    """Nothing is wrong: further sheets, renamed and hidden ones, columns and rows elsewhere, NFD."""
    sheet = book[NAME]
    sheet.title = "Bảng nhập"
    sheet.insert_cols(3, 2)
    sheet.insert_rows(2, 3)
    rows = {row: [cell.value for cell in sheet[row]] for row in range(9, 16)}
    for row, values in zip(rows, reversed(rows.values()), strict=True):  # sorted the other way round
        for cell, value in zip(sheet[row], values, strict=True):
            cell.value = unicodedata.normalize("NFD", value) if isinstance(value, str) else value
    sheet.row_dimensions[10].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book["Bìa"].sheet_state = "hidden"
    book.create_sheet("Danh sách máy", 0)["A1"] = "Số máy tính"
    book["Danh sách máy"]["XFD1048576"] = "hết"


def faults(book) -> None:
    sheet = book[NAME]
    places = {sheet.cell(row, 9).value: row for row in range(5, 13)}
    entry = {code: sheet.cell(row, 5) for code, row in places.items()}
    for code in ("staff", "computers", "officer", "remark"):
        entry[code].number_format = "@"
    entry["staff"].value = " 1.234\u00a0người "
    entry["computers"].value = "1200"
    entry["trained"].number_format, entry["trained"].value = "0.0%", 0.455
    entry["spending"].value = "=1000+234.5"
    entry["plan"].value = unicodedata.normalize("NFD", "ban  hành ĐÚNG hạn ")
    entry["officer"].value = "x"
    entry["remark"].value = "TrÝ §øc"
    sheet.merge_cells(start_row=places["plan"], end_row=places["officer"], start_column=8, end_column=8)
    sheet.cell(places["plan"], 8).value = "Xem công văn"
    sheet.insert_rows(places["remark"])
    sheet.cell(places["remark"], 5).value = 7
    for row in book["Bìa"].iter_rows(max_col=2):
        if row[0].value == layout.COVER["sent_on"]:
            row[1].number_format, row[1].value = "@", "13/25/2017"


def edited(change, folder: Path) -> Path:
    path = folder / f"{change.__name__}.xlsx"
    path.write_bytes(clean())
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def cells(path: Path) -> None:
    """Every kind of cell, with what a format or a formula makes of it."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("Trang một")
    percent, day = book.add_format({"num_format": "0%"}), book.add_format({"num_format": "dd/mm/yyyy"})
    whole, text = book.add_format({"num_format": "0"}), book.add_format({"num_format": "@"})
    page.write_row(0, 0, ["Chữ Việt ế ộ", 1234.5])
    page.write(0, 2, 0.45, percent)
    page.write_datetime(0, 3, datetime(2017, 12, 5), day)
    page.write_formula(1, 0, "=1+2", None, 3)
    page.write_formula(1, 1, '="a"&"b"', None, "ab")
    page.write_boolean(1, 2, True)
    page.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    page.write(2, 0, 12.4, whole)
    page.write(2, 1, "1.234", text)
    page.write_row(2, 2, [0.1 + 0.2, 100])
    page.merge_range(3, 0, 4, 2, "gộp")
    page.write(5, 0, "dòng\nhai")
    page.write_rich_string(6, 0, "a ", book.add_format({"bold": 1}), "đậm", " c")
    page.write_row(7, 0, [12345678901234, 0.000001, 1e20, -5])
    page.write(8, 0, "x")
    page.write_comment(8, 0, "ghi chú")
    page.write(9, 0, " hai  cách ")
    page.write(30, 5, 7)
    hidden = book.add_worksheet("Hai")
    hidden.hide()
    hidden.write(0, 0, "ẩn")
    book.close()


def saved(path: Path, ending: str) -> None:
    command = ["soffice", "--headless", "--convert-to", ending, "--outdir", str(HERE), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clean.xlsx"
        path.write_bytes(clean())
        for ending in ("xlsx", "ods", "xls"):
            saved(path, ending)
        path = Path(folder) / "cells.xlsx"
        cells(path)
        for ending in ("ods", "xls"):
            saved(path, ending)
        for change in (moved, faults):
            saved(edited(change, Path(folder)), "xlsx")


if __name__ == "__main__":
    main()
