"""The annex's tables as open data: a data package that describes every file, and the lists of codes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ictindex.annex.provenance import canonical_json
from ictindex.basics import file_sha256
from ictindex.page import STATE_VI, Column, Columnar, Edition, Item, Table
from ictindex.scoring import UNCOVERED

DATAPACKAGE, CODES = "datapackage.json", "results/code_lists.csv"
_INTEGER, _NUMBER = re.compile(r"-?[0-9]{1,18}"), re.compile(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")
_LICENCE_NAME, _LICENCE_PATH = re.compile(r"[-A-Za-z0-9._]+"), re.compile(r"https?://\S+")


def code_lists(e: Edition) -> Table:
    """Every code that the tables use, with its words: groups, units, criteria, levels, states, choices."""
    m = e.methodology
    states = {key: label for key, label in STATE_VI.items() if m.covered or key != UNCOVERED}
    lists = [
        ("group", "Nhóm", {key: group.label_vi for key, group in m.groups.items()}),
        ("unit", "Đơn vị", e.inputs.names),
        ("criterion", "Tiêu chí", {node.id: node.label_vi for node in m.nodes}),
        (
            "level",
            "Mức",
            {each.key: each.label_vi for each in m.source.levels.list} if m.source.levels else {},
        ),
        ("state", "Trạng thái", states),
        ("answer", "Câu hỏi", {key: answer.label_vi for key, answer in m.answers.items()}),
        *((key, each.label_vi, each.choices) for key, each in m.answers.items() if each.choices),
    ]
    named = (("list", "Danh mục"), ("list_name", "Tên danh mục"), ("code", "Mã"), ("label", "Nhãn"))
    rows = tuple((key, name, code, label) for key, name, codes in lists for code, label in codes.items())
    return Table("code_lists", "Danh mục mã", tuple(Column(*names) for names in named), rows)


def datapackage(e: Edition, items: Sequence[Item], folder: Path) -> str:
    """datapackage.json: each CSV file of a folder with title, size, digest, and its columns.

    A large table's Parquet file, which has the same cells, is named in the manifest alone.

    A licence is named only where sources.yaml declares one.
    """
    titles = {f"{_folder(item)}/{item.view.name}.csv": item for item in items}
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.csv"))
    licences = _licences(e)
    head = e.payload()
    package = {
        "profile": "tabular-data-package",
        "name": e.edition,
        "title": " – ".join(head["heading"][:2]),
        "description": " ".join((head["state"], *head["why"])),
        "sources": [
            {"title": each.origin, "path": f"inputs/{e.parameters['inputs']}/{name}"}
            for name, each in e.inputs.sources.files.items()
        ],
        "resources": [_resource(folder, path, titles.get(path)) for path in paths],
        **({"licenses": licences} if licences else {}),
    }
    return canonical_json(package)


def _folder(item: Item) -> str:
    return "results" if isinstance(item.view, Table) else "charts"


def _licences(e: Edition) -> list[dict[str, str]]:
    """What the sources declare: a licence's name (CC-BY-4.0) or its address."""
    said = dict.fromkeys(each.licence for each in e.inputs.sources.files.values() if each.licence)
    kinds = (("name", _LICENCE_NAME), ("path", _LICENCE_PATH))
    return [{key: licence} for licence in said for key, form in kinds if form.fullmatch(licence)]


def _resource(folder: Path, path: str, item: Item | None) -> dict[str, Any]:
    table = item and (item.view if isinstance(item.view, Table) else item.view.data)
    labels = {column.key: column.full_vi for column in table.columns} if table else {}
    large = table and isinstance(table.rows, Columnar)
    fields = _of_columns(table) if large else list(_of_cells(folder / path, labels))
    titles = {CODES: "Danh mục mã", "results/columns.csv": "Mô tả các cột"}
    return {
        "profile": "tabular-data-resource",
        "name": re.sub("[^a-z0-9._-]", "-", path.removesuffix(".csv").replace("/", ".").lower()),
        "title": f"{item.label_vi}. {item.view.title_vi}" if item else titles[path],
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": (folder / path).stat().st_size,
        "hash": f"sha256:{file_sha256(folder / path)}",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _of_columns(table: Table) -> list[dict[str, str]]:
    """The fields of a large table, by the kinds of its columns: its cells are not looked through."""
    kinds = {"integer": "integer", "number": "number"}
    fields = [
        {"name": column.key, "type": kinds.get(column.kind, "string"), "title": column.full_vi}
        for column in table.columns
    ]
    return [*fields, {"name": "stamp", "type": "string"}]


def _of_cells(path: Path, labels: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Each column with the narrowest type that all of its cells have; an exact fraction is a string."""
    with path.open(encoding="utf-8", newline="") as file:
        keys, *cells = csv.reader(file)
    for i, key in enumerate(keys):
        said = [row[i] for row in cells if row[i]]
        kinds = (("integer", _INTEGER), ("number", _NUMBER))
        fits = (kind for kind, form in kinds if said and all(map(form.fullmatch, said)))
        label = {"title": labels[key]} if labels.get(key) else {}
        yield {"name": key, "type": next(fits, "string"), **label}
