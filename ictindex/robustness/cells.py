"""Pieces of a weight set, for units to which not the same criteria apply.

A value is then N · w / D · w, and a is ahead of j where N_a · w D_j · w > N_j · w D_a · w: not linear. In a
cell each D · w lies in a span, from which come two linear forms, one that is positive wherever a may be ahead
and one only where it must be (McCormick, *Mathematical Programming* 10 (1976) 147–175); they meet as cells
are halved. What holds of all cells holds of the set (Falk & Soland, *Management Science* 15 (1969) 550–569).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from ictindex.robustness.exact_problem import Weighing
from ictindex.robustness.weight_sets import Weights, WeightSet

NARROW = Fraction(1, 10**7)  # a span that is not halved any more


class Span(NamedTuple):
    """Between what D · w lies in a cell."""

    low: Fraction
    high: Fraction


class Cell(NamedTuple):
    """Some of a set of weights, and the spans of what is available to units, and of what they earn, there."""

    weights: WeightSet
    spans: dict[Weights, Span]
    earned: dict[Weights, Span]

    def halves(self, rows: Collection[Weights] = ()) -> tuple[Cell, ...]:
        """The cell in two, by the widest span of these rows (of all); nothing where all are narrow."""
        row = max(rows or self.spans, key=lambda row: self.spans[row].high - self.spans[row].low)
        low, high = self.spans[row]
        if high - low < NARROW:
            return ()
        middle = (low + high) / 2
        below = tuple(x - middle for x in row), Span(low, middle)  # D · w ≤ middle, as Σ w = 1
        above = tuple(middle - x for x in row), Span(middle, high)
        return tuple(
            self._replace(
                weights=replace(self.weights, forms=(*self.weights.forms, form)),
                spans={**self.spans, row: span},
            )
            for form, span in (below, above)
        )


def whole(w: Weighing, weights: WeightSet, units: Collection[str] = ()) -> Cell:
    """All of the set as one cell, for these units (all)."""
    at = [w.index(unit) for unit in units or w.units]
    available, earned = (
        {
            row: Span(-weights.most(tuple(-x for x in row))[0], weights.most(row)[0])
            for row in dict.fromkeys(rows[i] for i in at)
        }
        for rows in (w.available, w.earned)
    )
    return Cell(weights, available, earned)


def lead(w: Weighing, a: str, b: str, cell: Cell, at_best: bool) -> Weights:
    """A form in w that is ≥ 0 wherever (at best) or only where (else) a is not behind b in the cell."""
    i, j = w.index(a), w.index(b)
    if w.available[i] == w.available[j]:
        return tuple(x - y for x, y in zip(w.earned[i], w.earned[j], strict=True))
    ahead = _product(cell, w.earned[i], w.available[j], at_best)
    behind = _product(cell, w.earned[j], w.available[i], not at_best)
    return tuple(x - y for x, y in zip(ahead, behind, strict=True))


def _product(cell: Cell, earned: Weights, available: Weights, above: bool) -> Weights:
    """A form that is never below, or never above, the product of two: the mean of McCormick's two planes."""
    (low, high), (least, most) = cell.earned[earned], cell.spans[available]
    ends = low * most + high * least if above else low * least + high * most
    return tuple(
        ((low + high) * there + (least + most) * got - ends) / 2
        for got, there in zip(earned, available, strict=True)
    )
