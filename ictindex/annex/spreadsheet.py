"""The annex as a workbook, which computes nothing: a summary sheet, then a sheet for each table."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import ceil
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from ictindex.basics import exact_text, format_vi
from ictindex.page import Cell, Column, Edition, Item, Table, neutral

Style = Callable[..., Any]  # properties -> a format of the workbook

_OPTIONS = {
    "constant_memory": True,  # each row leaves memory when the next begins
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
_CREATED = datetime(1980, 1, 1)  # a time of writing would make another file of every run
_KEYS, _LABELS, _FIRST = 2, 3, 4  # rows of the machine keys, of the headings, of the first data
_MOST_ROWS = 1_048_576 - 8  # what a sheet holds, less what stands around the data
_MOST_DECIMALS = 6  # that are shown; the cell holds them all
_LINE = {"border": 1, "border_color": "#A6A6A6"}
_LABEL = {"bold": True, "align": "center", "valign": "vcenter", "indent": 0, "bg_color": "#E8ECF1", **_LINE}
_SUMMARY_VI = "Tóm tắt"


def workbook(e: Edition, items: Iterable[Item]) -> bytes:
    """annex.xlsx: a summary sheet, then a sheet for each table; the same bytes wherever it is made."""
    raw, stamp = io.BytesIO(), e.state.label
    book, style = _begun(raw, e.methodology.source.label_vi)
    summary = _new_sheet(book, _SUMMARY_VI, e.edition, stamp)
    listed: dict[str, tuple] = {}
    for item in items:
        if not isinstance(table := item.view, Table):
            continue
        name = _sheet_name(f"{item.number}. {table.title_vi}", [_SUMMARY_VI, *listed])
        title = f"{item.label_vi}. {table.title_vi}"
        _write_table(_new_sheet(book, name, e.edition, stamp), replace(table, title_vi=title), stamp, style)
        listed[name] = (name, title, len(table.rows), f"results/{table.name}.csv")
    _write_summary(summary, listed.values(), e, style)
    book.close()
    return _stored(raw)


def book_of(tables: Iterable[Table], title: str, footer: str, stamp: str, head: Sequence[str]) -> bytes:
    """A workbook of a cover with some lines of text and a sheet for each table."""
    raw = io.BytesIO()
    book, style = _begun(raw, title)
    cover = _new_sheet(book, "Giới thiệu", footer, stamp)
    cover.set_column(0, 0, 120)
    for row, line in enumerate((*head, stamp)):
        cover.set_row(row, 15 * (1 + len(line) // 110))
        cover.write_string(row, 0, neutral(line), style(text_wrap=True, bold=line in (title, stamp)))
    names = ["Giới thiệu"]
    for table in tables:
        names.append(_sheet_name(table.title_vi, names))
        _write_table(_new_sheet(book, names[-1], footer, stamp), table, stamp, style)
    book.close()
    return _stored(raw)


def _begun(raw: io.BytesIO, title: str) -> tuple[Any, Style]:
    """An empty workbook and its formats, each made once."""
    import xlsxwriter

    options = {**_OPTIONS, "default_format_properties": {**_FONT}}  # a copy: XlsxWriter writes in it
    book = xlsxwriter.Workbook(raw, options)
    book.set_properties({"title": title, "author": "ictindex", "created": _CREATED})
    return book, cache(lambda **properties: book.add_format(properties))


def _sheet_name(title: str, taken: Sequence[str]) -> str:
    """A tab's name: at most 31 characters, none that Excel forbids, no other tab's."""
    title = re.sub(r"[\[\]:*?/\\']", " ", title)
    name = textwrap.shorten(title, 31, placeholder="…")
    return f"{name[:27]} {len(taken)}" if name.casefold() in map(str.casefold, taken) else name


def _new_sheet(book: Any, name: str, footer: str, stamp: str) -> Any:
    """An empty sheet, set up for A4 across, one page wide, numbered and stamped."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{footer}&C&A&RTrang &P/&N")
    if stamp:
        sheet.set_header(f'&C&"Times New Roman,Bold"&K9B1C1C{stamp}')
    return sheet


def _write_table(sheet: Any, table: Table, stamp: str, style: Style) -> None:
    """Title, stamp, machine keys small and grey, headings, data, note."""
    kinds, last = [column.kind for column in table.columns], len(table.columns) - 1
    shown, notes = table.rows[:_MOST_ROWS], [neutral(table.note_vi)]
    if len(shown) < len(table.rows):
        notes.append(f"Hiện {format_vi(len(shown))} dòng đầu; đủ ở results/{table.name}.csv.")
    widths = [_width(column, [row[i] for row in shown[:500]]) for i, column in enumerate(table.columns)]
    labels = [neutral(column.full_vi) for column in table.columns]
    for i, width in enumerate(widths):
        sheet.set_column(i, i, width)
    sheet.set_row(0, 21)
    sheet.write_string(0, 0, table.title_vi, style(bold=True, font_size=14))
    sheet.write_string(1, 0, stamp, style(bold=True, font_color="#9B1C1C"))
    grey = {"font_size": 8, "font_color": "#767676", "text_wrap": False, "indent": 0}
    _write_row(sheet, _KEYS, [column.key for column in table.columns], style, grey)
    _set_height(sheet, _LABELS, labels, [width * 0.8 for width in widths])
    _write_row(sheet, _LABELS, labels, style, _LABEL)
    for number, row in enumerate(shown):
        cells = [_excel(cell, kind) for cell, kind in zip(row, kinds, strict=True)]
        _set_height(sheet, _FIRST + number, cells, widths)
        look = {"bold": True, "bg_color": "#FFF6D6", **_LINE} if number in table.emphasis else _LINE
        _write_row(sheet, _FIRST + number, cells, style, look, kinds)
    for i, note in enumerate(notes, start=_FIRST + len(shown) + 1):
        sheet.write_string(i, 0, note, style(italic=True))
    sheet.freeze_panes(_FIRST, 0)
    sheet.repeat_rows(_LABELS)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_MOST_ROWS}"})  # exact values are text on purpose
    if len(shown) > 20:
        sheet.autofilter(_LABELS, 0, _LABELS + len(shown), last)


def _write_row(sheet: Any, row: int, cells: Sequence[Any], style: Style, look: dict, kinds: Any = ()) -> None:
    for i, cell in enumerate(cells):
        if cell is None:
            sheet.write_blank(row, i, None, style(**look))
        elif isinstance(cell, str):
            aligned = {"align": "right"} if kinds and kinds[i] != "text" else {"align": "left", "indent": 1}
            sheet.write_string(row, i, cell, style(**{"text_wrap": True, **aligned, **look}))
        else:
            decimals = min(-Decimal(cell).as_tuple().exponent, _MOST_DECIMALS)
            form = f"#,##0.{'0' * decimals}" if decimals > 0 else "#,##0"
            sheet.write_number(row, i, float(cell), style(num_format=form, **look))


def _excel(cell: Cell, kind: str) -> str | int | Decimal | None:
    """A cell as a sheet holds it: a rounded value as a number, an exact one as text, nothing as a formula."""
    if isinstance(cell, str):
        return neutral(cell)
    if isinstance(cell, Fraction):
        text = exact_text(cell)
        if kind == "exact" or "/" in text:
            return text
        cell = Decimal(text)
    if cell is None or len(Decimal(cell).as_tuple().digits) <= 15:
        return cell
    was_float = isinstance(cell, Decimal) and Decimal(repr(float(cell))) == cell
    return cell if was_float else str(cell)  # of more digits a number cell loses some


def _width(column: Column, cells: Sequence[Cell]) -> float:
    """Wide enough for the heading's words and the cells, within bounds beyond which text wraps."""
    words = max(map(len, column.full_vi.split()), default=0) + 3  # the filter's button
    longest = max((len(str(_excel(cell, column.kind))) for cell in cells), default=0) + 2
    return min(max(words, longest, 7), 36)


def _set_height(sheet: Any, row: int, cells: Sequence[Any], widths: Sequence[float]) -> None:
    """A height for wrapped text: not every program finds one by itself."""
    lines = max(ceil(len(str(cell)) / width) for cell, width in zip(cells, widths, strict=True))
    sheet.set_row(row, min(15 * lines, 400))


def _write_summary(sheet: Any, listed: Iterable[tuple], e: Edition, style: Style) -> None:
    """The annex's head, the result in words, and what is on which sheet."""
    for i, width in enumerate((32, 58, 10, 28)):
        sheet.set_column(i, i, width)
    head = e.payload()
    red = {"font_color": "#9B1C1C", "bold": True}
    state = " ".join((head["state"], *head["why"]))
    lines = [(line, {"bold": True, "align": "center"}) for line in head["heading"]]
    lines += [("", {}), (state, red), *((f"SAI: {line}", red) for line in head["broken"])]
    lines += [*((line, {}) for line in head["headline"]), ("", {})]
    for row, (line, look) in enumerate(lines):
        looks = style(text_wrap=True, **look)
        sheet.set_row(row, 15 * (1 + len(line) // 120))  # merged cells find no height in any program
        sheet.merge_range(row, 0, row, 3, "", looks)
        sheet.write_string(row, 0, neutral(line), looks)
    row = len(lines)
    link = style(font_color="#0B4F8A", underline=1, align="left", indent=1, **_LINE)
    _write_row(sheet, row, ("Trang tính", "Nội dung", "Số dòng", "Tệp CSV cùng số liệu"), style, _LABEL)
    for at, cells in enumerate(listed, start=row + 1):
        _write_row(sheet, at, cells, style, _LINE)
        sheet.write_url(at, 0, f"internal:'{cells[0]}'!A1", link, cells[0])


def _stored(raw: io.BytesIO) -> bytes:
    """The same parts uncompressed, in a fixed order, without times: no zlib makes other bytes of them."""
    out = io.BytesIO()
    with ZipFile(raw) as packed, ZipFile(out, "w", ZIP_STORED) as stored:
        names = packed.namelist()
        for name in sorted(names, key=lambda n: (n != "[Content_Types].xml", not n.startswith("_rels/"), n)):
            part = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.create_system, part.external_attr = 3, 0o600 << 16
            stored.writestr(part, packed.read(name))
    return out.getvalue()
