"""Who moves and why: parts that add up to the difference exactly, whatever adds up to the total."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.scoring.evaluation import RuleInForce, evaluate
from ictindex.scoring.outcomes import score
from ictindex.scoring.parameters import read_parameters
from ictindex.what_if.effects import carriers, compared, contributions, moves
from ictindex.what_if.evaluating import evaluate_run

HEAD = "what_if: idea\nbaseline: {edition}\nquestion_vi: Sao?\nnot_covered_vi: [Khác]\n"


def supposed(project, edition, changes):
    path = project.what_if("idea")
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD.format(edition=edition) + changes, "utf-8")
    return evaluate_run(project, **{**read_parameters(edition, project), "what_if": "idea"})


@pytest.mark.parametrize(
    "edition", ["egdi-2018", "qd2051-2016", "qd2245-2021", "qd2342-2017", "qd2392-2018", "qd375-2020"]
)
def test_contributions_add_up_to_the_value_compared(egdi, edition):
    e = evaluate(egdi, **read_parameters(edition, egdi))
    overall = e.at(e.methodology.root)
    for i, entity in enumerate(e.scores.entities):
        value = overall[entity.code].value
        assert sum(contributions(e, i).values(), Fraction(0)) == (value or 0)


def test_parts_add_up_to_the_change_and_name_what_carries_it(mini):
    e = supposed(mini, "mini-2020", "points: {total: {ministry: 110}, services: 60}\n")
    by_code = {move.after.entity.code: move for some in moves(e).values() for move in some}
    a = by_code["A"]  # 9 of 10, 30 of 40 and 25 of 50; then 25 of 60
    assert (a.before.value, a.after.value) == (Fraction(64, 100), Fraction(64, 110))
    assert a.parts == {
        "inside": Fraction(39, 110) - Fraction(39, 100),
        "services": Fraction(25, 110) - Fraction(25, 100),
    }
    assert carriers(a.leaves) == (None, "inside.portal")
    for move in by_code.values():
        assert sum(move.parts.values()) == sum(move.leaves.values()) == move.change


def test_a_normalisation_may_be_another(egdi):
    """Human capital of 193 countries, 2018: Australia alone is ahead of all; of Viet Nam 119 are ahead."""
    changes = "changes:\n  criteria.hci.rule: {in_group: {of: hci, by: percentile_rank}}\n"
    e = supposed(egdi, "egdi-2018", changes)
    now = dict(zip((each.code for each in e.scores.entities), e.scores.outcomes["hci"], strict=True))
    assert [now[code].points for code in ("AUS", "VNM", "SOM")] == [1, Fraction(73, 192), 0]
    assert len({move.change for some in moves(e).values() for move in some}) > 100


def test_values_in_other_measures_are_not_subtracted(mini):
    e = supposed(mini, "mini-2020", "changes: {total.compare_on: points}\n")
    assert {move.change for some in moves(e).values() for move in some} == {None}


def test_a_rank_that_comes_or_goes_is_no_rise(small):
    e = replace(small, baseline=small)
    (move, *_) = moves(e)["ministry"]
    gone = move._replace(after=move.after._replace(rank=None))
    assert (move.rise, gone.rise) == (0, None)
    assert compared([gone])[:3] == (0, 0, 0) and compared([gone]).mean_shift is None


def test_a_rank_in_another_group_is_no_rise(mini):
    e = supposed(mini, "mini-2020", "groups: {Cơ quan Một: ministry}\n")
    by_code = {move.after.entity.code: move for some in moves(e).values() for move in some}
    assert by_code["D"].before.rank == 1 and by_code["D"].after.rank == 3 and by_code["D"].rise is None
    assert compared(moves(e)["ministry"]).units == 3


def test_agreement_by_hand(small):
    e = replace(small, baseline=small)
    (move, *_) = moves(e)["ministry"]
    ranks = [(1, 2), (2, 1), (3, 3)]
    some = [
        move._replace(before=move.before._replace(rank=a), after=move.after._replace(rank=b))
        for a, b in ranks
    ]
    found = compared(some)
    assert found[:4] == (3, 1, 1, 0)
    assert found.kendall == pytest.approx(1 / 3)  # of three pairs one is turned round
    assert found.spearman == pytest.approx(1 - 6 * 2 / (3 * 8))
    assert found.mean_shift == Fraction(2, 3)


@given(st.dictionaries(st.sampled_from("abcd"), st.fractions()))
def test_carriers_gain_and_lose_most(parts):
    gain, loss = carriers(parts)
    assert (gain is None) == all(part <= 0 for part in parts.values())
    assert (loss is None) == all(part >= 0 for part in parts.values())
    assert gain is None or parts[gain] == max(parts.values())
    assert loss is None or parts[loss] == min(parts.values())


@pytest.mark.parametrize("compare_on, whole", [("points", Fraction(125, 4)), ("share", Fraction(5, 8))])
def test_a_mean_over_what_does_not_all_count_is_shared_out_whole(
    methodology_of, inputs_with, compare_on, whole
):
    inside = {
        "x": {"max_points": 20, "rule": {"value": "x"}},
        "y": {"max_points": 30, "missing": "leave_out", "rule": {"value": "y"}},
    }
    m = methodology_of(
        {
            "a": {"max_points": 50, "weight": 25, "aggregate": "sum", "criteria": inside},
            "b": {"max_points": 50, "weight": 75, "rule": {"value": "z"}},
        },
        aggregate="weights",
        max_points=50,
    )
    scores = score(m, inputs_with({"U": {"x": 8, "z": 35}}), {}, 2020)  # 8 of the 20 that count, 35 of 50
    e = SimpleNamespace(
        methodology=m, scores=scores, rules={"compare_on": RuleInForce(compare_on, "fixed", "")}
    )
    # 50 × (1/4 × 8/20 + 3/4 × 35/50)
    assert contributions(e, 0) == {"a.x": whole * Fraction(4, 25), "b": whole * Fraction(21, 25)}
