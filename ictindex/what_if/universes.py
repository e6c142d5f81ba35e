"""Every combination of the choices that a what-if declares, each evaluated exactly, and what ranks it gives.

Steegen, Tuerlinckx, Gelman & Vanpaemel, *Perspectives on Psychological Science* 11 (2016) 702–712.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ictindex.basics import Refused
from ictindex.scoring import Evaluation, Standing
from ictindex.what_if.choosing import IN_FORCE, Combination, combinations, combined
from ictindex.what_if.evaluating import under
from ictindex.what_if.reading import Choice

NONE = 0  # in place of a rank or a level

Progress = Callable[[int, int], None]  # how many combinations are done, and of how many


class Span(NamedTuple):
    """The ranks of a unit over the combinations in which it has one; all real ranks, by inverse CDF.

    ``first``, ``same`` and ``ranked``: in how many it is first, has the rank of the what-if itself, has any.
    ``levels``: in how many it has each level, in the order of the methodology.
    """

    best: int
    low: int
    median: int
    high: int
    worst: int
    first: int
    same: int
    ranked: int
    levels: tuple[int, ...]


class Effect(NamedTuple):
    """What another way at one choice moves, against what is in force there.

    ``alone``: mean places that units move where all other choices are in force, ``moved`` how many do.
    ``shift``: mean places over every combination of the others, ``most`` the most that any unit moves in
    one, ``mover`` the first of those. None and 0 where no unit has a rank in both.
    """

    choice: int
    way: int
    alone: Fraction | None
    moved: int
    shift: Fraction | None
    most: int
    mover: int


@dataclass(frozen=True)
class Ranked:
    """One group: its units that have a rank in any combination, and their ranks in all of them.

    ``ranks``: (combinations, units), ``NONE`` where there is none; ``levels`` likewise, counted from 1.
    """

    standings: tuple[Standing, ...]
    combinations: tuple[Combination, ...]
    ranks: np.ndarray
    levels: np.ndarray

    def span(self, unit: int) -> Span:
        own, levels = self.ranks[:, unit], self.levels[:, unit]
        held = np.sort(own[own != NONE])
        n = len(held)  # at least 1
        low, median, high = (int(held[-(-n * q // 4) - 1]) for q in (1, 2, 3))
        in_levels = tuple(int((levels == k).sum()) for k in range(1, 1 + int(self.levels.max(initial=0))))
        met = int((own == 1).sum()), int(((own == own[0]) & (own != NONE)).sum())
        return Span(int(held[0]), low, median, high, int(held[-1]), *met, n, in_levels)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Of every other way at every choice, in the order of the file."""
        chosen = np.array(self.combinations)
        told = []
        for i, ways in enumerate(chosen.max(axis=0).tolist()):
            without = self.ranks[chosen[:, i] == IN_FORCE]  # the order of the other choices is the same
            for way in range(1, ways + 1):
                there = self.ranks[chosen[:, i] == way]
                both = (there != NONE) & (without != NONE)
                places = np.abs(there - without) * both
                most = int(places.max(initial=0))
                mover = int(places.max(axis=0, initial=0).argmax()) if most else 0
                alone, moved = _mean(places[0], both[0]), int((places[0] > 0).sum())
                told.append(Effect(i, way, alone, moved, _mean(places, both), most, mover))
        return tuple(told)

    def shift(self, i: int) -> Fraction | None:
        """Mean places that units move in combination ``i`` against the what-if itself."""
        both = (self.ranks[i] != NONE) & (self.ranks[0] != NONE)
        return _mean(np.abs(self.ranks[i] - self.ranks[0]) * both, both)


@dataclass(frozen=True)
class Multiverse:
    """The choices, their combinations, and each group's ranks in them; the first is the what-if itself."""

    choices: tuple[Choice, ...]
    combinations: tuple[Combination, ...]
    groups: dict[str, Ranked]

    def shift(self, choice: int) -> Fraction:
        """Mean places that the other ways at a choice move a unit, over all groups; 0 if none is ranked."""
        told = [
            (each.shift, len(group.standings))
            for group in self.groups.values()
            for each in group.effects
            if each.choice == choice and each.shift is not None
        ]
        return sum((shift * n for shift, n in told), Fraction(0)) / (sum(n for _, n in told) or 1)

    def moves_most(self) -> int | None:
        """The choice of the largest ``shift``, the first of equals; None where nobody moves."""
        shifts = [self.shift(choice) for choice in range(len(self.choices))]
        return shifts.index(max(shifts)) if any(shifts) else None


def multiverse(e: Evaluation, progress: Progress = lambda done, of: None) -> Multiverse:
    """Every combination of the choices of a what-if, evaluated; computed once.

    Refused where a combination cannot be scored, naming it: what is wrong with one way alone is told before.
    Raises ValueError for what declares no choices.
    """
    if not (e.what_if and e.what_if.source.multiverse):
        raise ValueError("there are no choices: open a what-if whose file has multiverse")
    if "multiverse" not in e.kept:
        e.kept["multiverse"] = _computed(e, progress)
    return e.kept["multiverse"]


def _computed(e: Evaluation, progress: Progress) -> Multiverse:
    stated = e.what_if.stated
    choices, all_of_them = stated.source.multiverse, combinations(stated)
    levels = {level.key: k for k, level in enumerate(_levels(e), start=1)}
    stands = e.standings
    ranks = {group: np.zeros((len(all_of_them), len(some)), np.int64) for group, some in stands.items()}
    reached = {group: np.zeros_like(each) for group, each in ranks.items()}
    for n, ways in enumerate(all_of_them):
        progress(n, len(all_of_them))
        one = under_choices(e, ways) if any(ways) else e
        at = one.at(one.methodology.root)
        for group, some in stands.items():
            now = [at[s.entity.code] for s in some]
            ranks[group][n] = [NONE if s.rank is None else s.rank for s in now]
            keys = (level.key if (level := one.level(s)) else None for s in now)
            reached[group][n] = [levels.get(key, NONE) for key in keys]
    progress(len(all_of_them), len(all_of_them))
    groups = {}
    for group, some in stands.items():
        if (kept := np.flatnonzero(ranks[group].any(axis=0))).size:
            own = (ranks[group][:, kept], reached[group][:, kept])
            groups[group] = Ranked(tuple(some[i] for i in kept), tuple(all_of_them), *own)
    return Multiverse(choices, tuple(all_of_them), groups)


def under_choices(e: Evaluation, ways: Combination) -> Evaluation:
    """One combination of a what-if's choices, evaluated; Refused, naming it, where it cannot be scored."""
    stated = e.what_if.stated
    try:
        return under(e.baseline, combined(stated, ways))
    except Refused as refused:
        told = ", ".join(
            f"“{choice.label_vi}: {choice.others[way - 1].label_vi}”"
            for choice, way in zip(stated.source.multiverse, ways, strict=True)
            if way
        )
        which = stated.document.found("combination-refused", ("multiverse",), combination=told)
        raise Refused([which, *refused.findings]) from None


def _levels(e: Evaluation) -> tuple:
    return tuple(e.methodology.source.levels.list) if e.methodology.source.levels else ()


def _mean(places: np.ndarray, both: np.ndarray) -> Fraction | None:
    counted = int(both.sum())
    return Fraction(int(places.sum()), counted) if counted else None
