"""Fills a desk of its own with somebody, and erases them at an empty line: see test_erased_files.

A line with words is run as a command of ``kulanz``, and answered by what that says and ``done``.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta

from django.core.management import call_command

from kulanz.desk.project.wsgi import application  # the models below are ready once this has set them up

# isort: split
from desk_people import make_member

from kulanz.cli import main as kulanz
from kulanz.core.posts import Post as CorePost
from kulanz.desk.access import actor_of
from kulanz.desk.models import Account, Message, Person, Source
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import cases, data_requests, erasing, people
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.sweeping import finish_due
from kulanz.sources.sightings import Page, Raw, Sighting

NOW = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)


def keep(forum: Source, number: int, now: datetime) -> None:
    """A page with a post of theirs and one about them, large enough to fill pages of the database."""
    filler = " ".join(f"word{place}x{number}" for place in range(400))
    mine = f"Mine, pumpernickel. {filler}"
    posts = (
        CorePost(thread_id="t", post_id=f"a{number}", author_id="xaverq7", created_at=now, text=mine),
        CorePost(
            thread_id="t", post_id=f"b{number}", author_id="anna", created_at=now,
            text=f"xaverq7 says so. {filler} Ask Xaver Quibbleton.",
        ),
    )  # fmt: skip
    raw = Raw(url="https://f.example", media_type="text/plain", body=b"xaverq7 quibbleton", fetched_at=now)
    page = Page(raw=(raw,), posts=tuple(Sighting(post=post) for post in posts))
    keep_page(source=forum, page=page, lane=None, grace=timedelta(0), now=now)


def fill() -> tuple[Person, Source]:
    forum = Source.objects.create(
        name="F", connector="push", address="f", hook_key="erased-files", created_at=NOW
    )
    for number in range(30):
        keep(forum, number, NOW)
    alice = actor_of(make_member("alice", Role.LEAD))
    person = people.person_of(actor=alice, account=Account.objects.get(key="xaverq7"), now=NOW)
    wanted = {"name": "Xaver Quibbleton", "email": "x@quibbleton.example"}
    person = people.edit(actor=alice, person=person, seen=1, now=NOW, note="Likes zwiebelfisch.", **wanted)
    data_requests.ask(person=person, kind="erase", said="zwiebelfisch", language="en", now=NOW)
    case = cases.open_case(actor=alice, person=person, issue=None, title="Zwiebelfisch", now=NOW)
    for number in range(40):
        text = "\n".join(f"zwiebelfisch {number} {place}" for place in range(300))
        Message.objects.create(case=case, inbound=True, sender=person.email, text=text, html=text, at=NOW)
    case = cases.resolve(actor=alice, case=case, seen=1, outcome="zwiebelfisch", now=NOW)
    cases.close(actor=alice, case=case, seen=2, now=NOW)
    return person, forum


def main() -> None:
    assert application is not None
    call_command("migrate", verbosity=0)
    person, forum = fill()
    os.write(1, b"filled\n")
    for line in sys.stdin:
        if words := line.split():
            kulanz(words, standalone_mode=False)
            sys.stdout.write("done\n")
            sys.stdout.flush()
        else:
            erase(person, forum)
            os.write(1, b"erased\n")


def erase(person: Person, forum: Source) -> None:
    alice = actor_of(make_member("bert", Role.LEAD))
    erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", with_posts=True, now=NOW)
    keep(forum, 0, NOW + timedelta(hours=1))
    assert finish_due(now=NOW + timedelta(hours=1)) == 1


if __name__ == "__main__":
    main()
