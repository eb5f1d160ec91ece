"""A desk filled by the real pipeline: posts kept in order, analysed by the worker, taken up by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex, token_urlsafe
from typing import Final

from kulanz.core.posts import Post
from kulanz.core.spoken import Lang
from kulanz.desk.access import actor_of
from kulanz.desk.demo.books import Books
from kulanz.desk.demo.matters import Matters
from kulanz.desk.demo.measures import hide_an_insult
from kulanz.desk.demo.rulebook import publish_rules
from kulanz.desk.demo.story import as_if_now, pages
from kulanz.desk.demo.values import know, set_values
from kulanz.desk.demo.words import WORDS, Words
from kulanz.desk.models import Account, AlertPolicy, Case, Member, Playbook, PlaybookStep, Source, Thread
from kulanz.desk.queries.status_pages import language_for
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import cases, issues, people, promises, status_links, teamwork
from kulanz.desk.services.analysing import learn_baseline
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.comparing import compare
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.members import create_member
from kulanz.desk.worker import JOBS, run_once
from kulanz.sources import read
from kulanz.sources.sample_community import sample_folder
from kulanz.sources.sightings import Page, Sighting

MEMBERS: Final[Mapping[str, tuple[str, Role]]] = {
    "alice": ("Alice Berg", Role.LEAD),
    "bob": ("Bob Lindner", Role.AGENT),
    "carla": ("Carla Voigt", Role.APPROVER),
    "dora": ("Dora Hansen", Role.MODERATOR),
    "erik": ("Erik Sommer", Role.READER),
    "frieda": ("Frieda Kern", Role.AUDITOR),
    "adam": ("Adam Wolf", Role.ADMIN),
}
GREAT_CASE: Final = "4711"
COMPLAINANT: Final = "Rolf_Petersen"
BLOGGERS: Final = ("notizblock", "webwerker")
"""Who write about it in the forum and in blogs of their own, under one name."""
_KNOWN: Final = timedelta(days=5)
_BEGAN: Final = timedelta(days=4)
_WENT_ON: Final = timedelta(days=1)
_ENDS: Final = timedelta(minutes=20)
"""How long ago customers became known, and people worked on their matters."""
_GRACE: Final = timedelta(minutes=5)
_PASSWORD_BYTES: Final = 12
_ANALYSE: Final = tuple(job for job in JOBS if job.name == "analyse")


def fill(*, lang: Lang, now: datetime) -> dict[str, str]:
    """Fill an empty desk and return the passwords of its members, made by chance."""
    passwords = {name: token_urlsafe(_PASSWORD_BYTES) for name in MEMBERS}
    members = {name: _member(name, password, lang, now) for name, password in passwords.items()}
    words = WORDS[lang]
    _set_up(words, lang)
    publish_rules(actor_of(members["alice"]), now - _KNOWN, now - _WENT_ON)
    forum = _replay("Kontaktor-Forum", "kontaktor", list(read([sample_folder() / "threads"])), now)
    blogs = [post for post in read([sample_folder() / "blogs.atom"]) if post.author_id in BLOGGERS]
    _replay(words.blogs, "rundschau", blogs, now)
    hide_an_insult(members, forum, lang, now - _WENT_ON)
    matters = _matters(members, forum, words, now)
    matters.begin(now - _BEGAN)
    matters.go_on(now - _WENT_ON)
    case = _take_up(matters, forum.threads.get(key=GREAT_CASE), lang, now)
    matters.end(case, now - _ENDS)
    return passwords


def _member(name: str, password: str, lang: Lang, now: datetime) -> Member:
    shown, role = MEMBERS[name]
    member = create_member(
        actor=None,
        username=name,
        display_name=shown,
        email=f"{name}@kontaktor.example",
        roles=[role],
        password=password,
        now=now,
    )
    Member.objects.filter(pk=member.pk).update(language=lang)
    return member


def _set_up(words: Words, lang: Lang) -> None:
    """What leads set up before anything happens: when to raise an alarm, and the first steps then."""
    AlertPolicy.objects.create(name=words.policy, least_stage="issue", threshold=0.5)
    for stage, name in zip(("issue", "escalated"), words.playbooks, strict=True):
        playbook = Playbook.objects.create(name=name, stage=stage, language=lang)
        PlaybookStep.objects.bulk_create(
            PlaybookStep(playbook=playbook, position=place, text=text)
            for place, text in enumerate(words.steps, start=1)
        )


def _replay(name: str, address: str, posts: Sequence[Post], now: datetime) -> Source:
    """Push the posts in order, and have the worker analyse after each page, at the time of its posts."""
    told = as_if_now(posts, now)
    source = Source.objects.create(
        name=name,
        connector="push",
        address=address,
        hook_key=token_hex(16),
        created_at=told[0].created_at or now,
    )
    halfway = len(told) // 2
    done = 0
    for moment, page in pages(told):
        sightings = tuple(Sighting(post=post) for post in page)
        keep_page(source=source, page=Page(posts=sightings), lane=None, grace=_GRACE, now=moment)
        if done < halfway <= done + len(page):
            learn_baseline(source=source)
            source.refresh_from_db()
        done += len(page)
        run_once(moment + timedelta(seconds=5), _ANALYSE)
    Source.objects.filter(pk=source.pk).update(delivered_at=now)
    return source


def _matters(members: Mapping[str, Member], forum: Source, words: Words, now: datetime) -> Matters:
    """What the company knew of its customers before the great case: values, claims, and who is who."""
    known = now - _KNOWN
    set_values(members, words, known)
    books = Books(actor_of(members["adam"]), words.billing, now, known)
    for kind in ("claims", "events"):
        books.send(kind, f"{kind}.csv", known + _GRACE)
    people_known = know(actor_of(members["bob"]), forum, known + 2 * _GRACE)
    return Matters(members=members, people=people_known, books=books, words=words)


def _take_up(matters: Matters, thread: Thread, lang: Lang, now: datetime) -> Case:
    """Alice opens the issue and takes it; Bob gets the case, promises an answer and makes a status page.

    He also makes profiles of those who carry it on, and who may be the writers of two blogs.
    """
    members, words = matters.members, matters.words
    alice, bob = actor_of(members["alice"]), actor_of(members["bob"])
    opened = now - timedelta(minutes=40)
    issue = issues.open_issue(actor=alice, threads=[thread], now=opened)
    issue = issues.take(actor=alice, issue=issue, seen=issue.version, now=opened)
    issues.edit(actor=alice, issue=issue, seen=issue.version, severity="high", now=opened)
    teamwork.write_note(actor=alice, about=issue, text=words.note, now=opened + timedelta(minutes=2))
    taken = opened + timedelta(minutes=10)
    person = matters.people[COMPLAINANT]
    case = cases.open_case(actor=bob, person=person, issue=issue, title=words.case, now=taken)
    promises.make(
        actor=bob,
        case=case,
        by=members["bob"],
        what=words.promise,
        worktime=timedelta(hours=4),
        calendar=usual_calendar(now=taken),
        now=taken,
    )
    status_links.make(actor=bob, case=case, language=language_for(case, lang), now=taken)
    for account in Account.objects.filter(source=thread.source, key__in=BLOGGERS).order_by("key"):
        compare(person=people.person_of(actor=bob, account=account, now=taken), now=taken)
    return case
