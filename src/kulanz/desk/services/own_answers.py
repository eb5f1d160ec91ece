"""Answers in public that are known again among the posts that are read: posted by the desk, or by hand."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Final

from django.db.models import Q

from kulanz.desk.models import Post, Reply
from kulanz.desk.rules.errors import ConflictError
from kulanz.desk.rules.machines import REPLY
from kulanz.desk.services.changing import change
from kulanz.desk.services.outgoing import PUBLIC, record_reply
from kulanz.sources.public_answers import SLACK

_LONGEST_URL: Final = 2048
_LEAST_LETTERS: Final = 40
"""Shorter words may be somebody else's too: they are ours only where our account wrote them."""


def recognise(*, threads: Collection[int], now: datetime) -> None:
    """Find answers that people posted by hand, or that failed and stand there all the same.

    Call it in the transaction that keeps the posts of these threads.
    """
    told = Reply.objects.filter(thread__in=threads, channel=PUBLIC, state__in=("sent", "failed"))
    for reply in told.filter(Q(post_key="") | Q(state="failed")).select_related("thread__source", "case"):
        post = _post_of(reply)
        if post is not None:
            _recognised(reply, post, now)


def is_own(post: Post, reply: Reply) -> bool:
    """Whether a post holds the words of an answer: letters and digits alone, as forums set the rest anew."""
    ours = post.account is not None and post.account.key == post.source.posts_as
    words = _letters(reply.text)
    return words == _letters(post.text) and (ours or len(words) >= _LEAST_LETTERS)


def note_sent(*, reply: Reply, action: str, key: str, url: str, now: datetime) -> None:
    """Note which post an answer is; call it in a transaction."""
    state = REPLY.by_itself(reply.state, action)
    at = {"sent_at": now, "post_key": key, "url": url[:_LONGEST_URL]}
    sent = change(reply, reply.version, state=state, due_at=None, last_error="", error_kind="", **at)
    record_reply(None, action, sent, now, channel=sent.channel)


def _recognised(reply: Reply, post: Post, now: datetime) -> None:
    if reply.state == "sent":
        Reply.objects.filter(pk=reply.pk).update(post_key=post.key, url=reply.url or post.url)
        return
    with suppress(ConflictError):  # somebody changes its words just now
        note_sent(reply=reply, action="found", key=post.key, url=post.url, now=now)


def _post_of(reply: Reply) -> Post | None:
    """Return the post that an answer is: the one at its address or key, or the first with its words."""
    others = Reply.objects.filter(thread=reply.thread_id).exclude(pk=reply.pk)
    taken = others.exclude(post_key="").values("post_key")
    posts = Post.objects.filter(thread=reply.thread_id, removed=False).exclude(key__in=taken)
    posts = posts.select_related("account", "source").order_by("created_at", "pk")
    at = reply.url.rstrip("/")
    there = posts.filter(Q(url__in=(at, f"{at}/")) if at else Q(key=reply.post_key)).first()
    later = posts.filter(created_at__gte=reply.created_at - SLACK)
    return there or next((post for post in later if is_own(post, reply)), None)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
