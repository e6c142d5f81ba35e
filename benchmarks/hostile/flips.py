"""A built output folder, or what it was made from, is tampered with: ``verify`` must say so.

No tampering, and tried as well, since a false alarm is a fault too: times and rights of files; files that the
manifest does not name outside the folder; the free parts of run.json (host, times, versions of libraries)
with its seal made anew. What nobody can tell without a trust anchor is not tried here: inputs changed and the
whole annex built anew (see cases.py).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.hostile.limits import measured
from benchmarks.hostile.mutations import mutated_bytes, mutated_json
from benchmarks.hostile.stage import Stage, files_of, fresh
from benchmarks.hostile.tally import Fault, Outcome

if TYPE_CHECKING:
    from ictindex.basics.project import Project

_RECORD, _MANIFEST = "run.json", "manifest.json"
_NAMES = (
    "added.txt",
    ".hidden",
    "results/added.csv",
    "charts/added.svg",
    "annex.htm",
    "results/.x",
    "empty/",
)
_NAMES += ("results/.x", "what_if/added.txt", "what_if/added/evidence.html", "index.html", "annex.ipynb.bak")
Files = list[Path]


class Flips:
    """Each trial changes a fresh copy once, in a way that its seed chooses."""

    def __init__(self, stage: Stage, folder: Path):
        self.stage, self.project = stage, folder / "project"
        self.annexes = stage.annexes

    def attempt(self, seed: int) -> Outcome:
        random = Random(f"flips {seed}")
        way = list(WAYS)[seed % len(WAYS)]
        return self.tampered(seed, way, random.choice(self.annexes), random)

    def tampered(self, seed: int, way: str, edition: str, random: Random) -> Outcome:
        """One way of tampering with one annex, and what ``verify`` makes of it."""
        from ictindex.basics.project import Project

        project = fresh(self.stage.built, self.project)
        folder = project / "outputs" / edition
        told = f"{edition}, {WAYS[way](project, folder, random)}"
        cost = measured(lambda: _said(folder, Project(project)))
        wrong = list(_faults(cost, way not in FREE, told))
        return Outcome(seed, way, tuple(wrong), detected=bool(cost.result), seconds=cost.seconds,
                       megabytes=cost.megabytes)  # fmt: skip


def _said(folder: Path, project: Project) -> list[str]:
    """What the command ``verify`` says against a folder; other code is no finding, but is said."""
    from ictindex.annex.assurance import trust
    from ictindex.annex.verification import verify

    held, findings = trust(folder, project)
    said = [finding.sentence() for finding in (*findings, *verify(folder, project))]
    return said + (["made with OTHER CODE"] if held and held.recorded not in ("", held.code) else [])


def _faults(cost, tampered: bool, told: str):
    if cost.error:
        yield Fault("crashed", f"{told}: {type(cost.error).__name__}: {str(cost.error)[:160]}")
    elif tampered and not cost.result:
        yield Fault("undetected", told)
    elif not tampered and cost.result:
        yield Fault("alarm", f"{told}: {cost.result[0][:200]}")


# --- ways to tamper: each changes something and says what ------------------------------------------------


def _outputs(folder: Path) -> Files:
    """Every file of the annex itself."""
    return [path for path in files_of(folder) if "what_if" not in path.relative_to(folder).parts]


def _sources(project: Path, folder: Path) -> Files:
    """Every file that the manifest names as a source."""
    return [project / path for path in json.loads((folder / _MANIFEST).read_text("utf-8"))["sources"]]


def _changes(choose: Callable[[Path, Path], Files], change: Callable[[bytes, Random], bytes]) -> Callable:
    """A way that changes the bytes of one file."""

    def way(project: Path, folder: Path, random: Random) -> str:
        path = random.choice(choose(project, folder))
        data = path.read_bytes()
        changed = next(new for _ in range(1000) if (new := change(data, random)) != data)
        path.write_bytes(changed)
        return path.relative_to(project).as_posix()

    return way


def _any(project: Path, folder: Path) -> Files:
    return _outputs(folder)


def _ending(*endings: str) -> Callable[[Path, Path], Files]:
    return lambda project, folder: [path for path in _outputs(folder) if path.suffix in endings]


def _one_byte(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _one_bit(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _one_digit(data: bytes, random: Random) -> bytes:
    places = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if not places:
        return data + b"1"
    at = random.choice(places)
    return data[:at] + str(random.randrange(10)).encode() + data[at + 1 :]


def _lines(data: bytes, random: Random) -> bytes:
    """A line twice, gone, or exchanged with the next."""
    lines = data.splitlines(keepends=True)
    at = random.randrange(len(lines))
    kind = random.randrange(3)
    if kind == 0:
        return b"".join([*lines[:at], lines[at], *lines[at:]])
    if kind == 1 or at + 1 == len(lines):
        return b"".join([*lines[:at], *lines[at + 1 :]])
    return b"".join([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]])


def _ends(data: bytes, random: Random) -> bytes:
    kinds = (data[: random.randrange(len(data))], b"", data + b"\n", data + data, b"\xef\xbb\xbf" + data,
             data.replace(b"\n", b"\r\n"))  # fmt: skip
    return random.choice(kinds)


def _removed(project: Path, folder: Path, random: Random) -> str:
    path = random.choice(_outputs(folder))
    path.unlink()
    return path.relative_to(project).as_posix()


def _source_removed(project: Path, folder: Path, random: Random) -> str:
    path = random.choice(_sources(project, folder))
    path.unlink()
    return path.relative_to(project).as_posix()


def _added(project: Path, folder: Path, random: Random) -> str:
    name = random.choice(_NAMES)
    if name.endswith("/"):
        (folder / name).mkdir()
    else:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("forged", "utf-8")
    return name


def _renamed(project: Path, folder: Path, random: Random) -> str:
    path = random.choice(_outputs(folder))
    path.rename(path.with_name(f"{path.stem}-1{path.suffix}"))
    return path.relative_to(project).as_posix()


def _swapped(project: Path, folder: Path, random: Random) -> str:
    one, other = random.sample(_outputs(folder), 2)
    mine, theirs = one.read_bytes(), other.read_bytes()
    one.write_bytes(theirs), other.write_bytes(mine if mine != theirs else b"")
    return f"{one.relative_to(folder)} and {other.relative_to(folder)}"


def _linked(project: Path, folder: Path, random: Random) -> str:
    """A symlink in place of a file or folder, with the right bytes, today, at its end."""
    path = random.choice([*_outputs(folder), folder / "results", folder / "charts"])
    elsewhere = project.parent / "elsewhere"
    shutil.rmtree(elsewhere, ignore_errors=True)
    elsewhere.mkdir()
    shutil.move(path, elsewhere / path.name)
    path.symlink_to(elsewhere / path.name)
    return f"{path.relative_to(folder)} is a link"


def _folder_for_file(project: Path, folder: Path, random: Random) -> str:
    path = random.choice(_outputs(folder))
    path.unlink()
    path.mkdir() if random.random() < 0.5 else os.mkfifo(path)
    return f"{path.relative_to(folder)} is no file"


def _annex_json(project: Path, folder: Path, random: Random) -> str:
    """The executed notebook with another structure."""
    path = folder / "annex.ipynb"
    text = path.read_text("utf-8")
    changed = next(new for _ in range(1000) if (new := mutated_json(text, random)) != text)
    path.write_text(changed, "utf-8", errors="surrogatepass")
    return "annex.ipynb"


def seal(record: dict, key: str) -> bytes:
    """A record under a digest of its own, as whoever knows the format can make it."""
    rest = {name: value for name, value in record.items() if name != key}
    text = json.dumps(rest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    sealed = {**rest, key: hashlib.sha256(text.encode()).hexdigest()}
    return (json.dumps(sealed, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _forged(project: Path, folder: Path, random: Random) -> str:
    """A changed file whose digest, and whose seals, are made anew."""
    path = random.choice([path for path in _outputs(folder) if path.name not in (_MANIFEST, _RECORD)])
    data = path.read_bytes()
    changed = next(new for _ in range(1000) if (new := _one_digit(data, random)) != data)
    path.write_bytes(changed)
    manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
    name = path.relative_to(folder).as_posix()
    manifest["outputs"][name] = {"sha256": hashlib.sha256(changed).hexdigest(), "size": len(changed)}
    _seal_all(folder, manifest)
    return f"{name} with its digest"


def _forged_manifest(project: Path, folder: Path, random: Random) -> str:
    """A manifest that says something else of the same files."""
    manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
    outputs, sources = manifest["outputs"], manifest["sources"]
    kind = random.randrange(6)
    if kind == 0:
        manifest["state"] = {"label": "CHÍNH THỨC", "why": []}
    elif kind == 1:
        manifest["package"]["version"] = "9.9.9"
    elif kind == 2:
        del outputs[random.choice(list(outputs))]
    elif kind == 3:
        del sources[random.choice(list(sources))]
    elif kind == 4:
        manifest["parameters"]["spread"] = 1 + random.randrange(20)
    else:
        manifest["further"] = "said by nobody"
    _seal_all(folder, manifest)
    return f"manifest.json, kind {kind}"


def _seal_all(folder: Path, manifest: dict) -> None:
    sealed = seal(manifest, "root")
    (folder / _MANIFEST).write_bytes(sealed)
    record = json.loads((folder / _RECORD).read_text("utf-8"))
    record["manifest_root"] = json.loads(sealed)["root"]
    (folder / _RECORD).write_bytes(seal(record, "sha256"))


def _other_annex(project: Path, folder: Path, random: Random) -> str:
    """The annex of another edition under this name; where there is none, that of another time."""
    others = [path for path in folder.parent.glob("*/manifest.json") if path.parent != folder]
    if others:
        shutil.rmtree(folder)
        shutil.copytree(others[0].parent, folder)
        return f"replaced by {others[0].parent.name}"
    return _changes(_any, _one_byte)(project, folder, random)


def _other_code(project: Path, folder: Path, random: Random) -> str:
    """run.json says that other code made this annex, its seal made anew."""
    return _record(folder, {"source_sha256": f"{random.getrandbits(256):064x}"})


def _record_free(project: Path, folder: Path, random: Random) -> str:
    return _record(
        folder, {"host": f"host-{random.randrange(99)}", "started": "2020-01-01T00:00:00+00:00", "cpus": 3}
    )


def _record(folder: Path, changed: dict) -> str:
    record = json.loads((folder / _RECORD).read_text("utf-8")) | changed
    (folder / _RECORD).write_bytes(seal(record, "sha256"))
    return f"run.json: {', '.join(changed)}"


def _touched(project: Path, folder: Path, random: Random) -> str:
    path = random.choice(_outputs(folder))
    os.utime(path, (1, 1))
    path.chmod(0o600)
    return f"{path.relative_to(folder)}: time and rights"


def _no_source(project: Path, folder: Path, random: Random) -> str:
    """A file of the project that this annex was not made from."""
    own = {*_sources(project, folder)}
    others = [p for part in ("inputs", "notebooks") for p in files_of(project / part) if p not in own]
    path = random.choice(others) if others else project / "notes.txt"
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"\n")
    return f"{path.relative_to(project)}: no source"


WAYS: dict[str, Callable[[Path, Path, Random], str]] = {
    "byte": _changes(_any, _one_byte),
    "digit of a table": _changes(_ending(".csv"), _one_digit),
    "bit": _changes(_any, _one_bit),
    "lines": _changes(_ending(".csv", ".svg", ".ipynb", ".html", ".json"), _lines),
    "ends": _changes(_any, _ends),
    "several bytes": _changes(_any, mutated_bytes),
    "source byte": _changes(_sources, _one_byte),
    "source digit": _changes(_sources, _one_digit),
    "source lines": _changes(_sources, _lines),
    "source removed": _source_removed,
    "removed": _removed,
    "added": _added,
    "renamed": _renamed,
    "swapped": _swapped,
    "linked": _linked,
    "no file": _folder_for_file,
    "annex structure": _annex_json,
    "forged": _forged,
    "forged manifest": _forged_manifest,
    "other annex": _other_annex,
    "other code": _other_code,
    "record, free parts": _record_free,
    "touched": _touched,
    "no source": _no_source,
}
FREE = {"record, free parts", "touched", "no source"}  # no tampering
