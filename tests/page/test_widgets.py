"""The sliders of JupyterLab: the annex's numbers, and rank intervals around the weights as moved."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from ictindex.basics.project import Project
from ictindex.page import slider, widgets
from ictindex.page.state import State
from ictindex.robustness.as_numbers import problem
from ictindex.robustness.draws import Design
from ictindex.scoring.parameters import read_parameters
from ictindex.what_if.evaluating import evaluate_run
from tests.shipped import shipped

ROOT = Path(__file__).parents[2]
PROJECT = Project(ROOT)


@pytest.fixture
def board(monkeypatch) -> widgets.Board:
    """A board of its own; what editions come to is evaluated once for all boards."""
    monkeypatch.setattr(widgets, "evaluate_edition", lambda edition, _: shipped(edition))
    return widgets.Board("qd2342-2017", PROJECT)


def hands(board: widgets.Board) -> tuple[int, ...]:
    return tuple(hand.value for hand in board.hands)


def test_before_anything_is_moved_the_board_shows_the_official_ranks(board):
    standings = board.evaluation.standings["ministry"]
    assert [(*row[:4], row[6], row[7]) for row in board.shown().rows] == [
        (s.entity.label_vi, s.rank, s.rank, "=", s.printed, s.printed) for s in standings
    ]
    assert board.told.value.startswith("<p>Phương án gốc. 0 trong 22 đơn vị đổi hạng.")


def test_a_moved_slider_moves_the_others_and_the_ranks_and_the_button_brings_all_back(board):
    board.group.value = "province"
    assert hands(board) == (200, 250, 100, 250, 100, 100)
    before = board.table.value
    board.move("online_services", 300)
    assert hands(board) == board.points == (187, 234, 93, 300, 93, 93)
    assert board.told.value.startswith("<p>Phương án giả định. ")
    assert board.table.value != before
    board.reset.click()
    assert hands(board) == (200, 250, 100, 250, 100, 100)
    assert board.table.value == before


def test_the_total_is_kept_or_not_as_the_box_says(board):
    board.keep.value = False
    board.move("staff", 400)
    assert hands(board) == (200, 250, 100, 250, 100, 400)
    board.keep.value = True
    assert hands(board) == (133, 167, 67, 167, 66, 400)


def test_a_hundred_moves_show_what_the_annex_shows(board):
    """Whose numbers a real browser is held against in test_slider."""
    chance = random.Random(1)
    each = slider.sliders(board.evaluation, "ministry")
    wishes: dict[int, int] = {}
    for _ in range(100):
        k, wish = chance.randrange(6), chance.randrange(1001)
        if board.hands[k].value == wish:
            continue
        board.move(each.categories[k].id, wish)
        wishes[k] = wish
        points = each.moved(wishes, k, True)
        places = each.places(points)
        assert hands(board) == points
        assert [row[2] for row in board.shown().rows] == [places[i].rank for i in each.drawn(places)]
        assert [row[7] for row in board.shown().rows] == [places[i].printed for i in each.drawn(places)]


def test_another_edition_has_its_own_groups_sliders_and_levels(board):
    board.edition.value = "qd2245-2021"
    assert [value for _, value in board.group.options] == ["provincial", "district"]
    assert hands(board) == (20, 40, 15, 10, 15)
    assert [column.key for column in board.shown().columns][-2:] == ["level_base", "level"]
    board.edition.value = "egdi-2018"
    assert hands(board) == (100, 100, 100)


def test_everything_shown_is_stamped_as_hypothetical_and_as_made_up(board):
    assert board.shown().stamp == "PHƯƠNG ÁN GIẢ ĐỊNH – SỐ LIỆU MINH HỌA"
    assert "PHƯƠNG ÁN GIẢ ĐỊNH" in board.view.children[0].value
    board.edition.value = "egdi-2018"
    assert board.shown().stamp == "PHƯƠNG ÁN GIẢ ĐỊNH – DỰ THẢO", "no decision publishes it"


def test_what_moved_weights_give_is_not_official_where_the_edition_is(board, monkeypatch):
    monkeypatch.setattr(widgets, "state_of", lambda _: State("CHÍNH THỨC", ()))
    assert board.shown().stamp == "PHƯƠNG ÁN GIẢ ĐỊNH"


def test_where_nothing_weighs_nobody_is_ranked_and_nothing_is_drawn(board):
    board.keep.value = False
    for category in ("infrastructure", "application", "portal", "online_services", "policy", "staff"):
        board.move(category, 0)
    assert {(row[2], *row[4:6]) for row in board.shown().rows} == {(None, None, None)}


def test_intervals_lie_around_the_weights_as_moved(egdi_2018):
    """With weights that cannot vary, both ends are the rank that a matrix product gives."""
    group = slider.sliders(egdi_2018, "member_state")
    base = problem(egdi_2018, "member_state")
    still = Design("base", draws=512)
    at = widgets.intervals(base, group, (0, 250, 50), still)
    values = np.round(base.shares @ np.array([0, 250, 50]) / 300, 4)
    ranks = {unit: int(1 + (values > value).sum()) for unit, value in zip(base.units, values, strict=True)}
    wrong = [unit for unit, rank in ranks.items() if at[unit] != (rank, rank)]
    assert len(wrong) <= 4, "but where a float falls on the other side of a half"
    assert any(low < high for low, high in widgets.intervals(base, group, (0, 250, 50)).values())


def test_an_edition_that_is_refused_says_why_in_its_place(mini):
    board = widgets.Board("mini-2020", mini)
    (mini.inputs("mini-2020") / "answers.csv").write_text("entity,answer\n", "utf-8")
    board._choose()
    assert "answers.csv, dòng 1" in board.told.value
    assert board.table.value == "" and board.controls.children == ()
    board.keep.value = False
    board.reset.click()


def test_an_edition_that_ranks_nobody_says_so(unranked):
    board = widgets.Board(unranked.edition, unranked.project)
    assert "Không có đơn vị nào được xếp hạng" in board.told.value


def test_names_are_text(mini):
    path = mini.inputs("mini-2020") / "entities.csv"
    lines = path.read_text("utf-8").splitlines()
    code, _, rest = lines[1].partition(",")
    lines[1] = f"{code},<b onclick=x>,{rest.rpartition(',')[2]}"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    board = widgets.Board("mini-2020", mini)
    assert "<b" not in board.table.value + board.told.value
    assert "&lt;b onclick=x&gt;" in board.table.value


def test_what_stands_is_saved_as_a_what_if_that_gives_the_same_ranks(mini):
    board = widgets.Board("mini-2020", mini)
    assert board.save.disabled
    board.move("services", 60)
    assert board.name.value == "services-60"
    board.save.click()
    assert "Đã lưu parameters/what_if/services-60.yaml" in board.saved.value
    e = evaluate_run(mini, **read_parameters("mini-2020", mini), what_if="services-60")
    assert [row[2] for row in board.shown().rows] == [s.rank for s in e.standings["ministry"] if s.rank]
    board.move("services", 70)
    board.name.value = "services-60"
    board.save.click()
    assert "đã có một phương án khác" in board.saved.value


def test_a_move_can_be_taken_back_one_at_a_time(board):
    assert board.undo.disabled
    board.move("online_services", 300)
    once = hands(board)
    board.move("portal", 200)
    board.undo.click()
    assert hands(board) == once
    board.undo.click()
    assert hands(board) == (200, 250, 100, 250, 100, 100) and board.undo.disabled


def test_two_settings_are_compared_with_arrows_and_bars(board):
    board.move("online_services", 300)
    ranks = {row[0]: row[2] for row in board.shown().rows}
    board.hold.value = True
    assert {row[3] for row in board.shown().rows} == {"="} and board.chart.value == ""
    board.move("online_services", 900)
    for row in board.shown().rows:
        assert ranks[row[0]] == row[1]
        step = row[1] - row[2]
        assert row[3] == (f"↑ {step}" if step > 0 else f"↓ {-step}" if step < 0 else "=")
    assert "Hạng đã nhớ" in board.table.value and board.chart.value.count("<rect") > 2
    board.hold.value = False
    assert "Hạng gốc" in board.table.value


def test_a_unit_is_asked_about_by_its_name(board):
    board.unit.value = "bo y te"
    board.first.click()
    assert "Không thể" in board.answer.value and "Bộ Y tế (bo-y-te)" in board.answer.value
    board.unit.value = "Lai Châu"
    board.lacks.click()
    assert "còn thiếu" in board.answer.value
    board.unit.value = "bộ"
    board.lacks.click()
    assert "có thể là nhiều đơn vị" in board.answer.value


def test_of_many_units_intervals_are_drawn_when_asked_for(board):
    assert board.likely.value and "Hạng 95 %" in board.table.value
    board.likely.value = False
    assert "Hạng 95 %" not in board.table.value
