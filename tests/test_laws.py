"""Laws of bonuses and deductions under every aggregate, of goalposts, and of places in a group."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.digits import TELLABLE
from ictindex.facts.answers import Given
from ictindex.methodology.rule_kinds import Rule
from ictindex.scoring.outcomes import score
from ictindex.scoring.rules import Spread, points

KINDS = [
    {"aggregate": "sum", "max_points": 2},
    {"aggregate": "mean"},
    {"aggregate": "weights"},
    {"aggregate": "geometric", "zeros": "zero"},
    {"aggregate": "harmonic", "zeros": F(1, 100)},
    {"aggregate": "power", "power": F(2)},
    {"aggregate": "minimum"},
    {"aggregate": "median"},
]
NAMES = [kind["aggregate"] for kind in KINDS]
share = st.fractions(0, 1, max_denominator=60)


def methodology(methodology_of, kind, more=(), **bounds):
    weight = {"weight": F(1, 2)} if kind["aggregate"] == "weights" else {}
    both = {key: {"max_points": 1, "missing": "leave_out", **weight, "rule": {"value": key}} for key in "ab"}
    return methodology_of({**both, **dict(more)}, **{"max_points": 1, **kind}, **bounds)


def total(m, inputs_with, **figures):
    return score(m, inputs_with({"u": figures}), {}, 2020).outcomes["total"][0]


def beyond(counts_as):
    extra = {
        "max_points": 1,
        "missing": "leave_out",
        "counts_as": counts_as,
        "citation": {"clause": "Điều 1"},
    }
    return {**extra, "rule": {"value": counts_as}}


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
@given(a=share, b=share, bonus=share, deduction=share)
def test_a_bonus_is_added_and_a_deduction_taken_off_what_the_others_come_to_within_its_ends(
    methodology_of, inputs_with, kind, a, b, bonus, deduction
):
    most, floor = kind.get("max_points", 1), F(1, 4)
    plain = total(methodology(methodology_of, kind), inputs_with, a=a, b=b)
    more = {"bonus": beyond("bonus"), "deduction": beyond("deduction")}
    m = methodology(methodology_of, kind, more, ceiling=F(most) + F(1, 2), floor=floor)
    own = total(m, inputs_with, a=a, b=b, bonus=bonus, deduction=deduction)
    raised = min(plain.points + bonus, max(F(most) + F(1, 2), plain.points))
    assert own.points == max(raised - deduction, min(floor, raised))
    assert own.available == plain.available == most


figure = st.fractions(1, 1000, max_denominator=20)
SCALES = [None, "root", "logarithm"]


def earned(rule, value, against=None):
    return points(Rule.model_validate(rule), {"n": Given(value, "given", "", 2)}, F(1), against)


@pytest.mark.parametrize("scale", SCALES)
@given(value=figure, ends=st.tuples(figure, figure).filter(lambda ends: ends[0] != ends[1]))
def test_goalposts_turned_round_earn_the_rest_and_none_leaves_the_maximum(scale, value, ends):
    how = {"of": "n", "outside": "clip", **({"scale": scale} if scale else {})}
    one, other = (earned({"goalposts": {**how, "worst": w, "best": b}}, value) for w, b in (ends, ends[::-1]))
    assert 0 <= one <= 1 and abs(one + other - 1) <= (10**6 * TELLABLE if scale else 0)
    assert earned({"goalposts": {**how, "worst": ends[0], "best": ends[1]}}, ends[1]) == 1


@pytest.mark.parametrize("best", ["largest", "smallest"])
@pytest.mark.parametrize("by", ["min_max", "leader", "percentile_rank", "z_score"])
@given(values=st.lists(figure, min_size=1, max_size=6), times=figure)
def test_a_place_in_the_group_keeps_the_order_and_does_not_know_the_measure(by, best, values, times):
    how = {"centre": F(1, 2), "each": F(1, 100)} if by == "z_score" else {}
    rule = {"in_group": {"of": "n", "by": by, "best": best, **how}}
    group, measured = (Spread(tuple(sorted(each))) for each in (values, [value * times for value in values]))
    shares = {value: earned(rule, value, group) for value in values}
    better = sorted(shares, reverse=best == "smallest")
    got = [shares[value] for value in better]
    assert got == sorted(got) and all(0 <= each <= 1 for each in got)
    slack = TELLABLE if by == "z_score" else 0
    assert all(abs(earned(rule, v * times, measured) - shares[v]) <= slack for v in values)
