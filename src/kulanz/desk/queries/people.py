"""People as lists and their profile show them, and which profiles may be one person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from kulanz.desk.models import (
    Account,
    AccountStanding,
    Case,
    Claim,
    DunningLetter,
    Event,
    Gesture,
    Hold,
    IssueRole,
    Merge,
    Message,
    Person,
    Post,
    Promise,
    Resemblance,
    Retention,
    Revision,
    Stake,
)
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.sameness import SHORTEST_KEY, Known, Likeness, likeness

LIKE_AT_MOST: Final = 20
_CANDIDATES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person in the list."""

    person: Person
    accounts: tuple[Account, ...]
    open_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account with what it wrote."""

    account: Account
    posts: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A profile, or an account without one, that may be the same person; ``likeness`` says why.

    ``kept`` is where it stands in the list of all suggestions, None before the worker has put it there.
    """

    person: Person | None
    account: Account | None
    likeness: Likeness
    kept: Resemblance | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """How much of a class of data is kept about a person, and for how many days; None keeps it."""

    data_class: str
    what: str
    count: int
    days: int | None


def people(words: str = "", role: str = "", *, offset: int = 0) -> Paged[PersonRow]:
    """Return a page of people by name; ``words`` are looked for in all that identifies them."""
    rows = Person.objects.filter(merged_into=None, erased_at=None).order_by(Lower("name"), "pk")
    if role:
        rows = rows.filter(role=role)
    if words:
        accounts = Account.objects.filter(person=OuterRef("pk"), key__icontains=words)
        named = Q(name__icontains=words) | Q(email__icontains=words) | Q(customer_number__icontains=words)
        rows = rows.filter(named | Exists(accounts))
    return paged(rows, _people_rows, offset=offset)


def accounts_without_profile(words: str = "", *, offset: int = 0) -> Paged[AccountRow]:
    """Return a page of accounts that nobody has made a profile of, by key."""
    rows = Account.objects.filter(person=None).select_related("source").order_by(Lower("key"), "pk")
    return paged(rows.filter(key__icontains=words) if words else rows, _account_rows, offset=offset)


def accounts_of(person: Person, *, offset: int = 0) -> Paged[AccountRow]:
    """Return a page of a person's accounts with the number of their posts."""
    return paged(person.accounts.select_related("source").order_by("pk"), _account_rows, offset=offset)


def roles_of(person: Person, *, offset: int = 0) -> Paged[IssueRole]:
    """Return a page of the issues that a person is in, and as what."""
    rows = IssueRole.objects.filter(account__person=person).select_related("issue", "account")
    return paged(rows.order_by("-issue__opened_at", "pk"), list, offset=offset)


def merges_of(person: Person, *, offset: int = 0) -> Paged[Merge]:
    """Return a page of the merges that made a profile what it is, the latest first."""
    rows = Merge.objects.filter(Q(kept=person) | Q(gone=person)).select_related("kept", "gone", "by")
    return paged(rows.order_by("-at", "-pk"), list, offset=offset)


def merges(*, offset: int = 0) -> Paged[Merge]:
    """Return a page of all merges, the latest first."""
    rows = Merge.objects.select_related("kept", "gone", "by").order_by("-at", "-pk")
    return paged(rows, list, offset=offset)


def resemblances(*, dismissed: bool = False, offset: int = 0) -> Paged[Resemblance]:
    """Return a page of who may be the same person, likeliest first; ``dismissed``: of those told apart."""
    order = ("-dismissed_at", "-pk") if dismissed else ("-score", "pk")
    rows = suggested(dismissed=dismissed).select_related("dismissed_by").order_by(*order)
    shown = rows.prefetch_related("person__accounts__source", "other__accounts__source")
    return paged(shown, list, offset=offset)


def suggested(*, dismissed: bool) -> QuerySet[Resemblance]:
    """Return the suggestions that still make sense: nobody in them was merged, erased or given a profile."""
    other = Q(other__isnull=False, other__merged_into=None, other__erased_at=None)
    account = Q(account__isnull=False, account__person=None)
    rows = Resemblance.objects.filter(
        other | account,
        person__merged_into=None,
        person__erased_at=None,
        dismissed_at__isnull=not dismissed,
    )
    return rows.select_related("person", "other", "account__source")


def suggestions(person: Person) -> tuple[Suggestion, ...]:
    """Return who may be the same person and was not told apart, the likeliest first."""
    rows = Resemblance.objects.filter(Q(person=person) | Q(other=person))
    kept = {_pair(row.person_id, row.other_id, row.account_id): row for row in rows}
    found = (
        replace(each, kept=kept.get(_pair(person.pk, _pk(each.person), _pk(each.account))))
        for each in alike(person)
    )
    shown = [each for each in found if each.kept is None or each.kept.dismissed_at is None]
    return tuple(shown[:LIKE_AT_MOST])


def faded(person: Person) -> list[int]:
    """Return the keys of suggestions about a person that nothing speaks for any more."""
    rows = Resemblance.objects.filter(Q(person=person) | Q(other=person), dismissed_at=None)
    rows = rows.select_related("person", "other", "account")
    found = rows.prefetch_related("person__accounts", "other__accounts")
    return [row.pk for row in found if not _likeness_in(row).proposed]


def alike(person: Person) -> tuple[Suggestion, ...]:
    """Return who may be the same person, the likeliest first: proposals, nothing is merged by itself."""
    accounts = tuple(person.accounts.all())
    known = _known(person, accounts)
    found = [
        Suggestion(other, None, likeness(known, _known(other, tuple(other.accounts.all()))))
        for other in _candidates(person, accounts)
    ]
    found += [
        Suggestion(None, account, likeness(known, _known_account(account)))
        for account in _same_keys(Account.objects.filter(person=None), accounts)[:_CANDIDATES]
    ]
    proposed = [each for each in found if each.likeness.proposed]
    return tuple(sorted(proposed, key=lambda each: -each.likeness.score))


def stored_about(person: Person) -> tuple[Stored, ...]:
    """Return what is kept about a person, by class of data, with the days it is kept."""
    days = dict(Retention.objects.values_list("data_class", "days"))
    posts = Post.objects.filter(account__person=person)
    cases = Case.objects.filter(person=person)
    counts = (
        ("profile", "profile", 1),
        ("posts", "accounts", person.accounts.count()),
        ("posts", "posts", posts.count()),
        ("posts", "revisions", Revision.objects.filter(post__in=posts.values("pk")).count()),
        ("posts", "roles", IssueRole.objects.filter(account__person=person).count()),
        ("cases", "cases", cases.count()),
        ("cases", "messages", Message.objects.filter(case__in=cases.values("pk")).count()),
        ("cases", "promises", Promise.objects.filter(case__in=cases.values("pk")).count()),
        ("cases", "gestures", Gesture.objects.filter(case__in=cases.values("pk")).count()),
        ("customers", "customers", person.customers.count()),
        ("customers", "claims", Claim.objects.filter(customer__person=person).count()),
        ("cases", "holds", Hold.objects.filter(case__in=cases.values("pk")).count()),
        ("customers", "letters", DunningLetter.objects.filter(customer__person=person).count()),
        ("cases", "stakes", Stake.objects.filter(case__in=cases.values("pk")).count()),
        ("posts", "standing", AccountStanding.objects.filter(account__person=person).count()),
        ("events", "events", _events_about(person).count()),
    )
    return tuple(Stored(group, what, count, days.get(group)) for group, what, count in counts)


def _events_about(person: Person) -> QuerySet[Event]:
    return Event.objects.filter(Q(noun="person", noun_id=person.pk) | Q(case__person=person))


def _people_rows(found: list[Person]) -> list[PersonRow]:
    ids = [person.pk for person in found]
    accounts: dict[int, list[Account]] = {pk: [] for pk in ids}
    for account in Account.objects.filter(person__in=ids).select_related("source").order_by("pk"):
        accounts[account.person_id or 0].append(account)
    cases = Case.objects.filter(person__in=ids).exclude(state="closed").values_list("person_id")
    open_cases = dict(cases.annotate(n=Count("pk")))
    return [
        PersonRow(person=each, accounts=tuple(accounts[each.pk]), open_cases=open_cases.get(each.pk, 0))
        for each in found
    ]


def _account_rows(found: list[Account]) -> list[AccountRow]:
    posts = Post.objects.filter(account__in=found).values_list("account_id").annotate(n=Count("pk"))
    counts = dict(posts)
    return [AccountRow(account=each, posts=counts.get(each.pk, 0)) for each in found]


def _candidates(person: Person, accounts: tuple[Account, ...]) -> QuerySet[Person]:
    """Return people worth comparing: an index finds them, the rule judges them."""
    like = Q(pk__in=_same_keys(Account.objects.filter(person__isnull=False), accounts).values("person_id"))
    if person.email:
        like |= Q(email__iexact=person.email)
    if person.customer_number:
        like |= Q(customer_number__iexact=person.customer_number)
    for word in person.name.split()[:3]:
        if len(word) >= SHORTEST_KEY:
            like |= Q(name__icontains=word)
    others = Person.objects.filter(like, merged_into=None, erased_at=None).exclude(pk=person.pk)
    others = others.filter(objected_at=None, restricted_at=None)
    return others.prefetch_related("accounts").order_by("pk")[:_CANDIDATES]


def _same_keys(rows: QuerySet[Account], accounts: tuple[Account, ...]) -> QuerySet[Account]:
    same = Q(pk__in=())
    for account in accounts[:_CANDIDATES]:
        if len(account.key) >= SHORTEST_KEY:
            same |= Q(key__iexact=account.key) & ~Q(source_id=account.source_id)
    return rows.filter(same).select_related("source").order_by("pk")


def _pair(person: int, other: int | None, account: int | None) -> tuple[frozenset[int], int | None]:
    """What names a suggestion from both sides."""
    return frozenset({person} if other is None else {person, other}), account


def _pk(row: Person | Account | None) -> int | None:
    return None if row is None else row.pk


def _likeness_in(row: Resemblance) -> Likeness:
    one = _known(row.person, tuple(row.person.accounts.all()))
    if row.other is not None:
        return likeness(one, _known(row.other, tuple(row.other.accounts.all())))
    return likeness(one, _known_account(row.account)) if row.account else Likeness(0.0, ())


def _known(person: Person, accounts: tuple[Account, ...]) -> Known:
    return Known(
        name=person.name,
        email=person.email,
        customer_number=person.customer_number,
        accounts=frozenset((account.source_id, account.key) for account in accounts),
    )


def _known_account(account: Account) -> Known:
    return Known(name=account.key, accounts=frozenset({(account.source_id, account.key)}))
