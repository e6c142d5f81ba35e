"""The command explain: a tree that a person can read, and the same as JSON."""

import json

import pytest


@pytest.fixture
def asked(ictindex, mini):
    return lambda *words: ictindex("--project", str(mini.root), "explain", "mini-2020", *words)


def test_the_tree_goes_from_the_total_to_the_cells_of_the_inputs(asked):
    ended = asked("bo mot")
    lines = ended.out.splitlines()
    assert ended.code == 0 and lines[0] == "Bộ Một (A), Bộ"
    assert lines[1].startswith("Tổng điểm: 39 + 25 = 64 trên 100 điểm; 0,640, hạng 1")
    (figure,) = [line for line in lines if "Cán bộ có máy tính: 90" in line]
    assert figure.startswith("        ") and "inputs/mini-2020/answers.csv, dòng 2, cột value" in figure


def test_points_that_have_more_places_are_marked_as_rounded(ictindex, egdi):
    """269 of 377 with a computer, of 20 points: 14.2706; six criteria add up to 143.5014."""
    out = ictindex("--project", str(egdi.root), "explain", "qd2342-2017", "bo y te", "1").out
    assert "1.1 Tỷ lệ CBCCVC được trang bị máy tính: ≈ 14,271 trên 20 điểm" in out
    assert "+ 50 + 10 ≈ 143,501 trên 200 điểm" in out and "35 + 15 = 50 trên 60 điểm" in out


def test_only_the_branch_of_a_criterion_is_told(asked):
    lines = asked("A", "1.1").out.splitlines()
    assert len(lines) == 5 and lines[1].startswith("1.1 Tỷ lệ cán bộ có máy tính: 9 trên 10 điểm")


def test_json_holds_exact_numbers_and_what_explains_what(asked):
    told = json.loads(asked("A", "--json").out)
    assert (told["edition"], told["unit"], told["unit_name"]) == ("mini-2020", "A", "Bộ Một")
    first, *more = told["steps"]
    assert first["points"] == "64" and first["step"] == 1 and "of" not in first
    assert {step["of"] for step in more} <= {step["step"] for step in told["steps"]}


def test_an_unknown_unit_is_a_finding_and_no_traceback(asked):
    ended = asked("Bộ Mười")
    assert ended.code == 1 and "[unit-unknown]" in ended.err and ended.out == ""


def test_an_unknown_edition_or_criterion_is_told_beside_what_is_near(ictindex, mini, asked):
    ended = ictindex("--project", str(mini.root), "explain", "mini-2021", "A")
    assert ended.code == 1 and "did you mean “mini-2020”?" in ended.err and "[no-such-run]" in ended.err
    near = asked("A", "1.12").err
    assert "[criterion-unknown]" in near and "did you mean “1.2”?" in near
