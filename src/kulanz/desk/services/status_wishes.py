"""A customer's wish for another person: it stands until the contact was changed, or it was dealt with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kulanz.desk.models import Case, StatusPage
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record


def deal_with(*, actor: Actor, page: StatusPage, seen: int, now: datetime) -> StatusPage:
    """Say that a wish was dealt with; raise NotAllowedError for the contact, unless they lead."""
    actor.need(Right.WORK_CASES)
    if actor.member_id == page.case.contact_id and not actor.may(Right.LEAD_CASES):
        raise NotAllowedError("the customer asks for somebody else than you: a lead or the owner decides")
    if page.other_asked_at is None:
        raise RuleError("the customer does not ask for another person, or not any more")
    with transaction.atomic():
        done = change(page, seen, other_asked_at=None)
        record(actor, "deal_with_wish", done.case, now=now, issue=done.case.issue)
    return done


def forget(case: Case) -> None:
    """Take away the wish of a case whose contact was changed."""
    page = StatusPage.objects.select_for_update().filter(case=case, other_asked_at__isnull=False).first()
    if page is not None:
        change(page, page.version, other_asked_at=None)
