"""The record of an issue that its report is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Min, Prefetch, Q, QuerySet

from kulanz.desk.models import (
    Alert,
    AlertPolicy,
    Appeal,
    Event,
    Gesture,
    Hold,
    Issue,
    Measure,
    Member,
    Message,
    Post,
    Promise,
    Reply,
    ReportSummary,
    Revision,
    Source,
    Thread,
    ThreadFindings,
)
from kulanz.desk.rules.machines import STANDING

MOST: Final = 100
"""Rows of a list in a report; it says how many it leaves out."""
TOLD: Final[Mapping[str, Collection[str]]] = {
    "issue": ("open", "take", "assign", "release", "snooze", "merge", "split", "close", "reopen"),
    "case": ("open", "resolve", "close", "reopen"),
    "promise": ("make", "keep", "break", "withdraw"),
    "hold": ("place", "confirmed", "release", "ended", "despite"),
    "gesture": ("grant", "approve", "decline", "carry_out", "given", "accept", "refuse", "revoke"),
    "reply": ("send", "delivered", "undelivered"),
    "alert": ("judge",),
    "measure": ("see", "carried_out", "confirm_by_hand", "undone", "undone_by_hand"),
    "appeal": ("make", "grant", "reject", "take_back"),
}
"""Events that a report tells of; the time line of the issue has all of them."""
CHANGES: Final = ("edited_by_other", "edited_silently", "hidden", "removed", "locked", "unlocked")


@dataclass(frozen=True, slots=True)
class Span:
    """From a time on, and before another; None leaves that end open."""

    begin: datetime | None = None
    end: datetime | None = None

    def on(self, name: str) -> Q:
        """Return the condition that a field lies in it."""
        after = Q() if self.begin is None else Q((f"{name}__gte", self.begin))
        return after if self.end is None else after & Q((f"{name}__lt", self.end))


ALWAYS: Final = Span()


@dataclass(frozen=True, slots=True)
class PrivateAnswers:
    """What a member wrote to customers in private: how often, and when first."""

    member: int
    name: str
    count: int
    first_at: datetime


def threads_of(issue: Issue) -> list[Thread]:
    """Return an issue's conversations, the highest scores first."""
    rows = Thread.objects.filter(links__issue=issue).select_related("source").order_by("-score", "id")
    return list(rows[: MOST + 1])


def posts_in(threads: Sequence[Thread], *, texts: bool = False) -> Mapping[int, list[Post]]:
    """Return the posts of conversations that can be read, by the conversation, in order of time."""
    found: defaultdict[int, list[Post]] = defaultdict(list)
    rows = Post.objects.filter(thread__in=threads, removed=False).select_related("account")
    rows = rows if texts else rows.defer("text", "quotes", "code", "links", "mentions")
    for post in rows.order_by("created_at", "id"):
        found[post.thread_id].append(post)
    return found


def writers_in(threads: Sequence[Thread]) -> Mapping[tuple[int, str], Member]:
    """Return who wrote the posts that are answers of the desk, by conversation and key of the post."""
    own = Reply.objects.filter(thread__in=threads).exclude(post_key="").select_related("author")
    return {(reply.thread_id, reply.post_key): reply.author for reply in own if reply.thread_id}


def findings_in(threads: Sequence[Thread]) -> Mapping[int, bytes]:
    """Return what the last analyses found in single posts, packed."""
    rows = ThreadFindings.objects.filter(thread__in=threads)
    return {row.thread_id: bytes(row.packed) for row in rows}


def policies_by_source(sources: Collection[Source]) -> Mapping[int, list[AlertPolicy]]:
    """Return the policies that hold today for sources: their own, or else the general ones."""
    active = AlertPolicy.objects.filter(Q(source=None) | Q(source__in=sources), active=True).order_by("pk")
    found: defaultdict[int | None, list[AlertPolicy]] = defaultdict(list)
    for policy in active:
        found[policy.source_id].append(policy)
    return {source.pk: found.get(source.pk) or found.get(None, []) for source in sources}


def alarms_in(threads: Sequence[Thread], within: Span = ALWAYS) -> list[Alert]:
    """Return the alarms that conversations raised, the first ones first."""
    rows = Alert.objects.filter(within.on("raised_at"), thread__in=threads).order_by("raised_at", "pk")
    return list(rows[: MOST + 1])


def events_of(issue: Issue, threads: Sequence[Thread], *, cases: bool, within: Span = ALWAYS) -> list[Event]:
    """Return what people and the desk did in an issue, the first first; of cases only where asked for."""
    wanted = Q()
    for noun, actions in TOLD.items():
        wanted |= Q(noun=noun, action__in=actions)
    about = Q(issue=issue) | Q(case__issue=issue) | Q(thread__in=threads)
    rows = Event.objects.filter(wanted, about, within.on("at")).select_related("actor", "case")
    rows = rows if cases else rows.filter(case=None)
    return list(rows.order_by("at", "pk")[: MOST + 1])


def changes_in(threads: Sequence[Thread], within: Span = ALWAYS) -> list[Revision]:
    """Return changes at the source that others may hold against the company, the first ones first."""
    rows = Revision.objects.filter(within.on("found_at"), thread__in=threads, kind__in=CHANGES).defer("diff")
    return list(rows.order_by("found_at", "pk")[: MOST + 1])


def measures_in(threads: Sequence[Thread]) -> list[Measure]:
    """Return the measures taken in conversations, the first ones first, each with its appeals."""
    rows = Measure.objects.filter(thread__in=threads, state__in=STANDING).select_related("rule__rule")
    rows = rows.prefetch_related(Prefetch("appeals", Appeal.objects.order_by("made_at", "pk")))
    return list(rows.order_by("done_at", "pk")[: MOST + 1])


def first_touch(issue: Issue, threads: Sequence[Thread], *, cases: bool) -> Event | None:
    """Return the first thing that a person did about an issue or a conversation of it, but take it along."""
    about = Q(issue=issue) | Q(thread__in=threads)
    rows = Event.objects.filter(about, actor__isnull=False).exclude(action="export").select_related("actor")
    rows = rows if cases else rows.filter(case=None)
    return rows.order_by("at", "pk").first()


def private_answers(issue: Issue) -> list[PrivateAnswers]:
    """Return who wrote to the customers of an issue in private, the first ones first."""
    sent = Message.objects.filter(case__issue=issue, inbound=False, automatic=False, author__isnull=False)
    rows = sent.values_list("author", "author__display_name", "author__username").order_by()
    counted = rows.annotate(count=Count("pk"), first=Min("at")).order_by("first")
    return [
        PrivateAnswers(member, shown or username, count, at)
        for member, shown, username, count, at in counted[: MOST + 1]
    ]


def promises_of(issue: Issue) -> list[Promise]:
    rows = Promise.objects.filter(case__issue=issue).select_related("by", "case")
    return list(rows.order_by("made_at", "pk")[: MOST + 1])


def gestures_of(issue: Issue) -> list[Gesture]:
    rows = Gesture.objects.filter(case__issue=issue).select_related("case")
    return list(rows.order_by("proposed_at", "pk")[: MOST + 1])


def holds_of(issue: Issue) -> list[Hold]:
    """Return paused dunning in an issue; ``sent`` counts the letters that went out all the same."""
    rows: QuerySet[Hold] = Hold.objects.filter(case__issue=issue).select_related("case")
    return list(rows.annotate(sent=Count("letters")).order_by("proposed_at", "pk")[: MOST + 1])


def summaries_of(issue: Issue) -> list[ReportSummary]:
    """Return the versions of what people wrote above a report, the latest first."""
    return list(issue.summaries.select_related("by").order_by("-version")[:MOST])
