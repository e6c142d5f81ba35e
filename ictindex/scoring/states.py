"""Why each criterion of each unit is scored, zero or does not count, before any points.

Every reason for zero acts with its own reach, however many others there are and in whatever order they came:
a fault more never raises a unit's score. Where several act on one criterion, one is printed: that of the
widest reach (the unit, then the whole report, then the category nearest the root, last the criterion
itself), and among those of equal reach the first in ZERO_REASONS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from ictindex.facts import NO_REPORT, WITHHELD, Entity, Given, Inputs, never_reported, zeros
from ictindex.methodology import ZERO_REASONS, Methodology, Node
from ictindex.scoring.rules import claims

_OUTSIDE = ("not_applicable", WITHHELD)  # what no zero over the whole report or unit reaches


class State(NamedTuple):
    """A leaf's state for one unit, as Outcome has it: ``name``, and every reason for zero that acts there.

    ``reasons`` are without 'zero_', the one that is printed first; empty where the leaf is no such zero.
    """

    name: str
    reasons: tuple[str, ...] = ()


_NOT_APPLICABLE = State("not_applicable")
_UNSHOWN = ""  # in place of a reason: no evidence, unless something is shown


class _Fault(NamedTuple):
    """A reason for zero and where it was found: a node's id, or '' for the whole report."""

    reason: str
    criterion: str


def states(
    methodology: Methodology, inputs: Inputs, falls_on: Mapping[str, str], year: int
) -> dict[str, list[State]]:
    """Leaf id -> a State per entity; ``falls_on``: reason -> 'criterion' or 'unit', its reach.

    An event at a criterion that does not apply to the unit reaches nothing.
    """
    columns = [_Column(leaf, methodology, inputs, falls_on) for leaf in methodology.leaves]
    happened = zeros(methodology, inputs.events, year, inputs.first_reports)
    faults = {
        entity.code: [
            _Fault(reason, criterion)
            for criterion, reasons in happened[entity.code].items()
            if not criterion or methodology.by_id[criterion].applies_to(entity)
            for reason in reasons
        ]
        for entity in inputs.entities
        if entity.code in happened
    }
    for column in columns:
        for entity, fault in column.of_answers():
            faults.setdefault(entity.code, []).append(fault)
    return {column.leaf.id: column.states(faults) for column in columns}


def unranked(
    methodology: Methodology,
    inputs: Inputs,
    falls_on: Mapping[str, str],
    year: int,
    minimum_answered: int = 0,
) -> dict[str, str]:
    """Entity code -> why it is shown without a rank: 'cancelled', 'no_report' or 'too_few_answers'.

    Cancelled is a unit whose whole result is: 2342, V.5.4 b, point 3.ii: "bị hủy, không được công nhận".
    ``minimum_answered``: percent of the answers asked of a unit; what is missing is not answered.
    """
    happened = zeros(methodology, inputs.events, year, inputs.first_reports)
    silent = never_reported(inputs.events)
    apart: dict[str, str] = {}
    at_answers = {key for key, _ in inputs.answers.where(lambda given: given.state == "zero_cancelled")}
    for entity in inputs.entities:
        found = [c for c, reasons in happened.get(entity.code, {}).items() if "cancelled" in reasons]
        if falls_on.get("cancelled") == "unit":
            stated = (
                leaf.id
                for leaf in (methodology.leaves if at_answers else ())
                if any((entity.code, answer) in at_answers for answer in leaf.reads)
            )
            cancelled = any(not c or methodology.by_id[c].applies_to(entity) for c in (*found, *stated))
        else:
            cancelled = "" in found
        if cancelled:
            apart[entity.code] = "cancelled"
        elif entity.code in silent:
            apart[entity.code] = NO_REPORT
        elif (minimum_answered and 100 * coverage(methodology, inputs, entity) < minimum_answered) or any(
            node.coverage.below == "not_ranked" and covered(methodology, inputs, entity, node).short
            for node in methodology.covered
        ):
            apart[entity.code] = "too_few_answers"
    return apart


class Covered(NamedTuple):
    """How much was answered of what is asked of a unit below a node: criteria, or parts of its weight."""

    answered: Fraction
    asked: Fraction
    least: Fraction  # percent

    @property
    def percent(self) -> Fraction:
        """100 where nothing is asked."""
        return 100 * self.answered / self.asked if self.asked else Fraction(100)

    @property
    def short(self) -> bool:
        return self.percent < self.least


def covered(methodology: Methodology, inputs: Inputs, entity: Entity, node: Node) -> Covered:
    """What a unit answered of what a node's ``coverage`` looks at.

    A criterion is answered if none of its answers is missing; where the first that has no value is not
    applicable or withheld, and where reviewers alone say what it earns, it is not asked.
    """
    weights = node.leaf_weights(entity.group) if node.maxima[entity.group] is not None else {}
    answered = asked = Fraction(0)
    for leaf in methodology.leaves:
        part = weights.get(leaf.id)
        if part is None or not leaf.applies_to(entity):
            continue
        asked_of_unit = methodology.asked_at(leaf)
        state = _gap({answer: inputs.given(entity, answer) for answer in asked_of_unit})
        if not asked_of_unit or state in _OUTSIDE:
            continue
        part = part if node.coverage.of == "weight" else Fraction(1)
        asked += part
        answered += part if state is None else 0
    return Covered(answered, asked, node.coverage.least)


def uncovered(methodology: Methodology, inputs: Inputs) -> dict[str, frozenset[str]]:
    """Node -> the units of which too little is answered there for it to be scored."""
    return {
        node.id: frozenset(
            entity.code for entity in inputs.entities if covered(methodology, inputs, entity, node).short
        )
        for node in methodology.covered
        if node.coverage.below == "not_scored"
    }


def coverage(methodology: Methodology, inputs: Inputs, entity: Entity) -> Fraction:
    """The share of what is asked of a unit that it answered; 1 where nothing is asked."""
    asked = dict.fromkeys(
        answer
        for leaf in methodology.leaves
        if leaf.applies_to(entity) and not leaf.beyond
        for answer in methodology.asked_at(leaf)
    )
    states = [inputs.given(entity, answer).state for answer in asked]
    counted = [state for state in states if state not in _OUTSIDE]
    if not counted:
        return Fraction(1)
    return Fraction(sum(state != "missing" for state in counted), len(counted))


def without_evidence(methodology: Methodology, inputs: Inputs) -> list[tuple[str, str]]:
    """Each unit and criterion (codes) that claims points and shows nothing for it, whatever follows of it.

    Of marks, which others give, nobody has to show anything.
    """
    register, lacking = inputs.evidence or {}, []
    for entity in inputs.entities:
        for leaf in methodology.leaves:
            asked = methodology.asked_at(leaf)
            if not asked or leaf.taken_off or not leaf.applies_to(entity):
                continue
            given = {answer: inputs.given(entity, answer) for answer in leaf.reads}
            shown = any((entity.code, answer) in register for answer in asked)
            if not shown and _gap(given) is None and claims(leaf.criterion.rule, given):
                lacking.append((entity.code, leaf.id))
    return lacking


class _Column:
    """One leaf for all units, with what each answered there."""

    def __init__(self, leaf: Node, methodology: Methodology, inputs: Inputs, falls_on: Mapping[str, str]):
        self.leaf, self.inputs, self.falls_on = leaf, inputs, falls_on
        self.asked = methodology.asked_at(leaf)
        self.alike = inputs.alike(leaf.reads)
        self.applies = [leaf.applies_to(entity) for entity in inputs.entities]

    def of_answers(self) -> Iterator[tuple[Entity, _Fault]]:
        """The faults that the answers themselves say, and claims for which nothing is shown."""
        evidence, told = self.inputs.evidence or {}, [[*self._said(given)] for given in self.alike.given]
        if not any(told):
            return
        for entity, applies, which in zip(self.inputs.entities, self.applies, self.alike.which, strict=True):
            for reason in told[which] if applies else ():
                shown = any((entity.code, answer) in evidence for answer in self.asked)
                if reason != _UNSHOWN or not shown:
                    yield entity, _Fault(reason or "no_evidence", self.leaf.id)

    def _said(self, given: Mapping[str, Given]) -> Iterator[str]:
        """The reasons for zero in what is given; _UNSHOWN where something must be shown for it."""
        yield from (g.state.removeprefix("zero_") for g in given.values() if g.state.startswith("zero_"))
        if self._wants_evidence(given):
            yield _UNSHOWN

    def _wants_evidence(self, given: Mapping[str, Given]) -> bool:
        """Whether something is claimed, where evidence is asked for.

        375/QĐ-BNV: no points without evidence. It may stand behind any of the answers that the unit is asked
        there. An answer that is missing by mistake is told as such.
        """
        leaf = self.leaf
        if self.inputs.evidence is None or "no_evidence" not in self.falls_on:
            return False
        if leaf.taken_off or not self.asked:
            return False
        own = _gap(given)
        if own in _OUTSIDE or (own == "missing" and leaf.missing == "error"):
            return False
        return claims(leaf.criterion.rule, given)

    def states(self, faults: Mapping[str, list[_Fault]]) -> list[State]:
        """The leaf's state for each unit by the unit's faults, else by its answers."""
        usual = [self._state(given, ()) for given in self.alike.given]
        return [
            _NOT_APPLICABLE
            if not applies
            else self._state(self.alike.given[which], faults[entity.code])
            if entity.code in faults
            else usual[which]
            for entity, applies, which in zip(
                self.inputs.entities, self.applies, self.alike.which, strict=True
            )
        ]

    def _state(self, given: Mapping[str, Given], faults: Sequence[_Fault]) -> State:
        """What an answer calls not applicable or withheld is no zero, unless a fault is at this very leaf."""
        leaf = self.leaf
        if leaf.taken_off:  # no zero gives it back
            return State(_gap(_by_figures(given)) or "scored")
        own = _gap(given)
        if own in _OUTSIDE and all(fault.criterion != leaf.id for fault in faults):
            return State(own)
        acting = [fault for fault in faults if leaf.within(fault.criterion) or self._on_unit(fault)]
        reasons = tuple(dict.fromkeys(fault.reason for fault in sorted(acting, key=self._printed_first)))
        return State(f"zero_{reasons[0]}", reasons) if reasons else State(own or "scored")

    def _on_unit(self, fault: _Fault) -> bool:
        return self.falls_on.get(fault.reason) == "unit"

    def _printed_first(self, fault: _Fault) -> tuple[int, int]:
        """Of the faults that act on one leaf, the widest reach first, then by ZERO_REASONS."""
        reach = -1 if self._on_unit(fault) else len(fault.criterion)  # those above a leaf are prefixes
        return reach, ZERO_REASONS.index(fault.reason)


def _by_figures(given: Mapping[str, Given]) -> dict[str, Given]:
    """Answers of which a zero without a figure is as if missing."""
    bare = {k: g for k, g in given.items() if g.value is None and g.state.startswith("zero_")}
    return {**given, **{answer: each._replace(state="missing") for answer, each in bare.items()}}


def _gap(given: Mapping[str, Given]) -> str | None:
    """Why a leaf that reads several answers has no figures: the first that is neither value nor zero.

    Where only what is given without being told stands in the way, it is withheld: see ``withheld``.
    """
    untold = False
    for each in given.values():
        if each.state != "given" and not each.state.startswith("zero_"):
            return each.state
        untold = untold or each.secret
    return WITHHELD if untold else None
