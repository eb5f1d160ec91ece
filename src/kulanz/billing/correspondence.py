"""Billing systems that are told, and answer later: what was told and answered decides how a hold stands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, TypeVar, get_args

import msgspec
from msgspec import Struct

from kulanz.billing.claims import Claim, Confirmation, DunningEvent, HoldOrder, HoldState, Page, Scope
from kulanz.billing.errors import RefusedError
from kulanz.billing.gestures import (
    GIVEN_KINDS,
    GestureConfirmation,
    GestureOrder,
    GestureState,
    GivenKind,
)
from kulanz.billing.inbox import Inbox, Kind

Act = Literal["place", "release", "give"]
Order = HoldOrder | GestureOrder
Entry = Claim | DunningEvent | Confirmation | GestureConfirmation
T = TypeVar("T", Claim, DunningEvent)
OrderT = TypeVar("OrderT", HoldOrder, GestureOrder)
C = TypeVar("C", Confirmation, GestureConfirmation)

ANSWERS: Final[Mapping[type[Struct], tuple[str, ...]]] = {
    Confirmation: ("held", "refused", "released"),
    GestureConfirmation: ("given", "refused"),
}
"""What billing may say of a hold, and of a gesture."""
_STRENGTH: Final[Mapping[type[Struct], tuple[str, ...]]] = {
    Confirmation: get_args(HoldState),
    GestureConfirmation: get_args(GestureState),
}
_ORDERED: Final[Mapping[Act, str]] = {"place": "pending", "release": "releasing", "give": "pending"}
_PAGE: Final = 500


def strange_answer(entry: Struct) -> str:
    """Return what is wrong with a confirmation whose state is not billing's to say; nothing where it is."""
    answers = ANSWERS.get(type(entry))
    state = getattr(entry, "state", "")
    if answers is None or state in answers:
        return ""
    return f"state: expected one of {', '.join(answers)}, got {state}"


class Correspondence(ABC):
    """A billing adapter that delivers orders, and finds what came back in its inbox.

    The strongest of what was ordered and answered counts, in whichever order it came: an old "held" that
    arrives after a release changes nothing.
    """

    name: str
    scopes: Final[frozenset[Scope]] = frozenset({"claim", "customer"})
    gives: Final[frozenset[GivenKind]] = frozenset(GIVEN_KINDS)

    def __init__(self, inbox: Inbox, now: Callable[[], datetime]) -> None:
        self._inbox = inbox
        self._now = now

    @abstractmethod
    def deliver(self, act: Act, order: Order) -> None:
        """Tell the billing system; raise a BillingError where that is not possible."""

    @abstractmethod
    def collect(self) -> None:
        """Bring into the inbox what waits outside of it."""

    def claims(self, cursor: str | None) -> Page[Claim]:
        return self._page("claim", Claim, cursor)

    def events(self, cursor: str | None) -> Page[DunningEvent]:
        return self._page("event", DunningEvent, cursor)

    def place(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        return self._tell("place", order, self.confirm, ("unknown", "pending"), dry_run=dry_run)

    def release(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        until = ("unknown", "pending", "refused", "held", "releasing")
        return self._tell("release", order, self.confirm, until, dry_run=dry_run)

    def confirm(self, order: HoldOrder) -> Confirmation:
        self.collect()
        return self._standing(order.key, "order", "confirmation", Confirmation)

    def give(self, order: GestureOrder, *, dry_run: bool = False) -> GestureConfirmation:
        return self._tell("give", order, self.given, ("unknown", "pending"), dry_run=dry_run)

    def given(self, order: GestureOrder) -> GestureConfirmation:
        self.collect()
        return self._standing(order.key, "gesture order", "gesture", GestureConfirmation)

    def keep(self, kind: Kind, message: str, entries: Iterable[Entry]) -> int:
        """Keep what came in one message; return how much of it had not come before."""
        rows = (
            (f"{message}#{place}", _key(entry), msgspec.json.encode(entry))
            for place, entry in enumerate(entries)
        )
        return self._inbox.keep(kind, rows, self._now())

    def _tell(
        self, act: Act, order: OrderT, stands: Callable[[OrderT], C], until: Sequence[str], *, dry_run: bool
    ) -> C:
        standing = stands(order)
        if dry_run:
            would = f"would be told to {act} it" if standing.state in until else "would be told nothing"
            return msgspec.structs.replace(standing, text=f"dry run: billing {would}")
        if standing.state in until:
            # Killed between the two, the act is delivered again under the same key, which does no harm.
            self.deliver(act, order)
            told = msgspec.json.encode({"act": act})  # what it was about, billing knows
            kind: Kind = "gesture order" if act == "give" else "order"
            self._inbox.keep(kind, [(f"{order.key} {act}", order.key, told)], self._now())
            standing = stands(order)
        return standing

    def _standing(self, key: str, ordered: Kind, answered: Kind, kind: type[C]) -> C:
        told: list[Act] = [msgspec.json.decode(body)["act"] for body in self._inbox.about(ordered, key)]
        said = [
            {"state": "unknown", "text": "nothing was ordered"},
            *({"state": _ORDERED[act], "text": "billing has not answered"} for act in told),
            *(msgspec.json.decode(body) for body in self._inbox.about(answered, key)),
        ]
        strongest = max(said, key=lambda one: _STRENGTH[kind].index(one["state"]))
        return msgspec.convert({**strongest, "key": key}, kind)

    def _page(self, kind: Kind, wanted: type[T], cursor: str | None) -> Page[T]:
        self.collect()
        start = _number(cursor)
        rows = self._inbox.after(kind, start, _PAGE)
        items = tuple(msgspec.json.decode(body, type=wanted) for _, body in rows)
        last = rows[-1][0] if rows else start
        return Page(items=items, cursor=str(last), more=len(rows) == _PAGE)


def _key(entry: Entry) -> str:
    match entry:
        case Claim():
            return entry.claim_id
        case DunningEvent():
            return entry.event_id
        case Confirmation() | GestureConfirmation():
            return entry.key


def _number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit()):
        raise RefusedError(f"cursor: expected one that this adapter gave, got {cursor[:80]!r}")
    return int(cursor[:18])
