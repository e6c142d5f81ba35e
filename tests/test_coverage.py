"""Minimum coverage of a node, from lint to page; worked cases: cases/rule_language/muc_toi_thieu*."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.basics.findings import Refused
from ictindex.page.explained import explain
from ictindex.page.frames import add_up, points, rank
from ictindex.page.standing import zeros
from ictindex.robustness.as_numbers import problem
from ictindex.scoring.checks import all_checks
from ictindex.scoring.evaluation import evaluate_edition
from ictindex.scoring.outcomes import UNCOVERED, score

WEIGHTS = {"a": 50, "b": 30, "c": 20}


def covered_by(least, of, below="not_scored"):
    leaf = {"max_points": 10, "missing": "leave_out"}
    inside = {k: {**leaf, "weight": w, "rule": {"value": k}} for k, w in WEIGHTS.items()}
    coverage = {"least": least, "of": of, "below": below}
    node = {"max_points": 60, "aggregate": "weights", "coverage": coverage, "criteria": inside}
    return {"node": node, "other": {"max_points": 40, "missing": "leave_out", "rule": {"value": "d"}}}


figure = st.integers(0, 10).map(F) | st.sampled_from(["missing", "not_applicable", "withheld"])


@given(
    st.tuples(figure, figure, figure),
    st.sampled_from(["criteria", "weight"]),
    st.sampled_from([1, 50, F(200, 3), 100]),
)
def test_a_node_counts_where_enough_is_answered_and_no_figure_is_made_up(
    methodology_of, inputs_with, figures, of, least
):
    m = methodology_of(covered_by(least, of), aggregate="sum", max_points=100)
    plain = covered_by(least, of)
    del plain["node"]["coverage"]
    without = methodology_of(plain, aggregate="sum", max_points=100)
    inputs = inputs_with({"u": {**dict(zip("abc", figures, strict=True)), "d": F(8)}})
    own, free = (score(each, inputs, {}, 2020).outcomes for each in (m, without))
    weights = dict.fromkeys("abc", 1) if of == "criteria" else WEIGHTS
    told = dict(zip("abc", figures, strict=True))
    asked = sum(w for k, w in weights.items() if told[k] not in ("not_applicable", "withheld"))
    answered = sum(w for k, w in weights.items() if isinstance(told[k], F))
    if 100 * answered >= least * asked:
        assert own == free
    elif answered:
        assert own["node"][0].state == UNCOVERED and not own["node"][0].counts
        assert own["total"][0][:2] == (8, 40)
    else:  # nothing is there to be left out
        assert not own["node"][0].counts and own["total"] == free["total"]


def test_last_years_answers_are_asked_of_nobody_and_the_whole_unit_is_asked_no_more(
    methodology_of, inputs_with
):
    """Nor does what is no part of the maximum count for ``minimum_answered``, as for any node."""
    growth = {"of": {"plus": ["a"], "minus": ["before"]}, "worst": 0, "best": 10, "outside": "clip"}
    leaf = {"max_points": 10, "missing": "leave_out"}
    coverage = {"least": 100, "of": "criteria", "below": "not_ranked"}
    clause = {"citation": {"clause": "Điều 1"}}
    criteria = {
        "node": {
            "max_points": 20,
            "aggregate": "sum",
            "coverage": coverage,
            "criteria": {
                "grown": {**leaf, "rule": {"goalposts": growth}},
                "b": {**leaf, "rule": {"value": "b"}},
            },
        },
        "more": {**leaf, **clause, "counts_as": "bonus", "rule": {"value": "c"}},
    }
    m = methodology_of(criteria, aggregate="sum", max_points=20, answers={"before": {"last_year_of": "a"}})
    inputs = inputs_with({"u": {"a": 5, "b": 5, "before": "missing", "c": "missing"}})
    assert score(m, inputs, {}, 2020, minimum_answered=100).unranked == {}
    inputs = inputs_with({"u": {"a": 5, "b": "missing", "before": 4, "c": 3}})
    assert score(m, inputs, {}, 2020, minimum_answered=51).unranked == {"u": "too_few_answers"}


CHANGES = """\
    aggregate: sum
    coverage: {{least: {least}, of: {of}, below: {below}}}
    criteria:
      computers:"""


@pytest.fixture
def covering(mini_with):
    def covering(below, least=100, of="weight"):
        change = CHANGES.format(least=least, of=of, below=below)
        return mini_with(
            methodology=lambda text: text.replace(
                "    aggregate: sum\n    criteria:\n      computers:", change
            )
        )

    return covering


def test_a_unit_below_the_minimum_is_shown_without_a_rank_and_sets_nobody_back(covering):
    e = evaluate_edition("mini-2020", covering("not_ranked"))
    assert e.scores.unranked == {"B": "too_few_answers", "E": "too_few_answers"}
    assert {s.entity.code: s.rank for s in e.standings["ministry"]} == {"A": 1, "C": 2, "B": None}
    assert [check.name for check in all_checks(e) if check.holds is False] == []
    assert problem(e, "ministry").units == ("A", "C")  # who is not ranked moves nobody


def test_a_category_below_the_minimum_does_not_count_and_page_and_explanation_say_why(covering):
    e = evaluate_edition("mini-2020", covering("not_scored"))
    row = [entity.code for entity in e.inputs.entities].index("B")
    assert e.scores.outcomes["inside"][row].state == UNCOVERED
    assert e.scores.outcomes["total"][row].available == 50
    assert [check.name for check in all_checks(e) if check.holds is False] == []
    frame = rank(add_up(points(e), e), e).set_index("unit")
    assert {code: frame["rank"][code] for code in "ABC"} == {
        s.entity.code: s.rank for s in e.standings["ministry"]
    }
    told = explain(e, "B", "inside")
    steps = told[told["kind"] == "coverage"]
    assert [*steps["said"]] == ["20 %, cần từ 100 %"]
    assert "dưới mức đó thì mục này không được tính" in next(iter(steps["why"]))
    said = zeros(e)
    assert "Không đủ số liệu tối thiểu, không tính" in set(said["reason"])
    with pytest.raises(Refused) as refused:
        problem(e, "ministry")
    assert {f.facts["aggregate"] for f in refused.value.findings} == {"coverage: not_scored"}
