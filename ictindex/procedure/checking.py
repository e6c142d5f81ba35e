"""The review's checks (2342, V.5.4 a): the state of every marked item, and the sample that the seed draws."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import NamedTuple

from ictindex.facts import Mark, in_order, settle
from ictindex.procedure.reviewers import Item
from ictindex.scoring import Evaluation

APART = ("too_different", "adjudicated")  # what the two reviewers marked too differently
OPEN = ("too_different", "spot_open")


class Checks(NamedTuple):
    """The state of every marked item, those that the spot check draws from in drawn order, and the sample."""

    states: dict[Item, str]
    population: list[Item]
    sample: list[Item]

    @property
    def checked(self) -> list[Item]:
        """The items of the sample that have been checked; what was checked beside it proves nothing."""
        return [key for key in self.sample if self.states[key] != "spot_open"]

    @property
    def wrong(self) -> int:
        return sum(self.states[key] == "spot_replaced" for key in self.sample)


def checks(
    marks: Mapping[Item, Collection[Mark]],
    scales: Mapping[str, Fraction],
    too_different: int,
    seed: str | int,
    size: int,
    combine: str = "mean",
) -> Checks:
    """Decision 2342, V.5.4 a: what is too different is inspected again, the other items by a sample.

    An adjudicator's mark on another item is its spot check: the same as theirs confirms it, else it
    replaces it. ``scales``: answer -> most; ``too_different``: percent of the scale.
    """
    own = {key: [mark for mark in several if mark.role == "reviewer"] for key, several in marks.items()}
    far = {
        key: settle(some, scales[key[1]], too_different).state == "too_different"
        for key, some in own.items()
        if some
    }
    population = in_order((key for key, apart in far.items() if not apart), seed)
    sample = population[: max(size, 0)]
    drawn = set(sample)

    def state(key: Item) -> str:
        final = settle(marks[key], scales[key[1]], too_different, combine)
        if far.get(key, True):  # marked by an adjudicator alone: nothing to confirm
            return final.state
        if final.state == "adjudicated":
            theirs = settle(own[key], scales[key[1]], too_different, combine).value
            return "spot_confirmed" if final.value == theirs else "spot_replaced"
        return "spot_open" if key in drawn else "agreed"

    return Checks({key: state(key) for key in sorted(marks)}, population, sample)


def review_states(e: Evaluation) -> dict[Item, str]:
    """The state of every marked item, by its name in ``checks``."""
    return review_checks(e).states if e.methodology.source.review else {}


def to_check(e: Evaluation) -> list[Item]:
    """What the adjudicator has to look at: what is too different, then the sample that the seed draws."""
    if not e.methodology.source.review:
        return []
    found = review_checks(e)
    apart = [key for key, state in found.states.items() if state in APART]
    return [*apart, *found.sample]


def review_checks(e: Evaluation) -> Checks:
    """The review by the rules in force, of an evaluation whose methodology has one."""
    too_different, size = e.rules["too_different"].value, e.rules["spot_check"].value
    return checks(e.inputs.marks, scales(e), too_different, e.seed, size, e.methodology.combine)


def scales(e: Evaluation) -> dict[str, Fraction]:
    return {key: spec.max for key, spec in e.methodology.answers.items() if spec.kind == "mark"}
