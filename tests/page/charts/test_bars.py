"""Charts with bars: lengths, order, colours and words are those of the frame."""

from decimal import Decimal

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from ictindex.page.charts import change, gap, ranking
from ictindex.page.charts.sheet import BAR, STRONG


def bars(axes):
    """Where each bar begins and ends, and its colour, from the top."""
    lines = axes.collections[1]
    ends = [(round(segment[0][0], 4), round(segment[1][0], 4)) for segment in lines.get_segments()]
    colors = [to_hex(color) for color in lines.get_colors()]
    return ends, colors


def test_bars_are_as_long_as_the_places_in_rank_order_and_the_highlighted_one_is_dark(ranked, words_on):
    frame = ranked(("Bộ", {"Bộ Y tế": "80", "Bộ Nội vụ": "50", "Bộ Công an": None}), most=100)
    figure = ranking(frame, "Bộ Nội vụ")
    assert bars(figure.axes[0]) == ([(0, 0.8), (0, 0.5)], [BAR, STRONG])
    rows = ["1 Bộ Y tế", "80", "2 Bộ Nội vụ", "50"]
    ends = ["0", "100"]
    title = ["Bộ: 2 đơn vị được xếp hạng, 1 không xếp hạng"]
    assert sorted(words_on(figure)) == sorted([*rows, *ends, *title, "Hạng"])


def test_the_sentence_names_first_middle_and_last_with_as_many_places_as_printed(ranked):
    frame = ranked(("Bộ", {"Bộ Y tế": "0.900", "Bộ Nội vụ": "0.501", "Bộ Công an": None}))
    assert ranking(frame).get_label() == (
        "Biểu đồ thanh theo thứ hạng. Bộ, 2 đơn vị: cao nhất Bộ Y tế 0,900, trung vị 0,701, thấp nhất"
        " Bộ Nội vụ 0,501. 1 đơn vị không xếp hạng nên không vẽ."
    )


def test_each_group_has_its_own_largest_value_possible_at_the_end_of_its_axis(ranked, words_on):
    frame = pd.concat([ranked(("Huyện", {"A": "120"}), most=150), ranked(("Xã", {"B": "90"}), most=100)])
    assert {"150", "100"} <= set(words_on(ranking(frame)))


def test_of_a_group_longer_than_a_page_the_ends_and_the_highlighted_are_bars_and_all_are_a_curve(ranked):
    units = {f"Xã {i}": f"{(1375 - i) / 1375:.4f}" for i in range(1375)}
    figure = ranking(ranked(("Xã", units)), ["Xã 700"])
    assert len(figure.axes[0].lines[0].get_xdata()) == 200
    assert list(figure.axes[0].lines[1].get_xdata()) == [700]
    assert sum(len(bars(axes)[0]) for axes in figure.axes[1:]) == 37


def changed(**units):
    """Unit -> rank and places gained; nothing gained is known of who is new or was in another group."""
    rows = [
        {
            "group": "Bộ",
            "group_name": "Bộ",
            "unit": name,
            "unit_name": name,
            "rank": rank,
            "rank_change": rise,
        }
        for name, (rank, rise) in units.items()
    ]
    return pd.DataFrame(rows, dtype=object)


def test_change_goes_from_the_largest_gain_to_the_largest_loss():
    """Also of a unit that was renamed: who continues whom is the frame's to say, as in the table."""
    figure = change(changed(A=(1, 2), B=(2, -1), C=(3, -1), Mới=(4, None), Không=(None, None)))
    assert bars(figure.axes[0])[0] == [(0, 2), (0, -1), (0, -1)]
    assert [text.get_text().split() for text in figure.axes[0].texts[:6:2]] == [
        ["+2", "A"],
        ["−1", "B"],
        ["−1", "C"],
    ]
    assert [text.get_text() for text in figure.axes[0].texts[1:6:2]] == ["3 → 1", "1 → 2", "2 → 3"]
    assert figure.get_label() == (
        "Biểu đồ thanh: thay đổi thứ hạng so với kỳ trước. 1 đơn vị lên hạng, 2 xuống hạng, 0 giữ nguyên;"
        " 1 chỉ có hạng kỳ này. Bộ: tăng nhiều nhất A (+2), giảm nhiều nhất C (−1)."
    )


def declared(*units):
    rows = [
        {"group": "Tỉnh", "group_name": "Tỉnh", "unit": name, "unit_name": name, "declared": a, "value": b}
        for name, a, b in units
    ]
    return pd.DataFrame(
        [{**row, **{k: row[k] and Decimal(row[k]) for k in ("declared", "value")}} for row in rows],
        dtype=object,
    )


def test_one_difference_far_beyond_the_others_leaves_the_frame_and_does_not_hide_them(words_on):
    frame = declared(
        ("Xa", "0.667", "0.546"),
        ("A", "0.6", "0.595"),
        ("B", "0.6", "0.597"),
        ("C", "0.6", "0.591"),
        ("D", "0.5", "0.5"),
    )
    figure = gap(frame)
    assert bars(figure.axes[0])[0] == [(0, -0.009), (0, -0.009), (0, -0.005), (0, -0.003)]
    words = words_on(figure)
    assert words.count("«") == 1 and "−0,121 Xa" in words and "0,667 → 0,546" in words
    assert "Tỉnh: 4 trong 5 đơn vị khác mức tự khai" in words and "D" not in " ".join(words).split()
    assert "Thanh có đầu » hoặc « dài hơn khung" in words[-1]


def test_an_axis_goes_to_both_sides_only_where_bars_do():
    assert gap(declared(("A", "0.6", "0.5"))).axes[0].get_xlim() == pytest.approx((-0.1, 0))
    assert gap(declared(("A", "0.5", "0.6"))).axes[0].get_xlim() == pytest.approx((0, 0.1))
    both = gap(declared(("A", "0.6", "0.5"), ("B", "0.5", "0.6")))
    assert both.axes[0].get_xlim() == pytest.approx((-0.1, 0.1))


def test_where_there_is_nothing_the_charts_say_so(ranked):
    none = ranked(("Bộ", {"A": None}))
    assert ranking(none).get_label() == "Không có đơn vị nào được xếp hạng."
    assert ranking(none.iloc[:0]).get_label() == "Không có đơn vị nào được xếp hạng."
    assert change(changed()).get_label() == "Không có ấn bản kỳ trước để so sánh."
    assert change(changed(A=(1, None))).get_label() == "Không có đơn vị nào có thứ hạng ở cả hai kỳ."
    assert gap(declared(("A", "0.6", "0.6"))).get_label().startswith("Không có chênh lệch")
    assert gap(declared(("A", None, None)).iloc[:0]).get_label() == "Không có đơn vị nào có mức tự khai."
