"""What happened to an edition as a whole, recorded in procedure.csv; evidence held against its register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from ictindex.annex import hold_edition
from ictindex.basics import Finding, Project, digests, file_sha256, found, refuse_if
from ictindex.exchange.collection import write_inputs
from ictindex.exchange.documents import look_into
from ictindex.exchange.forms import Context
from ictindex.exchange.ledger import COLUMNS, read_ledger
from ictindex.facts import (
    ENTITIES,
    PROCEDURE,
    Inputs,
    faults_of,
    read_entities,
    register_digest,
    survey_inputs,
)
from ictindex.methodology import read_methodology
from ictindex.scoring import read_parameters


def record(
    project: Project,
    edition: str,
    event: str,
    day: date,
    evidence: Path | None = None,
    to: Sequence[str] = (),
    **said: str,
) -> Path:
    """Append a line to procedure.csv, or one for each of ``to``; what stands there stays as it is.

    ``said``: who, number, authority, why. ``evidence``: for evidence_checked, the folder that the files
    of the register lie in: every one is read again. Refused, with nothing written, where something lacks, or
    a file is gone or no longer what was registered.
    """
    parameters = read_parameters(edition, project)
    methodology = read_methodology(parameters["methodology"], project)
    folder = project.inputs(parameters["inputs"])
    shown = project.shown(folder / PROCEDURE)
    line = dict.fromkeys(COLUMNS[PROCEDURE], "") | said | {"event": event, "at": f"{day:%Y-%m-%d}"}
    lines = [line | {"to": one} for one in dict.fromkeys(to or [""])]
    with hold_edition(edition, project):
        if evidence is not None:
            inputs, _ = survey_inputs(parameters["inputs"], methodology, project)
            refuse_if(changed_evidence(inputs, evidence, project))
            lines = [line | {"source": register_digest(inputs.evidence or {})} for line in lines]
        refuse_if(
            found(code, shown, None, column, **facts)
            for line in lines
            for code, column, facts in faults_of(line, methodology)
        )
        entities = read_entities(folder / ENTITIES, project.shown(folder / ENTITIES), methodology)
        context = Context(edition, parameters["year"], methodology, tuple(entities))
        ledger = read_ledger(folder, project.shown(folder), methodology)
        ledger.procedure += lines
        ledger.changed.add(PROCEDURE)
        write_inputs(folder, ledger, digests(folder), context, project)
    return folder / PROCEDURE


def changed_evidence(inputs: Inputs, folder: Path, project: Project) -> Iterator[Finding]:
    """The registered files that a folder does not hold as they were registered, each once."""
    came = look_into(folder)
    registered = {
        (one.file, one.sha256): entity
        for (entity, _), several in sorted((inputs.evidence or {}).items())
        for one in several
        if one.file
    }
    for (file, digest), entity in registered.items():
        path = came.files.get(file)
        if path is None:
            yield found("evidence-file-gone", project.shown(came.root), name=file, entity=entity)
        elif file_sha256(path) != digest:
            yield found("evidence-file-changed", project.shown(came.root), name=file, entity=entity)
