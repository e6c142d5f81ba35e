"""The tables of the inputs that forms go into: read as rows, written as CSV, stated in sources.yaml."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ictindex.basics import Finding, Refused, found, proven_mark, read_text, refuse_if, scan, scan_csv
from ictindex.facts import (
    ANSWER_COLUMNS,
    ANSWERS,
    EVENT_COLUMNS,
    EVENTS,
    EVIDENCE,
    MARK_COLUMNS,
    MARKS,
    PROCEDURE,
    PROCEDURE_COLUMNS,
    RECEIVED,
    SERVICE_COLUMNS,
    SERVICES,
    SOURCES,
    TEST_COLUMNS,
    TESTS,
)
from ictindex.methodology import Methodology
from ictindex.procedure import NUMERIC

Cells = dict[str, str]  # a row by column
Key = tuple[str, str]  # entity, answer

COLUMNS: dict[str, tuple[str, ...]] = {
    ANSWERS: (*ANSWER_COLUMNS[0], *ANSWER_COLUMNS[1]),
    MARKS: (*MARK_COLUMNS[0], *MARK_COLUMNS[1]),
    EVIDENCE: ("entity", "answer", "file", "sha256", "reference", "at", "note"),
    EVENTS: (*EVENT_COLUMNS[0], *EVENT_COLUMNS[1]),
    RECEIVED: ("sender", "form", "sending", "file", "sha256", "at", "state", "why", "content"),
    PROCEDURE: (*PROCEDURE_COLUMNS[0], *PROCEDURE_COLUMNS[1]),
    SERVICES: (*SERVICE_COLUMNS[0], *SERVICE_COLUMNS[1]),
    TESTS: (*TEST_COLUMNS[0], *TEST_COLUMNS[1]),
}
LABELS_VI = {
    ANSWERS: "Số liệu khai báo và thẩm định",
    MARKS: "Điểm chấm của người kiểm tra",
    EVIDENCE: "Tài liệu kiểm chứng",
    EVENTS: "Ngày nhận báo cáo, xác nhận và kiến nghị của đơn vị",
    RECEIVED: "Sổ nhận phiếu",
    SERVICES: "Dịch vụ công trực tuyến mức độ 3, 4 do đơn vị khai",
    TESTS: "Kết quả kiểm tra từng dịch vụ công trực tuyến",
    PROCEDURE: "Các việc của cả kỳ đánh giá: gửi phiếu, trình báo cáo, phê duyệt, công bố, chuyển kết quả",
}
_ORIGIN_VI = "Phiếu của các đơn vị và người chấm gửi về, do lệnh ictindex collect nhập; {how}"
_HOW_VI = {
    ANSWERS: "cột source ghi mã băm của tệp và ô",
    EVENTS: "cột source ghi mã băm của tệp và ô",
    MARKS: "tệp đã nhận ghi ở received.csv",
    SERVICES: "tệp đã nhận ghi ở received.csv",
    TESTS: "tệp đã nhận ghi ở received.csv",
    EVIDENCE: "mỗi tài liệu có mã băm SHA-256",
    RECEIVED: "mỗi tệp một dòng, kèm mã băm SHA-256",
}
_TO_STATE = "# status: published hoặc illustrative — người đánh giá ghi: số liệu thật hay minh họa\n"


def by(rows: Iterable[Mapping[str, Any]], column: str) -> dict[str, list[Any]]:
    """What stands in a column -> its rows."""
    together: dict[str, list[Any]] = {}
    for row in rows:
        together.setdefault(row[column], []).append(row)
    return together


@dataclass
class Ledger:
    """The rows of the tables that forms go into; ``mark`` is the decimal mark of answers.csv.

    ``changed``: the tables that are no longer what they were.
    """

    answers: dict[Key, Cells] = field(default_factory=dict)
    marks: list[Cells] = field(default_factory=list)
    evidence: list[Cells] = field(default_factory=list)
    events: list[Cells] = field(default_factory=list)
    received: dict[str, Cells] = field(default_factory=dict)
    procedure: list[Cells] = field(default_factory=list)
    services: list[Cells] = field(default_factory=list)
    service_tests: list[Cells] = field(default_factory=list)
    mark: str = "."
    changed: set[str] = field(default_factory=set)

    def rows(self, table: str) -> list[Cells]:
        held = getattr(self, table.removesuffix(".csv"))
        return list(held.values() if isinstance(held, dict) else held)


def read_ledger(folder: Path, shown: str, methodology: Methodology) -> Ledger:
    """What the folder of an edition holds so far; a table that is not there is empty.

    Refused with everything that keeps a table from being read.
    """
    findings: list[Finding] = []
    tables = {table: _read(folder / table, f"{shown}/{table}", table, findings) for table in COLUMNS}
    findings += _twice(tables[ANSWERS], f"{shown}/{ANSWERS}")
    mark = _decimal_mark(folder / SOURCES, f"{shown}/{SOURCES}", tables[ANSWERS], methodology, findings)
    refuse_if(findings)
    held: dict[str, Any] = {table.removesuffix(".csv"): rows for table, rows in tables.items()}
    held["answers"] = {(row["entity"], row["answer"]): row for row in tables[ANSWERS]}
    held["received"] = {row["sha256"]: row for row in tables[RECEIVED]}
    return Ledger(**held, mark=mark)


def _twice(rows: list[Cells], shown: str) -> Iterator[Finding]:
    """Answers that stand twice: one of the two would be lost."""
    first: dict[Key, int] = {}
    for number, row in enumerate(rows, start=2):
        entity, answer = row["entity"], row["answer"]
        if (before := first.setdefault((entity, answer), number)) != number:
            yield found("answer-twice", shown, number, "entity", entity=entity, answer=answer, first=before)


_MAY_LACK = {ANSWERS: ANSWER_COLUMNS[1], EVENTS: EVENT_COLUMNS[1], RECEIVED: ("sending", "content")}
_MAY_LACK |= {EVIDENCE: ("at", "note"), MARKS: MARK_COLUMNS[1], PROCEDURE: PROCEDURE_COLUMNS[1]}
_MAY_LACK |= {TESTS: TEST_COLUMNS[1]}


def _read(path: Path, shown: str, table: str, findings: list[Finding]) -> list[Cells]:
    if not os.path.lexists(path):
        return []
    wanted = tuple(column for column in COLUMNS[table] if column not in _MAY_LACK.get(table, ()))
    try:
        rows, wrong = scan_csv(path, shown, wanted, None)
    except Refused as refused:
        rows, wrong = [], refused.findings
    findings += [finding for finding in wrong if finding.code not in ("no-rows", "csv-empty")]
    return [{column: row.cells.get(column, "") for column in COLUMNS[table]} | row.cells for row in rows]


def _decimal_mark(
    path: Path, shown: str, answers: list[Cells], methodology: Methodology, findings: list[Finding]
) -> str:
    """The mark that sources.yaml declares, else the one that the figures prove, else the point."""
    if os.path.lexists(path):
        try:
            data = scan(read_text(path, shown), shown).data
        except Refused as refused:
            findings += refused.findings
            return "."
        if isinstance(data, dict) and data.get("decimal") in (".", ","):
            return data["decimal"]
    numeric = {code for code, spec in methodology.answers.items() if spec.kind in NUMERIC}
    used = {proven_mark(row["value"]) for row in answers if row["answer"] in numeric} - {None}
    return used.pop() if len(used) == 1 else "."


def texts(ledger: Ledger, folder: Path, entities: Sequence[str], methodology: Methodology) -> dict[str, str]:
    """File -> its new text, for every table that changed."""
    places = {code: i for i, code in enumerate(entities)}
    if ANSWERS in ledger.changed:
        order = {answer: i for i, answer in enumerate(methodology.answers)}
        last = len(places) + len(order)
        ledger.answers = dict(
            sorted(
                ledger.answers.items(),
                key=lambda item: (places.get(item[0][0], last), order.get(item[0][1], last), item[0]),
            )
        )
    for rows in (ledger.services, ledger.service_tests):
        rows.sort(key=lambda row: places.get(row["entity"], len(places)))
    written = {}
    for table in sorted(ledger.changed):
        rows = ledger.rows(table)
        path = folder / table
        if table in (EVENTS, PROCEDURE) and path.exists():
            written[table] = _appended(path, rows, table)
        elif rows or path.exists():
            written[table] = csv_text(_columns(table, rows), rows)
    return written


def _columns(table: str, rows: Iterable[Mapping[str, str]]) -> list[str]:
    """The columns of a table, and after them those that somebody else added."""
    return list(dict.fromkeys([*COLUMNS[table], *(column for row in rows for column in row)]))


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]], header: bool = True) -> str:
    """Rows as the text of a table: what a row lacks is empty, what no column names is left out."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if header:
        writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue()


def _appended(path: Path, rows: list[Cells], table: str) -> str:
    """A table that only grows: its text and the new rows; wider only where a column is new to it."""
    text = read_text(path, path.name)
    header = text.split("\n", 1)[0].split(",")
    old, _ = scan_csv(path, path.name, (), None)
    new = rows[len(old) :]
    if any(cell and column not in header for row in new for column, cell in row.items()):
        return csv_text(_columns(table, rows), rows)
    return f"{text.rstrip(chr(10))}\n{csv_text(header, new, header=False)}"


def sources_text(path: Path, shown: str, tables: Iterable[str], mark: str) -> tuple[str, list[Finding]]:
    """sources.yaml with an entry for each table, its text otherwise kept; and what the evaluator must add.

    Whether the figures are real is never claimed for the evaluator.
    """
    tables = sorted(tables)
    if not os.path.lexists(path):
        text = f'{_TO_STATE}decimal: "{mark}"\nfiles:\n' + "".join(_entry(name, "  ") for name in tables)
        return text, [found("sources-status-open", shown)]
    text = read_text(path, shown)
    document = scan(text, shown)
    data = document.data if isinstance(document.data, dict) else {}
    status = [] if data.get("status") else [found("sources-status-open", shown)]
    listed = data.get("files")
    new = [name for name in tables if not isinstance(listed, dict) or name not in listed]
    if not new:
        return text, status
    longer = _with_entries(text, new)
    wanted = [*(listed if isinstance(listed, dict) else ()), *new]
    try:
        after = scan(longer, shown).data
    except Refused:
        after = {}
    if list(after.get("files") or ()) == wanted and after | {"files": 0} == data | {"files": 0}:
        return longer, status
    return text, [*status, found("sources-by-hand", shown, names=", ".join(new))]


def _with_entries(text: str, names: Iterable[str]) -> str:
    """The text with entries at the end of its block 'files'."""
    lines = text.rstrip("\n").split("\n")
    start = next((i for i, line in enumerate(lines) if line.rstrip() == "files:"), None)
    if start is None:
        return text
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " #"):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    first = next((line for line in lines[start + 1 : end] if line.strip() and line[0] == " "), "  ")
    indent = " " * (len(first) - len(first.lstrip()))
    entries = "".join(_entry(name, indent) for name in names).rstrip("\n").split("\n")
    return "\n".join([*lines[:end], *entries, *lines[end:]]) + "\n"


def _entry(name: str, indent: str) -> str:
    origin = _ORIGIN_VI.format(how=_HOW_VI[name]) if name in _HOW_VI else "Do người đánh giá lập"
    label = LABELS_VI.get(name, "Danh mục đơn vị được đánh giá")
    return f'{indent}{name}:\n{indent * 2}label_vi: "{label}"\n{indent * 2}origin: "{origin}"\n'


def numeric_texts(ledger: Ledger, methodology: Methodology) -> dict[Key, str]:
    """The declared figures with a decimal point, whatever mark the file has."""
    specs = methodology.answers
    return {
        key: row["value"].replace(",", ".") if ledger.mark == "," else row["value"]
        for key, row in ledger.answers.items()
        if key[1] in specs and specs[key[1]].kind in NUMERIC and row["value"]
    }
