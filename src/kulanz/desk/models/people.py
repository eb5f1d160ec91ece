"""People: accounts at sources, and the person or organisation behind one or more of them."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.desk.models.base import Versioned, one_of, share
from kulanz.desk.models.members import Member
from kulanz.desk.models.sources import Source

PERSON_ROLES: Final = ("customer", "moderator", "builder", "staff", "partner", "press")


class Person(Versioned):
    """A human or organisation behind one or more accounts. ``merged_into`` can be undone, see Merge.

    ``compared_at`` is when the others were last searched for the same person, None: before long.
    Once ``erased_at`` is set the name is a pseudonym, and the row is kept for what counts cases.
    ``no_contact``: they asked not to be asked anything. Since ``objected_at`` neither standing nor value is
    reckoned of them, since ``restricted_at`` what is kept of them is not used at all.
    """

    name = models.CharField(max_length=200)
    role = models.CharField(max_length=10, default="customer")
    email = models.CharField(max_length=254, blank=True, default="", db_index=True)
    customer_number = models.CharField(max_length=80, blank=True, default="", db_index=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    note = models.TextField(blank=True, default="")
    no_contact = models.BooleanField(default=False)
    objected_at = models.DateTimeField(null=True, blank=True)
    restricted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    compared_at = models.DateTimeField(null=True, blank=True, db_index=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (one_of("role", PERSON_ROLES, "person_role"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_reckoned(self) -> bool:
        """Whether standing and value may be reckoned of them: they have not asked that it is not."""
        return self.objected_at is None and self.restricted_at is None


class Account(models.Model):
    """An author at one source."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="accounts")
    key = models.CharField(max_length=255)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="accounts")
    source_role = models.CharField(max_length=10, blank=True, default="")
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "key"), name="account_once"),)

    def __str__(self) -> str:
        return self.key


class Resemblance(Versioned):
    """A profile and another one, or an account without one, that may be the same person.

    ``score`` and ``grounds`` are those of ``kulanz.desk.rules.sameness``. Of two profiles the older is
    ``person``. Once ``dismissed_at`` is set somebody has told them apart, and they are not proposed again.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="resemblances")
    other = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="resembled")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="resembled")
    score = models.FloatField()
    grounds = models.JSONField(default=list)
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            share("score", "resemblance_score"),
            models.UniqueConstraint(fields=("person", "other"), name="resemblance_once"),
            models.UniqueConstraint(fields=("person", "account"), name="resemblance_account_once"),
        )
        indexes = (models.Index(fields=("-score", "id"), name="resemblance_by_score"),)

    def __str__(self) -> str:
        return f"{self.person_id} ~ {self.other_id or self.account}"


class Merge(models.Model):
    """Two persons taken for one. ``moved`` names the accounts and cases that changed, to undo it by."""

    kept = models.ForeignKey(Person, models.CASCADE, related_name="merges_kept")
    gone = models.ForeignKey(Person, models.CASCADE, related_name="merges_gone")
    moved = models.JSONField(default=dict)
    why = models.CharField(max_length=200)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.gone_id} -> {self.kept_id}"
