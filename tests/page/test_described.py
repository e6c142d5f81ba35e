"""Frames that describe themselves: what is said stays with the frame, and cells stay what they are."""

from decimal import Decimal
from fractions import Fraction

import ictindex
from ictindex.page import publishing
from ictindex.page.described import described, framed
from ictindex.page.shown import Column, Table, Text

LABELS = {"unit": "Mã", "unit_name": "Đơn vị", "rank": "Hạng", "share": "Tỷ lệ"}
ROWS = [("A", "Bộ Một", 1, 0.5), ("B", "Bộ Hai", None, None)]


def test_a_rank_beside_none_stays_whole_and_a_float_beside_none_can_be_plotted():
    frame = described(ROWS, LABELS, "Bảng thử")
    assert list(frame["rank"]) == [1, None] and type(frame["rank"][0]) is int
    assert frame["share"].dtype == float and frame["share"].isna().tolist() == [False, True]


def test_exact_cells_are_kept_as_they_are():
    frame = described([(Fraction(1, 3), Decimal("0.50"), True)], {"a": "A", "b": "B", "c": "C"}, "Bảng")
    assert frame.iloc[0].tolist() == [Fraction(1, 3), Decimal("0.50"), True]
    assert str(frame["b"][0]) == "0.50"


def test_what_is_said_of_a_frame_is_in_its_attrs():
    frame = described(ROWS, LABELS, "Bảng thử", "Ghi chú.", only_in_file=["unit"], bold=[1], shown=1)
    assert frame.attrs == {
        "title": "Bảng thử",
        "note": "Ghi chú.",
        "labels": LABELS,
        "only_in_file": ["unit"],
        "bold": [1],
        "shown": 1,
    }
    assert "shown" not in described(ROWS, LABELS, "Bảng thử").attrs


def test_a_frame_without_a_row_has_its_columns():
    assert list(described([], LABELS, "Bảng thử")) == list(LABELS)


def test_columns_that_only_the_file_has_are_named_and_bold_rows_are_in_order():
    columns = (Column("unit", "Mã", in_file_only=True), Column("unit_name", "Đơn vị"))
    frame = framed("Bảng thử", columns, [("A", "Một"), ("B", "Hai")], bold={1, 0})
    assert frame.attrs["labels"] == {"unit": "Mã", "unit_name": "Đơn vị"}
    assert (frame.attrs["only_in_file"], frame.attrs["bold"]) == (["unit"], [0, 1])


# --- every builder of the page's face ---------------------------------------------------------------------

ROOMS = ("results", "standing", "trust", "before_points", "year_steps", "claims", "review_tables")
BUILDERS = [
    (room, word)
    for word, room in ictindex._ROOM.items()
    if room.removeprefix("page.") in (*ROOMS, "service_tables")
]


def test_the_face_has_builders_of_every_room_of_tables():
    assert len(BUILDERS) >= 28 and {room for room, _ in BUILDERS} == {
        f"page.{room}" for room in (*ROOMS, "service_tables")
    }


def test_every_builder_gives_a_frame_that_can_be_published_whatever_the_year(any_year, subtests):
    for _, word in BUILDERS:
        with subtests.test(word):
            frame = getattr(ictindex, word)(any_year)
            about = frame.attrs
            assert about["title"] and all(words.strip() for words in about["labels"].values())
            assert list(about["labels"]) == list(frame) and all(key.isascii() for key in frame)
            assert set(about["only_in_file"]) < set(frame) and set(about["bold"]) <= set(frame.index)
            made = publishing.table(word, frame)
            if frame.empty:
                assert isinstance(made, Text) and made.lines[0].endswith(".")
            else:
                assert isinstance(made, Table) and len(made.rows) == len(frame)
                headings = sum(column.on_page for column in made.columns)
                assert made.html().count('<th scope="col"') == headings > 0
