"""Replies on their way: sent by the worker, tried again, kept as messages, or marked as not delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from kulanz.desk.models import Case, Message, Reply
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.addresses import signature, signed_address
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import CASE, REPLY
from kulanz.desk.services.changing import change
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.events import record
from kulanz.desk.services.mail import Outbox, OutgoingMail, SendError, own_address
from kulanz.desk.services.notices import tell_of_failure
from kulanz.desk.services.sealing import derived_keys
from kulanz.desk.services.status_links import with_link

ADDRESS_KEY: Final = "reply address"
EMAIL: Final = "email"
PRIVATE: Final = "private"
PUBLIC: Final = "public"
BY_DESK: Final = (EMAIL, PRIVATE)
"""Channels that the desk sends by itself; what goes by another is said by a person there."""

AT_MOST: Final = 20
MOST_TRIES: Final = 12
"""With waits that double this is after about twenty hours."""
_REFERENCES: Final = 20


def send_due(*, now: datetime) -> int:
    """Send e-mail replies that are due, and return how many were tried.

    A worker that dies between the mail server's yes and our own record has the reply sent again, with the
    same Message-ID.
    """
    rows = Reply.objects.filter(state="sending", channel=EMAIL).select_related("case__contact", "author")
    claimed = claim(rows, now, at_most=AT_MOST)
    with Outbox() as outbox:
        for reply in claimed:
            _send_one(outbox, reply, now)
    return len(claimed)


def delivered(*, reply: Reply, mail_id: str = "", kept: Message | None = None, now: datetime) -> None:
    """Note that a reply went, and keep it as a message of its case, unless that is ``kept`` already.

    ``mail_id`` is that of the mail that went.
    """
    message = kept or (_kept(reply, reply.case, mail_id, now) if reply.case else None)
    state = REPLY.by_itself(reply.state, "delivered")
    sent = change(reply, reply.version, state=state, sent_at=now, message=message, due_at=None, last_error="")
    if sent.channel in BY_DESK:
        record_reply(None, "delivered", sent, now, channel=sent.channel)


def bounced(*, reply: Reply, why: str, now: datetime) -> None:
    """Mark a sent reply as not delivered, because a mail server said so later."""
    undelivered(reply, "bounced", why or "the mail server of the customer refused it", now)


def message_id(reply: Reply) -> str:
    """Return the Message-ID of a reply, the same for every try to send the same words."""
    name = f"reply.{reply.pk}.{reply.version}"
    mark = signature(name, derived_keys(ADDRESS_KEY)[0])
    return f"{name}.{mark}@{own_address().rpartition('@')[2]}"


def open_again(reply: Reply) -> None:
    """A case that waits for an answer to what never came is ours again."""
    case = locked_case(reply)
    if case is not None and case.state == "waiting":
        change(case, case.version, state=CASE.by_itself(case.state, "undelivered"))


def locked_case(reply: Reply) -> Case | None:
    """Return a reply's case as it is now; nobody else writes it until the transaction ends."""
    return Case.objects.select_for_update().filter(replies=reply).first()


def record_reply(
    actor: Actor | None, action: str, reply: Reply, now: datetime, *, reason: str = "", **data: str | int
) -> None:
    """Write an event of a reply on the time lines of its case, issue and thread."""
    case = reply.case
    issue = case.issue if case else None
    record(
        actor,
        action,
        reply,
        now=now,
        reason=reason[:500],
        data=data,
        case=case,
        issue=issue,
        thread=reply.thread,
    )


def _send_one(outbox: Outbox, reply: Reply, now: datetime) -> None:
    case = reply.case
    if case is None:
        raise RuleError("reply %(pk)s goes by e-mail and has no case", pk=reply.pk)
    try:
        outbox.send(_mail(reply, case), now)
    except SendError as error:
        if error.permanent or reply.attempts >= MOST_TRIES:
            undelivered(reply, "undelivered", str(error), now)
        else:
            failed(reply, str(error), now)
        return
    except RuleError as error:  # the link was revoked meanwhile
        undelivered(reply, "undelivered", str(error), now)
        return
    with transaction.atomic():
        delivered(reply=reply, mail_id=message_id(reply), now=now)


def _mail(reply: Reply, case: Case) -> OutgoingMail:
    earlier = case.messages.exclude(message_id="").order_by("at", "pk").values_list("message_id", flat=True)
    return OutgoingMail(
        to=case.email,
        subject=reply.subject,
        text=with_link(reply.text, case),
        message_id=message_id(reply),
        sender_name=str(case.contact or reply.author),
        reply_to=signed_address(own_address(), case.reply_key, derived_keys(ADDRESS_KEY)[0]),
        references=list(earlier)[-_REFERENCES:],
        automatic=False,
    )


def _kept(reply: Reply, case: Case, mail_id: str, now: datetime) -> Message:
    return Message.objects.create(
        case=case,
        inbound=False,
        channel=reply.channel,
        author=reply.author,
        subject=reply.subject,
        text=reply.text,
        message_id=mail_id,
        at=now,
    )


def undelivered(reply: Reply, action: str, why: str, now: datetime, kind: str = "") -> None:
    """Mark a reply as not delivered: its case is open again, and whoever wrote it is told why.

    ``kind`` is the ``kulanz.sources.errors.ErrorKind`` of what kept it from being posted in public.
    """
    with transaction.atomic():
        state = REPLY.by_itself(reply.state, action)
        told = {"last_error": why[:2000], "error_kind": kind}
        back = change(reply, reply.version, state=state, due_at=None, **told)
        open_again(back)
        record_reply(None, action, back, now)
        tell_of_failure(reply=back, why=why[:500], now=now)
