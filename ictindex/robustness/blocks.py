"""Some draws from weights to ranks: values by matrix products, whole numbers, ranks with exact ties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ictindex.robustness.as_numbers import Problem, Siblings
from ictindex.robustness.draws import BLOCK, Design, Marks, Sampler, draw_marks, marks_generator, sampler
from ictindex.robustness.ranks import Grid, Room, grid, rank_type, ranks, whole

_TOGETHER = 16  # draws in one product: too few for BLAS to split, so that its threads never change a bit
_ACROSS = 256  # units in one product, at most
_TILE = 2**19  # values ranked together: so many that threads seldom wait for the interpreter
_PIECE = 2**21  # values that are one task
EXACT = 2.0**40  # weights in steps of 1 / EXACT add up without error, in any order


class Part(NamedTuple):
    """Units to which the same criteria apply: they share their weights, so one product scores them."""

    units: np.ndarray
    columns: slice  # where their values stand, pattern after pattern
    pattern: np.ndarray
    shares: np.ndarray  # (groups, m, units of a group), the last group filled up with zeros


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
    """Some draws of a block, from ``start`` on, with their weights."""

    block: int
    start: int
    draws: int
    weights: tuple[np.ndarray, ...]  # for each part (draws, m), in steps; filled up to whole products
    central: np.ndarray | None  # (draws, m) what each criterion weighs in the whole, where all of them apply


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
        groups = -(-len(units) // _ACROSS)
        shares = np.zeros((groups * -(-len(units) // groups), len(pattern)))
        shares[: len(units)] = problem.shares[units]
        grouped = shares.reshape(groups, -1, len(pattern)).transpose(0, 2, 1)
        yield Part(units, slice(start, end), pattern, np.ascontiguousarray(grouped))


def pieces(job: Job, first: int, last: int) -> Iterator[Piece]:
    """The draws ``first`` (the beginning of a block) to ``last`` of a run.

    Their weights are drawn here: many small steps, in which threads would only wait for each other.
    """
    rows = min(BLOCK, max(4 * _TOGETHER, _power(_PIECE // len(job.problem.units))))
    for begin in range(first, last, BLOCK):
        drawn = job.sampler.block(begin // BLOCK)
        weights = [_in_steps(job, drawn, part.pattern) for part in job.parts]
        central = _central_weights(job, drawn, weights) if job.full else None
        for start in range(0, min(BLOCK, last - begin), rows):
            some = slice(start, start + rows)
            draws = min(rows, last - begin - start)
            shares = None if central is None else central[start : start + draws]
            yield Piece(begin // BLOCK, start, draws, tuple(each[some] for each in weights), shares)


def _in_steps(job: Job, drawn: Siblings, pattern: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(job.problem.weights(drawn, pattern)) * job.grid.per_one


def _power(number: int) -> int:
    """The largest power of two that is not above a number; 0 for 0."""
    return 1 << number.bit_length() - 1 if number else 0


def _central_weights(job: Job, drawn: Siblings, weights: list[np.ndarray]) -> np.ndarray:
    for part, weight in zip(job.parts, weights, strict=True):
        if part.pattern.all():
            return weight / (job.problem.scale * job.grid.per_one)
    return job.problem.weights(drawn, np.ones(len(job.problem.criteria), bool)) / job.problem.scale


def draw(job: Job, piece: Piece) -> Drawn:
    """Values, whole numbers and ranks of some draws; the same whatever pieces a run is cut into."""
    n, kept = len(job.problem.units), piece.draws
    rows = min(BLOCK, max(_TOGETHER, _power(_TILE // n)))
    room = Room(rows, n)
    held = np.empty((n, kept), rank_type(n))
    reached = np.zeros((n, len(job.reached)), np.int64)
    for start in range(0, kept, rows):
        end = min(start + rows, kept)
        numbers = room.numbers(job.grid, (rows, n))
        marked = _marked(job, piece, start, rows) if job.marks else None
        for part, weights in zip(job.parts, piece.weights, strict=True):
            here = weights[start : start + rows]
            values = _products(here, part.shares)[:, : len(part.units)]
            if marked is not None:
                columns, change = marked
                values += np.einsum("dk,duk->du", here[:, columns], change[:, part.units])
            whole(values, job.grid, numbers[:, part.columns])
        for k, least in enumerate(job.reached):
            reached[:, k] += np.count_nonzero(numbers[: end - start] >= least, axis=0)
        held[:, start:end] = ranks(numbers, job.problem.ties, job.grid.most, room)[:, : end - start]
    if len(job.parts) > 1:
        back = np.argsort(np.concatenate([part.units for part in job.parts]))
        held, reached = held[back], reached[back]
    first, central = (None, None) if piece.central is None else _central(held, piece.central)
    return Drawn(held, first, central, reached)


def _products(weights: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(draws, units filled up), in products small enough to be one thread's and one cache's."""
    groups, m, across = shares.shape
    out = np.empty((len(weights), groups * across))
    split = out.reshape(-1, _TOGETHER, groups, across).transpose(0, 2, 1, 3)
    np.matmul(weights.reshape(-1, 1, _TOGETHER, m), shares, out=split)
    return out


def _marked(job: Job, piece: Piece, start: int, rows: int) -> tuple[list[int], np.ndarray]:
    """The reviewed criteria, and (draws, n, k) what drawn marks change in their shares."""
    columns = [job.problem.criteria.index(each) for each in job.marks.criteria]
    rng = marks_generator(job.design, piece.block, piece.start + start)
    drawn = job.marks.shares(draw_marks(job.marks, rng, rows))
    change = np.nan_to_num(drawn - job.problem.shares[:, columns]) * job.problem.applies[:, columns]
    return columns, change


def _central(held: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The units that were first, and the sum of the weights with which each was."""
    unit, draw = np.divmod(np.flatnonzero(held == 1), held.shape[1])
    first, which = np.unique(unit, return_inverse=True)
    when = np.zeros((len(first), held.shape[1]))
    when[which, draw] = 1
    return first, (when @ np.rint(weights * EXACT)).astype(np.int64)
