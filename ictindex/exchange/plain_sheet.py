"""A worksheet of XlsxWriter that writes its commonest cells in one go, for forms have hundreds of them.

The bytes are XlsxWriter's own; a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import Worksheet


class PlainSheet(Worksheet):
    """Cells with a format that hold text, a formula or nothing; whatever else is left to XlsxWriter."""

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        held = self._held(cell)
        if held is None or cell.format is None:
            super()._write_cell(row, col, cell)
        else:
            at = xl_rowcol_to_cell_fast(row, col)
            self.fh.write(f'<c r="{at}" s="{cell.format._get_xf_index()}"{held}')

    def _held(self, cell: Any) -> str | None:
        kind = type(cell).__name__
        if kind == "Blank":
            return "/>"
        if kind == "String":
            return f' t="s"><v>{cell.string}</v></c>'
        if kind != "Formula" or type(cell.value) not in (str, int) or f"{cell.value}".startswith("#"):
            return None
        text = ' t="str"' if cell.value and isinstance(cell.value, str) else ""
        return f"{text}><f>{self._escape_data(cell.formula)}</f><v>{self._escape_data(cell.value)}</v></c>"

    def _prepare_formula(self, formula: str, *_: object) -> str:
        """As it is; else some forty searches a formula for functions younger than 2007."""
        return formula.removeprefix("=")
