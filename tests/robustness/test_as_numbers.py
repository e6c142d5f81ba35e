"""A group's ranking as numbers says what the exact scores say, whatever is drawn."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.robustness.as_numbers import Branch, Problem, problem
from ictindex.scoring.outcomes import score
from tests.shipped import shipped

EDITIONS = ["egdi-2018", "qd2051-2016", "qd2245-2021", "qd2342-2017", "qd2392-2018", "qd375-2020"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_weights_in_force_give_the_exact_scores(edition):
    e = shipped(edition)
    for group, standings in e.standings.items():
        p = problem(e, group)
        ranked = [s for s in standings if s.rank is not None]
        assert p.units == tuple(s.entity.code for s in ranked)
        if not ranked:
            continue
        values = p.values(p.base)
        assert values.shape == (1, len(ranked))
        exact = np.array([float(s.value) for s in ranked])
        assert np.abs(values[0] - exact).max() <= 1e-12 * p.scale


def test_a_criterion_of_which_a_unit_is_exempt_is_left_out_of_its_share_and_gives_no_points():
    tree = Branch("", (Branch("a"), Branch("b")), (0.4, 0.6))
    shares, applies = np.array([[0.5, 0.0], [0.5, 1.0]]), np.array([[True, False], [True, True]])
    share = Problem(("X", "Y"), shares, applies, tree, "share", 1.0, 3)
    points = Problem(("X", "Y"), shares, applies, tree, "points", 100.0, 3)
    assert share.values(share.base)[0] == pytest.approx([0.5, 0.8])
    assert points.values(points.base)[0] == pytest.approx([20, 80])
    assert len(share.patterns) == 2 and len(points.patterns) == 1


def test_a_unit_to_which_nothing_applies_has_nothing():
    tree = Branch("", (Branch("a"), Branch("b")), (0.4, 0.6))
    p = Problem(("X",), np.zeros((1, 2)), np.zeros((1, 2), bool), tree, "share", 1.0, 3)
    assert p.values(p.base).tolist() == [[0.0]]


def test_a_mean_counts_a_child_whole_by_its_share_and_a_sum_by_its_points():
    inner = (Branch("a.x"), Branch("a.y"))
    for kind, expected in (("sum", 0.75 / 0.75), ("mean", 1.0)):
        tree = Branch("", (Branch("a", inner, (0.5, 0.5), "sum"), Branch("b")), (0.5, 0.5), kind)
        p = Problem(
            ("X",), np.array([[1.0, 0, 1.0]]), np.array([[True, False, True]]), tree, "share", 1.0, None
        )
        assert p.values(p.base)[0, 0] == pytest.approx(expected)
    # half of a stands: under a sum it weighs half of what it did, under a mean as much as before
    low = np.array([[0.0, 0, 1.0]])
    for kind, expected in (("sum", 2 / 3), ("mean", 1 / 2)):
        tree = Branch("", (Branch("a", inner, (0.5, 0.5), "sum"), Branch("b")), (0.5, 0.5), kind)
        p = Problem(("X",), low, np.array([[True, False, True]]), tree, "share", 1.0, None)
        assert p.values(p.base)[0, 0] == pytest.approx(expected)


def test_nodes_left_out_of_a_draw_keep_their_weights():
    tree = Branch(
        "", (Branch("a", (Branch("a.x"), Branch("a.y")), (0.25, 0.75)), Branch("b", (), ())), (0.5, 0.5)
    )
    p = Problem(("X",), np.array([[1.0, 0.0, 0.0]]), np.ones((1, 3), bool), tree, "points", 100.0, 3)
    drawn = {"": np.array([[0.5, 0.5], [0.8, 0.2]])}
    assert p.values(drawn)[:, 0] == pytest.approx([12.5, 20])
    assert p.weights(drawn, np.ones(3, bool)).tolist() == [[12.5, 37.5, 50.0], [20.0, pytest.approx(60), 20]]


def slow(branch, weights, cells):
    """(points, available) of a node for one unit, in rationals; cells are (share, applies), in order."""
    if not branch.children:
        share, applies = next(cells)
        return (share, Fraction(1)) if applies else (Fraction(0), Fraction(0))
    got = [slow(child, weights, cells) for child in branch.children]
    if branch.aggregate == "mean":
        got = [(p / a, Fraction(1)) if a else (Fraction(0), Fraction(0)) for p, a in got]
    points = sum(w * p for w, (p, _) in zip(weights[branch.id], got, strict=True))
    available = sum(w * a for w, (_, a) in zip(weights[branch.id], got, strict=True))
    if branch.aggregate == "mean":
        return (points / available, Fraction(1)) if available else (Fraction(0), Fraction(0))
    return points, available


@st.composite
def problems(draw):
    kinds = st.sampled_from(["sum", "mean"])
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    weights, children = {}, []

    def among(name, n):
        parts = draw(st.lists(st.integers(1, 9), min_size=n, max_size=n))
        weights[name] = [Fraction(each, sum(parts)) for each in parts]
        return tuple(map(float, weights[name]))

    for i, size in enumerate(sizes):
        below = tuple(Branch(f"c{i}.{j}") for j in range(size))
        name = f"c{i}"
        children.append(Branch(name, below, among(name, size), draw(kinds)) if size else Branch(name))
    tree = Branch("", tuple(children), among("", len(sizes)), draw(kinds))
    m, n = sum(max(size, 1) for size in sizes), draw(st.integers(1, 4))
    cell = st.tuples(st.integers(0, 10), st.booleans())
    cells = draw(st.lists(st.lists(cell, min_size=m, max_size=m), min_size=n, max_size=n))
    cells = [[(Fraction(s, 10) if a else Fraction(0), a) for s, a in row] for row in cells]
    return tree, weights, cells, draw(st.sampled_from(["share", "points"]))


@given(problems())
def test_values_are_those_of_a_slow_way_unit_by_unit_in_rationals(made):
    tree, weights, cells, policy = made
    shares = np.array([[float(s) for s, _ in row] for row in cells])
    applies = np.array([[a for _, a in row] for row in cells])
    p = Problem(tuple(map(str, range(len(cells)))), shares, applies, tree, policy, 1.0, 3)
    expected = []
    for row in cells:
        points, available = slow(tree, weights, iter(row))
        expected.append(float(points / available if policy == "share" and available else points))
    assert p.values(p.base)[0] == pytest.approx(expected, abs=1e-12)
    drawn = {name: np.tile([float(w) for w in ws], (5, 1)) for name, ws in weights.items()}
    assert np.array_equal(p.values(drawn), np.tile(p.values(drawn)[0], (5, 1)))
    assert p.values(drawn)[0] == pytest.approx(expected, abs=1e-12)


def test_draws_through_a_node_of_unequal_weights_give_the_values_worked_by_hand(
    small, methodology_of, inputs_with
):
    """P: a = .7 × 4/10 + .3 × 1 = .58; Q says nothing of y, so that x is all of a: .2."""
    inner = {
        "x": {"max_points": 10, "weight": 70, "rule": {"value": "x"}},
        "y": {"max_points": 10, "weight": 30, "rule": {"value": "y"}},
    }
    criteria = {
        "a": {"max_points": 60, "aggregate": "weights", "criteria": inner},
        "b": {"max_points": 40, "rule": {"value": "b"}},
    }
    methodology = methodology_of(criteria, aggregate="sum", max_points=100)
    inputs = inputs_with({"P": {"x": 4, "y": 10, "b": 20}, "Q": {"x": 2, "y": "withheld", "b": 40}})
    e = replace(small, methodology=methodology, inputs=inputs, scores=score(methodology, inputs, {}, 2018))
    p = problem(e, "all")
    assert p.units == ("P", "Q") and p.tree.children[0].weights == (0.7, 0.3)
    assert p.values(p.base)[0] == pytest.approx([0.6 * 0.58 + 0.4 * 0.5, 0.6 * 0.2 + 0.4])
    drawn = {"a": np.array([[0.7, 0.3], [0.25, 0.75]]), "": np.array([[0.6, 0.4], [0.5, 0.5]])}
    drawn = {"total": drawn[""], "a": drawn["a"]}
    assert p.values(drawn) == pytest.approx(np.array([[0.548, 0.52], [0.675, 0.6]]))
