"""Answers to a mailing list, by mail: handed over once; whether one arrived is seen when the list is read.

A mail server that breaks off, or a worker that dies, leaves nobody knowing whether a mail went out. To a
customer it is then sent again with the same Message-ID; a list would show it to everybody twice.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import transaction

from kulanz.desk.models import Post, Reply, Thread
from kulanz.desk.services.claiming import failed
from kulanz.desk.services.fetching import want
from kulanz.desk.services.mail import Outbox, OutgoingMail, SendError
from kulanz.desk.services.notices import UNSURE
from kulanz.desk.services.outgoing import MOST_TRIES, message_id, undelivered
from kulanz.desk.services.own_answers import note_sent

_BROKE_OFF: Final = "nobody knows whether the mail server took the message"
_MESSAGE_ID: Final = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")


def send_to_list(*, reply: Reply, thread: Thread, address: str, now: datetime) -> None:
    """Send a claimed answer to a list, unless it was read back already, or nobody knows whether it went."""
    if Post.objects.filter(thread=thread, key=reply.post_key).exists():
        _note_sent(reply, thread, reply.post_key, now)
        return
    if reply.error_kind == UNSURE:
        undelivered(reply, "undelivered", _BROKE_OFF, now, kind=UNSURE)
        return
    name = message_id(reply)
    Reply.objects.filter(pk=reply.pk).update(error_kind=UNSURE, post_key=name)
    try:
        with Outbox() as outbox:
            outbox.send(_mail(reply, thread, address, name), now)
    except SendError as error:
        _not_sent(reply, error, now)
    else:
        _note_sent(reply, thread, name, now)


def _mail(reply: Reply, thread: Thread, address: str, name: str) -> OutgoingMail:
    latest = thread.posts.filter(removed=False).order_by("-created_at", "-pk").first()
    answered = reply.answered or latest
    keys = dict.fromkeys([thread.key, *([answered.key] if answered else [])])
    return OutgoingMail(
        to=address,
        subject=f"Re: {thread.title}",
        text=reply.text,
        message_id=name,
        sender_name=str(reply.author),
        references=[key for key in keys if _MESSAGE_ID.fullmatch(key)],
        automatic=False,
    )


def _not_sent(reply: Reply, error: SendError, now: datetime) -> None:
    if error.unsure:
        undelivered(reply, "undelivered", f"{_BROKE_OFF}: {error}", now, kind=UNSURE)
        return
    Reply.objects.filter(pk=reply.pk).update(error_kind="", post_key="")
    if error.permanent or reply.attempts >= MOST_TRIES:
        undelivered(reply, "undelivered", str(error), now, kind="forbidden" if error.permanent else "")
    else:
        failed(reply, str(error), now)


def _note_sent(reply: Reply, thread: Thread, name: str, now: datetime) -> None:
    with transaction.atomic():
        note_sent(reply=reply, action="delivered", key=name, url="", now=now)
        want(source=thread.source, now=now)
