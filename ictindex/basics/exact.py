"""Exact numbers: read from foreign text, rounded once, printed the Vietnamese way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

ROUNDINGS = ("half_up", "half_even", "down")

_LONGEST = 40  # characters of a figure; what is longer is no figure
_SPACES = " \u00a0\u202f"


def _written(mark: str, thousands: str) -> re.Pattern[str]:
    """A figure with one decimal mark; thousands, if set apart, by one sign and never after a lone zero."""
    groups = rf"[1-9][0-9]{{0,2}}([{thousands}])[0-9]{{3}}(?:\1[0-9]{{3}})*"
    return re.compile(rf"[+−-]?(?:[0-9]+|{groups})(?:[{mark}][0-9]+)?")


_WRITTEN = {".": _written(".", "," + _SPACES), ",": _written(",", "." + _SPACES)}
_TO_PLAIN = {".": str.maketrans("−", "-", "," + _SPACES), ",": str.maketrans(",−", ".-", "." + _SPACES)}


def plain_decimal(text: str, mark: str) -> str | None:
    """A figure written with the decimal mark '.' or ',' as digits and a point, all of its places kept."""
    text = text.strip()
    if len(text) > _LONGEST or not _WRITTEN[mark].fullmatch(text):
        return None
    return text.translate(_TO_PLAIN[mark])


def parse_number(text: str, mark: str) -> Fraction | None:
    """The number that ``text`` writes with the decimal mark '.' or ','; None if it writes none."""
    plain = plain_decimal(text, mark)
    return None if plain is None else _number(plain)


@lru_cache(maxsize=10_000)  # the same figures are looked at again and again
def _number(plain: str) -> Fraction:
    return Fraction(Decimal(plain))


def proven_mark(text: str) -> str | None:
    """The decimal mark that a figure proves by itself; None where it reads alike or not at all.

    ``0,33`` proves the comma and ``1.234,5`` too; ``1.234`` proves nothing (1234 or 1 and 234/1000).
    """
    read = [mark for mark in _WRITTEN if plain_decimal(text, mark) is not None]
    return read[0] if len(read) == 1 else None


def is_ambiguous(text: str) -> bool:
    """Whether a figure reads as two different numbers under the two decimal marks."""
    point, comma = parse_number(text, "."), parse_number(text, ",")
    return point is not None and comma is not None and point != comma


def round_exact(number: Fraction, decimals: int, rounding: str = "half_up") -> Decimal:
    """Round once, exactly; ties as ``rounding`` says: half_up away from zero, half_even, or down to zero."""
    whole, rest = divmod(abs(number.numerator) * 10**decimals, number.denominator)
    twice = 2 * rest - number.denominator
    up = {"half_up": twice >= 0, "half_even": twice > 0 or (twice == 0 and whole % 2 == 1), "down": False}[
        rounding
    ]
    digits = (whole + up) * (-1 if number.numerator < 0 else 1)
    return Decimal(f"{digits}E-{decimals}")  # from text, which no context rounds


def total_of(numbers: Iterable[Fraction]) -> Fraction:
    """The exact sum: whole numbers over each denominator, of which there are few, then fractions."""
    over: dict[int, int] = {}
    for number in numbers:
        over[number.denominator] = over.get(number.denominator, 0) + number.numerator
    if len(over) == 1:
        ((denominator, numerator),) = over.items()
        return Fraction(numerator, denominator)
    return sum((Fraction(numerator, denominator) for denominator, numerator in over.items()), Fraction(0))


def ordered(numbers: Iterable[Fraction]) -> list[Fraction]:
    """From the least to the largest: by their floats, then exactly, since to compare fractions takes long."""
    return sorted(sorted(numbers, key=float))


def quartiles(values: Sequence[Fraction]) -> list[Fraction]:
    """Lower quartile, median and upper quartile of values in order, between neighbours in proportion."""
    last = len(values) - 1
    places = (divmod(quarter * last, 4) for quarter in (1, 2, 3))
    return [values[at] + (values[min(at + 1, last)] - values[at]) * Fraction(over, 4) for at, over in places]


def exact_text(number: Fraction) -> str:
    """The number without any loss: a finite decimal where there is one, else ``numerator/denominator``."""
    denominator = number.denominator
    if denominator == 1:
        return str(number.numerator)
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{number.numerator}/{denominator}"
    return format(round_exact(number, max(twos, fives)), "f")


_MARKS_VI = str.maketrans(",.-", ".,−")


def format_vi(number: Fraction | Decimal | int, decimals: int | None = None) -> str:
    """``1234.5`` as ``1.234,5``; with ``decimals`` a rounded, fixed number of places."""
    if decimals is not None:
        number = round_exact(Fraction(number), decimals)
    elif isinstance(number, Fraction):
        text = exact_text(number)
        if "/" in text:
            return text.translate(_MARKS_VI)
        number = Decimal(text)
    return format(number, ",f" if isinstance(number, Decimal) else ",").translate(_MARKS_VI)
