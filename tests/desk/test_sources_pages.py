"""The pages of the sources, as a browser without JavaScript uses them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from desk_people import logged_in
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from discourse_site import SiteServer, community
from kulanz.desk.conf import conf
from kulanz.desk.models import Event, Lane, Member, Post, Revision, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.rotation import newest
from kulanz.desk.services import outside as outside_services
from kulanz.desk.services import sources as services
from kulanz.desk.services.outside import keys_of, outside
from kulanz.desk.services.sealing import unseal
from kulanz.desk.services.sources import Wanted
from kulanz.desk.web.source_words import DESCRIBED, ERRORS, HEALTH, KEYS
from kulanz.sources.connectors import CONNECTORS, connector_named
from kulanz.sources.errors import ErrorKind
from kulanz.testing.recorded import Reply

pytestmark = pytest.mark.django_db
FORUM = {"connector": "discourse", "name": "Forum", "minutes": "5", "budget": "1000"}


@pytest.fixture
def admin(members: dict[str, Member]) -> Client:
    return logged_in(members["adam"])


@pytest.fixture
def site_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SiteServer]:
    allowed = replace(conf(), allow_private=("127.0.0.1",))
    monkeypatch.setattr(outside_services, "conf", lambda: allowed)
    with SiteServer(community(topics=2, posts=5)) as server:
        yield server


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


# Adding


def test_every_connector_has_a_form(admin: Client, members: dict[str, Member]) -> None:
    assert set(DESCRIBED) == {*CONNECTORS, "push"}
    kinds = shown(admin, "/sources/new")
    for kind in DESCRIBED:
        assert f"?kind={kind}" in kinds
        form = shown(admin, f"/sources/new?kind={kind}")
        keys = connector_named(kind).keys if kind in CONNECTORS else ()
        assert set(keys) <= set(KEYS)
        assert all(f'name="key_{key}"' in form for key in keys)


def test_every_kind_of_error_has_a_sentence() -> None:
    assert set(get_args(ErrorKind)) == set(ERRORS)


def test_an_error_is_told_in_the_language_of_the_page(
    admin: Client, source: Source, members: dict[str, Member]
) -> None:
    Source.objects.update(last_error="https://forum.example.org answered 503", error_kind="busy")
    for path in ("/sources", f"/sources/{source.pk}"):
        assert "is busy or has a fault" in shown(admin, path)
    Source.objects.update(error_kind="")
    for path in ("/sources", f"/sources/{source.pk}"):
        assert "The place could not be read." in shown(admin, path)
    assert 'lang="en">https://forum.example.org answered 503<' in shown(admin, f"/sources/{source.pk}")
    members["adam"].language = "de"
    members["adam"].save()
    Source.objects.update(error_kind="unknown_host")
    for path in ("/sources", f"/sources/{source.pk}"):
        assert str(ERRORS["unknown_host"]) not in shown(admin, path)


def test_what_is_wrong_with_a_new_source_is_told_in_german(
    admin: Client, site_server: SiteServer, members: dict[str, Member]
) -> None:
    members["adam"].language = "de"
    members["adam"].save()
    tried = admin.post("/sources/try", {**FORUM, "address": "http://no-such-place.invalid"})
    assert "Diesen Namen gibt es im Internet nicht." in tried.content.decode()
    assert 'lang="en">expected an address for no-such-place.invalid' in tried.content.decode()
    refused = admin.post("/sources/add", {**FORUM, "connector": "github", "address": "no repository"})
    assert refused.status_code == 422
    with translation.override("de"):
        assert gettext(str(ERRORS["address"])) in refused.content.decode()


def test_a_source_is_added_with_its_keys_sealed(admin: Client, site_server: SiteServer) -> None:
    form = {
        **FORUM,
        "address": site_server.url,
        "key_api_key": "a very secret key",
        "key_api_username": "kulanz",
    }
    answer = admin.post("/sources/add", form)
    source = Source.objects.get()
    assert (answer.status_code, answer["location"]) == (302, f"/sources/{source.pk}")
    assert keys_of(source) == {"api_key": "a very secret key", "api_username": "kulanz"}
    assert b"a very secret key" not in bytes(source.sealed_keys)
    assert Event.objects.get(action="add").actor_id == Member.objects.get(username="adam").pk
    assert source.due_at is not None
    page = shown(admin, f"/sources/{source.pk}")
    assert "a very secret key" not in page
    assert f"/hooks/{source.hook_key}/discourse" in page


def test_a_source_that_only_sends_is_added_and_never_fetched(admin: Client, db: None) -> None:
    form = {"connector": "push", "name": "Our program", "address": "https://community.example"}
    assert admin.post("/sources/add", form).status_code == 302
    source = Source.objects.get()
    assert (source.due_at, source.interval_s, source.budget_per_day) == (None, 300, 5000)
    text = shown(admin, f"/sources/{source.pk}")
    assert f"/hooks/{source.hook_key}/push" in text
    assert "Read now" not in text


def test_a_wrong_form_comes_back_with_its_words_but_not_its_secrets(admin: Client, db: None) -> None:
    form = {**FORUM, "address": "not an address", "key_api_key": "a very secret key"}
    answer = admin.post("/sources/add", form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "not an address" in text
    assert "a very secret key" not in text
    assert not Source.objects.exists()


def test_the_same_place_is_added_once(admin: Client, site_server: SiteServer) -> None:
    admin.post("/sources/add", {**FORUM, "address": site_server.url})
    answer = admin.post("/sources/add", {**FORUM, "name": "Twice", "address": site_server.url})
    assert answer.status_code == 422
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("minutes", "0"), ("minutes", "x"), ("budget", "9"), ("name", " "), ("minutes", "9999")],
)
def test_what_no_source_can_be_made_of_is_told(
    admin: Client, site_server: SiteServer, field: str, value: str
) -> None:
    answer = admin.post("/sources/add", {**FORUM, "address": site_server.url, field: value})
    assert answer.status_code == 422


def test_a_connection_is_tested_before_anything_is_kept(admin: Client, site_server: SiteServer) -> None:
    form = {**FORUM, "address": site_server.url}
    text = admin.post("/sources/try", form).content.decode()
    assert "The connection works." in text
    assert "Frage 1" in text
    assert 'value="Forum"' in text
    assert len(site_server.requests) <= services.TEST_REQUESTS
    site_server.alter = lambda _request, _reply: Reply(b"no", 403)
    part = admin.post("/sources/try", form, headers={"hx-request": "true"}).content.decode()
    assert "does not work" in part
    assert "The place does not allow reading." in part
    assert 'In technical words: <span lang="en">http' in part
    assert "<html" not in part
    assert not Source.objects.exists()
    assert not Post.objects.exists()


def test_a_private_address_is_not_tested(admin: Client, db: None) -> None:
    with SiteServer(community(topics=1, posts=1)) as server:
        text = admin.post("/sources/try", {**FORUM, "address": server.url}).content.decode()
        assert "does not work" in text
        assert not server.requests


# One source


@pytest.fixture
def source(adam: Actor, site_server: SiteServer, now: datetime) -> Source:
    wanted = Wanted(name="Forum", connector="discourse", address=site_server.url, keys={"api_key": "first"})
    return services.add(actor=adam, wanted=wanted, now=now, world=outside())


def test_a_source_is_changed_and_keys_left_empty_stay(admin: Client, source: Source) -> None:
    form = {**FORUM, "name": "New name", "address": source.address, "minutes": "10", "seen": "1"}
    admin.post(f"/sources/{source.pk}/edit", form)
    source.refresh_from_db()
    assert (source.name, source.interval_s, keys_of(source)) == ("New name", 600, {"api_key": "first"})
    admin.post(f"/sources/{source.pk}/edit", {**form, "key_api_key": "second", "seen": "2"})
    source.refresh_from_db()
    assert keys_of(source) == {"api_key": "second"}
    told = Event.objects.filter(action="edit").latest("pk").data
    assert told["keys"] == ["api_key"]
    assert "second" not in str(told)


def test_two_people_do_not_overwrite_each_other(admin: Client, source: Source) -> None:
    form = {**FORUM, "address": source.address, "seen": "1"}
    admin.post(f"/sources/{source.pk}/edit", {**form, "name": "First"})
    answer = admin.post(f"/sources/{source.pk}/edit", {**form, "name": "Second"})
    assert answer.status_code == 409
    assert 'value="Second"' in answer.content.decode()
    assert Source.objects.get().name == "First"


def test_a_source_is_paused_and_read_on(admin: Client, source: Source) -> None:
    admin.post(f"/sources/{source.pk}/pause", {"seen": "1"})
    assert Source.objects.get().state == "paused"
    assert "paused" in shown(admin, "/sources")
    admin.post(f"/sources/{source.pk}/resume", {"seen": "2"})
    source.refresh_from_db()
    assert (source.state, source.due_at is not None) == ("running", True)
    admin.post(f"/sources/{source.pk}/read-now")
    assert Source.objects.get().wanted_at is not None


def test_the_secret_of_the_webhook_is_shown_once(admin: Client, source: Source) -> None:
    before = bytes(source.sealed_hook_secret)
    refused = admin.post(f"/sources/{source.pk}/secret", {"seen": 9}, follow=True)
    assert "Somebody else has changed" in refused.content.decode()
    assert bytes(Source.objects.get().sealed_hook_secret) == before
    answer = admin.post(f"/sources/{source.pk}/secret", {"seen": 1})
    sealed = bytes(Source.objects.get().sealed_hook_secret)
    secret = newest(unseal(sealed).decode())
    assert sealed != before
    assert secret in answer.content.decode()
    assert "no-store" in answer["cache-control"]
    assert secret not in shown(admin, f"/sources/{source.pk}")


def test_a_source_is_removed_with_what_was_read_for_a_reason(
    admin: Client, source: Source, now: datetime
) -> None:
    Thread.objects.create(source=source, key="1", seen_at=now)
    refused = admin.post(f"/sources/{source.pk}/remove", {"seen": "1", "reason": " "})
    assert refused.status_code == 422
    admin.post(f"/sources/{source.pk}/remove", {"seen": "1", "reason": "The forum was closed."})
    assert not Source.objects.exists()
    assert not Thread.objects.exists()
    assert Event.objects.get(action="remove").reason == "The forum was closed."


def test_a_page_shows_health_progress_and_changes(admin: Client, source: Source, now: datetime) -> None:
    thread = Thread.objects.create(source=source, key="1", title="Mahnung <b>", seen_at=now, post_count=7)
    Revision.objects.create(thread=thread, kind="edited_silently", found_at=now, by="mod_kai")
    Lane.objects.create(source=source, name="history", posts=1234, reached=now - timedelta(days=900))
    Source.objects.update(last_error="no such host", errors_in_row=2)
    text = shown(admin, f"/sources/{source.pk}")
    assert "1,234 posts so far" in text
    assert "<progress" in text
    assert "Mahnung &lt;b&gt;" in text
    assert "the source does not show it" in text
    assert "no such host" in text
    part = admin.get(f"/sources/{source.pk}", headers={"hx-request": "true"}).content.decode()
    assert "1,234 posts so far" in part
    assert "<html" not in part


def test_readers_see_how_sources_are_doing_and_no_address_that_takes_deliveries(
    members: dict[str, Member], source: Source
) -> None:
    reader = logged_in(members["erik"])
    assert "Add a source" not in shown(reader, "/sources")
    text = shown(reader, f"/sources/{source.pk}")
    assert source.hook_key not in text
    assert "Remove" not in text
    assert reader.get("/sources/new").status_code == 403
    for action in ("pause", "edit", "secret", "remove", "try", "read-now"):
        assert reader.post(f"/sources/{source.pk}/{action}", {"seen": "1"}).status_code == 403
    assert Source.objects.get().version == 1


def test_services_refuse_whoever_may_not(erik: Actor, source: Source, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        services.pause(actor=erik, source=source, seen=1, now=now)
    with pytest.raises(NotAllowedError):
        services.try_out(
            actor=erik,
            wanted=Wanted(name="x", connector="push", address="x"),
            world=outside(),
        )


def test_an_unknown_kind_of_source_is_refused(adam: Actor, now: datetime) -> None:
    wanted = Wanted(name="x", connector="usenet", address="https://forum.example")
    with pytest.raises(RuleError, match=r"expected one of .*discourse.*, push, got 'usenet'"):
        services.add(actor=adam, wanted=wanted, now=now, world=outside())


def test_a_source_stays_with_its_connector(adam: Actor, source: Source, now: datetime) -> None:
    wanted = Wanted(name="Forum", connector="feed", address="https://blog.example/feed")
    with pytest.raises(RuleError, match="add another one"):
        services.edit(actor=adam, source=source, seen=1, wanted=wanted, now=now, world=outside())


def test_a_stale_pause_is_a_conflict(adam: Actor, source: Source, now: datetime) -> None:
    with pytest.raises(ConflictError):
        services.pause(actor=adam, source=source, seen=7, now=now)


@pytest.mark.parametrize("number", [3, 30])
def test_the_list_asks_as_often_for_three_sources_as_for_thirty(
    admin: Client, now: datetime, number: int, django_assert_max_num_queries: Any
) -> None:
    for each in range(number):
        made = Source.objects.create(
            name=f"Source {each}", connector="push", address=str(each), hook_key=str(each), created_at=now
        )
        Thread.objects.create(source=made, key="1", seen_at=now, post_count=3)
    with django_assert_max_num_queries(14):
        shown(admin, "/sources")


def test_the_health_of_sources_is_told_in_words(admin: Client, now: datetime) -> None:
    moment = timezone.now()
    kinds: dict[str, dict[str, Any]] = {
        "good": {"last_success_at": moment},
        "late": {"last_success_at": moment - timedelta(hours=2)},
        "failing": {"last_error": "busy"},
        "stopped": {"state": "stopped"},
        "paused": {"state": "paused"},
        "new": {},
        "waiting": {"connector": "push"},
    }
    for health, fields in kinds.items():
        columns = {
            "connector": "discourse",
            "address": health,
            "hook_key": health,
            "created_at": now,
            **fields,
        }
        Source.objects.create(name=health, **columns)
    text = shown(admin, "/sources")
    assert set(HEALTH) == set(kinds)
    assert all(f'health {health}"' in text for health in kinds)
