"""What the ranking becomes when one criterion or category is left out.

Saisana, Saltelli & Tarantola, *JRSS-A* 168 (2005) 307–323, for R̄, the average shift in rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ictindex.robustness.as_numbers import Branch, Problem, Siblings


@dataclass(frozen=True)
class Change:
    """What leaving one out does to ranks; indices of units.

    ``shift``: R̄, places moved on average; ``mover``: who moves most, the first of equals, None if nobody
    does; ``moved``: by how many places, above 0 if up. ``lost``: who has nothing left to be scored on, and is
    ranked neither before nor after. ``reason``: '', or 'nothing_left', and all the rest is None.
    """

    id: str
    shift: float | None = None
    mover: int | None = None
    moved: int | None = None
    ranks: tuple[int | None, ...] | None = None
    lost: tuple[int, ...] = ()
    reason: str = ""


def leave_out(problem: Problem) -> tuple[Change, ...]:
    """Every criterion and category left out in turn, its siblings sharing its weight in proportion."""
    ids = [branch.id for branch in _nodes(problem)]
    given = {id: siblings for id in ids if (siblings := without(problem.tree, id)) is not None}
    told = dict(zip(given, _changes(problem, given), strict=True))
    return tuple(told.get(id, Change(id, reason="nothing_left")) for id in ids)


def without(branch: Branch, id: str) -> Siblings | None:
    """The weights that leave a node of the tree out; None where nothing with a weight is left.

    Where it has no siblings with a weight, its parent goes with it.
    """
    path = _path(branch, id)
    for parent, at in reversed(path):
        kept = np.array(parent.weights)
        kept[at] = 0.0
        if kept.sum() > 0:
            return {parent.id: kept[None] / kept.sum()}
    return None


def _path(branch: Branch, id: str) -> list[tuple[Branch, int]]:
    """Every node above ``id`` and which of its children leads to it, from the root; [] if it is not there."""
    for at, child in enumerate(branch.children):
        if child.id == id or (below := _path(child, id)):
            return [(branch, at)] if child.id == id else [(branch, at), *below]
    return []


def _nodes(problem: Problem) -> Iterator[Branch]:
    """Every node but the root."""
    return (branch for child in problem.tree.children for branch in child.walk())


def _changes(problem: Problem, given: Mapping[str, Siblings]) -> Iterator[Change]:
    """What each of these weights changes: all scored at once, but for those that lose a unit."""
    drawn = {node: np.repeat(base, len(given), axis=0) for node, base in problem.base.items()}
    for row, siblings in enumerate(given.values()):
        for node, weights in siblings.items():
            drawn[node][row] = weights[0]
    lost = problem.lost(drawn)
    before, after = problem.base_ranks, problem.ranked(problem.values(drawn))
    for row, (id, siblings) in enumerate(given.items()):
        if lost[row].any():
            yield _change(problem, id, siblings)
        else:
            yield _told(id, before, after[row], lost[row])


def _change(problem: Problem, id: str, siblings: Siblings) -> Change:
    lost = problem.lost(siblings)[0]
    before, after = (problem.ranked(problem.values(each)[:, ~lost])[0] for each in ({}, siblings))
    return _told(id, before, after, lost) if len(after) else Change(id, reason="nothing_left")


def _told(id: str, before: np.ndarray, after: np.ndarray, lost: np.ndarray) -> Change:
    up = before - after
    most = int(np.abs(up).argmax())
    there = iter(after.tolist())
    return Change(
        id,
        shift=float(np.abs(up).mean()),
        mover=int(np.flatnonzero(~lost)[most]) if up[most] else None,
        moved=int(up[most]),
        ranks=tuple(None if each else next(there) for each in lost),
        lost=tuple(np.flatnonzero(lost).tolist()),
    )
