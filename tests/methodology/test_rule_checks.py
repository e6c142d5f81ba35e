"""Rules that are well formed and cannot be right: each is named at its line."""

import pytest

from ictindex.methodology.reading import methodology_remarks

RULE = "    rule: {value: services}\n"
ASKED = "kind: number, min: 0, max: 50"
AT = "criteria.services.rule"


def bands(*steps):
    lines = "".join(f"          - {{{step}}}\n" for step in steps)
    return (RULE, f"    rule:\n      bands:\n        of: services\n        steps:\n{lines}")


LAST = "low: 10, points: 50"


def test_bands_that_join_are_right(wrong_in):
    assert wrong_in(bands("low: 0, high: 10, points: 0", LAST)) == []
    assert wrong_in(bands("low: 0, high: 5, points: 0", "low: 5, high: 10, full: 10", LAST)) == []
    assert wrong_in(bands("low: 0, points: 50")) == []


@pytest.mark.parametrize(
    "steps, code, which",
    [
        (["low: 0, high: 9, points: 0", LAST], "steps-gap", 0),
        (["low: 0, high: 11, points: 0", LAST], "steps-overlap", 0),
        (
            ["low: 0, high: 10, points: 0", "low: 10, high: 20, points: 50"],
            "step-limits",
            1,
        ),  # the last is open
        (["low: 0, points: 0", LAST], "step-limits", 0),  # and only the last
        (["low: 10, high: 10, points: 0", LAST], "step-limits", 0),  # nothing lies in it
        (["low: 0, high: 10, points: 0, full: 10", LAST], "step-points", 0),
        (["low: 0, high: 10", LAST], "step-points", 0),
        (["low: 0, high: 10, points: 0", "low: 10, points: 51"], "step-above-maximum", 1),
        (["low: 0, high: 10, points: -1", LAST], "step-above-maximum", 0),
        (["low: 0, high: 10, full: 9", LAST], "step-above-maximum", 0),  # 10/9 of the maximum
        (["low: 0, high: 10, full: 0", LAST], "full-not-positive", 0),
        (["low: 0, high: 10, full: -10", LAST], "full-not-positive", 0),
    ],
)
def test_a_wrong_step_is_named_at_its_line(steps, code, which, wrong_in):
    line = f"- {{{steps[which]}}}"
    assert wrong_in(bands(*steps)) == [(code, line, f"{AT}.bands.steps.{which}")]


def test_a_last_step_below_the_maximum_is_found_though_the_one_before_comes_near_it(
    wrong_in,
):
    """A share of full points stays below the end of its step: at 10 it would be the maximum, and is 40."""
    steps = ["low: 0, high: 10, full: 10", "low: 10, points: 40"]
    assert [(code, at) for code, _, at in wrong_in(bands(*steps))] == [
        ("rule-and-maximum-differ", f"{AT}.bands")
    ]


def test_no_steps_at_all(wrong_in):
    edit = (RULE, "    rule: {bands: {of: services, steps: []}}\n")
    assert wrong_in(edit) == [("none-given", "rule: {bands: {of: services, steps: []}}", f"{AT}.bands.steps")]


# --- choices ----------------------------------------------------------------------------------------------


def choice(choices, points):
    return [
        (ASKED, f"kind: choice, choices: {choices}"),
        (RULE, f"    rule: {{choice: {{of: services, points: {points}}}}}\n"),
    ]


def test_a_choice_gives_every_choice_its_points_and_reaches_the_maximum(wrong_in):
    assert wrong_in(*choice("{a: A, b: B}", "{a: 0, b: 50}")) == []


@pytest.mark.parametrize(
    "choices, points, codes",
    [
        ("{a: A, b: B, c: C}", "{a: 0, b: 50}", ["choice-without-points"]),
        ("{a: A}", "{a: 50, b: 0}", ["choice-without-points"]),
        ("{a: A, b: B}", "{a: 0, b: 49}", ["rule-and-maximum-differ"]),
        ("{a: A, b: B}", "{a: 0, b: 51}", ["rule-and-maximum-differ"]),
        ("{a: A}", "{}", ["rule-and-maximum-differ", "choice-without-points"]),
    ],
)
def test_choices_and_points_that_differ(choices, points, codes, wrong_in):
    found = wrong_in(*choice(choices, points))
    assert [code for code, *_ in found] == codes
    assert {line for _, line, _ in found} == {f"rule: {{choice: {{of: services, points: {points}}}}}"}


# --- parts, cases, marks ----------------------------------------------------------------------------------

COUNTED = (ASKED, "kind: count")


def test_a_count_reaches_the_maximum(wrong_in):
    assert wrong_in(COUNTED, (RULE, "    rule: {count: {of: services, each: 1, most: 50}}\n")) == []
    found = wrong_in(COUNTED, (RULE, "    rule: {count: {of: services, each: 1, most: 5}}\n"))
    assert [(code, column) for code, _, column in found] == [("rule-and-maximum-differ", f"{AT}.count")]


def parts(kind, *maxima):
    lines = "".join(
        f"        - {{label_vi: P, max_points: {m}, rule: {{value: services}}}}\n" for m in maxima
    )
    return (RULE, f"    rule:\n      {kind}:\n{lines}")


@pytest.mark.parametrize(
    "kind, maxima, right",
    [
        ("sum_of", (45, 5), True),
        ("sum_of", (45, 6), False),
        ("best_of", (50, 30), True),
        ("best_of", (45, 5), False),
    ],
)
def test_parts_add_up_and_the_best_case_reaches_the_maximum(kind, maxima, right, wrong_in):
    wanted = [] if right else [("rule-and-maximum-differ", f"{kind}:", f"{AT}.{kind}")]
    assert wrong_in(parts(kind, *maxima)) == wanted


@pytest.mark.parametrize("kind", ["sum_of", "best_of"])
def test_no_parts_at_all(kind, wrong_in):
    found = wrong_in((RULE, f"    rule: {{{kind}: []}}\n"))
    assert ("none-given", f"rule: {{{kind}: []}}", f"{AT}.{kind}") in found
    assert [code for code, *_ in found] == ["answer-not-read", "none-given"]


@pytest.mark.parametrize("kind", ["of_largest", "mark", "awarded"])
def test_what_needs_others_or_appraisers_stands_alone(kind, wrong_in):
    inside = "{of: services}" if kind == "of_largest" else "services"
    asked = {"mark": "kind: mark, max: 50", "awarded": "kind: award, max: 50"}.get(kind, ASKED)
    line = f"- {{label_vi: P, max_points: 50, rule: {{{kind}: {inside}}}}}"
    edits = [(RULE, f"    rule:\n      best_of:\n        {line}\n")]
    edits += [(ASKED, asked)] if asked != ASKED else []
    assert wrong_in(*edits) == [("rule-not-inside", line, f"{AT}.best_of.0.rule.{kind}")]


@pytest.mark.parametrize("kind, asked", [("mark", "mark"), ("awarded", "award")])
def test_marks_and_awards_have_a_scale(kind, asked, wrong_in):
    found = wrong_in((ASKED, f"kind: {asked}"), (RULE, f"    rule: {{{kind}: services}}\n"))
    line = f"services: {{label_vi: Điểm dịch vụ công, kind: {asked}}}"
    assert found == [("scale-missing", line, "answers.services")]
    assert wrong_in((ASKED, f"kind: {asked}, max: 50"), (RULE, f"    rule: {{{kind}: services}}\n")) == []


def test_an_award_is_in_points_but_a_mark_has_a_scale_of_its_own(wrong_in):
    award = wrong_in((ASKED, "kind: award, max: 10"), (RULE, "    rule: {awarded: services}\n"))
    assert [code for code, *_ in award] == ["rule-and-maximum-differ"]
    assert wrong_in((ASKED, "kind: mark, max: 10"), (RULE, "    rule: {mark: services}\n")) == []


# --- bands that fall short, and remarks -------------------------------------------------------------------


@pytest.mark.parametrize(
    "steps",
    [
        ["low: 0, high: 10, points: 0", "low: 10, points: 49"],
        ["low: 0, high: 10, full: 20", "low: 10, points: 40"],
    ],
)
def test_bands_of_which_none_reaches_the_maximum_are_found(steps, wrong_in):
    assert [code for code, *_ in wrong_in(bands(*steps))] == ["rule-and-maximum-differ"]


def test_fewer_may_be_better_so_that_the_first_band_reaches_the_maximum(wrong_in):
    assert wrong_in(bands("low: 0, high: 10, points: 50", "low: 10, points: 0")) == []


def noted(mini_with, *edits):
    """The remarks on the small methodology with these edits: code and facts."""

    def edited(text):
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text

    return [(each.code, each.facts) for each in methodology_remarks("mini", mini_with(methodology=edited))]


def test_a_methodology_whose_points_can_all_be_reached_is_not_remarked(mini_with):
    assert noted(mini_with) == []


TWO = "{low: 0, high: 10, points: 5}, {low: 10, points: 50}"
FEWER = "{low: 0, high: 5, points: 50}, {low: 5, points: 0}"


@pytest.mark.parametrize(
    ("asked", "rule", "reached"),
    [
        ("kind: number, min: 0, max: 49", "value: services", "49"),
        ("kind: yes_no", "value: services", "1"),
        ("kind: count, max: 4", "count: {of: services, each: 10, most: 50}", "40"),
        ("kind: number, min: 0, max: 9", f"bands: {{of: services, steps: [{TWO}]}}", "5"),
        ("kind: number, min: 0, max: 9", "bands: {of: services, steps: [{low: 0, full: 10}]}", "45"),
        ("kind: number, min: 6", f"bands: {{of: services, steps: [{FEWER}]}}", "0"),
    ],
)  # fmt: skip
def test_a_bound_by_which_points_cannot_be_reached_is_remarked(mini_with, asked, rule, reached):
    edits = [(ASKED, asked), ("rule: {value: services}", f"rule: {{{rule}}}")]
    ((code, facts),) = noted(mini_with, *edits)
    assert (code, facts["reached"], facts["most"]) == ("points-unreachable", reached, "50")


def test_that_nothing_says_what_0_of_0_counts_is_remarked(mini_with):
    assert noted(mini_with, ("nothing_of_nothing: zero\n", "")) == [("nothing-undeclared", {})]


# --- goalposts, standing in a group, constants --------------------------------------------------------------


@pytest.mark.parametrize(
    "rule, code, path",
    [
        ("{goalposts: {of: portal, worst: 5, best: 5}}", "goalposts-meet", "goalposts"),
        ("{goalposts: {of: portal, worst: 0, best: 5, scale: logarithm}}", "goalpost-off-scale", "goalposts"),
        ("{goalposts: {of: portal, worst: 5, best: -1, scale: root}}", "goalpost-off-scale", "goalposts"),
        ("{goalposts: {of: portal, per: 0, worst: 5, best: 1}}", "divisor-not-positive", "goalposts.per"),
        ("{share: {of: portal, per: {plus: []}}}", "none-given", "share.per.plus"),
        ("{share: {of: portal, per: -2}}", "divisor-not-positive", "share.per"),
        ("{in_group: {of: portal, by: min_max, each: 1}}", "z-score-alone", "in_group.each"),
        ("{in_group: {of: portal, by: z_score, each: 1}}", "key-missing", "in_group.centre"),
        ("{in_group: {of: portal, by: rank}}", "not-one-of", "in_group.by"),
        ("{share: {of: {plus: [portal], less: [portal]}, per: 2}}", "key-unknown", "share.of.less"),
    ],
)
def test_what_a_measure_cannot_be_is_named_where_it_is(wrong_in, rule, code, path):
    found = wrong_in(("rule: {value: portal}", f"rule: {rule}"))
    assert [(c, p) for c, _, p in found] == [(code, f"criteria.inside.criteria.portal.rule.{path}")]
