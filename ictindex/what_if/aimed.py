"""A group's ranking with the weights that give its categories a stated influence, in whole points, exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ictindex.robustness import Aimed, aim, influence_shares, problem
from ictindex.scoring import Evaluation, score_by
from ictindex.what_if.weights import Category, categories, shared, weighed

FINE = 1_000  # points in all, at least, into which weights are made


@dataclass(frozen=True)
class Reweighed:
    """What was found for one group, for its ``categories`` in their order, and the ranking it makes.

    ``points``: the weights as whole points, () where none were found; ``then``: the influence that these
    points give; ``e``: the evaluation with them, None where none were found.
    """

    categories: tuple[Category, ...]
    aimed: Aimed
    points: tuple[int, ...]
    then: tuple[float, ...]
    e: Evaluation | None


def reweighed(
    e: Evaluation, group: str, stated: Mapping[str, Fraction] | None = None, measure: str = "variance_share"
) -> Reweighed:
    """The weights of a group's categories that give them the influence stated, in percent.

    What is not stated shares what is left as its weights do; nothing stated: each is to have what its weight
    on paper says. Raises ValueError for a category that the group has not, for numbers below 0 or that do not
    add up to 100, and for the mean of several years, which no one table of points makes; Refused where the
    total is not linear in the categories.
    """
    if e.scores.means:
        raise ValueError("a mean of several years has no single table of points")
    p, some = problem(e, group), categories(e.methodology, group)
    at = {child.id: k for k, child in enumerate(p.tree.children)}
    wanted = _wanted(some, dict(stated or {}))
    own = [at[each.id] for each in some]
    row = np.zeros(len(at))
    row[own] = [float(each) for each in wanted]
    found = aim(p, row, measure)
    blocked = tuple(own.index(k) for k in found.blocked)
    rows = [
        tuple(each[k] for k in own) if each else ()
        for each in (found.nominal, found.now, found.stated, found.weights, found.then)
    ]
    found = Aimed(found.status, *rows, blocked, found.unique)
    if found.status != "found":
        return Reweighed(some, found, (), (), None)
    total = sum(each.points for each in some)
    while total < FINE:
        total *= 10
    whole = shared(total, {k: Fraction(weight) for k, weight in enumerate(found.weights)})
    points = tuple(whole[k] for k in range(len(some)))
    row[own] = points
    then = influence_shares(p, row[None] / total, measure)[0][own]
    m = weighed(e.methodology, {group: {each.id: p for each, p in zip(some, points, strict=True)}})
    scores = score_by(e.rules, m, e.inputs, e.parameters["year"])
    return Reweighed(some, found, points, tuple(map(float, then)), replace(e, methodology=m, scores=scores))


def _wanted(some: Sequence[Category], stated: dict[str, Fraction]) -> list[Fraction]:
    """What each category is to have, of 100."""
    known = [each.id for each in some]
    if unknown := [key for key in stated if key not in known]:
        raise ValueError(f"no categories of this group, which are {', '.join(known)}: {', '.join(unknown)}")
    left = 100 - sum(stated.values(), Fraction(0))
    rest = sum(each.points for each in some if each.id not in stated)
    if min(stated.values(), default=0) < 0 or left < 0 or (left > 0 and not rest):
        raise ValueError(f"influences are 0 or more and add up to 100: {float(100 - left):g}")
    return [stated.get(each.id, left * Fraction(each.points, rest or 1)) for each in some]
