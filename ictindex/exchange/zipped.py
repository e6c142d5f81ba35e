"""Files inside a .zip that came in: found and read in place, never unpacked to the disk.

What the archive says of itself is not believed: limits hold for what really unpacks.
"""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ictindex.basics import Refused, file_sha256, found, read_bytes

MAX_ARCHIVE_BYTES = 100 * 1024 * 1024
MAX_MEMBERS = 1_000
MAX_MEMBER_BYTES = 256 * 1024 * 1024  # unpacked, of one file in it
_CHUNK = 256 * 1024
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class Zipped(NamedTuple):
    """One file of an archive, by its place in the archive's list: names may stand twice."""

    archive: Path
    number: int


Place = Path | Zipped  # where a file that came in is


def members(path: Path, shown: str) -> list[tuple[str, Zipped]]:
    """Name -> place of every file in an archive; Refused where it is locked, broken or beyond a limit."""
    data = read_bytes(path, shown, MAX_ARCHIVE_BYTES)
    if data.count(b"PK\1\2") > MAX_MEMBERS:  # before the directory is read: its entries cost memory
        raise Refused([found("form-parts", shown, limit=f"{MAX_MEMBERS:,}")])
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (*_BROKEN, OSError):
        raise Refused([found("form-corrupt", shown)]) from None
    if any(info.flag_bits & 1 for info in infos):
        raise Refused([found("form-encrypted", shown)])
    files = [(i, info) for i, info in enumerate(infos) if not info.is_dir()]
    return [(_name(info), Zipped(path, i)) for i, info in files]


def _name(info: zipfile.ZipInfo) -> str:
    """A member's path, which leads nowhere else; many programs write UTF-8 without saying so."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _chunks(place: Zipped, shown: str) -> Iterator[bytes]:
    unpacked = 0
    try:
        with (
            zipfile.ZipFile(place.archive) as archive,
            archive.open(archive.infolist()[place.number]) as stream,
        ):
            while chunk := stream.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > MAX_MEMBER_BYTES:
                    raise Refused([found("form-unpacked", shown, limit=f"{MAX_MEMBER_BYTES:,}")])
                yield chunk
    except _BROKEN:
        raise Refused([found("form-corrupt", shown)]) from None


def read_place(place: Place, shown: str, limit: int) -> bytes:
    """The bytes of a file that came in; Refused where it cannot be read or is larger than ``limit``."""
    if isinstance(place, Path):
        return read_bytes(place, shown, limit)
    data = bytearray()
    for chunk in _chunks(place, shown):
        data += chunk
        if len(data) > limit:
            raise Refused([found("too-large", shown, size=f"> {limit:,}", limit=f"{limit:,}")])
    return bytes(data)


def digest_of(place: Place, shown: str) -> str:
    """SHA-256 of a file that came in, read piece by piece."""
    if isinstance(place, Path):
        return file_sha256(place)
    digest = hashlib.sha256()
    for chunk in _chunks(place, shown):
        digest.update(chunk)
    return digest.hexdigest()
