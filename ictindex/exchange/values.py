"""One cell as the value that was asked: read where it can mean one thing only, else what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from ictindex.basics import damaged, exact_text, format_vi, parse_number, proven_mark
from ictindex.exchange.cells import ERROR, TEXT, Cell
from ictindex.exchange.number_formats import DATE, NUMBER
from ictindex.methodology import Answer

_REPEATED = 300  # characters of a text that other forms may hold too: labels, codes, guidance
_LONGEST = 40  # characters of a figure, as exact.plain_decimal has it
_YES_NO = {
    "có": "có", "co": "có", "yes": "có", "true": "có", "1": "có",
    "không": "không", "khong": "không", "no": "không", "false": "không", "0": "không",
}  # fmt: skip


class Wrong(NamedTuple):
    """What is wrong with a cell: a finding's code and facts, without its place."""

    code: str
    facts: dict[str, Any]


def wrong(code: str, **facts: Any) -> Wrong:
    return Wrong(code, facts)


def tidy(text: str) -> str:
    """NFC on one line, without double, non-breaking or invisible spaces."""
    return _tidied(text) if len(text) <= _REPEATED else _tidied.__wrapped__(text)


@lru_cache(maxsize=10_000)  # forms of many units say the same
def _tidied(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def fold(text: str) -> str:
    """A text as labels are compared: whatever its capitals, spaces, closing colon or asterisk."""
    return _folded(text) if len(text) <= _REPEATED else _folded.__wrapped__(text)


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    return tidy(text).casefold().rstrip(" :*")


def read_value(cell: Cell | None, answer: Answer, mark: str | None = None) -> str | Wrong:
    """What answers.csv writes for a cell ('' where nothing is), or what is wrong.

    ``mark``: the decimal mark that other figures of the same form prove, for a figure that reads two ways.
    """
    if problem := _unreadable(cell):
        return problem
    if cell is None or not tidy(cell.text):
        return ""
    if answer.kind == "text":
        return read_text(cell)
    if answer.kind == "yes_no":
        word = fold(as_text(cell))
        return _YES_NO.get(word) or wrong("not-yes-no", value=as_text(cell))
    if answer.kind == "choice":
        return read_word(cell, answer.choices)
    return _number(cell, answer, mark)


def read_text(cell: Cell | None) -> str | Wrong:
    """Free text on one line; numbers and days as a reader writes them."""
    if problem := _unreadable(cell):
        return problem
    text = "" if cell is None else as_text(cell)
    return wrong("form-old-letters", value=text) if damaged(text) else text


def read_word(cell: Cell | None, words: Mapping[str, str]) -> str | Wrong:
    """The key of one of ``words`` (key -> label), by its label or the key itself; '' for nothing."""
    if problem := _unreadable(cell):
        return problem
    if cell is None or not tidy(cell.text):
        return ""
    text = fold(as_text(cell))
    meant = {key for key, label in words.items() if text in (fold(key), fold(label))}
    if len(meant) == 1:
        return meant.pop()
    return wrong("form-not-offered", value=as_text(cell), known="; ".join(words.values()))


def read_day(cell: Cell | None) -> date | Wrong | None:
    """A day: a cell of that kind, 5/12/2017, 2017-12-05 or 'ngày 5 tháng 12 năm 2017'; None for nothing."""
    if problem := _unreadable(cell):
        return problem
    if cell is None or not tidy(cell.text):
        return None
    text = tidy(cell.text)
    for pattern, order in _DAYS if cell.kind in (TEXT, DATE) else ():
        if match := pattern.search(text):
            try:
                return date(*(int(match[place]) for place in order))
            except ValueError:
                break
    return wrong("form-not-a-day", value=as_text(cell))


_DAYS = (
    (re.compile(r"^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$"), (1, 2, 3)),
    (re.compile(r"^([0-9]{1,2}) ?([/.-]) ?([0-9]{1,2}) ?\2 ?([0-9]{4})$"), (4, 3, 1)),
    (
        re.compile(
            r"^(?:[^0-9]{0,60}, ?)?ngày ([0-9]{1,2}) tháng ([0-9]{1,2}) năm ([0-9]{4})$", re.IGNORECASE
        ),
        (3, 2, 1),
    ),
)


def form_mark(figures: Iterable[tuple[Cell, Answer]]) -> str | None:
    """The decimal mark that the figures typed as text prove; None where they prove none, or both.

    Counts are whole: 1.234 proves that the point sets thousands apart.
    """
    marks = set()
    for cell, answer in figures:
        if cell.kind == TEXT and answer.kind not in ("text", "yes_no", "choice"):
            readings = _readings(_without_unit(tidy(cell.text), answer)[0], answer)
            marks |= readings.keys() if len(readings) == 1 else set()
    return marks.pop() if len(marks) == 1 else None


def _readings(text: str, answer: Answer) -> dict[str, Fraction]:
    """Decimal mark -> the number that a figure is under it; both marks where it reads two ways, or alike."""
    if mark := proven_mark(text):
        return {mark: parse_number(text, mark)}
    both = {mark: number for mark in ".," if (number := parse_number(text, mark)) is not None}
    if answer.kind == "count" and len(set(both.values())) == 2:
        whole = {mark: number for mark, number in both.items() if number.denominator == 1}
        return whole or both
    return both


def _number(cell: Cell, answer: Answer, mark: str | None) -> str | Wrong:
    shown = as_text(cell)
    if cell.kind == DATE:
        return wrong("form-day-for-number", value=shown)
    number = _typed(cell, answer) if cell.kind == NUMBER else _written(cell, answer, mark)
    if isinstance(number, Wrong):
        return number
    if answer.kind == "count" and number.denominator != 1:
        return wrong("not-whole", value=shown)
    least = Fraction(0) if answer.kind in ("count", "mark") and answer.min is None else answer.min
    if least is not None and number < least:
        return wrong("below-minimum", value=shown, limit=format_vi(least))
    if answer.max is not None and number > answer.max:
        return wrong("above-maximum", value=shown, limit=format_vi(answer.max))
    text = exact_text(number)
    return text if len(text) <= _LONGEST else wrong("not-a-number", value=shown, mark=",")


def _typed(cell: Cell, answer: Answer) -> Fraction | Wrong:
    """A number cell's number; where the unit is the percentage, what the cell shows."""
    number = _exact(cell.text)
    if number is None:
        return wrong("not-a-number", value=cell.text, mark=",")
    if cell.percent:
        return number * 100 if answer.unit_vi == "%" else wrong("form-percentage", value=as_text(cell))
    return _not_a_share(number, as_text(cell), answer)


def _written(cell: Cell, answer: Answer, mark: str | None) -> Fraction | Wrong:
    """The number that a text cell writes, in whatever style, if that is one number."""
    shown = tidy(cell.text)
    text, percent = _without_unit(shown, answer)
    readings = _readings(text, answer) if cell.kind == TEXT else {}
    if percent and answer.unit_vi != "%" and readings:
        return wrong("form-percentage", value=shown)
    numbers = sorted(set(readings.values()))
    if mark in readings:
        numbers = [readings[mark]]
    if not numbers:
        return wrong("not-a-number", value=shown, mark=",")
    if len(numbers) > 1:
        return wrong("form-two-numbers", value=shown, less=format_vi(numbers[0]), more=format_vi(numbers[1]))
    return numbers[0] if percent else _not_a_share(numbers[0], shown, answer)


def _not_a_share(number: Fraction, shown: str, answer: Answer) -> Fraction | Wrong:
    """0.45 without a sign is 45 % to one writer and 0.45 % to another, and so is 1."""
    if answer.unit_vi == "%" and 0 < abs(number) <= 1:
        return wrong("form-share-or-percent", value=shown)
    return number


def _without_unit(text: str, answer: Answer) -> tuple[str, bool]:
    """A figure without the question's own unit or the sign % behind it, and whether that sign stood there."""
    text = text.replace("\u2212", "-")
    if text.endswith("%"):
        return text[:-1].rstrip(), True
    unit = fold(answer.unit_vi or "")
    if unit and len(text) > len(unit) and text.casefold().endswith(unit):
        return text[: -len(unit)].rstrip(), False
    return text, False


def _exact(text: str) -> Fraction | None:
    """A float as it was typed, of 15 digits: 0.30000000000000004 is 0.3; None where it is too large."""
    number = float(text)
    if not -1e39 < number < 1e39:
        return None
    return Fraction(Decimal(f"{number:.15g}"))


def as_text(cell: Cell) -> str:
    """A cell as the clerk sees it, at least nearly: Vietnamese numbers and days, text on one line."""
    if cell.kind == DATE and (day := _DAYS[0][0].match(cell.text)):
        return f"{int(day[3]):02}/{int(day[2]):02}/{day[1]}"
    if cell.kind == NUMBER and (number := _exact(cell.text)) is not None:
        return format_vi(number * 100) + "%" if cell.percent else format_vi(number)
    return tidy(cell.text)


def _unreadable(cell: Cell | None) -> Wrong | None:
    """What no cell may hold, whatever is asked: a formula, an error, letters of an old encoding."""
    if cell is None:
        return None
    if cell.formula:
        return wrong("form-formula", value=as_text(cell) or "—")
    if cell.kind == ERROR or _ERRORS.fullmatch(cell.text.strip()):
        return wrong("form-cell-error", value=cell.text.strip())
    return None


_ERRORS = re.compile(r"#(?:REF|VALUE|NULL|NUM|DIV/0)!|#NAME\?|#N/A|Err:[0-9]{3}", re.IGNORECASE)
