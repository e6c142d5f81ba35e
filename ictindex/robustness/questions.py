"""Questions about the units of an evaluation, asked by their codes and answered by the engines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from ictindex.basics import found, refuse_if
from ictindex.facts import named_units
from ictindex.robustness.closing import Closing, closing
from ictindex.robustness.exact_problem import Weighing, exact_problem, weighing
from ictindex.robustness.nearest import Nearest, nearest_first
from ictindex.robustness.reach import First, Ranks, attainable_ranks, can_be_first
from ictindex.robustness.swaps import (
    Tipping,
    WeightChange,
    least_l1,
    least_l2,
    least_points,
    proven,
    tippings,
)
from ictindex.robustness.weight_sets import WeightSet, around, whole_simplex
from ictindex.scoring import Evaluation, Standing

LEVELS = ("categories", "leaves")

Progress = Callable[[int, int], None]  # how much is done, and of how much


class Pair(NamedTuple):
    """What turns two units of one group, ``ahead`` having the higher exact value today.

    ``relation`` is that of ``swaps.relation``; 'not ahead' where both values are equal.
    """

    weighing: Weighing
    ahead: Standing
    behind: Standing
    relation: str
    tippings: tuple[Tipping, ...]
    l1: WeightChange
    l2: WeightChange
    points: WeightChange


class Reach(NamedTuple):
    """Whether a unit can be first under the weights of ``weights_within``.

    ``nearest``: the nearest such weights; ``anywhere``: those of all weights, where there are none within.
    """

    weighing: Weighing
    standing: Standing
    percent: int | None
    order: Sequence[str]
    first: First
    nearest: Nearest
    anywhere: Nearest | None


class Ranged(NamedTuple):
    """The ranks that a unit can have under the weights of ``weights_within``."""

    weighing: Weighing
    standing: Standing
    percent: int | None
    order: Sequence[str]
    ranks: Ranks


class Lacking(NamedTuple):
    """What a unit lacks to the next rank and level."""

    standing: Standing
    closing: Closing


def ranked(e: Evaluation, asked: Iterable[str] = ()) -> list[Standing]:
    """The standings of these units, by code or name, or of all that have a rank; Refused for one without."""
    standings = e.at(e.methodology.root)
    asked = list(asked)
    if not asked:
        return [s for group in e.standings.values() for s in group if s.rank is not None]
    file = entities_file(e)
    units = named_units(asked, e.inputs.entities, file)
    refuse_if(
        found("unit-without-rank", file, unit.row, "entity", entity=unit.code)
        for unit in units
        if standings[unit.code].rank is None
    )
    return [standings[unit.code] for unit in units]


def entities_file(e: Evaluation) -> str:
    """Where the units of an evaluation stand, as findings name it."""
    return e.project.shown(e.project.inputs(e.parameters["inputs"]) / "entities.csv")


def weigh(e: Evaluation, group: str, level: str) -> Weighing:
    """The weights in question of one group's ranking; ``level``: 'categories' or 'leaves'."""
    return weighing(exact_problem(e, group), level)


def pair(e: Evaluation, a: str, b: str, level: str = "categories") -> Pair:
    """What turns a and b, whichever is ahead; Refused where the two cannot be compared."""
    file, both = entities_file(e), ranked(e, [a, b])
    refuse_if([found("unit-with-itself", file, None, "entity", entity=a)] if len(both) == 1 else [])
    one, other = both
    if one.entity.group != other.entity.group:
        groups = {"group": one.entity.group, "other_group": other.entity.group}
        named = {"entity": one.entity.code, "other": other.entity.code}
        refuse_if([found("units-of-two-groups", file, None, "group", **named, **groups)])
    if (one.value, other.rank, other.entity.code) < (other.value, one.rank, one.entity.code):
        one, other = other, one
    w, codes = weigh(e, one.entity.group, level), (one.entity.code, other.entity.code)
    l1 = least_l1(w, *codes)
    return Pair(
        w, one, other, proven(w, *codes), tippings(w, *codes),
        l1, least_l2(w, *codes, l1.weights), least_points(w, *codes),
    )  # fmt: skip


def weights_within(w: Weighing, percent: int | None, order: Sequence[str] = ()) -> WeightSet:
    """All weights, or those of which each lies within this percent of itself today, or those in an order.

    ``order``: ids, the heaviest first, of which none weighs less than the next; those that the group has not
    are left out, those not named weigh anything. With an order there is no percent.
    """
    if order:
        size, places = (
            range(len(w.criteria)),
            [w.criteria.index(each) for each in order if each in w.criteria],
        )
        less = (tuple(Fraction((k == j) - (k == i)) for k in size) for i, j in pairwise(places))
        return replace(whole_simplex(len(w.criteria)), forms=tuple(less))
    return whole_simplex(len(w.criteria)) if percent is None else around(w.base, Fraction(percent, 100))


def first_place(
    e: Evaluation,
    unit: str,
    percent: int | None = 25,
    level: str = "categories",
    order: Sequence[str] = (),
) -> Reach:
    """Whether a unit can be first of its group when the weights move."""
    (standing,) = ranked(e, [unit])
    unit, w = standing.entity.code, weigh(e, standing.entity.group, level)
    within = weights_within(w, percent, order)
    first, nearest = can_be_first(w, unit, within), nearest_first(w, unit, within)
    beyond = nearest.status == "never" and within != whole_simplex(len(w.criteria))
    return Reach(w, standing, percent, order, first, nearest, nearest_first(w, unit) if beyond else None)


def rank_ranges(
    e: Evaluation,
    units: Sequence[str] = (),
    percent: int | None = 25,
    level: str = "categories",
    seconds: float = 10,
    progress: Progress = lambda done, of: None,
    order: Sequence[str] = (),
) -> tuple[Ranged, ...]:
    """The best and the worst rank of these units, or of all; ``seconds`` for each of a unit's programs."""
    standings = ranked(e, units)
    weighings = {group: weigh(e, group, level) for group in {s.entity.group for s in standings}}
    answers = []
    for i, standing in enumerate(standings):
        progress(i, len(standings))
        w = weighings[standing.entity.group]
        ranks = attainable_ranks(w, standing.entity.code, weights_within(w, percent, order), seconds)
        answers.append(Ranged(w, standing, percent, order, ranks))
    return tuple(answers)


def lacking(
    e: Evaluation, units: Sequence[str] = (), progress: Progress = lambda done, of: None
) -> tuple[Lacking, ...]:
    """What these units lack, or all, to the next rank and level, and where it is cheapest."""
    standings = ranked(e, units)
    groups = list(dict.fromkeys(s.entity.group for s in standings))
    goals, codes = {}, {s.entity.code for s in standings}
    for i, group in enumerate(groups):
        progress(i, len(groups))
        goals |= {each.entity: each for each in closing(e, group, codes)}
    return tuple(Lacking(s, goals[s.entity.code]) for s in standings)
