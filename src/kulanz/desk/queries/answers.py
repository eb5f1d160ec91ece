"""What became of answers in public: the posts that they are, and what followed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from kulanz.desk.models import Post, Reply, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """``post`` is an answer as it was read back; what others wrote since, and the thread's score around it.

    ``before`` and ``after`` are None where no analysis is from that time.
    """

    post: Post
    posts: int
    people: int
    before: float | None
    after: float | None


def followed(thread: Thread, replies: Sequence[Reply]) -> dict[int, Followed]:
    """Return what followed each answer that was read back, by its id."""
    keys = {reply.post_key: reply.pk for reply in replies if reply.post_key}
    posts = Post.objects.filter(thread=thread, key__in=keys).defer("text") if keys else ()
    read = {keys[post.key]: post for post in posts}
    at = {pk: post.created_at or post.seen_at for pk, post in read.items()}
    counts, scores = _counts(thread, read, at), _scores(thread) if read else []
    return {
        pk: Followed(
            post=post,
            posts=counts[f"posts_{pk}"],
            people=counts[f"people_{pk}"],
            before=_before(scores, at[pk]),
            after=thread.score if thread.analysed_at and thread.analysed_at > at[pk] else None,
        )
        for pk, post in read.items()
    }


def our_posts(thread: Thread) -> dict[str, int]:
    """Return the answers to a thread that stand in it, by the key of the post that each is."""
    return dict(thread.replies.filter(state="sent").exclude(post_key="").values_list("post_key", "pk"))


def _counts(thread: Thread, read: dict[int, Post], at: dict[int, datetime]) -> dict[str, int]:
    """Count what others wrote since each answer, in one query."""
    wanted: dict[str, Count] = {}
    for pk, post in read.items():
        since = Q(created_at__gt=at[pk]) & ~Q(account=post.account_id)
        wanted[f"posts_{pk}"] = Count("pk", filter=since)
        wanted[f"people_{pk}"] = Count("account", filter=since, distinct=True)
    found: dict[str, int] = Post.objects.filter(thread=thread, removed=False).aggregate(**wanted)
    return found


def _scores(thread: Thread) -> list[tuple[datetime, float]]:
    return list(thread.scores.order_by("at").values_list("at", "score"))


def _before(scores: list[tuple[datetime, float]], at: datetime) -> float | None:
    place = bisect_right([each for each, _ in scores], at)
    return scores[place - 1][1] if place else None
