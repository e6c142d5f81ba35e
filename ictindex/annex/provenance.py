"""Digests and versions: the manifest of what an annex was made from, and the record of a run."""

from __future__ import annotations

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
from ictindex.basics import Project, sha256
from ictindex.facts import InputFile
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
    "pydantic",
    "XlsxWriter",
)


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and fixed white space, so that equal values are equal bytes."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def sealed(record: dict[str, Any], key: str) -> dict[str, Any]:
    """The record with the SHA-256 of all the rest under ``key``."""
    rest = {name: value for name, value in record.items() if name != key}
    return {**rest, key: sha256(canonical_json(rest).encode())}


def unsealed(data: bytes, key: str) -> dict[str, Any] | None:
    """The record that bytes hold as ``sealed`` and ``canonical_json`` made them; None when they did not."""
    try:
        record = json.loads(data)
        intact = isinstance(record, dict) and canonical_json(sealed(record, key)).encode() == data
    except (ValueError, RecursionError):
        return None
    return record if intact else None


def sources(e: Evaluation) -> list[InputFile]:
    """Every file that the annex is made from, those of the previous edition included; sorted by path."""
    files = {file.path: file for file in (*e.inputs.files, *e.files)}
    if e.previous:
        files.update((file.path, file) for file in sources(e.previous))
    return sorted(files.values())


def manifest(e: Evaluation, outputs: Mapping[str, bytes]) -> dict[str, Any]:
    """What the annex is made from and consists of, under one root digest."""
    record = {
        "edition": e.edition,
        "package": {"name": "ictindex", "version": __version__},
        "parameters": e.parameters,
        "changed_parameters": e.changed,
        "illustrative": e.illustrative,
        "sources": {file.path: {"sha256": file.sha256, "size": file.size} for file in sources(e)},
        "outputs": {
            path: {"sha256": sha256(data), "size": len(data)} for path, data in sorted(outputs.items())
        },
    }
    return sealed(record, "root")


def run_record(project: Project, root: str, steps: Mapping[str, float], started: datetime) -> dict[str, Any]:
    """When, where, how long and with what: times in UTC, durations in seconds."""
    record = {
        "manifest_root": root,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": {step: round(seconds, 3) for step, seconds in steps.items()},
        "host": platform.node(),
        "platform": platform.platform(),
        "python": sys.version.split()[0],
        "cpus": os.cpu_count(),
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "source_sha256": _digest_of(sorted(Path(__file__).parent.rglob("*.*")), Path(__file__).parent),
        "lock_sha256": _digest_of([project.root / "requirements.txt"], project.root),
        "git_commit": _git_commit(project.root),
    }
    return sealed(record, "sha256")


def _digest_of(files: Iterable[Path], root: Path) -> str | None:
    """One digest over the names and contents of files; None when there are none."""
    lines = [
        f"{sha256(path.read_bytes())}  {path.relative_to(root).as_posix()}\n"
        for path in files
        if path.is_file() and path.suffix != ".pyc"
    ]
    return sha256("".join(lines).encode()) if lines else None


def _git_commit(root: Path) -> str | None:
    """The commit checked out, with '-changed' when the work tree differs; None outside a repository."""
    command = [
        "git",
        "-C",
        str(root),
        "describe",
        "--always",
        "--abbrev=40",
        "--dirty=-changed",
        "--exclude=*",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
