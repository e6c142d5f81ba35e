"""Ranks: a pure function of values, so that the order of rows never decides."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def ranks(values: Sequence[Fraction | Decimal | None], ties: str = "min") -> list[int | None]:
    """Rank values from high (1) to low; equal values share a rank, None has none.

    ``ties``: 'min' 1-2-2-4 (as MIC's tables of 2017 print: 17, 17, 19), 'dense' 1-2-2-3, 'max' 1-3-3-4.
    """
    ordered = sorted((value for value in values if value is not None), reverse=True)
    rank_of: dict[Fraction | Decimal, int] = {}
    for place, value in enumerate(ordered, start=1):
        if ties == "max":
            rank_of[value] = place
        else:
            rank_of.setdefault(value, place if ties == "min" else len(rank_of) + 1)
    return [None if value is None else rank_of[value] for value in values]


def tied(ranks: Sequence[int | None]) -> set[int]:
    """The ranks that more than one value holds."""
    seen: set[int] = set()
    return {rank for rank in ranks if rank is not None and (rank in seen or seen.add(rank))}
