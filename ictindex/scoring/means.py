"""How shares become one share: every aggregate other than a sum of points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul
from statistics import median

from ictindex.basics import geometric_mean, power_mean
from ictindex.methodology import LINEAR, Node


def mean_of(node: Node, shares: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    """One share of those that count, by a node's aggregate other than a sum."""
    kind, stated = node.aggregate, node.criterion
    if kind in LINEAR:
        return sum(map(mul, weights, shares), Fraction(0)) / sum(weights)
    if kind in ("minimum", "median"):
        return min(shares) if kind == "minimum" else Fraction(median(shares))
    raised = [max(share, stated.zeros or 0) for share in shares]
    if kind == "geometric":
        return geometric_mean(raised, weights)
    return power_mean(raised, weights, Fraction(-1) if kind == "harmonic" else stated.power)
