"""What the worker does for holds: billing down, doubled and late answers, reviews, letters, proposals."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hold_people import ON, Books, Dunned, closed, make_claim, make_dunned

from kulanz.billing import DunningEvent, RefusedError, TryAgainError, UnreachableError
from kulanz.core.money import Money
from kulanz.desk.models import Calendar, Customer, Delivery, DunningLetter, Event, Hold, Member, Team
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.holds import Rules
from kulanz.desk.services import billing_systems, holding, holds
from kulanz.desk.services.dunning_letters import letters_came
from kulanz.desk.services.hold_proposing import propose_due
from kulanz.desk.services.holds import words_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def work(books: Books, now: datetime) -> None:
    holding.order_due(adapters=books.adapters, now=now)
    holding.alarm_due(now=now)
    holding.ask_due(now=now)


def work_through(books: Books, begun: datetime, ended: datetime, step: timedelta = MINUTE) -> None:
    while begun <= ended:
        work(books, begun)
        begun += step


def actions(hold: Hold) -> list[str]:
    events = Event.objects.filter(noun="hold", noun_id=hold.pk).order_by("pk")
    return list(events.values_list("action", flat=True))


def told(kind: str) -> list[str]:
    """Who was told of something, and how often."""
    rows = Delivery.objects.filter(key__contains=f"-{kind}-").order_by("pk")
    return sorted(rows.values_list("member__username", flat=True))


def fresh(hold: Hold) -> Hold:
    return Hold.objects.select_related("case", "customer", "claim", "system").get(pk=hold.pk)


def letter(day: date, claim: str = "R-Rolf", number: str = "KD-Rolf", key: str = "L1") -> DunningEvent:
    return DunningEvent(event_id=key, claim_id=claim, customer=number, level=3, on=day, text="Last reminder")


def test_billing_is_down_for_a_day(bob: Actor, rolf: Dunned, books: Books, now: datetime) -> None:
    books.down = UnreachableError("nobody answers")
    hold = rolf.placed(bob, now)
    work_through(books, now, now + 4 * HOUR - MINUTE)
    assert (fresh(hold).state, told("unconfirmed")) == ("placing", [])
    assert fresh(hold).last_error == "nobody answers"
    work(books, now + 4 * HOUR)
    assert told("unconfirmed") == ["alice", "bob"]
    work_through(books, now + 4 * HOUR, now + DAY, 10 * MINUTE)
    assert (told("unconfirmed"), books.orders) == (["alice", "bob"], [])
    assert fresh(hold).attempts < 30, "it is asked less and less often, and still every hour"
    books.down = None
    back = now + DAY + HOUR
    work(books, back)
    kept = fresh(hold)
    assert (kept.state, kept.held_at, kept.ordered_at, kept.alarmed_at) == ("held", back, back, None)
    assert (kept.attempts, kept.last_error, books.acts(hold.key)) == (0, "", ["place"])
    assert actions(hold) == ["propose", "place", "unconfirmed", "confirmed"]


def test_who_reads_billing_now_waits_for_no_hold(
    bob: Actor, adam: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    books.down = UnreachableError("nobody answers")
    hold = rolf.placed(bob, now)
    work(books, now)
    books.down = None
    work(books, now + MINUTE / 2)
    assert fresh(hold).state == "placing"
    system = fresh(hold).system
    assert system is not None
    billing_systems.read_now(actor=adam, system=system, now=now + MINUTE / 2)
    work(books, now + MINUTE / 2)
    assert fresh(hold).state == "held"


def test_billing_says_when_to_come_again(bob: Actor, rolf: Dunned, books: Books, now: datetime) -> None:
    books.down = TryAgainError("busy", retry_after=7200)
    hold = rolf.placed(bob, now)
    work(books, now)
    assert fresh(hold).due_at == now + 2 * HOUR


def test_confirmations_come_late_doubled_and_out_of_order(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    books.slow = True
    hold = rolf.placed(bob, now)
    work(books, now)
    assert (fresh(hold).state, fresh(hold).ordered_at, fresh(hold).last_error) == ("placing", now, "")
    books.states[hold.key] = "held"
    for minute in range(1, 4):  # each delivery wakes it, the same one thrice
        Hold.objects.filter(pk=hold.pk).update(due_at=now)
        work(books, now + minute * MINUTE)
    assert actions(hold) == ["propose", "place", "confirmed"]
    hold = fresh(hold)
    holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="over", now=now + HOUR)
    work(books, now + HOUR)
    books.states[hold.key] = "held"  # an old answer
    work(books, now + 2 * HOUR)
    assert fresh(hold).state == "releasing"
    books.states[hold.key] = "released"
    work_through(books, now + 3 * HOUR, now + 5 * HOUR, HOUR)
    assert (fresh(hold).state, actions(hold)[-2:]) == ("released", ["release", "ended"])
    calls = len(books.orders)
    Hold.objects.filter(pk=hold.pk).update(due_at=now)
    work(books, now + 6 * HOUR)
    assert len(books.orders) == calls, "what is over is not asked about"


def test_an_end_that_billing_does_not_confirm_raises_an_alarm(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    hold = rolf.placed(bob, now)
    work(books, now)
    books.slow, hold = True, fresh(hold)
    holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="over", now=now + HOUR)
    work_through(books, now + HOUR, now + 6 * HOUR, HOUR)
    assert told("unended") == ["alice", "bob"]


def test_a_refusal_raises_an_alarm_every_day_until_somebody_acts(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    books.down = RefusedError("Lago: exclude the customer by hand")
    hold = rolf.placed(bob, now)
    work_through(books, now, now + 2 * DAY, HOUR)
    kept = fresh(hold)
    assert (kept.state, words_of(kept).said, kept.due_at) == (
        "refused",
        "Lago: exclude the customer by hand",
        None,
    )
    assert told("refused") == ["alice"] * 3 + ["bob"] * 3
    holds.confirm_by_hand(actor=bob, hold=kept, seen=kept.version, proof="screenshot", now=now)
    work_through(books, now + 2 * DAY, now + 5 * DAY, 6 * HOUR)
    assert (fresh(hold).state, fresh(hold).system, len(told("refused"))) == ("held", None, 6)


def test_a_refused_hold_is_ordered_again(bob: Actor, rolf: Dunned, books: Books, now: datetime) -> None:
    books.down = RefusedError("wrong password")
    hold = rolf.placed(bob, now)
    work(books, now)
    books.down, hold = None, fresh(hold)
    holds.place(actor=bob, hold=hold, seen=hold.version, now=now + HOUR)
    work(books, now + HOUR)
    assert fresh(hold).state == "held"


def test_what_billing_said_no_to_is_another_hold_when_it_is_ordered_again(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    """Its answer about a key stands for ever; a key of which it said nothing stays: it may be placed."""
    hold = rolf.placed(bob, now)
    books.states[hold.key] = "refused"
    work(books, now)
    kept = fresh(hold)
    assert (kept.state, told("refused")) == ("refused", ["alice", "bob"])
    kept = holds.place(actor=bob, hold=kept, seen=kept.version, now=now + HOUR)
    assert kept.key != hold.key
    books.down = RefusedError("wrong password")
    work(books, now + HOUR)
    again = fresh(hold)
    again = holds.place(actor=bob, hold=again, seen=again.version, now=now + 2 * HOUR)
    assert again.key == kept.key
    books.down = None
    work(books, now + 2 * HOUR)
    assert (fresh(hold).state, books.states[kept.key]) == ("held", "held")


def test_a_hold_that_a_bookkeeper_takes_off_is_ordered_again_with_an_alarm(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    hold = rolf.placed(bob, now)
    work(books, now)
    work(books, now + HOUR - MINUTE)
    assert books.acts(hold.key) == ["place"]
    books.states[hold.key] = "pending"
    work(books, now + HOUR)
    assert (fresh(hold).state, told("lifted")) == ("placing", ["alice", "bob"])
    work(books, now + HOUR)
    assert (fresh(hold).state, actions(hold)[-2:]) == ("held", ["lifted", "confirmed"])


def test_a_new_claim_of_a_held_customer_is_held_without_ado(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    hold = rolf.placed(bob, now, claim=None)
    work(books, now)
    books.states[hold.key] = "pending"
    work(books, now + HOUR)
    assert (fresh(hold).state, books.states[hold.key], told("lifted")) == ("held", "held", [])


def test_billing_ends_a_hold_by_itself(bob: Actor, rolf: Dunned, books: Books, now: datetime) -> None:
    hold = rolf.placed(bob, now)
    work(books, now)
    books.states[hold.key] = "released"
    work(books, now + HOUR)
    kept = fresh(hold)
    assert (kept.state, kept.next_step, kept.ended_at) == ("released", "ended_by_billing", now + HOUR)
    assert told("ended") == ["alice", "bob"]


def test_a_refused_question_ends_nothing(bob: Actor, rolf: Dunned, books: Books, now: datetime) -> None:
    hold = rolf.placed(bob, now)
    work(books, now)
    books.down = RefusedError("wrong password")
    work_through(books, now + HOUR, now + 6 * HOUR, HOUR)
    assert (fresh(hold).state, told("unasked")) == ("held", ["alice", "bob"])


def test_an_end_that_billing_cannot_make_is_said_by_hand(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    hold = rolf.placed(bob, now)
    work(books, now)
    hold, books.down = fresh(hold), RefusedError("not here")
    holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="over", now=now)
    work(books, now)
    assert (fresh(hold).state, told("unended")) == ("releasing", ["alice", "bob"])
    hold = fresh(hold)
    holds.confirm_by_hand(actor=bob, hold=hold, seen=hold.version, proof="told them", now=now)
    assert fresh(hold).state == "released"


def test_a_decision_while_billing_is_asked_stays(
    alice: Actor, bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    hold = rolf.placed(bob, now)
    place = books.place

    def slowly(order: object, *, dry_run: bool = False) -> object:
        said = place(order, dry_run=dry_run)  # type: ignore[arg-type]
        same = fresh(hold)
        holds.release(actor=alice, hold=same, seen=same.version, end=ON, reason="over", now=now)
        return said

    books.place = slowly  # type: ignore[assignment,method-assign]
    work(books, now)
    assert (fresh(hold).state, fresh(hold).due_at) == ("releasing", now)
    work(books, now)
    assert (fresh(hold).state, books.states[hold.key]) == ("released", "released")


def test_a_review_is_asked_daily_and_further_up_and_never_answered_by_itself(
    alice: Actor, bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    lena = Member.objects.create_user("lena", "lena@kontaktor.example", display_name="Lena")
    Team.objects.create(name="First", lead=lena).members.add(bob.member_id)
    hold = rolf.placed(bob, now, review_on=date(2026, 6, 20))
    work(books, now)
    last = datetime.fromisoformat("2026-06-19T23:30:00+02:00")
    work(books, last)
    assert told("review") == []
    work_through(books, last + HOUR, last + HOUR + 2 * DAY, HOUR)
    assert told("review") == ["bob"] * 3
    work_through(books, last + HOUR + 3 * DAY, last + HOUR + 8 * DAY, 12 * HOUR)
    assert (told("review").count("lena"), told("review").count("alice")) == (4, 2)
    assert fresh(hold).state == "held"
    hold = fresh(hold)
    holds.review(
        actor=bob,
        hold=hold,
        seen=hold.version,
        review_on=date(2026, 7, 20),
        reason="court",
        now=last + 9 * DAY,
    )
    asked = len(told("review"))
    work_through(books, last + 9 * DAY, last + 20 * DAY, 6 * HOUR)
    assert len(told("review")) == asked
    assert (fresh(hold).state, books.acts(hold.key).count("release")) == ("held", 0)


def test_the_day_is_that_of_the_companys_calendar(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    Calendar.objects.create(name="Auckland", zone="Pacific/Auckland", is_default=True)
    rolf.placed(bob, now, review_on=date(2026, 6, 20))
    work(books, datetime.fromisoformat("2026-06-19T11:59:00+00:00"))
    assert told("review") == []
    work(books, datetime.fromisoformat("2026-06-19T12:01:00+00:00"))
    assert told("review") == ["bob"]


def test_without_a_contact_the_leads_are_asked(bob: Actor, rolf: Dunned, books: Books, now: datetime) -> None:
    rolf.placed(bob, now)
    Member.objects.filter(pk=bob.member_id).update(is_active=False)
    work(books, now + 20 * DAY)
    assert set(told("review")) == {"alice"}


def test_a_letter_despite_a_hold_raises_an_alarm_once(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    hold, later = rolf.placed(bob, now), now + 3 * DAY
    for _ in range(2):
        assert letters_came(system=rolf.system, told=[letter(date(2026, 6, 13))], now=later) == {}
    kept = DunningLetter.objects.get()
    assert (kept.despite, kept.claim, kept.customer, kept.level) == (hold, rolf.claim, rolf.customer, 3)
    assert told("letter") == ["alice", "bob"]
    assert actions(hold)[-1] == "letter"
    assert b"Last reminder" not in bytes(kept.sealed)


@pytest.mark.parametrize("day", [date(2026, 6, 10), date(2026, 6, 11), date(2026, 6, 15)])
def test_a_letter_outside_of_the_hold_raises_none(bob: Actor, rolf: Dunned, now: datetime, day: date) -> None:
    """Neither on the day of the order, when it may have gone out before, nor from the day of the end on."""
    hold = rolf.placed(bob, now)
    holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="over", now=now + 4 * DAY)
    letters_came(system=rolf.system, told=[letter(day)], now=now + 5 * DAY)
    assert (DunningLetter.objects.get().despite, told("letter")) == (None, [])
    assert Event.objects.filter(noun="dunningletter", case=rolf.case).count() == 1


def test_a_hold_of_the_customer_stops_all_letters_and_one_of_a_claim_its_own(
    bob: Actor, rolf: Dunned, now: datetime
) -> None:
    other, day = make_claim(rolf.customer, "R-2", now), date(2026, 6, 13)
    rolf.placed(bob, now)
    letters_came(system=rolf.system, told=[letter(day, other.key, key="L2")], now=now + 3 * DAY)
    assert told("letter") == []
    rolf.placed(bob, now, claim=None)
    told_of = [letter(day, "unknown", key="L3"), letter(day, other.key, key="L4")]
    letters_came(system=rolf.system, told=told_of, now=now + 3 * DAY)
    assert told("letter") == ["alice", "bob"], "of both at once"
    assert DunningLetter.objects.filter(despite__claim=None, despite__isnull=False).count() == 2


def test_a_letter_about_somebody_new_is_kept(rolf: Dunned, now: datetime) -> None:
    assert letters_came(system=rolf.system, told=[letter(date(2026, 6, 1), "R-9", "KD-9")], now=now) == {}
    assert Customer.objects.filter(number="KD-9").count() == 1
    refused = letters_came(
        system=rolf.system, told=[letter(date(2026, 6, 1), "R-9", "x" * 100, "L9")], now=now
    )
    assert set(refused) == {"L9"}


def test_rules_propose_a_hold_once(
    alice: Actor, bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    make_claim(rolf.customer, "R-0", now, level=0)
    assert propose_due(now=now) == 1
    hold = Hold.objects.get()
    assert (hold.state, hold.claim, hold.proposed_by, hold.case) == ("proposed", rolf.claim, None, rolf.case)
    assert told("proposed") == ["bob"]
    assert propose_due(now=now + DAY) == 0
    holds.decline(actor=bob, hold=hold, seen=hold.version, reason="he pays", now=now + DAY)
    assert propose_due(now=now + 2 * DAY) == 0
    closed(bob, rolf.case, now + 2 * DAY)
    anna = make_dunned(bob, now, "Anna")
    assert propose_due(now=now + 3 * DAY) == 1
    hold = Hold.objects.get(case=anna.case)
    holds.place(actor=bob, hold=hold, seen=hold.version, now=now)
    holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="he is wrong", now=now)
    work(books, now)
    assert propose_due(now=now + 4 * DAY) == 0, "somebody has decided on it in this case"


def test_a_small_claim_is_held_without_waiting(
    alice: Actor, bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    rules = Rules(confirm_below=(Money.of("12.41", "EUR"), Money.of("500", "CHF")))
    holds.set_hold_rules(actor=alice, rules=rules, seen=0, now=now)
    make_claim(rolf.customer, "R-2", now, amount="12.41")
    assert propose_due(now=now) == 2
    work(books, now)
    states = dict(Hold.objects.values_list("claim__key", "state"))
    assert states == {"R-Rolf": "held", "R-2": "proposed"}
    assert actions(Hold.objects.get(state="held")) == ["propose", "place_small", "confirmed"]
    assert Hold.objects.get(state="held").placed_by is None


def test_rules_propose_nothing_where_they_are_off_or_it_is_held(
    alice: Actor, bob: Actor, rolf: Dunned, now: datetime
) -> None:
    holds.set_hold_rules(actor=alice, rules=Rules(propose=False), seen=0, now=now)
    assert propose_due(now=now) == 0
    holds.set_hold_rules(actor=alice, rules=Rules(), seen=1, now=now)
    rolf.placed(bob, now, claim=None)
    assert propose_due(now=now) == 0
    assert Hold.objects.count() == 1


def test_what_billing_would_do_is_told_without_doing_it(
    bob: Actor, erik: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    hold = holds.propose(actor=bob, case=rolf.case, plan=rolf.plan(), now=now)
    said = holding.foretold(actor=bob, hold=hold, act="place", adapters=books.adapters, now=now)
    assert (said.text, books.states) == ("it would be held", {})
    with pytest.raises(RuleError):
        holding.foretold(actor=erik, hold=hold, act="place", adapters=books.adapters, now=now)
    Hold.objects.filter(pk=hold.pk).update(system=None)
    with pytest.raises(RuleError, match="by hand"):
        holding.foretold(actor=bob, hold=fresh(hold), act="place", adapters=books.adapters, now=now)


def test_a_turn_takes_a_slice(bob: Actor, books: Books, now: datetime) -> None:
    for number in range(holding.AT_MOST + 1):
        make_dunned(bob, now, f"Nr{number}").placed(bob, now)
    assert holding.order_due(adapters=books.adapters, now=now) == holding.AT_MOST
    assert holding.order_due(adapters=books.adapters, now=now) == 1


def test_billing_that_falls_silent_about_a_hold_raises_an_alarm_once(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    hold = rolf.placed(bob, now)
    work(books, now)
    work(books, now + HOUR)
    assert fresh(hold).checked_at == now + HOUR
    books.down = UnreachableError("nobody answers")
    work_through(books, now + 2 * HOUR, now + 6 * HOUR - MINUTE, 10 * MINUTE)
    assert told("silent") == []
    work_through(books, now + 6 * HOUR, now + 3 * DAY, HOUR)
    assert (fresh(hold).state, told("silent"), actions(hold)[-1]) == ("held", ["alice", "bob"], "silent")
    books.down, back = None, now + 3 * DAY + HOUR
    work(books, back)
    assert (fresh(hold).checked_at, fresh(hold).alarmed_at) == (back, None)
    books.down = TryAgainError("busy")
    work_through(books, back + HOUR, back + DAY, HOUR)
    assert len(told("silent")) == 4, "of another silence they are told anew"


def test_a_worker_that_was_away_raises_no_alarm_about_what_it_has_not_asked(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    hold = rolf.placed(bob, now)
    work(books, now)
    back = now + 3 * DAY
    holding.alarm_due(now=back)
    Hold.objects.update(attempts=1)  # another worker asks at this moment
    holding.alarm_due(now=back)
    assert (told("silent"), fresh(hold).alarmed_at) == ([], None)


def test_a_hold_that_was_said_by_hand_is_not_waited_for(
    bob: Actor, rolf: Dunned, books: Books, now: datetime
) -> None:
    books.down = RefusedError("not here")
    hold = rolf.placed(bob, now)
    work(books, now)
    kept = fresh(hold)
    holds.confirm_by_hand(actor=bob, hold=kept, seen=kept.version, proof="screenshot", now=now)
    work_through(books, now, now + 3 * DAY, 6 * HOUR)
    assert (fresh(hold).state, told("silent")) == ("held", [])
