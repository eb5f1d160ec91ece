"""The audit trail: a page with filters, a table to take along, and the same list for programs."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from api_client import Program
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kulanz.desk.access import actor_of
from kulanz.desk.models import Calendar, Case, Event, Issue, Member, Person, Playbook, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import attention, auditing, cases, issues
from kulanz.desk.services.events import record
from kulanz.desk.web import audit_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untracked")]


@pytest.fixture
def done(thread: Thread, alice: Actor, bob: Actor, now: datetime) -> Case:
    """Alice opened an issue, Bob a case in it two days later, and the desk woke the issue after that."""
    issue = issues.open_issue(actor=alice, threads=[thread], now=now)
    person = Person.objects.create(name="Rolf Mauer", created_at=now)
    two_days_on = now + timedelta(days=2)
    case = cases.open_case(actor=bob, person=person, issue=issue, title="Reminder fee", now=two_days_on)
    record(bob, "edit", person, now=two_days_on, reason="Rolf asked for it", data={"changed": ["note"]})
    record(None, "wake_due", issue, now=now + timedelta(days=3))
    record(alice, "edit", Playbook.objects.create(name="Fees"), now=now + timedelta(days=3))
    return case


def page(client: Client, member: Member, query: str = "") -> str:
    client.force_login(member)
    answer = client.get(f"/setup/audit{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def lines(text: str) -> list[str]:
    return [re.sub(r"\s+", " ", each) for each in re.findall(r'<th scope="row">([^<]*?)\s*</th>', text)]


def table(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/setup/audit.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.content.decode())))


def test_every_event_says_who_did_what_to_what_when_and_why(
    client: Client, members: dict[str, Member], done: Case
) -> None:
    text = page(client, members["frieda"])
    assert lines(text) == [
        "Alice Beispiel changed it.",
        "The issue’s time has come: it is open again.",
        "Bob Beispiel changed the profile.",
        "Bob Beispiel opened a case.",
        "Alice Beispiel opened the issue.",
    ]
    assert f'<a href="/cases/{done.pk}">Reminder fee</a>' in text
    assert f'<a href="/people/{done.person_id}">Rolf Mauer</a>' in text
    assert f'<a href="/issues/{done.issue_id}">' in text
    assert "Rolf asked for it" in text
    assert re.search(r'<time datetime="2026-06-13T[^"]+">[^<]*2026, \d\d:30</time>', text)
    assert 'href="/setup/playbooks"' not in text
    assert 'href="/setup/playbooks"' in page(client, members["alice"])


def test_what_is_gone_has_no_link(client: Client, members: dict[str, Member], forum: Source) -> None:
    record(actor_of(members["bob"]), "stop", forum, now=timezone.now())
    Event.objects.filter(noun="source").update(noun_id=4711)
    text = page(client, members["frieda"], "?what=source")
    assert "source 4711" in text
    assert "/sources/4711" not in text


def test_it_is_filtered_by_who_what_and_day(client: Client, members: dict[str, Member], done: Case) -> None:
    frieda, bob = members["frieda"], members["bob"]
    assert len(lines(page(client, frieda, f"?who={bob.pk}"))) == 2
    assert lines(page(client, frieda, "?who=desk")) == ["The issue’s time has come: it is open again."]
    assert len(lines(page(client, frieda, "?what=issue"))) == 2
    assert lines(page(client, frieda, "?what=issue+open")) == ["Alice Beispiel opened the issue."]
    assert len(lines(page(client, frieda, "?since=2026-06-13&until=2026-06-13"))) == 2
    assert len(lines(page(client, frieda, "?since=2026-06-14"))) == 2
    assert len(lines(page(client, frieda, "?until=2026-06-12"))) == 1
    assert "Nothing happened that fits" in page(client, frieda, "?until=2026-06-10")
    for senseless in ("?since=x&until=0001-01-01", "?what=nothing+at+all", "?who=9999999999999", "?from=999"):
        page(client, frieda, senseless)


def test_days_are_those_of_the_reader(client: Client, members: dict[str, Member], bob: Actor) -> None:
    late = datetime.fromisoformat("2026-06-11T22:30+00:00")
    record(bob, "edit", Person.objects.create(name="Rolf", created_at=late), now=late)
    Member.objects.filter(username="frieda").update(time_zone="Europe/Berlin")
    Member.objects.filter(username="alice").update(time_zone="UTC")
    for name, day in (("frieda", "2026-06-12"), ("alice", "2026-06-11")):
        assert len(lines(page(client, Member.objects.get(username=name), f"?since={day}&until={day}"))) == 1


def test_pages_of_fifty_that_ask_no_more_for_more_rows(
    client: Client, members: dict[str, Member], forum: Source, thread: Thread, alice: Actor, now: datetime
) -> None:
    record(alice, "open", Issue.objects.create(title="One", opened_at=now), now=now)
    asked = []
    for count in (2, 27, 40):
        for number in range(count):
            row = (thread, forum, Issue.objects.create(title="x", opened_at=now))[number % 3]
            record(alice, "edit", row, now=now)
        page(client, members["frieda"])
        with CaptureQueriesContext(connection) as queries:
            text = page(client, members["frieda"])
        asked.append(len(queries))
    assert asked[0] == asked[1] == asked[2]
    assert len(lines(text)) == 50
    assert "1 to 50 of 70" in text
    assert len(lines(page(client, members["frieda"], "?from=50"))) == 20


def test_it_is_taken_along_with_pseudonyms_unless_names_are_asked_for(
    client: Client, members: dict[str, Member], done: Case
) -> None:
    client.force_login(members["frieda"])
    rows = table(client, f"?who={members['bob'].pk}")
    assert [(row["noun"], row["action"], row["reason"]) for row in rows] == [
        ("person", "edit", ""), ("case", "open", ""),
    ]  # fmt: skip
    assert re.fullmatch("[0-9a-f]{12}", rows[0]["who"])
    assert re.fullmatch("[0-9a-f]{12}", rows[0]["noun_id"])
    assert (rows[1]["noun_id"], rows[1]["case"]) == (str(done.pk), str(done.pk))
    Event.objects.filter(noun="person").update(reason="=1+1")
    named = table(client, f"?who={members['bob'].pk}&names=1")
    assert (named[0]["who"], named[0]["noun_id"], named[0]["reason"]) == (
        "Bob Beispiel", str(done.person_id), "'=1+1",
    )  # fmt: skip
    kept = Event.objects.filter(noun="event", action="export").order_by("pk")
    assert [each.data for each in kept] == [{"events": 2, "names": False}, {"events": 2, "names": True}]
    assert lines(page(client, members["frieda"]))[0] == "Frieda Beispiel took events along as CSV."


def test_too_much_is_not_taken_along(
    client: Client, members: dict[str, Member], done: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "MOST", 4)
    client.force_login(members["frieda"])
    assert client.get("/setup/audit.csv").status_code == 400
    assert not Event.objects.filter(noun="event").exists()
    assert len(table(client, "?what=issue")) == 2


def test_why_a_number_was_corrected_is_told_to_whoever_may_see_numbers(
    client: Client, members: dict[str, Member], done: Case, alice: Actor
) -> None:
    record(alice, "correct", done, now=timezone.now(), reason="He owes 12 EUR")
    assert "He owes 12 EUR" in page(client, members["alice"])
    assert "He owes 12 EUR" not in page(client, members["frieda"])
    assert table(client, "?what=case+correct&names=1")[0]["reason"] == ""
    for name, told in (("alice", "He owes 12 EUR"), ("frieda", "")):
        found = Program(members[name]).get("/events?noun=case&action=correct").json()["items"]
        assert [each["reason"] for each in found] == [told]


def test_programs_read_the_same_list(members: dict[str, Member], done: Case) -> None:
    frieda, bob = Program(members["frieda"]), members["bob"]

    def found(query: str) -> list[str]:
        items = frieda.get(f"/events?noun_id={done.pk}&{query}" if "noun=" in query else f"/events?{query}")
        return [f"{each['noun']} {each['action']}" for each in items.json()["items"]]

    assert found(f"actor={bob.pk}") == ["person edit", "case open"]
    assert found("by_desk=true") == ["issue wake_due"]
    assert found("noun=case&action=open") == ["case open"]
    assert found("since=2026-06-13&until=2026-06-13") == ["person edit", "case open"]
    first = frieda.get(f"/events?actor={bob.pk}&limit=1").json()
    rest = frieda.get(f"/events?actor={bob.pk}&limit=1&cursor={first['next']}").json()
    assert [each["noun"] for each in first["items"] + rest["items"]] == ["person", "case"]
    for wrong in ("since=0001-01-01", "until=9999-12-31", "since=x", "actor=0"):
        assert frieda.get(f"/events?{wrong}").status_code == 422, wrong


def test_leads_and_auditors_find_it_in_the_settings(client: Client, members: dict[str, Member]) -> None:
    for name, sees in (("alice", True), ("frieda", True), ("adam", False), ("erik", False)):
        client.force_login(members[name])
        assert ('href="/setup/audit"' in client.get("/setup").content.decode()) is sees
    client.force_login(members["frieda"])
    assert 'href="/setup"' in client.get("/").content.decode()


def test_looking_at_what_is_sealed_has_words() -> None:
    services = Path(auditing.__file__).parent
    looked = {
        noun
        for path in services.glob("*.py")
        for noun in re.findall(r'looked\(actor, "(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert {"customer", "gesture", "assessment"} <= looked
    assert {f"{noun} open" for noun in looked} <= set(audit_words.SENTENCES)


def test_words_are_of_things_that_there_are(
    client: Client, members: dict[str, Member], alice: Actor, thread: Thread, now: datetime
) -> None:
    known = {model._meta.model_name for model in apps.get_app_config("desk").get_models()}
    assert set(audit_words.NOUNS) <= known
    for code in audit_words.SENTENCES:
        noun, _, action = code.partition(" ")
        assert noun in audit_words.NOUNS, code
        assert len(noun) <= 20
        assert len(action) <= 40
    attention.false_alarm(actor=alice, thread=thread, seen=0, reason="", now=now)
    record(alice, "make", Calendar.objects.create(name="Usual"), now=now)
    record(alice, "never_heard_of", thread, now=now)
    assert lines(page(client, members["alice"])) == [
        "Alice Beispiel: thread never heard of",
        "Alice Beispiel made it.",
        "Alice Beispiel marked a conversation as a false alarm.",
    ]
