"""Points of categories have one meaning: inside a category all stays, and every rule earns in proportion."""

from __future__ import annotations

import os
import random
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.project import Project
from ictindex.methodology.decision import Adding
from ictindex.page.slider import sliders
from ictindex.scoring.evaluation import evaluate_edition, falls_on
from ictindex.scoring.outcomes import score
from ictindex.what_if.evaluating import hypothetical
from ictindex.what_if.weights import added_up_by, kept, shortest, stated
from ictindex.what_if.writing import save

ROOT = Path(__file__).parents[2]
SETTINGS = int(os.environ.get("ICTINDEX_SETTINGS", "2"))  # of each edition; 100 before a release


def value(e, unit):
    return next(s.value for some in e.standings.values() for s in some if s.entity.code == unit)


# --- by hand ------------------------------------------------------------------------------------------------


def test_one_category_is_stated_and_the_rest_follows_in_proportion(asked):
    """A: 39 of 50 inside, 25 of 50 for services: 0.78 × 40 % + 0.5 × 60 %."""
    e = asked("categories: {services: 60}\n")
    maxima = {node.id: node.maxima["ministry"] for node in e.methodology.nodes}
    assert maxima == {
        "total": 100,
        "inside": 40,
        "inside.computers": 8,
        "inside.portal": 32,
        "services": 60,
    }
    assert value(e, "A") == Fraction(78, 100) * Fraction(4, 10) + Fraction(5, 10) * Fraction(6, 10)


def test_a_group_without_that_category_stays_as_it_is(asked):
    e = asked("categories: {services: 60}\n")
    assert e.standings["agency"] == e.baseline.standings["agency"]
    assert e.what_if.weights == {"ministry": {"inside": 40, "services": 60}}


def test_a_group_may_be_named(asked):
    e = asked("categories: {services: {ministry: 0}}\n")
    assert value(e, "A") == Fraction(39, 50), "what weighs nothing does not count"


def test_points_that_add_up_to_more_than_the_total_are_proportions(asked):
    e = asked("categories: {inside: 100, services: 300}\n")
    assert value(e, "A") == Fraction(78, 100) / 4 + Fraction(5, 10) * 3 / 4
    assert e.methodology.root.maxima["ministry"] == 100


def test_bands_choices_and_points_given_scale_with_their_criterion(asked):
    """The portal's points are the answer itself, 30 of 40: they count 4/5 each, and so on the page."""
    from ictindex.page.frames import points

    e = asked("categories: {services: 60}\n")
    frame = points(e)
    (row,) = frame[(frame["unit"] == "A") & (frame["criterion"] == "inside.portal")].itertuples()
    assert (row.points, row.available, row.rule) == (24, 32, "(30) × 0,8")


@pytest.mark.parametrize(
    "changes, code, column",
    [
        ("categories: {servics: 60}\n", "change-unknown", "categories.servics"),
        ("categories: {services: 60.5}\n", "wrong-kind", "categories.services"),
        ("categories: {services: -1}\n", "wrong-kind", "categories.services"),
        (
            "categories: {services: {agency: 10}}\n",
            "what-if-category-elsewhere",
            "categories.services.agency",
        ),
        ("categories: {services: {ministy: 10}}\n", "group-unknown", "categories.services.ministy"),
        ("categories: {services: 101}\n", "what-if-weights-exceed", "categories"),
        ("categories: {services: 50}\n", "what-if-without-effect", "categories"),
        ("aggregate: {total: product}\n", "not-one-of", "aggregate.total"),
        ("aggregate: {total: sum}\n", "what-if-without-effect", "aggregate.total"),
        ("aggregate: {total: geometric}\n", "zeros-unsaid", "aggregate.total"),
        ("aggregate: {total: {aggregate: power}}\n", "key-missing", "aggregate.total.power"),
        ("aggregate: {total: {aggregate: geometric, zeroes: zero}}\n", "not-one-of", "aggregate.total"),
        ("levels: {tot: 80}\n", "change-unknown", "levels.tot"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_line(asked, refused, changes, code, column):
    found = refused(asked, changes)
    assert (code, 5, column) in [(f.code, f.row, f.column) for f in found]


# --- the arithmetic -----------------------------------------------------------------------------------------

BASE = st.lists(st.integers(0, 300), min_size=2, max_size=8)


@given(BASE, st.data())
def test_what_is_stated_stands_and_the_total_stays(base, data):
    if not sum(base):
        return
    k = data.draw(st.integers(0, len(base) - 1))
    wish = data.draw(st.integers(0, sum(base)))
    points = stated(base, {k: wish})
    assert points[k] == wish and sum(points) == sum(base)
    assert points == kept(base, {k: wish}, k)
    rest, old = sum(base) - wish, sum(base) - base[k]
    if old:
        assert all(
            abs(p * old - b * rest) < old for i, (p, b) in enumerate(zip(points, base, strict=True)) if i != k
        )


@given(BASE, st.data())
def test_the_shortest_statement_says_the_same(base, data):
    points = data.draw(st.lists(st.integers(0, 300), min_size=len(base), max_size=len(base)))
    moved = data.draw(st.sets(st.integers(0, len(base) - 1), min_size=1))
    assert stated(base, shortest(base, points, sorted(moved))) == tuple(points)


# --- slider and file ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The project with a place of its own for what-ifs."""
    root = tmp_path_factory.mktemp("settings")
    shutil.copytree(ROOT / "parameters", root / "parameters")
    for folder in ("inputs", "notebooks"):
        (root / folder).symlink_to(ROOT / folder)
    return Project(root)


@pytest.mark.parametrize("edition", Project(ROOT).editions())
def test_the_file_that_a_slider_saves_gives_its_numbers_to_the_last_digit(edition, project):
    e, chance = evaluate_edition(edition, project), random.Random(edition)
    ranked = [group for group, some in e.standings.items() if any(s.rank for s in some)]
    for i in range(SETTINGS):
        group = chance.choice(ranked)
        board = sliders(e, group)
        total, size = sum(board.base), len(board.base)
        wishes = {chance.randrange(size): chance.randrange(total + 1) for _ in range(chance.randint(1, 4))}
        points = board.moved(wishes, chance.choice(list(wishes)), chance.random() < 0.6)
        if points == board.base:
            continue
        name = f"{edition}-{i}"
        save(name, board.as_file(name, points, list(wishes)), project)
        asked = hypothetical(e, name)
        at = asked.at(asked.methodology.root)
        for unit, place in zip(board.units, board.places(points), strict=True):
            s, level = at[unit.code], asked.level(at[unit.code])
            assert (s.value, s.printed, s.rank, level and level.label_vi) == tuple(place), (i, unit.code)
        assert all(asked.standings[other] == e.standings[other] for other in e.standings if other != group)


# --- adding up otherwise ------------------------------------------------------------------------------------


def test_a_sum_becomes_a_mean_in_which_all_weigh_alike_and_back(small):
    m = small.methodology
    mean = added_up_by(m, {"total": Adding(aggregate="mean")})
    assert {c.maxima["ministry"] for c in mean.categories} == {100}
    back = added_up_by(mean, {"total": Adding(aggregate="sum")})
    assert [c.maxima["ministry"] for c in back.categories] == [50, 50]
    scores = score(mean, small.inputs, falls_on(small.rules), 2020)
    i = [e.code for e in scores.entities].index("A")
    assert scores.outcomes["total"][i].share == (Fraction(39, 50) + Fraction(25, 50)) / 2


def test_a_geometric_mean_is_asked_for_in_a_what_if_and_moves_no_part_of_its_own(asked):
    """Of A 39/50 and 25/50, each weighing its 50 points: the root of 39/100, compared as a share."""
    from ictindex.what_if.effects import moves

    e = asked("aggregate: {total: {aggregate: geometric, zeros: 0.01}}\n")
    near = value(e, "A")
    assert abs(near**2 - Fraction(39, 100)) < Fraction(1, 10**28)
    (a,) = [move for some in moves(e).values() for move in some if move.after.entity.code == "A"]
    assert a.change == near - value(e.baseline, "A") and a.parts == {} == a.leaves


def test_by_weights_a_gap_inside_a_category_leaves_its_weight(small):
    """B has 5 of 10 inside, its portal left out, and 0 for services: half of the weight, not a sixth."""
    weights = added_up_by(small.methodology, {"total": Adding(aggregate="weights")})
    scores = score(weights, small.inputs, falls_on(small.rules), 2020)
    i = [e.code for e in scores.entities].index("B")
    assert scores.outcomes["total"][i].share == Fraction(1, 4)
