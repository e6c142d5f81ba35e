"""An approval covers the result that it was given for; what moved after it is listed, with why and paper."""

from datetime import date

from ictindex.exchange.recording import record
from ictindex.page.state import _corrects
from ictindex.page.year_steps import erratum
from ictindex.procedure.approvals import decision_vi
from ictindex.procedure.steps import steps
from ictindex.scoring.evaluation import evaluate_edition


def approve(project, number, day):
    said = {"who": "Người ký", "number": number, "authority": "Bộ trưởng"}
    return record(project, "mini-2020", "approved", day, **said)


def test_what_changes_after_the_approval_has_to_be_approved_again_and_is_listed(make_round):
    e = make_round()
    project = e.project
    approve(project, "1/QĐ-BTTTT", date(2021, 1, 30))  # A is cancelled on 1 February
    e = evaluate_edition("mini-2020", project)
    (step,) = [step for step in steps(e) if step.key == "approval"]
    assert [todo.what for todo in step.todo] == ["changed_since"] and "A" in step.units
    (row,) = [row for row in erratum(e).to_dict("records") if row["unit"] == "A"]
    assert (row["why"], row["paper"]) == ("Hủy kết quả: Có phản ánh đúng", "TB 12")
    assert row["value_before"] > row["value_after"]
    approve(project, "2/QĐ-BTTTT", date(2021, 2, 3))
    e = evaluate_edition("mini-2020", project)
    assert "approval" not in [step.key for step in steps(e) if step.todo]
    assert len(erratum(e)) and "số 1/QĐ-BTTTT" in erratum(e).attrs["note"]
    (line,) = _corrects(e)
    assert line.startswith("Bản đính chính kết quả kèm theo Quyết định số 1/QĐ-BTTTT ngày 30/01/2021: ")


def test_the_decision_that_is_printed_is_the_latest_approval_unless_it_is_named(make_round):
    e = make_round()
    assert decision_vi(e) == ""
    approve(e.project, "1/QĐ", date(2021, 1, 30))
    approve(e.project, "2/QĐ", date(2021, 2, 3))
    assert decision_vi(evaluate_edition("mini-2020", e.project)) == (
        "Quyết định số 2/QĐ ngày 03/02/2021 của Bộ trưởng"
    )
    assert erratum(e).empty  # nothing was approved yet
