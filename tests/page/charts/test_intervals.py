"""Rank intervals: bars from the fifth to the ninety-fifth percent, round the rank in force."""

import pandas as pd
import pytest

from ictindex.page.charts import multiverse, rank_intervals

KEYS = ("unit", "rank", "low", "median", "high", "best", "worst")


def intervals(*rows):
    made = [
        {"group": "Bộ", "group_name": "Bộ", "unit_name": row[0], **dict(zip(KEYS, row, strict=True))}
        for row in rows
    ]
    return pd.DataFrame(made, dtype=object)


def test_each_interval_lies_where_its_ranks_are(words_on):
    figure = rank_intervals(intervals(("A", 1, 1, 1, 2, 1, 3), ("B", 4, 2, 3, 4, 1, 5)))
    axes = figure.axes[0]
    _, met, between = axes.collections
    assert [[x for x, _ in line] for line in met.get_segments()] == [[0, 2], [-3, 1]]
    ends = [x for line in between.get_segments() for x, _ in line]
    assert ends == pytest.approx([0, 1, -2, 0], abs=0.1)
    assert list(axes.lines[-1].get_xdata()) == [0, -1]
    assert {"+3", "−3", "1–2", "2–4"} <= set(words_on(figure))
    assert (
        "Bộ: 0 trong 2 đơn vị có khoảng chỉ một hạng; rộng nhất là B (từ hạng 2 đến 4)" in figure.get_label()
    )


def test_of_a_group_too_long_for_a_page_the_ends_and_the_highlighted_are_drawn():
    rows = [(f"u{i}", i + 1, i + 1, i + 1, i + 1, i + 1, i + 1) for i in range(500)]
    figure = rank_intervals(intervals(*rows), "u250")
    assert sum(len(axes.lines[-1].get_xdata()) for axes in figure.axes) == 37


def test_without_draws_the_chart_says_so():
    assert rank_intervals(intervals()).get_label() == "Không có lần rút trọng số nào để vẽ."


def test_the_spans_of_all_combinations_are_drawn_in_their_own_words(words_on):
    figure = multiverse(intervals(("A", 1, 1, 1, 2, 1, 3), ("B", 4, 2, 3, 4, 1, 5)))
    assert figure.get_suptitle() == "Khoảng thứ hạng qua mọi tổ hợp của các lựa chọn"
    assert {"+3", "−3", "1–2", "2–4"} <= set(words_on(figure))
    assert not any("rút" in words for words in words_on(figure))
    assert multiverse(intervals()).get_label() == "Không có tổ hợp nào để vẽ."
