"""What programs are told of a thread beside its posts, and what they may do that pages may, too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from api_client import Program
from desk_people import make_thread
from django.db import connection
from django.test.utils import CaptureQueriesContext
from test_api import is_problem
from test_thread_page import keep

from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import (
    Account,
    Alert,
    AlertPolicy,
    Member,
    Post,
    Revision,
    Source,
    StaffIdentity,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.scopes import Scope
from kulanz.desk.services import attention, issues
from kulanz.desk.services.analysing import analyse_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(members: dict[str, Member]) -> Program:
    return Program(members["bob"])


@pytest.fixture
def case(forum: Source, sample_posts: list[CorePost], now: datetime) -> Thread:
    """The great case, read and analysed."""
    row = keep(forum, sample_posts, now)
    Thread.objects.filter(pk=row.pk).update(due_at=now, stale_since=now)
    analyse_due(now=now)
    return Thread.objects.get(pk=row.pk)


def good(answer: Any) -> Any:
    assert answer.status_code < 300, answer.content
    return answer.json() if answer.content else None


def test_findings_fronts_and_spread_of_the_great_case(agent: Program, case: Thread) -> None:
    found = good(agent.get(f"/threads/{case.pk}/findings"))
    assert len(found["posts"]) == 121
    assert {len(values) for values in found["series"].values()} == {121}
    assert {each["code"] for each in found["events"]} >= {"onset"}
    assert {"start", "end", "label"} in [set(one) for each in found["posts"] for one in each["evidence"]]
    fronts = good(agent.get(f"/threads/{case.pk}/fronts"))
    assert sum(each["posts"] for each in fronts["people"]) == 121
    assert fronts["answers"][0]["times"] >= fronts["answers"][-1]["times"] > 0
    spread = good(agent.get(f"/threads/{case.pk}/spread"))
    assert spread["nodes"][0]["node_id"] == str(case.pk)


def test_a_thread_without_posts_has_nothing_to_tell(agent: Program, thread: Thread) -> None:
    Thread.objects.update(post_count=0)
    path = f"/threads/{thread.pk}"
    assert good(agent.get(f"{path}/findings")) == {"posts": [], "series": {}, "events": []}
    assert good(agent.get(f"{path}/fronts")) == {"people": [], "answers": []}
    assert good(agent.get(f"{path}/spread"))["nodes"] == []
    is_problem(agent.get("/threads/999999/findings"), 404)


def test_the_time_line_of_a_thread(agent: Program, bob: Actor, thread: Thread, now: datetime) -> None:
    attention.false_alarm(actor=bob, thread=thread, seen=0, reason="a joke", now=now)
    attention.restore(actor=bob, thread=thread, seen=1, now=now + timedelta(hours=1))
    first = good(agent.get(f"/threads/{thread.pk}/timeline?limit=1"))
    rest = good(agent.get(f"/threads/{thread.pk}/timeline?cursor={quote(first['next'])}"))
    assert [each["action"] for each in first["items"] + rest["items"]] == ["open", "false_alarm"]


def test_a_public_reply_from_draft_to_said(
    agent: Program, thread: Thread, members: dict[str, Member]
) -> None:
    path = f"/threads/{thread.pk}/replies"
    reply = good(agent.post(path, {"text": "We look into it."}, **{"Idempotency-Key": "1"}))
    assert good(agent.post(path, {"text": "We look into it."}, **{"Idempotency-Key": "1"})) == reply
    assert (reply["channel"], reply["case_id"], reply["thread_id"]) == ("public", None, thread.pk)
    tag = agent.get(f"/replies/{reply['id']}")["ETag"]
    assert good(agent.post(f"/replies/{reply['id']}/ask", {}, **{"If-Match": tag}))["state"] == "asked"
    is_problem(agent.post(f"/replies/{reply['id']}/discard", {}, **{"If-Match": tag}), 412)
    approver = Program(members["carla"])
    approved = good(approver.post(f"/replies/{reply['id']}/approve", {"seen": 2}))
    said = {"seen": approved["version"], "url": "https://forum.example/t/1/9"}
    is_problem(agent.post(f"/replies/{reply['id']}/send", {**said, "url": "javascript:alert(1)"}), 422)
    sent = good(agent.post(f"/replies/{reply['id']}/send", said))
    assert (sent["state"], sent["url"]) == ("sent", said["url"])
    assert [each["id"] for each in good(agent.get(path))["items"]] == [reply["id"]]
    is_problem(Program(members["erik"]).get(path), 403)
    is_problem(Program(members["bob"], Scope.READ).post(path, {"text": "x"}), 403)


def test_replies_are_listed_with_as_many_queries_for_30_as_for_3(agent: Program, thread: Thread) -> None:
    counts = []
    for more in (3, 27):
        for _ in range(more):
            good(agent.post(f"/threads/{thread.pk}/replies", {"text": "We look into it."}))
        with CaptureQueriesContext(connection) as asked:
            good(agent.get(f"/threads/{thread.pk}/replies"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_words_of_removed_posts_are_for_those_who_see_people(
    members: dict[str, Member], thread: Thread, forum: Source, now: datetime
) -> None:
    words = "a private matter"
    for number in range(3):
        post = Post.objects.create(
            thread=thread, source=forum, key=str(number), text=words, quotes=[words],
            links=["https://private.example/"], mentions=["private"],
            removed=True, text_since=now, seen_at=now,
        )  # fmt: skip
        diff = [{"sign": "-", "text": words}]
        Revision.objects.create(thread=thread, post=post, kind="removed", found_at=now, diff=diff)
    paths = (f"/threads/{thread.pk}/posts", f"/threads/{thread.pk}/revisions", f"/posts/{post.pk}",
             f"/sources/{forum.pk}/revisions")  # fmt: skip
    for path in paths:
        assert b"private" in Program(members["bob"]).get(path).content
        assert b"private" not in Program(members["erik"]).get(path).content
        assert b"private" not in Program(members["bob"], Scope.READ).get(path).content


def test_a_post_names_the_member_who_speaks_asking_once_for_all(
    agent: Program, thread: Thread, members: dict[str, Member], now: datetime
) -> None:
    anna = Account.objects.create(source=thread.source, key="Anna.Berg", first_seen_at=now)
    StaffIdentity.objects.create(
        kind="account", value="anna.berg", source=thread.source, member=members["alice"]
    )
    for number in range(3):
        post = Post.objects.create(
            thread=thread, source=thread.source, key=f"s{number}", text="We pay.", text_since=now,
            seen_at=now, account=anna,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        rows = good(agent.get(f"/threads/{thread.pk}/posts"))["items"]
    assert [row["speaker"] for row in rows if row["key"].startswith("s")] == ["Alice Beispiel"] * 3
    assert sum("desk_staffidentity" in query["sql"] for query in asked.captured_queries) == 1
    assert good(agent.get(f"/posts/{post.pk}"))["speaker"] == "Alice Beispiel"


def test_colleagues_see_each_other_at_work(
    agent: Program, bob: Actor, thread: Thread, members: dict[str, Member], now: datetime
) -> None:
    issue = issues.open_issue(actor=bob, threads=[thread], now=now)
    lead, path = Program(members["alice"]), f"/issues/{issue.pk}/presence"
    assert good(agent.ask("PUT", path)) == []
    assert [each["name"] for each in good(lead.ask("PUT", path))] == ["Bob Beispiel"]


def test_lists_are_narrowed_as_on_the_pages(
    agent: Program, bob: Actor, forum: Source, thread: Thread, now: datetime
) -> None:
    policy = AlertPolicy.objects.create(name="All")
    for each in (policy, None):
        Alert.objects.create(thread=thread, policy=each, raised_at=now, score=0.9, stage="issue")
    assert len(good(agent.get(f"/alerts?policy={policy.pk}"))["items"]) == 1
    for key, title in (("1", "Dunning"), ("2", "Login")):
        row = make_thread(forum, now, key, "escalated" if key == "1" else "issue")
        issues.open_issue(actor=bob, threads=[row], title=title, now=now)
    for query in ("words=dunn", "stage=escalated", "severity=normal&words=DUNNING"):
        assert [each["title"] for each in good(agent.get(f"/issues?{query}"))["items"]] == ["Dunning"]
