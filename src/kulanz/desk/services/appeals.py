"""Appeals: made and written to by whoever has the link, answered and decided by members."""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe
from typing import Final, NamedTuple

from django.db import transaction

from kulanz.desk.models import Appeal, AppealMessage, Measure
from kulanz.desk.queries.moderating import barred_from_appeals
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.appeals import (
    DECIDED_WITHIN,
    KEY_BYTES,
    MOST_MESSAGES,
    MOST_OPEN,
    MOST_OWN,
    SIDES,
    check_contestable,
    check_judge,
    digest_of,
    words_of,
)
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import APPEAL, STANDING
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.appeal_links import is_authors
from kulanz.desk.services.changing import change, step
from kulanz.desk.services.events import record
from kulanz.desk.services.measure_effects import new_reference
from kulanz.desk.services.moderating import reverse

_OVER: Final = frozenset(STANDING) - {"done"}


class Made(NamedTuple):
    """An appeal with the secret of its page, which is kept nowhere."""

    appeal: Appeal
    key: str


def make(*, measure: Measure, side: str, text: str, now: datetime, link: str = "") -> Made:
    """Appeal against a measure that was carried out; raise RuleError where that is not possible any more.

    ``link`` is the secret of the author's notice, where somebody came by it: appeals of others, however many,
    are not in its way.
    """
    proved = is_authors(measure, link)
    if side not in SIDES:
        raise RuleError("appeal: say whether you wrote the post, or are affected")
    words, key = words_of(text), token_urlsafe(KEY_BYTES)
    with transaction.atomic():
        held = Measure.objects.select_for_update(of=("self",)).select_related("thread").get(pk=measure.pk)
        check_contestable(held.done_at if held.state in STANDING else None, now)
        _check_room(held, proved=proved)
        made = Appeal.objects.create(
            number=f"A-{new_reference()}",
            digest=digest_of(key),
            measure=held,
            side=side,
            proved=proved,
            made_at=now,
            heard_at=now,
            due_at=now + DECIDED_WITHIN,
        )
        _say(made, words, None, now)
        record(None, "make", made, now=now, thread=held.thread, data={"measure": held.reference})
    return Made(made, key)


def write(*, appeal: Appeal, text: str, now: datetime) -> None:
    """Write in an appeal as the one who made it."""
    words = words_of(text)
    with transaction.atomic():
        held = _held(appeal)
        state = APPEAL.by_itself(held.state, "hear")
        if held.messages.filter(inbound=True).count() >= MOST_MESSAGES:
            raise RuleError("appeal: expected at most %(most)s messages", most=MOST_MESSAGES)
        change(held, held.version, state=state, heard_at=now)
        _say(held, words, None, now)
        record(None, "hear", held, now=now, thread=held.measure.thread)


def take_back(*, appeal: Appeal, now: datetime) -> None:
    """Take an appeal back as the one who made it."""
    with transaction.atomic():
        held = _held(appeal)
        change(held, held.version, state=APPEAL.by_itself(held.state, "take_back"), decided_at=now)
        record(None, "take_back", held, now=now, thread=held.measure.thread)


def answer(*, actor: Actor, appeal: Appeal, seen: int, text: str, now: datetime) -> Appeal:
    """Answer in an appeal, or ask something; it stays open."""
    state, words = step(appeal, APPEAL, "answer", actor), words_of(text)
    with transaction.atomic():
        answered = change(appeal, seen, state=state)
        _say(answered, words, actor, now)
        record(actor, "answer", answered, now=now, thread=answered.measure.thread)
    return answered


def grant(*, actor: Actor, appeal: Appeal, seen: int, reason: str, now: datetime) -> Appeal:
    """Say that the measure was wrong, and have it undone; what is over already is noted as wrong."""
    return _decided(actor, appeal, seen, "grant", reason, now)


def reject(*, actor: Actor, appeal: Appeal, seen: int, reason: str, now: datetime) -> Appeal:
    """Say that the measure stays, and why."""
    return _decided(actor, appeal, seen, "reject", reason, now)


def _decided(actor: Actor, appeal: Appeal, seen: int, action: str, reason: str, now: datetime) -> Appeal:
    actor.need(Right.JUDGE_MEASURES)
    rows = Measure.objects.select_related("thread__source", "rule__rule", "revision")
    measure = rows.get(pk=appeal.measure_id)
    check_judge(actor.member_id, barred_from_appeals(measure))
    state = step(appeal, APPEAL, action, actor, reason)
    with transaction.atomic():
        decided = change(appeal, seen, state=state, decided_by_id=actor.member_id, decided_at=now)
        _say(decided, words_of(reason), actor, now)
        record(actor, action, decided, now=now, thread=measure.thread, data={"measure": measure.reference})
        if action == "grant" and measure.state not in _OVER:
            reverse(actor=actor, measure=measure, seen=measure.version, reason=reason, now=now)
    return decided


def _check_room(measure: Measure, *, proved: bool) -> None:
    rows = measure.appeals.filter(state="open", proved=proved)
    if rows.count() >= (MOST_OWN if proved else MOST_OPEN):
        raise RuleError(
            "appeal: many appeals against this measure are open: wait until they are decided. Its author can"
            " always appeal by the link in the notice"
        )


def _held(appeal: Appeal) -> Appeal:
    """Return an appeal as it is now; nobody else writes it until the transaction ends."""
    rows = Appeal.objects.select_for_update(of=("self",)).select_related("measure__thread")
    return rows.get(pk=appeal.pk)


def _say(appeal: Appeal, text: str, actor: Actor | None, now: datetime) -> None:
    author = actor.member_id if actor else None
    AppealMessage.objects.create(appeal=appeal, inbound=actor is None, author_id=author, text=text, at=now)
