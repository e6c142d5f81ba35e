"""What a form calls a state secret goes into the inputs at most, and into nothing that is told or sent."""

import csv
import shutil

import pytest

from ictindex.exchange.clerk import Paper
from ictindex.exchange.collection import collect
from ictindex.exchange.confidential import is_withheld
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import read_context, survey
from ictindex.exchange.returned import Entry, ReturnedLine

SHEET = "Phiếu khảo sát"
TOLD = ("61738295", "zqevidence", "zqnote", "zqfigure", "zqmissing")


def filled(project, **entries):
    """The survey of unit A, sound but for ``entries``: 'code__column' -> text."""
    context = read_context("mini-2020", project)
    entity = next(each for each in context.entities if each.code == "A")
    paper = Paper(write(survey(context, entity)))
    sound = {"with_computer": 10, "staff": 100, "portal": 30, "services": 25}
    cells = {f"{code}__answer": value for code, value in sound.items()} | entries
    for place, value in cells.items():
        code, column = place.split("__")
        paper.cells[SHEET, "", code, column].value = value
    paper.sign(signed_by="Chị Hai", sending=1)
    folder = project.root / "nhan" / "2020-12-20"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.xlsx").write_bytes(paper.bytes())
    (folder / "zqevidence1.pdf").write_bytes(b"x")
    return project.root / "nhan"


SECRET = {
    "with_computer__answer": 61738295,
    "with_computer__state": "Bí mật nhà nước",
    "with_computer__evidence": "zqevidence1.pdf; zqmissing.pdf",
    "with_computer__note": "zqnote",
    "staff__answer": "zqfigure",  # the other half of the share
}


def answers(project):
    with (project.inputs("mini-2020") / "answers.csv").open(encoding="utf-8", newline="") as file:
        return {(row["entity"], row["answer"]): row for row in csv.DictReader(file)}


def test_what_goes_back_to_the_unit_says_where_its_secret_is_wrong_and_not_what_it_is(mini, told_in):
    result = collect("mini-2020", filled(mini, **SECRET), mini)
    said = {finding.code for finding in result.findings}
    assert {"form-answer-and-state", "evidence-not-sent"} <= said
    assert told_in(mini.root / "outputs", TOLD) == {}
    assert not any(word in str(result.as_dict()) for word in TOLD)
    assert sum("(bí mật nhà nước)" in finding.message("vi") for finding in result.findings) == 3
    assert (mini.exchange("mini-2020") / "findings" / "A.xlsx").exists()


def test_the_same_faults_of_what_is_no_secret_are_told_in_full(mini, told_in):
    open_ = {key: value for key, value in SECRET.items() if not key.endswith("__state")}
    collect("mini-2020", filled(mini, **open_), mini)
    assert {"zqmissing", "zqfigure"} <= told_in(mini.root / "outputs", TOLD).keys()


def test_a_form_accepted_with_a_secret_and_a_value_keeps_the_secret_to_the_last_byte(mini, ictindex, told_in):
    sound = {key: value for key, value in SECRET.items() if not key.startswith("staff")}
    collect("mini-2020", filled(mini, **sound), mini, accept={"A": "gửi bản giấy"})
    row = answers(mini)["A", "with_computer"]
    assert (row["value"], row["state"], row["note"]) == ("", "withheld", "zqnote")
    assert told_in(mini.root / "inputs", ("zqnote", "zqevidence")).keys() == {"zqnote", "zqevidence"}
    assert ictindex("run", "mini-2020", "-p", "draws", 0, project=mini).code == 0
    assert told_in(mini.root / "outputs", TOLD) == {}


@pytest.mark.parametrize(
    ("entries", "remarked"),
    [({}, {"with_computer", "services"}), ({"with_computer__state": "Bí mật nhà nước"}, {"services"})],
)
def test_a_figure_far_from_the_monitored_one_is_remarked_unless_it_is_a_secret(mini, entries, remarked):
    path = mini.inputs("mini-2020") / "monitored.csv"
    path.write_text("entity,answer,value\nA,with_computer,1000\nA,services,50\n", "utf-8")
    sources = mini.inputs("mini-2020") / "sources.yaml"
    named = "  monitored.csv: {label_vi: Giám sát, origin: Thử}\n"
    sources.write_text(sources.read_text("utf-8") + named, "utf-8")
    told = collect("mini-2020", filled(mini, **entries), mini).odd
    assert {each.remark.answer for each in told} == remarked


NOW = (
    ("answers:\n", "answers:\n  staff_before: {label_vi: Năm trước, kind: count, last_year_of: staff}\n"),
    ("per: staff}", "per: staff_before}"),
    ("{value: portal}", "{share: {of: portal, per: {plus: [portal, staff]}}}"),
)


@pytest.mark.parametrize(("then", "hidden"), [("100,", False), (",withheld", True)])
def test_what_is_held_against_a_secret_of_last_year_is_told_to_nobody(mini, told_in, then, hidden):
    """A share of last year's staff: where that is withheld, this year's count would say half of it."""
    path = mini.root / "parameters/methodologies/mini.yaml"
    text = was = path.read_text("utf-8")
    for old, new in NOW:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    path.with_name("early.yaml").write_text(was.replace("methodology: mini", "methodology: early"), "utf-8")
    shutil.copytree(mini.inputs("mini-2020"), mini.inputs("mini-2019"))
    answers_then = mini.inputs("mini-2019") / "answers.csv"
    said = answers_then.read_text("utf-8").replace("A,staff,100,", f"A,staff,{then}")
    answers_then.write_text(said, "utf-8")
    parameters = mini.parameters("mini-2020").read_text("utf-8")
    earlier = parameters.replace("2020", "2019").replace("methodology: mini", "methodology: early")
    mini.parameters("mini-2019").write_text(earlier, "utf-8")
    now = parameters.replace('previous: ""', "previous: mini-2019")
    mini.parameters("mini-2020").write_text(now, "utf-8")
    collect("mini-2020", filled(mini, with_computer__answer="zqfigure"), mini)
    assert (told_in(mini.root / "outputs", ["zqfigure"]) == {}) is hidden


@pytest.mark.parametrize(("state", "withheld"), [("withheld", True), ("not_applicable", False), ("", False)])
def test_only_the_word_secret_makes_a_line_one(state, withheld):
    line = ReturnedLine("", "staff", {"state": Entry(state, "S!F5")})
    assert is_withheld(line) is withheld
    assert not is_withheld(ReturnedLine("", "staff", {"answer": Entry("withheld", "S!E5")}))
