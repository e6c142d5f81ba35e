"""Variance-based sensitivity: how much of an output's variance each input makes, alone and with the others.

First order by Saltelli et al., *Comput. Phys. Commun.* 181 (2010) 259–270; total order by Jansen, *CPC* 117
(1999) 35–43; on scrambled Sobol' points, at a cost of rows × (factors + 2) evaluations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ictindex.robustness.points import sobol_points

Model = Callable[[np.ndarray], np.ndarray]  # (points, factors) in [0, 1] -> (points,) or (points, outputs)
_TOGETHER = 4096  # points
_TAILS = ((1 - 0.95) / 2, (1 + 0.95) / 2)  # of the intervals


@dataclass(frozen=True)
class Samples:
    """The outputs of the design: ``a`` and ``b`` (rows, outputs), ``mixed`` (factors, rows, outputs).

    ``mixed[j]`` is of matrix A with column j from B.
    """

    factors: tuple[str, ...]
    a: np.ndarray
    b: np.ndarray
    mixed: np.ndarray
    seed: int


@dataclass(frozen=True)
class Indices:
    """The indices of one output; arrays follow ``factors``, intervals are (factors, 2), low and high.

    ``first`` S and ``total`` S_T are None where the output never changes
    (``constant``). Estimates below 0 or above 1 stay as they are: they show the error.
    ``idle``: a factor that changed the output in no row. Intervals come from drawing rows anew, numerator and
    variance together; they leave out what the evenness of Sobol' points gains, and so are rather too wide.
    """

    factors: tuple[str, ...]
    first: np.ndarray | None
    total: np.ndarray | None
    first_interval: np.ndarray | None
    total_interval: np.ndarray | None
    idle: tuple[bool, ...]
    mean: float
    constant: bool
    rows: int


def discrete(u: np.ndarray, levels: int) -> np.ndarray:
    """floor(u·levels) on [0, 1], u = 1 in the last level: a factor that has a few settings."""
    return np.minimum((np.asarray(u) * levels).astype(int), levels - 1)


def evaluate(model: Model, factors: Sequence[str], rows: int = 1024, seed: int = 0) -> Samples:
    """Evaluate the model at rows × (factors + 2) points, some at a time.

    ``rows``: a power of two, for only then are Sobol' points even (ValueError otherwise). A and B are the two
    halves of one sequence of 2·factors dimensions.
    """
    if rows < 2 or rows & (rows - 1):
        raise ValueError(f"rows are a power of two, not {rows}")
    d = len(factors)
    both = sobol_points(rows, 2 * d, np.random.default_rng(seed))
    a, b = both[:, :d], both[:, d:]
    points = np.concatenate([a, b, *(_mixed(a, b, j) for j in range(d))])
    starts = range(0, len(points), _TOGETHER)
    parts = [np.asarray(model(points[start : start + _TOGETHER]), float) for start in starts]
    outputs = np.concatenate(parts).reshape(d + 2, rows, -1)
    if not np.isfinite(outputs).all():
        raise ArithmeticError("the model gave an output that is no number")
    return Samples(tuple(factors), outputs[0], outputs[1], outputs[2:], seed)


def indices(samples: Samples, output: int = 0, replicates: int = 1000) -> Indices:
    """The indices of one column of the outputs."""
    a, b, mixed = samples.a[:, output], samples.b[:, output], samples.mixed[:, :, output]
    rows, d = mixed.shape[1], len(samples.factors)
    both = np.concatenate([a, b])
    mean = float(both.mean())
    constant = bool(np.ptp(both) <= 1e-12 * max(1.0, np.abs(both).max()))
    estimates = [None] * 4
    if not constant:
        columns = _columns(a - mean, b - mean, mixed - mean)
        counts = np.full((1, rows), 1.0)
        first, total = (each[0] for each in _estimates(counts, columns, d))
        again = _bootstrap(columns, d, samples.seed, replicates)
        spread = [np.nanquantile(each, _TAILS, axis=0).T for each in again]
        estimates = [first, total, *spread]
    return Indices(
        samples.factors,
        *estimates,
        idle=tuple(bool((each == a).all()) for each in mixed),
        mean=mean,
        constant=constant,
        rows=rows,
    )


def _mixed(a: np.ndarray, b: np.ndarray, j: int) -> np.ndarray:
    points = a.copy()
    points[:, j] = b[:, j]
    return points


def _columns(a: np.ndarray, b: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    """(rows, 2d + 2) what each row adds to every sum that the estimates are made of."""
    step = mixed - a
    return np.column_stack([(b * step).T, (step**2).T / 2, (a + b) / 2, (a**2 + b**2) / 2])


def _estimates(counts: np.ndarray, columns: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    """(replicates, d) S and S_T when each row is taken ``counts`` (replicates, rows) times."""
    means = counts @ columns / counts.sum(axis=1, keepdims=True)
    variance = means[:, -1] - means[:, -2] ** 2
    variance = np.where(variance > 0, variance, np.nan)[:, None]
    return means[:, :d] / variance, means[:, d : 2 * d] / variance


def _bootstrap(columns: np.ndarray, d: int, seed: int, replicates: int) -> tuple[np.ndarray, np.ndarray]:
    """The estimates again and again, a hundred at a time."""
    rng, rows = np.random.default_rng([seed, 1]), len(columns)
    drawn = [
        _estimates(
            rng.multinomial(rows, np.full(rows, 1 / rows), size=min(100, replicates - start)), columns, d
        )
        for start in range(0, replicates, 100)
    ]
    return tuple(np.concatenate(each) for each in zip(*drawn, strict=True))
