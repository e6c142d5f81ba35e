"""Ranks: a pure function of values, so that the order of rows never decides."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple


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


class Broken(NamedTuple):
    """Values that further values tell apart.

    ``keys``: what ranks each (None where it has no value). ``decided``: of those that were tied, the steps
    that told them apart; None where nobody else had the same value.
    """

    keys: list[tuple[Fraction | Decimal, ...] | None]
    decided: list[tuple[int, ...] | None]


def broken(
    values: Sequence[Fraction | Decimal | None], steps: Sequence[Sequence[Fraction | Decimal | None]]
) -> Broken:
    """Tell equal values apart by each step's values, one after another.

    A step at which one of those still tied has no value tells none of them apart.
    """
    keys = [None if value is None else (value,) for value in values]
    decided: list[tuple[int, ...] | None] = [None] * len(values)
    for number, step in enumerate(steps):
        together: dict[tuple[Fraction | Decimal, ...], list[int]] = {}
        for i, key in enumerate(keys):
            if key is not None:
                together.setdefault(key, []).append(i)
        for key, alike in together.items():
            whole = all(step[i] is not None for i in alike)
            told = whole and len({step[i] for i in alike}) > 1
            for i in alike:
                keys[i] = (*key, step[i] if whole else 0)
                if len(alike) > 1:
                    decided[i] = (*(decided[i] or ()), *([number] if told else []))
    return Broken(keys, decided)


def tied(ranks: Sequence[int | None]) -> set[int]:
    """The ranks that more than one value holds."""
    seen: set[int] = set()
    return {rank for rank in ranks if rank is not None and (rank in seen or seen.add(rank))}
