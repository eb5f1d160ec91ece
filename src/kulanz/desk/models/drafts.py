"""What people think of the draft check, and what drafts had when they went out: codes, no words."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.desk.models.base import Versioned, one_of
from kulanz.desk.models.cases import Case, Reply
from kulanz.desk.models.members import Member
from kulanz.desk.models.threads import Thread

KINDS: Final = ("present", "missing", "found")


class ApprovalPolicy(Versioned):
    """Which answers need a second person: one row, ``values`` are ``rules.approvals.ApprovalRules``."""

    values = models.JSONField(default=dict)

    def __str__(self) -> str:
        return "approval rules"


class DraftVerdict(models.Model):
    """A finding that a member called wrong; it holds for all drafts to the same case or thread.

    ``mark`` is a keyed digest of the passage, by which it is known again: the words themselves are not kept.
    """

    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="draft_verdicts")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="draft_verdicts")
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=7)
    language = models.CharField(max_length=5)
    mark = models.CharField(max_length=32)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of("kind", KINDS, "verdict_kind"),
            models.CheckConstraint(
                condition=models.Q(case=None, thread__isnull=False)
                | models.Q(case__isnull=False, thread=None),
                name="verdict_on_one_place",
            ),
            models.UniqueConstraint(fields=("case", "code", "kind", "mark"), name="verdict_once_in_case"),
            models.UniqueConstraint(fields=("thread", "code", "kind", "mark"), name="verdict_once_in_thread"),
        )

    def __str__(self) -> str:
        return self.code


class ShownFinding(models.Model):
    """A finding that a reply had when it was sent, or when other eyes were asked for.

    ``verdict`` is there where somebody called it wrong.
    """

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="shown_findings")
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=7)
    language = models.CharField(max_length=5)
    verdict = models.ForeignKey(DraftVerdict, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (one_of("kind", KINDS, "shown_kind"),)

    def __str__(self) -> str:
        return self.code


class LanguageModel(Versioned):
    """The company's language model, if it wants one: one row, and off until somebody switches it on.

    ``address`` is that of an OpenAI-compatible service, ``name`` what the model is called there, ``seconds``
    how long its answer is waited for. ``sealed_key`` is empty where the service asks for none.
    """

    active = models.BooleanField(default=False)
    address = models.CharField(max_length=500)
    name = models.CharField(max_length=200)
    sealed_key = models.BinaryField(default=bytes)
    seconds = models.PositiveIntegerField(default=30)

    def __str__(self) -> str:
        return self.name
