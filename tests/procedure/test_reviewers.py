"""Statistics of reviewers, held against published examples, other programs and slower ways."""

from fractions import Fraction
from itertools import product
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.facts.review import Mark
from ictindex.procedure.reviewers import Noise, biases, icc, noise, pairs, ratings, teams, weighted_kappa

F = Fraction

# Six targets by four judges: Shrout & Fleiss, Psychological Bulletin 86 (1979) 420–428, table 2.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def rated(*columns, names="ABC", answer="portal"):
    """Ratings from a column of marks each; None where a reviewer did not mark."""
    return {
        (f"U{i:02}", answer): {
            name: F(mark) for name, mark in zip(names, row, strict=False) if mark is not None
        }
        for i, row in enumerate(zip(*columns, strict=True))
    }


# --- from marks -------------------------------------------------------------------------------------------


def test_only_reviewers_own_marks_count_as_shares_of_their_scales():
    marks = {
        ("U", "b"): (Mark("X", "reviewer", F(3), "", 2), Mark("Y", "reviewer", F(4), "", 3)),
        ("U", "a"): (Mark("X", "reviewer", F(3), "", 4), Mark("T", "adjudicator", F(0), "sai", 5)),
    }
    found = ratings(marks, {"a": F(10), "b": F(5)})
    assert found == {("U", "a"): {"X": F(3, 10)}, ("U", "b"): {"X": F(3, 5), "Y": F(4, 5)}}


# --- bias -------------------------------------------------------------------------------------------------


def test_a_reviewers_bias_is_the_mean_difference_to_the_mean_of_the_others():
    """A gives 1, B 3, C 8: A stands 4.5 below the mean of the others, B 1.5 below, C 6 above."""
    found = biases(rated([1] * 10, [3] * 10, [8] * 10))
    assert [(b.reviewer, b.marked, b.items, b.mean) for b in found] == [
        ("A", 10, 10, F(-9, 2)),
        ("B", 10, 10, F(-3, 2)),
        ("C", 10, 10, F(6)),
    ]


def test_items_that_nobody_else_marked_say_nothing_of_bias_and_few_say_too_little():
    alone = rated([5] * 12, [None] * 3 + [4] * 9)
    a, b = biases(alone)
    assert (a.marked, a.items, a.mean, a.why) == (12, 9, None, "too_few")
    assert (b.marked, b.items, b.mean, b.why) == (9, 9, None, "too_few")
    assert biases(rated([5] * 12))[0].items == 0


# --- pairs ------------------------------------------------------------------------------------------------

TWELVE = ([8, 7, 9, 5, 6, 7, 8, 4, 9, 10, 3, 6], [7, 7, 8, 6, 6, 5, 9, 4, 8, 10, 4, 5])


def test_the_limits_of_agreement_are_196_sd_round_the_mean_difference():
    (pair,) = pairs(rated(*TWELVE))
    apart = [a - b for a, b in zip(*TWELVE, strict=True)]
    assert (pair.first, pair.second, pair.items) == ("A", "B", 12)
    assert pair.mean == F(3, 12)
    assert pair.sd == pytest.approx(stdev(apart))
    assert (pair.low, pair.high) == pytest.approx(
        (fmean(apart) - 1.96 * stdev(apart), fmean(apart) + 1.96 * stdev(apart))
    )


def test_bland_and_altmans_own_example():
    """Peak flow by two meters: 17 persons, mean difference −2.1 l/min, sd 38.8 (Lancet 1986, table 1)."""
    wright = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
    mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
    (pair,) = pairs(rated(wright, mini))
    assert round(float(pair.mean), 1) == -2.1
    assert round(pair.sd, 1) == 38.8


def test_pairs_that_share_items_are_found_in_an_incomplete_design_with_their_own_counts():
    given = rated([5, 6, 7] * 5, [None] * 5 + [4, 5, 6, 7, 8] * 2, [3] * 5 + [None] * 10)
    found = {(p.first, p.second): (p.items, p.why) for p in pairs(given)}
    assert found == {("A", "B"): (10, ""), ("A", "C"): (5, "too_few")}
    few = next(p for p in pairs(given) if p.second == "C")
    assert few[3:] == (None,) * 5 + ("too_few",)


# --- kappa ------------------------------------------------------------------------------------------------


def by_table(marks, steps):
    """Cohen (1968) as he writes it: over the cells of the table of steps."""
    cells, n = list(product(steps, steps)), len(marks)
    observed = {cell: F(sum(pair == cell for pair in marks), n) for cell in cells}
    rows = {i: sum(observed[i, j] for j in steps) for i in steps}
    columns = {j: sum(observed[i, j] for i in steps) for j in steps}
    above = sum((i - j) ** 2 * observed[i, j] for i, j in cells)
    below = sum((i - j) ** 2 * rows[i] * columns[j] for i, j in cells)
    return 1 - above / below


def test_with_two_steps_it_is_cohens_kappa():
    """20 and 15 of 50 agreed, 5 and 10 not: κ = (0.7 − 0.5) / (1 − 0.5) = 0.4."""
    marks = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    assert weighted_kappa(marks) == F(2, 5)


HALVES = [F(i, 2) for i in range(7)]


@given(st.lists(st.tuples(st.sampled_from(HALVES), st.sampled_from(HALVES)), min_size=2, max_size=15))
def test_it_is_what_the_table_of_steps_gives_and_never_above_one(marks):
    found = weighted_kappa(marks)
    if found is None:
        assert len({mark for pair in marks for mark in pair}) == 1
    else:
        assert found == by_table(marks, HALVES) <= 1
        assert (found == 1) == all(a == b for a, b in marks)


def test_where_both_gave_one_mark_throughout_there_is_no_kappa_and_it_says_so():
    (pair,) = pairs(rated([4] * 10, [4] * 10))
    assert (pair.mean, pair.sd, pair.kappa, pair.why) == (0, 0, None, "no_variance")


# --- intraclass correlation -------------------------------------------------------------------------------


def test_shrout_and_fleiss_own_example():
    """Their table 4: ICC(2,1) .29, ICC(2,4) .62."""
    found = icc([[F(mark) for mark in row] for row in SHROUT_FLEISS])
    assert [round(float(value), 2) for value in found] == [0.29, 0.62]


tables = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 10).map(F), min_size=k, max_size=k), min_size=3, max_size=8)
)


@given(tables, st.randoms())
def test_neither_the_order_of_items_nor_of_reviewers_matters_and_the_scale_cancels(rows, random):
    order = random.sample(range(len(rows[0])), len(rows[0]))
    mixed = [[row[i] / 7 + 3 for i in order] for row in random.sample(rows, len(rows))]
    assert icc(mixed) == icc(rows)
    assert all(value is None or value <= 1 for value in icc(rows)[:1])


def test_reviewers_who_never_differ_are_wholly_reliable():
    assert icc([[F(i)] * 3 for i in range(4)]) == (1, 1)


def test_where_all_marks_are_alike_there_is_no_correlation():
    (team,) = teams(rated([4] * 10, [4] * 10))
    assert (team.single, team.average, team.why) == (None, None, "no_variance")


def test_teams_are_every_pair_and_every_larger_set_over_the_items_that_all_of_it_marked():
    third = [None] * 2 + TWELVE[0][2:]
    found = {team.reviewers: team for team in teams(rated(*TWELVE, third))}
    assert {names: team.items for names, team in found.items()} == {
        **{("A", "B"): 12, ("A", "C"): 10, ("B", "C"): 10},
        ("A", "B", "C"): 10,
    }
    assert found["A", "C"].single == 1
    whole = [[F(mark) for mark in row] for row in zip(*TWELVE, strict=True)]
    assert found["A", "B"].single == icc(whole)[0]
    assert [team.why for team in teams(rated([1, 2], [1, 2]))] == ["too_few"]


# --- noise ------------------------------------------------------------------------------------------------


def test_the_noise_of_two_marks_an_item_is_the_root_of_the_squared_differences_over_2n():
    given = rated(*TWELVE) | rated([1] * 3, [2] * 3, answer="news")
    apart = [a - b for a, b in zip(*TWELVE, strict=True)]
    few, enough = noise(given)
    assert few == Noise("news", 3, None, "too_few")
    assert (enough.answer, enough.items) == ("portal", 12)
    assert enough.sd == pytest.approx((sum(d * d for d in apart) / 24) ** 0.5)


def test_items_with_three_marks_weigh_twice_in_the_noise_and_items_with_one_not_at_all():
    third = [None] * 11 + [9]
    (found,) = noise(rated(*TWELVE, third) | {("Z", "portal"): {"A": F(0)}})
    apart = [a - b for a, b in zip(*TWELVE, strict=True)]
    squares = sum(d * d for d in apart[:11]) / 2 + 26 / 3 + 0  # 6, 5, 9 lie round 20/3
    assert (found.items, found.sd) == (12, pytest.approx((squares / 13) ** 0.5))


@given(st.randoms())
def test_the_order_of_items_and_reviewers_decides_nothing(random):
    given = rated(*TWELVE, [None] * 2 + TWELVE[1][2:])
    mixed = {
        key: dict(random.sample(list(by.items()), len(by)))
        for key, by in random.sample(list(given.items()), 12)
    }
    for statistic in (biases, pairs, teams, noise):
        assert statistic(mixed) == statistic(given)
