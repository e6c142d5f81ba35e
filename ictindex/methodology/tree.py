"""A decision read: its criteria as a tree, and what its parts mean together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol

from ictindex.basics import YamlPath
from ictindex.methodology.amendments import Amendment
from ictindex.methodology.decision import (
    LINEAR,
    Answer,
    Coverage,
    Criterion,
    Deadline,
    Group,
    Level,
    MethodologyFile,
    Rounded,
    Total,
    stated_at,
)
from ictindex.methodology.schema import Citation, OpenRule, citations


class Unit(Protocol):
    """What the tree asks of a body assessed."""

    code: str
    group: str
    attributes: dict[str, str]


@dataclass(frozen=True)
class Node:
    """A criterion with its place in the tree; ``id`` is the dotted path of keys, the root's is 'total'."""

    id: str
    depth: int
    number: str  # as printed: 1, 1.2, 1.2.3
    criterion: Criterion | Total
    children: tuple[Node, ...]
    maxima: dict[str, Fraction | None]  # group -> most points; None where it does not apply
    missing: str

    conditions: tuple[Criterion, ...]  # this criterion and those above it, whose applies and exempt hold here
    scale: Mapping[str, Fraction] = field(default_factory=dict)  # group -> what a point of its rule counts
    weights: Mapping[str, Fraction] = field(default_factory=dict)  # group -> its weight, if not as stated

    def applies_to(self, unit: Unit) -> bool:
        """Whether the node, and what it stands under, counts for a unit: by group, attributes, and name."""
        return self.maxima.get(unit.group) is not None and all(
            all(unit.attributes.get(key) in values for key, values in (c.applies or {}).items())
            and not (c.exempt and c.exempt.names(unit.code, unit.attributes))
            for c in self._narrowed
        )

    @cached_property
    def _narrowed(self) -> tuple[Criterion, ...]:
        """Of its conditions those that leave anybody out."""
        return tuple(c for c in self.conditions if c.applies or c.exempt)

    def factor(self, group: str) -> Fraction:
        """What a point of its rule counts: 1 but where a what-if weighs the criterion anew."""
        return self.scale.get(group, Fraction(1))

    def weigh(self, child: Node, group: str) -> Fraction:
        """What a child weighs among all the children of this node."""
        if group in child.weights:
            return child.weights[group]
        if self.aggregate == "sum":
            return child.maxima[group] or Fraction(0)
        return Fraction(1) if child.criterion.weight is None else Fraction(child.criterion.weight)

    @property
    def path(self) -> YamlPath:
        """Where the file states it."""
        keys = self.id.split(".") if self.depth else ()
        return tuple(part for key in keys for part in ("criteria", key)) or ("total",)

    @property
    def label_vi(self) -> str:
        return self.criterion.label_vi

    @property
    def aggregate(self) -> str | None:
        return self.criterion.aggregate

    @cached_property
    def regular(self) -> tuple[Node, ...]:
        """The children that it is made of: neither bonus nor deduction."""
        return tuple(child for child in self.children if not child.counts_as)

    @property
    def counts_as(self) -> str | None:
        """'bonus' or 'deduction'; None of what is part of the maximum."""
        return getattr(self.criterion, "counts_as", None)

    @property
    def deducts(self) -> bool:
        """Whether its points are taken off: they are 0 or below."""
        return self.counts_as == "deduction"

    @property
    def taken_off(self) -> bool:
        """Whether what it earns is taken off, there or at what it stands under."""
        return any(each.counts_as == "deduction" for each in self.conditions)

    @property
    def beyond(self) -> bool:
        """Whether it is part of no maximum: a bonus or a deduction, or below one."""
        return any(each.counts_as for each in self.conditions)

    @property
    def rounded(self) -> Rounded | None:
        return getattr(self.criterion, "rounded", None)

    @property
    def coverage(self) -> Coverage | None:
        return self.criterion.coverage

    def leaf_weights(self, group: str) -> dict[str, Fraction]:
        """Lowest criterion -> its part of this node's weight; bonuses and deductions have none."""
        if not self.children:
            return {self.id: Fraction(1)}
        own = [(c, self.weigh(c, group)) for c in self.regular if c.maxima[group] is not None]
        total = sum((weight for _, weight in own), Fraction(0))
        return {
            leaf: weight / total * part
            for child, weight in own
            for leaf, part in child.leaf_weights(group).items()
        }

    @property
    def bent(self) -> str:
        """What keeps its points from being linear in those below it, as the file has it; '' where nothing."""
        if self.rounded:
            return "rounded"
        if self.coverage and self.coverage.below == "not_scored":
            return "coverage: not_scored"
        if self.counts_as:
            return f"counts_as: {self.counts_as}"
        return self.aggregate if self.children and self.aggregate not in LINEAR else ""

    @property
    def linear(self) -> bool:
        """Whether its points are linear in those below it, all the way down."""
        return not any(node.bent for node in self.walk())

    @property
    def rational(self) -> bool:
        """Whether its points are exact: no root and no logarithm is taken, all the way down."""
        return not any(
            node.aggregate in ("geometric", "power") if node.children else not node.criterion.rule.rational
            for node in self.walk()
        )

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The answers that its rule reads; none where criteria stand below it."""
        return () if self.children else self.criterion.rule.reads

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """The lowest criteria below it, or itself."""
        return tuple(node for node in self.walk() if not node.children)

    def within(self, node_id: str) -> bool:
        """Whether it is a criterion, or stands below it; everything is within '', the whole."""
        return not node_id or f"{self.id}.".startswith(f"{node_id}.")

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Methodology:
    """A methodology that has passed every check (see methodology_file)."""

    name: str
    file: str
    source: MethodologyFile
    root: Node
    amendments: tuple[Amendment, ...] = ()  # what stands on the first text, the oldest first

    @property
    def amendment(self) -> Amendment | None:
        """The latest text that amends it."""
        return self.amendments[-1] if self.amendments else None

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, the root 'total' first, then as the file reads."""
        return tuple(self.root.walk())

    @cached_property
    def by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def covered(self) -> tuple[Node, ...]:
        """The nodes below which something must be answered."""
        return tuple(node for node in self.nodes if node.coverage)

    @property
    def categories(self) -> tuple[Node, ...]:
        return self.root.children

    @property
    def leaves(self) -> tuple[Node, ...]:
        return self.root.leaves

    def leaves_of(self, unit: Unit) -> list[Node]:
        """The lowest criteria that apply to a unit."""
        return [leaf for leaf in self.leaves if leaf.applies_to(unit)]

    def asked_at(self, leaf: Node) -> list[str]:
        """The answers of a lowest criterion that the unit itself is asked."""
        return [answer for answer in leaf.reads if self.answers[answer].of_unit]

    @property
    def tie_breaks(self) -> tuple[Node, ...]:
        """The categories that tell units of one total apart, in their order."""
        return tuple(self.by_id[each] for each in self.source.ranking.tie_breaks)

    @property
    def weighable(self) -> bool:
        """Whether nothing but weights and shares makes ranks: a linear total, and ties that stay."""
        return self.root.linear and not self.source.ranking.tie_breaks

    @property
    def plain_levels(self) -> tuple[Level, ...]:
        """The levels, where the total alone decides them."""
        levels = self.source.levels
        return levels.list if levels and levels.plain else ()

    @cached_property
    def services_category(self) -> Node | None:
        """The category that the recognised online services are counted in; None where there is none."""
        of = self.source.online_services
        reading = ((each, leaf.reads) for each in self.categories for leaf in each.leaves)
        return next((each for each, reads in reading if of and of.counted_as in reads), None)

    def only_statistics(self, unit: Unit) -> bool:
        """Whether a unit's online services are asked and published as statistics, and never scored."""
        of = self.source.online_services
        return bool(of and of.statistics_only and of.statistics_only.names(unit.code, unit.attributes))

    @property
    def groups(self) -> dict[str, Group]:
        return self.source.groups

    @property
    def answers(self) -> dict[str, Answer]:
        return self.source.answers

    @property
    def last_year(self) -> dict[str, str]:
        """Answer -> the answer of which it is last year's."""
        return {key: spec.last_year_of for key, spec in self.answers.items() if spec.last_year_of}

    def not_in_force(self, year: int) -> Iterator[tuple[str, str, str]]:
        """What does not hold in a year assessed: where it stands, from when and to when it holds.

        The decision as a whole by its own days, and no sooner than it was issued; a citation by its own.
        """
        facts, issued = self.source.decision, self.source.sources.get("decision")
        begins = (facts and facts.in_force_from) or (issued and issued.issued)
        whole = Citation(valid_from=begins, valid_to=facts and facts.in_force_to)
        for where, citation in (("decision", whole), *self._cited):
            if not citation.holds_in(year):
                yield where, citation.valid_from or "", citation.valid_to or ""

    @cached_property
    def _cited(self) -> tuple[tuple[str, Citation], ...]:
        return tuple((".".join(map(str, path)), each) for path, each in citations(self.source))

    @property
    def report_by(self) -> str:
        """The key of the day of the calendar that reports are held against; it may not be there."""
        late = self.source.zero_rules.get("late")
        return late.deadline if late else "report_by"

    @property
    def report_deadline(self) -> Deadline | None:
        """The day that reports are held against, whether or not a late one is a zero."""
        return self.source.calendar.get(self.report_by)

    @property
    def combine(self) -> str:
        """How the marks of independent reviewers become one."""
        return self.source.review.combine if self.source.review else "mean"

    @property
    def reviewers(self) -> int:
        """How many reviewers mark each item independently."""
        return self.source.review.reviewers if self.source.review else 1

    @property
    def open_rules(self) -> dict[str, OpenRule]:
        """The rules of OPEN_RULES that this methodology states."""
        rules = {name: _stated(self.source, path) for name, path in stated_at(self.source.zero_rules).items()}
        return {name: rule for name, rule in rules.items() if rule is not None}


def _stated(part: Any, path: Iterable[str]) -> Any:
    """What stands at a path of keys; None where it is not there."""
    for key in path:
        part = part.get(key) if isinstance(part, dict) else getattr(part, key, None)
    return part


def tree(source: MethodologyFile) -> Node:
    """The criteria of a methodology file as nodes, under the root 'total'."""

    def branch(
        stated: Criterion | Total,
        below: dict[str, Criterion],
        keys: tuple[str, ...] = (),
        number: tuple[int, ...] = (),
        missing: str = source.missing,
        above: tuple[Criterion, ...] = (),
    ) -> Node:
        """One node and all below it; ``missing`` is what stands above, unless the node says otherwise."""
        missing, maxima = getattr(stated, "missing", None) or missing, stated.max_points
        maxima = maxima if isinstance(maxima, dict) else dict.fromkeys(source.groups, maxima)
        conditions = (*above, stated) if keys else ()
        children = tuple(
            branch(child, child.criteria or {}, (*keys, key), (*number, i), missing, conditions)
            for i, (key, child) in enumerate(below.items(), start=1)
        )
        place = ".".join(keys) or "total", len(keys), ".".join(map(str, number))
        return Node(*place, stated, children, maxima, missing, conditions)

    return branch(source.total, source.criteria)
