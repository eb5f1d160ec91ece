"""The page of a conversation: what it shows to whom, and what can be done on it."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from desk_people import logged_in
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from msgspec.structs import replace

from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Alert, Event, Issue, Member, Post, Revision, Source, Thread, ThreadScore
from kulanz.desk.queries.rows import posts_of
from kulanz.desk.queries.threads import PostOrder, answers_of, findings_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.reasons import sentences
from kulanz.desk.services import attention, issues
from kulanz.desk.services.analysing import analyse_due, analyser_for
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.taking import take_thread
from kulanz.sources.sightings import Page, Sighting, ThreadSighting

pytestmark = pytest.mark.django_db

GRACE = timedelta(minutes=5)


def keep(source: Source, posts: list[CorePost], now: datetime) -> Thread:
    page = Page(posts=tuple(Sighting(post=post) for post in posts))
    keep_page(source=source, page=page, lane=None, grace=GRACE, now=now)
    analyse_due(now=now + timedelta(seconds=5))
    return Thread.objects.get(source=source, key=posts[0].thread_id)


@pytest.fixture
def case(forum: Source, sample_posts: list[CorePost], now: datetime) -> Thread:
    """The great case of the sample community, analysed."""
    return keep(forum, sample_posts, now)


def browser(members: dict[str, Member], name: str, language: str = "en") -> Client:
    Member.objects.filter(pk=members[name].pk).update(language=language)
    return logged_in(members[name])


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_it_shows_reasons_with_their_posts_and_highlights_what_they_rest_on(
    case: Thread, members: dict[str, Member]
) -> None:
    page = text_of(browser(members, "erik"), f"/threads/{case.pk}")
    for told in sentences(case.reasons, "en", now=timezone.now()):
        assert told in page
    named = Post.objects.get(thread=case, key=case.reasons[0]["posts"][0])
    assert f"#p{named.pk}" in page
    assert "<mark title=" in page
    assert "13,016" in page


def test_the_accepted_answer_is_named(
    forum: Source, sample_posts: list[CorePost], now: datetime, members: dict[str, Member]
) -> None:
    posts = [replace(post, accepted=number == 2) for number, post in enumerate(sample_posts[:5])]
    page = text_of(browser(members, "erik"), f"/threads/{keep(forum, posts, now).pk}")
    answer = Post.objects.get(key=posts[2].post_id)
    assert page.count("Accepted answer") == 1
    assert "Accepted answer" in page.partition(f'id="p{answer.pk}"')[2].partition("</article>")[0]


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_style_or_script_stands_in_the_page_and_every_drawing_has_plain_numbers(
    case: Thread, members: dict[str, Member], language: str
) -> None:
    page = text_of(browser(members, "bob", language), f"/threads/{case.pk}")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script>", page)
    assert re.findall(r'<script id="([\w-]+)" type="application/json">', page) == ["course-data"]
    drawn = re.findall(r'(?: d| x| y| r|viewBox|transform|stroke-width)="([^"]*)"', page)
    assert len(drawn) > 100
    assert not any("," in each for each in drawn)


def course_data(page: str) -> Any:
    return json.loads(re.findall(r'<script id="course-data" type="application/json">(.*?)</script>', page)[0])


def test_the_line_of_the_views_begins_when_they_were_first_read(
    case: Thread, members: dict[str, Member], now: datetime
) -> None:
    client, address = browser(members, "bob"), f"/threads/{case.pk}"
    count = course_data(text_of(client, address))["plots"][1]
    assert count["title"] == "Posts and people so far"
    assert "views" not in [line["name"] for line in count["lines"]]

    later = [now + timedelta(hours=hours) for hours in (1, 2, 3)]
    for at, views in zip(later, (13_016, 13_500, 13_500), strict=True):
        ThreadScore.objects.create(thread=case, at=at, score=0.9, stage="escalated", views=views)
    data = course_data(text_of(client, address))
    count = data["plots"][1]
    (line,) = [line["values"] for line in count["lines"] if line["name"] == "views"]
    read = [(x, value) for x, value in zip(data["x"], line, strict=True) if value is not None]
    first = case.scores.earliest("at").at
    assert read == [(first.timestamp(), 13_016), (later[1].timestamp(), 13_500)]
    assert count["title"].startswith(
        "Posts and people so far, and views since they were first read on 11 Jun"
    )


def test_long_threads_come_in_pages_and_a_post_is_found_on_its_page(
    case: Thread, members: dict[str, Member]
) -> None:
    client, last = browser(members, "erik"), case.posts.order_by("created_at", "id").last()
    assert last is not None
    assert text_of(client, f"/threads/{case.pk}").count('<article class="post') == 50
    goal = client.get(f"/posts/{last.pk}")["Location"]
    assert goal == f"/threads/{case.pk}?from=100#p{last.pk}"
    assert f'id="p{last.pk}"' in text_of(client, goal.partition("#")[0])
    assert client.get(f"/threads/{case.pk}?from=99999999999999").status_code == 200
    assert client.get("/posts/999999").status_code == 404
    assert client.get(f"/threads/{case.pk}?after=nowhere").status_code == 400


def test_only_the_posts_that_reasons_rest_on(case: Thread, members: dict[str, Member]) -> None:
    page = text_of(browser(members, "erik"), f"/threads/{case.pk}?only=reasons")
    named = {key for reason in case.reasons for key in reason["posts"]}
    shown = set(map(int, re.findall(r'<article class="post[^"]*" id="p(\d+)"', page)))
    assert shown <= set(case.posts.filter(key__in=named).values_list("pk", flat=True))
    assert len(shown) == min(50, len(named))


def test_what_others_wrote_is_text_and_no_markup(
    forum: Source, members: dict[str, Member], now: datetime
) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202e"
    posts = [
        CorePost(
            thread_id="h", post_id=f"h{number}", author_id=hostile, created_at=now, text=hostile,
            quotes=(hostile,), code=(hostile,), links=("javascript:alert(1)", "https://x.example/<b>"),
            url="javascript:alert(1)", thread_title=hostile, thread_url="javascript:alert(1)",
        )
        for number in range(2)
    ]  # fmt: skip
    page = text_of(browser(members, "bob"), f"/threads/{keep(forum, posts, now).pk}")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "javascript:" not in re.sub(r">[^<]*<", "><", page)


def test_removed_posts_are_shown_as_removed_and_their_text_to_few(
    case: Thread, forum: Source, sample_posts: list[CorePost], members: dict[str, Member], now: datetime
) -> None:
    fleeting = "Etwas, das nur zwei Minuten dastand."
    edited = replace(sample_posts[3], text=fleeting)
    later = now + timedelta(hours=1)
    for posts in ((edited,), ()):
        present = frozenset(post.post_id for post in sample_posts if post is not sample_posts[3])
        threads = () if posts else (ThreadSighting(thread_id="4711", present=present),)
        sightings = tuple(Sighting(post=post) for post in posts)
        page = Page(posts=sightings, threads=threads)
        keep_page(source=forum, page=page, lane=None, grace=GRACE, now=later)
        later += timedelta(hours=1)
    told, hidden = (text_of(browser(members, name), f"/threads/{case.pk}") for name in ("bob", "erik"))
    assert "Removed at the source" in told
    assert "Removed at the source" in hidden
    assert fleeting in told
    assert fleeting not in hidden


def test_changes_are_shown_word_by_word(
    case: Thread, forum: Source, sample_posts: list[CorePost], members: dict[str, Member], now: datetime
) -> None:
    before = sample_posts[43]
    edited = replace(before, text=before.text.replace(before.text.split()[0], "Bedaure"))
    for days, post in ((20, before), (30, edited)):
        page = Page(posts=(Sighting(post=post),))
        keep_page(source=forum, page=page, lane=None, grace=GRACE, now=now + timedelta(days=days))
    shown = text_of(browser(members, "erik"), f"/threads/{case.pk}")
    assert "<ins>Bedaure" in shown
    assert f"<del>{before.text.split()[0]}" in shown
    assert "the source does not show it" in shown


def test_the_course_is_data_and_a_table(case: Thread, members: dict[str, Member], now: datetime) -> None:
    ThreadScore.objects.create(thread=case, at=now - timedelta(days=1), score=0.5, stage="issue", views=800)
    Alert.objects.create(thread=case, raised_at=now - timedelta(hours=2), score=0.9, stage="escalated")
    page = text_of(browser(members, "erik"), f"/threads/{case.pk}")
    found = re.search(r'<script id="course-data" type="application/json">(.*?)</script>', page)
    assert found
    data = json.loads(found[1])
    assert data["x"] == sorted(set(data["x"]))
    letters = [each["letter"] for each in sorted(data["moments"], key=lambda each: float(each["x"]))]
    assert letters == sorted(letters)
    names = [line["name"] for plot in data["plots"] for line in plot["lines"]]
    assert names == ["score", "fronts", "anger", "calming", "posts", "people", "views"]
    assert all(len(line["values"]) == len(data["x"]) for plot in data["plots"] for line in plot["lines"])
    assert "alarm raised" in page
    assert "<td>first answer of the company</td>" in page


def test_a_calm_conversation_has_its_posts(
    forum: Source, sample_posts: list[CorePost], members: dict[str, Member], now: datetime
) -> None:
    calm = CorePost(
        thread_id="c", post_id="c1", author_id="jo", created_at=now, text="Danke, das hat geholfen!"
    )
    row = keep(forum, [calm], now)
    assert findings_of(row) is None
    page = text_of(browser(members, "erik"), f"/threads/{row.pk}")
    assert "das hat geholfen!" in page
    assert 'id="course"' not in page


def test_a_text_that_came_after_the_analysis_is_not_highlighted(
    case: Thread, members: dict[str, Member], now: datetime
) -> None:
    Post.objects.filter(thread=case).update(text_since=now + timedelta(days=1))
    assert "<mark" not in text_of(browser(members, "erik"), f"/threads/{case.pk}")


def test_what_is_kept_of_posts_is_what_was_found_without_texts_and_authors(case: Thread) -> None:
    kept, found = findings_of(case), analyser_for(case.source, "en").detail(posts_of(case))
    assert kept is not None
    assert [each.evidence for each in kept.findings] == [each.evidence for each in found.findings]
    assert kept.events == found.events
    assert {each.post.text for each in kept.findings} == {""}
    assert {each.post.author_id for each in kept.findings} == {None}
    for one, other in zip(kept.findings, found.findings, strict=True):
        assert one.signals == {label: value for label, value in other.signals.items() if value >= 0.5}


def test_who_answers_whom_counts_given_answers_and_else_the_post_before(forum: Source, now: datetime) -> None:
    rows = [("1", "ann", None), ("2", "ben", None), ("3", "ann", "1"), ("4", "cleo", "1"), ("5", "ben", "4")]
    posts = [
        CorePost(thread_id="t", post_id=key, author_id=who, created_at=now, text="Hm.", reply_to=to)
        for key, who, to in rows
    ]
    people, answers = answers_of(keep(forum, posts, now))
    assert {key: each.posts for key, each in people.items()} == {"ann": 2, "ben": 2, "cleo": 1}
    assert answers == {("ben", "ann"): 1, ("cleo", "ann"): 1, ("ben", "cleo"): 1}


def test_lists_cost_the_same_whatever_their_length(
    forum: Source, sample_posts: list[CorePost], members: dict[str, Member], bob: Actor, now: datetime
) -> None:
    client = browser(members, "bob")
    counts = []
    for key, length in (("short", 3), ("long", 30)):
        posts = [
            replace(post, thread_id=key, post_id=f"{key}{i}", reply_to=None)
            for i, post in enumerate(sample_posts[:length])
        ]
        row = keep(forum, posts, now)
        Thread.objects.filter(pk=row.pk).update(reasons=[{"code": "x", "en": "x", "posts": [f"{key}1"]}])
        for number, post in enumerate(row.posts.all()):
            at = now + timedelta(minutes=number)
            Revision.objects.create(thread=row, post=post, kind="edited", found_at=at)
            attention.restore(actor=bob, thread=row, seen=number, now=at)
            Alert.objects.create(thread=row, raised_at=at, score=0.5, stage="issue")
        row = Thread.objects.get(pk=row.pk)
        client.get(f"/threads/{row.pk}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/threads/{row.pk}")
        counts.append(len(asked))
    # a thread above calm is asked for its alarms and views once more
    assert counts[1] - counts[0] <= 2


def test_the_spread_leads_to_the_places(
    case: Thread, sample_posts: list[CorePost], members: dict[str, Member], now: datetime
) -> None:
    blog = Source.objects.create(
        name="Blogs", connector="push", address="blogs", hook_key="blogs", created_at=now
    )
    article = CorePost(
        thread_id="a", post_id="a", author_id="ed", text="Unglaublich, via Kontaktor",
        created_at=max(post.created_at for post in sample_posts if post.created_at) + timedelta(hours=1),
        links=(case.url,), thread_title="Mahnung <b>statt</b> Antwort", url="https://blog.example/a",
    )  # fmt: skip
    told = keep(blog, [article], now)
    page = text_of(browser(members, "erik"), f"/threads/{case.pk}/spread")
    assert f'<a href="/threads/{told.pk}">' in page
    assert "Mahnung &lt;b&gt;statt&lt;/b&gt; Antwort" in page
    assert '<svg class="spread"' in page
    assert article.created_at is not None
    here = article.created_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert page.count(f", {here:%H:%M}") == 6, "wherever it stands it is the reader's time"


def test_take_it_opens_an_issue_once_and_makes_it_mine(
    thread: Thread, members: dict[str, Member], now: datetime
) -> None:
    client = browser(members, "bob")
    for _ in range(2):
        answer = client.post(f"/threads/{thread.pk}/take")
        issue = Issue.objects.get()
        assert answer["Location"] == f"/issues/{issue.pk}"
        assert (issue.state, issue.owner) == ("owned", members["bob"])
    Issue.objects.update(title="<b>{0} & 5 %")
    client.post(f"/threads/{thread.pk}/take")
    link = f'It is yours: <a href="/issues/{issue.pk}">&lt;b&gt;{{0}} &amp; 5 %</a>'
    assert link in text_of(client, "/")
    assert client.post(f"/threads/{thread.pk}/take", {"next": "/?stage=issue"})["Location"] == "/?stage=issue"
    assert list(Event.objects.filter(issue=issue).values_list("action", flat=True)) == ["open", "take"]


def test_what_a_colleague_has_is_not_taken_in_passing(
    alice: Actor, bob: Actor, erik: Actor, thread: Thread, now: datetime
) -> None:
    issue = take_thread(actor=bob, thread=thread, now=now)
    with pytest.raises(RuleError, match="Bob Beispiel has the issue"):
        take_thread(actor=alice, thread=thread, now=now)
    with pytest.raises(NotAllowedError):
        take_thread(actor=erik, thread=thread, now=now)
    issues.close(actor=bob, issue=issue, seen=issue.version, outcome="explained", reason="told", now=now)
    assert take_thread(actor=alice, thread=thread, now=now).pk != issue.pk


def test_what_was_put_aside_is_woken_by_taking_it(bob: Actor, thread: Thread, now: datetime) -> None:
    issue = issues.open_issue(actor=bob, threads=[thread], now=now)
    until = now + timedelta(days=1)
    issues.snooze(actor=bob, issue=issue, seen=issue.version, until=until, reason="waits", now=now)
    assert take_thread(actor=bob, thread=thread, now=now).state == "owned"


def test_an_issue_is_opened_or_added_to_on_the_page(
    thread: Thread, other_thread: Thread, members: dict[str, Member]
) -> None:
    client = browser(members, "dora")
    client.post(f"/threads/{thread.pk}/issue", {"title": "Dunning"})
    issue = Issue.objects.get(title="Dunning", state="open")
    assert "Dunning" in text_of(client, f"/threads/{other_thread.pk}")
    answer = client.post(f"/threads/{other_thread.pk}/add", {"issue": str(issue.pk)})
    assert answer["Location"] == f"/issues/{issue.pk}"
    assert issue.links.count() == 2
    assert client.post(f"/threads/{thread.pk}/add", {"issue": "9999"}).status_code == 404
    assert client.post(f"/threads/{thread.pk}/add", {"issue": "x"}).status_code == 302
    assert f'href="/issues/{issue.pk}"' in text_of(client, f"/threads/{thread.pk}")


@pytest.mark.parametrize("name", ["carla", "erik", "frieda", "adam"])
def test_whoever_does_not_work_issues_reads_only(
    thread: Thread, members: dict[str, Member], name: str
) -> None:
    client = browser(members, name)
    assert "Take it" not in text_of(client, f"/threads/{thread.pk}")
    for deed in ("take", "issue", "add"):
        assert client.post(f"/threads/{thread.pk}/{deed}").status_code == 403
    assert Client().get(f"/threads/{thread.pk}").status_code == 302
    assert not Issue.objects.exists()


def test_the_radar_offers_to_take_with_one_key(thread: Thread, members: dict[str, Member]) -> None:
    page = text_of(browser(members, "bob"), "/?days=0")
    assert f'action="/threads/{thread.pk}/take"' in page
    assert 'data-key="t"' in page


def test_the_history_says_who_put_it_aside(
    thread: Thread, bob: Actor, members: dict[str, Member], now: datetime
) -> None:
    attention.false_alarm(actor=bob, thread=thread, seen=0, reason="a joke", now=now)
    page = text_of(browser(members, "erik"), f"/threads/{thread.pk}")
    assert "Bob Beispiel marked this as a false alarm" in page
    assert "Bob Beispiel marked a conversation as a false alarm." in page


def test_views_are_noted_when_they_grow(
    case: Thread, forum: Source, sample_posts: list[CorePost], now: datetime
) -> None:
    for views in (13_020, 20_000):
        posts = [replace(post, thread_views=views) for post in sample_posts]
        keep(forum, posts, now + timedelta(minutes=views))
        Thread.objects.filter(pk=case.pk).update(due_at=now, stale_since=now)
        analyse_due(now=now + timedelta(minutes=views))
    noted = list(case.scores.order_by("at").values_list("views", flat=True))
    assert noted[0] == 13_016
    assert noted[-1] == 20_000


def test_the_order_knows_where_a_post_is(case: Thread) -> None:
    order = PostOrder(case, ["4711-121", "4711-2", "nothing"])
    assert order.numbers == {"4711-2": 2, "4711-121": 121}
    assert [order.offset_of(number) for number in (1, 50, 51, 121)] == [0, 0, 50, 100]
    assert order.known(["4711-121", "nothing", "4711-2"]) == [121, 2]
