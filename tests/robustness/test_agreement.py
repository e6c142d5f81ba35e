"""Agreement of two rankings: the golden example, scipy's own τ_b and ρ, and the laws of each measure."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from ictindex.robustness.agreement import (
    agreement,
    discordant,
    kendall,
    mean_shift,
    mid_ranks,
    spearman,
    top,
    ws,
)

ARITHMETIC, COPELAND = [3, 1, 2, 4, 5], [1, 1, 3, 3, 5]  # A … E of the golden example
PLACES = st.lists(st.integers(1, 8), min_size=2, max_size=12)
BOTH = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=2, max_size=12)


def test_the_golden_example():
    told = agreement(ARITHMETIC, COPELAND, k=3)
    assert told.kendall == pytest.approx(0.670820, abs=5e-7)
    assert told.ws == pytest.approx(0.770833, abs=5e-7)
    assert told.mean_shift == pytest.approx((2 + 0 + 1 + 1 + 0) / 5)
    assert told.discordant == ((0, 2),)  # A and C; B and A are tied in one, which is no contradiction


@given(BOTH)
def test_kendall_and_spearman_are_those_of_scipy(pairs):
    a, b = zip(*pairs, strict=True)
    assume(len(set(a)) > 1 and len(set(b)) > 1)
    assert kendall(a, b) == pytest.approx(stats.kendalltau(a, b).statistic)
    assert spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)


@given(PLACES)
def test_mid_ranks_are_those_of_scipy(places):
    assert mid_ranks(places).tolist() == stats.rankdata(places).tolist()


@given(st.permutations(range(1, 8)))
def test_a_ranking_agrees_with_itself_and_is_the_opposite_of_its_reverse(places):
    reverse = [8 - place for place in places]
    assert kendall(places, places) == spearman(places, places) == ws(places, places) == 1
    assert kendall(places, reverse) == spearman(places, reverse) == pytest.approx(-1)
    assert mean_shift(places, places) == 0
    assert discordant(places, places) == ()
    assert len(discordant(places, reverse)) == 21


@pytest.mark.parametrize("ties", [[1, 2, 2, 4], [1, 2, 2, 3], [1, 3, 3, 4]])
def test_the_rule_for_ties_does_not_change_mid_ranks(ties):
    assert mid_ranks(ties).tolist() == [1, 2.5, 2.5, 4]


def test_where_everybody_is_tied_a_correlation_is_not_defined():
    assert kendall([1, 1, 1], [1, 2, 3]) is None
    assert spearman([1, 2, 3], [1, 1, 1]) is None


def test_a_unit_alone_has_no_correlation_but_stays_where_it_is():
    told = agreement([1], [1])
    assert (told.kendall, told.spearman, told.ws, told.mean_shift) == (None, None, None, 0)


def test_ws_counts_a_change_at_the_top_for_more_than_one_at_the_bottom():
    assert ws([1, 2, 3, 4], [2, 1, 3, 4]) < ws([1, 2, 3, 4], [1, 2, 4, 3])


def test_the_top_says_who_leaves_and_who_enters():
    told = top([1, 2, 3, 4, 5], [1, 4, 3, 2, 5], k=2)
    assert (told.stayed, told.left, told.entered) == ((0,), (1,), (3,))


def test_a_tie_at_the_last_place_of_the_top_makes_it_larger():
    told = top([1, 2, 3, 4], [1, 2, 2, 2], k=2)
    assert (told.stayed, told.left, told.entered) == ((0, 1), (), (2, 3))


def test_rankings_of_different_units_are_refused():
    with pytest.raises(ValueError, match="same units"):
        kendall([1, 2], [1, 2, 3])


@given(BOTH)
def test_discordant_pairs_are_those_a_loop_finds(pairs):
    a, b = (np.array(each) for each in zip(*pairs, strict=True))
    slow = [
        (i, j)
        for i in range(len(a))
        for j in range(i + 1, len(a))
        if (a[i] < a[j] and b[i] > b[j]) or (a[i] > a[j] and b[i] < b[j])
    ]
    assert discordant(a, b) == tuple(slow)
