"""What a unit can reach when the weights lie in a set: the first place, and its ranks.

Linear programs and 0-1 programs (HiGHS) propose weights; each is solved again in rationals and the whole
group scored with it before it is told. Where a unit cannot be first, a mix of the others that beats it under
all weights of the set is shown, exactly. Values are compared before any rounding. Hazen, Oper. Res. 34
(1986); Salo & Punkka, Management Science 57 (2011); Kadziński, Greco & Słowiński, Omega 40 (2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from ictindex.robustness.exact_problem import Weighing
from ictindex.robustness.weight_sets import (
    NONE,
    ONE,
    Weights,
    WeightSet,
    dot,
    exact_weights,
    floats,
    linear_program,
    silent,
    whole_simplex,
    widest,
)

STRICT = 1e-5  # what the solver is asked for where strictly more is meant: beyond its own tolerance


class First(NamedTuple):
    """Whether a unit can be first.

    ``status``: 'first' (alone), 'tied first' (not seen alone), 'never', 'undecided' or 'not linear'.
    ``margin``: its lead over the best of the others, or its gap, under ``weights``; ``bound``: no weights of
    the set give a larger one, proven by ``mix``: so much of each other unit makes one that stays that close,
    or that far ahead. Both are shares. ``rank``: by scoring all units again under ``weights``.
    """

    status: str
    margin: Fraction | None = None
    bound: Fraction | None = None
    weights: Weights | None = None
    mix: dict[str, Fraction] | None = None
    rank: int | None = None


class Nearest(NamedTuple):
    """The weights nearest to today's (Σ|w − w⁰|) under which a unit is first, ties counted.

    ``status``: 'first', 'never', 'undecided' or 'not linear'. ``bound``: no weights nearer than this do,
    proven in rationals; the ``distance`` is the least where both are equal.
    """

    status: str
    weights: Weights | None = None
    distance: Fraction | None = None
    bound: Fraction | None = None
    rank: int | None = None


class Extreme(NamedTuple):
    """A rank that a unit has under ``weights``, by exact scoring; ``bound``: beyond it none is possible.

    ``settled`` where both are equal. ``clear`` bounds the ranks decided by leads of at least
    STRICT (of shares), where ties widen ``bound``. Both are the solver's (HiGHS), in floating point; one
    stopped by its time leaves them wide.
    """

    rank: int
    weights: Weights
    bound: int
    clear: int

    @property
    def settled(self) -> bool:
        return self.rank == self.bound


class Ranks(NamedTuple):
    """The ranks within reach: best = 1 + the fewest strictly ahead, worst = 1 + the most strictly ahead.

    ``status``: 'reached', 'undecided' or 'not linear'.
    """

    status: str
    best: Extreme | None = None
    worst: Extreme | None = None


# --- the first place ----------------------------------------------------------------------------------------


def can_be_first(w: Weighing, unit: str, weights: WeightSet | None = None) -> First:
    """Max t with (x_unit − x_j) · w ≥ t for all others and w in the set (the whole simplex)."""
    weights = weights or whole_simplex(len(w.criteria))
    if not w.linear:
        return First("not linear")
    leads = _leads(w, unit)
    if not leads:
        return First("first", weights=weights.most(w.base)[1], rank=1)
    answer, prices, orders = widest(weights, list(leads.values()))
    if answer is None:
        return First("undecided")
    margin, rank = min(dot(lead, answer) for lead in leads.values()), _rank(w, unit, answer)
    mix, mixed = _mixed(dict(zip(leads, prices, strict=True)), leads)
    bound = weights.most(mixed, orders)[0]
    if (margin >= 0) != (rank == 1) or (margin > 0) != (_rank(w, unit, answer, last=True) == 1):
        return First("undecided")  # two ways of scoring disagree: nothing is told
    status = "first" if margin > 0 else "tied first" if margin == 0 else "never" if bound < 0 else "undecided"
    return First(status, margin, bound, answer, mix, rank)


def _rank(w: Weighing, unit: str, weights: Weights, last: bool = False) -> int | None:
    """The unit's rank by scoring all again; None where nothing that applies to it weighs anything."""
    return None if w.values(weights, unit)[0] is None else w.rank(unit, weights, last)


def _leads(w: Weighing, unit: str) -> dict[str, Weights]:
    return {other: w.difference(unit, other) for other in w.units if other != unit}


def _mixed(prices: dict[str, Fraction], leads: dict[str, Weights]) -> tuple[dict[str, Fraction], Weights]:
    """Prices as parts of 1, and the lead over the mix of the others that they make."""
    total = sum(prices.values(), NONE)
    mix = {other: price / total for other, price in prices.items() if price}
    size = range(len(next(iter(leads.values()))))
    return mix, tuple(sum((part * leads[other][k] for other, part in mix.items()), NONE) for k in size)


def nearest_first(w: Weighing, unit: str, weights: WeightSet | None = None) -> Nearest:
    """Min Σ|w − w⁰| with (x_unit − x_j) · w ≥ 0 for all others and w in the set (the whole simplex)."""
    weights = weights or whole_simplex(len(w.criteria))
    if not w.linear:
        return Nearest("not linear")
    if weights.contains(w.base) and _rank(w, unit, w.base) == 1:
        return Nearest("first", w.base, NONE, NONE, 1)
    if (can := can_be_first(w, unit, weights)).status in ("never", "undecided"):
        return Nearest(can.status)
    leads, size = list(_leads(w, unit).values()), len(w.base)
    each = [[ONE if i == k else NONE for i in range(size)] for k in range(size)]
    rows = (
        [[*(-x for x in lead), *[NONE] * size] for lead in leads]
        + [[*row, *[NONE] * size] for row, _ in weights.rows]
        + [[*one, *(-x for x in one)] for one in each]
        + [[*(-x for x in one), *(-x for x in one)] for one in each]
    )
    limits = [NONE] * (len(rows) - 2 * size) + [*w.base, *(-x for x in w.base)]
    solved = linear_program([NONE] * size + [ONE] * size, rows, limits, weights, [(0, None)] * size)
    if solved is None:
        return Nearest("undecided")
    found, prices = solved
    answer = exact_weights(found[:size], weights, [(lead, NONE) for lead in leads], w.base)
    if answer is None or _rank(w, unit, answer) != 1:
        answer = can.weights  # proven to make it first, if not the nearest
    distance = sum((abs(x - y) for x, y in zip(answer, w.base, strict=True)), NONE)
    gain = _gain(prices, leads, weights)
    return Nearest("first", answer, distance, _nearer_than(w.base, weights, gain), w.rank(unit, answer))


def _gain(prices: Sequence[Fraction], leads: Sequence[Weights], weights: WeightSet) -> Weights:
    """The lead and the order at the prices of a dual solution, as one linear form ≥ 0 wherever all hold."""
    forms = [*leads, *(tuple(-x for x in row) for row, _ in weights.rows)]
    size = range(len(weights.low))
    return tuple(sum((p * form[k] for p, form in zip(prices, forms, strict=False)), NONE) for k in size)


def _nearer_than(base: Weights, weights: WeightSet, gain: Weights) -> Fraction:
    """A lower bound of Σ|w − w⁰| where gain · w ≥ 0: of Σ|w − w⁰| − gain · w − ν (Σw − 1), at the best ν.

    The bound is concave and piecewise linear in ν; its corners lie where a weight changes its mind.
    """
    stops = [
        sorted({low, high, *({x} if low <= x <= high else ())})
        for low, x, high in zip(weights.low, base, weights.high, strict=True)
    ]

    def bound(nu: Fraction) -> Fraction:
        least = (
            min(abs(stop - x) - (g + nu) * stop for stop in each)
            for each, x, g in zip(stops, base, gain, strict=True)
        )
        return nu + sum(least, NONE)

    return max(NONE, *(bound(side - g) for g in gain for side in (-ONE, ONE)))


# --- attainable ranks ---------------------------------------------------------------------------------------


def attainable_ranks(w: Weighing, unit: str, weights: WeightSet | None = None, seconds: float = 10) -> Ranks:
    """The best and the worst rank over the set; ``seconds`` for each of at most four 0-1 programs."""
    weights = weights or whole_simplex(len(w.criteria))
    if not w.linear:
        return Ranks("not linear")
    behind = [tuple(-x for x in lead) for lead in _leads(w, unit).values()]  # others minus the unit
    most = [weights.most(each)[0] for each in behind]
    least = [-weights.most(tuple(-x for x in each))[0] for each in behind]
    certain = sum(x > 0 for x in least)  # ahead whatever the weights
    unclear = [i for i in range(len(behind)) if least[i] <= 0 < most[i]]
    start = w.base if weights.contains(w.base) else weights.most(w.base)[1]
    seen = [start] if weights.contains(start) else []
    forms = [behind[i] for i in unclear]
    best, worst = 1 + certain, 1 + certain + len(unclear)
    if unclear:
        fewest, count = _program(forms, [most[i] for i in unclear], weights, seconds, 1, 0.0)
        best += count
        seen += _exact(fewest, forms, weights, 1)
        furthest, count = _program(forms, [least[i] for i in unclear], weights, seconds, -1, 0.0)
        worst -= len(unclear) - count
        seen += _exact(furthest, forms, weights, -1)
    ranked = _ranked(w, unit, seen)
    clear = {1: best, -1: worst}
    for sense, bound in ((1, best), (-1, worst)):
        if unclear and not any(rank == bound for rank, _ in ranked):  # ties stood in the way: ask for more
            reach = [(most if sense == 1 else least)[i] for i in unclear]
            found, count = _program(forms, reach, weights, seconds, sense, STRICT)
            clear[sense] = 1 + certain + count
            ranked += _ranked(w, unit, _exact(found, forms, weights, sense))
    if not ranked:
        return Ranks("undecided")
    (high, at_high), (low, at_low) = min(ranked), max(ranked)
    return Ranks(
        "reached",
        Extreme(high, at_high, min(best, high), min(clear[1], high)),
        Extreme(low, at_low, max(worst, low), max(clear[-1], low)),
    )


def _ranked(w: Weighing, unit: str, seen: Sequence[Weights]) -> list[tuple[int, Weights]]:
    """The rank under each of these weights that gives the unit one."""
    return [(rank, each) for each in seen if (rank := _rank(w, unit, each)) is not None]


Found = tuple[Sequence[float], Sequence[bool]] | None


def _program(
    forms: Sequence[Weights], reach: Sequence[Fraction], weights: WeightSet, seconds: float, sense: int,
    margin: float,
) -> tuple[Found, int]:  # fmt: skip
    """The fewest (sense 1) or most (−1) forms above 0: weights and which, and the solver's bound of how many.

    z_j = 0 demands form_j · w ≤ −margin (fewest); z_j = 1 demands form_j · w ≥ margin (most). ``reach`` is
    the most, or the least, that each form can be: the smallest constant that frees the other case.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    size, n = len(weights.low), len(forms)
    table = np.array(forms, dtype=float)
    free = np.array(reach, dtype=float)
    if sense == 1:
        rows, limits = np.hstack([table, -np.diag(free + margin)]), np.full(n, -margin)
    else:
        rows, limits = np.hstack([-table, np.diag(margin - free)]), -free
    ordered = np.array([[*row, *[0] * n] for row, _ in weights.rows], dtype=float).reshape(-1, size + n)
    with silent():
        solved = milp(
            np.r_[np.zeros(size), np.full(n, float(sense))],
            integrality=np.r_[np.zeros(size), np.ones(n)],
            bounds=Bounds(np.r_[floats(weights.low), np.zeros(n)], np.r_[floats(weights.high), np.ones(n)]),
            constraints=[
                LinearConstraint(np.r_[np.ones(size), np.zeros(n)].reshape(1, -1), 1, 1),
                LinearConstraint(np.vstack([rows, ordered]), -np.inf, np.r_[limits, np.zeros(len(ordered))]),
            ],
            options={"time_limit": seconds},
        )
    bound = solved.mip_dual_bound
    known = bound is not None and np.isfinite(bound)
    count = int(np.ceil(bound - 1e-6)) * sense if known else (0 if sense == 1 else n)
    return None if solved.x is None else (solved.x[:size], solved.x[size:] > 0.5), count


def _exact(found: Found, forms: Sequence[Weights], weights: WeightSet, sense: int) -> list[Weights]:
    """Weights that keep the sides that the program chose, as far from level as can be."""
    if found is None:
        return []
    chosen, above = found
    kept = [
        tuple(-sense * x for x in form)
        for form, high in zip(forms, above, strict=True)
        if high == (sense == -1)
    ]
    far = widest(weights, kept)[0] if kept else None
    return [each for each in (far, exact_weights(chosen, weights, [])) if each is not None]
