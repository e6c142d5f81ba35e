"""Answers become points with their reason, node by node; all in exact rationals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from types import MappingProxyType
from typing import NamedTuple

from ictindex.basics import Finding, exact_text, found, refuse_if, round_exact, total_of
from ictindex.facts import IN_ENGLISH, Entity, Given, Inputs, never_reported
from ictindex.methodology import Methodology, Node
from ictindex.scoring.means import mean_of
from ictindex.scoring.rules import Against, OutOfRange, Spread, compared, leaf_earned, of_nothing
from ictindex.scoring.states import State, states, uncovered, unranked

UNKNOWN = "unknown"
UNCOVERED = "uncovered"  # of a node: too little is answered below it


class Outcome(NamedTuple):
    """What one entity has at one node.

    ``points`` of ``available``; both None where nothing counts. ``state`` is 'scored', a zero with its reason
    ('zero_missing', 'zero_late', …), or why it does not count: 'missing', 'not_applicable', 'withheld', or
    UNKNOWN: a figure is missing and the methodology says of no consequence, so nobody knows the points here
    nor of anything above.
    """

    points: Fraction | None
    available: Fraction | None
    state: str

    @property
    def counts(self) -> bool:
        return self.available is not None

    @property
    def share(self) -> Fraction | None:
        """Points over what was available, 0 … 1; None where nothing counts."""
        return self.points / self.available if self.counts else None


class Reference(NamedTuple):
    """The largest value of a group, against which a rule of_largest measures, and whose it is.

    Of a rule in_group the best value, and all that it measures against: ``spread``.
    """

    value: Fraction
    entities: tuple[str, ...]
    spread: Spread | None = None

    @property
    def against(self) -> Against:
        """What the group gives the rule."""
        return self.value if self.spread is None else self.spread


@dataclass(frozen=True)
class Scores:
    """An Outcome per node and entity: ``outcomes[node.id]`` is in the order of ``entities``.

    ``references``: (node id, group) -> what the rule of_largest of that leaf measured against.
    ``reasons[leaf.id]``: per entity every reason for zero that acts there; the first is its outcome's state.
    ``unranked``: entity code -> why it is shown without a rank (see ``states.unranked``).
    ``uncovered``: node -> the units of which too little is answered there for it to be scored.
    ``means``: (leaf.id, entity code) -> the shares of several years, of which a what-if takes the mean.
    ``states``: leaf.id -> what ``states`` found there.
    """

    entities: tuple[Entity, ...]
    outcomes: dict[str, tuple[Outcome, ...]]
    references: dict[tuple[str, str], Reference]
    reasons: dict[str, tuple[tuple[str, ...], ...]]
    unranked: dict[str, str] = field(default_factory=dict)
    means: Mapping[tuple[str, str], tuple[Fraction, ...]] = field(default_factory=dict)
    uncovered: Mapping[str, Collection[str]] = field(default_factory=dict)
    states: Mapping[str, Sequence[State]] = field(default_factory=dict)


class Like(NamedTuple):
    """What a like methodology made of the same facts: of what is the same in both, its outcomes stand."""

    methodology: Methodology
    scores: Scores

    def has(self, leaf: Node, states: Sequence[State]) -> bool:
        """Whether a leaf and its states are the same; what it stands under moves none of its points."""
        was = self.methodology.by_id.get(leaf.id)
        return (
            was is not None
            and (was.criterion, was.maxima, was.missing) == (leaf.criterion, leaf.maxima, leaf.missing)
            and all(was.factor(group) == leaf.factor(group) for group in leaf.maxima)
            and self.scores.states.get(leaf.id) == states
        )

    def adds_up(
        self, node: Node, outcomes: Mapping[str, tuple[Outcome, ...]], uncovered: Collection[str]
    ) -> bool:
        """Whether a node above is the same, and all below it stood."""
        return (
            all(outcomes[child.id] is self.scores.outcomes.get(child.id) for child in node.children)
            and self.methodology.by_id.get(node.id) == node
            and self.scores.uncovered.get(node.id, ()) == uncovered
        )


def score(
    methodology: Methodology,
    inputs: Inputs,
    zero_rules: Mapping[str, str],
    year: int,
    unverified: bool = False,
    minimum_answered: int = 0,
    nothing: str = "zero",
    like: Like | None = None,
) -> Scores:
    """Score every entity at every node; Refused with every answer that is out of range.

    ``zero_rules``: reason -> 'criterion' or 'unit', what a zero of that reason falls on. ``unverified``: of
    figures that nobody has checked, what cannot be scored is left out. ``minimum_answered``: percent of what
    is asked of a unit, below which it is not ranked. ``nothing``: what nothing of nothing counts: 'zero',
    'full', 'does_not_apply', or 'error': then the points are not known. ``like``: what was made of the same
    inputs with the same ``nothing``, verified.
    """
    findings: list[Finding] = []
    outcomes: dict[str, tuple[Outcome, ...]] = {}
    references: dict[tuple[str, str], Reference] = {}
    found = states(methodology, inputs, zero_rules, year)
    apart = unranked(methodology, inputs, zero_rules, year, minimum_answered)
    if like and like.scores.unranked.keys() != apart.keys():  # who sets no mark
        like = None
    for node in methodology.leaves:
        if like and like.has(node, found[node.id]):
            outcomes[node.id] = like.scores.outcomes[node.id]
            references |= {at: each for at, each in like.scores.references.items() if at[0] == node.id}
            continue
        names = [state.name for state in found[node.id]]
        leaf = _Leaf(node, names, inputs, findings, unverified, apart, nothing)
        outcomes[node.id] = leaf.outcomes()
        references |= leaf.references
    refuse_if([] if unverified else findings)
    reasons = {leaf: tuple(state.reasons for state in column) for leaf, column in found.items()}
    short = uncovered(methodology, inputs)
    whole = added_up(methodology, inputs.entities, outcomes, short, like)
    return Scores(inputs.entities, whole, references, reasons, apart, uncovered=short, states=found)


def added_up(
    methodology: Methodology,
    entities: Sequence[Entity],
    leaves: Mapping[str, tuple[Outcome, ...]],
    uncovered: Mapping[str, Collection[str]] = MappingProxyType({}),
    like: Like | None = None,
) -> dict[str, tuple[Outcome, ...]]:
    """The outcomes of the leaves, and of every node above them, in the order of the nodes.

    ``uncovered``: node -> the units of which too little is answered there for it to be scored.
    ``like``: as of ``score``.
    """
    outcomes = dict(leaves)
    for node in reversed(methodology.nodes):  # children before parents
        short = uncovered.get(node.id, ())
        if like and node.children and like.adds_up(node, outcomes, short):
            outcomes[node.id] = like.scores.outcomes[node.id]
        elif node.children:
            below = [outcomes[child.id] for child in node.children]
            outcomes[node.id] = tuple(_column(node, entities, below, short))
    return {node.id: outcomes[node.id] for node in methodology.nodes}


def _column(
    node: Node, entities: Sequence[Entity], below: Sequence[Sequence[Outcome]], uncovered: Collection[str]
) -> Iterator[Outcome]:
    """A node from its children for every unit; a plain sum in whole numbers over one denominator.

    Equal sums are one Outcome.
    """
    sums = _sums(below) if node.aggregate == "sum" and node.regular == node.children else None
    known: dict[tuple[int, int, int], Outcome] = {}
    once: dict[Fraction | None, Fraction | None] = {}  # the maximum that applies is the same for many
    for i, entity in enumerate(entities):
        short, total = entity.code in uncovered, sums and sums[i]
        if total is None or short or node.maxima[entity.group] is None:
            outcome = combined(node, entity.group, [column[i] for column in below], short)
            yield outcome._replace(available=once.setdefault(outcome.available, outcome.available))
            continue
        if total not in known:
            points, available, over = total
            most = Fraction(available, over)
            points = _stated(node, Fraction(points, over))
            known[total] = Outcome(points, once.setdefault(most, most), "scored")
        yield known[total]


_MOST_BITS = 256  # of a denominator of a sum; one that has more is added up as fractions are


def _sums(below: Sequence[Sequence[Outcome]]) -> list[tuple[int, int, int] | None] | None:
    """Of each unit the points and the most of what counts, over a denominator.

    None in place of a unit of which some outcome does not count, and of all where no denominator is small.
    """
    distinct = {id(outcome): outcome for column in below for outcome in column}
    parts = [part for o in distinct.values() if o.counts for part in (o.points, o.available)]
    over = lcm(*{part.denominator for part in parts})
    if over.bit_length() > _MOST_BITS:
        return None
    whole = {key: o.counts and tuple(_over(over, part) for part in o[:2]) for key, o in distinct.items()}
    sums: list[tuple[int, int, int] | None] = []
    for row in zip(*below, strict=True):
        counted = [whole[id(outcome)] for outcome in row]
        if all(counted):
            points, available = zip(*counted, strict=True)
            sums.append((sum(points), sum(available), over))
        else:
            sums.append(None)
    return sums


def _over(denominator: int, number: Fraction) -> int:
    """The numerator over another denominator, of which its own is a part."""
    return number.numerator * (denominator // number.denominator)


@dataclass
class _Leaf:
    """One leaf for all entities: its outcomes, and the references that they were measured against."""

    node: Node
    states: list[str]
    inputs: Inputs
    findings: list[Finding]
    unverified: bool
    apart: Collection[str]
    nothing: str

    def __post_init__(self) -> None:
        self.no_figure = "missing" if self.unverified or self.node.missing == "leave_out" else UNKNOWN
        self.rule = self.node.criterion.rule
        self.alike = self.inputs.alike(self.rule.reads)
        self.references = self._references() if self.rule.against_group else {}

    def outcomes(self) -> tuple[Outcome, ...]:
        """Every unit's outcome: what equal figures have come to is worked out once."""
        known: dict[tuple, Outcome] = {}  # of a yes or no there are two
        outcomes = []
        for entity, state, which in zip(self.inputs.entities, self.states, self.alike.which, strict=True):
            alike = entity.group, state, which
            outcome = known.get(alike)
            if outcome is None or entity.code in self.apart:  # who is not ranked is measured against itself
                told = len(self.findings)
                given = {answer: self.inputs.given(entity, answer) for answer in self.rule.reads}
                outcome = self._outcome(entity, state, given)
                if told == len(self.findings) and entity.code not in self.apart:
                    known[alike] = outcome  # else each unit has its own row that is out of range
            outcomes.append(outcome)
        return tuple(outcomes)

    def _outcome(self, entity: Entity, state: str, answers: Mapping[str, Given]) -> Outcome:
        most = self.node.maxima[entity.group]
        if state == "missing" and self.node.missing == "zero":
            state = "zero_missing"
        if state.startswith("zero_"):
            return Outcome(Fraction(0), most, state)
        if state != "scored":
            return Outcome(None, None, self.no_figure if state == "missing" else state)
        if self.nothing == "error" and of_nothing(self.rule, answers):
            return Outcome(None, None, UNKNOWN)
        try:
            largest = self._largest(entity, answers)
            got, available = leaf_earned(self.node, entity.group, answers, largest, self.nothing)
        except OutOfRange as error:
            self.findings.append(_out_of_range(error, self.node, entity, self.inputs.answers_file))
            return Outcome(None, None, "missing")
        if not available:
            return Outcome(None, None, "not_applicable")
        return Outcome(_stated(self.node, got), available, "scored")

    def _largest(self, entity: Entity, answers: Mapping[str, Given]) -> Against | None:
        """What a unit is measured against; one that is not ranked sets no mark, but is never above it."""
        reference = self.references.get((self.node.id, entity.group))
        if self.rule.kind != "of_largest" or entity.code not in self.apart:
            return reference and reference.against
        own = compared(self.rule.against_group, answers)
        return max(own, reference.value) if reference else own

    def _references(self) -> dict[tuple[str, str], Reference]:
        """The largest value per group, among those that are scored: a value found untrue sets no mark.

        Nor does one of a unit that is not ranked, which disturbs nobody.
        """
        values: dict[int, Fraction | None] = {}
        inside: dict[str, list[tuple[str, int]]] = {}  # group -> its units, and which of the values each has
        for entity, state, which in zip(self.inputs.entities, self.states, self.alike.which, strict=True):
            if state == "scored" and entity.code not in self.apart:
                if which not in values:
                    values[which] = self._value(self.alike.given[which])
                if values[which] is not None:
                    inside.setdefault(entity.group, []).append((entity.code, which))
        best = min if self.rule.in_group and self.rule.in_group.best == "smallest" else max
        references = {}
        for group, units in inside.items():
            often = Counter(which for _, which in units)
            most = best(values[which] for which in often)
            those = tuple(code for code, which in units if values[which] == most)
            ordered = sorted(often, key=values.__getitem__) if self.rule.in_group else ()
            spread = tuple(values[which] for which in ordered for _ in range(often[which]))
            references[self.node.id, group] = Reference(most, those, Spread(spread) if spread else None)
        return references

    def _value(self, given: Mapping[str, Given]) -> Fraction | None:
        """What is compared in the group; None where it is measured against no one, and no one against it."""
        if self.nothing != "zero" and of_nothing(self.rule, given):
            return None
        try:
            return compared(self.rule.against_group, given)
        except OutOfRange:  # reported with the entity's own points
            return None


def _out_of_range(error: OutOfRange, node: Node, entity: Entity, file: str) -> Finding:
    facts = {"value": error.given.text, "entity": entity.code, "criterion": node.id}
    points_of = {"points": error.points, "most": exact_text(error.most)}
    return found("points-out-of-range", file, error.given.row, "value", **facts, **points_of)


def unanswered(methodology: Methodology, inputs: Inputs, scores: Scores) -> Iterator[Finding]:
    """Every figure that is missing although points hang on it: where to put it.

    Not of a unit of which a council concluded that it gave no report: it has no result.
    """
    silent = never_reported(inputs.events)
    told: set[tuple[str, str]] = set()
    for leaf in methodology.leaves:
        for entity, outcome in zip(scores.entities, scores.outcomes[leaf.id], strict=True):
            waits = outcome.state == UNKNOWN and entity.code not in silent
            for answer in leaf.reads if waits else ():
                gap = inputs.given(entity, answer)
                if gap.state == "missing" and (entity.code, answer) not in told:
                    told.add((entity.code, answer))
                    if of := methodology.answers[answer].last_year_of:
                        facts = {"entity": entity.code, "answer": answer, "of": of, "why_vi": gap.why}
                        facts["why"] = IN_ENGLISH.get(gap.why, gap.why)
                        yield found("last-year-missing", inputs.answers_file, None, "answer", **facts)
                        continue
                    code = "cell-missing" if gap.unsaid else "missing-stated"
                    code = "answer-missing" if gap.row is None else code
                    facts = {"entity": entity.code, "answer": answer}
                    yield found(code, inputs.answers_file, gap.row, "value", **facts)


def combined(node: Node, group: str, below: Sequence[Outcome], uncovered: bool = False) -> Outcome:
    """A node from its children: those that do not count are left out, never taken for zero.

    Where the points of one are not known, nor are those of the node. ``uncovered``: too little is answered.
    """
    most = node.maxima[group]
    if most is None:
        return Outcome(None, None, "not_applicable")
    if any(outcome.state == UNKNOWN and not outcome.counts for outcome in below):
        return Outcome(None, None, UNKNOWN)
    pairs = [*zip(node.children, below, strict=True)]
    counted = [(child, outcome) for child, outcome in pairs if outcome.counts and not child.counts_as]
    if not counted:
        states = {outcome.state for child, outcome in pairs if not child.counts_as} - {"not_applicable"}
        return Outcome(
            None, None, states.pop() if len(states) == 1 else "missing" if states else "not_applicable"
        )
    if uncovered:
        return Outcome(None, None, UNCOVERED)
    if node.aggregate == "sum":
        points = total_of(outcome.points for _, outcome in counted)
        most = total_of(outcome.available for _, outcome in counted)
    else:
        weights = [node.weigh(child, group) for child, _ in counted]
        points = most * mean_of(node, [outcome.share for _, outcome in counted], weights)
    if node.regular != node.children:
        beyond = [(child, outcome.points) for child, outcome in pairs if outcome.counts and child.counts_as]
        points = bounded(node, group, points, beyond)
    return Outcome(_stated(node, points), most, "scored")


def bounded(node: Node, group: str, points: Fraction, beyond: Iterable[tuple[Node, Fraction]]) -> Fraction:
    """Points with their bonuses, up to the ceiling, then without the deductions, down to the floor.

    What lies below the floor already stays: no deduction raises it.
    """
    added = {kind: Fraction(0) for kind in ("bonus", "deduction")}
    for child, each in beyond:
        added[child.counts_as] += each
    factor, stated = node.factor(group), node.criterion
    points += added["bonus"]
    if stated.ceiling is not None:
        points = min(points, factor * stated.ceiling)
    lowest = min(points, factor * (stated.floor or 0))
    return max(points + added["deduction"], lowest)


def rounded_at(node: Node, points: Fraction) -> Fraction:
    """Points as a criterion has them: rounded where it says so."""
    how = node.rounded
    return points if how is None else Fraction(round_exact(points, how.digits, how.how))


def _stated(node: Node, points: Fraction) -> Fraction:
    """Points as they are added up: rounded where that is said, below 0 where they are taken off."""
    points = rounded_at(node, points)
    return -points if node.deducts else points
