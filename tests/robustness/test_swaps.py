"""Tipping points and least changes: the golden example, the laws behind them, and what is not claimed."""

from __future__ import annotations

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ictindex.robustness.exact_problem import ExactBranch, exact_problem, exact_problem_of, weighing
from ictindex.robustness.swaps import least_l1, least_l2, least_points, relation, scaled, tippings
from tests.shipped import shipped

GOLDEN = {
    "A": ".90 .60 .70 .80 .50 .60",
    "B": ".70 .85 .60 .75 .80 .55",
    "C": ".60 .70 .95 .65 .90 .85",
    "D": ".85 .50 .40 .70 .60 .90",
    "E": ".40 .55 .50 .45 .70 .50",
}
WEIGHTS = [F(w) for w in [".20", ".25", ".10", ".25", ".10", ".10"]]


def flat(units, weights, points=1000, policy="share"):
    """A ranking without levels: unit -> shares, None where it does not apply."""
    tree = ExactBranch("total", tuple(ExactBranch(str(k + 1)) for k in range(len(weights))), tuple(weights))
    shares = [{str(k): F(x) for k, x in enumerate(row, 1) if x is not None} for row in units.values()]
    scale = F(1) if policy == "share" else F(points)
    return weighing(
        exact_problem_of(tuple(units), shares, tree, policy=policy, scale=scale, points=F(points))
    )


@pytest.fixture(scope="module")
def golden():
    return flat({unit: row.split() for unit, row in GOLDEN.items()}, WEIGHTS)


# --- the golden example: B over C, M = .0075 ----------------------------------------------------------------


def test_the_tipping_weights_of_the_golden_example(golden):
    found = tippings(golden, "B", "C")
    assert [round(float(t.weight), 6) for t in found] == [
        0.135135, 0.210526, 0.118881, 0.189189, 0.162791, 0.121951,
    ]  # fmt: skip
    assert {t.status for t in found} == {"turns"}
    assert [t.points for t in found] == [135, 210, 119, 189, 163, 122]  # of 1000, just beyond the weight
    for t in found:
        assert t.check.values[0] <= t.check.values[1] and t.check.before[0] > t.check.before[1]


def test_the_maximum_of_one_criterion_alone_turns_the_golden_pair(golden):
    """w*(T − p)/(1 − w*), the others keeping their points: 5/37 of 800 others is 125."""
    assert [t.alone for t in tippings(golden, "B", "C")] == [125, 200, 122, 175, 175, 125]


def test_the_least_change_of_the_golden_example_moves_15_points_from_2_to_3(golden):
    change = least_l1(golden, "B", "C")
    assert (change.status, change.distance) == ("turns", F(3, 100))
    assert change.moves == (("2", "3", F(15, 1000)),)
    assert change.check.values == (F("0.73125"), F("0.73125"))
    points = least_points(golden, "B", "C")
    assert (points.distance, points.moves) == (15, (("2", "3", 15),))
    assert points.check.values == (F("0.73125"), F("0.73125"))
    assert points.check.before == (F("0.7315"), F("0.731"))  # 14 points leave B ahead
    assert round(float(least_l2(golden, "B", "C").distance) ** 0.5, 7) == 0.0153627


def test_one_who_dominates_is_never_caught(golden):
    for answer in (least_l1, least_l2, least_points):
        change = answer(golden, "B", "E")
        assert (change.status, change.weights, change.check) == ("dominates", None, None)
    assert {t.status for t in tippings(golden, "B", "E")} == {"dominates"}


def test_one_weight_alone_may_never_turn_a_pair_that_others_can(golden):
    assert tippings(golden, "A", "E")[0].status == "never"
    assert least_l1(golden, "A", "E").status == "turns"


def test_nothing_is_told_of_one_who_is_not_ahead(golden):
    assert relation(golden, "C", "B") == "not ahead"
    assert least_points(golden, "C", "B").status == "not ahead"


def test_one_who_is_nowhere_worse_can_be_caught_but_not_passed():
    w = flat({"A": (1, F(1, 2)), "B": (0, F(1, 2))}, [F(1, 2), F(1, 2)], 10)
    assert relation(w, "A", "B") == "never behind"
    for change in (least_l1(w, "A", "B"), least_l2(w, "A", "B"), least_points(w, "A", "B")):
        assert (change.status, change.weights) == ("level", (0, 1))
    assert [t.weight for t in tippings(w, "A", "B")] == [0, 1]


def test_without_whole_points_no_whole_table_is_told():
    w = flat({"A": (1, 0), "B": (0, 1)}, [F(2, 3), F(1, 3)], 1)
    assert least_points(w, "A", "B").status == "no whole points"
    first, _ = tippings(w, "A", "B")
    assert (first.weight, first.points, first.alone) == (F(1, 2), None, None)
    assert first.check.values == (F(1, 2), F(1, 2))


# --- laws ---------------------------------------------------------------------------------------------------

share = st.fractions(0, 1, max_denominator=20)
pairs = st.integers(2, 5).flatmap(
    lambda m: st.tuples(
        st.lists(share, min_size=m, max_size=m),
        st.lists(share, min_size=m, max_size=m),
        st.lists(st.integers(1, 12), min_size=m, max_size=m),
    )
)


def of_pair(pair):
    a, b, points = pair
    total = sum(points)
    d, base = [x - y for x, y in zip(a, b, strict=True)], [F(p, total) for p in points]
    margin = sum(x * w for x, w in zip(d, base, strict=True))
    assume(margin > 0)
    return flat({"A": a, "B": b}, base, total), d, base, margin


@given(pairs)
def test_a_tipping_weight_is_r_over_r_minus_d(pair):
    w, d, base, margin = of_pair(pair)
    for k, t in enumerate(tippings(w, "A", "B")):
        rest = (margin - base[k] * d[k]) / (1 - base[k])
        star = rest / (rest - d[k]) if rest != d[k] else None
        if star is None or not 0 <= star <= 1:
            assert t.status in ("never", "dominates") and t.weight is None
        else:
            assert (t.status, t.weight) == ("turns", star)
            level = scaled(w.base, k, star)
            assert sum(x * y for x, y in zip(d, level, strict=True)) == 0 and sum(level) == 1


@settings(max_examples=40)
@given(pairs)
def test_the_whole_maximum_is_the_nearest_of_all_that_turn(pair):
    w, d, base, _ = of_pair(pair)
    total = int(w.problem.points)
    for k, t in enumerate(tippings(w, "A", "B")):
        today = base[k] * total
        turned = [
            p
            for p in range(total + 1)
            if sum(x * y for x, y in zip(d, scaled(w.base, k, F(p, total)), strict=True)) <= 0
        ]
        assert t.points == min(turned, key=lambda p: (abs(p - today), p), default=None)


@settings(max_examples=60)
@given(pairs)
def test_the_greedy_least_change_is_the_optimum_of_the_linear_program(pair):
    from scipy.optimize import linprog

    w, d, base, _ = of_pair(pair)
    m = len(d)
    one, f = np.eye(m), [float(x) for x in base]
    lp = linprog(
        [0] * m + [1] * m,
        A_ub=np.vstack([[*map(float, d), *[0] * m], np.hstack([one, -one]), np.hstack([-one, -one])]),
        b_ub=[0, *f, *(-x for x in f)],
        A_eq=[[1] * m + [0] * m],
        b_eq=[1],
    )
    change = least_l1(w, "A", "B")
    if min(d) > 0:
        assert lp.status == 2 and change.status == "dominates"
    else:
        assert change.status == ("level" if min(d) == 0 else "turns")
        assert abs(float(change.distance) - lp.fun) < 1e-7
        assert sum(abs(x - y) for x, y in zip(change.weights, base, strict=True)) == change.distance


@settings(max_examples=60)
@given(pairs)
def test_no_weights_that_let_b_catch_a_are_nearer_in_squares(pair):
    """By the inequality that characterises a projection: (w − w⁰)·(v − w) ≥ 0 for every v of the set."""
    w, d, base, _ = of_pair(pair)
    change = least_l2(w, "A", "B")
    if min(d) > 0:
        assert change.status == "dominates"
        return
    assert change.status in ("turns", "level")
    away = [x - y for x, y in zip(change.weights, base, strict=True)]
    m = range(len(d))
    corners = [[F(k == i) for k in m] for i in m if d[i] <= 0]
    for i, j in itertools.permutations(m, 2):  # where an edge of the simplex crosses d · v = 0
        if d[i] > 0 > d[j]:
            at = d[i] / (d[i] - d[j])
            corners.append([at if k == j else 1 - at if k == i else F(0) for k in m])
    assert sum(x * y for x, y in zip(d, change.weights, strict=True)) <= 0
    for v in corners:
        assert sum(g * (x - y) for g, x, y in zip(away, v, change.weights, strict=True)) >= 0


small = st.tuples(
    *[st.lists(share, min_size=3, max_size=3)] * 2, st.lists(st.integers(0, 5), min_size=3, max_size=3)
)


@settings(max_examples=60)
@given(small)
def test_no_whole_table_with_fewer_points_moved_swaps_a_pair(pair):
    a, b, points = pair
    total = sum(points)
    assume(total > 0)
    d = [x - y for x, y in zip(a, b, strict=True)]
    assume(sum(x * p for x, p in zip(d, points, strict=True)) > 0)
    w = flat({"A": a, "B": b}, [F(p, total) for p in points], total)
    tables = ((i, j, total - i - j) for i in range(total + 1) for j in range(total + 1 - i))
    moved = [
        sum(abs(x - p) for x, p in zip(table, points, strict=True)) // 2
        for table in tables
        if sum(x * p for x, p in zip(d, table, strict=True)) <= 0
    ]
    assert least_points(w, "A", "B").distance == min(moved, default=None)


@settings(max_examples=40)
@given(pairs)
def test_one_better_on_everything_dominates_and_never_turns(pair):
    a, _, points = pair
    a = [x + F(1, 20) for x in a]
    b = [x - F(1, 20) for x in a]
    w = flat({"A": a, "B": b}, [F(p, sum(points)) for p in points], sum(points))
    assert relation(w, "A", "B") == "dominates"
    assert all(t.weight is None and t.status == "dominates" for t in tippings(w, "A", "B"))


# --- what does not apply ------------------------------------------------------------------------------------


def exempt():
    """B is exempt from the third criterion; shares of what applies, so the pair is not linear."""
    rows = {"A": (F(9, 10), F(1, 2), F(4, 5)), "B": (F(3, 5), F(9, 10), None), "C": (0, 0, 0)}
    return flat(rows, [F(1, 2), F(1, 4), F(1, 4)], 100)


def test_an_exempt_pair_has_tipping_points_and_a_least_change_within_a_bound():
    w = exempt()
    change = least_l1(w, "A", "B")
    assert change.status == "turns" and caught(w, change.weights)
    assert change.bound <= change.distance < change.bound + F(1, 100)
    by_squares = least_l2(w, "A", "B", change.weights)
    assert by_squares.status == "turns" and caught(w, by_squares.weights)
    assert by_squares.distance * F(9, 10) < by_squares.bound <= by_squares.distance
    points = least_points(w, "A", "B")
    fewest = min(
        sum(max(p - 100 * x, 0) for p, x in zip(table, w.base, strict=True))
        for p in range(101)
        for q in range(101 - p)
        for table in [(p, q, 100 - p - q)]
        if caught(w, [F(each, 100) for each in table])
    )
    assert (points.status, points.distance) == ("turns", fewest) and points.bound <= fewest
    assert sum(move.amount for move in points.moves) == fewest
    for k, t in enumerate(tippings(w, "A", "B")):
        turned = [p for p in range(101) if caught(w, scaled(w.base, k, F(p, 100)))]
        nearest = min(turned, key=lambda p: (abs(p - 100 * w.base[k]), p), default=None)
        assert t.points == nearest
        assert (t.status == "turns") == (nearest is not None)


def caught(w, weights):
    """Where a has no value or b has none, nobody is caught."""
    x, y = w.values(weights, "A", "B")
    return x is not None and y is not None and x <= y


def test_the_tipping_weight_of_an_exempt_pair_is_the_root_of_a_quadratic():
    """On the third alone A has (2.3/3)(1 − t) + .8t and B 2.1/3 whatever t: these are never level."""
    w = exempt()
    first, second, third = tippings(w, "A", "B")
    assert third.status == "never"
    assert first.weight is not None and second.weight is not None
    for k, t in ((0, first), (1, second)):
        x, y = w.values(scaled(w.base, k, t.weight), "A", "B")
        assert abs(x - y) < F(1, 10**11) and (t.near or x == y)


def test_what_applies_to_neither_turns_nothing():
    w = flat({"A": (F(3, 5), None), "B": (F(1, 2), None), "C": (0, 1)}, [F(1, 2), F(1, 2)], 10)
    assert relation(w, "A", "B") == "dominates"
    as_points = flat(
        {"A": (F(3, 5), None), "B": (F(1, 2), None), "C": (0, 1)}, [F(1, 2), F(1, 2)], 10, "points"
    )
    assert relation(as_points, "A", "B") == "never behind"  # both have nothing where only it counts


def test_every_answer_about_real_neighbours_holds_when_scored_again():
    problem = exact_problem(shipped("qd2342-2017"), "ministry")
    w = weighing(problem, "categories")
    seen = set()
    for a, b in itertools.islice(itertools.pairwise(w.units), 4):
        for t in tippings(w, a, b):
            seen.add(t.status)
            assert t.status != "unverified" and (t.check is None or t.check.holds)
        for change in (least_l1(w, a, b), least_l2(w, a, b), least_points(w, a, b)):
            seen.add(change.status)
            assert change.status != "unverified"
    assert {"turns", "never"} <= seen


def test_a_mean_with_gaps_is_searched_point_by_point():
    inner = ExactBranch("x", (ExactBranch("x.1"), ExactBranch("x.2")), (F(1, 2), F(1, 2)), "mean")
    tree = ExactBranch("total", (inner, ExactBranch("y")), (F(1, 2), F(1, 2)))
    shares = (
        {"x.1": F(1), "y": F(0)},
        {"x.1": F(0), "x.2": F(1, 2), "y": F(9, 10)},
        {"x.1": F(0), "x.2": F(1), "y": F(0)},
    )
    w = weighing(exact_problem_of("ABC", shares, tree, policy="points", scale=F(20), points=F(20)))
    assert w.values(w.base) == (10, F(23, 2), 5)
    assert least_l1(w, "B", "A").status == "not linear"
    on_y = tippings(w, "B", "A")[2]
    # with y at p of 20: A has 20 − p, B (20 − p)/4 + .9 p: level at p = 300/33, so nine is the first
    assert (on_y.status, on_y.weight, on_y.points) == ("not linear", None, 9)
