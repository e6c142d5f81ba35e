"""Robustness as tables, on rankings small enough to be reasoned through by hand."""

from decimal import Decimal

import pytest

from ictindex.page import robust_tables
from tests.frame_rows import rows
from tests.shipped import shipped


def test_who_dominates_keeps_the_rank_in_every_draw_and_rivals_share_theirs(ranking_of):
    told = {row["unit"]: row for row in rows(robust_tables.rank_intervals(ranking_of()))}
    for unit, rank in (("first", 1), ("last", 4)):
        row = told[unit]
        assert [row[k] for k in ("rank", "low", "median", "high", "best", "worst")] == [rank] * 6
        assert (row["expected"], row["same"]) == (Decimal(f"{rank}.00"), Decimal("100.0"))
    two, three = told["two"], told["three"]
    assert (two["low"], two["high"]) == (three["low"], three["high"]) == (2, 3)
    assert two["expected"] + three["expected"] == 5
    assert 45 < two["same"] < 60 and two["same"] == three["same"]


def test_the_note_says_all_that_is_needed_to_draw_again(ranking_of):
    note = robust_tables.rank_intervals(ranking_of()).attrs["note"]
    for words in (
        "±25 %",
        "2.000 lần",
        "“mini-2020”",
        "PCG64",
        "không quá 1,12 điểm phần trăm",
        "tính được: 0.",
    ):
        assert words in note
    assert "số 11801017826689639884 (16 chữ" in note  # sha256('mini-2020')[:16], by sha256sum and in base 10


def test_a_wide_interval_and_a_rank_outside_its_own_are_flagged():
    assert robust_tables._remark(5, 5, 14) == ""
    assert robust_tables._remark(5, 5, 15) == "khoảng rộng 10 bậc"
    assert robust_tables._remark(4, 5, 15) == "hạng ngoài khoảng; khoảng rộng 10 bậc"


def test_only_rivals_are_not_told_apart(ranking_of):
    (row,) = rows(robust_tables.not_separated(ranking_of()))
    assert (row["band"], row["above"], row["below"]) == ("2–3", "two", "three")
    assert 45 < row["wins"] < 60
    assert "1 trong 3 cặp liền hạng" in robust_tables.not_separated(ranking_of()).attrs["note"]


def test_pairs_that_share_a_unit_make_one_band():
    pairs = [(0, 1, 0.5), (1, 2, 0.6), (3, 4, 0.5)]
    assert list(robust_tables._bands(pairs)) == [pairs[:2], pairs[2:]]
    assert list(robust_tables._bands([])) == []


def test_the_least_points_that_turn_a_pair_and_never_where_one_dominates(ranking_of):
    """Two has 0.8 and 0.2 of the shares, three 0.18 and 0.8: 0.62 w = 0.6 (100 − w) at w = 49.18."""
    told = {row["unit"]: row for row in rows(robust_tables.tipping_points(ranking_of()))}
    assert told.keys() == {"two", "three", "last"}
    assert told["three"]["above"] == "two" and told["three"]["moved"] == Decimal(1)
    assert told["three"]["moves"] == "1 từ 1 Mục x sang 2 Mục y"
    assert told["two"]["answer_name"] == told["last"]["answer_name"] == "không bao giờ"


def test_equal_units_are_said_to_be_equal_and_nothing_moves_them(ranking_of):
    e = ranking_of(dict.fromkeys("abc", (20, 30)))
    assert {row["same"] for row in rows(robust_tables.rank_intervals(e))} == {Decimal("100.0")}
    assert {row["answer_name"] for row in rows(robust_tables.tipping_points(e))} == {"đang bằng nhau"}
    assert {row["wins"] for row in rows(robust_tables.not_separated(e))} == {Decimal("50.0")}


@pytest.mark.parametrize(
    "units, draws, words",
    [
        (None, 0, "Không thử độ vững của kết quả: tham số draws bằng 0."),
        ({"only": (10, 20)}, 100, "Không thử với Mọi đơn vị: chưa đến 2 đơn vị được xếp hạng."),
    ],
)
def test_what_is_not_tried_is_an_honest_sentence(ranking_of, units, draws, words):
    e = ranking_of(units, draws)
    for make in (
        robust_tables.rank_intervals,
        robust_tables.not_separated,
        robust_tables.mark_uncertainty,
        robust_tables.tipping_points,
    ):
        table = make(e)
        assert table.empty and table.attrs["note"] == words


def test_without_reviewers_there_is_no_interval_of_marks(ranking_of):
    table = robust_tables.mark_uncertainty(ranking_of())
    assert table.empty and "không có người chấm độc lập" in table.attrs["note"]


@pytest.fixture(scope="module")
def ministries():
    return shipped("qd2342-2017")


def test_marks_alone_move_ranks_less_than_a_tenth_of_the_weight_can(ministries):
    """Portals weigh a tenth of the total; their intervals stay inside of those of all places."""
    told = rows(robust_tables.mark_uncertainty(ministries))
    assert len(told) == 93
    assert all(row["marks_low"] <= row["rank"] <= row["marks_high"] for row in told if row["marks_same"] > 50)
    assert {row["more"] for row in told} <= {"trọng số", "điểm chấm", "như nhau"}


def test_probabilities_of_levels_add_up_to_all_draws():
    told = rows(robust_tables.rank_intervals(shipped("qd2245-2021")))
    for row in told:
        assert abs(sum(row[f"level_{i}"] for i in (1, 2, 3, 4)) - 100) <= Decimal("0.2")
