"""A unit's confirmation slip: its own figures and points, zeros with their reasons, and room to object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import count

from ictindex.basics import format_vi, round_exact
from ictindex.exchange import layout
from ictindex.exchange.forms import about_vi, reply_vi
from ictindex.exchange.instructions import SLIP_STEPS
from ictindex.exchange.layout import KIND_VI, POINTS_SHEET, SLIP, Form, Line, Sheet, Shown, columns
from ictindex.exchange.questions import (
    asking_order,
    evidence_vi,
    heading,
    marks_vi,
    questions,
    shown_value,
    unit_vi,
)
from ictindex.facts import WITHHELD, Entity, Given, Mark, extended_until, own_marks, settle
from ictindex.methodology import Deadline, Node
from ictindex.page import STATE_VI, UNRANKED_VI, date_vi, stamp
from ictindex.scoring import Evaluation, Outcome, Standing

_FIGURES = columns(
    "number question unit declared stands reason evidence_given requested grounds evidence code"
)
_POINTS = columns("number question most points state_vi marks grounds evidence code")
_DECIMALS = 2  # of points, as printed here
_NO_VALUE_VI = {"missing": "Không có số liệu", **layout.STATES}


def slip(e: Evaluation, entity: Entity, contact: str = "", reply_by: str = "") -> Form:
    """The slip of one unit: a line per answer, a line per criterion; nothing of any other unit.

    ``contact``: whom to ask; ``reply_by``: the last day for an answer, as text.
    """
    sheets = (
        Sheet(KIND_VI[SLIP], _FIGURES, tuple(_figures(e, entity))),
        Sheet(POINTS_SHEET, _POINTS, tuple(_points(e, entity))),
    )
    title = f"{KIND_VI[SLIP]} năm {e.parameters['year']}"
    about = tuple(_about(e, entity, contact, reply_by))
    return Form(SLIP, e.edition, entity.code, entity.label_vi, title, sheets, about, SLIP_STEPS, stamp(e))


def _about(e: Evaluation, entity: Entity, contact: str, reply_by: str) -> Iterator[tuple[str, str]]:
    yield from about_vi(e.methodology, entity.group)
    yield from reply_vi(reply_by, contact)
    yield "Kết quả", _result(e, e.at(e.methodology.root)[entity.code])
    exact = "điểm được tính chính xác, không làm tròn ở từng tiêu chí"
    yield "Cách in điểm", f"Làm tròn đến {_DECIMALS} chữ số thập phân; {exact}"


def _result(e: Evaluation, standing: Standing) -> str:
    """Points of what counts, and the value as it is published."""
    outcome, apart = standing.outcome, e.scores.unranked.get(standing.entity.code)
    if not outcome.counts:
        return UNRANKED_VI[apart] if apart else STATE_VI[outcome.state]
    points = (
        f"{format_vi(_rounded(outcome.points))} trên {format_vi(outcome.available)} điểm tối đa được tính"
    )
    if apart:
        return f"{points}; không xếp hạng: {UNRANKED_VI[apart]}"
    if e.rules["compare_on"].value != "share":
        return points
    return f"{points}; chỉ số {format_vi(standing.printed)}"


# --- figures ----------------------------------------------------------------------------------------------


def _figures(e: Evaluation, entity: Entity) -> Iterator[Line]:
    """A line for each answer: declared, what stands, why it was changed or gives nothing, evidence.

    In the order and under the numbers of the form; what nobody is asked has none.
    """
    category, numbers = None, count(1)
    several = questions(e.methodology, entity, known=True)
    for question in asking_order(q for q in several if q.asks.kind != "mark"):
        if question.category is not category:
            category = question.category
            yield heading(category)
        given = e.inputs.given(entity, question.code)
        cells = {
            "number": "" if question.asks.last_year_of else str(next(numbers)),
            "question": question.asks.label_vi,
            "unit": unit_vi(question.asks),
            "declared": shown_value(question.asks, given.claimed) if question.asks.of_unit else None,
            "stands": shown_value(question.asks, given.value),
            "reason": _changed(given),
            "evidence_given": evidence_vi(e.inputs, entity.code, question.code),
            "code": question.code,
        }
        yield Line(cells, question.asks)


def _changed(given: Given) -> str:
    """Why what stands is not what was declared, and what the answer's state makes of it."""
    state = WITHHELD if given.secret else given.state
    parts = [] if state == "given" else [_NO_VALUE_VI.get(state) or STATE_VI[state]]
    by = f"{given.why} ({given.at:%d/%m/%Y})" if given.why and given.at else given.why
    return ". ".join(part for part in (*parts, by) if part)


# --- points -----------------------------------------------------------------------------------------------


def _points(e: Evaluation, entity: Entity) -> Iterator[Line]:
    """A line for each criterion of the unit's group, and the total, which nobody objects to by itself."""
    at = e.inputs.places[entity.code]
    for node in (*e.methodology.nodes[1:], e.methodology.root):
        most = node.maxima[entity.group]
        if most is None:
            continue
        outcome = e.scores.outcomes[node.id][at]
        cells: dict[str, Shown] = {
            "number": node.number,
            "question": node.label_vi,
            "most": most,
            "points": _rounded(outcome.points),
            "state_vi": _state_vi(
                e, entity, node, outcome, () if node.children else e.scores.reasons[node.id][at]
            ),
        }
        if node is not e.methodology.root:
            cells["code"] = layout.criterion_code(node.id)
        if not node.children:
            cells["marks"] = "\n".join(_marks(e, entity, node))
        yield Line(cells)


def _rounded(points: Fraction | None) -> Fraction | None:
    return None if points is None else Fraction(round_exact(points, _DECIMALS))


def _state_vi(e: Evaluation, entity: Entity, node: Node, outcome: Outcome, reasons: Sequence[str]) -> str:
    """Why a criterion has the points that it has; of what is made up of others only why it does not count.

    ``reasons``: all for which it is zero, so that a unit objects to each of them.
    """
    if outcome.state == "scored":
        return "" if node.children else STATE_VI["scored"]
    states = [f"zero_{reason}" for reason in reasons] or [outcome.state]
    told = ((STATE_VI[state], _zero_why(e, entity, node, state.removeprefix("zero_"))) for state in states)
    return "\n".join(". ".join(filter(None, each)) for each in told)


def _zero_why(e: Evaluation, entity: Entity, node: Node, reason: str) -> str:
    """The fact behind a zero: the report's day, what was found here, or elsewhere where it falls on all."""
    if reason == "late" and (rule := e.methodology.source.zero_rules.get(reason)):
        return _arrival(e, entity, e.methodology.source.calendar[rule.deadline])
    own = [event for event in e.inputs.events if event.entity == entity.code and event.event == reason]
    here = [one for one in own if node.within(one.criterion)]
    told = [f"{event.why} ({event.at:%d/%m/%Y})" for event in here or own if event.why]
    if told:
        return told[-1]
    given = [e.inputs.given(entity, answer) for answer in node.reads]
    return next((g.why for g in given if g.state == f"zero_{reason}" and g.why), "")


def _arrival(e: Evaluation, entity: Entity, day: Deadline) -> str:
    """On which day the first report came, and by when it was due."""
    came = e.inputs.first_reports.get(entity.code)
    longer = extended_until(e.inputs.events).get(entity.code)
    due = date_vi(day.on(e.parameters["year"]), day.before)
    extended = f", gia hạn đến {longer:%d/%m/%Y}" if longer else ""
    arrived = f"Nhận ngày {came:%d/%m/%Y}; h" if came else "H"
    return f"{arrived}ạn {due}{extended}"


def _marks(e: Evaluation, entity: Entity, node: Node) -> Iterator[str]:
    """The marks of a criterion, from the lowest to the highest and without names, and what stands."""
    for answer in node.reads:
        if marks := e.inputs.marks.get((entity.code, answer)):
            scale = e.methodology.answers[answer].max
            stands = settle(marks, scale, 100, e.methodology.combine).value
            yield _said(marks, format_vi(_rounded(stands)))


def _said(marks: tuple[Mark, ...], stands: str) -> str:
    own = marks_vi(mark.mark for mark in own_marks(marks))
    final = [mark for mark in marks if mark.role == "adjudicator"]
    if not final:
        return f"{own}; lấy {stands}"
    why = "; ".join(mark.why for mark in final)
    return f"{own}; người thẩm định: {stands}. {why}"
