"""Billing systems that are told, and answer later: what was told and answered decides how a hold stands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, Literal, TypeVar, get_args

import msgspec

from kulanz.billing.claims import Claim, Confirmation, DunningEvent, HoldOrder, HoldState, Page, Scope
from kulanz.billing.errors import RefusedError
from kulanz.billing.inbox import Inbox, Kind

Act = Literal["place", "release"]
Answer = Literal["held", "refused", "released"]
T = TypeVar("T", Claim, DunningEvent)

ANSWERS: Final[tuple[Answer, ...]] = get_args(Answer)
_STRENGTH: Final[dict[HoldState, int]] = {state: rank for rank, state in enumerate(get_args(HoldState))}
_ORDERED: Final[dict[Act, HoldState]] = {"place": "pending", "release": "releasing"}
_PAGE: Final = 500


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An act of ours that was delivered."""

    act: Act
    order: HoldOrder


class Correspondence(ABC):
    """A billing adapter that delivers orders, and finds what came back in its inbox.

    The strongest of what was ordered and answered counts, in whichever order it came: an old "held" that
    arrives after a release changes nothing.
    """

    name: str
    scopes: Final[frozenset[Scope]] = frozenset({"claim", "customer"})

    def __init__(self, inbox: Inbox, now: Callable[[], datetime]) -> None:
        self._inbox = inbox
        self._now = now

    @abstractmethod
    def deliver(self, act: Act, order: HoldOrder) -> None:
        """Tell the billing system; raise a BillingError where that is not possible."""

    @abstractmethod
    def collect(self) -> None:
        """Bring into the inbox what waits outside of it."""

    def claims(self, cursor: str | None) -> Page[Claim]:
        return self._page("claim", Claim, cursor)

    def events(self, cursor: str | None) -> Page[DunningEvent]:
        return self._page("event", DunningEvent, cursor)

    def place(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        return self._order("place", order, ("unknown", "pending"), dry_run=dry_run)

    def release(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        until: tuple[HoldState, ...] = ("unknown", "pending", "refused", "held", "releasing")
        return self._order("release", order, until, dry_run=dry_run)

    def confirm(self, order: HoldOrder) -> Confirmation:
        self.collect()
        return self._standing(order.key)

    def keep(self, kind: Kind, message: str, entries: Iterable[Claim | DunningEvent | Confirmation]) -> int:
        """Keep what came in one message; return how much of it had not come before."""
        rows = (
            (f"{message}#{place}", _key(entry), msgspec.json.encode(entry))
            for place, entry in enumerate(entries)
        )
        return self._inbox.keep(kind, rows, self._now())

    def _order(
        self, act: Act, order: HoldOrder, until: tuple[HoldState, ...], *, dry_run: bool
    ) -> Confirmation:
        standing = self.confirm(order)
        if dry_run:
            would = f"would be told to {act} it" if standing.state in until else "would be told nothing"
            return msgspec.structs.replace(standing, text=f"dry run: billing {would}")
        if standing.state in until:
            # Killed between the two, the act is delivered again under the same key, which does no harm.
            self.deliver(act, order)
            told = msgspec.json.encode(Told(act=act, order=order))
            self._inbox.keep("order", [(f"{order.key} {act}", order.key, told)], self._now())
            standing = self.confirm(order)
        return standing

    def _standing(self, key: str) -> Confirmation:
        told = (msgspec.json.decode(body, type=Told) for body in self._inbox.about("order", key))
        answers = (
            msgspec.json.decode(body, type=Confirmation) for body in self._inbox.about("confirmation", key)
        )
        known = [
            Confirmation(key=key, state="unknown", text="nothing was ordered"),
            *(
                Confirmation(key=key, state=_ORDERED[one.act], text="billing has not answered")
                for one in told
            ),
            *answers,
        ]
        return max(known, key=lambda one: _STRENGTH[one.state])

    def _page(self, kind: Kind, wanted: type[T], cursor: str | None) -> Page[T]:
        self.collect()
        start = _number(cursor)
        rows = self._inbox.after(kind, start, _PAGE)
        items = tuple(msgspec.json.decode(body, type=wanted) for _, body in rows)
        last = rows[-1][0] if rows else start
        return Page(items=items, cursor=str(last), more=len(rows) == _PAGE)


def _key(entry: Claim | DunningEvent | Confirmation) -> str:
    match entry:
        case Claim():
            return entry.claim_id
        case DunningEvent():
            return entry.event_id
        case Confirmation():
            return entry.key


def _number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit()):
        raise RefusedError(f"cursor: expected one that this adapter gave, got {cursor[:80]!r}")
    return int(cursor[:18])
