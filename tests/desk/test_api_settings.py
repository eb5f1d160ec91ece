"""The settings as programs change them: every noun, its versions, its lists, and what stays secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from api_client import Program
from desk_people import make_member
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kulanz.desk.models import (
    Alert,
    AlertPolicy,
    Calendar,
    Case,
    Event,
    IdempotencyKey,
    Member,
    Person,
    Playbook,
    Post,
    Retention,
    Revision,
    Source,
    StaffIdentity,
    Team,
    Template,
    Thread,
    WebhookTarget,
)
from kulanz.desk.models.setup import DATA_CLASSES
from kulanz.desk.rules.roles import Role
from kulanz.desk.rules.rotation import newest
from kulanz.desk.rules.scopes import Scope
from kulanz.desk.services.sealing import unseal

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Noun:
    """What is sent to make one, what changes it, and a field that shows the change."""

    path: str
    model: Any
    body: dict[str, Any]
    change: dict[str, Any]
    name: str = "name"


HOURS = {"0": [["09:00", "12:30"], ["13:30", "17:00"]]}
NOUNS = (
    Noun("policies", AlertPolicy, {"name": "One", "threshold": 0.6}, {"cool_down_h": 48}),
    Noun(
        "calendars",
        Calendar,
        {"name": "One", "region": "DE-BY", "hours": HOURS, "closed": [{"day": "2026-12-24", "why": "Eve"}]},
        {"zone": "Europe/Vienna"},
    ),
    Noun("playbooks", Playbook, {"name": "One", "stage": "issue", "steps": ["Stop", "Call"]}, {"stage": ""}),
    Noun("templates", Template, {"name": "One", "text": "Dear {customer},"}, {"language": "en"}),
    Noun("teams", Team, {"name": "One"}, {"name": "Another"}),
    Noun(
        "identities",
        StaffIdentity,
        {"kind": "domain", "value": "one.example"},
        {"kind": "name"},
        name="value",
    ),
    Noun("targets", WebhookTarget, {"name": "One", "url": "https://one.example/hooks"}, {"active": False}),
)
ALL = pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.path)


@pytest.fixture
def program(members: dict[str, Member]) -> Program:
    """Somebody's who is lead and admin."""
    return Program(make_member("greta", Role.LEAD, Role.ADMIN))


def good(answer: Any) -> Any:
    assert answer.status_code < 300, answer.content
    return answer.json() if answer.content else None


def made(program: Program, noun: Noun, **more: Any) -> dict[str, Any]:
    answer = good(program.post(f"/{noun.path}", noun.body | more))
    return dict(answer.get("target", answer))


def status(answer: Any) -> int:
    return int(answer.status_code)


@ALL
def test_one_is_made_shown_changed_and_removed(program: Program, noun: Noun) -> None:
    made(program, noun, **{noun.name: "other.example"})  # the last policy stays
    row = made(program, noun)
    path = f"/{noun.path}/{row['id']}"
    assert row["version"] == 1
    assert {name: row[name] for name in noun.body} == noun.body
    changed = good(program.ask("PATCH", path, noun.change | {"seen": 1}))
    assert changed == row | noun.change | {"version": 2}
    assert good(program.get(path)) == changed
    assert good(program.get(f"/{noun.path}"))["items"][0] == changed
    good(program.ask("DELETE", path))
    assert status(program.get(path)) == 404
    told = Event.objects.filter(noun=noun.model._meta.model_name, noun_id=row["id"]).order_by("id")
    acted = [event.action for event in told if not event.action.startswith("set_")]
    assert acted == ["make", "edit", "remove"]
    assert {event.token_id for event in told} == {program.token.pk}


@ALL
def test_nobody_overwrites_unseen(program: Program, noun: Noun) -> None:
    path = f"/{noun.path}/{made(program, noun)['id']}"
    tag = program.get(path)["ETag"]
    assert status(program.ask("PATCH", path, noun.change)) == 428
    assert status(program.ask("PATCH", path, noun.change, **{"If-Match": tag})) == 200
    assert status(program.ask("PATCH", path, noun.change, **{"If-Match": tag})) == 412
    assert status(program.ask("PATCH", path, noun.change | {"seen": 1})) == 409
    assert noun.model.objects.get().version == 2
    assert status(program.get(path, **{"If-None-Match": program.get(path)["ETag"]})) == 304


@ALL
def test_a_repeated_request_makes_one(program: Program, noun: Noun) -> None:
    answers = [program.post(f"/{noun.path}", noun.body, **{"Idempotency-Key": "1"}) for _ in range(2)]
    assert [status(answer) for answer in answers] == [201, 201]
    assert noun.model.objects.count() == 1
    assert status(program.post(f"/{noun.path}", noun.body)) == 422  # the name is taken


@ALL
def test_a_scope_for_reading_sets_up_nothing(members: dict[str, Member], noun: Noun) -> None:
    reading = Program(make_member("greta", Role.LEAD, Role.ADMIN), Scope.READ)
    assert status(reading.post(f"/{noun.path}", noun.body)) == 403
    assert status(reading.get(f"/{noun.path}")) == 403
    assert not noun.model.objects.exists()


@ALL
def test_a_misspelt_field_is_told(program: Program, noun: Noun) -> None:
    told = program.post(f"/{noun.path}", noun.body | {"nmae": "x"})
    assert status(told) == 422
    assert told.json()["errors"][0]["pointer"] == "/nmae"


@ALL
def test_a_list_is_read_in_stretches_and_asks_as_often_for_thirty_as_for_three(
    program: Program, members: dict[str, Member], forum: Source, noun: Noun
) -> None:
    people = [members["alice"].pk, members["bob"].pk]
    more: dict[str, Any] = {"members": people} if noun.path in ("policies", "teams") else {}
    more |= {"lead": people[0]} if noun.path == "teams" else {}
    more |= {"member": people[0], "source": forum.pk} if noun.path == "identities" else {}
    if noun.path == "policies":
        more["team"] = Team.objects.create(name="Care").pk

    def asked(count: int) -> int:
        for number in range(noun.model.objects.count(), count):
            made(program, noun, **{noun.name: f"n{number}.example"}, **more)
        with CaptureQueriesContext(connection) as found:
            assert len(good(program.get(f"/{noun.path}?limit=200"))["items"]) == count
        return len(found)

    assert asked(3) == asked(30)
    first = good(program.get(f"/{noun.path}?limit=20"))
    rest = good(program.get(f"/{noun.path}?limit=20&cursor={first['next']}"))
    assert len({row["id"] for row in first["items"] + rest["items"]}) == 30
    assert rest["next"] is None


# policies


def test_a_policy_says_whom_it_tells_and_by_what_channel(
    program: Program, members: dict[str, Member], forum: Source
) -> None:
    bob, team = members["bob"], Team.objects.create(name="Care")
    given = {"name": "Forum", "source": forum.pk, "team": team.pk, "members": [bob.pk]}
    channel = "json://user:hunter2@localhost/desk"
    given |= {"apprise_url": channel, "quiet_from": "22:00", "quiet_to": "07:00"}
    row = good(program.post("/policies", given, **{"Idempotency-Key": "1"}))
    assert (row["source_id"], row["team"]["name"], row["members"][0]["name"]) == (
        forum.pk, "Care", "Bob Beispiel",
    )  # fmt: skip
    assert row["apprise_url"] == "json://***"
    path = f"/policies/{row['id']}"
    kept = good(program.ask("PATCH", path, {"threshold": 0.7, "apprise_url": "json://***", "seen": 1}))
    assert kept == row | {"threshold": 0.7, "version": 2}
    sealed = AlertPolicy.objects.get(pk=row["id"]).sealed_apprise_url
    assert unseal(sealed).decode() == channel
    assert b"hunter2" not in bytes(sealed) + bytes(IdempotencyKey.objects.get().body or b"")
    freed = good(program.ask("PATCH", path, {"team": None, "members": [], "apprise_url": "", "seen": 2}))
    assert (freed["team"], freed["members"], freed["apprise_url"]) == (None, [], "")
    assert "hunter2" not in json.dumps([event.data for event in Event.objects.all()])
    told = [event.data for event in Event.objects.filter(action="edit").order_by("id")]
    assert ["sealed_apprise_url" in data for data in told] == [False, True]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"members": [999_999]}, 404),
        ({"team": 999_999}, 404),
        ({"source": 999_999}, 404),
        ({"apprise_url": "no://way"}, 422),
        ({"apprise_url": "ntfys://***"}, 422),
        ({"quiet_from": "22:00"}, 422),
        ({"zone": "Mars/Base"}, 422),
        ({"least_posts": 0}, 422),
        ({"name": "  "}, 422),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(
    program: Program, wrong: dict[str, Any], expected: int
) -> None:
    assert status(program.post("/policies", {"name": "x"} | wrong)) == expected
    assert not AlertPolicy.objects.exists()


def test_who_has_left_is_told_nothing(program: Program, members: dict[str, Member]) -> None:
    Member.objects.filter(pk=members["bob"].pk).update(is_active=False)
    assert status(program.post("/policies", {"name": "x", "members": [members["bob"].pk]})) == 404
    assert status(program.post("/teams", {"name": "x", "lead": members["bob"].pk})) == 404


def test_a_policy_is_tried_with_examples(program: Program, thread: Thread, now: datetime) -> None:
    then = datetime.now(tz=now.tzinfo) - timedelta(days=1)
    thread.scores.create(at=then, score=0.9, stage="escalated")
    tried = good(program.post("/policies/try", {"name": "x"}))
    assert tried["alarms"] == 1
    assert tried["examples"][0]["thread"] == {"id": thread.pk, "title": "Thread 4711"}
    assert not AlertPolicy.objects.exists()


def test_how_often_policies_were_wrong(program: Program, thread: Thread, now: datetime) -> None:
    one, other = (AlertPolicy.objects.create(name=name) for name in ("One", "Other"))
    at = datetime.now(tz=now.tzinfo) - timedelta(days=1)
    for policy, verdict in ((one, "wrong"), (one, "right"), (one, ""), (other, "right")):
        Alert.objects.create(
            thread=thread, policy=policy, raised_at=at, score=0.9, stage="issue", verdict=verdict
        )
    told = good(program.get(f"/policies/{one.pk}/rate"))
    assert (told["raised"], told["rate"]["wrong"], told["rate"]["judged"]) == (3, 1, 2)
    told = good(program.get("/alerts/rate"))
    assert (told["raised"], told["rate"]["judged"]) == (4, 3)
    Alert.objects.all().delete()
    assert good(program.get("/alerts/rate")) == {"raised": 0, "rate": None}


# calendars


def test_hours_and_days_off_are_replaced_as_a_whole(program: Program) -> None:
    row = made(program, NOUNS[1])
    path = f"/calendars/{row['id']}"
    hours = {"4": [["09:00", "13:00"]]}
    changed = good(program.ask("PATCH", path, {"hours": hours, "closed": [], "seen": 1}))
    assert (changed["hours"], changed["closed"], changed["region"]) == (hours, [], "DE-BY")
    assert good(program.ask("PATCH", path, {"region": "FR", "seen": 2}))["region"] == "FR"


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": {"0": [["09:00", "12:00"], ["11:00", "13:00"]]}},
        {"hours": {"0": [["17:00", "09:00"]]}},
        {"hours": {"0": [["9", "17"]]}},
        {"hours": {"7": [["09:00", "17:00"]]}},
        {"hours": {}},
        {"region": "DE-XX"},
        {"closed": [{"day": "Christmas"}]},
    ],
)
def test_a_calendar_that_cannot_be_read_is_refused(program: Program, wrong: dict[str, Any]) -> None:
    assert status(program.post("/calendars", NOUNS[1].body | wrong)) == 422
    assert not Calendar.objects.exists()


def test_the_usual_calendar_stays_until_another_is(program: Program) -> None:
    usual = made(program, NOUNS[1], is_default=True)
    path = f"/calendars/{usual['id']}"
    assert status(program.ask("DELETE", path)) == 422
    assert status(program.ask("PATCH", path, {"is_default": False, "seen": 1})) == 422
    made(program, NOUNS[1], name="Two", is_default=True)
    assert good(program.get(path))["is_default"] is False
    good(program.ask("DELETE", path))


def test_calendars_are_for_those_who_promise_by_them_and_those_who_set_them_up(
    program: Program, members: dict[str, Member]
) -> None:
    path = f"/calendars/{made(program, NOUNS[1])['id']}"
    for who in ("bob", "adam", "frieda"):
        assert good(Program(members[who]).get(path))["name"] == "One"
    assert status(Program(members["bob"]).ask("PATCH", path, {"name": "x", "seen": 1})) == 403


def test_holidays_are_told_before_they_are_chosen(program: Program) -> None:
    assert {"code": "FR", "name": "France"} in good(program.get("/regions"))
    days = {row["day"]: row["name"] for row in good(program.get("/regions/DE-BY/holidays?year=2026"))}
    assert days["2026-01-06"] == "Epiphany"
    assert "2026-01-06" not in json.dumps(good(program.get("/regions/DE-BE/holidays?year=2026")))
    german = good(program.get("/regions/DE-BY/holidays?year=2026", **{"Accept-Language": "de"}))
    assert "Heilige Drei Könige" in {row["name"] for row in german}
    assert status(program.get("/regions/DE-BY/holidays?year=9999")) == 422
    assert status(program.get("/regions/XX/holidays?year=2026")) == 422


# teams, templates, who speaks for the company


def test_a_team_keeps_members_that_are_not_named_again(program: Program, members: dict[str, Member]) -> None:
    alice, bob = members["alice"].pk, members["bob"].pk
    team = good(program.post("/teams", {"name": "Care", "lead": alice, "members": [alice, bob]}))
    assert {each["id"] for each in team["members"]} == {alice, bob}
    path = f"/teams/{team['id']}"
    renamed = good(program.ask("PATCH", path, {"name": "Carers", "seen": 1}))
    assert renamed == team | {"name": "Carers", "version": 2}
    led = good(program.ask("PATCH", path, {"lead": None, "members": [bob], "seen": 2}))
    assert (led["lead"], [each["id"] for each in led["members"]]) == (None, [bob])


def test_a_letter_begins_with_a_template(program: Program, members: dict[str, Member], now: datetime) -> None:
    row = made(program, NOUNS[3], text="Dear {customer}, yours {contact}")
    person = Person.objects.create(name="Moni", created_at=now)
    case = Case.objects.create(person=person, title="x", reply_key="x", opened_at=now)
    bob = Program(members["bob"])
    letter = good(bob.get(f"/cases/{case.pk}/letters/{row['id']}"))
    assert letter == {"subject": "", "text": "Dear Moni, yours Bob Beispiel", "gaps": []}
    assert status(bob.get(f"/cases/{case.pk}/letters/999999")) == 404
    assert [each["name"] for each in good(bob.get("/templates"))["items"]] == ["One"]
    assert status(bob.ask("PATCH", f"/templates/{row['id']}", {"name": "x", "seen": 1})) == 403


def test_who_speaks_for_the_company_has_all_analysed_again(
    program: Program, members: dict[str, Member], thread: Thread
) -> None:
    said = {"kind": "name", "value": "Bob", "member": members["bob"].pk}
    assert status(program.post("/identities", said)) == 422
    row = good(program.post("/identities", said | {"source": thread.source_id}))
    assert (row["member"]["name"], row["source"]["id"]) == ("Bob Beispiel", thread.source_id)
    thread.refresh_from_db()
    assert thread.due_at is not None
    told = program.ask("PATCH", f"/identities/{row['id']}", {"kind": "domain", "seen": 1})
    assert status(told) == 422
    assert StaffIdentity.objects.get().kind == "name"


# retention


def test_retention_is_set_class_by_class(program: Program) -> None:
    assert [row["data_class"] for row in good(program.get("/retention"))] == list(DATA_CLASSES)
    never = good(program.get("/retention/raw"))
    assert never == {"data_class": "raw", "days": None, "due_at": None, "version": 0}
    tag = program.get("/retention/raw")["ETag"]
    row = good(program.ask("PUT", "/retention/raw", {"days": 30}, **{"If-Match": tag}))
    assert (row["days"], row["version"]) == (30, 1)
    assert status(program.ask("PUT", "/retention/raw", {"days": 7}, **{"If-Match": tag})) == 412
    assert status(program.ask("PUT", "/retention/raw", {"days": 7, "seen": 0})) == 409
    assert status(program.ask("PUT", "/retention/raw", {"days": 7})) == 428
    assert status(program.ask("PUT", "/retention/cases", {"days": 7, "seen": 3})) == 409
    assert [kept.days for kept in Retention.objects.all()] == [30]
    assert good(program.ask("PUT", "/retention/raw", {"days": None, "seen": 1}))["due_at"] is None


@pytest.mark.parametrize("wrong", [{}, {"days": 0}, {"days": 40_000}, {"days": "x"}])
def test_retention_that_makes_no_sense_is_refused(program: Program, wrong: dict[str, Any]) -> None:
    assert status(program.ask("PUT", "/retention/raw", wrong | {"seen": 0})) == 422
    assert status(program.ask("PUT", "/retention/everything", {"days": 1, "seen": 0})) == 422
    assert status(program.get("/retention/everything")) == 404
    assert not Retention.objects.exists()


# secrets


def test_the_secret_of_a_target_is_told_once(program: Program) -> None:
    key = {"Idempotency-Key": "1"}
    answer = good(program.post("/targets", NOUNS[6].body, **key))
    target = WebhookTarget.objects.get()
    assert unseal(target.sealed_secret).decode() == answer["secret"]
    again = good(program.post("/targets", NOUNS[6].body, **key))
    assert again == answer | {"secret": ""}
    other = good(program.post(f"/targets/{target.pk}/secret", {"seen": 1}, **{"Idempotency-Key": "2"}))
    target.refresh_from_db()
    assert newest(unseal(target.sealed_secret).decode()) == other["secret"] != answer["secret"]
    assert status(program.post(f"/targets/{target.pk}/secret", {"seen": 1})) == 409
    kept = b"".join(bytes(row.body) for row in IdempotencyKey.objects.all())
    assert answer["secret"].encode() not in kept
    assert other["secret"].encode() not in kept
    assert "secret" not in good(program.get(f"/targets/{target.pk}"))


@pytest.mark.parametrize("wrong", [{"url": "javascript:x"}, {"kinds": ["everything"]}, {"name": "x" * 121}])
def test_a_target_that_makes_no_sense_is_refused(program: Program, wrong: dict[str, Any]) -> None:
    assert status(program.post("/targets", NOUNS[6].body | wrong)) == 422


def test_a_source_tells_its_health_and_to_admins_its_addresses(
    program: Program, members: dict[str, Member], forum: Source, thread: Thread
) -> None:
    path = f"/sources/{forum.pk}"
    health = good(Program(members["erik"]).get(f"{path}/health"))
    assert (health["health"], health["threads"], health["posts"], health["lanes"]) == ("waiting", 1, 3, [])
    kinds = {row["name"]: row["keys"] for row in good(program.get("/connectors"))}
    assert "api_key" in kinds["discourse"]
    assert kinds["push"] == []
    hooks = good(program.get(f"{path}/hooks"))
    assert all("/hooks/forum-hook/" in hook["address"] for hook in hooks)
    secret = good(program.post(f"{path}/secret", {"seen": 1}, **{"Idempotency-Key": "1"}))["secret"]
    forum.refresh_from_db()
    assert newest(unseal(forum.sealed_hook_secret).decode()) == secret
    assert good(program.post(f"{path}/secret", {"seen": 1}, **{"Idempotency-Key": "1"})) == {"secret": ""}
    assert status(program.post(f"{path}/secret", {"seen": 1})) == 409
    assert good(program.post(f"{path}/try", {"name": "Other"}))["works"]
    assert status(program.post(f"{path}/try", {"name": ""})) == 422


def test_changes_at_a_source_are_listed(program: Program, thread: Thread, now: datetime) -> None:
    path = f"/sources/{thread.source_id}/revisions?limit=200"

    def asked(count: int) -> int:
        for number in range(Revision.objects.count(), count):
            post = Post.objects.create(
                thread=thread, source=thread.source, key=str(number), text="x", text_since=now, seen_at=now
            )
            Revision.objects.create(thread=thread, post=post, kind="edited", found_at=now)
        with CaptureQueriesContext(connection) as found:
            assert len(good(program.get(path))["items"]) == count
        return len(found)

    asked(1)  # the first request notes that the token was used
    assert asked(3) == asked(30)
