"""A sample is drawn again by anyone from its seed, and the bounds are those of the published tables."""

import hashlib
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.facts.spot_check import (
    at_most,
    digest,
    drawn,
    in_order,
    in_strata,
    least_wrong,
    lower_bound,
    most_wrong,
    smallest_sample,
    upper_bound,
)

ITEMS = [(f"U{i}", f"mark_{j}") for i in range(12) for j in range(5)]


# --- the sample -------------------------------------------------------------------------------------------


def test_the_digest_is_that_of_sha256sum():
    """As printf and sha256sum of the GNU coreutils give it."""
    assert digest(2017, "bo-y-te", "mark_news") == (
        "d81b977615a76623f76691fc7dc7e7dba2f7a6b2378268251c844d03606214dd"
    )


def test_the_sample_is_the_first_of_the_items_sorted_by_digest():
    by_hand = sorted(ITEMS, key=lambda item: hashlib.sha256(f"7|{item[0]}|{item[1]}".encode()).hexdigest())
    assert in_order(ITEMS, 7) == by_hand
    assert drawn(ITEMS, 7, 10) == by_hand[:10]
    assert drawn(ITEMS, "7", 10) == by_hand[:10]
    assert drawn(ITEMS, 8, 10) != by_hand[:10]


@given(st.permutations(ITEMS), st.integers(0, 60), st.integers(0, 60))
def test_neither_the_order_of_the_items_nor_a_larger_sample_changes_who_is_in_it(items, size, more):
    first = drawn(items, "hạt giống", size)
    assert first == drawn(ITEMS, "hạt giống", size)
    assert len(first) == size
    assert drawn(items, "hạt giống", size + more)[:size] == first


@given(st.sets(st.sampled_from(ITEMS), min_size=1), st.integers(0, 70), st.integers(0, 9))
def test_of_strata_each_gives_its_share_to_within_one_and_the_first_of_its_own(items, size, seed):
    of = {item: item[1] for item in items}
    several = drawn(items, seed, size, of.get)
    assert len(several) == min(size, len(items))
    for stratum in set(of.values()):
        own = [item for item in items if of[item] == stratum]
        taken = [item for item in several if of[item] == stratum]
        assert abs(len(taken) - Fraction(len(several) * len(own), len(items))) < 1
        assert taken == drawn(own, seed, len(taken))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(3, 8), st.integers(8, 20)), min_size=1, max_size=3))
def test_bounds_over_strata_enclose_what_was_found_and_of_one_stratum_are_its_own(counts):
    least, most = in_strata(counts)
    assert sum(errors for errors, _, _ in counts) <= least <= most <= sum(among for *_, among in counts)
    if len(counts) == 1:
        assert (least, most) == (least_wrong(*counts[0]), most_wrong(*counts[0]))


def test_of_few_items_all_are_drawn_and_of_a_size_below_one_none():
    assert sorted(drawn(ITEMS, 1, 1000)) == sorted(ITEMS)
    assert drawn(ITEMS, 1, 0) == drawn(ITEMS, 1, -3) == drawn([], 1, 5) == []


@given(st.sets(st.sampled_from(ITEMS)), st.integers(0, 60))
def test_items_that_leave_never_push_another_out(gone, size):
    """Who was drawn and is still there stays drawn: the sample cannot be steered by leaving items out."""
    left = [item for item in ITEMS if item not in gone]
    assert {item for item in drawn(ITEMS, 3, size) if item not in gone} <= set(drawn(left, 3, size))


# --- its size ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most, size", [("0.01", 299), ("0.02", 149), ("0.05", 59), ("0.1", 29), ("0.5", 5)])
def test_so_many_without_an_error_show_that_at_most_a_share_is_wrong(most, size):
    """⌈ln 0.05 / ln(1 − p)⌉, the attribute samples of the auditors' tables."""
    assert smallest_sample(Fraction(most)) == size


def test_a_finite_population_needs_fewer():
    assert [smallest_sample(Fraction(1, 20), n) for n in (20, 100, 500, 1000, 10**6)] == [16, 39, 54, 56, 59]


def test_a_population_too_small_to_break_the_claim_needs_no_drawn():
    """Of no items none is wrong; of ten items one is a tenth, which is more than 5 %."""
    assert smallest_sample(Fraction(1, 20), 0) == 0
    assert smallest_sample(Fraction(1, 20), 10) == 10


@given(st.integers(1, 150), st.fractions("0.02", "0.6", max_denominator=50))
def test_the_smallest_sample_is_the_smallest(population, most):
    size = smallest_sample(most, population)
    too_many = int(most * population) + 1
    clean = lambda n: Fraction(comb(population - too_many, n), comb(population, n))  # noqa: E731
    assert clean(size) <= Fraction(1, 20) < clean(size - 1)
    assert size <= smallest_sample(most)


# --- the bounds -------------------------------------------------------------------------------------------

# One-sided 95 % limits of Clopper & Pearson, from the F distribution; and 1 − 0.05^(1/n) for none.
CLOPPER_PEARSON = [
    (0, 59, 0.0495),
    (0, 10, 0.2589),
    (1, 10, 0.3942),
    (2, 10, 0.5069),
    (1, 30, 0.1486),
    (2, 100, 0.0616),
    (5, 50, 0.1988),
    (10, 10, 1.0),
]


@pytest.mark.parametrize("errors, size, bound", CLOPPER_PEARSON)
def test_the_bound_of_an_endless_population_is_that_of_the_tables(errors, size, bound):
    assert float(upper_bound(errors, size)) == pytest.approx(bound, abs=5e-5)


@pytest.mark.parametrize("errors, size", [(0, 59), (1, 30), (2, 100), (3, 7), (17, 400), (399, 400)])
def test_the_bound_is_the_quantile_of_a_beta_distribution_rounded_up(errors, size):
    from scipy.stats import beta

    exact = beta.ppf(0.95, errors + 1, size - errors)
    assert 0 <= float(upper_bound(errors, size)) - exact < 1.1e-6


def test_of_nothing_checked_nothing_is_said():
    assert upper_bound(0, 0) is None
    assert most_wrong(0, 0, 40) == 40


@pytest.mark.parametrize(
    "errors, size, population", [(0, 59, 915), (1, 30, 100), (2, 100, 1000), (0, 20, 20), (3, 20, 20)]
)
def test_the_most_that_can_be_wrong_agrees_with_the_hypergeometric_distribution(errors, size, population):
    from scipy.stats import hypergeom

    known = range(errors, population - (size - errors) + 1)
    likely = [wrong for wrong in known if hypergeom.cdf(errors, population, wrong, size) > 0.05]
    assert most_wrong(errors, size, population) == max(likely)


def test_when_all_are_checked_what_was_found_is_all_there_is():
    assert most_wrong(3, 20, 20) == 3


@given(st.integers(0, 12), st.integers(0, 28), st.integers(0, 60))
def test_a_finite_population_is_never_worse_than_an_endless_one(errors, right, rest):
    size, population = errors + right, errors + right + rest
    wrong = most_wrong(errors, size, population)
    assert errors <= wrong <= population - right
    if size:
        assert Fraction(wrong, population) <= upper_bound(errors, size)
    if wrong < population - right:  # one more would have been ruled out
        assert at_most(errors, population, wrong + 1, size) <= Fraction(1, 20)


@given(st.integers(0, 5), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_the_chance_of_few_errors_is_counted_over_all_samples(errors, wrong, right, size):
    from itertools import combinations

    population = [1] * (wrong % 5) + [0] * (right % 6)
    size = min(size, len(population))
    samples = [sum(drawn) for drawn in combinations(population, size)]
    share = Fraction(sum(found <= errors for found in samples), len(samples))
    assert at_most(errors, len(population), sum(population), size) == share


def test_the_lower_bound_is_clopper_pearsons_and_both_hold_the_rate_between_them():
    """3 of 20: at least 0.0422 (scipy.stats.beta.ppf(0.05, 3, 18)), rounded towards the safe side."""
    from scipy.stats import beta

    assert abs(float(lower_bound(3, 20)) - beta.ppf(0.05, 3, 18)) < 2e-6
    assert lower_bound(0, 20) == 0 and lower_bound(0, 0) is None
    assert lower_bound(3, 20) < Fraction(3, 20) < upper_bound(3, 20)
    assert least_wrong(0, 20, 57) == 0 and 3 <= least_wrong(3, 20, 57) <= most_wrong(3, 20, 57)
    assert least_wrong(3, 20, 20) == 3, "all were checked"
