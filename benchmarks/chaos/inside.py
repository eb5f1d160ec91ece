"""``python -m benchmarks.chaos.inside ACT [WORD ...]``: what is done within the desk's own surroundings.

Prints what it returned as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

import kulanz.desk.project.wsgi  # noqa: F401 - the models below are ready once this has set them up

# isort: split
from kulanz.core.money import Money
from kulanz.core.posts import Post as CorePost
from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Alert,
    Calendar,
    Claim,
    Customer,
    Delivery,
    Event,
    Hold,
    HoldRules,
    LogEntry,
    LogHead,
    Measure,
    Member,
    MemberRole,
    Message,
    Person,
    Post,
    Promise,
    Reply,
    Rule,
    RuleVersion,
    Source,
    Thread,
)
from kulanz.desk.queries.record import log_keys as published_keys
from kulanz.desk.rules.customers import ClaimFacts, Facts, packed
from kulanz.desk.rules.roles import Role
from kulanz.desk.rules.scopes import Scope, usable
from kulanz.desk.services import billing_systems, cases, fetching, ingesting, invariants, log_keys, sources
from kulanz.desk.services.billing_adapters import inbox_path
from kulanz.desk.services.mail import own_address
from kulanz.desk.services.members import create_member
from kulanz.desk.services.outside import outside
from kulanz.desk.services.sealing import seal
from kulanz.desk.services.tokens import make_token
from kulanz.desk.worker import JOBS, run_once
from kulanz.sources.sightings import Page, Sighting

_WORD: Final = "a long enough password"
_ALWAYS: Final = {str(day): [["00:00", "23:59"]] for day in range(7)}
_READ_EVERY_S: Final = 5
_AFTER_EVERY_LEASE: Final = timedelta(hours=1)
_TURNS: Final = 8
_MOST_ROUNDS: Final = 500
_LEFT_OUT: Final = frozenset({"heartbeat", "tallies", "guests"})
"""What is done again and again, and changes nothing here; ``guests`` looks whether posts are still shown."""


def prepare(matters: str, forum: str, secret: str) -> dict[str, Any]:
    """Make people, sources, so many cases of dunned customers with a post each, and a key to the API."""
    now = datetime.now(UTC)
    alice, bob = _member("alice", Role.LEAD), _member("bob", Role.AGENT, Role.MODERATOR)
    adam = actor_of(_member("adam", Role.ADMIN))
    if not LogHead.objects.exists():
        log_keys.begin_log(now=now)
    push = _sources(adam, forum, secret, now)
    Calendar.objects.create(name="Always", hours=_ALWAYS, is_default=True)
    wanted = billing_systems.Wanted(name="books", adapter="csv", config={})
    system, _ = billing_systems.add(actor=adam, wanted=wanted, now=now)
    _no_proposals(now)
    settle(0)
    made = [_matter(bob, system.name, number, now) for number in range(int(matters))]
    posts = _calm_posts(push, int(matters), now)
    actor = actor_of(bob)
    scopes = [scope for scope in Scope if usable(scope, actor.roles)]
    _, token = make_token(actor=actor, name="load", scopes=scopes, days=30, now=now)
    settle(0)
    return {
        "token": token,
        "hook": push.hook_key,
        "matters": [{**one, **two} for one, two in zip(made, posts, strict=True)],
        "rule": _rule(now).pk,
        "billing": str(inbox_path(system)),
        "alice": alice.pk,
    }


def twin(forum: str, secret: str) -> str:
    """Make the sources of a desk to which nothing happens; return the key for pushes."""
    now = datetime.now(UTC)
    _member("alice", Role.LEAD)
    push = _sources(actor_of(_member("adam", Role.ADMIN)), forum, secret, now)
    settle(0)
    return str(push.hook_key)


def settle(hours: str | int = _TURNS) -> int:
    """Do all that is due, now and when every lease of those who were killed has ended."""
    done = 0
    for turn in range(int(hours) + 1):
        now = datetime.now(UTC) + turn * _AFTER_EVERY_LEASE
        jobs = [job for job in JOBS if job.name not in _LEFT_OUT]
        for _ in range(_MOST_ROUNDS):
            turned = {job.name: run_once(now, [job]) for job in jobs}
            done += sum(turned.values())
            if not sum(count for name, count in turned.items() if name != "fetch"):
                break
    return done


def broken() -> list[str]:
    """What does not hold of the desk."""
    later = datetime.now(UTC) + (_TURNS + 1) * _AFTER_EVERY_LEASE
    return [f"{each.invariant}: {each.what}" for each in invariants.broken(now=later)]


def facts() -> dict[str, Any]:
    """What the desk holds, for those who know what it was given."""
    domain = own_address().rpartition("@")[2]
    notices = Delivery.objects.filter(kind="email").values_list("pk", "sent_at")
    mails = {f"notice.{pk}@{domain}": sent is not None for pk, sent in notices}
    went = Message.objects.filter(inbound=False).values_list("message_id", flat=True)
    mails |= dict.fromkeys(went, True)
    posts = Post.objects.filter(removed=False).values_list("source__connector", "key", "thread__key", "text")
    return {
        "posts": {f"{kind} {key}": f"{thread} {_digest(text)}" for kind, key, thread, text in posts},
        "mails": mails,
        "holds": dict(Hold.objects.values_list("key", "state")),
        "promises": _promises(),
        "replies": dict(Reply.objects.values_list("pk", "state")),
        "measures": dict(Measure.objects.values_list("pk", "state")),
        "alarms": dict(_alarms_by_thread()),
        "entries": [bytes(body).decode() for body in LogEntry.objects.values_list("body", flat=True)],
        "events": Event.objects.count(),
        "threads": Thread.objects.count(),
        "vkeys": list(published_keys()),
    }


def radar() -> dict[str, dict[str, str]]:
    """What the desk says of each conversation, as digests by name, by the source's kind and key."""
    names = (
        "post_count",
        "score",
        "stage",
        "onset_post",
        "affected",
        "people",
        "reasons",
        "signals",
        "roles",
        "series",
    )
    rows = Thread.objects.order_by("pk").values_list("source__connector", "key", *names)
    return {
        f"{kind} {key}": dict(zip(names, map(_digest_of, said), strict=True))
        for kind, key, *said in rows.iterator()
    }


def log_folder() -> str:
    """Where the public log lies."""
    from kulanz.desk.conf import conf  # noqa: PLC0415 - the settings are read by now

    return str(conf().log_folder)


def waiting() -> int:
    """How many conversations wait for analysis."""
    return Thread.objects.filter(stale_since__isnull=False).count()


def _promises() -> dict[int, str]:
    """The state of each promise, or that its time has not come: one made while the clock was ahead."""
    later = datetime.now(UTC) + _TURNS * _AFTER_EVERY_LEASE
    rows = Promise.objects.values_list("pk", "state", "deadline")
    return {
        pk: "due later" if state == "running" and deadline > later else state for pk, state, deadline in rows
    }


def _alarms_by_thread() -> Mapping[str, int]:
    rows = Alert.objects.order_by("thread__key").values_list("thread__key", flat=True)
    return {key: len(list(group)) for key, group in groupby(rows)}


def _digest_of(value: Any) -> str:
    return _digest(json.dumps(value, sort_keys=True, default=str))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _member(name: str, *roles: Role) -> Member:
    member = create_member(
        actor=None,
        username=name,
        display_name=f"{name.title()} Beispiel",
        email=f"{name}@kontaktor.example",
        roles=[roles[0]],
        password=_WORD,
        now=datetime.now(UTC),
    )
    for role in roles[1:]:
        MemberRole.objects.get_or_create(member=member, role=role.value)
    return member


def _sources(adam: Any, forum: str, secret: str, now: datetime) -> Source:
    tokens = iter(("push-load", secret, "forum-load", secret))
    made = [
        sources.add(
            actor=adam,
            wanted=sources.Wanted(name=connector, connector=connector, address=address),
            now=now,
            world=outside(),
            token=lambda: next(tokens),
        )
        for connector, address in (("push", "load"), ("discourse", forum))
    ]
    Source.objects.filter(pk=made[1].pk).update(interval_s=_READ_EVERY_S, budget_per_day=1_000_000)
    for _ in made:
        fetching.learn_due(now=now)  # what is usual is learnt before anything is read: of two desks the same
    return made[0]


def _no_proposals(now: datetime) -> None:
    """Only people begin holds here, so that each is known."""
    HoldRules.objects.update_or_create(pk=1, defaults={"values": {"propose": False}, "due_at": now})


def _matter(bob: Member, system: str, number: int, now: datetime) -> dict[str, int]:
    """A case of a customer of whom billing wants something."""
    person = Person.objects.create(name=f"Kunde {number}", email=f"k{number}@mauer.example", created_at=now)
    title = f"Mahnung {number}"
    case = cases.open_case(
        actor=actor_of(bob), person=person, issue=None, title=title, email=person.email, now=now
    )
    customer = Customer.objects.create(
        number=f"KD-{number}", person=person, sealed=seal(packed(Facts())), told_by=system, told_at=now
    )
    owed = ClaimFacts(amount=Money(Decimal("12.40"), "EUR"), due=date(2026, 5, 1), level=2)
    claim = Claim.objects.create(
        customer=customer, system=system, key=f"R-{number}", sealed=seal(packed(owed)), told_at=now
    )
    return {"case": case.pk, "claim": claim.pk}


def _calm_posts(source: Source, count: int, now: datetime) -> list[dict[str, int]]:
    """So many friendly posts, ten to a conversation."""
    seen = [
        Sighting(
            post=CorePost(
                thread_id=f"calm{number // 10}",
                post_id=f"calm-{number}",
                author_id=f"freund_{number}",
                created_at=now - timedelta(minutes=count - number),
                text=f"Danke, das hat mir geholfen ({number}).",
            )
        )
        for number in range(count)
    ]
    ingesting.keep_page(source=source, page=Page(posts=tuple(seen)), lane=None, grace=timedelta(), now=now)
    rows = Post.objects.filter(key__startswith="calm-").order_by("pk").values_list("thread_id", "pk")
    return [{"thread": thread, "post": post} for thread, post in rows]


def _rule(now: datetime) -> RuleVersion:
    return RuleVersion.objects.create(
        rule=Rule.objects.create(key="respect"),
        number=1,
        title_de="Respekt",
        title_en="Respect",
        text_de="Wir beleidigen niemanden.",
        text_en="We insult nobody.",
        effective_from=now - timedelta(days=30),
        published_at=now - timedelta(days=40),
    )


ACTS: Final[Mapping[str, Callable[..., Any]]] = {
    act.__name__: act for act in (prepare, twin, settle, broken, facts, radar, log_folder, waiting)
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(ACTS[sys.argv[1]](*sys.argv[2:])))
