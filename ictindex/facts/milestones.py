"""What happened to an edition as a whole: forms sent, result reported, approved, published, handed over.

One line of procedure.csv for each, only ever added, in any order of rows: what happens to one unit stands in
events.csv.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ictindex.basics import Checked, speller
from ictindex.facts.moments import moment

if TYPE_CHECKING:
    from ictindex.methodology import Methodology

PROCEDURE = "procedure.csv"
PROCEDURE_COLUMNS = (("event", "at", "who"), ("number", "authority", "to", "why", "source"))

# What is recorded -> the step of the procedure that it is done by.
MILESTONES: Mapping[str, str] = {
    "forms_sent": "forms",
    "evidence_checked": "evidence",
    "report": "report",
    "confirmation_closed": "confirmation",  # the term is over: who has not answered is taken to agree
    "approved": "approval",
    "results": "results",
    "published": "publication",
    "handed_over": "handover",
}
SAYS: Mapping[str, tuple[str, ...]] = {  # what beside the day and who must be said
    "approved": ("number", "authority"),
    "confirmation_closed": ("why",),
    "evidence_checked": ("source",),  # the digest of the register: see evidence.register_digest
}


class Milestone(NamedTuple):
    """One line of procedure.csv. ``who`` signed or did it; ``authority`` is whose decision it is.

    ``to``: a key of the step's ``to``, where the methodology names several.
    """

    at: datetime
    event: str
    who: str
    number: str
    authority: str
    to: str
    why: str
    source: str
    row: int


def faults_of(cells: Mapping[str, str], methodology: Methodology) -> Iterator[tuple[str, str, dict]]:
    """What is wrong with a line: code, column, facts."""
    event = cells["event"]
    if event not in MILESTONES:
        facts = {"value": event, **speller(MILESTONES)(event)}
        yield "event-unknown" if event else "cell-empty", "event", facts
    if moment(cells["at"], end=False) is None:
        yield "not-a-time", "at", {"value": cells["at"]}
    for column in ("who", *SAYS.get(event, ())):
        if not cells[column]:
            yield "milestone-unsigned", column, {"event": event, "lacks": column}
    step = methodology.source.procedure.get(MILESTONES.get(event, ""))
    known = step.to if step else {}
    if cells["to"] not in ("", *known) or (known and not cells["to"]):
        facts = {"event": event, "value": cells["to"], "known": ", ".join(known) or "–"}
        yield "milestone-to-whom", "to", facts


def read_milestones(table: Checked, methodology: Methodology) -> list[Milestone]:
    """The lines in the order of their time; what is wrong goes to the table's findings."""
    done: list[Milestone] = []
    for number, row in table.until_enough():
        cells = {**dict.fromkeys(PROCEDURE_COLUMNS[1], ""), **row}
        faults = list(faults_of(cells, methodology))
        for code, column, facts in faults:
            table.wrong(code, number, column, **facts)
        if not faults:
            rest = (cells[column] for column in PROCEDURE_COLUMNS[1])
            at = moment(cells["at"], end=False)
            done.append(Milestone(at, cells["event"], cells["who"], *rest, number))
    return sorted(done)
