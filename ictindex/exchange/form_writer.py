"""A form written as a protected workbook in which only the cells to be filled in are open."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Any

from ictindex.basics import exact_text
from ictindex.exchange import layout
from ictindex.exchange.entry_checks import (
    A_DAY,
    DAY,
    LISTS,
    Checks,
    Lists,
    free_text,
    of_answer,
    one_of,
    plain,
    whole,
)
from ictindex.exchange.layout import Field, Form, Line, SelfScore, Sheet, Shown
from ictindex.exchange.live_score import FIGURES, live_score
from ictindex.exchange.typed import Filled, as_listed, as_typed, number_format, printed
from ictindex.methodology import Answer
from ictindex.page import neutral

Place = tuple[str, str, str, str]  # sheet, entity ('' without such a column), code, column's key

_CREATED = datetime(1980, 1, 1)  # a time of writing would make another file of every run
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
_LINE = {"border": 1, "border_color": "#A6A6A6"}
_LOOKS = {
    "heading": {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", **_LINE},
    "group": {"bold": True, "text_wrap": True, "bg_color": "#E8ECF1", **_LINE},
    "shown": {"text_wrap": True, **_LINE},
    "small": {"font_size": 8, "font_color": "#767676", "text_wrap": True, **_LINE},
    "open": {"locked": False, "text_wrap": True, "bg_color": "#FFF6D6", **_LINE},
    "signed": {"bold": True, "text_wrap": True, "align": "center", **_LINE},
}
_GREY, _PALE, _RED = "#E8ECF1", "#FFE9A8", "#9B1C1C"
_CODES = ("entity", "code")  # machine keys: needed to find the line again, in nobody's way
TOP = 3  # rows above the headings: title, sender, stamp
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_MAY = {"format_columns": True, "format_rows": True}  # to read and print; nothing else
_PER_WIDTH = 1.05  # letters of the font in a unit of a column's width, which is a digit
_SMALLER = 1.3  # more letters in the small print of codes
_COUNCIL = ("Thư ký\n(ký, ghi rõ họ tên)", "Chủ tịch hội đồng\n(ký, ghi rõ họ tên)")
_REVIEWER = ("Người chấm\n(ký, ghi rõ họ tên)", "Xác nhận của tổ đánh giá")
_SIGN = {  # under which the paper copy is signed and stamped
    "": ("Lập biểu\n(ký, ghi rõ họ tên)", "Thủ trưởng đơn vị\n(ký tên, đóng dấu)"),
    layout.APPRAISAL: _COUNCIL,
    layout.DECISIONS: _COUNCIL,
    layout.INSPECTION: ("Người kiểm tra\n(ký, ghi rõ họ tên)", "Xác nhận của tổ đánh giá"),
    layout.MARKING: _REVIEWER,
    layout.ADJUDICATION: _REVIEWER,
}
_YES_OR_NO = Answer(label_vi="Có hay không", kind="yes_no")
_POINTS = "#,##0.00"
_SCORE_COLUMNS = (
    *(("TT", 8), ("Tiêu chí", 46), ("Điểm tối đa", 11), ("Điểm tự tính", 14)),
    *(("Điểm tối đa của phần tính được", 14), ("Không tự tính được vì", 20)),
)
ABOUT_SCORE_VI = (
    "Tính từ các ô đã điền, chỉ để đơn vị tham khảo; cơ quan đánh giá không lấy điểm ở trang này."
)
_DRAWN = 10  # rows of a list that are drawn, though more may be filled in
_WIDE, _HIGH = 11.69 - 0.8, 8.27 - 1.2  # inches of a landscape A4 inside its margins
_COVER_VI = 34, 76  # widths of its columns


def write(form: Form, answers: Mapping[Place, Filled] | None = None) -> bytes:
    """The form as the bytes of an .xlsx, the same for the same form.

    ``answers`` fills entry cells in, as whoever gets the form would: a choice by its key, a state by its
    code, other text as it is; KeyError where the form asks no such thing.
    """
    from ictindex.exchange.plain_sheet import PlainBook

    raw = io.BytesIO()
    book = PlainBook(raw, {**_OPTIONS, "default_format_properties": {**_FONT}})
    book.set_properties({"title": form.title_vi, "author": "ictindex", "created": _CREATED})
    writer = _Writer(book, form, dict(answers or {}))
    writer.cover()
    for sheet in form.sheets:
        writer.sheet(sheet)
    if form.score:
        writer.score(form.score)
    writer.close()
    return raw.getvalue()


@dataclass
class _Writer:
    """One workbook while it is written: its formats and lists, and the answers not yet filled in."""

    book: Any
    form: Form
    answers: dict[Place, Filled]
    lists: Lists = field(default_factory=dict)
    formats: dict[tuple | str, Any] = field(default_factory=dict)
    checks: dict[tuple, dict[str, Any]] = field(default_factory=dict)  # made once for all that are alike

    def style(self, look: str = "", **more: Any) -> Any:
        """A format of the workbook, made once: one of _LOOKS with more properties, or these alone."""
        key = (look, *more.items()) if more else look
        if key not in self.formats:
            self.formats[key] = self.book.add_format({**_LOOKS.get(look, {}), **more})
        return self.formats[key]

    # --- the cover ----------------------------------------------------------------------------------------

    def cover(self) -> None:
        form, rows = self.form, _Rows(self._new(layout.COVER_SHEET, landscape=False))
        for column, width in enumerate(_COVER_VI):
            rows.sheet.set_column(column, column, width)
        rows.alone(form.title_vi, self.style(bold=True, font_size=15))
        rows.alone(form.sender_vi, self.style(bold=True, font_size=13))
        if form.stamp:
            rows.alone(form.stamp, self.style(bold=True, font_color=_RED))
        rows.skip()
        for label, text in form.about:
            rows.pair(label, text, self.style("shown", bg_color=_GREY), self.style("shown"))
        rows.skip()
        rows.alone("Phần điền của người nhận phiếu", self.style(bold=True))
        for key in layout.COVER_ENTRIES:
            if key != "opinion" or form.kind == layout.SLIP:
                pale = self.style("shown", bg_color=_PALE)
                row = rows.pair(layout.COVER[key], "", pale, self.style("shown"))
                self._cover_entry(rows.sheet, row, key)
        rows.skip()
        rows.pair(*signers(form.kind), *[self.style("signed")] * 2)
        rows.sheet.set_row(rows.row - 1, 90)
        rows.skip()
        rows.alone("Hướng dẫn", self.style(bold=True))
        number = self.style("shown", align="right", indent=1)
        for i, step in enumerate(form.steps, start=1):
            rows.pair(f"{i}.", step, number, self.style("shown"))
        rows.skip()
        rows.alone("Mã của phiếu (không sửa)", self.style(font_size=8, font_color="#767676"))
        for key in layout.COVER:
            if key not in layout.COVER_ENTRIES:
                text = {"form": form.kind}.get(key) or str(getattr(form, key))
                rows.pair(layout.COVER[key], text, self.style("small"), self.style("small"))

    def _cover_entry(self, sheet: Any, row: int, key: str) -> None:
        text = self.form.filled.get(key, "1" if key == "sending" else "")
        if key == "sending":
            sheet.write_number(row, 1, int(text), self.style("open", align="left", num_format="0"))
            check = whole(1, None, "Ghi 1 cho lần gửi đầu, 2 cho lần sau …")
        elif key == "sent_on":
            look = self.style("open", align="left", num_format="dd/mm/yyyy")
            sheet.write_blank(row, 1, None, look)
            if text:
                sheet.write_datetime(row, 1, datetime.fromisoformat(text), look)
            check = DAY
        elif key == "opinion":
            sheet.write(row, 1, layout.OPINIONS.get(text, text) or None, self.style("open"))
            message = "Chọn một ý kiến; đề nghị điều chỉnh thì ghi rõ ở từng dòng."
            check = one_of(layout.OPINIONS.values(), self.lists, message)
        else:
            sheet.write(row, 1, text or None, self.style("open", num_format="@"))
            check = free_text(key)
        sheet.data_validation(row, 1, row, 1, check)

    # --- a sheet of lines ---------------------------------------------------------------------------------

    def sheet(self, sheet: Sheet) -> None:
        """Title, sender, stamp, headings; then a row for each line."""
        page = self._new(sheet.name, landscape=len(sheet.fields) > 6)
        title = self.form.title_vi
        title = title if title.startswith(sheet.name) else f"{title} – {sheet.name}"
        page.write_string(0, 0, neutral(title), self.style(bold=True, font_size=14))
        page.write_string(1, 0, neutral(self.form.sender_vi), self.style(bold=True))
        page.write_string(2, 0, self.form.stamp, self.style(bold=True, font_color=_RED))
        for i, asked in enumerate(sheet.fields):
            page.set_column(i, i, asked.width)
            colour = _PALE if asked.entry else _GREY
            small = {"font_size": 8} if asked.key in _CODES else {}
            page.write_string(TOP, i, asked.label_vi, self.style("heading", **small, bg_color=colour))
        top = _set_height(page, TOP, [(asked.label_vi, asked.width - 2) for asked in sheet.fields])
        checks, heights = Checks(), []
        widths = [(f.key, f.width * (_SMALLER if f.key in _CODES else 1)) for f in sheet.fields]
        for row, line in enumerate(sheet.lines, start=TOP + 1):
            for i, asked in enumerate(sheet.fields):
                if asked.entry and is_open(line, asked):
                    self._entry(page, row, i, sheet, line, asked)
                    checks.add(row, i, self._check(line, asked))
                else:
                    self._show(page, row, i, line, asked)
            held = [(cell, width) for key, width in widths if (cell := line.cells.get(key))]
            heights.append(_set_height(page, row, held))
        if sheet.rows:
            self._own_rows(page, sheet)
        elif len(sheet.fields) > 6:
            _break_pages(page, sheet, heights, top)
        checks.write(page)
        page.freeze_panes(TOP + 1, _frozen(sheet.fields))
        page.repeat_rows(TOP)
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{TOP + 1 + len(sheet.lines)}"})

    def _own_rows(self, page: Any, sheet: Sheet) -> None:
        """A list: its columns are open as far as they go, and a few rows are drawn."""
        closed = self.style(locked=True)
        for row in range(TOP):
            page.set_row(row, None, closed)
        rows: dict[str, dict[str, Filled]] = {}
        for place in [place for place in self.answers if place[0] == sheet.name]:
            rows.setdefault(place[2], {})[place[3]] = self.answers.pop(place)
        drawn = max(_DRAWN, len(rows))
        for i, asked in enumerate(sheet.fields):
            shape = "dd/mm/yyyy" if asked.key in layout.DAYS else "@"
            page.set_column(i, i, asked.width, self.style(locked=False, text_wrap=True, num_format=shape))
            page.data_validation(TOP + 1, i, TOP + sheet.rows, i, self._new_check(Line({}), asked))
            look = self.style("open", num_format=shape)
            filled = [each.get(asked.key, "") for each in rows.values()]
            for row, text in enumerate(filled + [""] * (drawn - len(filled)), start=TOP + 1):
                if text == "":
                    page.write_blank(row, i, None, look)
                else:
                    page.write_string(row, i, as_listed(asked, text), look)

    # --- the self-score -----------------------------------------------------------------------------------

    def _beside(self, page: Any, row: int, i: int, line: Line) -> None:
        """The points that follow from what is typed, beside the line that they are of."""
        formula, value = live_score(self.form, TOP + 1).beside(line.scores)
        look = self.style(
            "shown" if line.cells.get("code") else "group", num_format=_POINTS, align="right", italic=True
        )
        if formula.startswith("="):
            page.write_formula(row, i, formula, look, value)
        else:
            page.write_string(row, i, formula, look)

    def score(self, score: SelfScore) -> None:
        """A sheet with every criterion: what it earns from the figures typed, added up to the total."""
        from ictindex.exchange.plain_sheet import Rows

        page = self._new(layout.SCORE_SHEET, landscape=False)
        number = {"num_format": _POINTS, "align": "right"}
        title, sender = self.style(bold=True, font_size=14), self.style(bold=True)
        about, heading = self.style(italic=True), self.style("heading", bg_color=_GREY)
        looks = {look: (self.style(look), self.style(look, **number)) for look in ("group", "shown")}
        formats = [title, sender, about, heading, *looks["group"], *looks["shown"]]
        for i, (_, width) in enumerate(_SCORE_COLUMNS):
            page.set_column(i, i, width)
        page.set_column(FIGURES, FIGURES, None, None, {"hidden": True})
        page.freeze_panes(TOP + 1, 0)
        page.repeat_rows(TOP)
        lists, whose = tuple(self.lists), neutral(self.form.sender_vi)
        rows = score.made.setdefault(("rows", lists), Rows())
        if rows.template:
            page.redraw(rows, formats, {"A2": whose})
            return
        page.write_string(0, 0, layout.SCORE_SHEET, title)
        page.write_string(1, 0, whose, sender)
        page.write_string(2, 0, ABOUT_SCORE_VI, about)
        for i, (label, _) in enumerate(_SCORE_COLUMNS):
            page.write_string(TOP, i, label, heading)
        _set_height(page, TOP, [(label, width - 2) for label, width in _SCORE_COLUMNS])
        live = live_score(self.form, TOP + 1)
        for row in live.rows:
            text, number = looks["group" if row.node.children else "shown"]
            page.write_string(row.at, 0, row.node.number, text)
            page.write_string(row.at, 1, neutral(row.node.label_vi), text)
            most = row.node.maxima[score.group]
            page.write_number(row.at, 2, plain(most), number)
            if "/" in (exact := exact_text(most)):  # 10/3 as it is, not 3,333…
                page.write_formula(row.at, 2, exact, number, float(most))
            page.write_formula(row.at, 3, row.points, number, row.value)
            page.write_formula(row.at, 4, row.available, number, "")
            page.write_string(row.at, 5, row.why, text)
            _set_height(page, row.at, [(row.node.label_vi, _SCORE_COLUMNS[1][1])])
        for at, formula in live.figures(self.lists):
            page.write_formula(at, FIGURES, formula, None, "")
        if tuple(self.lists) == lists:
            page.remember(rows, formats)

    def _show(self, page: Any, row: int, i: int, line: Line, asked: Field) -> None:
        if asked.key == "self_score" and line.scores:
            self._beside(page, row, i, line)
            return
        cell = line.cells.get(asked.key)
        kind = "small" if asked.key in _CODES else "shown" if line.cells.get("code") else "group"
        look = self.style(kind, align="right", indent=1) if isinstance(cell, Fraction) else self.style(kind)
        if text := printed(cell):
            page.write_string(row, i, text, look)
        else:
            page.write_blank(row, i, None, look)

    def _entry(self, page: Any, row: int, i: int, sheet: Sheet, line: Line, asked: Field) -> None:
        place = (sheet.name, line.cells.get("entity") or "", line.cells["code"], asked.key)
        asks = line.asks if asked.key in layout.VALUE_FIELDS else None
        value = as_typed(self.answers.pop(place, None), asks)
        look = self.style("open", num_format=number_format(line, asked))
        if value is None:
            page.write_blank(row, i, None, look)
        elif isinstance(value, str):
            page.write_string(row, i, value, look)
        else:
            page.write_number(row, i, value, look)

    def _check(self, line: Line, asked: Field) -> dict[str, Any]:
        """The validation of an entry cell."""
        key = (asked.key, id(line.asks) if asked.key in layout.VALUE_FIELDS else None, line.offered)
        if key not in self.checks:
            self.checks[key] = self._new_check(line, asked)
        return self.checks[key]

    def _new_check(self, line: Line, asked: Field) -> dict[str, Any]:
        if asked.key == "state":
            message = "Chỉ chọn khi để trống câu trả lời; nói rõ ở cột Ghi chú."
            return one_of(layout.STATES.values(), self.lists, message)
        if asked.key == "decided":
            labels = (layout.DECIDED_VI[key] for key in line.offered)
            return one_of(labels, self.lists, "Chọn một quyết định.")
        if asked.key == "level":
            return one_of(layout.LEVEL_VI.values(), self.lists, "Chọn mức độ 3 hoặc 4.")
        if asked.key in layout.DAYS:
            return DAY if asked.key == "until" else A_DAY
        if asked.key == "way":
            return one_of(layout.WAY_VI.values(), self.lists, "Chọn một cách kiểm tra.")
        if asked.key in layout.YES_NO_FIELDS:
            return of_answer(_YES_OR_NO, self.lists)
        if asked.key not in layout.VALUE_FIELDS or line.asks.kind == "text":
            return free_text(asked.key)
        return of_answer(line.asks, self.lists)

    # --- around them --------------------------------------------------------------------------------------

    def _new(self, name: str, landscape: bool) -> Any:
        """An empty sheet: A4, one page wide, with the form's name, the sender and page numbers; protected."""
        page = self.book.add_worksheet(name)
        if landscape:
            page.set_landscape()
        page.set_paper(9)  # A4
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        page.fit_to_pages(1, 0)
        head = f"&L{_header(self.form.title_vi)}"
        page.set_header(
            f'{head}&R&"Times New Roman,Bold"&K9B1C1C{self.form.stamp}' if self.form.stamp else head
        )
        page.set_footer(f"&L{_header(self.form.sender_vi)}&C{_header(self.form.edition)}&RTrang &P/&N")
        page.protect("", _MAY)
        return page

    def close(self) -> None:
        if self.answers:
            raise KeyError(f"no entry cell for {sorted(self.answers)[:3]}")
        if self.lists:
            hidden = self.book.add_worksheet(LISTS)
            for column, labels in enumerate(self.lists):
                hidden.write_column(0, column, labels)
            hidden.protect()
            hidden.very_hidden()
        self.book.close()


@dataclass
class _Rows:
    """The rows of a cover, one under the other."""

    sheet: Any
    row: int = 0

    def skip(self) -> None:
        self.row += 1

    def alone(self, text: str, look: Any) -> None:
        self.sheet.write_string(self.row, 0, neutral(text), look)
        self.row += 1

    def pair(self, label: str, text: str, label_look: Any, look: Any) -> int:
        self.sheet.write_string(self.row, 0, neutral(label), label_look)
        self.sheet.write_string(self.row, 1, neutral(text), look)
        _set_height(self.sheet, self.row, [(label, _COVER_VI[0]), (text, _COVER_VI[1])])
        self.row += 1
        return self.row - 1


def signers(kind: str) -> tuple[str, str]:
    """Who signs the paper copy of a form."""
    return _SIGN.get(kind, _SIGN[""])


def is_open(line: Line, asked: Field) -> bool:
    """Whether a cell of a line is to be filled in: headings have none, and a value needs a question."""
    needs_question = asked.key in (*layout.VALUE_FIELDS, "state")
    wanted = line.asks is not None or not needs_question
    return asked.entry and asked.key not in line.closed and bool(line.cells.get("code")) and wanted


def _break_pages(page: Any, sheet: Sheet, heights: Sequence[float], top: float) -> None:
    """Pages none of which ends with a heading of a group; the program makes them as wide as the sheet."""
    inches = sum(asked.width * 7 + 5 for asked in sheet.fields) / 96
    room = _HIGH * 72 * max(1, inches / _WIDE) * 0.95  # points; programs differ a little
    breaks, used = [], 4 * 20 + top
    for i, height in enumerate(heights):
        if used + height > room:
            first = i - 1 if i and not sheet.lines[i - 1].cells.get("code") else i
            breaks.append(TOP + 1 + first)
            used = top + sum(heights[first:i])
        used += height
    page.set_h_pagebreaks(breaks)


def _set_height(page: Any, row: int, cells: Iterable[tuple[Shown, float]]) -> float:
    """Set and return a height for wrapped text, which not every program finds by itself.

    ``cells``: what, in what width.
    """
    lines = max((_lines(printed(cell), width) for cell, width in cells if cell), default=1)
    height = min(15 * lines + 2, 400)
    page.set_row(row, height)
    return height


@lru_cache(maxsize=50_000)  # units are asked the same
def _lines(text: str, width: float) -> int:
    return sum(max(1, ceil(len(part) / (_PER_WIDTH * width))) for part in text.split("\n"))


def _frozen(fields: tuple[Field, ...]) -> int:
    """How many columns stay in sight: up to the question, where the screen has room for them."""
    count = next((i for i, asked in enumerate(fields, start=1) if asked.key == "question"), 0)
    return count if sum(asked.width for asked in fields[:count]) <= 90 else 0


def _header(text: str) -> str:
    """Text for a page's head or foot, where & begins a command and 255 characters are all there is."""
    return (text if len(text) <= 80 else f"{text[:79]}…").replace("&", "&&")
