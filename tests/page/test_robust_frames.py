"""What the charts of robustness draw, and its sentence, on rankings small enough to be reasoned through."""

from fractions import Fraction

from ictindex.page import robust_frames as frames
from ictindex.scoring.evaluation import evaluate_edition


def test_the_conclusion_says_who_is_sure_who_is_least_so_and_how_it_was_tried(ranking_of):
    said, how = frames.conclusion(ranking_of()).lines
    assert said == (
        "Mọi đơn vị: 2 trong 4 đơn vị giữ đúng một hạng trong ít nhất 90 % số lần rút; rộng nhất là"
        " Đơn vị two, từ hạng 2 đến 3. 1 cặp đơn vị liền hạng chưa phân biệt được."
    )
    assert how.startswith("Mỗi lần rút, mọi trọng số ở mọi cấp được nhân với 1 + u") and "2.000 lần" in how


def test_where_nothing_moves_no_unit_is_called_the_least_sure(ranking_of):
    said, _ = frames.conclusion(ranking_of({"a": (40, 40), "b": (10, 10)})).lines
    assert said == (
        "Mọi đơn vị: 2 trong 2 đơn vị giữ đúng một hạng trong ít nhất 90 % số lần rút."
        " 0 cặp đơn vị liền hạng chưa phân biệt được."
    )


def test_without_draws_the_conclusion_is_that_nothing_was_tried_and_the_frame_is_empty(ranking_of):
    e, words = ranking_of(draws=0), "Không thử độ vững của kết quả: tham số draws bằng 0."
    assert frames.conclusion(e).lines == (words,)
    assert frames.acceptability(e).empty and frames.acceptability(e).attrs["note"] == words


def test_the_ranks_that_a_unit_held_add_up_to_all_draws_and_rivals_share_theirs(ranking_of):
    frame = frames.acceptability(ranking_of())
    held = {(row.unit, row.held): row.share for row in frame.itertuples()}
    assert held["first", 1] == held["last", 4] == 1
    assert held["two", 2] + held["two", 3] == 1 and isinstance(held["two", 2], Fraction)
    assert held["two", 2] == held["three", 3] and held["two", 3] == held["three", 2]
    assert len(held) == 6


def test_a_quarter_less_for_one_category_turns_the_rivals_and_nobody_else(ranking_of):
    """With 37.5 of 100 points for x two has 21.25 and three 28.375; with 62.5 they stay as they are."""
    frame = frames.weights_tornado(ranking_of())
    assert frame[["category", "number", "change", "shift", "most"]].values.tolist() == [
        ["x", "1", -25, 0.5, 1],
        ["x", "1", 25, 0, 0],
        ["y", "2", -25, 0, 0],
        ["y", "2", 25, 0.5, 1],
    ]


def test_rivals_change_places_between_the_points_where_they_are_level(ranking_of):
    """Two and three are level where x weighs 30/61 of the whole: between 49 and 50 points."""
    frame = frames.weight_steps(ranking_of())
    of_x = frame[frame.category == "x"]
    assert of_x[["unit", "standing", "low", "high", "rank"]].values.tolist() == [
        ["first", 1, 0, 100, 1],
        ["two", 2, 0, 49.5, 3],
        ["two", 2, 49.5, 100, 2],
        ["three", 3, 0, 49.5, 2],
        ["three", 3, 49.5, 100, 3],
        ["last", 4, 0, 100, 4],
    ]
    assert set(frame.present) == {50} and set(frame.measure) == {"điểm"}


def test_where_nothing_is_left_to_rank_a_unit_on_it_has_no_rank(mini):
    """C withholds the services: where the other category weighs nothing, it has nothing."""
    frame = frames.weight_steps(evaluate_edition("mini-2020", mini))
    of_c = frame[(frame.unit == "C") & (frame.category == "inside")]
    assert of_c[["low", "high"]].values.tolist()[0] == [0, 0.5]
    assert of_c["rank"].iloc[0] is None and None not in of_c["rank"].tolist()[1:]
