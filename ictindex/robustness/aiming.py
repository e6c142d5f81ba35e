"""The weights of categories that would give each a stated real influence, and whether there are any.

Where the same applies to everybody and no category follows from the others there is exactly one such set for
shares of the variance, all above 0: w (Cw)/w'Cw = b is where ½w'Cw − Σ b ln w is least, which is strictly
convex (Maillard, Roncalli & Teiletche, *J. Portfolio Management* 36 (2010) 60–70; Spinu 2013, SSRN 2297383).
Paruolo, Saisana & Saltelli, *JRSS-A* 176 (2013) 609–634, for the question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ictindex.robustness.as_numbers import Problem
from ictindex.robustness.influence import pillars, r_squared

VARIANCE, CORRELATION = "variance_share", "correlation"
MEASURES = (VARIANCE, CORRELATION)
NEAR = 1e-6  # an influence that differs from the stated one by no more is it
_NEWTON, _AWAY = 200, 1e6  # steps at most, and how far
_STEP = 1e-6  # of a logarithm of a weight, for derivatives


class Aimed(NamedTuple):
    """What was stated and what was found, category by category; every row sums to 1.

    ``status``: 'found'; 'never', for ``blocked`` (indices) tell no two units apart and so have no influence
    whatever they weigh; or 'not found', which is no proof that there are none. ``weights`` and ``then``, the
    influence that they give: the nearest met, where not found; () where there is none. ``unique``: proven
    alone. ``now`` is nan where all values are equal.
    """

    status: str
    nominal: tuple[float, ...]
    now: tuple[float, ...]
    stated: tuple[float, ...]
    weights: tuple[float, ...] = ()
    then: tuple[float, ...] = ()
    blocked: tuple[int, ...] = ()
    unique: bool = False


def influence_shares(problem: Problem, weights: np.ndarray, measure: str = VARIANCE) -> np.ndarray:
    """(t, p) the influence of each category under each row of weights, (t, p), as shares that sum to 1.

    'variance_share': cov(what it gives, s)/var(s), may be negative. 'correlation': the squared correlation of
    its share with s, over their sum. nan where all values are equal. Raises ValueError for another measure.
    """
    if measure not in MEASURES:
        raise ValueError(f"{measure!r}: the measures are {', '.join(MEASURES)}")
    starts = problem.forks[0].rows[:-1]
    given = np.empty((len(weights), len(problem.units), len(starts)))
    for units, pattern in problem.patterns:
        own = problem.weights({problem.tree.id: weights}, pattern)
        given[:, units] = np.add.reduceat(own[:, None] * problem.shares[units], starts, axis=2)
    s = given.sum(axis=2)
    if measure == CORRELATION:
        x, applies = pillars(problem)
        squared = np.array([r_squared(x, each, applies) for each in s])
        squared = np.where(np.isnan(squared) & ~np.isnan(squared).all(axis=1)[:, None], 0.0, squared)
        return squared / squared.sum(axis=1, keepdims=True)
    spread = s - s.mean(axis=1, keepdims=True)
    total = (spread**2).sum(axis=1)
    flat = np.ptp(s, axis=1) <= 1e-12 * np.maximum(1.0, np.abs(s).max(axis=1))
    return np.einsum("tn,tnp->tp", spread, given) / np.where(flat, np.nan, total)[:, None]


def aim(problem: Problem, stated: Sequence[float], measure: str = VARIANCE) -> Aimed:
    """Weights under which each category has the stated influence, 0 or more; only their proportions count.

    A category of no stated influence gets no weight. Raises ValueError for numbers below 0, or none above.
    """
    wanted = np.array(stated, float)
    base = np.array(problem.tree.weights)
    if wanted.shape != base.shape or (wanted < 0).any() or not wanted.sum() > 0:
        raise ValueError("a stated influence is 0 or more for each category, and above 0 for one")
    wanted = wanted / wanted.sum()
    now = influence_shares(problem, base[None], measure)[0]
    told = [tuple(map(float, each)) for each in (base, now, wanted)]
    x, applies = pillars(problem)
    alike = ~applies.any(axis=0) | (applies.all(axis=0) & (np.ptp(x, axis=0) < 1e-12))
    if blocked := np.flatnonzero(alike & (wanted > 0)).tolist():
        return Aimed("never", *told, blocked=tuple(blocked))
    free = np.flatnonzero(wanted > 0)
    best = min(
        (
            _solved(problem, wanted, free, start, measure)
            for start in _starts(x[:, free], base[free], wanted[free])
        ),
        key=lambda found: found[0],
    )
    gap, weights, then = best
    gaps = not problem.applies.all() or measure != VARIANCE
    unique = not gaps and np.linalg.matrix_rank(x[:, free] - x[:, free].mean(axis=0)) == len(free)
    if not np.isfinite(gap):
        return Aimed("not found", *told)
    found = (tuple(map(float, each)) for each in (weights, then))
    near = gap <= NEAR
    return Aimed("found" if near else "not found", *told, *found, (), bool(unique and near))


def _starts(x: np.ndarray, base: np.ndarray, wanted: np.ndarray) -> Iterator[np.ndarray]:
    """Where to begin, over the categories that are wanted: what would be right if everything applied, then
    the weights in force, the influence wanted, and all alike.
    """
    yield _parity(np.atleast_2d(np.cov(x, rowvar=False)), wanted)
    yield np.where(base > 0, base, 1e-3)
    yield wanted
    yield np.ones(len(wanted))


def _parity(covariance: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Where ½w'Cw − Σ b ln w is least, by damped Newton steps, which lead there from anywhere."""
    scale = np.sqrt(np.maximum(np.diag(covariance), 1e-12))
    c, w = covariance / np.outer(scale, scale), np.sqrt(wanted)
    for _ in range(_NEWTON):
        slope = c @ w - wanted / w
        step = np.linalg.solve(c + np.diag(wanted / w**2), slope)
        far = np.sqrt(max(0.0, slope @ step) / wanted.min())
        w = w - step / (1 + far)
        if far < 1e-12 or w.max() > _AWAY:  # there is no least where categories cancel each other
            break
    return w / scale


def _solved(
    problem: Problem, wanted: np.ndarray, free: np.ndarray, start: np.ndarray, measure: str
) -> tuple[float, np.ndarray, np.ndarray]:
    """How far the influence is from the stated one at the end of a search, the weights there, and it."""
    from scipy.optimize import least_squares

    def weights(logs: np.ndarray) -> np.ndarray:
        rows = np.zeros((len(logs), len(wanted)))
        rows[:, free] = np.exp(logs - logs.max(axis=1, keepdims=True))
        return rows / rows.sum(axis=1, keepdims=True)

    def off(logs: np.ndarray) -> np.ndarray:
        return np.nan_to_num(influence_shares(problem, weights(logs), measure) - wanted, nan=1.0)

    def slopes(logs: np.ndarray) -> np.ndarray:  # all at once: one row of weights for each direction
        rows = logs + _STEP * np.vstack([np.eye(len(logs)), -np.eye(len(logs))])
        up, down = np.split(off(rows), 2)
        return (up - down).T / (2 * _STEP)

    ends = least_squares(
        lambda logs: off(logs[None])[0], np.log(start / start.sum()), jac=slopes, xtol=1e-14, ftol=1e-14
    )
    rows = weights(np.array([np.log(start / start.sum()), ends.x]))
    then = influence_shares(problem, rows, measure)
    gaps = np.nan_to_num(np.abs(then - wanted).max(axis=1), nan=np.inf)
    i = int(gaps.argmin())  # where the start is right, no search makes it better
    return float(gaps[i]), rows[i], then[i]
