"""The API as a program sees it: tokens, lists, errors, versions, repetitions, limits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from api_client import Program
from desk_people import PASSWORD, logged_in, make_thread
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kulanz.desk.access import actor_of
from kulanz.desk.api import middleware
from kulanz.desk.api.limiting import Limiter
from kulanz.desk.models import ApiToken, Event, IdempotencyKey, Issue, Member, Source, Task, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.scopes import Scope
from kulanz.desk.services import issues
from kulanz.desk.services.tokens import holder, make_token, revoke

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(members: dict[str, Member]) -> Program:
    """Bob's, who is agent."""
    return Program(members["bob"])


@pytest.fixture
def issue(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], now=now)


def is_problem(answer: object, status: int) -> dict[str, object]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert told["status"] == status
    assert told["type"].startswith("urn:kulanz:problem:")
    assert told["detail"]
    return told


# tokens


def test_a_token_is_shown_once_and_kept_as_a_hash(bob: Actor, now: datetime) -> None:
    token, text = make_token(actor=bob, name="crm", scopes=["work"], days=30, now=now)
    row = ApiToken.objects.get(pk=token.pk)
    assert text not in str(vars(row))
    found = holder(text=text, now=now)
    assert (found.member_id, found.token_id, found.scopes) == (bob.member_id, token.pk, ("work",))
    assert ApiToken.objects.get(pk=token.pk).last_used_at == now


def test_tokens_end_by_time_by_hand_and_with_their_member(bob: Actor, now: datetime) -> None:
    token, text = make_token(actor=bob, name="crm", scopes=["read"], days=1, now=now)
    assert holder(text=text, now=now + timedelta(days=1)) is None
    revoke(actor=bob, token=token, now=now)
    assert holder(text=text, now=now) is None
    _, other = make_token(actor=bob, name="crm", scopes=["read"], days=1, now=now)
    Member.objects.filter(pk=bob.member_id).update(is_active=False)
    assert holder(text=other, now=now) is None
    assert holder(text="", now=now) is None


def test_scopes_never_give_more_than_the_roles(bob: Actor, erik: Actor, now: datetime) -> None:
    with pytest.raises(NotAllowedError, match="push"):
        make_token(actor=bob, name="x", scopes=["push"], days=1, now=now)
    with pytest.raises(RuleError, match="expected scopes among"):
        make_token(actor=bob, name="x", scopes=["everything"], days=1, now=now)
    with pytest.raises(RuleError, match="days"):
        make_token(actor=bob, name="x", scopes=["read"], days=0, now=now)
    made, _ = make_token(actor=bob, name="x", scopes=["read"], days=1, now=now)
    with pytest.raises(NotAllowedError):
        revoke(actor=erik, token=made, now=now)


def test_a_token_makes_no_tokens(members: dict[str, Member], bob: Actor, now: datetime) -> None:
    token, _ = make_token(actor=bob, name="x", scopes=["read"], days=1, now=now)
    with pytest.raises(NotAllowedError):
        make_token(actor=actor_of(members["bob"], token), name="y", scopes=["read"], days=1, now=now)


def test_a_scope_narrows_what_the_role_permits(members: dict[str, Member], issue: Issue) -> None:
    reading = Program(members["bob"], Scope.READ)
    assert reading.get(f"/issues/{issue.pk}").status_code == 200
    told = is_problem(reading.post(f"/issues/{issue.pk}/take", {"seen": issue.version}), 403)
    assert "scope" in told["detail"]
    is_problem(reading.get("/cases"), 403)
    assert Issue.objects.get(pk=issue.pk).state == "open"


def test_an_event_names_the_token(program: Program, issue: Issue) -> None:
    program.post(f"/issues/{issue.pk}/take", {"seen": issue.version})
    assert Event.objects.get(action="take").token_id == program.token.pk


# sessions


def test_a_session_reads_and_writes_only_with_the_csrf_token(
    members: dict[str, Member], issue: Issue
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(members["bob"])
    assert client.get("/api/v1/me").json()["scopes"] is None
    path, body = f"/api/v1/issues/{issue.pk}/take", json.dumps({"seen": issue.version})
    is_problem(client.post(path, body, content_type="application/json"), 403)
    client.get("/")  # the page sets the cookie
    proof = client.cookies["csrftoken"].value
    answer = client.post(path, body, content_type="application/json", headers={"X-CSRFToken": proof})
    assert answer.json()["state"] == "owned"


def test_a_bad_token_is_not_replaced_by_a_session(members: dict[str, Member]) -> None:
    client = Client()
    client.login(username="bob", password=PASSWORD)
    answer = client.get("/api/v1/me", headers={"Authorization": "Bearer wrong"})
    is_problem(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"


# errors


def test_every_error_is_a_problem(program: Program, issue: Issue) -> None:
    is_problem(Client().get("/api/v1/issues"), 401)
    is_problem(program.get("/nothing-here"), 404)
    is_problem(program.get("/issues/999999"), 404)
    is_problem(program.get(f"/issues/{10**30}"), 404)
    allowed = program.ask("DELETE", "/issues")
    is_problem(allowed, 405)
    assert "GET" in allowed["Allow"]
    is_problem(program.ask("POST", "/issues", b"{not json"), 400)
    is_problem(program.get("/issues?cursor=made-up"), 422)


def test_what_is_wrong_with_fields_is_told_by_pointer_and_without_what_came(program: Program) -> None:
    told = is_problem(program.post("/issues", {"threads": ["hunter2"], "titel": "x"}), 422)
    pointers = {each["pointer"] for each in told["errors"]}
    assert pointers == {"/threads/0", "/titel"}
    assert "hunter2" not in json.dumps(told)


def test_a_large_body_is_refused_before_it_is_read(program: Program, settings: object) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    is_problem(program.ask("POST", "/issues", b"x" * 101), 413)


def test_faults_are_problems_too(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kulanz.desk.api.routes.issues.catalog.issues", broken)
    told = is_problem(program.get("/issues"), 500)
    assert "ZeroDivision" not in json.dumps(told)


# lists


def test_a_list_is_read_once_and_whole_while_it_grows(program: Program, forum: Source, now: datetime) -> None:
    for number in range(7):
        make_thread(forum, now, str(number))
    seen, cursor = [], ""
    while True:
        page = program.get(f"/threads?limit=3&cursor={cursor}").json()
        seen += [each["key"] for each in page["items"]]
        make_thread(forum, now, f"new {len(seen)}")
        cursor = page["next"]
        if not cursor:
            break
    assert seen == [str(number) for number in range(6, -1, -1)]


def test_the_radar_is_read_by_score(program: Program, forum: Source, now: datetime) -> None:
    for number in range(5):
        make_thread(forum, now, str(number), score=0.5 + number % 2 / 10)
    first = program.get("/radar?days=0&limit=2").json()
    second = program.get(f"/radar?days=0&limit=9&cursor={first['next']}").json()
    keys = [row["thread"]["key"] for row in first["items"] + second["items"]]
    assert keys == ["1", "3", "0", "2", "4"]
    assert second["next"] is None


def test_a_cursor_of_another_list_is_refused(program: Program, forum: Source, now: datetime) -> None:
    for number in range(3):
        make_thread(forum, now, str(number))
    cursor = program.get("/threads?limit=1").json()["next"]
    is_problem(program.get(f"/radar?cursor={cursor}"), 422)


@pytest.mark.parametrize("path", ["/radar", "/threads", "/issues"])
def test_queries_do_not_grow_with_the_list(
    program: Program, bob: Actor, forum: Source, now: datetime, path: str
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert program.get(f"{path}?limit=200").status_code == 200
        return len(found)

    def more(begin: int, count: int) -> None:
        for number in range(begin, begin + count):
            row = make_thread(forum, now, str(number))
            issues.open_issue(actor=bob, threads=[row], now=now)

    more(0, 3)
    asked()
    few = asked()
    more(3, 27)
    assert asked() == few


# versions


def test_two_programs_cannot_overwrite_each_other(program: Program, issue: Issue) -> None:
    shown = program.get(f"/issues/{issue.pk}")
    path, old = f"/issues/{issue.pk}", shown["ETag"]
    is_problem(program.ask("PATCH", path, {"severity": "high"}), 428)
    changed = program.ask("PATCH", path, {"severity": "high"}, **{"If-Match": old})
    assert changed.json()["severity"] == "high"
    is_problem(program.ask("PATCH", path, {"severity": "low"}, **{"If-Match": old}), 412)
    is_problem(program.ask("PATCH", path, {"severity": "low", "seen": 1}), 409)
    is_problem(program.ask("PATCH", path, {"severity": "low"}, **{"If-Match": "*"}), 412)
    assert Issue.objects.get(pk=issue.pk).severity == "high"


def test_what_has_not_changed_is_not_sent_again(program: Program, issue: Issue) -> None:
    path = f"/issues/{issue.pk}"
    tag = program.get(path)["ETag"]
    again = program.get(path, **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    Issue.objects.filter(pk=issue.pk).update(title="another")
    assert program.get(path, **{"If-None-Match": tag}).status_code == 200


# repetitions


def test_a_repeated_request_is_done_once(program: Program, issue: Issue) -> None:
    path, key = f"/issues/{issue.pk}/tasks", {"Idempotency-Key": "4711"}
    first = program.post(path, {"text": "Call"}, **key)
    again = program.post(path, {"text": "Call"}, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Task.objects.filter(issue=issue).count() == 1
    is_problem(program.post(path, {"text": "Write"}, **key), 422)


def test_a_refusal_is_repeated_and_undone(program: Program, issue: Issue) -> None:
    path, key = f"/issues/{issue.pk}/take", {"Idempotency-Key": "a"}
    is_problem(program.post(path, {"seen": 99}, **key), 409)
    assert is_problem(program.post(path, {"seen": 99}, **key), 409)
    assert IdempotencyKey.objects.get().status == 409


def test_a_fault_can_be_tried_again(program: Program, issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    path, key = f"/issues/{issue.pk}/tasks", {"Idempotency-Key": "a"}
    real = Task.objects.bulk_create

    def broken(tasks: Iterable[Task]) -> None:
        real(tasks)
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Task.objects, "bulk_create", broken)
        is_problem(program.post(path, {"text": "Call"}, **key), 500)
    assert not Task.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert program.post(path, {"text": "Call"}, **key).status_code == 201


def test_what_is_only_tried_is_done_again_and_holds_no_lock(members: dict[str, Member]) -> None:
    """A key is kept in one transaction with what is done, and a try asks places outside."""
    admin, wanted = Program(members["adam"]), {"name": "x", "connector": "push", "address": "x"}
    source = admin.post("/sources", wanted).json()["id"]
    for path, body in (
        ("/sources/try", wanted),
        (f"/sources/{source}/try", {}),
        ("/policies/try", {"name": "x"}),
    ):
        answer = admin.post(path, body, **{"Idempotency-Key": path})
        assert (answer.status_code, answer.get("Idempotency-Replayed")) == (200, None)
    assert not IdempotencyKey.objects.exists()


def test_unusable_keys_are_told(program: Program, members: dict[str, Member]) -> None:
    is_problem(program.post("/issues", {"threads": [1]}, **{"Idempotency-Key": "x" * 256}), 400)
    client = logged_in(members["bob"])
    is_problem(client.post("/api/v1/issues", headers={"Idempotency-Key": "x"}), 400)


# limits


def test_who_asks_too_often_is_told_when_to_ask_again(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "MEMBERS", Limiter(rate=0.1, burst=2))
    assert [program.get("/me").status_code for _ in range(2)] == [200, 200]
    refused = program.get("/me")
    is_problem(refused, 429)
    assert 1 <= int(refused["Retry-After"]) <= 10


def test_a_bucket_fills_again() -> None:
    limiter = Limiter(rate=2, burst=2)
    assert [limiter.wait("a", 0), limiter.wait("a", 0)] == [0, 0]
    assert limiter.wait("a", 0) == pytest.approx(0.5)
    assert limiter.wait("b", 0) == 0
    assert limiter.wait("a", 0.5) == 0
    assert limiter.wait("a", 0.5) > 0


# push


def lines(*keys: str, **more: object) -> bytes:
    rows = (
        {"thread_id": "t", "post_id": key, "author_id": "a", "created_at": "2026-06-01T10:00:00Z",
         "text": f"Nobody answers {key}", **more}
        for key in keys
    )  # fmt: skip
    return b"\n".join(json.dumps(row).encode() for row in rows)


def test_pushed_posts_are_kept_once(members: dict[str, Member], forum: Source) -> None:
    pusher = Program(members["adam"], Scope.PUSH)
    answer = pusher.ask("POST", "/push?source=Kontaktor%20forum", lines("1", "2"))
    assert answer.json() == {"kept": 2, "refused": 0, "problems": []}
    pusher.ask("POST", "/push?source=Kontaktor%20forum", lines("1", "2"))
    thread = Thread.objects.get(key="t")
    assert (thread.post_count, thread.posts.count()) == (2, 2)
    assert thread.due_at <= timezone.now() + timedelta(seconds=2)


def test_good_lines_are_kept_and_bad_ones_told(members: dict[str, Member], forum: Source) -> None:
    pusher = Program(members["adam"], Scope.PUSH)
    answer = pusher.ask("POST", "/push?source=Kontaktor%20forum", lines("1") + b"\n{}\n")
    assert answer.status_code == 207
    assert (answer.json()["kept"], answer.json()["problems"][0]["line"]) == (1, 2)
    told = is_problem(pusher.ask("POST", "/push?source=Kontaktor%20forum", b"{}"), 400)
    assert told["detail"] == "none of 1 line(s) can be kept: 'errors' names them"
    assert told["errors"][0]["line"] == 1


def test_a_push_to_a_source_that_takes_none_keeps_nothing(members: dict[str, Member], forum: Source) -> None:
    pusher = Program(members["adam"], Scope.PUSH)
    mixed = lines("1", source="Kontaktor forum") + b"\n" + lines("2", source="Elsewhere")
    told = is_problem(pusher.ask("POST", "/push", mixed), 422)
    assert "Elsewhere" in told["detail"]
    told = is_problem(pusher.ask("POST", "/push?source=Kontaktor%20forum", mixed), 422)
    assert "line 2 names source 'Elsewhere', which wins over ?source=" in told["detail"]
    Source.objects.update(state="paused")
    is_problem(pusher.ask("POST", "/push?source=Kontaktor%20forum", lines("1")), 422)
    assert not Thread.objects.exists()


def test_only_push_tokens_push(members: dict[str, Member], forum: Source) -> None:
    is_problem(Program(members["adam"], Scope.ADMIN).ask("POST", "/push", lines("1")), 403)
    is_problem(Program(members["bob"]).ask("POST", "/push", lines("1")), 403)
    is_problem(Program(members["adam"], Scope.PUSH).get("/radar"), 403)
