"""CSV from anywhere: rows with their line numbers, whatever separates the cells; every defect at once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ictindex.basics.files import read_text
from ictindex.basics.findings import Finding, Refused, Speller, enough, found, refuse_if, speller

_SAYS_SOMETHING = re.compile(r"^.*[^\s,;].*$", re.MULTILINE)


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
    text = read_text(path, shown)
    header_line = _SAYS_SOMETHING.search(text)
    if not header_line:
        raise Refused([found("csv-empty", shown)])
    delimiter = max(",;\t", key=header_line[0].count)
    rows: list[Row] = []
    findings: list[Finding] = []
    records = _records(text, delimiter, shown, findings)
    first, header = next(records, (1, []))
    refuse_if(findings or _bad_header(header, shown, first, wanted, also))
    for number, cells in records:
        if len(cells) == len(header):
            rows.append(Row(number, dict(zip(header, cells, strict=True))))
        else:
            findings.append(found("row-length", shown, number, cells=len(cells), wanted=len(header)))
            if enough(findings, shown, number):
                break
    if not rows and not findings:
        findings.append(found("no-rows", shown))
    return rows, findings


def _records(
    text: str, delimiter: str, shown: str, findings: list[Finding]
) -> Iterator[tuple[int, list[str]]]:
    """Every record that says something, and the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if any(cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        findings.append(found("csv-syntax", shown, begins, problem=str(error)))


def _bad_header(
    header: list[str], shown: str, row: int, wanted: Iterable[str], also: Iterable[str] | None
) -> Iterator[Finding]:
    for name in wanted:
        if name not in header:
            yield found("column-missing", shown, row, name, name=name, known=", ".join(filter(None, header)))
    known = (*wanted, *(also or ()))
    spelled = speller(known)
    for i, name in enumerate(header):
        if not name:
            yield found("column-unnamed", shown, row, number=i + 1)
        elif name in header[:i]:
            yield found("column-twice", shown, row, name, name=name)
        elif also is not None and name not in known:
            yield found("column-unknown", shown, row, name, name=name, **spelled(name))


class Checked(NamedTuple):
    """One CSV file: the rows that could be read, whether these are all, and where its findings go."""

    shown: str
    rows: list[Row]
    whole: bool
    findings: list[Finding]

    def until_enough(self) -> Iterator[Row]:
        """The rows, until there are so many findings that reading on helps nobody."""
        for row in self.rows:
            if enough(self.findings, self.shown, row.number):
                return
            yield row

    def wrong(self, code: str, row: int, column: str, **facts: Any) -> None:
        self.findings.append(found(code, self.shown, row, column, **facts))

    def unknown(
        self, column: str, word: str, row: int, known: Collection[str] | None, spelled: Speller
    ) -> None:
        """Say so where a cell names nothing known; ``known`` None where anything may be meant."""
        if not word:
            self.wrong("cell-empty", row, column)
        elif known is not None and word not in known:
            self.wrong(f"{column}-unknown", row, column, value=word, **spelled(word))


def checked_csv(path: Path, shown: str, columns: Columns, findings: list[Finding]) -> Checked:
    """Read a CSV file as far as it can be read; what is wrong goes to ``findings``."""
    try:
        rows, wrong = scan_csv(path, shown, *columns)
    except Refused as refused:
        rows, wrong = [], refused.findings
    findings += wrong
    return Checked(shown, rows, not wrong, findings)
