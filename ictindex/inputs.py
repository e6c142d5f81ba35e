"""One year's inputs, checked on the way in: entities, answers, and where they come from."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import ValidationError

from ictindex import events, review
from ictindex.csv_file import Checked, Columns, Row, checked_csv
from ictindex.events import EVENTS, Event, read_events
from ictindex.exact import exact_text, is_ambiguous, marks_used, parse_number, plain_decimal, proven_mark
from ictindex.files import MAX_YAML_BYTES, is_name, read_text, sha256
from ictindex.findings import MAX_FINDINGS, Finding, Refused, refuse_if, speller
from ictindex.methodology import ZERO_REASONS, Answer, Methodology
from ictindex.methodology_file import shape_findings
from ictindex.project import Project
from ictindex.review import MARKS, Mark, read_marks, settle
from ictindex.schema import Strict, Text
from ictindex.strict_yaml import scan

ENTITIES, ANSWERS, PUBLISHED, SOURCES = "entities.csv", "answers.csv", "published.csv", "sources.yaml"

# What an answer can be besides a value. The zeros keep the declared value; the others have none.
STATES = ("missing", "not_applicable", "withheld", *(f"zero_{reason}" for reason in ZERO_REASONS))

_RANK = re.compile("[1-9][0-9]{0,8}")

Value = Fraction | bool | str | None


class Given(NamedTuple):
    """One answer of one entity as the file gives it."""

    value: Value
    state: str  # 'given' or one of STATES
    text: str
    row: int | None
    declared: Value = None  # what the entity claims, where appraisers say what stands
    why: str = ""


MISSING = Given(None, "missing", "", None)


@dataclass(frozen=True)
class Entity:
    """A body assessed. ``attributes`` are the further columns of entities.csv."""

    code: str
    label_vi: str
    group: str
    row: int
    attributes: dict[str, str] = field(default_factory=dict, hash=False)


class SourceFile(Strict):
    """What one file of the folder holds, who published it, and what was done to it."""

    label_vi: Text
    origin: Text
    note_vi: Text | None = None


class Sources(Strict):
    """inputs/<edition>/sources.yaml."""

    status: Literal["published", "illustrative"]
    decimal: Literal[".", ","] | None = None
    files: dict[str, SourceFile]


class InputFile(NamedTuple):
    """One file that was read: path from the project's root, digest, bytes, rows of data (None for YAML)."""

    path: str
    sha256: str
    size: int
    rows: int | None


class Published(NamedTuple):
    """What somebody else published of an entity: the value to its last printed place, and the rank."""

    value: str  # with a decimal point, whatever the file has
    rank: int


@dataclass(frozen=True)
class Inputs:
    """Checked inputs; every entity is in a known group, every answer is of its kind.

    ``published`` is empty unless the folder holds published.csv, an external result to be held against ours.
    """

    sources: Sources
    files: tuple[InputFile, ...]
    entities: tuple[Entity, ...]
    answers: dict[tuple[str, str], Given]  # (entity code, answer) -> what was given
    answers_file: str
    published: dict[str, Published] = field(default_factory=dict)
    marks: dict[tuple[str, str], tuple[Mark, ...]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    def given(self, entity: Entity, answer: str) -> Given:
        return self.answers.get((entity.code, answer), MISSING)


def read_inputs(name: str, methodology: Methodology, project: Project | None = None) -> Inputs:
    """Read inputs/<name>/ against a methodology; Refused with every finding of every file at once."""
    project = project or Project.around()
    folder = project.inputs(name)
    findings: list[Finding] = []
    tables = {
        file: checked_csv(folder / file, project.shown(folder / file), columns, findings)
        for file, columns in _columns(methodology).items()
        if file not in _OPTIONAL or os.path.lexists(folder / file)
    }
    sources = _sources(folder / SOURCES, project.shown(folder / SOURCES), list(tables), findings)
    entities = _entities(tables[ENTITIES], methodology)
    known = dict.fromkeys(entity.code for entity in entities) if tables[ENTITIES].whole else None
    answers = _answers(tables[ANSWERS], methodology, known, sources)
    published = _published(tables[PUBLISHED], known, sources) if PUBLISHED in tables else {}
    mark = (sources and sources.decimal) or "."
    marks = read_marks(tables[MARKS], known, methodology, mark) if MARKS in tables else {}
    answers |= {key: _settled(given, methodology.answers[key[1]]) for key, given in marks.items() if given}
    happened = read_events(tables[EVENTS], known, methodology) if EVENTS in tables else []
    refuse_if(findings)
    files = tuple(
        input_file(folder / file, project, len(tables[file].rows) if file in tables else None)
        for file in sorted([*tables, SOURCES])
    )
    return Inputs(
        sources, files, tuple(entities), answers, tables[ANSWERS].shown, published, marks, tuple(happened)
    )


def _columns(methodology: Methodology) -> dict[str, Columns]:
    """The tables of the folder and their columns."""
    group = ("group",) if len(methodology.groups) > 1 else ()
    return {
        ENTITIES: (("entity", "label_vi", *group, *methodology.source.attributes), None),
        ANSWERS: (("entity", "answer", "value"), ("verified", "why", "state", "note")),
        PUBLISHED: (("entity", "value", "rank"), ()),
        MARKS: review.COLUMNS,
        EVENTS: events.COLUMNS,
    }


_OPTIONAL = (PUBLISHED, MARKS, EVENTS)


def _settled(marks: tuple[Mark, ...], spec: Answer) -> Given:
    """The marks of one entity at one question as an answer: what they come to, as a share of the scale."""
    value = settle(marks, spec.max, 100).value / spec.max
    return Given(value, "given", "; ".join(exact_text(mark.mark) for mark in marks), marks[0].row)


def input_file(path: Path, project: Project, rows: int | None = None) -> InputFile:
    """A file's path from the project's root, SHA-256 and size."""
    data = path.read_bytes()
    return InputFile(project.shown(path), sha256(data), len(data), rows)


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
    for name in sources.files:
        if name not in given:
            findings.append(document.found("source-of-nothing", ("files", name), name=name, **spelled(name)))
    return sources


def read_entities(path: Path, shown: str, methodology: Methodology) -> list[Entity]:
    """The units of an entities.csv alone; Refused with everything that is wrong with it."""
    findings: list[Finding] = []
    table = checked_csv(path, shown, _columns(methodology)[ENTITIES], findings)
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


def _answers(
    table: Checked, methodology: Methodology, entities: Collection[str] | None, sources: Sources | None
) -> dict[tuple[str, str], Given]:
    numeric = {key for key, spec in methodology.answers.items() if spec.kind in ("number", "count", "award")}
    mark = _decimal_mark(table, [row for row in table.rows if row.cells["answer"] in numeric], sources)
    spelled_entity, spelled_answer = speller(entities or ()), speller(methodology.answers)
    answers: dict[tuple[str, str], Given] = {}
    for number, cells in table.until_enough():
        entity, answer = cells["entity"], cells["answer"]
        table.unknown("entity", entity, number, entities, spelled_entity)
        table.unknown("answer", answer, number, methodology.answers, spelled_answer)
        if not entity or answer not in methodology.answers:
            continue
        if earlier := answers.get((entity, answer)):
            table.wrong("answer-twice", number, "entity", entity=entity, answer=answer, first=earlier.row)
            continue
        answers[entity, answer] = _given(table, number, cells, methodology.answers[answer], mark)
    return answers


def _given(table: Checked, number: int, cells: dict[str, str], spec: Answer, mark: str | None) -> Given:
    """A row as an answer: what was verified stands, and what was declared is kept beside it."""
    state, verified = cells.get("state", ""), cells.get("verified", "")
    values: dict[str, Value] = {}
    for column, text in (("value", cells["value"]), ("verified", verified)):
        values[column], problem = _value(text, state if column == "value" else "", spec, mark)
        if problem:
            code, facts = problem
            table.wrong(code, number, "state" if code.startswith("state") else column, **facts)
    why = cells.get("why", "")
    if verified and values["verified"] != values["value"] and not why:
        table.wrong("change-without-why", number, "why", value=cells["value"], verified=verified)
    if spec.kind == "mark":
        table.wrong("mark-elsewhere", number, "answer", answer=cells["answer"], file=MARKS)
    if spec.kind != "award" and not verified:
        text = cells["value"]
        return Given(values["value"], state or ("given" if text else "missing"), text, number, None, why)
    stands = state or ("given" if verified else "missing")  # what is only claimed counts once it is awarded
    return Given(values["verified"], stands, verified, number, values["value"], why)


def _published(
    table: Checked, entities: Collection[str] | None, sources: Sources | None
) -> dict[str, Published]:
    mark = _decimal_mark(table, table.rows, sources)
    spelled, any_number = speller(entities or ()), Answer(label_vi=PUBLISHED, kind="number")
    published: dict[str, Published] = {}
    first_row: dict[str, int] = {}
    for number, cells in table.until_enough():
        code, text, rank = cells["entity"], cells["value"], cells["rank"]
        table.unknown("entity", code, number, entities, spelled)
        if code and (first := first_row.setdefault(code, number)) != number:
            table.wrong("published-twice", number, "entity", value=code, first=first)
        problem = _number(text, any_number, mark)[1] if text else ("cell-empty", {})
        if problem:
            table.wrong(problem[0], number, "value", **problem[1])
        if not _RANK.fullmatch(rank):
            table.wrong("not-a-rank", number, "rank", value=rank)
        elif not problem:
            published[code] = Published(plain_decimal(text, mark or proven_mark(text) or "."), int(rank))
    return published


def _decimal_mark(table: Checked, rows: list[Row], sources: Sources | None) -> str | None:
    """The decimal mark of a table's figures: declared, or proven by them; None where nothing says which."""
    if sources is None or sources.decimal:
        return sources.decimal if sources else None  # whatever it declares cannot be read
    figures = [(row.number, row.cells["value"]) for row in rows]
    used = marks_used(text for _, text in figures)
    if len(used) > 1:
        where = {mark: next(n for n, text in figures if proven_mark(text) == mark) for mark in used}
        table.wrong("decimal-marks-mixed", where["."], "value", point=where["."], comma=where[","])
    if not used:
        for number, text in [figure for figure in figures if is_ambiguous(figure[1])][:MAX_FINDINGS]:
            table.wrong("number-ambiguous", number, "value", value=text)
    return used.pop() if len(used) == 1 else None


def _value(text: str, state: str, spec: Answer, mark: str) -> tuple[Value, tuple[str, dict] | None]:
    """A cell as a value of its kind, or what is wrong with it."""
    if state and state not in STATES:
        return None, ("state-unknown", {"value": state, "known": ", ".join(STATES)})
    if state and text and not state.startswith("zero_"):
        return None, ("state-with-value", {"value": text, "state": state})
    if not text:
        return None, None
    if spec.kind == "text":
        return text, None
    if spec.kind == "yes_no":
        words = {"có": True, "yes": True, "1": True, "không": False, "no": False, "0": False}
        word = text.casefold()
        return words.get(word), None if word in words else ("not-yes-no", {"value": text})
    if spec.kind == "choice":
        known = ", ".join(spec.choices)
        return text, None if text in spec.choices else ("not-a-choice", {"value": text, "known": known})
    return _number(text, spec, mark)


def _number(text: str, spec: Answer, mark: str | None) -> tuple[Value, tuple[str, dict] | None]:
    if mark is None and is_ambiguous(text):
        return None, None  # either reading may be meant; the file's decimal mark is what is wrong
    mark = mark or proven_mark(text) or "."
    number = parse_number(text, mark)
    if number is None:
        other = "," if mark == "." else "."
        code = "number-other-mark" if parse_number(text, other) is not None else "not-a-number"
        return None, (code, {"value": text, "mark": mark})
    least = Fraction(0) if spec.kind == "count" and spec.min is None else spec.min
    if spec.kind == "count" and number.denominator != 1:
        return None, ("not-whole", {"value": text})
    if least is not None and number < least:
        return None, ("below-minimum", {"value": text, "limit": exact_text(least)})
    if spec.max is not None and number > spec.max:
        return None, ("above-maximum", {"value": text, "limit": exact_text(spec.max)})
    return number, None
