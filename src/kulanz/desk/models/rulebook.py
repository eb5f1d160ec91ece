"""The community's rules: what is being written, and what was published of it, version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kulanz.desk.models.base import Versioned
from kulanz.desk.models.members import Member


class Rule(Versioned):
    """A rule by its ``key``, with the words that may be published next; nobody outside sees these.

    Texts are Markdown. ``version`` counts changes of this row; what was published has numbers of its own.
    """

    key = models.SlugField(max_length=40, unique=True)
    title_de = models.CharField(max_length=120, blank=True, default="")
    title_en = models.CharField(max_length=120, blank=True, default="")
    text_de = models.TextField(blank=True, default="")
    text_en = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.title_en or self.title_de or self.key


class RuleVersion(models.Model):
    """A rule as it was published, in German and English: never changed, but for the name of an erased person.

    In force from ``effective_from`` on and before ``effective_to``, which is set once: by the next version or
    when the rule ends. None is without an end. A version that was replaced before its day was never in force.
    """

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title_de = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    text_de = models.TextField()
    text_en = models.TextField()
    effective_from = models.DateTimeField(db_index=True)
    effective_to = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(db_index=True)
    published_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("rule", "number")
        constraints = (
            models.UniqueConstraint(fields=("rule", "number"), name="rule_version_once"),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="rule_version_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title_en}, {self.number}"
