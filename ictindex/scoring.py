"""Answers become points with their reason, node by node; all in exact rationals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from ictindex.exact import exact_text
from ictindex.findings import Finding, found, refuse_if
from ictindex.inputs import Entity, Given, Inputs
from ictindex.methodology import Methodology, Node
from ictindex.rules import OutOfRange, points


class Outcome(NamedTuple):
    """What one entity has at one node.

    ``points`` of ``available``; both None where nothing counts. ``state`` is 'scored', a zero with its reason
    ('zero_missing', 'zero_late', …), or why it does not count: 'missing', 'not_applicable', 'withheld'.
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


@dataclass(frozen=True)
class Scores:
    """An Outcome per node and entity: ``outcomes[node.id]`` is in the order of ``entities``."""

    entities: tuple[Entity, ...]
    outcomes: dict[str, tuple[Outcome, ...]]


def score(methodology: Methodology, inputs: Inputs) -> Scores:
    """Score every entity at every node; Refused with every answer that is missing or out of range."""
    findings: list[Finding] = []
    outcomes: dict[str, tuple[Outcome, ...]] = {}
    for node in reversed(methodology.nodes):  # children before parents
        if node.children:
            below = [outcomes[child.id] for child in node.children]
            outcomes[node.id] = tuple(
                _combined(node, entity.group, column)
                for entity, column in zip(inputs.entities, zip(*below, strict=True), strict=True)
            )
        else:
            outcomes[node.id] = tuple(_leaf(node, entity, inputs, findings) for entity in inputs.entities)
    refuse_if(findings)
    return Scores(inputs.entities, {node.id: outcomes[node.id] for node in methodology.nodes})


def _leaf(node: Node, entity: Entity, inputs: Inputs, findings: list[Finding]) -> Outcome:
    most = node.maxima[entity.group]
    if most is None:
        return Outcome(None, None, "not_applicable")
    rule = node.criterion.rule
    given = [inputs.given(entity, answer) for answer in rule.reads]
    state = _leaf_state(given)
    if state == "missing":
        if node.missing == "error":
            findings.extend(_missing(rule.reads, given, entity, inputs.answers_file))
        return (
            Outcome(Fraction(0), most, "zero_missing")
            if node.missing == "zero"
            else Outcome(None, None, state)
        )
    if state in ("not_applicable", "withheld"):
        return Outcome(None, None, state)
    if state.startswith("zero_"):
        return Outcome(Fraction(0), most, state)
    try:
        return Outcome(points(rule, given, most), most, "scored")
    except OutOfRange as error:
        findings.append(
            found(
                "points-out-of-range",
                inputs.answers_file,
                error.given.row,
                "value",
                value=error.given.text,
                entity=entity.code,
                criterion=node.id,
                points=error.points,
                most=exact_text(error.most),
            )
        )
        return Outcome(None, None, "missing")


def _leaf_state(given: list[Given]) -> str:
    """The state of a leaf that reads several answers: the first that is no plain value decides."""
    return next((g.state for g in given if g.state != "given"), "scored")


def _missing(reads: tuple[str, ...], given: list[Given], entity: Entity, file: str) -> Iterator[Finding]:
    for answer, gap in zip(reads, given, strict=True):
        if gap.state == "missing":
            code = "answer-missing" if gap.row is None else "cell-missing"
            yield found(code, file, gap.row, "value", entity=entity.code, answer=answer)


def _combined(node: Node, group: str, below: tuple[Outcome, ...]) -> Outcome:
    """A node from its children: those that do not count are left out, never taken for zero."""
    most = node.maxima[group]
    if most is None:
        return Outcome(None, None, "not_applicable")
    counted = [
        (child, outcome) for child, outcome in zip(node.children, below, strict=True) if outcome.counts
    ]
    if not counted:
        states = {outcome.state for outcome in below} - {"not_applicable"}
        return Outcome(
            None, None, states.pop() if len(states) == 1 else "missing" if states else "not_applicable"
        )
    return _AGGREGATES[node.aggregate](counted, most)


def _sum(counted: list[tuple[Node, Outcome]], most: Fraction) -> Outcome:
    earned = sum((outcome.points for _, outcome in counted), Fraction(0))
    return Outcome(earned, sum((outcome.available for _, outcome in counted), Fraction(0)), "scored")


def _mean(counted: list[tuple[Node, Outcome]], most: Fraction) -> Outcome:
    return Outcome(most * sum(outcome.share for _, outcome in counted) / len(counted), most, "scored")


def _weights(counted: list[tuple[Node, Outcome]], most: Fraction) -> Outcome:
    total = sum(child.criterion.weight for child, _ in counted)
    return Outcome(
        most * sum(child.criterion.weight * o.share for child, o in counted) / total, most, "scored"
    )


_AGGREGATES: dict[str, Callable[[list[tuple[Node, Outcome]], Fraction], Outcome]] = {
    "sum": _sum,
    "mean": _mean,
    "weights": _weights,
}
