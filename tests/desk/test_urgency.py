"""When more comes than can be analysed at once, what may raise an alarm comes first; nothing is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from desk_people import NOW, make_thread

from kulanz.core.posts import Post
from kulanz.desk.models import Source, Thread
from kulanz.desk.rules.urgency import CALM, HAS_TIME, LIVELY, LIVELY_FROM, NEW, urgency
from kulanz.desk.services import analysing, identities
from kulanz.desk.services.ingesting import keep_page
from kulanz.sources.sightings import Page, Sighting

LONG_AGO = NOW - timedelta(days=30)


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("stage", "analysed", "posts", "last", "expected"),
    [
        ("calm", True, 300, NOW, CALM),
        ("calm", False, 1, NOW, NEW),
        ("calm", False, 1, None, NEW),
        ("calm", False, LIVELY_FROM, NOW, LIVELY),
        ("complaint", True, 2, NOW, LIVELY + 1),
        ("issue", True, 2, NOW, LIVELY + 2),
        ("escalated", True, 2, NOW, LIVELY + 3),
        ("escalated", True, 2, LONG_AGO, HAS_TIME),
        ("calm", False, 90, LONG_AGO, HAS_TIME),
    ],
)
def test_what_may_raise_an_alarm_is_more_urgent(
    stage: str, analysed: bool, posts: int, last: datetime | None, expected: int
) -> None:
    assert urgency(stage=stage, analysed=analysed, posts=posts, last_post_at=last, now=NOW) == expected


@pytest.mark.django_db
def test_a_hot_conversation_overtakes_those_that_came_before(
    forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    hot = make_thread(forum, now, "hot")
    push(forum, ["archive"], now - timedelta(minutes=2), written=LONG_AGO)
    push(forum, [f"cold{number}" for number in range(6)], now - timedelta(minutes=1))
    push(forum, ["hot"], now)
    order: list[str] = []
    monkeypatch.setattr(analysing, "_write", lambda row, *_: order.append(row.key))
    assert analysing.analyse_due(now=now + timedelta(seconds=1), at_most=4) == 4
    assert order[0] == hot.key
    assert order[-1] == "archive", "what waits longest has its turn all the same"


@pytest.mark.django_db
def test_what_is_read_anew_for_another_reason_has_time(forum: Source, now: datetime) -> None:
    push(forum, ["waits"], now)
    idle = make_thread(forum, now, "idle")
    Thread.objects.filter(pk=idle.pk).update(urgency=LIVELY)
    identities._analyse_again(now)
    assert dict(Thread.objects.values_list("key", "urgency")) == {"waits": NEW, "idle": HAS_TIME}


def push(source: Source, threads: list[str], now: datetime, *, written: datetime | None = None) -> None:
    at = written or now
    posts = [
        Post(thread_id=key, post_id=f"{key}-new", author_id="anna", created_at=at, text="Hello?")
        for key in threads
    ]
    page = Page(raw=(), posts=tuple(Sighting(post=post) for post in posts))
    keep_page(source=source, page=page, lane=None, grace=timedelta(0), now=now)
