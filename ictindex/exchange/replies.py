"""Units of a made-up year answer the survey: who sends what on which day, and who mends what was wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ictindex.basics import write_whole
from ictindex.exchange.clerk import Paper
from ictindex.exchange.faults import FAULTS, HABITS, SHEET, Filling
from ictindex.exchange.layout import SERVICES_SHEET
from ictindex.exchange.made_up import MadeUp, Row, Unit
from ictindex.exchange.questions import Question

# Shares of units that play a part, that send a fault, that have a habit.
FEW, FAULTY, HABIT = 0.03, 0.42, 0.12
AFTERWARDS = 0.35  # of those who mend a form: after the deadline, with leave to
LAST_CALL = -5  # days from the deadline to the first collection
STYLES = ("comma_text", "point_text")  # nobody has both
WHY_VI = {
    "evidence_lost": "Tài liệu đã xem bản giấy tại đơn vị (minh họa)",
    "left_empty": "Đơn vị có văn bản nói không có số liệu này (minh họa)",
}
_EXTENDED_VI = "Có văn bản xin gia hạn (minh họa)"
_TIME_TO_MEND_VI = "Phiếu đầu đến trong hạn, được thêm thời gian để sửa (minh họa)"


@dataclass(frozen=True)
class Sending:
    """One form that one unit sends: on which day, as which sending, and with what fault ('' for none)."""

    unit: str
    day: date
    number: int = 1
    fault: str = ""
    copy: str = ""  # what the name and the signature of a second file of one number say


@dataclass(frozen=True)
class Round:
    """What units send before a collection, and what the evaluator does about it."""

    sendings: tuple[Sending, ...]
    accept: dict[str, str] = field(default_factory=dict)  # unit -> why
    events: tuple[Row, ...] = ()


def first_round(made: MadeUp) -> tuple[Round, Round]:
    """What arrives before the last call, and what is still to come then from those who sent nothing."""
    roles, days = _roles(made), made.days
    call = days.from_deadline(LAST_CALL)
    early = (days.from_deadline(-20), call - timedelta(days=2))
    before, after, events = [], [], []
    for code, role in roles.items():
        day = made.day(*early, code)
        if role in ("late", "silent"):
            soon = (2, 6) if role == "late" else (7, 9)
            after.append(Sending(code, made.day(*map(days.from_deadline, soon), code, role)))
        elif role == "extended":
            after.append(Sending(code, made.day(days.from_deadline(2), days.from_deadline(8), code, role)))
            events.append(_extension(code, call, days.from_deadline(10), _EXTENDED_VI))
        elif role == "again":
            before += [Sending(code, day), Sending(code, day + timedelta(days=1), 2)]
        elif role == "twice":
            before += [Sending(code, day), Sending(code, day, copy="bản 2")]
        else:
            before.append(Sending(code, day, fault=role))
    return Round(tuple(before)), Round(tuple(after), events=tuple(events))


def _roles(made: MadeUp) -> dict[str, str]:
    """Unit -> its part ('' for a plain one): a name of FAULTS, or one of those below."""
    codes = made.shuffled(made.units, "roles")
    few = max(1, round(len(codes) * FEW))
    parts = [part for part in ("late", "extended", "silent", "again", "twice") for _ in range(few)]
    parts += [list(FAULTS)[i % len(FAULTS)] for i in range(round(len(codes) * FAULTY))]
    return dict(zip(codes, [*parts, *[""] * len(codes)], strict=False))


def second_round(made: MadeUp, sent_back: Collection[str]) -> Round:
    """What those send whose first form was sent back; a few never do, or not well, or too late."""
    days, zero = made.days, made.methodology.source.missing == "zero"
    in_time = (days.from_deadline(LAST_CALL + 1), days.from_deadline(-1))
    longer = days.after(0.2)
    afterwards = (days.from_deadline(2), longer)
    sendings, accept, events = [], {}, []
    for place, code in enumerate(made.shuffled(sent_back, "mending")):
        if place == 0 and zero:
            continue  # never mended: without an answer, as the decision has it
        fault = {1: "evidence_lost", 2: "left_empty" if zero else ""}.get(place, "")
        too_late = place == 3
        after = too_late or (not fault and made.draw("afterwards", code) < AFTERWARDS)
        day = made.day(*(afterwards if after else in_time), "mended", code)
        sendings.append(Sending(code, day, 2, fault))
        if fault:
            accept[code] = WHY_VI[fault]
        if after and not too_late:
            events.append(_extension(code, days.from_deadline(LAST_CALL), longer, _TIME_TO_MEND_VI))
    return Round(tuple(sendings), accept, tuple(events))


def _extension(code: str, at: date, until: date, why: str) -> Row:
    signed = {"why": why, "who": "Cơ quan đánh giá (minh họa)", "paper": "Văn bản đồng ý gia hạn (minh họa)"}
    return {"entity": code, "event": "extension", "at": f"{at}", "until": f"{until}", **signed}


# --- a form is filled in ----------------------------------------------------------------------------------


def fill_in(made: MadeUp, unit: Unit, form: bytes, sending: Sending) -> Filling:
    """A unit's form with its figures, its evidence, its habits, and the fault of this sending."""

    def pick(what: str, several: list) -> Any:
        return several[int(made.draw(what, unit.code, sending.fault) * len(several))]

    filling = Filling(unit, Paper(form), pick, f"{made.methodology.name}_{unit.code}.xlsx")
    copy = f", {sending.copy}" if sending.copy else ""
    signer = f"Cán bộ lập phiếu{copy} (minh họa)"
    sent_on = datetime(sending.day.year, sending.day.month, sending.day.day)
    filling.paper.sign(sending=sending.number, sent_on=sent_on, signed_by=signer)
    for question in unit.questions:
        _answer(made, filling, question)
    if SERVICES_SHEET in filling.paper.book.sheetnames:
        filling.paper.listed(SERVICES_SHEET, made.listed(unit.code))
    if sending.copy:
        filling.cell(unit.questions[0].code, "note").value = f"Số liệu của {sending.copy} (minh họa)"
        filling.name = f"{filling.name.removesuffix('.xlsx')} ({sending.copy}).xlsx"
    for habit in _habits(made, unit, sending.fault):
        HABITS[habit](filling)
    if sending.fault and not FAULTS[sending.fault].put(filling):
        FAULTS["left_empty"].put(filling)
    return filling


def _answer(made: MadeUp, filling: Filling, question: Question) -> None:
    unit, code = filling.unit, question.code
    if code in unit.states:
        filling.paper.put(SHEET, code, "state", unit.states[code])
        filling.paper.put(SHEET, code, "note", "Thuộc danh mục bí mật nhà nước (minh họa)")
        return
    filling.paper.put(SHEET, code, "answer", unit.values[code], question.asks)
    wanted = "no_evidence" in made.methodology.source.zero_rules
    if question.opens and made.draw("evidence", unit.code, code) < (0.97 if wanted else 0.25):
        filling.paper.put(SHEET, code, "evidence", _document(made, filling, question))


def _document(made: MadeUp, filling: Filling, question: Question) -> str:
    """A file of the category that the question belongs to, or a reference to what was sent before."""
    unit, category = filling.unit, question.category
    if made.draw("reference", unit.code, question.code) < 0.2:
        number, day = int(made.draw("number", unit.code, question.code) * 400) + 1, made.days.deadline
        return f"Báo cáo số {number}/BC ngày {day - timedelta(days=60):%d/%m/%Y}"
    name = f"Minh chứng mục {category.number}.pdf"
    text = f"Tài liệu minh họa, không có thật.\n{unit.entity.label_vi}\n{category.label_vi}\n"
    filling.evidence[name] = text.encode()
    return name


def _habits(made: MadeUp, unit: Unit, fault: str) -> list[str]:
    mine = [habit for habit in HABITS if made.draw("habit", unit.code, habit) < HABIT]
    styles = [habit for habit in mine if habit in STYLES]
    barred = styles if fault == "two_numbers" else styles[1:]  # a figure of theirs would say how to read it
    return [habit for habit in mine if habit not in barred]


def put_down(made: MadeUp, forms: Mapping[str, bytes], sendings: Iterable[Sending], inbox: Path) -> int:
    """Write what units send into folders named after the day of arrival; how many files."""
    files = 0
    for sending in sendings:
        filling = fill_in(made, made.units[sending.unit], forms[sending.unit], sending)
        folder = inbox / f"{sending.day}" / sending.unit
        write_whole(folder / filling.name, filling.sent or filling.paper.bytes())
        for name, data in filling.evidence.items():
            write_whole(folder / name, data)
        files += 1 + len(filling.evidence)
    return files


def put_down_stranger(made: MadeUp, forms: Mapping[str, bytes], inbox: Path) -> int:
    """The form of a unit that nobody knows; 1."""
    code = made.shuffled(forms, "stranger")[0]
    day = made.days.from_deadline(LAST_CALL - 3)
    filling = fill_in(made, made.units[code], forms[code], Sending(code, day))
    filling.paper.sign(sender="don-vi-la")
    write_whole(inbox / f"{day}" / "khong-ro" / "phieu khao sat.xlsx", filling.paper.bytes())
    return 1
