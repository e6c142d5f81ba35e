"""Charts of robustness: what is drawn is in their data, groups too long are cut or banded, and said."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from ictindex.page import panels, robust_charts
from ictindex.page.robust_charts import acceptability, rank_intervals, weights_tornado

CHARTS = (rank_intervals, acceptability, weights_tornado)


def words(figure):
    svg = ElementTree.fromstring(figure.svg)
    return [text.text or "" for text in svg.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("make", CHARTS)
def test_a_chart_is_the_same_bytes_again_and_says_what_it_shows(ranking_of, make):
    e = ranking_of()
    assert make(e) == make(e)
    assert make(e).alt_vi.startswith(("Biểu đồ", "Bản đồ")) and "Mọi đơn vị" in make(e).alt_vi
    assert "SỐ LIỆU MINH HỌA" in words(make(e))


def test_intervals_are_drawn_about_the_rank_in_force(ranking_of):
    figure = rank_intervals(ranking_of())
    assert [row[1:4] for row in figure.data.rows] == [
        ("first", "Đơn vị first", 1), ("two", "Đơn vị two", 2),
        ("three", "Đơn vị three", 3), ("last", "Đơn vị last", 4),
    ]  # fmt: skip
    assert figure.data.rows[1][4:] in ((2, 2, 3, 2, 3), (2, 3, 3, 2, 3))
    assert {"+1", "−1", "1–1", "2–3", "4–4"} <= set(words(figure))
    assert "2 trong 4 đơn vị có khoảng chỉ một hạng" in figure.alt_vi


def test_shares_of_the_draws_add_up_to_all_of_them(ranking_of):
    figure = acceptability(ranking_of())
    for unit in ("first", "two", "three", "last"):
        told = {row[4]: row[5] for row in figure.data.rows if row[1] == unit}
        assert len(told) == 9 and abs(sum(told.values()) - 100) <= Decimal("0.2")
    two = {row[4]: row[5] for row in figure.data.rows if row[1] == "two"}
    assert two["giữ hạng"] + two["xuống 1"] == 100 and two["lên 1"] == 0
    first = {row[4]: row[5] for row in figure.data.rows if row[1] == "first"}
    assert first["giữ hạng"] == 100


def test_every_shift_has_its_one_field():
    inside = [
        [words for low, high, words in robust_charts._SHIFTS
         if (low is None or up >= low) and (high is None or up <= high)]
        for up in range(-30, 31)
    ]  # fmt: skip
    assert {len(each) for each in inside} == {1}
    assert inside[30] == ["giữ hạng"] and inside[0] == ["xuống từ 10 bậc"] and inside[32] == ["lên 2–4"]


def test_the_tornado_has_the_shift_of_each_category_lower_and_higher(ranking_of):
    figure = weights_tornado(ranking_of())
    assert [row[1:] for row in figure.data.rows] == [
        ("x", "1 Mục x", -25, Decimal("0.50"), 1), ("x", "1 Mục x", 25, Decimal("0.00"), 0),
        ("y", "2 Mục y", -25, Decimal("0.00"), 0), ("y", "2 Mục y", 25, Decimal("0.50"), 1),
    ]  # fmt: skip
    assert {"0,50 (1)", "0,00 (0)"} <= set(words(figure))


def test_a_long_group_is_cut_in_one_chart_and_banded_in_the_other(ranking_of, monkeypatch):
    monkeypatch.setattr(panels, "LISTED", 40)
    monkeypatch.setattr(robust_charts, "_LISTED", 40)
    e = ranking_of({f"u{i:02}": (50 - i, i / 2) for i in range(50)}, draws=200)
    cut = rank_intervals(e)
    assert len(cut.data.rows) == 2 * panels.END
    assert any("vẽ các đơn vị đầu, cuối và được làm nổi" in each for each in words(cut))
    banded = acceptability(e)
    assert [row[2] for row in banded.data.rows[::9]][:2] == ["Trung bình của 3 đơn vị"] * 2
    assert len(banded.data.rows) == 9 * 17


@pytest.mark.parametrize("make", CHARTS)
@pytest.mark.parametrize(
    "units, draws, said",
    [(None, 0, "draws bằng 0"), ({"only": (1, 2)}, 9, "chưa đến 2 đơn vị")],
)
def test_what_is_not_tried_is_a_sentence(ranking_of, make, units, draws, said):
    figure = make(ranking_of(units, draws))
    assert said in figure.alt_vi and figure.data.rows == ()


def test_with_one_category_there_is_no_weight_to_move(ranking_of):
    e = ranking_of({"a": (10,), "b": (20,)}, draws=100)
    for make in CHARTS:
        assert make(e).alt_vi == (
            "Không thử với Mọi đơn vị: chỉ có một tiêu chí nên không có trọng số nào để xê dịch."
        )


def test_equal_units_are_drawn_without_a_scale_of_zero(ranking_of):
    e = ranking_of(dict.fromkeys("abc", (20, 30)), draws=100)
    assert all(make(e).svg.startswith("<svg") for make in CHARTS)
