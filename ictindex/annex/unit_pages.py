"""units.html: a page for each unit, from what the executed page publishes: how its rank came about.

Points, categories and ranking are on every page; where it publishes positions, profiles and changes too, a
unit's page says what is missing to the next rank, what is zero and why, and how it stood the year before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from heapq import nlargest
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from ictindex.basics import format_vi
from ictindex.page import Columnar, Edition, Item, State, Table, printed
from ictindex.scoring import Evaluation

UNITS = "units.html"
MOST_UNITS = 1_000  # on one page, of an edition whose points are a large table
_MOST_TOLD = 3  # criteria that are named as strengths, and as what costs most

Record = Mapping[str, Any]


class Row(Mapping):
    """A row by the names of its columns, which all rows of its table share: a dict each would hold them."""

    __slots__ = ("_at", "_cells")

    def __init__(self, at: Mapping[str, int], cells: Sequence[Any]):
        self._at, self._cells = at, cells

    def __getitem__(self, key: str) -> Any:
        return self._cells[self._at[key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


class Line(NamedTuple):
    """One criterion of a unit as its page shows it."""

    number: str
    name: str
    figures: str
    rule: str
    points: str
    available: str
    state: str
    clause: str
    evidence: str


class Category(NamedTuple):
    name: str
    printed: str
    rank: str
    points: str
    available: str
    lines: list[Line]


class Unit(NamedTuple):
    """``facts``: label and value of what stands at the top; ``told``: sentences."""

    code: str
    name: str
    group: str
    facts: list[tuple[str, str]]
    told: list[tuple[str, str]]
    categories: list[Category]


def anchor(code: str) -> str:
    return f"don-vi-{code}"


Published = Mapping[str, Sequence[Record]]  # the rows of tables, by the tables' names


def published_rows(items: Sequence[Item], most: int | None = None) -> Published:
    """The rows that an executed page publishes, of large tables those of the ``most`` units ranked first."""
    tables = [item.view for item in items if isinstance(item.view, Table) and _is_ours(item.view)]
    by_name = {table.name: table for table in reversed(tables)}  # of two of a name the first
    ranking = _records(by_name["ranking"]) if "ranking" in by_name else []
    first = {row["unit"] for row in ranking[:most]}
    return {name: _records(table, first if most else None) for name, table in by_name.items()}


def units(published: Published, e: Evaluation, most: int | None = None) -> list[Unit]:
    """Every unit in the order of the ranking; the first ``most`` of them, where so many are wanted."""
    points = _by_unit(published.get("points", ()))
    categories = _by_unit(published.get("categories", ()))
    one = {
        name: {row["unit"]: row for row in published.get(name, ())}
        for name in ("positions", "profiles", "changes")
    }
    middles = _middles(e)
    ranking = published.get("ranking", [])
    ranked: dict[str, int] = {}
    for row in ranking:
        ranked[row["group"]] = ranked.get(row["group"], 0) + (row["rank"] is not None)
    made = []
    for row in ranking[:most]:
        code = row["unit"]
        others = {name: rows.get(code, {}) for name, rows in one.items()}
        own = points.get(code, [])
        made.append(
            Unit(
                code,
                row["unit_name"],
                row["group_name"],
                list(_facts(row, ranked[row["group"]], others, e)),
                list(_told(own, middles, others)),
                list(_categories(categories.get(code, []), own)),
            )
        )
    return made


# What is read of each table, numbers and texts: a page may publish another one under the same name.
_READ = {
    "points": (
        ("points", "available"),
        (
            *("group", "unit", "category", "criterion", "criterion_name", "number"),
            *("figures", "rule", "state", "state_name", "clause", "evidence"),
        ),
    ),
    "categories": (
        ("printed", "rank", "points", "available"),
        ("unit", "category", "category_name", "number"),
    ),
    "ranking": (
        ("rank", "printed", "points", "available"),
        ("group", "group_name", "unit", "unit_name", "level_name"),
    ),
    "positions": (("to_rank", "next_rank"), ("unit", "category_name")),
    "profiles": (("median", "best"), ("unit", "zeroed", "not_applicable", "left_out")),
    "changes": (("previous_rank", "previous_value"), ("unit",)),
}


def _is_ours(table: Table) -> bool:
    """Whether a table has the columns that are read of the one of its name, and in them what is read."""
    if table.name not in _READ or not {*(read := sum(_READ[table.name], ()))} <= {*table.keys}:
        return False
    numbers, at = _READ[table.name][0], [table.keys.index(key) for key in read]
    if isinstance(table.rows, Columnar):  # of which the columns' kinds say as much
        kinds = dict(zip(table.keys, (column.kind for column in table.columns), strict=True))
        return all((kinds[key] not in ("text", "group")) == (key in numbers) for key in read)
    return all(
        row[i] is None or isinstance(row[i], str) != (key in numbers)
        for row in table.rows
        for key, i in zip(read, at, strict=True)
    )


def _records(table: Table, units: Collection[str] | None = None) -> list[Record]:
    rows: Iterable[Sequence[Any]] = table.rows
    if units is not None and isinstance(table.rows, Columnar) and table.name != "ranking":
        rows = table.rows.where("unit", units)
    at = {key: i for i, key in enumerate(table.keys)}
    return [Row(at, row) for row in rows]


def _by_unit(rows: Sequence[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for row in rows:
        found.setdefault(row["unit"], []).append(row)
    return found


def _middles(e: Evaluation) -> dict[tuple[str, str], float]:
    """The median share of each criterion in each group, from the scores that the points were held against."""
    made: dict[tuple[str, str], float] = {}
    for leaf in e.methodology.leaves:
        outcomes = e.scores.outcomes[leaf.id]
        share: dict[int, float] = {}  # of an outcome that several units share
        shares: dict[str, list[float]] = {}
        for unit, outcome in zip(e.scores.entities, outcomes, strict=True):
            if outcome.available:
                if id(outcome) not in share:
                    share[id(outcome)] = float(outcome.share)
                shares.setdefault(unit.group, []).append(share[id(outcome)])
        made |= {(group, leaf.id): median(several) for group, several in shares.items()}
    return made


def _facts(
    row: Record, ranked: int, others: Mapping[str, Record], e: Evaluation
) -> Iterator[tuple[str, str]]:
    """Where the unit stands, in its group and beside the year before."""
    rank = row["rank"]
    yield "Thứ hạng", f"{format_vi(rank)} trong {format_vi(ranked)} đơn vị" if rank else "Không xếp hạng"
    yield e.methodology.root.label_vi, printed(row["printed"])
    if row["level_name"]:
        yield "Mức", row["level_name"]
    if row["points"] is not None:
        yield "Điểm", f"{_short(row['points'])} trong {_short(row['available'])}"
    profile, change = others["profiles"], others["changes"]
    if profile:
        yield "Trung vị và cao nhất của nhóm", f"{printed(profile['median'])}; {printed(profile['best'])}"
    if change:
        yield (
            "Kỳ trước",
            (
                f"hạng {printed(change['previous_rank'])}, giá trị {printed(change['previous_value'])}"
                if change["previous_rank"] is not None
                else "không xếp hạng"
            ),
        )


def _told(
    points: Sequence[Record], middles: Mapping[tuple[str, str], float], others: Mapping[str, Record]
) -> Iterator[tuple[str, str]]:
    """Strengths, what costs most, what is missing to the next rank and level, what is not plainly scored."""
    scored = [row for row in points if row["points"] is not None and row["available"]]
    ahead = (
        (row["points"] / row["available"] - middles[key], row)
        for row in scored
        if (key := (row["group"], row["criterion"])) in middles  # of a page that was changed it may be none
    )
    if best := nlargest(_MOST_TOLD, (pair for pair in ahead if pair[0] > 0), key=itemgetter(0)):
        yield "Mạnh so với trung vị của nhóm", "; ".join(_named(row) for _, row in best)
    missing = ((row["available"] - row["points"], row) for row in scored)
    if lost := nlargest(_MOST_TOLD, (pair for pair in missing if pair[0]), key=itemgetter(0)):
        yield (
            "Mất nhiều điểm nhất",
            "; ".join(f"{_named(row)} (thiếu {_short(left)} điểm)" for left, row in lost),
        )
    position = others["positions"]
    if position.get("to_rank") is not None:
        yield (
            "Để lên hạng",
            f"cần thêm ít nhất {_short(position['to_rank'], 3)} để lên hạng {position['next_rank']}",
        )
    if isinstance(position.get("to_level"), Fraction | int | Decimal):
        yield (
            "Để lên mức",
            f"cần thêm ít nhất {_short(position['to_level'], 3)} để lên mức {position['next_level']}",
        )
    if position.get("category_name"):
        yield "Còn nhiều điểm nhất ở", position["category_name"]
    for key, label in (
        ("zeroed", "Bị 0 điểm"),
        ("not_applicable", "Không áp dụng"),
        ("left_out", "Không tính"),
    ):
        if said := others["profiles"].get(key):
            yield label, said


def _named(row: Record) -> str:
    return " ".join(filter(None, (row["number"], row["criterion_name"])))


def _categories(categories: Sequence[Record], points: Sequence[Record]) -> Iterator[Category]:
    below: dict[str, list[Line]] = {}
    for row in points:
        below.setdefault(row["category"], []).append(_line(row))
    for row in categories:
        if row["category"]:  # the total has none
            lines = below.get(row["category"], [])
            name = " ".join(filter(None, (row["number"], row["category_name"])))
            numbers = (_short(row["points"]), _short(row["available"]))
            yield Category(name, printed(row["printed"]), printed(row["rank"]), *numbers, lines)


# What stands before the name of a file that came in; a number, "Báo cáo số 12/BC", and an address have none.
_FOLDERS = re.compile(r"^(?!.*://).*/(?=[^/]+\.(?:7z|[a-z][a-z0-9]{1,4})$)", re.IGNORECASE)


def _line(row: Record) -> Line:
    texts = (row[key] or "" for key in ("number", "criterion_name", "figures", "rule"))
    state = "" if row["state"] == "scored" else row["state_name"]
    named = (_FOLDERS.sub("", shown) for shown in (row["evidence"] or "").split("; "))
    more = (state, row["clause"] or "", "; ".join(dict.fromkeys(named)))
    return Line(*texts, _short(row["points"]), _short(row["available"]), *more)


@lru_cache(10_000)
def _short(number: Fraction | None, places: int = 2) -> str:
    """A number with as many places as a reader can use; a whole one has none."""
    if number is None:
        return "–"
    exact = Fraction(number)
    return format_vi(exact) if (exact * 10**places).denominator == 1 else format_vi(exact, places)


def html(items: Sequence[Item], e: Edition, title: str) -> Iterator[bytes]:
    """The units' pages in one file that loads nothing, piece by piece.

    An address that ends in a unit prints it alone.
    Where the points are a large table it has the MOST_UNITS ranked first, and says so.
    """
    large = any(isinstance(item.view, Table) and isinstance(item.view.rows, Columnar) for item in items)
    most = MOST_UNITS if large else None
    made = units(published_rows(items, most), e, most)
    of, fewer = len(e.inputs.entities), ""
    if len(made) < of:
        fewer = f"Trang này có {format_vi(len(made))} đơn vị đầu bảng xếp hạng trong {format_vi(of)} đơn vị;"
        fewer += f" của đơn vị khác: ictindex views {e.edition}."
    pieces = _rendered("units.html.j2", e.state, made, units=made, title=title, fewer=fewer)
    return (piece.encode() for piece in pieces)


def own_html(unit: Unit, state: State, title: str, **more: Any) -> str:
    """One unit's own view as a file that loads nothing and tells of no other unit.

    ``more``: what the template shows beside the unit's page: messages, answers, history, years.
    """
    return "".join(_rendered("own_view.html.j2", state, [unit], unit=unit, title=title, **more))


def _rendered(template: str, state: State, made: Sequence[Unit], **more: Any) -> Iterator[str]:
    lines = [line for unit in made for category in unit.categories for line in category.lines]
    shows = {key: any(getattr(line, key) for line in lines) for key in ("clause", "evidence")}
    page = environment().get_template(template)
    return page.generate(shows=shows, stamp=state.label, official=state.official, **more)


@cache
def environment() -> Any:
    """Our own pages' templates, in which everything is escaped."""
    from jinja2 import Environment, FileSystemLoader

    folder = Path(__file__).parent / "templates"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True)
    environment.filters["anchor"] = anchor
    return environment
