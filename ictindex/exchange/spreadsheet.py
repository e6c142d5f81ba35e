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
from typing import NamedTuple
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
from ictindex.exchange.number_formats import DATE, NUMBER, PERCENT, WRITTEN, Format, format_of
from ictindex.exchange.old_excel import OLE, read_old_excel
from ictindex.exchange.opendocument import read_opendocument
from ictindex.exchange.package import MAX_DEPTH, Local, Package, beyond, gathered, nothing, too_deep
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
            _fill(grids[-1], package, target, _Taken(strings, formats, epoch, count))
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
    """The shared texts; how one is pronounced is no part of it."""
    strings: list[str] = []
    runs: list[str] = []
    texts: list[str] = []
    spoken, letters, depth, local = False, 0, 0, Local()

    def started(name: str, _: dict[str, str]) -> None:
        nonlocal spoken, depth
        depth += 1
        if depth > MAX_DEPTH:
            raise too_deep(package.shown)
        if texts:
            gathered(texts, package.shown)
        if local[name] == "rPh":
            spoken = True

    def ended(name: str) -> None:
        nonlocal spoken, letters, depth
        depth -= 1
        element, said = local[name], gathered(texts, package.shown) if texts else ""
        if element == "t":
            if not spoken:
                runs.append(said)
        elif element == "si":
            text = plain("".join(runs))
            strings.append(text)
            runs.clear()
            letters += len(text)
            if letters > MAX_LETTERS:
                raise beyond(package.shown, "characters in the cells", MAX_LETTERS)
            if len(strings) > MAX_STRINGS:
                raise beyond(package.shown, "texts", MAX_STRINGS)
        elif element == "rPh":
            spoken = False

    if part:
        package.stream(part, started, ended, texts)
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


_PLAIN = Format(NUMBER)


class _Taken(NamedTuple):
    """What the cells of every sheet are read with."""

    strings: list[str]
    formats: list[Format]
    epoch: date
    count: Counter


def _fill(grid: Grid, package: Package, part: str, taken: _Taken) -> None:
    """Read a sheet's cells into a Grid; a row or cell without a reference stands after the one before."""
    count, cells, local = taken.count, grid.cells, Local()
    texts: list[str] = []
    depth = row = column = seen = 0
    kind = style = value = ""
    inside = formula = False  # a cell; with a formula

    def started(name: str, has: dict[str, str]) -> None:
        nonlocal depth, row, column, seen, kind, style, value, inside, formula
        depth += 1
        if depth > MAX_DEPTH:
            raise too_deep(package.shown)
        element = local[name]
        if element == "c":
            seen += 1
            if at := has.get("r"):
                row, column = _place(at)
            else:
                column += 1
            kind, style = has.get("t", "n"), has.get("s", "0")
            value, inside, formula = "", True, False
        elif element == "row":
            count(1 + seen)
            seen = 0
            row, column = int(has.get("r", row + 1)), 0
            if not 0 < row <= LAST_ROW:
                raise ValueError("no row")
        elif element == "f":
            formula = True
        elif element == "mergeCell":
            count(1)
            first, _, last = has["ref"].partition(":")
            grid.merged.append(Merged(has["ref"], *_place(first), *_place(last or first)))
        if texts:
            gathered(texts, package.shown)

    def ended(name: str) -> None:
        nonlocal depth, value, inside
        depth -= 1
        element, text = local[name], gathered(texts, package.shown) if texts else ""
        if element in ("v", "t"):
            if not inside:
                raise ValueError("a value outside of any cell")
            value = text if element == "v" else value + text
        elif element == "c":
            inside = False
            if (value or formula) and (cell := _cell(row, column, kind, value, style, formula, taken)):
                if (row, column) in cells:
                    raise ValueError("two cells in one place")
                cells[row, column] = cell

    package.stream(part, started, ended, texts)
    count(seen)


def _cell(
    row: int, column: int, kind: str, value: str, style: str, formula: bool, taken: _Taken
) -> Cell | None:
    at = cell_name(row, column)
    if kind in ("s", "str", "inlineStr"):
        text = _shared(value.strip(), taken.strings) if kind == "s" else plain(value)
        taken.count.text(text)
        return Cell(at, TEXT, text, False, formula) if text.strip() or formula else None
    value = value.strip()
    if not value:
        return Cell(at, TEXT, "", formula=True) if formula else None
    if kind == "b":
        return Cell(at, LOGICAL, "TRUE" if value in ("1", "true") else "FALSE", formula=formula)
    if kind == "e":
        return Cell(at, ERROR, plain(value)[:20], formula=formula)
    if kind == "d":
        return Cell(at, DATE, plain(value)[:10], formula=formula)
    if not WRITTEN.fullmatch(value):
        raise ValueError("no number")
    number = int(style)
    shown = taken.formats[number] if number < len(taken.formats) else _PLAIN
    if shown.kind == DATE:
        return Cell(at, DATE, _day(float(value), taken.epoch) or value, formula=formula)
    return Cell(at, NUMBER, value, shown.kind == PERCENT, formula, shown.hides(value))


def _shared(place: str, strings: list[str]) -> str:
    if not place.isdecimal():
        raise ValueError("no place in the list of texts")
    return strings[int(place)]


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
