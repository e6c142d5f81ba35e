"""An edition's files as others than its makers may see them: state secrets and what a profile leaves out.

Points, ranks and levels made of them are the same, and a page made of them cannot print what they lack.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ictindex.annex.provenance import sources
from ictindex.basics import INTERNAL, Project, load, read_bytes, read_csv, temporary_folder
from ictindex.facts import SOURCES, people, shareable, without
from ictindex.scoring import Evaluation, evaluate, read_parameters


def told(e: Evaluation, paths: Iterable[str], profile: str = "") -> dict[str, bytes]:
    """An edition's tables of inputs that say what nobody, or not this profile, may see: without it."""
    folder, root, m = f"inputs/{e.parameters['inputs']}/", e.project.root, e.methodology
    tables = {
        path.removeprefix(folder): [row.cells for row in read_csv(root / path, path, (), None)]
        for path in paths
        if path.startswith(folder) and path.endswith(".csv")
    }
    left_out = getattr(m.source.profiles, profile) if profile else ()
    secrets = e.inputs.secrets
    numbers = people(tables, [entity.code for entity in e.inputs.entities])
    made = {}
    for file, rows in tables.items():
        kept = without(file, shareable(file, rows, secrets, m), left_out, numbers)
        if kept != rows:
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n", extrasaction="raise")
            writer.writeheader()
            writer.writerows(kept)
            made[folder + file] = text.getvalue().encode()
    return made


@contextmanager
def seen_as(profile: str, edition: str, project: Project) -> Iterator[Project]:
    """A project with all that an edition is made from, as a profile shows it; gone when it has been read."""
    one: Evaluation | None = evaluate(project, **read_parameters(edition, project))
    files = {each.path: read_bytes(project.root / each.path, each.path) for each in sources(one)}
    while one:
        files |= told(one, files, profile)
        about = f"inputs/{one.parameters['inputs']}/{SOURCES}"
        files[about] = files[about].rstrip(b"\n") + f"\nprofile: {profile}\n".encode()
        one = one.previous
    with temporary_folder() as root:
        (root / "parameters" / "methodologies").mkdir(parents=True)
        for path, data in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        if (project.root / "requirements.txt").is_file():
            shutil.copyfile(project.root / "requirements.txt", root / "requirements.txt")
        yield Project(root)


@contextmanager
def as_recorded(recorded: dict[str, Any], project: Project) -> Iterator[Project]:
    """The project that a manifest is of: this one, or this one as the manifest's profile shows it.

    A packed edition holds what its profile may see and nothing else: then it is this one.
    """
    profile = recorded.get("profile", "")
    about = project.inputs(str(recorded["parameters"].get("inputs") or recorded["edition"])) / SOURCES
    if not profile or profile == INTERNAL or _profile_of(about, project) == profile:
        yield project
    else:
        with seen_as(profile, recorded["edition"], project) as seen:
            yield seen


def _profile_of(about: Path, project: Project) -> str:
    data = load(about, project.shown(about)).data if about.is_file() else None
    return str(data.get("profile", "")) if isinstance(data, dict) else ""
