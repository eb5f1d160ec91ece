"""What people decide about a thread on the radar: a false alarm, not now, back on the radar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, QuerySet

from kulanz.desk.models import Alert, Attention, Event, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record

ASIDE: Final = ("false_alarm", "snoozed")
"""States of a thread that was taken off the radar, and what the events that did it are called."""


def false_alarm(*, actor: Actor, thread: Thread, seen: int, reason: str, now: datetime) -> Attention:
    """Take a thread off the radar because it needs nobody, and mark its open alarms as wrong.

    ``seen`` is the version of what was decided about it before, 0 where nothing was.
    """
    with transaction.atomic():
        decided = _decide(actor, thread, seen, "false_alarm", now, reason=reason, until=None)
        Alert.objects.filter(thread=thread, verdict="").update(
            verdict="wrong",
            judged_by_id=actor.member_id,
            judged_at=now,
            why=reason[:500],
            version=F("version") + 1,
        )
    return decided


def snooze(
    *, actor: Actor, thread: Thread, seen: int, until: datetime, reason: str, now: datetime
) -> Attention:
    """Take a thread off the radar until a time; raise RuleError where that is past or has no reason."""
    if until <= now:
        raise RuleError("not now until: expected a time to come")
    if not reason.strip():
        raise RuleError("not now until: say why")
    return _decide(actor, thread, seen, "snoozed", now, reason=reason, until=until)


def restore(*, actor: Actor, thread: Thread, seen: int, now: datetime) -> Attention:
    """Put a thread back on the radar; alarms that were called wrong with it are not judged any more."""
    before = Attention.objects.filter(thread=thread, state="false_alarm").first()
    with transaction.atomic():
        if before is not None:
            unjudge(threads=[thread], by=before.by_id, at=before.at)
        return _decide(actor, thread, seen, "open", now, reason="", until=None)


def reopen(*, thread: Thread, now: datetime) -> None:
    """Put a thread back on the radar because it has become graver than it was when it was put aside."""
    with transaction.atomic():
        Attention.objects.filter(thread=thread).update(
            state="open", until=None, at=now, by=None, reason="", version=F("version") + 1
        )
        record(None, "graver", thread, now=now, data={"stage": thread.stage})


def unjudge(*, threads: Iterable[Thread], by: int | None, at: datetime, verdict: str = "wrong") -> None:
    """Take back what a decision of that moment said of the alarms of threads."""
    judged = Alert.objects.filter(
        thread__in=[thread.pk for thread in threads], verdict=verdict, judged_by=by, judged_at=at
    )
    judged.update(verdict="", judged_by=None, judged_at=None, why="", version=F("version") + 1)


def decisions(thread: Thread) -> QuerySet[Event]:
    """Return what was decided about a thread, by people and by itself."""
    return thread.events.filter(noun="thread", action__in=(*ASIDE, "open", "graver", "aside_again"))


def decided_earlier(thread: Thread, last: Event) -> dict[str, Any] | None:
    """Return how a thread was put aside when a decision came over it; None where it was on the radar."""
    found = decisions(thread).filter(pk=last.data.get("before")).select_related("actor").first()
    if found is None:
        return None
    until = found.data["until"]
    return {
        "state": found.action,
        "until": datetime.fromisoformat(until) if until else None,
        "reason": found.reason,
        "by": found.actor,
        "at": found.at,
        "score_then": found.data["score"],
        "stage_then": found.data["stage"],
    }


def _decide(  # noqa: PLR0913 - who decides what about which thread, having seen what, and why
    actor: Actor, thread: Thread, seen: int, state: str, now: datetime, *, reason: str, until: datetime | None
) -> Attention:
    actor.need(Right.WORK_ISSUES)
    values = {
        "state": state,
        "until": until,
        "reason": reason[:500],
        "by_id": actor.member_id,
        "at": now,
        "score_then": thread.score,
        "stage_then": thread.stage,
    }
    with transaction.atomic():
        decided, is_new = Attention.objects.get_or_create(thread=thread, defaults=values)
        before = None if is_new else _made(decided)
        decided = decided if is_new else change(decided, seen, **values)
        data = {
            "score": thread.score,
            "stage": thread.stage,
            "until": until.isoformat() if until else None,
            "before": before,
        }
        record(actor, state, thread, now=now, reason=reason, data=data)
    return decided


def _made(decided: Attention) -> int | None:
    """Return the key of the event that put a thread aside, None where it is on the radar."""
    if decided.state not in ASIDE:
        return None
    made = Event.objects.filter(thread=decided.thread_id, action=decided.state, at=decided.at)
    return made.values_list("pk", flat=True).last()
