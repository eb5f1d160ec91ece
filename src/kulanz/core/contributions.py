"""What the accounts of a source contributed, summed so that parts of a source can be summed apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from kulanz.core.posts import Post

TIMELESS: Final = 0
"""The month of posts that have no time; other months count from the year 0."""

MOST_LIKES: Final = 1_000_000
"""So many likes of one post count: a source that claims more must not break the sums."""


class Counts(Struct, frozen=True, omit_defaults=True):
    """What an account did in a month: posts, and what others made of them.

    ``likes`` and ``accepted`` (answers that solved another's question) are those of the month's posts,
    whenever they came. ``drawn`` counts others who joined the account's threads that month, once a thread.
    """

    posts: int = 0
    likes: int = 0
    accepted: int = 0
    drawn: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.posts + other.posts,
            self.likes + other.likes,
            self.accepted + other.accepted,
            self.drawn + other.drawn,
        )


class Contributions(Struct, frozen=True, omit_defaults=True):
    """What one account contributed, small enough to be kept: months by ``month_of``, and four times.

    ``first`` and ``last`` are those of its posts; ``moderated`` and ``spoke`` are when it last posted with
    the role moderator and staff. Sums do not depend on the order or the grouping in which they are made.
    """

    months: dict[int, Counts] = {}
    first: datetime | None = None
    last: datetime | None = None
    moderated: datetime | None = None
    spoke: datetime | None = None

    def __add__(self, other: Contributions) -> Contributions:
        months = dict(self.months)
        for month, counts in other.months.items():
            months[month] = months[month] + counts if month in months else counts
        return Contributions(
            months,
            min(_known(self.first, other.first), default=None),
            max(_known(self.last, other.last), default=None),
            max(_known(self.moderated, other.moderated), default=None),
            max(_known(self.spoke, other.spoke), default=None),
        )


def month_of(time: datetime | None) -> int:
    """Return the number of a month: 12 x year + month of the year (1..12), ``TIMELESS`` without a time."""
    return TIMELESS if time is None else 12 * time.year + time.month


def contributions(thread: Sequence[Post], start: int = 0) -> dict[str, Contributions]:
    """Return what the posts of one thread, in time order, add to the accounts concerned.

    With ``start`` only the posts from there on are counted: the earlier ones were before. Hidden posts,
    those by machines and those without an author count for nothing. Where likes or marks of earlier posts
    changed, count the source anew.
    """
    found: dict[str, Contributions] = {}
    for post, joins in zip(thread, _joins(thread), strict=True):
        if start > 0:
            start -= 1
        elif post.author_id is not None and _counts(post):
            _add(found, post.author_id, _of_post(post, thread[0].author_id))
            if joins and thread[0].author_id is not None:
                _add(found, thread[0].author_id, _month(post, Counts(drawn=1)))
    return found


def merged(parts: Iterable[Mapping[str, Contributions]]) -> dict[str, Contributions]:
    """Sum what was counted apart, such as thread by thread, in one pass."""
    total: dict[str, Contributions] = {}
    for part in parts:
        for account, one in part.items():
            _add(total, account, one)
    return total


def _add(found: dict[str, Contributions], account: str, more: Contributions) -> None:
    known = found.get(account)
    found[account] = more if known is None else known + more


def _of_post(post: Post, asked_by: str | None) -> Contributions:
    at = post.created_at
    accepted = bool(post.accepted) and post.author_id != asked_by
    return Contributions(
        {month_of(at): Counts(1, min(post.likes or 0, MOST_LIKES), int(accepted))},
        first=at,
        last=at,
        moderated=at if post.role == "moderator" else None,
        spoke=at if post.role == "staff" else None,
    )


def _month(post: Post, counts: Counts) -> Contributions:
    return Contributions({month_of(post.created_at): counts})


def _joins(thread: Sequence[Post]) -> list[bool]:
    """Which posts are somebody's first in a thread of another."""
    there: set[str | None] = {None, *(post.author_id for post in thread[:1])}
    joins = []
    for post in thread:
        joins.append(post.author_id not in there and _counts(post) and post.role != "staff")
        if joins[-1]:
            there.add(post.author_id)
    return joins


def _counts(post: Post) -> bool:
    return not (post.automatic or post.hidden)


def _known(*times: datetime | None) -> list[datetime]:
    return [time for time in times if time is not None]
