"""What turns two units, as sentences: the golden pair, one never caught, and what is not claimed."""

from __future__ import annotations

import pytest

from ictindex.page.swaps_vi import pair_text, tipping_table
from ictindex.robustness.questions import pair
from ictindex.scoring.evaluation import evaluate_edition
from tests.shipped import shipped


@pytest.fixture
def e(golden):
    return evaluate_edition("mini-2020", golden)


def test_the_golden_pair_word_for_word(e):
    lines = pair_text(e, pair(e, "C", "B")).lines
    assert lines[:4] == (
        "Mọi đơn vị: Đơn vị B (B), hạng 1, 735,00 điểm; Đơn vị C (C), hạng 2, 727,50 điểm.",
        "So sánh trên giá trị chính xác, chưa làm tròn. Đơn vị B: 735; Đơn vị C: 727,5; cách nhau 7,5 điểm.",
        "Có thể đảo thứ hạng: thứ tự của hai đơn vị phụ thuộc trọng số của các hạng mục.",
        "Ít trọng số chuyển nhất: chuyển 1,5 điểm phần trăm trọng số từ 2 “Hạng mục 2” sang 3 “Hạng"
        " mục 3” thì hai đơn vị bằng nhau. Kiểm tra lại trên số chính xác: Đơn vị B 731,25, Đơn vị C"
        " 731,25 điểm.",
    )


def test_its_table_has_a_row_for_each_criterion(e):
    table = tipping_table(e, pair(e, "C", "B"))
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    assert [row["tipping_points"] for row in rows] == [135, 210, 119, 189, 163, 122]
    assert [row["tipping_alone"] for row in rows] == [125, 200, 122, 175, 175, 125]
    assert [row["max_points"] for row in rows] == [200, 250, 100, 250, 100, 100]
    assert table.stamp == "SỐ LIỆU MINH HỌA"
    assert table.csv().splitlines()[1].startswith("c1,1,Hạng mục 1,turns,có ngưỡng đảo thứ hạng,20,500/37,")


def test_what_alone_turns_nobody_is_called_what_it_is():
    e = shipped("qd2342-2017")
    table = tipping_table(e, pair(e, "Bo Tai chinh", "Bo Noi vu"))
    said = {row[1]: row[4] for row in table.rows}
    assert said["1"] == "riêng hạng mục này không đảo được" and said["2"] == "có ngưỡng đảo thứ hạng"


def test_one_who_dominates_is_told_in_three_lines(e):
    lines = pair_text(e, pair(e, "B", "E")).lines
    assert len(lines) == 3 and lines[2].startswith(
        "Thứ hạng không bao giờ đảo: Đơn vị B (B) trên Đơn vị E (E)"
    )


def test_one_who_can_be_caught_but_not_passed(mini_with):
    answers = "entity,answer,value\n" + "".join(
        f"{unit},{answer},{value}\n"
        for unit, services in (("A", 40), ("B", 30))
        for answer, value in (("with_computer", 5), ("staff", 10), ("portal", 20), ("services", services))
    )
    entities = "entity,label_vi,group\nA,Bộ Một,ministry\nB,Bộ Hai,ministry\n"
    e = evaluate_edition("mini-2020", mini_with(entities=entities, answers=answers))
    text = "\n".join(pair_text(e, pair(e, "A", "B")).lines)
    assert "Không bao giờ vượt: Bộ Hai (B) có thể bằng nhưng không thể trên Bộ Một (A)" in text
    assert "có thể bằng nhưng không vượt." in text


def test_where_other_criteria_apply_the_nearest_change_found_is_told_with_its_bound(small):
    """The services of C are withheld, so that its total is over 50 points and A's over 100."""
    text = "\n".join(pair_text(small, pair(small, "A", "C")).lines)
    assert "Không thể ít điểm hơn (theo chương trình giải)." in text
    assert "Không bộ nào gần hơn (đã chứng minh" in text
    (told,) = [line for line in text.splitlines() if line.startswith("Ít trọng số chuyển nhất")]
    assert "điểm phần trăm trọng số (" in told and "Kiểm tra lại trên số chính xác" in told


def test_without_whole_points_there_are_no_columns_of_points():
    e = shipped("egdi-2018")
    p = pair(e, "VNM", "THA")
    assert "Phương án điểm nguyên: không có" in "\n".join(pair_text(e, p).lines)
    assert not {"max_points", "tipping_points"} & {c.key for c in tipping_table(e, p).columns}
