"""People: the profile over somebody's accounts, made, told apart and merged by members."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from kulanz.desk.models import Account, Case, Customer, Issue, Merge, Person
from kulanz.desk.models.people import PERSON_ROLES
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.cases import checked_email, open_case
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.forgetting_counts import forget_counts, read_anew
from kulanz.desk.services.matching import look_for
from kulanz.desk.services.profiles import held, not_erased, not_merged
from kulanz.desk.services.veiling import is_erased


def person_of(*, actor: Actor, account: Account, now: datetime) -> Person:
    """Return the profile that an account belongs to, made where there is none yet."""
    _may_work(actor)
    with transaction.atomic():
        current = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        if current.person is not None:
            return current.person
        _not_erased(current)
        person = Person.objects.create(name=current.key[:200], role=_role_at(current), created_at=now)
        Account.objects.filter(pk=current.pk).update(person=person)
        record(actor, "make", person, now=now, data={"account": account.pk})
    return person


def edit(*, actor: Actor, person: Person, seen: int, now: datetime, **wanted: str) -> Person:
    """Change a profile; ``no_contact`` true or not empty: they asked not to be asked anything."""
    _may_work(actor)
    not_erased(person)
    values = _checked(person, wanted)
    with transaction.atomic():
        changed = change(person, seen, compared_at=None, **values)
        record(actor, "edit", changed, now=now, data={"changed": sorted(values)})
        if "customer_number" in values:
            look_for(person=changed, now=now)
    return changed


def attach(*, actor: Actor, person: Person, account: Account, now: datetime) -> Person:
    """Say that an account without a profile is this person's."""
    _may_work(actor)
    with transaction.atomic():
        current = held(person)
        _not_erased(Account.objects.select_for_update().get(pk=account.pk))
        if not Account.objects.filter(pk=account.pk, person=None).update(person=current):
            raise RuleError("this account has a profile already: merge the two profiles instead")
        _compare_soon(current)
        record(actor, "attach", current, now=now, data={"account": account.pk})
    return current


def detach(*, actor: Actor, person: Person, account: Account, reason: str, now: datetime) -> Person:
    """Say that an account is not this person's, for a reason."""
    _may_work(actor)
    if not reason.strip():
        raise RuleError("take an account away: say why")
    with transaction.atomic():
        if not Account.objects.filter(pk=account.pk, person=person).update(person=None):
            raise RuleError("this account is not one of this person")
        _compare_soon(person)
        record(actor, "detach", person, now=now, reason=reason[:500], data={"account": account.pk})
    return person


def merge(*, actor: Actor, person: Person, seen: int, gone: Person, why: str, now: datetime) -> Merge:
    """Take another profile for the same person: its accounts and cases become this one's."""
    _may_work(actor)
    not_merged(person)
    not_merged(gone)
    if person.pk == gone.pk:
        raise RuleError("merge: expected two profiles, got one twice")
    if not why.strip():
        raise RuleError("merge: say why the two are one person")
    with transaction.atomic():
        taken = _taken_over(person, gone)
        change(person, seen, compared_at=None, **taken, **_wishes(person, gone))
        change(gone, gone.version, merged_into=person)
        moved = {
            "accounts": _moved(Account, gone, person),
            "cases": _moved(Case, gone, person),
            "customers": _moved(Customer, gone, person),
        }
        _wishes_followed(person, now)
        merged = Merge.objects.create(
            kept=person,
            gone=gone,
            moved={**moved, "taken": sorted(taken)},
            why=why.strip()[:200],
            by_id=actor.member_id,
            at=now,
        )
        record(actor, "merge", person, now=now, reason=merged.why, data={"gone": gone.pk, **moved})
    return merged


def undo(*, actor: Actor, merge: Merge, now: datetime) -> Person:
    """Undo a merge: what the other profile brought goes back to it; return that profile.

    Raise RuleError where the kept profile was itself merged since: what was brought has moved on with it.
    """
    _may_work(actor)
    kept, gone = merge.kept, merge.gone
    if kept.merged_into_id is not None:
        raise RuleError(
            "%(name)r was merged into another profile since: undo the later merge first", name=kept.name
        )
    with transaction.atomic():
        if not Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=now):
            raise RuleError("this merge was undone already")
        Account.objects.filter(pk__in=merge.moved.get("accounts", ()), person=kept).update(person=gone)
        Case.objects.filter(pk__in=merge.moved.get("cases", ()), person=kept).update(person=gone)
        customers = Customer.objects.filter(pk__in=merge.moved.get("customers", ()), person=kept)
        customers.update(person=gone)
        change(kept, kept.version, compared_at=None, **_given_back(merge))
        change(gone, gone.version, compared_at=None, merged_into=None)
        for each in (kept, gone):
            _wishes_followed(each, now)
        record(actor, "unmerge", kept, now=now, data={"gone": gone.pk})
    return gone


def _compare_soon(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(compared_at=None)


def _may_work(actor: Actor) -> None:
    """Whoever sees people and works on issues keeps their profiles."""
    actor.need(Right.SEE_PEOPLE)
    actor.need(Right.WORK_ISSUES)


def _checked(person: Person, wanted: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "name" in wanted:
        values["name"] = wanted["name"].strip()[:200] or person.name
    if "role" in wanted:
        if wanted["role"] not in PERSON_ROLES:
            raise RuleError(
                "role: expected one of %(known)s, got %(wanted)r",
                known=", ".join(PERSON_ROLES),
                wanted=wanted["role"],
            )
        values["role"] = wanted["role"]
    if "email" in wanted:
        values["email"] = checked_email(wanted["email"])
    if "customer_number" in wanted:
        values["customer_number"] = wanted["customer_number"].strip()[:80]
    if "no_contact" in wanted:
        values["no_contact"] = bool(wanted["no_contact"])
    if "note" in wanted:
        values["note"] = wanted["note"].strip()
    return values


def _not_erased(account: Account) -> None:
    if is_erased(account.source_id, account.key):
        raise RuleError("whoever wrote under this account was erased: no profile is made of it again")


def _taken_over(person: Person, gone: Person) -> dict[str, str]:
    """Return what this profile lacks and the other has."""
    names = ("email", "customer_number")
    return {name: getattr(gone, name) for name in names if not getattr(person, name) and getattr(gone, name)}


def _wishes(person: Person, gone: Person) -> dict[str, datetime | None]:
    """Return since when both together object, and want their data not used: either's wish holds for both."""
    names = ("objected_at", "restricted_at")
    return {name: getattr(person, name) or getattr(gone, name) for name in names}


def _wishes_followed(person: Person, now: datetime) -> None:
    """Have the wishes of either hold for what both bring: it was counted, and analysed, apart."""
    person.refresh_from_db()
    if not person.is_reckoned:
        forget_counts(person)
    if Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person), restricted_at__isnull=False).exists():
        read_anew(person, now)


def _given_back(merge: Merge) -> dict[str, str]:
    """Return what the profile that was kept loses again: what it took over and nobody changed since."""
    taken = merge.moved.get("taken", ())
    return {name: "" for name in taken if getattr(merge.kept, name) == getattr(merge.gone, name)}


def _moved(model: type[Account | Case | Customer], gone: Person, person: Person) -> list[int]:
    rows = model._default_manager.filter(person=gone)  # noqa: SLF001 - Django's own name
    moved = list(rows.values_list("pk", flat=True))
    rows.update(person=person)
    return moved


def open_case_for(*, actor: Actor, account: Account, issue: Issue, now: datetime) -> Case:
    """Open a case for one of an issue's accounts; its profile is made where there is none."""
    with transaction.atomic():
        person = person_of(actor=actor, account=account, now=now)
        return open_case(actor=actor, person=person, issue=issue, title="", now=now)


def _role_at(account: Account) -> str:
    if account.source_role == "staff":
        return "staff"
    return "moderator" if account.source_role == "moderator" else "customer"
