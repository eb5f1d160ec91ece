"""Where messages go beside e-mail: addresses as Apprise reads them, which may hold passwords, kept sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from apprise import Apprise
from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.desk.models import Delivery, Member
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.sealing import SealError, seal, unseal

LONGEST: Final = 500
HIDDEN: Final = "***"


def as_shown(kept: bytes | memoryview) -> str:
    """Return what anybody may see of a sealed address: its kind; nothing where there is none."""
    try:
        kind, there_is, _ = unseal(kept).decode().partition("://")
    except SealError:
        return HIDDEN
    return f"{kind}://{HIDDEN}" if there_is else ""


def sealed_address(address: str, kept: bytes | memoryview) -> bytes:
    """Return an address that Apprise understands, sealed; given as it is shown, it stays what it was.

    Empty is none. Raise RuleError for any other address, without repeating it.
    """
    address = address.strip()
    if address == as_shown(kept):
        return bytes(kept)
    if address and not _understood(address):
        raise RuleError(
            "notifications: expected an address such as ntfys://ntfy.example.org/topic; which ones there are:"
            " https://github.com/caronc/apprise/wiki"
        )
    return seal(address.encode())


def address_of(row: Delivery) -> str:
    """Return where a message goes by Apprise: to what its member, or its alarm's policy, has saved by now.

    Raise SealError where that cannot be opened.
    """
    if row.member is not None:
        return unseal(row.member.sealed_notify_url).decode()
    policy = row.alert.policy if row.alert else None
    return unseal(policy.sealed_apprise_url).decode() if policy else ""


def send_test(*, actor: Actor, member: Member, now: datetime) -> None:
    """Have a test message sent to a member's own address for notifications."""
    if member.pk != actor.member_id or not member.sealed_notify_url:
        raise RuleError("notifications: save an address first, then test it")
    with translation.override(member.lang):
        subject, body = _("Test by Kulanz"), _("Notifications reach you. Nothing has happened.")
    Delivery.objects.create(
        kind="apprise",
        key=f"test-{member.pk}-{now:%Y%m%d%H%M%S%f}",
        member=member,
        subject=subject,
        body=body,
        created_at=now,
        due_at=now,
    )


def _understood(address: str) -> bool:
    hidden = address.endswith(f"://{HIDDEN}")
    return not hidden and len(address) <= LONGEST and Apprise.instantiate(address) is not None
