"""One edition as one file: an RO-Crate with all that it was made from and consists of, and back again.

Withheld answers are taken out of the copies of the inputs, and the crate says of which. RO-Crate 1.1: each
file is described in ro-crate-metadata.json, which verification makes again from the files themselves.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ictindex.annex.output_folder import is_inside, read_manifest
from ictindex.annex.profiles import as_recorded, told
from ictindex.annex.provenance import MANIFEST, RUN_RECORD, canonical_json
from ictindex.annex.signature import SIGNATURES
from ictindex.annex.verification import verify
from ictindex.basics import (
    Finding,
    Project,
    Refused,
    found,
    read_bytes,
    refuse_if,
    sha256,
    write_whole,
)
from ictindex.scoring import Evaluation, evaluate, read_parameters

METADATA = "ro-crate-metadata.json"
_CONTEXT, _PROFILE = "https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/crate/1.1"
_TIME = (1980, 1, 1, 0, 0, 0)
_MAX_FILES, _MAX_FILE_BYTES = 20_000, 512 * 1024 * 1024
_MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
_CHUNK = 1024 * 1024
_KINDS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".p7s": "application/pkcs7-signature",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
}


# --- packed -----------------------------------------------------------------------------------------------


def pack(edition: str, project: Project, target: Path, profile: str = "") -> list[str]:
    """Write an edition's annex and all it was made from as one zip file; the inputs that were redacted.

    ``profile``: pack that one's annex, with no more of the inputs than it may see. The same bytes of the same
    annex. Refused where the annex does not verify, or the packed copy would not.
    """
    folder = project.output(edition, profile=profile)
    refuse_if(verify(folder, project))
    recorded = read_manifest(folder, project.shown(folder))
    with as_recorded(recorded, project) as seen:
        return _pack(edition, folder, recorded, seen, target)


def _pack(
    edition: str, folder: Path, recorded: Mapping[str, Any], project: Project, target: Path
) -> list[str]:
    own = [
        MANIFEST,
        RUN_RECORD,
        *(name for name in SIGNATURES if (folder / name).exists()),
        *recorded["outputs"],
    ]
    files = {f"outputs/{edition}/{name}": read_bytes(folder / name, name) for name in own}
    files |= {path: read_bytes(project.root / path, path) for path in recorded["sources"]}
    e: Evaluation | None = evaluate(project, **read_parameters(edition, project))
    redacted: dict[str, bytes] = {}
    while e:
        redacted |= told(e, files)
        e = e.previous
    files |= redacted
    files[METADATA] = _metadata(files, edition, sorted(redacted))
    data = _zipped(files)
    with opened_crate(data, target.name) as crate:
        refuse_if(crate.findings())
    write_whole(target, data)
    return sorted(redacted)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(files, key=lambda name: (name != METADATA, name)):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            packed.writestr(entry, files[name], zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


# --- the description --------------------------------------------------------------------------------------


def _metadata(files: Mapping[str, bytes], edition: str, redacted: list[str]) -> bytes:
    """ro-crate-metadata.json, from nothing but the files and which of them were redacted."""
    outputs = f"outputs/{edition}/"
    recorded, run = (json.loads(files[outputs + name]) for name in (MANIFEST, RUN_RECORD))
    data = json.loads(files[f"{outputs}datapackage.json"])
    names = sorted(name for name in files if name != METADATA)
    said = " Withheld answers were taken out of: " + ", ".join(redacted) + "." if redacted else ""
    package = recorded["package"]
    licence = [each.get("path") or each["name"] for each in data.get("licenses", ())]
    software = {
        "@id": "#ictindex",
        "@type": "SoftwareApplication",
        "name": package["name"],
        "softwareVersion": package["version"],
        "identifier": f"sha256:{run['source_sha256']}",
        "softwareRequirements": [f"{name} {version}" for name, version in sorted(run["packages"].items())],
    }
    action = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"ictindex run {edition}",
        "description": f"on {run['host']}, {run['platform']}, Python {run['python']}",
        "startTime": run["started"],
        "endTime": run["finished"],
        "instrument": [{"@id": "#ictindex"}, {"@id": f"notebooks/{edition}.ipynb"}],
        "object": [{"@id": name} for name in names if not name.startswith("outputs/")],
        "result": [{"@id": name} for name in names if name.startswith("outputs/")],
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": data["title"],
        "description": data["description"] + said,
        "identifier": f"sha256:{recorded['root']}",
        "datePublished": run["finished"][:10],
        "hasPart": [{"@id": name} for name in names],
        "mentions": [{"@id": "#run"}, {"@id": "#ictindex"}],
        **({"license": licence} if licence else {}),
    }
    descriptor = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _PROFILE},
    }
    described = [_described(name, files[name], recorded, redacted) for name in names]
    graph = [descriptor, root, *described, software, action]
    return canonical_json({"@context": _CONTEXT, "@graph": graph}).encode()


def _described(name: str, data: bytes, recorded: Mapping[str, Any], redacted: list[str]) -> dict[str, Any]:
    code = ["File", "SoftwareSourceCode"]
    told = {
        "@id": name,
        "@type": code if name.startswith("notebooks/") else "File",
        "name": name.rpartition("/")[2],
        "encodingFormat": _KINDS.get(Path(name).suffix, "application/octet-stream"),
        "contentSize": str(len(data)),
        "sha256": sha256(data),
    }
    if name in redacted:
        original = recorded["sources"][name]["sha256"]
        told["description"] = f"without withheld answers; the file that was read has SHA-256 {original}"
    return told


# --- opened -----------------------------------------------------------------------------------------------


class Crate(NamedTuple):
    """A packed edition, unpacked into a folder of its own; gone when its reader is done."""

    project: Project
    edition: str
    redacted: list[str]
    files: dict[str, bytes]
    shown: str

    @property
    def folder(self) -> Path:
        return self.project.output(self.edition)

    def findings(self) -> list[Finding]:
        """Everything that is not as it must be; no code of it is run."""
        told = verify(self.folder, self.project, self.redacted)
        if self._described():
            return told
        place = f"{self.shown}/{METADATA}"
        return [*(list(self._unlike(place)) or [found("crate-differs", place)]), *told]

    def _unlike(self, place: str) -> Iterator[Finding]:
        """Each file that is not as described, and how: more, less, or another."""
        described = {name: digest for name, digest, _ in _said(self.files[METADATA])}
        for name in sorted({*described, *self.files} - {METADATA}):
            if name not in described:
                yield found("crate-file-more", place, name=name)
            elif name not in self.files:
                yield found("crate-file-less", place, name=name)
            elif described[name] != sha256(self.files[name]):
                yield found("crate-file-other", place, name=name)

    def _described(self) -> bool:
        try:
            return _metadata(self.files, self.edition, self.redacted) == self.files[METADATA]
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return False


@contextmanager
def opened_crate(source: Path | bytes, shown: str) -> Iterator[Crate]:
    """The project that a packed edition holds, in a temporary folder; Refused where it is none.

    A file that somebody else made: its names lead nowhere else, its size is bounded as it really unpacks, and
    links are no links here.
    """
    files = _unpacked(source, shown)
    editions = {name.split("/")[1] for name in files if name.startswith("outputs/") and name.count("/") > 1}
    if METADATA not in files or len(editions) != 1:
        raise Refused([found("crate-broken", shown, problem=METADATA)])
    edition = editions.pop()
    with TemporaryDirectory(prefix="ictindex-") as folder:
        root = Path(folder)
        (root / "parameters" / "methodologies").mkdir(parents=True)
        for name, data in files.items():
            path = root / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            except OSError as error:  # a file where a folder must be; a name too long
                raise Refused([found("crate-broken", shown, problem=str(error.strerror))]) from None
        recorded = read_manifest(root / "outputs" / edition, f"{shown}/outputs/{edition}")
        sources = recorded["sources"]
        redacted = sorted(
            name
            for name, _, without in _said(files[METADATA])
            if without and name in sources and name.startswith("inputs/") and name.endswith(".csv")
        )
        yield Crate(Project(root), edition, redacted, files, shown)


def _said(metadata: bytes) -> Iterator[tuple[str, str, bool]]:
    """Each file that a crate describes: its name, its SHA-256, and whether answers were taken out of it."""
    try:
        for each in json.loads(metadata)["@graph"]:
            if "sha256" in each:
                yield str(each["@id"]), str(each["sha256"]), "description" in each
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return


def _unpacked(source: Path | bytes, shown: str) -> dict[str, bytes]:
    data = source if isinstance(source, bytes) else read_bytes(source, shown, _MAX_FILE_BYTES)
    if data.count(b"PK\1\2") > _MAX_FILES:  # before the directory is read: its entries cost memory
        facts = {"limit": f"{_MAX_FILES:,}", "what": "files", "what_vi": "tệp"}
        raise Refused([found("crate-limit", shown, **facts)])
    files: dict[str, bytes] = {}
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for info in packed.infolist():
                name = info.filename
                if not is_inside(name) or ":" in name:
                    raise ValueError(f"the name {name!r}")
                if name in files or info.flag_bits & 1:
                    raise ValueError(f"{name!r} twice, or locked")
                chunks = []
                with packed.open(info) as stream:
                    while chunk := stream.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > _MAX_UNPACKED_BYTES:
                            facts = {"limit": f"{_MAX_UNPACKED_BYTES:,}", "what": "bytes", "what_vi": "byte"}
                            raise Refused([found("crate-limit", shown, **facts)])
                        chunks.append(chunk)
                files[name] = b"".join(chunks)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused([found("crate-broken", shown, problem=str(error))]) from None
    return files
