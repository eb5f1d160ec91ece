"""Undoing what was just done in passing: taking an issue, putting it aside, closing it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from kulanz.desk.models import Event, Issue, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import FALSE_ALARM, ISSUE
from kulanz.desk.services.alerting import confirm
from kulanz.desk.services.attention import unjudge
from kulanz.desk.services.changing import change, step
from kulanz.desk.services.events import record
from kulanz.desk.services.notices import tell_of_news

_CAN_BE: Final = ("take", "snooze", "close")


def undo(*, actor: Actor, issue: Issue, seen: int, now: datetime) -> Issue:
    """Undo the actor's own last step; the issue is with whoever had it before, or nobody's.

    Raise RuleError where the last step was another one, or somebody else's.
    """
    last = _last(actor, issue)
    if last is None:
        raise RuleError("undo: the last step here was another one, or somebody else’s")
    owner = _owner_before(issue, last)
    action = "give_back" if owner else "undo"
    state = step(issue, ISSUE, action, actor)
    threads = list(Thread.objects.filter(links__issue=issue))
    before = {"snoozed_until": None, "closed_at": None, "outcome": "", "owner_id": owner}
    with transaction.atomic():
        if issue.outcome == FALSE_ALARM:
            unjudge(threads=threads, by=last.actor_id, at=last.at)
            confirm(actor=actor, threads=threads, now=now)
        undone = change(issue, seen, state=state, **before)
        record(actor, action, undone, now=now, data={"state": state, "undone": last.action})
        tell_of_news(issue=undone, action=action, by=last.actor, now=now)
    return undone


def is_undoable(*, actor: Actor, issue: Issue, now: datetime) -> bool:
    """Say whether the actor has just done what can be undone: who takes what they have has done nothing."""
    last = _last(actor, issue)
    return last is not None and last.at == now


def _last(actor: Actor, issue: Issue) -> Event | None:
    """Return the last step, if it is the actor's own and can be undone."""
    last = issue.events.select_related("actor").order_by("-pk").first()
    is_theirs = last is not None and last.actor_id == actor.member_id and last.action in _CAN_BE
    return last if is_theirs else None


def _owner_before(issue: Issue, last: Event) -> int | None:
    if last.action != "take":
        return issue.owner_id
    had = str(last.data.get("before", {}).get("owner_id", ""))
    return int(had) if had.isdecimal() else None
