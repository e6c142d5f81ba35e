"""Remarks: the result is built all the same, and nobody can say that it was not said."""

import csv
import io
import re
from fractions import Fraction

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange.questions import how_vi, questions
from ictindex.facts.events import restored_by
from ictindex.facts.inputs import Entity
from ictindex.facts.services import DIRECT, representatives
from ictindex.facts.units import misnamed
from ictindex.methodology import read_methodology
from ictindex.page import before_points
from ictindex.page.service_tables import service_statistics, services
from ictindex.procedure import noticed, steps
from ictindex.run.check_all import lint
from ictindex.scoring import evaluate, evaluate_edition, read_parameters

EDITION = "qd2342-2017"
UNITS = ("bo-y-te", "bo-quoc-phong", "VPCP", "TTCP", "bao-hiem-xa-hoi-viet-nam", "dai-truyen-hinh-viet-nam")
UNITS += ("T01", "T12", "T15")


@pytest.fixture
def egdi(egdi, only_units):
    """The project, and of the shipped edition some units of each group."""
    only_units(egdi, EDITION, UNITS)
    return egdi


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
    assert len(waiting) == len(alone) > 30 and {severity for _, severity in waiting} == {"remark"}
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


OBJECTED = {
    "entity": "T12",
    "criterion": "portal.functions.search",
    "event": "objection",
    "at": "2018-03-15",
    "why": "Có",
}
GRANTED = OBJECTED | {"event": "upheld", "at": "2018-03-20", "who": "Tổ đánh giá", "paper": "TB 5"}
THIRD = {"entity": "T12", "answer": "mark_search", "reviewer": "TD1", "role": "adjudicator", "mark": "9"}


@pytest.mark.parametrize("day, holds", [("", False), ("2018-03-14", False), ("2018-03-15", True)])
def test_what_is_upheld_at_a_criterion_is_refused_until_something_came_for_it_and_then_is_that(
    change, day, holds
):
    """Case 25, of a criterion: the third one's mark of that day or later is what was granted."""

    def marked(rows):
        item = (THIRD["entity"], THIRD["answer"], THIRD["role"])
        rows = [row for row in rows if (row["entity"], row["answer"], row["role"]) != item]
        return [*rows, THIRD | {"why": "Đã kiểm tra lại", "at": day}]

    change("marks.csv", marked)
    if holds:
        e = change("events.csv", lambda rows: [*rows, OBJECTED, GRANTED])
        assert e.inputs.answers["T12", "mark_search"].value == Fraction(9, 10)
        return
    with pytest.raises(Refused) as refused:
        change("events.csv", lambda rows: [*rows, OBJECTED, GRANTED])
    about = [(found.code, found.facts.get("subject")) for found in refused.value.findings]
    assert about == [("upheld-in-words", OBJECTED["criterion"])]


def test_a_document_that_came_with_the_objection_is_what_its_upholding_accepts(change):
    about = {"entity": "T12", "criterion": "", "answer": "staff"}
    rows = [OBJECTED | about, GRANTED | about]
    with pytest.raises(Refused) as refused:
        change("events.csv", lambda kept: [*kept, *rows])
    assert [f.code for f in refused.value.findings] == ["upheld-in-words"]
    change("events.csv", lambda kept: [row for row in kept if row not in rows and row["paper"] != "TB 5"])
    document = {"entity": "T12", "answer": "staff", "reference": "Công văn 7", "at": "2018-03-15"}
    change("evidence.csv", lambda kept: [*kept, document])
    assert change("events.csv", lambda kept: [*kept, *rows])


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
    assert len(cut) > 2
    assert all(used.value == recognised.value < used.declared for used, recognised in cut)


def complained_of(egdi):
    """A service of T01 that passed: unit, service and inspector, and a complaint about it."""
    tests = evaluate_edition(EDITION, egdi).inputs.service_tests
    unit, service = next(
        key for key, each in sorted(tests.items()) if key[0] == "T01" and not each[-1].failed
    )
    about = {"entity": unit, "service": service, "inspector": "KT4"}
    complaint = about | {"at": "2018-03-01", "way": "complaint", "why": "Người dân không nộp được hồ sơ"}
    return about, complaint


def test_a_recognised_service_that_fails_after_a_complaint_cancels_and_the_unit_is_told(change, egdi):
    """2342, V.5.4 b, 3.ii, second dash: derived from the tests, no officer's line needed."""
    about, complaint = complained_of(egdi)
    failed = about | {"at": "2018-03-09", "way": "direct", "account": "có", "submission": "không"}
    failed |= {"tracking": "có", "why": "Báo lỗi khi gửi hồ sơ", "recording": ""}
    e = change("service_tests.csv", lambda rows: [*rows, complaint, failed])
    (event,) = (event for event in e.inputs.events if event.entity == "T01" and event.event == "cancelled")
    assert (event.criterion, event.who) == ("online_services", "KT4")
    assert "Báo lỗi khi gửi hồ sơ" in event.why and "dòng" in event.paper
    at = [unit.code for unit in e.inputs.entities].index("T01")
    assert e.scores.outcomes["online_services"][at].points == 0
    (told_of,) = (facts for facts, _ in told(e, "service-revoked"))
    assert (told_of["entity"], told_of["service"]) == ("T01", about["service"])


def test_what_the_tests_cancelled_can_be_restored_by_a_decision_and_only_afterwards(change, egdi):
    """The cancellation stands in no row of events.csv, and is taken back there all the same."""
    about, complaint = complained_of(egdi)
    unit = about["entity"]
    failed = about | {"at": "2018-03-09", "way": "direct"} | dict.fromkeys(DIRECT, "không")
    e = change("service_tests.csv", lambda rows: [*rows, complaint, failed])
    at = [each.code for each in e.inputs.entities].index(unit)
    assert e.scores.outcomes["online_services"][at].points == 0
    signed = {"who": "Hội đồng", "why": "Cổng tạm ngừng có báo trước", "paper": "QĐ 9 ngày 20/3/2018"}
    row = {"entity": unit, "criterion": "online_services", "event": "restored"} | signed
    with pytest.raises(Refused) as early:
        change("events.csv", lambda rows: [*rows, row | {"at": "2018-03-08"}])
    assert [f.code for f in early.value.findings] == ["restored-nothing"]
    e = change("events.csv", lambda rows: [*rows[:-1], row | {"at": "2018-03-20"}])
    assert e.scores.outcomes["online_services"][at].points > 0
    (taken_back,) = (zeros for event, zeros in restored_by(e.inputs.events).items() if event.entity == unit)
    assert [(zero.event, zero.row) for zero in taken_back] == [("cancelled", 0)]


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


BHXH = "bao-hiem-xa-hoi-viet-nam"


def test_services_that_are_statistics_only_are_published_counted_and_never_scored(change, egdi):
    """2342, V.5.3 a (*): even one that fails after a complaint cancels nothing, and nobody is refused."""
    before = evaluate_edition(EDITION, egdi)
    own = {"entity": BHXH, "in_database": "có", "level": "4", "link": "dichvucong.vi-du"}
    register = [
        own | {"service": f"bh-{i}", "procedure": f"BH{i}", "label_vi": f"Cấp sổ {i}"} for i in (1, 2)
    ]
    change("services.csv", lambda rows: [*rows, *register])
    test = {"entity": BHXH, "inspector": "KT4", "way": "direct"} | dict.fromkeys(DIRECT, "có")
    failed = test | {"service": "bh-2", "at": "2018-03-09", "submission": "không"}
    complaint = {
        "entity": BHXH,
        "service": "bh-2",
        "inspector": "KT4",
        "at": "2018-03-01",
        "way": "complaint",
    }
    tests = [test | {"service": f"bh-{i}", "at": "2018-01-05"} for i in (1, 2)]
    tests += [complaint | {"why": "Không nộp được"}, failed]
    change("service_tests.csv", lambda rows: [*rows, *tests])
    e = change("answers.csv", lambda rows: [*rows, {"entity": BHXH, "answer": "procedures", "value": "27"}])
    assert e.scores.outcomes == before.scores.outcomes
    assert not any(event.row == 0 for event in e.inputs.events)
    assert not told(e, "event-beside") and not list(
        misnamed(e.methodology, e.inputs.entities, "entities.csv")
    )
    table = service_statistics(e)
    given = {row.answer: row.value for row in table.itertuples() if row.unit == BHXH}
    assert (given["procedures"], given["services_recognised"]) == ("27", "1")
    assert "không chấm điểm (Mục V.5.3 a" in table.attrs["note"]
    assert "Bảo hiểm Xã hội" in services(e).attrs["note"]


def test_whose_services_are_statistics_only_is_asked_about_them_and_told_so(egdi):
    m = read_methodology("qd2342")
    units = {unit.code: unit for unit in evaluate_edition(EDITION, egdi).inputs.entities}
    beside = [q for q in questions(m, units[BHXH]) if not q.scored]
    assert {q.category.id for q in beside} == {"online_services"} and len(beside) > 3
    assert {how_vi(q, m) for q in beside} == {"Chỉ để công bố số liệu thống kê, không chấm điểm."}
    assert all(q.scored for q in questions(m, units["dai-truyen-hinh-viet-nam"]))


def test_statistics_only_names_a_unit_that_is_there_and_that_is_not_scored():
    m = read_methodology("qd2342")
    scored = Entity(BHXH, "Bộ Bảo hiểm", "ministry", 2)
    codes = [f.code for f in misnamed(m, [scored], "entities.csv")]
    assert "statistics-scored" in codes and "statistics-unknown" not in codes
    assert "statistics-unknown" in [f.code for f in misnamed(m, [], "entities.csv")]


def test_a_service_that_the_seed_draws_and_nobody_tests_stands_for_no_other_however_many_were(change, egdi):
    """2342, V.5.4 b, 3.ii: those that the seed draws, not whichever are easily tested."""
    before = evaluate_edition(EDITION, egdi)
    drawn = representatives(before.inputs.services, before.seed, before.rules["tested_per_group"].value)
    grouped = {(unit, one): group for (unit, group), some in drawn.items() for one in some if group}

    def named(e):
        return {(f["entity"], one) for f, _ in told(e, "drawn-untested") for one in f["services"].split(", ")}

    def represented(e):
        reasons = [each.reason for each in e.recognised[unit] if grouped_with & {*each.services}]
        return reasons.count("represented")

    assert named(before) == grouped.keys() - before.inputs.service_tests.keys()
    unit, group_name = min(key for key, some in drawn.items() if key[1] == "Xây dựng" and len(some) == 3)
    group, service = (unit, group_name), drawn[unit, group_name][0]
    grouped_with = {one for (u, one), each in before.inputs.services.items() if (u, each.group) == group}
    assert represented(before) > 0
    of_it = {"entity": unit, "service": service}
    tested = {one for u, one in before.inputs.service_tests if u == unit}
    other = {"entity": unit, "service": min(grouped_with - tested - {*drawn[group]})}

    def another_tested(rows):
        return [row | other if of_it.items() <= row.items() else row for row in rows]

    after = change("service_tests.csv", another_tested)
    assert named(after) - named(before) == {(unit, service)}
    assert {severity for _, severity in told(after, "drawn-untested")} == {"remark"}
    assert represented(after) == 0
    assert next(step for step in steps(after) if step.key == "services").todo[0].what == "drawn_untested"


def test_without_a_seed_that_was_published_afterwards_nothing_is_drawn(egdi):
    """The edition's name, which stands in for it, is known to everybody."""
    path = egdi.parameters(EDITION)
    path.write_text(re.sub("^seed: .*", 'seed: ""', path.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    e = evaluate_edition(EDITION, egdi)
    todo = {step.key: [each.what for each in step.todo] for step in steps(e)}
    assert todo["spot_check"] == ["no_seed"] and "no_seed" in todo["services"]
    assert "seed-to-fill" in {found.code for found in lint(egdi, [EDITION])}
    assert told(e, "drawn-untested") == []
