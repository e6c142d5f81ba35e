"""Where every unit stands in every edition that is built: one table over all years and methodologies."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ictindex.annex.output_folder import bad_digest, read_manifest
from ictindex.basics import Project, Refused, refuse_if, write_whole
from ictindex.page import described, table

if TYPE_CHECKING:
    from pandas import DataFrame

PLACES = "outputs/places.csv"
_RANKING = "results/ranking.csv"
_LABELS = {
    "methodology": "Mã phương pháp",
    "group": "Mã nhóm",
    "group_name": "Nhóm",
    "unit": "Mã đơn vị",
    "unit_name": "Tên đơn vị",
    "year": "Năm",
    "edition": "Ấn bản",
    "rank": "Hạng",
    "printed": "Giá trị",
    "level_name": "Mức",
    "state": "Tình trạng",
}


def places(project: Project | None = None) -> DataFrame:
    """Who is where, in every edition of outputs/ that is built: one row a unit and edition.

    Read from the published rankings, each held against its manifest; Refused names those that are not as they
    were built. Columns: methodology, group, group_name, unit, unit_name, year, edition, rank (None where
    there is none), printed (Decimal, as published), level_name, state (what stands over its page).
    """
    project, findings, rows = project or Project.around(), [], []
    for edition in project.editions():
        if project.output(edition).is_dir():
            try:
                rows += _rows(edition, project)
            except Refused as refused:
                findings += refused.findings
    if findings:
        raise Refused(findings)
    rows.sort(key=lambda row: tuple(row[_AT[key]] for key in ("methodology", "group", "unit", "year")))
    hidden = ("methodology", "group", "unit", "edition")
    return described(rows, _LABELS, "Thứ hạng qua các năm", only_in_file=hidden)


_AT = {key: n for n, key in enumerate(_LABELS)}


def _rows(edition: str, project: Project) -> Iterator[tuple[Any, ...]]:
    folder = project.output(edition)
    recorded, file = read_manifest(folder, project.shown(folder)), folder / _RANKING
    wanted = recorded["outputs"].get(_RANKING, {"sha256": "", "size": 0})
    refuse_if(bad_digest(file, project.shown(file), wanted))
    told = recorded["parameters"]
    for row in csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")):
        yield (
            *(told["methodology"], row["group"], row["group_name"], row["unit"], row["unit_name"]),
            *(told["year"], edition, int(row["rank"]) if row["rank"] else None),
            *(Decimal(row["printed"]) if row["printed"] else None, row.get("level_name") or None),
            recorded["state"]["label"],
        )


def write_places(project: Project) -> str:
    """outputs/places.csv, from what is built; the path, '' where nothing is."""
    frame = places(project)
    if frame.empty:
        return ""
    write_whole(project.root / PLACES, table("places", frame).csv())
    return PLACES
