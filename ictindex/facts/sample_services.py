"""A made-up register of online services with its tests, for a sample of inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ictindex.facts.moments import moment
from ictindex.facts.services import DIRECT, REPORT, Service, ServiceTest, counted, recognise, representatives

REFUSED, FAILING, MENDED, WITHOUT_ACCOUNT, TWO_PLACES = 0.04, 0.03, 0.7, 0.2, 0.06  # how often things happen
FIELDS_VI = ("Xuất bản", "Đấu thầu", "Đăng ký kinh doanh", "Hộ tịch", "Xây dựng", "Giao thông")

Draw = Callable[..., float]  # keys -> 0 … 1, the same for the same keys


class Register(NamedTuple):
    """The lines of services.csv and service_tests.csv of an entity, and how many services are recognised."""

    services: list[list[str]]
    tests: list[list[str]]
    recognised: int


def made_up(entity: str, count: int, year: int, draw: Draw, public: str = "", tested: int = 3) -> Register:
    """A register of ``count`` services, a few of them built at two places, some failing.

    ``public``: the seed that draws ``tested`` services of each group, as the decision has some of them stand
    for the others.
    """
    services = [service for i in range(1, count + 1) for service in _services(entity, i, draw)]
    known = {(entity, service.service): service for service in services}
    drawn = {one for several in representatives(known, public, tested).values() for one in several}
    tests = {key: tuple(_tests(key[1], year, draw)) for key in known if key[1] in drawn}
    recognised = counted(recognise(known, tests)).get(entity, 0)
    lines = [_test_line(key, test) for key, several in tests.items() for test in several]
    return Register([_service_line(service) for service in services], lines, recognised)


def _services(entity: str, i: int, draw: Draw) -> Iterator[Service]:
    group, listed = FIELDS_VI[i % len(FIELDS_VI)], draw("listed", i) >= REFUSED
    places = ("", "b") if draw("places", i) < TWO_PLACES else ("",)  # a procedure at two places counts once
    for place in places:
        code = f"dv-{i:03}{place}"
        name, link = f"{group}: thủ tục minh họa {i}", f"dichvucong.{entity}.vi-du/{code}"
        yield Service(entity, code, f"TT{i:04}", name, 3 + i % 2, link, group, "", listed, 0)


def _tests(code: str, year: int, draw: Draw) -> Iterator[ServiceTest]:
    """One test; two at different times where the first fails, the second of which mostly passes."""
    failing, by_report = draw("fails", code) < FAILING, draw("way", code) < WITHOUT_ACCOUNT
    yield _test(f"{year + 1}-01-{5 + int(draw('day', code) * 10):02}", by_report, failing)
    if failing:
        again = f"{year + 1}-01-{18 + int(draw('again', code) * 8):02}"
        yield _test(again, by_report, draw("mended", code) >= MENDED)


def _test(day: str, by_report: bool, failing: bool) -> ServiceTest:
    failed = ((REPORT if by_report else DIRECT)[-1],) if failing else ()
    why = "Không phản hồi khi kiểm tra (minh họa)" if failing else ""
    return ServiceTest(moment(day, end=False), "KT3", "report" if by_report else "direct", failed, why, 0)


def _service_line(service: Service) -> list[str]:
    yes = "có" if service.in_database else "không"
    return [*map(str, service[: service._fields.index("in_database")]), yes]


def _test_line(key: tuple[str, str], test: ServiceTest) -> list[str]:
    of_way = REPORT if test.way == "report" else DIRECT
    held = {name: "không" if name in test.failed else "có" for name in of_way}
    if test.way == "report":
        held["account"] = "không"  # which is why it went by the report
    conditions = [held.get(name, "") for name in (*DIRECT, *REPORT)]
    return [*key, f"{test.at:%Y-%m-%d}", test.inspector, test.way, *conditions, test.why]
