"""The self-checks: each holds on sound results, and each notices when its claim is broken."""

import dataclasses
import json
from decimal import Decimal
from fractions import Fraction

import pytest

from ictindex.facts.inputs import Published, SourceFile
from ictindex.scoring import checks
from ictindex.scoring.evaluation import RuleInForce, evaluate, evaluate_edition
from ictindex.scoring.outcomes import Outcome
from ictindex.scoring.parameters import read_parameters


@pytest.fixture
def sound(mini):
    return evaluate_edition("mini-2020", mini)


def verdicts(e):
    return {check.name: check.holds for check in checks.all_checks(e)}


def facts(e, name):
    return next(check.facts for check in checks.all_checks(e) if check.name == name)


def with_standing(e, code, **changes):
    """The same evaluation, but the entity's standing in the total is another."""
    broken = dataclasses.replace(e)
    at = {node: dict(standings) for node, standings in e._standings_at.items()}
    at["total"][code] = at["total"][code]._replace(**changes)
    broken.__dict__["_standings_at"] = at
    return broken


def with_outcome(e, node, code, outcome):
    """The same evaluation, but what the entity has at a node is another; nothing above it changes."""
    i = [entity.code for entity in e.inputs.entities].index(code)
    column = list(e.scores.outcomes[node])
    column[i] = outcome
    outcomes = {**e.scores.outcomes, node: tuple(column)}
    return dataclasses.replace(e, scores=dataclasses.replace(e.scores, outcomes=outcomes))


def with_published(e, **published):
    known = {code: Published(*told) for code, told in published.items()}
    return dataclasses.replace(e, inputs=dataclasses.replace(e.inputs, published=known))


# --- they hold --------------------------------------------------------------------------------------------


def test_every_check_holds_on_egdi_2018(egdi):
    assert verdicts(evaluate_edition("egdi-2018", egdi)) == {
        "everyone_once": True,
        "within_maximum": True,
        "second_way": True,
        "order_free": True,
        "ranks_match_values": True,
        "rounding_matters": None,
        "published": True,
    }


def test_every_check_holds_on_the_small_edition_which_nobody_published(sound):
    assert verdicts(sound) == {
        "everyone_once": True,
        "within_maximum": True,
        "second_way": True,
        "order_free": True,
        "ranks_match_values": True,
        "rounding_matters": None,
    }


def test_the_facts_behind_the_checks_of_egdi_2018(egdi):
    e = evaluate_edition("egdi-2018", egdi)
    assert facts(e, "everyone_once") == {"entities": 193, "ranked": 193, "unranked": 0}
    assert facts(e, "within_maximum") == {"outcomes": 193 * 4}  # the total and three components
    assert facts(e, "ranks_match_values") == {"compared": 193}
    assert facts(e, "published") == {"equal": 193, "within": 0, "off": 0, "tolerance": 0}
    assert facts(e, "second_way")["gap"] < Fraction(1, 10**15)


def test_rounding_first_moves_one_state_of_each_published_tie(egdi):
    moved = facts(evaluate_edition("egdi-2018", egdi), "rounding_matters")
    assert moved["moved"] == 2
    assert len({"Serbia", "Slovakia"} & set(moved["names"])) == 1
    assert len({"Iraq", "Angola"} & set(moved["names"])) == 1


def test_no_check_asks_for_ranks_1_2_2_4_where_ties_are_counted_otherwise(mini, sound):
    for ties in ("dense", "max"):
        e = dataclasses.replace(sound, rules={**sound.rules, "ties": RuleInForce(ties, "fixed", "")})
        assert "ranks_match_values" not in verdicts(e)
        assert verdicts(e)["order_free"]


def test_the_checks_hold_where_nobody_is_ranked(mini):
    path = mini.methodology("mini")
    path.write_text(path.read_text("utf-8").replace("missing: zero", "missing: leave_out"), "utf-8")
    (mini.inputs("mini-2020") / "answers.csv").write_text("entity,answer,value\nA,staff,\n", "utf-8")
    e = evaluate_edition("mini-2020", mini)
    assert set(verdicts(e).values()) <= {True, None}
    assert facts(e, "everyone_once") == {"entities": 5, "ranked": 0, "unranked": 5}


# --- each notices -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rank", [2, 4, None])
def test_a_wrong_rank_is_noticed_twice(sound, rank):
    found = verdicts(with_standing(sound, "A", rank=rank))
    assert not found["order_free"] and not found["ranks_match_values"]
    assert found["everyone_once"]


def test_a_rank_for_somebody_without_a_value_is_noticed(sound):
    found = verdicts(with_standing(sound, "E", value=None, printed=None))
    assert not found["order_free"] and not found["ranks_match_values"]


def test_a_wrong_printed_value_is_noticed_by_its_rank(sound):
    found = verdicts(with_standing(sound, "C", printed=Decimal("0.999")))
    assert not found["order_free"] and not found["ranks_match_values"]


@pytest.mark.parametrize("mutilate", [lambda s: s[:-1], lambda s: (*s, s[0])])
def test_somebody_lost_or_doubled_is_noticed(sound, mutilate):
    broken = dataclasses.replace(sound)
    broken.__dict__["standings"] = {**sound.standings, "ministry": mutilate(sound.standings["ministry"])}
    assert verdicts(broken)["everyone_once"] is False


def test_somebody_in_the_wrong_group_is_noticed(sound):
    broken = dataclasses.replace(sound)
    ministry, agency = sound.standings["ministry"], sound.standings["agency"]
    broken.__dict__["standings"] = {"ministry": ministry[:-1], "agency": (*agency, ministry[-1])}
    assert verdicts(broken)["everyone_once"] is False


@pytest.mark.parametrize(
    "node, outcome",
    [
        ("inside.portal", Outcome(Fraction(41), Fraction(40), "scored")),  # more than was available
        ("inside.portal", Outcome(Fraction(-1), Fraction(40), "scored")),
        ("inside.portal", Outcome(Fraction(41), Fraction(41), "scored")),  # more available than the maximum
        ("total", Outcome(Fraction(101), Fraction(100), "scored")),
    ],
)
def test_points_outside_their_maximum_are_noticed(sound, node, outcome):
    assert verdicts(with_outcome(sound, node, "A", outcome))["within_maximum"] is False


def test_points_where_nothing_applies_are_noticed(sound):
    broken = with_outcome(sound, "services", "D", Outcome(Fraction(1), Fraction(50), "scored"))
    assert verdicts(broken)["within_maximum"] is False


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(Fraction(64) + Fraction(1, 10**5), Fraction(100), "scored"),
        Outcome(Fraction(64), Fraction(99), "scored"),
        Outcome(None, None, "missing"),
    ],
)
def test_a_wrong_total_is_noticed_by_the_second_way(sound, outcome):
    assert verdicts(with_outcome(sound, "total", "A", outcome))["second_way"] is False


def test_a_leaf_that_the_total_does_not_reflect_is_noticed_by_the_second_way(sound):
    broken = with_outcome(sound, "inside.computers", "D", Outcome(Fraction(3), Fraction(10), "scored"))
    assert verdicts(broken)["second_way"] is False


def test_the_second_way_knows_means_and_weights(methodology_of, inputs_with, sound):
    from ictindex.scoring.outcomes import score

    criteria = {
        "a": {
            "max_points": 10,
            "weight": 30,
            "aggregate": "mean",
            "criteria": {
                "x": {"max_points": 10, "rule": {"value": "x"}},
                "y": {"max_points": 10, "rule": {"value": "y"}},
            },
        },
        "b": {"max_points": 5, "weight": 70, "rule": {"value": "b"}},
    }
    methodology = methodology_of(criteria, aggregate="weights", max_points=100)
    inputs = inputs_with(
        {"P": {"x": 4, "y": "withheld", "b": 5}, "Q": {"x": 1, "y": 2, "b": "not_applicable"}}
    )
    e = dataclasses.replace(
        sound, methodology=methodology, inputs=inputs, scores=score(methodology, inputs, {}, 2018)
    )
    # P: 30 × 4/10 + 70 × 1 = 82 of 100; Q: (1/10 + 2/10) / 2 = 0.15 of all the weight
    assert [str(s.points) for s in e.scores.outcomes["total"]] == ["82", "15"]
    assert verdicts(e)["second_way"] is True
    for wrong in (Fraction(81), Fraction(83)):
        assert (
            verdicts(with_outcome(e, "total", "P", Outcome(wrong, Fraction(100), "scored")))["second_way"]
            is False
        )


# --- against what was published ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told, agrees",
    [
        (("0.640", 1), True),
        (("0.64", 1), True),  # a trailing zero less is the same number
        (("0.641", 1), False),
        (("0.640", 2), False),
        (("0.6400001", 1), False),
        ((None, 1), True),  # a rank alone was published
        ((None, 2), False),
        (("0.640", None), True),  # a value alone
        (("0.641", None), False),
    ],
)
def test_whatever_was_published_of_value_and_rank_must_be_ours(sound, told, agrees):
    e = with_published(sound, A=told)
    assert verdicts(e)["published"] is agrees
    ((standing, published, how),) = checks.against_published(e)
    assert (standing.entity.code, published.value, how) == ("A", told[0], "equal" if agrees else "off")


@pytest.mark.parametrize(
    "told, how",
    [
        (("0.640", 1), "equal"),
        (("0.642", 1), "within"),  # just as far as the tolerance
        (("0.638", None), "within"),
        (("0.643", 1), "off"),
        (("0.642", 2), "off"),  # no tolerance of ranks
    ],
)
def test_a_value_within_the_declared_tolerance_is_counted_apart(sound, told, how):
    e = with_published(sound, A=told)
    about = SourceFile(label_vi="x", origin="y", tolerance=Fraction(2, 1000))
    sources = e.inputs.sources.model_copy(update={"files": {"published.csv": about}})
    e = dataclasses.replace(e, inputs=dataclasses.replace(e.inputs, sources=sources))
    counted = dict.fromkeys(("equal", "within", "off"), 0) | {how: 1}
    assert facts(e, "published") == {**counted, "tolerance": Fraction(2, 1000)}
    assert verdicts(e)["published"] is (how != "off")


def test_one_that_differs_among_many_is_counted(sound):
    e = with_published(sound, A=("0.640", 1), C=("0.600", 2), B=("0.084", 3))
    assert verdicts(e)["published"] is False
    assert facts(e, "published") == {"equal": 2, "within": 0, "off": 1, "tolerance": 0}


def test_a_published_rank_of_somebody_who_is_not_ranked_here_does_not_agree(sound):
    e = with_standing(with_published(sound, A=("0.640", 1)), "A", value=None, printed=None, rank=None)
    assert verdicts(e)["published"] is False


# --- summaries --------------------------------------------------------------------------------------------


def test_five_numbers_and_the_mean_of_literals():
    # quartiles at places 0, 0.75, 1.5, 2.25, 3 of (1, 2, 4, 9): 1, 1.75, 3, 5.25, 9; mean 16/4
    values = [Fraction(v) for v in (1, 2, 4, 9)]
    assert [str(v) for v in checks.five_numbers(values)] == ["1", "7/4", "3", "21/4", "9", "4"]


def test_five_numbers_of_an_odd_count_are_values_themselves():
    values = [Fraction(v) for v in (1, 2, 4, 8, 16)]
    assert checks.five_numbers(values) == [1, 2, 4, 8, 16, Fraction(31, 5)]


def test_five_numbers_of_one_value_are_that_value():
    assert checks.five_numbers([Fraction(1, 3)]) == [Fraction(1, 3)] * 6


def test_five_numbers_are_exact():
    third = Fraction(1, 3)
    assert checks.five_numbers([Fraction(0), third])[1:3] == [Fraction(1, 12), Fraction(1, 6)]


def test_states_are_counted_over_the_lowest_criteria_of_a_group(sound):
    # ministries: A 3 scored; B scored, missing, late; C scored, scored, withheld
    assert checks.states(sound, "ministry") == {"scored": 6, "missing": 1, "zero_late": 1, "withheld": 1}
    # agencies: D 2 scored, no services; E a missing figure as zero, a portal of 0 points, no services
    assert checks.states(sound, "agency") == {"scored": 3, "zero_missing": 1, "not_applicable": 2}


def test_facts_are_names_counts_and_exact_gaps_and_nothing_else(sound, egdi_2018):
    for e in (sound, egdi_2018):
        for check in checks.all_checks(e):
            plain = {
                name: str(fact) if isinstance(fact, Fraction) else fact for name, fact in check.facts.items()
            }
            assert json.loads(json.dumps(plain)) == plain, check.name


def test_the_rounding_check_says_nothing_moved_where_nothing_did(mini, sound):
    assert facts(sound, "rounding_matters") == {"moved": 0, "names": []}
    other = evaluate(mini, **{**read_parameters("mini-2020", mini), "rank_on": "unrounded"})
    assert facts(other, "rounding_matters") == {"moved": 0, "names": []}
