"""What a form says is held against what was asked: nothing missing, nothing that no rule can use."""

import pytest

from ictindex.basics.findings import found
from ictindex.exchange.contents import Contents
from ictindex.exchange.returned import Entry, Returned, ReturnedLine
from ictindex.facts.inputs import Entity
from ictindex.methodology.reading import read_methodology

UNIT = Entity("D", "Cơ quan Một", "agency", 5)


@pytest.fixture
def contents(mini):
    return Contents(read_methodology("mini", mini), {"D": UNIT}, {})


def returned(kind="survey", wrong=(), opinion="", **lines):
    lines = tuple(
        ReturnedLine("", code, {key: Entry(text, f"S!{key}:{code}") for key, text in entries.items()})
        for code, entries in lines.items()
    )
    return Returned("d.xlsx", "a" * 64, kind, "mini-2020", "D", "v", lines=lines, opinion=opinion,
                    findings=list(wrong))  # fmt: skip


FULL = {
    "with_computer": {"answer": "10"},
    "staff": {"answer": "40"},
    "portal": {"answer": "", "state": "withheld"},
}


def said(findings):
    return [(finding.code, finding.column) for finding in findings]


def test_a_full_form_has_no_findings(contents):
    assert contents.check(returned(**FULL)) == []


def test_an_answer_with_neither_value_nor_state_is_missing_with_its_cell(contents):
    assert said(contents.check(returned(**FULL | {"staff": {"answer": "", "state": ""}}))) == [
        ("answer-not-given", "S!answer:staff")
    ]


def test_a_line_that_somebody_removed_is_missing_too(contents):
    lines = {code: entries for code, entries in FULL.items() if code != "staff"}
    assert said(contents.check(returned(**lines))) == [("answer-not-given", "")]


def test_what_cannot_be_read_is_not_said_to_be_missing_as_well(contents):
    unread = found("not-a-number", "d.xlsx", None, "S!answer:staff", value="?", mark=".")
    assert contents.check(returned(wrong=[unread], **FULL | {"staff": {"answer": ""}})) == []
    assert contents.check(returned(wrong=[unread])) == []  # nothing of the form could be read


def test_a_part_larger_than_its_whole_names_both_cells(contents):
    (finding,) = contents.check(returned(**FULL | {"with_computer": {"answer": "50"}}))
    assert finding.code == "rule-cannot-use"
    assert finding.facts["points"] == "12,50"
    assert finding.facts["cells"] == "S!answer:with_computer = 50; S!answer:staff = 40"


def test_evidence_that_did_not_come_is_among_the_findings(contents, mini):
    missing = found("evidence-not-sent", "d.xlsx", None, "S!G4", name="q.pdf")
    held = Contents(contents.methodology, contents.entities, {"a" * 64: [missing]})
    assert held.check(returned(**FULL)) == [missing]


GROUNDS = {"requested": "1", "grounds": "Vì …"}


@pytest.mark.parametrize(
    ("opinion", "lines", "codes"),
    [
        ("agreed", {}, []),
        ("objects", {"staff": GROUNDS}, []),
        ("", {"staff": GROUNDS}, []),
        ("", {}, ["slip-without-opinion"]),
        ("agreed", {"staff": GROUNDS}, ["slip-contradicts"]),
        ("objects", {}, ["slip-contradicts"]),
        ("objects", {"staff": {"requested": "1", "grounds": ""}}, ["objection-without-grounds"]),
    ],
)
def test_a_slip_agrees_or_objects_with_grounds(contents, opinion, lines, codes):
    slip = returned("slip", opinion=opinion, **lines)
    assert [finding.code for finding in contents.check(slip)] == codes


def test_an_objection_without_grounds_is_told_by_the_names_on_the_form(contents):
    bare = {"requested": "1", "grounds": ""}
    slip = returned("slip", opinion="objects", **{"staff": bare, "tc:inside.portal": bare})
    assert [(f.facts["label"], f.column) for f in contents.check(slip)] == [
        ("Cán bộ", "S!requested:staff"),
        ("Cổng thông tin", "S!requested:tc:inside.portal"),
    ]


def test_a_form_that_makes_the_check_stumble_is_found_alone(monkeypatch):
    checks = Contents(None, {}, {})  # no methodology: whatever is asked of it fails
    broken = checks.check(Returned("a.xlsx", "", form="survey", sender="A"))
    assert [(finding.code, finding.file) for finding in broken] == [("reading-broke", "a.xlsx")]
