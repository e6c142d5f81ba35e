"""Ranks of many draws are those of the exact ranking of the same rounded numbers."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.exact import round_exact
from ictindex.robustness.ranks import grid, rank_type, ranks, tally, whole
from ictindex.robustness.scratch import Scratch
from ictindex.scoring.places import ranks as exact_ranks

TIES = ("min", "dense", "max")


@given(
    st.integers(1, 12).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, 40), min_size=n, max_size=n), min_size=1, max_size=5)
    ),
    st.sampled_from(TIES),
    st.sampled_from([1, 3, 10**6, 10**12]),
)
def test_ranks_are_those_of_the_exact_ranking(rows, ties, stretch):
    numbers = np.array(rows) * stretch
    assert ranks(numbers, ties).T.tolist() == [exact_ranks(row, ties) for row in rows]


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("different", [2, 20, 150, 1000, 10**6, 10**12])
def test_every_way_of_ranking_agrees_whatever_the_number_of_ties(ties, different):
    """Counted, sorted by short and by long keys, with few ties and with many."""
    from scipy.stats import rankdata

    for n in (1, 2, 100, 700):
        numbers = np.random.default_rng(n).integers(0, different, (16, n))
        expected = rankdata(-numbers, method=ties, axis=1)
        scratch = Scratch()
        assert np.array_equal(ranks(numbers, ties), expected.T)
        assert np.array_equal(ranks(numbers.copy(), ties, different, scratch), expected.T)
        assert np.array_equal(ranks(numbers.copy(), ties, different, scratch), expected.T), (
            "scratch is used again"
        )


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("spread", [3, 40, 10**5, 10**9, 10**12])
def test_ranks_that_are_only_counted_are_those_that_would_be_kept(ties, spread):
    """Long numbers are told apart by their leading bits: some agree in those alone, some are equal."""
    from scipy.stats import rankdata

    rng = np.random.default_rng(spread)
    for n in (1, 2, 9, 63, 128):
        numbers = 10**12 - spread + rng.integers(0, spread, (40, n))
        kept = rankdata(-numbers, method=ties, axis=1).T
        assert np.array_equal(ranks(numbers, ties), kept)
        expected = [[np.count_nonzero(row == rank) for rank in range(1, n + 1)] for row in kept]
        assert tally(numbers.copy(), ties, 10**12, Scratch()).tolist() == expected


def test_ties_are_told_as_tables_print_them():
    numbers = np.array([[7, 9, 7, 5]])
    assert {ties: ranks(numbers, ties)[:, 0].tolist() for ties in TIES} == {
        "min": [2, 1, 2, 4],
        "dense": [2, 1, 2, 3],
        "max": [3, 1, 3, 4],
    }


def test_the_last_of_one_draw_never_ties_with_the_first_of_the_next():
    numbers = np.array([[1, 2], [2, 3], [3, 3]]) * 10**9
    assert ranks(numbers).T.tolist() == [[2, 1], [2, 1], [1, 1]]


def test_no_units_have_no_ranks():
    assert ranks(np.empty((3, 0), np.int64)).shape == (0, 3)


def test_what_does_not_fit_is_refused_and_not_wrong():
    with pytest.raises(OverflowError, match="do not fit"):
        ranks(np.array([[2**61, 1, 2, 3, 4]]))


@pytest.mark.parametrize("rounding", ["half_up", "half_even", "down"])
@given(st.integers(0, 10**6) | st.integers(0, 2000).map(lambda halves: 500 * halves))
def test_whole_numbers_are_those_of_the_exact_rounding(rounding, millionths):
    exact = Fraction(millionths, 10**6)
    value = np.array([[float(exact)]])
    for decimals in range(4):
        g = grid(1.0, decimals, rounding)
        expected = int(round_exact(exact, decimals, rounding) * 10**decimals)
        for ulps in (-4, 0, 4) if millionths else (0, 4):  # what a matrix product may be wrong by
            assert whole((value + ulps * np.spacing(value)) * g.per_one, g)[0, 0] == expected


def test_halves_that_floats_miss_are_rounded_up_all_the_same():
    g = grid(1000.0, 3)
    below = np.nextafter(727.0005, 0)
    assert whole(np.array([[below, 727.0005, 727.0004999]]) * g.per_one, g).tolist() == [
        [727001, 727001, 727000]
    ]


def test_values_an_ulp_apart_tie_when_nothing_is_rounded_and_close_ones_do_not():
    g = grid(1.0, None)
    values = np.array([[0.7, np.nextafter(0.7, 1), 0.7 + 1e-11, 0.1 + 0.2, 0.3]])
    assert ranks(whole(values * g.per_one, g))[:, 0].tolist() == [2, 2, 1, 4, 4]


def test_a_level_begins_at_its_own_value():
    g = grid(1.0, 3)
    assert [g.least(low) for low in (0.85, 0.7, Fraction(1, 3))] == [850, 700, 334]
    assert [grid(1.0, 2).least(low) for low in (0.07, 0.14, 0.57)] == [7, 14, 57]  # 0.07 * 100 > 7


def test_ranks_take_two_bytes_while_they_can():
    assert rank_type(65_535) is np.uint16 and rank_type(65_536) is np.uint32
