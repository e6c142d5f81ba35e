"""Means of other kinds from leaf to rank: bounds, order, what is told where digits end, what is refused."""

from dataclasses import replace
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.digits import TELLABLE, power
from ictindex.basics.findings import Refused
from ictindex.robustness.as_numbers import problem
from ictindex.robustness.exact_problem import exact_problem
from ictindex.scoring.checks import all_checks
from ictindex.scoring.outcomes import score

KINDS = [
    {"aggregate": "geometric", "zeros": "zero"},
    {"aggregate": "geometric", "zeros": F(1, 100)},
    {"aggregate": "harmonic", "zeros": "zero"},
    {"aggregate": "power", "power": F(3)},
    {"aggregate": "power", "power": F(-3, 2), "zeros": "zero"},
    {"aggregate": "minimum"},
    {"aggregate": "median"},
]
IN_FOUR = {"digits": 4, "how": "half_up"}
CRITERIA = {key: {"max_points": 1, "missing": "leave_out", "rule": {"value": key}} for key in "abc"}
some = st.fractions(0, 1, max_denominator=50) | st.just("missing")


@pytest.fixture(scope="module")
def of_kind(methodology_of):
    return [methodology_of(CRITERIA, max_points=10, **kind) for kind in KINDS]


@given(st.tuples(some, some, some), st.integers(0, len(KINDS) - 1), st.data())
def test_a_mean_lies_within_what_counts_and_a_gain_never_lowers_it(of_kind, inputs_with, shares, i, data):
    m, base = of_kind[i], dict(zip("abc", shares, strict=True))
    counted = [key for key in "abc" if base[key] != "missing"]
    if not counted:
        return
    better = base | {(key := data.draw(st.sampled_from(counted))): (base[key] + 1) / 2}
    one, other = score(m, inputs_with({"u": base, "v": better}), {}, 2020).outcomes["total"]
    floor = m.root.criterion.zeros or 0
    low, high = (f(max(base[k], floor) for k in counted) for f in (min, max))
    slack = 10 * TELLABLE
    assert 10 * low - slack <= one.points <= 10 * high + slack and one.available == 10
    assert other.points >= one.points - slack


@pytest.fixture
def edition(small, methodology_of, inputs_with):
    """An evaluation of units with shares at a and b, by their geometric mean."""

    def edition(rounded=None, **units):
        both = {key: {"max_points": 1, "rule": {"value": key}} for key in "ab"}
        how = {"aggregate": "geometric", "zeros": "zero", "max_points": 1}
        if rounded:
            both, how = {"both": {**how, "rounded": rounded, "criteria": both}}, {**how, "aggregate": "sum"}
            del how["zeros"]
        m = methodology_of(both, **how, rank_on="unrounded", answers={})
        in_force = {
            name: small.rules["ties"]._replace(value=stated.value) for name, stated in m.open_rules.items()
        }
        inputs = inputs_with({unit: dict(zip("ab", pair, strict=True)) for unit, pair in units.items()})
        return replace(small, methodology=m, inputs=inputs, scores=score(m, inputs, {}, 2020), rules=in_force)

    return edition


def told_apart(e):
    return next(check for check in all_checks(e) if check.name == "told_apart")


def test_ranks_follow_roots_that_are_told_apart(edition):
    e = edition(u=(F(1, 2), F(1, 3)), v=(F(1, 3), F(1, 2)), w=(F(1, 2), F(1, 4)), x=(F(1, 2), F(1, 3)))
    assert [(s.entity.code, s.rank) for s in e.standings["all"]] == [("u", 1), ("v", 1), ("x", 1), ("w", 4)]
    check = told_apart(e)  # u and v have other figures: whether √(1/6) and √(1/6) are alike is not proven
    assert check.holds is False and check.facts["names"] == ["Đơn vị u", "Đơn vị v", "Đơn vị x"]


def test_a_root_that_is_rational_is_told_apart_from_its_rounding_and_from_another(edition):
    # √(1/100 × 1) = 1/10, √(1/4 × 1/25) = 1/10 too, and √(1/16 × 1/25) = 1/20, half way between 0 and 0,1
    e = edition(u=(F(1, 100), F(1)), v=(F(1, 4), F(1, 25)), w=(F(1, 16), F(1, 25)))
    e = replace(e, rules={**e.rules, "decimals": e.rules["decimals"]._replace(value=1)})
    assert [s.value for s in e.standings["all"]] == [F(1, 10), F(1, 10), F(1, 20)]
    assert told_apart(e).holds
    assert told_apart(
        edition(rounded=IN_FOUR, w=(F(1, 400), F(1, 1_000_000)))
    ).holds  # 1/20000, half of 0,0001


def test_what_does_not_count_or_is_rounded_or_exact_needs_not_be_the_same_below(
    small, methodology_of, inputs_with
):
    leaf = {"missing": "leave_out", "max_points": 1}
    several = {key: {**leaf, "rule": {"value": key}} for key in "bcd"}
    covered = {"coverage": {"least": 60, "of": "criteria", "below": "not_scored"}, "rounded": IN_FOUR}
    criteria = {
        "a": {
            "max_points": 1,
            "rule": {"goalposts": {"of": "a", "worst": 1, "best": 9, "scale": "logarithm"}},
        },
        "bcd": {"max_points": 1, "aggregate": "geometric", "zeros": "zero", "criteria": several, **covered},
        "e": {**leaf, "rule": {"value": "e"}},
        "f": {**leaf, "rule": {"value": "f"}},
    }
    m = methodology_of(criteria, aggregate="mean", max_points=1, rank_on="unrounded", answers={})
    units = {
        "u": {"a": 3, "b": F(1, 2), "c": "missing", "d": "missing", "e": F(1, 2), "f": "missing"},
        "v": {"a": 3, "b": "missing", "c": F(1, 3), "d": "missing", "e": F(1, 2), "f": "not_applicable"},
        "x": {"a": 4, "b": F(1, 2), "c": F(1, 3), "d": F(1, 2), "e": "missing", "f": "missing"},
        "y": {"a": 4, "b": F(1, 2), "c": F(1, 3), "d": F(500_001, 1_000_000), "e": "missing", "f": "missing"},
    }
    inputs = inputs_with(units)
    in_force = {n: small.rules["ties"]._replace(value=rule.value) for n, rule in m.open_rules.items()}
    e = replace(small, methodology=m, inputs=inputs, scores=score(m, inputs, {}, 2020), rules=in_force)
    assert [s.rank for s in e.standings["all"]] == [1, 1, 3, 3]
    assert told_apart(e).holds


def test_values_nearer_than_the_digits_tell_are_named_and_others_are_not(edition):
    near = power(F(1, 6), F(1, 2))
    e = edition(u=(F(1, 2), F(1, 3)), v=(near, near), w=(F(1, 2), F(1, 4)))
    assert not told_apart(e).holds and told_apart(e).facts["near"] == 2
    e = edition(u=(F(1, 2), F(1, 3)), v=(near + F(1, 10**15), near + F(1, 10**15)), w=(F(1, 2), F(1, 4)))
    assert told_apart(e).holds


def test_a_value_too_near_where_its_rounding_turns_is_named(edition):
    turn = F("0.50005")
    e = edition(u=(turn + F(1, 10**28), turn - F(1, 10**28)), w=(F(1, 2), F(1, 4)))
    assert told_apart(e).facts["names"] == ["Đơn vị u"]
    assert told_apart(edition(u=(F(1), F(1)), w=(F(1, 2), F(1, 4)))).holds


def test_a_root_too_near_where_a_criterion_rounds_is_named(edition):
    turn, how = F("0.50005"), {"digits": 4, "how": "half_even"}
    e = edition(how, u=(turn + F(1, 10**28), turn - F(1, 10**28)), w=(F(1, 2), F(1, 4)))
    assert told_apart(e).facts["names"] == ["Đơn vị u"]
    assert told_apart(edition(how, u=(F(1, 2), F(1, 3)), w=(F(1, 2), F(1, 4)))).holds


def test_what_is_exact_needs_no_telling(small):
    assert all(check.name != "told_apart" for check in all_checks(small))


def test_what_takes_a_linear_total_for_granted_is_refused(edition):
    e = edition(u=(F(1, 2), F(1, 3)), w=(F(1, 2), F(1, 4)))
    for ask in (problem, exact_problem):
        with pytest.raises(Refused) as refused:
            ask(e, "all")
        assert [(f.code, f.column) for f in refused.value.findings] == [("not-linear", "total")]
