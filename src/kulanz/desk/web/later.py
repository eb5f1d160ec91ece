"""Until when something is put aside, as a form tells it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from kulanz.desk.rules.errors import RuleError

SPANS: Final = {
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "14d": timedelta(days=14),
}
YEARS: Final = 10


def until(request: HttpRequest, now: datetime) -> datetime:
    """Return the time of one's own that a form names, else the end of the span that it names."""
    if own := request.POST.get("at", "").strip():
        return _own(own, now)
    span = SPANS.get(request.POST.get("until", ""))
    if span is None:
        raise RuleError("not now until: expected one of %(known)s", known=", ".join(SPANS))
    return now + span


def _own(text: str, now: datetime) -> datetime:
    """Read a time by the clock of whoever asks."""
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        if abs(found.year - now.year) <= YEARS:
            return timezone.make_aware(found) if timezone.is_naive(found) else found
    raise RuleError("not now until: expected a date and a time, got %(text)r", text=text[:40])
