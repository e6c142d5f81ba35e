"""Frames as charts read them: their groups in order, who is highlighted, and what a group's title says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from ictindex.basics import format_vi
from ictindex.page.charts.words import counted, known

Rows = list[Any]  # named tuples, with the frame's columns as fields


class Group(NamedTuple):
    """The rows of one group, in the frame's order."""

    name: str
    rows: Rows


def groups_of(frame: pd.DataFrame) -> Iterator[Group]:
    """A frame's groups, in the order in which they first come."""
    for _, rows in frame.groupby("group", sort=False):
        yield Group(str(rows["group_name"].iloc[0]), list(rows.itertuples(index=False)))


def by(column: str, rows: Rows) -> dict[Any, Rows]:
    """Rows by what they have in a column."""
    found: dict[Any, Rows] = {}
    for row in rows:
        found.setdefault(getattr(row, column), []).append(row)
    return found


def ranked_title(name: str, ranked: int, everyone: int) -> str:
    """A group's name, how many have a rank, and how many have none."""
    without = f", {format_vi(everyone - ranked)} không xếp hạng" if everyone > ranked else ""
    return f"{name}: {counted(ranked)} được xếp hạng{without}"


def ranked_in(rows: Rows) -> Rows:
    return [row for row in rows if known(row.rank)]


def rank_vi(row: Any) -> str:
    return format_vi(int(row.rank)) if known(row.rank) else "–"


def chosen(highlight: str | Iterable[str]) -> frozenset[str]:
    """Unit codes, also as the parameter ``highlight`` writes them: separated by commas."""
    codes = highlight.split(",") if isinstance(highlight, str) else highlight
    return frozenset(code.strip() for code in codes if code.strip())
