"""The status page: what its customer sees, what can be done there, and who gets nothing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial

import pytest
from desk_people import logged_in
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from gesture_people import make_approved
from hold_people import Dunned

from kulanz.desk.access import NotFoundError
from kulanz.desk.conf import conf
from kulanz.desk.models import (
    Case,
    Delivery,
    DunningLetter,
    Event,
    Gesture,
    Hold,
    Issue,
    Member,
    Message,
    Person,
    Promise,
    Reply,
)
from kulanz.desk.models import StatusPage as Page
from kulanz.desk.public import status_pages
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.status_pages import LONGEST_ANSWER, digest_of, moment
from kulanz.desk.services import cases, erasing, promises, status_answers, status_links
from kulanz.desk.services.calendars import usual_calendar

pytestmark = pytest.mark.django_db
SECRETS = ("Dunning of Rolf", "12.40", "why we do it", "He disputes it.", "/cases/", "/threads/", "csrf")


@pytest.fixture
def link(bob: Actor, rolf: Dunned, now: datetime) -> str:
    """The path of the link, as the customer has it."""
    page = status_links.make(actor=bob, case=rolf.case, language="en", now=now)
    return status_links.link_of(actor=bob, page=page).removeprefix(conf().url)


def promised(bob: Actor, case: Case, member: Member, now: datetime) -> None:
    promises.make(
        actor=bob, case=case, by=member, what="We call you", worktime=timedelta(hours=4),
        calendar=usual_calendar(now=now), now=now,
    )  # fmt: skip


def text_of(link: str, client: Client | None = None, **query: str) -> str:
    answer = (client or Client()).get(link, query)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def post(link: str, **given: object) -> int:
    return Client().post(link, given).status_code


def test_the_customer_sees_who_until_when_and_what_is_paused(
    bob: Actor, rolf: Dunned, link: str, members: dict[str, Member], now: datetime
) -> None:
    promised(bob, rolf.case, members["bob"], now)
    hold = rolf.placed(bob, now)
    hold.state, hold.held_at = "held", now
    hold.save()
    said = text_of(link)
    assert "Bob Beispiel" in said
    assert "We call you Until Thursday, 11 Jun 2026, 15:30 (Europe/Berlin, UTC+02:00)" in said
    assert "Reminders and collection for R-Rolf" in said
    assert "Paused. We look at it again on" in said


def test_nothing_internal_stands_there(
    bob: Actor, alice: Actor, rolf: Dunned, link: str, issue_of: Issue, now: datetime
) -> None:
    rolf.placed(bob, now)
    make_approved(bob, alice, rolf, now, minor=700)
    page = Client().get(link).content.decode()
    assert not [each for each in (*SECRETS, issue_of.title, "the second letter was ours") if each in page]


@pytest.fixture
def issue_of(rolf: Dunned, now: datetime) -> Issue:
    """The public issue that the case belongs to."""
    issue = Issue.objects.create(title="The great outcry", opened_at=now)
    Case.objects.filter(pk=rolf.case.pk).update(issue=issue)
    return issue


def test_a_hold_that_billing_has_not_confirmed_is_not_said_to_hold(
    bob: Actor, rolf: Dunned, link: str, now: datetime
) -> None:
    rolf.placed(bob, now)
    said = text_of(link)
    assert "We have asked for the pause; it is not confirmed yet." in said
    assert "Paused." not in said


def test_a_hold_that_billing_no_longer_speaks_of_is_not_said_to_hold(
    bob: Actor, rolf: Dunned, link: str, now: datetime
) -> None:
    hold = rolf.placed(bob, now)
    Hold.objects.filter(pk=hold.pk).update(state="held", held_at=now, alarmed_at=now)
    assert "Paused. We look at it again" not in text_of(link)


def test_a_pause_that_has_ended_is_told(bob: Actor, rolf: Dunned, link: str, now: datetime) -> None:
    hold = rolf.placed(bob, now)
    over = {"state": "released", "next_step": "settled", "ended_at": now + timedelta(days=1)}
    Hold.objects.filter(pk=hold.pk).update(held_at=now, **over)
    said = text_of(link)
    ended = said.index("The pause of reminders and collection has ended: R-Rolf")
    assert ended < said.index("Reminders and collection were paused: R-Rolf")


def test_an_answer_that_came_back_was_none(
    bob: Actor, rolf: Dunned, link: str, members: dict[str, Member], now: datetime
) -> None:
    message = Message.objects.create(
        case=rolf.case, inbound=False, channel="email", author=members["bob"], text="Dear Rolf", at=now
    )
    assert "Bob Beispiel answered you." in text_of(link)
    Reply.objects.create(
        case=rolf.case,
        author=members["bob"],
        text="Dear Rolf",
        created_at=now,
        state="failed",
        message=message,
    )
    assert "Bob Beispiel answered you." not in text_of(link)


def test_a_broken_promise_of_a_closed_case_is_not_said_to_hold(
    bob: Actor, rolf: Dunned, link: str, members: dict[str, Member], now: datetime
) -> None:
    promised(bob, rolf.case, members["bob"], now)
    promises.settle_due(now=now + timedelta(days=3))
    assert "and it still holds" in text_of(link)
    Case.objects.update(state="closed", closed_at=timezone.now())
    assert "and have not kept it. We are sorry." in text_of(link)


def test_a_promise_that_was_withdrawn_is_told_without_the_reason(
    bob: Actor, alice: Actor, rolf: Dunned, link: str, members: dict[str, Member], now: datetime
) -> None:
    promised(bob, rolf.case, members["bob"], now)
    kept = Promise.objects.get()
    promises.withdraw(actor=alice, promise=kept, seen=kept.version, reason="Bob is ill", now=now)
    said = text_of(link)
    assert "We call you We took this promise back: " in said
    assert "No other promise stands in its place." in said
    assert "Bob is ill" not in said
    promised(bob, rolf.case, members["bob"], now)
    assert "What holds now stands above." in text_of(link)


def test_a_pause_that_billing_refused_is_not_said_to_come(
    bob: Actor, rolf: Dunned, link: str, now: datetime
) -> None:
    hold = rolf.placed(bob, now)
    Hold.objects.filter(pk=hold.pk).update(state="refused")
    said = text_of(link)
    assert "The pause did not work so far" in said
    assert "not confirmed yet" not in said


@pytest.mark.parametrize("state", ["held", "released"])
def test_a_letter_that_went_out_despite_the_pause_is_owned_up_to(
    bob: Actor, rolf: Dunned, link: str, now: datetime, state: str
) -> None:
    hold = rolf.placed(bob, now)
    ended = {"ended_at": now, "next_step": "settled"} if state == "released" else {}
    Hold.objects.filter(pk=hold.pk).update(state=state, held_at=now, **ended)
    DunningLetter.objects.create(
        system=rolf.system,
        key="L1",
        customer=rolf.customer,
        level=2,
        on=now.date(),
        told_at=now,
        despite=hold,
    )
    said = text_of(link)
    assert "A reminder went out" in said
    assert "We are sorry." in said


@pytest.mark.parametrize("how", ["revoked", "erased"])
def test_a_form_on_its_way_while_the_link_ends_changes_nothing(
    bob: Actor, rolf: Dunned, link: str, now: datetime, how: str
) -> None:
    page = Page.objects.select_related("case").get()
    if how == "revoked":
        status_links.revoke(actor=bob, page=Page.objects.get(), seen=page.version, now=now)
    else:
        Page.objects.all().delete()
    with pytest.raises(NotFoundError):
        status_answers.write(page=page, text="Hello", now=now)
    assert not Message.objects.exists()


def test_a_broken_promise_is_owned_up_to(
    bob: Actor, rolf: Dunned, link: str, members: dict[str, Member], now: datetime
) -> None:
    promised(bob, rolf.case, members["bob"], now)
    promises.settle_due(now=now + timedelta(days=3))
    promises.settle_due(now=now + timedelta(days=3, minutes=20))
    assert "have not kept it in time. We are sorry" in text_of(link)


def test_both_languages_and_a_switch(bob: Actor, rolf: Dunned, link: str, now: datetime) -> None:
    assert Client().get(link)["Content-Language"] == "en"
    german = Client().get(link, {"lang": "de"})
    assert '<html lang="de"' in german.content.decode()
    assert german["Content-Language"] == "de"
    status_links.make(actor=bob, case=rolf.case, language="de", now=now)
    again = status_links.link_of(actor=bob, page=Page.objects.get())
    assert Client().get(again)["Content-Language"] == "de"
    assert '<html lang="en"' in Client().get(again, {"lang": "en"}).content.decode()
    at = datetime(2026, 11, 24, 16, 0, tzinfo=now.tzinfo)
    assert (
        moment(at, "Europe/Berlin", "de") == "Dienstag, 24. Nov. 2026, 17:00 Uhr (Europe/Berlin, UTC+01:00)"
    )


def test_the_answer_is_kept_by_nobody_and_told_to_nobody(link: str) -> None:
    for path in (link, link + "x"):
        answer = Client().get(path)
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert not answer.cookies
        assert "<script" not in answer.content.decode()


def test_only_a_hash_is_kept_in_the_open(bob: Actor, link: str) -> None:
    key = link.rpartition("/")[2]
    page = Page.objects.get()
    assert len(key) == 43  # 256 bits
    assert page.digest == digest_of(key)
    assert key.encode() not in bytes(page.sealed)
    assert not [each for each in Event.objects.values_list("data", flat=True) if key in str(each)]


def test_wrong_and_revoked_links_are_answered_alike(bob: Actor, link: str, now: datetime) -> None:
    page = Page.objects.get()
    status_links.revoke(actor=bob, page=page, seen=page.version, now=now)
    wrong = Client().get("/status/" + "x" * 43)
    revoked = Client().get(link)
    assert (wrong.status_code, revoked.status_code) == (404, 404)
    assert wrong.content == revoked.content
    assert Client().post(link, {"do": "answer", "text": "Hello"}).content == revoked.content
    assert not Message.objects.exists()


def test_a_new_link_ends_the_old_one(bob: Actor, rolf: Dunned, link: str, now: datetime) -> None:
    status_links.make(actor=bob, case=rolf.case, language="en", now=now)
    assert Client().get(link).status_code == 404
    assert list(Event.objects.filter(noun="statuspage").values_list("action", flat=True)) == ["make", "renew"]


def test_a_link_ends_long_after_its_case(rolf: Dunned, link: str) -> None:
    Case.objects.update(state="closed", closed_at=timezone.now() - timedelta(days=89))
    assert Client().get(link).status_code == 200
    Case.objects.update(closed_at=timezone.now() - timedelta(days=91))
    assert Client().get(link).status_code == 404


def test_erasing_a_person_takes_the_page_with_it(
    bob: Actor, alice: Actor, rolf: Dunned, link: str, now: datetime
) -> None:
    cases.resolve(actor=bob, case=rolf.case, seen=rolf.case.version, outcome="paid", now=now)
    cases.close(actor=bob, case=rolf.case, seen=rolf.case.version, now=now)
    person = Person.objects.get()
    erasing.erase(actor=alice, person=person, seen=person.version, reason="asked for it", now=now)
    assert not Page.objects.exists()
    assert Client().get(link).content == Client().get("/status/wrong").content


def test_first_and_last_visit_are_kept_and_no_other(link: str, members: dict[str, Member]) -> None:
    member = logged_in(members["bob"])
    assert "you see what the customer sees" in text_of(link, member)
    Client().head(link)
    assert Page.objects.get().first_opened_at is None
    text_of(link)
    first = Page.objects.get().first_opened_at
    Page.objects.update(last_opened_at=first - timedelta(hours=1), first_opened_at=first - timedelta(hours=1))
    text_of(link)
    page = Page.objects.get()
    assert page.first_opened_at == first - timedelta(hours=1)
    assert page.last_opened_at >= first
    assert Event.objects.filter(noun="statuspage", action="open").count() == 1


def test_an_answer_comes_in_as_a_mail_would(rolf: Dunned, link: str) -> None:
    Case.objects.update(state="closed", closed_at=timezone.now())
    assert post(link, do="answer", text="It is not settled.\r\n\0<b>Look</b>") == 303
    message = Message.objects.get()
    assert (message.inbound, message.channel) == (True, "page")
    assert (message.text, message.sender) == ("It is not settled.\n<b>Look</b>", "Rolf")
    rolf.case.refresh_from_db()
    assert (rolf.case.state, rolf.case.closed_at) == ("open", None)
    assert Delivery.objects.filter(subject__startswith="Answer in the case", member__username="bob").exists()
    assert {"receive", "hear"} <= set(Event.objects.values_list("action", flat=True))
    assert "Thank you. Your message has arrived." in text_of(link, done="answered")


def test_the_same_words_sent_twice_are_one_message(link: str) -> None:
    assert [post(link, do="answer", text="Hello") for _ in range(2)] == [303, 303]
    assert Message.objects.count() == 1


def test_too_long_and_empty_answers_are_refused_and_words_kept(link: str) -> None:
    assert post(link, do="answer", text="  ") == 422
    long = Client().post(link, {"do": "answer", "text": "word " * (LONGEST_ANSWER // 4)})
    assert long.status_code == 422
    assert "word word word" in long.content.decode()
    large = Client().post(link, {"do": "answer", "text": "<b>large" + "x" * status_pages.LARGEST})
    assert large.status_code == 413
    assert "&lt;b&gt;largexxx" in large.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ({"do": "drop"}, 400),
        ({"do": "yes"}, 422),
        ({"do": "yes", "gesture": "²", "seen": "1"}, 422),
        ({"do": "yes", "gesture": "9" * 30, "seen": "1"}, 422),
        ({"do": "yes", "gesture": "999", "seen": "1"}, 409),
    ],
)
def test_forms_that_make_no_sense_change_nothing(link: str, given: dict[str, str], status: int) -> None:
    events = Event.objects.count()
    assert post(link, **given) == status
    assert Event.objects.count() == events


@pytest.mark.parametrize("path", ["%00", "..%2f..", "%ff%fe", "a" * 4000, "'; drop table", "😀"])
def test_hostile_links_lead_nowhere(db: None, path: str) -> None:
    assert Client().get(f"/status/{path}").status_code == 404


def test_what_she_writes_cannot_act_on_the_page(bob: Actor, link: str, members: dict[str, Member]) -> None:
    evil = "<script>alert(1)</script>"
    refused = Client().post(link, {"do": "answer", "text": evil + "x" * LONGEST_ANSWER})
    assert evil not in refused.content.decode()
    assert post(link, do="answer", text=evil) == 303
    member = logged_in(members["bob"])
    shown = member.get(f"/cases/{Case.objects.get().pk}").content.decode()
    assert evil not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_members_look_and_do_nothing_there(link: str, members: dict[str, Member]) -> None:
    member = logged_in(members["bob"])
    assert member.post(link, {"do": "answer", "text": "I am the customer"}).status_code == 403
    assert not Message.objects.exists()


def test_visits_and_forms_are_limited(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("allows", "allows_of_all"):
        within = partial(getattr(status_pages.LIMITS, name), seconds=0.0)
        monkeypatch.setattr(status_pages.LIMITS, name, lambda key, most, _, within=within: within(key, most))
    assert [post(link, do="answer", text=f"{n}") for n in range(11)].count(303) == status_pages.DEEDS
    assert Message.objects.count() == status_pages.DEEDS
    often = Client().post(link, {"do": "answer", "text": "My long letter"}).content.decode()
    assert "My long letter" in often
    assert ("sent from this page" in often, "your network" in often) == (True, False)
    for _ in range(status_pages.VISITS):
        Client().get("/status/guessed")
    answer = Client().get(link)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "your network" in answer.content.decode()
    assert "My long letter" in Client().post(link, {"text": "My long letter"}).content.decode()
    assert Client().get("/status/guessed").content == answer.content
    assert Client(REMOTE_ADDR="198.51.100.7").get(link).status_code == 200


def test_the_page_asks_as_often_for_many_rows_as_for_few(
    bob: Actor, rolf: Dunned, link: str, members: dict[str, Member], now: datetime
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            promised(bob, rolf.case, members["bob"], now)
            Message.objects.create(case=rolf.case, inbound=False, author=members["bob"], text="x", at=now)
            Gesture.objects.create(
                case=rolf.case, kind="gift", value_minor=0, cost_minor=0, currency="EUR", state="carried_out",
                proposed_by=members["bob"], proposed_at=now, carried_out_at=now,
            )  # fmt: skip
        text_of(link)
        with CaptureQueriesContext(connection) as asked:
            text_of(link)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] < 15
