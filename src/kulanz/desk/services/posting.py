"""Answers in public that the worker posts at the source, each once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from kulanz.desk.models import Reply, Source, Thread
from kulanz.desk.rules.addresses import signature
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.plain import plainly
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.fetching import want
from kulanz.desk.services.list_mail import send_to_list
from kulanz.desk.services.outgoing import MOST_TRIES, PUBLIC, undelivered
from kulanz.desk.services.outside import Outside, outside
from kulanz.desk.services.own_answers import note_sent
from kulanz.desk.services.sealing import derived_keys
from kulanz.desk.services.writing import Writer, can_answer, list_address
from kulanz.sources.errors import FetchError, PermanentError, SourceError, TemporaryError
from kulanz.sources.public_answers import PostedAnswer, PublicAnswer, PublicAnswers

MARK_KEY: Final = "answer mark"
NO_KEY: Final = "the source has no key any more with which answers are posted"


def send_due(*, now: datetime, world: Outside | None = None) -> int:
    """Post one answer that is due; return how many were tried.

    Those to a thread go in the order in which they were written. Whether one that a worker was about to post
    stands there already is asked before it is posted again.
    """
    waiting = Reply.objects.filter(state="sending", channel=PUBLIC)
    earlier = waiting.filter(thread=OuterRef("thread"), pk__lt=OuterRef("pk"))
    rows = waiting.filter(~Exists(earlier), thread__isnull=False)
    claimed = claim(rows.select_related("thread__source", "author", "answered", "case"), now, at_most=1)
    for reply in claimed:
        if reply.thread is not None:
            _send(reply, reply.thread, world or outside())
    return len(claimed)


def _send(reply: Reply, thread: Thread, world: Outside) -> None:
    if address := list_address(thread.source):
        send_to_list(reply=reply, thread=thread, address=address, now=world.clock())
        return
    try:
        if not can_answer(thread.source):
            raise PermanentError(NO_KEY, kind="key")
        with Writer[PublicAnswers](thread.source, world, PublicAnswers) as writer:
            posted = plainly(writer.answer(_answer(reply, thread)))
    except TemporaryError as error:
        _try_again(reply, error, world.clock())
    except (SourceError, RuleError) as error:
        undelivered(reply, "undelivered", str(error), world.clock(), kind=_kind(error))
    else:
        _note_posted(reply, thread.source, posted, world.clock())


def _answer(reply: Reply, thread: Thread) -> PublicAnswer:
    others = thread.replies.exclude(pk=reply.pk).exclude(post_key="").values_list("post_key", flat=True)
    return PublicAnswer(
        mark=_mark(reply),
        thread=thread.key,
        post=reply.answered.key if reply.answered else "",
        text=reply.text,
        since=reply.created_at,
        known=frozenset(others),
    )


def _mark(reply: Reply) -> str:
    """Return what a platform may know the answer by: the same for every try to post the same words."""
    name = f"answer.{reply.pk}.{reply.version}"
    return f"kulanz-{signature(name, derived_keys(MARK_KEY)[0])[:32]}"


def _try_again(reply: Reply, error: TemporaryError, now: datetime) -> None:
    if reply.attempts >= MOST_TRIES:
        undelivered(reply, "undelivered", str(error), now, kind=error.kind)
    else:
        wait = None if error.retry_after is None else timedelta(seconds=error.retry_after)
        failed(reply, str(error), now, wait=wait)


def _note_posted(reply: Reply, source: Source, posted: PostedAnswer, now: datetime) -> None:
    with transaction.atomic():
        note_sent(reply=reply, action="delivered", key=posted.post, url=posted.url or "", now=now)
        if posted.author and posted.author != source.posts_as:
            Source.objects.filter(pk=source.pk).update(posts_as=posted.author[:255], posts_as_at=now)
        want(source=source, now=now)


def _kind(error: Exception) -> str:
    return error.kind if isinstance(error, FetchError) else "other"
