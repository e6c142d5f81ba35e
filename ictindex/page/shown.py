"""What a page shows: a Text, a Table, a Figure; each as HTML to read and as a payload to check.

The payload holds the table exactly: every file that is published is made from it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

from ictindex.basics import exact_text, format_vi
from ictindex.page.columnar import Columnar

MIME = "application/vnd.ictindex.v1+json"
STAMP = "SỐ LIỆU MINH HỌA"
HYPOTHETICAL = "PHƯƠNG ÁN GIẢ ĐỊNH"
_MOST_PLACES, _PLACES = 6, 3  # a number that needs more than the first is rounded to the second on a page
_SHORT = 12  # letters of a cell that needs no room of its own
ROWS_SHOWN = 1000  # above this a page shows the first rows and names the CSV file that has them all
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | Decimal | Fraction | None


class Column(NamedTuple):
    """A column: key in files, heading, and kind: 'text', 'integer', 'number', 'exact', 'stated' or 'group'.

    A page sets the values of a 'group' as headings between rows, and leaves out what is ``in_file_only``.
    Neighbours of one ``head`` stand under it together.
    """

    key: str
    label_vi: str
    kind: str = "text"
    in_file_only: bool = False
    head: str = ""

    @property
    def on_page(self) -> bool:
        return self.kind != "group" and not self.in_file_only

    @property
    def css(self) -> str:
        """Its class on a page: a number is a number however it is written."""
        return "exact" if self.kind == "stated" else self.kind

    @property
    def full_vi(self) -> str:
        """The heading by itself, where none stands over it."""
        return f"{self.head}: {self.label_vi}" if self.head else self.label_vi


@dataclass(frozen=True)
class Heading:
    """A cell of a table's head, of ``wide`` columns and ``high`` rows; ``turned`` on paper to save room."""

    label_vi: str
    kind: str
    wide: int = 1
    high: int = 1
    turned: bool = False


def headings(columns: Sequence[Column]) -> list[list[Heading]]:
    """The head of a table with these columns: one row, or two where columns share a head."""
    two = any(column.head for column in columns)
    turned = len({column.head for column in columns if column.head}) > 1  # many columns, narrow ones turned
    top: list[Heading] = []
    for head, together in groupby(columns, key=lambda column: column.head):
        several = list(together)
        if head:
            top.append(Heading(head, "text", len(several)))
        else:
            top += [Heading(c.label_vi, c.css, 1, 1 + two, turned and c.kind == "integer") for c in several]
    below = [
        Heading(column.label_vi, column.css, turned=turned and column.kind == "integer")
        for column in columns
        if column.head
    ]
    return [top, below] if two else [top]


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

    ``emphasis``: positions of the rows to be set in bold. ``annex``: the columns that the printed annex has,
    where these are not all that a page shows.
    """

    name: str
    title_vi: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]  # a tuple, or Columnar beside the page
    note_vi: str = ""
    emphasis: frozenset[int] = field(default_factory=frozenset)
    shown: int = ROWS_SHOWN  # how many rows a page shows; its CSV file has them all
    stamp: str = ""  # of a table that stands alone; a page's tables get the page's
    annex: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.key for column in self.columns)

    @property
    def cells(self) -> list[list[str]]:
        """The rows as machine-readable text: decimal point, no thousands mark, nothing that is a formula."""
        return [[machine(cell) for cell in row] for row in self.rows]

    def payload(self) -> dict[str, Any]:
        """The table as plain values, from which its CSV file, sheet and page are made.

        Of a large one the first rows, with the digest of the file beside the page that has them all.
        """
        told = {
            "kind": "table",
            "name": self.name,
            "title": self.title_vi,
            "note": self.note_vi,
            "columns": [list(column) for column in self.columns],
            "bold": sorted(self.emphasis),
            "shown": self.shown,
            "annex": list(self.annex),
        }
        if isinstance(self.rows, Columnar):
            first = replace(self, rows=self.rows[: self.shown])
            return {**told, "csv": first.csv(), "rows": len(self.rows), "beside": self.rows.sha256}
        return {**told, "csv": self.csv()}

    def csv(self, stamp: str = "") -> str:
        """The table as CSV; a stamp stands in a column of its own, on every row."""
        stamp = stamp or self.stamp
        rows = [[column.key for column in self.columns], *self.cells]
        if stamp:
            rows = [[*rows[0], "stamp"], *([*row, stamp] for row in rows[1:])]
        written = _written(rows, csv.QUOTE_MINIMAL)
        return _written(rows, csv.QUOTE_ALL) if "\r" in written else written  # unquoted before Python 3.13

    def html(self) -> str:
        columns = [column for column in self.columns if column.on_page]
        head = "".join(f"<tr>{''.join(map(_th, row))}</tr>" for row in headings(columns))
        shown = self.rows[: self.shown]
        body = "".join(self._rows_html(shown, len(columns)))
        notes = [self.note_vi] if self.note_vi else []
        if len(shown) < len(self.rows):
            notes.append(
                f"Hiện {format_vi(len(shown))} trong {format_vi(len(self.rows))} dòng; đủ ở tệp số liệu."
            )
        stamp = f' <strong class="stamp">{escape(self.stamp)}</strong>' if self.stamp else ""
        foot = "".join(f'<p class="ict-note">{escape(note)}</p>' for note in notes)
        looks = "ict-table named" if self._named(columns, shown) else "ict-table"
        return (
            f'<div class="{looks}"><table id="bang-{self.name}">'
            f"<caption>{escape(self.title_vi)}{stamp}</caption>"
            f"<thead>{head}</thead><tbody>{body}</tbody></table>{foot}</div>"
        )

    def _named(self, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> bool:
        """Whether names stand in the first column, which then gets room: not numbers such as 5.2.1."""
        if not columns or columns[0].kind != "text":
            return False
        first = self.keys.index(columns[0].key)
        return any(len(printed(row[first])) > _SHORT for row in rows)

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
                f'<td class="{column.css}">{escape(printed(cell, column.kind))}</td>'
                for column, cell in zip(self.columns, row, strict=True)
                if column.on_page
            )
            yield f"<tr{mark}>{cells}</tr>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        plain = f"{self.title_vi} ({format_vi(len(self.rows))} dòng)"
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


def _written(rows: Iterable[Sequence[str]], quoting: int) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(rows)
    return out.getvalue()


def _th(heading: Heading) -> str:
    wide = f' colspan="{heading.wide}"' if heading.wide > 1 else ""
    high = f' rowspan="{heading.high}"' if heading.high > 1 else ""
    scope = "colgroup" if wide else "col"
    return f'<th scope="{scope}" class="{heading.kind}"{wide}{high}>{escape(heading.label_vi)}</th>'


def machine(cell: Cell) -> str:
    """A cell as a file has it: decimal point, no thousands mark, nothing that is a formula; '' for none."""
    if isinstance(cell, str):  # first, as most are: whether it is a Fraction takes Python longest to say
        return neutral(cell)
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell, "f")  # never 0E-7
    return exact_text(cell) if isinstance(cell, Fraction) else str(cell)


def stated(cells: Iterable[Cell], kind: str) -> str:
    """The kind of a column of weights or maxima: 'stated' where one is no decimal, 1/3, else ``kind``."""
    return "stated" if any(map(_no_decimal, cells)) else kind


def _no_decimal(cell: Cell) -> bool:
    """Whether it is a fraction that an officer writes as one."""
    return isinstance(cell, Fraction) and "/" in exact_text(cell) and cell.denominator < 1000


def printed(cell: Cell, kind: str = "") -> str:
    """A cell as a reader of Vietnamese sees it: what has more places than a page can use is rounded.

    What is ``stated`` stands as the fraction that it was written as, where it is no decimal. In a column that
    is ``exact`` two places are enough from 1 upwards, and three below; others were rounded
    as somebody decided.
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return "–"
    if kind == "stated" and _no_decimal(cell):
        return exact_text(cell)
    if not isinstance(cell, int):
        exact = Fraction(cell)
        places = 2 if kind == "exact" and abs(exact) >= 1 else _PLACES
        if 10 ** (places if kind == "exact" else _MOST_PLACES) % exact.denominator:
            rounded = isinstance(cell, float)  # of which the last places are noise
            while (
                exact
                and abs(exact) * 10**places < Fraction(1, 2)
                and not (rounded and places >= _MOST_PLACES)
            ):
                places += 1  # what is not nothing does not look like it
            return format_vi(exact, places)
    return format_vi(cell)
