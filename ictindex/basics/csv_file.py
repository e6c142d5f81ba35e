"""CSV from anywhere, a row at a time: rows with their line numbers, whatever separates the cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from ictindex.basics.files import read_blocks, read_chunks
from ictindex.basics.findings import Finding, Refused, Speller, enough, found, refuse_if, speller
from ictindex.basics.letters import damaged

MAX_CSV_BYTES = 512 * 1024 * 1024  # 50,000 units × 100 answers with their sources take about 350 MB
MAX_ROWS = 6_000_000
MAX_BLANK_LINES = 1_048_576  # as many as a spreadsheet has rows
MAX_COLUMNS = 500  # answers.csv has 10; entities.csv has as many as there are attributes
MAX_LINE = 1_000_000  # characters
MAX_CELL = 131_072  # characters

_WORDS = frozenset({"label_vi", "note", "paper", "reference", "who", "why"})  # columns that people write
_SEPARATOR = re.compile(r"\s*sep=([,;\t])\s*", re.IGNORECASE)  # which Excel takes for no row
_SAYS_SOMETHING = re.compile(r"[^\s,;]")


Columns = tuple[tuple[str, ...], tuple[str, ...] | None]  # that a table must have, and may have (None: any)


YES_NO = {"có": True, "yes": True, "1": True, "không": False, "no": False, "0": False}  # as cells say it


class Row(NamedTuple):
    """A record of a CSV file: its cells by column name, and the line on which it begins.

    Lines are counted as an editor counts them, blank ones and line breaks inside quotes too.
    """

    number: int
    cells: dict[str, str]


def read_csv(path: Path, shown: str, wanted: tuple[str, ...], also: tuple[str, ...] | None) -> list[Row]:
    """The rows of a CSV file with ',', ';' or tab between cells; ``also`` None lets any further column in."""
    rows, findings = scan_csv(path, shown, wanted, also)
    refuse_if(findings)
    return rows


def scan_csv(
    path: Path, shown: str, wanted: tuple[str, ...], also: tuple[str, ...] | None
) -> tuple[list[Row], list[Finding]]:
    """As read_csv: the rows that are whole, and what is wrong with the others; Refused without a header."""
    findings: list[Finding] = []
    return list(stream_csv(path, shown, (wanted, also), findings)), findings


def stream_csv(path: Path, shown: str, columns: Columns, findings: list[Finding]) -> Iterator[Row]:
    """The rows that are whole, each read when it is asked for; what is wrong with the others to ``findings``.

    Refused without a header, or where the file goes beyond a limit above: nothing of it is then to be used.
    """
    header: list[str] = []
    for number, cells in stream_cells(path, shown, columns, findings, header):
        yield Row(number, dict(zip(header, cells, strict=True)))


def stream_cells(
    path: Path, shown: str, columns: Columns, findings: list[Finding], header: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """As ``stream_csv``: where each row begins, and its cells; the columns' names go to ``header``."""
    before = len(findings)
    records = _records(path, shown, findings)
    first, header[:] = next(records, (1, []))
    refuse_if(findings[before:])
    if not header:
        raise Refused([found("csv-empty", shown)])
    refuse_if(_bad_header(header, shown, first, columns))
    some, wide = False, len(header)
    for number, cells in records:
        if len(cells) == wide:
            some = True
            yield number, cells
        else:
            findings.append(found("row-length", shown, number, cells=len(cells), wanted=len(header)))
            if enough(findings, shown, number):
                return
    if not some and len(findings) == before:
        findings.append(found("no-rows", shown))


def _records(path: Path, shown: str, findings: list[Finding]) -> Iterator[tuple[int, list[str]]]:
    """Every record that says something, and the line on which it begins."""
    lines = _lines(path, shown)
    above, head = _first_that_speaks(lines, shown)
    if told := _SEPARATOR.fullmatch(head):
        more, head = _first_that_speaks(lines, shown)
        above += 1 + more
    delimiter = told[1] if told else max(",;\t", key=head.count)
    csv.field_size_limit(MAX_CELL)  # of the whole process: any library may have moved it
    reader = csv.reader(chain([head], lines), delimiter=delimiter, strict=True)
    begins, said, blank = above + 1, -1, above  # the header is no row
    try:
        for cells in reader if head else ():
            cells = [*map(str.strip, cells)]
            if any(cells):
                said += 1
                yield begins, cells
            else:
                blank += 1
            if said > MAX_ROWS:
                raise Refused([found("csv-rows", shown, begins, limit=f"{MAX_ROWS:,}")])
            _refuse_blank(blank, shown, begins)
            begins = above + reader.line_num + 1
    except csv.Error as error:
        findings.append(found("csv-syntax", shown, begins, problem=str(error)))


def _lines(path: Path, shown: str) -> Iterator[str]:
    blocks = read_blocks(path, shown, MAX_CSV_BYTES, MAX_LINE)
    return chain.from_iterable(io.StringIO(block, newline="\n") for block in blocks)


def _first_that_speaks(lines: Iterator[str], shown: str) -> tuple[int, str]:
    """How many lines hold separators and spaces only, and the line after them: it has the column names."""
    above = 0
    for line in lines:
        if _SAYS_SOMETHING.search(line):
            return above, line
        above += 1
        _refuse_blank(above, shown, above)
    return above, ""


def _refuse_blank(lines: int, shown: str, row: int) -> None:
    if lines > MAX_BLANK_LINES:
        raise Refused([found("csv-blank", shown, row, limit=f"{MAX_BLANK_LINES:,}")])


def _bad_header(header: list[str], shown: str, row: int, columns: Columns) -> Iterator[Finding]:
    wanted, also = columns
    if len(header) > MAX_COLUMNS:
        yield found("csv-columns", shown, row, columns=f"{len(header):,}", limit=f"{MAX_COLUMNS:,}")
        return
    for name in wanted:
        if name not in header:
            yield found("column-missing", shown, row, name, name=name, known=", ".join(filter(None, header)))
    known = (*wanted, *(also or ()))
    spelled, before = speller(known), set()
    for i, name in enumerate(header):
        if not name:
            yield found("column-unnamed", shown, row, number=i + 1)
        elif name in before:
            yield found("column-twice", shown, row, name, name=name)
        elif also is not None and name not in known:
            yield found("column-unknown", shown, row, name, name=name, **spelled(name))
        before.add(name)


@dataclass
class Checked:
    """One CSV file that is read anew at each pass, as far as it can be read, and where its findings go.

    After ``until_enough``: ``count``, the rows that were read, and ``whole``, whether these are all.
    """

    path: Path
    shown: str
    columns: Columns
    findings: list[Finding]
    count: int = 0
    whole: bool = True
    _spellers: dict[str, Speller] = field(default_factory=dict, repr=False)

    def rows(self) -> Iterator[Row]:
        """The rows that are whole, whatever else is wrong with the file, which is not said."""
        try:
            yield from stream_csv(self.path, self.shown, self.columns, [])
        except Refused:
            return

    def says(self, word: str) -> bool:
        """Whether a word of ASCII letters stands anywhere, small or capital: sooner known than the rows."""
        wanted, rest = word.lower().encode(), b""
        try:
            for chunk in read_chunks(self.path, self.shown, MAX_CSV_BYTES):
                rest = rest[-len(wanted) :] + chunk.lower()
                if wanted in rest:
                    return True
        except Refused:  # which reading the rows reports
            pass
        return False

    def until_enough(self) -> Iterator[Row]:
        """The rows, until there are so many findings that reading on helps nobody."""
        header: list[str] = []
        for number, cells in self.cells_until_enough(header):
            yield Row(number, dict(zip(header, cells, strict=True)))

    def cells_until_enough(self, header: list[str]) -> Iterator[tuple[int, list[str]]]:
        """As ``until_enough``, as ``stream_cells`` has them."""
        wrong: list[Finding] = []
        words: list[int] | None = None  # the columns that people write
        try:
            for number, cells in stream_cells(self.path, self.shown, self.columns, wrong, header):
                if self.findings and enough(self.findings, self.shown, number):
                    break
                self.count += 1
                if words is None:
                    words = [i for i, column in enumerate(header) if column in _WORDS]
                for i in words:
                    if damaged(cells[i]):  # it must never be printed
                        self.wrong("form-old-letters", number, header[i], value=cells[i])
                yield number, cells
        except Refused as refused:
            wrong += refused.findings
        self.whole = not wrong
        self.findings += wrong

    def wrong(self, code: str, row: int, column: str, **facts: Any) -> None:
        self.findings.append(found(code, self.shown, row, column, **facts))

    def unknown(self, column: str, word: str, row: int, known: Collection[str] | None) -> None:
        """Say so where a cell names nothing known; ``known`` None where anything may be meant."""
        if not word:
            self.wrong("cell-empty", row, column)
        elif known is not None and word not in known:
            if column not in self._spellers:
                self._spellers[column] = speller(known)
            self.wrong(f"{column}-unknown", row, column, value=word, **self._spellers[column](word))
