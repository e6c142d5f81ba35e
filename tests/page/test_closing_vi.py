"""What is missing, as sentences: points, the answer to change, and a zero that must be lifted first."""

from __future__ import annotations

import re
from fractions import Fraction as F

from ictindex.page.closing_vi import closing_table, closing_text
from ictindex.robustness.questions import lacking
from ictindex.scoring.evaluation import evaluate_edition
from tests.shipped import shipped


def lines_of(e, unit):
    return closing_text(e, lacking(e, [unit])).lines[1:]


def rows_of(e, *units):
    table = closing_table(e, lacking(e, units))
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def test_the_small_edition_word_for_word(small):
    assert lines_of(small, "C") == (
        "Bộ: Bộ Ba (C), hạng 2, 0,600.",
        "  Đến hạng 1: còn thiếu 0,0395 (trên bảng công bố: 0,04).",
        "    1.2 “Cổng thông tin”: thêm 1,975 điểm (còn được thêm 20);"
        " “Điểm cổng thông tin” từ 20 thành 21,975.",
    )


def test_the_first_lacks_no_rank(small):
    assert lines_of(small, "A") == ("Bộ: Bộ Một (A), hạng 1, 0,640.", "  Không có hạng nào cao hơn.")
    assert rows_of(small, "A") == []


def test_where_nothing_alone_is_enough_it_says_so(mini_with):
    """D has 42.5 of 50 when its portal has 40; E, with nothing, gets at most 40 from its portal."""
    project = mini_with(answers=lambda text: text.replace('D,portal,"12.5"', "D,portal,40"))
    e = evaluate_edition("mini-2020", project)
    assert lines_of(e, "E")[-1] == "    Không một tiêu chí nào, riêng nó, là đủ."
    (row,) = rows_of(e, "E")
    assert (row["criterion"], row["points"], row["missing"]) == (None, None, F("0.8495"))


def test_a_zero_with_a_reason_must_be_lifted_first(small):
    (row,) = rows_of(small, "B")
    assert row["how_vi"] == "đang 0 điểm: báo cáo chậm, phải gỡ lý do này trước"


def test_the_next_level_stands_beside_the_next_rank():
    e = shipped("qd2245-2021")
    levels = {level.key: level.label_vi for level in e.methodology.source.levels.list}
    told = [
        row for row in rows_of(e, *(s.entity.code for s in e.standings["district"])) if row["goal"] in levels
    ]
    assert told
    assert all(row["goal_vi"] == levels[row["goal"]] for row in told)
    to_level = f"  Đến mức “{told[0]['goal_vi']}”: còn thiếu "
    assert any(line.startswith(to_level) for line in lines_of(e, told[0]["unit"]))


def test_no_sentence_tells_a_fraction_as_it_is_written_for_machines():
    e = shipped("qd2245-2021")
    told = lines_of(e, "so-noi-vu")
    assert any("Đến mức" in line for line in told)
    assert not [line for line in told if re.search(r"[0-9]/[0-9]", line)]


def test_the_table_is_exact(small):
    (row,) = rows_of(small, "C")
    assert (row["missing"], row["points"], row["left"]) == (F("0.0395"), F("1.975"), 20)
