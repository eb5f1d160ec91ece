"""Which language a page and a message speak."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kulanz.desk.models import Delivery, Issue, Member
from kulanz.desk.services.members import create_member
from kulanz.desk.services.notices import tell_of_assignment

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
ENGLISH = {"Accept-Language": "en-GB,de;q=0.5"}
FRENCH = {"Accept-Language": "fr"}


@pytest.fixture
def bob(members: dict[str, Member]) -> Member:
    """An agent who left the language to the browser."""
    bob = members["bob"]
    bob.language = "auto"
    bob.save()
    return bob


def spoken(client: Client, headers: dict[str, str], path: str = "/") -> str:
    """The language that a page says it is in."""
    answer = client.get(path, headers=headers)
    page = answer.content.decode()
    assert f'<html lang="{answer["Content-Language"]}"' in page
    return str(answer["Content-Language"])


def test_visitors_are_spoken_to_as_their_browser_asks(client: Client, db: None) -> None:
    login = reverse("account_login")
    assert [spoken(client, each, login) for each in (GERMAN, ENGLISH, FRENCH, {})] == ["de", "en", "en", "en"]


def test_a_new_member_is_spoken_to_as_the_browser_asks(client: Client, db: None, now: datetime) -> None:
    member = create_member(actor=None, username="gerda", now=now)
    assert (member.language, member.lang) == ("auto", "en")


def test_who_left_it_to_the_browser_is_spoken_to_as_it_asks(client: Client, bob: Member) -> None:
    client.force_login(bob)
    assert [spoken(client, each) for each in (GERMAN, {}, ENGLISH)] == ["de", "de", "en"]


def test_who_chose_a_language_keeps_it_whatever_the_browser_asks(client: Client, bob: Member) -> None:
    bob.language = "de"
    bob.save()
    client.force_login(bob)
    assert spoken(client, ENGLISH) == "de"
    bob.refresh_from_db()
    assert bob.browser_language == ""


def test_messages_speak_the_language_that_the_browser_asked_for_last(
    client: Client, bob: Member, now: datetime
) -> None:
    issue = Issue(pk=1, title="Dunning")
    tell_of_assignment(row=issue, member=bob, by=0, now=now)
    client.force_login(bob)
    client.get("/", headers=GERMAN)
    bob.refresh_from_db()
    issue.version += 1
    tell_of_assignment(row=issue, member=bob, by=0, now=now)
    said = Delivery.objects.order_by("pk").values_list("body", flat=True)
    assert [each.splitlines()[0] for each in said] == [
        "You are now in charge of this.",
        "Sie sind jetzt dafür zuständig.",
    ]


def test_the_browsers_language_is_written_when_it_changes_only(client: Client, bob: Member) -> None:
    client.force_login(bob)
    written = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get("/", headers=GERMAN)
        written.append(sum('UPDATE "desk_member"' in each["sql"] for each in asked))
    assert written == [1, 0]


def test_the_language_is_left_to_the_browser_again_on_the_page_of_preferences(
    client: Client, bob: Member
) -> None:
    bob.language = "en"
    bob.save()
    client.force_login(bob)
    chosen = {"language": "auto", "theme": "auto", "time_zone": "Europe/Berlin", "email_alerts": "immediate"}
    assert client.post(reverse("preferences_save"), chosen).status_code == 302
    assert spoken(client, GERMAN, reverse("preferences")) == "de"
