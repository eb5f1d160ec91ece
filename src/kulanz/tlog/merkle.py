"""The Merkle tree of RFC 6962, section 2.1: hashes, tree heads, proofs and their verification.

A *subtree* (level, index) holds the entries ``index * 2**level`` up to ``(index + 1) * 2**level`` and is
complete. Whoever makes proofs passes a ``HashReader`` that knows the hash of every complete subtree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from kulanz.tlog.errors import ProofError, RangeError

HASH_SIZE: Final = 32
MAX_SIZE: Final = 2**63 - 1
EMPTY_ROOT: Final = sha256().digest()
"""The root of the tree without entries."""

HashReader = Callable[[int, int], bytes]
"""Returns the hash of the complete subtree at (level, index)."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf of the tree."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over the hashes of its two children."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """What must be kept of a growing tree to know its root: the hashes of its largest complete subtrees.

    ``peaks`` go from left to right, as many as ``size`` has bits set. Raises RangeError if they do not fit.
    """

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)
        if not 0 <= size <= MAX_SIZE or len(self._peaks) != size.bit_count():
            raise RangeError(f"expected {size.bit_count()} peaks for {size} entries, got {len(self._peaks)}")

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        filled = self.size
        while filled & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            filled >>= 1
        self._peaks.append(leaf)
        self.size += 1

    @property
    def peaks(self) -> tuple[bytes, ...]:
        return tuple(self._peaks)

    @property
    def root(self) -> bytes:
        """The tree head over all entries so far."""
        return _joined(self._peaks) if self._peaks else EMPTY_ROOT


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The tree head over a stream of leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root


def tree_head(read: HashReader, size: int) -> bytes:
    """The root of the first ``size`` entries, of complete subtrees."""
    return _range_hash(read, 0, _checked_size(size)) if size else EMPTY_ROOT


def subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The largest complete subtrees that cover the entries ``start`` up to ``end``, from left to right."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def inclusion_proof(read: HashReader, index: int, size: int) -> list[bytes]:
    """The hashes that lead from the entry at ``index`` to the root of the first ``size`` entries."""
    return [_range_hash(read, start, end) for start, end in reversed(_beside_entry(index, size))]


def consistency_proof(read: HashReader, old: int, new: int) -> list[bytes]:
    """The hashes that show a tree of ``new`` entries to begin with the tree of ``old`` entries.

    Empty where there is nothing to show: for equal sizes and for an empty old tree.
    """
    first, beside = _beside_old_tree(old, new)
    ranges = [*([] if first is None else [first]), *reversed(beside)]
    return [_range_hash(read, start, end) for start, end in ranges]


def check_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ProofError unless the proof leads from the leaf at ``index`` to the root of ``size`` entries."""
    beside = _beside_entry(index, size)
    _check_length(len(beside), proof)
    for (start, _), other in zip(reversed(beside), proof, strict=True):
        leaf = node_hash(leaf, other) if start > index else node_hash(other, leaf)
    if leaf != root:
        raise ProofError(
            f"expected the proof to lead to the root {root.hex()}, got {leaf.hex()}: "
            f"this entry is not at place {index} of the log, or entry or proof were changed"
        )


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ProofError unless the tree of ``new`` entries is shown to begin with that of ``old`` ones."""
    first, beside = _beside_old_tree(old, new)
    _check_length(len(beside) + (first is not None), proof)
    if old == 0:
        _check_root("old", old_root, EMPTY_ROOT)
        return
    remaining = list(proof)
    seen_old = seen_new = old_root if first is None else remaining.pop(0)
    for (start, _), other in zip(reversed(beside), remaining, strict=True):
        if start < old:
            seen_old, seen_new = node_hash(other, seen_old), node_hash(other, seen_new)
        else:
            seen_new = node_hash(seen_new, other)
    _check_root("old", old_root, seen_old)
    _check_root("new", new_root, seen_new)


Range = tuple[int, int]


def _beside_entry(index: int, size: int) -> list[Range]:
    """The ranges beside the way from the root down to one entry."""
    if not 0 <= index < _checked_size(size):
        raise RangeError(f"expected an entry's place below the size {size}, got {index}")
    start, end = 0, size
    beside: list[Range] = []
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return beside


def _beside_old_tree(old: int, new: int) -> tuple[Range | None, list[Range]]:
    """The last part of the old tree if it is not all of it, and the ranges beside the way down to it."""
    if not 0 <= old <= _checked_size(new):
        raise RangeError(f"expected an old size between 0 and {new}, got {old}")
    start, end = 0, new
    beside: list[Range] = []
    while old and end != old:
        middle = _middle(start, end)
        if old <= middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return ((start, end) if start else None), beside


def _middle(start: int, end: int) -> int:
    """Where RFC 6962 splits: after the largest power of two that is smaller than the length."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _range_hash(read: HashReader, start: int, end: int) -> bytes:
    return _joined([read(level, index) for level, index in subtrees(start, end)])


def _joined(peaks: Sequence[bytes]) -> bytes:
    *others, joined = peaks
    for peak in reversed(others):
        joined = node_hash(peak, joined)
    return joined


def _checked_size(size: int) -> int:
    if not 0 <= size <= MAX_SIZE:
        raise RangeError(f"expected a size between 0 and {MAX_SIZE}, got {size}")
    return size


def _check_length(expected: int, proof: Sequence[bytes]) -> None:
    if len(proof) != expected or any(len(each) != HASH_SIZE for each in proof):
        raise ProofError(
            f"expected a proof of {expected} hashes of {HASH_SIZE} bytes, got {len(proof)} hashes "
            f"of {sorted({len(each) for each in proof})} bytes; ask for a proof of these sizes"
        )


def _check_root(which: str, expected: bytes, seen: bytes) -> None:
    if seen != expected:
        raise ProofError(
            f"expected the proof to lead to the {which} root {expected.hex()}, got {seen.hex()}: "
            "the two trees do not share their start, or the proof was changed"
        )
