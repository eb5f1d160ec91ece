"""Two people and two workers at the same hold, at the same moment."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from hold_people import ON, Books, Dunned, closed, make_dunned
from racing import at_once

from kulanz.desk.models import Case, Event, Hold
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.machines import HOLD, LIVE
from kulanz.desk.services import holding, holds

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def settle(books: Books, now: datetime) -> None:
    """Let the worker do all that is due, and confirm what was ordered."""
    for minutes in range(0, 60, 11):
        holding.order_due(adapters=books.adapters, now=now + timedelta(minutes=minutes))


def test_two_people_place_the_same_hold(alice: Actor, bob: Actor, rolf: Dunned, now: datetime) -> None:
    for number in range(ROUNDS):
        told = at_once(partial(rolf.placed, alice, now), partial(rolf.placed, bob, now))
        assert sorted(told) == ["RuleError", "done"], number
        end(bob, Hold.objects.get(state__in=LIVE), now)
    assert Hold.objects.count() == ROUNDS


def test_two_people_decide_differently(alice: Actor, bob: Actor, rolf: Dunned, now: datetime) -> None:
    for number in range(ROUNDS):
        hold = holds.propose(actor=bob, case=rolf.case, plan=rolf.plan(), now=now)
        mine, theirs = Hold.objects.get(pk=hold.pk), Hold.objects.get(pk=hold.pk)
        told = at_once(
            partial(holds.place, actor=alice, hold=mine, seen=1, now=now),
            partial(holds.decline, actor=bob, hold=theirs, seen=1, reason="no", now=now),
        )
        assert sorted(told) == ["ConflictError", "done"], number
        hold.refresh_from_db()
        actions = Event.objects.filter(noun="hold", noun_id=hold.pk).values_list("action", flat=True)
        assert (hold.state, "decline" in actions) in {("placing", False), ("declined", True)}
        if hold.state == "placing":
            end(bob, hold, now)


def test_a_release_and_a_hold_again_meet_two_workers(
    alice: Actor, bob: Actor, rolf: Dunned, now: datetime
) -> None:
    books = Books()
    for number in range(ROUNDS):
        moment = now + timedelta(days=number)
        work = [partial(holding.order_due, adapters=books.adapters, now=moment)] * 2
        hold = rolf.placed(bob, moment)
        if at_once(*work, partial(end, alice, hold, moment))[-1] != "done":
            end(alice, hold, moment)
        at_once(*work, partial(rolf.placed, bob, moment))
        settle(books, moment)
        ended, again = Hold.objects.get(pk=hold.pk), Hold.objects.get(state__in=LIVE)
        assert (ended.state, books.states[hold.key]) == ("released", "released"), number
        assert (again.state, books.states[again.key]) == ("held", "held"), number
        assert again.key != hold.key
        end(bob, again, moment)
        settle(books, moment)
    moves = Event.objects.filter(noun="hold", action__in=("confirmed", "ended"))
    assert max(Counter(moves.values_list("noun_id", "action")).values()) == 1
    assert not Hold.objects.exclude(state__in=HOLD.final).exists()


def end(actor: Actor, hold: Hold, now: datetime) -> None:
    same = Hold.objects.select_related("case").get(pk=hold.pk)
    holds.release(actor=actor, hold=same, seen=same.version, end=ON, reason="over", now=now)


def test_two_workers_order_a_hold_once(bob: Actor, rolf: Dunned, now: datetime) -> None:
    books = Books()
    for number in range(ROUNDS):
        hold = rolf.placed(bob, now)
        at_once(*[partial(holding.order_due, adapters=books.adapters, now=now)] * 3)
        settle(books, now)
        assert books.acts(hold.key).count("place") == 1, number
        end(bob, hold, now)
        settle(books, now)


def test_two_workers_ask_and_alarm_once(bob: Actor, rolf: Dunned, now: datetime) -> None:
    hold = rolf.placed(bob, now)
    later = now + timedelta(days=20)
    for _ in range(2):
        at_once(*[partial(holding.alarm_due, now=later)] * 3, *[partial(holding.ask_due, now=later)] * 3)
    told = Counter(Event.objects.filter(noun="hold", noun_id=hold.pk).values_list("action", flat=True))
    assert (told["unconfirmed"], told["ask"]) == (1, 1)


def test_a_case_is_closed_while_a_hold_is_placed(alice: Actor, bob: Actor, now: datetime) -> None:
    for number in range(ROUNDS):
        rolf = make_dunned(bob, now, f"Rolf{number}")
        case = Case.objects.get(pk=rolf.case.pk)
        told = at_once(partial(closed, alice, case, now, ON), partial(rolf.placed, bob, now))
        if told[0] != "done":
            closed(alice, Case.objects.get(pk=case.pk), now, ON)
        assert Case.objects.get(pk=case.pk).state == "closed"
        assert not Hold.objects.filter(case=case, state__in=LIVE).exists(), (number, told)


def test_the_database_itself_refuses_a_second_hold(bob: Actor, rolf: Dunned, now: datetime) -> None:
    """Whoever goes around the services is stopped, too."""
    for each in (rolf.placed(bob, now), rolf.placed(bob, now, claim=None)):
        kept = Hold.objects.get(pk=each.pk)
        kept.pk, kept.key = None, f"{kept.key}-again"
        with pytest.raises(IntegrityError), transaction.atomic():
            kept.save(force_insert=True)
