"""Scrambled Sobol' points: even over the unit cube, and another even set for each seed.

The points that a library of statistics makes too, whose import would cost more than a whole analysis.
Direction numbers of Joe & Kuo, *SIAM J. Sci. Comput.* 30 (2008) 2635–2654, new-joe-kuo-6; scrambled by a
random lower triangular matrix and a digital shift (Matoušek, *J. Complexity* 14 (1998) 527–556).
"""

from __future__ import annotations

import numpy as np

_BITS = 30  # digits of a point in base 2

# Per dimension after the first: degree s and coefficients a of its primitive polynomial, initial numbers m.
_DIRECTIONS = (
    *((1, 0, (1,)), (2, 1, (1, 3)), (3, 1, (1, 3, 1)), (3, 2, (1, 1, 1)), (4, 1, (1, 1, 3, 3))),
    *((4, 4, (1, 3, 5, 13)), (5, 2, (1, 1, 5, 5, 17)), (5, 4, (1, 1, 5, 5, 5)), (5, 7, (1, 1, 7, 11, 19))),
    *((5, 11, (1, 1, 5, 1, 1)), (5, 13, (1, 1, 1, 3, 11)), (5, 14, (1, 3, 5, 5, 31))),
    *((6, 1, (1, 3, 3, 9, 7, 49)), (6, 13, (1, 1, 1, 15, 21, 21)), (6, 16, (1, 3, 1, 13, 27, 49))),
    *((6, 19, (1, 1, 1, 15, 7, 5)), (6, 22, (1, 3, 1, 15, 13, 25)), (6, 25, (1, 1, 5, 5, 19, 61))),
    (7, 1, (1, 3, 7, 11, 23, 15, 103)),
)
MOST = 1 + len(_DIRECTIONS)  # dimensions


def sobol_points(rows: int, dimensions: int, rng: np.random.Generator | None = None) -> np.ndarray:
    """(rows, dimensions) points in [0, 1); without a generator the plain sequence, from its origin.

    ``rows``: a power of two, for only then are they even. ValueError above ``MOST`` dimensions.
    """
    if not 1 <= dimensions <= MOST:
        raise ValueError(f"{dimensions} dimensions; at most {MOST}")
    directions = np.array([_direction(k) for k in range(dimensions)])  # (dimensions, bits), by digit
    shift = np.zeros(dimensions, np.int64)
    if rng is not None:
        directions = _scrambled(directions, rng)
        shift = rng.integers(2**_BITS, size=dimensions)
    gray = np.arange(rows) ^ np.arange(rows) >> 1
    points = np.tile(shift, (rows, 1))
    for digit in range(max(rows - 1, 0).bit_length()):
        points ^= (gray >> digit & 1)[:, None] * directions[:, digit]
    return points / 2**_BITS


def _direction(dimension: int) -> list[int]:
    """The direction numbers of a dimension, from 0, as whole numbers of _BITS digits."""
    if dimension == 0:
        return [1 << _BITS - 1 - i for i in range(_BITS)]
    degree, coefficients, first = _DIRECTIONS[dimension - 1]
    m = list(first)
    for i in range(degree, _BITS):
        new = m[i - degree] ^ m[i - degree] << degree
        for k in range(1, degree):
            if coefficients >> degree - 1 - k & 1:
                new ^= m[i - k] << k
        m.append(new)
    return [each << _BITS - 1 - i for i, each in enumerate(m)]


def _scrambled(directions: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Every direction times a random lower triangular matrix of digits with ones on its diagonal."""
    matrix = np.tril(rng.integers(2, size=(len(directions), _BITS, _BITS)), -1) + np.eye(
        _BITS, dtype=np.int64
    )
    places = np.arange(_BITS - 1, -1, -1)  # the first digit is the highest
    digits = directions[:, :, None] >> places & 1  # (dimensions, directions, digits)
    mixed = np.einsum("dij,dvj->dvi", matrix, digits) & 1
    return (mixed << places).sum(axis=2)
