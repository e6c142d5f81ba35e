"""Every combination is scored exactly, and a unit's span is of the ranks that it really has in them."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ictindex.scoring.parameters import read_parameters
from ictindex.what_if.evaluating import evaluate_run
from ictindex.what_if.universes import multiverse, under_choices

HEAD = "what_if: idea\nbaseline: mini-2020\nquestion_vi: Sao?\nnot_covered_vi: [Khác]\n"
MORE_X, MORE_Y = "categories: {x: 70}", "categories: {x: 30}"
WEIGHTS = (
    "multiverse:\n  - label_vi: Trọng số\n    others:\n"
    f"      - {{label_vi: mục x 70, {MORE_X}}}\n      - {{label_vi: mục x 30, {MORE_Y}}}\n"
)
LEAST = "  - label_vi: Cách gộp\n    others: [{label_vi: thấp nhất, aggregate: {total: minimum}}]\n"


@pytest.fixture
def tried(ranking_of):
    """tried(units, choices): the small ranking of x and y, and a what-if of these choices on it."""

    def evaluated(units, text):
        project = ranking_of(units).project
        path = project.what_if("idea")
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + text, "utf-8")
        return evaluate_run(project, **read_parameters("mini-2020", project), what_if="idea")

    return evaluated


UNITS = {"a": (50, 20), "b": (30, 45), "c": (36, 36), "d": (10, 5)}


def test_the_ranks_of_every_combination_are_those_worked_by_hand(tried):
    told = multiverse(tried(UNITS, WEIGHTS + LEAST))
    assert told.combinations == ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1))
    one = told.groups["all"]
    assert [s.entity.code for s in one.standings] == ["b", "c", "a", "d"]
    assert one.ranks.tolist() == [
        [1, 2, 3, 4],  # 75, 72, 70, 15
        [2, 1, 3, 4],  # the least share: .6, .72, .4, .1
        [3, 2, 1, 4],  # x 70: 69, 72, 82, …
        [2, 1, 3, 4],  # weights mean nothing for the least
        [1, 2, 3, 4],  # x 30: 81, 72, 58, …
        [2, 1, 3, 4],
    ]


def test_a_span_is_of_real_ranks_and_counts_how_often(tried):
    one = multiverse(tried(UNITS, WEIGHTS + LEAST)).groups["all"]
    b, c, a, d = (one.span(i) for i in range(4))
    assert b == (1, 1, 2, 2, 3, 2, 2, 6, ())
    assert (c.best, c.median, c.worst, c.first) == (1, 1, 2, 3)
    assert (a.best, a.worst, a.same) == (1, 3, 5)
    assert (d.best, d.worst, d.same, d.ranked) == (4, 4, 6, 6)


def test_what_a_choice_moves_is_held_against_what_is_in_force(tried):
    told = multiverse(tried(UNITS, WEIGHTS + LEAST))
    more_x, more_y, least = told.groups["all"].effects
    # alone b falls and a rises by two; where the least share decides, weights move nobody
    assert (more_x.alone, more_x.moved, more_x.shift) == (Fraction(1), 2, Fraction(1, 2))
    assert (more_x.most, told.groups["all"].standings[more_x.mover].entity.code) == (2, "b")
    assert (more_y.alone, more_y.shift, more_y.most) == (0, 0, 0)
    assert least.alone == Fraction(1, 2)
    assert told.moves_most() == 1 and told.shift(0) == Fraction(1, 4)


def test_where_nobody_moves_no_choice_moves_most(tried):
    told = multiverse(tried({"a": (50, 50), "b": (10, 10)}, WEIGHTS))
    assert told.moves_most() is None and told.shift(0) == 0


def test_a_combination_is_what_a_what_if_of_the_same_lines_gives(tried):
    e = tried(UNITS, WEIGHTS + LEAST)
    both = under_choices(e, (1, 1))
    alone = tried(UNITS, f"{MORE_X}\naggregate: {{total: minimum}}\n")
    assert both.standings == alone.standings


def test_a_combination_that_cannot_be_scored_is_named(tried, refused):
    e = tried(
        {"a": (50, 20), "b": (30, 40)},
        "multiverse:\n  - label_vi: A\n    others: [{label_vi: một, changes: {criteria.x.max_points: 60,"
        " criteria.y.max_points: 40}}]\n  - label_vi: B\n    others: [{label_vi: hai, changes:"
        " {criteria.x: null, total.max_points: 50}}]\n",
    )
    first, *why = refused(multiverse, e)
    assert first.code == "combination-refused" and "“A: một”, “B: hai”" in first.message("vi")
    assert why


def test_what_declares_no_choices_has_no_combinations(tried, ranking_of):
    for e in (ranking_of(UNITS), tried(UNITS, f"{MORE_X}\n")):
        with pytest.raises(ValueError, match="there are no choices"):
            multiverse(e)


def test_progress_is_told_combination_by_combination(tried):
    seen = []
    multiverse(tried(UNITS, WEIGHTS), lambda done, of: seen.append((done, of)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=5))
def test_every_span_holds_the_rank_of_the_baseline_and_lies_between_its_ends(tried, points):
    e = tried({f"u{i}": each for i, each in enumerate(points)}, WEIGHTS + LEAST)
    one = multiverse(e).groups["all"]
    official = e.baseline.at(e.baseline.methodology.root)
    for i, s in enumerate(one.standings):
        span = one.span(i)
        assert span.best <= official[s.entity.code].rank <= span.worst
        assert span.best <= span.low <= span.median <= span.high <= span.worst
        assert {span.low, span.median, span.high} <= set(one.ranks[:, i].tolist())
    assert sum(one.span(i).first for i in range(len(one.standings))) >= len(one.combinations)


def test_a_unit_that_has_a_rank_in_some_combinations_alone_is_there_with_those(mini_with):
    least = "  minimum_answered: {open: 100, why_vi: Thử}\n"
    project = mini_with(methodology=lambda text: text.replace("  ties: min\n", "  ties: min\n" + least))
    path = project.what_if("idea")
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        HEAD + "multiverse:\n  - label_vi: Số liệu ít nhất\n    others:\n"
        "      - {label_vi: không cần, rules: {minimum_answered: 0}}\n",
        "utf-8",
    )
    e = evaluate_run(project, **read_parameters("mini-2020", project), what_if="idea")
    assert [(s.entity.code, s.rank) for s in e.standings["agency"]] == [("D", 1), ("E", None)]
    one = multiverse(e).groups["agency"]
    assert one.ranks.tolist() == [[1, 0], [1, 2]]
    assert (one.span(1).best, one.span(1).ranked, one.span(1).same) == (2, 1, 0)
