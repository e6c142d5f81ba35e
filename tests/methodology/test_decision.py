"""What a methodology file may say: days relative to the year assessed, exemptions by any name, open rules."""

from datetime import date

import pytest

from ictindex.methodology.decision import OPEN_RULES, Deadline, Exemption, Review, allowed

CITED = {"citation": {"clause": "Mục 7"}}


@pytest.mark.parametrize(
    "said, first, last",
    [
        ({"date": "+1-01-01", "before": True}, None, date(2017, 12, 31)),  # 2342: before 1 January
        ({"date": "+1-03-31", "opens": "+1-01-01"}, date(2018, 1, 1), date(2018, 3, 31)),  # 375: Quý I
        ({"date": "+0-12-31", "opens": "+0-12-01"}, date(2017, 12, 1), date(2017, 12, 31)),  # 2245
    ],
)
def test_a_day_is_relative_to_the_year_assessed_and_before_it_is_not_on_it(said, first, last):
    day = Deadline.model_validate({"label_vi": "Hạn", **said, **CITED})
    assert (day.first(2017), day.last(2017)) == (first, last)


def test_a_unit_is_exempt_by_its_code_or_by_any_of_its_aliases():
    exempt = Exemption.model_validate({"entities": ["VPCP"], **CITED})
    assert exempt.names("VPCP", {}) and exempt.names("v1", {"alias": "Văn phòng; VPCP"})
    assert not exempt.names("v1", {"alias": "VPCPX"})


def test_how_the_spot_check_is_drawn_need_not_be_said():
    said = {"reviewers": 2, "combine": "mean", "too_different": 30, "spot_check": 59}
    assert Review.model_validate(said).strata is None
    assert Review.model_validate(said | {"strata": "by_group"}).strata.value == "by_group"


@pytest.mark.parametrize("rule", OPEN_RULES)
def test_a_message_says_of_each_open_rule_what_it_may_be(rule):
    assert f"{OPEN_RULES[rule][0]}" in allowed(rule) and f"{OPEN_RULES[rule][-1]}" in allowed(rule)
