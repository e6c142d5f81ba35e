"""Exact values for any weights: equal to the official ones at the base, and to the floats everywhere."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.robustness.as_numbers import Branch, Problem
from ictindex.robustness.exact_problem import ExactBranch, exact_problem, exact_problem_of, weighing
from tests.shipped import shipped

EDITIONS = ["egdi-2018", "qd2051-2016", "qd2245-2021", "qd2342-2017", "qd2392-2018", "qd375-2020"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_exact_values_in_force_are_the_official_ones(edition):
    e = shipped(edition)
    for group in e.methodology.groups:
        problem = exact_problem(e, group)
        official = tuple(s.value for s in e.standings[group] if s.rank is not None)
        assert tuple(map(problem.value, problem.shares)) == official
        for level in ("leaves", "categories"):
            w = weighing(problem, level)
            assert sum(w.base) == 1
            assert w.values(w.base) == official  # the vector of weights says the same as the tree


@pytest.mark.parametrize(
    "edition, group, leaves, categories",
    [
        ("qd2342-2017", "ministry", False, False),  # shares of what applies: a quotient of two forms
        ("qd2342-2017", "agency", True, True),  # the same is left out for all of them
        ("qd2051-2016", "provincial_department", True, True),  # points: what does not apply adds nothing
        ("qd375-2020", "unit", False, False),  # a mean hands its weight on
    ],
)
def test_it_says_where_a_comparison_is_linear_in_the_weights(edition, group, leaves, categories):
    problem = exact_problem(shipped(edition), group)
    assert weighing(problem, "leaves").linear is leaves
    assert weighing(problem, "categories").linear is categories


def branch(id, children, weights, aggregate="sum"):
    return ExactBranch(id, tuple(children), tuple(map(F, weights)), aggregate)


def two_levels(aggregate):
    left = branch("x", [ExactBranch("x.1"), ExactBranch("x.2")], ["1/4", "3/4"])
    return branch("total", [left, ExactBranch("y"), ExactBranch("z")], ["1/2", "3/10", "1/5"], aggregate)


def test_a_sum_adds_what_is_available_and_a_mean_hands_its_weight_on():
    shares = ({"x.1": F(1), "y": F(1, 2)},)
    given_ = {"units": ("A",), "shares": shares, "scale": F(1), "points": F(1)}
    whole = two_levels("sum")
    full = {"x.1": F(0), "x.2": F(0), "y": F(0), "z": F(0)}
    everyone = {**given_, "units": ("A", "B"), "shares": (*shares, full)}

    def value(tree, policy):
        problem = exact_problem_of(tree=tree, policy=policy, **everyone)
        return problem.value(problem.shares[0])

    assert value(whole, "points") == F(1, 8) + F(3, 20)
    assert value(whole, "share") == (F(1, 8) + F(3, 20)) / (F(1, 8) + F(3, 10))
    assert value(two_levels("mean"), "points") == (F(1, 2) + F(3, 20)) / (F(1, 2) + F(3, 10))


@pytest.mark.parametrize("policy", ["share", "points"])
@pytest.mark.parametrize("aggregate", ["sum", "mean"])
def test_what_applies_to_nobody_is_left_out_and_moves_no_value(policy, aggregate):
    tree, shares = two_levels(aggregate), ({"x.1": F(1), "y": F(1, 2)}, {"x.1": F(0), "y": F(1, 3)})
    problem = exact_problem_of(("A", "B"), shares, tree, policy=policy, scale=F(10), points=F(10))
    assert problem.criteria == ("x.1", "y")
    assert problem.points == (F(17, 4) if aggregate == "sum" else 10)
    expected = floats(tree, shares, policy).values({})[0]
    assert np.allclose([float(problem.value(each)) for each in problem.shares], expected)


def test_one_to_whom_nothing_that_weighs_applies_has_no_value():
    tree = branch("total", [ExactBranch("x"), ExactBranch("y")], ["1/2", "1/2"])
    shares = ({"x": F(1)}, {"x": F(1), "y": F(1)})
    problem = exact_problem_of(("A", "B"), shares, tree, policy="share", scale=F(1), points=F(1))
    assert weighing(problem).values((F(0), F(1))) == (None, F(1))
    assert weighing(problem).rank("B", (F(0), F(1))) == 1


def test_a_value_compared_is_rounded_as_the_rule_says():
    tree = branch("total", [ExactBranch("x")], [1])
    rules = {"policy": "share", "scale": F(1), "points": F(1), "decimals": 2}
    problem = exact_problem_of(("A",), ({"x": F(1, 8)},), tree, **rules)
    assert problem.compared(F(1, 8)) == F(13, 100)


def test_a_tie_is_first_and_last_of_those_tied():
    tree = branch("total", [ExactBranch("x")], [1])
    shares = [{"x": F(s)} for s in ("1/2", "1/2", "1/4")]
    w = weighing(exact_problem_of("ABC", shares, tree, policy="share", scale=F(1), points=F(1)))
    assert [w.rank("A", w.base), w.rank("A", w.base, last=True), w.rank("C", w.base)] == [1, 2, 3]


# --- against the floats of Problem, which scores draws ------------------------------------------------------


def floats(tree, shares, policy):
    """The same problem as numpy has it, built here from the same shares."""

    def plain(b):
        return Branch(b.id, tuple(map(plain, b.children)), tuple(map(float, b.weights)), b.aggregate)

    leaves = list(tree.leaves())
    return Problem(
        tuple(map(str, range(len(shares)))),
        np.array([[float(s.get(leaf, 0)) for leaf in leaves] for s in shares]),
        np.array([[leaf in s for leaf in leaves] for s in shares]),
        plain(tree), policy, 10.0, None,
    )  # fmt: skip


part = st.fractions(F(1, 20), 1, max_denominator=20)
gappy = st.fixed_dictionaries({"y": part}, optional={"x.1": part, "x.2": part, "z": part})


@settings(max_examples=60)
@given(st.lists(gappy, min_size=1, max_size=4), st.tuples(part, part, part), st.sampled_from(["sum", "mean"]),
       st.sampled_from(["share", "points"]))  # fmt: skip
def test_for_any_weights_it_agrees_with_the_floats(shares, weights, aggregate, policy):
    tree = two_levels(aggregate)
    full = dict.fromkeys(tree.leaves(), F(1, 2))
    shares = [*shares, full]
    problem = exact_problem_of(
        tuple(map(str, range(len(shares)))), shares, tree, policy=policy, scale=F(10), points=F(10)
    )
    normal = [w / sum(weights) for w in weights]
    expected = floats(tree, shares, policy).values({"total": np.array([normal], dtype=float)})[0]
    w = weighing(problem, "categories")
    assert np.allclose([float(v) for v in w.values(normal)], expected)
    assert w.values(weights) == w.values(normal)  # only proportions count
    for earned, there, value in zip(w.earned, w.available, w.values(normal), strict=True):
        got = sum(e * x for e, x in zip(earned, normal, strict=True))
        assert 10 * got == value * sum(t * x for t, x in zip(there, normal, strict=True))


@settings(max_examples=60)
@given(st.lists(gappy, min_size=1, max_size=3), st.lists(part, min_size=4, max_size=4),
       st.sampled_from(["share", "points"]))  # fmt: skip
def test_weights_of_leaves_are_what_the_tree_makes_of_them(shares, weights, policy):
    tree = two_levels("sum")
    shares = [*shares, dict.fromkeys(tree.leaves(), F(1, 2))]
    rules = {"policy": policy, "scale": F(10), "points": F(10)}
    w = weighing(exact_problem_of(tuple(map(str, range(len(shares)))), shares, tree, **rules))
    assert list(w.base) == [F(1, 8), F(3, 8), F(3, 10), F(1, 5)]
    total = sum(weights)
    for unit, value in zip(shares, w.values(weights), strict=True):
        got = sum(unit.get(leaf, 0) * x for leaf, x in zip(w.criteria, weights, strict=True))
        there = sum(x for leaf, x in zip(w.criteria, weights, strict=True) if leaf in unit)
        assert value == 10 * got / (there if policy == "share" else total)


@given(st.data(), st.sampled_from(["share", "points"]), st.sampled_from(["sum", "mean"]), st.booleans())
def test_values_from_the_rows_are_those_of_the_tree(data, policy, kind, at_top):
    """Wherever there are rows: nothing that weighs and applies is no value, not a value of nothing."""
    share = st.one_of(st.none(), st.fractions(0, 1, max_denominator=6))
    parts = [ExactBranch(c, (ExactBranch(f"{c}1"), ExactBranch(f"{c}2")), (F(1, 3), F(2, 3))) for c in "xy"]
    tree = ExactBranch("t", tuple(parts), (F(1, 4), F(3, 4)), kind)
    shares = [{leaf: s for leaf in tree.leaves() if (s := data.draw(share)) is not None} for _ in "AB"]
    shares.append(dict.fromkeys(tree.leaves(), F(1)))
    problem = exact_problem_of("ABC", shares, tree, policy=policy, scale=F(7), points=F(7))
    w = weighing(problem, "categories" if at_top else "leaves")
    drawn = [data.draw(st.integers(0, 3)) for _ in w.criteria]
    if sum(drawn):
        weights = tuple(F(each, sum(drawn)) for each in drawn)
        assert w.quick_values(weights) == w.values(weights)
