"""What one collection came to: a verdict on each form, what is odd in the figures, what is left to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ictindex.basics import Finding, format_vi, found
from ictindex.exchange.batch import ACCEPTED, FATAL, REFUSED, UNREADABLE, USED, Recorded, Verdict, sending_of
from ictindex.exchange.forms import Context
from ictindex.exchange.layout import SURVEY
from ictindex.exchange.ledger import Ledger, numeric_texts
from ictindex.exchange.returned import Returned
from ictindex.procedure import Figures, Remark, figures, remarks


class Odd(NamedTuple):
    """A remark, and how the unit is told."""

    remark: Remark
    finding: Finding


@dataclass(frozen=True)
class Collected:
    """One collection: what became of each form, what is odd, and what the evaluator has to do.

    ``orphans``: files that no form names; ``entered``: the files of the inputs that changed; ``written``:
    every file written, from the project's root.
    """

    context: Context
    ledger: Ledger
    verdicts: tuple[Verdict, ...]
    odd: tuple[Odd, ...] = ()
    todo: tuple[Finding, ...] = ()
    orphans: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    @property
    def edition(self) -> str:
        return self.context.edition

    @cached_property
    def states(self) -> Counter[str]:
        """How many forms were used, accepted, superseded and refused."""
        return Counter(verdict.state for verdict in self.verdicts)

    @cached_property
    def answered(self) -> frozenset[str]:
        """The digests of what was sent back or could not be read, and has a later form in its place."""
        return frozenset(
            verdict.returned.sha256
            for verdict in self.verdicts
            if verdict.state in (REFUSED, UNREADABLE)
            and any(_answers(row, verdict) for row in self.ledger.received.values())
        )

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is still to be mended."""
        verdicts = (verdict for verdict in self.verdicts if verdict.returned.sha256 not in self.answered)
        return tuple(finding for verdict in verdicts for finding in verdict.findings)

    def as_dict(self) -> dict[str, Any]:
        """The collection as one JSON object."""
        return {
            "edition": self.edition,
            "states": dict(self.states),
            "findings": [finding.as_dict() for finding in self.findings],
            "remarks": [each.finding.as_dict() for each in self.odd],
            "to do": [finding.as_dict() for finding in self.todo],
            "orphans": list(self.orphans),
            "entered": list(self.entered),
            "written": list(self.written),
        }


def _answers(row: Recorded, verdict: Verdict) -> bool:
    """Whether a form that is recorded stands in the place of one that was sent back or could not be read.

    It has a higher number; of what cannot be read, or is no form of this sender, nobody knows the number, and
    the day tells.
    """
    wrong = FATAL.intersection(row["why"].split(", "))
    good = row["state"] in (USED, ACCEPTED) or (row["state"] == REFUSED and not wrong)
    if not good or (row["form"], row["sender"]) != verdict.addressed:
        return False
    if sending_of(row) > verdict.returned.sending:
        return True
    return verdict.fatal and verdict.at is not None and row["at"][:10] > verdict.at.isoformat()


def odd(
    context: Context, ledger: Ledger, verdicts: list[Verdict], previous: Figures, monitored: Figures
) -> list[Odd]:
    """What is odd in the figures of the units that sent a form, those that are sent back included."""
    newest = _newest(verdicts)
    entries = {
        (unit, line.code): line.entries["answer"]
        for unit, form in newest.items()
        for line in form.lines
        if "answer" in line.entries
    }
    here = figures(context.methodology, numeric_texts(ledger, context.methodology))
    sent = figures(context.methodology, {key: entry.text for key, entry in entries.items() if entry.text})
    said = []
    for remark in remarks(context.methodology, here | sent, previous, monitored):
        if form := newest.get(remark.entity):
            entry = entries.get((remark.entity, remark.answer))
            said.append(Odd(remark, _said(remark, form.file, entry.cell if entry else "", context)))
    return said


def _newest(verdicts: list[Verdict]) -> dict[str, Returned]:
    """Each unit's survey of the highest number, whether it is used or sent back."""
    newest: dict[str, Returned] = {}
    for verdict in sorted(verdicts, key=lambda verdict: verdict.returned.sending):
        stands = verdict.state in (USED, ACCEPTED) or (verdict.state == REFUSED and not verdict.fatal)
        if verdict.returned.form == SURVEY and stands:
            newest[verdict.returned.sender] = verdict.returned
    return newest


def _said(remark: Remark, file: str, cell: str, context: Context) -> Finding:
    """A remark as the unit reads it; of another unit it is told nothing but that the figures agree."""
    if remark.kind == "as_last_year":
        return found("remark-as-last-year", file)
    if remark.kind == "as_other_unit":
        return found("remark-as-other-unit", file)
    if remark.kind == "round":
        return found("remark-round", file, fives=format_vi(remark.value), of=format_vi(remark.against))
    facts = {"value": format_vi(remark.value), "against": format_vi(remark.against)}
    facts["label"] = context.methodology.answers[remark.answer].label_vi
    if remark.kind == "jump":
        return found("remark-jump", file, None, cell, **facts)
    return found("remark-monitored", file, None, cell, **facts)
