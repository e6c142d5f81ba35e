"""Rows of units: in as few columns as a page has room for, names in full, nothing over anything else."""

import pytest

from ictindex.page.charts.bars import ranking
from ictindex.page.charts.rows import LISTED, Panel, Row, lay_out, listed
from ictindex.page.charts.sheet import PAGE, empty, styled

LONG = "Bộ Giáo dục và Đào tạo"


def laid(*panels, body=40.0):
    kept = []

    @styled
    def make():
        kept.append(lay_out(panels, "Hạng", body, "Cách đọc."))
        return empty(1)

    make()
    return kept[0]


def rows(count, name="Đơn vị", tail="0,123"):
    return [Row(str(i), f"{name} {i}", tail, False) for i in range(1, count + 1)]


@pytest.mark.parametrize(("count", "columns"), [(8, 1), (22, 1), (63, 2), (193, 3)])
def test_more_rows_take_more_columns_and_no_figure_is_higher_than_a_page(count, columns):
    made = laid(Panel("Bộ", rows(count)))
    assert len(made.columns) == columns
    assert made.figure.get_figheight() * 72 <= PAGE + 1
    assert [row for column in made.columns for row in column.rows] == rows(count)


def test_a_name_without_room_on_one_line_takes_two_and_is_not_cut(words_on):
    made = laid(Panel("Bộ", rows(120, LONG)), body=110.0)
    assert f"7 {LONG} 7" in words_on(made.figure)
    assert any("\n" in text.get_text() for column in made.columns for text in column.axes.texts)


def test_all_groups_short_enough_for_a_page_are_listed_and_of_others_the_ends_and_the_highlighted():
    assert listed(rows(LISTED)) == rows(LISTED)
    many = [row._replace(marked=row.lead == "701") for row in rows(1375)]
    shown = [int(row.lead) for row in listed(many)]
    assert shown == [*range(1, 19), 701, *range(1358, 1376)]


def test_a_highlighted_row_is_bold_and_tinted():
    made = laid(Panel("Bộ", [Row("1", "Bộ Y tế", "0,9", True), Row("2", "Bộ Nội vụ", "0,8", False)]))
    axes = made.columns[0].axes
    assert [text.get_weight() for text in axes.texts[:3]] == ["bold", "bold", "normal"]
    assert len(axes.patches) == 1


HOSTILE = (
    "$x^2$ & <b>",
    "Bộ " * 40,
    "Ẵ" * 90,
    "_\\frac{1}{2}",
    "Sở Tài nguyên và Môi trường tỉnh Thừa Thiên - Huế",
)


@pytest.mark.parametrize("counts", [(1,), (5, 30, 80), (193,), (300, 2)])
def test_whatever_the_names_no_words_cover_others_or_leave_the_sheet(ranked, collisions, counts):
    groups = [
        (f"Nhóm {g}", {f"{HOSTILE[i % 5]} {i}": f"{(count - i) / count:.3f}" for i in range(count)})
        for g, count in enumerate(counts)
    ]
    assert collisions(ranking(ranked(*groups), "0")) == []
