"""On paper a frame that a cell merely shows has the words and the numbers of the tables beside it."""

from fractions import Fraction

import pandas as pd
import pytest

from ictindex.annex.foreign_outputs import as_frame
from ictindex.annex.plain_frames import in_words
from ictindex.page.publishing import Item, table

SHOWN = pd.DataFrame(
    {
        "unit_name": ["Bộ Một", "Bộ Hai"],
        "number": ["1.1", "1.2"],
        "value": [Fraction(4480, 319), Fraction(1234567, 1000)],
        "rank": [1, 2],
    }
)
LABELS = {"unit_name": "Tên đơn vị", "number": "TT", "value": "Giá trị", "rank": "Hạng"}


def published(**labels):
    return Item(table("t", SHOWN, labels={**LABELS, **labels}), 1, 1, True)


def told(frame, *items):
    return in_words(*as_frame({"data": {"text/html": frame._repr_html_()}}), items)


def test_known_columns_have_their_headings_and_numbers_and_text_stays():
    head, rows = told(SHOWN, published())
    assert head == ["", "Tên đơn vị", "TT", "Giá trị", "Hạng"]
    assert rows == [["0", "Bộ Một", "1.1", "14,04", "1"], ["1", "Bộ Hai", "1.2", "1.234,57", "2"]]


def test_a_heading_on_which_tables_do_not_agree_stays_a_key():
    head, rows = told(SHOWN[["value", "rank"]], published(), published(rank="Thứ hạng"))
    assert head == ["", "Giá trị", "rank"] and rows[1] == ["1", "1.234,57", "2"]


def test_columns_of_the_answers_have_their_headings_though_no_table_of_them_is_published():
    shown = pd.DataFrame({"answer_name": ["Số máy chủ"], "declared_text": ["Có"], "own": ["x"]})
    assert told(shown, published())[0] == ["", "Số liệu", "Tự khai", "own"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([0.5, 1234.25], ["0,50", "1.234,25"]),
        ([0.5, None], ["0,5", "–"]),
        ([2018, 2020], ["2018", "2020"]),  # as well years as numbers
        (["1.1", "2"], ["1.1", "2"]),
        (["0.5 điểm", None], ["0.5 điểm", "–"]),
    ],
)
def test_of_an_unknown_column_decimals_alone_are_read_as_numbers(cells, said):
    _, rows = told(pd.DataFrame({"mean": cells}), published())
    assert [row[1] for row in rows] == said


def test_rows_that_are_left_out_stay_dots():
    _, rows = told(pd.DataFrame({"mean": [0.25] * 100}), published())
    assert [row[1] for row in rows][4:7] == ["0,25", "...", "0,25"]
