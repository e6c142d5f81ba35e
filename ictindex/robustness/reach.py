"""What a unit can reach when the weights lie in a set: the first place, and its ranks.

Linear programs and 0-1 programs (HiGHS) propose weights; each is solved again in rationals and the whole
group scored with it before it is told. Where a unit cannot be first, a mix of the others that beats it under
all weights of the set is shown, exactly. Values are compared before any rounding. Hazen, Oper. Res. 34
(1986); Salo & Punkka, Management Science 57 (2011); Kadziński, Greco & Słowiński, Omega 40 (2012).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from typing import Any, NamedTuple

from ictindex.robustness.cells import Cell, lead, whole
from ictindex.robustness.exact_problem import Weighing
from ictindex.robustness.weight_sets import (
    NONE,
    ONE,
    Weights,
    WeightSet,
    dot,
    empty,
    exact_weights,
    floats,
    silent,
    whole_simplex,
    widest,
)

MOST_CELLS = 400  # that are cut before an answer stays open
MOST_CUTS = 50  # sets of units of which one cell is told that they cannot all stand on one side
STRICT = 1e-5  # what the solver is asked for where strictly more is meant: beyond its own tolerance


class First(NamedTuple):
    """Whether a unit can be first.

    ``status``: 'first' (alone), 'tied first' (not seen alone), 'never', 'undecided' or 'not linear'.
    ``margin``: its lead over the best of the others, or its gap, under ``weights``; ``bound``: no weights of
    the set give a larger one, proven by ``mix``: so much of each other unit makes one that stays that close,
    or that far ahead. Both are shares. ``rank``: by scoring all units again under ``weights``. Where not the
    same applies to all units the set is cut into ``parts``, each with a mix of its own, and has no bound;
    ``mix`` is then the one unit that is ahead in all of them, or empty.
    """

    status: str
    margin: Fraction | None = None
    bound: Fraction | None = None
    weights: Weights | None = None
    mix: dict[str, Fraction] | None = None
    rank: int | None = None
    parts: int = 1


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
    if None in w.available:
        return First("not linear")
    if len(w.units) == 1:
        return First("first", weights=weights.most(w.base)[1], rank=1)
    if not w.linear:
        return first_in_cells(w, unit, weights)
    leads = w.leads(unit)
    answer, prices, of_forms = widest(weights, list(leads.values()))
    if answer is None:
        return First("undecided")
    margin, rank = min(dot(lead, answer) for lead in leads.values()), w.rank(unit, answer)
    mix, mixed = _mixed(dict(zip(leads, prices, strict=True)), leads)
    bound = weights.most(mixed, of_forms)[0]
    if (margin >= 0) != (rank == 1) or (margin > 0) != (w.rank(unit, answer, last=True) == 1):
        return First("undecided")  # two ways of scoring disagree: nothing is told
    status = "first" if margin > 0 else "tied first" if margin == 0 else "never" if bound < 0 else "undecided"
    return First(status, margin, bound, answer, mix, rank)


def _mixed(prices: dict[Any, Fraction], leads: dict[Any, Weights]) -> tuple[dict[Any, Fraction], Weights]:
    """Prices as parts of 1, and the lead over the mix of the others that they make."""
    total = sum(prices.values(), NONE)
    mix = {other: price / total for other, price in prices.items() if price}
    size = range(len(next(iter(leads.values()))))
    return mix, tuple(sum((part * leads[other][k] for other, part in mix.items()), NONE) for k in size)


# --- the first place where not the same applies to all ------------------------------------------------------


def first_in_cells(w: Weighing, unit: str, weights: WeightSet, rivals: Sequence[str] | None = None) -> First:
    """Cells in which the unit may be first (of ``rivals``) are halved until one shows it, or a mix beats it.

    Where rivals are named ``rank`` counts them alone.
    """
    others = [other for other in (rivals or w.units) if other != unit]
    mixes: list[set[str]] = []
    waiting, best = [whole(w, weights, [unit, *others])], None
    for _ in range(MOST_CELLS):
        if not waiting:
            common = set.intersection(*mixes) if mixes and all(len(mix) == 1 for mix in mixes) else set()
            return First("never", weights=best, mix=dict.fromkeys(common, ONE), parts=len(mixes))
        cell = waiting.pop(0)
        leads = {other: lead(w, unit, other, cell, True) for other in others}
        alone = [other for other, form in leads.items() if cell.weights.most(form)[0] < 0]
        if alone:
            mixes.append({min(alone)} if not mixes or min(alone) in mixes[0] else set(alone[:1]))
            continue
        answer, prices, of_forms = widest(cell.weights, list(leads.values()))
        if answer is None and empty(cell.weights):
            continue  # a half in which no weights are left
        if answer is None:
            return First("undecided")
        own, *values = w.quick_values(answer, unit, *others)
        against = [value for value in values if value is not None]
        if own is not None and all(value <= own for value in against):
            margin = own - max(against, default=NONE)
            return First("first" if margin > 0 else "tied first", margin, None, answer, None, 1)
        mix, mixed = _mixed(dict(zip(leads, prices, strict=True)), leads) if any(prices) else ({}, None)
        if mix and cell.weights.most(mixed, _per_mix(of_forms, prices))[0] < 0:
            mixes.append(set(mix))
            continue
        best = best or answer
        halves = cell.halves()
        if not halves:
            return First("undecided")
        waiting += halves
    return First("undecided")


def _per_mix(forms: Sequence[Fraction], prices: Sequence[Fraction]) -> list[Fraction]:
    """The prices of a set's forms beside a mix whose parts sum to 1."""
    total = sum(prices, NONE)
    return [price / total for price in forms]


# --- attainable ranks ---------------------------------------------------------------------------------------


def attainable_ranks(w: Weighing, unit: str, weights: WeightSet | None = None, seconds: float = 10) -> Ranks:
    """The best and the worst rank over the set; ``seconds`` for each of at most four 0-1 programs."""
    weights = weights or whole_simplex(len(w.criteria))
    if None in w.available:
        return Ranks("not linear")
    if not w.linear:
        return _ranks_in_cells(w, unit, weights, seconds)
    behind = [tuple(-x for x in lead) for lead in w.leads(unit).values()]  # others minus the unit
    most = [weights.most(each)[0] for each in behind]
    least = [-weights.most(tuple(-x for x in each))[0] for each in behind]
    certain = sum(x > 0 for x in least)  # ahead whatever the weights
    unclear = [i for i in range(len(behind)) if least[i] <= 0 < most[i]]
    seen = _inside(w, weights)
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
    return _reached(w, unit, ranked, (best, clear[1]), (worst, clear[-1]))


def _inside(w: Weighing, weights: WeightSet) -> list[Weights]:
    """Weights of the set to begin with: today's, or else some; none where none are found."""
    start = w.base if weights.contains(w.base) else widest(weights, [w.base])[0]
    return [] if start is None else [start]


def _reached(
    w: Weighing, unit: str, seen: list[tuple[int, Weights]], best: tuple[int, int], worst: tuple[int, int]
) -> Ranks:
    """The ends of the ranks seen, once the tree says the same of them; with (bound, clear) of each end."""
    if not seen:
        return Ranks("undecided")
    (high, at_high), (low, at_low) = min(seen), max(seen)
    if (high, low) != (w.rank(unit, at_high), w.rank(unit, at_low)):
        return Ranks("undecided")  # two ways of scoring disagree: nothing is told
    return Ranks(
        "reached",
        Extreme(high, at_high, *(min(bound, high) for bound in best)),
        Extreme(low, at_low, *(max(bound, low) for bound in worst)),
    )


def _ranks_in_cells(w: Weighing, unit: str, weights: WeightSet, seconds: float) -> Ranks:
    """As attainable_ranks, where the set has to be cut into cells; each end is sought apart."""
    seen = _ranked(w, unit, _inside(w, weights))
    best, worst = (_end_in_cells(w, unit, weights, seconds, sense, seen) for sense in (1, -1))
    return _reached(w, unit, seen, (best, best), (worst, worst))


def _end_in_cells(
    w: Weighing, unit: str, weights: WeightSet, seconds: float, sense: int, seen: list[tuple[int, Weights]]
) -> int:
    """The best (sense 1) or the worst rank that no cell excludes.

    The cell that leaves the most open is halved, until that rank is among those ``seen``, which grow, or the
    time is over.
    """
    begun, number, root = time.monotonic(), count(), whole(w, weights)
    bound, rows = _end_of_cell(w, unit, root, seconds, sense, seen)
    waiting = [(sense * bound, next(number), root, rows)]
    while time.monotonic() - begun < seconds and not any(sense * rank <= waiting[0][0] for rank, _ in seen):
        open_yet, _, cell, rows = waiting[0]
        halves = cell.halves(rows)
        if not halves:
            break
        heappop(waiting)
        for half in halves:
            bound, rows = _end_of_cell(w, unit, half, seconds, sense, seen)
            heappush(waiting, (max(open_yet, sense * bound), next(number), half, rows))
    return sense * waiting[0][0]


def _end_of_cell(
    w: Weighing, unit: str, cell: Cell, seconds: float, sense: int, seen: list[tuple[int, Weights]]
) -> tuple[int, set[Weights]]:
    """A bound of the ranks in a cell, and the rows to cut it by.

    Ranks under the weights that the solver proposes are added to ``seen``.
    What it proposes is tried in rationals: units that cannot all be on the side where it puts them are told
    it, and it is asked again, so that neither ties nor its tolerance widen the bound.
    """
    others = [other for other in w.units if other != unit]
    behind = [tuple(-x for x in lead(w, unit, other, cell, sense == 1)) for other in others]
    most = [cell.weights.most(each)[0] for each in behind]
    least = [-cell.weights.most(tuple(-x for x in each))[0] for each in behind]
    certain = sum(x > 0 for x in least)
    unclear = [i for i in range(len(behind)) if least[i] <= 0 < most[i]]
    if not unclear:
        return 1 + certain, set()
    own = w.available[w.index(unit)]
    rows = {w.available[w.index(others[i])] for i in unclear} - {own}
    rows |= {own} if rows else set()
    forms = [behind[i] for i in unclear]
    reach = [(most if sense == 1 else least)[i] for i in unclear]
    cuts: list[list[int]] = []
    while True:
        found, ahead = _program(forms, reach, cell.weights, seconds, sense, 0.0, cuts)
        if found is None and empty(cell.weights):
            return len(w.units) if sense == 1 else 1, rows  # no weights are left that another cell has not
        if found is None:
            return 1 + certain + ahead, rows
        chosen = [k for k, high in enumerate(found[1]) if high == (sense == -1)]
        kept = [tuple(-sense * x for x in forms[k]) for k in chosen]
        answer, prices, of_forms = widest(cell.weights, kept) if kept else (None, [], [])
        proposed = (answer, exact_weights(found[0], cell.weights, []))
        seen += _ranked(w, unit, [each for each in proposed if each is not None])
        if not any(prices):
            return 1 + certain + ahead, rows
        mix, mixed = _mixed(dict(zip(chosen, prices, strict=True)), dict(zip(chosen, kept, strict=True)))
        bound = cell.weights.most(mixed, _per_mix(of_forms, prices))[0]
        if (bound >= 0 if sense == 1 else bound > 0) or len(cuts) >= MOST_CUTS:
            return 1 + certain + ahead, rows
        cuts.append(list(mix))


def _ranked(w: Weighing, unit: str, seen: Sequence[Weights]) -> list[tuple[int, Weights]]:
    """The rank under each of these weights that gives the unit one."""
    return [(rank, each) for each in seen if (rank := w.quick_rank(unit, each)) is not None]


Found = tuple[Sequence[float], Sequence[bool]] | None


def _program(
    forms: Sequence[Weights], reach: Sequence[Fraction], weights: WeightSet, seconds: float, sense: int,
    margin: float, cuts: Sequence[Sequence[int]] = (),
) -> tuple[Found, int]:  # fmt: skip
    """The fewest (sense 1) or most (−1) forms above 0: weights and which, and the solver's bound of how many.

    z_j = 0 demands form_j · w ≤ −margin (fewest); z_j = 1 demands form_j · w ≥ margin (most). ``reach`` is
    the most, or the least, that each form can be: the smallest constant that frees the other case. ``cuts``:
    forms of which at least one must be above 0 (fewest), or at most all but one (most).
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
    kept = np.array([[*form, *[0] * n] for form in weights.forms], dtype=float).reshape(-1, size + n)
    told = np.zeros((len(cuts), size + n))
    for row, cut in zip(told, cuts, strict=True):
        row[[size + k for k in cut]] = -sense
    counts = np.array([-1.0 if sense == 1 else len(cut) - 1.0 for cut in cuts])
    with silent():
        solved = milp(
            np.r_[np.zeros(size), np.full(n, float(sense))],
            integrality=np.r_[np.zeros(size), np.ones(n)],
            bounds=Bounds(np.r_[floats(weights.low), np.zeros(n)], np.r_[floats(weights.high), np.ones(n)]),
            constraints=[
                LinearConstraint(np.r_[np.ones(size), np.zeros(n)].reshape(1, -1), 1, 1),
                LinearConstraint(
                    np.vstack([rows, kept, told]), -np.inf, np.r_[limits, np.zeros(len(kept)), counts]
                ),
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
