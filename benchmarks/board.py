"""How long a move of the sliders takes in JupyterLab's kernel, beside the same in floats by NumPy and pandas.

Run as ``python benchmarks/board.py``: made-up units on 40 criteria, each with a slider; a move draws ranks,
levels, chart and table. NumPy and pandas multiply, round and rank alone, and show nothing.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from unittest import mock

import numpy as np
import pandas as pd

from ictindex.page import widgets
from ictindex.page.slider import Category, Sliders, Unit

CRITERIA, MOVES, PARTS = 40, 15, 720_720
AIMS = {700: 100, 11_000: 300}  # units -> milliseconds a move


def main() -> None:
    print("units × criteria: milliseconds a move, median and longest, by processor time; aim; × pandas")
    for units, aim in AIMS.items():
        ours, theirs = measured(made_up(units))
        ratio = statistics.median(ours) / statistics.median(theirs)
        print(f"{units:,} × {CRITERIA}: {statistics.median(ours):.0f}, {max(ours):.0f}; {aim}; × {ratio:.0f}")


def measured(made: Sliders) -> tuple[list[float], list[float]]:
    """Milliseconds of each move of the board, and of the floats."""
    with mock.patch.object(widgets, "sliders", lambda e, group: made):
        board = widgets.Board("qd2051-2016")
    chance, ours, theirs = random.Random(2), [], []
    shares = np.array([[x / PARTS for x in unit.earned] for unit in made.units])
    for _ in range(MOVES):
        category, wish = chance.choice(made.categories).id, chance.randrange(26, 500)
        ours.append(timed(lambda c=category, w=wish: board.move(c, w)))
        theirs.append(timed(lambda: in_floats(shares, np.array(board.points))))
    return ours, theirs


def made_up(units: int) -> Sliders:
    chance, whole = random.Random(1), (PARTS,) * CRITERIA
    return Sliders(
        label_vi="Đơn vị",
        categories=tuple(Category(f"c{k}", f"Tiêu chí {k}", 25) for k in range(CRITERIA)),
        units=tuple(
            Unit(f"{i}", f"Đơn vị {i}", PARTS, tuple(chance.randrange(PARTS + 1) for _ in whole), whole)
            for i in range(units)
        ),
        divided=True,
        scale=Fraction(1),
        as_points=True,
        decimals=3,
        rounding="half_up",
        ties="min",
        rank_on="rounded",
        levels=(("Tốt", Fraction(8, 10)), ("Khá", Fraction(1, 2))),
    )


def in_floats(shares: np.ndarray, points: np.ndarray) -> pd.Series:
    return pd.Series((shares @ points / points.sum()).round(3)).rank(method="min", ascending=False)


def timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return 1000 * (time.process_time() - begun)


if __name__ == "__main__":
    main()
