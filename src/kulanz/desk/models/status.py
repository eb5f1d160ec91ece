"""The status page of a case, and what its customer says there once the case is settled."""

from __future__ import annotations

from django.db import models

from kulanz.core.spoken import LANGS
from kulanz.desk.models.base import Versioned, one_of
from kulanz.desk.models.cases import Case, Reply
from kulanz.desk.models.members import Member
from kulanz.desk.rules.status_pages import LEVELS


class StatusPage(Versioned):
    """A case's page for its customer.

    The link is known by its ``digest``, and ``sealed`` for those who send it; both are empty once it was
    revoked. Of visits the first and the last are kept, and nothing of the visitor.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="status_page")
    digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    sealed = models.BinaryField(default=bytes)
    language = models.CharField(max_length=2, default="de")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    first_opened_at = models.DateTimeField(null=True, blank=True)
    last_opened_at = models.DateTimeField(null=True, blank=True)
    other_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (one_of("language", LANGS, "status_page_language"),)

    def __str__(self) -> str:
        return f"status page of {self.case_id}"


class Satisfaction(Versioned):
    """What a customer says once their case is settled: one of five steps, and words. It scores no member."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="satisfaction")
    level = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(level__in=LEVELS), name="satisfaction_level"),
        )

    def __str__(self) -> str:
        return f"{self.level} for {self.case_id}"


class ClosingNote(Versioned):
    """What the company would like to say in public once a case is settled, if the customer agrees.

    ``agreed_text`` are the words that the customer said yes to last; ``answer`` holds for ``text`` alone.
    ``reply`` is the public answer that was made of it.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="closing_note")
    text = models.TextField()
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()
    answer = models.CharField(max_length=3, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    agreed_text = models.TextField(blank=True, default="")
    agreed_at = models.DateTimeField(null=True, blank=True)
    reply = models.OneToOneField(Reply, models.SET_NULL, null=True, blank=True, related_name="closing_note")

    class Meta:
        constraints = (one_of("answer", ("", "yes", "no"), "closing_note_answer"),)

    def __str__(self) -> str:
        return self.text[:60]
