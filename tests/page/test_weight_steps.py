"""Step lines of one weight: exact for tables as published, few data, and honest where there is none."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ictindex.page import weight_steps as room
from ictindex.page.weight_steps import weight_steps
from ictindex.scoring.evaluation import evaluate_edition


def words(figure):
    svg = ElementTree.fromstring(figure.svg)
    return [text.text or "" for text in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_the_data_has_only_the_weights_at_which_a_rank_changes(ranking_of):
    """two (40, 10) and three (9, 40): level where 31 x = 30 y of x + y = 100, between 49 and 50 points."""
    figure = weight_steps(ranking_of())
    told = [(row[1], row[3], row[4], row[5], row[6], *row[8:]) for row in figure.data.rows]
    assert told == [
        ("x", 50, 49, "điểm", "two", 2, 3), ("x", 50, 49, "điểm", "three", 3, 2),
        ("y", 50, 51, "điểm", "two", 2, 3), ("y", 50, 51, "điểm", "three", 3, 2),
    ]  # fmt: skip
    assert "2 trong 4 đơn vị được vẽ đổi hạng khi một trọng số đổi trong ±25 %" in figure.alt_vi
    assert "mục 1 từ 50 đến 49 điểm; mục 2 từ 50 đến 51 điểm" in figure.alt_vi


def test_units_are_named_at_the_ends_of_their_lines_and_the_weight_in_force_at_its_own(ranking_of):
    said = words(weight_steps(ranking_of()))
    assert said.count("50 điểm") == 2 and said.count("100") == 2
    assert all(said.count(f"Đơn vị {unit}") == 2 for unit in ("first", "two", "three", "last"))
    assert "SỐ LIỆU MINH HỌA" in said


def test_no_draws_are_needed(ranking_of):
    assert weight_steps(ranking_of(draws=0)) == weight_steps(ranking_of(draws=9))


def test_the_first_six_and_the_highlighted_are_drawn():
    figure = weight_steps(evaluate_edition("egdi-2018"))
    assert "thước lôgarit" in figure.alt_vi and "trong 7 đơn vị được vẽ" in figure.alt_vi
    said = words(figure)
    assert said.count("Đan Mạch") == said.count("Việt Nam") == 3 and said.count("33,33 %") == 3
    assert any("vẽ 6 đơn vị đầu và 1 đơn vị được làm nổi" in each for each in said)
    assert len(figure.data.rows) == 3 * room.ROWS
    assert "chỉ giữ 30 bước gần nhất của mỗi hạng mục" in figure.alt_vi


def test_every_line_is_whole_and_lies_on_the_ranks(ranking_of):
    e = ranking_of()
    (study,) = room.studies_of(e)
    for s in room._group(e, study).sweeps:
        for unit in range(4):
            (line,) = room._stairs(s, unit)
            assert (line[0][0], line[-1][0]) == (0, 100)
            for at, rank in zip(s.points, s.ranks[unit], strict=True):
                assert any(a[0] <= at <= b[0] and a[1] == b[1] == rank for a, b in room.pairwise(line))


@pytest.mark.parametrize(
    "units, said",
    [
        ({"only": (1, 2)}, "chưa đến 2 đơn vị được xếp hạng"),
        ({"a": (10,), "b": (20,)}, "chỉ có một hạng mục có trọng số nên không có gì để đổi"),
        (dict.fromkeys("abc", (20, 30)), "mọi đơn vị đồng hạng với mọi trọng số"),
    ],
)
def test_where_there_is_nothing_to_step_a_sentence_says_so(ranking_of, units, said):
    figure = weight_steps(ranking_of(units))
    assert said in figure.alt_vi and figure.data.rows == ()
    assert any(said in each for each in words(figure))


def test_units_whose_order_no_weight_changes_are_drawn_with_level_lines(ranking_of):
    figure = weight_steps(ranking_of({"a": (40, 40), "b": (10, 10)}))
    assert figure.data.rows == () and "mục 1 không có; mục 2 không có" in figure.alt_vi
    assert "0 trong 2 đơn vị" in figure.alt_vi


def test_a_group_of_too_many_is_not_computed(ranking_of):
    figure = weight_steps(ranking_of({f"u{i:03}": (i / 10, 50 - i / 10) for i in range(401)}))
    assert "hơn 400 đơn vị nên không tính" in figure.alt_vi


def test_names_never_cover_each_other(ranking_of):
    figure = weight_steps(ranking_of({f"u{i}": (20 + i, 20) for i in range(6)}))
    svg = ElementTree.fromstring(figure.svg)
    ends = [
        (float(t.get("x")), float(t.get("y")))
        for t in svg.iter("{http://www.w3.org/2000/svg}text")
        if (t.text or "").startswith("Đơn vị u")
    ]
    assert len(ends) == 12
    for x in {x for x, _ in ends}:
        levels = sorted(y for left, y in ends if left == x)
        assert min(b - a for a, b in room.pairwise(levels)) >= room._LANE - 0.15


def test_names_too_long_are_cut_so_that_they_still_differ():
    """Else six departments of the same ministry would all read alike."""
    alike = [f"Sở Tài nguyên và Môi trường {place}" for place in ("Hưng Yên", "Hậu Giang", "Bắc Ninh")]
    cut = room._cut([*alike, "Vụ Khoa học và Công nghệ môi trường", "Văn phòng Bộ"], 70)
    assert len(set(cut)) == 5 and cut[-1] == "Văn phòng Bộ"
    assert all(
        short.startswith("…") and short.endswith(name[-8:]) for short, name in zip(cut, alike, strict=False)
    )
    assert cut[3].startswith("Vụ Khoa học") and cut[3].endswith("…")
    assert all(room.text_width(each, room._SIZE) <= 70 for each in cut)
