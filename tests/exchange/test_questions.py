"""The criteria decide what a unit is asked, and in which order."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from ictindex.exchange.questions import (
    asking_order,
    clause_vi,
    evidence_vi,
    how_vi,
    marks_vi,
    questions,
    shown_value,
    unit_vi,
)
from ictindex.facts.evidence import Evidence
from ictindex.facts.inputs import Entity
from ictindex.methodology.decision import Answer

CRITERIA = {
    "second": {
        "max_points": 10,
        "citation": {"clause": "Mục 1"},
        "aggregate": "sum",
        "criteria": {
            "b": {"max_points": 5, "rule": {"share": {"of": "with_pc", "per": "staff"}}},
            "a": {
                "max_points": 5,
                "status": "official",
                "citation": {"clause": "Mục 1.2"},
                "rule": {"share": {"of": "trained", "per": "staff"}},
            },
        },
    },
    "portal": {"max_points": {"one": 10, "two": "not_applicable"}, "rule": {"mark": "news"}},
    "plan": {"max_points": 10, "applies": {"kind": ["big"]}, "rule": {"yes_no": "plan"}},
}
ATTRIBUTES = {"attributes": {"kind": {"label_vi": "Loại", "values": {"big": "Lớn", "small": "Nhỏ"}}}}


@pytest.fixture(scope="module")
def methodology(methodology_of):
    most = {"one": 30, "two": 20}
    return methodology_of(
        CRITERIA, aggregate="sum", max_points=most, groups=("one", "two"), sections=ATTRIBUTES
    )


def unit(group: str = "one", kind: str = "big") -> Entity:
    return Entity("u", "Đơn vị", group, 2, {"kind": kind})


def test_each_answer_is_asked_once_in_the_order_of_the_criteria(methodology):
    assert [q.code for q in questions(methodology, unit())] == ["with_pc", "staff", "trained", "news", "plan"]


def test_a_unit_is_not_asked_for_what_does_not_apply_to_it(methodology):
    assert [q.code for q in questions(methodology, unit("two", "small"))] == ["with_pc", "staff", "trained"]


def test_the_rule_is_said_once_for_each_criterion(methodology):
    said = [how_vi(q, methodology) for q in questions(methodology, unit())]
    assert said[0] == "Tiêu chí 1.1 “b”: (“with_pc” : “staff”) × điểm tối đa."
    assert said[1] == "Tiêu chí 1.1, như trên."
    assert said[2].startswith("Tiêu chí 1.2 “a”: ")


def test_the_clause_is_the_nearest_one_and_says_what_is_made_up(methodology):
    asked = {q.code: clause_vi(q.leaf, methodology) for q in questions(methodology, unit())}
    assert asked["trained"] == "Mục 1.2"
    assert asked["with_pc"] == "Mục 1 (nội dung minh họa)"
    assert asked["news"] == "Lập ra để thử (nội dung minh họa)"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"kind": "count", "unit_vi": "người"}, "người"),
        ({"kind": "count", "unit_vi": "người", "min": 1}, "người, từ 1"),
        ({"kind": "count", "unit_vi": "nhóm", "max": 4}, "nhóm, không quá 4"),
        ({"kind": "award", "max": Fraction(15, 2)}, "điểm, 0–7,5"),
        ({"kind": "mark", "min": 0, "max": 10}, "điểm, 0–10"),
        ({"kind": "yes_no"}, "Có hoặc Không"),
        ({"kind": "choice", "choices": {"a": "b"}}, "Chọn một mục"),
    ],
)
def test_the_unit_of_measurement_stands_with_the_limits(answer, said):
    assert unit_vi(Answer(label_vi="x", **answer)) == said


def test_values_are_shown_as_the_form_has_them():
    choice = Answer(label_vi="x", kind="choice", choices={"far": "Ở nơi khác"})
    count = Answer(label_vi="x", kind="count")
    assert shown_value(choice, "far") == "Ở nơi khác"
    assert shown_value(Answer(label_vi="x", kind="yes_no"), False) == "Không"
    assert shown_value(count, Fraction(12)) == 12 and shown_value(count, None) is None


def test_marks_stand_in_an_order_that_names_nobody():
    assert marks_vi([Fraction(9, 2), Fraction(2)]) == marks_vi([Fraction(2), Fraction(9, 2)]) == "2; 4,5"


def test_evidence_is_named_by_file_or_by_reference(inputs_with):
    given = (Evidence("qc.pdf", "0" * 64, "", None, 2), Evidence("", "", "12/QĐ ngày 01/02/2020", None, 3))
    inputs = replace(inputs_with({"u": {"staff": 3}}), evidence={("u", "staff"): given})
    assert evidence_vi(inputs, "u", "staff") == "qc.pdf; 12/QĐ ngày 01/02/2020"
    assert evidence_vi(inputs, "u", "other") == ""
    assert evidence_vi(replace(inputs, evidence=None), "u", "staff") == ""


def test_a_total_is_asked_before_its_parts_and_opens_its_criterion(methodology):
    asked = asking_order(questions(methodology, unit()))
    assert [(question.code, question.opens) for question in asked][:3] == [
        ("staff", True), ("with_pc", False), ("trained", True),
    ]  # fmt: skip
    assert {question.code for question in asked} == {q.code for q in questions(methodology, unit())}
