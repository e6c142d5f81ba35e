"""The cut of what one unit may see: rows of its own, without what a rule takes from another unit."""

import re
from dataclasses import replace
from datetime import datetime

import pytest

from ictindex.facts.evidence import Received
from ictindex.page.opening import opened
from ictindex.page.own_view import Messages, decided_zeros, history, own_tables, year_before, years
from ictindex.scoring.evaluation import evaluate_edition
from tests.exchange.neighbours import OF_OTHERS, OTHER, OWN, neighbours


@pytest.fixture
def e(mini_with):
    return opened(evaluate_edition("mini-2020", neighbours(mini_with)))


def of(e, code):
    return next(entity for entity in e.inputs.entities if entity.code == code)


def test_the_rows_of_a_unit_hold_nothing_of_another(e):
    for name, rows in own_tables(e).items():
        own = [row for row in rows if row["unit"] == OWN]
        assert own or name in ("changes", "exceptions"), name
        texts = [cell for row in own for cell in row.values() if isinstance(cell, str)]
        assert texts or not own, name
        assert re.findall(OF_OTHERS, "\n".join(texts)) == [], name


def test_the_largest_is_told_to_whose_it_is_and_named_to_others(e):
    rules = {row["unit"]: row["rule"] for row in own_tables(e)["points"] if row["criterion"] == "inside.line"}
    assert rules[OWN] == "(450 : giá trị lớn nhất của nhóm) × 40"
    assert rules[OTHER] == "(9.973 : 9.973) × 40"


def test_zeros_history_and_years_are_those_of_the_unit(e):
    (zero,) = decided_zeros(e, of(e, OWN))
    assert (zero.about, zero.why, zero.paper) == (
        "1.1 Tỷ lệ cán bộ có máy tính",
        "Kiểm tra tại chỗ thấy 60 máy",
        "BB 1",
    )
    assert [one.day for one in history(e, of(e, OWN))] == ["10/01/2021", "20/01/2021"]
    assert [year for year, _, _ in years(e, of(e, OWN))] == ["2020"] and year_before(e, of(e, OWN)) == ""


def came(day, state):
    return Received(OWN, "survey", "phieu.xlsx", "", datetime(2021, 1, day), state, "", 1)


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        ([came(9, "used"), came(9, "refused")], False),  # of one day nobody knows which was first
        ([came(8, "refused"), came(9, "used")], False),
        ([came(8, "used"), came(9, "refused")], True),
    ],
)
def test_a_form_is_asked_for_again_unless_one_that_stands_came_on_the_last_day(e, files, asked):
    e = replace(e, inputs=replace(e.inputs, received=tuple(files)))
    told = "Phiếu còn lỗi, nhận ngày 09/01/2021: đề nghị gửi lại phiếu đã sửa."
    assert Messages(e).to(of(e, OWN)) == [told] * asked


def test_who_is_late_is_told_so(e):
    third = of(e, "zz-third-unit")
    assert Messages(e).to(third) == ["Báo cáo được tính từ ngày 25/01/2021, sau hạn 15/01/2021."]
    assert Messages(e).to(of(e, OWN)) == []
