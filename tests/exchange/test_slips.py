"""A slip shows a unit what is its own, why it has the points it has, and nothing of any other unit."""

from __future__ import annotations

import io
import re
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from ictindex.basics.project import Project
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import read_context, survey
from ictindex.exchange.slips import slip
from ictindex.scoring.evaluation import Evaluation, evaluate_edition
from tests.exchange.neighbours import OF_OTHERS, OF_REVIEWERS, OWN, THIRD, neighbours
from tests.shipped import shipped


@pytest.fixture
def e(mini_with) -> Evaluation:
    return evaluate_edition("mini-2020", neighbours(mini_with))


def of(e: Evaluation, code: str):
    return next(entity for entity in e.inputs.entities if entity.code == code)


def lines(form, sheet: int) -> dict[str, dict]:
    return {
        line.cells["code"].removeprefix("tc:"): line.cells
        for line in form.sheets[sheet].lines
        if line.cells.get("code")
    }


def test_nothing_of_another_unit_is_anywhere_in_the_file(e):
    with zipfile.ZipFile(io.BytesIO(write(slip(e, of(e, OWN), "Văn phòng", "20/02/2021")))) as packed:
        everything = "\n".join(
            [*packed.namelist(), *(packed.read(name).decode() for name in packed.namelist())]
        )
    assert "Sở Chính Mình" in everything and OWN in everything  # so that the search is one
    assert re.findall(OF_OTHERS, everything) == []
    assert re.findall(f"{OF_REVIEWERS}|[Hh]ạng [0-9]|[Tt]rung bình", everything) == []


def test_the_figures_say_what_was_declared_what_stands_and_why(e):
    told = lines(slip(e, of(e, OWN)), 0)
    assert list(told) == ["staff", "with_computer", "bandwidth", "claim"]  # a mark is no figure of the unit
    assert {key: told["bandwidth"][key] for key in ("declared", "stands", "reason")} == {
        "declared": 500,
        "stands": 450,
        "reason": "Hợp đồng ghi 450 Mbps (28/01/2021)",
    }
    assert (told["claim"]["declared"], told["claim"]["stands"]) == (18, Fraction(25, 2))
    assert (told["staff"]["declared"], told["staff"]["stands"], told["staff"]["reason"]) == (120, 120, "")


@pytest.mark.parametrize("edition", ["qd2342-2017", "qd375-2020", "qd2245-2021", "qd2051-2016"])
def test_a_figure_has_the_number_that_its_question_has_on_the_form(edition):
    e, context = shipped(edition), read_context(edition, Project(Path(__file__).parents[2]))
    for entity in e.inputs.entities[:3] + e.inputs.entities[-3:]:
        form, own = lines(survey(context, entity), 0), lines(slip(e, entity), 0)
        assert [(code, cells["number"]) for code, cells in own.items()] == [
            (code, cells["number"]) for code, cells in form.items()
        ]


def test_the_points_say_how_many_of_how_many_and_why_none(e):
    told = lines(slip(e, of(e, OWN)), 1)
    assert list(told) == [
        "inside", "inside.computers", "inside.line", "outside", "outside.news", "outside.claim",
    ]  # fmt: skip
    assert (told["inside.computers"]["points"], told["inside.computers"]["most"]) == (0, 30)
    said = "0 điểm: số liệu không đúng thực tế. Kiểm tra tại chỗ thấy 60 máy (20/01/2021)"
    assert told["inside.computers"]["state_vi"] == said
    assert told["inside.line"]["points"] == Fraction("1.8")  # 40 × 450 : 9973 = 1,8048…
    assert told["outside.news"]["marks"] == "6; 9; người thẩm định: 6,5. Trang tin cập nhật thưa"


def test_the_total_is_shown_and_not_to_be_filled_in(e):
    form = slip(e, of(e, OWN))
    total = form.sheets[1].lines[-1]
    assert total.cells["question"] == "Tổng điểm" and "code" not in total.cells
    assert "điểm tối đa được tính; chỉ số 0," in dict(form.about)["Kết quả"]


def test_a_late_report_is_told_its_days(e):
    told = lines(slip(e, of(e, THIRD)), 1)
    said = "0 điểm: báo cáo chậm. Nhận ngày 25/01/2021; hạn 15/01/2021"
    assert {cells["state_vi"] for code, cells in told.items() if "." in code} == {said}


def test_a_unit_objects_to_an_answer_or_to_a_criterion(e):
    figures, points = slip(e, of(e, OWN)).sheets
    entries = [[field.key for field in sheet.fields if field.entry] for sheet in (figures, points)]
    assert entries == [["requested", "grounds", "evidence"], ["grounds", "evidence"]]
    assert [sheet.name for sheet in (figures, points)] == ["Phiếu xác nhận số liệu", "Điểm"]
    assert all(line.asks is not None for line in figures.lines if line.cells.get("code"))


def test_when_and_whom_to_answer_stand_on_the_cover_where_they_are_known(e):
    about = dict(slip(e, of(e, OWN), "Văn phòng, điện thoại 024", "20/02/2021").about)
    assert (about["Hạn trả lời"], about["Hỏi, đáp về phiếu"]) == ("20/02/2021", "Văn phòng, điện thoại 024")
    elsewhere = dict(slip(e, of(e, OWN)).about)
    assert {elsewhere["Hạn trả lời"], elsewhere["Hỏi, đáp về phiếu"]} == {"Xem văn bản gửi kèm phiếu này"}


def test_a_criterion_that_the_group_lacks_is_not_on_its_slip(small):
    told = {entity.code: set(lines(slip(small, entity), 1)) for entity in small.inputs.entities}
    assert "services" in told["A"] and "services" not in told["D"]


def test_each_kind_of_nothing_keeps_its_name(small):
    by_code = {entity.code: slip(small, entity) for entity in small.inputs.entities}
    assert lines(by_code["B"], 0)["portal"]["reason"] == "Không có số liệu"
    assert lines(by_code["B"], 1)["inside.portal"]["points"] is None
    assert lines(by_code["B"], 0)["services"]["reason"] == "0 điểm: báo cáo chậm. Lập ra để thử"
    assert lines(by_code["C"], 0)["services"]["reason"] == "Bí mật nhà nước"
    assert lines(by_code["E"], 1)["inside.computers"]["state_vi"] == "0 điểm: thiếu số liệu"
    assert by_code["A"].stamp == "SỐ LIỆU MINH HỌA"


def test_points_are_rounded_for_print_alone(e):
    exact = e.scores.outcomes["inside.line"][0].points
    assert exact == Fraction(18000, 9973) != lines(slip(e, of(e, OWN)), 1)["inside.line"]["points"]


def test_all_reasons_of_a_zero_are_told_each_with_its_fact(mini_with):
    project = neighbours(mini_with)
    events = project.inputs("mini-2020") / "events.csv"
    row = f"{THIRD},inside.computers,untrue,2021-01-22,,Kiểm tra thấy 9 máy,Sở,BB 3\n"
    events.write_text(events.read_text("utf-8") + row, "utf-8")
    e = evaluate_edition("mini-2020", project)
    told = lines(slip(e, of(e, THIRD)), 1)["inside.computers"]["state_vi"].split("\n")
    assert sorted(told) == [
        "0 điểm: báo cáo chậm. Nhận ngày 25/01/2021; hạn 15/01/2021",
        "0 điểm: số liệu không đúng thực tế. Kiểm tra thấy 9 máy (22/01/2021)",
    ]
