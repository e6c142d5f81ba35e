"""What a page shows: a Text, a Table, a Figure; each as HTML to read and as a payload to check.

The payload names the CSV file that holds the same table exactly, and its digest, so that an auditor, and
``verify``, can hold the page against it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Any, NamedTuple

from ictindex.basics import exact_text, format_vi, sha256

MIME = "application/vnd.ictindex.v1+json"
STAMP = "SỐ LIỆU MINH HỌA"
HYPOTHETICAL = "PHƯƠNG ÁN GIẢ ĐỊNH"
ROWS_SHOWN = 1000  # above this a page shows the first rows and names the CSV file that has them all
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | Decimal | Fraction | None


class Column(NamedTuple):
    """A column: key in files, heading on the page, and kind: 'text', 'integer', 'number', 'exact' or 'group'.

    A page sets the values of a 'group' as headings between rows, and leaves out what is ``in_file_only``.
    """

    key: str
    label_vi: str
    kind: str = "text"
    in_file_only: bool = False

    @property
    def on_page(self) -> bool:
        return self.kind != "group" and not self.in_file_only


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


@dataclass(frozen=True)
class Text:
    """A paragraph or two of prose; ``lines`` are plain text."""

    name: str
    lines: tuple[str, ...]
    kind: str = "text"  # CSS class

    def payload(self) -> dict[str, Any]:
        return {"kind": "text", "name": self.name, "lines": list(self.lines)}

    def html(self) -> str:
        return "".join(f'<p class="ict-{self.kind}">{escape(line)}</p>' for line in self.lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {MIME: self.payload(), "text/html": self.html(), "text/plain": "\n".join(self.lines)}


@dataclass(frozen=True)
class Table:
    """A named table; ``rows`` hold text, whole numbers, rounded Decimals, exact Fractions and None.

    ``emphasis``: positions of the rows to be set in bold. ``stamp``: set where anything shown is made up.
    """

    name: str
    title_vi: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note_vi: str = ""
    stamp: str = ""
    emphasis: frozenset[int] = field(default_factory=frozenset)
    shown: int = ROWS_SHOWN  # how many rows a page shows; its CSV file has them all

    def cells(self) -> list[list[str]]:
        """The rows as machine-readable text: decimal point, no thousands mark, nothing that is a formula."""
        return [[_machine(cell) for cell in row] for row in self.rows]

    @property
    def file(self) -> str:
        """Where in an output folder the table stands as CSV."""
        chart = self.name.removesuffix("_chart")
        return f"results/{self.name}.csv" if chart == self.name else f"charts/{chart}.csv"

    def payload(self) -> dict[str, Any]:
        """Which file holds the table's exact values, and that file's digest."""
        file = {"file": self.file, "rows": len(self.rows), "sha256": sha256(self.csv().encode())}
        return {"kind": "table", "name": self.name, **file}

    def csv(self) -> str:
        """The table as CSV; a stamped table carries its stamp in a column of its own, on every row."""
        stamped = [self.stamp] if self.stamp else []
        cells = self.cells()
        bare = any("\r" in cell for row in cells for cell in row)  # which Python before 3.13 does not quote
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL)
        writer.writerow([*(column.key for column in self.columns), *(["stamp"] if stamped else [])])
        writer.writerows([*row, *stamped] for row in cells)
        return out.getvalue()

    def html(self) -> str:
        columns = [column for column in self.columns if column.on_page]
        head = "".join(f'<th scope="col" class="{c.kind}">{escape(c.label_vi)}</th>' for c in columns)
        shown = self.rows[: self.shown]
        body = "".join(self._rows_html(shown, len(columns)))
        stamp = f' <strong class="stamp">{escape(self.stamp)}</strong>' if self.stamp else ""
        notes = [self.note_vi] if self.note_vi else []
        if len(shown) < len(self.rows):
            notes.append(
                f"Hiện {format_vi(len(shown))} trong {format_vi(len(self.rows))} dòng; đủ ở {self.file}."
            )
        foot = "".join(f'<p class="ict-note">{escape(note)}</p>' for note in notes)
        return (
            f'<div class="ict-table"><table id="bang-{self.name}">'
            f"<caption>{escape(self.title_vi)}{stamp}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{foot}</div>"
        )

    def _rows_html(self, rows: tuple[tuple[Cell, ...], ...], width: int) -> Iterator[str]:
        """Each row, and a heading before the first of each group."""
        group_at = next((i for i, column in enumerate(self.columns) if column.kind == "group"), None)
        group: Cell = None
        for number, row in enumerate(rows):
            if group_at is not None and row[group_at] != group:
                group = row[group_at]
                words = escape(printed(group))
                yield f'<tr class="group"><th scope="rowgroup" colspan="{width}">{words}</th></tr>'
            mark = ' class="emphasis"' if number in self.emphasis else ""
            cells = "".join(
                f'<td class="{column.kind}">{escape(printed(cell))}</td>'
                for column, cell in zip(self.columns, row, strict=True)
                if column.on_page
            )
            yield f"<tr{mark}>{cells}</tr>"

    def frame(self) -> Any:
        """The table as a pandas DataFrame: cells as they are, so that a rank beside None stays whole."""
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=[column.key for column in self.columns], dtype=object)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        plain = f"{self.title_vi} ({len(self.rows)} dòng, {self.file})"
        return {MIME: self.payload(), "text/html": self.html(), "text/plain": plain}


@dataclass(frozen=True)
class Figure:
    """A chart as SVG, with a sentence that says what it shows and the data behind it."""

    name: str
    title_vi: str
    alt_vi: str
    svg: str
    data: Table

    def payload(self) -> dict[str, Any]:
        return {
            "kind": "figure",
            "name": self.name,
            "title": self.title_vi,
            "alt": self.alt_vi,
            "data": self.data.payload(),
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            MIME: self.payload(),
            "image/svg+xml": self.svg,
            "text/plain": f"{self.title_vi}. {self.alt_vi}",
        }


View = Text | Table | Figure


def _machine(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Fraction):
        return exact_text(cell)
    if isinstance(cell, Decimal):
        return format(cell, "f")  # never 0E-7
    return neutral(cell) if isinstance(cell, str) else str(cell)


def printed(cell: Cell) -> str:
    """A cell as a reader of Vietnamese sees it."""
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else format_vi(cell)
