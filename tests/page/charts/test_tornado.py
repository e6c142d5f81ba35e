"""The tornado: down at the left, up at the right, as far as units move."""

import pandas as pd

from ictindex.page.charts import weights_tornado


def weights(*rows):
    keys = ("category", "change", "shift", "most")
    made = [
        {
            "group": "Bộ",
            "group_name": "Bộ",
            "category_name": f"Hạng mục {row[0]}",
            "number": row[0],
            **dict(zip(keys, row, strict=True)),
        }
        for row in rows
    ]
    return pd.DataFrame(made, dtype=object)


def test_bars_are_as_long_as_the_shift_and_a_zero_keeps_its_side(words_on):
    figure = weights_tornado(
        weights(("1", -25, 0.5, 2), ("1", 25, 0.25, 1), ("2", -25, 0, 0), ("2", 25, 0.1, 1))
    )
    axes = figure.axes[0]
    assert [bar.get_width() for bar in axes.patches] == [-0.5, 0, 0.25, 0.1]
    sides = {text.get_text(): text.get_ha() for text in axes.texts}
    assert sides == {"0,50 (2)": "right", "0,00 (0)": "right", "0,25 (1)": "left", "0,10 (1)": "left"}
    assert {"1 Hạng mục 1", "2 Hạng mục 2"} <= set(words_on(figure))
    assert figure.get_label().endswith("Bộ: nhiều nhất 1 Hạng mục 1, 0,50 bậc.")


def test_without_weights_the_chart_says_so():
    assert weights_tornado(weights()).get_label() == "Không có trọng số nào để đổi."
