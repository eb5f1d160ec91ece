"""Holds with their words and amounts for those who may see them, sums, and a table to take along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db import transaction

from kulanz.billing import Confirmation
from kulanz.core.money import Money, total
from kulanz.desk.models import Case, DunningLetter, Hold
from kulanz.desk.queries.holds import ASKED, HoldFilter, day_of, filtered, may_do
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.holds import Words
from kulanz.desk.rules.machines import HOLD, LIVE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.billing_adapters import adapter_for
from kulanz.desk.services.events import record
from kulanz.desk.services.exports import alias, as_csv
from kulanz.desk.services.holding import foretold
from kulanz.desk.services.holds import Plan, propose, words_of
from kulanz.desk.services.looking import looked
from kulanz.desk.services.opening import OpenClaim, claims_of, opened

COLUMNS: Final = (
    "hold", "state", "system", "case", "customer", "person", "claim", "amount", "currency",
    "placed_at", "held_at", "review_on", "ended_at", "next_step", "letters_despite",
)  # fmt: skip

Claims = Mapping[int, Mapping[int, OpenClaim]]
"""The open claims of customers, by the number of their row."""
_LATE: Final = ("placing", "held", "releasing")
"""States in which billing can be late to say that dunning is paused, still or no more."""
_UNREAD: Final = Words()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A hold as a member sees it.

    ``words`` are empty in a list. ``amounts`` are what it is about, by currency, as far as it is open; None
    for whoever may not see values. ``letters`` went out all the same. ``late``: people were told that billing
    does not confirm it. ``due``: its day of review has come.
    """

    hold: Hold
    words: Words = _UNREAD
    amounts: tuple[Money, ...] | None
    letters: tuple[DunningLetter, ...]
    can: frozenset[str]
    late: bool
    due: bool

    @property
    def on(self) -> bool:
        """Whether it is still to be decided on, or to be ended."""
        return self.hold.state in LIVE


def views_of(*, actor: Actor, holds: Sequence[Hold], now: datetime) -> list[HoldView]:
    """Return holds as a member sees them; whose words and values were opened for that is recorded."""
    lines = lines_of(actor=actor, holds=holds, now=now)
    looked(actor, "hold", [hold.pk for hold in holds], now)
    return [replace(line, words=words_of(line.hold)) for line in lines]


def view_of(*, actor: Actor, hold: Hold, now: datetime) -> HoldView:
    """Return one hold as a member sees it."""
    return views_of(actor=actor, holds=[hold], now=now)[0]


def lines_of(*, actor: Actor, holds: Sequence[Hold], now: datetime) -> list[HoldView]:
    """Return holds as a list shows them, without words; whose values were opened for that is recorded."""
    actor.need(Right.SEE_CASES)
    claims = _opened(actor, holds, now) if actor.may(Right.SEE_VALUES) else None
    day = day_of(now)
    return [
        HoldView(
            hold=hold,
            amounts=None if claims is None else _amounts(hold, claims),
            letters=tuple(sorted(hold.letters.all(), key=lambda each: each.on, reverse=True)),
            can=may_do(actor, hold),
            late=hold.state in _LATE and hold.alarmed_at is not None,
            due=hold.state in ASKED and hold.review_on <= day,
        )
        for hold in holds
    ]


def sums(*, actor: Actor, wanted: HoldFilter, now: datetime) -> tuple[Money, ...]:
    """Return what the holds of a list are about that are not over: by currency, each claim once."""
    actor.need(Right.SEE_VALUES)
    holds = list(filtered(wanted, now).exclude(state__in=HOLD.final))
    claims = _by_row(claims_of(list({hold.customer_id for hold in holds})))
    meant = {each.row.pk: each.facts.amount for hold in holds for each in _meant(hold, claims)}
    return _by_currency(meant.values())


def table(*, actor: Actor, wanted: HoldFilter, names: bool, now: datetime) -> str:
    """Return a list of holds as CSV; who took it along is recorded.

    Customers and claims have pseudonyms, the same every time, unless ``names`` are asked for. Amounts are
    there for whoever may see values, words for nobody.
    """
    actor.need(Right.SEE_CASES)
    if names:
        actor.need(Right.SEE_PEOPLE)
        actor.need(Right.SEE_VALUES)
    holds = list(filtered(wanted, now).order_by("review_on", "pk"))
    views = lines_of(actor=actor, holds=holds, now=now)
    record(actor, "export", Hold(pk=0), now=now, data={"holds": len(holds), "names": names})
    return as_csv(COLUMNS, (line for view in views for line in _lines(view, names=names)))


def foreseen(*, actor: Actor, case: Case, plan: Plan, now: datetime) -> Confirmation:
    """Return what billing would do if a hold were placed; nothing is kept, and billing changes nothing."""
    with transaction.atomic():
        hold = propose(actor=actor, case=case, plan=plan, now=now)
        transaction.set_rollback(True)
    return asked(actor=actor, hold=hold, act="place", now=now)


def asked(*, actor: Actor, hold: Hold, act: str, now: datetime) -> Confirmation:
    """Return what billing says that it would do; ``act`` is "place" or "release"."""
    return foretold(actor=actor, hold=hold, act=act, adapters=adapter_for, now=now)


def _opened(actor: Actor, holds: Sequence[Hold], now: datetime) -> Claims:
    customers = {hold.customer_id: hold.customer for hold in holds}
    found = opened(actor=actor, customers=list(customers.values()), now=now)
    return _by_row({each.row.pk: each.claims for each in found})


def _by_row(claims: Mapping[int, Sequence[OpenClaim]]) -> Claims:
    return {customer: {each.row.pk: each for each in theirs} for customer, theirs in claims.items()}


def _meant(hold: Hold, claims: Claims) -> Iterable[OpenClaim]:
    """The open claims that a hold is about."""
    theirs = claims.get(hold.customer_id, {})
    if hold.claim_id is None:
        return theirs.values()
    return [theirs[hold.claim_id]] if hold.claim_id in theirs else []


def _amounts(hold: Hold, claims: Claims) -> tuple[Money, ...]:
    return _by_currency(each.facts.amount for each in _meant(hold, claims))


def _by_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    def currency(money: Money) -> str:
        return money.currency

    return tuple(total(each, name) for name, each in groupby(sorted(amounts, key=currency), currency))


def _lines(view: HoldView, *, names: bool) -> Iterator[tuple[object, ...]]:
    """A line for each currency."""
    hold = view.hold
    claim = "" if hold.claim is None else hold.claim.key
    about = (
        (hold.customer.number, hold.case.person.name, claim)
        if names
        else (alias("customer", hold.customer_id), "", claim and alias("claim", hold.claim_id))
    )
    for amount in view.amounts or (None,):
        yield (
            hold.key, hold.state, hold.system or "", hold.case_id, *about,
            "" if amount is None else f"{amount.amount:f}", "" if amount is None else amount.currency,
            _moment(hold.placed_at), _moment(hold.held_at), hold.review_on.isoformat(),
            _moment(hold.ended_at), hold.next_step, len(view.letters),
        )  # fmt: skip


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")
