"""How many questions of rank are settled: per edition and level, who can be first and the ranks in reach.

Run as ``python benchmarks/questions.py [EDITION…]``; each weight within ± 25 %, 10 s for an end at most. Ends
with 1 where two answers contradict each other.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from ictindex.basics import Project
from ictindex.robustness import questions
from ictindex.scoring import Evaluation, evaluate_edition

SHOWN = 25  # units of a group at most: the first ones


def main(editions: list[str]) -> int:
    project, wrong = Project.around(), 0
    print(
        f"{'edition, level':38} {'units':>5} {'first settled':>13} {'open':>5} {'ranks settled':>13} open   s"
    )
    for edition in editions or project.editions():
        e = evaluate_edition(edition, project)
        for level in questions.LEVELS:
            begun = time.monotonic()
            counts, contradictions = settled(e, level)
            wrong += contradictions
            told = [counts[key] for key in ("units", "first", "first open", "ranks", "ranks open")]
            row = f"{told[0]:>5} {told[1]:>13} {told[2]:>5} {told[3]:>13} {told[4]:>4}"
            print(f"{f'{edition}, {level}':38} {row} {time.monotonic() - begun:>4.0f}", flush=True)
    print(f"{wrong} contradictions")
    return wrong > 0


def settled(e: Evaluation, level: str) -> tuple[Counter, int]:
    """How many answers there are, and in how many units two of them contradict each other."""
    counts, wrong = Counter(), 0
    for standings in e.standings.values():
        codes = [s.entity.code for s in standings if s.rank is not None][:SHOWN]
        for each in questions.rank_ranges(e, codes, level=level) if codes else ():
            reach = questions.first_place(e, each.standing.entity.code, level=level).first
            ranks = each.ranks
            whole = ranks.status == "reached" and ranks.best.settled and ranks.worst.settled
            told = reach.status in ("first", "tied first", "never")
            counts += Counter({"units": 1, "first" if told else "first open": 1})
            counts["ranks" if whole else "ranks open"] += 1
            if told and ranks.status == "reached":
                never = reach.status == "never"
                wrong += ranks.best.rank == 1 if never else ranks.best.bound > 1
    return counts, wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
