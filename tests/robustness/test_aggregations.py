"""Aggregations: the golden example to its printed digits, what does not apply, zeros and bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.robustness.aggregations import (
    benefit_of_the_doubt,
    copeland,
    geometric,
    harmonic,
)
from tests.robustness.golden import SHARES as X
from tests.robustness.golden import WEIGHTS

W, ALL = np.array(WEIGHTS), np.ones(X.shape, bool)
MEANS = [geometric, harmonic]


def doubt(x, lower=0.0, upper=1.0, applies=None):
    """Under the same bounds for all."""
    applies = np.ones(x.shape, bool) if applies is None else applies
    return benefit_of_the_doubt(x, *(np.broadcast_to(each, x.shape) for each in (lower, upper)), applies)


SHARES = st.lists(
    st.lists(st.sampled_from([0.1, 0.3, 0.5, 0.8, 1.0]), min_size=3, max_size=3), min_size=2, max_size=5
)


@pytest.mark.parametrize(
    "mean, printed",
    [
        (geometric, [0.697238, 0.728283, 0.718243, 0.638772, 0.493298]),
        (harmonic, [0.684504, 0.721162, 0.709666, 0.617202, 0.487102]),
    ],
)
def test_the_means_of_the_golden_example(mean, printed):
    assert mean(X, W, ALL) == pytest.approx(printed, abs=5e-7)


def test_copeland_of_the_golden_example():
    told = copeland(X, W, ALL)
    assert told.tolist() == [2, 2, 0, 0, -4]


def test_the_benefit_of_the_doubt_of_the_golden_example_free_and_bounded():
    assert doubt(X) == pytest.approx([1, 1, 1, 1, 0.780488], abs=5e-7)
    bounded = doubt(X, 0.05, 0.40)
    assert bounded == pytest.approx([1, 1, 1, 1, 0.737589], abs=5e-7)


@given(SHARES)
def test_harmonic_is_never_above_geometric_nor_that_above_arithmetic(rows):
    x, w = np.array(rows), np.array([0.5, 0.3, 0.2])
    low, middle = (mean(x, w, x > 0) for mean in (harmonic, geometric))
    assert (low <= middle + 1e-12).all() and (middle <= x @ w + 1e-12).all()


@pytest.mark.parametrize("mean", MEANS)
def test_draws_of_weights_give_what_single_weights_give(mean):
    draws = np.random.default_rng(1).dirichlet(np.ones(6), size=4)
    assert mean(X, draws, ALL) == pytest.approx(np.array([mean(X, w, ALL) for w in draws]))


@pytest.mark.parametrize("mean", MEANS)
def test_what_does_not_apply_is_left_out_and_the_rest_weighs_more(mean):
    applies = np.ones(X.shape, bool)
    applies[0, 2] = False
    told = mean(np.where(applies, X, 0.0), W, applies)
    rest = np.delete(W, 2)
    assert told[0] == pytest.approx(mean(np.delete(X[:1], 2, axis=1), rest / rest.sum(), ALL[:1, 1:])[0])
    assert told[1:] == pytest.approx(mean(X, W, ALL)[1:])


@pytest.mark.parametrize("mean", MEANS)
def test_a_unit_to_whom_nothing_applies_has_no_value(mean):
    applies = np.ones(X.shape, bool)
    applies[3] = False
    assert np.flatnonzero(np.isnan(mean(X, W, applies))).tolist() == [3]


@pytest.mark.parametrize("mean", [geometric, harmonic])
def test_a_zero_makes_the_value_zero(mean):
    x = X.copy()
    x[1, 4] = 0
    told = mean(x, W, ALL)
    assert told[1] == 0
    without = W * (np.arange(6) != 4)
    assert mean(x, without, ALL)[1] > 0  # a zero without a weight decides nothing


@given(SHARES)
def test_copeland_is_the_count_of_duels_a_loop_makes(rows):
    x, w = np.array(rows), (3, 5, 2)
    slow = []
    for a in rows:
        duels = 0
        for b in rows:
            ahead = sum(wk for wk, i, j in zip(w, a, b, strict=True) if i > j)
            behind = sum(wk for wk, i, j in zip(w, a, b, strict=True) if i < j)
            duels += (ahead > behind) - (ahead < behind)
        slow.append(duels)
    assert copeland(x, np.array(w) / 10, x > 0).tolist() == slow


def test_copeland_of_draws_is_copeland_of_each():
    draws = np.random.default_rng(2).dirichlet(np.ones(6), size=6)
    assert copeland(X, draws, ALL).tolist() == [copeland(X, w, ALL).tolist() for w in draws]


def test_copeland_does_not_take_a_third_that_is_summed_otherwise_for_a_win():
    x = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    w = np.array([0.1, 0.2, 0.3])  # .1 + .2 is not .3 in floats
    assert copeland(x, w, ALL[:2, :3]).tolist() == [0, 0]


def test_copeland_compares_a_pair_over_what_applies_to_both():
    x = np.array([[1.0, 0.0, 0.9], [0.5, 0.0, 1.0]])
    applies = np.array([[True, True, False], [True, False, True]])
    assert copeland(x, np.array([0.1, 0.5, 0.4]), applies).tolist() == [1, -1]


def test_a_pair_with_nothing_in_common_counts_for_neither():
    applies = np.array([[True, False], [False, True], [True, True]])
    told = copeland(np.array([[0.9, 0], [0, 0.1], [0.5, 0.5]]), np.array([0.5, 0.5]), applies)
    assert told.tolist() == [1, -1, 0]


def test_another_unit_does_not_change_what_the_means_give_two():
    w = np.array([0.6, 0.4])
    two, third = np.array([[0.9, 0.1], [0.8, 0.9]]), [[0.1, 0.5]]
    more = np.vstack([two, third])
    for mean in MEANS:
        assert mean(more, w, more > 0)[:2] == pytest.approx(mean(two, w, two > 0))


@settings(max_examples=25)
@given(SHARES)
def test_the_benefit_of_the_doubt_is_at_least_the_value_of_any_one_weighting(rows):
    x, w = np.array(rows), np.array([0.5, 0.3, 0.2])
    common = x @ w
    assert (doubt(x) >= common / common.max() - 1e-9).all()


def test_equal_bounds_leave_nothing_to_choose_the_worst_rival_decides():
    """With q = w the value is 1/max_j Σ w x_j/x_a."""
    wanted = [1 / max((W * other / mine).sum() for other in X) for mine in X]
    assert doubt(X, W, W) == pytest.approx(wanted)


def test_a_zero_that_the_bounds_need_makes_the_value_zero_as_its_limit_does():
    x = X.copy()
    x[0, 0] = 0
    told = doubt(x, 0.05, 0.4)
    assert told[0] == 0
    x[0, 0] = 1e-6
    assert 0 < doubt(x, 0.05, 0.4)[0] < 1e-4
    x[0, 0] = 0
    assert doubt(x, 0.0, 0.4)[0] > 0.5  # bounds that do not need it


def test_what_does_not_apply_is_left_out_of_the_doubt_of_that_unit():
    applies = np.ones(X.shape, bool)
    applies[4, 0] = False
    told = doubt(np.where(applies, X, 0.0), 0.05, 0.4, applies)
    assert told[4] > 0.737589  # its worst criterion


def test_a_criterion_on_which_everybody_has_zero_is_left_out_of_the_doubt():
    x = np.column_stack([X, np.zeros(5)])
    assert doubt(x, 0.05, 0.4) == pytest.approx([1, 1, 1, 1, 0.737589], abs=5e-7)


def test_a_unit_with_nothing_but_zeros_has_no_doubt_and_one_without_criteria_no_value():
    x = np.vstack([X, np.zeros((2, 6))])
    applies = np.ones(x.shape, bool)
    applies[6] = False
    told = doubt(x, applies=applies)
    assert told[5] == 0
    assert np.isnan(told[6])
