"""Where messages go beside e-mail: addresses as Apprise reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from apprise import Apprise
from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.desk.models import Delivery, Member
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError

LONGEST: Final = 500


def checked_target(address: str) -> str:
    """Return an address that Apprise understands; empty stays empty. Raise RuleError for any other.

    The address may hold a password: an error never repeats it.
    """
    address = address.strip()
    if address and (len(address) > LONGEST or Apprise.instantiate(address) is None):
        raise RuleError(
            "notifications: expected an address such as ntfys://ntfy.example.org/topic; which ones there are:"
            " https://github.com/caronc/apprise/wiki"
        )
    return address


def send_test(*, actor: Actor, member: Member, now: datetime) -> None:
    """Have a test message sent to a member's own address for notifications."""
    if member.pk != actor.member_id or not member.notify_url:
        raise RuleError("notifications: save an address first, then test it")
    with translation.override(member.language):
        subject, body = _("Test by Kulanz"), _("Notifications reach you. Nothing has happened.")
    Delivery.objects.create(
        kind="apprise",
        key=f"test-{member.pk}-{now:%Y%m%d%H%M%S%f}",
        member=member,
        address=member.notify_url,
        subject=subject,
        body=body,
        created_at=now,
        due_at=now,
    )
