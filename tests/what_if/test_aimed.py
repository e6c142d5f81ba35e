"""Weights for a stated influence as whole points: what they come to, exact ranks, and what is refused."""

from dataclasses import replace
from fractions import Fraction

import pytest

from ictindex.scoring.evaluation import evaluate_edition
from ictindex.what_if.aimed import reweighed

# uncorrelated; the spread of x is twice that of y, so that 1 : 1 wants weights of 1 : 2
UNITS = {"a": (10, 10), "b": (30, 10), "c": (10, 20), "d": (30, 20)}


def test_nothing_stated_means_the_weight_on_paper(ranking_of):
    told = reweighed(ranking_of(UNITS), "all")
    assert [each.id for each in told.categories] == ["x", "y"]
    assert told.aimed.status == "found" and told.aimed.unique
    assert told.aimed.now == pytest.approx([0.8, 0.2]) and told.aimed.stated == (0.5, 0.5)
    assert told.points == (333, 667) and told.then == pytest.approx([0.5, 0.5], abs=1e-3)


def test_what_is_stated_of_one_leaves_the_rest_to_the_others(ranking_of):
    told = reweighed(ranking_of(UNITS), "all", {"y": Fraction(90)})
    assert told.aimed.stated == pytest.approx((0.1, 0.9))
    assert told.points == (143, 857), "4 x² : y² = 1 : 9"


def test_the_ranks_are_those_of_the_points_exactly(ranking_of):
    e = ranking_of({**UNITS, "e": (25, 14)})
    told = reweighed(e, "all")
    (x, y), at = told.points, told.e.at(told.e.methodology.root)
    for unit, (a, b) in {**UNITS, "e": (25, 14)}.items():
        assert at[unit].value == Fraction(100, sum(told.points)) * (x * Fraction(a, 50) + y * Fraction(b, 50))
    assert e.standings != told.e.standings and e.methodology.root.maxima == told.e.methodology.root.maxima


def test_where_all_are_alike_in_a_category_there_are_none(ranking_of):
    told = reweighed(ranking_of({"a": (10, 30), "b": (20, 30), "c": (45, 30)}), "all")
    assert (told.aimed.status, told.aimed.blocked, told.points, told.e) == ("never", (1,), (), None)


def test_what_does_not_apply_to_a_group_has_no_influence_to_state(mini):
    e = evaluate_edition("mini-2020", mini)
    assert [each.id for each in reweighed(e, "agency").categories] == ["inside"]
    with pytest.raises(ValueError, match="no categories of this group, which are inside: services"):
        reweighed(e, "agency", {"services": Fraction(10)})


@pytest.mark.parametrize("stated", [{"x": -5}, {"x": 101}, {"x": 50, "y": 40}, {"x": 60, "y": 60}])
def test_influences_that_do_not_add_up_are_refused(ranking_of, stated):
    with pytest.raises(ValueError, match="add up to 100"):
        reweighed(ranking_of(UNITS), "all", {key: Fraction(each) for key, each in stated.items()})


def test_a_mean_of_years_is_refused(ranking_of):
    e = ranking_of(UNITS)
    e = replace(e, scores=replace(e.scores, means={("x", "a"): (Fraction(1),)}))
    with pytest.raises(ValueError, match="several years"):
        reweighed(e, "all")


def test_a_total_that_is_not_linear_is_refused(asked, refused):
    e = asked("aggregate: {total: minimum}\n")
    assert [f.code for f in refused(reweighed, e, "ministry")] == ["not-linear"]
