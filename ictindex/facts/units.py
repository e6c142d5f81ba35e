"""Units as people call them: by code, name, name without marks, alias, initials, or a part of the name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ictindex.basics import Finding, found, refuse_if, speller

if TYPE_CHECKING:
    from ictindex.facts.inputs import Entity

ALIAS = "alias"  # a further column of entities.csv; several are separated by ';'
_LISTED = 12  # of the units that an ambiguous name may mean


def named_units(asked: Iterable[str], entities: Sequence[Entity], file: str) -> list[Entity]:
    """The unit that each of these words means, in their order, each once.

    ``file``: where the units stand, as findings name it. Refused with every word that means none
    (unit-unknown) or several (unit-ambiguous, which lists them).
    """
    findings: list[Finding] = []
    units = {}
    spelled = speller([*(e.code for e in entities), *(e.label_vi for e in entities)])
    for word in asked:
        meant = meant_by(word, entities)
        if len(meant) == 1:
            units[meant[0].code] = meant[0]
        elif meant:
            known = "; ".join(f"{e.code} ({e.label_vi})" for e in meant[:_LISTED])
            more = f"; … ({len(meant)})" if len(meant) > _LISTED else ""
            findings.append(found("unit-ambiguous", file, None, "entity", value=word, known=known + more))
        else:
            findings.append(found("unit-unknown", file, None, "entity", value=word, **spelled(word)))
    refuse_if(findings)
    return list(units.values())


def meant_by(word: str, entities: Sequence[Entity]) -> list[Entity]:
    """The units that a word may mean: those of the first way of naming in which it means any."""
    written, plain = _spaced(word), folded(word)
    if not plain:
        return []
    ways: tuple[Callable[[Entity], bool], ...] = (
        lambda e: written in (_spaced(e.code), *map(_spaced, names_of(e))),
        lambda e: plain in (folded(e.code), *map(folded, names_of(e))),
        lambda e: plain == "".join(part[0] for part in folded(e.label_vi).split()),
        lambda e: any(f" {plain} " in f" {folded(name)} " for name in names_of(e)),
    )
    return next(filter(None, ([e for e in entities if way(e)] for way in ways)), [])


def names_of(entity: Entity) -> Iterator[str]:
    """The name of a unit, its name in English and its aliases, where entities.csv has them."""
    yield entity.label_vi
    yield from filter(None, (entity.attributes.get("label_en"),))
    yield from filter(None, map(str.strip, entity.attributes.get(ALIAS, "").split(";")))


def folded(text: str) -> str:
    """Small letters without marks, words parted by one space: 'Bộ Y tế' and 'bo-y-te' are 'bo y te'."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in letters if not unicodedata.combining(c))))


def _spaced(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
