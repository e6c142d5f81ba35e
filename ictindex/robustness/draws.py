"""Random weights: every node's children drawn in fixed blocks, the same on any number of workers.

A block has BLOCK draws, whoever draws it, from PCG64 seeded by (seed, block number); so a draw depends on the
design alone. Sources: Saisana, Saltelli, Tarantola, JRSS-A 168 (2005) 307–323 (noise); Lahdelma & Salminen,
Oper. Res. 49 (2001) 444–454 (simplex); Barron & Barrett, Management Science 42 (1996) 1515–1523 (orders);
Tervonen et al., EJOR 224 (2013) 552–559 (intervals by hit-and-run).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np

from ictindex.robustness.as_numbers import Branch, Siblings
from ictindex.robustness.scratch import Scratch

BLOCK = 512  # draws; part of what makes a run repeatable, so never a parameter
_WEIGHTS, _MARKS, _PILOT = 0, 1, 2  # streams: drawing marks too leaves the weights as they were
_RARE = 0.02  # share of proposals accepted below which rejection gives way to hit-and-run
_PILOTED = 2048

Kind = Literal["base", "noise", "dirichlet", "simplex", "order", "intervals", "points"]


@dataclass(frozen=True)
class Design:
    """Which weights are drawn, how, how often and from which seed.

    ``kind``:
      'base'       the weights in force in every draw (to draw marks alone)
      'noise'      w(1 + u), u uniform on ±``spread``, then divided by the sum of the siblings; a tuple gives
                   ``spread`` level by level from the categories down, its last value for what is deeper
      'dirichlet'  Dirichlet(κw): mean w, no distortion; large weights vary relatively less than small ones.
                   κ is ``kappa``, or found so that a weight of 1/children varies by ``variation`` (sd / mean)
      'simplex'    all weights equally likely: normalised exponentials
      'order'      the same, sorted to each of ``orders``: ids of all children of a node, heaviest first
      'intervals'  the same, within ``bounds``: (id of a child, low, high) as shares among its siblings
      'points'     'noise' turned into whole points by largest remainder, ``total`` in all: publishable tables
    ``nodes``: 'all'; 'categories', the root's children alone; 'criteria', all but those.
    With 'order' and 'intervals' only the nodes named are drawn. ValueError says what does not fit.
    """

    kind: Kind = "noise"
    draws: int = 10_000
    seed: int = 2342
    nodes: Literal["all", "categories", "criteria"] = "all"
    spread: float | tuple[float, ...] = 0.25
    kappa: float | None = None
    variation: float | None = None
    orders: tuple[tuple[str, ...], ...] = ()
    bounds: tuple[tuple[str, float, float], ...] = ()
    total: int = 1000

    def __post_init__(self):
        if self.kind not in Kind.__args__ or self.nodes not in ("all", "categories", "criteria"):
            raise ValueError(f"no such design: {self.kind!r} on {self.nodes!r}")
        if self.draws < 1 or self.seed < 0:
            raise ValueError("at least one draw, and a seed that is not negative")
        if not self.spreads or not all(0 <= each < 1 for each in self.spreads):
            raise ValueError("a spread is at least 0 and below 1, so that no weight turns negative")
        if self.kind == "dirichlet" and (self.kappa is None) == (self.variation is None):
            raise ValueError("a Dirichlet wants kappa or variation, one of them")
        if not all(each is None or each > 0 for each in (self.kappa, self.variation)):
            raise ValueError("kappa and variation are above 0")

    @property
    def spreads(self) -> tuple[float, ...]:
        return self.spread if isinstance(self.spread, tuple) else (self.spread,)

    def spread_at(self, level: int) -> float:
        """The spread of the nodes so far below the categories."""
        return self.spreads[min(level, len(self.spreads) - 1)]

    @property
    def blocks(self) -> int:
        return -(-self.draws // BLOCK)


def generator(seed: int, *key: int) -> np.random.Generator:
    """The random numbers of one block and stream."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


Draw = Callable[[np.random.Generator], np.ndarray]


class Noise(NamedTuple):
    """w(1 + u) of several nodes at once, a call for each step. Whoever scores divides by their sums.

    ``rows``: node id -> where its children stand; ``low`` and ``width``: (children of all, 1) of w(1 + u).
    """

    rows: tuple[tuple[str, slice], ...]
    low: np.ndarray
    width: np.ndarray

    @classmethod
    def of(cls, nodes: list[tuple[Branch, float]]) -> Noise:
        """Of nodes, each with its spread; their random numbers follow each other."""
        ends = np.cumsum([len(branch.weights) for branch, _ in nodes]).tolist()
        rows = zip(nodes, [0, *ends], ends, strict=False)
        base = np.concatenate([branch.weights for branch, _ in nodes])[:, None]
        spread = np.concatenate([np.full(len(branch.weights), each) for branch, each in nodes])[:, None]
        named = tuple((branch.id, slice(start, end)) for (branch, _), start, end in rows)
        return cls(named, (1 - spread) * base, 2 * spread * base)

    def drawn(self, each: Sequence[np.random.Generator], scratch: Scratch) -> Siblings:
        """Node id -> (BLOCK, children) w(1 + u), not divided yet; of each generator, one after another."""
        drawn = scratch.array("drawn", float, (len(self.low), len(each) * BLOCK))
        numbers = scratch.array("random", float, (len(self.low), BLOCK))
        for i, rng in enumerate(each):
            drawn[:, i * BLOCK :][:, :BLOCK] = rng.random(out=numbers)
        drawn *= self.width
        drawn += self.low
        return {node: drawn[rows].T for node, rows in self.rows}


class Sampler(NamedTuple):
    """A design made ready for a tree; can be sent to another process.

    ``nodes``: the ids of the nodes drawn, each with what draws its (BLOCK, children) weights; or ``noise``.
    """

    design: Design
    tree: Branch
    nodes: tuple[tuple[str, Draw], ...]
    noise: Noise | None = None

    def block(self, number: int) -> Siblings:
        """Node id -> (BLOCK, children) weights that sum to 1, of the nodes that the design draws."""
        drawn = self.proportions(number)
        return {name: _normalised(weights) for name, weights in drawn.items()} if self.noise else drawn

    def proportions(self, number: int, several: int = 1, scratch: Scratch | None = None) -> Siblings:
        """The same but for what they sum to, which whoever scores with them divides by anyway.

        ``several``: of so many blocks, one after another, each as it is alone. They may lie in ``scratch``.
        """
        each = [generator(self.design.seed, number + i, _WEIGHTS) for i in range(several)]
        if self.noise:
            return self.noise.drawn(each, scratch or Scratch())
        drawn = [self._drawn(rng) for rng in each]
        return drawn[0] if several == 1 else {n: np.concatenate([one[n] for one in drawn]) for n in drawn[0]}

    def _drawn(self, rng: np.random.Generator) -> Siblings:
        if self.design.kind == "points":
            return _whole_points(self.tree, self.design, dict(self.nodes), rng)
        return {name: draw(rng) for name, draw in self.nodes}


def sampler(tree: Branch, design: Design) -> Sampler:
    """The design made ready; ValueError where it does not fit the tree: unknown ids, bounds never met."""
    noise = None
    if design.kind == "base":
        nodes = ((tree.id, partial(_unchanged, np.array(tree.weights))),)
    elif design.kind == "order":
        nodes = tuple(_ordered(tree, design))
    elif design.kind == "intervals":
        nodes = tuple(_within(tree, design))
    elif design.kind == "noise":
        drawn = [(branch, design.spread_at(level)) for branch, level in _drawn(tree, design)]
        nodes, noise = (), Noise.of(drawn) if drawn else None
    else:
        nodes = tuple(_by_kind(tree, design))
    if not nodes and not noise:
        raise ValueError("the design draws no weight of this tree")
    if design.kind == "points" and (tree.aggregate != "sum" or design.total < len(tree.children)):
        raise ValueError("whole points need a total that adds points, and a point for each category")
    return Sampler(design, tree, nodes, noise)


def _by_kind(tree: Branch, design: Design) -> Iterator[tuple[str, Draw]]:
    for branch, level in _drawn(tree, design):
        base = np.array(branch.weights)
        if design.kind == "dirichlet":
            yield branch.id, partial(_dirichlet, base * _kappa(base, design))
        elif design.kind == "simplex":
            yield branch.id, partial(_ignorance, base > 0)
        else:
            yield branch.id, partial(_noise, Noise.of([(branch, design.spread_at(level))]))


def _drawn(tree: Branch, design: Design, level: int = 0) -> Iterator[tuple[Branch, int]]:
    """The nodes with something to draw, and how far below the root they stand.

    What weighs nothing, since the group is not assessed in it, is not drawn: it goes on weighing nothing.
    """
    wanted = {"all": True, "categories": level == 0, "criteria": level > 0}[design.nodes]
    if wanted and np.count_nonzero(tree.weights) > 1:
        yield tree, level
    for child in tree.children:
        if child.children:
            yield from _drawn(child, design, level + 1)


# --- the plain samplers -------------------------------------------------------------------------------------


def _unchanged(base: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.tile(base, (BLOCK, 1))


def _noise(noise: Noise, rng: np.random.Generator) -> np.ndarray:
    (weights,) = noise.drawn([rng], Scratch()).values()
    return _normalised(weights)


def concentration(children: int, variation: float) -> float:
    """κ of a Dirichlet in which a weight of 1/children varies by ``variation`` (sd / mean)."""
    mean = 1 / children
    kappa = (1 - mean) / (mean * variation**2) - 1
    if kappa <= 0:
        raise ValueError(f"no Dirichlet of so many weights varies so much: {children}, {variation}")
    return kappa


def _kappa(base: np.ndarray, design: Design) -> float:
    return design.kappa or concentration(np.count_nonzero(base), design.variation)


def _dirichlet(shapes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    gammas = rng.standard_gamma(shapes[:, None], (len(shapes), BLOCK)).T
    while (none := gammas.sum(axis=1) == 0).any():  # underflow, where κ is tiny
        gammas[none] = rng.standard_gamma(shapes, (none.sum(), len(shapes)))
    return _normalised(gammas)


def simplex(rng: np.random.Generator, draws: int, children: int) -> np.ndarray:
    """(draws, children) uniform on the simplex; uniforms divided by their sum would crowd its middle."""
    return _normalised(rng.standard_exponential((children, draws)).T)


def _ignorance(some: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Those of the children that weigh something share the whole, all ways equally likely."""
    weights = np.zeros((len(some), BLOCK)).T
    weights[:, some] = simplex(rng, BLOCK, np.count_nonzero(some))
    return weights


def _normalised(weights: np.ndarray) -> np.ndarray:
    weights /= weights.sum(axis=1, keepdims=True)  # fast where, as here, each child's draws lie together
    return weights


# --- orders and intervals -----------------------------------------------------------------------------------


def _parents(tree: Branch) -> dict[str, Branch]:
    return {child.id: branch for branch in tree.walk() for child in branch.children}


def _ordered(tree: Branch, design: Design) -> Iterator[tuple[str, Draw]]:
    parents = _parents(tree)
    for order in design.orders:
        branch = parents.get(order[0])
        ids = [child.id for child in branch.children] if branch else []
        some = np.array(branch.weights if branch else []) > 0
        if sorted(order) != sorted(name for name, weighs in zip(ids, some, strict=True) if weighs):
            raise ValueError(f"an order names all children of one node that weigh: {', '.join(order)}")
        places = np.array([order.index(name) for name in ids if name in order])
        yield branch.id, partial(_sorted_to, some, places)


def _sorted_to(some: np.ndarray, places: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    weights = np.zeros((BLOCK, len(some)))
    weights[:, some] = -np.sort(-simplex(rng, BLOCK, len(places)), axis=1)[:, places]
    return weights


def _within(tree: Branch, design: Design) -> Iterator[tuple[str, Draw]]:
    parents, bounds = _parents(tree), {name: limits for name, *limits in design.bounds}
    if unknown := bounds.keys() - parents.keys():
        raise ValueError(f"bounds of what is not in the tree: {', '.join(sorted(unknown))}")
    for branch in tree.walk():
        if any(child.id in bounds for child in branch.children):
            free = [(0.0, float(weight > 0)) for weight in branch.weights]
            limits = zip(branch.children, free, strict=True)
            low, high = np.array([bounds.get(child.id, usual) for child, usual in limits]).T
            if (low > high).any() or (low < 0).any() or not low.sum() <= 1 <= high.sum():
                raise ValueError(f"no weights lie within the bounds: {branch.id or 'total'}")
            yield branch.id, between(low, np.minimum(high, 1 - low.sum() + low), design.seed)


def between(low: np.ndarray, high: np.ndarray, seed: int) -> Draw:
    """What draws (BLOCK, children) weights uniform on {low ≤ w ≤ high, Σw = 1}.

    Proposals are uniform above ``low`` and rejected above ``high``; where few are accepted (a pilot of
    the same seed decides, so every block alike), hit-and-run takes over.
    """
    accepted = _proposed(low, high, generator(seed, 0, _PILOT), _PILOTED)
    rare = len(accepted) < _RARE * _PILOTED
    return partial(_hit_and_run if rare else _rejected, low, high)


def _proposed(low: np.ndarray, high: np.ndarray, rng: np.random.Generator, draws: int) -> np.ndarray:
    weights = low + (1 - low.sum()) * simplex(rng, draws, len(low))
    return weights[(weights <= high + 1e-12).all(axis=1)]


def _rejected(low: np.ndarray, high: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    kept = _proposed(low, high, rng, BLOCK)
    while len(kept) < BLOCK:
        kept = np.vstack([kept, _proposed(low, high, rng, BLOCK)])
    return kept[:BLOCK]


def _hit_and_run(low: np.ndarray, high: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """BLOCK chains from an inner point, each long enough to forget it; one weight of each is kept."""
    room = high - low
    moving = np.flatnonzero(room > 1e-12)
    start = low + room * ((1 - low.sum()) / room.sum() if room.sum() else 0)
    weights = np.tile(start, (BLOCK, 1))
    if len(moving) < 2:
        return weights
    below, above = low[moving], high[moving]
    here = weights[:, moving]
    for _ in range(max(200, 20 * len(moving))):
        step = rng.standard_normal(here.shape)
        step -= step.mean(axis=1, keepdims=True)
        ends = np.stack([(below - here) / step, (above - here) / step])
        back, ahead = ends.min(axis=0).max(axis=1), ends.max(axis=0).min(axis=1)
        here = here + step * (back + (ahead - back) * rng.random(BLOCK))[:, None]
    weights[:, moving] = np.clip(here, below, above)
    return weights


# --- whole points -------------------------------------------------------------------------------------------


def largest_remainder(weights: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """(draws, children) whole points in proportion to weights that sum to 1, ``totals`` (draws,) in all.

    What is left over goes to the largest remainders; equal ones (to 9 places) in the order of the children.
    """
    quotas = weights * totals[:, None]
    points = np.floor(quotas + 1e-9)
    over = np.round(quotas - points, 9)
    left = totals - points.sum(axis=1)
    turn = np.argsort(np.argsort(-over, axis=1, kind="stable"), axis=1, kind="stable")
    return points + (turn < left[:, None])


def _whole_points(tree: Branch, design: Design, nodes: dict[str, Draw], rng: np.random.Generator) -> Siblings:
    """Points to the categories, then inside each; where points are not added, weights stay as they are."""
    out: dict[str, np.ndarray] = {}

    def spread(branch: Branch, totals: np.ndarray) -> None:
        if not branch.children or branch.aggregate != "sum":
            return
        draw = nodes.get(branch.id, partial(_unchanged, np.array(branch.weights)))
        weights = draw(rng)
        points = largest_remainder(weights, totals)
        some = totals[:, None] > 0
        out[branch.id] = np.divide(points, totals[:, None], out=weights, where=some)
        for i, child in enumerate(branch.children):
            spread(child, points[:, i])

    spread(tree, np.full(BLOCK, float(design.total)))
    return out


# --- marks --------------------------------------------------------------------------------------------------


class Marks(NamedTuple):
    """Reviewed criteria as they were marked: n units, k criteria; all in the scale of the marks.

    ``criteria``: their ids. ``mean``: (n, k) the mean mark, NaN where a unit was not marked.
    ``sd``: (k,) s_w, the sd between reviewers of one item. ``most``: (k,) the scale's end, from 0.
    ``step``: (k,) the least difference of two marks on the scale.
    """

    criteria: tuple[str, ...]
    mean: np.ndarray
    sd: np.ndarray
    most: np.ndarray
    step: np.ndarray

    def shares(self, drawn: np.ndarray) -> np.ndarray:
        """Marks as shares of their scale."""
        return drawn / self.most


def draw_marks(marks: Marks, rng: np.random.Generator, draws: int) -> np.ndarray:
    """(draws, n, k) what the mean of two other reviewers might have been: mean + z·s_w/√2, on the scale."""
    drawn = marks.mean + rng.standard_normal((draws, *marks.mean.shape)) * (marks.sd / math.sqrt(2))
    snapped = np.floor(drawn / marks.step + (0.5 + 1e-9)) * marks.step
    return np.clip(snapped, 0, marks.most)


def marks_generator(design: Design, block: int, start: int) -> np.random.Generator:
    """The random numbers of the marks in the draws of a block from ``start`` on."""
    return generator(design.seed, block, _MARKS, start)
