"""Ranks by other ways than adding up: duels, places, and each unit under the weights that suit it best.

They are for comparison and decide nothing. All three compare units with each other, so that one unit more or
less can turn the order of two others (Wang & Triantaphyllou, *Omega* 36 (2008) 45–63).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import numpy as np

from ictindex.methodology import Node
from ictindex.robustness.aggregations import benefit_of_the_doubt
from ictindex.robustness.agreement import kendall
from ictindex.robustness.ranks import ranks
from ictindex.scoring import Evaluation, Standing

COPELAND, BORDA, DOUBT = "copeland", "borda", "benefit_of_the_doubt"
WAYS = (COPELAND, BORDA, DOUBT)
_DIGITS = 9  # of a value of the benefit of the doubt: what differs later is the solver's error

Shares = Sequence[Sequence[Fraction | None]]  # of each unit, by criterion; None: it does not apply


class Placed(NamedTuple):
    """The values of the units by one way, in their order, and the ranks that these give; None: none."""

    values: tuple[Fraction | float | None, ...]
    ranks: tuple[int | None, ...]


@dataclass(frozen=True)
class OtherWays:
    """The ranked units of one group, and what each way that is asked for makes of them.

    ``weights``: criterion -> its weight in force, summing to 1. ``winner``: who wins every duel (Condorcet);
    None where nobody does. ``tau``: way -> Kendall's τ_b with the ranks in force. ``incomplete``: how many
    pairs have no criterion in common.
    """

    standings: tuple[Standing, ...]
    weights: Mapping[str, Fraction]
    placed: Mapping[str, Placed]
    winner: Standing | None
    tau: Mapping[str, float | None]
    incomplete: int


def other_ways(
    e: Evaluation,
    group: str,
    ways: Sequence[str] = WAYS,
    level: str = "categories",
    spread: Fraction = Fraction(1, 2),
) -> OtherWays:
    """The units of a group by ``ways``, over its 'categories' or its 'leaves', at the weights in force.

    ``spread``: how far, as a part of itself, the share of a criterion in a unit's value may go from its
    weight in the benefit of the doubt; see ``doubt``. Raises ValueError for another way or level.
    """
    if unknown := [way for way in ways if way not in WAYS]:
        raise ValueError(f"{', '.join(unknown)}: the ways are {', '.join(WAYS)}")
    if level not in ("categories", "leaves"):
        raise ValueError(f"{level!r}: the levels are categories and leaves")
    standings = tuple(s for s in e.standings[group] if s.rank is not None)
    given = dict(_weights(e.methodology.root, group, level == "leaves", Fraction(1)))
    weights = {criterion: weight for criterion, weight in given.items() if weight}
    shares = [
        [e.scores.outcomes[criterion][e.inputs.places[s.entity.code]].share for criterion in weights]
        for s in standings
    ]
    w, ties = tuple(weights.values()), e.rules["ties"].value
    values = {
        way: borda(shares, w) if way == BORDA else doubt(shares, w, spread) for way in ways if way != COPELAND
    }
    won, incomplete = duels(shares, w)
    if COPELAND in ways:
        values[COPELAND] = tuple(Fraction(int(each)) for each in won)
    placed = {way: Placed(values[way], _placed(values[way], ties)) for way in ways}
    ranks = [s.rank for s in standings]
    return OtherWays(
        standings,
        weights,
        placed,
        next((s for s, n in zip(standings, won, strict=True) if n == len(standings) - 1 > 0), None),
        {way: _agreed(ranks, each.ranks) for way, each in placed.items()},
        incomplete,
    )


def duels(shares: Shares, weights: Sequence[Fraction]) -> tuple[np.ndarray, int]:
    """Copeland's wins − losses of each unit, exactly, and how many pairs have nothing in common.

    A duel is won with more of the weights of what applies to both; a criterion on which both are equal is
    for neither. Copeland 1951; Munda & Nardo, *Applied Economics* 41 (2009) 1513–1523.
    """
    codes, applies = _codes(shares, len(weights))
    whole = lcm(*(w.denominator for w in weights))
    votes = [int(w * whole) for w in weights]
    kind = np.int64 if sum(votes) < 2**62 else object  # of which Python's own numbers never run over
    both = applies[:, None] & applies[None]
    margin = (np.sign(codes[:, None] - codes[None]) * both).astype(kind) @ np.array(votes, kind)
    wins = (margin > 0).sum(axis=1) - (margin < 0).sum(axis=1)
    return wins, int((~both.any(axis=2)).sum() - (~applies.any(axis=1)).sum()) // 2


def borda(shares: Shares, weights: Sequence[Fraction]) -> tuple[Fraction | None, ...]:
    """The weighted mean, 0 … 1, of the part of the others that a unit is ahead of, ties being half.

    Where everything applies to everybody it is Σ w (n − rank) over n − 1, tied units at the mean of their
    places. Each criterion counts the units to whom it applies; the weights of what applies to a unit are made
    to sum to 1. None for a unit that is compared with nobody. Borda 1781.
    """
    codes, applies = _codes(shares, len(weights))
    both = applies[:, None] & applies[None]
    ahead = ((np.sign(codes[:, None] - codes[None]) + 1) * both).sum(axis=1) - applies  # itself is a tie
    others = applies.sum(axis=0) - 1
    values: list[Fraction | None] = []
    for own, there in zip(ahead.tolist(), applies.tolist(), strict=True):
        counted = [k for k, applied in enumerate(there) if applied and others[k]]
        total = sum((weights[k] for k in counted), Fraction(0))
        got = sum((weights[k] * Fraction(own[k], 2 * int(others[k])) for k in counted), Fraction(0))
        values.append(got / total if total else None)
    return tuple(values)


def doubt(shares: Shares, weights: Sequence[Fraction], spread: Fraction) -> tuple[float | None, ...]:
    """The benefit of the doubt, 0 … 1, to nine digits: each unit under the weights that suit it best.

    The share of each criterion in the unit's value lies within w(1 ± ``spread``), at most 1, w being the
    weights made to sum to 1 over what applies to the unit; see ``benefit_of_the_doubt``. None for all where a
    share is below 0, which no such weights compare.
    """
    if any(share is not None and share < 0 for row in shares for share in row):
        return (None,) * len(shares)
    applies = np.array([[share is not None for share in row] for row in shares], bool)
    x = np.array([[float(share or 0) for share in row] for row in shares])
    applies, x = (each.reshape(len(shares), len(weights)) for each in (applies, x))
    counted = applies & (x > 0).any(axis=0)  # what nobody has is left out, as the programme does
    w = counted * np.array([float(weight) for weight in weights])
    w = np.divide(w, w.sum(axis=1, keepdims=True), out=w, where=counted.any(axis=1)[:, None])
    by = float(spread)
    values = benefit_of_the_doubt(x, w * max(0.0, 1 - by), np.minimum(1, w * (1 + by)), applies)
    return tuple(None if np.isnan(v) else round(float(v), _DIGITS) for v in values)


def _weights(node: Node, group: str, leaves: bool, above: Fraction) -> list[tuple[str, Fraction]]:
    """Each child, or each leaf below, and what it weighs in the whole; nothing of what does not apply.

    Bonus and deduction have no weight in the whole, and are not compared.
    """
    there = [child for child in node.regular if child.maxima[group] is not None]
    given = [node.weigh(child, group) for child in there]
    total = sum(given, Fraction(0)) or Fraction(1)
    told: list[tuple[str, Fraction]] = []
    for child, weight in zip(there, given, strict=True):
        own = above * weight / total
        told += _weights(child, group, leaves, own) if leaves and child.children else [(child.id, own)]
    return told


def _codes(shares: Shares, m: int) -> tuple[np.ndarray, np.ndarray]:
    """(n, m) whole numbers in the order of the shares, criterion by criterion, and what applies."""
    applies = np.array([[share is not None for share in row] for row in shares], bool).reshape(-1, m)
    codes = np.zeros(applies.shape, np.int64)
    for k in range(m):
        column = [row[k] for row in shares]
        order = {share: i for i, share in enumerate(sorted({x for x in column if x is not None}))}
        codes[:, k] = [order.get(share, 0) for share in column]
    return codes, applies


def _placed(values: Sequence[Fraction | float | None], ties: str) -> tuple[int | None, ...]:
    known = sorted({value for value in values if value is not None})
    order = {value: i for i, value in enumerate(known)}
    codes = np.array([[order[value] for value in values if value is not None]])
    placed = iter(ranks(codes, ties)[:, 0].tolist())
    return tuple(None if value is None else next(placed) for value in values)


def _agreed(ranks: Sequence[int], others: Sequence[int | None]) -> float | None:
    both = [(one, other) for one, other in zip(ranks, others, strict=True) if other is not None]
    return kendall(*zip(*both, strict=True)) if len(both) > 1 else None
