"""A design run over a group: rank intervals, acceptability, levels, winners, and how sure each number is.

Sources: Saisana, Saltelli, Tarantola, JRSS-A 168 (2005) 307–323 (intervals, average shift); Lahdelma &
Salminen, Oper. Res. 49 (2001) 444–454 (acceptability); Leskinen et al., Forest Policy Econ.
(2006) (pairwise winning).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import numpy as np

from ictindex.robustness.as_numbers import Problem
from ictindex.robustness.blocks import Drawn, Job, draw, job, pieces
from ictindex.robustness.counts import (
    Counts,
    Held,
    added,
    chunk_draws,
    count,
    every,
    joined,
    kept_whole,
    stripes,
)
from ictindex.robustness.draws import BLOCK, Design, Marks
from ictindex.robustness.executors import in_order, pool
from ictindex.robustness.ranks import rank_type

MOST_IN_PAIRS = 400  # units: their pairs are compared in every draw
_SMALL = 2**21  # ranks, which take some 30 ms

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Stability:
    """What N draws did to a ranking; arrays are in the order of ``problem.units`` (n).

    ``held``: how often each unit held each rank.
    ``firsts``: (n,) draws in which a unit was first (ties are all first).
    ``levels``: (n, L) probability of each level, in the order of the lows given.
    The rest is None where only intervals were asked for:
    ``order``: (n,) indices of units from first to last in the base ranking, then by index.
    ``ahead``: (n − 1,) probability that the unit at each place of ``order`` beats the next; ties are ½.
    ``shifts``: (N,) R̄ of each draw, the mean over units of |base rank − rank|.
    ``pairs``: (n, n) probability that the row's unit beats the column's; ties are ½.
    """

    problem: Problem
    design: Design
    held: Held | Counts
    levels: np.ndarray
    order: np.ndarray | None = None
    ahead: np.ndarray | None = None
    shifts: np.ndarray | None = None
    pairs: np.ndarray | None = None

    @property
    def draws(self) -> int:
        return self.design.draws

    @property
    def base(self) -> np.ndarray:
        """(n,) the ranks in force."""
        return self.problem.base_ranks

    @cached_property
    def firsts(self) -> np.ndarray:
        return self.held.first

    def interval(self, low: int = 5, high: int = 95) -> np.ndarray:
        """(n, 2) the ranks at two quantiles, in percent, by inverse CDF: real ranks."""
        return np.stack([self.held.quantile(low), self.held.quantile(high)], axis=1)

    @cached_property
    def median(self) -> np.ndarray:
        return self.held.quantile(50)

    @cached_property
    def met(self) -> np.ndarray:
        """(n, 2) the best and the worst rank met."""
        return self.interval(0, 100)

    @property
    def expected(self) -> np.ndarray:
        """(n,) the mean rank, Σ r b_r."""
        return self.held.total / self.draws

    def not_separated(self, sure: float = 0.95) -> list[tuple[int, int, float]]:
        """Neighbours in the base ranking, and p that the first beats the second, where it is not ``sure``."""
        places = np.flatnonzero((self.ahead > 1 - sure) & (self.ahead < sure))
        return [(int(self.order[k]), int(self.order[k + 1]), float(self.ahead[k])) for k in places]


def stability(
    problem: Problem,
    design: Design,
    *,
    levels: Sequence[float] = (),
    pairs: bool = False,
    marks: Marks | None = None,
    full: bool = True,
    executor: Any = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Stability:
    """Draw, score and rank; the numbers are the same for any executor and any number of workers.

    ``levels``: where each level begins, in the scale of the values; below the lowest there is none.
    ``pairs``: compare every two units too. ``marks``: draw reviewers' marks as well as weights.
    ``full``: False for the rank intervals and levels alone, a fifth faster.
    ``executor``: None for ``workers`` threads, a pool, or a dask client: see in_order. ``workers`` None is
    one per core, or one where the work is so small that threads would only wait for each other.
    ``progress``: called with draws done and draws in all. ValueError says what cannot be done, and why.
    """
    n = len(problem.units)
    if not n:
        raise ValueError("no unit of the group is ranked")
    if pairs and n > MOST_IN_PAIRS:
        raise ValueError(
            f"{n} units make {n * (n - 1) // 2:,} pairs; at most {MOST_IN_PAIRS} units are paired"
        )
    run = _Run(job(problem, design, levels, marks, full or pairs), pairs)
    small = workers is None and n * design.draws < _SMALL
    with pool(1 if small else workers) as threads:
        run.over(executor or threads, threads, progress or (lambda done, of: None))
    return run.result(levels)


class _Run:
    """The sums of one run, chunk by chunk: draws come from an executor, their ranks are counted here."""

    def __init__(self, ready: Job, pairs: bool):
        n, draws = len(ready.problem.units), ready.design.draws
        self.job, self.n, self.draws = ready, n, draws
        if ready.full:
            self.order = np.argsort(ready.problem.base_ranks, kind="stable")
        self.whole = kept_whole(n, draws)
        self.size = draws if self.whole else min(chunk_draws(n, BLOCK), draws)
        self.times = np.zeros((n, n), np.int64) if ready.counted else None
        self.chunk = np.empty((n, 0 if ready.counted else self.size), rank_type(n))
        self.stripes = stripes(n, self.size)
        self.counted: list[Counts | None] = [None] * len(self.stripes)
        self.reached = np.zeros((n, len(ready.reached)), np.int64)
        self.ahead = np.zeros(n - 1, np.int64)
        self.shifts = np.empty(draws)
        self.won = np.zeros((n, n), np.int64) if pairs else None

    def over(self, executor: Any, threads: Any, progress: Progress) -> None:
        for first in range(0, self.draws, self.size):
            last = min(first + self.size, self.draws)
            done = first
            work = pieces(self.job, first, last)
            with closing(in_order(executor, partial(draw, self.job), work)) as results:
                for drawn in results:
                    done += self._take(drawn, done - first)
                    progress(done, self.draws)
            if self.job.counted:
                continue
            here = self.chunk[:, : last - first]
            if self.job.full:
                self._compare(here, slice(first, last), threads)
            if self.whole:
                list(in_order(threads, partial(_sort, here), self.stripes))
            else:
                work = list(zip(self.counted, self.stripes, strict=True))
                self.counted = list(in_order(threads, partial(_counted, here), work))

    def _take(self, drawn: Drawn, start: int) -> int:
        self.reached += drawn.reached
        if self.job.counted:
            self.times += drawn.times
            return int(drawn.times[0].sum())
        draws = drawn.ranks.shape[1]
        self.chunk[:, start : start + draws] = drawn.ranks
        return draws

    def _compare(self, here: np.ndarray, draws: slice, threads: Any) -> None:
        """What needs the ranks of several units in one draw, before each unit's are sorted or counted."""
        compared = in_order(
            threads, partial(_compared, here, self.job.problem.base_ranks, self.order), self.stripes
        )
        moved, ahead = zip(*compared, strict=True)
        self.shifts[draws] = sum(moved) / self.n
        self.ahead += np.concatenate(ahead)
        if self.won is not None:
            self.won += np.stack(list(in_order(threads, partial(_won, here), range(self.n))))

    def result(self, levels: Sequence[float]) -> Stability:
        ready, twice = self.job, 2 * self.draws
        if ready.counted:
            held = every(self.times)
        else:
            held = Held(self.chunk) if self.whole else joined(self.counted)
        each = _each_level(self.reached, levels) / self.draws
        only = (ready.problem, ready.design, held, each)
        if not ready.full:
            return Stability(*only)
        pairs = None if self.won is None else self.won / twice
        return Stability(*only, self.order, self.ahead / twice, self.shifts, pairs)


def _sort(ranks: np.ndarray, stripe: slice) -> None:
    ranks[stripe].sort(axis=1, kind="stable")  # which of such short numbers is a radix sort


def _counted(ranks: np.ndarray, work: tuple[Counts | None, slice]) -> Counts:
    before, stripe = work
    return added(before, count(ranks[stripe]))


def _compared(
    ranks: np.ndarray, base: np.ndarray, order: np.ndarray, stripe: slice
) -> tuple[np.ndarray, np.ndarray]:
    """(draws,) Σ |base rank − rank| over a stripe's units; and its places' wins over the next, as _wins."""
    held, was = ranks[stripe], base[stripe, None].astype(ranks.dtype)
    moved = np.maximum(held, was) - np.minimum(held, was)
    fit = max(1, np.iinfo(moved.dtype).max // len(ranks))  # rows that add up within their own type
    parts = (moved[i : i + fit].sum(axis=0, dtype=moved.dtype) for i in range(0, len(moved), fit))
    after = order[1:][stripe]
    ahead = _wins(ranks[order[stripe][: len(after)]], ranks[after])
    return sum(parts, np.zeros(ranks.shape[1], np.int64)), ahead


def _won(ranks: np.ndarray, unit: int) -> np.ndarray:
    return _wins(ranks[unit], ranks)


def _wins(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(k,) draws in which one's rank is before the other's, twice, and those in which they tie, once."""
    return _set(one < other) + _set(one <= other)


def _set(flags: np.ndarray) -> np.ndarray:
    """(k,) how many of (k, draws) flags are set: eight at a time, in bytes that cannot overflow."""
    whole = flags.shape[1] // 8 * 8
    times = flags[:, whole:].sum(axis=1)
    for start in range(0, whole, 8 * 255):
        eights = flags[:, start : min(start + 8 * 255, whole)].view(np.uint64).sum(axis=1)
        times += eights.view(np.uint8).reshape(-1, 8).sum(axis=1, dtype=np.int64)
    return times


def _each_level(reached: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """From how often each level's beginning was reached to how often it was the level."""
    each = reached.copy()
    for higher, lower in pairwise(sorted(range(len(levels)), key=lambda k: -levels[k])):
        each[:, lower] -= reached[:, higher]
    return each
