"""Small files that cost a lot: each is made on the spot, a few hundred kilobytes to the disk or to a zip."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

_SHEET, _STRINGS = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"


def rewritten(form: Path, change: Callable[[str, bytes], bytes]) -> None:
    """A form whose members are what ``change(name, content)`` makes of them."""
    with zipfile.ZipFile(form) as book:
        members = [(name, change(name, book.read(name))) for name in book.namelist()]
    with zipfile.ZipFile(form, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in members:
            book.writestr(name, content)


def _member(form: Path, wanted: str, content: bytes) -> None:
    rewritten(form, lambda name, old: content if name == wanted else old)


def unclosed(form: Path) -> None:
    """20 million elements that are opened and never closed: 60 MB, 69 kB in the zip."""
    _member(form, _SHEET, b"<worksheet>" + b"<a>" * 20_000_000)


def strings(form: Path) -> None:
    """10 million shared strings without text."""
    _member(form, _STRINGS, b"<sst>" + b"<si/>" * 10_000_000 + b"</sst>")


def wide(table: Path) -> None:
    """A header of 100,000 columns."""
    table.write_text(
        ",".join(["entity", "answer", "value", *(f"c{n}" for n in range(100_000))]) + "\n", "utf-8"
    )


def long_table(table: Path) -> None:
    """Rows of answers, 120 MB."""
    head = table.read_text("utf-8").splitlines()[0]
    row = "x,y,1" + "," * (head.count(",") - 2) + "\n"
    table.write_text(f"{head}\n{row * (120 * 1024 * 1024 // len(row))}", "utf-8")


def keys(document: Path) -> None:
    """YAML with 150,000 keys, just under its limit of size."""
    document.write_text("".join(f"k{n}: 1\n" for n in range(150_000)), "utf-8")


def doubled_keys(document: Path) -> None:
    """YAML with one key 390,000 times."""
    document.write_text("a: 1\n" * 390_000, "utf-8")
