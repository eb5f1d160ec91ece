"""Messages that are due go out: e-mail, Apprise, webhooks; tried again for three days, then given up."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kulanz.desk.conf import conf
from kulanz.desk.models import Delivery, Member, WebhookTarget
from kulanz.desk.rules.digests import next_digest
from kulanz.desk.rules.errors import ConflictError
from kulanz.desk.services import chat, webhooks
from kulanz.desk.services.changing import change
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.events import record
from kulanz.desk.services.mail import Outbox, OutgoingMail, SendError, own_address
from kulanz.desk.services.notifying import address_of
from kulanz.desk.services.sealing import SealError
from kulanz.sources.web.client import HttpClient

GIVEN_UP_AFTER: Final = timedelta(days=3)
AT_MOST: Final = 20
_IN_A_DIGEST: Final = 200


def send_due(*, now: datetime) -> int:
    """Send what is due, and return how many messages were tried."""
    return _send_mails(now) + _send_chats(now) + _send_webhooks(now)


def make_digests(*, now: datetime) -> int:
    """Put what members with a digest have not heard yet into one e-mail each, and return how many."""
    due = Member.objects.filter(deliveries__in=_waiting(now)).distinct().order_by("pk")
    for member in due:
        with transaction.atomic():
            _make_digest(member, now)
    return len(due)


def _send_mails(now: datetime) -> int:
    claimed = claim(_open("email"), now, at_most=AT_MOST)
    with Outbox() as outbox:
        for row in claimed:
            try:
                outbox.send(_mail(row), now)
            except SendError as error:
                _failed(row, error, now)
            else:
                _went(row, now)
    return len(claimed)


def _send_chats(now: datetime) -> int:
    claimed = claim(_open("apprise").select_related("member", "alert__policy"), now, at_most=AT_MOST)
    messages = {}
    for row in claimed:
        try:
            messages[row] = chat.ChatMessage(address_of(row), row.subject, row.body)
        except SealError as sealed:
            _failed(row, SendError(str(sealed)), now)
    for row, error in zip(messages, chat.send_all(list(messages.values())), strict=True):
        if error is None:
            _went(row, now)
        else:
            _failed(row, error, now)
    return len(claimed)


def _send_webhooks(now: datetime) -> int:
    claimed = claim(_open("webhook").select_related("target"), now, at_most=AT_MOST)
    broken: dict[int | None, SendError] = {}
    with webhooks.client(now) as http:
        for row in claimed:
            error = broken.get(row.target_id) or _webhook_error(row, http, now)
            if error is None:
                _went(row, now)
            else:
                # a target that does not answer is not waited for again in the same round
                broken[row.target_id] = error
                _failed(row, error, now)
    return len(claimed)


def _webhook_error(row: Delivery, http: HttpClient, now: datetime) -> SendError | None:
    if row.target is None or not row.target.active:
        return SendError("the target was switched off", permanent=True)
    try:
        webhooks.send(row, row.target, http, now)
    except webhooks.GoneError as error:
        _switch_off(row.target, now)
        return error
    except SendError as error:
        return error
    return None


def _switch_off(target: WebhookTarget, now: datetime) -> None:
    # whoever changes the target at this moment is faster: it is asked again
    with suppress(ConflictError), transaction.atomic():
        change(target, target.version, active=False)
        record(None, "switch_off", target, now=now, data={"answer": 410})


def _open(kind: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(kind=kind, sent_at=None, given_up_at=None)


def _mail(row: Delivery) -> OutgoingMail:
    domain = own_address().rpartition("@")[2]
    return OutgoingMail(
        to=row.address, subject=row.subject, text=row.body, message_id=f"notice.{row.pk}@{domain}"
    )


def _went(row: Delivery, now: datetime) -> None:
    Delivery.objects.filter(pk=row.pk).update(sent_at=now, due_at=None, attempts=0, last_error="")


def _failed(row: Delivery, error: SendError, now: datetime) -> None:
    if error.permanent or now - row.created_at >= GIVEN_UP_AFTER:
        told = str(error)[:2000]
        Delivery.objects.filter(pk=row.pk).update(given_up_at=now, due_at=None, last_error=told)
    else:
        failed(row, str(error), now)


def _waiting(now: datetime) -> QuerySet[Delivery]:
    return _open("digest").filter(due_at__lte=now)


def _make_digest(member: Member, now: datetime) -> None:
    """Make today's digest once; what comes too late for it is in tomorrow's."""
    rows = list(_waiting(now).filter(member=member).order_by("created_at", "pk")[:_IN_A_DIGEST])
    ours = _waiting(now).filter(pk__in=[row.pk for row in rows])
    if not (member.is_active and member.email):
        ours.update(given_up_at=now, due_at=None)
        return
    day = now.astimezone(ZoneInfo(member.time_zone)).date()
    subject, body = _digest(member, rows)
    _row, is_new = Delivery.objects.get_or_create(
        key=f"digest-{member.pk}-{day}",
        defaults={
            "kind": "email",
            "member": member,
            "address": member.email,
            "subject": subject,
            "body": body,
            "created_at": now,
            "due_at": now,
        },
    )
    if is_new:
        ours.update(sent_at=now, due_at=None)
    else:
        ours.update(due_at=next_digest(now, member.time_zone))


def _digest(member: Member, rows: Sequence[Delivery]) -> tuple[str, str]:
    with translation.override(member.lang):
        count = len(rows)
        subject = ngettext("%(count)d message of the day", "%(count)d messages of the day", count)
        end = _("You get this once a day. Change it here: %(url)s") % {"url": f"{conf().url}/preferences"}
    parts = [f"{row.subject}\n{row.body}" for row in rows]
    return subject % {"count": count}, "\n\n".join([*parts, end])
