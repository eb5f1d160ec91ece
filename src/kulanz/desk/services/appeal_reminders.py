"""Members are reminded of appeals whose time is nearly up."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.desk.conf import conf
from kulanz.desk.models import Appeal
from kulanz.desk.queries.escalation import readers_of
from kulanz.desk.rules.appeals import SOON
from kulanz.desk.rules.machines import APPEAL
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.status_pages import lang_of
from kulanz.desk.services.notices import tell
from kulanz.pages.formats import day

_AT_ONCE: Final = 20


def remind_due(*, now: datetime) -> int:
    """Tell members who may decide of appeals that are due soon, once; return how many appeals."""
    rows = Appeal.objects.filter(state=APPEAL.initial, reminded_at=None, due_at__lte=now + SOON)
    found = list(rows.select_related("measure").order_by("due_at", "pk")[:_AT_ONCE])
    return sum(_reminded(each, now) for each in found)


def _reminded(appeal: Appeal, now: datetime) -> int:
    """Tell of one appeal, unless another worker does."""
    with transaction.atomic():
        if not Appeal.objects.filter(pk=appeal.pk, reminded_at=None).update(reminded_at=now):
            return 0
        judged = {appeal.measure.proposed_by_id, appeal.measure.decided_by_id}
        for member in readers_of(Right.JUDGE_MEASURES).order_by("pk"):
            if member.pk in judged:
                continue
            with translation.override(member.lang):
                subject = _("An appeal has to be decided within three days")
                until = day(appeal.due_at.date(), lang_of(member.lang))
                url = f"{conf().url}/appeals/{appeal.pk}"
                body = _("Decide until %(day)s:\n%(url)s") % {"day": until, "url": url}
            key = f"appeal-{appeal.pk}-soon-{member.pk}"
            tell(member=member, key=key, subject=subject, body=body, now=now, urgent=True)
    return 1
