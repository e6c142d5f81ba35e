"""The sum of a node, written out: its criteria, what is added and taken off beyond them, where that stops."""

from fractions import Fraction as F

import pytest

from ictindex.page.added import added, near
from ictindex.scoring.outcomes import score

CLAUSE = {"citation": {"clause": "Điều 1"}, "missing": "leave_out"}
EXTRA = {"max_points": 4, "counts_as": "bonus", **CLAUSE, "rule": {"value": "c"}}
OFF = {"max_points": 4, "counts_as": "deduction", **CLAUSE, "rule": {"value": "d"}}
BOTH = {key: {"max_points": 10, "missing": "leave_out", "rule": {"value": key}} for key in "ab"}


@pytest.mark.parametrize(
    "aggregate, figures, said",
    [
        ("sum", {"a": 9, "b": 2, "c": 3, "d": 1}, "9 + 2 + 3 − 1 (không quá 21, không dưới 2)"),
        ("mean", {"a": 9, "b": 2, "c": 3}, "[(9 : 10 + 2 : 10) : 2 × 10] + 3 (không quá 21, không dưới 2)"),
        ("sum", {"a": 9, "b": 2}, "9 + 2"),
        ("sum", {"c": 1}, ""),
    ],
)
def test_what_stands_beyond_is_written_with_sign_and_ends(
    methodology_of, inputs_with, aggregate, figures, said
):
    how = {"aggregate": aggregate, "max_points": 20 if aggregate == "sum" else 10}
    m = methodology_of({**BOTH, "c": EXTRA, "d": OFF}, **how, floor=F(2), ceiling=F(21))
    given = {key: F(figures[key]) if key in figures else "missing" for key in "abcd"}
    outcomes = score(m, inputs_with({"u": given}), {}, 2020).outcomes
    assert added(m.root, "all", [outcomes[key][0] for key in "abcd"], outcomes["total"][0]) == said


def test_weights_and_maxima_that_are_fractions_are_written_as_such(methodology_of, inputs_with):
    leaf = {"max_points": F(10, 3), "missing": "leave_out"}
    a, b = ({**leaf, "weight": w, "rule": {"value": key}} for key, w in (("a", F(1, 3)), ("b", F(2, 3))))
    for how, said in (
        ({"aggregate": "weights"}, "((1 : 3) × 1 : (10 : 3) + (2 : 3) × 2 : (10 : 3)) : 1 × (5 : 3)"),
        ({"aggregate": "geometric", "zeros": "zero"}, "0,3^(1 : 3) × 0,6^(2 : 3) × (5 : 3)"),
    ):
        m = methodology_of({"a": a, "b": b}, **how, max_points=F(5, 3))
        outcomes = score(m, inputs_with({"u": {"a": F(1), "b": F(2)}}), {}, 2020).outcomes
        assert added(m.root, "all", [outcomes[key][0] for key in "ab"], outcomes["total"][0]) == said


def test_a_rounded_node_shows_what_it_is_rounded_to(methodology_of, inputs_with):
    third = {
        "max_points": 10,
        "aggregate": "mean",
        "rounded": {"digits": 4, "how": "half_up"},
        "criteria": BOTH,
    }
    m = methodology_of({"x": third}, aggregate="sum", max_points=10)
    outcomes = score(m, inputs_with({"u": {"a": F(10, 3), "b": F(10, 3)}}), {}, 2020).outcomes
    own = m.root.children[0]
    told = added(own, "all", [outcomes[f"x.{key}"][0] for key in "ab"], outcomes["x"][0])
    assert told.endswith("× 10 → làm tròn 4 chữ số: 3,3333") and near(F(10, 3)) == "≈3,3333"
