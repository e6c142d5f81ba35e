"""How far reviewers agree: bias, weighted kappa, intraclass correlation, limits of agreement, noise.

Every statistic is over the items that all concerned marked themselves (an adjudicator's mark is no second
opinion), on marks as a share of their scale, so that criteria with different scales can stand together.
Where it cannot be had it is None, and ``why`` says so: 'too_few' items, or 'no_variance' among the marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import sqrt
from typing import NamedTuple

from ictindex.facts import Mark

FEWEST = 10  # items; of fewer, a statistic would be chance
LIMITS = Fraction(196, 100)  # standard deviations to either side hold 95 % of a normal distribution

Item = tuple[str, str]  # entity, answer
Ratings = dict[Item, dict[str, Fraction]]  # item -> reviewer -> mark as a share of the scale


class Bias(NamedTuple):
    """How much higher than the others a reviewer marks, on average; over items that others marked too."""

    reviewer: str
    marked: int
    items: int
    mean: Fraction | None
    why: str


class Pair(NamedTuple):
    """Two reviewers over the items that both marked: first minus second, its sd and limits, and kappa."""

    first: str
    second: str
    items: int
    mean: Fraction | None
    sd: float | None
    low: float | None
    high: float | None
    kappa: Fraction | None
    why: str


class Team(NamedTuple):
    """Reviewers who marked the same items: how reliable one of them is, and the mean of them all."""

    reviewers: tuple[str, ...]
    items: int
    single: Fraction | None  # ICC(2,1)
    average: Fraction | None  # ICC(2,k)
    why: str


class Noise(NamedTuple):
    """The pooled standard deviation of marks within an item, at one question."""

    answer: str
    items: int
    sd: float | None
    why: str


def ratings(marks: Mapping[Item, Iterable[Mark]], scales: Mapping[str, Fraction]) -> Ratings:
    """The reviewers' own marks as shares of their scales; ``scales``: answer -> most."""
    return {
        key: {
            mark.reviewer: mark.mark / scales[key[1]]
            for mark in several
            if mark.role == "reviewer" and mark.round == 1  # the second round is no longer independent
        }
        for key, several in sorted(marks.items())
    }


def biases(given: Ratings) -> list[Bias]:
    """Every reviewer's mean difference to the mean of the others at the same item."""
    marked: dict[str, int] = {}
    apart: dict[str, list[Fraction]] = {}
    for by in given.values():
        total = sum(by.values())
        for reviewer, mark in by.items():
            marked[reviewer] = marked.get(reviewer, 0) + 1
            if len(by) > 1:
                apart.setdefault(reviewer, []).append(mark - (total - mark) / (len(by) - 1))
    return [
        Bias(reviewer, marked[reviewer], len(some), _mean(some) if _enough(some) else None, _why(some))
        for reviewer in sorted(marked)
        for some in [apart.get(reviewer, [])]
    ]


def pairs(given: Ratings) -> list[Pair]:
    """Every two reviewers who have an item in common; those with the most items first."""
    both: dict[tuple[str, str], list[tuple[Fraction, Fraction]]] = {}
    for by in given.values():
        for first, second in combinations(sorted(by), 2):
            both.setdefault((first, second), []).append((by[first], by[second]))
    found = [_pair(*names, marks) for names, marks in both.items()]
    return sorted(found, key=lambda pair: (-pair.items, pair.first, pair.second))


def _pair(first: str, second: str, marks: Sequence[tuple[Fraction, Fraction]]) -> Pair:
    if not _enough(marks):
        return Pair(first, second, len(marks), *[None] * 5, "too_few")
    apart = [a - b for a, b in marks]
    mean, sd = _mean(apart), sqrt(_squares(apart) / (len(apart) - 1))
    half, kappa = float(LIMITS) * sd, weighted_kappa(marks)
    why = "no_variance" if kappa is None else ""
    return Pair(first, second, len(marks), mean, sd, float(mean) - half, float(mean) + half, kappa, why)


def weighted_kappa(marks: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Kappa with squared differences as weights (Cohen 1968): 1 − Σ ω·observed / Σ ω·expected.

    The sums over all cells of the table of steps are sums over the marks themselves, so the scale may have
    any steps. None where both gave one and the same mark throughout.
    """
    first, second = [a for a, _ in marks], [b for _, b in marks]
    observed = _mean([(a - b) ** 2 for a, b in marks])
    expected = (
        _mean([a * a for a in first]) + _mean([b * b for b in second]) - 2 * _mean(first) * _mean(second)
    )
    return 1 - observed / expected if expected else None


def teams(given: Ratings) -> list[Team]:
    """Every two reviewers with items in common, and every larger set that marked an item together."""
    sets = {team for by in given.values() for team in combinations(sorted(by), 2)}
    sets |= {tuple(sorted(by)) for by in given.values() if len(by) > 2}
    found = [_team(team, given) for team in sets]
    return sorted(found, key=lambda team: (len(team.reviewers), -team.items, team.reviewers))


def _team(team: tuple[str, ...], given: Ratings) -> Team:
    rows = [[by[one] for one in team] for by in given.values() if by.keys() >= set(team)]
    if not _enough(rows):
        return Team(team, len(rows), None, None, "too_few")
    single, average = icc(rows)
    return Team(team, len(rows), single, average, "no_variance" if single is None else "")


def icc(rows: Sequence[Sequence[Fraction]]) -> tuple[Fraction | None, Fraction | None]:
    """ICC(2,1) and ICC(2,k) of n items (rows, two or more) by k reviewers (two or more), exactly.

    From the mean squares between items R, between reviewers C and of the rest E; a form
    whose denominator is 0 is None (Shrout & Fleiss 1979).
    """
    n, k = len(rows), len(rows[0])
    items, columns = [_mean(row) for row in rows], [_mean(column) for column in zip(*rows, strict=True)]
    between, across = k * _squares(items), n * _squares(columns)
    whole = _squares([mark for row in rows for mark in row])
    r, c = between / (n - 1), across / (k - 1)
    e = (whole - between - across) / ((n - 1) * (k - 1))
    return _over(r - e, r + (k - 1) * e + k * (c - e) / n), _over(r - e, r + (c - e) / n)


def noise(given: Ratings) -> list[Noise]:
    """Per question the sd within an item, pooled: √(ΣD²/2N) where there are two marks an item."""
    questions: dict[str, list[list[Fraction]]] = {}
    for (_, answer), by in given.items():
        several = questions.setdefault(answer, [])
        if len(by) > 1:
            several.append(list(by.values()))
    return [
        Noise(answer, len(some), _pooled(some) if _enough(some) else None, _why(some))
        for answer, some in sorted(questions.items())
    ]


def _pooled(items: Sequence[Sequence[Fraction]]) -> float:
    return sqrt(sum(map(_squares, items)) / sum(len(item) - 1 for item in items))


def _enough(some: Sequence) -> bool:
    return len(some) >= FEWEST


def _why(some: Sequence) -> str:
    return "" if _enough(some) else "too_few"


def _mean(numbers: Sequence[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0)) / len(numbers)


def _squares(numbers: Sequence[Fraction]) -> Fraction:
    """The sum of squares round the mean."""
    mean = _mean(numbers)
    return sum(((number - mean) ** 2 for number in numbers), Fraction(0))


def _over(above: Fraction, below: Fraction) -> Fraction | None:
    return above / below if below else None
