"""One group's ranking as numbers: shares, what applies, and the tree of weights that makes the total.

Every draw of weights is scored through here, so that exemptions and the policy for what does not apply are
those of ``scoring``, whatever is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from ictindex.basics import found, refuse_if
from ictindex.methodology import Node
from ictindex.robustness.ranks import grid, ranks, whole
from ictindex.scoring import Evaluation, Scores

Siblings = Mapping[str, np.ndarray]  # node id -> (draws, its children) weights ≥ 0, in proportion


class Branch(NamedTuple):
    """A node of the weights: what its children weigh among themselves, and how they become its value.

    ``aggregate`` 'sum' adds points, and what was available; 'mean' takes the shares of what applies.
    A criterion has no children. ``weights`` sum to 1.
    """

    id: str
    children: tuple[Branch, ...] = ()
    weights: tuple[float, ...] = ()
    aggregate: str = "sum"

    def walk(self) -> Iterator[Branch]:
        yield self
        for child in self.children:
            yield from child.walk()


class Fork(NamedTuple):
    """A branch with children: the row of the first criterion of each, and where the last's end."""

    branch: Branch
    rows: tuple[int, ...]
    flat: bool  # whether all its children are criteria


@dataclass(frozen=True)
class Problem:
    """The ranked units of one group: n units, m criteria, which are the leaves below the root of ``tree``.

    ``shares``: (n, m) points over available, 0 … 1, and 0 where it does not apply; ``applies``: (n, m) bool.
    ``policy``: 'share' compares points over what was available, 'points' compares points.
    ``scale``: the value of one who has everything. Values are ranked after rounding to ``decimals`` (None: as
    they are), half up, or as ``rounding`` says. ``ties`` is the rule in force: 'min', 'dense' or 'max'.
    """

    units: tuple[str, ...]
    shares: np.ndarray
    applies: np.ndarray
    tree: Branch
    policy: str
    scale: float
    decimals: int | None
    rounding: str = "half_up"
    ties: str = "min"

    @cached_property
    def criteria(self) -> tuple[str, ...]:
        return tuple(branch.id for branch in self.tree.walk() if not branch.children)

    @property
    def base(self) -> dict[str, np.ndarray]:
        """The weights in force as one draw: node id -> (1, children)."""
        return {fork.branch.id: np.array([fork.branch.weights]) for fork in self.forks}

    @cached_property
    def base_ranks(self) -> np.ndarray:
        """(n,) the ranks of the weights in force."""
        return self.ranked(self.values(self.base))[0]

    @cached_property
    def patterns(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Which units share their weights: (indices of units, (m,) bool, what applies to them).

        Where points are added and compared, what does not apply is a share of 0 like any other: one pattern.
        """
        if self.policy == "points" and all(fork.branch.aggregate == "sum" for fork in self.forks):
            return [(np.arange(len(self.units)), np.ones(len(self.criteria), bool))]
        alike: dict[bytes, list[int]] = {}
        for unit, applies in enumerate(self.applies):
            alike.setdefault(applies.tobytes(), []).append(unit)
        return [(np.array(units), self.applies[units[0]]) for units in alike.values()]

    @cached_property
    def forks(self) -> list[Fork]:
        """The nodes with children, parents first."""
        return list(_forks(self.tree, 0))

    def weights(
        self,
        siblings: Siblings,
        pattern: np.ndarray,
        times: float = 1.0,
        out: np.ndarray | None = None,
    ) -> np.ndarray:
        """(draws, m) what each criterion gives the value of a unit with this pattern, ``times`` that.

        ``siblings`` may leave nodes out: their weights are those in force. ``out``: (m, draws) where
        they are put, the draws of a criterion together: there are many of them.
        """
        draws = max((len(each) for each in siblings.values()), default=1)
        out = np.empty((len(pattern), draws)) if out is None else out
        weights = [_across(fork.branch, siblings) for fork in self.forks]
        below: dict[str, _Weighed] = {}
        for fork, each in zip(reversed(self.forks), reversed(weights), strict=True):
            below[fork.branch.id] = _below(fork, each, pattern, below)
        whole = {self.tree.id: np.full(draws, self.scale * times)}  # what each branch gives that counts whole
        if self.policy == "share" and self.tree.aggregate == "sum":
            whole[self.tree.id] = _over(whole[self.tree.id], below[self.tree.id].applies)
        for fork, each in zip(self.forks, weights, strict=True):
            whole |= _shared_out(fork, each, pattern, whole[fork.branch.id], below, out)
        return out.T

    def values(self, siblings: Siblings) -> np.ndarray:
        """(draws, n) the value compared of each unit under each draw, not yet rounded."""
        draws = max((len(each) for each in siblings.values()), default=1)
        out = np.empty((draws, len(self.units)))
        for units, pattern in self.patterns:
            weights = self.weights(siblings, pattern).copy()  # each draw's together
            out[:, units] = weights @ self.shares[units].T
        return out

    def ranked(self, values: np.ndarray) -> np.ndarray:
        """(draws, n) the ranks of values ≥ 0, rounded and tied as the rules say."""
        g = grid(self.scale, self.decimals, self.rounding)
        return ranks(whole(values * g.per_one, g), self.ties, g.most).T.astype(np.int64)

    def lost(self, siblings: Siblings) -> np.ndarray:
        """(draws, n) whether nothing that has a weight applies to a unit."""
        draws = max((len(each) for each in siblings.values()), default=1)
        lost = np.zeros((draws, len(self.units)), bool)
        for units, pattern in self.patterns:
            weighed = (self.weights(siblings, pattern) > 0).astype(float)
            lost[:, units] = weighed @ self.applies[units].T == 0
        return lost


def _forks(branch: Branch, first: int) -> Iterator[Fork]:
    ends = [first, *(first + each for each in accumulate(map(_criteria, branch.children)))]
    yield Fork(branch, tuple(ends), not any(child.children for child in branch.children))
    for child, begin in zip(branch.children, ends, strict=False):
        if child.children:
            yield from _forks(child, begin)


def _criteria(branch: Branch) -> int:
    return sum(not each.children for each in branch.walk())


def _across(branch: Branch, siblings: Siblings) -> np.ndarray:
    """(children, draws) their weights; (children, 1) those in force, where none are drawn."""
    drawn = siblings.get(branch.id)
    return np.array(branch.weights)[:, None] if drawn is None else drawn.T


class _Weighed(NamedTuple):
    """What the weights of a branch's children come to: (draws,) of all, and of those that apply."""

    all: np.ndarray
    counted: np.ndarray

    @property
    def applies(self) -> np.ndarray:
        """How much of the branch does, 0 … 1."""
        return _over(self.counted, self.all)


def _below(fork: Fork, weights: np.ndarray, pattern: np.ndarray, below: Mapping[str, _Weighed]) -> _Weighed:
    """In a mean a child counts whole or not at all."""
    branch, rows, flat = fork
    total, here = weights.sum(axis=0), pattern[rows[0] : rows[-1]]
    if here.all():
        return _Weighed(total, total)
    if flat:  # all at once, as most criteria are
        return _Weighed(total, weights[here].sum(axis=0))
    counted = np.zeros(1)
    for weight, child, row in zip(weights, branch.children, rows, strict=False):
        there = below[child.id].applies if child.children else pattern[row]
        counted = counted + weight * (there > 0 if "mean" in (branch.aggregate, child.aggregate) else there)
    return _Weighed(total, counted)


def _shared_out(
    fork: Fork,
    weights: np.ndarray,
    pattern: np.ndarray,
    whole: np.ndarray,
    below: Mapping[str, _Weighed],
    out: np.ndarray,
) -> dict[str, np.ndarray]:
    """Into ``out`` what each criterion gives of its branch's ``whole``; and the whole of any other child."""
    branch, rows, flat = fork
    own = below[branch.id]
    each = _over(whole, own.counted if branch.aggregate == "mean" else own.all)
    if flat:
        here = slice(rows[0], rows[-1])
        np.multiply(weights, each, out=out[here])
        out[here][~pattern[here]] = 0
        return {}
    parts = {}
    for weight, child, row in zip(weights, branch.children, rows, strict=False):
        part = weight * each
        if not child.children:
            out[row] = part * pattern[row]
        elif branch.aggregate == "mean" and child.aggregate == "sum":
            parts[child.id] = _over(part, below[child.id].applies)
        else:
            parts[child.id] = part
    return parts


def _over(whole: np.ndarray, available: np.ndarray) -> np.ndarray:
    """What there is for what is available; nothing where nothing is."""
    if available.all():  # as nearly always, and then in a third of the time
        return whole / available
    return np.divide(whole, available, out=np.zeros_like(whole), where=available > 0)


def problem(e: Evaluation, group: str) -> Problem:
    """The units of a group that are ranked, with the weights and rules in force.

    A criterion that applies to nobody in the group stays in the tree and moves nothing.
    """
    refuse_unless_linear(e)
    standings = [s for s in e.standings[group] if s.rank is not None]
    rows = [e.inputs.places[s.entity.code] for s in standings]
    units = tuple(s.entity.code for s in standings)
    shares, applies = shares_of(e.scores, e.methodology.leaves, rows)
    tree, rules = branch_of(e.methodology.root, group), ranked_by(e, group)
    return Problem(units, shares, applies, tree, **{**rules, "scale": float(rules["scale"])})


def shares_of(scores: Scores, leaves: Sequence[Node], rows: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """(n, m) the shares of some units in these criteria, and what applies to them."""
    shares, applies = np.zeros((len(rows), len(leaves))), np.zeros((len(rows), len(leaves)), bool)
    for j, leaf in enumerate(leaves):
        column = [scores.outcomes[leaf.id][row] for row in rows]
        distinct = {id(outcome): outcome for outcome in column if outcome.counts}
        each = {key: float(outcome.share) for key, outcome in distinct.items()}  # divided once
        shares[:, j] = [each.get(id(outcome), 0.0) for outcome in column]
        applies[:, j] = [outcome.counts for outcome in column]
    return shares, applies


def ranked_by(e: Evaluation, group: str) -> dict[str, Any]:
    """The rules in force by which a value is made, rounded and ranked, as a problem has them."""
    rules = {name: e.rules[name].value for name in ("rounding", "ties")}
    policy = e.rules["compare_on"].value
    return {
        "policy": policy,
        "scale": Fraction(1) if policy == "share" else e.methodology.root.maxima[group],
        "decimals": e.decimals if e.rules["rank_on"].value == "rounded" else None,
        **rules,
    }


def refuse_unless_linear(e: Evaluation) -> None:
    """Refused where weights alone do not make ranks: the total is not linear in them, or ties are broken."""
    refuse_if(
        found("not-linear", e.methodology.file, None, node.id, aggregate=node.bent, criterion=node.id)
        for node in e.methodology.nodes
        if node.bent
    )
    if e.methodology.tie_breaks:
        refuse_if([found("ties-broken", e.methodology.file, None, "ranking.tie_breaks")])


def branch_of(node: Node, group: str, made: type[Branch] = Branch, number: type = float) -> Branch:
    """What weighs below a node in a group, in floats; an ``ExactBranch`` of Fractions where that is asked."""
    if not node.children:
        return made(node.id)
    given = [node.weigh(child, group) for child in node.children]
    total = sum(given) or 1
    children = tuple(branch_of(child, group, made, number) for child in node.children)
    kind = "sum" if node.aggregate == "sum" else "mean"
    return made(node.id, children, tuple(number(each / total) for each in given), kind)
