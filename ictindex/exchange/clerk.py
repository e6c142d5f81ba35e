"""A clerk who fills in a form as Excel would: the file is loaded, cells are set, the file is saved again."""

from __future__ import annotations

import re
import zipfile
from fractions import Fraction
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from ictindex.basics import temporary_files_aside
from ictindex.exchange.entry_checks import plain
from ictindex.exchange.layout import COVER, COVER_SHEET, FIELDS, LEVEL_VI, STATES, YES_NO
from ictindex.methodology import Answer

Place = tuple[str, str, str, str]  # sheet, unit ('' without such a column), code, column's key

_LABELS = {label: key for key, label in COVER.items()}
_HEADINGS = {each.label_vi: each.key for each in FIELDS.values()}
_SAVED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_DECLARED = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold
_YES_NO = {"có": YES_NO[True], "không": YES_NO[False]}
_AS_CHOSEN = {("level", key): label for key, label in LEVEL_VI.items()}
_AS_CHOSEN |= {("in_database", word): label for word, label in _YES_NO.items()}


class Paper:
    """A form that lies open: ``cover`` by key, ``cells`` by place; cells are openpyxl's."""

    def __init__(self, data: bytes):
        from openpyxl import load_workbook

        self.book = load_workbook(BytesIO(data))
        self.cover: dict[str, Any] = {}
        self.cells: dict[Place, Any] = {}
        for sheet in self.book.worksheets:
            if sheet.title == COVER_SHEET:
                for row in sheet.iter_rows(max_col=2):
                    if key := _LABELS.get(row[0].value):
                        self.cover[key] = row[1]
            else:
                self._lines(sheet)

    def _lines(self, sheet: Any) -> None:
        columns: dict[str, int] = {}
        for row in sheet.iter_rows():
            heads = {_HEADINGS[cell.value]: i for i, cell in enumerate(row) if cell.value in _HEADINGS}
            if not columns and "code" in heads:
                columns = heads
            elif columns and (code := row[columns["code"]].value):
                unit = row[columns["entity"]].value if "entity" in columns else ""
                for key, i in columns.items():
                    self.cells[sheet.title, unit, code, key] = row[i]

    def put(self, sheet: str, code: str, key: str, text: str, asks: Answer | None = None):
        """Type what answers.csv would write into an entry cell; the cell."""
        cell = self.cells[sheet, "", code, key]
        cell.value = typed(text, asks) if asks else STATES.get(text, text) or None
        return cell

    def listed(self, sheet: str, rows: list[dict[str, str]]) -> None:
        """Fill in a list that is the sender's own, below its headings."""
        page = self.book[sheet]
        head = next(row for row in page.iter_rows() if any(cell.value in _HEADINGS for cell in row))
        columns = {_HEADINGS[cell.value]: cell.column for cell in head if cell.value in _HEADINGS}
        for at, row in enumerate(rows, start=head[0].row + 1):
            for key, text in row.items():
                page.cell(at, columns[key]).value = _AS_CHOSEN.get((key, text), text) or None

    def sign(self, **entries: Any) -> None:
        for key, entry in entries.items():
            self.cover[key].value = entry

    def bytes(self) -> bytes:
        """The file, the same for the same cells whatever the time, the machine and the XML library."""
        raw = BytesIO()
        with temporary_files_aside():
            self.book.save(raw)
        return _without_times(raw.getvalue())


def typed(text: str, asks: Answer) -> str | int | float | None:
    """What somebody types for a value of answers.csv."""
    if not text:
        return None
    if asks.kind in ("yes_no", "choice"):
        return (asks.choices or _YES_NO)[text]
    if asks.kind == "text":
        return text
    return plain(Fraction(text))


def _without_times(data: bytes) -> bytes:
    """A zip of canonical XML, stored and undated: compression differs between builds of zlib."""
    still = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(still, "w") as after:
        for name in before.namelist():
            part = _SAVED.sub(rb"\g<1>1980-01-01T00:00:00Z", before.read(name))
            if name.endswith((".xml", ".rels")):
                part = _DECLARED + ElementTree.canonicalize(part).encode()
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.create_system, info.external_attr = 3, 0
            after.writestr(info, part)
    return still.getvalue()
