"""After an older database came back: who was erased since is erased again, by the journal.

An erasure was done only once cases were closed, holds over and gestures settled. The older database may have
them open still: they are ended here as they were then, and nobody is told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import transaction
from django.db.models import Q

from kulanz.desk.models import Account, Case, Erasure, Gesture, Hold, Person, Promise, Source, Tombstone
from kulanz.desk.rules.machines import CASE, PROMISE
from kulanz.desk.services.changing import change
from kulanz.desk.services.data_requests import answer_erased
from kulanz.desk.services.erasing import Names, Profiles, blank, profiles_of, wipe
from kulanz.desk.services.erasure_journal import Buried, Erased, Stone, check_ours
from kulanz.desk.services.events import record
from kulanz.desk.services.sealing import seal
from kulanz.desk.services.veiling import account_digest, digest_key, person_digest

_ANY: tuple[str, ...] = ("",)
"""The names themselves are not known any more: the worker looks through every text."""


class Again(NamedTuple):
    """How many erasures the database did not know, and how many names are of sources that it lacks."""

    erasures: int
    astray: int


class _Met(NamedTuple):
    """What of an older database erasures meet, by digest."""

    people: Mapping[str, Person]
    accounts: Mapping[str, Account]
    sources: frozenset[int]


def erase_again(*, erased: Sequence[Erased], now: datetime) -> Again:
    """Erase everybody whom these erasures meet; the worker (``sweeping``) does the rest, as ever.

    Done again it changes nothing. Raise RuleError for erasures of another desk.
    """
    check_ours(erased)
    known = set(Erasure.objects.exclude(journal="").values_list("journal", flat=True))
    new = [each for each in erased if msgspec.json.encode(each).decode() not in known]
    met = _met(new)
    for each in new:
        with transaction.atomic():
            _erase(each, met, now)
    stones = {stone.digest: stone for each in new for stone in each.stones}.values()
    return Again(len(new), sum(not _has_place(stone, met) for stone in stones))


def _met(erased: Iterable[Erased]) -> _Met:
    people = {digest for each in erased for digest in each.people}
    stones = {stone.digest for each in erased for stone in each.stones if not stone.words}
    key = digest_key()
    profiles = Person.objects.filter(erased_at=None) if people else Person.objects.none()
    accounts = Account.objects.all() if stones else Account.objects.none()
    return _Met(
        {digest: row for row in profiles.iterator() if (digest := person_digest(key, row)) in people},
        {
            digest: row
            for row in accounts.iterator()
            if (digest := account_digest(key, row.source_id, row.key)) in stones
        },
        frozenset(Source.objects.values_list("pk", flat=True)),
    )


def _has_place(stone: Stone, met: _Met) -> bool:
    return stone.source is None or stone.source in met.sources


def _erase(erased: Erased, met: _Met, now: datetime) -> None:
    stones = [stone for stone in erased.stones if _has_place(stone, met)]
    for stone in stones:
        said = msgspec.structs.asdict(stone) | {"source": None, "source_id": stone.source}
        said.pop("source")
        Tombstone.objects.get_or_create(digest=stone.digest, defaults=said)
    profiles = _profiles([met.people[each] for each in erased.people if each in met.people], erased, now)
    buried = _accounts(profiles, stones, met)
    _settle(profiles, now)
    answer_erased(person=profiles.person, people=profiles.ids, proof="", now=now, again=True)
    names, silent = Names(buried, _ANY), any(stone.silent for stone in stones)
    told = wipe(profiles, names, erased.pseudonym, (), silent=silent, now=now)
    left = change(profiles.person, profiles.person.version, **blank(erased.pseudonym, erased.at))
    Erasure.objects.create(
        person=left,
        sealed_names=seal(msgspec.json.encode(names)),
        asked_at=erased.at,
        due_at=now,
        journal=msgspec.json.encode(erased).decode(),
    )
    record(None, "erase", left, now=now, data=told)


def _profiles(found: Sequence[Person], erased: Erased, now: datetime) -> Profiles:
    """Return the profiles as they were merged by then; one that began after the backup is made anew."""
    first, *others = found or [Person.objects.create(name=erased.pseudonym, created_at=now)]
    keys = [each.pk for each in found]
    Person.objects.filter(pk=first.pk).update(merged_into=None)
    Person.objects.filter(pk__in=[each.pk for each in others]).update(merged_into=first.pk)
    # what was merged into them at the backup and was told apart by the erasure is somebody else
    Person.objects.filter(merged_into__in=keys).exclude(pk__in=keys).update(merged_into=None)
    first.refresh_from_db()
    return profiles_of(first)


def _accounts(profiles: Profiles, stones: Sequence[Stone], met: _Met) -> tuple[Buried, ...]:
    """Give the person the accounts that were erased with it, and no other."""
    theirs = {met.accounts[stone.digest]: stone for stone in stones if stone.digest in met.accounts}
    Account.objects.filter(person__in=profiles.ids).update(person=None)
    Account.objects.filter(pk__in=[each.pk for each in theirs]).update(person=profiles.person)
    return tuple(Buried(row.source_id, row.key, stone.pseudonym) for row, stone in theirs.items())


def _settle(profiles: Profiles, now: datetime) -> None:
    """End what was over when the person was erased, so that nobody is told or asked again."""
    cases: Any = profiles.cases
    Case.objects.filter(pk__in=cases).exclude(state__in=CASE.final).update(state="closed", closed_at=now)
    promises = Promise.objects.filter(case__in=cases).exclude(state__in=PROMISE.final)
    promises.update(state="withdrawn", settled_at=now, due_at=None)
    Hold.objects.filter(Q(case__in=cases) | Q(customer__person__in=profiles.ids)).delete()
    about = Q(case__in=cases) | Q(claim__customer__person__in=profiles.ids)
    Gesture.objects.filter(about, state="ordered").update(state="revoked", due_at=None)
