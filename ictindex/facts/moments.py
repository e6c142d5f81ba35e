"""Days and times as files state them, in Vietnamese time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone

from ictindex.basics import Checked

HERE = timezone(timedelta(hours=7))  # Vietnam keeps no summer time
DAY_ENDS = time(23, 59, 59, 999999)
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})([ T].*)?")


def moment(text: str, end: bool) -> datetime | None:
    """A day or a time, in Vietnamese time unless it says otherwise; a day is its first or its last moment."""
    if day := _DAY.fullmatch(text):
        text = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}{day[4] or ''}"
    with suppress(ValueError):
        return datetime.combine(date.fromisoformat(text), DAY_ENDS if end else time(), HERE)
    try:
        stated = datetime.fromisoformat(text)
    except ValueError:
        return None
    return stated if stated.tzinfo else stated.replace(tzinfo=HERE)


def moment_of(
    table: Checked, number: int, cells: Mapping[str, str], column: str = "at", must: bool = True
) -> datetime | None:
    """When a row says that something was; that it says no time, or nothing though it ``must``, is told."""
    text = cells.get(column, "")
    at = moment(text, end=False)
    if at is None and (text or must):
        table.wrong("not-a-time", number, column, value=text)
    return at
