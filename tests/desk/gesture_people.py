"""Approved gestures for a customer with a claim, and a billing system that carries out what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hold_people import Books, Dunned

from kulanz.billing import BillingError, GestureConfirmation, GestureOrder, GestureState, GivenKind
from kulanz.core.money import Money
from kulanz.desk.models import Gesture, GestureLimit
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import gesture_orders, gestures
from kulanz.desk.services.gesture_orders import Wanted
from kulanz.desk.services.gestures import Offer


@dataclass
class Gifts(Books):
    """``stands`` is how gestures stand by their keys, ``given_to`` what was carried out, every time."""

    stands: dict[str, GestureState] = field(default_factory=dict)
    given_to: list[GestureOrder] = field(default_factory=list)
    lost: BillingError | None = None
    """What is answered although the order was taken."""
    gives: frozenset[GivenKind] = frozenset({"waive", "refund", "credit", "extension"})

    def give(self, order: GestureOrder, *, dry_run: bool = False) -> GestureConfirmation:
        if dry_run:
            return self._stand(order, f"{order.kind} of {order.claim_id}")
        self._heard("give", order)
        if self.stands.get(order.key, "unknown") in ("unknown", "pending"):
            self.carry_out(order)
        if self.lost is not None:
            raise self.lost
        return self._stand(order)

    def given(self, order: GestureOrder) -> GestureConfirmation:
        self._heard("given", order)
        return self._stand(order)

    def carry_out(self, order: GestureOrder) -> None:
        self.stands[order.key] = "pending" if self.slow else "given"
        if not self.slow:
            self.given_to.append(order)

    def _heard(self, act: str, order: GestureOrder) -> None:
        if self.down is not None:
            raise self.down
        self.orders.append((act, order.key))

    def _stand(self, order: GestureOrder, text: str = "booked as 4711") -> GestureConfirmation:
        return GestureConfirmation(key=order.key, state=self.stands.get(order.key, "unknown"), text=text)


def make_approved(
    bob: Actor, alice: Actor, rolf: Dunned, now: datetime, kind: str = "waive", minor: int = 1240
) -> Gesture:
    """Bob proposes, Alice approves."""
    amounts = {"alone_minor": 0, "each_minor": 100_000, "month_minor": 10_000_000}
    GestureLimit.objects.get_or_create(role="lead", currency="EUR", defaults=amounts)
    money = Money.of_minor(minor, "EUR")
    offer = Offer(kind=kind, value=money, cost=money, why="the second letter was ours")
    gesture = gestures.propose(actor=bob, case=rolf.case, offer=offer, now=now)
    return gestures.approve(actor=alice, gesture=gesture, seen=gesture.version, now=now)


def ordered(actor: Actor, gesture: Gesture, rolf: Dunned, now: datetime, **more: object) -> Gesture:
    wanted = Wanted(**{"claim": rolf.claim, "reason": "wrong address", **more})  # type: ignore[arg-type]
    return gesture_orders.order(actor=actor, gesture=gesture, seen=gesture.version, wanted=wanted, now=now)
