"""Clean forms become rows of the inputs: answers, marks, evidence, events, and the register of what came.

Works on rows in memory; every row that enters says from which file (by digest) and cell it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import product
from types import MappingProxyType

from ictindex.basics import Finding, found
from ictindex.exchange import layout
from ictindex.exchange.batch import (
    ACCEPTED,
    FATAL,
    REFUSED,
    SUPERSEDED,
    USED,
    Verdict,
    refused_after_all,
    sending_of,
)
from ictindex.exchange.confidential import is_withheld
from ictindex.exchange.deciding import Deciding, written
from ictindex.exchange.documents import Reference
from ictindex.exchange.layout import criterion_of
from ictindex.exchange.ledger import COLUMNS, Cells, Key, Ledger, by
from ictindex.exchange.returned import Entry, Returned, ReturnedLine
from ictindex.exchange.service_sheets import found_rows, kept_beside, service_rows, wrong_tests
from ictindex.facts import (
    ANSWERS,
    EVENTS,
    EVIDENCE,
    MARKS,
    NAMED_BY,
    RECEIVED,
    SERVICES,
    TESTS,
    WITHHELD,
    Entity,
    moment,
)
from ictindex.methodology import Methodology
from ictindex.page import neutral
from ictindex.procedure import NUMERIC, value_of

Linked = Mapping[tuple[str, str], list[Reference]]  # digest of a form, cell -> what it names

_APPRAISED = ("verified", "why", "who", "at")


def enter(
    ledger: Ledger,
    verdicts: Iterable[Verdict],
    methodology: Methodology,
    linked: Linked,
    entities: Mapping[str, Entity] = MappingProxyType({}),
) -> tuple[list[Verdict], list[Finding]]:
    """Enter the forms that are clean or accepted, one after the other, and register them all.

    The verdicts as they are afterwards (an appraisal without reasons is refused after all), and what the
    evaluator has to look at: answers to be appraised again.
    """
    entering = _Entering(ledger, methodology, linked, entities)
    verdicts = list(verdicts)
    after = list(verdicts)
    # Decisions last: the marks and papers that they rest on may come with them.
    for i in sorted(range(len(verdicts)), key=lambda i: verdicts[i].returned.form == layout.DECISIONS):
        if verdicts[i].returned.form == layout.DECISIONS:
            entering.put_back()
        after[i] = entering.enter(verdicts[i])
    entering.put_back()
    _register(ledger, after)
    for table, key in ((MARKS, _mark_key), (EVIDENCE, _evidence_key), (RECEIVED, _received_key)):
        if table in ledger.changed:
            _sort(ledger, table, key)
    return after, entering.todo


def _mark_key(row: Cells) -> tuple:
    return row["entity"], row["answer"], row["role"], row["reviewer"]


def _mark_said(row: Cells) -> tuple:
    """A mark with its reason, whichever sending of the sheet it came with."""
    return (*_mark_key(row), row["mark"], row["why"])


def _evidence_key(row: Cells) -> tuple:
    return row["entity"], row["answer"], row["file"], row["reference"], row.get("note", "")


def _received_key(row: Cells) -> tuple:
    return row["sender"], row["form"], sending_of(row), row["at"], row["sha256"]


def _sort(ledger: Ledger, table: str, key) -> None:
    if table == RECEIVED:
        ledger.received = {row["sha256"]: row for row in sorted(ledger.received.values(), key=key)}
    else:
        getattr(ledger, table.removesuffix(".csv")).sort(key=key)


class _Entering:
    """One entering of many forms: ``todo`` grows as it goes."""

    def __init__(
        self, ledger: Ledger, methodology: Methodology, linked: Linked, entities: Mapping[str, Entity]
    ):
        self.ledger, self.methodology, self.linked = ledger, methodology, linked
        self.deciding = Deciding(ledger, methodology, entities)
        self.todo: list[Finding] = []
        # By unit, and each answer by its code: going through all rows for each form takes their product.
        self.listed, self.proofs = by(ledger.services, "entity"), by(ledger.evidence, "entity")
        self.codes = dict.fromkeys((*methodology.answers, *(code for _, code in ledger.answers)))
        self.known = {tuple(sorted(_said(event))) for event in ledger.events}
        self.declared_at: dict[str, date] = {}  # unit -> when the survey in force arrived
        for row in ledger.received.values():
            at = moment(row["at"], end=False)
            if row["form"] == layout.SURVEY and row["state"] in (USED, ACCEPTED) and at:
                self.declared_at[row["sender"]] = at.date()

    @property
    def services(self) -> list[Cells]:
        """The lists of all units as they are now."""
        return [row for rows in self.listed.values() for row in rows]

    def put_back(self) -> None:
        """The rows of all units as they are now, for whoever reads the ledger itself."""
        self.ledger.services[:] = self.services
        if EVIDENCE in self.ledger.changed:
            self.ledger.evidence[:] = [row for rows in self.proofs.values() for row in rows]

    def enter(self, verdict: Verdict) -> Verdict:
        returned = verdict.returned
        if not verdict.enters:
            wrong = self._wrong(returned) if verdict.state == REFUSED and not verdict.fatal else []
            return refused_after_all(verdict, wrong) if wrong else verdict
        wrong = self._wrong(returned)
        if not wrong:
            self._entered[returned.form](verdict)
        elif verdict.state != SUPERSEDED:  # else what was wrong with it, the newer one has mended
            return refused_after_all(verdict, wrong)
        return verdict

    @property
    def _entered(self) -> dict[str, Callable[[Verdict], None]]:
        return {
            layout.SURVEY: self._survey,
            layout.APPRAISAL: self._appraisal,
            layout.MARKING: self._marks,
            layout.ADJUDICATION: self._marks,
            layout.SLIP: self._slip,
            layout.DECISIONS: self._decisions,
            layout.INSPECTION: self._tests,
        }

    def _wrong(self, returned: Returned) -> list[Finding]:
        """The reasons that a council's sheet lacks, told with whatever else is wrong with it."""
        unread = {finding.column for finding in returned.findings} - {""}
        wrong = []
        if returned.form == layout.INSPECTION:
            wrong += wrong_tests(returned, self.services, self.ledger.service_tests)
        for line in returned.lines:
            why = line.said("why")
            if returned.form == layout.DECISIONS:
                wrong += self.deciding.lacking(returned, line)
            elif returned.form == layout.ADJUDICATION:
                mark = line.said("mark")
                if (mark.text or mark.cell in unread) and not why.text:
                    wrong.append(found("adjudication-without-why", returned.file, None, mark.cell))
            elif returned.form == layout.APPRAISAL and line.code in self.methodology.answers:
                stands, key = line.said("verified"), (line.entity, line.code)
                declared, text = (
                    self._row(key)["value"],
                    written(stands.text, line.code, self.ledger, self.methodology),
                )
                if ((stands.text and text != declared) or stands.cell in unread) and not why.text:
                    facts = {"entity": key[0], "answer": key[1], "declared": declared or "—"}
                    facts["verified"] = text or "—"
                    wrong.append(found("appraised-without-why", returned.file, None, stands.cell, **facts))
        return wrong

    def _decisions(self, verdict: Verdict) -> None:
        """What a sheet sent again says again, on another day, stays as it was first."""
        for said, cell in self.deciding.events(verdict.returned):
            said |= {key: _free(said[key]) for key in ("why", "who", "paper")}
            if not any(all(row.get(k, "") == v for k, v in said.items()) for row in self.ledger.events):
                self._event(verdict, **said, source=_source(verdict.returned, cell))

    def _row(self, key: Key) -> Cells:
        return self.ledger.answers.get(key, {"entity": key[0], "answer": key[1], "value": ""})

    def _survey(self, verdict: Verdict) -> None:
        """What a unit declares replaces what it declared before; its appraisal stays where both agree."""
        returned, unit = verdict.returned, verdict.returned.sender
        keys = ((unit, code) for code in self.codes)
        before = {key: self.ledger.answers[key] for key in keys if key in self.ledger.answers}
        asked = {line.code for line in returned.lines if line.code in self.methodology.answers}
        for key, row in before.items():
            if key[1] in asked or row.get("source"):
                del self.ledger.answers[key]
        for line in returned.lines:
            if line.code in asked:
                key = (unit, line.code)
                self.ledger.answers[key] = self._declared(verdict, line, before.get(key))
        self._services(verdict, {line.code: line for line in returned.lines})
        for key, row in before.items():
            if key not in self.ledger.answers and row.get("verified"):
                self._again(verdict, key, "")
        self.proofs[unit] = [row for row in self.proofs.get(unit, ()) if row.get("note")]
        self._evidence(verdict, "")
        self._event(verdict, event="reported", source=_source(returned, layout.COVER_SHEET))
        self.declared_at[unit] = verdict.at
        self.ledger.changed |= {ANSWERS}

    def _services(self, verdict: Verdict, lines: Mapping[str, ReturnedLine]) -> None:
        """A unit's list replaces the one before; a service that was tested stays, and the evaluator is told.

        Of services that are a state secret there is no list; who says nothing of them leaves what is there.
        """
        of, unit = self.methodology.source.online_services, verdict.returned.sender
        given = lines.get(of.counted_as) if of else None
        if given is None:
            return
        rows = [] if is_withheld(given) else service_rows(verdict.returned)
        if not rows and not is_withheld(given) and given.said("answer").text != "0":
            return
        named = {row["service"] for row in rows}
        tested = {row["service"] for row in self.ledger.service_tests if row["entity"] == unit}
        listed = self.listed.get(unit, [])
        for row in listed:
            if row["service"] in tested - named:
                rows.append(row)
                facts = {"entity": unit, "service": row["service"]}
                self.todo.append(found("service-no-longer-listed", verdict.returned.file, **facts))
        if listed != rows:
            self.listed[unit] = rows
            self.ledger.changed |= {SERVICES}

    def _tests(self, verdict: Verdict) -> None:
        """What an inspector found; a sheet sent again replaces what it said of the same tests."""
        returned = verdict.returned
        kept = kept_beside(returned, self.ledger.service_tests)
        several = found_rows(returned)
        for line, row in several:
            entry = line.said("recording")
            linked = self.linked.get((returned.sha256, entry.cell), ()) if entry.text else ()
            row["recording"] = neutral("; ".join(one.file or one.reference for one in linked))
        self.ledger.service_tests[:] = [*kept, *(row for _, row in several)]
        self.ledger.changed |= {TESTS}

    def _declared(self, verdict: Verdict, line: ReturnedLine, before: Cells | None) -> Cells:
        returned, spec = verdict.returned, self.methodology.answers[line.code]
        answer, state = line.said("answer"), line.said("state")
        if state.text == WITHHELD:  # where a form is accepted that has both, the secret is kept
            answer = Entry()
        row = {
            "entity": returned.sender,
            "answer": line.code,
            "value": written(answer.text, line.code, self.ledger, self.methodology),
            "state": state.text if not answer.text else "",
            "note": _free(line.said("note").text),
            "source": _source(returned, answer.cell or state.cell),
        }
        if not row["value"] and not row["state"]:
            row["state"] = "missing"
        if before is None:
            return row
        marked = (
            before["value"].replace(",", ".") if spec.kind in NUMERIC and self.ledger.mark == "," else None
        )
        old, new = value_of(marked or before["value"], spec), value_of(answer.text, spec)
        found_false = before.get("state", "").startswith("zero_")
        if old == new and (found_false or before.get("state", "") == row["state"]):
            kept = {column: before[column] for column in _APPRAISED if before.get(column)}
            return row | kept | ({"state": before["state"]} if found_false and answer.text else {})
        if before.get("verified") or found_false:
            self._again(verdict, (returned.sender, line.code), answer.cell)
        return row

    def _again(self, verdict: Verdict, key: Key, cell: str) -> None:
        facts = {"entity": key[0], "answer": key[1]}
        self.todo.append(found("appraise-again", verdict.returned.file, None, cell, **facts))

    def _appraisal(self, verdict: Verdict) -> None:
        """What appraisers let stand, signed."""
        returned, rows = verdict.returned, {}
        for line in returned.lines:
            stands, why = line.said("verified"), line.said("why")
            if not stands.text or line.code not in self.methodology.answers:
                continue
            key = (line.entity, line.code)
            if self.declared_at.get(line.entity, verdict.at) > verdict.at:
                self._again(verdict, key, stands.cell)  # the unit declared anew after this was appraised
                continue
            signed = {"who": _signed(returned), "at": verdict.at.isoformat()}
            text = written(stands.text, line.code, self.ledger, self.methodology)
            rows[key] = self._row(key) | {"verified": text, "why": _free(why.text), **signed}
        if rows:
            self.ledger.answers |= rows
            self.ledger.changed |= {ANSWERS}

    def _marks(self, verdict: Verdict) -> None:
        """A reviewer's sheet replaces the one before."""
        returned = verdict.returned
        role = "adjudicator" if returned.form == layout.ADJUDICATION else "reviewer"
        rows = [
            {
                "entity": line.entity,
                "answer": line.code,
                "reviewer": returned.sender,
                "role": role,
                "mark": mark.text.replace(".", self.ledger.mark),
                "why": _free(line.said("why").text),
            }
            for line in returned.lines
            if (mark := line.said("mark")).text
        ]
        own = (returned.sender, role)
        before = {_mark_said(row): row.get("at", "") for row in self.ledger.marks}
        for row in rows:
            row["at"] = before.get(_mark_said(row), verdict.at.isoformat())
        kept = [
            row
            for row in self.ledger.marks
            if (row["reviewer"], row["role"]) != own or row.get("round") == "2"
        ]
        self.ledger.marks[:] = [*kept, *rows]
        self.ledger.changed |= {MARKS}

    def _slip(self, verdict: Verdict) -> None:
        """A unit agrees, or objects line by line with grounds and evidence."""
        returned = verdict.returned
        objections = list(objected(returned))
        if not objections:
            self._event(verdict, event="confirmed", source=_source(returned, layout.COVER_SHEET))
        for line in objections:
            requested, grounds = (line.said(key) for key in ("requested", "grounds"))
            self._event(
                verdict,
                event="objection",
                **self._subject(line.code),
                value=written(requested.text, line.code, self.ledger, self.methodology),
                why=_free(grounds.text),
                source=_source(returned, requested.cell or grounds.cell),
            )
        self._evidence(verdict, layout.KIND_VI[layout.SLIP])

    def _subject(self, code: str) -> Cells:
        """An answer, or a criterion: a mark is objected to at the criterion that it is for."""
        if criterion := criterion_of(code):
            return {"criterion": criterion}
        if self.methodology.answers[code].kind != "mark":
            return {"answer": code}
        return {"criterion": next(n.id for n in self.methodology.leaves if code in n.reads)}

    def _evidence(self, verdict: Verdict, note: str) -> None:
        returned = verdict.returned
        for line in returned.lines:
            entry, unit = line.said("evidence"), line.entity or returned.sender
            documents = self.linked.get((returned.sha256, entry.cell), ()) if entry.text else ()
            for one, answer in product(documents, self._proven(unit, line.code)):
                row = {
                    "entity": unit,
                    "answer": answer,
                    "file": neutral(one.file),
                    "sha256": one.sha256,
                    "reference": _free(one.reference),
                    "at": verdict.at.isoformat(),
                    "note": note,
                }
                held = self.proofs.setdefault(unit, [])
                if row not in held:
                    held.append(row)
        self.ledger.changed |= {EVIDENCE}

    def _proven(self, unit: str, code: str) -> list[str]:
        """The answers that a document at a line of a form is for: at a criterion, the unit's own below it."""
        if not (criterion := criterion_of(code)):
            return [code] if code in self.methodology.answers else []
        below = [leaf for leaf in self.methodology.leaves if leaf.within(criterion)]
        return [
            answer
            for answer in dict.fromkeys(answer for leaf in below for answer in leaf.reads)
            if self.methodology.answers[answer].kind == "mark" or (unit, answer) in self.ledger.answers
        ]

    def _event(self, verdict: Verdict, **cells: str) -> None:
        """Add an event, unless it is already there."""
        returned = verdict.returned
        row = dict.fromkeys(COLUMNS[EVENTS], "") | {
            "entity": returned.sender,
            "at": verdict.at.isoformat(),
            "who": _signed(returned),
            **cells,
        }
        if (said := tuple(sorted(_said(row)))) not in self.known:
            self.known.add(said)
            self.ledger.events.append(row)
            self.ledger.changed |= {EVENTS}


def objected(returned: Returned) -> Iterable[ReturnedLine]:
    """The lines of a slip that the unit does not agree with."""
    return (line for line in returned.lines if any(line.said(k).text for k in ("requested", "grounds")))


def _said(row: Cells) -> Iterable[tuple[str, str]]:
    return ((column, cell) for column, cell in row.items() if cell)


def _source(returned: Returned, cell: str) -> str:
    return f"{returned.sha256[:NAMED_BY]}!{cell}"


def _signed(returned: Returned) -> str:
    return _free(returned.signed_by) or returned.sender


def _free(text: str) -> str:
    """What somebody wrote, on one line, as no spreadsheet takes for a formula."""
    return neutral(" ".join(text.split()))


def _register(ledger: Ledger, verdicts: Iterable[Verdict]) -> None:
    """Every form that was read, once per digest; one that was recorded keeps its file and its day."""
    top: dict[tuple[str, str], int] = {}
    for verdict in verdicts:
        returned = verdict.returned
        form, sender = verdict.addressed
        fresh = {
            "sender": _free(sender),
            "form": form,
            "sending": str(returned.sending),
            "file": neutral(returned.file),
            "sha256": returned.sha256,
            "at": verdict.at.isoformat() if verdict.at else "",
            "content": returned.content if returned.lines else "",
        }
        if not fresh["at"]:
            continue  # nobody knows when it came: it waits for the evaluator, who is told
        row = {**fresh, **ledger.received.get(returned.sha256, {})}
        row |= {"state": verdict.state, "why": _free(verdict.why)}
        if verdict.state in (USED, ACCEPTED):
            top[returned.form, returned.sender] = returned.sending
        if ledger.received.get(returned.sha256) != row:
            ledger.received[returned.sha256] = row
            ledger.changed |= {RECEIVED}
    for row in ledger.received.values():
        number = top.get((row["form"], row["sender"]), 0)
        in_line = row["state"] in (USED, ACCEPTED, REFUSED) and not FATAL & set(row["why"].split(", "))
        if in_line and sending_of(row) < number:
            row |= {"state": SUPERSEDED, "why": f"Đã có lần gửi {number}"}
            ledger.changed |= {RECEIVED}
