"""Rules as formulas: what an officer who clicks on a cell reads."""

from fractions import Fraction

import pytest

from ictindex.annex import formulas
from ictindex.methodology.decision import Answer
from ictindex.methodology.rule_kinds import Rule

CELLS = {"of": "D7", "per": "E7", "yes": "F7", "kind": "G7"}
ANSWERS = {
    "of": Answer(label_vi="Có", kind="count"),
    "per": Answer(label_vi="Trên", kind="count"),
    "yes": Answer(label_vi="Hỏi", kind="yes_no"),
    "kind": Answer(label_vi="Loại", kind="choice", choices={"a": 'Gọi là "A"', "b": "B"}),
}
SHARE = {"share": {"of": "of", "per": "per"}}


def earned(rule, **how):
    return formulas.earned(Rule.model_validate(rule), CELLS.__getitem__, "H$5", ANSWERS, **how)


def test_a_share_is_one_over_another_times_the_maximum():
    assert earned(SHARE) == "IF(OR(OR(D7<0,E7<0,AND(E7=0,D7>0)),D7>E7),NA(),IF(D7=0,0,D7/E7)*H$5)"


def test_nothing_of_nothing_counts_what_the_rule_in_force_says():
    assert earned(SHARE, nothing="full").startswith("IF(AND(D7=0,E7=0),H$5,")
    assert earned(SHARE, nothing="does_not_apply").startswith("IF(AND(D7=0,E7=0),0,")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"yes_no": "yes"}, 'IF(F7="Có",H$5,0)'),
        ({"count": {"of": "of", "each": Fraction(1, 2), "most": Fraction(8)}}, "MIN(0.5*D7,8)"),
        (
            {"choice": {"of": "kind", "points": {"a": Fraction(3), "b": Fraction(1, 3)}}},
            'IF(G7="Gọi là ""A""",3,IF(G7="B",(1/3),NA()))',
        ),
    ],
)
def test_a_rule_reads_as_the_decision_says(rule, text):
    assert earned(rule) == text


def test_labels_that_are_alike_are_told_apart_by_their_keys():
    alike = Answer(label_vi="x", kind="choice", choices={"a": "Như nhau", "b": "Như nhau"})
    assert formulas.choices(alike) == {"a": "a", "b": "b"}


@pytest.mark.parametrize(
    ("ties", "text"),
    [("min", "RANK(D7,D7:D9,0)"), ("max", "SUMPRODUCT(ISNUMBER(D7:D9)*(D7:D9>=D7))")],
)
def test_a_rank_is_among_the_group_and_of_a_number_alone(ties, text):
    assert formulas.rank("D7", "D7:D9", ties) == f'IF(ISNUMBER(D7),{text},"")'


def test_figures_are_compared_to_fewer_decimals_the_larger_they_are():
    assert [formulas.fine(Fraction(most)) for most in (1, 100, 1000, 10**9)] == [12, 10, 9, 6]
