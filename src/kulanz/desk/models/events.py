"""Events: the audit trail. Every change writes one in its own transaction; none is changed later."""

from __future__ import annotations

from django.db import models

from kulanz.desk.models.cases import Case
from kulanz.desk.models.issues import Issue
from kulanz.desk.models.members import ApiToken, Member
from kulanz.desk.models.threads import Thread


class Event(models.Model):
    """Who did what to what, when and why. ``actor`` None is the worker.

    ``noun`` and ``noun_id`` name the row that changed; the foreign keys say whose time line shows it.
    ``data`` holds what changed, before and after, without texts of private conversations.
    """

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="events")
    token = models.ForeignKey(ApiToken, models.SET_NULL, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=40)
    noun = models.CharField(max_length=20)
    noun_id = models.BigIntegerField(null=True, blank=True)
    thread = models.ForeignKey(Thread, models.SET_NULL, null=True, blank=True, related_name="events")
    issue = models.ForeignKey(Issue, models.SET_NULL, null=True, blank=True, related_name="events")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="events")
    reason = models.CharField(max_length=500, blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=("noun", "noun_id"), name="event_by_noun"),)

    def __str__(self) -> str:
        return f"{self.noun} {self.action}"
