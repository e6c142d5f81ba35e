"""The shipped notebooks: each tells its own decision, and code that says the same thing is the same."""

import ast
import json
from pathlib import Path

import pytest

from ictindex.page import results as tables
from ictindex.page.views import TABLES

FOLDER = Path(__file__).parent.parent / "notebooks"
EVERY = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.ipynb"))}
PAGES = {name: page for name, page in EVERY.items() if name != "what_if"}  # the editions
SHOWN = {
    "tables.heading",
    "tables.headline",
    "charts.ranking",
    "charts.profile",
    "charts.distribution",
    *(f"charts.{name}" for name in ("change", "gap", "bland_altman", "what_if_slope")),
    *(f"charts.{name}" for name in ("rank_intervals", "acceptability", "weights_tornado", "weight_steps")),
    *(f"tables.{make.__name__}" for make in tables.WHAT_IF),
    *(f"{make.__module__.rpartition('.')[2]}.{make.__name__}" for make in TABLES),
}
FROM = {"positions": "tables", "what_if_tables": "tables"} | dict.fromkeys(
    ("procedure", "steps", "claims", "review_tables", "service_tables", "robust_tables", "influence_tables"),
    "audit",
)  # where pages find what these modules make
SAME = {
    f"ict.{FROM.get(module, module)}.{name}(result)" for module, name in (shown.split(".") for shown in SHOWN)
}
OWN = ("parameters", "evaluate")


def source(cell):
    return "".join(cell["source"])


def cells(page, kind):
    return {cell["id"]: source(cell) for cell in EVERY[page]["cells"] if cell["cell_type"] == kind}


def keywords(code):
    """The names of the call of evaluate."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return {word.arg: ast.unparse(word.value) for call in calls for word in call.keywords}


def test_there_are_the_five_decisions_and_egdi():
    assert {
        "egdi-2018",
        "qd2051-2016",
        "qd2245-2021",
        "qd2342-2017",
        "qd2392-2018",
        "qd375-2020",
    } <= PAGES.keys()


@pytest.mark.parametrize("page", PAGES)
def test_every_code_cell_is_one_of_a_shared_set(page):
    code = {cell: text for cell, text in cells(page, "code").items() if cell not in OWN}
    assert {cell: text for cell, text in code.items() if text not in SAME} == {}
    assert len(set(code.values())) == len(code), "shown twice"


def test_cells_that_say_the_same_have_the_same_id():
    named = {}
    for page in PAGES:
        for cell, text in cells(page, "code").items():
            if cell not in OWN:
                named.setdefault(text, set()).add(cell)
    assert {text: ids for text, ids in named.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("page", PAGES)
def test_the_evaluation_takes_every_parameter_of_the_page_by_its_name(page):
    code = cells(page, "code")
    given = [node.targets[0].id for node in ast.parse(code["parameters"]).body]
    assert keywords(code["evaluate"]) == {name: name for name in given}


@pytest.mark.parametrize("page", PAGES)
def test_a_code_cell_but_those_of_parameters_has_five_lines_at_most(page):
    long = {cell: text for cell, text in cells(page, "code").items() if cell not in OWN}
    assert {cell: text for cell, text in long.items() if len(list(filter(None, text.splitlines()))) > 5} == {}


@pytest.mark.parametrize("page", EVERY)
def test_there_is_more_prose_than_code(page):
    prose, code = ("".join(cells(page, kind).values()) for kind in ("markdown", "code"))
    assert len(prose.split()) > 2 * len(code.split())


@pytest.mark.parametrize("page", EVERY)
def test_the_file_is_written_in_one_way(page):
    text = (FOLDER / f"{page}.ipynb").read_text("utf-8")
    assert text == json.dumps(EVERY[page], ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("qd")])
def test_a_decision_says_at_once_what_it_is_and_that_figures_are_made_up(page):
    title = cells(page, "markdown")["title"]
    assert f"số {page.removeprefix('qd').partition('-')[0]}/QĐ-" in title
    assert "SỐ LIỆU MINH HỌA" in title and "**Tình trạng.**" in title


def test_no_two_decisions_tell_their_method_or_status_alike():
    for cell in ("title", "method", "rules-note", "process", "exceptions-note", "trust"):
        told = [cells(page, "markdown")[cell] for page in PAGES if page.startswith("qd")]
        assert len(set(told)) == len(told), cell
