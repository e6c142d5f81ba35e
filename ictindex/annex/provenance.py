"""Digests and versions: the manifest of what an annex was made from, and the record of a run."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from ictindex import __version__
from ictindex.basics import INTERNAL, Project, canonical_json, code_digest, digest_of, file_sha256, sealed
from ictindex.facts import InputFile
from ictindex.page import Edition, place_of
from ictindex.scoring import Evaluation

MANIFEST = "manifest.json"
RUN_RECORD = "run.json"  # whatever changes from one machine or commit to the next; outside the root digest
_PACKAGES = (
    "papermill",
    "nbclient",
    "nbconvert",
    "ipykernel",
    "matplotlib",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "XlsxWriter",
)


def sources(e: Evaluation) -> list[InputFile]:
    """Every file that the annex is made from, those of the previous edition included; sorted by path."""
    files = {file.path: file for file in (*e.inputs.files, *e.files)}
    if e.previous:
        files.update((file.path, file) for file in sources(e.previous))
    return sorted(files.values())


def manifest(e: Edition, folder: Path) -> dict[str, Any]:
    """What the annex is made from and what a folder has of it, under one root digest."""
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    record = {
        "edition": e.edition,
        "place": place_of(e).relative_to(e.project.root / "outputs").as_posix(),
        "package": {"name": "ictindex", "version": __version__},
        "parameters": e.parameters,
        "changed_parameters": e.changed,
        "state": {"label": e.state.label, "why": list(e.state.why)},
        "profile": e.inputs.sources.profile or INTERNAL,
        "scores": scores(e),
        "sources": {file.path: {"sha256": file.sha256, "size": file.size} for file in sources(e)},
        "outputs": digests(folder, files),
    }
    return sealed(record, "root")


def scores(e: Evaluation) -> str:
    """One digest of every point, total, rank and level: the same in every profile of one result.

    It is that of ``canonical_json([points, ranks])``, whose million points are never held at once.
    """
    ranks = [
        [s.entity.code, s.entity.group, str(s.value), str(s.printed), s.rank, level and level.key]
        for standings in e.standings.values()
        for s in standings
        for level in [e.level(s)]
    ]
    mark = "\N{OBJECT REPLACEMENT CHARACTER}"  # where the points come
    before, _, after = canonical_json([[mark], ranks]).partition(f'"{mark}"')
    digest, first = hashlib.sha256(before.encode()), True
    codes = [f"[\n   {json.dumps(entity.code, ensure_ascii=False)}," for entity in e.inputs.entities]
    for node, outcomes in e.scores.outcomes.items():
        said: dict[int, str] = {}  # what is said of an outcome that several units share
        lines = []
        for code, outcome in zip(codes, outcomes, strict=True):
            if id(outcome) not in said:
                cells = (node, str(outcome.points), str(outcome.available), outcome.state)
                said[id(outcome)] = ",".join(f"\n   {json.dumps(cell, ensure_ascii=False)}" for cell in cells)
            lines.append(f"{code}{said[id(outcome)]}\n  ]")
        digest.update((",\n  " * (not first) + ",\n  ".join(lines)).encode())
        first = False
    digest.update(after.encode())
    return digest.hexdigest()


def digests(folder: Path, paths: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Path in a folder -> SHA-256 and size, in the order of the paths."""
    files = {path: folder / path for path in sorted(paths)}
    return {path: {"sha256": file_sha256(file), "size": file.stat().st_size} for path, file in files.items()}


def run_record(
    project: Project, root: str, steps: Mapping[str, float], started: datetime, **more: Any
) -> dict[str, Any]:
    """When, where, how long and with what: times in UTC, durations in seconds; ``more`` as it is given."""
    record = {
        **more,
        **made_with(project),
        "manifest_root": root,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": {step: round(seconds, 3) for step, seconds in steps.items()},
        "host": platform.node(),
        "cpus": os.cpu_count(),
        "git_commit": _git_commit(project.root),
    }
    return sealed(record, "sha256")


def made_with(project: Project) -> dict[str, Any]:
    """What else decides on an annex's bytes than its sources: system, Python, libraries, own code, lock."""
    return {
        "platform": platform.platform(),
        "python": sys.version.split()[0],
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "source_sha256": code_digest(),
        "lock_sha256": digest_of([project.root / "requirements.txt"], project.root),
    }


def _git_commit(root: Path) -> str | None:
    """The commit checked out, with '-changed' when the work tree differs; None outside a repository."""
    described = "describe --always --abbrev=40 --dirty=-changed --exclude=*"
    command = ["git", "-C", str(root), *described.split()]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
