"""What a cell of anybody's shows is kept and readable on the page, and can do nothing there."""

import base64

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from ictindex.annex.foreign_outputs import as_frame, as_html

SCRIPT = "<script>alert(1)</script>"


def data(**kinds):
    return {"output_type": "execute_result", "metadata": {}, "data": kinds}


def html(text):
    return data(**{"text/html": text, "text/plain": "văn bản"})


def soup(output):
    return BeautifulSoup(as_html(output), "html.parser")


# --- what is shown ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "output, said",
    [
        ({"output_type": "stream", "name": "stdout", "text": ["một\n", "hai\n"]}, "một\nhai\n"),
        ({"output_type": "stream", "name": "stderr", "text": "\x1b[31mđỏ\x1b[0m"}, "đỏ"),
        (data(**{"text/plain": ["1\n", "2"]}), "1\n2"),
        (
            {"output_type": "error", "ename": "ValueError", "evalue": "sai", "traceback": ["…"]},
            "ValueError: sai",
        ),
        (data(**{"application/javascript": "alert(1)", "text/plain": "chữ"}), "chữ"),
        (data(), ""),
    ],
)
def test_what_is_printed_is_plain_text(output, said):
    (block,) = soup(output).find_all("pre", class_="output")
    assert block.text == said


def test_a_frame_stays_a_table_with_its_headings_and_loses_its_style():
    page = soup(
        html(
            "<div><style scoped>.dataframe tbody tr th {color: red}</style>"
            '<table border="1" class="dataframe"><thead><tr style="text-align: right"><th></th>'
            "<th>điểm</th></tr></thead><tbody><tr><th>a</th><td>1</td></tr></tbody></table></div>"
        )
    )
    assert [th.text for th in page.table.find_all("th")] == ["điểm", "a"], "an empty one is no heading"
    assert [td.text for td in page.table.find_all("td")] == ["", "1"]
    assert not page.find_all(style=True) and "color" not in str(page)
    assert page.find("div", class_="frame")["tabindex"] == "0", "it scrolls by keyboard"


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg"])
def test_a_picture_is_shown_as_it_is_with_its_words(kind):
    coded = base64.b64encode(b"picture").decode()
    (image,) = soup(data(**{kind: [coded[:4] + "\n", coded[4:]], "text/plain": "<Figure>"})).find_all("img")
    assert (image["src"], image["alt"]) == (f"data:{kind};base64,{coded}", "<Figure>")


def test_a_drawing_is_a_picture_in_which_a_browser_runs_nothing():
    drawing = f"<svg>{SCRIPT}</svg>"
    page = soup(data(**{"image/svg+xml": drawing, "text/plain": ""}))
    assert base64.b64decode(page.img["src"].partition(",")[2]).decode() == drawing
    assert page.find("svg") is None and page.find("script") is None


def test_a_picture_goes_before_a_table_and_a_table_before_text():
    every = {"image/png": "AAAA", "text/html": "<b>đậm</b>", "text/plain": "chữ"}
    assert soup(data(**every)).img
    del every["image/png"]
    assert soup(data(**every)).b.text == "đậm"


# --- what is not ------------------------------------------------------------------------------------------

HOSTILE = [
    SCRIPT,
    "<SCRIPT SRC=//x></SCRIPT>",
    "<script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="https://example.org/?secret">x</a>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<iframe src=//x></iframe>",
    "<form action=//x><input><button>x</button></form>",
    '<p style="background: url(//x)">x</p>',
    "<style>@import '//x';</style>",
    "<link rel=stylesheet href=//x>",
    "<meta http-equiv=refresh content='0; url=//x'>",
    "<base href=//x>",
    "<object data=//x></object><embed src=//x>",
    "<math><mtext></p><style><img src=x onerror=alert(1)></style></mtext></math>",
    '<td id="bang-ranking" onclick=x()>x</td>',
    "</div></main></body><h1>CHÍNH THỨC",
    "<!-- --!><script>alert(1)</script> -->",
]


FORBIDDEN = {"script", "style", "iframe", "form", "input", "img", "svg", "link", "meta", "base", "object"}


def harmless(page):
    allowed = {"class", "title", "colspan", "rowspan", "scope", "tabindex", "role", "aria-label"}
    for tag in page.find_all(True):
        assert tag.name not in FORBIDDEN | {"embed"}
        assert set(tag.attrs) <= allowed, tag


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_that_runs_loads_or_styles_anything_is_gone(hostile):
    page = soup(html(hostile))
    harmless(page)
    assert len(page.find_all(recursive=False)) == 1, "nothing escapes from its frame"


@given(st.text(alphabet="<>/\"'=& !-abhimgoncrslpt:x", max_size=60))
def test_no_markup_at_all_escapes(text):
    page = soup(html(text))
    harmless(page)
    assert len(page.find_all(recursive=False)) == 1


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": SCRIPT},
        {"output_type": "error", "ename": SCRIPT, "evalue": SCRIPT},
        data(**{"text/plain": SCRIPT}),
        data(**{"image/png": '"><script>alert(1)</script>', "text/plain": '"><script>'}),
    ],
)
def test_text_is_never_markup(output):
    assert soup(output).find("script") is None


# --- frames on paper --------------------------------------------------------------------------------------

FRAME = pd.DataFrame(
    {
        "khối": ["Bộ", "Bộ", "Tỉnh"],
        "năm": [2020, 2021, 2020],
        "điểm": [1.5, 20.25, 3],
        "chữ": ["<b>", "", "x"],
    }
)


@pytest.mark.parametrize(
    "frame, head, rows",
    [
        (
            FRAME,
            ["", "khối", "năm", "điểm", "chữ"],
            [
                ["0", "Bộ", "2020", "1.50", "<b>"],
                ["1", "Bộ", "2021", "20.25", ""],
                ["2", "Tỉnh", "2020", "3.00", "x"],
            ],
        ),
        (FRAME.groupby("khối")[["điểm"]].sum(), ["khối", "điểm"], [["Bộ", "21.75"], ["Tỉnh", "3.00"]]),
        (
            FRAME.groupby(["khối", "năm"]).agg({"điểm": ["sum", "max"]}),
            ["khối", "năm", "điểm: sum", "điểm: max"],
            [
                ["Bộ", "2020", "1.50", "1.50"],
                ["", "2021", "20.25", "20.25"],
                ["Tỉnh", "2020", "3.00", "3.00"],
            ],
        ),
        (FRAME[:0][["năm"]], ["", "năm"], []),
    ],
)
def test_a_frame_is_read_as_pandas_shows_it(frame, head, rows):
    assert as_frame(html(frame._repr_html_())) == (head, rows)


NO_FRAMES = ["<table><tr><td>1</td></tr></table>", "dataframe", '<table class="dataframe">']


@pytest.mark.parametrize("text", NO_FRAMES)
def test_what_is_no_frame_is_not_read_as_one(text):
    assert as_frame(html(text)) is None


def test_a_cell_that_says_it_spans_a_million_columns_costs_nothing():
    many = '<table class="dataframe"><tr><td colspan="1000000" rowspan="1000000">x</td></tr></table>'
    _, rows = as_frame(html(many))
    assert len(rows) == 1 and len(rows[0]) <= 100
