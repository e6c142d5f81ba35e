"""A cell shows a figure as every reader reads it, and holds one as whoever fills it in would type it."""

from fractions import Fraction

import pytest

from ictindex.exchange.layout import FIELDS, Line
from ictindex.exchange.typed import as_listed, as_typed, number_format, printed
from ictindex.methodology import Answer

CHOICE = Answer(label_vi="Mức", kind="choice", choices={"full": "Đầy đủ", "part": "Một phần"})


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), ("Sở Y tế", "Sở Y tế"), (Fraction(2469, 2), "1.234,5"), (Fraction(1, 3), "0,3333")],
)
def test_what_is_shown_is_text(cell, text):
    assert printed(cell) == text


@pytest.mark.parametrize(
    ("value", "answer", "typed"),
    [
        (None, None, None),
        (True, None, "Có"),
        ("full", CHOICE, "Đầy đủ"),
        ("tự do", None, "tự do"),
        (Fraction(5, 2), None, 2.5),
        (Fraction(4), None, 4),
    ],
)
def test_a_value_is_typed_as_a_person_would(value, answer, typed):
    assert as_typed(value, answer) == typed and type(as_typed(value, answer)) is type(typed)


def test_a_list_holds_levels_and_yes_or_no_in_words():
    assert as_listed(FIELDS["level"], "4") != "4"
    assert (as_listed(FIELDS["in_database"], True), as_listed(FIELDS["link"], "a.vn")) == ("Có", "a.vn")


@pytest.mark.parametrize(("kind", "shape"), [("count", "#,##0"), ("number", "General"), ("text", "@")])
def test_text_is_no_day_and_no_formula_and_a_count_has_its_thousands(kind, shape):
    line = Line({"code": "a"}, Answer(label_vi="?", kind=kind))
    assert number_format(line, FIELDS["answer"]) == shape
    assert number_format(line, FIELDS["note"]) == "@"
