"""Answers in public on the page of a conversation: written, looked at by others, and marked as posted."""

from __future__ import annotations

import pytest
from desk_people import logged_in
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kulanz.desk.models import Delivery, Issue, IssueThread, Member, Reply, Thread

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"
PLACE = "https://forum.example/t/4711/122"


def browser(members: dict[str, Member], name: str) -> Client:
    return logged_in(members[name])


@pytest.fixture
def bobs(members: dict[str, Member]) -> Client:
    return browser(members, "bob")


@pytest.fixture
def carlas(members: dict[str, Member]) -> Client:
    return browser(members, "carla")


def written(client: Client, thread: Thread, text: str = "We look into it.", then: str = "keep") -> Reply:
    answer = client.post(f"/threads/{thread.pk}/reply", {"text": text, "then": then})
    assert (answer.status_code, answer["Location"]) == (302, f"/threads/{thread.pk}#answers")
    return Reply.objects.latest("pk")


def does(client: Client, reply: Reply, action: str, **fields: object) -> tuple[int, str]:
    answer = client.post(f"/replies/{reply.pk}/{action}", {"seen": reply.version, **fields})
    reply.refresh_from_db()
    return answer.status_code, answer.content.decode()


def page(client: Client, thread: Thread) -> str:
    return client.get(f"/threads/{thread.pk}").content.decode()


def test_from_draft_over_approval_to_posted(bobs: Client, carlas: Client, thread: Thread) -> None:
    reply = written(bobs, thread, f"We look into it. {EVIL}", "ask")
    assert (reply.state, reply.channel, reply.thread, reply.case) == ("asked", "public", thread, None)
    told = {each.member.username: each.body for each in Delivery.objects.all()}
    assert f"/threads/{thread.pk}#reply-{reply.pk}" in told["carla"]
    shown = page(carlas, thread)
    assert f'id="reply-{reply.pk}"' in shown
    assert f"/replies/{reply.pk}/approve" in shown
    assert f"/threads/{thread.pk}/reply" not in shown
    assert EVIL not in shown
    assert does(carlas, reply, "approve")[0] == 302
    assert does(bobs, reply, "send", url=PLACE)[0] == 302
    assert (reply.state, reply.url) == ("sent", PLACE)
    shown = page(bobs, thread)
    assert f'href="{PLACE}"' in shown
    assert f"/replies/{reply.pk}/" not in shown


def test_what_is_refused_keeps_its_words(bobs: Client, carlas: Client, thread: Thread) -> None:
    assert bobs.post(f"/threads/{thread.pk}/reply", {"text": " ", "then": "ask"}).status_code == 422
    assert not Reply.objects.exists()
    reply = written(bobs, thread)
    status, shown = does(bobs, reply, "edit", text=" ")
    assert (status, reply.text) == (422, "We look into it.")
    status, shown = does(bobs, reply, "send", url="javascript:alert(1)")
    assert (status, reply.state) == (422, "draft")
    assert 'value="javascript:alert(1)"' in shown
    assert 'href="javascript' not in shown
    assert does(bobs, reply, "edit", text=reply.text, then="ask")[0] == 302
    assert does(carlas, reply, "reject", reason=" ")[0] == 422
    assert does(carlas, reply, "reject", reason="too stiff")[0] == 302
    assert reply.state == "draft"


def test_who_was_slower_sees_the_other_words_and_keeps_the_own(bobs: Client, thread: Thread) -> None:
    reply = written(bobs, thread)
    old = reply.version
    assert does(bobs, reply, "edit", text="Faster words.")[0] == 302
    status, shown = does(bobs, reply, "edit", text="Slower words.", seen=old)
    assert (status, reply.text) == (409, "Faster words.")
    assert "Slower words." in shown
    assert f'name="next" value="/threads/{thread.pk}"' in shown  # the other forms lead to a page, not to here


@pytest.mark.parametrize("name", ["erik", "dora", "adam"])
def test_who_may_not_see_cases_does_not_see_drafts(
    bobs: Client, members: dict[str, Member], thread: Thread, name: str
) -> None:
    written(bobs, thread, "A first thought.")
    assert "A first thought." not in page(browser(members, name), thread)


def test_discarded_answers_are_gone_and_auditors_only_read(
    bobs: Client, members: dict[str, Member], thread: Thread
) -> None:
    kept, gone = written(bobs, thread, "Kept words."), written(bobs, thread, "Gone words.")
    assert does(bobs, gone, "discard")[0] == 302
    shown = page(browser(members, "frieda"), thread)
    assert "Kept words." in shown
    assert "Gone words." not in shown
    assert f"/replies/{kept.pk}/" not in shown


def test_30_answers_ask_as_many_queries_as_3(bobs: Client, thread: Thread) -> None:
    counts = []
    for more in (3, 27):
        for _ in range(more):
            written(bobs, thread)
        with CaptureQueriesContext(connection) as asked:
            page(bobs, thread)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("name", "told"), [("bob", True), ("erik", False)])
def test_why_an_answer_was_refused_is_for_those_who_see_cases(
    members: dict[str, Member], bobs: Client, carlas: Client, thread: Thread, name: str, told: bool
) -> None:
    issue = Issue.objects.create(title="Dunning", opened_at=thread.seen_at)
    IssueThread.objects.create(issue=issue, thread=thread, at=thread.seen_at)
    reply = written(bobs, thread, then="ask")
    assert does(carlas, reply, "reject", reason="it names the sum")[0] == 302
    reader = browser(members, name)
    for path in ("/threads/{}", "/api/v1/threads/{}/timeline"):
        assert ("it names the sum" in reader.get(path.format(thread.pk)).content.decode()) is told
    for path in ("/issues/{}", "/api/v1/issues/{}/timeline"):
        assert ("it names the sum" in reader.get(path.format(issue.pk)).content.decode()) is told
