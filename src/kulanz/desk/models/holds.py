"""Holds of dunning, the billing systems they are ordered at, and the letters that go out there."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.desk.models.base import Due, Versioned, one_of
from kulanz.desk.models.cases import Case
from kulanz.desk.models.customers import Claim, Customer
from kulanz.desk.models.members import Member
from kulanz.desk.rules.machines import HOLD, LIVE

ENDED_BY_BILLING: Final = "ended_by_billing"
NEXT_STEPS: Final = ("dunning_goes_on", "settled", "cancelled", "agreed", "other")
"""What people say that happens with the money once a hold has ended."""


class BillingSystem(Versioned, Due):
    """A billing system that claims come from and holds are ordered at.

    ``name`` is what ``Claim.system`` says, ``adapter`` the name of an adapter of ``kulanz.billing``,
    ``config`` its settings, ``sealed_keys`` its secrets. ``due_at`` is when it is read next, None while
    ``paused``. The cursors are those of the adapter, kept with what they brought, and empty at the beginning.
    ``hook_key`` is part of the address that it sends to; ``error_kind`` says what kind ``last_error`` is of.
    """

    name = models.CharField(max_length=40, unique=True)
    adapter = models.CharField(max_length=20)
    config = models.JSONField(default=dict)
    sealed_keys = models.BinaryField(default=bytes)
    paused = models.BooleanField(default=False)
    interval_s = models.PositiveIntegerField(default=900)
    claims_cursor = models.TextField(blank=True, default="")
    events_cursor = models.TextField(blank=True, default="")
    error_kind = models.CharField(max_length=20, blank=True, default="")
    hook_key = models.CharField(max_length=64, unique=True)
    skipped = models.JSONField(default=list)
    last_success_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Hold(Versioned, Due):
    """A paused dunning process: of one claim, or of all of a customer's where there is no ``claim``.

    ``key`` names it at billing for ever. ``system`` is None where billing is told by hand. ``sealed`` holds
    ``kulanz.desk.rules.holds.Words``. ``due_at`` is when the worker orders it, or asks billing how it stands;
    None where it is told by hand. ``ordered_at`` is when billing was first told, ``checked_at`` when the desk
    last asked and it was on (what a system sent that sends its answers is read again), ``alarmed_at`` when
    people were last told that it does not confirm, ``asked_at`` when the owner was asked on the day of
    review.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="holds")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, blank=True, related_name="holds")
    system = models.ForeignKey(BillingSystem, models.PROTECT, null=True, blank=True, related_name="holds")
    key = models.CharField(max_length=100, unique=True)
    state = models.CharField(max_length=10, default=HOLD.initial)
    sealed = models.BinaryField(default=bytes)
    review_on = models.DateField(db_index=True)
    next_step = models.CharField(max_length=20, blank=True, default="")
    proposed_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    placed_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    placed_at = models.DateTimeField(null=True, blank=True)
    ordered_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("state", HOLD.states, "hold_state"),
            one_of("next_step", ("", ENDED_BY_BILLING, *NEXT_STEPS), "hold_next_step"),
            models.CheckConstraint(
                condition=~models.Q(state__in=("releasing", "released")) | ~models.Q(next_step=""),
                name="released_hold_has_next_step",
            ),
            models.UniqueConstraint(
                fields=("claim",), condition=models.Q(state__in=LIVE), name="one_live_hold_of_claim"
            ),
            models.UniqueConstraint(
                fields=("customer",),
                condition=models.Q(state__in=LIVE, claim=None),
                name="one_live_hold_of_customer",
            ),
        )
        indexes = (models.Index(fields=("state", "review_on"), name="hold_by_review"),)

    def __str__(self) -> str:
        return self.key


class DunningLetter(models.Model):
    """A step of dunning that went out at billing; ``despite`` is the hold that should have stopped it.

    ``sealed`` holds what billing calls it.
    """

    system = models.ForeignKey(BillingSystem, models.CASCADE, related_name="letters")
    key = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="letters")
    claim = models.ForeignKey(Claim, models.CASCADE, null=True, blank=True, related_name="letters")
    level = models.PositiveSmallIntegerField()
    on = models.DateField(db_index=True)
    sealed = models.BinaryField(default=bytes)
    told_at = models.DateTimeField()
    despite = models.ForeignKey(Hold, models.SET_NULL, null=True, blank=True, related_name="letters")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("system", "key"), name="dunning_letter_once"),)

    def __str__(self) -> str:
        return self.key


class HoldRules(Versioned, Due):
    """When holds are proposed, reviewed and missed: one row, ``values`` are ``rules.holds.Rules``.

    ``due_at`` is when cases are looked through for claims that a hold could be proposed for.
    """

    values = models.JSONField(default=dict)

    def __str__(self) -> str:
        return "hold rules"
