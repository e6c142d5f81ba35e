"""The slope of a what-if: every line goes from the rank before to the rank after."""

from matplotlib.colors import to_hex

from ictindex.page.charts import what_if_slope
from ictindex.page.charts.sheet import DEEP, RULE, STRONG


def test_lines_go_from_the_order_before_to_the_order_after_in_the_colour_of_their_direction(ranked, words_on):
    before = ranked(("Bộ", {"A": "0.9", "B": "0.8", "C": "0.7"}))
    figure = what_if_slope(before, ranked(("Bộ", {"B": "0.9", "A": "0.8", "C": "0.7"})), "A")
    lines = {
        line.get_label(): (list(line.get_ydata()), to_hex(line.get_color())) for line in figure.axes[0].lines
    }
    assert lines == {"B": ([1, 0], DEEP), "A": ([0, 1], STRONG), "C": ([2, 2], RULE)}
    assert {"A 1", "2 A (−1)", "1 B (+1)", "3 C"} <= set(words_on(figure))
    assert figure.get_label() == (
        "Biểu đồ dốc: hạng gốc bên trái, hạng giả định bên phải. Bộ: 1 đơn vị lên hạng, 1 xuống hạng;"
        " nhiều nhất B +1, A −1."
    )


def test_of_many_units_those_that_move_most_and_the_highlighted_are_drawn(ranked):
    order = [f"u{i}" for i in range(300)]
    moved = ["u299", *order[:299]]
    one, two = (
        ranked(("Xã", {unit: f"{1 - i / 300:.4f}" for i, unit in enumerate(some)})) for some in (order, moved)
    )
    drawn = [line.get_label() for line in what_if_slope(one, two, "u150").axes[0].lines]
    assert len(drawn) == 56 and drawn[0] == "u299" and "u150" in drawn


def test_without_a_rank_in_both_the_chart_says_so(ranked):
    one, other = ranked(("Bộ", {"A": "0.9"})), ranked(("Bộ", {"B": "0.9"}))
    for before, after in ((one, other), (one.iloc[:0], one), (one, one.iloc[:0])):
        assert what_if_slope(before, after).get_label() == "Không có đơn vị nào có thứ hạng ở cả hai bảng."
