"""What a council's sheet of decisions comes to: what it lacks, and the events that follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ictindex.basics import Finding, found
from ictindex.exchange.layout import DECIDED_VI, FIELDS
from ictindex.exchange.ledger import Cells, Ledger
from ictindex.exchange.matters import DOUBT, OBJECTION, matter_of, offered, read_by
from ictindex.exchange.returned import Entry, Returned, ReturnedLine
from ictindex.facts import FOUND_TRUE, Came, Entity, anything_came, moment, subjects_of
from ictindex.methodology import Methodology
from ictindex.procedure import NUMERIC


def written(text: str, code: str, ledger: Ledger, methodology: Methodology) -> str:
    """A value as the file writes it, with its decimal mark."""
    spec = methodology.answers.get(code)
    numeric = spec is None or spec.kind in NUMERIC
    return text.replace(".", ledger.mark) if numeric else text


@dataclass
class Deciding:
    """Decisions held against the ledger as it is so far."""

    ledger: Ledger
    methodology: Methodology
    entities: Mapping[str, Entity] = field(default_factory=dict)

    def lacking(self, returned: Returned, line: ReturnedLine) -> Iterator[Finding]:
        """What a decision lacks: one that the matter offers, why, who, by which paper, and until when."""
        kind, (decided, *cells) = matter_of(line.code)[0], self._said_of(line)
        may = offered(kind, self.methodology)
        if decided.text and decided.text not in may:
            known = "; ".join(DECIDED_VI[key] for key in may)
            yield found("form-not-offered", returned.file, None, decided.cell,
                        value=DECIDED_VI[decided.text], known=known)  # fmt: skip
        elif decided.text and may[decided.text]:
            wanted = ["why", "who", "paper", *(["until"] if decided.text == "extended" else [])]
            for key, entry in zip(("why", "who", "paper", "until"), cells, strict=True):
                if key in wanted and not entry.text:
                    facts = {"label": FIELDS[key].label_vi, "entity": self._name(line)}
                    yield found(
                        "decision-incomplete", returned.file, None, entry.cell or decided.cell, **facts
                    )
            (about, *_), event, _ = self._decided(line)
            objection = self._last(about, "objection")
            if event == "upheld" and objection and not self._rests_on_anything(about, objection):
                at = moment(objection["at"], end=False)
                facts = {"entity": self._name(line), "at": f"{at:%d/%m/%Y}"}
                yield found("granted-in-words", returned.file, None, decided.cell, **facts)

    def events(self, returned: Returned) -> Iterator[tuple[Cells, str]]:
        """Decisions as events, and their cells; none for what changes nothing (not extended)."""
        for line in returned.lines:
            decided, why, who, paper, until = self._said_of(line)
            subjects, event, value = self._decided(line)
            said = {
                "event": event,
                "value": value if event in ("correction", FOUND_TRUE) else "",
                "until": until.text if event == "extension" else "",
                "why": why.text,
                "who": who.text,
                "paper": paper.text,
            }
            for about in subjects if event else ():
                yield about | said, decided.cell

    def _decided(self, line: ReturnedLine) -> tuple[list[Cells], str, str]:
        """What a line of decisions is about, the event that follows there ('' for none) and its value."""
        kind, criterion, answer = matter_of(line.code)
        about = {"entity": line.entity, "criterion": criterion, "answer": answer}
        event = offered(kind, self.methodology).get(self._said_of(line)[0].text, "")
        value = line.said("new").text
        if kind == OBJECTION and event == "upheld":
            value = written(value, answer, self.ledger, self.methodology) or (
                self._last(about, "objection") or {}
            ).get("value", "")
            zero = self._last(about, *self.methodology.source.zero_rules)
            event = "correction" if value and answer else "restored" if zero and criterion else event
        elif event == FOUND_TRUE:
            value = self.ledger.answers.get((line.entity, answer), {}).get("value", "")
        elif kind == DOUBT and event:
            reading = read_by(self.methodology, answer, self.entities.get(line.entity))
            return [about | {"criterion": leaf.id, "answer": ""} for leaf in reading], event, value
        return [about], event, value

    def _rests_on_anything(self, about: Cells, objection: Cells) -> bool:
        """Whether a mark, document, test or figure came for an objection that is granted without a value."""
        since = moment(objection["at"], end=False)
        subjects = subjects_of(about["criterion"], about["answer"], self.methodology)
        return since is None or anything_came(self._came(), about["entity"], subjects, since)

    def _came(self) -> Iterator[Came]:
        """What the ledger holds that may come for an objection, as far as it says its day."""
        of, ledger = self.methodology.source.online_services, self.ledger
        again = (m for m in ledger.marks if m["role"] == "adjudicator" or m.get("round") == "2")
        moves = (event for event in ledger.events if event["event"] in ("correction", "restored"))
        several = [
            *((row, row["answer"]) for row in ledger.evidence),
            *((row, row["answer"]) for row in again),
            *((row, row["answer"]) for row in ledger.answers.values() if row.get("verified")),
            *((row, of.counted_as) for row in ledger.service_tests if of),
            *((row, row["answer"] or row["criterion"]) for row in moves),
        ]
        for row, what in several:
            if at := moment(row.get("at") or "", end=False):
                yield row["entity"], what, at

    def _name(self, line: ReturnedLine) -> str:
        entity = self.entities.get(line.entity)
        return entity.label_vi if entity else line.entity

    def _said_of(self, line: ReturnedLine) -> list[Entry]:
        return [line.said(key) for key in ("decided", "why", "who", "paper", "until")]

    def _last(self, about: Cells, *events: str) -> Cells | None:
        """The last event of some kind about something; a zero only where it has not been taken back."""
        rows = [row for row in self.ledger.events if all(row.get(k, "") == v for k, v in about.items())]
        if "objection" not in events:
            rows = [row for row in rows if row["event"] in (*events, "restored")]
            rows = rows if rows and rows[-1]["event"] != "restored" else []
        return next((row for row in reversed(rows) if row["event"] in events), None)
