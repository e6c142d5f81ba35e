"""The state of a project in units that must be whole: an edition's inputs, an annex, a form that goes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from benchmarks.hostile.tally import Fault

Files = Mapping[str, str]  # path inside a unit -> digest
State = Mapping[str, Files]  # unit -> its files


def state_of(project: Path, editions: Collection[str]) -> State:
    """The state of a project in which ``editions`` were there before."""
    units: dict[str, dict[str, str]] = {}
    for path in sorted(project.rglob("*")):
        inside = path.relative_to(project).as_posix()
        if path.is_file() and not _is_aside(inside):
            units.setdefault(_unit(inside, editions), {})[inside] = _digest(path)
    return {unit: files for unit, files in units.items() if not _is_no_edition_yet(unit, files)}


def _is_no_edition_yet(unit: str, files: Files) -> bool:
    """What a killed new-year made: the parameter file comes last, and without it no command sees an edition.

    That it is gone or whole after the next command is told by the state after that.
    """
    return unit.startswith("edition ") and f"parameters/{unit.partition(' ')[2]}.yaml" not in files


def _is_aside(inside: str) -> bool:
    """What is no official file: hidden, or a lock."""
    return any(part.startswith(".") for part in inside.split("/")) or inside.endswith(".lock")


def _unit(inside: str, editions: Collection[str]) -> str:
    top, name, *rest = [*inside.split("/"), ""]
    if top in ("parameters", "notebooks", "inputs"):
        stem = name.partition(".")[0]
        if top == "inputs" or rest == [""]:
            return f"inputs/{stem}" if stem in editions and top == "inputs" else f"edition {stem}"
        return inside
    if top == "outputs" and name != "exchange":
        if rest[0] == "what_if":
            return "/".join([top, name, "what_if", rest[1]])
        return f"outputs/{name}"
    return inside  # forms, slips, findings: each file for itself


def _digest(path: Path) -> str:
    """A file's digest; of the record of a run only that it is sound: its times differ."""
    data = path.read_bytes()
    if path.name == "run.json":
        return "sound" if _is_whole_record(data) else "broken"
    return hashlib.sha256(data).hexdigest()


def _is_whole_record(data: bytes) -> bool:
    try:
        return "manifest_root" in json.loads(data)
    except ValueError:
        return False


def faults(now: State, allowed: Collection[State], before: State) -> Iterator[Fault]:
    """Units that are as in no allowed state: lost where files are gone that every such state has."""
    for unit in sorted({unit for state in (now, *allowed) for unit in state}):
        here = now.get(unit, {})
        wanted = [state.get(unit, {}) for state in allowed]
        if here in wanted:
            continue
        everywhere = set.intersection(*(set(files) for files in wanted)) if wanted else set()
        gone = sorted(everywhere - set(here))
        if gone:
            yield Fault("lost", f"{unit}: {', '.join(gone[:3])} gone")
        elif wanted and before.get(unit, {}) == here:
            yield Fault("lost", f"{unit}: as before, although a command said that it was done")
        else:
            known = {path: {files.get(path) for files in wanted} for path in here}
            odd = sorted(path for path, digest in here.items() if digest not in known[path])
            missing = sorted(set().union(*wanted) - set(here))
            yield Fault("half", f"{unit}: {_listed('strange', odd)}{_listed('missing', missing)}mixed")


def _listed(word: str, paths: list[str]) -> str:
    return f"{word} {', '.join(paths[:3])}{' …' if len(paths) > 3 else ''}; " if paths else ""


def leftovers(project: Path, temporary: Path) -> list[str]:
    """Hidden files and folders that no command should leave, and whatever is in the temporary folder.

    Locks may stay; so may what a failed run keeps for its reader, and folders that are empty.
    """
    found = []
    for path in sorted(project.rglob(".*")):
        inside = path.relative_to(project).as_posix()
        kept = inside.endswith((".lock", "/.failed", "/.building", "/.locks")) or inside == ".locks"
        hidden_parent = any(part.startswith(".") for part in inside.split("/")[:-1])
        if not kept and not hidden_parent:
            found.append(inside)
    building = project / "outputs" / ".building"
    found += [
        f"outputs/.building/{path.name}" for path in sorted(building.glob("*")) if path.suffix != ".lock"
    ]
    return [
        *found,
        *(f"TMPDIR/{path.name}" for path in sorted(temporary.glob("*")) if path.suffix != ".lock"),
    ]
