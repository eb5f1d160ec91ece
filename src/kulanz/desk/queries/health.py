"""How the desk itself does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.db.models import F, Max, Min

from kulanz.desk.models import Delivery, Event, Inbox, Source, Thread
from kulanz.desk.models.base import Due

LONG_UNREAD: Final = timedelta(minutes=15)
"""A mailbox is read every minute: after so long without it something is wrong."""


@dataclass(frozen=True, slots=True)
class Failing:
    """Rows of one kind that failed and are tried again; ``why`` is the error of the one tried most often."""

    kind: str
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Messages that did not arrive and are not tried again: how many, and of the last to whom and why not."""

    count: int
    whom: str
    why: str


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


def mailbox() -> Inbox | None:
    """Return how the reading of the mailbox goes; None before it was first tried."""
    return Inbox.objects.order_by(F("due_at").desc(nulls_last=True), "-pk").first()


def unread_since(box: Inbox | None, now: datetime) -> bool:
    """Whether the mailbox has not been read for too long."""
    return box is None or box.last_success_at is None or box.last_success_at < now - LONG_UNREAD


def due_models() -> Iterator[Any]:
    """Yield the models whose rows wait for a worker."""
    return (model for model in apps.get_app_config("desk").get_models() if issubclass(model, Due))


def given_up(since: datetime) -> GivenUp | None:
    """Return what became of messages that were given up since a moment; None where none was."""
    rows = Delivery.objects.filter(given_up_at__gte=since).exclude(last_error="")
    last = rows.select_related("target", "member").order_by("given_up_at").last()
    if last is None:
        return None
    whom = last.address or str(last.target or last.member or last.kind)
    return GivenUp(rows.count(), whom, last.last_error)


def failing() -> list[Failing]:
    """Return which work fails, by kind."""
    found = []
    for model in due_models():
        rows = model.objects.filter(due_at__isnull=False).exclude(last_error="")
        if worst := rows.order_by("-attempts", "-pk").values_list("last_error", flat=True).first():
            found.append(Failing(model._meta.model_name, rows.count(), worst))  # noqa: SLF001 - Django's own way
    return found
