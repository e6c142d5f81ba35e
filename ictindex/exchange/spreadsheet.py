"""An .xlsx file from a stranger as plain cells: nothing executed, nothing written, memory and time bounded.

Each part is streamed once: a cell's value and whether a formula stands there come together, and what is empty
costs nothing. Office Open XML: ECMA-376 part 1, clauses 18.2 (workbook), 18.3 (sheets), 18.4 (shared
strings), 18.8 (styles), 18.17.4 (dates).
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from datetime import date, timedelta
from functools import lru_cache
from xml.parsers import expat

from ictindex.basics import Refused, found
from ictindex.exchange.cells import (
    ERROR,
    LAST_COLUMN,
    LAST_ROW,
    LOGICAL,
    MAX_CELLS,
    MAX_LETTERS,
    TEXT,
    Cell,
    Counter,
    Grid,
    Merged,
    Workbook,
    cell_name,
    plain,
)
from ictindex.exchange.layout import SCORE_SHEET
from ictindex.exchange.number_formats import DATE, NUMBER, PERCENT, Format, format_of
from ictindex.exchange.old_excel import OLE, read_old_excel
from ictindex.exchange.opendocument import read_opendocument
from ictindex.exchange.package import Package, beyond, nothing
from ictindex.exchange.saved_page import is_page, read_page

MAX_STRINGS = MAX_CELLS  # shared strings
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, LookupError,
    NotImplementedError, OSError, OverflowError, RuntimeError, TypeError, ValueError,
)  # fmt: skip


def read_workbook(data: bytes, shown: str) -> Workbook:
    """The cells of an .xlsx, .ods or .xls file, or of a saved page; Refused where it is none of them."""
    try:
        if data.startswith(OLE):
            return read_old_excel(data, shown)
        if is_page(data):
            return read_page(data, shown)
        package = Package(data, shown)
        return read_opendocument(package) if package.is_opendocument else _workbook(package)
    except _BROKEN:
        raise Refused([found("form-corrupt", shown)]) from None


def _workbook(package: Package) -> Workbook:
    sheets, epoch = _sheets(package)
    related = package.related(package.main)
    by_kind = dict(related.values())
    strings = _strings(package, by_kind.get("sharedStrings", ""))
    formats = _formats(package, by_kind.get("styles", ""))
    grids: list[Grid] = []
    read: set[str] = set()
    count = Counter(package.shown)
    for name, relation in sheets:
        kind, target = related.get(relation, ("", ""))
        if kind != "worksheet" or target.lower() in read:  # a part is one sheet, however often it is named
            continue  # charts and dialogs are sheets too
        read.add(target.lower())
        if name != SCORE_SHEET:
            grids.append(Grid(name))
            count.sheet = name
            reader = _SheetReader(grids[-1], strings, formats, epoch, count)
            package.parse(target, reader.start, reader.end)
    findings = (found("form-external-links", package.shown),) if package.reaches_out else ()
    return Workbook(tuple(grids), findings)


def _sheets(package: Package) -> tuple[list[tuple[str, str]], date]:
    """Each sheet's name and relation, and the day from which the file counts its days."""
    sheets: list[tuple[str, str]] = []
    epoch = _EPOCH_1900

    def start(element: str, has: dict[str, str]) -> None:
        nonlocal epoch
        if element == "sheet":
            relation = next((value for key, value in has.items() if key.rpartition(":")[2] == "id"), "")
            sheets.append((" ".join(plain(has.get("name", "")).split())[:31], relation))
        elif element == "workbookPr" and has.get("date1904") in ("1", "true"):
            epoch = date(1904, 1, 1)

    package.parse(package.main, start, nothing)
    return sheets, epoch


def _strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    runs: list[str] = []
    spoken, letters = False, 0

    def start(element: str, _: dict[str, str]) -> None:
        nonlocal spoken
        if element in ("si", "rPh"):
            spoken = element == "rPh"  # how a text is pronounced, no part of it

    def end(element: str, text: str) -> None:
        nonlocal spoken, letters
        if element == "t" and not spoken:
            runs.append(text)
        elif element == "rPh":
            spoken = False
        elif element == "si":
            strings.append(plain("".join(runs)))
            letters += len(strings[-1])
            runs.clear()
            if letters > MAX_LETTERS:
                raise beyond(package.shown, "characters in the cells", MAX_LETTERS)
            if len(strings) > MAX_STRINGS:
                raise beyond(package.shown, "texts", MAX_STRINGS)

    if part:
        package.parse(part, start, end)
    return strings


def _formats(package: Package, part: str) -> list[Format]:
    """Style number -> what it makes of a number."""
    codes: dict[int, str] = {}
    numbers: list[int] = []
    inside = ""

    def start(element: str, has: dict[str, str]) -> None:
        nonlocal inside
        if element in ("numFmts", "cellXfs", "cellStyleXfs", "dxfs"):
            inside = element
        elif element == "numFmt" and inside == "numFmts":
            codes[int(has["numFmtId"])] = has["formatCode"]
        elif element == "xf" and inside == "cellXfs":
            numbers.append(int(has.get("numFmtId", "0")))

    if part:
        package.parse(part, start, nothing)
    shown = {number: format_of(number, codes.get(number, "")) for number in set(numbers)}
    return [shown[number] for number in numbers]


_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


_PLAIN = Format(NUMBER)


class _SheetReader:
    """The handlers that fill a Grid; a row or cell without a reference stands after the one before."""

    def __init__(self, grid: Grid, strings: list[str], formats: list[Format], epoch: date, count: Counter):
        self.grid, self.strings, self.formats, self.epoch, self.count = grid, strings, formats, epoch, count
        self.row = self.column = 0
        self.inside = False  # a cell

    def start(self, element: str, has: dict[str, str]) -> None:
        if element == "c":
            self.count()
            self.column += 1
            if "r" in has:
                self.row, self.column = _place(has["r"])
            self.kind, self.style = has.get("t", "n"), int(has.get("s", "0"))
            self.value, self.inline, self.formula, self.inside = "", [], False, True
        elif element == "row":
            self.count()
            self.row, self.column = int(has.get("r", self.row + 1)), 0
            if not 0 < self.row <= LAST_ROW:
                raise ValueError("no row")
        elif element == "f":
            self.formula = True
        elif element == "mergeCell":
            self.count()
            first, _, last = has["ref"].partition(":")
            self.grid.merged.append(Merged(has["ref"], *_place(first), *_place(last or first)))

    def end(self, element: str, text: str) -> None:
        if element in ("v", "t"):
            if not self.inside:
                raise ValueError("a value outside of any cell")
            if element == "v":
                self.value = text
            else:
                self.inline.append(text)
        elif element == "c":
            self.inside = False
            if cell := self._cell():
                if (self.row, self.column) in self.grid.cells:
                    raise ValueError("two cells in one place")
                self.grid.cells[self.row, self.column] = cell

    def _cell(self) -> Cell | None:
        at, value, formula = cell_name(self.row, self.column), self.value.strip(), self.formula
        if self.kind in ("s", "str", "inlineStr"):
            text = self._text(value)
            self.count(text)
            return Cell(at, TEXT, text, formula=formula) if text.strip() or formula else None
        if not value:
            return Cell(at, TEXT, "", formula=True) if formula else None
        if self.kind == "b":
            return Cell(at, LOGICAL, "TRUE" if value in ("1", "true") else "FALSE", formula=formula)
        if self.kind == "e":
            return Cell(at, ERROR, plain(value)[:20], formula=formula)
        if self.kind == "d":
            return Cell(at, DATE, plain(value)[:10], formula=formula)
        if not _NUMBER.fullmatch(value):
            raise ValueError("no number")
        shown = self.formats[self.style] if self.style < len(self.formats) else _PLAIN
        if shown.kind == DATE:
            return Cell(at, DATE, _day(float(value), self.epoch) or value, formula=formula)
        return Cell(at, NUMBER, value, shown.kind == PERCENT, formula, shown.hides(value))

    def _text(self, value: str) -> str:
        if self.kind != "s":
            return plain("".join(self.inline) if self.kind == "inlineStr" else self.value)
        if not value.isdecimal():
            raise ValueError("no place in the list of texts")
        return self.strings[int(value)]


_EPOCH_1900 = date(1899, 12, 30)  # from 1 March 1900 on: Excel counts a 29 February 1900, which never was


def _day(serial: float, epoch: date) -> str | None:
    """The ISO day of a serial number; None where it is none: a time, too far, the day that never was."""
    if not 1 <= serial < 2_957_000 or (epoch == _EPOCH_1900 and int(serial) == 60):
        return None
    return (epoch + timedelta(int(serial) + (epoch == _EPOCH_1900 and serial < 60))).isoformat()


_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


@lru_cache(maxsize=2_000)  # the same in every form
def _place(at: str) -> tuple[int, int]:
    """Row and column, from 1, of a reference such as F14."""
    if not (match := _PLACE.fullmatch(at)):
        raise ValueError("no cell")
    row, column = int(match[2]), 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    if row > LAST_ROW or column > LAST_COLUMN:
        raise ValueError("no cell")
    return row, column
