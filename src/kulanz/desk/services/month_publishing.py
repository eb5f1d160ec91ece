"""Months that are over are published for good: a file that stays as it is, named by an entry of the log."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from kulanz.desk.conf import conf
from kulanz.desk.models import PublishedMonth
from kulanz.desk.queries.monthly import monthly_report
from kulanz.desk.queries.months_published import months_due
from kulanz.desk.rules.monthly import as_file
from kulanz.desk.services.public_log import enter


def publish_due(*, now: datetime) -> int:
    """Publish the months that are over, where everybody may read the company's numbers; return how many."""
    return sum(_publish(month, now) for month in months_due(now)) if conf().public_pages else 0


def _publish(month: date, now: datetime) -> int:
    content = as_file(monthly_report(month, public=True, now=now).published[-1])
    try:
        with transaction.atomic():
            entry = enter(kind="report", act="publish", at=now, now=now, digests={"report": content})
            PublishedMonth.objects.create(first=month, body=content, entry=entry)
    except IntegrityError:  # another worker was faster
        return 0
    return 1
