"""Rank intervals under many draws of weights, measured side by side: python benchmarks/draws.py [ROUNDS].

ours          draws, scores, ranks with exact ties, counts, intervals: all of ``stability(..., full=False)``
full          the same with shifts, neighbours and central weights
argsort       numpy.argsort alone, on scores made beforehand: no draw, no score, no tie, no count, no interval
pandas        DataFrame.rank(axis=1) alone, on the same scores
scikit-criteria, pymcdm    a weighted sum model and its ranks, draw by draw, as their users write it; timed
              on a few draws and multiplied, since all would take minutes

The contenders take turns; each ratio is of one round, and the median round is shown. Beside one thread, two
and as many as cores are timed. From two follows, by Amdahl's law, what share of the work is one thread's
alone, and what four threads would give where there are no four cores: by how many times as fast argsort is
in two threads, which hold nothing up, since that is how many cores were really free. Scores that are kept to
3 decimals of a share, to 3 decimals of 1,000 points, or not rounded take different ways to a rank.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy starts: one thread is to be one thread

import importlib.util
import math
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from ictindex.robustness.as_numbers import Branch, Problem
from ictindex.robustness.draws import Design, sampler
from ictindex.robustness.intervals import stability

SIZES = [(63, 10_000), (700, 10_000), (11_000, 1_000)]
LARGEST = (11_000, 100_000)
CRITERIA = 40
ROUNDINGS = [
    ("share, 3 decimals", 1.0, 3),
    ("1,000 points, 3 decimals", 1000.0, 3),
    ("not rounded", 1.0, None),
]
CORES = os.cpu_count() or 1
AIMS = {63: 2.0, 700: 1.1}  # units -> times argsort alone, on one thread, at 10,000 draws
FASTER = 3.0  # on four cores, at 700 units
THREADS = sorted({2, CORES, min(CORES, 4)} - {1})


def made_up(units: int, scale: float, decimals: int | None) -> Problem:
    """Units of unlike ability under 5 categories of 8 criteria; a quarter of the answers are yes or no."""
    rng = np.random.default_rng(2342)
    shares = np.clip(rng.beta(4, 3, (units, 1)) + rng.normal(0, 0.25, (units, CRITERIA)), 0, 1)
    shares[:, ::4] = shares[:, ::4] > 0.5
    categories = [
        Branch(f"c{i}", tuple(Branch(f"c{i}.{j}") for j in range(8)), (1 / 8,) * 8) for i in range(5)
    ]
    tree = Branch("", tuple(categories), (0.2, 0.25, 0.1, 0.25, 0.2))
    policy = "share" if scale == 1 else "points"
    applies = np.ones(shares.shape, bool)
    return Problem(tuple(map(str, range(units))), shares, applies, tree, policy, scale, decimals)


def scores(p: Problem, design: Design) -> tuple[np.ndarray, np.ndarray]:
    """(draws, criteria) weights and (draws, units) values of a whole design."""
    ready, all_apply = sampler(p.tree, design), np.ones(CRITERIA, bool)
    weights = np.vstack([p.weights(ready.block(i), all_apply) for i in range(design.blocks)])[: design.draws]
    return weights, weights @ p.shares.T


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def scikit_criteria(p: Problem, weights: np.ndarray) -> None:
    import skcriteria
    from skcriteria.agg.simple import WeightedSumModel

    for row in weights:
        table = skcriteria.mkdm(p.shares, [max] * CRITERIA, weights=row)
        assert len(WeightedSumModel().evaluate(table).rank_) == len(p.units)


def pymcdm(p: Problem, weights: np.ndarray) -> None:
    from pymcdm.methods import WSM

    model, types = WSM(lambda column, cost: column), np.ones(CRITERIA)  # shares, as they are
    for row in weights:
        assert len(model.rank(model(p.shares, row / row.sum(), types))) == len(p.units)


def in_threads(values: np.ndarray, number: int) -> None:
    """argsort by so many threads: how many cores were really free."""
    with ThreadPoolExecutor(number) as threads:
        list(threads.map(lambda rows: np.argsort(rows, axis=1), np.array_split(values, 4 * number)))


def serial(faster: float, cores: float) -> float:
    """The share of the work that is one thread's alone, if so many free cores make it so much faster."""
    return min(1.0, max(0.0, (cores / faster - 1) / (cores - 1))) if cores > 1 else math.nan


def lawful(share: float, threads: int) -> float:
    """How many times as fast so many threads are, if that share of the work is one thread's alone."""
    return 1 / (share + (1 - share) / threads)


def compare(
    units: int, draws: int, rounding: tuple[str, float, int | None], rounds: int
) -> tuple[float, dict[int, tuple[float, float]]]:
    """Prints a few lines; how many times argsort's time ours takes, and how much faster more threads are.

    Of these ours and argsort: so many cores were free.
    """
    name, scale, decimals = rounding
    p, design = made_up(units, scale, decimals), Design(draws=draws)
    _, values = scores(p, design)

    def ours(workers: int, full: bool) -> Callable[[], object]:
        return lambda: stability(p, design, workers=workers, full=full).interval()

    contenders = {
        "argsort": lambda: np.argsort(values, axis=1),
        "ours": ours(1, False),
        "full": ours(1, True),
    }
    for k in THREADS:
        contenders[f"ours, {k}"] = ours(k, False)
        contenders[f"argsort, {k}"] = lambda k=k: in_threads(values, k)
    for work in contenders.values():
        work()  # a first run, not counted
    taken: dict[str, list[float]] = {each: [] for each in contenders}
    for _ in range(rounds):
        for each, work in contenders.items():
            taken[each].append(seconds(work))

    def ratio(one: str, other: str) -> float:
        return statistics.median(a / b for a, b in zip(taken[one], taken[other], strict=True))

    line = f"{units:6,} × {draws:6,}  {name:25}"
    print(
        f"{line} ours {min(taken['ours']):7.4f} s  ours/argsort {ratio('ours', 'argsort'):5.2f}  "
        f"full/argsort {ratio('full', 'argsort'):5.2f}",
        flush=True,
    )
    faster = {k: (ratio("ours", f"ours, {k}"), ratio("argsort", f"argsort, {k}")) for k in THREADS}
    for k, (times, cores) in faster.items():
        alone = f"alone {serial(times, cores):4.0%}"
        print(f"{line} {k} threads: ours × {times:4.2f}, argsort × {cores:4.2f}, {alone}", flush=True)
    return ratio("ours", "argsort"), faster


def told(reached: dict[tuple[int, str], tuple[float, dict[int, tuple[float, float]]]]) -> Iterator[str]:
    """Each aim, what was reached for each kind of rounding, and whether that is it."""
    for (units, name), (times, faster) in reached.items():
        if units in AIMS:
            met = "met" if times <= AIMS[units] else "MISSED"
            yield f"{met:8}{units} units, {name}: {times:.2f} × argsort, aim at most {AIMS[units]:g}"
        if units == 700:
            (four, _), how = faster.get(4, (None, None)), "on four threads"
            if four is None:
                two, cores = faster[2]
                four = lawful(serial(two, cores), 4)
                how = f"on four by the law: × {two:.2f} on two, where argsort had × {cores:.2f}"
            met = "UNTOLD" if math.isnan(four) else "met" if four >= FASTER else "MISSED"
            yield f"{met:8}{units} units, {name}: × {four:.2f} {how}, aim × {FASTER:g} on four cores"


def others(units: int, draws: int, rounds: int) -> None:
    """pandas and the libraries against ours in one thread, 1,000 points with 3 decimals."""
    import pandas as pd

    p, design = made_up(units, 1000.0, 3), Design(draws=draws)
    weights, values = scores(p, design)
    frame, few = pd.DataFrame(values), weights[: max(3, 60_000 // units)]
    contenders: dict[str, tuple[Callable[[], object], float]] = {
        "pandas": (lambda: frame.rank(axis=1, method="min", ascending=False), 1.0)
    }
    for name, module, way in (
        ("scikit-criteria", "skcriteria", scikit_criteria),
        ("pymcdm", "pymcdm", pymcdm),
    ):
        if importlib.util.find_spec(module) is None:
            print(f"{units:6,} × {draws:6,}  {name} is not installed: pip install '.[bench]'")
        else:
            contenders[name] = (lambda way=way: way(p, few), draws / len(few))
    for name, (work, times) in contenders.items():
        work()
        rates = []
        for _ in range(min(rounds, 5)):
            own = seconds(lambda: stability(p, design, workers=1, full=False).interval())
            rates.append(seconds(work) * times / own)
        shown = statistics.median(rates)
        print(f"{units:6,} × {draws:6,}  {name:25} takes {shown:8.1f} times as long as ours", flush=True)


def peak_memory() -> float:
    """MB; psutil knows none on Linux, and ru_maxrss begins with that of the process that started this one."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**2 if sys.platform == "darwin" else 1024
    )


def largest() -> None:
    """The largest run alone, in its own process: its time and its peak of memory."""
    p = made_up(LARGEST[0], 1000.0, 3)
    before = peak_memory()
    taken = seconds(lambda: stability(p, Design(draws=LARGEST[1]), full=False).interval())
    shown = f"{taken:.1f} s on {CORES} cores, peak {peak_memory():,.0f} MB ({before:,.0f} MB before it)"
    print(f"{LARGEST[0]:6,} × {LARGEST[1]:6,}  1,000 points, 3 decimals  {shown}", flush=True)


def main() -> None:
    if sys.argv[1:] == ["largest"]:
        largest()
        return
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    print(f"{rounds} rounds, {CORES} cores, Python {sys.version.split()[0]}, NumPy {np.__version__}")
    reached = {}
    for units, draws in SIZES:
        for rounding in ROUNDINGS:
            reached[units, rounding[0]] = compare(units, draws, rounding, rounds)
        others(units, draws, rounds)
    print(*told(reached), sep="\n", flush=True)
    subprocess.run([sys.executable, __file__, "largest"], check=True)


if __name__ == "__main__":
    main()
