"""Other ways of comparing stand beside the rank in force, and say how they came to it, and of whom."""

import pytest

from ictindex.page.comparison_tables import other_ways
from ictindex.scoring.evaluation import evaluate_edition

MINI = "mini-2020"


def test_the_golden_example_stands_beside_its_ranks(golden):
    frame = other_ways(evaluate_edition(MINI, golden)).set_index("unit")
    assert frame["rank"].to_dict() == {"B": 1, "C": 2, "A": 3, "D": 4, "E": 5}
    assert frame["copeland"].to_dict() == {"A": 2, "B": 2, "C": 0, "D": 0, "E": -4}
    assert frame["copeland_rank"].to_dict() == {"A": 1, "B": 1, "C": 3, "D": 3, "E": 5}
    # Σ w (n − rank) is 2.8, 2.75, 2.3, 1.6 and 0.55, over 4
    assert {unit: str(value) for unit, value in frame["borda"].items()} == {
        **{"A": "70.0", "B": "68.8", "C": "57.5", "D": "40.0", "E": "13.8"}
    }
    assert frame["doubt"]["B"] == 1 and frame["doubt"]["E"] < 1


def test_only_the_ways_asked_for_are_there(golden):
    e = evaluate_edition(MINI, golden)
    frame = other_ways(e, "borda")
    assert list(frame)[4:] == ["rank", "borda", "borda_rank"]
    assert "Borda" in frame.attrs["note"] and "tuyến tính" not in frame.attrs["note"]
    with pytest.raises(ValueError, match="dea: the ways are"):
        other_ways(e, "dea")


def test_the_note_begins_with_what_comes_of_it_and_tells_the_bounds(golden):
    note = other_ways(evaluate_edition(MINI, golden), spread=10).attrs["note"]
    assert note.startswith("Mọi đơn vị: khác hạng hiện hành khi so từng cặp 3 đơn vị (Kendall τ_b 0,67);")
    assert "Không đơn vị nào thắng mọi đơn vị khác" in note
    assert "Hạng mục 1 18,0–22,0 %" in note and "Hạng mục 2 22,5–27,5 %" in note


def test_no_bound_lies_below_nothing_or_above_everything(golden):
    note = other_ways(evaluate_edition(MINI, golden), spread=100).attrs["note"]
    assert "Hạng mục 1 0,0–40,0 %" in note


def test_who_wins_every_duel_is_named(ranking_of):
    note = other_ways(ranking_of({"a": (45, 45), "b": (40, 10), "c": (10, 40)})).attrs["note"]
    assert "Đơn vị a thắng mọi đơn vị khác khi so từng cặp." in note


def test_a_zero_where_a_part_is_wanted_is_told(ranking_of):
    frame = other_ways(ranking_of({"a": (45, 45), "b": (50, 0), "c": (10, 40)})).set_index("unit")
    assert frame["doubt"]["b"] == 0 and "giá trị bằng 0 (1 đơn vị)" in frame.attrs["note"]


def test_what_is_withheld_or_does_not_apply_is_left_out_of_a_duel(mini):
    frame = other_ways(evaluate_edition(MINI, mini)).set_index("unit")
    # inside the agency A has 39/50, B 5/10, C 30/50; services A 1/2, B nothing, C withheld
    assert frame["copeland"].to_dict() == {"A": 2, "B": -2, "C": 0, "D": 1, "E": -1}
    assert frame.loc["C", "borda"] == 50, "ahead of one of two, on the one category that it has"


def test_a_group_too_large_or_too_small_has_no_row_and_is_told(golden, ranking_of):
    frame = other_ways(evaluate_edition(MINI, golden), most=4)
    assert frame.empty and frame.attrs["note"] == "Không so Mọi đơn vị: hơn 4 đơn vị."
    alone = other_ways(ranking_of({"a": (45, 45)}))
    assert alone.empty and "từ hai đơn vị" in alone.attrs["note"]


def test_criteria_may_be_compared_instead_of_categories(mini):
    frame = other_ways(evaluate_edition(MINI, mini), level="leaves")
    assert "so theo tiêu chí" in frame.attrs["note"]
    # C has all the computers; portal A 30, C 20: weights .1 against .4
    assert frame.set_index("unit")["copeland"].to_dict() == {"A": 2, "B": -2, "C": 0, "D": 1, "E": -1}


def test_bonus_and_deduction_have_no_weight_and_are_not_compared(mini_with):
    bonus = (
        "  extra: {label_vi: Thưởng, status: illustrative, citation: {clause: Điều 1}, counts_as: bonus,"
        " max_points: 5, rule: {share: {of: with_computer, per: staff}}}\n"
    )
    plain = other_ways(evaluate_edition(MINI, mini_with()))
    with_it = other_ways(evaluate_edition(MINI, mini_with(methodology=lambda text: text + bonus)))
    assert "Điểm thưởng" in with_it.attrs["note"] and "Điểm thưởng" not in plain.attrs["note"]
    for column in ("copeland", "borda", "doubt"):
        assert with_it.set_index("unit")[column].to_dict() == plain.set_index("unit")[column].to_dict()
