"""No maximum, threshold or count stands typed in a page's prose that the methodology or the edition holds.

Under a what-if, another parameter or an amended decision it would be wrong, and nothing would tell.
"""

import csv
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ictindex.basics.project import Project
from ictindex.basics.strict_yaml import load
from ictindex.methodology.reading import read_methodology
from ictindex.scoring.parameters import read_parameters

ROOT = Path(__file__).parent.parent
PROJECT = Project(ROOT)

FIGURE = re.compile(r"[0-9]+(?:\.[0-9]{3})*(?:,[0-9]+)?(?: ?%)?")
DAY = re.compile(r"(?:ngày ([0-9]{1,2}) )?tháng ([0-9]{1,2})\b", re.IGNORECASE)
WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
NAMES = re.compile(  # digits that name something: a text, a day, a clause, a level of service, a digest
    "|".join(
        [
            r"`[^`]*`|\]\([^)]*\)|https?://\S+",
            r"^#+ [0-9]+\.",
            r"[0-9]+[0-9A-Za-z-]*(?:/[0-9]{4})?/(?:QĐ|NĐ|TT|UBND)[^\s,;.)]*",
            r"(?:[0-9]{1,2}/)?[0-9]{1,2}/[0-9]{4}|ngày [0-9]{1,2} tháng [0-9]{1,2} năm [0-9]{4}",
            r"\b(?:năm|EGDI) (?:19|20)[0-9]{2}|\((?:19|20)[0-9]{2}\)",
            r"\b(?:Điều|[Kk]hoản|[Mm]ục|Phụ lục|[Pp]hần|Bảng|Hình) [0-9IVX]+[0-9A-Za-z.]*(?:, [0-9]+[A-Z])*",
            r"điểm [0-9]+\.[ivx]+",
            r"\b[0-9]+(?:\.[0-9]+){2,}",
            r"mức độ [0-9](?:, [0-9])*",
            r"SHA-[0-9]+",
            r"[Hh]ạng\*? [0-9]+ %|[0-9]+ % số lần rút",  # quantiles of the draws are the package's own
        ]
    ),
    re.MULTILINE,
)


class Held(NamedTuple):
    """What data holds: numbers, days (day, month) of the calendar, and counts by the noun they count."""

    figures: frozenset[Fraction]
    days: frozenset[tuple[int, int]]
    counts: dict[str, frozenset[int]]


def typed(prose: str, held: Held) -> Iterator[str]:
    """Every figure, day and count in prose that is held as data; 0 and 1 say nothing of a methodology."""
    text = NAMES.sub(" ", prose)
    for day in DAY.finditer(text):
        if any(int(day[2]) == month and day[1] in (None, f"{d}", f"{d:02}") for d, month in held.days):
            yield day[0]
    for noun, counts in held.counts.items():
        for words in re.finditer(rf"\b({'|'.join(WORDS)}|[0-9]+) {noun}\b", text, re.IGNORECASE):
            word = words[1].lower()
            if (WORDS.index(word) + 1 if word in WORDS else int(word)) in counts:
                yield words[0]
    for figure in FIGURE.finditer(DAY.sub(" ", text)):
        plain = figure[0].rstrip("% ").replace(".", "").replace(",", ".")
        value = Fraction(plain)
        if value > 1 and (value in held.figures or ("%" in figure[0] and value / 100 in held.figures)):
            yield figure[0]


def numbers(data: Any) -> Iterator[Fraction]:
    """Every number of a YAML file."""
    if isinstance(data, dict | list):
        for each in data.values() if isinstance(data, dict) else data:
            yield from numbers(each)
    elif isinstance(data, int | Decimal) and not isinstance(data, bool):
        yield Fraction(data)


@cache
def held_of(edition: str) -> Held:
    """What the methodology, the parameters and the list of units of an edition hold."""
    parameters = read_parameters(edition, PROJECT)
    m = read_methodology(parameters["methodology"], PROJECT)
    stated = load(PROJECT.methodology(m.name), "methodology").data
    run = {name: value for name, value in parameters.items() if name != "year"}
    with (PROJECT.inputs(parameters["inputs"]) / "entities.csv").open(encoding="utf-8") as file:
        units = [row.get("group", "") for row in csv.DictReader(file)]
    of_units = frozenset({len(units), *(units.count(group) for group in m.groups)})
    several = {
        "hạng mục|nhóm tiêu chí|chỉ số chính|chỉ số thành phần": {len(m.categories)},
        "nhóm|khối|cấp": {len(m.groups)},
        "mức": {len(m.source.levels.list)} if m.source.levels else set(),
        "tiêu chí": {len(m.leaves)},
        "thời hạn": {len(m.source.calendar)},
        "trường hợp": {len(m.source.zero_rules)},
    }
    counts = {noun: frozenset(n for n in counts if n > 1) for noun, counts in several.items()}
    days = {(int(day.date[6:]), int(day.date[3:5])) for day in m.source.calendar.values()}
    figures = frozenset([*numbers(stated), *numbers(run), *map(Fraction, of_units)])
    return Held(figures, frozenset(days), {f"(?:{noun})": each for noun, each in counts.items() if each})


def prose_of(page: Path) -> Iterator[tuple[str, str]]:
    """The id and the text of each cell of prose."""
    for cell in json.loads(page.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            yield cell["id"], "".join(cell["source"])


def typed_on(page: Path) -> list[str]:
    """“cell: figure” of everything typed on a page; on a page of no edition, against all of them."""
    editions = PROJECT.editions()
    held = [held_of(edition) for edition in ([page.stem] if page.stem in editions else editions)]
    found = {
        f"{cell}: {each}": None for cell, text in prose_of(page) for h in held for each in typed(text, h)
    }
    return list(found)


PAGES = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_figure_that_data_holds_is_typed_into_prose(page):
    assert typed_on(page) == [], "print it from the data"


HELD = Held(
    frozenset(map(Fraction, (200, 1000, 25, Fraction("0.35"), 59))),
    frozenset({(30, 10)}),
    {"(?:hạng mục|nhóm)": frozenset({6})},
)


@pytest.mark.parametrize(
    "prose, found",
    [
        ("Hạ tầng tối đa 200 điểm.", ["200"]),
        ("Tổng là 1.000, ngưỡng 35 %, xê dịch 25 %.", ["1.000", "35 %", "25 %"]),
        ("Rút 59 mục; 35 không phải 35 %.", ["59", "35 %"]),
        ("Sáu hạng mục, 6 nhóm và năm mức.", ["Sáu hạng mục", "6 nhóm"]),
        ("Báo cáo trước ngày 30 tháng 10, tức trong tháng 10.", ["ngày 30 tháng 10", "tháng 10"]),
        ("Ngày 30 tháng 11 và ngày 30 tháng 10 năm 2017 là việc khác.", []),
        ("Tổng điểm 1000, điểm 3.ii.", ["1000"]),
        ("Hạ tầng tối đa 210 điểm, 0 điểm hay 1.", []),
        ("Quyết định số 200/QĐ-BTTTT ngày 25/10/2017, 59/2007/NĐ-CP, Điều 25, Mục 59, Phụ lục 25B.", []),
        ("## 25. Kết quả\n`f(200)` [bảng](https://a.vn/200), SHA-200, tiêu chí 2.1.200.", []),
    ],
)
def test_a_typed_figure_is_found_and_the_digits_of_a_name_are_not(prose, found):
    assert list(typed(prose, HELD)) == found


def test_what_an_edition_holds_is_read_from_its_files():
    held = held_of("qd2342-2017")
    assert {Fraction(n) for n in (200, 250, 750, 1000, 30, 59, 25, 10_000)} <= held.figures
    assert {Fraction("0.8"), Fraction(93)} <= held.figures  # a limit of a band; the units
    assert held.days == {(1, 1)} and Fraction(2017) not in held.figures
    assert {6} in held.counts.values()
