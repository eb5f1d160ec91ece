"""The search, on the database that the tests run on: SQLite, or PostgreSQL by DATABASE_URL."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kulanz.core.posts import Post as CorePost
from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Account,
    Case,
    Customer,
    Issue,
    Member,
    MemberRole,
    Message,
    Note,
    Person,
    Post,
    Source,
    Thread,
    wordindex,
)
from kulanz.desk.models.wordindex import put_in_place
from kulanz.desk.queries.search import Found, search
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role
from kulanz.desk.rules.searching import excerpt, terms
from kulanz.desk.services.ingesting import keep_page
from kulanz.sources.sightings import Page, Sighting


def keep(source: Source, now: datetime, *texts: str, removed: bool = False) -> None:
    posts = [
        CorePost(thread_id="4711", post_id=f"p{i}", author_id="rolf_mauer", created_at=now, text=text)
        for i, text in enumerate(texts)
    ]
    page = Page(posts=tuple(Sighting(post=post, removed=removed) for post in posts))
    keep_page(source=source, page=page, lane=None, grace=timedelta(0), now=now)


def make_member(name: str, *roles: Role) -> Member:
    member = Member.objects.create_user(name, f"{name}@kontaktor.example", None)
    MemberRole.objects.bulk_create([MemberRole(member=member, role=role.value) for role in roles])
    return member


def titles(found: Found) -> list[str]:
    return [hit.title for hit in found.page.rows]


def shown(found: Found) -> list[str]:
    return [
        "".join(f"[{part.text}]" if part.found else part.text for part in hit.shown)
        for hit in found.page.rows
    ]


@pytest.fixture
def bobs_case(thread: Thread, members: dict[str, Member], now: datetime) -> Case:
    """A case with a conversation and notes, in an issue of that conversation."""
    issue = Issue.objects.create(title="Mahnungen ohne Grund", opened_at=now)
    person = Person.objects.create(name="Rolf Mauer", email="rolf@mauer.example", created_at=now)
    case = Case.objects.create(issue=issue, person=person, title="Gebühr", reply_key="k" * 20, opened_at=now)
    Message.objects.create(case=case, inbound=True, subject="Inkasso", text="Bitte um Rückruf", at=now)
    Note.objects.create(case=case, author=members["bob"], text="Vertraulich: Kulanz angeboten", at=now)
    Note.objects.create(issue=issue, author=members["bob"], text="Presse fragt nach Zahlen", at=now)
    return case


def test_words_are_found_by_their_beginning_without_capitals_and_accents(
    forum: Source, alice: Actor, now: datetime
) -> None:
    keep(
        forum,
        now,
        "Die MAHNGEBÜHR ist falsch.",
        "Cafe\u0301 und Zu\u0308rich",
        "straße-nummer x_unter y/pfad",
    )
    for words in ("mahngebuhr", "Mahngebühr", "mahn falsch", "MAHNG", "mahngebu\u0308hr"):
        assert shown(search(alice, words, kind="posts"))[0].lower().startswith("die [mahngebühr]"), words
    for words in ("café", "cafe zürich", "straße", "nummer unter pfad"):
        assert search(alice, words, kind="posts").page.total == 1, words
    for words in ("gebühr", "mahn richtig", "", "!!", "und und nicht"):
        assert search(alice, words, kind="posts").page.total == 0, words


@pytest.mark.parametrize(
    "words",
    [
        "NEAR OR AND NOT",
        '"',
        "*",
        "a* OR text:b",
        "'; DROP TABLE desk_post; --",
        "& | ! :* <->",
        "\0",
        "%",
        "-x",
    ],
)
def test_no_words_are_taken_for_a_language(forum: Source, alice: Actor, now: datetime, words: str) -> None:
    keep(forum, now, "Ein Beitrag.")
    assert search(alice, words).page.total == 0
    assert Post.objects.count() == 1


def test_the_index_follows_edits_and_removals(forum: Source, alice: Actor, now: datetime) -> None:
    keep(forum, now, "erst Apfel")
    keep(forum, now, "dann Birne")
    assert search(alice, "apfel", kind="posts").page.total == 0
    assert search(alice, "birne", kind="posts").page.total == 1
    Post.objects.update(removed=True)
    assert search(alice, "birne", kind="posts").page.total == 0
    Post.objects.update(removed=False)
    Post.objects.all().delete()
    assert search(alice, "birne", kind="posts").page.total == 0


def test_everything_with_words_is_found(bobs_case: Case, thread: Thread, alice: Actor, now: datetime) -> None:
    keep(thread.source, now, "Noch ein Beitrag")
    assert titles(search(alice, "thread 4711")) == ["Thread 4711"]
    assert titles(search(alice, "mahnungen grund")) == ["Mahnungen ohne Grund"]
    assert titles(search(alice, "presse zahlen")) == ["Mahnungen ohne Grund"]
    for words in ("gebühr", "inkasso ruckruf", "vertraulich"):
        assert titles(search(alice, words, kind="cases")) == ["Gebühr"]
    assert titles(search(alice, "rolf mauer", kind="people")) == ["Rolf Mauer"]
    assert titles(search(alice, "mauer example", kind="people")) == ["Rolf Mauer"]
    assert titles(search(alice, "rolf", kind="accounts")) == ["rolf_mauer"]
    assert shown(search(alice, "ruckruf", kind="cases")) == ["Inkasso · Bitte um [Rückruf]"]


def test_nobody_finds_what_they_may_not_see(
    bobs_case: Case, erik: Actor, adam: Actor, members: dict[str, Member]
) -> None:
    carla = actor_of(members["carla"])
    for actor in (erik, adam):
        assert [each.kind for each in search(actor, "x").tallies] == ["threads", "posts", "issues"]
        for words in ("vertraulich", "inkasso", "rolf"):
            assert {each.count for each in search(actor, words, kind="cases").tallies} == {0}
    assert [each.kind for each in search(carla, "x").tallies] == ["threads", "posts", "issues", "cases"]


def test_a_case_is_found_by_its_customer(bobs_case: Case, forum: Source, alice: Actor, now: datetime) -> None:
    person = bobs_case.person
    Person.objects.filter(pk=person.pk).update(customer_number="K-471100")
    Account.objects.create(source=forum, key="gartenrolf", person=person, first_seen_at=now)
    Customer.objects.create(number="0815-9", person=person, told_by="books", told_at=now)
    Case.objects.filter(pk=bobs_case.pk).update(email="buero@garten.example")
    for words in ("Mauer", "rolf mauer", "mauer example", "K-4711", "gartenrolf", "0815-9", "buero garten"):
        found = search(alice, words, kind="cases")
        assert (found.kind, titles(found)) == ("cases", ["Gebühr"]), words
    (told,) = shown(search(alice, "mauer example", kind="cases"))
    assert told == "Rolf [Mauer] · rolf@[mauer].[example] · K-471100"


def test_a_case_is_found_by_no_more_of_its_customer_than_may_be_seen(
    bobs_case: Case, forum: Source, members: dict[str, Member], now: datetime
) -> None:
    """Who approves sees cases with the customer's name, but no profiles and no values."""
    person = bobs_case.person
    Person.objects.filter(pk=person.pk).update(customer_number="K-471100", note="Vorstand")
    Account.objects.create(source=forum, key="gartenrolf", person=person, first_seen_at=now)
    Customer.objects.create(number="0815-9", person=person, told_by="books", told_at=now)
    carla, dora = actor_of(members["carla"]), actor_of(members["dora"])
    assert shown(search(carla, "rolf mau", kind="cases")) == ["[Rolf] [Mauer]"]
    for words in ("mauer example", "rolf vorstand", "K-471100", "gartenrolf", "0815-9"):
        assert search(carla, words, kind="cases").page.total == 0, words
    frieda = actor_of(members["frieda"])
    assert search(frieda, "K-471100", kind="cases").page.total == 1
    assert search(frieda, "0815-9", kind="cases").page.total == 0
    assert "cases" not in [each.kind for each in search(dora, "mauer").tallies]


def test_a_merged_person_is_found_once(alice: Actor, now: datetime) -> None:
    kept = Person.objects.create(name="Rolf Mauer", created_at=now)
    Person.objects.create(name="Rolf M.", merged_into=kept, created_at=now)
    assert titles(search(alice, "rolf")) == ["Rolf Mauer"]


def test_pages_of_fifty_and_no_query_more_for_more_rows(forum: Source, alice: Actor, now: datetime) -> None:
    counts = []
    for number in (3, 120):
        keep(forum, now, *["Mahnung erhalten"] * number)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = search(alice, "mahnung", kind="posts")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert (len(found.page.rows), found.page.total, found.page.following) == (50, 120, 50)
    last = search(alice, "mahnung", kind="posts", offset=100).page
    assert (len(last.rows), last.following, last.previous) == (20, None, 50)


@pytest.mark.django_db(transaction=True)
def test_indexes_are_made_again_and_filled_where_they_were_lost(
    forum: Source, alice: Actor, now: datetime
) -> None:
    keep(forum, now, "vorher")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER desk_post_words_added")
        else:
            cursor.execute("DROP INDEX desk_post_words")
    keep(forum, now, "vorher", "nachher")
    put_in_place(using="default")
    put_in_place(using="default")
    assert search(alice, "nachher", kind="posts").page.total == 1
    assert search(alice, "vorher", kind="posts").page.total == 1


def test_what_is_not_among_the_latest_is_found_as_well(
    forum: Source, alice: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wordindex, "_LATEST", 2)
    keep(forum, now, "Mahnung eins", "Mahnung zwei", "anderes", "Mahnung drei")
    assert [hit.split()[1] for hit in shown(search(alice, "mahn", kind="posts"))] == ["drei", "zwei", "eins"]
    assert wordindex.matching(Post, ["mahn"], using="default", at_most=1) == [Post.objects.latest("pk").pk]


def test_a_post_of_a_megabyte_is_kept_and_found(forum: Source, alice: Actor, now: datetime) -> None:
    keep(forum, now, "Anfang " + " ".join(f"wort{number}" for number in range(150_000)))
    assert search(alice, "anfang wort77", kind="posts").page.total == 1


def test_the_page_escapes_and_marks(
    client: Client, forum: Source, members: dict[str, Member], now: datetime
) -> None:
    keep(forum, now, "Vorher <script>alert(1)</script> Mahnung & <b>mehr</b>")
    client.force_login(members["erik"])
    page = client.get("/search", {"q": "mahnung"}).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>Mahnung</mark> &amp; &lt;b&gt;" in page
    assert client.get("/search", {"q": "<img src=x>"}).content.decode().count("<img") == 0
    assert client.get("/search").status_code == 200
    assert client.get("/search", {"q": "x", "kind": "cases", "from": "9" * 20}).status_code == 200


def test_the_page_needs_a_login_and_a_role(client: Client, db: None) -> None:
    assert client.get("/search").status_code == 302
    client.force_login(make_member("nobody"))
    assert client.get("/search").status_code == 403


def test_terms_are_few_short_and_each_once() -> None:
    assert terms("Über über UBER, x_1") == ("uber", "x", "1")
    assert len(terms(" ".join(f"w{i}" for i in range(50)))) == 8
    assert terms("a" * 500) == ("a" * 60,)


def test_an_excerpt_is_cut_at_words_around_the_find() -> None:
    text = "wort " * 100 + "Mahnung " + "ende " * 100
    parts = excerpt(text, ("mahn",), width=100)
    joined = "".join(part.text for part in parts)
    assert [part.text for part in parts if part.found] == ["Mahnung"]
    assert joined.startswith("… wort ")
    assert joined.endswith(" ende …")
    assert len(joined) < 110
    assert "".join(part.text for part in excerpt("x" * 1000, ("y",), width=50)) == "x" * 50 + " …"
    assert excerpt("", ("y",)) == ()


def test_a_role_is_enough_to_look(members: dict[str, Member]) -> None:
    for role in Role:
        assert search(actor_of(make_member(f"one-{role.value}", role)), "x").tallies


def test_accounts_without_a_profile_are_listed(
    client: Client, forum: Source, members: dict[str, Member], now: datetime
) -> None:
    Account.objects.create(source=forum, key="paula", first_seen_at=now)
    client.force_login(members["bob"])
    assert "/people?accounts=1&amp;words=paula" in client.get("/search", {"q": "paula"}).content.decode()


def test_common_words_elsewhere_hide_nothing_that_may_be_found(
    bobs_case: Case,
    thread: Thread,
    members: dict[str, Member],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The latest rows are taken of those that may be found, not before it is known which these are."""
    monkeypatch.setattr("kulanz.desk.queries.search.MOST", 2)
    keep(thread.source, now, "Mauer gesehen", "Mauer eins", "Mauer zwei", "Mauer drei")
    Post.objects.exclude(text="Mauer gesehen").update(removed=True)
    for number in range(3):
        Note.objects.create(case=bobs_case, author=members["bob"], text="Presse", at=now)
        Person.objects.create(name=f"Mauer {number}", merged_into=bobs_case.person, created_at=now)
        other = Person.objects.create(name=f"Paul {number}", note="Mauer", created_at=now)
        Case.objects.create(person=other, title="Anderes", reply_key=f"{number}" * 20, opened_at=now)
    alice, carla = actor_of(members["alice"]), actor_of(members["carla"])
    assert shown(search(alice, "mauer", kind="posts")) == ["[Mauer] gesehen"]
    assert titles(search(alice, "presse", kind="issues")) == ["Mahnungen ohne Grund"]
    assert titles(search(carla, "mauer", kind="cases")) == ["Gebühr"]
    assert not any(each.more for each in search(carla, "mauer").tallies)
    assert titles(search(alice, "paul mauer", kind="people")) == ["Paul 2", "Paul 1"]
    Person.objects.filter(note="Mauer").update(merged_into=bobs_case.person)
    assert titles(search(alice, "mauer", kind="people")) == ["Rolf Mauer"]
