"""What units have at each lowest criterion, as cells of ``points``: said once of equal figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product

from ictindex.facts import Entity, Given, Value
from ictindex.methodology import Answer, Node
from ictindex.page.anchors import anchor_vi
from ictindex.page.described import Repeated
from ictindex.page.words import STATE_VI
from ictindex.page.worked import figure_vi, marks_vi, number_vi, rounding_vi, worked
from ictindex.scoring import Evaluation, Outcome, measured


class Leaf:
    """One criterion in ``points``: what equal figures come to is said once.

    ``kinds``: cells of a row; ``which``: of each unit which of these it has.
    """

    def __init__(self, e: Evaluation, top: Node, leaf: Node):
        self.reads = leaf.reads
        alike, outcomes = e.inputs.alike(self.reads), e.scores.outcomes[leaf.id]
        names = (top.id, top.label_vi, leaf.id, leaf.label_vi, leaf.number)
        clause = anchor_vi(leaf.criterion.citation)
        known: dict[tuple, int] = {}
        self.kinds, self.which = [], []
        for entity, outcome, which in zip(e.inputs.entities, outcomes, alike.which, strict=True):
            kind: tuple = (entity.group, id(outcome), which)
            if entity.code in e.scores.unranked or (leaf.id, entity.code) in e.scores.means:
                kind += (entity.code,)  # its sum is its own
            if e.inputs.marks:
                kind += tuple(e.inputs.marks.get((entity.code, answer), ()) for answer in self.reads)
            if kind not in known:
                known[kind], given = len(known), alike.given[which]
                cells = (*names, _figures(e, entity, given), sum_vi(e, leaf, entity, given, outcome))
                cells += (outcome.points, outcome.available, in_floats(outcome.share))
                self.kinds.append((*cells, outcome.state, STATE_VI[outcome.state], clause))
            self.which.append(known[kind])


def _figures(e: Evaluation, entity: Entity, given: Mapping[str, Given]) -> str:
    """The figures that a criterion reads, as they stand; of a marked one, every mark as it was given."""
    shown = (
        marks_vi(e.inputs.marks.get((entity.code, answer), ()))
        or figure_vi(figure_of(e.methodology.answers[answer], one), e.methodology.answers[answer])
        for answer, one in given.items()
    )
    return "; ".join(shown) if any(one.value is not None for one in given.values()) else ""


def sum_vi(e: Evaluation, leaf: Node, entity: Entity, given: Mapping[str, Given], outcome: Outcome) -> str:
    """The rule of a criterion with a unit's figures filled in; '' where nothing was scored."""
    if outcome.state != "scored":
        return ""
    most, factor = leaf.maxima[entity.group], leaf.factor(entity.group)
    if shares := e.scores.means.get((leaf.id, entity.code)):
        years = " + ".join(map(number_vi, shares))
        return f"({years}) : {len(shares)} × {number_vi(most)}"
    reference = e.scores.references.get((leaf.id, entity.group))
    largest = reference and reference.against
    if leaf.criterion.rule.of_largest and entity.code in e.scores.unranked:  # it sets no mark for others
        largest = max(filter(None, (largest, measured(leaf.criterion.rule.of_largest, given))), default=None)
    rule, nothing = leaf.criterion.rule, e.nothing_of_nothing
    sum_of_it = worked(rule, given, e.methodology.answers, most / factor, largest, nothing)
    sum_of_it = sum_of_it if factor == 1 else f"({sum_of_it}) × {number_vi(factor)}"
    return f"{'trừ: ' if leaf.deducts else ''}{sum_of_it}{rounding_vi(leaf, outcome)}"


def evidence(e: Evaluation, columns: Sequence[Leaf]) -> Repeated:
    """What is shown for every unit's criteria."""
    import numpy as np

    texts: dict[str, int] = {"": 0}
    which, register = np.zeros((len(e.inputs.entities), len(columns)), np.int32), e.inputs.evidence
    units = e.inputs.entities if register else ()
    for (i, entity), (j, column) in product(enumerate(units), enumerate(columns)):
        shown = (one for answer in column.reads for one in register.get((entity.code, answer), ()))
        text = "; ".join(dict.fromkeys(one.file or one.reference for one in shown))
        which[i, j] = texts.setdefault(text, len(texts))
    return Repeated([(text,) for text in texts], which.ravel())


def figure_of(asked: Answer, given: Given) -> Value:
    """What stands, in the units of the question: a settled mark is held as a share of its scale."""
    return given.value * asked.max if asked.kind == "mark" and given.value is not None else given.value


def in_floats(value: Fraction | Decimal | None) -> float | None:
    """To plot."""
    return None if value is None else float(value)
