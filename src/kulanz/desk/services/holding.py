"""What the worker does for holds: it tells billing, asks how they stand, and raises alarms. It ends none."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec
from django.db import transaction
from django.db.models import Q

from kulanz.billing import (
    BillingAdapter,
    BillingError,
    Confirmation,
    HoldOrder,
    OrderError,
    RefusedError,
)
from kulanz.desk.models import Hold
from kulanz.desk.models.holds import ENDED_BY_BILLING
from kulanz.desk.queries.escalation import chain, readers_of
from kulanz.desk.queries.holds import ASKED, UNCONFIRMED, day_began, day_of, hold_rules
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.machines import HOLD
from kulanz.desk.rules.packing import packed
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.billing_turns import (
    Adapters,
    Lines,
    asking,
    between_checks,
    later,
    put_off,
    rest,
    tell_each,
)
from kulanz.desk.services.changing import change
from kulanz.desk.services.claiming import claim
from kulanz.desk.services.hold_notices import leads, owners, tell_of_alarm, tell_of_review
from kulanz.desk.services.holds import keep_record, with_words, words_of
from kulanz.desk.services.sealing import seal

Act = Literal["place", "confirm", "release"]

AT_MOST: Final = 20
ALARMS_AT_MOST: Final = 100
DAILY: Final = timedelta(days=1)
ESCALATED_AFTER: Final = (3, 7)
"""After so many days without an answer, whoever is next in the chain is asked, too."""
_ACTS: Final[dict[str, Act]] = {
    "placing": "place",
    "held": "confirm",
    "refused": "confirm",
    "releasing": "release",
}
"""What is refused is due only when billing has said something more of it."""
_LATE: Final = {"placing": "unconfirmed", "held": "silent", "refused": "refused", "releasing": "unended"}
_TRIED: Final = 2
"""A hold that is asked about at this moment, after the worker was away, has been claimed once."""
_PARTS: Final = ("case__issue", "case__contact", "customer", "claim", "system")


def order_due(*, adapters: Adapters, now: datetime) -> int:
    """Tell billing what people decided, and ask it how holds stand; return how many were looked at."""
    rows = Hold.objects.filter(state__in=_ACTS, system__isnull=False)
    claimed = claim(rows.select_related(*_PARTS), now, at_most=AT_MOST)
    tell_each(claimed, lambda hold, lines: _order(hold, lines, now), adapters=adapters, now=now)
    return len(claimed)


def ask_due(*, now: datetime) -> int:
    """Ask owners whether a hold goes on: from its day of review on daily, and never answered by itself.

    Without an answer the next in the chain of promises are asked, too. Return how many were asked about.
    """
    day, began = day_of(now), day_began(now)
    rows = Hold.objects.filter(Q(asked_at=None) | Q(asked_at__lt=began), state__in=ASKED, review_on__lte=day)
    found = list(rows.select_related(*_PARTS).order_by("pk")[:ALARMS_AT_MOST])
    for hold in found:
        level = 1 + sum((day - hold.review_on).days >= days for days in ESCALATED_AFTER)
        with transaction.atomic():
            if _first(hold, "asked_at", now):
                contact = readers_of(Right.SEE_CASES).filter(cases=hold.case).first()
                keep_record(None, "ask", hold, now, level=level)
                tell_of_review(hold=hold, members=chain(contact, level), now=now)
    return len(found)


def alarm_due(*, now: datetime) -> int:
    """Tell owners and leads, once a day, of holds that billing does not confirm; return how many.

    Of one that is on they are told once, until billing has confirmed it anew.
    """
    late, again = now - timedelta(hours=hold_rules().unconfirmed_hours), now - DAILY
    first = Q(state="placing", placed_at__lte=late) | Q(state="releasing", released_at__lte=late)
    first |= Q(
        state="held", system__isnull=False, checked_at__lte=late - between_checks(), attempts__gte=_TRIED
    )
    rows = Hold.objects.filter((Q(alarmed_at=None) & first) | Q(state__in=UNCONFIRMED, alarmed_at__lte=again))
    found = list(rows.select_related(*_PARTS).order_by("pk")[:ALARMS_AT_MOST])
    for hold in found:
        with transaction.atomic():
            if _first(hold, "alarmed_at", now):
                keep_record(None, _LATE[hold.state], hold, now)
                _alarm(hold, _LATE[hold.state], now)
    return len(found)


def foretold(*, actor: Actor, hold: Hold, act: str, adapters: Adapters, now: datetime) -> Confirmation:
    """Return what billing would do (``act``: "place" or "release"), without doing it."""
    actor.need(Right.WORK_CASES)
    if hold.system is None:
        raise RuleError("hold: billing is told by hand")
    with asking(adapters, hold.system, now) as adapter:
        ask = adapter.release if act == "release" else adapter.place
        return ask(order_of(hold), dry_run=True)


def order_of(hold: Hold) -> HoldOrder:
    """Return a hold as billing is told of it."""
    return HoldOrder(
        key=hold.key,
        customer=hold.customer.number,
        claim_id=hold.claim.key if hold.claim else None,
        reason=words_of(hold).reason,
        review_on=hold.review_on,
    )


def _order(hold: Hold, lines: Lines, now: datetime) -> None:
    """Do what is to be done for one hold, outside of any transaction; every act may be repeated."""
    system = hold.system
    if system is None:
        return
    try:
        adapter = lines.to(system)
        hold = _without_former(adapter, hold)
        said = _said(adapter, hold)
    except (RefusedError, OrderError) as error:
        _not_done(hold, str(error), "", now)
    except ConflictError:
        raise
    except (BillingError, RuleError) as error:
        lines.failed(system, error)
        put_off(hold, error, now)
    else:
        _heard(hold, said, now)


def _without_former(adapter: BillingAdapter, hold: Hold) -> Hold:
    """End at billing what it said no to: a late yes to that key would hold the dunning for ever."""
    words = words_of(hold)
    if not words.former:
        return hold
    for key in words.former:
        with suppress(RefusedError):  # it may know nothing of what it said no to
            adapter.release(msgspec.structs.replace(order_of(hold), key=key))
    return change(hold, hold.version, sealed=seal(packed(msgspec.structs.replace(words, former=()))))


def _said(adapter: BillingAdapter, hold: Hold) -> Confirmation:
    order = order_of(hold)
    said: Confirmation = getattr(adapter, _ACTS[hold.state])(order)
    if hold.state == "held" and hold.claim_id is None and said.state == "pending":
        said = adapter.place(order)  # a claim that came since is not held by itself
    return said


def _heard(hold: Hold, said: Confirmation, now: datetime) -> None:
    """Take what billing says of a hold."""
    check = between_checks()
    seen: dict[str, Any] = {"checked_at": now, "alarmed_at": None}
    if said.state == "released":
        _end(hold, said, now)
    elif hold.state == "releasing" or (said.state == "releasing" and hold.state == "placing"):
        _wait(hold, said, now)
    elif hold.state == "refused" and said.state != "held":
        later(hold, None)
    elif said.state == "refused" and hold.state == "placing":
        _not_done(hold, said.text, said.state, now)
    elif said.state == "held" and hold.state in ("placing", "refused"):
        _move(hold, "confirmed", now, _words(said), **seen, held_at=now, due_at=now + check)
    elif said.state == "held":
        later(hold, now + check, attempts=0, **seen)
    elif hold.state == "held":
        _move(hold, "lifted", now, _words(said), alarm="lifted", alarmed_at=now, due_at=now)
    else:
        _wait(hold, said, now)


def _end(hold: Hold, said: Confirmation, now: datetime) -> None:
    """Take a hold for over; where nobody here has ended it, billing has, and the owner is told."""
    over: dict[str, Any] = {"ended_at": now, "due_at": None, "alarmed_at": None}
    if hold.state == "releasing":
        _move(hold, "ended", now, _words(said), **over)
    else:
        _move(
            hold,
            "ended",
            now,
            _words(said),
            alarm="ended",
            next_step=ENDED_BY_BILLING,
            released_at=now,
            **over,
        )


def _not_done(hold: Hold, why: str, answer: str, now: datetime) -> None:
    """Take a refusal: of a hold at once, of a question or an end it may be mended, so it is asked again."""
    if hold.state == "placing":
        words = {"said": why, "answer": answer}
        _move(hold, "not_done", now, words, alarm="refused", alarmed_at=now, due_at=None)
        return
    if hold.state == "refused":
        later(hold, None, why)
        return
    with transaction.atomic():
        if hold.alarmed_at is None and _first(hold, "alarmed_at", now):
            kind = "unended" if hold.state == "releasing" else "unasked"
            keep_record(None, kind, hold, now)
            _alarm(hold, kind, now)
        later(hold, now + rest(hold), why)


def _wait(hold: Hold, said: Confirmation, now: datetime) -> None:
    """Ask again soon, then less often: billing was told, and has not confirmed."""
    if hold.ordered_at is None or words_of(hold).answer != said.state:
        at = {"ordered_at": hold.ordered_at or now, "sealed": with_words(hold, **_words(said))}
        hold = change(hold, hold.version, **at)
    later(hold, now + rest(hold))


def _words(said: Confirmation) -> dict[str, str]:
    return {"said": said.text, "answer": said.state}


def _move(
    hold: Hold, action: str, now: datetime, words: dict[str, str], alarm: str = "", **values: Any
) -> None:
    """Write what the desk does by itself, as long as nobody has changed the hold meanwhile."""
    kept = {"attempts": 0, "last_error": "", "sealed": with_words(hold, **words)}
    ordered = {} if action == "not_done" else {"ordered_at": hold.ordered_at or now}
    with transaction.atomic():
        state = HOLD.by_itself(hold.state, action)
        moved = change(hold, hold.version, state=state, **kept, **ordered, **values)
        keep_record(None, action, moved, now)
        if alarm:
            _alarm(moved, alarm, now)


def _first(hold: Hold, field: str, now: datetime) -> bool:
    """Write that people are told now; False where another worker does, or the hold has changed since."""
    known = {field: getattr(hold, field), "state": hold.state, "review_on": hold.review_on}
    return bool(Hold.objects.filter(pk=hold.pk, **known).update(**{field: now}))


def _alarm(hold: Hold, kind: str, now: datetime) -> None:
    tell_of_alarm(hold=hold, kind=kind, members=[*owners(hold), *leads()], now=now)
