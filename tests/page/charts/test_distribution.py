"""Distributions: a dot for each unit at its place, quartiles, and the ends by name."""

import pytest

from ictindex.page.charts import distribution


def test_dots_stand_at_the_places_and_the_box_at_the_quartiles(shared, words_on):
    figure = distribution(shared({"A": (100, 80), "B": (60, 40), "C": (20, "–")}), "B")
    first, second, third = figure.axes
    assert list(second.lines[0].get_xdata()) == [0.2, 0.6, 1.0]
    box = second.patches[0]
    assert (box.get_x(), box.get_x() + box.get_width()) == pytest.approx((0.4, 0.8))
    assert list(third.lines[0].get_xdata()) == [0.4, 0.8]
    assert list(second.lines[2].get_xdata()) == [0.6]
    words = words_on(figure)
    assert {"C 0,200", "A 1,000", "trung vị 0,600", "B 0,600 (hạng 2)", "Hạ tầng", "Ứng dụng"} <= set(words)
    assert first.get_title() == "Tổng"


def test_units_of_one_value_at_an_end_are_counted_and_a_category_without_values_says_so(shared, words_on):
    words = words_on(distribution(shared({"A": (100, "–"), "B": (100, "–"), "C": (50, "–")})))
    assert "B và 1 đơn vị khác 1,000" in words and "không có giá trị nào" in words


def test_more_units_than_a_page_lists_are_drawn_as_density(shared):
    figure = distribution(shared({f"u{i}": (i % 100, 50) for i in range(300)}))
    heights = [patch.get_height() for patch in figure.axes[1].patches[1:]]
    assert len(heights) == 100 and len(set(map(round, heights))) == 1


def test_without_units_the_chart_says_so(shared):
    assert distribution(shared({"A": (50, 50)}).iloc[:0]).get_label() == "Không có đơn vị nào để vẽ."
