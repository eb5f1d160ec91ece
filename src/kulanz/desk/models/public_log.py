"""The public log: its entries and what opens them, months published in it, its head, and its keys."""

from __future__ import annotations

from django.db import models

from kulanz.desk.models.base import Due, Versioned, one_of
from kulanz.desk.models.cases import Case
from kulanz.desk.models.people import Account
from kulanz.desk.models.sources import Source
from kulanz.desk.models.threads import Post, Thread
from kulanz.tlog.entries import KINDS


class LogEntry(models.Model):
    """An entry of the public log: never changed and never deleted.

    ``body`` are its canonical bytes, ``leaf`` is their leaf hash in hex. ``index`` is its place in the log,
    None until the worker has given it one. What it is about stands here for the desk alone, not in ``body``.
    """

    index = models.PositiveBigIntegerField(null=True, blank=True, unique=True)
    kind = models.CharField(max_length=12)
    act = models.CharField(max_length=12)
    at = models.DateTimeField(db_index=True)
    entered_at = models.DateTimeField()
    body = models.BinaryField()
    leaf = models.CharField(max_length=64, unique=True)
    rule_key = models.CharField(max_length=60, blank=True, default="")
    refers = models.ForeignKey("LogEntry", models.PROTECT, null=True, blank=True, related_name="referring")
    source = models.ForeignKey(Source, models.SET_NULL, null=True, blank=True, related_name="log_entries")
    thread = models.ForeignKey(Thread, models.SET_NULL, null=True, blank=True, related_name="log_entries")
    post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="log_entries")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="log_entries")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="log_entries")

    class Meta:
        constraints = (one_of("kind", KINDS, "log_entry_kind"),)
        indexes = (models.Index(fields=("kind", "at"), name="log_entry_by_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.act}"


class Opening(models.Model):
    """What opens a commitment of an entry: its key of 32 bytes and then the content, sealed together.

    Deleted, the entry says nothing any more of what stands under ``name``.
    """

    entry = models.ForeignKey(LogEntry, models.CASCADE, related_name="openings")
    name = models.CharField(max_length=20)
    sealed = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("entry", "name"), name="opening_once"),)

    def __str__(self) -> str:
        return f"{self.name} of {self.entry_id}"


class PublishedMonth(models.Model):
    """A month's public figures as they were published: ``body`` is the file, which never changes.

    ``first`` is the month's first day; ``entry`` names the file's SHA-256.
    """

    first = models.DateField(unique=True)
    body = models.BinaryField()
    entry = models.OneToOneField(LogEntry, models.PROTECT, related_name="published_month")

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


class LogHead(Versioned, Due):
    """How far the log goes: one row. ``checkpoint`` is the signed note of ``size`` entries, empty before any.

    ``version`` guards it: who writes has seen the one before. ``published_at`` is when a checkpoint was last
    shown to everybody. ``due_at`` is since when entries wait or something is unfinished, and the lease of the
    worker that sees to it.
    """

    origin = models.CharField(max_length=200, unique=True)
    checkpoint = models.BinaryField(default=bytes)
    size = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.origin


class LogKey(models.Model):
    """A key that signs the log. ``sealed`` holds it, or nothing where a file or a program outside does.

    It signs from ``active_from`` on and before ``active_to``; several may sign at once.
    """

    vkey = models.CharField(max_length=400, unique=True)
    held_by = models.CharField(max_length=7)
    sealed = models.BinaryField(default=bytes)
    active_from = models.DateTimeField()
    active_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (one_of("held_by", ("desk", "file", "program"), "log_key_held_by"),)

    def __str__(self) -> str:
        return self.vkey
