"""Sobol' points: those of the literature, even whatever the seed, and another set for each seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.robustness.points import MOST, sobol_points


def test_the_plain_points_are_those_of_scipy():
    from scipy.stats import qmc

    for dimensions in (1, 2, MOST):
        plain = qmc.Sobol(dimensions, scramble=False).random(256)
        assert (sobol_points(256, dimensions) == plain).all()


@given(seed=st.integers(0, 2**32), dimensions=st.integers(1, MOST))
def test_scrambled_points_put_one_into_each_interval_of_every_dimension(seed, dimensions):
    points = sobol_points(64, dimensions, np.random.default_rng(seed))
    assert (np.sort(np.floor(points * 64), axis=0) == np.arange(64)[:, None]).all()


def test_scrambled_points_are_even_in_two_dimensions_at_once():
    points = sobol_points(64, 2, np.random.default_rng(7))
    for wide, tall in ((64, 1), (32, 2), (8, 8), (1, 64)):
        cells = np.floor(points * (wide, tall)).astype(int)
        assert len(np.unique(cells, axis=0)) == wide * tall


def test_another_seed_gives_other_points_and_the_same_seed_the_same():
    one, again, other = (sobol_points(8, 3, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (one == again).all() and (one != other).any()


def test_more_dimensions_than_are_known_are_refused():
    with pytest.raises(ValueError, match="at most 20"):
        sobol_points(8, MOST + 1)
