"""Last year's answers: whose, what stands, when there is none and why; two years run through their files."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictindex.annex.profiles import told
from ictindex.annex.provenance import sources
from ictindex.basics.findings import Refused
from ictindex.basics.project import Project
from ictindex.exchange.forms import read_context, survey
from ictindex.exchange.sampling import write_sample
from ictindex.exchange.slips import slip
from ictindex.facts.answers import Given
from ictindex.facts.events import Event
from ictindex.facts.inputs import Entity
from ictindex.facts.last_year import FIRST, IN_ENGLISH, NEW, NOT_GIVEN, NOT_TRUE, PARTED, Before, last_year
from ictindex.facts.moments import moment
from ictindex.methodology.reading import read_methodology
from ictindex.page.explained import explain
from ictindex.page.results import exceptions
from ictindex.robustness.closing import closing
from ictindex.run.check_all import lint
from ictindex.scoring.evaluation import evaluate, evaluate_edition
from ictindex.scoring.parameters import read_parameters
from ictindex.scoring.variants import other_parameters
from tests.conftest import build_methodology_of, findings_of, inputs_of

GROWTH = {"goalposts": {"of": {"plus": ["a"], "minus": ["b"]}, "per": "b", "worst": -1, "best": 9}}
ZERO = {"falls_on": "criterion", "citation": {"title": "Thử"}}
METHODOLOGY = build_methodology_of(
    {"grown": {"max_points": 10, "rule": GROWTH}},
    aggregate="sum",
    max_points=10,
    answers={"b": {"last_year_of": "a"}},
    sections={"zero_rules": {"untrue": ZERO, "no_evidence": ZERO, "incomplete": ZERO, "cancelled": ZERO}},
)


def before(answers, attributes=None, events=()):
    return Before("x-2019", 2019, METHODOLOGY, inputs_of(answers, attributes=attributes, events=events))


def unit(code, **attributes):
    return Entity(code, code, "all", 2, attributes)


def stood(units, year_before):
    return {
        code: one.why or one.value or one.state
        for (code, answer), one in last_year(METHODOLOGY, units, year_before).items()
    }


def test_a_unit_is_found_by_its_code_its_predecessor_or_as_a_successor():
    units = [unit("A"), unit("NEW", predecessor="B"), unit("D")]
    year_before = before({"A": {"a": 1}, "B": {"a": 2}, "C": {"a": 3}}, {"C": {"successor": "D"}})
    assert stood(units, year_before) == {"A": 1, "NEW": 2, "D": 3}


def test_of_what_was_merged_divided_or_not_there_nothing_can_be_held_against_this_year():
    year_before = before({"A": {"a": 1}, "B": {"a": 2}, "C": {"a": 3}, "D": {}})
    units = [unit("AB", predecessor="A; B"), unit("C"), unit("C2", predecessor="C"), unit("D"), unit("E")]
    parted, not_given, new = (why for why, _ in (PARTED, NOT_GIVEN, NEW))
    assert stood(units, year_before) == {"AB": parted, "C": parted, "C2": parted, "D": not_given, "E": new}
    assert all(IN_ENGLISH[why] for why in (parted, not_given, new))


@pytest.mark.parametrize(
    "given_then, stands",
    [
        ((5, "zero_no_evidence"), 5),
        ((5, "zero_untrue"), NOT_TRUE[0]),
        (Given(Fraction(5), "zero_untrue", "5", 2, declared=Fraction(7)), 5),  # the appraisal said what is so
        ("not_applicable", "not_applicable"),
        ("withheld", "withheld"),
        (Given(None, "given", "", 2), "withheld"),  # given, but not told
    ],
)
def test_what_stood_last_year_stands_unless_it_was_found_untrue(given_then, stands):
    assert stood([unit("A")], before({"A": {"a": given_then}})) == {"A": stands}


@pytest.mark.parametrize("where", ["grown", ""])
@pytest.mark.parametrize("reason", ["untrue", "incomplete", "cancelled", "no_evidence"])
def test_a_decision_at_the_criterion_or_the_report_unmakes_the_figure(where, reason):
    event = Event(moment("2020-02-01", end=False), "A", where, reason, None, "Sai", 2, paper="BB")
    unmade = reason != "no_evidence"
    assert stood([unit("A")], before({"A": {"a": 5}}, events=[event])) == {"A": NOT_TRUE[0] if unmade else 5}


def test_what_somebody_established_stands_though_the_unit_had_declared_nothing():
    """Found incomplete since the figure was missing; an objection brought it, and a correction entered it."""
    at = {"who": "HĐTĐ", "why": "Bổ sung", "paper": "BB"}
    found = Event(moment("2020-02-01", end=False), "A", "grown", "incomplete", None, row=2, **at)
    what = {"answer": "a", "text": "5", "value": Fraction(5)}
    corrected = Event(moment("2020-03-01", end=False), "A", "", "correction", None, row=3, **at, **what)
    assert stood([unit("A")], before({"A": {"a": "missing"}}, events=[found, corrected])) == {"A": 5}


FIGURES = st.integers(1, 10**6)


@given(now=FIGURES, then=FIGURES, times=st.integers(1, 1000))
def test_growth_does_not_know_the_unit_of_counting_and_follows_what_was(now, then, times):
    from ictindex.scoring.outcomes import score

    def share(now, then):
        inputs = inputs_of({"A": {"a": now}})
        inputs.stated.update(last_year(METHODOLOGY, inputs.entities, before({"A": {"a": then}})))
        return score(METHODOLOGY, inputs, {}, 2020).outcomes["grown"][0].share

    if now > 10 * then:
        with pytest.raises(Refused):
            share(now, then)
        return
    assert share(now, then) == Fraction(now, then) / 10 == share(times * now, times * then)
    assert share(now, then + 1) < share(now, then)


# --- two years and the one before, through their files ------------------------------------------------------

PLAIN = """\
methodology: plain
label_vi: Chỉ hỏi số cán bộ
citation: {title: Lập ra để thử}
groups: {all: {label_vi: Đơn vị}}
answers:
  staff: {label_vi: Số cán bộ, kind: count}
missing: error
total: {label_vi: Tổng, max_points: 10, aggregate: sum, compare_on: points, decimals: 2, rounding: half_up}
ranking: {ties: min, rank_on: rounded}
criteria:
  size:
    label_vi: Quy mô
    status: illustrative
    max_points: 10
    rule: {bands: {of: staff, steps: [{low: 0, points: 10}]}}
"""
GROWN = (
    PLAIN.replace("methodology: plain", "methodology: grown")
    .replace(
        "kind: count}", "kind: count}\n  before: {label_vi: Số kỳ trước, kind: count, last_year_of: staff}"
    )
    .replace(
        "{bands: {of: staff, steps: [{low: 0, points: 10}]}}",
        "{goalposts: {of: {plus: [staff], minus: [before]}, per: before, worst: -1, best: 1, outside: clip}}",
    )
)
YEARS = {  # edition -> the staff of A and B
    "plain-2018": ("", "100", "100"),
    "grown-2019": ("plain-2018", "150", "80"),
    "grown-2020": ("grown-2019", "150", "120"),
}
SOURCES = """\
status: illustrative
files:
  entities.csv: {label_vi: Đơn vị, origin: Thử}
  answers.csv: {label_vi: Số, origin: Thử}
"""


@pytest.fixture
def years(tmp_path):
    methodologies = tmp_path / "parameters" / "methodologies"
    methodologies.mkdir(parents=True)
    (methodologies / "plain.yaml").write_text(PLAIN, "utf-8")
    (methodologies / "grown.yaml").write_text(GROWN, "utf-8")
    for edition, (previous, a, b) in YEARS.items():
        name, _, year = edition.partition("-")
        (tmp_path / "parameters" / f"{edition}.yaml").write_text(
            f"edition: {edition}\nmethodology: {name}\nyear: {year}\n"
            f'inputs: {edition}\nprevious: "{previous}"\n'
        )
        folder = tmp_path / "inputs" / edition
        folder.mkdir(parents=True)
        (folder / "entities.csv").write_text("entity,label_vi\nA,Đơn vị A\nB,Đơn vị B\n", "utf-8")
        (folder / "answers.csv").write_text(f"entity,answer,value,state\nA,staff,{a},\nB,staff,{b},\n")
        (folder / "sources.yaml").write_text(SOURCES, "utf-8")
    return Project(tmp_path)


def change(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def totals(e):
    return {code: standing.value for code, standing in e.at(e.methodology.root).items()}


def test_each_year_is_held_against_the_one_before_it(years):
    assert totals(evaluate_edition("grown-2019", years)) == {"A": Fraction(15, 2), "B": 4}
    e = evaluate_edition("grown-2020", years)
    assert totals(e) == {"A": 5, "B": Fraction(15, 2)}
    assert e.previous.edition == "grown-2019" and totals(e.previous) == {"A": Fraction(15, 2), "B": 4}


def test_a_change_of_any_year_that_is_read_is_a_change_of_what_the_annex_is_made_from(years):
    made_from = {file.path: file.sha256 for file in sources(evaluate_edition("grown-2020", years))}
    change(years.inputs("plain-2018") / "answers.csv", "A,staff,100", "A,staff,101")
    now = {file.path: file.sha256 for file in sources(evaluate_edition("grown-2020", years))}
    assert [path for path in now if now[path] != made_from[path]] == ["inputs/plain-2018/answers.csv"]


@pytest.mark.parametrize(
    "file, old, new, code",
    [  # of a methodology its name alone
        ("parameters/grown-2020.yaml", '"grown-2019"', '""', "last-year-not-declared"),
        ("plain", "staff", "people", "last-year-not-asked"),
        ("plain", "kind: count", "kind: number", "last-year-of-other-kind"),
        ("grown", "last_year_of: staff", "last_year_of: stuff", "answer-unknown"),
        ("grown", "kind: count, last", "kind: number, last", "last-year-unlike"),
        ("grown", "last_year_of: staff", "last_year_of: before", "last-year-unlike"),
        ("grown", "count, last", "count, max: 9, last", "limits-unused"),
        ("inputs/grown-2020/answers.csv", "B,staff", "A,before,5,\nB,staff", "answer-of-last-year"),
    ],
)  # fmt: skip
def test_what_is_not_there_to_be_read_is_a_finding(years, file, old, new, code):
    change(years.root / file if "/" in file else years.methodology(file), old, new)
    if file == "plain":
        path = years.inputs("plain-2018") / "answers.csv"
        path.write_text(path.read_text("utf-8").replace("staff", new if new == "people" else "staff"))
    edition = "grown-2019" if file == "plain" else "grown-2020"
    found = {finding.code for finding in findings_of(evaluate_edition, edition, years)}
    assert code in found and found <= {code, "answer-not-read"}


def test_who_was_not_there_is_told_as_such_by_lint_on_the_page_and_in_the_explanation(years):
    for file, line in (("entities.csv", "C,Đơn vị C\n"), ("answers.csv", "C,staff,5,\n")):
        path = years.inputs("grown-2020") / file
        path.write_text(path.read_text("utf-8") + line, "utf-8")
    (one,) = [f for f in lint(years, ["grown-2020"]) if f.code == "last-year-missing"]
    assert (one.facts["entity"], one.facts["of"]) == ("C", "staff") and NEW[1] in one.message()
    e = evaluate_edition("grown-2020", years)
    assert totals(e)["C"] is None and totals(e)["A"] == 5
    assert NEW[0] in exceptions(e)["reason"].tolist()[0]
    assert NEW[0] in explain(e, "C")["why"].tolist()


def test_an_explanation_leads_to_last_years_file_and_row(years):
    e = evaluate_edition("grown-2020", years)
    (row,) = [row for row in explain(e, "B").itertuples() if row.name == "Số kỳ trước"]
    assert (row.said, row.file, row.row) == ("80", "inputs/grown-2019/answers.csv", 3)


def test_nobody_is_asked_last_years_answer_and_another_previous_edition_is_another_run(years):
    context = read_context("grown-2020", years)
    codes = [
        line.cells.get("code")
        for sheet in survey(context, context.entities[0]).sheets
        for line in sheet.lines
    ]
    assert "staff" in codes and "before" not in codes
    e = evaluate_edition("grown-2020", years)
    own = [line.cells for line in slip(e, e.inputs.entities[0]).sheets[0].lines if line.cells.get("code")]
    assert [(cells["code"], cells["number"]) for cells in own] == [("staff", "1"), ("before", "")]
    e = evaluate(years, **{**read_parameters("grown-2020", years), "previous": "plain-2018"})
    assert totals(e) == {"A": Fraction(15, 2), "B": 6} and other_parameters(e) == {"previous": "plain-2018"}


def test_what_was_withheld_last_year_is_withheld_with_all_that_only_this_reads(years):
    change(years.inputs("grown-2019") / "answers.csv", "A,staff,150,", "A,staff,,withheld")
    e = evaluate_edition("grown-2020", years)
    assert e.scores.outcomes["size"][0].state == "withheld"
    assert e.inputs.given(e.inputs.entities[0], "staff").value is None
    shared = told(e, [file.path for file in sources(e)])["inputs/grown-2020/answers.csv"].decode()
    assert "150" not in shared and "120" in shared


def test_a_signed_correction_says_what_last_years_figure_was(years):
    folder = years.inputs("grown-2020")
    (folder / "events.csv").write_text(
        "entity,criterion,event,at,until,why,paper,answer,value,who\n"
        "A,,correction,2021-02-01,,Đếm lại,BB 1,before,75,HĐTĐ\n",
        "utf-8",
    )
    change(folder / "sources.yaml", "files:\n", "files:\n  events.csv: {label_vi: Sự kiện, origin: Thử}\n")
    assert totals(evaluate_edition("grown-2020", years))["A"] == 10
    assert read_methodology("grown", years).last_year == {"before": "staff"}
    assert re.search("before", (folder / "events.csv").read_text())


def test_made_up_figures_are_of_this_year_alone_and_as_large_as_figures_are(years):
    write_sample("grown-2020", None, 1, None, years)
    rows = [
        row.split(",") for row in (years.inputs("grown-2020") / "answers.csv").read_text().splitlines()[1:]
    ]
    assert {row[1] for row in rows} == {"staff"} and all(int(row[2]) >= 40 for row in rows if row[2])


def test_nobody_is_told_to_have_had_other_figures_last_year(years):
    """What would lead to the next rank is an answer of this year; what was stays."""
    path = years.methodology("grown")
    text = path.read_text("utf-8").replace(
        "{plus: [staff], minus: [before]}, per: before", "before, per: staff"
    )
    path.write_text(text, "utf-8")
    (second,) = (each for each in closing(evaluate_edition("grown-2020", years), "all") if each.to_rank)
    (way,) = second.to_rank.ways
    assert way.criterion == "size" and way.answer is None


def test_in_the_first_year_of_an_index_nobody_has_a_figure_of_last_year_and_that_is_no_fault(years):
    for edition in ("plain-2018", "grown-2020"):
        years.parameters(edition).unlink()
    change(years.parameters("grown-2019"), '"plain-2018"', '""')
    change(years.methodology("grown"), "missing: error", "missing: leave_out")
    e = evaluate_edition("grown-2019", years)
    assert [e.inputs.given(unit, "before").why for unit in e.inputs.entities] == [FIRST[0]] * 2
    change(years.methodology("grown"), "missing: leave_out", "missing: error")
    told = [f.message() for f in lint(years, ["grown-2019"]) if f.code == "last-year-missing"]
    assert len(told) == 2 and all("no year before this one was evaluated" in each for each in told)


def test_an_earlier_year_of_the_same_index_is_named_as_the_previous_one_and_of_another_is_not(years):
    change(years.parameters("grown-2020"), '"grown-2019"', '""')
    (one,) = findings_of(evaluate_edition, "grown-2020", years)
    assert (one.code, one.facts["edition"]) == ("last-year-not-declared", "grown-2019")
    years.parameters("grown-2019").unlink()  # plain-2018 asks for staff too, but nothing leads from it here
    change(years.methodology("grown"), "missing: error", "missing: leave_out")
    assert totals(evaluate_edition("grown-2020", years)) == {"A": None, "B": None}
