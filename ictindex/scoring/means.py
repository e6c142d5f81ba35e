"""How shares become one share: every aggregate other than a sum of points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul
from statistics import median

from ictindex.basics import exact_geometric_mean, exact_power_mean, geometric_mean, power_mean
from ictindex.methodology import LINEAR, Node


def mean_of(node: Node, shares: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    """One share of those that count, by a node's aggregate other than a sum."""
    kind, stated = node.aggregate, node.criterion
    if kind in LINEAR:
        return sum(map(mul, weights, shares), Fraction(0)) / sum(weights)
    if kind in ("minimum", "median"):
        return min(shares) if kind == "minimum" else Fraction(median(shares))
    if kind == "geometric":
        return geometric_mean(_raised(node, shares), weights)
    return power_mean(_raised(node, shares), weights, Fraction(-1) if kind == "harmonic" else stated.power)


def is_exact_mean(node: Node, shares: Sequence[Fraction], weights: Sequence[Fraction]) -> bool:
    """Whether ``mean_of`` is exact here: of some shares a root is rational."""
    raised = _raised(node, shares)
    if node.aggregate == "geometric":
        return exact_geometric_mean(raised, weights) is not None
    if node.aggregate == "power":
        return exact_power_mean(raised, weights, node.criterion.power) is not None
    return True


def _raised(node: Node, shares: Sequence[Fraction]) -> list[Fraction]:
    return [max(share, node.criterion.zeros or 0) for share in shares]
