"""What one unit may see of an edition: its own figures, points, ranks, messages and history, nobody else's.

Of other units it sees what a ranking publishes: how many there are, the median and the best result. A figure
of another unit that a rule measures against (``of_largest``) is named in words and not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from ictindex.facts import Entity, came_from, extended_until, last_moment, objections, restored_by
from ictindex.methodology import ZERO_REASONS
from ictindex.page import frames, results, standing, year_steps
from ictindex.page.shown import printed
from ictindex.page.words import EVENT_VI, FIRST_FILE_VI, FORM_VI, date_vi
from ictindex.page.worked import number_vi
from ictindex.scoring import Evaluation

Record = Mapping[str, Any]
_TOLD_OF = ("jump", "as_last_year", "monitored", "round")  # remarks that name no other unit
_OWN_FORMS = ("survey", "slip")
_FAULTY = ("refused", "unreadable")


class Happened(NamedTuple):
    """A line of a unit's history."""

    at: datetime
    what: str
    about: str
    why: str
    paper: str = ""
    event: str = ""
    subject: str = ""  # the criterion; '' of the whole report

    @property
    def day(self) -> str:
        return f"{self.at:%d/%m/%Y}"


def own_tables(e: Evaluation) -> dict[str, list[Record]]:
    """Rows by table, each with its ``unit``: what stands in a unit's rows is all that it may see.

    points, categories, ranking, positions, profiles and changes, with the columns of the words of the page;
    answers without who verified them.
    """
    points = frames.points(e)
    points["rule"] = [_own_rule(e, row) for row in points.to_dict("records")]
    categories = frames.add_up(points, e)
    ranking = frames.rank(categories, e)
    answers = frames.answers(e).drop(columns="who")
    made = {"points": points, "categories": categories, "ranking": ranking, "answers": answers}
    made |= {"positions": standing.positions(e), "profiles": standing.profiles(e)}
    made |= {"changes": results.changes(e), "exceptions": results.exceptions(e)}
    return {name: frame.to_dict("records") for name, frame in made.items()}


def _own_rule(e: Evaluation, row: Record) -> str:
    """The rule with the unit's own figures; the largest of the group in words, unless it is the unit's."""
    largest = e.scores.references.get((row["criterion"], row["group"]))
    if largest is None or not row["rule"] or (row["unit"] in largest.entities and not largest.spread):
        return row["rule"]
    if largest.spread is not None:
        return "theo cách tính của tiêu chí; số liệu của các đơn vị khác trong nhóm không nêu ở đây"
    return row["rule"].replace(f" : {number_vi(largest.value)})", " : giá trị lớn nhất của nhóm)")


@dataclass(frozen=True)
class Messages:
    """What the office has to say to a unit now: what lacks, is late, sent back, to be answered, undecided."""

    e: Evaluation

    def to(self, entity: Entity) -> list[str]:
        return [
            *_of_the_report(self.e, entity),
            *_of_the_slip(self.e, entity),
            *self._of_figures.get(entity.code, ()),
        ]

    @cached_property
    def _of_figures(self) -> dict[str, list[str]]:
        """Unit -> figures to look at again, and criteria without evidence."""
        told: dict[str, list[str]] = {}
        for row in year_steps.remarks(self.e).to_dict("records"):
            if row["kind"] in _TOLD_OF:
                against = f", đối chiếu với {printed(row['against'])}" if row["against"] is not None else ""
                value = f": {printed(row['value'])}{against}" if row["value"] is not None else ""
                text = f"Nên xem lại “{row['answer_name']}”{value} ({row['kind_name'].lower()})."
                told.setdefault(row["unit"], []).append(text)
        for row in year_steps.evidence(self.e).to_dict("records"):
            text = f"Chưa có tài liệu kiểm chứng cho “{row['criterion_name']}”."
            told.setdefault(row["unit"], []).append(text)
        return told


def _of_the_report(e: Evaluation, entity: Entity) -> Iterator[str]:
    deadline, came = e.methodology.report_deadline, e.inputs.first_reports.get(entity.code)
    files = [one for one in e.inputs.received if (one.sender, one.form) == (entity.code, "survey")]
    until = extended_until(e.inputs.events).get(entity.code)
    due = last_moment(deadline, e.parameters["year"]) if deadline else None
    due = max(filter(None, (due, until)), default=None)
    if came is None and (files or e.inputs.received):
        term = f" Hạn gửi: {date_vi(deadline.on(e.parameters['year']), deadline.before)}." if deadline else ""
        yield f"Chưa có báo cáo dùng được.{term}"
    if came and due and came > due:
        yield f"Báo cáo được tính từ ngày {came:%d/%m/%Y}, sau hạn {due:%d/%m/%Y}."
    # Of several that came in one day the one that stands, if there is any, came last.
    last = max(files, key=lambda one: (one.at, one.state not in _FAULTY), default=None)
    if last and last.state in _FAULTY:
        yield f"{FIRST_FILE_VI[last.state]}, nhận ngày {last.at:%d/%m/%Y}: đề nghị gửi lại phiếu đã sửa."


def _of_the_slip(e: Evaluation, entity: Entity) -> Iterator[str]:
    own = [event for event in e.inputs.events if event.entity == entity.code]
    sent = max((event.at for event in own if event.event == "slip"), default=None)
    if sent and not any(event.event in ("confirmed", "objection") and event.at >= sent for event in own):
        yield f"Phiếu xác nhận gửi ngày {sent:%d/%m/%Y} chưa được trả lời."
    for one in objections(own):
        if one.outcome == "open":
            yield f"Đề nghị điều chỉnh “{subject_vi(e, one)}” ngày {one.at:%d/%m/%Y} chưa được giải quyết."


def history(e: Evaluation, entity: Entity) -> list[Happened]:
    """What happened to a unit's report, day by day: files that came, events, decisions with their papers."""
    came = [
        Happened(one.at, f"Nhận {FORM_VI[one.form]}", one.file.rpartition("/")[2], FIRST_FILE_VI[one.state])
        for one in e.inputs.received
        if one.sender == entity.code and one.form in _OWN_FORMS
    ]
    happened = []
    for event in e.inputs.events:
        if event.entity == entity.code:
            until = f"đến {event.until:%d/%m/%Y}" if event.until else ""
            told = (subject_vi(e, event), event.text, until)
            what = (event.at, EVENT_VI[event.event], ": ".join(filter(None, told)))
            happened.append(Happened(*what, event.why, event.paper))
    return sorted([*came, *happened], key=lambda one: one.at)


def subject_vi(e: Evaluation, one: Any) -> str:
    """What an event or an objection is about, by name; '' of the whole report."""
    if one.answer:
        return e.methodology.answers[one.answer].label_vi
    if not one.criterion:
        return ""
    node = e.methodology.by_id[one.criterion]
    return " ".join(filter(None, (node.number, node.label_vi)))


def years(e: Evaluation, entity: Entity) -> list[tuple[str, str, str]]:
    """Year, rank and value of a unit, this year and those before it, as far as each year names its last."""
    told, at, now = [], e, entity
    while True:
        s = at.at(at.methodology.root)[now.code]
        told.append((str(at.parameters["year"]), printed(s.rank), printed(s.printed)))
        earlier = at.previous.inputs.entities if at.previous is not None else ()
        before = came_from([now], earlier)[now.code]
        if not before:
            return told
        at, now = at.previous, before[0]


def year_before(e: Evaluation, entity: Entity) -> str:
    """A unit's rank and value of the year before, in words; '' where there is none."""
    return "; ".join(f"năm {year}: {value}, hạng {rank}" for year, rank, value in years(e, entity)[1:2])


def decided_zeros(e: Evaluation, entity: Entity) -> list[Happened]:
    """The zeros of a unit that were decided and not taken back, with why and by which paper."""
    own = [event for event in e.inputs.events if event.entity == entity.code]
    taken_back = {zero for zeros in restored_by(own).values() for zero in zeros}
    return [
        Happened(
            one.at, EVENT_VI[one.event], subject_vi(e, one), one.why, one.paper, one.event, one.criterion
        )
        for one in own
        if one.event in ZERO_REASONS and one not in taken_back
    ]
