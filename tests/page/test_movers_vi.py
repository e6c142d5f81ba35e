"""Who rises and who falls is said in a sentence before any table, for one group, many, and nobody."""

from decimal import Decimal

import pytest

from ictindex.facts.inputs import Entity
from ictindex.page import movers_vi
from ictindex.page.movers_vi import Mover, beside_vi, changes_conclusion, what_if_conclusion
from ictindex.scoring.evaluation import Standing, evaluate
from ictindex.scoring.outcomes import Outcome
from ictindex.scoring.parameters import read_parameters
from ictindex.what_if.evaluating import hypothetical
from tests.shipped import shipped


def stands(name, rank, printed="0.5"):
    printed = None if rank is None else Decimal(printed)
    return Standing(Entity(name, name, "group", 2), Outcome(None, None, "missing"), None, printed, rank)


def movers(**ranks):
    """Name -> rank before and after; 'out': not in the group."""
    return [
        Mover(*(None if rank == "out" else stands(name, rank) for rank in both))
        for name, both in ranks.items()
    ]


def sentences(levels=False, **ranks):
    return [*movers_vi._sentences(movers(**ranks), levels, "bảng gốc")]


def run(project, edition, **changed):
    return evaluate(project, **{**read_parameters(edition, project), **changed})


# --- a what-if --------------------------------------------------------------------------------------------


def test_of_several_groups_each_has_a_line_under_the_sum():
    e = hypothetical(shipped("qd2342-2017"), "online-services-300")
    told = what_if_conclusion(e)
    assert '<p class="ict-conclusion">' in told.html()
    assert told.lines == (
        "Theo phương án này, 17 trong 93 đơn vị đổi thứ hạng (10 lên, 7 xuống).",
        "Bộ, cơ quan ngang Bộ: 4 trong 22 đơn vị đổi thứ hạng (2 lên, 2 xuống). Lên nhiều nhất, cùng 1 bậc:"
        " Văn phòng Chính phủ (từ hạng 4 lên hạng 3), Thanh tra Chính phủ (từ hạng 16 lên hạng 15); xuống"
        " nhiều nhất, cùng 1 bậc: Bộ Ngoại giao (từ hạng 3 xuống hạng 4), Bộ Tài nguyên và Môi trường (từ"
        " hạng 15 xuống hạng 16). Đứng đầu vẫn là Bộ Tài chính; vào ba hạng đầu: Văn phòng Chính phủ; ra khỏi"
        " ba hạng đầu: Bộ Ngoại giao.",
        "Cơ quan thuộc Chính phủ: cả 8 đơn vị giữ nguyên thứ hạng.",
        "Tỉnh, thành phố trực thuộc Trung ương: 13 trong 63 đơn vị đổi thứ hạng (8 lên, 5 xuống). Lên nhiều"
        " nhất, cùng 1 bậc: Thừa Thiên - Huế (từ hạng 5 lên hạng 4), Đắk Nông (từ hạng 7 lên hạng 6), Hà Tĩnh"
        " (từ hạng 12 lên hạng 11) và 5 đơn vị khác; xuống nhiều nhất: Sơn La (từ hạng 37 xuống hạng 40)."
        " Đứng đầu vẫn là Tây Ninh; ba hạng đầu không đổi.",
    )


def test_of_one_group_the_sum_is_not_said_twice():
    e = hypothetical(shipped("qd375-2020"), "no-evidence-zero-for-unit")
    first, second = what_if_conclusion(e).lines
    assert first == "Theo phương án này, 21 trong 22 đơn vị đổi thứ hạng (18 lên, 3 xuống)."
    assert second.startswith("Lên nhiều nhất, cùng 4 bậc: Vụ Tổ chức phi chính phủ (từ hạng 19 lên hạng 15),")
    assert "; xuống nhiều nhất: Trung tâm Thông tin (từ hạng 2 xuống hạng 16). Đứng đầu vẫn là" in second


def test_where_levels_alone_change_it_is_said_from_which_to_which():
    e = hypothetical(shipped("qd2245-2021"), "lower-levels")
    first, _, districts = what_if_conclusion(e).lines
    assert first == "Theo phương án này, cả 31 đơn vị giữ nguyên thứ hạng; 7 đơn vị đổi mức."
    assert districts == (
        "Cơ quan nhà nước cấp huyện: cả 12 đơn vị giữ nguyên thứ hạng. Đổi mức: 2 đơn vị từ Khá thành Tốt"
        " (UBND huyện Quỳnh Nhai, UBND huyện Vân Hồ)."
    )


def test_a_what_if_that_moves_nobody_says_so_plainly(asked):
    """A, first of the ministries by 64 of 100, would have 84."""
    assert what_if_conclusion(asked("answers: {A: {services: 45}}\n")).lines == (
        "Theo phương án này, cả 5 đơn vị giữ nguyên thứ hạng; 1 đơn vị đổi giá trị.",
    )


def test_who_is_left_out_or_comes_from_another_group_is_named(asked):
    only = what_if_conclusion(asked("among: [A, D]\n")).lines
    assert only[1] == (
        "Bộ: đơn vị duy nhất giữ nguyên thứ hạng. Đứng đầu vẫn là Bộ Một. Chỉ có trong nhóm ở bảng gốc: Bộ Ba"
        " (hạng 2), Bộ Hai (hạng 3)."
    )
    moved = what_if_conclusion(asked("groups: {Cơ quan Một: ministry}\n")).lines
    assert moved[1].endswith("Không có trong nhóm ở bảng gốc: Cơ quan Một (hạng 3).")


# --- sentences --------------------------------------------------------------------------------------------


def test_nothing_is_said_of_a_group_in_which_nothing_changes():
    assert sentences(A=(1, 1), B=(2, 2), C=(None, None)) == []
    assert sentences(levels=True, A=(1, 1)) == []


def test_a_new_first_is_set_beside_the_one_before():
    assert sentences(A=(2, 1), B=(1, 2)) == [
        "Lên nhiều nhất: A (từ hạng 2 lên hạng 1); xuống nhiều nhất: B (từ hạng 1 xuống hạng 2).",
        "Đứng đầu là A (ở bảng gốc: B).",
    ]


def test_the_same_first_three_in_another_order_are_told_from_others():
    top = sentences(A=(1, 1), B=(3, 2), C=(2, 3), D=(4, 4))[-1]
    assert top == "Đứng đầu vẫn là A; ba hạng đầu vẫn gồm các đơn vị ấy nhưng thứ hạng khác đi."
    assert sentences(A=(1, 1), B=(2, 2), C=(3, 3), D=(5, 4), E=(4, 5))[-1] == (
        "Đứng đầu vẫn là A; ba hạng đầu không đổi."
    )


def test_a_rank_that_is_lost_or_gained_is_no_rise():
    assert sentences(A=(1, 1), B=(2, None), C=(None, 2)) == [
        "Đứng đầu vẫn là A.",
        "Không còn được xếp hạng: B (hạng 2).",
        "Nay được xếp hạng: C (hạng 2).",
    ]


def test_of_many_alike_three_are_named_and_the_others_counted():
    some = {f"U{i}": (i + 1, i) for i in range(1, 6)} | {"Z": (1, 6)}
    first, _ = sentences(**some)
    assert first == (
        "Lên nhiều nhất, cùng 1 bậc: U1 (từ hạng 2 lên hạng 1), U2 (từ hạng 3 lên hạng 2), U3 (từ hạng 4 lên"
        " hạng 3) và 2 đơn vị khác; xuống nhiều nhất: Z (từ hạng 1 xuống hạng 6)."
    )


@pytest.mark.parametrize(
    "ranks, said",
    [
        ({"A": (None, 1)}, "không đơn vị nào có hạng ở cả hai bảng nên không so được thứ hạng"),
        ({"A": (1, 1)}, "đơn vị duy nhất giữ nguyên thứ hạng"),
        ({"A": (1, 1), "B": (2, 2)}, "cả 2 đơn vị giữ nguyên thứ hạng"),
        ({"A": (1, 1), "B": (2, 1)}, "1 trong 2 đơn vị đổi thứ hạng (1 lên)"),
    ],
)
def test_how_many_move_is_said_of_those_with_both_ranks(ranks, said):
    assert movers_vi._sum_vi(movers(**ranks)) == said


# --- the year before, the head ----------------------------------------------------------------------------


def test_two_editions_are_compared_in_sentences():
    assert changes_conclusion(shipped("egdi-2018")).lines == (
        "So với kỳ trước (năm 2016), 181 trong 193 đơn vị đổi thứ hạng (88 lên, 93 xuống).",
        "Lên nhiều nhất: Síp (từ hạng 64 lên hạng 36); xuống nhiều nhất: CHDCND Triều Tiên (từ hạng 153 xuống"
        " hạng 185). Đứng đầu là Đan Mạch (ở kỳ trước: Vương quốc Anh); vào ba hạng đầu: Đan Mạch; ra khỏi ba"
        " hạng đầu: Vương quốc Anh.",
    )


def test_without_a_year_before_there_is_nothing_to_compare():
    (line,) = changes_conclusion(shipped("qd375-2020")).lines
    assert line == "Không có ấn bản kỳ trước trong lần chạy này, nên không so sánh."


def test_the_head_of_a_what_if_has_the_sum_alone_and_that_of_every_combination_nothing():
    e = hypothetical(shipped("qd375-2020"), "no-evidence-zero-for-unit")
    assert beside_vi(e) == ["So với kết quả gốc, 21 trong 22 đơn vị đổi thứ hạng (18 lên, 3 xuống)."]
    assert beside_vi(hypothetical(shipped("qd375-2020"), "choices-of-375")) == []


def test_the_head_of_a_variant_says_what_becomes_of_its_editions_ranks(egdi):
    (line,) = beside_vi(run(egdi, "egdi-2018", rounding="down"))
    assert line.endswith("của ấn bản, cả 193 đơn vị giữ nguyên thứ hạng; 57 đơn vị đổi giá trị.")
    first, line = beside_vi(run(egdi, "egdi-2018", decimals=2))
    assert first.startswith("So với kết quả theo tệp tham số của ấn bản, ") and "Đan Mạch" in line
    assert beside_vi(run(egdi, "egdi-2018", highlight="THA")) == []
