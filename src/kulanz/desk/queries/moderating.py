"""Measures: how things stand where one is wanted, who has part in the dispute, and the lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q, QuerySet

from kulanz.desk.models import (
    Account,
    Appeal,
    Case,
    Issue,
    Measure,
    MeasureNotice,
    Post,
    Reply,
    StaffIdentity,
    Statement,
    Thread,
)
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.queries.threads import findings_of
from kulanz.desk.rules.machines import CASE, ISSUE, MEASURE, STANDING
from kulanz.desk.rules.moderating import Situation, is_critical

FRONTS: Final = "fronts"
"""The reason of a thread whose fronts have hardened."""
_SHOWN_AT_MOST: Final = 50
_RELATED: Final = ("thread__source", "post", "rule__rule", "proposed_by", "decided_by", "account")
_HEAVY: Final = ("thread__series", "thread__roles", "thread__reasons", "thread__signals")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFilter:
    """What a list of measures is narrowed by; empty is all."""

    state: str = ""
    kind: str = ""
    thread: int | None = None


def situation_of(thread: Thread, post: Post | None) -> Situation:
    """Return how things stand in a conversation, and whether what a measure is about criticises."""
    issues = _issues(thread).exclude(state__in=ISSUE.final)
    cases = _cases(thread).exclude(state__in=CASE.final)
    return Situation(
        open_issue=issues.exists(),
        open_case=cases.exists(),
        hardened=is_hardened(thread),
        critical=_is_critical(thread, post),
        unread=_is_unread(thread, post),
    )


def is_hardened(thread: Thread) -> bool:
    """Whether the fronts of a conversation have hardened, as far as the last analysis saw."""
    return thread.stage == "escalated" or any(reason.get("code") == FRONTS for reason in thread.reasons)


def parties_of(thread: Thread) -> frozenset[int]:
    """Return the members who have part in the dispute of a conversation.

    They own an issue of it or a case of such an issue, or have answered in it: by the desk, or by a name or
    account that they speak with.
    """
    owners = _issues(thread).values_list("owner_id", flat=True)
    contacts = _cases(thread).values_list("contact_id", flat=True)
    replied = (
        Reply.objects.filter(thread=thread).exclude(state="discarded").values_list("author_id", flat=True)
    )
    keys = Account.objects.filter(posts__thread=thread).values_list("key", flat=True).distinct()
    found: set[int | None] = {*owners, *contacts, *replied, *_named(thread.source_id, keys)}
    return frozenset(pk for pk in found if pk is not None)


def barred_from(measure: Measure) -> frozenset[int]:
    """Return the members who may not decide on a measure: see ``parties_of``.

    Nor may who proposed it, or did at the source what was seen there.
    """
    doers = [measure.revision.by] if measure.revision is not None and measure.revision.by else []
    found = {measure.proposed_by_id, *_named(measure.thread.source_id, doers)}
    return parties_of(measure.thread) | {pk for pk in found if pk is not None}


def barred_from_appeals(measure: Measure) -> frozenset[int]:
    """Return the members who may not decide on appeals against a measure: see ``barred_from``.

    Nor may who agreed to it.
    """
    agreed = () if measure.decided_by_id is None else (measure.decided_by_id,)
    return barred_from(measure).union(agreed)


def opener_of(thread: Thread) -> Account | None:
    """Return the account that began a conversation."""
    first = first_post(thread)
    return first.account if first else None


def first_post(thread: Thread) -> Post | None:
    """Return the post that began a conversation."""
    return thread.posts.select_related("account").order_by("created_at", "pk").first()


def measures(wanted: MeasureFilter, *, offset: int) -> Paged[Measure]:
    """Return a page of measures, the newest first."""
    return paged(filtered(wanted).order_by("-proposed_at", "-pk"), list, offset=offset)


def filtered(wanted: MeasureFilter) -> QuerySet[Measure]:
    rows = shown()
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    return rows if wanted.thread is None else rows.filter(thread=wanted.thread)


def shown() -> QuerySet[Measure]:
    """Return all measures with what a list shows of each."""
    return Measure.objects.select_related(*_RELATED).defer(*_HEAVY)


def measures_in(thread: Thread) -> list[Measure]:
    """Return the latest measures in a conversation."""
    return list(shown().filter(thread=thread).order_by("-proposed_at", "-pk")[:_SHOWN_AT_MOST])


def public_measure(reference: str) -> Measure | None:
    """Return a measure that was carried out, as people outside name it."""
    if "\0" in reference:
        return None
    rows = Measure.objects.select_related("rule__rule", "thread__source").filter(state__in=STANDING)
    return rows.filter(reference=reference).first()


def appeal_by(digest: str) -> Appeal | None:
    """Return the appeal whose page has a secret with this digest."""
    rows = Appeal.objects.select_related("measure__rule__rule", "measure__thread__source")
    return rows.filter(digest=digest).first()


def same_standing(measure: Measure) -> QuerySet[Measure]:
    """Return measures of the same kind on the same thing that are in force or on their way."""
    rows = Measure.objects.filter(thread=measure.thread, post=measure.post, kind=measure.kind)
    return rows.exclude(state__in=MEASURE.final)


def seen_unexplained() -> QuerySet[Measure]:
    """Return what was seen at sources and has no rule and reasons yet."""
    return shown().filter(state="seen")


def by_hand() -> QuerySet[Measure]:
    """Return measures that somebody has to carry out, undo or end at the source, as the desk does not."""
    return shown().filter(state__in=("ordered", "failed", "reversing", "ending"), due_at=None)


def untold() -> QuerySet[MeasureNotice]:
    """Return notices that somebody has to give to the author, as the desk cannot."""
    rows = MeasureNotice.objects.filter(way="", due_at=None).select_related("measure__thread__source")
    return rows.select_related("measure__account", "told_by")


def open_appeals(*, but: int | None = None) -> QuerySet[Appeal]:
    """Return appeals that nobody decided on; ``but`` leaves out those that a member may not decide."""
    rows = Appeal.objects.filter(state="open").select_related(
        "measure__thread__source", "measure__rule__rule", "decided_by"
    )
    if but is None:
        return rows
    named = StaffIdentity.objects.filter(member=but, kind__in=("name", "account"))
    did = Measure.objects.filter(_spoken("thread__source", "revision__by", named))
    rows = rows.exclude(measure__in=did.values("pk")).exclude(measure__proposed_by=but)
    rows = rows.exclude(measure__decided_by=but)
    return rows.exclude(measure__thread__in=threads_with_party(but).values("pk"))


def threads_with_party(member: int) -> QuerySet[Thread]:
    """Return the conversations in whose dispute a member has part: see ``parties_of``."""
    issues = Issue.objects.exclude(state="withdrawn")
    owned = Q(links__issue__in=issues.filter(owner=member)) | Q(links__issue__cases__contact=member)
    named = StaffIdentity.objects.filter(member=member, kind__in=("name", "account"))
    spoke = Post.objects.filter(_spoken("source", "account__key", named))
    replied = Reply.objects.filter(author=member, thread__isnull=False).exclude(state="discarded")
    answered = Q(pk__in=replied.values("thread")) | Q(pk__in=spoke.values("thread"))
    return Thread.objects.filter(owned | answered)


def statements() -> QuerySet[Statement]:
    """Return all statements of reasons."""
    return Statement.objects.select_related("measure")


def undecided() -> QuerySet[Measure]:
    """Return measures that wait for a second person."""
    return shown().filter(state=MEASURE.initial)


def _named(source: int, keys: Iterable[str]) -> Iterable[int | None]:
    """Return the members who speak at a source with some names or accounts."""
    spoke: Q = reduce(or_, (Q(source=source, value__iexact=key) for key in keys), Q(pk__in=()))
    return StaffIdentity.objects.filter(spoke, kind__in=("name", "account")).values_list(
        "member_id", flat=True
    )


def _spoken(source: str, account: str, named: QuerySet[StaffIdentity]) -> Q:
    """Return the condition that what stands in a field is a name or an account, at its source, of some."""
    held = named.filter(source__isnull=False).values_list("source", "value")
    return reduce(or_, (Q(**{source: at, f"{account}__iexact": key}) for at, key in held), Q(pk__in=()))


def _issues(thread: Thread) -> QuerySet[Issue]:
    return Issue.objects.filter(links__thread=thread).exclude(state="withdrawn")


def _cases(thread: Thread) -> QuerySet[Case]:
    return Case.objects.filter(issue__links__thread=thread)


def _is_critical(thread: Thread, post: Post | None) -> bool:
    """Whether a post criticises; of a thread as a whole, whether its opening or any other post does."""
    detail = findings_of(thread)
    found = detail.findings if detail is not None else ()
    wanted = [each for each in found if post is None or each.post.post_id == post.key]
    return any(is_critical(each.signals) for each in wanted if each.company_inferred or not each.company)


def _is_unread(thread: Thread, post: Post | None) -> bool:
    """Whether the analysis may not know the words that a measure is about, as those that are restricted."""
    about = thread.posts.all() if post is None else thread.posts.filter(pk=post.pk)
    if about.filter(account__person__restricted_at__isnull=False).exists():
        return True
    if not thread.scored or thread.analysed_at is None:
        return True
    return post is not None and post.text_since > thread.analysed_at
