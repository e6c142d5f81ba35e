"""JSON from elsewhere as plain values: no number too long to read, not many more lists than a page has."""

from __future__ import annotations

import json
from typing import Any

from ictindex.basics.findings import Refused, found

MAX_DIGITS = 4_000  # of one number; Python reads no more than 4,300
MAX_VALUES = 300_000  # lists and objects: an annex of today has some thousand


def parse_json(text: str, shown: str) -> Any:
    """What a JSON text holds; Refused, with the row, where it is none or goes beyond a limit above.

    RecursionError where it is nested too deeply: who asks knows what was wanted.
    """
    if text.count("[") + text.count("{") > MAX_VALUES:
        raise Refused([found("json-values", shown, limit=f"{MAX_VALUES:,}")])

    def whole(digits: str) -> int:
        if len(digits) > MAX_DIGITS:
            row = text.count("\n", 0, text.find(digits)) + 1
            raise Refused([found("json-number", shown, row, limit=f"{MAX_DIGITS:,}")])
        return int(digits)

    try:
        return json.loads(text, parse_int=whole)
    except json.JSONDecodeError as error:
        raise Refused([found("json-syntax", shown, error.lineno, problem=error.msg)]) from None
