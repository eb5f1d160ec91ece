"""Issues: public concerns with many threads and many people."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.core.report import STAGES
from kulanz.desk.models.base import Versioned, one_of
from kulanz.desk.models.members import Member, Team
from kulanz.desk.models.people import Account
from kulanz.desk.models.threads import Thread
from kulanz.desk.rules.machines import ISSUE, OUTCOMES

SEVERITIES: Final = ("low", "normal", "high", "critical")
ISSUE_ROLES: Final = ("complainant", "affected", "annoyed", "calming", "defending", "amplifier", "staff")


class Issue(Versioned):
    """A public concern. ``stage`` is the gravest of its threads unless ``stage_by_hand`` says otherwise."""

    title = models.CharField(max_length=300)
    state = models.CharField(max_length=10, default=ISSUE.initial)
    severity = models.CharField(max_length=10, default="normal")
    stage = models.CharField(max_length=10, default="complaint")
    stage_by_hand = models.BooleanField(default=False)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="issues")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="issues")
    snoozed_until = models.DateTimeField(null=True, blank=True, db_index=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    outcome = models.CharField(max_length=20, blank=True, default="")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("state", ISSUE.states, "issue_state"),
            one_of("severity", SEVERITIES, "issue_severity"),
            one_of("stage", STAGES, "issue_stage"),
            one_of("outcome", ("", *OUTCOMES), "issue_outcome"),
            models.CheckConstraint(
                condition=~models.Q(state="owned") | models.Q(owner__isnull=False),
                name="owned_issue_has_owner",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed") | ~models.Q(outcome=""), name="closed_issue_has_outcome"
            ),
        )

    def __str__(self) -> str:
        return self.title


class IssueThread(models.Model):
    """A thread that belongs to an issue. A thread may belong to several, once each."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="links")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="links")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("issue", "thread"), name="issue_thread_once"),)

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.thread_id}"


class IssueRole(Versioned):
    """What an account is in an issue; suggested by signals until a person says it (``by_hand``)."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="roles")
    account = models.ForeignKey(Account, models.CASCADE, related_name="issue_roles")
    role = models.CharField(max_length=12)
    by_hand = models.BooleanField(default=False)
    posts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("issue", "account"), name="issue_role_once"),
            one_of("role", ISSUE_ROLES, "issue_role_known"),
        )

    def __str__(self) -> str:
        return self.role


class Task(models.Model):
    """A step of an issue's checklist."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="tasks")
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=500)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("issue", "position"), name="task_position_once"),)

    def __str__(self) -> str:
        return self.text


class Note(models.Model):
    """An internal note on an issue or a case, never shown outside; ``mentions`` are told of it."""

    issue = models.ForeignKey(Issue, models.CASCADE, null=True, blank=True, related_name="notes")
    case = models.ForeignKey("desk.Case", models.CASCADE, null=True, blank=True, related_name="notes")
    author = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="notes")
    text = models.TextField()
    mentions = models.ManyToManyField(Member, related_name="mentioned_in", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(issue__isnull=False) ^ models.Q(case__isnull=False),
                name="note_on_one_thing",
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


class ReportSummary(models.Model):
    """What people wrote above an issue's report, every version of it; the rest of it comes from the record.

    ``shared`` are the words that go with the version for others.
    """

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="summaries")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True, default="")
    shared = models.TextField(blank=True, default="")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("issue", "version"), name="summary_version_once"),)

    def __str__(self) -> str:
        return self.text[:60]


class Presence(models.Model):
    """Who looked at an issue or a case last, and when: a hint to colleagues, no lock."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    noun = models.CharField(max_length=20)
    noun_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("noun", "noun_id", "member"), name="presence_once"),)

    def __str__(self) -> str:
        return f"{self.member_id} at {self.noun} {self.noun_id}"


class Watch(models.Model):
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="watches")
    member = models.ForeignKey(Member, models.CASCADE, related_name="watches")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("issue", "member"), name="watch_once"),)

    def __str__(self) -> str:
        return f"{self.member_id} watches {self.issue_id}"
