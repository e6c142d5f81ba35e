"""The units of a made-up year answer their confirmation slips: they agree, object or say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from ictindex.basics import write_whole
from ictindex.exchange.clerk import Paper
from ictindex.exchange.layout import KIND_VI, OPINIONS, POINTS_SHEET, SLIP, criterion_code
from ictindex.exchange.made_up import MadeUp
from ictindex.facts import Entity
from ictindex.methodology import Node
from ictindex.scoring import Evaluation

SILENT, OBJECTS, OF_MARKS = 0.1, 0.3, 0.15  # shares of units; of those with grounds; with low marks
SURE = 2  # units whose figures were changed and that object in any case
MOST = 2  # objections of one unit
FAULTY = ("slip-contradicts", "slip-without-opinion")  # what the first two that answer get wrong at first


@dataclass(frozen=True)
class Wish:
    """One line that a unit does not agree with; ``document``: what it sends along."""

    sheet: str
    code: str
    requested: str
    grounds: str
    document: str = ""


@dataclass(frozen=True)
class Reply:
    """How one unit answers, on which day; ``fault``: what is wrong with this sending, as a finding's code."""

    unit: str
    day: date
    wishes: tuple[Wish, ...] = ()
    number: int = 1
    fault: str = ""


def replies(made: MadeUp, e: Evaluation, first: date, last: date) -> list[Reply]:
    """The first answers of all units that answer; ``mended`` gives those that follow a fault."""
    wished = {
        entity.code: [*_wishes(made, e, entity, i)][:MOST] for i, entity in enumerate(e.inputs.entities)
    }
    changed = [code for code, wishes in wished.items() if any(wish.requested for wish in wishes)]
    sure = made.shuffled(changed, "sure")[:SURE]
    said = []
    for entity in e.inputs.entities:
        objects = made.draw("objects", entity.code) < OBJECTS or entity.code in sure or _zeros(e, entity)
        wishes = tuple(wished[entity.code] if objects else ())
        if not wishes and made.draw("silent", entity.code) < SILENT:
            continue
        said.append(Reply(entity.code, made.day(first, last, "slip", entity.code), wishes))
    plain = [reply.unit for reply in said if not reply.wishes]
    faults = dict(zip(made.shuffled(plain, "slip fault"), FAULTY, strict=False))
    return [replace(reply, fault=faults.get(reply.unit, "")) for reply in said]


def mended(reply: Reply) -> Reply:
    return replace(reply, number=2, fault="", day=reply.day + timedelta(days=1))


def _wishes(made: MadeUp, e: Evaluation, entity: Entity, i: int) -> Iterator[Wish]:
    """What a unit has grounds to object to: zeros, missing evidence, changed figures, a low mark."""
    for criterion in _zeros(e, entity):
        yield Wish(POINTS_SHEET, criterion_code(criterion), "", "Đề nghị kiểm tra lại tại đơn vị (minh họa)")
    for node in e.methodology.leaves:
        if e.scores.outcomes[node.id][i].state == "zero_no_evidence" and (code := _asked(made, entity, node)):
            name = f"Bổ sung tiêu chí {node.number}.pdf"
            yield Wish(KIND_VI[SLIP], code, "", "Gửi bổ sung tài liệu (minh họa)", name)
    services = e.methodology.source.online_services
    for code, value in made.units[entity.code].values.items():
        given = e.inputs.given(entity, code)
        by_tests = services is not None and code == services.counted_as  # which no letter changes
        if given.declared is not None and given.value != given.declared and not by_tests:
            yield Wish(KIND_VI[SLIP], code, value, "Số đơn vị khai khớp với sổ theo dõi (minh họa)")
    if made.draw("mark", entity.code) < OF_MARKS and (node := _lowest_mark(e, entity)):
        yield Wish(
            POINTS_SHEET, criterion_code(node.id), "", "Chuyên mục đã cập nhật trước ngày chấm (minh họa)"
        )


def _zeros(e: Evaluation, entity: Entity) -> list[str]:
    """The criteria at which an inspection found that a unit gets nothing."""
    reasons = e.methodology.source.zero_rules
    events = (event for event in e.inputs.events if event.entity == entity.code)
    return [event.criterion for event in events if event.criterion and event.event in reasons]


def _asked(made: MadeUp, entity: Entity, node: Node) -> str:
    values = made.units[entity.code].values
    return next((code for code in node.reads if code in values), "")


def _lowest_mark(e: Evaluation, entity: Entity) -> Node | None:
    marked = [
        (e.inputs.given(entity, code).value, node.id, node)
        for node in e.methodology.leaves
        for code in node.reads
        if (entity.code, code) in e.inputs.marks
    ]
    return min(marked)[2] if marked else None


def put_down(made: MadeUp, form: bytes, reply: Reply, inbox: Path) -> None:
    """Write a slip that was answered, and what comes with it."""
    paper = Paper(form)
    opinion = "objects" if reply.wishes or reply.fault == "slip-contradicts" else "agreed"
    paper.sign(
        sending=reply.number,
        sent_on=datetime(reply.day.year, reply.day.month, reply.day.day),
        signed_by="Lãnh đạo đơn vị (minh họa)",
        opinion=None if reply.fault == "slip-without-opinion" else OPINIONS[opinion],
    )
    folder = inbox / f"{reply.day}" / reply.unit
    for wish in reply.wishes:
        if wish.sheet == KIND_VI[SLIP]:
            asks = made.methodology.answers[wish.code]
            paper.put(wish.sheet, wish.code, "requested", wish.requested, asks)
        paper.put(wish.sheet, wish.code, "grounds", wish.grounds)
        if wish.document:
            paper.put(wish.sheet, wish.code, "evidence", wish.document)
            text = f"Tài liệu bổ sung minh họa, không có thật.\n{reply.unit}\n{wish.code}\n"
            write_whole(folder / wish.document, text.encode())
    write_whole(folder / f"Xac nhan {reply.unit} lan {reply.number}.xlsx", paper.bytes())
