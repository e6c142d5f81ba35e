"""The picture of an answer: a line from where to where for each row, the first forty."""

from fractions import Fraction as F

from ictindex.page.charts import answer, svg
from ictindex.page.shown import Column, Table

COLUMNS = (
    Column("unit_name", "Tên"),
    Column("best", "Cao nhất", "integer"),
    Column("worst", "Thấp nhất", "integer"),
)


def ranks(*rows):
    return Table("ranks", "Hạng có thể đạt", COLUMNS, rows, stamp="SỐ LIỆU MINH HỌA")


def test_each_row_is_a_line_from_its_beginning_to_its_end(words_on):
    figure = answer(ranks(("Bộ Một", 1, 3), ("Bộ Hai", 2, 2), ("không xếp", None, None)))
    _, lines = figure.axes[0].collections
    assert [[x for x, _ in line] for line in lines.get_segments()] == [[1, 3], [2, 2]]
    assert {"Bộ Một", "1–3", "2–2", "Hạng có thể đạt (SỐ LIỆU MINH HỌA)"} <= set(words_on(figure))
    assert "dòng đầu Bộ Một, 1–3" in figure.get_label()
    assert svg(figure) == svg(figure)


def test_of_many_rows_the_first_forty_are_drawn_and_that_is_said(words_on):
    figure = answer(ranks(*((f"Đơn vị {i}", i, i + 1) for i in range(1, 60))))
    assert len(figure.axes[0].lines[0].get_xdata()) == 40
    assert "Vẽ 40 dòng đầu trong 59 dòng." in " ".join(words_on(figure))


def test_where_nothing_is_to_be_drawn_it_says_so():
    columns = (
        Column("label_vi", "Tên"),
        Column("weight", "x", "exact"),
        Column("tipping_weight", "y", "exact"),
    )
    table = Table("tipping", "Lật", columns, (("A", F(20), None),))
    assert "Không có gì để vẽ" in answer(table).get_label()


def test_units_of_several_groups_stand_under_their_group(words_on):
    columns = (Column("group", "Nhóm", "group"), *COLUMNS)
    rows = (("Bộ", "Bộ Một", 1, 1), ("Tỉnh", "Tỉnh Một", 1, 2), ("Tỉnh", "Tỉnh Hai", 1, 2))
    figure = answer(Table("ranks", "Hạng có thể đạt", columns, rows))
    assert [word for word in words_on(figure) if word in {"Bộ", "Tỉnh", *(row[1] for row in rows)}] == [
        "Bộ",
        "Bộ Một",
        "Tỉnh",
        "Tỉnh Một",
        "Tỉnh Hai",
    ]
    assert figure.axes[0].lines[0].get_ydata().tolist() == [1, 3, 4]
    assert "Bộ" not in words_on(answer(Table("ranks", "Hạng có thể đạt", columns, rows[:1])))


def test_what_a_unit_lacks_is_told_with_what_it_lacks_it_to(words_on):
    columns = (Column("unit_name", "Tên"), Column("goal_vi", "Đích"), Column("points", "Điểm", "exact"))
    rows = (("Sở Một", "hạng 2", F(3)), ("Sở Một", "Tốt", F(1, 2)))
    assert {"Sở Một → hạng 2", "Sở Một → Tốt", "0,50"} <= set(
        words_on(answer(Table("closing", "Thiếu", columns, rows)))
    )
