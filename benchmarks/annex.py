"""What a run costs beside plain papermill, measured side by side: python benchmarks/annex.py [ROUNDS].

ours  ictindex run egdi-2018: checked, executed, published as notebook, HTML, XLSX and CSV, verified, renamed
(a)   plain papermill, same environment, on a notebook with the same imports and as many charts, nothing else
(b)   as (a), without the pin of jsonschema: its newest release, as an environment without our lock has it

The three take turns, so that a machine whose speed drifts slows all of them; each ratio is of one round.
"""

from __future__ import annotations

import json
import os
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


def seconds(command: list[str], extra: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env={**os.environ, **extra}, check=True, capture_output=True)
    return time.perf_counter() - begun


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    source = json.loads((ROOT / "notebooks" / f"{EDITION}.ipynb").read_text("utf-8"))
    charts = sum("ict.charts." in "".join(cell["source"]) for cell in source["cells"])
    with tempfile.TemporaryDirectory() as folder:
        plain, unpinned = Path(folder) / "plain.ipynb", Path(folder) / "unpinned"
        plain.write_text(json.dumps(plain_notebook(charts)), "utf-8")
        newest = [str(BIN / "python"), "-m", "pip", "-qqq", "install", "--target", str(unpinned)]
        subprocess.run([*newest, "jsonschema[format-nongpl]>=4.25"], check=True, capture_output=True)
        papermill = [str(BIN / "papermill"), str(plain), str(Path(folder) / "out.ipynb"), "--no-progress-bar"]
        ours = [str(BIN / "ictindex"), "run", EDITION, "--no-progress-bar"]
        contenders = {
            "ours": (ours, {}),
            "(a)": (papermill, {}),
            "(b)": (papermill, {"PYTHONPATH": str(unpinned)}),
        }
        for command, extra in contenders.values():
            seconds(command, extra)  # a first run, not counted: caches of bytecode and files
        taken: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(rounds):
            for name, (command, extra) in contenders.items():
                taken[name].append(seconds(command, extra))
    print(f"{rounds} rounds, {charts} charts, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    for name, values in taken.items():
        print(f"{name:5} {row(values)} s")
    for name, aim in (("(a)", 1.0), ("(b)", 0.6)):
        ratios = [own / other for own, other in zip(taken["ours"], taken[name], strict=True)]
        print(f"ours / {name} {row(ratios)}   aim: at most {aim}")
    print(steps())


def row(values: list[float]) -> str:
    return f"min {min(values):5.2f}  median {statistics.median(values):5.2f}  max {max(values):5.2f}"


def steps() -> str:
    """Where the last run's time went, by its own record."""
    record = json.loads((ROOT / "outputs" / EDITION / "run.json").read_text("utf-8"))
    return "last run: " + ", ".join(f"{step} {value:.2f} s" for step, value in record["seconds"].items())


if __name__ == "__main__":
    main()
