"""In a cell two linear forms stand for a comparison that is not linear: one from above, one from below."""

from fractions import Fraction as F

from hypothesis import given
from hypothesis import strategies as st

from ictindex.robustness.cells import lead, whole
from ictindex.robustness.exact_problem import ExactBranch, exact_problem_of, weighing
from ictindex.robustness.weight_sets import around, dot

share = st.fractions(0, 1, max_denominator=10)


@given(st.lists(share, min_size=3, max_size=3), share, st.lists(st.booleans(), max_size=6), st.data())
def test_the_forms_hold_the_comparison_between_them_in_every_cell(of_a, of_b, ways, data):
    base = (F(1, 2), F(3, 10), F(1, 5))
    tree = ExactBranch("t", tuple(ExactBranch(k) for k in "xyz"), base)
    shares = [dict(zip("xyz", of_a, strict=True)), {"x": of_b, "y": F(1, 3)}]
    w = weighing(exact_problem_of(("A", "B"), shares, tree, policy="share", scale=F(1), points=F(1)))
    cell = whole(w, around(base, F(1, 4)))
    for way in ways:
        cell = cell.halves()[way]
    x, y = (data.draw(st.fractions(F(3, 8) / (i + 1), F(3, 5) / (i + 1))) for i in range(2))
    weights = (x, y, 1 - x - y)
    if not cell.weights.contains(weights):
        return
    (earned_a, earned_b), (there_a, there_b) = (
        [dot(row, weights) for row in rows] for rows in (w.earned, w.available)
    )
    truth = earned_a * there_b - earned_b * there_a
    assert (
        dot(lead(w, "A", "B", cell, False), weights) <= truth <= dot(lead(w, "A", "B", cell, True), weights)
    )
