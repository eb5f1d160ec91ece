"""A person is erased: nothing that is kept holds their names, and they do not come back."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.money import Money
from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import (
    Account,
    Case,
    Delivery,
    Erasure,
    Event,
    Gesture,
    Issue,
    IssueRole,
    LogEntry,
    Member,
    Merge,
    Message,
    Note,
    Opening,
    Person,
    Post,
    RawPayload,
    Retention,
    Revision,
    Source,
    Thread,
    Tombstone,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.names import is_unmistakable, replaced, words_of
from kulanz.desk.services import (
    assessing,
    cases,
    erasing,
    gesture_words,
    gestures,
    people,
    promises,
    public_log,
    replies,
    sweeping,
    teamwork,
)
from kulanz.desk.services.assessing import Judgement
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.gestures import Offer
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.public_log import About
from kulanz.desk.services.retention import remove_due
from kulanz.desk.services.sweeping import finish_due
from kulanz.sources.sightings import Page, Raw, Sighting

pytestmark = pytest.mark.django_db(transaction=True)
SECRETS = ("rolf_p", "Rolf Petersen", "rolf@petersen.example", "KD-47119", "gallbladder")


NAMELESS = {
    "accountstanding.reach", "apitoken.scopes", "approvalpolicy.values", "billingsystem.claims_cursor",
    "billingsystem.config",
    "billingsystem.events_cursor", "calendar.hours", "customerimport.columns", "customermatch.grounds",
    "erasure.journal",
    "holdrules.values", "lane.cursor", "merge.moved", "publicsight.agreed", "publicsight.suspected",
    "measure.asks", "reply.asks", "reply.returned", "reply.stand",
    "resemblance.grounds",
    "source.baseline", "source.skipped", "stakerates.values", "template.text", "thread.series",
    "thread.signals",
    "webhooktarget.kinds",
}  # fmt: skip
"""Fields of many words that name nobody; errors name services."""


def said(post_id: str, author: str, text: str, at: datetime, **more: object) -> Sighting:
    post = CorePost(
        thread_id="t", post_id=post_id, author_id=author, created_at=at, text=text, thread_title="Dunning",
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return Sighting(post=post)


def page(now: datetime, text: str = "They dun me again.") -> Page:
    body = b'[{"username": "Rolf_P", "text": "They dun me again."}]'
    raw = Raw(url="https://forum.example/t.json", media_type="application/json", body=body, fetched_at=now)
    return Page(
        raw=(raw,),
        posts=(
            said("1", "Rolf_P", text, now, url="https://forum.example/u/Rolf_P/1"),
            said("2", "anna", "@rolf_p is right. Rolf Petersen was here first.", now, mentions=("Rolf_P",)),
            said("3", "otto", "So it is.", now, quotes=("Rolf_P: They dun me again.",)),
        ),
    )


def keep(forum: Source, now: datetime, text: str = "They dun me again.") -> None:
    keep_page(source=forum, page=page(now, text), lane=None, grace=timedelta(0), now=now)


@pytest.fixture
def rolf(alice: Actor, forum: Source, now: datetime) -> Person:
    """Somebody of whom the desk holds all that it can hold of a person."""
    keep(forum, now)
    account = Account.objects.get(key="Rolf_P")
    person = people.person_of(actor=alice, account=account, now=now)
    wanted = {"name": "Rolf Petersen", "email": "rolf@petersen.example", "customer_number": "KD-47119"}
    person = people.edit(actor=alice, person=person, seen=1, now=now, note="gallbladder", **wanted)
    issue = Issue.objects.create(title="Rolf_P was dunned", opened_at=now)
    IssueRole.objects.create(issue=issue, account=account, role="complainant")
    teamwork.write_note(actor=alice, about=issue, text="Call Rolf Petersen today.", now=now)
    case = cases.open_case(actor=alice, person=person, issue=issue, title="Rolf’s gallbladder", now=now)
    Message.objects.create(
        case=case, inbound=True, sender="rolf@petersen.example", text="My gallbladder.", at=now
    )
    teamwork.write_note(actor=alice, about=case, text="Rolf_P is angry.", now=now)
    promise = promises.make(
        actor=alice, case=case, by=Member.objects.get(pk=alice.member_id), what="Look after the gallbladder",
        worktime=timedelta(hours=4), calendar=usual_calendar(now=now), now=now,
    )  # fmt: skip
    promises.keep(actor=alice, promise=promise, seen=1, now=now)
    replies.draft(actor=alice, case=case, text="Dear Rolf Petersen", now=now)
    free = Money.of_minor(0, "EUR")
    offer = Offer(kind="own", name="gallbladder tea", value=free, cost=free, why="Rolf_P was ill")
    gesture = gestures.propose(actor=alice, case=case, offer=offer, now=now)
    gestures.revoke(actor=alice, gesture=gesture, seen=1, reason="Rolf Petersen drinks none", now=now)
    said = Judgement(fault="ours", why="Rolf_P was right", defect="letter to Rolf Petersen")
    assessing.assess(actor=alice, case=case, seen=0, said=said, now=now)
    url = f"https://desk.example/cases/{case.pk}"
    body = f"There is a new message from rolf@petersen.example.\n{url}"
    Delivery.objects.create(kind="email", key="d", subject="Rolf’s gallbladder", body=body, created_at=now)
    case.refresh_from_db()
    case = cases.resolve(actor=alice, case=case, seen=case.version, outcome="gallbladder paid", now=now)
    cases.close(actor=alice, case=case, seen=case.version, now=now)
    return person


def erased(actor: Actor, person: Person, now: datetime) -> Person:
    gone = erasing.erase(
        actor=actor, person=person, seen=person.version, reason="Rolf_P asked for it", now=now
    )
    assert finish_due(now=now) == 1
    return gone


def everything() -> str:
    """All that the database holds, in words."""
    rows = (repr(row) for model in apps.get_models() for row in model._default_manager.values_list())
    return "\n".join(rows)


def test_nothing_that_is_kept_names_them(alice: Actor, forum: Source, rolf: Person, now: datetime) -> None:
    assert all(secret.lower() in everything().lower() for secret in SECRETS)
    erased(alice, rolf, now)
    left = everything().lower()
    assert [secret for secret in SECRETS if secret.lower() in left] == []
    assert "rolf" not in left


def test_entries_of_the_log_stay_and_what_opened_those_about_them_goes(
    alice: Actor, forum: Source, rolf: Person, now: datetime
) -> None:
    by_them = About(post=Post.objects.get(key="1"))
    for about, text in ((by_them, b"They dun me."), (About(), b"Said by Rolf Petersen."), (About(), b"else")):
        subjects = {"before": text}
        public_log.enter(
            kind="measure", act="edit", at=now, now=now, source=forum, about=about, subjects=subjects
        )
    erased(alice, rolf, now)
    theirs, named, _ = LogEntry.objects.filter(kind="measure").order_by("pk")
    assert (theirs.openings.count(), named.openings.count(), Opening.objects.count()) == (0, 0, 1)
    promise = LogEntry.objects.get(kind="promise")
    told = set(LogEntry.objects.filter(kind="erasure").values_list("refers", flat=True))
    assert told == {theirs.pk, named.pk, promise.pk, None}, "the last is the person's own"


def test_what_must_stay_stays(alice: Actor, forum: Source, rolf: Person, now: datetime) -> None:
    events = Event.objects.count()
    gone = erased(alice, rolf, now)
    account = Account.objects.get(pk=Post.objects.get(key="1").account_id or 0)
    assert account.key.startswith("erased-")
    assert account.person is None
    assert Post.objects.get(key="1").text == "They dun me again."
    assert Post.objects.get(key="2").mentions == [account.key]
    assert Post.objects.get(key="2").text == f"@{account.key} is right. {gone.name} was here first."
    assert IssueRole.objects.get().role == "complainant"
    case = Case.objects.get()
    assert (case.state, case.title, case.person_id) == ("closed", gone.name, gone.pk)
    assert case.promises.get().state == "kept"
    gesture = case.gestures.get()
    assert (gesture.state, gesture.sealed) == ("revoked", b"")
    assert case.assessment.fault == "ours"
    assert case.assessment.defect.name == f"letter to {gone.name}"
    assert Event.objects.count() == events + 1
    event = Event.objects.get(action="erase")
    assert event.data == {"accounts": 1, "posts": 1, "cases": 1}
    assert event.reason == f"{account.key} asked for it"
    assert (gone.email, gone.note, gone.customer_number, gone.erased_at) == ("", "", "", now)
    assert not Note.objects.filter(case=case).exists()
    assert Note.objects.get().text == f"Call {gone.name} today."
    assert bytes(Erasure.objects.get().sealed_names) == b""


def test_they_do_not_come_back(alice: Actor, forum: Source, rolf: Person, now: datetime) -> None:
    erased(alice, rolf, now)
    later = now + timedelta(hours=1)
    before = set(Account.objects.values_list("key", flat=True))
    keep(forum, later)
    assert set(Account.objects.values_list("key", flat=True)) == before
    assert not Revision.objects.exists()
    assert not RawPayload.objects.exists()
    keep_page(
        source=forum,
        page=Page(posts=(said("4", "Rolf_P", "New words.", later, url="https://forum.example/u/Rolf_P/4"),)),
        lane=None,
        grace=timedelta(0),
        now=later,
    )
    first, new = (Post.objects.select_related("account").get(key=key) for key in "14")
    assert new.account is not None
    assert (new.text, new.url, new.account) == ("New words.", "", first.account)
    assert "rolf" not in everything().lower()
    with pytest.raises(RuleError, match="was erased"):
        people.person_of(actor=alice, account=new.account, now=later)


def test_an_edit_is_still_found(alice: Actor, forum: Source, rolf: Person, now: datetime) -> None:
    erased(alice, rolf, now)
    keep(forum, now + timedelta(hours=1), "They dun me no more.")
    assert list(Revision.objects.values_list("kind", "post__key")) == [("edited_silently", "1")]


def test_others_with_a_part_of_the_name_stay(
    alice: Actor, forum: Source, rolf: Person, now: datetime
) -> None:
    keep_page(
        source=forum,
        page=Page(posts=(said("9", "rolf_p2", "Rolf is a name. Petersen too. rolf_p22", now),)),
        lane=None,
        grace=timedelta(0),
        now=now,
    )
    erased(alice, rolf, now)
    post = Post.objects.select_related("account").get(key="9")
    assert post.text == "Rolf is a name. Petersen too. rolf_p22"
    assert post.account is not None
    assert post.account.key == "rolf_p2"


def test_profiles_that_were_merged_go_with_it(
    alice: Actor, forum: Source, rolf: Person, now: datetime
) -> None:
    other = Person.objects.create(name="R. Petersen-Kaya", email="kaya@petersen.example", created_at=now)
    people.merge(actor=alice, person=rolf, seen=rolf.version, gone=other, why="Kaya is Rolf", now=now)
    erased(alice, Person.objects.get(pk=rolf.pk), now)
    assert not Merge.objects.exists()
    assert Person.objects.count() == 1
    assert "kaya" not in everything().lower()


def test_hashes_say_nothing_without_the_key(alice: Actor, forum: Source, rolf: Person, now: datetime) -> None:
    erased(alice, rolf, now)
    stones = Tombstone.objects.all()
    assert len(stones) == 5
    assert all(len(stone.digest) == 64 and "erased-" in stone.pseudonym for stone in stones)
    assert len({stone.pseudonym for stone in stones}) == 2


def test_only_leads_erase_and_only_whom_they_saw(
    alice: Actor, bob: Actor, adam: Actor, rolf: Person, now: datetime
) -> None:
    for actor in (bob, adam):
        with pytest.raises(NotAllowedError):
            erasing.erase(actor=actor, person=rolf, seen=rolf.version, reason="x", now=now)
    with pytest.raises(RuleError, match="say why"):
        erasing.erase(actor=alice, person=rolf, seen=rolf.version, reason=" ", now=now)
    with pytest.raises(ConflictError):
        erasing.erase(actor=alice, person=rolf, seen=99, reason="asked", now=now)
    assert not Tombstone.objects.exists()
    case = cases.open_case(actor=alice, person=rolf, issue=None, title="New", now=now)
    with pytest.raises(RuleError, match="not closed"):
        erasing.erase(actor=alice, person=rolf, seen=rolf.version, reason="asked", now=now)
    case.delete()
    gone = erased(alice, rolf, now)
    with pytest.raises(RuleError, match="already"):
        erasing.erase(actor=alice, person=gone, seen=gone.version, reason="asked", now=now)
    for refused in (
        lambda: cases.open_case(actor=alice, person=gone, issue=None, title="x", now=now),
        lambda: people.edit(actor=alice, person=gone, seen=gone.version, now=now, name="Rolf"),
    ):
        with pytest.raises(RuleError, match="was erased"):
            refused()


def test_profiles_nobody_needs_are_forgotten(
    alice: Actor, forum: Source, rolf: Person, now: datetime
) -> None:
    Retention.objects.create(data_class="people", days=365)
    new = Person.objects.create(name="New", created_at=now + timedelta(days=300))
    assert remove_due(now=now + timedelta(days=364))
    assert Person.objects.get(pk=rolf.pk).erased_at is None
    then = now + timedelta(days=366)
    while remove_due(now=then):
        pass
    rolf.refresh_from_db()
    assert rolf.erased_at == then
    assert not Message.objects.exists()
    assert Account.objects.get(key="Rolf_P").person is None
    assert not Tombstone.objects.exists()
    assert Person.objects.get(pk=new.pk).erased_at is None


def test_a_profile_with_an_open_case_or_new_posts_is_kept(forum: Source, now: datetime) -> None:
    old = now - timedelta(days=400)
    busy, active = (Person.objects.create(name=name, created_at=old) for name in ("Busy", "Active"))
    Case.objects.create(person=busy, title="x", reply_key="x", opened_at=old)
    account = Account.objects.create(source=forum, key="active", person=active, first_seen_at=old)
    thread = Thread.objects.create(source=forum, key="k", seen_at=now)
    shared = {"text": "x", "text_since": now, "seen_at": now, "created_at": now}
    Post.objects.create(thread=thread, source=forum, key="k", account=account, **shared)
    Retention.objects.create(data_class="people", days=365)
    remove_due(now=now)
    assert not Person.objects.exclude(erased_at=None).exists()


@given(st.text(max_size=40), st.text(min_size=1, max_size=12))
def test_a_name_is_found_between_any_words(around: str, name: str) -> None:
    words = words_of(name)
    text = f"{around} {name} {around}"
    lengths, wanted = (len(words),) if words else (), " ".join(words)
    found = replaced(text, lengths, lambda run, _: "X" if run == wanted else None)
    if words and not words_of(around):
        assert "X" in found
    assert replaced(text, (3, 2, 1), lambda *_: None) == text


@pytest.mark.parametrize(
    ("name", "unmistakable"),
    [("Rolf", False), ("Rolf Petersen", True), ("rolf_p", True), ("a@b.c", True), ("4711", False),
     ("10047119", True), ("i1", False)],
)  # fmt: skip
def test_ordinary_words_are_no_names(name: str, *, unmistakable: bool) -> None:
    assert is_unmistakable(words_of(name)) is unmistakable


def test_every_text_that_people_write_is_looked_through() -> None:
    """A new field for words must be thought of: here, in ``sweeping``, or as one that names nobody."""
    from kulanz.desk.services import sweeping  # noqa: PLC0415

    seen = {(model, name) for model, _, fields in sweeping.PUBLIC for name in fields}
    seen |= {(model, name) for model, fields in sweeping.INTERNAL for name in fields}
    wordy = {
        (model, field.name)
        for model in apps.get_app_config("desk").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.TextField | models.JSONField)
    }
    unseen = {f"{model._meta.model_name}.{name}" for model, name in wordy - seen}
    assert {each for each in unseen if not each.endswith(".last_error")} == NAMELESS


def about_silke(alice: Actor, now: datetime) -> Case:
    silke = Person.objects.create(name="Silke", created_at=now)
    return cases.open_case(actor=alice, person=silke, issue=None, title="Fee", now=now)


def as_for_rolf() -> Offer:
    free = Money.of_minor(0, "EUR")
    return Offer(kind="apology", value=free, cost=free, why="as for Rolf Petersen")


def test_their_name_goes_from_what_is_sealed_about_others(
    alice: Actor, forum: Source, rolf: Person, now: datetime
) -> None:
    case = about_silke(alice, now)
    gesture = gestures.propose(actor=alice, case=case, offer=as_for_rolf(), now=now)
    said = Judgement(fault="ours", why="Rolf Petersen says the same")
    held = assessing.assess(actor=alice, case=case, seen=0, said=said, now=now)
    gone = erased(alice, rolf, now)
    gesture.refresh_from_db()
    held.refresh_from_db()
    assert gesture_words.words_of(gesture).why == f"as for {gone.name}"
    assert gesture_words.why_of(actor=alice, assessment=held, now=now) == f"{gone.name} says the same"


def test_who_has_read_sealed_words_does_not_write_the_name_back(
    alice: Actor, forum: Source, rolf: Person, now: datetime
) -> None:
    read = gestures.propose(actor=alice, case=about_silke(alice, now), offer=as_for_rolf(), now=now)
    erased(alice, rolf, now)
    with pytest.raises(ConflictError):
        gestures.edit(actor=alice, gesture=read, seen=read.version, offer=as_for_rolf(), now=now)


def test_sealed_words_are_gone_through_a_few_at_a_time(
    alice: Actor, forum: Source, rolf: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a database that is held through all of them."""
    case = about_silke(alice, now)
    for _ in range(5):
        gestures.propose(actor=alice, case=case, offer=as_for_rolf(), now=now)
    monkeypatch.setattr(sweeping, "SLICE", 2)
    with CaptureQueriesContext(connection) as caught:
        erased(alice, rolf, now)
    told = [each["sql"] for each in caught.captured_queries]
    written = [at for at, sql in enumerate(told) if sql.startswith('UPDATE "desk_gesture" SET "sealed"')]
    assert max(Counter(told[:at].count("COMMIT") for at in written).values()) == 2
    assert not any("Petersen" in gesture_words.words_of(each).why for each in Gesture.objects.all())
