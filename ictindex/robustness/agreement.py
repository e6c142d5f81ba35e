"""How far two rankings of the same units agree, and which pairs they order differently.

Ranks are arrays (n,) in which 1 is best and equal ranks are ties, whatever the rule for ties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

Pairs = tuple[tuple[int, int], ...]  # indices of units


@dataclass(frozen=True)
class Top:
    """Who stands at rank k or better in both rankings, in the first only, in the second only (indices)."""

    k: int
    stayed: tuple[int, ...]
    left: tuple[int, ...]
    entered: tuple[int, ...]


@dataclass(frozen=True)
class Agreement:
    """All measures of two rankings; None where one is not defined (everything tied, or one unit)."""

    kendall: float | None
    spearman: float | None
    ws: float | None
    mean_shift: float | None
    top: Top
    discordant: Pairs


def agreement(first: ArrayLike, second: ArrayLike, k: int = 10) -> Agreement:
    """Every measure of this module; ``k``: how many places the top has."""
    return Agreement(
        kendall(first, second),
        spearman(first, second),
        ws(first, second),
        mean_shift(first, second),
        top(first, second, k),
        discordant(first, second),
    )


def mid_ranks(ranks: ArrayLike) -> np.ndarray:
    """(n,) the ranks with ties at the mean of the places they take: 1-2-2-4 and 1-2-2-3 give 1-2,5-2,5-4."""
    ranks = np.asarray(ranks)
    _, which, counts = np.unique(ranks, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[which]


def kendall(first: ArrayLike, second: ArrayLike) -> float | None:
    """τ_b = (C − D)/√((P − T₁)(P − T₂)), T the pairs tied in one; None if one ranking ties everybody.

    Kendall, *Biometrika* 33 (1945) 239–251.
    """
    a, b = _signs(first, second)
    scale = np.count_nonzero(a) * np.count_nonzero(b)
    return float((a * b).sum() / np.sqrt(scale)) if scale else None


def spearman(first: ArrayLike, second: ArrayLike) -> float | None:
    """ρ, the correlation of the mid-ranks; None if one ranking ties everybody."""
    a, b = (mid - mid.mean() for mid in (mid_ranks(first), mid_ranks(second)))
    scale = (a @ a) * (b @ b)
    return float(a @ b / np.sqrt(scale)) if scale else None


def ws(first: ArrayLike, second: ArrayLike) -> float | None:
    """WS = 1 − Σ 2^(−R)·|R − Q|/max(|1 − R|, |n − R|), R the first ranking: a change at its top counts most.

    It is not symmetric. None for a single unit. Sałabun & Urbaniak, ICCS 2020.
    """
    r, q = (np.asarray(ranks, float) for ranks in (first, second))
    n = len(r)
    if n < 2:
        return None
    return float(1 - (2.0**-r * np.abs(r - q) / np.maximum(np.abs(1 - r), np.abs(n - r))).sum())


def mean_shift(first: ArrayLike, second: ArrayLike) -> float | None:
    """R̄, how many places a unit moves on average; Saisana et al., *JRSS-A* 168 (2005) 307–323."""
    moved = np.abs(np.asarray(first, float) - np.asarray(second, float))
    return float(moved.mean()) if len(moved) else None


def top(first: ArrayLike, second: ArrayLike, k: int) -> Top:
    """Who stays at rank ``k`` or better, who leaves and who enters, from the first ranking to the second."""
    a, b = np.asarray(first) <= k, np.asarray(second) <= k
    return Top(k, *(tuple(np.flatnonzero(each).tolist()) for each in (a & b, a & ~b, ~a & b)))


def discordant(first: ArrayLike, second: ArrayLike) -> Pairs:
    """The pairs i < j that the two rankings order strictly the other way round; a tie is no such pair."""
    a, b = _signs(first, second)
    i, j = np.triu_indices(len(np.asarray(first)), 1)
    return tuple(zip(i[a * b < 0].tolist(), j[a * b < 0].tolist(), strict=True))


def _signs(first: ArrayLike, second: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The order of every pair i < j in both rankings: −1, 0 or 1."""
    first, second = np.asarray(first, float), np.asarray(second, float)
    if first.shape != second.shape:
        raise ValueError(f"two rankings of the same units: {first.shape} and {second.shape}")
    i, j = np.triu_indices(len(first), 1)
    return np.sign(first[i] - first[j]), np.sign(second[i] - second[j])
