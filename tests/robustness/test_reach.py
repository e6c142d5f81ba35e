"""What is within reach: the golden table, brute force over weights, and proofs checked again here."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.robustness.exact_problem import ExactBranch, exact_problem, exact_problem_of, weighing
from ictindex.robustness.nearest import nearest_first
from ictindex.robustness.reach import attainable_ranks, can_be_first
from ictindex.robustness.weight_sets import around, whole_simplex
from tests.shipped import shipped

GOLDEN = {
    "A": ".90 .60 .70 .80 .50 .60",
    "B": ".70 .85 .60 .75 .80 .55",
    "C": ".60 .70 .95 .65 .90 .85",
    "D": ".85 .50 .40 .70 .60 .90",
    "E": ".40 .55 .50 .45 .70 .50",
}
WEIGHTS = [F(w) for w in [".20", ".25", ".10", ".25", ".10", ".10"]]


def flat(units, weights, policy="share"):
    tree = ExactBranch("total", tuple(ExactBranch(str(k + 1)) for k in range(len(weights))), tuple(weights))
    shares = [{str(k): F(x) for k, x in enumerate(row, 1) if x is not None} for row in units.values()]
    return weighing(exact_problem_of(tuple(units), shares, tree, policy=policy, scale=F(1), points=F(1000)))


@pytest.fixture(scope="module")
def golden():
    return flat({unit: row.split() for unit, row in GOLDEN.items()}, WEIGHTS)


@pytest.fixture(scope="module")
def half(golden):
    """Each weight within ±50 %, and all of them summing to 1."""
    return around(golden.base, F(1, 2))


# --- the golden table ---------------------------------------------------------------------------------------


def test_the_largest_leads_of_the_golden_example(golden, half):
    simplex, near = ([can_be_first(golden, u, s) for u in "ABCDE"] for s in (None, half))
    assert [round(float(f.margin), 6) for f in simplex] == [0.128125, 0.15, 0.2875, 0.140909, -0.18]
    assert [round(float(f.margin), 6) for f in near] == [0.0475, 0.064886, 0.05125, -0.005, -0.219722]
    assert [f.status for f in simplex] == ["first"] * 4 + ["never"]
    assert [f.status for f in near] == ["first"] * 3 + ["never"] * 2
    assert all(f.margin == f.bound for f in (*simplex, *near))  # each proven the largest, in rationals
    assert [f.rank for f in simplex[:4]] == [1] * 4


def test_a_mix_of_others_that_beats_a_unit_everywhere_is_shown(golden):
    """1/5 of B and 4/5 of C: ahead of E by at least .18 on every criterion."""
    found = can_be_first(golden, "E")
    assert found.mix == {"B": F(1, 5), "C": F(4, 5)}
    rows = {u: [F(x) for x in GOLDEN[u].split()] for u in "BCE"}
    ahead = [b / 5 + c * F(4, 5) - e for b, c, e in zip(rows["B"], rows["C"], rows["E"], strict=True)]
    assert min(ahead) == F(18, 100) == -found.bound


def test_the_nearest_weights_that_make_each_first(golden):
    found = [nearest_first(golden, u) for u in "ABCDE"]
    assert [f.status for f in found] == ["first"] * 4 + ["never"]
    assert [round(float(f.distance), 6) for f in found[:4]] == [0.1, 0, 0.03, 0.257895]
    assert all(f.distance == f.bound and f.rank == 1 for f in found[:4])


def test_the_ranks_within_reach_in_the_golden_example(golden, half):
    simplex, near = ([attainable_ranks(golden, u, s) for u in "ABCDE"] for s in (None, half))
    assert [(r.best.rank, r.worst.rank) for r in simplex] == [(1, 5), (1, 4), (1, 4), (1, 5), (3, 5)]
    assert [(r.best.rank, r.worst.rank) for r in near] == [(1, 3), (1, 4), (1, 4), (2, 4), (5, 5)]
    assert all(r.best.settled and r.worst.settled for r in (*simplex, *near))
    for unit, r in zip("ABCDE", near, strict=True):
        for extreme in (r.best, r.worst):
            assert half.contains(extreme.weights)
            assert golden.rank(unit, extreme.weights) == extreme.rank


# --- brute force --------------------------------------------------------------------------------------------

share = st.fractions(0, 1, max_denominator=10)
tables = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.lists(share, min_size=3, max_size=3), min_size=n, max_size=n)
)


def rank(rows, i, weights):
    values = [sum(x * w for x, w in zip(row, weights, strict=True)) for row in rows]
    return 1 + sum(v > values[i] for v in values)


@settings(max_examples=15)
@given(tables)
def test_the_ranks_of_many_weights_lie_within_reach_and_each_end_is_attained(rows):
    base = [F(1, 2), F(3, 10), F(1, 5)]
    w = flat({str(i): row for i, row in enumerate(rows)}, base)
    draws = random.Random(5)
    some = [[F(draws.randint(0, 20)) for _ in base] for _ in range(100)] + [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    for i in range(len(rows)):
        found = attainable_ranks(w, str(i))
        seen = {rank(rows, i, each) for each in some if any(each)}
        assert found.best.rank <= min(seen) and max(seen) <= found.worst.rank
        for end in (found.best, found.worst):
            assert rank(rows, i, end.weights) == end.rank and sum(end.weights) == 1


@settings(max_examples=20)
@given(st.lists(st.tuples(share, share), min_size=2, max_size=6))
def test_with_two_criteria_every_order_there_is_has_been_looked_at(rows):
    """The order changes only where two lines cross: all crossings, and a point between each two."""
    w = flat({str(i): row for i, row in enumerate(rows)}, [F(1, 2), F(1, 2)])
    points = {F(0), F(1)}
    for a, b in itertools.combinations(rows, 2):
        left, right = a[1] - b[1], a[0] - b[0]
        if left != right and 0 <= left / (left - right) <= 1:
            points.add(left / (left - right))
    ordered = sorted(points)
    points |= {(x + y) / 2 for x, y in itertools.pairwise(ordered)}
    for i in range(len(rows)):
        found = attainable_ranks(w, str(i))
        seen = [rank(rows, i, (t, 1 - t)) for t in points]
        assert (found.best.rank, found.worst.rank) == (min(seen), max(seen))
        assert found.worst.bound >= max(seen) >= found.worst.clear >= found.worst.rank
        first, near = can_be_first(w, str(i)), nearest_first(w, str(i))
        assert first.status in (("first", "tied first") if min(seen) == 1 else ("never",))
        firsts = [abs(t - F(1, 2)) * 2 for t in points if rank(rows, i, (t, 1 - t)) == 1]
        inside = rank(rows, i, (F(1, 2), F(1, 2))) == 1
        assert near.distance == (0 if inside else min(firsts, default=None))


# --- honest where it cannot know ----------------------------------------------------------------------------


def test_ties_are_told_as_ties():
    w = flat({"A": (1, 0), "B": (1, 1), "C": (1, 0)}, [F(1, 2), F(1, 2)])
    first = can_be_first(w, "A")
    assert (first.status, first.margin, first.bound, first.rank) == ("tied first", 0, 0, 1)
    ranks = attainable_ranks(w, "A")
    assert (ranks.best.rank, ranks.worst.rank) == (1, 2)  # C is never strictly ahead of its equal


def test_two_that_can_each_be_ahead_but_never_both_cost_one_rank():
    """B is ahead of A where the first weighs more than .6, C where it weighs less than .4."""
    w = flat({"A": (F(3, 5), F(3, 5)), "B": (1, 0), "C": (0, 1)}, [F(1, 2), F(1, 2)])
    best, worst = attainable_ranks(w, "A")[1:]
    assert (best.rank, best.bound, worst.rank, worst.bound) == (1, 1, 2, 2)


def test_a_rank_that_only_ties_would_give_is_a_bound_and_no_rank():
    """At ½ and ½ all three are level; away from it just one is ahead of A."""
    w = flat({"A": (F(1, 2), F(1, 2)), "B": (1, 0), "C": (0, 1)}, [F(1, 2), F(1, 2)])
    worst = attainable_ranks(w, "A").worst
    assert (worst.rank, worst.clear, worst.bound, worst.settled) == (2, 2, 3, False)


def test_alone_it_is_first():
    w = flat({"A": (1, 0)}, [F(1, 2), F(1, 2)])
    assert can_be_first(w, "A").status == "first"
    assert attainable_ranks(w, "A").worst.rank == 1
    assert nearest_first(w, "A").distance == 0


def test_where_a_value_is_no_quotient_nothing_is_claimed():
    """A mean of two means, of which one criterion applies to A alone: a sum of quotients."""
    inner = ExactBranch("g", (ExactBranch("g1"), ExactBranch("g2")), (F(1, 2), F(1, 2)), "mean")
    tree = ExactBranch("total", (inner, ExactBranch("h")), (F(1, 2), F(1, 2)), "mean")
    shares = [{"g1": F(1), "g2": F(0), "h": F(1)}, {"g1": F(1, 2), "h": F(1)}]
    w = weighing(exact_problem_of(("A", "B"), shares, tree, policy="share", scale=F(1), points=F(1)))
    assert can_be_first(w, "A").status == "not linear"
    assert nearest_first(w, "A").status == "not linear"
    assert attainable_ranks(w, "A").status == "not linear"


def test_an_exempt_unit_is_weighed_by_what_applies_to_it():
    """B has ½ of all that counts for it, whatever the weights; A has the weight of the first: 3/8 to 5/8."""
    w = flat({"A": (1, 0), "B": (F(1, 2), None)}, [F(1, 2), F(1, 2)])
    near = around(w.base, F(1, 4))
    assert can_be_first(w, "A", near).status == can_be_first(w, "B", near).status == "first"
    assert nearest_first(w, "A", near).distance == 0, "today both are level"
    found = attainable_ranks(w, "A", near)
    assert (found.best.rank, found.worst.rank, found.worst.settled) == (1, 2, True)
    short = flat({"A": (1, 0), "B": (F(9, 10), None)}, [F(1, 2), F(1, 2)])
    never = can_be_first(short, "A", near)
    assert (never.status, never.mix) == ("never", {"B": 1})
    nearest = nearest_first(short, "A")
    assert abs(nearest.distance - F(8, 10)) < F(1, 100) and nearest.bound <= F(8, 10) <= nearest.distance


gaps = st.integers(2, 5).flatmap(
    lambda n: st.lists(
        st.tuples(share, st.one_of(share, st.none()), st.one_of(share, st.none())), min_size=n, max_size=n
    )
)


@settings(max_examples=6)
@given(gaps)
def test_with_exemptions_no_weights_lead_beyond_a_bound_and_each_end_is_real(rows):
    base = [F(1, 2), F(3, 10), F(1, 5)]
    w = flat({str(i): row for i, row in enumerate(rows)}, base)
    near, draws = around(w.base, F(1, 4)), random.Random(5)
    some = [
        tuple(x / sum(each) for x in each)
        for each in ([F(b) * F(draws.randint(80, 120), 100) for b in w.base] for _ in range(60))
    ]
    some = [each for each in some if near.contains(each)]
    for i in range(len(rows)):
        found = attainable_ranks(w, str(i), near, 0.2)
        seen = {w.rank(str(i), each) for each in some}
        assert found.best.bound <= min(seen) and max(seen) <= found.worst.bound
        for end in (found.best, found.worst):
            assert w.rank(str(i), end.weights) == end.rank and near.contains(end.weights)
        first = can_be_first(w, str(i), near)
        assert (first.status == "never") <= (min(seen) > 1 and found.best.rank > 1)
        assert (first.status in ("first", "tied first")) <= (found.best.bound == 1)
        nearest = nearest_first(w, str(i), near)
        assert (nearest.status == "first") == (first.status in ("first", "tied first"))
        if nearest.weights:
            assert w.rank(str(i), nearest.weights) == 1 and nearest.bound <= nearest.distance


def test_weights_that_leave_a_unit_nothing_give_it_no_rank():
    """With all the weight on the second criterion A has no value; just short of that it is last of two."""
    w = flat({"A": (1, None), "B": (F(1, 2), F(1, 2))}, [F(1, 2), F(1, 2)], "points")
    ranks = attainable_ranks(w, "A")
    assert (ranks.status, ranks.best.rank, ranks.worst.bound) == ("reached", 1, 2)
    assert None not in w.values(ranks.worst.weights)
    hopeless = flat({"A": (0, None), "B": (0, 1)}, [F(1, 2), F(1, 2)], "points")
    assert can_be_first(hopeless, "A").status == "tied first"


def test_a_real_group_is_ranged_at_both_levels():
    problem = exact_problem(shipped("qd2051-2016"), "provincial_department")
    assert len(problem.units) == 63
    for level in ("leaves", "categories"):
        w = weighing(problem, level)
        near = around(w.base, F(1, 4))
        for place in (0, 20, 62):
            unit = w.units[place]
            found = attainable_ranks(w, unit, near)
            assert found.best.rank <= w.rank(unit, w.base) <= found.worst.rank
            assert found.best.settled and found.worst.settled
        assert can_be_first(w, w.units[0], near).status == "first"
        last = can_be_first(w, w.units[-1], near)
        assert last.status == "never" and sum(last.mix.values()) == 1
        whole = attainable_ranks(w, w.units[20], whole_simplex(len(w.base)))
        assert whole.best.bound <= whole.best.rank <= whole.worst.rank <= whole.worst.bound
