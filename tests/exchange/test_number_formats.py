"""A number format says what a number is, and whether whoever sees the cell sees all of the number."""

import pytest

from ictindex.exchange.number_formats import format_of


@pytest.mark.parametrize(
    ("number", "code", "kind"),
    [
        (0, "General", "number"),
        (3, "", "number"),
        (9, "", "%"),
        (10, "", "%"),
        (14, "", "date"),
        (22, "", "date"),
        (164, "0.0%", "%"),
        (164, "dd/mm/yyyy", "date"),
        (164, "[$-42A]dd mmmm yyyy", "date"),
        (164, "[h]:mm", "date"),
        (164, '#,##0 "máy/năm"', "number"),
        (164, "#,##0\\ _d;[Red]-#,##0", "number"),
        (164, '0.0 "%"', "number"),
        (164, "@", "number"),
        (164, "[" * 100_000, "number"),
    ],
)
def test_a_number_format_says_what_a_number_is(number, code, kind):
    assert format_of(number, code).kind == kind


@pytest.mark.parametrize(
    ("number", "code", "text", "hides"),
    [
        (0, "General", "1234.5678", False),
        (164, "@", "1234.5678", False),
        (164, "#,##0,", "1234567", True),
        (164, "#,##0,", "1234000", True),  # shown as 1,234
        (164, "#,##0,", "0", False),
        (164, '#,##0.0,, "triệu"', "1200000", True),
        (164, "0.0,", "1200", True),
        (164, "#,##0", "1234567", False),
        (3, "", "1234567", False),
        (3, "", "1234567.5", True),
        (1, "0", "0.4", True),
        (2, "0.00", "1.25", False),
        (2, "0.00", "1.255", True),
        (164, "0.00", "0.30000000000000004", False),  # the digits of a double that nobody typed
        (9, "0%", "0.45", False),
        (9, "0%", "0.455", True),
        (10, "0.00%", "0.4555", False),
        (164, ";;;", "5", True),
        (164, '"đã nộp"', "5", True),
        (164, "0;(0);-", "7", False),
        (164, "[Red]#,##0.0_ ;-#,##0.0", "7.5", False),
        (164, "0.00E+00", "123456", False),
        (164, "# ?/?", "0.5", False),
        (14, "", "43074.75", False),
    ],
)
def test_digits_that_a_format_does_not_show_are_hidden(number, code, text, hides):
    assert format_of(number, code).hides(text) is hides
