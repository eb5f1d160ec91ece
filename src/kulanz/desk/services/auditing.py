"""The audit trail to take along; that it was taken is part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from kulanz.desk.models import Event
from kulanz.desk.queries.audit import AuditFilter, filtered, readable
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.events import record
from kulanz.desk.services.exports import alias, as_csv

COLUMNS: Final = (
    "event", "at", "who", "token", "noun", "noun_id", "action", "thread", "issue", "case", "reason",
)  # fmt: skip
MOST: Final = 50_000
PEOPLE: Final = frozenset({"customer", "member", "person"})
"""Nouns whose keys are pseudonyms, too."""


def table(*, actor: Actor, wanted: AuditFilter, names: bool, now: datetime) -> str:
    """Return events as CSV, the latest first; who took it along is recorded.

    Members, people and customers have pseudonyms, the same every time, and no reason is told, which is free
    text, unless ``names`` are asked for. Raise RuleError for more than MOST events.
    """
    actor.need(Right.SEE_AUDIT)
    if names:
        actor.need(Right.SEE_PEOPLE)
    events = readable(actor, filtered(wanted).order_by("-at", "-pk")[: MOST + 1])
    if len(events) > MOST:
        raise RuleError("these are more than %(most)s events: choose fewer days", most=MOST)
    record(actor, "export", Event(pk=0), now=now, data={"events": len(events), "names": names})
    return as_csv(COLUMNS, _lines(events, names=names))


def trail(*, wanted: AuditFilter, names: bool, now: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield every event that is wanted, the first one first, as whoever runs the desk takes it along.

    Without ``names`` there are pseudonyms as in ``table``, and neither reasons nor what was there before.
    That it was taken is recorded at the end, with how many there were.
    """
    count = 0
    for count, event in enumerate(filtered(wanted).order_by("pk").iterator(), start=1):  # noqa: B007 - told
        line: dict[str, Any] = dict(zip(COLUMNS, next(_lines([event], names=names)), strict=True))
        yield {**line, "data": event.data} if names else line
    record(None, "export", Event(pk=0), now=now, data={"events": count, "names": names})


def _lines(events: list[Event], *, names: bool) -> Iterator[tuple[object, ...]]:
    for event in events:
        who, about = str(event.actor or ""), event.noun_id
        if not names:
            who = alias("member", event.actor_id) if event.actor_id else ""
        yield (
            event.pk, event.at.isoformat(timespec="seconds"), who, _told(event.token_id),
            event.noun, _told(about) if names or event.noun not in PEOPLE else alias(event.noun, about),
            event.action, _told(event.thread_id), _told(event.issue_id), _told(event.case_id),
            event.reason if names else "",
        )  # fmt: skip


def _told(pk: int | None) -> object:
    return "" if pk is None else pk
