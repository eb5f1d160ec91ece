"""Months whose public figures were published for good, and those that are to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from kulanz.desk.models import PublishedMonth
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.queries.sentinel import log_begun_at
from kulanz.desk.rules.monthly import PublicMonth, is_due, of_file
from kulanz.desk.rules.months import last_months, month_of

_BACK: Final = 12


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A month as it was published: the bytes of its file, and the leaf hash of the entry that names them."""

    first: date
    content: bytes
    leaf: str
    at: datetime

    @property
    def month(self) -> PublicMonth:
        return of_file(self.content)

    @property
    def digest(self) -> str:
        """The file's SHA-256 in hex, as the entry has it."""
        return sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"


def published_files(months: Collection[date]) -> Mapping[date, PublishedFile]:
    """Return those of some months that were published, by their first days, the oldest first."""
    rows = PublishedMonth.objects.filter(first__in=months).select_related("entry").order_by("first")
    return {
        row.first: PublishedFile(row.first, bytes(row.body), row.entry.leaf, row.entry.at) for row in rows
    }


def latest_files(now: datetime) -> list[PublishedFile]:
    """Return what was published of the last twelve months, the oldest first."""
    return list(published_files(last_months(now, usual_zone(), _BACK)).values())


def months_due(now: datetime) -> list[date]:
    """Return the months that are to be published, the oldest first: none before the log was begun."""
    begun = log_begun_at()
    if begun is None:
        return []
    zone = usual_zone()
    months = last_months(now, zone, _BACK)
    told = set(PublishedMonth.objects.filter(first__in=months).values_list("first", flat=True))
    return [month for month in months if month not in told and is_due(_end(month, zone), begun, now)]


def _end(month: date, zone: str) -> datetime:
    return month_of(datetime(month.year, month.month, 1, tzinfo=ZoneInfo(zone)), zone)[1]
