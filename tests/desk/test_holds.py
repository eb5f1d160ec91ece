"""Holds of dunning as people decide on them: proposed, placed, reviewed, ended, and never two at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from desk_people import PEOPLE
from hold_people import ON, Books, Dunned, closed, make_claim, make_dunned

from kulanz.core.money import Money
from kulanz.desk.access import actor_of
from kulanz.desk.models import BillingSystem, Claim, Customer, DunningLetter, Event, Hold, Member, Retention
from kulanz.desk.queries.holds import (
    HoldFilter,
    claims_to_hold,
    customers_to_hold,
    filtered,
    hold_rules,
    hold_rules_version,
)
from kulanz.desk.queries.timeline import case_timeline
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.holds import MOST_WORDS, Rules
from kulanz.desk.rules.roles import RIGHTS, Right
from kulanz.desk.services import customers, erasing, holding, holds, retention, sealing
from kulanz.desk.services.billing_adapters import scopes_of
from kulanz.desk.services.holds import End, words_of

pytestmark = pytest.mark.django_db


def test_a_hold_goes_its_way(bob: Actor, rolf: Dunned, books: Books, now: datetime) -> None:
    hold = holds.propose(actor=bob, case=rolf.case, plan=rolf.plan(note="He is right."), now=now)
    assert (hold.state, hold.system, hold.review_on) == ("proposed", rolf.system, date(2026, 6, 25))
    assert holding.order_due(adapters=books.adapters, now=now) == 0
    holds.place(actor=bob, hold=hold, seen=hold.version, now=now)
    assert holding.order_due(adapters=books.adapters, now=now) == 1
    hold.refresh_from_db()
    assert (hold.state, hold.held_at, hold.placed_by_id) == ("held", now, bob.member_id)
    holds.edit(
        actor=bob,
        hold=hold,
        seen=hold.version,
        review_on=date(2026, 7, 1),
        reason="Disputed.",
        note="",
        now=now,
    )
    assert (words_of(hold).reason, words_of(hold).note) == ("Disputed.", "")
    with pytest.raises(RuleError, match="needs a reason"):
        holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason=" ", now=now)
    holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="He was wrong", now=now)
    assert (hold.state, hold.next_step, books.states) == ("releasing", "dunning_goes_on", {hold.key: "held"})
    holding.order_due(adapters=books.adapters, now=now)
    hold.refresh_from_db()
    assert (hold.state, hold.ended_at, hold.due_at) == ("released", now, None)
    told = Event.objects.filter(noun="hold", case=rolf.case).order_by("id").values_list("action", flat=True)
    assert list(told) == ["propose", "place", "confirmed", "edit", "release", "ended"]
    shown = {entry.action for entry in case_timeline(bob, rolf.case).entries if entry.noun == "hold"}
    assert shown == set(told)


def test_words_are_sealed(bob: Actor, rolf: Dunned, now: datetime) -> None:
    hold = rolf.placed(bob, now, reason="gallbladder", note="spleen")
    assert b"gallbladder" not in bytes(hold.sealed)
    assert not Event.objects.filter(data__icontains="gallbladder").exists()
    assert not Event.objects.filter(reason__icontains="gallbladder").exists()
    assert {(Hold, "sealed"), (DunningLetter, "sealed")} <= set(sealing._SEALED)  # the worker seals them anew


@pytest.mark.parametrize("name", PEOPLE)
def test_who_may_hold(members: dict[str, Member], rolf: Dunned, now: datetime, name: str) -> None:
    actor = actor_of(members[name])
    if PEOPLE[name] in RIGHTS[Right.WORK_CASES]:
        assert rolf.placed(actor, now).state == "placing"
    else:
        with pytest.raises(NotAllowedError):
            rolf.placed(actor, now)
        assert not Hold.objects.exists()


def test_only_what_the_case_is_about_is_held(bob: Actor, rolf: Dunned, now: datetime) -> None:
    other = make_dunned(bob, now, "Anna")
    with pytest.raises(RuleError, match="is not the customer of this case"):
        rolf.placed(bob, now, customer=other.customer, claim=other.claim)
    with pytest.raises(RuleError, match="not an open claim"):
        rolf.placed(bob, now, claim=other.claim)
    Claim.objects.filter(pk=rolf.claim.pk).update(settled_at=now)
    rolf.claim.refresh_from_db()
    with pytest.raises(RuleError, match="not an open claim"):
        rolf.placed(bob, now)
    with pytest.raises(RuleError, match="say why"):
        rolf.placed(bob, now, claim=None, reason=" ")
    closed(bob, rolf.case, now)
    with pytest.raises(RuleError, match="case is closed"):
        rolf.placed(bob, now, claim=None)


@pytest.mark.parametrize("day", [date(2026, 6, 11), date(2026, 6, 1), date(2027, 6, 30)])
def test_a_day_of_review_lies_ahead(bob: Actor, rolf: Dunned, now: datetime, day: date) -> None:
    with pytest.raises(RuleError, match="review"):
        rolf.placed(bob, now, review_on=day)
    hold = rolf.placed(bob, now)
    with pytest.raises(RuleError, match="review"):
        holds.review(actor=bob, hold=hold, seen=hold.version, review_on=day, reason="wait", now=now)


def test_there_is_one_live_hold_of_a_claim_and_one_of_a_customer(
    alice: Actor, bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    first = rolf.placed(bob, now)
    with pytest.raises(RuleError, match="R-Rolf already"):
        rolf.placed(alice, now)
    whole = rolf.placed(alice, now, claim=None)
    with pytest.raises(RuleError, match="KD-Rolf already"):
        rolf.placed(bob, now, claim=None)
    assert not claims_to_hold(rolf.case).exists()
    assert not customers_to_hold(rolf.case).exists()
    holds.release(actor=bob, hold=first, seen=first.version, end=ON, reason="by mistake", now=now)
    again = rolf.placed(bob, now)
    assert len({first.key, whole.key, again.key}) == 3
    holding.order_due(adapters=books.adapters, now=now)
    states = dict(Hold.objects.values_list("key", "state"))
    assert states == {first.key: "released", whole.key: "held", again.key: "held"}


def test_where_a_hold_is_ordered(bob: Actor, rolf: Dunned, now: datetime) -> None:
    assert rolf.placed(bob, now, claim=None).system == rolf.system
    crm = Claim.objects.create(
        customer=rolf.customer, system="crm", key="1", sealed=rolf.claim.sealed, told_at=now
    )
    assert rolf.placed(bob, now, claim=crm).system is None
    other = BillingSystem.objects.create(name="other", adapter="csv", hook_key="other", created_at=now)
    with pytest.raises(RuleError, match="not one of that billing system"):
        rolf.placed(bob, now, system=other)


def test_where_billing_cannot_hold_it_is_done_by_hand(bob: Actor, rolf: Dunned, now: datetime) -> None:
    BillingSystem.objects.update(adapter="lago")
    rolf.system.refresh_from_db()
    assert rolf.placed(bob, now).system is None
    assert rolf.placed(bob, now, claim=None, system=rolf.system).system is None
    assert holds.told_at("claim") == frozenset()


@pytest.mark.parametrize("adapter", ["tryton", "odoo", "webhook", "csv"])
def test_all_other_billing_systems_hold_claims_and_customers(adapter: str) -> None:
    assert scopes_of(adapter) == {"claim", "customer"}
    assert not scopes_of("unheard of")


def test_a_hold_without_a_system_is_confirmed_by_hand(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    ours = rolf.placed(bob, now)
    with pytest.raises(RuleError, match="asked by Kulanz"):
        holds.confirm_by_hand(actor=bob, hold=ours, seen=ours.version, proof="ticket 1", now=now)
    Claim.objects.filter(pk=rolf.claim.pk).update(system="elsewhere")
    other = make_claim(rolf.customer, "R-2", now)
    Claim.objects.filter(pk=other.pk).update(system="elsewhere")
    other.refresh_from_db()
    hold = rolf.placed(bob, now, claim=other)
    assert holding.order_due(adapters=books.adapters, now=now) == 1
    assert hold.due_at is None  # nobody but people can do it: it is not overdue work
    with pytest.raises(RuleError, match="expected a proof"):
        holds.confirm_by_hand(actor=bob, hold=hold, seen=hold.version, proof=" ", now=now)
    long = "ticket 2" + "." * (MOST_WORDS - 8)
    with pytest.raises(RuleError, match="at most"):
        holds.confirm_by_hand(actor=bob, hold=hold, seen=hold.version, proof=f"{long}.", now=now)
    holds.confirm_by_hand(actor=bob, hold=hold, seen=hold.version, proof=long, now=now)
    assert (hold.state, hold.held_at) == ("held", now)
    holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="paid", now=now)
    assert (hold.state, hold.due_at) == ("releasing", None)
    holds.confirm_by_hand(actor=bob, hold=hold, seen=hold.version, proof="ticket 3", now=now)
    assert (hold.state, hold.ended_at, hold.due_at) == ("released", now, None)
    assert words_of(hold).proof == f"{long}\nticket 3"
    assert not Event.objects.filter(reason__contains="ticket").exists()


def test_what_happens_next_is_said(bob: Actor, rolf: Dunned, now: datetime) -> None:
    hold = rolf.placed(bob, now)
    for wrong in (End(next_step=""), End(next_step="ended_by_billing"), End(next_step="other", words=" ")):
        with pytest.raises(RuleError):
            holds.release(actor=bob, hold=hold, seen=hold.version, end=wrong, reason="done", now=now)
    end = End(next_step="other", words="He pays in kind.")
    holds.release(actor=bob, hold=hold, seen=hold.version, end=end, reason="done", now=now)
    assert words_of(hold).next_words == "He pays in kind."


def test_a_case_is_not_closed_over_its_holds(bob: Actor, rolf: Dunned, now: datetime) -> None:
    hold, asked = (
        rolf.placed(bob, now),
        holds.propose(actor=bob, case=rolf.case, plan=rolf.plan(claim=None), now=now),
    )
    with pytest.raises(RuleError, match="R-Rolf: say what happens next"):
        closed(bob, rolf.case, now)
    rolf.case.refresh_from_db()
    asked.refresh_from_db()
    assert (rolf.case.state, asked.state) == ("resolved", "proposed")
    closed(bob, rolf.case, now, End(next_step="cancelled"))
    hold.refresh_from_db()
    asked.refresh_from_db()
    assert (hold.state, hold.next_step, asked.state) == ("releasing", "cancelled", "declined")
    with pytest.raises(RuleError):
        holds.place(actor=bob, hold=asked, seen=asked.version, now=now)


def test_what_was_changed_meanwhile_is_not_overwritten(
    alice: Actor, bob: Actor, rolf: Dunned, now: datetime
) -> None:
    hold = rolf.placed(bob, now)
    same = Hold.objects.get(pk=hold.pk)
    holds.release(actor=alice, hold=same, seen=same.version, end=ON, reason="over", now=now)
    with pytest.raises(ConflictError):
        holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="over", now=now)
    assert Event.objects.filter(noun="hold", action="release").count() == 1


def test_nobody_is_erased_while_dunning_is_held(
    alice: Actor, bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    rolf.placed(bob, now, reason="gallbladder")
    with pytest.raises(RuleError, match="is not over"):
        customers.remove(actor=alice, customer=rolf.customer, now=now)
    closed(bob, rolf.case, now, ON)
    person = rolf.case.person
    with pytest.raises(RuleError, match="is not over"):
        erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", now=now)
    assert Customer.objects.count() == 1
    holding.order_due(adapters=books.adapters, now=now)
    erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", now=now)
    assert not Hold.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.parametrize("data_class", ["people", "customers", "cases"])
def test_what_is_held_outlives_its_time(
    bob: Actor, rolf: Dunned, books: Books, now: datetime, data_class: str
) -> None:
    rolf.placed(bob, now)
    closed(bob, rolf.case, now, ON)
    Retention.objects.create(data_class=data_class, days=30)
    later = now + timedelta(days=60)
    retention.remove_due(now=later)
    assert Hold.objects.count() == 1
    holding.order_due(adapters=books.adapters, now=later)
    for day in range(1, 5):
        retention.remove_due(now=later + timedelta(days=day))
    assert not Hold.objects.exists()


def test_lists_find_what_needs_somebody(bob: Actor, rolf: Dunned, books: Books, now: datetime) -> None:
    waiting, later = rolf.placed(bob, now), now + timedelta(days=20)
    anna = make_dunned(bob, now, "Anna")
    held = anna.placed(bob, now)
    Hold.objects.filter(pk=held.pk).update(state="held")
    assert list(filtered(HoldFilter(unconfirmed=True), now)) == [waiting]
    assert list(filtered(HoldFilter(review=True), now)) == []
    assert set(filtered(HoldFilter(review=True), later)) == {waiting, held}
    assert list(filtered(HoldFilter(state="held", system=rolf.system.pk), now)) == [held]
    assert list(filtered(HoldFilter(case=rolf.case.pk), now)) == [waiting]
    assert list(filtered(HoldFilter(despite=True), now)) == []


def test_rules_are_set_by_those_who_set_policies(alice: Actor, bob: Actor, now: datetime) -> None:
    rules = Rules(confirm_below=(Money.of("20", "EUR"),), review_days=7)
    with pytest.raises(NotAllowedError):
        holds.set_hold_rules(actor=bob, rules=rules, seen=0, now=now)
    holds.set_hold_rules(actor=alice, rules=rules, seen=0, now=now)
    assert (hold_rules(), hold_rules_version()) == (rules, 1)
    with pytest.raises(ConflictError):
        holds.set_hold_rules(actor=alice, rules=Rules(), seen=0, now=now)
    for wrong in ({"review_days": 0}, {"confirm_below": (Money.of("-1", "EUR"),)}, {"check_hours": 1000}):
        with pytest.raises(RuleError, match="hold rules"):
            holds.set_hold_rules(actor=alice, rules=Rules(**wrong), seen=1, now=now)
