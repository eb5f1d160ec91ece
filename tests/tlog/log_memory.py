"""A log in memory whose store can be made to fail at its nth deed, before it or after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kulanz.tlog.checkpoints import Checkpoint, open_checkpoint
from kulanz.tlog.notes import SigningKey
from kulanz.tlog.sequencing import StoreError
from kulanz.tlog.tiles import CHECKPOINT_PATH, CheckedTiles

ORIGIN = "log.example/kulanz"
KEY = SigningKey(ORIGIN, bytes(range(32)))


class KilledError(Exception):
    """The process is dead at this point."""


@dataclass
class Fuse:
    """Burns at the deed of a number, before it is done or after."""

    at: int = -1
    after: bool = False
    deeds: int = 0

    def guard(self, deed: Callable[[], bool]) -> bool:
        self.deeds += 1
        if self.deeds == self.at and not self.after:
            raise KilledError
        done = deed()
        if self.deeds == self.at:
            raise KilledError
        return done


@dataclass
class Memory:
    """Objects and head; all deeds of both pass the fuse."""

    fuse: Fuse = field(default_factory=Fuse)
    files: dict[str, bytes] = field(default_factory=dict)
    before_swap: Callable[[], None] = lambda: None

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def create(self, path: str, content: bytes) -> None:
        if self.files.get(path, content) != content:
            raise StoreError(f"{path}: expected what is there already")
        self.fuse.guard(lambda: bool(self.files.setdefault(path, content)))

    def swap(self, path: str, seen: bytes | None, content: bytes) -> bool:
        self.before_swap()
        return self.fuse.guard(lambda: self._swapped(path, seen, content))

    def delete(self, path: str) -> None:
        self.fuse.guard(lambda: bool(self.files.pop(path, b"")))

    def paths(self, prefix: str) -> Sequence[str]:
        return sorted(path for path in self.files if path.startswith(prefix))

    def _swapped(self, path: str, seen: bytes | None, content: bytes) -> bool:
        if self.files.get(path) != seen:
            return False
        self.files[path] = content
        return True


@dataclass
class MemoryHead:
    """A head in the same memory, beside the files."""

    memory: Memory

    def read(self) -> bytes:
        return self.memory.files.get("head", b"")

    def swap(self, seen: bytes, checkpoint: bytes) -> bool:
        return self.memory.swap("head", seen or None, checkpoint)


def read_log(read: Callable[[str], bytes | None]) -> tuple[Checkpoint, list[bytes]]:
    """Verify a whole log as a stranger does, and return what it says."""
    said = open_checkpoint(read(CHECKPOINT_PATH) or b"", [KEY.verifier], ORIGIN)
    tiles = CheckedTiles(said.size, said.root, read)
    entries = [entry for index in range(-(-said.size // 256)) for entry in tiles.entries(index)]
    return said, entries
