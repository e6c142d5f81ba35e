"""One thing moved at a time: the golden example, weights of sum 1, and that no order turns."""

from dataclasses import replace

import numpy as np
import pytest

from ictindex.robustness.as_numbers import Branch, Problem
from ictindex.robustness.one_at_a_time import leave_out, without
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
