"""The annex as a workbook: a summary, the sheets that compute, then a sheet for each table of the page."""

from __future__ import annotations

import contextlib
import io
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import ceil
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from ictindex.annex.live_facts import FIRST, LEAD, Formula, Sheet
from ictindex.annex.live_sheets import live_sheets
from ictindex.basics import exact_text, format_vi, temporary_folder
from ictindex.page import Cell, Column, Edition, Item, Table, neutral

Style = Callable[..., Any]  # properties -> a format of the workbook

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
_CREATED = datetime(1980, 1, 1)  # a time of writing would make another file of every run
_KEYS, _LABELS, _FIRST = 2, 3, 4  # rows of the machine keys, of the headings, of the first data
_MOST_ROWS = 1_048_576 - 8  # what a sheet holds, less what stands around the data
_MOST_CELLS = 250_000  # that a workbook has, of its tables and again of the sheets that compute
_MOST_DECIMALS = 6  # that are shown; the cell holds them all
_LINE = {"border": 1, "border_color": "#A6A6A6"}
_LABEL = {"bold": True, "align": "center", "valign": "vcenter", "indent": 0, "bg_color": "#E8ECF1", **_LINE}
_SMALL = 1_000_000  # bytes of rows; the parts of a larger book are put together in files of their own
_SUMMARY_VI = "Tóm tắt"


def workbook(e: Edition, items: Iterable[Item], computed: bool = True) -> bytes:
    """annex.xlsx: a summary sheet, the sheets that compute, then a sheet for each table that has rows.

    ``computed``: whether formulas show the package's figures to a program that does not compute. What would
    make more than _MOST_CELLS is left out, the sheets that compute as a whole and of the largest tables the
    last rows; the summary names it, and where it is.
    """
    raw, stamp = io.BytesIO(), e.state.label
    with _book(raw, e.methodology.source.label_vi) as (book, style):
        summary = _new_sheet(book, _SUMMARY_VI, e.edition, stamp)
        listed: dict[str, tuple] = {}
        left_out = []
        if (computing := _computing_cells(e)) > _MOST_CELLS:
            left_out.append(_NOT_COMPUTED_VI.format(format_vi(computing), format_vi(_MOST_CELLS)))
        for live in [] if left_out else live_sheets(e):
            _write_live(_new_sheet(book, live.name, e.edition, stamp), live, e, style, computed)
            listed[live.name] = (live.name, live.about, len(live.rows), "")
        shown = [item for item in items if isinstance(item.view, Table) and item.view.rows]
        fitting = _rows_that_fit([item.view for item in shown])
        for item, most in zip(shown, fitting, strict=True):
            table = item.view
            name = _sheet_name(f"{item.number}. {table.title_vi}", [_SUMMARY_VI, *listed])
            title, sheet = f"{item.label_vi}. {table.title_vi}", _new_sheet(book, name, e.edition, stamp)
            _write_table(sheet, replace(table, title_vi=title), stamp, style, most)
            listed[name] = (name, title, len(table.rows), f"results/{table.name}.csv")
            if most < len(table.rows):
                counts = map(format_vi, (most, len(table.rows)))
                left_out.append(_FIRST_ROWS_VI.format(name, *counts, listed[name][-1]))
        _write_summary(summary, listed.values(), left_out, e, style)
    return _packed(raw)


_NOT_COMPUTED_VI = (
    "Không có các trang tự tính: chừng {} ô công thức, quá {} ô mà sổ này chứa. Từng phép tính đã điền số ở"
    " results/points.csv."
)
_FIRST_ROWS_VI = "Trang “{}” chỉ có {} dòng đầu trong {} dòng; đủ ở {}."


def _computing_cells(e: Edition) -> int:
    """About how many cells the sheets that compute would have: answers, points, maxima and their sums."""
    return len(e.inputs.entities) * (len(e.methodology.answers) + 2 * len(e.methodology.nodes))


def _rows_that_fit(tables: Sequence[Table]) -> list[int]:
    """How many rows of each table a workbook takes: small tables whole, large ones what is left for each."""
    left, fitting = _MOST_CELLS, {}
    by_size = sorted(range(len(tables)), key=lambda i: len(tables[i].rows) * len(tables[i].columns))
    for n, i in enumerate(by_size):
        share = left // (len(by_size) - n) // len(tables[i].columns)
        fitting[i] = min(len(tables[i].rows), share, _MOST_ROWS)
        left -= fitting[i] * len(tables[i].columns)
    return [fitting[i] for i in range(len(tables))]


def book_of(
    tables: Iterable[Table], title: str, footer: str, stamp: str, head: Sequence[str], small: bool = False
) -> bytes:
    """A workbook of a cover with some lines of text and a sheet for each table.

    ``small``: it has few rows, which need no files beside memory: one of many that are written at a time.
    """
    raw = io.BytesIO()
    with _new_book(raw, title, in_memory=True) if small else _book(raw, title) as (book, style):
        cover = _new_sheet(book, "Giới thiệu", footer, stamp)
        cover.set_column(0, 0, 120)
        for row, line in enumerate((*head, stamp)):
            cover.set_row(row, 15 * (1 + len(line) // 110))
            cover.write_string(row, 0, neutral(line), style(text_wrap=True, bold=line in (title, stamp)))
        names = ["Giới thiệu"]
        for table in tables:
            names.append(_sheet_name(table.title_vi, names))
            _write_table(_new_sheet(book, names[-1], footer, stamp), table, stamp, style)
    return raw.getvalue() if small else _packed(raw)


@contextlib.contextmanager
def _book(raw: io.BytesIO, title: str) -> Iterator[tuple[Any, Style]]:
    """An empty workbook and its formats, each made once; in the end it is written to ``raw``."""
    with (
        temporary_folder() as aside,  # for rows, each of which leaves memory when the next begins
        _new_book(raw, title, constant_memory=True, tmpdir=str(aside)) as (book, style),
    ):
        yield book, style
        book.in_memory = sum(file.stat().st_size for file in aside.iterdir()) < _SMALL


@contextlib.contextmanager
def _new_book(raw: io.BytesIO, title: str, **options: Any) -> Iterator[tuple[Any, Style]]:
    import xlsxwriter

    book = xlsxwriter.Workbook(raw, {**_OPTIONS, **options, "default_format_properties": {**_FONT}})
    book.set_properties({"title": title, "author": "ictindex", "created": _CREATED})
    yield book, cache(lambda **properties: book.add_format(properties))
    book.close()


def _sheet_name(title: str, taken: Sequence[str]) -> str:
    """A tab's name: at most 31 characters, none that Excel forbids, no other tab's."""
    title = re.sub(r"[\[\]:*?/\\']", " ", title)
    name = textwrap.shorten(title, 31, placeholder="…")
    return f"{name[:27]} {len(taken)}" if name.casefold() in map(str.casefold, taken) else name


def _new_sheet(book: Any, name: str, footer: str, stamp: str) -> Any:
    """An empty sheet, set up for A4 across, one page wide, numbered and stamped."""
    sheet = book.add_worksheet(name)
    sheet._prepare_formula = _as_written
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{footer}&C&A&RTrang &P/&N")
    if stamp:
        sheet.set_header(f'&C&"Times New Roman,Bold"&K9B1C1C{stamp}')
    return sheet


def _as_written(formula: str, *_: object) -> str:
    """Without the sign before it; else XlsxWriter searches each formula for some thirty younger functions."""
    return formula.removeprefix("=")


def _write_table(sheet: Any, table: Table, stamp: str, style: Style, most: int = _MOST_ROWS) -> None:
    """Title, stamp, machine keys small and grey, headings, data, note."""
    kinds, last = [column.kind for column in table.columns], len(table.columns) - 1
    shown, notes = table.rows[:most], [neutral(table.note_vi)]
    if len(shown) < len(table.rows):
        notes.append(f"Hiện {format_vi(len(shown))} dòng đầu; đủ ở results/{table.name}.csv.")
    rows = [[_excel(cell) for cell in row] for row in shown]
    widths = [_width(column, [row[i] for row in rows[:500]]) for i, column in enumerate(table.columns)]
    labels = [neutral(column.full_vi) for column in table.columns]
    codes = [column.in_file_only and column.kind == "text" for column in table.columns]
    for i, width in enumerate(widths):
        sheet.set_column(i, i, width, None, {"hidden": True} if codes[i] else {})
    begins = codes.index(False) if False in codes else 0  # what is hidden shows no title
    sheet.set_row(0, 21)
    sheet.write_string(0, begins, table.title_vi, style(bold=True, font_size=14))
    sheet.write_string(1, begins, stamp, style(bold=True, font_color="#9B1C1C"))
    sheet.set_row(_KEYS, None, None, {"hidden": True})
    _write_row(sheet, _KEYS, [column.key for column in table.columns], style, {"font_size": 8})
    _set_height(sheet, _LABELS, labels, [width * 0.8 for width in widths])
    _write_row(sheet, _LABELS, labels, style, _LABEL)
    for number, cells in enumerate(rows):
        _set_height(sheet, _FIRST + number, cells, widths)
        look = {"bold": True, "bg_color": "#FFF6D6", **_LINE} if number in table.emphasis else _LINE
        _write_row(sheet, _FIRST + number, cells, style, look, kinds)
    for i, note in enumerate(notes, start=_FIRST + len(shown) + 1):
        sheet.write_string(i, begins, note, style(italic=True))
    sheet.freeze_panes(_FIRST, 0)
    sheet.repeat_rows(_LABELS)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_MOST_ROWS}"})  # codes and numbers of clauses
    if len(shown) > 20:
        sheet.autofilter(_LABELS, begins, _LABELS + len(shown), last)


def _write_row(sheet: Any, row: int, cells: Sequence[Any], style: Style, look: dict, kinds: Any = ()) -> None:
    left = style(**{"text_wrap": True, "align": "left", "indent": 1, **look})
    right = style(**{"text_wrap": True, "align": "right", **look})
    for i, cell in enumerate(cells):
        if cell is None:
            sheet.write_blank(row, i, None, style(**look))
        elif isinstance(cell, str):
            sheet.write_string(row, i, cell, right if kinds and kinds[i] != "text" else left)
        else:
            exact = cell if isinstance(cell, int | Decimal) else Decimal(repr(cell))
            decimals = min(-Decimal(exact).as_tuple().exponent, _MOST_DECIMALS)
            form = f"#,##0.{'0' * decimals}" if decimals > 0 else "#,##0"
            sheet.write_number(row, i, float(cell), style(num_format=form, **look))


def _excel(cell: Cell) -> str | int | Decimal | float | None:
    """A cell as a sheet holds it: a number as a number, which anybody can add up; nothing as a formula.

    A fraction is shown as near as a number cell holds it: the file of results keeps it exactly. A figure that
    is written with more digits than that stays text.
    """
    if isinstance(cell, str):
        return neutral(cell)
    if isinstance(cell, Fraction):
        text = exact_text(cell)
        return float(cell) if "/" in text else Decimal(text)
    if cell is None or len(Decimal(cell).as_tuple().digits) <= 15:
        return cell
    was_float = isinstance(cell, Decimal) and Decimal(repr(float(cell))) == cell
    return cell if was_float else str(cell)


def _width(column: Column, cells: Sequence[Any]) -> float:
    """Wide enough for the heading's words and the cells, within bounds beyond which text wraps."""
    words = max(map(len, column.full_vi.split()), default=0) + 3  # the filter's button
    longest = max((len(str(cell)) for cell in cells), default=0) + 2
    return min(max(words, longest, 7), 36)


def _set_height(sheet: Any, row: int, cells: Sequence[Any], widths: Sequence[float]) -> None:
    """A height for wrapped text: not every program finds one by itself."""
    lines = max(ceil(len(str(cell)) / width) for cell, width in zip(cells, widths, strict=True))
    sheet.set_row(row, min(15 * lines, 400))


def _write_summary(
    sheet: Any, listed: Iterable[tuple], left_out: Iterable[str], e: Edition, style: Style
) -> None:
    """The annex's head, the result in words, what is on which sheet, and what on none."""
    for i, width in enumerate((32, 58, 10, 28)):
        sheet.set_column(i, i, width)
    head = e.payload()
    red = {"font_color": "#9B1C1C", "bold": True}
    state = " ".join((head["state"], *head["why"]))
    lines = [(line, {"bold": True, "align": "center"}) for line in head["heading"]]
    lines += [("", {}), (state, red), *((f"SAI: {line}", red) for line in head["broken"])]
    lines += [*((line, {}) for line in head["headline"]), *((line, red) for line in left_out), ("", {})]
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


# --- the sheets that compute ------------------------------------------------------------------------------

_FORMS = {"": "General", "share": "0.000", "value": "#,##0.0000", "points": "#,##0.00"}
_MAY_CHANGE = {"font_color": "#0B4F8A"}  # figures, beside what formulas make of them


def _write_live(sheet: Any, live: Sheet, e: Edition, style: Style, computed: bool) -> None:
    """Title, stamp, hidden keys, headings, maxima and weights, then the units."""
    forms = _FORMS | {"printed": f"#,##0.{'0' * e.decimals}".rstrip(".")}
    sheet.set_column(0, 0, 12, None, {"hidden": True})
    sheet.set_column(1, 1, 22, None, {"hidden": len(e.methodology.groups) == 1})
    sheet.set_column(2, 2, 36)
    sheet.set_column(LEAD, max(LEAD, len(live.headings) - 1), 14)
    sheet.set_row(0, 21)
    sheet.write_string(0, 0, "", style())
    sheet.write_string(0, 2, neutral(f"{live.name}. {live.about}"), style(bold=True, font_size=14))
    sheet.write_string(1, 2, e.state.label, style(bold=True, font_color="#9B1C1C"))
    sheet.set_row(_KEYS, None, None, {"hidden": True})
    _write_row(sheet, _KEYS, [heading.key for heading in live.headings], style, {"font_size": 8})
    labels = [neutral(heading.label) for heading in live.headings]
    _set_height(sheet, _LABELS, labels[LEAD:] or [""], [12] * max(1, len(labels) - LEAD))
    _write_row(sheet, _LABELS, labels, style, {**_LABEL, "text_wrap": True})
    grey = {"font_color": "#595959", "bg_color": "#F3F4F6", **_LINE}
    for number, row in enumerate(live.above, start=FIRST):
        _write_live_row(sheet, number, row, live, forms, style, grey, computed)
    for number, row in enumerate(live.rows, start=FIRST + len(live.above)):
        _write_live_row(sheet, number, row, live, forms, style, _LINE, computed)
    last = FIRST + len(live.above) + len(live.rows) - 1
    for column, words in live.choices.items():
        if sum(len(word) + 1 for word in words) < 255 and not any("," in word for word in words):
            rule = {"validate": "list", "source": words, "error_type": "warning"}
            sheet.data_validation(FIRST + len(live.above), column, last, column, rule)
    sheet.freeze_panes(FIRST + len(live.above), LEAD)
    sheet.repeat_rows(_LABELS)


def _write_live_row(sheet, row: int, cells: Sequence[Any], live: Sheet, forms, style, look, computed) -> None:
    for i, cell in enumerate(cells):
        form = forms[live.headings[i].form]
        if isinstance(cell, Formula):
            value = cell.value if computed else ""
            value = value if isinstance(value, str) else float(value)
            sheet.write_formula(row, i, f"={cell.text}", style(num_format=form, **look), value)
        elif cell is None:
            sheet.write_blank(row, i, None, style(**look))
        elif isinstance(cell, str):
            told = style(**({"text_wrap": i < LEAD} | (_MAY_CHANGE if i >= LEAD else {}) | look))
            sheet.write_string(row, i, neutral(cell), told)
        elif "/" in (text := exact_text(Fraction(cell))):
            sheet.write_formula(
                row, i, f"={text}", style(num_format=form, **{**_MAY_CHANGE, **look}), float(cell)
            )
        else:
            sheet.write_number(row, i, float(cell), style(num_format=form, **{**_MAY_CHANGE, **look}))


# --- the file ---------------------------------------------------------------------------------------------


def _packed(raw: io.BytesIO) -> bytes:
    """The same parts in a fixed order, without times."""
    out = io.BytesIO()
    with ZipFile(raw) as packed, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=9) as again:
        names = packed.namelist()
        for name in sorted(names, key=lambda n: (n != "[Content_Types].xml", not n.startswith("_rels/"), n)):
            again.writestr(_part(name), packed.read(name), ZIP_DEFLATED, 9)
    return out.getvalue()


def _part(name: str) -> ZipInfo:
    part = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    part.create_system, part.external_attr = 3, 0o600 << 16
    return part


_HEADER, _ENTRY, _END = 30, 46, 22  # bytes of a zip file around names and data


def same_workbook(data: bytes, wanted: bytes) -> bool:
    """Whether two workbooks are one: byte by byte, or by their parts where another zlib packed them.

    Then nothing else may lie in the file: no gap, no comment, no further field.
    """
    if data == wanted:
        return True
    try:
        with ZipFile(io.BytesIO(data)) as mine, ZipFile(io.BytesIO(wanted)) as theirs:
            pairs = list(zip(mine.infolist(), theirs.infolist(), strict=True))
            at = 0
            for own, other in pairs:
                fixed = ("filename", "date_time", "create_system", "external_attr", "file_size", "CRC")
                if any(getattr(own, name) != getattr(other, name) for name in (*fixed, "compress_type")):
                    return False
                if own.header_offset != at or own.extra or own.comment or own.flag_bits != other.flag_bits:
                    return False
                if mine.read(own) != theirs.read(other):
                    return False
                at += _HEADER + len(own.filename.encode()) + own.compress_size
            at += sum(_ENTRY + len(own.filename.encode()) for own, _ in pairs) + _END
            return at == len(data)
    except (BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        return False
