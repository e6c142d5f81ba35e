"""Rule kinds as the YAML states them, and the laws of what they earn; worked cases: cases/rule_language."""

from fractions import Fraction

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic import ValidationError

from ictindex.facts.answers import Given
from ictindex.methodology.rule_kinds import Rule
from ictindex.scoring.evaluation import Evaluation, RuleInForce
from ictindex.scoring.outcomes import Outcome, Reference, score
from ictindex.scoring.rules import OutOfRange, points

RULES = {
    "value": {"value": "a"},
    "share": {"share": {"of": "a", "per": "b"}},
    "of_largest": {"of_largest": {"of": "a"}},
    "bands": {"bands": {"of": "a", "steps": [{"low": 0, "points": 1}]}},
    "goalposts": {"goalposts": {"of": "a", "worst": 0, "best": 10}},
    "in_group": {"in_group": {"of": "a", "by": "min_max"}},
    "yes_no": {"yes_no": "a"},
    "choice": {"choice": {"of": "a", "points": {"x": 1}}},
    "count": {"count": {"of": "a", "each": 1, "most": 5}},
    "sum_of": {"sum_of": [{"label_vi": "P", "max_points": 1, "rule": {"yes_no": "a"}}]},
    "best_of": {"best_of": [{"label_vi": "P", "max_points": 1, "rule": {"yes_no": "a"}}]},
    "mark": {"mark": "a"},
    "awarded": {"awarded": "a"},
}


def test_every_kind_is_stated_and_computed():
    assert RULES.keys() == Rule.model_fields.keys()
    told = {
        kind: earned(rule, None, 1, a="x" if kind == "choice" else 1, b=2) for kind, rule in RULES.items()
    }
    assert told == dict.fromkeys(RULES, 1) | {
        "share": Fraction(1, 2),
        "of_largest": 0,
        "goalposts": Fraction(1, 10),
    }


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_knows_its_kind_and_what_it_reads(kind):
    rule = Rule.model_validate(RULES[kind])
    assert rule.kind == kind
    assert rule.reads == (("a", "b") if kind == "share" else ("a",))
    assert rule.own_reads == (() if kind in ("sum_of", "best_of") else rule.reads)


@pytest.mark.parametrize("kind", RULES)
def test_a_kind_without_content_or_beside_another_is_no_rule(kind):
    other = "value" if kind != "value" else "mark"
    for wrong in ({kind: None}, {**RULES[kind], **RULES[other]}, {**RULES[kind], other: None}):
        with pytest.raises(ValidationError):
            Rule.model_validate(wrong)


def test_cases_inside_cases_are_walked_in_order_and_each_answer_read_once():
    def case(rule):
        return {"label_vi": "P", "max_points": 1, "rule": rule}

    inner = {"best_of": [case({"yes_no": "b"}), case({"yes_no": "a"})]}
    rule = Rule.model_validate({"sum_of": [case({"yes_no": "a"}), case(inner)]})
    assert [each.kind for each in rule.walk()] == ["sum_of", "yes_no", "best_of", "yes_no", "yes_no"]
    assert rule.reads == ("a", "b")


# --- laws -------------------------------------------------------------------------------------------------

NUMBERS = st.fractions(min_value=0, max_value=50, max_denominator=60)
MOST = Fraction(20)


def earned(rule, largest=None, most=MOST, **answers):
    given = {name: Given(value, "given", str(value), 2) for name, value in answers.items()}
    return points(Rule.model_validate(rule), given, most, largest)


@drawn(a=NUMBERS, more=NUMBERS)
def test_a_larger_share_never_earns_less(a, more):
    rule = {"share": {"of": "a", "per": "b"}}
    assert earned(rule, a=a, b=Fraction(100)) <= earned(rule, a=a + more, b=Fraction(100))


@drawn(a=NUMBERS, more=NUMBERS)
def test_more_against_the_largest_never_earns_less(a, more):
    rule, largest = {"of_largest": {"of": "a"}}, Fraction(100)
    assert earned(rule, largest, a=a) <= earned(rule, largest, a=a + more)
    assert earned(rule, largest, a=largest) == MOST


@drawn(a=st.integers(0, 30), more=st.integers(0, 30), each=st.fractions(0, 5, max_denominator=9))
def test_a_larger_count_never_earns_less_nor_more_than_the_most(a, more, each):
    rule = {"count": {"of": "a", "each": each, "most": MOST}}
    assert earned(rule, a=a) <= earned(rule, a=a + more) <= MOST


@drawn(a=NUMBERS, more=NUMBERS)
def test_bands_without_a_jump_never_earn_less_for_more(a, more):
    steps = [
        {"low": 0, "high": 35, "full": 70},
        {"low": 35, "high": 70, "full": 70},
        {"low": 70, "points": 20},
    ]
    rule = {"bands": {"of": "a", "steps": steps}}
    assert earned(rule, a=a) <= earned(rule, a=a + more)


@drawn(a=NUMBERS)
def test_a_value_lies_in_exactly_one_half_open_step(a):
    steps = [{"low": i * 10, "high": i * 10 + 10, "points": i} for i in range(5)] + [{"low": 50, "points": 5}]
    assert earned({"bands": {"of": "a", "steps": steps}}, a=a) == a // 10


@drawn(mark=st.fractions(0, 1, max_denominator=50), more=st.fractions(0, 1, max_denominator=50))
def test_a_better_mark_never_earns_less(mark, more):
    assert earned({"mark": "a"}, a=mark) <= earned({"mark": "a"}, a=min(mark + more, Fraction(1)))


@drawn(a=st.booleans(), b=st.booleans())
def test_the_best_of_two_is_no_less_than_either_and_their_sum_adds_up(a, b):
    cases = [
        {"label_vi": "P", "max_points": 20, "rule": {"yes_no": "a"}},
        {"label_vi": "Q", "max_points": 5, "rule": {"yes_no": "b"}},
    ]
    assert earned({"best_of": cases}, a=a, b=b) == max(20 * a, 5 * b)
    assert earned({"sum_of": cases}, most=Fraction(25), a=a, b=b) == 20 * a + 5 * b


@pytest.mark.parametrize("largest", [None, Fraction(0), Fraction(-1), Fraction(5)])
def test_a_negative_value_against_the_largest_is_refused_even_where_it_is_the_largest(largest):
    with pytest.raises(OutOfRange):
        earned({"of_largest": {"of": "a"}}, largest, a=Fraction(-1))


# --- the largest of a group -------------------------------------------------------------------------------


@pytest.fixture
def largest_of(methodology_of, inputs_with):
    def largest_of(given, groups=None, kinds=("all",)):
        tree = {"x": {"max_points": 40, "rule": {"of_largest": {"of": "a"}}}}
        methodology = methodology_of(tree, aggregate="sum", max_points=40, groups=kinds, missing="zero")
        scores = score(methodology, inputs_with(given, groups), {}, 2017)
        return scores.references, [o.points for o in scores.outcomes["x"]]

    return largest_of


def test_the_reference_is_kept_with_its_entity_and_ties_keep_all(largest_of):
    references, earned = largest_of({"A": {"a": 5}, "B": {"a": 10}, "C": {"a": 10}})
    assert references == {("x", "all"): Reference(Fraction(10), ("B", "C"))}
    assert earned == [20, 40, 40]


@pytest.mark.parametrize(
    "told", [(99, "zero_untrue"), (99, "zero_late"), "missing", "withheld", "not_applicable"]
)
def test_who_is_zeroed_or_does_not_count_sets_no_mark(told, largest_of):
    references, earned = largest_of({"A": {"a": told}, "B": {"a": 10}, "C": {"a": 5}})
    assert references == {("x", "all"): Reference(Fraction(10), ("B",))}
    assert earned[1:] == [40, 20]


def test_each_group_has_its_own_largest(largest_of):
    groups = {"A": "m", "B": "m", "C": "n"}
    references, earned = largest_of({"A": {"a": 5}, "B": {"a": 10}, "C": {"a": 2}}, groups, ("m", "n"))
    assert references[("x", "m")].entities == ("B",) and references[("x", "n")].entities == ("C",)
    assert earned == [20, 40, 40]


def test_where_nobody_has_anything_nobody_earns_anything(largest_of):
    references, earned = largest_of({"A": {"a": 0}, "B": {"a": 0}})
    assert references[("x", "all")].entities == ("A", "B") and earned == [0, 0]


# --- who a criterion applies to ---------------------------------------------------------------------------

CITATION = {"title": "Thử"}


@pytest.mark.parametrize(
    "condition", [{"applies": {"has": ["yes"]}}, {"exempt": {"entities": ["B"], "citation": CITATION}}]
)
def test_a_category_that_does_not_apply_takes_all_below_it_with_it_and_is_never_zero(
    condition, methodology_of, inputs_with
):
    leaf = {"max_points": 10, "rule": {"value": "s"}}
    tree = {
        "r": {"max_points": 10, "rule": {"value": "r"}},
        "c": {"max_points": 10, "aggregate": "sum", "criteria": {"d": leaf}, **condition},
    }
    attributes = {"has": {"label_vi": "Có", "values": {"yes": "Có", "no": "Không"}}}
    methodology = methodology_of(
        tree, aggregate="sum", max_points=20, sections={"attributes": attributes}, compare_on="share"
    )
    has = {"A": {"has": "yes"}, "B": {"has": "no"}}
    given = {"A": {"r": 5, "s": 5}, "B": {"r": 5, "s": (5, "zero_untrue")}}
    scores = score(methodology, inputs_with(given, attributes=has), {"untrue": "unit"}, 2017)
    a, b = zip(*(scores.outcomes[node] for node in ("c.d", "c", "r", "total")), strict=True)
    assert a[-1] == Outcome(Fraction(10), Fraction(20), "scored")
    assert b[:2] == (Outcome(None, None, "not_applicable"),) * 2
    assert b[2:] == (Outcome(Fraction(5), Fraction(10), "scored"),) * 2


# --- levels and gaps --------------------------------------------------------------------------------------

LEVELS = {
    "citation": {"title": "2245/QĐ-UBND tỉnh Sơn La"},
    "list": [
        {"key": "tot", "label_vi": "Tốt", "low": 85},
        {"key": "kha", "label_vi": "Khá", "low": 70},
        {"key": "trung_binh", "label_vi": "Trung bình", "low": 50},
        {"key": "yeu", "label_vi": "Yếu", "low": 0},
    ],
}


@pytest.fixture
def evaluated(methodology_of, inputs_with):
    """Entities with one total each, as an evaluation; no file is read."""

    def evaluated(rank_on="unrounded", decimals=2, **totals):
        tree = {"x": {"max_points": 100, "rule": {"value": "a"}}}
        methodology = methodology_of(
            tree,
            aggregate="sum",
            max_points=100,
            sections={"levels": LEVELS},
            rank_on=rank_on,
            decimals=decimals,
        )
        inputs = inputs_with({code: {"a": Fraction(total)} for code, total in totals.items()})
        rules = {name: RuleInForce(r.value, "fixed", "") for name, r in methodology.open_rules.items()}
        scores = score(methodology, inputs, {}, 2017)
        return Evaluation(None, {}, {}, rules, methodology, inputs, scores, None, ())

    return evaluated


def level(evaluation, code="A"):
    return evaluation.level(evaluation.at(evaluation.methodology.root)[code]).label_vi


@pytest.mark.parametrize(
    "total, wanted",
    [
        ("100", "Tốt"),
        ("85", "Tốt"),
        ("84.999999", "Khá"),
        ("84.5", "Khá"),  # between the whole numbers that a sibling prints
        ("70", "Khá"),
        ("69.999", "Trung bình"),
        ("50", "Trung bình"),
        ("49.999", "Yếu"),
        ("0", "Yếu"),
    ],
)
def test_every_total_has_exactly_one_level(total, wanted, evaluated):
    assert level(evaluated(A=total)) == wanted


def test_a_total_printed_as_85_is_not_85_whatever_ranks_look_at(evaluated):
    """2245: Tốt from 85 points on."""
    assert level(evaluated("rounded", A="84.995")) == "Khá"
    assert level(evaluated("unrounded", A="84.995")) == "Khá"
    assert level(evaluated("rounded", A="85")) == "Tốt"


def test_the_sum_of_three_tenths_reaches_a_level_exactly(evaluated):
    assert level(evaluated(A=Fraction(1, 10) * 3 + Fraction(847, 10))) == "Tốt"


def gap(evaluation, code):
    own = evaluation.gap(evaluation.at(evaluation.methodology.root)[code])
    return own.to_rank, own.next_rank, own.to_level, own.next_level and own.next_level.key


def test_the_gap_to_the_next_rank_and_level_is_exact(evaluated):
    e = evaluated(A="90", B="84.123", C="84.123", D="80", E="0")
    assert gap(e, "A") == (None, None, None, None)
    assert gap(e, "B") == gap(e, "C") == (Fraction(5877, 1000), 1, Fraction(877, 1000), "tot")
    assert gap(e, "D") == (Fraction(4123, 1000), 2, Fraction(5), "tot")
    assert gap(e, "E") == (Fraction(80), 4, Fraction(50), "trung_binh")


def test_the_gap_of_printed_ranks_is_between_printed_values_and_that_to_a_level_is_exact(evaluated):
    e = evaluated("rounded", A="84.996", B="84.994", C="84.991")
    assert gap(e, "A") == (None, None, Fraction(4, 1000), "tot")  # printed 85.00
    assert gap(e, "B") == (Fraction(1, 100), 1, Fraction(6, 1000), "tot")
    assert gap(e, "C") == (Fraction(1, 100), 1, Fraction(9, 1000), "tot")
