"""The sentences that say what a ranking shows, for those who cannot see the chart."""

from fractions import Fraction

from ictindex.basics import quartiles
from ictindex.page.charts.captions import as_printed, extremes
from ictindex.page.charts.frames import groups_of

RANKED = ("Bộ", {"Y tế": "0.900", "Nội vụ": "0.700", "Công an": "0.400", "Quốc phòng": None})


def test_quartiles_lie_between_neighbours_in_proportion_and_one_value_is_all_three():
    assert quartiles([Fraction(n) for n in (1, 2, 3, 4)]) == [Fraction(7, 4), Fraction(5, 2), Fraction(13, 4)]
    assert quartiles([Fraction(2, 3)]) == [Fraction(2, 3)] * 3


def test_a_value_has_as_many_places_as_what_is_printed_beside_it(ranked):
    (group,) = groups_of(ranked(("Bộ", {"A": "0.9000", "B": "0.5000"})))
    assert as_printed(Fraction(2, 3), group.rows) == "0,6667"


def test_the_first_the_middle_and_the_last_are_named_and_who_has_no_rank_is_counted(ranked):
    assert extremes(ranked(RANKED)) == (
        "Bộ, 3 đơn vị: cao nhất Y tế 0,900, trung vị 0,700, thấp nhất Công an 0,400."
        " 1 đơn vị không xếp hạng nên không vẽ."
    )


def test_a_group_without_a_rank_says_so(ranked):
    assert extremes(ranked(("Bộ", {"A": None}))).startswith("Bộ: không đơn vị nào được xếp hạng.")
