"""How one group's ranking stands up, measure by measure: each is made once, and only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ictindex.robustness.alternatives import Alternatives
from ictindex.robustness.as_numbers import Problem, problem
from ictindex.robustness.design import Choices, Model
from ictindex.robustness.draws import Design
from ictindex.robustness.exact_problem import Weighing, exact_problem, weighing
from ictindex.robustness.influence import (
    MOST_PILLARS,
    Influence,
    Measure,
    Power,
    cronbach,
    discriminating_power,
    effective_weights,
    influences,
    measure_of,
    nominal_weights,
    pillars,
    r_squared,
    shapley_r_squared,
    variance_shares,
)
from ictindex.robustness.intervals import Stability, stability
from ictindex.robustness.one_at_a_time import Change, leave_out
from ictindex.robustness.sobol import Indices, evaluate, indices
from ictindex.robustness.swaps import WeightChange as Swap
from ictindex.robustness.swaps import least_l1, least_points
from ictindex.scoring import UNSAID, Evaluation

MOST = 400  # units: of more, nothing is computed that compares every two
LARGE, LARGE_DRAWS = 2_000, 1_024  # units, and how many draws are enough for a page of so many
VOTES = 100  # units: of more, no duels of every two in every trial
ZEROS = Fraction(1, 20)  # of the units: with more zeros, a geometric mean would tie them all at the end
REPLICATES = 200
MARK_DRAWS = 2_048  # at most: marks are drawn one by one, and cost ten times as much as weights
_ROWS, _FEWER = 256, 128  # trials per factor; fewer for many units or many factors
_MANY_FACTORS = 5


class Settings(NamedTuple):
    """How often weights are drawn, how far they go (percent), and the public seed as text and as a number."""

    draws: int
    spread: int
    text: str
    seed: int


def settings(e: Evaluation) -> Settings:
    """Of a run: its parameters. The number is the first 16 hexadecimal digits of the seed's SHA-256."""
    draws, spread = (e.parameters.get(name, UNSAID[name]) for name in ("draws", "spread"))
    return Settings(draws, spread, e.seed, int(sha256(e.seed.encode()).hexdigest()[:16], 16))


class Moved(NamedTuple):
    """What one category's weight times 1 − spread and 1 + spread moves: places on average, and at most."""

    category: str
    down: tuple[Fraction, int]
    up: tuple[Fraction, int]


class Step(NamedTuple):
    """A unit, the next one above, and the least that turns them: in whole points where there are any."""

    above: str
    below: str
    swap: Swap


@dataclass(frozen=True)
class Study:
    """One group. Measures are None where the group is too small, too large, or nothing was to be tried."""

    e: Evaluation
    group: str
    settings: Settings
    alternatives: Alternatives

    @cached_property
    def problem(self) -> Problem:
        return problem(self.e, self.group)

    @cached_property
    def n(self) -> int:
        """How many units of the group have a rank."""
        return sum(s.rank is not None for s in self.e.standings[self.group])

    @property
    def draws(self) -> int:
        """How often weights are drawn for this group."""
        return min(self.settings.draws, LARGE_DRAWS) if self.n > LARGE else self.settings.draws

    @property
    def why_not(self) -> str:
        """Why nothing is tried: 'off', 'not linear', 'ties broken', 'too few' (units), 'one weight' or ''."""
        if not self.settings.draws:
            return "off"
        if not self.e.methodology.weighable:
            return "not linear" if not self.e.methodology.root.linear else "ties broken"
        if self.n < 2:
            return "too few"
        several = any(len(branch.children) > 1 for branch in self.problem.tree.walk())
        return "" if several else "one weight"

    @property
    def too_many(self) -> bool:
        return self.n > MOST

    @cached_property
    def stability(self) -> Stability | None:
        """Noise on all weights, level by level."""
        return None if self.why_not else stability(self.problem, self._design("noise"), levels=self.levels)

    @cached_property
    def marks(self) -> Stability | None:
        """The weights in force, and marks that other reviewers might have given."""
        noise = None if self.why_not else self.alternatives.noise(self.problem)
        if noise is None:
            return None
        draws = min(MARK_DRAWS, self.draws)
        return stability(self.problem, self._design("base", draws), marks=noise, full=False)

    def _design(self, kind: str, draws: int | None = None) -> Design:
        _, spread, _, seed = self.settings
        return Design(kind, draws=draws or self.draws, seed=seed, spread=spread / 100)

    @property
    def levels(self) -> tuple[Fraction, ...]:
        return tuple(level.low for level in self.e.methodology.plain_levels)

    # --- weights one by one -------------------------------------------------------------------------------

    @cached_property
    def left_out(self) -> dict[str, Change]:
        """Criterion or category -> the ranking without it."""
        if self.why_not or self.too_many:
            return {}
        return {change.id: change for change in leave_out(self.problem)}

    @cached_property
    def tornado(self) -> tuple[Moved, ...]:
        """Every category with a weight, the most moving first; () where there is but one."""
        if self.why_not or self.too_many:
            return ()
        p, by = self.problem, self.settings.spread / 100
        base = np.array(p.tree.weights)
        drawn = [k for k, weight in enumerate(base) if 0 < weight < 1]
        if not drawn:
            return ()
        rows = []
        for k in drawn:
            for factor in (1 - by, 1 + by):
                own = min(1.0, base[k] * factor)
                row = base * (1 - own) / (1 - base[k])
                row[k] = own
                rows.append(row)
        places = np.abs(p.ranked(p.values({p.tree.id: np.array(rows)})) - p.base_ranks)
        told = [(Fraction(int(each.sum()), self.n), int(each.max())) for each in places]
        moved = [Moved(p.tree.children[k].id, told[2 * i], told[2 * i + 1]) for i, k in enumerate(drawn)]
        return tuple(sorted(moved, key=lambda m: -max(m.down[0], m.up[0])))

    # --- what a weight does -------------------------------------------------------------------------------

    @cached_property
    def _given(self) -> np.ndarray:
        """(n, m) what each criterion gives each unit."""
        return effective_weights(self.problem) * self.problem.shares

    @cached_property
    def criteria(self) -> tuple[Influence, ...]:
        """Of every criterion, in the order of the problem."""
        p = self.problem
        return self._influences(p.shares, p.applies, self._given, nominal_weights(p))

    @cached_property
    def categories(self) -> tuple[Influence, ...]:
        x, applies = self._pillars
        parts = [slice(*ends) for ends in self._ends]
        given = np.column_stack([self._given[:, part].sum(axis=1) for part in parts])
        nominal = nominal_weights(self.problem)
        return self._influences(x, applies, given, np.array([nominal[part].sum() for part in parts]))

    def _influences(self, x, applies, given, nominal) -> tuple[Influence, ...]:
        s = self._given.sum(axis=1)
        if not self.too_many:
            weights = np.divide(given, x, out=np.zeros(x.shape), where=x > 0)
            return influences(x, applies, weights, s, nominal, self.settings.seed)
        none = Measure(None, reason="too_many_units")
        linear = zip(variance_shares(given, s), r_squared(x, s, applies), nominal, strict=True)
        return tuple(
            Influence(float(w), measure_of(share), measure_of(square), none) for share, square, w in linear
        )

    @cached_property
    def power(self) -> tuple[Power, ...]:
        """Of every criterion; for very large groups too."""
        return discriminating_power(self.problem.shares, self.problem.applies) if not self.too_many else ()

    @cached_property
    def shapley(self) -> tuple[Measure, ...]:
        """Of every category that applies to all; 'not_all' of the others."""
        x, applies = self._pillars
        whole = applies.all(axis=0)
        out = [Measure(None, reason="applies_to_nobody" if not a.any() else "not_all") for a in applies.T]
        if 0 < whole.sum() <= MOST_PILLARS:
            told = shapley_r_squared(x[:, whole], self._given.sum(axis=1))
            for k, measure in zip(np.flatnonzero(whole), told, strict=True):
                out[k] = measure
        return tuple(out)

    @cached_property
    def alphas(self) -> tuple[Measure, ...]:
        """Cronbach's alpha of each category, over the units to whom all of its criteria apply."""
        p, nominal, out = self.problem, nominal_weights(self.problem), []
        for start, end in self._ends:
            there = p.applies[:, start:end]
            columns = np.flatnonzero(there.any(axis=0))
            rows = there[:, columns].all(axis=1)
            out.append(cronbach((p.shares * nominal)[:, start:end][rows][:, columns]))
        return tuple(out)

    @cached_property
    def _pillars(self) -> tuple[np.ndarray, np.ndarray]:
        return pillars(self.problem)

    @property
    def _ends(self) -> list[tuple[int, int]]:
        """From which criterion to before which each category goes."""
        return list(pairwise(self.problem.forks[0].rows))

    # --- the design ---------------------------------------------------------------------------------------

    @cached_property
    def zeros(self) -> int:
        """Units with a share of 0 where something applies to them."""
        return int((self.problem.applies & (self.problem.shares == 0)).any(axis=1).sum())

    @cached_property
    def choices(self) -> Choices:
        p = self.problem
        means = ("geometric", "harmonic") if self.zeros <= ZEROS * self.n else ()
        votes = ("copeland",) if self.n <= VOTES and len(p.criteria) > 2 else ()
        gaps = p.tree.aggregate == "sum" and not p.applies.all()
        other = {"share": "points", "points": "share"}[p.policy]
        return Choices(
            spread=self.settings.spread / 100,
            aggregations=("arithmetic", *means, *votes),
            policies=(p.policy, other) if gaps else (p.policy,),
            alternatives=self.alternatives.of(p),
        )

    @cached_property
    def sensitivity(self) -> tuple[Model, Indices] | None:
        """Sobol' indices of the mean shift in rank, over every choice at once."""
        if self.why_not or self.too_many:
            return None
        model = Model(self.problem, self.choices, self.settings.seed)
        rows = _FEWER if self.n > VOTES or len(model.levels) >= _MANY_FACTORS else _ROWS
        samples = evaluate(lambda u: model(u)[:, :1], tuple(model.levels), rows, self.settings.seed)
        return model, indices(samples, 0, REPLICATES)

    # --- pairs --------------------------------------------------------------------------------------------

    @cached_property
    def weighing(self) -> Weighing:
        return weighing(exact_problem(self.e, self.group), "categories")

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every unit and the next above it by exact value, what turns them being weights of categories."""
        if self.why_not or self.too_many:
            return ()
        w = self.weighing
        exact = dict(zip(w.units, w.values(w.base), strict=True))
        order = sorted(w.units, key=lambda unit: (-exact[unit], unit))
        least = least_points if w.maxima is not None else least_l1
        return tuple(Step(above, below, least(w, above, below)) for above, below in pairwise(order))


def studies(e: Evaluation) -> tuple[Study, ...]:
    """The groups of an evaluation in the methodology's order; the same objects whoever asks."""
    if "studies" not in e.kept:
        given, others = settings(e), Alternatives(e)
        e.kept["studies"] = tuple(Study(e, group, given, others) for group in e.methodology.groups)
    return e.kept["studies"]
