"""The editions' pages: the code is what page_writer writes for each, and each tells its own decision."""

import ast
import json
import re
from pathlib import Path

import pytest

from ictindex.basics.project import Project
from ictindex.methodology.decision import OPEN_RULES
from ictindex.methodology.reading import read_methodology
from ictindex.run.page_writer import bounds_of, written
from ictindex.scoring.parameters import read_parameters

ROOT = Path(__file__).parent.parent
PROJECT = Project(ROOT)
FOLDER = ROOT / "notebooks"
EVERY = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.ipynb"))}
PAGES = {name: page for name, page in EVERY.items() if name not in ("what_if", "multiverse", "sliders")}
DECISIONS = [page for page in PAGES if page.startswith("qd")]
BOUNDS = {"year": "2000..2100", "draws": "0..1000000", "spread": "1..99"}
OWN = {
    "parameters",
    "open",
    "one-unit",
    "one-unit-categories",
    "one-unit-total",
}  # a methodology's, an edition's

pages, decisions = pytest.mark.parametrize("page", PAGES), pytest.mark.parametrize("page", DECISIONS)


def cells(page, kind):
    found = (cell for cell in EVERY[page]["cells"] if cell["cell_type"] == kind)
    return {cell["id"]: "".join(cell["source"]) for cell in found}


def by_hand(page):
    """Whose total a page works out by hand: the text in its cell."""
    return ast.literal_eval(ast.parse(cells(page, "code")["one-unit"]).body[0].value)


def as_written(page):
    """The page that page_writer writes for an edition."""
    parameters = read_parameters(page, PROJECT)
    inputs = PROJECT.inputs(parameters["inputs"])
    bounds = BOUNDS | {rule: bounds_of(rule) for rule in OPEN_RULES}
    has = {"published": "published.csv", "confirmed": "events.csv"}
    told = {word: (inputs / file).exists() for word, file in has.items()}
    methodology = read_methodology(parameters["methodology"], PROJECT)
    return written(methodology, parameters, bounds, unit=by_hand(page), **told)


def without_words(page):
    """A page with its prose left out."""
    return [{**cell, "source": ""} if cell["cell_type"] == "markdown" else cell for cell in page["cells"]]


def test_there_are_the_five_decisions_and_egdi():
    decided = {"qd2051-2016", "qd2245-2021", "qd2342-2017", "qd2392-2018", "qd375-2020"}
    assert decided | {"egdi-2018"} <= PAGES.keys()


@pages
def test_a_page_is_what_is_written_for_its_methodology_but_for_the_words(page):
    assert without_words(PAGES[page]) == without_words(as_written(page))


def test_cells_of_one_id_have_the_same_code_on_every_page():
    told = {}
    for page in PAGES:
        for cell, text in cells(page, "code").items():
            told.setdefault(cell, set()).add(text)
    assert {cell for cell, texts in told.items() if len(texts) > 1} <= OWN


@pages
def test_whoever_is_worked_out_by_hand_is_a_unit_of_the_edition(page):
    parameters = read_parameters(page, PROJECT)
    units = (PROJECT.inputs(parameters["inputs"]) / "entities.csv").read_text("utf-8").splitlines()[1:]
    assert by_hand(page) in {line.partition(",")[0] for line in units}


@pages
def test_an_edition_is_opened_with_every_parameter_of_the_page_by_its_name(page):
    code = cells(page, "code")
    given = [node.targets[0].id for node in ast.parse(code["parameters"]).body]
    calls = [node for node in ast.walk(ast.parse(code["open"])) if isinstance(node, ast.Call)]
    assert [(word.arg, word.value.id) for call in calls for word in call.keywords] == [(n, n) for n in given]


@pytest.mark.parametrize("page", EVERY)
def test_the_file_is_written_in_one_way(page):
    text = (FOLDER / f"{page}.ipynb").read_text("utf-8")
    assert text == json.dumps(EVERY[page], ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# --- the words --------------------------------------------------------------------------------------------


@pages
def test_the_title_is_the_methodologys_name_and_the_year(page):
    parameters = read_parameters(page, PROJECT)
    name = read_methodology(parameters["methodology"], PROJECT).source.label_vi
    assert cells(page, "markdown")["title"].splitlines()[0] == f"# {name} năm {parameters['year']}"


@decisions
def test_a_decision_is_named_at_once_with_its_number_and_day(page):
    number = page.removeprefix("qd").partition("-")[0]
    title = cells(page, "markdown")["title"]
    assert re.search(rf"Quyết định số {number}/QĐ-\S+ ngày \d\d?/\d\d?/\d{{4}}", title)


@decisions
def test_a_decision_says_how_much_of_its_text_was_read(page):
    reading = cells(page, "markdown")["reading"]
    assert "đọc" in reading and "toàn văn" in reading
    assert "minh họa" in reading or "được đặt ra" in reading


def test_no_two_decisions_tell_their_method_or_status_alike():
    for cell in ("title", "reading", "method", "rules-note", "exceptions-note", "result", "steps-of-scoring"):
        told = [cells(page, "markdown")[cell] for page in DECISIONS]
        assert len(set(told)) == len(told), cell
