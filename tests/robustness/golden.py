"""The golden example of the formulas: five units, six criteria, shares and weights.

Arithmetic means: 0.71, 0.735, 0.7275, 0.66, 0.5.
"""

import numpy as np

WEIGHTS = (0.20, 0.25, 0.10, 0.25, 0.10, 0.10)
SHARES = np.array(
    [
        [0.90, 0.60, 0.70, 0.80, 0.50, 0.60],
        [0.70, 0.85, 0.60, 0.75, 0.80, 0.55],
        [0.60, 0.70, 0.95, 0.65, 0.90, 0.85],
        [0.85, 0.50, 0.40, 0.70, 0.60, 0.90],
        [0.40, 0.55, 0.50, 0.45, 0.70, 0.50],
    ]
)
SHARES.flags.writeable = False  # it is shared
