"""How many accounts lie within so many hops: exactly, or estimated for everybody at once.

Both let every account hold a row of bytes and, hop by hop, join it with the rows of those it has to do with.
For the exact count a row is a set, one bit for each of a block of accounts, and rows are joined by "or". For
the estimate a row is a HyperLogLog counter (Flajolet, Fusy, Gandouet and Meunier 2007, "HyperLogLog: the
analysis of a near-optimal cardinality estimation algorithm") and rows are joined by their maxima: HyperANF
(Boldi, Rosa and Vigna 2011, "HyperANF: approximating the neighbourhood function of very large graphs on a
budget", WWW).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

REGISTER_BITS: Final = 10
_BLOCK_BYTES: Final = 256
_FEW: Final = 48
_ROWS_AT_ONCE: Final = 1 << 11
_OTHERS_AT_ONCE: Final = 1 << 11
_LARGEST_POWER: Final = 66

Counts = NDArray[np.int64]
_Rows = NDArray[np.uint8]


def relative_error(bits: int = REGISTER_BITS) -> float:
    """Return the relative standard error of a counter with 2**bits registers."""
    return float(1.04 / np.sqrt(2.0**bits))


def around_one(known: sparse.csr_array, account: int, hops: int) -> tuple[int, ...]:
    """Return how many other accounts lie within 1, 2, ... hops of one: exactly, in one pass."""
    reached = np.zeros(known.shape[0], np.bool_)
    reached[account] = True
    counts = []
    for _ in range(hops):
        reached |= known @ reached
        counts.append(int(np.count_nonzero(reached)) - 1)
    return tuple(counts)


def around_all(known: sparse.csr_array, hops: int) -> Counts:
    """Return how many others lie within 1, 2, ... hops of each account, exactly: accounts x hops."""
    spread, count = _Spread(known), known.shape[0]
    counts = np.zeros((count, hops), np.int64)
    for start in range(0, count, 8 * _BLOCK_BYTES):
        rows = _block(count, start)
        for hop in range(hops):
            rows = spread.joined(rows, np.bitwise_or)
            counts[:, hop] += np.bitwise_count(rows.view(np.uint64)).sum(axis=1, dtype=np.int64)
    return spread.given_back(counts) - 1


def about_all(known: sparse.csr_array, hops: int, seed: int, bits: int = REGISTER_BITS) -> Counts:
    """Estimate how many others lie within 1, 2, ... hops of each account: accounts x hops.

    The first hop is counted. The others have the relative standard error of ``relative_error``; they are
    kept from falling from hop to hop. Memory: twice accounts x 2**bits bytes, whatever the ties.
    """
    spread, count = _Spread(known), known.shape[0]
    rows = _counters(count, seed, bits)
    estimates = np.zeros((count, hops), np.int64)
    for hop in range(hops):
        rows = spread.joined(rows, np.maximum)
        estimates[:, hop] = np.rint(_estimated(rows)) if hop else 1 + spread.degrees
    np.maximum.accumulate(estimates, axis=1, out=estimates)
    return spread.given_back(np.minimum(estimates, count)) - 1


class _Spread:
    """Ties with the accounts renumbered, those who have to do with the most people first."""

    def __init__(self, known: sparse.csr_array) -> None:
        self._order = np.argsort(-np.diff(known.indptr), kind="stable")
        place = np.empty(len(self._order), known.indices.dtype)
        place[self._order] = np.arange(len(self._order))
        sorted_rows = known[self._order]
        self._first = sorted_rows.indptr
        self._others = place[sorted_rows.indices]
        self.degrees = np.diff(self._first)

    def given_back(self, values: Counts) -> Counts:
        """Rows in the order of the accounts as they came."""
        original = np.empty_like(values)
        original[self._order] = values
        return original

    def joined(self, rows: _Rows, join: np.ufunc) -> _Rows:
        """Each row joined with those of everybody the account has to do with."""
        result = rows.copy()
        heavy = int(np.searchsorted(-self.degrees, -_FEW, side="left"))
        for account in range(heavy):
            self._join_many(result[account], rows, account, join)
        for start in range(heavy, len(rows), _ROWS_AT_ONCE):
            self._join_few(result[start : start + _ROWS_AT_ONCE], rows, start, join)
        return result

    def _join_many(self, row: _Rows, rows: _Rows, account: int, join: np.ufunc) -> None:
        first, last = self._first[account], self._first[account + 1]
        for start in range(first, last, _OTHERS_AT_ONCE):
            others = self._others[start : min(start + _OTHERS_AT_ONCE, last)]
            join(row, join.reduce(rows[others], axis=0), out=row)

    def _join_few(self, part: _Rows, rows: _Rows, start: int, join: np.ufunc) -> None:
        """Of a run of accounts take the first of each one's others, then the second ...

        As they stand in the order of how many they have, those who have another one come first.
        """
        degrees = self.degrees[start : start + len(part)]
        for nth in range(int(degrees[0]) if len(degrees) else 0):
            have = int(np.searchsorted(-degrees, -nth, side="left"))
            others = self._others[self._first[start : start + have] + nth]
            join(part[:have], rows[others], out=part[:have])


def _block(count: int, start: int) -> _Rows:
    """Rows in which each of the accounts from ``start`` on has its own bit."""
    rows = np.zeros((count, _BLOCK_BYTES), np.uint8)
    members = np.arange(min(8 * _BLOCK_BYTES, count - start))
    rows[start + members, members // 8] = 1 << (members % 8)
    return rows


def _counters(count: int, seed: int, bits: int) -> _Rows:
    """Counters that hold their own account each: register and first one bit come from a random number."""
    drawn = np.random.default_rng(seed).integers(0, 1 << 64, count, np.uint64, endpoint=False)
    register = (drawn >> np.uint64(64 - bits)).astype(np.int64)
    rest = (drawn << np.uint64(bits)) | np.uint64((1 << bits) - 1)
    rows = np.zeros((count, 1 << bits), np.uint8)
    rows[np.arange(count), register] = 1 + _leading_zeros(rest)
    return rows


def _leading_zeros(values: NDArray[np.uint64]) -> _Rows:
    filled = values.copy()
    for shift in (1, 2, 4, 8, 16, 32):
        filled |= filled >> np.uint64(shift)
    return 64 - np.bitwise_count(filled)


def _estimated(rows: _Rows) -> NDArray[np.float64]:
    """Flajolet's estimate of every counter, by linear counting where few registers are filled."""
    registers = rows.shape[1]
    powers = np.exp2(-np.arange(_LARGEST_POWER, dtype=np.float32))
    alpha = 0.7213 / (1 + 1.079 / registers)
    found = np.empty(len(rows))
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        raw = alpha * registers**2 / powers[part].sum(axis=1, dtype=np.float64)
        empty = (part == 0).sum(axis=1)
        linear = registers * np.log(registers / np.maximum(empty, 1))
        found[start : start + _ROWS_AT_ONCE] = np.where((raw <= 2.5 * registers) & (empty > 0), linear, raw)
    return found
