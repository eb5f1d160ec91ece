"""What leads set up: calendars, playbooks, templates, who is staff, how long data is kept."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.core.report import STAGES
from kulanz.desk.models.base import Due, Versioned, one_of
from kulanz.desk.models.members import Member
from kulanz.desk.models.sources import Source

DATA_CLASSES: Final = (
    "raw", "posts", "people", "customers", "cases", "requests", "events", "deliveries", "idempotency",
)  # fmt: skip


class Calendar(Versioned):
    """Working hours. ``hours`` maps weekdays "0".."6" to lists of ["09:00", "17:00"]."""

    name = models.CharField(max_length=120, unique=True)
    zone = models.CharField(max_length=64, default="Europe/Berlin")
    country = models.CharField(max_length=2, default="DE")
    subdivision = models.CharField(max_length=6, blank=True, default="")
    hours = models.JSONField(default=dict)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("is_default",), condition=models.Q(is_default=True), name="one_default_calendar"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ClosedDay(models.Model):
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="closed_days")
    day = models.DateField()
    why = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=("calendar", "day"), name="closed_day_once"),)

    def __str__(self) -> str:
        return str(self.day)


class Playbook(Versioned):
    """A checklist that an issue begins with; for a stage, or chosen by hand."""

    name = models.CharField(max_length=120, unique=True)
    stage = models.CharField(max_length=10, blank=True, default="")
    language = models.CharField(max_length=2, default="de")

    class Meta:
        constraints = (
            one_of("stage", ("", *STAGES), "playbook_stage"),
            one_of("language", ("de", "en"), "playbook_language"),
        )

    def __str__(self) -> str:
        return self.name


class PlaybookStep(models.Model):
    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("playbook", "position"), name="step_position_once"),)

    def __str__(self) -> str:
        return self.text


class Template(Versioned):
    """A beginning of a letter, never a whole one, with blanks: see ``kulanz.desk.rules.blanks``."""

    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="de")
    subject = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name", "language"), name="template_once"),
            one_of("language", ("de", "en"), "template_language"),
        )

    def __str__(self) -> str:
        return self.name


class StaffIdentity(Versioned):
    """Who speaks for the company: a name, a domain, or an account's key, at a source or at any.

    A member is named at a source alone: elsewhere anybody may have an account of that name.
    """

    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=255)
    source = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, related_name="identities")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="identities")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "value"), condition=models.Q(source=None), name="identity_once"
            ),
            models.UniqueConstraint(fields=("kind", "value", "source"), name="identity_once_at_source"),
            one_of("kind", ("name", "domain", "account"), "identity_kind"),
        )

    def __str__(self) -> str:
        return self.value


class Retention(Versioned, Due):
    """How many days a class of data is kept; None keeps it. ``due_at`` is the next removal."""

    data_class = models.CharField(max_length=12, unique=True)
    days = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = (one_of("data_class", DATA_CLASSES, "retention_class"),)

    def __str__(self) -> str:
        return self.data_class
