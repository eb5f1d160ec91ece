"""Messages to members: written here as due rows, sent by the worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kulanz.desk.conf import conf
from kulanz.desk.models import Delivery, Member, Promise

_OFF: Final = "off"


def tell_of_promise(*, promise: Promise, level: int, members: Iterable[Member], now: datetime) -> None:
    """Tell members that a promise nears its end (level 1) or broke, each in their language."""
    for member in members:
        with translation.override(member.language), timezone.override(member.time_zone):
            due = timezone.localtime(promise.deadline).strftime("%d.%m.%Y %H:%M")
            what = _("soon due") if level == 1 else _("broken")
            subject = _("Promise %(what)s: %(title)s") % {"what": what, "title": promise.case.title}
            body = _("%(name)s promised: %(promise)s\nUntil: %(due)s\n%(url)s") % {
                "name": promise.by,
                "promise": promise.what,
                "due": due,
                "url": f"{conf().url}/cases/{promise.case_id}",
            }
        tell(
            member=member,
            key=f"promise-{promise.pk}-{level}-{member.pk}",
            subject=subject,
            body=body,
            now=now,
        )


def tell(*, member: Member, key: str, subject: str, body: str, now: datetime) -> None:
    """Have a message sent to a member by the ways they chose; the same ``key`` is sent once."""
    rows = []
    if member.email and member.email_alerts != _OFF:
        rows.append(_delivery("email", f"{key}-email", member, member.email, subject, body, now))
    if member.notify_url:
        rows.append(_delivery("apprise", f"{key}-apprise", member, member.notify_url, subject, body, now))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _delivery(  # noqa: PLR0913, PLR0917 - a message is by what, to whom, what, when
    kind: str, key: str, member: Member, address: str, subject: str, body: str, now: datetime
) -> Delivery:
    return Delivery(
        kind=kind,
        key=key[:200],
        member=member,
        address=address,
        subject=" ".join(subject.split())[:300],
        body=body,
        created_at=now,
        due_at=now,
    )
