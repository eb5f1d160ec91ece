"""Names that somebody chose to do harm with, first erasures at once, and people erased in the meantime."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from api_client import Program
from desk_people import logged_in
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kulanz.core.posts import Post as CorePost
from kulanz.desk.conf import conf
from kulanz.desk.models import (
    Account,
    Case,
    Delivery,
    Issue,
    IssueRole,
    Member,
    Note,
    Person,
    Post,
    Source,
    StaffIdentity,
    Tombstone,
    TombstoneKey,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.names import is_of, is_ordinary, words_of
from kulanz.desk.services import cases, deliveries, erasing, people, veiling
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.naming import replaced_names
from kulanz.desk.services.notices import tell
from kulanz.desk.services.sweeping import finish_due
from kulanz.sources.sightings import Page, Sighting

pytestmark = pytest.mark.django_db(transaction=True)


def keep(forum: Source, now: datetime, *said: tuple[str, str]) -> None:
    """Keep posts of some writers in one conversation."""
    before = Post.objects.count()
    posts = (
        CorePost(thread_id="t", post_id=str(before + place), author_id=author, created_at=now, text=text)
        for place, (author, text) in enumerate(said)
    )
    page = Page(posts=tuple(Sighting(post=post) for post in posts))
    keep_page(source=forum, page=page, lane=None, grace=timedelta(0), now=now)


def profile(alice: Actor, key: str, now: datetime) -> Person:
    return people.person_of(actor=alice, account=Account.objects.get(key=key), now=now)


def erase(alice: Actor, person: Person, now: datetime, *left_out: str) -> None:
    gone = erasing.erase(
        actor=alice, person=person, seen=person.version, reason="asked", left_out=left_out, now=now
    )
    assert gone.erased_at == now
    assert finish_due(now=now) == 1


def texts() -> list[str]:
    return list(Post.objects.order_by("pk").values_list("text", flat=True))


WORDS = "Gestern kam die Mahnung, und die Mahnung ist falsch."


def test_an_account_named_with_ordinary_words_changes_nobody_elses(
    alice: Actor, forum: Source, now: datetime
) -> None:
    keep(
        forum,
        now,
        ("die Mahnung", "ich"),
        ("anna", WORDS),
        ("otto", "die Mahnung"),
        ("eva", "@die Mahnung: ja"),
    )
    issue = Issue.objects.create(title=WORDS, opened_at=now)
    IssueRole.objects.create(issue=issue, account=Account.objects.get(key="die Mahnung"), role="affected")
    note = Note.objects.create(issue=issue, author_id=alice.member_id, text=WORDS, at=now)
    erase(alice, profile(alice, "die Mahnung", now), now)
    pseudonym = Account.objects.get(posts__text="ich").key
    assert pseudonym.startswith("erased-")
    assert texts() == ["ich", WORDS, "die Mahnung", f"@{pseudonym}: ja"]
    note.refresh_from_db()
    assert note.text == WORDS
    keep(forum, now, ("die Mahnung", "noch einmal"), ("anna", WORDS))
    assert texts()[-1] == WORDS
    assert Account.objects.get(posts__text="noch einmal").key == pseudonym


def test_the_companys_own_names_stay(
    alice: Actor, forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = ("Kontaktor GmbH", "kontaktor.example")
    monkeypatch.setattr(veiling, "conf", lambda: replace(conf(), company=ours))
    StaffIdentity.objects.create(kind="name", value="Kontaktor GmbH")
    said = "Ask Kontaktor GmbH, help@kontaktor.example."
    keep(forum, now, ("Kontaktor GmbH", "ich"), ("anna", said))
    person = profile(alice, "Kontaktor GmbH", now)
    person = people.edit(actor=alice, person=person, seen=1, now=now, email="help@kontaktor.example")
    erase(alice, person, now)
    assert texts() == ["ich", said]
    assert StaffIdentity.objects.exists()
    assert conf().company == ()


def test_a_lead_sees_where_names_stand_and_leaves_some_out(
    alice: Actor, forum: Source, now: datetime
) -> None:
    said = "The Blue Folder is lost, says rolf_p."
    keep(forum, now, ("rolf_p", "Blue Folder? My words."), ("anna", said), ("otto", "blue folder"))
    person = profile(alice, "rolf_p", now)
    person = people.edit(actor=alice, person=person, seen=1, now=now, name="Blue Folder")
    found = [
        (each.name, each.anywhere, each.rows) for each in replaced_names(actor=alice, person=person, now=now)
    ]
    assert found == [("Blue Folder", True, 2), ("rolf_p", True, 1)]
    erase(alice, person, now, "blue FOLDER")
    pseudonym = Account.objects.get(posts__text="Blue Folder? My words.").key
    assert texts() == ["Blue Folder? My words.", f"The Blue Folder is lost, says {pseudonym}.", "blue folder"]


def test_the_page_shows_names_and_takes_what_is_left_out(
    members: dict[str, Member], alice: Actor, forum: Source, now: datetime
) -> None:
    keep(forum, now, ("rolf_p", "ich"), ("anna", "rolf_p was here."))
    person = profile(alice, "rolf_p", now)
    client = logged_in(members["alice"])
    page = client.get(f"/people/{person.pk}/erasing").content.decode()
    assert "Leave out rolf_p" in page
    sent = {"seen": person.version, "reason": "", "left_out": "rolf_p"}
    refused = client.post(f"/people/{person.pk}/erase", sent)
    assert 'value="rolf_p" checked' in refused.content.decode()
    client.post(f"/people/{person.pk}/erase", {**sent, "reason": "asked"})
    finish_due(now=now)
    assert texts() == ["ich", "rolf_p was here."]


def test_programs_see_names_and_leave_some_out(
    members: dict[str, Member], alice: Actor, forum: Source, now: datetime
) -> None:
    keep(forum, now, ("rolf_p", "ich"), ("anna", "rolf_p was here."))
    person = profile(alice, "rolf_p", now)
    program = Program(members["alice"])
    names = program.get(f"/people/{person.pk}/erasure").json()["names"]
    assert names == [{"name": "rolf_p", "anywhere": True, "rows": 1, "more": False}]
    sent = {"seen": person.version, "reason": "asked", "left_out": ["rolf_p"]}
    assert program.post(f"/people/{person.pk}/erase", sent).status_code == 200
    finish_due(now=now)
    assert texts() == ["ich", "rolf_p was here."]


@pytest.mark.parametrize(
    ("name", "ordinary"),
    [
        ("die Mahnung", True),
        ("Mahnung", True),
        ("Rolf Petersen", False),
        ("die Petersen", False),
        ("rolf_p", False),
    ],
)
def test_ordinary_words_are_known(name: str, *, ordinary: bool) -> None:
    assert is_ordinary(words_of(name)) is ordinary


def test_a_company_is_its_names_and_the_addresses_at_its_domains() -> None:
    company = ("Kontaktor GmbH", "kontaktor.example")
    ours = ("kontaktor gmbh", "Help@Kontaktor.example", "kontaktor.example")
    assert all(is_of(words_of(name), company) for name in ours)
    assert not any(
        is_of(words_of(name), company) for name in ("Kontaktor", "a@b.example", "Rolf Kontaktor GmbH")
    )


def test_two_first_erasures_at_once_share_one_key(forum: Source) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    begun, done = Event(), Event()

    def first() -> None:
        with transaction.atomic():
            veiling.bury_account(forum.pk, "anna_9", "erased-1")
            begun.set()
            while not (done.is_set() or somebody_waits()):
                pass
        connection.close()

    other = Thread(target=first)
    other.start()
    begun.wait()
    with transaction.atomic():
        veiling.bury_account(forum.pk, "berta_9", "erased-2")
    done.set()
    other.join()
    veil = veiling.veil_of([forum.pk])
    assert veil is not None
    assert (veil.account("anna_9"), veil.account("berta_9")) == ("erased-1", "erased-2")
    assert TombstoneKey.objects.count() == 1


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        waiting: int = cursor.fetchone()[0]
    return waiting > 0


def test_stones_are_read_once_until_there_are_more(forum: Source) -> None:
    with transaction.atomic():
        veiling.bury_account(forum.pk, "anna_9", "erased-1")
    veiling.veil_of([forum.pk])
    with CaptureQueriesContext(connection) as asked:
        veiling.veil_of([forum.pk])
    assert len(asked) == 1
    assert "LIMIT 1" in asked[0]["sql"]
    with transaction.atomic():
        veiling.bury_name("Berta Neun", "erased-2")
    veil = veiling.veil_of([forum.pk])
    assert veil is not None
    assert veil.text("anna_9 and Berta Neun") == "erased-1 and erased-2"
    Tombstone.objects.all().delete()
    assert veiling.veil_of([forum.pk]) is None


def test_digests_and_links_to_replies_of_private_cases_go(
    members: dict[str, Member], alice: Actor, forum: Source, now: datetime
) -> None:
    Member.objects.filter(username="alice").update(email_alerts="digest")
    member = Member.objects.get(username="alice")
    keep(forum, now, ("anna_9", "ich"))
    person = profile(alice, "anna_9", now)
    case = cases.open_case(actor=alice, person=person, issue=None, title="Gallbladder", now=now)
    address = f"{conf().url}/cases/{case.pk}"
    for key, url in (("a", address), ("b", f"{address}#reply-7"), ("c", f"{conf().url}/cases/{case.pk}9")):
        tell(member=member, key=key, subject=f"Gallbladder {key}", body=f"Somebody wrote.\n{url}", now=now)
    later = now + timedelta(days=2)
    deliveries.make_digests(now=later)
    assert "Gallbladder a" in Delivery.objects.get(kind="email").body
    case = cases.resolve(actor=alice, case=case, seen=case.version, outcome="ok", now=later)
    cases.close(actor=alice, case=case, seen=case.version, now=later)
    erase(alice, person, later)
    assert list(Delivery.objects.values_list("subject", flat=True)) == ["Gallbladder c"]


def test_whoever_was_erased_meanwhile_gets_nothing_new(alice: Actor, forum: Source, now: datetime) -> None:
    keep(forum, now, ("anna_9", "ich"), ("berta_9", "du"))
    seen = profile(alice, "anna_9", now)
    erase(alice, Person.objects.get(pk=seen.pk), now)
    berta = Account.objects.get(key="berta_9")
    for late in (
        lambda: people.attach(actor=alice, person=seen, account=berta, now=now),
        lambda: cases.open_case(
            actor=alice, person=seen, issue=None, title="x", email="a@x.example", now=now
        ),
    ):
        with pytest.raises(RuleError, match="was erased"):
            late()
    berta.refresh_from_db()
    assert berta.person is None
    assert not Case.objects.exists()


def test_an_account_that_was_erased_meanwhile_makes_no_profile(
    alice: Actor, forum: Source, now: datetime
) -> None:
    keep(forum, now, ("anna_9", "ich"))
    seen = Account.objects.get(key="anna_9")
    erase(alice, profile(alice, "anna_9", now), now)
    other = Person.objects.create(name="Other", created_at=now)
    for late in (
        lambda: people.person_of(actor=alice, account=seen, now=now),
        lambda: people.attach(actor=alice, person=other, account=seen, now=now),
    ):
        with pytest.raises(RuleError, match="was erased"):
            late()


def test_no_case_is_opened_for_a_profile_that_was_merged_away(alice: Actor, now: datetime) -> None:
    kept, gone = (Person.objects.create(name=name, created_at=now) for name in "PQ")
    people.merge(actor=alice, person=kept, seen=1, gone=gone, why="same", now=now)
    with pytest.raises(RuleError, match="merged into another"):
        cases.open_case(actor=alice, person=gone, issue=None, title="x", now=now)
    assert not Case.objects.exists()
