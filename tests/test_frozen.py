"""What every edition and what-if came to before the house was rebuilt, value by value (published/frozen)."""

import csv
from pathlib import Path

import pytest

from ictindex.basics.exact import exact_text
from ictindex.basics.project import Project
from ictindex.scoring.parameters import read_parameters
from ictindex.what_if.evaluating import evaluate_run

ROOT = Path(__file__).parent.parent
FROZEN = ROOT / "tests" / "published" / "frozen"

ROWS = {  # unit × node of an edition; of a what-if, the rows that differ from its baseline
    "egdi-2014": 772,
    "egdi-2016": 772,
    "egdi-2018": 772,
    "qd2051-2016": 1968,
    "qd2245-2021": 899,
    "qd2342-2017": 4371,
    "qd2392-2018": 1584,
    "qd375-2020": 682,
    "choices-of-375": 0,
    "lower-levels": 7,
    "no-evidence-zero-for-unit": 177,
    "online-services-300": 3975,
}
BASELINE = {
    "choices-of-375": "qd375-2020",
    "lower-levels": "qd2245-2021",
    "no-evidence-zero-for-unit": "qd375-2020",
    "online-services-300": "qd2342-2017",
}
COLUMNS = ("points", "available", "state", "value", "rank", "level")
SHOWN = 30  # differences in a message; the rest are counted


def stored(name):
    """(unit, node) -> the columns of a file, as text."""
    with (FROZEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {(row.pop("unit"), row.pop("node")): row for row in csv.DictReader(file)}


def was(name):
    """What an edition or a what-if came to: a what-if's own rows over those of its baseline."""
    return {**(stored(BASELINE[name]) if name in BASELINE else {}), **stored(name)}


def text(value):
    return "" if value is None else str(value)


def now(name):
    """What it comes to today, in the columns of the files."""
    project = Project(ROOT)
    edition = BASELINE.get(name, name)
    what_if = name if name in BASELINE else ""
    e = evaluate_run(project, **{**read_parameters(edition, project), "what_if": what_if})
    placed = {node.id: e.at(node) for node in (e.methodology.root, *e.methodology.categories)}
    rows = {}
    for node in e.methodology.nodes:
        for unit, outcome in zip(e.scores.entities, e.scores.outcomes[node.id], strict=True):
            standing = placed[node.id][unit.code] if node.id in placed else None
            level = e.level(standing) if node.id == "total" else None
            rows[unit.code, node.id] = {
                "points": "" if outcome.points is None else exact_text(outcome.points),
                "available": "" if outcome.available is None else exact_text(outcome.available),
                "state": "" if outcome.state == "scored" else outcome.state,
                "value": text(standing and standing.printed),
                "rank": text(standing and standing.rank),
                "level": level.key if level else "",
            }
    return rows


def moved(name, before, after):
    """Every difference, as a line that names edition, unit, node and column, what it was and what it is."""
    for unit, node in [*before, *(key for key in after if key not in before)]:
        old, new = before.get((unit, node)), after.get((unit, node))
        if old is None or new is None:
            yield f"{name}: unit {unit}, node {node} is {'gone' if new is None else 'new'}"
            continue
        for column in COLUMNS:
            if old[column] != new[column]:
                yield f"{name}: unit {unit}, node {node}, {column} was {old[column]!r}, is {new[column]!r}"


@pytest.mark.parametrize("name", ROWS)
def test_nothing_has_moved_since_it_was_frozen(name):
    differences = list(moved(name, was(name), now(name)))
    assert not differences, "\n".join([f"{len(differences)} values moved", *differences[:SHOWN]])


def test_every_edition_and_every_what_if_is_frozen():
    project = Project(ROOT)
    assert sorted(ROWS) == sorted([*project.editions(), *project.what_ifs()])
    assert {path.stem for path in FROZEN.glob("*.csv")} == set(ROWS)
    assert {name: len(stored(name)) for name in ROWS} == ROWS


def test_a_difference_is_named_with_edition_unit_node_and_both_values():
    row = dict.fromkeys(COLUMNS, "")
    before = {("a", "total"): {**row, "rank": "1"}, ("b", "total"): row}
    after = {("a", "total"): {**row, "rank": "2"}, ("c", "total"): row}
    assert list(moved("qd-1", before, after)) == [
        "qd-1: unit a, node total, rank was '1', is '2'",
        "qd-1: unit b, node total is gone",
        "qd-1: unit c, node total is new",
    ]
    assert list(moved("qd-1", before, before)) == []
