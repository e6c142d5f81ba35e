"""The chart of Bland and Altman shows the marks that were given, their mean difference and its limits."""

import re
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from ictindex.facts.review import Mark
from ictindex.page.review_charts import SHOWN, bland_altman

NAMES = ("An", "Bình")
FIRST = [8, 7, 9, 5, 6, 7, 8, 4, 9, 10, 3, 6]
SECOND = [7, 7, 8, 6, 6, 5, 9, 4, 8, 10, 4, 5]  # differences: mean 0.25, sd 0.9653


def marks(pair=NAMES, items=12, prefix="U"):
    return {
        (f"{prefix}{i:02}", "page"): tuple(
            Mark(name, "reviewer", Fraction(mark), "", i)
            for name, mark in zip(pair, (FIRST[i], SECOND[i]), strict=True)
        )
        for i in range(items)
    }


def drawn(given):
    answers = {"page": SimpleNamespace(kind="mark", max=Fraction(10))}
    return bland_altman(
        SimpleNamespace(
            methodology=SimpleNamespace(answers=answers),
            inputs=SimpleNamespace(marks=given),
            illustrative=True,
            what_if=None,
        )
    )


def words(figure):
    svg = ElementTree.fromstring(figure.svg)
    return [text.text or "" for text in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_the_data_hold_every_item_and_the_three_lines_in_percent_of_the_scale():
    rows = drawn(marks()).data.rows
    assert rows[:3] == (
        ("An – Bình", "chênh lệch trung bình", "", "", None, Decimal("2.50")),
        ("An – Bình", "giới hạn dưới", "", "", None, Decimal("-16.42")),
        ("An – Bình", "giới hạn trên", "", "", None, Decimal("21.42")),
    )
    assert len(rows) == 3 + 12
    assert rows[3] == ("An – Bình", "mục chấm", "U00", "page", Decimal("75.00"), Decimal("10.00"))


def test_the_picture_says_the_mean_and_the_limits_beside_their_lines_and_the_items_in_its_title():
    said = words(drawn(marks()))
    assert {"An – Bình: 12 mục", "+2,5", "−16,4", "+21,4", "SỐ LIỆU MINH HỌA"} <= set(said)
    assert "An – Bình, 12 mục: trung bình +2,5 %, từ −16,4 đến +21,4 %" in drawn(marks()).alt_vi


def test_items_at_the_same_place_make_one_larger_dot():
    """The third and the ninth item are both 9 against 8: as wide as √2 single dots."""
    strokes = re.findall(r'<path[^>]*stroke="#2f6ea5"[^>]*>', drawn(marks()).svg)
    widths = [re.search(r'stroke-width="([0-9.]+)"', stroke)[1] for stroke in strokes]
    assert sorted({round(float(width), 1) for width in widths}) == [2.4, 3.4]


def test_the_pairs_with_the_most_items_are_drawn_and_the_others_counted():
    many = {}
    for i in range(SHOWN + 2):
        many |= marks((f"A{i}", f"B{i}"), 10 + (i > 1) * 2, prefix=f"U{i}")
    figure = drawn(many)
    assert "2 cặp khác có ít mục hơn nên không vẽ" in figure.alt_vi
    assert sorted({row[0] for row in figure.data.rows}) == [f"A{i} – B{i}" for i in range(2, SHOWN + 2)]


@pytest.mark.parametrize("given", [{}, marks(items=9)])
def test_without_enough_marks_the_chart_says_so(given):
    figure = drawn(given)
    assert figure.data.rows == () and "Chưa có hai người nào" in " ".join(words(figure))


def test_the_same_marks_give_the_same_bytes_whatever_their_order_and_nothing_in_a_name_is_markup():
    given = marks(("<script>", "=A&B"))
    assert drawn(dict(reversed(given.items()))) == drawn(given)
    assert "<script>" not in drawn(given).svg


def test_marks_without_any_difference_have_an_axis_all_the_same():
    flat = {key: tuple(mark._replace(mark=Fraction(5)) for mark in some) for key, some in marks().items()}
    assert "+20" in words(drawn(flat))
