"""What each unit lacks to the next rank and level, and its profile, worked by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from ictindex.page import standing as positions
from ictindex.page.results import exceptions
from ictindex.scoring.evaluation import evaluate_edition
from tests.frame_rows import by, ranked

LEVELS = """\
levels:
  citation: {clause: Lập ra để thử}
  list:
    - {key: good, label_vi: Tốt, low: 0.62}
    - {key: fair, label_vi: Khá, low: 0.3}
    - {key: weak, label_vi: Yếu, low: 0}
answers:
"""


@pytest.fixture
def levelled(mini_with):
    """The small edition with levels: totals 0.640, 0.600 and 0.083; 0.300 and 0.000."""
    return evaluate_edition(
        "mini-2020", mini_with(methodology=lambda text: text.replace("answers:\n", LEVELS, 1))
    )


def test_the_least_increase_to_the_next_rank_and_level(levelled):
    rows = by(positions.positions(levelled))
    shown = ("to_rank", "next_rank", "level", "to_level", "next_level")
    assert {code: tuple(row[key] for key in shown) for code, row in rows.items()} == {
        "A": (None, None, "Tốt", None, None),
        "C": (Fraction("0.04"), 1, "Khá", Fraction("0.02"), "Tốt"),
        "B": (Fraction("0.517"), 2, "Yếu", Fraction(13, 60), "Khá"),
        "D": (None, None, "Khá", Fraction("0.32"), "Tốt"),
        "E": (Fraction("0.3"), 1, "Yếu", Fraction("0.3"), "Khá"),
    }


def test_where_most_points_are_open_is_a_share_of_all_open_points(small):
    rows = by(positions.positions(small))
    # A lacks 11 of 50 inside and 25 of 50 in services; B 5 of 10 and, being late, all 50; C only inside
    shown = {code: (row["category"], row["category_percent"]) for code, row in rows.items()}
    assert shown["A"] == ("services", Decimal("69.4"))
    assert shown["B"] == ("services", Decimal("90.9"))
    assert shown["C"] == ("inside", Decimal("100.0"))


def test_who_has_every_point_has_none_open(mini_with):
    answers = "entity,answer,value,state\nA,with_computer,1,\nA,staff,1,\nA,portal,40,\nA,services,50,\n"
    e = evaluate_edition("mini-2020", mini_with(answers=answers))
    assert by(positions.positions(e))["A"]["category"] is None


def test_without_levels_nothing_is_said_of_levels(small):
    keys = set(positions.positions(small))
    assert not keys & {"level", "to_level", "next_level"}
    assert set(ranked(small)["level_name"]) == {None}
    assert "level_name" in ranked(small).attrs["only_in_file"]


def test_the_ranking_has_the_level_beside_the_value(levelled):
    assert {code: row["level_name"] for code, row in by(ranked(levelled)).items()} == {
        "A": "Tốt",
        "C": "Khá",
        "B": "Yếu",
        "D": "Khá",  # exactly 0.300
        "E": "Yếu",
    }


def test_nobody_ranked_is_said(unranked):
    table = positions.positions(unranked)
    assert table.empty and "Không có đơn vị nào được xếp hạng" in table.attrs["note"]
    assert len(positions.profiles(unranked)) == 5


def test_a_profile_sets_the_total_beside_its_groups(small):
    rows = by(positions.profiles(small))
    beside = {code: tuple(str(row[key]) for key in ("value", "median", "best")) for code, row in rows.items()}
    assert beside == {
        "A": ("0.640", "0.600", "0.640"),
        "C": ("0.600", "0.600", "0.640"),
        "B": ("0.083", "0.600", "0.640"),
        "D": ("0.300", "0.150", "0.300"),
        "E": ("0.000", "0.150", "0.300"),
    }


def test_a_profile_keeps_the_kinds_of_nothing_apart(small):
    rows = by(positions.profiles(small))
    assert rows["A"]["zeroed"] == rows["A"]["not_applicable"] == rows["A"]["left_out"] == ""
    assert rows["B"]["zeroed"] == "2 Dịch vụ công trực tuyến (0 điểm: báo cáo chậm)"
    assert rows["B"]["left_out"] == "1.2 Cổng thông tin (Không có số liệu, không tính)"
    assert rows["C"]["left_out"].startswith("2 Dịch vụ công trực tuyến (Không công bố")
    assert rows["D"]["not_applicable"] == "2 Dịch vụ công trực tuyến"
    assert rows["E"]["zeroed"] == "1.1 Tỷ lệ cán bộ có máy tính (0 điểm: thiếu số liệu)"


def test_a_category_stands_for_its_criteria_when_all_are_alike(mini_with):
    late = "A,with_computer,90,zero_late\nA,staff,100,\nA,portal,30,zero_late\nA,services,25,\n"
    e = evaluate_edition("mini-2020", mini_with(answers="entity,answer,value,state\n" + late))
    assert by(positions.profiles(e))["A"]["zeroed"] == "1 Trong cơ quan (0 điểm: báo cáo chậm)"
    e = evaluate_edition(
        "mini-2020",
        mini_with(answers="entity,answer,value,state\n" + late.replace("25,\n", "25,zero_late\n")),
    )
    assert by(positions.profiles(e))["A"]["zeroed"] == "Tất cả các tiêu chí (0 điểm: báo cáo chậm)"


# --- what is not plainly scored ---------------------------------------------------------------------------


def test_what_a_whole_group_has_in_common_is_told_once_and_zeros_first(small):
    rows = positions.zeros(small).to_dict("records")
    told = [(row["group"], row["units"], row["criteria"], row["state"]) for row in rows]
    assert ("agency", "Tất cả 2 đơn vị của nhóm", "2 Dịch vụ công trực tuyến", "not_applicable") in told
    assert ("ministry", "Bộ Hai", "2 Dịch vụ công trực tuyến", "zero_late") in told


def test_every_case_of_the_exceptions_is_told_and_no_other(small):
    told = positions.zeros(small)
    each = exceptions(small)
    assert {*told["state"]} == {*each["state"]}
    for group in small.methodology.groups:
        of = {*each[each["group"] == group]["unit"]}
        assert told[told["group"] == group]["unit_count"].sum() >= len(of)


def test_where_everything_is_plainly_scored_a_note_says_so(ranking_of):
    frame = positions.zeros(ranking_of({"a": (45, 45), "b": (5, 5)}))
    assert frame.empty and frame.attrs["note"].startswith("Không có")
