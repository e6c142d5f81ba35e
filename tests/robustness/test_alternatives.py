"""Other rules of one evaluation: zeros on the unit, a lower or higher mark, and how marks scatter."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from ictindex.facts.review import Mark
from ictindex.robustness.alternatives import REVIEWERS, ZEROS, Alternatives
from ictindex.robustness.as_numbers import problem
from ictindex.scoring.evaluation import evaluate
from ictindex.scoring.parameters import read_parameters
from tests.shipped import shipped


@pytest.fixture(scope="module")
def ministries():
    return shipped("qd2342-2017")


def test_zeros_on_the_unit_are_what_an_evaluation_under_that_rule_has(ministries):
    rules = ("zero_incomplete", "zero_untrue", "zero_cancelled")
    parameters = read_parameters("qd2342-2017", ministries.project)
    other = evaluate(ministries.project, **{**parameters, **dict.fromkeys(rules, "unit")})
    others = Alternatives(ministries)
    assert others.zero_levels == ("unit",)
    for group in ministries.methodology.groups:
        now = problem(ministries, group)
        (told,) = others.of(now)[ZEROS]
        expected = problem(other, group)
        own = [now.units.index(unit) for unit in expected.units]
        assert (told.shares[own] == expected.shares).all()
        assert (told.applies[own] == expected.applies).all()
        apart = set(now.units) - set(expected.units)  # whose whole result is then cancelled: not ranked
        assert apart == set(other.scores.unranked) & set(now.units)


def test_where_no_unit_has_such_a_zero_the_rule_is_no_choice(ranking_of):
    e = ranking_of()
    assert Alternatives(e).of(problem(e, "all")) == {}
    assert Alternatives(e).noise(problem(e, "all")) is None


def test_the_lower_and_the_higher_mark_take_the_place_of_the_mean(ministries):
    now = problem(ministries, "ministry")
    lower, higher = Alternatives(ministries).of(now)[REVIEWERS]
    for i, unit in enumerate(now.units):
        for k, criterion in enumerate(now.criteria):
            rule = (
                ministries.methodology.node(criterion).criterion.rule
                if hasattr(ministries.methodology, "node")
                else next(
                    leaf for leaf in ministries.methodology.leaves if leaf.id == criterion
                ).criterion.rule
            )
            several = ministries.inputs.marks.get((unit, rule.mark)) if rule.mark else None
            if not several or any(mark.role == "adjudicator" for mark in several):
                assert lower.shares[i, k] == higher.shares[i, k] == now.shares[i, k]
                continue
            marks = [mark.mark for mark in several]
            if now.shares[i, k]:  # not a zero for another reason
                assert lower.shares[i, k] == float(min(marks) / 10)
                assert higher.shares[i, k] == float(max(marks) / 10)


def test_marks_scatter_as_two_marks_of_one_item_do(ministries):
    """s_w = √(ΣD²/2N) of the marks that two reviewers gave, by hand for one question."""
    noise = Alternatives(ministries).noise(problem(ministries, "province"))
    node = next(leaf for leaf in ministries.methodology.leaves if leaf.id == noise.criteria[0])
    pairs = []
    for (_, answer), several in ministries.inputs.marks.items():
        own = [float(mark.mark) for mark in several if mark.role == "reviewer"]
        if answer == node.criterion.rule.mark and len(own) == 2:
            pairs.append(own)
    first, second = np.array(pairs).T
    assert noise.sd[0] == pytest.approx(np.sqrt(((first - second) ** 2).sum() / (2 * len(pairs))))
    assert noise.most[0] == 10 and noise.step[0] == 0.25  # half marks, so that a mean moves by a quarter


def test_what_is_zero_for_another_reason_is_not_drawn(ministries):
    noise = Alternatives(ministries).noise(now := problem(ministries, "province"))
    columns = [now.criteria.index(each) for each in noise.criteria]
    told = now.shares[:, columns]
    drawn = ~np.isnan(noise.mean)
    assert drawn.any() and np.allclose(noise.mean[drawn] / 10, told[drawn])
    rows = {entity.code: i for i, entity in enumerate(ministries.inputs.entities)}
    for i, unit in enumerate(now.units):
        for j, criterion in enumerate(noise.criteria):
            state = ministries.scores.outcomes[criterion][rows[unit]].state
            assert drawn[i, j] == (state == "scored")


def test_an_adjudicated_mark_stands_whatever_the_reviewers_gave(ministries):
    now = problem(ministries, "ministry")
    leaf = next(leaf for leaf in ministries.methodology.leaves if leaf.criterion.rule.mark)
    unit, k = now.units[0], now.criteria.index(leaf.id)
    marks = dict(ministries.inputs.marks)
    marks[unit, leaf.criterion.rule.mark] = tuple(
        Mark(name, role, Fraction(mark), "", 2)
        for name, role, mark in (("p", "reviewer", 1), ("q", "reviewer", 9), ("r", "adjudicator", 4))
    )
    e = replace(ministries, inputs=replace(ministries.inputs, marks=marks))
    lower, higher = Alternatives(e).of(now)[REVIEWERS]
    assert lower.shares[0, k] == higher.shares[0, k] == now.shares[0, k]
