"""What people do at the desk, done by programs: an issue from thread to close, a case, people, set-up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from api_client import Program
from desk_people import make_member, make_thread
from django.utils import timezone

from kulanz.desk.models import (
    Account,
    Alert,
    AlertPolicy,
    Calendar,
    Issue,
    Member,
    Person,
    Post,
    Source,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(members: dict[str, Member]) -> Program:
    return Program(members["alice"])


@pytest.fixture
def admin(members: dict[str, Member]) -> Program:
    return Program(members["adam"])


@pytest.fixture
def accounts(forum: Source, now: datetime) -> list[Account]:
    return [Account.objects.create(source=forum, key=key, first_seen_at=now) for key in ("moni", "moni2")]


def good(answer: Any) -> Any:
    assert answer.status_code < 300, answer.content
    return answer.json() if answer.content else None


def seen(shown: dict[str, Any], **more: object) -> dict[str, object]:
    return {"seen": shown["version"], **more}


def items(program: Program, path: str) -> list[dict[str, Any]]:
    return good(program.get(path))["items"]


def test_an_issue_from_thread_to_close(
    lead: Program, members: dict[str, Member], forum: Source, now: datetime
) -> None:
    threads = [make_thread(forum, now, key) for key in ("1", "2", "3")]
    issue = good(lead.post("/issues", {"threads": [row.pk for row in threads[:2]], "title": "Dunning"}))
    path = f"/issues/{issue['id']}"
    good(lead.post(f"{path}/threads", {"threads": [threads[2].pk]}))
    good(lead.ask("DELETE", f"{path}/threads/{threads[1].pk}?reason=other"))
    assert {row["key"] for row in items(lead, f"{path}/threads")} == {"1", "3"}
    issue = good(lead.post(f"{path}/take", seen(issue)))
    issue = good(lead.post(f"{path}/assign", seen(issue, owner=members["bob"].pk)))
    assert issue["owner"]["name"] == "Bob Beispiel"
    issue = good(lead.ask("PATCH", path, seen(issue, severity="critical")))
    assert (issue["severity"], issue["title"]) == ("critical", "Dunning")
    later = (timezone.now() + timedelta(days=1)).isoformat()
    issue = good(lead.post(f"{path}/snooze", seen(issue, until=later, reason="holiday")))
    issue = good(lead.post(f"{path}/wake", seen(issue)))
    task = good(lead.post(f"{path}/tasks", {"text": "Call"}))
    assert (
        good(lead.ask("PATCH", f"/tasks/{task['id']}", {"done": True}))["done_by"]["name"] == "Alice Beispiel"
    )
    good(lead.post(f"{path}/notes", {"text": "Ask @bob"}))
    good(lead.ask("PUT", f"{path}/watch"))
    issue = good(lead.post(f"{path}/close", seen(issue, outcome="explained", reason="told")))
    assert (issue["state"], issue["outcome"]) == ("closed", "explained")
    told = [(entry["noun"], entry["action"]) for entry in items(lead, f"{path}/timeline?limit=200")]
    assert told[0] == ("issue", "close")
    assert ("note", "note") in told


def test_issues_are_merged_split_and_put_back(lead: Program, forum: Source, now: datetime) -> None:
    threads = [make_thread(forum, now, key).pk for key in ("1", "2", "3")]
    one, other = (good(lead.post("/issues", {"threads": part})) for part in (threads[:2], threads[2:]))
    merged = good(lead.post(f"/issues/{other['id']}/merge", seen(other, into=one["id"], reason="same")))
    assert merged["merged_into_id"] == one["id"]
    good(lead.post(f"/issues/{other['id']}/unmerge", seen(merged)))
    split = good(lead.post(f"/issues/{one['id']}/split", {"threads": threads[:1], "reason": "two matters"}))
    assert len(items(lead, f"/issues/{split['id']}/threads")) == 1
    assert Issue.objects.count() == 3


def test_a_case_with_promise_and_reply(
    lead: Program, members: dict[str, Member], thread: Thread, accounts: list[Account]
) -> None:
    person = good(lead.post(f"/accounts/{accounts[0].pk}/person"))
    issue = good(lead.post("/issues", {"threads": [thread.pk]}))
    given = {"person": person["id"], "issue": issue["id"], "email": "moni@example.org"}
    case = good(lead.post("/cases", given))
    path = f"/cases/{case['id']}"
    case = good(lead.ask("PATCH", path, seen(case, title="Dunning letter")))
    assert (case["title"], case["email"]) == ("Dunning letter", "moni@example.org")
    case = good(lead.post(f"{path}/assign", seen(case, contact=members["bob"].pk)))
    promise = good(lead.post(f"{path}/promises", {"what": "Look into it", "hours": 8}))
    promise = good(lead.post(f"/promises/{promise['id']}/pause", seen(promise, reason="waits for billing")))
    assert 0 < promise["left_s"] <= 8 * 3600
    promise = good(lead.post(f"/promises/{promise['id']}/resume", seen(promise)))
    assert good(lead.post(f"/promises/{promise['id']}/keep", seen(promise)))["state"] == "kept"
    reply = good(lead.post(f"{path}/replies", {"text": "We are sorry."}))
    reply = good(lead.ask("PATCH", f"/replies/{reply['id']}", seen(reply, text="We are very sorry.")))
    reply = good(lead.post(f"/replies/{reply['id']}/ask", seen(reply)))
    assert lead.post(f"/replies/{reply['id']}/approve", seen(reply)).status_code == 403  # four eyes
    reply = good(Program(members["carla"]).post(f"/replies/{reply['id']}/approve", seen(reply)))
    reply = good(lead.post(f"/replies/{reply['id']}/send", seen(reply)))
    assert (reply["state"], reply["text"]) == ("sending", "We are very sorry.")
    good(lead.post(f"{path}/notes", {"text": "called"}))
    case = good(lead.post(f"{path}/resolve", seen(good(lead.get(path)), outcome="waived")))
    assert good(lead.post(f"{path}/close", seen(case)))["state"] == "closed"


def test_people_are_merged_and_parted_again(lead: Program, accounts: list[Account]) -> None:
    kept, gone = (good(lead.post(f"/accounts/{row.pk}/person")) for row in accounts)
    kept = good(lead.ask("PATCH", f"/people/{kept['id']}", seen(kept, name="Moni", role="customer")))
    merge = good(lead.post(f"/people/{kept['id']}/merge", seen(kept, gone=gone["id"], why="said so")))
    assert len(items(lead, f"/people/{kept['id']}/accounts")) == 2
    assert [row["id"] for row in items(lead, "/people")] == [kept["id"]]
    good(lead.post(f"/merges/{merge['id']}/undo"))
    assert len(items(lead, "/people?words=moni")) == 2
    good(lead.ask("DELETE", f"/people/{gone['id']}/accounts/{accounts[1].pk}?reason=mistaken"))
    assert [row["key"] for row in items(lead, "/accounts?without_profile=true")] == ["moni2"]
    good(lead.post(f"/people/{kept['id']}/accounts", {"account": accounts[1].pk}))
    stored = {row["what"]: row["count"] for row in good(lead.get(f"/people/{kept['id']}/stored"))}
    assert stored["accounts"] == 2
    assert good(lead.get(f"/people/{kept['id']}/suggestions")) is not None
    assert Person.objects.count() == 2


def test_a_thread_is_put_aside_and_restored(lead: Program, thread: Thread) -> None:
    path = f"/threads/{thread.pk}"
    aside = good(lead.post(f"{path}/false-alarm", {"seen": 0, "reason": "a joke"}))["attention"]
    assert (aside["state"], aside["version"]) == ("false_alarm", 1)
    assert items(lead, "/radar") == []
    assert [row["thread"]["key"] for row in items(lead, "/radar?aside=true")] == ["4711"]
    good(lead.post(f"{path}/restore", {"seen": 1}))
    until = (timezone.now() + timedelta(hours=4)).isoformat()
    later = {"seen": 2, "until": until, "reason": "later"}
    assert good(lead.post(f"{path}/snooze", later))["attention"]["until"]
    past = {"seen": 3, "until": "2026-01-01T00:00:00", "reason": "x"}
    assert lead.post(f"{path}/snooze", past).status_code == 422


def test_a_thread_is_taken_and_its_issue_opened(lead: Program, alice: Actor, thread: Thread) -> None:
    issue = good(lead.post(f"/threads/{thread.pk}/take"))
    assert (issue["state"], issue["owner"]["id"]) == ("owned", alice.member_id)
    assert good(lead.post(f"/threads/{thread.pk}/take"))["id"] == issue["id"]


def test_posts_are_read_by_time_those_without_one_first(lead: Program, thread: Thread, now: datetime) -> None:
    for key, hours in (("b", 2), ("a", 1), ("c", None), ("d", 2)):
        at = now + timedelta(hours=hours) if hours else None
        Post.objects.create(
            thread=thread, source=thread.source, key=key, created_at=at, text="x", text_since=now, seen_at=now
        )
    first = good(lead.get(f"/threads/{thread.pk}/posts?limit=2"))
    rest = good(lead.get(f"/threads/{thread.pk}/posts?cursor={first['next']}"))
    assert [row["key"] for row in first["items"] + rest["items"]] == ["c", "a", "b", "d"]
    assert good(lead.get(f"/posts/{first['items'][0]['id']}"))["key"] == "c"
    assert items(lead, f"/threads/{thread.pk}/revisions") == []


def test_alarms_are_judged_and_policies_set(lead: Program, thread: Thread, now: datetime) -> None:
    good(lead.post("/policies", {"name": "Usual"}))
    policy = good(lead.post("/policies", {"name": "All", "threshold": 0.6}))
    policy = good(lead.ask("PATCH", f"/policies/{policy['id']}", seen(policy, cool_down_h=48)))
    assert (policy["name"], policy["threshold"], policy["cool_down_h"]) == ("All", 0.6, 48)
    assert good(lead.post("/policies/try", {"name": "All"}))["alarms"] >= 0
    alert = Alert.objects.create(
        thread=thread, policy=AlertPolicy.objects.get(name="All"), raised_at=now, score=0.9, stage="escalated"
    )
    assert [row["id"] for row in items(lead, "/alerts?verdict=open")] == [alert.pk]
    judged = good(lead.post(f"/alerts/{alert.pk}/judge", {"seen": 1, "verdict": "wrong", "why": "a joke"}))
    assert (judged["verdict"], judged["judged_by"]["name"]) == ("wrong", "Alice Beispiel")
    good(lead.ask("DELETE", f"/policies/{policy['id']}"))
    assert good(lead.get(f"/alerts/{alert.pk}"))["policy_id"] is None


def test_sources_are_added_paused_and_removed(admin: Program) -> None:
    source = good(admin.post("/sources", {"name": "Shop", "connector": "push", "address": "shop"}))
    path = f"/sources/{source['id']}"
    assert good(admin.post("/sources/try", {"name": "x", "connector": "push", "address": "x"}))["works"]
    source = good(admin.ask("PATCH", path, seen(source, name="Shop forum")))
    source = good(admin.post(f"{path}/pause", seen(source)))
    source = good(admin.post(f"{path}/resume", seen(source)))
    assert (source["name"], source["state"]) == ("Shop forum", "running")
    assert "sealed_keys" not in source
    assert "hook_key" not in source
    good(admin.post(f"{path}/remove", seen(source, reason="closed")))
    assert admin.get(path).status_code == 404


def test_who_works_here_and_what_they_did(lead: Program, admin: Program, members: dict[str, Member]) -> None:
    make_member("gustav", Role.READER, Role.AGENT)
    roles = {row["username"]: row["roles"] for row in items(lead, "/members")}
    assert roles["gustav"] == ["agent", "reader"]
    me = good(lead.get("/me"))
    assert (me["roles"], me["member_id"]) == (["lead"], members["alice"].pk)
    assert len(items(admin, "/tokens")) == 2
    mine = items(lead, "/tokens")
    assert [row["member"]["id"] for row in mine] == [members["alice"].pk]
    Calendar.objects.create(name="Standard", hours={}, is_default=True)
    assert [row["name"] for row in items(lead, "/calendars")] == ["Standard"]
    assert {row["noun"] for row in items(lead, "/events?noun=apitoken")} == {"apitoken"}
    good(lead.post(f"/tokens/{mine[0]['id']}/revoke"))
    assert lead.get("/me").status_code == 401


def test_search_counts_and_finds(lead: Program, thread: Thread, other_thread: Thread) -> None:
    found = good(lead.get("/search?words=thread"))
    assert found["counts"]["threads"] == 2
    assert {hit["id"] for hit in found["items"]} == {thread.pk, other_thread.pk}
    assert lead.get("/search?words=thread&kind=secrets").status_code == 422
