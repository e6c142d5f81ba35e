"""Which change of inputs or rules moved each unit, exactly: Shapley's shares over named switches.

A run with some switches thrown is a re-score with those changes made: none is before, all is after.
Shapley, *Contributions to the Theory of Games* II (1953) 307–317.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial

Run = Mapping[frozenset[str], Fraction | None]  # one unit's, by which switches are thrown
Shares = Mapping[str, Fraction]  # switch -> how much of the change it made


@dataclass(frozen=True)
class Attribution:
    """What every switch did to every unit, of scores or ranks alike.

    ``change``: unit -> after − before, None for a unit that has no value in one of the two runs.
    ``shapley``: unit -> its shares, the mean over every order of the switches; they sum to the change.
    None where a run that is needed gives the unit no value; ``absent`` says which one does not: 'before',
    'after', 'both', or 'between', a run with only some of the switches thrown.
    """

    change: Mapping[str, Fraction | None]
    shapley: Mapping[str, Shares | None]
    absent: Mapping[str, str]


def shapley(
    switches: Sequence[str], value: Callable[[frozenset[str]], Mapping[str, Fraction | int | None]]
) -> Attribution:
    """Attribute the change of every unit to the switches; ``value`` is asked once for each of the 2^k sets.

    ``value(thrown)`` gives unit -> score or rank; a unit it leaves out, or gives None, has none in that run.
    """
    runs = {thrown: value(thrown) for thrown in _subsets(switches)}
    units = dict.fromkeys(unit for run in runs.values() for unit in run)
    none, every = frozenset(), frozenset(switches)
    known = {unit: {thrown: _exact(run.get(unit)) for thrown, run in runs.items()} for unit in units}
    return Attribution(
        change={unit: _step(each, none, every) for unit, each in known.items()},
        shapley={unit: _shapley(switches, each) for unit, each in known.items()},
        absent={unit: why for unit, each in known.items() if (why := _absent(each, none, every))},
    )


def _shapley(switches: Sequence[str], runs: Run) -> Shares | None:
    if None in runs.values():
        return None
    k = len(switches)
    shares = {}
    for switch in switches:
        others = tuple(each for each in switches if each != switch)
        shares[switch] = sum(
            (
                Fraction(factorial(len(thrown)) * factorial(k - len(thrown) - 1), factorial(k))
                * (runs[thrown | {switch}] - runs[thrown])
                for thrown in _subsets(others)
            ),
            Fraction(0),
        )
    return shares


def _absent(runs: Run, none: frozenset, every: frozenset) -> str:
    before, after = runs[none] is None, runs[every] is None
    if before or after:
        return "both" if before and after else "before" if before else "after"
    return "between" if None in runs.values() else ""


def _exact(value: Fraction | int | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _step(runs: Run, start: frozenset, end: frozenset) -> Fraction | None:
    return None if runs[start] is None or runs[end] is None else runs[end] - runs[start]


def _subsets(switches: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset(each) for size in range(len(switches) + 1) for each in combinations(switches, size)]
