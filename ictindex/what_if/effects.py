"""Who moves between a baseline and a what-if, and which criterion carries the difference; all exact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from ictindex.methodology import Level, Node
from ictindex.scoring import Evaluation, Standing


class Move(NamedTuple):
    """A unit before and after. ``change``: of the value compared; None where there is none to compare.

    ``parts``: category -> its part of ``change``, and ``leaves`` lowest criterion -> its part; either add up
    to ``change`` exactly.
    """

    before: Standing
    after: Standing
    level_before: Level | None
    level: Level | None
    change: Fraction | None
    parts: Mapping[str, Fraction]
    leaves: Mapping[str, Fraction]

    @property
    def rise(self) -> int | None:
        """How many places the unit goes up; None without a rank in both, and where it changes its group."""
        both = self.before.rank is not None and self.after.rank is not None
        same = self.before.entity.group == self.after.entity.group  # ranks of different groups say nothing
        return self.before.rank - self.after.rank if both and same else None


class Agreement(NamedTuple):
    """How far two rankings agree, and how many units go up, down, stay, and change their level."""

    units: int
    up: int
    down: int
    levels: int
    kendall: float | None
    spearman: float | None
    mean_shift: Fraction | None


def moves(e: Evaluation) -> dict[str, list[Move]]:
    """Group -> its units in the order of the what-if's ranking."""
    base = e.baseline
    before = base.at(base.methodology.root)
    comparable = e.rules["compare_on"].value == base.rules["compare_on"].value
    return {
        group: [_move(e, before[s.entity.code], s, comparable) for s in standings]
        for group, standings in e.standings.items()
    }


def _move(e: Evaluation, before: Standing, after: Standing, comparable: bool) -> Move:
    levels = e.baseline.level(before), e.level(after)
    if not comparable or before.value is None or after.value is None:
        return Move(before, after, *levels, None, {}, {})
    if not (e.methodology.root.linear and e.baseline.methodology.root.linear):
        return Move(before, after, *levels, after.value - before.value, {}, {})  # no part is anybody's own
    unit = after.entity.code
    was, now = (contributions(each, each.inputs.places[unit]) for each in (e.baseline, e))
    leaves = {leaf: now.get(leaf, Fraction(0)) - was.get(leaf, Fraction(0)) for leaf in {**was, **now}}
    parts: dict[str, Fraction] = {}
    for leaf, part in leaves.items():
        category = leaf.partition(".")[0]
        parts[category] = parts.get(category, Fraction(0)) + part
    return Move(before, after, *levels, after.value - before.value, parts, leaves)


def contributions(e: Evaluation, i: int) -> dict[str, Fraction]:
    """Lowest criterion -> what it gives to the value compared of unit ``i``; they add up to that value."""
    root = e.methodology.root
    whole = e.scores.outcomes[root.id][i]
    if not whole.counts:
        return {}
    factor = 1 / whole.available if e.rules["compare_on"].value == "share" else Fraction(1)
    return dict(_below(e, root, i, factor))


def _below(e: Evaluation, node: Node, i: int, factor: Fraction) -> Iterator[tuple[str, Fraction]]:
    """The lowest criteria under a node, each of whose points count ``factor`` times."""
    outcome = e.scores.outcomes[node.id][i]
    if not node.children:
        yield node.id, factor * outcome.points
        return
    below = [(child, o) for child in node.children if (o := e.scores.outcomes[child.id][i]).counts]
    group = e.scores.entities[i].group
    weights = [node.weigh(child, group) for child, _ in below]
    total = sum(weights, Fraction(0))
    for (child, own), weight in zip(below, weights, strict=True):
        inside = factor
        if node.aggregate != "sum":
            inside *= outcome.available * weight / (total * own.available)
        yield from _below(e, child, i, inside)


def carriers(parts: Mapping[str, Fraction]) -> tuple[str | None, str | None]:
    """The part that gained most and the one that lost most, the first of equals; None where none did."""
    gain, loss = (pick(parts, key=parts.get, default=None) for pick in (max, min))
    return (
        gain if gain is not None and parts[gain] > 0 else None,
        loss if loss is not None and parts[loss] < 0 else None,
    )


def compared(some: Sequence[Move]) -> Agreement:
    """The measures of one group: over the units that have a rank in both rankings."""
    from ictindex.robustness import kendall, spearman

    both = [move for move in some if move.rise is not None]
    ranks = [move.before.rank for move in both], [move.after.rank for move in both]
    shift = Fraction(sum(abs(move.rise) for move in both), len(both)) if both else None
    return Agreement(
        len(both),
        sum(move.rise > 0 for move in both),
        sum(move.rise < 0 for move in both),
        sum(_key(move.level_before) != _key(move.level) for move in some),
        *((measure(*ranks) if len(both) > 1 else None) for measure in (kendall, spearman)),
        shift,
    )


def _key(level: Level | None) -> str | None:
    return level.key if level else None
