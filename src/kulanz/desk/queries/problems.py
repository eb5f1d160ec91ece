"""Problems that customers told of without being loud: cases without a gesture, calm conversations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from kulanz.desk.models import Account, Case, Gesture, Message, Person, Post, Thread
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.queries.parties import threads_of
from kulanz.desk.rules.machines import CASE, SPENT

LOOKED_BACK: Final = timedelta(days=365)
CASES_AT_MOST: Final = 1_000
THREADS_AT_MOST: Final = 2_000
LOUD: Final = ("issue", "escalated")
_LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Somebody's problem in their words; ``defect`` is what a person says that it comes from."""

    text: str
    person: Person | None
    account: Account | None = None
    case: Case | None = None
    thread: Thread | None = None
    defect: int | None = None


def problem_of(case: Case) -> Problem:
    """Return the problem of a case: its title, the customer's first letter, and their first post about it."""
    wrote = Post.objects.filter(account__person=case.person_id, thread__in=threads_of(case), removed=False)
    said = wrote.order_by("created_at", "pk").values_list("text", flat=True).first() or ""
    assessment = getattr(case, "assessment", None)
    defect = assessment.defect_id if assessment else None
    text = "\n".join((case.title, _letters(Case.objects.filter(pk=case.pk)).get(case.pk, ""), said))
    return Problem(text=text[:_LONGEST], person=case.person, case=case, defect=defect)


def quiet_problems(case: Case, now: datetime) -> list[Problem]:
    """Return what others told of within a year and got no gesture for, the latest first."""
    return [*_cases(case, now), *_threads(case, now)]


def helped(person: OuterRef) -> QuerySet[Gesture]:
    """Gestures that somebody was proposed or got."""
    return Gesture.objects.filter(case__person=person, state__in=("proposed", *SPENT))


def _cases(case: Case, now: datetime) -> list[Problem]:
    rows = Case.objects.filter(opened_at__gte=now - LOOKED_BACK, person__erased_at=None)
    rows = rows.exclude(state__in=CASE.final)  # nothing is proposed there any more
    quiet = rows.exclude(person=case.person_id).exclude(Exists(helped(OuterRef("person"))))
    found = quiet.select_related("person", "assessment").order_by("-opened_at", "-pk")[:CASES_AT_MOST]
    letters = _letters(Case.objects.filter(pk__in=[each.pk for each in found]))
    return [
        Problem(
            text=f"{each.title}\n{letters.get(each.pk, '')}"[:_LONGEST],
            person=each.person,
            case=each,
            defect=_defect(each),
        )
        for each in found
    ]


def _defect(case: Case) -> int | None:
    assessment = getattr(case, "assessment", None)
    return assessment.defect_id if assessment else None


def _threads(case: Case, now: datetime) -> list[Problem]:
    """Conversations that never became loud, begun by somebody else who is not of the company."""
    rows = Thread.objects.filter(last_post_at__gte=now - LOOKED_BACK, gone=False).exclude(stage__in=LOUD)
    rows = rows.exclude(links__issue__in=[case.issue_id] if case.issue_id else [])
    opening = Post.objects.filter(thread=OuterRef("pk"), removed=False).order_by("created_at", "pk")
    found = rows.annotate(first=Subquery(opening.values("pk")[:1])).order_by("-last_post_at", "-pk")
    firsts = dict(found.values_list("first", "pk")[:THREADS_AT_MOST])
    begun = Post.objects.filter(pk__in=[pk for pk in firsts if pk], account__isnull=False, hidden=False)
    begun = (
        begun.exclude(account__source_role="staff")
        .exclude(role="staff")
        .exclude(account__person=case.person_id)
    )
    posts = begun.exclude(Exists(helped(OuterRef("account__person")))).select_related(
        "account__person", "thread"
    )
    return [
        Problem(
            text=f"{post.thread.title}\n{post.text}"[:_LONGEST],
            person=post.account.person if post.account else None,
            account=post.account,
            thread=post.thread,
        )
        for post in _not_of_company(posts)
    ]


def _not_of_company(posts: Iterable[Post]) -> Iterator[Post]:
    """Posts whose accounts do not speak for the company by what the settings say."""
    rules = cache(staff_rules)
    return (post for post in posts if not rules(post.source_id).names_author(str(post.account or "")))


def _letters(cases: QuerySet[Case]) -> dict[int, str]:
    """The first letter of the customer in each case."""
    first = Message.objects.filter(case=OuterRef("pk"), inbound=True, automatic=False).order_by("at", "pk")
    rows: Any = cases.annotate(said=Subquery(first.values("text")[:1])).values_list("pk", "said")
    return {pk: said for pk, said in rows if said}
