"""Units of one total told apart by steps; worked cases: cases/ranking."""

from fractions import Fraction as F

from hypothesis import given
from hypothesis import strategies as st

from ictindex.scoring.places import broken, ranks
from ictindex.scoring.ties import tie_keys, tie_of

some = st.integers(0, 3) | st.none()


@given(
    st.lists(st.tuples(st.integers(0, 2) | st.none(), some, some), max_size=9),
    st.sampled_from(["min", "dense", "max"]),
)
def test_steps_part_equals_and_nobody_else_and_the_order_of_rows_never_decides(rows, ties):
    values = [row[0] for row in rows]
    steps = [[row[k] for row in rows] for k in (1, 2)]
    found = broken(values, steps)
    places = ranks(found.keys, ties)
    before = ranks(values, ties)
    for i, one in enumerate(values):
        assert (places[i] is None) == (one is None)
        alike = [j for j, other in enumerate(values) if other == one and one is not None]
        assert (found.decided[i] is None) == (len(alike) < 2)
        for j, other in enumerate(values):
            if None not in (one, other) and one > other:
                assert places[i] < places[j]  # no step turns what the values say
        if alike and all(rows[j][1] is not None for j in alike):
            for j in alike:
                assert (rows[i][1] > rows[j][1]) <= (places[i] < places[j])
        if ties == "min" and one is not None:
            assert before[i] <= places[i] < before[i] + len(alike)
    turned = broken(values[::-1], [step[::-1] for step in steps])
    assert ranks(turned.keys, ties)[::-1] == places


def test_without_steps_nobody_is_told_apart(ranked_units):
    e = ranked_units({"one": F(2)}, {"u": {"one": F(1)}, "v": {"one": F(1)}})
    assert tie_keys(e) == {} and {tie_of(e, s) for s in e.standings["all"]} == {None}


def test_a_unit_without_a_total_is_tied_with_nobody(ranked_units):
    units = {"u": {"one": F(1)}, "v": {"one": F(1)}, "w": {"one": "missing"}, "x": {"one": "missing"}}
    e = ranked_units({"one": F(2)}, units, ["one"])
    told = {s.entity.code: tie_of(e, s) for s in e.standings["all"]}
    assert told["w"] is told["x"] is None and told["u"].others == ("Đơn vị v",) and told["u"].decided == ()
