"""A slip shows a unit what is its own, why it has the points it has, and nothing of any other unit."""

from __future__ import annotations

import io
import re
import zipfile
from fractions import Fraction

import pytest

from ictindex.exchange.form_writer import write
from ictindex.exchange.slips import slip
from ictindex.scoring.evaluation import Evaluation, evaluate_edition

OWN, OTHER, THIRD = "own-unit", "zz-other-unit", "zz-third-unit"

METHODOLOGY = """\
methodology: mini
label_vi: Phương pháp nhỏ để thử
citation: {title: "Không có văn bản: lập ra để thử"}
groups:
  ministry: {label_vi: Bộ}
calendar:
  report_by: {label_vi: Gửi báo cáo, date: "+1-01-15", citation: {clause: Mục 2}}
zero_rules:
  late: {falls_on: unit, deadline: report_by, citation: {clause: Mục 3}}
  untrue: {falls_on: criterion, citation: {clause: Mục 4}}
review: {reviewers: 2, combine: mean, too_different: 30, spot_check: 0}
answers:
  with_computer: {label_vi: Cán bộ có máy tính, kind: count}
  staff: {label_vi: Cán bộ, kind: count}
  bandwidth: {label_vi: Băng thông, kind: number, unit_vi: Mbps, min: 0}
  news: {label_vi: Tin tức, kind: mark, min: 0, max: 10}
  claim: {label_vi: Điểm mạng, kind: award, min: 0, max: 20}
missing: zero
total:
  {label_vi: Tổng điểm, max_points: 100, aggregate: sum, compare_on: share, decimals: 3, rounding: half_up}
ranking:
  ties: min
  on: {open: rounded, why_vi: Không văn bản nào nêu}
criteria:
  inside:
    label_vi: Trong cơ quan
    status: illustrative
    max_points: 70
    aggregate: sum
    criteria:
      computers:
        label_vi: Tỷ lệ cán bộ có máy tính
        status: illustrative
        max_points: 30
        rule: {share: {of: with_computer, per: staff}}
      line:
        label_vi: Băng thông
        status: illustrative
        max_points: 40
        rule: {of_largest: {of: bandwidth}}
  outside:
    label_vi: Ngoài cơ quan
    status: illustrative
    max_points: 30
    aggregate: sum
    criteria:
      news: {label_vi: Tin tức, status: illustrative, max_points: 10, rule: {mark: news}}
      claim: {label_vi: Mạng, status: illustrative, max_points: 20, rule: {awarded: claim}}
"""
ENTITIES = f"""\
entity,label_vi,group
{OWN},Sở Chính Mình,ministry
{OTHER},Sở Hàng Xóm,ministry
{THIRD},Sở Xa Xôi,ministry
"""
# Figures of the others that nothing of the unit's own can come to.
ANSWERS = f"""\
entity,answer,value,verified,why,who,at
{OWN},with_computer,80,,,,
{OWN},staff,120,,,,
{OWN},bandwidth,500,450,Hợp đồng ghi 450 Mbps,hd-thanh,2021-01-28
{OWN},claim,18,12.5,Thiếu biên bản nghiệm thu,hd-thanh,2021-01-28
{OTHER},with_computer,77317,,,,
{OTHER},staff,88427,,,,
{OTHER},bandwidth,9973,,,,
{OTHER},claim,17.731,17.731,,,
{THIRD},with_computer,55217,,,,
{THIRD},staff,66337,,,,
{THIRD},bandwidth,8887,,,,
{THIRD},claim,16.619,16.619,,,
"""
MARKS = f"""\
entity,answer,reviewer,role,mark,why
{OWN},news,kt-xuan,reviewer,9,
{OWN},news,kt-thu,reviewer,6,
{OWN},news,kt-ha,adjudicator,6.5,Trang tin cập nhật thưa
{OTHER},news,kt-xuan,reviewer,7.19,
{THIRD},news,kt-thu,reviewer,3.37,
"""
EVENTS = f"""\
entity,criterion,event,at,until,why,who,paper
{OWN},,reported,2021-01-10,,,,
{OWN},inside.computers,untrue,2021-01-20,,Kiểm tra tại chỗ thấy 60 máy,Sở,BB 1
{OTHER},,reported,2021-01-11,,,,
{OTHER},inside.computers,untrue,2021-01-21,,Chuyện riêng của Hàng Xóm,Sở,BB 2
{THIRD},,reported,2021-01-25,,,,
"""
SOURCES = """\
status: illustrative
decimal: "."
files:
  entities.csv: {label_vi: Đơn vị, origin: Lập ra để thử}
  answers.csv: {label_vi: Số liệu, origin: Lập ra để thử}
  marks.csv: {label_vi: Điểm chấm, origin: Lập ra để thử}
  events.csv: {label_vi: Sự kiện, origin: Lập ra để thử}
"""


@pytest.fixture
def e(mini_with) -> Evaluation:
    project = mini_with(
        methodology=METHODOLOGY,
        entities=ENTITIES,
        answers=ANSWERS,
        sources=SOURCES,
        parameters=lambda usual: usual.replace("highlight: A", 'highlight: ""'),
    )
    (project.inputs("mini-2020") / "marks.csv").write_text(MARKS, "utf-8")
    (project.inputs("mini-2020") / "events.csv").write_text(EVENTS, "utf-8")
    return evaluate_edition("mini-2020", project)


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
    names, figures = (
        "zz-|Hàng Xóm|Xa Xôi",
        "77.?317|88.?427|9.?973|17[.,]731|55.?217|66.?337|8.?887|16[.,]619",
    )
    of_others = f"{names}|{figures}|7[.,]19|3[.,]37"
    assert re.findall(of_others, everything) == []
    assert re.findall("kt-xuan|kt-thu|kt-ha|hd-thanh|[Hh]ạng [0-9]|[Tt]rung bình", everything) == []


def test_the_figures_say_what_was_declared_what_stands_and_why(e):
    told = lines(slip(e, of(e, OWN)), 0)
    assert list(told) == ["with_computer", "staff", "bandwidth", "claim"]  # a mark is no figure of the unit
    assert {key: told["bandwidth"][key] for key in ("declared", "stands", "reason")} == {
        "declared": 500,
        "stands": 450,
        "reason": "Hợp đồng ghi 450 Mbps (28/01/2021)",
    }
    assert (told["claim"]["declared"], told["claim"]["stands"]) == (18, Fraction(25, 2))
    assert (told["staff"]["declared"], told["staff"]["stands"], told["staff"]["reason"]) == (120, 120, "")


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
