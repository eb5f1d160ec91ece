"""Erasing a person: at once what was kept in private, and the name of what was said in public.

What hangs on the person goes in one transaction. Then the worker looks for the names in all the rest, and has
the database forget what was deleted (``sweeping``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

import msgspec
from django.db import transaction
from django.db.models import Q

from kulanz.desk.models import (
    Account,
    AccountStanding,
    Assessment,
    Case,
    ClosingNote,
    Customer,
    CustomerImport,
    Delivery,
    DraftVerdict,
    Erasure,
    Event,
    Gesture,
    Hold,
    LogEntry,
    Merge,
    Message,
    Note,
    Person,
    Post,
    PrivateTopic,
    Promise,
    Reply,
    Resemblance,
    Satisfaction,
    StaffIdentity,
    Stake,
    StatusPage,
)
from kulanz.desk.queries.erasing import merged_profiles
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import CASE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.cases import KEY_BYTES
from kulanz.desk.services.changing import change
from kulanz.desk.services.data_requests import answer_erased
from kulanz.desk.services.erasure_journal import Buried, journal_line
from kulanz.desk.services.erasure_receipts import close_entries, receipt
from kulanz.desk.services.events import record
from kulanz.desk.services.forgetting_measures import forget_told
from kulanz.desk.services.holds import forget_ended
from kulanz.desk.services.naming import left_alone, names_of
from kulanz.desk.services.profiles import held
from kulanz.desk.services.public_log import forget_openings
from kulanz.desk.services.sealing import seal
from kulanz.desk.services.silencing import silence
from kulanz.desk.services.veiling import bury_account, bury_name

_BLANK: Final = "–"
_PSEUDONYM_BYTES: Final = 6


class Names(msgspec.Struct, frozen=True):
    """What the worker looks for: sealed in the database until it has."""

    accounts: tuple[Buried, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profiles:
    """A person with the profiles that were merged into it."""

    person: Person
    rows: tuple[Person, ...]
    cases: tuple[int, ...]

    @property
    def ids(self) -> list[int]:
        return [row.pk for row in self.rows]


def erase(  # noqa: PLR0913 - whom, why, and what is left out or goes along
    *,
    actor: Actor,
    person: Person,
    seen: int,
    reason: str,
    left_out: Collection[str] = (),
    with_posts: bool = False,
    now: datetime,
) -> Person:
    """Erase a person for good, and return what is left of the profile: a pseudonym.

    Private conversations, notes, names and addresses go. Posts stay, each account's under a pseudonym of its
    own, and do not get their name back when they are read again. Names that are ``left_out`` are replaced
    after an ``@`` only, in what others write. ``with_posts``: of the posts the words go, too. Raise RuleError
    while a case is open, dunning is held, or a gesture ordered.
    """
    actor.need(Right.LEAD_CASES)
    _may_go(person, reason)
    with transaction.atomic():
        profiles = profiles_of(held(person))
        if Case.objects.filter(pk__in=profiles.cases).exclude(state__in=CASE.final).exists():
            raise RuleError("erase: a case of this person is not closed; close it first, then erase")
        pseudonym = new_pseudonym()
        names = _buried(profiles, pseudonym, left_out, silent=with_posts)
        proof = receipt(pseudonym=pseudonym, now=now)
        answer_erased(person=profiles.person, people=profiles.ids, proof=proof, now=now)
        close_entries(people=profiles.ids, cases=profiles.cases, now=now)
        told = wipe(profiles, names, pseudonym, left_out, silent=with_posts, now=now)
        left = change(person, seen, **blank(pseudonym, now))
        sealed = seal(msgspec.json.encode(names))
        line = journal_line(pseudonym=pseudonym, people=profiles.rows, accounts=names.accounts, now=now)
        Erasure.objects.create(person=left, sealed_names=sealed, asked_at=now, due_at=now, journal=line)
        record(actor, "erase", left, now=now, reason=reason.strip()[:500], data=told)
    return left


def wipe(
    profiles: Profiles,
    names: Names,
    pseudonym: str,
    left_out: Collection[str],
    *,
    silent: bool,
    now: datetime,
) -> dict[str, int]:
    """Take away what hangs on a person, in the transaction of the erasure; return how much that was."""
    _values_forgotten(profiles)
    _log_forgotten(profiles, "person_asked", now)
    forget_told(people=profiles.ids, now=now)
    told = _public_forgotten(profiles, names, left_out)
    if silent:
        silence([each.pseudonym for each in names.accounts], now)
    _private_forgotten(profiles, pseudonym)
    return told


def forget(*, person: Person, now: datetime) -> None:
    """Forget a profile whose time is over; what its accounts said in public has a time of its own."""
    with transaction.atomic():
        profiles, pseudonym = profiles_of(held(person)), new_pseudonym()
        answer_erased(person=profiles.person, people=profiles.ids, proof="", now=now)
        _values_forgotten(profiles)
        _log_forgotten(profiles, "time_over", now)
        Account.objects.filter(person__in=profiles.ids).update(person=None)
        _private_forgotten(profiles, pseudonym)
        change(person, person.version, **blank(pseudonym, now))


def new_pseudonym() -> str:
    """Return a name made of chance alone: nothing leads back from it."""
    return f"erased-{token_hex(_PSEUDONYM_BYTES)}"


def _may_go(person: Person, reason: str) -> None:
    if not reason.strip():
        raise RuleError("erase: say why, for example who asked for it and when")
    if person.erased_at is not None:
        raise RuleError("this person was erased already")
    if person.merged_into_id is not None:
        raise RuleError("this profile was merged into another one: erase that one")


def profiles_of(person: Person) -> Profiles:
    """Return a person with all that was merged into it, whose cases become those of the person."""
    rows = merged_profiles(person)
    Case.objects.filter(person__in=rows).update(person=person)
    cases = Case.objects.select_for_update().filter(person=person).values_list("pk", flat=True)
    return Profiles(person, tuple(rows), tuple(cases))


def blank(pseudonym: str, now: datetime) -> dict[str, Any]:
    """Return what is left of the profile of somebody who was erased."""
    emptied = {"email": "", "customer_number": "", "note": "", "no_contact": False}
    emptied |= {"objected_at": None, "restricted_at": None}
    return {"name": pseudonym, **emptied, "erased_at": now}


def _buried(profiles: Profiles, pseudonym: str, left_out: Collection[str], *, silent: bool) -> Names:
    """Have every name of a person known by its hash, and return them for the worker."""
    known = names_of(profiles.rows)
    accounts = tuple(Buried(source, key, new_pseudonym()) for source, key in known.accounts)
    for each in accounts:
        narrowly = left_alone(each.key, left_out)
        bury_account(each.source, each.key, each.pseudonym, narrowly=narrowly, silent=silent)
    for name in known.others:
        bury_name(name, pseudonym, narrowly=left_alone(name, left_out))
    return Names(accounts, known.others)


def _public_forgotten(profiles: Profiles, names: Names, left_out: Collection[str]) -> dict[str, int]:
    """Take the names from what the accounts wrote; return how much there is of it."""
    posts = 0
    for each in names.accounts:
        account = Account.objects.filter(source=each.source, key=each.key)
        posts += Post.objects.filter(account__in=account).update(url="")
        PrivateTopic.objects.filter(account__in=account).delete()
        account.update(key=each.pseudonym, person=None)
    known = [each.key for each in names.accounts] + list(names.others)
    theirs = [name for name in known if not left_alone(name, left_out)]
    StaffIdentity.objects.filter(value__in=theirs).delete()
    return {"accounts": len(names.accounts), "posts": posts, "cases": len(profiles.cases)}


def _private_forgotten(profiles: Profiles, pseudonym: str) -> None:
    """Delete conversations, and blank what is kept to be counted."""
    cases = profiles.cases
    _delete_told(cases)
    for each in (StatusPage, Satisfaction, ClosingNote):
        each.objects.filter(case__in=cases).delete()
    Reply.objects.filter(case__in=cases).delete()
    DraftVerdict.objects.filter(case__in=cases).delete()
    Message.objects.filter(case__in=cases).delete()
    PrivateTopic.objects.filter(case__in=cases).delete()
    Note.objects.filter(case__in=cases).delete()
    Promise.objects.filter(case__in=cases).update(what=_BLANK, pause_reason="")
    Gesture.objects.filter(case__in=cases).update(sealed=b"", claim=None, last_error="")
    Assessment.objects.filter(case__in=cases).update(sealed=b"")
    Case.objects.filter(pk__in=cases).update(title=pseudonym, email="", outcome="")
    for pk in cases:
        Case.objects.filter(pk=pk).update(reply_key=token_hex(KEY_BYTES))
    _blank_events(profiles)
    Resemblance.objects.filter(Q(person__in=profiles.ids) | Q(other__in=profiles.ids)).delete()
    Merge.objects.filter(Q(kept__in=profiles.ids) | Q(gone__in=profiles.ids)).delete()
    Person.objects.filter(pk__in=profiles.ids).exclude(pk=profiles.person.pk).delete()


def _values_forgotten(profiles: Profiles) -> None:
    """Delete what CRM and billing told, and standings; tables that wait for a yes may name the person."""
    _refuse_ordered(profiles)
    forget_ended(Hold.objects.filter(Q(case__in=profiles.cases) | Q(customer__person__in=profiles.ids)))
    Stake.objects.filter(case__in=profiles.cases).delete()
    Customer.objects.filter(person__in=profiles.ids).delete()
    AccountStanding.objects.filter(account__person__in=profiles.ids).delete()
    CustomerImport.objects.filter(done_at=None).delete()


def _log_forgotten(profiles: Profiles, reason: str, now: datetime) -> None:
    """Erase what opens entries of the public log about a person, their posts and their cases."""
    about = Q(account__person__in=profiles.ids) | Q(post__account__person__in=profiles.ids)
    about |= Q(case__in=profiles.cases)
    forget_openings(entries=LogEntry.objects.filter(about), reason=reason, now=now)


def _refuse_ordered(profiles: Profiles) -> None:
    about = Q(case__in=profiles.cases) | Q(claim__customer__person__in=profiles.ids)
    if Gesture.objects.filter(about, state="ordered").exists():
        raise RuleError(
            "erase: billing was told to carry out a gesture for this person: wait until it has answered"
        )


def _delete_told(cases: Sequence[int]) -> None:
    """Delete messages to members about cases, which name customers, with the digests that they went into.

    In both a line ends with the address of the case, or of something on its page.
    """
    for pk in cases:
        address = rf"/cases/{pk}(#[^\n]*)?(\n|$)"
        Delivery.objects.filter(body__contains=f"/cases/{pk}", body__regex=address).delete()


def _blank_events(profiles: Profiles) -> None:
    """Keep of the audit trail who did what and when, without words."""
    about = Q(noun="person", noun_id__in=profiles.ids) | Q(case__in=profiles.cases)
    for event in Event.objects.select_for_update(of=("self",)).filter(about):
        Event.objects.filter(pk=event.pk).update(reason="", data=_wordless(event.data))


def _wordless(data: dict[str, Any]) -> dict[str, Any]:
    """Return what an event says in numbers: which accounts, how many."""
    return {name: value for name, value in data.items() if _is_wordless(value)}


def _is_wordless(value: object) -> bool:
    if isinstance(value, Collection) and not isinstance(value, str):
        return all(map(_is_wordless, value))
    return value is None or isinstance(value, bool | int | float)
