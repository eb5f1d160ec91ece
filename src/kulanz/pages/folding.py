"""Which posts of a thread a page shows, folds away or leaves out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

LONG: Final = 400
EDGE: Final = 5
NAMED_AT_MOST: Final = 200

Kind = Literal["shown", "folded", "left_out"]


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive posts ``start`` up to but not including ``end`` that are treated alike."""

    kind: Kind
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


def runs(posts: int, named: Collection[int]) -> Iterator[Run]:
    """Show the named posts and fold the others; of a long thread leave out most of the others.

    ``named`` are indices of the posts that reasons and events rest on. In a thread of more than
    400 posts only the first 200 named ones and five at each end are on the page.
    """
    shown = set(sorted(named)[:NAMED_AT_MOST] if posts > LONG else named)
    if posts > LONG:
        shown |= {*range(EDGE), *range(posts - EDGE, posts)}
    # opening with a fold would hide what the thread is about
    shown.add(0)
    for is_shown, group in groupby(range(posts), shown.__contains__):
        indices = list(group)
        kind: Kind = "shown" if is_shown else "left_out" if posts > LONG else "folded"
        yield Run(kind, indices[0], indices[-1] + 1)
