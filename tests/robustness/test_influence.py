"""What a weight really does: the golden example, laws, and a reason where there is no number."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.robustness.as_numbers import Branch, Problem
from ictindex.robustness.influence import (
    Measure,
    Power,
    correlation_ratio,
    cronbach,
    discriminating_power,
    effective_weights,
    influences,
    nominal_weights,
    pillars,
    r_squared,
    shapley_r_squared,
    variance_shares,
)
from tests.robustness.golden import SHARES as X
from tests.robustness.golden import WEIGHTS

W = np.array(WEIGHTS)
ALL = np.ones(X.shape, bool)
TREE = Branch(
    "root",
    (Branch("A", (Branch("A1"), Branch("A2")), (0.25, 0.75)), Branch("B", (Branch("B1"),), (1.0,))),
    (0.4, 0.6),
)


def many(n=40, m=4, seed=1):
    return np.random.default_rng(seed).random((n, m))


def test_the_variance_shares_of_the_golden_example():
    told = variance_shares(W * X, X @ W)
    assert told == pytest.approx([0.270948, 0.211453, 0.114657, 0.304374, 0.028894, 0.069674], abs=1e-6)
    assert told.sum() == pytest.approx(1)


def test_the_r_squared_of_the_golden_example():
    printed = [0.431301, 0.353703, 0.281168, 0.773025, 0.031784, 0.138956]
    assert r_squared(X, X @ W) == pytest.approx(printed, abs=5e-7)


@given(st.integers(0, 1000))
def test_variance_shares_sum_to_1_whatever_each_unit_s_weights(seed):
    rng = np.random.default_rng(seed)
    given = rng.dirichlet(np.ones(4), size=12) * rng.random((12, 4))
    assert variance_shares(given, given.sum(axis=1)).sum() == pytest.approx(1)


def test_r_squared_takes_only_the_units_to_whom_the_criterion_applies():
    applies = ALL.copy()
    applies[4, 0] = False
    told = r_squared(np.where(applies, X, 0.0), X @ W, applies)
    assert told[0] == pytest.approx(np.corrcoef(X[:4, 0], (X @ W)[:4])[0, 1] ** 2)
    assert told[1:] == pytest.approx(r_squared(X, X @ W)[1:])


def test_the_correlation_ratio_sees_a_curve_that_r_squared_does_not():
    x = np.linspace(-1, 1, 60)
    assert r_squared(x[:, None], x**2)[0] == pytest.approx(0, abs=1e-9)
    assert correlation_ratio(x, x**2) > 0.99


def test_the_correlation_ratio_of_a_line_is_r_squared_and_of_noise_small():
    x, noise = np.random.default_rng(3).random((2, 200))
    assert correlation_ratio(x, 3 * x + 1) == pytest.approx(1)
    assert correlation_ratio(x, noise) < 0.1


def test_the_correlation_ratio_of_a_few_steps_is_the_variance_between_them():
    x = np.repeat([0.0, 0.5, 1.0], 20)
    s = np.array([0.2, 0.9, 0.1])[(2 * x).astype(int)] + np.tile([-0.05, 0.05], 30)
    between = np.array([0.2, 0.9, 0.1]).var()
    assert correlation_ratio(x, s) == pytest.approx(between / (between + 0.0025), abs=0.01)


def test_with_few_units_the_linear_measures_carry_an_interval_and_the_other_is_not_given():
    told = influences(X, ALL, W, X @ W, W)
    assert told[3].nominal == 0.25
    assert told[3].variance_share.value == pytest.approx(0.304374, abs=1e-6)
    for measure in (told[3].variance_share, told[3].r_squared):
        assert measure.reason == "too_few_units"
        assert measure.low <= measure.value <= measure.high
    assert told[3].ratio == Measure(None, reason="too_few_units")


def test_with_enough_units_the_numbers_stand_bare():
    x = many()
    told = influences(x, np.ones(x.shape, bool), np.full(4, 0.25), x.mean(axis=1), np.full(4, 0.25))
    for each in told:
        assert all(m.low is m.high is None and not m.reason for m in (each.variance_share, each.r_squared))
        assert each.ratio.value is not None and not each.ratio.reason


def test_two_units_are_too_few_for_any_measure():
    told = influences(X[:2], ALL[:2], W, (X @ W)[:2], W)
    assert {m for each in told for m in (each.variance_share, each.r_squared, each.ratio)} == {
        Measure(None, reason="too_few_units")
    }


def test_a_constant_criterion_and_one_that_applies_to_nobody_have_a_reason_and_no_number():
    x, applies = many(), np.ones((40, 4), bool)
    x[:, 1], x[:, 2], applies[:, 2] = 0.5, 0.0, False
    told = influences(x, applies, np.full(4, 0.25), x @ np.full(4, 0.25), np.full(4, 0.25))
    assert told[1].r_squared == told[1].ratio == Measure(None, reason="constant")
    assert told[2].r_squared == told[2].ratio == Measure(None, reason="applies_to_nobody")
    assert told[1].variance_share.value == pytest.approx(0)


def test_equal_scores_have_no_variance_to_share():
    x = np.full((30, 2), 0.5)
    told = influences(x, np.ones(x.shape, bool), np.full(2, 0.5), np.full(30, 0.5), np.full(2, 0.5))
    assert told[0].variance_share == Measure(None, reason="constant")


def slow_r_squared(x, s):
    if not x.shape[1]:
        return 0.0
    a = np.column_stack([x, np.ones(len(x))])
    left = s - a @ np.linalg.lstsq(a, s, rcond=None)[0]
    return 1 - left @ left / ((s - s.mean()) ** 2).sum()


def test_shapley_shares_are_the_mean_gain_over_every_order_of_entry():
    x = many(m=4) + many(m=1, seed=5)
    s = x @ [0.1, 0.2, 0.3, 0.4] + 0.1 * many(m=1, seed=9)[:, 0]
    gains = np.zeros(4)
    for order in permutations(range(4)):
        for i, k in enumerate(order):
            gains[k] += (slow_r_squared(x[:, order[: i + 1]], s) - slow_r_squared(x[:, order[:i]], s)) / 24
    assert [m.value for m in shapley_r_squared(x, s)] == pytest.approx(gains)


def test_two_pillars_that_are_one_have_equal_shapley_shares():
    x = many(m=3)
    x[:, 1] = x[:, 0]
    told = [m.value for m in shapley_r_squared(x, x.sum(axis=1))]
    assert told[0] == pytest.approx(told[1]) and sum(told) == pytest.approx(1)


def test_twelve_pillars_are_exact():
    x = many(n=60, m=12)
    assert sum(m.value for m in shapley_r_squared(x, x.sum(axis=1))) == pytest.approx(1)


def test_shapley_shares_are_declined_for_few_units_and_a_constant_pillar():
    assert set(shapley_r_squared(X, X @ W)) == {Measure(None, reason="too_few_units")}
    x = many()
    x[:, 2] = 1
    told = shapley_r_squared(x, x.sum(axis=1))
    assert told[2] == Measure(None, reason="constant")
    assert sum(m.value for m in told if m.value is not None) == pytest.approx(1)
    assert set(shapley_r_squared(x, np.ones(40))) == {Measure(None, reason="constant")}


def test_a_criterion_everyone_passes_has_no_discriminating_power():
    x = np.array([[1.0, 0.0, 0.0, 0.5], [1.0, 0.0, 1.0, 0.5], [1.0, 0.0, 0.5, 0.0], [1.0, 0.0, 0.5, 0.0]])
    applies = np.ones(x.shape, bool)
    applies[:, 3] = False
    told = discriminating_power(x, applies)
    assert told[0] == Power(4, 0.0, 1.0, 0.0, 0.0)
    assert told[1] == Power(4, 1.0, 0.0, 0.0, None)
    assert (told[2].at_zero, told[2].at_full, told[2].sd) == (0.25, 0.25, pytest.approx(math.sqrt(0.125)))
    assert told[2].gini == pytest.approx(0.375)  # 0, ½, ½, 1: pairs differ by 6 in all, over 2·16·½
    assert told[3] == Power(0, None, None, None, None)


def test_cronbach_is_1_for_copies_and_0_for_items_that_know_nothing_of_each_other():
    item = many(m=1)
    assert cronbach(np.hstack([item, item, item])).value == pytest.approx(1)
    apart = np.array([[i, j] for i in range(5) for j in range(5)], float)
    assert cronbach(apart).value == pytest.approx(0, abs=1e-12)


def test_cronbach_of_a_worked_example():
    items = np.tile([[2, 3, 3], [4, 4, 5], [1, 2, 1], [5, 4, 5]], (5, 1)).astype(float)
    var_of_items = 2.5 + 0.6875 + 2.75  # population variances
    assert cronbach(items).value == pytest.approx(1.5 * (1 - var_of_items / items.sum(axis=1).var()))


def test_reliability_needs_two_items_and_units_that_differ():
    assert cronbach(np.ones((30, 1))) == Measure(None, reason="one_item")
    assert cronbach(X) == Measure(None, reason="too_few_units")
    assert cronbach(np.ones((30, 3))) == Measure(None, reason="constant")


def test_effective_weights_are_the_product_down_the_path_over_what_applies():
    x, applies = np.array([[1.0, 0.5, 0.2], [1.0, 0.0, 0.2]]), np.array([[True] * 3, [True, False, True]])
    p = Problem(("a", "b"), x, applies, TREE, "share", 1.0, None)
    assert nominal_weights(p) == pytest.approx([0.1, 0.3, 0.6])
    assert effective_weights(p)[0] == pytest.approx([0.1, 0.3, 0.6])
    assert effective_weights(p)[1] == pytest.approx([1 / 7, 0, 6 / 7])
    assert (effective_weights(p) * x).sum(axis=1) == pytest.approx(p.values({})[0])


def test_the_share_of_each_pillar_is_over_what_applies_in_it():
    x = np.array([[1.0, 0.5, 0.2], [1.0, 0.0, 0.2], [0.0, 0.0, 0.3]])
    applies = np.array([[True] * 3, [True, False, True], [False, False, True]])
    shares, there = pillars(Problem(("a", "b", "c"), x, applies, TREE, "points", 1000.0, 2))
    assert shares == pytest.approx(np.array([[0.625, 0.2], [1.0, 0.2], [0.0, 0.3]]))
    assert there.tolist() == [[True, True], [True, True], [False, True]]
