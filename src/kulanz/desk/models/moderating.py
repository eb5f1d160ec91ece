"""Measures on content, what their authors were told of them, and appeals against them."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.desk.models.base import Due, Versioned, one_of
from kulanz.desk.models.members import Member
from kulanz.desk.models.people import Account
from kulanz.desk.models.public_log import LogEntry
from kulanz.desk.models.rulebook import RuleVersion
from kulanz.desk.models.threads import Post, Revision, Thread
from kulanz.desk.rules.machines import APPEAL, MEASURE
from kulanz.desk.rules.moderating import CODES, KINDS

NOTICES: Final = ("done", "reversed")
WAYS: Final = ("", "private", "mail", "hand", "none")
"""How an author was told; ``none`` where nobody is known who could be."""
SIDES: Final = ("author", "affected")


class Measure(Versioned, Due):
    """An act of moderation on a thread, on a post in it, or on what the post's author may do.

    ``reference`` names it to people outside. ``rule``, ``code`` and ``why`` are missing only while it is
    ``seen``: found as ``revision`` at the source. Everybody may read ``why`` and ``onward``; ``despite`` says
    why no offer of the close guard fitted. ``asks`` are the reasons for a second person, ``decided_by``.
    ``text`` and ``place`` are what an edit or a move leads to, ``text_before`` and ``place_before`` where it
    leads back to. ``due_at`` is when the worker has it done, undone or ended at the source. ``entry`` and
    ``over_entry`` are those of the public log.
    """

    reference = models.CharField(max_length=16, unique=True)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="measures")
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="measures")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="measures")
    revision = models.OneToOneField(Revision, models.SET_NULL, null=True, blank=True, related_name="measure")
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=10, default=MEASURE.initial)
    rule = models.ForeignKey(RuleVersion, models.PROTECT, null=True, blank=True, related_name="measures")
    code = models.CharField(max_length=24, blank=True, default="")
    why = models.CharField(max_length=500, blank=True, default="")
    scope = models.CharField(max_length=8)
    until = models.DateTimeField(null=True, blank=True, db_index=True)
    text = models.TextField(blank=True, default="")
    text_before = models.TextField(blank=True, default="")
    place = models.CharField(max_length=200, blank=True, default="")
    place_before = models.CharField(max_length=200, blank=True, default="")
    onward = models.CharField(max_length=500, blank=True, default="")
    despite = models.CharField(max_length=500, blank=True, default="")
    asks = models.JSONField(default=list)
    at_source = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(db_index=True)
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=500, blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True, db_index=True)
    by_hand = models.BooleanField(default=False)
    over_at = models.DateTimeField(null=True, blank=True)
    entry = models.OneToOneField(LogEntry, models.PROTECT, null=True, blank=True, related_name="measure")
    over_entry = models.OneToOneField(LogEntry, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            one_of("kind", KINDS, "measure_kind"),
            one_of("state", MEASURE.states, "measure_state"),
            one_of("code", ("", *CODES), "measure_code"),
            one_of("scope", ("post", "thread", "account"), "measure_scope"),
            models.CheckConstraint(
                condition=models.Q(at_source=True)
                | models.Q(rule__isnull=False) & ~models.Q(code="") & ~models.Q(why=""),
                name="measure_has_rule_and_reasons",
            ),
        )
        indexes = (models.Index(fields=("state", "proposed_at"), name="measure_by_state"),)

    def __str__(self) -> str:
        return self.reference


class MeasureNotice(Versioned, Due):
    """What the author of a post is told of a measure, or of its reversal; ``way`` is how they were.

    ``due_at`` is when the worker sends it; None with no way is one that somebody tells by hand.
    """

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="notices")
    about = models.CharField(max_length=8)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    way = models.CharField(max_length=7, blank=True, default="")
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            one_of("about", NOTICES, "measure_notice_about"),
            one_of("way", WAYS, "measure_notice_way"),
            models.UniqueConstraint(fields=("measure", "about"), name="measure_notice_once"),
        )

    def __str__(self) -> str:
        return self.subject


class Statement(Due):
    """A measure's statement of reasons for the EU's transparency database; ``uuid`` is its name there.

    ``due_at`` is when it is sent, or sent again.
    """

    measure = models.OneToOneField(Measure, models.CASCADE, related_name="statement")
    body = models.JSONField()
    uuid = models.CharField(max_length=36, blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.measure_id)


class Appeal(Versioned):
    """Somebody contests a measure. Its page is known by ``digest`` of a secret that only they have.

    ``due_at`` is until when it is to be decided, ``reminded_at`` when members were told that this is near.
    Nothing is kept of who they are but what they write, and whether they ``proved`` to be the author by the
    link of their notice.
    """

    number = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="appeals")
    side = models.CharField(max_length=8)
    proved = models.BooleanField(default=False)
    state = models.CharField(max_length=9, default=APPEAL.initial)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField()
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("side", SIDES, "appeal_side"),
            one_of("state", APPEAL.states, "appeal_state"),
        )
        indexes = (models.Index(fields=("state", "due_at"), name="appeal_by_state"),)

    def __str__(self) -> str:
        return self.number


class AppealMessage(models.Model):
    """What was said in an appeal; ``author`` is the member where the company says it."""

    appeal = models.ForeignKey(Appeal, models.CASCADE, related_name="messages")
    inbound = models.BooleanField()
    author = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.text[:60]
