"""How many accounts lie within so many hops: exactly, or estimated for everybody at once.

Both let every account hold a row of bytes and, hop by hop, join it with the rows of those it has to do with.
For the exact count a row is a set, one bit for each of a block of accounts, and rows are joined by "or". For
the estimate a row is a HyperLogLog counter (Flajolet, Fusy, Gandouet and Meunier 2007, "HyperLogLog: the
analysis of a near-optimal cardinality estimation algorithm") and rows are joined by their maxima: HyperANF
(Boldi, Rosa and Vigna 2011, "HyperANF: approximating the neighbourhood function of very large graphs on a
budget", WWW).
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
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
Rows = NDArray[np.uint8]
Drawn = NDArray[np.uint64]


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


def drawn(accounts: Iterable[str], seed: int) -> Drawn:
    """Return a number of 64 bits for each account, as good as drawn by chance: by ``seed`` and its name only.

    So an estimate is the same in whatever order, and on however many machines, the accounts are counted.
    """
    key = b"%d" % seed
    digests = (blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8, key=key) for name in accounts)
    return np.array([int.from_bytes(each.digest()) for each in digests], np.uint64)


def about_all(known: sparse.csr_array, hops: int, numbers: Drawn, bits: int = REGISTER_BITS) -> Counts:
    """Estimate how many others lie within 1, 2, ... hops of each account: accounts x hops.

    ``numbers`` are the accounts' ``drawn`` ones. The first hop is counted. The others have the relative
    standard error of ``relative_error``; they are kept from falling from hop to hop. Memory: twice
    accounts x 2**bits bytes, whatever the ties.
    """
    spread, count = _Spread(known), known.shape[0]
    rows = counters(numbers[spread.order], bits)
    estimates = np.zeros((count, hops), np.int64)
    for hop in range(hops):
        rows = spread.joined(rows, np.maximum)
        estimates[:, hop] = estimated(rows) if hop else 1 + spread.degrees
    return spread.given_back(settled(estimates, count))


def settled(estimates: Counts, count: int) -> Counts:
    """Return estimates that never fall from hop to hop, of the others among ``count`` accounts."""
    return np.minimum(np.maximum.accumulate(estimates, axis=1), count) - 1


class _Spread:
    """Ties with the accounts renumbered, those who have to do with the most people first."""

    def __init__(self, known: sparse.csr_array) -> None:
        self.order = np.argsort(-np.diff(known.indptr), kind="stable")
        place = np.empty(len(self.order), known.indices.dtype)
        place[self.order] = np.arange(len(self.order))
        sorted_rows = known[self.order]
        self._first = sorted_rows.indptr
        self._others = place[sorted_rows.indices]
        self.degrees = np.diff(self._first)

    def given_back(self, values: Counts) -> Counts:
        """Rows in the order of the accounts as they came."""
        original = np.empty_like(values)
        original[self.order] = values
        return original

    def joined(self, rows: Rows, join: np.ufunc) -> Rows:
        """Each row joined with those of everybody the account has to do with."""
        result = rows.copy()
        heavy = int(np.searchsorted(-self.degrees, -_FEW, side="left"))
        for account in range(heavy):
            self._join_many(result[account], rows, account, join)
        for start in range(heavy, len(rows), _ROWS_AT_ONCE):
            self._join_few(result[start : start + _ROWS_AT_ONCE], rows, start, join)
        return result

    def _join_many(self, row: Rows, rows: Rows, account: int, join: np.ufunc) -> None:
        first, last = self._first[account], self._first[account + 1]
        for start in range(first, last, _OTHERS_AT_ONCE):
            others = self._others[start : min(start + _OTHERS_AT_ONCE, last)]
            join(row, join.reduce(rows[others], axis=0), out=row)

    def _join_few(self, part: Rows, rows: Rows, start: int, join: np.ufunc) -> None:
        """Of a run of accounts take the first of each one's others, then the second ...

        As they stand in the order of how many they have, those who have another one come first.
        """
        degrees = self.degrees[start : start + len(part)]
        for nth in range(int(degrees[0]) if len(degrees) else 0):
            have = int(np.searchsorted(-degrees, -nth, side="left"))
            others = self._others[self._first[start : start + have] + nth]
            join(part[:have], rows[others], out=part[:have])


def _block(count: int, start: int) -> Rows:
    """Rows in which each of the accounts from ``start`` on has its own bit."""
    rows = np.zeros((count, _BLOCK_BYTES), np.uint8)
    members = np.arange(min(8 * _BLOCK_BYTES, count - start))
    rows[start + members, members // 8] = 1 << (members % 8)
    return rows


def counters(numbers: Drawn, bits: int = REGISTER_BITS) -> Rows:
    """Return counters that hold their own account each: register and first one bit come from its number."""
    register = (numbers >> np.uint64(64 - bits)).astype(np.int64)
    rest = (numbers << np.uint64(bits)) | np.uint64((1 << bits) - 1)
    rows = np.zeros((len(numbers), 1 << bits), np.uint8)
    rows[np.arange(len(numbers)), register] = 1 + _leading_zeros(rest)
    return rows


def _leading_zeros(values: NDArray[np.uint64]) -> Rows:
    filled = values.copy()
    for shift in (1, 2, 4, 8, 16, 32):
        filled |= filled >> np.uint64(shift)
    return 64 - np.bitwise_count(filled)


def estimated(rows: Rows) -> Counts:
    """Return Flajolet's estimate of every counter, by linear counting where few registers are filled."""
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
    return np.rint(found).astype(np.int64)
