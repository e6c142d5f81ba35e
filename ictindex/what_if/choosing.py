"""The choices that a what-if declares, and one combination of them as a what-if of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

from ictindex.basics import Finding, Refused
from ictindex.what_if.reading import OF_METHOD, Stated

MOST = 512  # combinations: each is a whole evaluation, of half a second for ninety units
IN_FORCE = 0  # in a combination; 1 is the first of a choice's others

Combination = tuple[int, ...]  # choice by choice: IN_FORCE, or the number of another way


def combinations(stated: Stated) -> list[Combination]:
    """Every combination, that of nothing but what is in force first, the last choice changing fastest."""
    return list(product(*(range(1 + len(choice.others)) for choice in stated.source.multiverse)))


def combined(stated: Stated, ways: Sequence[int]) -> Stated:
    """The what-if with these ways chosen; what is wrong with one is said at its own line."""
    source, lines = stated.source, dict(stated.document.lines)
    chosen: dict[str, dict[str, Any]] = {name: getattr(source, name) for name in OF_METHOD}
    for i, (choice, way) in enumerate(zip(source.multiverse, ways, strict=True)):
        if way == IN_FORCE:
            continue
        for name in OF_METHOD:
            chosen[name] = chosen[name] | getattr(choice.others[way - 1], name)
        place = ("multiverse", i, "others", way - 1)
        lines |= {path[4:]: row for path, row in lines.items() if path[:4] == place and path[4:]}
    source = source.model_copy(update={**chosen, "multiverse": ()})
    return replace(stated, source=source, document=replace(stated.document, lines=lines))


def bad_choices(stated: Stated, read: Callable[[Stated], Any]) -> Iterator[Finding]:
    """What is wrong with the choices: each other way alone, too many of them, two that set the same.

    ``read`` raises Refused for a what-if that cannot be.
    """
    choices, document = stated.source.multiverse, stated.document
    if not choices:
        return
    setting: dict[tuple[str, str], tuple[int, str]] = {
        (name, key): (-1, stated.name) for name in OF_METHOD for key in getattr(stated.source, name)
    }
    for i, choice in enumerate(choices):
        if not choice.others:
            yield document.found("none-given", ("multiverse", i, "others"), what="others")
        for j, other in enumerate(choice.others):
            place = ("multiverse", i, "others", j)
            set_here = [(name, key) for name in OF_METHOD for key in getattr(other, name)]
            if not set_here:
                yield document.found("none-given", place, what=", ".join(OF_METHOD))
            for name, key in set_here:
                by, label = setting.setdefault((name, key), (i, choice.label_vi))
                if by != i:
                    facts = {"key": f"{name}.{key}", "choice": choice.label_vi, "other": label}
                    yield document.found("choice-made-twice", (*place, name, key), **facts)
            try:
                read(combined(stated, [j + 1 if k == i else IN_FORCE for k in range(len(choices))]))
            except Refused as refused:
                yield from refused.findings
    n = prod(1 + len(choice.others) for choice in choices)
    if n > MOST:
        yield document.found("choices-too-many", ("multiverse",), n=n, most=MOST)
