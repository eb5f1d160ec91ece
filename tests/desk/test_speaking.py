"""Who speaks for the company: every kind by its own rule, and a member's own name beside their posts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Member, Source, StaffIdentity, Thread
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.queries.rows import posts_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.analysing import analyser_for
from kulanz.desk.services.identities import save_identity
from kulanz.desk.services.ingesting import keep_page
from kulanz.sources.sightings import Page, Sighting

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(forum: Source, now: datetime) -> Thread:
    """Rolf asks, and an account answers whom nobody would take for the company."""
    said = (("Rolf_P", "I was charged twice. Please help."), ("Anna.Berg", "We pay it back tomorrow."))
    posts = [
        CorePost(
            thread_id="9", post_id=str(n), author_id=who, text=text, created_at=now + timedelta(minutes=n)
        )
        for n, (who, text) in enumerate(said)
    ]
    page = Page(posts=tuple(Sighting(post=post) for post in posts))
    keep_page(source=forum, page=page, lane=None, grace=timedelta(minutes=5), now=now)
    return Thread.objects.get(key="9")


def company(thread: Thread) -> list[bool]:
    """Which posts of a thread speak for the company."""
    found = analyser_for(thread.source, "en").post_findings(posts_of(thread))
    return [finding.company for finding in found]


def test_every_kind_has_its_own_rule() -> None:
    for kind, value in (("name", "Kontaktor"), ("domain", "kontaktor.example"), ("account", "j.doe")):
        StaffIdentity.objects.create(kind=kind, value=value)
    rules = staff_rules(None)
    assert (rules.names, rules.domains, rules.accounts) == (
        ("kontaktor",),
        ("kontaktor.example",),
        ("j.doe",),
    )


def test_an_account_with_a_dot_answers_for_the_company(talk: Thread) -> None:
    assert company(talk) == [False, False]
    StaffIdentity.objects.create(kind="account", value="anna.berg")
    assert company(talk) == [False, True]


def test_a_member_is_named_beside_their_posts(
    client: Client, talk: Thread, members: dict[str, Member]
) -> None:
    alice, carla = members["alice"], members["carla"]
    StaffIdentity.objects.create(kind="account", value="anna.berg", source=talk.source, member=alice)
    StaffIdentity.objects.create(kind="domain", value="rolf.example", source=talk.source, member=carla)
    client.force_login(members["bob"])
    page = client.get(f"/threads/{talk.pk}").content.decode()
    assert page.count("<span>(Alice Beispiel)</span>") == 1
    assert "Carla Beispiel" not in page


def test_the_same_name_elsewhere_is_nobody_of_ours(
    client: Client, talk: Thread, members: dict[str, Member], now: datetime
) -> None:
    blog = Source.objects.create(name="Blog", connector="push", created_at=now)
    StaffIdentity.objects.create(kind="account", value="anna.berg", source=blog, member=members["alice"])
    StaffIdentity.objects.create(kind="name", value="rolf_p", member=members["carla"])
    client.force_login(members["bob"])
    page = client.get(f"/threads/{talk.pk}").content.decode()
    assert "Alice Beispiel" not in page
    assert "Carla Beispiel" not in page
    assert company(talk) == [True, False]


def test_a_member_is_named_at_a_source_alone(
    alice: Actor, forum: Source, members: dict[str, Member], now: datetime
) -> None:
    said: dict[str, Any] = {"kind": "account", "value": "anna.berg", "seen": 0, "identity": None}
    with pytest.raises(RuleError, match="at which source"):
        save_identity(actor=alice, source=None, member=members["bob"], now=now, **said)
    save_identity(actor=alice, source=forum, member=members["bob"], now=now, **said)
    with pytest.raises(RuleError, match="already"):
        save_identity(actor=alice, source=forum, member=None, now=now, **said)
    save_identity(actor=alice, source=None, member=None, now=now, **said)
    with pytest.raises(RuleError, match="already"):
        save_identity(actor=alice, source=None, member=None, now=now, **said)
