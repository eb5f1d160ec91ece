"""A log for tests, grown in steps as a real one; files by their paths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kulanz.tlog.checkpoints import Checkpoint, sign_checkpoint
from kulanz.tlog.merkle import EMPTY_ROOT
from kulanz.tlog.notes import SigningKey
from kulanz.tlog.tiles import CHECKPOINT_PATH, CheckedTiles, grow

ORIGIN = "log.example/kulanz"
KEY = SigningKey(ORIGIN, bytes(range(32)))
VERIFIERS = [KEY.verifier]


@dataclass
class WrittenLog:
    """Grows by entries and signs a checkpoint after each step, all of which it keeps."""

    files: dict[str, bytes] = field(default_factory=dict)
    heads: list[Checkpoint] = field(default_factory=lambda: [Checkpoint(ORIGIN, 0, EMPTY_ROOT)])
    key: SigningKey = KEY

    def add(self, entries: Sequence[bytes]) -> Checkpoint:
        grown = grow(self.heads[-1].size, entries, self.files.get)
        self.heads.append(Checkpoint(self.key.name, grown.size, grown.root))
        self.files |= grown.files
        self.files[CHECKPOINT_PATH] = sign_checkpoint(self.heads[-1], [self.key])
        return self.heads[-1]

    @property
    def checkpoint(self) -> bytes:
        return self.files[CHECKPOINT_PATH]

    def tiles(self) -> CheckedTiles:
        return CheckedTiles(self.heads[-1].size, self.heads[-1].root, self.files.get)


def entry(number: int) -> bytes:
    return b"entry %d " % number + b"x" * (number % 5)


def written(sizes: Iterable[int]) -> WrittenLog:
    """A log that had each of these sizes, one after the other."""
    log = WrittenLog()
    for size in sizes:
        log.add([entry(number) for number in range(log.heads[-1].size, size)])
    return log


def with_changed_byte(content: bytes, place: int, by: int = 1) -> bytes:
    changed = bytearray(content)
    changed[place % len(changed)] ^= by
    return bytes(changed)
