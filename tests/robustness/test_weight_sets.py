"""Exact extremes over sets of weights, held against corners that are listed here."""

from __future__ import annotations

import itertools
import os
from dataclasses import replace
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.robustness.weight_sets import (
    WeightSet,
    around,
    empty,
    exact_weights,
    nearest_level,
    silent,
    whole_simplex,
    widest,
)


def dot(x, y):
    return sum(a * b for a, b in zip(x, y, strict=True))


def corners(low, high):
    """The corners of a box cut by Σw = 1: all but one weight at a bound."""
    m = range(len(low))
    for free in m:
        for sides in itertools.product(*[(low[k], high[k]) if k != free else (None,) for k in m]):
            rest = 1 - sum(x for x in sides if x is not None)
            if low[free] <= rest <= high[free]:
                yield tuple(rest if x is None else x for x in sides)


form = st.lists(st.fractions(-1, 1, max_denominator=12), min_size=3, max_size=3)
part = st.fractions(0, 1, max_denominator=8)


@given(form, part)
def test_the_most_of_a_form_over_a_box_is_that_of_its_best_corner(d, part):
    weights = around((F(1, 2), F(3, 10), F(1, 5)), part)
    best, at = weights.most(d)
    assert best == max(dot(d, corner) for corner in corners(weights.low, weights.high)) == dot(d, at)
    assert weights.contains(at)


@settings(max_examples=30)
@given(form)
def test_the_most_of_a_form_under_an_order_is_that_of_its_best_average(d):
    """The corners of w1 ≥ w2 ≥ w3 are (1,0,0), (½,½,0) and (⅓,⅓,⅓)."""
    order = ((F(-1), F(1), F(0)), (F(0), F(-1), F(1)))
    weights = replace(whole_simplex(3), forms=order)
    best = max(sum(d[:n]) / n for n in (1, 2, 3))
    at, _, prices = widest(weights, [tuple(d)])
    bound, _ = weights.most(d, prices)
    assert bound >= best and bound - best < F(1, 10**7)  # a bound of rational dual prices
    assert weights.contains(at) and dot(d, at) == best


def test_a_set_that_no_weights_are_in_is_proven_empty():
    at_least_half, at_most_third = (F(-1, 2), F(1, 2)), (F(2, 3), F(-1, 3))  # of the first of two
    free = whole_simplex(2)
    assert empty(replace(free, forms=(at_least_half, at_most_third)))
    assert not any(empty(replace(free, forms=forms)) for forms in ((), (at_least_half,), (at_most_third,)))


def test_a_set_knows_its_weights():
    stated = WeightSet((F(1, 4), F(0), F(0)), (F(1, 2), F(1), F(1)))
    assert stated.contains((F(1, 4), F(3, 4), F(0)))
    assert not stated.contains((F(1, 5), F(4, 5), F(0)))
    assert not replace(stated, forms=((F(1), F(-1), F(0)),)).contains((F(1, 2), F(1, 4), F(1, 4)))
    assert not whole_simplex(2).contains((F(1, 2), F(1, 3)))
    assert around((F(3, 5), F(2, 5)), F(1)).high == (1, F(4, 5))


@pytest.mark.parametrize("low, high", [("3/4", "1"), ("0", "1/4"), ("1/2", "1/4")])
def test_bounds_that_no_weights_meet_are_refused(low, high):
    with pytest.raises(ValueError, match="sum to 1"):
        WeightSet((F(low),) * 2, (F(high),) * 2)


def test_the_widest_lead_comes_back_exact_from_a_solver_of_floats():
    """Two leads, 1 − 3w and 2w − ⅓ over w = w1: level at w = 4/15, where both are 1/5."""
    leads = [(F(-2), F(1)), (F(5, 3), F(-1, 3))]
    at, prices, _ = widest(whole_simplex(2), leads)
    assert at == (F(4, 15), F(11, 15))
    assert [dot(lead, at) for lead in leads] == [F(1, 5), F(1, 5)]
    assert [float(p) for p in prices] == pytest.approx([0.4, 0.6])


def test_floats_outside_the_set_are_no_weights():
    assert exact_weights([0.9, 0.1000000001], whole_simplex(2), []) == (F(9, 10), F(1, 10))
    assert exact_weights([1.5, -0.5], whole_simplex(2), []) is None


def test_the_nearest_level_weights_leave_out_what_would_turn_negative():
    base = (F(1, 10), F(9, 10), F(0))
    weights = nearest_level(base, (F(1), F(1, 10), F(-1)))
    assert sum(weights) == 1 and min(weights) >= 0
    assert dot((F(1), F(1, 10), F(-1)), weights) == 0


def test_a_weight_that_a_solver_leaves_at_its_bound_stands_there_exactly():
    low = F(1, 3) + F(1, 10**9)  # no fraction with a small denominator is it
    stated = WeightSet((low, F(0)), (F(1), F(1)))
    assert exact_weights([0.3333333343, 0.6666666657], stated, []) == (low, 1 - low)


def test_what_a_solver_prints_past_python_does_not_get_out(capfd):
    print("before")
    with silent():
        os.write(1, b"tmpSolver.run();")
    print("after")
    assert capfd.readouterr().out == "before\nafter\n"


def test_an_error_leaves_the_output_open(capfd):
    with pytest.raises(ValueError), silent():
        raise ValueError
    print("after")
    assert capfd.readouterr().out == "after\n"
