"""The posts that a spread tree is looked for in: the thread's own, and linking ones elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from django.core.cache import caches

from kulanz.core.posts import Post as CorePost
from kulanz.core.spread import SpreadTree, spread_tree
from kulanz.desk.models import Mention, Post, Thread
from kulanz.desk.queries.rows import core_post
from kulanz.sources.mentions.mention import Mention as Found
from kulanz.sources.mentions.mention import mention_post

OWN_AT_MOST: Final = 4_000
LINKING_AT_MOST: Final = 3_000
MENTIONS_AT_MOST: Final = 1_000
KEPT_S: Final = 600


def spread_posts(thread: Thread) -> list[CorePost]:
    """Return the posts of all sources among which a thread's matter may have gone on.

    Their ``thread_id`` is the primary key of their thread, since two sources may use the same keys;
    mentions have their address. Looked through are the thread's first 4,000 posts and the first 3,000 with
    links elsewhere since it began: a matter goes on in its first days.
    """
    own = thread.posts.filter(removed=False).select_related("account").order_by("created_at", "id")
    linking = Post.objects.filter(has_links=True, removed=False).exclude(thread=thread)
    if thread.first_post_at is not None:
        linking = linking.filter(created_at__gte=thread.first_post_at)
    later = linking.select_related("account", "thread__source").order_by("created_at")
    mentions = Mention.objects.filter(found__isnull=False).order_by("pk").values_list("found", flat=True)
    return [
        *(_placed(post, thread) for post in own[:OWN_AT_MOST]),
        *(_placed(post, post.thread) for post in later[:LINKING_AT_MOST]),
        *_verified(mentions[:MENTIONS_AT_MOST]),
    ]


def spread_of(thread: Thread) -> SpreadTree | None:
    """Return the spread tree, None without posts; kept for minutes: thousands of posts are read for it."""
    analysed = thread.analysed_at.timestamp() if thread.analysed_at else 0
    key = f"spread:{thread.pk}:{analysed}"
    cache = caches["local"]
    known: SpreadTree | None = cache.get(key)
    if known is None and thread.post_count:
        posts = spread_posts(thread)
        known = spread_tree(str(thread.pk), lambda: posts)
        cache.set(key, known, KEPT_S)
    return known


def _placed(post: Post, thread: Thread) -> CorePost:
    return msgspec.structs.replace(core_post(post, thread), thread_id=str(thread.pk))


def _verified(found: Iterable[object]) -> Iterable[CorePost]:
    mentions = (msgspec.convert(each, Found) for each in found)
    return (mention_post(each) for each in mentions if each.standing == "verified")
