"""The Discourse connector against a forum on loopback that behaves as Discourse does."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from discourse_site import DiscourseSite, SiteServer, SiteTopic, community
from kulanz.sources.connectors.discourse import CONNECTOR, history
from kulanz.sources.connectors.discourse.cursors import Back, step_back
from kulanz.sources.errors import BudgetSpentError, PermanentError, TemporaryError
from kulanz.sources.recognising import recognise
from kulanz.sources.sightings import Page, Sighting, ThreadSighting
from kulanz.testing.connectors import HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading, exhaust
from kulanz.testing.recorded import Alter, RecordedServer, Reply, Route, unaltered

RECORDED = Path(__file__).parents[3] / "../shared/payloads/discourse/discourse_api_gem"
OPENAPI = Path(__file__).parents[3] / "../shared/payloads/discourse/openapi/openapi.json"


class TestDiscourse(HttpConnectorSuite):
    name = "discourse"
    fewest_posts = 70

    def routes(self) -> Mapping[str, Route]:
        raise NotImplementedError("the forum answers by itself")

    @contextmanager
    def serving(self, alter: Alter = unaltered) -> Iterator[str]:
        site = community(3, 26)
        site.close(site.topics[2])
        site.hide(site.posts[20])
        site.withdraw(site.posts[30])
        with SiteServer(site) as server:
            server.alter = alter
            yield server.url


class Forum:
    """A forum, a reading of it, and what was seen so far."""

    def __init__(self, server: SiteServer) -> None:
        self.site = server.site
        self.server = server
        self.notes = Notebook()
        self.reading = Reading(make=CONNECTOR, address=server.url, now=lambda: self.site.now)

    def read(self, *lanes: str) -> list[Page]:
        return [page for lane in lanes for page in list(self.reading.pages(self.notes, lane))]

    def asked(self, *lanes: str) -> list[str]:
        """The requests of a read."""
        before = len(self.server.requests)
        self.read(*lanes)
        return [request.target for request in self.server.requests[before:]]

    def reread(self, topic: SiteTopic) -> Page:
        return self.reading.reread(self.notes, [str(topic.id)])[-1]

    def seen(self, post_id: int) -> Sighting:
        return self.notes.posts[str(post_id)]


@pytest.fixture
def forum() -> Iterator[Forum]:
    with SiteServer(community(4, 12)) as server:
        yield Forum(server)


def thread(pages: list[Page], topic: SiteTopic) -> ThreadSighting:
    return [each for page in pages for each in page.threads if each.thread_id == str(topic.id)][-1]


@pytest.mark.parametrize("inclusive", [False, True])
def test_both_meanings_of_before_bring_every_post(inclusive: bool) -> None:
    site = community(8, 30, site=DiscourseSite(inclusive=inclusive))
    site.next_post += 130  # what was private leaves windows of ids without a post
    community(2, 60, site=site)
    for post_id in range(120, 180):
        site.remove(site.posts[post_id])
    with SiteServer(site) as server:
        forum = Forum(server)
        forum.read("history")
    assert forum.notes.posts.keys() == {str(post.id) for post in site.posts.values() if not post.deleted}


@pytest.mark.parametrize("windowed", [False, True])
@example(ids={1, 51})
@given(ids=st.sets(st.integers(1, 400), max_size=120))
def test_going_back_reaches_every_id_and_ends(windowed: bool, ids: set[int]) -> None:
    back: Back | None = Back()
    found: set[int] = set()
    for _ in range(200):
        assert back is not None
        before = back.before or max(ids, default=0) + 1
        if windowed:
            page = {each for each in ids if before - 50 < each <= before}
        else:
            page = set(sorted(each for each in ids if each < before)[-50:])
        found |= page
        back = step_back(back, page)
        if back is None:
            break
    assert back is None
    assert found == ids


def test_a_full_read_takes_fewer_requests_than_one_for_each_topic() -> None:
    with SiteServer(community(60, 10)) as server:
        forum = Forum(server)
        asked = forum.asked("history")
        assert len(forum.notes.posts) == 600
    assert len(asked) == 14  # twelve pages of posts, two of topics, and no topic
    assert all(thread.marker for thread in forum.notes.threads.values())


def test_replies_find_their_parents_across_pages(forum: Forum) -> None:
    forum.read("history")
    for post in forum.site.posts.values():
        parent = None if post.reply_to is None else str(post.topic.posts[post.reply_to - 1].id)
        assert forum.seen(post.id).post.reply_to == parent


def test_too_many_replies_without_parents_have_their_topics_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_PENDING", 2)
    with SiteServer(community(4, 40)) as server:
        forum = Forum(server)
        asked = forum.asked("history")
        assert any(target.startswith("/t/") for target in asked)
        assert len(forum.notes.posts) == len(forum.site.posts)


def test_a_reply_to_an_old_post_reads_its_topic_for_the_parent() -> None:
    with SiteServer(community(2, 60)) as server:
        forum = Forum(server)
        forum.read("live", "history")
        topic = forum.site.topics[1]
        forum.site.remove(topic.posts[33])
        new = forum.site.reply(topic, "kunde_1", "Darauf komme ich zurück.", to=topic.posts[35])
        asked = forum.asked("live")
        assert forum.seen(new.id).post.reply_to == str(topic.posts[35].id)
    paths = [target.partition("?")[0] for target in asked]
    assert paths[:4] == ["/posts.json", "/t/1.json", "/t/1/posts.json", "/t/1/posts.json"]
    assert paths[4:] == ["/latest.json", "/latest.json"]


def test_new_posts_need_no_request_for_each_topic(forum: Forum) -> None:
    forum.read("live", "history", "live")
    for topic in list(forum.site.topics.values()):
        forum.site.reply(topic, "kunde_1", "Bei mir auch.")
    asked = forum.asked("live")
    assert sum(target.startswith("/t/") for target in asked) == 0
    assert len(asked) == 3


def test_where_nothing_happened_nothing_is_yielded(forum: Forum) -> None:
    forum.read("live", "history", "live")
    assert forum.read("live", "history") == []


def test_live_catches_up_over_many_pages_and_after_a_stop(forum: Forum) -> None:
    forum.read("live", "history")
    community(3, 70, site=forum.site)
    for _ in range(300):
        if not exhaust(forum.reading.pages(forum.notes, "live", most=1)):
            break
    assert len(forum.notes.posts) == len(forum.site.posts)


def test_a_shown_edit_names_its_editor(forum: Forum) -> None:
    forum.read("live", "history")
    own, foreign = forum.site.posts[5], forum.site.posts[6]
    forum.site.later(timedelta(hours=2))
    forum.site.edit(own, "Ich habe es anders gemeint.")
    forum.site.edit(foreign, "Vom Moderator gekürzt.", editor="Mod_Kai")
    for topic in (own.topic, foreign.topic):
        forum.reread(topic)
    seen_own, seen_foreign = forum.seen(5), forum.seen(6)
    assert (seen_own.version, seen_own.edited_by, seen_own.edited_at) == (2, own.author, own.touched)
    assert (seen_foreign.edited_by, seen_foreign.post.text) == ("Mod_Kai", "Vom Moderator gekürzt.")


def test_an_edit_is_asked_for_once(forum: Forum) -> None:
    forum.read("live", "history", "live")
    forum.site.later(timedelta(hours=2))
    newest = forum.site.posts[max(forum.site.posts)]
    forum.site.edit(newest, "Doch nicht.")
    asked = forum.asked("live", "live") + forum.asked("live")
    assert [target for target in asked if "revisions" in target] == [
        f"/posts/{newest.id}/revisions/latest.json"
    ]
    assert forum.seen(newest.id).edited_by == newest.author


def test_an_edit_in_the_grace_period_shows_no_version(forum: Forum) -> None:
    topic = next(iter(forum.site.topics.values()))
    new = forum.site.reply(topic, "kunde_3", "Das ist Betrug!")
    forum.read("live")
    forum.site.edit(new, "Das ist seltsam.")
    forum.reread(topic)
    assert (forum.seen(new.id).version, forum.seen(new.id).post.text) == (1, "Das ist seltsam.")
    assert forum.reading.connector(forum.notes).grace == timedelta(minutes=5)


def test_a_removed_post_is_not_present(forum: Forum) -> None:
    forum.read("live", "history")
    gone = forum.site.posts[9]
    forum.site.remove(gone)
    page = forum.reread(gone.topic)
    assert page.threads[0].present == {str(post.id) for post in gone.topic.shown}


def test_live_sees_a_removal_by_the_count(forum: Forum) -> None:
    forum.read("live", "history", "live")
    gone = forum.site.posts[9]
    forum.site.remove(gone)
    found = thread(forum.read("live"), gone.topic)
    assert found.present is not None
    assert "9" not in found.present


def test_hidden_and_withdrawn_posts_are_marked(forum: Forum) -> None:
    forum.read("live", "history")
    hidden, withdrawn = forum.site.posts[7], forum.site.posts[8]
    forum.site.hide(hidden)
    forum.site.withdraw(withdrawn)
    forum.reread(hidden.topic)
    forum.reread(withdrawn.topic)
    assert (forum.seen(7).post.hidden, forum.seen(7).removed, forum.seen(7).version) == (True, False, None)
    assert forum.seen(8).removed
    forum.site.unhide(hidden)
    forum.reread(hidden.topic)
    assert forum.seen(7).post.hidden is False


def test_closing_and_opening_are_acts_with_time_and_name(forum: Forum) -> None:
    forum.read("live", "history", "live")
    topic = forum.site.topics[3]
    forum.site.close(topic)
    closed_at = forum.site.now
    found = thread(forum.read("live"), topic)
    assert found.closed is True
    assert [(act.kind, act.at, act.by) for act in found.acts] == [("locked", closed_at, "mod_kai")]
    forum.site.reopen(topic)
    found = thread(forum.read("live"), topic)
    assert (found.closed, [act.kind for act in found.acts]) == (False, ["locked", "unlocked"])


def test_an_old_topic_is_swept_though_nothing_bumps_it() -> None:
    with SiteServer(community(70, 2)) as server:
        forum = Forum(server)
        forum.read("live", "history")
        old = forum.site.topics[1]
        forum.site.close(old)
        found = [each for _ in range(4) for page in forum.read("live") for each in page.threads]
    assert any(each.thread_id == "1" and each.closed for each in found)


def test_a_move_changes_place_or_thread(forum: Forum) -> None:
    forum.read("live", "history", "live")
    first, second = forum.site.topics[1], forum.site.topics[2]
    before = forum.notes.threads["1"].place
    forum.site.recategorise(first, 9)
    found = thread(forum.read("live"), first)
    assert found.place != before
    moved = second.posts[4]
    forum.site.move(moved, first)
    forum.reread(first)
    assert forum.seen(moved.id).post.thread_id == "1"
    assert [act.kind for act in forum.reread(second).threads[0].acts] == ["moved"]


@pytest.mark.parametrize("act", [DiscourseSite.delete_topic, DiscourseSite.make_private])
def test_a_topic_that_is_not_public_any_more_is_gone(forum: Forum, act: Any) -> None:
    forum.read("live", "history")
    act(forum.site, forum.site.topics[2])
    assert forum.reread(forum.site.topics[2]).threads == (ThreadSighting(thread_id="2", gone=True),)


def test_a_topic_too_long_to_list_its_posts_is_read_from_its_end() -> None:
    with SiteServer(community(1, 130, site=DiscourseSite(mega_from=100))) as server:
        forum = Forum(server)
        forum.read("live")
        assert forum.notes.posts.keys() >= {str(post_id) for post_id in (*range(1, 21), *range(81, 131))}
        forum.read("history")
        assert len(forum.notes.posts) == 130
        page = forum.reread(forum.site.topics[1])
    assert page.threads[0].present is None


@pytest.mark.parametrize("shape", ["middleware", "application"])
def test_limits_are_waited_for(forum: Forum, shape: str) -> None:
    forum.site.per_minute, forum.site.limit_shape = 5, shape
    forum.read("live", "history")
    asked = 7.0 if shape == "middleware" else 9.0
    assert any(asked - 1 < wait <= asked for wait in forum.reading.waited)
    assert len(forum.notes.posts) == len(forum.site.posts)


def test_a_spent_budget_goes_on_later(forum: Forum) -> None:
    for _ in range(60):
        forum.reading.http = forum.reading.client(budget=3)
        try:
            forum.read("live", "history")
            break
        except BudgetSpentError:
            continue
    assert len(forum.notes.posts) == len(forum.site.posts)


def test_a_forum_is_recognised_by_its_address(forum: Forum) -> None:
    assert recognise(forum.server.url, forum.reading.http) == f"discourse:{forum.server.url}"


def test_keys_go_into_headers_only() -> None:
    with SiteServer(community(1, 2)) as server:
        reading = Reading(
            make=CONNECTOR, address=server.url, secrets={"api_key": "k3y", "api_username": "leser"}
        )
        reading.read_all()
        assert {request.headers.get("api-key") for request in server.requests} == {"k3y"}
        assert not any("k3y" in request.target for request in server.requests)


def test_what_is_no_forum_is_said_plainly() -> None:
    with RecordedServer({"/posts.json": Reply.json([1]), "/latest.json": Reply.json({})}) as server:
        reading = Reading(make=CONNECTOR, address=server.url)
        with pytest.raises(TemporaryError, match="check that this is Discourse"):
            reading.read_all()
        with pytest.raises(PermanentError, match=r"expected a forum's address"):
            Reading(make=CONNECTOR, address="forum.example").read_all()
        with pytest.raises(PermanentError, match="another version"):
            list(reading.connector(Notebook()).pages("live", {"high": "x"}))
        with pytest.raises(PermanentError, match="lanes live and history"):
            reading.connector(Notebook()).pages("sideways", None)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 24)), max_size=15))
def test_whatever_happens_a_reread_shows_the_forum_as_it_is(acts: list[tuple[int, int]]) -> None:
    with SiteServer(community(2, 12)) as server:
        forum = Forum(server)
        forum.read("live", "history")
        for act, number in acts:
            _happen(forum.site, act, number)
        forum.read("live")
        forum.reading.reread(forum.notes)
        for post in forum.site.posts.values():
            if post.kind == 1 and not (post.deleted or post.hidden):
                seen = forum.seen(post.id)
                assert (seen.post.text, seen.version) == (post.raw, post.version)
                assert seen.post.thread_id == str(post.topic.id)


def _happen(site: DiscourseSite, act: int, number: int) -> None:
    post = site.posts[number]
    acts = (
        lambda: site.edit(post, f"Neu {number}"),
        lambda: site.edit(post, f"Gekürzt {number}", editor="mod_kai"),
        lambda: site.remove(post),
        lambda: site.hide(post),
        lambda: site.unhide(post),
        lambda: site.close(post.topic),
        lambda: site.reply(post.topic, "kunde_7", f"Noch etwas zu {number}", to=post),
        lambda: site.exchange(post, f"Vertauscht {number}"),
        lambda: site.later(timedelta(hours=1)),
        lambda: site.move(post, site.topics[1 + post.topic.id % 2]),
    )
    acts[act]()


def test_recorded_answers_of_discourse_are_read() -> None:
    if not RECORDED.is_dir():
        pytest.skip(f"recorded answers of Discourse are not in {RECORDED}: they may not be published")
    routes: dict[str, Route] = {
        "/posts.json": Reply((RECORDED / "posts_latest.json").read_bytes()),
        "/posts.json?before=10": Reply.json({"latest_posts": []}),
        "/latest.json": Reply((RECORDED / "latest.json").read_bytes()),
        "/t/57.json": Reply((RECORDED / "topic.json").read_bytes()),
        "/t/57/posts.json": Reply((RECORDED / "topic_posts.json").read_bytes()),
    }
    with RecordedServer(routes) as server:
        reading, notes = Reading(make=CONNECTOR, address=server.url), Notebook()
        list(itertools.islice(reading.pages(notes, "live"), 40))
        reading.reread(notes, ["57"])
    assert {"15", "14"} <= notes.posts.keys()
    assert "83" in notes.posts
    assert reading.problems.total == 0


def test_the_forum_on_loopback_has_the_fields_of_the_api_description() -> None:
    if not OPENAPI.is_file():
        pytest.skip(
            f"Discourse's API description is not in {OPENAPI}: it may not be published with the project"
        )
    paths = json.loads(OPENAPI.read_text(encoding="utf-8"))["paths"]
    site = community(1, 3)
    answers = {
        "/posts.json": site._latest_posts({}),
        "/latest.json": site._latest({}),
        "/t/{id}.json": site._topic({}, "1"),
    }
    for path, reply in answers.items():
        schema = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        _check_fields(json.loads(reply.body), schema, path)


def _check_fields(value: Any, schema: Mapping[str, Any], where: str) -> None:
    if isinstance(value, dict) and "properties" in schema:
        for name, inner in value.items():
            if name in schema["properties"]:
                _check_fields(inner, schema["properties"][name], f"{where} {name}")
            else:
                assert name in _UNDESCRIBED, f"{where}: {name}"
    elif isinstance(value, list) and "items" in schema:
        for inner in value:
            _check_fields(inner, schema["items"], where)


# what Discourse answers besides; an accepted answer is told by its plugin discourse-solved
_UNDESCRIBED = frozenset(
    {"action_code", "raw", "more_topics_url", "bumped_at", "pinned", "count", "accepted_answer"}
)
