"""Whether the annex that stands is the one that a run would build: then nothing is done twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ictindex.annex import bad_outputs, canonical_json, made_with, read_manifest, run_of
from ictindex.basics import VARIANTS, Project, Refused, file_sha256, sha256
from ictindex.run.plans import Plan

MADE_OF = "made_of"  # what run.json has of a run beside the manifest, for this
_MADE_WITH = {  # what made_with says -> what to say where it is another
    "source_sha256": "the package's own code has changed",
    "lock_sha256": "requirements.txt has changed",
    "packages": "other versions of libraries are installed",
    "python": "another Python runs it",
    "platform": "another system runs it",
}


class Annex(NamedTuple):
    """An annex as it stands; ``why`` it is not what the run would build, about ``what``.

    Both empty where it is, and has a root; and where none stands.
    """

    folder: Path
    root: str = ""
    why: str = ""
    what: str = ""


def made_of(plan: Plan, sources: Mapping[str, Any], broken: list[str], project: Project) -> dict[str, Any]:
    """What a run was told, which other files lay beside those it read, which self-checks failed."""
    folders = sorted({Path(path).parent.as_posix() for path in sources if path.startswith("inputs/")})
    beside = {folder: _names(project.root / folder) for folder in folders}
    return {"told": plan.parameters, "beside": beside, "broken": broken}


def standing(plan: Plan, project: Project) -> Annex:
    """The annex of the same parameters, or else of the same edition, and the first thing against it."""
    official = project.output(plan.edition, plan.what_if)
    told = json.loads(canonical_json(plan.parameters))
    folders = (official, *sorted(official.glob(f"{VARIANTS}/*")))
    records = {folder: run_of(folder, project.shown(folder)) for folder in folders}
    for folder, record in records.items():
        if record.get(MADE_OF, {}).get("told") == told:
            return _held(folder, record, project)
    if MADE_OF not in records[official]:
        return Annex(official)
    return Annex(official, why="other parameters than those it was built with")


def _held(folder: Path, record: Mapping[str, Any], project: Project) -> Annex:
    try:
        recorded = read_manifest(folder, project.shown(folder))
    except Refused as refused:
        return Annex(folder, why="{what} is not as it was built", what=refused.findings[0].file)
    for why, what in _differences(folder, record, recorded, project):
        return Annex(folder, why=why, what=what)
    return Annex(folder, recorded["root"])


def _differences(
    folder: Path, record: Mapping[str, Any], recorded: Mapping[str, Any], project: Project
) -> Iterator[tuple[str, str]]:
    for path, source in recorded["sources"].items():
        file = project.root / path
        if not file.is_file() or file_sha256(file) != source["sha256"]:
            yield "{what} has changed", path
    for path, names in record[MADE_OF]["beside"].items():
        if _names(project.root / path) != names:
            yield "there are other files in {what}", path
    now = json.loads(canonical_json(made_with(project)))
    for name, why in _MADE_WITH.items():
        if now[name] != record.get(name):
            yield why, ""
    for finding in bad_outputs(folder, project.shown(folder), recorded["outputs"]):
        yield "{what} is not as it was built", finding.file
    if record["manifest_root"] != recorded["root"] or record[MADE_OF]["broken"]:
        yield "{what} did not pass its own checks", project.shown(folder)


def _names(folder: Path) -> str:
    """One digest of the names of a folder's files: a table that was not there is read by the next run."""
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return sha256("\n".join(names).encode())
