"""The words of YAML files as types: exact numbers, texts, maxima, open rules; nothing is guessed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from pydantic import ValidationError

from ictindex.methodology.schema import Many, Maxima, Most, Number, OpenRule, Strict, Text


class Words(Strict):
    number: Number | None = None
    text: Text | None = None
    many: Many[Text] | None = None
    maxima: Maxima | None = None
    most: Most = None


def kinds(**given):
    with pytest.raises(ValidationError) as refused:
        Words.model_validate(given)
    return [problem["type"] for problem in refused.value.errors()]


@pytest.mark.parametrize("given", [1, Decimal("0.1"), Fraction(1, 3)])
def test_a_number_stays_exact(given):
    assert Words.model_validate({"number": given}).number == Fraction(given)
    assert type(Words.model_validate({"number": given}).number) is Fraction


@pytest.mark.parametrize("given, number", [("1/3", Fraction(1, 3)), ("-10/4", Fraction(-5, 2))])
def test_a_fraction_is_written_as_one(given, number):
    assert Words.model_validate({"number": given, "most": given}) == Words(number=number, most=number)


@pytest.mark.parametrize("given", [True, "1", "1/0", "01/3", "1 / 3", "1/-3", "1/3/3", 0.1, [1], {}])
def test_what_is_no_exact_number_is_refused(given):
    assert "number" in kinds(number=given)


def test_text_is_stripped_and_never_empty():
    assert Words.model_validate({"text": " Bộ "}).text == "Bộ"
    assert kinds(text=" ") == ["string_too_short"]
    assert kinds(text=1) == ["string_type"]


def test_a_list_becomes_a_tuple_and_nothing_else_does():
    assert Words.model_validate({"many": ["a", "b"]}).many == ("a", "b")
    assert kinds(many="ab") == ["tuple_type"]


def test_maxima_are_one_number_or_one_for_each_group():
    assert Words.model_validate({"maxima": 5}).maxima == 5
    given = {"a": Decimal("2.5"), "b": "not_applicable"}
    assert Words.model_validate({"maxima": given}).maxima == {"a": Fraction(5, 2), "b": None}
    assert kinds(maxima={"a": "khong"}) == ["number"]


def test_an_unknown_word_is_refused_and_nothing_changes_afterwards():
    assert kinds(numbr=1) == ["extra_forbidden"]
    with pytest.raises(ValidationError):
        Words().number = 1


def test_a_plain_value_is_fixed_and_an_open_one_says_why():
    assert not OpenRule.model_validate("min").is_open
    assert OpenRule.model_validate(3).value == 3
    rule = OpenRule.model_validate({"open": "min", "why_vi": "Không nêu"})
    assert (rule.value, rule.is_open) == ("min", True)
    for wrong in ({"open": "min"}, {"open": "min", "why_vi": None}, {"why_vi": "x"}, True, 1.5, None):
        with pytest.raises(ValidationError):
            OpenRule.model_validate(wrong)
