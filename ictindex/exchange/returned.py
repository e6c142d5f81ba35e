"""A form that came back, as read: who sent it, and what each line says in plain text, with its cell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from ictindex.basics import Finding


class Entry(NamedTuple):
    """What was filled in: ``text`` as answers.csv writes it ('' where nothing is), and in which cell.

    A number has a decimal point and no thousands, a yes or no is 'có' or 'không', a choice is its key, a
    state is its code. ``cell`` is 'Phiếu khảo sát!F14'.
    """

    text: str = ""
    cell: str = ""


class ReturnedLine(NamedTuple):
    """One line of a form: ``entity`` '' means the sender; ``entries``: column's key -> what was filled in."""

    entity: str
    code: str
    entries: dict[str, Entry]

    def said(self, key: str) -> Entry:
        """What stands in a column of it; an empty entry where it has no such cell."""
        return self.entries.get(key) or Entry()


def declared(services: Iterable[ReturnedLine]) -> int:
    """How many services a list declares: each procedure once, one without a procedure by itself.

    2342, V.5.4 b, point 2, first dash.
    """
    said = ((line.said("procedure").text, line.code) for line in services)
    return len({(procedure, "" if procedure else code) for procedure, code in said})


@dataclass(frozen=True)
class Returned:
    """One file that came back. Where ``findings`` are, the lines hold what could be read all the same.

    ``form`` is one of layout.KINDS, '' where the file is no form. ``sent_on`` is what the cover says.
    ``remarks``: what the evaluator should look at, though it is read. ``named``: another unit, whose name the
    cover has. ``credit``: whose it is by its folder or its name, where it does not say so itself.
    """

    file: str
    sha256: str
    form: str = ""
    edition: str = ""
    sender: str = ""
    version: str = ""
    sending: int = 1
    sent_on: date | None = None
    signed_by: str = ""
    opinion: str = ""
    lines: tuple[ReturnedLine, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    remarks: tuple[Finding, ...] = ()
    named: str = ""
    credit: tuple[str, str] = ("", "")  # kind of form, sender
    folder: str = ""  # the unit that the folder on its way is named after
    at: date | None = None  # the day on which it came, as far as its folder says it

    @property
    def key(self) -> tuple[str, str]:
        return self.form, self.sender

    @cached_property
    def content(self) -> str:
        """A digest of what is answered: the same where a form is saved again or signed again."""
        lines = sorted(
            (e, c, sorted((k, v.text) for k, v in entries.items())) for e, c, entries in self.lines
        )
        return hashlib.sha256(json.dumps([self.opinion, lines]).encode()).hexdigest()[:16]
