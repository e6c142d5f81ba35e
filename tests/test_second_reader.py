"""LANGUAGE.md says what the package does: somebody who read only the one comes to the same as the other."""

import ast
import csv
import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.scoring.evaluation import evaluate
from ictindex.scoring.parameters import read_parameters
from tests.second_reader import second_reader
from tests.second_reader.second_reader import OutOfRange, Result, Scores
from tests.second_reader.years import Year

ROOT = Path(__file__).parent.parent
EDITIONS = sorted(path.parent.name for path in ROOT.glob("outputs/*/results"))
EDITIONS = [edition for edition in EDITIONS if (ROOT / "parameters" / f"{edition}.yaml").exists()]


def test_the_second_reader_knows_nothing_of_the_package():
    tree = ast.parse(Path(second_reader.__file__).read_text("utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(name.startswith(("ictindex", "tests")) for name in imported)


# --- what is published --------------------------------------------------------------------------------------


def published(edition, name):
    with (ROOT / "outputs" / edition / "results" / f"{name}.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        yield from csv.DictReader(file)


def number(text):
    return Fraction(text) if text else None


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_scored_again_from_the_text_alone_is_the_published_one(edition):
    """Points and states of criteria, categories and total; ranks and levels."""
    read = Scores(ROOT, edition)
    rows = [(row["unit"], row["criterion"], row) for row in published(edition, "points")]
    rows += [(row["unit"], row["category"] or "total", row) for row in published(edition, "categories")]
    differing = [
        (unit, node)
        for unit, node, row in rows
        if read.of[unit][node] != Result(row["state"], number(row["points"]), number(row["available"]))
    ]
    places = {row["unit"]: (row["rank"], row.get("level_name", "")) for row in published(edition, "ranking")}
    assert differing == []
    assert {unit: tuple(map(str, place)) for unit, place in read.places.items()} == places
    assert len({unit for unit, *_ in rows}) == len(places) and len(rows) > 3 * len(places)


def test_every_shipped_edition_is_scored_again():
    assert len(EDITIONS) == 8


# --- what is made up ----------------------------------------------------------------------------------------


def by_the_package(project, edition):
    """(unit, node) -> Result, and unit -> (rank, level); None where a figure gives points out of range."""
    try:
        e = evaluate(project, **read_parameters(edition, project))
    except Refused as refused:
        assert {finding.code for finding in refused.findings} == {"points-out-of-range"}, refused
        return None
    results = {
        (unit.code, node.id): Result(outcome.state, outcome.points, outcome.available)
        for node in e.methodology.nodes
        for unit, outcome in zip(e.inputs.entities, e.scores.outcomes[node.id], strict=True)
    }
    places = {}
    for unit, standing in e.at(e.methodology.root).items():
        level = e.level(standing)
        places[unit] = (standing.rank or "", level.label_vi if level else "")
    return results, places


def by_the_text(project, edition):
    try:
        read = Scores(project.root, edition)
    except OutOfRange:
        return None
    return {(unit, node): own for unit, nodes in read.of.items() for node, own in nodes.items()}, read.places


def made_up(seed, root):
    """A project of one edition, or of two where the later reads last year's answers; their names."""
    for folder in ("parameters/methodologies", "inputs", "notebooks"):
        (root / folder).mkdir(parents=True)
    year = Year(seed, Year(f"{seed}before") if seed % 3 == 0 else None)
    year.written(root)
    return Project(root), [each.edition for each in (year.before, year) if each]


@settings(max_examples=2 * settings.default.max_examples)
@given(st.integers(0, 2**32))
def test_a_year_made_up_at_random_is_scored_alike_by_the_package_and_from_the_text(seed):
    with tempfile.TemporaryDirectory() as folder:
        project, editions = made_up(seed, Path(folder))
        for edition in editions:
            package = by_the_package(project, edition)
            assert by_the_text(project, edition) == package
            if package is None:
                return
