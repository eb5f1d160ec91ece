"""What a month's report counts, month by month; no row is read for itself but the times of first answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from kulanz.core.money import Money
from kulanz.desk.models import (
    Alert,
    Appeal,
    Gesture,
    Hold,
    Issue,
    IssueThread,
    LogEntry,
    Message,
    Post,
    Promise,
    Reply,
)
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.queries.company import speaking_accounts
from kulanz.desk.queries.issues import listed
from kulanz.desk.queries.months_published import PublishedFile, published_files
from kulanz.desk.queries.spending import STANDS
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import FALSE_ALARM, OUTCOMES
from kulanz.desk.rules.moderating import KINDS
from kulanz.desk.rules.monthly import Month, PublicMonth, Waits, median_days, published
from kulanz.desk.rules.months import last_months, month_of

MONTHS: Final = 12
Tally = Mapping[tuple[Any, ...], int]
Answers = Iterable[tuple[int, datetime | None]]


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """The month that is told of and the eleven before it, the oldest first; ``waits`` are those of each.

    ``files`` are those months of them that were published, by their first days.
    """

    months: tuple[Month, ...]
    waits: tuple[Waits, ...]
    files: Mapping[date, PublishedFile]

    @property
    def month(self) -> Month:
        return self.months[-1]

    @property
    def waited(self) -> Waits:
        return self.waits[-1]

    @property
    def published(self) -> tuple[PublicMonth, ...]:
        """The public version of each month: as it was published, or as it is today."""
        found = zip(self.months, self.waits, strict=True)
        return tuple(
            self.files[month.first].month if month.first in self.files else published(month, waits)
            for month, waits in found
        )

    @property
    def file(self) -> PublishedFile | None:
        return self.files.get(self.month.first)


@dataclass(frozen=True, slots=True)
class _Span:
    begin: datetime
    end: datetime
    zone: ZoneInfo

    def tally(self, rows: QuerySet[Any], field: str, *names: str, total: Any = None) -> Tally:
        """Count rows, or sum ``total``, by the month in which a time of theirs lies and by other fields."""
        inside = rows.filter(**{f"{field}__gte": self.begin, f"{field}__lt": self.end})
        monthly = inside.annotate(in_month=TruncMonth(field, tzinfo=self.zone)).values_list(
            "in_month", *names
        )
        found = monthly.annotate(tallied=total or Count("pk", distinct=True)).order_by()
        return {(month.date(), *values): tallied for month, *values, tallied in found}


def months_to_tell(now: datetime) -> tuple[date, ...]:
    """Return the first days of months that a report can be made of, the present one first."""
    return last_months(now, usual_zone(), MONTHS)[::-1]


def monthly_report(month: date, *, public: bool, now: datetime) -> MonthlyReport:
    """Return the report of a month; raise RuleError for one to come, and in public for one that goes on."""
    zone = usual_zone()
    begin = datetime(month.year, month.month, 1, tzinfo=ZoneInfo(zone))
    end = month_of(begin, zone)[1]
    if begin > now:
        raise RuleError("month: expected one that has begun")
    if public and end > now:
        raise RuleError("month: a report to publish is made of a month that is over")
    months = last_months(begin, zone, MONTHS)
    first = datetime(months[0].year, months[0].month, 1, tzinfo=ZoneInfo(zone))
    span = _Span(first, end, ZoneInfo(zone))
    files = published_files(months) if public else {}
    return MonthlyReport(_months(months, span), _waits(months, span), files)


def _months(months: Iterable[date], span: _Span) -> tuple[Month, ...]:
    issues, alerts, promises = _issues(), Alert.objects.all(), Promise.objects.all()
    late = Q(state="broken") | Q(state="kept", settled_at__gt=F("deadline"))
    tallies = {
        "opened": span.tally(issues, "opened_at"),
        "missed": span.tally(_missed(issues), "opened_at"),
        "alarms": span.tally(alerts, "raised_at"),
        "false_alarms": span.tally(alerts.filter(verdict="wrong"), "raised_at"),
        "promised": span.tally(promises, "made_at"),
        "kept": span.tally(promises.filter(state="kept", settled_at__lte=F("deadline")), "settled_at"),
        "broken": span.tally(promises.filter(late), "deadline"),
        "proposed": span.tally(Gesture.objects.all(), "proposed_at"),
        "approved": span.tally(Gesture.objects.filter(STANDS), "decided_at"),
        "carried_out": span.tally(Gesture.objects.exclude(state="revoked"), "carried_out_at"),
        "held": span.tally(Hold.objects.all(), "placed_at"),
        "released": span.tally(Hold.objects.filter(placed_at__isnull=False), "ended_at"),
        **_moderated(span),
    }
    measures = span.tally(LogEntry.objects.filter(kind="measure"), "at", "act")
    decisions = _decisions(span)
    closed = span.tally(issues.filter(state="closed"), "closed_at", "outcome")
    spent = span.tally(Gesture.objects.filter(STANDS), "decided_at", "currency", total=Sum("cost_minor"))
    return tuple(
        Month(
            first=month,
            closed={outcome: closed.get((month, outcome), 0) for outcome in OUTCOMES},
            spent=_spent(spent, month),
            measures={kind: measures.get((month, kind), 0) for kind in KINDS},
            appeals_decided=len(decisions[month]),
            decision_days=median_days(decisions[month]),
            **{name: tally.get((month,), 0) for name, tally in tallies.items()},
        )
        for month in months
    )


def _moderated(span: _Span) -> Mapping[str, Tally]:
    """Count what was undone of measures, what people contested, and what was found without a measure."""
    entries, granted = LogEntry.objects.all(), Appeal.objects.filter(state="granted")
    reversals = entries.filter(kind="reversal", act="reverse")
    upheld = granted.filter(measure__entry=OuterRef("refers"), decided_at__lte=OuterRef("at"))
    return {
        "reversed": span.tally(reversals, "at"),
        "reversed_on_appeal": span.tally(reversals.filter(Exists(upheld)), "at"),
        "appeals": span.tally(Appeal.objects.all(), "made_at"),
        "appeals_granted": span.tally(granted, "decided_at"),
        "silent_edits": span.tally(entries.filter(kind="silent_edit"), "at"),
    }


def _decisions(span: _Span) -> Mapping[date, list[timedelta]]:
    """Return by month how long the appeals that were decided in it had waited."""
    within = {"decided_at__gte": span.begin, "decided_at__lt": span.end}
    rows = Appeal.objects.filter(**within, state__in=("granted", "rejected"))
    found: dict[date, list[timedelta]] = defaultdict(list)
    for made, decided in rows.values_list("made_at", "decided_at"):
        if decided is not None:
            found[_month(decided, span.zone)].append(decided - made)
    return found


def _issues() -> QuerySet[Issue]:
    """Issues count once: those that were merged into others are told of there."""
    return listed().exclude(state="merged")


def _missed(issues: QuerySet[Issue]) -> QuerySet[Issue]:
    threads = IssueThread.objects.filter(issue=OuterRef("pk"))
    alarmed = threads.filter(thread__alerts__raised_at__lte=OuterRef("opened_at"))
    return issues.filter(Exists(threads), ~Exists(alarmed)).exclude(outcome=FALSE_ALARM)


def _spent(tally: Tally, month: date) -> tuple[Money, ...]:
    sums = sorted((key[1], total) for key, total in tally.items() if key[0] == month)
    return tuple(Money.of_minor(total, currency) for currency, total in sums)


def _waits(months: Iterable[date], span: _Span) -> tuple[Waits, ...]:
    """Take for every issue the time from its first alarm, or its opening, to the first named answer."""
    alarm = Min("links__thread__alerts__raised_at", filter=~Q(links__thread__alerts__verdict="wrong"))
    rows = _issues().filter(opened_at__gte=span.begin, opened_at__lt=span.end).annotate(alarm=alarm)
    issues = list(rows.values_list("pk", "opened_at", "alarm"))
    answers = _answers(span)
    counted: Counter[date] = Counter()
    waited: dict[date, list[timedelta]] = defaultdict(list)
    for pk, opened, alarm_at in issues:
        month, since = _month(opened, span.zone), min(opened, alarm_at or opened)
        counted[month] += 1
        first = min((at for at in answers[pk] if at >= since), default=None)
        if first is not None:
            waited[month].append(first - since)
    return tuple(Waits.of(counted[month], waited[month]) for month in months)


def _answers(span: _Span) -> Mapping[int, list[datetime]]:
    """By issue when a person with a name answered, in public or in private."""
    within = {"issue__opened_at__gte": span.begin, "issue__opened_at__lt": span.end}
    links = IssueThread.objects.filter(**within)
    found: dict[int, list[datetime]] = defaultdict(list)
    for rows in (_said(links), _public(links), _private(span)):
        for issue, at in rows:
            if at is not None:
                found[issue].append(at)
    return found


def _said(links: QuerySet[IssueThread]) -> Answers:
    rows = Post.objects.filter(account__in=speaking_accounts(), thread__links__in=links, removed=False)
    return rows.values_list("thread__links__issue", "created_at")


def _public(links: QuerySet[IssueThread]) -> Answers:
    rows = Reply.objects.filter(thread__links__in=links)
    return rows.values_list("thread__links__issue", "sent_at")


def _private(span: _Span) -> Answers:
    within = {"case__issue__opened_at__gte": span.begin, "case__issue__opened_at__lt": span.end}
    rows = Message.objects.filter(**within, inbound=False, automatic=False, author__isnull=False)
    return rows.values_list("case__issue", "at")


def _month(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date().replace(day=1)
