"""Files in and out: bounded, UTF-8, NFC, line ends as one; written whole or not at all."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from ictindex.basics.findings import Refused, found

MAX_BYTES = 32 * 1024 * 1024  # of a text that is held as a whole; tables are streamed, see csv_file
MAX_YAML_BYTES = 1024 * 1024  # the longest decision so far has 32 kB; PyYAML reads some 0.4 MB a second
# Control characters, halves of a pair, no characters, and what turns the direction of letters around, so that
# a label reads otherwise than it is written (U+202A–202E, U+2066–2069).
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
CHUNK = 256 * 1024
PART = ".part"  # how a file ends that is being written
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_OF_WINDOWS = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")  # devices there, whatever ending follows


def is_name(text: object) -> bool:
    """Whether a text may name a file inside its own folder on any system (no path, no dot, no capital)."""
    return isinstance(text, str) and bool(NAME.fullmatch(text)) and not _OF_WINDOWS.fullmatch(text)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def file_sha256(path: Path) -> str:
    """The digest of a file of any size; OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size_of(path: Path, shown: str, limit: int) -> int:
    """A file's size in bytes; Refused when it is missing, no plain file, or larger than ``limit`` bytes."""
    try:
        if not path.exists():
            raise Refused([found("no-file", shown)])
        if not path.is_file():
            raise Refused([found("not-a-file", shown)])
        if (size := path.stat().st_size) > limit:
            raise Refused([found("too-large", shown, size=f"{size:,}", limit=f"{limit:,}")])
        return size
    except OSError as error:
        raise _unreadable(error, shown) from None


def _unreadable(error: OSError, shown: str) -> Refused:
    return Refused([found("unreadable", shown, problem=error.strerror)])


def read_bytes(path: Path, shown: str, limit: int = MAX_BYTES) -> bytes:
    """A file's bytes; Refused as by ``size_of``, or where it cannot be read."""
    size_of(path, shown, limit)
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(error, shown) from None


def read_chunks(path: Path, shown: str, limit: int) -> Iterator[bytes]:
    """A file's bytes, a piece at a time; Refused as by ``read_bytes``."""
    size_of(path, shown, limit)
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise _unreadable(error, shown) from None


def read_blocks(path: Path, shown: str, limit: int, longest: int) -> Iterator[str]:
    """A UTF-8 file as ``read_text`` has it, some whole lines at a time.

    Refused where a line has more than ``longest`` characters.
    """
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8-sig")(), translate=True)
    row, rest = 1, ""  # where ``rest`` begins, a line that has not ended yet
    for chunk in chain(read_chunks(path, shown, limit), (b"",)):
        return_waits = decoder.getstate()[1] & 1
        try:
            text = rest + decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            before = rest.encode() + b"\r" * return_waits + error.object[: error.start]
            raise _not_utf8(before, error.object[error.start], shown, row) from None
        whole, line_end, rest = text.rpartition("\n") if chunk else (text, "", "")
        _refuse_stray(text, shown, row)
        block = whole + line_end
        if len(rest) > longest or len(max(block.split("\n"), key=len)) > longest:
            long_ones = (n for n, line in enumerate(text.split("\n")) if len(line) > longest)
            raise Refused([found("line-long", shown, row + next(long_ones), limit=f"{longest:,}")])
        row += block.count("\n")
        if block:
            yield unicodedata.normalize("NFC", block)


def _not_utf8(before: bytes, byte: int, shown: str, row: int) -> Refused:
    row += _plain_line_ends(before.decode("latin-1")).count("\n")
    return Refused([found("not-utf8", shown, row, byte=f"0x{byte:02x}")])


def _refuse_stray(text: str, shown: str, row: int) -> None:
    if stray := control_character(text):
        code = "nul-byte" if stray[0] == "\0" else "control-character"
        row += text.count("\n", 0, stray.start())
        raise Refused([found(code, shown, row, character=code_point(stray[0]))])


def code_point(character: str) -> str:
    """U+202E for a character that is better not printed."""
    return f"U+{ord(character):04X}"


def read_text(path: Path, shown: str, limit: int = MAX_BYTES) -> str:
    """A UTF-8 file as NFC text with plain line ends; a BOM and Windows line ends are read right."""
    data = read_bytes(path, shown, limit).removeprefix(codecs.BOM_UTF8)
    try:
        text = _plain_line_ends(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _not_utf8(data[: error.start], data[error.start], shown, 1) from None
    _refuse_stray(text, shown, 1)
    return unicodedata.normalize("NFC", text)


def control_character(text: str) -> re.Match[str] | None:
    """The first character that no text, table or page may hold: control, surrogate, none, turned around."""
    return _NO_TEXT.search(text)


def _plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_whole(path: Path, content: str | bytes | Iterable[bytes], inside: Path | None = None) -> None:
    """Write a file so that a reader, or a kill, sees the old one or the new one, never a part.

    ``content``: what is too large to be held comes a piece at a time.
    Missing folders are made; below ``inside``, where it is given, but never that folder itself: one that was
    taken away while it was being filled must not come back with a part of its files.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    pieces = (data,) if isinstance(data, bytes) else data
    if inside is None:
        path.parent.mkdir(parents=True, exist_ok=True)
    else:
        for folder in reversed([each for each in path.parents if inside in each.parents]):
            folder.mkdir(exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        with aside.open("wb") as file:
            file.writelines(pieces)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
