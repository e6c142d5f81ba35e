"""Calendar, references, marks and appraisal of a small made-up edition, row by row."""

from decimal import Decimal
from fractions import Fraction

import pytest

from ictindex.basics.project import Project
from ictindex.facts.events import late
from ictindex.page import before_points as procedure
from ictindex.scoring.evaluation import evaluate, evaluate_edition
from ictindex.scoring.parameters import read_parameters
from tests.frame_rows import rows
from tests.shipped import shipped

METHODOLOGY = """\
methodology: mini
label_vi: Phương pháp nhỏ để thử
citation: {title: "Không có văn bản: lập ra để thử"}
groups: {ministry: {label_vi: Bộ}, agency: {label_vi: Cơ quan}}
calendar:
  report_by: {label_vi: Gửi báo cáo, date: "+1-01-01", before: true, citation: {clause: Mục 7}}
  results_by: {label_vi: Công bố, date: "+1-03-31", citation: {clause: Mục 8}}
zero_rules:
  late: {falls_on: unit, deadline: report_by, citation: {clause: Mục 5}}
review:
  reviewers: 2
  combine: mean
  too_different: {open: 30, why_vi: Không văn bản nào nêu}
  spot_check: 0
answers:
  bandwidth: {label_vi: Băng thông, kind: number, min: 0}
  page: {label_vi: Trang tin, kind: mark, min: 0, max: 10}
  ideas: {label_vi: Sáng kiến, kind: award, min: 0, max: 5}
  site: {label_vi: Có trang riêng, kind: yes_no}
missing: zero
total:
  {label_vi: Tổng điểm, max_points: 30, aggregate: sum, compare_on: points, decimals: 2, rounding: half_up}
ranking: {ties: min, on: {open: rounded, why_vi: Không văn bản nào nêu}}
criteria:
  bandwidth: {label_vi: Băng thông, status: illustrative, max_points: 10, rule: {of_largest: {of: bandwidth}}}
  page: {label_vi: Trang tin, status: illustrative, max_points: 10, rule: {mark: page}}
  ideas: {label_vi: Sáng kiến, status: illustrative, max_points: 5, rule: {awarded: ideas}}
  site: {label_vi: Trang riêng, status: illustrative, max_points: 5, rule: {yes_no: site}}
"""
ANSWERS = """\
entity,answer,value,verified,why,who,at
A,bandwidth,80,,,,
B,bandwidth,40,,,,
C,bandwidth,80,,,,
D,bandwidth,7.5,,,,
A,ideas,4.5,3,Thiếu minh chứng,HĐTĐ,05/12/2020
B,ideas,2,2,,,
C,ideas,1,,,,
A,site,có,không,Không mở được,KT1,06/12/2020
B,site,có,,,,
"""
MARKS = """\
entity,answer,reviewer,role,mark,why
A,page,r1,reviewer,8,
A,page,r2,reviewer,7,
B,page,r1,reviewer,9,
B,page,r2,reviewer,6,
C,page,r1,reviewer,9,
C,page,r2,reviewer,2,
C,page,senior,adjudicator,4,Trang lỗi khi kiểm tra lại
"""
EVENTS = """\
entity,criterion,event,at,until,why,who,paper
A,,reported,31/12/2020,,,,
B,,reported,01/01/2021,,,,
C,,extension,20/12/2020,15/01/2021,Lũ lụt,Sở,CV 1
C,,reported,10/01/2021,,,,
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
def project(mini_with):
    parameters = lambda text: text + "too_different: 30\n"  # noqa: E731
    made = mini_with(methodology=METHODOLOGY, answers=ANSWERS, sources=SOURCES, parameters=parameters)
    (made.inputs("mini-2020") / "marks.csv").write_text(MARKS, "utf-8")
    (made.inputs("mini-2020") / "events.csv").write_text(EVENTS, "utf-8")
    return made


@pytest.fixture
def e(project):
    return evaluate_edition("mini-2020", project)


ALL = (procedure.calendar, procedure.references, procedure.marks, procedure.appraisal)


@pytest.mark.parametrize("make", ALL)
def test_where_it_does_not_apply_the_table_is_empty_and_says_so(make, small, egdi_2018):
    for other in (egdi_2018,) if make is procedure.calendar else (small, egdi_2018):
        table = make(other)
        assert table.empty and table.attrs["title"] and table.attrs["note"].endswith(".")


@pytest.mark.parametrize("make", ALL)
def test_where_it_applies_every_column_has_a_heading(make, e):
    assert not make(e).empty and list(make(e).attrs["labels"]) == list(make(e))


def test_the_calendar_gives_the_days_of_the_year_and_how_they_were_kept(e):
    report, results = rows(procedure.calendar(e))
    assert (report["date"], report["clause"]) == ("trước ngày 01/01/2021", "Mục 7")
    assert [report[key] for key in ("reported", "late", "extended")] == [3, 1, 1]
    assert results["date"] == "31/03/2021"
    assert [results[key] for key in ("reported", "late", "extended")] == [None] * 3


def test_the_calendar_counts_as_late_whom_the_zero_rule_finds_late(e):
    assert list(late(e.methodology, e.inputs.events, 2020, e.inputs.first_reports)) == ["B"]


def test_where_no_day_of_a_report_is_recorded_nobody_is_counted(project):
    folder = project.inputs("mini-2020")
    (folder / "events.csv").unlink()
    (folder / "sources.yaml").write_text(SOURCES.partition("  events.csv")[0], "utf-8")
    table = procedure.calendar(evaluate_edition("mini-2020", project))
    assert rows(table)[0]["reported"] is None and "không ghi" in table.attrs["note"]


def test_a_reference_is_the_largest_value_that_counts_and_names_whose_it_is(e):
    ministries, agencies = rows(procedure.references(e))
    assert (ministries["value"], ministries["count"]) == (Fraction(80), 2)
    assert (ministries["units"], ministries["units_name"]) == ("A, C", "Bộ Một, Bộ Ba")
    assert (agencies["group_name"], agencies["value"], agencies["units"]) == ("Cơ quan", Fraction("7.5"), "D")


def test_marks_stand_side_by_side_with_their_spread_and_what_stands(e):
    shown = ("unit", "mark_1", "mark_2", "spread", "adjudicated", "value", "state", "why")
    assert [tuple(row[key] for key in shown) for row in rows(procedure.marks(e))] == [
        ("B", 9, 6, Decimal("30.0"), None, Fraction("7.5"), "too_different", ""),
        ("C", 9, 2, Decimal("70.0"), 4, 4, "adjudicated", "Trang lỗi khi kiểm tra lại"),
        ("A", 8, 7, Decimal("10.0"), None, Fraction("7.5"), "agreed", ""),
    ]
    assert procedure.marks(e).attrs["bold"] == [0]


def test_what_is_too_different_is_the_parameters_to_say(project):
    e = evaluate(project, **{**read_parameters("mini-2020", project), "too_different": 31})
    assert [row["state"] for row in rows(procedure.marks(e))] == ["adjudicated", "agreed", "agreed"]
    assert "từ 31 % thang điểm" in procedure.marks(e).attrs["note"]


def test_appraisal_lists_only_what_differs_from_the_declaration(e):
    table = procedure.appraisal(e)
    shown = ("unit", "answer", "declared", "verified", "difference", "why")
    assert [tuple(row[key] for key in shown) for row in rows(table)] == [
        ("A", "ideas", "4,5", "3", Fraction("-1.5"), "Thiếu minh chứng"),
        ("A", "site", "Có", "Không", None, "Không mở được"),
        ("C", "ideas", "1", None, None, ""),  # claimed, not yet appraised
    ]


# --- nothing of nothing -----------------------------------------------------------------------------------


def test_of_2342_the_units_with_0_of_0_files_are_listed_with_what_that_counts():
    """files_online is 0 of files_all 0 for most units, some with dozens of services in use."""
    e = shipped("qd2342-2017")
    frame = procedure.nothing_of_nothing(e)
    files = frame[frame.criterion == "online_services.files_online"]
    given = {entity.code: e.inputs.given(entity, "files_all").value for entity in e.inputs.entities}
    assert len(files) > 70 and set(files.counts) == {"tính là 0"} and set(files.points) == {0}
    assert all(given[unit] == 0 for unit in files.unit)
    rule = e.rules["nothing_of_nothing"]
    assert (rule.value, rule.origin) == ("zero", "open") and rule.why_vi


@pytest.mark.parametrize(("value", "ahead"), [("full", True), ("does_not_apply", True), ("error", None)])
def test_another_reading_of_0_of_0_is_a_parameter_of_the_run(value, ahead):
    project = Project.around()
    e = evaluate(project, **{**read_parameters("qd2342-2017", project), "nothing_of_nothing": value})
    zero = shipped("qd2342-2017")
    unit = procedure.nothing_of_nothing(zero).unit.iloc[0]
    was, now = (each.at(each.methodology.root)[unit] for each in (zero, e))
    assert (now.value is None) if ahead is None else now.value > was.value
    assert set(procedure.nothing_of_nothing(e).unit) == set(procedure.nothing_of_nothing(zero).unit)
