"""An older database came back: whoever was erased since is erased again, whatever was open at the backup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from desk_people import NOW
from django.db import transaction

from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Account, Case, Erasure, Member, Person, Post, Promise, Source, Tombstone
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import cases, erasing, erasure_journal, people, promises
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.erasing_again import Again, erase_again
from kulanz.desk.services.erasure_journal import Erased, keep_journal, read_journals
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.sweeping import finish_due
from kulanz.desk.services.veiling import digest_key
from kulanz.sources.sightings import Page, Sighting

pytestmark = pytest.mark.django_db
WRITERS = ("Rolf_P", "rolf_2", "anna", "Rolf Petersen")


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "erasures.jsonl"
    given = erasure_journal.conf()
    monkeypatch.setattr(
        erasure_journal, "conf", lambda: type("Given", (), {"erasure_journal": path, "data": given.data})
    )
    return path


@pytest.fixture
def rolf(alice: Actor, forum: Source, now: datetime) -> Person:
    """Somebody with an account and an open case; ``rolf_2`` is not known to be his yet."""
    text = "Rolf_P and rolf_2 are one. Ask Rolf Petersen."
    posts = tuple(
        Sighting(post=CorePost(thread_id="t", post_id=name, author_id=name, created_at=now, text=text))
        for name in WRITERS
    )
    keep_page(source=forum, page=Page(raw=(), posts=posts), lane=None, grace=timedelta(0), now=now)
    person = people.person_of(actor=alice, account=Account.objects.get(key="Rolf_P"), now=now)
    person = people.edit(actor=alice, person=person, seen=1, now=now, name="Rolf Petersen")
    case = cases.open_case(actor=alice, person=person, issue=None, title="Rolf’s matter", now=now)
    by, day = Member.objects.get(username="alice"), timedelta(hours=4)
    promises.make(
        actor=alice, case=case, by=by, what="x", worktime=day, calendar=usual_calendar(now=now), now=now
    )
    digest_key()
    return person


def lost(erase: Callable[[], None], journal: Path) -> list[Erased]:
    """Do something of which the database knows nothing any more, and the journal does."""
    with transaction.atomic():
        erase()
        keep_journal()
        transaction.set_rollback(True)
    return read_journals([journal])


@pytest.mark.django_db(transaction=True)
def test_somebody_erased_since_the_backup_is_erased_with_all_that_was_open(
    alice: Actor, rolf: Person, forum: Source, now: datetime, journal: Path
) -> None:
    def erase() -> None:
        Account.objects.filter(key="rolf_2").update(person=rolf)
        promise = Promise.objects.get()
        promises.keep(actor=alice, promise=promise, seen=promise.version, now=now)
        case = cases.resolve(actor=alice, case=Case.objects.get(), seen=1, outcome="done", now=now)
        cases.close(actor=alice, case=case, seen=case.version, now=now)
        person = Person.objects.get(pk=rolf.pk)
        erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", now=now)

    erased = lost(erase, journal)
    namesake = Person.objects.create(name="Rolf Petersen", created_at=now)
    assert not Erasure.objects.exists()
    assert erase_again(erased=erased, now=now) == Again(1, 0)
    while finish_due(now=now):
        pass
    (line,) = erased
    left = Person.objects.get(pk=rolf.pk)
    assert (left.name, left.erased_at) == (line.pseudonym, line.at)
    keys = set(Account.objects.values_list("key", flat=True))
    assert keys == {"anna", "Rolf Petersen"} | {stone.pseudonym for stone in line.stones if stone.source}
    assert (Case.objects.get().state, Promise.objects.get().state) == ("closed", "withdrawn")
    assert not any(
        name in Post.objects.get(key="anna").text for name in ("Rolf_P", "rolf_2", "Rolf Petersen")
    )
    assert Tombstone.objects.count() == len(line.stones)
    assert Person.objects.get(pk=namesake.pk).erased_at is None
    assert journal.read_text().splitlines() == [Erasure.objects.get().journal]
    assert erase_again(erased=erased, now=now) == Again(0, 0)


def test_somebody_of_whom_the_backup_knows_an_account_alone_is_erased_too(
    alice: Actor, rolf: Person, forum: Source, now: datetime, journal: Path
) -> None:
    def erase() -> None:
        late = Source.objects.create(name="L", connector="push", address="l", hook_key="late", created_at=now)
        account = Account.objects.get(key="anna")
        person = people.person_of(actor=alice, account=account, now=now)
        Account.objects.create(source=late, key="anna_q", person=person, first_seen_at=now)
        erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", now=now)

    erased = lost(erase, journal)
    assert erase_again(erased=erased, now=now) == Again(1, 2)
    assert not Account.objects.filter(key="anna").exists()
    assert Person.objects.get(name=erased[0].pseudonym).erased_at == erased[0].at
    assert Person.objects.get(pk=rolf.pk).erased_at is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"v": 1}', "no journal of erasures"),
        (
            '{"v":2,"at":"2026-11-23T04:05:06Z","key":"","pseudonym":"e","people":[],"stones":[]}',
            "newer Kulanz",
        ),
        (
            '{"v":1,"at":"2026-11-23T04:05:06Z","key":"x","pseudonym":"e","people":[],"stones":[]}',
            "another desk",
        ),
    ],
)
def test_what_is_no_journal_of_this_desk_is_refused(tmp_path: Path, content: str, told: str) -> None:
    (path := tmp_path / "j").write_text(f"{content}\n")
    with pytest.raises(RuleError, match=told):
        erase_again(erased=read_journals([path]), now=NOW)


def test_a_line_that_a_death_has_cut_spoils_no_other(
    alice: Actor, rolf: Person, now: datetime, journal: Path
) -> None:
    journal.write_text('{"v":1,"at"')
    Erasure.objects.create(person=rolf, asked_at=now, journal="{}")
    keep_journal()
    keep_journal()
    assert journal.read_text() == '{"v":1,"at"\n{}\n'
