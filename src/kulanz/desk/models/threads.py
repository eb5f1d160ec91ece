"""Threads and posts as they were read, what the analysis says of them, and what changed at the source."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.core.report import STAGES
from kulanz.desk.models.base import Due, Versioned, one_of, share
from kulanz.desk.models.members import Member
from kulanz.desk.models.people import Account
from kulanz.desk.models.sources import Source
from kulanz.sources.revisions import REVISION_KINDS

ATTENTION_STATES: Final = ("open", "false_alarm", "snoozed")


class Thread(Due):
    """A conversation, and the report of its last analysis. ``due_at`` is when it is analysed again.

    ``stale_since`` is when the first post came that the report does not know, ``urgency`` how soon it is
    analysed then (``kulanz.desk.rules.urgency``). ``series`` holds the time
    lines that the pages plot, by name, one number a post. ``roles`` maps keys of accounts to what
    signals say they are in it; ``affected`` counts the complainant and the affected among them. ``scorer``
    names models and version. ``read_at`` is when its source was last read through the whole thread.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="threads", db_index=False)
    key = models.CharField(max_length=512)
    title = models.CharField(max_length=500, blank=True, default="")
    url = models.CharField(max_length=2048, blank=True, default="")
    place = models.CharField(max_length=200, blank=True, default="")
    views = models.PositiveBigIntegerField(null=True, blank=True)
    closed = models.BooleanField(null=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    hidden = models.BooleanField(null=True)
    gone = models.BooleanField(default=False)
    marker = models.CharField(max_length=255, blank=True, default="")
    seen_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    post_count = models.PositiveIntegerField(default=0)
    first_post_at = models.DateTimeField(null=True, blank=True)
    last_post_at = models.DateTimeField(null=True, blank=True, db_index=True)
    stale_since = models.DateTimeField(null=True, blank=True, db_index=True)
    urgency = models.PositiveSmallIntegerField(default=0)

    scored = models.BooleanField(default=False)
    score = models.FloatField(default=0.0)
    stage = models.CharField(max_length=10, default="calm")
    onset_post = models.CharField(max_length=512, blank=True, default="")
    affected = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=list)
    signals = models.JSONField(default=dict)
    series = models.JSONField(default=dict)
    roles = models.JSONField(default=dict)
    company_answered_at = models.DateTimeField(null=True, blank=True)
    analysed_at = models.DateTimeField(null=True, blank=True)
    scorer = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source", "key"), name="thread_once"),
            one_of("stage", STAGES, "thread_stage"),
            share("score", "thread_score"),
        )
        indexes = (
            models.Index(fields=("stage", "-score", "id"), name="thread_by_stage"),
            models.Index(fields=("source", "read_at"), name="thread_by_read"),
            models.Index(
                fields=("last_post_at",), name="thread_lately", condition=models.Q(stage__in=STAGES[1:])
            ),
            models.Index(
                fields=("-urgency", "due_at", "id"),
                name="thread_by_urgency",
                condition=models.Q(stale_since__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.title or self.key


class Post(models.Model):
    """One message. ``own`` keeps apart what the writer quoted, pasted, linked and addressed.

    Those of a thread or of a source are found by the indexes that begin with it.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="posts", db_index=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="posts", db_index=False)
    key = models.CharField(max_length=512)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="posts")
    created_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField()
    quotes = models.JSONField(default=list)
    code = models.JSONField(default=list)
    links = models.JSONField(default=list)
    has_links = models.BooleanField(default=False)
    mentions = models.JSONField(default=list)
    reply_to = models.CharField(max_length=512, blank=True, default="")
    role = models.CharField(max_length=10, blank=True, default="")
    lang = models.CharField(max_length=10, blank=True, default="")
    likes = models.PositiveBigIntegerField(null=True, blank=True)
    accepted = models.BooleanField(null=True, blank=True)
    url = models.CharField(max_length=2048, blank=True, default="")
    automatic = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    removed = models.BooleanField(default=False)
    own_text = models.BooleanField(default=True)
    platform_version = models.IntegerField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.CharField(max_length=255, blank=True, default="")
    text_since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "key"), name="post_once"),)
        indexes = (
            models.Index(fields=("thread", "created_at", "id"), name="post_in_thread"),
            models.Index(fields=("created_at",), name="post_with_links", condition=models.Q(has_links=True)),
        )

    def __str__(self) -> str:
        return self.key


class Revision(models.Model):
    """A change that a read found, of a post or (post None) of its thread: ``kulanz.sources.revisions``."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="revisions")
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="revisions")
    kind = models.CharField(max_length=20)
    found_at = models.DateTimeField(db_index=True)
    seen_before = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=255, blank=True, default="")
    before = models.CharField(max_length=64, blank=True, default="")
    after = models.CharField(max_length=64, blank=True, default="")
    diff = models.JSONField(default=list)

    class Meta:
        constraints = (one_of("kind", REVISION_KINDS, "revision_kind"),)

    def __str__(self) -> str:
        return self.kind


class ThreadFindings(models.Model):
    """What the last analysis found in every single post of a thread above calm.

    ``packed`` is made and read by ``kulanz.desk.rules.findings``; it holds no text and no author.
    """

    thread = models.OneToOneField(Thread, models.CASCADE, primary_key=True, related_name="findings")
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"findings of {self.thread_id}"


class ThreadScore(models.Model):
    """A point of the spark line: score and views after an analysis that changed them."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="scores")
    at = models.DateTimeField()
    score = models.FloatField()
    stage = models.CharField(max_length=10)
    views = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("thread", "at"), name="thread_score_once"),)

    def __str__(self) -> str:
        return f"{self.score:.2f}"


class Attention(Versioned):
    """What people have decided about a thread on the radar: that it is a false alarm, or not now.

    It holds until the thread's stage is graver than ``stage_then``.
    """

    thread = models.OneToOneField(Thread, models.CASCADE, related_name="attention")
    state = models.CharField(max_length=12, default="open")
    until = models.DateTimeField(null=True, blank=True, db_index=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    score_then = models.FloatField(default=0.0)
    stage_then = models.CharField(max_length=10, default="calm")

    class Meta:
        constraints = (
            one_of("state", ATTENTION_STATES, "attention_state"),
            one_of("stage_then", STAGES, "attention_stage"),
        )

    def __str__(self) -> str:
        return self.state
