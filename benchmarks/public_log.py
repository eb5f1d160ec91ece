"""``python -m benchmarks.public_log [--write FILE]``: a public log of one and of ten million entries.

It lies in a folder. The library alone is measured (``kulanz.tlog``): no database,
no waiting for the disk to be sure.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.machine import processor
from benchmarks.parts import rest
from kulanz.tlog.checkpoints import Checkpoint, sign_checkpoint
from kulanz.tlog.notes import SigningKey
from kulanz.tlog.receipts import Receipt, make_receipt
from kulanz.tlog.tiles import CHECKPOINT_PATH, CheckedTiles, grow
from kulanz.tlog.verifying import verify_log

SIZES: Final = (1_000_000, 10_000_000)
BATCH: Final = 1_000
"""Entries under one checkpoint."""
ENTRY: Final = 300
"""Bytes of an entry."""
AT_MOST: Final = 2.0
"""How many times as long a batch and a receipt may take with ten times the entries."""
_TIMES: Final = 101
_KEY: Final = SigningKey("log.example/benchmark", bytes(32))


@dataclass(frozen=True, slots=True)
class Measured:
    """A log of so many entries: seconds of processor time, and what a receipt holds."""

    size: int
    added: float
    hashed: float
    batch: float
    verified: float
    made: float
    checked: float
    hashes: int
    bytes: int


class Folder:
    """A log's files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.head = Checkpoint(_KEY.name, 0, sha256().digest())

    def read(self, path: str) -> bytes | None:
        """One file; None where there is none."""
        try:
            return (self._folder / path).read_bytes()
        except FileNotFoundError:
            return None

    def add(self, entries: list[bytes]) -> None:
        """Add a batch and publish it."""
        grown = grow(self.head.size, entries, self.read)
        self.head = Checkpoint(_KEY.name, grown.size, grown.root)
        for path, content in {**grown.files, CHECKPOINT_PATH: sign_checkpoint(self.head, [_KEY])}.items():
            place = self._folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def measured(log: Folder, size: int) -> Measured:
    """Let a log grow to ``size``, then verify it and make receipts."""
    added = [_seconds(partial(log.add, batch)) for batch in _batches(log.head.size, size)]
    content = sign_checkpoint(log.head, [_KEY])
    indices = [number * size // _TIMES for number in range(_TIMES)]
    receipts: list[Receipt] = []

    def make(index: int) -> None:
        receipts.append(_receipt(log, content, index))

    made = [_seconds(partial(make, index)) for index in indices]
    checked = [
        _seconds(partial(receipt.check, _entry(receipt.index), [_KEY.verifier])) for receipt in receipts
    ]
    return Measured(
        size=size,
        added=sum(added) / (BATCH * len(added)),
        hashed=median(_seconds(lambda: _hashes(BATCH)) for _ in range(_TIMES)) / BATCH,
        batch=median(added[-_TIMES:]),
        verified=_seconds(lambda: _verify(log)) / size,
        made=median(made),
        checked=median(checked),
        hashes=max(len(receipt.proof) for receipt in receipts),
        bytes=max(len(bytes(receipt)) for receipt in receipts),
    )


def _batches(start: int, end: int) -> Iterator[list[bytes]]:
    for first in range(start, end, BATCH):
        yield [_entry(number) for number in range(first, first + BATCH)]


def _entry(number: int) -> bytes:
    return b"%d" % number + bytes(ENTRY - len(str(number)))


def _hashes(count: int) -> None:
    """The two hashes that every entry costs at least: its own, and one node above it."""
    entry, node = bytes(1 + ENTRY), bytes(65)
    for _ in range(count):
        sha256(entry).digest()
        sha256(node).digest()


def _receipt(log: Folder, content: bytes, index: int) -> Receipt:
    return make_receipt(index, content, CheckedTiles(log.head.size, log.head.root, log.read))


def _verify(log: Folder) -> None:
    assert verify_log(log.read, [_KEY.verifier]).ok


def _seconds(act: Callable[[], object]) -> float:
    begin = time.process_time()
    act()
    return time.process_time() - begin


def main() -> int:
    """Measure, print the page, write it where asked; status 1 where a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_log", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page to a Markdown file")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="kulanz-log-") as folder:
        log = Folder(Path(folder))
        small, large = (measured(log, size) for size in SIZES)
    text = _page(small, large)
    print(text)
    if arguments.write:
        arguments.write.write_text(text + rest(arguments.write), encoding="utf-8")
    return int(max(large.batch / small.batch, large.made / small.made) > AT_MOST)


def _page(small: Measured, large: Measured) -> str:
    lines = [
        "# A public log of ten million entries",
        "",
        "Made by `python -m benchmarks.public_log --write docs/public-log.md`: the library",
        f"[`kulanz.tlog`](../src/kulanz/tlog/README.md) lets a log grow in a folder, {BATCH:,} entries of",
        f"{ENTRY} bytes under each checkpoint. Times are processor times, without those of the desk's",
        "database and without waiting for the disk; receipts are made from tiles that are read and checked",
        "anew each time. The times are those of the machine, the ratios travel.",
        "",
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, one core",
        f"of {os.cpu_count()} ({processor()}).",
        "",
        "| What | 1 million | 10 million | ratio | asked |",
        "|---|---|---|---|---|",
    ]
    asked = f"at most {AT_MOST:.0f}"
    lines += [
        _row("entries added a second", 1 / small.added, 1 / large.added),
        _row(
            "time to add one, in times of its two SHA-256",
            small.added / small.hashed,
            large.added / large.hashed,
        ),
        _row(f"ms to add {BATCH:,} entries at this size", 1e3 * small.batch, 1e3 * large.batch, asked),
        _row("entries verified a second, of the whole log", 1 / small.verified, 1 / large.verified),
        _row("ms to make a receipt", 1e3 * small.made, 1e3 * large.made, asked),
        _row("ms to check a receipt", 1e3 * small.checked, 1e3 * large.checked),
        _row("hashes in a receipt", small.hashes, large.hashes),
        _row("bytes of a receipt", small.bytes, large.bytes),
        "",
        "An entry needs two SHA-256 at least, its own and that of a node above it; the time to add one is",
        "told in those. A receipt grows by one hash with every doubling of the log.",
    ]
    return "\n".join(lines) + "\n"


def _row(what: str, small: float, large: float, asked: str = "") -> str:
    figures = (
        f"{each:,}" if isinstance(each, int) else f"{each:,.{_digits(each)}f}" for each in (small, large)
    )
    return f"| {' | '.join((what, *figures, f'{large / small:.2f}', asked))} |"


def _digits(number: float) -> int:
    """Three figures say enough."""
    return max(0, 2 - math.floor(math.log10(number)))


if __name__ == "__main__":
    sys.exit(main())
