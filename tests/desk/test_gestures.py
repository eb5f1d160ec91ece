"""Gestures at the desk: proposed, approved within limits by other eyes, carried out, answered, taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from desk_people import NOW, PEOPLE, make_member, make_thread
from django.conf import LazySettings

from kulanz.core.money import Money
from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Account,
    Case,
    Delivery,
    Event,
    Gesture,
    GestureLimit,
    IssueThread,
    Member,
    Person,
    Post,
    Source,
    StaffIdentity,
    Team,
    TeamBudget,
    Thread,
)
from kulanz.desk.queries.holds import day_of
from kulanz.desk.queries.parties import cases_with_party, parties
from kulanz.desk.queries.spending import spent, spent_by_team
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.limits import Limit
from kulanz.desk.rules.machines import GESTURE
from kulanz.desk.rules.roles import RIGHTS, Right, Role
from kulanz.desk.services import assessing, cases, gestures, issues, limits
from kulanz.desk.services.assessing import Judgement
from kulanz.desk.services.gesture_words import words_of
from kulanz.desk.services.gestures import Offer

pytestmark = pytest.mark.django_db


def eur(minor: int) -> Money:
    return Money.of_minor(minor, "EUR")


def offer(cost: int = 1240, value: int | None = None, **more: str) -> Offer:
    said = {"kind": "waive", "why": "the second letter should not have been sent", **more}
    return Offer(value=eur(cost if value is None else value), cost=eur(cost), **said)


@pytest.fixture
def case(bob: Actor, now: datetime) -> Case:
    rolf = Person.objects.create(name="Rolf Petersen", email="rolf@mauer.example", created_at=now)
    return cases.open_case(actor=bob, person=rolf, issue=None, title="Dunning", now=now)


@pytest.fixture
def limited(db: None) -> None:
    """Agents decide on 10 EUR alone, leads on 20; approvers up to 100 at once; each 150 a month."""
    for role, alone, each in (("agent", 1000, 1000), ("lead", 2000, 10_000), ("approver", 0, 10_000)):
        GestureLimit.objects.create(
            role=role, currency="EUR", alone_minor=alone, each_minor=each, month_minor=15_000
        )


@pytest.fixture
def carla(members: dict[str, Member]) -> Actor:
    return actor_of(members["carla"])


def proposed(actor: Actor, case: Case, cost: int = 1240, **more: Any) -> Gesture:
    return gestures.propose(actor=actor, case=case, offer=offer(cost), now=NOW, **more)


def approve(actor: Actor, gesture: Gesture, now: datetime = NOW) -> Gesture:
    return gestures.approve(actor=actor, gesture=gesture, seen=gesture.version, now=now)


def grant(actor: Actor, gesture: Gesture) -> Gesture:
    return gestures.grant(actor=actor, gesture=gesture, seen=gesture.version, now=NOW)


def test_a_gesture_goes_its_way(limited: None, bob: Actor, carla: Actor, case: Case, now: datetime) -> None:
    gesture = proposed(bob, case)
    assert (gesture.state, gesture.cost, str(gesture.value)) == ("proposed", eur(1240), "12.40 EUR")
    assert set(Delivery.objects.values_list("member__username", flat=True)) == {"alice", "carla"}
    approve(carla, gesture)
    assert (gesture.state, gesture.decided_by_id) == ("approved", carla.member_id)
    later = now + timedelta(days=2)
    with pytest.raises(RuleError, match="proof"):
        gestures.carry_out(actor=bob, gesture=gesture, seen=gesture.version, proof=" ", now=later)
    gestures.carry_out(actor=bob, gesture=gesture, seen=gesture.version, proof="booking 4711", now=later)
    gestures.accept(actor=bob, gesture=gesture, seen=gesture.version, answer="Thank you", now=later)
    said = words_of(gesture)
    assert (gesture.state, gesture.carried_out_at, said.answer) == ("accepted", later, "Thank you")
    assert (said.why, said.proof) == ("the second letter should not have been sent", "booking 4711")
    assert b"letter" not in bytes(gesture.sealed)
    actions = Event.objects.filter(noun="gesture", case=case).order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["propose", "approve", "carry_out", "accept"]
    assert Delivery.objects.filter(member_id=bob.member_id).count() == 1


def test_a_lead_alone_takes_back_what_was_carried_out(
    limited: None, alice: Actor, bob: Actor, case: Case, now: datetime
) -> None:
    gesture = grant(bob, proposed(bob, case, 900))
    gestures.carry_out(actor=bob, gesture=gesture, seen=gesture.version, proof="booked", now=now)
    with pytest.raises(NotAllowedError):
        gestures.revoke(actor=bob, gesture=gesture, seen=gesture.version, reason="booked twice", now=now)
    with pytest.raises(RuleError, match="say why"):
        gestures.revoke(actor=alice, gesture=gesture, seen=gesture.version, reason="", now=now)
    gestures.revoke(actor=alice, gesture=gesture, seen=gesture.version, reason="booked twice", now=now)
    assert gesture.state == "revoked"


@pytest.mark.parametrize("name", PEOPLE)
def test_who_may_propose_grant_and_approve(
    limited: None, members: dict[str, Member], bob: Actor, case: Case, name: str
) -> None:
    """Every role at and above its limits, for gestures of its own and of others."""
    actor, role = actor_of(members[name]), PEOPLE[name]
    alone = {Role.LEAD: 2000, Role.AGENT: 1000}.get(role)
    if role in RIGHTS[Right.WORK_CASES]:
        assert alone is not None
        assert grant(actor, proposed(actor, case, alone)).state == "approved"
        with pytest.raises(RuleError, match="decide alone"):
            grant(actor, proposed(actor, case, alone + 1))
    else:
        with pytest.raises(NotAllowedError):
            proposed(actor, case)
    each = {Role.LEAD: 10_000, Role.APPROVER: 10_000}.get(role)
    zoe = actor_of(make_member("zoe", Role.AGENT))
    if each is None:
        with pytest.raises(RuleError):
            approve(actor, proposed(zoe, case, 1))
        with pytest.raises(NotAllowedError):
            approve(actor, proposed(zoe, case, 0))
    else:
        assert approve(actor, proposed(zoe, case, each)).state == "approved"
        with pytest.raises(RuleError, match="at once"):
            approve(actor, proposed(zoe, case, each + 1))


def test_before_any_limit_is_set_it_says_who_sets_one(alice: Actor, bob: Actor, case: Case) -> None:
    gesture = proposed(bob, case, 1)
    for decide, actor in ((grant, bob), (approve, alice)):
        with pytest.raises(RuleError, match="no limit is set yet"):
            decide(actor, gesture)
    assert grant(bob, proposed(bob, case, 0)).state == "approved"


def test_nothing_is_settled_over_a_gesture_that_nobody_decided_on(
    bob: Actor, case: Case, thread: Thread, now: datetime
) -> None:
    issue = issues.open_issue(actor=bob, threads=[thread], now=now)
    Case.objects.filter(pk=case.pk).update(issue=issue)
    gesture = proposed(bob, case)

    def settle() -> None:
        cases.resolve(actor=bob, case=case, seen=case.version, outcome="paid", now=now)

    def close() -> None:
        issues.close(actor=bob, issue=issue, seen=issue.version, outcome="resolved", reason="paid", now=now)

    for over in (settle, close):
        with pytest.raises(RuleError, match="decide on it or take it back"):
            over()
    gestures.revoke(actor=bob, gesture=gesture, seen=gesture.version, reason="not needed", now=now)
    settle()
    later = proposed(bob, case)
    with pytest.raises(RuleError, match="decide on it or take it back"):
        cases.close(actor=bob, case=case, seen=case.version, now=now)
    gestures.revoke(actor=bob, gesture=later, seen=later.version, reason="not needed", now=now)
    cases.close(actor=bob, case=case, seen=case.version, now=now)
    close()
    assert (case.state, issue.state) == ("closed", "closed")
    with pytest.raises(RuleError, match="the case is closed"):
        proposed(bob, case)


@pytest.mark.parametrize("role", [role for role in Role if role in RIGHTS[Right.WORK_CASES]])
def test_nobody_approves_or_declines_what_they_proposed(
    limited: None, case: Case, role: Role, now: datetime
) -> None:
    both = actor_of(make_member("zoe", role, Role.APPROVER))
    gesture = proposed(both, case, 5000)
    with pytest.raises(NotAllowedError, match="four eyes"):
        approve(both, gesture)
    with pytest.raises(NotAllowedError, match="four eyes"):
        gestures.decline(actor=both, gesture=gesture, seen=gesture.version, reason="no", now=now)
    with pytest.raises(RuleError, match="decide alone"):
        grant(both, gesture)


@pytest.mark.parametrize("role", [role for role in Role if role in RIGHTS[Right.APPROVE]])
def test_nobody_approves_who_is_part_of_the_dispute(
    limited: None, bob: Actor, case: Case, forum: Source, role: Role, now: datetime
) -> None:
    zoe = make_member("zoe", role)
    gesture = proposed(bob, case, 500)
    said = Judgement(fault="ours", why="she was rude", concerned=[zoe])
    assessing.assess(actor=bob, case=case, seen=0, said=said, now=now)
    gesture = Gesture.objects.get(pk=gesture.pk)
    with pytest.raises(NotAllowedError, match="part of the dispute"):
        approve(actor_of(zoe), gesture)
    with pytest.raises(NotAllowedError, match="part of the dispute"):
        gestures.decline(actor=actor_of(zoe), gesture=gesture, seen=1, reason="no", now=now)


def test_whoever_the_complaint_is_about_neither_decides_alone_nor_takes_themselves_out(
    limited: None, alice: Actor, bob: Actor, case: Case, members: dict[str, Member], now: datetime
) -> None:
    about = [members["alice"], members["bob"]]
    said = assessing.assess(actor=alice, case=case, seen=0, said=Judgement(concerned=about), now=now)
    with pytest.raises(NotAllowedError, match="does not decide alone"):
        grant(bob, proposed(bob, case, 500))
    with pytest.raises(NotAllowedError, match="somebody else has to take you out"):
        assessing.assess(actor=bob, case=case, seen=1, said=Judgement(concerned=about[:1]), now=now)
    said.refresh_from_db()
    assert (said.concerned.count(), said.version) == (2, 1)
    assessing.assess(actor=bob, case=case, seen=1, said=Judgement(concerned=about[1:]), now=now)
    assessing.assess(actor=alice, case=Case.objects.get(pk=case.pk), seen=2, said=Judgement(), now=now)
    case = Case.objects.get(pk=case.pk)
    assert grant(bob, proposed(bob, case, 500)).state == "approved"


def test_staff_who_answered_the_customer_in_public_are_part_of_the_dispute(
    alice: Actor, bob: Actor, carla: Actor, case: Case, forum: Source, members: dict[str, Member]
) -> None:
    thread, elsewhere = (make_thread(forum, NOW, key) for key in ("4711", "4712"))
    blog = Source.objects.create(name="Blog", connector="push", created_at=NOW)
    issue = issues.open_issue(actor=bob, threads=[thread, elsewhere], title="", now=NOW)
    Case.objects.filter(pk=case.pk).update(issue=issue)
    post(forum, "4711", "Rolf", person=case.person)
    post(forum, "4711", "Kontaktor Carla")
    post(forum, "4712", "Kontaktor Alice")
    for source, name in ((forum, "carla"), (forum, "alice"), (blog, "bob")):
        StaffIdentity.objects.create(
            kind="account", value=f"kontaktor {name}", source=source, member=members[name]
        )
    post(forum, "4711", "Kontaktor Bob")
    assert IssueThread.objects.count() == 2
    assert parties(Case.objects.get(pk=case.pk)) == {carla.member_id}
    assert [list(cases_with_party(Case.objects.all(), each.member_id)) for each in (carla, bob)] == [
        [case],
        [],
    ]


def post(forum: Source, thread: str, key: str, person: Person | None = None) -> Post:
    account = Account.objects.create(source=forum, key=key, person=person, first_seen_at=NOW)
    return Post.objects.create(
        thread=forum.threads.get(key=thread), source=forum, key=f"{thread}-{key}", account=account,
        created_at=NOW, text="Hello", text_since=NOW, seen_at=NOW,
    )  # fmt: skip


def test_a_month_is_over_when_its_money_is(limited: None, bob: Actor, carla: Actor, case: Case) -> None:
    first, second, third = (proposed(bob, case, cost) for cost in (10_000, 5000, 1))
    approve(carla, first)
    approve(carla, second)
    with pytest.raises(RuleError, match=r"0\.00 EUR of 150\.00 EUR left to approve"):
        approve(carla, third)
    assert approve(carla, third, NOW + timedelta(days=30)).state == "approved"


def test_without_a_calendar_days_and_months_are_those_of_the_desks_time_zone(
    limited: None, bob: Actor, carla: Actor, case: Case, settings: LazySettings
) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    first_of_july = datetime(2026, 6, 30, 13, tzinfo=UTC)
    approve(carla, proposed(bob, case, 1240), first_of_july)
    assert day_of(first_of_july) == date(2026, 7, 1)
    assert spent(Gesture.objects.all(), "EUR", first_of_july + timedelta(days=5)).minor == 1240


def test_what_was_refused_or_taken_back_costs_nothing(
    limited: None, bob: Actor, carla: Actor, case: Case, now: datetime
) -> None:
    one, two, three, four = (proposed(bob, case, 7500) for _ in range(4))
    approve(carla, one)
    approve(carla, two)
    gestures.refuse(actor=bob, gesture=one, seen=one.version, answer="no", now=now)
    approve(carla, three)
    gestures.revoke(actor=bob, gesture=two, seen=two.version, reason="wrong person", now=now)
    assert approve(carla, four).state == "approved"


def test_what_went_out_counts_on_when_the_customer_refuses_it(
    limited: None, alice: Actor, bob: Actor, carla: Actor, case: Case, now: datetime
) -> None:
    team = Team.objects.create(name="Care")
    TeamBudget.objects.create(team=team, currency="EUR", month_minor=15_000)
    one, two, three = (proposed(bob, case, cost, team=team) for cost in (7500, 7500, 1))
    for each in (one, two):
        approve(carla, each)
        gestures.carry_out(actor=bob, gesture=each, seen=each.version, proof="booked", now=now)
    gestures.refuse(actor=bob, gesture=one, seen=one.version, answer="no", now=now)
    with pytest.raises(RuleError, match=r"0\.00 EUR of 150\.00 EUR left to approve"):
        approve(carla, three)
    assert spent_by_team(Gesture.objects.all(), now) == {(team.pk, "EUR"): 15_000}
    gestures.revoke(actor=alice, gesture=two, seen=two.version, reason="it came back", now=now)
    assert approve(carla, three).state == "approved"


def test_what_costs_nothing_counts_by_its_worth(limited: None, bob: Actor, case: Case, now: datetime) -> None:
    def given() -> Gesture:
        return gestures.propose(actor=bob, case=case, offer=offer(0, value=1000), now=now)

    for _ in range(15):
        grant(bob, given())
    with pytest.raises(RuleError, match=r"0\.00 EUR of 150\.00 EUR left to approve"):
        grant(bob, given())


def test_what_was_raised_meanwhile_is_not_granted_as_it_was(
    limited: None, bob: Actor, case: Case, now: datetime
) -> None:
    """A request that loaded the gesture before another changed it, and names the version it becomes."""
    loaded = proposed(bob, case, 500)
    current = Gesture.objects.get(pk=loaded.pk)
    gestures.edit(actor=bob, gesture=current, seen=1, offer=offer(999_999), now=now)
    with pytest.raises(ConflictError):
        gestures.grant(actor=bob, gesture=loaded, seen=2, now=now)
    with pytest.raises(RuleError, match="decide alone"):
        gestures.grant(actor=bob, gesture=current, seen=2, now=now)


def test_a_team_spends_no_more_than_its_budget(
    limited: None, bob: Actor, carla: Actor, case: Case, members: dict[str, Member]
) -> None:
    team = Team.objects.create(name="Care")
    team.members.add(members["bob"])
    TeamBudget.objects.create(team=team, currency="EUR", month_minor=1500)
    first, second = proposed(bob, case, 1000), proposed(bob, case, 501)
    assert first.team == team
    approve(carla, first)
    with pytest.raises(RuleError, match=r"5\.00 EUR of its budget of 15\.00 EUR"):
        approve(carla, second)


def test_without_a_limit_only_what_costs_nothing_is_approved(bob: Actor, carla: Actor, case: Case) -> None:
    assert grant(bob, proposed(bob, case, 0)).state == "approved"
    with pytest.raises(RuleError, match="no limit is set yet in EUR"):
        approve(carla, proposed(bob, case, 1))


def test_another_currency_has_limits_of_its_own(
    limited: None, bob: Actor, carla: Actor, case: Case, now: datetime
) -> None:
    yen = Money.of_minor(5, "JPY")
    wanted = Offer(kind="credit", value=yen, cost=yen, why="late")
    gesture = gestures.propose(actor=bob, case=case, offer=wanted, now=now)
    with pytest.raises(RuleError, match="no limit is set yet in JPY"):
        approve(carla, gesture)


def test_only_whoever_proposed_it_changes_it_and_nobody_overwrites_unseen(
    alice: Actor, bob: Actor, case: Case, now: datetime
) -> None:
    gesture = proposed(bob, case)
    with pytest.raises(NotAllowedError):
        gestures.edit(actor=alice, gesture=gesture, seen=gesture.version, offer=offer(1), now=now)
    gestures.edit(actor=bob, gesture=gesture, seen=gesture.version, offer=offer(990), now=now)
    assert gesture.cost == eur(990)
    with pytest.raises(ConflictError):
        gestures.revoke(actor=bob, gesture=gesture, seen=1, reason="typo", now=now)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (offer(kind="bribe"), "expected one of waive"),
        (offer(kind="own"), "expected a name"),
        (offer(why=" "), "say why"),
        (Offer(kind="waive", why="x", value=Money.of_minor(1, "USD"), cost=eur(1)), "one currency"),
    ],
)
def test_an_offer_that_makes_no_sense_is_refused(bob: Actor, case: Case, wrong: Offer, told: str) -> None:
    with pytest.raises(RuleError, match=told):
        gestures.propose(actor=bob, case=case, offer=wrong, now=NOW)


@pytest.mark.parametrize("name", PEOPLE)
def test_limits_and_budgets_are_set_by_leads_and_admins(members: dict[str, Member], name: str) -> None:
    actor = actor_of(members[name])
    wanted = Limit(eur(1), eur(2), eur(3))
    team = Team.objects.create(name="Care")
    if PEOPLE[name] in RIGHTS[Right.SET_POLICIES]:
        row = limits.save_limit(actor=actor, row=None, seen=0, role="agent", limit=wanted, now=NOW)
        assert row.limit == wanted
        budget = limits.save_budget(actor=actor, row=None, seen=0, team=team, month=eur(9), now=NOW)
        limits.remove_budget(actor=actor, row=budget, now=NOW)
        with pytest.raises(RuleError, match="expected one of"):
            limits.save_limit(actor=actor, row=None, seen=0, role="reader", limit=wanted, now=NOW)
        with pytest.raises(RuleError, match="already"):
            limits.save_limit(actor=actor, row=None, seen=0, role="agent", limit=wanted, now=NOW)
        limits.remove_limit(actor=actor, row=row, now=NOW)
    else:
        with pytest.raises(NotAllowedError):
            limits.save_limit(actor=actor, row=None, seen=0, role="agent", limit=wanted, now=NOW)
        with pytest.raises(NotAllowedError):
            limits.save_budget(actor=actor, row=None, seen=0, team=team, month=eur(9), now=NOW)


def test_the_table_has_no_way_around_approval() -> None:
    into: dict[str, set[str]] = {}
    for each in GESTURE.transitions:
        into.setdefault(each.target or "", set()).update(each.sources)
    assert into["carried_out"] == {"approved", "ordered"}
    assert into["ordered"] == {"approved"}
    assert into["accepted"] == {"carried_out"}
    assert into["approved"] == {"proposed", "ordered"}
