"""Equal kindness: who has the same problem and did not shout, and the same gesture for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from kulanz.core.features import Vectorizer
from kulanz.desk.models import Account, Case, Customer, Gesture, Person, Thread
from kulanz.desk.queries.problems import LOOKED_BACK, Problem, helped, problem_of, quiet_problems
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.kindness import ALIKE_FROM, letter, similarities
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import cases, gestures
from kulanz.desk.services.gesture_words import words_of
from kulanz.desk.services.gestures import Offer
from kulanz.desk.services.opening import Opened, opened, read
from kulanz.desk.services.people import person_of
from kulanz.models import load

SHOWN_AT_MOST: Final = 20
CUSTOMERS_AT_MOST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Somebody with the same problem: ``grounds`` are some of ``defect``, ``letter`` and ``words``.

    ``likeness`` (0..1) is how alike the words are, 0 where there are none.
    """

    person: Person | None
    account: Account | None
    case: Case | None
    thread: Thread | None
    grounds: tuple[str, ...]
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
        found = _with_letters(found, _by_letter(actor, gesture.case, now))
    ordered = sorted(found, key=lambda each: (-len(set(each.grounds) - {"words"}), -each.likeness))
    return tuple(_once(ordered))[:SHOWN_AT_MOST]


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
            case = cases.open_case(actor=actor, person=known, issue=None, title=gesture.case.title, now=now)
        words = words_of(gesture)
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


def _by_letter(actor: Actor, case: Case, now: datetime) -> dict[int, Person]:
    """People who got the same dunning letter; that they did is a value, so whose is on record."""
    mine = _letters(read(case.person.customers.all()))
    if not mine:
        return {}
    known = Customer.objects.filter(person__isnull=False, person__erased_at=None)
    recent = known.filter(told_at__gte=now - LOOKED_BACK).exclude(person=case.person_id)
    others = recent.exclude(Exists(helped(OuterRef("person")))).select_related("person").order_by("-told_at")
    same = [each.row for each in read(others[:CUSTOMERS_AT_MOST]) if mine & _letters([each])]
    opened(actor=actor, customers=same, now=now)
    return {each.person_id: each.person for each in same if each.person_id and each.person}


def _letters(customers: Iterable[Opened]) -> set[str]:
    claims = (claim for each in customers for claim in each.claims)
    return {letter(claim.facts.text) for claim in claims if claim.facts.text.strip()}


def _with_letters(found: list[Alike], people: dict[int, Person]) -> list[Alike]:
    """Add the ground to those who are there by their words, and those who said nothing at all."""
    added = [
        Alike(
            person=each.person,
            account=each.account,
            case=each.case,
            thread=each.thread,
            grounds=("letter", *each.grounds) if _pk(each) in people else each.grounds,
            likeness=each.likeness,
        )
        for each in found
    ]
    silent = people.keys() - {_pk(each) for each in found}
    return added + [
        Alike(person=people[pk], account=None, case=None, thread=None, grounds=("letter",), likeness=0.0)
        for pk in sorted(silent)
    ]


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
