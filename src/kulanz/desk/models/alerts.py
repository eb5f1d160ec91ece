"""Alerts: when a thread raised an alarm, by which policy, who was told, and whether it was right."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.core.report import STAGES
from kulanz.desk.models.base import Due, Versioned, one_of, share
from kulanz.desk.models.members import Member, Team
from kulanz.desk.models.sources import Source
from kulanz.desk.models.threads import Thread

VERDICTS: Final = ("", "right", "wrong")
DELIVERY_KINDS: Final = ("email", "digest", "apprise", "webhook")


class AlertPolicy(Versioned):
    """When to raise an alarm, and whom to tell; without a source, wherever there is no policy of its own.

    ``sealed_apprise_url`` is the encrypted address of a channel.
    """

    name = models.CharField(max_length=120, unique=True)
    source = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, related_name="policies")
    least_stage = models.CharField(max_length=10, default="issue")
    threshold = models.FloatField(default=0.5)
    cool_down_h = models.PositiveIntegerField(default=24)
    least_posts = models.PositiveIntegerField(default=1)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    zone = models.CharField(max_length=64, default="Europe/Berlin")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="policies")
    members = models.ManyToManyField(Member, related_name="policies", blank=True)
    sealed_apprise_url = models.BinaryField(blank=True, default=b"")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            one_of("least_stage", STAGES, "policy_stage"),
            share("threshold", "policy_threshold"),
        )

    def __str__(self) -> str:
        return self.name


class Alert(Versioned, Due):
    """An alarm. It explains itself: score, stage and reasons are those of the moment it was raised.

    ``due_at`` is when its messages go out, later than ``raised_at`` where quiet hours hold it.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="alerts")
    policy = models.ForeignKey(AlertPolicy, models.SET_NULL, null=True, related_name="alerts")
    raised_at = models.DateTimeField(db_index=True)
    score = models.FloatField()
    stage = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    verdict = models.CharField(max_length=5, blank=True, default="")
    judged_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (one_of("verdict", VERDICTS, "alert_verdict"),)

    def __str__(self) -> str:
        return f"{self.thread_id} at {self.raised_at}"


class WebhookTarget(Versioned):
    """Where signed webhooks go (Standard Webhooks). ``sealed_secret`` is encrypted; no kinds means all."""

    name = models.CharField(max_length=120, unique=True)
    url = models.CharField(max_length=500)
    sealed_secret = models.BinaryField()
    kinds = models.JSONField(default=list)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Delivery(Due):
    """One message that has to go out; tried again with growing waits until it went or is given up.

    Those of the kind digest are put together to one e-mail a day. ``address`` is where an e-mail goes: that
    of Apprise is read from the member or the policy when the message goes out.
    """

    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=200, unique=True)
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="deliveries")
    target = models.ForeignKey(
        WebhookTarget, models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    alert = models.ForeignKey(Alert, models.CASCADE, null=True, blank=True, related_name="deliveries")
    address = models.CharField(max_length=500, blank=True, default="")
    subject = models.CharField(max_length=300, blank=True, default="")
    body = models.TextField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (one_of("kind", DELIVERY_KINDS, "delivery_kind"),)

    def __str__(self) -> str:
        return self.key
