"""How the desk itself does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.db.models import F, Max, Min, Q, QuerySet

from kulanz.desk.conf import conf
from kulanz.desk.models import (
    Delivery,
    Event,
    Inbox,
    PrivateTopic,
    PublicSight,
    Source,
    Statement,
    Subscription,
    Thread,
)
from kulanz.desk.models.base import Due
from kulanz.desk.rules.machines import SOURCE

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
    """Return how the reading of the mailbox goes; None before it was first tried, and where there is none."""
    if not conf().inbox_url:
        return None
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


def planned(model: Any) -> QuerySet[Any]:
    """Return the rows of a model that a worker comes to, at once or later.

    What belongs to a source that is paused, say, keeps its time and is left alone: nobody waits for it.
    """
    running = _RUNNING.get(model)
    rows: QuerySet[Any] = model.objects.filter(due_at__isnull=False)
    return rows if running is None else rows.filter(running())


def _read_source(path: str) -> Q:
    return Q(**{f"{path}__state": SOURCE.initial})


_RUNNING: Final[Mapping[type[Due], Callable[[], Q]]] = {
    Inbox: lambda: Q(pk=getattr(mailbox(), "pk", None)),
    PrivateTopic: lambda: _read_source("account__source"),
    PublicSight: lambda: _read_source("thread__source") & Q(thread__gone=False),
    Statement: lambda: Q() if conf().statements_url else Q(pk=None),
    Subscription: lambda: _read_source("source"),
}
"""What a row needs to be worked on beside its time, as the jobs ask it."""


def failing() -> list[Failing]:
    """Return which work fails, by kind."""
    found = []
    for model in due_models():
        rows = planned(model).exclude(last_error="")
        if worst := rows.order_by("-attempts", "-pk").values_list("last_error", flat=True).first():
            found.append(Failing(model._meta.model_name, rows.count(), worst))  # noqa: SLF001 - Django's own way
    return found
