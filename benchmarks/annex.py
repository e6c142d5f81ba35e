"""What a run costs beside plain papermill, measured side by side: python benchmarks/annex.py [ROUNDS].

ours       ictindex run egdi-2018: checked, executed, verified, published as PDF, DOCX, HTML, XLSX and CSV
papermill  plain papermill, same environment, a notebook with the same imports and as many charts only

The two take turns, so that a machine whose speed drifts slows both; each ratio is of one round, by the
clock and by processor time, which other work on the machine disturbs less.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
EDITION = "egdi-2018"

IMPORTS = """\
import ictindex as ict
ict.points, ict.table
import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
"""
CHART = """\
import io
from IPython.display import SVG
figure = Figure(figsize=(10, 7))
axes = figure.subplots()
axes.barh([f"unit {i}" for i in range(193)], [i / 193 for i in range(193)])
drawn = io.BytesIO()
FigureCanvasSVG(figure).print_svg(drawn)
SVG(drawn.getvalue())
"""


_NEVER_RUN = {"metadata": {}, "execution_count": None, "outputs": []}


def plain_notebook(charts: int) -> dict:
    """Imports and charts, nothing else."""
    cells = [IMPORTS, *[CHART] * charts]
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{i}",
                "metadata": {},
                "source": text,
                "execution_count": None,
                "outputs": [],
            }
            for i, text in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def seconds(command: list[str]) -> tuple[float, float]:
    """What a command takes: by the clock, and of processor time, its own and its children's."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, used


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    source = json.loads((ROOT / "notebooks" / f"{EDITION}.ipynb").read_text("utf-8"))
    charts = sum("ict.charts." in "".join(cell["source"]) for cell in source["cells"])
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.ipynb"
        plain.write_text(json.dumps(plain_notebook(charts)), "utf-8")
        papermill = [str(BIN / "papermill"), str(plain), str(Path(folder) / "out.ipynb"), "--no-progress-bar"]
        ours = [str(BIN / "ictindex"), "run", EDITION, "--force", "--no-progress-bar"]
        contenders = {"ours": ours, "papermill": papermill}
        for command in contenders.values():
            seconds(command)  # a first run, not counted: caches of bytecode and files
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
        for _ in range(rounds):
            for name, command in contenders.items():
                taken[name].append(seconds(command))
    print(f"{rounds} rounds, {charts} charts, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    for kind, what in enumerate(("clock", "processor")):
        for name, values in taken.items():
            print(f"{what:9}  {name:9} {row([value[kind] for value in values])} s")
        pairs = zip(taken["ours"], taken["papermill"], strict=True)
        ratios = [own[kind] / other[kind] for own, other in pairs]
        print(f"{what:9}  ratio     {row(ratios)}   aim: at most 1.0")
    print(steps())


def row(values: list[float]) -> str:
    return f"min {min(values):5.2f}  median {statistics.median(values):5.2f}  max {max(values):5.2f}"


def steps() -> str:
    """Where the last run's time went, by its own record."""
    record = json.loads((ROOT / "outputs" / EDITION / "run.json").read_text("utf-8"))
    return "last run: " + ", ".join(f"{step} {value:.2f} s" for step, value in record["seconds"].items())


if __name__ == "__main__":
    main()
