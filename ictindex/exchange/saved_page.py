"""A page that a unit saved (see ``form_page``) as plain cells: its data is read, nothing in it is run."""

from __future__ import annotations

import json
from typing import Any

from ictindex.basics import Refused, found
from ictindex.exchange.cells import (
    LAST_COLUMN,
    LAST_ROW,
    TEXT,
    Cell,
    Counter,
    Grid,
    Workbook,
    cell_name,
    plain,
)
from ictindex.exchange.number_formats import NUMBER

MAX_ANSWERS = 4 * 1024 * 1024  # bytes of what is filled in
MAX_SHEETS = 20
_MARK, _END = b'id="phieu-da-dien"', b"</script>"
_DIGITS = 40  # of a number


def is_page(data: bytes) -> bool:
    """Whether a file is a page of ours, filled in or not."""
    return _MARK in data


def read_page(data: bytes, shown: str) -> Workbook:
    """The cells that a page holds; Refused where it was not saved; ValueError where it is none of ours."""
    if data.count(_MARK) != 1:
        raise ValueError("one element holds what is filled in")
    begun = data.index(b">", data.index(_MARK)) + 1
    text = data[begun : data.index(_END, begun)].strip()
    if len(text) > MAX_ANSWERS:
        raise Refused([found("too-large", shown, size=f"{len(text):,}", limit=f"{MAX_ANSWERS:,}")])
    if not text:
        raise Refused([found("page-not-saved", shown)])
    sheets = json.loads(text.decode("utf-8"))["sheets"]
    if not isinstance(sheets, list) or len(sheets) > MAX_SHEETS:
        raise ValueError("no sheets")
    count = Counter(shown)
    return Workbook(tuple(_grid(sheet, count) for sheet in sheets))


def _grid(sheet: Any, count: Counter) -> Grid:
    grid = Grid(" ".join(plain(_text(sheet["name"])).split())[:31])
    count.sheet = grid.name
    for row, column, *said in sheet["cells"]:
        count()
        if type(row) is not int or type(column) is not int:
            raise ValueError("no place")
        if not (0 < row <= LAST_ROW and 0 < column <= LAST_COLUMN) or (row, column) in grid.cells:
            raise ValueError("no place, or two cells in one")
        text = plain(_text(said[0]))
        count.text(text)
        kind = NUMBER if said[1:] == ["n"] else TEXT
        if kind == NUMBER and (len(text) > _DIGITS or not text.lstrip("-").replace(".", "", 1).isdecimal()):
            raise ValueError("no number")
        if text.strip():
            grid.cells[row, column] = Cell(cell_name(row, column), kind, text)
    return grid


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise ValueError("no text")
    return said
