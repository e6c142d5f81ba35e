"""How time and memory grow with the number of units: python benchmarks/scale.py [UNITS ...].

A methodology of 100 criteria of seven kinds, made up as in wide.py, and inputs of each size are linted, run,
found unchanged and verified beside a run of egdi-2018. Time is that of the processors, of a command and all
of its processes, which other work disturbs less than the clock; memory is the largest process' own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import wide

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-c", "from ictindex.cli.start import main; main()"]
BESIDE = "egdi-2018"
TIMES, RUN_MB, LINT_MB, UNCHANGED = 15, 600, 500, 1.0  # the aims
GROWTH = 1.15  # that a unit may cost more at a larger size, to be called in proportion


class Cost(NamedTuple):
    """Processor seconds of a command and what it started, MB of the largest process, seconds by the clock."""

    processor: float
    megabytes: float
    clock: float


class Size(NamedTuple):
    """What the commands cost at one number of units."""

    lint: Cost
    run: Cost
    unchanged: Cost
    verify: Cost


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or [1_000, 2_000]
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; 100 criteria of {len(wide.KINDS)} kinds")
    with tempfile.TemporaryDirectory() as folder:
        project = made_up(Path(folder))
        beside = measured(project, "run", BESIDE, "--no-progress-bar")
        print(f"{BESIDE}: {beside.processor:.1f} s of processor, {beside.megabytes:.0f} MB")
        print("   units   lint s  lint MB    run s   run MB  ms a unit  unchanged s  verify s   × egdi-2018")
        each: dict[int, Size] = {}
        for size in sizes:
            each[size] = row(project, size, beside)
    for aim, reached, met in aims(each, beside):
        print(f"{'met' if met else 'MISSED':8}{aim}: {reached}")


def made_up(project: Path) -> Path:
    for name in ("parameters", "inputs", "notebooks"):
        shutil.copytree(ROOT / name, project / name)
    made = json.dumps(wide.methodology(10, 10), ensure_ascii=False, indent=1)  # which YAML reads
    (project / "parameters" / "methodologies" / "wide.yaml").write_text(made, "utf-8")
    measured(project, "new-year", "wide", "2024", "--from", wide.MODEL)
    return project


def row(project: Path, size: int, beside: Cost) -> Size:
    filled = get_context("spawn").Process(
        target=wide.fill, args=(project / "inputs" / wide.EDITION, size, 10, 10)
    )
    filled.start(), filled.join()  # apart: what it took would count as the least that any process below takes
    lint = measured(project, "lint", wide.EDITION)
    run = measured(project, "run", wide.EDITION, "--no-progress-bar", "--timeout", "6000")
    unchanged = measured(project, "run", wide.EDITION, "--no-progress-bar")
    verify = measured(project, "verify", str(project / "outputs" / wide.EDITION))
    print(
        f"{size:8,}{lint.processor:9.1f}{lint.megabytes:9.0f}{run.processor:9.1f}{run.megabytes:9.0f}"
        f"{run.processor / size * 1000:11.1f}{unchanged.clock:13.2f}{verify.processor:10.1f}"
        f"{run.processor / beside.processor:14.1f}",
        flush=True,
    )
    return Size(lint, run, unchanged, verify)


def aims(each: dict[int, Size], beside: Cost) -> Iterator[tuple[str, str, bool]]:
    """What is asked for, what was reached, and whether that is it; what was not measured is not."""
    runs = {size: of.run for size, of in each.items()}
    times = {size: run.processor / beside.processor for size, run in runs.items()}
    yield _most(f"{TIMES} × {BESIDE}", 11_000, times, TIMES, "{:.1f} ×")
    yield _most(f"{RUN_MB} MB a process", 11_000, _megabytes(runs), RUN_MB, "{:.0f} MB")
    lint = {size: of.lint for size, of in each.items()}
    yield _most(f"{LINT_MB} MB to lint", 50_000, _megabytes(lint), LINT_MB, "{:.0f} MB")
    clock = {size: of.unchanged.clock for size, of in each.items()}
    yield _most(f"{UNCHANGED:g} s where nothing changed", max(each), clock, UNCHANGED, "{:.2f} s")
    for one, other in pairwise(sorted(runs)):
        more, of = other / one, f"{one:,} to {other:,} units, × {other / one:.1f}"
        slower = runs[other].processor / runs[one].processor
        yield f"time in proportion, {of}", f"× {slower:.2f}", slower <= GROWTH * more
        larger = runs[other].megabytes / runs[one].megabytes
        yield f"memory in proportion at most, {of}", f"× {larger:.2f}", larger <= more


def _megabytes(costs: dict[int, Cost]) -> dict[int, float]:
    return {size: cost.megabytes for size, cost in costs.items()}


def _most(aim: str, at: int, reached: dict[int, float], most: float, said: str) -> tuple[str, str, bool]:
    """An aim that is to be met at one number of units."""
    got = reached.get(at)
    words = "not measured" if got is None else said.format(got)
    return f"at most {aim}, {at:,} units", words, got is not None and got <= most


def measured(project: Path, *words: str) -> Cost:
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "--project", str(project), *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(said.decode())
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, time.perf_counter() - begun)


if __name__ == "__main__":
    main()
