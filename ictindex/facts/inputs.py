"""One year's inputs, checked on the way in: entities, answers, and where they come from."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import StringConstraints, ValidationError

from ictindex.basics import (
    MAX_YAML_BYTES,
    Checked,
    Columns,
    Finding,
    Project,
    Refused,
    exact_text,
    file_sha256,
    found,
    is_name,
    plain_decimal,
    proven_mark,
    read_text,
    refuse_if,
    scan,
    speller,
)
from ictindex.facts import answers, events, evidence, milestones, review, services
from ictindex.facts.answers import ANSWERS, MISSING, WITHHELD, Given, Key
from ictindex.facts.events import EVENTS, Event
from ictindex.facts.evidence import Evidence, Received
from ictindex.facts.last_year import Before, last_year
from ictindex.facts.milestones import Milestone
from ictindex.facts.profiles import Profile
from ictindex.facts.replay import came_for_answers, corrected, upheld_in_words
from ictindex.facts.review import Mark
from ictindex.facts.services import SERVICES, Service, ServiceTest
from ictindex.facts.stated import Alike, Stated
from ictindex.facts.withheld import Secrets, marked, redacted, secrets_of, without_secrets
from ictindex.methodology import Answer, Methodology, Number, Strict, Text, shape_findings

ENTITIES, PUBLISHED, SOURCES = "entities.csv", "published.csv", "sources.yaml"

_RANK = re.compile("[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Entity:
    """A body assessed. ``attributes`` are the further columns of entities.csv."""

    code: str
    label_vi: str
    group: str
    row: int
    attributes: dict[str, str] = field(default_factory=dict, hash=False)


Said = Annotated[str, StringConstraints(strip_whitespace=True)]  # text, or '' while nobody has said it


class SourceFile(Strict):
    """What one file of the folder holds, who published it, and what was done to it.

    An empty name or origin is one to be filled.
    ``tolerance``: of published.csv alone, how far a value recomputed from figures that were printed rounded
    may lie from the published one; ``licence``: under what terms its publisher lets others use it.
    """

    label_vi: Said
    origin: Said
    note_vi: Text | None = None
    tolerance: Number | None = None
    licence: Text | None = None


class Sources(Strict):
    """inputs/<edition>/sources.yaml.

    ``profile``: of a copy from which is left out what the methodology names for that profile.
    """

    status: Literal["published", "illustrative", ""]  # "": nobody has said yet
    decimal: Literal[".", ","] | None = None
    profile: Profile | None = None
    files: dict[str, SourceFile]


class InputFile(NamedTuple):
    """One file that was read: path from the project's root, digest, bytes, rows of data (None for YAML)."""

    path: str
    sha256: str
    size: int
    rows: int | None


class Published(NamedTuple):
    """What somebody else published of an entity: the value to its last printed place, the rank, or both."""

    value: str | None  # with a decimal point, whatever the file has
    rank: int | None


@dataclass(frozen=True)
class Inputs:
    """Checked inputs; every entity is in a known group, every answer is of its kind, no state secret is told.

    ``published`` is empty unless the folder holds published.csv, an external result to be held against ours.
    """

    sources: Sources
    files: tuple[InputFile, ...]
    entities: tuple[Entity, ...]
    stated: Mapping[Key, Given]  # (entity code, answer) -> what was given, and marks as settled
    answers_file: str
    published: dict[str, Published] = field(default_factory=dict)
    marks: dict[Key, tuple[Mark, ...]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    received: tuple[Received, ...] = ()
    evidence: dict[Key, tuple[Evidence, ...]] | None = None  # None: no register of evidence is kept
    milestones: tuple[Milestone, ...] = ()  # what happened to the edition as a whole
    monitored: dict[Key, Fraction] = field(default_factory=dict)
    services: dict[Key, Service] = field(default_factory=dict)  # (entity, service) -> what was declared
    service_tests: dict[Key, tuple[ServiceTest, ...]] = field(default_factory=dict)
    procedures: dict[tuple[str, str], str] | None = None  # the extract of the database; None: none is kept
    arrival: str = "first_clean"  # which file counts as the report: OPEN_RULES
    supposed: dict[Key, Given] = field(default_factory=dict)  # what a what-if has them answer
    secrets: Secrets = field(default_factory=Secrets)  # what was withheld, and so is not told in any of these

    @cached_property
    def by_code(self) -> dict[str, Entity]:
        return {entity.code: entity for entity in self.entities}

    @cached_property
    def names(self) -> dict[str, str]:
        """Code -> name of every entity."""
        return {entity.code: entity.label_vi for entity in self.entities}

    @cached_property
    def places(self) -> dict[str, int]:
        """Code -> place among the entities, from 0: that of its outcome among those of a node."""
        return {entity.code: i for i, entity in enumerate(self.entities)}

    @cached_property
    def forms(self) -> dict[str, str]:
        """How a source names a received file -> the file."""
        return {one.sha256[: evidence.NAMED_BY]: one.file for one in self.received}

    @cached_property
    def first_reports(self) -> dict[str, datetime]:
        """Entity -> when its report came, by the rule ``arrival``."""
        return evidence.first_reports(self.events, self.received, self.arrival)

    @cached_property
    def answers(self) -> Stated:
        """What stands, after the corrections among the events, or what a what-if supposes."""
        return corrected(self.stated, self.events) | self.supposed

    def alike(self, answers: Sequence[str], whole: bool = False) -> Alike:
        """The entities, in their order, by what stands for some answers: by value and state, or ``whole``."""
        return self.answers.alike(answers, [entity.code for entity in self.entities], MISSING, whole)

    @property
    def tolerance(self) -> Fraction:
        """How far a recomputed value may lie from the published one; 0 where nothing is declared."""
        about = self.sources.files.get(PUBLISHED)
        return (about and about.tolerance) or Fraction(0)

    def given(self, entity: Entity, answer: str) -> Given:
        return self.answers.get((entity.code, answer), MISSING)

    def resettled(self, methodology: Methodology) -> Inputs:
        """The same marks under a methodology that may combine them in another way."""
        return replace(self, stated=self.stated | _settled(self.marks, methodology))

    def until(self, moment: datetime) -> Inputs:
        """What was known at a moment: without the later events, and without evidence that came later."""
        evidence = self.evidence and {
            key: several
            for key, all_of_it in self.evidence.items()
            if (several := tuple(one for one in all_of_it if one.at is None or one.at < moment))
        }
        events = tuple(event for event in self.events if event.at < moment)
        return replace(self, events=events, evidence=evidence)

    def verified(self, answer: str, counts: Mapping[str, int], why: str, who: str) -> Inputs:
        """With an answer of some entities as it was counted; what they declared is kept."""
        changed: dict[Key, Given] = {}
        for entity, count in counts.items():
            given = self.stated.get((entity, answer), MISSING)
            if given.value != count and not given.secret:
                by = {"declared": given.claimed, "why": why, "who": who, "established": True}
                as_counted = given._replace(value=Fraction(count), text=str(count), state="given", **by)
                changed[entity, answer] = as_counted
        return replace(self, stated=self.stated | changed) if changed else self

    def at_most(self, answer: str, counts: Mapping[str, int], why: str, who: str) -> Inputs:
        """With an answer of some entities cut to a count that it cannot be above."""
        above = {
            entity: count
            for entity, count in counts.items()
            if isinstance(value := self.stated.get((entity, answer), MISSING).value, Fraction)
            and value > count
        }
        return self.verified(answer, above, why, who)

    def as_declared(self) -> Inputs:
        """What the units themselves say: no appraisal, no correction, no zero but for a late report."""
        stated = Stated(self.stated).each(
            lambda given: given if given.claimed is None else Given(given.claimed, "given", given.text, None)
        )
        kept = tuple(event for event in self.events if event.event in events.OF_WHOLE_REPORT)
        return replace(self, stated=stated, events=kept, evidence=None)


def read_inputs(name: str, methodology: Methodology, project: Project | None = None) -> Inputs:
    """Read inputs/<name>/ against a methodology; Refused with every finding of every file at once."""
    inputs, findings = survey_inputs(name, methodology, project or Project.around())
    refuse_if(findings)
    return inputs


def survey_inputs(
    name: str, methodology: Methodology, project: Project, before: Before | None = None
) -> tuple[Inputs, list[Finding]]:
    """What of inputs/<name>/ can be read, and everything that is wrong with it: to see how far a year is.

    Rows with a fault are left out, and so is a whole file that is not there or no table. ``before``: the
    edition that answers which are ``last_year_of`` others are taken from.
    """
    folder = project.inputs(name)
    findings: list[Finding] = []
    tables = {
        file: Checked(folder / file, project.shown(folder / file), columns, findings)
        for file, columns in tables_of(methodology).items()
        if file in _ALWAYS or os.path.lexists(folder / file)
    }
    findings += _unread(folder, project, tables_of(methodology))
    sources = _sources(folder / SOURCES, project.shown(folder / SOURCES), list(tables), findings)
    entities = _entities(tables[ENTITIES], methodology)
    known = dict.fromkeys(entity.code for entity in entities) if tables[ENTITIES].whole else None
    declared = sources.decimal if sources else ""  # whatever it declares cannot be read
    stated = answers.read_answers(tables[ANSWERS], methodology, known, declared)
    if methodology.last_year:
        stated.update(last_year(methodology, list(_sound(entities, methodology)), before))

    def read(file: str, reader: Callable[..., Any], *further: Any) -> Any:
        """What a file holds; None where there is no such file."""
        return reader(tables[file], *further) if file in tables else None

    mark = declared or "."
    marks = read(review.MARKS, review.read_marks, known, methodology, mark) or {}
    stated.update(_settled(marks, methodology))
    stated.closed()
    known_of_year = {
        "published": read(PUBLISHED, _published, known, declared) or {},
        "marks": marks,
        "received": tuple(read(evidence.RECEIVED, evidence.read_received) or ()),
        "evidence": read(evidence.EVIDENCE, evidence.read_evidence, known, methodology),
        "milestones": tuple(read(milestones.PROCEDURE, milestones.read_milestones, methodology) or ()),
        "monitored": read(answers.MONITORED, answers.read_monitored, methodology, known, declared) or {},
    }
    before = len(findings)
    register = read(SERVICES, services.read_services, known)
    whole = register if len(findings) == before else None  # any service may be meant by a test
    extract = known_of_year["procedures"] = read(services.PROCEDURES, services.read_procedures, known)
    known_of_year["services"] = (
        (register or {}) if extract is None else services.held_against(register or {}, extract)
    )
    tests = known_of_year["service_tests"] = read(services.TESTS, services.read_service_tests, whole) or {}
    derived = None  # what the tests cancel, where they can be read
    if len(findings) == before:
        derived = tuple(services.cancelled_by_tests(register or {}, tests, entities, methodology))
    known_of_year["events"] = tuple(read(EVENTS, events.read_events, known, methodology, mark, derived) or ())
    if not findings:  # else what an objection was upheld for may stand in a row that is wrong
        came = came_for_answers(known_of_year, stated, methodology)
        for event, one in upheld_in_words(known_of_year["events"], methodology, came):
            facts = {"subject": one.answer or one.criterion, "at": f"{one.at:%d/%m/%Y}"}
            tables[EVENTS].wrong("upheld-in-words", event.row, "event", **facts)
    withheld = {key for key, _ in stated.where(lambda given: given.state == WITHHELD)}
    if findings and tables[ANSWERS].says(WITHHELD):  # a row that is wrong may be withheld all the same
        withheld.update(marked(row.cells for row in tables[ANSWERS].rows()))
    secrets = secrets_of(withheld, entities, methodology)
    files = tuple(
        input_file(folder / file, project, tables[file].count if file in tables else None)
        for file in sorted([*tables, SOURCES])
        if not findings  # else some may not be there, or be too large to be read
    )
    told = without_secrets({"stated": stated, **known_of_year}, secrets)
    sound = tuple(_sound(entities, methodology) if findings else entities)
    sources = sources or Sources(status="illustrative", files={})
    inputs = Inputs(sources, files, sound, answers_file=tables[ANSWERS].shown, secrets=secrets, **told)
    return inputs, list(redacted(findings, tables.values(), secrets))


def _sound(entities: Sequence[Entity], methodology: Methodology) -> Iterator[Entity]:
    """The units that can be spoken of although entities.csv has faults: the first of each code."""
    attributes = methodology.source.attributes
    seen: set[str] = set()
    for entity in entities:
        fits = entity.group in methodology.groups and all(
            entity.attributes.get(name) in attribute.values for name, attribute in attributes.items()
        )
        if entity.code and fits and entity.code not in seen:
            seen.add(entity.code)
            yield entity


# What an office keeps beside a year's facts to write letters; no evaluation reads it.
CONTACT_COLUMNS = (("entity", "mail"), ("to", "post", "phone"))
CONTACTS, SENT = OF_THE_OFFICE = ("contacts.csv", "sent.csv")


def _unread(folder: Path, project: Project, known: Collection[str]) -> Iterator[Finding]:
    """Tables that nobody would read: a misspelt name would quietly be no data."""
    known = (*known, *OF_THE_OFFICE)
    spelled = speller(known)
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known and not path.name.startswith((".", "~")):
            yield found("table-unread", project.shown(path), name=path.name, **spelled(path.name))


def tables_of(methodology: Methodology) -> dict[str, Columns]:
    """The tables that an inputs folder may hold, and their columns."""
    group = ("group",) if len(methodology.groups) > 1 else ()
    return {
        ENTITIES: (("entity", "label_vi", *group, *methodology.source.attributes), None),
        ANSWERS: answers.ANSWER_COLUMNS,
        PUBLISHED: (("entity",), ("value", "rank")),
        review.MARKS: review.MARK_COLUMNS,
        EVENTS: events.EVENT_COLUMNS,
        evidence.RECEIVED: evidence.RECEIVED_COLUMNS,
        evidence.EVIDENCE: evidence.EVIDENCE_COLUMNS,
        milestones.PROCEDURE: milestones.PROCEDURE_COLUMNS,
        answers.MONITORED: answers.MONITORED_COLUMNS,
        SERVICES: services.SERVICE_COLUMNS,
        services.TESTS: services.TEST_COLUMNS,
        services.PROCEDURES: services.PROCEDURE_COLUMNS,
    }


_ALWAYS = (ENTITIES, ANSWERS)


def _settled(marks: Mapping[Key, tuple[Mark, ...]], methodology: Methodology) -> dict[Key, Given]:
    """What the marks of each entity at each question come to, as a share of the scale."""
    settled = {}
    for key, several in marks.items():
        scale = methodology.answers[key[1]].max
        value = review.settle(several, scale, 100, methodology.combine).value / scale
        text = "; ".join(exact_text(mark.mark) for mark in several)
        settled[key] = Given(value, "given", text, several[0].row)
    return settled


def input_file(path: Path, project: Project, rows: int | None = None) -> InputFile:
    """A file's path from the project's root, SHA-256 and size."""
    return InputFile(project.shown(path), file_sha256(path), path.stat().st_size, rows)


def _sources(path: Path, shown: str, given: list[str], findings: list[Finding]) -> Sources | None:
    """What sources.yaml says, held against the files that are there; None where it cannot be read."""
    try:
        document = scan(read_text(path, shown, MAX_YAML_BYTES), shown)
        findings += document.doubled
        sources = Sources.model_validate(document.data)
    except Refused as refused:
        findings += refused.findings
        return None
    except ValidationError as error:
        findings += shape_findings(error, document, Sources)
        return None
    for name in given:
        if name not in sources.files:
            findings.append(document.found("source-not-stated", ("files",), name=name))
    spelled = speller(given)
    for name, about in sources.files.items():
        if about.tolerance is not None and (name != PUBLISHED or about.tolerance < 0):
            where = ("files", name, "tolerance")
            findings.append(document.found("tolerance-of-nothing", where, value=exact_text(about.tolerance)))
        if name not in given:
            findings.append(document.found("source-of-nothing", ("files", name), name=name, **spelled(name)))
    return sources


def read_entities(path: Path, shown: str, methodology: Methodology) -> list[Entity]:
    """The units of an entities.csv alone; Refused with everything that is wrong with it."""
    findings: list[Finding] = []
    table = Checked(path, shown, tables_of(methodology)[ENTITIES], findings)
    entities = _entities(table, methodology)
    refuse_if(findings)
    return entities


def _entities(table: Checked, methodology: Methodology) -> list[Entity]:
    entities: list[Entity] = []
    first_row: dict[tuple[str, str], int] = {}
    only_group = next(iter(methodology.groups)) if len(methodology.groups) == 1 else ""
    spelled = speller(methodology.groups)
    for number, cells in table.until_enough():
        cells = {column: " ".join(cell.split()) for column, cell in cells.items()}
        code, label = cells["entity"], cells["label_vi"]
        group = cells.get("group") or only_group
        for column, value in (("entity", code), ("label_vi", label), ("group", group)):
            if not value:
                table.wrong("cell-empty", number, column)
            elif column != "group":
                first = first_row.setdefault((column, value.casefold()), number)
                if first != number:
                    table.wrong("entity-twice", number, column, value=value, first=first)
        if code and not is_name(code.lower()):
            table.wrong("entity-code", number, "entity", value=code)
        if group and group not in methodology.groups:
            table.wrong("group-unknown", number, "group", group=group, **spelled(group))
        for name, attribute in methodology.source.attributes.items():
            if cells[name] not in attribute.values:
                table.wrong("not-one-of", number, name, value=cells[name], known=", ".join(attribute.values))
        further = {k: v for k, v in cells.items() if k not in ("entity", "label_vi", "group")}
        entities.append(Entity(code, label, group, number, further))
    return entities


def _published(
    table: Checked, entities: Collection[str] | None, declared_mark: str | None
) -> dict[str, Published]:
    mark = answers.decimal_mark(table, None, declared_mark)
    any_number = Answer(label_vi=PUBLISHED, kind="number")
    published: dict[str, Published] = {}
    first_row: dict[str, int] = {}
    for number, cells in table.until_enough():
        code, text, rank = cells["entity"], cells.get("value", ""), cells.get("rank", "")
        table.unknown("entity", code, number, entities)
        if code and (first := first_row.setdefault(code, number)) != number:
            table.wrong("published-twice", number, "entity", value=code, first=first)
        problem = answers.read_number(text, any_number, mark)[1] if text else None
        if problem:
            table.wrong(problem[0], number, "value", **problem[1])
        if rank and not _RANK.fullmatch(rank):
            table.wrong("not-a-rank", number, "rank", value=rank)
        elif not (text or rank):
            table.wrong("published-nothing", number, "value")
        elif not problem:
            value = plain_decimal(text, mark or proven_mark(text) or ".") if text else None
            published[code] = Published(value, int(rank) if rank else None)
    return published
