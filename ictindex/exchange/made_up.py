"""A made-up year as those who fill in its forms know it: each unit's figures, the council's mind, the days.

Everything is drawn from a hash of the seed and what it is for, so that the same seed gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from ictindex.basics import exact_text, round_exact
from ictindex.exchange.forms import Context
from ictindex.exchange.ledger import csv_text
from ictindex.exchange.questions import Question, questions
from ictindex.facts import (
    ANSWERS,
    ENTITIES,
    EVENTS,
    MARKS,
    MONITORED,
    SERVICES,
    TESTS,
    Entity,
    last_moment,
    sample,
)
from ictindex.methodology import Answer, Methodology
from ictindex.procedure import misfits, value_of

Row = dict[str, str]

WATCHED = 3  # figures that the evaluating office watches by itself
APART, NEAR = 0.07, 0.3  # how often what it sees is far from, or not quite, what is declared
_FROM_DEADLINE = 100  # days to the results, where the calendar has no day for them
_AT_LEAST = 30  # days that the rest of a year takes
_SMALL = 20  # a smaller figure does not differ by a few percent


@dataclass(frozen=True)
class Unit:
    """A unit as its clerk knows it: its questions, and to each a value, as answers.csv has it, or a state."""

    entity: Entity
    questions: tuple[Question, ...]
    values: dict[str, str]
    states: dict[str, str]

    @property
    def code(self) -> str:
        return self.entity.code

    @cached_property
    def asks(self) -> dict[str, Answer]:
        return {question.code: question.asks for question in self.questions}

    @cached_property
    def shares(self) -> list[tuple[str, str]]:
        """(part, whole) of every criterion that is a share of two answers."""
        rules = [rule for q in self.questions for rule in q.leaf.criterion.rule.walk() if rule.share]
        return list(dict.fromkeys((rule.share.of, rule.share.per) for rule in rules))


@dataclass(frozen=True)
class Days:
    """The days of a year: whole days from the deadline, or a share of the time from it to the results."""

    deadline: date
    results: date

    def from_deadline(self, days: int) -> date:
        return self.deadline + timedelta(days)

    def after(self, share: float) -> date:
        return self.from_deadline(int(share * (self.results - self.deadline).days + 0.5))


@dataclass(frozen=True)
class MadeUp:
    """The whole of it; ``files`` are those of ``facts.made_up`` as rows."""

    methodology: Methodology
    year: int
    seed: int
    entities: tuple[Entity, ...]
    files: dict[str, list[Row]]

    def draw(self, *what: object) -> float:
        """A number from 0 to below 1, the same for the same keys everywhere."""
        text = "|".join(map(str, ("rehearsal", self.seed, *what)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big") / 2**56

    def shuffled(self, codes: Iterable[str], what: str) -> list[str]:
        return sorted(codes, key=lambda code: (self.draw(what, code), code))

    def day(self, first: date, last: date, *what: object) -> date:
        """A day from the first to the last, both included."""
        return first + timedelta(int(self.draw("day", *what) * ((last - first).days + 1)))

    @cached_property
    def days(self) -> Days:
        source = self.methodology.source
        due, results = self.methodology.report_deadline, source.calendar.get("results_by")
        deadline = last_moment(due, self.year).date() if due else date(self.year, 12, 31)
        end = last_moment(results, self.year).date() if results else deadline
        in_time = (end - deadline).days >= _AT_LEAST
        return Days(deadline, end if in_time else deadline + timedelta(_FROM_DEADLINE))

    @cached_property
    def units(self) -> dict[str, Unit]:
        drawn: dict[str, dict[str, Row]] = {entity.code: {} for entity in self.entities}
        for row in self.files[ANSWERS]:
            drawn[row["entity"]][row["answer"]] = row
        return {entity.code: self._unit(entity, drawn[entity.code]) for entity in self.entities}

    def _unit(self, entity: Entity, rows: Mapping[str, Row]) -> Unit:
        asked = tuple(q for q in questions(self.methodology, entity) if q.scored and q.asks.kind != "mark")
        values = {q.code: rows[q.code]["value"] for q in asked if rows[q.code]["value"]}
        states = {q.code: rows[q.code]["state"] for q in asked if rows[q.code]["state"] == "withheld"}
        for question in asked:
            if question.code not in values | states:
                values[question.code] = self._filled(entity, question, values)
        return Unit(entity, asked, values, states)

    def _filled(self, entity: Entity, question: Question, values: Mapping[str, str]) -> str:
        """A figure that the sample leaves out, such that every rule can use it: none, or another one."""
        spec, specs = question.asks, self.methodology.answers
        if spec.kind in ("yes_no", "choice", "text"):
            return "không" if spec.kind == "yes_no" else list(spec.choices or {"Minh họa": ""})[-1]
        read = {code: value_of(text, specs[code]) for code, text in values.items()}
        others = sorted({value for value in read.values() if isinstance(value, Fraction)})
        for number in (spec.min or Fraction(0), *others):
            if not misfits(self.methodology, entity, read | {question.code: number}):
                return exact_text(number)
        raise ValueError(f"{entity.code}: no figure for {question.code}")

    @cached_property
    def awards(self) -> dict[tuple[str, str], Row]:
        """What the council lets stand of the points that units claim: verified, and why."""
        awards = {q.code for unit in self.units.values() for q in unit.questions if q.asks.kind == "award"}
        rows = (row for row in self.files[ANSWERS] if row["answer"] in awards)
        return {(row["entity"], row["answer"]): row for row in rows}

    @property
    def marks(self) -> list[Row]:
        return self.files.get(MARKS, [])

    def listed(self, unit: str) -> list[Row]:
        """A unit's online services, as the columns of its list are called."""
        called = {"label_vi": "service_vi", "group": "service_group"}
        rows = (row for row in self.files.get(SERVICES, []) if row["entity"] == unit)
        return [{called.get(k, k): text for k, text in row.items() if k != "entity"} for row in rows]

    @cached_property
    def tests(self) -> dict[tuple[str, str], list[Row]]:
        """(unit, service) -> what inspectors find of it, one test after the other."""
        tests: dict[tuple[str, str], list[Row]] = {}
        for row in sorted(self.files.get(TESTS, []), key=lambda row: row["at"]):
            tests.setdefault((row["entity"], row["service"]), []).append(row)
        return tests

    def zeros(self, before: date) -> list[Row]:
        """The zeros that inspections find, on the sample's day or, where that is too late, just before."""
        at = (before - timedelta(days=1)).isoformat()
        found = (
            row for row in self.files.get(EVENTS, []) if row["event"] in self.methodology.source.zero_rules
        )
        return [row | {"at": min(row["at"], at)} for row in found if row["criterion"]]

    @cached_property
    def monitored(self) -> list[Row]:
        """What the office sees by itself of a few parts of a whole, mostly as declared, some far less."""
        shares = [pair for unit in self.units.values() for pair in unit.shares]
        parts, wholes = {part for part, _ in shares}, {whole for _, whole in shares}
        counts = {key for key, spec in self.methodology.answers.items() if spec.kind in ("count", "number")}
        watched = [key for key in self.methodology.answers if key in (parts - wholes) & counts][:WATCHED]
        rows = []
        for unit in self.units.values():
            for answer in watched:
                if text := unit.values.get(answer):
                    seen = exact_text(self._seen(unit, answer, Fraction(text)))
                    rows.append({"entity": unit.code, "answer": answer, "value": seen, "source": _WATCHED_VI})
        return rows

    def _seen(self, unit: Unit, answer: str, declared: Fraction) -> Fraction:
        chance = self.draw("monitored", unit.code, answer)
        if declared < _SMALL or chance >= NEAR:
            return declared
        percent = int(65 + 20 * self.draw("seen", unit.code, answer)) if chance < APART else 98
        decimals = 0 if unit.asks[answer].kind == "count" else 1
        return Fraction(round_exact(declared * percent / 100, decimals, "half_up"))

    def tables(self) -> dict[str, str]:
        """What the evaluating office has before any form comes back, as the texts of its files."""
        attributes, units = list(self.methodology.source.attributes), self.entities
        known = ({"entity": e.code, "label_vi": e.label_vi, "group": e.group, **e.attributes} for e in units)
        return {
            ENTITIES: csv_text(["entity", "label_vi", "group", *attributes], known),
            MONITORED: csv_text(["entity", "answer", "value", "source"], self.monitored),
        }


_WATCHED_VI = "Hệ thống giám sát (minh họa)"


def make_up(context: Context, seed: int) -> MadeUp:
    """A year of an edition, from what ``facts.made_up`` makes up for its units."""
    texts = sample(context.methodology, context.entities, seed, context.year, context.seed)
    tables = {name: text for name, text in texts.items() if name.endswith(".csv")}
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in tables.items()}
    return MadeUp(context.methodology, context.year, seed, context.entities, rows)
