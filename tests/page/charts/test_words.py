"""Words on charts: they fit where they stand, and say what all names share only once."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ictindex.page.charts import words
from ictindex.page.letter_widths import text_width

NAMES = st.text(st.sampled_from("Sở Tài nguyên và Môi trường$<ẵỹ"), max_size=60)


@given(NAMES, st.floats(20, 300))
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(name, room):
    lines = words.wrapped(name, room, 7)
    assert all(text_width(line, 7) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(name.split())


def test_lines_are_about_equally_long():
    assert words.wrapped("một hai ba bốn", text_width("một hai ba", 7) + 1, 7) == ["một hai", "ba bốn"]


def test_lines_are_not_made_even_at_the_cost_of_a_word():
    name = "Cộng hòa Macedonia thuộc Nam Tư cũ"
    lines = words.wrapped(name, text_width("Macedonia", 7) + 1, 7)
    assert lines == ["Cộng hòa", "Macedonia", "thuộc Nam", "Tư cũ"]


def test_what_has_no_room_on_the_last_line_ends_in_an_ellipsis():
    lines = words.wrapped("Viện Hàn lâm Khoa học và Công nghệ Việt Nam", 50, 7, most=2)
    assert lines == ["Viện Hàn lâm", "Khoa học và C…"]


@given(st.floats(5, 60))
def test_spaces_come_within_a_hair_of_the_room_they_fill(room):
    made = words.spaces(room, 7)
    assert made.isspace() and 0 <= room + 0.02 - text_width(made, 7) <= 0.8


def test_what_all_names_begin_with_is_taken_off_and_said_in_the_title():
    names = ["Sở Tài nguyên và Môi trường Bắc Giang", "Sở Tài nguyên và Môi trường Huế"]
    assert words.without_start(names, "Các sở") == (
        ["Bắc Giang", "Huế"],
        "Các sở (tên bắt đầu bằng “Sở Tài nguyên và Môi trường”)",
    )
    assert words.without_start(names, "Sở Tài nguyên và Môi trường: 2 đơn vị")[1] == (
        "Sở Tài nguyên và Môi trường: 2 đơn vị"
    )


def test_a_short_or_a_numbered_name_keeps_its_beginning():
    for names in (
        ["Bộ Y tế", "Bộ Nội vụ"],
        ["Huyện minh họa 1", "Huyện minh họa 2"],
        ["Sở Tài nguyên và Môi trường"],
    ):
        assert words.shared_start(names) == ""
    assert words.shared_start(["Sở Tài nguyên và Môi trường", "Sở Tài nguyên và Môi trường Bắc Ninh"]) == ""


def test_changes_have_a_sign_and_vietnamese_digits():
    assert [words.signed(number) for number in (1234, 0, -5)] == ["+1.234", "0", "−5"]
    assert words.signed(Fraction(-3, 2)) == "−1,5"
