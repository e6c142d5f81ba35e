"""What turns one pair: the tipping weight of each criterion, and the least change of all weights.

For a ahead of b with d = earned_a − earned_b and M = d · w⁰ > 0: w*_k = R / (R − d_k) with
R = (M − w⁰_k d_k)/(1 − w⁰_k) (Triantaphyllou & Sánchez, Decision Sciences 28, 1997); least L1 by moving
weight from the largest d to the smallest (Ríos Insua & French, EJOR 54, 1991). Values are compared exactly,
before any rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import NamedTuple

from ictindex.robustness.exact_problem import NONE, ONE, Weighing, Weights
from ictindex.robustness.nearest import MOVED, SQUARES, Measure, nearest_in, whole_points
from ictindex.robustness.reach import first_in_cells
from ictindex.robustness.weight_sets import dot, nearest_level, whole_simplex

FINEST = 10**12  # an irrational root is told as the fraction above and below it with this denominator
MOST_POINTS = 2_000  # whole points that are tried one by one where no formula holds


class Check(NamedTuple):
    """Both values by scoring the tree again, (ahead, behind): at the turn, and just before it."""

    values: tuple[Fraction | None, Fraction | None]
    before: tuple[Fraction | None, Fraction | None] | None
    holds: bool


class Tipping(NamedTuple):
    """Where the weight of one criterion alone, the others in proportion, turns a pair.

    ``status``: 'turns'; 'never' (no weight in 0 … 1 turns them); 'dominates' (no weights at all do);
    'not linear' (no formula; ``points`` were tried one by one); 'not ahead'; 'unverified' (nothing is told).
    ``weight``: the nearest at which they are level (``near``: up to 1e-12, the root is irrational);
    ``other``: one on the other side of today's. ``points``: the nearest whole maximum of the criterion, of
    the same total and the others in proportion, at which a is no longer ahead; ``alone``: the same while
    all other maxima stay, compared by share of the new total. ``check``: at ``points``, else ``weight``.
    """

    criterion: str
    status: str
    weight: Fraction | None = None
    other: Fraction | None = None
    near: bool = False
    points: int | None = None
    alone: int | None = None
    check: Check | None = None


class Move(NamedTuple):
    """So much weight, or so many whole points, from one criterion to another."""

    source: str
    target: str
    amount: Fraction


class WeightChange(NamedTuple):
    """The least change of weights after which a is no longer ahead of b.

    ``status``: 'turns'; 'level' (a can be caught, never passed); 'dominates' (ahead whatever the weights);
    'not linear' (no change was found where other criteria apply to a than to b); 'not ahead'; 'no whole
    points'; 'unverified'. ``distance``: Σ|w − w⁰| for ``least_l1``, Σ(w − w⁰)² for ``least_l2``, whole points
    moved for ``least_points``, whose minimality ``check.before`` shows: the best that one point less can do.
    ``bound``: where not the same applies to both, no weights nearer than this turn them.
    """

    status: str
    weights: Weights | None = None
    distance: Fraction | None = None
    moves: tuple[Move, ...] = ()
    check: Check | None = None
    bound: Fraction | None = None


def proven(w: Weighing, a: str, b: str) -> str:
    """As ``relation``; what that leaves open where not the same applies to both is sought in cells."""
    how = relation(w, a, b)
    if how != "open" or w.linear_pair(a, b) or None in (w.available[w.index(a)], w.available[w.index(b)]):
        return how
    found = first_in_cells(w, b, whole_simplex(len(w.base)), [a])
    return "dominates" if found.status == "never" else how


def relation(w: Weighing, a: str, b: str) -> str:
    """'dominates' if a is ahead of b under all weights, 'never behind', 'not ahead' today, or 'open'.

    Proven from the coefficients of N_a·w D_b·w − N_b·w D_a·w: where none is negative, a is never behind.
    """
    if not _ahead(w.values(w.base, a, b)):
        return "not ahead"
    (n_a, d_a), (n_b, d_b) = ((w.earned[i], w.available[i]) for i in (w.index(a), w.index(b)))
    if n_a is None or n_b is None:
        return "open"
    size = [k for k in range(len(w.criteria)) if d_a[k] or d_b[k]]  # what applies to one of them
    least = min(
        n_a[i] * d_b[j] - n_b[i] * d_a[j] + n_a[j] * d_b[i] - n_b[j] * d_a[i] for i in size for j in size
    )
    return "dominates" if least > 0 else "never behind" if least == 0 else "open"


# --- one weight, the others in proportion -------------------------------------------------------------------


def tippings(w: Weighing, a: str, b: str) -> tuple[Tipping, ...]:
    """The tipping point of each criterion for a pair that stands a ahead of b."""
    how = relation(w, a, b)
    if how in ("dominates", "not ahead"):
        return tuple(Tipping(criterion, how) for criterion in w.criteria)
    return tuple(_tipping(w, a, b, k) for k in range(len(w.criteria)))


def _tipping(w: Weighing, a: str, b: str, k: int) -> Tipping:
    name, today = w.criteria[k], w.base[k]
    if today == 1:  # there is nothing to take from or give to
        return Tipping(name, "never")
    rows = w.available[w.index(a)], w.available[w.index(b)]
    if None in rows:
        points, check = _whole_points(w, a, b, k, None)
        alone, _ = _alone(w, a, b, k, None)
        return Tipping(name, "not linear", points=points, alone=alone, check=check)
    roots = [
        (root, near)
        for root, near in _roots(w, a, b, k)
        if all(value is not None for value in w.values(scaled(w.base, k, root), a, b))
    ]
    if not roots:
        return Tipping(name, "never")
    (root, near), *others = sorted(roots, key=lambda each: (abs(each[0] - today), each))
    sides = [other for other, _ in others if (other < today) != (root < today)]
    points, check = _whole_points(w, a, b, k, [each for each, _ in roots])
    alone, _ = _alone(w, a, b, k, [each for each, _ in roots])
    at_root = w.values(scaled(w.base, k, root), a, b)
    holds = at_root[0] == at_root[1] or (near and _turns_at(w, a, b, k, root))
    if not holds:
        return Tipping(name, "unverified")
    own = Check(at_root, None, holds)
    return Tipping(name, "turns", root, next(iter(sides), None), near, points, alone, check or own)


def scaled(base: Weights, k: int, weight: Fraction) -> Weights:
    """Weights with the k-th as given and the others in their proportions."""
    rest = (1 - weight) / (1 - base[k])
    return tuple(weight if i == k else each * rest for i, each in enumerate(base))


def _roots(w: Weighing, a: str, b: str, k: int) -> list[tuple[Fraction, bool]]:
    """Where N_a D_b − N_b D_a = 0 on the ray of weight k, in 0 … 1; and whether it is only near."""

    def sign_at(t: Fraction) -> Fraction:
        weights = scaled(w.base, k, t)
        n_a, d_a, n_b, d_b = (
            sum((x * y for x, y in zip(row, weights, strict=True)), NONE)
            for unit in (a, b)
            for row in (w.earned[w.index(unit)], w.available[w.index(unit)])
        )
        return n_a * d_b - n_b * d_a

    at_0, at_half, at_1 = sign_at(NONE), sign_at(Fraction(1, 2)), sign_at(ONE)
    square = 2 * at_1 - 4 * at_half + 2 * at_0  # the quadratic through three points; 0 for a linear pair
    slope = at_1 - at_0 - square
    return [(r, near) for r, near in _quadratic(square, slope, at_0) if 0 <= r <= 1]


def _quadratic(square: Fraction, slope: Fraction, constant: Fraction) -> Iterator[tuple[Fraction, bool]]:
    if not square:
        if slope:
            yield -constant / slope, False
        return
    inside = slope**2 - 4 * square * constant
    if inside < 0:
        return
    number = inside.numerator * inside.denominator  # √(n/d) = √(n d) / d
    root = isqrt(number)
    exact = root * root == number
    size = (
        Fraction(root, inside.denominator)
        if exact
        else Fraction(isqrt(number * FINEST**4), inside.denominator * FINEST**2)
    )
    for each in {(-slope - size) / (2 * square), (-slope + size) / (2 * square)}:
        yield each if exact else Fraction(round(each * FINEST), FINEST), not exact


def _turns_at(w: Weighing, a: str, b: str, k: int, root: Fraction) -> bool:
    """Whether the order differs just below and just above an irrational root."""
    step = Fraction(1, FINEST)
    around = [
        w.values(scaled(w.base, k, min(max(each, NONE), ONE)), a, b) for each in (root - step, root + step)
    ]
    return _ahead(around[0]) != _ahead(around[1])


Points = tuple[int | None, Check | None]


def _whole_points(w: Weighing, a: str, b: str, k: int, roots: list[Fraction] | None) -> Points:
    """The nearest whole maximum of k, of the same total, at which a is no longer ahead."""
    total = w.problem.points
    if w.maxima is None:
        return None, None
    at = {} if roots is None else {root * total for root in roots}
    return _nearest(
        lambda points: w.values(scaled(w.base, k, Fraction(points, total)), a, b),
        w.maxima[k], int(total), None if roots is None else at,
    )  # fmt: skip


def _alone(w: Weighing, a: str, b: str, k: int, roots: list[Fraction] | None) -> Points:
    """The same where the maximum of k alone changes and the total with it: w_k = p / (others + p)."""
    if w.maxima is None:
        return None, None
    others = int(w.problem.points) - w.maxima[k]
    at = None if roots is None else {root * others / (1 - root) for root in roots if root < 1}
    return _nearest(
        lambda points: w.values(scaled(w.base, k, Fraction(points, others + points)), a, b),
        w.maxima[k], MOST_POINTS, at,
    )  # fmt: skip


def _nearest(
    values_at: Callable[[int], tuple[Fraction | None, ...]],
    today: int,
    most: int,
    turns: set[Fraction] | None,
) -> Points:
    """The whole points nearest to today's at which a is no longer ahead, checked there and one before.

    Only whole points next to a turn can be: between turns the order stays. Unknown turns: all are tried.
    """
    tried = range(min(most, MOST_POINTS) + 1) if turns is None else {
        floor(turn) if turn < today else ceil(turn) for turn in turns
    }  # fmt: skip
    for points in sorted(tried, key=lambda p: (abs(p - today), p)):
        before = points + (1 if points < today else -1)
        if points == today or before < 0:
            continue
        values, earlier = values_at(points), values_at(before)
        if None not in values and not _ahead(values) and _ahead(earlier):
            return points, Check(values, earlier, True)
    return None, None


def _ahead(values: tuple[Fraction | None, ...]) -> bool:
    return None not in values and values[0] > values[1]


# --- all weights at once ------------------------------------------------------------------------------------


def _not_open(w: Weighing, a: str, b: str) -> str | None:
    """Why no least change is told, where none is."""
    how = relation(w, a, b)
    if how in ("dominates", "not ahead"):
        return how
    return None if w.linear_pair(a, b) else "not linear"


def _weakest(w: Weighing, a: str, d: Weights) -> int:
    """Where a stands worst against b, among what applies to both."""
    return min((k for k, there in enumerate(w.available[w.index(a)]) if there), key=lambda k: (d[k], k))


def least_l1(w: Weighing, a: str, b: str) -> WeightChange:
    """The least Σ|w − w⁰| that lets b catch a: from the largest d to the smallest, largest first.

    Exactly the optimum of the linear program min Σ|w − w⁰| with d · w ≤ 0, Σw = 1, w ≥ 0. Where not the same
    applies to both, the nearest weights that were found, and a bound.
    """
    if status := _not_open(w, a, b):
        return _least_apart(w, a, b, MOVED) if status == "not linear" else WeightChange(status)
    d = w.difference(a, b)
    target, left = _weakest(w, a, d), dot(d, w.base)
    weights, moves = list(w.base), []
    for k in sorted(range(len(d)), key=lambda k: (-d[k], k)):
        if left > 0 and d[k] > d[target]:
            amount = min(w.base[k], left / (d[k] - d[target]))
            if amount:
                moves.append(Move(w.criteria[k], w.criteria[target], amount))
            weights[k], weights[target] = weights[k] - amount, weights[target] + amount
            left -= amount * (d[k] - d[target])
    distance = sum((2 * move.amount for move in moves), NONE)
    return _told(w, a, b, tuple(weights), distance, tuple(moves))


def _least_apart(w: Weighing, a: str, b: str, measure: Measure, known: Weights | None = None) -> WeightChange:
    """The nearest weights that were found where not the same applies to both, and a bound."""
    if None in (w.available[w.index(a)], w.available[w.index(b)]):
        return WeightChange("not linear")
    weights, bound = nearest_in(w, b, [a], whole_simplex(len(w.base)), known, measure)
    if weights is None:
        return WeightChange("not linear")
    values = w.values(weights, a, b)
    if None in values or _ahead(values):
        return WeightChange("unverified")
    distance = measure.distance(weights, w.base)
    return WeightChange("turns", weights, distance, (), Check(values, None, True), bound)


def least_l2(w: Weighing, a: str, b: str, known: Weights | None = None) -> WeightChange:
    """The least Σ(w − w⁰)² that lets b catch a; ``distance`` is that square.

    Proven optimal by its conditions of Karush, Kuhn and Tucker, in rationals; else 'unverified'. Where not
    the same applies to both, the nearest weights that were found, and a bound; ``known``: weights
    that do, from which it is sought, as those of ``least_l1``.
    """
    if status := _not_open(w, a, b):
        if status != "not linear":
            return WeightChange(status)
        return _least_apart(w, a, b, SQUARES, known)
    d = w.difference(a, b)
    weights = nearest_level(w.base, d)
    if weights is None:
        return WeightChange("unverified")
    distance = sum(((x - y) ** 2 for x, y in zip(weights, w.base, strict=True)), NONE)
    return _told(w, a, b, weights, distance, ())


def least_points(w: Weighing, a: str, b: str) -> WeightChange:
    """The fewest whole points moved between criteria, in a table of the same total, that let b catch a.

    Each point moved to the criterion with the smallest d gains d_source − d_min, so that the N best points
    gain as much as N points can: the first N that is enough is the least, and N − 1 is shown not to be. Where
    not the same applies to both, the fewest that were found, and the solver's bound.
    """
    status = _not_open(w, a, b)
    if status in ("dominates", "not ahead"):
        return WeightChange(status)
    if w.maxima is None:
        return WeightChange("no whole points")
    if status:
        change, total = _least_apart(w, a, b, whole_points(w.maxima)), w.problem.points / 2
        if change.weights is None:
            return change
        moves = _moves_to(w, change.weights)
        return change._replace(distance=change.distance * total, bound=change.bound * total, moves=moves)
    d = w.difference(a, b)
    target, left = _weakest(w, a, d), dot(d, w.maxima)
    moves: list[Move] = []
    for k in sorted(range(len(d)), key=lambda k: (-d[k], k)):
        if left > 0 and d[k] > d[target] and w.maxima[k]:
            points = min(w.maxima[k], ceil(left / (d[k] - d[target])))
            left -= points * (d[k] - d[target])
            moves.append(Move(w.criteria[k], w.criteria[target], Fraction(points)))
    last = moves[-1]._replace(amount=moves[-1].amount - 1)
    before = _moved(w, [*moves[:-1], last])
    distance = sum((move.amount for move in moves), NONE)
    told = _told(w, a, b, _moved(w, moves), distance, tuple(moves))
    earlier = w.values(before, a, b)
    if told.check is None or not _ahead(earlier):
        return WeightChange("unverified")
    return told._replace(check=told.check._replace(before=earlier))


def _moves_to(w: Weighing, weights: Weights) -> tuple[Move, ...]:
    """The whole points to move, from the first criterion that loses some to the first that gains some."""
    change = {c: (x - y) * w.problem.points for c, x, y in zip(w.criteria, weights, w.base, strict=True)}
    moves = []
    for source in (c for c, more in change.items() if more < 0):
        for target in (c for c, more in change.items() if more > 0):
            if amount := min(-change[source], change[target]):
                moves.append(Move(source, target, amount))
                change[source], change[target] = change[source] + amount, change[target] - amount
    return tuple(moves)


def _moved(w: Weighing, moves: list[Move]) -> Weights:
    points = dict(zip(w.criteria, w.maxima, strict=True))
    for move in moves:
        points[move.source] -= move.amount
        points[move.target] += move.amount
    return tuple(Fraction(each) / w.problem.points for each in points.values())


def _told(
    w: Weighing, a: str, b: str, weights: Weights, distance: Fraction, moves: tuple[Move, ...]
) -> WeightChange:
    """A change with its check by scoring the tree again; nothing but 'unverified' where that fails."""
    values = w.values(weights, a, b)
    if None in values or _ahead(values) or sum(weights) != 1 or min(weights) < 0:
        return WeightChange("unverified")
    status = "level" if min(w.difference(a, b)) == 0 else "turns"
    return WeightChange(status, weights, distance, moves, Check(values, None, True))
