"""Weights for a stated influence: the golden example, the law that they give it, and where there are none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.robustness.aiming import aim, influence_shares
from ictindex.robustness.as_numbers import Branch, Problem
from ictindex.robustness.influence import variance_shares
from tests.robustness.golden import SHARES, WEIGHTS

W = np.array(WEIGHTS)


def of(shares, weights, applies=None, aggregate="sum", policy="share"):
    shares = np.array(shares, float)
    n, m = shares.shape
    applies = np.ones((n, m), bool) if applies is None else np.array(applies)
    leaves = tuple(Branch(f"c{k}") for k in range(m))
    tree = Branch("total", leaves, tuple(map(float, weights)), aggregate)
    units = tuple(f"u{i}" for i in range(n))
    return Problem(units, np.where(applies, shares, 0.0), applies, tree, policy, 1.0, None)


def test_the_influence_in_force_is_that_of_the_golden_example():
    golden = of(SHARES, W)
    now = influence_shares(golden, W[None])[0]
    assert now == pytest.approx([0.270948, 0.211453, 0.114657, 0.304374, 0.028894, 0.069674], abs=5e-7)
    squared = np.array([0.431301, 0.353703, 0.281168, 0.773025, 0.031784, 0.138956])
    linear = influence_shares(golden, W[None], "correlation")[0]
    assert linear == pytest.approx(squared / squared.sum(), abs=5e-7)


def test_an_influence_of_rows_is_that_of_each_row():
    golden = of(SHARES, W)
    rows = np.array([W, W[::-1], np.full(6, 1 / 6)])
    for row, told in zip(rows, influence_shares(golden, rows), strict=True):
        assert told == pytest.approx(variance_shares(SHARES * row, SHARES @ row))


def test_two_categories_that_do_not_move_together_weigh_as_one_over_their_spread():
    # x of spread 2, y of spread 1, uncorrelated: w² var is 4 w_x² : w_y², so that 1 : 1 wants w_y = 2 w_x
    told = aim(of([[0, 0], [0.4, 0], [0, 0.2], [0.4, 0.2]], [0.5, 0.5]), [1, 1])
    assert told.status == "found" and told.unique
    assert told.weights == pytest.approx([1 / 3, 2 / 3])
    assert told.now == pytest.approx([0.8, 0.2]) and told.then == pytest.approx([0.5, 0.5])
    third = aim(of([[0, 0], [0.4, 0], [0, 0.2], [0.4, 0.2]], [0.5, 0.5]), [1, 9])
    assert third.weights == pytest.approx([1 / 7, 6 / 7]), "4 w_x² : w_y² = 1 : 9"


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=6, max_size=12),
    st.lists(st.integers(1, 9), min_size=3, max_size=3),
)
def test_a_stated_influence_is_reproduced_wherever_there_is_but_one_set_of_weights(rows, stated):
    x = np.array(rows) / 20
    told = aim(of(x, [0.5, 0.3, 0.2]), stated)
    if np.linalg.matrix_rank(x - x.mean(axis=0), tol=1e-6) == 3:
        assert told.status == "found"
    if told.status == "found":
        w = np.array(told.weights)
        wanted = np.array(stated) / sum(stated)
        assert w.sum() == pytest.approx(1) and (w > 0).all()
        assert variance_shares(x * w, x @ w) == pytest.approx(wanted, abs=2e-6)


def test_a_category_in_which_all_are_alike_never_has_any():
    told = aim(of([[0.1, 0.5], [0.7, 0.5], [0.3, 0.5]], [0.5, 0.5]), [1, 1])
    assert (told.status, told.blocked, told.weights) == ("never", (1,), ())
    alone = aim(of([[0.1, 0.5], [0.7, 0.5], [0.3, 0.5]], [0.5, 0.5]), [1, 0])
    assert alone.status == "found" and alone.weights == pytest.approx([1, 0])


def test_what_cannot_be_met_is_said_not_to_be_found():
    # the squared correlations of two opposite categories are always alike
    told = aim(of([[0.1, 0.9], [0.5, 0.5], [0.8, 0.2]], [0.7, 0.3]), [3, 1], "correlation")
    assert told.status == "not found" and not told.unique
    assert told.then == pytest.approx([0.5, 0.5])


def test_what_does_not_apply_is_left_out_as_the_ranking_does():
    x = [[0.2, 0.9], [0.9, 0.3], [0.4, 0.0], [0.7, 0.6], [0.1, 0.2]]
    applies = [[True, True], [True, True], [True, False], [True, True], [True, True]]
    gaps = of(x, [0.6, 0.4], applies)
    told = aim(gaps, [1, 1])
    assert told.status == "found" and not told.unique
    w = np.array(told.weights)
    given_ = np.where(applies, np.array(x) * w, 0) / np.where(applies, w, 0).sum(axis=1, keepdims=True)
    assert variance_shares(given_, given_.sum(axis=1)) == pytest.approx([0.5, 0.5], abs=2e-6)


@pytest.mark.parametrize("stated", [[1, -1], [0, 0], [1], [float("nan"), 1]])
def test_numbers_that_state_nothing_are_refused(stated):
    with pytest.raises(ValueError, match="0 or more"):
        aim(of([[0.1, 0.5], [0.7, 0.2]], [0.5, 0.5]), stated)
    with pytest.raises(ValueError, match="the measures are"):
        influence_shares(of([[0.1, 0.5], [0.7, 0.2]], [0.5, 0.5]), W[None, :2], "shapley")
