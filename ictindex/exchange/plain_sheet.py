"""A workbook of XlsxWriter that does in one go what forms do hundreds of times.

The bytes are XlsxWriter's own; a test holds the two together.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellStringTuple, Worksheet


class PlainBook(Workbook):
    """A workbook whose sheets are PlainSheets."""

    def add_worksheet(self, name: str | None = None) -> PlainSheet:
        return super().add_worksheet(name, PlainSheet)


class PlainSheet(Worksheet):
    """Cells by row and column, no A1 in words; those with a format that hold text, a formula or nothing are
    written fast.
    """

    write_string, write_blank = Worksheet._write_string, Worksheet._write_blank
    write_formula = Worksheet._write_formula

    def _prepare_formula(self, formula: str, *_: object) -> str:
        """As it is; else some forty searches a formula for functions younger than 2007."""
        return formula.removeprefix("=")

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


@lru_cache(maxsize=10_000, typed=True)  # 0 is not False
def _computed(formula: str, value: object) -> str:
    """What follows the reference of a cell with a formula; '' where it is no plain one."""
    if type(value) not in (str, int) or f"{value}".startswith("#"):
        return ""
    escape = SharedStrings()._escape_data
    text = ' t="str"' if value and isinstance(value, str) else ""
    return f"{text}><f>{escape(formula)}</f><v>{escape(value)}</v></c>"
