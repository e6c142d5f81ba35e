"""What a unit lacks and where it is cheapest, held against scoring the whole group again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest

from ictindex.robustness.closing import closing
from ictindex.scoring.outcomes import score
from tests.shipped import shipped


def rescored(e, changes):
    """The edition with other values of answers: (entity, answer) -> value."""
    answers = {
        key: given._replace(value=changes.get(key, given.value)) for key, given in e.inputs.answers.items()
    }
    inputs = replace(e.inputs, stated=answers)
    zero = {n.removeprefix("zero_"): r.value for n, r in e.rules.items() if n.startswith("zero_")}
    return replace(e, inputs=inputs, scores=score(e.methodology, inputs, zero, e.parameters["year"]))


def standing(e, code):
    return e.at(e.methodology.root)[code]


def of(found, code):
    return next(each for each in found if each.entity == code)


def way(goal, criterion):
    return next(each for each in goal.ways if each.criterion == criterion)


@pytest.fixture(scope="module")
def districts():
    e = shipped("qd2392-2018")
    return e, closing(e, "district")


def test_the_first_lacks_no_rank_and_the_others_what_the_gap_says(districts):
    e, found = districts
    assert [each.entity for each in found] == [s.entity.code for s in e.standings["district"]]
    for each in found:
        gap = e.gap(standing(e, each.entity))
        assert (each.to_rank and each.to_rank.shown) == gap.to_rank
        assert (each.to_rank and each.to_rank.rank) == gap.next_rank
        assert (each.to_level and (each.to_level.shown, each.to_level.level)) == (
            gap.to_level and (gap.to_level, gap.next_level)
        )
    assert found[0].to_rank is None


def test_rounding_lowers_what_is_missing_by_up_to_half_a_step(districts):
    e, found = districts
    for each in found[1:]:
        own, goal = standing(e, each.entity), each.to_rank
        target = F(own.printed) + goal.shown
        assert goal.missing == target - F(1, 20) - own.value  # one decimal, half up
        assert e.rounded(own.value + goal.missing) == target
        assert e.rounded(own.value + goal.missing - F(1, 10**9)) < target


def test_ways_begin_with_those_that_are_enough_and_the_cheapest_first(districts):
    _, found = districts
    for each in found[1:]:
        ways = each.to_rank.ways
        assert ways == tuple(sorted(ways, key=lambda w: (not w.enough, w.points, w.criterion)))
        assert all(w.enough == (w.points <= w.left) for w in ways)
        assert all(w.answer is None for w in ways if not w.enough)


def test_each_answer_is_enough_when_everything_is_scored_again_and_one_less_is_not(districts):
    e, found = districts
    tried = set()
    for each in found[1:]:
        before, goal = standing(e, each.entity), each.to_rank
        for w in goal.ways:
            if w.answer is None or w.answer.also_read_by:
                continue
            kind = e.methodology.answers[w.answer.name].kind
            key = (each.entity, w.answer.name)
            after = standing(rescored(e, {key: w.answer.needed}), each.entity)
            assert after.rank <= goal.rank < before.rank  # a whole step may go further
            if kind == "count":
                step = 1 if w.answer.needed > w.answer.now else -1
                nearer = standing(rescored(e, {key: w.answer.needed - step}), each.entity)
                assert nearer.rank == before.rank
            tried.add(next(n for n in e.methodology.leaves if n.id == w.criterion).criterion.rule.kind)
    assert tried >= {"share", "count", "yes_no", "choice", "bands", "of_largest"}


def test_an_answer_for_the_next_level_reaches_it():
    e = shipped("qd2245-2021")
    tried = 0
    for each in closing(e, "provincial"):
        for w in each.to_level.ways if each.to_level else ():
            if w.answer and not w.answer.also_read_by and tried < 12:
                after = rescored(e, {(each.entity, w.answer.name): w.answer.needed})
                assert after.level(standing(after, each.entity)) == each.to_level.level
                tried += 1
    assert tried


# --- the small edition: A .55, B and C; figures by hand -----------------------------------------------------


def test_the_small_edition_by_hand(small):
    """A 64 of 100; B 5 of 60 (no portal); C 30 of 50. To pass C's .600, B needs .5995: 30.97 points more."""
    found = closing(small, "ministry")
    assert [each.entity for each in found] == ["A", "C", "B"]
    c, b = of(found, "C").to_rank, of(found, "B").to_rank
    assert standing(small, "A").value == F(64, 100) and standing(small, "C").value == F(30, 50)
    assert c.missing == F("0.6395") - F("0.6")  # 0.640 is printed from 0.6395 on
    on_portal = way(c, "inside.portal")
    assert (on_portal.points, on_portal.left, on_portal.enough) == (F("0.0395") * 50, 20, True)
    assert on_portal.answer.needed == 20 + F("1.975") and on_portal.answer.now == 20
    assert [w.criterion for w in c.ways] == ["inside.portal", "inside.computers"]  # services are withheld
    assert way(c, "inside.computers").enough is False  # all of its staff have one
    services = way(b, "services")
    assert services.state == "zero_late" and services.answer is None  # no better figure lifts a late report
    assert way(b, "inside.computers").enough is False


def test_a_unit_alone_and_one_without_a_value_lack_nothing(alone, unranked):
    (only,) = closing(alone, "ministry")
    assert (only.to_rank, only.to_level) == (None, None)
    assert closing(unranked, "ministry") == ()


# --- rules one by one ---------------------------------------------------------------------------------------


def edition(small, methodology_of, inputs_with, rule, answers):
    """An edition whose units answer one criterion of 10 points with this rule, and have points on another."""
    methodology = methodology_of(
        {
            "asked": {"max_points": 10, "rule": rule},
            "other": {"max_points": 10, "rule": {"value": "given"}},
        },
        aggregate="sum",
        max_points=20,
        rank_on="unrounded",
        answers={"x": {"kind": "count"}, "y": {"kind": "count"}},
    )
    in_force = {
        name: small.rules["ties"]._replace(value=stated.value)
        for name, stated in methodology.open_rules.items()
    }
    inputs = inputs_with(answers)
    scores = score(methodology, inputs, {}, 2020)
    return replace(small, methodology=methodology, inputs=inputs, scores=scores, rules=in_force)


@pytest.fixture
def second_needs(small, methodology_of, inputs_with):
    """The answer that brings B level with A, who answers alike and has so many points more elsewhere."""

    def needs(rule, more, **answers):
        units = {"A": {**answers, "given": more}, "B": {**answers, "given": 0}}
        found = closing(edition(small, methodology_of, inputs_with, rule, units), "all")
        answer = way(of(found, "B").to_rank, "asked").answer
        return answer and (answer.now, answer.needed)

    return needs


def test_a_share_needs_the_next_whole_number(second_needs):
    # 3 of 10 points are missing: 30 % of 7 is 2.1, so that three more are needed
    assert second_needs({"share": {"of": "x", "per": "y"}}, 3, x=2, y=7) == (2, 5)


def test_a_share_of_nothing_has_no_answer(second_needs):
    assert second_needs({"share": {"of": "x", "per": "y"}}, 3, x=0, y=0) is None


def test_a_count_needs_whole_pieces(second_needs):
    assert second_needs({"count": {"of": "x", "each": 2, "most": 10}}, 3, x=1) == (1, 3)


STEPS = [{"low": 0, "high": 10, "points": 10}, {"low": 10, "high": 20, "points": 4}, {"low": 20, "points": 0}]
RISING = [{"low": 0, "high": F(1, 2), "full": F(1, 2)}, {"low": F(1, 2), "points": 10}]


def test_bands_that_fall_ask_for_less(second_needs):
    rule = {"bands": {"of": "x", "per": "y", "steps": STEPS}}
    assert second_needs(rule, 3, x=50, y=2) == (50, 39)  # below 20 × 2
    assert second_needs(rule, 5, x=50, y=2) == (50, 19)  # 4 points are not enough: below 10 × 2


def test_bands_in_proportion_ask_for_their_part(second_needs):
    rule = {"bands": {"of": "x", "per": "y", "steps": RISING}}
    assert second_needs(rule, 3, x=1, y=20) == (1, 4)  # 1 of 20 earns 1; 4 points want a fifth


def test_the_owner_of_the_largest_value_has_nothing_left(small, methodology_of, inputs_with):
    e = edition(
        small, methodology_of, inputs_with, {"of_largest": {"of": "x"}},
        {"A": {"x": 4, "given": 9}, "B": {"x": 8, "given": 0}, "C": {"x": 3, "given": 5}},
    )  # fmt: skip
    found = closing(e, "all")  # A 5 + 9, B 10, C 3.75 + 5
    b, c = of(found, "B").to_rank, of(found, "C").to_rank
    assert way(b, "asked").left == 0 and way(b, "asked").enough is False
    assert way(c, "asked").answer.needed == 4  # 5 + 5 is level with B: the mark of 8 stays
