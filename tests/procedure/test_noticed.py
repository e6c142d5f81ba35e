"""Remarks: the result is built all the same, and nobody can say that it was not said."""

import csv
import io

import pytest

from ictindex.basics.findings import Refused
from ictindex.page import before_points
from ictindex.procedure import noticed
from ictindex.scoring import evaluate_edition

EDITION = "qd2342-2017"


@pytest.fixture
def change(egdi):
    """Rewrite a table of the shipped edition, in a copy of the project; the evaluation."""

    def change(file, rewrite):
        path = egdi.inputs(EDITION) / file
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rewrite(rows))
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
