"""Several what-ifs of one edition side by side: each unit's ranks and levels, and how far rankings agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ictindex.annex.edition_lock import hold_edition
from ictindex.annex.provenance import MANIFEST, digests
from ictindex.basics import WHAT_IF, Project, canonical_json, sealed, unsealed, write_whole
from ictindex.page import (
    AGREEMENT_COLUMNS,
    Cell,
    Column,
    Table,
    agreement_cells,
    beside_vi,
    entity_cells,
    entity_columns,
    group_cells,
    group_columns,
    stamp,
)
from ictindex.scoring import Evaluation, Standing
from ictindex.what_if import Baselines, compared, moves

COMPARISON = "comparison.json"  # what these files are, as a manifest says it of an annex
COMPARISON_FILES = ("comparison.html", "comparison.xlsx", "comparison.csv", "comparison_agreement.csv")


def write_comparisons(runs: Iterable[Mapping[str, Any]], project: Project) -> list[str]:
    """For each edition of which there are several what-ifs: comparison.html, .xlsx and .csv; the files shown.

    ``runs``: the parameters of the what-ifs' runs.
    """
    baselines = Baselines()
    by_edition: dict[str, list[Mapping[str, Any]]] = {}
    for parameters in runs:
        by_edition.setdefault(parameters["edition"], []).append(parameters)
    written: list[str] = []
    for edition, several in by_edition.items():
        if len(several) < 2:
            continue
        folder = project.output(edition) / WHAT_IF
        with hold_edition(edition, project):
            made = files([baselines.evaluate_run(project, **parameters) for parameters in several])
            for name, data in made.items():
                write_whole(folder / name, data)
                written.append(project.shown(folder / name))
            names = [parameters["what_if"] for parameters in several]
            write_whole(folder / COMPARISON, canonical_json(_record(folder, names, made)))
    return written


def _record(folder: Path, names: Iterable[str], made: Iterable[str]) -> dict[str, Any]:
    """What the comparison consists of, and the root digests of the what-ifs that it compares, sealed."""
    roots = {
        name: record["root"]
        for name in names
        if (path := folder / name / MANIFEST).is_file()
        and (record := unsealed(path.read_bytes(), "root")) is not None
    }
    return sealed({"what_ifs": roots, "outputs": digests(folder, made)}, "sha256")


def files(several: Sequence[Evaluation]) -> dict[str, str | bytes]:
    """What-ifs of one edition -> the comparison's files by name."""
    from ictindex.annex.files import rendered
    from ictindex.annex.spreadsheet import book_of

    tables = [comparison(several), agreement(several)]
    label, lines, stamped = several[0].methodology.source.label_vi, list(_lines(several)), tables[0].stamp
    return {
        "comparison.html": rendered(
            "comparison.html.j2", title=label, lines=lines, tables=tables, stamp=stamped
        ),
        "comparison.xlsx": book_of(tables, label, several[0].edition, stamped, (label, *lines)),
        **{f"{table.name}.csv": table.csv() for table in tables},
    }


def _lines(several: Sequence[Evaluation]) -> Iterator[str]:
    yield f"So sánh các phương án giả định với kết quả gốc, năm đánh giá {several[0].parameters['year']}"
    for name, e in zip(_names(several), several, strict=True):
        yield " ".join((f"{name}: {e.what_if.source.question_vi}", *beside_vi(e)))


def _names(several: Sequence[Evaluation]) -> list[str]:
    """What people call each: the names of their files are words of machines."""
    return [f"Phương án {i}" for i, _ in enumerate(several, start=1)]


def comparison(several: Sequence[Evaluation]) -> Table:
    """Each unit's official rank and level, those of every what-if, and the range of all its ranks."""
    base = several[0].baseline
    levels = any(each.methodology.source.levels for each in (base, *several))
    columns = [*entity_columns(base)]
    keys = [e.what_if.name for e in several]
    for key, name in (("baseline", "Gốc"), *zip(keys, _names(several), strict=True)):
        columns.append(Column(f"{key}_rank", f"Hạng, {name}", "integer"))
        columns += [Column(f"{key}_level", f"Mức, {name}")] if levels else []
    columns += [Column("best", "Hạng tốt nhất", "integer"), Column("worst", "Hạng kém nhất", "integer")]
    runs = [(each, each.at(each.methodology.root)) for each in (base, *several)]
    rows: list[tuple[Cell, ...]] = []
    for standings in base.standings.values():
        for s in standings:
            found = [(each, at.get(s.entity.code)) for each, at in runs]
            cells = [cell for each, own in found for cell in _rank_and_level(each, own, levels)]
            ranks = [own.rank for _, own in found if own and own.rank is not None]
            ends = (min(ranks, default=None), max(ranks, default=None))
            rows.append((*entity_cells(base, s.entity), *cells, *ends))
    title = "Thứ hạng gốc và thứ hạng của từng phương án"
    note = "Xếp theo thứ hạng gốc. Dấu – : không xếp hạng."
    return Table(
        "comparison", title, tuple(columns), tuple(rows), note, shown=len(rows), stamp=_stamp(several)
    )


def _rank_and_level(e: Evaluation, s: Standing | None, levels: bool) -> tuple[Cell, ...]:
    level = e.level(s) if s else None  # a what-if may leave a unit out
    return (s and s.rank, *([level and level.label_vi] if levels else []))


def agreement(several: Sequence[Evaluation]) -> Table:
    """For every what-if and group: how many move, and how far its ranking agrees with the official one."""
    named = (Column("what_if", "Mã phương án", in_file_only=True), Column("name", "Phương án"))
    rows = tuple(
        (e.what_if.name, name, *group_cells(e, group), *agreement_cells(compared(some)))
        for name, e in zip(_names(several), several, strict=True)
        for group, some in moves(e).items()
    )
    title = "Từng phương án giống bảng gốc đến đâu"
    columns = (*named, *group_columns(several[0]), *AGREEMENT_COLUMNS)
    return Table("comparison_agreement", title, columns, rows, "", stamp=_stamp(several))


def _stamp(several: Sequence[Evaluation]) -> str:
    """The stamp of the what-if that says most: one with anything made up says so too."""
    return max(map(stamp, several), key=len)
