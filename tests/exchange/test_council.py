"""The council grants some objections, refuses others and leaves one open; sheets go wrong as planned."""

from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from ictindex.basics.project import Project
from ictindex.exchange import council
from ictindex.exchange.forms import read_context
from ictindex.exchange.made_up import make_up
from ictindex.facts.replay import Objection

DAY = date(2021, 3, 1)


ROOT = Path(__file__).parents[2]


def make(edition):
    return make_up(read_context(edition, Project(ROOT)), seed=1)


@pytest.fixture(scope="module")
def made():
    return make("qd375-2020")


def objection(unit, criterion="", answer="", requested=""):
    return Objection(unit, criterion, answer, requested, "vì", datetime(2021, 2, 1), "open", None)


def decided(made, raised, zeroed=()):
    return list(council.decisions(made, raised, zeroed, DAY))


def test_all_objections_but_one_are_decided_and_signed(made):
    raised = [objection(f"u{i}", answer="staff", requested="5") for i in range(7)]
    rows = decided(made, raised)
    assert len(rows) == 6 and all(row["who"] and row["why"] and row["at"] == "2021-03-01" for row in rows)
    assert sorted(row["event"] for row in rows) == ["correction"] * 3 + ["rejection"] * 3
    assert {row["value"] for row in rows if row["event"] == "correction"} == {"5"}
    assert {row["value"] for row in rows if row["event"] == "rejection"} == {""}


def test_what_is_decided_depends_on_what_is_objected_to(made):
    spare = objection("u0", answer="staff")  # the one left open is one that asks for no figure
    zero, mark = objection("u1", criterion="policy"), objection("u2", criterion="portal")
    document = objection("u3", answer="staff")
    rows = decided(made, [zero, mark, document, spare], {("u1", "policy")})
    told = {row["entity"]: row["event"] for row in rows}
    assert told["u1"] == "restored"
    assert {told.get(unit, "open") for unit in ("u0", "u2", "u3")} <= {"open", "upheld", "rejection"}
    assert len(rows) == 3


def test_nothing_is_decided_where_nobody_objects(made):
    assert decided(made, []) == []


def test_one_reason_is_forgotten_and_nothing_else():
    entries = {("a", "x"): ("5", ""), ("b", "x"): ("4", "thiếu"), ("c", "x"): ("3", "thiếu")}
    assert council.without_one_reason(entries) == entries | {("b", "x"): ("4", "")}
    assert council.without_one_reason({("a", "x"): ("5", "")}) is None


def test_one_mark_is_above_its_scale():
    made = make("qd2342-2017")
    entries = council.marked(made, "KT1")
    wrong = council.with_one_too_high(made, entries)
    (key,) = [key for key in entries if wrong[key] != entries[key]]
    assert float(wrong[key][0]) == made.methodology.answers[key[1]].max + 1


def test_a_complaint_costs_one_unit_that_reported_all_its_online_services(made):
    services = make("qd2342-2017")
    (row,) = council.cancellation(services, set(services.units), DAY)
    assert (
        row["criterion"] == "online_services"
        and row["event"] == "cancelled"
        and row["entity"] in services.units
    )
    assert council.cancellation(services, set(), DAY) == []
    assert council.cancellation(made, set(made.units), DAY) == []  # the decision has no such rule


def test_only_claims_and_what_is_seen_far_off_are_appraised(made):
    far = next(
        row for row in made.monitored
        if float(row["value"]) < 0.85 * float(made.units[row["entity"]].values[row["answer"]])
        and made.draw("taken", row["entity"], row["answer"]) < council.TAKEN
    )  # fmt: skip
    unit = made.units[far["entity"]]
    lines = [
        SimpleNamespace(cells={"entity": unit.code, "code": code}, asks=asks)
        for code, asks in unit.asks.items()
    ]
    form = SimpleNamespace(sheets=[SimpleNamespace(lines=lines)])
    seen = {(far["entity"], far["answer"]): int(float(far["value"]))}
    inputs = SimpleNamespace(monitored=seen)
    entries = council.appraised(made, inputs, form)
    assert entries.keys() == seen.keys() and entries[far["entity"], far["answer"]][1]
