"""The README's table of every rule: its keys, words, steps and tests are there, and no rule is missing."""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from ictindex.methodology.decision import STEPS, MethodologyFile

ROOT = Path(__file__).parent.parent
DECISIONS = {name: f"qd{name}" for name in ("2342", "375", "2051", "2392", "2245")}
# Of a file these are no rules: what it is called, what it asks, where it was read.
# profiles: what this project leaves out of copies for others, which no decision says
NO_RULES = {"methodology", "label_vi", "citation", "sources", "answers", "profiles"}
WHOLE = {"groups", "scope", "attributes", "levels", "missing", "nothing_of_nothing", "ranking"}


def table():
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.split("## Every rule of the five decisions\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if "---" not in line]


ROWS = table()
IDS = [f"{i} {row[0]}" for i, row in enumerate(ROWS)]


def quoted(cell):
    return re.findall(r"`([^`]+)`", cell)


def decisions(row):
    """The methodologies that a row is about."""
    named = [DECISIONS[name] for name in DECISIONS if re.search(rf"\b{name}\b", row[0])]
    return named or list(DECISIONS.values())


@cache
def source(name):
    path = ROOT / "parameters" / "methodologies" / f"{name}.yaml"
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)


def stands(data, path):
    """Whether a dotted path of keys leads to anything; below a criterion its own criteria may be named."""
    for key in path.split("."):
        below = data.get("criteria", {}) if isinstance(data, dict) and key not in data else {}
        if not isinstance(data, dict) or key not in data | below:
            return False
        data = (data | below)[key]
    return True


@cache
def functions(path):
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return [node.name for node in nodes if isinstance(node, ast.FunctionDef)]


def keys(row):
    """The keys of a methodology file that a row names; other words in quotes are columns of the inputs."""
    return [word for word in quoted(row[2]) if word.split(".")[0] in MethodologyFile.model_fields]


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_rule_is_where_the_table_says_it_is_data(row):
    optional = row[0] == "none of the five"
    for name in decisions(row):
        for path in keys(row):
            assert stands(source(name), path) != optional, (name, path)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_what_acts_on_a_rule_is_there(row):
    words, steps = quoted(row[3]), re.findall(r"\*(\w+)\*", row[3])
    assert words or steps
    assert set(steps) <= set(STEPS)
    for word in words:
        module, *attributes = word.replace("/", ".", 1).split(".", 2)[1:] if "/" in word else [word]
        found = importlib.import_module(f"ictindex.{word.split('/')[0]}.{module}")
        for attribute in ".".join(attributes).split(".") if attributes else ():
            found = getattr(found, attribute)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_rule_is_held_by_the_test_that_the_table_names(row):
    assert quoted(row[4])
    for name in quoted(row[4]):
        file, _, begins = name.partition("::")
        path = ROOT / "tests" / file
        assert path.is_file(), name
        assert bool(begins) == (path.suffix == ".py"), "a test file alone says nothing of which test"
        if begins:
            named = [function for function in functions(path) if function.startswith(begins)]
            assert len(named) == 1, (name, named)


@pytest.mark.parametrize("name", DECISIONS.values())
def test_no_rule_of_a_decisions_file_is_missing_in_the_table(name):
    told = {path for row in ROWS if name in decisions(row) for path in keys(row)}

    def is_told(path):
        return any(f"{path}.".startswith(f"{each}.") for each in told)

    for key, value in source(name).items():
        if key in NO_RULES:
            continue
        rules = [key] if key in WHOLE else [f"{key}.{each}" for each in value if each not in NO_RULES]
        assert [path for path in rules if not is_told(path)] == []


CLAUSES = """
Điều 2 / I; / III / IV / V.5.2 / V.5.3 a / V.5.3 a (*) / V.5.3 b, 1st / V.5.3 b, 2nd / V.5.4 |
V.5.4 a, 1st / V.5.4 a, 2nd / V.5.4 b 1, 1st / V.5.4 b 1, 2nd / V.5.4 b 2, 1st / V.5.4 b 2, 2nd
V.5.4 b 3.i | / V.5.4 b 3.ii | / V.5.4 b 3.ii, 1st / V.5.4 b 3.ii, 2nd / V.5.4 b 3.ii, 3rd / V.5.4 b 3.iii a
V.5.4 b 3.iii b / VI.i | / VI.ii / 7, 1st / 7, 2nd–3rd / 7, 4th / 7, 5th / 7, 6th
"""


@pytest.mark.parametrize("clause", re.split(r" / |\n", CLAUSES.strip()))
def test_every_clause_of_2342_that_says_a_rule_has_its_row(clause):
    """As its text, read whole, is divided."""
    assert any(clause in f"{row[0]} |" for row in ROWS if row[0].startswith("2342"))
