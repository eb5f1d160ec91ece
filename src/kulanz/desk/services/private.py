"""Private messages at sources: sent by the worker, each once, and answers read into the case.

Nothing of them is kept with what sources say in public: they are messages of a case, for those who see cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from kulanz.desk.models import Account, Case, Message, PrivateTopic, Reply, Source
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import CASE, SOURCE
from kulanz.desk.rules.plain import plainly
from kulanz.desk.services.cases import heard
from kulanz.desk.services.claiming import claim, done, failed
from kulanz.desk.services.conversing import believed, shortened
from kulanz.desk.services.events import record
from kulanz.desk.services.notices import tell_of_answer
from kulanz.desk.services.outgoing import MOST_TRIES, PRIVATE, delivered, undelivered
from kulanz.desk.services.outside import Outside, outside
from kulanz.desk.services.status_links import with_link, without_link
from kulanz.desk.services.writing import Writer, can_write
from kulanz.sources.errors import SourceError, TemporaryError
from kulanz.sources.private_messages import PrivateLetter, PrivateMessage, PrivateMessages

OTHER_ACCOUNT: Final = gettext_noop("This was not written by the customer's account.")
NOT_THEIRS: Final = gettext_noop("the account is not one of this person any more")
MOST_ACCOUNTS: Final = 50
LONGEST_REST: Final = timedelta(hours=6)
LEFT_ALONE: Final = timedelta(days=90)
"""A conversation of a closed case in which nobody wrote for so long is not read any more."""

_SPENT: Final = timedelta(hours=1)
_SHARE: Final = 20
_MARK_BYTES: Final = 12


def ways_of(case: Case) -> list[Account]:
    """Return the customer's accounts at sources that can send a private message, and have the key for it."""
    rows = case.person.accounts.select_related("source").order_by("source__name", "key")[:MOST_ACCOUNTS]
    able = {source: can_write(source) for source in {row.source for row in rows}}
    return [row for row in rows if able[row.source]]


def send_due(*, now: datetime, world: Outside | None = None) -> int:
    """Send one private message that is due; return how many were tried.

    Those of a case go in the order in which they were written. Whether a message that a worker was about to
    send has arrived is asked before it is sent again.
    """
    earlier = Reply.objects.filter(
        case=OuterRef("case"), channel=PRIVATE, state="sending", pk__lt=OuterRef("pk")
    )
    rows = Reply.objects.filter(~Exists(earlier), state="sending", channel=PRIVATE)
    claimed = claim(rows.select_related("case", "account__source", "author"), now, at_most=1)
    for reply in claimed:
        _send(reply, world or outside())
    return len(claimed)


def read_due(*, now: datetime, world: Outside | None = None) -> int:
    """Read one private conversation that is due; return how many that was."""
    rows = PrivateTopic.objects.exclude(key="").filter(account__source__state=SOURCE.initial)
    claimed = claim(rows.select_related("account__source", "case"), now, at_most=1)
    for topic in claimed:
        _read(topic, world or outside())
    return len(claimed)


def _send(reply: Reply, world: Outside) -> None:
    if reply.case is None or reply.account is None:
        undelivered(reply, "undelivered", "the account that it goes to is not known any more", world.clock())
        return
    if reply.account.person_id != reply.case.person_id:
        undelivered(reply, "undelivered", NOT_THEIRS, world.clock())
        return
    topic = _topic_of(reply.case, reply.account)
    try:
        with Writer[PrivateMessages](reply.account.source, world, PrivateMessages) as writer:
            sent = plainly(writer.send(_letter(reply, topic)))
    except TemporaryError as error:
        _try_again(reply, error, world.clock())
    except (SourceError, RuleError) as error:
        undelivered(reply, "undelivered", str(error), world.clock())
    else:
        _note_sent(reply, reply.case, topic, sent, world.clock())


def _topic_of(case: Case, account: Account) -> PrivateTopic:
    """Return the conversation, committed before anything goes out: its mark must outlive this worker."""
    made = {"mark": f"kulanz-{token_hex(_MARK_BYTES)}"}
    return PrivateTopic.objects.get_or_create(case=case, account=account, defaults=made)[0]


def _letter(reply: Reply, topic: PrivateTopic) -> PrivateLetter:
    known = topic.messages.filter(reply__isnull=False).order_by("-at", "-pk").first()
    return PrivateLetter(
        mark=topic.mark,
        to=topic.account.key,
        title=reply.subject,
        text=with_link(reply.text, topic.case),
        conversation=topic.key,
        after=known.private_key if known else "",
    )


def _try_again(reply: Reply, error: TemporaryError, now: datetime) -> None:
    if reply.attempts >= MOST_TRIES:
        undelivered(reply, "undelivered", str(error), now)
    else:
        failed(reply, str(error), now, wait=_asked(error))


def _note_sent(reply: Reply, case: Case, topic: PrivateTopic, sent: PrivateMessage, now: datetime) -> None:
    with transaction.atomic():
        if not PrivateTopic.objects.select_for_update().filter(pk=topic.pk).exists():
            return  # the person was erased meanwhile
        told = {"subject": reply.subject, "text": reply.text, "author": reply.author, "at": now}
        message, _ = Message.objects.update_or_create(
            private=topic,
            private_key=sent.message_id,
            defaults={"case": case, "inbound": False, "channel": PRIVATE, **told},
        )
        delivered(reply=reply, kept=message, now=now)
        _write(topic, key=sent.conversation, spoken_at=now, attempts=0, last_error="")
        done(topic, next_at=now + _rest(topic.account.source, timedelta(0)))


def _read(topic: PrivateTopic, world: Outside) -> None:
    source, now = topic.account.source, world.clock()
    if topic.account.person_id != topic.case.person_id:
        _write(topic, due_at=None, last_error=NOT_THEIRS)
        return
    if source.requests_day == now.astimezone(UTC).date() and source.requests_today >= source.budget_per_day:
        done(topic, next_at=now + _SPENT)
        return
    try:
        with Writer[PrivateMessages](source, world, PrivateMessages) as writer:
            found = plainly(writer.written(topic.key, topic.seen))
    except TemporaryError as error:
        failed(topic, str(error), now, wait=_asked(error))
    except (SourceError, RuleError) as error:
        _write(topic, due_at=None, last_error=str(error)[:2000])
    else:
        _keep(topic, found, now)


def _keep(topic: PrivateTopic, found: Sequence[PrivateMessage], now: datetime) -> None:
    """Take messages into the case, and note how far we are, in one transaction."""
    with transaction.atomic():
        rows = Case.objects.select_for_update(of=("self",)).select_related("contact", "issue")
        case = rows.get(pk=topic.case_id)
        if not PrivateTopic.objects.select_for_update().filter(pk=topic.pk).exists():
            return  # the person was erased meanwhile
        taken = [message for each in found if (message := _taken(topic, case, each, now)) is not None]
        answers = [message for message in taken if message.inbound]
        if answers:
            heard(case=case, now=now)
            tell_of_answer(message=answers[-1], now=now)
        if found:
            _write(topic, seen=found[-1].message_id)
        if taken:
            topic.spoken_at = now
            _write(topic, spoken_at=now)
        done(topic, next_at=_next(topic, case, now))


def _taken(topic: PrivateTopic, case: Case, each: PrivateMessage, now: datetime) -> Message | None:
    """Return a message that is new here; our own are only where somebody wrote there by hand."""
    sender = each.author[:254]
    is_customer = sender == topic.account.key
    message, is_new = Message.objects.get_or_create(
        private=topic,
        private_key=each.message_id,
        defaults={
            "case": case,
            "inbound": not each.own,
            "channel": PRIVATE,
            "sender": sender,
            "text": shortened(without_link(each.text, case)),
            "doubtful": "" if each.own or is_customer else OTHER_ACCOUNT,
            "at": believed(each.at, now),
        },
    )
    if is_new and message.inbound:
        told = {"message": message.pk, "automatic": False, "doubtful": bool(message.doubtful)}
        record(None, "receive", case, now=now, issue=case.issue, data=told)
    return message if is_new else None


def _next(topic: PrivateTopic, case: Case, now: datetime) -> datetime | None:
    silence = now - (topic.spoken_at or now)
    if case.state in CASE.final and silence > LEFT_ALONE:
        return None
    return now + _rest(topic.account.source, silence)


def _rest(source: Source, silence: timedelta) -> timedelta:
    """Return how long a conversation is left alone: the longer, the longer nobody wrote."""
    return max(timedelta(seconds=source.interval_s), min(silence / _SHARE, LONGEST_REST))


def _asked(error: TemporaryError) -> timedelta | None:
    return None if error.retry_after is None else timedelta(seconds=error.retry_after)


def _write(topic: PrivateTopic, **values: Any) -> None:
    PrivateTopic.objects.filter(pk=topic.pk).update(**values)
