"""Every unit's rank at every whole point of one category's weight, the others keeping their proportions."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import NamedTuple

import numpy as np

from ictindex.robustness.as_numbers import Problem
from ictindex.robustness.ranks import grid, ranks, whole

LOST = 0  # in place of a rank: nothing that has a weight applies to the unit
_WHOLE = 1e-9  # how far from a whole number the error of floats leaves one


class Turn(NamedTuple):
    """Seen from the weight in force, a unit has the rank ``after`` (or LOST) for the first time at ``at``."""

    at: float
    unit: int
    before: int
    after: int


class Sweep(NamedTuple):
    """A category's weights and what they make of the ranking.

    ``points``: (t,) from 0 to twice the weight in force, in parts of ``total``, every whole number and
    ``points[present]``, the weight in force. ``ranks``: (n, t), LOST where there is none.
    """

    category: str
    total: int
    points: np.ndarray
    present: int
    ranks: np.ndarray

    @property
    def weight(self) -> float:
        """The weight in force, in parts of ``total``."""
        return float(self.points[self.present])

    def within(self, percent: int) -> np.ndarray:
        """(t,) bool, which weights lie no farther from the one in force than so many percent of it."""
        return np.abs(self.points - self.weight) <= self.weight * percent / 100 + _WHOLE

    def changes(self, unit: int) -> np.ndarray:
        """After which weights, as indices, a unit's rank changes."""
        return np.flatnonzero(self.ranks[unit, 1:] != self.ranks[unit, :-1])

    def turns(self, units: Sequence[int]) -> list[Turn]:
        """Where ranks of these units change, going away from the weight in force; the nearest first."""
        found = []
        for unit in units:
            row = self.ranks[unit]
            for i in self.changes(unit).tolist():
                near, far = (i, i + 1) if i >= self.present else (i + 1, i)
                found.append(Turn(float(self.points[far]), unit, int(row[near]), int(row[far])))
        return sorted(found, key=lambda turn: (abs(turn.at - self.weight), turn.at))


def sweeps(problem: Problem, total: int) -> tuple[Sweep, ...]:
    """A sweep of every category that has a weight, and not all of it; weights are counted in ``total`` parts.

    Ranks are integers by the rounding and ties of the problem; those at the weight in force are its own.
    """
    return tuple(_sweep(problem, total, k) for k, weight in enumerate(problem.tree.weights) if 0 < weight < 1)


def _sweep(problem: Problem, total: int, k: int) -> Sweep:
    base = np.array(problem.tree.weights)
    own = base[k] * total
    if abs(own - round(own)) < _WHOLE:
        own = float(round(own))
    points = np.union1d(np.arange(floor(min(2 * own, total)) + 1.0), [own])
    rows = np.outer(1 - points / total, base / (1 - base[k]))
    rows[:, k] = points / total
    siblings = {problem.tree.id: rows}
    g = grid(problem.scale, problem.decimals, problem.rounding)
    numbers = whole(problem.values(siblings) * g.per_one, g) + 1
    lost = problem.lost(siblings)
    numbers[lost] = 0  # behind everyone, so that nobody else's rank is touched
    placed = ranks(numbers, problem.ties)
    placed[lost.T] = LOST
    return Sweep(problem.tree.children[k].id, total, points, int(np.searchsorted(points, own)), placed)
