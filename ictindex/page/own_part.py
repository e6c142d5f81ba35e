"""What one unit may see of what a page publishes: its own rows, and nothing that tells of another unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ictindex.page.shown import Cell, Table

OF_THE_DECISION = ("calendar", "criteria", "legal_sources", "rules")  # tables that tell of no unit at all


def own_part(table: Table, unit: str, names: Mapping[str, str]) -> Table | None:
    """The rows of one unit, without any text that names another; None where nothing is left.

    ``names``: code -> name of every unit. A table without a column ``unit`` tells of several at once and is
    left out, unless it is one of OF_THE_DECISION. Figures of the group stay where a unit's own row has them:
    its rank, the median, the largest value that its points are a share of.
    """
    if table.name in OF_THE_DECISION:
        return table
    if "unit" not in table.keys:
        return None
    at, own = table.keys.index("unit"), {unit.casefold(), names[unit].casefold()}
    longest = sorted({*names, *names.values()}, key=lambda word: (-len(word), word))  # one may hold another
    words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)
    kept = [n for n, row in enumerate(table.rows) if row[at] == unit]
    if not kept:
        return None
    return replace(
        table,
        rows=tuple(tuple(_silent(cell, words, own) for cell in table.rows[n]) for n in kept),
        note_vi=_silent(table.note_vi, words, own) or "",
        emphasis=frozenset(i for i, n in enumerate(kept) if n in table.emphasis),
    )


def _silent(cell: Cell, words: re.Pattern[str], own: set[str]) -> Cell:
    """A cell, or nothing where it names another unit."""
    if not isinstance(cell, str) or all(word.casefold() in own for word in words.findall(cell)):
        return cell
    return None
