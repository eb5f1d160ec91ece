"""Cases as lists and their page show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from kulanz.desk.models import Case, Hold, Issue, Message, PrivateTopic, Promise, Reply, Thread
from kulanz.desk.queries.holds import live_of
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.machines import CASE, REPLY

RUNNING: Final = ("running", "paused", "broken")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What the list shows; without a state all that are not closed."""

    state: str = ""
    contact: int | None = None
    person: int | None = None
    issue: int | None = None
    late: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case in the list: the promise that ends next, the last message with its direction, paused dunning.

    ``letters`` of the holds are those that went out all the same.
    """

    case: Case
    promise: Promise | None
    message: Message | None
    holds: tuple[Hold, ...]


def cases(wanted: CaseFilter, *, offset: int = 0) -> Paged[CaseRow]:
    """Return a page of cases: those whose promise ends first come first, then the oldest."""
    return paged(_filtered(wanted), _rows, offset=offset)


def cases_of_issue(issue_id: int, *, offset: int = 0) -> Paged[CaseRow]:
    """Return a page of an issue's cases, in every state."""
    found = Case.objects.filter(issue_id=issue_id).select_related("person", "contact").order_by("-opened_at")
    return paged(found, _rows, offset=offset)


def promises_of(case: Case, *, offset: int = 0) -> Paged[Promise]:
    """Return a page of a case's promises: what runs first, then the latest."""
    found = case.promises.select_related("by", "calendar").order_by(
        F("settled_at").desc(nulls_first=True), "deadline", "pk"
    )
    return paged(found, list, offset=offset)


def messages_of(case: Case, *, offset: int = 0) -> Paged[Message]:
    """Return a page of the private conversation, newest first; ``place`` is the name of its source."""
    found = case.messages.select_related("author").annotate(place=F("private__account__source__name"))
    return paged(found.order_by("-at", "-pk"), list, offset=offset)


def unread_topics_of(case: Case) -> list[PrivateTopic]:
    """Return the private conversations at sources whose answers could not be read, each with why."""
    found = case.private_topics.exclude(last_error="").select_related("account__source")
    return list(found.order_by("pk"))


def replies_of(case: Case, *, offset: int = 0) -> Paged[Reply]:
    """Return a page of the answers on their way, the latest first."""
    under_way = case.replies.exclude(state__in=REPLY.final).select_related("author", "approver")
    under_way = under_way.annotate(place=F("account__source__name"))
    return paged(under_way.order_by("-created_at", "-pk"), list, offset=offset)


def public_replies_of(thread: Thread, *, offset: int = 0) -> Paged[Reply]:
    """Return a page of the answers to a thread in public, the latest first, also those that were posted."""
    kept = thread.replies.exclude(state="discarded").select_related("author", "approver")
    return paged(kept.order_by("-created_at", "-pk"), list, offset=offset)


def replied(issue: Issue) -> QuerySet[Reply]:
    """Return the answers in an issue's cases, and those to its threads in public."""
    threads = Thread.objects.filter(links__issue=issue)
    return Reply.objects.filter(Q(case__issue=issue) | Q(thread__in=threads))


def replies_in(issue: Issue, *, offset: int = 0) -> Paged[Reply]:
    """Return a page of an issue's answers, the latest first; ``place`` is the source of a private one."""
    kept = replied(issue).exclude(state="discarded").annotate(place=F("account__source__name"))
    kept = kept.select_related("author", "approver", "case__person", "thread")
    return paged(kept.order_by("-created_at", "-pk"), list, offset=offset)


def broken() -> QuerySet[Promise]:
    return Promise.objects.filter(state="broken")


def _filtered(wanted: CaseFilter) -> QuerySet[Case]:
    states = (wanted.state,) if wanted.state in CASE.states else tuple(set(CASE.states) - CASE.final)
    rows = Case.objects.filter(state__in=states).select_related("person", "contact", "issue")
    if wanted.contact is not None:
        rows = rows.filter(contact_id=wanted.contact)
    if wanted.person is not None:
        rows = rows.filter(person_id=wanted.person)
    if wanted.issue is not None:
        rows = rows.filter(issue_id=wanted.issue)
    if wanted.late:
        rows = rows.filter(pk__in=broken().values("case_id"))
    if wanted.words:
        rows = rows.filter(title__icontains=wanted.words) | rows.filter(person__name__icontains=wanted.words)
    ordered = rows.annotate(next_end=Subquery(_next(OuterRef("pk")).values("deadline")[:1]))
    return ordered.order_by(F("next_end").asc(nulls_last=True), "opened_at", "pk")


def _next(case: OuterRef) -> QuerySet[Promise]:
    return Promise.objects.filter(case=case, state__in=RUNNING).order_by("deadline", "pk")


def _rows(found: list[Case]) -> list[CaseRow]:
    ids = [case.pk for case in found]
    promises = Promise.objects.filter(case__in=ids, state__in=RUNNING).order_by("-deadline", "-pk")
    ends = {promise.case_id: promise for promise in promises.select_related("by")}
    last = Message.objects.filter(case=OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
    newest = Case.objects.filter(pk__in=ids).annotate(last=Subquery(last)).values("last")
    messages = {each.case_id: each for each in Message.objects.filter(pk__in=newest).defer("text")}
    holds: dict[int, list[Hold]] = {pk: [] for pk in ids}
    for each in live_of(found):
        holds[each.case_id].append(each)
    return [
        CaseRow(
            case=case,
            promise=ends.get(case.pk),
            message=messages.get(case.pk),
            holds=tuple(holds[case.pk]),
        )
        for case in found
    ]
