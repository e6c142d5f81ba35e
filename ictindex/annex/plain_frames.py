"""A frame that a cell of the annex merely shows, told on paper as people read it: pandas writes for code.

Nothing is known of it but what stands in pandas' HTML. A column is read as numbers where the tables that the
page publishes have numbers under its name, or, of a name unknown to them, where every cell is a decimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from decimal import Decimal
from fractions import Fraction

from ictindex.page import ANSWERS_VI, Column, Item, Table, printed

_NONE, _LEFT_OUT = {"NaN", "None", "<NA>", "NaT"}, {"...", ""}  # as pandas writes nothing, and rows unshown
_NUMBER = re.compile(r"-?\d+(?:\.\d+|/\d+)?", re.ASCII)
_DECIMAL = re.compile(r"-?\d+\.\d+", re.ASCII)


def in_words(
    head: Sequence[str], rows: Sequence[Sequence[str]], items: Iterable[Item]
) -> tuple[list[str], list[list[str]]]:
    """Headings in the words of the tables published, where all agree, or of the answers; numbers in print."""
    known: dict[str, set[Column]] = {key: set() for key in head}
    for item in items:
        for column in item.view.columns if isinstance(item.view, Table) else ():
            known.get(column.key, set()).add(column)
    columns = [_column([row[i] for row in rows], known[key]) for i, key in enumerate(head)]
    told = [list(row) for row in zip(*columns, strict=True)]
    return [_label(key, known[key]) for key in head], told


def _label(key: str, known: Set[Column]) -> str:
    labels = {": ".join(filter(None, (column.head, column.label_vi))) for column in known}
    return labels.pop() if len(labels) == 1 else ANSWERS_VI.get(key, key)


def _column(cells: Sequence[str], known: Set[Column]) -> list[str]:
    words = {column.kind for column in known} & {"text", "group"}
    pattern = _NUMBER if known else _DECIMAL
    numbers = not words and all(pattern.fullmatch(cell) for cell in cells if cell not in _NONE | _LEFT_OUT)
    return ["–" if cell in _NONE else _number(cell) if numbers else cell for cell in cells]


def _number(text: str) -> str:
    if text in _LEFT_OUT:
        return text
    if "/" in text:
        return printed(Fraction(text), "exact")
    return printed(Decimal(text) if "." in text else int(text))
