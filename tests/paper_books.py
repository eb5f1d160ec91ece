"""A billing department on paper: it keeps claims, sends letters, and does what orders say, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kulanz.billing import (
    Claim,
    Confirmation,
    DunningEvent,
    GestureConfirmation,
    GestureOrder,
    GestureState,
    HoldOrder,
)
from kulanz.core.money import Money

DUE = date(2026, 5, 1)
ON = date(2026, 6, 1)


@dataclass
class PaperBooks:
    """``news`` is what billing has to tell and has not told; ``orders`` what it was told and has not done."""

    claims: dict[str, Claim] = field(default_factory=dict)
    holds: dict[str, HoldOrder] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    given: dict[str, GestureOrder] = field(default_factory=dict)
    orders: list[tuple[str, HoldOrder | GestureOrder]] = field(default_factory=list)
    news: list[Claim | DunningEvent | Confirmation | GestureConfirmation] = field(default_factory=list)

    def customer(self) -> str:
        return f"C-{len(self.claims) + 1}"

    def claim(self, customer: str, amount: str) -> str:
        claim_id = f"R-{len(self.claims) + 1}"
        money = Money.of(amount, "EUR")
        self._tell(Claim(claim_id=claim_id, customer=customer, amount=money, due_on=DUE, text="Membership"))
        return claim_id

    def settle(self, claim_id: str) -> None:
        self._tell(self._changed(claim_id, settled=True))

    def work(self) -> None:
        """Do what was ordered, each key once, and confirm it; nothing known is refused."""
        for act, order in self.orders:
            if isinstance(order, GestureOrder):
                self.news.append(GestureConfirmation(key=order.key, state=self._gave(order)))
            else:
                self.news.append(Confirmation(key=order.key, state=self._done(act, order)))
        self.orders.clear()

    def times_given(self, order: GestureOrder) -> int:
        return int(self.given.get(order.key) == order)

    def dun(self) -> set[str]:
        letters = {
            each.claim_id for each in self.claims.values() if not each.settled and not self._is_held(each)
        }
        for claim_id in letters:
            claim = self._changed(claim_id, level=self.claims[claim_id].level + 1)
            self._tell(claim)
            self.news.append(
                DunningEvent(
                    event_id=f"{claim_id}/{claim.level}",
                    claim_id=claim_id,
                    customer=claim.customer,
                    level=claim.level,
                    on=ON,
                )
            )
        return letters

    def _gave(self, order: GestureOrder) -> GestureState:
        if order.claim_id not in self.claims:
            return "refused"
        self.given[order.key] = order
        return "given"

    def _done(self, act: str, order: HoldOrder) -> str:
        if order.claim_id is not None and order.claim_id not in self.claims:
            return "refused"
        if act == "release":
            self.over.add(order.key)
        self.holds[order.key] = order
        return "released" if order.key in self.over else "held"

    def _is_held(self, claim: Claim) -> bool:
        on = (order for key, order in self.holds.items() if key not in self.over)
        return any(
            order.customer == claim.customer and order.claim_id in {None, claim.claim_id} for order in on
        )

    def _changed(self, claim_id: str, *, level: int | None = None, settled: bool = False) -> Claim:
        old = self.claims[claim_id]
        return Claim(
            claim_id=claim_id,
            customer=old.customer,
            amount=old.amount,
            due_on=old.due_on,
            level=old.level if level is None else level,
            text=old.text,
            settled=settled,
        )

    def _tell(self, claim: Claim) -> None:
        self.claims[claim.claim_id] = claim
        self.news.append(claim)
