"""Roots, powers and logarithms: exact where they are rational, else the nearest number of 30 digits."""

from decimal import Decimal, localcontext
from fractions import Fraction as F
from itertools import combinations
from math import isqrt

from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.digits import DIGITS, TELLABLE, geometric_mean, logarithm, power, power_mean

shares = st.fractions(F(1, 1000), F(1), max_denominator=1000)
weights = st.lists(st.integers(1, 50).map(F), min_size=4, max_size=4)
several = st.lists(shares, min_size=4, max_size=4)


@given(st.integers(2, 10**9))
def test_a_root_is_the_nearest_number_of_thirty_digits_by_whole_numbers_alone(number):
    """A second way: integer square roots, which know no rounding."""
    got = power(F(number), F(1, 2))
    whole = isqrt(number)
    if whole * whole == number:
        assert got == whole
        return
    places = DIGITS - len(str(whole))
    twice = isqrt(number * 4 * 100**places)  # of twice the digits, rounded down
    assert got == F((twice + 1) // 2, 10**places)


@given(shares, st.sampled_from([F(1, 2), F(1, 3), F(2, 5), F(7, 4)]))
def test_a_power_of_a_power_is_exact_again(share, exponent):
    raised = share**exponent.denominator
    assert power(raised, exponent) == share**exponent.numerator


def test_a_logarithm_has_thirty_digits_near_one_too():
    assert logarithm(F(1)) == 0
    assert logarithm(F(750)) == F("6.62007320653035612461475535806")  # ln 75,000 − ln 100, as bc -l has it
    with localcontext() as context:
        context.prec = 80
        near = F(10**20 + 1, 10**20)
        series = sum((-1) ** (k + 1) * F(1, 10**20) ** k / k for k in range(1, 5))
        assert abs(logarithm(near) - series) < series * F(1, 10 ** (DIGITS - 1))
        assert len(str(Decimal(logarithm(near).numerator))) <= 60


@given(several, weights)
def test_no_mean_leaves_what_it_is_made_of_and_a_higher_power_is_never_lower(values, some):
    means = [power_mean(values, some, F(-2)), power_mean(values, some, F(-1)), geometric_mean(values, some)]
    means += [power_mean(values, some, p) for p in (F(1, 2), F(1), F(2), F(3))]
    assert all(min(values) - TELLABLE <= mean <= max(values) + TELLABLE for mean in means)
    assert all(low <= high + TELLABLE for low, high in combinations(means, 2))
    assert power_mean(values, some, F(1)) == sum(v * w for v, w in zip(values, some, strict=True)) / sum(some)


@given(several, weights, st.integers(2, 9).map(F))
def test_means_do_not_know_the_order_or_the_measure_of_the_weights(values, some, times):
    turned = values[::-1], some[::-1]
    scaled = [weight * times for weight in some]
    for mean in (geometric_mean, lambda v, w: power_mean(v, w, F(1, 3))):
        assert mean(values, some) == mean(*turned) == mean(values, scaled)


@given(shares)
def test_the_mean_of_equals_is_that_number_exactly(share):
    for mean in (geometric_mean, lambda v, w: power_mean(v, w, F(2, 7))):
        assert mean([share] * 3, [F(1), F(2), F(5)]) == share


def test_a_rational_mean_of_irrational_parts_is_found():
    assert power_mean([F(2), F(8)], [F(1), F(1)], F(1, 2)) == F(9, 2)  # ((√2 + √8) : 2)² = (1,5 √2)²
    assert power_mean([F(2, 7), F(8, 7)], [F(1), F(1)], F(1, 2)) == F(9, 14)  # which 30 digits do not end
    assert power_mean([F(0), F(2, 7)], [F(1), F(4)], F(1, 2)) == F(2, 7) * F(4, 5) ** 2


def test_a_zero_makes_these_means_zero():
    assert geometric_mean([F(0), F(1)], [F(1), F(99)]) == 0
    assert power_mean([F(0), F(1)], [F(1), F(99)], F(-1)) == 0
    assert power_mean([F(0), F(1)], [F(1), F(1)], F(2)) == power(F(1, 2), F(1, 2))
