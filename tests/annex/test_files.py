"""The annex as people get it: one page that needs no network, one workbook, CSV files; all say the same."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure as Drawing

from ictindex.annex import files as publish
from ictindex.basics.project import Project
from ictindex.page.notebook import read_notebook
from ictindex.page.opening import Edition, opened
from ictindex.page.publishing import Item, figure, published, table
from ictindex.page.shown import MIME, STAMP, Column, Figure, Table
from ictindex.page.state import State
from ictindex.run import plans
from ictindex.run import runs as run
from ictindex.scoring.evaluation import evaluate_edition

ROOT = Path(__file__).parents[2]
EDITION = "mini-2020"
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("x")'


def result(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def small_notebook(*outputs: dict[str, Any]) -> dict[str, Any]:
    """A notebook of one title and one code cell with these outputs."""
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Trang thử"},
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {},
            "source": "1",
            "execution_count": 1,
            "outputs": list(outputs),
        },
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def html_of(notebook: dict[str, Any], e: Edition) -> str:
    return publish.html(notebook, e, list(published(notebook)))


def executed(project: Project) -> dict[str, Any]:
    return read_notebook(project.output(EDITION) / "annex.ipynb", "annex.ipynb")


def edition_of(project: Project) -> Edition:
    return opened(evaluate_edition(EDITION, project))


@pytest.fixture(scope="module")
def e(free_once) -> Edition:
    return edition_of(free_once)


@pytest.fixture(scope="module")
def notebook(free_once) -> dict[str, Any]:
    return executed(free_once)


@pytest.fixture(scope="module")
def page(free_once) -> str:
    return (free_once.output(EDITION) / "evidence.html").read_text("utf-8")


@pytest.fixture(scope="module")
def soup(page) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


@pytest.fixture(scope="module")
def items(notebook) -> list[Item]:
    return list(published(notebook))


@pytest.fixture(scope="module")
def hostile_project(tmp_path_factory, make_mini_in) -> Project:
    """The small edition, in which one unit's name is a script and another's a formula; built."""
    project = make_mini_in(tmp_path_factory.mktemp("hostile"))
    entities = project.inputs(EDITION) / "entities.csv"
    names = {"A": SCRIPT, "C": FORMULA}
    rows = list(csv.reader(io.StringIO(entities.read_text("utf-8"))))
    with entities.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([row[0], names.get(row[0], row[1]), *row[2:]] for row in rows)
    (built,) = run.run(plans.plan([EDITION], project, {}), project, 1, lambda *step: None, 60)
    assert built.status == "built", built
    return project


@pytest.fixture(scope="module")
def hostile_page(hostile_project) -> str:
    return (hostile_project.output(EDITION) / "evidence.html").read_text("utf-8")


# --- the page ---------------------------------------------------------------------------------------------


OURS = ["<script>"]  # the sliders' own


class Requests(HTMLParser):
    """Everything in a page that a browser would fetch or run."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.styles = ""
        self._in_style = False
        self.feed(page)
        styled = re.findall(r"url\([^)]*\)|@import[^;]*", self.styles)
        self.found += [text for text in styled if not re.match(r"url\(['\"]?(#|data:)", text)]

    def handle_starttag(self, tag, attrs):
        self._in_style = tag == "style"
        if ("type", "application/json") in attrs and tag == "script":
            return  # data, which a browser neither runs nor reads
        if tag in ("script", "link", "iframe", "object", "embed", "base", "form"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            loads = name in ("src", "srcset", "data", "poster", "action", "background", "ping") or (
                name.endswith("href") and tag != "a"
            )
            if loads and not (value or "").startswith(("#", "data:")):
                self.found.append(f"<{tag} {name}={value}>")
            if name.startswith("on"):
                self.found.append(f"<{tag} {name}>")
            if name == "style":
                self.styles += value

    def handle_endtag(self, tag):
        self._in_style = False

    def handle_data(self, data):
        if self._in_style:
            self.styles += data


def test_the_page_is_one_file_that_asks_nothing_of_the_network(page):
    assert Requests(page).found == OURS
    assert len(Requests(page).styles) > 1000, "the styles are in the page"


@pytest.mark.parametrize(
    "loading",
    [
        '<img src="https://x/y">',
        "<script></script>",
        "<style>@import 'x';</style>",
        '<p style="background:url(//x)">',
        '<use href="x.svg#a"/>',
        '<p onclick="x()">',
    ],
)
def test_the_test_for_requests_finds_them(loading):
    assert Requests(loading).found


POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def policy(soup: BeautifulSoup) -> str:
    return soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]


def test_the_browser_is_told_to_refuse_every_request_and_every_script_but_ours_by_its_digest(soup):
    data, ours = soup.find_all("script")
    assert data["type"] == "application/json", "which is no script"
    digest = base64.b64encode(hashlib.sha256(ours.string.encode()).digest()).decode()
    assert policy(soup) == f"{POLICY}; script-src 'sha256-{digest}'"


def test_our_script_makes_no_markup_and_asks_nothing(soup):
    ours = soup.find_all("script")[-1].string
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|fetch|XMLHttp|import", ours
    )


def test_a_page_with_nothing_to_move_runs_no_script_at_all(unranked):
    soup = BeautifulSoup(html_of(small_notebook(), opened(unranked)), "html.parser")
    assert soup.find_all("script") == [] and policy(soup) == POLICY


def test_the_page_says_its_language_and_what_it_is(soup):
    assert soup.html["lang"] == "vi"
    assert soup.title.text == "SỐ LIỆU MINH HỌA – Phương pháp nhỏ năm 2020 – Bản chứng cứ"


def test_the_annex_begins_with_its_head_its_state_and_its_result_and_says_them_once(soup):
    lines = [line.text.strip() for line in soup.find("header").find_all(["p", "h1"])]
    assert lines == [
        "Bản chứng cứ của phụ lục",
        "Phương pháp nhỏ năm 2020",
        "Phương pháp nhỏ để thử",
        "Năm đánh giá 2020",
        "(Chưa kèm theo quyết định công bố nào)",
    ]
    assert len(soup.find_all("h1")) == 1
    assert "Năm đánh giá 2020" not in soup.main.text
    state = soup.find("section", class_="state")
    assert state.find("strong").text == "SỐ LIỆU MINH HỌA" and state.find("strong")["class"] == ["stamp"]
    assert "Số liệu đầu vào là đặt ra để minh họa" in state.text
    assert "Bộ Một đứng đầu" in state.text
    places = [text.index(mark) for text in [str(soup)] for mark in ("<header", "<section", "<nav", "<main")]
    assert places == sorted(places), "all of it before the contents"


@pytest.mark.parametrize(
    ("label", "said"),
    [("DỰ THẢO", "PHƯƠNG ÁN GIẢ ĐỊNH – DỰ THẢO"), ("CHÍNH THỨC", "PHƯƠNG ÁN GIẢ ĐỊNH")],
)
def test_what_sliders_show_is_never_called_official(e, monkeypatch, label, said):
    monkeypatch.setattr(Edition, "state", State(label, ()))
    soup = BeautifulSoup(html_of(small_notebook(), opened(e)), "html.parser")
    assert soup.find(class_="hypothetical").text == said


def test_a_check_that_fails_stands_on_the_first_page(e):
    broken = opened(e)
    head = {**broken.payload(), "broken": ["Điểm cộng đúng."]}
    broken.payload = lambda: head
    soup = BeautifulSoup(html_of(small_notebook(), broken), "html.parser")
    assert soup.find("section", class_="state").find("p", class_="broken").text == "SAI: Điểm cộng đúng."


def test_all_prose_is_there_in_order_and_the_contents_lead_to_it(soup, notebook):
    titles = ["1. Kết quả", "Thử thay đổi trọng số", "2. Vì sao tin được"]  # before what ends in provenance
    assert [h2.text for h2 in soup.main.find_all("h2")] == titles
    links = soup.nav.find_all("a")
    assert [a.text for a in links] == titles
    assert [soup.find(id=a["href"].removeprefix("#")).text for a in links] == titles
    cells = sum(cell["cell_type"] == "markdown" for cell in notebook["cells"])
    assert len(soup.main.find_all("div", class_="prose")) == cells


def test_code_is_present_and_folded(soup, notebook):
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    folded = soup.find_all("details", class_="code")
    assert [block.find("pre").text.strip() for block in folded] == [text.strip() for text in code]
    assert not any(details.has_attr("open") for details in soup.find_all("details"))
    assert folded[0].find("span", class_="s2"), "highlighted"
    assert ".highlight .s2" in str(soup.style)


def test_every_chart_has_a_number_words_and_its_data_in_a_table(soup):
    (figure,) = soup.find_all("figure")
    assert figure.find("div", class_="drawing")["role"] == "img"
    assert figure.find("div", class_="drawing")["aria-label"] == "Năm thanh."
    assert figure.find(id=figure["aria-labelledby"]).text.strip() == "Hình 1. Giá trị"
    data = figure.find("details", class_="data").find("table")
    assert [[td.text for td in row.find_all("td")] for row in data.tbody.find_all("tr")] == [
        ["Bộ Một", "0,640"],
        ["Bộ Ba", "0,600"],
        ["Bộ Hai", "0,083"],
        ["Cơ quan Một", "0,300"],
        ["Cơ quan Hai", "0,000"],
    ]


# --- cells of an evaluator's own --------------------------------------------------------------------------


def shown_by(soup: BeautifulSoup, code: str) -> list:
    """What stands below the cell with this code, up to the next cell."""
    (cell,) = [each for each in soup.find_all("details", class_="code") if code in each.pre.text]
    below = []
    for element in cell.find_next_siblings():
        if element.name == "details" or "prose" in element.get("class", ()):
            break
        below.append(element)
    return below


def test_a_sum_of_pandas_stands_on_the_page(soup):
    (said,) = shown_by(soup, 'points.groupby("category").points.sum()\n')
    assert re.findall(r"(?m)^(\w+) +(\d+)$", said.text) == [("inside", "89"), ("services", "25")]


def test_a_frame_stands_on_the_page_as_a_table(soup):
    (frame,) = shown_by(soup, "'printed', 'rank']].head(2)")
    assert [td.text for td in frame.table.tbody.find_all("td")] == [
        "Bộ Một",
        "0.640",
        "1",
        "Bộ Ba",
        "0.600",
        "2",
    ]


@pytest.mark.parametrize("code, at", [("plt.plot([1, 2, 3])", -1), ("own.subplots()", 0)])
def test_a_plain_matplotlib_figure_stands_on_the_page_as_a_picture(soup, code, at):
    picture = shown_by(soup, code)[at]
    assert picture.name == "img" and picture["src"].startswith("data:image/png;base64,iVBOR")
    assert len(base64.b64decode(picture["src"].partition(",")[2])) > 1000


@pytest.mark.parametrize(
    "code, said",
    [
        ("for i in range(3)", ["dòng 0\ndòng 1\ndòng 2\n"]),
        ("def twice(x)", ["42"]),
        ("%precision 3", ["0.333"]),
        ("warnings.warn", ["đã xem\n", "cell:2: UserWarning: hãy xem lại\n  warnings.warn('hãy xem lại')\n"]),
        ("plt.plot([1, 2, 3])", ["[<matplotlib.lines.Line2D>]"]),
    ],
)
def test_what_a_cell_prints_or_returns_stands_below_it(soup, code, said):
    assert [block.text for block in shown_by(soup, code) if block.name == "pre"] == said


def test_a_cell_that_shows_nothing_shows_nothing(soup):
    assert shown_by(soup, "x = 1") == []


def test_a_table_of_their_own_has_a_number_a_file_and_its_description(soup, free_once):
    caption = soup.find(id="bang-own").caption.text
    assert caption == "Bảng 4. Bảng của tôi"
    assert [th.text for th in soup.find(id="bang-own").thead.find_all("th")] == ["Tên đơn vị", "Điểm số"]
    folder = free_once.output(EDITION) / "results"
    header, rows = read((folder / "own.csv").read_text("utf-8"))
    assert header == ["unit_name", "printed", "stamp"]
    assert rows[0] == ["Bộ Một", "0.640", "SỐ LIỆU MINH HỌA"] and len(rows) == 5
    _, columns = read((folder / "columns.csv").read_text("utf-8"))
    assert [row[:6] for row in columns if row[1] == "own"] == [
        ["Bảng 4", "own", "Bảng của tôi", "unit_name", "Tên đơn vị", "text"],
        ["Bảng 4", "own", "Bảng của tôi", "printed", "Điểm số", "number"],
    ]


def test_a_table_that_is_displayed_before_the_last_line_is_published_like_any_other(soup, free_once):
    table, last = shown_by(soup, 'display(ict.table("shown"')
    assert table.caption.text.startswith("Bảng 5. ") and last.text == "'sau bảng'"
    header, rows = read((free_once.output(EDITION) / "results" / "shown.csv").read_text("utf-8"))
    assert (header[:2], rows[0][:2]) == (["category", "points"], ["inside", "89"])


def test_a_table_without_a_row_is_a_sentence_and_no_file(soup, free_once):
    (said,) = shown_by(soup, 'ict.table("nothing"')
    assert said.name == "div" and "Bảng" not in said.text and said.text.strip()
    assert not (free_once.output(EDITION) / "results" / "nothing.csv").exists()


def test_nothing_empty_is_published(free_once):
    for path in free_once.output(EDITION).rglob("*.csv"):
        assert len(read(path.read_text("utf-8"))[1]) > 0, path.name


def test_prose_refers_to_tables_and_charts_by_their_number(soup):
    links = {a["href"]: a.text for a in soup.main.find_all("a") if a["href"].startswith(("#bang-", "#hinh-"))}
    assert links == {
        "#bang-ranking": "bảng xếp hạng (Bảng 1)",
        "#bang-own": "bảng tự lập (Bảng 4)",
        "#hinh-bars": "hình (Hình 1)",
    }
    assert all(soup.find(id=target.removeprefix("#")) for target in links)
    assert "bảng không có" in soup.main.text, "words that lead nowhere are no link"


def test_tables_are_numbered_in_the_order_of_the_page(soup, items):
    captions = [
        text for caption in soup.main.find_all("caption") if (text := caption.text).startswith("Bảng")
    ]
    assert [text.partition(".")[0] for text in captions] == [f"Bảng {n}" for n in range(1, 8)]
    assert [item.label_vi for item in items] == ["Bảng 1", "Hình 1", *(f"Bảng {n}" for n in range(2, 8))]


def test_a_chart_of_very_many_rows_shows_the_first_and_says_so(e):
    drawn = figure(
        "many", Drawing(figsize=(1, 1)), pd.DataFrame({"n": range(1001)}), "Nhiều dòng", "Một nghìn"
    )
    notebook = small_notebook(result(drawn._repr_mimebundle_()))
    soup = BeautifulSoup(html_of(notebook, e), "html.parser")
    details = soup.find("details", class_="data")
    assert len(details.tbody.find_all("tr")) == 1000
    assert "như trong charts/many.csv" in details.summary.text
    assert "Hiện 1.000 trong 1.001 dòng; đủ ở tệp số liệu." in details.text


def test_all_units_are_in_the_page_by_rank_under_their_groups(soup):
    rows = soup.find(id="bang-ranking").tbody.find_all("tr")
    assert [row.text if row.th else row.find("td").text for row in rows] == [
        *("Bộ", "Bộ Một", "Bộ Ba", "Bộ Hai"),
        *("Cơ quan", "Cơ quan Một", "Cơ quan Hai"),
    ]
    assert [td.text for td in rows[1].find_all("td")][:3] == ["Bộ Một", "1", "0,640"]


def test_headings_of_tables_say_what_they_head_and_tables_scroll_by_keyboard(soup):
    heads = [th for each in soup.find_all("div", class_="ict-table") for th in each.thead.find_all("th")]
    assert heads and all(th["scope"] == ("colgroup" if th.get("colspan") else "col") for th in heads)
    frames = soup.find_all("div", class_="ict-table")
    assert len(frames) == len(soup.find_all("table", class_=False))
    assert all(
        frame["tabindex"] == "0" and frame["role"] == "region" and frame["aria-label"] for frame in frames
    )


@pytest.mark.parametrize(("columns", "size"), [(5, "plain"), (14, "dense"), (25, "wide")])
def test_a_table_is_printed_at_a_size_that_fits(e, columns, size):
    table = Table(
        "t",
        "Bảng",
        tuple(Column(f"c{i}", "Cột", "number") for i in range(columns)),
        ((Decimal("0.1234"),) * columns,),
    )
    soup = BeautifulSoup(html_of(small_notebook(result(table._repr_mimebundle_())), e), "html.parser")
    assert soup.find("div", class_="ict-table")["class"] == ["ict-table", size]


@pytest.mark.parametrize(("first", "named"), [("Văn phòng Chính phủ", True), ("5.2.1", False), (7, False)])
def test_names_in_the_first_column_get_room_and_numbers_do_not(e, first, named):
    shown = table("t", pd.DataFrame({"a": [first], "b": ["Trung tâm dữ liệu/Phòng máy chủ"]}))
    soup = BeautifulSoup(html_of(small_notebook(result(shown._repr_mimebundle_())), e), "html.parser")
    assert ("named" in soup.find("div", class_="ict-table")["class"]) == named


def test_long_codes_may_break_but_read_the_same(soup, e):
    cells = [td for td in soup.find(id="bang-provenance").tbody.find_all("td") if len(td.text) == 64]
    assert {f.sha256 for f in e.files} <= {td.text for td in cells}
    assert {len(td.find_all("wbr")) for td in cells} == {3}


@pytest.mark.parametrize("words", ["Hai\ndòng", "<b>", "Dài " * 99, "</caption>", "Bảng 9. x"])
def test_any_title_and_heading_makes_a_table(e, words):
    shown = table("t", pd.DataFrame({"a": [1]}), title=words, labels={"a": words})
    soup = BeautifulSoup(html_of(small_notebook(result(shown._repr_mimebundle_())), e), "html.parser")
    assert soup.caption.text.split() == ["Bảng", "1.", *words.split()]
    assert soup.find("table").thead.th.text.split() == words.split()


# --- what others wrote does not get to act ----------------------------------------------------------------


def test_a_script_as_a_name_comes_out_as_text(hostile_page):
    assert hostile_page.casefold().count("<script") == 2, "our data and our script"
    rows = BeautifulSoup(hostile_page, "html.parser").find(id="bang-ranking").tbody.find_all("tr")
    assert rows[1].find("td").text == SCRIPT


FOREIGN = {
    "stdout": {"output_type": "stream", "name": "stdout", "text": f"trước {SCRIPT} sau"},
    "stderr": {"output_type": "stream", "name": "stderr", "text": [SCRIPT, " hai dòng\n"]},
    "error": {"output_type": "error", "ename": "E", "evalue": SCRIPT, "traceback": [SCRIPT]},
    "text": result({"text/plain": SCRIPT}),
    "html": result(
        {"text/plain": "", "text/html": f"<b onclick='x()'>{SCRIPT}</b><img src=//x onerror=x()>"}
    ),
    "svg": result({"text/plain": SCRIPT, "image/svg+xml": f"<svg onload='x()'>{SCRIPT}</svg>"}),
    "javascript": result({"text/plain": SCRIPT, "application/javascript": "alert(1)"}),
    "a kind that is not ours": result({MIME: {"kind": "x"}, "text/html": SCRIPT, "text/plain": ""}),
    "a payload that is none": result({MIME: [1], "text/html": SCRIPT, "text/plain": ""}),
}


@pytest.mark.parametrize("output", FOREIGN.values(), ids=FOREIGN.keys())
def test_an_output_that_is_not_ours_can_do_nothing(e, output):
    page = html_of(small_notebook(output), e)
    assert page.count("<script") == 2, "our data and our script"
    assert Requests(page).found == OURS
    assert "onclick" not in page and "<svg" not in page.partition("<main")[2].partition("ict-slider")[0]


@pytest.mark.parametrize("markdown", [SCRIPT, f"một {SCRIPT} hai", "<img src=x>", "[x](javascript:alert)"])
def test_markdown_holds_no_html_and_no_script(e, markdown):
    notebook = small_notebook()
    notebook["cells"].append({"cell_type": "markdown", "id": "c", "metadata": {}, "source": markdown})
    page = html_of(notebook, e)
    assert Requests(page).found == OURS
    assert 'href="javascript' not in page


# --- made-up figures are marked ---------------------------------------------------------------------------


def test_the_state_is_on_the_first_page_in_every_csv_file_and_in_every_picture(free_once, soup):
    folder = free_once.output(EDITION)
    assert soup.find("section", class_="state").strong.text == STAMP == "SỐ LIỆU MINH HỌA"
    for path in folder.rglob("*.csv"):
        header, rows = read(path.read_text("utf-8"))
        assert header[-1] == "stamp" and {row[-1] for row in rows} == {STAMP}, path.name
    for path in folder.rglob("*.svg"):
        drawn = BeautifulSoup(path.read_text("utf-8"), "xml")
        assert drawn.svg.find("text", recursive=False).text == STAMP, path.name
        assert len(drawn.find_all("svg")) == 2, "the picture as it is, below its state"


# --- the same bytes everywhere ----------------------------------------------------------------------------


AGAIN = """
import hashlib, sys
from pathlib import Path
from ictindex.annex.files import write
from ictindex.basics.project import Project
from ictindex.page.notebook import read_notebook
from ictindex.page.opening import opened
from ictindex.page.publishing import published
from ictindex.scoring.evaluation import evaluate_edition
project = Project(Path(sys.argv[1]))
edition = opened(evaluate_edition("mini-2020", project))
notebook = read_notebook(project.output("mini-2020") / "annex.ipynb", "")
made = Path(sys.argv[2])
made.mkdir()
write(notebook, edition, list(published(notebook)), made)
for path in made.rglob("*.*"):
    print(path.relative_to(made).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_another_process_at_another_desk_makes_the_same_bytes(free_once, contents_of, tmp_path):
    """Another hash seed, time zone, home and folder, both full of templates and settings of others."""
    for folder in (".", "annex", "nbconvert/templates/annex", "nbconvert/templates/base"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        for name in ("index.html.j2", "annex.css"):
            (tmp_path / folder / name).write_text("MÁY KHÁC", "utf-8")
    for name in ("jupyter_nbconvert_config.py", "jupyter_config.py"):
        (tmp_path / name).write_text("c.TemplateExporter.exclude_input = True\nc.Exporter.x = 1\n", "utf-8")
    env = {
        **os.environ,
        "PYTHONHASHSEED": "12345",
        "TZ": "Asia/Ho_Chi_Minh",
        "HOME": str(tmp_path),
        "JUPYTER_PATH": str(tmp_path),
        "JUPYTER_CONFIG_DIR": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    told = subprocess.run(
        [sys.executable, "-c", AGAIN, str(free_once.root), str(tmp_path / "made")],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    made = contents_of(free_once.output(EDITION), "run.json", "manifest.json", "annex.ipynb")
    assert sorted(told) == sorted(f"{path} {hashlib.sha256(data).hexdigest()}" for path, data in made.items())


def test_publishing_twice_makes_the_same_bytes(notebook, e, page):
    assert html_of(notebook, e) == page


def test_publishing_leaves_the_notebook_as_it_was(notebook, e):
    before = json.dumps(notebook)
    html_of(notebook, e)
    assert json.dumps(notebook) == before


# --- CSV and SVG files ------------------------------------------------------------------------------------


def read(text: str) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO(text))
    return header, rows


def described(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.csv")):
        if path.name not in ("columns.csv", "code_lists.csv"):  # these two describe the others
            for column in read(path.read_text("utf-8"))[0][:-1]:
                yield path.stem, column


def test_every_column_of_every_file_is_described_under_its_number(free_once):
    folder = free_once.output(EDITION)
    header, rows = read((folder / "results" / "columns.csv").read_text("utf-8"))
    assert header == ["number", "table", "title", "column", "label", "kind", "stamp"]
    assert sorted((row[1], row[3]) for row in rows) == sorted(described(folder))
    assert {row[5] for row in rows} <= {"text", "integer", "number", "exact", "group"}
    assert all(row[2] and row[4] for row in rows)
    assert ["Bảng 1", "ranking", "Bảng xếp hạng", "value", "Giá trị chính xác", "exact", STAMP] in rows
    assert ["Hình 1", "bars", "Giá trị", "printed", "Tổng điểm", "number", STAMP] in rows


def test_there_is_a_file_for_each_table_and_two_for_each_chart(free_once, contents_of):
    tables = (
        "categories",
        "code_lists",
        "columns",
        "criteria",
        "own",
        "points",
        "provenance",
        "ranking",
        "shown",
    )
    assert sorted(contents_of(free_once.output(EDITION))) == [
        *("annex.docx", "annex.ipynb", "annex.pdf", "annex.xlsx", "charts/bars.csv", "charts/bars.svg"),
        *("datapackage.json", "evidence.html", "manifest.json"),
        *(f"results/{name}.csv" for name in tables),
        *("run.json", "units.html"),
    ]


def test_no_cell_of_a_csv_file_is_a_formula(hostile_project):
    folder = hostile_project.output(EDITION)
    header, rows = read((folder / "results" / "ranking.csv").read_text("utf-8"))
    assert [row[header.index("unit_name")] for row in rows if row[header.index("unit")] == "C"] == [
        "'" + FORMULA
    ]
    for path in folder.rglob("*.csv"):
        cells = [cell for row in read(path.read_text("utf-8"))[1] for cell in row]
        assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in cells), path


def test_two_of_one_name_are_found_by_both_cells_but_a_chart_may_bear_a_tables_name():
    one = Table("a", "A", (Column("x", "X"),), (("1",),))
    chart = Figure("a", "A", "", "<svg/>", one)
    items = [
        Item(one, 3, 1, False),
        Item(chart, 4, 1, False),
        Item(one, 7, 2, False),
        Item(chart, 7, 2, False),
    ]
    assert [(f.code, f.column, f.facts) for f in publish.twice(items, "annex.ipynb")] == [
        ("item-twice", "cell 7", {"name": "a", "first": "cell 3"}),
        ("item-twice", "cell 7", {"name": "a", "first": "cell 4"}),
    ]


CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="30pt" height="20pt" viewBox="0 0 30 20">'
    '<rect width="30" height="20"/></svg>'
)


def test_a_picture_passed_on_alone_says_its_state_above_it():
    drawn = BeautifulSoup(publish.stamped(CHART, "DỰ THẢO <1>"), "xml").svg
    assert (drawn["width"], drawn["height"], drawn["viewBox"]) == ("30pt", "34pt", "0 0 30 34")
    assert drawn.find("text").text == "DỰ THẢO <1>"
    assert drawn.find("svg")["y"] == "14"


def test_a_picture_passed_on_alone_is_whole(browser, tmp_path):
    """It lay 4/3 times as large in its own file, so that its right and lower quarters were cut off."""
    (tmp_path / "chart.svg").write_text(publish.stamped(CHART, "DỰ THẢO"), "utf-8")
    browser.visit((tmp_path / "chart.svg").as_uri())
    corners = "(each) => { const r = document.querySelector(each).getBoundingClientRect();"
    corners += "return [r.left, r.top, r.right, r.bottom].map(Math.round); }"
    assert browser.call(corners, "svg") == [0, 0, 40, 45]  # 34 points are 45 pixels
    assert browser.call(corners, "rect") == [0, 19, 40, 45]
