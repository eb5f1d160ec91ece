"""What is left of people who were erased: that they were, and how to know their names again unread."""

from __future__ import annotations

from django.db import models

from kulanz.desk.models.base import Due
from kulanz.desk.models.people import Person
from kulanz.desk.models.sources import Source


class Erasure(Due):
    """A person who was erased. ``due_at`` is when the rest of the desk is searched for the names.

    ``sealed_names`` holds the names until that is done, encrypted, and nothing after it. ``journal`` is the
    line of ``services.erasure_journal`` by which the person is erased again after an older backup came back.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="erasure")
    sealed_names = models.BinaryField(default=bytes)
    journal = models.TextField(default="")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.person)


class Tombstone(models.Model):
    """An erased name as a keyed hash: where it comes again, ``pseudonym`` is kept instead.

    ``words`` is how many words the name has, 0 for the exact key of an account. Without ``bare`` the word is
    also that of others, and is replaced only after an ``@``. Without a source it counts everywhere. What a
    ``silent`` account wrote is not kept either: its posts come without words.
    """

    digest = models.CharField(max_length=64, unique=True)
    source = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, related_name="tombstones")
    pseudonym = models.CharField(max_length=40, db_index=True)
    words = models.PositiveSmallIntegerField()
    bare = models.BooleanField(default=True)
    silent = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.pseudonym


class TombstoneKey(models.Model):
    """The key that names are hashed with, sealed; there is one, made when the first name is hashed."""

    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "key of tombstones"
