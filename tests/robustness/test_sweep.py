"""One weight through all its whole points: the ranks in force in its midst, and turns where they must be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.basics.exact import round_exact
from ictindex.robustness.as_numbers import Branch, Problem, problem
from ictindex.robustness.exact_problem import exact_problem, weighing
from ictindex.robustness.swaps import scaled, tippings
from ictindex.robustness.sweep import LOST, sweeps
from ictindex.scoring import places as ranking
from ictindex.scoring.evaluation import evaluate_edition
from tests.shipped import shipped


def flat(shares, weights, **rules):
    shares = np.array(shares, float)
    tree = Branch("total", tuple(Branch(f"c{k}") for k in range(len(weights))), tuple(weights))
    units = tuple(f"u{i}" for i in range(len(shares)))
    rules = {"policy": "share", "scale": 1.0, "decimals": 3} | rules
    return Problem(units, shares, rules.pop("applies", np.ones(shares.shape, bool)), tree, **rules)


@pytest.mark.parametrize("edition", ["qd2051-2016", "qd2342-2017", "qd375-2020", "egdi-2018"])
def test_at_the_weight_in_force_the_ranks_are_the_official_ones(edition):
    e = shipped(edition)
    for group in e.methodology.groups:
        official = [s.rank for s in e.standings[group] if s.rank is not None]
        for s in sweeps(problem(e, group), 100):
            assert s.ranks[:, s.present].tolist() == official


def test_pairs_turn_where_their_tipping_points_say(golden):
    """B is next above C: each category turns them at the whole points that tippings gives."""
    e = evaluate_edition("mini-2020", golden)
    p = replace(problem(e, "all"), decimals=None)
    w = weighing(exact_problem(e, "all"))
    b, c = p.units.index("B"), p.units.index("C")
    points = {}
    for s in sweeps(p, 1000):
        behind = s.ranks[b] >= s.ranks[c]
        at = s.points[behind]
        points[s.category] = at[np.abs(at - s.weight).argmin()]
    assert list(points.values()) == [135, 210, 119, 189, 163, 122]
    assert list(points.values()) == [t.points for t in tippings(w, "B", "C")]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=2, max_size=6),
    st.lists(st.integers(1, 9), min_size=3, max_size=3),
    st.sampled_from(["min", "dense", "max"]),
)
def test_every_point_has_the_ranks_of_exact_scoring(twentieths, given_points, ties):
    total = sum(given_points)
    p = flat([[x / 20 for x in row] for row in twentieths], [w / total for w in given_points], ties=ties)
    base = tuple(F(w, total) for w in given_points)
    for k, s in enumerate(sweeps(p, total)):
        assert s.points.tolist() == list(range(min(2 * given_points[k], total) + 1))
        for t, points in enumerate(s.points):
            weights = scaled(base, k, F(int(points), total))
            values = [sum(F(x, 20) * w for x, w in zip(row, weights, strict=True)) for row in twentieths]
            told = ranking.ranks([round_exact(v, 3) for v in values], ties)
            assert s.ranks[:, t].tolist() == list(told)


def test_a_weight_that_is_no_whole_number_stands_between_its_neighbours():
    first, *_ = sweeps(flat([[1, 0, 0], [0, 1, 1]], [1 / 3] * 3), 100)
    assert first.points[[0, 33, 34, 35, -1]].round(2).tolist() == [0, 33, 33.33, 34, 66]
    assert first.present == 34


def test_turns_are_told_from_the_weight_in_force_outwards():
    """Level at 5 of 10 points, and u0 alone first from 6 on."""
    first, _ = sweeps(flat([[1, 0], [0, 1]], [0.4, 0.6]), 10)
    assert first.points.tolist() == list(range(9)) and first.present == 4
    assert first.ranks.tolist() == [[2, 2, 2, 2, 2, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 2, 2, 2]]
    assert first.turns([0, 1]) == [(5, 0, 2, 1), (6, 1, 1, 2)]
    _, second = sweeps(flat([[1, 0], [0, 1]], [0.4, 0.6]), 10)
    assert second.turns([0]) == [(5, 0, 2, 1)]
    assert second.within(25).nonzero()[0].tolist() == [5, 6, 7]


def test_one_to_whom_nothing_that_weighs_applies_has_no_rank_and_moves_nobody():
    applies = np.array([[True, True], [True, False], [True, True]])
    p = flat([[0.5, 0.2], [0.9, 0], [0.1, 0]], [0.5, 0.5], applies=applies, ties="max")
    first, second = sweeps(p, 10)
    assert first.ranks[:, 0].tolist() == [1, LOST, 2]
    assert second.ranks[:, -1].tolist() == [1, LOST, 2]
    assert (first.ranks[:, 1:] != LOST).all()


def test_what_has_no_weight_or_all_of_it_cannot_move():
    assert [s.category for s in sweeps(flat([[1, 0, 1], [0, 1, 1]], [0.5, 0.5, 0]), 100)] == ["c0", "c1"]
    assert sweeps(flat([[1, 0], [0, 1]], [1, 0]), 100) == ()
