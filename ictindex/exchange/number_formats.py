"""What a spreadsheet's number format makes of a number: its kind, and whether a reader sees all of it.

Office Open XML: ECMA-376 part 1, clauses 18.8.30 (built-in formats) and 18.8.31 (format codes).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

NUMBER, DATE, PERCENT = "number", "date", "%"
WRITTEN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")  # as a file keeps a number

_NO_PATTERN = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DIGITS = re.compile(r"[0#?](?:[0#?, ]*[0#?])?(,*)(?:\.([0#?]*)(,*))?")
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00",
}  # fmt: skip


class Format(NamedTuple):
    """``kind``: NUMBER, DATE or PERCENT. ``places``: the decimals of the number itself that are shown.

    None where all are; negative where thousands are left out. ``nothing``: no digit is shown at all.
    """

    kind: str
    places: int | None = None
    nothing: bool = False

    def hides(self, text: str) -> bool:
        """Whether somebody who sees the cell does not see the number that it holds."""
        if self.places is None and not self.nothing:
            return False
        number = Decimal(f"{float(text):.15g}")
        if not number:
            return False
        if self.nothing or (self.places or 0) < 0:
            return True
        return -number.normalize().as_tuple().exponent > self.places


def format_of(number: int, code: str) -> Format:
    """The format of a number and its code; the code of a built-in one may be ''."""
    pattern = _NO_PATTERN.sub("", code[:255]).lower()
    percent = number in (9, 10) or "%" in pattern
    kind = PERCENT if percent else DATE if _is_date(number, pattern) else NUMBER
    if kind == DATE:
        return Format(DATE)
    section = (pattern if code else _BUILT_IN.get(number, "general")).partition(";")[0]
    if "general" in section or "@" in section or "/" in section or "e+" in section or "e-" in section:
        return Format(kind)
    digits = _DIGITS.search(section)
    if digits is None:
        return Format(kind, nothing=bool(code))
    scaled = len(digits[1]) + len(digits[3] or "")
    shown = len(digits[2] or "") + 2 * percent - 3 * scaled
    return Format(kind, -3 * scaled if scaled else shown)


def _is_date(number: int, pattern: str) -> bool:
    built_in = 14 <= number <= 22 or 27 <= number <= 36 or 45 <= number <= 47 or 50 <= number <= 58
    return built_in or bool(set(pattern.replace("general", "")) & set("dmyhs"))
