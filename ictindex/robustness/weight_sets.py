"""Sets of weights, and exact answers about linear forms over them: bounds, nearest points, vertices."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

NONE = Fraction(0)
ONE = Fraction(1)
FINE = 10**9  # the denominator to which a dual price is told
CLOSE = 1e-7  # a constraint that a solver leaves so little slack is taken as active, and then checked exactly
PLAIN = 10**6  # the largest denominator tried for a figure that no active constraint fixes

Weights = tuple[Fraction, ...]
Row = tuple[Sequence[Fraction], Fraction]  # coefficients · x ≤ the bound


@dataclass(frozen=True)
class WeightSet:
    """Weights that sum to 1, each within its bounds; ``forms``: linear forms of them that are ≤ 0.

    Raises ValueError where no weights meet the bounds.
    """

    low: Weights
    high: Weights
    forms: tuple[Weights, ...] = ()

    def __post_init__(self):
        crossed = any(not 0 <= low <= high for low, high in zip(self.low, self.high, strict=True))
        if crossed or not sum(self.low) <= 1 <= sum(self.high):
            raise ValueError("no weights that sum to 1 lie within these bounds")

    def contains(self, weights: Sequence[Fraction]) -> bool:
        return (
            sum(weights) == 1
            and all(low <= w <= high for low, w, high in zip(self.low, weights, self.high, strict=True))
            and all(dot(form, weights) <= 0 for form in self.forms)
        )

    def most(
        self, form: Sequence[Fraction], multipliers: Sequence[Fraction] = ()
    ) -> tuple[Fraction, Weights]:
        """An upper bound of form · w over the set, and the weights within the bounds that reach it.

        It is the maximum where there are no ``forms``. ``multipliers`` ≥ 0, one for each, tighten it:
        form · w ≤ (form − Σ π f) · w wherever f · w ≤ 0 (weak duality).
        """
        lifted = list(form)
        for other, multiplier in zip(self.forms, multipliers, strict=False):
            if multiplier:
                lifted = [x - multiplier * y for x, y in zip(lifted, other, strict=True)]
        weights, left = list(self.low), 1 - sum(self.low)
        for k in sorted(range(len(lifted)), key=lambda k: (-lifted[k], k)):
            more = min(left, self.high[k] - self.low[k])
            weights[k], left = weights[k] + more, left - more
        return dot(lifted, weights), tuple(weights)


def whole_simplex(size: int) -> WeightSet:
    return WeightSet((NONE,) * size, (ONE,) * size)


def around(base: Weights, part: Fraction) -> WeightSet:
    """Each weight within ± this part of itself, and all of them summing to 1."""
    return WeightSet(
        tuple(max(w * (1 - part), NONE) for w in base), tuple(min(w * (1 + part), ONE) for w in base)
    )


def dot(form: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(form, weights, strict=True)), NONE)


# --- the nearest weights to a base, in squares --------------------------------------------------------------


def nearest_level(base: Weights, form: Weights) -> Weights | None:
    """The weights with form · w = 0 (form · base > 0) and the least Σ(w − base)²; None if not proven.

    w = max(0, base − λ form − μ): for the support that a halved λ gives, λ and μ are solved exactly, and the
    conditions of Karush, Kuhn and Tucker decide whether that is the optimum.
    """
    if min(form) == 0:
        spare = sum(x for x, d in zip(base, form, strict=True) if d) / form.count(0)
        return tuple(x + spare if not d else NONE for x, d in zip(base, form, strict=True))
    low, high = NONE, ONE
    while dot(form, on_simplex(base, form, high)) > 0:
        if high > 10**12:
            return None
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        near = on_simplex(base, form, middle)
        if (weights := _on_support(base, form, [k for k, x in enumerate(near) if x])) is not None:
            return weights
        low, high = (middle, high) if dot(form, near) > 0 else (low, middle)
    return None


def on_simplex(base: Weights, form: Weights, multiplier: Fraction) -> list[Fraction]:
    """The nearest point of the simplex to base − λ form."""
    moved = [x - multiplier * d for x, d in zip(base, form, strict=True)]
    ordered = sorted(moved, reverse=True)
    cuts = [(total - 1) / n for n, total in enumerate(accumulate(ordered), start=1)]
    cut = max(cut for x, cut in zip(ordered, cuts, strict=True) if x > cut)
    return [max(x - cut, NONE) for x in moved]


def _on_support(base: Weights, form: Weights, support: list[int]) -> Weights | None:
    """The optimum if just these keep a weight; None unless it is one."""
    n = len(support)
    mean, spare = sum(form[k] for k in support) / n, (sum(base[k] for k in support) - 1) / n
    spread = sum((form[k] - mean) ** 2 for k in support)
    if not spread:
        return None
    multiplier = sum(form[k] * (base[k] - spare) for k in support) / spread
    shift = spare - multiplier * mean
    moved = [x - multiplier * d - shift for x, d in zip(base, form, strict=True)]
    optimal = multiplier >= 0 and all((x >= 0) if k in support else (x <= 0) for k, x in enumerate(moved))
    return tuple(max(x, NONE) for x in moved) if optimal else None


# --- from a solver's floats to exact weights ----------------------------------------------------------------


def exact_weights(
    found: Sequence[float], within_set: WeightSet, rows: Sequence[Row], anchors: Sequence[Fraction] = ()
) -> Weights | None:
    """The weights that a solver means: bounds and rows it leaves no slack, solved in rationals.

    ``rows`` · w ≤ bound are those of the question; ``anchors`` are further values that a weight may stand at.
    None where the outcome lies outside the set; whether the rows hold is for the caller to check.
    """
    fixed: dict[int, Fraction] = {}
    for k, x in enumerate(found):
        marks = [within_set.low[k], within_set.high[k], *anchors[k : k + 1]]
        if near := [mark for mark in marks if abs(float(mark) - x) < CLOSE]:
            fixed[k] = near[-1]
    free = [k for k in range(len(found)) if k not in fixed]
    active = [
        row
        for row in (*((form, NONE) for form in within_set.forms), *rows)
        if abs(sum(float(c) * x for c, x in zip(row[0], found, strict=True)) - float(row[1])) < CLOSE
    ]
    equations = [
        [*(row[k] for k in free), bound - sum((row[k] * w for k, w in fixed.items()), NONE)]
        for row, bound in (((ONE,) * len(found), ONE), *active)
    ]
    guesses = [Fraction(found[k]).limit_denominator(PLAIN) for k in free]
    solved = dict(zip(free, _solved(equations, guesses), strict=True))
    weights = tuple(fixed[k] if k in fixed else solved[k] for k in range(len(found)))
    return weights if within_set.contains(weights) else None


def _solved(equations: list[list[Fraction]], guesses: list[Fraction]) -> list[Fraction]:
    """The unknowns by elimination, the first equations first; what is contradicted is left out.

    What the equations leave open stands at its guess.
    """
    pivots: dict[int, list[Fraction]] = {}
    for equation in equations:
        row = list(equation)
        for column, pivot in pivots.items():
            if factor := row[column]:
                row = [x - factor * y for x, y in zip(row, pivot, strict=True)]
        column = next((k for k, x in enumerate(row[:-1]) if x), None)
        if column is None:
            continue
        row = [x / row[column] for x in row]
        for other, pivot in pivots.items():
            if factor := pivot[column]:
                pivots[other] = [x - factor * y for x, y in zip(pivot, row, strict=True)]
        pivots[column] = row
    values = list(guesses)
    for column, pivot in pivots.items():
        rest = (x * guesses[k] for k, x in enumerate(pivot[:-1]) if x and k not in pivots)
        values[column] = pivot[-1] - sum(rest, NONE)
    return values


# --- linear programs ----------------------------------------------------------------------------------------


def floats(numbers: Sequence[Fraction]) -> list[float]:
    return [float(x) for x in numbers]


@contextmanager
def silent() -> Iterator[None]:
    """Nothing gets out of what a solver writes past Python: HiGHS now and then prints a line of its own."""
    try:
        kept = os.dup(1)
    except OSError:  # there is no output to spoil
        kept = None
    if kept is None:
        yield
        return
    if sys.stdout is not None:
        sys.stdout.flush()
    _flush_c()
    try:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 1)
        yield
    finally:
        _flush_c()
        os.dup2(kept, 1)
        os.close(kept)


def _flush_c() -> None:
    """What C holds back goes where its output leads now."""
    with suppress(OSError, TypeError, AttributeError):  # where C's library cannot be had by no name
        ctypes.CDLL(None).fflush(None)


def linear_program(
    cost: Sequence[Fraction], rows: Sequence[Sequence[Fraction]], limits: Sequence[Fraction],
    weights: WeightSet, bounds_beyond: list[tuple],
) -> tuple[Sequence[float], list[Fraction]] | None:  # fmt: skip
    """Minimise over w in the set and what stands beyond it; the point, and the prices ≥ 0 of the rows."""
    import numpy as np
    from scipy.optimize import linprog

    size, beyond = len(weights.low), len(bounds_beyond)
    with silent():
        solved = linprog(
            floats(cost),
            A_ub=np.array(rows, dtype=float),
            b_ub=floats(limits),
            A_eq=[[1.0] * size + [0.0] * beyond],
            b_eq=[1.0],
            bounds=[*zip(floats(weights.low), floats(weights.high), strict=True), *bounds_beyond],
            method="highs",
        )
    if solved.status != 0:
        return None
    prices = [max(Fraction(-p).limit_denominator(FINE), NONE) for p in solved.ineqlin.marginals]
    return solved.x, prices


def widest(
    weights: WeightSet, leads: Sequence[Weights]
) -> tuple[Weights | None, list[Fraction], list[Fraction]]:
    """Weights under which the least of these leads is largest, and the dual prices of leads and forms."""
    size = len(weights.low)
    rows = [[*(-x for x in lead), ONE] for lead in leads] + [[*form, NONE] for form in weights.forms]
    solved = linear_program([NONE] * size + [-ONE], rows, [NONE] * len(rows), weights, [(None, None)])
    if solved is None:
        return None, [], []
    found, prices = solved
    least = min(sum(float(x) * y for x, y in zip(lead, found[:size], strict=True)) for lead in leads)
    answer = _level_vertex(found[:size], weights, leads, least)
    return answer, prices[: len(leads)], prices[len(leads) :]


def empty(weights: WeightSet) -> bool:
    """Whether it is proven that no weights within the bounds keep to all the forms."""
    kept = [tuple(-x for x in form) for form in weights.forms]
    if not kept:
        return False
    free = replace(weights, forms=())
    _, prices, _ = widest(free, kept)
    mixed = [dot(prices, parts) for parts in zip(*kept, strict=True)] if prices else weights.low
    return free.most(mixed)[0] < 0


def _level_vertex(
    found: Sequence[float], weights: WeightSet, leads: Sequence[Weights], least: float
) -> Weights | None:
    """The exact weights at which the leads that the solver has level are level."""
    level = [
        lead
        for lead in leads
        if abs(sum(float(x) * y for x, y in zip(lead, found, strict=True)) - least) < CLOSE
    ]
    rows: list[Row] = [
        (tuple(x - y for x, y in zip(lead, level[0], strict=True)), NONE) for lead in level[1:]
    ]
    if abs(least) < CLOSE:
        rows.append((level[0], NONE))
    return exact_weights(found, weights, rows) or exact_weights(found, weights, [])
