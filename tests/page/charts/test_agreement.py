"""Two reviewers' marks as Bland and Altman draw them."""

import pandas as pd
import pytest

from ictindex.page.charts import bland_altman


def marks(pairs, role="reviewer"):
    rows = [
        {
            "unit": f"u{i}",
            "answer": "cổng",
            "reviewer": who,
            "role": role,
            "round": 1,
            "mark": mark,
            "available": 10,
        }
        for i, both in enumerate(pairs)
        for who, mark in zip(("KT1", "KT2"), both, strict=True)
    ]
    return pd.DataFrame(
        rows, columns=["unit", "answer", "reviewer", "role", "round", "mark", "available"], dtype=object
    )


def test_dots_are_mean_and_difference_and_lines_are_the_limits_of_agreement(words_on):
    figure = bland_altman(marks([(6, 5), (5, 6)] * 5))
    axes = figure.axes[0]
    dots = sorted(axes.collections[0].get_offsets().tolist())
    assert dots == [pytest.approx([55, -10]), pytest.approx([55, 10])]
    assert axes.lines[-1].get_ydata()[0] == pytest.approx(0)
    assert {"+20,7", "0,0", "−20,7"} <= set(words_on(figure))  # 1,96 × the sd, 10 × the root of 10/9
    assert (
        figure.get_label()
        == "Biểu đồ Bland–Altman. KT1 – KT2, 10 mục: trung bình 0,0 %, từ −20,7 đến +20,7 %."
    )


@pytest.mark.parametrize("frame", [marks([]), marks([(6, 5)] * 9), marks([(6, 5)] * 20, "adjudicator")])
def test_no_marks_too_few_or_those_of_an_adjudicator_are_no_comparison(frame):
    assert bland_altman(frame).get_label() == "Không có hai người nào cùng chấm đủ số mục để so sánh."
