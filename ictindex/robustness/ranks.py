"""Ranks with exact ties for many draws at once, from whole numbers that the declared rounding makes.

Two units with the same answers can differ by an ulp after a matrix product, and so can one product on two
machines; so floats never decide a tie. They become whole numbers of steps first, with a slack far above
their error and far below a step, and whole numbers are ranked.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ictindex.robustness.scratch import Scratch

# What lies in scratch, one after another in the same place, so that all of it stays in the cache:
VALUES = "values"  # … of units; then which are as the next; then ranks, or where they go
NUMBERS = "numbers"  # the values as whole numbers
WHOSE = "whose"  # their leading bits, where those are sorted; then whose they are, in order
KEYS = "keys"  # numbers, each with whose it is; then cells to count, or ranks
PLACED = "placed"  # ranks in order, where some are alike

_PLACES = 12  # significant places of the scale that count where nothing is rounded; floats have 15


class Grid(NamedTuple):
    """How values become whole numbers of steps: ``per_one`` steps to 1, and the declared rounding.

    ``slack`` is in steps: a value so little below a boundary is on it. No value has more than ``most`` steps.
    """

    per_one: float
    rounding: str
    slack: float
    most: int

    @property
    def offset(self) -> float:
        """What is added before the places are cut off."""
        return self.slack if self.rounding == "down" else 0.5 + self.slack

    @property
    def type(self) -> type:
        """The narrowest integers that hold so many steps."""
        return np.int32 if self.most < 2**31 else np.int64

    def least(self, value: float) -> int:
        """The fewest steps that are at least ``value``."""
        return math.ceil(float(value) * self.per_one - self.slack)


def grid(scale: float, decimals: int | None, rounding: str = "half_up") -> Grid:
    """The steps of a rounding to ``decimals`` as exact.round_exact does; None: of 12 places of ``scale``."""
    if decimals is None:
        return Grid(10**_PLACES / scale, "half_up", 0.01, 10**_PLACES + 1)
    per_one = 10.0**decimals
    return Grid(per_one, rounding, scale * per_one / 10**_PLACES, math.ceil(scale * per_one) + 1)


@lru_cache(maxsize=8)
def _each(row: range, dtype: np.dtype, draws: int) -> np.ndarray:
    """The same row for each draw, kept: to spread it anew takes as long as what it is for."""
    spread = np.tile(np.array(row, dtype), (draws, 1))
    spread.flags.writeable = False
    return spread


def whole(steps: np.ndarray, g: Grid, out: np.ndarray | None = None) -> np.ndarray:
    """Integers from values ≥ 0 already in steps (value × ``per_one``), rounded as declared."""
    numbers = np.empty(steps.shape, g.type) if out is None else out
    np.add(steps, g.offset, out=numbers, casting="unsafe")  # the cast cuts the places off
    if g.rounding == "half_even":
        tie = np.abs(steps + 0.5 - numbers) <= 2 * g.slack
        numbers -= tie & (numbers % 2 == 1)
    return numbers


def rank_type(units: int) -> type:
    """The narrowest integers that hold the ranks of so many units."""
    return np.uint16 if units < 2**16 else np.uint32


def ranks(
    numbers: np.ndarray, ties: str = "min", most: int | None = None, scratch: Scratch | None = None
) -> np.ndarray:
    """(n, draws) the rank of each of (draws, n) whole numbers, 0 … ``most``, among its draw's; 1 the largest.

    ``ties``: 'min' 1-2-2-4, 'dense' 1-2-2-3, 'max' 1-3-3-4, as scoring.places.ranks. Few different
    numbers are counted; many are sorted, each with its unit in its low bits. Both are exact. With ``scratch``
    the answer lies in it until it is used again, and numbers that lie in it are lost.
    """
    if not numbers.size:
        return np.empty(numbers.shape[::-1], rank_type(numbers.shape[1]))
    most = int(numbers.max()) if most is None else most
    rank = _counted if 4 * most < numbers.shape[1] else _sorted
    return rank(numbers, most, ties, scratch or Scratch())


def _counted(numbers: np.ndarray, most: int, ties: str, scratch: Scratch) -> np.ndarray:
    """Ranks from how many units have each number."""
    draws, n = numbers.shape
    cell = scratch.array(KEYS, np.intp, numbers.shape)
    np.add(numbers, (np.arange(draws) * (most + 1))[:, None], out=cell)
    having = np.bincount(cell.ravel(), minlength=draws * (most + 1)).reshape(draws, most + 1)
    if ties == "dense":
        different = (having > 0).cumsum(axis=1)
        table = different[:, -1:] - different + 1
    else:
        so_far = having.ravel().cumsum().reshape(having.shape)  # each draw adds n
        table = np.arange(1, draws + 1)[:, None] * n - so_far
        table += 1 if ties == "min" else having
    found = scratch.array(VALUES, rank_type(n), numbers.shape)
    table.astype(found.dtype).ravel().take(cell, out=found, mode="clip")  # as 'raise', without a buffer
    return found.T


def tally(numbers: np.ndarray, ties: str, most: int, scratch: Scratch) -> np.ndarray:
    """(n, n) how often each unit has each rank, from the first, in as many draws as ``ranks`` is given.

    Of few units: a rank is counted where sorting finds it, and never brought to its unit's place.
    """
    n = numbers.shape[1]
    cell, alike = _short_in_order(numbers, most, scratch)
    cell += _each(range((n - 1) * n, -1, -n), cell.dtype, len(cell))  # places, from the last
    if alike.any():
        moved = scratch.array(KEYS, cell.dtype, cell.shape)
        cell -= np.multiply(_moved(alike, ties), n, out=moved, dtype=cell.dtype)
    return np.bincount(cell.ravel(), minlength=n * n).reshape(n, n).T


def _sorted(numbers: np.ndarray, most: int, ties: str, scratch: Scratch) -> np.ndarray:
    """Ranks from sorting keys: a number and, in the low bits, whose it is."""
    draws, n = numbers.shape
    bits, unit = (draws * n - 1).bit_length(), (n - 1).bit_length()
    alone = most.bit_length() + bits > 31 >= min(most.bit_length() + unit, 3 * unit)
    if alone:  # its unit: short keys, sorted in half the time; so few units that leading bits tell them apart
        goes, alike = _short_in_order(numbers, most, scratch)
    else:  # its place in the whole array
        goes, alike = _in_order(numbers, most, bits, scratch, False)
    place = _each(range(n, 0, -1), np.dtype(rank_type(n)), draws)
    if alike.any():
        moved = _moved(alike, ties)
        place = np.subtract(
            place, moved, out=scratch.array(PLACED, place.dtype, place.shape), casting="unsafe"
        )
    if alone or goes.dtype != np.intp:
        first = np.arange(0, draws * n, n)[:, None] if alone else 0
        goes = np.add(goes, first, out=scratch.array(VALUES, np.intp, goes.shape))
    out = scratch.array(KEYS, place.dtype, (draws, n))
    out.ravel()[goes.ravel()] = place.ravel()
    return out.T


def _in_order(
    numbers: np.ndarray, most: int, bits: int, scratch: Scratch, alone: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """(draws, n) whose number each is, from the least of its draw to the largest; and which is as the next.

    Whose: the unit's index, or (not ``alone``) the number's own in the whole array; in ``bits``.
    """
    draws, n = numbers.shape
    length = most.bit_length() + bits
    if length > 63:
        raise OverflowError(f"{n} units with values up to {most} do not fit into one integer")
    keys = scratch.array(KEYS, np.int32 if length <= 31 else np.int64, numbers.shape)
    np.left_shift(numbers, bits, out=keys, dtype=keys.dtype, casting="unsafe")
    if alone:
        keys |= _each(range(n), keys.dtype, draws)
    else:
        keys |= np.arange(draws * n, dtype=keys.dtype).reshape(draws, n)
    keys.sort(axis=1)  # two to four times as fast as argsort
    whose = scratch.array(WHOSE, keys.dtype, numbers.shape)
    np.bitwise_and(keys, (1 << bits) - 1, out=whose)
    keys >>= bits
    alike = scratch.array(VALUES, np.bool_, numbers.shape)
    following, flat = keys.ravel()[1:], alike.ravel()[:-1]  # all in a row: draw by draw takes longer
    np.equal(following, keys.ravel()[:-1], out=flat)
    alike[:, -1] = False
    return whose, alike


def _short_in_order(numbers: np.ndarray, most: int, scratch: Scratch) -> tuple[np.ndarray, np.ndarray]:
    """As ``_in_order``: long numbers by their leading bits, and again in draws where those do not do."""
    bits = (numbers.shape[1] - 1).bit_length()
    rest = most.bit_length() + bits - 31
    if rest <= 0:
        return _in_order(numbers, most, bits, scratch)
    leading = scratch.array(WHOSE, np.int32, numbers.shape)
    np.right_shift(numbers, rest, out=leading, casting="unsafe")
    whose, alike = _in_order(leading, most >> rest, bits, scratch)
    draw, place = np.divmod(np.flatnonzero(alike), alike.shape[1])
    apart = numbers[draw, whose[draw, place]] != numbers[draw, whose[draw, place + 1]]
    again = np.unique(draw[apart])
    if again.size:
        whose[again], alike[again] = _in_order(numbers[again], most, bits, Scratch())
    return whose, alike


def _moved(alike: np.ndarray, ties: str) -> np.ndarray:
    """(draws, n) by how much a rank is less than the place, where ``alike`` joins a place with the next."""
    n = alike.shape[1]
    if ties == "dense":
        return alike[:, ::-1].cumsum(axis=1, dtype=rank_type(n))[:, ::-1]
    if ties == "min":  # all have the place of the last, which is the best
        return _in_a_row(alike.ravel(), n).reshape(alike.shape)
    before = _in_a_row(alike.ravel()[::-1], n)[::-1]
    return -np.roll(before, 1).astype(np.int32).reshape(alike.shape)


def _in_a_row(flags: np.ndarray, most: int) -> np.ndarray:
    """How many flags are set from each on, never more than ``most``.

    Looked at in steps that double: where so many are set, those from there on are added.
    """
    times, step = flags.astype(np.min_scalar_type(most)), 1
    while (full := (times[:-step] == step) & flags[step:]).any():
        times[:-step] += times[step:] * full
        step *= 2
    return times
