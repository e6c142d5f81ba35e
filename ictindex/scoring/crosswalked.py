"""Two years on the terms of the later one: each unit's criteria, as far as both years have them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from ictindex.facts import Entity, counterparts
from ictindex.methodology import Crosswalk, Node
from ictindex.scoring.evaluation import Evaluation
from ictindex.scoring.outcomes import Outcome, combined

NOT_COMPARED = Outcome(None, None, "not_compared")


class Compared(NamedTuple):
    """A unit at a criterion: both years in points of the later one, over the same lowest criteria.

    ``compared`` and ``counted``: of the lowest criteria that count this year how many are in both years, and
    how many there are. ``because``: why nothing is compared: '', 'new' (the unit), 'parted' (it was merged or
    divided since), 'criterion' (which is new), 'not_applicable' (now), 'no_points' (in one of the years).
    """

    node: Node
    entity: Entity
    before: Outcome
    now: Outcome
    compared: int
    counted: int
    because: str = ""


def across(before: Evaluation, after: Evaluation, crosswalk: Crosswalk) -> list[Compared]:
    """Every unit of the later edition at every criterion, in its order.

    A lowest criterion has last year's share of what it was (of several, their points over what was available,
    each by its part) of its own maximum now. Those above are added up by the later methodology from what is
    in both years. One that the crosswalk names as a whole is compared so where not all below it can be.
    """
    before_of = counterparts(after.inputs.entities, before.inputs.entities)
    told: list[Compared] = []
    for i, entity in enumerate(after.inputs.entities):
        unit = before_of[entity.code]
        now = {node_id: outcomes[i] for node_id, outcomes in after.scores.outcomes.items()}
        if not isinstance(unit, str):
            at = before.inputs.places[unit.code]
            was = {key: outcomes[at] for key, outcomes in before.scores.outcomes.items()}
            told += _unit(entity, was, now, crosswalk)
        else:
            counted = _counted(crosswalk, now)
            told += (
                Compared(node, entity, NOT_COMPARED, NOT_COMPARED, 0, counted[node.id], unit)
                for node in crosswalk.after.nodes
            )
    return told


def _counted(crosswalk: Crosswalk, now: Mapping[str, Outcome]) -> dict[str, int]:
    """How many of the lowest criteria under each count."""
    return {node.id: sum(now[leaf.id].counts for leaf in node.leaves) for node in crosswalk.after.nodes}


def _unit(
    entity: Entity, was: Mapping[str, Outcome], now: Mapping[str, Outcome], crosswalk: Crosswalk
) -> list[Compared]:
    counted, both, compared = _counted(crosswalk, now), {}, {}
    for node in reversed(crosswalk.after.nodes):  # children before parents
        below = [both[child.id] for child in node.children]
        compared[node.id] = sum(compared[child.id] for child in node.children)
        all_below = bool(below) and compared[node.id] == counted[node.id]
        if not below or (node.id in crosswalk.stated and not all_below):
            carried = _carried(crosswalk.parts[node.id], was, node.maxima[entity.group])
            if carried.counts and now[node.id].counts:
                both[node.id] = carried, now[node.id]
                compared[node.id] = counted[node.id]
                continue
        if below:
            both[node.id] = tuple(combined(node, entity.group, column) for column in zip(*below, strict=True))
        else:
            both[node.id] = NOT_COMPARED, NOT_COMPARED
    return [
        Compared(
            node,
            entity,
            *both[node.id],
            compared[node.id],
            counted[node.id],
            "" if both[node.id][0].counts else _because(node, now[node.id], crosswalk),
        )
        for node in crosswalk.after.nodes
    ]


def _carried(parts: Mapping[str, Fraction], was: Mapping[str, Outcome], most: Fraction | None) -> Outcome:
    """Last year's share of what a criterion was, as points of what it is."""
    there = [(part, was[old]) for old, part in parts.items() if was[old].counts]
    available = sum((part * outcome.available for part, outcome in there), Fraction(0))
    if most is None or not available:
        return NOT_COMPARED
    points = sum((part * outcome.points for part, outcome in there), Fraction(0))
    return Outcome(most * points / available, most, "scored")


def _because(node: Node, now: Outcome, crosswalk: Crosswalk) -> str:
    if now.state == "not_applicable":
        return now.state
    return "no_points" if any(crosswalk.parts[leaf.id] for leaf in node.leaves) else "criterion"
