"""The command sample: whose units, into which folder, and never over anybody's real figures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ictindex.annex import hold_edition
from ictindex.basics import Project, Refused, found, load, refuse_if, rewrite_folder
from ictindex.facts import ENTITIES, SOURCES, invented, read_entities, sample, tables_of
from ictindex.methodology import read_methodology
from ictindex.scoring import public_seed, read_parameters


def write_sample(
    edition: str, number: int | None, seed: int, inputs: str | None, project: Project
) -> list[str]:
    """Write made-up inputs for an edition; the files written.

    The units are those of the edition's entities.csv, or ``number`` invented ones in the same proportions.
    Refused when the folder holds figures that are not marked as illustrative; made-up ones are replaced, all
    in one step.
    """
    with hold_edition(edition, project, *filter(None, [inputs])):
        parameters = read_parameters(edition, project)
        methodology = read_methodology(parameters["methodology"], project)
        folder = project.inputs(inputs or parameters["inputs"])
        _refuse_real_figures(folder, project)
        known = project.inputs(parameters["inputs"]) / ENTITIES
        listed = read_entities(known, project.shown(known), methodology) if known.exists() else []
        counts = Counter(dict.fromkeys(methodology.groups, 1)) + Counter(entity.group for entity in listed)
        units = invented(methodology, number, counts, seed) if number else listed
        if not units:
            raise Refused([found("no-units", project.shown(folder / ENTITIES))])
        files = sample(methodology, units, seed, parameters["year"], public_seed(parameters))
        gone = {*tables_of(methodology)} - {*files}  # of an earlier sample or rehearsal, about other units
        rewrite_folder(folder, files, project.shown(folder), gone)
        return [project.shown(folder / name) for name in files]


def _refuse_real_figures(folder: Path, project: Project) -> None:
    sources = folder / SOURCES
    if sources.exists():
        document = load(sources, project.shown(sources))
        status = document.data.get("status") if isinstance(document.data, dict) else None
        refuse_if([document.found("figures-not-made-up")] if status != "illustrative" else [])
