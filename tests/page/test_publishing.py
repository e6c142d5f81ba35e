"""Any frame and any figure can be published, and what is read back from the page is what was published."""

import json
import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from ictindex.page import publishing
from ictindex.page.frames import add_up, points, rank
from ictindex.page.shown import MIME, Column, Text
from ictindex.page.trust import criteria
from tests.shipped import shipped


def executed(*cells):
    """An executed notebook: each cell a list of what it showed, read as a file has it; None is prose."""
    made = [
        {"cell_type": "markdown", "source": "", "metadata": {}}
        if shown is None
        else {
            "cell_type": "code",
            "metadata": {"tags": list(tags)},
            "outputs": [{"output_type": "display_data", "data": each._repr_mimebundle_()} for each in shown],
        }
        for shown, *tags in cells
    ]
    return json.loads(json.dumps({"cells": made}))


def column(cells, kind=object):
    """One column published: its kind and its cells."""
    table = publishing.table("t", pd.DataFrame({"x": pd.Series(list(cells), dtype=kind)}))
    return table.columns[0].kind, [row[0] for row in table.rows]


# --- cells ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells, kind, wanted",
    [
        ([1, None], "integer", [1, None]),
        ([np.int64(7), np.int8(-1)], "integer", [7, -1]),
        ([0.1, float("nan")], "number", [Decimal("0.1"), None]),
        ([np.float64(1e-7), np.float32(0.5)], "number", [Decimal("1E-7"), Decimal("0.5")]),
        ([1, 2.5], "number", [1, Decimal("2.5")]),
        ([Fraction(1, 3), 1], "exact", [Fraction(1, 3), 1]),
        ([True, np.bool_(False), None], "text", ["có", "không", None]),
        ([date(2020, 1, 31), datetime(2020, 1, 31, 8, 5)], "text", ["31/01/2020", "31/01/2020 08:05"]),
        ([pd.Timestamp("2020-01-31"), pd.NaT], "text", ["31/01/2020", None]),
        ([pd.NA, "a"], "text", [None, "a"]),
        (["a", -1.5, Fraction(-1, 3), 1234, None], "text", ["a", "−1,5", "−1/3", "1.234", None]),
        ([None, float("nan")], "text", [None, None]),
        ([["a", 1], {"b": 2}], "text", ["['a', 1]", "{'b': 2}"]),
        ([float("inf"), float("-inf")], "text", ["∞", "−∞"]),
    ],
)
def test_a_cell_of_any_kind_becomes_one_that_a_table_can_hold(cells, kind, wanted):
    assert column(cells) == (kind, wanted)


def test_columns_of_pandas_own_kinds_keep_their_gaps():
    assert column([1, None], "Int64") == ("integer", [1, None])
    assert column(["a", None], "string") == ("text", ["a", None])
    assert column([True, None], "boolean") == ("text", ["có", None])
    assert column(["a", "b"], "category") == ("text", ["a", "b"])


def test_an_array_in_a_cell_is_text_and_no_error():
    kind, (cell,) = column([np.array([1, 2])])
    assert (kind, cell) == ("text", "[1 2]")


def test_hostile_text_is_neither_a_formula_nor_markup():
    table = publishing.table("t", pd.DataFrame({"<b>": ["=1+1", "<script>alert(1)</script>"]}), title="<i>")
    assert table.csv() == "<b>\n'=1+1\n<script>alert(1)</script>\n"
    assert "<script>" not in table.html() and "<b>" not in table.html() and "<i>" not in table.html()


# --- the index and the columns ----------------------------------------------------------------------------


def keys(table):
    return [column.key for column in table.columns]


def test_a_plain_count_is_no_column_and_any_other_index_is():
    frame = pd.DataFrame({"unit": ["A", "B", "A"], "points": [1, 2, 4]})
    assert keys(publishing.table("t", frame)) == ["unit", "points"]
    assert keys(publishing.table("t", frame[frame.points > 1])) == ["unit", "points"]
    sums = publishing.table("t", frame.groupby("unit").points.sum())
    assert (keys(sums), sums.rows) == (["unit", "points"], (("A", 5), ("B", 2)))
    assert keys(publishing.table("t", frame.points.describe())) == ["index", "points"]


def test_levels_of_an_index_are_columns_and_levels_of_columns_are_one_name():
    frame = pd.DataFrame({"g": ["x", "x"], "unit": ["A", "B"], "points": [1, 2]})
    assert keys(publishing.table("t", frame.groupby(["g", "unit"]).sum())) == ["g", "unit", "points"]
    wide = frame.groupby("g").agg({"points": ["min", "max"]})
    table = publishing.table("t", wide)
    assert (keys(table), table.rows) == (["g", "points_min", "points_max"], (("x", 1, 2),))


def test_a_column_that_is_named_by_a_number_can_be_given_a_heading():
    frame = pd.DataFrame({2017: [1]})
    assert publishing.table("t", frame).columns == (Column("2017", "2017", "integer"),)
    assert publishing.table("t", frame, labels={2017: "Năm"}).columns[0].label_vi == "Năm"


def test_a_heading_for_no_column_is_told_with_the_column_that_is_meant():
    """It was passed over, and the page printed the column's machine word."""
    frame = pd.DataFrame({"mean": [1], "least": [0]})
    with pytest.raises(ValueError, match=r"own: labels names no column.*: meen; did you mean 'mean'\?"):
        publishing.table("own", frame, labels={"meen": "Trung bình", "least": "Thấp nhất"})
    with pytest.raises(ValueError, match="its columns: mean, least"):
        publishing.table("own", frame, labels={"diem": "Điểm"})
    frame.attrs["labels"] = {"gone": "Đã bỏ", "mean": "Trung bình"}  # of the frame that it was taken from
    assert [column.label_vi for column in publishing.table("own", frame).columns] == ["Trung bình", "least"]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame([[1, 2]], columns=["1", 1]),
        pd.DataFrame({"a": [1]}, index=pd.Index(["x"], name="a")),
    ],
)
def test_two_columns_of_one_name_are_refused(frame):
    with pytest.raises(ValueError, match="two columns of one name"):
        publishing.table("t", frame)


@pytest.mark.parametrize("name", ["", "Bảng", "a b", "../a", "a.csv", "=1"])
def test_a_name_that_no_file_can_have_is_refused(name):
    with pytest.raises(ValueError, match="cannot be a table's name"):
        publishing.table(name, pd.DataFrame({"a": [1]}))


def test_the_frame_that_is_published_is_not_changed():
    frame = pd.DataFrame({"a": [1.5]}, index=pd.Index(["x"], name="i"))
    frame.attrs = {"title": "T"}
    before = frame.copy(deep=True)
    publishing.table("t", frame)
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == {"title": "T"}


# --- what is said of a table ------------------------------------------------------------------------------


def told(**attrs):
    frame = pd.DataFrame({"unit": ["A", "B", "C"], "points": [1, 2, 3]})
    frame.attrs = attrs
    return frame


def test_what_is_given_goes_before_what_the_frame_says_of_itself():
    frame = told(title="Bảng thử", note="Ghi chú.", labels={"unit": "Đơn vị"})
    own = publishing.table("t", frame)
    assert (own.title_vi, own.note_vi) == ("Bảng thử", "Ghi chú.")
    assert [column.label_vi for column in own.columns] == ["Đơn vị", "points"]
    given = publishing.table("t", frame, title="Khác", note="", labels={"points": "Điểm"})
    assert (given.title_vi, given.note_vi) == ("Khác", "")
    assert [column.label_vi for column in given.columns] == ["Đơn vị", "Điểm"]
    assert publishing.table("own", told()).title_vi == "own"


def test_what_was_summed_up_is_not_called_by_the_name_of_the_table_that_it_came_from():
    """The sum of a unit's points was published as the points of each criterion, with their note."""
    frame = told(title="Điểm từng tiêu chí", note="Mỗi dòng một tiêu chí.", labels={"points": "Điểm"})
    summed = publishing.table("sums", frame.groupby("unit").sum())
    assert (summed.title_vi, summed.note_vi) == ("sums", "")
    assert [column.label_vi for column in summed.columns] == ["unit", "Điểm"]
    picked = publishing.table("some", frame[frame["points"] > 1].sort_values("unit"))
    assert (picked.title_vi, picked.note_vi) == ("Điểm từng tiêu chí", "Mỗi dòng một tiêu chí.")


def test_bold_rows_stay_bold_wherever_they_are_sorted_to():
    frame = told(bold=[2])
    assert publishing.table("t", frame).emphasis == {2}
    assert publishing.table("t", frame[::-1]).emphasis == {0}
    assert publishing.table("t", frame[frame.points > 1]).emphasis == {1}
    assert publishing.table("t", frame.groupby("unit").sum()).emphasis == frozenset()


def test_a_frame_without_a_row_publishes_nothing_but_says_a_sentence():
    empty = told(title="Bảng thử").head(0)
    made = publishing.table("t", empty)
    assert isinstance(made, Text) and made.lines == ("Bảng thử: không có dòng nào.",)
    assert publishing.table("t", empty, note="Chưa có gì.").lines == ("Chưa có gì.",)
    assert isinstance(publishing.table("t", pd.DataFrame()), Text)
    assert list(publishing.published(executed([[made]]))) == []


def test_groups_are_headings_where_there_are_several_and_nothing_where_there_is_one():
    frame = pd.DataFrame({"group": ["m", "p"], "group_name": ["Bộ", "Tỉnh"], "unit_name": ["A", "B"]})
    two = publishing.table("t", frame)
    assert [column.kind for column in two.columns if column.key == "group_name"] == ["group"]
    assert re.findall(r'<tr class="group">.*?>(\w+)</th>', two.html()) == ["Bộ", "Tỉnh"]
    one = publishing.table("t", frame.head(1))
    assert 'class="group"' not in one.html() and "Bộ" not in one.html() and "Bộ" in one.csv()


def test_what_only_the_file_has_is_not_on_the_page_unless_nothing_else_is():
    frame = told(only_in_file=["unit"])
    assert "<td" in publishing.table("t", frame).html() and ">A<" not in publishing.table("t", frame).html()
    assert "A,1" in publishing.table("t", frame).csv()
    assert ">A<" in publishing.table("t", frame[["unit"]]).html()


def on_page(frame):
    return [column.key for column in publishing.table("t", frame).columns if column.on_page]


def test_columns_that_are_chosen_by_hand_are_shown_whatever_a_word_keeps_in_the_file():
    e = shipped("egdi-2018")
    ranking = rank(add_up(points(e), e), e)
    assert on_page(ranking[["unit_name", "value"]]) == ["unit_name", "value"]
    assert on_page(ranking[["unit", "unit_name", "rank", "printed"]])[0] == "unit"
    shown = criteria(e)[["name", "criterion"]]
    assert on_page(shown) == ["name", "criterion"]


def test_what_is_left_of_a_words_columns_shows_no_more_than_before():
    e = shipped("egdi-2018")
    ranking = rank(add_up(points(e), e), e)
    kept = on_page(ranking)
    assert kept[:3] == ["unit_name", "rank", "printed"] and not {"unit", "value", "state"} & {*kept}
    assert on_page(ranking.drop(columns="printed")) == [key for key in kept if key != "printed"]
    assert on_page(ranking.assign(twice=2)) == [*kept, "twice"]
    assert on_page(ranking.query("rank < 4")) == kept


def test_columns_that_are_chosen_by_hand_are_printed_too():
    frame = criteria(shipped("egdi-2018"))
    assert "how" not in publishing.table("t", frame).annex
    assert publishing.table("t", frame[["name", "how"]]).annex == ()


def test_a_page_shows_as_many_rows_as_the_frame_says_and_the_file_has_all():
    table = publishing.table("t", told(shown=1))
    assert table.html().count("<td") == 2 and "Hiện 1 trong 3 dòng" in table.html()
    assert table.csv().count("\n") == 4


# --- read back --------------------------------------------------------------------------------------------

plain = st.text(max_size=8)
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.fractions(),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.dates(min_value=date(1900, 1, 1)),
    plain,
    st.sampled_from(["=1+1", "'=1+1", "<script>", "a,b", 'a"b', "a\rb", "a\nb", "-", "\t"]),
)
columns_of_one_kind = st.sampled_from([st.integers(), st.floats(), st.fractions(), plain, cells])


@st.composite
def frames(draw):
    """Any frame of up to four columns and five rows, most columns of one kind, with any names."""
    names = draw(st.lists(plain, min_size=1, max_size=4, unique=True))
    size = draw(st.integers(1, 5))
    return pd.DataFrame(
        {
            name: pd.Series(
                draw(st.lists(st.none() | draw(columns_of_one_kind), min_size=size, max_size=size)),
                dtype=object,
            )
            for name in names
        }
    )


@given(frames(), plain, plain)
def test_what_is_read_back_from_a_page_is_what_was_published(frame, title, note):
    made = publishing.table("any", frame, title=title, note=note)
    (item,) = publishing.published(executed([[made]]))
    assert item.view.payload() == made.payload()
    assert item.view.columns == made.columns and len(item.view.rows) == len(made.rows)
    numbers = [i for i, column in enumerate(made.columns) if column.kind in ("integer", "number", "exact")]
    for was, read in zip(made.rows, item.view.rows, strict=True):
        assert [read[i] for i in numbers] == [was[i] for i in numbers]


def test_tables_and_charts_are_numbered_apart_those_of_the_annex_first():
    a, b = (publishing.table(name, pd.DataFrame({"x": [1]})) for name in "ab")
    chart = publishing.figure("c", drawn(), DATA)
    notebook = executed([None], [[a]], [[Text("t", ("lời",)), chart], "annex"], [[b], "annex"])
    found = [
        (item.label_vi, item.view.name, item.cell, item.annex) for item in publishing.published(notebook)
    ]
    assert found == [("Bảng 2", "a", 2, False), ("Hình 1", "c", 3, True), ("Bảng 1", "b", 4, True)]


def test_what_others_show_is_not_published():
    shown = [{"text/html": "<table>"}, {MIME: {"kind": "edition"}}, {MIME: "?"}, {}]
    foreign = {"cells": [{"outputs": [*({"data": data} for data in shown), {"output_type": "stream"}]}]}
    assert list(publishing.published(foreign)) == []


# --- figures ----------------------------------------------------------------------------------------------

DATA = pd.DataFrame({"unit": ["A", "B"], "points": [1, 2]})


def drawn():
    """A figure with markers, a clip path and words, each of which an SVG file refers to by an id."""
    figure, axes = plt.subplots(label="Hai điểm tăng dần.")
    figure.suptitle("Điểm")
    axes.plot([0, 1], DATA.points, marker="o")
    return figure


def test_a_figure_says_its_title_and_what_it_shows():
    made = publishing.figure("c", drawn(), DATA)
    assert (made.title_vi, made.alt_vi) == ("Điểm", "Hai điểm tăng dần.")
    assert (made.data.name, made.data.title_vi, made.data.rows) == ("c", "Điểm", (("A", 1), ("B", 2)))
    given = publishing.figure("c", drawn(), DATA, title="Khác", alt="")
    assert (given.title_vi, given.alt_vi) == ("Khác", "Hai điểm tăng dần."), "no picture without words"
    bare = publishing.figure("c", plt.figure(), DATA)
    assert (bare.title_vi, bare.alt_vi) == ("c", "c")


def test_axes_stand_for_their_figure():
    figure = drawn()
    assert publishing.figure("c", figure.axes[0], DATA).svg == publishing.figure("c", drawn(), DATA).svg


def test_a_picture_has_the_same_bytes_twice_and_nothing_of_its_day():
    one, other = (publishing.figure("c", drawn(), DATA).svg for _ in range(2))
    assert one == other and one.startswith("<svg") and "<metadata>" not in one and "dc:date" not in one


def test_ids_begin_with_the_charts_name_and_every_reference_has_one():
    svg = publishing.figure("c", drawn(), DATA).svg
    ids = re.findall(r'\bid="([^"]*)"', svg)
    references = {a or b for a, b in re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', svg)}
    assert len(references) > 2 and len(set(ids)) == len(ids)
    assert all(each.startswith("c-") for each in ids) and references <= set(ids)


def test_a_published_figure_is_closed_so_that_it_is_not_shown_twice():
    figure = drawn()
    publishing.figure("c", figure, DATA)
    assert figure.number not in plt.get_fignums()


def test_a_figure_of_nothing_is_a_sentence_and_closed_too():
    figure = drawn()
    made = publishing.figure("c", figure, DATA.head(0))
    assert isinstance(made, Text) and made.lines == ("Điểm: không có dòng nào.",)
    assert figure.number not in plt.get_fignums()


def test_a_figure_is_read_back_with_the_data_behind_it():
    made = publishing.figure("c", drawn(), DATA)
    (item,) = publishing.published(executed([[made]]))
    assert item.view == made
