"""A page is written from its methodology: its own words, the steps that it has, and no others."""

import ast

import pytest

from ictindex.methodology.reading import read_methodology
from ictindex.page.notebook import bad_source, source
from ictindex.run.page_writer import bounds_of, written
from ictindex.scoring.parameters import read_parameters

BOUNDS = {"year": "2000..2100", "draws": "0..1000000", "spread": "1..99"}
EDITIONS = ["egdi-2018", "qd2051-2016", "qd2245-2021", "qd2342-2017", "qd2392-2018", "qd375-2020"]


def page_for(project, edition, **changed):
    parameters = {**read_parameters(edition, project), **changed}
    methodology = read_methodology(parameters["methodology"], project)
    bounds = BOUNDS | {name: bounds_of(name) for name in methodology.open_rules}
    return written(methodology, parameters, bounds)


def cells(page):
    return {cell["id"]: source(cell) for cell in page["cells"]}


def code_of(page):
    return "\n".join(source(cell) for cell in page["cells"] if cell["cell_type"] == "code")


def prose_of(page):
    return "\n".join(source(cell) for cell in page["cells"] if cell["cell_type"] == "markdown")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_written_page_is_a_source_without_a_fault(egdi, edition):
    page = page_for(egdi, edition)
    assert list(bad_source(page, "page.ipynb")) == []
    assert {"points", "categories", "ranking"} <= {
        node.args[0].value
        for node in ast.walk(ast.parse(code_of(page)))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "table"
    }


def test_a_page_names_its_own_methodology_and_year_and_no_other(mini):
    prose = prose_of(page_for(mini, "mini-2020"))
    assert prose.startswith("# Phương pháp nhỏ để thử năm 2020")
    assert "EGDI" not in prose and "Bộ Thông tin" not in prose and "None" not in prose


@pytest.mark.parametrize(
    "rule, word, has",
    [("of_largest", "ict.references(", "qd2392-2018"), ("of_largest", "ict.references(", "qd2342-2017")],
)
def test_a_step_that_only_some_decisions_have_stands_on_their_pages_alone(egdi, mini, rule, word, has):
    kinds = {
        each.kind
        for leaf in read_methodology(read_parameters(has, egdi)["methodology"], egdi).leaves
        for each in leaf.criterion.rule.walk()
    }
    assert (rule in kinds) == (word in code_of(page_for(egdi, has)))
    assert word not in code_of(page_for(mini, "mini-2020"))


def test_a_year_before_is_compared_with_only_where_there_is_one(mini):
    assert "ict.changes(" not in code_of(page_for(mini, "mini-2020"))
    assert "ict.changes(" in code_of(page_for(mini, "mini-2020", previous="mini-2019"))


def test_a_decision_without_a_calendar_has_no_section_about_reports(mini, egdi):
    assert "ict.calendar(" not in code_of(page_for(mini, "mini-2020"))
    assert "ict.calendar(" in code_of(page_for(egdi, "qd2342-2017"))


def test_parameters_come_with_words_and_bounds_and_all_of_them_are_handed_on(mini):
    made = cells(page_for(mini, "mini-2020"))
    assert 'edition = "mini-2020"  # ' in made["parameters"]
    assert "[rounded | unrounded]" in made["parameters"] and "[2000..2100]" in made["parameters"]
    for name in read_parameters("mini-2020", mini):
        assert f"{name}={name}" in made["open"]


def test_weights_stand_on_the_page_as_whole_numbers(mini, mini_text):
    text = mini_text.replace(
        "max_points: {ministry: 100, agency: 50}\n  aggregate: sum", "max_points: 100\n  aggregate: weights"
    )
    text = text.replace(
        "    max_points: 50\n    aggregate: sum", "    max_points: 50\n    weight: 62.5\n    aggregate: sum"
    )
    text = text.replace("    max_points: {ministry: 50,", "    weight: 37.5\n    max_points: {ministry: 50,")
    mini.methodology("mini").write_text(text, "utf-8")
    code = code_of(page_for(mini, "mini-2020"))
    assert "weights = {'inside': 5, 'services': 3}" in code
    assert "value = sum(shares * counted) / sum(counted)" in code


def test_the_sum_by_hand_is_made_as_the_decision_makes_its_total(mini, egdi):
    by_share = code_of(page_for(mini, "mini-2020"))
    assert 'value = total["points"] / total["available"]' in by_share
    assert "len(shares)" in code_of(page_for(egdi, "egdi-2018")), "the mean of three numbers"


@pytest.mark.parametrize(
    "rule, bounds",
    [("ties", "min | dense | max"), ("decimals", "0..6"), ("rank_on", "rounded | unrounded")],
)
def test_what_an_open_rule_may_be_is_said_as_a_parameters_comment_says_it(rule, bounds):
    assert bounds_of(rule) == bounds


def test_the_same_methodology_gives_the_same_page(mini):
    assert page_for(mini, "mini-2020") == page_for(mini, "mini-2020")
