"""The cells of an .xls file: values as calamine reads them, and of the file's own records what it leaves out.

That is where a formula stands, and how a number is shown: [MS-XLS] 2.4.20 (BoolErr), 2.4.126 (Format),
2.4.127 (Formula), 2.4.175 (MulRk), 2.4.353 (XF). Cells begin with row, column and the number of their XF.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any, NamedTuple

from ictindex.basics import Refused, found
from ictindex.exchange.cells import (
    ERROR,
    LOGICAL,
    MAX_CELLS,
    TEXT,
    Cell,
    Counter,
    Grid,
    Merged,
    Workbook,
    cell_name,
    plain,
)
from ictindex.exchange.number_formats import DATE, NUMBER, PERCENT, Format, format_of

OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # .xls, .doc, and the wrapping of what a password locks
_BOF, _EOF, _SHEET, _FORMAT, _XF, _LOCKED = 0x809, 0x0A, 0x85, 0x41E, 0xE0, 0x2F
_FORMULA, _BOOL_ERROR, _MANY = 0x06, 0x205, 0xBD
_CELLS = (_FORMULA, _BOOL_ERROR, _MANY, 0x203, 0x27E, 0xFD, 0x204, 0xD6)
_MACROS = ("_VBA_PROJECT_CUR", "VBA")
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_LARGEST = 10 * MAX_CELLS  # cells of the rectangle that a sheet fills, which is held as a whole


class _Mark(NamedTuple):
    """What a cell's record says besides its value."""

    style: int
    formula: bool = False
    error: str = ""


def read_old_excel(data: bytes, shown: str) -> Workbook:
    """Refused where it is locked, carries macros, is no workbook or goes beyond a limit of spreadsheets."""
    import olefile
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused([found("form-encrypted", shown)])
    with olefile.OleFileIO(BytesIO(data)) as packed:
        names = {part.casefold(): part for part, *more in packed.listdir() if not more}
        if not (stream := names.get("workbook") or names.get("book")):
            raise Refused([found("form-not-xlsx", shown, kind=".doc, .ppt, .msg")])
        if any(packed.exists(name) for name in _MACROS):
            raise Refused([found("form-macros", shown)])
        records = packed.openstream(stream).read()
    formats, sheets = _marks(records, shown)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            return Workbook(tuple(_grids(book, formats, sheets, Counter(shown))))
    except PasswordError:
        raise Refused([found("form-encrypted", shown)]) from None
    except CalamineError:
        raise ValueError("no workbook") from None


def _grids(book: Any, formats: list[Format], sheets: dict[str, dict], count: Counter) -> Iterator[Grid]:
    for name in book.sheet_names:
        marks = sheets.get(name)
        if marks is None:
            continue  # a chart
        sheet, grid = book.get_sheet_by_name(name), Grid(" ".join(plain(name).split())[:31])
        count.sheet = grid.name
        _, left = sheet.start or (0, 0)  # calamine gives the rows above, not the columns before
        for row, values in enumerate(sheet.iter_rows(), start=1):
            for column, value in enumerate(values, start=left + 1):
                mark = marks.get((row - 1, column - 1))
                if value == "" and not (mark and (mark.formula or mark.error)):
                    continue
                count()
                if cell := _cell(cell_name(row, column), value, mark or _Mark(-1), formats, count):
                    grid.cells[row, column] = cell
        for (first, left_), (last, right) in sheet.merged_cell_ranges or ():
            count()
            at = f"{cell_name(first + 1, left_ + 1)}:{cell_name(last + 1, right + 1)}"
            grid.merged.append(Merged(at, first + 1, left_ + 1, last + 1, right + 1))
        yield grid


def _cell(at: str, value: Any, mark: _Mark, formats: list[Format], count: Counter) -> Cell | None:
    if mark.error:
        return Cell(at, ERROR, mark.error, formula=mark.formula)
    if isinstance(value, bool):
        return Cell(at, LOGICAL, "TRUE" if value else "FALSE", formula=mark.formula)
    if isinstance(value, int | float):
        look = formats[mark.style] if 0 <= mark.style < len(formats) else Format(NUMBER)
        text = repr(value)
        return Cell(at, NUMBER, text, look.kind == PERCENT, mark.formula, look.hides(text))
    if isinstance(value, str):
        text = plain(value)
        count.text(text)
        return Cell(at, TEXT, text, formula=mark.formula) if text.strip() or mark.formula else None
    day = value.date() if isinstance(value, datetime) else value
    return Cell(at, DATE, day.isoformat() if isinstance(day, date) else str(day), formula=mark.formula)


# --- records ----------------------------------------------------------------------------------------------


def _records(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


def _marks(data: bytes, shown: str) -> tuple[list[Format], dict[str, dict[tuple[int, int], _Mark]]]:
    """The formats by the number of an XF; each sheet's marks by row and column, from 0."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    begins: dict[str, int] = {}
    for kind, record in _records(data, 0):
        if kind == _LOCKED:
            raise Refused([found("form-encrypted", shown)])
        if kind == _FORMAT:
            number, letters = struct.unpack_from("<HH", record)
            codes[number] = _text(record[4:], letters)
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", record, 2)[0])
        elif kind == _SHEET and record[5] == 0:
            begins[_text(record[7:], record[6])] = struct.unpack_from("<I", record)[0]
        elif kind == _EOF:
            break
    formats = [format_of(number, codes.get(number, "")) for number in styles]
    return formats, {name: _of_sheet(data, at, shown, name) for name, at in begins.items()}


def _text(record: bytes, letters: int) -> str:
    """A text with its flag before it: 0 for one byte a letter."""
    wide = record[0] & 1
    return record[1 : 1 + letters * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _of_sheet(data: bytes, at: int, shown: str, name: str) -> dict[tuple[int, int], _Mark]:
    marks: dict[tuple[int, int], _Mark] = {}
    depth = last_row = last_column = 0
    for kind, record in _records(data, at):
        depth += (kind == _BOF) - (kind == _EOF)  # charts stand inside
        if kind == _EOF and depth <= 0:
            break
        if depth != 1 or kind not in _CELLS:
            continue
        row, column, style = struct.unpack_from("<HHH", record)
        several = [style]
        if kind == _MANY:
            several = [struct.unpack_from("<H", record, place)[0] for place in range(4, len(record) - 2, 6)]
        for more, each in enumerate(several):
            error = kind == _BOOL_ERROR and record[7] == 1
            told = _ERRORS.get(record[6], "#N/A") if error else ""
            marks[row, column + more] = _Mark(each, kind == _FORMULA, told)
        last_row, last_column = max(last_row, row + 1), max(last_column, column + len(several))
        if len(marks) > MAX_CELLS or last_row * last_column > _LARGEST:
            raise Refused([found("form-cells", shown, sheet=name, limit=f"{MAX_CELLS:,}")])
    return marks
