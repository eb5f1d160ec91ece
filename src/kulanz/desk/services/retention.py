"""Data is removed when its time is over, class by class, with an event that says how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet

from kulanz.desk.models import (
    Account,
    Case,
    Customer,
    DataRequest,
    Delivery,
    Event,
    Hold,
    IdempotencyKey,
    Issue,
    IssueRole,
    LogEntry,
    Measure,
    Person,
    Post,
    RawPayload,
    Reply,
    Retention,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.machines import APPEAL, CASE, DATA_REQUEST, HOLD, ISSUE, MEASURE, REPLY
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.claiming import claim, done
from kulanz.desk.services.erasing import forget
from kulanz.desk.services.events import record
from kulanz.desk.services.holds import forget_ended
from kulanz.desk.services.public_log import forget_openings
from kulanz.desk.services.retaining import checked

EVERY: Final = timedelta(days=1)
SLICE: Final = 500
"""Rows removed in one transaction, so that nobody waits long for the database."""
MOST_ACCOUNTS: Final = 5_000

ALWAYS: Final = {"idempotency": 2, "deliveries": 90}
"""Days that classes are kept which nobody would miss, where nothing was ever set."""
_WITH_HOLDS: Final = {"customers": "customer", "cases": "case"}
_WITH_ENTRIES: Final = {"posts": ("thread__in", "post__thread__in"), "cases": ("case__in",)}
"""By what entries of the public log are known whose commitments go unopened from then on."""


def remove_due(*, now: datetime) -> int:
    """Remove a slice of what has outlived its time; return how many classes had their turn.

    A class with more to remove is due again at once, one without tomorrow.
    """
    _begin(now)
    claimed = claim(Retention.objects.filter(days__isnull=False), now, at_most=1)
    for row in claimed:
        removed = _remove(row, now)
        if row.data_class == "posts" and removed < SLICE:
            _remove_unused(Account.objects.all())  # once a day: whose posts went over to another account
        done(row, next_at=now if removed == SLICE else now + EVERY)
    return len(claimed)


def would_go(*, actor: Actor, data_class: str, days: int, now: datetime) -> int:
    """Return how many rows of a class would be removed if it were kept for so many days."""
    actor.need(Right.SET_POLICIES)
    checked(data_class, days)
    return _OLD[data_class](now - timedelta(days=days)).count()


def _begin(now: datetime) -> None:
    """Make rows due that never were, and the classes that are always removed."""
    Retention.objects.filter(days__isnull=False, due_at__isnull=True).update(due_at=now)
    known = set(Retention.objects.filter(data_class__in=ALWAYS).values_list("data_class", flat=True))
    for name in ALWAYS.keys() - known:
        Retention.objects.get_or_create(data_class=name, defaults={"days": ALWAYS[name], "due_at": now})


def _remove(row: Retention, now: datetime) -> int:
    """Remove one slice of a class, and write down how much; return that."""
    before = now - timedelta(days=row.days or 0)
    with transaction.atomic():
        chosen = list(_OLD[row.data_class](before)[:SLICE].values_list("pk", flat=True))
        if not chosen:
            return 0
        if row.data_class == "people":
            for person in Person.objects.filter(pk__in=chosen):
                forget(person=person, now=now)
        else:
            if row.data_class in _WITH_HOLDS:
                forget_ended(Hold.objects.filter(**{f"{_WITH_HOLDS[row.data_class]}__in": chosen}))
            _close_entries(row.data_class, chosen, now)
            writers = _writers(chosen) if row.data_class == "posts" else []
            _OLD[row.data_class](before).model._default_manager.filter(pk__in=chosen).delete()  # noqa: SLF001
            _remove_unused(Account.objects.filter(pk__in=writers))
        told = {"class": row.data_class, "removed": len(chosen), "before": before.isoformat()}
        record(None, "remove_old", row, now=now, data=told)
    return len(chosen)


def _close_entries(data_class: str, chosen: Sequence[int], now: datetime) -> None:
    about = (LogEntry.objects.filter(**{path: chosen}) for path in _WITH_ENTRIES.get(data_class, ()))
    for entries in about:
        forget_openings(entries=entries, reason="time_over", now=now)


def _old_raw(before: datetime) -> QuerySet[RawPayload]:
    return RawPayload.objects.filter(fetched_at__lt=before).order_by("pk")


def _old_threads(before: datetime) -> QuerySet[Thread]:
    """Threads without a post or a measure since, but for those that people still work on.

    That is an issue or a case of it, a measure, an appeal. What somebody wants kept is kept, too.
    """
    unfinished = Q(state__in=set(ISSUE.states) - ISSUE.final) | Q(
        cases__state__in=set(CASE.states) - CASE.final
    )
    kept = Thread.objects.filter(links__issue__in=Issue.objects.filter(unfinished)).values("pk")
    # two conditions where one would do: an index knows the first
    old = Q(last_post_at__lt=before) | Q(last_post_at=None, seen_at__lt=before)
    lately = (
        Q(done_at__gte=before)
        | ~Q(state__in=(*MEASURE.final, "done", "seen"))
        | Q(appeals__state=APPEAL.initial)
    )
    moderated = Measure.objects.filter(lately).values("thread")
    # looked up first: PostgreSQL would join them with every post there is
    restricted = list(
        Account.objects.filter(person__restricted_at__isnull=False).values_list("pk", flat=True)
    )
    wrote = Post.objects.filter(thread=OuterRef("pk"), account__in=restricted)
    rows = Thread.objects.filter(old).exclude(Q(pk__in=kept) | Q(pk__in=moderated))
    return rows.filter(~Exists(wrote)).order_by("pk")


def _old_people(before: datetime) -> QuerySet[Person]:
    """Profiles without an open case or request, and without a post, a message or a change since."""
    busy = Case.objects.exclude(state__in=CASE.final).values("person")
    spoken = Case.objects.filter(Q(messages__at__gte=before) | Q(closed_at__gte=before)).values("person")
    said = Q(created_at__gte=before) | Q(created_at=None, seen_at__gte=before)
    wrote = Post.objects.filter(said, account__person__isnull=False).values("account__person")
    changed = Event.objects.filter(noun="person", noun_id__isnull=False, at__gte=before).values("noun_id")
    rows = Person.objects.filter(created_at__lt=before, erased_at=None, merged_into=None, restricted_at=None)
    used = Q(pk__in=busy) | Q(pk__in=spoken) | Q(pk__in=wrote) | Q(pk__in=changed)
    used |= Q(pk__in=_held().values("case__person")) | Q(customers__in=_held().values("customer"))
    used |= Q(data_requests__state=DATA_REQUEST.initial)
    return rows.exclude(used).order_by("pk")


def _old_customers(before: datetime) -> QuerySet[Customer]:
    """Customers whom no system has told of since, but for those with an open case or a hold."""
    busy = Case.objects.exclude(state__in=CASE.final).values("person")
    rows = Customer.objects.filter(told_at__lt=before).exclude(pk__in=_held().values("customer"))
    return rows.exclude(person__in=busy).exclude(person__restricted_at__isnull=False).order_by("pk")


def _old_cases(before: datetime) -> QuerySet[Case]:
    """Closed cases whose last word is older, but for those with a hold."""
    closed = Case.objects.filter(state="closed", closed_at__lt=before).exclude(pk__in=_held().values("case"))
    spoken = closed.filter(person__restricted_at=None).annotate(last=Max("messages__at"))
    return spoken.filter(Q(last__lt=before) | Q(last__isnull=True)).order_by("pk")


def _held() -> QuerySet[Hold]:
    """Return the holds that are not over."""
    return Hold.objects.exclude(state__in=HOLD.final)


def _old_requests(before: datetime) -> QuerySet[DataRequest]:
    """Requests about own data that were answered, or taken back, so long ago."""
    return DataRequest.objects.filter(state__in=DATA_REQUEST.final, answered_at__lt=before).order_by("pk")


def _old_events(before: datetime) -> QuerySet[Event]:
    """Events, but for those that say who had a hand in a reply on its way, and what a merge moved."""
    replies = Reply.objects.exclude(state__in=REPLY.final).values("pk")
    merged = Issue.objects.filter(state="merged").values("pk")
    old = Event.objects.filter(at__lt=before).exclude(noun="reply", noun_id__in=replies)
    return old.exclude(noun="issue", action="merge", noun_id__in=merged).order_by("pk")


def _old_deliveries(before: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(created_at__lt=before, due_at=None).order_by("pk")


def _old_keys(before: datetime) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(created_at__lt=before).order_by("pk")


def _writers(threads: Sequence[int]) -> list[int]:
    """Return the accounts that wrote in some threads."""
    wrote = Post.objects.filter(thread__in=threads, account__isnull=False)
    return list(wrote.order_by().values_list("account", flat=True).distinct())


def _remove_unused(accounts: QuerySet[Account]) -> None:
    """Accounts are personal data too: whoever has no post, person or role in an issue left is forgotten.

    A slice looks at those alone whose posts it removed: to look through all takes long where they are many.
    """
    posts, roles = (model.objects.filter(account=OuterRef("pk")) for model in (Post, IssueRole))
    unused = accounts.filter(~Exists(posts), ~Exists(roles), person__isnull=True)
    Account.objects.filter(pk__in=list(unused.values_list("pk", flat=True)[:MOST_ACCOUNTS])).delete()


_OLD: Final[Mapping[str, Callable[[datetime], QuerySet[Model]]]] = {
    "raw": _old_raw,
    "posts": _old_threads,
    "people": _old_people,
    "customers": _old_customers,
    "cases": _old_cases,
    "requests": _old_requests,
    "events": _old_events,
    "deliveries": _old_deliveries,
    "idempotency": _old_keys,
}
