"""What enters says from which file and cell; declared and verified are both kept; nothing twice."""

from dataclasses import replace
from datetime import date

import pytest

from ictindex.basics.findings import found
from ictindex.exchange.batch import Verdict
from ictindex.exchange.documents import Reference
from ictindex.exchange.entering import enter
from ictindex.exchange.ledger import Ledger
from ictindex.exchange.returned import Entry, Returned, ReturnedLine
from ictindex.methodology.reading import read_methodology

SHA = {"survey": "a" * 64, "appraisal": "b" * 64, "slip": "c" * 64, "marking": "d" * 64}
SHA["adjudication"] = "e" * 64


@pytest.fixture
def methodology(mini):
    return read_methodology("mini", mini)


def line(code, entity="", **entries):
    return ReturnedLine(entity, code, {k: Entry(text, f"S!{k}:{code}") for k, text in entries.items()})


def verdict(*lines, kind="survey", sender="A", sending=1, day=1, state="used", enters=True, sha="", **more):
    returned = Returned(
        f"{kind}.xlsx", sha or SHA[kind], kind, "mini-2020", sender, "v", sending, lines=lines, **more
    )
    return Verdict(returned, date(2020, 12, day), state, "", enters)


def answer(ledger, key):
    return {
        column: cell
        for column, cell in ledger.answers[key].items()
        if cell and column not in ("entity", "answer")
    }


def test_a_declared_answer_enters_with_file_and_cell(methodology):
    ledger = Ledger()
    enter(
        ledger,
        [
            verdict(
                line("staff", answer="1200.5", note="=1+1\nhai"), line("portal", answer="", state="withheld")
            )
        ],
        methodology,
        {},
    )
    assert answer(ledger, ("A", "staff")) == {
        "value": "1200.5", "note": "'=1+1 hai", "source": "aaaaaaaaaaaa!S!answer:staff"
    }  # fmt: skip
    assert answer(ledger, ("A", "portal"))["state"] == "withheld"
    assert [(e["event"], e["at"], e["source"]) for e in ledger.events] == [
        ("reported", "2020-12-01", "aaaaaaaaaaaa!Bìa")
    ]


def test_figures_take_the_decimal_mark_of_the_file(methodology):
    ledger = Ledger(mark=",")
    enter(ledger, [verdict(line("portal", answer="12.5"))], methodology, {})
    assert ledger.answers["A", "portal"]["value"] == "12,5"


def test_an_accepted_form_with_nothing_in_a_cell_enters_as_missing(methodology):
    ledger = Ledger()
    enter(ledger, [verdict(line("staff", answer=""), state="accepted")], methodology, {})
    assert answer(ledger, ("A", "staff"))["state"] == "missing"


def test_what_was_appraised_stays_only_where_the_declared_value_does(methodology):
    signed = {"verified": "90", "why": "Đếm lại", "who": "TĐ1", "at": "2020-12-02"}
    both = {"state": "", "note": "", "source": "old!x"} | signed
    ledger = Ledger(answers={("A", code): {"entity": "A", "answer": code, "value": "100", **both}
                             for code in ("staff", "with_computer", "services")})  # fmt: skip
    new = verdict(line("staff", answer="100.0"), line("with_computer", answer="99"), sending=2)
    _, todo = enter(ledger, [new], methodology, {})
    assert {column: ledger.answers["A", "staff"][column] for column in signed} == signed
    assert "verified" not in answer(ledger, ("A", "with_computer"))
    assert ("A", "services") not in ledger.answers  # it is asked no more
    assert [(f.code, f.facts["answer"]) for f in todo] == [
        ("appraise-again", "with_computer"),
        ("appraise-again", "services"),
    ]


def test_a_zero_that_the_evaluator_found_stays_while_the_figure_does(methodology):
    def ledger():
        row = {"entity": "A", "answer": "staff", "value": "100", "state": "zero_untrue"}
        return Ledger(answers={("A", "staff"): row})

    same, other = ledger(), ledger()
    enter(same, [verdict(line("staff", answer="100"))], methodology, {})
    _, todo = enter(other, [verdict(line("staff", answer="80"))], methodology, {})
    assert (same.answers["A", "staff"]["state"], other.answers["A", "staff"]["state"]) == ("zero_untrue", "")
    assert [finding.code for finding in todo] == ["appraise-again"]


def test_an_appraisal_signs_what_it_changes(methodology):
    ledger = Ledger()
    survey = verdict(line("staff", answer="100"))
    council = verdict(
        line("staff", "A", verified="90", why="Đếm lại"),
        kind="appraisal",
        sender="td1",
        day=5,
        signed_by="Bà B",
    )
    enter(ledger, [survey, council], methodology, {})
    assert answer(ledger, ("A", "staff")) == {
        "value": "100", "source": "aaaaaaaaaaaa!S!answer:staff",
        "verified": "90", "why": "Đếm lại", "who": "Bà B", "at": "2020-12-05",
    }  # fmt: skip


def test_an_appraisal_that_changes_without_a_reason_is_sent_back_whole(methodology):
    ledger = Ledger()
    council = verdict(
        line("staff", "A", verified="90"),
        line("portal", "A", verified="5", why="Xem lại"),
        kind="appraisal",
        sender="td1",
        day=5,
    )
    after, _ = enter(ledger, [verdict(line("staff", answer="100")), council], methodology, {})
    assert [(v.state, v.why) for v in after] == [("used", ""), ("refused", "appraised-without-why")]
    assert "verified" not in answer(ledger, ("A", "staff")) and ("A", "portal") not in ledger.answers
    assert ledger.received[SHA["appraisal"]]["state"] == "refused"


def test_what_was_wrong_with_an_appraisal_is_not_held_against_the_sender_again_once_it_is_mended(methodology):
    ledger = Ledger()
    declared = verdict(line("staff", answer="100"))
    wrong = verdict(line("staff", "A", verified="90"), kind="appraisal", sender="hd", state="superseded")
    mended = verdict(
        line("staff", "A", verified="90", why="Đếm lại"),
        kind="appraisal",
        sender="hd",
        sending=2,
        sha="9" * 64,
    )
    after, _ = enter(ledger, [declared, wrong, mended], methodology, {})
    assert [(one.state, one.findings) for one in after[1:]] == [("superseded", ()), ("used", ())]
    assert answer(ledger, ("A", "staff"))["why"] == "Đếm lại"


def test_an_appraisal_older_than_the_declaration_is_asked_for_again(methodology):
    ledger = Ledger()
    council = verdict(line("staff", "A", verified="100"), kind="appraisal", sender="td1", day=3)
    enter(ledger, [verdict(line("staff", answer="100"), day=9)], methodology, {})
    _, todo = enter(ledger, [council], methodology, {})
    assert [finding.code for finding in todo] == ["appraise-again"]
    assert "verified" not in answer(ledger, ("A", "staff"))


def test_a_slip_becomes_a_confirmation_or_objections_and_nothing_twice(methodology):
    ledger = Ledger()
    agreed = verdict(line("staff"), kind="slip", sender="B", day=8, sha="1" * 64, opinion="agreed")
    objects = verdict(
        line("staff", requested="120", grounds="Tuyển thêm", evidence="x.pdf"),
        line("tc:inside.portal", grounds="Chấm thấp"),
        kind="slip",
        day=9,
        signed_by="Ông A",
    )
    linked = {(SHA["slip"], "S!evidence:staff"): [Reference("x.pdf", "f" * 64, "")]}
    for _ in range(2):
        enter(ledger, [agreed, objects], methodology, linked)
    said = [
        (e["entity"], e["event"], e["answer"], e["criterion"], e["value"], e["why"]) for e in ledger.events
    ]
    assert said == [
        ("B", "confirmed", "", "", "", ""),
        ("A", "objection", "staff", "", "120", "Tuyển thêm"),
        ("A", "objection", "", "inside.portal", "", "Chấm thấp"),
    ]
    assert (ledger.events[1]["who"], ledger.events[1]["source"]) == (
        "Ông A",
        "cccccccccccc!S!requested:staff",
    )
    assert [(row["file"], row["sha256"], row["note"]) for row in ledger.evidence] == [
        ("x.pdf", "f" * 64, "Phiếu xác nhận số liệu")
    ]


def test_a_document_for_a_criterion_is_registered_for_what_the_unit_answered_below_it(methodology):
    """On its sheet of points a slip asks for documents; what came there was in no register."""
    answers = {("A", "staff"): {}, ("A", "with_computer"): {}, ("B", "portal"): {}}
    slip = verdict(line("tc:inside", grounds="Đã nộp bản giấy", evidence="x.pdf"), kind="slip", day=9)
    ledger = Ledger(answers=answers)
    enter(
        ledger,
        [slip],
        methodology,
        {(SHA["slip"], "S!evidence:tc:inside"): [Reference("x.pdf", "f" * 64, "")]},
    )
    assert [(row["entity"], row["answer"], row["file"], row["at"]) for row in ledger.evidence] == [
        ("A", "staff", "x.pdf", "2020-12-09"), ("A", "with_computer", "x.pdf", "2020-12-09")
    ]  # fmt: skip


def test_a_mark_is_objected_to_at_its_criterion(egdi):
    methodology = read_methodology("qd2342", egdi)
    ledger, node = Ledger(), next(n for n in methodology.leaves if n.criterion.rule.mark)
    slip = verdict(line(node.criterion.rule.mark, grounds="Đã có mục này"), kind="slip")
    enter(ledger, [slip], methodology, {})
    assert (ledger.events[0]["answer"], ledger.events[0]["criterion"]) == ("", node.id)


def test_a_reviewers_newer_sheet_replaces_his_own_marks_alone(methodology):
    ledger = Ledger(marks=[
        {"entity": "A", "answer": "m", "reviewer": who, "role": role, "mark": "1", "why": "w"}
        for who, role in (("kt1", "reviewer"), ("kt2", "reviewer"), ("kt1", "adjudicator"))
    ])  # fmt: skip
    sheet = verdict(line("m", "B", mark="7.5"), line("n", "B", mark=""), kind="marking", sender="kt1")
    enter(ledger, [sheet], methodology, {})
    assert [(m["entity"], m["reviewer"], m["role"], m["mark"]) for m in ledger.marks] == [
        ("A", "kt1", "adjudicator", "1"),
        ("A", "kt2", "reviewer", "1"),
        ("B", "kt1", "reviewer", "7.5"),
    ]


def test_the_third_person_must_say_why(methodology):
    ledger = Ledger()
    third = verdict(line("m", "A", mark="7"), kind="adjudication", sender="kt3")
    after, _ = enter(ledger, [third], methodology, {})
    assert ([f.code for f in after[0].findings], ledger.marks) == (["adjudication-without-why"], [])


def test_missing_reasons_are_told_together_with_points_above_the_most(methodology):
    """Of a form that is sent back already, and of the line whose figure cannot be read too."""
    high = found("above-maximum", "appraisal.xlsx", None, "S!verified:portal", value="99", limit="40")
    lines = (
        line("staff", "A", verified="90"),
        line("portal", "A", verified=""),
        line("services", "A", verified=""),
    )
    council = verdict(*lines, kind="appraisal", sender="hd", state="refused", enters=False, findings=[high])
    council = replace(council, findings=(high,))
    after, _ = enter(Ledger(), [verdict(line("staff", answer="100")), council], methodology, {})
    assert [(finding.code, finding.column) for finding in after[1].findings] == [
        ("above-maximum", "S!verified:portal"),
        ("appraised-without-why", "S!verified:staff"),
        ("appraised-without-why", "S!verified:portal"),
    ]


def test_evidence_of_a_survey_is_replaced_and_what_others_noted_stays(methodology):
    kept = {
        "entity": "A",
        "answer": "staff",
        "file": "",
        "sha256": "",
        "reference": "Số 1",
        "note": "Thanh tra",
    }
    ledger = Ledger(evidence=[kept, {**kept, "reference": "Số 2", "note": ""}])
    survey = verdict(line("staff", answer="1", evidence="Số 3"))
    enter(ledger, [survey], methodology, {(SHA["survey"], "S!evidence:staff"): [Reference("", "", "Số 3")]})
    assert [row["reference"] for row in ledger.evidence] == ["Số 1", "Số 3"]


def test_every_file_is_registered_once_and_later_ones_supersede(methodology):
    ledger = Ledger()
    first, second = verdict(state="refused", enters=False), verdict(sending=2, day=4, sha="9" * 64)
    enter(ledger, [first], methodology, {})
    enter(ledger, [second], methodology, {})
    enter(ledger, [second], methodology, {})
    registered = [(r["sending"], r["at"], r["state"], r["why"]) for r in ledger.received.values()]
    assert registered == [
        ("1", "2020-12-01", "superseded", "Đã có lần gửi 2"),
        ("2", "2020-12-04", "used", ""),
    ]


def test_nothing_that_enters_changes_nothing(methodology):
    ledger = Ledger()
    enter(ledger, [verdict(line("staff", answer="1"))], methodology, {})
    ledger.changed.clear()
    enter(ledger, [verdict(line("staff", answer="1"), enters=False)], methodology, {})
    assert ledger.changed == set()
