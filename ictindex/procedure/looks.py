"""What the facts say of each step: how much is done, what is open and of whom, what is worth a remark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ictindex.basics import format_vi
from ictindex.facts import (
    MILESTONES,
    NO_REPORT,
    Entity,
    Milestone,
    arrivals,
    first_times,
    last_moment,
    objections,
    register_digest,
    representatives,
)
from ictindex.procedure.approvals import changed_since, decision
from ictindex.procedure.checking import OPEN as REVIEW_OPEN
from ictindex.procedure.checking import review_checks, review_states
from ictindex.procedure.reviewers import Item
from ictindex.procedure.step_words import NOTES, Said
from ictindex.scoring import Evaluation, unanswered, without_evidence

_NOTHING = Said("", "")


class Note(NamedTuple):
    """What is open of a step, or worth knowing: a key of ``step_words.NOTES``, how many, of whom, what."""

    what: str
    count: int
    units: tuple[str, ...] = ()  # codes
    told: Said = _NOTHING

    def said(self, language: str = "vi") -> str:
        number = format_vi(self.count) if language == "vi" else f"{self.count:,}"
        return NOTES[self.what].filled(language, n=number, told=getattr(self.told, language))


class Found(NamedTuple):
    """What a step's own look at the facts finds."""

    done: int | None
    todo: Sequence[Note] = ()
    at: datetime | None = None
    remarks: Sequence[Note] = ()


def _of_units(what: str, entities: Sequence[Entity]) -> list[Note]:
    return [Note(what, len(entities), tuple(e.code for e in entities))] if entities else []


def _of_items(what: str, items: Sequence[tuple[str, str]]) -> list[Note]:
    return [Note(what, len(items), tuple(dict.fromkeys(unit for unit, _ in items)))] if items else []


def _opening(e: Evaluation) -> Found:
    units, files = e.inputs.entities, e.inputs.sources.files
    unsaid = ", ".join(name for name, about in files.items() if not (about.label_vi and about.origin))
    todo = [] if units else [Note("no_units", 1)]
    if not e.inputs.sources.status:
        todo.append(Note("no_status", 1))
    if unsaid:
        todo.append(Note("no_source", unsaid.count(",") + 1, told=Said.alike(unsaid)))
    return Found(len(units), todo)


def _asks(e: Evaluation) -> bool:
    """Whether units are asked for reports; of an index of published figures nobody reports."""
    m = e.methodology
    return bool(m.source.procedure or m.report_deadline or e.inputs.first_reports)


def _forms(e: Evaluation) -> Found | None:
    if not _asks(e):
        return None
    sent, there = _milestones(e, "forms_sent"), {*e.inputs.first_reports, *_with_figures(e)}
    silent = [entity for entity in e.inputs.entities if entity.code not in there]
    if sent:
        return Found(len(e.inputs.entities), (), sent[0].at)
    return Found(len(e.inputs.entities) - len(silent), _of_units("not_sent", silent))


def _reports(e: Evaluation) -> Found | None:
    if not _asks(e):
        return None
    came = e.inputs.first_reports
    waiting = [each for each in e.inputs.entities if each.code not in {*came, *_concluded(e)}]
    silent = [each for each in without_report(e) if each.code not in came]
    rule = "late" in e.methodology.source.zero_rules
    no_day = [entity for entity in waiting if entity not in silent]
    todo = _of_units("silent", silent)
    todo += _of_units("no_day_no_rule" if rule else "no_day", no_day)
    day = e.methodology.report_deadline
    late = (
        arrivals(e.inputs.first_reports, e.inputs.events, last_moment(day, e.parameters["year"])).late
        if day
        else []
    )
    reported = sum(entity.code in came for entity in e.inputs.entities)  # a stranger's file came too
    return Found(reported, todo, None, [Note("units_late", len(late), (*late,))] if late else [])


def without_report(e: Evaluation) -> list[Entity]:
    """The units of which there is no figure, whatever came, and of which nobody has decided anything."""
    settled = _with_figures(e) | _concluded(e)
    return [entity for entity in e.inputs.entities if entity.code not in settled]


def _concluded(e: Evaluation) -> set[str]:
    return {event.entity for event in e.inputs.events if event.event in _CONCLUDES and not event.criterion}


_CONCLUDES = ("incomplete", "cancelled", NO_REPORT)  # of a whole report: a decision on who sent none


def _with_figures(e: Evaluation) -> set[str]:
    """The codes of the units of which there is any figure; marks are nobody's report."""
    asked = {key for key, answer in e.methodology.answers.items() if answer.of_unit}
    given = e.inputs.stated.items()
    return {unit for (unit, answer), g in given if g.state != "missing" and answer in asked}


def _collection(e: Evaluation) -> Found | None:
    if not (_asks(e) or e.inputs.received):
        return None
    reports = [file for file in e.inputs.received if file.form == "survey"]  # slips have their own step
    used = [file.sender for file in reports if file.state in ("used", "accepted")]
    refused = {file.sender for file in reports if file.state in ("refused", "unreadable")} - {*used}
    refused -= _concluded(e)
    lacking = [entity for entity in e.inputs.entities if entity.code in refused]
    if not (e.inputs.received or _with_figures(e)):
        return Found(0, [Note("not_known", 1, told=_NO_REPORTS)])
    return Found(len(used), _of_units("refused", lacking))


_NO_REPORTS = Said("khi có báo cáo gửi về", "once reports come in")


def _answers(e: Evaluation) -> Found:
    marks = {key for key, answer in e.methodology.answers.items() if answer.kind == "mark"}
    asked = {key for key, answer in e.methodology.answers.items() if answer.of_unit}
    stand = e.inputs.answers.where(lambda one: one.state != "missing")
    given = sum(answer in asked for (_, answer), _ in stand)
    lacking = [
        (each.facts["entity"], each.facts["answer"])
        for each in unanswered(e.methodology, e.inputs, e.scores)
        if each.facts["answer"] not in marks  # which the review lists
    ]
    todo = _of_items("unanswered", lacking) if given else [Note("nothing_given", 1)]
    if given:
        todo += _of_items("nothing_of_nothing", list(_of_nothing(e)))
    zeros = sum(
        o.state == "zero_missing" for leaf in e.methodology.leaves for o in e.scores.outcomes[leaf.id]
    )
    return Found(given, todo, None, [Note("as_zero", zeros)] if given and zeros else [])


def _of_nothing(e: Evaluation) -> Iterator[tuple[str, str]]:
    """(entity, criterion) whose points are unknown although every figure is there: 0 of 0 is an error."""
    if e.rules.get("nothing_of_nothing") is None or e.rules["nothing_of_nothing"].value != "error":
        return
    for leaf in e.methodology.leaves:
        for entity, outcome in zip(e.scores.entities, e.scores.outcomes[leaf.id], strict=True):
            reads = (e.inputs.given(entity, answer).state for answer in leaf.reads)
            if outcome.state == "unknown" and "missing" not in reads:
                yield entity.code, leaf.id


def _evidence(e: Evaluation) -> Found | None:
    rule, register = "no_evidence" in e.methodology.source.zero_rules, e.inputs.evidence
    if register is None and not (rule or "evidence" in e.methodology.source.procedure):
        return None
    lacking = without_evidence(e.methodology, e.inputs)
    if register is None:
        units = [entity for entity in e.inputs.entities if entity.code in {u for u, _ in lacking}]
        return Found(0, _of_units("no_register", units) or [Note("no_evidence_yet", 1)])
    # one document may be for many answers
    documents = {(unit, *one[:3]) for (unit, _), several in register.items() for one in several}
    files = {(file, digest) for _, file, digest, _ in documents if file}
    digest = register_digest(register)
    checked = [each for each in _milestones(e, "evidence_checked") if each.source == digest]
    columns = (e.scores.outcomes[leaf.id] for leaf in e.methodology.leaves)
    zeros = sum(outcome.state == "zero_no_evidence" for column in columns for outcome in column)
    what, count = ("no_points", zeros) if rule else ("no_register_asked", len(lacking))
    remark = [Note(what, count)] if count else []
    todo = [Note("not_checked", len(files))] if files and not checked else []
    return Found(len(documents), todo, checked[-1].at if checked else None, remark)


def _review(e: Evaluation) -> Found | None:
    if not e.methodology.source.review:
        return None
    states = review_states(e)
    unmarked = [item for item in _to_mark(e) if item not in states]
    waiting = [item for item, state in states.items() if state in REVIEW_OPEN and state not in _THIRD]
    return Found(
        len(states) - len(waiting), [*_of_items("unmarked", unmarked), *_of_items("waiting", waiting)]
    )


_THIRD = ("too_different", "spot_open")  # what waits for the adjudicator


def _to_mark(e: Evaluation) -> Iterator[tuple[str, str]]:
    """Every item that somebody has to mark: what of a unit's criteria is a mark, unless it is withheld."""
    marks = {key for key, answer in e.methodology.answers.items() if answer.kind == "mark"}
    for leaf in e.methodology.leaves:
        for answer in leaf.reads:
            for entity in e.inputs.entities if answer in marks else ():
                applies = leaf.applies_to(entity)
                if applies and e.inputs.given(entity, answer).state in ("missing", "given"):
                    yield entity.code, answer


def _adjudication(e: Evaluation) -> Found | None:
    if not e.methodology.source.review:
        return None
    states = review_states(e)
    return _third(e, states, "too_different", sum(state == "adjudicated" for state in states.values()))


def _spot_check(e: Evaluation) -> Found | None:
    """Only what the seed draws counts: what was checked beside the sample leaves no less to check."""
    if not e.methodology.source.review:
        return None
    review = review_checks(e)
    return _third(e, review.states, "spot_open", len(review.checked))


def _third(e: Evaluation, states: Mapping[Item, str], waits: str, done: int) -> Found:
    todo = _of_items(waits, [item for item, state in states.items() if state == waits])
    if states and waits == "spot_open" and not e.parameters.get("seed"):
        todo = [Note("no_seed", 1)]
    if not states and e.inputs.entities:
        told = Said("sau khi có điểm chấm", "once there are marks")
        todo = [Note("not_known", 1, told=told)]
    return Found(done, todo)


def _services(e: Evaluation) -> Found | None:
    of = e.methodology.source.online_services
    if not of:
        return None
    counted = [leaf for leaf in e.methodology.leaves if of.counted_as in leaf.reads]
    declared = {entity for entity, _ in e.inputs.services}
    lacking = [
        entity
        for entity in e.inputs.entities
        if any(leaf.applies_to(entity) for leaf in counted)
        and entity.code not in declared
        and not (declared and e.inputs.given(entity, of.counted_as).value in (0, None))
    ]
    no_seed = [Note("no_seed", 1)] if declared and not e.parameters.get("seed") else []
    untested = set() if no_seed else {*drawn_untested(e)}
    open_ = [
        (entity, each.procedure)
        for entity, several in e.recognised.items()
        for each in several
        if each.state == "open" and not untested & {(entity, service) for service in each.services}
    ]
    done = sum(each.state == "recognised" for several in e.recognised.values() for each in several)
    todo = [*_of_units("no_services", lacking), *no_seed, *_of_items("drawn_untested", sorted(untested))]
    return Found(done, [*todo, *_of_items("services_open", open_)])


def drawn_untested(e: Evaluation) -> list[tuple[str, str]]:
    """(entity, service) that the seed draws for its group and nobody has tested (2342, V.5.4 b, 3.ii)."""
    rule = e.rules.get("tested_per_group")
    drawn = representatives(e.inputs.services, e.seed, rule.value) if rule else {}
    return [
        (entity, one)
        for (entity, group), services in drawn.items()
        for one in services
        if group and (entity, one) not in e.inputs.service_tests
    ]


def _appraisal(e: Evaluation) -> Found | None:
    awards = {key for key, answer in e.methodology.answers.items() if answer.kind == "award"}
    if not awards and "appraisal" not in e.methodology.source.procedure:
        return None
    given: dict[str, list[bool]] = {}
    for (entity, answer), each in e.inputs.stated.items():
        if each.state == "given" and (answer in awards or not awards):
            given.setdefault(entity, []).append(bool(each.who))
    judged = {unit for unit, signed in given.items() if (all(signed) if awards else any(signed))}
    nothing_to_judge = _concluded(e) - _with_figures(e)
    lacking = [entity for entity in e.inputs.entities if entity.code not in judged | nothing_to_judge]
    return Found(len(judged), _of_units("not_appraised", lacking))


def _confirmation(e: Evaluation) -> Found | None:
    sent = first_times(e.inputs.events, "slip")
    if not sent and "confirmation" not in e.methodology.source.procedure:
        return None
    answered = first_times(e.inputs.events, "confirmed") | first_times(e.inputs.events, "objection")
    asked = "confirmation" in e.methodology.source.procedure
    unsent = [each for each in e.inputs.entities if asked and each.code not in sent]
    silent = [each for each in e.inputs.entities if each.code in sent and each.code not in answered]
    closed = _milestones(e, "confirmation_closed")
    open_ = [*_of_units("no_slip", unsent), *([] if closed else _of_units("no_reply", silent))]
    why = Said.alike(closed[-1].why) if closed else _NOTHING
    remarks = [Note("no_reply_closed", len(silent), told=why)] if closed and silent else []
    return Found(len(sent.keys() & answered.keys()), open_, closed[-1].at if closed else None, remarks)


def _objections(e: Evaluation) -> Found | None:
    several = objections(e.inputs.events)
    if not several and _confirmation(e) is None:
        return None
    if not (several or first_times(e.inputs.events, "slip")):
        return Found(0, [Note("not_known", 1, told=_NO_SLIPS)])
    open_ = [(each.entity, each.answer) for each in several if each.outcome == "open"]
    return Found(len(several) - len(open_), _of_items("undecided", open_))


_NO_SLIPS = Said("sau khi đơn vị nhận số liệu để xác nhận", "once units were sent their figures")


def _declared(event: str) -> Callable[[Evaluation], Found | None]:
    """A step that is there where the methodology names it; done when recorded for each it goes to."""

    def look(e: Evaluation) -> Found | None:
        stated = e.methodology.source.procedure.get(MILESTONES[event])
        return _recorded(e, event) if stated or _milestones(e, event) else None

    return look


def _recorded(e: Evaluation, event: str) -> Found:
    stated, done = e.methodology.source.procedure.get(MILESTONES[event]), _milestones(e, event)
    lacking = [name for key, name in (stated.to if stated else {}).items() if key not in {m.to for m in done}]
    told = Said(*(f" ({to}: {'; '.join(lacking)})" for to in ("nơi nhận", "to"))) if lacking else _NOTHING
    todo = [Note("not_recorded", max(1, len(lacking)), told=told)] if lacking or not done else []
    return Found(len(done), todo, done[-1].at if done else None)


def _approval(e: Evaluation) -> Found:
    approved = decision(e)
    if approved is None:
        return Found(0, [Note("no_approval", 1)])
    moved = changed_since(e, approved)
    units = [entity for entity in e.inputs.entities if entity.code in moved]
    return Found(1, _of_units("changed_since", units), approved.at)


def _milestones(e: Evaluation, event: str) -> list[Milestone]:
    return [each for each in e.inputs.milestones if each.event == event]


LOOK: Mapping[str, Callable[[Evaluation], Found | None]] = {
    "opening": _opening,
    "forms": _forms,
    "reports": _reports,
    "collection": _collection,
    "answers": _answers,
    "evidence": _evidence,
    "review": _review,
    "adjudication": _adjudication,
    "spot_check": _spot_check,
    "services": _services,
    "appraisal": _appraisal,
    "confirmation": _confirmation,
    "objections": _objections,
    "report": _declared("report"),
    "approval": _approval,
    "results": _declared("results"),
    "publication": lambda e: _recorded(e, "published"),
    "handover": _declared("handed_over"),
}
