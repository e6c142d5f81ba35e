"""Heat maps: each field has the shade and the number of its share, and what has none is hatched."""

from fractions import Fraction

import numpy as np
import pandas as pd

from ictindex.page.charts import acceptability, profile


def shades(axes):
    return np.ma.getdata(axes.collections[0].get_array()).tolist()


def test_every_field_has_its_number_and_the_shade_of_its_tenth(shared, words_on):
    figure = profile(shared({"Bộ Y tế": (95, 40), "Bộ Nội vụ": (30, 0)}), "Bộ Nội vụ")
    assert shades(figure.axes[0]) == [[9, 4], [3, 0]]
    assert [word for word in words_on(figure) if word in ("0,95", "0,40", "0,30", "0,00")] == [
        "0,95",
        "0,40",
        "0,30",
        "0,00",
    ]
    assert {"1 Hạ tầng 2 Ứng dụng", "1 Bộ Y tế", "2 Bộ Nội vụ"} <= set(words_on(figure))


def test_a_share_is_rounded_from_the_fraction_and_not_from_the_float_beside_it(shared, words_on):
    assert "0,29" in words_on(profile(shared({"A": (Fraction(57, 2), 50)})))  # 0.285 as a float lies below


def test_what_has_no_share_is_hatched_with_its_sign_and_never_a_zero(shared, words_on):
    figure = profile(shared({"A": (50, "–"), "B": ("M", "M")}))
    axes = figure.axes[0]
    assert len([patch for patch in axes.patches if patch.get_hatch()]) == 3
    assert np.ma.getmaskarray(axes.collections[0].get_array()).tolist() == [[False, True], [True, True]]
    assert {"–", "M", "không áp dụng", "không công bố (mật)"} <= set(words_on(figure))
    assert "3 ô không có giá trị" in figure.get_label()


def test_units_without_a_rank_stand_after_those_with_one(shared):
    figure = profile(shared({"A": (90, 10), "B": ("M", "M"), "C": (30, 20)}))
    assert np.ma.getmaskarray(figure.axes[0].collections[0].get_array())[:, 0].tolist() == [
        False,
        False,
        True,
    ]


def test_no_letter_is_smaller_than_seven_points(shared):
    from matplotlib.text import Text

    figure = profile(shared({f"Xã số {i}": (i % 100, 50) for i in range(190)}))
    assert min(text.get_size() for text in figure.findobj(Text) if text.get_visible()) >= 7


def test_a_group_too_long_for_a_page_is_drawn_in_twenty_bands_and_the_highlighted(shared, words_on):
    figure = profile(shared({f"u{i}": (100 - i // 10, 50) for i in range(1000)}), "u500")
    assert len(shades(figure.axes[0])) == 21
    assert {"1–50 Trung vị của 50 đơn vị", "501 u500"} <= set(words_on(figure))


def held(*rows):
    keys = ("unit", "rank", "held", "share")
    return pd.DataFrame(
        [
            {"group": "Bộ", "group_name": "Bộ", "unit_name": row[0], **dict(zip(keys, row, strict=True))}
            for row in rows
        ],
        dtype=object,
    )


def test_moves_are_shares_of_the_draws_in_whole_percent_up_at_the_left(words_on):
    half, rest = Fraction(1, 250), Fraction(249, 250)
    frame = held(
        ("A", 1, 1, rest),
        ("A", 1, 2, half),
        ("B", 2, 1, half),
        ("B", 2, 2, Fraction(89, 250)),
        ("B", 2, 5, Fraction(16, 25)),
    )
    figure = acceptability(frame)
    assert shades(figure.axes[0]) == [[0, 9, 0, 0], [0, 3, 0, 6]]
    fields = [w for w in words_on(figure) if w in ("100", "<1", "36", "64")]
    assert fields == ["100", "<1", "<1", "36", "64", "100"]  # the last one at the end of the scale
    assert [w for w in words_on(figure) if w[0] in "▲=▼"][:4] == ["▲ 1", "=", "▼ 1", "▼ 2–4"]
    assert "Bộ: 1 trong 2 giữ hạng từ 95 % trở lên" in figure.get_label()


def test_where_there_is_nothing_the_maps_say_so(shared):
    frame = shared({"A": (50, 50)})
    assert profile(frame[frame["category"] == ""]).get_label() == "Không có hạng mục nào để vẽ."
    assert acceptability(held()).get_label() == "Không có lần rút trọng số nào để vẽ."
