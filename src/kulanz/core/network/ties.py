"""The interaction graph as sparse matrices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import numpy as np
import rustworkx
from numpy.typing import NDArray
from scipy import sparse

_DAMPING: Final = 0.85
_TOLERANCE: Final = 1e-6
_MOST_ROUNDS: Final = 200
_BATCH: Final = 1_000_000
UNITS: Final = 1 << 32
"""The weight 1 in whole numbers, whose sum is the same in whatever order contacts come."""

Ids = NDArray[np.int32]
Units = NDArray[np.int64]


class Ties:
    """``given``: weight of what the row's account gave the column's. ``known``: who has to do with whom.

    ``known`` is symmetric and has no weights. Both have an empty diagonal.
    """

    __slots__ = ("given", "known")

    def __init__(self, given: sparse.csr_array, known: sparse.csr_array) -> None:
        self.given = given
        self.known = known


def ties_of(givers: Ids, receivers: Ids, units: Units, count: int, least: float) -> Ties:
    """Sum the contacts of each pair, and drop what weighs less than ``least``."""
    given = sparse.csr_array((units, (givers, receivers)), shape=(count, count), dtype=np.int64)
    given.sum_duplicates()
    given.data[given.data < round(least * UNITS)] = 0
    given.eliminate_zeros()
    given.data = (given.data / UNITS).astype(np.float32)
    known = sparse.csr_array((np.ones(given.nnz, np.bool_), given.indices, given.indptr), given.shape)
    return Ties(given, known + known.T)


def pagerank(given: sparse.csr_array) -> NDArray[np.float64]:
    """Return the PageRank of every account, summing to 1 (Brin and Page 1998; damping .85)."""
    count = given.shape[0]
    graph: rustworkx.PyDiGraph[None, float] = rustworkx.PyDiGraph()
    graph.add_nodes_from([None] * count)
    edges = given.tocoo()
    for start in range(0, edges.nnz, _BATCH):
        part = slice(start, start + _BATCH)
        rows, columns, weights = edges.row[part], edges.col[part], edges.data[part]
        graph.add_edges_from(list(zip(rows.tolist(), columns.tolist(), weights.tolist(), strict=True)))
    # the library multiplies the tolerance by the number of accounts
    ranks = rustworkx.pagerank(
        graph, _DAMPING, weight_fn=float, tol=_TOLERANCE / max(count, 1), max_iter=_MOST_ROUNDS
    )
    return np.fromiter((ranks[node] for node in range(count)), np.float64, count)


def cores(known: sparse.csr_array) -> Ids:
    """Return the core number of every account (Seidman 1983): the largest k such that it belongs to a
    group in which everybody has to do with at least k others of the group.
    """
    count = known.shape[0]
    graph: rustworkx.PyGraph[None, None] = rustworkx.PyGraph()
    graph.add_nodes_from([None] * count)
    edges = sparse.triu(known).tocoo()
    for start in range(0, edges.nnz, _BATCH):
        part = slice(start, start + _BATCH)
        graph.add_edges_from_no_data(
            list(zip(edges.row[part].tolist(), edges.col[part].tolist(), strict=True))
        )
    # the library's own type says that it returns one number
    found = cast("Mapping[int, int]", rustworkx.core_number(graph))
    return np.fromiter((found[node] for node in range(count)), np.int32, count)
