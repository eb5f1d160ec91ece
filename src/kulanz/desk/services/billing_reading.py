"""What billing systems tell: claims and letters are read when they are due, deliveries are kept at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import msgspec
from django.db import transaction

from kulanz.billing import (
    BillingAdapter,
    BillingError,
    Claim,
    DunningEvent,
    Page,
    RefusedError,
    TryAgainError,
)
from kulanz.billing.webhook import Webhook
from kulanz.desk.models import BillingSystem
from kulanz.desk.rules.billing import TELLING
from kulanz.desk.rules.errors import ConflictError
from kulanz.desk.rules.machines import HOLD
from kulanz.desk.rules.plain import plain
from kulanz.desk.services.billed import take_claims
from kulanz.desk.services.billing_adapters import adapter_for, inbox_of
from kulanz.desk.services.billing_systems import READ_AFRESH
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.dunning_letters import letters_came
from kulanz.sources.errors import Problems
from kulanz.sources.receiving import Receipt

PAGES_A_TURN: Final = 10
KEPT: Final = timedelta(days=7)
"""What was delivered is forgotten so long after it was read: a repeated delivery is known until then."""
PAUSED: Final = Receipt(
    status=503,
    body=b"this billing system is paused at the desk: send it again later\n",
    headers={"retry-after": "300"},
)
TAKEN: Final = Receipt(status=204, body=b"")
_BUSY: Final = Receipt(status=503, body=b"nothing was kept: send it again\n", headers={"retry-after": "10"})
_TOLD: Final = 10
_LONGEST_TOLD: Final = 300


def read_due(*, now: datetime) -> int:
    """Read one billing system that is due, for one turn; return how many that was."""
    claimed = claim(BillingSystem.objects.filter(paused=False), now, at_most=1)
    for system in claimed:
        read(system=system, now=now)
    return len(claimed)


def read(*, system: BillingSystem, now: datetime) -> None:
    """Read a claimed billing system for one turn, and set when it is due again."""
    problems = Problems(keep=_TOLD)
    try:
        with adapter_for(system, now, problems=problems) as adapter:
            more = _turn(system, adapter, now, problems)
    except ConflictError:
        return  # another worker reads it, and sets when it is due
    except BillingError as error:
        wait = error.retry_after if isinstance(error, TryAgainError) else None
        failed(system, plain(str(error)), now, wait=None if wait is None else timedelta(seconds=wait))
        BillingSystem.objects.filter(pk=system.pk).update(error_kind=error.kind)
        return
    if not more and system.adapter in TELLING:
        inbox_of(system).forget(now - KEPT)
    told = [plain(str(problem))[:_LONGEST_TOLD] for problem in problems.kept]
    BillingSystem.objects.filter(pk=system.pk).update(last_success_at=now, skipped=told)
    _rested(system, now if more else now + timedelta(seconds=system.interval_s))


def receive(*, system: BillingSystem, headers: Mapping[str, str], body: bytes, now: datetime) -> Receipt:
    """Take a delivery of a webhook and return the answer; what it says is kept before it is answered."""
    if system.paused:
        return PAUSED
    try:
        with adapter_for(system, now) as adapter:
            cast("Webhook", adapter).receive(headers, body)
    except RefusedError as error:
        return Receipt(status=400, body=f"{error}\n".encode())
    except TryAgainError:
        return _BUSY
    _wake(system, body, now)
    return TAKEN


@dataclass(frozen=True, slots=True)
class _Lane:
    """One of the two things that are read: how it is asked for, kept, and where its cursor is."""

    cursor: str
    ask: Callable[[BillingAdapter, str | None], Page[Any]]
    keep: Callable[[BillingSystem, tuple[Any, ...], datetime, Problems], None]


def _turn(system: BillingSystem, adapter: BillingAdapter, now: datetime, problems: Problems) -> bool:
    """Read claims to their end, then letters, which are about claims; return whether there is more."""
    for lane in _LANES:
        pages = (_page(system, adapter, lane, now, problems) for _ in range(PAGES_A_TURN))
        if all(pages):
            return True
    return False


def _page(
    system: BillingSystem, adapter: BillingAdapter, lane: _Lane, now: datetime, problems: Problems
) -> bool:
    """Keep one page together with its cursor; return whether there is more at once."""
    before: str = getattr(system, lane.cursor)
    page = lane.ask(adapter, before or None)
    with transaction.atomic():
        ours = BillingSystem.objects.filter(pk=system.pk, **{lane.cursor: before})
        if not ours.update(**{lane.cursor: page.cursor}):
            raise ConflictError("another worker has read this billing system meanwhile")
        lane.keep(system, page.items, now, problems)
    setattr(system, lane.cursor, page.cursor)
    return page.more


def _keep_claims(system: BillingSystem, told: tuple[Claim, ...], now: datetime, problems: Problems) -> None:
    for key, error in take_claims(system=system.name, told=told, now=now).items():
        problems.add(f"claim {key}", None, str(error))


def _keep_letters(
    system: BillingSystem, told: tuple[DunningEvent, ...], now: datetime, problems: Problems
) -> None:
    for key, error in letters_came(system=system, told=told, now=now).items():
        problems.add(f"letter {key}", None, str(error))


_LANES: Final = (
    _Lane("claims_cursor", lambda adapter, cursor: adapter.claims(cursor), _keep_claims),
    _Lane("events_cursor", lambda adapter, cursor: adapter.events(cursor), _keep_letters),
)


def _rested(system: BillingSystem, next_at: datetime) -> None:
    """Set when a billing system is read next; one that a delivery woke while it was read is due already."""
    ours = BillingSystem.objects.filter(pk=system.pk)
    ours.update(**READ_AFRESH)
    ours.filter(due_at=system.due_at).update(due_at=next_at)


class _Confirmed(msgspec.Struct):
    key: str


class _Said(msgspec.Struct):
    type: str
    data: msgspec.Raw


def _wake(system: BillingSystem, body: bytes, now: datetime) -> None:
    """Have read what was delivered: the holds and gestures that it is about, or the billing system itself."""
    said = msgspec.json.decode(body, type=_Said)
    if said.type in ("billing.claim", "billing.dunning"):
        BillingSystem.objects.filter(pk=system.pk, paused=False).update(due_at=now)
    if said.type not in ("billing.confirmation", "billing.gesture"):
        return
    data = msgspec.json.decode(said.data, type=_Confirmed | list[_Confirmed])
    keys = [each.key for each in (data if isinstance(data, list) else [data])]
    if said.type == "billing.gesture":
        system.gestures.filter(key__in=keys, state="ordered").update(due_at=now)
    else:
        system.holds.filter(key__in=keys).exclude(state__in=HOLD.final).update(due_at=now)
