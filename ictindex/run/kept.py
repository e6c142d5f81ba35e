"""What was concluded about an edition, kept aside for as long as nothing that it was drawn from is another.

It is drawn from all of parameters/ and notebooks/, the folders of inputs/ of the edition and of the years
before it, which others there are, the package's own code, Python and the libraries: whatever reading a year
can come upon. Files count by their bytes, never by their times.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ictindex.basics import (
    Project,
    Refused,
    canonical_json,
    code_digest,
    file_sha256,
    files_below,
    libraries,
    sealed,
    sha256,
    unsealed,
    write_whole,
)

_SEAL = "sha256"


def kept(edition: str, project: Project, conclude: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``conclude`` says, as JSON can hold it; from the record of it where that still holds.

    A record that is damaged or cannot be written is as none, and a conclusion during which something was
    changed is kept by nobody.
    """
    if not project.parameters(edition).is_file():
        return conclude()
    file = project.concluded(edition)
    record = _record(file)
    if record and record["drawn_from"] == _drawn_from(project, record["folders"]):
        return record["said"]
    folders = sorted(_folders(edition, project, set()))
    before = _drawn_from(project, folders)
    said = conclude()
    if before and before == _drawn_from(project, folders):
        whole = {"folders": folders, "drawn_from": before, "said": said}
        with contextlib.suppress(OSError):  # a disk that is full or not ours: then it is concluded each time
            write_whole(file, canonical_json(sealed(whole, _SEAL)))
    return said


def _record(file: Path) -> dict[str, Any] | None:
    try:
        return unsealed(file.read_bytes(), _SEAL)
    except OSError:
        return None


def _drawn_from(project: Project, folders: list[str]) -> str | None:
    """One digest of all that a conclusion is drawn from; None where a file cannot be read."""
    inputs = project.root / "inputs"
    places = [project.root / "parameters", project.root / "notebooks", *(inputs / name for name in folders)]
    try:
        others = sorted(each.name for each in inputs.iterdir()) if inputs.is_dir() else []
        files = {str(file): file_sha256(file) for place in places for file in files_below(place)}
    except OSError:
        return None
    return sha256(canonical_json([code_digest(), libraries(), others, files]).encode())


def _folders(edition: str, project: Project, met: set[str]) -> Iterator[str]:
    """The folders of inputs/ that an edition and those before it read; all where that cannot be told."""
    from ictindex.scoring import read_parameters

    try:
        told = read_parameters(edition, project)
        names = {edition, str(told.get("inputs", edition))}
        before = told.get("previous")
        yield from names
        if before and before not in met:
            yield from _folders(str(before), project, met | {edition})
    except Refused:
        yield from (each.name for each in (project.root / "inputs").iterdir() if each.is_dir())
