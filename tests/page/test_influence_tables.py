"""What weights and rules do, as tables, on rankings small enough to be reasoned through by hand."""

from decimal import Decimal

import pytest

from ictindex.page import influence_tables, publishing
from tests.frame_rows import rows
from tests.shipped import shipped


@pytest.fixture(scope="module")
def provinces():
    """Sixty-three units, four categories, all of them with something everywhere."""
    return shipped("qd2051-2016")


def test_of_four_units_no_measure_is_a_number(ranking_of):
    for row in rows(influence_tables.influence(ranking_of())):
        assert (row["variance_share"], row["r_squared"], row["ratio"]) == (None, None, None)
        assert row["nominal"] == Decimal("50.0")
        assert "quá ít đơn vị" in row["why"]
        assert row["variance_low"] < row["variance_high"]  # the file has what a bootstrap says


def test_variance_and_shapley_shares_add_up_to_all_of_it(provinces):
    told = [r for r in rows(influence_tables.influence(provinces)) if r["variance_share"] is not None]
    assert len(told) == 4
    assert abs(sum(row["variance_share"] for row in told) - 100) <= Decimal("0.2")
    assert abs(sum(row["shapley"] for row in told) - 100) <= Decimal("0.2")
    assert sum(row["nominal"] for row in told) == 100


def test_a_criterion_that_all_pass_is_seen_not_to_tell_anyone_apart(ranking_of):
    x, y = rows(
        influence_tables.criterion_influence(ranking_of({"a": (50, 10), "b": (50, 0), "c": (50, 30)}))
    )
    assert (x["at_zero"], x["at_full"], x["sd"]) == (Decimal("0.0"), Decimal("100.0"), Decimal("0.000"))
    assert (y["at_zero"], y["at_full"]) == (Decimal("33.3"), Decimal("0.0"))
    assert y["sd"] == Decimal("0.249")  # of 0.2, 0 and 0.6


def test_without_a_category_the_other_alone_ranks(ranking_of):
    """Without x: first 45, three 40, two 10, last 5; two and three change places."""
    table = influence_tables.left_out(ranking_of())
    told = {row["criterion"]: row for row in rows(table)}
    assert (told["x"]["shift"], told["x"]["mover"], told["x"]["moved"]) == (Decimal("0.50"), "two", -1)
    assert (told["y"]["shift"], told["y"]["mover"]) == (Decimal("0.00"), "")
    assert [row["criterion"] for row in rows(table)] == ["x", "y"] and table.attrs["bold"] == [0, 1]


def test_the_design_says_its_levels_and_why_means_of_products_are_left_out(ranking_of):
    units = {"a": (0, 45), "b": (40, 10), "c": (9, 40)}
    table = influence_tables.design_sensitivity(ranking_of(units))
    assert [row["factor"] for row in rows(table)] == ["weights", "left_out"]
    assert "1 trong 3 đơn vị) có tiêu chí bằng 0" in table.attrs["note"]
    kept = influence_tables.design_sensitivity(ranking_of())
    levels = {row["factor"]: row["levels"] for row in rows(kept)}
    assert levels["aggregation"] == "cộng; trung bình nhân; trung bình điều hòa"
    assert levels["left_out"] == "không bỏ, hoặc bỏ một trong 2 hạng mục"


def test_where_no_choice_changes_a_rank_there_is_no_index_and_that_is_said(ranking_of):
    table = influence_tables.design_sensitivity(ranking_of({"a": (40, 40), "b": (30, 30), "c": (20, 20)}))
    assert {row["total"] for row in rows(table)} == {None}
    assert {row["idle"] for row in rows(table)} == {"không đổi thứ hạng nào"}
    assert "Ở Mọi đơn vị không lựa chọn nào đổi thứ hạng." in table.attrs["note"]


def test_zero_rules_and_reviewers_are_choices_where_the_methodology_has_them():
    table = influence_tables.design_sensitivity(shipped("qd2342-2017"))
    levels = {row["factor"]: row["levels"] for row in rows(table)}
    assert levels["zero_rule"] == "như hiện nay; cả đơn vị"
    assert levels["reviewer_rule"] == "trung bình; điểm thấp hơn; điểm cao hơn"
    assert levels["policy"] == "chia cho điểm tối đa được tính; không quy đổi"


@pytest.mark.parametrize(
    "units, draws", [(None, 0), ({"only": (10, 20)}, 100), ({"a": (10,), "b": (20,)}, 100)]
)
def test_no_size_of_group_stops_a_table(ranking_of, units, draws):
    e = ranking_of(units, draws)
    for make in (
        influence_tables.influence,
        influence_tables.criterion_influence,
        influence_tables.left_out,
        influence_tables.design_sensitivity,
    ):
        table = make(e)
        assert publishing.table("any", table).html() and (len(table) or table.attrs["note"]), make.__name__
