"""Online services: what was declared, how it was tested, and which procedures count as recognised.

The rules are those of decision 2342, section V.5.4 b; a clause below means one of that section.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from ictindex.basics import YES_NO, Checked, caseless, speller
from ictindex.facts.events import Event
from ictindex.facts.moments import moment_of
from ictindex.facts.spot_check import Item, in_order
from ictindex.methodology import Methodology, Unit

SERVICES, TESTS, PROCEDURES = "services.csv", "service_tests.csv", "procedures.csv"
# An extract of the national database of procedures, or of a portal: whose ('' of all), and how it is named.
PROCEDURE_COLUMNS = (("procedure", "label_vi"), ("entity", "source"))
SERVICE_COLUMNS = (
    ("entity", "service", "procedure", "label_vi", "level", "link", "group", "application", "in_database"),
    (),
)
DIRECT = ("account", "submission", "tracking")  # clause 3.iii.a: what must hold when tested like a citizen
REPORT = ("in_database", "link_opens", "works")  # clause 3.iii.b: when no account can be had
# ``test``: which test of the service a line of an inspector's sheet was, so that it can be sent again.
TEST_COLUMNS = (
    ("entity", "service", "at", "inspector", "way", *DIRECT, *REPORT, "why"),
    ("recording", "test"),
)
COMPLAINT = "complaint"  # clause 3.ii, second dash: no test, but what opens one
WAYS = {"direct": DIRECT, "report": REPORT, COMPLAINT: ()}
LEVELS = ("3", "4")

# Why a service has its state, from the best to the worst: a procedure has that of its best service.
STATES = {
    "direct": "recognised",
    "report": "recognised",
    "represented": "recognised",
    "retest_due": "open",
    "complained": "open",
    "group_not_passed": "open",
    "too_few_tested": "open",
    "untested": "open",
    "failed": "refused",
    "revoked": "refused",
    "not_listed": "refused",
    "not_in_database": "refused",
}


class Service(NamedTuple):
    """One line of services.csv: a procedure that an entity declares to offer online at one place.

    ``procedure`` '' where it has none; ``group`` '' where no other service stands for it. ``listed``: whether
    the extract of the database has the procedure; None where there is no extract.
    """

    entity: str
    service: str
    procedure: str
    label_vi: str
    level: int
    link: str
    group: str
    application: str
    in_database: bool
    row: int
    listed: bool | None = None

    @property
    def found(self) -> bool:
        """Clause 3.i: only what the database has is tested."""
        return self.in_database and self.listed is not False


class ServiceTest(NamedTuple):
    """One line of service_tests.csv: which of the conditions of its way did not hold; or a complaint.

    ``recording``: the screenshot or recording of the inspection, by its file or address (V.5.4).
    """

    at: datetime
    inspector: str
    way: str
    failed: tuple[str, ...]
    why: str
    row: int
    recording: str = ""


class Recognition(NamedTuple):
    """What becomes of a procedure at an entity: 'recognised', 'refused' or 'open', and the reason."""

    entity: str
    procedure: str
    label_vi: str
    services: tuple[str, ...]
    state: str
    reason: str
    why: tuple[str, ...]  # of the last tests: the conditions that did not hold, then the inspectors' words


Register = Mapping[Item, Service]  # (entity, service) -> what was declared
Tests = Mapping[Item, tuple[ServiceTest, ...]]  # in the order of time


# --- read -------------------------------------------------------------------------------------------------


def read_services(table: Checked, entities: Collection[str] | None) -> dict[Item, Service]:
    """(entity, service) -> what is declared; what is wrong goes to the table's findings."""
    register: dict[Item, Service] = {}
    first: dict[Item, int] = {}
    listed: dict[Item, tuple[bool, int]] = {}  # (entity, procedure) -> in the database or not, first row
    for number, cells in table.until_enough():
        before = len(table.findings)
        table.unknown("entity", cells["entity"], number, entities)
        key = (cells["entity"], cells["service"])
        if not cells["service"]:
            table.wrong("cell-empty", number, "service")
        elif first.setdefault(key, number) != number:
            table.wrong("service-twice", number, "service", service=key[1], entity=key[0], first=first[key])
        if cells["level"] not in LEVELS:
            table.wrong("level-not-3-or-4", number, "level", value=cells["level"])
        in_database = _yes_no(table, cells, "in_database", number)
        if in_database and not cells["procedure"]:
            table.wrong("cell-empty", number, "procedure")
        if cells["procedure"] and in_database is not None:
            said = listed.setdefault((cells["entity"], cells["procedure"]), (in_database, number))
            if said[0] != in_database:
                facts = {"procedure": cells["procedure"], "first": said[1]}
                table.wrong("procedure-both-ways", number, "in_database", **facts)
        if len(table.findings) == before:
            what = (cells["procedure"], cells["label_vi"], int(cells["level"]))
            where = (cells["link"], cells["group"], cells["application"])
            register[key] = Service(*key, *what, *where, in_database, number)
    return dict(sorted(register.items()))


def read_service_tests(table: Checked, register: Register | None) -> dict[Item, tuple[ServiceTest, ...]]:
    """(entity, service) -> its tests in the order of time; what is wrong goes to the table's findings.

    ``register`` None where it could not be read: any service may then be meant.
    """
    spelled = {"service": speller(dict.fromkeys(key[1] for key in register or ())), "way": speller(WAYS)}
    tests: dict[Item, list[ServiceTest]] = {}
    first: dict[tuple, int] = {}
    for number, cells in table.until_enough():
        before = len(table.findings)
        key, way = (cells["entity"], cells["service"]), cells["way"]
        if not (key[0] and key[1]):
            table.wrong("cell-empty", number, "service" if key[0] else "entity")
        elif register is not None and key not in register:
            facts = spelled["service"](cells["service"])
            table.wrong("service-not-declared", number, "service", service=key[1], entity=key[0], **facts)
        if not cells["inspector"]:
            table.wrong("cell-empty", number, "inspector")
        at = moment_of(table, number, cells)
        if at and first.setdefault((key, at, cells["inspector"]), number) != number:
            twice = {"inspector": cells["inspector"], "first": first[key, at, cells["inspector"]]}
            table.wrong("test-twice", number, "at", **twice)
        if way == COMPLAINT and not cells["why"]:
            table.wrong("cell-empty", number, "why")
        if way not in WAYS:
            table.wrong("way-unknown", number, "way", value=way, **spelled["way"](way))
        held = {name: _yes_no(table, cells, name, number) for name in _answered(cells, way)}
        if way == "report":
            _only_without_account(table, number, held, (register or {}).get(key))
        if len(table.findings) == before:
            failed = tuple(name for name in WAYS[way] if not held[name])
            tests.setdefault(key, []).append(
                ServiceTest(
                    at, cells["inspector"], way, failed, cells["why"], number, cells.get("recording", "")
                )
            )
    return {key: tuple(sorted(some)) for key, some in sorted(tests.items())}


def _answered(cells: Mapping[str, str], way: str) -> list[str]:
    """The conditions that a test of this way must say, and the others that it says anyway."""
    must = {"direct": DIRECT, "report": ("account", *REPORT)}.get(way, ())
    return [name for name in (*DIRECT, *REPORT) if name in must or cells[name]]


def _only_without_account(
    table: Checked, number: int, held: Mapping[str, bool | None], service: Service | None
) -> None:
    """Clause 3.iii.b: by report only where no account can be had, and by the link that was declared."""
    if held["account"]:
        table.wrong("report-despite-account", number, "account")
    if held["link_opens"] and service and not service.link:
        table.wrong("link-not-declared", number, "link_opens", service=service.service)


def _yes_no(table: Checked, cells: Mapping[str, str], column: str, number: int) -> bool | None:
    word = cells[column].casefold()
    if not word:
        table.wrong("cell-empty", number, column)
    elif word not in YES_NO:
        table.wrong("not-yes-no", number, column, value=cells[column])
    return YES_NO.get(word)


def read_procedures(table: Checked, entities: Collection[str] | None) -> dict[tuple[str, str], str]:
    """(procedure, entity or '' for all) -> its name, as the extract of the database has it."""
    extract: dict[tuple[str, str], str] = {}
    for number, cells in table.until_enough():
        if cells.get("entity"):
            table.unknown("entity", cells["entity"], number, entities)
        for column in ("procedure", "label_vi"):
            if not cells[column]:
                table.wrong("cell-empty", number, column)
        extract[cells["procedure"], cells.get("entity", "")] = cells["label_vi"]
    return extract


def held_against(register: Register, extract: Mapping[tuple[str, str], str]) -> dict[Item, Service]:
    """Clause 3.i: the declared services, each with whether the extract has its procedure."""
    return {
        key: service._replace(
            listed=any((service.procedure, whose) in extract for whose in ("", service.entity))
        )
        for key, service in register.items()
    }


def renamed(register: Register, extract: Mapping[tuple[str, str], str]) -> Iterator[tuple[Service, str]]:
    """The services whose names are not those of the extract, with those names: to be looked at (3.i)."""
    for service in register.values():
        name = extract.get((service.procedure, service.entity)) or extract.get((service.procedure, ""))
        if name and caseless(name) != caseless(service.label_vi):
            yield service, name


# --- choose -----------------------------------------------------------------------------------------------


def representatives(register: Register, seed: str | int, k: int) -> dict[tuple[str, str], tuple[str, ...]]:
    """(entity, group) -> the services to be tested for the group, the main representative first.

    Clause 3.ii: in each group a main representative and some others. Chosen by nobody: the first ``k`` in the
    order of ``spot_check.digest``. Only services in the database stand to be tested (clause 3.i); those
    without a group are all chosen.
    """
    groups: dict[tuple[str, str], list[Item]] = {}
    for key, service in register.items():
        if service.found:
            groups.setdefault((service.entity, service.group), []).append(key)
    return {
        key: tuple(service for _, service in in_order(items, seed)[: k if key[1] else None])
        for key, items in sorted(groups.items())
    }


def to_test(
    register: Register, tests: Tests, chosen: Collection[Item], many_services: int = 1
) -> Iterator[tuple[Item, str]]:
    """The services that wait for a test, and why: 'retest_due', 'complained', 'chosen' or 'untested'.

    Those that nobody has tested where they stand for their group (``chosen``, see ``representatives``), or
    where their unit declares fewer than ``many_services``, so that all are tested (clause 3.ii).
    """
    declared = Counter(entity for entity, _ in register)
    for key, service in register.items():
        reason = _own_reason(service, tests.get(key, ()))
        if reason == "untested":
            few = declared[key[0]] < many_services
            reason = "chosen" if key in chosen else "untested" if few else ""
        if reason in ("retest_due", "complained", "chosen", "untested"):
            yield key, reason


# --- recognise and count ----------------------------------------------------------------------------------


def recognise(
    register: Register,
    tests: Tests,
    untested: str = "declared",
    chosen: Mapping[tuple[str, str], Collection[str]] | None = None,
    tested_per_group: int = 1,
    many_services: int = 1,
) -> dict[str, list[Recognition]]:
    """Entity -> what becomes of each of its procedures, sorted; a service without a procedure stands alone.

    A procedure built at several places is one (clause 2, first dash) and has the state of its best service;
    an application that holds several procedures is several (second dash), as each has a line of its own.

    ``untested``: clause 3.ii has some services tested for their group, and does not say what becomes of the
    others. 'declared': accepted as the entity reported them while every service of the group that was tested,
    or ``chosen`` to be (see ``representatives``), passed; else open. 'open': open in any case.

    ``tested_per_group``: how many of a group at least, or all where it has fewer, are tested before others
    may be represented: the main representative and some others. ``many_services``: of an entity that declares
    fewer all are tested; the decision lets a *large number* alone be represented.
    """
    to_test = {(entity, one) for (entity, _), some in (chosen or {}).items() for one in some}
    reasons = {key: _own_reason(service, tests.get(key, ())) for key, service in register.items()}
    if untested == "declared":
        reasons |= _represented(register, tests, reasons, to_test, (tested_per_group, many_services))
    places: dict[tuple[str, str, str], list[Service]] = {}
    for service in register.values():
        alone = "" if service.procedure else service.service
        places.setdefault((service.entity, service.procedure, alone), []).append(service)
    procedures: dict[str, list[Recognition]] = {service.entity: [] for service in register.values()}
    for (entity, *_), several in sorted(places.items()):
        procedures[entity].append(_procedure(several, reasons, tests))
    return dict(sorted(procedures.items()))


def counted(recognised: Mapping[str, Iterable[Recognition]]) -> dict[str, int]:
    """Entity -> how many recognised services it has, each procedure once (clause 2)."""
    return {e: sum(one.state == "recognised" for one in each) for e, each in recognised.items()}


def _own_reason(service: Service, tests: Iterable[ServiceTest]) -> str:
    """What a service's own tests say of it, as a key of STATES.

    Clause 3.ii, third dash: a failure is tested again at another time. So one failure alone refuses nothing,
    and what was found last stands, if it is no failure or repeats one. At one time every test must pass.
    Second dash: a complaint about what was recognised has it tested again; what then fails, or fails twice
    after it was recognised, was not as declared: it is revoked, whatever is found later.
    """
    if not service.found:
        return "not_listed" if service.in_database else "not_in_database"
    tests = list(tests)
    if revoked_at(tests):
        return "revoked"
    times = _by_time(tests)
    passed = [all(not test.failed and test.way != COMPLAINT for test in several) for several in times]
    if not passed:
        return "untested"
    if passed[-1]:
        return "direct" if any(test.way == "direct" for test in times[-1]) else "report"
    if any(test.way == COMPLAINT for test in times[-1]):
        return "complained"
    return "failed" if passed[-2:] == [False, False] else "retest_due"


def revoked_at(tests: Iterable[ServiceTest]) -> ServiceTest | None:
    """The failed test after which a recognised service was not as declared; None where there is none.

    A complaint is about a service that was recognised, if not by a test of its own then by its group's.
    """
    recognised, struck = False, False
    for several in _by_time(tests):
        complaint = any(test.way == COMPLAINT for test in several)
        failed = [test for test in several if test.failed]
        if failed and recognised and struck:
            return failed[0]
        if complaint or failed:
            recognised, struck = recognised or complaint, True
        else:
            recognised, struck = True, False
    return None


def cancelled_by_tests(
    register: Register, tests: Tests, units: Iterable[Unit], methodology: Methodology
) -> Iterator[Event]:
    """Clause 3.ii: what was recognised and is not as declared cancels the unit's result there.

    The category that recognised services are counted in; the event stands in no row of events.csv (row 0).
    Whose services are statistics alone has no result there.
    """
    category = methodology.services_category
    if category is None or "cancelled" not in methodology.source.zero_rules:
        return
    scored = {u.code for u in units if not methodology.only_statistics(u)}
    for (entity, service), several in tests.items():
        if entity in scored and (failed := revoked_at(several)):
            name = register[entity, service].label_vi or service
            why = f"Dịch vụ “{name}” đã được công nhận, kiểm tra lại không đúng như khai báo"
            why = f"{why}: {failed.why}" if failed.why else why
            paper = f"Kết quả kiểm tra ngày {failed.at:%d/%m/%Y} ({TESTS}, dòng {failed.row})"
            signed = {"who": failed.inspector, "paper": paper}
            yield Event(failed.at, entity, category.id, "cancelled", None, why, 0, **signed)


def _by_time(tests: Iterable[ServiceTest]) -> list[list[ServiceTest]]:
    return [list(several) for _, several in groupby(sorted(tests), key=lambda test: test.at)]


def _represented(
    register: Register,
    tests: Tests,
    reasons: Mapping[Item, str],
    chosen: Collection[Item],
    fewest: tuple[int, int],
) -> dict[Item, str]:
    """The services that were neither tested nor chosen to be, and what their group's tests mean for them."""
    per_group, many = fewest
    declared = Counter(entity for entity, _ in register)
    size = Counter((s.entity, s.group) for s in register.values() if s.found)
    passed: dict[tuple[str, str], list[bool]] = {}
    others: list[Service] = []
    for key, service in register.items():
        if not service.group or not service.found:
            continue
        if key in tests or key in chosen:
            group = passed.setdefault((service.entity, service.group), [])
            group.append(STATES[reasons[key]] == "recognised")
        else:
            others.append(service)

    def by_its_group(group: tuple[str, str]) -> str:
        if not all(passed[group]):
            return "group_not_passed"
        enough = len(passed[group]) >= min(per_group, size[group])
        return "represented" if enough else "too_few_tested"

    return {
        (s.entity, s.service): by_its_group((s.entity, s.group))
        for s in others
        if (s.entity, s.group) in passed and declared[s.entity] >= many
    }


def _procedure(several: list[Service], reasons: Mapping[Item, str], tests: Tests) -> Recognition:
    order = list(STATES)
    several = sorted(several, key=lambda s: (order.index(reasons[s.entity, s.service]), s.service))
    best = several[0]
    reason = reasons[best.entity, best.service]
    last = _by_time(tests.get((best.entity, best.service), ()))[-1:]
    failed = [test for several in last for test in several if test.failed]
    conditions = dict.fromkeys(name for test in failed for name in test.failed)
    why = (*conditions, *dict.fromkeys(test.why for test in failed if test.why))
    services = tuple(sorted(s.service for s in several))
    return Recognition(best.entity, best.procedure, best.label_vi, services, STATES[reason], reason, why)
