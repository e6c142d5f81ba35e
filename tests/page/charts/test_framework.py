"""The framework: the tree as the methodology has it, every maximum in words, bars in proportion."""

from __future__ import annotations

import pandas as pd

from ictindex.page.charts import framework
from ictindex.page.charts.sheet import PAGE
from ictindex.page.trust import criteria


def tree(*rows, groups=("a", "b")):
    keys = ("criterion", "number", "name", *(f"max_points_{group}" for group in groups))
    frame = pd.DataFrame([dict(zip(keys, row, strict=True)) for row in rows], dtype=object)
    frame.attrs["labels"] = {"max_points_a": "Bộ", "max_points_b": "Tỉnh"}
    return frame


SMALL = tree(
    ("total", "", "Tổng điểm", 100, 60),
    ("inside", "1", "Hạ tầng", 60, 60),
    ("inside.lines", "1.1", "Đường truyền", 60, 60),
    ("services", "2", "Dịch vụ công", 40, None),
)


def test_bars_are_in_proportion_to_the_largest_maximum_of_any_group(words_on, collisions):
    figure = framework(SMALL)
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert [round(width / widths[0], 6) for width in widths] == [1, 0.6, 0.6, 0.4]
    words = " ".join(words_on(figure))
    assert all(word in words for word in ("1 Hạ tầng", "1.1 Đường truyền", "–", "A: Bộ; B: Tỉnh"))
    assert collisions(figure) == []


def test_the_sentence_names_the_total_and_the_categories():
    said = framework(SMALL).get_label()
    assert "Tổng điểm, tối đa 100, gồm 2 hạng mục: Hạ tầng 60; Dịch vụ công 40" in said


def test_of_a_tree_higher_than_a_page_the_finest_are_left_out_and_it_says_how_many(words_on):
    leaves = [(f"c.d{i}", f"1.{i}", f"Tiêu chí {i}", 1) for i in range(80)]
    figure = framework(tree(("total", "", "Tổng", 80), ("c", "1", "Hạng mục", 80), *leaves, groups=("a",)))
    assert figure.get_figheight() * 72 <= PAGE
    assert "Không vẽ 80 tiêu chí chi tiết hơn." in " ".join(words_on(figure))


def test_it_draws_the_criteria_of_an_edition(small, words_on):
    words = " ".join(words_on(framework(criteria(small))))
    assert all(node.label_vi.split()[0] in words for node in small.methodology.nodes)
