"""An output folder held against what its manifest names: digests, strays, links, what-ifs inside it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

from ictindex.annex.pdf_signature import bad_signatures
from ictindex.annex.provenance import MANIFEST, RUN_RECORD
from ictindex.annex.signature import SIGNATURES
from ictindex.annex.what_if_comparison import COMPARISON, COMPARISON_FILES
from ictindex.basics import (
    MAX_YAML_BYTES,
    PROFILES,
    VARIANTS,
    WHAT_IF,
    Finding,
    Refused,
    file_sha256,
    found,
    is_name,
    read_bytes,
    unsealed,
)


def read_manifest(folder: Path, shown: str) -> dict[str, Any]:
    """A folder's manifest; Refused unless it is whole and says what it must, about no file elsewhere."""
    path = folder / MANIFEST
    if not path.exists():
        raise Refused([found("no-manifest", shown, folder=folder.name)])
    recorded = unsealed(read_bytes(path, f"{shown}/{MANIFEST}", MAX_YAML_BYTES), "root")
    if recorded is None or not _is_manifest(recorded):
        raise Refused([found("manifest-broken", f"{shown}/{MANIFEST}")])
    return recorded


def _is_manifest(recorded: Mapping[str, Any]) -> bool:
    package, files = recorded.get("package"), [recorded.get("sources"), recorded.get("outputs")]
    return (
        is_name(recorded.get("edition"))
        and isinstance(recorded.get("parameters"), dict)
        and isinstance(package, dict)
        and isinstance(package.get("version"), str)
        and all(isinstance(each, dict) for each in files)
        and all(is_inside(path) and _is_digest(digest) for each in files for path, digest in each.items())
    )


def is_inside(path: str) -> bool:
    """Whether a path can lead to nothing outside the folder it starts from."""
    return bool(path) and "\\" not in path and "\0" not in path and not {"", ".", ".."} & {*path.split("/")}


def _is_digest(digest: Any) -> bool:
    return isinstance(digest, dict) and {k: type(v) for k, v in digest.items()} == {
        "sha256": str,
        "size": int,
    }


def bad_files(folder: Path, shown: str, recorded: Mapping[str, Any]) -> Iterator[Finding]:
    """Every file of a folder that is not as its manifest has it, and whatever the manifest does not name.

    A what-if, variant or profile inside it is held against its own manifest; whether its numbers hold, its
    own verification says. A profile has the same scores.
    """
    known = {MANIFEST, RUN_RECORD, *SIGNATURES, *recorded["outputs"]}
    yield from bad_outputs(folder, shown, recorded["outputs"])
    yield from bad_run_record(folder, shown, recorded)
    own: set[str] = set()  # folders whose content is checked by their own manifest
    roots: dict[str, str] = {}
    asides = (sorted(folder.glob(f"{name}/*/{MANIFEST}")) for name in (WHAT_IF, VARIANTS, PROFILES))
    for path in (path for aside in asides for path in aside):
        inside = path.parent.relative_to(folder).as_posix()
        if not (path.parent.is_symlink() or path.parent.parent.is_symlink()):
            own.add(inside)
            roots[inside] = yield from _bad_inside(path.parent, f"{shown}/{inside}", recorded)
    if not (folder / WHAT_IF).is_symlink():
        compared = yield from _bad_comparison(folder / WHAT_IF, f"{shown}/{WHAT_IF}", roots)
        known |= {f"{WHAT_IF}/{name}" for name in compared}
    yield from _strays(folder, shown, known, own)


def bad_outputs(folder: Path, shown: str, outputs: Mapping[str, Any]) -> Iterator[Finding]:
    """Every file that is not as a manifest's outputs have it."""
    for path, wanted in outputs.items():
        yield from bad_digest(folder / path, f"{shown}/{path}", wanted)


def _bad_inside(folder: Path, shown: str, recorded: Mapping[str, Any]) -> Generator[Finding, None, str]:
    """What is wrong with a what-if or variant in an official folder; its root. Its facts may differ now."""
    try:
        made = read_manifest(folder, shown)
    except Refused as refused:
        yield from refused.findings
        return ""
    yield from bad_files(folder, shown, made)
    yield from bad_signatures(folder, shown)
    if folder.parent.name == PROFILES:
        if made.get("scores") != recorded.get("scores"):
            yield found("profile-differs", shown, profile=folder.name)
        return made["root"]
    what_if = folder.parent.name == WHAT_IF
    named = made["parameters"].get("what_if") if what_if else Path(str(made.get("place"))).name
    if _facts(made["sources"]) != _facts(recorded["sources"]) or named != folder.name:
        yield found("what-if-stale", shown, name=folder.name)
    return made["root"]


def _facts(sources: Mapping[str, Any]) -> dict[str, Any]:
    """What a result is made from, besides its page and a what-if's own file."""
    own = (f"parameters/{WHAT_IF}/", "notebooks/")
    return {path: digest for path, digest in sources.items() if not path.startswith(own)}


def _bad_comparison(folder: Path, shown: str, roots: Mapping[str, str]) -> Generator[Finding, None, set[str]]:
    """What is wrong with a comparison of what-ifs, which has a record of its own; the files that it names."""
    if not (folder / COMPARISON).exists():
        return set()
    record = unsealed(read_bytes(folder / COMPARISON, f"{shown}/{COMPARISON}", MAX_YAML_BYTES), "sha256")
    if record is None or not _is_comparison(record):
        yield found("manifest-broken", f"{shown}/{COMPARISON}")
        return {COMPARISON}
    yield from bad_outputs(folder, shown, record["outputs"])
    for name, root in record["what_ifs"].items():
        if roots.get(f"{WHAT_IF}/{name}") != root:
            yield found("what-if-stale", f"{shown}/{COMPARISON}", name=name)
    return {COMPARISON, *record["outputs"]}


def _is_comparison(record: Mapping[str, Any]) -> bool:
    outputs, what_ifs = record.get("outputs"), record.get("what_ifs")
    return (
        isinstance(outputs, dict)
        and isinstance(what_ifs, dict)
        and all(path in COMPARISON_FILES and _is_digest(digest) for path, digest in outputs.items())
    )


def _strays(folder: Path, shown: str, known: set[str], own: set[str]) -> Iterator[Finding]:
    """What nobody named, and links where files or folders should be; nothing below ``own``."""
    places = {
        parent.as_posix()
        for path in (*known, *(f"{name}/x" for name in own))
        for parent in Path(path).parents
    }
    for path in _below(folder, folder, own):
        name = path.relative_to(folder).as_posix()
        if name not in known | places:
            yield found("file-unlisted", f"{shown}/{name}")
        elif path.is_symlink():
            yield found("file-is-link", f"{shown}/{name}")


def _below(folder: Path, root: Path, own: set[str]) -> Iterator[Path]:
    """Everything below a folder by name, through no link."""
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink() and path.relative_to(root).as_posix() not in own:
            yield from _below(path, root, own)


def bad_digest(path: Path, shown: str, wanted: Mapping[str, Any]) -> Iterator[Finding]:
    """Whether a file has the size and the SHA-256 that are recorded of it."""
    try:
        if not path.is_file():
            yield found("file-missing", shown)
        elif path.stat().st_size != wanted["size"] or file_sha256(path) != wanted["sha256"]:
            yield found("digest-differs", shown, wanted=wanted["sha256"][:12])
    except OSError as error:
        yield found("unreadable", shown, problem=error.strerror)


def bad_run_record(folder: Path, shown: str, recorded: Mapping[str, Any]) -> Iterator[Finding]:
    """Whether the record of the run is whole, and of this manifest."""
    if not (folder / RUN_RECORD).is_file():
        yield found("file-missing", f"{shown}/{RUN_RECORD}")
    elif run_of(folder, shown).get("manifest_root") != recorded["root"]:
        yield found("run-record-broken", f"{shown}/{RUN_RECORD}")


def run_of(folder: Path, shown: str) -> dict[str, Any]:
    """The record of the run that made a folder; empty where there is none that is whole."""
    try:
        return (
            unsealed(read_bytes(folder / RUN_RECORD, f"{shown}/{RUN_RECORD}", MAX_YAML_BYTES), "sha256") or {}
        )
    except Refused:
        return {}
