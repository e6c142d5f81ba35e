"""Other ways to make one value of many shares: means, votes, and each unit under its own best weights.

Shares x are (n, m), 0 or more; ``applies`` is (n, m) bool. What does not apply is left out for that unit and
the weights of the rest are made to sum to 1 (the policy 'share').
Weights, 0 or more, are (m,), or draws of them, (draws, m); results are (…, n).

Rank reversal: the means judge a unit by itself, so that no unit can turn the order of two others. Copeland
and the benefit of the doubt compare units, so that adding or dropping one can
(Wang & Triantaphyllou, *Omega* 36 (2008) 45–63).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

TOLERANCE = 1e-9  # two sums of weights closer than this are equal: .1 + .2 is .3


def geometric(x: np.ndarray, w: np.ndarray, applies: np.ndarray) -> np.ndarray:
    """Π x^w; nan where nothing that has a weight applies. A zero with one makes it 0. No rank reversal."""
    return _steep(np.log, np.exp, x, w, applies)


def harmonic(x: np.ndarray, w: np.ndarray, applies: np.ndarray) -> np.ndarray:
    """1/Σ(w/x); else as ``geometric``, but small shares weigh yet more."""
    return _steep(np.reciprocal, np.reciprocal, x, w, applies)


def copeland(x: np.ndarray, w: np.ndarray, applies: np.ndarray) -> np.ndarray:
    """Wins − losses: C_a = Σ_b sign(o_ab − ½), o_ab the weights for a over b and half of those where equal.

    Weights are votes here. A pair is compared over what applies to both; one with nothing in common counts
    for neither. A win by a hair counts as one by a mile; another unit may turn the order of two, for it adds
    its own duel to each. Copeland 1951; Munda & Nardo, *Applied Economics* 41 (2009) 1513–1523.
    """
    n, m = x.shape
    both = applies[:, None] & applies[None, :]
    votes = both * (1 + np.sign(_difference(x))) / 2
    held = w @ both.reshape(n * n, m).T.astype(float)
    won = w @ votes.reshape(n * n, m).T
    support = np.divide(won, held, out=np.full(held.shape, np.nan), where=held > TOLERANCE)
    support = support.reshape(*w.shape[:-1], n, n)
    support[..., np.arange(n), np.arange(n)] = 0.5
    gap = np.nan_to_num(support - 0.5)
    return (np.sign(gap) * (np.abs(gap) > TOLERANCE)).sum(axis=-1).astype(int)


def benefit_of_the_doubt(
    x: np.ndarray, lower: np.ndarray, upper: np.ndarray, applies: np.ndarray
) -> np.ndarray:
    """max_v Σ v x_a, with Σ v x_j ≤ 1 for every unit j, v ≥ 0 and lower ≤ v_k x_ak/Σ v x_a ≤ upper.

    One linear programme a unit, under the weights that suit it best: unless shares are bounded, most units
    reach 1. ``lower``, ``upper``: (n, m), which allow a sum of 1 over what applies to each unit. What does
    not apply to a unit is left out of its programme, and adds nothing to the sums of others; a criterion on
    which everybody has 0 is left out. Where the bounds ask something of a share of 0 the value is 0, the
    limit of an ever smaller share.
    Each value depends on the best of the others, so that any unit may turn the order of two.
    Cherchye et al., *Soc. Indic. Res.* 82 (2007) 111–145 and *JORS* 59 (2008) 239–251.
    """
    x = np.where(applies, x, 0.0)
    counted = applies & (x > 0).any(axis=0)
    values = np.full(len(x), np.nan)
    for a, here in enumerate(counted):
        if applies[a].any():
            values[a] = _best(x[:, here], a, lower[a, here], upper[a, here])
    return values


def _best(x: np.ndarray, a: int, lower: np.ndarray, upper: np.ndarray) -> float:
    """The value of unit a.

    In shares q_k = v_k x_ak/Σ v x_a the programme is 1/min t with Σ_k q_k x_jk/x_ak ≤ t for every unit j,
    Σ q = 1 and the bounds as plain bounds, which is several times as fast.
    """
    from scipy.optimize import linprog

    has = x[a] > 0
    if (lower[~has] > 0).any() or upper[has].sum() < 1 - TOLERANCE:
        return 0.0
    k = int(has.sum())
    solved = linprog(
        np.append(np.zeros(k), 1.0),
        A_ub=np.column_stack([x[:, has] / x[a, has], -np.ones(len(x))]),
        b_ub=np.zeros(len(x)),
        A_eq=[[*np.ones(k), 0.0]],
        b_eq=[1.0],
        bounds=[*zip(lower[has], upper[has], strict=True), (0, None)],
        method="highs",
    )
    if solved.status != 0:
        raise ArithmeticError(f"the linear programme of unit {a} has no answer: {solved.message}")
    return float(1 / solved.fun)


def _steep(into: Callable, back: Callable, x, w, applies) -> np.ndarray:
    """A mean of ``into(x)`` turned back, in which a zero with a weight makes the value 0."""
    zero = applies & (x == 0)
    values = back(_mean(into(np.where(applies & ~zero, x, 1.0)), w, applies))
    return np.where(_sum(w, zero) > 0, 0.0, values)


def _mean(x: np.ndarray, w: np.ndarray, applies: np.ndarray) -> np.ndarray:
    """(…, n) the weighted mean of what applies; nan where it has no weight."""
    total = _sum(w, applies)
    return np.divide(
        _sum(w, np.where(applies, x, 0.0)), total, out=np.full(total.shape, np.nan), where=total > 0
    )


def _sum(w: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(…, n) Σ w x."""
    return w @ x.astype(float).T


def _difference(x: np.ndarray) -> np.ndarray:
    """(n, n, m) row minus column; shares as close as ``TOLERANCE`` are equal."""
    gap = x[:, None] - x[None, :]
    return np.where(np.abs(gap) > TOLERANCE, gap, 0.0)
