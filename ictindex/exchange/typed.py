"""What stands in a form's cell: as it is shown, and as whoever fills it in would type it."""

from __future__ import annotations

from fractions import Fraction

from ictindex.basics import format_vi, round_exact
from ictindex.exchange import layout
from ictindex.exchange.entry_checks import plain
from ictindex.exchange.layout import Field, Line, Shown
from ictindex.methodology import Answer
from ictindex.page import neutral

Filled = Fraction | int | bool | str

_WORDS = layout.STATES | layout.WAY_VI


def printed(cell: Shown) -> str:
    """What is only shown is text, so that 1.234,5 reads alike on every machine."""
    if cell is None or type(cell) is str:  # most are; isinstance asks Fraction's abstract bases
        return neutral(cell or "")
    if isinstance(cell, Fraction):
        exact = format_vi(cell)
        return format_vi(round_exact(cell, 4)) if "/" in exact else exact
    return neutral(cell)


def as_typed(value: Filled | None, answer: Answer | None) -> str | float | int | None:
    """A value as whoever fills in the form would type it."""
    if isinstance(value, bool):
        return layout.YES_NO[value]
    if isinstance(value, str):
        return (answer.choices or {}).get(value, value) if answer else _WORDS.get(value, value)
    return None if value is None else plain(Fraction(value))


def as_listed(asked: Field, text: Filled) -> str:
    """What stands in a list, as whoever fills it in would choose it."""
    if asked.key == "level":
        return layout.LEVEL_VI.get(str(text), str(text))
    return layout.YES_NO[text] if isinstance(text, bool) else str(text)


def number_format(line: Line, asked: Field) -> str:
    """A cell for text is a text cell: '1-2' is no date there, and '=1' no formula."""
    if asked.key in ("state", "decided", "way", *layout.YES_NO_FIELDS):
        return "General"
    if asked.key in layout.DAYS:
        return "dd/mm/yyyy"
    if asked.key not in layout.VALUE_FIELDS or line.asks.kind == "text":
        return "@"
    return "#,##0" if line.asks.kind == "count" else "General"
