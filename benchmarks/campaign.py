"""Tamper, kill, feed rubbish, race, and count what got through: python benchmarks/campaign.py [--only PART].

flips   a built output folder or a source is changed by a byte, cell or file: ``verify`` must see it
kills   writing commands are killed: the state is whole, the next run works, nothing is left behind
files   mutated forms, CSV, YAML and notebooks: findings, never an exception, within time and memory
pairs   two commands at once: each waits or is refused, nothing is lost
twice   the same, always collect with collect, on a hundred forms
disk    commands on a disk that is full: nothing is half, and it works again with room
cases   faults that were found once, each by name

Everything happens in throw-away copies. Trial i of a part has the seed SEED + i; a failure is printed with
the words that repeat it alone. Exit code 1 where anything failed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Protocol

from tqdm import tqdm

from benchmarks.hostile.cases import CASES, Cases
from benchmarks.hostile.disk import Disk
from benchmarks.hostile.files import Files
from benchmarks.hostile.flips import Flips
from benchmarks.hostile.kills import Kills
from benchmarks.hostile.pairs import Pairs, Twice
from benchmarks.hostile.stage import Stage, prepare
from benchmarks.hostile.tally import Fault, Outcome, Tally, table


class Part(Protocol):
    """A kind of trial; made once in each process, with a folder of its own."""

    def attempt(self, seed: int) -> Outcome: ...


MADE: dict[str, Callable[[Stage, Path], Part]] = {
    "cases": Cases,
    "flips": Flips,
    "kills": Kills,
    "pairs": Pairs,
    "twice": Twice,
    "disk": Disk,
    "files": Files,
}
TRIALS = {
    "cases": len(CASES),
    "flips": 1_000,
    "kills": 200,
    "pairs": 50,
    "twice": 50,
    "disk": 30,
    "files": 10_000,
}
SHORT = {"cases": len(CASES), "flips": 40, "kills": 20, "pairs": 8, "twice": 2, "disk": 4, "files": 400}
UNITS_OF_CROWD = 165  # of whose made-up forms some hundred have no finding
_part: Part  # of this process


def main(arguments: list[str] | None = None) -> int:
    """Run a campaign and print what it came to; the exit code."""
    told = _parser().parse_args(arguments)
    parts = [told.only] if told.only else list(MADE)
    if told.only == "cases" and told.list:
        print("\n".join(f"{number:3} {name}" for number, name in enumerate(CASES)))
        return 0
    until = time.monotonic() + 60 * told.minutes
    tallies = []
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        stage = prepare(Path(folder) / "stage", 20 if told.short else UNITS_OF_CROWD)
        for part in parts:
            count = told.count or max(1, round((SHORT if told.short else TRIALS)[part] * told.scale))
            work = Path(folder) / part
            tally = run_part(part, stage, work, range(told.seed, told.seed + count), told.jobs, until)
            tallies.append(tally)
            print("\n".join(tally.lines()), flush=True)
    print(table(tallies))
    return int(any(tally.failed for tally in tallies))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="campaign", description=__doc__.partition(":")[0])
    parser.add_argument("--only", choices=list(MADE), help="this part alone")
    parser.add_argument("--seed", type=int, default=0, help="of the first trial of each part")
    parser.add_argument("--count", type=int, help="how many trials; by default as in a whole campaign")
    parser.add_argument("--scale", type=float, default=1.0, help="how many times as many trials")
    parser.add_argument("--short", action="store_true", help="a few minutes")
    parser.add_argument("--minutes", type=float, default=240, help="no trial begins after so many")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="trials at the same time")
    parser.add_argument("--list", action="store_true", help="with --only cases: their names")
    return parser


def run_part(part: str, stage: Stage, folder: Path, seeds: range, jobs: int, until: float) -> Tally:
    """The trials of one part in processes of their own, ``jobs`` at a time, as long as there is time."""
    tally = Tally(part, len(seeds))
    with tqdm(total=len(seeds), desc=part, file=sys.stderr, mininterval=5) as bar:
        for outcome in _outcomes(part, stage, folder, seeds, jobs, until):
            tally.outcomes.append(outcome)
            bar.set_postfix(failed=len(tally.failed), refresh=False)
            bar.update()
    return tally


def _outcomes(
    part: str, stage: Stage, folder: Path, seeds: range, jobs: int, until: float
) -> Iterator[Outcome]:
    waiting = iter(seeds)
    spawned = multiprocessing.get_context("spawn")
    pool = None
    under_way: dict[Future, int] = {}
    while True:
        pool = pool or ProcessPoolExecutor(jobs, spawned, initializer=_begin, initargs=(part, stage, folder))
        while (
            len(under_way) < jobs and time.monotonic() < until and (seed := next(waiting, None)) is not None
        ):
            under_way[pool.submit(_attempt, seed)] = seed
        if not under_way:
            pool.shutdown()
            return
        for future in wait(under_way, return_when=FIRST_COMPLETED).done:
            seed = under_way.pop(future)
            try:
                yield future.result()
            except BrokenProcessPool:  # what was tried took the process with it, or its neighbour's did
                yield Outcome(seed, "?", (Fault("crashed", "the process of this trial, or its pool, died"),))
                pool = None


def _begin(part: str, stage: Stage, folder: Path) -> None:
    global _part
    own = folder / str(os.getpid())
    own.mkdir(parents=True)
    _part = MADE[part](stage, own)


def _attempt(seed: int) -> Outcome:
    try:
        return _part.attempt(seed)
    except Exception as error:  # of the trial, not of what is tried: it ends no campaign, and is no success
        told = f"the trial itself: {type(error).__name__}: {str(error)[:160]}"
        return Outcome(seed, "?", (Fault("crashed", told),))


if __name__ == "__main__":
    sys.exit(main())
