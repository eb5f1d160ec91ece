"""Whose an e-mail address is: of a profile, of a case, or of a customer that CRM or billing told of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower

from kulanz.desk.models import Case, Customer, Person
from kulanz.desk.rules.customers import Facts, facts_in
from kulanz.desk.services.events import record
from kulanz.desk.services.sealing import SealError, unseal
from kulanz.desk.services.veiling import address_digests


def people_at(addresses: Collection[str], *, now: datetime) -> Mapping[str, list[Person]]:
    """Return who is known under each address, in lower letters; of merged profiles the one that is left.

    A customer without a profile gets one: what they see and ask for needs a place.
    """
    wanted = {each.lower() for each in addresses}
    found: dict[str, set[int]] = defaultdict(set)
    for address, pk in (*_in_profiles(wanted), *_in_cases(wanted), *_in_customers(wanted, now)):
        found[address].add(pk)
    return {address: _living(keys) for address, keys in found.items()}


def digest_of_address(address: str) -> str:
    """Return by what a customer's mail address is found while it stays sealed; empty for none."""
    wanted = address.lower()
    return address_digests([wanted])[wanted] if wanted else ""


def _in_profiles(wanted: Collection[str]) -> Iterator[tuple[str, int]]:
    rows = Person.objects.annotate(lower=Lower("email")).filter(lower__in=wanted)
    yield from rows.values_list("lower", "pk")


def _in_cases(wanted: Collection[str]) -> Iterator[tuple[str, int]]:
    rows = Case.objects.annotate(lower=Lower("email")).filter(lower__in=wanted)
    yield from rows.values_list("lower", "person_id")


def _in_customers(wanted: Collection[str], now: datetime) -> Iterator[tuple[str, int]]:
    """Open those customers alone who have one of the addresses, as far as a key of this desk does."""
    digests = address_digests(wanted)
    for row in Customer.objects.filter(mailed__in=digests.values()).order_by("pk"):
        with suppress(SealError):
            facts = facts_in(unseal(row.sealed))
            yield facts.email.lower(), row.person_id or _with_profile(row, facts, now)


def _with_profile(row: Customer, facts: Facts, now: datetime) -> int:
    with transaction.atomic():
        current = Customer.objects.select_for_update().get(pk=row.pk)
        if current.person_id is not None:
            return current.person_id
        name = (facts.name or row.number)[:200]
        person = Person.objects.create(
            name=name, email=facts.email, customer_number=row.number, created_at=now
        )
        Customer.objects.filter(pk=row.pk).update(person=person, linked_by="email", due_at=None)
        record(None, "make", person, now=now, data={"customer": row.pk})
    return person.pk


def _living(keys: Collection[int]) -> list[Person]:
    """Return the profiles that are left of some, each once."""
    found: dict[int, Person] = {}
    for person in Person.objects.filter(pk__in=keys).order_by("pk"):
        left = person
        while left.merged_into is not None:
            left = left.merged_into
        if left.erased_at is None:
            found[left.pk] = left
    return list(found.values())
