"""Measures on content, as people take them: wanted by one, agreed to by a second where that is asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from kulanz.desk.models import Measure, Post, RuleVersion, Thread
from kulanz.desk.queries.moderating import barred_from, opener_of, same_standing, situation_of
from kulanz.desk.queries.rulebook import in_force
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import MEASURE
from kulanz.desk.rules.moderating import (
    ONCE,
    Order,
    Situation,
    check_first,
    checked,
    closes,
    may_decide,
    scope_of,
    seconds_for,
)
from kulanz.desk.rules.plain import plainly
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change, step
from kulanz.desk.services.measure_effects import (
    UNDOING,
    came_undone,
    due_for,
    new_reference,
    note,
    took_effect,
)
from kulanz.desk.services.measure_notices import UNNAMED
from kulanz.desk.services.public_log import check_names, check_note
from kulanz.desk.services.statements import statement_of
from kulanz.desk.services.writing import is_thread


def propose(
    *, actor: Actor, thread: Thread, post: Post | None = None, rule: int, order: Order, now: datetime
) -> Measure:
    """Want a measure on a thread or on a post in it; it is ordered at once where nobody else has to agree.

    ``rule`` is the version of a rule that is in force. Raise RuleError for what lacks something, and where
    the close guard asks for something else first.
    """
    drafted = _drafted(actor, thread, post, rule, order, now)
    with transaction.atomic():
        Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
        if drafted.kind in ONCE and same_standing(drafted).exists():
            raise RuleError("measure: one of this kind stands here or waits already")
        drafted.save()
        note(actor, "propose", drafted, now)
        return drafted if drafted.asks else _ordered(actor, drafted, "order", now)


def preview(
    *, actor: Actor, thread: Thread, post: Post | None = None, rule: int, order: Order, now: datetime
) -> Measure:
    """Return a measure as it would be kept, unsaved and without a reference; raise as ``propose`` does."""
    drafted = _drafted(actor, thread, post, rule, order, now)
    drafted.reference = UNNAMED
    return drafted


def approve(*, actor: Actor, measure: Measure, seen: int, now: datetime) -> Measure:
    """Agree to a measure as the second person; raise RuleError for one who has part in the dispute."""
    _may_decide(actor, measure)
    with transaction.atomic():
        return _ordered(
            actor, measure, "approve", now, seen=seen, decided_by_id=actor.member_id, decided_at=now
        )


def refuse(*, actor: Actor, measure: Measure, seen: int, reason: str, now: datetime) -> Measure:
    """Say no to a measure as the second person; one that stands at the source is overturned instead."""
    _may_decide(actor, measure)
    if measure.at_source:
        raise RuleError("measure: it stands at the source already: have it undone there instead")
    return _step(actor, measure, seen, "refuse", now, reason=reason, **_decided(actor, reason, now))


def withdraw(*, actor: Actor, measure: Measure, seen: int, reason: str, now: datetime) -> Measure:
    """Take a measure back that was not carried out."""
    if measure.at_source:
        raise RuleError("measure: it stands at the source already: have it undone there instead")
    return _step(actor, measure, seen, "withdraw", now, reason=reason, due_at=None)


def confirm_by_hand(*, actor: Actor, measure: Measure, seen: int, now: datetime) -> Measure:
    """Say that somebody has carried it out, undone or ended it at the source."""
    step(measure, MEASURE, "confirm_by_hand", actor)
    with transaction.atomic():
        if measure.state in UNDOING:
            return came_undone(measure=measure, seen=seen, actor=actor, now=now)
        return took_effect(measure=measure, seen=seen, actor=actor, now=now)


def retry(*, actor: Actor, measure: Measure, seen: int, now: datetime) -> Measure:
    """Have a measure tried again that the source refused."""
    due = due_for(measure, "ordered", now)
    return _step(actor, measure, seen, "retry", now, due_at=due, attempts=0, last_error="")


def reverse(*, actor: Actor, measure: Measure, seen: int, reason: str, now: datetime) -> Measure:
    """Have a measure undone: it was wrong."""
    due = due_for(measure, "reversing", now)
    return _step(
        actor,
        measure,
        seen,
        "reverse",
        now,
        reason=reason,
        decision=reason.strip()[:500],
        due_at=due,
        attempts=0,
    )


def explain(*, actor: Actor, measure: Measure, seen: int, rule: int, order: Order, now: datetime) -> Measure:
    """Give rule and reasons to what was seen at the source; a second person agrees where that is asked."""
    state = step(measure, MEASURE, "explain", actor)
    situation = situation_of(measure.thread, measure.post)
    given = Order(kind=measure.kind, code=order.code, why=order.why, until=order.until, onward=order.onward,
                  despite=order.despite, text=measure.text or "–", place=measure.place or "–")  # fmt: skip
    wanted = _words(_checked(given, situation, measure.post, now), measure.post)
    with transaction.atomic():
        explained = change(
            measure,
            seen,
            state=state,
            rule=_in_force(rule, now),
            asks=list(seconds_for(measure.kind, situation, on_post=measure.post is not None)),
            proposed_by_id=actor.member_id,
            **{name: wanted[name] for name in ("code", "why", "until", "onward", "despite")},
        )
        note(actor, "explain", explained, now)
        return explained if explained.asks else _ordered(actor, explained, "order", now)


def dismiss(*, actor: Actor, measure: Measure, seen: int, reason: str, now: datetime) -> Measure:
    """Say that what was seen at the source is no measure, such as a post that its author took away."""
    _may_decide(actor, measure)
    return _step(actor, measure, seen, "dismiss", now, reason=reason, **_decided(actor, reason, now))


def overturn(*, actor: Actor, measure: Measure, seen: int, reason: str, now: datetime) -> Measure:
    """Have something undone that was seen at the source, and that the rules do not cover."""
    if not measure.at_source:
        raise RuleError("measure: nothing was done yet: refuse it instead")
    if measure.proposed_by_id is not None:
        _may_decide(actor, measure)
    due = due_for(measure, "reversing", now)
    return _step(
        actor, measure, seen, "overturn", now, reason=reason, due_at=due, **_decided(actor, reason, now)
    )


def _ordered(
    actor: Actor, measure: Measure, action: str, now: datetime, *, seen: int | None = None, **values: Any
) -> Measure:
    """Order a measure; what is done by saying so, or stands at the source, takes effect at once."""
    at_once = measure.at_source or measure.kind == "warn"
    due = None if at_once else due_for(measure, "ordered", now)
    ordered = _step(
        actor, measure, measure.version if seen is None else seen, action, now, due_at=due, **values
    )
    if not at_once:
        return ordered
    return took_effect(measure=ordered, seen=ordered.version, actor=None, now=now)


def _drafted(
    actor: Actor, thread: Thread, post: Post | None, rule: int, order: Order, now: datetime
) -> Measure:
    actor.need(Right.MODERATE)
    if post is not None and post.thread_id != thread.pk:
        raise RuleError("measure: expected a post of this conversation")
    check_first(order.kind, is_thread=post is not None and is_thread(thread, post))
    situation = situation_of(thread, post)
    wanted = _checked(order, situation, post, now)
    drafted = Measure(
        reference=new_reference(),
        thread=thread,
        post=post,
        account=post.account if post else opener_of(thread),
        rule=_in_force(rule, now),
        **_words(wanted, post),
        text_before=post.text if post and wanted.kind == "edit" else "",
        place_before=(thread.key if post else thread.place) if wanted.kind == "move" else "",
        asks=list(seconds_for(wanted.kind, situation, on_post=post is not None)),
        proposed_by_id=actor.member_id,
        proposed_at=now,
    )
    statement_of(measure=drafted, now=now)
    return drafted


def _step(
    actor: Actor, measure: Measure, seen: int, action: str, now: datetime, *, reason: str = "", **values: Any
) -> Measure:
    state = step(measure, MEASURE, action, actor, reason)
    with transaction.atomic():
        changed = change(measure, seen, state=state, **values)
        note(actor, action, changed, now, reason=reason)
    return changed


def _decided(actor: Actor, reason: str, now: datetime) -> dict[str, Any]:
    return {"decided_by_id": actor.member_id, "decided_at": now, "decision": reason.strip()[:500]}


def _may_decide(actor: Actor, measure: Measure) -> None:
    actor.need(Right.JUDGE_MEASURES)
    may_decide(actor.member_id, barred_from(measure))


def _checked(order: Order, situation: Situation, post: Post | None, now: datetime) -> Order:
    wanted = checked(plainly(order), situation, on_post=post is not None, now=now)
    check_note(" ".join(wanted.why.split()))
    check_names(" ".join(wanted.onward.split()))
    return wanted


def _in_force(pk: int, now: datetime) -> RuleVersion:
    found = in_force(now).filter(pk=pk).first()
    if found is None:
        raise RuleError("rule: expected one that is in force: publish it first")
    return found


def _words(order: Order, post: Post | None) -> dict[str, Any]:
    ends = closes(order.kind, on_post=post is not None)
    return {
        "kind": order.kind,
        "scope": scope_of(order.kind, on_post=post is not None),
        "code": order.code,
        "why": " ".join(order.why.split()),
        "until": order.until,
        "text": order.text.replace("\r\n", "\n").strip() if order.kind == "edit" else "",
        "place": order.place.strip()[:200] if order.kind == "move" else "",
        "onward": " ".join(order.onward.split()) if ends else "",
        "despite": " ".join(order.despite.split()) if ends else "",
    }
