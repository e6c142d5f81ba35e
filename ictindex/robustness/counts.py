"""How often each unit held each rank, in memory that does not grow with the number of draws.

Full chunks of CHUNK ranks are counted and dropped. A dense table of 11,000 units by 11,000 ranks would take
484 MB; but a unit meets only a part of all ranks, so it has a counter for each rank from the best to the
worst that it met, and no others. Where draws are few for so many units, ranks take less room than counters,
which grow with the square of the units: sorted, they are their own distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

CHUNK = 2**25  # ranks, 64 MB
_MOST_DRAWS = 2**16  # of a chunk, since their weights are kept with it
_STRIPE = 2**18  # ranks that are sorted or counted as one task, and stay in the cache
_FEW = 4  # draws for each unit, below which ranks that fit into a chunk are kept


def chunk_draws(units: int, block: int) -> int:
    """How many draws, in whole blocks, make a chunk."""
    return max(1, min(CHUNK // units, _MOST_DRAWS) // block) * block


def kept_whole(units: int, draws: int) -> bool:
    """Whether ranks are kept and not counted: counters, up to one a unit for each other, take more room."""
    return draws < _FEW * units and units * draws <= max(CHUNK, units * units // _FEW)


def stripes(units: int, draws: int) -> list[slice]:
    """Units in runs that are worked on together."""
    step = max(1, _STRIPE // draws)
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

    @cached_property
    def _so_far(self) -> np.ndarray:
        """(counters,) draws up to each counter; every unit before it has had all of them."""
        return self.times.cumsum(dtype=np.int64)

    def quantile(self, percent: int) -> np.ndarray:
        """(n,) as Held's."""
        if not len(self.best):
            return np.empty(0, np.int64)
        draws = int(self._so_far[self.start[1] - 1])
        wanted = np.arange(len(self.best)) * draws + _place(percent, draws)
        return self.best + np.searchsorted(self._so_far, wanted) - self.start[:-1]

    @property
    def first(self) -> np.ndarray:
        return np.where(self.best == 1, self.times[self.start[:-1]], 0).astype(np.int64)

    @cached_property
    def total(self) -> np.ndarray:
        each = np.arange(len(self.times)) + np.repeat(self.best - self.start[:-1], np.diff(self.start))
        return np.add.reduceat(each * self.times, self.start[:-1])

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


def every(times: np.ndarray) -> Counts:
    """(n, n) how often each unit held each rank, from the first to the last."""
    units = len(times)
    return Counts(np.ones(units, np.int64), np.arange(units + 1) * units, times.ravel())


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
