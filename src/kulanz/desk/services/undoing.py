"""Undoing what was just done in passing: an issue taken, put aside, closed; a conversation put aside."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from kulanz.desk.access import actor_of
from kulanz.desk.models import Attention, Event, Issue, Member, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError, Step
from kulanz.desk.rules.machines import FALSE_ALARM, ISSUE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.alerting import RIGHT, confirm
from kulanz.desk.services.attention import ASIDE, decided_earlier, decisions, restore, unjudge
from kulanz.desk.services.changing import change, step, write_to
from kulanz.desk.services.events import record
from kulanz.desk.services.notices import tell_of_news

_NOUNS: Final = ("issue", "thread")
_CAN_BE: Final = ("take", "snooze", "close")


def undo(*, actor: Actor, issue: Issue, seen: int, now: datetime) -> Issue:
    """Undo the actor's own last step: the issue is as it was, put aside, with its owner, or nobody's.

    What was opened only to be taken is withdrawn. Who has left gets nothing back. Raise RuleError where the
    last step was another one, or somebody else's.
    """
    with transaction.atomic():
        write_to(issue)
        last = _own_last(actor, issue.events.all(), _CAN_BE)
        owner = _owner_before(issue, last)
        action = _action(issue, last, owner)
        state = step(issue, ISSUE, action, actor)
        until = issue.snoozed_until if action == "snooze_again" else None
        before = {"snoozed_until": until, "closed_at": None, "outcome": "", "owner_id": owner}
        _unjudge(actor, issue, last, action, now)
        if action == "withdraw":
            issue.links.all().delete()
            issue.roles.all().delete()
        undone = change(issue, seen, state=state, **before)
        what = "open" if action == "withdraw" else last.action
        record(actor, action, undone, now=now, data={"state": state, "undone": what})
        tell_of_news(issue=undone, action=action, by=last.actor, now=now)
    return undone


def undo_decision(*, actor: Actor, thread: Thread, seen: int, now: datetime) -> Attention:
    """Undo that the actor put a thread aside: it is on the radar again, or aside as it was before.

    Raise RuleError where the last decision on it was another one, or somebody else's.
    """
    actor.need(Right.WORK_ISSUES)
    last = _own_last(actor, decisions(thread), ASIDE)
    earlier = decided_earlier(thread, last)
    if earlier is None:
        return restore(actor=actor, thread=thread, seen=seen, now=now)
    with transaction.atomic():
        unjudge(threads=[thread], by=last.actor_id, at=last.at)
        undone = change(thread.attention, seen, **earlier)
        record(actor, "aside_again", thread, now=now, data={"state": undone.state, "undone": last.action})
    return undone


def is_undoable(*, actor: Actor, issue: Issue, now: datetime) -> bool:
    """Say whether the actor has just done what can be undone: who takes what they have has done nothing."""
    last = _last(issue.events.all())
    return last is not None and _is_own(actor, last, _CAN_BE) and last.at == now


def _own_last(actor: Actor, events: QuerySet[Event], can_be: tuple[str, ...]) -> Event:
    """Return the last step if it is the actor's own and can be undone; else say which it was, and whose."""
    last = _last(events)
    if last is None or (last.case_id is not None and not actor.may(Right.SEE_CASES)):
        raise RuleError("undo: the last step here cannot be undone")
    if not _is_own(actor, last, can_be):
        did = Step(last.noun, last.action, str(last.actor or ""))
        raise RuleError("undo: the last step here is another one: %(last)s", last=did)
    return last


def _last(events: QuerySet[Event]) -> Event | None:
    return events.select_related("actor").order_by("-pk").first()


def _is_own(actor: Actor, last: Event, can_be: tuple[str, ...]) -> bool:
    return last.actor_id == actor.member_id and last.noun in _NOUNS and last.action in can_be


def _action(issue: Issue, last: Event, owner: int | None) -> str:
    if _was_opened_to_be_taken(issue, last):
        return "withdraw"
    if last.data.get("before", {}).get("state") == "snoozed":
        return "snooze_again"
    return "give_back" if owner else "undo"


def _was_opened_to_be_taken(issue: Issue, last: Event) -> bool:
    """Whether an issue was opened by being taken, and nothing else has happened in it."""
    others = issue.events.exclude(pk=last.pk).values_list("action", "at", "actor_id")[:2]
    return last.action == "take" and list(others) == [("open", last.at, last.actor_id)]


def _unjudge(actor: Actor, issue: Issue, last: Event, action: str, now: datetime) -> None:
    """Take back what a step said of the alarms of an issue's threads."""
    threads = list(Thread.objects.filter(links__issue=issue))
    if action == "withdraw":
        unjudge(threads=threads, by=last.actor_id, at=last.at, verdict=RIGHT)
    elif issue.outcome == FALSE_ALARM:
        unjudge(threads=threads, by=last.actor_id, at=last.at)
        confirm(actor=actor, threads=threads, now=now)


def _owner_before(issue: Issue, last: Event) -> int | None:
    """Return who had an issue before a step, if they still work here."""
    had = str(issue.owner_id)
    if last.action == "take":
        had = str(last.data.get("before", {}).get("owner_id", ""))
    member = Member.objects.filter(pk=had, is_active=True).first() if had.isdecimal() else None
    return member.pk if member is not None and actor_of(member).may(Right.WORK_ISSUES) else None
