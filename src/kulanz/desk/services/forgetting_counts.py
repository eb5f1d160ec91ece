"""What was counted of a person, and found in what they wrote, is forgotten as they wish."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from kulanz.desk.models import AccountStanding, Person, Post, Resemblance, Thread


def forget_counts(person: Person) -> None:
    """Delete standing and reach of all accounts of a person, and who they may be; none is sought meanwhile.

    What a member told apart stays: it says that two are not the same.
    """
    AccountStanding.objects.filter(account__person=person).delete()
    theirs = Q(person=person) | Q(other=person)
    Resemblance.objects.filter(theirs, dismissed_at=None).delete()


def read_anew(person: Person, now: datetime) -> None:
    """Have the conversations of a person analysed again: without their posts while these are restricted."""
    wrote = Post.objects.filter(account__person=person).values("thread")
    Thread.objects.filter(pk__in=wrote).update(stale_since=now, due_at=now)
