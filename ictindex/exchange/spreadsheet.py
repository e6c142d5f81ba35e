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
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from xml.parsers import expat

from ictindex.basics import Finding, Refused, control_character, found
from ictindex.exchange.number_formats import DATE, NUMBER, PERCENT, Format, format_of
from ictindex.exchange.package import MAX_TEXT, Package, nothing

MAX_CELLS = 400_000  # rows, cells and merged ranges of all sheets: forms have hundreds or thousands
MAX_LETTERS = 12_000_000  # characters in all cells, a text as often as cells refer to it
MAX_STRINGS = MAX_CELLS  # shared strings
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384

TEXT, LOGICAL, ERROR = "text", "logical", "error"


class Cell(NamedTuple):
    """A cell that holds something. ``text``: the text; a number as digits; TRUE or FALSE; #REF!; an ISO day.

    ``formula``: a formula stands here, and ``text`` is what it gave when the file was saved ('' if unsaved).
    ``percent``: the number is shown as a percentage. ``hides``: its format does not show all of its digits.
    """

    at: str
    kind: str
    text: str
    percent: bool = False
    formula: bool = False
    hides: bool = False


class Merged(NamedTuple):
    """A merged range, rows and columns from 1, both ends inside; its value is the top left cell's."""

    at: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """One sheet: (row, column) from 1 -> the cell. Hidden rows, columns and sheets are read like others."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)


@dataclass(frozen=True)
class Workbook:
    """The sheets in their order; ``findings``: what is wrong with a file that can be read all the same."""

    sheets: tuple[Grid, ...]
    findings: tuple[Finding, ...] = ()


_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, LookupError,
    NotImplementedError, OSError, OverflowError, RuntimeError, ValueError,
)  # fmt: skip


def read_workbook(data: bytes, shown: str) -> Workbook:
    """The cells of an .xlsx file; Refused, and nothing else, where it is none, or one that is not read."""
    try:
        return _workbook(Package(data, shown))
    except _BROKEN:
        raise Refused([found("form-corrupt", shown)]) from None


def _workbook(package: Package) -> Workbook:
    sheets, epoch = _sheets(package)
    related = package.related(package.main)
    by_kind = dict(related.values())
    strings = _strings(package, by_kind.get("sharedStrings", ""))
    formats = _formats(package, by_kind.get("styles", ""))
    grids: list[Grid] = []
    elements = letters = 0

    def count(text: str | None = None) -> None:
        """One more row, cell or merged range; or the text that a cell holds."""
        nonlocal elements, letters
        elements += text is None
        letters += len(text or "")
        if letters > MAX_LETTERS:
            raise package.beyond("characters in the cells", MAX_LETTERS)
        if elements > MAX_CELLS:
            facts = {"sheet": grids[-1].name, "limit": f"{MAX_CELLS:,}"}
            raise Refused([found("form-cells", package.shown, **facts)])

    for name, relation in sheets:
        kind, target = related.get(relation, ("", ""))
        if kind == "worksheet":  # charts and dialogs are sheets too
            grids.append(Grid(name))
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
            sheets.append((" ".join(_plain(has.get("name", "")).split())[:31], relation))
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
            strings.append(_plain("".join(runs)))
            letters += len(strings[-1])
            runs.clear()
            if letters > MAX_LETTERS:
                raise package.beyond("characters in the cells", MAX_LETTERS)
            if len(strings) > MAX_STRINGS:
                raise package.beyond("texts", MAX_STRINGS)

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

    def __init__(
        self, grid: Grid, strings: list[str], formats: list[Format], epoch: date, count: Callable[..., None]
    ):
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
            if not 0 < self.row <= _LAST_ROW:
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
            return Cell(at, ERROR, _plain(value)[:20], formula=formula)
        if self.kind == "d":
            return Cell(at, DATE, _plain(value)[:10], formula=formula)
        if not _NUMBER.fullmatch(value):
            raise ValueError("no number")
        shown = self.formats[self.style] if self.style < len(self.formats) else _PLAIN
        if shown.kind == DATE:
            return Cell(at, DATE, _day(float(value), self.epoch) or value, formula=formula)
        return Cell(at, NUMBER, value, shown.kind == PERCENT, formula, shown.hides(value))

    def _text(self, value: str) -> str:
        if self.kind != "s":
            return _plain("".join(self.inline) if self.kind == "inlineStr" else self.value)
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


def _place(at: str) -> tuple[int, int]:
    """Row and column, from 1, of a reference such as F14."""
    if not (match := _PLACE.fullmatch(at)):
        raise ValueError("no cell")
    row, column = int(match[2]), 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    if row > _LAST_ROW or column > _LAST_COLUMN:
        raise ValueError("no cell")
    return row, column


def cell_name(row: int, column: int) -> str:
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def _plain(text: str) -> str:
    """A cell's text: _x000D_ as what it stands for, and U+FFFD for what no text can hold."""
    if len(text) > MAX_TEXT:
        raise ValueError("no cell holds so much")
    if "_x" in text:
        text = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text)
    if control_character(text):
        text = "".join("\ufffd" if control_character(letter) else letter for letter in text)
    return text
