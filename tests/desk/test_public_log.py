"""Entries of the public log, as the desk writes them."""

from __future__ import annotations

from datetime import datetime

import pytest
from desk_people import make_thread

from kulanz.desk.models import Account, LogEntry, Opening, Source
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.public_log import About, check_note, enter, forget_openings, openings_of
from kulanz.tlog.entries import RuleRef, decode, opens
from kulanz.tlog.merkle import leaf_hash

pytestmark = pytest.mark.django_db
BEFORE = b'{"text":"Rolf said something"}'


def hidden(source: Source, now: datetime, **more: object) -> LogEntry:
    given = {"kind": "measure", "act": "hide", "subjects": {"post": b'"4"', "before": BEFORE}} | more
    return enter(at=now, now=now, source=source, **given)


def test_an_entry_commits_to_what_it_is_about_and_shows_nothing_of_it(forum: Source, now: datetime) -> None:
    row = hidden(forum, now, rule=RuleRef("tone", 3), reasons=("abuse",), scope="post", origin="desk")
    body = bytes(row.body)
    entry = decode(body)
    assert (row.index, row.leaf, row.rule_key) == (None, leaf_hash(body).hex(), "tone")
    assert b"Rolf" not in body
    assert forum.name.encode() not in body
    for name, opened in openings_of(row).items():
        assert opens(entry, name, *opened)
    assert openings_of(row)["before"].content == BEFORE
    assert b"Rolf" not in b"".join(bytes(each.sealed) for each in Opening.objects.all())


def test_what_was_erased_says_nothing_any_more_and_is_told(forum: Source, now: datetime) -> None:
    row = hidden(forum, now)
    assert forget_openings(entries=LogEntry.objects.all(), reason="person_asked", now=now) == 1
    assert openings_of(row) == {}
    assert forget_openings(entries=LogEntry.objects.all(), reason="person_asked", now=now) == 0
    told = LogEntry.objects.get(kind="erasure")
    assert decode(bytes(told.body)).refers == row.leaf
    row.refresh_from_db()
    assert leaf_hash(bytes(row.body)).hex() == row.leaf


def test_names_that_the_desk_knows_do_not_go_into_the_log(forum: Source, now: datetime) -> None:
    thread = make_thread(forum, now, "4711")
    Account.objects.create(source=forum, key="rolf_p", first_seen_at=now)
    with pytest.raises(RuleError, match="a name that the desk knows"):
        hidden(forum, now, note="Rolf_P was insulted here.", about=About(thread=thread))
    with pytest.raises(RuleError, match="personal data"):
        hidden(forum, now, note="see https://forum.example/u/9")
    with pytest.raises(RuleError, match="does not take this"):
        hidden(forum, now, reasons=("because",))
    assert not LogEntry.objects.exists()
    check_note("The post was hidden for a day.")
