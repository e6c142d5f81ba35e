"""Bonuses, deductions and rounding from leaf to rank: bounds, order, and what is refused by name."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.exact import round_exact
from ictindex.basics.findings import Refused
from ictindex.robustness.as_numbers import problem
from ictindex.robustness.exact_problem import exact_problem
from ictindex.scoring.checks import all_checks
from ictindex.scoring.outcomes import score

CLAUSE = {"clause": "Điều 1"}
LEAF = {"missing": "leave_out"}
PLAIN = {key: {"max_points": 10, **LEAF, "rule": {"value": key}} for key in "ab"}
BONUS = {"max_points": 4, **LEAF, "counts_as": "bonus", "citation": CLAUSE, "rule": {"value": "bonus"}}
OFF = {"max_points": 8, **LEAF, "counts_as": "deduction", "citation": CLAUSE, "rule": {"value": "off"}}
CRITERIA = {**PLAIN, "bonus": BONUS, "off": OFF}
KINDS = [{"aggregate": "sum", "max_points": 20}, {"aggregate": "mean", "max_points": 10}]
KINDS += [{"aggregate": "geometric", "zeros": "zero", "max_points": 20}]
ENDS = [{"floor": F(0)}, {"floor": F(3), "ceiling": F(21)}]
figure = st.fractions(0, 10, max_denominator=40) | st.just("missing")


@pytest.fixture(scope="module")
def trees(methodology_of):
    return [methodology_of(CRITERIA, **kind, **ends) for kind in KINDS for ends in ENDS]


@pytest.fixture(scope="module")
def plain(methodology_of):
    return [methodology_of(PLAIN, **kind) for kind in KINDS for _ in ENDS]


@given(st.tuples(figure, figure), st.integers(0, 5), st.fractions(0, 4), st.fractions(0, 8))
def test_points_stay_between_floor_and_ceiling_and_move_with_bonus_and_deduction(
    trees, plain, inputs_with, own, i, bonus, off
):
    m, base = trees[i], dict(zip("ab", own, strict=True))

    def total(**more):
        return score(m, inputs_with({"u": {**base, **more}}), {}, 2020).outcomes["total"][0]

    without = score(plain[i], inputs_with({"u": base}), {}, 2020).outcomes["total"][0]
    both = total(bonus=bonus, off=off)
    if not without.counts:
        assert not both.counts  # a bonus alone is nothing
        return
    stated = m.root.criterion
    up = without.points + bonus
    up = up if stated.ceiling is None else min(up, stated.ceiling)
    assert both.points == max(up - off, min(up, stated.floor)) and both.available == without.available
    assert total(bonus=bonus, off=F(0)).points == up >= both.points >= min(stated.floor, up)
    assert total(bonus=F(0), off=off).points <= both.points
    assert total(bonus=F(0), off=F(0)).points == without.points == total().points


@given(
    st.fractions(0, 10, max_denominator=700),
    st.integers(4, 6),
    st.sampled_from(["half_up", "half_even", "down"]),
)
def test_a_rounded_criterion_is_near_what_it_was_and_keeps_the_order(
    methodology_of, inputs_with, value, digits, how
):
    leaf = {"max_points": 10, "rounded": {"digits": digits, "how": how}, "rule": {"value": "a"}}
    m = methodology_of({"a": leaf}, aggregate="sum", max_points=10)
    units = {"u": {"a": value}, "v": {"a": (value + 10) / 2}}
    one, other = score(m, inputs_with(units), {}, 2020).outcomes["total"]
    assert one.points == F(round_exact(value, digits, how)) <= other.points <= 10
    assert abs(one.points - value) < F(1, 10**digits)


def test_no_reason_for_zero_gives_a_deduction_back(methodology_of, inputs_with):
    m = methodology_of(CRITERIA, aggregate="sum", max_points=20, floor=F(0))
    figures = {"a": F(9), "b": F(8), "bonus": F(2)}
    for off, points in ((F(3), 16), ((F(3), "zero_untrue"), 16), ("missing", 19)):
        outcomes = score(m, inputs_with({"u": {**figures, "off": off}}), {}, 2020).outcomes
        assert outcomes["total"][0].points == points
    zeroed = {"a": (F(9), "zero_untrue"), "b": F(0), "bonus": F(0), "off": F(3)}
    assert score(m, inputs_with({"u": zeroed}), {}, 2020).outcomes["total"][0].points == 0


EDITION = """\
  extra:
    label_vi: Thưởng
    status: official
    citation: {clause: Điều 1}
    counts_as: bonus
    max_points: 5
    rule: {value: more}
  less:
    label_vi: Trừ
    status: official
    citation: {clause: Điều 2}
    counts_as: deduction
    missing: leave_out
    max_points: 10
    aggregate: sum
    criteria:
      one: {label_vi: Một, status: illustrative, max_points: 10, rule: {value: off}}
"""
ANSWERS = "".join(
    f"{u},more,{m},\n{u},off,{o},\n" for u, m, o in (("A", 5, 0), ("B", 0, 10), ("C", 2, 1), ("D", 1, 7))
)


@pytest.fixture
def beyond(mini_with):
    """The small edition with a bonus and a deduction, and a rounded criterion."""

    def methodology(text):
        text = text.replace(
            "missing: zero\nnothing",
            "  more: {label_vi: Thêm, kind: number}\n  off: {label_vi: Bớt, kind: number}\n"
            "missing: zero\nnothing",
        )
        text = text.replace(
            "aggregate: sum\n  compare_on", "aggregate: sum\n  floor: 2\n  ceiling: 101\n  compare_on"
        )
        text = text.replace(
            "        max_points: 10\n", "        max_points: 10\n        rounded: {digits: 3, how: down}\n"
        )
        return text + EDITION

    return mini_with(methodology=methodology, answers=lambda text: text + ANSWERS)


def test_every_check_of_an_edition_holds_and_questions_about_weights_are_refused_by_name(beyond):
    from ictindex.scoring.evaluation import evaluate_edition

    e = evaluate_edition("mini-2020", beyond)
    assert [check.name for check in all_checks(e) if check.holds is False] == []
    assert {o.points for o in e.scores.outcomes["less"] if o.counts} == {0, -10, -1, -7}
    for make in (problem, exact_problem):
        with pytest.raises(Refused) as refused:
            make(e, "ministry")
        assert {f.facts["aggregate"] for f in refused.value.findings} == {
            "rounded", "counts_as: bonus", "counts_as: deduction"
        }  # fmt: skip


def test_a_bonus_applies_to_no_group_to_which_that_it_stands_under_does_not(methodology_of):
    """Else it would have points that are added to nothing."""
    maxima, bonus = {"x": 10, "y": "not_applicable"}, {**BONUS, "max_points": 4}
    inner = {
        "max_points": maxima,
        "aggregate": "mean",
        "criteria": {"a": {**PLAIN["a"], "max_points": maxima}},
    }
    criteria = {"inner": inner, "b": {**PLAIN["b"], "max_points": {"x": 10, "y": 20}}}
    stated = {"aggregate": "sum", "max_points": 20, "groups": ("x", "y")}
    methodology_of(criteria, **stated)
    inner["criteria"]["more"] = bonus
    with pytest.raises(Refused) as refused:
        methodology_of(criteria, **stated)
    assert {f.code for f in refused.value.findings} == {"maximum-below-not-applicable"}
