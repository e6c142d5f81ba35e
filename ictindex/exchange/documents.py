"""The files of a folder that came in: which there are, when they arrived, which are evidence for what.

Evidence is only hashed, never opened as what it is.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ictindex.basics import Finding, Refused, caseless, control_character, found
from ictindex.exchange.package import MAX_FILE_BYTES
from ictindex.exchange.saved_page import is_page
from ictindex.exchange.zipped import Place, digest_of, members, read_place

MAX_FILES = 20_000
MAX_NAMED = 100  # documents that one cell names
SPREADSHEETS = (".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".et")  # what may be a form
PAGES = (".html", ".htm")
ARCHIVE = ".zip"
FILE_ENDINGS = (
    *SPREADSHEETS,
    *(".pdf", ".doc", ".docx", ".odt", ".rtf", ".txt", ".csv", ".ppt", ".pptx", ".zip", ".rar", ".7z"),
    *(".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".heic", ".mp4", ".eml", ".msg"),
    *(".html", ".htm", ".xml", ".p7s"),
)
_NOBODYS = ("thumbs.db", "desktop.ini", "__macosx")  # left behind by Windows and macOS
_FILE_THEN_MORE = re.compile(rf"(?i)({'|'.join(map(re.escape, FILE_ENDINGS))})\s+")
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_OURS = re.compile(r"(?P<d>\d{1,2})([-.])(?P<m>\d{1,2})\2(?P<y>\d{4})")


class Reference(NamedTuple):
    """One thing named as evidence: a document that came with the form, or a reference to one that did not."""

    file: str
    sha256: str
    reference: str


@dataclass(frozen=True)
class Folder:
    """The files below a folder, by the path that is shown: from the folder, '/' between names, NFC.

    What a .zip holds stands below its name. ``archives``: the .zip files, and what is wrong with those that
    cannot be looked into.
    """

    root: Path
    files: dict[str, Place]
    not_followed: tuple[str, ...] = ()
    archives: dict[str, list[Finding]] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict, repr=False)

    @cached_property
    def spreadsheets(self) -> list[str]:
        """What may be a form: spreadsheets, and pages that are ours."""
        return [
            shown
            for shown in self.files
            if shown.casefold().endswith(SPREADSHEETS)
            or (shown.casefold().endswith(PAGES) and self._is_form(shown))
        ]

    def _is_form(self, shown: str) -> bool:
        try:
            return is_page(read_place(self.files[shown], shown, MAX_FILE_BYTES))
        except (OSError, Refused):
            return False

    def digest(self, shown: str) -> str:
        """SHA-256 of a file, read piece by piece."""
        if shown not in self._digests:
            self._digests[shown] = digest_of(self.files[shown], shown)
        return self._digests[shown]

    def archive_of(self, shown: str) -> str:
        """The .zip that a file came in; '' where it lay in the folder itself."""
        parts = shown.split("/")
        above = ("/".join(parts[:i]) for i in range(1, len(parts)))
        return next((path for path in above if path in self.archives), "")

    def outside(self, shown: str) -> str:
        """The path of what lay in the folder: of a file that came in a .zip, the .zip's."""
        return self.archive_of(shown) or shown

    def day_of_arrival(self, shown: str) -> date | None:
        """The day that the deepest folder on the way to a file is named after; None where none is."""
        names = [self.root.name, *self.outside(shown).split("/")[:-1]]
        days = (day_named(name) for name in reversed(names))
        return next((day for day in days if day), None)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        named: dict[str, list[str]] = {}
        for shown in self.files:
            named.setdefault(caseless(shown.rpartition("/")[2]), []).append(shown)
        return named

    def beside(self, form: str, name: str) -> list[str]:
        """The files of a name (with or without folders before it) in the folder of a form or below.

        Beside a form that came in a .zip lies what the .zip holds and what lies beside it.
        """
        inside = self.outside(form).rpartition("/")[0]
        wanted = caseless(name.replace("\\", "/").strip("/ "))
        return [
            shown
            for shown in self._by_name.get(wanted.rpartition("/")[2], ())
            if shown != form
            and (not inside or shown.startswith(f"{inside}/"))
            and f"/{caseless(shown)}".endswith(f"/{wanted}")
        ]


def look_into(root: Path) -> Folder:
    """Every plain file below a folder, sorted; hidden and lock files are nobody's; links lead nowhere else.

    Refused where there are more than MAX_FILES, or where the folder cannot be read.
    """
    files: dict[str, Place] = {}
    archives: dict[str, list[Finding]] = {}
    outside: list[str] = []
    root = root.resolve()
    for folder, below, names in os.walk(root, followlinks=False, onerror=_unreadable):
        below[:] = sorted(name for name in below if not _is_nobodys(name))
        outside += [_shown(Path(folder, name), root) for name in below if Path(folder, name).is_symlink()]
        for name in sorted(names):
            path = Path(folder, name)
            if _is_nobodys(name):
                continue
            if not _plain_file_inside(path, root):
                outside.append(_shown(path, root))
                continue
            shown = _one_name(_shown(path, root), files)
            files[shown] = path
            if shown.casefold().endswith(ARCHIVE):
                archives[shown] = _look_into_archive(path, shown, files)
            if len(files) > MAX_FILES:
                raise Refused([found("collect-too-many", root.name, limit=f"{MAX_FILES:,}")])
    return Folder(root, dict(sorted(files.items())), tuple(sorted(outside)), archives)


def _look_into_archive(path: Path, shown: str, files: dict[str, Place]) -> list[Finding]:
    """Add what a .zip holds to the files; what keeps it from being looked into."""
    try:
        inside = members(path, shown)
    except Refused as refused:
        return refused.findings
    for name, place in inside:
        if name and not any(map(_is_nobodys, name.split("/"))):
            files[_one_name(_as_shown(f"{shown}/{name}"), files)] = place
    return []


def _unreadable(error: OSError) -> None:
    raise Refused([found("unreadable", os.path.basename(error.filename or ""), problem=error.strerror)])


def _is_nobodys(name: str) -> bool:
    return name.startswith((".", "~$", "~lock")) or name.casefold() in _NOBODYS


def _plain_file_inside(path: Path, root: Path) -> bool:
    """Whether a name is a plain file (no pipe, no device) that lies below the folder."""
    try:
        real = path.resolve(strict=True)
        return real.is_relative_to(root) and stat.S_ISREG(real.stat().st_mode)
    except (OSError, RuntimeError):  # a link that leads nowhere, or in a circle
        return False


def _shown(path: Path, root: Path) -> str:
    """A path that every file and page can hold, whatever bytes the name is made of."""
    return _as_shown(os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace"))


def _as_shown(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return "".join("\ufffd" if control_character(sign) or sign in "\n\t\r" else sign for sign in text)


def _one_name(shown: str, taken: Iterable[str]) -> str:
    """Two names that read alike (NFC and NFD of one) are told apart."""
    number, name = 2, shown
    while name in taken:
        name, number = f"{shown} ({number})", number + 1
    return name


def day_named(name: str) -> date | None:
    """The day that a name is: 2017-12-28, 28-12-2017 or 28.12.2017."""
    match = _ISO.fullmatch(name.strip()) or _OURS.fullmatch(name.strip())
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"])) if match else None
    except ValueError:
        return None


def named_in(text: str) -> Iterator[str]:
    """The documents that an evidence cell names, one after the other."""
    for part in re.split(r"[;\n]", _FILE_THEN_MORE.sub(r"\1;", text)):
        if name := " ".join(part.split()):
            yield name


def is_file_name(name: str) -> bool:
    """Whether a name ends as a file does; a link is none, wherever it leads."""
    return name.casefold().endswith(FILE_ENDINGS) and "://" not in name


class Linked(NamedTuple):
    """What an evidence cell names: each thing, what is not there, and the files that it names."""

    references: list[Reference]
    findings: list[Finding]
    named: set[str]


def link(folder: Folder, forms: list[str], text: str, cell: str) -> Linked:
    """Look for what an evidence cell names beside a form, or beside any copy of it.

    ``forms``: the paths of the form and its copies; findings are about the first.
    """
    linked = Linked([], [], set())
    names = list(islice(named_in(text), MAX_NAMED + 1))
    if len(names) > MAX_NAMED:
        linked.findings.append(found("evidence-many", forms[0], None, cell, limit=str(MAX_NAMED)))
        return linked
    for name in names:
        if not is_file_name(name):
            linked.references.append(Reference("", "", name))
            continue
        there = list(dict.fromkeys(shown for form in forms for shown in folder.beside(form, name)))
        linked.named.update(there)
        try:
            digests = {folder.digest(shown) for shown in there}
        except (OSError, Refused) as error:
            facts = {"name": name, "problem": getattr(error, "strerror", None) or str(error)}
            linked.findings.append(found("evidence-unreadable", forms[0], None, cell, **facts))
            continue
        if len(digests) == 1:
            linked.references.append(Reference(there[0], *digests, ""))
        elif digests:
            files = "; ".join(there)
            linked.findings.append(found("evidence-unclear", forms[0], None, cell, name=name, files=files))
        else:
            linked.findings.append(found("evidence-not-sent", forms[0], None, cell, name=name))
    return linked
