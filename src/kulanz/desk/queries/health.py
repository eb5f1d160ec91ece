"""How the desk itself does."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, Min

from kulanz.desk.models import Event, Source, Thread


def waiting_since() -> datetime | None:
    """Return since when the longest waiting conversation waits for its analysis; None where none does."""
    found: datetime | None = Thread.objects.aggregate(first=Min("stale_since"))["first"]
    return found


def stopped_sources() -> list[tuple[str, str]]:
    """Return name and last error of the sources that only a person can help."""
    return list(Source.objects.filter(state="stopped").order_by("name").values_list("name", "last_error"))


def newest_moment() -> datetime | None:
    """Return when the newest event happened; None where nothing happened yet."""
    found: datetime | None = Event.objects.aggregate(last=Max("at"))["last"]
    return found
