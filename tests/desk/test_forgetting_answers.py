"""Answers of sources after an erasure: those that hold the person go, in whatever way; others stay."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Account, Person, RawPayload, Source
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import erasing
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.sweeping import finish_due
from kulanz.sources.sightings import Page, Raw, Sighting

pytestmark = pytest.mark.django_db(transaction=True)
JSON = "application/json"
GONE = {
    "named": (JSON, '{"username": "rolf_müller"}'),
    "escaped": (JSON, '{"username": "ROLF_M\\u00fcller"}'),
    "linked": ("text/html", '<a href="/u/rolf_m%C3%BCller">he</a>'),
    "entity": ("text/html; charset=utf-8", "<b>rolf_m&uuml;ller</b>"),
    "quoted": (JSON, '{"cooked": "<p>My <b>third</b> reminder, and nobody answers.</p>"}'),
    "mail": ("message/rfc822", "cm9sZl9t"),
    "broken": (JSON, '{"username": '),
}
STAYS = {
    "other": (JSON, '{"username": "mila", "raw": "A reminder of her own."}'),
    "feed": ("application/atom+xml", "<feed><author>Rolf Meier</author></feed>"),
}


@pytest.mark.parametrize("with_posts", [False, True])
def test_only_answers_that_hold_the_person_go(
    alice: Actor, forum: Source, now: datetime, with_posts: bool
) -> None:
    bodies = {**GONE, **STAYS}
    raw = tuple(
        Raw(url=f"https://f.example/{name}", media_type=kind, body=body.encode(), fetched_at=now)
        for name, (kind, body) in bodies.items()
    )
    post = CorePost(
        thread_id="t", post_id="1", author_id="rolf_müller", created_at=now,
        text="My third reminder, and nobody answers. What now?",
    )  # fmt: skip
    page = Page(raw=raw, posts=(Sighting(post=post),))
    keep_page(source=forum, page=page, lane=None, grace=timedelta(0), now=now)
    assert RawPayload.objects.count() == len(bodies)
    person = Person.objects.create(name="rolf_müller", created_at=now)
    Account.objects.update(person=person)
    erasing.erase(actor=alice, person=person, seen=1, reason="asked", with_posts=with_posts, now=now)
    finish_due(now=now)
    left = {url.rpartition("/")[2] for url in RawPayload.objects.values_list("url", flat=True)}
    assert left == (set() if with_posts else set(STAYS)), "words that are gone cannot be looked for"
