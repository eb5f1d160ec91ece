"""Silent edits: found on real pages, told in the public log, annotated, and never taken away."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from access_table import TABLE
from django.test import Client

from faults import FaultServer, fault_server, reply
from kulanz.desk.models import (
    Account,
    Event,
    LogEntry,
    Member,
    Post,
    PublicSight,
    Reread,
    Revision,
    SilentEdit,
    Source,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.services import log_keys, public_log, sentinel
from kulanz.desk.services.outside import Outside
from kulanz.desk.services.public_log import About
from kulanz.sources.web.client import Pacing
from kulanz.sources.web.network import AddressPolicy
from kulanz.tlog.canonical import canonical
from kulanz.tlog.entries import decode

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).parents[2] / "src" / "kulanz" / "desk"
WORDS = "Three reminders for seven euros, and nobody answers me here!"
OTHERS = "Everything is fine with this invoice and all of you are kind!"
HOUR = timedelta(hours=1)


@pytest.fixture
def site() -> Iterator[FaultServer]:
    with fault_server() as server:
        yield server


@pytest.fixture
def post(forum: Source, site: FaultServer, now: datetime) -> Post:
    log_keys.begin_log(now=now)
    Source.objects.update(connector="discourse")
    thread = Thread.objects.create(
        source=forum, key="t", title="Fees", url=f"{site.url}/t", seen_at=now, read_at=now, post_count=1,
        last_post_at=now,
    )  # fmt: skip
    account = Account.objects.create(source=forum, key="rolf", first_seen_at=now)
    return Post.objects.create(
        thread=thread, source=forum, key="p", account=account, text=WORDS, created_at=now, text_since=now,
        seen_at=now,
    )  # fmt: skip


def looked(site: FaultServer, text: str, at: datetime) -> None:
    """Have guests see a text, and look; the interface was asked an hour before."""
    page = f"<html><body><p>{text}</p><p>Forum</p></body></html>".encode()
    site.script("/t", reply(page))
    Post.objects.update(seen_at=at - HOUR)
    PublicSight.objects.update(due_at=at)
    sentinel.watch_due(
        now=at,
        world=Outside(
            clock=lambda: at, policy=AddressPolicy(("127.0.0.1",)), pacing=Pacing(interval=0, attempts=1)
        ),
    )


def test_words_that_guests_do_not_see_any_more_are_told_in_the_log(
    site: FaultServer, post: Post, now: datetime
) -> None:
    other = Post.objects.create(
        thread=post.thread, source=post.source, key="q", text=OTHERS, text_since=now, seen_at=now
    )
    looked(site, f"{WORDS}<br>{OTHERS}", now)
    looked(site, OTHERS, now + 8 * HOUR)
    assert Reread.objects.filter(key="t").exists()
    assert not SilentEdit.objects.exists()
    looked(site, OTHERS, now + 16 * HOUR)
    found = SilentEdit.objects.get()
    assert (found.kind, found.post, other.silent_edits.count()) == ("missing", post, 0)
    entry = decode(bytes(found.entry.body))
    assert (entry.kind, entry.act, entry.reasons) == ("silent_edit", "remove", ("no_measure_known",))
    assert public_log.openings_of(found.entry)["before"].content == canonical({"text": WORDS})
    assert b"rolf" not in bytes(found.entry.body)
    assert post.source.requests_total < Source.objects.get(pk=post.source_id).requests_total


def test_a_measure_in_the_log_explains_it(site: FaultServer, post: Post, now: datetime) -> None:
    looked(site, f"{WORDS}<br>{OTHERS}", now)
    public_log.enter(
        kind="measure", act="remove", at=now, now=now + HOUR, source=post.source, subjects={"post": b"p"},
        about=About(thread=post.thread, post=post),
    )  # fmt: skip
    for hour in (8, 16):
        looked(site, OTHERS, now + hour * HOUR)
    assert not SilentEdit.objects.exists()


def revised(post: Post, now: datetime) -> Revision:
    diff = [{"sign": "-", "text": "Three"}, {"sign": "+", "text": "Two"}, {"sign": "=", "text": "reminders"}]
    return Revision.objects.create(
        thread=post.thread, post=post, kind="edited_silently", found_at=now, seen_before=now - HOUR, diff=diff
    )


def test_an_edit_that_the_source_does_not_show_is_told_once(post: Post, now: datetime) -> None:
    revised(post, now)
    assert (sentinel.tell_revisions(now=now), sentinel.tell_revisions(now=now)) == (1, 0)
    opened = public_log.openings_of(SilentEdit.objects.get().entry)
    assert opened["after"].content == canonical({"text": "Two reminders"})


@pytest.fixture
def edit(post: Post, now: datetime) -> SilentEdit:
    revised(post, now)
    sentinel.tell_revisions(now=now)
    return SilentEdit.objects.get()


def test_people_add_notes_and_what_was_found_stays(
    client: Client, edit: SilentEdit, alice: Actor, erik: Actor, now: datetime
) -> None:
    with pytest.raises(NotAllowedError):
        sentinel.annotate(actor=erik, edit=edit, note="A slip.", now=now)
    with pytest.raises(RuleError):
        sentinel.annotate(actor=alice, edit=edit, note="Ask rolf@example.org.", now=now)
    client.force_login(Member.objects.get(pk=alice.member_id))
    client.post(f"/silent-edits/{edit.pk}/note", {"note": "The source lost its database that day."})
    shown = client.get("/silent-edits").content.decode()
    assert "The source lost its database that day." in shown
    assert "Three" in shown
    note = LogEntry.objects.get(kind="annotation")
    assert (note.refers, decode(bytes(note.body)).refers) == (edit.entry, edit.entry.leaf)
    assert Event.objects.filter(noun="silentedit", action="annotate").exists()


def test_nothing_takes_a_silent_edit_away(edit: SilentEdit, post: Post) -> None:
    for away in (
        edit.delete,
        SilentEdit.objects.all().delete,
        lambda: SilentEdit.objects.update(kind="missing"),
    ):
        with pytest.raises(TypeError, match="stays"):
            away()
    post.thread.delete()  # as retention and the removal of a source do
    left = SilentEdit.objects.get()
    assert (left.thread, left.post, left.revision, left.entry_id) == (None, None, None, edit.entry_id)


def test_no_address_does_more_to_a_silent_edit_than_add_a_note() -> None:
    lines = [line.strip() for each in TABLE.values() for line in each.splitlines() if "silent-edit" in line]
    methods = {(method, line.split()[-1]) for line in lines for method in line.split()[:-1]}
    assert {each for each in methods if each[0] != "GET"} == {
        ("POST", "/silent-edits/<int:pk>/note"),
        ("POST", "/api/v1/silent-edits/{pk}/notes"),
    }


@pytest.mark.parametrize("service", ["sentinel", "log_adopting"])
def test_who_knows_silent_edits_only_makes_them(service: str) -> None:
    """What does not name the rows cannot take them away."""
    naming = {
        path.relative_to(SOURCE).as_posix()
        for folder in ("services", "api", "web", "public", "operating", "demo")
        for path in (SOURCE / folder).rglob("*.py")
        if any(
            isinstance(node, ast.alias) and node.name == "SilentEdit"
            for node in ast.walk(ast.parse(path.read_text()))
        )
    }
    assert naming == {"services/sentinel.py", "services/log_adopting.py"}
    tree = ast.parse((SOURCE / "services" / f"{service}.py").read_text())
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and isinstance(node.value.value, ast.Name)
        and node.value.value.id == "SilentEdit"
    }
    assert used
    assert used <= {"create", "get_or_create"}
