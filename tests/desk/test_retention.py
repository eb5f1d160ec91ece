"""What has outlived its time is removed, slice by slice, and written down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from api_client import Program
from desk_people import logged_in
from django.utils import timezone

from kulanz.desk.models import (
    Account,
    ApiToken,
    Case,
    Customer,
    DataRequest,
    Delivery,
    Event,
    IdempotencyKey,
    Issue,
    IssueThread,
    LogEntry,
    Measure,
    Member,
    Message,
    Person,
    Post,
    RawPayload,
    Retention,
    Source,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError
from kulanz.desk.services import appeals, issues, replies, retention
from kulanz.desk.services.public_log import About, enter, openings_of
from kulanz.desk.services.retention import remove_due
from kulanz.tlog.entries import decode

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=400)


def keep(data_class: str, days: int | None) -> None:
    Retention.objects.update_or_create(data_class=data_class, defaults={"days": days})


def work(now: datetime) -> None:
    for _ in range(20):
        if not remove_due(now=now):
            return
    raise AssertionError("the work does not end")


def make_raw(source: Source, digest: str, at: datetime) -> None:
    RawPayload.objects.create(
        source=source, digest=digest, url="https://f.example", media_type="", packed=b"", fetched_at=at
    )


def make_thread(source: Source, key: str, at: datetime) -> Thread:
    thread = Thread.objects.create(source=source, key=key, seen_at=at, last_post_at=at)
    account = Account.objects.create(source=source, key=f"account-{key}", first_seen_at=at)
    Post.objects.create(
        thread=thread, source=source, key=f"post-{key}", account=account, text="", text_since=at, seen_at=at
    )
    return thread


def test_old_answers_are_removed_and_it_is_written_down(forum: Source, now: datetime) -> None:
    make_raw(forum, "old", now - timedelta(days=31))
    make_raw(forum, "new", now - timedelta(days=29))
    keep("raw", 30)
    work(now)
    assert RawPayload.objects.get().digest == "new"
    told = Event.objects.get(action="remove_old").data
    assert (told["class"], told["removed"]) == ("raw", 1)
    assert Retention.objects.get(data_class="raw").due_at == now + timedelta(days=1)


def test_nothing_is_removed_where_nothing_is_set(forum: Source, now: datetime) -> None:
    make_raw(forum, "old", now - LONG_AGO)
    keep("raw", None)
    work(now)
    assert RawPayload.objects.exists()
    assert not Event.objects.exists()


def test_much_is_removed_in_slices(forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SLICE", 2)
    for number in range(5):
        make_raw(forum, str(number), now - LONG_AGO)
    keep("raw", 30)
    remove_due(now=now)
    assert RawPayload.objects.count() == 3
    work(now)
    assert not RawPayload.objects.exists()
    assert sum(event.data["removed"] for event in Event.objects.all()) == 5


def test_conversations_go_with_their_accounts_unless_people_work_on_them(
    forum: Source, now: datetime
) -> None:
    make_thread(forum, "old", now - LONG_AGO)
    make_thread(forum, "new", now)
    for key, state in (("worked-on", "open"), ("done", "closed")):
        outcome = "resolved" if state == "closed" else ""
        issue = Issue.objects.create(title=key, state=state, outcome=outcome, opened_at=now)
        thread = make_thread(forum, key, now - LONG_AGO)
        IssueThread.objects.create(issue=issue, thread=thread, at=now)
    person = Person.objects.create(name="Rolf", created_at=now)
    Account.objects.filter(key="account-done").update(person=person)
    Case.objects.create(
        person=person, issue=issue, title="x", state="closed", reply_key="x", opened_at=now, closed_at=now
    )
    late = Issue.objects.create(title="late", state="closed", outcome="resolved", opened_at=now)
    IssueThread.objects.create(issue=late, thread=make_thread(forum, "case", now - LONG_AGO), at=now)
    Case.objects.create(person=person, issue=late, title="y", reply_key="y", opened_at=now)
    keep("posts", 365)
    work(now)
    assert set(Thread.objects.values_list("key", flat=True)) == {"new", "worked-on", "case"}
    assert set(Account.objects.values_list("key", flat=True)) == {
        "account-new",
        "account-case",
        "account-worked-on",
        "account-done",
    }


def test_entries_about_old_conversations_stay_in_the_log_and_open_no_more(
    forum: Source, now: datetime
) -> None:
    for key, at in (("old", now - LONG_AGO), ("new", now)):
        about = About(thread=make_thread(forum, key, at))
        enter(
            kind="measure", act="lock", at=now, now=now, source=forum, about=about, subjects={"thread": b"x"}
        )
    keep("posts", 365)
    work(now)
    old, new, told = LogEntry.objects.order_by("pk")
    assert (list(openings_of(old)), list(openings_of(new))) == ([], ["thread"])
    assert (told.refers, decode(bytes(told.body)).reasons) == (old, ("time_over",))


def test_closed_cases_go_when_their_last_word_is_old(now: datetime, members: dict[str, Member]) -> None:
    person = Person.objects.create(name="Rolf", created_at=now)
    for key, state, spoken in (
        ("old", "closed", LONG_AGO),
        ("late", "closed", timedelta(1)),
        ("open", "open", LONG_AGO),
    ):
        case = Case.objects.create(
            person=person, title=key, state=state, reply_key=key, opened_at=now - LONG_AGO,
            closed_at=now - LONG_AGO if state == "closed" else None,
        )  # fmt: skip
        Message.objects.create(case=case, inbound=True, text="x", at=now - spoken)
    keep("cases", 365)
    work(now)
    assert set(Case.objects.values_list("title", flat=True)) == {"late", "open"}


def test_answers_to_repeated_requests_go_by_themselves(now: datetime, members: dict[str, Member]) -> None:
    token = ApiToken.objects.create(name="t", member=members["alice"], digest="d", created_at=now)
    for key, days in (("old", 3), ("new", 1)):
        at = now - timedelta(days=days)
        IdempotencyKey.objects.create(token=token, key=key, request_digest="r", created_at=at)
    work(now)
    assert IdempotencyKey.objects.get().key == "new"


def test_old_events_are_removed(forum: Source, now: datetime) -> None:
    Event.objects.create(at=now - LONG_AGO, action="old", noun="source")
    keep("events", 365)
    work(now)
    assert [event.action for event in Event.objects.all()] == ["remove_old"]


def test_events_that_others_rest_on_stay(
    now: datetime, alice: Actor, bob: Actor, thread: Thread, other_thread: Thread
) -> None:
    then = now - LONG_AGO
    into, gone = (issues.open_issue(actor=bob, threads=[each], now=then) for each in (thread, other_thread))
    issues.merge(actor=alice, issue=gone, seen=1, into=into, reason="the same", now=then)
    reply = replies.draft(actor=bob, case=None, thread=thread, channel="public", text="Sorry.", now=then)
    replies.edit(actor=alice, reply=reply, seen=1, subject="", text="We are sorry.", now=then)
    keep("events", 365)
    work(now)
    left = Event.objects.exclude(action="remove_old").values_list("noun", "action")
    assert set(left) == {("issue", "merge"), ("reply", "draft"), ("reply", "edit")}
    replies.ask(actor=bob, reply=reply, seen=2, now=now)
    with pytest.raises(NotAllowedError, match="four eyes"):
        replies.approve(actor=alice, reply=reply, seen=3, now=now)
    issues.unmerge(actor=alice, issue=gone, seen=2, now=now)
    assert [each.pk for each in Thread.objects.filter(links__issue=into)] == [thread.pk]


def test_messages_that_went_out_are_removed_by_themselves(now: datetime, members: dict[str, Member]) -> None:
    for key, days, due in (("old", 91, None), ("new", 89, None), ("waiting", 91, now)):
        at = now - timedelta(days=days)
        Delivery.objects.create(kind="email", key=key, body="x", created_at=at, due_at=due)
    work(now)
    assert set(Delivery.objects.values_list("key", flat=True)) == {"new", "waiting"}


def test_what_would_go_is_shown_before_it_goes(now: datetime, members: dict[str, Member]) -> None:
    """On the page and by program; requests about own data go once they were answered long ago."""
    person = Person.objects.create(name="Rolf", created_at=now)
    for kind, state, days in (("correct", "granted", 400), ("object", "refused", 10), ("erase", "open", 400)):
        then = timezone.now() - timedelta(days=days)
        DataRequest.objects.create(
            person=person, kind=kind, state=state, made_at=then, deadline=then,
            answered_at=None if state == "open" else then,
        )  # fmt: skip
    client = logged_in(members["alice"])
    asked = {"class": "requests", "days": "365", "seen": "0", "do": "preview"}
    assert "1 entry would go with this now." in client.post("/setup/retention/save", asked).content.decode()
    told = Program(members["alice"]).get("/retention/requests/preview?days=365")
    assert told.json() == {"would_go": 1}
    assert not Retention.objects.exists()
    Person.objects.update(created_at=now - LONG_AGO)
    keep("people", 365)
    keep("requests", 365)
    work(timezone.now())
    assert Person.objects.get().erased_at is None
    assert set(DataRequest.objects.values_list("kind", flat=True)) == {"object", "erase"}


def test_what_somebody_wants_kept_and_what_is_contested_stays(forum: Source, now: datetime) -> None:
    kept, contested, _old = (make_thread(forum, key, now - LONG_AGO) for key in ("kept", "contested", "old"))
    long_ago = now - LONG_AGO
    person = Person.objects.create(name="Rolf", created_at=long_ago, restricted_at=long_ago)
    Account.objects.filter(key="account-kept").update(person=person)
    Case.objects.create(
        person=person, title="Fee", state="closed", opened_at=long_ago, closed_at=long_ago, reply_key="k"
    )
    customer = Customer.objects.create(
        number="1", person=person, sealed=b"", told_by="crm", told_at=long_ago, due_at=None
    )
    measure = Measure.objects.create(
        reference="AB12", thread=contested, kind="hide", scope="thread", state="done", at_source=True,
        proposed_at=long_ago, done_at=long_ago,
    )  # fmt: skip
    appeals.make(measure=measure, side="author", text="Why?", now=now - timedelta(days=390))
    for name in ("posts", "people", "cases", "customers"):
        keep(name, 30)
    work(now)
    assert set(Thread.objects.all()) == {kept, contested}
    assert (Person.objects.get().erased_at, Case.objects.count(), Customer.objects.get()) == (
        None,
        1,
        customer,
    )


def test_an_account_that_lost_its_posts_to_another_goes_with_the_days_last_turn(
    forum: Source, now: datetime
) -> None:
    thread = make_thread(forum, "new", now)
    Account.objects.create(source=forum, key="renamed", first_seen_at=now - LONG_AGO)
    keep("posts", 365)
    work(now)
    assert [account.posts.get().thread for account in Account.objects.all()] == [thread]
