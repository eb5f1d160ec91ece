"""Which labels met which results: ids that do not match are counted, never dropped in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kulanz.core.posts import Post, sort_key

_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many ids carry a label, a result, and both; the first few labels without a result.

    Labels without a result are left out of every figure: where ``missing`` is not 0 the
    figures speak only of the ``matched`` ones.
    """

    labelled: int
    results: int
    matched: int
    missing_examples: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """Labels without a result."""
        return self.labelled - self.matched

    @property
    def unlabelled(self) -> int:
        """Results without a label."""
        return self.results - self.matched


def coverage(labelled: Iterable[str], results: Iterable[str]) -> Coverage:
    """Compare the ids of labels with the ids of results."""
    given, produced = set(labelled), set(results)
    missing = sorted(given - produced)
    return Coverage(len(given), len(produced), len(given & produced), tuple(missing[:_EXAMPLES]))


def threads_of(posts: Iterable[Post]) -> dict[str, list[Post]]:
    """Group posts by thread in time order; posts without a time keep their order."""
    threads: dict[str, list[Post]] = {}
    for post in posts:
        threads.setdefault(post.thread_id, []).append(post)
    for thread in threads.values():
        thread.sort(key=sort_key)
    return threads
