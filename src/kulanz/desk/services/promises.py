"""Promises: who will answer until when; warned of before they break, and kept or broken on record."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from kulanz.desk.models import Calendar, Case, Escalation, Member, Promise
from kulanz.desk.queries.calendars import work_calendar
from kulanz.desk.queries.escalation import told_at
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.machines import PROMISE
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.worktime import deadline, worktime_between
from kulanz.desk.services.changing import change, keep_open, step
from kulanz.desk.services.claiming import claim, done
from kulanz.desk.services.events import record
from kulanz.desk.services.notices import tell_of_promise
from kulanz.desk.services.public_log import About, enter
from kulanz.tlog.canonical import canonical
from kulanz.tlog.entries import moment

WARN_AT: Final = 0.75
ESCALATE_AFTER: Final = timedelta(hours=4)
WARNING, BREACH, OVERDUE = 1, 2, 3
AT_MOST: Final = 100


def make(  # noqa: PLR0913 - a promise is whose, what, how long, by which calendar
    *, actor: Actor, case: Case, by: Member, what: str, worktime: timedelta, calendar: Calendar, now: datetime
) -> Promise:
    """Promise something to a customer within so much working time; raise RuleError in a closed case."""
    actor.need(Right.WORK_CASES)
    if worktime <= timedelta() or not what.strip():
        raise RuleError("promise: expected what is promised, and some working time for it")
    hours = work_calendar(calendar)
    with transaction.atomic():
        keep_open(case)
        promise = Promise.objects.create(
            case=case,
            by=by,
            what=what.strip()[:500],
            calendar=calendar,
            made_at=now,
            deadline=deadline(now, worktime, hours),
            due_at=deadline(now, worktime * WARN_AT, hours),
        )
        data = {"by": by.pk, "deadline": promise.deadline.isoformat()}
        record(actor, "make", promise, now=now, case=case, issue=case.issue, data=data)
    return promise


def pause(*, actor: Actor, promise: Promise, seen: int, reason: str, now: datetime) -> Promise:
    """Stop the clock, for a reason; the working time that is left is kept. What is overdue cannot wait."""
    if now >= promise.deadline:
        raise RuleError("promise: its time is over, so its clock cannot be stopped")
    left = worktime_between(now, promise.deadline, work_calendar(promise.calendar))
    kept: dict[str, Any] = {"left_s": int(left.total_seconds()), "pause_reason": reason[:500], "due_at": None}
    return _step(actor, promise, seen, "pause", now, reason=reason, **kept)


def resume(*, actor: Actor, promise: Promise, seen: int, now: datetime) -> Promise:
    """Let the clock run again: the deadline is as much working time away as was left."""
    left = timedelta(seconds=promise.left_s or 0)
    hours = work_calendar(promise.calendar)
    until = deadline(now, left, hours)
    warn = until if promise.warned_at else deadline(now, left * WARN_AT, hours)
    again: dict[str, Any] = {"deadline": until, "due_at": warn, "left_s": None, "pause_reason": ""}
    return _step(actor, promise, seen, "resume", now, **again)


def keep(*, actor: Actor, promise: Promise, seen: int, now: datetime) -> Promise:
    """Say that what was promised was done; a promise that broke before stays known as late."""
    with transaction.atomic():
        if promise.state == "running" and promise.version == seen and now >= promise.deadline:
            _break(promise, now)  # no worker has come by yet
            seen = promise.version
        kept = _step(actor, promise, seen, "keep", now, due_at=None, settled_at=now)
        _enter(kept, "keep", now)
    return kept


def withdraw(*, actor: Actor, promise: Promise, seen: int, reason: str, now: datetime) -> Promise:
    """Take a promise back, for a reason."""
    return _step(actor, promise, seen, "withdraw", now, reason=reason, due_at=None, settled_at=now)


def settle_due(*, now: datetime) -> int:
    """Warn of promises that near their end, break those that reached it, and escalate; return how many."""
    rows = Promise.objects.filter(state__in=("running", "broken"))
    claimed = claim(rows.select_related("case__issue", "by", "calendar"), now, at_most=AT_MOST)
    for promise in claimed:
        # whoever keeps or pauses a promise at this moment is faster: theirs stays
        with suppress(ConflictError), transaction.atomic():
            _settle(promise, now)
    return len(claimed)


def _settle(promise: Promise, now: datetime) -> None:
    if promise.state == "broken":
        _escalate(promise, OVERDUE, now)
        done(promise, next_at=None)
    elif now >= promise.deadline:
        _break(promise, now)
        _escalate(promise, BREACH, now)
        done(promise, next_at=deadline(now, ESCALATE_AFTER, work_calendar(promise.calendar)))
    else:
        change(promise, promise.version, warned_at=now)
        _escalate(promise, WARNING, now)
        done(promise, next_at=promise.deadline)


def _break(promise: Promise, now: datetime) -> None:
    change(promise, promise.version, state=PROMISE.by_itself(promise.state, "break"))
    record(None, "break", promise, now=now, case=promise.case, issue=promise.case.issue)
    _enter(promise, "break", now)


def _enter(promise: Promise, act: str, now: datetime) -> None:
    """Have the public log tell that a promise was kept or broken; whom it was made to is not told."""
    content = canonical({"what": promise.what, "until": moment(promise.deadline)})
    enter(
        kind="promise",
        act=act,
        at=now,
        now=now,
        about=About(case=promise.case),
        subjects={"promise": content},
        until=promise.deadline,
    )


def _escalate(promise: Promise, level: int, now: datetime) -> None:
    """Tell those whose turn it is at a step of the chain, once."""
    told = told_at(promise, level)
    _, is_new = Escalation.objects.get_or_create(
        promise=promise, step=level, defaults={"told": told[0] if told else None, "at": now}
    )
    if is_new:
        tell_of_promise(promise=promise, level=level, members=told, now=now)


def _step(
    actor: Actor, promise: Promise, seen: int, action: str, now: datetime, *, reason: str = "", **values: Any
) -> Promise:
    state = step(promise, PROMISE, action, actor, reason)
    with transaction.atomic():
        changed = change(promise, seen, state=state, **values)
        data = {"state": state, "deadline": changed.deadline.isoformat()}
        about = changed.case
        record(actor, action, changed, now=now, reason=reason, case=about, issue=about.issue, data=data)
    return changed
