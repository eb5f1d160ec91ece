"""What is held about one person, class by class, as ``rules.data_catalogue`` names it: for that person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Model

from kulanz.core.money import Money
from kulanz.desk.models import Account, Case, Person
from kulanz.desk.queries.erasing import merged_profiles
from kulanz.desk.rules.data_catalogue import OF_ACCOUNTS
from kulanz.desk.services import held_matters, held_public
from kulanz.desk.services.held_rows import Row, Subject
from kulanz.desk.services.masking_others import others
from kulanz.desk.services.naming import names_of

_READERS: Final[Mapping[str, Callable[[Subject], Iterator[Row]]]] = {
    **held_public.READERS,
    **held_matters.READERS,
}


def subject_of(person: Person, now: datetime) -> Subject:
    """Return a person with all profiles, accounts and cases, and whose names are not theirs."""
    profiles = merged_profiles(person)
    ids = [row.pk for row in profiles]
    accounts = tuple(Account.objects.filter(person__in=ids).select_related("source").order_by("pk"))
    known = names_of(profiles)
    own = [*known.others, *(key for _source, key in known.accounts)]
    return Subject(
        person=person,
        profiles=tuple(profiles),
        accounts=accounts,
        cases=tuple(Case.objects.filter(person__in=ids).values_list("pk", flat=True)),
        others=others(own=own, people=ids, sources={each.source_id for each in accounts}),
        now=now,
    )


def subject_of_account(account: Account, now: datetime) -> Subject:
    """Return an account alone: what is theirs that is behind it is shown to whoever proves more."""
    return Subject(
        person=None,
        profiles=(),
        accounts=(account,),
        cases=(),
        others=others(own=[account.key], people=(), sources={account.source_id}),
        now=now,
        classes=OF_ACCOUNTS,
    )


def read(subject: Subject, name: str) -> Iterator[Row]:
    """Yield the rows of a class as they are kept."""
    return _READERS[name](subject)


def rows_of(subject: Subject, name: str) -> Iterator[Row]:
    """Yield the rows of a class as plain values."""
    for row in read(subject, name):
        yield {field: _plain(value) for field, value in row.items()}


def classes() -> frozenset[str]:
    """Return the names of all classes that can be read."""
    return frozenset(_READERS)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; texts of rows are masked where they were read."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Money):
        return f"{value.amount:f} {value.currency}"
    if isinstance(value, Model):
        return str(value)
    return value
