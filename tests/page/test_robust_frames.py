"""How firmly ranks stand: frames that charts are drawn from, and the sentence that comes before them."""

from dataclasses import replace
from fractions import Fraction

import pytest

from ictindex.page import robust_frames as frames
from ictindex.scoring.evaluation import evaluate_edition


@pytest.fixture
def drawn(ranking_of):
    """First dominates, last is dominated by all; two and three change places with the weights."""
    return ranking_of()


def test_the_conclusion_says_who_is_sure_who_is_least_sure_and_how_it_was_tried(drawn):
    group, how = frames.conclusion(drawn).lines
    assert group.startswith("Mọi đơn vị: 2 trong 4 đơn vị giữ đúng một hạng trong ít nhất 90 % số lần rút")
    assert "từ hạng 2 đến 3" in group and group.endswith("1 cặp đơn vị liền hạng chưa phân biệt được.")
    assert "2.000 lần" in how and "25 %" in how


def test_where_nothing_was_drawn_the_conclusion_says_why(ranking_of):
    (why,) = frames.conclusion(ranking_of(draws=0)).lines
    assert why


def test_nobody_is_said_to_be_unsure_where_everybody_is_sure(ranking_of):
    group, _ = frames.conclusion(ranking_of({"a": (45, 45), "b": (5, 5)})).lines
    assert "2 trong 2 đơn vị" in group and "rộng nhất" not in group and "0 cặp" in group


def test_the_ranks_that_a_unit_held_add_up_to_all_draws(drawn):
    frame = frames.acceptability(drawn)
    assert list(frame) == ["group", "group_name", "unit", "unit_name", "rank", "held", "share"]
    assert frame.groupby("unit").share.sum().to_dict() == dict.fromkeys(["first", "two", "three", "last"], 1)
    held = {(row.unit, row.held): row.share for row in frame.itertuples()}
    assert held["first", 1] == held["last", 4] == Fraction(1)
    assert {held_at for unit, held_at in held if unit == "two"} == {2, 3}
    assert held["two", 2] == held["three", 3], "they change places with each other"


def test_of_many_units_ranks_far_away_are_one_row_and_still_add_up_to_all_draws(ranking_of, monkeypatch):
    e = ranking_of({f"u{n:02}": (n * 7 % 20, n * 3 % 20) for n in range(20)})
    every = frames.acceptability(e)
    monkeypatch.setattr(frames, "EACH_HELD", 19)
    monkeypatch.setattr(frames, "FAR", 1)
    few = frames.acceptability(e)
    assert len(few) < len(every) and (few["rank"] - few.held).abs().max() == 1
    assert set(few.groupby("unit").share.sum()) == {1}
    near, kept = (frame[frame["rank"] == frame.held] for frame in (few, every))
    assert near[["unit", "share"]].values.tolist() == kept[["unit", "share"]].values.tolist()
    assert "19 đơn vị" in few.attrs["note"] and "19 đơn vị" not in every.attrs["note"]


def test_each_category_alone_goes_down_and_up_by_the_spread(drawn):
    frame = frames.weights_tornado(drawn)
    assert [(row.category, row.change) for row in frame.itertuples()] == [
        *(("x", -25), ("x", 25)),
        *(("y", -25), ("y", 25)),
    ]
    # x less than y: three (9, 40) passes two (40, 10), one place each of four units
    moved = {(row.category, row.change): (float(row.shift), row.most) for row in frame.itertuples()}
    assert moved["x", -25] == moved["y", 25] == (0.5, 1)
    assert moved["x", 25] == moved["y", -25] == (0.0, 0)


def test_between_its_steps_a_unit_keeps_its_rank_from_nothing_to_everything(drawn):
    frame = frames.weight_steps(drawn)
    assert set(frame.measure) == {"điểm"} and set(frame.present) == {50}
    for _, steps in frame.groupby(["category", "unit"]):
        assert (steps.low.min(), steps.high.max()) == (0, 100)
        assert list(steps.low)[1:] == list(steps.high)[:-1], "no gap between two steps"
        assert all(one != other for one, other in zip(steps["rank"], steps["rank"][1:], strict=False))
    two = frame[(frame.category == "x") & (frame.unit == "two")]
    # 40·p + 10·(100 − p) is more than 9·p + 40·(100 − p) from p = 50 on, where 61·p > 3000
    assert [(row.low, row.high, row.rank) for row in two.itertuples()][-1][1:] == (100, 2)


def test_of_many_units_the_first_and_the_highlighted_have_steps(ranking_of):
    units = {f"u{n:02}": (n, 1) for n in range(1, 21)}
    e = ranking_of(units)
    assert set(frames.weight_steps(e).unit) == {f"u{n:02}" for n in range(15, 21)}
    e = replace(e, parameters={**e.parameters, "highlight": "u01"})
    assert "u01" in set(frames.weight_steps(e).unit)


def test_where_nobody_is_ranked_frames_are_empty_and_say_so(unranked):
    for make in (frames.acceptability, frames.weights_tornado, frames.weight_steps):
        assert make(unranked).empty


def test_frames_carry_vietnamese_headings_for_every_column(drawn):
    for make in (frames.acceptability, frames.weights_tornado, frames.weight_steps):
        frame = make(drawn)
        assert set(frame.attrs["labels"]) == set(frame) and frame.attrs["title"]


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
