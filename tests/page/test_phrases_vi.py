"""Numbers as an officer reads them: exact where short, marked where rounded, told apart where they differ."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from ictindex.page import phrases_vi as vi
from ictindex.robustness.questions import weigh
from ictindex.scoring.evaluation import evaluate_edition
from tests.shipped import shipped


@pytest.mark.parametrize(
    "number, shown",
    [(F("731.25"), "731,25"), (F(1, 3), "≈ 0,333333"), (F(1234), "1.234"), (F("-0.5"), "−0,5"), (F(0), "0")],
)
def test_a_figure_is_exact_or_says_that_it_is_not(number, shown):
    assert vi.number_vi(number) == shown


def test_figures_that_differ_are_printed_with_the_places_that_show_it():
    third = F(1, 3)
    assert vi.apart_vi(third, third) == ["≈ 0,333333"] * 2
    assert vi.apart_vi(third, third + F(1, 10**9)) == ["≈ 0,333333333", "≈ 0,333333334"]


def test_a_part_is_told_as_percent():
    assert (vi.percent_vi(F(1, 4)), vi.percent_vi(F(5, 37))) == ("25 %", "≈ 13,5135 %")


def test_the_weights_in_question_are_told(golden):
    e = evaluate_edition("mini-2020", golden)
    order = [node.id for node in e.methodology.categories][1::-1]
    assert vi.set_vi(e, None) == "với mọi bộ trọng số"
    assert vi.set_vi(e, 25) == "khi mỗi trọng số xê dịch tối đa ±25 % của nó"
    told = "với mọi bộ trọng số mà từ nặng đến nhẹ, hoặc bằng nhau, là “Hạng mục 2”, “Hạng mục 1”"
    assert vi.set_vi(e, None, order) == told


def test_weights_are_told_by_what_changed_in_points_where_they_are_whole(golden):
    e = evaluate_edition("mini-2020", golden)
    w = weigh(e, "all", "categories")
    moved = list(w.base)
    moved[1], moved[2] = moved[1] - F("0.015"), moved[2] + F("0.015")
    told = "2 “Hạng mục 2” từ 250 thành 235 điểm; 3 “Hạng mục 3” từ 100 thành 115 điểm"
    assert vi.weights_vi(e, w, moved) == told
    assert vi.weights_vi(e, w, w.base) == "như hiện nay"


def test_a_long_list_of_weights_is_cut_and_counted():
    e = shipped("qd2051-2016")
    w = weigh(e, "provincial_department", "leaves")
    assert vi.weights_vi(e, w, w.base[::-1]).endswith("tiêu chí khác đổi ít hơn")


def test_a_unit_has_its_rank_and_its_printed_value(small):
    (first, *_) = small.standings["ministry"]
    assert vi.standing_vi(small, first) == "Bộ Một (A), hạng 1, 0,640"
