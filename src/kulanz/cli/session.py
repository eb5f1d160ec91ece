"""What a command tells on standard error: progress, what was skipped, and how it ends."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

import click

from kulanz.cli.group import STATUS_SKIPPED, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kulanz.cli.bar import Bar, Stretch
    from kulanz.core.posts import Post
    from kulanz.sources import Problem

PROBLEMS_TOLD: Final = 10
_SHOWN_EVERY: Final = 256


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it must be."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


class Loudness(Protocol):
    """How much is told, and whether something skipped is forgiven."""

    @property
    def quiet(self) -> bool: ...

    @property
    def lenient(self) -> bool: ...


class Session(AbstractContextManager["Session"]):
    """One run of a command.

    It is the listener of ``problems`` and the ``Progress`` of batch runs. ``finish`` tells the
    total and ends with status 3 where something was skipped.
    """

    def __init__(self, inputs: Loudness) -> None:
        from kulanz.sources import Problems

        self.problems = Problems(listener=self._problem)
        self._quiet = inputs.quiet
        self._lenient = inputs.lenient
        self._posts = 0
        self._bar = _bar() if sys.stderr.isatty() and not inputs.quiet else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rest()

    def rest(self) -> None:
        """Take the bar away: from now on results are printed."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def __call__(self, phase: Stretch, done: int, total: int | None) -> None:
        """Hear how far a run is."""
        if self._bar is not None:
            self._bar(phase, done, total)

    def passing(self, posts: Iterable[Post]) -> Iterator[Post]:
        """Pass posts on and show how many went by."""
        for post in posts:
            if not self._posts % _SHOWN_EVERY:
                self("analysing", self._posts, None)
            self._posts += 1
            yield post

    def say(self, message: str) -> None:
        """Tell something that --quiet leaves out."""
        if not self._quiet:
            self._tell(message)

    def finish(self) -> None:
        """Tell how much was skipped, and end with status 3 where that is not forgiven."""
        skipped = self.problems.total
        if not skipped:
            return
        more = skipped - PROBLEMS_TOLD
        if more > 0:
            self._tell(f"and {more:,} more")
        self._tell(f"skipped: {skipped:,} in {counted(len(self.problems.counts), 'file')}")
        if not self._lenient:
            click.get_current_context().exit(STATUS_SKIPPED)

    def _problem(self, problem: Problem) -> None:
        if self.problems.total <= PROBLEMS_TOLD:
            self._tell(f"skipped: {problem}")

    def _tell(self, message: str) -> None:
        text = printable(message)
        if self._bar is None:
            click.echo(text, err=True)
        else:
            self._bar.print(text)


def _bar() -> Bar:
    from kulanz.cli.bar import Bar

    return Bar()
