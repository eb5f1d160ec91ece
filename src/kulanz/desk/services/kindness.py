"""Equal kindness: who has the same problem and did not shout, and the same gesture for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from kulanz.core.features import Vectorizer
from kulanz.desk.models import Account, Case, Customer, DunningLetter, Gesture, Person, Thread
from kulanz.desk.queries.problems import LOOKED_BACK, Problem, helped, problem_of, quiet_problems
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.kindness import ALIKE_FROM, kind_of_claim, letter, similarities
from kulanz.desk.rules.machines import CASE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import cases, gestures
from kulanz.desk.services.gesture_words import views_of
from kulanz.desk.services.gestures import Offer
from kulanz.desk.services.opening import Opened, opened, read
from kulanz.desk.services.people import person_of
from kulanz.desk.services.sealing import unseal
from kulanz.models import load

SHOWN_AT_MOST: Final = 20
CUSTOMERS_AT_MOST: Final = 2_000
SURE: Final = frozenset({"defect", "letter"})
"""Grounds that come before all others."""

Grounds = tuple[str, ...]
Sign = tuple[str, str]
"""A ground, and what has to be the same for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Somebody with the same problem: ``grounds`` are some of ``defect``, ``letter``, ``claim``, ``words``.

    ``likeness`` (0..1) is how alike the words are, 0 where there are none.
    """

    person: Person | None
    account: Account | None
    case: Case | None
    thread: Thread | None
    grounds: Grounds
    likeness: float


def alike(*, actor: Actor, gesture: Gesture, now: datetime) -> tuple[Alike, ...]:
    """Return who has the problem of a gesture's case and got nothing, those most alike first.

    It is a guess by words for a person to judge, but for the same defect and the same dunning letter.
    """
    actor.need(Right.WORK_CASES)
    actor.need(Right.SEE_PEOPLE)
    problem = problem_of(gesture.case)
    found = list(_by_words(problem, quiet_problems(gesture.case, now)))
    if actor.may(Right.SEE_VALUES):
        found = _with_values(found, _by_values(actor, gesture.case, now))
    ordered = sorted(found, key=lambda each: (-len(SURE.intersection(each.grounds)), -each.likeness))
    return _with_cases(tuple(_once(ordered))[:SHOWN_AT_MOST])


def propose_same(
    *,
    actor: Actor,
    gesture: Gesture,
    case: Case | None,
    account: Account | None,
    person: Person | None,
    now: datetime,
) -> Gesture:
    """Propose the same gesture for somebody else, in their case; opened where they have none."""
    with transaction.atomic():
        if case is None:
            known = person or (person_of(actor=actor, account=account, now=now) if account else None)
            if known is None:
                raise RuleError("the same for whom? Expected a case, an account or a person")
            case = _open_cases([known.pk]).get(known.pk) or cases.open_case(
                actor=actor, person=known, issue=None, title=gesture.case.title, now=now
            )
        [opened_words] = views_of(actor=actor, gestures=[gesture], now=now)
        words = opened_words.words
        offer = Offer(
            kind=gesture.kind, name=words.name, value=gesture.value, cost=gesture.cost, why=words.why
        )
        return gestures.propose(actor=actor, case=case, offer=offer, now=now, team=gesture.team)


def _by_words(problem: Problem, others: Sequence[Problem]) -> Iterator[Alike]:
    models = load()
    texts = [problem.text, *(each.text for each in others)]
    vectors = Vectorizer(models.grams, models.vectors).transform(texts).vector
    likeness = similarities(vectors, 0, [False, *(each.thread is not None for each in others)])[1:]
    for other, value in zip(others, likeness.tolist(), strict=True):
        same = problem.defect is not None and other.defect == problem.defect
        grounds = (*(("defect",) if same else ()), *(("words",) if value >= ALIKE_FROM else ()))
        if grounds:
            yield Alike(
                person=other.person,
                account=other.account,
                case=other.case,
                thread=other.thread,
                grounds=grounds,
                likeness=max(0.0, value),
            )


def _by_values(actor: Actor, case: Case, now: datetime) -> dict[int, tuple[Person, Grounds]]:
    """People who got the same dunning letter, or owe for the same; that is a value, so whose is on record."""
    mine = set().union(*_signs(read(case.person.customers.all()), now, last=True).values())
    if not mine:
        return {}
    known = Customer.objects.filter(person__isnull=False, person__erased_at=None)
    recent = known.filter(told_at__gte=now - LOOKED_BACK).exclude(person=case.person_id)
    others = recent.exclude(Exists(helped(OuterRef("person")))).select_related("person").order_by("-told_at")
    looked_at = read(others[:CUSTOMERS_AT_MOST])
    signs = _signs(looked_at, now)
    same = [each.row for each in looked_at if mine & signs[each.row.pk]]
    opened(actor=actor, customers=same, now=now)
    shared: dict[Person, set[Sign]] = defaultdict(set)
    for each in same:
        if each.person is not None:
            shared[each.person] |= mine & signs[each.pk]
    return {who.pk: (who, _grounds(signs)) for who, signs in shared.items()}


def _signs(customers: Sequence[Opened], now: datetime, *, last: bool = False) -> dict[int, set[Sign]]:
    """Return what customers were sent and owe for; with ``last`` the last letter of each claim alone."""
    found: dict[int, set[Sign]] = {each.row.pk: set() for each in customers}
    for each in customers:
        for claim in each.claims:
            found[each.row.pk] |= {
                ("letter", letter(claim.facts.text)),
                ("claim", kind_of_claim(claim.facts.what)),
            }
    seen: set[int | None] = set()
    letters = DunningLetter.objects.filter(customer__in=found, on__gte=(now - LOOKED_BACK).date())
    for row in letters.order_by("-on", "-level", "-pk"):
        if not (last and row.claim_id in seen):
            seen.add(row.claim_id)
            words = letter(unseal(row.sealed).decode())
            found[row.customer_id].add(("letter", words and f"{row.level} {words}"))
    return {pk: {sign for sign in signs if sign[1]} for pk, signs in found.items()}


def _grounds(signs: set[Sign]) -> Grounds:
    names = {name for name, _ in signs}
    return tuple(name for name in ("letter", "claim") if name in names)


def _with_values(found: list[Alike], people: Mapping[int, tuple[Person, Grounds]]) -> list[Alike]:
    """Add these grounds to those who are there by their words, and those who said nothing at all."""
    added = [
        replace(each, grounds=(*people[_pk(each)][1], *each.grounds)) if _pk(each) in people else each
        for each in found
    ]
    silent = people.keys() - {_pk(each) for each in found}
    return added + [
        Alike(person=person, account=None, case=None, thread=None, grounds=grounds, likeness=0.0)
        for person, grounds in (people[pk] for pk in sorted(silent))
    ]


def _with_cases(found: Sequence[Alike]) -> tuple[Alike, ...]:
    """Add the case that somebody has already, found by whatever ground: nobody needs a second one."""
    theirs = _open_cases({_pk(each) for each in found if each.case is None})
    return tuple(replace(each, case=each.case or theirs.get(_pk(each))) for each in found)


def _open_cases(people: Collection[int]) -> dict[int, Case]:
    """Return the latest case of each person that has one open."""
    rows = Case.objects.filter(person__in=people).exclude(state__in=CASE.final).order_by("opened_at", "pk")
    return {case.person_id: case for case in rows}


def _once(found: Iterable[Alike]) -> Iterator[Alike]:
    """Everybody once, at their best place."""
    seen: set[tuple[str, int]] = set()
    for each in found:
        who = (
            ("person", each.person.pk) if each.person else ("account", each.account.pk if each.account else 0)
        )
        if who not in seen:
            seen.add(who)
            yield each


def _pk(alike: Alike) -> int:
    return alike.person.pk if alike.person else 0
