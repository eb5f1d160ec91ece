"""Two approvers, two people and two workers at the same money, at the same moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from desk_people import make_member
from gesture_people import Gifts, make_approved, ordered
from hold_people import Dunned
from racing import at_once

from kulanz.core.money import Money
from kulanz.desk.access import actor_of
from kulanz.desk.models import Event, Gesture, GestureLimit, Team, TeamBudget
from kulanz.desk.queries.spending import spent
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import gesture_orders, gestures
from kulanz.desk.services.gestures import Offer

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def proposed(bob: Actor, rolf: Dunned, now: datetime, team: Team | None = None) -> Gesture:
    """A gesture of 60 EUR as a page of its own has loaded it."""
    money = Money.of_minor(6000, "EUR")
    offer = Offer(kind="waive", value=money, cost=money, why="the letter was ours")
    made = gestures.propose(actor=bob, case=rolf.case, offer=offer, now=now, team=team)
    return Gesture.objects.select_related("case__issue", "team", "proposed_by").get(pk=made.pk)


def approval(actor: Actor, gesture: Gesture, now: datetime) -> partial[Gesture]:
    return partial(gestures.approve, actor=actor, gesture=gesture, seen=gesture.version, now=now)


def limit(month: int) -> None:
    GestureLimit.objects.create(
        role="approver", currency="EUR", alone_minor=0, each_minor=6000, month_minor=month
    )


def test_two_approvers_cannot_spend_the_same_budget(bob: Actor, rolf: Dunned, now: datetime) -> None:
    limit(10_000_000)
    team = Team.objects.create(name="Care")
    TeamBudget.objects.create(team=team, currency="EUR", month_minor=10_000)
    yara, zoe = (actor_of(make_member(name, Role.APPROVER)) for name in ("yara", "zoe"))
    for number in range(ROUNDS):
        first, second = (proposed(bob, rolf, now, team) for _ in range(2))
        told = at_once(approval(yara, first, now), approval(zoe, second, now))
        assert sorted(told) == ["RuleError", "done"], number
        assert spent(Gesture.objects.filter(team=team), "EUR", now).minor == 6000
        Gesture.objects.update(state="revoked")


def test_one_approver_cannot_spend_a_month_twice_from_two_places(
    bob: Actor, rolf: Dunned, now: datetime
) -> None:
    limit(10_000)
    yara = actor_of(make_member("yara", Role.APPROVER))
    for number in range(ROUNDS):
        told = at_once(*(approval(yara, proposed(bob, rolf, now), now) for _ in range(3)))
        assert sorted(told) == ["RuleError", "RuleError", "done"], number
        assert spent(Gesture.objects.filter(decided_by=yara.member_id), "EUR", now).minor == 6000
        Gesture.objects.update(state="revoked")


def test_two_approvers_approve_the_same_gesture_once(bob: Actor, rolf: Dunned, now: datetime) -> None:
    limit(10_000_000)
    yara, zoe = (actor_of(make_member(name, Role.APPROVER)) for name in ("yara", "zoe"))
    for number in range(ROUNDS):
        first = proposed(bob, rolf, now)
        second = Gesture.objects.select_related("case__issue", "team", "proposed_by").get(pk=first.pk)
        told = at_once(approval(yara, first, now), approval(zoe, second, now))
        assert sorted(told) == ["ConflictError", "done"], number
        assert Event.objects.filter(noun="gesture", noun_id=first.pk, action="approve").count() == 1


def test_two_people_order_two_gestures_at_the_same_claim(
    alice: Actor, bob: Actor, rolf: Dunned, now: datetime
) -> None:
    for number in range(ROUNDS):
        first, second = (make_approved(bob, alice, rolf, now) for _ in range(2))
        told = at_once(partial(ordered, alice, first, rolf, now), partial(ordered, bob, second, rolf, now))
        assert sorted(told) == ["RuleError", "done"], number
        Gesture.objects.update(state="revoked", key=None)


def test_several_workers_give_once(alice: Actor, bob: Actor, rolf: Dunned, now: datetime) -> None:
    for number in range(ROUNDS):
        gifts, gesture = Gifts(), make_approved(bob, alice, rolf, now)
        ordered(bob, gesture, rolf, now)
        at_once(*[partial(gesture_orders.order_due, adapters=gifts.adapters, now=now)] * 3)
        gesture_orders.order_due(adapters=gifts.adapters, now=now + timedelta(hours=1))
        assert (len(gifts.orders), len(gifts.given_to)) == (1, 1), number
        given = Event.objects.filter(noun="gesture", noun_id=gesture.pk, action="given")
        assert (Gesture.objects.get(pk=gesture.pk).state, given.count()) == ("carried_out", 1)
        at_once(*[partial(gesture_orders.remind_due, now=now + timedelta(days=4))] * 3)
