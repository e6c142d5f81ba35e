"""Whose code this is: one digest of the package, and the names of the libraries that it may use."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ictindex.basics.files import sha256

_PACKAGE = Path(__file__).parents[1]
_WINDOWS_LINE_END, _LINE_END = b"\r\n", b"\n"
_DISTRIBUTION = (".dist-info", ".egg-info", ".egg-link", ".egg")


@cache
def code_digest() -> str:
    """One digest over the package's own code: the same on every platform and at every place.

    Whatever Python and editors leave behind is no code, and Windows line ends are no difference.
    """
    return digest_of(files_below(_PACKAGE), _PACKAGE) or ""


def files_below(folder: Path) -> list[Path]:
    """The files of a folder and of those inside it, but for what Python and editors leave behind."""
    found: list[Path] = []
    for here, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if name[0] != "." and name != "__pycache__"]
        found += [Path(here, name) for name in names if name[0] != "." and "." in name]
    return found


def digest_of(files: Iterable[Path], root: Path) -> str | None:
    """One digest over the names and contents of text files; None when there are none."""
    named = sorted((path.relative_to(root).parts, path) for path in files if path.is_file())
    lines = [
        f"{sha256(path.read_bytes().replace(_WINDOWS_LINE_END, _LINE_END))}  {'/'.join(parts)}\n"
        for parts, path in named
    ]
    return sha256("".join(lines).encode()) if lines else None


def libraries() -> list[str]:
    """Python, and what is installed beside it, with versions: whatever may work otherwise than it did.

    Told by the names of their folders, which takes a hundredth of asking each.
    """
    places = (Path(place) for place in sys.path if place)
    names = (name for place in places if place.is_dir() for name in os.listdir(place))
    return [sys.version, *sorted(name for name in names if name.endswith(_DISTRIBUTION))]
