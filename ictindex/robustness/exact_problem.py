"""One group's ranking in exact rationals: its values for any weights, and when they are linear in them.

The exact companion of ``problem``: what a search or a linear program proposes is scored here before it is
told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm
from operator import mul

from ictindex.basics import round_exact
from ictindex.robustness.as_numbers import Branch, branch_of, ranked_by, refuse_unless_linear
from ictindex.scoring import Evaluation

Weights = tuple[Fraction, ...]
Siblings = Mapping[str, Sequence[Fraction]]  # node id -> the weight ≥ 0 of each of its children
Shares = Mapping[str, Fraction]  # criterion -> its share of what is available, 0 … 1

NONE = Fraction(0)
ONE = Fraction(1)


class ExactBranch(Branch):
    """A node of the weights, which are Fractions that sum to exactly 1."""

    def leaves(self) -> Iterator[str]:
        if not self.children:
            yield self.id
        for child in self.children:
            yield from child.leaves()

    def path_weights(self, above: Fraction = ONE) -> Iterator[Fraction]:
        """What each leaf weighs in the whole: the product of the weights down its path."""
        if not self.children:
            yield above
        for child, weight in zip(self.children, self.weights, strict=True):
            yield from child.path_weights(above * weight)

    def shared_out(self, of_leaves: Mapping[str, Fraction]) -> dict[str, Weights]:
        """Sibling weights that give the leaves these weights; where all are 0, those in force."""
        given = [sum((of_leaves[leaf] for leaf in child.leaves()), NONE) for child in self.children]
        own = {self.id: tuple(given)} if any(given) else {}
        for child in self.children:
            if child.children:
                own |= child.shared_out(of_leaves)
        return own

    def pruned(self, keep: set[str]) -> tuple[ExactBranch | None, Fraction]:
        """The branch without the leaves that are not kept, and the part of its weight that remains."""
        if not self.children:
            return (self, ONE) if self.id in keep else (None, NONE)
        below = [child.pruned(keep) for child in self.children]
        left = [
            (child, weight * (part if self.aggregate == "sum" else 1))
            for (child, part), weight in zip(below, self.weights, strict=True)
            if child is not None
        ]
        total = sum((weight for _, weight in left), NONE)
        if not total:
            return None, NONE
        kept = self._replace(
            children=tuple(child for child, _ in left), weights=tuple(weight / total for _, weight in left)
        )
        return kept, total if self.aggregate == "sum" else ONE

    def averaged(self) -> Iterator[ExactBranch]:
        """The branches whose share counts whole in a mean: nothing below them hands weight past them."""
        if self.children and self.aggregate == "mean":
            yield self
        else:
            yield from (each for child in self.children for each in child.averaged())


@dataclass(frozen=True)
class ExactProblem:
    """The ranked units of a group; criteria that apply to none of them are left out.

    ``shares``: per unit, criterion -> share, only for what applies to it. ``policy``: 'share' divides by what
    was available at the root, 'points' does not. ``scale`` makes a value of what the tree gives (1 for
    shares); ``points`` is the most of all criteria together, as the methodology counts them.
    """

    units: tuple[str, ...]
    shares: tuple[Shares, ...]
    tree: ExactBranch
    policy: str
    scale: Fraction
    points: Fraction
    decimals: int | None = None
    rounding: str = "half_up"
    ties: str = "min"

    @property
    def criteria(self) -> tuple[str, ...]:
        return tuple(self.tree.leaves())

    def value(self, shares: Shares, siblings: Siblings | None = None) -> Fraction | None:
        """The value compared, not yet rounded, of one who has these shares of the criteria that apply to it.

        None where nothing that weighs does. Nodes that ``siblings`` leaves out weigh what is in force.
        """
        earned, available = _below(self.tree, shares, siblings or {})
        if not available:
            return None
        return self.scale * (earned / available if self.policy == "share" else earned)

    def compared(self, value: Fraction) -> Fraction:
        """The value that ranks look at: rounded where the rule says so."""
        return value if self.decimals is None else Fraction(round_exact(value, self.decimals, self.rounding))


def _below(branch: ExactBranch, shares: Shares, siblings: Siblings) -> tuple[Fraction, Fraction]:
    """What a branch earns and what was available there, as parts of its whole."""
    if not branch.children:
        return shares.get(branch.id, NONE), ONE if branch.id in shares else NONE
    weights = siblings.get(branch.id, branch.weights)
    total = sum(weights, NONE)
    earned = available = NONE
    for child, weight in zip(branch.children, weights, strict=True):
        got, there = _below(child, shares, siblings)
        if branch.aggregate == "mean" and there:
            got, there = got / there, ONE
        earned, available = earned + weight * got, available + weight * there
    if not available or not total:
        return NONE, NONE
    if branch.aggregate == "mean":  # what does not apply hands its weight to the others
        return earned / available, ONE
    return earned / total, available / total


def exact_problem(e: Evaluation, group: str) -> ExactProblem:
    """The units of a group that are ranked, with the weights and rules in force, all exact."""
    refuse_unless_linear(e)
    standings = [s for s in e.standings[group] if s.rank is not None]
    shares = tuple(
        {
            leaf.id: outcome.share
            for leaf in e.methodology.leaves
            if (outcome := e.scores.outcomes[leaf.id][e.inputs.places[s.entity.code]]).counts
        }
        for s in standings
    )
    units, root = tuple(s.entity.code for s in standings), e.methodology.root
    tree = branch_of(root, group, ExactBranch, Fraction)
    return exact_problem_of(units, shares, tree, points=root.maxima[group], **ranked_by(e, group))


def exact_problem_of(
    units: Sequence[str], shares: Sequence[Shares], tree: ExactBranch, **rules
) -> ExactProblem:
    """An ExactProblem without the criteria that apply to nobody; values in force stay what they are.

    ``rules``: policy, scale, points, and where they differ decimals, rounding and ties.
    """
    kept, part = tree.pruned({leaf for each in shares for leaf in each})
    whole = ExactProblem(tuple(units), tuple(shares), tree, **rules)
    if kept is None:
        return whole
    scale = whole.scale * (part if whole.policy == "points" else 1)
    return replace(whole, tree=kept, scale=scale, points=whole.points * part)


# --- weights as one vector ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weighing:
    """The weights in question as one vector that sums to 1: of all leaves, or of the categories.

    The value of unit i under weights w is scale · (earned_i · w) / (available_i · w); ``earned`` and
    ``available`` are (units, criteria), None for a unit whose value is no such quotient: to whom some, not
    all, of what a mean counts as one applies.
    """

    problem: ExactProblem
    level: str  # 'leaves' or 'categories'
    criteria: tuple[str, ...]
    base: Weights
    earned: tuple[Weights | None, ...]
    available: tuple[Weights | None, ...]

    @property
    def units(self) -> tuple[str, ...]:
        return self.problem.units

    @cached_property
    def linear(self) -> bool:
        """Whether every comparison of two units is linear in the weights: the same is available to all."""
        return len(set(self.available)) <= 1 and None not in self.available

    @cached_property
    def maxima(self) -> tuple[int, ...] | None:
        """The points of each criterion, where all are whole."""
        points = [weight * self.problem.points for weight in self.base]
        return None if any(p.denominator != 1 for p in points) else tuple(int(p) for p in points)

    def index(self, unit: str) -> int:
        return self.units.index(unit)

    def linear_pair(self, a: str, b: str) -> bool:
        """Whether the comparison of these two is linear in the weights."""
        of_a, of_b = self.available[self.index(a)], self.available[self.index(b)]
        return of_a is not None and of_a == of_b

    def difference(self, a: str, b: str) -> Weights:
        """d, with a ahead of b exactly where d · w > 0; both must have the same available to them."""
        rows = self.earned[self.index(a)], self.earned[self.index(b)]
        return tuple(x - y for x, y in zip(*rows, strict=True))

    def values(self, weights: Sequence[Fraction], *units: str) -> tuple[Fraction | None, ...]:
        """Exact values of these units (all, if none is named) by scoring the tree, not by the rows above.

        ``weights`` need not sum to 1: only their proportions count.
        """
        root = self.problem.tree
        named = dict(zip(self.criteria, weights, strict=True))
        siblings = root.shared_out(named) if self.level == "leaves" else {root.id: tuple(weights)}
        chosen = [self.index(unit) for unit in units] if units else range(len(self.units))
        return tuple(self.problem.value(self.problem.shares[i], siblings) for i in chosen)

    def leads(self, unit: str) -> dict[str, Weights]:
        """The ``difference`` to each of the others."""
        return {other: self.difference(unit, other) for other in self.units if other != unit}

    def rank(self, unit: str, weights: Sequence[Fraction], last: bool = False) -> int | None:
        """1 + how many are strictly ahead, before any rounding; ``last``: how many are not behind.

        None for one to whom nothing that weighs applies.
        """
        return self._rank_among(self.values(weights), unit, last)

    def quick_rank(self, unit: str, weights: Sequence[Fraction]) -> int | None:
        """The same from the rows, for a search."""
        return self._rank_among(self.quick_values(weights), unit)

    def _rank_among(self, values: Sequence[Fraction | None], unit: str, last: bool = False) -> int | None:
        own = values[self.index(unit)]
        if own is None:
            return None
        others = [v for i, v in enumerate(values) if i != self.index(unit) and v is not None]
        return 1 + sum(v >= own if last else v > own for v in others)

    def quick_values(self, weights: Sequence[Fraction], *units: str) -> tuple[Fraction | None, ...]:
        """``values`` from the rows, in whole numbers: far quicker than the tree, and no second way."""
        if None in self.available:
            return self.values(weights, *units)
        parts = lcm(*(weight.denominator for weight in weights))
        whole = [weight.numerator * (parts // weight.denominator) for weight in weights]
        chosen = [self.index(unit) for unit in units] if units else range(len(self.units))
        sums = [[sum(map(mul, row, whole)) for row in self._whole_rows[i]] for i in chosen]
        return tuple(
            Fraction(got, there) * self.problem.scale if applies else None for got, there, applies in sums
        )

    @cached_property
    def _whole_rows(self) -> list[tuple[list[int], list[int], list[bool]]]:
        """What each unit earns and what is available to it, in the same small parts, and what applies."""
        at_top = self.level == "categories"
        below = [set(child.leaves()) for child in self.problem.tree.children] if at_top else None
        rows = []
        for *pair, shares in zip(self.earned, self.available, self.problem.shares, strict=True):
            parts = lcm(*(x.denominator for row in pair for x in row))
            applies = [not some.isdisjoint(shares) for some in below or [{leaf} for leaf in self.criteria]]
            rows.append((*([int(x * parts) for x in row] for row in pair), applies))
        return rows


def weighing(problem: ExactProblem, level: str = "leaves") -> Weighing:
    """The weights of 'leaves', or of 'categories' with all below them as it is."""
    root = problem.tree
    if level == "categories" or not root.children:
        criteria, base = tuple(child.id for child in root.children), root.weights
        rows = [_category_rows(problem, shares) for shares in problem.shares]
    else:
        criteria, base = problem.criteria, tuple(root.path_weights())
        rows = [_leaf_rows(problem, shares) for shares in problem.shares]
    return Weighing(
        problem, level, criteria, base, tuple(earned for earned, _ in rows), tuple(there for _, there in rows)
    )


def _category_rows(problem: ExactProblem, shares: Shares) -> tuple[Weights, Weights]:
    below = [_below(child, shares, {}) for child in problem.tree.children]
    if problem.tree.aggregate == "mean":
        below = [(got / there, ONE) if there else (NONE, NONE) for got, there in below]
    divided = problem.policy == "share" or problem.tree.aggregate == "mean"
    return tuple(got for got, _ in below), tuple(there if divided else ONE for _, there in below)


def _leaf_rows(problem: ExactProblem, shares: Shares) -> tuple[Weights | None, Weights | None]:
    criteria, root = problem.criteria, problem.tree
    earned = tuple(shares.get(leaf, NONE) for leaf in criteria)
    counted_whole = root.children if root.aggregate == "mean" else root.averaged()
    if any(len({leaf in shares for leaf in branch.leaves()}) > 1 for branch in counted_whole):
        return None, None
    divided = problem.policy == "share" or root.aggregate == "mean"
    return earned, tuple(ONE if leaf in shares or not divided else NONE for leaf in criteria)
