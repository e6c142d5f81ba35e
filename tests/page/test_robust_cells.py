"""Cells of robustness: exact percents, floats that print alike anywhere, reasons in place of numbers."""

from decimal import Decimal

import pytest

from ictindex.page import robust_cells
from ictindex.robustness.influence import Measure
from tests.conftest import build_methodology_of


def test_a_share_of_draws_is_rounded_once_and_exactly():
    assert robust_cells.percent(1, 2000) == Decimal("0.1")  # 0.05 %, half up
    assert robust_cells.percent(1, 3) == Decimal("33.3")


@pytest.mark.parametrize("off", [-4e-16, 0, 4e-16])
def test_what_differs_by_the_error_of_floats_prints_alike(off):
    assert robust_cells.decimal(0.125 + off) == Decimal("0.13")
    assert robust_cells.decimal(-0.125 + off) == Decimal("-0.13")
    assert robust_cells.decimal(None) is None


def test_a_measure_of_few_units_is_no_number_but_an_interval():
    few = Measure(0.5, 0.2, 0.9, "too_few_units")
    assert robust_cells.measured(few) is None
    assert robust_cells.interval(few, 1, 100) == (Decimal("20.0"), Decimal("90.0"))
    sure = Measure(0.5)
    assert robust_cells.measured(sure, 1, 100) == Decimal("50.0")
    assert robust_cells.interval(sure) == (None, None)


def test_why_there_is_no_number_names_the_measures_unless_it_is_all_of_them():
    few, flat, sure = Measure(None, reason="too_few_units"), Measure(None, reason="constant"), Measure(1.0)
    assert robust_cells.why_none(share=few, squared=few) == "quá ít đơn vị"
    assert robust_cells.why_none(share=sure, squared=few, ratio=flat) == (
        "R²: quá ít đơn vị; tỷ số tương quan: mọi đơn vị như nhau"
    )
    assert robust_cells.why_none(share=sure) == ""


def test_why_nothing_is_drawn_names_what_of_this_methodology_is_not_linear():
    rule = {"rule": {"value": "a"}, "max_points": 1}
    bonus = rule | {
        "counts_as": "bonus",
        "status": "official",
        "citation": {"title": "T", "clause": "Điều 1"},
    }
    inside = {"criteria": {"c": rule, "d": rule}, "max_points": 1, "aggregate": "geometric", "zeros": "zero"}
    m = build_methodology_of({"a": rule, "b": inside, "e": bonus}, aggregate="sum", max_points=2)
    assert robust_cells.not_linear_vi(m) == (
        "Không thử độ vững của kết quả: tổng không tuyến tính theo trọng số (trung bình nhân ở “b”; điểm"
        " thưởng “e”), nên các phép thử này không áp dụng. Muốn biết một lựa chọn khác cho kết quả gì thì"
        " dùng phương án giả định."
    )
