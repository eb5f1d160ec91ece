"""Ranks more reports than memory holds: sorted runs on disk, merged when read."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from kulanz.batch.scratch import Scratch
from kulanz.core.report import ThreadReport

# minus the score, thread_id, and the report as JSON: sorted, the best come first
Entry = tuple[float, str, bytes]

_ENTRY_BYTES: Final = 250
MOST_RUNS: Final = 64
_encode: Final = msgspec.json.Encoder().encode


class _RankKey(msgspec.Struct, frozen=True):
    score: float
    thread_id: str


_decode_key: Final = msgspec.json.Decoder(_RankKey).decode
_decode_report: Final = msgspec.json.Decoder(ThreadReport).decode


class Ranking:
    """Reports in the order of their score, ties by thread_id."""

    def __init__(self, scratch: Scratch, name: str, budget: int, most_runs: int = MOST_RUNS) -> None:
        self._scratch = scratch
        self._name = name
        self._most_runs = most_runs
        self._free = self._budget = budget
        self._made = 0
        self.entries: list[Entry] = []
        self.runs: list[Path] = []

    def add(self, report: ThreadReport) -> None:
        """Take one report; raise SpillError where the disk refuses."""
        self._add((-report.score, report.thread_id, _encode(report) + b"\n"))

    def take(self, entries: list[Entry], runs: list[Path]) -> None:
        """Take over what another ranking holds."""
        for entry in entries:
            self._add(entry)
        self.runs += runs
        self._merge_many()

    def __iter__(self) -> Iterator[ThreadReport]:
        """Yield the reports, best first, with their ranks."""
        self.entries.sort()
        for rank, (_, _, line) in enumerate(self._merged(self.entries), start=1):
            report = _decode_report(line)
            report.rank = rank
            yield report

    def _add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._free -= len(entry[2]) + _ENTRY_BYTES
        if self._free < 0:
            self.entries.sort()
            self.runs.append(self._written(iter(self.entries)))
            self.entries, self._free = [], self._budget
            self._merge_many()

    def _merge_many(self) -> None:
        """Keep the number of files open at once small."""
        if len(self.runs) > self._most_runs:
            merged = self._written(self._merged([]))
            for run in self.runs:
                run.unlink()
            self.runs = [merged]

    def _merged(self, entries: list[Entry]) -> Iterator[Entry]:
        return heapq.merge(entries, *(read_run(path) for path in self.runs))

    def _written(self, entries: Iterator[Entry]) -> Path:
        self._made += 1
        return self._scratch.append(f"{self._name}-run{self._made}", (line for _, _, line in entries))


def read_run(path: Path) -> Iterator[Entry]:
    """Yield the entries of a sorted file."""
    with path.open("rb") as file:
        for line in file:
            key = _decode_key(line)
            yield -key.score, key.thread_id, line
