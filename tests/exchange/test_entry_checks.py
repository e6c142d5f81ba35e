"""What a cell accepts is what its answer can be, and says so in few enough words for Excel."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.exchange.entry_checks import Checks, decimal, free_text, of_answer, one_of, whole
from ictindex.methodology.decision import Answer


def answer(kind: str, **limits) -> Answer:
    return Answer(label_vi="x", kind=kind, **limits)


@pytest.mark.parametrize(
    ("asked", "limits"),
    [
        (answer("count"), {"validate": "integer", "criteria": ">=", "value": 0}),
        (answer("count", min=1, max=4), {"validate": "integer", "minimum": 1, "maximum": 4}),
        (answer("number"), {"validate": "decimal", "criteria": ">=", "value": -1e300}),
        (answer("number", max=40), {"validate": "decimal", "criteria": "<=", "value": 40}),
        (answer("award", max=Fraction(15, 2)), {"validate": "decimal", "minimum": 0, "maximum": 7.5}),
        (answer("mark", max=10), {"validate": "decimal", "minimum": 0, "maximum": 10}),
        (answer("text"), {"validate": "length", "criteria": "<="}),
    ],
)
def test_limits_are_those_of_the_answer(asked, limits):
    assert limits.items() <= of_answer(asked, {}).items()


def test_lists_of_the_same_labels_share_a_column():
    lists = {}
    first = one_of(["Có", "Không"], lists, "m")
    other = one_of(["a", "b", "c"], lists, "m")
    assert one_of(["Có", "Không"], lists, "m")["source"] == first["source"] == "='Danh mục'!$A$1:$A$2"
    assert other["source"] == "='Danh mục'!$B$1:$B$3"
    for i in range(30):
        last = one_of([str(i)], lists, "m")
    assert last["source"] == "='Danh mục'!$AF$1:$AF$1"


@given(st.fractions(0, 10**15), st.fractions(0, 10**15))
def test_messages_are_short_enough_for_excel(one, other):
    low, high = sorted((one, other))
    for check in (whole(low, high, "x" * 60), decimal(low, high), decimal(None, None), free_text("evidence")):
        assert len(check.get("input_title", "")) <= 32 and len(check.get("error_title", "")) <= 32
        assert len(check.get("input_message", "")) <= 255 and len(check.get("error_message", "")) <= 255


def test_a_number_is_explained_the_vietnamese_way():
    said = of_answer(answer("number", min=0, max=Fraction(2469, 2)), {})["error_message"]
    assert said.startswith("Số từ 0 đến 1.234,5.")


def test_cells_checked_alike_share_one_validation_in_runs():
    class Page:
        def __init__(self):
            self.said = []

        def data_validation(self, *said):
            self.said.append(said)

    checks, page = Checks(), Page()
    for row in (4, 5, 6, 9):
        checks.add(row, 2, {"validate": "any"})
    checks.add(7, 2, {"validate": "list"})
    checks.write(page)
    together = {"validate": "any", "other_cells": [[4, 2, 6, 2], [9, 2, 9, 2]]}
    assert page.said == [(4, 2, 6, 2, together), (7, 2, 7, 2, {"validate": "list"})]
