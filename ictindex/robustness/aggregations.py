"""Other ways to make one value of many shares: means, votes, and each unit under its own best weights.

Shares x are (n, m), 0 or more; ``applies`` is (n, m) bool, all where it is left out. What does not apply is
left out for that unit and the weights of the rest are made to sum to 1 (the policy 'share').
Weights are (m,), (n, m), or draws of either, (draws, 1, m) or (draws, n, m); results are (…, n).

Rank reversal: the means judge a unit by itself, so that no unit can turn the order of two others. Copeland
and the benefit of the doubt compare units, so that adding or dropping one can
(Wang & Triantaphyllou, *Omega* 36 (2008) 45–63).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

TOLERANCE = 1e-9  # two sums of weights closer than this are equal: .1 + .2 is .3


class Aggregated(NamedTuple):
    """``values``: (…, n), nan where nothing that has a weight applies.

    ``zeroed``: (…, n) whether a zero made the value 0; ``raised``: (n,) how many shares a floor raised.
    """

    values: np.ndarray
    zeroed: np.ndarray
    raised: np.ndarray


class Copeland(NamedTuple):
    """``scores``: (…, n) wins − losses; ``support``: (…, n, n) share of the weights for row over column.

    ``support`` is ½ on the diagonal and nan for a pair to which nothing in common applies: such a pair is in
    ``incomplete`` (indices i < j, for any of the draws) and counts for neither.
    """

    scores: np.ndarray
    support: np.ndarray
    incomplete: tuple[tuple[int, int], ...]


class Doubt(NamedTuple):
    """``values``: (n,); ``shares``: (n, m) how much of the value is from each criterion, nan if left out.

    The value is unique, the shares may not be. ``zeroed``: (n,) whether a zero made the value 0.
    """

    values: np.ndarray
    shares: np.ndarray
    zeroed: np.ndarray


def geometric(
    x: np.ndarray, w: np.ndarray, applies: np.ndarray | None = None, floor: float | None = None
) -> Aggregated:
    """Π x^w. A zero that has a weight makes the value 0, unless a floor raises it. No rank reversal.

    ``floor``: the ε > 0 to which smaller shares are raised; no ε is usual, and ranks depend on it.
    """
    return _steep(np.log, np.exp, x, w, applies, floor)


def harmonic(
    x: np.ndarray, w: np.ndarray, applies: np.ndarray | None = None, floor: float | None = None
) -> Aggregated:
    """1/Σ(w/x). Zeros and ``floor`` as in ``geometric``; small shares weigh yet more. No rank reversal."""
    return _steep(np.reciprocal, np.reciprocal, x, w, applies, floor)


def copeland(x: np.ndarray, w: np.ndarray, applies: np.ndarray | None = None) -> Copeland:
    """C_a = Σ_b sign(o_ab − ½), o_ab the weights for a over b and half of those where they are equal.

    ``w``: (m,) or (draws, m), the same for every unit, for weights are votes here. A pair is compared over
    what applies to both. A win by a hair counts as one by a mile; another unit may turn the order of two,
    for it adds its own duel to each. Copeland 1951; Munda & Nardo, *Applied Economics* 41 (2009) 1513–1523.
    """
    x, w, applies = _checked(x, w, applies)
    n, m = x.shape
    both = applies[:, None] & applies[None, :]
    votes = both * (1 + np.sign(_difference(x))) / 2
    held = w @ both.reshape(n * n, m).T.astype(float)
    won = w @ votes.reshape(n * n, m).T
    support = np.divide(won, held, out=np.full(held.shape, np.nan), where=held > TOLERANCE)
    support = support.reshape(*w.shape[:-1], n, n)
    support[..., np.arange(n), np.arange(n)] = 0.5
    gap = np.nan_to_num(support - 0.5)
    scores = (np.sign(gap) * (np.abs(gap) > TOLERANCE)).sum(axis=-1).astype(int)
    missing = np.isnan(support).reshape(-1, n, n).any(axis=0)
    return Copeland(scores, support, tuple((int(i), int(j)) for i, j in np.argwhere(missing) if i < j))


def benefit_of_the_doubt(
    x: np.ndarray,
    lower: np.ndarray | float = 0.0,
    upper: np.ndarray | float = 1.0,
    applies: np.ndarray | None = None,
) -> Doubt:
    """max_v Σ v x_a, with Σ v x_j ≤ 1 for every unit j, v ≥ 0 and lower ≤ v_k x_ak/Σ v x_a ≤ upper.

    One linear programme a unit, under the weights that suit it best: unless shares are bounded, most units
    reach 1. ``lower``, ``upper``: a number, (m,) or (n, m). What does not apply to a unit is left out of its
    programme, and adds nothing to the sums of others; a criterion on which everybody has 0 is left out.
    Where the bounds ask something of a share of 0 the value is 0, the limit of an ever smaller share.
    Each value depends on the best of the others, so that any unit may turn the order of two.
    Cherchye et al., *Soc. Indic. Res.* 82 (2007) 111–145 and *JORS* 59 (2008) 239–251.

    Raises ValueError naming the units whose bounds cannot sum to 1 over what applies to them.
    """
    x, _, applies = _checked(x, np.ones(np.shape(x)[1]), applies)
    x = np.where(applies, x, 0.0)
    counted = applies & (x > 0).any(axis=0)
    lower, upper = (np.broadcast_to(np.asarray(each, float), x.shape) for each in (lower, upper))
    _refuse_bounds(lower, upper, counted)
    values, shares = np.full(len(x), np.nan), np.full(x.shape, np.nan)
    for a, here in enumerate(counted):
        if applies[a].any():
            values[a], shares[a, here] = _best(x[:, here], a, lower[a, here], upper[a, here])
    has_zero = (counted & (x == 0)).any(axis=1) | (applies.any(axis=1) & ~counted.any(axis=1))
    return Doubt(values, shares, has_zero & (values == 0))


def _best(x: np.ndarray, a: int, lower: np.ndarray, upper: np.ndarray) -> tuple[float, np.ndarray]:
    """The value of unit a and the shares q that make it; nan where the value is 0.

    In shares q_k = v_k x_ak/Σ v x_a the programme is 1/min t with Σ_k q_k x_jk/x_ak ≤ t for every unit j,
    Σ q = 1 and the bounds as plain bounds, which is several times as fast.
    """
    from scipy.optimize import linprog

    shares, has = np.full(x.shape[1], np.nan), x[a] > 0
    if (lower[~has] > 0).any() or upper[has].sum() < 1 - TOLERANCE:
        return 0.0, shares
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
    shares[:] = 0.0
    shares[has] = solved.x[:-1]
    return float(1 / solved.fun), shares


def _refuse_bounds(lower: np.ndarray, upper: np.ndarray, counted: np.ndarray) -> None:
    if (lower < 0).any() or (lower > upper).any():
        raise ValueError("bounds of shares: 0 ≤ lower ≤ upper")
    least, most = np.where(counted, lower, 0).sum(axis=1), np.where(counted, upper, 0).sum(axis=1)
    wrong = counted.any(axis=1) & ((least > 1 + TOLERANCE) | (most < 1 - TOLERANCE))
    if wrong.any():
        told = ", ".join(f"unit {i}: {least[i]:.4g} … {most[i]:.4g}" for i in np.flatnonzero(wrong))
        raise ValueError(f"bounds that cannot sum to 1 over what applies ({told})")


def _steep(into: Callable, back: Callable, x, w, applies, floor: float | None) -> Aggregated:
    """A mean of ``into(x)`` turned back, in which a zero with a weight makes the value 0."""
    x, w, applies = _checked(x, w, applies)
    if floor is not None and floor <= 0:
        raise ValueError(f"a floor is above 0, not {floor}")
    raised = applies & (x < floor) if floor is not None else np.zeros(x.shape, bool)
    x = np.where(raised, floor, x) if floor is not None else x
    zero = applies & (x == 0)
    zeroed = _sum(w, zero) > 0
    values = back(_mean(into(np.where(applies & ~zero, x, 1.0)), w, applies))
    return Aggregated(np.where(zeroed, 0.0, values), zeroed, raised.sum(axis=1))


def _mean(x: np.ndarray, w: np.ndarray, applies: np.ndarray) -> np.ndarray:
    """(…, n) the weighted mean of what applies; nan where it has no weight."""
    total = _sum(w, applies)
    return np.divide(
        _sum(w, np.where(applies, x, 0.0)), total, out=np.full(total.shape, np.nan), where=total > 0
    )


def _sum(w: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(…, n) Σ w x; draws of the same weights for every unit are one matrix product."""
    x = x.astype(float)
    if w.ndim == 1 or w.shape[-2] == 1:
        return w.reshape(*w.shape[:-2], w.shape[-1]) @ x.T
    return np.einsum("...nm,nm->...n", w, x)


def _difference(x: np.ndarray) -> np.ndarray:
    """(n, n, m) row minus column; shares as close as ``TOLERANCE`` are equal."""
    gap = x[:, None] - x[None, :]
    return np.where(np.abs(gap) > TOLERANCE, gap, 0.0)


def _checked(x, w, applies) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, w = np.asarray(x, float), np.asarray(w, float)
    applies = np.ones(x.shape, bool) if applies is None else np.asarray(applies, bool)
    if x.ndim != 2 or applies.shape != x.shape or w.shape[-1] != x.shape[1]:
        raise ValueError(f"shares {x.shape}, weights {w.shape} and what applies {applies.shape} do not fit")
    if (w < 0).any() or not np.isfinite(w).all():
        raise ValueError("weights are 0 or more")
    if (x[applies] < 0).any() or not np.isfinite(x[applies]).all():
        raise ValueError("shares are 0 or more, wherever they apply")
    return x, w, applies
