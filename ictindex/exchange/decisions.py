"""The sheet of what a council has to decide: objections, late reports, doubts, cancellations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from ictindex.basics import format_vi
from ictindex.exchange import instructions
from ictindex.exchange.forms import Context, about_form, form_of
from ictindex.exchange.layout import DECISIONS, KIND_VI, Form, Line, Sheet, columns, criterion_code
from ictindex.exchange.matters import (
    CANCELLATION,
    DOUBT,
    LATE,
    MATTER_VI,
    OBJECTION,
    SILENT,
    offered,
    read_by,
)
from ictindex.exchange.questions import evidence_vi, shown_value
from ictindex.facts import Entity, Event, Objection, found_true, last_moment, objections, of_today
from ictindex.page import kind_vi, stamp
from ictindex.procedure import Figures, remarks, value_of, without_report
from ictindex.scoring import Evaluation, Standing

_FIELDS = columns(  # as wide as an A4 page of it can be read and signed
    "entity_vi:18 matter:12 question:26 stands:10 asked_for:10 given_why:20 evidence_given:16 effect:16"
    " decided:12 new:11 until:11 why:22 who:13 paper:15 entity:7 code:7"
)
_NO_VALUE = ("new", "until")


class Matter(NamedTuple):
    """One thing to decide; ``supposed``: the events that would follow if it were granted, where any would."""

    entity: Entity
    kind: str
    about: str  # an answer, or criterion_code of a criterion
    what: str
    stands: str | Fraction | None
    wanted: str
    why: str
    evidence: str
    supposed: tuple[Event, ...]
    closed: tuple[str, ...] = _NO_VALUE

    @property
    def code(self) -> str:
        return f"{self.kind}:{self.about}"


def decision_sheet(context: Context, council: str, e: Evaluation) -> Form:
    """The sheet of one council: every matter, with what would become of points and rank."""
    lines = []
    for matter in matters(e):
        spec = e.methodology.answers.get(matter.about)
        cells = {
            "entity_vi": matter.entity.label_vi,
            "matter": MATTER_VI[matter.kind],
            "question": matter.what,
            "stands": matter.stands,
            "asked_for": matter.wanted,
            "given_why": matter.why,
            "evidence_given": matter.evidence,
            "effect": _effect(e, matter),
            "entity": matter.entity.code,
            "code": matter.code,
        }
        lines.append(Line(cells, spec, matter.closed, tuple(offered(matter.kind, e.methodology))))
    sheet = Sheet(KIND_VI[DECISIONS], _FIELDS, tuple(lines))
    by, steps = f"Hội đồng: {council}", instructions.DECISION_STEPS
    form = form_of(DECISIONS, context, council, by, (sheet,), about_form(context), steps)
    return replace(form, stamp=stamp(e))


# --- what there is to decide --------------------------------------------------------------------------------


def matters(e: Evaluation) -> Iterator[Matter]:
    """Open objections, reports late or lacking, doubts, results that may be cancelled; in this order."""
    for one in objections(e.inputs.events):
        if one.outcome == "open":
            yield _objection(e, e.inputs.by_code[one.entity], one)
    rules = e.methodology.source.zero_rules
    if "late" in rules:
        yield from _late(e)
    yield from _silent(e)
    if "untrue" in rules:
        yield from _doubts(e)
    if "cancelled" in rules:
        yield from _cancellations(e)


def _objection(e: Evaluation, entity: Entity, one: Objection) -> Matter:
    at = one.at + timedelta(seconds=1)
    given = (entity, OBJECTION)
    if spec := e.methodology.answers.get(one.answer):
        value = value_of(one.requested, spec) if one.requested else None
        event = Event(at, entity.code, "", "correction", None, "", 0, one.answer, one.requested, "", value)
        stands = shown_value(spec, e.inputs.given(entity, one.answer).value)
        wanted = str(shown_value(spec, value) if not isinstance(value, Fraction) else format_vi(value))
        evidence = evidence_vi(e.inputs, entity.code, one.answer)
        supposed = (event,) if value is not None else ()
        closed = ("until",)
        about = (one.answer, spec.label_vi, stands, wanted if supposed else "", one.why, evidence)
        return Matter(*given, *about, supposed, closed)
    node = e.methodology.by_id[one.criterion]
    zeroed = any(zero.event in e.methodology.source.zero_rules for zero in _at(e, entity, node.id))
    restored = Event(at, entity.code, node.id, "restored", None, "", 0)
    points = e.scores.outcomes[node.id][e.inputs.places[entity.code]].points
    name = f"{kind_vi(node).capitalize()} {node.number} {node.label_vi}"
    about = (criterion_code(node.id), name, points, "", one.why, "")
    return Matter(*given, *about, (restored,) if zeroed else ())


def _at(e: Evaluation, entity: Entity, criterion: str) -> Iterator[Event]:
    return (ev for ev in e.inputs.events if (ev.entity, ev.criterion) == (entity.code, criterion))


def _late(e: Evaluation) -> Iterator[Matter]:
    """Who is 0 for a late report: whether it is given longer."""
    day = e.methodology.source.calendar[e.methodology.report_by]
    due = last_moment(day, e.parameters["year"])
    for entity in e.inputs.entities:
        came = e.inputs.first_reports.get(entity.code)
        place = e.inputs.places[entity.code]
        if came and any(
            e.scores.outcomes[leaf.id][place].state == "zero_late" for leaf in e.methodology.leaves
        ):
            files = [one.at for one in e.inputs.received if (one.sender, one.form) == (entity.code, "survey")]
            first = f"; tệp đầu tiên nhận ngày {min(files):%d/%m/%Y}" if files else ""
            what = f"Hạn gửi {due:%d/%m/%Y}, báo cáo được tính ngày {came:%d/%m/%Y}{first}"
            longer = Event(came, entity.code, "", "extension", came + timedelta(days=1), "", 0)
            about = (criterion_code("total"), what, None, "", "", "", (longer,), ("new",))
            yield Matter(entity, LATE, *about)


def _silent(e: Evaluation) -> Iterator[Matter]:
    """Who has sent nothing that can be used while others have: it is given longer, or has no result."""
    day, of_all = e.methodology.report_deadline, criterion_code("total")
    due = f"Hạn gửi {last_moment(day, e.parameters['year']):%d/%m/%Y}; " if day else ""
    for entity in without_report(e) if e.inputs.first_reports else ():
        came = [one.at for one in e.inputs.received if (one.sender, one.form) == (entity.code, "survey")]
        what = f"tệp nhận ngày {max(came):%d/%m/%Y} không dùng được" if came else "chưa nhận được tệp nào"
        about = (f"{due}{what}"[:1].upper() + f"{due}{what}"[1:], None, "", "", "")
        yield Matter(entity, SILENT, of_all, *about, (), ("new",))


def _doubts(e: Evaluation) -> Iterator[Matter]:
    """Figures that want a second look and of which nobody has decided whether they are true."""
    true = found_true(e.inputs.events)
    for remark in remarks(e.methodology, _claims(e), _claims_before(e), e.inputs.monitored):
        if remark.kind not in ("jump", "monitored"):
            continue
        if (remark.entity, remark.answer, remark.value) in true:
            continue
        entity = e.inputs.by_code[remark.entity]
        reading = read_by(e.methodology, remark.answer, entity)
        if all(any(ev.event == "untrue" for ev in _at(e, entity, leaf.id)) for leaf in reading):
            continue
        spec = e.methodology.answers[remark.answer]
        last = max((event.at for event in e.inputs.events), default=None)
        against = f"{'Kỳ trước' if remark.kind == 'jump' else 'Giám sát'}: {format_vi(remark.against)}"
        events = tuple(Event(last, entity.code, n.id, "untrue", None, "", 0) for n in reading if last)
        evidence = evidence_vi(e.inputs, entity.code, remark.answer)
        about = (remark.answer, spec.label_vi, remark.value, "", against, evidence, events)
        yield Matter(entity, DOUBT, *about)


def _claims(e: Evaluation) -> Figures:
    claims = ((key, given.claimed) for key, given in e.inputs.stated.items())
    return {key: claimed for key, claimed in claims if isinstance(claimed, Fraction)}


def _claims_before(e: Evaluation) -> Figures:
    """What the units claimed the year before, by their codes of today."""
    if e.previous is None:
        return {}
    return of_today(_claims(e.previous), e.inputs.entities, e.previous.inputs.entities)


def _cancellations(e: Evaluation) -> Iterator[Matter]:
    """Each unit's online services, after a complaint that proves right; else its whole result."""
    node = e.methodology.services_category or e.methodology.root
    for entity in e.inputs.entities:
        if node.applies_to(entity) or node is e.methodology.root:
            about = (criterion_code(node.id), node.label_vi, None, "", "", "", ())
            if not any(event.event == "cancelled" for event in _at(e, entity, node.id)):
                yield Matter(entity, CANCELLATION, *about)


def _effect(e: Evaluation, matter: Matter) -> str:
    """What becomes of the unit's total and rank if it is granted; of no other unit anything is said."""
    if not matter.supposed:
        return ""
    code, root = matter.entity.code, e.methodology.root
    before, after = e.at(root)[code], e.supposing(*matter.supposed).at(root)[code]
    if (before.value, before.rank) == (after.value, after.rank):
        return "Không đổi"
    return f"Kết quả {_value(before)} → {_value(after)}; hạng {_rank(before)} → {_rank(after)}"


def _value(standing: Standing) -> str:
    return "–" if standing.printed is None else format_vi(standing.printed)


def _rank(standing: Standing) -> str:
    return "–" if standing.rank is None else str(standing.rank)
