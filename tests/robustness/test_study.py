"""One group's study: each measure once, bounded in size, with nothing tried where nothing was asked for."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from ictindex.robustness import study as studies_module
from ictindex.robustness.study import settings, studies
from tests.shipped import shipped


@pytest.fixture(scope="module")
def provinces():
    return studies(shipped("qd2051-2016"))[2]


def test_every_page_element_sees_the_same_study_and_another_evaluation_another(ranking_of):
    e = ranking_of()
    assert studies(e) is studies(e)
    assert studies(replace(e)) is not studies(e)


def test_the_seed_is_a_number_that_anyone_finds_by_sha256(ranking_of):
    """printf %s mini-2020 | sha256sum | cut -c 1-16, in base 10."""
    assert settings(ranking_of()) == (2000, 25, "mini-2020", 11801017826689639884)


def test_the_same_evaluation_gives_the_same_numbers_again(ranking_of):
    one, other = (studies(replace(e))[0] for e in [ranking_of()] * 2)
    assert (one.stability.held.total == other.stability.held.total).all()
    assert (one.sensitivity[1].total == other.sensitivity[1].total).all()


def test_a_tornado_moves_one_weight_and_keeps_the_others_in_proportion(ranking_of):
    """With weights .375 and .625 two has .425 and three .568; with .625 and .375 two stays ahead."""
    (study,) = studies(ranking_of())
    told = {moved.category: moved for moved in study.tornado}
    assert told["x"].down == (Fraction(1, 2), 1)
    assert told["x"].up == (Fraction(0), 0)
    assert told["y"].up == told["x"].down and told["y"].down == told["x"].up


def test_the_step_above_is_by_the_exact_value(ranking_of):
    (study,) = studies(ranking_of())
    assert [(step.above, step.below, step.swap.status) for step in study.steps] == [
        ("first", "two", "dominates"),
        ("two", "three", "turns"),
        ("three", "last", "dominates"),
    ]


def test_the_parts_of_the_categories_make_the_whole(provinces):
    shares = [each.variance_share.value for each in provinces.categories]
    assert sum(shares) == pytest.approx(1)
    x, s = provinces._pillars[0], provinces._given.sum(axis=1)
    left = (
        s
        - np.column_stack([x, np.ones(len(s))])
        @ np.linalg.lstsq(np.column_stack([x, np.ones(len(s))]), s, rcond=None)[0]
    )
    assert sum(each.value for each in provinces.shapley) == pytest.approx(1 - left.var() / s.var())
    assert sum(each.variance_share.value for each in provinces.criteria) == pytest.approx(1)


def test_no_two_of_a_large_group_are_compared(ranking_of, monkeypatch):
    monkeypatch.setattr(studies_module, "MOST", 3)
    (study,) = studies(ranking_of())
    assert study.stability is not None  # which does without
    assert (study.left_out, study.tornado, study.steps, study.sensitivity, study.power) == (
        {},
        (),
        (),
        None,
        (),
    )
    assert {each.ratio.reason for each in study.criteria} == {"too_many_units"}


def test_a_group_of_just_as_many_as_may_be_compared_is_compared(ranking_of, monkeypatch):
    assert studies_module.MOST == 400
    monkeypatch.setattr(studies_module, "MOST", 4)
    (study,) = studies(ranking_of())  # of four units
    assert study.left_out and study.tornado and study.steps


@pytest.mark.parametrize("units, draws, why", [(None, 0, "off"), ({"only": (1, 2)}, 9, "too few")])
def test_where_nothing_is_tried_nothing_is_drawn(ranking_of, units, draws, why):
    (study,) = studies(ranking_of(units, draws))
    assert study.why_not == why
    assert (study.stability, study.marks, study.sensitivity) == (None, None, None)
    assert (study.left_out, study.tornado, study.steps) == ({}, (), ())


def test_a_design_has_means_of_products_only_where_few_units_have_a_zero(ranking_of):
    (without,) = studies(ranking_of())
    (zero,) = studies(ranking_of({"a": (0, 45), "b": (40, 10), "c": (9, 40)}))
    assert (without.zeros, zero.zeros) == (0, 1)
    assert without.choices.aggregations == ("arithmetic", "geometric", "harmonic")
    assert zero.choices.aggregations == ("arithmetic",)
