"""Sources are counted through: what the accounts of profiles contributed, and how far they reach.

Who knows whom is in the memory of the worker while it counts, and nowhere else. A turn takes some threads or
some accounts, so that the worker's other jobs have theirs in between; a worker that dies leaves its source
to the next, which begins anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import transaction
from django.db.models import Q

from kulanz.core.contributions import Contributions, contributions, merged
from kulanz.core.network import Contacts, Network, NetworkReach
from kulanz.desk.models import Account, AccountStanding, Source, SourceCount, Thread, ThreadFindings
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.queries.rows import posts_of
from kulanz.desk.rules.findings import YES, unpacked
from kulanz.desk.services.claiming import LEASE, claim, done

EVERY: Final = timedelta(days=1)
SOONEST: Final = timedelta(hours=1)
"""A new profile waits no longer for its numbers, and no source is counted more often."""

THREADS_A_TURN: Final = 100
ACCOUNTS_A_TURN: Final = 50
_PROFILED: Final = Q(person__isnull=False, person__objected_at=None, person__restricted_at=None)
"""Accounts of people who do not object to it."""


@dataclass
class _Pass:
    """One source on its way through, for the accounts ``profiled``.

    ``until`` is the lease: another worker has it once that has moved.
    """

    row: SourceCount
    profiled: frozenset[str]
    began: datetime
    until: datetime
    last: int = 0
    posts: int = 0
    contacts: Contacts = field(default_factory=Contacts)
    given: dict[str, Contributions] = field(default_factory=dict)
    network: Network | None = None


_PASSES: dict[int, _Pass] = {}


def count_due(*, now: datetime) -> int:
    """Go on with a source that this worker counts, or begin one that is due; return how many had a turn."""
    going = _going_on(now) or _begun(now)
    if going is None:
        return 0
    if going.network is None:
        _read_threads(going)
    else:
        _write_accounts(going, going.network)
    return 1


def _going_on(now: datetime) -> _Pass | None:
    """Return a pass of this worker that nobody has taken over meanwhile."""
    for pk, going in list(_PASSES.items()):
        ours = SourceCount.objects.filter(pk=pk, due_at=going.until)
        if ours.update(due_at=now + LEASE):
            going.until = now + LEASE
            return going
        del _PASSES[pk]
    return None


def _begun(now: datetime) -> _Pass | None:
    _make_rows(now)
    for row in claim(SourceCount.objects.select_related("source"), now, at_most=1):
        keys = Account.objects.filter(_PROFILED, source=row.source_id).values_list("key", flat=True)
        _PASSES[row.pk] = _Pass(row, frozenset(keys), began=now, until=now + LEASE)
        return _PASSES[row.pk]
    return None


def _make_rows(now: datetime) -> None:
    """Have new sources counted, and those with a profile that waits for its numbers."""
    missing = Source.objects.filter(counted=None).values_list("pk", flat=True)
    SourceCount.objects.bulk_create(
        (SourceCount(source_id=pk, due_at=now) for pk in missing), ignore_conflicts=True
    )
    waiting = Account.objects.filter(_PROFILED, standing=None, posts__isnull=False)
    resting = SourceCount.objects.filter(counted_at__lt=now - SOONEST, due_at__gt=now, attempts=0)
    resting.filter(source__in=waiting.values("source")).update(due_at=now)


def _read_threads(going: _Pass) -> None:
    """Add some threads; after the last the network is made, and its accounts are next."""
    source = going.row.source
    rows = Thread.objects.filter(source=source, pk__gt=going.last).order_by("pk").select_related("source")
    threads = list(rows.defer("series", "roles", "reasons", "signals")[:THREADS_A_TURN])
    thanking = _thanking([thread.pk for thread in threads])
    parts = [going.given]
    for thread in threads:
        posts = posts_of(thread)
        going.contacts.add_thread(posts, thanking.get(thread.pk, ()))
        parts.append({key: one for key, one in contributions(posts).items() if key in going.profiled})
        going.posts += len(posts)
    going.given = merged(parts)
    if threads:
        going.last = threads[-1].pk
    else:
        _leave_out_company(going)
        going.network, going.last = going.contacts.network(going.began), 0
        going.contacts = Contacts()


def _leave_out_company(going: _Pass) -> None:
    """The company's own accounts are no way from one person to another."""
    rules = staff_rules(going.row.source_id)
    rows = Account.objects.filter(source=going.row.source_id)
    staff = Q(source_role="staff") | Q(person__role="staff")
    theirs = set(rows.filter(staff).values_list("key", flat=True))
    for key in rows.values_list("key", flat=True).iterator():
        if key in theirs or rules.names_author(key):
            going.contacts.leave_out(key)


def _write_accounts(going: _Pass, network: Network) -> None:
    """Write the numbers of some accounts of profiles; after the last the source rests."""
    rows = Account.objects.filter(_PROFILED, source=going.row.source_id, pk__gt=going.last)
    accounts = list(rows.order_by("pk")[:ACCOUNTS_A_TURN])
    with transaction.atomic():
        for account in accounts:
            _write(account, going.given.get(account.key), network.reach(account.key), going.began)
        if not accounts:
            _finish(going)
    if accounts:
        going.last = accounts[-1].pk


def _write(
    account: Account, given: Contributions | None, reach: NetworkReach | None, began: datetime
) -> None:
    values = {
        "contributions": msgspec.msgpack.encode(given or Contributions()),
        "reach": msgspec.to_builtins(reach),
        "counted_at": began,
    }
    AccountStanding.objects.update_or_create(account=account, defaults=values)


def _finish(going: _Pass) -> None:
    """Forget accounts that belong to no profile any more, or to one that objects, and rest for a day."""
    theirs = AccountStanding.objects.filter(account__source=going.row.source_id)
    counted = Account.objects.filter(_PROFILED, source=going.row.source_id)
    theirs.exclude(account__in=counted.values("pk")).delete()
    SourceCount.objects.filter(pk=going.row.pk).update(counted_at=going.began, posts=going.posts)
    done(going.row, next_at=going.began + EVERY)
    del _PASSES[going.row.pk]


def _thanking(threads: Collection[int]) -> Mapping[int, frozenset[str]]:
    """Return which posts thank somebody, in threads whose posts were looked at one by one."""
    rows = ThreadFindings.objects.filter(thread__in=threads).values_list("thread_id", "packed")
    return {pk: frozenset(_thanks(bytes(kept))) for pk, kept in rows}


def _thanks(kept: bytes) -> Iterator[str]:
    for finding in unpacked(kept, {}).findings:
        if finding.signals.get("thanks", 0.0) >= YES:
            yield finding.post.post_id
