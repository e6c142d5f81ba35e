"""Sobol' indices: known answers (Ishigami, G-function, a sum), honest intervals, and what is not defined."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.robustness import sobol
from ictindex.robustness.sobol import discrete, evaluate, indices


def ishigami(u):
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def g_function(u):
    """Sobol' 1993 with a = 0, 1, 4.5, 9."""
    a = np.array([0, 1, 4.5, 9])
    return ((np.abs(4 * u - 2) + a) / (1 + a)).prod(axis=1)


def linear(u):
    return u @ [1.0, 2.0, 3.0]


def test_ishigami_with_the_values_of_the_literature():
    told = indices(evaluate(ishigami, "abc", rows=2**14, seed=7), replicates=200)
    assert told.first == pytest.approx([0.3139, 0.4424, 0], abs=0.01)
    assert told.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


def test_the_g_function_with_its_closed_form():
    partial = 1 / (3 * (1 + np.array([0, 1, 4.5, 9])) ** 2)
    variance = (1 + partial).prod() - 1
    told = indices(evaluate(g_function, "abcd", rows=2**13, seed=3), replicates=50)
    assert told.first == pytest.approx(partial / variance, abs=0.01)
    assert told.total == pytest.approx(
        [v * np.delete(1 + partial, j).prod() / variance for j, v in enumerate(partial)], abs=0.01
    )


def test_a_sum_has_no_interactions():
    told = indices(evaluate(linear, "abc", rows=2**12, seed=5), replicates=50)
    assert told.first == pytest.approx([1 / 14, 4 / 14, 9 / 14], abs=0.01)
    assert told.total == pytest.approx(told.first, abs=0.02)


def test_intervals_hold_the_truth_and_the_estimate():
    told = indices(evaluate(ishigami, "abc", rows=2**10, seed=11), replicates=400)
    for estimate, interval, truth in (
        (told.first, told.first_interval, [0.3139, 0.4424, 0]),
        (told.total, told.total_interval, [0.5576, 0.4424, 0.2437]),
    ):
        assert (interval[:, 0] <= estimate).all() and (estimate <= interval[:, 1]).all()
        assert (interval[:, 0] <= truth).all() and (truth <= interval[:, 1]).all()


def test_the_bootstrap_draws_the_variance_with_the_numerator():
    """An output with a long tail moves both: held fixed, the variance leaves the interval twice as wide."""
    told = indices(evaluate(lambda u: np.exp(9 * u[:, 0]), ["only"], rows=512, seed=2), replicates=300)
    width = np.ptp(told.total_interval)
    samples = evaluate(lambda u: np.exp(9 * u[:, 0]), ["only"], rows=512, seed=2)
    step = ((samples.mixed[0] - samples.a)[:, 0]) ** 2 / 2
    drawn = np.random.default_rng(0).integers(512, size=(300, 512))
    variance = np.concatenate([samples.a, samples.b]).var()
    held_fixed = np.quantile(step[drawn].mean(axis=1) / variance, [0.025, 0.975])
    assert width < 0.7 * np.ptp(held_fixed)


def test_a_factor_that_changes_nothing_is_said_to():
    told = indices(evaluate(lambda u: u[:, 0], ["works", "idle"], rows=64), replicates=20)
    assert told.idle == (False, True)
    assert told.total[1] == told.first[1] == 0


def test_an_output_that_never_changes_has_no_indices():
    told = indices(evaluate(lambda u: np.full(len(u), 0.1), "ab", rows=64))
    assert told.constant and told.idle == (True, True)
    assert told.first is told.total is told.first_interval is None
    assert told.mean == pytest.approx(0.1)


def test_negative_estimates_are_not_clipped():
    estimates = [
        indices(evaluate(ishigami, "abc", rows=64, seed=s), replicates=10).first[2] for s in range(8)
    ]
    assert min(estimates) < 0


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    one, same, other = (
        indices(evaluate(ishigami, "abc", rows=128, seed=s), replicates=50) for s in (1, 1, 2)
    )
    assert (one.first == same.first).all() and (one.total_interval == same.total_interval).all()
    assert (one.first != other.first).all()


def test_how_many_points_are_evaluated_together_changes_no_number(monkeypatch):
    whole = evaluate(ishigami, "abc", rows=64)
    monkeypatch.setattr(sobol, "_TOGETHER", 24)
    some = evaluate(ishigami, "abc", rows=64)
    assert (some.a == whole.a).all() and (some.mixed == whole.mixed).all()


def test_each_output_of_a_model_has_its_own_indices():
    samples = evaluate(lambda u: np.column_stack([u[:, 0], ishigami(u)]), "abc", rows=256, seed=4)
    alone = indices(evaluate(ishigami, "abc", rows=256, seed=4), replicates=20)
    assert indices(samples, output=0, replicates=20).idle == (False, True, True)
    assert indices(samples, output=1, replicates=20).first == pytest.approx(alone.first)


def test_the_mixed_matrices_take_one_column_from_b():
    samples = evaluate(lambda u: u, "ab", rows=8)
    assert (samples.mixed[0] == np.column_stack([samples.b[:, 0], samples.a[:, 1]])).all()
    assert (samples.mixed[1] == np.column_stack([samples.a[:, 0], samples.b[:, 1]])).all()


@pytest.mark.parametrize("rows", [0, 1, 100, 1000])
def test_rows_that_are_no_power_of_two_are_refused(rows):
    with pytest.raises(ValueError, match="power of two"):
        evaluate(linear, "abc", rows=rows)


def test_an_output_that_is_no_number_is_refused():
    with pytest.raises(ArithmeticError, match="no number"):
        evaluate(lambda u: np.full(len(u), np.nan), "a", rows=8)


@given(st.integers(1, 9))
def test_each_level_of_a_discrete_factor_takes_the_same_part_of_0_to_1(levels):
    u = (np.arange(levels * 10) + 0.5) / (levels * 10)
    assert discrete(u, levels).tolist() == [level for level in range(levels) for _ in range(10)]
    assert discrete(np.array([0.0, 1.0]), levels).tolist() == [0, levels - 1]


def test_a_sample_that_misses_the_ends_does_not_move_the_bins():
    assert discrete(np.array([0.3, 0.4, 0.45]), 2).tolist() == [0, 0, 0]
