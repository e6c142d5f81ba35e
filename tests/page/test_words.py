"""Every code that can come out of the machine has words to be printed, and every rule a sentence."""

from datetime import date
from fractions import Fraction
from typing import get_args

import pytest

from ictindex.facts.answers import STATES
from ictindex.methodology.decision import AGGREGATES, OPEN_RULES, Answer, Criterion
from ictindex.methodology.rule_kinds import Rule
from ictindex.page import words
from ictindex.scoring.evaluation import evaluate
from ictindex.scoring.parameters import PARAMETERS, read_parameters
from tests.methodology.test_rule_kinds import RULES


def codes(field):
    """The literals that a field of a criterion may be."""
    annotation = Criterion.model_fields[field].annotation
    return {
        code
        for part in (annotation, *get_args(annotation))
        for code in get_args(part)
        if isinstance(code, str)
    }


def test_of_many_names_the_first_are_said_and_the_others_counted():
    assert words.some_vi(["A", "B", "C", "D", "E"], 3) == "A, B, C và 2 đơn vị khác"
    assert words.some_vi(["A", "B", "C"], 3) == "A, B, C"


def test_every_state_has_words():
    assert words.STATE_VI.keys() == {"scored", "zero_missing", "uncovered", "unknown", *STATES}
    assert words.UNRANKED_VI.keys() == {"cancelled", "no_report", "too_few_answers", "uncovered", "unknown"}


def test_every_status_aggregate_and_policy_has_words():
    assert words.STATUS_VI.keys() == codes("status") == {"official", "sibling", "illustrative"}
    assert words.AGGREGATE_VI.keys() == codes("aggregate") == set(AGGREGATES)
    assert words.MISSING_VI.keys() == codes("missing") == {"error", "zero", "leave_out"}


def test_every_rule_and_every_value_that_is_a_word_has_words():
    assert words.RULE_VI.keys() == OPEN_RULES.keys()
    wanted = {value for values in OPEN_RULES.values() for value in values if isinstance(value, str)}
    assert words.VALUE_VI.keys() == wanted


def test_every_origin_of_a_rule_has_words(mini):
    seen = {rule.origin for rule in evaluate(mini, **read_parameters("mini-2020", mini)).rules.values()}
    changed = {**read_parameters("mini-2020", mini), "rank_on": "unrounded"}
    seen |= {rule.origin for rule in evaluate(mini, **changed).rules.values()}
    assert words.ORIGIN_VI.keys() == seen | {"what_if"} == {"fixed", "open", "parameter", "what_if"}


def test_every_parameter_has_words():
    assert words.PARAMETER_VI.keys() == {*PARAMETERS, *OPEN_RULES}


def test_no_two_codes_are_printed_alike():
    for name in (
        "STATUS_VI",
        "AGGREGATE_VI",
        "MISSING_VI",
        "STATE_VI",
        "VALUE_VI",
        "POLICY_VI",
        "SETTLED_VI",
        "ORIGIN_VI",
        "PARAMETER_VI",
    ):
        printed = getattr(words, name)
        assert len(set(printed.values())) == len(printed), name
        assert all(text == text.strip() and text for text in printed.values()), name


# --- rules in words ---------------------------------------------------------------------------------------

ASKED = {
    "x": Answer(label_vi="Phần", kind="number"),
    "y": Answer(label_vi="Cả", kind="number"),
    "apps": Answer(label_vi="Số ứng dụng", kind="count", unit_vi="ứng dụng"),
    "bare": Answer(label_vi="Số thứ", kind="count"),
    "plan": Answer(label_vi="Kế hoạch", kind="choice", choices={"own": "Riêng", "none": "Không có"}),
}


def number(text):
    return Fraction(text)


RATIO = {"of": "x", "per": "y"}
STEPS = (
    {"low": number(0), "high": number("0.35"), "points": number(0)},
    {"low": number("0.35"), "high": number("0.7"), "full": number("0.7")},
    {"low": number("0.7"), "points": number("7.5")},
)
SHARE = {"label_vi": "Kết nối", "max_points": number(45), "rule": {"share": RATIO}}
COUNT = {
    "label_vi": "Ứng dụng",
    "max_points": number(5),
    "rule": {"count": {"of": "apps", "each": number("1.5"), "most": number(1200)}},
}


@pytest.mark.parametrize(
    "rule, said",
    [
        ({"value": "x"}, "Điểm bằng số liệu “Phần”"),
        ({"share": RATIO}, "(“Phần” : “Cả”) × điểm tối đa"),
        ({"of_largest": RATIO}, "(“Phần” : “Cả”) : giá trị lớn nhất trong nhóm × điểm tối đa"),
        ({"of_largest": {"of": "x"}}, "“Phần” : giá trị lớn nhất trong nhóm × điểm tối đa"),
        (
            {"bands": {**RATIO, "steps": STEPS}},
            "Theo giá trị (“Phần” : “Cả”): từ 0 % đến dưới 35 %: 0 điểm;"
            " từ 35 % đến dưới 70 %: giá trị : 70 % × điểm tối đa; từ 70 % trở lên: 7,5 điểm",
        ),
        (
            {"bands": {"of": "x", "steps": (STEPS[0], {"low": number("0.35"), "points": number(4)})}},
            "Theo giá trị “Phần”: từ 0 đến dưới 0,35: 0 điểm; từ 0,35 trở lên: 4 điểm",
        ),
        ({"yes_no": "x"}, "“Phần”: có thì được điểm tối đa, không thì 0 điểm"),
        (
            {"choice": {"of": "plan", "points": {"own": number(20), "none": number(0)}}},
            "“Kế hoạch”: Riêng: 20 điểm; Không có: 0 điểm",
        ),
        (COUNT["rule"], "“Số ứng dụng”: 1,5 điểm cho mỗi ứng dụng, tối đa 1.200 điểm"),
        (
            {"count": {"of": "bare", "each": number(1), "most": number(3)}},
            "“Số thứ”: 1 điểm cho mỗi mục, tối đa 3 điểm",
        ),
        (
            {"sum_of": (SHARE, COUNT)},
            "Tổng của: (a) Kết nối, tối đa 45 điểm [(“Phần” : “Cả”) × điểm tối đa];"
            " (b) Ứng dụng, tối đa 5 điểm [“Số ứng dụng”: 1,5 điểm cho mỗi ứng dụng, tối đa 1.200 điểm]",
        ),
        (
            {"best_of": ({"label_vi": "Gộp", "max_points": number(45), "rule": {"sum_of": (SHARE,)}},)},
            "Lấy trường hợp cao nhất trong: (a) Gộp, tối đa 45 điểm"
            " [Tổng của: (1) Kết nối, tối đa 45 điểm [(“Phần” : “Cả”) × điểm tối đa]]",
        ),
        (
            {"mark": "x"},
            "Điểm chấm “Phần”: điểm chung của những người chấm độc lập, hoặc điểm của người thẩm định",
        ),
        ({"awarded": "x"}, "“Phần”: lấy điểm do cơ quan thẩm định cho, sau khi đơn vị tự chấm"),
    ],
)
def test_a_rule_in_words(rule, said):
    assert words.rule_vi(Rule.model_validate(rule), ASKED) == said


@pytest.mark.parametrize("kind", Rule.model_fields)
def test_every_kind_of_rule_has_words(kind):
    asked = Answer(label_vi="Phần", kind="choice", choices={"x": "Một phần"})
    assert "“Phần”" in words.rule_vi(Rule.model_validate(RULES[kind]), {"a": asked, "b": asked})


def test_the_tenth_case_of_a_rule_has_a_letter_too():
    said = words.rule_vi(Rule.model_validate({"sum_of": (SHARE,) * 10}), ASKED)
    assert said.startswith("Tổng của: (a) Kết nối") and "; (j) Kết nối, tối đa 45 điểm [" in said


def test_every_way_to_make_and_compare_a_total_has_words():
    for aggregate in words.AGGREGATE_VI:
        for compare_on in OPEN_RULES["compare_on"]:
            assert words.policy_vi(aggregate, compare_on) in words.POLICY_VI.values()


def test_the_value_of_an_open_rule_in_words():
    assert words.value_vi("decimals", 3) == "3 chữ số"
    assert words.value_vi("too_different", 30) == "từ 30 % thang điểm trở lên"
    assert words.value_vi("zero_late", "unit") == "mọi tiêu chí của đơn vị"


def test_a_day_and_a_day_that_is_too_late():
    assert words.date_vi(date(2018, 1, 1), True) == "trước ngày 01/01/2018"
    assert words.date_vi(date(2020, 11, 30), False) == "30/11/2020"


@pytest.mark.parametrize(
    "value, printed", [(True, "Có"), (False, "Không"), ("own", "Riêng"), (Fraction("1234.5"), "1.234,5")]
)
def test_an_answers_value_as_the_form_has_it(value, printed):
    assert words.value_of_answer_vi(ASKED["plan"], value) == printed


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ([("A", 1, 2), ("B", 3, 6)], "rộng nhất là B (từ hạng 3 đến 6)"),
        ([("A", 1, 3), ("B", 2, 4)], "rộng nhất là A (từ hạng 1 đến 3), B (từ hạng 2 đến 4)"),
        (
            [(name, 1, 5) for name in "ABCDE"],
            "rộng nhất là A (từ hạng 1 đến 5), B (từ hạng 1 đến 5), C (từ hạng 1 đến 5) và 2 đơn vị khác",
        ),
        ([("A", 1, 1), ("B", 2, 2)], ""),
        ([], ""),
    ],
)
def test_of_several_who_held_as_many_ranks_all_are_named(held, told):
    assert words.widest_vi(held) == told
