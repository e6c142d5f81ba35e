"""Forms go out before anything has come back, and each asks of whom it is for, and of nobody else."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

import pytest

from ictindex.basics.project import Project
from ictindex.exchange.forms import (
    Context,
    Item,
    after_deadline,
    appraisal,
    marking,
    read_context,
    survey,
)
from ictindex.facts.answers import Given
from ictindex.facts.evidence import Evidence
from ictindex.facts.inputs import Entity, read_inputs
from ictindex.facts.last_year import Before
from ictindex.methodology.reading import read_methodology

CONTACT = "Trung tâm Thông tin, điện thoại 024 0000 0000"
REAL = ("qd2342-2017", "qd375-2020", "qd2051-2016")


@pytest.fixture(scope="module", params=REAL)
def context(request) -> Context:
    return read_context(request.param, Project.around(), CONTACT)


@pytest.fixture(scope="module")
def portals() -> Context:
    return read_context("qd2342-2017", Project.around())


def asked(form) -> list[str]:
    return [line.cells["code"] for sheet in form.sheets for line in sheet.lines if line.cells.get("code")]


@pytest.mark.parametrize(
    "day, late", [("", False), ("31/12/2017", False), ("01/01/2018", True), ("15/03/2018", True)]
)
def test_a_survey_that_asks_for_an_answer_after_the_deadline_is_remarked(portals, day, late):
    """2342, section 7: reports are due before 1 January."""
    told = [(f.code, f.severity, f.facts["last"]) for f in after_deadline(replace(portals, reply_by=day))]
    assert told == [("reply-by-late", "remark", "31/12/2017")] * late


def test_where_no_deadline_is_stated_any_day_will_do(portals):
    free = replace(portals, methodology=read_methodology("egdi"), reply_by="31/12/2099")
    assert free.methodology.report_deadline is None and after_deadline(free) == []


def test_a_survey_asks_whatever_the_criteria_of_the_unit_read(context):
    """Held against the leaves themselves, in another way."""
    for entity in context.entities:
        reads = {
            answer
            for leaf in context.methodology.leaves
            if leaf.applies_to(entity)
            or (entity.code == "bao-hiem-xa-hoi-viet-nam" and leaf.id.startswith("online_services."))
            for answer in leaf.criterion.rule.reads
            if context.methodology.answers[answer].kind != "mark"
        }
        codes = asked(survey(context, entity))
        assert len(codes) == len(set(codes)) and set(codes) == reads


def test_forms_go_out_before_any_answer_is_there(mini):
    for name in ("answers.csv", "sources.yaml"):
        (mini.inputs("mini-2020") / name).unlink()
    context = read_context("mini-2020", mini)
    assert asked(survey(context, context.entities[0])) == ["staff", "with_computer", "portal", "services"]
    assert asked(survey(context, context.entities[4])) == ["staff", "with_computer", "portal"]


def test_headings_are_no_questions(context):
    lines = survey(context, context.entities[0]).sheets[0].lines
    headings = [line for line in lines if not line.cells.get("code")]
    assert headings and all(
        line.asks is None and set(line.cells) == {"number", "question"} for line in headings[:-1]
    )
    assert set(lines[-1].cells) == {"question"} and lines[-1].scores == "total"
    numbers = [line.cells["number"] for line in lines if line.asks]
    assert numbers == [str(i) for i in range(1, len(numbers) + 1)]


@pytest.mark.parametrize(
    ("edition", "due"),
    [
        ("qd2342-2017", "trước ngày 01/01/2018"),
        ("qd375-2020", "chậm nhất ngày 30/11/2020"),
        ("qd2051-2016", "trước ngày 30/10/2016"),
    ],
)
def test_the_cover_says_when_it_is_due_and_whom_to_ask(edition, due):
    context = read_context(edition, Project.around(), CONTACT)
    about = dict(survey(context, context.entities[0]).about)
    assert about["Hạn gửi phiếu"] == due and about["Hỏi, đáp về phiếu"] == CONTACT


def test_a_methodology_without_a_deadline_says_so(mini_with):
    mini = mini_with(answers=lambda text: text.replace("40,zero_late", "40,"))  # so without a calendar
    context = read_context("mini-2020", mini)
    about = dict(survey(context, context.entities[0]).about)
    assert "không nêu" in about["Hạn gửi phiếu"] and "gửi kèm" in about["Hỏi, đáp về phiếu"]


def test_what_is_made_up_is_stamped(mini):
    assert (
        survey(read_context("mini-2020", mini), Entity("A", "Bộ", "ministry", 2)).stamp == "SỐ LIỆU MINH HỌA"
    )
    (mini.inputs("mini-2020") / "sources.yaml").unlink()
    context = read_context("mini-2020", mini)
    assert survey(context, context.entities[0]).stamp == "CÓ NỘI DUNG MINH HỌA"


def test_last_years_answers_stand_beside_the_question(mini):
    context = read_context("mini-2020", mini)
    last = Before("mini-2019", 2019, context.methodology, read_inputs("mini-2020", context.methodology, mini))
    context = replace(context, last=last)
    shown = {
        entity.code: {
            c["code"]: c["last"]
            for c in (x.cells for x in survey(context, entity).sheets[0].lines)
            if "code" in c
        }
        for entity in context.entities
    }
    assert shown["A"] == {"with_computer": 90, "staff": 100, "portal": 30, "services": 25}
    assert shown["C"]["services"] == "Bí mật nhà nước" and shown["B"]["portal"] is None


def test_a_renamed_unit_has_its_answers_of_last_year_and_a_merged_one_has_none(mini):
    context = read_context("mini-2020", mini)
    last = Before("mini-2019", 2019, context.methodology, read_inputs("mini-2020", context.methodology, mini))
    a, b, *_ = context.entities
    renamed = replace(a, code="A2", attributes=a.attributes | {"predecessor": "A"})
    merged = replace(b, attributes=b.attributes | {"predecessor": "C"})
    context = replace(context, last=last, entities=(renamed, merged))
    lines = [survey(context, entity).sheets[0].lines for entity in context.entities]
    shown = [[line.cells["last"] for line in some if "code" in line.cells] for some in lines]
    assert shown == [[100, 90, 30, 25], [None, None, None, None]]


def test_the_edition_before_is_read_where_the_parameters_name_it(two_years):
    context = read_context("egdi-2018", two_years)
    form = survey(context, context.entities[0])
    assert any(isinstance(line.cells.get("last"), Fraction) for line in form.sheets[0].lines)


def test_units_that_are_asked_the_same_get_the_same_version(context):
    by_version = {}
    for entity in context.entities:
        kind = (entity.group, *sorted(entity.attributes.items()))
        by_version.setdefault(survey(context, entity).version, set()).add(kind)
    kinds = {(e.group, *sorted(e.attributes.items())) for e in context.entities}
    assert len(by_version) <= len(kinds)


# --- marking ----------------------------------------------------------------------------------------------


def test_a_reviewer_marks_every_unit_at_every_mark_question_that_applies(portals):
    form = marking(portals, "KT1")
    pairs = [(line.cells["entity"], line.cells["code"]) for line in form.sheets[0].lines]
    assert len(pairs) == len(set(pairs)) == 93 * 10
    assert all(line.asks.kind == "mark" for line in form.sheets[0].lines)
    assert (form.kind, form.sender) == ("marking", "KT1")


def test_each_reviewer_has_an_order_of_units_that_anyone_can_redo(portals):
    def order(reviewer):
        return list(
            dict.fromkeys(line.cells["entity"] for line in marking(portals, reviewer).sheets[0].lines)
        )

    codes = [entity.code for entity in portals.entities]
    assert order("KT1") == sorted(codes, key=lambda code: sha256(f"KT1|{code}".encode()).hexdigest())
    assert order("KT1") != order("KT2") and sorted(order("KT2")) == sorted(codes)
    assert any("SHA-256" in step and "“KT1|mã đơn vị”" in step for step in marking(portals, "KT1").steps)


def test_a_reviewer_sees_no_mark_and_an_adjudicator_sees_them_without_names(portals):
    entity = portals.entities[0].code
    items = [Item(entity, "mark_news", "Chênh lệch 40 % thang điểm", (Fraction(9, 2), Fraction(1, 2)))]
    assert "marks" not in {field.key for field in marking(portals, "KT1").sheets[0].fields}
    form = marking(portals, "TD", items)
    assert form.kind == "adjudication"
    (line,) = form.sheets[0].lines
    assert (line.cells["entity"], line.cells["code"]) == (entity, "mark_news")
    assert (line.cells["marks"], line.cells["chosen"]) == ("0,5; 4,5", "Chênh lệch 40 % thang điểm")


# --- appraisal --------------------------------------------------------------------------------------------


def test_the_council_sees_what_was_declared_sent_and_monitored(methodology_of, inputs_with):
    methodology = methodology_of(
        {"a": {"max_points": 10, "rule": {"share": {"of": "with_pc", "per": "staff"}}},
         "b": {"max_points": 5, "rule": {"awarded": "claim"}}},
        aggregate="sum", max_points=15,
    )  # fmt: skip
    claim = Given(None, "missing", "", 2, Fraction(4))
    inputs = inputs_with({"u": {"with_pc": 12, "staff": 20, "claim": claim}, "v": {"staff": "withheld"}})
    evidence = {("u", "claim"): (Evidence("qd12.pdf", "0" * 64, "", None, 2),)}
    inputs = replace(inputs, evidence=evidence, monitored={("u", "with_pc"): Fraction(11)})
    context = Context("small-2020", 2020, methodology, inputs.entities)
    form = appraisal(context, "hd1", inputs)
    keys = ("entity", "code", "declared", "monitored", "evidence_given")
    assert [tuple(line.cells[key] for key in keys) for line in form.sheets[0].lines] == [
        ("u", "with_pc", 12, 11, ""),
        ("u", "staff", 20, None, ""),
        ("u", "claim", 4, None, "qd12.pdf"),
    ]


def test_the_council_may_work_group_by_group(mini):
    context = read_context("mini-2020", mini)
    inputs = read_inputs("mini-2020", read_methodology("mini", mini), mini)
    form = appraisal(context, "hd1", inputs, "agency")
    assert {line.cells["entity"] for line in form.sheets[0].lines} == {"D", "E"}


def test_sheets_have_the_name_of_their_form_and_no_label_of_a_cover_twice(context):
    form = survey(context, context.entities[0])
    lists = ["Dịch vụ công trực tuyến"] if context.methodology.source.online_services else []
    assert [sheet.name for sheet in form.sheets] == ["Phiếu khảo sát", *lists]
    labels = [label for label, _ in form.about]
    assert len(labels) == len(set(labels)) and not any(
        re.search("Mã|Lần gửi|Ngày gửi", label) for label in labels
    )
