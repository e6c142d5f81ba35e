"""Remarks: the result is built all the same, and nobody can say that it was not said."""

import csv
import io

import pytest

from ictindex.basics.findings import Refused
from ictindex.page import before_points
from ictindex.procedure import noticed
from ictindex.scoring import evaluate, evaluate_edition, read_parameters

EDITION = "qd2342-2017"


@pytest.fixture
def change(egdi):
    """Rewrite a table of the shipped edition, in a copy of the project; the evaluation."""

    def change(file, rewrite):
        path = egdi.inputs(EDITION) / file
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
        out = io.StringIO()
        rows = rewrite(rows)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        writer = csv.DictWriter(out, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue(), "utf-8")
        return evaluate_edition(EDITION, egdi)

    return change


def told(e, code):
    return [(f.facts, f.severity) for f in noticed(e) if f.code == code]


def test_a_province_that_one_person_marked_waits_for_the_second_and_is_never_agreed(change):
    """Case 22: every mark of the second inspector deleted."""
    e = change(
        "marks.csv", lambda rows: [r for r in rows if not (r["reviewer"] == "KT2" and r["entity"][0] == "T")]
    )
    waiting = told(e, "mark-awaits-second")
    table = before_points.marks(e)
    alone = table[table.unit.str.startswith("T") & (table.state != "adjudicated")]
    assert len(waiting) == len(alone) > 500 and {severity for _, severity in waiting} == {"remark"}
    assert set(alone.state_name) == {"Chờ người chấm thứ hai"}
    assert f"{len(alone)} mục chưa đủ 2 người chấm" in table.attrs["note"]
    assert "agreed" not in set(table[table.unit.str.startswith("T")].state)


def test_one_line_that_cancels_hà_nội_without_a_word_is_refused(change):
    """Case 23."""
    line = {"entity": "T01", "event": "cancelled", "at": "2018-03-01"}
    with pytest.raises(Refused) as refused:
        change("events.csv", lambda rows: [*rows, line])
    assert {(f.code, f.column) for f in refused.value.findings} == {
        ("event-unsigned", "who"), ("event-unsigned", "why"), ("event-unsigned", "paper"),
    }  # fmt: skip


UPHELD = {"entity": "T12", "event": "upheld", "at": "2018-03-20", "why": "Đúng", "answer": "units_on_wan"}
UPHELD |= {"value": "71", "who": "Tổ đánh giá", "paper": "TB 5"}


def test_what_is_upheld_with_a_value_is_applied_and_no_opposite_decision_stands_beside_it(change):
    """Case 25: accepted in words with the old figure; and the council had rejected the same objection."""
    with pytest.raises(Refused) as refused:
        change("events.csv", lambda rows: [*rows, UPHELD])
    assert [f.code for f in refused.value.findings] == ["decided-already"]
    about = ("T12", "units_on_wan", "rejection")
    e = change(
        "events.csv",
        lambda rows: [r for r in rows if (r["entity"], r["answer"], r["event"]) != about],
    )
    given = e.inputs.answers["T12", "units_on_wan"]
    assert (given.value, given.who) == (71, "Tổ đánh giá")


def test_an_event_on_what_a_unit_is_not_assessed_by_is_remarked(change):
    line = {"entity": "VPCP", "criterion": "online_services", "event": "untrue"}
    line |= {"at": "2018-03-01", "why": "Thử", "who": "HĐTĐ", "paper": "BB 1"}
    e = change("events.csv", lambda rows: [*rows, line])
    (found,) = (facts for facts, _ in told(e, "event-beside"))
    assert (found["entity"], found["subject"]) == ("VPCP", "online_services")


def test_a_choice_that_changes_no_point_is_remarked(egdi):
    """A late report covers the whole report whatever it falls on; two of the three others found nothing."""
    e = evaluate_edition("qd375-2020", egdi)
    assert {facts["name"] for facts, _ in told(e, "rule-without-effect")} == {
        "zero_late", "zero_incomplete", "zero_untrue",
    }  # fmt: skip


# --- online services --------------------------------------------------------------------------------------


def test_where_fewer_are_recognised_a_figure_that_is_a_part_of_them_is_cut_with_a_remark(egdi):
    """Refused before, the whole edition: 'untested' open on the shipped inputs."""
    e = evaluate(egdi, **{**read_parameters(EDITION, egdi), "untested": "open"})
    cut = [
        (e.inputs.answers[unit.code, "services_in_use"], e.inputs.answers[unit.code, "services_recognised"])
        for unit in e.inputs.entities
        if "Không quá" in e.inputs.given(unit, "services_in_use").why
    ]
    assert len(cut) > 40
    assert all(used.value == recognised.value < used.declared for used, recognised in cut)


def test_a_recognised_service_that_fails_after_a_complaint_cancels_and_the_unit_is_told(change, egdi):
    """2342, V.5.4 b, 3.ii, second dash: derived from the tests, no officer's line needed."""
    before = evaluate_edition(EDITION, egdi)
    unit, service = next(
        key
        for key, tests in sorted(before.inputs.service_tests.items())
        if key[0] == "T01" and not tests[-1].failed
    )
    about = {"entity": unit, "service": service, "inspector": "KT4"}
    complaint = about | {"at": "2018-03-01", "way": "complaint", "why": "Người dân không nộp được hồ sơ"}
    failed = about | {"at": "2018-03-09", "way": "direct", "account": "có", "submission": "không"}
    failed |= {"tracking": "có", "why": "Báo lỗi khi gửi hồ sơ", "recording": ""}
    e = change("service_tests.csv", lambda rows: [*rows, complaint, failed])
    (event,) = (event for event in e.inputs.events if event.entity == "T01" and event.event == "cancelled")
    assert (event.criterion, event.who) == ("online_services", "KT4")
    assert "Báo lỗi khi gửi hồ sơ" in event.why and "dòng" in event.paper
    at = [unit.code for unit in e.inputs.entities].index("T01")
    assert e.scores.outcomes["online_services"][at].points == 0
    (told_of,) = (facts for facts, _ in told(e, "service-revoked"))
    assert (told_of["entity"], told_of["service"]) == ("T01", service)


def test_a_complaint_alone_opens_a_re_test_and_costs_the_service_until_then(change, egdi):
    unit, service = next(iter(sorted(evaluate_edition(EDITION, egdi).inputs.service_tests)))
    row = {"entity": unit, "service": service, "inspector": "KT4", "at": "2018-03-01", "way": "complaint"}
    e = change("service_tests.csv", lambda rows: [*rows, row | {"why": "Không vào được"}])
    states = {one.reason for one in e.recognised[unit] if service in one.services}
    assert states == {"complained"}
    assert not any(event.row == 0 for event in e.inputs.events)


def test_a_declared_list_is_held_against_the_extract_of_the_database(change, egdi):
    before = evaluate_edition(EDITION, egdi)
    known = {(s.procedure, s.label_vi) for s in before.inputs.services.values() if s.in_database}
    gone, other = sorted(known)[:2]
    lines = ["procedure,label_vi", *(f"{p},{name}" for p, name in sorted(known - {gone, other}))]
    lines.append(f"{other[0]},Tên khác hẳn")
    (egdi.inputs(EDITION) / "procedures.csv").write_text("\n".join(lines) + "\n", "utf-8")
    sources = egdi.inputs(EDITION) / "sources.yaml"
    sources.write_text(
        sources.read_text("utf-8") + "  procedures.csv: {label_vi: Bản trích, origin: Thử}\n", "utf-8"
    )
    e = evaluate_edition(EDITION, egdi)
    reasons = {one.reason for each in e.recognised.values() for one in each if one.procedure == gone[0]}
    if len({name for p, name in known if p == gone[0]}) == 1:
        assert reasons <= {"not_listed", "not_in_database"} and "not_listed" in reasons
    assert told(e, "procedure-named-otherwise")
