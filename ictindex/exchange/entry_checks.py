"""What an entry cell of a form accepts, and what it says to whoever fills it in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from ictindex.basics import format_vi
from ictindex.exchange.cells import cell_name
from ictindex.exchange.layout import YES_NO
from ictindex.methodology import Answer
from ictindex.page import neutral

LISTS = "Danh mục"  # a sheet that nobody sees: a list in the validation itself may hold no comma

Check = dict[str, Any]  # a data validation in XlsxWriter's words
Lists = dict[tuple[str, ...], int]  # the labels of a list -> its column in the sheet LISTS

_FREE_TEXT = 2000  # characters
_PROMPTS = {
    "evidence": "Tên tệp gửi kèm phiếu, cách nhau bằng dấu chấm phẩy (;), hoặc số, ngày của văn bản.",
    "why": "Nói rõ căn cứ, để đơn vị đọc là hiểu.",
    "grounds": "Nói rõ vì sao đề nghị điều chỉnh.",
    "reach": "Để liên hệ khi phiếu cần sửa.",
}


class Checks:
    """Validations of a sheet: cells that are checked alike share one, in runs down a column."""

    def __init__(self) -> None:
        self._runs: dict[tuple, list[list[int]]] = {}
        self._sorted: dict[int, tuple[tuple, Check]] = {}  # by identity: many cells share a check

    def add(self, row: int, column: int, check: Check) -> None:
        if id(check) not in self._sorted:
            self._sorted[id(check)] = (tuple(sorted(check.items())), check)
        runs = self._runs.setdefault((column, self._sorted[id(check)][0]), [])
        if runs and runs[-1][2] == row - 1:
            runs[-1][2] = row
        else:
            runs.append([row, column, row, column])

    def write(self, page: Any) -> None:
        for (_, check), (first, *others) in self._runs.items():
            page.data_validation(
                *first, {**dict(check), **({"other_cells": [first, *others]} if others else {})}
            )


def of_answer(answer: Answer, lists: Lists) -> Check:
    """What a cell for the value of an answer accepts."""
    if answer.kind == "text":
        return free_text("")
    if answer.kind == "yes_no":
        return one_of(YES_NO.values(), lists, "Chọn Có hoặc Không trong danh sách.")
    if answer.kind == "choice":
        return one_of(answer.choices.values(), lists, "Chọn một mục trong danh sách.")
    if answer.kind == "count":
        return whole(answer.min or 0, answer.max, "Không ghi kèm chữ, đơn vị tính hay công thức.")
    of_points = answer.min is None and answer.kind in ("award", "mark")
    return decimal(Fraction(0) if of_points else answer.min, answer.max)


def one_of(labels: Iterable[str], lists: Lists, message: str) -> Check:
    """A choice from a column of the hidden sheet."""
    source = f"={listed_at(tuple(map(neutral, labels)), lists)}"
    return {"validate": "list", "source": source, **_messages("Chọn trong danh sách", message)}


def listed_at(labels: tuple[str, ...], lists: Lists) -> str:
    """Where a list stands on the hidden sheet; it is added where it is not there yet."""
    letters = cell_name(1, lists.setdefault(labels, len(lists)) + 1)[:-1]
    return f"'{LISTS}'!${letters}$1:${letters}${len(labels)}"


@lru_cache(maxsize=1_000)  # units are asked the same
def _limits_vi(low: Fraction | int | None, high: Fraction | int | None) -> str:
    """'từ 0 đến 8', 'từ 0 trở lên', 'đến 8', or nothing."""
    if low is None:
        return "" if high is None else f"không quá {format_vi(high)}"
    return f"từ {format_vi(low)} trở lên" if high is None else f"từ {format_vi(low)} đến {format_vi(high)}"


def _between(kind: str, low: Fraction | int | None, high: Fraction | int | None) -> dict[str, Any]:
    if high is None:
        return {"validate": kind, "criteria": ">=", "value": -1e300 if low is None else plain(low)}
    if low is None:
        return {"validate": kind, "criteria": "<=", "value": plain(high)}
    return {"validate": kind, "criteria": "between", "minimum": plain(low), "maximum": plain(high)}


def whole(low: Fraction | int, high: Fraction | int | None, message: str) -> dict[str, Any]:
    said = f"Số nguyên {_limits_vi(low, high)}, ví dụ 1234. {message}"
    return {**_between("integer", low, high), **_messages("Số nguyên", said)}


def decimal(low: Fraction | int | None, high: Fraction | int | None) -> dict[str, Any]:
    said = (
        f"Số {_limits_vi(low, high)}".rstrip()
        + ". Phần thập phân sau dấu phẩy: 12,5; máy không nhận thì gõ 12.5."
        " Không gõ dấu ngăn hàng nghìn, chữ, đơn vị tính hay công thức."
    )
    return {**_between("decimal", low, high), **_messages("Số", said)}


def free_text(key: str) -> dict[str, Any]:
    check = {"validate": "length", "criteria": "<=", "value": _FREE_TEXT}
    said = f"Nhiều nhất {format_vi(_FREE_TEXT)} ký tự; dài hơn thì gửi thành tệp kèm theo."
    error = {"error_title": "Quá dài", "error_message": said}
    return {**check, **error, **({"input_message": _PROMPTS[key]} if key in _PROMPTS else {})}


def _messages(title: str, message: str) -> dict[str, str]:
    """What the cell says when it is entered, and when what was typed is refused: 32 and 255 characters."""
    both = {"input_title": title, "input_message": message, "error_title": f"Cần: {title.lower()}"}
    return {**both, "error_message": message}


DAY = {
    "validate": "date",
    "criteria": "between",
    "minimum": date(2000, 1, 1),
    "maximum": date(2099, 12, 31),
    **_messages("Ngày", "Ngày gửi phiếu: ngày/tháng/năm, ví dụ 05/01/2018."),
}

A_DAY = DAY | _messages("Ngày", "Ngày/tháng/năm, ví dụ 05/01/2018.")


def plain(number: Fraction | int) -> int | float:
    return int(number) if number == int(number) else float(number)
