"""The command sample: whose units, into which folder, and never over anybody's real figures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ictindex.annex import hold_edition
from ictindex.basics import Project, Refused, found, load, rewrite_folder, scan_csv
from ictindex.facts import ANSWERS, ENTITIES, SOURCES, Entity, invented, read_entities, sample, tables_of
from ictindex.methodology import Methodology, read_methodology
from ictindex.scoring import public_seed, read_parameters


def write_sample(
    edition: str, number: int | None, seed: int, inputs: str | None, project: Project
) -> list[str]:
    """Write made-up inputs for an edition; the files written.

    The units are those of the edition's entities.csv, or ``number`` invented ones in the same proportions.
    Refused when the folder holds figures that are not marked as illustrative; made-up ones are replaced, all
    in one step, and so is what a new year begins with, where nobody has stated anything yet.
    """
    with hold_edition(edition, project, *filter(None, [inputs])):
        parameters = read_parameters(edition, project)
        methodology = read_methodology(parameters["methodology"], project)
        folder = project.inputs(inputs or parameters["inputs"])
        _refuse_real_figures(folder, methodology, bool(number), project)
        listed = _listed(project.inputs(parameters["inputs"]) / ENTITIES, methodology, project)
        counts = Counter(dict.fromkeys(methodology.groups, 1)) + Counter(entity.group for entity in listed)
        units = invented(methodology, number, counts, seed) if number else listed
        if not units:
            raise Refused([found("no-units", project.shown(folder / ENTITIES))])
        files = sample(methodology, units, seed, parameters["year"], public_seed(parameters))
        gone = {*tables_of(methodology)} - {*files}  # of an earlier sample or rehearsal, about other units
        rewrite_folder(folder, files, project.shown(folder), gone)
        return [project.shown(folder / name) for name in files]


def _listed(path: Path, methodology: Methodology, project: Project) -> list[Entity]:
    """The units of the edition; none where nobody has listed any yet."""
    try:
        return read_entities(path, project.shown(path), methodology) if path.exists() else []
    except Refused as refused:
        if {finding.code for finding in refused.findings} == {"no-rows"}:
            return []
        raise


def _refuse_real_figures(folder: Path, methodology: Methodology, invents: bool, project: Project) -> None:
    sources = folder / SOURCES
    if not sources.exists():
        return
    document = load(sources, project.shown(sources))
    status = document.data.get("status") if isinstance(document.data, dict) else None
    if status == "illustrative" or (not status and not _stated(folder, methodology, invents, project)):
        return
    raise Refused([document.found("figures-not-made-up")])


def _stated(folder: Path, methodology: Methodology, invents: bool, project: Project) -> bool:
    """Whether a table says anything; a list of units only where ``invents`` others would replace it."""
    for name, columns in tables_of(methodology).items():
        if (path := folder / name).exists() and (invents or name != ENTITIES):
            keys = ("entity", "answer") if name == ANSWERS else ()  # which a new year writes, for all to fill
            rows, faults = scan_csv(path, project.shown(path), *columns)
            stated = (cell for row in rows for column, cell in row.cells.items() if column not in keys)
            if any(stated) or {fault.code for fault in faults} - {"no-rows"}:
                return True
    return False
