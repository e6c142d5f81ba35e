"""Why a rank and a level are no better, on the page and in an explanation."""

from fractions import Fraction as F

from ictindex.methodology.decision import Level
from ictindex.page.explained import explain
from ictindex.page.frames import add_up, points, rank
from ictindex.page.levels_vi import level_vi


def test_page_and_explanation_say_in_words_why_a_rank_and_a_level_are_no_better(ranked_units):
    levels = [
        {"key": "a", "label_vi": "Tốt", "low": 80, "each_category": 50},
        {"key": "b", "label_vi": "Khá", "low": 0},
    ]
    units = {"u": {"one": F(80), "two": F(9)}, "v": {"one": F(69), "two": F(20)}}
    e = ranked_units({"one": F(80), "two": F(20)}, units, ["two"], levels)
    frame = rank(add_up(points(e), e), e).set_index("unit")
    assert frame["level_why"].to_dict() == {"v": "", "u": "mức “Tốt”: “two” đạt 45 %, cần từ 50 %"}
    assert frame["tie_break"]["u"] == "bằng giá trị với 1 đơn vị khác; phân định ở “two”"
    told = explain(e, "u")
    said = dict(zip(told["name"], told["said"], strict=True))
    assert said["Chưa đạt"] == "mức “Tốt”: “two” đạt 45 %, cần từ 50 %"
    assert said["Đạt mức “Khá”"] == "từ 0 trở lên"
    assert said["Phân định khi bằng giá trị"].endswith("phân định ở “two”: Đơn vị v")


def test_a_level_says_all_that_it_asks(ranked_units):
    m = ranked_units({"one": F(1)}, {"u": {"one": F(1)}}).methodology
    high = Level(key="a", label_vi="A", low=F(80), top=F(10), each_category=F(50), categories={"one": F(60)})
    assert level_vi(high, None, m) == (
        "từ 80 trở lên; trong 10 % đứng đầu số đơn vị được xếp hạng; mọi hạng mục đạt từ 50 %;"
        " “one” đạt từ 60 %"
    )
    plain = Level(key="b", label_vi="B", low=F(70))
    assert level_vi(plain, high, m) == "từ 70 trở lên"  # who lacks a condition above may have more than 80
    assert level_vi(Level(key="c", label_vi="C", low=F(0)), plain, m) == "từ 0 đến dưới 70"
