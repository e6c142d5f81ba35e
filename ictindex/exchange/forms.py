"""What is asked of whom: the units' survey, the council's appraisal sheet, the reviewers' marking sheets."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from ictindex.annex import anchor_vi
from ictindex.annex import description as describe
from ictindex.basics import Finding, Project, found, load, refuse_if
from ictindex.exchange import instructions, layout
from ictindex.exchange.layout import Form, Line, SelfScore, Sheet, Shown, columns
from ictindex.exchange.questions import (
    Question,
    asking_order,
    clause_vi,
    evidence_vi,
    heading,
    how_vi,
    marks_vi,
    questions,
    shown_value,
    unit_vi,
)
from ictindex.facts import ENTITIES, SOURCES, Before, Entity, Inputs, figures_of, read_entities, read_inputs
from ictindex.methodology import Deadline, Methodology, read_methodology
from ictindex.page import STAMP, date_vi
from ictindex.scoring import public_seed, read_parameters

_SURVEY = columns("number question unit last answer state evidence note self_score how clause code")
_SERVICES = columns("service service_vi procedure level in_database link service_group application")
MOST_SERVICES = 1_000  # rows of a list that are checked as they are filled in; more are read all the same
_APPRAISAL = columns("entity_vi question unit declared monitored evidence_given verified why entity code")
_MARKING = columns("entity_vi question unit mark why entity code")
_ADJUDICATION = columns("entity_vi question unit chosen marks mark why entity code")

# Kind, columns, role and steps of a reviewer's sheet.
_REVIEWS = (layout.MARKING, _MARKING, "Người chấm độc lập", instructions.MARKING_STEPS)
_ADJUDICATES = (layout.ADJUDICATION, _ADJUDICATION, "Người thẩm định", instructions.ADJUDICATION_STEPS)


@dataclass(frozen=True)
class Context:
    """What forms are made from before anything has come back.

    ``contact``: whom to ask; ``reply_by``: the day by which an answer is wanted; as texts for the cover.
    """

    edition: str
    year: int
    methodology: Methodology
    entities: tuple[Entity, ...]
    contact: str = ""
    reply_by: str = ""
    last: Before | None = None  # what was asked and what stood
    nothing: str = "zero"  # what nothing of nothing counts
    illustrative: bool = False  # the units, or last year's figures, are made up
    seed: str = ""  # the public one, that samples are drawn from

    @property
    def stamp(self) -> str:
        return STAMP if self.illustrative else describe.stamp(self.methodology)

    @cached_property
    def before(self) -> dict[str, Entity]:
        """Unit -> what it was last year, under whose code its figures of then stand."""
        if self.last is None:
            return {}
        earlier = self.last.inputs.entities
        by_code = {one.code: one for one in earlier}
        return {now: by_code[then] for then, now in figures_of(self.entities, earlier).items()}

    @cached_property
    def asked(self) -> dict[tuple, _Asked]:
        """What has been made for units to which the same criteria apply."""
        return {}


class Item(NamedTuple):
    """What an adjudicator is to mark: which, why, and the marks that it has, without names."""

    entity: str
    answer: str
    reason_vi: str
    marks: tuple[Fraction, ...]


def read_context(edition: str, project: Project, contact: str = "", reply_by: str = "") -> Context:
    """What the forms of an edition need; answers.csv may not be there yet. Refused with what is wrong."""
    parameters = _named(read_parameters(edition, project), project.shown(project.parameters(edition)))
    methodology = read_methodology(parameters["methodology"], project)
    folder = project.inputs(parameters["inputs"])
    entities = read_entities(folder / ENTITIES, project.shown(folder / ENTITIES), methodology)
    last = _last(parameters.get("previous") or "", project)
    made_up = _made_up(folder / SOURCES, project) or (last and last.inputs.sources.status == "illustrative")
    year, units = parameters["year"], tuple(entities)
    seed = public_seed(parameters)
    rule = methodology.open_rules.get("nothing_of_nothing")
    nothing = parameters.get("nothing_of_nothing") or (rule.value if rule else "zero")
    return Context(edition, year, methodology, units, contact, reply_by, last, nothing, bool(made_up), seed)


def _named(parameters: dict[str, Any], shown: str) -> dict[str, Any]:
    wanted = ("methodology", "year", "inputs")
    missing = [name for name in wanted if name not in parameters]
    refuse_if(found("parameter-missing", shown, None, name, name=name) for name in missing)
    return parameters


def _last(edition: str, project: Project) -> Before | None:
    if not edition:
        return None
    parameters = _named(read_parameters(edition, project), project.shown(project.parameters(edition)))
    methodology = read_methodology(parameters["methodology"], project)
    inputs = read_inputs(parameters["inputs"], methodology, project)
    return Before(edition, parameters["year"], methodology, inputs)


def _made_up(sources: Path, project: Project) -> bool:
    """Whether the folder that the units come from says that it is made up; it may not say anything yet."""
    if not os.path.lexists(sources):
        return False
    document = load(sources, project.shown(sources))
    return isinstance(document.data, dict) and document.data.get("status") == "illustrative"


def survey(context: Context, entity: Entity) -> Form:
    """What one unit is asked: every answer, but marks, that the criteria applied to it read."""
    asked = _asked(context, entity)
    if context.last:
        lines = tuple(
            replace(line, cells={**line.cells, "last": _last_year(context, entity, line)})
            if line.asks
            else line
            for line in asked.lines
        )
    else:
        lines = asked.lines
    sheets = [Sheet(layout.KIND_VI[layout.SURVEY], _SURVEY, lines)]
    if asked.lists:
        sheets.append(Sheet(layout.SERVICES_SHEET, _SERVICES, rows=MOST_SERVICES))
    wanted = (("Đề nghị gửi chậm nhất ngày", context.reply_by),) if context.reply_by else ()
    when = (*_deadline(context), *wanted)
    about = (*about_vi(context.methodology, entity.group), *when, asking_vi(context.contact))
    steps = (
        *instructions.SURVEY_STEPS,
        *(instructions.SERVICES_STEPS if asked.lists else ()),
        *instructions.consequences(context.methodology),
    )
    form = form_of(layout.SURVEY, context, entity.code, entity.label_vi, sheets, about, steps)
    return replace(form, score=asked.score)


_TOTAL_VI = "Tổng điểm tự tính từ các ô đã điền (để đơn vị tham khảo; chi tiết ở trang “Điểm tự tính”)"


class _Asked(NamedTuple):
    """What units to which the same criteria apply are asked; ``lists``: their online services too."""

    lines: tuple[Line, ...]
    score: SelfScore
    lists: bool


def _asked(context: Context, entity: Entity) -> _Asked:
    several = tuple(q for q in questions(context.methodology, entity) if q.asks.kind != "mark")
    applied = (leaf.id for leaf in context.methodology.leaves_of(entity))
    leaves = frozenset(applied)
    key = (entity.group, leaves, tuple(question.code for question in several))
    if key not in context.asked:
        score = SelfScore(context.methodology, entity.group, leaves, context.nothing)
        context.asked[key] = _new_asked(context, several, score)
    return context.asked[key]


def _new_asked(context: Context, several: tuple[Question, ...], score: SelfScore) -> _Asked:
    lines: list[Line] = []
    category = None
    for number, question in enumerate(asking_order(several), start=1):
        if question.category is not category:
            category = question.category
            lines.append(replace(heading(category), scores=category.id))
        claimed = " (đơn vị tự chấm)" if question.asks.kind == "award" else ""
        cells: dict[str, Shown] = {
            "number": str(number),
            "question": f"{question.asks.label_vi}{claimed}",
            "unit": unit_vi(question.asks),
            "last": None,
            "how": how_vi(question, context.methodology),
            "clause": clause_vi(question.leaf, context.methodology),
            "code": question.code,
        }
        scores = question.leaf.id if question.opens and question.scored else ""
        lines.append(Line(cells, question.asks, scores=scores))
    lines.append(Line({"question": _TOTAL_VI}, scores="total"))
    of = context.methodology.source.online_services
    lists = bool(of and any(question.code == of.counted_as for question in several))
    return _Asked(tuple(lines), score, lists)


def _last_year(context: Context, entity: Entity, line: Line) -> Shown:
    """What stood last year, where the same was asked in the same way."""
    if context.last is None or entity.code not in context.before:
        return None
    code = line.cells["code"]
    before = context.last.methodology.answers.get(code)
    if before is None or before.kind != line.asks.kind:
        return None
    given = context.last.inputs.given(context.before[entity.code], code)
    return layout.STATES.get(given.state) if given.value is None else shown_value(before, given.value)


def appraisal(context: Context, appraiser: str, inputs: Inputs, group: str = "") -> Form:
    """What the council holds against the evidence: every answer that a unit (of ``group``) has declared."""
    lines: list[Line] = []
    for entity in inputs.entities:
        if group and entity.group != group:
            continue
        for question in questions(context.methodology, entity):
            key, given = (entity.code, question.code), inputs.given(entity, question.code)
            if question.asks.kind == "mark" or given.claimed is None:
                continue
            cells = {
                **_whose(entity, question),
                "declared": shown_value(question.asks, given.claimed),
                "monitored": shown_value(question.asks, inputs.monitored.get(key)),
                "evidence_given": evidence_vi(inputs, *key),
            }
            lines.append(Line(cells, question.asks))
    sheet = Sheet(layout.KIND_VI[layout.APPRAISAL], _APPRAISAL, tuple(lines))
    by, steps = f"Người thẩm định: {appraiser}", instructions.APPRAISAL_STEPS
    about = about_form(context, group)
    return form_of(layout.APPRAISAL, context, appraiser, by, (sheet,), about, steps)


def marking(context: Context, reviewer: str, items: Iterable[Item] | None = None) -> Form:
    """What one reviewer marks, and nobody else's marks: every unit at every mark question that applies to it.

    An adjudicator marks ``items`` alone, and sees why each was chosen and its marks without names. Lines of
    units stand in an order of the reviewer's own.
    """
    chosen = None if items is None else {(item.entity, item.answer): item for item in items}
    lines: list[Line] = []
    for entity in sorted(context.entities, key=lambda entity: place(reviewer, entity.code)):
        for question in questions(context.methodology, entity):
            if question.asks.kind != "mark":
                continue
            cells = _whose(entity, question)
            if chosen is not None:
                if (item := chosen.get((entity.code, question.code))) is None:
                    continue
                cells |= {"chosen": item.reason_vi, "marks": marks_vi(item.marks)}
            lines.append(Line(cells, question.asks))
    kind, fields, role_vi, steps = _REVIEWS if chosen is None else _ADJUDICATES
    sheet = Sheet(layout.KIND_VI[kind], fields, tuple(lines))
    about = (("Vai trò", role_vi), *about_form(context))
    steps = [step.format(reviewer=reviewer) for step in steps]
    return form_of(kind, context, reviewer, f"{role_vi}: {reviewer}", (sheet,), about, steps)


def place(reviewer: str, entity: str) -> str:
    """Where a unit stands in a reviewer's sheet: sorted by this digest, an order that anyone can redo."""
    return hashlib.sha256(f"{reviewer}|{entity}".encode()).hexdigest()


def _whose(entity: Entity, question: Question) -> dict[str, Shown]:
    asked = {"question": question.asks.label_vi, "unit": unit_vi(question.asks), "code": question.code}
    return {"entity_vi": entity.label_vi, "entity": entity.code, **asked}


def form_of(
    kind: str, context: Context, sender: str, sender_vi: str, sheets: Iterable[Sheet], about: Any, steps: Any
) -> Form:
    title = f"{layout.KIND_VI[kind]} năm {context.year}"
    texts = tuple(about), tuple(steps)
    return Form(kind, context.edition, sender, sender_vi, title, tuple(sheets), *texts, context.stamp)


def about_form(context: Context, group: str = "") -> Iterator[tuple[str, str]]:
    """The cover's lines of a form that is for no single unit."""
    yield from about_vi(context.methodology, group)
    yield from reply_vi(context.reply_by, context.contact)


def about_vi(methodology: Methodology, group: str) -> Iterator[tuple[str, str]]:
    """What is assessed, by which decision, and in which of several groups ('' for none)."""
    yield "Đánh giá", methodology.source.label_vi
    yield "Theo", methodology.source.citation.title
    if group and len(methodology.groups) > 1:
        yield "Nhóm", methodology.groups[group].label_vi


def _deadline(context: Context) -> Iterator[tuple[str, str]]:
    """When the report is due, as the calendar has it: the day that lateness is held against."""
    day = context.methodology.report_deadline
    if day is None:
        yield "Hạn gửi phiếu", f"Phương pháp không nêu. {_ELSEWHERE_VI}"
        return
    yield "Hạn gửi phiếu", due_vi(day, context.year)
    yield "Căn cứ của hạn gửi", f"{day.label_vi}. {anchor_vi(day.citation)}"


def due_vi(day: Deadline, year: int) -> str:
    on = date_vi(day.on(year), day.before)
    return on if day.before else f"chậm nhất ngày {on}"


def after_deadline(context: Context) -> list[Finding]:
    """Where a survey asks for answers by a day (``reply_by``, dd/mm/yyyy) on which they are already late."""
    due = context.methodology.report_deadline
    if due is None or not context.reply_by:
        return []
    wanted, last = datetime.strptime(context.reply_by, "%d/%m/%Y").date(), due.last(context.year)
    facts = {"wanted": f"{wanted:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}", "anchor": anchor_vi(due.citation)}
    return [found("reply-by-late", "--reply-by", **facts)] if wanted > last else []


_ELSEWHERE_VI = "Xem văn bản gửi kèm phiếu này"


def reply_vi(reply_by: str, contact: str) -> Iterator[tuple[str, str]]:
    """By when an answer is wanted, and whom to ask."""
    yield "Hạn trả lời", reply_by or _ELSEWHERE_VI
    yield asking_vi(contact)


def asking_vi(contact: str) -> tuple[str, str]:
    return "Hỏi, đáp về phiếu", contact or _ELSEWHERE_VI
