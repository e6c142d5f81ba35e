"""Made-up inputs: the same seed gives the same bytes, every edition runs on them, and all is stamped."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from ictindex.basics.project import Project
from ictindex.exchange.sampling import write_sample
from ictindex.facts.events import first_times, late
from ictindex.facts.made_up import invented, sample
from ictindex.facts.review import settle
from ictindex.methodology.reading import read_methodology
from ictindex.page.state import state_of
from ictindex.scoring.evaluation import evaluate_edition
from tests.conftest import build_methodology_of
from tests.shipped import shipped

ROOT = Path(__file__).parents[2]
EDITIONS = ["qd2051-2016", "qd2245-2021", "qd2342-2017", "qd2392-2018", "qd375-2020"]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def copy(tmp_path) -> Project:
    for name in ("parameters", "inputs", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return Project(tmp_path)


def made(methodology_name: str, number: int, seed: int = 1) -> dict[str, str]:
    methodology = read_methodology(methodology_name, Project(ROOT))
    counts = dict.fromkeys(methodology.groups, 1)
    return sample(methodology, invented(methodology, number, counts, seed), seed, 2020)


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_is_made_up_is_stamped(edition):
    e = shipped(edition)
    assert e.illustrative
    assert state_of(e).label == "SỐ LIỆU MINH HỌA"


def test_the_same_seed_gives_the_same_bytes_under_any_hash_seed_and_another_other_figures(under_hash_seeds):
    digests = under_hash_seeds(
        "import hashlib",
        "from pathlib import Path",
        "from ictindex.methodology.reading import read_methodology",
        "from ictindex.basics.project import Project",
        "from ictindex.facts.made_up import invented, sample",
        "m = read_methodology('qd2342', Project(Path('.')))",
        "units = invented(m, 40, dict.fromkeys(m.groups, 1), 1)",
        "print(hashlib.sha256(repr(sorted(sample(m, units, 1, 2020).items())).encode()).hexdigest())",
    )
    here = hashlib.sha256(repr(sorted(made("qd2342", 40).items())).encode()).hexdigest()
    assert set(digests) == {here}
    assert made("qd2342", 40)["answers.csv"] != made("qd2342", 40, seed=2)["answers.csv"]


def test_a_unit_answers_alike_however_many_others_there_are():
    few = {(r["entity"], r["answer"]): r["value"] for r in rows(made("qd2245", 10)["answers.csv"])}
    many = {(r["entity"], r["answer"]): r["value"] for r in rows(made("qd2245", 200)["answers.csv"])}
    assert few.items() <= many.items()


@pytest.mark.parametrize("number", [3, 50, 200])
def test_as_many_units_are_made_as_are_asked_for(number):
    listed = rows(made("qd2342", number)["entities.csv"])
    assert len(listed) == number
    assert {row["group"] for row in listed} == {"ministry", "agency", "province"}


def test_every_kind_of_trouble_occurs_in_a_large_sample():
    methodology = read_methodology("qd375", Project(ROOT))
    units = invented(methodology, 600, {"unit": 1}, 1)
    files = sample(methodology, units, 1, 2020)
    happened = {row["event"] for row in rows(files["events.csv"])}
    assert happened == {"reported", "extension", "incomplete", "untrue", "no_evidence"}
    assert {row["state"] for row in rows(files["answers.csv"])} >= {"", "withheld"}


def test_some_reports_are_late_and_most_are_not(copy):
    write_sample("qd375-2020", 300, 1, None, copy)
    e = evaluate_edition("qd375-2020", copy)
    assert (
        3
        <= len(list(late(e.methodology, e.inputs.events, 2020, first_times(e.inputs.events, "reported"))))
        <= 30
    )


def test_some_reviewers_disagree_and_most_do_not(copy):
    write_sample("qd2342-2017", None, 1, None, copy)
    e = evaluate_edition("qd2342-2017", copy)
    states = [settle(m, e.methodology.answers[key[1]].max, 30).state for key, m in e.inputs.marks.items()]
    share = {state: states.count(state) / len(states) for state in set(states)}
    assert share["agreed"] > 0.9
    assert 0 < share["too_different"] < 0.05
    assert 0 < share["adjudicated"] < 0.08


def test_some_units_tie(copy):
    write_sample("qd2245-2021", 200, 1, None, copy)
    e = evaluate_edition("qd2245-2021", copy)
    places = [s.rank for standings in e.standings.values() for s in standings]
    assert len(set(places)) < len(places)


def test_what_goalposts_hold_against_another_figure_is_drawn_as_a_part_of_it():
    """Of a whole that was always 1 hardly any part was drawn: a new index had only zeros to show."""
    rule = {"goalposts": {"of": "part", "per": "whole", "worst": Fraction(1, 5), "best": 1}}
    asked = {"part": {"kind": "count"}, "whole": {"kind": "count", "min": 1}}
    criteria = {"a": {"max_points": 1, "rule": rule}}
    m = build_methodology_of(criteria, aggregate="sum", max_points=1, answers=asked)
    units = invented(m, 20, {"all": 1}, 1)
    answers = rows(sample(m, units, 1, 2020)["answers.csv"])
    given = {(row["entity"], row["answer"]): int(row["value"] or 0) for row in answers if not row["state"]}
    pairs = [(given[unit, "part"], whole) for (unit, answer), whole in given.items() if answer == "whole"]
    assert len(pairs) == 20 and min(whole for _, whole in pairs) > 30
    assert len({Fraction(*pair) for pair in pairs}) > 15
    assert all(whole / 5 <= part <= whole for part, whole in pairs)
