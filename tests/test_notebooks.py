"""The notebooks read as workbooks: state, result, then each step, told before it is shown."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ictindex.page import notebook
from ictindex.page.words import PARAMETER_VI

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
OF_NO_EDITION = {
    "what_if",
    "multiverse",
    "sliders",
}  # one page for all what-ifs, one for every combination; and one to play with, which publishes nothing
EDITIONS = [path for path in NOTEBOOKS if path.stem not in OF_NO_EDITION]
PUBLISHING = [path for path in NOTEBOOKS if path.stem != "sliders"]
PAPERMILL = Path(sys.executable).parent / "papermill"
STATES = ("SỐ LIỆU MINH HỌA", "PHƯƠNG ÁN GIẢ ĐỊNH", "THAM SỐ KHÁC", "DỰ THẢO", "CHÍNH THỨC")
LINES, NAMED_ONE_BY_ONE = 5, {"parameters", "open"}

pages, editions, publishing = (
    pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)
    for paths in (NOTEBOOKS, EDITIONS, PUBLISHING)
)


def read(path):
    return json.loads(path.read_text("utf-8"))["cells"]


def cells(path, kind):
    return {cell["id"]: "".join(cell["source"]) for cell in read(path) if cell["cell_type"] == kind}


def lines(code):
    return [line for line in code.splitlines() if line.strip()]


# --- the files --------------------------------------------------------------------------------------------


def test_there_is_a_notebook_for_every_edition():
    stated = {path.stem for path in (ROOT / "parameters").glob("*.yaml")}
    assert {path.stem for path in EDITIONS} == stated >= {"egdi-2018"}
    assert {path.stem for path in NOTEBOOKS} == stated | OF_NO_EDITION


@pages
def test_no_output_and_no_count_is_stored(path):
    code = [cell for cell in read(path) if cell["cell_type"] == "code"]
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []


@pages
def test_nothing_is_stored_that_changes_from_one_machine_to_the_next(path):
    assert json.loads(path.read_text("utf-8"))["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert [cell["id"] for cell in read(path) if set(cell["metadata"]) - {"tags", "jupyter"}] == []


@pages
def test_a_notebook_is_a_sound_source(path):
    assert list(notebook.bad_source(notebook.read_notebook(path, path.name), path.name)) == []


@pages
def test_every_cell_has_an_id_of_its_own(path):
    ids = [cell["id"] for cell in read(path)]
    assert sorted(ids) == sorted(set(ids))


# --- the order --------------------------------------------------------------------------------------------


@publishing
def test_a_page_begins_with_its_title_and_its_state_and_little_between(path):
    title, parameters, opened, *_ = read(path)
    assert [title["id"], parameters["id"], opened["id"]] == ["title", "parameters", "open"]
    assert "".join(title["source"]).startswith("# ")
    assert len("".join(title["source"])) < 500  # the state is to be seen without scrolling
    assert [cell["metadata"]["jupyter"] for cell in (parameters, opened)] == [{"source_hidden": True}] * 2
    assert lines("".join(opened["source"]))[-1] == "evaluation"


@editions
def test_the_result_comes_before_the_method_and_that_before_the_steps(path):
    ids = [cell["id"] for cell in read(path)]
    order = ["open", "result", "ranking-chart", "ranking", "criteria", "answers", "points", "categories"]
    order += ["ranks-by-hand", "one-unit", "one-unit-same", "exceptions", "conclusion", "self-checks"]
    assert [ids.index(cell) for cell in order] == sorted(ids.index(cell) for cell in order)


@editions
def test_robustness_begins_with_its_conclusion(path):
    page = read(path)
    at = [cell["id"] for cell in page].index("robustness")
    assert len(page[at]["source"]) == 1 and page[at + 1]["id"] == "conclusion"


@pytest.mark.parametrize(
    "page, section, conclusion",
    [
        ("what_if", "result", "conclusion"),
        ("egdi-2016", "change", "changes-conclusion"),
        ("egdi-2018", "change", "changes-conclusion"),
    ],
)
def test_what_compares_two_rankings_begins_with_who_moves(page, section, conclusion):
    page = read(ROOT / "notebooks" / f"{page}.ipynb")
    at = [cell["id"] for cell in page].index(section)
    assert len(page[at]["source"]) == 1 and page[at + 1]["id"] == conclusion
    assert page[at].get("metadata") == page[at + 1]["metadata"]  # in the annex, where the section is


@pages
def test_sections_are_counted_through_from_one(path):
    numbers = re.findall(r"^## (?:(\d+)\.)?", "\n".join(cells(path, "markdown").values()), re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]


@pages
def test_a_section_that_is_named_by_its_number_is_there(path):
    prose = "\n".join(cells(path, "markdown").values())
    known = set(re.findall(r"^## (\d+)\.", prose, re.MULTILINE))
    own = re.sub(
        r"\([^)]*\)|Phụ lục[^.;]*", "", prose
    )  # a decision's own sections have their decision's numbers
    assert set(re.findall(r"\bmục (\d+)", own)) <= known


@pages
def test_every_code_cell_is_introduced_by_prose_or_follows_one_that_is(path):
    page = read(path)
    kinds = [cell["cell_type"] for cell in page]
    assert kinds[0] == "markdown"
    assert [page[n]["id"] for n in range(2, len(page)) if kinds[n - 2 : n + 1] == ["code"] * 3] == []


# --- the prose --------------------------------------------------------------------------------------------


@pages
def test_there_is_more_prose_than_code(path):
    prose, code = ("".join(cells(path, kind).values()) for kind in ("markdown", "code"))
    assert len(prose) > len(code)
    assert len(prose.split()) > 2 * len(code.split())


@pages
def test_prose_has_no_name_that_only_the_machine_knows(path):
    names = "|".join(sorted({*PARAMETER_VI, "what_if"} - {"edition", "year", "inputs", "seed"}))
    for cell, text in cells(path, "markdown").items():
        words = re.sub(r"\]\(#[^)]*\)", "]", text)  # where a link leads is not read
        assert re.findall(rf"`|\b(?:{names})\b|\b[a-z]+_[a-z_]+\b", words) == [], cell


@pages
def test_prose_never_asserts_the_state_that_the_page_computes(path):
    prose = "\n".join(cells(path, "markdown").values())
    assert [state for state in STATES if state in prose] == []


def published(path):
    """What a page publishes, as the anchors that its prose may lead to, in order."""
    calls = [
        node
        for code in cells(path, "code").values()
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("ict.table", "ict.figure")
    ]
    kind = {"ict.table": "bang", "ict.figure": "hinh"}
    return [f"{kind[ast.unparse(call.func)]}-{call.args[0].value}" for call in calls]


@publishing
def test_the_prose_refers_to_every_table_and_figure_by_its_number_and_to_no_other(path):
    prose = "\n".join(cells(path, "markdown").values())
    assert set(re.findall(r"\]\(#([^)]+)\)", prose)) == set(published(path))
    assert re.findall(r"(?i)(?<!\[)\b(?:bảng|biểu đồ) (?:dưới|sau)\b", prose) == []


@publishing
def test_no_two_tables_and_no_two_figures_have_one_name(path):
    names = published(path)
    assert len(names) > 10
    assert sorted(names) == sorted(set(names))


# --- the code: what we hold ourselves to, never an evaluator ------------------------------------------------


@pages
def test_a_code_cell_has_at_most_five_lines_but_those_that_name_every_parameter(path):
    code = cells(path, "code")
    assert {cell for cell, text in code.items() if len(lines(text)) > LINES} <= NAMED_ONE_BY_ONE


@pages
def test_no_cell_of_ours_branches_loops_or_defines(path):
    plain = (ast.Import, ast.Assign, ast.Expr, ast.Assert)
    inner = (ast.Lambda, ast.comprehension, ast.IfExp)
    for cell, code in cells(path, "code").items():
        tree = ast.parse(code)
        assert [ast.unparse(node) for node in tree.body if not isinstance(node, plain)] == [], cell
        found = [node for node in ast.walk(tree) if isinstance(node, inner)]
        assert [ast.unparse(node) for node in found if not no_value(cell, node)] == [], cell


def no_value(cell, node):
    """The one place where a cell may ask: a unit of which no criterion counts has no value to divide for."""
    empty = isinstance(node, ast.IfExp) and ast.unparse(node.test) in ("len(one)", "most")
    return empty and cell == "one-unit-total" and ast.unparse(node.orelse) == "None"


@pages
def test_no_number_that_a_methodology_holds_stands_in_code(path):
    """But the parameters: the first and last of something, and ten rows, are no figures of a decision."""
    for cell, code in cells(path, "code").items():
        if cell != "parameters":
            constants = [n.value for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Constant)]
            numbers = {value for value in constants if not isinstance(value, str) and value is not None}
            assert numbers <= {0, 1, 10}, cell


# --- plain papermill --------------------------------------------------------------------------------------


def outputs(path):
    """What every cell shows, by its id."""
    page = json.loads(notebook.canonical(json.loads(path.read_text("utf-8"))))
    return {
        cell["id"]: [out["data"] for out in cell["outputs"]] for cell in page["cells"] if cell.get("outputs")
    }


def papermill(*arguments, cwd):
    alone = {name: value for name, value in os.environ.items() if name != "ICTINDEX_PROJECT"}
    return subprocess.run([PAPERMILL, *arguments], cwd=cwd, env=alone, capture_output=True, text=True)


@pytest.mark.parametrize(
    "folder, arguments",
    [
        (".", ["notebooks/mini-2020.ipynb", "out.ipynb", "-f", "parameters/mini-2020.yaml"]),
        ("notebooks", ["mini-2020.ipynb", "../out.ipynb"]),
    ],
    ids=["the command of the parameter file", "in the folder where JupyterLab runs it"],
)
def test_plain_papermill_shows_what_the_official_annex_shows(built, folder, arguments):
    done = papermill(*arguments, cwd=built.root / folder)
    assert done.returncode == 0, done.stderr[-2000:]
    assert outputs(built.root / "out.ipynb") == outputs(built.output("mini-2020") / "annex.ipynb")


def test_plain_papermill_stops_at_a_parameter_that_is_refused(built):
    done = papermill("notebooks/egdi-2018.ipynb", "out.ipynb", "-p", "rounding", "sideways", cwd=built.root)
    assert done.returncode != 0
    assert "“sideways” is not one of" in done.stderr
