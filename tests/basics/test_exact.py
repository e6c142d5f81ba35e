"""Numbers are read as meant or not at all, rounded once and exactly, and printed the Vietnamese way."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.exact import (
    exact_text,
    format_vi,
    is_ambiguous,
    ordered,
    parse_number,
    plain_decimal,
    proven_mark,
    quartiles,
    round_exact,
    total_of,
)

F = Fraction
NBSP, NARROW = "\u00a0", "\u202f"

# --- reading ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "with_point", "with_comma"),
    [
        ("0", F(0), F(0)),
        ("12", F(12), F(12)),
        ("007", F(7), F(7)),
        ("+5", F(5), F(5)),
        ("-0", F(0), F(0)),
        ("-12", F(-12), F(-12)),
        (" 12 ", F(12), F(12)),
        ("1.234", F(1234, 1000), F(1234)),
        ("1,234", F(1234), F(1234, 1000)),
        ("-1.234", F(-1234, 1000), F(-1234)),
        ("−1.234", F(-1234, 1000), F(-1234)),  # as we print it
        ("12.5", F(25, 2), None),
        ("12,5", None, F(25, 2)),
        ("0.33", F(33, 100), None),
        ("0,33", None, F(33, 100)),
        ("0.337", F(337, 1000), None),  # no thousands stand behind a lone zero
        ("0,337", None, F(337, 1000)),
        ("-0,337", None, F(-337, 1000)),
        ("0.000", F(0), None),
        ("007.123", F(7123, 1000), None),
        ("1.234,5", None, F(12345, 10)),
        ("1,234.5", F(12345, 10), None),
        ("1.234.567", None, F(1234567)),
        ("1,234,567", F(1234567), None),
        ("1 234", F(1234), F(1234)),
        ("1 234,5", None, F(12345, 10)),
        (f"1{NBSP}234,5", None, F(12345, 10)),
        (f"1{NARROW}234.5", F(12345, 10), None),
        ("1 234 567", F(1234567), F(1234567)),
        ("0.10000000000000000000000000000000000001", F(10**37 + 1, 10**38), None),
    ],
)
def test_a_figure_is_read_with_the_decimal_mark_that_is_asked_for(text, with_point, with_comma):
    assert parse_number(text, ".") == with_point
    assert parse_number(text, ",") == with_comma


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "+",
        ".",
        ",",
        ".5",
        "5.",
        "1e5",
        "1E5",
        "NaN",
        "inf",
        "１２",
        "٣",
        "½",
        "12%",
        "--5",
        "1_000",
        "0x1F",
        "1/3",
        "1.2.3",
        "1.23.456",
        "1,23,456",
        "1234.567.890",
        "1.234.56",
        "0.123.456",
        "1 2",
        "12 34",
        "1234 567",
        "0 123",
        "1 234.567,8",
        "1.234 567",
        "1, 5",
        "12 đồng",
        "5\n6",
        "1" * 41,
        "1" * 5000,
    ],
)
def test_what_is_no_figure_is_never_guessed_at(text):
    assert parse_number(text, ".") is None
    assert parse_number(text, ",") is None
    assert proven_mark(text) is None
    assert not is_ambiguous(text)


@pytest.mark.parametrize(
    ("text", "mark", "plain"),
    [
        ("0.9150", ".", "0.9150"),
        ("0,9150", ",", "0.9150"),
        ("1.234,50", ",", "1234.50"),
        ("1 234.0", ".", "1234.0"),
        (f"-12{NBSP}345,600", ",", "-12345.600"),
        ("+5", ",", "+5"),
        ("0,9150", ".", None),
        ("", ".", None),
    ],
)
def test_a_figure_as_plain_decimal_keeps_every_place_that_is_written(text, mark, plain):
    assert plain_decimal(text, mark) == plain


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("0.33", "."),
        ("0,33", ","),
        ("0.337", "."),
        ("0,337", ","),
        ("1.234,5", ","),
        ("1,234.5", "."),
        ("1.234.567", ","),
        ("1,234,567", "."),
        ("12.5", "."),
        ("1.2345", "."),
        ("1234.567", "."),
        (f"1{NBSP}234,5", ","),
        ("12", None),
        ("1 234", None),
        ("1.234", None),
        ("1,234", None),
        ("text", None),
        ("", None),
    ],
)
def test_a_figure_proves_its_decimal_mark_only_where_it_cannot_be_read_with_the_other(text, mark):
    assert proven_mark(text) == mark


@pytest.mark.parametrize("text", ["1.234", "1,234", "-1.234", "−1.234", "12.345", "123,456", "+1,000"])
def test_three_digits_behind_the_only_mark_are_ambiguous(text):
    assert is_ambiguous(text)


@pytest.mark.parametrize(
    "text", ["0.337", "-0,337", "1234", "1 234", "1.23", "1.2345", "1.234.567", "1.234,5", "0", "x"]
)
def test_a_figure_with_one_reading_is_not_ambiguous(text):
    assert not is_ambiguous(text)


@given(st.text(alphabet="0123456789.,- +e \u00a0", max_size=12), st.sampled_from(".,"))
def test_only_one_of_proven_ambiguous_alike_and_unreadable_is_true_of_a_text(text, mark):
    point, comma = parse_number(text, "."), parse_number(text, ",")
    kinds = [
        proven_mark(text) is not None,
        is_ambiguous(text),
        point is None and comma is None,
        point is not None and point == comma,
    ]
    assert kinds.count(True) == 1
    assert proven_mark(text) != mark or parse_number(text, mark) is not None


@given(st.text())
def test_any_text_is_a_number_or_none_and_never_an_error(text):
    for mark in ".,":
        number = parse_number(text, mark)
        assert number is None or isinstance(number, Fraction)


# --- rounding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "decimals", "half_up", "half_even", "down"),
    [
        (F(5, 2), 0, "3", "2", "2"),
        (F(7, 2), 0, "4", "4", "3"),
        (F(-5, 2), 0, "-3", "-2", "-2"),
        (F(1, 2), 0, "1", "0", "0"),
        (F(-1, 2), 0, "-1", "0", "0"),
        (F(2, 3), 3, "0.667", "0.667", "0.666"),
        (F(-2, 3), 3, "-0.667", "-0.667", "-0.666"),
        (F(1, 3), 4, "0.3333", "0.3333", "0.3333"),
        (F("0.91505"), 4, "0.9151", "0.9150", "0.9150"),
        (F("0.91515"), 4, "0.9152", "0.9152", "0.9151"),
        (F("2.675"), 2, "2.68", "2.68", "2.67"),  # binary floats say 2.67
        (F("84.9995"), 3, "85.000", "85.000", "84.999"),
        (F("84.9994999999999999999999"), 3, "84.999", "84.999", "84.999"),
        (F(85), 3, "85.000", "85.000", "85.000"),
        (F(0), 2, "0.00", "0.00", "0.00"),
        (F(-1, 1000), 2, "0.00", "0.00", "0.00"),
        (F(999999, 1000000), 3, "1.000", "1.000", "0.999"),
    ],
)
def test_ties_and_neighbours_round_as_the_rule_says(number, decimals, half_up, half_even, down):
    assert str(round_exact(number, decimals)) == half_up
    assert str(round_exact(number, decimals, "half_up")) == half_up
    assert str(round_exact(number, decimals, "half_even")) == half_even
    assert str(round_exact(number, decimals, "down")) == down


def test_no_digit_is_lost_in_a_number_longer_than_a_decimal_context_holds():
    long = "1234567890123456789012345678901234567890"
    assert str(round_exact(F(f"{long}.125"), 2)) == f"{long}.13"
    assert exact_text(F(f"{long}.125")) == f"{long}.125"
    assert format_vi(F(f"{long}.125"), 1) == "1.234.567.890.123.456.789.012.345.678.901.234.567.890,1"


ORACLE = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
FINITE = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=7)
RATIONAL = st.fractions(-1000, 1000, max_denominator=5000)


@given(FINITE, st.integers(0, 9), st.sampled_from(sorted(ORACLE)))
def test_finite_decimals_round_as_pythons_decimal_module_rounds_them(number, decimals, rounding):
    context = Context(prec=60)
    expected = number.quantize(Decimal((0, (1,), -decimals)), ORACLE[rounding], context)
    assert str(round_exact(Fraction(number), decimals, rounding)) == str(
        expected + 0 if expected == 0 else expected
    )


@given(RATIONAL, st.integers(0, 6), st.sampled_from(sorted(ORACLE)))
def test_rounding_moves_a_number_by_half_a_place_at_most_or_less_than_one_when_down(
    number, decimals, rounding
):
    moved = abs(Fraction(round_exact(number, decimals, rounding)) - number) * 10**decimals
    assert moved < 1 if rounding == "down" else moved <= F(1, 2)


@given(RATIONAL, st.integers(0, 6), st.sampled_from(sorted(ORACLE)))
def test_rounding_twice_changes_nothing_more(number, decimals, rounding):
    once = round_exact(number, decimals, rounding)
    assert str(round_exact(Fraction(once), decimals, rounding)) == str(once)


@given(RATIONAL, RATIONAL, st.integers(0, 6), st.sampled_from(sorted(ORACLE)))
def test_rounding_never_turns_two_numbers_round(one, other, decimals, rounding):
    less, more = sorted([one, other])
    assert round_exact(less, decimals, rounding) <= round_exact(more, decimals, rounding)


@given(RATIONAL, st.integers(0, 6), st.sampled_from(sorted(ORACLE)))
def test_rounding_treats_both_sides_of_zero_alike(number, decimals, rounding):
    assert round_exact(-number, decimals, rounding) == -round_exact(number, decimals, rounding)


# --- writing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (F(0), "0"),
        (F(100), "100"),
        (F(-3, 4), "-0.75"),
        (F(1, 8), "0.125"),
        (F(1, 5), "0.2"),
        (F(3, 40), "0.075"),
        (F(1, 3), "1/3"),
        (F(-22, 7), "-22/7"),
        (F(1, 1024), "0.0009765625"),
        (F(1, 10**12), "0.000000000001"),
    ],
)
def test_exact_text_is_a_finite_decimal_where_there_is_one_and_else_a_fraction(number, text):
    assert exact_text(number) == text


@given(st.fractions())
def test_exact_text_loses_nothing(number):
    assert Fraction(exact_text(number)) == number


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (F("1234.5"), None, "1.234,5"),
        (Decimal("0.9150"), None, "0,9150"),
        (-1234, None, "−1.234"),
        (0, None, "0"),
        (999, None, "999"),
        (1234567, None, "1.234.567"),
        (Decimal("1234567.10"), None, "1.234.567,10"),
        (Decimal("-0.5"), None, "−0,5"),
        (F(1, 3), None, "1/3"),
        (F(1, 3), 4, "0,3333"),
        (F("0.91505"), 4, "0,9151"),
        (1234, 2, "1.234,00"),
        (Decimal("84.9995"), 3, "85,000"),
        (F(-1, 1000), 2, "0,00"),
    ],
)
def test_numbers_are_printed_the_vietnamese_way(number, decimals, text):
    assert format_vi(number, decimals) == text


@given(FINITE)
def test_what_is_printed_is_read_back_with_the_comma(number):
    assert parse_number(format_vi(Fraction(number)), ",") == Fraction(number)


@given(st.lists(st.fractions(max_denominator=60)))
def test_whole_numbers_over_few_denominators_add_up_to_what_fractions_do(numbers):
    assert total_of(numbers) == sum(numbers, F(0))


near = st.integers(0, 5).map(lambda n: Fraction(1, 3) + Fraction(n, 10**30))  # one float, several fractions


@given(st.lists(st.fractions(max_denominator=60) | near, min_size=2))
def test_numbers_in_order_and_their_quartiles_are_those_of_the_exact_fractions(numbers):
    assert ordered(numbers) == sorted(numbers)
    assert quartiles(ordered(numbers)) == quantiles(numbers, n=4, method="inclusive")
