"""The notebooks read as pages: prose, a line or two of code, no output; and plain papermill runs them."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ictindex.page import notebook

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EDITIONS = [path for path in NOTEBOOKS if path.stem != "what_if"]  # which only asks, and has no result
PAPERMILL = Path(sys.executable).parent / "papermill"

pages, editions = (
    pytest.mark.parametrize("path", paths, ids=lambda path: path.stem) for paths in (NOTEBOOKS, EDITIONS)
)


def cells(path, kind):
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def test_there_is_a_notebook_for_every_edition():
    stated = {path.stem for path in (ROOT / "parameters").glob("*.yaml")}
    assert {path.stem for path in EDITIONS} == stated >= {"egdi-2018"}
    assert {path.stem for path in NOTEBOOKS} == stated | {"what_if"}


@pages
def test_no_output_and_no_count_is_stored(path):
    assert [cell["id"] for cell in cells(path, "code") if cell["outputs"] or cell["execution_count"]] == []


@pages
def test_nothing_is_stored_that_changes_from_one_machine_to_the_next(path):
    page = json.loads(path.read_text("utf-8"))
    assert page["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert [cell["id"] for cell in page["cells"] if set(cell["metadata"]) - {"tags"}] == []


@pages
def test_there_are_more_words_than_code(path):
    words = sum(len(source(cell)) for cell in cells(path, "markdown"))
    code = sum(len(source(cell)) for cell in cells(path, "code"))
    assert words > code


@pages
def test_a_code_cell_has_at_most_five_lines_but_those_that_name_every_parameter(path):
    long = [
        cell["id"] for cell in cells(path, "code") if len([ln for ln in source(cell).splitlines() if ln]) > 5
    ]
    assert set(long) <= {"parameters", "evaluate"}


@pages
def test_no_cell_holds_logic_or_a_path(path):
    assert list(notebook.bad_source(notebook.read_notebook(path, path.name), path.name)) == []


@pages
def test_every_code_cell_but_parameters_and_evaluation_ends_in_the_one_thing_to_look_at(path):
    silent = {"parameters"} if path.stem in ("egdi-2018", "what_if") else {"parameters", "evaluate"}
    for cell in cells(path, "code"):
        assert (notebook.shows(source(cell)) is None) == (cell["id"] in silent), cell["id"]


@pages
def test_every_code_cell_is_introduced_by_prose_or_follows_one_that_is(path):
    page = json.loads(path.read_text("utf-8"))["cells"]
    kinds = [cell["cell_type"] for cell in page]
    assert kinds[0] == "markdown"
    assert [page[n]["id"] for n in range(2, len(page)) if kinds[n - 2 : n + 1] == ["code"] * 3] == []


@editions
def test_the_result_comes_before_the_method(path):
    ids = [cell["id"] for cell in json.loads(path.read_text("utf-8"))["cells"]]
    assert ids.index("evaluate") < ids.index("headline") < ids.index("ranking") < ids.index("criteria")


@pages
def test_no_number_that_matters_stands_in_code(path):
    """But the parameters: the year, and the decimals of a methodology that leaves them open."""
    for cell in cells(path, "code"):
        if cell["id"] != "parameters":
            constants = [n.value for n in ast.walk(ast.parse(source(cell))) if isinstance(n, ast.Constant)]
            assert [value for value in constants if not isinstance(value, str)] == [], cell["id"]


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
        (".", ["notebooks/egdi-2018.ipynb", "out.ipynb", "-f", "parameters/egdi-2018.yaml"]),
        ("notebooks", ["egdi-2018.ipynb", "../out.ipynb"]),
    ],
    ids=["the command of the parameter file", "in the folder where JupyterLab runs it"],
)
def test_plain_papermill_shows_what_the_official_annex_shows(built, folder, arguments):
    done = papermill(*arguments, cwd=built.root / folder)
    assert done.returncode == 0, done.stderr[-2000:]
    assert outputs(built.root / "out.ipynb") == outputs(built.output("egdi-2018") / "annex.ipynb")


def test_plain_papermill_stops_at_a_parameter_that_is_refused(built):
    done = papermill("notebooks/egdi-2018.ipynb", "out.ipynb", "-p", "rounding", "sideways", cwd=built.root)
    assert done.returncode != 0
    assert "“sideways” is not one of" in done.stderr
