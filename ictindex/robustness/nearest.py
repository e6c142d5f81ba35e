"""The weights nearest to today's under which a unit is behind none of its rivals, with a bound of how near.

Nearest by one of three measures: the weight that has to move, its squares, or whole points of a table. Where
not the same applies to all, values are quotients; once the value v of the unit is fixed, that no rival has
more is linear in the weights. Spans of v are cut: the program of a span says how near any weights could be,
that of a single v proposes some (branch and bound, as Falk & Soland, *Management Science* 15 (1969) 550–569).
Ríos Insua & French, EJOR 54 (1991).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from heapq import heappop, heappush
from math import ceil, floor
from typing import Any, NamedTuple

from ictindex.robustness.cells import NARROW
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

MOST_SPANS = 60  # of the value that the unit may have, cut before the nearest is told with a wider bound
CLOSE_ENOUGH, PART = Fraction(1, 10**6), Fraction(1, 1000)  # between the nearest seen and the bound, or of it
MOST_STEPS, CLOSE_PRICE = 100, 1e-9  # of the search for the prices of squares
EDGE = 10  # of a span: the part of it at each end where it is not cut
FURTHEST_PRICE = 10_000  # of a form
FURTHEST = 2  # two sets of weights are never further apart, by any measure

Solved = tuple[Weights | None, Fraction] | None  # weights, and how near any could be; None where none do


class Measure(NamedTuple):
    """How far weights are from today's, and the nearest under which linear forms are ≥ 0.

    ``between``: whether all weights between two of its sets are of its kind too.
    """

    distance: Callable[[Weights, Weights], Fraction]
    nearest: Callable[[Weights, Sequence[Weights], WeightSet], Solved]
    between: bool = True


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

    ``known``: weights that do, if any are. None, and no bound, where no weights do.
    ``measure``: MOVED where none is named.
    """
    measure, answer = measure or MOVED, known
    (got, there), *others = [(w.earned[i], w.available[i]) for i in map(w.index, (unit, *rivals))]

    def beyond(level: Fraction, got: Weights = got, there: Weights = there) -> Weights:
        """A form that is ≥ 0 where a value is this level at least."""
        return tuple(x - level * d for x, d in zip(got, there, strict=True))

    def kept_by(level: Fraction) -> Solved:
        """The unit has this value at least, and each rival at most."""
        under = [tuple(-x for x in beyond(level, *other)) for other in others]
        return measure.nearest(w.base, [beyond(level), *under], weights)

    def within(low: Fraction, high: Fraction) -> Solved:
        """The unit's value v is in the span, and (N − N_j) · w ≥ v (D − D_j) · w at the kindest v of it."""
        under = tuple(-x for x in beyond(high))
        leads = [
            tuple(
                x - y - (low if d > e else high) * (d - e)
                for x, d, y, e in zip(got, there, *other, strict=True)
            )
            for other in others
        ]
        return measure.nearest(w.base, [beyond(low), under, *leads], weights)

    def values(at: Weights) -> tuple[Fraction | None, Fraction]:
        """Of the unit, and of the best of its rivals."""
        mine, *of_others = w.quick_values(at, unit, *rivals)
        return mine, max((value for value in of_others if value is not None), default=NONE)

    def does(at: Weights | None) -> bool:
        mine, best = values(at) if at else (None, NONE)
        return mine is not None and mine >= best

    def nearer(found: Weights | None) -> Weights | None:
        """These weights, or those next to them on the way to the answer, if they do and are nearer."""
        if found and answer and measure.between and not does(found):
            found = _drawn_to(answer, found, does)
        far = measure.distance
        return found if does(found) and (not answer or far(found, w.base) < far(answer, w.base)) else answer

    def between(low: Fraction, high: Fraction, at: Weights | None) -> Fraction:
        """Where to cut: between the two values under weights that the span allows, well inside it."""
        edge, (mine, best) = (high - low) / EDGE, values(at) if at else (None, NONE)
        level = (low + high) / 2 if mine is None else (mine + best) / 2 / w.problem.scale
        return min(max(level, low + edge), high - edge).limit_denominator(FINE)

    shares = [x / d for x, d in zip(got, there, strict=True) if d] or [NONE]
    low, high = Fraction(floor(min(shares) * FINE), FINE), Fraction(ceil(max(shares) * FINE), FINE)
    if not (near := within(low, high)):
        return None, None
    waiting = [(near[1], 0, low, high, near[0])]
    for number in range(1, MOST_SPANS):
        bound, _, low, high, at = waiting[0]
        far = measure.distance(answer, w.base) if answer else None
        if far is not None and far - bound <= max(CLOSE_ENOUGH, far * PART):
            break
        middle = between(low, high, at)
        if level := kept_by(middle):
            answer = nearer(level[0])
        if high - low < NARROW:
            break
        heappop(waiting)
        for i, span in enumerate([(low, middle), (middle, high)]):
            if near := within(*span):  # else it has no such value where no rival has a greater
                answer = nearer(near[0])
                heappush(waiting, (max(bound, near[1]), 2 * number + i, *span, near[0]))
        if not waiting:
            break
    bounds = [bound for bound, *_ in waiting[:1]] + ([measure.distance(answer, w.base)] if answer else [])
    return answer, min(bounds, default=None)


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
    """The weights of the set nearest to the base with all leads ≥ 0, and a proven bound of how near.

    The program may leave leads below 0 at a price, so that it always has a solution: where none are ≥ 0, its
    bound is beyond what any weights are.
    """
    import numpy as np

    size = len(base)
    forms, one = np.array(_forms(leads, weights), float), np.eye(size)
    none, short = np.zeros((size, 1)), np.full((len(forms), 1), -1.0)
    rows = np.vstack(
        [
            np.hstack([-forms, np.zeros_like(forms), short]),
            np.hstack([one, -one, none]),
            np.hstack([-one, -one, none]),
        ]
    )
    limits = [*[NONE] * len(forms), *base, *(-x for x in base)]
    cost = [*[NONE] * size, *[ONE] * size, Fraction(FURTHEST_PRICE)]
    solved = linear_program(cost, rows, limits, weights, [(0, None)] * (size + 1))
    if solved is None:
        return None, NONE
    found, prices = solved
    bound = _nearer_than(base, weights, _gain(prices, leads, weights))
    if bound > FURTHEST:
        return None
    return exact_weights(found[:size], weights, [(lead, NONE) for lead in leads], base), bound


def _gain(prices: Sequence[Fraction], leads: Sequence[Weights], weights: WeightSet) -> Weights:
    """The leads and forms at the prices of a dual solution, as one linear form ≥ 0 wherever all hold."""
    forms = _forms(leads, weights)
    size = range(len(weights.low))
    return tuple(sum((p * form[k] for p, form in zip(prices, forms, strict=False)), NONE) for k in size)


def _forms(leads: Sequence[Weights], weights: WeightSet) -> list[Weights]:
    return [*leads, *(tuple(-x for x in form) for form in weights.forms)]


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


MOVED, SQUARES = Measure(moved, _least_moved), Measure(squares, _least_squares)


def whole_points(maxima: tuple[int, ...]) -> Measure:
    """Tables of whole points with the total of these."""
    return Measure(moved, partial(_fewest_points, maxima), between=False)
