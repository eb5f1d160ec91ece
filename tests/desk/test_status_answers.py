"""What a customer does on the status page beside writing: yes or no to a gesture, another person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from api_client import Program
from desk_people import make_member
from django.test import Client
from gesture_people import make_approved, ordered
from hold_people import Dunned, make_dunned

from kulanz.desk.access import actor_of
from kulanz.desk.conf import conf
from kulanz.desk.models import Case, Delivery, Event, Gesture, Issue, Member, Message, StatusPage
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import cases, gestures, status_answers, status_links
from kulanz.desk.services.gesture_words import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(bob: Actor, rolf: Dunned, now: datetime) -> str:
    return _link(bob, rolf.case, now)


def _link(bob: Actor, case: Case, now: datetime) -> str:
    page = status_links.make(actor=bob, case=case, language="en", now=now)
    return status_links.link_of(actor=bob, page=page).removeprefix(conf().url)


@pytest.fixture
def approved(bob: Actor, alice: Actor, rolf: Dunned, now: datetime) -> Gesture:
    return make_approved(bob, alice, rolf, now)


def carried_out(bob: Actor, gesture: Gesture, now: datetime) -> Gesture:
    gesture.refresh_from_db()
    return gestures.carry_out(actor=bob, gesture=gesture, seen=gesture.version, proof="booked", now=now)


def say(link: str, gesture: Gesture, do: str, text: str = "") -> int:
    gesture.refresh_from_db()
    given = {"do": do, "gesture": gesture.pk, "seen": gesture.version, "text": text}
    status = Client().post(link, given).status_code
    gesture.refresh_from_db()
    return status


def shown(link: str) -> str:
    return Client().get(link).content.decode()


def test_what_is_only_proposed_is_not_offered(bob: Actor, alice: Actor, link: str, approved: Gesture) -> None:
    assert "We give up this claim" in shown(link)
    Gesture.objects.update(state="proposed")
    assert "We give up this claim" not in shown(link)
    assert say(link, approved, "yes") == 409


def test_a_yes_before_it_is_done_waits_for_it(
    bob: Actor, link: str, approved: Gesture, now: datetime
) -> None:
    assert say(link, approved, "yes", "Thank you!") == 303
    assert (approved.state, approved.answered_at is None) == ("approved", False)
    assert words_of(approved).answer == "Thank you!"
    assert "You said yes. We are seeing to it." in shown(link)
    version = approved.version
    assert (say(link, approved, "yes"), approved.version) == (303, version)  # a second yes says nothing new
    carried_out(bob, approved, now)
    assert say(link, approved, "yes", "It has arrived") == 303
    assert (approved.state, words_of(approved).answer) == ("accepted", "It has arrived")
    assert say(link, approved, "no") == 409


@pytest.mark.parametrize("done", [False, True])
def test_a_no_is_a_no(bob: Actor, link: str, approved: Gesture, now: datetime, *, done: bool) -> None:
    if done:
        carried_out(bob, approved, now)
    assert say(link, approved, "no", "I want an apology") == 303
    assert (approved.state, words_of(approved).answer) == ("refused", "I want an apology")
    event = Event.objects.get(noun="gesture", action="turned_down")
    assert (event.actor, "apology" in str(event.data)) == (None, False)
    assert Delivery.objects.filter(
        subject__startswith="The customer says no", member__username="bob"
    ).exists()


@pytest.mark.parametrize(("do", "state"), [("yes", "accepted"), ("no", "refused")])
def test_a_button_that_is_pressed_twice_says_it_once(
    bob: Actor, link: str, approved: Gesture, now: datetime, do: str, state: str
) -> None:
    carried_out(bob, approved, now)
    assert [say(link, approved, do, "So be it"), say(link, approved, do)] == [303, 303]
    assert (approved.state, words_of(approved).answer) == (state, "So be it")


def test_what_billing_may_do_at_any_moment_is_not_refused(
    bob: Actor, link: str, rolf: Dunned, approved: Gesture, now: datetime
) -> None:
    ordered(bob, approved, rolf, now)
    assert "This is being done for you." in shown(link)
    assert say(link, approved, "no") == 422
    assert approved.state == "ordered"


def test_a_gesture_that_changed_meanwhile_is_looked_at_again(link: str, approved: Gesture) -> None:
    given = {"do": "yes", "gesture": approved.pk, "seen": approved.version - 1}
    answer = Client().post(link, {**given, "text": "At last"})
    assert answer.status_code == 409
    assert "This has changed meanwhile" in answer.content.decode()
    assert 'value="At last"' in answer.content.decode()


def test_nobody_answers_for_another_customer(
    bob: Actor, alice: Actor, link: str, approved: Gesture, now: datetime
) -> None:
    other = _link(bob, make_dunned(bob, now, "Anna").case, now)
    assert say(other, approved, "yes") == 409
    assert approved.answered_at is None
    assert "Rolf" not in shown(other)


def test_another_person_is_a_wish_and_no_change(
    rolf: Dunned, link: str, members: dict[str, Member], now: datetime
) -> None:
    dora = make_member("doris", Role.AGENT)
    issue = Issue.objects.create(title="Outcry", opened_at=now, state="owned", owner=dora)
    Case.objects.update(issue=issue)
    assert Client().post(link, {"do": "another", "text": ""}).status_code == 303
    told = Delivery.objects.filter(subject__startswith="The customer asks for another person")
    assert set(told.values_list("member__username", flat=True)) == {"alice", "bob", "doris"}
    rolf.case.refresh_from_db()
    assert (rolf.case.contact, Message.objects.count()) == (members["bob"], 0)
    assert Event.objects.filter(noun="case", action="ask_for_another").count() == 1


def test_a_wish_waits_until_somebody_dealt_with_it(
    rolf: Dunned, link: str, members: dict[str, Member], client: Client, now: datetime
) -> None:
    lead, agent = Program(members["alice"]), Program(members["bob"])
    here = f"/cases/{rolf.case.pk}"
    Client().post(link, {"do": "another"})
    [item] = lead.get("/waiting?kind=wishes").json()["items"]
    assert (item["case"]["id"], agent.get("/waiting?kind=wishes").json()["items"]) == (rolf.case.pk, [])
    client.force_login(members["alice"])
    assert "Customers who ask for another person" in client.get("/waiting").content.decode()
    assert "It was dealt with" in client.get(here).content.decode()
    page = lead.get(f"{here}/status-page").json()
    assert page["other_asked_at"]
    given = {"seen": page["version"]}
    assert agent.post(f"{here}/status-page/wish", given).status_code == 403  # it is about him
    assert client.post(f"{here}/status-page/wish", given).status_code == 302
    assert lead.get("/waiting?kind=wishes").json()["items"] == []
    assert "It was dealt with" not in client.get(here).content.decode()
    Client().post(link, {"do": "another"})
    rolf.case.refresh_from_db()
    contact = members["alice"]
    cases.assign(actor=actor_of(contact), case=rolf.case, seen=rolf.case.version, contact=contact, now=now)
    assert lead.get("/waiting?kind=wishes").json()["items"] == []


def test_a_wish_waits_for_the_owner_of_the_issue(
    link: str, members: dict[str, Member], now: datetime
) -> None:
    issue = Issue.objects.create(title="Outcry", opened_at=now, state="owned", owner=members["bob"])
    Case.objects.update(issue=issue)
    Client().post(link, {"do": "another"})
    assert len(Program(members["bob"]).get("/waiting?kind=wishes").json()["items"]) == 1


def test_an_owner_who_may_not_see_cases_is_not_told_of_one(
    link: str, members: dict[str, Member], now: datetime
) -> None:
    Case.objects.update(
        issue=Issue.objects.create(title="Outcry", opened_at=now, state="owned", owner=members["dora"])
    )
    Client().post(link, {"do": "another"})
    assert not Delivery.objects.filter(member=members["dora"]).exists()


def test_a_wish_is_told_once_a_day_and_its_words_every_time(link: str, now: datetime) -> None:
    page = StatusPage.objects.select_related("case").get()
    for hours, text in ((0, "He is unkind"), (3, "Please"), (25, "Still")):
        status_answers.ask_for_another(page=page, text=text, now=now + timedelta(hours=hours))
    assert Event.objects.filter(action="ask_for_another").count() == 2
    assert Message.objects.count() == 3


def test_the_case_shows_what_she_did(
    client: Client, link: str, approved: Gesture, members: dict[str, Member]
) -> None:
    say(link, approved, "no")
    Client().post(link, {"do": "another"})
    Client().get(link)
    client.force_login(members["alice"])
    page = client.get(f"/cases/{approved.case_id}").content.decode()
    for words in (
        "The customer asks for another person.",
        "The customer refused a gesture on the status page.",
        "The status page was opened for the first time.",
    ):
        assert words in page
