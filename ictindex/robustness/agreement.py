"""How far two rankings of the same units agree.

Ranks are arrays (n,) in which 1 is best and equal ranks are ties, whatever the rule for ties.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


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


def _signs(first: ArrayLike, second: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The order of every pair i < j in both rankings: −1, 0 or 1."""
    first, second = np.asarray(first, float), np.asarray(second, float)
    if first.shape != second.shape:
        raise ValueError(f"two rankings of the same units: {first.shape} and {second.shape}")
    i, j = np.triu_indices(len(first), 1)
    return np.sign(first[i] - first[j]), np.sign(second[i] - second[j])
