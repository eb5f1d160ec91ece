"""What is at stake in a case or an issue: reckoned from what is known, corrected by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Final

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet

from kulanz.core.money import Money, total
from kulanz.core.stake import Line, stake
from kulanz.core.stake import Stake as Drawn
from kulanz.desk.models import Case, Customer, Issue, Stake, Thread
from kulanz.desk.queries.exposure import Views, threads_in, views_of
from kulanz.desk.queries.parties import threads_of
from kulanz.desk.queries.rates import rates as company_rates
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.figures import written
from kulanz.desk.rules.rates import Rates
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.stakes import (
    PARTS,
    SUMMED,
    Correction,
    Corrections,
    Known,
    Lack,
    Shown,
    Value,
    check,
    corrections_in,
    inputs_of,
    lacks,
    names_of,
    shown,
    summed,
    unsummed,
    usual_currency,
    value_in,
    with_lines,
)
from kulanz.desk.services.changing import change, write_to
from kulanz.desk.services.events import record
from kulanz.desk.services.opening import Opened, opened, read
from kulanz.desk.services.sealing import seal, unseal

_EXPOSURE: Final = "exposure."
_WORTH: Final = ("claim", "customer")
_UNOBJECTED: Final = Q(person__objected_at=None, person__restricted_at=None)
Parts = Sequence[tuple[str, Money]]
Lacks = Mapping[str, tuple[Lack, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtStake:
    """What is at stake: the lines with their numbers, and the customers that they are about.

    ``version`` is that of the corrections, 0 where there are none. ``other_currencies`` counts the open
    claims that the sum leaves out.
    """

    drawn: Drawn
    lines: tuple[Shown, ...]
    version: int
    customers: tuple[Opened, ...]
    other_currencies: int


def of_case(*, actor: Actor, case: Case, now: datetime) -> AtStake:
    """Return what is at stake in a case; who opened the customer's values is recorded."""
    return _of_case(case, opened(actor=actor, customers=_reckoned(case), now=now), now)


def lines_of(*, case: Case, now: datetime) -> tuple[Line, ...]:
    """Return the lines of a case, for the customer it is about."""
    return _of_case(case, read(_reckoned(case)), now).drawn.lines


def _reckoned(case: Case) -> list[Customer]:
    """Return the customers that the person of a case is; none where they object to it."""
    return list(case.person.customers.filter(_UNOBJECTED).order_by("number"))


def _of_case(case: Case, customers: tuple[Opened, ...], now: datetime) -> AtStake:
    rates, kept = company_rates(), Stake.objects.filter(case=case).first()
    threads = _threads_of(case)
    views = views_of(threads, now)
    known = {**_exposure(views, rates, _corrected(case.issue)), **_cost(rates, 1)}
    known |= _worth(customers, rates, now)
    absent = {**_unheard(views, threads), **_unknown(customers, rates, now)}
    if not case.person.is_reckoned:
        absent |= dict.fromkeys(_WORTH, (Lack("objected"),))
    return _made(known, kept, customers, rates, {"customer": _values(customers, rates, now)}, absent)


def of_issue(*, actor: Actor, issue: Issue, now: datetime) -> AtStake:
    """Return what is at stake in an issue: the sums over its cases, and what is read in public."""
    rates, kept = company_rates(), Stake.objects.filter(issue=issue).first()
    cases = _one_a_person(issue)
    people = [case.person_id for case in cases]
    rows = list(Customer.objects.filter(_UNOBJECTED, person__in=people).order_by("number"))
    customers = opened(actor=actor, customers=rows, now=now)
    open_cases = sum(case.state != "closed" for case in cases)
    threads = threads_in(issue)
    views = views_of(threads, now)
    known = _exposure(views, rates, {})
    absent = {**_unheard(views, threads), **_unknown(customers, rates, now)}
    if not cases:
        absent |= dict.fromkeys(("claim", "customer", "dispute"), (Lack("no_case"),))
    if cases or (kept is not None and "claim" in corrections_in(unseal(kept.sealed))):
        known |= _cost(rates, max(1, open_cases))
        absent.pop("dispute", None)
    corrections = _corrections_of(cases)
    found = _made(known, kept, customers, rates, _by_case(cases, corrections, customers, rates, now), absent)
    return replace(found, lines=tuple(_told_of(each, corrections) for each in found.lines))


def correct(
    *, actor: Actor, about: Case | Issue, seen: int, values: Mapping[str, str], reason: str, now: datetime
) -> Stake:
    """Put a person's numbers in the place of those reckoned, for a reason; an empty one takes it back.

    Raise RuleError for what is no number, ConflictError where somebody was faster.
    """
    actor.need(Right.SEE_VALUES)
    actor.need(Right.WORK_CASES if isinstance(about, Case) else Right.WORK_ISSUES)
    if not reason.strip():
        raise RuleError("correct a number: say why")
    named = {"case": about} if isinstance(about, Case) else {"issue": about}
    with transaction.atomic():
        if isinstance(about, Issue):
            write_to(about)
        row, _ = Stake.objects.get_or_create(**named, defaults={"version": 0})
        kept = dict(corrections_in(unseal(row.sealed)))
        for name, text in values.items():
            if text.strip():
                value = value_in(name, text)
                check(name, value)
                kept[name] = Correction(value=written(value), by=actor.name, at=now)
            else:
                kept.pop(name, None)
        changed = change(row, seen, sealed=seal(msgspec.json.encode(kept)))
        record(
            actor, "correct", about, now=now, reason=reason.strip()[:500], data={"numbers": sorted(values)}
        )
    return changed


def _made(
    known: Known,
    kept: Stake | None,
    customers: Sequence[Opened],
    rates: Rates,
    sums: Mapping[str, Parts],
    absent: Lacks,
) -> AtStake:
    """Draw the lines; those of several customers are summed, unless somebody corrected the line.

    ``absent`` says of lines what there is none of, where their numbers alone would not tell.
    """
    corrections = corrections_in(unseal(kept.sealed)) if kept else {}
    drawn = stake(inputs_of(known, corrections))
    amounts = list(chain.from_iterable((money for _, money in parts) for parts in sums.values()))
    currency = usual_currency(amounts, rates.currency)
    missing = {code: parts for code, parts in sums.items() if code in drawn.missing and parts}
    lines = {code: summed(code, parts, currency) for code, parts in missing.items() if code in PARTS}
    drawn = with_lines(drawn, lines.values())
    return AtStake(
        drawn=drawn,
        lines=tuple(
            _sum(each, lines[each.code], missing[each.code])
            if each.code in lines
            else _explained(each, absent)
            for each in shown(known, corrections, drawn)
        ),
        version=kept.version if kept else 0,
        customers=tuple(customers),
        other_currencies=_left_out(customers, rates),
    )


def _sum(shown: Shown, line: Line | None, parts: Parts) -> Shown:
    why = () if line is not None else (unsummed(money for _, money in parts),)
    return Shown(shown.code, line, SUMMED, (), tuple(parts), why)


def _explained(shown: Shown, absent: Lacks) -> Shown:
    """Say what there is none of, unless people put in all that was not known."""
    unknown = shown.line is None and any(each.value is None for each in shown.fields)
    return replace(shown, lacks=absent[shown.code]) if unknown and shown.code in absent else shown


def _unheard(views: Views | None, threads: QuerySet[Thread]) -> dict[str, tuple[Lack, ...]]:
    silent = views is None and not threads.exists()
    return {"exposure": (Lack("no_conversation"),)} if silent else {}


def _unknown(customers: Sequence[Opened], rates: Rates, now: datetime) -> dict[str, tuple[Lack, ...]]:
    """Return why nothing is known of a customer's claim and worth, where their own numbers do not say it."""
    if not customers:
        return dict.fromkeys(_WORTH, (Lack("no_customer"),))
    return {"customer": lacks(chain.from_iterable(_lifetime(each, rates, now).items() for each in customers))}


def _corrections_of(cases: Sequence[Case]) -> dict[int, Corrections]:
    rows = Stake.objects.filter(case__in=cases)
    return {row.case_id: corrections_in(unseal(row.sealed)) for row in rows if row.case_id is not None}


def _told_of(shown: Shown, corrections: Mapping[int, Corrections]) -> Shown:
    """Say of a sum that a number in it was corrected at its case."""
    numbers = set(chain.from_iterable(corrections.values())) if shown.parts else set()
    return replace(shown, corrected=not numbers.isdisjoint(names_of(shown.code)))


def _by_case(
    cases: Sequence[Case],
    corrections: Mapping[int, Corrections],
    customers: Sequence[Opened],
    rates: Rates,
    now: datetime,
) -> dict[str, list[tuple[str, Money]]]:
    """Return the claim and the customer's value of every case that has one, as corrected there."""
    found: dict[str, list[tuple[str, Money]]] = {code: [] for code in _WORTH}
    for case in cases:
        theirs = [each for each in customers if each.row.person_id == case.person_id]
        drawn = stake(inputs_of(_worth(theirs, rates, now), corrections.get(case.pk, {})))
        for code in _WORTH:
            line = drawn.line(code)
            found[code] += [(case.title, line.high)] if line is not None else []
        if drawn.line("customer") is None:
            found["customer"] += [(case.title, money) for _, money in _values(theirs, rates, now)]
    return found


def _worth(customers: Sequence[Opened], rates: Rates, now: datetime) -> dict[str, Value | None]:
    """Return the claim, and what one customer is expected to bring; several are summed elsewhere."""
    claims = [claim.facts.amount for each in customers for claim in each.claims]
    currency = usual_currency(claims, rates.currency)
    wanted = total((money for money in claims if money.currency == currency), currency) if claims else None
    return {"claim": wanted, **(_lifetime(customers[0], rates, now) if len(customers) == 1 else {})}


def _lifetime(customer: Opened, rates: Rates, now: datetime) -> dict[str, Value | None]:
    facts = customer.facts
    return {
        "lifetime.revenue_per_month": facts.revenue_per_month,
        "lifetime.margin": facts.margin,
        "lifetime.months": rates.months_left(facts.since, now.date()),
    }


def _values(customers: Sequence[Opened], rates: Rates, now: datetime) -> list[tuple[str, Money]]:
    """Return what each of several customers is expected to bring, as far as it is known."""
    if len(customers) < 2:  # noqa: PLR2004 - one has a line of its own
        return []
    lines = (stake(inputs_of(_lifetime(each, rates, now), {})).line("customer") for each in customers)
    return [
        (each.row.number, line.high) for each, line in zip(customers, lines, strict=True) if line is not None
    ]


def _exposure(views: Views | None, rates: Rates, corrections: Corrections) -> dict[str, Value | None]:
    """Return what exposure rests on; what was corrected at the issue counts for its cases."""
    known: dict[str, Value | None] = {
        "exposure.views": views.total if views else None,
        "exposure.views_per_day": views.per_day if views else None,
        "exposure.days": rates.days,
        "exposure.audience": rates.audience,
        "exposure.spread": rates.spread,
        "exposure.price": rates.money(rates.price),
    }
    return known | {
        name: value_in(name, each.value) for name, each in corrections.items() if name.startswith(_EXPOSURE)
    }


def _cost(rates: Rates, cases: int) -> dict[str, Value | None]:
    return {
        "cost.hours": None if rates.hours is None else rates.hours * cases,
        "cost.hourly": rates.money(rates.hourly),
        "cost.fees": None if rates.fees is None else Money(rates.fees * cases, rates.currency),
    }


def _threads_of(case: Case) -> QuerySet[Thread]:
    return threads_in(case.issue) if case.issue else threads_of(case)


def _corrected(issue: Issue | None) -> Corrections:
    row = Stake.objects.filter(issue=issue).first() if issue else None
    return corrections_in(unseal(row.sealed)) if row else {}


def _one_a_person(issue: Issue) -> list[Case]:
    """Return the latest case of every person in an issue: a claim counts once."""
    return list({case.person_id: case for case in issue.cases.order_by("opened_at", "pk")}.values())


def _left_out(customers: Sequence[Opened], rates: Rates) -> int:
    """Return how many claims are in another currency than their sum."""
    claims = [claim.facts.amount for each in customers for claim in each.claims]
    currency = usual_currency(claims, rates.currency)
    return sum(money.currency != currency for money in claims)
