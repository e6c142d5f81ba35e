"""A sample that anyone can draw again from its published seed, and what the errors in it say about the rest.

Bounds are exact: whole numbers and Fractions throughout, rounded only towards the safe side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from hashlib import sha256
from math import comb

Item = tuple[str, str]  # entity and what is checked there: an answer, a service

UNSURE = Fraction(1, 20)  # what is left over from 95 %
GRID = 10**6  # Clopper–Pearson's bound is rounded up to a multiple of 1/GRID


def digest(seed: str | int, entity: str, what: str) -> str:
    """SHA-256 of 'seed|entity|what' in UTF-8, as ``printf %s 'seed|entity|what' | sha256sum`` prints it."""
    return sha256(f"{seed}|{entity}|{what}".encode()).hexdigest()


def in_order(items: Iterable[Item], seed: str | int) -> list[Item]:
    """The items in the order of their digests, which nobody can foresee who does not know the seed."""
    return sorted(set(items), key=lambda item: (digest(seed, *item), item))


def drawn(
    items: Iterable[Item], seed: str | int, size: int, stratum: Callable[[Item], str] = lambda _: ""
) -> list[Item]:
    """The first ``size`` items in that order; all of them where there are fewer.

    Of several strata each gives the first of its own, in proportion to what it has. What proportion leaves
    over goes to the largest remainders, and of equal ones to the first by name.
    """
    ordered = in_order(items, seed)
    parts: dict[str, list[Item]] = {}
    for item in ordered:
        parts.setdefault(stratum(item), []).append(item)
    size = min(max(size, 0), len(ordered))
    shares = {name: Fraction(size * len(part), len(ordered)) for name, part in parts.items()}
    whole = {name: int(share) for name, share in shares.items()}
    by_remainder = sorted(shares, key=lambda name: (whole[name] - shares[name], name))
    more = by_remainder[: size - sum(whole.values())]
    chosen = {item for name, part in parts.items() for item in part[: whole[name] + (name in more)]}
    return [item for item in ordered if item in chosen]


# --- how many, and what they prove ------------------------------------------------------------------------


def smallest_sample(most: Fraction, population: int | None = None) -> int:
    """How many items, when no error is found in them, show with 95 % that at most ``most`` of all are wrong.

    Without a ``population`` ⌈ln 0.05 / ln(1 − most)⌉ (59 for 5 %); a finite one needs fewer. ``most``: 0 … 1.
    """
    if population is None:
        left, size = Fraction(1), 0
        while left > UNSURE:
            left, size = left * (1 - most), size + 1
        return size
    too_many = int(most * population) + 1  # wrong items: the fewest that would break the claim
    if too_many > population:
        return 0

    def shows(size: int) -> bool:
        return at_most(0, population, too_many, size) <= UNSURE

    return _first(shows, min(population, smallest_sample(most)))


def at_most(errors: int, population: int, wrong: int, size: int) -> Fraction:
    """The chance of ``errors`` or fewer among ``size`` items of a population in which ``wrong`` are wrong."""
    found = sum(comb(wrong, i) * comb(population - wrong, size - i) for i in range(min(errors, size) + 1))
    return Fraction(found, comb(population, size))


def upper_bound(errors: int, size: int) -> Fraction | None:
    """The one-sided 95 % upper bound of the error rate, of a population without end; None of nothing checked.

    Clopper & Pearson (1934), rounded up to a multiple of 1/GRID.
    """
    if size == 0:
        return None

    def ruled_out(point: int) -> bool:
        """Whether so few errors have a chance of 5 % or less at a rate of point/GRID; the sum by Horner."""
        right, some = GRID - point, 0
        for i in range(errors, -1, -1):
            some += comb(size, i) * point**i * right ** (errors - i)
        return some * right ** (size - errors) * UNSURE.denominator <= GRID**size

    return Fraction(_first(ruled_out, GRID), GRID)


def lower_bound(errors: int, size: int) -> Fraction | None:
    """The one-sided 95 % lower bound of the error rate: what upper_bound says of those without error."""
    most_right = upper_bound(size - errors, size)
    return None if most_right is None else 1 - most_right


def least_wrong(errors: int, size: int, population: int, unsure: Fraction = UNSURE) -> int:
    """How many of a finite population are wrong at least, with 95 %: see most_wrong."""
    return population - most_wrong(size - errors, size, population, unsure)


def most_wrong(errors: int, size: int, population: int, unsure: Fraction = UNSURE) -> int:
    """How many of a finite population are wrong at most, with 95 %: exact, hypergeometric.

    The largest number at which so few errors in the sample still have a chance above 5 % (``unsure``).
    """
    fewest, most = errors, population - (size - errors)  # the sample itself proves this much

    def ruled_out(more: int) -> bool:
        return fewest + more > most or at_most(errors, population, fewest + more, size) <= unsure

    return fewest + _first(ruled_out, most - fewest + 1) - 1


def in_strata(counts: Iterable[tuple[int, int, int]]) -> tuple[int, int]:
    """How many of several strata are wrong at least and at most together, with 95 %.

    ``counts``: errors, size and population of each. Each stratum's bound leaves over its part of the 5 %
    (Bonferroni), so that all of them hold at once: safe, and a little wide.
    """
    counts = list(counts)
    unsure = UNSURE / max(1, len(counts))
    least = sum(least_wrong(*each, unsure) for each in counts)
    return least, sum(most_wrong(*each, unsure) for each in counts)


def _first(holds: Callable[[int], bool], high: int) -> int:
    """The first of 0 … high at which something holds that goes on holding; it holds at ``high``."""
    low = 0
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
