"""The review's checks (2342, V.5.4 a): the state of every marked item, and the sample that the seed draws."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import NamedTuple

from ictindex.facts import Mark, drawn, in_order, settle
from ictindex.procedure.reviewers import Item
from ictindex.scoring import Evaluation

APART = ("too_different", "adjudicated")  # what the two reviewers marked too differently
OPEN = ("waiting", "too_different", "spot_open")


class Checks(NamedTuple):
    """The state of every marked item, those that the spot check draws from in drawn order, and the sample.

    ``stratum``: the part that each of the population is drawn with; '' where all are drawn together.
    """

    states: dict[Item, str]
    population: list[Item]
    sample: list[Item]
    stratum: dict[Item, str]

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
    reviewers: int = 1,
    stratum: Callable[[Item], str] = lambda item: "",
) -> Checks:
    """Decision 2342, V.5.4 a: what is too different is inspected again, the other items by a sample.

    An adjudicator's mark on another item is its spot check: the same as theirs confirms it, else it
    replaces it. ``scales``: answer -> most; ``too_different``: percent of the scale; ``reviewers``: how many
    must have marked: an item with fewer marks can be neither too different nor confirmed. ``stratum``: what
    an item is drawn with, each part in proportion to what it has.
    """
    rules = (too_different, combine, reviewers)
    theirs = {
        key: settle(own, scales[key[1]], *rules)
        for key, several in marks.items()
        if (own := [mark for mark in several if mark.role == "reviewer"])
    }
    population = in_order((key for key, own in theirs.items() if own.state == "agreed"), seed)
    sample = drawn(population, seed, size, stratum)
    chosen = set(sample)

    def state(key: Item) -> str:
        final = settle(marks[key], scales[key[1]], *rules)
        if key not in theirs or theirs[key].state != "agreed":  # nothing that could be confirmed
            return final.state
        if final.state == "adjudicated":
            return "spot_confirmed" if final.value == theirs[key].value else "spot_replaced"
        return "spot_open" if key in chosen else "agreed"

    states = {key: state(key) for key in sorted(marks)}
    return Checks(states, population, sample, {key: stratum(key) for key in population})


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
    how = (e.methodology.combine, e.methodology.reviewers)
    return checks(e.inputs.marks, scales(e), too_different, e.seed, size, *how, _stratum(e))


def _stratum(e: Evaluation) -> Callable[[Item], str]:
    """The part that an item is drawn with, by the rule in force."""
    how = e.rules["strata"].value if "strata" in e.rules else "together"
    group = {unit.code: unit.group for unit in e.inputs.entities}
    parts = {
        "together": lambda _: "",
        "by_group": lambda item: group[item[0]],
        "by_answer": lambda item: item[1],
    }
    return parts[how]


def scales(e: Evaluation) -> dict[str, Fraction]:
    return {key: spec.max for key, spec in e.methodology.answers.items() if spec.kind == "mark"}
