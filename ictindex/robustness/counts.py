"""How often each unit held each rank, in memory that does not grow with the number of draws.

Ranks are kept as they come while they fit into CHUNK of them; sorted, they are their own distribution. Beyond
that, each full chunk is counted and dropped. A dense table of 11,000 units by 11,000 ranks would take 484 MB;
but a unit meets only a part of all ranks, so it has a counter for each rank from the best to the worst that
it met, and no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

CHUNK = 2**25  # ranks, 64 MB
_MOST_DRAWS = 2**16  # of a chunk, since their weights are kept with it
_STRIPE = 2**19  # ranks that are sorted or counted as one task, and stay in the cache


def chunk_draws(units: int, block: int) -> int:
    """How many draws, in whole blocks, make a chunk."""
    return max(1, min(CHUNK // units, _MOST_DRAWS) // block) * block


def stripes(units: int, draws: int) -> list[slice]:
    """Units in runs that are worked on together."""
    step = max(8, _STRIPE // draws)
    return [slice(start, min(start + step, units)) for start in range(0, units, step)]


@dataclass(frozen=True, eq=False)
class Held:
    """Every rank that each unit held, ``ranks`` (n, draws), each row sorted."""

    ranks: np.ndarray

    def quantile(self, percent: int) -> np.ndarray:
        """(n,) the least rank not passed in ``percent`` of the draws: inverse CDF, so a real rank."""
        return self.ranks[:, _place(percent, self.ranks.shape[1]) - 1].astype(np.int64)

    @property
    def first(self) -> np.ndarray:
        """(n,) draws in which a unit held rank 1."""
        firsts = np.zeros(len(self.ranks), np.int64)
        for unit in np.flatnonzero(self.ranks[:, 0] == 1):
            firsts[unit] = np.searchsorted(self.ranks[unit], 1, side="right")
        return firsts

    @cached_property
    def total(self) -> np.ndarray:
        """(n,) the sum of the ranks held."""
        return self.ranks.sum(axis=1, dtype=np.int64)

    def of(self, unit: int) -> tuple[np.ndarray, np.ndarray]:
        """The ranks that a unit held, and how often each."""
        held, times = np.unique(self.ranks[unit], return_counts=True)
        return held.astype(np.int64), times


@dataclass(frozen=True, eq=False)
class Counts:
    """Counters of k units: unit i held rank ``best[i] + j`` in ``times[start[i] + j]`` draws."""

    best: np.ndarray  # (k,)
    start: np.ndarray  # (k + 1,)
    times: np.ndarray  # (counters,)

    def row(self, unit: int) -> np.ndarray:
        return self.times[self.start[unit] : self.start[unit + 1]]

    def quantile(self, percent: int) -> np.ndarray:
        if not len(self.best):
            return np.empty(0, np.int64)
        wanted = _place(percent, int(self.row(0).sum()))
        passed = [np.searchsorted(self.row(i).cumsum(), wanted) for i in range(len(self.best))]
        return self.best + np.array(passed)

    @property
    def first(self) -> np.ndarray:
        return np.array([self.row(i)[0] if best == 1 else 0 for i, best in enumerate(self.best)], np.int64)

    @cached_property
    def total(self) -> np.ndarray:
        return np.array(
            [int(self.row(i) @ np.arange(best, best + len(self.row(i)))) for i, best in enumerate(self.best)]
        )

    def of(self, unit: int) -> tuple[np.ndarray, np.ndarray]:
        met = np.flatnonzero(self.row(unit))
        return met + int(self.best[unit]), self.row(unit)[met].astype(np.int64)


def _place(percent: int, draws: int) -> int:
    """Which of so many sorted ranks a quantile is, from 1; 0 percent is the first."""
    return max(1, -(-percent * draws // 100))


def count(ranks: np.ndarray) -> Counts:
    """The counters of (k, draws) ranks."""
    best = ranks.min(axis=1).astype(np.int64)
    start = np.append(0, np.cumsum(ranks.max(axis=1) - best + 1))
    cell = ranks + (start[:-1] - best)[:, None]
    return Counts(best, start, np.bincount(cell.ravel(), minlength=start[-1]).astype(np.int32))


def added(one: Counts | None, other: Counts) -> Counts:
    """Two counts of the same units as one, with a counter for every rank met in either."""
    if one is None:
        return other
    best = np.minimum(one.best, other.best)
    worst = np.maximum(one.best + np.diff(one.start), other.best + np.diff(other.start))
    start = np.append(0, np.cumsum(worst - best))
    times = np.zeros(start[-1], np.int32)
    for each in (one, other):
        for i, shift in enumerate(start[:-1] + each.best - best):
            row = each.row(i)
            times[shift : shift + len(row)] += row
    return Counts(best, start, times)


def joined(parts: list[Counts]) -> Counts:
    """The counts of stripes of units as one."""
    ends = np.cumsum([0, *(part.start[-1] for part in parts)])
    return Counts(
        np.concatenate([part.best for part in parts]),
        np.concatenate([[0], *(part.start[1:] + end for part, end in zip(parts, ends, strict=False))]),
        np.concatenate([part.times for part in parts]),
    )
