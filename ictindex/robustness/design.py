"""Sensitivity of the design: which choice of weights or rules moves the ranking most.

Saisana, Saltelli & Tarantola, *JRSS-A* 168 (2005) 307–323. Every level of a choice is as likely as any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ictindex.robustness.aggregations import copeland, geometric, harmonic
from ictindex.robustness.as_numbers import Problem, Siblings
from ictindex.robustness.one_at_a_time import without
from ictindex.robustness.ranks import ranks
from ictindex.robustness.sobol import discrete

WEIGHT_DRAWS = 1024
_PAIRS = 4_000_000  # of units, in draws that are compared together

Alternatives = Mapping[str, Sequence[Problem]]  # factor -> other shares of the same units under the same tree


@dataclass(frozen=True)
class Choices:
    """What may vary; a factor with a single level is left out.

    ``spread``: weights w(1 + u), u uniform on ±spread, among siblings; 0 for the weights in force alone.
    ``policies``: as in ``Problem``. ``alternatives``: factor -> problems that differ from the one in force,
    which is a level too. ``leave_out``: whether no category or any single one is left out.
    """

    spread: float = 0.25
    aggregations: tuple[str, ...] = ("arithmetic", "geometric", "harmonic", "copeland")
    policies: tuple[str, ...] = ("share", "points")
    alternatives: Alternatives = field(default_factory=dict)
    leave_out: bool = True


class Model:
    """The ranking as a function of the choices: points in [0, 1]^factors to R̄ and the rank of each unit.

    Copeland knows no policy, and the geometric and harmonic means know 'points' as 'share', for a missing
    factor of a product is not 0. A unit to whom nothing is left has the value 0. ``levels``: factor -> its
    settings, in order: of 'weights' the numbers of the draws, of an alternative '0' what is in force, of
    'left_out' '' nothing.
    """

    def __init__(self, problem: Problem, choices: Choices, seed: int):
        self.problem, self.choices, self.seed = problem, choices, seed
        categories = [c.id for c, w in zip(problem.tree.children, problem.tree.weights, strict=True) if w > 0]
        every = {
            "weights": tuple(map(str, range(WEIGHT_DRAWS if choices.spread else 1))),
            "aggregation": choices.aggregations,
            "policy": choices.policies,
            **{name: tuple(map(str, range(1 + len(o)))) for name, o in choices.alternatives.items()},
            "left_out": ("", *categories) if choices.leave_out and len(categories) > 1 else ("",),
        }
        self._every = every
        self.levels = {name: levels for name, levels in every.items() if len(levels) > 1}
        if not self.levels:
            raise ValueError("nothing varies: no factor has more than one level")

    def __call__(self, u: np.ndarray) -> np.ndarray:
        """(points, 1 + n) from (points, factors)."""
        ranks = np.empty((len(u), len(self.problem.units)), np.int64)
        columns = iter(u.T)
        levels = np.column_stack(
            [
                discrete(next(columns), len(each)) if name in self.levels else np.zeros(len(u), int)
                for name, each in self._every.items()
            ]
        )
        rules, which = np.unique(levels[:, 1:], axis=0, return_inverse=True)
        for i, rule in enumerate(rules):
            points = np.flatnonzero(which.ravel() == i)
            ranks[points] = self._ranks(tuple(rule.tolist()), levels[points, 0])
        return np.column_stack([np.abs(ranks - self.problem.base_ranks).mean(axis=1), ranks])

    @cached_property
    def clashes(self) -> int:
        """Shares that alternatives of more than one factor change; the last factor named decides there."""
        changed = [
            np.any([_differs(self.problem, other) for other in others], axis=0)
            for others in self.choices.alternatives.values()
        ]
        return int((np.sum(changed, axis=0) > 1).sum()) if changed else 0

    @cached_property
    def _weights(self) -> Siblings:
        """Every draw of the weights of every node: w(1 + u) over the sum of the siblings."""
        rng, spread, drawn = np.random.default_rng([self.seed, 2]), self.choices.spread, {}
        for node, weights in self.problem.base.items():
            noisy = weights * (1 + rng.uniform(-spread, spread, (len(self._every["weights"]), weights.size)))
            total = noisy.sum(axis=1, keepdims=True)
            drawn[node] = np.divide(noisy, total, out=np.zeros(noisy.shape), where=total > 0)
        return drawn

    def _ranks(self, rule: tuple[int, ...], draws: np.ndarray) -> np.ndarray:
        """(draws, n) under one setting of every factor but the weights, whose draws are given."""
        aggregation, policy, *alternatives, out = rule
        aggregation, policy = self.choices.aggregations[aggregation], self.choices.policies[policy]
        p = self._with(alternatives)
        left_out = self._every["left_out"][out]
        weights = _leaving(p, {node: each[draws] for node, each in self._weights.items()}, left_out)
        if aggregation == "copeland":
            return _copeland(p, weights)
        p = replace(p, policy=policy)
        if aggregation == "arithmetic":
            return p.ranked(p.values(weights))
        return p.ranked(self._mean(p, weights, geometric if aggregation == "geometric" else harmonic))

    def _with(self, levels: Sequence[int]) -> Problem:
        """The problem in which each alternative has changed what it changes, the last named on top."""
        shares, applies = self.problem.shares.copy(), self.problem.applies.copy()
        for level, others in zip(levels, self.choices.alternatives.values(), strict=True):
            if level:
                changed = _differs(self.problem, other := others[level - 1])
                shares[changed], applies[changed] = other.shares[changed], other.applies[changed]
        return replace(self.problem, shares=shares, applies=applies)

    def _mean(self, p: Problem, weights: Siblings, mean) -> np.ndarray:
        out = np.empty((len(weights[p.tree.id]), len(p.units)))
        for units, pattern in p.patterns:
            effective = p.weights(weights, pattern)
            out[:, units] = mean(p.shares[units], effective, p.applies[units])
        return np.nan_to_num(out) * p.scale


def _differs(problem: Problem, other: Problem) -> np.ndarray:
    return (problem.shares != other.shares) | (problem.applies != other.applies)


def _leaving(problem: Problem, weights: Siblings, left_out: str) -> Siblings:
    """The weights of every draw without a category, the others of the root sharing what it weighed."""
    if not left_out:
        return weights
    root = problem.tree.id
    kept = weights[root] * (without(problem.tree, left_out)[root] > 0)
    return {**weights, root: kept / kept.sum(axis=1, keepdims=True)}


def _copeland(problem: Problem, weights: Siblings) -> np.ndarray:
    n = len(problem.units)
    effective = problem.weights(weights, np.ones(problem.shares.shape[1], bool))
    step = max(1, _PAIRS // (n * n))
    scores = [
        copeland(problem.shares, effective[start : start + step], problem.applies)
        for start in range(0, len(effective), step)
    ]
    return ranks(np.concatenate(scores) + n, problem.ties).T  # from 1: who loses every duel has −(n − 1)
