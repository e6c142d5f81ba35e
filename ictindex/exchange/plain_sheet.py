"""A workbook of XlsxWriter that does in one go what forms do hundreds of times.

The bytes are XlsxWriter's own; a test holds the two together.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellStringTuple, Worksheet


class PlainBook(Workbook):
    """A workbook whose sheets are PlainSheets, and most of whose texts stood in the one before."""

    def add_worksheet(self, name: str | None = None) -> PlainSheet:
        return super().add_worksheet(name, PlainSheet)

    def add_format(self, properties: dict[str, Any]) -> Format:
        made = copy(_format(tuple({**self.default_format_properties, **properties}.items())))
        made.xf_format_indices, made.dxf_format_indices = self.xf_format_indices, self.dxf_format_indices
        self.formats.append(made)
        return made

    def _get_packager(self) -> Packager:
        return _Packager()


@lru_cache(maxsize=1_000)
def _format(properties: tuple[tuple[str, Any], ...]) -> Format:
    return Format(dict(properties))


@dataclass
class Rows:
    """The rows of a sheet that many books have: written once, and drawn again in the others.

    ``numbered``: for each number that is a book's own, which of the sheet's formats it is of, or _TEXT.
    ``texts``: cell and text of those.
    """

    template: str = ""
    extent: tuple = ()
    numbered: list[int] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)


_TEXT = -1
_NUMBERED = re.compile(r'(<c r="([A-Z]+[0-9]+)") s="([0-9]+)"(?:( t="s"><v>)([0-9]+))?')


class PlainSheet(Worksheet):
    """Cells by row and column; those with a format that hold text, a formula or nothing are written fast."""

    _kept: Rows | None = None  # what is to be remembered, or drawn

    def remember(self, rows: Rows, formats: Sequence[Format]) -> None:
        """Keep in ``rows`` what has been written here; ``formats``: all that its cells have."""
        self._kept, self._formats = rows, formats
        self._texts = {number: text for text, number in self.str_table.string_table.items()}

    def redraw(self, rows: Rows, formats: Sequence[Format], texts: Mapping[str, str]) -> None:
        """Write what was written on another book's sheet with the same formats; other ``texts`` by cell."""
        number = self.str_table._get_shared_string_index
        self._kept, self._formats = rows, formats
        self._numbers = [number(texts.get(at, text)) for at, text in rows.texts]
        self.dim_rowmin, self.dim_rowmax, self.dim_colmin, self.dim_colmax = rows.extent

    def _write_rows(self) -> None:
        if self._kept is None:
            self._write_each_row()
        elif self._kept.template:
            self.fh.write(self._drawn(self._kept))
        else:
            book, self.fh = self.fh, io.StringIO()
            self._write_each_row()
            written, self.fh = self.fh.getvalue(), book
            self.fh.write(written)
            self._keep(self._kept, written)

    def _keep(self, rows: Rows, written: str) -> None:
        places = {look._get_xf_index(): place for place, look in enumerate(self._formats)}

        def numbered(cell: re.Match) -> str:
            rows.numbered.append(places[int(cell[3])])
            if cell[4] is None:
                return f'{cell[1]} s="%d"'
            rows.numbered.append(_TEXT)
            rows.texts.append((cell[2], self._texts[int(cell[5])]))
            return f'{cell[1]} s="%d"{cell[4]}%d'

        rows.extent = self.dim_rowmin, self.dim_rowmax, self.dim_colmin, self.dim_colmax
        rows.template = _NUMBERED.sub(numbered, written.replace("%", "%%"))

    def _drawn(self, rows: Rows) -> str:
        texts = iter(self._numbers)
        styles = {  # each has its number from the first cell that has it
            place: self._formats[place]._get_xf_index()
            for place in dict.fromkeys(rows.numbered)
            if place != _TEXT
        }
        return rows.template % tuple(next(texts) if each == _TEXT else styles[each] for each in rows.numbered)

    write_string, write_blank = Worksheet._write_string, Worksheet._write_blank  # no A1 in words

    def write_formula(
        self, row: int, col: int, formula: str, cell_format: Any = None, value: object = 0
    ) -> int:
        self._check_dimensions(row, col)
        self.table[row][col] = CellFormulaTuple(self._prepare_formula(formula), cell_format, value)
        return 0

    def _prepare_formula(self, formula: str, *_: object) -> str:
        """As it is; else some forty searches a formula for functions younger than 2007."""
        return formula.removeprefix("=")

    def _check_dimensions(
        self, row: int, col: int, ignore_row: bool = False, ignore_col: bool = False
    ) -> int:
        if self.dim_rowmax is not None and self.dim_colmax is not None:
            known = self.dim_rowmin <= row <= self.dim_rowmax and self.dim_colmin <= col <= self.dim_colmax
            if known:
                return 0
        return super()._check_dimensions(row, col, ignore_row, ignore_col)

    def _calculate_spans(self) -> None:
        if self.comments:
            super()._calculate_spans()
            return
        spans: dict[int, tuple[int, int]] = {}
        for row, cells in self.table.items():
            if cells:
                low, high = spans.get(row // 16, (self.xls_colmax, 0))
                spans[row // 16] = min(low, *cells), max(high, *cells)
        self.row_spans = {block: f"{low + 1}:{high + 1}" for block, (low, high) in spans.items()}

    def _write_each_row(self) -> None:
        if self.comments:
            super()._write_rows()
            return
        self._calculate_spans()
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            cells, span, info = self.table.get(row), self.row_spans.get(row // 16), self.row_info.get(row)
            if cells:
                self._write_row(row, span, info)
                for col in sorted(cells):
                    self._write_cell(row, col, cells[col])
                self.fh.write("</row>")
            elif info:
                self._write_empty_row(row, span, info)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind, look, held = type(cell), cell.format, ""
        if look is not None:
            if kind is CellStringTuple:
                held = f' t="s"><v>{cell.string}</v></c>'
            elif kind is CellBlankTuple:
                held = "/>"
            elif kind is CellFormulaTuple:
                held = _computed(cell.formula, cell.value)
        if held:
            style = look._get_xf_index() if look.xf_index is None else look.xf_index
            self.fh.write(f'<c r="{_letters(col)}{row + 1}" s="{style}"{held}')
        else:
            super()._write_cell(row, col, cell)


_letters = lru_cache(maxsize=None)(xl_col_to_name)


class _Packager(Packager):
    def _write_shared_strings_file(self) -> None:
        table = self.workbook.str_table
        if table.count:
            strings = _Strings()
            strings.string_table = table
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()


class _Strings(SharedStrings):
    def _write_sst_strings(self) -> None:
        self.fh.write("".join(map(_item, self.string_table.string_array)))


@lru_cache(maxsize=50_000)  # units are asked the same
def _item(text: str) -> str:
    """A text as an item of the list of shared strings."""
    one = SharedStrings()
    one._set_xml_writer(io.StringIO())
    one._write_si(text)
    return one.fh.getvalue()


@lru_cache(maxsize=10_000, typed=True)  # 0 is not False
def _computed(formula: str, value: object) -> str:
    """What follows the reference of a cell with a formula; '' where it is no plain one."""
    if type(value) not in (str, int) or f"{value}".startswith("#"):
        return ""
    escape = SharedStrings()._escape_data
    text = ' t="str"' if value and isinstance(value, str) else ""
    return f"{text}><f>{escape(formula)}</f><v>{escape(value)}</v></c>"
