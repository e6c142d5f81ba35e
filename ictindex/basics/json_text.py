"""JSON from elsewhere as plain values, within limits; our own, under a seal, always in the same bytes."""

from __future__ import annotations

import json
from typing import Any

from ictindex.basics.files import sha256
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


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and fixed white space, so that equal values are equal bytes."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def sealed(record: dict[str, Any], key: str) -> dict[str, Any]:
    """The record with the SHA-256 of all the rest under ``key``."""
    rest = {name: value for name, value in record.items() if name != key}
    return {**rest, key: sha256(canonical_json(rest).encode())}


def unsealed(data: bytes, key: str) -> dict[str, Any] | None:
    """The record that bytes hold as ``sealed`` and ``canonical_json`` made them; None when they did not."""
    try:
        record = json.loads(data)
        intact = isinstance(record, dict) and canonical_json(sealed(record, key)).encode() == data
    except (ValueError, RecursionError):
        return None
    return record if intact else None
