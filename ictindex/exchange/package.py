"""A zipped workbook from a stranger: its parts, bounded in number and size, without entities or macros.

Nothing is unpacked to the disk: a part's name is looked up in the archive's own directory and nowhere else.
Open Packaging Conventions: ECMA-376 part 2, clauses 6 (parts and relationships) and 7 (zip).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import NoReturn
from xml.parsers import expat

from ictindex.basics import Refused, found

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024  # of all parts, as they really unpack: what headers say is not believed
MAX_PARTS = 1_000
MAX_ELEMENTS = 1_200_000  # of all parts that are read: three for each of spreadsheet.MAX_CELLS
MAX_DEPTH = 64  # elements inside one another: sheets have some eight
MAX_NAMES = 2_000  # different names of elements and attributes: a sheet has some hundred
MAX_TEXT = 32_767  # characters of one cell, as Excel has it, and so of any element
MAX_TAG = 1024 * 1024  # bytes of one tag or comment
_LIMITED_VI = {
    "elements": "phần tử XML",
    "elements inside one another": "tầng phần tử XML lồng nhau",
    "different names": "tên phần tử XML khác nhau",
    "characters of one text": "ký tự trong một ô",
    "characters in the cells": "ký tự trong các ô",
    "texts": "đoạn văn bản",
    "bytes of one tag": "byte trong một thẻ XML",
}
_CHUNK = 256 * 1024
_OPENDOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"

_NEVER = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_XML = (".xml", ".rels", ".vml")

# A handler is told an element's name without its prefix, and its attributes or its text.
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str, str], None]


def nothing(*_: object) -> None:
    """A handler for ends (or starts) that tell nothing."""


class Package:
    """The parts of an .xlsx file, checked as a whole before any is read; ``main`` lists the sheets."""

    def __init__(self, data: bytes, shown: str):
        """Refused where the file is no .xlsx, is locked, carries macros or entities, or is too large."""
        self.shown = shown
        self._elements = self._parsed = 0
        if len(data) > MAX_FILE_BYTES:
            raise Refused([found("too-large", shown, size=f"{len(data):,}", limit=f"{MAX_FILE_BYTES:,}")])
        if not data.startswith(b"PK\3\4"):
            text = b"\0" not in data[:4096] and not data.startswith(b"%PDF")
            self._no_xlsx(".csv, .txt, .xml" if text else "?")
        if data.count(b"PK\1\2") > MAX_PARTS:  # before the directory is read: its entries cost memory
            raise Refused([found("form-parts", shown, limit=f"{MAX_PARTS:,}")])
        self._zip = zipfile.ZipFile(BytesIO(data))
        self.parts = self._directory()
        self._unpack_once()
        self.main = self._main()
        if any("vbaproject" in name or "/macrosheets/" in name for name in self.parts):
            raise Refused([found("form-macros", shown)])

    @property
    def is_opendocument(self) -> bool:
        return self.main == "content.xml"

    @property
    def reaches_out(self) -> bool:
        """Whether it refers to other workbooks or to data elsewhere."""
        return any(n.startswith("xl/externallinks/") or n == "xl/connections.xml" for n in self.parts)

    def _no_xlsx(self, kind: str) -> NoReturn:
        raise Refused([found("form-not-xlsx", self.shown, kind=kind)])

    def _directory(self) -> dict[str, zipfile.ZipInfo]:
        parts: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            if parts.setdefault(info.filename.lower().lstrip("/"), info) is not info:
                raise ValueError("two parts of one name: which one a program reads is open")
            if info.flag_bits & 1:
                raise Refused([found("form-encrypted", self.shown)])
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError("no compression of a spreadsheet")
        return parts

    def _chunks(self, part: str) -> Iterator[bytes]:
        with self._zip.open(self.parts[part.lower()]) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    def _unpack_once(self) -> None:
        """Unpack everything, keeping nothing, to see how much it is and that no part brings entities."""
        unpacked = 0
        for name in self.parts:
            before = b""
            for chunk in self._chunks(name):
                unpacked += len(chunk)
                if unpacked > MAX_UNPACKED_BYTES:
                    raise Refused([found("form-unpacked", self.shown, limit=f"{MAX_UNPACKED_BYTES:,}")])
                here = before + chunk.replace(b"\0", b"")  # UTF-16 too
                if name.endswith(_XML) and _NEVER.search(here):
                    raise Refused([found("form-doctype", self.shown)])
                before = here[-16:]

    def _main(self) -> str:
        targets = [target for kind, target in self.related("").values() if kind == "officeDocument"]
        main = targets[0] if targets else "xl/workbook.xml"
        if main.startswith("xl/") and main.endswith(".xml") and main.lower() in self.parts:
            return main
        kind = next(self._chunks("mimetype"), b"") if "mimetype" in self.parts else b""
        if "content.xml" in self.parts and kind.strip() == _OPENDOCUMENT:
            return "content.xml"
        kinds = {"word/": ".docx", "ppt/": ".pptx", "xl/": ".xlsb", "content.xml": ".odt"}
        self._no_xlsx(
            next((k for at, k in kinds.items() if any(n.startswith(at) for n in self.parts)), ".zip")
        )

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation's id -> its kind (the last word of its type) and the part it leads to."""
        folder, name = posixpath.split(part)
        related: dict[str, tuple[str, str]] = {}

        def start(element: str, has: dict[str, str]) -> None:
            if element == "Relationship" and has.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, has.get("Target", "")))
                related[has.get("Id", "")] = (has.get("Type", "").rpartition("/")[2], target.lstrip("/"))

        relations = f"{folder}/_rels/{name}.rels".lstrip("/")
        if relations.lower() in self.parts:
            self.parse(relations, start, nothing)
        return related

    def parse(self, part: str, start: Start, end: End, before: Callable[[str], None] = nothing) -> None:
        """Stream a part through expat; ``end`` is told the text since the last tag.

        ``before``: told the text before a start, where elements stand in the midst of one.

        Refused beyond a limit above. Whatever is no element counts as one: comments, instructions, sections.
        """
        local, texts, depth = Local(), [], 0

        def started(name: str, has: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > MAX_DEPTH:
                raise too_deep(self.shown)
            if texts:
                before(gathered(texts, self.shown))
            start(local[name], has)

        def ended(name: str) -> None:
            nonlocal depth
            depth -= 1
            end(local[name], gathered(texts, self.shown))

        self.stream(part, started, ended, texts)

    def stream(self, part: str, started: Start, ended: Callable[[str], None], texts: list[str]) -> None:
        """Stream a part through expat to handlers that count for themselves how deep they are, and how much
        text there is.

        ``texts``: where it is gathered; they take it from there at each tag.
        """
        names: dict[str, str] = {}
        parser = expat.ParserCreate(intern=names)
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = started, ended
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = texts.append, self._doctype
        for chunk in self._within_reach(part, parser):
            parser.Parse(chunk, False)
            self._elements += chunk.count(b"<") - chunk.count(b"</")  # every encoding has this byte
            if self._elements > MAX_ELEMENTS:
                raise beyond(self.shown, "elements", MAX_ELEMENTS)
            if texts and sum(map(len, texts)) > MAX_TEXT:  # and goes on
                raise too_long(self.shown)
            if len(names) > MAX_NAMES:
                raise beyond(self.shown, "different names", MAX_NAMES)
        parser.Parse(b"", True)

    def _doctype(self, *_: object) -> NoReturn:
        raise Refused([found("form-doctype", self.shown)])

    def _within_reach(self, part: str, parser: expat.XMLParserType) -> Iterator[bytes]:
        """A part's chunks, while expat follows: a tag that does not end is held, and begun anew each time."""
        fed = 0
        for chunk in self._chunks(part):
            self._parsed += len(chunk)
            if self._parsed > MAX_UNPACKED_BYTES:  # a part that several sheets name is read for each
                raise Refused([found("form-unpacked", self.shown, limit=f"{MAX_UNPACKED_BYTES:,}")])
            yield chunk
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MAX_TAG:
                raise beyond(self.shown, "bytes of one tag", MAX_TAG)


class Local(dict[str, str]):
    """Names without their prefix, each cut once."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(":")[2]
        return self[name]


def gathered(texts: list[str], shown: str) -> str:
    """The text since the last tag, out of where it is gathered; Refused where it is too long for one."""
    text = "".join(texts)
    texts.clear()
    if len(text) > MAX_TEXT:
        raise too_long(shown)
    return text


def too_deep(shown: str) -> Refused:
    return beyond(shown, "elements inside one another", MAX_DEPTH)


def too_long(shown: str) -> Refused:
    return beyond(shown, "characters of one text", MAX_TEXT)


def beyond(shown: str, what: str, limit: int) -> Refused:
    """The refusal of a file that has more of something than ``limit``."""
    facts = {"wanted": what, "wanted_vi": _LIMITED_VI[what], "limit": f"{limit:,}"}
    return Refused([found("form-limit", shown, **facts)])
