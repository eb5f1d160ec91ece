"""Conversations whose outcome is known: what people decided about them, or that they never stood out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from kulanz.core.report import STAGES
from kulanz.desk.models import Alert, Attention, IssueThread, Post, Thread
from kulanz.desk.queries.issues import OPEN
from kulanz.desk.rules.machines import FALSE_ALARM, WITHDRAWN

NEVER_FLAGGED: Final = "never_flagged"
NONE, ISSUE, ESCALATED = 0, 2, 3
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """A conversation with the level that evaluation knows, and where that comes from.

    ``origin`` is the outcome of its issue, FALSE_ALARM or NEVER_FLAGGED.
    """

    thread: Thread
    level: int
    origin: str


@dataclass(frozen=True, slots=True)
class Examples:
    """What is known of which conversations: by their keys, without the conversations themselves."""

    known: dict[int, tuple[int, str]]

    def __len__(self) -> int:
        return len(self.known)

    def counts(self) -> list[tuple[int, str, int]]:
        """Return level, origin and how many conversations have them, the gravest and most first."""
        counted = Counter(self.known.values())
        rows = [(level, origin, count) for (level, origin), count in counted.items()]
        return sorted(rows, key=lambda row: (-row[0], -row[2], row[1]))

    def __iter__(self) -> Iterator[Judged]:
        keys = sorted(self.known)
        for begin in range(0, len(keys), _AT_ONCE):
            rows = Thread.objects.filter(pk__in=keys[begin : begin + _AT_ONCE]).select_related("source")
            for thread in rows.order_by("source_id", "pk"):
                yield Judged(thread, *self.known[thread.pk])


def examples(*, only_judged: bool = False) -> Examples:
    """Return the conversations that can be read and whose outcome is known.

    An issue counts more than a false alarm, and a false alarm not while an issue is open. ``only_judged``
    leaves out those that nobody has looked at. So are those in which somebody wrote who wants their data not
    used.
    """
    restricted = Post.objects.filter(thread=OuterRef("pk"), account__person__restricted_at__isnull=False)
    readable = Thread.objects.filter(~Exists(restricted), ~Q(hidden=True), gone=False, post_count__gt=0)
    known = {} if only_judged else dict.fromkeys(_unflagged(readable), (NONE, NEVER_FLAGGED))
    known |= dict.fromkeys(_false_alarms(readable), (NONE, FALSE_ALARM))
    known |= dict(_of_issues(readable))
    return Examples(known)


def _unflagged(readable: QuerySet[Thread]) -> Iterator[int]:
    rows = readable.filter(
        ~Exists(_links().exclude(issue__state=WITHDRAWN)),
        ~Exists(Alert.objects.filter(thread=OuterRef("pk"))),
        ~Exists(Attention.objects.filter(thread=OuterRef("pk"))),
        analysed_at__isnull=False,
    )
    return rows.values_list("pk", flat=True).iterator()


def _false_alarms(readable: QuerySet[Thread]) -> Iterator[int]:
    alerts = Alert.objects.filter(thread=OuterRef("pk"))
    said = Q(attention__state=FALSE_ALARM) | Exists(alerts.filter(verdict="wrong"))
    undecided = Exists(_links().filter(issue__state__in=OPEN)) | Exists(alerts.filter(verdict="right"))
    closed = Exists(_links().filter(issue__state="closed", issue__outcome=FALSE_ALARM))
    return readable.filter(said | closed).exclude(undecided).values_list("pk", flat=True).iterator()


def _of_issues(readable: QuerySet[Thread]) -> Iterator[tuple[int, tuple[int, str]]]:
    """Issues that people closed as ones; escalated only where people said so, not the analysis."""
    links = IssueThread.objects.filter(issue__state="closed", thread__in=readable)
    rows = links.exclude(issue__outcome=FALSE_ALARM).order_by("issue__closed_at", "pk")
    said = rows.values_list("thread", "issue__outcome", "issue__stage", "issue__stage_by_hand")
    for thread, outcome, stage, by_hand in said.iterator():
        yield thread, (ESCALATED if by_hand and stage == STAGES[-1] else ISSUE, outcome)


def _links() -> QuerySet[IssueThread]:
    return IssueThread.objects.filter(thread=OuterRef("pk"))
