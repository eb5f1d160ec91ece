"""The great case of the sample community at the desk: an issue with a promise, a gesture and a hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from customer_people import make_customer, make_rates
from hold_people import SYSTEM

from kulanz.core.money import Money
from kulanz.core.posts import Post
from kulanz.desk.models import AlertPolicy, BillingSystem, Case, Issue, Member, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import cases, gestures, holds, issues, people, promises, teamwork
from kulanz.desk.services.analysing import analyse_due
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.gestures import Offer
from kulanz.desk.services.holds import Plan
from kulanz.desk.services.ingesting import keep_page
from kulanz.sources.sightings import Page, Sighting

COMPLAINANT = "Rolf_Petersen"
TITLE = "Herr Petersen und das Inkasso"
ESCALATED = 107
"""So many posts in, a paper has asked."""
CASE = "Petersen, doppelt gemahnt"
PROMISE = "A call to Rolf Petersen"
NOTE = "Petersen knows a journalist"


@dataclass(frozen=True)
class Great:
    """The issue, its conversation and case, and when it was taken up: an hour after the last post."""

    issue: Issue
    thread: Thread
    case: Case
    at: datetime


def keep(source: Source, posts: Sequence[Post]) -> Thread:
    """Have a source's posts of one thread kept and analysed, an hour after the last."""
    times = [post.created_at for post in posts if post.created_at is not None]
    read = max(times) + timedelta(hours=1)
    page = Page(posts=tuple(Sighting(post=post) for post in posts))
    keep_page(source=source, page=page, lane=None, grace=timedelta(0), now=read)
    analyse_due(now=read + timedelta(minutes=1))
    return Thread.objects.get(source=source, key=posts[0].thread_id)


def make_great(source: Source, posts: Sequence[Post], alice: Actor, bob: Actor, member: Member) -> Great:
    """Alice opens the issue, Bob the case: he promises a call, waives the claim, and holds the dunning."""
    AlertPolicy.objects.create(name="Petersen watch")
    thread = keep(source, posts := posts[:ESCALATED])
    at = max(post.created_at for post in posts if post.created_at is not None) + timedelta(hours=2)
    make_rates(alice, at)
    issue = issues.open_issue(actor=alice, threads=[thread], title=TITLE, now=at)
    issues.take(actor=alice, issue=issue, seen=issue.version, now=at)
    teamwork.write_note(actor=alice, about=issue, text=NOTE, now=at)
    account = thread.posts.filter(account__key=COMPLAINANT).select_related("account")[0].account
    person = people.person_of(actor=bob, account=account, now=at)
    customer = make_customer(alice, at)
    type(customer).objects.filter(pk=customer.pk).update(person=person)
    case = cases.open_case(actor=bob, person=person, issue=issue, title=CASE, now=at)
    _promise(bob, member, case, at)
    _give(bob, case, at)
    BillingSystem.objects.get_or_create(
        name=SYSTEM, defaults={"adapter": "csv", "hook_key": "books-hook", "created_at": at}
    )
    customer.refresh_from_db()
    plan = Plan(customer=customer, claim=customer.claims.get(), reason="He disputes it.")
    holds.place_new(actor=bob, case=case, plan=plan, now=at)
    issue.refresh_from_db()
    return Great(issue, thread, case, at)


def _promise(bob: Actor, member: Member, case: Case, at: datetime) -> None:
    promise = promises.make(
        actor=bob, case=case, by=member, what=PROMISE, worktime=timedelta(hours=1),
        calendar=usual_calendar(now=at), now=at,
    )  # fmt: skip
    promises.keep(actor=bob, promise=promise, seen=promise.version, now=promise.deadline + timedelta(hours=3))


def _give(bob: Actor, case: Case, at: datetime) -> None:
    amount = Money(Decimal("12.40"), "EUR")
    offer = Offer(kind="waive", value=amount, cost=amount, why="It is not his.")
    gestures.propose(actor=bob, case=case, offer=offer, now=at)
