"""Frames as charts read them: groups in the order in which they come, ranks in words, who is highlighted."""

from ictindex.page.charts.frames import chosen, groups_of, rank_vi, ranked_in, ranked_title


def test_groups_come_in_the_frames_order_with_their_own_rows(ranked):
    frame = ranked(("Tỉnh", {"A": "0.9", "B": None}), ("Bộ", {"C": "0.5"}))
    assert [(g.name, [row.unit for row in g.rows]) for g in groups_of(frame)] == [
        ("Tỉnh", ["A", "B"]),
        ("Bộ", ["C"]),
    ]


def test_who_has_no_rank_is_a_dash_and_not_among_the_ranked(ranked):
    (group,) = groups_of(ranked(("Tỉnh", {"A": "0.9", "B": None})))
    assert [rank_vi(row) for row in group.rows] == ["1", "–"]
    assert [row.unit for row in ranked_in(group.rows)] == ["A"]


def test_a_title_counts_the_ranked_and_names_the_others_where_there_are_any():
    assert ranked_title("Bộ", 22, 22) == "Bộ: 22 đơn vị được xếp hạng"
    assert ranked_title("Bộ", 1375, 1377) == "Bộ: 1.375 đơn vị được xếp hạng, 2 không xếp hạng"


def test_highlighted_units_are_codes_or_the_text_of_the_parameter():
    assert chosen(" A, B ,,") == chosen(["A", "B"]) == {"A", "B"}
    assert chosen("") == chosen(()) == frozenset()
