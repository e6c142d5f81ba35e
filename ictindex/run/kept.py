"""What was concluded about an edition, kept aside for as long as nothing that it was drawn from is another.

Where a year stands; and that an annex is what its run would build. To say it again imports nothing costly.

It is drawn from all of parameters/ and notebooks/, the folders of inputs/ of the edition and of the years
before it, which others there are, the package's own code, Python and the libraries: whatever reading a year
can come upon. Files count by their bytes, never by their times.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ictindex.basics import (
    Project,
    Refused,
    canonical_json,
    code_digest,
    file_sha256,
    files_below,
    is_name,
    libraries,
    sealed,
    sha256,
    unsealed,
    write_whole,
)
from ictindex.run.results import Result

_SEAL = "sha256"
_PIECE = 2**23  # bytes that a thread reads at once


def kept(edition: str, project: Project, conclude: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``conclude`` says, as JSON can hold it; from the record of it where that still holds.

    A record that is damaged or cannot be written is as none, and a conclusion during which something was
    changed is kept by nobody.
    """
    if not project.parameters(edition).is_file():
        return conclude()
    file = project.concluded(edition, "status")
    record = _record(file)
    if record and record["drawn_from"] == _drawn_from(project, record["folders"]):
        return record["said"]
    folders = sorted(_folders(edition, project, set()))
    before = _drawn_from(project, folders)
    said = conclude()
    if before and before == _drawn_from(project, folders):
        _keep(file, {"folders": folders, "drawn_from": before, "said": said})
    return said


def _keep(file: Path, whole: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # a disk that is full or not ours: then it is concluded each time
        write_whole(file, canonical_json(sealed(whole, _SEAL)))


class KnownAnnexes:
    """Which annexes are known to be what a run that is told this would build: ``results``, as unchanged.

    Known is what a run found out, or built, while nothing changed: from then on the annex, all that it was
    drawn from and what the run was told have to be the same, byte for byte.
    """

    def __init__(
        self, editions: Sequence[str], project: Project, texts: Mapping[str, str], files: Sequence[Path]
    ):
        self.project = project
        self.told = [dict(texts), {str(file): file_sha256(file) for file in files if file.is_file()}]
        there = [each for each in editions if is_name(each) and project.parameters(each).is_file()]
        swept = not any(project.building.glob("*.*"))  # else a run clears away what a dead one left
        self.results = {each: known for each in there if swept and (known := self._known(each))}
        others = [each for each in there if each not in self.results]
        self.before = {each: self._before(sorted(_folders(each, project, set()))) for each in others}

    def keep(self, results: Iterable[Result]) -> None:
        """Remember what came of those that were not known."""
        for result in results:
            before = self.before.get(result.edition)
            if result.root and not result.findings and before and before == self._before(before["folders"]):
                folder = self.project.root / result.folder
                whole = {**before, "folder": result.folder, "root": result.root, "annex": _annex(folder)}
                if whole["annex"]:
                    _keep(self._file(result.edition), whole)

    def _known(self, edition: str) -> Result | None:
        record = _record(self._file(edition))
        if not record or (self.project.failed / edition).exists():
            return None
        before = self._before(record["folders"])
        if any(record[name] != what for name, what in before.items()):
            return None
        if record["annex"] != _annex(self.project.root / record["folder"]):
            return None
        return Result(edition, "unchanged", 0.0, record["folder"], record["root"])

    def _before(self, folders: list[str]) -> dict[str, Any]:
        lock = self.project.root / "requirements.txt"
        drawn = [
            _drawn_from(self.project, folders),
            platform.platform(),
            lock.is_file() and file_sha256(lock),
        ]
        return {"folders": folders, "drawn_from": drawn, "told": self.told}

    def _file(self, edition: str) -> Path:
        return self.project.concluded(edition, "run")


def _annex(folder: Path) -> dict[str, str] | None:
    """The digests of a folder's manifest, its run's record and all that the manifest names; None if amiss."""
    try:
        names = json.loads((folder / "manifest.json").read_bytes())["outputs"]
        return _digests({name: folder / name for name in ("manifest.json", "run.json", *names)})
    except (OSError, ValueError, TypeError, LookupError):
        return None


def _digests(files: Mapping[str, Path]) -> dict[str, str]:
    """One digest for each file, of its pieces' digests: threads read those of a large one side by side."""
    pieces = {name: range(0, file.stat().st_size or 1, _PIECE) for name, file in files.items()}
    if all(len(starts) == 1 for starts in pieces.values()):  # as nearly always
        return _joined(map, files, pieces)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return _joined(threads.map, files, pieces)


def _joined(each: Callable, files: Mapping[str, Path], pieces: Mapping[str, range]) -> dict[str, str]:
    begun = {name: each(partial(_of_piece, files[name]), starts) for name, starts in pieces.items()}
    return {name: sha256("".join(digests).encode()) for name, digests in begun.items()}


def _of_piece(file: Path, start: int) -> str:
    with file.open("rb") as opened:
        opened.seek(start)
        return sha256(opened.read(_PIECE))


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
        files = _digests({str(file): file for place in places for file in files_below(place)})
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
