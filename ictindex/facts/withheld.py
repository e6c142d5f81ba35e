"""State secrets, taken out of a year's inputs at the door, so that nothing behind it can print them.

Withheld is an answer that answers.csv marks so, and with it every answer that only criteria read which read
a withheld one too: the other half of a share says half of it. Of these nothing comes in but that they were
withheld, or given: no value, declared or verified, no why and who, no source, mark, evidence, monitored
figure, service or test. Events about them, or about a criterion that reads one, stay in the ledger without
what they say. Secrecy is lifted in answers.csv alone: a correction or a recount leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from ictindex.basics import Checked, Finding, exact_text
from ictindex.facts.answers import ANSWERS, UNTOLD, WITHHELD, Given, Key
from ictindex.facts.events import EVENTS, Event
from ictindex.methodology import Answer, Methodology, Node, Unit

SECRET_VI = "(bí mật nhà nước)"
_SAYS_NOTHING = {"entity", "answer", "criterion", "code", "label", "first", "state", "known", "known_vi"}
_SAYS_NOTHING |= {"file", "event"}
_SAID_ALL_THE_SAME = ("state-unknown", "entity-unknown", "answer-unknown")  # whose value is no figure


class Secrets(NamedTuple):
    """What is withheld: (unit, answer), (unit, criterion), and units whose online services are."""

    answers: frozenset[Key] = frozenset()
    criteria: frozenset[Key] = frozenset()
    services: frozenset[str] = frozenset()

    def covers(self, cells: Mapping[str, str]) -> bool:
        """Whether a row of a table is about something withheld."""
        unit = cells.get("entity", "")
        about = (unit, cells.get("answer", "")) in self.answers
        about = about or (unit, cells.get("criterion", "")) in self.criteria
        return about or ("service" in cells and unit in self.services)


def marked(rows: Iterable[Mapping[str, str]]) -> Iterator[Key]:
    """The answers that rows of answers.csv call withheld, however they spell the word."""
    for cells in rows:
        if cells.get("state", "").strip().casefold() == WITHHELD:
            yield cells["entity"], cells["answer"]


def secrets_of(keys: Iterable[Key], units: Iterable[Unit], methodology: Methodology) -> Secrets:
    """What is withheld with the answers that are called so."""
    of_unit: dict[str, set[str]] = {}
    for unit_code, answer in keys:
        of_unit.setdefault(unit_code, set()).add(answer)
    hidden = {(code, answer) for code, several in of_unit.items() for answer in several}
    criteria: set[Key] = set()
    for unit in units:
        if unit.code in of_unit and unit.group in methodology.groups:
            leaves = methodology.leaves_of(unit)
            closed = {leaf.id for leaf in leaves if of_unit[unit.code] & set(leaf.reads)}
            shown = {answer for leaf in leaves if leaf.id not in closed for answer in leaf.reads}
            read = {answer for leaf in leaves if leaf.id in closed for answer in leaf.reads}
            hidden |= {(unit.code, answer) for answer in read - shown}
            inside = (node for node in methodology.nodes[1:] if _closed(node, leaves, closed))
            criteria |= {(unit.code, node.id) for node in inside}
    of = methodology.source.online_services
    services = {code for code, answer in hidden if of and answer == of.counted_as}
    return Secrets(frozenset(hidden), frozenset(criteria), frozenset(services))


def _closed(node: Node, leaves: Iterable[Node], closed: set[str]) -> bool:
    """Whether a criterion, or all that a unit has below it, reads something withheld."""
    below = {leaf.id for leaf in leaves if leaf.within(node.id)}
    return bool(below) and below <= closed


def without_secrets(known: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    """The parts of an Inputs, by their names there, with nothing of what is withheld."""
    kept = dict(known)
    for name in ("marks", "evidence", "monitored"):
        kept[name] = known[name] and {
            key: each for key, each in known[name].items() if key not in secrets.answers
        }
    for name in ("services", "service_tests"):
        kept[name] = {key: each for key, each in known[name].items() if key[0] not in secrets.services}
    stated = known["stated"]
    closed = {key: stated[key] for key in secrets.answers if key in stated}  # its state makes the scores
    kept["stated"] = stated | {key: Given(None, each.state, "", each.row) for key, each in closed.items()}
    kept["events"] = tuple(_closed_event(event, secrets) for event in known["events"])
    return kept


def _closed_event(event: Event, secrets: Secrets) -> Event:
    if not secrets.covers({"entity": event.entity, "answer": event.answer, "criterion": event.criterion}):
        return event
    return event._replace(text="", value=None, who="", paper="", why=SECRET_VI)


def shareable(
    file: str, rows: Iterable[Mapping[str, str]], secrets: Secrets, methodology: Methodology
) -> list[dict[str, str]]:
    """The rows of a year's table as they may be given away: read, they are the same inputs.

    An answer keeps its state, or is UNTOLD; an event keeps that it happened, with a figure that says nothing
    where one must stand; of all else that is withheld there is no row.
    """
    kept = []
    for cells in rows:
        if not secrets.covers(cells):
            kept.append(dict(cells))
        elif file == ANSWERS:
            zero = cells.get("state", "").startswith("zero_")
            signed = ("who", "why", "paper") if zero else ()
            told = {column: SECRET_VI if column in signed and cells[column] else "" for column in cells}
            untold = UNTOLD if cells["value"] or cells.get("verified") else ""
            told |= {column: cells[column] for column in ("entity", "answer")}
            kept.append(told | {"state": cells.get("state") or untold})
        elif file == EVENTS:
            told = {name: SECRET_VI for name in ("who", "why", "paper") if cells.get(name)}
            spec = methodology.answers.get(cells.get("answer", ""))
            value = {"value": _says_nothing(spec)} if cells.get("value") and spec else {}
            kept.append({**cells, **told, **value, **({"source": ""} if "source" in cells else {})})
    return kept


def _says_nothing(spec: Answer) -> str:
    """A value of an answer's kind that tells nothing."""
    if spec.kind == "yes_no":
        return "không"
    return next(iter(spec.choices)) if spec.choices else exact_text(spec.min or Fraction(0))


def redacted(findings: Iterable[Finding], tables: Iterable[Checked], secrets: Secrets) -> list[Finding]:
    """Findings about rows of a year's tables, without the figures of what is withheld."""
    findings = list(findings)
    if not findings or secrets == Secrets():
        return findings
    rows = {(t.shown, row.number) for t in tables for row in t.rows() if secrets.covers(row.cells)}
    return [silent(each) if (each.file, each.row) in rows else each for each in findings]


def silent(finding: Finding) -> Finding:
    """A finding that says what is wrong, and where, without what stands there."""
    if finding.code in _SAID_ALL_THE_SAME:
        return finding
    facts = {
        name: SECRET_VI if isinstance(fact, str) and name not in _SAYS_NOTHING else fact
        for name, fact in finding.facts.items()
    }
    return replace(finding, facts=facts)
