"""What a spreadsheet holds, whichever program wrote it: plain cells, and the limits on them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ictindex.basics import Finding, Refused, control_character, found
from ictindex.exchange.package import MAX_TEXT, beyond

MAX_CELLS = 400_000  # rows, cells and merged ranges of all sheets: forms have hundreds or thousands
MAX_LETTERS = 12_000_000  # characters in all cells, a text as often as cells refer to it
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

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


class Counter:
    """Counts rows, cells and merged ranges, or the text that a cell holds; Refused beyond the limits above.

    ``sheet``: the one that is being read, for the refusal.
    """

    def __init__(self, shown: str):
        self.shown, self.sheet = shown, ""
        self.elements = self.letters = 0

    def __call__(self, elements: int = 1) -> None:
        self.elements += elements
        if self.elements > MAX_CELLS:
            raise Refused([found("form-cells", self.shown, sheet=self.sheet, limit=f"{MAX_CELLS:,}")])

    def text(self, text: str) -> None:
        self.letters += len(text)
        if self.letters > MAX_LETTERS:
            raise beyond(self.shown, "characters in the cells", MAX_LETTERS)


@lru_cache(maxsize=2_000)  # the same in every form
def cell_name(row: int, column: int) -> str:
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def plain(text: str) -> str:
    """A cell's text: _x000D_ as what it stands for, and U+FFFD for what no text can hold."""
    if len(text) > MAX_TEXT:
        raise ValueError("no cell holds so much")
    if "_x" in text:
        text = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text)
    if control_character(text):
        text = "".join("\ufffd" if control_character(letter) else letter for letter in text)
    return text
