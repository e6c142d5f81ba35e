"""A change file on top of a methodology: dotted paths and new values, applied before anything is checked."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ictindex.basics import Document, Finding, Refused, YamlPath, found, nearest, refuse_if, speller
from ictindex.methodology.schema import Strict, Text
from ictindex.methodology.shapes import shaped

MAX_CHANGES = 500  # of one file: each is held against every other


class Cited(Strict):
    """The text that orders a change."""

    title: Text
    clause: Text | None = None

    def __str__(self) -> str:
        return f"{self.title}, {self.clause}" if self.clause else self.title


class AmendmentFile(Strict):
    """The YAML file as a whole; what the new values may be is for the methodology to say."""

    amendment: Text
    amends: Text
    citation: Cited
    note_vi: Text | None = None
    changes: dict[str, Any]


@dataclass(frozen=True)
class Amendment:
    """Which text changes which methodology, and where."""

    name: str
    amends: str
    file: str
    citation: Cited
    note_vi: str
    paths: tuple[YamlPath, ...]

    def touches(self, node_id: str) -> bool:
        """Whether it changes a node of the criteria tree, or brings it in."""
        for path in self.paths:
            node, rest = _node(path)
            if node == node_id or (not rest and node_id.startswith(f"{node}.")):
                return True
        return False


def _node(path: YamlPath) -> tuple[str, YamlPath]:
    """The id of the node that a path leads into, and what remains of the path there."""
    if path[:1] == ("total",):
        return "total", path[1:]
    keys: list[str] = []
    while len(path) > 1 and path[0] == "criteria":
        keys.append(str(path[1]))
        path = path[2:]
    return ".".join(keys), path


@dataclass(frozen=True)
class AmendedDocument(Document):
    """A methodology's document with changes: what they set is found in their file, all else in the base."""

    base: Document = field(kw_only=True, repr=False)
    changes: Document = field(kw_only=True, repr=False)
    amendments: tuple[Amendment, ...] = ()
    changed: tuple[YamlPath, ...] = ()

    def found(self, code: str, path: YamlPath = (), /, **facts: Any) -> Finding:
        """A Finding in the file that says what stands at the path."""
        at = path
        while at and at not in self.lines:
            at = at[:-1]
        if not any(at[: len(each)] == each for each in self.changed):
            return self.base.found(code, path, **facts)
        return found(code, self.changes.file, self.lines[at], ".".join(map(str, path)), **facts)


def read_amendment(document: Document, name: str) -> Amendment:
    """The amendment that a document states; Refused with everything that is misshapen."""
    stated, findings = shaped(document, AmendmentFile, "amendment", name)
    if not stated.changes:
        findings.append(document.found("none-given", ("changes",), what="changes"))
    refuse_if(findings)
    return Amendment(name, stated.amends, document.file, stated.citation, stated.note_vi or "", ())


def amended(
    document: Document, changes_document: Document, amendment: Amendment | None = None
) -> AmendedDocument:
    """The methodology with the mapping ``changes`` of another document applied.

    What is wrong with a change stands among ``doubled``, to be reported with what the result is wrong in.
    """
    data, lines = copy.deepcopy(document.data), dict(document.lines)
    findings: list[Finding] = []
    changed: dict[YamlPath, str] = {}
    if (count := len(changes_document.data["changes"])) > MAX_CHANGES:
        facts = {"count": f"{count:,}", "limit": f"{MAX_CHANGES:,}"}
        raise Refused([changes_document.found("too-many-changes", ("changes",), **facts)])
    if amendment and isinstance(data, dict):
        data["methodology"] = amendment.name
        lines["methodology",] = changes_document.lines["amendment",]
    for dotted, value in changes_document.data["changes"].items():
        place = _Place(dotted, value, changes_document, findings)
        if path := place.find(data, changed):
            changed[path] = dotted
            _set(data, path, value)
            lines = {each: row for each, row in lines.items() if each[: len(path)] != path}
            lines |= dict(_lines_of(path, dotted, changes_document))
    paths = tuple(changed)
    earlier = document.amendments if isinstance(document, AmendedDocument) else ()
    if amendment:
        earlier = (*earlier, replace(amendment, paths=paths))
        paths = (*paths, ("methodology",))
    return AmendedDocument(
        changes_document.file if amendment else document.file,
        data,
        lines,
        (*document.doubled, *changes_document.doubled, *findings),
        base=document,
        changes=changes_document,
        amendments=earlier,
        changed=paths,
    )


@dataclass
class _Place:
    """One change and where it belongs; what is wrong with it goes to ``findings``."""

    dotted: str
    value: Any
    document: Document
    findings: list[Finding]

    def find(self, data: Any, others: dict[YamlPath, str]) -> YamlPath | None:
        """The path that is meant, a misspelt key read as its neighbour; None where nothing can be set."""
        *above, last = self.dotted.split(".")
        path: YamlPath = ()
        for key in above:
            if not isinstance(data, dict):
                return self._wrong("change-inside-value", inside=".".join(map(str, path)))
            if (meant := key if key in data else self._misspelt(key, data)) is None:
                return None
            data, path = data[meant], (*path, meant)
        if not isinstance(data, dict):
            return self._wrong("change-inside-value", inside=".".join(map(str, path)))
        if last not in data and self.value is None and (last := self._misspelt(last, data)) is None:
            return None
        path = (*path, last)
        if path == ("methodology",):
            return self._wrong("change-of-name")
        for other, dotted in others.items():
            if path[: len(other)] == other or other[: len(path)] == path:
                return self._wrong("change-inside-change", other=dotted)
        if last in data and _same(data[last], self.value):
            return self._wrong("change-without-effect")
        return path

    def _misspelt(self, key: str, known: dict[str, Any]) -> str | None:
        self._wrong("change-unknown", key=key, **speller(known)(key))
        return nearest(key, known)

    def _wrong(self, code: str, **facts: str) -> None:
        row = self.document.line(("changes", self.dotted))
        self.findings.append(Finding(code, self.document.file, row, self.dotted, facts))


def _same(one: Any, other: Any) -> bool:
    """Whether two plain values say the same; yes is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _set(data: Any, path: YamlPath, value: Any) -> None:
    for key in path[:-1]:
        data = data[key]
    if value is None:
        del data[path[-1]]
    else:
        data[path[-1]] = copy.deepcopy(value)


def _lines_of(path: YamlPath, dotted: str, document: Document) -> Iterator[tuple[YamlPath, int]]:
    """The lines of a change, under the path that it sets; of a removal, the line that removes."""
    where = ("changes", dotted)
    for each, row in document.lines.items():
        if each[:2] == where:
            yield (*path, *each[2:]), row
