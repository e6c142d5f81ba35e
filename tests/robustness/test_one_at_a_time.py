"""One thing moved at a time: the golden example, weights of sum 1, and that no order turns."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.exact import round_exact
from ictindex.robustness.as_numbers import Branch, Problem
from ictindex.robustness.one_at_a_time import leave_out, ranked, tornado, without
from ictindex.scoring import places as ranking
from tests.robustness.golden import SHARES as X
from tests.robustness.golden import WEIGHTS

FLAT = Branch("root", tuple(Branch(f"c{k}") for k in range(1, 7)), WEIGHTS)
TREE = Branch(
    "root",
    (Branch("A", (Branch("A1"), Branch("A2")), (0.25, 0.75)), Branch("B", (Branch("B1"),), (1.0,))),
    (0.4, 0.6),
)
GOLDEN = Problem(tuple("ABCDE"), X, np.ones(X.shape, bool), FLAT, "share", 1.0, None)


def small(x, applies=None, **more):
    x = np.array(x, float)
    applies = np.ones(x.shape, bool) if applies is None else np.array(applies)
    return Problem(tuple("abcdefgh"[: len(x)]), x, applies, TREE, "share", 1.0, None, **more)


def test_the_mean_shift_of_the_golden_example_when_each_criterion_is_left_out():
    told = leave_out(GOLDEN)
    assert [each.id for each in told] == ["c1", "c2", "c3", "c4", "c5", "c6"]
    assert [each.shift for each in told] == pytest.approx([0.4, 1.2, 0.4, 0.4, 0.8, 0.4])
    # without c2: A .746667, C .736667, D .713333, B .696667
    assert told[1].ranks == (1, 4, 2, 3, 5)
    assert (told[1].mover, told[1].moved) == (1, -3)


def test_every_category_and_every_criterion_is_left_out():
    told = leave_out(small([[1, 0, 0.5], [0, 1, 0.4], [0.5, 0.5, 0.6]]))
    assert [each.id for each in told] == ["A", "A1", "A2", "B", "B1"]


def test_siblings_take_over_the_weight_of_what_is_left_out():
    assert without(TREE, "A1")["A"].tolist() == [[0, 1]]
    assert without(FLAT, "c1")["root"][0] == pytest.approx([0, 0.3125, 0.125, 0.3125, 0.125, 0.125])


def test_an_only_child_takes_its_parent_with_it():
    assert without(TREE, "B1")["root"].tolist() == [[1, 0]]


def test_nothing_is_left_without_the_only_criterion():
    p = replace(small([[1], [0]]), tree=Branch("root", (Branch("only"),), (1.0,)))
    assert [each.reason for each in leave_out(p)] == ["nothing_left"]
    assert leave_out(p)[0].shift is None


@pytest.mark.parametrize("policy", ["share", "points"])
def test_a_unit_with_nothing_left_is_ranked_neither_before_nor_after(policy):
    x = [[0.9, 0.9, 0], [0.5, 0.5, 0.5], [0.1, 0.2, 0.6]]
    told = leave_out(replace(small(x, [[True, True, False], [True] * 3, [True] * 3]), policy=policy))[0]
    assert told.id == "A" and told.lost == (0,)
    assert told.ranks == (None, 2, 1)
    assert (told.shift, told.mover, told.moved) == (1.0, 1, -1)


def test_a_change_that_moves_nobody_has_no_mover():
    told = leave_out(small([[0.9, 0.9, 0.9], [0.1, 0.1, 0.1]]))
    assert {(each.shift, each.mover, each.moved) for each in told} == {(0.0, None, 0)}


def test_the_tornado_moves_one_weight_and_keeps_the_proportions_of_the_others():
    down, up = tornado(GOLDEN, by=0.25)[0]
    w = np.array([0.25, *np.array([0.25, 0.10, 0.25, 0.10, 0.10]) * 0.75 / 0.8])
    order = (-(X @ w)).argsort()
    assert [up.ranks[i] for i in order] == [1, 2, 3, 4, 5]
    assert up.ranks == (2, 1, 3, 4, 5) and up.shift == pytest.approx(0.4)
    assert down.ranks == (3, 1, 2, 4, 5) and down.mover is None


def test_a_weight_that_cannot_grow_or_has_no_siblings_says_so():
    told = {down.id: (down.reason, up.reason) for down, up in tornado(small([[1, 0, 0], [0, 1, 1]]), by=0.5)}
    assert told["A2"] == ("", "weight_above_one")
    assert told["B1"] == ("no_siblings", "weight_above_one")
    assert told["A"] == ("", "")


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=8),
    st.sampled_from([None, 0, 1, 2]),
    st.sampled_from(["half_up", "half_even", "down"]),
    st.sampled_from(["min", "dense", "max"]),
)
def test_ranks_of_floats_are_the_ranks_of_the_exact_values(twentieths, decimals, rounding, ties):
    exact = [Fraction(each, 20) for each in twentieths]
    kept = exact if decimals is None else [round_exact(each, decimals, rounding) for each in exact]
    p = replace(GOLDEN, decimals=decimals, rounding=rounding, ties=ties)
    floats = np.array([[sum([0.05] * each) for each in twentieths]])  # with the errors of adding
    assert ranked(p, floats)[0].tolist() == ranking.ranks(kept, ties)


def test_each_draw_is_ranked_by_itself():
    assert ranked(GOLDEN, np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.3]])).tolist() == [[3, 2, 1], [1, 3, 1]]
