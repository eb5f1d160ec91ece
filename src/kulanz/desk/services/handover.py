"""Handover: the message that tells a customer who looks after it, until when, and where that can be seen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kulanz.core.spoken import Lang
from kulanz.desk.models import Case, Promise, Reply, StatusPage
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.status_pages import Handover, handover
from kulanz.desk.services import replies
from kulanz.desk.services.changing import change
from kulanz.desk.services.outgoing import EMAIL
from kulanz.desk.services.status_links import make


def draft(
    *,
    actor: Actor,
    case: Case,
    language: Lang,
    channel: str = EMAIL,
    account: int | None = None,
    now: datetime,
) -> Reply:
    """Begin the message, with a link to the status page, which is made where there is none.

    The page speaks the language of the message from then on.

    Raise RuleError while the case has no contact, or nothing is promised.
    """
    letter = handover(_told(case), language)
    with transaction.atomic():
        page = StatusPage.objects.filter(case=case).exclude(digest=None).first()
        if page is None:
            make(actor=actor, case=case, language=language, now=now)
        elif page.language != language:
            change(page, page.version, language=language)
        return replies.draft(
            actor=actor,
            case=case,
            channel=channel,
            account=account,
            subject=letter.subject,
            text=letter.text,
            now=now,
        )


def _told(case: Case) -> Handover:
    promise = Promise.objects.filter(case=case, state="running").select_related("calendar")
    next_one = promise.order_by("deadline", "pk").first()
    if case.contact is None:
        raise RuleError("handover: name a contact first, so that the customer knows who it is")
    if next_one is None:
        raise RuleError("handover: promise something first, so that the customer knows until when")
    return Handover(
        name=case.person.name,
        contact=str(case.contact),
        what=next_one.what,
        until=next_one.deadline,
        zone=next_one.calendar.zone,
    )
