"""A crosswalk between two methodologies: which criterion of the new one was which of the old one.

parameters/crosswalks/<name>.yaml. What it does not name stays what it is where both have it under one id;
what is left is new, or has gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from ictindex.basics import Document, Finding, Project, exact_text, found, look_at, refuse_if, speller
from ictindex.methodology.amendments import Cited
from ictindex.methodology.reading import read_methodology
from ictindex.methodology.schema import Number, Strict, Text
from ictindex.methodology.shapes import shaped
from ictindex.methodology.tree import Methodology, Node


def _parts(value: Any) -> Any:
    """null, one criterion, several, or criterion → which part of it, as the last."""
    several = [value] if isinstance(value, str) else [] if value is None else value
    if isinstance(several, list):
        if not all(isinstance(each, str) for each in several) or len(set(several)) != len(several):
            raise PydanticCustomError("parts", "criteria are wanted")
        return dict.fromkeys(several, Fraction(1))
    return several


class CrosswalkFile(Strict):
    """The YAML file as a whole. ``nodes``: criterion of the new methodology → what it was in the old one."""

    crosswalk: Text
    before: Text
    after: Text
    status: Literal["official", "illustrative"]
    citation: Cited
    note_vi: Text | None = None
    nodes: dict[str, Annotated[dict[str, Number], BeforeValidator(_parts)]]


@dataclass(frozen=True)
class Crosswalk:
    """What each criterion of ``after`` was in ``before``; ``stated``: as the file has it, no more."""

    before: Methodology
    after: Methodology
    stated: Mapping[str, Mapping[str, Fraction]]
    file: str = ""  # '' where there is none: each criterion is what has its id
    citation: Cited | None = None
    illustrative: bool = False
    note_vi: str = ""

    @cached_property
    def parts(self) -> dict[str, Mapping[str, Fraction]]:
        """Criterion of the new methodology → criteria of the old one, each with the part of it; {}: new.

        What the file does not name goes where the criterion above it went, under the key that it has.
        """
        old = {node.id: node for node in self.before.nodes[1:]}
        taken = {each for parts in self.stated.values() for each in parts}
        leaves = {leaf.id for leaf in self.after.leaves}
        whole = {each for key, parts in self.stated.items() if key in leaves for each in parts}
        known: dict[str, Mapping[str, Fraction]] = {}
        for node in self.after.nodes[1:]:
            if node.id in self.stated:
                known[node.id] = self.stated[node.id]
                continue
            above, _, key = node.id.rpartition(".")
            was = [*known.get(above, {})]
            namesake = f"{was[0]}.{key}" if len(was) == 1 else node.id
            there = old.get(namesake)
            same = there and bool(there.children) == bool(node.children)
            free = same and namesake not in taken and not any(map(there.within, whole))
            known[node.id] = {namesake: Fraction(1)} if free else {}
        return known

    def kind(self, node_id: str) -> str:
        """'kept', 'renamed', 'moved', 'merged', 'new', or 'split': part of one that was divided."""
        parts = self.parts[node_id]
        if not parts:
            return "new"
        if any(part != 1 for part in parts.values()):
            return "split"
        if len(parts) > 1:
            return "merged"
        (old,) = parts
        if {_above(old): Fraction(1)} != self.parts.get(_above(node_id), {"": Fraction(1)}):
            return "moved"
        labels = (m.by_id[key].label_vi for m, key in ((self.before, old), (self.after, node_id)))
        return "kept" if len(set(labels)) == 1 else "renamed"

    @cached_property
    def gone(self) -> tuple[Node, ...]:
        """The lowest criteria of the old methodology that are in none of the new one's."""
        leaves = {leaf.id for leaf in self.after.leaves}
        told = (parts for key, parts in self.parts.items() if key in leaves or key in self.stated)
        taken = {each for parts in told for each in parts}
        return tuple(leaf for leaf in self.before.leaves if not any(map(leaf.within, taken)))


def _above(node_id: str) -> str:
    return node_id.rpartition(".")[0]


def read_crosswalk(name: str, project: Project) -> Crosswalk:
    """Read a crosswalk strictly; Refused with everything that is wrong with it."""
    path = project.crosswalk(name)
    shown = project.shown(path)
    document = look_at(path, shown)
    source, findings = shaped(document, CrosswalkFile, "crosswalk", name)
    known = sorted({*project.methodologies(), *project.amendments()})
    for key, stated in (("before", source.before), ("after", source.after)):
        if stated not in known:
            facts = {"value": stated, **speller(known)(stated)}
            findings.append(document.found("crosswalk-methodology", (key,), **facts))
    if source.before == source.after:
        findings.append(document.found("crosswalk-of-one", ("after",), name=source.after))
    refuse_if(findings)
    before, after = (read_methodology(each, project) for each in (source.before, source.after))
    refuse_if([*_wrong(source, before, after, document)])
    made_up = source.status == "illustrative"
    return Crosswalk(before, after, source.nodes, shown, source.citation, made_up, source.note_vi or "")


def crosswalk_between(before: Methodology, after: Methodology, project: Project) -> Crosswalk:
    """The project's crosswalk from one methodology to another; without a file each criterion is its namesake.

    Refused where two files are of the same pair, or the one that there is cannot be read.
    """
    names = []
    for name in project.crosswalks() if before.name != after.name else ():
        path = project.crosswalk(name)
        data = look_at(path, project.shown(path)).data
        pair = (data.get("before"), data.get("after")) if isinstance(data, dict) else ()
        if pair == (before.name, after.name):
            names.append(name)
    if len(names) > 1:
        file = project.shown(project.crosswalk(names[1]))
        refuse_if([found("crosswalk-twice", file, other=project.shown(project.crosswalk(names[0])))])
    if not names:
        return Crosswalk(before, after, {})
    return replace(
        read_crosswalk(names[0], project), before=before, after=after
    )  # as they stand, in a what-if


def of_one_index(before: Methodology, after: Methodology, project: Project) -> bool:
    """Whether a year under ``after`` follows one under ``before``: one text, amended, or by a crosswalk."""
    texts = {after.name, *(amendment.amends for amendment in after.amendments)}
    return before.name in texts or bool(crosswalk_between(before, after, project).file)


def _wrong(
    source: CrosswalkFile, before: Methodology, after: Methodology, document: Document
) -> Iterator[Finding]:
    """Criteria that are not there, parts that make no whole, and one that is used with its own parts."""
    if source.status == "official" and not source.citation.clause:
        yield document.found("no-clause", ("citation",))
    ids = {m.name: [node.id for node in m.nodes[1:]] for m in (before, after)}
    spelled = {name: speller(known) for name, known in ids.items()}
    uses: dict[str, dict[str, Fraction]] = {}
    leaves = {leaf.id for leaf in after.leaves}
    for new, parts in source.nodes.items():
        where = ("nodes", new)
        if new not in ids[after.name]:
            facts = {"value": new, "methodology": after.name, **spelled[after.name](new)}
            yield document.found("crosswalk-criterion", where, **facts)
        for old, part in parts.items():
            if old not in ids[before.name]:
                facts = {"value": old, "methodology": before.name, **spelled[before.name](old)}
                yield document.found("crosswalk-criterion", where, **facts)
            elif not 0 < part <= 1:
                yield document.found("crosswalk-part", where, value=exact_text(part), criterion=old)
            else:
                uses.setdefault(old, {})[new] = part
    for old, used in uses.items():
        first, *others = used
        where, total = ("nodes", others[-1] if others else first), sum(used.values())
        if others and set(used.values()) == {1}:
            yield document.found("crosswalk-criterion-twice", where, criterion=old, first=first)
        elif total != 1:
            yield document.found("crosswalk-parts", where, criterion=old, total=exact_text(total))
        inside = [
            o for o in uses if o.startswith(f"{old}.") and leaves & used.keys() and leaves & uses[o].keys()
        ]
        for each in inside:
            where = ("nodes", next(iter(uses[each])))
            yield document.found("crosswalk-inside", where, criterion=each, above=old)
