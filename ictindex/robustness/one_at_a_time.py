"""What the ranking becomes when one weight is moved, or one criterion, category or unit is left out.

Saisana, Saltelli & Tarantola, *JRSS-A* 168 (2005) 307–323, for R̄, the average shift in rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ictindex.robustness.as_numbers import Branch, Problem, Siblings


@dataclass(frozen=True)
class Change:
    """What changing one weight does to ranks; indices of units.

    ``shift``: R̄, places moved on average; ``mover``: who moves most, the first of equals, None if nobody
    does; ``moved``: by how many places, above 0 if up. ``lost``: who has nothing left to be scored on, and is
    ranked neither before nor after. ``reason``: '', or 'nothing_left', 'no_siblings', 'weight_above_one', and
    all the rest is None.
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


def tornado(problem: Problem, by: float = 0.25) -> tuple[tuple[Change, Change], ...]:
    """Every weight times 1 − ``by`` and 1 + ``by``, its siblings keeping their proportions."""
    return tuple(
        (_moved(problem, branch.id, 1 - by), _moved(problem, branch.id, 1 + by)) for branch in _nodes(problem)
    )


def ranked(problem: Problem, values: np.ndarray) -> np.ndarray:
    """(draws, n) integer ranks of values ≥ 0, (draws, n), rounded and tied as the problem says.

    What is within a millionth of the last digit of its half is taken to be there, for such a gap is the error
    of floats; without rounding, values within 1e-12 of the scale are equal.
    """
    if problem.decimals is None:
        return places(np.round(values / problem.scale, 12), problem.ties)
    digits = np.round(values * 10.0**problem.decimals, 6)
    whole = {"half_up": lambda v: np.floor(v + 0.5), "half_even": np.rint, "down": np.floor}
    return places(whole[problem.rounding](digits), problem.ties)


def places(values: np.ndarray, ties: str, cells: int = 5_000_000) -> np.ndarray:
    """(draws, n) integer ranks of values as they are, so many draws at a time that all pairs fit."""
    out = np.empty(values.shape, np.int64)
    step = max(1, cells // max(1, values.shape[1] ** 2))
    for start in range(0, len(values), step):
        block = values[start : start + step]
        above = block[:, None, :] > block[:, :, None]
        equal = (block[:, None, :] == block[:, :, None]).sum(axis=2)
        if ties == "dense":  # all that hold a value above count as one
            out[start : start + step] = 1 + np.rint((above / equal[:, None, :]).sum(axis=2))
        else:
            out[start : start + step] = above.sum(axis=2) + (equal if ties == "max" else 1)
    return out


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


def _moved(problem: Problem, id: str, by: float) -> Change:
    parent, at = _path(problem.tree, id)[-1]
    weights = np.array(parent.weights)
    own, others = weights[at] * by, 1 - weights[at]
    if own > 1 or others <= 0:
        return Change(id, reason="weight_above_one" if own > 1 else "no_siblings")
    weights *= (1 - own) / others
    weights[at] = own
    return _change(problem, id, {parent.id: weights[None]})


def _changes(problem: Problem, given: Mapping[str, Siblings]) -> Iterator[Change]:
    """What each of these weights changes: all scored at once, but for those that lose a unit."""
    drawn = {node: np.repeat(base, len(given), axis=0) for node, base in problem.base.items()}
    for row, siblings in enumerate(given.values()):
        for node, weights in siblings.items():
            drawn[node][row] = weights[0]
    lost = _lost(problem, drawn)
    before, after = ranked(problem, problem.values({}))[0], ranked(problem, problem.values(drawn))
    for row, (id, siblings) in enumerate(given.items()):
        if lost[row].any():
            yield _change(problem, id, siblings)
        else:
            yield _told(id, before, after[row], lost[row])


def _lost(problem: Problem, siblings: Siblings) -> np.ndarray:
    """(draws, n) whether nothing that has a weight applies to a unit."""
    draws = max((len(each) for each in siblings.values()), default=1)
    lost = np.zeros((draws, len(problem.units)), bool)
    for units, pattern in problem.patterns:
        weighed = (problem.weights(siblings, pattern) > 0).astype(float)
        lost[:, units] = weighed @ problem.applies[units].T == 0
    return lost


def _change(problem: Problem, id: str, siblings: Siblings) -> Change:
    lost = _lost(problem, siblings)[0]
    before = ranked(problem, problem.values({})[:, ~lost])[0]
    after = ranked(problem, problem.values(siblings)[:, ~lost])[0]
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
