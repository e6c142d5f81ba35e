"""One file that came back as a Returned: found again by labels, headings and codes, never by places."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

from ictindex.basics import Finding, Refused, Speller, found, sha256, speller
from ictindex.exchange import layout
from ictindex.exchange.cells import TEXT, Cell, Grid, Workbook, cell_name
from ictindex.exchange.layout import complaint_code, criterion_code, service_code, service_of, test_of
from ictindex.exchange.matters import codes
from ictindex.exchange.package import MAX_FILE_BYTES
from ictindex.exchange.returned import Entry, Returned, ReturnedLine, declared
from ictindex.exchange.spreadsheet import read_workbook
from ictindex.exchange.values import (
    Wrong,
    as_text,
    fold,
    form_mark,
    read_day,
    read_text,
    read_value,
    read_word,
    tidy,
)
from ictindex.exchange.zipped import Place, read_place
from ictindex.methodology import Answer, Methodology

MAX_FINDINGS = 500  # of one form: more are no help to whom it is sent back
_LONGEST_LABEL = 200  # characters
_IDENTITY = ("form", "edition", "sender", "version")
_WANTED = {
    "survey": ("code", "answer"),
    "appraisal": ("entity", "code", "verified"),
    "marking": ("entity", "code", "mark"),
    "adjudication": ("entity", "code", "mark"),
    "decisions": ("entity", "code", "decided"),
    "inspection": ("entity", "code", "tested_on", "way"),
}  # a slip's second sheet asks for no value
_LISTED = ("service", "procedure", "level", "in_database")  # wanted of a unit's list of services
_COMPLAINTS = ("service", "complained", "complaint_on", "complaint")  # wanted of a list of complaints
_YES_NO = Answer(label_vi="Có hay không", kind="yes_no")
_TEXT = Answer(label_vi="Văn bản", kind="text")
_WORDS = {"state": layout.STATES, "decided": layout.DECIDED_VI, "way": layout.WAY_VI}  # offered there
_OF_ANSWERS = {"declared", "decided", *layout.VALUE_FIELDS}  # columns that a sheet of criteria has not
_HEADINGS = {fold(each.label_vi): each.key for each in layout.FIELDS.values()}
_LABELS = {fold(label): key for key, label in layout.COVER.items()}
_POINTS = Answer(label_vi=layout.FIELDS["points"].label_vi, kind="number", min=0)  # of a criterion
_SENDING = Answer(label_vi=layout.COVER["sending"], kind="count", min=1)


class _Table(NamedTuple):
    """A sheet's lines: the row of the headings, the columns by key, and the cells of each row below."""

    grid: Grid
    head: int
    columns: dict[str, int]
    rows: dict[int, dict[int, Cell]]


def read_return(
    path: Place, shown: str, methodology: Methodology, entities: Mapping[str, str], edition: str = ""
) -> Returned:
    """A file of a unit or a reviewer, with everything that is wrong with its cells; it never raises.

    ``entities``: code -> label of the units. ``edition``: the one collected, where the caller knows it: a
    form of another edition then has no lines, since every one of them would only be wrong.
    """
    data = b""
    try:
        data = read_place(path, shown, MAX_FILE_BYTES)
        workbook = read_workbook(data, shown)
    except Refused as refused:
        return Returned(shown, sha256(data) if data else "", findings=list(refused.findings))
    reader = _Reader(shown, methodology, entities, list(workbook.findings))
    return replace(reader.returned(workbook, edition), sha256=sha256(data))


@dataclass
class _Reader:
    """One file while it is read; what is wrong is collected in ``findings``."""

    shown: str
    methodology: Methodology
    units: Mapping[str, str]
    findings: list[Finding]
    remarks: list[Finding] = field(default_factory=list)
    mark: str | None = None
    kind: str = ""
    covers: list[Grid] = field(default_factory=list)
    first: dict[tuple[str, str], tuple[str, ReturnedLine]] = field(default_factory=dict)

    def returned(self, workbook: Workbook, edition: str) -> Returned:
        cover = self._cover(workbook)
        self.kind = str(cover.get("form", ""))
        tables = [table for grid in workbook.sheets if (table := self._table(grid))]
        about = {key: cover.get(key, "") for key in (*_IDENTITY, "signed_by", "opinion")}
        about["named"] = self._named(about["sender"])
        sending, sent_on = cover.get("sending", 1), cover.get("sent_on")
        if edition and about["edition"] not in ("", edition):
            tables = []
        elif not tables:
            if not cover:
                self.findings = [each for each in self.findings if each.code == "form-external-links"]
            self.findings.append(found("form-without-questions", self.shown))
        self.mark = form_mark(self._figures(tables))
        lines = [
            line
            for table in tables
            for line in (self._lines(table) if "code" in table.columns else self._rows(table))
        ]
        lines = self._counted(lines) if self.kind == layout.SURVEY else lines
        if len(self.findings) > MAX_FINDINGS:
            more = found("too-many", self.shown, limit=f"{MAX_FINDINGS:,}")
            self.findings = [*self.findings[:MAX_FINDINGS], more]
        return Returned(
            self.shown, "", **about, sending=sending, sent_on=sent_on, lines=tuple(lines),
            findings=self.findings, remarks=tuple(self.remarks),
        )  # fmt: skip

    def wrong(self, code: str, grid: Grid, at: str, /, **facts: object) -> None:
        if len(self.findings) <= MAX_FINDINGS:
            place = f"{grid.name}!{at}" if at else grid.name
            self.findings.append(found(code, self.shown, None, place, **facts))

    def remark(self, grid: Grid, cell: Cell | None) -> None:
        """A figure of which its cell does not show every digit: it is read, and looked at."""
        if cell and cell.hides and len(self.remarks) < MAX_FINDINGS:
            place = f"{grid.name}!{cell.at}"
            self.remarks.append(found("digits-hidden", self.shown, None, place, value=as_text(cell)))

    def _read(self, grid: Grid, cell: Cell | None, read: object, *more: object) -> object:
        """What a reader of values makes of a cell; of a formula its last value is kept beside the finding."""
        nothing = None if read is read_day else ""
        if cell is None:
            return nothing
        value = read(cell, *more)
        if type(value) is not Wrong:
            return value
        self.wrong(value.code, grid, cell.at, **value.facts)
        if value.code == "form-old-letters":
            return value.facts["value"]
        if value.code == "form-formula":
            value = read(cell._replace(formula=False), *more)
        return nothing if isinstance(value, Wrong) else value

    # --- the cover ----------------------------------------------------------------------------------------

    def _cover(self, workbook: Workbook) -> dict[str, str | int | date | None]:
        """What the cover says, wherever it is: the sheet with most of its labels."""
        covers = [(grid, labels) for grid in workbook.sheets if (labels := _labelled(grid))]
        covers = [each for each in covers if set(_IDENTITY) & each[1].keys()]
        self.covers = [grid for grid, _ in covers]
        if not covers:
            labels = "; ".join(layout.COVER[key] for key in _IDENTITY)
            self.findings.append(found("form-cover-incomplete", self.shown, labels=labels))
            return {}
        grid, cells = max(covers, key=lambda each: len(each[1]))
        said = {key: self._said(grid, key, cell) for key, cell in cells.items() if cell}
        missing = [layout.COVER[key] for key in _IDENTITY if not said.get(key)]
        if missing:
            self.wrong("form-cover-incomplete", grid, "", labels="; ".join(missing))
        for other, its_cells in covers:
            sender = its_cells.get("sender")
            if other is not grid and sender and fold(sender.text) != fold(str(said.get("sender", ""))):
                self.wrong("form-two-covers", other, sender.at, value=sender.text, first=grid.name)
        form = fold(str(said.get("form", "")))
        by_label = {fold(label): kind for kind, label in layout.KIND_VI.items()}
        sender = str(said.get("sender", ""))
        return said | {"form": by_label.get(form, form), "sender": self._units[0].get(fold(sender), sender)}

    def _named(self, sender: str) -> str:
        """The unit whose name stands on the cover, by itself in a row, where it is not the sender's."""
        _, names = self._units
        rows: dict[tuple[str, int], list[Cell]] = {}
        for grid in self.covers:
            for (row, _), cell in grid.cells.items():
                rows.setdefault((grid.name, row), []).append(cell)
        alone = {names.get(_label(cells[0])) for cells in rows.values() if len(cells) == 1} - {None}
        return next(iter(sorted(alone)), "") if alone and sender not in alone else ""

    def _said(self, grid: Grid, key: str, cell: Cell) -> str | int | date | None:
        if key == "sent_on":
            return self._read(grid, cell, read_day)
        if key == "opinion":
            return self._read(grid, cell, read_word, layout.OPINIONS)
        if key == "sending":
            sending = self._read(grid, cell, read_value, _SENDING)
            return int(sending) if sending else 1
        return self._read(grid, cell, read_text)

    # --- the tables ---------------------------------------------------------------------------------------

    def _table(self, grid: Grid) -> _Table | None:
        """A sheet with a row of headings: the code and what is filled in; other sheets are none."""
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(grid.cells.items()):
            rows.setdefault(row, {})[column] = cell
        for row, cells in rows.items():
            heads = [(column, key) for column, cell in cells.items() if (key := _HEADINGS.get(_label(cell)))]
            keys = {key for _, key in heads}
            is_list = "service" in keys and "code" not in keys
            listed = _COMPLAINTS if self.kind == layout.INSPECTION else _LISTED
            wanted = listed if is_list else _WANTED.get(self.kind, ("code",))
            has_entries = any(layout.FIELDS[key].entry for key in keys)
            if not (has_entries and {"code", "service", wanted[-1]} & keys):
                continue
            missing = [layout.FIELDS[key].label_vi for key in wanted if key not in keys]
            if missing:
                self.wrong("form-heading-missing", grid, "", labels="; ".join(missing), row=row)
            if not is_list and "code" not in keys:
                return None
            columns = self._columns(grid, cells, heads)
            return _Table(grid, row, columns, {at: cells for at, cells in rows.items() if at > row})
        return None

    def _columns(self, grid: Grid, cells: dict[int, Cell], heads: list[tuple[int, str]]) -> dict[str, int]:
        columns: dict[str, int] = {}
        for column, key in heads:
            if (first := columns.setdefault(key, column)) != column:
                facts = {"label": layout.FIELDS[key].label_vi, "first": cells[first].at}
                self.wrong("form-heading-twice", grid, cells[column].at, **facts)
        return columns

    def _figures(self, tables: Iterable[_Table]) -> Iterator[tuple[Cell, Answer]]:
        for table in tables:
            for cells in table.rows.values():
                asks = self._asked.get(_text(cells.get(table.columns.get("code", 0))))
                for key in layout.VALUE_FIELDS:
                    cell = cells.get(table.columns.get(key, 0))
                    if asks and cell and cell.kind == TEXT:
                        yield cell, asks

    @cached_property
    def _asked(self) -> dict[str, Answer]:
        """What the line of a code asks: an answer, or points where the code is a criterion's."""
        points = {criterion_code(node.id): _POINTS for node in self.methodology.nodes}
        more = codes(self.methodology, _POINTS) if self.kind == layout.DECISIONS else {}
        return points | self.methodology.answers | more

    @cached_property
    def _codes(self) -> dict[str, _Codes]:
        """The codes by the heading that they stand under; criteria have a sheet of their own."""
        criteria = {node.id: criterion_code(node.id) for node in self.methodology.nodes}
        criteria |= {code: code for code in criteria.values()}
        answers = {code: code for code in self._asked}
        coded, named = self._units
        return {
            "answer": _Codes(_folded(answers), answers),
            "criterion": _Codes(_folded(criteria), criteria),
            "entity": _Codes(coded, self.units),
            "unit": _Codes(named | coded, (*self.units.values(), *self.units)),
        }

    @cached_property
    def _units(self) -> tuple[dict[str, str], dict[str, str]]:
        return _by_code_and_name(tuple(self.units.items()))

    # --- the lines ----------------------------------------------------------------------------------------

    def _rows(self, table: _Table) -> Iterator[ReturnedLine]:
        """The rows of a list that are the sender's own; their codes too."""
        coded: list[int] = []
        asked = [key for key in table.columns if layout.FIELDS[key].entry]
        for row, cells in table.rows.items():
            there = [cells[table.columns[key]] for key in asked if table.columns[key] in cells]
            heads = {_HEADINGS.get(_label(cell)) for cell in there}
            if not there or "service" in heads:
                continue  # nothing, or the headings again
            coded.append(row)
            entries = self._entries(table, row, cells, "")
            service = entries["service"].text if "service" in entries else ""
            if self.kind == layout.INSPECTION:
                unit = self._code(table, cells, "complained", self._codes["unit"])
                if unit is not None:
                    yield ReturnedLine(unit, complaint_code(service), entries)
            else:
                yield ReturnedLine("", service_code(service), entries)
        self._merged(table, coded)

    def _counted(self, lines: list[ReturnedLine]) -> list[ReturnedLine]:
        """The lines of a survey, where the list of services gives the figure that the unit left open."""
        of = self.methodology.source.online_services
        rows = [line for line in lines if service_of(line.code) is not None]
        if not (of and rows):
            return lines

        def filled(line: ReturnedLine) -> ReturnedLine:
            answer, state = line.entries.get("answer"), line.entries.get("state")
            if line.code != of.counted_as or answer is None or answer.text or (state and state.text):
                return line
            if answer.cell in {finding.column for finding in self.findings}:
                return line
            return line._replace(
                entries={**line.entries, "answer": answer._replace(text=str(declared(rows)))}
            )

        return [*map(filled, lines)]

    def _lines(self, table: _Table) -> Iterator[ReturnedLine]:
        coded: list[int] = []
        of = "criterion" if _OF_ANSWERS.isdisjoint(table.columns) else "answer"
        codes = {"code": self._codes[of], "entity": self._codes["entity"]}
        for row, cells in table.rows.items():
            if _HEADINGS.get(fold(_text(cells.get(table.columns["code"])))) == "code":
                continue  # the headings again, as some repeat them for printing
            at = {key: self._code(table, cells, key, codes[key]) for key in codes}
            if at["code"] is None or at["entity"] is None:
                continue
            lost = "code" if not at["code"] else "entity" if "entity" in table.columns else ""
            if lost and not at[lost]:
                self._uncoded(table, cells, layout.FIELDS[lost].label_vi)
                continue
            coded.append(row)
            line = ReturnedLine(at["entity"], at["code"], self._entries(table, row, cells, at["code"]))
            if self._is_new(table, cells, line):
                yield line
        self._merged(table, coded)

    def _code(self, table: _Table, cells: dict[int, Cell], key: str, codes: _Codes) -> str | None:
        """The code of a line or of its unit, '' where none stands; None, and a finding, where unknown."""
        cell = cells.get(table.columns.get(key, 0))
        text = _text(cell)
        if not text:
            return ""
        if key == "code" and self.kind == layout.INSPECTION and test_of(text):
            return text
        if (code := codes.folded.get(fold(text))) is None:
            facts = codes.spelled(text)
            if key == "code":
                self.wrong("form-code-unknown", table.grid, cell.at, value=text, **facts)
            else:
                self.wrong("form-entity-unknown", table.grid, cell.at, value=text, **facts)
        return code

    def _entries(self, table: _Table, row: int, cells: dict[int, Cell], code: str) -> dict[str, Entry]:
        """Every entry of a line; '' where nothing is filled in, or nothing that can be read."""
        asks, grid, entries = self._asked.get(code, _TEXT), table.grid, {}
        filled = {key: cells.get(at) for key, at in table.columns.items() if layout.FIELDS[key].entry}
        for key, cell in filled.items():
            if key in layout.VALUE_FIELDS:
                text = self._read(grid, cell, read_value, asks, self.mark)
                self.remark(grid, cell)
            elif key in _WORDS:
                text = self._read(grid, cell, read_word, _WORDS[key])
            elif key == "level":
                text = self._read(grid, cell, _read_level)
            elif key in layout.YES_NO_FIELDS:
                text = self._read(grid, cell, read_value, _YES_NO)
            elif key in layout.DAYS:
                day = self._read(grid, cell, read_day)
                text = f"{day}" if day else ""
            else:
                text = self._read(grid, cell, read_text)
            entries[key] = Entry(text, f"{grid.name}!{cell_name(row, table.columns[key])}")
        values = [filled[key] for key in layout.VALUE_FIELDS if _text(filled.get(key))]
        state = filled.get("state")
        if values and state and _text(state):
            facts = {"value": _text(values[0]), "state": _text(state)}
            self.wrong("form-answer-and-state", grid, values[0].at, **facts)
        if not values and not (state and _text(state)) and asks.kind != "text":
            self._elsewhere(table, row, cells, asks)
        return entries

    def _elsewhere(self, table: _Table, row: int, cells: dict[int, Cell], asks: Answer) -> None:
        """A value beside an empty answer cell, in the notes or in a column that is none of the form's."""
        wanted = next((table.columns[key] for key in layout.VALUE_FIELDS if key in table.columns), None)
        own = {column for key, column in table.columns.items() if key != "note"}
        for column, cell in cells.items():
            if wanted and column not in own and not isinstance(read_value(cell, asks, self.mark), Wrong):
                self.wrong(
                    "form-elsewhere", table.grid, cell_name(row, wanted), cell=cell.at, value=_text(cell)
                )

    def _uncoded(self, table: _Table, cells: dict[int, Cell], label: str) -> None:
        for key in layout.VALUE_FIELDS:
            if cell := cells.get(table.columns.get(key, 0)):
                self.wrong("form-line-without-code", table.grid, cell.at, value=_text(cell), label=label)

    def _is_new(self, table: _Table, cells: dict[int, Cell], line: ReturnedLine) -> bool:
        """Whether a line is the first of its code; one that says anything else is a finding."""
        at, key = cells[table.columns["code"]].at, (line.entity, line.code)
        where, first = self.first.setdefault(key, (f"{table.grid.name}!{at}", line))
        if first is line:
            return True
        here, there = ({k: e.text for k, e in each.entries.items() if e.text} for each in (line, first))
        if here != there:
            self.wrong("form-line-twice", table.grid, at, code=line.code, first=where)
        return False

    def _merged(self, table: _Table, coded: list[int]) -> None:
        """Merged cells hide to which line or column an entry belongs."""
        entries = {column for key, column in table.columns.items() if layout.FIELDS[key].entry}
        values = {column for key, column in table.columns.items() if key in layout.VALUE_FIELDS}
        for merged in table.grid.merged:
            lines = bisect_right(coded, merged.bottom) - bisect_left(coded, merged.top)
            inside = [column for column in entries if merged.left <= column <= merged.right]
            sideways = merged.right > merged.left and values & set(inside)
            if inside and lines and (lines > 1 or sideways):
                self.wrong("form-merged", table.grid, merged.at)


def _read_level(cell: Cell | None) -> str | Wrong:
    """A service's level; what is none of those asked for is told with the other rules of the list."""
    level = read_word(cell, layout.LEVEL_VI)
    return read_text(cell) if isinstance(level, Wrong) and level.code == "form-not-offered" else level


@dataclass
class _Codes:
    """Codes by what is written for them, folded, and the nearest to one unknown."""

    folded: Mapping[str, str]
    known: Iterable[str]

    @cached_property
    def spelled(self) -> Speller:
        return speller(self.known)


@lru_cache(maxsize=4)  # many files are of the same units
def _by_code_and_name(units: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Code, and label, as they are compared -> code."""
    return _folded({code: code for code, _ in units}), _folded({label: code for code, label in units})


def _folded(known: Mapping[str, str]) -> dict[str, str]:
    return {fold(written): code for written, code in known.items()}


def _text(cell: Cell | None) -> str:
    return "" if cell is None else tidy(cell.text)


def _label(cell: Cell) -> str:
    """What a cell says, as labels are compared; '' where it is longer than any."""
    return fold(cell.text) if len(cell.text) <= _LONGEST_LABEL else ""


@lru_cache(maxsize=10_000)  # covers and questions are alike
def _of_cover(text: str) -> str | None:
    return _LABELS.get(fold(text))


def _labelled(grid: Grid) -> dict[str, Cell | None]:
    """Key of the cover -> the cell that stands next to its label on the right, if one does."""
    cells: dict[str, Cell | None] = {}
    waiting: tuple[int, str] | None = None
    for (row, _), cell in sorted(grid.cells.items()):
        if key := len(cell.text) <= _LONGEST_LABEL and _of_cover(cell.text):
            cells.setdefault(key, None)
            waiting = (row, key)
        elif waiting and waiting[0] == row:
            cells[waiting[1]] = cells[waiting[1]] or cell
            waiting = None
    return cells
