"""Whose a file is that came in and does not say so itself: by the folders on its way, or by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ictindex.basics import is_name
from ictindex.exchange.layout import KIND_VI, OF_UNITS, SURVEY
from ictindex.facts import Entity, folded

_OUR_NAME = re.compile(rf"[^/]+?_(?P<form>{'|'.join(KIND_VI)})_(?P<rest>[^/]+)\.[^./]+", re.IGNORECASE)
_AFTER = re.compile(r"__|[ (.]")  # behind the code: the unit's name, or what a program adds to a second file
_SHORTEST = 3  # letters of a name that is looked for inside another: '01' stands in too many


class Senders:
    """The units by their codes and names; a name that two units share says nothing."""

    def __init__(self, entities: Iterable[Entity]):
        self._codes: dict[str, str] = {}
        named: dict[str, set[str]] = {}
        for entity in entities:
            self._codes[entity.code.lower()] = entity.code
            for name in (entity.code, entity.label_vi):
                named.setdefault(folded(name), set()).add(entity.code)
        self._named = {name: codes.pop() for name, codes in named.items() if name and len(codes) == 1}
        self._inside = {
            name: code
            for name, code in self._named.items()
            if len(name) >= _SHORTEST and re.search("[a-z]", name)
        }

    def by_folder(self, shown: str) -> str:
        """The unit that the deepest folder on the way to a file is named after; '' where none is."""
        folders = (folded(name) for name in reversed(shown.split("/")[:-1]))
        return next((self._named[name] for name in folders if name in self._named), "")

    def by_name(self, shown: str) -> tuple[str, str]:
        """Kind of form and sender, of a name that we gave or that has a unit's in it; else ''."""
        name = shown.rpartition("/")[2]
        if ours := _OUR_NAME.fullmatch(name):
            form, sender = ours["form"].lower(), _AFTER.split(ours["rest"].lower())[0]
            if form not in OF_UNITS and is_name(sender):
                return form, sender
            if form in OF_UNITS and sender in self._codes:
                return form, self._codes[sender]
        text = f" {folded(name.rpartition('.')[0])} "
        here = [known for known in self._inside if f" {known} " in text]
        longest = {self._inside[a] for a in here if not any(a != b and f" {a} " in f" {b} " for b in here)}
        return ("", longest.pop()) if len(longest) == 1 else ("", "")

    def of(self, shown: str) -> tuple[str, str]:
        """Kind of form and sender of a file that does not say so itself."""
        form, sender = self.by_name(shown)
        if form and form not in OF_UNITS:
            return form, sender
        unit = self.by_folder(shown) or sender
        return (form or SURVEY, unit) if unit else ("", "")
