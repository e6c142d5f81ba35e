"""A letter has the parts of an official letter, as Word and as a page; what is filled in is only text."""

import io
import re
from datetime import date

import pytest
from docx import Document

from ictindex.exchange.letter_files import MOTTO, NATION, docx, ended, html, place_and_day
from ictindex.exchange.letter_text import Grid, Head, Wording
from ictindex.exchange.letters import Letter

HEAD = Head(
    "BỘ THÔNG TIN", "CỤC TIN HỌC HÓA", "Số: 1/CTHH", "Hà Nội", "CỤC TRƯỞNG", "Nguyễn Văn A", ("Như trên;",)
)
GRID = Grid(
    ("TT", "Nội dung", "Điểm"),
    (20, 120, 25),
    (False, False, True),
    (("Hạ tầng", "", ""), ("1", "Máy tính <b>", "12,5")),
    frozenset({0}),
)


def letter(**changed):
    wording = Wording(HEAD, "thông báo", ("Đoạn một.", GRID, "Đoạn cuối."), "Điểm", (GRID,))
    about = {"kind": "result", "edition": "mini-2020", "unit": "a", "unit_vi": "Sở <script>alert(1)</script>"}
    return Letter(**about, wording=wording, stamp="DỰ THẢO", issuer="Cục Tin học hóa", **changed)


def words_of(data):
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("text", [words_of(docx(letter())), re.sub("<[^>]+>", "\n", html(letter()).decode())])
def test_both_hold_every_part_of_an_official_letter(text):
    for part in (NATION, MOTTO, *HEAD[:6], "V/v thông báo", "Kính gửi: ", "Nơi nhận:", "Như trên;"):
        assert part in text, part
    for part in ("Đoạn cuối./.", "12,5", "Phụ lục", "(Kèm theo Công văn số … ngày … tháng … năm … của Cục"):
        assert part in text, part


def test_no_table_leaves_its_words_behind_and_a_long_row_may_go_on_overleaf():
    """A unit with 0 points everywhere has one row of all criteria: half a page stood empty before it."""
    rows = (("1", "Tiêu chí; " * 50, "0"), ("2", "ngắn", "0"))
    long = GRID._replace(rows=rows, groups=frozenset())
    told = letter()
    told = told._replace(wording=told.wording._replace(body=("Đoạn một.", "Lý do:", long)))
    document = Document(io.BytesIO(docx(told)))
    after = {paragraph.text: paragraph.paragraph_format.keep_with_next for paragraph in document.paragraphs}
    assert (after["Đoạn một."], after["Lý do:"]) == (None, True)
    heads, first, second = (row._tr.xml for row in document.tables[1].rows)
    assert "w:keepNext" in heads and ["w:cantSplit" in row for row in (first, second)] == [False, True]
    assert html(told).decode().count('<tr class="long">') == 1


def test_what_is_filled_in_cannot_run_in_the_page():
    page = html(letter()).decode()
    assert "<script" not in page and "&lt;script&gt;" in page and "Máy tính &lt;b&gt;" in page
    assert "default-src 'none'" in page and not re.search(r"(src|href)=", page)


def test_the_same_letter_is_the_same_bytes():
    assert docx(letter()) == docx(letter()) and html(letter()) == html(letter())


@pytest.mark.parametrize(
    "day, text",
    [
        (None, "Hà Nội, ngày … tháng … năm …"),
        (date(2018, 2, 5), "Hà Nội, ngày 05 tháng 02 năm 2018"),
        (date(2018, 12, 31), "Hà Nội, ngày 31 tháng 12 năm 2018"),
    ],
)
def test_days_are_written_as_the_decree_wants_them(day, text):
    assert place_and_day(letter(day=day)) == text


def test_the_last_words_end_with_the_sign_even_behind_a_table():
    assert ended(("Một.", "Hai.")) == ("Một.", "Hai./.")
    assert ended(("Một.", GRID)) == ("Một.", GRID, "./.")
