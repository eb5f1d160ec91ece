"""Silent edits: what was found, what may explain it, and what guests are to be looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from kulanz.desk.models import LogEntry, LogHead, Post, PublicSight, Revision, SilentEdit, Source, Thread
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.machines import SOURCE
from kulanz.desk.rules.sentinel import EXPLAINED_BY, SilentKind
from kulanz.sources.connectors import CONNECTORS
from kulanz.tlog.entries import decode


def log_begun_at() -> datetime | None:
    """Return since when there is a log that could tell of anything; None before it is begun."""
    return LogHead.objects.values_list("begun_at", flat=True).first()


@dataclass(frozen=True, slots=True)
class SilentRow:
    """Something that was found, and the notes that people added: when, and their words."""

    edit: SilentEdit
    notes: Sequence[tuple[datetime, str]]


def silent_edits(*, offset: int = 0) -> Paged[SilentRow]:
    """Return a page of everything that was found, the newest first."""
    rows = every_silent_edit().prefetch_related("entry__referring").order_by("-found_at", "-pk")
    return paged(rows, lambda found: [SilentRow(each, _notes(each)) for each in found], offset=offset)


def every_silent_edit() -> QuerySet[SilentEdit]:
    return SilentEdit.objects.select_related("entry", "thread__source", "post", "revision")


def _notes(edit: SilentEdit) -> list[tuple[datetime, str]]:
    notes = [each for each in edit.entry.referring.all() if each.kind == "annotation"]
    return [(each.at, decode(bytes(each.body)).note) for each in notes]


def observed_sources() -> QuerySet[Source]:
    return Source.objects.filter(state=SOURCE.initial, connector__in=CONNECTORS)


def unwatched(most: int) -> list[Thread]:
    """Return threads that came since the last ones that guests are looked for at."""
    last = PublicSight.objects.aggregate(last=Max("thread"))["last"] or 0
    return list(Thread.objects.filter(pk__gt=last).order_by("pk")[:most])


def shown_posts(thread: Thread) -> list[Post]:
    """Return the posts that the interface shows, in order of time."""
    rows = thread.posts.filter(removed=False, hidden=False, own_text=True)
    return list(rows.select_related("account").order_by("created_at", "id"))


def watched() -> QuerySet[PublicSight]:
    """Return what can be looked at: threads that are there, at sources that are read."""
    rows = PublicSight.objects.filter(thread__source__in=observed_sources(), thread__gone=False)
    return rows.select_related("thread__source")


def is_explained(kind: SilentKind, thread: Thread, post: Post | None, since: datetime) -> bool:
    """Whether a measure that was logged since says why guests see something otherwise."""
    about = Q(thread=thread, post=None)
    if post is not None:
        about |= Q(post=post)
        if post.account_id is not None:
            about |= Q(account=post.account_id, act="suspend")
    rows = LogEntry.objects.filter(about, kind="measure", act__in=EXPLAINED_BY[kind], entered_at__gte=since)
    return rows.exists()


def untold_revisions(most: int) -> list[Revision]:
    """Return edits since the log began that their source does not show and no measure explains."""
    begun = log_begun_at()
    if begun is None:
        return []
    measures = LogEntry.objects.filter(
        kind="measure",
        act__in=EXPLAINED_BY["edited_silently"],
        post=OuterRef("post"),
        entered_at__gte=Coalesce(OuterRef("seen_before"), OuterRef("found_at")),
    )
    rows = Revision.objects.filter(kind="edited_silently", found_at__gte=begun, silent_edit=None)
    rows = rows.filter(post__isnull=False).exclude(Exists(measures))
    return list(rows.select_related("thread__source", "post__account").order_by("pk")[:most])
