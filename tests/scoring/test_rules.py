"""What one leaf earns; more worked cases, to be read and signed, are in cases/rule_language."""

from fractions import Fraction

import pytest
from hypothesis import assume
from hypothesis import given as drawn
from hypothesis import strategies as st

from ictindex.facts.answers import Given
from ictindex.methodology.rule_kinds import Rule, Share
from ictindex.scoring.rules import OutOfRange, Spread, earned, of_nothing, points

VALUE = Rule(value="portal")
SHARE = Rule(share=Share(of="with_computer", per="staff"))
COUNTS = st.integers(min_value=0, max_value=10**6)
MAXIMA = st.fractions(min_value=Fraction(1, 100), max_value=1000)


def answers(*numbers):
    """The answers of VALUE for one number, of SHARE for two; each with the row it stands in."""
    names = ("portal",) if len(numbers) == 1 else ("with_computer", "staff")
    told = zip(names, numbers, strict=True)
    return {
        name: Given(Fraction(number), "given", str(number), row)
        for row, (name, number) in enumerate(told, start=2)
    }


def test_a_value_is_the_points_themselves():
    assert points(VALUE, answers("12.5"), Fraction(40)) == Fraction(25, 2)


def test_the_share_with_a_computer_of_2342_annex_1b_item_1():
    assert points(SHARE, answers(90, 100), Fraction(20)) == 18


def test_a_share_stays_a_fraction():
    assert points(SHARE, answers(1, 3), Fraction(20)) == Fraction(
        20, 3
    )  # floats would give 6.666666666666667


def test_nobody_of_no_staff_earns_nothing():
    assert points(SHARE, answers(0, 0), Fraction(20)) == 0


@pytest.mark.parametrize(
    "rule, numbers, at_fault, shown",
    [
        (VALUE, ["40.01"], 0, "40.01"),
        (VALUE, [-1], 0, "-1"),
        (SHARE, [120, 100], 0, "24"),  # 1.2 × 20
        (SHARE, [-1, 100], 0, "-1/100"),
        (SHARE, [5, 0], 0, "5/0"),  # no number of points, and none is made up
        (SHARE, [-5, -10], 0, "-5/-10"),  # the quotient would be a plausible one half
        (SHARE, [0, -10], 0, "0/-10"),
    ],
)
def test_points_outside_the_maximum_are_refused_and_never_clipped(rule, numbers, at_fault, shown):
    most = Fraction(40 if rule is VALUE else 20)
    given = answers(*numbers)
    with pytest.raises(OutOfRange) as refused:
        points(rule, given, most)
    assert (refused.value.given, refused.value.points, refused.value.most) == (
        list(given.values())[at_fault],
        shown,
        most,
    )


def test_the_maximum_itself_and_zero_are_inside():
    assert points(VALUE, answers(40), Fraction(40)) == 40
    assert points(VALUE, answers(0), Fraction(40)) == 0
    assert points(SHARE, answers(7, 7), Fraction(20)) == 20


@drawn(of=COUNTS, per=COUNTS.filter(bool), most=MAXIMA)
def test_a_share_of_a_total_is_of_by_per_of_the_maximum(of, per, most):
    assume(of <= per)
    earned = points(SHARE, answers(of, per), most)
    assert earned * per == of * most
    assert 0 <= earned <= most


@drawn(of=COUNTS, per=COUNTS.filter(bool), times=st.integers(1, 1000), most=MAXIMA)
def test_a_share_does_not_depend_on_the_unit_of_counting(of, per, times, most):
    assume(of <= per)
    assert points(SHARE, answers(of * times, per * times), most) == points(SHARE, answers(of, per), most)


# --- nothing of nothing -----------------------------------------------------------------------------------

CASES = [
    {"label_vi": "a", "max_points": Fraction(15), "rule": {"share": SHARE.share.model_dump()}},
    {"label_vi": "b", "max_points": Fraction(5), "rule": {"value": "portal"}},
]
PARTS, BEST = (Rule.model_validate({kind: CASES}) for kind in ("sum_of", "best_of"))
STEPS = [
    {"low": Fraction(0), "high": Fraction(1, 2), "points": Fraction(0)},
    {"low": Fraction(1, 2), "points": Fraction(20)},
]
BANDS = Rule.model_validate({"bands": {**SHARE.share.model_dump(), "steps": STEPS}})
LARGEST = Rule.model_validate({"of_largest": SHARE.share.model_dump()})


@pytest.mark.parametrize(
    ("nothing", "share", "parts", "best"),
    [
        ("zero", (0, 20), (4, 20), (4, 20)),
        ("full", (20, 20), (19, 20), (15, 15)),
        ("does_not_apply", (0, 0), (4, 5), (4, 5)),
    ],
)
def test_nothing_of_nothing_counts_what_the_rule_says_also_inside_a_case(nothing, share, parts, best):
    given = answers(0, 0) | answers(4)
    for rule in (SHARE, BANDS, LARGEST):
        assert earned(rule, given, Fraction(20), Fraction(3), nothing) == share
    assert earned(PARTS, given, Fraction(20), None, nothing) == parts
    most = Fraction(20 if nothing == "zero" else 15)
    assert earned(BEST, given, most, None, nothing)[0] == best[0]


@drawn(COUNTS, st.integers(min_value=1, max_value=10**6), st.sampled_from(["zero", "full", "does_not_apply"]))
def test_who_has_something_to_have_a_share_of_is_scored_alike_whatever_nothing_counts(of, per, nothing):
    assume(of <= per)
    given = answers(of, per)
    assert not of_nothing(SHARE, given)
    assert earned(SHARE, given, Fraction(20), None, nothing) == (points(SHARE, given, Fraction(20)), 20)


# --- sums, differences and constants inside a rule ----------------------------------------------------------

counts = st.integers(0, 1000).map(Fraction)


def share_of(of, per, **numbers):
    rule = Rule.model_validate({"share": {"of": of, "per": per}})
    return points(rule, {key: given_value(value) for key, value in numbers.items()}, Fraction(20))


@drawn(counts, counts, counts)
def test_what_is_added_and_taken_off_is_plain_arithmetic_in_any_order(a, b, c):
    of, per = {"plus": ["a", "b"], "minus": ["c"]}, {"plus": ["a", "b", "d"]}
    if a + b < c:
        with pytest.raises(OutOfRange):
            share_of(of, Fraction(2000), a=a, b=b, c=c)
        return
    assert share_of(of, Fraction(2000), a=a, b=b, c=c) == (a + b - c) / 2000 * 20
    assert share_of({"plus": ["b", "a"], "minus": ["c"]}, Fraction(2000), a=a, b=b, c=c) == (a + b - c) / 100
    assert share_of({"plus": ["a"], "minus": ["a"]}, Fraction(2000), a=a) == 0
    assert share_of(of, per, a=a, b=b, c=c, d=Fraction(1)) == (a + b - c) / (a + b + 1) * 20


# --- in a group ---------------------------------------------------------------------------------------------

BY = ["min_max", "leader", "percentile_rank", "z_score"]
values = st.lists(st.integers(0, 30).map(Fraction), min_size=1, max_size=8)


def in_group(by, best="largest", **more):
    scale = {"centre": Fraction(1, 2), "each": Fraction(1, 10), "outside": "clip"} if by == "z_score" else {}
    return Rule.model_validate({"in_group": {"of": "a", "by": by, "best": best, **scale, **more}})


@drawn(values, st.sampled_from(BY), st.sampled_from(["largest", "smallest"]))
def test_who_stands_better_in_a_group_never_has_less_and_nobody_leaves_the_maximum(some, by, best):
    spread = Spread(tuple(sorted(some)))
    ordered = sorted(some, reverse=best == "smallest")
    earned = [points(in_group(by, best), {"a": given_value(each)}, Fraction(20), spread) for each in ordered]
    assert earned == sorted(earned) and all(0 <= each <= 20 for each in earned)
    if by in ("min_max", "leader"):
        assert earned[-1] == 20


@drawn(values, st.integers(1, 9).map(Fraction), st.integers(0, 50).map(Fraction))
def test_min_max_ranks_and_z_scores_do_not_know_the_unit_of_measure(some, times, more):
    """Euros for dong, Fahrenheit for Celsius: only what is over the leader depends on where 0 lies."""
    spread, other = (Spread(tuple(sorted(each))) for each in (some, [times * each + more for each in some]))
    for by in ("min_max", "percentile_rank", "z_score"):
        was, now = (
            points(in_group(by), {"a": given_value(value)}, Fraction(20), of)
            for value, of in ((some[0], spread), (times * some[0] + more, other))
        )
        assert abs(was - now) < Fraction(1, 10**20)


@drawn(st.integers(1, 99).map(Fraction), st.sampled_from([None, "logarithm", "root"]))
def test_goalposts_turned_round_give_what_is_left(value, scale):
    def earned(worst, best):
        rule = {"goalposts": {"of": "a", "worst": worst, "best": best, "scale": scale, "outside": "clip"}}
        return points(Rule.model_validate(rule), {"a": given_value(value)}, Fraction(1))

    assert abs(earned(1, 100) + earned(100, 1) - 1) < Fraction(1, 10**25)
    assert earned(1, value + 1) >= earned(1, value + 2)


def given_value(value):
    return Given(value, "given", str(value), 2)
