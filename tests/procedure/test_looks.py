"""What the facts say of each step, on the stored years: counts, units, days held to the decision's terms."""

from dataclasses import replace
from datetime import date

from ictindex.basics.project import Project
from ictindex.facts.events import Event
from ictindex.facts.milestones import Milestone
from ictindex.facts.moments import moment
from ictindex.procedure.steps import steps
from ictindex.run.scaffold import new_year
from ictindex.scoring.evaluation import evaluate, read_parameters, survey
from tests.shipped import shipped


def milestone(event, day, **said):
    cells = {"who": "A", "number": "", "authority": "", "to": "", "why": "", "source": ""} | said
    return Milestone(moment(day, end=False), event, *cells.values(), 2)


def with_milestones(e, *several):
    return replace(e, inputs=replace(e.inputs, milestones=tuple(sorted(several))))


def step_of(e, key):
    return next(step for step in steps(e) if step.key == key)


def test_the_year_of_2342_names_who_is_missing_at_each_step():
    e = shipped("qd2342-2017")
    found = {step.key: (step.done, step.open, len(step.units)) for step in steps(e)}
    assert found["reports"] == (92, 1, 1) and found["spot_check"] == (56, 3, 3)
    assert found["services"] == (2500, 36, 9) and found["confirmation"] == (84, 9, 9)
    assert found["review"] == (930, 0, 0) and found["adjudication"] == (22, 0, 0)
    assert step_of(e, "reports").due == (None, date(2017, 12, 31))  # before 1 January: section 7
    assert step_of(e, "approval").by.vi == "Lãnh đạo Bộ Thông tin và Truyền thông"
    assert "--to leaders" in step_of(e, "report").command


def test_of_a_year_without_units_no_step_is_done(egdi):
    """A new index began with its forms sent, its reports in and its services tested: 6 of 12 steps."""
    new_year("qd2342", 2031, egdi, "egdi-2018")
    e, findings = survey(egdi, **read_parameters("qd2342-2031", egdi))
    assert [step.key for step in steps(e, findings) if not step.todo] == []
    (reports,) = step_of(e, "reports").todo
    assert reports.said("en") == "cannot be known yet: once the units are listed"


def test_a_slip_is_no_report_that_was_collected(make_round):
    """Slips and sheets of the council were counted with the reports, and a slip stood for a lost report."""
    head = "sender,form,file,sha256,at,state,why\n"
    rows = [("A", "survey", "used"), ("A", "slip", "used"), ("hd", "decisions", "used"),
            ("C", "survey", "refused"), ("C", "slip", "used"), ("B", "survey", "used")]  # fmt: skip
    text = "".join(
        f"{who},{kind},{n}.xlsx,{n:064x},2021-01-20,{state},\n" for n, (who, kind, state) in enumerate(rows)
    )
    step = step_of(make_round(received=head + text), "collection")
    assert (step.done, [(todo.what, todo.units) for todo in step.todo]) == (2, [("refused", ("C",))])
    assert step.command == (
        "ictindex letters mini-2020 --kind returned --reply-by YYYY-MM-DD; ictindex collect mini-2020 FOLDER"
    )


def test_no_more_units_report_than_there_are():
    """Of 22 units 23 had reported: a file had come from one that the list does not have."""
    e = shipped("qd375-2020")
    assert len(e.inputs.entities) == 22 and "don-vi-la" in e.inputs.first_reports
    assert step_of(e, "reports").done == 22


def test_who_has_a_slip_is_reminded_and_not_sent_another():
    e = shipped("qd2342-2017")
    command = step_of(e, "confirmation").command
    assert "ictindex slips" not in command and "--kind slip-reminder" in command


def test_without_any_mark_of_the_second_and_first_the_review_is_open():
    e = shipped("qd2342-2017")
    bare = replace(e, inputs=replace(e.inputs, marks={}))
    assert step_of(bare, "review").open == 930
    assert step_of(bare, "spot_check").todo[0].what == "not_known"


def test_a_year_without_any_figure_names_no_unit_whose_evidence_lacks_and_asks_whether_figures_are_real():
    """The step said '1 unit claims points' where nobody had sent anything."""
    e = shipped("qd375-2020")
    sources = e.inputs.sources.model_copy(update={"status": ""})
    none = replace(e, inputs=replace(e.inputs, stated={}, evidence=None, sources=sources))
    (todo,) = step_of(none, "evidence").todo
    assert (todo.what, todo.units) == ("no_evidence_yet", ()) and "1 đơn vị" not in todo.said()
    assert [todo.what for todo in step_of(none, "opening").todo] == ["no_status"]


def test_who_is_concluded_to_have_sent_no_report_is_not_waited_for_by_those_who_appraise():
    """2051: the step stayed open for a unit of which there was nothing to appraise."""
    e = shipped("qd2051-2016")
    unit = e.inputs.entities[-1].code
    stated = {key: given for key, given in e.inputs.stated.items() if key[0] != unit}
    silent = replace(e, inputs=replace(e.inputs, stated=stated))
    assert [todo.units for todo in step_of(silent, "appraisal").todo] == [(unit,)]
    at = moment("2017-02-01", end=False)
    concluded = Event(at, unit, "", "no_report", None, "không gửi", 2, who="HĐTĐ", paper="TB 1")
    done = replace(silent, inputs=replace(silent.inputs, events=(*silent.inputs.events, concluded)))
    step = step_of(done, "appraisal")
    assert (step.done, step.open) == (len(e.inputs.entities) - 1, 0)


def test_who_never_answered_is_a_remark_once_the_office_has_closed_the_confirmation_and_said_why():
    e = shipped("qd2342-2017")
    closed = with_milestones(e, milestone("confirmation_closed", "2018-02-15", why="đã hết hạn trả lời"))
    step = step_of(closed, "confirmation")
    assert not step.todo and step.at == date(2018, 2, 15)
    assert step.remarks[0].said() == "9 đơn vị không trả lời; đã khép việc xác nhận: đã hết hạn trả lời"


def test_the_result_of_2051_is_published_by_each_channel_and_announced_in_time():
    e = shipped("qd2051-2016")
    some = with_milestones(
        e, milestone("published", "2016-12-01", to="portal"), milestone("results", "2016-11-30")
    )
    step = step_of(some, "publication")
    assert (step.done, step.open) == (1, 2) and "Báo, tạp chí" in step.todo[0].said()
    late = step_of(some, "results")
    assert late.remarks[0].said() == "muộn 1 ngày so với thời hạn 29/11/2016"  # before 30 November
    assert not step.binding and not late.binding


def test_the_report_of_375_has_a_quarter_and_the_approval_of_2245_a_month():
    e = shipped("qd375-2020")
    early = step_of(with_milestones(e, milestone("report", "2020-12-21", to="leaders")), "report")
    assert early.remarks[0].said().startswith("sớm 11 ngày") and not early.todo  # as 1101/QĐ-BNV was
    e = shipped("qd2245-2021")
    approved = milestone("approved", "2022-01-05", number="1", authority="Chủ tịch UBND tỉnh")
    step = step_of(with_milestones(e, approved), "approval")
    assert step.remarks[0].said() == "muộn 5 ngày so với thời hạn 31/12/2021" and not step.todo
    assert step_of(e, "handover").todo[0].said() == "chưa ghi việc này (nơi nhận: Sở Nội vụ)"


def test_a_file_that_nobody_says_the_source_of_keeps_the_year_from_being_open():
    e = shipped("qd2245-2021")
    files = dict(e.inputs.sources.files)
    files["answers.csv"] = files["answers.csv"].model_copy(update={"origin": None})
    sources = e.inputs.sources.model_copy(update={"files": files})
    bare = replace(e, inputs=replace(e.inputs, sources=sources))
    (todo,) = step_of(bare, "opening").todo
    assert todo.said() == "1 tệp chưa nói rõ chứa gì, lấy từ đâu (sources.yaml): answers.csv"
    assert not step_of(e, "opening").todo


def test_a_share_of_0_of_0_that_nobody_says_the_points_of_is_an_open_step():
    project = Project.around()
    said = read_parameters("qd2342-2017", project) | {"nothing_of_nothing": "error"}
    e = evaluate(project, **said)
    (todo,) = step_of(e, "answers").todo
    assert todo.what == "nothing_of_nothing" and len(todo.units) == 81  # case 27: those that the page lists
    assert step_of(shipped("qd2342-2017"), "answers").todo == ()
