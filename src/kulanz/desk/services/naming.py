"""The names of a person: what is looked for when they are erased, and in how much of what others wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kulanz.desk.models import Account, Case, Customer, Message, Person
from kulanz.desk.queries.erasing import merged_profiles, rows_of_others
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.names import is_unmistakable, words_of
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.opening import Opened, opened, read
from kulanz.desk.services.veiling import is_narrow


@dataclass(frozen=True, slots=True)
class PersonNames:
    """What identifies a person: accounts as source and key, and names, addresses and numbers."""

    accounts: tuple[tuple[int, str], ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replaced:
    """A name with the number of rows of others in which it would be replaced; ``more`` than were looked at.

    ``anywhere`` is False for a name that is replaced after an ``@`` only.
    """

    name: str
    anywhere: bool
    rows: int
    more: bool


def names_of(profiles: Sequence[Person]) -> PersonNames:
    """Return all names of a person with these profiles."""
    return _names(profiles, read(Customer.objects.filter(person__in=profiles)))


def replaced_names(*, actor: Actor, person: Person, now: datetime) -> tuple[Replaced, ...]:
    """Return what would be replaced, for whoever is about to erase a person to look at.

    What CRM and billing call them is shown to those who may see it, and that is recorded.
    """
    actor.need(Right.LEAD_CASES)
    profiles = merged_profiles(person)
    customers = list(Customer.objects.filter(person__in=profiles)) if actor.may(Right.SEE_VALUES) else []
    names = _names(profiles, opened(actor=actor, customers=customers, now=now) if customers else ())
    sources = {source for source, _key in names.accounts}
    distinct = {words_of(name): name for name in (*names.others, *(key for _source, key in names.accounts))}
    found = (_replaced(name, sources, profiles) for words, name in distinct.items() if words)
    return tuple(sorted(found, key=lambda each: (not each.anywhere, -each.rows, each.name)))


def left_alone(name: str, left_out: Collection[str]) -> bool:
    """Whether a name is replaced after an ``@`` only: by itself, or because somebody left it out."""
    return is_narrow(name) or words_of(name) in {words_of(each) for each in left_out}


def _replaced(name: str, sources: Collection[int], profiles: Sequence[Person]) -> Replaced:
    words = words_of(name)
    anywhere = is_unmistakable(words) and not is_narrow(name)
    count, more = rows_of_others(words, anywhere=anywhere, sources=sources, profiles=profiles)
    return Replaced(name, anywhere, count, more)


def _names(profiles: Sequence[Person], customers: Iterable[Opened]) -> PersonNames:
    accounts = Account.objects.filter(person__in=profiles).order_by("pk").values_list("source_id", "key")
    others = {word for row in profiles for word in (row.name, row.email, row.customer_number)}
    cases = Case.objects.filter(person__in=profiles)
    others |= set(cases.values_list("email", flat=True))
    heard = Message.objects.filter(case__in=cases.values("pk"), inbound=True, automatic=False, doubtful="")
    others |= set(heard.values_list("sender", flat=True))
    for customer in customers:
        others |= {customer.row.number, customer.facts.name, customer.facts.email}
    return PersonNames(tuple(accounts), tuple(sorted(others - {""})))
