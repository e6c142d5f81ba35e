"""What a page shows, as HTML to read and as cells to check: nothing is lost, no formula, no tag."""

import csv
import io
import json
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.page import publishing
from ictindex.page.described import framed
from ictindex.page.shown import MIME, STAMP, Column, Figure, Table, Text, neutral, printed, stated

TEXT, INTEGER = Column("name", "Tên"), Column("count", "Số", "integer")
NUMBER, EXACT = Column("value", "Giá trị", "number"), Column("exact", "Chính xác", "exact")
HOSTILE = '<script>alert("1 & 2")</script>'
ESCAPED = "&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;"


def table(*rows, columns=(TEXT, INTEGER, NUMBER, EXACT), **more):
    return Table("small", "Bảng nhỏ", columns, rows, **more)


class Cells(HTMLParser):
    """The texts of all body cells, as a browser shows them."""

    def __init__(self, html):
        super().__init__()
        self.cells, self.inside = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "td":
            self.inside = True
            self.cells.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "td"

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data


# --- escaping ---------------------------------------------------------------------------------------------


def test_a_text_shows_what_is_written_and_is_never_a_tag():
    html = Text("heading", (HOSTILE, "Bộ 'A'"), "heading").html()
    assert html == f'<p class="ict-heading">{ESCAPED}</p><p class="ict-heading">Bộ &#x27;A&#x27;</p>'


@pytest.mark.parametrize(
    "hostile",
    [
        Table("t", HOSTILE, (TEXT,), (("a",),)),
        Table("t", "Bảng", (Column("a", HOSTILE),), (("a",),)),
        Table("t", "Bảng", (TEXT,), ((HOSTILE,),)),
        Table("t", "Bảng", (TEXT,), (("a",),), note_vi=HOSTILE),
        Table("t", "Bảng", (TEXT,), (("a",),), stamp=HOSTILE),
    ],
    ids=["title", "heading", "cell", "note", "stamp"],
)
def test_nothing_in_a_table_becomes_a_tag(hostile):
    assert "<script" not in hostile.html() and ESCAPED in hostile.html()


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_browser_shows_every_cell_as_it_is_given(texts):
    shown = Cells(table(*((text,) for text in texts), columns=(TEXT,)).html()).cells
    # a browser itself makes a space of a carriage return and drops a NUL; Python's parser keeps both
    assert shown == texts


# --- the payload and the CSV ------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_spreadsheet_takes_a_text_for_a_formula(start):
    assert neutral(f"{start}1+1") == f"'{start}1+1"
    assert neutral(start) == f"'{start}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "Bộ A", " ", "'=1"])
def test_other_texts_stay_as_they_are(text):
    assert neutral(text) == text


def test_numbers_are_no_formulas_and_keep_their_minus():
    cells = table(("-5", -5, Decimal("-0.5"), Fraction(-1, 3))).cells
    assert cells == [["'-5", "-5", "-0.5", "-1/3"]]


def test_cells_have_a_decimal_point_no_thousands_and_no_loss():
    cells = table((None, 1234567, Decimal("1234.500"), Fraction(1, 3))).cells
    assert cells == [["", "1234567", "1234.500", "1/3"]]


def test_a_small_decimal_is_written_out():
    assert table(("a", 0, Decimal("0E-9"), Fraction(1, 8))).cells == [["a", "0", "0.000000000", "0.125"]]


def test_a_csv_file_quotes_what_would_break_it():
    written = table(("Bộ “A”, B", 1, Decimal("0.5"), None), ('say "no"\nor yes', 2, None, None)).csv()
    assert written == 'name,count,value,exact\n"Bộ “A”, B",1,0.5,\n"say ""no""\nor yes",2,,\n'


def test_a_carriage_return_inside_a_cell_ends_no_row():
    written = table(("a\rb", 1), columns=(TEXT, INTEGER)).csv()
    assert written == '"name","count"\n"a\rb","1"\n'


def test_a_stamp_is_a_column_of_its_own_on_every_row():
    written = table(("a", 1), ("b", 2), columns=(TEXT, INTEGER), stamp=STAMP).csv()
    assert written == "name,count,stamp\na,1,SỐ LIỆU MINH HỌA\nb,2,SỐ LIỆU MINH HỌA\n"


def test_a_table_without_rows_still_names_its_columns():
    assert table().csv() == "name,count,value,exact\n"
    assert table().payload()["csv"] == "name,count,value,exact\n"


def test_the_payload_holds_the_whole_table_as_plain_values():
    columns = (TEXT, Column("exact", "Chính xác", "exact", in_file_only=True))
    rows = ("a", Fraction(1, 3)), ("b", None)
    shown = table(*rows, columns=columns, note_vi="Ghi chú.", emphasis=frozenset({1, 0}), shown=1)
    payload = {
        "kind": "table",
        "name": "small",
        "title": "Bảng nhỏ",
        "note": "Ghi chú.",
        "columns": [["name", "Tên", "text", False, ""], ["exact", "Chính xác", "exact", True, ""]],
        "bold": [0, 1],
        "shown": 1,
        "annex": [],
        "csv": "name,exact\na,1/3\nb,\n",
    }
    assert shown.payload() == payload
    assert json.loads(json.dumps(shown.payload())) == payload, "a notebook is JSON"


def test_the_stamp_that_a_file_gets_stands_before_the_tables_own():
    stamped = table(("a", 1), columns=(TEXT, INTEGER), stamp="DỰ THẢO")
    assert stamped.csv() == "name,count,stamp\na,1,DỰ THẢO\n"
    assert stamped.csv(STAMP) == "name,count,stamp\na,1,SỐ LIỆU MINH HỌA\n"
    assert table(("a", 1), columns=(TEXT, INTEGER)).csv(STAMP) == stamped.csv(STAMP)


CELL = (
    st.none()
    | st.text()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.fractions()
)


@given(st.lists(st.tuples(CELL, CELL), max_size=4), st.sampled_from(["", STAMP]))
def test_the_csv_file_reads_back_as_the_cells(rows, stamp):
    shown = table(*rows, columns=(TEXT, NUMBER), stamp=stamp)
    header, *lines = csv.reader(io.StringIO(shown.csv(), newline=""))
    assert header == ["name", "value", *["stamp"] * bool(stamp)]
    assert lines == [[*row, *[stamp] * bool(stamp)] for row in shown.cells]


# --- the HTML ---------------------------------------------------------------------------------------------


def test_numbers_are_printed_the_vietnamese_way_and_nothing_as_a_dash():
    html = table(("a", 1234567, Decimal("1234.500"), Fraction(1, 8)), ("", None, None, Fraction(1, 3))).html()
    assert Cells(html).cells == ["a", "1.234.567", "1.234,500", "0,125", "", "–", "–", "0,333"]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (Decimal("0.123456"), "0,123"),
        (Decimal("0.50000000"), "0,50000000"),
        (Fraction(1, 1_000_000), "0,000001"),
        (Fraction(1, 3_000_000), "0,0000003"),
        (Fraction(2, 3), "0,667"),
        (Fraction(-1, 8), "−0,125"),
        (Fraction(9, 4), "2,25"),
        (Fraction(1234567, 3), "411.522,33"),
    ],
)
def test_an_exact_number_has_as_many_places_as_a_reader_can_use_and_never_becomes_nothing(cell, words):
    shown = table((cell,), columns=(EXACT,))
    assert Cells(shown.html()).cells == [words]


@pytest.mark.parametrize(
    ("cell", "words"), [("0.123456", "0,123456"), ("0.1234567", "0,123"), ("1.500", "1,500")]
)
def test_a_number_that_was_rounded_keeps_its_places_up_to_six(cell, words):
    assert Cells(table((Decimal(cell),), columns=(NUMBER,)).html()).cells == [words]


def test_columns_carry_their_kind_and_heads_their_scope():
    html = table(("a", 1, None, None)).html()
    assert '<th scope="col" class="integer">Số</th>' in html and '<td class="integer">1</td>' in html


def test_the_stamp_stands_in_the_caption():
    stamped = table(("a", 1, None, None), stamp=STAMP).html()
    assert '<caption>Bảng nhỏ <strong class="stamp">SỐ LIỆU MINH HỌA</strong></caption>' in stamped
    assert "<caption>Bảng nhỏ</caption>" in table(("a", 1, None, None)).html()


def test_a_row_with_emphasis_is_marked_and_no_other():
    html = table(("a", 1), ("b", 2), columns=(TEXT, INTEGER), emphasis=frozenset({1})).html()
    assert html.count('class="emphasis"') == 1
    assert '<tr class="emphasis"><td class="text">b</td>' in html


def test_a_thousand_rows_are_all_shown():
    html = table(*((str(i), i) for i in range(1000)), columns=(TEXT, INTEGER)).html()
    assert html.count("<tr>") == 1001 and "Hiện" not in html


def test_more_rows_are_cut_with_a_note_that_says_where_all_are():
    long = table(*((str(i), i) for i in range(1234)), columns=(TEXT, INTEGER), note_vi="Ghi chú.")
    html = long.html()
    assert html.count("<tr>") == 1001  # the head and a thousand
    assert html.endswith(
        '<p class="ict-note">Ghi chú.</p>'
        '<p class="ict-note">Hiện 1.000 trong 1.234 dòng; đủ ở tệp số liệu.</p></div>'
    )
    assert long.payload()["csv"].count("\n") == 1235 and long.csv().count("\n") == 1235


def test_a_row_that_is_too_short_is_no_table():
    with pytest.raises(ValueError):
        table(("a",)).html()


# --- for a notebook ---------------------------------------------------------------------------------------


def test_a_table_knows_the_names_of_its_columns_with_rows_or_without():
    assert table(("a", 1, None, None)).keys == table().keys == ("name", "count", "value", "exact")


def test_a_table_offers_payload_html_and_a_line_that_says_how_long_it_is():
    bundle = table(("a", 1, None, None))._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"application/vnd.ictindex.v1+json", "text/html", "text/plain"}
    assert bundle["text/plain"] == "Bảng nhỏ (1 dòng)"
    assert bundle[MIME] == table(("a", 1, None, None)).payload()


def test_a_text_offers_its_lines():
    text = Text("headline", ("Một.", "Hai."))
    assert text._repr_mimebundle_() == {
        MIME: {"kind": "text", "name": "headline", "lines": ["Một.", "Hai."]},
        "text/html": '<p class="ict-text">Một.</p><p class="ict-text">Hai.</p>',
        "text/plain": "Một.\nHai.",
    }


def test_a_figure_offers_its_picture_and_the_data_behind_it():
    figure = Figure("bars", "Hình", "Ba thanh.", "<svg/>", table(("a", 1), columns=(TEXT, INTEGER)))
    bundle = figure._repr_mimebundle_()
    assert bundle["image/svg+xml"] == "<svg/>" and bundle["text/plain"] == "Hình. Ba thanh."
    assert bundle[MIME]["data"] == figure.data.payload() and bundle[MIME]["alt"] == "Ba thanh."


def test_groups_are_headings_between_rows_and_a_column_in_files():
    columns = (Column("group", "Nhóm", "group"), Column("n", "Số", "integer"))
    table = Table("t", "Bảng", columns, (("Bộ <1>", 1), ("Bộ <1>", 2), ("Tỉnh", 3)))
    html = table.html()
    assert html.count('<th scope="rowgroup" colspan="1">') == 2
    assert html.index("Bộ &lt;1&gt;") < html.index(">2<") < html.index("Tỉnh") < html.index(">3<")
    assert "Nhóm" not in html
    assert table.csv() == "group,n\nBộ <1>,1\nBộ <1>,2\nTỉnh,3\n"


def test_what_is_only_for_files_is_not_on_the_page():
    columns = (Column("n", "Số", "integer"), Column("exact", "Chính xác", "exact", in_file_only=True))
    table = Table("t", "Bảng", columns, ((1, Fraction(1, 3)),))
    assert "1/3" not in table.html() and "Chính xác" not in table.html()
    assert table.csv() == "n,exact\n1,1/3\n"


@pytest.mark.parametrize(
    ("cell", "words"),
    [(Fraction(1, 3_000), "0,0003"), (2e-5 / 3, "0,00001"), (1e-17, "0,000000"), (Fraction(0), "0")],
)
def test_in_any_column_a_small_number_does_not_look_like_nothing(cell, words):
    assert printed(cell) == words


def test_weights_and_maxima_that_are_no_decimals_are_printed_as_they_were_written():
    cells = [Fraction(10, 3), Fraction(5), None, Fraction(5, 2)]
    assert stated(cells, "exact") == "stated" and stated(cells[1:], "exact") == "exact"
    assert [printed(cell, "stated") for cell in cells] == ["10/3", "5", "–", "2,5"]
    frame = framed("Bảng", [Column("weight", "Trọng số", "stated")], [(cell,) for cell in cells])
    shown = publishing.table("weights", frame)
    assert "10/3" in shown.html() and 'class="exact"' in shown.html()
    assert publishing.table("weights", frame.iloc[1:]).columns[0].kind == "exact"
