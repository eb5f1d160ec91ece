"""Sums over the rows that each of many texts calls on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix


def pooled(
    rows: NDArray[np.int32], lengths: NDArray[np.integer], values: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Sum the rows of ``values`` that ``rows`` names, ``lengths[i]`` of them for text i."""
    starts = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=starts[1:])
    ones = np.ones(len(rows), np.float32)
    return np.asarray(csr_matrix((ones, rows, starts), shape=(len(lengths), len(values))) @ values)
