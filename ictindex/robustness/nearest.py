"""The weights nearest to today's under which a unit is behind none of its rivals, with a bound of how near.

Nearest by one of three measures: the weight that has to move, its squares, or whole points of a table. In a
cell (``cells``) a program proposes weights, and says how near any could be; the cell that leaves the nearest
open is halved until weights seen are as near as the bound; what lies further than they is left out. Ríos
Insua & French, EJOR 54 (1991).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from heapq import heappop, heappush
from itertools import count
from math import ceil, isqrt
from typing import Any, NamedTuple

from ictindex.robustness.cells import lead, whole
from ictindex.robustness.exact_problem import Weighing
from ictindex.robustness.reach import can_be_first
from ictindex.robustness.weight_sets import (
    FINE,
    NONE,
    ONE,
    Weights,
    WeightSet,
    dot,
    exact_weights,
    linear_program,
    on_simplex,
    silent,
    whole_simplex,
)

MOST_CELLS, ROUNDS = 8, 8  # that are cut at a time, and how often the set is made smaller
CLOSE_ENOUGH, PART = Fraction(1, 10**6), Fraction(1, 100)  # between the nearest seen and the bound, or of it
MOST_STEPS, CLOSE_PRICE, FURTHEST_PRICE = 100, 1e-9, 1e4  # of the search for the prices of squares
FURTHEST = 2  # two sets of weights are never further apart, by any measure

Solved = tuple[Weights | None, Fraction] | None  # weights, and how near any could be; None where none do


class Measure(NamedTuple):
    """How far weights are from today's, and the nearest under which linear forms are ≥ 0.

    ``each``: how far a single weight can be where all together are so far.
    """

    distance: Callable[[Weights, Weights], Fraction]
    each: Callable[[Fraction], Fraction]
    nearest: Callable[[Weights, Sequence[Weights], WeightSet], Solved]


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


def nearest_first(w: Weighing, unit: str, weights: WeightSet | None = None) -> Nearest:
    """Min Σ|w − w⁰| with (x_unit − x_j) · w ≥ 0 for all others and w in the set (the whole simplex)."""
    weights = weights or whole_simplex(len(w.criteria))
    if None in w.available:
        return Nearest("not linear")
    if weights.contains(w.base) and w.rank(unit, w.base) == 1:
        return Nearest("first", w.base, NONE, NONE, 1)
    if (can := can_be_first(w, unit, weights)).status in ("never", "undecided"):
        return Nearest(can.status)
    if w.linear:
        solved = _least_moved(w.base, list(w.leads(unit).values()), weights)
        if solved is None:
            return Nearest("undecided")
        answer, bound = solved
        if answer is None or w.rank(unit, answer) != 1:
            answer = can.weights  # proven to make it first, if not the nearest
    else:
        rivals = [other for other in w.units if other != unit]
        answer, bound = nearest_in(w, unit, rivals, weights, can.weights)
    return Nearest("first", answer, moved(answer, w.base), bound, w.rank(unit, answer))


def nearest_in(
    w: Weighing,
    unit: str,
    rivals: Sequence[str],
    weights: WeightSet,
    known: Weights | None,
    measure: Measure | None = None,
) -> tuple[Weights | None, Fraction | None]:
    """The weights nearest to today's under which no rival is ahead of the unit, and a proven bound.

    ``known``: weights that do, if any are. None, and no bound, where no weights do in any cell.
    ``measure``: MOVED where none is named.
    """
    measure, answer = measure or MOVED, known
    for _ in range(ROUNDS):
        answer, bound = _sought(w, unit, rivals, weights, answer, measure)
        if answer is None:
            break
        far = measure.distance(answer, w.base)
        if far - bound <= max(CLOSE_ENOUGH, far * PART):
            break
        weights = _not_further(weights, w.base, measure.each(far))
    return answer, bound


def _not_further(weights: WeightSet, base: Weights, each: Fraction) -> WeightSet:
    """Those of the set of which no weight is further from today's: in a small set forms hold closely."""
    low = tuple(max(least, x - each) for least, x in zip(weights.low, base, strict=True))
    high = tuple(min(most, x + each) for most, x in zip(weights.high, base, strict=True))
    return replace(weights, low=low, high=high)


def _sought(
    w: Weighing,
    unit: str,
    rivals: Sequence[str],
    weights: WeightSet,
    answer: Weights | None,
    measure: Measure,
) -> tuple[Weights | None, Fraction | None]:
    """As ``nearest_in``, in a set that is cut into MOST_CELLS cells at most."""

    def best_with(at: Weights | None) -> bool:
        own, *values = w.quick_values(at, unit, *rivals) if at else (None,)
        return own is not None and all(value is None or value <= own for value in values)

    number, distance = count(), measure.distance
    waiting = [(NONE, next(number), whole(w, weights, [unit, *rivals]))]
    for _ in range(MOST_CELLS):
        if not waiting:
            break
        near, _, cell = waiting[0]
        halves = cell.halves()
        if not halves or (answer and distance(answer, w.base) - near <= CLOSE_ENOUGH):
            break
        heappop(waiting)
        for part in halves:
            forms = [[lead(w, unit, other, part, best) for other in rivals] for best in (True, False)]
            solved = [measure.nearest(w.base, each, part.weights) for each in forms]
            for found, _ in filter(None, solved):
                if found and answer and measure is SQUARES:
                    found = _drawn_to(answer, found, best_with)
                if best_with(found) and (
                    answer is None or distance(found, w.base) < distance(answer, w.base)
                ):
                    answer = found
            if solved[0] is not None:  # else no weights of the cell do
                heappush(waiting, (max(near, solved[0][1]), next(number), part))
    if answer is None:
        return None, waiting[0][0] if waiting else None
    far = distance(answer, w.base)
    return answer, min(far, waiting[0][0]) if waiting else far


def _drawn_to(known: Weights, found: Weights, best_with: Callable[[Weights], bool]) -> Weights:
    """The weights on the way from those found to those known that do, and are nearest to those found."""
    low, high, parts = 0, 2**20, 2**20

    def between(step: int) -> Weights:
        part = Fraction(step, parts)
        return tuple(x + part * (y - x) for x, y in zip(found, known, strict=True))

    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if best_with(between(middle)) else (middle, high)
    return found if best_with(found) else between(high)


# --- the least weight moved ---------------------------------------------------------------------------------


def moved(one: Weights, other: Weights) -> Fraction:
    """Σ|w − w⁰|: twice the weight that is taken from one criterion and given to another."""
    return sum((abs(x - y) for x, y in zip(one, other, strict=True)), NONE)


def _least_moved(base: Weights, leads: Sequence[Weights], weights: WeightSet) -> Solved:
    """The weights of the set nearest to the base with all leads ≥ 0, and a proven bound of how near."""
    import numpy as np

    size = len(base)
    forms, one = np.array(_forms(leads, weights), float), np.eye(size)
    rows = np.vstack(
        [np.hstack([-forms, np.zeros_like(forms)]), np.hstack([one, -one]), np.hstack([-one, -one])]
    )
    limits = [*[NONE] * len(forms), *base, *(-x for x in base)]
    solved = linear_program([NONE] * size + [ONE] * size, rows, limits, weights, [(0, None)] * size)
    if solved is None:
        return None
    found, prices = solved
    answer = exact_weights(found[:size], weights, [(lead, NONE) for lead in leads], base)
    return answer, _nearer_than(base, weights, _gain(prices, leads, weights))


def _gain(prices: Sequence[Fraction], leads: Sequence[Weights], weights: WeightSet) -> Weights:
    """The leads and rows at the prices of a dual solution, as one linear form ≥ 0 wherever all hold."""
    forms = _forms(leads, weights)
    size = range(len(weights.low))
    return tuple(sum((p * form[k] for p, form in zip(prices, forms, strict=False)), NONE) for k in size)


def _forms(leads: Sequence[Weights], weights: WeightSet) -> list[Weights]:
    return [*leads, *(tuple(-x for x in row) for row, _ in weights.rows)]


def _nearer_than(base: Weights, weights: WeightSet, gain: Weights) -> Fraction:
    """A lower bound of Σ|w − w⁰| where gain · w ≥ 0: of Σ|w − w⁰| − gain · w − ν (Σw − 1), at the best ν.

    The bound is concave and piecewise linear in ν; its corners lie where a weight changes its mind. Every ν
    bounds, so the best is sought in floating point, and then its bound taken in rationals.
    """
    import numpy as np

    stops = [
        (low, min(max(x, low), high), high)
        for low, x, high in zip(weights.low, base, weights.high, strict=True)
    ]
    corners = [side - g for g in gain for side in (-ONE, ONE)]
    about, tried = np.array(stops, float), np.array(corners, float)[:, None, None]
    least = np.abs(about - np.array(base, float)[:, None]) - (np.array(gain, float)[:, None] + tried) * about
    nu = corners[int(np.argmax(tried[:, 0, 0] + least.min(axis=2).sum(axis=1)))]
    each = (
        min(abs(stop - x) - (g + nu) * stop for stop in some)
        for some, x, g in zip(stops, base, gain, strict=True)
    )
    return max(NONE, sum(each, nu))


# --- the least squares --------------------------------------------------------------------------------------


def squares(one: Weights, other: Weights) -> Fraction:
    """Σ(w − w⁰)²."""
    return sum(((x - y) ** 2 for x, y in zip(one, other, strict=True)), NONE)


def _least_squares(base: Weights, leads: Sequence[Weights], weights: WeightSet) -> Solved:
    """As ``_least_moved``, over all weights ≥ 0: at any prices λ ≥ 0 of the forms, min Σ(w − w⁰)² − λ · forms
    over the simplex bounds the squares; the best prices are sought in floating point.
    """
    import numpy as np

    forms = _forms(leads, weights)
    table, start = np.array(forms, float), np.array(base, float)
    sizes = np.linalg.norm(table, axis=1)
    table /= np.where(sizes, sizes, 1)[:, None]
    best, most, step = np.zeros(len(forms)), -1.0, 2.0
    prices, earlier = best, None
    for _ in range(MOST_STEPS):  # uphill by the gradient, which is − forms · w (Barzilai & Borwein 1988)
        at = _projected(start + prices @ table / 2)
        lead = table @ at
        value = float(((at - start) ** 2).sum() - prices @ lead)
        best, most = (prices, value) if value > most else (best, most)
        if earlier is not None and (change := float((prices - earlier[0]) @ (lead - earlier[1]))) > 0:
            step = float(((prices - earlier[0]) ** 2).sum()) / change
        earlier, prices = (prices, lead), np.clip(prices - step * lead, 0, FURTHEST_PRICE)
        if np.abs(prices - earlier[0]).max() < CLOSE_PRICE:
            break
    prices = [Fraction(x).limit_denominator(FINE) for x in best / np.where(sizes, sizes, 1)]
    gain = _gain(prices, leads, weights)
    answer = tuple(on_simplex(base, gain, Fraction(-1, 2)))
    bound = squares(answer, base) - dot(gain, answer)
    if bound > FURTHEST:
        return None
    return _plain(answer), max(NONE, bound)


def _projected(point: Any) -> Any:
    """The nearest point of the simplex, in floating point."""
    import numpy as np

    ordered = np.sort(point)[::-1]
    cuts = (np.cumsum(ordered) - 1) / np.arange(1, len(point) + 1)
    return np.maximum(point - cuts[ordered > cuts][-1], 0)


def _plain(weights: Weights) -> Weights:
    """The same to 9 places, the largest taking up the rest."""
    places = [Fraction(round(x * FINE), FINE) for x in weights]
    most = max(range(len(places)), key=places.__getitem__)
    places[most] += 1 - sum(places)
    return tuple(places)


# --- the fewest whole points --------------------------------------------------------------------------------


def _fewest_points(
    maxima: tuple[int, ...], base: Weights, leads: Sequence[Weights], weights: WeightSet
) -> Solved:
    """As ``_least_moved``, over tables of whole points with the same total; the bound is the solver's."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    size, total = len(maxima), sum(maxima)
    forms = np.array(_forms(leads, weights), float)
    one = np.eye(size)
    with silent():
        solved = milp(
            np.r_[np.zeros(size), np.ones(size)],
            integrality=np.r_[np.ones(size), np.zeros(size)],
            bounds=Bounds(
                np.r_[np.floor(np.array(weights.low, float) * total), np.zeros(size)],
                np.r_[np.ceil(np.array(weights.high, float) * total), np.full(size, total)],
            ),
            constraints=[
                LinearConstraint(np.r_[np.ones(size), np.zeros(size)].reshape(1, -1), total, total),
                LinearConstraint(np.hstack([forms, np.zeros_like(forms)]), 0, np.inf),
                LinearConstraint(np.vstack([np.hstack([one, -one]), np.hstack([-one, -one])]), -np.inf,
                                 np.r_[maxima, np.negative(maxima)]),
            ],
            options={"time_limit": 5},
        )  # fmt: skip
    if solved.status == 2:
        return None
    bound = 0.0 if solved.mip_dual_bound is None else solved.mip_dual_bound
    near = Fraction(2 * ceil(max(bound, 0.0) / 2 - 1e-6), total)
    points = None if solved.x is None else [round(x) for x in solved.x[:size]]
    return points and tuple(Fraction(each, total) for each in points), near


def _half(far: Fraction) -> Fraction:
    return far / 2  # what one gains the others lose


def _root(far: Fraction) -> Fraction:
    return Fraction(isqrt(ceil(far * FINE**2)) + 1, FINE)


MOVED, SQUARES = Measure(moved, _half, _least_moved), Measure(squares, _root, _least_squares)


def whole_points(maxima: tuple[int, ...]) -> Measure:
    """Tables of whole points with the total of these."""
    return Measure(moved, _half, partial(_fewest_points, maxima))
