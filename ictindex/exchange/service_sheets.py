"""Online services on forms: a unit's list becomes services.csv, an inspector's tests service_tests.csv.

Decision 2342, V.5.4 b. What a sheet says is read by the very rules that read the two files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ictindex.basics import Finding, Row, found
from ictindex.exchange import instructions, layout
from ictindex.exchange.confidential import is_withheld
from ictindex.exchange.forms import Context, about_form, form_of
from ictindex.exchange.layout import Form, Line, Sheet, columns, complaint_of, service_of, test_code, test_of
from ictindex.exchange.returned import Entry, Returned, ReturnedLine, declared
from ictindex.facts import (
    COMPLAINT,
    SERVICE_COLUMNS,
    TEST_COLUMNS,
    TESTS,
    Service,
    read_service_tests,
    read_services,
    representatives,
    to_test,
)
from ictindex.methodology import Methodology
from ictindex.page import neutral, stamp
from ictindex.scoring import Evaluation

Cells = dict[str, str]

_SHOWN = columns("entity_vi:20 question:26 about:24 chosen:14")
_FOUND = columns(
    "tested_on:11 way:12 account:9 submission:9 tracking:10 found_listed:11 link_opens:9 works:10"
    " why:24 recording:16"
)
_CODES = columns("entity:8 code:9")
_COMPLAINT = columns("complained service complaint_on complaint recording")
MOST_COMPLAINTS = 200  # rows with checks
_COLUMNS = {  # of the files, where a sheet's column is called otherwise
    "service_vi": "label_vi",
    "service_group": "group",
    "tested_on": "at",
    "complained": "entity",
    "complaint_on": "at",
    "complaint": "why",
    "found_listed": "in_database",
}
_WHY_VI = {
    "chosen": "Đại diện của nhóm",
    "untested": "Kiểm tra từng dịch vụ",
    "retest_due": "Kiểm tra lại vào thời điểm khác",
    "complained": "Kiểm tra lại theo phản ánh",
}


# --- a unit's list ----------------------------------------------------------------------------------------


def listed(returned: Returned) -> list[ReturnedLine]:
    """The rows of a unit's list of services."""
    return [line for line in returned.lines if service_of(line.code) is not None]


def wrong_services(returned: Returned, methodology: Methodology) -> Iterator[Finding]:
    """What is wrong with a unit's list, and where it does not come to the figure that the unit gives."""
    lines, of = listed(returned), methodology.source.online_services
    if of is None:
        return
    rows = _Rows(returned, [(line, _row(returned, line)) for line in lines])
    read_services(rows, None)
    yield from rows.told()
    given = next((line for line in returned.lines if line.code == of.counted_as), None)
    answer = given.said("answer") if given else Entry()
    if given and lines and is_withheld(given):
        facts = {"value": layout.SERVICES_SHEET, "state": layout.STATES["withheld"]}
        yield found("form-answer-and-state", returned.file, None, given.entries["state"].cell, **facts)
    elif answer.text and answer.text != str(declared(lines)):
        facts = {"value": answer.text, "listed": declared(lines), "sheet": layout.SERVICES_SHEET}
        yield found("services-not-as-listed", returned.file, None, answer.cell, **facts)


def service_rows(returned: Returned) -> list[Cells]:
    """The lines of services.csv that a unit's list comes to."""
    return [_row(returned, line) for line in listed(returned)]


def _row(returned: Returned, line: ReturnedLine) -> Cells:
    columns = dict.fromkeys(SERVICE_COLUMNS[0], "")  # a column that somebody took out says nothing
    return {**columns, "entity": returned.sender, **_cells(line)}


def _cells(line: ReturnedLine) -> Cells:
    """A row of a sheet by the columns of its file."""
    return {_COLUMNS.get(key, key): neutral(entry.text) for key, entry in line.entries.items()}


# --- an inspector's tests ---------------------------------------------------------------------------------


def inspection(context: Context, inspector: str, e: Evaluation, units: Iterable[str] = ()) -> Form:
    """What one inspector tests: the services drawn for their groups, those to be tested again, and why.

    On a second sheet whatever services are complained of.
    """
    rules, inputs, lines = e.rules, e.inputs, []
    several = rules["tested_per_group"].value if "tested_per_group" in rules else 1
    many = rules["many_services"].value if "many_services" in rules else 1
    drawn = representatives(inputs.services, e.seed, several)
    chosen = {(entity, one) for (entity, _), some in drawn.items() for one in some}
    names = inputs.names
    asked = {*units} or {*names}
    for (entity, service), why in to_test(inputs.services, inputs.service_tests, chosen, many):
        tests = inputs.service_tests.get((entity, service), ())
        before = f"; lần trước ngày {tests[-1].at:%d/%m/%Y}" if tests else ""
        cells = {
            "entity_vi": names.get(entity, entity),
            "question": inputs.services[entity, service].label_vi or service,
            "about": _about(inputs.services[entity, service]),
            "chosen": f"{_WHY_VI[why]}{before}",
            "entity": entity,
            "code": test_code(service, len(tests) + 1),
        }
        if entity in asked:
            lines.append(Line(cells, offered=("test",)))
    fields = (*_SHOWN, *_FOUND, *_CODES)
    sheets = [Sheet(layout.KIND_VI[layout.INSPECTION], fields, tuple(lines))]
    if any(entity in asked for entity, _ in inputs.services):
        sheets.append(Sheet(layout.COMPLAINTS_SHEET, _COMPLAINT, rows=MOST_COMPLAINTS))
    by, about, steps = f"Người kiểm tra: {inspector}", about_form(context), instructions.INSPECTION_STEPS
    return replace(form_of(layout.INSPECTION, context, inspector, by, sheets, about, steps), stamp=stamp(e))


def _about(service: Service) -> str:
    """Procedure, level, group and address of a service, as its unit declared them."""
    said = (service.procedure, f"mức độ {service.level}", service.group, service.link or "không khai địa chỉ")
    return "; ".join(filter(None, said))


def found_rows(returned: Returned) -> list[tuple[ReturnedLine, Cells]]:
    """Each line that says anything, and the line of service_tests.csv that it comes to: tests, complaints."""
    return [*_tests(returned), *_complaints(returned)]


def _tests(returned: Returned) -> list[tuple[ReturnedLine, Cells]]:
    lines = (line for line in returned.lines if test_of(line.code))
    filled = (line for line in lines if any(line.said(each.key).text for each in _FOUND))
    return [(line, {**of_test(returned, line), **_cells(line)}) for line in filled]


def _complaints(returned: Returned) -> list[tuple[ReturnedLine, Cells]]:
    """What somebody complained of is no test: no condition is answered, and it has no number."""
    empty = dict.fromkeys((*TEST_COLUMNS[0], *TEST_COLUMNS[1]), "")
    by = {"way": COMPLAINT, "inspector": returned.sender}
    lines = (line for line in returned.lines if complaint_of(line.code) is not None)
    return [(line, {**empty, **_cells(line), "entity": line.entity, **by}) for line in lines]


def as_tested(row: Mapping[str, str]) -> Cells:
    """A line of service_tests.csv as an inspector fills it in: column's key -> what is typed."""
    typed = {each.key: row.get(_COLUMNS.get(each.key, each.key), "") for each in _FOUND}
    typed["tested_on"] = f"{date.fromisoformat(row['at']):%d/%m/%Y}"
    typed["way"] = layout.WAY_VI[row["way"]]
    return {key: text.capitalize() if key in layout.YES_NO_FIELDS else text for key, text in typed.items()}


def of_test(returned: Returned, line: ReturnedLine) -> Cells:
    """Which test a line of an inspector's sheet is about."""
    service, number = test_of(line.code) or ("", 0)
    return {"entity": line.entity, "service": service, "inspector": returned.sender, "test": str(number)}


def kept_beside(returned: Returned, tests: Iterable[Cells]) -> list[Cells]:
    """The rows of tests and complaints that a sheet does not say again, perhaps otherwise."""
    again = {_at(of_test(returned, line), _TEST_KEY) for line in returned.lines if test_of(line.code)}
    again |= {_at(row, _COMPLAINT_KEY) for _, row in _complaints(returned)}
    return [row for row in tests if again.isdisjoint((_at(row, _TEST_KEY), _at(row, _COMPLAINT_KEY)))]


_TEST_KEY = ("entity", "service", "inspector", "test")
_COMPLAINT_KEY = ("entity", "service", "inspector", "at", "way")


def _at(row: Mapping[str, str], keys: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, row.get(key, "")) for key in keys)


def wrong_tests(returned: Returned, services: list[Cells], tests: list[Cells]) -> Iterator[Finding]:
    """What is wrong with an inspector's sheet, held against the services declared and the tests recorded."""
    known = read_services(_Rows(returned, [(None, dict(row)) for row in services]), None)
    for lines in (_tests(returned), _complaints(returned)):
        rows = _Rows(returned, lines)
        read_service_tests(rows, known)
        yield from rows.told()
    key = ("entity", "service", "at", "inspector")
    kept = {_at(one, key) for one in kept_beside(returned, tests)}
    for line, row in found_rows(returned):
        if _at(row, key) in kept:
            facts = {"inspector": returned.sender, "first": TESTS}
            day = "tested_on" if test_of(line.code) else "complaint_on"
            yield found("test-twice", returned.file, None, line.entries[day].cell, **facts)


@dataclass
class _Rows:
    """Lines of a sheet as a table of the inputs; what is wrong is said with the sheet's cells."""

    returned: Returned
    lines: list[tuple[ReturnedLine | None, Cells]]
    findings: list[Finding] = field(default_factory=list)

    def until_enough(self) -> Iterator[Row]:
        for place, (line, cells) in enumerate(self.lines):
            if len(self.findings) > 500:
                return
            yield Row(_row_of(line) if line else -place, cells)

    def wrong(self, code: str, row: int, column: str, **facts: Any) -> None:
        self.findings.append(found(code, self.returned.file, None, self._cell(row, column), **facts))

    def told(self) -> list[Finding]:
        """What is wrong; of a cell that could not be read, its reader has said so."""
        unread = {finding.column for finding in self.returned.findings}
        return [finding for finding in self.findings if finding.column not in unread]

    def unknown(self, *_: object) -> None:
        """Whose the rows are has been settled already."""

    def _cell(self, row: int, column: str) -> str:
        line = next((line for line, _ in self.lines if line and _row_of(line) == row), None)
        keys = (key for key in line.entries if _COLUMNS.get(key, key) == column) if line else ()
        key = next(keys, None)
        first = next(iter(line.entries.values()), Entry()) if line else Entry()
        return line.entries[key].cell if key else first.cell


def _row_of(line: ReturnedLine) -> int:
    """The number of a line's row in its sheet: 'Phiếu!F14' -> 14."""
    cell = next(iter(line.entries.values()), Entry()).cell
    digits = re.search(r"[0-9]+$", cell)
    return int(digits[0]) if digits else 0
