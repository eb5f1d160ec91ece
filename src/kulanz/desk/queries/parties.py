"""Which conversations a case is about, and which members are part of the dispute."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from kulanz.desk.models import Account, Assessment, Case, Post, Reply, StaffIdentity, Thread

LATELY: Final = timedelta(days=60)
ABOVE_CALM: Final = ("complaint", "issue", "escalated")


def threads_of(case: Case) -> QuerySet[Thread]:
    """Return the conversations of a case: those of its issue in which the customer wrote.

    Without an issue they are those above calm in which the customer wrote in the 60 days before the case.
    """
    wrote = Post.objects.filter(account__person=case.person_id)
    if case.issue_id is not None:
        return Thread.objects.filter(links__issue=case.issue_id, pk__in=wrote.values("thread"))
    lately = wrote.filter(created_at__gte=case.opened_at - LATELY, created_at__lte=case.opened_at)
    return Thread.objects.filter(stage__in=ABOVE_CALM, pk__in=lately.values("thread"))


def parties(case: Case) -> frozenset[int]:
    """Return the members who are part of the dispute: whom it is about, and who answered in public.

    Who answered in public is known by the names and accounts that members speak with at a source, and by
    public replies.
    """
    threads = list(threads_of(case).values_list("pk", flat=True))
    keys = Account.objects.filter(posts__thread__in=threads).exclude(person=case.person_id)
    spoke = Q(pk__in=())
    for source, key in keys.values_list("source", "key").distinct():
        spoke |= Q(source=source, value__iexact=key)
    named = StaffIdentity.objects.filter(spoke, kind__in=("name", "account"), member__isnull=False)
    replied = Reply.objects.filter(thread__in=threads).exclude(state="discarded")
    return frozenset(
        {
            *named.values_list("member_id", flat=True),
            *replied.values_list("author_id", flat=True),
            *_concerned(case),
        }
    )


def cases_with_party(cases: QuerySet[Case], member: int) -> QuerySet[Case]:
    """Return those of some cases in which a member is one of the ``parties``, asking once for all."""
    spoke = Post.objects.filter(_accounts_of(member), thread=OuterRef("pk"))
    spoke = spoke.exclude(account__person=OuterRef(OuterRef("person")))
    replied = Reply.objects.filter(author=member, thread__isnull=False).exclude(state="discarded")
    theirs = Thread.objects.filter(Q(pk__in=replied.values("thread")) | Exists(spoke))
    wrote = Post.objects.filter(thread=OuterRef("pk"), account__person=OuterRef(OuterRef("person")))
    lately = wrote.filter(
        created_at__gte=OuterRef(OuterRef("lately")), created_at__lte=OuterRef(OuterRef("opened_at"))
    )
    of_issue = theirs.filter(Exists(wrote), links__issue=OuterRef("issue"))
    alone = theirs.filter(Exists(lately), stage__in=ABOVE_CALM)
    about = Assessment.objects.filter(case=OuterRef("pk"), concerned=member)
    since = ExpressionWrapper(F("opened_at") - LATELY, output_field=DateTimeField())
    return cases.annotate(lately=since).filter(
        Exists(of_issue) | Q(issue=None) & Exists(alone) | Exists(about)
    )


def _accounts_of(member: int) -> Q:
    """Posts by accounts that a member speaks with."""
    named = StaffIdentity.objects.filter(member=member, kind__in=("name", "account"))
    there = named.filter(source__isnull=False).values_list("source", "value")
    keys = [Q(account__source=source, account__key__iexact=value) for source, value in there]
    return reduce(or_, keys, Q(pk__in=()))


def _concerned(case: Case) -> list[int]:
    assessment = getattr(case, "assessment", None)
    return list(assessment.concerned.values_list("pk", flat=True)) if assessment is not None else []
