"""What a category weighs, in whole points, and a methodology whose categories weigh otherwise.

One meaning for the file, the sliders of the page and the board: the points of the categories change, what
stands inside a category keeps its proportions, and every rule earns in proportion to its criterion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from ictindex.methodology import STEEP, Adding, Methodology, Node

_FINE = 100  # points in all, at least, so that there are steps to move by


class Category(NamedTuple):
    """A category of a group, and how many whole points it has in force."""

    id: str
    label_vi: str
    points: int


def categories(m: Methodology, group: str) -> tuple[Category, ...]:
    """The categories of the maximum that apply to a group; equal points where a mean of them is taken."""
    nodes = [node for node in m.root.regular if node.maxima[group] is not None]
    points = _whole_points([m.root.weigh(node, group) for node in nodes])
    return tuple(Category(node.id, node.label_vi, each) for node, each in zip(nodes, points, strict=True))


def as_points(m: Methodology, group: str) -> bool:
    """Whether these are points as the methodology has them; else only their proportions are its own."""
    stated = [node.maxima[group] for node in m.root.regular if node.maxima[group] is not None]
    return m.root.aggregate == "sum" and [c.points for c in categories(m, group)] == stated


def _whole_points(weights: Sequence[Fraction]) -> list[int]:
    """The weights, where they are whole and make enough steps; else whole numbers in proportion that do."""
    common = lcm(*(weight.denominator for weight in weights))
    whole = [int(weight * common) for weight in weights]
    if common > 1 and any(whole):
        whole = [each // gcd(*whole) for each in whole]
    while any(whole) and sum(whole) < _FINE:
        whole = [each * 10 for each in whole]
    return whole


# --- some are wished for, the others follow -----------------------------------------------------------------


def kept(base: Sequence[int], wishes: Mapping[int, int], last: int) -> tuple[int, ...]:
    """The points of all, of the same total: ``last`` was moved last and has what is wished for it.

    Those not wished for share what is left, as they did; where there is nothing to share, the others wished
    for give way, or take it, in proportion.
    """
    total = sum(base)
    points = {last: min(wishes[last], total)}
    rest = total - points[last]
    held = {k: wish for k, wish in wishes.items() if k != last}
    free = {k: base[k] for k in range(len(base)) if k not in wishes}
    left = rest - sum(held.values())
    if left == 0 or (left > 0 and free):
        points |= held | shared(left, free)
    else:
        points |= dict.fromkeys(free, 0) | shared(rest, held)
    return tuple(points[k] for k in range(len(base)))


def stated(base: Sequence[int], wishes: Mapping[int, int]) -> tuple[int, ...] | None:
    """The points of all where some are stated, the others sharing what is left in proportion.

    All stated are taken as they are. None where more is stated than there is.
    """
    if len(wishes) == len(base):
        return tuple(wishes[k] for k in range(len(base)))
    if not wishes or sum(wishes.values()) > sum(base):
        return None if wishes else tuple(base)
    return kept(base, wishes, next(iter(wishes)))


def shortest(base: Sequence[int], points: Sequence[int], moved: Sequence[int]) -> dict[int, int]:
    """The fewest of these points that have to be stated: those moved if the others follow, else all."""
    few = {k: points[k] for k in sorted(moved)}
    return few if stated(base, few) == tuple(points) else dict(enumerate(points))


def shared(amount: int, weights: Mapping[int, int | Fraction]) -> dict[int, int]:
    """Whole points in proportion, by largest remainder, the first of equals; alike where nothing weighs."""
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    total = sum(weights.values())
    parts = {k: divmod(amount * weight, total) for k, weight in weights.items()}
    lacking = amount - sum(whole for whole, _ in parts.values())
    more = sorted(parts, key=lambda k: (-parts[k][1], k))[:lacking]
    return {k: whole + (k in more) for k, (whole, _) in parts.items()}


# --- the methodology weighed anew ---------------------------------------------------------------------------


def weighed(m: Methodology, points: Mapping[str, Mapping[str, int]]) -> Methodology:
    """A methodology whose categories have these points (group -> category -> points, all of the group's).

    The total stays: points that add up to more or less are brought to it, so that only proportions count. A
    category of no points does not apply.
    """
    if not points:
        return m
    root, children = m.root, list(m.categories)
    for i, node in enumerate(m.categories):
        if node.counts_as:
            continue
        for group in m.groups:
            if group in points and not points[group].get(node.id):
                children[i] = scaled(children[i], group, None)
            elif root.aggregate != "sum":
                own = points[group][node.id] if group in points else root.weigh(node, group)
                children[i] = replace(children[i], weights={**children[i].weights, group: Fraction(own)})
            elif group in points:
                of_it = root.maxima[group] * points[group][node.id] / sum(points[group].values())
                children[i] = scaled(children[i], group, of_it / node.maxima[group])
        alike = set(children[i].weights.values())
        if root.aggregate != "sum" and len(alike) == 1:
            stated_one = node.criterion.model_copy(update={"weight": alike.pop()})
            children[i] = replace(children[i], criterion=stated_one)
    maxima = {g: None if g in points and not any(points[g].values()) else x for g, x in root.maxima.items()}
    total = root.criterion
    if total.aggregate == "mean":
        total = total.model_copy(update={"aggregate": "weights"})
    return replace(m, root=replace(root, criterion=total, children=tuple(children), maxima=maxima))


def scaled(node: Node, group: str, factor: Fraction | None) -> Node:
    """A node whose points, and all points below it, count ``factor`` in a group; None: not at all."""
    most = node.maxima[group]
    return replace(
        node,
        children=tuple(scaled(child, group, factor) for child in node.children),
        maxima={**node.maxima, group: None if factor is None or most is None else most * factor},
        scale={**node.scale, group: node.factor(group) * (1 if factor is None else factor)},
    )


# --- another way of adding up -------------------------------------------------------------------------------


def added_up_by(m: Methodology, aggregates: Mapping[str, Adding]) -> Methodology:
    """A methodology of which these nodes (id -> how) add up their children otherwise.

    What a child weighs stays where weights count; in a mean, a minimum or a median all weigh alike. Each
    keeps its own rules in proportion.
    """

    def changed(node: Node) -> Node:
        node = replace(node, children=tuple(map(changed, node.children)))
        return _by(node, aggregates[node.id]) if node.id in aggregates else node

    return replace(m, root=changed(m.root))


def _by(node: Node, adding: Adding) -> Node:
    aggregate = adding.aggregate
    children = list(node.children)
    for group, most in node.maxima.items():
        there = [
            i
            for i, child in enumerate(children)
            if not (child.counts_as or most is None or child.maxima[group] is None)
        ]
        weights = {i: node.weigh(node.children[i], group) for i in there}
        total = sum(weights.values(), Fraction(0))
        for i, weight in weights.items():
            of_it = most * weight / total if aggregate == "sum" else most
            child = scaled(children[i], group, of_it / children[i].maxima[group])
            weighs = aggregate in ("weights", *STEEP)
            own = {} if aggregate == "sum" else {group: weight if weighs else Fraction(1)}
            rest = {g: w for g, w in child.weights.items() if g != group}
            children[i] = replace(child, weights=rest | own)
    criterion = node.criterion.model_copy(
        update={name: getattr(adding, name) for name in Adding.model_fields}
    )
    return replace(node, criterion=criterion, children=tuple(children))
