"""The audit trail: written by every service, in the transaction of its change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Model

from kulanz.desk.models import Case, Event, Issue, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services.webhooks import publish

PUBLISHED: Final = {
    ("issue", "open"): "issue.opened",
    ("issue", "close"): "issue.closed",
    ("issue", "reopen"): "issue.reopened",
    ("issue", "undo close"): "issue.reopened",
    ("issue", "undo open"): "issue.withdrawn",
    ("case", "open"): "case.opened",
    ("case", "hear"): "case.answered",
    ("promise", "break"): "promise.broken",
}


def record(  # noqa: PLR0913 - an event is who, when, what, to what, why
    actor: Actor | None,
    action: str,
    row: Model,
    *,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    issue: Issue | None = None,
    case: Case | None = None,
    thread: Thread | None = None,
) -> Event:
    """Write one event; ``issue``, ``case`` and ``thread`` say on which time lines it stands.

    ``actor`` None is the worker. ``data`` holds what changed and no text of a private conversation.
    """
    event = Event.objects.create(
        at=now,
        actor_id=actor.member_id if actor else None,
        token_id=actor.token_id if actor else None,
        action=action,
        noun=row._meta.model_name or "",  # noqa: SLF001 - Django's own way to the name
        noun_id=row.pk,
        issue=issue or (row if isinstance(row, Issue) else None),
        case=case or (row if isinstance(row, Case) else None),
        thread=thread or (row if isinstance(row, Thread) else None),
        reason=reason,
        data=dict(data or {}),
    )
    _publish(event)
    return event


def _publish(event: Event) -> None:
    """Tell webhooks of what others may want to act on: what happened to what, and no words."""
    undone = event.data.get("undone")
    kind = PUBLISHED.get((event.noun, f"undo {undone}" if undone else event.action))
    if kind is not None:
        data = {event.noun: event.noun_id, "case": event.case_id, "issue": event.issue_id}
        publish(kind=kind, key=f"event-{event.pk}", data=data, now=event.at)
