"""The weights for a stated influence as frames: what is, what is wanted, what it takes, and what ranks do."""

from decimal import Decimal

import pytest

from ictindex.page.aimed_tables import influence_ranks, influence_weights

UNITS = {"a": (10, 10), "b": (30, 10), "c": (10, 20), "d": (30, 20), "e": (25, 14)}


def test_nominal_real_and_wanted_influence_stand_beside_the_weights(ranking_of):
    frame = influence_weights(ranking_of(UNITS), least=3).set_index("criterion")
    half = {"x": Decimal("50.0"), "y": Decimal("50.0")}
    assert frame["nominal"].to_dict() == frame["stated"].to_dict() == half
    assert frame["now"]["x"] > frame["now"]["y"]
    assert frame["weight"].sum() == 100 and frame["points"].sum() == 1000
    assert frame["then"].to_dict() == {"x": Decimal("50.0"), "y": Decimal("50.0")}
    assert list(frame["why"]) == ["", ""]


def test_the_note_begins_with_what_was_found_and_whom_it_moves(ranking_of):
    e = ranking_of(UNITS)
    note = influence_weights(e, least=3).attrs["note"]
    moved = (influence_ranks(e, least=3)["rise"] != 0).sum()
    assert note.startswith("Mọi đơn vị: tìm được bộ trọng số, là bộ duy nhất; quy ra điểm nguyên")
    assert f"Khi đó {moved} trong 5 đơn vị đổi hạng" in note and moved > 0
    assert "phần phương sai" in note


def test_the_ranks_stand_beside_those_in_force(ranking_of):
    frame = influence_ranks(ranking_of(UNITS), least=3)
    assert list(frame["rank"]) == sorted(frame["rank"])
    assert (frame["rise"] == frame["rank"] - frame["then"]).all()


def test_too_few_units_are_left_out_and_said(ranking_of):
    for words in (influence_weights, influence_ranks):
        frame = words(ranking_of(UNITS))
        assert frame.empty and frame.attrs["note"].startswith("Không tính cho Mọi đơn vị: chưa đến 20 đơn vị")


def test_where_there_are_none_it_says_why(ranking_of):
    e = ranking_of({"a": (10, 30), "b": (20, 30), "c": (45, 30)})
    frame = influence_weights(e, least=3)
    assert "không có bộ trọng số nào như vậy, vì ở Mục y mọi đơn vị như nhau" in frame.attrs["note"]
    assert list(frame["why"]) == ["", "mọi đơn vị như nhau"] and frame["points"].isna().all()
    assert influence_ranks(e, least=3).empty


def test_where_none_is_found_it_says_that_nothing_is_proven(ranking_of):
    e = ranking_of({"a": (5, 45), "b": (25, 25), "c": (45, 5)})
    frame = influence_weights(e, {"x": 75}, measure="correlation", least=3)
    assert "nhưng không chứng minh là không có; gần nhất còn lệch 25,0 điểm phần trăm" in frame.attrs["note"]
    assert list(frame["why"]) == ["chưa tìm thấy"] * 2
    assert frame["now"].isna().all(), "at equal weights all values are equal"


def test_a_group_that_is_none_is_refused(ranking_of):
    with pytest.raises(ValueError, match="the groups are all"):
        influence_weights(ranking_of(UNITS), group="none")
