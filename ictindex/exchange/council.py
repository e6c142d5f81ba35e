"""The council of a made-up year: it appraises, marks and adjudicates, and decides on what units object to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from ictindex.basics import exact_text, round_exact, write_whole
from ictindex.exchange import layout
from ictindex.exchange.clerk import Paper, typed
from ictindex.exchange.form_writer import write
from ictindex.exchange.layout import Form, criterion_code, test_of
from ictindex.exchange.made_up import MadeUp, Row
from ictindex.exchange.matters import CANCELLATION, OBJECTION
from ictindex.exchange.service_sheets import as_tested
from ictindex.facts import Inputs, Objection, settle
from ictindex.procedure import apart
from ictindex.scoring import Evaluation

LEFT_OPEN, REPLACED = 0.05, 0.08  # of what the adjudicator is asked; of what the spot check looks at
TAKEN = 0.7  # of what the office sees differently, how much it puts in the place of what was declared
SIGNED_VI = "Hội đồng thẩm định (minh họa)"
_WATCHED_VI = "Lấy theo số liệu của hệ thống giám sát, đã trao đổi với đơn vị (minh họa)"
_ADJUDICATED_VI = "Kiểm tra lại trực tiếp trên cổng (minh họa)"

Typed = dict[tuple[str, str], dict[str, Any]]  # (unit, code) -> column's key -> what is typed
Entries = dict[tuple[str, str], tuple[str, str]]  # (unit, answer) -> the value, and why


def put_down(form: Form, entries: Entries, sending: int, day: date, inbox: Path) -> None:
    """A sheet of appraisers or reviewers, filled in and signed."""
    column = "verified" if form.kind == layout.APPRAISAL else "mark"
    asked = {(line.cells["entity"], line.cells["code"]): line.asks for line in form.sheets[0].lines}
    filled = {
        key: {column: typed(value, asked[key]), "why": why or None}
        for key, (value, why) in entries.items()
        if key in asked
    }
    put_down_typed(form, filled, sending, day, inbox, sent_on=f"{day:%d/%m/%Y}")


def put_down_typed(
    form: Form,
    filled: Typed,
    sending: int,
    day: date,
    inbox: Path,
    complaints: Iterable[Row] = (),
    **signed: str,
) -> None:
    """A sheet filled in and signed, in the folder of its day."""
    paper = Paper(write(form))
    if complaints:
        paper.listed(layout.COMPLAINTS_SHEET, list(complaints))
    for (unit, code), entries in filled.items():
        for column, entry in entries.items():
            paper.cells[form.sheets[0].name, unit, code, column].value = entry
    of_council = form.kind in (layout.APPRAISAL, layout.DECISIONS)
    signer = SIGNED_VI if of_council else f"{form.sender} (minh họa)"
    paper.sign(sending=sending, signed_by=signer, **signed)
    name = f"{form.file_name.lower().removesuffix('.xlsx')} lần {sending}.xlsx"
    write_whole(inbox / f"{day}" / name, paper.bytes())


# --- appraisal and marks ----------------------------------------------------------------------------------


def appraised(made: MadeUp, inputs: Inputs, form: Form) -> Entries:
    """What the council lets stand: every claim of points, and some figures as the office sees them."""
    entries = {}
    for line in form.sheets[0].lines:
        key = (line.cells["entity"], line.cells["code"])
        if line.asks.kind == "award":
            row = made.awards[key]
            entries[key] = (row["verified"] or made.units[key[0]].values[key[1]], row["why"])
        elif (seen := inputs.monitored.get(key)) is not None:
            declared = Fraction(made.units[key[0]].values[key[1]])
            if apart(declared, seen) and made.draw("taken", *key) < TAKEN:
                entries[key] = (exact_text(seen), _WATCHED_VI)
    return entries


def without_one_reason(entries: Entries) -> Entries | None:
    """The same with the first reason forgotten; None where there is none."""
    told = [key for key, (_, why) in entries.items() if why]
    return {**entries, told[0]: (entries[told[0]][0], "")} if told else None


def marked(made: MadeUp, reviewer: str) -> Entries:
    return {
        (row["entity"], row["answer"]): (row["mark"], row["why"])
        for row in made.marks
        if (row["reviewer"], row["role"]) == (reviewer, "reviewer")
    }


def with_one_too_high(made: MadeUp, entries: Entries) -> Entries:
    key = sorted(entries)[0]
    return {**entries, key: (exact_text(made.methodology.answers[key[1]].max + 1), "")}


def adjudicated(made: MadeUp, e: Evaluation, form: Form) -> Entries:
    """The third person's marks; a few are still to come."""
    entries = {}
    final = {(r["entity"], r["answer"]): r["mark"] for r in made.marks if r["role"] == "adjudicator"}
    for line in form.sheets[0].lines:
        key = (line.cells["entity"], line.cells["code"])
        if made.draw("open", *key) < LEFT_OPEN:
            continue
        mean = settle(e.inputs.marks[key], line.asks.max, 100, e.methodology.combine).value
        lower = max(Fraction(0), Fraction(round_exact(mean, 0, "down")) - 1)
        other = made.draw("replaced", *key) < REPLACED
        entries[key] = (final.get(key) or exact_text(lower if other else mean), _ADJUDICATED_VI)
    return entries


# --- decisions --------------------------------------------------------------------------------------------


def decisions(
    made: MadeUp, raised: Iterable[Objection], zeroed: Collection[tuple[str, str]], day: date
) -> Iterator[Row]:
    """A decision on each objection but one: every second request is granted, two documents of three suffice.

    ``zeroed``: (unit, criterion) where an inspection found a zero, which can be taken back.
    """

    def order(one: Objection) -> tuple:
        plain = not one.requested and (one.entity, one.criterion) not in zeroed
        return not plain, made.draw("decision", one.entity, one.criterion, one.answer)

    several = sorted(raised, key=order)
    heard: dict[str, int] = {}
    for one in several[1:]:
        kind = "value" if one.requested else "zero" if (one.entity, one.criterion) in zeroed else "mark"
        kind = "document" if one.answer and not one.requested else kind
        heard[kind] = heard.get(kind, 0) + 1
        yes = kind != "mark" and heard[kind] % (3 if kind == "document" else 2) != 0
        event = (
            {"value": "correction", "zero": "restored", "document": "upheld"}[kind] if yes else "rejection"
        )
        yield {
            "entity": one.entity,
            "criterion": one.criterion,
            "event": event,
            "at": f"{day}",
            "why": _DECIDED_VI[event],
            "answer": one.answer,
            "value": one.requested if event == "correction" else "",
            "who": SIGNED_VI,
            "paper": _PAPER_VI,
        }


_PAPER_VI = "Thông báo kết quả giải quyết kiến nghị (minh họa)"
_DECIDED_VI = {
    "correction": "Tài liệu bổ sung chứng minh được số liệu đề nghị (minh họa)",
    "restored": "Kết quả kiểm tra lại cho thấy tiêu chí đã đạt (minh họa)",
    "upheld": "Tài liệu bổ sung hợp lệ (minh họa)",
    "rejection": "Không có căn cứ mới (minh họa)",
}


def decided(rows: Iterable[Row], form: Form) -> Typed:
    """What a council types into its sheet, for each of its decisions."""
    codes = {(line.cells["entity"], line.cells["code"]) for sheet in form.sheets for line in sheet.lines}
    said_of: Typed = {}
    for row in rows:
        about = row.get("answer") or criterion_code(row["criterion"] or "total")
        kind = CANCELLATION if row["event"] == "cancelled" else OBJECTION
        key = (row["entity"], f"{kind}:{about}")
        if key in codes:
            granted = "granted" if row["event"] != "rejection" else "refused"
            decision = "cancelled" if kind == CANCELLATION else granted
            said = {column: row[column] for column in ("why", "who", "paper")}
            said_of[key] = {"decided": layout.DECIDED_VI[decision], **said}
    return said_of


def inspected(made: MadeUp, form: Form) -> Typed:
    """What an inspector types into a sheet: of each test that its lines ask for, what is found there."""
    found: Typed = {}
    for line in form.sheets[0].lines:
        unit, (service, number) = line.cells["entity"], test_of(line.cells["code"])
        tests = made.tests.get((unit, service), [])[number - 1 : number]
        for row in tests:
            if row["inspector"] == form.sender:
                found[unit, line.cells["code"]] = as_tested(row)
    return found


class Complaint(NamedTuple):
    """A service that passed its tests, of which somebody complains, and who tested it."""

    unit: str
    service: str
    inspector: str


def complaint(made: MadeUp, e: Evaluation, spared: Collection[str]) -> Complaint | None:
    """About a service of one unit, none of those ``spared``; None where none has passed a test."""
    scored = {u.code for u in made.entities if not made.methodology.only_statistics(u)}
    passed = {
        unit: Complaint(unit, service, several[-1].inspector)
        for (unit, service), several in e.inputs.service_tests.items()
        if unit in scored.difference(spared) and not any(test.failed for test in several)
    }
    return next((passed[unit] for unit in made.shuffled(passed, "complained")), None)


def noted(made: MadeUp, about: Complaint, day: date) -> Row:
    """A complaint as an inspector writes it on the sheet of complaints."""
    unit = next(unit.label_vi for unit in made.entities if unit.code == about.unit)
    said = {"complained": unit, "service": about.service, "complaint": _COMPLAINT_VI}
    return {**said, "complaint_on": f"{day:%d/%m/%Y}"}


def failed_again(form: Form, about: Complaint, day: date) -> Typed:
    """What an inspector types who tests that service again, and cannot send an application either."""
    row = {"at": f"{day}", "way": "direct", "account": "có", "submission": "không", "tracking": "có"}
    return {
        (about.unit, code): as_tested({**row, "why": _FAILED_VI})
        for unit, code in ((line.cells["entity"], line.cells["code"]) for line in form.sheets[0].lines)
        if (unit, test_of(code)[0]) == (about.unit, about.service)
    }


_COMPLAINT_VI = "Người dân phản ánh không gửi được hồ sơ (minh họa)"
_FAILED_VI = "Không gửi được hồ sơ, đúng như phản ánh (minh họa)"


def cancellation(made: MadeUp, reported: Collection[str], day: date) -> list[Row]:
    """After a complaint the online services of one unit lose their result, where the decision has that."""
    category = made.methodology.services_category
    if category is None or "cancelled" not in made.methodology.source.zero_rules:
        return []
    units = [e for e in made.entities if e.code in reported and category.applies_to(e)]
    why = "Người dân phản ánh dịch vụ không dùng được; đã kiểm tra, phản ánh đúng (minh họa)"
    signed = {"why": why, "who": SIGNED_VI, "paper": "Biên bản kiểm tra lại theo phản ánh (minh họa)"}
    return [
        {"entity": code, "criterion": category.id, "event": "cancelled", "at": f"{day}", **signed}
        for code in made.shuffled((unit.code for unit in units), "cancelled")[:1]
    ]
