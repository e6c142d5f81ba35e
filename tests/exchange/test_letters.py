"""A letter goes to whom its step concerns, says why, and nothing that is another unit's."""

import re
from datetime import date
from pathlib import Path

import pytest

from ictindex.exchange.forms import read_context
from ictindex.exchange.ledger import read_ledger
from ictindex.exchange.letter_text import Grid, read_template
from ictindex.exchange.letters import Letters
from ictindex.page.opening import opened
from ictindex.scoring.evaluation import evaluate_edition
from tests.exchange.neighbours import OF_OTHERS, OF_REVIEWERS, OTHER, OWN, THIRD, neighbours

EDITION = "mini-2020"
DIGEST = "a" * 64


def letters_of(project, contact="Văn phòng, 024.1", reply_by="20/02/2021") -> Letters:
    context = read_context(EDITION, project, contact, reply_by)
    inputs = project.inputs(EDITION)
    ledger = read_ledger(inputs, "inputs", context.methodology)
    e, exchanged = opened(evaluate_edition(EDITION, project)), (project.exchange(EDITION),)
    return Letters(context, ledger, read_template(Path("none"), ""), exchanged, e, date(2021, 2, 1))


@pytest.fixture
def project(mini_with):
    return neighbours(mini_with)


def said(letter) -> str:
    """Everything that a letter says."""
    parts = [*letter.wording.body, *letter.wording.annex]
    cells = [cell for part in parts if isinstance(part, Grid) for row in part.rows for cell in row]
    return "\n".join([letter.wording.subject, *(p for p in parts if isinstance(p, str)), *cells])


def events(project, *lines):
    path = project.inputs(EDITION) / "events.csv"
    path.write_text(path.read_text("utf-8") + "".join(f"{line}\n" for line in lines), "utf-8")


def received(project, *rows):
    head = "sender,form,sending,file,sha256,at,state,why,content"
    lines = (f"{u},{form},1,{at}/{u}/phieu.xlsx,{d * 64},{at},{s},," for u, form, at, s, d in rows)
    sources = project.inputs(EDITION) / "sources.yaml"
    told = "  received.csv: {label_vi: Sổ nhận, origin: Lập ra để thử}\n"
    sources.write_text(sources.read_text("utf-8") + told, "utf-8")
    (project.inputs(EDITION) / "received.csv").write_text("\n".join([head, *lines]) + "\n", "utf-8")


def test_a_result_tells_points_why_and_rank_and_nothing_of_another_unit(project):
    (letter,) = letters_of(project).write("result", letters_of(project).context.entities[:1])
    text = said(letter)
    assert letter.unit == OWN and "xếp hạng 2 trong 3 đơn vị" in text
    assert "Kiểm tra tại chỗ thấy 60 máy; BB 1" in text  # the decision behind the zero
    assert "(450 : giá trị lớn nhất của nhóm) × 40" in text
    assert re.findall(OF_OTHERS, text) == [] and re.findall(OF_REVIEWERS, text) == []


def test_a_unit_whose_report_is_late_is_told_that_instead_of_a_rank(project):
    third = next(x for x in letters_of(project).context.entities if x.code == THIRD)
    (letter,) = letters_of(project).write("result", [third])
    assert "báo cáo chậm" in said(letter)


def test_a_reminder_goes_to_who_has_sent_nothing_that_can_be_used(project):
    path = project.inputs(EDITION) / "events.csv"
    path.write_text(path.read_text("utf-8").replace(f"{OTHER},,reported,2021-01-11,,,,\n", ""), "utf-8")
    received(
        project,
        (OTHER, "survey", "2021-01-09", "unreadable", "b"),
        (OWN, "survey", "2021-01-10", "used", "c"),
    )
    (letter,) = letters_of(project).write("reminder")
    assert letter.unit == OTHER
    assert "đã nhận tệp nhưng không đọc được (tệp “phieu.xlsx”, nhận ngày 09/01/2021)" in said(letter)
    assert "chậm nhất ngày 15/01/2021, theo Mục 2" in said(letter) and "ngày 20/02/2021" in said(letter)


def test_returned_forms_go_with_the_workbook_that_says_what_to_mend(project):
    assert letters_of(project).write("returned") == []
    folder = project.exchange(EDITION) / "findings"
    folder.mkdir(parents=True)
    (folder / f"{OWN}.xlsx").write_bytes(b"x")
    received(project, (OWN, "survey", "2021-01-10", "refused", "c"))
    made = letters_of(project)
    (letter,) = made.write("returned")
    assert letter.unit == OWN and "phiếu khảo sát “phieu.xlsx”, nhận ngày 10/01/2021" in said(letter)
    assert [path.name for path in made.attached("returned", made.context.entities[0])] == [f"{OWN}.xlsx"]


def test_a_form_that_was_used_is_not_asked_for_again_though_something_is_remarked(project):
    folder = project.exchange(EDITION) / "findings"
    folder.mkdir(parents=True)
    (folder / f"{OWN}.xlsx").write_bytes(b"x")
    received(project, (OWN, "survey", "2021-01-10", "used", "c"))
    assert letters_of(project).write("returned") == []


def test_the_letter_with_the_form_asks_for_it_by_the_day_that_stands_on_its_cover(project):
    letter = letters_of(project).write("survey")[0]
    assert "gửi chậm nhất ngày 20/02/2021" in said(letter)
    assert "chậm nhất ngày 20" not in said(letters_of(project, reply_by="").write("survey")[0])


def test_slips_are_asked_for_again_of_who_has_said_nothing(project):
    assert letters_of(project).write("slip-reminder") == []  # none was sent
    sent = [f"{unit},,slip,2021-02-01,,,," for unit in (OWN, OTHER, THIRD)]
    events(project, *sent, f"{OWN},,confirmed,2021-02-05,,,,")
    made = letters_of(project)
    letters = made.write("slip-reminder")
    assert [letter.unit for letter in letters] == [OTHER, THIRD]
    assert "Ngày 01/02/2021" in said(letters[0])
    assert made.answered("slip", OWN) == date(2021, 2, 5) and made.answered("slip", OTHER) is None


def test_a_cancellation_is_told_to_its_unit_until_it_is_taken_back(mini_with):
    project = neighbours(mini_with)
    path = project.root / "parameters/methodologies/mini.yaml"
    rule = "  cancelled: {falls_on: criterion, citation: {clause: Mục 5}}\nreview:"
    path.write_text(path.read_text("utf-8").replace("review:", rule, 1), "utf-8")
    events(project, f"{OTHER},outside.claim,cancelled,2021-02-03,,Mạng không hoạt động,Sở,BB 7")
    (letter,) = letters_of(project).write("cancelled")
    assert letter.unit == OTHER
    assert all(
        each in said(letter) for each in ("Mạng không hoạt động", "BB 7", "03/02/2021", "Căn cứ: Mục 5.")
    )
    events(project, f"{OTHER},outside.claim,restored,2021-02-04,,Kiểm tra lại đạt,Sở,BB 8")
    assert letters_of(project).write("cancelled") == []


@pytest.mark.parametrize(
    "decision, head",
    [
        ("lead_vi: Cục Tin học hóa - Bộ Thông tin", ("BỘ THÔNG TIN", "CỤC TIN HỌC HÓA")),
        ("yearly: true", ("", "TÊN CƠ QUAN, TỔ CHỨC")),  # 2051 names a council alone
    ],
)
def test_the_head_names_who_leads_where_the_decision_does(project, decision, head):
    path = project.root / "parameters/methodologies/mini.yaml"
    text = f"decision: {{{decision}, citation: {{clause: Điều 2}}}}\ngroups:"
    path.write_text(path.read_text("utf-8").replace("groups:", text, 1), "utf-8")
    letter = letters_of(project).write("result")[0]
    assert letter.wording.head[:2] == head


def test_a_letter_bears_the_state_of_what_it_tells(project):
    result = letters_of(project).write("result")[0]
    assert result.stamp == "SỐ LIỆU MINH HỌA"
    assert result.stem == f"mini-2020_letter-result_{OWN}__so-chinh-minh"
