"""What CRM and billing tell of customers: sealed, and linked to the person they are about."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.desk.models.base import Due, Versioned, one_of
from kulanz.desk.models.cases import Case
from kulanz.desk.models.issues import Issue
from kulanz.desk.models.members import Member
from kulanz.desk.models.people import Account, Person

LINKED_BY: Final = ("", "number", "email", "hand")


class Customer(Versioned, Due):
    """A customer of the company. ``sealed`` holds ``kulanz.desk.rules.customers.Facts``.

    ``told_by`` is the system that told of it last. ``due_at`` is when it is compared with people again; None
    once it is linked, which ``linked_by`` says how. ``named`` and ``mailed`` are keyed digests of the name
    and of the mail address, by which they are found while they stay sealed.
    """

    number = models.CharField(max_length=80, unique=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="customers")
    linked_by = models.CharField(max_length=8, blank=True, default="")
    sealed = models.BinaryField(default=bytes)
    named = models.CharField(max_length=64, blank=True, default="", db_index=True)
    mailed = models.CharField(max_length=64, blank=True, default="", db_index=True)
    told_by = models.CharField(max_length=40)
    told_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (one_of("linked_by", LINKED_BY, "customer_linked_by"),)

    def __str__(self) -> str:
        return self.number


class Claim(Versioned):
    """An amount that the company wants from a customer. ``sealed`` holds ``rules.customers.ClaimFacts``.

    ``system`` and ``key`` name it where it comes from. Once ``settled_at`` is set nothing is wanted any more.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="claims")
    system = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    sealed = models.BinaryField(default=bytes)
    told_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("system", "key"), name="claim_once"),)

    def __str__(self) -> str:
        return self.key


class CustomerMatch(Versioned):
    """A customer and a person, or an account without one, that may be the same: a person decides.

    ``grounds`` are those of ``rules.customers``. Once ``dismissed_at`` is set somebody has told them apart.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="matches")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+")
    grounds = models.JSONField(default=list)
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer", "person"), name="customer_match_once"),
            models.UniqueConstraint(fields=("customer", "account"), name="customer_match_account_once"),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) ^ models.Q(account__isnull=False),
                name="customer_match_with_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.customer_id} ~ {self.person_id or self.account_id}"


class CustomerImport(Versioned, Due):
    """A table of customers that somebody uploaded. ``sealed`` holds it until its last row was taken.

    ``columns`` maps fields to the names of columns. ``due_at`` is when its next rows are taken, from
    ``position`` on; None before somebody said yes, and at the end. ``told`` counts what became of the rows.
    """

    name = models.CharField(max_length=200)
    sealed = models.BinaryField(default=bytes)
    columns = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=dict)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Stake(Versioned):
    """What people corrected of the stake of a case or an issue; ``sealed`` holds the numbers."""

    case = models.OneToOneField(Case, models.CASCADE, null=True, blank=True, related_name="stake")
    issue = models.OneToOneField(Issue, models.CASCADE, null=True, blank=True, related_name="stake")
    sealed = models.BinaryField(default=bytes)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(case__isnull=False) ^ models.Q(issue__isnull=False),
                name="stake_of_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"stake of {self.case_id or self.issue_id}"


class StakeRates(Versioned):
    """What the company says that things are worth: one row, ``values`` are ``rules.rates.Rates``."""

    values = models.JSONField(default=dict)

    def __str__(self) -> str:
        return "rates"
