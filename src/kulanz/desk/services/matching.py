"""Customers are linked to people: by themselves where there is no doubt, else by somebody who looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from kulanz.desk.models import Account, Customer, CustomerMatch, Person
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import Facts, Named, Seen, certain, facts_in, grounds, lowered
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.events import record
from kulanz.desk.services.profiles import held
from kulanz.desk.services.sealing import SealError, unseal

EVERY: Final = timedelta(days=1)
AT_ONCE: Final = 200
_MOST_SEEN: Final = 10
_LIVING = Q(merged_into=None, erased_at=None)


def match_due(*, now: datetime) -> int:
    """Compare customers without a person with the people of the desk; return how many had their turn."""
    claimed = claim(Customer.objects.filter(person=None), now, at_most=AT_ONCE)
    readable: dict[Customer, Facts] = {}
    for row in claimed:
        try:
            readable[row] = facts_in(unseal(row.sealed))
        except SealError as error:
            failed(row, str(error), now)
    match(customers=readable, now=now)
    return len(claimed)


def match(*, customers: Mapping[Customer, Facts], now: datetime) -> None:
    """Link customers who are somebody here without doubt, and propose the others for a person to decide."""
    people, accounts = _people(customers), _accounts(customers)
    apart = _told_apart(customers)
    for row, facts in customers.items():
        seen = [each for each in _seen(row, facts, people, accounts) if _pair(row, each) not in apart]
        sure = certain(seen)
        with transaction.atomic():
            if sure is not None and sure.person is not None and _is_there(sure.person):
                _link(None, row, sure.person, "number" if "number" in sure.grounds else "email", now)
            else:
                _propose(row, seen[:_MOST_SEEN], now)
                ours = Customer.objects.filter(pk=row.pk, person=None)
                ours.update(due_at=now + EVERY, attempts=0, last_error="")


def look_for(*, person: Person, now: datetime) -> None:
    """Compare the customers whose number a profile has now, so that nobody waits for tomorrow."""
    if person.customer_number:
        rows = Customer.objects.filter(number__iexact=person.customer_number, person=None)
        match(customers={row: facts_in(unseal(row.sealed)) for row in rows[:_MOST_SEEN]}, now=now)


def link(*, actor: Actor, customer: Customer, seen: int, person: Person, now: datetime) -> Customer:
    """Say by hand whom a customer is."""
    actor.need(Right.SEE_VALUES)
    actor.need(Right.WORK_ISSUES)
    with transaction.atomic():
        current = held(person)
        _unchanged(customer, seen)
        CustomerMatch.objects.filter(customer=customer, person=current).delete()
        _link(actor, customer, current.pk, "hand", now)
    customer.refresh_from_db()
    return customer


def unlink(*, actor: Actor, customer: Customer, seen: int, now: datetime) -> Customer:
    """Say that a customer is not that person: they are not linked by themselves again."""
    actor.need(Right.SEE_VALUES)
    actor.need(Right.WORK_ISSUES)
    with transaction.atomic():
        if customer.person_id is None:
            raise RuleError("this customer is linked to nobody")
        apart = {"dismissed_at": now, "dismissed_by_id": actor.member_id}
        CustomerMatch.objects.update_or_create(
            customer=customer,
            person_id=customer.person_id,
            defaults=apart,
            create_defaults=apart | {"found_at": now},
        )
        data = {"person": customer.person_id}
        changed = change(customer, seen, person=None, linked_by="", due_at=now)
        record(actor, "unlink", changed, now=now, data=data)
    return changed


def tell_apart(*, actor: Actor, match: CustomerMatch, seen: int, now: datetime) -> CustomerMatch:
    """Say that a customer is not whom the desk proposes."""
    values = {"dismissed_at": now, "dismissed_by": actor.member_id}
    return _decided(actor, match, seen, "tell_apart", now, values)


def propose_again(*, actor: Actor, match: CustomerMatch, seen: int, now: datetime) -> CustomerMatch:
    """Take back that a customer is not somebody."""
    return _decided(actor, match, seen, "suggest_again", now, {"dismissed_at": None, "dismissed_by": None})


def _decided(
    actor: Actor, row: CustomerMatch, seen: int, action: str, now: datetime, values: dict[str, object]
) -> CustomerMatch:
    actor.need(Right.SEE_VALUES)
    actor.need(Right.WORK_ISSUES)
    with transaction.atomic():
        changed = change(row, seen, **values)
        about = {"person": row.person_id, "account": row.account_id}
        record(actor, action, changed.customer, now=now, data=about)
    return changed


def _unchanged(customer: Customer, seen: int) -> None:
    if not Customer.objects.select_for_update().filter(pk=customer.pk, version=seen).exists():
        raise ConflictError("somebody else has changed this meanwhile: look at it again, your words are kept")


def _is_there(person: int) -> bool:
    """Whether nobody has merged or erased a profile meanwhile; it is held until the transaction ends."""
    return Person.objects.select_for_update().filter(_LIVING, pk=person).exists()


def _link(actor: Actor | None, customer: Customer, person: int, by: str, now: datetime) -> None:
    current = Customer.objects.get(pk=customer.pk)
    linked = {"person_id": person, "linked_by": by, "due_at": None, "attempts": 0}
    change(current, current.version, **linked)
    record(actor, "link", current, now=now, data={"person": person, "hand": by == "hand"})


def _seen(
    row: Customer, facts: Facts, people: Sequence[Named], accounts: Sequence[Account]
) -> Iterable[Seen]:
    for person in people:
        found = grounds(row.number, facts, person)
        if found:
            yield Seen(person.pk, None, found)
    for account in accounts:
        if facts.email and account.key.lower() == facts.email.lower():
            yield Seen(None, account.pk, ("email",))


def _people(customers: Mapping[Customer, Facts]) -> list[Named]:
    """Return the people whom some of the customers could be; one pass over the table for all of them."""
    low = Person.objects.filter(_LIVING).annotate(
        low_email=Lower("email"), low_number=Lower("customer_number")
    )
    like = Q(low_number__in=lowered([row.number for row in customers]))
    like |= Q(low_email__in=lowered([facts.email for facts in customers.values()]))
    like |= Q(name__in={facts.name for facts in customers.values()} - {""})
    rows = low.filter(like).order_by("pk").values_list("pk", "name", "email", "customer_number")
    return [Named(*row) for row in rows]


def _accounts(customers: Mapping[Customer, Facts]) -> list[Account]:
    wanted = lowered([facts.email for facts in customers.values()])
    rows = Account.objects.filter(person=None).annotate(low=Lower("key"))
    return list(rows.filter(low__in=wanted).order_by("pk")) if wanted else []


def _told_apart(customers: Iterable[Customer]) -> set[tuple[int, int | None, int | None]]:
    rows = CustomerMatch.objects.filter(
        customer__in=[row.pk for row in customers], dismissed_at__isnull=False
    )
    return set(rows.values_list("customer_id", "person_id", "account_id"))


def _pair(customer: Customer, seen: Seen) -> tuple[int, int | None, int | None]:
    return customer.pk, seen.person, seen.account


def _propose(customer: Customer, seen: Iterable[Seen], now: datetime) -> None:
    """Keep whom a customer may be; what no longer seems so goes, unless it was told apart."""
    wanted = {(each.person, each.account): each for each in seen}
    for row in CustomerMatch.objects.filter(customer=customer, dismissed_at=None):
        if (row.person_id, row.account_id) not in wanted:
            row.delete()
    for each in wanted.values():
        CustomerMatch.objects.update_or_create(
            customer=customer,
            **({"person_id": each.person} if each.person else {"account_id": each.account}),
            defaults={"grounds": list(each.grounds)},
            create_defaults={"grounds": list(each.grounds), "found_at": now, "person_id": each.person}
            | {"account_id": each.account},
        )
