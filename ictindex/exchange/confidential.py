"""State secrets in what came back: what is told of a collection has nothing of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ictindex.exchange.batch import SUPERSEDED, Verdict
from ictindex.exchange.forms import Context
from ictindex.exchange.layout import SURVEY, criterion_of
from ictindex.exchange.ledger import Ledger
from ictindex.exchange.returned import Returned, ReturnedLine
from ictindex.facts import WITHHELD, Secrets, marked, secrets_of, silent, withheld_before


def is_withheld(line: ReturnedLine) -> bool:
    """Whether a line of a survey says that its answer is a state secret."""
    return line.said("state").text == WITHHELD


def secrets_in(ledger: Ledger, verdicts: Iterable[Verdict], context: Context) -> Secrets:
    """What the inputs, or a unit's newest form, call withheld: a form that is sent back too.

    With it what is this year's part of a rule whose other part is last year's, and was withheld then.
    """
    newest = (verdict.returned for verdict in verdicts if verdict.state != SUPERSEDED)
    surveys = (form for form in newest if form.form == SURVEY)
    said = {(form.sender, line.code) for form in surveys for line in form.lines if is_withheld(line)}
    said |= {*marked(ledger.answers.values())}
    if context.last:
        said |= withheld_before(context.methodology, context.entities, context.last)
    return secrets_of(said, context.entities, context.methodology)


def silenced(verdicts: Iterable[Verdict], secrets: Secrets) -> list[Verdict]:
    """The verdicts, whose findings about a line of a secret no longer say what stands there."""
    told = []
    for verdict in verdicts:
        rows = _rows(verdict.returned, secrets)
        findings = (silent(each) if _row(each.column) in rows else each for each in verdict.findings)
        told.append(replace(verdict, findings=tuple(findings)))
    return told


def _rows(form: Returned, secrets: Secrets) -> set[tuple[str, str]]:
    """The rows of a form that are about a secret: sheet, number."""
    lines = ((line.entity or form.sender, line) for line in form.lines)
    return {
        _row(entry.cell)
        for unit, line in lines
        if (unit, line.code) in secrets.answers or (unit, criterion_of(line.code)) in secrets.criteria
        for entry in line.entries.values()
    }


def _row(cell: str) -> tuple[str, str]:
    """'Phiếu khảo sát!F14' -> ('Phiếu khảo sát', '14')."""
    sheet, _, at = cell.rpartition("!")
    return sheet, at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
