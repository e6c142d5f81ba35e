"""The annex as parts of a document: what is tagged, in the order of the page, counted as an annex counts."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType, SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.annex import volume as annex
from ictindex.page.publishing import Item
from ictindex.page.shown import Column, Figure, Table


def a_table(columns, rows, **more):
    return Table("ranking", "Xếp hạng", tuple(columns), tuple(rows), **more)


def an_item(view, number=1, tagged=True):
    return Item(view, 1, number, tagged)


NAME, RANK = Column("unit_name", "Tên đơn vị"), Column("rank", "Hạng", "integer")
ITEM = an_item(a_table([NAME, RANK], [("Bộ Y tế", 1)]))


def told(markdown, items=(ITEM,)):
    return list(annex.prose(markdown, {item.anchor: item for item in items}))


def words(part):
    return "".join(run.text for run in part.runs)


def test_a_reference_gets_the_number_and_says_when_it_lies_in_the_other_volume():
    (here,) = told("Xem [bảng xếp hạng](#bang-ranking).")
    assert words(here) == "Xem bảng xếp hạng (Bảng 1)."
    (there,) = told("Xem [bảng điểm](#bang-ranking).", [an_item(ITEM.view, 7, tagged=False)])
    assert words(there) == "Xem bảng điểm (Bảng 7, bản chứng cứ)."
    (nowhere,) = told("Xem [bảng khác](#bang-khac).")
    assert words(nowhere) == "Xem bảng khác."


def test_markdown_keeps_its_look_and_html_is_shown_as_it_is_written():
    (part,) = told("Điều **đậm**, *nghiêng*, `mã`")
    assert [(run.text, run.bold, run.italic, run.mono) for run in part.runs] == [
        ("Điều ", False, False, False),
        ("đậm", True, False, False),
        (", ", False, False, False),
        ("nghiêng", False, True, False),
        (", ", False, False, False),
        ("mã", False, False, True),
    ]
    assert "<script>" in words(told("<script>alert(1)</script>")[0])
    marks = [(part.look, part.mark, words(part)) for part in told("2. hai\n3. ba\n\n- một")]
    assert marks == [("bullet", "2.", "hai"), ("bullet", "3.", "ba"), ("bullet", "–", "một")]


def test_parts_of_the_annex_are_counted_in_roman_numbers_whatever_the_page_counts():
    texts = ["## 1. Kết quả", "### 1.1. Bộ", "### Tỉnh", "## 12. Còn mở", "### Bước"]
    parts = annex._numbered(part for text in texts for part in told(text))
    assert [part.text for part in parts] == [
        *("I. KẾT QUẢ", "1. Bộ", "2. Tỉnh", "II. CÒN MỞ", "1. Bước"),
    ]


@pytest.mark.parametrize(("number", "roman"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (39, "XXXIX")])
def test_roman_numbers(number, roman):
    assert annex._roman(number) == roman


def test_a_group_stands_before_its_rows_and_what_only_files_have_is_left_out():
    columns = [Column("group_name", "Nhóm", "group"), NAME, Column("unit", "Mã", in_file_only=True), RANK]
    rows = [("Bộ", "Bộ Y tế", "byt", 1), ("Tỉnh", "Sơn La", "son-la", None)]
    grid = annex.grid(an_item(a_table(columns, rows, emphasis=frozenset({1}))))
    assert [(row.cells, row.group, row.bold) for row in grid.rows] == [
        (("Bộ",), True, (True,)),
        (("Bộ Y tế", "1"), False, ()),
        (("Tỉnh",), True, (True,)),
        (("Sơn La", "–"), False, (True, True)),
    ]
    assert grid.caption == "Bảng 1. Xếp hạng" and grid.right == (False, True)


def test_a_sentence_in_an_emphasised_row_is_not_set_in_bold():
    columns = [NAME, Column("clause", "Căn cứ")]
    rows = [("Bộ Y tế", "Mục V.5.3 a, bảng điểm, quy định điểm tối đa của từng hạng mục")]
    grid = annex.grid(an_item(a_table(columns, rows, emphasis=frozenset({0}))))
    assert grid.rows[0].bold == (True, False)


def test_where_no_cell_takes_two_lines_every_column_gets_air():
    columns = [NAME, Column("value", "Giá trị", "exact"), RANK]
    widths = annex.grid(
        an_item(a_table(columns, [("Bộ Thông tin và Truyền thông", Fraction(1, 2), 100)]))
    ).widths
    sheet = annex.Sheet.of(columns, [("Bộ Thông tin và Truyền thông", "0,500", "100")], 11.0)
    assert all(wide > 1.2 * least for wide, least in zip(widths, sheet.most, strict=True))


def test_width_goes_where_it_makes_the_table_lower():
    texts = ["chữ " * 5, "chữ " * 60, "chữ " * 15]
    sheet = annex.Sheet.of([Column(f"c{i}", "Cột") for i in range(3)], [texts] * 4, 10.0)
    even = [annex.ACROSS * annex.MM / 3] * 3
    assert sheet._height(sheet._lowered(even)) < sheet._height(even)
    assert sum(sheet._lowered(even)) == pytest.approx(sum(even))


def test_the_annex_prints_the_columns_that_it_is_told_to():
    columns = [NAME, Column("how", "Cách tính"), RANK]
    grid = annex.grid(an_item(a_table(columns, [("A", "dài", 1)], annex=("unit_name", "rank"))))
    assert [heading.label_vi for heading in grid.head[0]] == ["Tên đơn vị", "Hạng"]
    assert grid.rows[0].cells == ("A", "1")


def test_columns_of_one_head_stand_under_it():
    columns = [NAME, *(Column(k, t, kind, head=h) for h, k, t, kind in HEADED)]
    top, below = annex.grid(an_item(a_table(columns, [("A", Fraction(1), 2, Fraction(3), 4)]))).head
    assert [(h.label_vi, h.wide, h.high) for h in top] == [
        ("Tên đơn vị", 1, 2),
        ("Hạ tầng", 2, 1),
        ("Nhân lực", 2, 1),
    ]
    assert [(h.label_vi, h.turned) for h in below] == [("Giá trị", False), ("Hạng", True)] * 2


HEADED = [
    *(("Hạ tầng", "a_value", "Giá trị", "exact"), ("Hạ tầng", "a_rank", "Hạng", "integer")),
    *(("Nhân lực", "b_value", "Giá trị", "exact"), ("Nhân lực", "b_rank", "Hạng", "integer")),
]
CELLS = st.text("Bộ Thông tin và Truyền thông/", max_size=120)


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=8))
def test_whatever_the_cells_the_columns_fill_the_sheet_and_no_letter_is_too_small(rows):
    columns = [Column(f"c{i}", f"Cột {i}") for i in range(4)]
    grid = annex.grid(an_item(a_table(columns, map(tuple, rows))))
    room = (annex.ALONG if grid.across else annex.ACROSS) * annex.MM
    assert sum(grid.widths) == pytest.approx(room, abs=0.1)
    assert min(grid.widths) > 0 and grid.size >= 10


def test_only_a_table_that_cannot_stand_upright_lies_across():
    def made(count):
        columns = [Column(f"c{i}", "Giá trị", "exact") for i in range(count)]
        return annex.grid(an_item(a_table(columns, [tuple(Fraction(12345678) for _ in range(count))])))

    assert not made(7).across
    assert made(12).across


def test_a_long_table_of_few_columns_stands_upright_too():
    columns = [Column(f"c{i}", "Căn cứ, tình trạng") for i in range(6)]
    rows = [("Tỷ lệ cán bộ, công chức được trang bị máy tính",) * 6] * 40
    assert not annex.grid(an_item(a_table(columns, rows))).across


def test_a_figure_keeps_its_number_its_title_and_its_sentence_for_those_who_cannot_see_it():
    view = Figure("ranking", "Xếp hạng", "Bộ Y tế đứng đầu.", "<svg/>", ITEM.view)
    part = annex._picture(an_item(view, 3), view)
    assert (part.caption, part.alt, part.width) == ("Hình 3. Xếp hạng", "Bộ Y tế đứng đầu.", None)


def test_a_column_of_words_that_says_nothing_takes_no_room_on_paper():
    columns = [NAME, Column("note", "Ghi chú"), Column("points", "Điểm", "exact")]
    grid = annex.grid(an_item(a_table(columns, [("A", None, None), ("B", "", None)])))
    assert [heading.label_vi for heading in grid.head[0]] == ["Tên đơn vị", "Điểm"]


class Head:
    """What a volume takes of an edition."""

    edition, methodology = "mini-2020", None
    parameters = MappingProxyType({"attached_to": "Quyết định số 1"})
    inputs = SimpleNamespace(milestones=())
    state = SimpleNamespace(official=False)

    def __init__(self, what_if):
        self.what_if = what_if

    def payload(self):
        return {"heading": ["Chỉ số", "(Kèm theo)"], "state": "", "why": [], "broken": [], "headline": []}


def test_nobody_signs_what_is_only_supposed():
    page = {"cells": [{"cell_type": "markdown", "source": "# Chỉ số", "metadata": {"tags": ["annex"]}}]}
    made = [annex.volume(page, Head(what_if), ()) for what_if in (None, object())]
    assert [(one.kind, one.signed) for one in made] == [
        ("Phụ lục", annex.HOW_SIGNED),
        ("Phương án giả định", ()),
    ]


def test_a_frame_that_a_cell_shows_is_printed_as_a_table_without_a_number_its_figures_at_the_right():
    frame = pd.DataFrame({"khối": ["Bộ", "Tỉnh"], "điểm": [21.75, -3], "tỷ lệ": [Fraction(1, 3), None]})
    data = {"text/html": frame.to_html(index=False), "text/plain": "chữ"}
    output = {"output_type": "execute_result", "data": data, "metadata": {}}
    (grid,), (evidence,) = (annex._shown(output, {}, whole) for whole in (False, True))
    assert (grid.kind, grid.caption, grid.right) == ("table", "", (False, True, True))
    assert [row.cells for row in grid.rows] == [("Bộ", "21,75", "1/3"), ("Tỉnh", "−3,00", "–")]
    assert [row.cells for row in evidence.rows] == [("Bộ", "21.75", "1/3"), ("Tỉnh", "-3.00", "None")]
