"""Gestures that billing carries out: once, whatever goes wrong between it and the desk."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from gesture_people import Gifts, make_approved, ordered
from hold_people import Books, Dunned, make_claim, make_dunned
from worker_deaths import KILLED, ends_of

from kulanz.billing import BillingAdapter, RefusedError, TryAgainError, UnreachableError
from kulanz.desk.access import actor_of
from kulanz.desk.models import BillingSystem, Case, Claim, Delivery, Event, Gesture, Member, Person
from kulanz.desk.queries.spending import spent
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.gestures import MOST_SAID
from kulanz.desk.services import billing_systems, erasing, gesture_orders, gestures
from kulanz.desk.services.gesture_orders import Wanted, foretold, order_due, remind_due
from kulanz.desk.services.gesture_words import words_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def gifts() -> Gifts:
    return Gifts()


@pytest.fixture
def gesture(alice: Actor, bob: Actor, rolf: Dunned, now: datetime) -> Gesture:
    return make_approved(bob, alice, rolf, now)


def fresh(gesture: Gesture) -> Gesture:
    return Gesture.objects.select_related("case__person", "case__issue", "claim", "system").get(pk=gesture.pk)


def work(gifts: Gifts, now: datetime) -> None:
    order_due(adapters=gifts.adapters, now=now)
    remind_due(now=now)


def work_through(gifts: Gifts, begun: datetime, ended: datetime, step: timedelta = 10 * MINUTE) -> None:
    while begun <= ended:
        work(gifts, begun)
        begun += step


def actions(gesture: Gesture) -> list[str]:
    events = Event.objects.filter(noun="gesture", noun_id=gesture.pk).exclude(action="open").order_by("pk")
    return list(events.values_list("action", flat=True))[2:]


def told(kind: str) -> list[str]:
    rows = Delivery.objects.filter(key__contains=f"-{kind}-").order_by("pk")
    return sorted(rows.values_list("member__username", flat=True))


def test_billing_carries_it_out_and_its_words_are_the_proof(
    bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    ordered(bob, gesture, rolf, now)
    work(gifts, now)
    done = fresh(gesture)
    assert (done.state, done.carried_out_at, done.carried_out_by) == ("carried_out", now, None)
    assert (words_of(done).proof, words_of(done).why) == (
        "books: booked as 4711",
        "the second letter was ours",
    )
    (order,) = gifts.given_to
    assert (order.kind, order.customer, order.claim_id, str(order.amount), order.reason) == (
        "waive", "KD-Rolf", "R-Rolf", "12.40 EUR", "wrong address",
    )  # fmt: skip
    work_through(gifts, now, now + DAY)
    assert (len(gifts.given_to), actions(gesture)) == (1, ["order", "given"])
    gestures.accept(actor=bob, gesture=done, seen=done.version, answer="Thank you", now=now)


def test_more_time_to_pay_has_a_day_and_no_amount(
    alice: Actor, bob: Actor, rolf: Dunned, gifts: Gifts, now: datetime
) -> None:
    gesture = make_approved(bob, alice, rolf, now, kind="extension", minor=0)
    for wrong, words in ((None, "until which day"), (date(2026, 6, 11), "expected a day after 2026-06-11")):
        with pytest.raises(RuleError, match=words):
            ordered(bob, gesture, rolf, now, until=wrong)
    ordered(bob, gesture, rolf, now, until=date(2026, 8, 1))
    work(gifts, now)
    assert (gifts.given_to[0].until, gifts.given_to[0].amount) == (date(2026, 8, 1), None)
    assert fresh(gesture).state == "carried_out"


def test_what_billing_would_do_is_said_and_nothing_is_kept(
    bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    wanted = Wanted(claim=rolf.claim)
    said = foretold(actor=bob, gesture=gesture, wanted=wanted, now=now, adapters=gifts.adapters)
    assert (said.state, said.text) == ("unknown", "waive of R-Rolf")
    assert (fresh(gesture).state, fresh(gesture).key, gifts.given_to) == ("approved", None, [])


def test_what_cannot_be_ordered_says_why(
    alice: Actor, bob: Actor, rolf: Dunned, gesture: Gesture, now: datetime
) -> None:
    other = make_dunned(bob, now, "Silke")
    with pytest.raises(RuleError, match="a claim of the customer of this case"):
        ordered(bob, gesture, rolf, now, claim=other.claim)
    gift = make_approved(bob, alice, rolf, now, kind="gift")
    with pytest.raises(RuleError, match="books does not carry out gestures of this kind: do it by hand"):
        ordered(bob, gift, rolf, now)
    nothing = make_approved(bob, alice, rolf, now, minor=0)
    with pytest.raises(RuleError, match="expected more than nothing"):
        ordered(bob, nothing, rolf, now)
    BillingSystem.objects.update(adapter="odoo")
    with pytest.raises(RuleError, match="do it by hand"):
        ordered(bob, gesture, rolf, now)
    gestures.revoke(actor=bob, gesture=gesture, seen=gesture.version, reason="typo", now=now)
    with pytest.raises(RuleError, match="'order' is not possible while 'revoked'"):
        ordered(bob, gesture, rolf, now)


def test_one_gesture_at_a_time_for_a_claim(
    alice: Actor, bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    second = make_approved(bob, alice, rolf, now)
    ordered(bob, gesture, rolf, now)
    with pytest.raises(RuleError, match="another gesture is ordered for this claim"):
        ordered(bob, second, rolf, now)
    same = {"state": "ordered", "claim": rolf.claim, "system": rolf.system, "key": "another"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Gesture.objects.filter(pk=second.pk).update(**same)
    ordered(bob, second, rolf, now, claim=make_claim(rolf.customer, "R-2", now))
    work(gifts, now)
    assert [order.claim_id for order in gifts.given_to] == ["R-Rolf", "R-2"]


def test_billing_is_down_and_nothing_is_lost(
    bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    gifts.down = UnreachableError("nobody answers")
    ordered(bob, gesture, rolf, now)
    work_through(gifts, now, now + 2 * DAY)
    kept = fresh(gesture)
    assert (kept.state, kept.last_error, kept.told_at, told("silent")) == (
        "ordered",
        "nobody answers",
        None,
        [],
    )
    work_through(gifts, now + 2 * DAY, now + 3 * DAY + HOUR)
    assert told("silent") == ["alice", "bob"]
    gifts.down = None
    work(gifts, now + 4 * DAY)
    assert (fresh(gesture).state, fresh(gesture).last_error, len(gifts.given_to)) == ("carried_out", "", 1)
    assert actions(gesture) == ["order", "silent", "given"]


def test_billing_says_when_to_come_again(
    bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    gifts.down = TryAgainError("busy", retry_after=7200)
    ordered(bob, gesture, rolf, now)
    work(gifts, now)
    assert fresh(gesture).due_at == now + 2 * HOUR


def test_an_answer_that_got_lost_does_not_give_twice(
    bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    gifts.lost = UnreachableError("it hung up")
    ordered(bob, gesture, rolf, now)
    work(gifts, now)
    assert fresh(gesture).state == "ordered"
    gifts.lost = None
    work(gifts, now + HOUR)
    assert (fresh(gesture).state, len(gifts.given_to)) == ("carried_out", 1)
    assert [act for act, _ in gifts.orders] == ["give", "give"]


def test_once_billing_has_taken_the_order_it_is_only_asked(
    bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    gifts.slow = True
    ordered(bob, gesture, rolf, now)
    work_through(gifts, now, now + 6 * HOUR)
    kept = fresh(gesture)
    assert (kept.state, kept.told_at, words_of(kept).said) == ("ordered", now, "booked as 4711")
    acts = [act for act, _ in gifts.orders]
    assert (acts[0], set(acts[1:])) == ("give", {"given"})
    gifts.stands[kept.key or ""] = "given"
    work_through(gifts, now + 6 * HOUR, now + 8 * HOUR)
    assert (fresh(gesture).state, actions(gesture)) == ("carried_out", ["order", "given"])


def test_what_billing_refuses_goes_back_to_people_and_can_be_done_by_hand(
    bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    gifts.slow = True
    first = ordered(bob, gesture, rolf, now).key or ""
    work(gifts, now)
    gifts.stands[first] = "refused"
    work(gifts, now + HOUR)
    back = fresh(gesture)
    assert (back.state, back.key, back.due_at, told("not_done")) == ("approved", None, None, ["alice", "bob"])
    gifts.slow = False
    ordered(bob, back, rolf, now + HOUR)
    assert fresh(gesture).key not in {None, first}, "what was refused stays so under its key"
    gifts.down = RefusedError("invoice 7 has a credit note already")
    work(gifts, now + 2 * HOUR)
    back = fresh(gesture)
    assert (back.state, words_of(back).said) == ("approved", "invoice 7 has a credit note already")
    gestures.carry_out(actor=bob, gesture=back, seen=back.version, proof="credit note 8", now=now + DAY)
    assert actions(gesture) == ["order", "not_done", "order", "not_done", "carry_out"]


def test_what_billing_does_not_know_any_more_goes_back_to_people(
    bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    gifts.slow = True
    key = ordered(bob, gesture, rolf, now).key
    work(gifts, now)
    gifts.stands.clear()
    work(gifts, now + HOUR)
    back = fresh(gesture)
    assert (back.state, told("not_done")) == ("approved", ["alice", "bob"])
    assert ordered(bob, back, rolf, now + HOUR).key == key, (
        "should billing know it after all, it is given once"
    )


def test_an_order_is_not_taken_back_while_billing_may_carry_it_out(
    alice: Actor, bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    gifts.slow = True
    gesture = ordered(bob, gesture, rolf, now)
    work(gifts, now)
    gesture = fresh(gesture)
    for undo in (
        lambda: gestures.revoke(actor=alice, gesture=gesture, seen=gesture.version, reason="no", now=now),
        lambda: gestures.refuse(actor=bob, gesture=gesture, seen=gesture.version, answer="no", now=now),
    ):
        with pytest.raises(RuleError, match="wait for its answer, or have it stopped there first"):
            undo()

    def withdraw(actor: Actor, reason: str) -> Gesture:
        return gesture_orders.withdraw(
            actor=actor, gesture=gesture, seen=gesture.version, reason=reason, now=now
        )

    with pytest.raises(NotAllowedError):
        withdraw(bob, "they will not")
    with pytest.raises(RuleError, match="say why"):
        withdraw(alice, " ")
    back = withdraw(alice, "Ms Weber at billing has torn it up")
    assert (back.state, back.key) == ("approved", None)
    assert words_of(back).said == "Ms Weber at billing has torn it up"
    assert not Event.objects.filter(reason__contains="Weber").exists()
    work_through(gifts, now, now + DAY)
    gestures.revoke(actor=bob, gesture=back, seen=back.version, reason="no", now=now)
    assert actions(gesture) == ["order", "withdraw", "revoke"]


def test_people_say_that_it_is_done_where_billing_cannot(
    bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    gifts.slow = True
    gesture = ordered(bob, gesture, rolf, now)
    gestures.carry_out(actor=bob, gesture=gesture, seen=gesture.version, proof="Ms Weber did it", now=now)
    work_through(gifts, now, now + DAY)
    assert (fresh(gesture).state, gifts.orders) == ("carried_out", [])


def test_somebody_decides_while_billing_is_asked(
    alice: Actor, bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    """The faster one is right, and the worker does not write over it."""
    ordered(bob, gesture, rolf, now)
    seen = fresh(gesture)

    class Meanwhile(Gifts):
        def give(self, order: object, *, dry_run: bool = False) -> object:  # type: ignore[override]
            same = fresh(gesture)
            gestures.carry_out(actor=bob, gesture=same, seen=same.version, proof="by phone", now=now)
            return super().give(order, dry_run=dry_run)  # type: ignore[arg-type]

    work(Meanwhile(), now)
    assert (fresh(gesture).state, words_of(fresh(gesture)).proof) == ("carried_out", "by phone")
    with pytest.raises(ConflictError):
        gestures.carry_out(actor=bob, gesture=seen, seen=seen.version, proof="me too", now=now)


def test_an_ordered_gesture_counts_against_the_month(
    alice: Actor, bob: Actor, rolf: Dunned, gesture: Gesture, members: dict[str, Member], now: datetime
) -> None:
    ordered(bob, gesture, rolf, now)
    assert spent(Gesture.objects.all(), "EUR", now).minor == 1240


def test_neither_the_person_nor_the_system_goes_while_it_is_ordered(
    alice: Actor, bob: Actor, members: dict[str, Member], rolf: Dunned, gesture: Gesture, now: datetime
) -> None:
    ordered(bob, gesture, rolf, now)
    adam = actor_of(members["adam"])
    system = BillingSystem.objects.get()
    with pytest.raises(RuleError, match="books was told to carry out gestures"):
        billing_systems.remove(actor=adam, system=system, seen=system.version, reason="old", now=now)
    person = Person.objects.get(pk=rolf.case.person_id)
    Case.objects.update(state="closed")
    with pytest.raises(RuleError, match="billing was told to carry out a gesture"):
        erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", now=now)
    Gesture.objects.update(state="carried_out", carried_out_at=now)
    erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", now=now)
    assert (fresh(gesture).sealed, fresh(gesture).claim) == (b"", None)
    system = BillingSystem.objects.get()
    billing_systems.remove(actor=adam, system=system, seen=system.version, reason="old", now=now)
    assert fresh(gesture).system is None


def test_billing_that_gives_nothing_is_said_so(
    bob: Actor, rolf: Dunned, gesture: Gesture, now: datetime
) -> None:
    ordered(bob, gesture, rolf, now)
    order_due(adapters=Books().adapters, now=now)
    assert words_of(fresh(gesture)).said == "this billing system carries out no gestures"


@pytest.mark.any_database
def test_a_worker_dies_between_telling_billing_and_writing_it_down(tmp_path: Path) -> None:
    for end in ends_of("gesture_victim.py", tmp_path):
        assert end["steps"] == [KILLED, "carried_out"], end
        assert end["acts"] == ["give"], end
        assert end["events"] == ["propose", "approve", "order", "given"], end


def test_over_long_words_are_cut(
    bob: Actor, rolf: Dunned, gesture: Gesture, gifts: Gifts, now: datetime
) -> None:
    gifts.down = RefusedError("no " * MOST_SAID)
    ordered(bob, gesture, rolf, now, reason="r" * (MOST_SAID + 1))
    work(gifts, now)
    kept = words_of(fresh(gesture))
    assert (len(kept.said), len(kept.reason)) == (MOST_SAID, MOST_SAID)
    done = fresh(gesture)
    gestures.carry_out(actor=bob, gesture=done, seen=done.version, proof="p" * (MOST_SAID + 1), now=now)
    assert words_of(fresh(gesture)).proof == "p" * MOST_SAID


def test_billing_that_is_down_is_waited_for_once_a_turn_and_holds_up_no_other(
    alice: Actor, bob: Actor, rolf: Dunned, gifts: Gifts, now: datetime
) -> None:
    crm = BillingSystem.objects.create(name="crm", adapter="csv", hook_key="crm-hook", created_at=now)
    waited: list[str] = []

    def slowly(order: object) -> None:
        waited.append(str(order))
        raise UnreachableError("nobody answers")

    down = Gifts()
    down.give = slowly  # type: ignore[assignment,method-assign]
    found = []
    for number in range(4):
        claim = make_claim(rolf.customer, f"R-{number}", now)
        if number == 3:
            Claim.objects.filter(pk=claim.pk).update(system=crm.name)
        gesture = make_approved(bob, alice, rolf, now)
        found.append(ordered(bob, gesture, rolf, now, claim=Claim.objects.get(pk=claim.pk)))

    def adapters(system: BillingSystem, at: datetime) -> AbstractContextManager[BillingAdapter]:
        return (gifts if system == crm else down).adapters(system, at)

    assert order_due(adapters=adapters, now=now) == 4
    assert len(waited) == 1
    assert [fresh(each).state for each in found] == ["ordered"] * 3 + ["carried_out"]
    assert [fresh(each).last_error for each in found[:3]] == ["nobody answers"] * 3
    assert all(each.due_at and each.due_at > now for each in map(fresh, found[:3]))
