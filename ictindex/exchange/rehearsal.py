"""The dress rehearsal of the evaluator's year: made-up units fill in real forms, real commands take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from ictindex.annex import hold_edition
from ictindex.basics import Project
from ictindex.exchange import council, replies, slip_replies
from ictindex.exchange.collected import Collected
from ictindex.exchange.decisions import decision_sheet
from ictindex.exchange.form_writer import write
from ictindex.exchange.forms import appraisal
from ictindex.exchange.layout import SURVEY
from ictindex.exchange.outgoing import every_form, record_slips
from ictindex.exchange.rehearsed import CONTACT_VI, Rehearsed, staged
from ictindex.exchange.sending import send
from ictindex.exchange.slips import slip
from ictindex.exchange.views import write_views
from ictindex.facts import objections, read_inputs
from ictindex.scoring import Evaluation, read_parameters

LEAD, GRACE = 30, 10  # days from the forms to the deadline, and from it to the last one
ADJUDICATOR, COUNCIL = "td1", "hoi-dong"
# When the steps after the deadline happen, as shares of the time from it to the results.
REVIEWED, ADJUDICATED, INSPECTED, SENT, FROM, UNTIL = 0.35, 0.5, 0.55, 0.65, 0.7, 0.85
DECIDED, COMPLAINED = 0.9, 0.95
MOST_TESTS = 4  # of one service, where nobody complains


class Step(NamedTuple):
    """A step of the year, and how many things of each kind it handled."""

    step: str
    label_vi: str
    counts: dict[str, int]


def rehearse(
    edition: str,
    project: Project | None = None,
    folder: Path | None = None,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Step]:
    """Play a year of an edition with the units of its entities.csv, and leave its inputs behind.

    ``folder``: where all exchanged files are kept (by default outputs/exchange/<edition>/rehearsal); what an
    earlier rehearsal left there goes. ``progress``: steps done, of how many. The same seed gives the same
    bytes. Refused where the inputs are not marked as made up, or where the folder holds anything else. The
    inputs, and what is in outputs/exchange, are those of the whole year or, where it ends early, as before.
    """
    project = project or Project.around()
    with hold_edition(edition, project):
        inputs = project.inputs(read_parameters(edition, project)["inputs"])
        with staged(project, (inputs, project.exchange(edition))) as stage:
            year = _Year(Rehearsed(edition, stage, folder or stage.exchange(edition) / "rehearsal", seed))
            plays = (
                year.forms,
                year.first_collection,
                year.second_collection,
                year.review,
                year.adjudication,
                year.inspections,
                year.slips,
                year.answers,
                year.decisions,
                year.result,
            )
            steps = []
            for play in plays:
                steps.append(play())
                if progress:
                    progress(len(steps), len(plays))
            return steps


class _Year:
    """The steps in their order; each hands on to the next what is still to come."""

    def __init__(self, stage: Rehearsed):
        self.stage, self.made, self.folder = stage, stage.made, stage.folder

    def forms(self) -> Step:
        forms = len(self.stage.surveys)
        letters = self.stage.write_to("survey", self.made.days.from_deadline(-LEAD))
        return Step("forms", "Phát phiếu khảo sát", {"forms": forms, "letters": letters})

    def first_collection(self) -> Step:
        """What arrives before the last call; the evaluator finds out who has to mend or to send anything."""
        now, self.rest = replies.first_round(self.made)
        inbox, forms = self.folder / "surveys", self.stage.surveys
        files = replies.put_down(self.made, forms, now.sendings, inbox)
        files += replies.put_down_stranger(self.made, forms, inbox)
        collected = self.stage.take_in("surveys")
        waiting = {sending.unit for sending in now.sendings} - _in_force(collected)
        self.mending = replies.second_round(self.made, waiting)
        counts = {"files": files, **_counts(collected), **self._calls()}
        return Step("first_collection", "Thu phiếu, trả phiếu có lỗi", counts)

    def _calls(self) -> dict[str, int]:
        """On the day of the deadline: letters to who has to mend, and to who has sent nothing of use."""
        day, by = self.made.days.deadline, f"{self.made.days.from_deadline(GRACE):%d/%m/%Y}"
        letters = {kind: self.stage.write_to(kind, day, by) for kind in ("returned", "reminder")}
        return {"letters": letters["returned"], "reminders": letters["reminder"]}

    def second_collection(self) -> Step:
        """What was sent back comes again, and what was late at all; two forms are accepted as they are."""
        sendings = (*self.mending.sendings, *self.rest.sendings)
        files = replies.put_down(self.made, self.stage.surveys, sendings, self.folder / "surveys")
        extended = self.stage.add([*self.rest.events, *self.mending.events])
        collected = self.stage.take_in("surveys", self.mending.accept)
        self.reported = _in_force(collected)
        counts = {"files": files, "extensions": extended, **_counts(collected)}
        counts["without_report"] = len(self.made.entities) - len(self.reported)
        return Step("second_collection", "Thu phiếu đã sửa, phiếu chậm", counts)

    def review(self) -> Step:
        """The council appraises, reviewers mark; one sheet of each kind has to be sent twice."""
        context, stage = self.stage.context, self.stage
        inputs = read_inputs(stage.inputs.name, context.methodology, stage.project)
        several = len(context.methodology.groups) > 1
        sheets = []
        for group in context.methodology.groups:
            form = appraisal(context, f"hd-{group}", inputs, group if several else "")
            if entries := council.appraised(self.made, inputs, form):
                sheets.append((form, entries, council.without_one_reason(entries)))
        reviewers = sorted({row["reviewer"] for row in self.made.marks if row["role"] == "reviewer"})
        for form in every_form(context, stage.project, "marking", (), reviewers) if reviewers else ():
            entries = council.marked(self.made, form.sender)
            sheets.append((form, entries, council.with_one_too_high(self.made, entries)))
        spoiled: set[str] = set()
        for form, entries, wrong in sheets:
            if wrong and form.kind not in spoiled:
                spoiled.add(form.kind)
                stage.put(form, wrong, REVIEWED, "review")
                stage.take_in("review")
                stage.put(form, entries, REVIEWED, "review", 2)
            else:
                stage.put(form, entries, REVIEWED, "review")
        collected = stage.take_in("review")
        verified = [row for row in collected.ledger.answers.values() if row.get("verified")]
        counts = {"sheets": len(sheets), "sent_back": len(spoiled), **_counts(collected)}
        counts |= {"verified": len(verified), "changed": sum(bool(row["why"]) for row in verified)}
        counts["marks"] = len(collected.ledger.marks)
        return Step("review", "Thẩm định và chấm độc lập", counts)

    def adjudication(self) -> Step:
        """The third person marks what is too different and what the spot check drew; a few stay open."""
        label = "Chấm của người thứ ba, kiểm tra xác suất"
        if self.stage.context.methodology.source.review is None:
            return Step("adjudication", label, {"items": 0})
        e, context = self.stage.evaluated(), self.stage.context
        (form,) = every_form(context, self.stage.project, "adjudication", (), (ADJUDICATOR,))
        entries = council.adjudicated(self.made, e, form)
        self.stage.put(form, entries, ADJUDICATED, "adjudication")
        counts = _counts(self.stage.take_in("adjudication"))
        items = len(form.sheets[0].lines)
        counts |= {"items": items, "marked": len(entries), "open": items - len(entries)}
        return Step("adjudication", label, counts)

    def inspections(self) -> Step:
        """What inspections found before the slips go out: of services on the inspectors' own sheets."""
        counts = {"tests": self._tests()}
        counts["zeros"] = self.stage.add(self.made.zeros(self.made.days.after(SENT)))
        return Step("inspections", "Ghi kết quả kiểm tra thực tế", counts)

    def _tests(self) -> int:
        """Sheet after sheet, since what failed is tested again; how many tests come in."""
        inspectors = sorted({row["inspector"] for rows in self.made.tests.values() for row in rows})
        tests, day = 0, self.made.days.after(INSPECTED)
        for number in range(1, MOST_TESTS + 1) if inspectors else ():
            forms = every_form(self.stage.context, self.stage.project, "inspection", (), inspectors)
            several = [(form, typed) for form in forms if (typed := council.inspected(self.made, form))]
            if not several:
                break
            send(forms, self.folder / "forms")
            for form, typed in several:
                council.put_down_typed(
                    form, typed, number, day + timedelta(days=number), self.folder / "inspections"
                )
                tests += len(typed)
            self.stage.take_in("inspections")
        return tests

    def slips(self) -> Step:
        e, days = self.stage.evaluated(), self.made.days
        by = f"{days.after(UNTIL):%d/%m/%Y}"
        forms = [slip(e, entity, CONTACT_VI, by) for entity in e.inputs.entities]
        send(forms, self.folder / "slips")
        record_slips(e, days.after(SENT))
        self.sent = {form.sender: write(form) for form in forms}
        self.before: Evaluation = e
        letters = self.stage.write_to("slip", days.after(SENT), by)
        return Step("slips", "Gửi phiếu xác nhận", {"slips": len(forms), "letters": letters})

    def answers(self) -> Step:
        """Most units agree, some object, a few say nothing; two have to answer twice."""
        days, inbox = self.made.days, self.folder / "answered"
        said = slip_replies.replies(self.made, self.before, days.after(FROM), days.after(UNTIL))
        for reply in said:
            slip_replies.put_down(self.made, self.sent[reply.unit], reply, inbox)
        refused = _counts(self.stage.take_in("answered"))["refused"]
        for reply in said:
            if reply.fault:
                slip_replies.put_down(self.made, self.sent[reply.unit], slip_replies.mended(reply), inbox)
        counts = {"sent_back": refused, **_counts(self.stage.take_in("answered"))}
        happened = Counter(event.event for event in self.stage.evaluated().inputs.events)
        counts |= {"silent": len(self.sent) - len(said), "confirmed": happened["confirmed"]}
        counts["reminders"] = self.stage.write_to("slip-reminder", days.after(UNTIL))
        return Step("answers", "Thu phiếu xác nhận", counts | {"objections": happened["objection"]})

    def decisions(self) -> Step:
        """The council decides on all objections but one; later complaints cost two units their services.

        The one is cancelled by the council, the other by the test that a complaint led to.
        """
        e, days = self.stage.evaluated(), self.made.days
        zeros = e.methodology.source.zero_rules
        zeroed = {(event.entity, event.criterion) for event in e.inputs.events if event.event in zeros}
        rows = list(council.decisions(self.made, objections(e.inputs.events), zeroed, days.after(DECIDED)))
        refused = self._decide(e, rows, days.after(DECIDED), 2)
        complaint = council.cancellation(self.made, self.reported, days.after(COMPLAINED))
        if complaint:
            self._decide(self.stage.evaluated(), complaint, days.after(COMPLAINED), 3)
        rows += complaint
        failed = self._complained({row["entity"] for row in complaint}, days.after(COMPLAINED))
        outcomes = Counter(one.outcome for one in objections(self.stage.evaluated().inputs.events))
        decided = Counter(row["event"] for row in rows)
        counts = {**decided, "open": outcomes["open"], "sent_back": refused}
        counts |= {"complaints": failed} if failed else {}
        return Step("decisions", "Giải quyết kiến nghị", counts)

    def _complained(self, spared: set[str], day: date) -> int:
        """An inspector notes a complaint about a service, tests it again and finds it so; how many."""
        about = council.complaint(self.made, self.stage.evaluated(), spared) if self.made.tests else None
        if about is None:
            return 0
        stage, inbox, later = self.stage, self.folder / "inspections", day + timedelta(days=1)
        (form,) = every_form(stage.context, stage.project, "inspection", (), [about.inspector])
        council.put_down_typed(form, {}, MOST_TESTS + 1, day, inbox, [council.noted(self.made, about, day)])
        stage.take_in("inspections")
        (form,) = every_form(stage.context, stage.project, "inspection", (), [about.inspector])
        send([form], self.folder / "forms")
        typed = council.failed_again(form, about, later)
        council.put_down_typed(form, typed, MOST_TESTS + 2, later, inbox)
        stage.take_in("inspections")
        return 1

    def _decide(self, e: Evaluation, rows: list[council.Row], day: date, number: int) -> int:
        """The council's sheet comes in; the first time without the paper of one decision, which is told."""
        inbox, form = self.folder / "decisions", decision_sheet(self.stage.context, COUNCIL, e)
        send([form], self.folder / "forms")
        typed = council.decided(rows, form)
        refused = 0
        if number == 2 and typed:
            lacking = {**typed, min(typed): {**typed[min(typed)], "paper": ""}}
            council.put_down_typed(form, lacking, 1, day - timedelta(days=1), inbox)
            refused = _counts(self.stage.take_in("decisions"))["refused"]
        council.put_down_typed(form, typed, number, day, inbox)
        self.stage.take_in("decisions")
        return refused

    def result(self) -> Step:
        e = self.stage.evaluated()
        ranked = sum(one.rank is not None for several in e.standings.values() for one in several)
        counts = {"units": len(e.inputs.entities), "ranked": ranked, "answers": len(e.inputs.stated)}
        counts |= {"events": len(e.inputs.events), "received": len(e.inputs.received)}
        counts["views"] = len(write_views(e.edition, e.project, folder=self.folder / "views"))
        told = {kind: self.stage.write_to(kind, self.made.days.results) for kind in ("result", "cancelled")}
        counts |= {"letters": told["result"], "cancellations": told["cancelled"]}
        self.stage.put_away()
        return Step("result", "Số liệu của kỳ đánh giá", counts)


def _in_force(collected: Collected) -> set[str]:
    """The units whose survey has been taken."""
    taken = ("used", "accepted")
    rows = collected.ledger.received.values()
    return {row["sender"] for row in rows if row["form"] == SURVEY and row["state"] in taken}


def _counts(collected: Collected) -> dict[str, int]:
    states = {state: collected.states[state] for state in ("used", "accepted", "superseded", "refused")}
    more = {"findings": len(collected.findings), "remarks": len(collected.odd)}
    return {**states, **more, "orphans": len(collected.orphans)}
