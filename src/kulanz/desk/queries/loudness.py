"""What is spent on customers who were loud and on those who were not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import TruncMonth

from kulanz.core.money import Money
from kulanz.desk.models import Case, Gesture, IssueRole, Post
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.queries.problems import LOUD
from kulanz.desk.queries.spending import STANDS
from kulanz.desk.rules.machines import SPENT, WITHDRAWN
from kulanz.desk.rules.months import last_months

MONTHS: Final = 12
LOUD_ROLES: Final = ("complainant", "amplifier")


@dataclass(frozen=True, slots=True)
class Share:
    """Cases of one kind of customers in the last twelve months, and how many of them got a gesture."""

    cases: int
    helped: int

    @property
    def share(self) -> float | None:
        """The part of the cases that got one; None without cases."""
        return self.helped / self.cases if self.cases else None


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent in a currency, in all and by month, in the order of ``Report.months``."""

    currency: str
    loud: Money
    quiet: Money
    loud_months: tuple[Money, ...]
    quiet_months: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Loud is whose customer was loud (``_was_loud``); quiet is the rest."""

    months: tuple[date, ...]
    loud: Share
    quiet: Share
    spent: tuple[Spent, ...]


def report(now: datetime) -> Report:
    """Return what was approved for loud and for quiet customers in the last twelve months."""
    zone = usual_zone()
    months = last_months(now, zone, MONTHS)
    begin = datetime(months[0].year, months[0].month, 1, tzinfo=ZoneInfo(zone))
    sums = _sums(begin, zone)
    currencies = sorted({currency for currency, _, _ in sums})
    return Report(
        months=months,
        loud=_share(begin, loud=True),
        quiet=_share(begin, loud=False),
        spent=tuple(_spent(currency, months, sums) for currency in currencies),
    )


def _sums(begin: datetime, zone: str) -> dict[tuple[str, bool, date], int]:
    rows: Any = Gesture.objects.filter(STANDS, decided_at__gte=begin)
    rows = rows.annotate(
        loud=_was_loud("case__person"), month=TruncMonth("decided_at", tzinfo=ZoneInfo(zone))
    )
    found = rows.values_list("currency", "loud", "month").annotate(total=Sum("cost_minor")).order_by()
    return {(currency, loud, month.date()): total for currency, loud, month, total in found}


def _spent(currency: str, months: tuple[date, ...], sums: dict[tuple[str, bool, date], int]) -> Spent:
    loud, quiet = ([sums.get((currency, is_loud, month), 0) for month in months] for is_loud in (True, False))
    return Spent(
        currency=currency,
        loud=Money.of_minor(sum(loud), currency),
        quiet=Money.of_minor(sum(quiet), currency),
        loud_months=tuple(Money.of_minor(each, currency) for each in loud),
        quiet_months=tuple(Money.of_minor(each, currency) for each in quiet),
    )


def _share(begin: datetime, *, loud: bool) -> Share:
    rows = Case.objects.filter(opened_at__gte=begin).annotate(was_loud=_was_loud("person"))
    got = Exists(Gesture.objects.filter(case=OuterRef("pk"), state__in=SPENT))
    counted = (
        rows.filter(was_loud=loud)
        .annotate(got=got)
        .aggregate(cases=Count("pk"), helped=Count("pk", filter=Q(got=True)))
    )
    return Share(counted["cases"], counted["helped"])


def _was_loud(person: str) -> Q:
    """Who began a conversation that became an issue or escalated, or complains or amplifies in an issue.

    Whoever only wrote there, too, is not loud: most who are active somewhere do.
    """
    theirs = {"account__person": OuterRef(person)}
    began = Post.objects.filter(
        **theirs, thread__stage__in=LOUD, created_at=F("thread__first_post_at"), removed=False
    )
    known = IssueRole.objects.filter(**theirs, role__in=LOUD_ROLES).exclude(issue__state=WITHDRAWN)
    return Q(Exists(began) | Exists(known))
