"""A cell is read where it can mean one thing only; otherwise it is said what may be meant, never guessed."""

import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.exchange.layout import STATES
from ictindex.exchange.spreadsheet import Cell
from ictindex.exchange.values import (
    Wrong,
    fold,
    form_mark,
    read_day,
    read_text,
    read_value,
    read_word,
)
from ictindex.methodology.decision import Answer

COUNT = Answer(label_vi="Số máy", kind="count", unit_vi="máy")
NUMBER = Answer(label_vi="Kinh phí", kind="number", unit_vi="triệu đồng")
PERCENT = Answer(label_vi="Tỷ lệ", kind="number", unit_vi="%")
LIMITED = Answer(label_vi="Điểm", kind="award", min=1, max=Decimal("2.5"))
MARK = Answer(label_vi="Điểm", kind="mark", max=10)
YES_NO = Answer(label_vi="Có không", kind="yes_no")
CHOICE = Answer(label_vi="Kế hoạch", kind="choice", choices={"early": "Ban hành đúng hạn", "none": "Không"})
FREE = Answer(label_vi="Sáng kiến", kind="text")


def read_state(cell):
    return read_word(cell, STATES)


def text(typed):
    return Cell("F14", "text", typed)


def number(typed, percent=False):
    return Cell("F14", "number", typed, percent)


def code(value):
    return value.code if isinstance(value, Wrong) else value


# --- numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [COUNT, NUMBER, PERCENT, LIMITED, YES_NO, CHOICE, FREE])
def test_nothing_is_nothing(asked):
    for cell in (None, text(""), text(" \u00a0\n\u200b")):
        assert read_value(cell, asked) == ""


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1234", "1234"),
        ("0.30000000000000004", "0.3"),
        ("1234.5", "1234.5"),
        ("1.2E3", "1200"),
        ("45.999999999999993", "46"),
        ("-0", "0"),
        ("123456789012345678", "123456789012346000"),  # a spreadsheet has 15 digits
        ("1E300", "not-a-number"),
        ("1E-300", "not-a-number"),
    ],
)
def test_a_number_cell_is_the_number_that_was_typed(typed, read):
    assert code(read_value(number(typed), NUMBER)) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1.234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("1234.5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("12,50", "12.5"),
        (" 7\n", "7"),
        ("\u22125", "-5"),
        ("1.234.567", "1234567"),
        ("12 triệu đồng", "12"),
        ("12Triệu  đồng", "12"),
        (unicodedata.normalize("NFD", "12,5 triệu đồng"), "12.5"),
        ("1.234", "form-two-numbers"),
        ("1,234", "form-two-numbers"),
        ("12 tỷ", "not-a-number"),
        ("12 máy", "not-a-number"),
        ("triệu đồng", "not-a-number"),
        ("khoảng 12", "not-a-number"),
        ("-", "not-a-number"),
        ("1.23.4", "not-a-number"),
        ("1e3", "not-a-number"),
        ("٣", "not-a-number"),
        ("9" * 41, "not-a-number"),
        ("12%", "form-percentage"),
        ("#REF!", "form-cell-error"),
    ],
)
def test_a_text_figure_is_read_where_it_is_one_number(typed, read):
    assert code(read_value(text(typed), NUMBER)) == read


@pytest.mark.parametrize(
    ("typed", "mark", "read"),
    [
        ("1.234", None, "1234"),
        ("1,234", None, "1234"),
        ("1 234 máy", None, "1234"),
        ("12 Máy", None, "12"),
        ("12,0", None, "12"),
        ("12,5", None, "not-whole"),
        ("-1", None, "below-minimum"),
        ("12.000", None, "form-two-numbers"),  # 12, or twelve thousand
        ("12.000", ",", "12000"),
        ("12.000", ".", "12"),
        ("1.234", ".", "1234"),
    ],
)
def test_a_count_is_whole(typed, mark, read):
    assert code(read_value(text(typed), COUNT, mark)) == read


def test_the_mark_that_the_form_proves_settles_what_reads_two_ways_and_nothing_else():
    assert read_value(text("1.234"), NUMBER, ",") == "1234"
    assert read_value(text("1.234"), NUMBER, ".") == "1.234"
    assert read_value(text("1,5"), NUMBER, ".") == "1.5"
    wrong = read_value(text("1.234"), NUMBER)
    assert wrong == Wrong("form-two-numbers", {"value": "1.234", "less": "1,234", "more": "1.234"})


@pytest.mark.parametrize(
    ("figures", "mark"),
    [
        ([], None),
        ([(text("1.234"), NUMBER)], None),
        ([(text("12"), NUMBER)], None),
        ([(text("1.234"), COUNT)], ","),
        ([(text("1,5"), NUMBER), (text("1.234"), NUMBER)], ","),
        ([(text("1.5 triệu đồng"), NUMBER)], "."),
        ([(text("1.5"), NUMBER), (text("1,5"), NUMBER)], None),
        ([(text("1,5"), FREE)], None),
        ([(number("1.5"), NUMBER)], None),
        ([(text("12.000"), COUNT)], None),
    ],
)
def test_the_decimal_mark_of_a_form_is_what_its_text_figures_prove(figures, mark):
    assert form_mark(figures) == mark


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (number("0.45", percent=True), "45"),
        (number("0.455", percent=True), "45.5"),
        (number("0.003", percent=True), "0.3"),
        (number("45"), "45"),
        (number("0"), "0"),
        (number("0.45"), "form-share-or-percent"),
        (number("1"), "form-share-or-percent"),
        (text("45%"), "45"),
        (text("45,5 %"), "45.5"),
        (text("0,45%"), "0.45"),
        (text("45"), "45"),
        (text("0,45"), "form-share-or-percent"),
    ],
)
def test_a_percentage_is_read_as_it_is_shown_and_a_bare_share_is_not_guessed(cell, read):
    assert code(read_value(cell, PERCENT)) == read


def test_a_percentage_is_no_count():
    assert read_value(number("0.45", percent=True), COUNT) == Wrong("form-percentage", {"value": "45%"})


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("0.5", Wrong("below-minimum", {"value": "0,5", "limit": "1"})),
        ("3", Wrong("above-maximum", {"value": "3", "limit": "2,5"})),
        ("2.5", "2.5"),
    ],
)
def test_limits_are_those_of_the_question(typed, wrong):
    assert read_value(number(typed), LIMITED) == wrong


def test_a_mark_lies_between_nothing_and_the_scale():
    assert code(read_value(number("-1"), MARK)) == "below-minimum"
    assert code(read_value(number("10.5"), MARK)) == "above-maximum"
    assert read_value(text("7,5"), MARK) == "7.5"


def test_a_day_where_a_number_is_asked_is_what_a_spreadsheet_made_of_it():
    day = Cell("F14", "date", "2017-02-01")
    assert read_value(day, COUNT) == Wrong("form-day-for-number", {"value": "01/02/2017"})
    assert code(read_value(Cell("F14", "logical", "TRUE"), COUNT)) == "not-a-number"


def in_styles(number, places):
    """A number as people write it, each time with the mark that its writer means."""
    for mark, groups in ((".", ",  \u00a0"), (",", ".  \u202f")):
        digits = f"{abs(number):.{places}f}"
        whole, _, rest = digits.partition(".")
        sign = "-" if number < 0 else ""
        for group in ("", *groups):
            grouped = f"{int(whole):,}".replace(",", group)
            yield mark, sign + grouped + (mark + rest if rest else "")


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.sampled_from(["", " triệu đồng", "  "]))
def test_no_style_is_ever_read_as_another_number(scaled, places, unit):
    number = Decimal(scaled) / 10**places
    for mark, written in in_styles(number, places):
        for known in (None, mark):
            read = read_value(text(written + unit), NUMBER, known)
            if isinstance(read, Wrong):
                assert (read.code, known) == ("form-two-numbers", None)
            else:
                assert Fraction(read) == Fraction(number)


@given(st.integers(0, 10**12), st.sampled_from([0, 1, 2, 3]))
def test_no_style_of_a_count_is_ever_read_as_another_count(count, places):
    for _, written in in_styles(Decimal(count), places):
        read = read_value(text(written), COUNT)
        assert read == str(count) or read.code == "form-two-numbers"


@given(st.integers(-(10**14), 10**14), st.integers(0, 9))
def test_every_figure_of_a_number_cell_reads_back_as_it_was_typed(scaled, places):
    typed = Decimal(scaled) / 10**places
    assert Fraction(read_value(number(repr(float(typed))), NUMBER)) == Fraction(typed)


@given(st.text(max_size=20))
def test_no_text_brings_a_reader_down(typed):
    for asked in (COUNT, NUMBER, PERCENT, YES_NO, CHOICE, FREE, MARK):
        assert isinstance(read_value(text(typed), asked), (str, Wrong))
    assert isinstance(read_day(text(typed)), (date, Wrong, type(None)))


# --- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["có", "Có", " CÓ ", "co", "yes", "1", unicodedata.normalize("NFD", "Có")])
def test_yes(typed):
    assert read_value(text(typed), YES_NO) == "có"


@pytest.mark.parametrize("typed", ["không", "KHÔNG", "Không\u00a0", "no", "0"])
def test_no(typed):
    assert read_value(text(typed), YES_NO) == "không"


def test_yes_and_no_of_a_spreadsheet():
    assert read_value(Cell("F1", "logical", "TRUE"), YES_NO) == "có"
    assert read_value(Cell("F1", "logical", "FALSE"), YES_NO) == "không"
    assert read_value(number("1"), YES_NO) == "có"


@pytest.mark.parametrize("typed", ["x", "X", "2", "có/không", "-", "đang làm"])
def test_what_is_neither_yes_nor_no_is_not_guessed(typed):
    assert read_value(text(typed), YES_NO) == Wrong("not-yes-no", {"value": typed})


@pytest.mark.parametrize(
    "typed", ["early", "EARLY", "Ban hành đúng hạn", "ban  hành\u00a0ĐÚNG hạn ", "Ban hành đúng hạn:"]
)
def test_a_choice_is_known_by_its_label_or_its_key(typed):
    for form in ("NFC", "NFD"):
        assert read_value(text(unicodedata.normalize(form, typed)), CHOICE) == "early"


def test_what_is_not_offered_is_no_choice():
    wrong = read_value(text("Ban hành"), CHOICE)
    assert wrong == Wrong("form-not-offered", {"value": "Ban hành", "known": "Ban hành đúng hạn; Không"})
    assert read_word(text("b"), {"a": "b", "b": "c"}).code == "form-not-offered"  # two may be meant


def test_states_are_known_by_their_label():
    assert read_state(text("bí mật  nhà nước")) == "withheld"
    assert read_state(text("Không áp dụng")) == "not_applicable"
    assert code(read_state(text("Không"))) == "form-not-offered"


def test_free_text_is_kept_on_one_line():
    assert read_text(text(" Số hóa\nhồ sơ ")) == "Số hóa hồ sơ"
    assert read_text(text("=HYPERLINK(1)")) == "=HYPERLINK(1)"
    assert read_text(number("1234.5")) == "1.234,5"
    assert read_text(number("0.5", percent=True)) == "50%"
    assert read_text(Cell("A1", "date", "2017-12-05")) == "05/12/2017"


@pytest.mark.parametrize(
    "typed", ["TrÝ §øc", "Hµ Néi", "Bé Y tÕ", "c«ng nghÖ", "Boä Y teá", "Trí Ñöùc", "B\ufffd Y t"]
)
def test_letters_of_an_old_encoding_raise_the_alarm(typed):
    assert read_text(text(typed)) == Wrong("form-old-letters", {"value": typed})


@pytest.mark.parametrize(
    "typed",
    ["Bộ Y tế", "BỘ CÔNG AN", "§ 3, 100 m² ± 5 %", "“Đề án” – 06/QĐ-TTg", "Windows® 10, 20°C", "«Ứng dụng»",
     "Ủy ban nhân dân xã Ýên Bái", "àáâãèéêìíòóôõùúýăđĩũơưạ"],
)  # fmt: skip
def test_vietnamese_of_today_raises_none(typed):
    assert read_text(text(typed)) == typed


def test_labels_are_compared_whatever_their_capitals_spaces_and_colon():
    assert fold(unicodedata.normalize("NFD", " Trả\u00a0 lời * :")) == fold("TRẢ LỜI")


# --- days -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["05/12/2017", "5/12/2017", "5-12-2017", "05.12.2017", "2017-12-05", "ngày 5 tháng 12 năm 2017",
     "Hà Nội, ngày 05 tháng 12  năm 2017", "NGÀY 5 THÁNG 12 NĂM 2017", "5 / 12 / 2017"],
)  # fmt: skip
def test_a_day_is_read_in_every_style(typed):
    assert read_day(text(typed)) == date(2017, 12, 5)
    assert read_day(text(unicodedata.normalize("NFD", typed))) == date(2017, 12, 5)


@pytest.mark.parametrize("typed", ["13/25/2017", "30/02/2017", "05/12/17", "12/2017", "hôm nay", "5/12-2017"])
def test_what_is_no_day_is_said(typed):
    assert read_day(text(typed)) == Wrong("form-not-a-day", {"value": typed})


def test_a_cell_of_a_day_is_a_day_and_a_bare_number_is_none():
    assert read_day(Cell("B4", "date", "2017-12-05")) == date(2017, 12, 5)
    assert code(read_day(Cell("B4", "date", "0.5"))) == "form-not-a-day"
    assert code(read_day(number("43074"))) == "form-not-a-day"
    assert read_day(None) is None


# --- what no cell may hold --------------------------------------------------------------------------------


@pytest.mark.parametrize("read", [read_text, read_state, read_day, lambda cell: read_value(cell, COUNT)])
def test_a_formula_and_an_error_are_named_whatever_is_asked(read):
    formula = Cell("F14", "number", "1234.5", formula=True)
    assert read(formula) == Wrong("form-formula", {"value": "1.234,5"})
    assert read(Cell("F14", "text", "", formula=True)) == Wrong("form-formula", {"value": "—"})
    assert read(Cell("F14", "error", "#DIV/0!")) == Wrong("form-cell-error", {"value": "#DIV/0!"})
