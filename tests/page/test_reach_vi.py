"""What is within reach, as sentences: a first place, the mix that stands above, ranks and their bounds."""

from __future__ import annotations

import pytest

from ictindex.page.reach_vi import first_table, first_text, ranks_table, ranks_text
from ictindex.robustness.nearest import Nearest
from ictindex.robustness.questions import first_place, rank_ranges
from ictindex.robustness.reach import Extreme, First, Ranks
from ictindex.scoring.evaluation import evaluate_edition


@pytest.fixture
def e(golden):
    return evaluate_edition("mini-2020", golden)


def test_who_is_first_today_needs_no_other_weights(e):
    lines = first_text(e, first_place(e, "B")).lines
    assert lines[2] == (
        "Bộ trọng số gần hiện nay nhất để đứng đầu: chính là trọng số hiện nay"
        " (giá trị chính xác đã đứng đầu)."
    )


def test_the_nearest_weights_are_told_with_their_proof(e):
    lines = first_text(e, first_place(e, "C", None)).lines
    assert (
        lines[1].startswith("Có thể: với mọi bộ trọng số, Đơn vị C (C)")
        and "28,75 điểm phần trăm" in lines[1]
    )
    assert lines[2] == (
        "Bộ trọng số gần hiện nay nhất để đứng đầu: 2 “Hạng mục 2” từ 250 thành 235 điểm; 3 “Hạng mục 3”"
        " từ 100 thành 115 điểm. Chuyển 1,5 điểm phần trăm trọng số (ít nhất có thể, đã chứng minh);"
        " chấm lại cả nhóm thì Đơn vị C hạng 1."
    )


@pytest.mark.parametrize("level, called", [("categories", "Hạng mục"), ("leaves", "Tiêu chí")])
def test_what_is_weighed_is_called_what_it_is(e, level, called):
    assert first_table(e, first_place(e, "C", None, level)).columns[1].label_vi == called


def test_a_certificate_names_who_stands_above(e):
    lines = first_text(e, first_place(e, "E")).lines
    assert lines[1] == (
        "Không thể: khi mỗi trọng số xê dịch tối đa ±25 % của nó, không bộ trọng số nào đưa Đơn vị E (E)"
        " lên đứng đầu."
    )
    assert lines[2].startswith("Chứng minh: ")
    assert lines[3] == "Kể cả khi trọng số được đổi tùy ý cũng không thể đứng đầu."


def test_one_that_only_ties_is_told_so(mini_with):
    answers = "entity,answer,value\n" + "".join(
        f"{unit},{answer},{value}\n"
        for unit, services in (("A", 40), ("B", 30))
        for answer, value in (("with_computer", 5), ("staff", 10), ("portal", 20), ("services", services))
    )
    entities = "entity,label_vi,group\nA,Bộ Một,ministry\nB,Bộ Hai,ministry\n"
    e = evaluate_edition("mini-2020", mini_with(entities=entities, answers=answers))
    lines = first_text(e, first_place(e, "B", None)).lines
    assert lines[1].endswith("có thể bằng đơn vị đứng đầu, không bộ nào hơn (đã chứng minh).")


def test_what_is_no_quotient_is_not_concluded(small):
    r = first_place(small, "A")._replace(first=First("not linear"), nearest=Nearest("not linear"))
    assert "Chưa kết luận" in first_text(small, r).lines[-1]
    assert first_table(small, r).columns[-1].key == "high", "no weights are told"
    asked = [each._replace(ranks=Ranks("not linear")) for each in rank_ranges(small, ["A"])]
    assert ". Chưa kết luận" in ranks_text(small, asked).lines[0]
    assert ranks_table(small, asked, 10).rows[0][-2] is None


def test_where_not_the_same_applies_to_all_it_is_concluded(small):
    """B has no portal and C no services: C has 30 of 50, and A 39 of those and 25 of 50 more."""
    r = first_place(small, "B")
    assert first_text(small, r).lines[1].startswith("Không thể: khi mỗi trọng số xê dịch tối đa ±25 % của nó")
    assert "luôn đứng trên Bộ Hai." in first_text(small, r).lines[2]
    ends = {row[3]: row[5:] for row in ranks_table(small, rank_ranges(small, ["A", "B", "C"]), 10).rows}
    assert [ends[name][-1] for name in ends] == ["rõ cả hai đầu"] * 3


def test_ranks_that_are_not_settled_give_their_bounds(e):
    (asked,) = rank_ranges(e, ["D"], 50)
    open_ended = asked._replace(
        ranks=Ranks("reached", Extreme(2, (), 1, 2), Extreme(4, (), 5, 5)),
    )
    row = ranks_table(e, [open_ended], 10).rows[0]
    assert row[-5:] == (
        2,
        1,
        4,
        5,
        "hạng cao nhất nằm trong 1–2 (chỉ đồng hạng mới tới 1); hạng thấp nhất nằm trong 4–5",
    )
    (line,) = ranks_text(e, [open_ended]).lines
    assert line.endswith(
        "Khi mỗi trọng số xê dịch tối đa ±50 % của nó, trên giá trị chưa làm tròn, đã thấy từ hạng 2 đến"
        " hạng 4; chưa rõ hết: hạng cao nhất nằm trong 1–2 (chỉ đồng hạng mới tới 1);"
        " hạng thấp nhất nằm trong 4–5."
    )
    assert ranks_text(e, [open_ended] * 6).lines == (
        "6 đơn vị: 0 chỉ có một hạng khi mỗi trọng số xê dịch tối đa ±50 % của nó; 6 còn khoảng chưa chứng"
        " minh; 0 chưa kết luận.",
    )


def test_the_ranks_of_few_units_are_told_in_a_sentence_each(small):
    within = "Khi mỗi trọng số xê dịch tối đa ±25 % của nó, trên giá trị chưa làm tròn,"
    assert ranks_text(small, rank_ranges(small, ["A"])).lines == (
        f"Bộ: Bộ Một (A), hạng 1, 0,640. {within} luôn hạng 1.",
    )
    (line,) = ranks_text(small, rank_ranges(small, ["A"], None)).lines
    assert line.endswith("từ hạng 1 đến hạng 2; không thể cao hơn hay thấp hơn.")


def test_of_nobody_nothing_is_told(unranked):
    assert ranks_text(unranked, []).lines == ("Không có đơn vị nào được xếp hạng.",)
    assert ranks_table(unranked, [], 10).rows == ()
