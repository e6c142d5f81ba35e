"""Some draws from weights to ranks: values by matrix products, whole numbers, ranks with exact ties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ictindex.robustness.draws import BLOCK, Design, Marks, Sampler, draw_marks, marks_generator, sampler
from ictindex.robustness.problem import Problem, Siblings
from ictindex.robustness.ranks import Grid, Room, grid, rank_type, ranks, whole

_TOGETHER = 16  # draws in one product: too few for BLAS to split, so that its threads never change a bit
_ACROSS = 256  # units in one product
_TILE = 2**18  # values ranked together: large enough that threads seldom wait for Python, small for the cache
_PIECE = 2**21  # values that are one task
EXACT = 2.0**40  # weights in steps of 1 / EXACT add up without error, in any order


class Part(NamedTuple):
    """Units to which the same criteria apply: they share their weights, so one product scores them."""

    units: np.ndarray
    columns: slice  # where their values stand, pattern after pattern
    pattern: np.ndarray
    shares: tuple[np.ndarray, ...]  # (m, at most _ACROSS units) each


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
    def design(self) -> Design:
        return self.sampler.design


class Piece(NamedTuple):
    """The draws ``start`` to ``stop`` of a block."""

    block: int
    start: int
    stop: int


class Drawn(NamedTuple):
    """What a piece came to."""

    ranks: np.ndarray  # (n, draws)
    first: np.ndarray | None  # (k,) the units that were first in any of them
    central: np.ndarray | None  # (k, m) the sum of the weights then, in steps of 1 / EXACT
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


def base_ranks(problem: Problem) -> np.ndarray:
    """(n,) the ranks of the weights in force."""
    g = grid(problem.scale, problem.decimals, problem.rounding)
    numbers = whole(problem.values(problem.base) * g.per_one, g)
    return ranks(numbers, problem.ties, g.most)[:, 0].astype(np.int64)


def _parts(problem: Problem) -> Iterator[Part]:
    end = 0
    for units, pattern in problem.patterns:
        start, end = end, end + len(units)
        cuts = range(0, len(units), _ACROSS)
        shares = tuple(np.ascontiguousarray(problem.shares[units[c : c + _ACROSS]].T) for c in cuts)
        yield Part(units, slice(start, end), pattern, shares)


def pieces(units: int, first: int, last: int) -> Iterator[Piece]:
    """The draws ``first`` (the beginning of a block) to ``last`` of a run, in pieces of a block."""
    draws = min(BLOCK, max(_TOGETHER * 4, _power(_PIECE // max(units, 1))))
    for start in range(first, last, draws):
        block, inside = divmod(start, BLOCK)
        yield Piece(block, inside, min(inside + draws, inside + last - start))


def _power(number: int) -> int:
    """The largest power of two that is not above a number; 0 for 0."""
    return 1 << number.bit_length() - 1 if number else 0


def draw(job: Job, piece: Piece) -> Drawn:
    """Weights, values, whole numbers and ranks of some draws; the same whatever pieces a run is cut into."""
    problem, n = job.problem, len(job.problem.units)
    kept = piece.stop - piece.start
    rows = min(BLOCK, max(_TOGETHER, _power(_TILE // n)))
    some = slice(piece.start, piece.start + -(-kept // rows) * rows)
    drawn = {name: weights[some] for name, weights in job.sampler.block(piece.block).items()}
    weights = [problem.weights(drawn, part.pattern) * job.grid.per_one for part in job.parts]
    room = Room(rows, n)
    held = np.empty((n, kept), rank_type(n))
    reached = np.zeros((n, len(job.reached)), np.int64)
    for start in range(0, kept, rows):
        values, end = room.values((rows, n)), min(start + rows, kept)
        here = [each[start : start + rows] for each in weights]
        for part, weight in zip(job.parts, here, strict=True):
            _products(weight, part.shares, values[:, part.columns])
        if job.marks:
            _perturb(values, job, here, marks_generator(job.design, piece.block, piece.start + start))
        numbers = whole(values, job.grid, room)
        for k, least in enumerate(job.reached):
            reached[:, k] += np.count_nonzero(numbers[: end - start] >= least, axis=0)
        held[:, start:end] = ranks(numbers, problem.ties, job.grid.most, room)[:, : end - start]
    if len(job.parts) > 1:
        back = np.argsort(np.concatenate([part.units for part in job.parts]))
        held, reached = held[back], reached[back]
    first, central = _central(held, _whole_weights(job, drawn, weights)) if job.full else (None, None)
    return Drawn(held, first, central, reached)


def _products(weights: np.ndarray, shares: tuple[np.ndarray, ...], out: np.ndarray) -> None:
    """out = weights @ shares, in products small enough to be one thread's and one cache's."""
    some = weights.reshape(-1, _TOGETHER, weights.shape[1])
    split = out.reshape(-1, _TOGETHER, out.shape[1], copy=False)
    for i, some_shares in enumerate(shares):
        start = i * _ACROSS
        np.matmul(some, some_shares, out=split[:, :, start : start + some_shares.shape[1]])


def _perturb(values: np.ndarray, job: Job, weights: list[np.ndarray], rng: np.random.Generator) -> None:
    """Add to the values what drawn marks change in the shares of the reviewed criteria."""
    columns = [job.problem.criteria.index(each) for each in job.marks.criteria]
    drawn = job.marks.shares(draw_marks(job.marks, rng, len(values)))
    change = np.nan_to_num(drawn - job.problem.shares[:, columns]) * job.problem.applies[:, columns]
    for part, weight in zip(job.parts, weights, strict=True):
        values[:, part.columns] += np.einsum("dk,duk->du", weight[:, columns], change[:, part.units])


def _whole_weights(job: Job, drawn: Siblings, weights: list[np.ndarray]) -> np.ndarray:
    """(draws, m) what each criterion weighs in the whole, where all of them apply."""
    for part, weight in zip(job.parts, weights, strict=True):
        if part.pattern.all():
            return weight / (job.problem.scale * job.grid.per_one)
    return job.problem.weights(drawn, np.ones(len(job.problem.criteria), bool)) / job.problem.scale


def _central(held: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The units that were first, and the sum of the weights with which each was."""
    unit, draw = np.divmod(np.flatnonzero(held == 1), held.shape[1])
    first, which = np.unique(unit, return_inverse=True)
    when = np.zeros((len(first), held.shape[1]))
    when[which, draw] = 1
    return first, (when @ np.rint(weights[: held.shape[1]] * EXACT)).astype(np.int64)
