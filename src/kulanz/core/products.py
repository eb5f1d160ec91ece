"""Linear models whose results do not depend on what they are asked beside.

A fast matrix product adds up in an order that changes with the number of rows and the place of a row among
them, and rounding makes other last bits of it: the same thread would get other figures in another batch.
So inputs and weights are whole multiples of small powers of two, of which sums are exact in any order.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.features import Floats

_STEPS: Final = np.float32(2.0**20)
_EXACT: Final = 2.0**53
_ROWS: Final = 256


def standard_product(inputs: Floats, mean: Floats, scale: Floats, clip: float, weights: Floats) -> Floats:
    """Standardise and clip inputs (rows x inputs), and multiply them with weights (inputs x outputs).

    ``clip`` is at most 8: what is clipped to it is as fine, in steps of 2**-20, as float32 is there.
    """
    steps = _steps(weights, clip)
    whole = np.ascontiguousarray(np.rint(weights * steps))
    out = np.empty((len(inputs), weights.shape[1]), np.float32)
    for first in range(0, len(inputs), _ROWS):  # few enough rows to stay in the processor's cache
        standard = inputs[first : first + _ROWS] - mean
        standard /= scale
        np.clip(standard, -clip, clip, out=standard)
        standard *= _STEPS
        np.rint(standard, out=standard)
        out[first : first + _ROWS] = standard.astype(np.float64) @ whole / (steps * _STEPS)
    return out


def _steps(weights: Floats, clip: float) -> NDArray[np.float64]:
    """How many steps make a weight of 1, for each output: as many as keep all sums exact."""
    most = np.abs(weights).sum(axis=0, dtype=np.float64) * (clip * float(_STEPS)) + 1
    steps: NDArray[np.float64] = np.exp2(np.floor(np.log2(_EXACT / most)) - 1)
    return steps
