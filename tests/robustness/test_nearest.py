"""The weights nearest to today's: by weight moved, by squares, in whole points, each within its bound."""

from fractions import Fraction as F

from hypothesis import given, settings
from hypothesis import strategies as st

from ictindex.robustness.exact_problem import ExactBranch, exact_problem_of, weighing
from ictindex.robustness.nearest import MOVED, SQUARES, nearest_in, whole_points
from ictindex.robustness.weight_sets import whole_simplex

share = st.fractions(0, 1, max_denominator=8)


@settings(max_examples=15)
@given(st.lists(share, min_size=3, max_size=3), st.lists(share, min_size=2, max_size=2))
def test_no_table_of_whole_points_is_nearer_than_the_bound(of_a, of_b):
    """The third criterion does not apply to B; all tables of 20 points are tried."""
    tree = ExactBranch("t", tuple(map(ExactBranch, "xyz")), (F(1, 2), F(3, 10), F(1, 5)))
    shares = [dict(zip("xyz", of_a, strict=True)), dict(zip("xy", of_b, strict=True))]
    w = weighing(exact_problem_of("AB", shares, tree, policy="share", scale=F(20), points=F(20)))
    tables = [(F(p, 20), F(q, 20), F(20 - p - q, 20)) for p in range(21) for q in range(21 - p)]
    turned = [each for each in tables if None not in (v := w.values(each)) and v[1] >= v[0]]
    for measure in (MOVED, SQUARES, whole_points((10, 6, 4))):
        answer, bound = nearest_in(w, "B", ["A"], whole_simplex(3), None, measure)
        seen = min((measure.distance(each, w.base) for each in turned), default=None)
        if answer is None:
            assert not turned or bound <= seen
            continue
        value_a, value_b = w.values(answer)
        assert value_b is not None and (value_a is None or value_b >= value_a)
        far = measure.distance(answer, w.base)
        assert bound <= far and far - bound <= far / 10, "hardly any nearer can be"
        assert seen is None or bound <= seen
        if measure.nearest not in (MOVED.nearest, SQUARES.nearest):
            assert all((x * 20).denominator == 1 for x in answer) and measure.distance(answer, w.base) == seen
