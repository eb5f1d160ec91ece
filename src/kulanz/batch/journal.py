"""What a scan has done so far, kept in a folder: after a crash the same scan goes on from there."""

from __future__ import annotations

import fcntl
import heapq
import os
import shutil
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final, TextIO, TypeVar

import msgspec

from kulanz.batch.analysing import Tally
from kulanz.batch.errors import ResumeError, SpillError
from kulanz.batch.options import BatchOptions
from kulanz.batch.partition import Partition, Partitioned
from kulanz.batch.ranking import read_run
from kulanz.batch.scratch import Scratch, check_apart
from kulanz.batch.workers import Outcome
from kulanz.core.measures.baseline import Baseline
from kulanz.core.report import Stage
from kulanz.sources import Problems

FOLDER: Final = "kulanz-scan"
_PASSING: Final = "kulanz-"
_STANDARD_INPUT: Final = "-"

_Kept = TypeVar("_Kept", bound=msgspec.Struct)


class _Cut(msgspec.Struct, frozen=True):
    """A partition whose lines lie in files of the folder."""

    name: str
    first: int
    end: int
    size: int
    files: tuple[str, ...]


class _Noted(msgspec.Struct, frozen=True):
    file: str
    line: int | None
    reason: str
    remedy: str


class _Read(msgspec.Struct, frozen=True):
    """What reading all inputs gave."""

    partitions: tuple[_Cut, ...]
    baseline: Baseline
    posts: int
    later: int
    untimed: int
    problems: tuple[_Noted, ...]
    skipped: dict[str, int]


class _Done(msgspec.Struct, frozen=True):
    """What analysing one partition gave, beside the reports."""

    counts: dict[str, int]
    stages: dict[Stage, int]


class Journal:
    """The folder of one scan, which no other process uses at the same time.

    Raise ResumeError where the folder holds another scan, or another process is at it.
    """

    def __init__(self, options: BatchOptions, paths: Sequence[str | os.PathLike[str]]) -> None:
        if options.resume is None:
            raise ValueError("expected a folder to resume from, got none")
        check_apart(options.resume.folder, paths)
        self.folder = options.resume.folder / FOLDER
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._check_owner()
            self._lock = self._locked()
        except OSError as error:
            raise self._full(error) from error
        try:
            self._check(_identity(options, paths))
        except BaseException:
            self._lock.close()
            raise
        for passing in self.folder.glob(f"{_PASSING}*"):
            shutil.rmtree(passing, ignore_errors=True)

    def close(self, *, finished: bool) -> None:
        """Let the folder go; what a finished scan kept is removed."""
        if finished:
            shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()

    def keep_read(self, read: Partitioned, problems: Problems) -> Partitioned:
        """Keep the partitions and what was learned with them; return them where they lie from now on."""
        read.partitions = [self._moved(partition) for partition in read.partitions]
        cuts = (
            _Cut(
                each.name, each.buckets.start, each.buckets.stop, each.size, tuple(p.name for p in each.paths)
            )
            for each in read.partitions
        )
        noted = tuple(_Noted(each.file, each.line, each.reason, each.remedy) for each in problems.kept)
        counts = (read.posts, read.later, read.untimed)
        self._write("read", _Read(tuple(cuts), read.baseline, *counts, noted, dict(problems.counts)))
        return read

    def read(self, problems: Problems) -> Partitioned | None:
        """Return what an earlier run read, and tell its problems again; None where it did not get so far."""
        kept = self._load("read", _Read)
        if kept is None:
            return None
        for each in kept.problems:
            problems.add(each.file, each.line, each.reason, each.remedy)
        problems.counts.update(Counter(kept.skipped) - Counter(each.file for each in kept.problems))
        found = [
            Partition(
                cut.name,
                range(cut.first, cut.end),
                cut.size,
                paths=tuple(map(self.folder.joinpath, cut.files)),
            )
            for cut in kept.partitions
        ]
        return Partitioned(found, kept.baseline, kept.posts, kept.later, kept.untimed)

    def keep_done(self, found: Outcome, scratch: Scratch) -> Path:
        """Keep the reports of a partition, sorted, and then its counts: they say that it is done."""
        merged = heapq.merge(sorted(found.entries), *map(read_run, found.runs))
        written = scratch.append(f"reports-{found.partition}", (line for _, _, line in merged))
        self._sync(written)
        path = written.replace(self._reports(found.partition))
        for run in found.runs:
            run.unlink()
        counts = {
            each.name: getattr(found.tally, each.name) for each in fields(Tally) if each.name != "stages"
        }
        self._write(f"done-{found.partition}", _Done(counts, dict(found.tally.stages)))
        return path

    def done(self, partition: str) -> tuple[Tally, Path] | None:
        """Return the counts and reports of a partition that an earlier run analysed."""
        kept = self._load(f"done-{partition}", _Done)
        if kept is None:
            return None
        return Tally(**kept.counts, stages=Counter(kept.stages)), self._reports(partition)

    def _reports(self, partition: str) -> Path:
        return self.folder / f"reports-{partition}"

    def _moved(self, partition: Partition) -> Partition:
        for path in partition.paths:
            self._sync(path)
        paths = tuple(path.replace(self.folder / path.name) for path in partition.paths)
        return Partition(partition.name, partition.buckets, partition.size, paths=paths)

    def _locked(self) -> TextIO:
        lock = (self.folder / "lock").open("a", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise ResumeError(
                f"another scan is at work in {self.folder}: wait for it, or name another folder"
            ) from error
        return lock

    def _check_owner(self) -> None:
        """What is kept is believed, so nobody else may have written it."""
        found = self.folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
            raise ResumeError(
                f"expected a folder that only you can write, got {self.folder}: name another one"
            )

    def _check(self, identity: dict[str, str]) -> None:
        try:
            before = msgspec.json.decode((self.folder / "scan.json").read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            self._put("scan", msgspec.json.encode(identity))
            return
        except msgspec.MsgspecError as error:
            raise ResumeError(f"{self.folder} holds no scan that can be read: remove it") from error
        other = [name for name in identity if before.get(name) != identity[name]]
        if other:
            raise ResumeError(
                f"{self.folder} holds another scan, with other {', '.join(other)}:"
                " name another folder, or remove it"
            )

    def _write(self, name: str, kept: msgspec.Struct) -> None:
        self._put(name, msgspec.json.encode(kept))

    def _put(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all."""
        unfinished = self.folder / f"{name}.unfinished"
        try:
            unfinished.write_bytes(content)
            self._sync(unfinished)
            unfinished.replace(self.folder / f"{name}.json")
        except OSError as error:
            raise self._full(error) from error

    def _sync(self, path: Path) -> None:
        """Have a file outlast a loss of power, before another one says that it is there."""
        try:
            with path.open("rb") as file:
                os.fsync(file.fileno())
        except OSError as error:
            raise self._full(error) from error

    def _full(self, error: OSError) -> SpillError:
        return SpillError(f"cannot keep working data in {self.folder}: {error.strerror or error}")

    def _load(self, name: str, kind: type[_Kept]) -> _Kept | None:
        try:
            return msgspec.json.decode((self.folder / f"{name}.json").read_bytes(), type=kind)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise ResumeError(f"{self.folder} holds no scan that can be read: remove it") from error


def _identity(options: BatchOptions, paths: Sequence[str | os.PathLike[str]]) -> dict[str, str]:
    """Return what the results of a scan depend on, by name."""
    assert options.resume is not None  # noqa: S101 - only called with one
    return {
        "inputs": "\n".join(_files(paths)),
        "options": repr((options.reading, options.window, options.partitions)),
        **options.resume.identity,
    }


def _files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[str]:
    """Yield a line for every file: its name, size and time of change."""
    for path in paths:
        if os.fspath(path) == _STANDARD_INPUT:
            raise ResumeError("expected files to resume from, got standard input: write it to a file first")
        start = Path(path).absolute()
        for file in sorted(start.rglob("*")) if start.is_dir() else (start,):
            if file.is_file():
                found = file.stat()
                yield f"{file} {found.st_size} {found.st_mtime_ns}"
