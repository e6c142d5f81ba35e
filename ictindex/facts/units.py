"""Units as people call them: by code, name, name without marks, alias, initials, or a part of the name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from ictindex.basics import Finding, caseless, found, refuse_if, speller
from ictindex.methodology import ALIAS, Methodology

if TYPE_CHECKING:
    from ictindex.facts.inputs import Entity

PREDECESSOR, SUCCESSOR = "predecessor", "successor"  # columns of entities.csv: codes, parted by ';'
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
    written, plain = caseless(word), folded(word)
    if not plain:
        return []
    ways: tuple[Callable[[Entity], bool], ...] = (
        lambda e: (
            word.strip() in (e.code, *names_of(e))
        ),  # NGA is Nigeria, Nga is Russia, and nga may be both
        lambda e: written in (caseless(e.code), *map(caseless, names_of(e))),
        lambda e: plain in (folded(e.code), *map(folded, names_of(e))),
        lambda e: plain == "".join(part[0] for part in folded(e.label_vi).split()),
        lambda e: any(f" {plain} " in f" {folded(name)} " for name in names_of(e)),
    )
    return next(filter(None, ([e for e in entities if way(e)] for way in ways)), [])


def names_of(entity: Entity) -> Iterator[str]:
    """The name of a unit, its name in English and its aliases, where entities.csv has them."""
    yield entity.label_vi
    yield from filter(None, (entity.attributes.get("label_en"),))
    yield from _listed(entity, ALIAS)


def _listed(entity: Entity, column: str) -> Iterator[str]:
    """What a further column of a unit lists."""
    yield from filter(None, map(str.strip, entity.attributes.get(column, "").split(";")))


def came_from(entities: Iterable[Entity], earlier: Sequence[Entity]) -> dict[str, list[Entity]]:
    """Unit -> the units of an earlier year that it is, or came out of: the one whose place it keeps first.

    By its own code, else by those that its row names as ``predecessor`` in that order, else by those whose
    rows named it as their ``successor``.
    """
    by_code = {one.code: one for one in earlier}
    left_to: dict[str, list[Entity]] = {}
    for one in earlier:
        for code in dict.fromkeys(_listed(one, SUCCESSOR)):
            left_to.setdefault(code, []).append(one)
    told = {}
    for entity in entities:
        codes = dict.fromkeys((entity.code, *_listed(entity, PREDECESSOR)))
        known = [by_code[code] for code in codes if code in by_code]
        told[entity.code] = known or left_to.get(entity.code, [])
    return told


def counterparts(
    entities: Iterable[Entity], earlier: Sequence[Entity]
) -> dict[str, Entity | Literal["new", "parted"]]:
    """Unit -> the one that it alone carries on, and nothing else; 'parted' where it was merged or divided."""
    before = came_from(entities, earlier)
    heirs = Counter(one.code for several in before.values() for one in several)
    told: dict[str, Entity | Literal["new", "parted"]] = {}
    for code, several in before.items():
        alone = len(several) == 1 and heirs[several[0].code] == 1
        told[code] = several[0] if alone else "parted" if several else "new"
    return told


def figures_of(entities: Iterable[Entity], earlier: Sequence[Entity]) -> dict[str, str]:
    """Unit of an earlier year -> the one of today beside whose figures its own may stand: renamed at most."""
    return {
        one.code: code for code, one in counterparts(entities, earlier).items() if not isinstance(one, str)
    }


def of_today(
    figures: Mapping[tuple[str, str], Fraction], entities: Iterable[Entity], earlier: Sequence[Entity]
) -> dict[tuple[str, str], Fraction]:
    """An earlier year's figures, by unit and answer, under the units' codes of today; of a merger nothing."""
    now = figures_of(entities, earlier)
    return {(now[unit], answer): figure for (unit, answer), figure in figures.items() if unit in now}


def unknown_before(
    entities: Sequence[Entity], earlier: Sequence[Entity], edition: str, file: str
) -> Iterator[Finding]:
    """Predecessors that the edition before does not have."""
    codes = dict.fromkeys(one.code for one in earlier)
    spelled = speller(codes)
    for entity in entities:
        for code in _listed(entity, PREDECESSOR):
            if code not in codes:
                facts = {"value": code, "edition": edition, **spelled(code)}
                yield found("predecessor-unknown", file, entity.row, PREDECESSOR, **facts)


def misnamed(methodology: Methodology, entities: Sequence[Entity], file: str) -> Iterator[Finding]:
    """Exemptions that no unit has, and units that the decision is not for by its declared scope.

    ``file``: where the units stand, as findings name it.
    """
    spelled = speller(entity.code for entity in entities)
    known = {code for entity in entities for code in (entity.code, *_listed(entity, ALIAS))}
    for node in methodology.nodes[1:]:
        for code in node.criterion.exempt.entities if node.criterion.exempt else ():
            if code not in known:
                facts = {"value": code, "what": node.id, "what_vi": node.label_vi}
                facts |= {"column": ALIAS, **spelled(code)}
                yield found("exempt-unknown", file, None, "entity", **facts)
    services, category = methodology.source.online_services, methodology.services_category
    only = services.statistics_only if services else None
    for code in only.entities if only else ():
        if code not in known:
            facts = {"value": code, "column": ALIAS, **spelled(code)}
            yield found("statistics-unknown", file, None, "entity", **facts)
    for entity in entities:
        applies = category and category.applies_to(entity)
        if applies and methodology.only_statistics(entity):
            facts = {"value": entity.label_vi, "clause": only.citation.clause or ""}
            facts |= {"what": category.id, "what_vi": category.label_vi}
            yield found("statistics-scored", file, entity.row, "group", **facts)
    scope = methodology.source.scope
    for entity in entities:
        begins = scope.names.get(entity.group) if scope else None
        names = [f"{folded(name)} " for name in names_of(entity)]
        if begins and not any(name.startswith(f"{folded(each)} ") for name in names for each in begins):
            facts = {"value": entity.label_vi, "known": "; ".join(begins), "clause": scope.citation.clause}
            yield found("unit-out-of-scope", file, entity.row, "label_vi", **facts)


def folded(text: str) -> str:
    """Small letters without marks, words parted by one space: 'Bộ Y tế' and 'bo-y-te' are 'bo y te'."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in letters if not unicodedata.combining(c))))
