"""What a killed command left behind under a name, cleared away by the next that holds the name's lock."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from ictindex.basics.files import PART, sha256, write_whole
from ictindex.basics.project import WHAT_IF, Project
from ictindex.basics.swap import STAGED, recover

_NEW_YEAR = ".new-year.json"


def tidy(project: Project, name: str) -> None:
    """Mend and clear what a dead command left of an edition or of inputs of this name.

    Only for who holds the lock of the name: what is half done is then nobody's any more.
    """
    forget_new_year(project, name)
    official, inputs = project.output(name), project.inputs(name)
    what_ifs = official / WHAT_IF
    for folder in (inputs, official, *(what_ifs / old.name[1:-4] for old in what_ifs.glob(".*.old"))):
        recover(folder)
    staged = (each.parent.glob(f".{name}.*{STAGED}") for each in (inputs, project.exchange(name)))
    for folder in chain(*staged, project.building.glob(f"{name}.*")):
        shutil.rmtree(folder, ignore_errors=True)
    for where, part in (
        (project.parameters(name).parent, f".{name}.yaml.*{PART}"),
        (project.notebook(name).parent, f".{name}.ipynb.*{PART}"),
        (project.building, f".{name}{_NEW_YEAR}.*{PART}"),
        (project.exchange(name), f"**/.*{PART}"),
    ):
        for file in where.glob(part):
            file.unlink(missing_ok=True)


# --- a new year: several files in several folders, all of them or none ------------------------------------


def announce_new_year(project: Project, name: str, made: Mapping[Path, str]) -> None:
    """Say which files are about to be made, the parameter file last: with it the edition is there."""
    announced = {project.shown(path): sha256(text.encode()) for path, text in made.items()}
    write_whole(_announced(project, name), json.dumps(announced))


def forget_new_year(project: Project, name: str) -> None:
    """Take back what was made of a new year whose parameter file never came; else only the announcement.

    Only files as they were made are taken back, never what somebody has put in their place.
    """
    note = _announced(project, name)
    with contextlib.suppress(FileNotFoundError, ValueError):
        announced = {project.root / path: digest for path, digest in json.loads(note.read_bytes()).items()}
        for path, digest in announced.items() if not project.parameters(name).exists() else ():
            if path.is_file() and sha256(path.read_bytes()) == digest:
                path.unlink()
        with contextlib.suppress(OSError):  # it is not empty, or was never made
            project.inputs(name).rmdir()
    note.unlink(missing_ok=True)


def _announced(project: Project, name: str) -> Path:
    return project.building / f"{name}{_NEW_YEAR}"
