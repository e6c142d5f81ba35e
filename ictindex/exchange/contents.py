"""What is wrong with what a form says: answers missing, or of no use to a rule, objections unfounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ictindex.basics import Finding, format_vi, found, round_exact
from ictindex.exchange.confidential import is_withheld
from ictindex.exchange.entering import objected
from ictindex.exchange.layout import COVER_SHEET, OPINIONS, SLIP, SURVEY, criterion_of
from ictindex.exchange.returned import Returned, ReturnedLine
from ictindex.exchange.service_sheets import wrong_services
from ictindex.facts import Entity, Value
from ictindex.methodology import Methodology
from ictindex.procedure import asked, misfits, value_of

AGREED = "agreed"
COVER = f"{COVER_SHEET}!"  # the whole sheet
_DECIMALS = 2  # of points that a rule cannot use


@dataclass(frozen=True)
class Contents:
    """Checks a form against a methodology; ``unlinked``: digest of a form -> what its evidence cells lack."""

    methodology: Methodology
    entities: Mapping[str, Entity]
    unlinked: Mapping[str, list[Finding]]

    def check(self, returned: Returned) -> list[Finding]:
        """Every finding about the content of a form, its own reader's apart.

        Whatever a form makes the check itself stumble over is a finding of that form, and of no other.
        """
        try:
            return self._checked(returned)
        except Exception:
            return [found("reading-broke", returned.file)]

    def _checked(self, returned: Returned) -> list[Finding]:
        findings = list(self.unlinked.get(returned.sha256, ()))
        if returned.form == SURVEY:
            entity = self.entities[returned.sender]
            findings += [*self._missing(returned, entity), *self._unusable(returned, entity)]
            findings += wrong_services(returned, self.methodology)
        elif returned.form == SLIP:
            findings += self._unfounded(returned)
        return findings

    def _missing(self, returned: Returned, entity: Entity) -> Iterator[Finding]:
        """Answers asked that have neither a value nor a state; what cannot be read is said already."""
        lines = {line.code: line for line in returned.lines}
        unread = {finding.column for finding in returned.findings} - {""}
        if not lines and returned.findings:
            return  # no line could be read at all
        for code, spec in asked(self.methodology, entity).items():
            line = lines.get(code) or ReturnedLine("", code, {})
            answer, state = line.said("answer"), line.said("state")
            if answer.text or state.text or {answer.cell, state.cell} & unread:
                continue
            yield found(
                "answer-not-given", returned.file, None, answer.cell, answer=code, label=spec.label_vi
            )

    def _unusable(self, returned: Returned, entity: Entity) -> Iterator[Finding]:
        entries = {
            line.code: line.entries["answer"]
            for line in returned.lines
            if line.code in self.methodology.answers and line.said("answer").text and not is_withheld(line)
        }
        values = {code: value_of(e.text, self.methodology.answers[code]) for code, e in entries.items()}
        for misfit in misfits(self.methodology, entity, values):
            cells = "; ".join(f"{entries[code].cell} = {_shown(values[code])}" for code in misfit.answers)
            facts = {"criterion": misfit.criterion, "cells": cells, "points": _points(misfit.points)}
            yield found("rule-cannot-use", returned.file, None, entries[misfit.answers[0]].cell, **facts)

    def _unfounded(self, returned: Returned) -> Iterator[Finding]:
        """A slip that says nothing, says two things, or asks for something without grounds."""
        lines = list(objected(returned))
        agrees = returned.opinion in (AGREED, OPINIONS[AGREED])
        if not returned.opinion and not lines and not returned.findings:
            yield found("slip-without-opinion", returned.file, None, COVER)
        if returned.opinion and agrees == bool(lines) and not (returned.findings and not lines):
            yield found("slip-contradicts", returned.file, None, COVER, lines=len(lines))
        for line in lines:
            requested, grounds = line.said("requested"), line.said("grounds")
            if not grounds.text:
                label = self._subject(line.code)
                yield found("objection-without-grounds", returned.file, None, requested.cell, label=label)

    def _subject(self, code: str) -> str:
        """What a line of a slip is about, as the form prints it."""
        if criterion := criterion_of(code):
            return self.methodology.by_id[criterion].label_vi
        return self.methodology.answers[code].label_vi


def _shown(value: Value) -> str:
    return format_vi(value) if isinstance(value, Fraction) else str(value)


def _points(text: str) -> str:
    """Points as a page prints them; 5/0 stays what it is."""
    return text if text.endswith("/0") else format_vi(round_exact(Fraction(text), _DECIMALS))
