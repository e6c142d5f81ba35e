"""Levels by total, place and parts of categories: what always holds; worked cases: cases/ranking."""

from fractions import Fraction as F

from hypothesis import given
from hypothesis import strategies as st

from ictindex.scoring.levels import reached


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=8),
    st.integers(0, 7),
    st.booleans(),
)
def test_more_points_never_lower_a_level(ranked_units, units, i, first):
    levels = [
        {"key": "a", "label_vi": "A", "low": 20, "top": 50, "each_category": 40},
        {"key": "b", "label_vi": "B", "low": 20, "categories": {"one": 30}},
        {"key": "c", "label_vi": "C", "low": 0},
    ]
    i %= len(units)
    more = [*units]
    more[i] = tuple(min(each + 3 * (first == (k == 0)), 20) for k, each in enumerate(units[i]))
    order = [each["key"] for each in levels]
    at = []
    for drawn in (units, more):
        figures = {f"u{n}": {"one": F(a), "two": F(b)} for n, (a, b) in enumerate(drawn)}
        e = ranked_units({"one": F(20), "two": F(20)}, figures, ["two"], levels)
        at.append(order.index(e.level(e.at(e.methodology.root)[f"u{i}"]).key))
    assert at[1] <= at[0]


def test_a_unit_has_the_first_level_for_which_nothing_is_lacking(ranked_units):
    levels = [{"key": k, "label_vi": k, "low": low} for k, low in (("a", 3), ("b", 2), ("c", 0))]
    e = ranked_units({"one": F(4)}, {"u": {"one": F(5, 2)}}, (), levels)
    (unit,) = e.standings["all"]
    lacks = [
        (level.key, [(each.what, each.wants, each.has) for each in some]) for level, some in reached(e, unit)
    ]
    assert lacks == [("a", [("low", 3, F(5, 2))]), ("b", []), ("c", [])] and e.level(unit).key == "b"
