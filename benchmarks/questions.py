"""How many questions of a ranking are settled, for every unit of every edition, and whether answers agree.

Run as ``python benchmarks/questions.py [EDITION…]``, on two processes: ``first``, ``ranks`` and ``tip`` (each
unit and the one ahead of it) at both levels, each weight within ±25 %, 10 s for an end at most, and
``closing``. Ends with 1 where two answers contradict each other.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import groupby, pairwise
from typing import Any

from ictindex.basics import Project, spread
from ictindex.robustness import questions
from ictindex.scoring import Evaluation, evaluate_edition

TOGETHER = 8  # units that a process is handed at a time
_COUNTED = ("first", "ranks", "tip")


def main(editions: list[str]) -> int:
    project, wrong, begun = Project.around(), 0, time.monotonic()
    asked = [each for edition in editions or project.editions() for each in _asked(edition)]
    print("edition, level: settled of all that were asked; CPU seconds of first, ranks and tip together")
    with spread(settled, asked, 2, TOGETHER) as answers:
        paired = zip(asked, answers, strict=True)
        for (edition, level), some in groupby(paired, key=lambda each: each[0][:2]):
            told: Counter = Counter()
            for _, (counts, contradictions) in some:
                told.update(counts)
                for each in contradictions:
                    print(f"{edition}, {level}: {each}", flush=True)
                    wrong += 1
            each = ", ".join(f"{key} {told[key]} of {told[key] + told[f'{key} open']}" for key in _COUNTED)
            print(f"{edition}, {level}: {each}; {told['ms'] / 1000:.0f} s", flush=True)
    print(f"{wrong} contradictions; {time.monotonic() - begun:.0f} s")
    return wrong > 0


def _asked(edition: str) -> Iterator[tuple[str, str, str, str | None]]:
    """Edition, level, each ranked unit, and the one just ahead of it."""
    for level in questions.LEVELS:
        for standings in _evaluated(edition).standings.values():
            codes = [s.entity.code for s in standings if s.rank is not None]
            yield from ((edition, level, unit, ahead) for ahead, unit in pairwise([None, *codes]))


@cache
def _evaluated(edition: str) -> Evaluation:
    return evaluate_edition(edition)


@cache
def _lacking(edition: str) -> dict[str, questions.Lacking]:
    return {each.standing.entity.code: each for each in questions.lacking(_evaluated(edition))}


def settled(asked: tuple[str, str, str, str | None]) -> tuple[Counter, list[str]]:
    """Which answers about a unit are settled, and what they contradict each other in."""
    edition, level, unit, ahead = asked
    e, begun = _evaluated(edition), time.process_time()
    reach = questions.first_place(e, unit, level=level)
    (ranged,) = questions.rank_ranges(e, [unit], level=level)
    pair = questions.pair(e, ahead, unit, level) if ahead else None
    spent = time.process_time() - begun
    whole = ranged.ranks.status == "reached" and ranged.ranks.best.settled and ranged.ranks.worst.settled
    counts = Counter(
        {
            "first" if reach.first.status in ("first", "tied first", "never") else "first open": 1,
            "ranks" if whole else "ranks open": 1,
            "ms": int(1000 * spent),
        }
    )
    if pair:
        turned = pair.relation != "open" or pair.l1.weights is not None
        counts["tip" if turned else "tip open"] += 1
    return counts, list(contradictions(reach, ranged, pair, _lacking(edition)[reach.standing.entity.code]))


def contradictions(
    reach: questions.Reach, ranged: questions.Ranged, pair: questions.Pair | None, lacking: questions.Lacking
) -> Iterator[str]:
    """What four answers about a unit say that cannot all be so; ``pair``: with one that is ahead of it."""
    unit, first, ranks = reach.standing.entity.code, reach.first.status, ranged.ranks
    if ranks.status == "reached":
        if first == "never" and ranks.best.rank == 1:
            yield f"{unit} can never be first, and ranks has it first"
        if first in ("first", "tied first") and ranks.best.bound > 1:
            yield f"{unit} can be first, and ranks bounds it by {ranks.best.bound}"
        exact = ranged.weighing.rank(unit, ranged.weighing.base)
        if not ranks.best.bound <= exact <= ranks.worst.bound:
            yield f"{unit} is {exact} today, outside {ranks.best.bound} to {ranks.worst.bound}"
        if (lacking.closing.to_rank is None) != (lacking.standing.rank == 1):
            yield f"{unit} has rank {lacking.standing.rank}, and closing has a next one: not so"
    if pair and pair.behind.entity.code == unit:
        if pair.relation == "dominates" and (first in ("first", "tied first") or _reaches_first(ranks)):
            yield f"{unit} never turns {pair.ahead.entity.code}, and can be first"
        if pair.relation == "never behind" and first == "first":
            yield f"{unit} never passes {pair.ahead.entity.code}, and can be first alone"


def _reaches_first(ranks: Any) -> bool:
    return ranks.status == "reached" and ranks.best.rank == 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
