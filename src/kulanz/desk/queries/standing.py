"""What a person is to the communities of their accounts: numbers as they were counted last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kulanz.core.contributions import Contributions
from kulanz.core.network import NetworkReach
from kulanz.core.standing import Flags, Standing, standing
from kulanz.desk.models import Account, AccountStanding, Person


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one account reaches at its source; ``reach`` None where nobody has to do with it."""

    account: Account
    reach: NetworkReach | None
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """The standing of a person over all accounts, and the reach of each account."""

    standing: Standing
    reached: tuple[Reached, ...]


def standing_of(person: Person, *, now: datetime) -> Known | None:
    """Return the standing of a person; None before the worker has counted one of the accounts.

    Contributions at all sources are added; reach is not, as nobody knows who is the same elsewhere.
    """
    return standings_of([person], now=now).get(person.pk)


def standings_of(people: Iterable[Person], *, now: datetime) -> Mapping[int, Known]:
    """Return the standing of each of several people who have one, by the person's key.

    Those who object to it have none.
    """
    known = {person.pk: person for person in people if person.is_reckoned}
    rows: dict[int, list[AccountStanding]] = defaultdict(list)
    counted = AccountStanding.objects.filter(account__person__in=known)
    for row in counted.select_related("account__source").order_by("account_id"):
        rows[row.account.person_id or 0].append(row)
    return {pk: _known(known[pk], theirs, now) for pk, theirs in rows.items()}


def _known(person: Person, rows: Sequence[AccountStanding], now: datetime) -> Known:
    given = sum((_contributions(row) for row in rows), start=Contributions())
    flags = _flags(person)
    return Known(standing(given, now, flags), tuple(map(_reached, rows)))


def _contributions(row: AccountStanding) -> Contributions:
    return msgspec.msgpack.decode(bytes(row.contributions), type=Contributions)


def _flags(person: Person) -> Flags:
    """What the profile says goes before the posts."""
    return Flags(
        staff=True if person.role == "staff" else None,
        moderator=True if person.role == "moderator" else None,
        press=person.role == "press",
        partner=person.role == "partner",
    )


def _reached(row: AccountStanding) -> Reached:
    reach = None if row.reach is None else msgspec.convert(row.reach, NetworkReach)
    return Reached(row.account, reach, row.counted_at)
