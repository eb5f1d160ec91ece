"""A thread as plain lists, for measures that walk from post to post.

Most threads are short, and on short threads a loop over lists beats a dozen numpy calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from kulanz.core.labels import LABELS
from kulanz.core.posts import Post
from kulanz.core.thread import Floats, Thread

YES: Final = 0.5


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a ``Thread``; ``yes`` holds per label which posts reach probability .5.

    A post that was not scored says no to every label and is False in ``scored``.
    """

    posts: Sequence[Post]
    yes: Mapping[str, list[bool]]
    scored: list[bool]
    author: list[int]
    company: list[bool]
    parent: list[int]
    hours: list[float]

    def __len__(self) -> int:
        return len(self.author)

    def any_of(self, labels: Iterable[str]) -> list[bool]:
        """Which posts carry at least one of the labels."""
        return list(map(any, zip(*(self.yes[label] for label in labels), strict=True)))


def columns(thread: Thread) -> Columns:
    """Read a thread into lists."""
    rows = (thread.signals >= YES).T.tolist()
    return Columns(
        posts=thread.posts,
        yes=dict(zip(LABELS, rows, strict=True)),
        scored=thread.scored.tolist(),
        author=thread.author.tolist(),
        company=thread.company.tolist(),
        parent=thread.parent.tolist(),
        hours=thread.hours.tolist(),
    )


def floats(values: Sequence[float]) -> Floats:
    """A series: float64, one value per post."""
    return np.array(values, np.float64)


def running_count(flags: Iterable[bool]) -> Floats:
    """How many flags were set so far, for every post."""
    return floats(list(accumulate(map(int, flags))))


def indices(flags: Iterable[bool]) -> tuple[int, ...]:
    """The posts whose flag is set."""
    return tuple(i for i, flag in enumerate(flags) if flag)
