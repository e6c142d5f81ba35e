"""The cells of an .ods file, as LibreOffice saves it: the same plain cells as those of an .xlsx.

OpenDocument 1.3, part 3: clauses 9.1 (tables), 19.384 (types of values), 19.675 (cells that are repeated).
"""

from __future__ import annotations

import re

from ictindex.basics import Refused, found
from ictindex.exchange.cells import (
    LAST_COLUMN,
    LAST_ROW,
    LOGICAL,
    TEXT,
    Cell,
    Counter,
    Grid,
    Merged,
    Workbook,
    cell_name,
    plain,
)
from ictindex.exchange.number_formats import DATE, NUMBER, WRITTEN
from ictindex.exchange.package import Package, nothing

_NUMBERS = ("float", "currency", "percentage")


def read_opendocument(package: Package) -> Workbook:
    """Refused where the file is locked, carries macros or goes beyond a limit of spreadsheets."""
    locked = False

    def manifest(element: str, _: dict[str, str]) -> None:
        nonlocal locked
        locked |= element == "encryption-data"

    if "meta-inf/manifest.xml" in package.parts:
        package.parse("meta-inf/manifest.xml", manifest, nothing)
    if locked:
        raise Refused([found("form-encrypted", package.shown)])
    if any(name.startswith(("basic/", "scripts/")) for name in package.parts):
        raise Refused([found("form-macros", package.shown)])
    reader = _Reader(Counter(package.shown))
    package.parse(package.main, reader.start, reader.end, reader.text)
    return Workbook(tuple(reader.grids))


class _Reader:
    """The handlers that fill a Grid for each table; a run of equal cells is counted as each of them."""

    def __init__(self, count: Counter):
        self.count, self.grids = count, []
        self.row = self.column = 0  # of the last row and cell
        self.rows = 1  # as often as the row stands
        self.filled: list[tuple[int, int, Cell]] = []  # first column, how many, the cell
        self.has: dict[str, str] | None = None  # of the cell that is open
        self.lines: list[str] = []
        self.aside = 0  # inside comments, shapes

    def start(self, element: str, has: dict[str, str]) -> None:
        if element in ("annotation", "shapes", "tracked-changes"):
            self.aside += 1
        elif self.aside:
            return
        elif element == "table":
            self.grids.append(Grid(" ".join(plain(_of(has, "name")).split())[:31]))
            self.row = 0
        elif element == "table-row":
            self.column, self.rows, self.filled = 0, _times(has, "number-rows-repeated"), []
        elif element in ("table-cell", "covered-table-cell"):
            self.has, self.lines = has, []
        elif element == "p" and self.has is not None:
            self.lines.append("")
        elif element == "s" and self.lines:
            self.lines[-1] += " " * min(_times(has, "c"), 1000)
        elif element in ("tab", "line-break") and self.lines:
            self.lines[-1] += " "

    def text(self, text: str) -> None:
        if self.lines and not self.aside:
            self.lines[-1] += text

    def end(self, element: str, text: str) -> None:
        if element in ("annotation", "shapes", "tracked-changes"):
            self.aside -= 1
        elif self.aside:
            return
        elif element in ("table-cell", "covered-table-cell") and self.has is not None:
            self._cell(self.has)
            self.has, self.lines = None, []
        elif element == "table-row":
            self._row()
        else:
            self.text(text)

    def _cell(self, has: dict[str, str]) -> None:
        times, first = _times(has, "number-columns-repeated"), self.column + 1
        self.column += times
        down, across = _times(has, "number-rows-spanned"), _times(has, "number-columns-spanned")
        if down * across > 1:
            self.count()
            top, right = self.row + 1, first + across - 1
            at = f"{cell_name(top, first)}:{cell_name(self.row + down, right)}"
            self.grids[-1].merged.append(Merged(at, top, first, self.row + down, right))
        if cell := self._read(has):
            self.filled.append((first, times, cell))

    def _row(self) -> None:
        for row in range(self.row + 1, self.row + self.rows + 1) if self.filled else ():
            for first, times, cell in self.filled:
                for column in range(first, first + times):
                    self.count()
                    self.count.text(cell.text)
                    if row > LAST_ROW or column > LAST_COLUMN:
                        raise ValueError("no cell")
                    self.grids[-1].cells[row, column] = cell._replace(at=cell_name(row, column))
        self.row += self.rows

    def _read(self, has: dict[str, str]) -> Cell | None:
        shown = plain("\n".join(self.lines))
        kind, formula = _of(has, "value-type"), bool(_of(has, "formula"))
        if kind in _NUMBERS:
            value = _of(has, "value")
            if not WRITTEN.fullmatch(value):
                raise ValueError("no number")
            percent = kind == "percentage"
            return Cell("", NUMBER, value, percent, formula, _hides(value, shown, percent))
        if kind == "date":
            return Cell("", DATE, plain(_of(has, "date-value"))[:10], formula=formula)
        if kind == "time":
            return Cell("", DATE, plain(_of(has, "time-value"))[:20], formula=formula)
        if kind == "boolean":
            truth = _of(has, "boolean-value") == "true"
            return Cell("", LOGICAL, "TRUE" if truth else "FALSE", formula=formula)
        text = plain(_of(has, "string-value")) or shown  # an error is text too: #REF!, Err:508
        return Cell("", TEXT, text, formula=formula) if text.strip() or formula else None


def _of(has: dict[str, str], name: str) -> str:
    """An attribute by its name in the standard; calcext's are LibreOffice's own."""
    return next(
        (v for k, v in has.items() if k.rpartition(":")[2] == name and not k.startswith("calcext:")), ""
    )


def _times(has: dict[str, str], name: str) -> int:
    text = _of(has, name) or "1"
    if not text.isdecimal() or len(text) > 8:
        raise ValueError("no count")
    return int(text)


def _hides(value: str, shown: str, percent: bool) -> bool:
    """Whether what the cell shows lacks digits of its number: 12.4 as 12."""
    digits = f"{float(value) * (100 if percent else 1):.15f}".strip("-").rstrip("0").rstrip(".")
    wanted, seen = (re.sub("[^0-9]", "", text).strip("0") for text in (digits, shown))
    return "e" not in shown.lower() and not seen.startswith(wanted[:15])
