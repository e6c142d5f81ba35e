"""A decision as data: its groups, answers, criteria tree, total and ranking as frozen objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from ictindex.basics import ROUNDINGS
from ictindex.methodology.amendments import Amendment
from ictindex.methodology.rule_kinds import Rule
from ictindex.methodology.schema import (
    Citation,
    Many,
    Maxima,
    Number,
    OpenRule,
    Strict,
    Text,
    When,
    citations,
)

ALIAS = "alias"  # a column of entities.csv: further names or codes of a unit, parted by ';'
UNTESTED = ("declared", "open")
SERVICE_RULES = ("untested", "tested_per_group", "many_services")  # of online_services
NOTHING = ("zero", "full", "does_not_apply", "error")  # what 0 of 0 may count
ZERO_REASONS = ("late", "incomplete", "untrue", "no_evidence", "cancelled")

# The rules that every ranking needs and many decisions leave open, with what each may be.
OPEN_RULES: dict[str, Sequence[Any]] = {
    "compare_on": ("points", "share"),  # raw points, or points over the maximum of what counted
    "decimals": range(7),
    "rounding": ROUNDINGS,
    "ties": ("min", "dense", "max"),  # 1-2-2-4, 1-2-2-3, 1-3-3-4
    "rank_on": ("rounded", "unrounded"),
    **{f"zero_{reason}": ("criterion", "unit") for reason in ZERO_REASONS},  # what a zero falls on
    "too_different": range(1, 101),  # percent of the scale between two reviewers' marks
    "spot_check": range(100_001),  # marked items that the adjudicator checks at random
    "minimum_answered": range(101),  # percent of what is asked of a unit, below which it is not ranked
    "arrival": ("first_clean", "first_readable", "first_arrival"),  # which file of a unit is its report
    "nothing_of_nothing": NOTHING,  # what 0 of 0 counts: no unit has anything to have a share of
    "levels_on": ("exact", "printed"),  # the total that levels look at
    "untested": UNTESTED,  # what an online service is whose group was tested by others
    "tested_per_group": range(1, 101),  # services of a group that are tested for it, the representative first
    "many_services": range(1, 100_001),  # services from which a unit's may be represented by some
}


def allowed(rule: str) -> str:
    """What an open rule may be, as a message says it."""
    values = OPEN_RULES[rule]
    return f"{values[0]}..{values[-1]}" if isinstance(values, range) else ", ".join(map(str, values))


class Group(Strict):
    """A peer group that is ranked together."""

    label_vi: Text


class Attribute(Strict):
    """A property of units that criteria may depend on: a column of entities.csv and its values."""

    label_vi: Text
    values: dict[str, Text]


Day = Annotated[str, StringConstraints(pattern=r"^\+[0-9]-[0-9]{2}-[0-9]{2}$")]


class Deadline(Strict):
    """A day of the calendar, relative to the year assessed: '+1-01-01' is 1 January of the year after.

    ``before``: the day itself is too late. ``opens``: the first day of a span (a quarter, December).
    """

    label_vi: Text
    date: Day
    opens: Day | None = None
    before: bool = False
    citation: Citation

    def on(self, year: int) -> date:
        """The day, for a year assessed."""
        return _on(self.date, year)

    def last(self, year: int) -> date:
        """The last day that is in time."""
        return self.on(year) - timedelta(days=self.before)

    def first(self, year: int) -> date | None:
        """The first day that is in time; None where the decision names none."""
        return _on(self.opens, year) if self.opens else None


def _on(day: str, year: int) -> date:
    later, month, day = day[1:].split("-")
    return date(year + int(later), int(month), int(day))


# The steps from the opening of a year to the hand-over of its result, in their order.
STEPS = (
    *("opening", "forms", "reports", "collection", "answers", "evidence"),
    *("review", "adjudication", "spot_check", "services", "appraisal", "confirmation", "objections"),
    *("report", "approval", "results", "publication", "handover"),
)
RECEIVED = ("forms", "report", "results", "publication", "handover")  # steps by which something is sent


class ProcedureStep(Strict):
    """A step as the decision has it: who does it, to whom or by which channels, until which day.

    ``to``: key -> name of whom a result is handed to, or of the channels that it is published by; each of
    them is to be done. ``deadline``: a day of the calendar.
    """

    label_vi: Text | None = None
    by_vi: Text | None = None
    to: dict[str, Text] = Field(default_factory=dict)
    deadline: Text | None = None
    citation: Citation


class ZeroRule(Strict):
    """What a reason for zero falls on: the criterion it is found at, or the whole unit."""

    falls_on: OpenRule
    citation: Citation
    deadline: Text | None = None  # of the calendar; for 'late' alone, as the next
    arrival: OpenRule | None = None


class Review(Strict):
    """How reviewers' marks become one; two are too different from so many percent of the scale on.

    ``reviewers``: how many mark each item independently; an item with fewer marks is not settled.
    """

    reviewers: Annotated[int, Field(ge=1, le=9)]
    combine: Literal["mean", "median", "lowest", "highest"]
    too_different: OpenRule
    spot_check: OpenRule
    citation: Citation | None = None


class Exemption(Strict):
    """Units that a decision names as not assessed at a criterion, by code or alias."""

    entities: Many[Text]
    citation: Citation

    def names(self, entity: str, attributes: Mapping[str, str]) -> bool:
        """Whether a unit is one of them; ``attributes``: the further columns of its row."""
        aliases = map(str.strip, attributes.get(ALIAS, "").split(";"))
        return any(name in self.entities for name in (entity, *aliases))


class OnlineServices(Strict):
    """Which answer the recognised online services are counted into (2342, V.5.4 b).

    ``statistics_only``: whose services are asked and published as statistics, and never scored (V.5.3).
    """

    counted_as: Text
    statistics_only: Exemption | None = None
    untested: OpenRule
    tested_per_group: OpenRule
    many_services: OpenRule
    citation: Citation


class Level(Strict):
    """A level begins at ``low`` and ends below the level above it."""

    key: Text
    label_vi: Text
    low: Number


class Levels(Strict):
    """Where each level begins, the highest first, and which total decides: the exact one, or as printed."""

    citation: Citation
    decided_on: OpenRule = Field(default_factory=lambda: OpenRule.model_validate("exact"))
    list: Many[Level]


class Scope(Strict):
    """Whom a decision is for, by name: how the names of a group's units begin."""

    citation: Citation
    names: dict[str, Many[Text]]  # group -> the beginnings; a group that is not here is not told by name


class Answer(Strict):
    """What a form asks: its kind and, for numbers, the least and the most that can be true."""

    label_vi: Text
    kind: Literal["number", "count", "yes_no", "choice", "text", "mark", "award"]
    min: Number | None = None
    max: Number | None = None
    choices: dict[str, Text] | None = None
    unit_vi: Text | None = None


class Criterion(Strict):
    """A node of the criteria tree: a leaf with a rule, or a node that aggregates its criteria."""

    label_vi: Text
    status: Literal["official", "sibling", "illustrative"]
    citation: Citation | None = None
    note_vi: Text | None = None
    max_points: Maxima
    weight: Number | None = None
    missing: Literal["error", "zero", "leave_out"] | None = None
    applies: dict[str, Many[Text]] | None = None  # attribute -> values of the units it applies to
    exempt: Exemption | None = None
    rule: Rule | None = None
    aggregate: Literal["sum", "mean", "weights"] | None = None
    criteria: dict[str, Criterion] | None = None


class Total(Strict):
    """The whole: what the categories add up to, and how it is compared and printed."""

    label_vi: Text
    citation: Citation | None = None
    max_points: Maxima
    aggregate: Literal["sum", "mean", "weights"]
    compare_on: OpenRule
    decimals: OpenRule
    rounding: OpenRule


class Ranking(Strict):
    ties: OpenRule
    on: OpenRule
    minimum_answered: OpenRule | None = None  # percent; where it is not declared, everybody is ranked


class Source(Strict):
    title: Text
    note_vi: Text | None = None


class LegalSource(Strict):
    """A text that citations point to: the decision itself, its annex, or what tells of them.

    ``read``: how much of it was read; ``checked``: the last day on which somebody held this file against it.
    """

    title: Text
    issued: When | None = None
    published: When | None = None
    replaces: Text | None = None
    replaced_by: Text | None = None
    link: Text | None = None
    read: Literal["whole", "part", "no"]
    checked: When | None = None
    note_vi: Text | None = None


class Facts(Strict):
    """What a decision says of itself; what is not known is not there."""

    lead_vi: Text | None = None  # the body that leads the assessment
    in_force_from: When | None = None
    in_force_to: When | None = None
    yearly: bool | None = None
    citation: Citation


class MethodologyFile(Strict):
    """The YAML file as a whole."""

    methodology: Text
    label_vi: Text
    citation: Source
    decision: Facts | None = None
    sources: dict[str, LegalSource] = Field(default_factory=dict)
    groups: dict[str, Group]
    scope: Scope | None = None
    attributes: dict[str, Attribute] = Field(default_factory=dict)
    calendar: dict[str, Deadline] = Field(default_factory=dict)
    procedure: dict[Literal[STEPS], ProcedureStep] = Field(default_factory=dict)
    zero_rules: dict[Literal["late", "incomplete", "untrue", "no_evidence", "cancelled"], ZeroRule] = Field(
        default_factory=dict
    )
    review: Review | None = None
    online_services: OnlineServices | None = None
    levels: Levels | None = None
    answers: dict[str, Answer]
    missing: Literal["error", "zero", "leave_out"]
    nothing_of_nothing: OpenRule | None = None  # zero where it is not declared
    total: Total
    ranking: Ranking
    criteria: dict[str, Criterion]


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

    def applies_to(self, group: str, entity: str, attributes: Mapping[str, str]) -> bool:
        """Whether the node counts for a unit: by its group, its attributes, and no exemption by name."""
        return self.maxima.get(group) is not None and all(
            all(attributes.get(key) in values for key, values in (c.applies or {}).items())
            and not (c.exempt and c.exempt.names(entity, attributes))
            for c in self.conditions
        )

    def factor(self, group: str) -> Fraction:
        """What a point of its rule counts: 1 but where a what-if weighs the criterion anew."""
        return self.scale.get(group, Fraction(1))

    def weigh(self, child: Node, group: str) -> Fraction:
        """What a child weighs among all the children of this node."""
        if group in child.weights:
            return child.weights[group]
        if self.aggregate == "weights":
            return Fraction(child.criterion.weight)
        return Fraction(1) if self.aggregate == "mean" else child.maxima[group] or Fraction(0)

    @property
    def label_vi(self) -> str:
        return self.criterion.label_vi

    @property
    def aggregate(self) -> str | None:
        return self.criterion.aggregate

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

    @property
    def categories(self) -> tuple[Node, ...]:
        return self.root.children

    @property
    def leaves(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if not node.children)

    @cached_property
    def services_category(self) -> Node | None:
        """The category that the recognised online services are counted in; None where there is none."""
        of = self.source.online_services
        read = [leaf.id for leaf in self.leaves if of and of.counted_as in leaf.criterion.rule.reads]
        return next((each for each in self.categories for leaf in each.walk() if leaf.id in read), None)

    def only_statistics(self, entity: str, attributes: Mapping[str, str]) -> bool:
        """Whether a unit's online services are asked and published as statistics, and never scored."""
        of = self.source.online_services
        return bool(of and of.statistics_only and of.statistics_only.names(entity, attributes))

    @property
    def groups(self) -> dict[str, Group]:
        return self.source.groups

    @property
    def answers(self) -> dict[str, Answer]:
        return self.source.answers

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
        total, ranking, review = self.source.total, self.source.ranking, self.source.review
        services, late = self.source.online_services, self.source.zero_rules.get("late")
        return {
            "compare_on": total.compare_on,
            "decimals": total.decimals,
            "rounding": total.rounding,
            "ties": ranking.ties,
            "rank_on": ranking.on,
            **({"minimum_answered": ranking.minimum_answered} if ranking.minimum_answered else {}),
            **{f"zero_{reason}": rule.falls_on for reason, rule in self.source.zero_rules.items()},
            **({"arrival": late.arrival} if late and late.arrival else {}),
            **({"too_different": review.too_different, "spot_check": review.spot_check} if review else {}),
            **(
                {"nothing_of_nothing": self.source.nothing_of_nothing}
                if self.source.nothing_of_nothing
                else {}
            ),
            **({"levels_on": self.source.levels.decided_on} if self.source.levels else {}),
            **({name: getattr(services, name) for name in SERVICE_RULES} if services else {}),
        }


def tree(source: MethodologyFile) -> Node:
    """The criteria of a methodology file as nodes, under the root 'total'."""
    return _branch(source.total, source.criteria, "", "", source, source.missing)


def _branch(
    criterion: Criterion | Total,
    below: dict[str, Criterion],
    node_id: str,
    number: str,
    source: MethodologyFile,
    missing: str,
    above: tuple[Criterion, ...] = (),
) -> Node:
    """One node and all below it; ``missing`` is what stands above, unless the node says otherwise."""
    missing = getattr(criterion, "missing", None) or missing
    maxima = criterion.max_points
    if not isinstance(maxima, dict):
        maxima = dict.fromkeys(source.groups, maxima)
    conditions = (*above, criterion) if isinstance(criterion, Criterion) else ()
    children = tuple(
        _branch(
            child,
            child.criteria or {},
            f"{node_id}.{key}".lstrip("."),
            f"{number}.{i}".lstrip("."),
            source,
            missing,
            conditions,
        )
        for i, (key, child) in enumerate(below.items(), start=1)
    )
    depth = number.count(".") + 1 if number else 0
    return Node(node_id or "total", depth, number, criterion, children, maxima, missing, conditions)
