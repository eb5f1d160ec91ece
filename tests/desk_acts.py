"""What a test has a running desk do that no page does; Django must be ready: see ``desk_inside.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count, groupby
from time import perf_counter
from typing import Any, Final

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection, transaction
from django.db.models import Count

from kulanz.core.money import Money
from kulanz.core.posts import Post as CorePost
from kulanz.desk.access import actor_of
from kulanz.desk.demo.filling import fill
from kulanz.desk.models import (
    Account,
    BillingSystem,
    Case,
    Delivery,
    GestureLimit,
    LogEntry,
    Measure,
    Member,
    MemberRole,
    Person,
    Post,
    Promise,
    Resemblance,
    Retention,
    Revision,
    RuleVersion,
    SilentEdit,
    Source,
    StaffIdentity,
    Team,
    TeamBudget,
    Template,
    Thread,
    WebhookTarget,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.moderating import Order
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import (
    appeals,
    billing_systems,
    cases,
    comparing,
    customer_imports,
    defects,
    gestures,
    log_keys,
    log_proofs,
    log_sequencing,
    moderating,
    public_log,
    retention,
    sentinel,
    sources,
)
from kulanz.desk.services import people as profiles
from kulanz.desk.services import promises as promising
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.gestures import Offer
from kulanz.desk.services.ingesting import ANALYSE_AFTER
from kulanz.desk.services.members import create_member
from kulanz.desk.services.outside import outside
from kulanz.desk.services.sealing import seal
from kulanz.desk.worker import run_once
from kulanz.sources import read
from kulanz.sources.sample_community import sample_folder
from kulanz.tlog.canonical import canonical
from kulanz.tlog.entries import RuleRef

PEOPLE: Final = {
    "alice": Role.LEAD,
    "bob": Role.AGENT,
    "carla": Role.APPROVER,
    "adam": Role.ADMIN,
}


def people(password: str) -> list[str]:
    """Make Alice (lead), Bob (agent), Carla (approver) and Adam (admin), whose passwords are known."""
    for name, role in PEOPLE.items():
        shown, address = f"{name.title()} Beispiel", f"{name}@kontaktor.example"
        create_member(
            actor=None,
            username=name,
            display_name=shown,
            email=address,
            roles=[role],
            password=password,
            now=datetime.now(UTC),
        )
    Member.objects.update(language="en")
    return list(PEOPLE)


def source(connector: str, address: str, secret: str) -> str:
    """Add a source as Adam and return the key of its address for deliveries."""
    tokens = iter((f"hook-{connector}-{Source.objects.count()}", secret))
    wanted = sources.Wanted(name=f"{address} by {connector}", connector=connector, address=address)
    adam = actor_of(Member.objects.get(username="adam"))
    made = sources.add(
        actor=adam, wanted=wanted, now=datetime.now(UTC), world=outside(), token=lambda: next(tokens)
    )
    return made.hook_key


def work(at: str = "") -> int:
    """Do what is due at a moment, by default as soon as new posts are analysed, until nothing is."""
    now = datetime.fromisoformat(at) if at else datetime.now(UTC) + ANALYSE_AFTER
    return sum(run_once(now) for _ in range(3))


def promises() -> list[dict[str, str]]:
    """When promises were to be warned of, and when they break."""
    rows = Promise.objects.order_by("pk")
    return [{"due": str(row.due_at or ""), "deadline": row.deadline.isoformat()} for row in rows]


def told(name: str) -> list[str]:
    """The subjects of the messages to a member, oldest first."""
    return list(
        Delivery.objects.filter(member__username=name).order_by("pk").values_list("subject", flat=True)
    )


def everything(language: str) -> str:
    """Fill the desk with the demonstration, give Alice every role, and return her password."""
    passwords = fill(lang="de" if language == "de" else "en", now=datetime.now(UTC))
    alice = Member.objects.get(username="alice")
    for role in Role:
        MemberRole.objects.get_or_create(member=alice, role=role.value)
    return passwords["alice"]


def every_page(language: str) -> dict[str, Any]:
    """Fill the desk so that every page has something to show; return how to get in and what to look at."""
    return {
        "word": everything(language),
        "uploaded": one_of_each(),
        "published": publish_log(),
        "merged": look_alikes(),
    }


def publish_log() -> list[str]:
    """Enter a measure, and a silent edit with a note on it; publish the log; return their leaves."""
    now, alice = datetime.now(UTC), actor_of(Member.objects.get(username="alice"))
    post = Post.objects.exclude(account=None).select_related("thread__source").latest("pk")
    entered = public_log.enter(
        kind="measure",
        act="hide",
        at=now,
        now=now,
        source=post.source,
        about=public_log.About(thread=post.thread, post=post, account=post.account),
        subjects={"post": post.key.encode(), "before": canonical({"text": post.text})},
        rule=RuleRef("no-insults", 1),
        reasons=("abuse",),
        scope="post",
        origin="desk",
    )
    diff = [{"sign": "-", "text": "Before"}, {"sign": "+", "text": "After"}]
    Revision.objects.create(thread=post.thread, post=post, kind="edited_silently", found_at=now, diff=diff)
    sentinel.tell_revisions(now=now)
    found = SilentEdit.objects.get()
    sentinel.annotate(actor=alice, edit=found, note="The source says that it was a mistake.", now=now)
    while log_sequencing.sequence_due(now=now):
        pass
    return [entered.leaf, found.entry.leaf, LogEntry.objects.get(kind="annotation").leaf]


def log_of_one() -> str:
    """Begin the log, enter a measure, publish it; return its leaf."""
    now = datetime.now(UTC)
    log_keys.begin_log(now=now)
    source = Source.objects.create(name="Forum", connector="push", hook_key="forum", created_at=now)
    words = {"before": canonical({"text": "Three reminders for seven euros!"})}
    entry = public_log.enter(
        kind="measure", act="hide", at=now, now=now, source=source, subjects=words, reasons=("other",)
    )
    log_sequencing.sequence_due(now=now)
    return str(entry.leaf)


def log_of_many(number: str) -> list[str]:
    """Begin the log, enter so many measures, publish them; return their leaves."""
    now = datetime.now(UTC)
    log_keys.begin_log(now=now)
    source = Source.objects.create(name="Forum", connector="push", hook_key="forum", created_at=now)
    with transaction.atomic():
        entered = [
            public_log.enter(
                kind="measure",
                act="hide",
                at=now - timedelta(minutes=i),
                now=now,
                source=source,
                subjects={"before": canonical({"text": f"Post {i}"})},
                reasons=("other",),
            )
            for i in range(int(number))
        ]
    while log_sequencing.sequence_due(now=now):
        pass
    return [str(entry.leaf) for entry in entered]


def receipt(leaf: str) -> str:
    """The receipt that the person got whom an entry is about."""
    return str(bytes(log_proofs.receipt_of(LogEntry.objects.get(leaf=leaf)) or b""), "utf-8")


def private_words() -> list[str]:
    """Names, addresses and sentences that the desk knows, none of which anybody may read in public."""
    lists: list[Iterable[str]] = [
        Member.objects.values_list("display_name", flat=True),
        Member.objects.values_list("email", flat=True),
        Person.objects.values_list("name", flat=True),
        Account.objects.values_list("key", flat=True),
        Thread.objects.values_list("title", flat=True),
        (text[:60] for text in Post.objects.values_list("text", flat=True)),
        Case.objects.values_list("title", flat=True),
        Promise.objects.values_list("what", flat=True),
    ]
    return sorted({word for words in lists for word in words if len(word) > 5})


def look_alikes() -> int:
    """Make three pairs of profiles: one to decide, one told apart, one merged; return the merged one."""
    now, alice = datetime.now(UTC), actor_of(Member.objects.get(username="alice"))
    _, apart, merged = [_pair(family, now) for family in ("Wolter", "Kraus", "Brandt")]
    while comparing.compare_due(now=now):
        pass
    found = Resemblance.objects.get(person=apart[0], other=apart[1])
    comparing.tell_apart(actor=alice, resemblance=found, seen=found.version, now=now)
    profiles.merge(
        actor=alice, person=merged[0], seen=merged[0].version, gone=merged[1], why="same address", now=now
    )
    return merged[0].pk


def _pair(family: str, now: datetime) -> list[Person]:
    address = f"{family.lower()}@mail.example"
    return [
        Person.objects.create(name=f"{given} {family}", email=address, created_at=now)
        for given in ("Ruth", "R.")
    ]


def one_of_each() -> int:
    """Make one of what only some desks have, so that it has a page."""
    now, alice = datetime.now(UTC), actor_of(Member.objects.get(username="alice"))
    team, _ = Team.objects.get_or_create(name="Customer care")
    euros = {"currency": "EUR", "month_minor": 100_000}
    TeamBudget.objects.get_or_create(team=team, defaults=euros)
    GestureLimit.objects.get_or_create(role="agent", defaults={**euros, "alone_minor": 1, "each_minor": 2})
    StaffIdentity.objects.get_or_create(kind="name", value="Kontaktor GmbH")
    Template.objects.get_or_create(name="First answer", defaults={"text": "Dear {customer}, we are sorry."})
    WebhookTarget.objects.get_or_create(
        name="Data warehouse", defaults={"url": "https://data.kontaktor.example", "sealed_secret": seal(b"x")}
    )
    if not BillingSystem.objects.exists():
        files = billing_systems.Wanted(name="Files", adapter="csv", config={})
        billing_systems.add(actor=alice, wanted=files, now=now)
    case = Case.objects.exclude(state="closed").earliest("pk")
    defect = defects.defect_named(actor=alice, name="Text of the second dunning letter", now=now)
    defects.link(actor=alice, defect=defect, case=case, now=now)
    if not case.gestures.exists():
        free = Money.of_minor(0, "EUR")
        offer = Offer(kind="apology", value=free, cost=free, why="Our mistake.")
        gestures.propose(actor=alice, case=case, offer=offer, now=now)
    if not Measure.objects.exists():
        _moderate(alice, now)
    content = b"number;name\nK-1;Rolf Petersen\n"
    return customer_imports.upload(actor=alice, name="customers.csv", content=content, now=now).pk


def _moderate(actor: Actor, now: datetime) -> None:
    """Warn an author, who appeals against it."""
    post = Post.objects.select_related("thread__source", "account").exclude(account=None).latest("pk")
    rule = RuleVersion.objects.filter(effective_from__lte=now, effective_to=None).earliest("pk")
    order = Order(kind="warn", code="abuse", why="It insults another member.")
    given = {"thread": post.thread, "post": post, "rule": rule.pk, "order": order}
    warning = moderating.propose(actor=actor, **given, now=now)
    appeals.make(measure=warning, side="author", text="I only said what others say, too.", now=now)


def speak(language: str) -> int:
    """Set the language of all members."""
    return Member.objects.update(language=language)


def mails(number: str) -> int:
    """Have so many mails to send, numbered."""
    now = datetime.now(UTC)
    rows = [
        Delivery(
            kind="email",
            key=f"mail {i}",
            address="all@kontaktor.example",
            subject=f"Mail {i}",
            body="Hello",
            created_at=now,
            due_at=now,
        )
        for i in range(int(number))
    ]
    return len(Delivery.objects.bulk_create(rows))


def enlarge(posts: str) -> int:
    """Add at least so many posts of an archive, as if they had been analysed; return how many.

    Every twentieth conversation was a complaint, the others were calm.
    """
    known = list(read([sample_folder() / "threads"]))
    added = 0
    for turn in count():
        if added >= int(posts):
            break
        _add_archived(known, f"calm{turn}")
        added += len(known)
    return added


def _add_archived(posts: list[CorePost], prefix: str) -> None:
    now, source = datetime.now(UTC), Source.objects.get()
    seen: dict[str, Any] = {"source": source, "seen_at": now}
    threads = {
        key: _archived(number, list(group), key=f"{prefix}-{key}", title=f"{prefix} {key}", **seen)
        for number, (key, group) in enumerate(groupby(posts, key=lambda post: post.thread_id))
    }
    authors = {
        key: Account(key=f"{prefix}-{key}", source=source, first_seen_at=now)
        for key in dict.fromkeys(post.author_id for post in posts)
    }
    Thread.objects.bulk_create(threads.values())
    Account.objects.bulk_create(authors.values())
    made = [
        Post(
            thread=threads[post.thread_id],
            account=authors[post.author_id],
            key=f"{prefix}-{post.post_id}",
            text=f"{post.text} {prefix}",
            created_at=post.created_at,
            text_since=now,
            **seen,
        )
        for post in posts
    ]
    Post.objects.bulk_create(made, batch_size=1000)


def _archived(number: int, posts: list[CorePost], **values: Any) -> Thread:
    complaint = {"stage": "complaint", "score": 0.5} if number % 20 == 0 else {}
    first, last = posts[0].created_at, posts[-1].created_at
    return Thread(
        scored=True, post_count=len(posts), first_post_at=first, last_post_at=last, **complaint, **values
    )


def some_threads(number: str) -> list[int]:
    """The keys of so many conversations of every age."""
    last = Thread.objects.latest("pk").pk
    keys = (last * each // int(number) for each in range(1, int(number) + 1))
    return [Thread.objects.filter(pk__lte=key).latest("pk").pk for key in keys]


def remove_old(slices: str) -> list[float]:
    """Have conversations of the first months removed, and return how long each of so many slices took."""
    first = Thread.objects.filter(last_post_at__isnull=False).earliest("pk").last_post_at
    assert first is not None
    days = (datetime.now(UTC) - first).days - 120
    taken = []
    for _ in range(int(slices)):
        now = datetime.now(UTC)
        Retention.objects.update_or_create(data_class="posts", defaults={"days": days, "due_at": now})
        Retention.objects.exclude(data_class="posts").update(due_at=None, days=None)
        begin = perf_counter()
        assert retention.remove_due(now=now)
        taken.append(perf_counter() - begin)
    return taken


def database_size() -> int:
    """How many bytes the database takes, on PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def counts() -> dict[str, int]:
    """How many rows there are, and how many threads wait for analysis."""
    waiting = Thread.objects.filter(stale_since__isnull=False).count()
    return {
        "sources": Source.objects.count(),
        "threads": Thread.objects.count(),
        "posts": Post.objects.count(),
        "waiting": waiting,
    }


def per_thread() -> dict[str, list[int]]:
    """How many scores, alarms and messages of alarms each thread has."""
    rows = Thread.objects.order_by("pk").annotate(
        points=Count("scores", distinct=True),
        alarms=Count("alerts", distinct=True),
        told=Count("alerts__deliveries", distinct=True),
    )
    return {name: list(rows.values_list(name, flat=True)) for name in ("points", "alarms", "told")}


def members() -> dict[str, dict[str, Any]]:
    """Who the members are, by username."""
    return {
        member.username: {
            "name": member.display_name,
            "email": member.email,
            "roles": sorted(member.held_roles.values_list("role", flat=True)),
            "password": member.has_usable_password(),
        }
        for member in Member.objects.all()
    }


def second_factor(name: str) -> list[str]:
    """Give a member an authenticator app."""
    return [TOTP.activate(Member.objects.get(username=name), generate_totp_secret()).instance.type]


def promised_case(name: str) -> int:
    """Bob opens a case for a customer, and promises a call; return its key."""
    bob, now = Member.objects.get(username="bob"), datetime.now(UTC)
    person = Person.objects.create(name=name, email="rolf@mauer.example", created_at=now)
    case = cases.open_case(actor=actor_of(bob), person=person, issue=None, title="Dunning", now=now)
    calendar = usual_calendar(now=now)
    promising.make(
        actor=actor_of(bob), case=case, by=bob, what="I call you", worktime=timedelta(hours=4),
        calendar=calendar, now=now,
    )  # fmt: skip
    return int(case.pk)


ACTS: Final[dict[str, Callable[..., Any]]] = {
    act.__name__: act
    for act in (
        people,
        source,
        work,
        promises,
        told,
        every_page,
        log_of_one,
        log_of_many,
        receipt,
        private_words,
        speak,
        mails,
        enlarge,
        some_threads,
        remove_old,
        database_size,
        counts,
        per_thread,
        members,
        second_factor,
        promised_case,
    )
}
