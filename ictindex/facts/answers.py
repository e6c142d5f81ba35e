"""What units declare and appraisers verify: one answer of one unit a row, and how it came to stand."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from ictindex.basics import (
    MAX_FINDINGS,
    YES_NO,
    Checked,
    Columns,
    exact_text,
    format_vi,
    is_ambiguous,
    parse_number,
    proven_mark,
)
from ictindex.facts.moments import moment_of
from ictindex.facts.review import MARKS
from ictindex.facts.stated import Stated
from ictindex.methodology import ZERO_REASONS, Answer, Methodology

ANSWERS, MONITORED = "answers.csv", "monitored.csv"
ANSWER_COLUMNS: Columns = (
    ("entity", "answer", "value"),
    ("verified", "why", "who", "at", "paper", "state", "note", "source"),
)
MONITORED_COLUMNS: Columns = (("entity", "answer", "value"), ("source",))

# What an answer can be besides a value. The zeros keep the declared value; the others have none.
WITHHELD = "withheld"
_NO_FIGURE = ("missing", "not_applicable")
UNTOLD = "untold"  # of a copy without secrets: given, but only with something withheld
STATES = ("missing", "not_applicable", WITHHELD, *(f"zero_{reason}" for reason in ZERO_REASONS))

_MOST_ALIKE = 50_000  # kinds of rows that are known again: where each has a source of its own none is

Value = Fraction | bool | str | None
_Read = tuple[Value, tuple[str, dict[str, Any]] | None]  # a value, and what is wrong with it
Key = tuple[str, str]  # entity code, answer


class Given(NamedTuple):
    """One answer of one entity: what stands, and how it came to.

    ``declared``: what the entity claims, where somebody else says what stands; then ``why`` it was changed,
    by ``who`` and when (``at``). ``source``: from which file and cell the declaration came. ``established``:
    somebody else says what stands, also where nothing was declared, or just that.
    """

    value: Value
    state: str  # 'given' or one of STATES
    text: str
    row: int | None
    declared: Value = None
    why: str = ""
    who: str = ""
    at: datetime | None = None
    source: str = ""
    unsaid: bool = False  # the row is there, and says neither a value nor why there is none
    established: bool = False

    @property
    def claimed(self) -> Value:
        """What the entity itself says; None where it says nothing, whatever others have established."""
        return self.declared if self.established else self.value if self.declared is None else self.declared

    @property
    def secret(self) -> bool:
        """Whether it is withheld; or given, but only with something withheld, and so not told either."""
        return self.state == WITHHELD or (self.state == "given" and self.value is None)


MISSING = Given(None, "missing", "", None)


def read_answers(
    table: Checked, methodology: Methodology, entities: Collection[str] | None, declared_mark: str | None
) -> Stated:
    """The answers of a file; ``declared_mark`` is the decimal mark that sources.yaml states, if it does."""
    numeric = {key for key, spec in methodology.answers.items() if spec.kind in ("number", "count", "award")}
    mark = decimal_mark(table, numeric, declared_mark)
    answers = Stated()
    once: dict[str, str] = {}  # a code or figure that stands in a thousand rows is kept once
    read_before: dict[tuple[str, str, str], _Read] = {}

    def read(answer: str, text: str, state: str) -> _Read:
        """As read_value: of a yes or no there are two, each read once."""
        alike = answer, text, state
        if alike not in read_before:
            read_before[alike] = read_value(text, state, methodology.answers[answer], mark)
        return read_before[alike]

    sound: dict[tuple[str, ...], tuple[int, int]] = {}  # all of a row but its unit, where nothing is wrong
    header: list[str] = []
    for number, line in table.cells_until_enough(header):
        entity = line.pop(at := header.index("entity"))
        said = tuple(line)
        known = sound.get(said) if entities is not None and entity in entities else None
        if known and answers.repeat(entity, *known, number):
            continue
        line.insert(at, entity)
        cells, wrong = dict(zip(header, line, strict=True)), len(table.findings)
        for column in ("entity", "answer", "value"):
            cells[column] = once.setdefault(cells[column], cells[column])
        entity, answer = cells["entity"], cells["answer"]
        if entity and entities is not None and entity not in entities and _blank(cells):
            continue  # new-year lays out a line for each unit of last year, of which one was struck off
        table.unknown("entity", entity, number, entities)
        table.unknown("answer", answer, number, methodology.answers)
        if answer not in methodology.answers:
            continue
        if of := methodology.answers[answer].last_year_of:
            table.wrong("answer-of-last-year", number, "answer", answer=answer, of=of)
            continue
        _bad_zero(table, number, cells, methodology)
        given = _given(table, number, cells, methodology.answers[answer], read)
        if earlier := answers.get((entity, answer)):
            table.wrong("answer-twice", number, "entity", entity=entity, answer=answer, first=earlier.row)
            continue
        if not entity:
            continue
        answers[entity, answer] = given
        if wrong == len(table.findings) and len(sound) < _MOST_ALIKE:
            sound[said] = answers.place((entity, answer))
    return answers


def _blank(cells: dict[str, str]) -> bool:
    return not any(text for column, text in cells.items() if column not in ("entity", "answer"))


def _bad_zero(table: Checked, number: int, cells: dict[str, str], methodology: Methodology) -> None:
    """A zero written here is held to the methodology's rules, and is signed, as the event would be."""
    state, reason = cells.get("state", ""), cells.get("state", "").removeprefix("zero_")
    if state == reason or reason not in ZERO_REASONS:
        return
    if reason not in methodology.source.zero_rules:
        rules = ", ".join(methodology.source.zero_rules) or "—"
        table.wrong("state-without-rule", number, "state", state=state, known=rules)
    for column in ("who", "why", "paper"):
        if not cells.get(column):
            table.wrong("event-unsigned", number, column, event=state, what=column)


def _given(
    table: Checked, number: int, cells: dict[str, str], spec: Answer, read: Callable[[str, str, str], _Read]
) -> Given:
    """A row as an answer: what was verified stands, and what was declared is kept beside it."""
    state, verified = cells.get("state", ""), cells.get("verified", "")
    values: dict[str, Value] = {}
    for column, text in (("value", cells["value"]), ("verified", verified)):
        values[column], problem = read(cells["answer"], text, state if column == "value" else "")
        if problem:
            code, facts = problem
            table.wrong(code, number, "state" if code.startswith("state") else column, **facts)
    why, who, source = (cells.get(column, "") for column in ("why", "who", "source"))
    at = moment_of(table, number, cells, must=False)
    if verified and values["verified"] != values["value"]:
        for column in ("why", "who", "at"):
            if not cells.get(column):
                table.wrong("change-unsigned", number, column, value=cells["value"], verified=verified)
    state = "given" if state == UNTOLD else state
    if spec.kind == "mark":
        table.wrong("mark-elsewhere", number, "answer", answer=cells["answer"], file=MARKS)
    if spec.kind != "award" and not verified:
        text = cells["value"]
        stands = state or ("given" if text else "missing")
        unsaid = not (state or text)
        return Given(values["value"], stands, text, number, None, why, who, at, source, unsaid)
    if verified and state in _NO_FIGURE:  # a form came back without it, and somebody has established it
        state = ""
    stands = state or ("given" if verified else "missing")  # what is only claimed counts once it is awarded
    told = why, who, at, source, not (state or verified), bool(verified)
    return Given(values["verified"], stands, verified, number, values["value"], *told)


def read_monitored(
    table: Checked, methodology: Methodology, entities: Collection[str] | None, declared_mark: str | None
) -> dict[Key, Fraction]:
    """What the evaluating office's own monitoring shows: figures beside the declared ones, never instead."""
    asked = {key: spec for key, spec in methodology.answers.items() if spec.kind in ("number", "count")}
    mark = decimal_mark(table, None, declared_mark)
    monitored: dict[Key, Fraction] = {}
    first_row: dict[Key, int] = {}
    for number, cells in table.until_enough():
        entity, answer = cells["entity"], cells["answer"]
        table.unknown("entity", entity, number, entities)
        table.unknown("answer", answer, number, asked)
        if (first := first_row.setdefault((entity, answer), number)) != number:
            table.wrong("answer-twice", number, "entity", entity=entity, answer=answer, first=first)
        if answer in asked:
            value, problem = read_number(cells["value"], asked[answer], mark)
            if problem:
                table.wrong(problem[0], number, "value", **problem[1])
            else:
                monitored[entity, answer] = value
    return monitored


def decimal_mark(table: Checked, numeric: Collection[str] | None, declared: str | None) -> str | None:
    """The decimal mark of a table's figures: declared, or proven by them; None where nothing says which.

    ``numeric``: the answers that are figures; None where every row has one.
    """
    if declared is not None:
        return declared or None  # '': what sources.yaml declares cannot be read
    where: dict[str, int] = {}  # decimal mark -> the first row that proves it
    unclear: list[tuple[int, str]] = []
    proves = cache(proven_mark)
    for number, cells in table.rows():
        text = cells.get("value", "")  # a result may be published as ranks alone
        if numeric is not None and cells["answer"] not in numeric:
            continue
        if mark := proves(text):
            where.setdefault(mark, number)
        elif len(unclear) < MAX_FINDINGS and is_ambiguous(text):
            unclear.append((number, text))
    if len(where) > 1:
        table.wrong("decimal-marks-mixed", where["."], "value", point=where["."], comma=where[","])
    for number, text in [] if where else unclear:
        table.wrong("number-ambiguous", number, "value", value=text)
    return where.popitem()[0] if len(where) == 1 else None


def read_value(text: str, state: str, spec: Answer, mark: str | None) -> _Read:
    """A cell as a value of its kind, or what is wrong with it."""
    if state and state not in (*STATES, UNTOLD):
        return None, ("state-unknown", {"value": state, "known": ", ".join(STATES)})
    if state and text and not state.startswith("zero_"):
        return None, ("state-with-value", {"value": text, "state": state})
    if not text:
        return None, None
    if spec.kind == "text":
        return text, None
    if spec.kind == "yes_no":
        word = text.casefold()
        return YES_NO.get(word), None if word in YES_NO else ("not-yes-no", {"value": text})
    if spec.kind == "choice":
        known = ", ".join(spec.choices)
        return text, None if text in spec.choices else ("not-a-choice", {"value": text, "known": known})
    return read_number(text, spec, mark)


_SURE = 15  # significant digits that a binary figure keeps; what has more was computed, not stated
_NO_SIGNS = str.maketrans("", "", ".,+- \u00a0\u202f")


def read_number(text: str, spec: Answer, mark: str | None) -> _Read:
    if mark is None and is_ambiguous(text):
        return None, None  # either reading may be meant; the file's decimal mark is what is wrong
    mark = mark or proven_mark(text) or "."
    number = parse_number(text, mark)
    if number is not None and mark == "." and "," in text and is_ambiguous(text):
        # Thousands set apart by a comma are no Vietnamese habit, decimals are: 1,234 may be either.
        facts = {"value": text, "less": format_vi(parse_number(text, ",")), "more": format_vi(number)}
        return None, ("number-two-ways", facts)
    if number is None:
        other = "," if mark == "." else "."
        code = "number-other-mark" if parse_number(text, other) is not None else "not-a-number"
        return None, (code, {"value": text, "mark": mark})
    if len(text.translate(_NO_SIGNS).strip("0")) > _SURE:
        near = exact_text(Fraction(Decimal(f"{float(number):.{_SURE}g}"))).replace(".", mark)
        return None, ("figure-of-a-float", {"value": text, "near": near, "digits": _SURE})
    least = Fraction(0) if spec.kind == "count" and spec.min is None else spec.min
    if spec.kind == "count" and number.denominator != 1:
        return None, ("not-whole", {"value": text})
    if least is not None and number < least:
        return None, ("below-minimum", {"value": text, "limit": exact_text(least)})
    if spec.max is not None and number > spec.max:
        return None, ("above-maximum", {"value": text, "limit": exact_text(spec.max)})
    return number, None
