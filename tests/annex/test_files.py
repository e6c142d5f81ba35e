"""The annex as people get it: one page that needs no network, one workbook, CSV files; all say the same."""

from __future__ import annotations

import ast
import base64
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

import ictindex as ict
from ictindex.annex import files as publish
from ictindex.basics.project import Project
from ictindex.page.cells import stamp
from ictindex.page.shown import MIME, STAMP, Column, Figure, Table
from ictindex.page.views import TABLES, every_table
from ictindex.scoring.evaluation import Evaluation, evaluate_edition

ROOT = Path(__file__).parents[2]
EDITION = "egdi-2018"
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("x")'


def executed(project: Project) -> dict[str, Any]:
    """The edition's notebook with its outputs, run in this process: papermill takes seconds."""
    notebook = json.loads(project.notebook(EDITION).read_text("utf-8"))
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ICTINDEX_PROJECT", str(project.root))
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for count, cell in enumerate(code, start=1):
            *before, last = ast.parse("".join(cell["source"])).body
            exec(compile(ast.Module(before, []), "cell", "exec"), names)
            cell["execution_count"] = count
            if isinstance(last, ast.Expr):
                shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
                cell["outputs"] = [result(shown._repr_mimebundle_())]
            else:
                exec(compile(ast.Module([last], []), "cell", "exec"), names)
    return json.loads(json.dumps(notebook))


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


def drawn(e: Evaluation) -> list[Figure]:
    return [draw(e) for draw in ict.charts.CHARTS]


@pytest.fixture(scope="module")
def e() -> Evaluation:
    return evaluate_edition(EDITION, Project(ROOT))


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    return executed(Project(ROOT))


@pytest.fixture(scope="module")
def page(notebook, e) -> str:
    return publish.html(notebook, e, drawn(e))


@pytest.fixture(scope="module")
def soup(page) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


@pytest.fixture(scope="module")
def hostile_project(tmp_path_factory) -> Project:
    """EGDI with made-up inputs: Denmark's name is a script, Australia's a formula."""
    root = tmp_path_factory.mktemp("hostile")
    for folder in ("parameters", "inputs", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder)
    entities = root / "inputs" / EDITION / "entities.csv"
    rows = list(csv.reader(io.StringIO(entities.read_text("utf-8"))))
    names = {"DNK": SCRIPT, "AUS": FORMULA}
    with entities.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([row[0], names.get(row[0], row[1]), *row[2:]] for row in rows)
    sources = root / "inputs" / EDITION / "sources.yaml"
    told = re.sub("(?m)^status: published", "status: illustrative", sources.read_text("utf-8"))
    sources.write_text(told, "utf-8")
    return Project(root)


@pytest.fixture(scope="module")
def hostile(hostile_project) -> Evaluation:
    return evaluate_edition(EDITION, hostile_project)


@pytest.fixture(scope="module")
def hostile_page(hostile_project, hostile) -> str:
    return publish.html(executed(hostile_project), hostile, drawn(hostile))


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
    soup = BeautifulSoup(publish.html(small_notebook(), unranked, []), "html.parser")
    assert soup.find_all("script") == [] and policy(soup) == POLICY


def test_the_page_says_its_language_and_what_it_is(soup):
    assert soup.html["lang"] == "vi"
    assert (
        soup.title.text == "Xếp hạng Chính phủ điện tử của Liên Hợp Quốc năm 2018 (EGDI) – Phụ lục egdi-2018"
    )


def test_the_annex_begins_with_its_head_and_says_it_once(soup):
    lines = [line.text.strip() for line in soup.find("header").find_all(["p", "h1"])]
    assert lines == [
        "Phụ lục",
        "Xếp hạng Chính phủ điện tử của Liên Hợp Quốc năm 2018 (EGDI)",
        "Chỉ số Phát triển Chính phủ điện tử (EGDI) của Liên Hợp Quốc",
        "Năm đánh giá 2018",
        "(Chưa kèm theo quyết định công bố nào)",
    ]
    assert len(soup.find_all("h1")) == 1
    assert "Năm đánh giá 2018" not in soup.main.text


def test_all_prose_is_there_in_order_and_the_contents_lead_to_it(soup, notebook):
    written = "\n".join("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown")
    titles = re.findall(r"(?m)^## (.*)$", written)
    assert len(titles) == 8
    titles.insert(-1, "Thử thay đổi trọng số")  # before what ends in the provenance
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


def test_every_chart_has_words_and_its_data_in_a_table(soup, notebook):
    outputs = [o["data"] for c in notebook["cells"] for o in c.get("outputs", [])]
    payloads = [data[MIME] for data in outputs if data[MIME]["kind"] == "figure"]
    figures = soup.find_all("figure")
    assert [p["name"] for p in payloads] == [
        *("ranking", "profile", "distribution", "change"),
        *("rank_intervals", "acceptability", "weights_tornado", "weight_steps"),
    ]
    assert len(figures) == len(payloads)
    for figure, payload in zip(figures, payloads, strict=True):
        assert figure.find("svg")["role"] == "img"
        assert figure.find("svg")["aria-label"] == payload["alt"] != ""
        assert figure["role"] == "group"
        assert figure.find(id=figure["aria-labelledby"]).text.strip() == payload["title"]
        table = figure.find("details", class_="data").find("table")
        assert len(table.tbody.find_all("tr")) == payload["data"]["rows"]
    assert payloads[0]["data"]["rows"] == 193
    data = figures[0].find("details", class_="data").find("table")
    assert [td.text for td in data.tbody.find("tr").find_all("td")][:6] == [
        "Quốc gia thành viên Liên Hợp Quốc",
        "DNK",
        "Đan Mạch",
        "1",
        "0,9150",
        "0,9150",
    ]


def test_a_chart_of_very_many_rows_shows_the_first_and_names_the_file(e):
    data = Table("many_chart", "Nhiều", (Column("n", "Số", "integer"),), tuple((i,) for i in range(1001)))
    figure = Figure("many", "Nhiều dòng", "Một nghìn lẻ một dòng", "<svg></svg>", data)
    soup = BeautifulSoup(
        publish.html(small_notebook(result(figure._repr_mimebundle_())), e, [figure]), "html.parser"
    )
    details = soup.find("details", class_="data")
    assert len(details.tbody.find_all("tr")) == 1000
    assert "1.001 dòng, như trong charts/many.csv" in details.summary.text
    assert "Hiện 1.000 trong 1.001 dòng; đủ ở charts/many.csv." in details.text


def test_all_countries_are_in_the_page(soup):
    with (ROOT / "inputs" / EDITION / "entities.csv").open(encoding="utf-8") as file:
        wanted = {row["label_vi"] for row in csv.DictReader(file)}
    assert len(wanted) == 193
    rows = [
        [td.text for td in row.find_all("td")] for row in soup.find(id="bang-ranking").tbody.find_all("tr")
    ]
    assert {row[2] for row in rows} == wanted
    assert rows[0][:6] == ["1", "DNK", "Đan Mạch", "1", "0,9150", "1,0000"]


def test_headings_of_tables_say_what_they_head_and_tables_scroll_by_keyboard(soup):
    assert all(th["scope"] == "col" for th in soup.find_all("th"))
    frames = soup.find_all("div", class_="ict-table")
    assert len(frames) == len(soup.find_all("table"))
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
    soup = BeautifulSoup(
        publish.html(small_notebook(result(table._repr_mimebundle_())), e, []), "html.parser"
    )
    assert soup.find("div", class_="ict-table")["class"] == ["ict-table", size]


def test_long_codes_may_break_but_read_the_same(soup, e):
    files = soup.find(id="bang-provenance").tbody
    assert [row.find_all("td")[2].text for row in files.find_all("tr")][:3] == [f.sha256 for f in e.files]
    assert len(files.find("tr").find_all("td")[2].find_all("wbr")) == 3


# --- what others wrote does not get to act ----------------------------------------------------------------


def test_a_script_as_a_name_comes_out_as_text(hostile_page):
    assert hostile_page.casefold().count("<script") == 2, "our data and our script"
    rows = BeautifulSoup(hostile_page, "html.parser").find(id="bang-ranking").tbody.find_all("tr")
    assert rows[0].find_all("td")[2].text == SCRIPT


FOREIGN = {
    "stdout": {"output_type": "stream", "name": "stdout", "text": f"trước {SCRIPT} sau"},
    "stderr": {"output_type": "stream", "name": "stderr", "text": [SCRIPT, " hai dòng\n"]},
    "error": {"output_type": "error", "ename": "E", "evalue": SCRIPT, "traceback": [SCRIPT]},
    "text": result({"text/plain": SCRIPT}),
    "html": result({"text/plain": SCRIPT, "text/html": f"<b>{SCRIPT}</b>"}),
    "svg": result({"text/plain": SCRIPT, "image/svg+xml": f"<svg>{SCRIPT}</svg>"}),
    "javascript": result({"text/plain": SCRIPT, "application/javascript": "alert(1)"}),
}


@pytest.mark.parametrize("output", FOREIGN.values(), ids=FOREIGN.keys())
def test_an_output_that_is_not_ours_comes_out_as_text(e, output):
    page = publish.html(small_notebook(output), e, [])
    assert page.count("<script") == 2 and "<b>" not in page
    assert SCRIPT in BeautifulSoup(page, "html.parser").find("pre", class_="output").text


@pytest.mark.parametrize("markdown", [SCRIPT, f"một {SCRIPT} hai", "<img src=x>", "[x](javascript:alert)"])
def test_markdown_holds_no_html_and_no_script(e, markdown):
    notebook = small_notebook()
    notebook["cells"].append({"cell_type": "markdown", "id": "c", "metadata": {}, "source": markdown})
    page = publish.html(notebook, e, [])
    assert Requests(page).found == OURS
    assert 'href="javascript' not in page


# --- made-up figures are marked ---------------------------------------------------------------------------


def test_made_up_figures_are_marked_on_the_page_and_on_each_printed_page(hostile_page, page):
    soup = BeautifulSoup(hostile_page, "html.parser")
    banner = soup.body.find("p", class_="banner")
    assert banner.text == STAMP == "SỐ LIỆU MINH HỌA"
    assert banner.find_previous("h1") is None, "on top"
    assert soup.title.text.startswith(STAMP)
    paper = str(soup.style).partition("@media print")[2]
    assert re.search(r"\.banner \{[^}]*position: fixed", paper), "a fixed box is printed on each page"
    assert STAMP not in page


# --- the same bytes everywhere ----------------------------------------------------------------------------


AGAIN = """
import hashlib, json, sys
from pathlib import Path
from ictindex import charts, publish
from ictindex.cells import stamp
from ictindex.views import every_table
from ictindex.evaluation import evaluate_edition
from ictindex.project import Project
e = evaluate_edition("egdi-2018", Project(Path(sys.argv[1])))
notebook = json.loads(Path(sys.argv[2]).read_text("utf-8"))
files = "".join(publish.result_files(every_table(e), stamp(e)).values()).encode()
page = publish.html(notebook, e, [draw(e) for draw in charts.CHARTS])
for data in (page.encode(), files):
    print(hashlib.sha256(data).hexdigest())
"""


def test_another_process_at_another_desk_makes_the_same_bytes(notebook, e, page, tmp_path):
    """Another hash seed, time zone, home and folder, both full of templates and settings of others."""
    (tmp_path / "notebook.json").write_text(json.dumps(notebook), "utf-8")
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
        [sys.executable, "-c", AGAIN, str(ROOT), str(tmp_path / "notebook.json")],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    files = "".join(publish.result_files(every_table(e), stamp(e)).values()).encode()
    assert told == [hashlib.sha256(data).hexdigest() for data in (page.encode(), files)]


def test_publishing_twice_makes_the_same_bytes(notebook, e, page):
    assert publish.html(notebook, e, drawn(e)) == page


def test_publishing_leaves_the_notebook_as_it_was(notebook, e):
    before = json.dumps(notebook)
    publish.html(notebook, e, drawn(e))
    assert json.dumps(notebook) == before


# --- CSV and SVG files ------------------------------------------------------------------------------------


def read(text: str) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO(text))
    return header, rows


def described(files: dict[str, str]) -> Iterator[tuple[str, str]]:
    for path, text in files.items():
        for column in read(text)[0]:
            yield path.removeprefix("results/").removesuffix(".csv"), column


@pytest.mark.parametrize("which", ["e", "hostile"])
def test_every_column_of_every_file_is_described(which, request):
    e = request.getfixturevalue(which)
    files = publish.result_files(every_table(e), stamp(e))
    header, rows = read(files["results/columns.csv"])
    assert header == ["table", "column", "label_vi", "kind", *(["stamp"] if which == "hostile" else [])]
    assert [tuple(row[:2]) for row in rows] == list(described(files))
    assert {row[3] for row in rows} <= {"text", "integer", "number", "exact", "group"}
    assert all(row[2] for row in rows)
    assert ["ranking", "value_exact", "Giá trị chính xác", "exact"] in [row[:4] for row in rows]
    assert {row[4] for row in rows if len(row) > 4} == ({STAMP} if which == "hostile" else set())


def test_there_is_a_file_for_each_table(e):
    names = [build(e).name for build in TABLES]
    assert list(publish.result_files(every_table(e), stamp(e))) == [
        f"results/{name}.csv" for name in (*names, "columns")
    ]


def test_no_cell_of_a_csv_file_is_a_formula(hostile):
    files = publish.result_files(every_table(hostile), stamp(hostile))
    assert [row[2] for row in read(files["results/ranking.csv"])[1] if row[1] == "AUS"] == ["'" + FORMULA]
    for path, text in files.items():
        cells = [cell for row in read(text)[1] for cell in row]
        assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in cells), path


def test_a_chart_is_a_drawing_and_its_data():
    data = Table("data", "Số liệu", (Column("a", "A"), Column("b", "B", "number")), (("x", Decimal("1.50")),))
    assert publish.chart_files([Figure("bars", "Thanh", "Một thanh", "<svg/>", data)]) == {
        "charts/bars.svg": "<svg/>",
        "charts/bars.csv": "a,b\nx,1.50\n",
    }
