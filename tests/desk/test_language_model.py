"""A language model is asked: who may, what it is told and what not, and that nothing else can be sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from api_client import Program
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kulanz.desk.models import (
    Account,
    Case,
    Erasure,
    Event,
    LanguageModel,
    Member,
    Message,
    Person,
    Post,
    StaffIdentity,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import Facts
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.language_model import LONGEST_TURN
from kulanz.desk.services import issues, known_names
from kulanz.desk.services.customers import take
from kulanz.desk.services.model_asking import prepare, send
from kulanz.desk.services.model_settings import Wanted, set_language_model, try_language_model
from kulanz.desk.services.sealing import unseal

URL = "https://model.example.org/v1"
WANTED = Wanted(active=True, address=URL, name="tiny", seconds=30, key="k-1")


@pytest.fixture
def model(adam: Actor, now: datetime) -> LanguageModel:
    return set_language_model(actor=adam, wanted=WANTED, seen=0, now=now)


@dataclass
class Writing:
    """People who write in a conversation, one after the other."""

    thread: Thread
    now: datetime

    def says(self, name: str, text: str, **more: object) -> Post:
        source = self.thread.source
        account, _ = Account.objects.get_or_create(
            source=source, key=name, defaults={"first_seen_at": self.now}
        )
        self.now += timedelta(minutes=1)
        key = f"{self.thread.pk}-{self.now:%H%M}"
        return Post.objects.create(
            thread=self.thread, source=source, account=account, key=key, created_at=self.now, text=text,
            seen_at=self.now, text_since=self.now, **more,
        )  # fmt: skip


@pytest.fixture
def talk(thread: Thread, now: datetime) -> Writing:
    return Writing(thread, now)


def told(prepared: object) -> list[dict[str, object]]:
    """The conversations in what would be sent."""
    return json.loads(json.loads(prepared.body)["messages"][1]["content"])


@pytest.mark.usefixtures("model")
def test_people_are_numbers_and_what_they_reveal_is_masked(talk: Writing, bob: Actor, now: datetime) -> None:
    StaffIdentity.objects.create(kind="account", value="help_desk", source=talk.thread.source)
    talk.says("rolf_p", "My IBAN is DE89 3704 0044 0532 0130 00, mail me: rolf@mauer.example.")
    talk.says("help_desk", "@rolf_p, Bob asks anna99 about Customer 4711-X.")
    talk.says(
        "anna99", "rolf_p is right; https://forum.example/u/rolf_p says so, and Petra Blum and zora_w, too."
    )
    talk.says("rolf_p", "Hidden.", hidden=True)
    Account.objects.create(source=talk.thread.source, key="zora_w", first_seen_at=now)
    take(number="C-1", facts=Facts(name="Petra Blum"), system="crm", now=now)
    (shown,) = told(prepare(actor=bob, about=talk.thread, task="answer", now=now))
    assert [turn["by"] for turn in shown["turns"]] == ["{customer 1}", "{staff 1}", "{customer 2}"]
    first, second, third = (turn["text"] for turn in shown["turns"])
    assert first == "My IBAN is {iban}, mail me: {email}."
    assert second.startswith("@{customer 1}, Bob asks {customer 2} about")
    assert third == ("{customer 1} is right; {link} says so, and {name} and {name}, too.")


@pytest.mark.usefixtures("model")
def test_names_are_found_while_they_stay_sealed_however_many_there_are(
    talk: Writing, bob: Actor, now: datetime, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.says("rolf_p", "Blum, Petra and Ida van Dorns letters; Die Mahnung came.")
    for number, name in enumerate(("Petra Blum", "Ida van Dorn", "Die Mahnung")):
        take(number=f"C-{number}", facts=Facts(name=name), system="crm", now=now)
    with CaptureQueriesContext(connection) as few:
        prepare(actor=bob, about=talk.thread, task="answer", now=now)
    for number in range(3, 30):
        take(number=f"C-{number}", facts=Facts(name=f"Some Body {number}"), system="crm", now=now)
    monkeypatch.setattr(known_names, "unseal", None)
    with django_assert_num_queries(len(few)):
        (shown,) = told(prepare(actor=bob, about=talk.thread, task="answer", now=now))
    assert shown["turns"][0]["text"] == "{name} and {name} letters; Die Mahnung came."


@pytest.mark.usefixtures("model")
def test_of_a_long_conversation_only_what_is_sent_is_read(talk: Writing, bob: Actor, now: datetime) -> None:
    for _ in range(20):
        talk.says("rolf_p", "x" * LONGEST_TURN)
    (shown,) = told(prepare(actor=bob, about=talk.thread, task="summary", now=now))
    assert (len(shown["turns"]), shown["left_out"]) == (12, 8)


@pytest.mark.usefixtures("model")
def test_of_a_case_the_customer_is_known_by_all_names(case: Case, bob: Actor, now: datetime) -> None:
    Person.objects.filter(pk=case.person_id).update(name="Rolf Petersen")
    case.refresh_from_db()
    for minutes, inbound, text in (
        (1, True, "This is Petersen, at Rolfs place. Write to rolf@mauer.example, or Rolf Petersen."),
        (2, False, "Hello Rolf, we do."),
    ):
        Message.objects.create(
            case=case, inbound=inbound, text=text, at=now + timedelta(minutes=minutes), channel="email",
            author_id=None if inbound else bob.member_id,
        )  # fmt: skip
    prepared = prepare(actor=bob, about=case, task="answer", now=now)
    (shown,) = told(prepared)
    assert shown["turns"] == [
        {
            "by": "{customer 1}",
            "text": "This is {customer 1}, at {customer 1} place. Write to {email}, or {customer 1}.",
        },
        {"by": "{staff 1}", "text": "Hello {name}, we do."},
    ]
    assert shown["answers"] == 1
    assert "Write in English" in json.loads(prepared.body)["messages"][0]["content"]


@pytest.mark.usefixtures("model")
def test_of_an_issue_only_what_is_public_is_told_and_everybody_has_one_number(
    talk: Writing, other_thread: Thread, alice: Actor, now: datetime
) -> None:
    issue = issues.open_issue(actor=alice, threads=[talk.thread, other_thread], title="It", now=now)
    talk.says("rolf_p", "Here.")
    Writing(other_thread, now).says("anna99", "rolf_p says it there, too.")
    first, second = told(prepare(actor=alice, about=issue, task="summary", now=now))
    assert first["turns"][0] == {"by": "{customer 1}", "text": "Here."}
    assert second["turns"][0]["by"] == "{customer 2}"
    assert second["turns"][0]["text"] == "{customer 1} says it there, too."


@pytest.mark.usefixtures("model")
def test_a_post_that_was_chosen_is_the_one_to_answer(talk: Writing, bob: Actor, now: datetime) -> None:
    talk.says("rolf_p", "One.")
    chosen = talk.says("anna99", "Two.")
    (shown,) = told(prepare(actor=bob, about=talk.thread, task="answer", answered=chosen, now=now))
    assert shown["answers"] == 2


def test_without_a_model_that_is_switched_on_nobody_is_asked(
    talk: Writing, adam: Actor, bob: Actor, now: datetime
) -> None:
    talk.says("rolf_p", "Here.")
    for seen, wanted in ((0, None), (0, Wanted(active=False, address=URL, name="tiny", seconds=30))):
        if wanted:
            set_language_model(actor=adam, wanted=wanted, seen=seen, now=now)
        with pytest.raises(RuleError, match="no language model is switched on"):
            prepare(actor=bob, about=talk.thread, task="answer", now=now)
    assert not LanguageModel._meta.get_field("active").default


@pytest.mark.usefixtures("model")
def test_only_what_was_shown_to_the_same_person_here_and_now_is_sent(
    talk: Writing, adam: Actor, alice: Actor, bob: Actor, erik: Actor, now: datetime
) -> None:
    def refused(why: str, **more: object) -> None:
        with pytest.raises((RuleError, NotAllowedError), match=why):
            send(
                **{"actor": bob, "about": talk.thread, "task": "answer", "ticket": ticket, "now": now, **more}
            )

    with pytest.raises(RuleError, match="nobody has written anything"):
        prepare(actor=bob, about=talk.thread, task="answer", now=now)
    talk.says("rolf_p", "Here.")
    with pytest.raises(NotAllowedError):
        prepare(actor=erik, about=talk.thread, task="summary", now=now)
    ticket = prepare(actor=bob, about=talk.thread, task="answer", now=now).ticket
    erased = Erasure.objects.create(person=Person.objects.create(created_at=now), asked_at=now)
    refused("erased meanwhile")
    erased.delete()
    refused("has to be what was shown to you here", actor=alice)
    refused("has to be what was shown to you here", task="summary")
    refused("too old, or was changed", ticket=ticket[:-5] + "AAAA=")
    refused("too old, or was changed", ticket="ä")
    refused("too old, or was changed", now=now + timedelta(minutes=16))
    refused("right", actor=erik)
    moved = Wanted(active=True, address="https://elsewhere.example/v1", name="tiny", seconds=30)
    set_language_model(actor=adam, wanted=moved, seen=1, now=now)
    refused("was changed meanwhile")
    assert not Event.objects.filter(action="ask").exists()


def test_a_key_is_sealed_kept_and_does_not_follow_to_another_address(
    model: LanguageModel, adam: Actor, bob: Actor, now: datetime
) -> None:
    def change(seen: int, **more: object) -> bytes:
        wanted = Wanted(**{"active": True, "address": URL, "name": "tiny", "seconds": 9, **more})
        return unseal(set_language_model(actor=adam, wanted=wanted, seen=seen, now=now).sealed_key)

    assert unseal(model.sealed_key) == b"k-1"
    assert b"k-1" not in model.sealed_key
    assert change(1) == b"k-1"
    assert change(2, address="https://evil.example/v1") == b""
    assert change(3, address=URL, key="k-2") == b"k-2"
    assert change(4, key="") == b""
    with pytest.raises(ConflictError):
        change(4)
    with pytest.raises(NotAllowedError):
        set_language_model(actor=bob, wanted=WANTED, seen=5, now=now)
    for bad in ({"seconds": 0}, {"seconds": 121}, {"name": " "}, {"address": "x"}, {"key": "k" * 2_001}):
        with pytest.raises(RuleError):
            change(5, **bad)
    for event in Event.objects.filter(noun="languagemodel"):
        assert "k-1" not in str(event.data)
        assert event.data.get("sealed_key", [None, None]) == [None, None]


def test_there_is_nothing_to_try_before_one_is_set(adam: Actor, now: datetime) -> None:
    with pytest.raises(RuleError, match="there is no language model yet"):
        try_language_model(actor=adam, now=now)


def test_programs_set_it_and_see_what_would_be_sent(
    members: dict[str, Member], talk: Writing, case: Case
) -> None:
    talk.says("rolf_p", "Here.")
    admin, agent = Program(members["adam"]), Program(members["bob"])
    assert admin.get("/language-model").json()["version"] == 0
    body = {"address": URL, "name": "tiny", "key": "k-1", "active": True, "seen": 0}
    made = admin.ask("PUT", "/language-model", body).json()
    assert made == {
        "active": True, "address": URL, "name": "tiny", "seconds": 30, "has_key": True, "version": 1,
    }  # fmt: skip
    shown = agent.post(f"/threads/{talk.thread.pk}/suggest").json()
    assert (shown["model"], shown["host"], shown["text"]) == ("tiny", "model.example.org", None)
    assert told(type("Shown", (), shown))[0]["turns"] == [{"by": "{customer 1}", "text": "Here."}]
    assert agent.post(f"/threads/{talk.thread.pk}/summarise").json()["task"] == "summary"
    assert agent.post(f"/cases/{case.pk}/suggest").status_code == 422
    assert agent.post(f"/threads/{talk.thread.pk}/suggest", {"ticket": "x"}).status_code == 422
    drafted = agent.post(f"/threads/{talk.thread.pk}/replies", {"text": "Hello.", "suggested": True}).json()
    assert drafted["suggested_by"] == "tiny"
    again = agent.ask("PATCH", f"/replies/{drafted['id']}", {"text": "Hello you.", "seen": 1}).json()
    assert again["suggested_by"] == "tiny"
    assert agent.post(f"/replies/{drafted['id']}/suggest").json()["task"] == "answer"
