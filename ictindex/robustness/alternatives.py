"""From an evaluation what else might have been: other rules for zeros and marks, and how marks scatter.

Only what the source leaves open is varied; scores under another rule are made by ``scoring`` itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from ictindex.facts import Mark, own_marks, settle
from ictindex.methodology import Node
from ictindex.procedure import noise, ratings
from ictindex.robustness.as_numbers import Problem, shares_of
from ictindex.robustness.draws import Marks
from ictindex.scoring import Evaluation, Scores, score_by

ZEROS, REVIEWERS = "zero_rule", "reviewer_rule"  # factors of the design


@dataclass(frozen=True)
class Alternatives:
    """The other rules of one evaluation; scored once for all of its groups."""

    e: Evaluation

    def of(self, group: Problem) -> dict[str, tuple[Problem, ...]]:
        """Factor -> the group's problem under each other rule; the rule in force is level 0, and not here.

        ``ZEROS``: every open zero rule on the criterion, or every one on the unit; left out where no unit has
        such a zero. ``REVIEWERS``: the lower, then the higher of the reviewers' marks instead of their mean.
        """
        found = {}
        if self._zeros:
            found[ZEROS] = tuple(self._scored(group, scores) for _, scores in self._zeros)
        if self.marked:
            found[REVIEWERS] = tuple(self._marked(group, pick) for pick in (min, max))
        return found

    @property
    def zero_levels(self) -> tuple[str, ...]:
        """What the zeros fall on at each level but the one in force: 'criterion' or 'unit'."""
        return tuple(level for level, _ in self._zeros)

    @cached_property
    def marked(self) -> tuple[Node, ...]:
        """The criteria that are one mark of reviewers; a mark inside a case is none."""
        if not self.e.inputs.marks:
            return ()
        return tuple(leaf for leaf in self.e.methodology.leaves if leaf.criterion.rule.mark)

    @cached_property
    def _zeros(self) -> tuple[tuple[str, Scores], ...]:
        e = self.e
        varied = {n: r for n, r in e.rules.items() if n.startswith("zero_") and r.origin != "fixed"}
        acting = {f"zero_{n}" for column in e.scores.reasons.values() for reasons in column for n in reasons}
        if acting.isdisjoint(varied):
            return ()
        others = [
            (level, e.rules | {name: rule._replace(value=level) for name, rule in varied.items()})
            for level in ("criterion", "unit")
        ]
        year = e.parameters["year"]
        return tuple(
            (level, score_by(rules, e.methodology, e.inputs, year))
            for level, rules in others
            if rules != e.rules
        )

    def _scored(self, group: Problem, scores: Scores) -> Problem:
        rows = [self.e.inputs.places[unit] for unit in group.units]
        shares, applies = shares_of(scores, self.e.methodology.leaves, rows)
        return replace(group, shares=shares, applies=applies)

    def _marked(self, group: Problem, pick: Callable[[Sequence[Fraction]], Fraction]) -> Problem:
        shares = group.shares.copy()
        for i, k, several, scale in self._items(group):
            own = [mark.mark for mark in own_marks(several)]
            if own and not any(mark.role == "adjudicator" for mark in several):
                shares[i, k] = float(pick(own) / scale)
        return replace(group, shares=shares)

    def _items(self, group: Problem) -> Iterator[tuple[int, int, tuple[Mark, ...], Fraction]]:
        """Every mark that is scored: unit, criterion (indices), the marks given, and their scale's end."""
        e, at = self.e, {criterion: k for k, criterion in enumerate(group.criteria)}
        for leaf in self.marked:
            answer = leaf.criterion.rule.mark
            for i, unit in enumerate(group.units):
                several = e.inputs.marks.get((unit, answer))
                if several and e.scores.outcomes[leaf.id][self.e.inputs.places[unit]].state == "scored":
                    yield i, at[leaf.id], several, e.methodology.answers[answer].max

    def noise(self, group: Problem) -> Marks | None:
        """How the marks of a group scatter, for draws of what other reviewers might have given.

        The sd within an item is pooled over all groups; a question with too few items marked twice, and a
        zero for another reason than the mark, stay as they are. None where nothing is left to draw.
        """
        sd = self._sd
        leaves = [leaf for leaf in self.marked if sd.get(leaf.criterion.rule.mark)]
        if not leaves:
            return None
        most = [float(self.e.methodology.answers[leaf.criterion.rule.mark].max) for leaf in leaves]
        columns = {group.criteria.index(leaf.id): j for j, leaf in enumerate(leaves)}
        mean = np.full((len(group.units), len(leaves)), np.nan)
        for i, k, *_ in self._items(group):
            if k in columns:
                mean[i, columns[k]] = group.shares[i, k] * most[columns[k]]
        if np.isnan(mean).all():
            return None
        return Marks(
            criteria=tuple(leaf.id for leaf in leaves),
            mean=mean,
            sd=np.array([sd[leaf.criterion.rule.mark] for leaf in leaves]) * most,
            most=np.array(most),
            step=np.array([self._step] * len(leaves)),
        )

    @cached_property
    def _sd(self) -> dict[str, float]:
        """Question -> sd within an item, as a share of its scale; not of those that scatter nowhere."""
        answers = self.e.methodology.answers
        scales = {key: spec.max for key, spec in answers.items() if spec.kind == "mark"}
        return {each.answer: each.sd for each in noise(ratings(self.e.inputs.marks, scales)) if each.sd}

    @cached_property
    def _step(self) -> float:
        """The largest step of which every settled mark is a multiple: a mean of two moves by half a mark."""
        step, answers = Fraction(0), self.e.methodology.answers
        for (_, answer), several in self.e.inputs.marks.items():
            mark = settle(several, answers[answer].max, 100, self.e.methodology.combine).value
            while mark:
                step, mark = mark, step % mark
        return float(step or 1)
