"""Some draws from weights to ranks: values by matrix products, whole numbers, ranks with exact ties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ictindex.robustness.as_numbers import Problem
from ictindex.robustness.draws import BLOCK, Design, Marks, Sampler, draw_marks, marks_generator, sampler
from ictindex.robustness.ranks import NUMBERS, VALUES, Grid, grid, rank_type, ranks, tally, whole
from ictindex.robustness.scratch import Scratch

_PRODUCT = 2**18 - 1  # multiplications in one product: too few for BLAS to split among threads of its own
_ACROSS = 256  # units in one product, at most
_TILE = 2**17  # values ranked together: they stay in the cache
_COUNTED = 128  # units of which only counts are kept, where nothing else is asked
_MARKED = 2**19  # the same where marks are drawn; their random numbers are a tile's, so this never changes
_PIECE = 5 * 2**17  # values that are one task,
_DRAWS = 2**14  # in so many draws at most, whose weights are kept until it is done
_APART = 8  # numbers between the weights of two criteria, which else would share lines of the cache
_BUFFER = 2**10  # numbers that NumPy converts at once, in the nearest cache; shorter rows it would copy


class Part(NamedTuple):
    """Units to which the same criteria apply: they share their weights, so one product scores them."""

    units: np.ndarray
    columns: slice  # where their values stand, pattern after pattern
    pattern: np.ndarray
    shares: np.ndarray  # (groups, m, units of a group), the last group filled up with zeros

    @property
    def filled(self) -> int:
        groups, _, across = self.shares.shape
        return groups * across


class Job(NamedTuple):
    """All that a piece needs; can be sent to another process."""

    problem: Problem
    sampler: Sampler
    grid: Grid
    parts: tuple[Part, ...]
    reached: tuple[int, ...]  # the fewest steps of each level
    marks: Marks | None
    full: bool

    @property
    def counted(self) -> bool:
        """Whether ranks are only counted, draw by draw, and never kept."""
        return not self.full and len(self.problem.units) <= _COUNTED

    @property
    def design(self) -> Design:
        return self.sampler.design


class Piece(NamedTuple):
    """So many draws of a run, from ``first`` on; who ranks them draws their weights."""

    first: int
    draws: int


class Drawn(NamedTuple):
    """What a piece came to."""

    ranks: np.ndarray | None  # (n, draws); None where they were only counted
    times: np.ndarray | None  # (n, n) how often each unit held each rank, from the first; where they were
    reached: np.ndarray  # (n, L) how often each unit reached each level


def job(
    problem: Problem,
    design: Design,
    levels: Sequence[float] = (),
    marks: Marks | None = None,
    full: bool = True,
) -> Job:
    """A design made ready for a problem; ValueError where it does not fit."""
    if problem.shares.size and not 0 <= problem.shares.min() <= problem.shares.max() <= 1:
        raise ValueError("a share is below 0 or above 1")
    g = grid(problem.scale, problem.decimals, problem.rounding)
    reached = tuple(map(g.least, levels))
    return Job(problem, sampler(problem.tree, design), g, tuple(_parts(problem)), reached, marks, full)


def _parts(problem: Problem) -> Iterator[Part]:
    end = 0
    for units, pattern in problem.patterns:
        start, end = end, end + len(units)
        groups = -(-len(units) // _ACROSS)
        shares = np.zeros((groups * -(-len(units) // groups), len(pattern)))
        shares[: len(units)] = problem.shares[units]
        grouped = shares.reshape(groups, -1, len(pattern)).transpose(0, 2, 1)
        yield Part(units, slice(start, end), pattern, np.ascontiguousarray(grouped))


def pieces(job: Job, first: int, last: int) -> Iterator[Piece]:
    """The draws ``first`` (the beginning of a block) to ``last`` of a run: whole blocks, or parts of one.

    Of few units many blocks: a step for all of them takes hardly longer than for one. Of hundreds one, so
    that threads end together. Of many a part, for each of which its block is drawn anew: that is little
    beside ranking them. Reviewers' marks have their numbers by block.
    """
    n = len(job.problem.units)
    size = min(_DRAWS, _PIECE // n // BLOCK * BLOCK or max(64, _power(_PIECE // n)))
    if job.marks:
        size = min(size, BLOCK)
    for start in range(first, last, size):
        yield Piece(start, min(size, last - start))


def _weights(job: Job, piece: Piece, scratch: Scratch) -> list[np.ndarray]:
    """(draws, m) weights, in steps, of each part.

    They begin with the piece and go on to the end of a block, so that they fill whole products.
    """
    block, start = divmod(piece.first, BLOCK)
    several = -(-(start + piece.draws) // BLOCK)
    drawn = job.sampler.proportions(block, several, scratch)
    weights = []
    for i, part in enumerate(job.parts):
        room = scratch.array(f"weights {i}", float, (len(part.pattern), several * BLOCK + _APART))
        out = room[:, :-_APART]
        weights.append(job.problem.weights(drawn, part.pattern, job.grid.per_one, out)[start:])
    return weights


def _power(number: int) -> int:
    """The largest power of two that is not above a number; 0 for 0."""
    return 1 << number.bit_length() - 1 if number else 0


def draw(job: Job, piece: Piece) -> Drawn:
    """Values, whole numbers and ranks of some draws; the same whatever pieces a run is cut into."""
    with np.errstate():  # at whose end the buffer is as it was
        np.setbufsize(_BUFFER)
        return _drawn(job, piece)


def _drawn(job: Job, piece: Piece) -> Drawn:
    scratch = Scratch.of_thread()
    n, kept, weights = len(job.problem.units), piece.draws, _weights(job, piece, scratch)
    rows = min(len(weights[0]), max(16, _power((_MARKED if job.marks else _TILE) // n)))
    held = None if job.counted else np.empty((n, kept), rank_type(n))
    times = np.zeros((n, n), np.int64) if job.counted else None
    reached = np.zeros((n, len(job.reached)), np.int64)
    for start in range(0, kept, rows):
        some, end = slice(start, start + rows), min(start + rows, kept)
        numbers = scratch.array(NUMBERS, job.grid.type, (len(weights[0][some]), n))
        marked = _marked(job, piece, start, rows) if job.marks else None
        for part, each in zip(job.parts, weights, strict=True):
            here = each[some]
            values = _products(here, part, scratch)[:, : len(part.units)]
            if marked is not None:
                columns, change = marked
                values += np.einsum("dk,duk->du", here[:, columns], change[:, part.units])
            whole(values, job.grid, numbers[:, part.columns])
        for k, least in enumerate(job.reached):
            reached[:, k] += np.count_nonzero(numbers[: end - start] >= least, axis=0)
        if job.counted:
            times += tally(numbers[: end - start], job.problem.ties, job.grid.most, scratch)
        else:
            held[:, start:end] = ranks(numbers, job.problem.ties, job.grid.most, scratch)[:, : end - start]
    if len(job.parts) > 1:
        back = np.argsort(np.concatenate([part.units for part in job.parts]))
        held, times, reached = (each if each is None else each[back] for each in (held, times, reached))
    return Drawn(held, times, reached)


def _products(weights: np.ndarray, part: Part, scratch: Scratch) -> np.ndarray:
    """(draws, units filled up), in products small enough to be one thread's and one cache's."""
    groups, m, across = part.shares.shape
    draws = len(weights)
    together = min(draws, BLOCK, max(1, _power(_PRODUCT // (m * across))))
    out = scratch.array(VALUES, np.float64, (draws, part.filled))
    split = out.reshape(-1, together, groups, across).transpose(0, 2, 1, 3)
    each = weights.T.reshape(m, -1, 1, together).transpose(1, 2, 3, 0)  # the draws of a weight lie together
    np.matmul(each, part.shares, out=split)
    return out


def _marked(job: Job, piece: Piece, start: int, rows: int) -> tuple[list[int], np.ndarray]:
    """The reviewed criteria, and (draws, n, k) what drawn marks change in their shares."""
    columns = [job.problem.criteria.index(each) for each in job.marks.criteria]
    block, begin = divmod(piece.first, BLOCK)
    rng = marks_generator(job.design, block, begin + start)
    drawn = job.marks.shares(draw_marks(job.marks, rng, rows))
    change = np.nan_to_num(drawn - job.problem.shares[:, columns]) * job.problem.applies[:, columns]
    return columns, change
