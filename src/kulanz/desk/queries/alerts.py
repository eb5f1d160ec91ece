"""Alarms as lists show them, and how often each policy was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from kulanz.desk.models import Alert, AlertPolicy, Attention, Source, Thread
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.alarms import PutAside, Quiet, Rate, Reading, Terms, false_rate
from kulanz.desk.rules.reasons import sentences

RATED_OVER: Final = timedelta(days=90)
VERDICT_FILTERS: Final = ("open", "right", "wrong")


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alarm with its reasons as sentences, as they read when it was raised."""

    alert: Alert
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy and its false-alarm rate of the last 90 days; None where nothing was judged."""

    policy: AlertPolicy
    raised: int
    rate: Rate | None


@dataclass(frozen=True, slots=True)
class Rated:
    """How many alarms were raised, and how many of them were wrong; None where none was judged."""

    raised: int
    rate: Rate | None


def alerts(*, verdict: str = "", policy: int | None = None, lang: str, offset: int = 0) -> Paged[AlertRow]:
    """Return a page of alarms, the newest first; ``verdict`` open means that nobody judged them yet."""
    rows = Alert.objects.select_related("thread__source", "policy", "judged_by").order_by("-raised_at", "-pk")
    if verdict:
        rows = rows.filter(verdict="" if verdict == "open" else verdict)
    if policy is not None:
        rows = rows.filter(policy_id=policy)
    return paged(rows, lambda found: [_alert_row(each, lang) for each in found], offset=offset)


def policies(now: datetime, *, offset: int = 0) -> Paged[PolicyRow]:
    """Return a page of policies with their false-alarm rates, the general ones together."""
    recent = Q(alerts__raised_at__gte=now - RATED_OVER)
    rows = AlertPolicy.objects.select_related("source", "team").annotate(
        raised=Count("alerts", filter=recent),
        judged=Count("alerts", filter=recent & ~Q(alerts__verdict="")),
        wrong=Count("alerts", filter=recent & Q(alerts__verdict="wrong")),
    )
    return paged(rows.order_by("source__name", "name"), _policy_rows, offset=offset)


def policy_choices() -> list[tuple[int, str]]:
    """Return id and name of every policy, by name."""
    return list(AlertPolicy.objects.order_by("name").values_list("pk", "name"))


def rated(now: datetime, policy: AlertPolicy | None = None) -> Rated:
    """Return how a policy, or all together, did in the last 90 days."""
    rows = Alert.objects.filter(raised_at__gte=now - RATED_OVER)
    counted = (rows if policy is None else rows.filter(policy=policy)).aggregate(
        raised=Count("pk"),
        judged=Count("pk", filter=~Q(verdict="")),
        wrong=Count("pk", filter=Q(verdict="wrong")),
    )
    return Rated(counted["raised"], false_rate(counted["wrong"], counted["judged"]))


def policies_for(source: Source) -> Sequence[AlertPolicy]:
    """Return the active policies that hold for a source: its own, or where it has none the general ones."""
    active = AlertPolicy.objects.filter(active=True).order_by("pk")
    return list(active.filter(source=source)) or list(active.filter(source=None))


def terms_of(policy: AlertPolicy) -> Terms:
    return Terms(policy.least_stage, policy.threshold, policy.cool_down_h, policy.least_posts)


def quiet_of(policy: AlertPolicy) -> Quiet | None:
    if policy.quiet_from is None or policy.quiet_to is None:
        return None
    return Quiet(policy.quiet_from, policy.quiet_to, policy.zone)


def last_readings(thread: Thread, chosen: Sequence[AlertPolicy]) -> Mapping[int, Reading]:
    """Return the last alarm that a thread raised by each policy, by the policy's id."""
    rows: QuerySet[Alert] = Alert.objects.filter(thread=thread, policy__in=chosen).order_by("raised_at", "pk")
    return {each.policy_id or 0: Reading(each.raised_at, each.score, each.stage, 0) for each in rows}


def put_aside(thread: Thread) -> PutAside | None:
    """Return how a thread was put aside; None where it was not, or is back."""
    found = Attention.objects.filter(thread=thread).exclude(state="open").first()
    return PutAside(found.stage_then, found.until) if found else None


def _alert_row(alert: Alert, lang: str) -> AlertRow:
    return AlertRow(alert, sentences(alert.reasons, lang, now=alert.raised_at))


def _policy_rows(found: list[Any]) -> list[PolicyRow]:
    return [PolicyRow(row, row.raised, false_rate(row.wrong, row.judged)) for row in found]
