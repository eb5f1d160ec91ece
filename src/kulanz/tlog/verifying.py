"""Verifies a log without trusting who publishes it: all of its files, or that it has only grown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.tlog.checkpoints import Checkpoint, open_checkpoint
from kulanz.tlog.errors import ForkError, MissingError, TileError, TruncatedError
from kulanz.tlog.merkle import leaf_hash, root_of, tree_head
from kulanz.tlog.notes import Verifier
from kulanz.tlog.tiles import (
    CHECKPOINT_PATH,
    FULL,
    CheckedTiles,
    ReadFile,
    bundle_at,
    edge_root,
    read_bundle,
    read_tile,
    tile_at,
)

MOST_WRONG: Final = 100


@dataclass(frozen=True, slots=True)
class Wrong:
    """A file of the log that is missing or does not hold what was signed, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying a whole log found: nothing ``wrong``, or the first hundred files that are."""

    checkpoint: Checkpoint
    wrong: tuple[Wrong, ...]

    @property
    def ok(self) -> bool:
        return not self.wrong


def read_checkpoint(read: ReadFile, keys: Sequence[Verifier], origin: str | None = None) -> Checkpoint:
    """The published checkpoint, verified. Raises MissingError, FormatError or SignatureError."""
    content = read(CHECKPOINT_PATH)
    if content is None:
        raise MissingError(CHECKPOINT_PATH)
    return open_checkpoint(content, keys, origin)


def verify_log(read: ReadFile, keys: Sequence[Verifier], origin: str | None = None) -> Verdict:
    """Hash every entry again, compare every tile, and compare the root with the signed one.

    Only one row of 256 hashes of each level is kept. Raises what ``read_checkpoint`` raises.
    """
    checkpoint = read_checkpoint(read, keys, origin)
    rebuilt = _Rebuilt(read, checkpoint.size)
    rebuilt.read_all()
    if rebuilt.complete and rebuilt.root != checkpoint.root:
        return Verdict(checkpoint, tuple(_wrong_entries(read, checkpoint)))
    return Verdict(checkpoint, tuple(rebuilt.wrong[:MOST_WRONG]))


def verify_growth(old: Checkpoint, new: Checkpoint, read: ReadFile) -> None:
    """Raise unless the log of the ``new`` checkpoint, whose tiles are read, begins with that of the ``old``.

    Raises TruncatedError or ForkError where it does not; MissingError or TileError where tiles do not tell.
    """
    if new.origin != old.origin:
        raise ForkError(f"expected a checkpoint of {old.origin}, got one of {new.origin}")
    if new.size < old.size:
        raise TruncatedError(
            f"expected a log of at least {old.size} entries, got one of {new.size}: entries were taken back"
        )
    same = new.size == old.size
    if (new.root if same else tree_head(CheckedTiles(new.size, new.root, read), old.size)) != old.root:
        raise ForkError(
            f"expected the log of {new.size} entries to begin with the {old.size} signed before, got others: "
            "it shows two histories"
        )


class _Rebuilt:
    """The tree built again from the entries, level by level; each row is compared with its tile once full."""

    def __init__(self, read: ReadFile, size: int) -> None:
        self._read = read
        self._size = size
        self._rows: list[list[bytes]] = []
        self._filled: list[int] = []
        self.wrong: list[Wrong] = []
        self.complete = True

    def read_all(self) -> None:
        """Read every bundle; end where neither a bundle nor its tile tells the hashes of entries.

        Also end where so much is wrong that no more is told: a log may claim any size.
        """
        for index in range((self._size + FULL - 1) // FULL):
            leaves = self._leaves(index)
            if leaves is None or len(self.wrong) >= MOST_WRONG:
                self.complete = False
                return
            self._add(0, leaves)
        for level, row in enumerate(self._rows):
            if row:
                self._compare(level)

    @property
    def root(self) -> bytes:
        return edge_root(self._rows, self._size)

    def _leaves(self, index: int) -> list[bytes] | None:
        """The leaf hashes of a bundle; of its tile, to go on with, where the bundle cannot be read."""
        try:
            return [leaf_hash(entry) for entry in read_bundle(self._read, bundle_at(index, self._size))]
        except (MissingError, TileError) as error:
            self.wrong.append(Wrong(error.path, str(error)))
        try:
            return read_tile(self._read, tile_at(0, index, self._size))
        except (MissingError, TileError) as error:
            self.wrong.append(Wrong(error.path, str(error)))
            return None

    def _add(self, level: int, hashes: list[bytes]) -> None:
        if level == len(self._rows):
            self._rows.append([])
            self._filled.append(0)
        row = self._rows[level]
        row.extend(hashes)
        if len(row) == FULL:
            self._compare(level)
            self._filled[level] += 1
            self._add(level + 1, [root_of(row)])
            row.clear()

    def _compare(self, level: int) -> None:
        tile = tile_at(level, self._filled[level], self._size)
        try:
            if read_tile(self._read, tile) != self._rows[level]:
                self.wrong.append(
                    Wrong(tile.path, f"{tile.path}: expected the hashes of the log's entries, got others")
                )
        except (MissingError, TileError) as error:
            self.wrong.append(Wrong(error.path, str(error)))


def _wrong_entries(read: ReadFile, checkpoint: Checkpoint) -> list[Wrong]:
    """What is wrong of a log whose entries do not lead to the signed root, going down from that root."""
    found: dict[str, str] = {}
    try:
        tiles = CheckedTiles(checkpoint.size, checkpoint.root, read)
    except (MissingError, TileError) as error:
        return [Wrong(error.path, str(error))]
    for index in range((checkpoint.size + FULL - 1) // FULL):
        try:
            tiles.entries(index)
        except (MissingError, TileError) as error:
            found.setdefault(error.path, str(error))
        if len(found) == MOST_WRONG:
            break
    return [Wrong(path, reason) for path, reason in found.items()]
