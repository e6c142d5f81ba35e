"""What a weight really does: its share of the variance of scores, and how far it tells units apart.

Shares x are (n, m); scores s (n,); weights are effective, (m,) or (n, m): the product of those down the path.
Paruolo, Saisana & Saltelli, *JRSS-A* 176 (2013) 609–634; Becker et al., *Ecol. Indic.* 80 (2017) 12–22.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import comb

import numpy as np

from ictindex.robustness.as_numbers import Branch, Problem

FEW = 20  # units: below it a measure carries an interval, or is not given
REPLICATES = 1000  # of the bootstrap over units
LEAST = 3  # units: below it no measure is given
MOST_PILLARS = 12  # 4,096 regressions


@dataclass(frozen=True)
class Measure:
    """A number, or None and why there is none; an interval goes with it where there are too few units.

    ``reason``: '', 'too_few_units' (with a value: read the interval, 95 %), 'constant', 'one_item' or
    'applies_to_nobody'.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Influence:
    """What one criterion or pillar does; ``nominal`` is its effective weight on paper.

    ``variance_share``: w cov(x, s)/var(s), of sum 1, may be negative; ``r_squared``: linear; ``ratio``: the
    correlation ratio by local-linear regression, which sees any shape.
    """

    nominal: float
    variance_share: Measure
    r_squared: Measure
    ratio: Measure


@dataclass(frozen=True)
class Power:
    """How far a criterion tells units apart: shares of the units to whom it applies, and the spread of x.

    None where it applies to nobody; ``gini`` also where everybody has 0.
    """

    units: int
    at_zero: float | None
    at_full: float | None
    sd: float | None
    gini: float | None


def effective_weights(problem: Problem) -> np.ndarray:
    """(n, m) what a share of 1 gives each unit, so that its row times its shares is its value."""
    out = np.empty(problem.shares.shape)
    for units, pattern in problem.patterns:
        out[units] = problem.weights({}, pattern)[0]
    return out


def nominal_weights(problem: Problem) -> np.ndarray:
    """(m,) the effective weights on paper, of a unit to whom everything applies; they sum to 1."""
    return problem.weights({}, np.ones(problem.shares.shape[1], bool))[0] / problem.scale


def pillars(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """(n, p) the share of each child of the root, and whether anything of it applies."""
    shares, applies = [], []
    for child, ends in zip(problem.tree.children, pairwise(problem.forks[0].rows), strict=True):
        columns = slice(*ends)
        own = replace(
            problem,
            shares=problem.shares[:, columns],
            applies=problem.applies[:, columns],
            tree=Branch("", (child,), (1.0,)),
            policy="share",
            scale=1.0,
        )
        shares.append(own.values({})[0])
        applies.append(own.applies.any(axis=1))
    return np.column_stack(shares), np.column_stack(applies)


def influences(
    x: np.ndarray, applies: np.ndarray, w: np.ndarray, s: np.ndarray, nominal: np.ndarray, seed: int = 0
) -> tuple[Influence, ...]:
    """The influence of every column; a measure of x alone takes the units to whom the column applies.

    With fewer than ``FEW`` units the linear measures carry a bootstrap interval over units, and the
    correlation ratio is not given.
    """
    shares = _measured(variance_shares, (w * x, s), np.full(x.shape[1], len(s)), seed)
    squared = _measured(r_squared, (x, s, applies), applies.sum(axis=0), seed)
    return tuple(
        Influence(float(nominal[k]), shares[k], squared[k], _ratio(x[:, k], s, applies[:, k]))
        for k in range(x.shape[1])
    )


def variance_shares(given: np.ndarray, s: np.ndarray) -> np.ndarray:
    """(m,) cov(w x, s)/var(s) of what each criterion gives, (n, m); nan where all scores are equal."""
    spread = s - s.mean()
    total = spread @ spread
    return spread @ given / total if not _flat(s) else np.full(given.shape[1], np.nan)


def r_squared(x: np.ndarray, s: np.ndarray, applies: np.ndarray | None = None) -> np.ndarray:
    """(m,) the squared correlation of each column and the scores; nan where either is constant."""
    applies = np.ones(x.shape, bool) if applies is None else applies
    counted = np.maximum(applies.sum(axis=0), 1)
    columns = [np.where(applies, each, 0.0) for each in (x, s[:, None])]
    a, b = (np.where(applies, each - each.sum(axis=0) / counted, 0.0) for each in columns)
    aa, bb = (a**2).sum(axis=0), (b**2).sum(axis=0)
    varies = (aa > 1e-20 * counted) & (bb > 1e-20 * counted)
    return np.divide((a * b).sum(axis=0) ** 2, aa * bb, out=np.full(x.shape[1], np.nan), where=varies)


def correlation_ratio(x: np.ndarray, s: np.ndarray) -> float:
    """Σ(ŝ − s̄)²/Σ(s − s̄)², ŝ the local-linear fit of s on x; nan where either is constant.

    x, s: (n,). Gaussian kernel, the bandwidth by leave-one-out among 15 from 0.05 to 1,000 sd of x, the last
    one being a straight line (Fan & Gijbels 1996).
    """
    if _flat(x) or _flat(s):
        return float("nan")
    step = (x[None, :] - x[:, None]) / x.std()
    best, fitted = np.inf, s
    for width in (*np.geomspace(0.05, 5, 14), 1000.0):
        kernel = np.exp(-0.5 * (step / width) ** 2)
        s0, s1 = kernel.sum(axis=1), (kernel * step).sum(axis=1)
        s2 = (kernel * step**2).sum(axis=1) + 1e-9  # where all near units are equal: their mean
        hat = kernel * (s2[:, None] - s1[:, None] * step) / (s0 * s2 - s1**2)[:, None]
        own = np.diag(hat)
        if (own > 1 - 1e-6).any():
            continue
        error = float((((s - hat @ s) / (1 - own)) ** 2).sum())
        if error < best:
            best, fitted = error, hat @ s
    if not np.isfinite(best):
        return float("nan")
    return float(((fitted - s.mean()) ** 2).sum() / ((s - s.mean()) ** 2).sum())


def shapley_r_squared(x: np.ndarray, s: np.ndarray) -> tuple[Measure, ...]:
    """Each pillar's share of R², averaged over every order of entry (LMG); x: (n, p), everything applies.

    A constant pillar has none; with fewer than ``FEW`` units, or than p + 2, none is given. p is at most
    ``MOST_PILLARS``. Lindeman, Merenda & Gold 1980; Owen 2014.
    """
    n, p = x.shape
    if n < max(FEW, p + 2):
        return (Measure(None, reason="too_few_units"),) * p
    varies = np.array([not _flat(column) for column in x.T])
    if _flat(s) or not varies.any():
        return (Measure(None, reason="constant"),) * p
    shares = iter(_lmg(np.corrcoef(np.column_stack([x[:, varies], s]), rowvar=False)))
    return tuple(
        Measure(float(next(shares))) if each else Measure(None, reason="constant") for each in varies
    )


def _lmg(correlations: np.ndarray) -> np.ndarray:
    p = len(correlations) - 1
    among, with_s = correlations[:p, :p], correlations[:p, p]
    explained = np.zeros(2**p)  # of each set of pillars, as bits
    for size in range(1, p + 1):
        sets = np.array(list(combinations(range(p), size)))
        inverse = np.linalg.pinv(among[sets[:, :, None], sets[:, None, :]], hermitian=True)
        explained[(1 << sets).sum(axis=1)] = np.einsum("ti,tij,tj->t", with_s[sets], inverse, with_s[sets])
    every = np.arange(2**p)
    sizes = np.array([bin(each).count("1") for each in every])
    out = np.empty(p)
    for k in range(p):
        without = every[every & (1 << k) == 0]
        weight = np.array([1 / (p * comb(p - 1, size)) for size in range(p)])[sizes[without]]
        out[k] = weight @ (explained[without | (1 << k)] - explained[without])
    return out


def discriminating_power(x: np.ndarray, applies: np.ndarray) -> tuple[Power, ...]:
    """How far each column tells units apart; a criterion that everyone passes has weight on paper only."""
    return tuple(_power(x[applies[:, k], k]) for k in range(x.shape[1]))


def cronbach(items: np.ndarray) -> Measure:
    """α = k/(k − 1)·(1 − Σ var/var of the sum) of the items of a pillar, (n, k), in points; all must apply.

    With fewer than ``FEW`` units none is given. Cronbach, *Psychometrika* 16 (1951) 297–334. ``reason``
    'one_item' where there is nothing to agree with.
    """
    if len(items) < FEW:
        return Measure(None, reason="too_few_units")
    if items.shape[1] < 2:
        return Measure(None, reason="one_item")
    k, total = items.shape[1], items.sum(axis=1)
    apart = np.nan if _flat(total) else 1 - items.var(axis=0).sum() / total.var()
    return measure_of(k / (k - 1) * apart)


def measure_of(value: float) -> Measure:
    """A number that needs no interval, where there is one."""
    return Measure(float(value)) if np.isfinite(value) else Measure(None, reason="constant")


def _ratio(x: np.ndarray, s: np.ndarray, applies: np.ndarray) -> Measure:
    if not applies.any():
        return Measure(None, reason="applies_to_nobody")
    if applies.sum() < FEW:
        return Measure(None, reason="too_few_units")
    return measure_of(correlation_ratio(x[applies], s[applies]))


def _measured(
    statistic: Callable[..., np.ndarray], arrays: tuple[np.ndarray, ...], units: np.ndarray, seed: int
) -> tuple[Measure, ...]:
    """The statistic, (k,), of arrays whose rows are units; ``units``: (k,) how many each number rests on."""
    n = len(arrays[0])
    if n < LEAST:
        return (Measure(None, reason="too_few_units"),) * len(units)
    values = statistic(*arrays)
    low = high = np.full(len(units), np.nan)
    if (units < FEW).any():
        rng = np.random.default_rng(seed)
        drawn = [
            statistic(*(each[rows] for each in arrays)) for rows in rng.integers(n, size=(REPLICATES, n))
        ]
        low, high = _tails(np.array(drawn))
    return tuple(_measure(*each) for each in zip(values, low, high, units, strict=True))


def _tails(drawn: np.ndarray) -> np.ndarray:
    """(2, k) the middle 95 % of each column, leaving out the draws in which it is not defined."""
    masked = np.sort(drawn, axis=0)  # nan last
    known = np.isfinite(masked).sum(axis=0)
    at = [np.clip(np.ceil(q * known).astype(int) - 1, 0, None) for q in (0.025, 0.975)]
    return np.array([np.take_along_axis(masked, each[None], axis=0)[0] for each in at])


def _measure(value: float, low: float, high: float, units: int) -> Measure:
    if units == 0:
        return Measure(None, reason="applies_to_nobody")
    if units < LEAST:
        return Measure(None, reason="too_few_units")
    if units < FEW and np.isfinite(value):
        return Measure(float(value), float(low), float(high), "too_few_units")
    return measure_of(value)


def _power(x: np.ndarray) -> Power:
    if not len(x):
        return Power(0, None, None, None, None)
    apart = np.abs(x[:, None] - x).sum()
    gini = float(apart / (2 * len(x) ** 2 * x.mean())) if x.any() else None
    return Power(len(x), float((x == 0).mean()), float((x >= 1).mean()), float(x.std()), gini)


def _flat(values: np.ndarray) -> bool:
    return bool(np.ptp(values) <= 1e-12 * max(1.0, np.abs(values).max()))
