"""Files in and out: bounded, UTF-8, NFC, line ends as one; written whole or not at all."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import unicodedata
from pathlib import Path

from ictindex.basics.findings import Refused, found

MAX_BYTES = 128 * 1024 * 1024  # 11,000 units × 80 answers take about 35 MB
MAX_YAML_BYTES = 2 * 1024 * 1024
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
PART = ".part"  # how a file ends that is being written
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def is_name(text: object) -> bool:
    """Whether a text may name a file inside its own folder (no path, no dot, no capital)."""
    return isinstance(text, str) and NAME.fullmatch(text) is not None


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_bytes(path: Path, shown: str, limit: int = MAX_BYTES) -> bytes:
    """A file's bytes; Refused when it is missing, no plain file, or larger than ``limit`` bytes."""
    try:
        if not path.exists():
            raise Refused([found("no-file", shown)])
        if not path.is_file():
            raise Refused([found("not-a-file", shown)])
        if (size := path.stat().st_size) > limit:
            raise Refused([found("too-large", shown, size=f"{size:,}", limit=f"{limit:,}")])
        return path.read_bytes()
    except OSError as error:
        raise Refused([found("unreadable", shown, problem=error.strerror)]) from None


def read_text(path: Path, shown: str, limit: int = MAX_BYTES) -> str:
    """A UTF-8 file as NFC text with plain line ends; a BOM and Windows line ends are read right."""
    data = read_bytes(path, shown, limit).removeprefix(codecs.BOM_UTF8)
    try:
        text = _plain_line_ends(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        row = _plain_line_ends(data[: error.start].decode("latin-1")).count("\n") + 1
        raise Refused([found("not-utf8", shown, row, byte=f"0x{data[error.start]:02x}")]) from None
    if stray := control_character(text):
        row = text.count("\n", 0, stray.start()) + 1
        code = "nul-byte" if stray[0] == "\0" else "control-character"
        raise Refused([found(code, shown, row, character=f"U+{ord(stray[0]):04X}")])
    return unicodedata.normalize("NFC", text)


def control_character(text: str) -> re.Match[str] | None:
    """The first character that no text, table or web page can hold: control, surrogate, no character."""
    return _NO_TEXT.search(text)


def _plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_whole(path: Path, content: str | bytes, inside: Path | None = None) -> None:
    """Write a file so that a reader, or a kill, sees the old one or the new one, never a part.

    Missing folders are made; below ``inside``, where it is given, but never that folder itself: one that was
    taken away while it was being filled must not come back with a part of its files.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if inside is None:
        path.parent.mkdir(parents=True, exist_ok=True)
    else:
        for folder in reversed([each for each in path.parents if inside in each.parents]):
            folder.mkdir(exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        aside.write_bytes(data)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
