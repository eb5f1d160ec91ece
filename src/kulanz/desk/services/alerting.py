"""Alarms: a policy decides from scores whether a thread raises one, and people say whether it was right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.core.report import STAGES
from kulanz.desk.conf import conf
from kulanz.desk.models import Alert, AlertPolicy, Delivery, Member, Thread
from kulanz.desk.queries.alerts import last_readings, policies_for, put_aside, quiet_of, terms_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.alarms import SILENT_FOR, Reading, goes_out, raises, rests
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.reasons import as_of
from kulanz.desk.rules.roles import Right, Role
from kulanz.desk.services.alarm_texts import alarm_text
from kulanz.desk.services.attention import reopen
from kulanz.desk.services.changing import change
from kulanz.desk.services.claiming import claim, done
from kulanz.desk.services.events import record
from kulanz.desk.services.notices import tell
from kulanz.desk.services.webhooks import publish

AT_MOST: Final = 100
RIGHT, WRONG = "right", "wrong"


def consider(*, thread: Thread, now: datetime) -> list[Alert]:
    """Raise the alarms that a freshly analysed thread calls for by its policies; each policy rests by itself.

    A desk where nobody has set up a policy begins with one, so that it never stays silent by oversight.
    A thread that was put aside comes back to the radar when its stage is graver than it was then.
    """
    chosen = policies_for(thread.source) or _first_policy(now)
    if thread.last_post_at is not None and thread.last_post_at < now - SILENT_FOR:
        chosen = ()
    reading = Reading(now, thread.score, thread.stage, thread.post_count)
    if thread.stage == STAGES[0] and not any(raises(terms_of(policy), reading, None) for policy in chosen):
        return []
    aside = put_aside(thread)
    last = last_readings(thread, chosen)
    with transaction.atomic():
        if aside is not None and not rests(aside, reading):
            reopen(thread=thread, now=now)
        return [
            _raise(thread, policy, now)
            for policy in chosen
            if raises(terms_of(policy), reading, last.get(policy.pk), aside)
        ]


def tell_due(*, now: datetime) -> int:
    """Send the messages of alarms whose quiet hours are over; one that was judged meanwhile tells nobody."""
    rows = Alert.objects.select_related("thread__source", "policy__team")
    claimed = claim(rows, now, at_most=AT_MOST)
    for alert in claimed:
        with transaction.atomic():
            if not alert.verdict:
                _tell(alert, now)
            done(alert, next_at=None)
    return len(claimed)


def judge(*, actor: Actor, alert: Alert, seen: int, verdict: str, why: str = "", now: datetime) -> Alert:
    """Say whether an alarm was right or wrong; a later judgement replaces the one that was seen."""
    actor.need(Right.WORK_ISSUES)
    if verdict not in (RIGHT, WRONG):
        raise RuleError("verdict: expected right or wrong, got %(verdict)r", verdict=verdict)
    data = {"before": alert.verdict, "after": verdict}
    said = {"verdict": verdict, "why": why.strip()[:500]}
    with transaction.atomic():
        judged = change(alert, seen, **said, judged_at=now, judged_by=actor.member_id)
        record(actor, "judge", judged, now=now, reason=judged.why, data=data, thread=judged.thread)
    return judged


def confirm(*, actor: Actor, threads: Iterable[Thread], now: datetime) -> int:
    """Take the alarms of threads for right that nobody judged yet: an issue was made of them."""
    unjudged = Alert.objects.filter(thread__in=[thread.pk for thread in threads], verdict="")
    return unjudged.update(verdict=RIGHT, judged_by=actor.member_id, judged_at=now, version=F("version") + 1)


def refute(*, actor: Actor, threads: Iterable[Thread], why: str, now: datetime) -> int:
    """Take the alarms of threads for wrong, for their issue was; what people gave a reason for stays."""
    alerts = Alert.objects.filter(thread__in=[thread.pk for thread in threads], why="").exclude(verdict=WRONG)
    return alerts.update(
        verdict=WRONG, judged_by=actor.member_id, judged_at=now, why=why[:500], version=F("version") + 1
    )


def _first_policy(now: datetime) -> Sequence[AlertPolicy]:
    """Return the policy that a new desk begins with; nothing where people have set some up."""
    if AlertPolicy.objects.exists():
        return ()
    with translation.override(conf().language):
        name = _("All sources")
    with transaction.atomic():
        policy, is_new = AlertPolicy.objects.get_or_create(name=name)
        if is_new:
            record(None, "make", policy, now=now, data={"name": name})
    return (policy,)


def _raise(thread: Thread, policy: AlertPolicy, now: datetime) -> Alert:
    alert = Alert.objects.create(
        thread=thread,
        policy=policy,
        raised_at=now,
        due_at=goes_out(now, quiet_of(policy)),
        score=thread.score,
        stage=thread.stage,
        reasons=thread.reasons,
    )
    data = {"policy": policy.pk, "score": thread.score, "stage": thread.stage}
    record(None, "raise", alert, now=now, data=data)  # time lines show the alert itself
    publish(kind="alert.raised", key=f"alert-{alert.pk}", data=_public(alert), now=now)
    return alert


def _tell(alert: Alert, now: datetime) -> None:
    """Write the messages; who is told by two policies at once gets one."""
    key = f"alarm-{alert.thread_id}-{alert.raised_at:%Y%m%d%H%M%S%f}"
    for member in _told(alert.policy):
        subject, body = alarm_text(alert, member, now=now)
        tell(member=member, key=f"{key}-{member.pk}", subject=subject, body=body, now=now, alert=alert)
    if alert.policy is not None and alert.policy.sealed_apprise_url:
        _tell_channel(alert, now)


def _tell_channel(alert: Alert, now: datetime) -> None:
    subject, body = alarm_text(alert, None, now=now)
    Delivery.objects.get_or_create(
        key=f"alarm-{alert.pk}-apprise",
        defaults={"kind": "apprise", "alert": alert, "subject": subject, "body": body, "created_at": now,
                  "due_at": now},
    )  # fmt: skip


def _told(policy: AlertPolicy | None) -> Sequence[Member]:
    """Return the members whom a policy names, by themselves or by their team, that still have a role.

    A policy that names nobody and no channel reaches all leads.
    """
    if policy is None:
        return ()
    active = Member.objects.filter(is_active=True, held_roles__isnull=False)
    named = active.filter(policies=policy) | active.filter(teams__policies=policy)
    found = list(named.distinct().order_by("pk"))
    if found or policy.sealed_apprise_url:
        return found
    return list(active.filter(held_roles__role=Role.LEAD.value).order_by("pk"))


def _public(alert: Alert) -> dict[str, Any]:
    thread, reasons = alert.thread, as_of(alert.reasons, alert.raised_at)
    return {
        "alert": alert.pk,
        "thread": thread.pk,
        "title": str(thread),
        "url": thread.url,
        "source": thread.source.name,
        "score": alert.score,
        "stage": alert.stage,
        "reasons": [{"code": each["code"], "text": each.get("en", "")} for each in reasons],
    }
