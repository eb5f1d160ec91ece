"""Members set up by programs, and what members have for themselves: preferences, views, sessions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from api_client import Program, Visitor
from desk_people import logged_in, make_member
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from test_api import is_problem
from test_login import log_in

from kulanz.desk.models import Delivery, Event, Member, SavedView
from kulanz.desk.rules.roles import Role
from kulanz.desk.rules.scopes import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(members: dict[str, Member]) -> Program:
    return Program(members["adam"])


@pytest.fixture
def agent(members: dict[str, Member]) -> Program:
    return Program(members["bob"])


def good(answer: Any) -> Any:
    assert answer.status_code < 300, answer.content
    return answer.json() if answer.content else None


# members


def test_a_member_is_made_changed_kept_out_and_let_in(members: dict[str, Member]) -> None:
    admin = Visitor(members["adam"])
    given = {"username": "gesa", "display_name": "Gesa Neu", "email": "gesa@kontaktor.example"}
    made = good(admin.post("/members", {**given, "roles": ["agent"]}))
    assert (made["name"], made["email"], made["roles"]) == ("Gesa Neu", given["email"], ["agent"])
    path = f"/members/{made['id']}"
    tag = admin.get(path)["ETag"]
    changed = good(admin.ask("PATCH", path, {"roles": ["agent", "lead"]}, **{"If-Match": tag}))
    assert (changed["roles"], changed["name"], changed["version"]) == (["agent", "lead"], "Gesa Neu", 2)
    is_problem(admin.ask("PATCH", path, {"roles": []}, **{"If-Match": tag}), 412)
    is_problem(admin.ask("PATCH", path, {"roles": []}), 428)
    is_problem(admin.post(f"{path}/deactivate", {"seen": 1, "reason": "left"}), 409)
    out = good(admin.post(f"{path}/deactivate", {"seen": 2, "reason": "left"}))
    assert (out["active"], good(admin.post(f"{path}/reactivate", {"seen": 3}))["active"]) == (False, True)
    is_problem(admin.post("/members", given), 422)


def test_a_program_prepares_members_but_gives_no_address_and_no_roles(
    admin: Program, members: dict[str, Member]
) -> None:
    """Else it would set a password by the address, and log in with rights that its scopes do not have."""
    given = {"username": "gesa", "display_name": "Gesa Neu"}
    for more in ({"email": "mallory@evil.example"}, {"roles": ["admin"]}):
        assert "not by tokens" in str(is_problem(admin.post("/members", given | more), 403)["detail"])
    made = good(admin.post("/members", given, **{"Idempotency-Key": "1"}))
    assert made == good(admin.post("/members", given, **{"Idempotency-Key": "1"}))
    path = f"/members/{members['alice'].pk}"
    for wanted in ({"email": "mallory@evil.example"}, {"email": ""}, {"roles": ["lead", "admin"]}):
        is_problem(admin.ask("PATCH", path, wanted | {"seen": 1}), 403)
    assert not Event.objects.filter(noun="member", action="edit").exists()
    same = {"email": members["alice"].email, "roles": ["lead"], "display_name": "Alice Neu", "seen": 1}
    assert good(admin.ask("PATCH", path, same))["name"] == "Alice Neu"


def test_the_last_admin_stays(members: dict[str, Member]) -> None:
    admin = Visitor(members["adam"])
    path = f"/members/{members['adam'].pk}"
    is_problem(admin.ask("PATCH", path, {"seen": 1, "roles": ["reader"]}), 422)
    is_problem(admin.post(f"{path}/deactivate", {"seen": 1}), 422)


def test_only_admins_with_the_scope_see_and_change_members(members: dict[str, Member]) -> None:
    path = f"/members/{members['bob'].pk}"
    for program in (Program(members["alice"]), Program(members["adam"], Scope.READ)):
        is_problem(program.get(path), 403)
        is_problem(program.post("/members", {"username": "x"}), 403)
    assert "email" not in good(Program(members["alice"]).get("/members"))["items"][0]


def test_an_entry_link_is_made_by_a_person_and_not_by_a_token(
    admin: Program, members: dict[str, Member]
) -> None:
    path = f"/members/{members['bob'].pk}/link"
    assert "not by tokens" in str(is_problem(admin.post(path), 403)["detail"])
    client = logged_in(members["adam"])
    link = client.post(f"/api/v1{path}").json()["link"]
    assert Client().get(link.partition("8750")[2], follow=True).status_code == 200


def test_members_are_listed_with_as_many_queries_for_30_as_for_3(admin: Program) -> None:
    counts = []
    for number in range(2):
        for each in range(27 * number):
            make_member(f"m{each}", Role.READER, Role.AGENT)
        admin.get("/members")
        with CaptureQueriesContext(connection) as asked:
            good(admin.get("/members?limit=200"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# preferences


def test_preferences_are_ones_own(agent: Program, members: dict[str, Member]) -> None:
    assert good(agent.get("/me/preferences"))["language"] == "en"
    changed = good(agent.ask("PATCH", "/me/preferences", {"theme": "dark", "notify_url": "json://localhost"}))
    assert (changed["theme"], changed["language"]) == ("dark", "en")
    members["bob"].refresh_from_db()
    assert members["bob"].theme == "dark"
    good(agent.post("/me/preferences/test"))
    assert Delivery.objects.get().member == members["bob"]
    is_problem(agent.ask("PATCH", "/me/preferences", {"time_zone": "Mars/Base"}), 422)
    is_problem(agent.ask("PATCH", "/me/preferences", {"theme": "pink"}), 422)


def test_a_token_that_reads_changes_no_preferences(members: dict[str, Member]) -> None:
    reading = Program(members["bob"], Scope.READ)
    is_problem(reading.ask("PATCH", "/me/preferences", {"notify_url": "json://elsewhere"}), 403)
    is_problem(reading.post("/views", {"name": "x", "query": ""}), 403)
    is_problem(reading.get("/me/sessions"), 403)


# views


def test_views_are_kept_for_oneself_or_by_leads_for_everybody(
    agent: Program, members: dict[str, Member]
) -> None:
    lead = Program(members["alice"])
    mine = good(agent.post("/views", {"name": "Mine", "query": "owner=me"}))
    good(agent.post("/views", {"name": "Mine", "query": "owner=me&stage=issue"}))
    all_of_us = good(lead.post("/views", {"name": "Grave", "query": "stage=escalated", "shared": True}))
    is_problem(agent.post("/views", {"name": "x", "query": "", "shared": True}), 403)
    other = {"name": "Grave", "query": "stage=issue", "shared": True}
    is_problem(lead.post("/views", other), 422)
    assert good(lead.post("/views", other | {"seen": 1}))["version"] == 2
    is_problem(lead.post("/views", other | {"seen": 1}), 409)
    all_of_us = good(lead.post("/views", other | {"query": "stage=escalated", "seen": 2}))
    shown = good(agent.get("/views"))["items"]
    assert [(row["name"], row["query"], row["shared"]) for row in shown] == [
        ("Grave", "stage=escalated", True),
        ("Mine", "owner=me&stage=issue", False),
    ]
    assert [row["name"] for row in good(lead.get("/views"))["items"]] == ["Grave"]
    is_problem(lead.ask("DELETE", f"/views/{mine['id']}"), 404)
    is_problem(agent.ask("DELETE", f"/views/{all_of_us['id']}"), 403)
    good(agent.ask("DELETE", f"/views/{mine['id']}"))
    assert SavedView.objects.count() == 1


def test_views_are_read_in_stretches(agent: Program, members: dict[str, Member]) -> None:
    for number in range(5):
        good(agent.post("/views", {"name": str(number), "query": ""}))
    first = good(agent.get("/views?limit=3"))
    rest = good(agent.get(f"/views?limit=3&cursor={first['next']}"))
    assert [row["name"] for row in first["items"] + rest["items"]] == ["4", "3", "2", "1", "0"]
    assert rest["next"] is None


# sessions


def test_ones_own_sessions_are_listed_and_ended(agent: Program, members: dict[str, Member]) -> None:
    at_work, elsewhere = Client(), Client()
    for client, name in ((at_work, "bob"), (elsewhere, "alice")):
        log_in(client, name)
        client.get("/")
    (shown,) = good(agent.get("/me/sessions"))["items"]
    theirs = members["alice"].usersession_set.get().pk
    is_problem(agent.ask("DELETE", f"/me/sessions/{theirs}"), 404)
    good(agent.ask("DELETE", f"/me/sessions/{shown['id']}"))
    assert at_work.get("/").status_code == 302
    event = Event.objects.get(action="end_session")
    assert (event.actor, event.token_id) == (members["bob"], agent.token.pk)
    assert json.dumps(event.data) == "{}"
