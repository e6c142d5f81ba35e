"""Ranks by duels, by places and under each unit's own best weights: the golden example, laws, gaps, ties."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ictindex.robustness.aggregations import copeland
from ictindex.robustness.comparisons import borda, doubt, duels, other_ways
from tests.robustness.golden import SHARES, WEIGHTS

X = [[Fraction(str(share)) for share in row] for row in SHARES]
W = [Fraction(str(weight)) for weight in WEIGHTS]
PARTS = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)])
SOME = st.sampled_from([Fraction(1, 3), Fraction(1, 2), Fraction(1)])
MAYBE = st.one_of(st.none(), PARTS)
WEIGHED = st.lists(st.integers(1, 5), min_size=3, max_size=3)


def tables(cells, least=2):
    return st.lists(st.lists(cells, min_size=3, max_size=3), min_size=least, max_size=6)


def shares_of(whole):
    return [Fraction(w, sum(whole)) for w in whole]


def test_the_duels_of_the_golden_example():
    won, incomplete = duels(X, W)
    assert (won.tolist(), incomplete) == ([2, 2, 0, 0, -4], 0)


def test_the_places_of_the_golden_example():
    # Σ w (n − rank); together 10 = 4 + 3 + 2 + 1
    assert [4 * value for value in borda(X, W)] == [
        Fraction("2.8"),
        Fraction("2.75"),
        Fraction("2.3"),
        Fraction("1.6"),
        Fraction("0.55"),
    ]


def test_the_benefit_of_the_doubt_of_the_golden_example_with_nothing_but_the_sum_bound():
    free = doubt(X, W, Fraction(100))
    assert free == pytest.approx([1, 1, 1, 1, 0.780488], abs=5e-7)


@given(tables(PARTS), WEIGHED)
def test_exact_duels_are_those_of_the_draws(rows, whole):
    w = shares_of(whole)
    as_floats = copeland(np.array(rows, float), np.array(w, float), np.ones(np.shape(rows), bool))
    assert duels(rows, w)[0].tolist() == as_floats.tolist()


@given(tables(PARTS), WEIGHED)
def test_who_wins_every_duel_is_first_alone(rows, whole):
    won, _ = duels(rows, shares_of(whole))
    winners = [
        a
        for a, own in enumerate(rows)
        if all(
            sum(((x > y) - (x < y)) * w for x, y, w in zip(own, other, whole, strict=True)) > 0
            for b, other in enumerate(rows)
            if b != a
        )
    ]
    assume(winners)
    assert won.argmax() == winners[0] and (won == won.max()).sum() == 1


@given(tables(MAYBE), WEIGHED)
def test_what_one_wins_another_loses_and_places_are_a_half_on_average(rows, whole):
    w = shares_of(whole)
    assert duels(rows, w)[0].sum() == 0
    if all(share is not None for row in rows for share in row):
        assert sum(borda(rows, w)) == Fraction(len(rows), 2)


@settings(max_examples=40)
@given(tables(SOME, least=3), WEIGHED, st.integers(0, 90))
def test_the_benefit_of_the_doubt_is_no_less_than_the_weights_in_force_give(rows, whole, percent):
    w = shares_of(whole)
    common = [sum(x * y for x, y in zip(row, w, strict=True)) for row in rows]
    values = doubt(rows, w, Fraction(1000))
    assert all(v >= float(c / max(common)) - 1e-8 for v, c in zip(values, common, strict=True))
    assert max(values) <= 1 + 1e-8
    narrow = doubt(rows, w, Fraction(percent, 100))
    assert all(low <= high + 1e-8 for low, high in zip(narrow, values, strict=True))


def test_a_duel_is_fought_over_what_applies_to_both():
    rows = [[Fraction(1), None, Fraction(0)], [Fraction(1, 2), Fraction(1), None], [None, None, Fraction(1)]]
    won, incomplete = duels(rows, [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)])
    assert won.tolist() == [0, -1, 1], "the second and the third have nothing in common"
    assert incomplete == 1


def test_duels_are_exact_where_floats_and_64_bits_are_not():
    close = [Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**30)]
    assert duels([[close[0]], [close[1]]], [Fraction(1)])[0].tolist() == [-1, 1]
    fine = [Fraction(1, 2) + Fraction(1, 10**25), Fraction(1, 2) - Fraction(1, 10**25)]
    assert duels([[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)]], fine)[0].tolist() == [1, -1]


def test_places_count_the_units_to_whom_a_criterion_applies():
    rows = [[Fraction(1), None], [Fraction(0), Fraction(1)], [Fraction(1, 2), Fraction(0)], [None, None]]
    assert borda(rows, [Fraction(3, 4), Fraction(1, 4)]) == (1, Fraction(1, 4), Fraction(3, 8), None)


def test_a_share_below_nothing_has_no_benefit_of_the_doubt():
    assert doubt([[Fraction(-1, 2)], [Fraction(1)]], [Fraction(1)], Fraction(1, 2)) == (None, None)


def test_units_stand_beside_their_rank_in_force(ranking_of):
    e = ranking_of({"a": (45, 45), "b": (40, 10), "c": (10, 40), "d": (5, 5)})
    (group,) = e.methodology.groups
    told = other_ways(e, group)
    assert [s.entity.code for s in told.standings] == ["a", "b", "c", "d"]
    assert told.placed["copeland"].values == (3, 0, 0, -3)
    assert told.placed["copeland"].ranks == (1, 2, 2, 4)
    assert told.placed["borda"].ranks == (1, 2, 2, 4)
    assert told.winner.entity.code == "a"
    assert sum(told.weights.values()) == 1
    assert told.tau["copeland"] == told.tau["borda"]
    with pytest.raises(ValueError, match="kemeny: the ways are"):
        other_ways(e, group, ["kemeny"])
    with pytest.raises(ValueError, match="the levels are"):
        other_ways(e, group, level="pillars")
