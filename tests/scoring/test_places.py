"""Ranks: literals from published tables, and the laws that every rank obeys."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.scoring.places import ranks, tied

VALUES = st.lists(st.sampled_from([None, *(Fraction(k, 7) for k in range(8))]), max_size=12)
TIES = st.sampled_from(["min", "dense", "max"])


@pytest.mark.parametrize(
    "ties, wanted", [("min", [1, 2, 2, 4]), ("dense", [1, 2, 2, 3]), ("max", [1, 3, 3, 4])]
)
def test_equal_values_share_a_rank_in_one_of_three_ways(ties, wanted):
    assert ranks([9, 7, 7, 5], ties) == wanted


def test_ties_are_counted_as_the_published_tables_do_unless_told_otherwise():
    # MIC's table of 2017: rank 16, then 0,633 twice at 17, then 19
    above = [Decimal("0.9") - Decimal(i) / 100 for i in range(16)]
    assert ranks([*above, Decimal("0.633"), Decimal("0.633"), Decimal("0.632")])[15:] == [16, 17, 17, 19]


def test_thirteen_at_the_top_are_all_first_and_the_next_is_fourteenth():
    # infrastructure in 2016: Lâm Đồng first with 12 other places
    assert ranks([Fraction(1)] * 13 + [Fraction(99, 100)]) == [1] * 13 + [14]


@pytest.mark.parametrize("ties, wanted", [("min", [1, 1, 1]), ("dense", [1, 1, 1]), ("max", [3, 3, 3])])
def test_all_equal(ties, wanted):
    assert ranks([5, 5, 5], ties) == wanted


@pytest.mark.parametrize("ties", ["min", "dense", "max"])
def test_none_at_all_and_one_alone(ties):
    assert ranks([], ties) == []
    assert ranks([Fraction(0)], ties) == [1]
    assert ranks([None], ties) == [None]


def test_what_has_no_value_has_no_rank_and_takes_no_place():
    assert ranks([3, None, 5, None, 4]) == [3, None, 1, None, 2]


def test_zero_is_a_value_and_ranks_last():
    assert ranks([Fraction(0), None, Fraction(1)]) == [2, None, 1]


def test_values_that_print_alike_but_differ_do_not_tie():
    assert ranks([Fraction(1, 3), Fraction(3333, 10000)]) == [1, 2]


def test_a_trailing_zero_does_not_break_a_tie():
    assert ranks([Decimal("0.50"), Decimal("0.5")]) == [1, 1]


@given(st.data(), VALUES, TIES)
def test_ranks_of_a_permutation_are_the_permuted_ranks(data, values, ties):
    order = data.draw(st.permutations(range(len(values))))
    straight = ranks(values, ties)
    assert ranks([values[i] for i in order], ties) == [straight[i] for i in order]


@given(VALUES, TIES)
def test_more_is_never_ranked_lower_and_equal_is_ranked_equal(values, ties):
    ranked = [
        (value, rank) for value, rank in zip(values, ranks(values, ties), strict=True) if value is not None
    ]
    for value, rank in ranked:
        for other, other_rank in ranked:
            assert (value > other) == (rank < other_rank)


@given(VALUES, TIES)
def test_only_the_order_of_values_counts_not_their_size(values, ties):
    stretched = [None if value is None else value**3 * 7 - 100 for value in values]
    assert ranks(stretched, ties) == ranks(values, ties)


@given(VALUES)
def test_a_rank_is_one_more_than_how_many_are_better(values):
    counted = [value for value in values if value is not None]
    assert ranks(values) == [v if v is None else 1 + sum(other > v for other in counted) for v in values]


@given(VALUES)
def test_dense_ranks_leave_no_gap_and_max_counts_from_below(values):
    counted = [value for value in values if value is not None]
    assert {r for r in ranks(values, "dense") if r} == set(range(1, len(set(counted)) + 1))
    assert ranks(values, "max") == [v if v is None else sum(other >= v for other in counted) for v in values]


@given(VALUES, TIES)
def test_those_without_a_value_change_nobodys_rank(values, ties):
    without = [value for value in values if value is not None]
    assert [rank for rank in ranks(values, ties) if rank is not None] == ranks(without, ties)


def test_tied_names_each_shared_rank_once():
    assert tied([1, 2, 2, 4, 4, 4, None, None, 7]) == {2, 4}
    assert tied([]) == tied([1, 2, None]) == set()
