"""Agreement of two rankings: the golden example, scipy's own τ_b and ρ, and their laws."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ictindex.robustness.agreement import kendall, mid_ranks, spearman

ARITHMETIC, COPELAND = [3, 1, 2, 4, 5], [1, 1, 3, 3, 5]  # A … E of the golden example
PLACES = st.lists(st.integers(1, 8), min_size=2, max_size=12)
BOTH = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=2, max_size=12)


@given(BOTH)
def test_kendall_and_spearman_are_those_of_scipy(pairs):
    from scipy import stats

    a, b = zip(*pairs, strict=True)
    assume(len(set(a)) > 1 and len(set(b)) > 1)
    assert kendall(a, b) == pytest.approx(stats.kendalltau(a, b).statistic)
    assert spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)


@given(PLACES)
def test_mid_ranks_are_those_of_scipy(places):
    from scipy.stats import rankdata

    assert mid_ranks(places).tolist() == rankdata(places).tolist()


@given(st.permutations(range(1, 8)))
def test_a_ranking_agrees_with_itself_and_is_the_opposite_of_its_reverse(places):
    reverse = [8 - place for place in places]
    assert kendall(places, places) == spearman(places, places) == 1
    assert kendall(places, reverse) == spearman(places, reverse) == pytest.approx(-1)


@pytest.mark.parametrize("ties", [[1, 2, 2, 4], [1, 2, 2, 3], [1, 3, 3, 4]])
def test_the_rule_for_ties_does_not_change_mid_ranks(ties):
    assert mid_ranks(ties).tolist() == [1, 2.5, 2.5, 4]


def test_the_golden_example():
    assert kendall(ARITHMETIC, COPELAND) == pytest.approx(0.670820, abs=5e-7)


def test_where_everybody_is_tied_or_alone_a_correlation_is_not_defined():
    assert kendall([1], [1]) is spearman([1], [1]) is None
    assert kendall([1, 1, 1], [1, 2, 3]) is None
    assert spearman([1, 2, 3], [1, 1, 1]) is None


def test_rankings_of_different_units_are_refused():
    with pytest.raises(ValueError, match="same units"):
        kendall([1, 2], [1, 2, 3])
