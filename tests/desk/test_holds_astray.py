"""Holds that go astray: late answers, billing that is down, people and cases that change meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from hold_people import ON, SYSTEM, Books, Dunned, closed, make_claim, make_dunned

from kulanz.billing import (
    BillingAdapter,
    Confirmation,
    DunningEvent,
    HoldOrder,
    RefusedError,
    TryAgainError,
    UnreachableError,
)
from kulanz.desk.models import BillingSystem, Claim, Delivery, DunningLetter, Event, Hold
from kulanz.desk.queries.holds import may_do
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import cases, hold_proposing, holding, holds, matching
from kulanz.desk.services.dunning_letters import letters_came
from kulanz.desk.services.hold_proposing import propose_due
from kulanz.desk.services.holds import End, words_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def order(books: Books, now: datetime) -> None:
    holding.order_due(adapters=books.adapters, now=now)


def fresh(hold: Hold) -> Hold:
    return Hold.objects.select_related("case", "customer", "claim", "system").get(pk=hold.pk)


def told(kind: str) -> int:
    return Delivery.objects.filter(key__contains=f"-{kind}-").count()


def refused(actor: Actor, rolf: Dunned, books: Books, now: datetime) -> Hold:
    """A hold that billing said no to."""
    hold = rolf.placed(actor, now)
    books.states[hold.key] = "refused"
    order(books, now)
    assert (fresh(hold).state, fresh(hold).due_at) == ("refused", None)
    return fresh(hold)


def again(actor: Actor, hold: Hold, now: datetime) -> Hold:
    return holds.place(actor=actor, hold=hold, seen=hold.version, now=now)


def heard(hold: Hold, now: datetime) -> None:
    """As a delivery does."""
    Hold.objects.filter(pk=hold.pk).update(due_at=now)


def test_billing_may_say_yes_after_a_no(bob: Actor, rolf: Dunned, books: Books, now: datetime) -> None:
    hold = refused(bob, rolf, books, now)
    books.states[hold.key] = "held"
    heard(hold, now + HOUR)
    order(books, now + HOUR)
    kept = fresh(hold)
    assert (kept.state, kept.held_at, kept.alarmed_at) == ("held", now + HOUR, None)
    assert kept.due_at == now + 2 * HOUR, "it is asked about from now on"


@pytest.mark.parametrize("error", [None, RefusedError("wrong password"), UnreachableError("nobody")])
def test_a_no_that_comes_twice_stays_one(
    bob: Actor, rolf: Dunned, books: Books, now: datetime, error: Exception | None
) -> None:
    hold = refused(bob, rolf, books, now)
    heard(hold, now + HOUR)
    books.down = error  # type: ignore[assignment]
    order(books, now + HOUR)
    books.down = None
    order(books, now + 3 * HOUR)
    assert (fresh(hold).state, fresh(hold).due_at, told("refused")) == ("refused", None, 2)
    assert Event.objects.filter(noun="hold", action="not_done").count() == 1


def test_what_billing_said_no_to_is_ended_there_before_it_is_ordered_again(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    """A yes that comes late would hold the dunning under a key that nobody ends."""
    old = refused(bob, rolf, books, now)
    hold = again(bob, fresh(old), now + HOUR)
    order(books, now + HOUR)
    assert books.orders[-2:] == [("release", old.key), ("place", hold.key)]
    assert (fresh(hold).state, words_of(fresh(hold)).former) == ("held", ())
    order(books, now + 3 * HOUR)
    assert books.acts(old.key).count("release") == 1
    assert books.states[old.key] == "released"


def test_what_billing_said_no_to_is_ended_once_billing_is_back(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    old = refused(bob, rolf, books, now)
    hold = again(bob, fresh(old), now + HOUR)
    books.down = UnreachableError("nobody answers")
    order(books, now + HOUR)
    hold = fresh(hold)
    assert words_of(hold).former == (old.key,)
    holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="over", now=now + 2 * HOUR)
    books.down = None
    order(books, now + 2 * HOUR)
    assert fresh(hold).state == "released"
    assert {books.states[old.key], books.states[hold.key]} == {"released"}


def test_billing_that_knows_nothing_of_what_it_refused_keeps_nobody_from_ordering(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    old = refused(bob, rolf, books, now)
    hold, release = again(bob, fresh(old), now + HOUR), books.release

    def unknown(asked: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        if asked.key == old.key:
            raise RefusedError("404")
        return release(asked, dry_run=dry_run)

    books.release = unknown  # type: ignore[method-assign]
    order(books, now + HOUR)
    assert fresh(hold).state == "held"


def test_a_hold_that_is_half_ended_at_billing_raises_an_alarm(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    """As after a database was restored from the day before."""
    hold = rolf.placed(bob, now)
    order(books, now)
    books.states[hold.key] = "releasing"
    order(books, now + HOUR)
    assert (fresh(hold).state, told("lifted")) == ("placing", 2)


@pytest.mark.parametrize("error", [UnreachableError("nobody"), TryAgainError("busy", retry_after=600)])
def test_one_that_is_down_keeps_the_others_waiting_once(
    bob: Actor, books: Books, now: datetime, error: UnreachableError | TryAgainError
) -> None:
    for number in range(5):
        make_dunned(bob, now, f"Nr{number}").placed(bob, now)
    other = make_dunned(bob, now, "Anna")
    shop = BillingSystem.objects.create(name="shop", adapter="csv", hook_key="shop", created_at=now)
    Claim.objects.filter(pk=other.claim.pk).update(system="shop")
    other.claim.refresh_from_db()
    well = other.placed(bob, now)
    asked: list[str] = []

    @contextmanager
    def adapters(system: BillingSystem, now: datetime) -> Iterator[BillingAdapter]:
        asked.append(system.name)
        yield books if system == shop else Down()

    class Down(Books):
        def place(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
            asked.append("down")
            raise error

    assert holding.order_due(adapters=adapters, now=now) == 6
    assert asked == [SYSTEM, "down", "shop"]
    assert fresh(well).state == "held"
    waiting = Hold.objects.filter(state="placing")
    assert set(waiting.values_list("last_error", flat=True)) == {str(error)}
    assert all(row.due_at is not None and row.due_at > now for row in waiting)


def test_alarms_of_a_case_come_in_one_message(bob: Actor, rolf: Dunned, books: Books, now: datetime) -> None:
    books.down = UnreachableError("nobody answers")
    rolf.placed(bob, now)
    for number in range(30):
        rolf.placed(bob, now, claim=make_claim(rolf.customer, f"R-{number}", now))
    assert holding.alarm_due(now=now + 5 * HOUR) == 31
    assert told("unconfirmed") == 2, "alice and bob"
    assert Event.objects.filter(noun="hold", action="unconfirmed").count() == 31


def test_proposals_of_a_case_come_in_one_message(bob: Actor, rolf: Dunned, now: datetime) -> None:
    for number in range(30):
        make_claim(rolf.customer, f"R-{number}", now)
    assert propose_due(now=now) == 31
    assert told("proposed") == 1


def test_thousands_are_proposed_in_turns(
    bob: Actor, rolf: Dunned, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold_proposing, "AT_MOST", 2)
    for number in range(4):
        make_claim(rolf.customer, f"R-{number}", now)
    assert [propose_due(now=now) for _ in range(4)] == [2, 2, 1, 0]


def test_a_claim_that_cannot_be_opened_keeps_no_other_from_its_proposal(
    bob: Actor, rolf: Dunned, now: datetime
) -> None:
    Claim.objects.filter(pk=rolf.claim.pk).update(sealed=b"\x01strange")
    good = make_claim(rolf.customer, "R-2", now)
    assert propose_due(now=now) == 1
    assert Hold.objects.get().claim == good


def test_a_case_that_is_opened_again_gets_its_proposal_again(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    """What ended with the case was not decided against; what was, is not proposed again."""
    held, other = rolf.placed(bob, now), make_claim(rolf.customer, "R-2", now)
    no = make_claim(rolf.customer, "R-3", now)
    assert propose_due(now=now) == 2
    waiting, declined = Hold.objects.get(claim=other), Hold.objects.get(claim=no)
    holds.decline(actor=bob, hold=declined, seen=declined.version, reason="he pays", now=now + HOUR)
    closed(bob, rolf.case, now + DAY, End(next_step="agreed"))
    order(books, now + DAY)
    assert propose_due(now=now + 2 * DAY) == 0
    rolf.case.refresh_from_db()
    cases.heard(case=rolf.case, now=now + 3 * DAY)
    assert propose_due(now=now + 3 * DAY) == 2
    assert set(Hold.objects.filter(state="proposed").values_list("claim", flat=True)) == {
        held.claim_id,
        other.pk,
    }
    assert fresh(waiting).state == "declined"
    again_proposed = Hold.objects.get(claim=rolf.claim, state="proposed")
    holds.decline(actor=bob, hold=again_proposed, seen=again_proposed.version, reason="no", now=now + 4 * DAY)
    assert propose_due(now=now + 5 * DAY) == 0


def test_a_proposal_for_a_stranger_or_of_a_paid_claim_is_not_placed(
    bob: Actor, rolf: Dunned, now: datetime
) -> None:
    hold = holds.propose(actor=bob, case=rolf.case, plan=rolf.plan(), now=now)
    Claim.objects.filter(pk=rolf.claim.pk).update(settled_at=now)
    with pytest.raises(RuleError, match="not an open claim"):
        again(bob, fresh(hold), now)
    Claim.objects.filter(pk=rolf.claim.pk).update(settled_at=None)
    matching.unlink(actor=bob, customer=rolf.customer, seen=rolf.customer.version, now=now)
    with pytest.raises(RuleError, match="not the customer of this case"):
        again(bob, fresh(hold), now)


def test_a_hold_stays_when_its_customer_is_linked_to_nobody(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    hold = rolf.placed(bob, now)
    matching.unlink(actor=bob, customer=rolf.customer, seen=rolf.customer.version, now=now)
    order(books, now)
    assert fresh(hold).state == "held"
    told_of = DunningEvent(event_id="1", claim_id="R-Rolf", customer="KD-Rolf", level=3, on=date(2026, 6, 13))
    letters_came(system=rolf.system, told=[told_of], now=now + 3 * DAY)
    assert told("letter") == 2
    with pytest.raises(RuleError, match="say what happens next"):
        closed(bob, rolf.case, now)


def test_all_claims_of_a_customer_in_two_places_are_held_by_hand(
    bob: Actor, rolf: Dunned, now: datetime
) -> None:
    """One billing system would say that it holds, and the other go on."""
    crm = make_claim(rolf.customer, "1", now)
    Claim.objects.filter(pk=crm.pk).update(system="crm")
    assert rolf.placed(bob, now, claim=None).system is None


def test_words_are_changed_after_the_day_of_review(bob: Actor, rolf: Dunned, now: datetime) -> None:
    hold = rolf.placed(bob, now)
    Hold.objects.filter(pk=hold.pk).update(state="held", asked_at=now + 20 * DAY)
    kept = fresh(hold)
    kept = holds.edit(
        actor=bob,
        hold=kept,
        seen=kept.version,
        review_on=kept.review_on,
        reason="He disputes it.",
        note="called",
        now=now + 20 * DAY,
    )
    assert (words_of(kept).note, kept.asked_at) == ("called", now + 20 * DAY)


@pytest.mark.parametrize(
    ("adapter", "read_after", "alarms"), [("tryton", HOUR, 2), ("tryton", -HOUR, 0), ("csv", HOUR, 0)]
)
def test_a_letter_of_the_same_day(
    bob: Actor, books: Books, now: datetime, adapter: str, read_after: timedelta, alarms: int
) -> None:
    """It went out despite the hold where billing, asked since it was confirmed, knew nothing of it."""
    rolf = make_dunned(bob, now, adapter=adapter)
    rolf.placed(bob, now)
    order(books, now)
    rolf.system.last_success_at = now + read_after
    told_of = DunningEvent(event_id="1", claim_id="R-Rolf", customer="KD-Rolf", level=3, on=date(2026, 6, 11))
    letters_came(system=rolf.system, told=[told_of], now=now + 2 * HOUR)
    assert told("letter") == alarms
    assert (DunningLetter.objects.get().despite is not None) == bool(alarms)


def test_an_end_is_said_by_hand_only_once_billing_was_told_of_it(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    """Else billing would hold the dunning for ever, and the desk say that it is over."""
    hold = rolf.placed(bob, now)
    order(books, now)
    hold = fresh(hold)
    holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="over", now=now)
    assert "confirm_by_hand" not in may_do(bob, hold)
    with pytest.raises(RuleError, match="asked by Kulanz"):
        holds.confirm_by_hand(actor=bob, hold=hold, seen=hold.version, proof="told them", now=now)
    books.slow = True
    order(books, now)
    holding.alarm_due(now=now + 5 * HOUR)
    hold = fresh(hold)
    assert "confirm_by_hand" in may_do(bob, hold)
    holds.confirm_by_hand(actor=bob, hold=hold, seen=hold.version, proof="told them", now=now + 5 * HOUR)
    assert (fresh(hold).state, books.acts(hold.key)[-1]) == ("released", "release")
