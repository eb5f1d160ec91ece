"""Errors of the sources package, and the report of what a reader had to skip."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

ErrorKind = Literal[
    "address",
    "broken",
    "busy",
    "certificate",
    "forbidden",
    "gone",
    "key",
    "login",
    "missing",
    "no_data",
    "other",
    "private",
    "redirects",
    "robots",
    "slow",
    "unknown_host",
    "unreachable",
]


class SourceError(Exception):
    """Root of what ``kulanz.sources`` raises."""


class UnreadableError(SourceError):
    """Nothing in the given input could be read."""


class LimitError(SourceError):
    """An input is larger, deeper or more numerous than the limits allow."""


class FetchError(SourceError):
    """A live source could not be read; the message names the URL and what to do.

    ``kind`` is what pages tell in their own language beside the message; other where that alone says more.
    """

    def __init__(self, message: str, *, kind: ErrorKind = "other") -> None:
        super().__init__(message)
        self.kind: ErrorKind = kind


class TemporaryError(FetchError):
    """Trying again may help; ``retry_after`` is how many seconds the source asked to wait."""

    def __init__(self, message: str, retry_after: float | None = None, *, kind: ErrorKind = "other") -> None:
        super().__init__(message, kind=kind)
        self.retry_after = retry_after


class BudgetSpentError(TemporaryError):
    """The run has used the requests it was allowed; the next run goes on from the cursor."""


class PermanentError(FetchError):
    """Only a person can help: a wrong key, a forbidden address, a source that is gone."""


class RefusedAddressError(PermanentError):
    """The address leads into a private network and was not allowed explicitly."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a reader skipped: where, why, and what to do about it."""

    file: str
    line: int | None
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.reason}" + (f" ({self.remedy})" if self.remedy else "")


@dataclass(slots=True)
class Problems:
    """Counts everything skipped; keeps the first ``keep`` problems word for word."""

    keep: int = 1000
    listener: Callable[[Problem], None] | None = None
    kept: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, file: str, line: int | None, reason: str, remedy: str = "") -> None:
        """Count one skipped line, message or file."""
        problem = Problem(file, line, reason, remedy)
        self.counts[file] += 1
        if len(self.kept) < self.keep:
            self.kept.append(problem)
        if self.listener is not None:
            self.listener(problem)

    @property
    def total(self) -> int:
        return self.counts.total()


def nothing_readable(inputs: Sequence[str | os.PathLike[str]], problems: Problems) -> UnreadableError:
    """Return the error for inputs in which there was not one post; a listener knows the problems already."""
    names = ", ".join(os.fspath(path) for path in inputs) or "no input at all"
    untold = problems.kept and problems.listener is None
    first = f"; the first of {problems.total} problems: {problems.kept[0]}" if untold else ""
    empty = "" if problems.total else ": no file there holds any"
    return UnreadableError(f"expected posts, found none in {names}{empty}{first}")
