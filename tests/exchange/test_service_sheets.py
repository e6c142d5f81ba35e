"""A unit's list becomes services.csv, an inspector's sheet service_tests.csv, with other sheets' care."""

import csv
from datetime import date, datetime
from types import SimpleNamespace

import pytest

from ictindex.basics.project import Project
from ictindex.exchange import council
from ictindex.exchange.clerk import Paper
from ictindex.exchange.collection import collect
from ictindex.exchange.council import inspected as inspected_by
from ictindex.exchange.form_page import write_page
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import read_context, survey
from ictindex.exchange.layout import COMPLAINTS_SHEET, FIELDS, SERVICES_SHEET
from ictindex.exchange.outgoing import every_form
from ictindex.facts.services import revoked_at
from ictindex.scoring.evaluation import evaluate_edition
from tests.browser import SAVE_FORM

SURVEY, TESTS = "Phiếu khảo sát", "Phiếu kiểm tra dịch vụ"
RULES = """\
online_services:
  counted_as: services
  untested: {open: open, why_vi: Không văn bản nào nêu}
  tested_per_group: {open: 2, why_vi: Không văn bản nào nêu}
  many_services: {open: 6, why_vi: Không văn bản nào nêu}
  citation: {clause: Mục V.5.4 b}
answers:
"""
OPEN = "seed: 2021-01-16 XSMB 12345\nuntested: open\ntested_per_group: 2\nmany_services: 6\n"
ONE = {"service": "1", "service_vi": "Cấp phép xuất bản", "procedure": "TT01", "level": "4"}
ONE |= {"in_database": "có", "link": "dichvucong.vi-du/1", "service_group": "Xuất bản"}
TWO = ONE | {"service": "2", "link": "", "application": "Cổng"}  # the same procedure at another place
THREE = ONE | {"service": "3", "service_vi": "Khác", "procedure": "", "in_database": "không"}


@pytest.fixture
def project(mini_with) -> Project:
    """Two ministries, of whom nothing has come back."""
    made = mini_with(
        methodology=lambda text: text.replace("answers:\n", RULES, 1).replace(
            "kind: number, min: 0, max: 50", "kind: count"
        ),
        entities="entity,label_vi,group\nA,Bộ Một,ministry\nB,Bộ Hai,ministry\n",
        parameters=lambda text: text.replace("highlight: A", 'highlight: ""') + OPEN,
    )
    (made.inputs("mini-2020") / "answers.csv").write_text("entity,answer,value\n", "utf-8")
    return made


def filled(project, rows, services="", unit="A", sending=1, state=""):
    """A unit's survey with a list of services, saved as Excel would."""
    context = read_context("mini-2020", project)
    entity = next(each for each in context.entities if each.code == unit)
    paper = Paper(write(survey(context, entity)))
    given = {"with_computer": "10", "staff": "100", "portal": "30", "services": services}
    for code, text in given.items():
        paper.put(SURVEY, code, "answer", text, context.methodology.answers[code])
    paper.put(SURVEY, "services", "state", state)
    paper.listed(SERVICES_SHEET, rows)
    paper.sign(sending=sending, signed_by="Bà Lan")
    return paper


def came(project, paper, name="A", day="2020-11-20", **files):
    folder = project.root / "nhan" / day
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.xlsx").write_bytes(paper if isinstance(paper, bytes) else paper.bytes())
    for file, data in files.items():
        (folder / file).write_bytes(data)


def collected(project):
    return collect("mini-2020", project.root / "nhan", project, jobs=0)


def table(project, name) -> list[dict[str, str]]:
    path = project.inputs("mini-2020") / name
    return list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.exists() else []


def told(result) -> list[tuple[str, str]]:
    return sorted((finding.code, finding.column) for finding in result.findings)


def test_a_list_becomes_services_csv_and_gives_the_figure_that_was_left_open(project):
    came(project, filled(project, [ONE, TWO, THREE]))
    result = collected(project)
    assert dict(result.states) == {"used": 1}
    assert table(project, "services.csv")[:2] == [
        {"entity": "A", "service": "1", "procedure": "TT01", "label_vi": "Cấp phép xuất bản", "level": "4",
         "link": "dichvucong.vi-du/1", "group": "Xuất bản", "application": "", "in_database": "có"},
        {"entity": "A", "service": "2", "procedure": "TT01", "label_vi": "Cấp phép xuất bản", "level": "4",
         "link": "", "group": "Xuất bản", "application": "Cổng", "in_database": "có"},
    ]  # fmt: skip
    answers = {row["answer"]: row for row in table(project, "answers.csv")}
    assert answers["services"]["value"] == "2", "a procedure at two places is one; one without any is another"
    assert len(evaluate_edition("mini-2020", project).inputs.services) == 3
    before = [*project.inputs("mini-2020").iterdir()]
    texts = [path.read_bytes() for path in before]
    collected(project)
    assert [path.read_bytes() for path in before] == texts, "collected again, nothing changes"


def test_a_figure_that_the_list_does_not_bear_goes_back_with_both_numbers(project):
    came(project, filled(project, [ONE, TWO], services="5"))
    came(project, filled(project, [], services="7", unit="B"), "B")
    result = collected(project)
    assert told(result) == [("services-not-as-listed", "Phiếu khảo sát!E10")] * 2
    assert {(f.facts["value"], f.facts["listed"]) for f in result.findings} == {("5", 1), ("7", 0)}
    assert table(project, "services.csv") == []


def test_no_services_is_a_figure_and_needs_no_list(project):
    came(project, filled(project, [], services="0"))
    assert dict(collected(project).states) == {"used": 1}
    came(project, filled(project, [], unit="B"), "B")
    assert [finding.code for finding in collected(project).findings] == ["answer-not-given"]


def test_everything_wrong_with_a_list_is_told_with_its_cell(project):
    rows = [ONE, ONE | {"level": "2", "in_database": ""}, TWO | {"in_database": "không"}]
    rows += [{"service_vi": "Không mã", "level": "Mức độ 3", "in_database": "có"}]
    came(project, filled(project, rows))
    cells = [(code, column.rpartition("!")[2]) for code, column in told(collected(project))]
    assert cells == [
        ("cell-empty", "A8"),
        ("cell-empty", "C8"),
        ("cell-empty", "E6"),
        ("level-not-3-or-4", "D6"),
        ("procedure-both-ways", "E7"),
        ("service-twice", "A6"),
    ]


def test_a_list_sent_again_replaces_the_one_before_but_keeps_what_was_tested(project):
    came(project, filled(project, [ONE, THREE]))
    collected(project)
    tests = "entity,service,at,inspector,way,account,submission,tracking,in_database,link_opens,works,why\n"
    path = project.inputs("mini-2020") / "service_tests.csv"
    path.write_text(f"{tests}A,1,2021-01-05,KT1,direct,có,có,có,,,,\n", "utf-8")
    sources = project.inputs("mini-2020") / "sources.yaml"
    sources.write_text(sources.read_text() + "  service_tests.csv: {label_vi: Thử, origin: Thử}\n")
    four = THREE | {"service": "4"}
    came(project, filled(project, [four], sending=2), "A2")
    result = collected(project)
    assert [row["service"] for row in table(project, "services.csv")] == ["4", "1"]
    assert [todo.code for todo in result.todo if todo.code.startswith("service")] == [
        "service-no-longer-listed"
    ]


def test_of_a_state_secret_no_list_is_taken(project):
    came(project, filled(project, [ONE], state="withheld"))
    result = collected(project)
    assert [finding.code for finding in result.findings] == ["form-answer-and-state"]
    collect("mini-2020", project.root / "nhan", project, jobs=0, accept={"A": "Đã hỏi"})
    assert table(project, "services.csv") == []
    assert "Cấp phép" not in (project.exchange("mini-2020") / "summary.csv").read_text("utf-8")


def test_a_list_may_be_longer_than_what_is_drawn(project):
    rows = [ONE | {"service": f"{i}", "procedure": f"TT{i}"} for i in range(1, 46)]
    came(project, filled(project, rows, services="45"))
    assert dict(collected(project).states) == {"used": 1}
    assert len(table(project, "services.csv")) == 45


# --- an inspector's sheet ---------------------------------------------------------------------------------

PASSED = {"tested_on": datetime(2021, 1, 5), "way": "Trực tiếp như người dân", "account": "Có"}
PASSED |= {"submission": "Có", "tracking": "Có", "recording": "anh 1.png; anh 2.png"}
SHOTS = {"anh 1.png": b"1", "anh 2.png": b"2"}


@pytest.fixture
def declared(project) -> Project:
    came(project, filled(project, [ONE, TWO, THREE]))
    collected(project)
    return project


def sheet(project, inspector="kt1"):
    (form,) = every_form(read_context("mini-2020", project), project, "inspection", (), (inspector,))
    return form


def inspected(project, entries, sending=1, inspector="kt1"):
    """An inspector's sheet: (unit, code) -> what is filled in."""
    paper = Paper(write(sheet(project, inspector)))
    for (unit, code), texts in entries.items():
        for key, text in texts.items():
            paper.cells[TESTS, unit, code, key].value = text
    paper.sign(sending=sending, signed_by="Ông Kiểm")
    return paper


def test_a_sheet_lists_what_is_to_be_tested_and_why(declared):
    lines = sheet(declared).sheets[0].lines
    assert [line.cells["code"] for line in lines] == ["kt1:1", "kt1:2"], "the third is not in the database"
    assert {line.cells["chosen"] for line in lines} == {"Đại diện của nhóm"}
    assert lines[0].cells["about"] == "TT01; mức độ 4; Xuất bản; dichvucong.vi-du/1"


def test_tests_become_service_tests_csv_with_their_screenshots(declared):
    again = inspected(declared, {("A", "kt1:1"): PASSED})
    came(declared, again, "kt1", "2021-01-06", **SHOTS)
    result = collected(declared)
    assert result.states["used"] == 2 and not result.findings
    (row,) = table(declared, "service_tests.csv")
    files = "2021-01-06/anh 1.png; 2021-01-06/anh 2.png"
    assert row == {
        "entity": "A", "service": "1", "at": "2021-01-05", "inspector": "kt1", "way": "direct",
        "account": "có", "submission": "có", "tracking": "có", "in_database": "", "link_opens": "",
        "works": "", "why": "", "recording": files, "test": "1",
    }  # fmt: skip
    assert evaluate_edition("mini-2020", declared).recognised["A"][-1].reason == "direct"


def test_a_sheet_sent_again_replaces_its_tests_and_the_next_test_is_another(declared):
    failed = PASSED | {"submission": "Không", "why": "Lỗi khi gửi", "recording": None}
    came(declared, inspected(declared, {("A", "kt1:1"): failed}), "kt1", "2021-01-06")
    collected(declared)
    later = failed | {"tested_on": datetime(2021, 1, 7)}
    first = Paper((declared.root / "nhan/2021-01-06/kt1.xlsx").read_bytes())
    first.cells[TESTS, "A", "kt1:1", "tested_on"].value = later["tested_on"]
    first.sign(sending=2)
    came(declared, first, "kt1", "2021-01-08")
    collected(declared)
    assert [row["at"] for row in table(declared, "service_tests.csv")] == ["2021-01-07"]
    codes = [line.cells["code"] for line in sheet(declared).sheets[0].lines]
    assert codes == ["kt2:1", "kt1:2"]
    assert "lần trước ngày 07/01/2021" in sheet(declared).sheets[0].lines[0].cells["chosen"]
    mended = PASSED | {"tested_on": datetime(2021, 1, 20), "recording": None}
    came(declared, inspected(declared, {("A", "kt2:1"): mended}, sending=3), "kt1", "2021-01-21")
    collected(declared)
    assert [(row["at"], row["test"]) for row in table(declared, "service_tests.csv")] == [
        ("2021-01-07", "1"),
        ("2021-01-20", "2"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"way": "direct", "account": "có", "submission": "không", "tracking": "có", "why": "Lỗi khi gửi"},
        {"way": "report", "account": "không", "in_database": "có", "link_opens": "có", "works": "có"},
    ],
)
def test_a_rehearsed_inspector_writes_on_the_sheet_what_it_found(declared, row):
    row |= {"entity": "A", "service": "1", "at": "2021-01-05", "inspector": "kt1"}
    made = SimpleNamespace(tests={("A", "1"): [row]})
    typed = inspected_by(made, sheet(declared))
    assert [*typed] == [("A", "kt1:1")], "nobody else's test, and no second one"
    came(declared, inspected(declared, typed), "kt1", "2021-01-06")
    assert not collected(declared).findings
    (written,) = table(declared, "service_tests.csv")
    assert {key: text for key, text in written.items() if text} == row | {"test": "1"}


def complained(project, *rows, sending=1, entries=()):
    paper = inspected(project, dict(entries), sending)
    paper.listed(COMPLAINTS_SHEET, list(rows))
    return paper


BAD_LINK = {"complained": "Bộ Một", "service": "1", "complaint_on": "20/01/2021", "recording": "anh 1.png"}
BAD_LINK |= {"complaint": "Người dân báo không gửi được hồ sơ"}


def test_a_complaint_about_what_was_recognised_has_it_tested_again(declared):
    """2342, V.5.4 b, 3.ii: it was typed into service_tests.csv, as only what waits for a test has a line."""
    came(
        declared,
        inspected(declared, {("A", "kt1:1"): PASSED, ("A", "kt1:2"): PASSED}),
        "kt1",
        "2021-01-06",
        **SHOTS,
    )
    collected(declared)
    assert sheet(declared).sheets[0].lines == ()
    came(declared, complained(declared, BAD_LINK, sending=2), "kt1", "2021-01-21", **SHOTS)
    assert not collected(declared).findings
    row = table(declared, "service_tests.csv")[-1]
    assert row | {"recording": ""} == dict.fromkeys(row, "") | {
        "entity": "A", "service": "1", "at": "2021-01-20", "inspector": "kt1", "way": "complaint",
        "why": "Người dân báo không gửi được hồ sơ",
    }  # fmt: skip
    assert row["recording"] == "2021-01-21/anh 1.png"
    (line,) = sheet(declared).sheets[0].lines
    assert (line.cells["code"], line.cells["chosen"].partition(";")[0]) == (
        "kt3:1",
        "Kiểm tra lại theo phản ánh",
    )


def test_a_rehearsed_complaint_is_noted_tested_again_and_revokes_the_service(declared):
    came(declared, inspected(declared, {("A", "kt1:1"): PASSED}), "kt1", "2021-01-06", **SHOTS)
    collected(declared)
    e = evaluate_edition("mini-2020", declared)
    made = SimpleNamespace(
        entities=e.inputs.entities, methodology=e.methodology, shuffled=lambda codes, what: sorted(codes)
    )
    assert council.complaint(made, e, {"A"}) is None
    about = council.complaint(made, e, set())
    assert about == ("A", "1", "kt1")
    inbox = declared.root / "nhan"
    row = council.noted(made, about, date(2021, 1, 20))
    council.put_down_typed(sheet(declared), {}, 5, date(2021, 1, 20), inbox, [row])
    assert not collected(declared).findings
    again = sheet(declared)
    why = {line.cells["code"]: line.cells["chosen"] for line in again.sheets[0].lines}
    assert why["kt3:1"].startswith("Kiểm tra lại theo phản ánh")
    typed = council.failed_again(again, about, date(2021, 1, 21))
    assert [*typed] == [("A", "kt3:1")]
    council.put_down_typed(again, typed, 6, date(2021, 1, 21), inbox)
    assert not collected(declared).findings
    tests = evaluate_edition("mini-2020", declared).inputs.service_tests["A", "1"]
    assert [test.way for test in tests] == ["direct", "complaint", "direct"]
    assert revoked_at(tests) == tests[-1]


def test_a_complaint_sent_again_is_one_complaint(declared):
    came(declared, complained(declared, BAD_LINK | {"recording": ""}), "kt1", "2021-01-21")
    collected(declared)
    said = BAD_LINK | {"recording": "", "complaint": "Không gửi được hồ sơ, đã gọi lại"}
    came(declared, complained(declared, said, sending=2), "kt1 lần 2", "2021-01-22")
    collected(declared)
    assert [row["why"] for row in table(declared, "service_tests.csv")] == [
        "Không gửi được hồ sơ, đã gọi lại"
    ]


def test_everything_wrong_with_a_complaint_is_told_with_its_cell(declared):
    rows = (
        {"complained": "Bộ Không Có", "service": "1", "complaint_on": "20/01/2021", "complaint": "x"},
        {"complained": "A", "service": "9", "complaint_on": "20/01/2021", "complaint": "x"},
        {"complained": "a", "service": "1", "complaint_on": "", "complaint": ""},
    )
    came(declared, complained(declared, *rows), "kt1", "2021-01-21")
    assert [(code, column) for code, column in told(collected(declared))] == [
        ("cell-empty", "Phản ánh!D7"),
        ("form-entity-unknown", "Phản ánh!A5"),
        ("not-a-time", "Phản ánh!C7"),
        ("service-not-declared", "Phản ánh!B6"),
    ]
    assert table(declared, "service_tests.csv") == []


def test_everything_wrong_with_a_sheet_is_told_with_its_cell(declared):
    entries = {
        ("A", "kt1:1"): {"way": "Theo báo cáo", "account": "Có", "recording": "mất.png"},
        ("A", "kt1:2"): PASSED | {"way": "Gọi điện", "recording": None, "tested_on": "hôm qua"},
    }
    came(declared, inspected(declared, entries), "kt1", "2021-01-06")
    result = collected(declared)
    assert [(code, column.rpartition("!")[2]) for code, column in told(result)] == [
        ("cell-empty", "J5"),
        ("cell-empty", "K5"),
        ("cell-empty", "L5"),
        ("evidence-not-sent", "N5"),
        ("form-not-a-day", "E6"),
        ("form-not-offered", "F6"),
        ("not-a-time", "E5"),
        ("report-despite-account", "G5"),
    ]
    assert table(declared, "service_tests.csv") == []


def test_a_service_that_nobody_declared_is_not_tested(declared):
    paper = inspected(declared, {("A", "kt1:1"): PASSED | {"recording": None}})
    paper.cells[TESTS, "A", "kt1:1", "code"].value = "kt1:9"
    came(declared, paper, "kt1", "2021-01-06")
    assert [finding.code for finding in collected(declared).findings] == ["service-not-declared"]


def test_no_two_columns_have_one_name():
    labels = [each.label_vi for each in FIELDS.values()]
    assert len(labels) == len(set(labels))


# --- in the page, and saved by another program ------------------------------------------------------------

FILL = """
(answers, rows) => {
  const inputs = [...document.querySelectorAll("[data-cell]")];
  const event = () => new Event("input", {bubbles: true});
  const put = (input, text) => { input.value = text; input.dispatchEvent(event()); };
  for (const [label, text] of answers) put(inputs.find((each) => each.ariaLabel === label), text);
  document.getElementById("bia-signed_by").value = "Bà <b>Lan</b>";
  const first = document.querySelectorAll("table")[3].querySelector("tbody input");
  const clip = new DataTransfer();
  clip.setData("text", rows.map((row) => row.join("\\t")).join("\\r\\n"));
  if (rows.length) first.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true}));
  return [document.querySelector(".told").textContent, document.getElementById("danh-sach-sai")?.textContent];
}
"""
KEYS = ("service", "service_vi", "procedure", "level", "in_database", "link", "service_group", "application")


def inputs_of(project) -> dict[str, list[dict[str, str]]]:
    """What collecting left, whatever file it came in."""
    but = ("source", "sha256", "file")
    tables = {name: table(project, name) for name in ("answers.csv", "services.csv", "events.csv")}
    return {
        name: [{key: text for key, text in row.items() if key not in but} for row in rows]
        for name, rows in tables.items()
    }


def test_a_list_is_pasted_into_the_page_and_comes_back_as_the_workbook_does(
    project, browser, tmp_path_factory
):
    context, folder = read_context("mini-2020", project), tmp_path_factory.mktemp("page")
    form = survey(context, context.entities[0])
    labels = {
        line.cells["code"]: f"Trả lời: {line.cells['question']}" for line in form.sheets[0].lines if line.asks
    }
    given = {"with_computer": "10", "staff": "100", "portal": "30"}
    answers = [[labels[code], text] for code, text in given.items()]
    rows = [[row.get(key, "") for key in KEYS] for row in (ONE, TWO | {"level": "Mức 4"}, THREE)] * 3
    rows = [[f"{i}", *row[1:]] for i, row in enumerate(rows, start=1)]
    browser.open(write_page(form), folder)
    told, wrong = browser.call(FILL, answers, rows)
    assert told.startswith("Đã trả lời mọi câu.") and wrong == "", told
    page = browser.call(SAVE_FORM)
    came(project, page.encode(), "A")
    path = project.root / "nhan/2020-11-20/A.xlsx"
    path.rename(path.with_suffix(".html"))
    result = collected(project)
    assert dict(result.states) == {"used": 1}, result.findings
    by_page = inputs_of(project)
    assert len(by_page["services.csv"]) == 9 and by_page["events.csv"][0]["who"] == "Bà <b>Lan</b>"
    listed = [dict(zip(KEYS, row, strict=True)) for row in rows]
    listed = [row | {"level": "4"} for row in listed]
    path.with_suffix(".html").unlink()
    for name in ("answers.csv", "services.csv", "events.csv", "received.csv"):
        (project.inputs("mini-2020") / name).unlink()
    (project.inputs("mini-2020") / "answers.csv").write_text("entity,answer,value\n", "utf-8")
    paper = filled(project, listed)
    paper.sign(signed_by="Bà <b>Lan</b>")
    came(project, paper)
    assert dict(collected(project).states) == {"used": 1}
    assert inputs_of(project) == by_page


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_form_saved_by_libreoffice_gives_the_same_inputs(
    project, saved_by_libreoffice, tmp_path_factory, kind
):
    paper = filled(project, [ONE, TWO, THREE], services="2").bytes()
    came(project, paper)
    assert dict(collected(project).states) == {"used": 1}
    before = inputs_of(project)
    saved = saved_by_libreoffice({"A": paper}, tmp_path_factory.mktemp(kind), kind)["A"]
    (project.root / "nhan/2020-11-20/A.xlsx").unlink()
    for name in ("answers.csv", "services.csv", "events.csv", "received.csv"):
        (project.inputs("mini-2020") / name).unlink()
    (project.inputs("mini-2020") / "answers.csv").write_text("entity,answer,value\n", "utf-8")
    (project.root / "nhan/2020-11-20" / f"A.{kind}").write_bytes(saved.read_bytes())
    result = collected(project)
    assert dict(result.states) == {"used": 1}, result.findings
    assert inputs_of(project) == before
